"""Where an edition states rules of its own, and the edition that states another one there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import TypeVar

from attrs import evolve, field, frozen

from smartrules.expr.nodes import Aggregate, Expr, Quantified
from smartrules.standard import Edition, FactDeclaration, Indicator, Measure, Points, Requirement, Tier


@frozen
class Place:
    """A rule of an edition where it stands.

    Attributes:
        of: what it decides: ``basic.greenery``, ``greenery applies``, ``points of greenery``, a measure, fact, tier or score.
        indicators: the ids of the indicators of which it is a rule, or whose rule names it.
        within: the edition as the rule sees it.
        put: returns the edition with another rule there.
    """

    of: str
    rule: Expr
    indicators: tuple[str, ...]
    within: Edition = field(repr=False)
    put: Callable[[Expr], Edition] = field(eq=False, repr=False)


def places(edition: Edition) -> Iterator[Place]:
    """Yield every rule that an edition states itself; what it inherits is the matter of the ruleset that states it."""
    for measure in edition.measures:
        if measure.origin is None:
            put = partial(_with_measure, edition, measure)
            yield Place(measure.id, measure.value, _resting_on(edition, measure.id), edition, put)
    for fact in edition.facts:
        if fact.derived is not None and fact.origin is None:
            put = partial(_with_fact, edition, fact)
            yield Place(fact.id, fact.derived, _resting_on(edition, fact.id), edition, put)
    for indicator in edition.indicators:
        yield from _of_indicator(edition, indicator)
    for tier in edition.tiers:
        if tier.rule is not None and tier.origin is None:
            yield Place(f"tier {tier.id}", tier.rule, (), edition.graded, partial(_with_tier, edition, tier))
    for score in edition.scores:
        if score.origin is None:
            yield Place(f"score {score.id}", score.value, (), edition.graded, partial(_with_score, edition, score))


def _of_indicator(edition: Edition, indicator: Indicator) -> Iterator[Place]:
    def place(of: str, rule: Expr, put: Callable[[Expr], Indicator]) -> Place:
        return Place(of, rule, (indicator.id,), edition, lambda other: with_indicator(edition, put(other)))

    if indicator.applies is not None and indicator.origin is None:
        yield place(f"{indicator.id} applies", indicator.applies, lambda other: evolve(indicator, applies=other))
    for requirement in indicator.requirements:
        if requirement.origin is None:
            of = f"{requirement.tier}.{indicator.id}"
            yield place(of, requirement.rule, partial(_with_requirement, indicator, requirement))
    points = indicator.points
    if points is not None and points.value is not None and points.origin is None:
        yield place(f"points of {indicator.id}", points.value, partial(_with_points, indicator, points))


def _resting_on(edition: Edition, name: str) -> tuple[str, ...]:
    """Return the indicators whose requirement, condition or points name a measure or fact."""
    return tuple(
        indicator.id
        for indicator in edition.indicators
        if any(name in edition.names_behind(rule) for rule in _rules_of(indicator))
    )


def _rules_of(indicator: Indicator) -> Iterator[Expr]:
    """Yield the rules of an indicator: its condition, its requirements, the formula of its points."""
    if indicator.applies is not None:
        yield indicator.applies
    yield from (requirement.rule for requirement in indicator.requirements)
    if indicator.points is not None and indicator.points.value is not None:
        yield indicator.points.value


def with_indicator(edition: Edition, other: Indicator) -> Edition:
    """Return an edition with another indicator in the place of the one that has its id."""
    return evolve(edition, indicators=tuple(other if one.id == other.id else one for one in edition.indicators))


def alone(edition: Edition, indicators: Collection[str]) -> Edition:
    """Return an edition of some of its indicators alone, with the measures and facts on which they rest."""
    kept = tuple(one for one in edition.indicators if one.id in indicators)
    rules = [rule for indicator in kept for rule in _rules_of(indicator)]
    names = {name for rule in rules for name in edition.names_behind(rule)}
    needed = [fact.at_most for fact in edition.facts if fact.id in names]
    while needed:
        whole = needed.pop()
        if whole is not None and whole not in names:
            names.add(whole)
            needed.append(edition.fact_by_id[whole].at_most)
    asks_members = any(isinstance(node, Quantified | Aggregate) for rule in rules for node in edition.walk(rule))
    return evolve(
        edition,
        indicators=kept,
        measures=tuple(measure for measure in edition.measures if measure.id in names),
        facts=tuple(fact for fact in edition.facts if fact.id in names),
        collections=edition.collections if asks_members else (),
        tiers=tuple(evolve(tier, rule=None) for tier in edition.tiers),
        scores=(),
    )


def at_tier(edition: Edition, tier: str) -> Edition:
    """Return an edition of one of its tiers alone, with what that inherits from those below it."""
    stated = edition.requirements(tier)
    return evolve(
        edition,
        indicators=tuple(
            evolve(one, requirements=(evolve(stated[one.id], tier=tier),))
            for one in edition.indicators
            if one.id in stated
        ),
        tiers=(edition.tier_by_id[tier],),
    )


_Part = TypeVar("_Part")


def _replaced(parts: tuple[_Part, ...], part: _Part, other: _Part) -> tuple[_Part, ...]:
    return tuple(other if one is part else one for one in parts)


def _with_requirement(indicator: Indicator, requirement: Requirement, other: Expr) -> Indicator:
    stated = _replaced(indicator.requirements, requirement, evolve(requirement, rule=other))
    return evolve(indicator, requirements=stated)


def _with_points(indicator: Indicator, points: Points, other: Expr) -> Indicator:
    return evolve(indicator, points=evolve(points, value=other))


def _with_measure(edition: Edition, measure: Measure, other: Expr) -> Edition:
    return evolve(edition, measures=_replaced(edition.measures, measure, evolve(measure, value=other)))


def _with_score(edition: Edition, score: Measure, other: Expr) -> Edition:
    return evolve(edition, scores=_replaced(edition.scores, score, evolve(score, value=other)))


def _with_fact(edition: Edition, fact: FactDeclaration, other: Expr) -> Edition:
    return evolve(edition, facts=_replaced(edition.facts, fact, evolve(fact, derived=other)))


def _with_tier(edition: Edition, tier: Tier, other: Expr) -> Edition:
    return evolve(edition, tiers=_replaced(edition.tiers, tier, evolve(tier, rule=other)))
