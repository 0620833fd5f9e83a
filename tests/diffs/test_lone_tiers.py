"""What is required at a tier that only one edition has, or of which only one knows what it requires."""

from __future__ import annotations

import pytest

from smartrules.analysis import diff
from smartrules.analysis.diffs.answer import Effect
from smartrules.analysis.diffs.rulings import Verdict
from smartrules.documents.canonical import fingerprint
from smartrules.documents.deciding import Sort
from smartrules.documents.ruleset import read_ruleset
from smartrules.reports.diffs import DiffReport
from smartrules.ruleset import Ruleset
from smartrules.values import Language
from tests.diffs.test_verdicts import change_of
from tests.rulesets import SHANDONG, ruleset, shandong


@pytest.fixture(scope="module")
def with_good() -> Ruleset:
    """Return the province's standard with a tier Good between Basic and Growing, which asks more of one indicator."""
    text = (SHANDONG / "ruleset.yaml").read_text("utf-8")
    for before, after in (
        ("aliases: [鲁数发〔2022〕16号, 数字强省办发〔2022〕4号]\n", ""),
        ('edition: "2022"', 'edition: "2023"'),
        ("  growing: {title", "  good: {title: {zh: 良好型, en: Good}}\n  growing: {title"),
        ("gigabit_coverage >= 70 %\n", "gigabit_coverage >= 70 %\n      good: gigabit_coverage >= 95 %\n"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    edition = read_ruleset(text)
    return Ruleset(edition, fingerprint(edition))


def test_what_a_new_tier_requires_is_added(with_good: Ruleset) -> None:
    found = diff(shandong(), with_good)
    change = change_of(found, Sort.INDICATOR, "wired_broadband")
    assert change.effect is Effect.MATERIAL
    (one,) = change.rulings
    assert (one.tiers, one.verdict, one.before) == (("good",), Verdict.ADDED, None)
    (witness,) = one.witnesses
    assert found.new.assess(witness.new)["good"]["wired_broadband"].outcome == witness.after.outcome == "not_met"
    assert witness.before.outcome is None
    assert [detail.effect for detail in change.details if detail.key == "require"] == [Effect.MATERIAL]


def test_what_a_tier_required_that_is_no_more_is_removed(with_good: Ruleset) -> None:
    found = diff(with_good, shandong())
    change = change_of(found, Sort.INDICATOR, "wired_broadband")
    assert change.effect is Effect.MATERIAL
    (one,) = change.rulings
    assert (one.tiers, one.verdict, one.after) == (("good",), Verdict.REMOVED, None)
    (witness,) = one.witnesses
    assert found.old.assess(witness.old)["good"]["wired_broadband"].outcome == witness.before.outcome == "not_met"


@pytest.mark.parametrize(
    ("language", "added", "removed"),
    [
        (
            "en",
            "1 Wired broadband: required at Good: gigabit-fibre household coverage is at least 95 %; a community "
            "(gigabit-fibre household coverage 0 %) fails it.",
            "1 Wired broadband: no longer required at Good: gigabit-fibre household coverage is at least 95 %; a community "
            "(gigabit-fibre household coverage 0 %) failed it.",
        ),
        (
            "zh",
            "1 有线宽带网络：良好型新增要求：“家庭千兆光纤网络覆盖率不低于95%”；社区（家庭千兆光纤网络覆盖率0%）不达标。",
            "1 有线宽带网络：良好型不再要求：“家庭千兆光纤网络覆盖率不低于95%”；社区（家庭千兆光纤网络覆盖率0%）原不达标。",
        ),
    ],
)
def test_it_is_said_so(with_good: Ruleset, language: Language, added: str, removed: str) -> None:
    forth = DiffReport(diff(shandong(), with_good), language)
    asked = {"en": "1: 1 Wired broadband at Good, not asked under ", "zh": "1：1 有线宽带网络（良好型），按"}
    assert f"# {asked[language]}" in forth.markdown()
    assert f"  {added}" in forth.lines()
    assert "95" in forth.markdown()
    assert f"  {removed}" in DiffReport(diff(with_good, shandong()), language).lines()


TIERED = """
    tiers: {{basic: , good: {0}}}
    facts: {{gated: {{kind: flag}}, guarded: {{kind: flag}}}}
    indicators:
      gates: {{require: {{basic: gated{1}}}}}
"""


def test_what_becomes_known_of_a_tier_is_added_too() -> None:
    unknown = ruleset(TIERED.format("{requirements: unknown}", ""))
    known = ruleset(TIERED.format("", ", good: 'all of (gated, guarded)'"))
    (one,) = change_of(diff(unknown, known), Sort.INDICATOR, "gates").rulings
    assert (one.tiers, one.verdict, len(one.witnesses)) == (("good",), Verdict.ADDED, 1)
    (one,) = change_of(diff(known, unknown), Sort.INDICATOR, "gates").rulings
    assert (one.tiers, one.verdict, len(one.witnesses)) == (("good",), Verdict.REMOVED, 1)


def test_what_a_new_tier_takes_over_from_the_one_below_is_not_said_again() -> None:
    text = """
        tiers: {{basic: {0}}}
        facts: {{gated: {{kind: flag}}, guarded: {{kind: flag}}}}
        indicators:
          gates: {{require: {{basic: gated}}}}
          guards: {{require: {{basic: guarded{1}}}}}
    """
    found = diff(ruleset(text.format("", "")), ruleset(text.format(", good: ", ", good: 'all of (gated, guarded)'")))
    assert [(change.sort, change.id) for change in found.material] == [
        (Sort.TIER, "good"),
        (Sort.INDICATOR, "guards"),
    ]
