"""Facts with exactly one fault: every fault that facts of a ruleset can have is drawn, and each document has its own alone."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import Phase, given, settings

import smartrules
from smartrules.diagnostics import FactsError, NotFoundError
from smartrules.ruleset import Ruleset
from smartrules.testing import invalid_facts_from
from smartrules.testing.invalid import InvalidFacts
from tests.rulesets import ROOT, ruleset

EVERY_KIND = """\
tiers: {basic: }
facts:
  households: {count: household, min: 1}
  gigabit: {count: household, at_most: households, max: 500}
  cameras: {count: camera, step: 5 cameras}
  area: {quantity: km^2, step: 0.01}
  warmth: {quantity: kelvin, min: -5, max: 40}
  green: {share: "%", max: 100 %}
  events: {rate: event/year}
  gated: {kind: flag}
  services: {set: {meals: {zh: 助餐}, bathing: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}
  all_safe: {kind: flag, from: "every building: safe"}
collections:
  buildings: {each: building, facts: {storeys: {count: storey, max: 9}, flats: {count: household}, empty: {count: household, at_most: flats}, safe: {kind: flag}, kinds: {set: {old: , new: }}}}
measures:
  coverage: {value: gigabit / households, unit: "%"}
indicators:
  it: {require: {basic: coverage >= 70 %}}
"""

#: What facts of any ruleset with a count, a number with a unit and a measure can have.
ALWAYS = [
    *["SR104", "SR108", "SR109", "SR110", "SR111", "SR113"],
    *["SR207", "SR251", "SR252", "SR253"],
    *["SR501", "SR502", "SR503", "SR504", "SR506", "SR507", "SR509"],
    *["SR511", "SR512", "SR513", "SR514", "SR517", "SR519"],
]
PART, STEP, MEMBER, MADE, TWINS = "SR505", "SR508", "SR510", "SR516", "SR518"
#: What else they can have, where the ruleset declares what that takes.
BESIDE = {
    "complete-community@trial": [MEMBER, MADE, TWINS],
    "example-city-smart-community@2023": [PART, STEP, MEMBER],
    "gigabit-city@2022": [PART],
    "shandong-smart-community@2022": [PART, STEP, MEMBER],
    "u4ssc-kpi@2022": [PART, TWINS],
    "docs/examples/elm-homes/2024/ruleset.yaml": [PART, MEMBER],
    "docs/examples/elm-homes/2025-draft/ruleset.yaml": [PART, MEMBER],
    "docs/examples/green-community.yaml": [PART, STEP, MEMBER],
    "docs/examples/mutation/ruleset.yaml": [PART],
    "docs/examples/nuanxin-jiayuan/2025/ruleset.yaml": [PART, MEMBER, TWINS],
    "docs/examples/nuanxin-jiayuan/2026/ruleset.yaml": [PART, MEMBER, TWINS],
    "docs/examples/quiet-community.yaml": [PART, MEMBER],
    "docs/examples/quiet-homes/2024/ruleset.yaml": [PART],
    "docs/examples/river-homes/ruleset.yaml": [PART],
    "docs/examples/safe-homes/ruleset.yaml": [PART, MADE, TWINS],
    "docs/examples/star-homes/ruleset.yaml": [PART],
    "docs/examples/warm-homes/2025/ruleset.yaml": [PART, MEMBER, TWINS],
    "docs/examples/warm-homes/2026/ruleset.yaml": [PART, MEMBER, TWINS],
    "every kind": [PART, STEP, MEMBER, MADE, TWINS],
}


@cache
def _every_kind() -> Ruleset:
    return ruleset(EVERY_KIND)


def _loaded(name: str) -> Ruleset:
    if name == "every kind":
        return _every_kind()
    return smartrules.load(ROOT / name if name.startswith("docs/") else name)


@pytest.fixture(autouse=True)
def _examples_extend_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTRULES_PATH", str(ROOT / "docs" / "examples"))


def _has_its_fault_alone(loaded: Ruleset, invalid: InvalidFacts) -> None:
    with pytest.raises(FactsError) as caught:
        loaded.read_facts(invalid.text)
    assert [(one.code, one.at) for one in caught.value.diagnostics] == [(invalid.code, invalid.at)], invalid.text
    with pytest.raises(FactsError) as caught:
        loaded.facts(invalid.document)
    assert [one.code for one in caught.value.diagnostics] == [invalid.code], invalid.document
    assert loaded.facts(invalid.sound).edition == loaded.name


@pytest.mark.parametrize("name", BESIDE)
def test_every_fault_that_facts_of_a_ruleset_can_have_is_drawn_alone(name: str) -> None:
    loaded, drawn = _loaded(name), list[str]()
    for code in [*ALWAYS, PART, STEP, MEMBER, MADE, TWINS]:
        try:
            strategy = invalid_facts_from(loaded, code=code)
        except NotFoundError:
            continue

        @settings(max_examples=2, phases=[Phase.generate])
        @given(strategy)
        def check(invalid: InvalidFacts) -> None:
            _has_its_fault_alone(loaded, invalid)
            drawn.append(invalid.code)

        check()
        assert set(drawn[-1:]) == {code}
    assert sorted(set(drawn)) == sorted([*ALWAYS, *BESIDE[name]])


def test_the_table_names_every_ruleset_of_the_packages_and_the_examples() -> None:
    packaged = [f"{path.parts[-3]}@{path.parts[-2]}" for path in (ROOT / "rulesets").glob("*/*/ruleset.yaml")]
    examples = (ROOT / "docs" / "examples").rglob("*.yaml")
    written = [str(path.relative_to(ROOT)) for path in examples if path.read_text("utf-8").find("\nstandard:") >= 0]
    assert sorted(BESIDE) == sorted([*packaged, *written, "every kind"])


@settings(max_examples=150)
@given(invalid_facts_from(_every_kind()))
def test_a_document_has_its_fault_alone_and_without_it_is_accepted(invalid: InvalidFacts) -> None:
    _has_its_fault_alone(_every_kind(), invalid)


@pytest.mark.parametrize(
    ("code", "path", "underlined"),
    [
        ("SR104", "ｆａｃｔｓ", "ｆａｃｔｓ"),
        ("SR110", "facts", ""),
        ("SR505", "facts.gigabit", "2 households"),
        ("SR516", "facts.tall", "1 building"),
        ("SR518", "collections.buildings.2.id", "twin"),
    ],
)
def test_a_fault_says_where_it_is(code: str, path: str, underlined: str) -> None:
    found = dict[str, str]()

    @settings(max_examples=40, phases=[Phase.generate])
    @given(invalid_facts_from(_every_kind(), code=code))
    def look(invalid: InvalidFacts) -> None:
        at = invalid.at
        line = "" if at is None else invalid.text.splitlines()[at.line - 1][at.column - 1 :][: at.width]
        found.setdefault(invalid.path, line)

    look()
    assert found[path] == underlined


def test_a_fault_that_facts_of_a_ruleset_cannot_have_is_refused() -> None:
    with pytest.raises(NotFoundError) as caught:
        invalid_facts_from(ruleset("facts: {a: {kind: flag}}\nindicators: {it: {require: {basic: a}}}\n"), code="SR503")
    assert str(caught.value) == (
        "error[SR603]: facts of `small@1` cannot have the fault `SR503`\n"
        "help: they can have `SR104`, `SR108`, `SR109`, `SR110`, `SR111`, `SR113`, `SR501`, `SR502`, `SR511`, `SR512`, "
        "`SR513`, `SR514` … (14 in all)"
    )


def test_a_document_is_printed_where_a_test_fails() -> None:
    small = ruleset(
        "facts: {homes: {count: household, min: 1}}\nindicators: {it: {require: {basic: homes > 2 households}}}\n"
    )

    @settings(database=None, derandomize=True, max_examples=10)
    @given(invalid_facts_from(small, code="SR506"))
    def never(invalid: InvalidFacts) -> None:
        raise ValueError(invalid.code)

    with pytest.raises(ValueError, match="SR506") as caught:
        never()
    assert caught.value.__notes__[0] == (
        "# a facts document for small@1 with the fault SR506\nruleset: small@1\nfacts:\n  homes: 0 households\n"
    )
