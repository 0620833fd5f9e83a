"""Exact numbers as columns: quotients of two wholes, compared by cross multiplication, never divided.

A denominator is positive wherever it is not null; where it would be zero, it is null, and so is the number. A number
that is not known may still have bounds, as those of `engines.reckoning` in the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import assert_never

from attrs import evolve, frozen

from smartrules.engines.columns.truths import Truth, both, either, kept, negated, surely, where
from smartrules.engines.columns.wholes import NULL, Integers, Whole, constant
from smartrules.expr.nodes import ArithmeticOperator, Interpolation, Operator, RoundingMode
from smartrules.values import Number, Quantity

_ONE = constant(1)


@frozen(eq=False)
class Ratio:
    """A quotient of every row, its denominator positive or null."""

    numerator: Whole
    denominator: Whole = _ONE

    @property
    def is_never_negative(self) -> bool:
        """Whether no value is below zero."""
        return self.numerator.least >= 0

    @property
    def open(self) -> bool:
        """Whether it may be null."""
        return self.numerator.open or self.denominator.open


@frozen(eq=False)
class Bounded:
    """A number of every row with its bounds; they are the number itself wherever it is known."""

    value: Ratio
    low: Ratio
    high: Ratio

    @property
    def exact(self) -> bool:
        """Whether nothing is known of it but itself."""
        return self.low is self.value and self.high is self.value


def plain(value: Ratio) -> Bounded:
    """Return a number without bounds."""
    return Bounded(value, value, value)


def literal(value: Number) -> Ratio:
    """Return a constant."""
    return Ratio(constant(value.numerator), constant(value.denominator))


NOTHING = Ratio(NULL)


@frozen
class Rationals:
    """The arithmetic of exact numbers on one backend."""

    integers: Integers

    # --- quotients -------------------------------------------------------------------------------------------------

    def in_root_units(self, whole: Whole, unit: Number) -> Ratio:
        """Return a whole number of some unit in root units."""
        return _reduced(self.integers.scaled(whole, unit.numerator), constant(unit.denominator))

    def times(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a product."""
        i = self.integers
        return _reduced(i.times(a.numerator, b.numerator), i.times(a.denominator, b.denominator))

    def plus(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a sum."""
        i = self.integers
        left, right = a.denominator, b.denominator
        if left.column is None and right.column is None:
            common = gcd(left.factor, right.factor)
            numerator = i.plus(
                i.scaled(a.numerator, right.factor // common), i.scaled(b.numerator, left.factor // common)
            )
            return _reduced(numerator, constant(left.factor // common * right.factor))
        if left is right:
            return _reduced(i.plus(a.numerator, b.numerator), left)
        numerator = i.plus(i.times(a.numerator, right), i.times(b.numerator, left))
        return _reduced(numerator, i.times(left, right))

    def negative(self, a: Ratio) -> Ratio:
        """Return a number with its sign turned."""
        return Ratio(self.integers.scaled(a.numerator, -1), a.denominator)

    def minus(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a difference."""
        return self.plus(a, self.negative(b))

    def over(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a quotient, null where the denominator is zero."""
        i = self.integers
        numerator, over = a.numerator, b.numerator
        if over.column is None and over.factor == 0:
            return NOTHING
        if over.least == 0 == over.most:
            return NOTHING
        if over.least <= 0 <= over.most:
            over = i.choose(negated(self._is_zero(b)), over, None)
            over = evolve(over, low=over.low or 1, high=over.high or -1)
        if over.most < 0:
            numerator, over = i.scaled(numerator, -1), i.scaled(over, -1)
        elif over.least < 0:
            over = i.kept(over)
            below = i.compared(over, "<", constant(0))
            numerator = i.choose(below, i.scaled(numerator, -1), numerator)
            over = i.choose(below, i.scaled(over, -1), over)
            over = Whole(1, over.column, 1, max(over.most, 1), over.wide)
        return _reduced(i.times(numerator, b.denominator), i.times(over, a.denominator))

    def is_zero(self, a: Ratio) -> Truth:
        """Return whether a number is known to be zero, which is never open."""
        return False if not a.numerator.least <= 0 <= a.numerator.most else both(surely(self._is_zero(a)))

    def _is_zero(self, a: Ratio) -> Truth:
        return self.integers.compared(a.numerator, "=", constant(0))

    def is_known(self, a: Ratio) -> Truth:
        """Return whether a number has a value, which is never open."""
        return both(self.integers.is_known(a.numerator), self.integers.is_known(a.denominator))

    def compared(self, a: Ratio, operator: Operator, b: Ratio) -> Truth:
        """Return whether one number stands to another as an operator says, open where one of them is."""
        i = self.integers
        left, right = a.denominator, b.denominator
        if left is right and not left.open:
            return i.compared(a.numerator, operator, b.numerator)
        return i.compared(i.times(a.numerator, right), operator, i.times(b.numerator, left))

    def choose(self, condition: Truth, then: Ratio, otherwise: Ratio | None) -> Ratio:
        """Return a number where a condition is known to hold, and another, or nothing, elsewhere."""
        i = self.integers
        condition = kept(condition, i.stages)
        if otherwise is None:
            return Ratio(i.choose(condition, then.numerator, None), then.denominator)
        left, right = then.denominator, otherwise.denominator
        if left.column is None and right.column is None:
            common = left.factor // gcd(left.factor, right.factor) * right.factor
            numerators = [i.scaled(part.numerator, common // part.denominator.factor) for part in (then, otherwise)]
            return Ratio(i.choose(condition, *numerators), constant(common))
        return Ratio(i.choose(condition, then.numerator, otherwise.numerator), i.choose(condition, left, right))

    def kept(self, a: Ratio) -> Ratio:
        """Return a number that is asked more than once."""
        return Ratio(self.integers.kept(a.numerator), self.integers.kept(a.denominator))

    def rounded(self, mode: RoundingMode, a: Ratio, step: Number) -> Ratio:
        """Return a number taken to a whole multiple of a step, as `reckoning.rounded_to`."""
        i = self.integers
        a = self.kept(a)
        below = False if a.is_never_negative else i.compared(a.numerator, "<", constant(0))
        size = i.choose(below, i.scaled(a.numerator, -1), a.numerator)
        if not a.is_never_negative:
            size = Whole(1, size.column, 0, max(abs(a.numerator.least), abs(a.numerator.most)), size.wide)
        # In steps it is n/d; what is left over a whole number of them is taken away, or filled up.
        n = i.scaled(size, step.denominator)
        d = i.scaled(a.denominator, step.numerator)
        if mode == "round":
            n, d = i.plus(i.scaled(n, 2), d), i.scaled(d, 2)
        elif mode == "round_up":
            n = i.plus(n, i.minus(d, constant(1)))
        n = i.kept(n)
        whole_steps = i.minus(n, i.remainder(n, d))
        signed = i.choose(below, i.scaled(whole_steps, -1), whole_steps)
        return _reduced(i.scaled(signed, step.numerator), i.scaled(d, step.denominator))

    def interpolated(self, node: Interpolation, a: Ratio) -> Ratio:
        """Return the value on the line between two points, as `reckoning.interpolated`."""
        a = self.kept(a)
        places = [Fraction(Quantity(place.number, place.unit).root) for place in node.places]
        values = [Fraction(Quantity(value.number, value.unit).root) for value in node.values]
        found = literal(values[-1])
        for (x0, x1), (y0, y1) in reversed([*zip(pairwise(places), pairwise(values), strict=True)]):
            slope = (y1 - y0) / (x1 - x0)
            line = self.plus(self.times(a, literal(slope)), literal(y0 - slope * x0))
            found = self.choose(self.compared(a, "<=", literal(x1)), line, found)
        found = self.choose(self.compared(a, "<=", literal(places[0])), literal(values[0]), found)
        return self.choose(self.is_known(a), found, None)

    # --- numbers with bounds ---------------------------------------------------------------------------------------

    def joined(self, operator: ArithmeticOperator, a: Bounded, b: Bounded) -> Bounded:
        """Return two numbers joined by an operator, with what is known of the result where one of them is open."""
        value = self._joined(operator, a.value, b.value)
        if a.exact and b.exact:
            return plain(value)
        match operator:
            case "+":
                return Bounded(value, self.plus(a.low, b.low), self.plus(a.high, b.high))
            case "-":
                return Bounded(value, self.minus(a.low, b.high), self.minus(a.high, b.low))
            case "*":
                sound = both(self._is_at_least_zero(a.low), self._is_at_least_zero(b.low))
                low, high = self.times(a.low, b.low), self.times(a.high, b.high)
            case "/":
                sound = both(self._is_at_least_zero(a.low), surely(self.compared(b.low, ">", literal(0))))
                low, high = self.over(a.low, b.high), self.over(a.high, b.low)
                low = self.choose(self.is_known(low), low, literal(0))
            case _:
                assert_never(operator)
        known = self.is_known(value)
        return Bounded(
            value,
            self.choose(known, value, self.choose(sound, low, None)),
            self.choose(known, value, self.choose(sound, high, None)),
        )

    def _joined(self, operator: ArithmeticOperator, a: Ratio, b: Ratio) -> Ratio:
        match operator:
            case "+":
                return self.plus(a, b)
            case "-":
                return self.minus(a, b)
            case "*":
                return self.times(a, b)
            case "/":
                return self.over(a, b)
            case _:
                assert_never(operator)

    def _is_at_least_zero(self, a: Ratio) -> Truth:
        return self.is_known(a) if a.is_never_negative else surely(self.compared(a, ">=", literal(0)))

    def holds(self, a: Bounded, operator: Operator, b: Bounded) -> Truth:
        """Return whether a comparison holds, open where neither the numbers nor their bounds decide, as `comparing.compare`."""
        if a.exact and b.exact:
            return self.compared(a.value, operator, b.value)
        if operator in ("=", "!="):
            equal = self.compared(a.value, operator, b.value)
            apart = either(
                surely(self.compared(a.low, ">", b.high)),
                surely(self.compared(a.high, "<", b.low)),
            )
            return where(apart, operator == "!=", equal)
        upward = operator in (">", ">=")
        sure = self.compared(a.low if upward else a.high, operator, b.high if upward else b.low)
        possible = self.compared(a.high if upward else a.low, operator, b.low if upward else b.high)
        return where(surely(sure), True, where(surely(negated(possible)), False, None))

    def chosen(self, condition: Truth, then: Bounded, otherwise: Bounded | None) -> Bounded:
        """Return a number with its bounds where a condition is known to hold, and another, or nothing, elsewhere."""
        parts = [
            self.choose(condition, a, b)
            for a, b in zip(_parts(then), _parts(otherwise) if otherwise else (None,) * 3, strict=True)
        ]
        value = parts[0]
        if then.exact and (otherwise is None or otherwise.exact):
            return plain(value)
        return Bounded(*parts)

    def kept_bounded(self, a: Bounded) -> Bounded:
        """Return a number with its bounds for being asked more than once."""
        value = self.kept(a.value)
        return plain(value) if a.exact else Bounded(value, self.kept(a.low), self.kept(a.high))

    def total(self, parts: Sequence[Ratio]) -> Ratio:
        """Return a sum."""
        found = literal(0)
        for part in parts:
            found = self.plus(found, part)
        return found


def _parts(a: Bounded) -> tuple[Ratio, Ratio, Ratio]:
    return a.value, a.low, a.high


def _reduced(numerator: Whole, denominator: Whole) -> Ratio:
    """Return a quotient without what divides both its constant factors."""
    if numerator.column is None and numerator.factor == 0 and not denominator.open:
        return Ratio(constant(0))
    common = gcd(numerator.factor, denominator.factor) or 1
    return Ratio(
        evolve(numerator, factor=numerator.factor // common), evolve(denominator, factor=denominator.factor // common)
    )
