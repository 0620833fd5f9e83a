"""An expression's text laid out: signs in their plain spelling, one space where the language has one, the words as written.

`text.source` prints a tree, and so in the library's own words. Here the author's words stay: names, units, connectives,
the digits of a number, parentheses, and where a line ends.
"""

from __future__ import annotations

from smartrules.expr.build import PLAIN_OPERATORS, PLAIN_SIGNS
from smartrules.expr.parse import Token, tokens

_PLAIN = {**PLAIN_OPERATORS, **PLAIN_SIGNS, "（": "(", "）": ")", "，": ",", "、": ",", "：": ":"}
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")

# What a value ends in; a minus behind anything else is the sign of what follows.
_ENDS_VALUE = frozenset(["NAME", "NUMBER", "INTEGER", "UNIT", "DATE", "TODAY", "_CLOSE"])


def spaced(text: str) -> str:
    """Return the text of an expression laid out; what ends a line ends it still, and a line keeps its indentation.

    The text is one that `parse` reads, and what is returned gives the same tree.
    """
    written = ""
    end, sign = 0, False
    before: Token | None = None
    for token in tokens(text):
        gap = text[end : token.start]
        if before is not None and "\n" in gap:
            written += "\n" * gap.count("\n") + " " * len(gap.rpartition("\n")[2])
        elif before is not None and not sign and _apart(before, token):
            written += " "
        written += _plain(token)
        sign = token.kind == "MINUS" and (before is None or before.kind not in _ENDS_VALUE)
        before, end = token, token.start + len(token.text)
    return written


def _apart(left: Token, right: Token) -> bool:
    """Return whether a space stands between two neighbours; ``left`` is not the sign of a number."""
    if left.kind == "_OPEN" or right.kind in ("_CLOSE", "_COMMA", "_COLON"):
        return False
    return not (left.kind == "NAME" and right.kind == "_OPEN")  # a function with its arguments


def _plain(token: Token) -> str:
    if token.kind == "NUMBER":
        return token.text.translate(_PLAIN_DIGITS)
    if token.kind == "UNIT":
        return token.text.replace("％", "%")
    return _PLAIN.get(token.text, token.text)
