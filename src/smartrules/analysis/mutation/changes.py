"""The small mistakes that an author can make in one part of a rule, each as the rule that has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from smartrules.expr.nodes import (
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Day,
    Expr,
    Includes,
    Interpolation,
    Literal,
    Not,
    OneOf,
    Operator,
    Quantified,
    Range,
    Rounding,
    RoundingMode,
    When,
    children,
    with_children,
)
from smartrules.standard import Edition
from smartrules.units import neighbours
from smartrules.values import Number, decimal_places, simplest


class Mutation(StrEnum):
    """What is mistaken in a mutant."""

    THRESHOLD = "threshold"
    STRICTNESS = "strictness"
    CONNECTIVE = "connective"
    CHOSEN = "chosen"
    TIERS = "tiers"
    APPLICABILITY = "applicability"
    UNIT = "unit"
    QUOTIENT = "quotient"
    MEMBER = "member"
    INDICATOR = "indicator"
    NEGATION = "negation"
    SIGN = "sign"
    ROUNDING = "rounding"
    AGGREGATE = "aggregate"
    POINTS = "points"


@frozen
class Change:
    """One part of a rule, and what stands there by mistake."""

    mutation: Mutation
    before: Expr
    after: Expr


def changed(node: Expr, edition: Edition) -> Iterator[tuple[Change, Expr]]:
    """Yield every rule that differs from one by a single mistake, with the mistake, in the order in which the rule is read.

    Each is a rule that the check of kinds and dimensions lets through; what it catches needs no case.
    """
    for change in _changes(node, edition):
        yield change, change.after
    parts = children(node)
    for index, part in enumerate(parts):
        for change, other in changed(part, edition):
            whole = with_children(node, (*parts[:index], other, *parts[index + 1 :]))
            if _may_stand(whole):
                yield change, whole


def step_of(number: Number) -> Number:
    """Return one step of a number as it is written: of its last place, or of its denominator where it has no end."""
    places = decimal_places(number.denominator)
    return simplest(Fraction(1, number.denominator if places is None else 10**places))


_STRICTNESS: dict[Operator, Operator] = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "!=", "!=": "="}
_ROUNDINGS: tuple[RoundingMode, ...] = ("truncate", "round", "round_up")


def _changes(node: Expr, edition: Edition) -> Iterator[Change]:
    for mutation, after in _mistakes(node, edition):
        yield Change(mutation, node, after)


def _mistakes(node: Expr, edition: Edition) -> Iterator[tuple[Mutation, Expr]]:
    match node:
        case Literal():
            for sign in (1, -1):
                number = simplest(node.number + sign * step_of(node.number))
                yield Mutation.THRESHOLD, evolve(node, number=number)
            for other in neighbours(node.unit) if node.number else ():
                yield Mutation.UNIT, evolve(node, unit=other)
        case Day():
            for days in (1, -1):
                yield Mutation.THRESHOLD, evolve(node, date=node.date + timedelta(days=days))
        case Comparison():
            yield Mutation.STRICTNESS, evolve(node, operator=_STRICTNESS[node.operator])
        case Range():
            yield Mutation.STRICTNESS, evolve(node, low_operator="<" if node.low_operator == "<=" else "<=")
            yield Mutation.STRICTNESS, evolve(node, high_operator="<" if node.high_operator == "<=" else "<=")
        case AllOf(parts=parts):
            yield Mutation.CONNECTIVE, AnyOf(parts, at=node.at)
        case AnyOf(parts=parts):
            yield Mutation.CONNECTIVE, AllOf(parts, at=node.at)
        case AtLeast():
            for k in (node.k + 1, node.k - 1):
                if 1 <= k <= len(node.parts):
                    yield Mutation.CHOSEN, evolve(node, k=k)
        case Quantified():
            yield Mutation.CONNECTIVE, evolve(node, quantifier="some" if node.quantifier == "every" else "every")
            if node.where is not None:
                yield Mutation.APPLICABILITY, evolve(node, where=None)
                yield Mutation.APPLICABILITY, evolve(node, where=negated(node.where))
        case Includes():
            yield from _of_members(node)
        case OneOf(members=members):
            for index in range(len(members)) if len(members) > 1 else ():
                yield Mutation.MEMBER, OneOf(node.choice, (*members[:index], *members[index + 1 :]), at=node.at)
        case Not(part=part):
            yield Mutation.NEGATION, part
        case When(requirement=requirement, condition=condition):
            yield Mutation.APPLICABILITY, requirement
            yield Mutation.APPLICABILITY, evolve(node, condition=negated(condition))
        case Arithmetic():
            yield from _of_arithmetic(node, edition)
        case Rounding():
            for mode in _ROUNDINGS:
                if mode != node.mode:
                    yield Mutation.ROUNDING, evolve(node, mode=mode)
        case Aggregate():
            if node.where is not None:
                yield Mutation.APPLICABILITY, evolve(node, where=None)
                yield Mutation.APPLICABILITY, evolve(node, where=negated(node.where))
            if node.function in ("min", "max"):
                yield Mutation.AGGREGATE, evolve(node, function="max" if node.function == "min" else "min")
        case _:
            return


def negated(condition: Expr) -> Expr:
    """Return the contrary of a condition."""
    return condition.part if isinstance(condition, Not) else Not(condition, at=condition.at)


def _of_members(node: Includes) -> Iterator[tuple[Mutation, Expr]]:
    members, wanted = node.members, len(node.members) if node.k is None else node.k
    if len(members) > 1:
        for index in range(len(members)):
            left = (*members[:index], *members[index + 1 :])
            k = None if node.k is None else min(node.k, len(left))
            yield Mutation.MEMBER, Includes(node.set, left, k, at=node.at)
    for k in (wanted + 1, wanted - 1):
        if 1 <= k <= len(members):
            yield Mutation.CHOSEN, Includes(node.set, members, k, at=node.at)


def _of_arithmetic(node: Arithmetic, edition: Edition) -> Iterator[tuple[Mutation, Expr]]:
    left, right = node.left, node.right
    match node.operator:
        case "/" if left != right and not isinstance(left, Literal):
            if not edition.dimension_of(node):  # of any other dimension the check refuses it
                yield Mutation.QUOTIENT, evolve(node, left=right, right=left)
        case "+" | "-" if not (edition.is_date(left) and edition.is_date(right)):
            if not edition.is_date(right):
                yield Mutation.SIGN, evolve(node, operator="-" if node.operator == "+" else "+")
        case _:
            return


def _may_stand(node: Expr) -> bool:
    """Return whether a node with other numbers below it is still one that can be read."""
    match node:
        case Rounding(step=step):
            return step.number > 0
        case Aggregate(rank=Literal() as rank):
            return 0 < rank.root <= 1
        case Interpolation(places=places):
            return all(low.root < high.root for low, high in pairwise(places))
        case Arithmetic(operator="/", right=Literal(number=0)):
            return False
        case _:
            return True
