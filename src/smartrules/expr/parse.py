"""Text → tree.

The grammar stands in ``grammar.lark``; lark reads it when the first expression is parsed. Parsing and building are not
recursive, and length and depth are bounded, so that no text from a stranger can exhaust the interpreter.
"""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen
from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from smartrules.diagnostics import Fault, Log, RulesetError, Text
from smartrules.expr.build import DEEPEST_TREE, Builder, Locate, Placed
from smartrules.expr.nodes import Expr
from smartrules.expr.syntax import end_fault, sign_fault, word_fault

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
        tree = builder.build(_grammar().parse(text))
    except Placed as too_deep:
        builder.faults.append(too_deep)
    except UnexpectedInput as error:
        fault = _syntax_fault(text, error)
        note(fault.offset, fault.offset + (fault.width or 1), fault)
        return None
    for placed in builder.faults:
        note(placed.start, placed.end, placed.fault)
    return None if builder.faults else tree


@frozen
class Token:
    """A word, number or sign of an expression: the grammar's name for it, its text, and where that begins."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> list[Token]:
    """Return the words, numbers and signs of an expression that `parse` reads, as the grammar tells them apart."""
    found = _grammar().parse_interactive(text).exhaust_lexer()
    return [Token(token.type, str(token), token.start_pos or 0) for token in found]


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
                message = f"the parentheses are nested more than {DEEPEST_TREE} deep"
                return Fault("SR205", message, "name the inner parts as measures", offset=match.start())
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


def _syntax_fault(text: str, error: UnexpectedInput) -> Fault:
    """Return lark's complaint in the words of the language."""
    if isinstance(error, UnexpectedCharacters):
        return sign_fault(text, error.pos_in_stream or 0)
    assert isinstance(error, UnexpectedToken)
    token = error.token
    return end_fault(text) if token.type == "$END" else word_fault(text, token.start_pos or 0, str(token))
