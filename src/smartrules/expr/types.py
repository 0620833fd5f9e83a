"""The check of kinds and dimensions: what an expression is, or why it is nothing.

Numbers of different dimensions are never compared, added or subtracted; a percentage is the quotient of two numbers of
one dimension, so cameras per household is none. Faults are noted in the log of the document, all of them; a part that
has a fault is of no kind and raises no further ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, assert_never

from attrs import field, frozen

from smartrules.diagnostics import Log, did_you_mean, one_of
from smartrules.expr.nodes import (
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    Includes,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Range,
    When,
)
from smartrules.expr.text import source
from smartrules.units import NO_DIMENSION, ONE, Dimension, Unit, describe, multiply, unit
from smartrules.values import Kind


@frozen
class Type:
    """What an expression is: a number of a dimension, a requirement, a set, a choice or a date.

    Attributes:
        name: ``number``, ``requirement``, ``set``, ``choice`` or ``date``.
        dimension: of a number.
        members: of a set or choice.
        unit: in which a fact or measure speaks, so that a bare number beside a percentage is noticed.
    """

    name: str
    dimension: Dimension = NO_DIMENSION
    members: tuple[str, ...] = ()
    unit: Unit | None = field(default=None, eq=False)


REQUIREMENT = Type("requirement")
DATE = Type("date")


class Scope(Protocol):
    """The names that an expression may use."""

    def type_of(self, name: str) -> Type | None:
        """Return what a name is, or None where nothing declares it."""
        ...

    def known_names(self) -> Iterable[str]:
        """Return all names, for "did you mean"."""
        ...


def type_of_kind(kind: Kind, measured: Unit | None, members: tuple[str, ...]) -> Type:
    """Return what a fact of a kind is in an expression; a flag is a requirement of its own."""
    if kind.is_number:
        return Type("number", measured.dimension if measured is not None else NO_DIMENSION, unit=measured)
    if kind is Kind.FLAG:
        return REQUIREMENT
    if kind is Kind.DATE:
        return DATE
    return Type(kind.value, members=members)


_ARTICLE = {
    "number": "a number",
    "requirement": "a requirement",
    "set": "a set",
    "choice": "a choice",
    "date": "a date",
}
_NEED_REQUIREMENT = {
    "number": "compare it, such as `{} >= 70 %`",
    "set": "say what it must have, such as `count({}) >= 2 kinds` or `{} includes …`",
    "choice": "say which it must be, such as `{} is …`",
    "date": "compare it, such as `{} >= 2022-01-01`",
}


class Checker:
    """Finds the types of expressions in one scope, noting every fault."""

    def __init__(self, scope: Scope, log: Log) -> None:
        self.scope = scope
        self.log = log

    def requirement(self, node: Expr) -> bool:
        """Return whether a tree is a requirement, noting why not."""
        found = self.type_of(node)
        if found is None:
            return False
        if found.name == "requirement":
            return True
        text = source(node)
        self.log.add(
            node.at,
            "SR306",
            f"`{text}` is {_ARTICLE[found.name]}, no requirement",
            _NEED_REQUIREMENT[found.name].format(text, text),
        )
        return False

    def number(self, node: Expr) -> Dimension | None:
        """Return the dimension of a tree that must be a number, or None after noting why it is none."""
        found = self._number(node)
        return None if found is None else found.dimension

    def _number(self, node: Expr) -> Type | None:
        found = self.type_of(node)
        if found is None or found.name == "number":
            return found
        hint = f"`count({source(node)})` is the number of its members" if found.name == "set" else ""
        self.log.add(node.at, "SR302", f"`{source(node)}` is {_ARTICLE[found.name]}, not a number", hint)
        return None

    def type_of(self, node: Expr) -> Type | None:
        """Return the type of a tree, or None after noting its faults."""
        match node:
            case Name():
                return self._name(node)
            case Literal():
                return Type("number", node.unit.dimension, unit=node.unit)
            case Day():
                return DATE
            case Arithmetic():
                return self._arithmetic(node)
            case Negation():
                return self._number(node.operand)
            case Count():
                return None if self._members(node.of, "set") is None else Type("number", unit("kind").dimension)
            case Comparison():
                return self._comparison(node)
            case Range():
                return self._range(node)
            case Includes():
                return self._known_members(node, node.set, node.members, "set")
            case OneOf():
                return self._known_members(node, node.choice, node.members, "choice")
            case AllOf() | AnyOf() | AtLeast():
                return self._requirements(*node.parts)
            case Not():
                return REQUIREMENT if self.requirement(node.part) else None
            case When():
                return self._requirements(node.requirement, node.condition)
            case _:
                assert_never(node)

    def _requirements(self, *parts: Expr) -> Type | None:
        checked = [self.requirement(part) for part in parts]  # every part, so that every fault is noted
        return REQUIREMENT if all(checked) else None

    def _name(self, node: Name) -> Type | None:
        found = self.scope.type_of(node.id)
        if found is None:
            hint = did_you_mean(node.id, self.scope.known_names())
            self.log.add(node.at, "SR206", f"nothing declares `{node.id}`", hint or "declare it under `facts:`")
        return found

    def _arithmetic(self, node: Arithmetic) -> Type | None:
        left, right = self._number(node.left), self._number(node.right)
        if left is None or right is None:
            return None
        if node.operator == "*":
            return Type("number", multiply(left.dimension, right.dimension))
        if node.operator == "/":
            if isinstance(node.right, Literal) and node.right.number == 0:
                self.log.add(node.at, "SR308", f"`{source(node)}` divides by zero")
                return None
            return Type("number", multiply(left.dimension, right.dimension, -1))
        verb = "added" if node.operator == "+" else "subtracted"
        if not self._of_one_unit(node, node.left, left, node.right, right, verb):
            return None
        return left if left.unit is not None else right

    def _comparison(self, node: Comparison) -> Type | None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return None
        return REQUIREMENT if self._comparable(node, node.left, left, node.right, right) else None

    def _range(self, node: Range) -> Type | None:
        low, value, high = (self.type_of(part) for part in (node.low, node.value, node.high))
        if low is None or value is None or high is None:
            return None
        fits = [
            self._comparable(node, node.value, value, node.low, low),
            self._comparable(node, node.value, value, node.high, high),
        ]
        return REQUIREMENT if all(fits) else None

    def _comparable(self, node: Expr, left: Expr, left_type: Type, right: Expr, right_type: Type) -> bool:
        for part, found in ((left, left_type), (right, right_type)):
            if found.name in ("number", "date"):
                continue
            text = source(part)
            hint = {
                "set": f"compare how many it has: `count({text}) >= 2 kinds`",
                "choice": f"write `{text} is …`",
                "requirement": f"`{text}` is already true or false: leave the comparison out, or write `not`",
            }[found.name]
            self.log.add(part.at, "SR302", f"`{text}` is {_ARTICLE[found.name]} and cannot be compared", hint)
            return False
        if left_type.name != right_type.name:
            self.log.add(
                node.at,
                "SR302",
                f"`{source(left)}` is {_ARTICLE[left_type.name]} and `{source(right)}` is {_ARTICLE[right_type.name]}",
            )
            return False
        return self._of_one_unit(node, left, left_type, right, right_type, "compared")

    def _of_one_unit(self, node: Expr, left: Expr, left_is: Type, right: Expr, right_is: Type, verb: str) -> bool:
        """Return whether two numbers may stand side by side, noting why not."""
        for part, other, other_is in ((right, left, left_is), (left, right, right_is)):
            if isinstance(part, Literal) and part.unit == ONE and (other_is.dimension or _speaks_in_shares(other_is)):
                unit_text = _unit_text(other_is)
                self.log.add(
                    part.at,
                    "SR303",
                    f"the bare number `{source(part)}` stands beside `{source(other)}`, which is in {unit_text}",
                    f"write its unit: `{source(part)} {unit_text.strip('`')}`",
                )
                return False
        if left_is.dimension == right_is.dimension:
            return True
        share = NO_DIMENSION in (left_is.dimension, right_is.dimension)
        self.log.add(
            node.at,
            "SR301",
            f"`{source(left)}` is in {_unit_text(left_is)} and `{source(right)}` in {_unit_text(right_is)}: "
            f"they cannot be {verb}",
            "a percentage is the quotient of two numbers in one unit"
            if share
            else "compare what is in one kind of unit",
        )
        return False

    def _members(self, name: Name, kind: str) -> tuple[str, ...] | None:
        found = self._name(name)
        if found is None:
            return None
        if found.name != kind:
            self.log.add(name.at, "SR302", f"`{name.id}` is {_ARTICLE[found.name]}, not {_ARTICLE[kind]}")
            return None
        return found.members

    def _known_members(self, node: Expr, name: Name, members: tuple[str, ...], kind: str) -> Type | None:
        known = self._members(name, kind)
        if known is None:
            return None
        unknown = [member for member in members if member not in known]
        for member in unknown:
            hint = did_you_mean(member, known) or f"it has {one_of(known)}"
            self.log.add(node.at, "SR304", f"`{name.id}` has no member `{member}`", hint.replace(" or ", " and "))
        return None if unknown else REQUIREMENT


def _speaks_in_shares(number: Type) -> bool:
    return number.unit is not None and not number.dimension and bool(number.unit.factors)


def _unit_text(number: Type) -> str:
    """Return the unit in which a number speaks, for a message."""
    if number.unit is not None and number.unit.factors:
        return f"`{number.unit}`"
    return describe(number.dimension)
