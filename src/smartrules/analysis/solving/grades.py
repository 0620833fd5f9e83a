"""Rules of tiers that grade: for each indicator an outcome and its points are chosen, so that the reference grades as wanted.

What a tier's rule says of a choice is asked of the reference evaluator, and the facts behind every indicator are given,
so that nothing of it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from attrs import frozen

from smartrules.analysis.solving.declared import collections_behind
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import solution
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.searching import Search
from smartrules.derivation import Derivation
from smartrules.engines.exact import read
from smartrules.engines.scope import Scope, kept
from smartrules.expr.nodes import (
    Comparison,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Today,
    When,
    children,
    walk,
    with_children,
)
from smartrules.facts import Fact, Facts, Record
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.outcome import tier as passing
from smartrules.standard import APPLICABLE, INDICATORS, Indicator
from smartrules.units import ONE, unit
from smartrules.values import Value, simplest

_POINT = unit("point")
#: In how many ways an indicator is made to come to what is chosen of it.
_MOST_WAYS = 3
#: How many choices are put to the reference.
_MOST_CHOICES = 200
#: How many of the nearest choices are tried.
_MOST_NEAR = 30
_NUMBER = (int, Fraction)
_ALWAYS, _NEVER = (Comparison("=", Literal(1, ONE), Literal(other, ONE)) for other in (1, 0))


@frozen
class Standing:
    """What is chosen of an indicator: its outcome, and the points it earns in root units."""

    outcome: Outcome
    points: Fraction = Fraction(0)


Choice = Mapping[str, Standing]


def graded(search: Search, rule: Expr, tier: str, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
    """Yield what makes the rule of a tier come to an outcome, first where it is next to come to another.

    Raises:
        Unsolved: for a rule that asks facts itself, or indicators of which parts may not apply.
    """
    choices = list[tuple[Choice, bool]]()
    for path in _paths(search, rule, tier, demand):
        choices += [(choice, passing([said.outcome]) is outcome) for choice, said in path]
        if any(fits for _, fits in choices) or len(choices) > _MOST_CHOICES:
            break
    beside = [
        number
        for number, (_, fits) in enumerate(choices)
        if fits and any(not other for _, other in choices[max(number - 1, 0) : number + 2])
    ]
    likely = [*beside, *(number for number, (_, fits) in enumerate(choices) if fits and number not in beside)]
    for number in search.choose(likely):
        yield from _standing(search, tier, list(choices[number][0].items()), demand)


def graded_beside(
    search: Search, rule: Expr, tier: str, within: Expr, is_aside: Callable[[Fraction], bool], demand: Demand
) -> Iterator[Demand]:
    """Yield what puts a comparison in the rule of a tier where it is asked to lie, as near as is found, so that it decides.

    Args:
        is_aside: says of the left side less the right whether it lies there.

    Raises:
        Unsolved: as `graded`.
    """
    holding, failing = (read(_replaced(rule, within, one), search.edition.graded) for one in (_ALWAYS, _NEVER))
    near, asked = list[tuple[Fraction, Choice]](), 0
    for path in _paths(search, rule, tier, demand):
        for choice, said in path:
            asked += 1
            apart = next((_apart(part) for part in said.walk() if part.node is within), None)
            if apart is not None and is_aside(apart):
                scope = _scope(search, tier, choice)
                if holding(scope).outcome is failing(scope).outcome:
                    continue
                if apart == 0:
                    yield from _standing(search, tier, list(choice.items()), demand)
                else:
                    near.append((abs(apart), choice))
        if asked > _MOST_CHOICES:
            break
    tried = sorted(range(len(near)), key=lambda place: near[place][0])[:_MOST_NEAR]
    for distance in dict.fromkeys(near[place][0] for place in tried):
        for choice in search.choose([near[place][1] for place in tried if near[place][0] == distance]):
            yield from _standing(search, tier, list(choice.items()), demand)


def _apart(compared: Derivation) -> Fraction | None:
    """Return the left side less the right, where both are numbers that are known."""
    left, right = (part.result for part in compared.parts)
    return Fraction(left) - Fraction(right) if isinstance(left, _NUMBER) and isinstance(right, _NUMBER) else None


def _replaced(rule: Expr, part: Expr, other: Expr) -> Expr:
    return other if rule is part else with_children(rule, [_replaced(one, part, other) for one in children(rule)])


def _paths(search: Search, rule: Expr, tier: str, demand: Demand) -> Iterator[Iterator[tuple[Choice, Derivation]]]:
    """Yield paths from the worst choice of every indicator to the best, one indicator by one, with what the rule says of each."""
    edition = search.edition
    if any(
        name in edition.fact_by_id
        for name in edition.graded.names_behind(rule)
        - {fact.id for fact in edition.graded.collection(INDICATORS).facts}
    ) or any(isinstance(node, Today) for node in edition.graded.walk(rule)):
        raise Unsolved(rule)
    known = {name: list(_standings(search, rule, tier, name, demand)) for name in edition.rules(tier)}
    if not all(known.values()):
        return
    order = list(search.choose(list(known)))
    for first in range(len(order)):
        yield _path(search, rule, tier, known, [*order[first:], *order[:first]])


def _path(
    search: Search, rule: Expr, tier: str, known: Mapping[str, list[Standing]], order: Sequence[str]
) -> Iterator[tuple[Choice, Derivation]]:
    chosen = {name: standings[0] for name, standings in known.items()}
    yield chosen, _said(search, rule, tier, chosen)
    for name in order:
        for standing in known[name][1:]:
            chosen = {**chosen, name: standing}
            yield chosen, _said(search, rule, tier, chosen)


def _said(search: Search, rule: Expr, tier: str, choice: Choice) -> Derivation:
    """Return what the rule of a tier comes to by the reference."""
    return kept(read, rule, search.edition.graded)(_scope(search, tier, choice))


def _scope(search: Search, tier: str, choice: Choice) -> Scope:
    """Return what the rule of a tier sees."""
    edition = search.edition
    members = tuple(
        _record(edition.indicator_by_id[name], tier, standing)
        for name, standing in choice.items()
        if standing.outcome is not NOT_APPLICABLE
    )
    return Scope(Facts(edition.name, collections={INDICATORS: members}))


def _record(indicator: Indicator, tier: str, standing: Standing) -> Record:
    """Return an indicator as the rule of a tier sees it, `smartrules.engines.standings.standing` of its finding."""
    optional = tier in indicator.optional
    known: dict[str, Value] = {
        "id": indicator.id,
        "group": indicator.group or "",
        "met": standing.outcome is MET,
        "mandatory": not optional,
        "optional": optional,
        "reported": True,
        APPLICABLE: True,
        "points": simplest(standing.points),
        "full_points": 0 if indicator.points is None else indicator.points.full,
    }
    return Record(indicator.id, {name: Fact(name, value) for name, value in known.items()})


def _standings(search: Search, rule: Expr, tier: str, name: str, demand: Demand) -> Iterator[Standing]:
    """Yield what an indicator can come to, the worst first."""
    asked = search.edition.rules(tier)[name]
    inner = asked
    while isinstance(inner, When):
        inner = inner.requirement
    if any(isinstance(node, When) for node in walk(inner)):  # whether it applies may be open though it is met
        raise Unsolved(rule)
    for outcome in (NOT_MET, NOT_APPLICABLE, MET):
        for points in _points(search.edition.indicator_by_id[name], outcome):
            standing = Standing(outcome, points)
            for found in islice(_made(search, tier, name, standing, demand), _MOST_WAYS):
                if solution(found.spans, found.inequalities) is not None:
                    yield standing
                    break


def _points(indicator: Indicator, outcome: Outcome) -> Sequence[Fraction]:
    """Return points that an indicator may earn, few first."""
    worth = indicator.points
    if worth is None or outcome is NOT_APPLICABLE:
        return [Fraction(0)]
    if worth.value is None:
        return [Fraction(worth.full if outcome is MET else 0)]
    full = Fraction(worth.full)
    known = {Fraction(0), full / 2, full}
    for node in walk(worth.value):
        if isinstance(node, FirstOf | Interpolation):
            known |= {Fraction(value.root) for value in node.values if isinstance(value, Literal)}
        if isinstance(node, FirstOf) and isinstance(node.otherwise, Literal):
            known.add(Fraction(node.otherwise.root))
    return sorted(points for points in known if 0 <= points <= full)


def _standing(search: Search, tier: str, wanted: Sequence[tuple[str, Standing]], demand: Demand) -> Iterator[Demand]:
    """Yield the ways in which every indicator comes to what is chosen of it."""
    if not wanted:
        yield demand
        return
    (name, standing), *rest = wanted
    for found in islice(_made(search, tier, name, standing, demand), _MOST_WAYS):
        yield from _standing(search, tier, rest, found)


def _made(search: Search, tier: str, name: str, standing: Standing, demand: Demand) -> Iterator[Demand]:
    rule, worth = search.edition.rules(tier)[name], search.edition.indicator_by_id[name].points
    formula = None if worth is None else worth.value
    for found in search.solve(rule, standing.outcome, demand):
        for known in _known(search, [rule] if formula is None else [rule, formula], found):
            if formula is None or standing.outcome is NOT_APPLICABLE:
                yield known
            else:
                earned = Literal(simplest(standing.points / _POINT.size), _POINT)
                yield from search.solve(Comparison("=", formula, earned), MET, known)


def _known(search: Search, asked: Sequence[Expr], demand: Demand) -> Iterator[Demand]:
    """Yield that every fact behind some expressions is given."""
    edition = search.edition
    names = {name for one in asked for name in edition.facts_behind(one) if name in edition.fact_by_id}
    collections = {name for one in asked for name in collections_behind(one, edition)}
    found: Demand | None = demand
    for name in edition.in_order(names):
        if name not in edition.collection_of_fact:
            declared = edition.fact_by_id[name]
            if declared.derived is not None:
                raise Unsolved(Name(name))
            found = found and found.give(name)
    if any(isinstance(node, Today) for one in asked for node in edition.walk(one)):
        found = found and found.give_day()
    if found is not None:
        yield from _members(search, sorted(collections), names, found)


def _members(search: Search, collections: Sequence[str], names: set[str], demand: Demand) -> Iterator[Demand]:
    if not collections:
        yield demand
        return
    first, *rest = collections
    for size, sized in search.sized(first, demand):
        found: Demand | None = sized
        for number in range(1, size + 1):
            for fact in search.edition.collection_by_id[first].facts:
                if fact.id in names:
                    found = found and found.give(f"{first}.{number}.{fact.id}")
        if found is not None:
            yield from _members(search, rest, names, found)
