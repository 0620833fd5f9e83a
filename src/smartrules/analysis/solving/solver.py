"""Rules solved for the facts that make them come to an outcome: the tree walked from its top, each part asked for its own.

A connective chooses which of its parts hold, a comparison becomes an inequality of whole numbers. Every way is yielded as
what it demands of the facts, in the order in which ``choose`` puts the alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import assert_never

from attrs import frozen

from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.knowledge import opened, reported
from smartrules.analysis.solving.members import quantified
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.searching import Search
from smartrules.analysis.solving.statements import compared, stated
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Operator,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome


@frozen
class Solver(Search):
    """Solves the rules of one edition."""

    def solve(self, node: Expr, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        """Yield what else to demand so that a requirement comes to an outcome."""
        self.spend()
        try:
            yield from self._solve(node, outcome, demand)
        except Unsolved as unsolved:
            self.leave(unsolved.node)

    def _solve(self, node: Expr, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        match node:
            case AllOf():
                yield from self.joined(node.parts, len(node.parts), outcome, demand)
            case AnyOf():
                yield from self.joined(node.parts, 1, outcome, demand)
            case AtLeast():
                yield from self.joined(node.parts, node.k, outcome, demand)
            case Not():
                turned = {MET: NOT_MET, NOT_MET: MET}.get(outcome, outcome)
                yield from self.solve(node.part, turned, demand)
            case When():
                yield from self._guarded(node, outcome, demand)
            case Advice():
                if outcome is NOT_APPLICABLE:
                    yield demand
            case Unknown():
                if outcome is UNDETERMINED:
                    yield demand
            case Quantified():
                yield from quantified(self, node, outcome, demand)
            case Reported():
                yield from reported(self, node, outcome, demand)
            case Comparison() | Range() | Includes() | OneOf() | Name():
                if outcome is UNDETERMINED:
                    yield from opened(self, node, demand)
                elif outcome is not NOT_APPLICABLE:
                    yield from stated(self, node, outcome is MET, demand)
            case (
                Literal()
                | Day()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Today()
                | Count()
                | Aggregate()
            ):
                raise Unsolved(node)
            case _:
                assert_never(node)

    def compared(self, node: Comparison, operator: Operator, demand: Demand) -> Iterator[Demand]:
        """Yield what makes two values compare as an operator says."""
        yield from compared(self, node, operator, demand)

    def joined(self, parts: Sequence[Expr], k: int, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which at least ``k`` of some parts come to an outcome; those that do not matter stay free."""
        every, rest = len(parts), [*range(len(parts))]
        match outcome:
            case Outcome.MET:
                for chosen in self._chosen(every, k):
                    yield from self.each([((MET,), parts[i]) for i in chosen], demand)
                for one in self.choose(rest):  # what is not applicable drops out
                    wanted = [((MET,) if i == one else (MET, NOT_APPLICABLE), parts[i]) for i in rest]
                    yield from self.each(wanted, demand)
            case Outcome.NOT_MET:
                for chosen in self._chosen(every, every - k + 1):
                    for one in chosen:
                        wanted = [((NOT_MET,) if i == one else (NOT_MET, NOT_APPLICABLE), parts[i]) for i in chosen]
                        yield from self.each(wanted, demand)
            case Outcome.NOT_APPLICABLE:
                yield from self.each([((NOT_APPLICABLE,), part) for part in parts], demand)
            case Outcome.UNDETERMINED:
                holding = (MET, UNDETERMINED, NOT_APPLICABLE) if k == every else (MET, UNDETERMINED)
                failing = (NOT_MET, NOT_APPLICABLE, UNDETERMINED)
                for one in self.choose(rest):
                    others = [i for i in rest if i != one]
                    for chosen in combinations(others, k - 1):
                        open_: list[tuple[Sequence[Outcome], Expr]] = [((UNDETERMINED,), parts[one])]
                        open_ += [(holding if i in chosen else failing, parts[i]) for i in others]
                        yield from self.each(open_, demand)
            case _:
                assert_never(outcome)

    def _chosen(self, every: int, k: int) -> Iterator[tuple[int, ...]]:
        return combinations(self.choose(range(every)) if k < every else range(every), k)

    def _guarded(self, node: When, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        asked, condition = node.requirement, node.condition
        match outcome:
            case Outcome.NOT_APPLICABLE:
                yield from self.solve(condition, NOT_MET, demand)
                yield from self.solve(condition, NOT_APPLICABLE, demand)
                yield from self.solve(asked, NOT_APPLICABLE, demand)
            case Outcome.UNDETERMINED:
                yield from self.each([((MET,), condition), ((UNDETERMINED,), asked)], demand)
                # An indicator that is met passes whether it applies or not, so its requirement is not met here.
                yield from self.each([((UNDETERMINED,), condition), ((NOT_MET, UNDETERMINED), asked)], demand)
            case _:
                yield from self.each([((MET,), condition), ((outcome,), asked)], demand)
