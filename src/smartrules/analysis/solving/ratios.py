"""Numbers as ratios of sums of unknowns, and two of them compared as inequalities of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from attrs import field, frozen

from smartrules.analysis.solving.inequalities import Inequality, at_most
from smartrules.expr.nodes import Comparison, Expr, Operator, Rounding
from smartrules.expr.text import source


class Unsolved(Exception):
    """A part of a rule that is not solved for its facts."""

    def __init__(self, node: Expr) -> None:
        super().__init__(source(node))
        self.node = node


@frozen
class Linear:
    """A sum of multiples of unknowns and a number."""

    terms: dict[str, Fraction] = field(factory=dict)
    number: Fraction = Fraction(0)

    @property
    def constant(self) -> bool:
        """Whether no unknown is in it."""
        return not self.terms

    def plus(self, other: Linear, times: Fraction | int = 1) -> Linear:
        """Return the sum with so many times another."""
        terms = dict(self.terms)
        for name, multiple in other.terms.items():
            terms[name] = terms.get(name, Fraction(0)) + times * multiple
        return Linear({n: m for n, m in terms.items() if m}, self.number + times * other.number)

    def times(self, factor: Fraction) -> Linear:
        """Return the multiple by a number."""
        return Linear().plus(self, factor)


NOTHING, ONE = Linear(), Linear(number=Fraction(1))


@frozen
class Ratio:
    """One sum over another, which is more than nothing."""

    above: Linear
    below: Linear = ONE


def product(left: Linear, right: Linear, node: Expr) -> Linear:
    """Return a product of which one side is a number.

    Raises:
        Unsolved: where none is; ``node`` is what is calculated.
    """
    if right.constant:
        return left.times(right.number)
    if left.constant:
        return right.times(left.number)
    raise Unsolved(node)


def difference(left: Ratio, right: Ratio, node: Comparison) -> Linear:
    """Return a sum that has the sign of the left side less the right."""
    if left.below == right.below:
        return left.above.plus(right.above, -1)
    return product(left.above, right.below, node).plus(product(right.above, left.below, node), -1)


def alternatives(of: Linear, operator: Operator) -> list[list[Inequality]]:
    """Return the ways in which a sum compares with nothing as an operator says."""

    def no_more(*, strictly: bool) -> Inequality:
        return at_most(of.terms, -of.number, strictly=strictly)

    def no_less(*, strictly: bool) -> Inequality:
        return at_most({n: -m for n, m in of.terms.items()}, of.number, strictly=strictly)

    match operator:
        case "<" | "<=":
            return [[no_more(strictly=operator == "<")]]
        case ">" | ">=":
            return [[no_less(strictly=operator == ">")]]
        case "=":
            return [[no_less(strictly=False), no_more(strictly=False)]]
        case "!=":
            return [[no_less(strictly=True)], [no_more(strictly=True)]]
        case _:
            assert_never(operator)


def is_possible(inequalities: Iterable[Inequality]) -> bool:
    """Return whether no inequality contradicts itself."""
    return all(one.terms or one.most >= 0 for one in inequalities)


def unrounded(node: Rounding, operator: Operator, limit: Fraction) -> tuple[Operator, Fraction]:
    """Return what a number that is never negative must be itself so that it compares so once it is rounded."""
    step = Fraction(node.step.root)
    if operator in ("<", ">="):
        reached, above = ceil(limit / step), operator == ">="
    elif operator in (">", "<="):
        reached, above = floor(limit / step) + 1, operator == ">"
    else:
        raise Unsolved(node)
    match node.mode:
        case "truncate":
            return (">=" if above else "<"), reached * step
        case "round":
            return (">=" if above else "<"), (reached - Fraction(1, 2)) * step
        case "round_up":
            return (">" if above else "<="), (reached - 1) * step
        case _:
            assert_never(node.mode)


def no_later(day: Linear, most: int) -> list[Inequality]:
    """Return that a day that is moved stays in the calendar."""
    return [] if day.constant else [at_most(day.terms, most - day.number)]
