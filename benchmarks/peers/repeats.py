"""A larger ruleset: the standard's indicators said several times over the same facts.

Each time every percentage is a quarter of a percentage point lower, so that each is a decision of its own.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from smartrules.documents.canonical import fingerprint
from smartrules.expr.nodes import AllOf, Comparison, Expr, Literal
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.units import PERCENT
from smartrules.values import simplest

#: How much lower each repeat of the standard sets every percentage, in ten-thousandths.
LOWER = 25


def repeated(edition: Edition, repeats: int) -> Ruleset:
    """Return a ruleset that says an edition's indicators several times."""
    indicators = tuple(
        evolve(
            indicator,
            id=renamed(indicator.id, repeat),
            number=None if repeat else indicator.number,
            measures=() if repeat else indicator.measures,
            applies=None if indicator.applies is None else lowered(indicator.applies, repeat),
            requirements=tuple(evolve(r, rule=lowered(r.rule, repeat)) for r in indicator.requirements),
        )
        for repeat in range(repeats)
        for indicator in edition.indicators
    )
    larger = evolve(edition, indicators=indicators)
    return Ruleset(larger, fingerprint(larger))


def renamed(indicator: str, repeat: int) -> str:
    return f"{indicator}_{repeat}" if repeat else indicator


def ten_thousandths(percent: int, repeat: int) -> int:
    """Return a percentage of the standard as a repeat of it sets it."""
    return percent * 100 - LOWER * repeat


def lowered(node: Expr, repeat: int) -> Expr:
    match node:
        case Literal(unit=unit) if unit == PERCENT:
            return evolve(node, number=simplest(Fraction(node.number) - Fraction(LOWER * repeat, 100)))
        case Comparison():
            return evolve(node, left=lowered(node.left, repeat), right=lowered(node.right, repeat))
        case AllOf():
            return evolve(node, parts=tuple(lowered(part, repeat) for part in node.parts))
        case _:
            return node
