"""Parse tree → nodes: names, literals, functions and connectives, each with its place and its faults.

Building is not recursive, and depth is bounded. A fault does not end it, so that all of an expression's faults are found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, cast

from attrs import frozen
from lark import Token, Tree
from lark.tree import Meta

from smartrules.diagnostics import Fault, Span, all_of, did_you_mean, shorten
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
    Operator,
    Quantified,
    Range,
    Reported,
    Rounding,
    RoundingMode,
    Today,
    Unknown,
    When,
    children,
)
from smartrules.units import ONE, unit
from smartrules.values import Number, read_date, read_number

#: Finds the place in a document of a stretch of the expression's text, given as its two ends.
Locate = Callable[[int, int], Span | None]

#: Words that the language uses itself and that therefore cannot name anything.
RESERVED = frozenset(
    [
        "all",
        "and",
        "any",
        "at",
        "every",
        "first",
        "in",
        "includes",
        "is",
        "least",
        "not",
        "of",
        "or",
        "otherwise",
        "some",
        "then",
        "today",
        "unknown",
        "when",
        "where",
    ]
)

#: Far beyond any rule that a person wrote.
DEEPEST_TREE = 60
LONGEST_NAME = 100
_NAME = re.compile(r"[^\W\d]\w*")


def normal_name(text: str) -> str:
    """Return a name as it is compared: in Unicode's compatibility form, as Python's own names are."""
    return unicodedata.normalize("NFKC", str(text))


class Placed(Exception):
    """A fault with the stretch of text that it is about."""

    def __init__(self, start: int, end: int, fault: Fault) -> None:
        self.start = start
        self.end = end
        self.fault = fault


#: The signs of the language in their other spellings.
PLAIN_OPERATORS = {"==": "=", "＝": "=", "≤": "<=", "≥": ">=", "≠": "!=", "＜": "<", "＞": ">"}
PLAIN_SIGNS = {"＋": "+", "−": "-", "－": "-", "×": "*", "＊": "*", "÷": "/", "／": "/"}
_ROUNDINGS: tuple[RoundingMode, ...] = ("truncate", "round", "round_up")
_OF_MEMBERS = ("sum", "min", "max", "mean")
#: The functions of the language.
FUNCTIONS = ("count", "share", *_OF_MEMBERS, "percentile", *_ROUNDINGS, "interpolate", "reported", "advise")


@frozen
class _Chosen:
    """A collection with the condition that chooses among its members, as an argument of a function."""

    collection: str
    where: Expr | None
    at: Span | None = None


class Builder:
    """Builds the nodes from the leaves up, noting depth as it goes; each method builds what a rule of the grammar parses."""

    def __init__(self, locate: Locate) -> None:
        self.locate = locate
        self.faults: list[Placed] = []
        self.depths: dict[int, int] = {}
        self.joined: dict[int, str] = {}  # nodes written with `and` / `or` and not yet in parentheses
        self.kept: list[Expr] = []  # keeps every node alive, so that ids stay unique

    def build(self, tree: Tree[Token]) -> Expr:
        """Return the tree of an expression; what is wrong with it and does not end it stands in `faults`.

        Raises:
            Placed: where it is nested too deep.
        """
        downwards, ahead = [], [tree]
        while ahead:
            parsed = ahead.pop()
            downwards.append(parsed)
            ahead += [child for child in parsed.children if isinstance(child, Tree)]
        built: dict[int, Any] = {}
        for parsed in reversed(downwards):
            parts = [built[id(child)] if isinstance(child, Tree) else child for child in parsed.children]
            built[id(parsed)] = getattr(self, parsed.data)(parsed.meta, parts)
        return cast("Expr", built[id(tree)])

    def _new(self, meta: Meta, node: Expr) -> Expr:
        depth = 1 + max((self.depths[id(child)] for child in children(node)), default=0)
        if depth > DEEPEST_TREE:
            raise Placed(
                meta.start_pos,
                meta.end_pos,
                Fault("SR205", f"the expression is nested more than {DEEPEST_TREE} deep", "name its parts as measures"),
            )
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    def _at(self, meta: Meta) -> Span | None:
        return self.locate(meta.start_pos, meta.end_pos)

    def _note(self, ends: tuple[int, int], fault: Fault) -> None:
        self.faults.append(Placed(*ends, fault))

    def _faulty(self, meta: Meta, ends: tuple[int, int], fault: Fault) -> Name:
        """Note a fault and return something to build on with, so that the other faults are found too."""
        self._note(ends, fault)
        name = Name("faulty")
        self._new(meta, name)
        return name

    def _named(self, token: Token) -> str:
        text = normal_name(token)
        if len(text) > LONGEST_NAME:
            self._note(_ends(token), Fault("SR112", "the name is too long", f"at most {LONGEST_NAME} characters"))
        elif _NAME.fullmatch(text) is None:  # a sign such as ² or ﷺ, which is a digit or several words
            hint = "a name is letters (of any script), digits and `_`, and begins with a letter"
            self._note(_ends(token), Fault("SR112", f"`{shorten(str(token))}` cannot be a name", hint))
        if text in RESERVED:
            what = f"`{text}` is a word of the language and names nothing"
            self._note(_ends(token), Fault("SR201", what, "use another id"))
        return text

    def start(self, meta: Meta, parts: list[Expr]) -> Expr:
        return parts[0]

    def group(self, meta: Meta, parts: list[Expr]) -> Expr:
        self.joined.pop(id(parts[0]), None)
        return parts[0]

    def name(self, meta: Meta, parts: list[Token]) -> Expr:
        return self._new(meta, Name(self._named(parts[0]), at=self._at(meta)))

    def literal(self, meta: Meta, parts: list[Token]) -> Expr:
        number: Number = 0
        try:
            number = read_number(parts[0])
        except Fault as fault:
            self._note(_ends(parts[0]), fault)
        measured = ONE
        if len(parts) > 1:
            try:
                measured = unit(parts[1])
            except Fault as fault:
                if fault.code == "SR251" and re.search(r"[/*·⋅]", parts[1]):
                    fault.help = "put a space on both sides of `/` or `*` to calculate with a name: `12 % * share`"
                self._note(_ends(parts[1]), fault)
        return self._new(meta, Literal(number, measured, at=self._at(meta)))

    def day(self, meta: Meta, parts: list[Token]) -> Expr:
        try:
            return self._new(meta, Day(read_date(parts[0]), at=self._at(meta)))
        except Fault as fault:
            return self._faulty(meta, _ends(parts[0]), fault)

    def pair(self, meta: Meta, parts: list[Any]) -> tuple[Expr, Expr]:
        return parts[0], parts[1]

    def today(self, meta: Meta, parts: list[Token]) -> Expr:
        return self._new(meta, Today(at=self._at(meta)))

    def unknown(self, meta: Meta, parts: list[Token]) -> Expr:
        return self._new(meta, Unknown(at=self._at(meta)))

    def first_of(self, meta: Meta, parts: list[Any]) -> Expr:
        *pairs, otherwise = parts
        conditions, values = zip(*pairs, strict=True)
        return self._new(meta, FirstOf(conditions, values, otherwise, at=self._at(meta)))

    def chosen(self, meta: Meta, parts: list[Any]) -> _Chosen:
        return _Chosen(self._named(parts[0]), parts[1], self.locate(*_ends(parts[0])))

    def quantified(self, meta: Meta, parts: list[Any]) -> Expr:
        where = parts[2] if len(parts) == 4 else None
        quantifier = cast("Any", str(parts[0]))
        name, place = self._named(parts[1]), self.locate(*_ends(parts[1]))
        return self._new(meta, Quantified(quantifier, name, where, parts[-1], named_at=place, at=self._at(meta)))

    def _aggregate(self, meta: Meta, function: str, arguments: list[Any]) -> Expr | None:
        """Return a function over the members of a collection, None where the arguments are of another form."""
        chosen = arguments[0] if arguments else None
        if isinstance(chosen, Name):
            chosen = _Chosen(chosen.id, None, chosen.at)
        if not isinstance(chosen, _Chosen) or any(isinstance(part, tuple | _Chosen) for part in arguments[1:]):
            return None
        of, rank = arguments[1:2], arguments[2:]
        wanted = {"count": (0, 0), "percentile": (1, 1)}.get(function, (1, 0))
        if (len(of), len(rank)) != wanted or not all(isinstance(part, Literal) for part in rank):
            return None
        node = Aggregate(
            cast("Any", function), chosen.collection, chosen.where, *of, *rank, named_at=chosen.at, at=self._at(meta)
        )
        return self._new(meta, node)

    def call(self, meta: Meta, parts: list[Any]) -> Expr:
        function, arguments = str(parts[0]), parts[1:]
        at, ends = self._at(meta), (meta.start_pos, meta.end_pos)
        match function, arguments:
            case "count", [_Chosen()]:
                return cast("Expr", self._aggregate(meta, function, arguments))
            case (("share" | "percentile" | "sum" | "min" | "max" | "mean"), _):
                made = self._aggregate(meta, function, arguments)
                if made is not None:
                    return made
                example = {
                    "share": "share(buildings where storeys >= 19 storeys, monitored)",
                    "percentile": "percentile(buildings, height, 90 %)",
                }.get(function, f"{function}(shops where open, floor_area)")
                message = f"`{function}` takes a collection and what is asked of each member"
                return self._faulty(meta, ends, Fault("SR302", message, f"write `{example}`"))
            case _, [*_] if any(isinstance(part, _Chosen) for part in arguments):
                message = f"`{function}` does not choose among the members of a collection"
                return self._faulty(
                    meta, ends, Fault("SR302", message, "`where` stands in `count`, `share`, `sum` and the like")
                )
            case "count", [Name() as of]:
                return self._new(meta, Count(of, at=at))
            case "count", _:
                help_line = "write `count(scenarios) >= 3 kinds`"
                return self._faulty(meta, ends, Fault("SR302", "`count` takes one set by its name", help_line))
            case "reported", [Name() as of]:
                return self._new(meta, Reported(of, at=at))
            case "reported", _:
                help_line = "write `reported(open_data)`"
                fault = Fault("SR302", "`reported` takes one fact or measure by its name", help_line)
                return self._faulty(meta, ends, fault)
            case "advise", [part] if not isinstance(part, tuple):
                return self._new(meta, Advice(part, at=at))
            case "advise", _:
                help_line = "write `advise(area >= 800 m^2)`"
                return self._faulty(meta, ends, Fault("SR302", "`advise` takes one requirement", help_line))
            case ("truncate" | "round" | "round_up") as mode, [value, Literal() as step] if not isinstance(
                value, tuple
            ):
                return self._new(meta, Rounding(mode, value, step, at=at))
            case (("truncate" | "round" | "round_up"), _):
                message = f"`{function}` takes a value and the step to which it goes"
                return self._faulty(meta, ends, Fault("SR302", message, f"write `{function}(coverage, 0.1 %) >= 70 %`"))
            case "interpolate", [of, *points] if len(points) >= 2 and not isinstance(of, tuple) and _are_points(points):
                places, values = zip(*points, strict=True)
                return self._new(meta, Interpolation(of, places, values, at=at))
            case "interpolate", _:
                message = "`interpolate` takes a value and at least two points, each a number then a number"
                help_line = "write `interpolate(coverage, 50 % then 0 points, 90 % then 10 points)`"
                return self._faulty(meta, ends, Fault("SR302", message, help_line))
            case _:
                known = all_of(FUNCTIONS)
                hint = did_you_mean(function, FUNCTIONS) or f"the functions are {known}; `*` multiplies"
                fault = Fault("SR201", f"there is no function `{shorten(function)}`", hint)
                return self._faulty(meta, _ends(parts[0]), fault)

    def arithmetic(self, meta: Meta, parts: list[Any]) -> Expr:
        left, sign, right = parts
        operator = PLAIN_SIGNS.get(sign, str(sign))
        return self._new(meta, Arithmetic(cast("Any", operator), left, right, at=self._at(meta)))

    def negation(self, meta: Meta, parts: list[Any]) -> Expr:
        operand = parts[1]
        if isinstance(operand, Literal):
            return self._new(meta, Literal(-operand.number, operand.unit, at=self._at(meta)))
        return self._new(meta, Negation(operand, at=self._at(meta)))

    def comparison(self, meta: Meta, parts: list[Any]) -> Expr:
        operands = parts[::2]
        operators = [cast("Operator", PLAIN_OPERATORS.get(token, str(token))) for token in parts[1::2]]
        if len(operators) == 1:
            return self._new(meta, Comparison(operators[0], operands[0], operands[1], at=self._at(meta)))
        signs = {operator[0] for operator in operators}
        if len(operators) == 2 and signs in ({"<"}, {">"}):
            if signs == {">"}:
                operands.reverse()
                operators = [cast("Operator", operator.replace(">", "<")) for operator in reversed(operators)]
            low, value, high = operands
            first, second = cast("Any", operators[0]), cast("Any", operators[1])
            return self._new(meta, Range(low, first, value, second, high, at=self._at(meta)))
        fault = Fault(
            "SR203",
            f"comparisons cannot be chained as {' '.join(f'`{t}`' for t in parts[1:20:2])}",
            "write a range as `80 % <= rate <= 90 %`, or join two comparisons with `and`",
        )
        return self._faulty(meta, _whole(meta), fault)

    def one_member(self, meta: Meta, parts: list[Token]) -> tuple[list[Token], int | None]:
        return parts, None

    all_members = one_member

    def any_members(self, meta: Meta, parts: list[Token]) -> tuple[list[Token], int | None]:
        return parts, 1

    def some_members(self, meta: Meta, parts: list[Token]) -> tuple[list[Token], int | None]:
        return parts[1:], self._at_least(parts[0], len(parts) - 1)

    def includes(self, meta: Meta, parts: list[Any]) -> Expr:
        of, (tokens, k) = parts
        name = self._operand_name(meta, of, "includes", "online_payments includes water")
        members = self._members(tokens)
        return self._new(meta, Includes(name, members, k, named_at=self._places(tokens), at=self._at(meta)))

    def is_one(self, meta: Meta, parts: list[Any]) -> Expr:
        name = self._operand_name(meta, parts[0], "is", "water_body is river")
        node = self._one_of(meta, name, parts[-1:])
        return self._new(meta, Not(node, at=self._at(meta))) if len(parts) == 3 else node

    def is_in(self, meta: Meta, parts: list[Any]) -> Expr:
        name = self._operand_name(meta, parts[0], "in", "water_body in (river, lake)")
        return self._one_of(meta, name, parts[1:])

    def _one_of(self, meta: Meta, name: Name, tokens: list[Token]) -> Expr:
        return self._new(meta, OneOf(name, self._members(tokens), named_at=self._places(tokens), at=self._at(meta)))

    def _places(self, tokens: Sequence[Token]) -> tuple[Span | None, ...]:
        return tuple(self.locate(*_ends(token)) for token in tokens)

    def inversion(self, meta: Meta, parts: list[Any]) -> Expr:
        return self._new(meta, Not(parts[1], at=self._at(meta)))

    def conjunction(self, meta: Meta, parts: list[Expr]) -> Expr:
        node = self._new(meta, AllOf(tuple(parts), at=self._at(meta)))
        self.joined[id(node)] = "and"
        return node

    def disjunction(self, meta: Meta, parts: list[Expr]) -> Expr:
        if any(self.joined.get(id(part)) for part in parts):
            fault = Fault(
                "SR204",
                "`and` and `or` stand side by side",
                "say with parentheses which belongs together: `a and (b or c)`, or write `all of (…)` and `any of (…)`",
            )
            return self._faulty(meta, _whole(meta), fault)
        return self._new(meta, AnyOf(tuple(parts), at=self._at(meta)))

    def all_of(self, meta: Meta, parts: list[Expr]) -> Expr:
        return self._new(meta, AllOf(tuple(parts), at=self._at(meta)))

    def any_of(self, meta: Meta, parts: list[Expr]) -> Expr:
        return self._new(meta, AnyOf(tuple(parts), at=self._at(meta)))

    def at_least(self, meta: Meta, parts: list[Any]) -> Expr:
        k = self._at_least(parts[0], len(parts) - 1)
        return self._new(meta, AtLeast(k, tuple(parts[1:]), at=self._at(meta)))

    def when(self, meta: Meta, parts: list[Expr]) -> Expr:
        return self._new(meta, When(parts[0], parts[1], at=self._at(meta)))

    def _at_least(self, token: Token, parts: int) -> int:
        try:
            return whole_k(token, parts)
        except Fault as fault:
            self._note(_ends(token), fault)
            return 1

    def _members(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        members: dict[str, Token] = {}
        for token in tokens:
            name = self._named(token)
            if name in members:
                self._note(_ends(token), Fault("SR304", f"`{name}` is named twice", "name each member once"))
            members[name] = token
        return tuple(members)

    def _operand_name(self, meta: Meta, node: Expr, word: str, example: str) -> Name:
        if isinstance(node, Name):
            return node
        kind = "set" if word == "includes" else "choice"
        fault = Fault("SR302", f"`{word}` takes a {kind} by its name", f"write `{example}`")
        return self._faulty(meta, _whole(meta), fault)


def whole_k(text: str, parts: int) -> int:
    """Return the k of ``at least k of`` a list.

    Raises:
        Fault: SR208 where the list cannot give it.
    """
    k = int(text) if len(text) < 6 else parts + 1
    if 1 <= k <= parts:
        return k
    have = "its list of 1 part has" if parts == 1 else f"its list of {parts} parts has"
    asks = "requires nothing" if k < 1 else f"asks for more than {have}"
    hint = f"write a number from 1 to {parts}" if parts > 1 else "write `at least 1 of`, or the part alone"
    raise Fault("SR208", f"`at least {shorten(text, 12)} of` {asks}", hint)


def _whole(meta: Meta) -> tuple[int, int]:
    return meta.start_pos, meta.end_pos


def _ends(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


def _are_points(arguments: Sequence[Any]) -> bool:
    return all(isinstance(a, tuple) and isinstance(a[0], Literal) and isinstance(a[1], Literal) for a in arguments)
