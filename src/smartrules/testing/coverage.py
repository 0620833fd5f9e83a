"""Boundary coverage: for each threshold of a ruleset, on which sides of it some case pins the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import cast

from attrs import field, frozen

from smartrules.analysis.ranges import always
from smartrules.derivation import Derivation
from smartrules.diagnostics import Span
from smartrules.documents.cases import Case
from smartrules.engines.exact import judge
from smartrules.expr.nodes import Comparison, Expr, FirstOf, Includes, Name, OneOf, Operator, Range, children
from smartrules.expr.text import source
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition


class Side(StrEnum):
    """Where the facts of a case lie, seen from a threshold; a flag, set or choice has only the last three."""

    BELOW = "below"
    AT = "at"
    ABOVE = "above"
    MET = "met"
    NOT_MET = "not met"
    MISSING = "missing"


_OF_THRESHOLD = (Side.BELOW, Side.AT, Side.ABOVE, Side.MISSING)
_OF_STATEMENT = (Side.MET, Side.NOT_MET, Side.MISSING)


@frozen
class Boundary:
    """A threshold, or a statement that holds or not, in the rule of an indicator at a tier.

    Attributes:
        node: the part of the rule.
        sides: those that a case should pin.
        pinned: those that some case pins.
    """

    indicator: str
    tier: str
    node: Expr
    sides: tuple[Side, ...]
    pinned: frozenset[Side] = field(default=frozenset())

    @property
    def open(self) -> tuple[Side, ...]:
        """The sides that no case pins."""
        return tuple(side for side in self.sides if side not in self.pinned)

    @property
    def at(self) -> Span | None:
        """The place in the ruleset's document."""
        return self.node.at

    def __str__(self) -> str:
        sides = ", ".join(self.open) or "nothing"
        return f"{self.tier}.{self.indicator}: `{source(self.node)}` has no case: {sides}"


def coverage(ruleset: Ruleset, cases: Iterable[Case]) -> list[Boundary]:
    """Return every threshold and statement of a ruleset with the sides that its cases pin.

    A case pins a side where it expects the outcome of that indicator at that tier. A rule that is inherited by a higher
    tier counts once, at the tier that states it; one that is inherited from another ruleset is pinned there.
    """
    edition = ruleset.edition
    pinned: dict[tuple[str, int], set[Side]] = {}
    for case in cases:
        for tier, outcomes in case.indicators.items():
            for indicator in outcomes:
                derivation = judge(edition.rules(tier)[indicator], edition, case.facts)
                for part in derivation.walk():
                    side = _side(part)
                    if side is not None:
                        pinned.setdefault((indicator, id(part.node)), set()).add(side)
    return [
        Boundary(name, tier, node, sides, frozenset(pinned.get((name, id(node)), ())))
        for name, tier, rule in _stated_rules(edition)
        for node, sides in [*_boundaries(rule, edition), *_bands(rule, edition)]
    ]


def share(boundaries: Iterable[Boundary]) -> tuple[int, int]:
    """Return how many sides are pinned, of how many."""
    known = list(boundaries)
    return sum(len(b.sides) - len(b.open) for b in known), sum(len(b.sides) for b in known)


def _stated_rules(edition: Edition) -> Iterator[tuple[str, str, Expr]]:
    for indicator in edition.indicators:
        if indicator.applies is not None and indicator.requirements and indicator.origin is None:
            yield indicator.id, indicator.requirements[0].tier, indicator.applies
        for requirement in indicator.requirements:
            if requirement.origin is None:
                yield indicator.id, requirement.tier, requirement.rule


def _boundaries(rule: Expr, edition: Edition) -> Iterator[tuple[Expr, tuple[Side, ...]]]:
    """Yield the parts of a rule that decide, with the sides they have."""
    match rule:
        case Comparison():
            yield rule, tuple(side for side in _OF_THRESHOLD if _can_be(side, rule, edition))
        case Range():
            yield rule, _OF_THRESHOLD
        case Includes() | OneOf():
            yield rule, _OF_STATEMENT
        case Name() if rule.id in edition.fact_by_id:
            yield rule, _OF_STATEMENT
        case _:
            for child in children(rule):
                yield from _boundaries(child, edition)


def _bands(rule: Expr, edition: Edition) -> Iterator[tuple[Expr, tuple[Side, ...]]]:
    """Yield the conditions that choose a value, in the rule and in the measures it names."""
    for node in edition.walk(rule):
        if isinstance(node, FirstOf):
            for condition in node.conditions:
                yield from _boundaries(condition, edition)


def _can_be(side: Side, rule: Comparison, edition: Edition) -> bool:
    """Return whether any community can lie on a side: none has a coverage above 100 %."""
    sign = {Side.BELOW: "<", Side.AT: "=", Side.ABOVE: ">"}.get(side)
    if sign is None:
        return True
    if rule.operator in ("<", "<="):  # its margin grows downwards
        sign = {"<": ">", ">": "<"}.get(sign, sign)
    return always(Comparison(cast("Operator", sign), rule.left, rule.right), edition) is not False


def _side(part: Derivation) -> Side | None:
    """Return on which side of its node a derivation lies, None where the node is no boundary."""
    if not isinstance(part.result, Outcome):
        return None
    match part.node:
        case Comparison() | Range() if part.margin is not None:
            return Side.AT if part.margin.number == 0 else Side.ABOVE if part.margin.number > 0 else Side.BELOW
        case Comparison() | Range() | Includes() | OneOf() | Name():
            return {Outcome.MET: Side.MET, Outcome.NOT_MET: Side.NOT_MET}.get(part.result, Side.MISSING)
        case _:
            return None
