"""Rules with what their names stand for in the place of the names: the formulas of measures, the values of facts."""

from __future__ import annotations

from collections.abc import Callable

from smartrules.expr.nodes import Count, Expr, Includes, Literal, Name, OneOf, Reported, children, with_children
from smartrules.standard import Edition


def with_formulas(node: Expr, edition: Edition) -> Expr:
    """Return an expression with the formulas of its measures in their place."""

    def formula(name: Name) -> Expr:
        measure = edition.measure_by_id.get(name.id)
        return name if measure is None else with_formulas(measure.value, edition)

    return _put(node, formula)


def with_value(node: Expr, fact: str, value: Literal) -> Expr:
    """Return an expression with a number in the place of a fact."""
    return _put(node, lambda name: value if name.id == fact else name)


def _put(node: Expr, other: Callable[[Name], Expr]) -> Expr:
    if isinstance(node, Name):
        return other(node)
    parts = children(node)
    if not parts or isinstance(node, Count | Includes | OneOf | Reported):  # they ask of the name itself
        return node
    return with_children(node, [_put(part, other) for part in parts])
