"""The thresholds of a ruleset, and what to demand of facts so that they lie on one side of one, by a single step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice

from attrs import evolve, frozen

from smartrules.analysis.solving.declared import REACHES
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.grades import graded_beside
from smartrules.analysis.solving.inequalities import Inequality, at_most, solution
from smartrules.analysis.solving.ratios import Linear, Unsolved, alternatives
from smartrules.analysis.solving.searching import Choose, Exhausted
from smartrules.analysis.solving.solver import Solver
from smartrules.analysis.solving.statements import apart
from smartrules.diagnostics import NotFoundError
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Day,
    Expr,
    FirstOf,
    Literal,
    Not,
    Operator,
    Quantified,
    Range,
    When,
    children,
    walk,
)
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.testing.coverage import Side
from smartrules.testing.finding import known_tier

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
    """One side of a threshold: in the rule of an indicator at a tier, in bands, or in the rule of a tier.

    Attributes:
        of: what is decided, as `smartrules.testing.coverage` names it.
        indicator: None in the rule of a tier.
        comparison: what is compared; of a range one of its two bounds.
        within: the node of the rule that it stands in or is.
        bands: whose bands it parts, if it does.
    """

    ruleset: Ruleset
    of: str
    tier: str
    indicator: str | None
    comparison: Comparison
    within: Expr
    side: Side
    bands: FirstOf | None = None

    def found(self, choose: Choose, unsolved: list[Expr]) -> Demand | None:
        """Return what to demand of the facts, None where no facts are found: all else inside, as far as it can be."""
        rules = self.ruleset.edition.rules(self.tier)
        others = [rule for name, rule in rules.items() if name != self.indicator]
        beside_others = (others, []) if self.indicator is not None and self.bands is None else ([],)
        for reach in REACHES:
            for beside in beside_others:
                solver = _Comfortable(self.ruleset.edition, choose, unsolved=unsolved)
                try:
                    for demand in islice(self._ways(solver, beside, Demand(self.ruleset.edition, reach)), _MOST_WAYS):
                        if solution(demand.spans, demand.inequalities) is not None:
                            return demand
                except Exhausted:
                    continue
                except Unsolved as left:
                    solver.leave(left.node)
        return None

    def _ways(self, solver: Solver, others: Sequence[Expr], demand: Demand) -> Iterator[Demand]:
        edition = self.ruleset.edition
        if self.indicator is None:
            rule = edition.tier_by_id[self.tier].rule
            assert rule is not None
            yield from graded_beside(solver, rule, self.tier, self.within, self._is_aside, demand)
            return
        rule, before = edition.rules(self.tier)[self.indicator], list[Expr]()
        if self.bands is not None:
            place = next(n for n, part in enumerate(self.bands.conditions) if _is_in(self.within, part))
            rule, before = self.bands.conditions[place], [*self.bands.conditions[:place]]
        for asking, found in _decisive(solver, rule, self.within, demand):
            for placed in self._placed(asking, found):
                for last in solver.each([((NOT_MET,), part) for part in before], placed):
                    yield from solver.each([((MET, NOT_APPLICABLE), other) for other in others], last)

    def _is_aside(self, apart: Fraction) -> bool:
        """Return whether the sides of the node are so far apart that they lie on this side of the comparison."""
        is_mirrored = isinstance(self.within, Comparison) and self.within.left != self.comparison.left
        return _lies(Linear(number=-apart if is_mirrored else apart), self.side)

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


def thresholds_of(ruleset: Ruleset, tier: str | None, indicator: str | None) -> list[Threshold]:
    """Return every side of every threshold of one tier or indicator, or of all; with ``indicator`` none of rules of tiers.

    Raises:
        NotFoundError: for a tier or indicator that the ruleset does not have.
    """
    edition = ruleset.edition
    name = None if indicator is None else ruleset.indicator(indicator).id
    tiers = [level.id for level in edition.tiers if level.known] if tier is None else [known_tier(ruleset, tier)]
    if name is not None and not any(name in edition.rules(level) for level in tiers):
        raise NotFoundError.of("SR603", f"`{tiers[0]}` requires nothing of `{name}`", "ask for another tier")
    found, seen = list[Threshold](), set[tuple[str, int]]()

    def add(of: str, level: str, asked: str | None, nodes: Iterable[Expr], bands: FirstOf | None) -> None:
        for node in nodes:
            decided = of if asked is None or of.startswith("points of ") else asked
            bounds = () if (decided, id(node)) in seen else _bounds(node)  # one that is inherited counts once
            seen.add((decided, id(node)))
            found.extend(
                Threshold(ruleset, of, level, asked, comparison, node, side, bands)
                for comparison in bounds
                for side in (Side.BELOW, Side.AT, Side.ABOVE)
            )

    for level in tiers:
        for asked, rule in edition.rules(level).items():
            if name not in (None, asked):
                continue
            of, worth = f"{level}.{asked}", edition.indicator_by_id[asked].points
            add(of, level, asked, walk(rule), None)
            for bands in _bands(rule, edition):
                add(of, level, asked, (node for part in bands.conditions for node in walk(part)), bands)
            for bands in () if worth is None or worth.value is None else _bands(worth.value, edition):
                nodes = (node for part in bands.conditions for node in walk(part))
                add(f"points of {asked}", level, asked, nodes, bands)
        own = edition.tier_by_id[level].rule
        if name is None and own is not None:
            add(level, level, None, _own(own), None)
    return found


def _bands(rule: Expr, edition: Edition) -> Iterator[FirstOf]:
    return (node for node in edition.walk(rule) if isinstance(node, FirstOf))


def _own(rule: Expr) -> Iterator[Expr]:
    """Yield the nodes of the rule of a tier, but for what is asked of each indicator."""
    yield rule
    for part in () if isinstance(rule, Quantified | Aggregate) else children(rule):
        yield from _own(part)


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
        case Not() | Advice():
            yield from _decisive(solver, node.part, target, demand)
        case When():
            inner, other = node.requirement, node.condition
            if not _is_in(target, inner):
                inner, other = other, inner
            for asking, found in _decisive(solver, inner, target, demand):
                for rest in solver.solve(other, MET, found):
                    yield asking, rest
                if other is node.requirement:  # where nothing applies, what is required may be without a value
                    yield asking, found
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
