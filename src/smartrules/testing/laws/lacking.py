"""Laws of what is not known: a missing fact only leaves open, and a stated figure decides as its counts do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from attrs import evolve, frozen
from hypothesis import strategies as st

from smartrules.analysis.fewer import Piece, fewest, pieces, without
from smartrules.diagnostics import all_of
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Aggregate, Count, Expr, Name, Quantified, walk
from smartrules.facts import Fact, Facts, show_value
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Measure
from smartrules.testing.laws.law import Search, conclusions, first_difference, shown
from smartrules.testing.strategies import facts_from

# --- missing -------------------------------------------------------------------------------------------------------


_Less = tuple[Facts, tuple[Piece, ...]]


def missing_decides(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return a tier or indicator that is met with a fact and not met without it, or the other way."""

    def difference(facts: Facts, gone: Sequence[Piece]) -> str | None:
        left = reduce(without, gone, facts)
        before, after = (_outcomes(ruleset, known) for known in (facts, left))
        for of, outcome in after.items():
            if {outcome, before[of]} in _TURNED:
                named = all_of([".".join(piece[1:] or piece) for piece in gone])
                return f"{of} is {shown(before[of])}, and {shown(outcome)} without {named}"
        return None

    found = search.simplest(_less(ruleset), lambda drawn: difference(*drawn) is not None)
    if found is None:
        return None
    facts, gone = found
    for piece in gone:
        fewer = tuple(other for other in gone if other != piece)
        gone = fewer if difference(facts, fewer) is not None else gone
    facts = fewest(facts, lambda fewer: difference(fewer, gone) is not None)
    return str(difference(facts, gone)), facts


#: What is not applicable because of a fact may be met without it: where it applied, it would be met all the same.
_TURNED = ({MET, NOT_MET}, {NOT_APPLICABLE, NOT_MET})


def _outcomes(ruleset: Ruleset, facts: Facts) -> dict[str, Outcome]:
    """Return the outcomes of tiers and indicators, by name."""
    return {of: found for of, found in conclusions(ruleset.assess(facts)).items() if isinstance(found, Outcome)}


@st.composite
def _less(draw: st.DrawFn, ruleset: Ruleset) -> _Less:
    drawn = draw(facts_from(ruleset))
    stated = {name: one for name, one in drawn.stated.items() if _serves(ruleset, name, drawn)}
    # What a community says that it does not report is not missing: that is settled, and another matter.
    facts = evolve(drawn, stated=stated, not_reported=frozenset())
    known = [piece for piece in pieces(facts) if len(piece) != _OF_A_MEMBER]
    return facts, tuple(draw(st.lists(st.sampled_from(known), min_size=1, unique=True))) if known else ()


#: The length of a piece that is a whole member: one less would be another community.
_OF_A_MEMBER = 3


def _serves(ruleset: Ruleset, measure: str, facts: Facts) -> bool:
    """Return whether no counts stand beside a stated figure: they decide, and it may say something else."""
    behind = _behind(ruleset.edition, ruleset.edition.measure_by_id[measure].value)
    return behind.isdisjoint({*facts.facts, *facts.collections})


# --- stated --------------------------------------------------------------------------------------------------------


@frozen
class _Stated:
    """Facts, and the same with a measure stated in the place of what it is made of."""

    facts: Facts
    measure: str
    instead: Facts | None
    indicators: tuple[str, ...]


def stating_decides(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return an indicator that comes to something else once a measure is stated as its counts make it."""
    measures = ruleset.edition.measure_by_id
    asked = {name: tuple(_resting_on_alone(ruleset.edition, measure)) for name, measure in measures.items()}
    known = [name for name, indicators in asked.items() if indicators]
    if not known:
        return None

    def difference(drawn: _Stated) -> str | None:
        if drawn.instead is None:
            return None
        counted, stated = (
            {
                f"{what}`{tier.tier.id}.{name}`": value
                for tier in ruleset.assess(facts).tiers
                for name, finding in tier.items()
                if name in drawn.indicators
                for what, value in (("", finding.outcome), ("the margin of ", finding.margin))
            }
            for facts in (drawn.facts, drawn.instead)
        )
        apart = first_difference(counted, stated)
        figure = show_value(measures[drawn.measure], drawn.instead.stated[drawn.measure].value, "en")
        by = f"once `{drawn.measure}` is stated as {figure}, which its counts make it"
        return None if apart is None else "{} is {}, and {} {}".format(*apart, by)

    found = search.simplest(_stated(ruleset, known, asked), lambda drawn: difference(drawn) is not None)
    return None if found is None else (str(difference(found)), found.facts)


@st.composite
def _stated(draw: st.DrawFn, ruleset: Ruleset, known: list[str], asked: Mapping[str, tuple[str, ...]]) -> _Stated:
    measure = ruleset.edition.measure_by_id[draw(st.sampled_from(known))]
    # All is given: a whole that is gone would leave open what a part of it can be.
    facts = evolve(draw(facts_from(ruleset, missing=())), stated={})
    made = evaluate(Name(measure.id), ruleset.edition, facts).result
    if made is None or isinstance(made, Outcome):
        return _Stated(facts, measure.id, None, ())
    behind = _behind(ruleset.edition, measure.value)
    gone = [("facts", name) for name in behind] + [("collections", name) for name in behind]
    instead = evolve(reduce(without, gone, facts), stated={measure.id: Fact(measure.id, made)})
    return _Stated(facts, measure.id, instead, asked[measure.id])


def _resting_on_alone(edition: Edition, measure: Measure) -> Iterator[str]:
    """Yield the indicators that name a measure and rest on nothing behind it but through it."""
    behind = _behind(edition, measure.value)
    for indicator in edition.indicators:
        rules = [
            edition.rules(tier.id)[indicator.id] for tier in edition.tiers if indicator.id in edition.rules(tier.id)
        ]
        names = {name for rule in rules for name in _named(edition, rule, measure.id)}
        if measure.id in names and behind.isdisjoint(names):
            yield indicator.id


def _behind(edition: Edition, expression: Expr) -> frozenset[str]:
    """Return the facts and collections on which an expression rests, through measures and what facts are made of."""
    return frozenset(_named(edition, expression, None)) - edition.measure_by_id.keys()


def _named(edition: Edition, expression: Expr, opaque: str | None) -> Iterator[str]:
    """Yield what an expression rests on by name; of one measure no more than its own."""
    for node in walk(expression):
        if isinstance(node, Quantified | Aggregate):
            yield edition.collection(node.collection).id
        elif isinstance(node, Count) and edition.is_collection(node.of.id):
            yield edition.collection(node.of.id).id
        elif isinstance(node, Name) and (node.id in edition.fact_by_id or node.id in edition.measure_by_id):
            yield node.id
            if node.id in edition.measure_by_id and node.id != opaque:
                yield from _named(edition, edition.measure_by_id[node.id].value, opaque)
            derived = edition.fact_by_id[node.id].derived if node.id in edition.fact_by_id else None
            if derived is not None:
                yield from _named(edition, derived, opaque)
