"""A store of events → a community as a monitor keeps it."""

from __future__ import annotations

from attrs import evolve

from smartrules.diagnostics import FactsError, StoreError, shorten
from smartrules.documents.corrections import correct, take_back
from smartrules.engines import exact
from smartrules.facts import Community, Facts
from smartrules.live.log import EventLog
from smartrules.live.reacting import UNKNOWN, Reacting
from smartrules.live.watched import Watched
from smartrules.ruleset import Ruleset


def kept_of(ruleset: Ruleset, log: EventLog, community: str, reacting: Reacting | None) -> Watched:
    """Return what a store keeps of a community that has events in it, without outcomes.

    Raises:
        StoreError: SR808, for an event that the ruleset does not take; or where the store cannot be read.
    """
    facts, reacted, told = Facts(ruleset.name, community=Community(community)), UNKNOWN, None
    events = log.events(community)
    for event in events:
        if event.kind == "aged":
            told = event.body
            continue
        try:
            if event.kind == "assert":
                facts = correct(ruleset.edition, facts, event.body, disagreements=exact.disagreements).facts
            else:
                facts = take_back(ruleset.edition, facts, event.body).facts
        except FactsError as error:
            raise StoreError.of(
                "SR808",
                f"event {event.number} of the store, of `{shorten(community)}`, is none that `{ruleset.name}` takes: "
                f"{error.diagnostics[0].message}",
                "open the store with the ruleset with which it was kept",
            ) from None
        if reacting is not None:
            reacted = reacting.came(reacted, event.body, facts, event.when)
    if reacting is not None:
        known = reacting.recalled(log.changes(community=community, event=events[0].number), told)
        reacted = evolve(reacted, memory=known.memory)
    return Watched(facts, b"", events[-1].when, events[0].number, reacted)
