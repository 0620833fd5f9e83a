"""The check of kinds and dimensions: what an expression is, or why it is nothing.

Numbers of different dimensions are never compared, added or subtracted; a percentage is the quotient of two numbers of
one dimension, so cameras per household is none. Faults are noted in the log of the document, all of them; a part that
has a fault is of no kind and raises no further ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain, islice, pairwise
from typing import Protocol, Self, assert_never

from attrs import field, frozen

from smartrules.diagnostics import Fault, Log, Span, all_of, did_you_mean, shorten
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
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
)
from smartrules.expr.syntax import spoken
from smartrules.expr.text import source
from smartrules.units import NO_DIMENSION, ONE, PERCENT, Dimension, Unit, multiply, root_unit, unit
from smartrules.values import Kind, Number, write_number


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


#: The units by which a date moves in the calendar.
CALENDAR_UNITS = ("day", "week", "month", "year")

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

    def collection(self, name: str) -> Scope | None:
        """Return the names that a rule may use of each member of a collection, None where there is none."""
        ...

    def unit_of_collection(self, name: str) -> Unit:
        """Return the counting unit of a known collection's members."""
        ...

    def known_collections(self) -> Iterable[str]:
        """Return the names of all collections, for "did you mean"."""
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
_LONGEST_EXPRESSION = 60


def _quoted(node: Expr) -> str:
    return f"`{shorten(source(node), _LONGEST_EXPRESSION)}`"


def _kind_of(node: Expr, found: Type) -> str:
    """Return what a tree is, for a message; a requirement that is a single name is a flag."""
    return "a flag" if found == REQUIREMENT and isinstance(node, Name) else _ARTICLE[found.name]


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
        text = _quoted(node).strip("`")
        hint = {
            "number": f"compare it, such as `{text} >= {_with_unit(70, found)}`",
            "set": f"say what it must have, such as `count({text}) >= 2 kinds` or `{text} includes …`",
            "choice": f"say which it must be, such as `{text} is {(*found.members, '…')[0]}`",
            "date": f"compare it, such as `{text} >= 2022-01-01`",
        }[found.name]
        self.log.add(node.at, "SR306", f"`{text}` is {_ARTICLE[found.name]}, no requirement", hint)
        return False

    def number(self, node: Expr) -> Dimension | None:
        """Return the dimension of a tree that must be a number, or None after noting why it is none."""
        found = self._number(node)
        return None if found is None else found.dimension

    def _number(self, node: Expr) -> Type | None:
        return self._as_number(node, self.type_of(node))

    def _as_number(self, node: Expr, found: Type | None) -> Type | None:
        """Return a type that must be a number's, or None after noting why it is none."""
        if found is None or found.name == "number":
            return found
        hint = {
            "set": f"`count({_quoted(node).strip('`')})` is the number of its members",
            "requirement": "what is true or false cannot be calculated with: join requirements with `and`, `or`, `not`",
            "choice": "what is one of several cannot be calculated with",
            "date": "dates can only be compared",
        }[found.name]
        self.log.add(node.at, "SR302", f"{_quoted(node)} is {_kind_of(node, found)}, not a number", hint)
        return None

    def type_of(self, node: Expr) -> Type | None:
        """Return the type of a tree, or None after noting its faults."""
        match node:
            case Name():
                return self._name(node)
            case Literal():
                return Type("number", node.unit.dimension, unit=node.unit)
            case Day() | Today():
                return DATE
            case Rounding():
                return self._rounding(node)
            case FirstOf():
                return self._first_of(node)
            case Interpolation():
                return self._interpolation(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Negation():
                return self._number(node.operand)
            case Quantified():
                return self._quantified(node)
            case Aggregate():
                return self._aggregate(node)
            case Count() if self.scope.type_of(node.of.id) is None and self.scope.collection(node.of.id) is not None:
                return self._aggregate(Aggregate("count", node.of.id, None, at=node.at))
            case Count():
                return None if self._members(node.of, "set") is None else Type("number", unit("kind").dimension)
            case Unknown():
                return REQUIREMENT
            case Reported():
                return None if self.type_of(node.of) is None else REQUIREMENT
            case Comparison():
                return self._comparison(node)
            case Range():
                return self._range(node)
            case Includes():
                return self._known_members(node, node.set, "set")
            case OneOf():
                return self._known_members(node, node.choice, "choice")
            case AllOf() | AnyOf() | AtLeast():
                return self._requirements(*node.parts)
            case Not() | Advice():
                return self._requirements(node.part)
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
            self.log.add(node.at, "SR206", f"nothing declares `{shorten(node.id)}`", self._name_hint(node.id))
        return found

    def _name_hint(self, name: str) -> str:
        """Return what may be meant by a name that nothing declares."""
        signs = spoken(name)
        if signs is not None:
            return f"write signs for words, with spaces round them: `{shorten(signs)}`"
        if name.lower() in ("true", "false", "yes", "no", "是", "否"):
            return "a flag is required by its name alone, and its contrary by `not` before it"
        for collection in islice(self.scope.known_collections(), 100):
            inner = self.scope.collection(collection)
            if inner is not None and inner.type_of(name) is not None:
                return f"it is a fact of each member of `{collection}`: write `every …: …` or `count({collection} where …)`"
        known = did_you_mean(name, chain(self.scope.known_names(), self.scope.known_collections()))
        for other in () if known else islice(self.scope.known_names(), 1000):
            found = self.scope.type_of(other)
            if found is not None and name in found.members:
                verb = "includes" if found.name == "set" else "is"
                return f"it is a member of `{other}`: write `{other} {verb} {name}`"
        return known or "declare it under `facts:`, or define it under `measures:`"

    def _arithmetic(self, node: Arithmetic) -> Type | None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return None
        if DATE in (left, right):
            return self._moved_date(node, left, right)
        numbers = [self._as_number(node.left, left), self._as_number(node.right, right)]
        if None in numbers:
            return None
        if node.operator == "*":
            return self._product(node, multiply(left.dimension, right.dimension))
        if node.operator == "/":
            if isinstance(node.right, Literal) and node.right.number == 0:
                hint = "a division by zero has no value: divide by another number, or by a fact"
                self.log.add(node.at, "SR308", f"{_quoted(node)} divides by zero", hint)
                return None
            return self._product(node, multiply(left.dimension, right.dimension, -1))
        verb = "added" if node.operator == "+" else "subtracted"
        if not self._of_one_unit(node, node.left, left, node.right, right, verb):
            return None
        return left if left.unit is not None else right

    def _product(self, node: Arithmetic, dimension: Dimension) -> Type | None:
        """Return the type of a product or quotient, or None after noting that no unit is of its dimension."""
        try:
            if dimension:
                unit(str(root_unit(dimension)))
        except Fault:
            what = f"{_quoted(node)} is in `{shorten(str(root_unit(dimension)))}`, which is no unit of anything"
            self.log.add(
                node.at, "SR252", what, "multiply and divide by less: the unit has too many parts or too high a power"
            )
            return None
        return Type("number", dimension)

    def _within(self, name: str, at: Span | None) -> Self | None:
        """Return a checker that also knows the facts of a collection's members, or None after noting why not."""
        scope = self.scope.collection(name)
        if scope is None:
            known = list(self.scope.known_collections())
            hint = did_you_mean(name, known, 0.7) or "declare it under `collections:`"
            self.log.add(at, "SR206", f"there is no collection `{shorten(name)}`", hint)
            return None
        inner = copy(self)
        inner.scope = scope
        return inner

    def _quantified(self, node: Quantified) -> Type | None:
        inner = self._within(node.collection, node.named_at or node.at)
        if inner is None:
            return None
        parts = (node.part,) if node.where is None else (node.where, node.part)
        return inner._requirements(*parts)

    def _aggregate(self, node: Aggregate) -> Type | None:
        inner = self._within(node.collection, node.named_at or node.at)
        if inner is None:
            return None
        fits = node.where is None or inner.requirement(node.where)
        match node.function:
            case "count":
                unit_of_one = self.scope.unit_of_collection(node.collection)
                found: Type | None = Type("number", unit_of_one.dimension, unit=unit_of_one)
            case "share":
                found = Type("number", unit=PERCENT) if node.of is not None and inner.requirement(node.of) else None
            case _:
                found = None if node.of is None else inner._number(node.of)
        if node.rank is not None and (node.rank.unit.dimension or not 0 < node.rank.number * node.rank.unit.size <= 1):
            self.log.add(node.rank.at, "SR407", f"`{source(node.rank)}` is no rank", "write a share above zero: `90 %`")
            return None
        return found if fits else None

    def _moved_date(self, node: Arithmetic, left: Type, right: Type) -> Type | None:
        """Return the type of a date moved by a span of time, or of the time between two dates."""
        if node.operator == "-" and left == right == DATE:
            return Type("number", unit("day").dimension, unit=unit("day"))
        moved, by = (node.left, node.right) if left == DATE else (node.right, node.left)
        movable = isinstance(by, Literal) and str(by.unit) in CALENDAR_UNITS and by.number.denominator == 1
        if movable and (node.operator == "+" or (node.operator == "-" and left == DATE)):
            return DATE
        self.log.add(
            node.at,
            "SR302",
            f"`{source(moved)}` is a date and cannot be reckoned with `{source(by)}`",
            "a date moves by whole days, weeks, months or years, `accepted + 5 days`; two dates give days, `closed - opened`",
        )
        return None

    def _rounding(self, node: Rounding) -> Type | None:
        value, step = self._number(node.value), self._number(node.step)
        if value is None or step is None:
            return None
        if node.step.number <= 0:
            self.log.add(
                node.step.at,
                "SR407",
                f"the step `{source(node.step)}` is not above zero",
                "write the difference to round to, such as `0.1 %`",
            )
            return None
        return (
            value if self._of_one_unit(node, node.value, value, node.step, step, "matched as value and step") else None
        )

    def _first_of(self, node: FirstOf) -> Type | None:
        conditions = [self.requirement(condition) for condition in node.conditions]
        return self._one_number(node, (*node.values, node.otherwise)) if all(conditions) else None

    def _interpolation(self, node: Interpolation) -> Type | None:
        of = self._number(node.of)
        place = self._one_number(node, node.places)
        value = self._one_number(node, node.values)
        if of is None or place is None or value is None:
            return None
        if not self._of_one_unit(node, node.of, of, node.places[0], place, "compared"):
            return None
        roots = [one.number * one.unit.size for one in node.places]
        if any(low >= high for low, high in pairwise(roots)):
            self.log.add(node.at, "SR406", "the points of `interpolate` do not ascend", "write the smallest first")
            return None
        return value

    def _one_number(self, node: Expr, parts: Sequence[Expr]) -> Type | None:
        """Return the type of numbers that must all be in one unit."""
        types = [self._number(part) for part in parts]
        known = [found for found in types if found is not None]
        if len(known) < len(types):
            return None
        fits = [
            self._of_one_unit(node, parts[0], known[0], part, found, "put in one list")
            for part, found in zip(parts[1:], known[1:], strict=True)
        ]
        return known[0] if all(fits) else None

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
            text = _quoted(part).strip("`")
            hint = {
                "set": f"compare how many it has: `{_counted(text, node, right if part is left else left)}`",
                "choice": f"write `{text} is {(*found.members, '…')[0]}`",
                "requirement": f"`{text}` is already true or false: leave the comparison out, or write `not`",
            }[found.name]
            if isinstance(part, Unknown):
                hint = "it stands for a whole requirement: write it alone, or as a part of `all of (…)`"
            self.log.add(part.at, "SR302", f"`{text}` is {_kind_of(part, found)} and cannot be compared", hint)
            return False
        if left_type.name != right_type.name:
            self.log.add(
                node.at,
                "SR302",
                f"{_quoted(left)} is {_ARTICLE[left_type.name]} and {_quoted(right)} is {_ARTICLE[right_type.name]}",
                "compare a date with a date such as `2022-01-01`, and a number with a number in its unit",
            )
            return False
        return self._of_one_unit(node, left, left_type, right, right_type, "compared")

    def _of_one_unit(self, node: Expr, left: Expr, left_is: Type, right: Expr, right_is: Type, verb: str) -> bool:
        """Return whether two numbers may stand side by side, noting why not."""
        for part, other, other_is in ((right, left, left_is), (left, right, right_is)):
            if isinstance(part, Literal) and part.unit == ONE and (other_is.dimension or _speaks_in_shares(other_is)):
                self.log.add(
                    part.at,
                    "SR303",
                    f"the bare number {_quoted(part)} stands beside {_quoted(other)}, which is {_in_unit(other_is)}",
                    f"write its unit: `{_with_unit(part.number, other_is)}`",
                )
                return False
        if left_is.dimension == right_is.dimension:
            return True
        hint = f"numbers are {verb} in units of one kind"
        for part, other_is in ((right, left_is), (left, right_is)):
            if isinstance(part, Literal):
                example = f"{write_number(part.number)} {_own_unit(other_is).after(part.number)}".rstrip()
                hint = f"write a number {_in_unit(other_is)}, such as `{example}`"
                break
        else:
            if NO_DIMENSION in (left_is.dimension, right_is.dimension):
                hint = "a percentage is the quotient of two numbers in one unit"
        self.log.add(
            node.at,
            "SR301",
            f"{_quoted(left)} is {_in_unit(left_is)} and {_quoted(right)} is {_in_unit(right_is)}: "
            f"they cannot be {verb}",
            hint,
        )
        return False

    def _members(self, name: Name, kind: str) -> tuple[str, ...] | None:
        found = self._name(name)
        if found is None:
            return None
        if found.name != kind:
            hint = {
                "number": f"compare it, such as `{name.id} >= {_with_unit(2, found)}`",
                "requirement": "a flag is required by its name alone",
                "set": f"write `{name.id} includes …` or `count({name.id}) >= 2 kinds`",
                "choice": f"write `{name.id} is …`",
                "date": f"compare it, such as `{name.id} >= 2022-01-01`",
            }[found.name]
            self.log.add(name.at, "SR302", f"`{name.id}` is {_kind_of(name, found)}, not {_ARTICLE[kind]}", hint)
            return None
        return found.members

    def _known_members(self, node: Includes | OneOf, name: Name, kind: str) -> Type | None:
        known = self._members(name, kind)
        if known is None:
            return None
        places = node.named_at if len(node.named_at) == len(node.members) else (node.at,) * len(node.members)
        unknown = [(member, at) for member, at in zip(node.members, places, strict=True) if member not in known]
        for member, at in unknown:
            hint = did_you_mean(member, known) or f"it has {all_of(known)}"
            self.log.add(at, "SR304", f"`{name.id}` has no member `{member}`", hint)
        return None if unknown else REQUIREMENT


def _counted(name: str, node: Expr, other: Expr) -> str:
    """Return how a set that is compared itself is compared by its size: with the number that was written."""
    number = other.number if isinstance(other, Literal) else 2
    operator = node.operator if isinstance(node, Comparison) else ">="
    return f"count({name}) {operator} {write_number(number)} {unit('kind').after(number)}"


def _speaks_in_shares(number: Type) -> bool:
    return number.unit is not None and not number.dimension and bool(number.unit.factors)


def _own_unit(number: Type) -> Unit:
    """Return the unit in which a number speaks: its own, else that of its dimension, which plain numbers have not."""
    return number.unit if number.unit is not None else root_unit(number.dimension)


def _in_unit(number: Type) -> str:
    """Return in which unit a number speaks, for a message."""
    measured = _own_unit(number)
    return f"in `{measured}`" if measured.factors else "a plain number"


def _with_unit(amount: Number, other: Type) -> str:
    """Return an amount as it must be written beside another number."""
    measured = _own_unit(other)
    if measured == PERCENT and 0 < amount <= 1:
        amount *= 100  # who writes 0.7 for a share means 70 %
    return f"{write_number(amount)} {measured.after(amount)}".rstrip()
