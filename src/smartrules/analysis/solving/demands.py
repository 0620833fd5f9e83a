"""What a rule demands of a community's facts, gathered while the rule is walked: which are given, which not, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve, field, frozen

from smartrules.analysis.solving.declared import (
    FIRST_DAY,
    collections_behind,
    derived_collections,
    inherent,
    part_of_whole,
    span_of,
    unknowns,
)
from smartrules.analysis.solving.inequalities import Inequality, Spans, contradict, narrowed
from smartrules.expr.nodes import Expr, Name
from smartrules.standard import Edition, FactDeclaration

#: The day for which facts hold, as an unknown.
ON = "on"
#: From the first to the last day of the calendar, counted from the first day of dates.
DAYS = (date.min - FIRST_DAY).days, (date.max - FIRST_DAY).days


@frozen
class Demand:
    """What is demanded so far; each verb returns what is demanded then, or None where it contradicts what is demanded.

    Attributes:
        reach: how far numbers without a bound go, in steps.
        given: of each fact of which something is demanded, by its path, whether it has a value; else it is missing.
        sizes: how many members a collection has; None where nothing is known of it.
        unreported: what is said not to be reported.
        awaited: what must not be said not to be reported.
        spans: the values that the unknowns may have.
    """

    edition: Edition
    reach: int
    given: Mapping[str, bool] = field(factory=dict)
    sizes: Mapping[str, int | None] = field(factory=dict)
    unreported: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
    spans: Spans = field(factory=dict)
    inequalities: tuple[Inequality, ...] = ()

    def give(self, path: str) -> Demand | None:
        """Demand that a fact has a value."""
        if path in self.given or path in self.unreported:
            return self if self.given.get(path) else None
        declared = self.declared(path)
        demand: Demand | None = evolve(
            self,
            given={**self.given, path: True},
            spans={**self.spans, **dict.fromkeys(unknowns(declared, path), span_of(declared, self.reach))},
        )
        for collection in derived_collections(declared, self.edition):
            demand = demand and demand.size(collection, None)
        return demand and demand.hold([*inherent(declared, path), *demand.wholes(path)])

    def wholes(self, path: str) -> Iterable[Inequality]:
        """Yield that a fact is at most its whole, and at least its parts, as far as they are given."""
        declared, beside = self.declared(path), path.rpartition(".")[0]
        prefix = f"{beside}." if beside else ""
        for other, is_given in self.given.items():
            if not is_given or other in (path, ON) or other.rpartition(".")[0] != beside:
                continue
            known = self.declared(other)
            if declared.at_most is not None and f"{prefix}{declared.at_most}" == other:
                yield part_of_whole(declared, path, known, other)
            if known.at_most is not None and f"{prefix}{known.at_most}" == path:
                yield part_of_whole(known, other, declared, path)

    def give_day(self) -> Demand | None:
        """Demand that the facts say for which day they hold."""
        if ON in self.given:
            return self if self.given[ON] else None
        return evolve(self, given={**self.given, ON: True}, spans={**self.spans, ON: DAYS})

    def miss(self, path: str) -> Demand | None:
        """Demand that a fact has no value, and that it is missing."""
        if self.given.get(path) or path in self.unreported:
            return None
        demand: Demand | None = evolve(self, given={**self.given, path: False})
        if path != ON:
            for collection in derived_collections(self.declared(path), self.edition):
                demand = demand and demand.size(collection, None)
        return demand

    def size(self, collection: str, members: int | None) -> Demand | None:
        """Demand that a collection has so many members, or that nothing is known of it."""
        if collection in self.sizes:
            return self if self.sizes[collection] == members else None
        return evolve(self, sizes={**self.sizes, collection: members})

    def unreport(self, name: str) -> Demand | None:
        """Demand that a fact or measure is said not to be reported; what it is made of has no value either."""
        if name in self.unreported:
            return self
        if name in self.awaited:
            return None
        if name in self.edition.fact_by_id:
            if name in self.given:
                return None
            demand = evolve(self, unreported=self.unreported | {name})
            for collection in derived_collections(self.edition.fact_by_id[name], self.edition):
                sized = demand.size(collection, None)
                if sized is None:
                    return None
                demand = sized
            return demand
        return evolve(self, unreported=self.unreported | {name})

    def wait_for(self, paths: Iterable[str]) -> Demand | None:
        """Demand that facts are not said not to be reported, so that what is missing of them is missing."""
        named = frozenset(paths)
        return None if named & self.unreported else evolve(self, awaited=self.awaited | named)

    def hold(self, inequalities: Iterable[Inequality]) -> Demand | None:
        """Demand that inequalities hold among the values of facts that are given."""
        fresh = tuple(inequalities)
        if not fresh:
            return self
        concerned, among = {name for one in fresh for name, _ in one.terms}, list(fresh)
        among += [one for one in self.inequalities if any(name in concerned for name, _ in one.terms)]
        names = {name for one in among for name, _ in one.terms}
        if contradict(among):
            return None
        spans = narrowed({name: self.spans[name] for name in names}, among)
        if spans is None:
            return None
        return evolve(self, spans={**self.spans, **spans}, inequalities=(*self.inequalities, *fresh))

    def declared(self, path: str) -> FactDeclaration:
        """Return the declaration of the fact at a path."""
        return self.edition.fact_by_id[path.rpartition(".")[2]]

    def rests_on_touched(self, expression: Expr) -> bool:
        """Return whether an expression rests on a fact or collection of which something is demanded."""
        behind = {*self.edition.facts_behind(expression), *collections_behind(expression, self.edition)}
        asked = {path.rpartition(".")[2] for path in self.given} | self.sizes.keys() | self.unreported
        return bool(behind & asked) or (isinstance(expression, Name) and expression.id in self.unreported)
