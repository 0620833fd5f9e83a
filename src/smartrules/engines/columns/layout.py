"""Which columns a frame must have for the rules of some tiers, and how each of them is read.

A count, quantity, share, rate, flag, choice or date is one column named by its id, numbers in the declared unit; a set
is one column of booleans a member, ``scenarios.childcare``, or one of lists; a stated measure is named by the measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from smartrules.expr.nodes import (
    Aggregate,
    Count,
    Expr,
    Includes,
    Name,
    OneOf,
    Quantified,
    Reported,
    Today,
    children,
    walk,
)
from smartrules.standard import INDICATORS, Edition, FactDeclaration, Measure

#: The column of the day for which the facts of a row hold.
ON = "on"


@frozen
class Asked:
    """What the rules of some tiers ask for.

    Attributes:
        facts: the declarations of a community's facts, in their order.
        stated: the measures that the frame states.
        optional: ids of facts that need no column, because their measure is stated or their collection makes them.
        collections: of each collection that is asked, the declarations of the facts of its members.
        direct: the collections that are asked by more than a fact or a measure which the frame may give itself.
        inside: of each collection, the ids of the community's facts that are asked of its members.
        today: whether the day of the facts is asked.
    """

    facts: tuple[FactDeclaration, ...]
    stated: tuple[Measure, ...]
    optional: frozenset[str]
    collections: Mapping[str, tuple[FactDeclaration, ...]]
    direct: frozenset[str]
    inside: Mapping[str, frozenset[str]]
    today: bool


def roots(edition: Edition, tiers: Iterable[str]) -> Iterator[Expr]:
    """Yield the expressions that some tiers of an edition rest on."""
    for tier in tiers:
        for name, rule in edition.rules(tier).items():
            yield rule
            points = edition.indicator_by_id[name].points
            if points is not None and points.value is not None:
                yield points.value
        ruled = edition.tier_by_id[tier].rule
        if ruled is not None:
            yield ruled
    for score in edition.scores:
        yield score.value


def asked(edition: Edition, tiers: Iterable[str], columns: Iterable[str], given: Iterable[str]) -> Asked:
    """Return what some tiers ask of a frame with these columns, for which these collections are given."""
    have, members = frozenset(columns), frozenset(given)
    walker = _Walker(edition, have, members)
    for root in roots(edition, tiers):
        walker.visit(root, None)
    walker.settle()
    return Asked(
        facts=tuple(fact for fact in edition.facts if fact.id in walker.needed or fact.id in walker.spare),
        stated=tuple(measure for measure in edition.measures if measure.id in walker.stated),
        optional=frozenset(walker.spare - walker.needed),
        collections={
            one.id: tuple(fact for fact in one.facts if fact.id in walker.of_members)
            for one in edition.collections
            if one.id in walker.collections
        },
        direct=frozenset(walker.direct),
        inside={name: frozenset(facts) for name, facts in walker.inside.items()},
        today=walker.today,
    )


class _Walker:
    """Goes through rules, and through the measures and facts that they name."""

    def __init__(self, edition: Edition, columns: frozenset[str], given: frozenset[str]) -> None:
        self.edition, self.columns, self.given = edition, columns, given
        self.needed, self.spare, self.stated = set[str](), set[str](), set[str]()
        self.collections, self.direct, self.of_members = set[str](), set[str](), set[str]()
        self.inside: dict[str, set[str]] = {}
        self.today = False
        self._seen = set[tuple[str, str | None, bool]]()

    def visit(self, node: Expr, collection: str | None, *, spare: bool = False) -> None:
        """Note what an expression asks for, inside a collection or not; what is spare needs no column."""
        match node:
            case Name():
                self._name(node.id, collection, spare)
            case Includes():
                self._name(node.set.id, collection, spare)
            case OneOf():
                self._name(node.choice.id, collection, spare)
            case Reported():
                self._name(node.of.id, collection, spare)
            case Count() if node.of.id in self.edition.fact_by_id:
                self._name(node.of.id, collection, spare)
            case Count():
                self._collection(node.of.id, spare)
            case Quantified() | Aggregate():
                inside = self._collection(node.collection, spare)
                parts = (node.where, node.part if isinstance(node, Quantified) else node.of)
                for part in parts:
                    if part is not None:
                        self.visit(part, inside or collection, spare=spare)
            case Today():
                self.today = True
                if collection is not None:
                    self.inside.setdefault(collection, set()).add(ON)
            case _:
                for child in children(node):
                    self.visit(child, collection, spare=spare)

    def settle(self) -> None:
        """Note what declarations ask for besides: the whole of a part, of a community or of a member."""
        for name in [*self.of_members]:
            whole = self.edition.fact_by_id[name].at_most
            if whole is not None:
                self._name(whole, self.edition.collection_of_fact[name], spare=False)

    def _collection(self, name: str, spare: bool) -> str | None:
        """Return the id of a collection of members, None for that of the indicators."""
        if not self.edition.is_collection(name):
            return None
        found = self.edition.collection(name).id
        self.collections.add(found)
        if not spare:
            self.direct.add(found)
        return found

    def _name(self, name: str, collection: str | None, spare: bool) -> None:
        if (name, collection, spare) in self._seen:
            return
        self._seen.add((name, collection, spare))
        measure = self.edition.measure_by_id.get(name)
        if measure is not None:
            if name in self.columns:
                self.stated.add(name)
                if collection is not None:
                    self.inside.setdefault(collection, set()).add(name)
            self.visit(measure.value, collection, spare=spare or name in self.columns)
        elif name in self.edition.collection_of_fact:
            self.of_members.add(name)
        elif name in self.edition.fact_by_id:
            self._fact(self.edition.fact_by_id[name], collection, spare)
        elif name in self.edition.score_by_id:
            self.visit(self.edition.score_by_id[name].value, collection, spare=spare)

    def _fact(self, declared: FactDeclaration, collection: str | None, spare: bool) -> None:
        if collection is not None:
            self.inside.setdefault(collection, set()).add(declared.id)
        if declared.derived is not None:
            self.visit(declared.derived, None, spare=True)
            made = {
                self.edition.collection(node.collection).id
                for node in walk(declared.derived)
                if isinstance(node, Quantified | Aggregate) and node.collection != INDICATORS
            } | {
                self.edition.collection(node.of.id).id
                for node in walk(declared.derived)
                if isinstance(node, Count) and node.of.id not in self.edition.fact_by_id
            }
            spare = spare or (bool(made) and made <= self.given)
        (self.spare if spare else self.needed).add(declared.id)
