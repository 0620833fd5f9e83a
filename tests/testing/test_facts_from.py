"""Facts drawn from a ruleset: accepted by it, and of the outcome that is wanted, for the packaged rulesets and small rules."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import smartrules
from smartrules.diagnostics import MissingExtraError, NotFoundError, RulesetError, SmartrulesError
from smartrules.engines.exact import disagreements
from smartrules.expr.nodes import Expr, Unknown, walk
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.testing import facts_from
from tests.rulesets import ROOT, ruleset
from tests.test_engines import FACTS

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

PACKAGED = [
    "complete-community@trial",
    "example-city-smart-community@2023",
    "gigabit-city@2022",
    "shandong-smart-community@2022",
    "u4ssc-kpi@2022",
]
#: No health check is suppressed: a strategy that filters would fail here.
_FEW = settings(max_examples=8, deadline=None, phases=[Phase.generate])
_MORE = settings(max_examples=50, deadline=None, derandomize=True, phases=[Phase.generate])


def _drawn(strategy: st.SearchStrategy[Facts], limits: settings = _FEW) -> list[Facts]:
    found: list[Facts] = []

    @limits
    @given(strategy)
    def collect(facts: Facts) -> None:
        found.append(facts)

    collect()
    return found


@pytest.mark.parametrize("name", PACKAGED)
def test_drawn_facts_fit_the_declarations_and_every_engine_assesses_them(name: str) -> None:
    loaded = smartrules.load(name)
    for facts in _drawn(facts_from(loaded), _MORE):
        assert loaded.outcomes(facts) == loaded.assess(facts).outcomes()
        assert not list(disagreements(loaded.edition, facts))


@pytest.mark.parametrize("name", PACKAGED)
@pytest.mark.parametrize("outcome", [MET, NOT_MET, UNDETERMINED])
def test_the_tiers_of_the_packaged_rulesets_come_to_every_outcome(name: str, outcome: Outcome) -> None:
    loaded = smartrules.load(name)
    for tier in loaded.edition.tiers:
        if not tier.known and outcome is not UNDETERMINED:
            continue
        for facts in _drawn(facts_from(loaded, tier=tier.id, outcome=outcome)):
            assert loaded.assess(facts)[tier.id].outcome is outcome


@pytest.mark.parametrize("name", PACKAGED)
def test_the_indicators_of_the_packaged_rulesets_come_to_every_outcome_that_they_have(name: str) -> None:
    loaded = smartrules.load(name)
    asked: dict[str, set[Expr]] = {}
    for tier in loaded.edition.tiers:
        for indicator, rule in loaded.edition.rules(tier.id).items():
            if rule in asked.setdefault(indicator, set()):  # it is inherited
                continue
            asked[indicator].add(rule)
            for outcome in (MET, NOT_MET, UNDETERMINED):
                if outcome is MET and any(isinstance(node, Unknown) for node in walk(rule)):
                    continue
                strategy = facts_from(loaded, tier=tier.id, indicator=indicator, outcome=outcome)
                for facts in _drawn(strategy, settings(_FEW, max_examples=3)):
                    assert loaded.assess(facts)[tier.id][indicator].outcome is outcome


@pytest.mark.parametrize("indicator", ["ebike_charging", "elderly_care", "convenience", "13", "falling_objects"])
def test_an_indicator_that_does_not_apply(indicator: str) -> None:
    loaded = smartrules.load("shandong-smart-community@2022")
    for facts in _drawn(facts_from(loaded, indicator=indicator, outcome="not_applicable")):
        assert loaded.assess(facts)["basic"][loaded.indicator(indicator).id].outcome is NOT_APPLICABLE


_EVERY = (MET, NOT_MET, UNDETERMINED)


@pytest.mark.parametrize(
    ("rule", "outcomes"),
    [
        ("coverage >= 70 %", _EVERY),
        ("coverage = 50 %", _EVERY),
        ("coverage != 50 %", _EVERY),
        ("33 % < coverage <= 34 %", _EVERY),
        ("area >= 1250 mu", _EVERY),
        ("area = 3 公顷", _EVERY),
        ("change < 0 km^2", _EVERY),
        ("density >= 2 household/km^2", _EVERY),
        ("(whole - part) / most <= 10 %", _EVERY),
        ("stepped >= 60 %", _EVERY),
        ("truncate(share, 5 %) < 35 %", _EVERY),
        ("round_up(share, 5 %) > 35 %", _EVERY),
        ("graded >= 3 points", _EVERY),
        ("mixed = 2 points", _EVERY),
        ("lined = 1.5 points", _EVERY),
        ("lined + mixed > 7 points", _EVERY),
        ("took <= 5 days", _EVERY),
        ("opened >= 2022-01-31 + 1 month", _EVERY),
        ("opened + 1 month = 2024-02-29", _EVERY),
        ("opened + 12 months >= today", _EVERY),
        ("closed - 1 year = (1 month + opened) + 1 month", _EVERY),
        ("closed - (opened + 6 months) <= 30 days", _EVERY),
        ("all of (opened + 1 month > 2030-05-30, opened <= 2030-05-01)", _EVERY[1:]),
        ("closed > today", _EVERY),
        ("closed >= opened + 5 days", _EVERY),
        ("count(services) = 2 kinds", _EVERY),
        ("services includes at least 2 of (meals, bathing, cleaning)", _EVERY),
        ("not (services includes all of (meals, bathing))", _EVERY),
        ("water is not river", _EVERY),
        ("tall >= 3 buildings", _EVERY),
        ("every building: safe", (*_EVERY, NOT_APPLICABLE)),
        ("some building: storeys >= 3 storeys", (*_EVERY, NOT_APPLICABLE)),
        ("every building where storeys >= 3 storeys: safe", (*_EVERY, NOT_APPLICABLE)),
        ("count(buildings) >= 2 buildings", _EVERY),
        ("count(buildings) = 7 buildings", _EVERY),
        ("count(buildings where storeys >= 3 storeys) >= 5 buildings", _EVERY),
        ("sum(buildings, storeys) >= 12 storeys", _EVERY),
        ("sum(buildings where safe, storeys) = 10 storeys", _EVERY),
        ("share(buildings where storeys >= 3 storeys, safe) = 70 %", _EVERY),
        ("min(buildings, storeys) >= 3 storeys", _EVERY),
        ("max(buildings where safe, storeys) = 4 storeys", _EVERY),
        ("mean(buildings, storeys) > 2.5 storeys", _EVERY),
        ("percentile(buildings, storeys, 50 %) = 4 storeys", _EVERY),
        ("all of (max(buildings, storeys) = 9 storeys, percentile(buildings, storeys, 50 %) = 2 storeys)", _EVERY),
        ("reported(coverage)", _EVERY),
        ("reported(a)", _EVERY),
        ("at least 2 of (a, b, coverage >= 50 %, advise(a))", _EVERY),
        ("any of (advise(b), a)", _EVERY),
        ("all of (a, not (b)) when share > 50 %", (*_EVERY, NOT_APPLICABLE)),
        ("all of (coverage >= 50 %, coverage < 51 %, whole >= 1234567 households)", _EVERY),
    ],
)
def test_a_rule_is_solved(rule: str, outcomes: tuple[Outcome, ...]) -> None:
    made = ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "{rule}"}}}}\n')
    for outcome in outcomes:
        for facts in _drawn(facts_from(made, indicator="it", outcome=outcome)):
            assert made.assess(facts)["basic"]["it"].outcome is outcome, facts


def test_every_indicator_of_a_standard_of_dates_bands_and_collections_is_solved() -> None:
    homes = smartrules.load(ROOT / "docs" / "examples" / "safe-homes" / "ruleset.yaml")
    for name in (None, *homes.edition.rules("basic")):
        for outcome in _EVERY:
            for facts in _drawn(facts_from(homes, tier="basic", indicator=name, outcome=outcome)):
                found = homes.assess(facts)["basic"]
                assert (found if name is None else found[name]).outcome is outcome


def test_what_is_not_solved_is_named() -> None:
    made = ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "coverage * density >= 2 household/km^2"}}}}\n')
    with pytest.raises(RulesetError) as caught:
        facts_from(made, indicator="it", outcome=MET)
    assert str(caught.value) == (
        "error[SR617]: no facts are found of which `basic.it` is met: `coverage * density` is not solved for its facts\n"
        "help: draw facts without `outcome`, or write them by hand"
    )


def test_an_outcome_that_no_facts_have_is_refused() -> None:
    made = ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "share > 100 %"}}}}\n')
    with pytest.raises(RulesetError) as caught:
        facts_from(made, tier="basic", outcome="met")
    assert str(caught.value) == (
        "error[SR617]: no facts are found of which `basic` is met\n"
        "help: the rule and the declared bounds may leave none"
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (
            {"tier": "basics", "outcome": MET},
            NotFoundError,
            "error[SR603]: `gigabit-city@2022` has no tier `basics`\nhelp: it has `certified`",
        ),
        (
            {"missing": ["household"]},
            NotFoundError,
            "error[SR603]: `gigabit-city@2022` has no fact `household`\nhelp: did you mean `households`?",
        ),
        (
            {"tier": "certified"},
            SmartrulesError,
            "error[SR618]: `tier` is given without an `outcome`\n"
            "help: give one of `met`, `not_met`, `not_applicable` or `undetermined`",
        ),
        (
            {"outcome": MET},
            SmartrulesError,
            "error[SR618]: `outcome` is given without saying of what\nhelp: name a `tier`, an `indicator`, or both",
        ),
        (
            {"tier": "certified", "outcome": "passed"},
            SmartrulesError,
            "error[SR618]: `passed` is no outcome\n"
            "help: the outcomes are `met`, `not_met`, `not_applicable` or `undetermined`",
        ),
    ],
)
def test_arguments_are_checked_when_the_strategy_is_made(arguments: Any, kind: type, message: str) -> None:
    with pytest.raises(kind) as caught:
        facts_from(smartrules.load("gigabit-city"), **arguments)
    assert str(caught.value) == message


def test_what_may_not_be_missing_is_given() -> None:
    loaded = smartrules.load("gigabit-city")
    for facts in _drawn(facts_from(loaded, missing=[])):
        assert set(facts.facts) == set(loaded.edition.fact_by_id)
        assert facts.on is not None
    found = _drawn(facts_from(loaded, missing=["ports"]), _MORE)
    assert {frozenset(loaded.edition.fact_by_id) - set(facts.facts) for facts in found} == {
        frozenset(),
        frozenset({"ports"}),
    }


def test_facts_made_of_a_collection_are_given_beside_it() -> None:
    made = ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "a"}}}}\n')
    found = _drawn(facts_from(made), _MORE)
    assert any("tall" in facts.facts and facts.collections.get("buildings") for facts in found)
    assert any(facts.stated for facts in found)
    assert any(facts.not_reported for facts in found)


def test_a_failing_test_prints_a_facts_document_that_reads_back() -> None:
    made = ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "coverage >= 70 %"}}}}\n')
    seen: list[Facts] = []

    @settings(deadline=None, database=None)
    @given(facts_from(made, indicator="it", outcome=MET))
    def fails(facts: Facts) -> None:
        seen.append(facts)
        raise AssertionError("as planted")

    with pytest.raises(AssertionError, match="as planted") as caught:
        fails()
    printed = next(n for n in caught.value.__notes__ if n.startswith("# a facts document for small@1\n"))
    assert made.read_facts(printed) == seen[-1]
    assert printed == (
        "# a facts document for small@1\nruleset: small@1\nfacts:\n  part: 1\n  whole: 1\n"
    )  # the simplest facts of which the rule is met


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import smartrules.testing as testing

    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "hypothesis":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return imported(name, *rest)

    monkeypatch.delitem(testing.__dict__, "facts_from", raising=False)
    monkeypatch.delitem(__import__("sys").modules, "smartrules.testing.strategies", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        _ = testing.facts_from
    assert str(caught.value) == (
        "error[SR604]: `facts_from` needs the package `hypothesis`, which is not installed\n"
        "help: install it: `pip install 'smartrules[testing]'`"
    )
