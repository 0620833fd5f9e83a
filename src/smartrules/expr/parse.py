"""Text → tree.

The grammar stands in ``grammar.lark``; lark reads it when the first expression is parsed. Parsing and building are not
recursive, and length and depth are bounded, so that no text from a stranger can exhaust the interpreter.
"""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from smartrules.diagnostics import Fault, Log, RulesetError, Text, shorten
from smartrules.expr.build import DEEPEST_TREE, RESERVED, Builder, Locate, Placed
from smartrules.expr.nodes import Expr

# Far beyond any rule that a person wrote.
LONGEST_TEXT = 20_000


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
    builder = Builder(locate)
    try:
        tree = builder.transform(_grammar().parse(text))
    except VisitError as error:
        if not isinstance(error.orig_exc, Placed):
            raise
        builder.faults.append(error.orig_exc)
    except UnexpectedInput as error:
        fault = _syntax_fault(text, error)
        note(fault.offset, fault.offset + (fault.width or 1), fault)
        return None
    for placed in builder.faults:
        note(placed.start, placed.end, placed.fault)
    return None if builder.faults else cast("Expr", tree)


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
