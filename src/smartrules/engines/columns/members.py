"""The functions over the members of a collection, made of sums, least and greatest values over the members.

A collection is a list of seats: the members of a second frame share one, and their sums are made by grouping it; the
indicators of a tier have one each, and their sums stand in a row. What a function comes to is said as in
`engines.aggregates`, with its bounds where members are not fully known.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import assert_never

from attrs import frozen

from smartrules.engines.columns.numbers import NOTHING, Bounded, Ratio, Rationals, literal, plain
from smartrules.engines.columns.rules import Reader
from smartrules.engines.columns.truths import Truth, Verdict, both, either, is_open, kept, negated, surely, where
from smartrules.engines.columns.wholes import Whole, constant
from smartrules.expr.nodes import Aggregate, Expr, Name, Operator, Quantified


@frozen(eq=False)
class Seat:
    """A place of a member.

    Attributes:
        reader: reads rules as the member sees them.
        present: whether there is a member, never open.
        asked: whether it counts among the members: open where that is open.
        asked_is_missing: whether facts are missing behind that.
    """

    reader: Reader
    present: Truth = True
    asked: Truth = True
    asked_is_missing: Truth = False


class Tally(ABC):
    """The functions over the members of one collection."""

    def __init__(self, rationals: Rationals, seats: Sequence[Seat], known: Truth) -> None:
        self.rationals, self.integers = rationals, rationals.integers
        self.seats = seats
        self.known = known

    @abstractmethod
    def total(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the sum of a number of each seat, none of them open."""

    @abstractmethod
    def least(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the least of a number of each seat, leaving out what is open; null where all of them are."""

    @abstractmethod
    def most(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the greatest of a number of each seat, leaving out what is open; null where all of them are."""

    @abstractmethod
    def ranked(self, numbers: Sequence[Ratio], asked: Sequence[Truth], unbounded_first: bool, node: Aggregate) -> Ratio:
        """Return the percentile of a number of each seat that is asked.

        What is open among them has no bound: it comes before all others, or behind them; null where it is the one.
        """

    # --- what rules ask --------------------------------------------------------------------------------------------

    def quantified(self, node: Quantified) -> Verdict:
        """Return a requirement on every member, or on some, as `exact.evaluate`."""
        chosen, parts = self._chosen(node.where), [seat.reader.verdict(node.part) for seat in self.seats]
        pairs = [*zip(chosen, parts, strict=True)]
        met = self._count([both(surely(c), part.met) for c, part in pairs])
        failed = self._count([both(surely(c), part.failed) for c, part in pairs])
        passing = self._count([both(is_open(c), part.met) for c, part in pairs])
        open_ = self._count(
            [
                either(
                    both(surely(c), part.undetermined),
                    both(is_open(c), either(part.failed, part.undetermined)),
                )
                for c, part in pairs
            ]
        )
        some_met, some_failed, some_open = (self._some(count) for count in (met, failed, open_))
        some_passing = self._some(passing)
        out = negated(either(some_met, some_failed, some_open, some_passing))
        if node.quantifier == "every":
            waits = either(some_open, both(some_passing, negated(some_met)))
            holds = where(some_failed, False, where(waits, None, True))
        else:
            holds = where(some_met, True, where(either(some_open, some_passing), None, False))
        return Verdict(where(self.known, holds, None), both(self.known, out))

    def aggregated(self, node: Aggregate) -> Bounded:
        """Return one number of the members, as `aggregates.aggregate`."""
        match node.function:
            case "count":
                found = self._counted(node)
            case "share":
                found = self._share(node)
            case "sum":
                found = self._summed(node)
            case "mean" | "min" | "max" | "percentile":
                found = self._of_values(node)
            case _:
                assert_never(node.function)
        return self.rationals.chosen(self.known, found, None)

    def misses(self, node: Quantified | Aggregate) -> Truth:
        """Return whether what a function asks of the members, or whether there are any, is missing; never open."""
        some = either(
            self.some(node, lambda reader, part: reader.missing.of(part)),
            self._some(self._count([seat.asked_is_missing for seat in self.seats])),
        )
        if isinstance(node, Quantified):
            open_ = self.quantified(node).undetermined
        else:
            open_ = both(negated(self.rationals.is_known(self.aggregated(node).value)), self._is_any(node))
        return either(negated(self.known), both(open_, some))

    def some(self, node: Quantified | Aggregate, asks: Callable[[Reader, Expr], Truth]) -> Truth:
        """Return whether something is so of what is asked of some member, never open."""
        part = node.part if isinstance(node, Quantified) else node.of
        found = list[Truth]()
        for seat, chosen in zip(self.seats, self._chosen(node.where), strict=True):
            of_where = False if node.where is None else both(seat.present, asks(seat.reader, node.where))
            asked = either(surely(chosen), is_open(chosen))
            of_part = False if part is None else both(asked, asks(seat.reader, part))
            found.append(either(of_where, of_part))
        return self._some(self._count(found))

    # --- counting --------------------------------------------------------------------------------------------------

    def _chosen(self, condition: Expr | None) -> list[Truth]:
        """Return of each seat whether its member is asked: open where that is open."""
        found = list[Truth]()
        for seat in self.seats:
            held = Verdict(True) if condition is None else seat.reader.verdict(condition)
            chosen = both(seat.present, seat.asked, held.holds, negated(held.out))
            found.append(kept(chosen, seat.reader.integers.stages))
        return found

    def _count(self, truths: Sequence[Truth]) -> Whole:
        if all(truth is False for truth in truths):
            return constant(0)
        counts = [Ratio(seat.reader.integers.counted(truth)) for seat, truth in zip(self.seats, truths, strict=True)]
        return self.integers.kept(self.total(counts, Name("")).numerator)

    def _some(self, count: Whole) -> Truth:
        return self.integers.compared(count, ">", constant(0))

    def _is_any(self, node: Aggregate) -> Truth:
        """Return whether a function that has no value without members has any."""
        if node.function in ("count", "sum"):
            return True
        chosen = self._chosen(node.where)
        asked = [either(surely(c), is_open(c)) for c in chosen]
        if node.function == "share" and node.of is not None:
            parts = [seat.reader.verdict(node.of) for seat in self.seats]
            asked = [both(is_asked, negated(part.out)) for is_asked, part in zip(asked, parts, strict=True)]
        return self._some(self._count(asked))

    def _counted(self, node: Aggregate) -> Bounded:
        chosen = self._chosen(node.where)
        sure = Ratio(self._count([surely(c) for c in chosen]))
        maybe = Ratio(self._count([is_open(c) for c in chosen]))
        if _is_nothing(maybe.numerator):
            return plain(sure)
        settled = self.rationals.compared(maybe, "=", literal(0))
        return Bounded(self.rationals.choose(settled, sure, None), sure, self.rationals.plus(sure, maybe))

    def _share(self, node: Aggregate) -> Bounded:
        assert node.of is not None
        chosen, parts = self._chosen(node.where), [seat.reader.verdict(node.of) for seat in self.seats]
        pairs = [*zip(chosen, parts, strict=True)]
        i, q = self.integers, self.rationals
        with_it = self._count([both(surely(c), part.met) for c, part in pairs])
        sure = self._count([both(surely(c), either(part.met, part.failed)) for c, part in pairs])
        waiting = self._count([both(surely(c), part.undetermined) for c, part in pairs])
        maybe = {
            name: self._count([both(is_open(c), getattr(part, name)) for c, part in pairs])
            for name in ("met", "failed", "undetermined")
        }
        may_be = i.plus(maybe["met"], i.plus(maybe["failed"], maybe["undetermined"]))
        known = q.over(Ratio(with_it), Ratio(sure))
        open_ = i.plus(waiting, may_be)
        if _is_nothing(open_):
            return plain(known)
        settled = i.compared(open_, "=", constant(0))
        low = q.over(
            Ratio(with_it), Ratio(i.plus(i.plus(sure, waiting), i.plus(maybe["failed"], maybe["undetermined"])))
        )
        asked = i.plus(waiting, i.plus(maybe["met"], maybe["undetermined"]))
        high = q.over(Ratio(i.plus(with_it, asked)), Ratio(i.plus(sure, asked)))
        bounded = self._some(i.plus(sure, waiting))
        return Bounded(
            q.choose(settled, known, None),
            q.choose(settled, known, q.choose(bounded, low, None)),
            q.choose(settled, known, q.choose(bounded, high, None)),
        )

    # --- values ----------------------------------------------------------------------------------------------------

    def _ends(self, seat: Seat, of: Expr) -> tuple[Ratio, Ratio, Ratio]:
        """Return the value of a member, and the least and greatest that it can have, null for no bound."""
        q = seat.reader.rationals
        value = q.kept(seat.reader.value(of))
        declared = seat.reader.edition.fact_by_id.get(of.id) if isinstance(of, Name) else None
        low = high = NOTHING
        if declared is not None:
            if declared.minimum is not None:
                low = literal(declared.minimum)
            if declared.maximum is not None:
                high = literal(declared.maximum)
            if declared.at_most is not None:
                whole = seat.reader.value(Name(declared.at_most))
                smaller = surely(q.compared(whole, "<", high)) if high is not NOTHING else q.is_known(whole)
                high = q.choose(smaller, whole, high)
        known = q.is_known(value)
        return value, q.choose(known, value, low), q.choose(known, value, high)

    def _summed(self, node: Aggregate) -> Bounded:
        assert node.of is not None
        q = self.rationals
        sure, lows, highs = list[Ratio](), list[Ratio](), list[Ratio]()
        unsettled, no_low, no_high = list[Truth](), list[Truth](), list[Truth]()
        for seat, chosen in zip(self.seats, self._chosen(node.where), strict=True):
            own = seat.reader.rationals
            value, low, high = self._ends(seat, node.of)
            is_sure, may_be, known = surely(chosen), is_open(chosen), own.is_known(value)
            unsettled.append(either(may_be, both(is_sure, negated(known))))
            sure.append(own.choose(both(is_sure, known), value, literal(0)))
            ends: tuple[tuple[Ratio, list[Ratio], list[Truth], Operator], ...] = (
                (low, lows, no_low, "<"),
                (high, highs, no_high, ">"),
            )
            for end, sums, nothing, beyond in ends:
                bound = own.is_known(end)
                nothing.append(both(either(is_sure, may_be), negated(bound)))
                adds = surely(own.compared(end, beyond, literal(0)))
                sums.append(own.choose(both(bound, either(is_sure, both(may_be, adds))), end, literal(0)))
        total = self.total(sure, node)
        open_ = self._count(unsettled)
        if _is_nothing(open_):
            return plain(total)
        low = q.choose(negated(self._some(self._count(no_low))), self.total(lows, node), None)
        high = q.choose(negated(self._some(self._count(no_high))), self.total(highs, node), None)
        low, high = q.kept(low), q.kept(high)
        settled = kept(self.integers.compared(open_, "=", constant(0)), self.integers.stages)
        same = surely(q.compared(low, "=", high))
        value = q.choose(settled, total, q.choose(same, low, None))
        return Bounded(value, q.choose(settled, total, low), q.choose(settled, total, high))

    def _of_values(self, node: Aggregate) -> Bounded:
        assert node.of is not None
        q = self.rationals
        values, lows, highs = list[Ratio](), list[Ratio](), list[Ratio]()
        sure, may_be, unknown, no_low, no_high = (list[Truth]() for _ in range(5))
        for seat, chosen in zip(self.seats, self._chosen(node.where), strict=True):
            own = seat.reader.rationals
            value, low, high = self._ends(seat, node.of)
            is_sure = surely(chosen)
            sure.append(is_sure)
            may_be.append(is_open(chosen))
            unknown.append(both(is_sure, negated(own.is_known(value))))
            no_low.append(both(is_sure, negated(own.is_known(low))))
            no_high.append(both(is_sure, negated(own.is_known(high))))
            for end, ends in ((value, values), (low, lows), (high, highs)):
                ends.append(own.choose(is_sure, end, None))
        count = Ratio(self._count(sure))
        settled = both(*(self.integers.compared(self._count(part), "=", constant(0)) for part in (may_be, unknown)))
        certain = self.integers.compared(self._count(may_be), "=", constant(0))
        if node.function == "percentile":
            value, low, high = (
                self.ranked(ends, sure, first, node) for ends, first in ((values, True), (lows, True), (highs, False))
            )
            value = q.choose(settled, value, None)
        else:
            value = q.choose(settled, self._function(node, values, count), None)
            low, high = self._function(node, lows, count), self._function(node, highs, count)
        if settled is True:
            return plain(value)
        some_low, some_high = self._some(self._count(no_low)), self._some(self._count(no_high))
        if node.function in ("mean", "min"):
            low = q.choose(negated(some_low), low, None)
        if node.function in ("mean", "max"):
            high = q.choose(negated(some_high), high, None)
        return Bounded(value, q.choose(certain, low, None), q.choose(certain, high, None))

    def _function(self, node: Aggregate, ends: Sequence[Ratio], count: Ratio) -> Ratio:
        if node.function == "min":
            return self.least(ends, node)
        if node.function == "max":
            return self.most(ends, node)
        filled = [
            seat.reader.rationals.choose(seat.reader.rationals.is_known(end), end, literal(0))
            for seat, end in zip(self.seats, ends, strict=True)
        ]
        return self.rationals.over(self.total(filled, node), count)


def _is_nothing(count: Whole) -> bool:
    """Return whether a count is zero in every row, whatever its facts are; one that is the same in all may be another."""
    return count.column is None and count.factor == 0
