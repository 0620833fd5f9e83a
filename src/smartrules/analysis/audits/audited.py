"""What is audited: a community's facts with the findings of one tier, and how they are asked of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from smartrules.analysis.audits.observations import Figure
from smartrules.assessment import Assessment, TierAssessment
from smartrules.derivation import Derivation
from smartrules.engines.exact import read
from smartrules.engines.scope import Scope, kept
from smartrules.expr.nodes import Aggregate, Count, Expr, Literal, Name, Quantified
from smartrules.facts import Fact, Facts
from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.values import Quantity, Value

#: Which member of each collection a part of a derivation is about: ``buildings`` → ``buildings.b3``.
Members = Mapping[str, str]

_NOBODY: Members = {}


@frozen(eq=False)
class Audited:
    """A community's facts with the findings of one tier.

    Attributes:
        within: how old evidence may be, of every fact; None where only the ruleset says so.
    """

    assessment: Assessment
    findings: TierAssessment
    within: Literal | None
    scope: Scope = field(init=False)

    @scope.default
    def _scope(self) -> Scope:
        return Scope(self.assessment.facts)

    @property
    def edition(self) -> Edition:
        """The standard that the facts are for."""
        return self.assessment.edition

    @property
    def facts(self) -> Facts:
        """The community's facts."""
        return self.assessment.facts

    @cached_property
    def known(self) -> Mapping[str, Fact]:
        """Every fact that is given, by its id; those of members by their whole names."""
        found = dict(self.facts.facts)
        for collection, records in self.facts.collections.items():
            for record in records:
                found |= {f"{collection}.{record.id}.{name}": fact for name, fact in record.facts.items()}
        return found

    @cached_property
    def stated(self) -> Mapping[str, tuple[str, ...]]:
        """The stated figures that serve, by measure id, each with the indicators that rest on it."""
        found: dict[str, list[str]] = {}
        for name, finding in self.findings.items():
            for measure in finding.stated:
                found.setdefault(measure, []).append(name)
        return {measure.id: tuple(found[measure.id]) for measure in self.edition.measures if measure.id in found}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """The parts that are declared of each whole, by its id."""
        found: dict[str, list[str]] = {}
        for fact in self.edition.facts:
            if fact.at_most is not None:
                found.setdefault(fact.at_most, []).append(fact.id)
        return {whole: tuple(parts) for whole, parts in found.items()}

    @cached_property
    def asking(self) -> Mapping[str, tuple[str, ...]]:
        """The indicators that ask for each measure at the tier, by its id, in the order of the standard."""
        found: dict[str, list[str]] = {}
        for name, rule in self.edition.rules(self.findings.tier.id).items():
            for one in self.edition.names_behind(rule):
                if one in self.edition.measure_by_id:
                    found.setdefault(one, []).append(name)
        return {measure: tuple(indicators) for measure, indicators in found.items()}

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The names of the given facts that the findings asked, in the order of their declarations."""
        asked = {
            name
            for finding in self.findings.values()
            for name, part in names_in(finding.derivation, self.edition)
            if not part.causes
        }
        return self.ordered(asked)

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The names of all given facts in the order of their declarations, the community's own first."""
        place = {name: number for number, name in enumerate(self.edition.fact_by_id)}
        own = sorted(self.facts.facts, key=place.__getitem__)
        of_members = [
            f"{collection.id}.{record.id}.{fact.id}"
            for collection in self.edition.collections
            for record in self.facts.collections.get(collection.id, ())
            for fact in collection.facts
            if fact.id in record.facts
        ]
        return (*own, *of_members)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.in_order)}

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some names under which something is given, in the order of their declarations."""
        return tuple(sorted({name for name in names if name in self._place}, key=self._place.__getitem__))

    def measured(self, measure: Measure) -> Derivation:
        """Return what the formula of a measure comes to, whatever is stated."""
        return self.scope.once(kept(read, measure.value, self.edition))

    def named(self, fact: str) -> Derivation:
        """Return what a fact of the community is: given, or made of the members of a collection."""
        return read(Name(fact), self.edition)(self.scope)

    def fact_figure(self, name: str) -> Figure:
        """Return a given fact as a figure."""
        fact = self.known[name]
        return figure_of(name, fact, self.edition.fact_by_id[fact.id])

    def stated_figure(self, measure: str) -> Figure:
        """Return a stated measure as a figure."""
        return figure_of(measure, self.facts.stated[measure], self.edition.measure_by_id[measure])

    def figure(self, name: str, result: object) -> Figure:
        """Return a value that a derivation has as a figure: the given one where it is given, else as it was computed."""
        if name in self.known:
            return self.fact_figure(name)
        given = self.facts.stated.get(name)
        if given is not None and given.value == result:
            return self.stated_figure(name)
        measure = self.edition.measure_by_id.get(name)
        declared = measure or self.edition.fact_by_id[name.rpartition(".")[2]]
        assert not isinstance(result, Outcome)
        return Figure(name, _shown(result, declared))


def figure_of(name: str, fact: Fact, declared: FactDeclaration | Measure) -> Figure:
    """Return a given value as a figure."""
    return Figure(name, _shown(fact.value, declared), fact.written, fact.evidence.observed, at=fact.at)


def _shown(value: Value | object, declared: FactDeclaration | Measure) -> Quantity | bool | frozenset[str] | str | date:
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        assert declared.unit is not None
        return Quantity.in_unit(value, declared.unit)
    assert isinstance(value, bool | frozenset | str | date)
    return value


def names_in(derivation: Derivation, edition: Edition, members: Members = _NOBODY) -> Iterator[tuple[str, Derivation]]:
    """Yield every fact and measure that a derivation asked, by its whole name, with what it came to."""
    node = derivation.node
    if isinstance(node, Name):
        collection = edition.collection_of_fact.get(node.id)
        yield (node.id if collection is None else f"{members[collection]}.{node.id}"), derivation
    for part in derivation.parts:
        yield from names_in(part, edition, of_member(node, part, members, edition))


def of_member(node: Expr, part: Derivation, members: Members, edition: Edition) -> Members:
    """Return which members a part of a derivation is about."""
    if part.member is None:
        return members
    match node:
        case Quantified() | Aggregate():
            collection = edition.collection(node.collection).id
        case Count():
            collection = edition.collection(node.of.id).id
        case _:
            return members
    return {**members, collection: f"{collection}.{part.member}"}
