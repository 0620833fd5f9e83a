"""The numbers of an edition that its rules compare with literals: each with its thresholds, and where those are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from smartrules.engines.columns.counts import Place
from smartrules.engines.columns.surveyed import Cut, Exact
from smartrules.engines.comparing import threshold_unit
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    Comparison,
    Count,
    Expr,
    FirstOf,
    Literal,
    Name,
    Not,
    Operator,
    Quantified,
    Range,
    When,
    children,
)
from smartrules.standard import Edition
from smartrules.units import Unit
from smartrules.values import Kind, Quantity

_TURNED: dict[Operator, Operator] = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "!=", "!=": "="}
#: The operators of a comparison whose sides are exchanged.
_MIRRORED: dict[Operator, Operator] = {">=": "<=", "<=": ">=", "<": ">", ">": "<", "=": "=", "!=": "!="}


@frozen
class Threshold:
    """A literal with which a number is compared.

    Attributes:
        operator: how the number must stand to it.
        at: the literal.
        places: the indicators of tiers that ask it, and tiers whose own rule does.
        applies: whether it decides to whom an indicator applies, rather than who meets it.
    """

    operator: Operator
    at: Quantity
    places: tuple[Place, ...]
    applies: bool = False

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Where it parts the values: before or after itself, or on both sides where values must equal it, or must not."""
        match self.operator:
            case ">=" | "<":
                return (Cut(self.at.root),)
            case ">" | "<=":
                return (Cut(self.at.root, after=True),)
            case _:
                return (Cut(self.at.root), Cut(self.at.root, after=True))

    @property
    def around(self) -> tuple[Cut, Cut]:
        """The cuts on both sides of its value, between which are those exactly on it."""
        return Cut(self.at.root), Cut(self.at.root, after=True)


@frozen
class Measured:
    """A number that is compared with literals.

    Attributes:
        exact: the number, as a survey is asked for it.
        unit: in which it is shown, that of its first threshold.
        whole: whether its values are whole numbers of that unit.
        thresholds: the least first.
    """

    exact: Exact
    unit: Unit
    whole: bool
    thresholds: tuple[Threshold, ...]


def measured(edition: Edition, tiers: Sequence[str]) -> tuple[Measured, ...]:
    """Return the numbers that the rules of some tiers compare with literals, in the order in which the rules name them.

    The bands of ``first of``, advice, and what is asked of the members of a collection one by one are left out.
    """
    found: dict[tuple[str | None, Expr], dict[tuple[Operator, Quantity, bool], list[Place]]] = {}
    for place, rule, vocabulary in _rules(edition, tiers):
        owner = place[0] if place[1] is None else None
        for node, operator, at, applies in _compared(rule, vocabulary):
            scored = owner if isinstance(node, Name) and node.id in edition.score_by_id else None
            if owner is not None and scored is None:
                continue  # the rule of a tier counts indicators, which no number of a community is
            places = found.setdefault((scored, node), {}).setdefault((operator, at, applies), [])
            if place not in places:
                places.append(place)
    return tuple(
        _measured(edition, index, tier, node, asked) for index, ((tier, node), asked) in enumerate(found.items())
    )


def _measured(
    edition: Edition,
    index: int,
    tier: str | None,
    node: Expr,
    asked: dict[tuple[Operator, Quantity, bool], list[Place]],
) -> Measured:
    thresholds = [Threshold(operator, at, tuple(places), applies) for (operator, at, applies), places in asked.items()]
    unit = thresholds[0].at.unit
    declared = edition.fact_by_id.get(node.id) if isinstance(node, Name) else None
    counted = isinstance(node, Count) or (declared is not None and declared.kind is Kind.COUNT)
    whole = (
        counted
        and unit.size == 1
        and all(Quantity.in_unit(one.at.root, unit).number.denominator == 1 for one in thresholds)
    )
    in_order = sorted(thresholds, key=lambda one: (one.at.root, one.applies, one.operator))
    return Measured(Exact(f"n{index}", node, tier), unit, whole, tuple(in_order))


def _rules(edition: Edition, tiers: Sequence[str]) -> Iterator[tuple[Place, Expr, Edition]]:
    """Yield the rules of tiers that are known: those of their indicators, then their own."""
    for tier in edition.tiers:
        if tier.id not in tiers or not tier.known:
            continue
        for name, rule in edition.rules(tier.id).items():
            yield (tier.id, name), rule, edition
        if tier.rule is not None:
            yield (tier.id, None), tier.rule, edition.graded


def _compared(
    node: Expr, edition: Edition, *, turned: bool = False, applies: bool = False
) -> Iterator[tuple[Expr, Operator, Quantity, bool]]:
    """Yield each number of a rule that is compared with a literal: how, with which, and whether to see what applies."""

    def one(number: Expr, operator: Operator, literal: Literal) -> tuple[Expr, Operator, Quantity, bool]:
        shown = threshold_unit(literal, number, edition)
        return number, _TURNED[operator] if turned else operator, Quantity.in_unit(literal.root, shown), applies

    match node:
        case Comparison(left=Literal(), right=Literal()):
            return
        case Comparison(operator=operator, left=number, right=Literal() as literal):
            yield one(number, operator, literal)
        case Comparison(operator=operator, left=Literal() as literal, right=number):
            yield one(number, _MIRRORED[operator], literal)
        case Range():
            if isinstance(node.low, Literal):
                yield one(node.value, _MIRRORED[node.low_operator], node.low)
            if isinstance(node.high, Literal):
                yield one(node.value, node.high_operator, node.high)
        case Not():
            yield from _compared(node.part, edition, turned=not turned, applies=applies)
        case When():
            yield from _compared(node.condition, edition, turned=turned, applies=True)
            yield from _compared(node.requirement, edition, turned=turned, applies=applies)
        case FirstOf() | Advice() | Quantified() | Aggregate():
            return
        case _:
            for part in children(node):
                yield from _compared(part, edition, turned=turned, applies=applies)
