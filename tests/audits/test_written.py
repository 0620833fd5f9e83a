"""The precision in which a figure was written: what it covers, its ends literally, in every spelling that is read."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.analysis import audit
from smartrules.analysis.audits.stated_figures import Written, written_of
from smartrules.facts import Fact
from smartrules.units import ONE, PERCENT, Unit, unit
from smartrules.values import Number, last_place
from tests.audits.small import small


@pytest.mark.parametrize(
    ("text", "measured", "place"),
    [
        ("90 %", PERCENT, Fraction(1, 100)),
        ("90%", PERCENT, Fraction(1, 100)),
        ("90.0 %", PERCENT, Fraction(1, 1000)),
        ("90.00 %", PERCENT, Fraction(1, 10000)),
        ("90. %", PERCENT, Fraction(1, 100)),
        ("4.5 %", PERCENT, Fraction(1, 1000)),
        ("９０．０％", PERCENT, Fraction(1, 1000)),
        ("900 ‰", PERCENT, Fraction(1, 1000)),
        ("9e1 %", PERCENT, Fraction(10, 100)),
        ("9.0e1 %", PERCENT, Fraction(1, 100)),
        ("-1.50 %", PERCENT, Fraction(1, 10000)),
        ("0.9", ONE, Fraction(1, 10)),
        ("0.90", ONE, Fraction(1, 100)),
        ("1,260", ONE, 1),
        ("21.0 个/万人", unit("station/wan_person"), Fraction(1, 100000)),
        ("0.126 万户", unit("household"), 10),
        ("3461", unit("household"), 1),
        ("6.30 km²", unit("km^2"), 10000),
        ("9/10", ONE, Fraction(1, 10)),
        ("1/8", ONE, Fraction(1, 1000)),
        ("1/3", ONE, 0),
        ("-7/4", ONE, Fraction(1, 100)),
    ],
)
def test_what_one_is_worth_in_the_last_place(text: str, measured: Unit, place: Number) -> None:
    assert last_place(text, measured) == place


PERCENTS = [
    # written, the exact figure in percent, whether the nearest gives it, whether any usual rounding does
    ("90 %", "89", False, False),
    ("90 %", "89.0001", False, True),
    ("90 %", "89.4999", False, True),
    ("90 %", "89.5", True, True),
    ("90 %", "90", True, True),
    ("90 %", "90.4999", True, True),
    ("90 %", "90.5", True, True),  # half to even
    ("90 %", "90.5001", False, True),
    ("90 %", "90.9999", False, True),
    ("90 %", "91", False, False),
    ("89 %", "88.5", True, True),  # half up
    ("89 %", "89.5", False, True),  # both halves go to 90, and only cutting off gives 89
    ("90.0 %", "89.9", False, False),
    ("90.0 %", "89.9499", False, True),
    ("90.0 %", "89.95", True, True),
    ("90.0 %", "90.0499", True, True),
    ("90.0 %", "90.1", False, False),
    ("4.5 %", "4.45", True, True),
    ("4.5 %", "4.55", False, True),
    ("4.5 %", "4.6", False, False),
    ("100 %", "99.5", True, True),
    ("100 %", "99", False, False),
    ("0 %", "0.5", True, True),
    ("0 %", "0.9", False, True),
    ("0 %", "1", False, False),
    ("900 ‰", "89.95", True, True),
    ("900 ‰", "89.9", False, False),
]


@pytest.mark.parametrize(("text", "exact", "nearest", "usual"), PERCENTS)
def test_the_ends_of_what_a_figure_covers(text: str, exact: str, nearest: bool, usual: bool) -> None:
    fact = Fact("it", _percent(text), text)
    written = written_of(fact, PERCENT)
    value = Fraction(exact) / 100
    assert (written.is_nearest(value), written.is_usual(value)) == (nearest, usual)


def _percent(text: str) -> Fraction:
    number, sign = text.split()
    return Fraction(number) / {"%": 100, "‰": 1000}[sign]


def test_what_is_exact_covers_itself_alone() -> None:
    third = Written(Fraction(1, 3), 0)
    assert third.is_nearest(Fraction(1, 3))
    assert third.is_usual(Fraction(1, 3))
    assert not third.is_nearest(Fraction(333, 1000))
    assert not third.is_usual(Fraction(333, 1000))


def test_a_fact_without_a_text_is_as_precise_as_its_shortest_decimal() -> None:
    assert written_of(Fact("it", Fraction(9, 10)), PERCENT) == Written(Fraction(9, 10), Fraction(1, 100))
    assert written_of(Fact("it", Fraction(905, 1000)), PERCENT) == Written(Fraction(905, 1000), Fraction(1, 1000))
    assert written_of(Fact("it", Fraction(1, 3)), PERCENT) == Written(Fraction(1, 3), 0)
    assert written_of(Fact("it", Fraction(9, 10), "nine tenths"), PERCENT) == Written(Fraction(9, 10), Fraction(1, 100))


ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP)


def rounded(part: int, whole: int, places: int, rounding: str) -> str:
    """Return a rate in percent as Python's decimals round it."""
    with localcontext() as context:
        context.prec = 60  # so that what is cut off beyond never makes a half of what is none
        exact = Decimal(100 * part) / Decimal(whole)
        return f"{exact.quantize(Decimal(1).scaleb(-places), rounding=rounding)} %"


@given(whole=st.integers(1, 5000), part=st.data(), places=st.integers(0, 4), rounding=st.sampled_from(ROUNDINGS))
def test_counts_never_contradict_a_rate_that_a_usual_rounding_made_of_them(
    whole: int, part: st.DataObject, places: int, rounding: str
) -> None:
    wired = part.draw(st.integers(0, whole))
    text = rounded(wired, whole, places, rounding)
    found = audit(small(), {"facts": {"homes": whole, "wired": wired}, "stated": {"wired_share": text}})
    assert found.of("SR918") == ()
    if rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        assert found.of("SR919") == ()


@given(whole=st.integers(1, 60), part=st.data(), places=st.integers(0, 2), away=st.integers(-300, 300).filter(bool))
def test_a_rate_is_contradicted_just_where_no_usual_rounding_gives_it(
    whole: int, part: st.DataObject, places: int, away: int
) -> None:
    wired = part.draw(st.integers(0, whole))
    near = Decimal(rounded(wired, whole, places, ROUND_DOWN).removesuffix(" %"))
    figure = near + away * Decimal(1).scaleb(-places)
    if not 0 <= figure <= 100:
        return
    text = f"{figure} %"
    found = audit(small(), {"facts": {"homes": whole, "wired": wired}, "stated": {"wired_share": text}})
    given_by = {rounded(wired, whole, places, rounding) for rounding in ROUNDINGS}
    assert bool(found.of("SR918")) == (text not in given_by)


@given(whole=st.integers(1, 40), places=st.integers(0, 2), number=st.integers(0, 10000))
def test_a_rate_is_impossible_just_where_no_count_of_the_total_gives_it(whole: int, places: int, number: int) -> None:
    figure = (Decimal(number) / 100).quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
    text = f"{figure} %"
    found = audit(small(), {"facts": {"homes": whole}, "stated": {"wired_share": text}}).of("SR921")
    possible = {rounded(part, whole, places, rounding) for part in range(whole + 1) for rounding in ROUNDINGS}
    assert bool(found) == (text not in possible)
    if found:
        below, above = found[0].possible
        rates = [Fraction(part, whole) for part in range(whole + 1)]
        stated = Fraction(figure) / 100
        assert below.rate.root == max(rate for rate in rates if rate < stated)
        assert above.rate.root == min(rate for rate in rates if rate > stated)


@given(part=st.integers(1, 12), places=st.integers(0, 1), number=st.integers(1, 1000))
def test_a_rate_is_impossible_just_where_no_total_of_the_part_gives_it(part: int, places: int, number: int) -> None:
    figure = (Decimal(number) / 10).quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
    text = f"{figure} %"
    found = audit(small(), {"facts": {"wired": part}, "stated": {"wired_share": text}}).of("SR921")
    # Beyond a thousand totals nearly every rate is possible, and nothing is said.
    totals = range(part, 20 * part * 100)
    gives = any(text == rounded(part, whole, places, rounding) for whole in totals[:3000] for rounding in ROUNDINGS)
    assert not (found and gives)
    if figure >= 10:
        assert bool(found) != gives


@given(places=st.integers(0, 1), number=st.integers(0, 1000))
def test_a_rate_is_impossible_just_where_no_total_within_its_bounds_gives_it(places: int, number: int) -> None:
    figure = (Decimal(number) / 10).quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
    text = f"{figure} %"
    found = audit(small(), {"stated": {"guarded_share": text}}).of("SR921")
    possible = {
        rounded(part, whole, places, rounding)
        for whole in range(1, 7)  # the ruleset says that there are at most six
        for part in range(whole + 1)
        for rounding in ROUNDINGS
    }
    assert bool(found) == (text not in possible)
