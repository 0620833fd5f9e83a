"""Looking back: what was known at a time, and what the edition of that day says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from smartrules import catalog
from smartrules.diagnostics import FactsError, NotFoundError, StoreError
from smartrules.live.history import History
from smartrules.live.log import EventLog
from smartrules.outcome import MET, NOT_MET, UNDETERMINED

FIRST = """
standard: small
edition: "2024"
effective: {from: 2024-01-01, until: 2025-12-31}
tiers: {basic: }
facts:
  households: {count: household, min: 1}
  gigabit: {count: household, at_most: households}
  old: {kind: flag}
  lamps: {kind: flag}
collections:
  buildings: {each: building, facts: {storeys: {count: building}, lit: {kind: flag}}}
  sheds: {each: shop, facts: {locked: {kind: flag}}}
indicators:
  network:
    measures: {coverage: {value: gigabit / households, unit: "%"}}
    require: {basic: coverage >= 70 %}
  aged: {require: {basic: old}}
  light: {require: {basic: "every building: lit"}}
"""
SECOND = """
standard: small
edition: "2026"
effective: {from: 2026-01-01}
tiers: {basic: }
facts:
  households: {count: household, min: 1}
  gigabit: {count: household, at_most: households}
collections:
  buildings: {each: building, facts: {lit: {kind: flag}, lamps: {kind: flag}}}
indicators:
  network: {require: {basic: gigabit / households >= 80 %}}
  light: {require: {basic: "every building: any of (lit, lamps)"}}
"""


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


@pytest.fixture
def where(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for edition, text in (("2024", FIRST), ("2026", SECOND)):
        path = tmp_path / "rules" / "small" / edition / "ruleset.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    monkeypatch.setattr(catalog, "_added", [])
    monkeypatch.setenv(catalog.PATH_VARIABLE, str(tmp_path / "rules"))
    events: list[tuple[str, Any, Any, datetime]] = [
        ("七里", "assert", {"households": 100, "gigabit": 75}, at("2025-03-01")),
        ("b", "assert", {"facts": {"households": 5}, "community": {"id": "b"}}, at("2025-03-02")),
        (
            "七里",
            "assert",
            {
                "ruleset": "small@2024",
                "on": "2025-04-01",
                "facts": {"old": True},
                "collections": {"buildings": [{"id": "b1", "storeys": 3, "lit": True}], "sheds": [{"locked": True}]},
                "claims": {"aged": "met", "network": "met"},
            },
            at("2025-04-01"),
        ),
        ("七里", "retract", ["gigabit", "on"], at("2025-05-01")),
        ("七里", "assert", {"stated": {"coverage": "72 %"}, "not_reported": ["gigabit"]}, at("2025-06-01")),
        ("七里", "assert", {"facts": {"gigabit": 79, "lamps": True}}, at("2026-02-01")),
        ("七里", "forget", None, at("2026-03-01")),
        ("七里", "assert", {"facts": {"households": 7}}, at("2026-04-01")),
    ]
    with EventLog.open(where, "small") as log:
        for community, kind, body, when in events:
            log.append(community, kind, body, when)
    return where


@pytest.fixture
def history(where: str) -> Iterator[History]:
    with History(where, standard="small") as opened:
        yield opened


def test_the_facts_are_those_that_were_known_at_the_end_of_a_day(history: History) -> None:
    def known(day: str) -> dict[str, Any]:
        return history.facts_document("七里", date.fromisoformat(day))

    assert known("2025-02-28") == {"facts": {}}
    assert known("2025-03-01") == known("2025-03-31") == {"facts": {"households": 100, "gigabit": 75}}
    collections = {"buildings": [{"id": "b1", "storeys": 3, "lit": True}], "sheds": [{"locked": True}]}
    claims = {"aged": "met", "network": "met"}
    facts = {"households": 100, "gigabit": 75, "old": True}
    assert known("2025-04-01") == {"on": "2025-04-01", "facts": facts, "collections": collections, "claims": claims}
    facts = {"households": 100, "old": True}
    assert known("2025-05-01") == {"facts": facts, "collections": collections, "claims": claims}
    rest = {"collections": collections, "claims": claims, "stated": {"coverage": "72 %"}}
    assert known("2025-12-31") == {"facts": facts, "not_reported": ["gigabit"], **rest}
    assert known("2026-02-01") == {"facts": {**facts, "gigabit": 79, "lamps": True}, **rest}
    assert known("2026-03-01") == {"facts": {}}
    assert known("9999-12-31") == {"facts": {"households": 7}}
    assert history.facts_document("b", date(2025, 3, 2)) == {"facts": {"households": 5}, "community": {"id": "b"}}
    assert history.facts_document("nobody", date(2025, 3, 2)) == {"facts": {}}


def test_a_moment_counts_itself_and_is_the_same_in_every_zone(history: History) -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2025, 3, 1, 20, tzinfo=shanghai)
    assert history.facts_document("七里", moment) == {"facts": {"households": 100, "gigabit": 75}}
    assert history.facts_document("七里", moment - timedelta(microseconds=1)) == {"facts": {}}
    with pytest.raises(StoreError, match=r"SR818"):
        history.facts_document("七里", datetime(2025, 3, 1, 20))


def test_the_communities_are_those_of_which_something_was_known(history: History) -> None:
    assert history.communities(date(2025, 2, 28)) == ()
    assert history.communities(date(2025, 3, 1)) == ("七里",)
    assert history.communities(at("2025-03-02", 11)) == ("七里",)
    assert history.communities(date(2025, 3, 2)) == ("七里", "b")
    assert history.communities(date(2026, 3, 1)) == ("b",)
    assert history.communities(date(2026, 4, 1)) == ("b", "七里")


def test_each_day_is_assessed_by_the_edition_in_force(history: History) -> None:
    first = history.assessment("七里", date(2025, 12, 31))
    assert (first.ruleset.name, first.unread) == ("small@2024", ())
    assert {name: found.outcome for name, found in first.assessment["basic"].findings.items()} == {
        "network": MET,
        "aged": MET,
        "light": MET,
    }
    second = history.assessment("七里", at("2026-02-01"))
    assert second.ruleset.name == "small@2026"
    assert second.unread == ("old", "lamps", "coverage", "sheds", "aged", "buildings.storeys")
    assert {name: found.outcome for name, found in second.assessment["basic"].findings.items()} == {
        "network": NOT_MET,
        "light": MET,
    }
    assert set(second.assessment.facts.claims) == {"network"}


def test_what_is_not_reported_of_another_edition_is_left_out_too(history: History, where: str) -> None:
    with EventLog.open(where, "small") as log:
        log.append("c", "assert", {"not_reported": ["old", "gigabit"], "facts": {}}, at("2026-05-01"))
    found = history.assessment("c", date(2026, 5, 1))
    assert found.unread == ("old",)
    assert found.assessment.facts.not_reported == {"gigabit"}
    assert found.assessment["basic"]["network"].outcome is UNDETERMINED


def test_a_community_of_which_nothing_was_known_is_undetermined(history: History) -> None:
    found = history.assessment("nobody", date(2025, 1, 1))
    assert found.unread == ()
    assert found.assessment["basic"].outcome is UNDETERMINED


def test_the_day_of_a_moment_is_that_in_utc(history: History) -> None:
    shanghai = timezone(timedelta(hours=8))
    assert history.assessment("b", datetime(2026, 1, 1, 7, 59, tzinfo=shanghai)).ruleset.name == "small@2024"
    assert history.assessment("b", datetime(2026, 1, 1, 8, tzinfo=shanghai)).ruleset.name == "small@2026"


def test_a_day_without_an_edition_is_said_to_have_none(history: History) -> None:
    with pytest.raises(NotFoundError) as raised:
        history.assessment("七里", date(2023, 12, 31))
    assert str(raised.value) == (
        "error[SR602]: no edition of `small` is in force on 2023-12-31\n"
        "help: there is `small@2024` from 2024-01-01 until 2025-12-31, `small@2026` from 2026-01-01"
    )


def test_facts_that_contradict_the_edition_of_the_day_are_refused(history: History, where: str) -> None:
    with EventLog.open(where, "small") as log:
        log.append("c", "assert", {"households": 0}, at("2025-07-01"))
    with pytest.raises(FactsError, match=r"^error\[SR506\]: `households` is 0"):
        history.assessment("c", date(2025, 7, 1))


def test_a_history_reads_beside_a_writer_and_is_of_one_standard(where: str) -> None:
    with EventLog.open(where, "small") as log, History(where) as history:
        assert history.standard == "small"
        log.append("d", "assert", {"households": 1}, at("2026-06-01"))
        assert history.facts_document("d", datetime.now(UTC)) == {"facts": {"households": 1}}
    with pytest.raises(StoreError, match=r"SR813"):
        History(where, standard="other")
    with pytest.raises(StoreError, match=r"SR817"):
        history.communities(date(2026, 6, 1))
