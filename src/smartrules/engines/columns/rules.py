"""The reader of the tree that makes columns of it. It says what the reference evaluator says, row by row.

A measure is computed once, whoever asks for it. What no backend can say exactly is refused by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, assert_never

from attrs import define, field

from smartrules.diagnostics import Fault
from smartrules.engines.columns.cells import Cell
from smartrules.engines.columns.given import Calendar, Day, Given
from smartrules.engines.columns.missing import Missing
from smartrules.engines.columns.numbers import Bounded, Ratio, Rationals, literal, plain
from smartrules.engines.columns.truths import (
    Truth,
    Verdict,
    all_of,
    any_of,
    applicability,
    at_least,
    both,
    either,
    is_open,
    negated,
    negation,
    when,
    where,
)
from smartrules.engines.columns.wholes import NULL, Integers, TooLargeError, Whole, constant
from smartrules.expr import nodes
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Operator,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.expr.text import source
from smartrules.standard import Edition
from smartrules.units import unit
from smartrules.values import Quantity, simplest


class Members(Protocol):
    """A collection as rules ask it: what each function over its members comes to in every row."""

    def quantified(self, node: Quantified) -> Verdict:
        """Return a requirement on every member, or on some."""

    def aggregated(self, node: Aggregate) -> Bounded:
        """Return one number of the members."""

    def misses(self, node: Quantified | Aggregate) -> Truth:
        """Return whether what a function asks of the members, or whether there are any, is missing."""

    def some(self, node: Quantified | Aggregate, asks: Callable[[Reader, Expr], Truth]) -> Truth:
        """Return whether something is so of what is asked of some member, never open."""


@define(eq=False)
class Reader:
    """What the rules of an edition come to over what a frame gives.

    Attributes:
        facts: what the frame gives of each fact, or of each fact of a member.
        stated: the measures that the frame states.
        today: the day for which the facts hold.
        members: the collections that can be asked.
    """

    edition: Edition
    rationals: Rationals
    calendar: Calendar
    facts: Mapping[str, Given]
    stated: Mapping[str, Ratio]
    today: Day
    members: Callable[[str], Members]
    _numbers: dict[Expr, Bounded] = field(factory=dict, init=False)
    _verdicts: dict[tuple[Expr, bool], Verdict] = field(factory=dict, init=False)

    @property
    def integers(self) -> Integers:
        """The arithmetic of integers."""
        return self.rationals.integers

    @property
    def missing(self) -> Missing:
        """The reader that says what is missing."""
        return Missing(self)

    # --- outcomes --------------------------------------------------------------------------------------------------

    def judged(self, rule: Expr) -> Verdict:
        """Return what the whole rule of an indicator comes to, as `exact.judge`."""
        if not isinstance(rule, When):
            return self.verdict(rule)
        key = (rule, True)
        if key not in self._verdicts:
            condition, asked = self.verdict(rule.condition), self.judged(rule.requirement)
            self._verdicts[key] = applicability(condition, asked, self.integers.stages)
        return self._verdicts[key]

    def verdict(self, node: Expr) -> Verdict:
        """Return what a requirement comes to."""
        key = (node, False)
        if key not in self._verdicts:
            try:
                self._verdicts[key] = self._verdict(node)
            except TooLargeError as error:
                raise _too_large(node, error) from None
        return self._verdicts[key]

    def _verdict(self, node: Expr) -> Verdict:
        match node:
            case Name():
                return self._flag(node.id)
            case Comparison():
                return Verdict(self._compared(node.operator, node.left, node.right))
            case Range():
                low = self._compared(node.low_operator, node.low, node.value)
                return Verdict(both(low, self._compared(node.high_operator, node.value, node.high)))
            case Includes():
                held = self._members(node.set.id)
                if node.k is None or node.k == len(node.members):
                    return Verdict(both(*(held[member] for member in node.members)))
                count = self._total([held[member] for member in node.members])
                return Verdict(self.integers.compared(count, ">=", constant(node.k)))
            case OneOf():
                chosen = self._members(node.choice.id)
                return Verdict(either(*(chosen[member] for member in node.members)))
            case AllOf():
                return all_of([self.verdict(part) for part in node.parts])
            case AnyOf():
                return any_of([self.verdict(part) for part in node.parts])
            case AtLeast():
                return at_least(node.k, [self.verdict(part) for part in node.parts], self.integers.stages)
            case Not():
                return negation(self.verdict(node.part))
            case Unknown():
                return Verdict(None)
            case Advice():
                return Verdict(False, True)
            case When():
                return when(self.verdict(node.condition), self.verdict(node.requirement), self.integers.stages)
            case Reported():
                return Verdict(where(self.missing.of(node.of), None, True))
            case Quantified():
                return self.members(node.collection).quantified(node)
            case (
                Literal()
                | nodes.Day()
                | Today()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Count()
                | Aggregate()
            ):
                raise TypeError(f"{type(node).__name__} is no requirement")
            case _:
                assert_never(node)

    def _flag(self, name: str) -> Verdict:
        given = self.facts.get(name)
        derived = self.edition.fact_by_id[name].derived
        if derived is None:
            assert isinstance(given, Verdict)
            return given
        made = self.verdict(derived)
        if given is None:
            return made
        assert isinstance(given, Verdict)
        if isinstance(given.holds, Cell) and not given.holds.open:
            return given
        known = negated(is_open(given.holds))
        return Verdict(where(known, given.holds, made.holds), where(known, False, made.out))

    def _members(self, name: str) -> Mapping[str, Truth]:
        held = self.facts[name]
        assert isinstance(held, Mapping)
        return held

    def _compared(self, operator: Operator, left: Expr, right: Expr) -> Truth:
        if isinstance(left, Count) and isinstance(right, Literal) and left.of.id in self.edition.fact_by_id:
            return self._sized(operator, left, right)
        if self.edition.is_date(left):
            return self.integers.compared(self.day(left), operator, self.day(right))
        return self.rationals.holds(self.number(left), operator, self.number(right))

    def _sized(self, operator: Operator, count: Count, bound: Literal) -> Truth:
        """Return whether a set has so many members; whether it has any, or all, takes no counting."""
        members = [*self._members(count.of.id).values()]
        wanted = Quantity(bound.number, bound.unit).root
        least = {">=": wanted, ">": wanted + 1}.get(operator)
        if least == 1:
            return either(*members)
        if least == len(members):
            return both(*members)
        return self.rationals.holds(self.number(count), operator, self.number(bound))

    def _total(self, truths: list[Truth]) -> Whole:
        """Return how many of the members of a set there are, null where the set is."""
        if not all(isinstance(truth, Cell) for truth in truths):
            return NULL
        return self.integers.size_of([truth for truth in truths if isinstance(truth, Cell)])

    # --- dates -----------------------------------------------------------------------------------------------------

    def day(self, node: Expr) -> Whole:
        """Return the number of a date."""
        return self.calendar.number(self.dated(node))

    def dated(self, node: Expr) -> Day:
        """Return a date, where it stands and how it is moved."""
        match node:
            case Name():
                given = self.facts[node.id]
                assert isinstance(given, Day)
                return given
            case nodes.Day():
                return Day(node.date, open=False)
            case Today():
                return self.today
            case Arithmetic(left=left, right=right):
                by, day = (left, right) if isinstance(left, Literal) else (right, left)
                assert isinstance(by, Literal)
                return self.dated(day).moved(by, -1 if node.operator == "-" else 1)
            case _:
                raise TypeError(f"{type(node).__name__} is no date")

    # --- numbers ---------------------------------------------------------------------------------------------------

    def number(self, node: Expr) -> Bounded:
        """Return a number in root units."""
        if node not in self._numbers:
            try:
                found = self._number(node)
            except TooLargeError as error:
                raise _too_large(node, error) from None
            # What a name stands for is asked again and again.
            self._numbers[node] = self.rationals.kept_bounded(found) if isinstance(node, Name) else found
        return self._numbers[node]

    def value(self, node: Expr) -> Ratio:
        """Return a number of which only the value counts."""
        return self.number(node).value

    def _number(self, node: Expr) -> Bounded:
        match node:
            case Literal():
                return plain(literal(simplest(node.number * node.unit.size)))
            case Name() if node.id in self.edition.measure_by_id:
                return self._measure(node.id)
            case Name():
                return self._fact(node.id)
            case Count() if node.of.id in self.edition.fact_by_id:
                return plain(Ratio(self._total(list(self._members(node.of.id).values()))))
            case Count():
                return self.members(node.of.id).aggregated(Aggregate("count", node.of.id, None))
            case Aggregate():
                return self.members(node.collection).aggregated(node)
            case Negation():
                return plain(self.rationals.negative(self.value(node.operand)))
            case Arithmetic() if self.edition.is_date(node.left):
                days = self.integers.minus(self.day(node.left), self.day(node.right))
                return plain(self.rationals.in_root_units(days, simplest(unit("day").size)))
            case Arithmetic():
                return self.rationals.joined(node.operator, self.number(node.left), self.number(node.right))
            case Rounding():
                step = Quantity(node.step.number, node.step.unit).root
                return plain(self.rationals.rounded(node.mode, self.value(node.value), step))
            case Interpolation():
                return plain(self.rationals.interpolated(node, self.value(node.of)))
            case FirstOf():
                return plain(self._first_of(node))
            case _:
                raise TypeError(f"{type(node).__name__} is no number")

    def _first_of(self, node: FirstOf) -> Ratio:
        found = self.value(node.otherwise)
        for condition, value in reversed([*zip(node.conditions, node.values, strict=True)]):
            held = self.verdict(condition).kept(self.integers.stages)
            found = self.rationals.choose(held.met, self.value(value), found)
            found = self.rationals.kept(self.rationals.choose(negated(held.undetermined), found, None))
        return found

    def _fact(self, name: str) -> Bounded:
        given = self.facts.get(name)
        derived = self.edition.fact_by_id[name].derived
        if derived is None:
            assert isinstance(given, Bounded)
            return given
        made = self.number(derived)
        if given is None:
            return made
        assert isinstance(given, Bounded)
        return self.rationals.chosen(self.rationals.is_known(given.value), given, made)

    def _measure(self, name: str) -> Bounded:
        """Return a measure: its formula, or its stated figure where facts behind the formula are missing."""
        formula = self.edition.measure_by_id[name].value
        found = self.number(formula)
        stated = self.stated.get(name)
        if stated is None:
            return found
        serves = both(self.missing.of(formula), self.rationals.is_known(stated))
        return self.rationals.chosen(serves, plain(stated), self.rationals.kept_bounded(found))


def _too_large(node: Expr, error: TooLargeError) -> Fault:
    return Fault(
        "SR703",
        f"`{source(node)}` cannot be exact in this frame: its numbers may be as large as {error.value:.3g}",
        "check the largest values of its columns, or assess these communities one by one",
    )
