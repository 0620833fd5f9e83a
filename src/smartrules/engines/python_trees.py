"""Pieces of Python's own syntax tree, of which `compiled` builds the function of an edition."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from attrs import frozen

from smartrules.expr.nodes import Operator
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.values import Number

LETTERS = {MET: "M", NOT_MET: "X", NOT_APPLICABLE: "N", UNDETERMINED: "U"}
_COMPARE: dict[Operator, type[ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "=": ast.Eq,
    "!=": ast.NotEq,
}
NOTHING = ast.Constant(None)


def read(name: str) -> ast.Name:
    """Return a name that is read."""
    return ast.Name(name, ast.Load())


def call(function: str, *arguments: ast.expr) -> ast.Call:
    """Return the call of a function by its name."""
    return ast.Call(read(function), list(arguments), [])


def attribute(name: str, *attributes: str) -> ast.expr:
    """Return an attribute of what a name holds, or of that attribute in turn."""
    found: ast.expr = read(name)
    for one in attributes:
        found = ast.Attribute(found, one, ast.Load())
    return found


def look_up(function: str, name: str) -> ast.expr:
    """Return the value of the fact that a function finds by its name, or None where it finds none."""
    found = ast.NamedExpr(ast.Name("found", ast.Store()), call(function, ast.Constant(name)))
    return choose((is_same(found, NOTHING), NOTHING), otherwise=attribute("found", "value"))


def is_same(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return the test of two expressions for identity."""
    return ast.Compare(left, [ast.Is()], [right])


def compare(left: ast.expr, operator: Operator, right: ast.expr) -> ast.expr:
    """Return the comparison of two expressions."""
    return ast.Compare(left, [_COMPARE[operator]()], [right])


def any_of_tests(tests: Sequence[ast.expr]) -> ast.expr:
    """Return the test that some of the tests hold."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), list(tests))


def choose(*pairs: tuple[ast.expr, ast.expr], otherwise: ast.expr) -> ast.expr:
    """Return the value of the first test that holds."""
    chosen = otherwise
    for test, value in reversed(pairs):
        chosen = ast.IfExp(test, value, chosen)
    return chosen


def times(left: ast.expr, right: ast.expr | None) -> ast.expr:
    """Return a product, the left side itself where the right one is None for one."""
    if isinstance(left, ast.Constant) and left.value == 1 and right is not None:
        return right
    return left if right is None else ast.BinOp(left, ast.Mult(), right)


@frozen
class NumberCode:
    """A number as the function holds it: a numerator over a positive denominator, None being one.

    Attributes:
        open: tests of which any that holds says that it has no value.
        missing: tests of which any that holds says that it has none because a fact is missing.
        least: the least value that it can have, or None; a denominator that cannot be negative needs no turning.
    """

    numerator: ast.expr
    denominator: ast.expr | None = None
    open: tuple[ast.expr, ...] = ()
    missing: tuple[ast.expr, ...] = ()
    least: Number | None = None

    @property
    def is_never_negative(self) -> bool:
        """Whether it cannot be below zero."""
        return self.least is not None and self.least >= 0


@frozen
class VerdictCode:
    """An outcome as the function holds it, with the outcomes that it can be."""

    value: ast.expr
    possible: frozenset[Outcome]
