"""Tiers solved for the facts that make them come to an outcome, by the indicators that they require."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.grades import graded
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.solver import Solver
from smartrules.expr.nodes import AllOf, AnyOf, Expr, Name, Not, OneOf, Quantified
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import INDICATORS, Edition, Indicator


def solve_tier(solver: Solver, tier: str, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
    """Yield what else to demand so that a tier comes to an outcome, with what is not applicable counted as passing."""
    level, rules = solver.edition.tier_by_id[tier], solver.edition.rules(tier)
    if not level.known:
        if outcome is UNDETERMINED:
            yield demand
        return
    try:
        asked = required(solver.edition, tier)
    except Unsolved as unsolved:
        if level.rule is None or outcome not in (MET, NOT_MET):
            solver.leave(unsolved.node)
            return
        try:
            yield from graded(solver, level.rule, tier, outcome, demand)
        except Unsolved as graded_unsolved:
            solver.leave(graded_unsolved.node)
        return
    parts = [rules[name] for name in asked]
    if outcome is MET:
        yield from solver.each([((MET, NOT_APPLICABLE), part) for part in parts], demand)
    elif outcome is not NOT_APPLICABLE:
        yield from solver.joined(parts, len(parts), outcome, demand)


def required(edition: Edition, tier: str) -> Sequence[str]:
    """Return the indicators that must pass for a tier, where that is all that it asks.

    Raises:
        Unsolved: for a tier whose rule asks for something else.
    """
    rule = edition.tier_by_id[tier].rule
    return edition.mandatory(tier) if rule is None else _indicators(edition, rule, tier)


def _indicators(edition: Edition, rule: Expr, tier: str) -> list[str]:
    match rule:
        case AllOf():
            named = [name for part in rule.parts for name in _indicators(edition, part, tier)]
            return list(dict.fromkeys(named))
        case Quantified(quantifier="every", part=Name(id="met"), where=where) if _asks_indicators(edition, rule):
            return [
                i.id
                for i in edition.indicators
                if i.id in edition.rules(tier) and (where is None or _is_among(where, i, tier))
            ]
        case _:
            raise Unsolved(rule)


def _asks_indicators(edition: Edition, rule: Quantified) -> bool:
    return edition.graded.collection(rule.collection).id == INDICATORS


def _is_among(where: Expr, indicator: Indicator, tier: str) -> bool:
    match where:
        case OneOf(choice=Name(id="id"), members=members):
            return indicator.id in members
        case OneOf(choice=Name(id="group"), members=members):
            return (indicator.group or "") in members
        case Name(id="mandatory"):
            return tier not in indicator.optional
        case Name(id="optional"):
            return tier in indicator.optional
        case Not(part=part):
            return not _is_among(part, indicator, tier)
        case AllOf(parts=parts):
            return all(_is_among(part, indicator, tier) for part in parts)
        case AnyOf(parts=parts):
            return any(_is_among(part, indicator, tier) for part in parts)
        case _:
            raise Unsolved(where)
