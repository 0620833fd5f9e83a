"""The thresholds of a ruleset, and what to demand of facts so that they lie on one side of one, by a single step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice

from attrs import evolve, frozen

from smartrules.diagnostics import Diagnostic, NotFoundError, RulesetError, shorten
from smartrules.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Day,
    Expr,
    Literal,
    Not,
    Operator,
    Quantified,
    Range,
    When,
    walk,
)
from smartrules.expr.text import source
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing.coverage import Side
from smartrules.testing.declared import REACHES
from smartrules.testing.demands import Demand
from smartrules.testing.finding import known_tier
from smartrules.testing.inequalities import Inequality, at_most, solution
from smartrules.testing.ratios import Linear, Unsolved, alternatives
from smartrules.testing.searching import Choose, Exhausted
from smartrules.testing.solving import Solver
from smartrules.testing.statements import apart

_MOST_WAYS = 20
#: How many ways of making the two sides of a comparison are looked through for the nearest.
_MOST_APART = 500
_INSIDE: dict[Operator, Operator] = {">=": ">", "<=": "<"}


class _Comfortable(Solver):
    """Solves comparisons away from their thresholds, wherever that is possible."""

    def compared(self, node: Comparison, operator: Operator, demand: Demand) -> Iterator[Demand]:
        if operator in _INSIDE:
            yield from super().compared(node, _INSIDE[operator], demand)
        yield from super().compared(node, operator, demand)


@frozen
class Threshold:
    """One side of a threshold in the rule of an indicator at a tier.

    Attributes:
        comparison: what is compared; of a range one of its two bounds.
        within: the node of the rule that it stands in or is.
    """

    ruleset: Ruleset
    tier: str
    indicator: str
    comparison: Comparison
    within: Expr
    side: Side

    def found(self, choose: Choose, unsolved: list[Expr]) -> Demand | None:
        """Return what to demand of the facts, None where no facts are found: all else inside, as far as it can be."""
        rules = self.ruleset.edition.rules(self.tier)
        others = [rule for name, rule in rules.items() if name != self.indicator]
        for reach in REACHES:
            for beside in (others, []):
                solver = _Comfortable(self.ruleset.edition, choose, unsolved=unsolved)
                try:
                    for demand in islice(self._ways(solver, beside, Demand(self.ruleset.edition, reach)), _MOST_WAYS):
                        if solution(demand.spans, demand.inequalities) is not None:
                            return demand
                except Exhausted:
                    continue
        return None

    def _ways(self, solver: Solver, others: Sequence[Expr], demand: Demand) -> Iterator[Demand]:
        rule = self.ruleset.edition.rules(self.tier)[self.indicator]
        for asking, found in _decisive(solver, rule, self.within, demand):
            for placed in self._placed(asking, found):
                yield from solver.each([((MET, NOT_APPLICABLE), other) for other in others], placed)

    def _apart(self, solver: Solver, demand: Demand) -> Iterator[tuple[Linear, list[Inequality], Demand]]:
        try:
            yield from apart(solver, self.comparison, demand)
        except Unsolved as unsolved:
            solver.leave(unsolved.node)

    def _placed(self, solver: Solver, demand: Demand) -> Iterator[Demand]:
        inside = [one for one in _bounds(self.within) if one != self.comparison]
        for distance, positive, found in _nearest(self._apart(solver, demand), self.side):
            for inequalities in _beside(distance, self.side):
                held = found.hold([*positive, *inequalities])
                if held is None:
                    continue
                if inside:  # the other bound of a range
                    yield from solver.compared(inside[0], inside[0].operator, held)
                else:
                    yield held


def thresholds(ruleset: Ruleset, tier: str | None, indicator: str | None) -> list[Threshold]:
    """Return every side of every threshold on which facts are found, of one tier or indicator, or of all.

    Raises:
        NotFoundError: for a tier or indicator that the ruleset does not have.
        RulesetError: SR617 for thresholds that are not solved, or where there are none at all.
    """
    edition = ruleset.edition
    name = None if indicator is None else ruleset.indicator(indicator).id
    tiers = [level.id for level in edition.tiers if level.known] if tier is None else [known_tier(ruleset, tier)]
    found, faults, seen = list[Threshold](), list[Diagnostic](), set[tuple[str, int]]()
    if name is not None and not any(name in edition.rules(level) for level in tiers):
        raise NotFoundError.of("SR603", f"`{tiers[0]}` requires nothing of `{name}`", "ask for another tier")
    for level in tiers:
        for asked, rule in edition.rules(level).items():
            for node in walk(rule) if name in (None, asked) else ():
                bounds = () if (asked, id(node)) in seen else _bounds(node)  # one that is inherited counts once
                seen.add((asked, id(node)))
                for comparison in bounds:
                    sides = [
                        Threshold(ruleset, level, asked, comparison, node, side)
                        for side in (Side.BELOW, Side.AT, Side.ABOVE)
                    ]
                    unsolved = list[Expr]()
                    placed = [one for one in sides if one.found(lambda known: known, unsolved) is not None]
                    if not placed and unsolved:
                        faults.append(_unsolved(sides[0], unsolved[0]))
                    found += placed
    if faults:
        raise RulesetError(faults)
    if not found:
        what = ruleset.name if name is None else name
        raise RulesetError.of("SR617", f"`{what}` has no threshold that facts can lie beside", "name another one")
    return found


def _unsolved(threshold: Threshold, node: Expr) -> Diagnostic:
    what = f"no facts are found beside `{shorten(source(threshold.comparison), 80)}`"
    return Diagnostic(
        "SR617", f"{what}: `{shorten(source(node), 80)}` is not solved for its facts", "name another indicator"
    )


_MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _bounds(node: Expr) -> tuple[Comparison, ...]:
    """Return a comparison, or those that a range is, with the number that is compared on the left."""
    match node:
        case Comparison(operator=operator, left=Literal() | Day() as limit, right=compared):
            return (Comparison(_MIRRORED[operator], compared, limit),)
        case Comparison():
            return (node,)
        case Range():
            low = Comparison(_MIRRORED[node.low_operator], node.value, node.low)
            return low, Comparison(node.high_operator, node.value, node.high)
        case _:
            return ()


def _nearest(
    ways: Iterator[tuple[Linear, list[Inequality], Demand]], side: Side
) -> Iterator[tuple[Linear, list[Inequality], Demand]]:
    """Yield how far the sides of a comparison are apart; where members are counted, so that it is known, the nearest first."""
    known = list(islice(ways, _MOST_APART))
    yield from (way for way in known if not way[0].constant)
    counted = [way for way in known if way[0].constant and _lies(way[0], side)]
    nearest = min((abs(way[0].number) for way in counted), default=0)
    yield from (way for way in counted if abs(way[0].number) == nearest)


def _lies(apart: Linear, side: Side) -> bool:
    return side is (Side.BELOW if apart.number < 0 else Side.ABOVE if apart.number > 0 else Side.AT)


def _beside(apart: Linear, side: Side) -> Iterator[list[Inequality]]:
    """Yield what puts a sum at nothing, or one step of its first unknown beside it, from it if that can be."""
    if apart.constant:
        if _lies(apart, side):
            yield []
        return
    if side is Side.AT:
        yield from alternatives(apart, "=")
        return
    step = abs(next(iter(apart.terms.values())))
    sign = Fraction(-1 if side is Side.BELOW else 1)
    yield from alternatives(apart.plus(Linear(number=-sign * step)), "=")
    beyond = {name: -sign * multiple for name, multiple in apart.terms.items()}
    near = {name: sign * multiple for name, multiple in apart.terms.items()}
    yield [at_most(beyond, sign * apart.number, strictly=True), at_most(near, step - sign * apart.number)]


def _decisive(solver: Solver, node: Expr, target: Expr, demand: Demand) -> Iterator[tuple[Solver, Demand]]:
    """Yield what to demand so that a rule holds or not as a part of it does."""
    if node is target:
        yield solver, demand
        return
    match node:
        case AllOf() | AnyOf() | AtLeast():
            k = len(node.parts) if isinstance(node, AllOf) else node.k if isinstance(node, AtLeast) else 1
            inner = next(part for part in node.parts if _is_in(target, part))
            others = [part for part in node.parts if part is not inner]
            holding: tuple[Outcome, ...] = (MET, NOT_APPLICABLE) if isinstance(node, AllOf) else (MET,)
            for chosen in combinations(range(len(others)), k - 1):
                wanted = [
                    (holding if i in chosen else (NOT_MET, NOT_APPLICABLE), part) for i, part in enumerate(others)
                ]
                for asking, found in _decisive(solver, inner, target, demand):
                    for rest in solver.each(wanted, found):
                        yield asking, rest
        case Not():
            yield from _decisive(solver, node.part, target, demand)
        case When():
            inner, other = node.requirement, node.condition
            if not _is_in(target, inner):
                inner, other = other, inner
            for asking, found in _decisive(solver, inner, target, demand):
                for rest in solver.solve(other, MET, found):
                    yield asking, rest
        case Quantified():
            collection = solver.edition.collection(node.collection).id
            sized = demand.size(collection, 1)
            asking = evolve(solver, member={**solver.member, collection: f"{collection}.1"})
            part = node.part if node.where is None else When(node.part, node.where)
            if sized is not None:
                yield from _decisive(asking, part, target, sized)
        case _:
            return


def _is_in(target: Expr, node: Expr) -> bool:
    return any(part is target for part in walk(node))
