"""Derivations: what every part of a rule came to, and why.

A derivation mirrors the rule's tree. A value or outcome that is open carries its causes: the facts that are missing or
not reported, a division by zero, a date that does not exist, a requirement that is not to hand. A part that could no longer change the result hands no cause upwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import frozen

from smartrules.expr.nodes import Expr
from smartrules.outcome import Outcome
from smartrules.values import Number, Quantity


@frozen
class Missing:
    """A fact that is not known."""

    fact: str


@frozen
class NotReported:
    """A fact or measure of which the community says that it is not reported, so that nobody waits for it."""

    name: str


@frozen
class ZeroDenominator:
    """A quotient whose denominator is zero."""

    formula: Expr


@frozen
class BeyondCalendar:
    """A date moved to before year 1 or past year 9999, where there is no date."""

    formula: Expr


@frozen
class NotToHand:
    """A requirement that is not to hand, which no fact can decide."""


Cause = Missing | NotReported | ZeroDenominator | BeyondCalendar | NotToHand

#: What a part comes to: an outcome, a value in root units, or None where the value is not known.
Result = Outcome | Number | frozenset[str] | str | date | None


class _Unsealed:
    """A derivation while `conclude` fills it in: the same slots, and still open to assignment."""

    __slots__ = ("__weakref__", "bounds", "causes", "margin", "member", "node", "parts", "result", "stated")


@frozen
class Derivation(_Unsealed):
    """What one part of a rule came to.

    Attributes:
        node: the part of the rule.
        result: its outcome or value.
        parts: the derivations it was computed from, in the order in which they were asked; of a measure, its formula.
        causes: why the result is open; empty where it is not.
        margin: how far from the threshold, in the threshold's unit; positive or zero on the side that is required,
            negative on the other. None where nothing is measured, or parts in different units are joined.
        stated: whether this is a measure whose stated figure served because its counts are absent.
        bounds: the least and greatest value that an unknown number can have, None for no bound on a side.
        member: the member of a collection that this is about.
    """

    node: Expr
    result: Result
    parts: tuple[Derivation, ...] = ()
    causes: tuple[Cause, ...] = ()
    margin: Quantity | None = None
    stated: bool = False
    bounds: tuple[Number | None, Number | None] | None = None
    member: str | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome of a requirement."""
        result = self.result
        assert isinstance(result, Outcome)
        return result

    def of_member(self, member: str) -> Derivation:
        """Return this derivation as one about a member of a collection."""
        return conclude(self.node, self.result, self.parts, self.causes, self.margin, self.stated, self.bounds, member)

    def walk(self) -> Iterator[Derivation]:
        """Yield this derivation and every one below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def conclude(
    node: Expr,
    result: Result,
    parts: tuple[Derivation, ...] = (),
    causes: tuple[Cause, ...] = (),
    margin: Quantity | None = None,
    stated: bool = False,
    bounds: tuple[Number | None, Number | None] | None = None,
    member: str | None = None,
) -> Derivation:
    """Return a derivation as `Derivation` does, in a quarter of the time.

    A frozen class has to go round its own refusal for every field. This one is filled in first and becomes a
    derivation, from then on as immutable as any, before anything else sees it.
    """
    filled: Any = _Unsealed()
    filled.node = node
    filled.result = result
    filled.parts = parts
    filled.causes = causes
    filled.margin = margin
    filled.stated = stated
    filled.bounds = bounds
    filled.member = member
    filled.__class__ = Derivation
    return filled  # type: ignore[no-any-return]
