"""What a part of a rule comes to for every community: the four outcomes, numbers, dates, members, each with why it is open.

It mirrors `smartrules.derivation`: what decides there whether a stated figure serves, or whether an indicator is counted,
is kept here as truths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import evolve, field, frozen

from smartrules.engines.solving.linear import NO_END, End, Quotient, Sum, chosen_end
from smartrules.engines.solving.truths import Truth, both, either, every, negated, some
from smartrules.outcome import Outcome
from smartrules.standard import FactDeclaration
from smartrules.values import Kind


class NotEncodedError(Exception):
    """A rule asks for something that is not said to the solver.

    Attributes:
        what: the part of the rule, in words.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@frozen(eq=False)
class Reasons:
    """Why something is open, and which conditions below it are.

    Attributes:
        missing: whether a fact that is missing is among the causes.
        not_reported: whether something that is not reported is among them.
        condition_open: whether a condition below is open, so that what it guards may not be asked.
        condition_missing: whether a missing fact is the cause of that.
        condition_not_reported: whether something that is not reported is.
    """

    missing: Truth = False
    not_reported: Truth = False
    condition_open: Truth = False
    condition_missing: Truth = False
    condition_not_reported: Truth = False

    def where(self, asked: Truth) -> Reasons:
        """Return the reasons where something is asked at all; none elsewhere."""
        if asked is True or self is NO_REASONS:
            return self
        return Reasons(*(both(asked, one) for one in self._all))

    def causing(self, open_: Truth) -> Reasons:
        """Return the reasons of what these are the parts of, where that is open."""
        if self is NO_REASONS:
            return self
        missing, not_reported, *conditions = self._all
        return Reasons(both(open_, missing), both(open_, not_reported), *conditions)

    @property
    def _all(self) -> tuple[Truth, ...]:
        return (
            self.missing,
            self.not_reported,
            self.condition_open,
            self.condition_missing,
            self.condition_not_reported,
        )


NO_REASONS = Reasons()


def joined(reasons: Iterable[Reasons]) -> Reasons:
    """Return the reasons of several parts."""
    known = [one for one in reasons if one is not NO_REASONS]
    if not known:
        return NO_REASONS
    return known[0] if len(known) == 1 else Reasons(*map(some, zip(*(one._all for one in known), strict=True)))


@frozen(eq=False)
class Judged:
    """One of the four outcomes: exactly one of the truths holds of every community."""

    met: Truth
    not_met: Truth
    not_applicable: Truth = False
    undetermined: Truth = False
    reasons: Reasons = NO_REASONS

    def truth_of(self, outcome: Outcome) -> Truth:
        """Return whether it is an outcome."""
        match outcome:
            case Outcome.MET:
                return self.met
            case Outcome.NOT_MET:
                return self.not_met
            case Outcome.NOT_APPLICABLE:
                return self.not_applicable
            case _:
                return self.undetermined


def truth(holds: Truth, known: Truth, reasons: Reasons = NO_REASONS) -> Judged:
    """Return the outcome of a plain statement, which is open where it is not known."""
    open_ = negated(known)
    return Judged(both(known, holds), both(known, negated(holds)), False, open_, reasons.causing(open_))


@frozen(eq=False)
class Bounds:
    """What a number that is not known lies between.

    Attributes:
        there: whether anything is said of it.
    """

    low: End = NO_END
    high: End = NO_END
    there: Truth = False


NO_BOUNDS = Bounds()


@frozen(eq=False)
class Stepped:
    """A number that is another one taken to a whole multiple of a step."""

    mode: str
    value: Quotient
    step: Fraction


@frozen(eq=False, slots=False)
class Reckoned:
    """A number.

    Attributes:
        known: whether there is one.
        stepped: how it was taken to a step, so that comparing it need not.
    """

    make: Callable[[], Quotient] = field(repr=False)
    known: Truth = True
    reasons: Reasons = NO_REASONS
    make_bounds: Callable[[], Bounds] | None = field(default=None, repr=False)
    stepped: Stepped | None = None

    @cached_property
    def value(self) -> Quotient:
        """The number, which says nothing where there is none."""
        return self.make()

    @cached_property
    def bounds(self) -> Bounds:
        """What it lies between where it is not known."""
        return NO_BOUNDS if self.make_bounds is None else self.make_bounds()

    @property
    def never_comes(self) -> Truth:
        """Whether it is not reported, no fact that is missing could give it, and nothing is known of it."""
        return both(self.reasons.not_reported, negated(self.reasons.missing), negated(self.bounds.there))

    @property
    def low(self) -> End:
        """The least that it can be: itself where it is known."""
        return (
            chosen_end(self.known, End(True, self.value), self.bounds.low)
            if self.known is not False
            else self.bounds.low
        )

    @property
    def high(self) -> End:
        """The greatest that it can be: itself where it is known."""
        if self.known is False:
            return self.bounds.high
        return chosen_end(self.known, End(True, self.value), self.bounds.high)


def reckoned(
    value: Quotient,
    known: Truth = True,
    reasons: Reasons = NO_REASONS,
    bounds: Callable[[], Bounds] | None = None,
) -> Reckoned:
    """Return a number that is at hand."""
    return Reckoned(lambda: value, known, reasons, bounds)


@frozen(eq=False)
class Dated:
    """A date as the number of its day, 1 for the first day of the year 1.

    Attributes:
        month: how many months its own is after the January of the year 0, where that is at hand.
        day: its day in that month, where that is at hand.
    """

    number: Sum
    known: Truth = True
    reasons: Reasons = NO_REASONS
    month: Sum | None = None
    day: Sum | None = None

    never_comes = property(lambda self: both(self.reasons.not_reported, negated(self.reasons.missing)))
    bounds = NO_BOUNDS


@frozen(eq=False)
class Members:
    """A set, or a choice: which of its members it has."""

    has: Mapping[str, Truth]
    known: Truth = True
    reasons: Reasons = NO_REASONS


Found = Judged | Reckoned | Dated | Members


def joint(parts: Iterable[Reckoned | Dated], open_: Truth) -> Reasons:
    """Return why what needs the values of all its parts is open: nothing is missing where one of them never comes."""
    known = list(parts)
    together = joined(part.reasons for part in known).causing(open_)
    if together.not_reported is False or together.missing is False:
        return together
    waits = negated(either(*(part.never_comes for part in known)))
    missing, *others = together._all
    return Reasons(every((missing, waits)), *others)


def where_known(found: Found, there: Truth, reasons: Reasons) -> Found:
    """Return a fact that is known in some communities, with why it is open in the others."""
    if there is True:
        return found
    open_ = negated(there)
    if isinstance(found, Judged):
        return Judged(both(found.met, there), both(found.not_met, there), False, open_, reasons)
    if isinstance(found, Reckoned):
        return reckoned(found.value, there, reasons)
    return evolve(found, known=there, reasons=reasons)


def not_known(declared: FactDeclaration, reasons: Reasons) -> Found:
    """Return a fact that is not known."""
    match declared.kind:
        case Kind.FLAG:
            return Judged(False, False, False, True, reasons)
        case Kind.DATE:
            return Dated(Sum.one(), False, reasons)
        case Kind.SET | Kind.CHOICE:
            return Members(dict.fromkeys(declared.member_ids, False), False, reasons)
        case _:
            return reckoned(Quotient(Sum()), False, reasons)
