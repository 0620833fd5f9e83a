"""A text as it stands in a YAML document: plain, or in quotation marks where YAML needs them."""

from __future__ import annotations

import json
import re

# What YAML 1.2 or 1.1 takes for something else than a text; quotation marks round it say that it is one.
_NUMBER = re.compile(
    r"""[-+]?(?:
        [0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)? | \.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?
      | 0[xob][0-9a-fA-F_]+ | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)? | \.(?:inf|Inf|INF)
    )|\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_OTHER = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|<<|=|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?", re.IGNORECASE
)
_CANNOT_BEGIN = frozenset("?:,[]{}#&*!|>'\"%@`")
_OF_FLOW = re.compile(r"[,\[\]{}]")


def looks_like_number(text: str) -> bool:
    """Return whether YAML would take a plain text for a number."""
    return _NUMBER.fullmatch(text) is not None


def stands_for_itself(text: str) -> bool:
    """Return whether a text is one for YAML even without quotation marks, and no number, date, truth value or nothing."""
    return _NUMBER.fullmatch(text) is None and _OTHER.fullmatch(text) is None


def can_be_plain(text: str, *, inside: bool) -> bool:
    """Return whether a text on one line can stand without quotation marks; ``inside`` brackets fewer can."""
    if not text or not text.isprintable() or text != text.strip() or text[0] in _CANNOT_BEGIN:
        return False
    if (text[0] == "-" and text[1:2] in ("", " ")) or text.startswith(("---", "...")):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not inside or _OF_FLOW.search(text) is None


def quoted(text: str) -> str:
    """Return a printable text on one line in quotation marks: double ones, unless they would need a backslash."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def scalar(text: str, *, inside: bool = False) -> str:
    """Return a text as YAML that reads back as exactly it: bare where that is enough, else in quotation marks.

    Args:
        text: any text without line breaks.
        inside: whether it stands inside ``{ }`` or ``[ ]``, where a comma ends it.
    """
    if can_be_plain(text, inside=inside) and stands_for_itself(text):
        return text
    if text.isprintable():
        return quoted(text)
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in json.dumps(text, ensure_ascii=False))


def _escape(sign: str) -> str:
    """Return a character that nobody would see as an escape that anybody does."""
    code = ord(sign)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
