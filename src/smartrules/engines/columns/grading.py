"""The tiers and scores as columns: the indicators of a tier are members that stand in the row.

What each indicator is to the rule of its tier is said as in `engines.standings`.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import partial

from attrs import evolve, frozen

from smartrules.engines.columns.given import Given
from smartrules.engines.columns.members import Seat
from smartrules.engines.columns.numbers import Bounded, Ratio, literal, plain
from smartrules.engines.columns.rows import RowTally
from smartrules.engines.columns.rules import Members, Reader
from smartrules.engines.columns.truths import Truth, Verdict, both, either, is_open, negated, tier, where
from smartrules.expr.nodes import Aggregate, Count, Expr, Name, Quantified, When, children
from smartrules.standard import APPLICABLE, INDICATORS, Indicator, Tier


@frozen(eq=False)
class Graded:
    """What a tier comes to in every row.

    Attributes:
        indicators: the outcome of each indicator that it requires.
        outcome: whether it is reached, seen alone.
        scores: the scores by id.
    """

    level: Tier
    indicators: Mapping[str, Verdict]
    outcome: Verdict
    scores: Mapping[str, Bounded]


def graded(level: Tier, reader: Reader, *, scored: bool) -> Graded:
    """Return what a tier comes to, with its scores where they are asked."""
    edition, stages = reader.edition, reader.integers.stages
    found = {name: reader.judged(rule).kept(stages) for name, rule in edition.rules(level.id).items()}
    if not level.known:
        return Graded(level, found, Verdict(None), {})
    scores = dict[str, Bounded]()
    if level.rule is not None or (scored and edition.scores):
        above = _with_standings(level, found, reader)
        if scored:
            scores = {score.id: above.number(Name(score.id)) for score in edition.scores}
        if level.rule is not None:
            return Graded(level, found, tier([above.verdict(level.rule)]).kept(stages), scores)
    return Graded(level, found, tier([found[name] for name in edition.mandatory(level.id)]).kept(stages), scores)


def _with_standings(level: Tier, found: Mapping[str, Verdict], reader: Reader) -> Reader:
    """Return a reader that sees the indicators of a tier as a collection."""
    edition = reader.edition.graded

    def members(name: str) -> Members:
        if edition.collection(name).id == INDICATORS:
            return tally
        return reader.members(name)

    above = Reader(edition, reader.rationals, reader.calendar, reader.facts, reader.stated, reader.today, members)
    seats = []
    for name, verdict in found.items():
        indicator = edition.indicator_by_id[name]
        rule = edition.rules(level.id)[name]
        may_not_apply = _may_not_apply(rule, verdict, reader)
        own = _standing(level, indicator, verdict, rule, reader, may_not_apply)
        seats.append(
            Seat(
                evolve(above, facts=ChainMap(own, dict(reader.facts))),
                present=negated(verdict.out),
                asked=where(may_not_apply, None, True),
                asked_is_missing=both(negated(verdict.out), may_not_apply, _misses(rule, indicator, verdict, reader)),
            )
        )
    tally = RowTally(reader.rationals, seats, True)
    return above


def _standing(
    level: Tier, indicator: Indicator, verdict: Verdict, rule: Expr, reader: Reader, may_not_apply: Truth
) -> dict[str, Given]:
    edition = reader.edition
    optional = level.id in indicator.optional
    misses = _misses(rule, indicator, verdict, reader)
    own: dict[str, Given] = {
        "id": {other: other == indicator.id for other in edition.indicator_by_id},
        "group": {group: group == (indicator.group or "") for group in (*edition.group_by_id, "")},
        "met": Verdict(verdict.holds),
        "mandatory": Verdict(not optional),
        "optional": Verdict(optional),
        "reported": Verdict(where(misses, None, True)),
        APPLICABLE: Verdict(where(may_not_apply, None, True)),
        "points": plain(_points(indicator, verdict, reader)),
        "full_points": plain(literal(0 if indicator.points is None else indicator.points.full)),
    }
    return own


def _points(indicator: Indicator, verdict: Verdict, reader: Reader) -> Ratio:
    """Return what an indicator earns, null where that is open, as `Finding.points`."""
    q, worth = reader.rationals, indicator.points
    if worth is None:
        return literal(0)
    if worth.value is None:
        earned = q.choose(verdict.met, literal(worth.full), literal(0))
        return q.kept(q.choose(negated(verdict.undetermined), earned, None))
    amount = q.kept(reader.value(worth.value))
    full, none = literal(worth.full), literal(0)
    capped = q.choose(q.compared(amount, ">", full), full, amount)
    if not amount.is_never_negative:
        capped = q.choose(q.compared(amount, "<", none), none, capped)
    return q.kept(q.choose(q.is_known(amount), capped, None)) if amount.open else q.kept(capped)


def _misses(rule: Expr, indicator: Indicator, verdict: Verdict, reader: Reader) -> Truth:
    """Return whether facts are missing behind a finding, behind whether it applies, or behind what it earns."""
    missing = reader.missing
    own = both(verdict.undetermined, missing.behind(rule))
    conditions = _of_open_conditions(reader, rule, lambda reader, condition: reader.missing.of(condition))
    if not isinstance(rule, When):
        conditions = both(verdict.undetermined, conditions)
    points = False if indicator.points is None or indicator.points.value is None else missing.of(indicator.points.value)
    return either(own, conditions, points)


def _may_not_apply(rule: Expr, verdict: Verdict, reader: Reader) -> Truth:
    """Return whether a condition is open that may make an indicator, or all that is left of it, not applicable."""
    open_ = _of_open_conditions(reader, rule, lambda reader, condition: True)
    return open_ if isinstance(rule, When) else both(verdict.undetermined, open_)


def _of_open_conditions(reader: Reader, node: Expr, says: Callable[[Reader, Expr], Truth]) -> Truth:
    """Return whether something is so of a condition inside a rule that is open and asked at all; never open itself."""

    def inside(part: Expr) -> Truth:
        return _of_open_conditions(reader, part, says)

    match node:
        case When():
            condition = reader.verdict(node.condition).kept(reader.integers.stages)
            return either(
                both(condition.undetermined, says(reader, node.condition)),
                inside(node.condition),
                both(either(condition.met, condition.undetermined), inside(node.requirement)),
            )
        case Name() if node.id in reader.edition.measure_by_id:
            return inside(reader.edition.measure_by_id[node.id].value)
        case Name():
            derived = reader.edition.fact_by_id[node.id].derived
            return False if derived is None else both(_is_made(reader, node.id), inside(derived))
        case Quantified() | Aggregate():
            deeper = partial(_of_open_conditions, says=says)
            return reader.members(node.collection).some(node, deeper)
        case Count():
            return False
        case _:
            return either(*(inside(part) for part in children(node)))


def _is_made(reader: Reader, name: str) -> Truth:
    """Return whether a fact is not given, so that the members of its collection make it."""
    match reader.facts.get(name):
        case None:
            return True
        case Verdict() as given:
            return is_open(given.holds)
        case Bounded() as given:
            return negated(reader.rationals.is_known(given.value))
        case _:
            return False
