"""Boundary coverage: for each threshold of a ruleset, on which sides of it some case pins what is expected.

A threshold stands in the rule of an indicator, in the bands of the points that it earns, in the rule of a tier or in the
bands of a score. A case pins it only where it expects that very thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import cast

from attrs import field, frozen

from smartrules.analysis.ranges import always
from smartrules.assessment import Assessment
from smartrules.derivation import Derivation
from smartrules.diagnostics import Span
from smartrules.documents.cases import Case
from smartrules.expr.nodes import (
    Comparison,
    Expr,
    FirstOf,
    Includes,
    Name,
    OneOf,
    Operator,
    Quantified,
    Range,
    Reported,
    children,
)
from smartrules.expr.text import source
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import INDICATORS, Edition


class Side(StrEnum):
    """Where the facts of a case lie, seen from a threshold, a statement that holds or not, or a `reported(…)`."""

    BELOW = "below"
    AT = "at"
    ABOVE = "above"
    MET = "met"
    NOT_MET = "not met"
    REPORTED = "reported"
    NOT_REPORTED = "not reported"
    MISSING = "missing"


_OF_THRESHOLD = (Side.BELOW, Side.AT, Side.ABOVE, Side.MISSING)
_OF_STATEMENT = (Side.MET, Side.NOT_MET, Side.MISSING)
_OF_REPORTED = (Side.REPORTED, Side.NOT_REPORTED, Side.MISSING)

_Sides = Iterator[tuple[Expr, tuple[Side, ...]]]


@frozen
class Boundary:
    """A threshold, or a statement that holds or not.

    Attributes:
        of: what it decides: ``basic.greenery``, ``points of greenery``, the tier ``good`` or the score ``total``.
        node: the part of the rule.
        sides: those that a case should pin.
        pinned: those that some case pins.
    """

    of: str
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
        return f"{self.of}: `{source(self.node)}` has no case: {sides}"


#: What decides something: its kind and the id of the indicator, tier or score. An indicator has one for all its tiers.
_Decided = tuple[str, str]


def coverage(ruleset: Ruleset, cases: Iterable[Case]) -> list[Boundary]:
    """Return every threshold and statement of a ruleset with the sides that its cases pin.

    - The rule of an indicator is pinned by a case that expects the outcome of that indicator at that tier. A rule that a
      higher tier inherits counts once, at the tier that states it.
    - The bands of its points are pinned by a case that expects its points, or a score that counts them.
    - The rule of a tier is pinned by a case that expects the outcome of that tier. The highest tier reached says it of that
      one, of all below it, and of the one above, which is not reached.
    - The bands of a score are pinned by a case that expects that score.

    Bands behind the one that gives the value are not asked, and pin nothing. What is inherited from another ruleset is
    pinned there.
    """
    pinned: dict[tuple[_Decided, int], set[Side]] = {}
    for case in cases:
        for decided, derivation in _expected(ruleset.assess(case.facts), case):
            for part in _asked(derivation):
                side = _side(part)
                if side is not None:
                    pinned.setdefault((decided, id(part.node)), set()).add(side)
    return [
        Boundary(of, node, sides, frozenset(pinned.get((decided, id(node)), ())))
        for of, decided, boundaries in _stated(ruleset.edition)
        for node, sides in boundaries
    ]


def share(boundaries: Iterable[Boundary]) -> tuple[int, int]:
    """Return how many sides are pinned, of how many."""
    known = list(boundaries)
    return sum(len(b.sides) - len(b.open) for b in known), sum(len(b.sides) for b in known)


# --- what a ruleset states -----------------------------------------------------------------------------------------


def _stated(edition: Edition) -> Iterator[tuple[str, _Decided, _Sides]]:
    """Yield what an edition decides by rules of its own, each with its thresholds and statements."""
    for indicator in edition.indicators:
        decided = ("indicator", indicator.id)
        if indicator.applies is not None and indicator.requirements and indicator.origin is None:
            yield f"{indicator.requirements[0].tier}.{indicator.id}", decided, _of_rule(indicator.applies, edition)
        for requirement in indicator.requirements:
            if requirement.origin is None:
                yield f"{requirement.tier}.{indicator.id}", decided, _of_rule(requirement.rule, edition)
        worth = indicator.points
        if worth is not None and worth.value is not None and worth.origin is None:
            yield f"points of {indicator.id}", ("points", indicator.id), _bands(worth.value, edition)
    for tier in edition.tiers:
        if tier.rule is not None and tier.origin is None:
            yield tier.id, ("tier", tier.id), _of_rule(tier.rule, edition.graded)
    for score in edition.scores:
        if score.origin is None:
            yield f"score {score.id}", ("score", score.id), _bands(score.value, edition.graded)


def _of_rule(rule: Expr, edition: Edition) -> _Sides:
    yield from _boundaries(rule, edition)
    yield from _bands(rule, edition)


def _boundaries(rule: Expr, edition: Edition) -> _Sides:
    """Yield the parts of a rule that decide, with the sides they have."""
    match rule:
        case Comparison():
            yield rule, tuple(side for side in _OF_THRESHOLD if _can_be(side, rule, edition))
        case Range():
            yield rule, _OF_THRESHOLD
        case Includes() | OneOf():
            yield rule, _OF_STATEMENT
        case Quantified() if _is_of_indicators(rule, edition):
            yield rule, _OF_STATEMENT
        case Reported() if rule.of.id in edition.collection_of_fact:  # of a member nobody says that it is not reported
            yield rule, (Side.REPORTED, Side.MISSING)
        case Reported():
            yield rule, _OF_REPORTED
        case Name() if rule.id in edition.fact_by_id:
            yield rule, _OF_STATEMENT
        case _:
            for child in children(rule):
                yield from _boundaries(child, edition)


def _is_of_indicators(rule: Quantified, edition: Edition) -> bool:
    """Return whether it is indicators that are asked, so that what is asked of each is no threshold of the ruleset."""
    return edition.collection(rule.collection).id == INDICATORS


def _bands(rule: Expr, edition: Edition) -> _Sides:
    """Yield the conditions that choose a value, in an expression and in the measures it names.

    Where all facts of a condition are asked before it already, what is missing is missing there.
    """
    for node in edition.walk(rule):
        if not isinstance(node, FirstOf):
            continue
        before: set[str] = set()
        for condition in node.conditions:
            for part, sides in _boundaries(condition, edition):
                repeated = before.issuperset(edition.facts_behind(part))
                yield part, tuple(side for side in sides if side is not Side.MISSING or not repeated)
            before.update(edition.facts_behind(condition))


def _can_be(side: Side, rule: Comparison, edition: Edition) -> bool:
    """Return whether any community can lie on a side: none has a coverage above 100 %."""
    sign = {Side.BELOW: "<", Side.AT: "=", Side.ABOVE: ">"}.get(side)
    return sign is None or always(Comparison(cast("Operator", sign), rule.left, rule.right), edition) is not False


# --- what a case expects -------------------------------------------------------------------------------------------


def _expected(found: Assessment, case: Case) -> Iterator[tuple[_Decided, Derivation]]:
    """Yield what a case expects something of, each with what it came to."""
    for tier, outcomes in case.indicators.items():
        for indicator in outcomes:
            yield ("indicator", indicator), found[tier][indicator].derivation
    for tier, points in case.points.items():
        for indicator in points:
            yield from _points(found, tier, indicator)
    for tier in (*case.tiers, *_told_by_the_highest(found, case)):
        ruled = found[tier].derivation
        if ruled is not None:
            yield ("tier", tier), ruled
    for tier, scores in case.scores.items():
        for score, value in scores.items():
            derivation = found[tier].scored.get(score)
            if derivation is None:
                continue
            yield ("score", score), derivation
            for indicator in _counted(derivation):
                for decided, earned in _points(found, tier, indicator):
                    if (earned.result is None) == (value is None):  # an unknown score tells nothing of what is known
                        yield decided, earned


def _points(found: Assessment, tier: str, indicator: str) -> Iterator[tuple[_Decided, Derivation]]:
    earned = found[tier][indicator].earned
    if earned is not None:
        yield ("points", indicator), earned


def _counted(score: Derivation) -> Iterator[str]:
    """Yield the indicators whose points a score counts."""
    for member in score.walk():
        if member.member is not None and any(part.node == Name("points") for part in member.walk()):
            yield member.member


def _told_by_the_highest(found: Assessment, case: Case) -> tuple[str, ...]:
    """Return the tiers of which the highest tier reached says whether they are: up to it, and the one above."""
    if case.tier is None:
        return ()
    order = tuple(found)
    return order[:1] if case.tier == "none" else order[: order.index(case.tier) + 2]


def _asked(derivation: Derivation) -> Iterator[Derivation]:
    """Yield a derivation and those below it, but for bands behind the one that gives the value."""
    yield derivation
    parts = derivation.parts
    if isinstance(derivation.node, FirstOf):
        conditions = parts[0:-1:2]
        open_or_met = (n for n, part in enumerate(conditions) if part.outcome in (Outcome.MET, Outcome.UNDETERMINED))
        decisive = next(open_or_met, len(conditions))
        values = parts[1:-1:2] + parts[-1:]
        parts = (*conditions[: decisive + 1], values[decisive])
    for part in parts:
        yield from _asked(part)


def _side(part: Derivation) -> Side | None:
    """Return on which side of its node a derivation lies, None where the node is no boundary."""
    if not isinstance(part.result, Outcome):
        return None
    match part.node:
        case Comparison(operator="<" | "<=") if part.margin is not None:  # its margin grows downwards
            return Side.AT if part.margin.number == 0 else Side.BELOW if part.margin.number > 0 else Side.ABOVE
        case Comparison() | Range() if part.margin is not None:
            return Side.AT if part.margin.number == 0 else Side.ABOVE if part.margin.number > 0 else Side.BELOW
        case Reported():
            return {Outcome.MET: Side.REPORTED, Outcome.NOT_MET: Side.NOT_REPORTED}.get(part.result, Side.MISSING)
        case Comparison() | Range() | Includes() | OneOf() | Name() | Quantified():
            return {Outcome.MET: Side.MET, Outcome.NOT_MET: Side.NOT_MET}.get(part.result, Side.MISSING)
        case _:
            return None
