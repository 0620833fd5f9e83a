"""The mutants of a ruleset."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from attrs import evolve, field, frozen

from smartrules.analysis.mutation.changes import Mutation, changed, negated, step_of
from smartrules.analysis.mutation.places import places, with_indicator
from smartrules.diagnostics import Span
from smartrules.documents.canonical import fingerprint
from smartrules.expr.nodes import Expr, Literal
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Indicator
from smartrules.units import unit
from smartrules.values import simplest

_POINT = unit("point")


@frozen
class Mutant:
    """A ruleset with one small mistake in it.

    Attributes:
        mutation: what is mistaken.
        of: the rule that has the mistake: ``basic.greenery``, ``points of greenery``, a measure, a tier, a score.
        before: the part of the rule, as the ruleset says it.
        after: the same as the mutant says it; empty where it is left out.
        indicators: the ids of the indicators whose rule it is, or rests on it; empty for a rule of a tier or a score.
        edition: the mutant.
        rules: the whole rule in the ruleset and in the mutant, each with the edition that it sees; None where the mistake
            is not inside one rule.
        at: the place of the part in the ruleset's document.
    """

    mutation: Mutation
    of: str
    before: str
    after: str
    indicators: tuple[str, ...]
    edition: Edition = field(repr=False)
    rules: tuple[tuple[Expr, Edition], tuple[Expr, Edition]] | None = field(default=None, repr=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    def __str__(self) -> str:
        return f"{self.of}: `{self.before}` becomes `{self.after}`" if self.after else f"{self.of}: is left out"

    @cached_property
    def ruleset(self) -> Ruleset:
        """The mutant, to be asked of facts; its fingerprint is its own."""
        return Ruleset(self.edition, fingerprint(self.edition))


def mutants(ruleset: Ruleset) -> Iterator[Mutant]:
    """Yield every mutant of a ruleset: one small mistake in one rule that it states itself.

    - a threshold, or any other number or date in a rule, one step of its last place up or down;
    - ``>=`` for ``>`` and the like, in comparisons and ranges;
    - ``all of`` for ``any of``, ``every`` for ``some``, and the contrary; ``k`` of "at least k" one more or less;
    - the unit of a number, the nearest of its dimension for it; the numerator of a share for its denominator;
    - a member of a set or choice left out, a ``not`` left out, a sign, a mode of rounding, ``min`` for ``max``;
    - the condition under which something applies left out or negated;
    - what two tiers that follow each other require of an indicator, or the rules of the two, changed for one another;
    - an indicator left out; its full points one more or less.

    What the check of a ruleset refuses, such as a number of another dimension, is no mutant: it needs no case.
    """
    edition = ruleset.edition
    for place in places(edition):
        for change, rule in changed(place.rule, place.within):
            other = place.put(rule)
            yield Mutant(
                change.mutation,
                place.of,
                source(change.before),
                source(change.after),
                place.indicators,
                other,
                rules=((place.rule, place.within), (rule, other if place.within is edition else other.graded)),
                at=change.before.at,
            )
    yield from _with_tiers_changed(edition)
    for indicator in edition.indicators:
        if indicator.origin is None:
            yield from _with_condition_changed(edition, indicator)
            yield from _with_full_points_changed(edition, indicator)
            left = tuple(one for one in edition.indicators if one is not indicator)
            yield Mutant(
                Mutation.INDICATOR,
                indicator.id,
                indicator.id,
                "",
                (indicator.id,),
                evolve(edition, indicators=left),
                at=indicator.at,
            )


def _with_tiers_changed(edition: Edition) -> Iterator[Mutant]:
    for indicator in edition.indicators:
        for low, high in pairwise(indicator.requirements):
            if low.rule == high.rule or low.origin is not None or high.origin is not None:
                continue
            turned = {low.tier: evolve(low, rule=high.rule), high.tier: evolve(high, rule=low.rule)}
            requirements = tuple(turned.get(one.tier, one) for one in indicator.requirements)
            other = with_indicator(edition, evolve(indicator, requirements=requirements))
            yield _of_tiers(f"{low.tier}.{indicator.id}", low.rule, high.rule, (indicator.id,), other, low.rule.at)
    for lower, upper in pairwise(edition.tiers):
        if None in (lower.rule, upper.rule) or lower.rule == upper.rule or lower.origin or upper.origin:
            continue
        assert lower.rule is not None
        assert upper.rule is not None
        ruled = {lower.id: evolve(lower, rule=upper.rule), upper.id: evolve(upper, rule=lower.rule)}
        other = evolve(edition, tiers=tuple(ruled.get(tier.id, tier) for tier in edition.tiers))
        yield _of_tiers(f"tier {lower.id}", lower.rule, upper.rule, (), other, lower.rule.at)


def _of_tiers(of: str, low: Expr, high: Expr, indicators: tuple[str, ...], other: Edition, at: Span | None) -> Mutant:
    return Mutant(Mutation.TIERS, of, source(low), source(high), indicators, other, at=at)


def _with_condition_changed(edition: Edition, indicator: Indicator) -> Iterator[Mutant]:
    applies = indicator.applies
    if applies is None:
        return
    for other in (negated(applies), None):
        yield Mutant(
            Mutation.APPLICABILITY,
            f"{indicator.id} applies",
            source(applies),
            "" if other is None else source(other),
            (indicator.id,),
            with_indicator(edition, evolve(indicator, applies=other)),
            at=applies.at,
        )


def _with_full_points_changed(edition: Edition, indicator: Indicator) -> Iterator[Mutant]:
    points = indicator.points
    if points is None or points.origin is not None:
        return
    for sign in (1, -1):
        full = simplest(points.full + sign * step_of(points.full))
        if full <= 0:
            continue
        other = with_indicator(edition, evolve(indicator, points=evolve(points, full=full)))
        yield Mutant(
            Mutation.POINTS,
            f"points of {indicator.id}",
            source(Literal(points.full, _POINT)),
            source(Literal(full, _POINT)),
            (indicator.id,),
            other,
            at=indicator.at,
        )
