"""Which of two rules asks for less: whatever fulfils the stricter one fulfils the easier one too, and not the other way.

Rules are compared part by part where they have one shape. Rules that ask for different things are neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import frozen

from smartrules.expr.nodes import (
    Advice,
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Expr,
    Includes,
    Literal,
    Not,
    OneOf,
    Operator,
    Quantified,
    Range,
    When,
)

_TURNED: dict[str, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def eased(strict: Expr, easy: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield the parts of two rules, each with its counterpart, of which the second asks for less than the first."""
    if _asks_less(strict, easy):
        yield strict, easy
        return
    if isinstance(strict, AllOf | AnyOf | AtLeast) and isinstance(easy, AllOf | AnyOf | AtLeast):
        for one, other in zip(strict.parts, easy.parts, strict=False) if type(strict) is type(easy) else ():
            yield from eased(one, other)
    elif isinstance(strict, Not) and isinstance(easy, Not):
        if any(eased(easy.part, strict.part)):  # what asks for more asks for less where it is turned
            yield strict, easy
    elif isinstance(strict, When) and isinstance(easy, When) and strict.condition == easy.condition:
        yield from eased(strict.requirement, easy.requirement)
    elif isinstance(strict, Quantified) and isinstance(easy, Quantified) and _asks_the_same(strict, easy):
        yield from eased(strict.part, easy.part)


def _asks_the_same(one: Quantified, other: Quantified) -> bool:
    return (one.quantifier, one.collection, one.where) == (other.quantifier, other.collection, other.where)


def _asks_less(strict: Expr, easy: Expr) -> bool:
    """Return whether the first surely entails the second, and not the other way."""
    return entails(strict, easy) is True and entails(easy, strict) is False


def entails(one: Expr, other: Expr) -> bool | None:
    """Return whether whatever fulfils one requirement fulfils another; None where they ask for different things."""
    if isinstance(one, Comparison | Range) and isinstance(other, Comparison | Range):
        inner, outer = _span(one), _span(other)
        return None if inner is None or outer is None or inner.of != outer.of else _within(inner, outer)
    if isinstance(one, Includes) and isinstance(other, Includes) and one.set == other.set:
        return _chosen_entail(one.members, one.k, other.members, other.k)
    if isinstance(one, OneOf) and isinstance(other, OneOf) and one.choice == other.choice:
        return set(one.members) <= set(other.members)
    if isinstance(one, AllOf | AnyOf | AtLeast) and isinstance(other, AllOf | AnyOf | AtLeast):
        if any(isinstance(part, Advice) for part in (*one.parts, *other.parts)):
            return None  # it never satisfies, so it counts for nothing
        return _chosen_entail(one.parts, _wanted(one), other.parts, _wanted(other))
    return None


def _wanted(node: AllOf | AnyOf | AtLeast) -> int | None:
    return None if isinstance(node, AllOf) else 1 if isinstance(node, AnyOf) else node.k


def _chosen_entail(one: Sequence[object], k: int | None, other: Sequence[object], wanted: int | None) -> bool:
    """Return whether k of some things are always enough for so many of others; None is all of them."""
    first, second = set(one), set(other)
    least = (len(first) if k is None else k) - len(first - second)
    return least >= (len(second) if wanted is None else wanted)


# --- spans of numbers ----------------------------------------------------------------------------------------------


@frozen
class _Span:
    """The values that a requirement on one number, or one date, allows: from ``low`` to ``high``, None is no bound.

    A bound is a number with whether it is left out itself.
    """

    of: Expr
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None


def _span(node: Comparison | Range) -> _Span | None:
    if isinstance(node, Range):
        low = _bound(node.low, leaves_out=node.low_operator == "<")
        high = _bound(node.high, leaves_out=node.high_operator == "<")
        return None if low is None or high is None else _Span(node.value, low, high)
    of, operator, bound = node.left, node.operator, node.right
    if isinstance(of, Literal) and operator in _TURNED:
        of, operator, bound = node.right, _TURNED[operator], node.left
    edge = _bound(bound, leaves_out="=" not in operator)
    if edge is None or operator in ("=", "!="):
        return None
    return _Span(of, low=edge) if operator in (">", ">=") else _Span(of, high=edge)


def _bound(node: Expr, *, leaves_out: bool) -> tuple[Fraction, bool] | None:
    return (Fraction(node.number) * node.unit.size, leaves_out) if isinstance(node, Literal) else None


def _within(inner: _Span, outer: _Span) -> bool:
    """Return whether one span lies in another."""
    if outer.low is not None and (inner.low is None or inner.low < outer.low):
        return False
    if outer.high is None:
        return True
    if inner.high is None:
        return False
    (number, leaves_out), (bound, bound_leaves_out) = inner.high, outer.high
    return number < bound or (number == bound and (leaves_out or not bound_leaves_out))
