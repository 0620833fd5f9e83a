"""Exact numbers of all communities at once: sums of unknowns, and quotients of two such sums.

A sum is kept apart from the solver until it is compared, so that every comparison is one of whole numbers with whole
coefficients, wherever its unknowns are whole; and a quotient is compared by multiplying across, so that it stays linear
where one side is a literal. Nothing divides.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from attrs import field, frozen

from smartrules.engines.solving.library import z3
from smartrules.engines.solving.truths import Truth, both, chosen, either, negated
from smartrules.expr.nodes import Operator

#: A term of the solver: an unknown, or what it has no sum for, such as a product.
Term = Any


@frozen(eq=False)
class Sum:
    """A sum of terms, each with a factor, and a number.

    Attributes:
        terms: by the id that the solver gives a term: the term and its factor, which is never zero.
        number: what is added.
    """

    terms: Mapping[int, tuple[Term, Fraction]] = field(factory=dict)
    number: Fraction = Fraction(0)

    @classmethod
    def one(cls) -> Sum:
        """Return the number 1 as a sum."""
        return cls(number=Fraction(1))

    @property
    def constant(self) -> bool:
        """Whether it is the same for every community."""
        return not self.terms

    def plus(self, other: Sum, factor: Fraction = Fraction(1)) -> Sum:
        """Return the sum of two, the other times a factor."""
        if not other.terms:
            return Sum(self.terms, self.number + other.number * factor)
        found = dict(self.terms)
        for place, (term, own) in other.terms.items():
            there = found.get(place)
            together = own * factor if there is None else there[1] + own * factor
            if together:
                found[place] = term, together
            else:
                found.pop(place, None)
        return Sum(found, self.number + other.number * factor)

    def scaled(self, factor: Fraction) -> Sum:
        """Return the sum times a number."""
        if factor == 1:
            return self
        if not factor:
            return NOTHING
        return Sum({place: (term, own * factor) for place, (term, own) in self.terms.items()}, self.number * factor)

    def times(self, other: Sum) -> Sum:
        """Return the product of two; of two that vary, it is a term of its own."""
        if other.constant:
            return self.scaled(other.number)
        if self.constant:
            return other.scaled(self.number)
        one, own = self.whole()
        two, others = other.whole()
        return of_term(one * two, Fraction(1, own * others))

    def same_as(self, other: Sum) -> bool:
        """Return whether two sums are written alike, so that they are the same for every community."""
        return self.number == other.number and {k: f for k, (_, f) in self.terms.items()} == {
            k: f for k, (_, f) in other.terms.items()
        }

    def whole(self) -> tuple[Term, int]:
        """Return the sum as a term with whole factors, and how many times the sum that is."""
        scale = lcm(self.number.denominator, *(factor.denominator for _, factor in self.terms.values()))
        parts = [_times(term, int(factor * scale)) for term, factor in self.terms.values()]
        number = int(self.number * scale)
        if number or not parts:
            parts.append(z3.IntVal(number))
        return parts[0] if len(parts) == 1 else z3.Sum(parts), scale


NOTHING = Sum()


def _times(term: Term, factor: int) -> Term:
    return term if factor == 1 else term * factor


def constant(number: int | Fraction) -> Sum:
    """Return a number as a sum."""
    return Sum({}, Fraction(number))


def of_term(term: Term, factor: Fraction = Fraction(1)) -> Sum:
    """Return a term times a factor."""
    return Sum({term.get_id(): (term, factor)})


def holds(operator: Operator, left: Sum) -> Truth:
    """Return whether a sum compares to zero as an operator says."""
    if left.constant:
        return _OPERATIONS[operator](left.number, 0)
    scale = lcm(left.number.denominator, *(factor.denominator for _, factor in left.terms.values()))
    factors = [(term, int(factor * scale)) for term, factor in left.terms.values()]
    number = int(left.number * scale)
    common = gcd(number, *(factor for _, factor in factors))
    above = [_times(term, factor // common) for term, factor in factors if factor > 0]
    below = [_times(term, -(factor // common)) for term, factor in factors if factor < 0]
    # Written as a sum of things against a sum of things, with the number where it is added.
    if number:
        (below if number < 0 else above).append(z3.IntVal(abs(number) // common))
    truth: Truth = _OPERATIONS[operator](_added(above), _added(below))
    return truth


def _added(parts: list[Term]) -> Term:
    return z3.Sum(parts) if len(parts) > 1 else parts[0] if parts else z3.IntVal(0)


_OPERATIONS: Mapping[Operator, Any] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def chosen_sum(condition: Truth, one: Sum, other: Sum) -> Sum:
    """Return the one sum where a condition holds, else the other."""
    if condition is True or one.same_as(other):
        return one
    if condition is False:
        return other
    # What both have stands outside, so that sums of choices stay short.
    apart = one.plus(other, Fraction(-1))
    term, scale = apart.whole()
    return other.plus(of_term(z3.If(condition, term, z3.IntVal(0)), Fraction(1, scale)))


@frozen(eq=False)
class Quotient:
    """A number as the quotient of two sums, of which the lower one is above zero wherever there is a number."""

    above: Sum
    below: Sum = field(factory=Sum.one)

    @property
    def number(self) -> Fraction | None:
        """The number where it is the same for every community; else None."""
        return self.above.number / self.below.number if self.above.constant and self.below.constant else None

    def plus(self, other: Quotient, factor: Fraction = Fraction(1)) -> Quotient:
        """Return the sum of two, the other times a factor."""
        if self.below.same_as(other.below):
            return Quotient(self.above.plus(other.above, factor), self.below)
        return Quotient(
            self.above.times(other.below).plus(other.above.times(self.below), factor), self.below.times(other.below)
        )

    def scaled(self, factor: Fraction) -> Quotient:
        """Return the number times another."""
        return Quotient(self.above.scaled(factor), self.below)

    def times(self, other: Quotient) -> Quotient:
        """Return the product of two."""
        return Quotient(self.above.times(other.above), self.below.times(other.below))

    def divided(self, other: Quotient) -> Quotient:
        """Return the quotient of two, the lower of which is not zero."""
        above, below = self.above.times(other.below), self.below.times(other.above)
        if below.constant:
            return Quotient(above.scaled(1 / below.number)) if below.number else Quotient(above)
        if self.below.same_as(other.below):
            above, below = self.above, other.above
        negative = holds("<", below)
        minus = Fraction(-1)
        return Quotient(
            chosen_sum(negative, above.scaled(minus), above), chosen_sum(negative, below.scaled(minus), below)
        )

    def compared(self, operator: Operator, other: Quotient) -> Truth:
        """Return whether two numbers compare as an operator says."""
        if self.below.same_as(other.below):
            return holds(operator, self.above.plus(other.above, Fraction(-1)))
        return holds(operator, self.above.times(other.below).plus(other.above.times(self.below), Fraction(-1)))


def number(value: int | Fraction) -> Quotient:
    """Return a number that is the same for every community."""
    return Quotient(constant(value))


def counted(truths: list[Truth]) -> Quotient:
    """Return how many of some truths hold."""
    found = NOTHING
    for truth in truths:
        found = found.plus(chosen_sum(truth, ONE, NOTHING))
    return Quotient(found)


ONE = Sum.one()


def chosen_number(condition: Truth, one: Quotient, other: Quotient) -> Quotient:
    """Return the one number where a condition holds, else the other."""
    if condition is True:
        return one
    if condition is False:
        return other
    if one.below.constant and other.below.constant:
        return Quotient(
            chosen_sum(condition, one.above.scaled(1 / one.below.number), other.above.scaled(1 / other.below.number))
        )
    return Quotient(chosen_sum(condition, one.above, other.above), chosen_sum(condition, one.below, other.below))


@frozen(eq=False)
class End:
    """A bound of a number, where there is one.

    Attributes:
        there: whether there is one.
        value: the bound, which says nothing where there is none.
    """

    there: Truth
    value: Quotient


NO_END = End(False, number(0))


def chosen_end(condition: Truth, one: End, other: End) -> End:
    """Return the one bound where a condition holds, else the other."""
    if condition is True:
        return one
    if condition is False:
        return other
    there = chosen(condition, one.there, other.there)
    if one.there is False:
        return End(there, other.value)
    return End(there, one.value if other.there is False else chosen_number(condition, one.value, other.value))


def never_above(one: End, other: End) -> Truth:
    """Return whether two bounds are there and the one is at most the other."""
    there = both(one.there, other.there)
    return there if there is False else both(there, one.value.compared("<=", other.value))


def below(one: End, other: End) -> Truth:
    """Return whether two bounds are there and the one is below the other."""
    there = both(one.there, other.there)
    return there if there is False else both(there, one.value.compared("<", other.value))


def stepped(mode: str, value: Quotient, step: Fraction) -> Quotient:
    """Return a number taken to a whole multiple of a step above zero."""
    known = value.number
    below_zero = holds("<", value.above)
    size = chosen_sum(below_zero, value.above.scaled(Fraction(-1)), value.above)
    steps = Quotient(size, value.below.scaled(step))
    if mode == "round":
        steps = steps.plus(number(Fraction(1, 2)))
    if known is None and steps.below.constant:
        steps = Quotient(steps.above.scaled(1 / steps.below.number))
    up = mode == "round_up"
    above = steps.above.scaled(Fraction(-1)) if up else steps.above
    whole = _floor(above, steps.below).scaled(step * (-1 if up else 1))
    return Quotient(chosen_sum(below_zero, whole.scaled(Fraction(-1)), whole))


def _floor(above: Sum, below: Sum) -> Sum:
    """Return the greatest whole number that is at most a quotient of which the lower sum is above zero."""
    if above.constant and below.constant:
        return constant(above.number / below.number // 1)
    term, scale = above.whole()
    by, times = below.whole()
    if term.sort() == by.sort() == z3.IntSort():
        return of_term((term * times) / (by * scale))
    return of_term(z3.ToInt(_real(term) * times / (_real(by) * scale)))


def _real(term: Term) -> Term:
    return z3.ToReal(term) if term.sort() == z3.IntSort() else term


def reaches(mode: str, value: Quotient, step: Fraction, bound: Fraction, *, strictly: bool) -> Truth:
    """Return whether a number taken to a whole multiple of a step is at least a bound, or strictly above it.

    That is asked of the number itself, so that it stays linear.
    """
    steps = bound / step
    least = steps // 1 + 1 if strictly or steps.denominator != 1 else steps
    after_zero = least >= 1
    operator: Operator = ">="
    match mode:
        case "truncate":
            limit, operator = (least, ">=") if after_zero else (least - 1, ">")
        case "round":
            limit, operator = least - Fraction(1, 2), ">=" if after_zero else ">"
        case _:
            limit, operator = (least - 1, ">") if after_zero else (least, ">=")
    return value.compared(operator, number(limit * step))


def compared_steps(operator: Operator, mode: str, value: Quotient, step: Fraction, bound: Fraction) -> Truth:
    """Return whether a number taken to a whole multiple of a step compares to a bound as an operator says."""
    at_least = reaches(mode, value, step, bound, strictly=False)
    above = reaches(mode, value, step, bound, strictly=True)
    match operator:
        case ">=":
            return at_least
        case ">":
            return above
        case "<":
            return negated(at_least)
        case "<=":
            return negated(above)
        case "=":
            return both(at_least, negated(above))
        case _:
            return either(negated(at_least), above)
