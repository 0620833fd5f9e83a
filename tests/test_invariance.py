"""One community, its figures in other units: the same findings, values and margins."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.assessment import Assessment
from smartrules.diagnostics import FactsError
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_MET
from smartrules.units import unit
from smartrules.values import Quantity
from tests.rulesets import QILI, shandong

# How the example writes some of its figures, and the same figures in other units and other digits.
SPELLINGS: dict[tuple[str, str], list[str]] = {
    ("facts", "area"): [
        "6.3 km²",
        "6.30 km^2",
        "６．３平方公里",
        "6300000 m^2",
        "6,300,000 平方米",
        "6300000㎡",
        "630 公顷",
        "630 ha",
        "9450 亩",
        "9450 mu",
        "63000 are",
        "6.3e6 m²",
    ],
    ("facts", "area_5g"): ["6.3 km²", "6300000 m²", "630 hectares", "9,450 亩", "0.63e1 km2"],
    ("facts", "households"): ["3461", "3,461", "３４６１户", "3461 households", "0.3461 万户"],
    ("facts", "gigabit_households"): ["3461 户", "3461.0", "0.34610 万户"],
    ("facts", "publicity_events"): ["4 次/年", "4 events/year", "4 event per year"],
    ("stated", "camera_online_rate"): ["90 %", "90%", "９０％", "90.0 percent", "900 ‰", "900000 ppm"],
    ("stated", "video_streaming_rate"): ["90 %", "900‰"],
    ("stated", "elderly_share"): ["20 %", "200 ‰", "20.000 %"],
    ("stated", "lift_alarm_coverage"): ["60 %", "600 ‰"],
    ("stated", "fire_alarm_coverage"): ["100 %", "1000 ‰", "1e2 %"],
}


def _document(changes: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return the example as plain values, with some figures written in another way."""
    facts = shandong().facts(QILI)
    plain: dict[str, Any] = {"facts": {}, "stated": {}}
    for section, given_facts in (("facts", facts.facts), ("stated", facts.stated)):
        for name, fact in given_facts.items():
            value = fact.value
            keeps = isinstance(value, bool | frozenset)
            plain[section][name] = changes.get((section, name), value if keeps else fact.written)
    return plain


def _findings(assessed: Assessment) -> dict[str, Any]:
    """Return all that an assessment says, without the text in which the facts were written."""
    return {tier.tier.id: (tier.outcome, dict(tier.findings)) for tier in assessed.tiers}


def _values(facts: Facts) -> dict[str, Any]:
    return {name: fact.value for name, fact in (facts.facts | facts.stated).items()}  # type: ignore[operator]


EXPECTED = shandong().assess(QILI)


@pytest.mark.parametrize(
    ("section", "name", "written"),
    [(section, name, written) for (section, name), texts in SPELLINGS.items() for written in texts],
)
def test_a_figure_in_another_unit_changes_nothing(section: str, name: str, written: str) -> None:
    assessed = shandong().assess(_document({(section, name): written}))
    assert _findings(assessed) == _findings(EXPECTED)
    assert _values(assessed.facts) == _values(EXPECTED.facts)


@given(st.fixed_dictionaries({place: st.sampled_from(texts) for place, texts in SPELLINGS.items()}))
def test_all_figures_in_other_units_change_nothing(changes: dict[tuple[str, str], str]) -> None:
    assert _findings(shandong().assess(_document(changes))) == _findings(EXPECTED)


@pytest.mark.parametrize(
    ("section", "name", "written"),
    [
        ("stated", "camera_online_rate", "0.9"),
        ("stated", "camera_online_rate", "90"),
        ("facts", "area", "6.3"),
        ("facts", "publicity_events", "4"),
    ],
)
def test_a_figure_without_its_unit_is_refused_rather_than_guessed(section: str, name: str, written: str) -> None:
    with pytest.raises(FactsError) as caught:
        shandong().assess(_document({(section, name): written}))
    assert [d.code for d in caught.value.diagnostics] == ["SR504"]


# --- random figures ------------------------------------------------------------------------------------------------

# An area of whole hectares is a whole number of square metres and of mu, and has two decimals in square kilometres.
_AREA = {
    "hectares": lambda ha: f"{ha} 公顷",
    "metres": lambda ha: f"{ha * 10_000} m²",
    "mu": lambda ha: f"{ha * 15} 亩",
    "kilometres": lambda ha: f"{ha // 100}.{ha % 100:02} km²",
    "ares": lambda ha: f"{ha * 100} are",
}


@given(st.integers(1, 10**7), st.data())
def test_an_area_is_the_same_in_every_unit(hectares: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, hectares))
    near = min(hectares, max(0, -(-80 * hectares // 100) + data.draw(st.integers(-1, 1))))
    for covered in (part, near):
        found = [
            shandong().assess({"area": whole(hectares), "area_5g": of(covered)})["basic"]["mobile_network"]
            for whole in _AREA.values()
            for of in (data.draw(st.sampled_from(list(_AREA.values()))),)
        ]
        assert all(finding == found[0] for finding in found)
        assert found[0].outcome is (MET if 100 * covered >= 80 * hectares else NOT_MET)
        assert found[0].margin == Quantity(Fraction(100 * covered, hectares) - 80, unit("%"))


@given(st.integers(0, 100_000))
def test_a_share_is_the_same_in_percent_per_mille_and_ppm(thousandths_of_a_percent: int) -> None:
    n = thousandths_of_a_percent
    found = [
        _stated(f"{n // 1000}.{n % 1000:03} %"),
        _stated(f"{n // 100}.{n % 100:02} ‰"),
        _stated(f"{n * 10} ppm"),
    ]
    assert found == [found[0]] * 3
    assert found[0].outcome is (MET if n >= 50_000 else NOT_MET)
    assert found[0].margin == Quantity(Fraction(n - 50_000, 1000), unit("%"))


def _stated(figure: str) -> Any:
    return shandong().assess({"stated": {"lift_alarm_coverage": figure}})["basic"]["fire_hazards"]


@given(st.integers(1, 10**6), st.data())
def test_households_are_the_same_in_ten_thousands(households: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, households))
    plain = shandong().assess({"households": households, "gigabit_households": part})
    tens = shandong().assess(
        {
            "households": f"{households // 10_000}.{households % 10_000:04} 万户",
            "gigabit_households": f"{part // 10_000}.{part % 10_000:04} 万户",
        }
    )
    assert _findings(plain) == _findings(tens)
    assert plain["basic"]["wired_broadband"].outcome is (MET if 10 * part >= 7 * households else NOT_MET)
