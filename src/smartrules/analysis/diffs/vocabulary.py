"""Two editions in the same words: what one calls otherwise than the other has one name, and what only one has keeps its own.

A community has facts of both. Each edition is told those that it asks for, in its own words: of a set the members that it
knows. So one community is two facts documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, lcm

from attrs import evolve, field, frozen

from smartrules.analysis.diffs.pairs import Pairs, Reason, by_title, paired
from smartrules.expr.nodes import (
    Aggregate,
    AllOf,
    Comparison,
    Count,
    Expr,
    Includes,
    Literal,
    Name,
    Not,
    Operator,
    Quantified,
    children,
    with_children,
)
from smartrules.facts import Fact, Facts, Record
from smartrules.standard import Collection, Edition, FactDeclaration, Indicator, Measure
from smartrules.values import Kind, Number, Value

#: Stands behind the name of what the new edition calls as the old one calls something else.
_APART = " (new)"

_MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@frozen
class Tongue:
    """What one edition calls the facts, measures and collections that both speak of.

    Attributes:
        common: the name that both use, by that of the edition.
        apart: the sets of which the editions do not know the same members, by the common name, with those that this one knows.
    """

    edition: Edition
    common: dict[str, str] = field(factory=dict)
    apart: dict[str, tuple[str, ...]] = field(factory=dict)

    def said(self, node: Expr) -> Expr:
        """Return an expression in the common words."""
        match node:
            case Comparison() if (counted := self._counted(node)) is not None:
                return counted
            case Name():
                return evolve(node, id=self.common.get(node.id, node.id))
            case Quantified() | Aggregate():
                spoken = evolve(node, collection=self._collection(node.collection))
                return with_children(spoken, [self.said(part) for part in children(node)])
            case Count() if node.of.id not in self.edition.fact_by_id:
                return evolve(node, of=Name(self._collection(node.of.id)))
            case _:
                parts = children(node)
                return with_children(node, [self.said(part) for part in parts]) if parts else node

    def _collection(self, name: str) -> str:
        if not self.edition.is_collection(name):
            return name  # the indicators, which a rule of a tier asks
        own = self.edition.collection(name).id
        return self.common.get(own, own)

    def _counted(self, node: Comparison) -> Expr | None:
        """Return how many of the members that the edition knows a set must have, where the other one knows others."""
        operator, count, bound = node.operator, node.left, node.right
        if isinstance(count, Literal):
            operator, count, bound = _MIRRORED[operator], bound, count
        if not isinstance(count, Count) or not isinstance(bound, Literal):
            return None
        name = Name(self.common.get(count.of.id, count.of.id))
        if name.id not in self.apart:
            return None
        known, number = self.apart[name.id], Fraction(bound.root)

        def some(k: int) -> Expr:
            return Includes(name, known, k)

        match operator:
            case ">=":
                return some(ceil(number))
            case ">":
                return some(floor(number) + 1)
            case "<":
                return Not(some(ceil(number)))
            case "<=":
                return Not(some(floor(number) + 1))
            case _:
                exactly = AllOf((some(ceil(number)), Not(some(floor(number) + 1))))
                return exactly if operator == "=" else Not(exactly)

    def told(self, facts: Facts) -> Facts:
        """Return what the edition is told of a community, in its own words."""
        own = self._own
        return evolve(
            facts,
            edition=self.edition.name,
            facts=self._values(facts.facts, own),
            collections={
                own[name]: tuple(Record(one.id, self._values(one.facts, own)) for one in records)
                for name, records in facts.collections.items()
                if name in own
            },
            not_reported=frozenset(own[name] for name in facts.not_reported if name in own),
        )

    @cached_property
    def _own(self) -> Mapping[str, str]:
        """What the edition calls things, by the common name."""
        return {common: name for name, common in self.common.items()}

    def _values(self, facts: Mapping[str, Fact], own: Mapping[str, str]) -> dict[str, Fact]:
        found = {}
        for name, fact in facts.items():
            if name not in own:
                continue
            value = self._value(self.edition.fact_by_id[own[name]], fact.value)
            if value is not None:
                found[own[name]] = Fact(own[name], value)
        return found

    def _value(self, declared: FactDeclaration, value: Value) -> Value | None:
        if declared.kind is Kind.SET:
            assert isinstance(value, frozenset)
            return value & frozenset(declared.member_ids)
        return None if declared.kind is Kind.CHOICE and value not in declared.member_ids else value


@frozen
class Vocabulary:
    """Two editions in the same words.

    Attributes:
        old: the old edition in the common words; its tiers and indicators keep their ids.
        new: the new edition in the common words. Both declare the same facts, collections and measures.
        of_old: the words of the old edition.
        of_new: those of the new one.
        facts: which facts are the same, those of members among them; ``collections`` and ``measures`` likewise.
        other: the facts that both have by one id and that are another thing in each, by id.
    """

    old: Edition
    new: Edition
    of_old: Tongue
    of_new: Tongue
    facts: Pairs
    collections: Pairs
    measures: Pairs
    other: frozenset[str]

    def is_comparable(self, *rules: Expr) -> bool:
        """Return whether a community can have the same facts in both, as far as rules in the common words ask them."""
        apart = {name for own in self.other for name in (own, f"{own}{_APART}")}
        return not any(apart & self.old.names_behind(rule) for rule in rules)

    def counts_apart(self, *rules: Expr) -> bool:
        """Return whether rules count the members of a set that the editions do not know alike, in a way that is not said in common words."""
        apart = {*self.of_old.apart, *self.of_new.apart}
        return any(isinstance(node, Count) and node.of.id in apart for rule in rules for node in self.old.walk(rule))


def vocabulary(old: Edition, new: Edition) -> Vocabulary:
    """Return two editions in the same words."""
    collections = paired(old.collections, new.collections, lambda one, other: True, by_title)
    facts, other = _paired_facts(old, new, collections)
    of_old = Tongue(old, _own(old))
    taken = {*of_old.common}
    of_new = Tongue(new)
    same = {**facts.old_by_new, **collections.old_by_new}
    remade = _remade(old, new, facts)
    for name in (*new.fact_by_id, *new.collection_by_id):
        of_new.common[name] = _free(name, taken) if name in remade else same.get(name) or _free(name, taken)
    declared = _declared(old, new, facts, of_old, of_new)
    gone = frozenset(remade.values())
    declared = {name: _without_whole(fact, gone) for name, fact in declared.items() if name not in gone}
    joined = _collections(old, new, collections, declared, of_new)
    of_members = {fact.id for collection in joined for fact in collection.facts}
    community = tuple(fact for name, fact in declared.items() if name not in of_members)
    measures, pairs = _measures(old, new, of_old, of_new, taken)
    measures += tuple(
        _made(tongue, name)
        for new_name, old_name in remade.items()
        for tongue, name in ((of_old, old_name), (of_new, new_name))
    )
    spoken = [_spoken(tongue, community, joined, measures) for tongue in (of_old, of_new)]
    return Vocabulary(spoken[0], spoken[1], of_old, of_new, facts, collections, pairs, other)


def _without_whole(fact: FactDeclaration, gone: frozenset[str]) -> FactDeclaration:
    return evolve(fact, at_most=None) if fact.at_most in gone else fact


def _made(tongue: Tongue, name: str) -> Measure:
    """Return a fact that is made of a collection as a measure."""
    fact = tongue.edition.fact_by_id[name]
    assert fact.derived is not None
    assert fact.unit is not None
    return Measure(tongue.common[name], tongue.said(fact.derived), fact.unit, fact.title)


def _own(edition: Edition) -> dict[str, str]:
    return {name: name for name in (*edition.fact_by_id, *edition.collection_by_id, *edition.measure_by_id)}


def _free(name: str, taken: set[str]) -> str:
    free = f"{name}{_APART}" if name in taken else name
    taken.add(free)
    return free


# --- facts ---------------------------------------------------------------------------------------------------------


def _paired_facts(old: Edition, new: Edition, collections: Pairs) -> tuple[Pairs, frozenset[str]]:
    home = collections.old_by_new

    def fits(one: FactDeclaration, other: FactDeclaration) -> bool:
        place, there = old.collection_of_fact.get(one.id), new.collection_of_fact.get(other.id)
        return place == (None if there is None else home.get(there)) and is_same_kind(one, other)

    facts = paired(old.fact_by_id.values(), new.fact_by_id.values(), fits, by_title)
    kept = {pair.new for pair in facts.both}
    return facts, frozenset(name for name in old.fact_by_id if name in new.fact_by_id and name not in kept)


def is_same_kind(one: FactDeclaration, other: FactDeclaration) -> bool:
    """Return whether a value of one fact can be one of another."""
    if one.kind.is_number and other.kind.is_number:
        same = one.dimension == other.dimension
    elif one.kind is Kind.CHOICE:
        same = other.kind is Kind.CHOICE and bool({*one.member_ids} & {*other.member_ids})
    else:
        same = one.kind is other.kind
    return same and (one.derived == other.derived or (_is_made_a_number(one) and _is_made_a_number(other)))


def _is_made_a_number(fact: FactDeclaration) -> bool:
    return fact.derived is not None and fact.kind.is_number


def _remade(old: Edition, new: Edition, facts: Pairs) -> Mapping[str, str]:
    """Return the facts that are made of collections in another way than before, by their ids in the new edition.

    They are taken as measures, so that nobody is given one value of both.
    """
    return {
        pair.new: pair.old
        for pair in facts.both
        if old.fact_by_id[pair.old].derived != new.fact_by_id[pair.new].derived
    }


def _declared(old: Edition, new: Edition, facts: Pairs, of_old: Tongue, of_new: Tongue) -> dict[str, FactDeclaration]:
    """Return the facts of both, by their common names: of one that both have, the values that both take."""
    news = {pair.old: new.fact_by_id[pair.new] for pair in facts.both}
    found = {}
    for name, fact in old.fact_by_id.items():
        found[name] = _joined_fact(fact, news[name], of_old, of_new) if name in news else fact
    for name in facts.added:
        fact = new.fact_by_id[name]
        common = of_new.common[name]
        whole = None if fact.at_most is None else of_new.common[fact.at_most]
        made = None if fact.derived is None else of_new.said(fact.derived)
        found[common] = evolve(fact, id=common, at_most=whole, derived=made)
    return found


def _joined_fact(old: FactDeclaration, new: FactDeclaration, of_old: Tongue, of_new: Tongue) -> FactDeclaration:
    members = old.members
    if old.kind is Kind.SET:
        members = tuple({member.id: member for member in (*old.members, *new.members)}.values())
        if {*old.member_ids} != {*new.member_ids}:
            of_old.apart[old.id], of_new.apart[old.id] = old.member_ids, new.member_ids
    elif old.kind is Kind.CHOICE:  # what one edition cannot be told is no fact of both
        members = tuple(member for member in old.members if member.id in new.member_ids)
    return evolve(
        old,
        kind=Kind.COUNT if Kind.COUNT in (old.kind, new.kind) else old.kind,
        members=members,
        minimum=max(bounds) if (bounds := _given(old.minimum, new.minimum)) else None,
        maximum=min(bounds) if (bounds := _given(old.maximum, new.maximum)) else None,
        step=_step(old.step, new.step),
        at_most=old.at_most if new.at_most is None else of_new.common[new.at_most],
    )


def _given(*bounds: Number | None) -> list[Number]:
    return [bound for bound in bounds if bound is not None]


def _step(one: Number | None, other: Number | None) -> Number | None:
    """Return the step on which a number is on the steps of both."""
    if one is None or other is None:
        return other if one is None else one
    first, second = Fraction(one), Fraction(other)
    below = lcm(first.denominator, second.denominator)
    return Fraction(lcm(int(first * below), int(second * below)), below)


def _collections(
    old: Edition, new: Edition, pairs: Pairs, declared: Mapping[str, FactDeclaration], of_new: Tongue
) -> tuple[Collection, ...]:
    news = {pair.old: new.collection_by_id[pair.new] for pair in pairs.both}
    found = list[Collection]()
    for collection in old.collections:
        facts = [fact.id for fact in collection.facts]
        if collection.id in news:
            facts += [of_new.common[fact.id] for fact in news[collection.id].facts]
        found.append(evolve(collection, facts=tuple(declared[name] for name in dict.fromkeys(facts))))
    for name in pairs.added:
        collection = new.collection_by_id[name]
        facts = [of_new.common[fact.id] for fact in collection.facts]
        found.append(evolve(collection, id=of_new.common[name], facts=tuple(declared[one] for one in facts)))
    return tuple(found)


# --- measures ------------------------------------------------------------------------------------------------------


def _measures(
    old: Edition, new: Edition, of_old: Tongue, of_new: Tongue, taken: set[str]
) -> tuple[tuple[Measure, ...], Pairs]:
    """Return the measures of both: one that has another formula in the new edition is another one."""
    known = {measure.id: evolve(measure, value=of_old.said(measure.value)) for measure in old.measures}
    by_value = {measure.value: name for name, measure in reversed(known.items()) if name not in new.measure_by_id}
    found, renamed = dict(known), dict[str, str]()
    for name in _in_order(new):
        measure = new.measure_by_id[name]
        value = of_new.said(measure.value)
        if name in known and known[name].value == value:
            of_new.common[name] = name
        elif name not in known and value in by_value:
            of_new.common[name] = renamed[name] = by_value.pop(value)
        else:
            of_new.common[name] = _free(name, taken)
            found[of_new.common[name]] = evolve(measure, id=of_new.common[name], value=value)
    pairs = paired(
        old.measures,
        new.measures,
        lambda one, other: True,
        lambda one, other: Reason.RULE if renamed.get(other.id) == one.id else None,
        by_title,
    )
    return tuple(found.values()), pairs


def _in_order(edition: Edition) -> Iterable[str]:
    """Return the measures such that each stands behind those that it names."""
    found = dict[str, None]()

    def visit(name: str) -> None:
        if name in found:
            return
        for inner in edition.names_behind(edition.measure_by_id[name].value):
            if inner in edition.measure_by_id and inner != name:
                visit(inner)
        found[name] = None

    for measure in edition.measures:
        visit(measure.id)
    return found


# --- editions ------------------------------------------------------------------------------------------------------


def _spoken(
    tongue: Tongue,
    facts: tuple[FactDeclaration, ...],
    collections: tuple[Collection, ...],
    measures: tuple[Measure, ...],
) -> Edition:
    edition = tongue.edition
    return evolve(
        edition,
        facts=facts,
        collections=collections,
        measures=measures,
        indicators=tuple(_indicator(tongue, one) for one in edition.indicators),
        tiers=tuple(tier if tier.rule is None else evolve(tier, rule=tongue.said(tier.rule)) for tier in edition.tiers),
        scores=tuple(evolve(score, value=tongue.said(score.value)) for score in edition.scores),
    )


def _indicator(tongue: Tongue, one: Indicator) -> Indicator:
    points = one.points
    if points is not None and points.value is not None:
        points = evolve(points, value=tongue.said(points.value))
    return evolve(
        one,
        applies=None if one.applies is None else tongue.said(one.applies),
        requirements=tuple(evolve(stated, rule=tongue.said(stated.rule)) for stated in one.requirements),
        points=points,
    )
