"""Proving that a mutant decides as the ruleset does, whatever the facts are, so that no case can tell them apart.

What two rules compare is divided into regions: below, at and between their thresholds. If the rules come to the same in
every region that the declared bounds leave, and for everything that is open, they come to the same for all facts. Facts that
rest on each other are taken as if they did not, so a proof is one, and where none is found nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import product
from math import prod

from smartrules.analysis.mutation.abstract import Region, Unproved, Value, states
from smartrules.analysis.mutation.changes import Mutation
from smartrules.analysis.mutation.mutants import Mutant
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Count,
    Day,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
    OneOf,
    Quantified,
    Rounding,
    Today,
    children,
    with_children,
)
from smartrules.standard import INDICATORS, Edition
from smartrules.values import Number

#: More combinations of regions than are gone through.
_MOST_COMBINATIONS = 20_000


def is_equivalent(mutant: Mutant, edition: Edition) -> bool:
    """Return whether it is proved that a mutant of an edition finds what the edition does, for all facts.

    That is every outcome and what is missing for it, every value, and all points and scores. Margins may differ.
    False where it is not proved.
    """
    if mutant.rules is None:
        return mutant.mutation is Mutation.APPLICABILITY and _is_judged_the_same(mutant, edition)
    (rule, within), (other, _) = mutant.rules
    if is_same_formula(rule, other, within):
        return True
    if mutant.of.startswith("points of "):
        points = edition.indicator_by_id[mutant.indicators[0]].points
        assert points is not None
        return earns_the_same(rule, other, points.full, edition)
    return _is_judged_the_same(mutant, edition)


def is_same_formula(one: Expr, other: Expr, edition: Edition) -> bool:
    """Return whether it is proved that two formulas, or two requirements, come to the same for all facts.

    False where it is not proved.
    """
    return any(_is_same(a, b, edition) for a, b in _differing(one, other))


def _differing(one: Expr, other: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield two rules, then the parts by which alone they differ, ever further inside: if those are the same, all is."""
    while True:
        yield one, other
        parts, others = children(one), children(other)
        apart = [(a, b) for a, b in zip(parts, others, strict=False) if a != b]
        if type(one) is not type(other) or len(parts) != len(others) or len(apart) != 1:
            return
        if with_children(one, others) != other:
            return
        ((one, other),) = apart


_NUMBERS = (
    Literal,
    Day,
    Arithmetic,
    Negation,
    Rounding,
    FirstOf,
    Interpolation,
    Today,
    Count,
    Aggregate,
)


def _is_same(one: Expr, other: Expr, edition: Edition) -> bool:
    if isinstance(one, Quantified) and isinstance(other, Quantified):
        return _asks_one_indicator(one, other, edition)
    if isinstance(one, FirstOf) and isinstance(other, FirstOf):
        return _agree(one, other, edition, Region.value)
    return not isinstance(one, _NUMBERS) and not isinstance(other, _NUMBERS) and _agree(one, other, edition, Region.of)


def _asks_one_indicator(one: Quantified, other: Quantified, edition: Edition) -> bool:
    """Return whether "every" and "some" are asked of one indicator alone, which makes them one."""
    named = one.where
    return (
        edition.collection(one.collection).id == INDICATORS
        and with_children(one, children(other)) == one
        and one.collection == other.collection
        and isinstance(named, OneOf)
        and named.choice == Name("id")
        and len(named.members) == 1
    )


def earns_the_same(one: Expr, other: Expr, full: Number, edition: Edition) -> bool:
    """Return whether it is proved that two formulas of points earn the same of so many full points, for all facts."""

    def earned(region: Region, node: Expr) -> Value:
        found = region.value(node)
        return found if found.number is None else Value(max(0, min(found.number, full)))

    return _agree(one, other, edition, earned)


def _is_judged_the_same(mutant: Mutant, edition: Edition) -> bool:
    """Return whether the whole rules of the indicators, if it is those that differ, come to the same at each tier."""
    differ = False
    for tier in edition.tiers:
        known, others = edition.rules(tier.id), mutant.edition.rules(tier.id)
        for name in mutant.indicators:
            if known.get(name) == others.get(name):
                continue
            differ = True
            if not _agree(known[name], others[name], edition, Region.judged):
                return False
    return differ


def _agree(one: Expr, other: Expr, edition: Edition, found: Callable[[Region, Expr], Hashable]) -> bool:
    """Return whether two rules come to the same in every combination of regions."""
    try:
        among = list(states([one, other], edition))
    except Unproved:
        return False
    if prod(len(known) for _, known, _ in among) > _MOST_COMBINATIONS:
        return False
    thresholds = {asked: ascending for asked, _, ascending in among}
    for combined in product(*(known for _, known, _ in among)):
        region = Region(edition, dict(zip(thresholds, combined, strict=True)), thresholds)
        if found(region, one) != found(region, other):
            return False
    return True
