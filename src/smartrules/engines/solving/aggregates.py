"""One number of a collection's members for every community: `smartrules.engines.aggregates`, with members that may be there or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from attrs import frozen

from smartrules.engines.solving.found import NO_BOUNDS, NO_REASONS, Bounds, Judged, Reasons, Reckoned, joined, reckoned
from smartrules.engines.solving.linear import (
    NO_END,
    End,
    Quotient,
    chosen_end,
    chosen_number,
    counted,
    never_above,
    number,
)
from smartrules.engines.solving.truths import Truth, both, either, every, negated, some
from smartrules.expr.nodes import AggregateFunction


@frozen(eq=False)
class Asked:
    """A member as a function sees it.

    Attributes:
        chosen: whether it is among those asked; one that is not there is not applicable.
        outcome: of a requirement, for ``share``; None elsewhere.
        value: of a number; None elsewhere.
        low: the least that the declaration of the number allows.
        high: the greatest.
        reasons: why it is open.
    """

    chosen: Judged
    outcome: Judged | None = None
    value: Reckoned | None = None
    low: End = NO_END
    high: End = NO_END
    reasons: Reasons = NO_REASONS

    @property
    def asked(self) -> Truth:
        """Whether it is, or may be, among those asked."""
        return negated(self.chosen.not_applicable)

    @property
    def value_known(self) -> Truth:
        """Whether its number is known."""
        return self.value is not None and self.value.known

    @property
    def ends(self) -> tuple[End, End]:
        """The least and the greatest that its number can be."""
        assert self.value is not None
        if self.value_known is True:
            end = End(True, self.value.value)
            return end, end
        if self.value_known is False:
            return self.low, self.high
        own = End(True, self.value.value)
        return chosen_end(self.value_known, own, self.low), chosen_end(self.value_known, own, self.high)


def aggregate(function: AggregateFunction, members: Sequence[Asked], rank: Fraction) -> Reckoned:
    """Return what a function over members comes to; ``rank`` is that of ``percentile``, as a share."""
    reasons = joined(member.reasons.where(member.asked) for member in members)
    match function:
        case "count":
            value, known, bounds, empty = _count(members)
        case "share":
            value, known, bounds, empty = _share(members)
        case "sum":
            value, known, bounds, empty = _sum(members)
        case _:
            value, known, bounds, empty = _of_values(members, _CHOOSING[function](rank))
    open_ = both(negated(known), negated(empty))
    return reckoned(value, known, reasons.causing(open_), None if bounds is NO_BOUNDS else lambda: bounds)


_Made = tuple[Quotient, Truth, Bounds, Truth]


def _count(members: Sequence[Asked]) -> _Made:
    sure = counted([member.chosen.met for member in members])
    known = every(negated(member.chosen.undetermined) for member in members)
    if known is True:
        return sure, True, NO_BOUNDS, False
    most = counted([member.asked for member in members])
    return sure, known, Bounds(End(True, sure), End(True, most), negated(known)), False


def _share(members: Sequence[Asked]) -> _Made:
    outcomes = [member.outcome for member in members if member.outcome is not None]
    assert len(outcomes) == len(members)
    pairs = list(zip(members, outcomes, strict=True))
    asked = [both(member.asked, negated(one.not_applicable)) for member, one in pairs]
    sure = [both(member.chosen.met, negated(either(one.not_applicable, one.undetermined))) for member, one in pairs]
    with_it = counted([both(member.chosen.met, one.met) for member, one in pairs])
    among = counted(sure)
    all_sure = every(either(negated(it), also) for it, also in zip(asked, sure, strict=True))
    any_asked = some(asked)
    known, empty = both(all_sure, any_asked), negated(any_asked)
    value = Quotient(with_it.above, among.above)
    if all_sure is True:
        return value, known, NO_BOUNDS, empty
    # One that may be left out, which is the better or the worse of the two whichever it fulfils.
    surely_chosen_open = [both(member.chosen.met, one.undetermined) for member, one in pairs]
    perhaps = [both(member.chosen.undetermined, negated(one.not_applicable)) for member, one in pairs]
    below_also = [both(it, negated(one.met)) for it, (_, one) in zip(perhaps, pairs, strict=True)]
    above_also = [both(it, negated(one.not_met)) for it, (_, one) in zip(perhaps, pairs, strict=True)]
    low = Quotient(with_it.above, counted([*sure, *surely_chosen_open, *below_also]).above)
    high = Quotient(
        counted([*(both(m.chosen.met, o.met) for m, o in pairs), *surely_chosen_open, *above_also]).above,
        counted([*sure, *surely_chosen_open, *above_also]).above,
    )
    there = both(
        negated(known), some(both(member.chosen.met, it) for (member, _), it in zip(pairs, asked, strict=True))
    )
    return value, known, Bounds(End(there, low), End(there, high), there), empty


def _sum(members: Sequence[Asked]) -> _Made:
    nothing = number(0)
    if all(member.value_known is True and member.chosen.undetermined is False for member in members):
        return _total(members, lambda member: member.ends[0].value), True, NO_BOUNDS, False
    known = every(
        either(member.chosen.not_applicable, both(member.chosen.met, member.value_known)) for member in members
    )

    def end(lowest: int) -> End:
        there, total = list[Truth](), nothing
        for member in members:
            own = member.ends[lowest]
            # One that may be left out adds nothing then.
            beyond = own.value.compared(">=" if lowest == 0 else "<=", nothing)
            adds = either(member.chosen.met, both(member.chosen.undetermined, negated(both(own.there, beyond))))
            there.append(either(negated(adds), own.there))
            total = total.plus(chosen_number(adds, own.value, nothing))
        return End(every(there), total)

    low, high = end(0), end(1)
    alike = both(low.there, high.there, low.value.compared("=", high.value))
    found = either(known, alike)
    return low.value, found, Bounds(low, high, negated(found)), False


def _total(members: Sequence[Asked], value_of: Callable[[Asked], Quotient]) -> Quotient:
    total = number(0)
    for member in members:
        total = total.plus(chosen_number(member.chosen.met, value_of(member), number(0)))
    return total


#: Takes who is asked and the bounds of each, and whether those are the upper ones; gives the bound of the whole.
_Choosing = Callable[[Sequence[Truth], Sequence[End], bool], End]


def _of_values(members: Sequence[Asked], choosing: _Choosing) -> _Made:
    certain = every(negated(member.chosen.undetermined) for member in members)
    asked = [member.chosen.met for member in members]
    any_asked = some(member.asked for member in members)
    values_known = every(either(negated(it), member.value_known) for it, member in zip(asked, members, strict=True))
    known = both(certain, any_asked, values_known)
    empty = both(certain, negated(any_asked))
    low = choosing(asked, [member.ends[0] for member in members], False)
    if values_known is True:
        return low.value, known, NO_BOUNDS, empty
    high = choosing(asked, [member.ends[1] for member in members], True)
    there = both(certain, any_asked, negated(values_known))
    # Of no members, and of members that may not be asked, nothing is said.
    low, high = (End(both(there, end.there), end.value) for end in (low, high))
    return low.value, known, Bounds(low, high, there), empty


def _at_end(least: bool) -> _Choosing:
    def choosing(asked: Sequence[Truth], ends: Sequence[End], upper: bool) -> End:
        # An end that is not there is beyond every number: it decides, or any other does.
        decides = least is not upper
        so_far: Truth = False  # whether a number was among those seen
        found = number(0)
        there: list[Truth] = []
        for it, end in zip(asked, ends, strict=True):
            counts = both(it, end.there)
            beside = end.value.compared("<" if least else ">", found) if so_far is not False else True
            found = chosen_number(both(counts, either(negated(so_far), beside)), end.value, found)
            so_far = either(so_far, counts)
            there.append(either(negated(it), end.there))
        return End(every(there) if decides else so_far, found)

    return choosing


def _mean(asked: Sequence[Truth], ends: Sequence[End], upper: bool) -> End:
    total = number(0)
    for it, end in zip(asked, ends, strict=True):
        total = total.plus(chosen_number(it, end.value, number(0)))
    there = every(either(negated(it), end.there) for it, end in zip(asked, ends, strict=True))
    among = counted(list(asked)).above
    if among.constant:
        return End(there, total.scaled(1 / among.number) if among.number else number(0))
    return End(there, Quotient(total.above, total.below.times(among)))


def _ranked(rank: Fraction) -> _Choosing:
    """Return the smallest value that at least so large a share of the values do not exceed."""

    def choosing(asked: Sequence[Truth], ends: Sequence[End], upper: bool) -> End:
        among = counted(list(asked))
        found = NO_END
        for it, end in zip(asked, ends, strict=True):
            if it is False:
                continue
            no_more = counted(
                [both(also, _at_most(other, end, upper)) for also, other in zip(asked, ends, strict=True)]
            )
            fewer = counted(
                [both(also, negated(_at_most(end, other, upper))) for also, other in zip(asked, ends, strict=True)]
            )
            share = among.scaled(rank)
            reaches = both(no_more.compared(">=", share), no_more.compared(">=", number(1)))
            first = either(fewer.compared("<", share), fewer.compared("=", number(0)))
            found = chosen_end(both(it, reaches, first), end, found)
        return found

    return choosing


def _at_most(one: End, other: End, upper: bool) -> Truth:
    """Return whether a bound is at most another, where one that is not there is beyond every number on its side."""
    return either(negated(other.there) if upper else negated(one.there), never_above(one, other))


_CHOOSING: dict[str, Callable[[Fraction], _Choosing]] = {
    "min": lambda rank: _at_end(True),
    "max": lambda rank: _at_end(False),
    "mean": lambda rank: _mean,
    "percentile": _ranked,
}
