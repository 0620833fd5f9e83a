"""A document as a tree of mappings, lists and scalars, each with its place: what every reader of documents reads.

It comes from YAML text, or from plain Python values, which have no places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from smartrules.diagnostics import Fault, Log, Span, did_you_mean, one_of, shorten
from smartrules.values import Number, exact


@frozen
class Scalar:
    """A single value.

    Attributes:
        value: None, a bool, a text, an exact number or a date; from YAML, a number is the text that was written.
        quoted: whether it was written in quotation marks, so that it is text whatever it looks like.
        locate: finds the place of a stretch of the text, where it came from a document.
    """

    value: bool | str | Number | date | None
    at: Span | None = field(default=None, eq=False)
    quoted: bool = False
    locate: Callable[[int, int], Span] | None = field(default=None, eq=False, repr=False)


@frozen
class Sequence:
    """A list of parts."""

    items: tuple[Tree, ...]
    at: Span | None = field(default=None, eq=False)


@frozen
class Entry:
    """A key of a mapping with its value."""

    key: str
    value: Tree
    at: Span | None = field(default=None, eq=False)


@frozen
class Table:
    """A mapping from texts to parts, in the order written."""

    entries: tuple[Entry, ...]
    at: Span | None = field(default=None, eq=False)

    def get(self, key: str) -> Entry | None:
        """Return the entry of a key, or None."""
        for entry in self.entries:
            if entry.key == key:
                return entry
        return None


Tree = Scalar | Sequence | Table

_DEEPEST = 32


def from_plain(value: Any, depth: int = 0) -> Tree:
    """Return a plain Python value as a tree.

    Raises:
        Fault: SR111 for a value of a kind that documents do not have, SR507 and SR207 for numbers that are none.
    """
    if depth > _DEEPEST:
        raise Fault("SR108", f"the value is nested more than {_DEEPEST} deep")
    match value:
        case None | bool() | str():
            return Scalar(value, quoted=isinstance(value, str))
        case datetime():
            return Scalar(value.date())
        case date():
            return Scalar(value)
        case int() | float() | Decimal() | Fraction():
            return Scalar(exact(value))
        case Mapping():
            entries = []
            for key, part in value.items():
                if not isinstance(key, str):
                    raise Fault("SR111", f"the key `{shorten(str(key))}` is no text", "keys are ids, which are texts")
                entries.append(Entry(unicodedata.normalize("NFKC", key), from_plain(part, depth + 1)))
            return Table(tuple(entries))
        case list() | tuple():
            return Sequence(tuple(from_plain(part, depth + 1) for part in value))
        case set() | frozenset():
            return Sequence(tuple(from_plain(part, depth + 1) for part in sorted(value, key=str)))
        case _ if hasattr(value, "item") and callable(value.item):  # a scalar of an array library
            return from_plain(value.item(), depth + 1)
        case _:
            raise Fault(
                "SR111",
                f"a value of type `{type(value).__name__}` is nothing that facts are made of",
                "give numbers, texts, booleans, dates, lists and mappings",
            )


def kind_of(tree: Tree) -> str:
    """Return what a part is, for a message."""
    match tree:
        case Table():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool() as value):
            return f"`{str(value).lower()}`"
        case Scalar(value=value):
            return f"`{shorten(str(value))}`"


class Reader:
    """Takes parts out of a tree, noting what is wrong in the document's log."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def table(self, tree: Tree, what: str) -> Table | None:
        """Return a part that must be a mapping, or None after noting that it is none."""
        if isinstance(tree, Table):
            return tree
        self.log.add(tree.at, "SR111", f"{what} is {kind_of(tree)}, not a mapping", "write `key: value` lines under it")
        return None

    def known_keys(self, table: Table, what: str, keys: Iterable[str]) -> None:
        """Note every key of a mapping that is not among the known ones."""
        known = list(keys)
        for entry in table.entries:
            if entry.key not in known:
                hint = did_you_mean(entry.key, known) or f"{what} has {one_of(known)}"
                self.log.add(entry.at, "SR109", f"{what} has no key `{shorten(entry.key)}`", hint)

    def required(self, table: Table, what: str, key: str, hint: str) -> Tree | None:
        """Return the value of a key that must be there, or None after noting that it is not."""
        entry = table.get(key)
        if entry is None:
            self.log.add(table.at, "SR110", f"{what} has no `{key}`", hint)
            return None
        return entry.value

    def text(self, tree: Tree, what: str) -> str | None:
        """Return a part that must be a text of one value, or None after noting that it is none."""
        if isinstance(tree, Scalar) and isinstance(tree.value, str | int | date) and not isinstance(tree.value, bool):
            text = str(tree.value).strip()
            if text:
                return text
        shown = "empty" if isinstance(tree, Scalar) and tree.value in (None, "") else kind_of(tree) + ", not a text"
        self.log.add(tree.at, "SR111", f"{what} is {shown}", "write a text")
        return None

    def texts(self, tree: Tree, what: str) -> tuple[str, ...]:
        """Return a part that is a text or a list of texts."""
        parts = tree.items if isinstance(tree, Sequence) else (tree,)
        return tuple(text for part in parts if (text := self.text(part, what)) is not None)
