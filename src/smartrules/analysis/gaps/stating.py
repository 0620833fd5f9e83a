"""Stated figures that nobody can change, and what the counts behind them may be so that they come to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from smartrules.analysis.gaps.items import STATED, facts_behind, is_settled
from smartrules.diagnostics import Fault
from smartrules.engines.exact import evaluate
from smartrules.facts import Fact, Facts
from smartrules.standard import Edition, Measure
from smartrules.values import Number, decimal_places, last_place


def spread(fact: Fact, measure: Measure) -> Fraction:
    """Return how far from a stated figure what it was rounded from may be: half of its last place, which it stays below."""
    assert isinstance(fact.value, int | Fraction)
    try:
        if fact.written:
            return Fraction(last_place(fact.written, measure.unit)) / 2
    except Fault:  # facts that a program made may say anything there
        pass
    places = decimal_places(Fraction(fact.value / measure.unit.size).denominator)
    return Fraction(0) if places is None else Fraction(measure.unit.size) / 10**places / 2


def comes_to(exact: Number, fact: Fact, measure: Measure) -> bool:
    """Return whether counts come to a stated figure."""
    assert isinstance(fact.value, int | Fraction)
    return exact == fact.value or abs(Fraction(exact) - fact.value) < spread(fact, measure)


def settled(edition: Edition, facts: Facts) -> Iterator[Measure]:
    """Yield the measures that are stated without their counts, and whose counts are nobody's to change."""
    for name in facts.stated:
        measure = edition.measure_by_id[name]
        if is_settled(measure, edition) and evaluate(measure.value, edition, facts).result is None:
            yield measure


def overtaken(edition: Edition, facts: Facts, changed: Iterable[str]) -> frozenset[str]:
    """Return the stated measures that counts decide, some of which changed: what was stated is of other counts.

    Args:
        facts: as they are after the change.
        changed: the paths of the facts that changed.
    """
    names = {path.rpartition(".")[2] for path in changed if not path.startswith(STATED)}
    return frozenset(
        name
        for name in facts.stated
        if names & _behind(edition.measure_by_id[name], edition)
        and evaluate(edition.measure_by_id[name].value, edition, facts).result is not None
    )


def _behind(measure: Measure, edition: Edition) -> frozenset[str]:
    """Return the facts behind a measure, with those of the members of which some are made."""
    found = set[str]()
    for name in facts_behind(measure.value, edition):
        derived = edition.fact_by_id[name].derived
        found |= {name, *(() if derived is None else facts_behind(derived, edition))}
    return frozenset(found)
