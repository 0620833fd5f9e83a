"""What every reader of rules needs: the community's facts, what is made once, and what it could not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any, Literal

from attrs import define, field

from smartrules.analysis.gaps.goals import (
    FAILS,
    FREE,
    HOLDS,
    Ask,
    Choice,
    Either,
    Goal,
    Hold,
    Judge,
    Know,
    Members,
    Outcomes,
)
from smartrules.analysis.gaps.items import STATED, Items
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import Linear, Ratio, Unsolved
from smartrules.engines.exact import evaluate, judging, read
from smartrules.engines.scope import Scope, kept
from smartrules.expr.nodes import Advice, Aggregate, AllOf, AnyOf, AtLeast, Expr, Name, Not, Quantified, When
from smartrules.facts import Facts
from smartrules.outcome import UNDETERMINED, Outcome
from smartrules.standard import Edition

#: A number, and the goals that make it so.
Way = tuple[Ratio, tuple[Goal, ...]]
#: Which end of a number that is known within bounds decides: -1 the greatest, 1 the least, 0 none.
Sense = Literal[-1, 0, 1]
#: Goals that are all wanted; None where they cannot be brought about.
Goals = Sequence[Goal] | None


class UnknownCollection(Exception):
    """A collection of which nothing is known, and whose members no plan can make up."""

    def __init__(self, collection: str) -> None:
        super().__init__(collection)
        self.collection = collection


@define(eq=False)
class Reading:
    """Reads the rules of one edition over one community; `smartrules.analysis.gaps.rules.Rules` is the whole of it.

    Attributes:
        gives_up: whether some way was left out.
        unread: the parts of rules of which ways were left out.
    """

    edition: Edition
    items: Items
    gives_up: bool = False
    unread: list[Expr] = field(factory=list)
    _kept: list[Expr] = field(factory=list)
    _readings: dict[int, Any] = field(factory=dict)
    _pairs: dict[str, list[tuple[str, str]]] = field(init=False)
    numbers: Any = field(factory=count, repr=False)

    @_pairs.default
    def _parts_of_wholes(self) -> dict[str, list[tuple[str, str]]]:
        pairs = dict[str, list[tuple[str, str]]]()
        for declared in self.edition.fact_by_id.values():
            if declared.at_most is not None:
                for one in (declared.id, declared.at_most):
                    pairs.setdefault(one, []).append((declared.id, declared.at_most))
        return pairs

    @property
    def facts(self) -> Facts:
        """The facts as they are."""
        return self.items.facts

    def goals(self, goal: Ask | Judge) -> Goals:
        """Return what a part of a rule comes down to, its alternatives not yet looked into; None where nothing does."""
        raise NotImplementedError

    def places(self, collection: str) -> list[str]:
        """Return where the members of a collection stand.

        Raises:
            UnknownCollection: where nothing is known of the collection.
        """
        size = self.items.size(collection)
        if size is None:
            raise UnknownCollection(collection)
        return [f"{collection}.{number}" for number in range(1, size + 1)]

    def standing(self, node: Expr, members: Members, sense: Sense) -> Iterable[Way] | None:
        """Return a number of an indicator, where a rule asks indicators; None for any other number."""
        return None

    def said(self, node: Expr, wanted: Outcomes, members: Members) -> Goals | Literal[False]:
        """Return what a rule says of an indicator, where it asks indicators; False for anything else."""
        return False

    def absent(self, members: Members) -> tuple[Goal, ...] | None:
        """Return what takes a member out of its collection; None where nothing does."""
        return None

    def pinned(self, node: Expr, linear: Linear) -> tuple[Linear, tuple[Goal, ...]]:
        """Return a sum whose whole numbers stay what they are today, so that others may be multiplied with it.

        Ways are left out by that, and the reader says so.

        Raises:
            Unsolved: where one of them is not known today.
        """
        self.leave(node)
        number, goals = linear.number, list[Goal]()
        for name, multiple in linear.terms.items():
            item = None if name.startswith("?") else self.items[self.owner(name)]
            if item is None or item.now is None:
                raise Unsolved(node)
            now = item.now[item.names.index(name)]
            number += multiple * now
            goals += [Hold(at_most({name: Fraction(sign)}, Fraction(sign * now))) for sign in (1, -1)]
        return Linear(number=number), tuple(goals)

    def leave(self, node: Expr) -> None:
        """Note a part of a rule of which a way is left out."""
        self.gives_up = True
        if node not in self.unread:
            self.unread.append(node)

    def choice(self, now: bool) -> Choice:
        """Return a whole number of its own that is 0 or 1."""
        return Choice(f"?{next(self.numbers)}", int(now))

    def outcome(self, node: Expr, members: Members) -> Outcome:
        """Return what a part of a rule comes to now."""
        return evaluate(node, self.edition, self.seen(members)).outcome

    def seen(self, members: Members) -> Facts:
        """Return the facts that a rule sees where it asks members."""
        return _seen(self.facts, members)

    def comes_to(self, goal: Ask | Judge, facts: Facts) -> Outcome:
        """Return what a part of a rule comes to over other facts."""
        if isinstance(goal, Judge):
            rule = self.edition.rules(goal.tier)[goal.indicator]
            return kept(judging, rule, self.edition)(Scope(facts)).outcome
        if id(goal.node) not in self._readings:
            self._readings[id(goal.node)] = read(goal.node, self.edition)
            self.keep(goal.node)
        found: Outcome = self._readings[id(goal.node)](Scope(_seen(facts, goal.members))).outcome
        return found

    def owner(self, name: str) -> str:
        """Return the path of the item whose whole number has a name."""
        if name.startswith(STATED):
            return name
        parts = name.split(".")
        own = 3 if parts[0] in self.edition.collection_by_id else 1
        return ".".join(parts[:own])

    def wholes(self, fact: str) -> Sequence[tuple[str, str]]:
        """Return the parts and wholes among which a fact is, each part with its whole."""
        return self._pairs.get(fact, ())

    def path(self, name: str, members: Members) -> str:
        """Return the path of a fact, that of the member that is asked for one of its collection."""
        collection = self.edition.collection_of_fact.get(name)
        return name if collection is None else f"{dict(members)[collection]}.{name}"

    def at_least(self, k: int, ways: Sequence[tuple[Goal, ...]]) -> Sequence[Goal]:
        """Return that at least so many of some ways are taken."""
        if k >= len(ways):
            return [goal for way in ways for goal in way]
        if k == 1:
            return [Either(tuple(ways))]
        chosen = [self.choice(now=False) for _ in ways]
        options = [Either(((being(one, 1), *way), (being(one, 0),))) for one, way in zip(chosen, ways, strict=True)]
        total = at_most({one.name: Fraction(-1) for one in chosen}, Fraction(-k))
        return [*chosen, Hold(total), *options]

    def known(self, node: Expr, members: Members) -> Goals:
        """Return what gives an expression a value: every fact behind it, or the stated figure of a measure."""
        options = list[Sequence[Goal]]()
        if isinstance(node, Name) and f"{STATED}{node.id}" in self._stated_paths:
            options.append([])
        names = [name for name in self.edition.facts_behind(node) if name not in self.edition.collection_by_id]
        if any(name in self.edition.collection_by_id for name in self.edition.facts_behind(node)) or any(
            name in self.items.made for name in names
        ):
            result = evaluate(node, self.edition, self.seen(members)).result
            if result is None or result is UNDETERMINED:
                raise Unsolved(node)
            return []
        options.append([Know(self.path(name, members)) for name in names])
        return either(options)

    @property
    def _stated_paths(self) -> set[str]:
        return {f"{STATED}{name}" for name in self.facts.stated}

    def keep(self, *nodes: Expr) -> None:
        """Keep parts of rules that were made here alive, by whose identity goals are known."""
        self._kept.extend(nodes)

    def possible(self, node: Expr) -> Outcomes:
        """Return the outcomes that a part can have at all, other than undetermined."""
        match node:
            case Advice():
                return FREE
            case When() | Quantified():
                return HOLDS | FAILS | FREE
            case AllOf() | AnyOf() | AtLeast():
                return frozenset().union(*(self.possible(part) for part in node.parts))
            case Not():
                return self.possible(node.part)
            case Name() if node.id in self.edition.fact_by_id:
                derived = self.edition.fact_by_id[node.id].derived
                return HOLDS | FAILS if derived is None else HOLDS | FAILS | FREE
            case _:
                return HOLDS | FAILS

    def constant(self, node: Expr, members: Members) -> Fraction | date | None:
        """Return the value of an expression that nothing can change; None where something can."""
        if any(isinstance(part, Aggregate | Quantified) for part in self.edition.walk(node)):
            return None
        for name in self.edition.facts_behind(node):
            if name in self.edition.collection_by_id or name in self.items.made:
                return None
            item = self.items[self.path(name, members)]
            if not item.fixed or item.now is None:
                return None
        if self.edition.names_behind(node) & self.facts.stated.keys():
            return None
        result = evaluate(node, self.edition, self.seen(members)).result
        if isinstance(result, bool | Outcome | str | frozenset) or result is None:
            return None
        return result if isinstance(result, date) else Fraction(result)


def either(options: Sequence[Sequence[Goal]]) -> Goals:
    """Return that one of some ways is taken; None where there is none."""
    if not options:
        return None
    if len(options) == 1:
        return options[0]
    return [Either(tuple(tuple(option) for option in options))]


def being(one: Choice, value: int) -> Hold:
    """Return that a choice is 0 or 1."""
    sign = 1 if value == 0 else -1
    return Hold(at_most({one.name: Fraction(sign)}, Fraction(sign * value)))


def _seen(facts: Facts, members: Members) -> Facts:
    for collection, place in members:
        record = facts.collections[collection][int(place.rpartition(".")[2]) - 1]
        facts = facts.within(collection, record)
    return facts
