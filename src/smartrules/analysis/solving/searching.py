"""The search for facts: what it knows of the edition, whose member it asks, and what every room of it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from attrs import evolve, field, frozen

from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.sizes import sizes
from smartrules.engines.scope import kept
from smartrules.expr.nodes import Comparison, Expr, Name, Operator
from smartrules.outcome import Outcome
from smartrules.standard import Edition

#: Puts alternatives in the order in which they are tried.
Choose = Callable[[Sequence[Any]], Sequence[Any]]

_MOST_STEPS = 5_000


class Exhausted(Exception):
    """More ways were tried than is worth it."""


@frozen
class Search:
    """Looks for what to demand of facts; `smartrules.analysis.solving.solver.Solver` is the whole of it.

    Attributes:
        choose: puts alternatives in order.
        member: of each collection of which a rule asks a member, which one: ``buildings`` → ``buildings.2``.
        unsolved: the parts of rules that were met and are not solved.
        steps: how many more steps are taken before the search gives up.
    """

    edition: Edition
    choose: Choose
    member: dict[str, str] = field(factory=dict)
    unsolved: list[Expr] = field(factory=list)
    steps: list[int] = field(factory=lambda: [_MOST_STEPS])

    def solve(self, node: Expr, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        """Yield what else to demand so that a requirement comes to an outcome."""
        raise NotImplementedError

    def compared(self, node: Comparison, operator: Operator, demand: Demand) -> Iterator[Demand]:
        """Yield what makes two values compare as an operator says."""
        raise NotImplementedError

    def spend(self) -> None:
        """Count one step.

        Raises:
            Exhausted: where there were too many.
        """
        self.steps[0] -= 1
        if self.steps[0] < 0:
            raise Exhausted

    def leave(self, node: Expr) -> None:
        """Note a part of a rule that is not solved."""
        if node not in self.unsolved:
            self.unsolved.append(node)

    def of_member(self, collection: str, place: str) -> Self:
        """Return the search that asks one member of a collection."""
        return evolve(self, member={**self.member, collection: place})

    def each(self, wanted: Sequence[tuple[Sequence[Outcome], Expr]], demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which every part comes to one of its outcomes."""
        if not wanted:
            yield demand
            return
        (outcomes, part), *rest = wanted
        for outcome in self.choose(outcomes) if len(outcomes) > 1 else outcomes:
            for found in self.solve(part, outcome, demand):
                yield from self.each(rest, found)

    def sized(self, collection: str, demand: Demand) -> Iterator[tuple[int, Demand]]:
        """Yield how many members a collection can have, with what is demanded then."""
        known = demand.sizes.get(collection, -1)
        if known is None:
            return
        likely = () if known >= 0 else kept(sizes, self.edition.collection_by_id[collection], self.edition)
        for size in self.choose(likely) if known < 0 else (known,):
            sized = demand.size(collection, size)
            if sized is not None:
                yield size, sized

    def paths(self, node: Expr) -> list[str]:
        """Return the paths of the facts behind an expression."""
        return [
            self.path(name) for name in self.edition.facts_behind(node) if name not in self.edition.collection_by_id
        ]

    def path(self, name: str) -> str:
        """Return the path of a fact, that of the member that is asked for one of its collection."""
        collection = self.edition.collection_of_fact.get(name)
        if collection is None:
            return name
        if collection not in self.member:
            raise Unsolved(Name(name))
        return f"{self.member[collection]}.{name}"
