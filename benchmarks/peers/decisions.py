"""What an edition asks, in the few plain statements that rule engines without units, exact numbers or a third value have.

Each peer's rules are printed from these statements, so that every engine decides the same thing. Shares are compared in
whole numbers, ten-thousandths against each other: ``part * 10000 >= whole * 7000``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal as OneWord

from attrs import frozen

from smartrules.expr import nodes
from smartrules.standard import Edition
from smartrules.units import ONE, PERCENT
from smartrules.values import Quantity

#: A share is a number of these.
TEN_THOUSANDTHS = 10_000


@frozen
class Flag:
    """A flag that must be yes."""

    fact: str


@frozen
class Number:
    """A number that must reach a threshold, in the unit of its declaration."""

    fact: str
    operator: OneWord[">=", ">"]
    threshold: int


@frozen
class Share:
    """A part that must reach a share of its whole.

    Attributes:
        threshold: in ten-thousandths.
        may_be_empty: whether the whole can be zero, of which no share is met.
    """

    part: str
    whole: str
    operator: OneWord[">=", ">"]
    threshold: int
    may_be_empty: bool


@frozen
class Kinds:
    """A set that must have so many members."""

    fact: str
    least: int


@frozen
class Members:
    """A set that must have all its members."""

    fact: str
    members: tuple[str, ...]


@frozen
class Every:
    """Statements that must all hold."""

    parts: tuple[Statement, ...]


@frozen
class Where:
    """A requirement that is asked where a condition holds, and is not met elsewhere."""

    condition: Statement
    requirement: Statement


Statement = Flag | Number | Share | Kinds | Members | Every | Where


def decisions(edition: Edition, tier: str) -> dict[str, Statement]:
    """Return what each indicator requires at a tier.

    Raises:
        TypeError: for a rule that cannot be said in these statements.
    """
    return {name: statement(rule, edition) for name, rule in edition.rules(tier).items()}


def statement(node: nodes.Expr, edition: Edition) -> Statement:
    match node:
        case nodes.Name():
            return Flag(node.id)
        case nodes.AllOf():
            return Every(tuple(statement(part, edition) for part in node.parts))
        case nodes.When():
            return Where(statement(node.condition, edition), statement(node.requirement, edition))
        case nodes.Includes(k=None) if frozenset(node.members) == frozenset(edition.fact_by_id[node.set.id].member_ids):
            return Members(node.set.id, node.members)
        case nodes.Comparison(operator=">=", left=nodes.Count(), right=nodes.Literal()):
            return Kinds(node.left.of.id, whole(node.right.number))
        case nodes.Comparison(operator=">=" | ">", left=nodes.Name(), right=nodes.Literal()):
            return _compared(node.left.id, node.operator, node.right, edition)
        case _:
            raise TypeError(f"no plain statement says {node}")


def _compared(name: str, operator: OneWord[">=", ">"], literal: nodes.Literal, edition: Edition) -> Number | Share:
    measure = edition.measure_by_id.get(name)
    if measure is None:
        declared = edition.fact_by_id[name]
        assert declared.unit is not None
        return Number(name, operator, whole(Quantity.in_unit(literal_root(literal), declared.unit).number))
    match measure.value:
        case nodes.Arithmetic(operator="/", left=nodes.Name(), right=nodes.Name()) if literal.unit in (PERCENT, ONE):
            part, of = measure.value.left.id, measure.value.right.id
            least = edition.fact_by_id[of].minimum
            may_be_empty = least is None or least <= 0
            return Share(part, of, operator, whole(literal_root(literal) * TEN_THOUSANDTHS), may_be_empty)
        case _:
            raise TypeError(f"no plain statement says {measure.value}")


def literal_root(literal: nodes.Literal) -> int | Fraction:
    return Quantity(literal.number, literal.unit).root


def whole(number: int | Fraction) -> int:
    if number.denominator != 1:
        raise TypeError(f"{number} is not whole")
    return number.numerator


def walk(said: Statement) -> Iterator[Statement]:
    """Yield a statement and every one below it."""
    yield said
    match said:
        case Every():
            for part in said.parts:
                yield from walk(part)
        case Where():
            yield from walk(said.condition)
            yield from walk(said.requirement)
        case _:
            pass
