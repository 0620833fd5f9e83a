"""What changes come to: the events for which a ruleset asks by its ``reactions:``.

Everything here is a function of its arguments. What has to be remembered of a community between two changes is in a
`Memory`, which is small, never changes, and goes through JSON; whoever keeps it with the changes is told of each event
exactly once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attrs import evolve, field, frozen

from smartrules.engines.reckoning import moved
from smartrules.expr.nodes import Literal
from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition, Reaction, ReactionKind

#: An outcome of a community: the id of the tier, and that of the indicator, None where it is the tier's own.
Place = tuple[str, str | None]


@frozen
class Event:
    """What a host is told: a reaction of the ruleset has come.

    Attributes:
        reaction: its id.
        community: the id of the community.
        when: in UTC; that of the change that made it, or the moment at which a fact was found too old.
        changes: those that made it, the last of each thing that counts, in their order; none where a fact is too old.
        fact: the id of the fact, stated measure or collection that is too old, else None.
        of: the day as old as which that is, else None.
    """

    reaction: str
    community: str
    when: datetime
    changes: tuple[Change, ...] = ()
    fact: str | None = None
    of: date | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return the event as plain values for JSON."""
        return {
            "reaction": self.reaction,
            "community": self.community,
            "when": self.when.isoformat(),
            "changes": [change.to_plain() for change in self.changes],
            "fact": self.fact,
            "of": None if self.of is None else self.of.isoformat(),
        }


@frozen
class Told:
    """Of which value it was told that it is too old.

    Attributes:
        of: the day as old as which it was.
        came: when it came, in UTC; None where that is not known.
    """

    of: date
    came: datetime | None


@frozen
class Memory:
    """What is remembered of one community; its size is bounded by what the reactions of the ruleset name.

    Attributes:
        seen: the number of the last change that a reaction names; it and those before it make no event any more.
        turned: of the outcomes that are counted, the change by which each was lost or reached, while it is still so.
        told: the values that are told to be too old, by the ids of the reaction and of the fact.
    """

    seen: int = 0
    turned: Mapping[Place, Change] = field(factory=dict)
    told: Mapping[tuple[str, str], Told] = field(factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return the memory as plain values for JSON."""
        return {
            "seen": self.seen,
            "turned": [change.to_plain() for change in self.turned.values()],
            "told": [
                {
                    "reaction": reaction,
                    "fact": fact,
                    "of": told.of.isoformat(),
                    "came": None if told.came is None else told.came.isoformat(),
                }
                for (reaction, fact), told in self.told.items()
            ],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Memory:
        """Return the memory that `to_plain` wrote.

        Raises:
            KeyError: where a part is missing, and ValueError where one cannot be read.
        """
        turned = [_change(one) for one in plain["turned"]]
        return cls(
            plain["seen"],
            {(change.tier, change.indicator): change for change in turned},
            {
                (one["reaction"], one["fact"]): Told(
                    date.fromisoformat(one["of"]), None if one["came"] is None else datetime.fromisoformat(one["came"])
                )
                for one in plain["told"]
            },
        )


#: What is remembered of a community of which nothing has changed yet.
NOTHING = Memory()


class Reactions:
    """The reactions of an edition, ready to be asked of changes and of facts; safe to share between threads."""

    def __init__(self, edition: Edition) -> None:
        self._group_of = {indicator.id: indicator.group for indicator in edition.indicators}
        self._place = {reaction.id: place for place, reaction in enumerate(edition.reactions)}
        self._aging = tuple(reaction for reaction in edition.reactions if reaction.kind == "stale")
        by_tier, by_indicator, by_group = (defaultdict[str, list[Reaction]](list) for _ in range(3))
        for reaction in edition.reactions:
            for known, names in (
                (by_tier, reaction.tiers),
                (by_indicator, reaction.indicators),
                (by_group, reaction.groups),
            ):
                for name in names:
                    known[name].append(reaction)
        self._by_tier, self._by_indicator, self._by_group = by_tier, by_indicator, by_group

    # --- what is lost and reached ----------------------------------------------------------------------------------

    def events(self, change: Change, memory: Memory = NOTHING) -> tuple[tuple[Event, ...], Memory]:
        """Return the events that a change makes, in the order of the ruleset, and what is to be remembered from then on.

        A reaction without ``at_least`` comes with each change that loses, or reaches, something that it names. One with
        ``at_least`` comes with each that makes the number of different things within its time one larger, and as large
        as that or larger. It counts what is still lost, or still reached, and of which the last such change came within
        that time of this one. Something that counts already does not count again when it is lost at another tier.

        Args:
            change: the changes of a community are given in the order of their numbers; one that was given already makes
                nothing.
            memory: of the community of the change.
        """
        asked = self._naming(change)
        if not asked or change.number <= memory.seen:
            return (), memory
        kind = _kind(change)
        found = []
        for reaction in asked:
            if reaction.kind == kind:
                made = self._made_by(change, reaction, memory)
                if made:
                    found.append(Event(reaction.id, change.community, change.when, made))
        counted = frozenset(reaction.kind for reaction in asked if reaction.at_least is not None)
        return tuple(found), evolve(memory, seen=change.number, turned=_turned(memory.turned, change, counted))

    def recalled(self, changes: Iterable[Change]) -> Memory:
        """Return what is to be remembered after all changes of a community, as if `events` had been asked of each."""
        memory = NOTHING
        for change in changes:
            _, memory = self.events(change, memory)
        return memory

    def _naming(self, change: Change) -> tuple[Reaction, ...]:
        """Return the reactions that name what a change is of, in the order of the ruleset."""
        if change.indicator is None:
            return tuple(self._by_tier.get(change.tier, ()))
        group = self._group_of.get(change.indicator)
        named = [
            *self._by_indicator.get(change.indicator, ()),
            *(() if group is None else self._by_group.get(group, ())),
        ]
        asked = {one.id: one for one in named if one.tier is None or one.tier == change.tier}
        return tuple(sorted(asked.values(), key=lambda one: self._place[one.id]))

    def _made_by(self, change: Change, reaction: Reaction, memory: Memory) -> tuple[Change, ...]:
        """Return the changes that make a reaction with a change, none where it does not come."""
        if reaction.at_least is None:
            return (change,)
        counted: dict[str, Change] = {}
        for one in memory.turned.values():
            if self._counts(one, reaction, change.when):
                name = _name(one)
                if name not in counted or counted[name].number < one.number:
                    counted[name] = one
        if _name(change) in counted or len(counted) + 1 < reaction.at_least:
            return ()
        return (*sorted(counted.values(), key=lambda one: one.number), change)

    def _counts(self, change: Change, reaction: Reaction, when: datetime) -> bool:
        """Return whether a change that still holds is one of those for which a reaction waits, at a later moment."""
        if _kind(change) != reaction.kind or not self._is_named(change, reaction):
            return False
        return reaction.within is None or is_within(change.when, when, reaction.within)

    def _is_named(self, change: Change, reaction: Reaction) -> bool:
        if change.indicator is None:
            return change.tier in reaction.tiers
        asked = reaction.tier is None or reaction.tier == change.tier
        named = change.indicator in reaction.indicators or self._group_of.get(change.indicator) in reaction.groups
        return asked and named

    # --- what becomes too old --------------------------------------------------------------------------------------

    def stale(
        self,
        facts: Facts,
        came: Mapping[str, datetime],
        now: datetime,
        memory: Memory = NOTHING,
        *,
        community: str | None = None,
    ) -> tuple[tuple[Event, ...], Memory]:
        """Return the events of what is too old, each value told once, and what is to be remembered from then on.

        A fact is as old as the day on which it was observed, else the day on which it came; a collection is as old as the
        oldest of what its members say. It is too old from the day on that follows the last on which it may be so old,
        at midnight in UTC.

        Args:
            facts: what is known of a community.
            came: when each fact, stated measure and collection came, or was corrected last, by its id. What has no day is
                never too old.
            now: with its time zone.
            memory: of the community.
            community: its id; by default what the facts say.

        Raises:
            ValueError: for a moment without a time zone.
        """
        now, found = _utc(now), []
        told: dict[tuple[str, str], Told] = {}
        if community is None:
            community = "" if facts.community is None else facts.community.id
        for key, begins, value in self._ages(facts, came):
            known = memory.told.get(key) == value
            if begins <= now and not known:
                found.append(Event(key[0], community, now, (), key[1], value.of))
            if begins <= now or known:
                told[key] = value
        return tuple(found), memory if told == memory.told else evolve(memory, told=told)

    def due(self, facts: Facts, came: Mapping[str, datetime], memory: Memory = NOTHING) -> datetime | None:
        """Return when `stale` has something to tell next, in UTC, None where it never has; it may be past already.

        Args:
            facts: as `stale` takes them, as are ``came`` and ``memory``.
            came: see ``facts``.
            memory: see ``facts``.

        Raises:
            ValueError: for a moment without a time zone.
        """
        ages = self._ages(facts, came)
        return min((begins for key, begins, value in ages if memory.told.get(key) != value), default=None)

    def _ages(self, facts: Facts, came: Mapping[str, datetime]) -> Iterator[tuple[tuple[str, str], datetime, Told]]:
        """Yield what can become too old: the ids of the reaction and of the fact, from when on it is, and which value."""
        for reaction in self._aging:
            assert reaction.after is not None
            for name in reaction.facts:
                arrived = _utc(came[name]) if name in came else None
                of = day_of(facts, name, arrived)
                begins = None if of is None else _day_after(of, reaction.after)
                if of is not None and begins is not None:
                    yield (reaction.id, name), begins, Told(of, arrived)


def is_within(earlier: datetime, later: datetime, span: Literal) -> bool:
    """Return whether a moment is at most a span of the calendar after another one: exactly 30 days are within 30 days.

    A day has 24 hours; a month later is the same time of the same day, or of the month's last, in UTC.
    """
    start = _utc(earlier)
    end = moved(start.date(), span, 1)
    return end is None or _utc(later) <= datetime.combine(end, start.time(), UTC)


def day_of(facts: Facts, name: str, came: datetime | None) -> date | None:
    """Return the day as old as which a fact, stated measure or collection is; None where it is not known, or has none."""
    arrived = None if came is None else came.date()
    members = facts.collections.get(name)
    if members is not None:
        days = [one.evidence.observed or arrived for member in members for one in member.facts.values()] or [arrived]
        return min((day for day in days if day is not None), default=None)
    known = facts.facts.get(name) or facts.stated.get(name)
    return None if known is None else known.evidence.observed or arrived


def _day_after(day: date, span: Literal) -> datetime | None:
    """Return the midnight from which on a day is longer ago than a span, None where the calendar ends before."""
    last = moved(day, span, 1)
    return None if last is None or last == date.max else datetime.combine(last + timedelta(days=1), time(), UTC)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"the moment {moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def _name(change: Change) -> str:
    """Return what a change is counted as: its indicator, whatever the tier, or its tier."""
    return change.tier if change.indicator is None else change.indicator


def _kind(change: Change) -> ReactionKind | None:
    """Return whether something is lost or reached by a change, None where it is neither."""
    if change.before is change.after:
        return None
    if change.after is MET:
        return "reached"
    return "lost" if change.before is MET and change.after in (NOT_MET, UNDETERMINED) else None


def _turned(
    turned: Mapping[Place, Change], change: Change, counted: Collection[ReactionKind]
) -> Mapping[Place, Change]:
    """Return what is still lost or reached after a change, of the kinds that are counted there.

    What was lost stays so while it is not met or undetermined; what does not apply is neither lost nor reached.
    """
    place, kind = (change.tier, change.indicator), _kind(change)
    if kind in counted:
        return {**turned, place: change}
    lost = place in turned and _kind(turned[place]) == "lost"
    if place not in turned or (lost and change.after in (NOT_MET, UNDETERMINED)):
        return turned
    return {one: last for one, last in turned.items() if one != place}


def _change(plain: Mapping[str, Any]) -> Change:
    return Change(
        plain["number"],
        plain["community"],
        plain["tier"],
        plain["indicator"],
        Outcome(plain["before"]),
        Outcome(plain["after"]),
        tuple(plain["cause"]),
        datetime.fromisoformat(plain["when"]),
    )
