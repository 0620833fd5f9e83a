"""The reference evaluator. `evaluate` is the semantics: every other engine answers to it.

A rule is read once, and asked of every community: each function here takes a node and returns what it comes to in a scope.

- A comparison, membership or flag with a missing operand is undetermined; connectives follow `smartrules.outcome`.
- A measure is computed from its counts; where those are absent, its stated figure serves.
- A division by zero is undetermined with that cause, never a pass.
- Where a condition does not hold, what it guards is not applicable; where it is unknown, that is undetermined. An
  indicator as a whole passes either way if its requirement is met, and is met.

Numbers are exact and in root units; nothing here knows a float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import partial
from types import NoneType
from typing import assert_never

from smartrules.derivation import (
    BeyondCalendar,
    Derivation,
    Missing,
    NotReported,
    NotToHand,
    Result,
    ZeroDenominator,
    conclude,
)
from smartrules.engines.aggregates import Member, aggregate, declared_bounds
from smartrules.engines.causes import causes_of, decided, is_reported, joint_causes, never_comes
from smartrules.engines.comparing import bounds_of, compare, kth, kth_part, threshold_unit, turned
from smartrules.engines.reckoning import bounded, interpolated, moved, rounded_to
from smartrules.engines.scope import Reading, Scope, kept
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    ArithmeticOperator,
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
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
    children,
)
from smartrules.facts import Facts
from smartrules.outcome import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    UNDETERMINED,
    Outcome,
    all_of,
    any_of,
    applicability,
    at_least,
    negation,
    truth,
    when,
)
from smartrules.standard import APPLICABLE, INDICATORS, Edition, FactDeclaration
from smartrules.units import unit
from smartrules.values import Kind, Number, Quantity, Value, quotient, simplest


def disagreements(edition: Edition, facts: Facts) -> Iterator[tuple[FactDeclaration, Value]]:
    """Yield each fact that is given otherwise than the members of a collection make it, with what they make it."""
    for declared in edition.facts:
        given = None if declared.derived is None else facts.value(declared.id)
        if given is None or declared.derived is None:
            continue
        made: Result = kept(read, declared.derived, edition)(Scope(facts)).result
        if isinstance(made, Outcome):
            made = {MET: True, Outcome.NOT_MET: False}.get(made)
        if made is not None and made != given:
            yield declared, made


def judge(rule: Expr, edition: Edition, facts: Facts) -> Derivation:
    """Return what the whole rule of an indicator comes to: `evaluate`, with `applicability` for its conditions."""
    return judging(rule, edition)(Scope(facts))


def evaluate(node: Expr, edition: Edition, facts: Facts) -> Derivation:
    """Return what a rule comes to over one community's facts, with the derivation of every part."""
    return read(node, edition)(Scope(facts))


def judging(rule: Expr, edition: Edition) -> Reading:
    """Return the whole rule of an indicator as `judge` asks it, read once for every community."""
    if not isinstance(rule, When):
        return read(rule, edition)
    return _guarded(rule, read(rule.condition, edition), judging(rule.requirement, edition), applicability)


def read(node: Expr, edition: Edition) -> Reading:
    """Return a rule as what it comes to in a scope, with the derivation of every part.

    Whatever is the same for every community is settled here, once; what a reading does is the meaning of the rule.
    """
    match node:
        case Name():
            return _measure(node, edition) if node.id in edition.measure_by_id else _fact(node, edition)
        case Literal():
            return _always(conclude(node, node.root))
        case Day():
            return _always(conclude(node, node.date))
        case Unknown():
            return _always(conclude(node, UNDETERMINED, causes=(NotToHand(),)))
        case Today():
            return lambda scope: conclude(
                node, scope.facts.on, causes=() if scope.facts.on is not None else (Missing("on"),)
            )
        case Arithmetic():
            return _arithmetic(node, edition)
        case Negation() | Rounding() | Interpolation():
            return _reckoned(node, edition)
        case FirstOf():
            return _first_of(node, edition)
        case Count() if node.of.id not in edition.fact_by_id:
            return _aggregate(Aggregate("count", node.of.id, None), node, edition)
        case Count():
            return _count(node, edition)
        case Aggregate():
            return _aggregate(node, node, edition)
        case Quantified():
            return _quantified(node, edition)
        case Comparison():
            return _comparison(node, edition)
        case Range():
            return _range(node, edition)
        case Includes():
            return _includes(node, edition)
        case OneOf():
            return _one_of(node, edition)
        case Reported():
            return _of_one(node, node.of, edition, lambda asked: (is_reported(asked), None))
        case Not():
            return _of_one(node, node.part, edition, lambda part: (negation(part.outcome), turned(part.margin)))
        case Advice():
            return _of_one(node, node.part, edition, lambda part: (NOT_APPLICABLE, None))
        case AllOf():
            return _joined(node, all_of, len(node.parts), edition)
        case AnyOf():
            return _joined(node, any_of, 1, edition)
        case AtLeast():
            return _joined(node, partial(at_least, node.k), node.k, edition)
        case When():
            return _guarded(node, read(node.condition, edition), read(node.requirement, edition), when)
        case _:
            assert_never(node)


def _always(found: Derivation) -> Reading:
    return lambda scope: found


# --- requirements --------------------------------------------------------------------------------------------------


def _comparison(node: Comparison, edition: Edition) -> Reading:
    left, right = read(node.left, edition), read(node.right, edition)
    threshold = threshold_unit(node.right, node.left, edition)

    def compared(scope: Scope) -> Derivation:
        a, b = left(scope), right(scope)
        outcome, margin = compare(node.operator, a, b, threshold)
        return conclude(node, outcome, (a, b), joint_causes((a, b)) if outcome is UNDETERMINED else (), margin)

    return compared


def _range(node: Range, edition: Edition) -> Reading:
    readings = [read(part, edition) for part in (node.low, node.value, node.high)]
    low_unit, high_unit = (threshold_unit(bound, node.value, edition) for bound in (node.low, node.high))

    def ranged(scope: Scope) -> Derivation:
        low, value, high = (reading(scope) for reading in readings)
        above, from_low = compare(node.low_operator, low, value, low_unit)
        below, from_high = compare(node.high_operator, value, high, high_unit)
        return decided(node, all_of((above, below)), (low, value, high), kth((from_low, from_high), 2))

    return ranged


def _includes(node: Includes, edition: Edition) -> Reading:
    members = read(node.set, edition)
    wanted = len(node.members) if node.k is None else node.k

    def included(scope: Scope) -> Derivation:
        there = members(scope)
        if not isinstance(there.result, frozenset):
            return decided(node, UNDETERMINED, (there,))
        return conclude(node, truth(len(there.result.intersection(node.members)) >= wanted), (there,))

    return included


def _one_of(node: OneOf, edition: Edition) -> Reading:
    choice = read(node.choice, edition)

    def chosen(scope: Scope) -> Derivation:
        one = choice(scope)
        return decided(node, truth(None if one.result is None else one.result in node.members), (one,))

    return chosen


def _of_one(
    node: Expr, part: Expr, edition: Edition, outcome_of: Callable[[Derivation], tuple[Outcome, Quantity | None]]
) -> Reading:
    reading = read(part, edition)

    def of_one(scope: Scope) -> Derivation:
        asked = reading(scope)
        outcome, margin = outcome_of(asked)
        return decided(node, outcome, (asked,), margin)

    return of_one


def _joined(
    node: AllOf | AnyOf | AtLeast, outcome_of: Callable[[list[Outcome]], Outcome], k: int, edition: Edition
) -> Reading:
    """Return "at least k of" the parts."""
    readings = [read(part, edition) for part in node.parts]

    def joined(scope: Scope) -> Derivation:
        parts = tuple([reading(scope) for reading in readings])
        return decided(node, outcome_of([part.outcome for part in parts]), parts, kth_part(parts, k))

    return joined


def _guarded(
    node: When, condition: Reading, requirement: Reading, outcome_of: Callable[[Outcome, Outcome], Outcome]
) -> Reading:
    def guarded(scope: Scope) -> Derivation:
        applies = condition(scope)
        holds = applies.outcome
        if when(holds, UNDETERMINED) is NOT_APPLICABLE:
            return conclude(node, NOT_APPLICABLE, (applies,))
        asked = requirement(scope)
        return decided(node, outcome_of(holds, asked.outcome), (applies, asked), asked.margin)

    return guarded


# --- facts and measures --------------------------------------------------------------------------------------------


def _measure(node: Name, edition: Edition) -> Reading:
    name = node.id
    formula = kept(read, edition.measure_by_id[name].value, edition)

    def measured(scope: Scope) -> Derivation:
        found = scope.once(formula)
        causes = found.causes
        if causes and any(isinstance(cause, (Missing, NotReported)) for cause in causes):
            stated = scope.facts.stated.get(name)
            if stated is not None:
                assert not isinstance(stated.value, bool)
                return conclude(node, stated.value, (found,), stated=True)
            if name in scope.facts.not_reported:
                return conclude(node, None, (found,), (NotReported(name),))
        return conclude(node, found.result, (found,), causes, None, False, found.bounds)

    return measured


def _fact(node: Name, edition: Edition) -> Reading:
    name, not_given = node.id, _not_given(node, edition)
    met, not_met = conclude(node, MET), conclude(node, NOT_MET)

    def flag(scope: Scope) -> Derivation:
        fact = scope.known.get(name)
        if fact is None:
            return not_given(scope)
        return met if fact.value else not_met

    def value(scope: Scope) -> Derivation:
        fact = scope.known.get(name)
        return not_given(scope) if fact is None else conclude(node, fact.value)

    return flag if edition.fact_by_id[name].kind is Kind.FLAG else value


def _not_given(node: Name, edition: Edition) -> Reading:
    """Return a fact that is not given: what the members of a collection make it, or why it is open."""
    declared, collection = edition.fact_by_id[node.id], edition.collection_of_fact.get(node.id)
    made_of = None if declared.derived is None else kept(read, declared.derived, edition)
    nothing = UNDETERMINED if declared.kind is Kind.FLAG else None
    missing = conclude(node, nothing, causes=(Missing(node.id),))

    def not_given(scope: Scope) -> Derivation:
        if made_of is not None:
            made = scope.once(made_of)
            # Where no member is known, it is the count itself that is missing.
            if not any(isinstance(cause, Missing) and cause.fact in edition.collection_by_id for cause in made.causes):
                return conclude(node, made.result, (made,), made.causes, bounds=made.bounds)
        if node.id in scope.facts.not_reported:
            return conclude(node, nothing, causes=(NotReported(node.id),))
        if collection is None:
            return missing
        return conclude(node, nothing, causes=(Missing(f"{scope.facts.members[collection]}.{node.id}"),))

    return not_given


# --- numbers and dates ---------------------------------------------------------------------------------------------


def _first_of(node: FirstOf, edition: Edition) -> Reading:
    """Return the value of the first condition that holds; where one before it is open, so is the value."""
    readings = [read(part, edition) for part in children(node)]

    def first(scope: Scope) -> Derivation:
        parts = tuple([reading(scope) for reading in readings])
        for condition, value in zip(parts[0:-1:2], parts[1:-1:2], strict=True):
            if condition.outcome is UNDETERMINED:
                return conclude(node, None, parts, condition.causes)
            if condition.outcome is MET:
                return conclude(node, value.result, parts, value.causes)
        return conclude(node, parts[-1].result, parts, parts[-1].causes)

    return first


def _reckoned(node: Negation | Rounding | Interpolation, edition: Edition) -> Reading:
    match node:
        case Negation():
            operand = read(node.operand, edition)
            return lambda scope: _valued(node, lambda value: -value, operand(scope))
        case Rounding():
            rounded, step = read(node.value, edition), read(node.step, edition)
            return lambda scope: _valued(node, partial(rounded_to, node.mode), rounded(scope), step(scope))
        case Interpolation():
            place = read(node.of, edition)
            return lambda scope: _valued(node, partial(interpolated, node), place(scope))


def _count(node: Count, edition: Edition) -> Reading:
    members = read(node.of, edition)

    def counted(scope: Scope) -> Derivation:
        there = members(scope)
        if not isinstance(there.result, frozenset):
            return conclude(node, None, (there,), there.causes)
        return conclude(node, len(there.result), (there,))

    return counted


def _arithmetic(node: Arithmetic, edition: Edition) -> Reading:
    left, right = read(node.left, edition), read(node.right, edition)
    if edition.is_date(node.left) or edition.is_date(node.right):
        return lambda scope: _dated(node, left(scope), right(scope))
    reckon, divides = _OPERATIONS[node.operator], node.operator == "/"

    def reckoned(scope: Scope) -> Derivation:
        first, second = left(scope), right(scope)
        a, b = first.result, second.result
        assert isinstance(a, _NUMBER_OR_NONE)
        assert isinstance(b, _NUMBER_OR_NONE)
        if a is None or b is None or (divides and b == 0):
            return _without_value(node, first, second, by_zero=divides and b == 0)
        return conclude(node, reckon(a, b), (first, second))

    return reckoned


def _without_value(node: Arithmetic, left: Derivation, right: Derivation, *, by_zero: bool) -> Derivation:
    if by_zero:
        never = left.causes if never_comes(left) else ()
        return conclude(node, None, (left, right), (*never, ZeroDenominator(node)))
    known = bounds_of(left), bounds_of(right)
    bounds = None if (None, None) in known else bounded(node.operator, *known)
    return conclude(node, None, (left, right), joint_causes((left, right)), bounds=bounds)


_OPERATIONS: dict[ArithmeticOperator, Callable[[Number, Number], Number]] = {
    "+": lambda a, b: simplest(a + b),
    "-": lambda a, b: simplest(a - b),
    "*": lambda a, b: simplest(a * b),
    "/": quotient,
}


def _dated(node: Arithmetic, left: Derivation, right: Derivation) -> Derivation:
    """Return a date moved by a span of time, or the time between two dates."""
    for day, by in ((left, node.right), (right, node.left)):
        if isinstance(day.result, date) and isinstance(by, Literal):
            there = moved(day.result, by, -1 if node.operator == "-" else 1)
            return conclude(node, there, (left, right), () if there is not None else (BeyondCalendar(node),))
    if isinstance(left.result, date) and isinstance(right.result, date):
        return conclude(node, simplest((left.result - right.result).days * unit("day").size), (left, right))
    return conclude(node, None, (left, right), causes_of((left, right)))


def _valued(node: Expr, value_of: Callable[..., Number | None], *parts: Derivation) -> Derivation:
    values = [_number(part) for part in parts]
    value = None if None in values else value_of(*values)
    if value is None:
        return conclude(node, None, parts, joint_causes(parts))
    return conclude(node, simplest(value), parts)


# --- members of collections ----------------------------------------------------------------------------------------


def _asked(
    collection: str, where: Expr | None, part: Expr | None, edition: Edition
) -> Callable[[Scope], Iterator[tuple[Outcome, tuple[Derivation, ...], Scope]]]:
    """Return how members are asked: of each, whether it is asked, its derivations (where, then part), its scope."""
    chooses = None if where is None else read(where, edition)
    applies = read(Name(APPLICABLE), edition) if collection == INDICATORS else None
    asks = None if part is None else read(part, edition)

    def asked(scope: Scope) -> Iterator[tuple[Outcome, tuple[Derivation, ...], Scope]]:
        for record, member in scope.members(collection):
            chosen, parts = MET, list[Derivation]()
            if chooses is not None:
                parts.append(chooses(member).of_member(record.id))
                chosen = when(parts[0].outcome, MET)
            if applies is not None and chosen is not NOT_APPLICABLE and APPLICABLE not in record.facts:
                # An indicator of which it is open whether it applies may or may not be among them.
                parts.append(applies(member).of_member(record.id))
                chosen = UNDETERMINED
            if asks is not None and chosen is not NOT_APPLICABLE:
                parts.append(asks(member).of_member(record.id))
            yield chosen, tuple(parts), member

    return asked


def _quantified(node: Quantified, edition: Edition) -> Reading:
    collection = edition.collection(node.collection).id
    ask = _asked(collection, node.where, node.part, edition)

    def quantified(scope: Scope) -> Derivation:
        if collection not in scope.facts.collections:
            return conclude(node, UNDETERMINED, causes=(Missing(collection),))
        outcomes, parts = list[Outcome](), list[Derivation]()
        passing = 0
        for chosen, derived, _ in ask(scope):
            parts += derived
            outcome = chosen if chosen is NOT_APPLICABLE else when(chosen, derived[-1].outcome)
            if chosen is UNDETERMINED and derived[-1].outcome is MET:
                passing += 1  # asked or not, it fails nothing
            else:
                outcomes.append(outcome)
        if node.quantifier == "every" and MET in outcomes:
            return decided(node, all_of(outcomes), tuple(parts))
        outcomes += [UNDETERMINED] * passing
        return decided(node, all_of(outcomes) if node.quantifier == "every" else any_of(outcomes), tuple(parts))

    return quantified


def _aggregate(aggregated: Aggregate, node: Expr, edition: Edition) -> Reading:
    collection = edition.collection(aggregated.collection).id
    ask = _asked(collection, aggregated.where, aggregated.of, edition)
    rank = None if aggregated.rank is None else aggregated.rank.root

    def made(scope: Scope) -> Derivation:
        if collection not in scope.facts.collections:
            return conclude(node, None, causes=(Missing(collection),))
        members, parts = list[Member](), list[Derivation]()
        for chosen, derived, member in ask(scope):
            parts += derived
            if chosen is not NOT_APPLICABLE:
                members.append(_member(aggregated, chosen, derived, edition, member))
        found = aggregate(aggregated.function, members, rank)
        if found.empty:
            return conclude(node, None, tuple(parts), (ZeroDenominator(node),))
        causes = causes_of(parts) if found.value is None else ()
        return conclude(node, found.value, tuple(parts), causes, bounds=found.bounds)

    return made


def _member(
    aggregated: Aggregate, chosen: Outcome, derived: tuple[Derivation, ...], edition: Edition, scope: Scope
) -> Member:
    if aggregated.of is None:
        return Member(chosen)
    of = derived[-1]
    if aggregated.function == "share":
        return Member(chosen, of.outcome)
    return Member(chosen, value=_number(of), bounds=declared_bounds(aggregated.of, edition, scope.facts))


def _number(derivation: Derivation) -> Number | None:
    result = derivation.result
    assert isinstance(result, _NUMBER_OR_NONE)
    return result


_NUMBER_OR_NONE = (int, Fraction, NoneType)
