"""Text → tree.

The grammar stands in ``grammar.lark``; lark reads it when the first expression is parsed. Parsing and building are not
recursive, and length and depth are bounded, so that no text from a stranger can exhaust the interpreter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive, v_args

from smartrules.diagnostics import Fault, Log, RulesetError, Span, Text, did_you_mean, shorten
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
    Operator,
    Range,
    When,
    children,
)
from smartrules.units import ONE, unit
from smartrules.values import Number, read_date, read_number

#: Finds the place in a document of a stretch of the expression's text, given as its two ends.
Locate = Callable[[int, int], Span]

#: Words that the language uses itself and that therefore cannot name anything.
RESERVED = frozenset(["all", "and", "any", "at", "in", "includes", "is", "least", "not", "of", "or", "when"])

# Far beyond any rule that a person wrote.
LONGEST_TEXT = 20_000
DEEPEST_TREE = 60
LONGEST_NAME = 100


def parse(text: str) -> Expr:
    """Return the tree of an expression.

    Raises:
        RulesetError: with every fault found (codes SR201 to SR253).
    """
    log = Log(Text(None, text))
    tree = parse_into(log, text, log.text.span)
    if tree is None:
        raise RulesetError(log.errors)
    return tree


def parse_into(log: Log, text: str, locate: Locate) -> Expr | None:
    """Return the tree of an expression that stands in a document, or None after noting its faults."""

    def note(start: int, end: int, fault: Fault) -> None:
        log.add_fault(locate(start, max(end, start + 1)), fault)

    fault = _bounds(text)
    if fault is not None:
        note(fault.offset, fault.offset + (fault.width or 1), fault)
        return None
    builder = _Builder(locate)
    try:
        tree = builder.transform(_grammar().parse(text))
    except VisitError as error:
        if not isinstance(error.orig_exc, _Placed):
            raise
        builder.faults.append(error.orig_exc)
    except UnexpectedInput as error:
        fault = _syntax_fault(text, error)
        note(fault.offset, fault.offset + (fault.width or 1), fault)
        return None
    for placed in builder.faults:
        note(placed.start, placed.end, placed.fault)
    return None if builder.faults else cast("Expr", tree)


def normal_name(text: str) -> str:
    """Return a name as it is compared: in Unicode's compatibility form, as Python's own names are."""
    return unicodedata.normalize("NFKC", str(text))


@cache
def _grammar() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", propagate_positions=True, maybe_placeholders=False)


# --- bounds --------------------------------------------------------------------------------------------------------


def _bounds(text: str) -> Fault | None:
    """Return what is wrong with a text before it is read at all: length, parentheses, names and digits without end."""
    if not text.strip():
        return Fault("SR201", "the expression is empty", "write a requirement such as `coverage >= 70 %`")
    if len(text) > LONGEST_TEXT:
        return Fault(
            "SR205",
            f"the expression has {len(text):,} characters",
            f"an expression has at most {LONGEST_TEXT:,}; name its parts as measures",
        )
    opened: list[int] = []
    for match in re.finditer(r"[()（）]", text):
        if match[0] in "(（":
            opened.append(match.start())
            if len(opened) > DEEPEST_TREE:
                return Fault("SR205", f"the parentheses are nested more than {DEEPEST_TREE} deep", offset=match.start())
        elif opened:
            opened.pop()
        else:
            return Fault(
                "SR202",
                f"`{match[0]}` closes a parenthesis that was never opened",
                "remove it, or open one",
                offset=match.start(),
            )
    if opened:
        return Fault("SR202", "this parenthesis is never closed", "close it with `)`", offset=opened[-1])
    return None


# --- building ------------------------------------------------------------------------------------------------------


class _Placed(Exception):
    """A fault with the stretch of text that it is about."""

    def __init__(self, start: int, end: int, fault: Fault) -> None:
        self.start = start
        self.end = end
        self.fault = fault


_PLAIN_OPERATORS = {"==": "=", "＝": "=", "≤": "<=", "≥": ">=", "≠": "!=", "＜": "<", "＞": ">"}
_PLAIN_SIGNS = {"＋": "+", "−": "-", "－": "-", "×": "*", "＊": "*", "÷": "/", "／": "/"}
_FUNCTIONS = ("count",)


@v_args(meta=True)
class _Builder(Transformer_NonRecursive[Token, Any]):
    """Builds the nodes from the leaves up, noting depth as it goes."""

    def __init__(self, locate: Locate) -> None:
        super().__init__()
        self.locate = locate
        self.faults: list[_Placed] = []
        self.depths: dict[int, int] = {}
        self.joined: dict[int, str] = {}  # nodes written with `and` / `or` and not yet in parentheses
        self.kept: list[Expr] = []  # keeps every node alive, so that ids stay unique

    def _new(self, meta: Meta, node: Expr) -> Expr:
        depth = 1 + max((self.depths[id(child)] for child in children(node)), default=0)
        if depth > DEEPEST_TREE:
            raise _Placed(
                meta.start_pos,
                meta.end_pos,
                Fault("SR205", f"the expression is nested more than {DEEPEST_TREE} deep", "name its parts as measures"),
            )
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    def _at(self, meta: Meta) -> Span:
        return self.locate(meta.start_pos, meta.end_pos)

    def _note(self, ends: tuple[int, int], fault: Fault) -> None:
        self.faults.append(_Placed(*ends, fault))

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
                if re.search(r"[/*·⋅]", parts[1]):
                    fault.help = "put a space on both sides of `/` or `*` to calculate with a name: `12 % * share`"
                self._note(_ends(parts[1]), fault)
        return self._new(meta, Literal(number, measured, at=self._at(meta)))

    def day(self, meta: Meta, parts: list[Token]) -> Expr:
        try:
            return self._new(meta, Day(read_date(parts[0]), at=self._at(meta)))
        except Fault as fault:
            return self._faulty(meta, _ends(parts[0]), fault)

    def call(self, meta: Meta, parts: list[Any]) -> Expr:
        function, arguments = str(parts[0]), parts[1:]
        if function not in _FUNCTIONS:
            hint = did_you_mean(function, _FUNCTIONS) or "the functions are: `count`; `*` multiplies"
            what = f"there is no function `{shorten(function)}`"
            return self._faulty(meta, _ends(parts[0]), Fault("SR201", what, hint))
        if len(arguments) != 1 or not isinstance(arguments[0], Name):
            fault = Fault("SR302", "`count` takes one set by its name", "write `count(scenarios) >= 3 kinds`")
            return self._faulty(meta, _whole(meta), fault)
        return self._new(meta, Count(arguments[0], at=self._at(meta)))

    def arithmetic(self, meta: Meta, parts: list[Any]) -> Expr:
        left, sign, right = parts
        operator = _PLAIN_SIGNS.get(sign, str(sign))
        return self._new(meta, Arithmetic(cast("Any", operator), left, right, at=self._at(meta)))

    def negation(self, meta: Meta, parts: list[Any]) -> Expr:
        operand = parts[1]
        if isinstance(operand, Literal):
            return self._new(meta, Literal(-operand.number, operand.unit, at=self._at(meta)))
        return self._new(meta, Negation(operand, at=self._at(meta)))

    def comparison(self, meta: Meta, parts: list[Any]) -> Expr:
        operands = parts[::2]
        operators = [cast("Operator", _PLAIN_OPERATORS.get(token, str(token))) for token in parts[1::2]]
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

    def _places(self, tokens: Sequence[Token]) -> tuple[Span, ...]:
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


# --- syntax errors -------------------------------------------------------------------------------------------------

_HINTS = {
    "&": "join requirements with `and`",
    "|": "join requirements with `or`",
    "!": "write `not` before a requirement, `!=` between two values",
    '"': "names and members stand without quotation marks",
    "'": "names and members stand without quotation marks",
    "“": "names and members stand without quotation marks",
    "。": "an expression ends without a full stop",
    ";": "join requirements with `and`",
    "；": "join requirements with `and`",
    ":": "a colon belongs to YAML; inside an expression it has no meaning",
    "^": "a power stands only in units: `km^2`",
    "[": "lists stand in round parentheses",
    "{": "lists stand in round parentheses",
    ".": "names have no dots",
    "~": "write `not`",
}
_WORDS = {
    "if": "a condition is written `requirement when condition`",
    "unless": "write `requirement when not condition`",
    "between": "write a range as `80 % <= rate <= 90 %`",
    "least": "a comparison is written `rate >= 70 %`; a list, `at least 2 of (…)`",
    "at": "a comparison is written `rate >= 70 %`; a list, `at least 2 of (…)`",
    "over": "write `>`",
    "above": "write `>`",
    "under": "write `<`",
    "below": "write `<`",
    "more": "write `>`",
    "less": "write `<`",
    "contains": "write `includes`",
    "include": "write `includes`",
    "has": "write `includes`",
    "equals": "write `=`",
    "AND": "write `and`",
    "OR": "write `or`",
    "NOT": "write `not`",
    "且": "write `and`",
    "或": "write `or`",
    "不低于": "write `>=`",
    "大于": "write `>`",
    "小于": "write `<`",
}


def _syntax_fault(text: str, error: UnexpectedInput) -> Fault:
    """Return lark's complaint in the words of the language."""
    if isinstance(error, UnexpectedCharacters):
        offset = error.pos_in_stream or 0
        sign = text[offset]
        what = f"`{sign}`" if sign.isprintable() else f"the character U+{ord(sign):04X}"
        return Fault("SR201", f"{what} has no meaning here", _HINTS.get(sign, _expected(text[:offset])), offset=offset)
    assert isinstance(error, UnexpectedToken)
    token = error.token
    if token.type == "$END":
        offset = len(text.rstrip())
        last = _last_word(text)
        return Fault("SR201", f"the expression ends after `{last}`", _expected(text), offset=max(offset - 1, 0))
    offset = token.start_pos or 0
    before = text[:offset].rstrip()
    if token.type == "OPERATOR" and before.endswith("="):
        return Fault(
            "SR201",
            f"`={token}` is no comparison",
            f"write `{token}=`" if token in ("<", ">") else "write `=`",
            offset=len(before) - 1,
            width=offset + len(token) - len(before) + 1,
        )
    word = str(token)
    help_line = _WORDS.get(word) or _WORDS.get(_last_word(before)) or _expected(text[:offset])
    place = f"after `{_last_word(before)}`" if before else "at the beginning"
    return Fault("SR201", f"`{shorten(word)}` cannot stand {place}", help_line, offset=offset, width=len(word))


def _last_word(text: str) -> str:
    match = re.search(r"(\w+|[^\w\s]+)\s*$", text)
    return shorten(match[1]) if match else ""


def _expected(before: str) -> str:
    """Return what may follow a beginning of an expression."""
    last = before.rstrip()[-1:]
    words = before.split()
    if (last.isalnum() or last in ")）_%‰％²³") and (not words or words[-1] not in RESERVED):
        return "next comes an operator such as `>=`, `+` or `and`, or the end; names have no spaces, write `_`"
    return "next comes a value: a name, a number with its unit, or a parenthesis"
