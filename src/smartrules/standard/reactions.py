"""A reaction: a named event that a ruleset asks for, when a community reaches or loses something, or says nothing new."""

from __future__ import annotations

from typing import Literal as OneWord

from attrs import field, frozen

from smartrules.diagnostics import Span
from smartrules.expr.nodes import Literal
from smartrules.standard.parts import NO_TITLE, Source, Title

#: What a reaction waits for: what was met and is so no more, what becomes met, what is known and too old.
ReactionKind = OneWord["lost", "reached", "stale"]
#: The kinds as a ruleset spells them.
REACTION_KINDS: tuple[ReactionKind, ...] = ("lost", "reached", "stale")


@frozen
class Reaction:
    """What a ruleset tells a host of, by the name of an event.

    It names tiers, or indicators and groups, or what is given; one kind of things, and at least one of them.

    Attributes:
        id: the name of the event.
        kind: what it waits for.
        tiers: the ids of the tiers that are lost or reached.
        indicators: the ids of the indicators that are lost or reached.
        groups: the ids of the groups of which every indicator counts as named.
        facts: the ids of facts, measures that are stated, and collections that become too old.
        tier: the id of the tier that asks the indicators; None for any tier.
        at_least: how many different ones have to be lost, or reached, together; None where each is told on its own.
        within: the time within which that many are; None for any time. Its number is whole and above zero, its unit a day,
            week, month or year.
        after: how old what is given may be; as ``within``. None unless the reaction is ``stale``.
    """

    id: str
    kind: ReactionKind
    tiers: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    tier: str | None = None
    at_least: int | None = None
    within: Literal | None = None
    after: Literal | None = None
    title: Title = NO_TITLE
    source: Source | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)
