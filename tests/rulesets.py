"""Small rulesets written as YAML, and the packaged one with its example."""

from functools import cache
from pathlib import Path
from textwrap import dedent

from smartrules import catalog
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.ruleset import Ruleset

ROOT = Path(__file__).resolve().parents[1]
SHANDONG = ROOT / "rulesets" / "shandong-smart-community" / "2022"
QILI = SHANDONG / "examples" / "qili.yaml"

#: The outcomes by one letter each, for tables.
LETTERS: dict[str, Outcome] = {"m": MET, "x": NOT_MET, "-": NOT_APPLICABLE, "?": UNDETERMINED}

#: A ruleset with everything in it that a document can hold.
GREEN = """\
standard: green-quarters
edition: "2024"
title: {zh: 绿色小区, en: Green quarters}
aliases: [绿字1号]
effective: {from: 2024-01-01, until: 2026-12-31}
source: {document: 绿字1号}
tiers:
  basic: {title: {zh: 基础型}}
  best: {}
groups:
  homes: {zh: 住宅}
facts:
  households: {count: household, min: 1, title: {zh: 户数}}
  solar_households: {count: household, at_most: households, max: 5000}
  area: {quantity: km^2, step: 0.01}
  gated: {kind: flag}
  services: {set: {meals: {zh: 助餐}, bathing: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
measures:
  density: {value: households / area, unit: household/km^2}
indicators:
  solar:
    number: "1"
    group: homes
    title: {zh: 光伏}
    measures:
      solar_share: {value: solar_households / households, unit: "%", when_zero: undetermined}
    applies: gated
    require:
      basic: "all of (solar_share >= 70 %, 6 <= density * 1 km^2 / 1 household < 900, services includes all of (meals, bathing))"
      best: {rule: solar_share >= 90 %, source: {page: "3"}}
    source: {clause: "1"}
  other:
    require:
      basic: "any of (water is river, opened >= 2022-01-01, not gated)"
"""

#: The same with a tier that counts points and has an optional indicator.
GRADED = (
    GREEN.replace("best: {}", 'best: {rule: "all of (total >= 8 points, every indicator where mandatory: met)"}')
    .replace(
        '    source: {clause: "1"}\n',
        '    source: {clause: "1"}\n    points: {value: solar_share * 10 points, of: 10 points}\n',
    )
    .replace("  other:\n", "  other:\n    optional: [best]\n    points: 5 points\n")
    + """\
scores:
  total: {value: "sum(indicators, points)", unit: point, title: {zh: 总分}, source: {clause: "9"}}
"""
)

#: The same with reactions of every form.
REACTING = (
    GREEN
    + """\
reactions:
  solar_lost: {lost: solar, tier: best, title: {zh: 光伏失守, en: Solar lost}, source: {clause: "9"}}
  best_reached: {reached: best}
  homes_lost: {lost: {indicator: other, group: homes}, at_least: 2, within: 30 days}
  out_of_date: {stale: [households, solar_share], after: 12 months}
"""
)


def ruleset(text: str) -> Ruleset:
    """Return the ruleset of a YAML text; ``standard``, ``edition`` and one tier ``basic`` are added where not given."""
    body = dedent(text)
    head = "".join(
        line
        for key, line in (
            ("standard:", "standard: small\n"),
            ("edition:", 'edition: "1"\n'),
            ("tiers:", "tiers: {basic: }\n"),
        )
        if f"\n{key}" not in f"\n{body}"
    )
    edition = read_ruleset(head + body)
    return Ruleset(edition, fingerprint(edition))


def rule(requirement: str, facts: str) -> Ruleset:
    """Return a ruleset with one indicator ``it`` that requires something of facts, declared as a YAML mapping."""
    declared = dedent(facts).strip().replace("\n", "\n  ")
    return ruleset(f"facts:\n  {declared}\nindicators:\n  it: {{require: {{basic: '{requirement}'}}}}\n")


@cache
def shandong() -> Ruleset:
    """Return the packaged ruleset, read once."""
    return catalog.load_file(SHANDONG / "ruleset.yaml")
