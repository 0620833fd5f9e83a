"""The reference evaluator. `evaluate` is the semantics: every other engine answers to it.

- A comparison, membership or flag with a missing operand is undetermined; connectives follow `smartrules.outcome`.
- A measure is computed from its counts; where those are absent, its stated figure serves.
- A division by zero is undetermined with that cause, never a pass.
- Where a condition does not hold, what it guards is not applicable; where it is unknown, that is undetermined. An
  indicator as a whole passes either way if its requirement is met, and is met.

Numbers are exact and in root units; nothing here knows a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import assert_never

from attrs import evolve

from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.derivation import (
    BeyondCalendar,
    Cause,
    Derivation,
    Missing,
    NotReported,
    NotToHand,
    Result,
    ZeroDenominator,
)
from smartrules.engines.aggregates import Member, aggregate
from smartrules.engines.comparing import bounds_of, compared, holds, kth, kth_part, margin_of, threshold_unit, turned
from smartrules.engines.reckoning import Bounds, bounded, interpolated, moved, rounded_to
from smartrules.engines.standings import behind_standings, causes_of_standings, with_standings
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
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
    UNDETERMINED,
    Outcome,
    all_of,
    any_of,
    applicability,
    at_least,
    negation,
    tier,
    truth,
    when,
)
from smartrules.standard import APPLICABLE, INDICATORS, Edition, FactDeclaration, Tier
from smartrules.units import unit
from smartrules.values import Kind, Number, Quantity, Value, simplest


def assess(edition: Edition, fingerprint: str, facts: Facts) -> Assessment:
    """Return the findings of every tier of an edition for one community's facts."""
    return Assessment(
        edition, fingerprint, facts, tuple(_assess_tier(level, edition, facts) for level in edition.tiers)
    )


def _assess_tier(level: Tier, edition: Edition, facts: Facts) -> TierAssessment:
    findings = {}
    for name, rule in edition.rules(level.id).items():
        indicator = edition.indicator_by_id[name]
        formula = None if indicator.points is None else indicator.points.value
        earned = None if formula is None else evaluate(formula, edition, facts)
        findings[name] = Finding(edition, indicator, level.id, judge(rule, edition, facts), earned)
    if not level.known:
        return TierAssessment(edition, level, UNDETERMINED, findings)
    scores, ruled = dict[str, Derivation](), None
    if edition.scores or level.rule is not None:
        seen = with_standings(facts, findings.values())
        causes = causes_of_standings(findings.values())
        scores = {
            score.id: behind_standings(evaluate(Name(score.id), edition.graded, seen), causes)
            for score in edition.scores
        }
        if level.rule is not None:
            ruled = behind_standings(evaluate(level.rule, edition.graded, seen), causes)
    outcome = (
        tier(findings[name].outcome for name in edition.mandatory(level.id)) if ruled is None else tier([ruled.outcome])
    )
    return TierAssessment(edition, level, outcome, findings, ruled, scores)


def disagreements(edition: Edition, facts: Facts) -> Iterator[tuple[FactDeclaration, Value]]:
    """Yield each fact that is given otherwise than the members of a collection make it, with what they make it."""
    for declared in edition.facts:
        given = facts.value(declared.id)
        if given is None or declared.derived is None:
            continue
        made: Result = evaluate(declared.derived, edition, facts).result
        if isinstance(made, Outcome):
            made = {MET: True, Outcome.NOT_MET: False}.get(made)
        if made is not None and made != given:
            yield declared, made


def judge(rule: Expr, edition: Edition, facts: Facts) -> Derivation:
    """Return what the whole rule of an indicator comes to: `evaluate`, with `applicability` for its conditions."""
    if not isinstance(rule, When):
        return evaluate(rule, edition, facts)
    condition = evaluate(rule.condition, edition, facts)
    if when(condition.outcome, UNDETERMINED) is NOT_APPLICABLE:
        return Derivation(rule, NOT_APPLICABLE, (condition,))
    asked = judge(rule.requirement, edition, facts)
    return _decided(rule, applicability(condition.outcome, asked.outcome), (condition, asked), asked.margin)


def evaluate(node: Expr, edition: Edition, facts: Facts) -> Derivation:
    """Return what a rule comes to over one community's facts, with the derivation of every part."""

    def of(part: Expr) -> Derivation:
        return evaluate(part, edition, facts)

    match node:
        case Name():
            return _name(node, edition, facts)
        case Literal():
            return Derivation(node, simplest(node.number * node.unit.size))
        case Day():
            return Derivation(node, node.date)
        case Unknown():
            return Derivation(node, UNDETERMINED, causes=(NotToHand(),))
        case Today():
            return Derivation(node, facts.on, causes=() if facts.on is not None else (Missing("on"),))
        case Rounding():
            rounded, step = of(node.value), of(node.step)
            return _valued(node, rounded_to(node.mode, _number(rounded), _number(step)), rounded, step)
        case FirstOf():
            return _first_of(node, tuple(of(part) for part in children(node)))
        case Interpolation():
            place = of(node.of)
            return _valued(node, interpolated(node, _number(place)), place)
        case Negation():
            operand = of(node.operand)
            amount = _number(operand)
            return _valued(node, None if amount is None else -amount, operand)
        case Arithmetic():
            dated = edition.is_date(node.left) or edition.is_date(node.right)
            return (_dated if dated else _arithmetic)(node, of(node.left), of(node.right))
        case Count() if node.of.id not in edition.fact_by_id:
            return _aggregate(Aggregate("count", node.of.id, None), node, edition, facts)
        case Quantified():
            return _quantified(node, edition, facts)
        case Aggregate():
            return _aggregate(node, node, edition, facts)
        case Count():
            members = of(node.of)
            return _valued(node, len(members.result) if isinstance(members.result, frozenset) else None, members)
        case Reported():
            asked = of(node.of)
            return _decided(node, is_reported(asked), (asked,))
        case Comparison():
            left, right = of(node.left), of(node.right)
            known = holds(node.operator, left, right)
            margin = margin_of(node.operator, left, right, threshold_unit(node.right, node.left, edition))
            causes = _joint_causes((left, right)) if known is None else ()
            return Derivation(node, truth(known), (left, right), causes, margin)
        case Range():
            low, value, high = of(node.low), of(node.value), of(node.high)
            bounds = (compared(node.low_operator, low, value), compared(node.high_operator, value, high))
            margins = (
                margin_of(node.low_operator, low, value, threshold_unit(node.low, node.value, edition)),
                margin_of(node.high_operator, value, high, threshold_unit(node.high, node.value, edition)),
            )
            return _decided(node, all_of(bounds), (low, value, high), kth(margins, 2))
        case Includes():
            members = of(node.set)
            if not isinstance(members.result, frozenset):
                return _decided(node, UNDETERMINED, (members,))
            wanted = len(node.members) if node.k is None else node.k
            return _decided(node, truth(len(members.result.intersection(node.members)) >= wanted), (members,))
        case OneOf():
            choice = of(node.choice)
            return _decided(node, truth(None if choice.result is None else choice.result in node.members), (choice,))
        case AllOf():
            parts = tuple(of(part) for part in node.parts)
            return _decided(node, all_of(p.outcome for p in parts), parts, kth_part(parts, len(parts)))
        case AnyOf():
            parts = tuple(of(part) for part in node.parts)
            return _decided(node, any_of(p.outcome for p in parts), parts, kth_part(parts, 1))
        case AtLeast():
            parts = tuple(of(part) for part in node.parts)
            return _decided(node, at_least(node.k, (p.outcome for p in parts)), parts, kth_part(parts, node.k))
        case Not():
            part = of(node.part)
            return _decided(node, negation(part.outcome), (part,), turned(part.margin))
        case Advice():
            return Derivation(node, NOT_APPLICABLE, (of(node.part),))
        case When():
            condition = of(node.condition)
            if when(condition.outcome, UNDETERMINED) is NOT_APPLICABLE:
                return Derivation(node, NOT_APPLICABLE, (condition,))
            asked = of(node.requirement)
            return _decided(node, when(condition.outcome, asked.outcome), (condition, asked), asked.margin)
        case _:
            assert_never(node)


def _name(node: Name, edition: Edition, facts: Facts) -> Derivation:
    measure = edition.measure_by_id.get(node.id)
    if measure is None:
        return _fact(node, edition, facts)
    formula = evaluate(measure.value, edition, facts)
    stated = facts.stated.get(node.id)
    if any(isinstance(cause, Missing | NotReported) for cause in formula.causes):
        if stated is not None:
            assert not isinstance(stated.value, bool)
            return Derivation(node, stated.value, (formula,), stated=True)
        if node.id in facts.not_reported:
            return Derivation(node, None, (formula,), (NotReported(node.id),))
    return Derivation(node, formula.result, (formula,), formula.causes, bounds=formula.bounds)


def _fact(node: Name, edition: Edition, facts: Facts) -> Derivation:
    declared = edition.fact_by_id[node.id]
    value = facts.value(node.id)
    if value is None and declared.derived is not None:
        made = evaluate(declared.derived, edition, facts)
        # Where no member is known, it is the count itself that is missing.
        if not any(isinstance(cause, Missing) and cause.fact in edition.collection_by_id for cause in made.causes):
            return Derivation(node, made.result, (made,), made.causes, bounds=made.bounds)
    collection = edition.collection_of_fact.get(node.id)
    causes: tuple[Cause, ...] = ()
    if value is None and node.id in facts.not_reported:
        causes = (NotReported(node.id),)
    elif value is None:
        causes = (Missing(node.id if collection is None else f"{facts.members[collection]}.{node.id}"),)
    if declared.kind is Kind.FLAG:
        assert value is None or isinstance(value, bool)
        return Derivation(node, truth(value), causes=causes)
    assert not isinstance(value, bool)
    return Derivation(node, value, causes=causes)


def is_reported(asked: Derivation) -> Outcome:
    """Return whether a value is reported: undetermined where a fact is missing, and one of which nobody waits is not.

    What has no value although all its facts are known (a zero denominator) is reported all the same.
    """
    if asked.result is not None and asked.result is not UNDETERMINED:
        return MET
    if any(isinstance(cause, Missing) for cause in asked.causes):
        return UNDETERMINED
    return truth(not any(isinstance(cause, NotReported) for cause in asked.causes))


def _first_of(node: FirstOf, parts: tuple[Derivation, ...]) -> Derivation:
    """Return the value of the first condition that holds; where one before it is open, so is the value."""
    for condition, value in zip(parts[0:-1:2], parts[1:-1:2], strict=True):
        if condition.outcome is UNDETERMINED:
            return Derivation(node, None, parts, condition.causes)
        if condition.outcome is MET:
            return Derivation(node, value.result, parts, value.causes)
    return Derivation(node, parts[-1].result, parts, parts[-1].causes)


def _dated(node: Arithmetic, left: Derivation, right: Derivation) -> Derivation:
    """Return a date moved by a span of time, or the time between two dates."""
    for day, by in ((left, node.right), (right, node.left)):
        if isinstance(day.result, date) and isinstance(by, Literal):
            there = moved(day.result, by, -1 if node.operator == "-" else 1)
            return Derivation(node, there, (left, right), () if there is not None else (BeyondCalendar(node),))
    if isinstance(left.result, date) and isinstance(right.result, date):
        return _valued(node, (left.result - right.result).days * unit("day").size, left, right)
    return Derivation(node, None, (left, right), _causes((left, right)))


def _asked(
    collection: str, where: Expr | None, part: Expr | None, edition: Edition, facts: Facts
) -> Iterator[tuple[Outcome, tuple[Derivation, ...], Facts]]:
    """Yield, for each member of a known collection, whether it is asked, its derivations (where, then part), its facts."""
    for record in facts.collections[collection]:
        scope = facts.within(collection, record)
        chosen, parts = MET, list[Derivation]()
        if where is not None:
            parts.append(evaluate(where, edition, scope))
            chosen = when(parts[0].outcome, MET)
        if collection == INDICATORS and chosen is not NOT_APPLICABLE and APPLICABLE not in record.facts:
            # An indicator of which it is open whether it applies may or may not be among them.
            parts.append(evaluate(Name(APPLICABLE), edition, scope))
            chosen = UNDETERMINED
        if part is not None and chosen is not NOT_APPLICABLE:
            parts.append(evaluate(part, edition, scope))
        yield chosen, tuple(evolve(derived, member=record.id) for derived in parts), scope


def _quantified(node: Quantified, edition: Edition, facts: Facts) -> Derivation:
    collection = edition.collection(node.collection).id
    if collection not in facts.collections:
        return Derivation(node, UNDETERMINED, causes=(Missing(collection),))
    outcomes, parts = list[Outcome](), list[Derivation]()
    passing = 0
    for chosen, derived, _ in _asked(collection, node.where, node.part, edition, facts):
        parts += derived
        outcome = chosen if chosen is NOT_APPLICABLE else when(chosen, derived[-1].outcome)
        if chosen is UNDETERMINED and derived[-1].outcome is MET:
            passing += 1  # asked or not, it fails nothing
        else:
            outcomes.append(outcome)
    if node.quantifier == "every" and MET in outcomes:
        return _decided(node, all_of(outcomes), tuple(parts))
    outcomes += [UNDETERMINED] * passing
    return _decided(node, all_of(outcomes) if node.quantifier == "every" else any_of(outcomes), tuple(parts))


def _aggregate(aggregated: Aggregate, node: Expr, edition: Edition, facts: Facts) -> Derivation:
    collection = edition.collection(aggregated.collection).id
    if collection not in facts.collections:
        return Derivation(node, None, causes=(Missing(collection),))
    members, parts = list[Member](), list[Derivation]()
    for chosen, derived, scope in _asked(collection, aggregated.where, aggregated.of, edition, facts):
        parts += derived
        if chosen is not NOT_APPLICABLE:
            members.append(_member(aggregated, chosen, derived, edition, scope))
    rank = None if aggregated.rank is None else Quantity(aggregated.rank.number, aggregated.rank.unit).root
    found = aggregate(aggregated.function, members, rank)
    if found.empty:
        return Derivation(node, None, tuple(parts), (ZeroDenominator(node),))
    causes = _causes(parts) if found.value is None else ()
    return Derivation(node, found.value, tuple(parts), causes, bounds=found.bounds)


def _member(
    aggregated: Aggregate, chosen: Outcome, derived: tuple[Derivation, ...], edition: Edition, scope: Facts
) -> Member:
    if aggregated.of is None:
        return Member(chosen)
    of = derived[-1]
    if aggregated.function == "share":
        return Member(chosen, of.outcome)
    return Member(chosen, value=_number(of), bounds=_declared_bounds(aggregated.of, edition, scope))


def _declared_bounds(node: Expr, edition: Edition, scope: Facts) -> Bounds:
    """Return the least and greatest value that the declaration of a member's fact allows; a part is within its whole."""
    declared = edition.fact_by_id.get(node.id) if isinstance(node, Name) else None
    if declared is None:
        return None, None
    whole = scope.value(declared.at_most or "")
    assert not isinstance(whole, bool | frozenset | str | date)
    most = [bound for bound in (declared.maximum, whole) if bound is not None]
    return declared.minimum, min(most, default=None)


def _arithmetic(node: Arithmetic, left: Derivation, right: Derivation) -> Derivation:
    a, b = _number(left), _number(right)
    if node.operator == "/" and b == 0:
        never = left.causes if _never_comes(left) else ()
        return Derivation(node, None, (left, right), (*never, ZeroDenominator(node)))
    if a is None or b is None:
        known = bounds_of(left), bounds_of(right)
        bounds = None if (None, None) in known else bounded(node.operator, *known)
        return Derivation(node, None, (left, right), _joint_causes((left, right)), bounds=bounds)
    match node.operator:
        case "+":
            return _valued(node, a + b, left, right)
        case "-":
            return _valued(node, a - b, left, right)
        case "*":
            return _valued(node, a * b, left, right)
        case "/":
            return _valued(node, Fraction(a) / b, left, right)
        case _:
            assert_never(node.operator)


def _valued(node: Expr, value: Number | None, *parts: Derivation) -> Derivation:
    if value is None:
        return Derivation(node, None, parts, _joint_causes(parts))
    return Derivation(node, simplest(value), parts)


def _decided(node: Expr, outcome: Outcome, parts: tuple[Derivation, ...], margin: Quantity | None = None) -> Derivation:
    return Derivation(node, outcome, parts, _causes(parts) if outcome is UNDETERMINED else (), margin)


def _causes(parts: Iterable[Derivation]) -> tuple[Cause, ...]:
    return tuple(dict.fromkeys(cause for part in parts for cause in part.causes))


def _joint_causes(parts: tuple[Derivation, ...]) -> tuple[Cause, ...]:
    """Return why what needs the values of all its parts is open.

    Where one of them is not reported, it stays open whatever comes of the others, so nothing is missing.
    """
    causes = _causes(parts)
    if any(map(_never_comes, parts)):
        return tuple(cause for cause in causes if not isinstance(cause, Missing))
    return causes


def _never_comes(part: Derivation) -> bool:
    """Return whether a value is not reported, no fact that is missing could give it, and nothing is known of it."""
    kinds = {type(cause) for cause in part.causes}
    return NotReported in kinds and Missing not in kinds and part.bounds is None


def _number(derivation: Derivation) -> Number | None:
    assert not isinstance(derivation.result, Outcome | frozenset | str | date)
    return derivation.result
