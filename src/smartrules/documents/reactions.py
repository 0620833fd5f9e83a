"""Tree → reactions: the events that a ruleset asks for, and what they wait for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from attrs import frozen

from smartrules.diagnostics import Span, all_of, did_you_mean, one_of, shorten
from smartrules.documents.extension import Base
from smartrules.documents.parts import PartReader
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree, is_empty
from smartrules.expr.nodes import Literal
from smartrules.expr.text import source
from smartrules.expr.types import CALENDAR_UNITS
from smartrules.standard import REACTION_KINDS, Reaction, ReactionKind

#: More than any host has names for; each change is asked of each reaction that names what changed.
MOST_REACTIONS = 1_000
_KEYS = ("title", *REACTION_KINDS, "tier", "at_least", "within", "after", "source")
_OF_LOSSES = ("tier", "at_least", "within")
_ROLES = ("tier", "indicator", "group")
_NAMES_HINT = "write an id, or a list of ids"
_SPAN_HINT = "write whole days, weeks, months or years, such as `30 days` or `12 months`"


@frozen
class Reactive:
    """What the reactions of a ruleset may name.

    Attributes:
        indicators: the ids of the groups of the indicators, by the ids of these; None where there is none.
        given: the ids of facts, measures and collections.
        of_members: the ids of the collections of which facts are asked, by the ids of these.
    """

    tiers: Mapping[str, None]
    indicators: Mapping[str, str | None]
    groups: Mapping[str, None]
    given: Mapping[str, None]
    of_members: Mapping[str, str]

    @cached_property
    def _sizes(self) -> Mapping[str | None, int]:
        return Counter(self.indicators.values())

    def roles(self, name: str) -> tuple[str, ...]:
        """Return what a name is: a tier, an indicator, a group, or several of them."""
        known = (self.tiers, self.indicators, self.groups)
        return tuple(role for role, ids in zip(_ROLES, known, strict=True) if name in ids)

    def number(self, reaction: Reaction) -> int:
        """Return how many things a reaction names, each indicator of a group being one."""
        alone = sum(self.indicators.get(name) not in reaction.groups for name in reaction.indicators)
        return len(reaction.tiers) + alone + sum(self._sizes[group] for group in reaction.groups)


@frozen
class _Named:
    """A thing that a reaction names, with what it is: one of `_ROLES`."""

    id: str
    role: str
    at: Span | None


class ReactionReader(PartReader):
    """Reads ``reactions:``."""

    def reactions(self, top: Table, known: Reactive) -> tuple[Reaction, ...]:
        """Return what stands under ``reactions:``, those that can be read."""
        entry = top.get("reactions")
        hint = "write the name of each event with what it waits for: `wired_lost: {lost: wired_broadband}`"
        table = None if entry is None else self.table(entry.value, "`reactions`", hint)
        if table is None:
            return ()
        if len(table.entries) > MOST_REACTIONS:
            at = table.entries[MOST_REACTIONS].at
            self.log.add(at, "SR108", f"there are more than {MOST_REACTIONS:,} reactions", "no ruleset has")
            return ()
        found = [self._reaction(one, known) for one in table.entries]
        return tuple(reaction for reaction in found if reaction is not None)

    def check_inherited_reactions(self, base: Base, reactions: Iterable[Reaction], known: Reactive) -> None:
        """Note every inherited reaction that names what the document took away."""
        for reaction in reactions:
            if reaction.origin is None:
                continue
            for message in _misfits(reaction, known):
                what = f"the reaction `{reaction.id}` of `{base.edition.name}` no longer fits: {message}"
                self.log.add(base.at, "SR417", what, "restate it, or remove it too")

    def _reaction(self, entry: Entry, known: Reactive) -> Reaction | None:
        what = f"the reaction `{shorten(entry.key)}`"
        name = self.name(entry, "a reaction")
        hint = "write what it waits for: `lost:` or `reached:` with a tier or indicators, or `stale:` with a fact"
        fields = self.table(entry.value, what, hint)
        if fields is None:
            return None
        self.known_keys(fields, what, _KEYS)
        waits = [one for one in fields.entries if one.key in REACTION_KINDS]
        if not waits:
            if not any(self.misspelt(fields, kind) for kind in REACTION_KINDS):
                self.log.add(entry.at, "SR110", f"{what} does not say what it waits for", hint)
            return None
        if len(waits) > 1:
            keys = all_of([one.key for one in waits])
            self.log.add(waits[1].at, "SR111", f"{what} waits for several things: {keys}", "write a reaction for each")
            return None
        kind = next(one for one in REACTION_KINDS if one == waits[0].key)
        self._check_keys(fields, what, kind)
        read = self._stale if kind == "stale" else self._turned
        reaction = read(entry.key, kind, waits[0], fields, what, known, entry.at)
        return None if name is None else reaction

    def _check_keys(self, fields: Table, what: str, kind: ReactionKind) -> None:
        for one in fields.entries:
            if one.key in (_OF_LOSSES if kind == "stale" else ("after",)):
                goes_with = "`stale`" if one.key == "after" else "`lost` and `reached`"
                message = f"`{one.key}` of {what} says nothing of what is `{kind}`"
                self.log.add(one.at, "SR419", message, f"`{one.key}` goes with {goes_with}: remove it here")

    # --- what becomes too old --------------------------------------------------------------------------------------

    def _stale(
        self,
        name: str,
        kind: ReactionKind,
        waits: Entry,
        fields: Table,
        what: str,
        known: Reactive,
        at: Span | None,
    ) -> Reaction | None:
        named = self._once(self._names(waits.value, what, waits.key), what)
        for one, place in named:
            if one not in known.given and not self._is_at_fault(one):
                message, hint = _nothing_given(one, known)
                self.log.add(place, "SR418", message, hint)
        after = self.required(fields, what, "after", "say how old it may be: `after: 12 months`", waits.at)
        span = None if after is None else self._span(after, f"`after` of {what}")
        if not named or span is None:
            return None
        ids = tuple(one for one, _ in named)
        return Reaction(name, kind, facts=ids, after=span, title=self.title(fields), source=self.source(fields), at=at)

    def _is_at_fault(self, name: str) -> bool:
        return self.is_lost("name", name) or self.is_lost("collection", name)

    # --- what is lost or reached -----------------------------------------------------------------------------------

    def _turned(
        self,
        name: str,
        kind: ReactionKind,
        waits: Entry,
        fields: Table,
        what: str,
        known: Reactive,
        at: Span | None,
    ) -> Reaction | None:
        found = list(self._roles(waits, what, known))
        named = [one for one in found if one is not None]
        of = {role: tuple(one.id for one in named if one.role == role) for role in _ROLES}
        mixed = next((one for one in named if (one.role == "tier") != (named[0].role == "tier")), None)
        tier = self._asking(fields, what, known)
        if mixed is not None:
            message = f"{what} names tiers as well as indicators"
            self.log.add(mixed.at, "SR419", message, "write a reaction for each kind")
        elif tier is not None and of["tier"]:
            stated = fields.get("tier")
            message = f"`tier` of {what} says which tier asks an indicator, and `{kind}` names a tier"
            self.log.add(None if stated is None else stated.at, "SR419", message, "remove `tier`")
        within, at_least = fields.get("within"), fields.get("at_least")
        span = None if within is None else self._span(within.value, f"`within` of {what}")
        if within is not None and at_least is None and not self.misspelt(fields, "at_least"):
            hint = "say how many of them there have to be within that time: `at_least: 2`"
            self.log.add(within.at, "SR110", f"{what} has `within` and no `at_least`", hint)
        reaction = Reaction(
            name,
            kind,
            of["tier"],
            of["indicator"],
            of["group"],
            (),
            tier,
            None if at_least is None else self._number(at_least.value, f"`at_least` of {what}"),
            span,
            None,
            self.title(fields),
            self.source(fields),
            at=at,
        )
        if not named:
            return None
        few = _too_few(reaction, known) if len(named) == len(found) else None
        if few is not None and at_least is not None:
            self.log.add(at_least.value.at, "SR208", f"`at_least` of {what} {few[0]}", few[1])
        return reaction

    def _roles(self, waits: Entry, what: str, known: Reactive) -> Iterator[_Named | None]:
        """Yield what a reaction names, each with what it is; None for what is nothing, or several things, which is noted."""
        if isinstance(waits.value, Table):
            whose = f"`{waits.key}` of {what}"
            self.known_keys(waits.value, whose, _ROLES)
            if not waits.value.entries:
                hint = "write `{tier: …}`, `{indicator: …}` or `{group: …}`, or an id alone"
                self.log.add(waits.value.at, "SR110", f"{whose} names nothing", hint)
            for entry in waits.value.entries:
                if entry.key in _ROLES:
                    for name, at in self._once(self._names(entry.value, what, entry.key), what):
                        yield self._in_role(name, entry.key, at, known)
            return
        for name, at in self._once(self._names(waits.value, what, waits.key), what):
            roles = known.roles(name)
            if len(roles) > 1:
                message = f"`{shorten(name)}` is {' and '.join(_an(role) for role in roles)}"
                forms = one_of([f"{waits.key}: {{{role}: {shorten(name)}}}" for role in roles])
                self.log.add(at, "SR403", message, f"say which is meant: {forms}")
            elif not roles and not self._may_be_declared(name, _ROLES, known):
                self.log.add(at, "SR418", *_nothing_named(name, _ROLES, known))
            yield _Named(name, roles[0], at) if len(roles) == 1 else None

    def _in_role(self, name: str, role: str, at: Span | None, known: Reactive) -> _Named | None:
        if role in known.roles(name):
            return _Named(name, role, at)
        if not self._may_be_declared(name, (role,), known):
            self.log.add(at, "SR418", *_nothing_named(name, (role,), known))
        return None

    def _may_be_declared(self, name: str, roles: Iterable[str], known: Reactive) -> bool:
        """Return whether a name may be that of something whose declaration is at fault."""
        return any(self.is_lost(role, name) for role in roles) or not known.tiers or not known.indicators

    def _asking(self, fields: Table, what: str, known: Reactive) -> str | None:
        entry = fields.get("tier")
        name = None if entry is None else self.text(entry.value, f"`tier` of {what}", "write the id of a tier")
        if entry is None or name is None or name in known.tiers:
            return name
        if not self._may_be_declared(name, ("tier",), known):
            message, hint = _nothing_named(name, ("tier",), known)
            self.log.add(entry.value.at, "SR401", message, hint)
        return None

    # --- parts -----------------------------------------------------------------------------------------------------

    def _names(self, tree: Tree, what: str, key: str) -> list[tuple[str, Span | None]]:
        """Return an id or a list of ids, each with its place; a list must not be empty."""
        if isinstance(tree, Table):
            self.wrong_shape(tree, f"`{key}` of {what}", "takes an id or a list of ids", _NAMES_HINT)
            return []
        parts = tree.items if isinstance(tree, Sequence) else (tree,)
        if not parts:
            self.log.add(tree.at, "SR110", f"`{key}` of {what} names nothing", _NAMES_HINT)
        texts = ((self.text(part, f"`{key}` of {what}", _NAMES_HINT), part.at) for part in parts)
        return [(text, at) for text, at in texts if text is not None]

    def _once(self, named: Iterable[tuple[str, Span | None]], what: str) -> list[tuple[str, Span | None]]:
        """Return names without those that stand there already, which are noted."""
        first: dict[str, Span | None] = {}
        for name, at in named:
            if name in first:
                self.log.add(at, "SR419", f"{what} names `{shorten(name)}` twice", "name each once")
            first.setdefault(name, at)
        return list(first.items())

    def _number(self, tree: Tree, what: str) -> int | None:
        text = self.text(tree, what, "write a whole number, such as `2`")
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}", text):
            self.log.add(tree.at, "SR207", f"{what} is no number of things: `{shorten(text)}`", "write it as `2`")
            return None
        return int(text)

    def _span(self, tree: Tree, what: str) -> Literal | None:
        """Return a span of time by which a date can be moved."""
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str) or is_empty(tree):
            self.wrong_shape(tree, what, "must be a span of time", _SPAN_HINT)
            return None
        found = self.expression(tree, what)
        if found is None:
            return None
        whole = isinstance(found, Literal) and found.number > 0 and found.number.denominator == 1
        if isinstance(found, Literal) and whole and str(found.unit) in CALENDAR_UNITS:
            return found
        self.log.add(found.at, "SR420", f"{what} is no span of time: `{shorten(source(found))}`", _SPAN_HINT)
        return None


def _an(role: str) -> str:
    return f"an {role}" if role == "indicator" else f"a {role}"


def _nothing_named(name: str, roles: Iterable[str], known: Reactive) -> tuple[str, str]:
    """Return the message and the help for a name that nothing of these roles has."""
    ids = {"tier": known.tiers, "indicator": known.indicators, "group": known.groups}
    asked = list(roles)
    near = did_you_mean(name, [one for role in asked for one in ids[role]])
    what = " and ".join(f"no {role}" for role in asked) if len(asked) < 3 else "no tier, no indicator and no group"
    of = ids[asked[0]]
    are = f"the {asked[0]}s are" if len(of) > 1 else f"the one {asked[0]} is"
    listed = f"{are} {all_of(list(of))}" if of else f"name it under `{asked[0]}s:`"
    if len(asked) > 1:
        listed = "`smartrules show` lists the tiers, groups and indicators"
        if name in known.given:
            listed = "it is given: a reaction can wait until it is too old, `stale:`"
    return f"there is {what} `{shorten(name)}`", near or listed


def _nothing_given(name: str, known: Reactive) -> tuple[str, str]:
    """Return the message and the help for a name of nothing that can be too old."""
    if name in known.of_members:
        message = f"`{shorten(name)}` is asked of each of `{known.of_members[name]}`, and has no age of its own"
        return message, f"name the collection: `stale: {known.of_members[name]}`"
    hint = did_you_mean(name, known.given) or "name a fact, a measure that is stated, or a collection"
    if known.roles(name):
        hint = f"it is {_an(known.roles(name)[0])}, which can be `lost` or `reached`; what is given becomes too old"
    return f"there is no fact, no measure and no collection `{shorten(name)}`", hint


def _too_few(reaction: Reaction, known: Reactive) -> tuple[str, str] | None:
    """Return what is wrong with the number of things that have to come together, and what to do; None where nothing is."""
    number, there_are = reaction.at_least, known.number(reaction)
    if number is None or 1 <= number <= there_are:
        return None
    if number < 1:
        return "asks for nothing", "write how many different ones there have to be, or leave it out"
    named = "one thing" if there_are == 1 else f"{there_are} things"
    hint = f"write a number from 1 to {there_are}" if there_are > 1 else "name more of them, or leave it out"
    return f"asks for {number}, and the reaction names {named}", hint


def _misfits(reaction: Reaction, known: Reactive) -> Iterator[str]:
    """Yield why an inherited reaction does not fit what it may name."""
    for role, ids in zip(_ROLES, (reaction.tiers, reaction.indicators, reaction.groups), strict=True):
        for name in ids:
            if role not in known.roles(name):
                yield f"there is no {role} `{name}`"
    for name in reaction.facts:
        if name not in known.given:
            yield f"there is no fact, no measure and no collection `{name}`"
    if reaction.tier is not None and reaction.tier not in known.tiers:
        yield f"there is no tier `{reaction.tier}`"
    few = _too_few(reaction, known)
    if few is not None:
        yield f"its `at_least` {few[0]}"
