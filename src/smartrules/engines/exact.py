"""The reference evaluator. `evaluate` is the semantics: every other engine answers to it.

- A comparison, membership or flag with a missing operand is undetermined; connectives follow `smartrules.outcome`.
- A measure is computed from its counts; where those are absent, its stated figure serves.
- A division by zero is undetermined with that cause, never a pass.
- Where a condition does not hold, what it guards is not applicable; where it is unknown, that is undetermined. An
  indicator as a whole passes either way if its requirement is met, and is met.

Numbers are exact and in root units; nothing here knows a float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import assert_never

from attrs import define, field

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
    conclude,
)
from smartrules.engines.aggregates import Member, aggregate
from smartrules.engines.comparing import bounds_of, compare, kth, kth_part, threshold_unit, turned
from smartrules.engines.reckoning import Bounds, bounded, interpolated, moved, rounded_to
from smartrules.engines.standings import Behind, with_standings
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
from smartrules.facts import Fact, Facts, Record
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
from smartrules.values import Kind, Number, Quantity, Value, quotient, simplest


def assess(edition: Edition, fingerprint: str, facts: Facts) -> Assessment:
    """Return the findings of every tier of an edition for one community's facts."""
    scope = Scope(edition, facts)
    return Assessment(edition, fingerprint, facts, tuple(_assess_tier(level, scope) for level in edition.tiers))


def _assess_tier(level: Tier, scope: Scope) -> TierAssessment:
    edition = scope.edition
    findings = {}
    for name, rule in edition.rules(level.id).items():
        indicator = edition.indicator_by_id[name]
        formula = None if indicator.points is None else indicator.points.value
        earned = None if formula is None else scope.once(formula, derive)
        findings[name] = Finding(edition, indicator, level.id, scope.once(rule, _judge), earned)
    if not level.known:
        return TierAssessment(edition, level, UNDETERMINED, findings)
    scores, ruled = dict[str, Derivation](), None
    if edition.scores or level.rule is not None:
        seen = Scope(edition.graded, with_standings(scope.facts, findings.values()))
        behind = Behind(findings.values())
        scores = {score.id: behind(derive(Name(score.id), seen)) for score in edition.scores}
        if level.rule is not None:
            ruled = behind(derive(level.rule, seen))
    outcome = (
        tier(findings[name].outcome for name in edition.mandatory(level.id)) if ruled is None else tier([ruled.outcome])
    )
    return TierAssessment(edition, level, outcome, findings, ruled, scores)


@define(eq=False)
class Scope:
    """The facts that rules see while they are evaluated, and what formulas that are named more than once came to.

    Attributes:
        facts: a community's; of a member of a collection, its own over those of its community.
    """

    edition: Edition
    facts: Facts
    known: Mapping[str, Fact] = field(init=False)
    _found: dict[int, Derivation] = field(init=False, factory=dict)
    _members: dict[str, list[tuple[Record, Scope]]] = field(init=False, factory=dict)

    @known.default
    def _known(self) -> Mapping[str, Fact]:
        return self.facts.facts

    def once(self, rule: Expr, read: Callable[[Expr, Scope], Derivation]) -> Derivation:
        """Return what a rule or formula of the edition comes to; it is derived where it is first asked for."""
        found = self._found.get(id(rule))  # which the edition keeps alive, so that no other rule ever has its place
        if found is None:
            found = self._found[id(rule)] = read(rule, self)
        return found

    def members(self, collection: str) -> list[tuple[Record, Scope]]:
        """Return the members of a known collection, each with what a rule sees of it."""
        if collection not in self._members:
            records = self.facts.collections[collection]
            self._members[collection] = [
                (record, Scope(self.edition, self.facts.within(collection, record))) for record in records
            ]
        return self._members[collection]


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
    return _judge(rule, Scope(edition, facts))


def evaluate(node: Expr, edition: Edition, facts: Facts) -> Derivation:
    """Return what a rule comes to over one community's facts, with the derivation of every part."""
    return derive(node, Scope(edition, facts))


def _judge(rule: Expr, scope: Scope) -> Derivation:
    if not isinstance(rule, When):
        return derive(rule, scope)
    condition = derive(rule.condition, scope)
    if when(condition.outcome, UNDETERMINED) is NOT_APPLICABLE:
        return conclude(rule, NOT_APPLICABLE, (condition,))
    asked = _judge(rule.requirement, scope)
    return _decided(rule, applicability(condition.outcome, asked.outcome), (condition, asked), asked.margin)


def derive(node: Expr, scope: Scope) -> Derivation:
    """Return what a rule comes to in a scope. The nodes that stand in every rule are matched first."""
    match node:
        case Name():
            fact = scope.known.get(node.id)
            if fact is None:
                return _measure(node, scope) if node.id in scope.edition.measure_by_id else _unknown(node, scope)
            value = fact.value
            return conclude(node, truth(value) if isinstance(value, bool) else value)
        case Literal():
            return conclude(node, node.root)
        case Comparison():
            left, right = derive(node.left, scope), derive(node.right, scope)
            threshold = threshold_unit(node.right, node.left, scope.edition)
            outcome, margin = compare(node.operator, left, right, threshold)
            return _decided(node, outcome, (left, right), margin)
        case Arithmetic():
            left, right = derive(node.left, scope), derive(node.right, scope)
            return (_dated if _is_dated(node, scope.edition) else _arithmetic)(node, left, right)
        case AllOf():
            parts = _each(node.parts, scope)
            return _decided(node, all_of([p.outcome for p in parts]), parts, kth_part(parts, len(parts)))
        case AnyOf():
            parts = _each(node.parts, scope)
            return _decided(node, any_of([p.outcome for p in parts]), parts, kth_part(parts, 1))
        case When():
            condition = derive(node.condition, scope)
            if when(condition.outcome, UNDETERMINED) is NOT_APPLICABLE:
                return conclude(node, NOT_APPLICABLE, (condition,))
            asked = derive(node.requirement, scope)
            return _decided(node, when(condition.outcome, asked.outcome), (condition, asked), asked.margin)
        case Includes():
            members = derive(node.set, scope)
            if not isinstance(members.result, frozenset):
                return _decided(node, UNDETERMINED, (members,))
            wanted = len(node.members) if node.k is None else node.k
            return _decided(node, truth(len(members.result.intersection(node.members)) >= wanted), (members,))
        case Count() if node.of.id not in scope.edition.fact_by_id:
            return _aggregate(Aggregate("count", node.of.id, None), node, scope)
        case Count():
            members = derive(node.of, scope)
            return _valued(node, len(members.result) if isinstance(members.result, frozenset) else None, members)
        case OneOf():
            choice = derive(node.choice, scope)
            return _decided(node, truth(None if choice.result is None else choice.result in node.members), (choice,))
        case AtLeast():
            parts = _each(node.parts, scope)
            return _decided(node, at_least(node.k, [p.outcome for p in parts]), parts, kth_part(parts, node.k))
        case Not():
            part = derive(node.part, scope)
            return _decided(node, negation(part.outcome), (part,), turned(part.margin))
        case Range():
            low, value, high = derive(node.low, scope), derive(node.value, scope), derive(node.high, scope)
            units = [threshold_unit(bound, node.value, scope.edition) for bound in (node.low, node.high)]
            above, from_low = compare(node.low_operator, low, value, units[0])
            below, from_high = compare(node.high_operator, value, high, units[1])
            return _decided(node, all_of((above, below)), (low, value, high), kth((from_low, from_high), 2))
        case FirstOf():
            return _first_of(node, _each(children(node), scope))
        case Interpolation():
            place = derive(node.of, scope)
            return _valued(node, interpolated(node, _number(place)), place)
        case Rounding():
            rounded, step = derive(node.value, scope), derive(node.step, scope)
            return _valued(node, rounded_to(node.mode, _number(rounded), _number(step)), rounded, step)
        case Negation():
            operand = derive(node.operand, scope)
            amount = _number(operand)
            return _valued(node, None if amount is None else -amount, operand)
        case Quantified():
            return _quantified(node, scope)
        case Aggregate():
            return _aggregate(node, node, scope)
        case Reported():
            asked = derive(node.of, scope)
            return _decided(node, is_reported(asked), (asked,))
        case Day():
            return conclude(node, node.date)
        case Today():
            return conclude(node, scope.facts.on, causes=() if scope.facts.on is not None else (Missing("on"),))
        case Unknown():
            return conclude(node, UNDETERMINED, causes=(NotToHand(),))
        case Advice():
            return conclude(node, NOT_APPLICABLE, (derive(node.part, scope),))
        case _:
            assert_never(node)


def _each(parts: Iterable[Expr], scope: Scope) -> tuple[Derivation, ...]:
    return tuple([derive(part, scope) for part in parts])


def _measure(node: Name, scope: Scope) -> Derivation:
    formula = scope.once(scope.edition.measure_by_id[node.id].value, derive)
    causes = formula.causes
    if causes and any(isinstance(cause, (Missing, NotReported)) for cause in causes):
        stated = scope.facts.stated.get(node.id)
        if stated is not None:
            assert not isinstance(stated.value, bool)
            return conclude(node, stated.value, (formula,), stated=True)
        if node.id in scope.facts.not_reported:
            return conclude(node, None, (formula,), (NotReported(node.id),))
    return conclude(node, formula.result, (formula,), causes, None, False, formula.bounds)


def _unknown(node: Name, scope: Scope) -> Derivation:
    """Return a fact that is not given: what the members of a collection make it, or why it is open."""
    edition, facts = scope.edition, scope.facts
    declared = edition.fact_by_id[node.id]
    if declared.derived is not None:
        made = scope.once(declared.derived, derive)
        # Where no member is known, it is the count itself that is missing.
        if not any(isinstance(cause, Missing) and cause.fact in edition.collection_by_id for cause in made.causes):
            return conclude(node, made.result, (made,), made.causes, bounds=made.bounds)
    collection = edition.collection_of_fact.get(node.id)
    cause: Cause
    if node.id in facts.not_reported:
        cause = NotReported(node.id)
    else:
        cause = Missing(node.id if collection is None else f"{facts.members[collection]}.{node.id}")
    return conclude(node, UNDETERMINED if declared.kind is Kind.FLAG else None, causes=(cause,))


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
            return conclude(node, None, parts, condition.causes)
        if condition.outcome is MET:
            return conclude(node, value.result, parts, value.causes)
    return conclude(node, parts[-1].result, parts, parts[-1].causes)


def _is_dated(node: Arithmetic, edition: Edition) -> bool:
    return node.operator in ("+", "-") and (edition.is_date(node.left) or edition.is_date(node.right))


def _dated(node: Arithmetic, left: Derivation, right: Derivation) -> Derivation:
    """Return a date moved by a span of time, or the time between two dates."""
    for day, by in ((left, node.right), (right, node.left)):
        if isinstance(day.result, date) and isinstance(by, Literal):
            there = moved(day.result, by, -1 if node.operator == "-" else 1)
            return conclude(node, there, (left, right), () if there is not None else (BeyondCalendar(node),))
    if isinstance(left.result, date) and isinstance(right.result, date):
        return _valued(node, (left.result - right.result).days * unit("day").size, left, right)
    return conclude(node, None, (left, right), _causes((left, right)))


def _asked(
    collection: str, where: Expr | None, part: Expr | None, scope: Scope
) -> Iterator[tuple[Outcome, tuple[Derivation, ...], Scope]]:
    """Yield, for each member of a known collection, whether it is asked, its derivations (where, then part), its scope."""
    for record, member in scope.members(collection):
        chosen, parts = MET, list[Derivation]()
        if where is not None:
            parts.append(derive(where, member).of_member(record.id))
            chosen = when(parts[0].outcome, MET)
        if collection == INDICATORS and chosen is not NOT_APPLICABLE and APPLICABLE not in record.facts:
            # An indicator of which it is open whether it applies may or may not be among them.
            parts.append(derive(Name(APPLICABLE), member).of_member(record.id))
            chosen = UNDETERMINED
        if part is not None and chosen is not NOT_APPLICABLE:
            parts.append(derive(part, member).of_member(record.id))
        yield chosen, tuple(parts), member


def _quantified(node: Quantified, scope: Scope) -> Derivation:
    collection = scope.edition.collection(node.collection).id
    if collection not in scope.facts.collections:
        return conclude(node, UNDETERMINED, causes=(Missing(collection),))
    outcomes, parts = list[Outcome](), list[Derivation]()
    passing = 0
    for chosen, derived, _ in _asked(collection, node.where, node.part, scope):
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


def _aggregate(aggregated: Aggregate, node: Expr, scope: Scope) -> Derivation:
    collection = scope.edition.collection(aggregated.collection).id
    if collection not in scope.facts.collections:
        return conclude(node, None, causes=(Missing(collection),))
    members, parts = list[Member](), list[Derivation]()
    for chosen, derived, member in _asked(collection, aggregated.where, aggregated.of, scope):
        parts += derived
        if chosen is not NOT_APPLICABLE:
            members.append(_member(aggregated, chosen, derived, member))
    rank = None if aggregated.rank is None else aggregated.rank.root
    found = aggregate(aggregated.function, members, rank)
    if found.empty:
        return conclude(node, None, tuple(parts), (ZeroDenominator(node),))
    causes = _causes(parts) if found.value is None else ()
    return conclude(node, found.value, tuple(parts), causes, bounds=found.bounds)


def _member(aggregated: Aggregate, chosen: Outcome, derived: tuple[Derivation, ...], scope: Scope) -> Member:
    if aggregated.of is None:
        return Member(chosen)
    of = derived[-1]
    if aggregated.function == "share":
        return Member(chosen, of.outcome)
    return Member(chosen, value=_number(of), bounds=_declared_bounds(aggregated.of, scope))


def _declared_bounds(node: Expr, scope: Scope) -> Bounds:
    """Return the least and greatest value that the declaration of a member's fact allows; a part is within its whole."""
    declared = scope.edition.fact_by_id.get(node.id) if isinstance(node, Name) else None
    if declared is None:
        return None, None
    whole = scope.facts.value(declared.at_most or "")
    assert not isinstance(whole, bool | frozenset | str | date)
    most = [bound for bound in (declared.maximum, whole) if bound is not None]
    return declared.minimum, min(most, default=None)


def _arithmetic(node: Arithmetic, left: Derivation, right: Derivation) -> Derivation:
    a, b = _number(left), _number(right)
    if node.operator == "/" and b == 0:
        never = left.causes if _never_comes(left) else ()
        return conclude(node, None, (left, right), (*never, ZeroDenominator(node)))
    if a is None or b is None:
        known = bounds_of(left), bounds_of(right)
        bounds = None if (None, None) in known else bounded(node.operator, *known)
        return conclude(node, None, (left, right), _joint_causes((left, right)), bounds=bounds)
    match node.operator:
        case "+":
            return _valued(node, a + b, left, right)
        case "-":
            return _valued(node, a - b, left, right)
        case "*":
            return _valued(node, a * b, left, right)
        case "/":
            return conclude(node, quotient(a, b), (left, right))
        case _:
            assert_never(node.operator)


def _valued(node: Expr, value: Number | None, *parts: Derivation) -> Derivation:
    if value is None:
        return conclude(node, None, parts, _joint_causes(parts))
    return conclude(node, simplest(value), parts)


def _decided(node: Expr, outcome: Outcome, parts: tuple[Derivation, ...], margin: Quantity | None = None) -> Derivation:
    return conclude(node, outcome, parts, _causes(parts) if outcome is UNDETERMINED else (), margin)


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
    result = derivation.result
    assert result is None or isinstance(result, (int, Fraction))
    return result
