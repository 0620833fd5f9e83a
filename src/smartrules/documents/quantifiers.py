"""Quantified requirements without quotation marks, which YAML takes for mappings: ``every quarter where gated: guarded``.

The colon is YAML's and the language's at once, so key and value are put together again as the text that was meant, and
each place in it is found in the half where it stands. Where the value is no text, ``all of:`` and a list for one, the
key alone is a text, with a word for what is asked of each.
"""

from __future__ import annotations

import re

from attrs import evolve

from smartrules.diagnostics import Span
from smartrules.documents.tree import Entry, Scalar, Table, Tree
from smartrules.expr.nodes import Expr, Quantified

_QUANTIFIER = re.compile(r"(?:every|some)\b")
_JOINT = ": "
#: Stands for what is asked of each until that is read; no document names it.
_EACH = Scalar("each")


def is_quantifier(entry: Entry) -> bool:
    """Return whether the key of an entry begins a quantified requirement."""
    return _QUANTIFIER.match(_key(entry)) is not None


def meant(tree: Tree) -> Scalar | None:
    """Return a quantified requirement as the text that YAML took apart, or None where it is more than a text."""
    if isinstance(tree, Scalar):
        return tree
    if not isinstance(tree, Table) or len(tree.entries) != 1 or not is_quantifier(tree.entries[0]):
        return None
    (entry,) = tree.entries
    rest = meant(entry.value)
    return None if rest is None else _joined(entry, rest)


def heading(entry: Entry) -> Scalar:
    """Return the key of a quantified requirement as a text of its own, to be completed by `with_part`."""
    return _joined(entry, _EACH)


def with_part(head: Expr, part: Expr) -> Expr:
    """Return a requirement that was read from a `heading`, with what is asked of each."""
    if not isinstance(head, Quantified):
        return part
    return evolve(head, part=with_part(head.part, part))


def in_quotation_marks(entry: Entry) -> str | None:
    """Return the text that YAML took apart at a quantifier in its middle, as it should be written; None where there is none."""
    if re.search(r"\b(?:every|some)\s", _key(entry)) is None or not isinstance(entry.value, Scalar):
        return None
    text = str(_joined(entry, entry.value).value)
    return next((f"{mark}{text}{mark}" for mark in "\"'" if mark not in text and "\\" not in text), None)


def _key(entry: Entry) -> str:
    """Return a key as it was written: a key of a document is kept in another form, where letters have two."""
    return entry.key if entry.written is None else str(entry.written.value)


def _text(value: Scalar) -> str:
    if value.value is None:
        return ""
    return str(value.value).lower() if isinstance(value.value, bool) else str(value.value)


def _joined(entry: Entry, rest: Scalar) -> Scalar:
    key = _key(entry)
    begin = len(key) + len(_JOINT)
    in_key = None if entry.written is None else entry.written.locate

    def locate(start: int, end: int) -> Span:
        if start >= begin and rest.locate is not None:
            return rest.locate(start - begin, end - begin)
        head = entry.at if in_key is None else in_key(min(start, len(key)), min(end, len(key) + 1))
        assert head is not None
        tail = None if end <= begin or rest.locate is None else rest.locate(0, end - begin)
        if tail is None or tail.line != head.line:
            return head
        return Span(head.line, head.column, tail.column + tail.width - head.column)

    text = f"{key}{_JOINT}{_text(rest)}".rstrip()
    return Scalar(text, entry.at, locate=None if entry.at is None else locate)
