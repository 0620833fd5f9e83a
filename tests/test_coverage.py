"""Boundary coverage: which side of which threshold a case pins, and by expecting what."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.documents.cases import read_cases
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import Difference, cases_of, differences
from smartrules.testing.coverage import Boundary, coverage, share
from tests.rulesets import ROOT, ruleset

RULES = ruleset(
    """
    tiers:
      low: {}
      high: {rule: "all of (rate >= 75 %, every indicator where mandatory: met)"}
      top: {rule: "all of (total >= 6 points, open)"}
    facts:
      share: {share: "%"}
      loss: {share: "%"}
      open: {kind: flag}
    collections:
      rivers: {each: position, facts: {depth: {quantity: m}}}
    indicators:
      it:
        require: {low: reported(share), top: share >= 30 %}
        points: {value: "first of (share < 33 % then 1 point, share < 66 % then 2 points, otherwise 4 points)", of: 4 points}
      lost:
        points: 4 points
        require: {low: loss <= 10 %}
      seen:
        optional: true
        require: {low: "every position: reported(depth)"}
    scores:
      total: {value: "sum(indicators, points)", unit: point}
      rate: {value: "sum(indicators where reported, points) / sum(indicators where reported, full_points)", unit: "%"}
      band: {value: "first of (rate < 50 % then 1 point, otherwise 2 points)", unit: point}
    """
)
NOTHING_PINNED = {
    "low.it: `reported(share)`": "reported, not reported, missing",
    "top.it: `share >= 30 %`": "below, at, above, missing",
    "points of it: `share < 33 %`": "below, at, above, missing",
    "points of it: `share < 66 %`": "below, at, above",  # a share that is missing is missing before
    "low.lost: `loss <= 10 %`": "below, at, above, missing",
    "low.seen: `reported(depth)`": "reported, missing",
    "high: `rate >= 75 %`": "below, at, above, missing",
    "high: `every indicator where mandatory: met`": "met, not met, missing",
    "top: `total >= 6 points`": "below, at, above, missing",
    "top: `open`": "met, not met, missing",
    "score band: `rate < 50 %`": "below, at, above, missing",
}


def covered(folder: Path, text: str, rules: Ruleset = RULES) -> list[Boundary]:
    """Return the boundaries of a ruleset under one case, written as the keys of the case."""
    path = folder / "cases.yaml"
    path.write_text(f"cases:\n  - name: it\n{indent(text, '    ')}\n", encoding="utf-8")
    return coverage(rules, read_cases(rules.edition, path))


def pins(folder: Path, text: str, rules: Ruleset = RULES) -> list[str]:
    """Return what one case pins: `what decides: the threshold: the sides`."""
    return [
        f"{boundary.of}: `{source(boundary.node)}`: {', '.join(sorted(boundary.pinned))}"
        for boundary in covered(folder, text, rules)
        if boundary.pinned
    ]


def test_every_threshold_is_listed_with_the_sides_it_has() -> None:
    assert dict(str(one).split(" has no case: ") for one in coverage(RULES, [])) == NOTHING_PINNED
    assert share(coverage(RULES, [])) == (0, 38)


@pytest.mark.parametrize(
    ("case", "pinned"),
    [
        # The rule of an indicator, by its outcome at that tier.
        ("facts: {share: 29 %}\nexpect: {indicators: {top: {it: not_met}}}", ["top.it: `share >= 30 %`: below"]),
        ("facts: {share: 30 %}\nexpect: {indicators: {top: {it: met}}}", ["top.it: `share >= 30 %`: at"]),
        ("facts: {share: 31 %}\nexpect: {indicators: {top: {it: met}}}", ["top.it: `share >= 30 %`: above"]),
        ("expect: {indicators: {top: {it: undetermined}}}", ["top.it: `share >= 30 %`: missing"]),
        ("facts: {loss: 9 %}\nexpect: {indicators: {low: {lost: met}}}", ["low.lost: `loss <= 10 %`: below"]),
        ("facts: {loss: 11 %}\nexpect: {indicators: {low: {lost: not_met}}}", ["low.lost: `loss <= 10 %`: above"]),
        ("facts: {share: 31 %, loss: 10 %}\nexpect: {values: {}}", None),
        # What is reported.
        ("facts: {share: 0 %}\nexpect: {indicators: {low: {it: met}}}", ["low.it: `reported(share)`: reported"]),
        (
            "not_reported: [share]\nexpect: {indicators: {low: {it: not_met}}}",
            ["low.it: `reported(share)`: not reported"],
        ),
        ("expect: {indicators: {low: {it: undetermined}}}", ["low.it: `reported(share)`: missing"]),
        # Rules of members are pinned by each member.
        (
            "collections: {rivers: [{depth: 1 m}, {id: b}]}\nexpect: {indicators: {low: {seen: undetermined}}}",
            ["low.seen: `reported(depth)`: missing, reported"],
        ),
        # Bands of points, by the points; a band behind the one that gives them is not asked.
        ("facts: {share: 32 %}\nexpect: {points: {low: {it: 1 point}}}", ["points of it: `share < 33 %`: below"]),
        (
            "facts: {share: 33 %}\nexpect: {points: {top: {it: 2 points}}}",
            ["points of it: `share < 33 %`: at", "points of it: `share < 66 %`: below"],
        ),
        (
            "facts: {share: 66 %}\nexpect: {points: {low: {it: 4 points}}}",
            ["points of it: `share < 33 %`: above", "points of it: `share < 66 %`: at"],
        ),
        ("expect: {points: {low: {it: unknown}}}", ["points of it: `share < 33 %`: missing"]),
        ("facts: {share: 33 %}\nexpect: {indicators: {low: {it: met}}}", ["low.it: `reported(share)`: reported"]),
        # Or by a score that counts them.
        (
            "facts: {share: 32 %, loss: 10 %}\nexpect: {scores: {low: {total: 5 points}}}",
            ["points of it: `share < 33 %`: below"],
        ),
        ("facts: {share: 32 %}\nexpect: {scores: {low: {total: unknown}}}", []),
        ("facts: {loss: 10 %}\nexpect: {scores: {low: {total: unknown}}}", ["points of it: `share < 33 %`: missing"]),
        ("facts: {loss: 10 %}\nnot_reported: [share]\nexpect: {scores: {low: {rate: 100 %}}}", []),
        # Bands of a score, by that score.
        (
            "facts: {share: 66 %, loss: 11 %}\nexpect: {scores: {low: {band: 2 points}}}",
            [
                "points of it: `share < 33 %`: above",
                "points of it: `share < 66 %`: at",
                "score band: `rate < 50 %`: at",
            ],
        ),
        # The rule of a tier, by its outcome.
        (
            "facts: {share: 66 %, loss: 11 %, open: false}\nexpect: {tiers: {high: not_met}}",
            ["high: `rate >= 75 %`: below", "high: `every indicator where mandatory: met`: not met"],
        ),
        (
            "facts: {share: 33 %, loss: 10 %}\nexpect: {tiers: {high: met, top: undetermined}}",
            [
                "high: `rate >= 75 %`: at",
                "high: `every indicator where mandatory: met`: met",
                "top: `total >= 6 points`: at",
                "top: `open`: missing",
            ],
        ),
        ("facts: {share: 32 %, loss: 10 %}\nexpect: {tiers: {low: met}}", []),
        # The highest tier reached tells of it, of those below and of the one above.
        ("facts: {share: 32 %, loss: 11 %}\nexpect: {tier: none}", []),
        (
            "facts: {share: 32 %, loss: 10 %, open: true}\nexpect: {tier: low}",
            ["high: `rate >= 75 %`: below", "high: `every indicator where mandatory: met`: met"],
        ),
        (
            "facts: {share: 66 %, loss: 10 %, open: true}\nexpect: {tier: top}",
            [
                "high: `rate >= 75 %`: above",
                "high: `every indicator where mandatory: met`: met",
                "top: `total >= 6 points`: above",
                "top: `open`: met",
            ],
        ),
    ],
)
def test_a_case_pins_the_side_on_which_it_lies_of_what_it_expects(
    tmp_path: Path, case: str, pinned: list[str] | None
) -> None:
    if pinned is None:
        with pytest.raises(sr.RulesetError, match="expects nothing"):
            pins(tmp_path, case)
    else:
        assert pins(tmp_path, case) == pinned


def test_a_share_of_points_above_all_of_them_is_not_asked_for() -> None:
    rules = ruleset(
        """
        tiers: {basic: , all: {rule: full >= 100 %}}
        facts: {a: {kind: flag}}
        indicators: {it: {points: 1 point, require: {basic: a}}}
        scores: {full: {value: "sum(indicators, points) / sum(indicators, full_points)", unit: "%"}}
        """
    )
    assert [str(one) for one in coverage(rules, [])] == [
        "basic.it: `a` has no case: met, not met, missing",
        "all: `full >= 100 %` has no case: below, at, missing",
    ]


_BASE = """\
standard: base
edition: "1"
tiers: {low: , high: {rule: total >= 2 points}}
facts: {share: {share: "%"}, other: {share: "%"}}
indicators:
  it: {points: {value: "first of (share < 33 % then 1 point, otherwise 2 points)", of: 2 points}, require: {low: reported(share)}}
  both: {points: {value: "first of (other < 33 % then 1 point, otherwise 2 points)", of: 2 points}, require: {low: reported(other)}}
scores:
  total: {value: "sum(indicators, points)", unit: point}
"""
_OVER = """\
standard: over
edition: "1"
extends: base@1
indicators:
  both: {points: {value: "first of (other < 50 % then 1 point, otherwise 2 points)", of: 2 points}}
"""


def test_what_is_inherited_is_pinned_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("base", _BASE), ("over", _OVER)):
        path = tmp_path / name / "1" / "ruleset.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path))
    assert [boundary.of for boundary in coverage(sr.load("base@1"), [])] == [
        "low.it",
        "points of it",
        "low.both",
        "points of both",
        "high",
    ]
    assert [str(boundary) for boundary in coverage(sr.load("over@1"), [])] == [
        "points of both: `other < 50 %` has no case: below, at, above, missing"
    ]


def test_points_that_differ_are_said_with_their_unit(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "cases:\n"
        "  - name: wrong\n"
        "    facts: {share: 32 %}\n"
        "    expect: {points: {low: {it: 2 points, lost: 4 points}, top: {it: unknown, lost: unknown}}}\n",
        "utf-8",
    )
    (case,) = read_cases(RULES.edition, path)
    assert differences(RULES, case) == [
        Difference("low.it points", "2 points", "1 point"),
        Difference("low.lost points", "4 points", "unknown"),
        Difference("top.it points", "unknown", "1 point"),
    ]


def test_points_are_expected_of_indicators_that_have_some(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "cases:\n  - name: bad\n    expect: {points: {low: {seen: 1 point, itt: 1 point, it: 1}, lower: {it: 1 point}}}\n",
        "utf-8",
    )
    with pytest.raises(sr.RulesetError) as caught:
        read_cases(RULES.edition, path)
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR515", "the ruleset has no indicator with points in the tier `low` named `seen`"),
        ("SR515", "the ruleset has no indicator with points in the tier `low` named `itt`"),
        ("SR504", "`it` needs its unit: the bare number `1` does not say in which it is"),
        ("SR515", "the ruleset has no tier `lower`"),
    ]


def test_the_cases_of_the_example_of_points_pin_every_side() -> None:
    star = catalog.load_file(ROOT / "docs" / "examples" / "star-homes" / "ruleset.yaml")
    cases = [case for _, case in cases_of(star, ROOT / "docs" / "examples" / "star-homes" / "cases")]
    assert [difference for case in cases for difference in differences(star, case)] == []
    assert [str(boundary) for boundary in coverage(star, cases) if boundary.open] == []
