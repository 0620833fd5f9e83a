"""Events that plainly give values, beside the reader of documents, and beside a store that reads them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartrules.diagnostics import FactsError, StoreError
from smartrules.documents.corrections import correct
from smartrules.engines import exact
from smartrules.facts import Facts
from smartrules.live import Monitor
from smartrules.outcome import Outcome
from tests.rulesets import ruleset

SITES = ruleset("""\
standard: sites
edition: "1"
tiers: {basic: }
facts:
  homes: {count: household, min: 1}
  wired: {count: household, at_most: homes}
  fast: {count: household, at_most: wired}
  wireless: {count: household, at_most: homes}
  area: {quantity: km^2, step: 0.01}
  part: {share: "%"}
  gated: {kind: flag}
  opened: {kind: date}
  style: {choice: {old: , new: }}
  services: {set: {care: , post: }}
measures:
  reach: {value: wired / homes, unit: "%"}
  load: {value: wired / wireless, unit: "%"}
indicators:
  wiring: {require: {basic: reach >= 80 %}}
  loading: {require: {basic: load >= 1 %}}
  gate: {require: {basic: gated}}
""")
NAMES = [*SITES.edition.fact_by_id]
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


class Day(date):
    """A date as libraries of time have their own."""


TEXTS = [
    "3",
    "３",
    " 3 household ",
    "3 户",
    "3.0",
    "1e2",
    "6.3 km²",
    "６.3 km^2",
    "630 公顷",
    "50 %",
    "0.5",
    "1/3 %",
    "",
]
TEXTS += ["yes", " YES ", "是", "true", "2024-05-06", "2024-5-6", "２０２４-05-06", "old", " old", "care", "care, post"]
NUMBERS = st.integers(-2, 12) | st.integers(-(10**45), 10**45) | st.sampled_from([10**40 - 1, 10**40, 2**127, 2**128])
PLAIN = st.none() | st.booleans() | NUMBERS | st.sampled_from(TEXTS) | st.text(max_size=4)
PLAIN |= st.lists(st.sampled_from(["care", "post", "Care", "", "ｐost"]), max_size=3)
OTHERS = (
    st.floats()
    | st.decimals(places=2)
    | st.fractions(max_denominator=9)
    | st.dates()
    | st.builds(Day, st.just(7), st.just(1), st.just(2))
)
OTHERS |= st.sets(st.sampled_from(["care", "post"])) | st.datetimes() | st.sampled_from([*Outcome])
EVENTS = st.lists(st.dictionaries(st.sampled_from(NAMES), PLAIN, max_size=4), min_size=1, max_size=4)


def _read(known: Facts, mapping: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return all that can be seen of what a mapping comes to."""
    try:
        found = correct(SITES.edition, known, mapping, disagreements=exact.disagreements)
    except FactsError as error:
        return ([(one.code, one.message, one.help) for one in error.diagnostics],)
    return found.facts, list(found.facts.facts), {*found.named}, found.body


@given(EVENTS, st.booleans())
@example([{"homes": 10**40}], False)
@example([{"homes": 3, "wired": 4}], False)
@example([{"homes": 4, "wired": 3}, {"homes": 2}], False)
@example([{"services": ["care", "care"]}], False)
def test_plain_values_are_read_as_the_reader_of_documents_reads_them(
    events: list[dict[str, Any]], unreported: bool
) -> None:
    known = Facts(SITES.name, not_reported=frozenset(["homes", "gated"]) if unreported else frozenset())
    for event in events:
        found = _read(known, event)
        plainly = found if event else _read(known, {"facts": {}})
        expected = _read(known, {"facts": event})
        if len(expected) == 1:  # what is wrong is said of another place in the mapping
            assert len(found) == 1
            assert [code for code, *_ in found[0]] == [code for code, *_ in expected[0]]
            continue
        assert plainly == expected
        assert repr([*plainly[0].facts.values()]) == repr([*expected[0].facts.values()])
        known = expected[0]


VALUES = st.fixed_dictionaries(
    {"value": PLAIN | OTHERS},
    optional={
        "evidence": st.text(max_size=3) | st.lists(st.text(max_size=3), max_size=2),
        "observed": st.none() | st.dates() | st.just(Day(2024, 1, 2)),
        "note": st.text(max_size=3),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "community": st.just("a") | st.fixed_dictionaries({"id": st.just("a"), "name": st.text(max_size=3)}),
        "on": st.none() | st.dates() | st.datetimes() | st.just(Day(2024, 1, 2)),
        "facts": st.dictionaries(st.sampled_from(NAMES), PLAIN | OTHERS | VALUES, max_size=3),
        "stated": st.dictionaries(st.sampled_from(["reach", "load"]), PLAIN | OTHERS | VALUES, max_size=2),
        "not_reported": st.lists(st.sampled_from([*NAMES, "load"]), max_size=2),
        "claims": st.dictionaries(st.sampled_from(["gate", "wiring"]), st.sampled_from([*Outcome, "met", None])),
    },
)
ANY = DOCUMENTS | st.dictionaries(st.sampled_from(NAMES), PLAIN | OTHERS, max_size=3)


@given(st.lists(ANY, min_size=1, max_size=3))
@example([{"homes": 10**40}])
@example([{"opened": Day(2024, 1, 2), "stated": {"load": 6.5}}])
@example([{"stated": {"load": 6.5}}])
@example([{"stated": {"load": Fraction(13, 2)}}])
@example([{"stated": {"load": Decimal("6.50")}}])
@example([{"stated": {"load": Fraction(1, 3)}}])
@example([{"stated": {"load": Fraction(1, 10**39)}}])
@example([{"on": Day(2024, 1, 2), "facts": {"opened": Day(2024, 1, 2)}}])
@example([{"community": {"id": "a", "name": "\0"}, "facts": {"gated": {"value": True, "note": "\0"}}}])
def test_a_store_reads_back_what_was_known(events: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        store = Path(folder, "sites.sqlite")
        with Monitor(SITES, store=store, clock=lambda: NOON) as monitor:
            for event in events:
                try:
                    monitor.assert_facts("a", event)
                except (FactsError, StoreError):
                    continue
            known = [(monitor.facts(one), monitor.outcomes(one)) for one in monitor.communities()]
            for one in monitor.communities():
                watched = monitor._shelf.get(one)
                assert watched is not None
                packed = monitor._shelf._unpacked(one, monitor._shelf._pack(watched))
                assert packed.facts == monitor.facts(one)
        with Monitor(SITES, store=store) as again:
            assert [(again.facts(one), again.outcomes(one)) for one in again.communities()] == known


@pytest.mark.parametrize("value", [Day(2024, 1, 2), "2024-01-02"])
def test_a_date_of_a_library_is_a_date(value: Any) -> None:
    with Monitor(SITES) as monitor:
        monitor.assert_facts("a", {"opened": value})
        assert type(monitor.facts("a").value("opened")) is date
