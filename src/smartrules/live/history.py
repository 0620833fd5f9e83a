"""What was known of communities, and what that came to, at any time: a store of events read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from os import PathLike
from typing import Any, Self

from attrs import frozen

from smartrules import catalog
from smartrules.assessment import Assessment
from smartrules.live.folding import laid_over, without
from smartrules.live.log import EventLog
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition


@frozen
class PastAssessment:
    """What an edition says of what was known of a community at a time.

    Attributes:
        ruleset: the edition that was in force.
        assessment: what it says.
        unread: what was known and this edition does not declare, in order: facts, stated measures, collections, facts of
            members (``buildings.storeys``), and claims of indicators.
    """

    ruleset: Ruleset
    assessment: Assessment
    unread: tuple[str, ...] = ()


class History:
    """A store of events, open to look back; whoever writes it goes on meanwhile.

    A time is a moment with its zone, or a day, which is its end in UTC. What happened at the moment itself counts.
    """

    def __init__(self, where: str | PathLike[str], *, standard: str | None = None) -> None:
        """Open a store.

        Args:
            where: as `EventLog.open` takes it.
            standard: the id of the standard that the store must be for; None where any will do.

        Raises:
            StoreError: as `EventLog.reading`.
        """
        self._log = EventLog.reading(where, standard)

    @property
    def standard(self) -> str:
        """The id of the standard that the store is for."""
        return self._log.standard

    def communities(self, on: date | datetime) -> tuple[str, ...]:
        """Return the communities of which something was known at a time, in the order in which each came.

        Raises:
            StoreError: where the store cannot be read, or the time has no zone.
        """
        return tuple(self._log.communities(_moment(on)))

    def facts_document(self, community: str, on: date | datetime) -> dict[str, Any]:
        """Return the facts document of a community as it was known at a time; without facts where nothing was.

        Raises:
            StoreError: where the store cannot be read, or the time has no zone.
        """
        document: dict[str, Any] = {"facts": {}}
        for event in self._log.events(community, _moment(on)):
            if event.kind == "assert":
                document = laid_over(document, event.body)
            elif event.kind == "retract":
                document = without(document, event.body)
        return document

    def assessment(self, community: str, on: date | datetime) -> PastAssessment:
        """Return what the edition in force at a time says of what was known of a community then.

        Raises:
            StoreError: where the store cannot be read, or the time has no zone.
            NotFoundError: where the catalog has no edition of the standard that was in force on that day.
            FactsError: where what was known contradicts that edition, though it declares it: it was taken by another.
        """
        ruleset = catalog.load(self.standard, on=_moment(on).astimezone(UTC).date())
        document, unread = _declared(self.facts_document(community, on), ruleset.edition)
        return PastAssessment(ruleset, ruleset.assess(document), unread)

    def close(self) -> None:
        """Close the store."""
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _moment(on: date | datetime) -> datetime:
    return on if isinstance(on, datetime) else datetime.combine(on, time.max, UTC)


def _declared(document: Mapping[str, Any], edition: Edition) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a document with what an edition declares, and the names of the rest."""
    of_members = edition.collection_of_fact
    facts = {name for name in edition.fact_by_id if name not in of_members}
    known = {
        "facts": facts,
        "stated": edition.measure_by_id.keys(),
        "collections": edition.collection_by_id.keys(),
        "claims": edition.indicator_by_id.keys(),
    }
    found, unread = dict(document), list[str]()
    for table, names in known.items():
        if table in document:
            found[table] = {name: value for name, value in document[table].items() if name in names}
            unread += [name for name in document[table] if name not in names]
    for collection, members in found.get("collections", {}).items():
        own = {"id", "name", *(fact.id for fact in edition.collection_by_id[collection].facts)}
        found["collections"][collection] = [
            {name: value for name, value in member.items() if name in own} for member in members
        ]
        unread += [f"{collection}.{name}" for member in members for name in member if name not in own]
    if "not_reported" in document:
        reportable = facts | edition.measure_by_id.keys()
        found["not_reported"] = [name for name in document["not_reported"] if name in reportable]
        unread += [name for name in document["not_reported"] if name not in reportable]
    return found, tuple(dict.fromkeys(unread))
