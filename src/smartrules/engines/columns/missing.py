"""The reader of the tree that says where facts are missing behind what is open, so that a stated figure may serve.

What is open for another reason, such as a denominator of zero, misses nothing. The reference says it by the causes of a
derivation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from attrs import frozen

from smartrules.engines.columns.given import Day
from smartrules.engines.columns.numbers import Bounded
from smartrules.engines.columns.truths import Truth, Verdict, both, either, is_open, kept, negated
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
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
    children,
)

if TYPE_CHECKING:
    from smartrules.engines.columns.rules import Reader


@frozen
class Missing:
    """What is missing, over what a `Reader` reads."""

    reader: Reader

    def of(self, node: Expr) -> Truth:
        """Return whether facts are missing behind what a rule or number comes to, which is never open."""
        return kept(self._of(node), self.reader.integers.stages)

    def behind(self, rule: Expr) -> Truth:
        """Return whether facts are missing behind the whole rule of an indicator, which is never open."""
        if not isinstance(rule, When):
            return self.of(rule)
        parts = either(self.of(rule.condition), self.behind(rule.requirement))
        return both(self.reader.judged(rule).undetermined, parts)

    def _of(self, node: Expr) -> Truth:
        match node:
            case Literal() | nodes.Day() | Unknown() | Advice():
                return False
            case Today():
                return self._day(node)
            case Name() if node.id in self.reader.edition.measure_by_id:
                return self._measure(node.id)
            case Name():
                return self._fact(node.id)
            case Arithmetic() if self.reader.edition.is_date(node):
                return self._day(node)
            case Arithmetic(operator="/"):
                zero = self.reader.rationals.is_zero(self.reader.value(node.right))
                return both(negated(zero), self._any(node))
            case Arithmetic() | Negation() | Rounding() | Interpolation():
                return self._any(node)
            case FirstOf():
                return self._first_of(node)
            case Count() if node.of.id in self.reader.edition.fact_by_id:
                return self._fact(node.of.id)
            case Count():
                return self.reader.members(node.of.id).misses(Aggregate("count", node.of.id, None))
            case Aggregate() | Quantified():
                return self.reader.members(node.collection).misses(node)
            case Reported():
                return self.of(node.of)
            case Includes():
                return self._fact(node.set.id)
            case OneOf():
                return self._fact(node.choice.id)
            case Comparison() | Range() | AllOf() | AnyOf() | AtLeast() | Not() | When():
                return both(self.reader.verdict(node).undetermined, self._any(node))
            case _:
                assert_never(node)

    def _any(self, node: Expr) -> Truth:
        return either(*(self.of(part) for part in children(node)))

    def _measure(self, name: str) -> Truth:
        formula = self.reader.edition.measure_by_id[name].value
        stated = self.reader.stated.get(name)
        known = False if stated is None else self.reader.rationals.is_known(stated)
        return both(self.of(formula), negated(known))

    def _fact(self, name: str) -> Truth:
        given, derived = self.reader.facts.get(name), self.reader.edition.fact_by_id[name].derived
        match given:
            case None:
                absent: Truth = True
            case Verdict():
                absent = is_open(given.holds)
            case Bounded():
                absent = negated(self.reader.rationals.is_known(given.value))
            case Day():
                absent = is_open_day(given, self.reader)
            case _:
                absent = is_open(next(iter(given.values())))  # all of its members are known, or none
        return absent if derived is None else both(absent, self.of(derived))

    def _day(self, node: Expr) -> Truth:
        """Return whether a date is missing, and not moved out of the calendar."""
        day = self.reader.dated(node)
        return is_open_day(Day(day.source, open=day.open), self.reader)

    def _first_of(self, node: FirstOf) -> Truth:
        found = self.of(node.otherwise)
        for condition, value in reversed([*zip(node.conditions, node.values, strict=True)]):
            held = self.reader.verdict(condition).kept(self.reader.integers.stages)
            found = either(
                both(held.undetermined, self.of(condition)),
                both(held.met, self.of(value)),
                both(negated(either(held.undetermined, held.met)), found),
            )
        return found


def is_open_day(day: Day, reader: Reader) -> Truth:
    """Return whether a date has no value, which is never open."""
    return negated(reader.integers.is_known(reader.calendar.number(day)))
