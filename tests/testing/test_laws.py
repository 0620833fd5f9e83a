"""The ready-made laws: they hold of every ruleset that is shipped, and each finds a ruleset, or an engine, that breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

import smartrules as sr
from smartrules import catalog
from smartrules.diagnostics import NotFoundError
from smartrules.facts import Fact, Facts
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import laws
from tests.rulesets import ROOT, ruleset

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

SHIPPED = [
    "complete-community@trial",
    "example-city-smart-community@2023",
    "gigabit-city@2022",
    "shandong-smart-community@2022",
    "u4ssc-kpi@2022",
]
#: The largest takes its time.
EXAMPLES = {"u4ssc-kpi@2022": 5}


def test_these_are_the_rulesets_that_are_shipped() -> None:
    packaged = ROOT / "rulesets"
    found = [f"{path.parent.parent.name}@{path.parent.name}" for path in packaged.glob("*/*/ruleset.yaml")]
    assert sorted(found) == SHIPPED


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_law_holds_of_every_ruleset_that_is_shipped(name: str, law: laws.Law) -> None:
    law.check(sr.load(name), examples=EXAMPLES.get(name, 10))


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
@pytest.mark.parametrize("example", ["quiet-homes/2024", "safe-homes", "star-homes", "warm-homes/2025"])
def test_every_law_holds_of_the_examples(example: str, law: laws.Law) -> None:
    found = catalog.load_file(ROOT / "docs" / "examples" / example / "ruleset.yaml")
    if (example, law) != ("star-homes", laws.TIERS):
        law.check(found, examples=20)


def test_a_tier_that_is_given_for_points_implies_no_lower_one() -> None:
    found = catalog.load_file(ROOT / "docs" / "examples" / "star-homes" / "ruleset.yaml")
    facts = {"households": 1, "alarm_households": 0, "lifts": True, "lifts_inspected": True, "quiet_nights": "80 %"}
    assessment = found.assess({**facts, "garden": True, "reading_room": True})
    assert (assessment["listed"].outcome, assessment["three"].outcome) == (NOT_MET, MET)


# --- rulesets that break one ---------------------------------------------------------------------------------------

COVER = """\
standard: cover
edition: "1"
tiers: {basic: , good: }
facts:
  covered: {count: household, at_most: homes}
  homes: {count: household, min: 1}
  gated: {kind: flag}
indicators:
  coverage:
    measures: {share: {value: covered / homes, unit: "%"}}
    require: {basic: share >= 80 %, good: RULE}
"""


def cover(rule: str) -> Ruleset:
    return ruleset(COVER.replace("RULE", rule))


def broken(of: Ruleset, law: laws.Law) -> str:
    """Return what is wrong, in one line."""
    found = law.breach(of, seed=0)
    assert found is not None
    assert str(found).startswith(f"{law.id}: {law.sentence.en}\n  of {of.name} it does not hold: {found.said}\n")
    return found.said


def test_a_higher_tier_that_asks_for_less_breaks_the_law_of_tiers() -> None:
    with pytest.raises(laws.LawBroken) as caught:
        laws.TIERS.check(cover("share >= 70 %"), seed=0)
    (breach,) = caught.value.breaches
    assert breach.facts is not None
    facts = breach.facts["facts"]
    assert 70 * facts["homes"] <= 100 * facts["covered"] < 80 * facts["homes"]
    assert str(caught.value) == (
        "tiers: Whoever reaches a tier misses no lower one.\n"
        "  of cover@1 it does not hold: the tier `good` is met, and the lower tier `basic` is not\n"
        "  the facts are\n"
        "    ruleset: cover@1\n"
        "    facts:\n"
        f"      covered: {facts['covered']}\n"
        f"      homes: {facts['homes']}"
    )


def test_a_threshold_turned_round_at_a_higher_tier_breaks_the_law_of_more() -> None:
    assert broken(cover("share <= 90 %"), laws.BETTER) == (
        "`good.coverage` is met, and not met once `covered` is 1 household"
    )


def test_every_law_that_is_broken_is_told() -> None:
    with pytest.raises(laws.LawBroken) as caught:
        laws.check(cover("share <= 70 %"), laws.UNITS, laws.TIERS, laws.BETTER, seed=0)
    assert [breach.law for breach in caught.value.breaches] == [laws.TIERS, laws.BETTER]


def test_the_same_seed_finds_the_same_community() -> None:
    found = [laws.TIERS.breach(ruleset(GATED), seed=7) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0] is not None


def test_a_law_holds_or_not_without_the_simplest_community() -> None:
    assert laws.TIERS.holds(cover("share >= 90 %"), seed=0)
    assert not laws.TIERS.holds(cover("share >= 70 %"), seed=0)


# --- engines that break one ----------------------------------------------------------------------------------------


class _PerMilleAsPercent(Ruleset):
    """Takes the sign of per mille for that of percent."""

    def facts(self, facts: Any) -> Facts:
        if isinstance(facts, Mapping):
            known = {
                name: value.replace("‰", "%") if isinstance(value, str) else value
                for name, value in facts["facts"].items()
            }
            return super().facts({**facts, "facts": known})
        return super().facts(facts)


class _FirstDecides(Ruleset):
    """Passes over every fact but the first."""

    def assess(self, facts: Any) -> Any:
        if isinstance(facts, Mapping):
            return super().assess({**facts, "facts": dict([*facts["facts"].items()][:1])})
        return super().assess(facts)


class _MissingIsNothing(Ruleset):
    """Takes what is missing for nothing."""

    def assess(self, facts: Any) -> Any:
        known = self.facts(facts)
        return super().assess(evolve(known, facts={"gated": Fact("gated", False), **known.facts}))


class _StatedIsNothing(Ruleset):
    """Passes over what is stated."""

    def assess(self, facts: Any) -> Any:
        return super().assess(evolve(self.facts(facts), stated={}))


class _NoIsNothing(Ruleset):
    """Does not read a flag that is no."""

    def read_facts(self, text: str | bytes, *, name: str | None = None) -> Facts:
        found = super().read_facts(text, name=name)
        return evolve(found, facts={key: fact for key, fact in found.facts.items() if fact.value is not False})


class _OpenIsMet(Ruleset):
    """Compiles what is open as met."""

    def outcomes(self, facts: Any) -> dict[str, dict[str, Outcome]]:
        return {
            tier: {name: MET if outcome is UNDETERMINED else outcome for name, outcome in found.items()}
            for tier, found in super().outcomes(facts).items()
        }


def planted(kind: type[Ruleset], of: Ruleset) -> Ruleset:
    return kind(of.edition, of.fingerprint)


class _FramesAreMet(Ruleset):
    """Says of every row of a frame that it is met."""

    def assess_frame(self, frame: Any, **asked: Any) -> Any:
        import polars as pl

        return super().assess_frame(frame, **asked).with_columns(pl.lit("met").alias("basic.coverage"))


GATED = """\
standard: gated
edition: "1"
tiers: {basic: , good: }
facts: {gated: {kind: flag}}
indicators:
  gate: {require: {basic: gated, good: not gated}}
"""

PAIR = """\
standard: pair
edition: "1"
tiers: {basic: }
facts:
  speed: {share: "%"}
  gated: {kind: flag}
  lit: {kind: flag}
indicators:
  quick: {require: {basic: speed >= 50 %}}
  both: {require: {basic: "all of (gated, lit)"}}
"""


def test_a_unit_that_is_taken_for_another_breaks_the_law_of_units() -> None:
    said = broken(planted(_PerMilleAsPercent, ruleset(PAIR)), laws.UNITS)
    assert said.endswith("once the facts are written in other units")


def test_a_fact_that_is_passed_over_where_it_stands_breaks_the_law_of_order() -> None:
    said = broken(planted(_FirstDecides, ruleset(PAIR)), laws.ORDER)
    assert said.endswith("once the facts stand in another order")


def test_what_is_missing_and_taken_for_nothing_breaks_the_law_of_missing_facts() -> None:
    said = broken(planted(_MissingIsNothing, ruleset(GATED)), laws.MISSING)
    assert said == "`basic` is met, and not met without `gated`"


def test_a_stated_figure_that_is_passed_over_breaks_the_law_of_stated_ones() -> None:
    said = broken(planted(_StatedIsNothing, cover("share >= 90 %")), laws.STATED)
    assert said == (
        "`basic.coverage` is not met, and undetermined once `share` is stated as 0 %, which its counts make it"
    )


def test_a_flag_that_is_not_read_breaks_the_law_of_printing() -> None:
    said = broken(planted(_NoIsNothing, cover("gated")), laws.PRINTED)
    assert said == "`gated` is no, and not there once the facts are printed and read"


def test_an_engine_that_takes_what_is_open_for_met_breaks_the_law_of_engines() -> None:
    said = broken(planted(_OpenIsMet, cover("share >= 90 %")), laws.ENGINES)
    assert said == "`basic.coverage` is undetermined, and met by the compiled engine"


def test_a_frame_that_says_something_else_breaks_the_law_of_engines() -> None:
    said = broken(planted(_FramesAreMet, cover("share >= 90 %")), laws.ENGINES)
    assert said == "`basic.coverage` is undetermined, and met in a frame of Polars"


def test_a_law_is_found_by_its_name() -> None:
    assert laws.law("units") is laws.UNITS
    with pytest.raises(NotFoundError) as caught:
        laws.law("unit")
    assert str(caught.value) == "error[SR603]: there is no law `unit`\nhelp: did you mean `units`?"
    with pytest.raises(NotFoundError) as caught:
        laws.law("gravity")
    assert caught.value.diagnostics[0].help == (
        "the laws are `units`, `order`, `tiers`, `better`, `missing`, `stated`, `printed` and `engines`"
    )
