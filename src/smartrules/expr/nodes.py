"""The nodes of the expression tree.

A requirement is one small, typed, immutable tree. Positions stand on the nodes but outside equality, so that two rules
are equal when they say the same. Every reader matches over `Expr`, the union of all nodes, and ends in
``assert_never``: a new node is a type error, and a loud one at run time, in each reader that does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Literal as OneWord

from attrs import evolve, field, frozen

from smartrules.diagnostics import Span
from smartrules.units import Unit
from smartrules.values import Number, simplest


@frozen
class Name:
    """A fact or a measure by its id; as a requirement, a flag that must be yes."""

    id: str
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Literal:
    """A number with its unit; the unit is `smartrules.units.ONE` for a bare number."""

    number: Number
    unit: Unit
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    @cached_property
    def root(self) -> Number:
        """The number in root units."""
        return simplest(self.number * self.unit.size)


@frozen
class Day:
    """A date."""

    date: date
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


ArithmeticOperator = OneWord["+", "-", "*", "/"]


@frozen
class Arithmetic:
    """Two numbers joined by ``+ - * /``."""

    operator: ArithmeticOperator
    left: Expr
    right: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Negation:
    """A number with its sign turned; a literal with a minus is a negative literal instead."""

    operand: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


RoundingMode = OneWord["truncate", "round", "round_up"]


@frozen
class Rounding:
    """A number taken to a whole multiple of a step before it is compared.

    ``truncate`` goes towards zero, ``round`` to the nearest multiple with a half away from zero (四舍五入), ``round_up`` away
    from zero.
    """

    mode: RoundingMode
    value: Expr
    step: Literal
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class FirstOf:
    """The value of the first condition that holds, else another value: ``first of (x < 33 % then 1 point, otherwise 2 points)``."""

    conditions: tuple[Expr, ...]
    values: tuple[Expr, ...]
    otherwise: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Interpolation:
    """A value on straight lines between given points, ascending; beyond the ends it stays at the end's value."""

    of: Expr
    places: tuple[Literal, ...]
    values: tuple[Literal, ...]
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Today:
    """The day for which the facts hold."""

    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Unknown:
    """A requirement of which only that it is there is to hand, and not what it is."""

    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Advice:
    """A recommendation: it never fails and never satisfies."""

    part: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Count:
    """How many members a set has, in kinds."""

    of: Name
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Reported:
    """A fact or measure that a community has reported, whatever its value is."""

    of: Name
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


Operator = OneWord["<", "<=", ">", ">=", "=", "!="]


@frozen
class Comparison:
    """Two numbers, or two dates, compared."""

    operator: Operator
    left: Expr
    right: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Range:
    """A value between two bounds, each belonging to the range or not: ``low <= value < high``."""

    low: Expr
    low_operator: OneWord["<", "<="]
    value: Expr
    high_operator: OneWord["<", "<="]
    high: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Includes:
    """A set that must have members: all of those named, or at least ``k`` of them.

    Attributes:
        named_at: the place of each member, where the rule came from a text.
    """

    set: Name
    members: tuple[str, ...]
    k: int | None = None
    named_at: tuple[Span | None, ...] = field(default=(), eq=False, repr=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class OneOf:
    """A choice that must be one of some.

    Attributes:
        named_at: the place of each member, where the rule came from a text.
    """

    choice: Name
    members: tuple[str, ...]
    named_at: tuple[Span | None, ...] = field(default=(), eq=False, repr=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Quantified:
    """A requirement on every member of a collection, or on some, where a condition may choose among them."""

    quantifier: OneWord["every", "some"]
    collection: str
    where: Expr | None
    part: Expr
    named_at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


AggregateFunction = OneWord["count", "share", "sum", "min", "max", "mean", "percentile"]


@frozen
class Aggregate:
    """One number made of a collection, where a condition may choose among its members.

    ``count`` counts members and ``share`` says how many of them fulfil a requirement; the others take a number of each
    member. ``percentile`` is the smallest value that at least ``rank`` of the values do not exceed.
    """

    function: AggregateFunction
    collection: str
    where: Expr | None
    of: Expr | None = None
    rank: Literal | None = None
    named_at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class AllOf:
    """Every part is required."""

    parts: tuple[Expr, ...]
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class AnyOf:
    """One part is enough."""

    parts: tuple[Expr, ...]
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class AtLeast:
    """``k`` of the parts are enough."""

    k: int
    parts: tuple[Expr, ...]
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Not:
    """The part must not hold."""

    part: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class When:
    """A requirement that is asked only where a condition holds; elsewhere it is not applicable."""

    requirement: Expr
    condition: Expr
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


Expr = (
    Name
    | Literal
    | Day
    | Arithmetic
    | Negation
    | Rounding
    | FirstOf
    | Interpolation
    | Today
    | Count
    | Reported
    | Comparison
    | Range
    | Includes
    | OneOf
    | Quantified
    | Aggregate
    | AllOf
    | AnyOf
    | AtLeast
    | Not
    | Unknown
    | Advice
    | When
)


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the nodes directly below a node, in the order in which the rule is read."""
    match node:
        case Name() | Literal() | Day() | Today() | Unknown():
            return ()
        case Arithmetic() | Comparison():
            return (node.left, node.right)
        case Negation():
            return (node.operand,)
        case Rounding():
            return (node.value, node.step)
        case FirstOf():
            pairs = zip(node.conditions, node.values, strict=True)
            return (*(part for pair in pairs for part in pair), node.otherwise)
        case Interpolation():
            pairs = zip(node.places, node.values, strict=True)
            return (node.of, *(part for pair in pairs for part in pair))
        case Count() | Reported():
            return (node.of,)
        case Range():
            return (node.low, node.value, node.high)
        case Includes():
            return (node.set,)
        case OneOf():
            return (node.choice,)
        case AllOf() | AnyOf() | AtLeast():
            return node.parts
        case Quantified():
            return (node.part,) if node.where is None else (node.where, node.part)
        case Aggregate():
            return tuple(part for part in (node.where, node.of, node.rank) if part is not None)
        case Not() | Advice():
            return (node.part,)
        case When():
            return (node.requirement, node.condition)


def with_children(node: Expr, parts: Sequence[Expr]) -> Expr:
    """Return a node with other nodes directly below it, in the order in which `children` gives them."""
    match node:
        case Name() | Literal() | Day() | Today() | Unknown():
            return node
        case Arithmetic() | Comparison():
            left, right = parts
            return evolve(node, left=left, right=right)
        case Negation():
            return evolve(node, operand=parts[0])
        case Rounding():
            value, step = parts
            assert isinstance(step, Literal)
            return evolve(node, value=value, step=step)
        case FirstOf():
            return evolve(node, conditions=tuple(parts[:-1:2]), values=tuple(parts[1:-1:2]), otherwise=parts[-1])
        case Interpolation():
            of, *points = parts
            known = [point for point in points if isinstance(point, Literal)]
            assert len(known) == len(points)
            return evolve(node, of=of, places=tuple(known[::2]), values=tuple(known[1::2]))
        case Count() | Reported():
            return evolve(node, of=_name(parts[0]))
        case Range():
            low, value, high = parts
            return evolve(node, low=low, value=value, high=high)
        case Includes():
            return evolve(node, set=_name(parts[0]))
        case OneOf():
            return evolve(node, choice=_name(parts[0]))
        case AllOf() | AnyOf() | AtLeast():
            return evolve(node, parts=tuple(parts))
        case Quantified():
            *where, part = parts
            return evolve(node, where=where[0] if where else None, part=part)
        case Aggregate():
            left_over = list(parts)
            there = [part is not None for part in (node.where, node.of, node.rank)]
            where_, of_, rank = (left_over.pop(0) if one else None for one in there)
            assert rank is None or isinstance(rank, Literal)
            return evolve(node, where=where_, of=of_, rank=rank)
        case Not() | Advice():
            return evolve(node, part=parts[0])
        case When():
            requirement, condition = parts
            return evolve(node, requirement=requirement, condition=condition)


def _name(node: Expr) -> Name:
    assert isinstance(node, Name)
    return node


def walk(node: Expr) -> Iterator[Expr]:
    """Yield a node and every node below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Expr) -> Iterator[Name]:
    """Yield the names that stand in a tree."""
    return (n for n in walk(node) if isinstance(n, Name))
