"""A document as a tree of mappings, lists and scalars, each with its place: what every reader of documents reads.

It comes from YAML text, or from plain Python values, which have no places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from attrs import field, frozen

from smartrules.diagnostics import Fault, Log, Span, all_of, nearest, shorten
from smartrules.values import Number, exact, write_number


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
    """A key of a mapping with its value.

    Attributes:
        written: the key as it was written, where it came from a document and is more than a word.
    """

    key: str
    value: Tree
    at: Span | None = field(default=None, eq=False)
    written: Scalar | None = field(default=None, eq=False, repr=False)


@frozen
class Table:
    """A mapping from texts to parts, in the order written."""

    entries: tuple[Entry, ...]
    at: Span | None = field(default=None, eq=False)
    _by_key: dict[str, Entry] = field(init=False, eq=False, repr=False)

    @_by_key.default
    def _index(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}

    def get(self, key: str) -> Entry | None:
        """Return the entry of a key, or None."""
        return self._by_key.get(key)


Tree = Scalar | Sequence | Table

LONGEST_KEY = 200
_DEEPEST = 32


@frozen
class Limits:
    """How large a document may be, so that a stranger's is read in seconds or not at all.

    Attributes:
        bytes: of its text, in UTF-8.
        parts: its mappings, lists, keys and values.
    """

    bytes: int
    parts: int


#: A real indicator takes about 1 KiB and 80 parts; this is far more than 5,000 of them.
OF_RULESETS = Limits(8 * 1024 * 1024, 500_000)
#: A hundred times what a real community has.
OF_FACTS = Limits(2 * 1024 * 1024, 100_000)


def from_plain(value: Any, log: Log, limits: Limits = OF_RULESETS) -> Tree | None:
    """Return a plain Python value as a tree, or None where it is too large or too deep.

    What no document has is noted, all of it, and nothing stands in its place.
    """
    try:
        return _Plain(log, limits.parts).tree(value, ())
    except _TooMuch:
        return None


def to_plain(tree: Tree) -> Any:
    """Return a tree as values that JSON has, which `from_plain` and the readers take for the same: dates as texts."""
    match tree:
        case Table():
            return {entry.key: to_plain(entry.value) for entry in tree.entries}
        case Sequence():
            return [to_plain(item) for item in tree.items]
        case Scalar(value=date() as day):
            return day.isoformat()
        case Scalar(value=Fraction() as number):
            return write_number(number)
        case Scalar():
            return tree.value
        case _:
            assert_never(tree)


class _TooMuch(Exception):
    """The value is larger or deeper than any document."""


class _Plain:
    """Reads plain Python values, whoever made them."""

    def __init__(self, log: Log, most: int) -> None:
        self.log = log
        self.most = most
        self.parts = 0

    def tree(self, value: Any, path: tuple[str, ...]) -> Tree:
        self.parts += 1
        if self.parts > self.most:
            self._refuse(Fault("SR108", f"the values have more than {self.most:,} parts", "no document has"), ())
            raise _TooMuch
        if len(path) > _DEEPEST:
            self._refuse(Fault("SR108", f"the value is nested more than {_DEEPEST} deep", "no document is"), path[:1])
            raise _TooMuch
        try:
            return self._tree(value, path)
        except Fault as fault:
            return self._refuse(fault, path)

    def _refuse(self, fault: Fault, path: tuple[str, ...]) -> Scalar:
        where = f"`{shorten('.'.join(path))}`: " if path else ""
        self.log.add(None, fault.code, where + fault.message, fault.help)
        return _NOTHING

    def _tree(self, value: Any, path: tuple[str, ...]) -> Tree:
        match value:
            case None | bool():
                return Scalar(value)
            case str():
                return Scalar(str.__str__(value), quoted=True)
            case datetime() if value == value:  # a missing time of a data frame is a datetime that equals nothing
                return Scalar(value.date())
            case date() if value == value:
                return Scalar(date(value.year, value.month, value.day))  # libraries of time have dates of their own
            case int() | Decimal() | Fraction():
                return Scalar(exact(value))
            case float():
                return Scalar(exact(float(value)))  # a scalar of an array library may be a float with a repr of its own
            case Mapping():
                return self._table(value, path)
            case list() | tuple() | set() | frozenset():
                listed = list(value) if isinstance(value, list | tuple) else sorted(value, key=_order)
                return Sequence(tuple(self.tree(part, (*path, str(index))) for index, part in enumerate(listed, 1)))
        item = _item(value)
        if item is not value:
            return self.tree(item, path)
        raise Fault(
            "SR111",
            f"a value of type `{type(value).__name__}` is nothing that documents are made of",
            "give numbers, texts, booleans, dates, lists and mappings, and None for what is not known",
        )

    def _table(self, value: Mapping[Any, Any], path: tuple[str, ...]) -> Table:
        entries: dict[str, Entry] = {}
        for key, part in value.items():
            if not isinstance(key, str):
                what = f"a key of type `{type(key).__name__}` is no text"
                self._refuse(Fault("SR111", what, "keys are ids, which are texts"), path)
                continue
            text = unicodedata.normalize("NFKC", str.__str__(key))
            if len(text) > LONGEST_KEY:
                what = f"a key has {len(text):,} characters"
                self._refuse(Fault("SR108", what, f"at most {LONGEST_KEY}"), path)
                continue
            if text in entries:
                what = f"the key `{shorten(text)}` stands twice"
                self._refuse(Fault("SR104", what, "its two spellings mean one name: remove one"), path)
                continue
            entries[text] = Entry(text, self.tree(part, (*path, text)))
        return Table(tuple(entries.values()))


_NOTHING = Scalar(None)


def _item(value: Any) -> Any:
    """Return the plain value of a scalar of an array library, or the value itself."""
    shape = getattr(value, "shape", None)
    masked = hasattr(value, "mask")  # its item would be a zero for what is not known
    if shape != () or masked or not callable(getattr(value, "item", None)):
        return value
    item = value.item()
    return item if isinstance(item, bool | int | float | str | date) else value


def _order(member: Any) -> str:
    return member if isinstance(member, str) else type(member).__name__


def is_empty(tree: Tree) -> bool:
    """Return whether nothing stands in a place, or a text without a sign."""
    return isinstance(tree, Scalar) and (tree.value is None or (isinstance(tree.value, str) and not tree.value.strip()))


def text_of(tree: Tree) -> str:
    """Return the text of a value that was written without quotation marks, an empty one for anything else."""
    return tree.value if isinstance(tree, Scalar) and isinstance(tree.value, str) and not tree.quoted else ""


def _open_parentheses(text: str) -> int:
    """Return how many more parentheses a text opens than it closes."""
    return len(re.findall("[(（]", text)) - len(re.findall("[)）]", text))


def kind_of(tree: Tree) -> str:
    """Return what a part is, for a message."""
    match tree:
        case Table():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=bool() as value):
            return f"`{str(value).lower()}`"
        case Scalar(value=int() | Fraction() as number):
            return f"`{write_number(number)}`"
        case Scalar(value=value):
            return f"`{shorten(str(value))}`"


class Reader:
    """Takes parts out of a tree, noting what is wrong in the document's log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._meant: dict[int, set[str]] = {}
        #: Names that something of a kind is declared by in vain, ``"*"`` for any: their uses are no faults of their own.
        self.lost: dict[str, set[str]] = {}
        self._cut: set[int] = set()  # texts that a comma ends too early

    def table(self, tree: Tree, what: str, hint: str = "write `key: value` lines under it") -> Table | None:
        """Return a part that must be a mapping, or None after noting that it is none."""
        if isinstance(tree, Table):
            return tree
        self.wrong_shape(tree, what, "takes `key: value` lines", hint)
        return None

    def wrong_shape(self, tree: Tree, what: str, takes: str, hint: str) -> None:
        """Note a part of another shape than its place takes; ``takes`` is the predicate that says which."""
        shown = "is empty" if is_empty(tree) else f"{takes}, not {kind_of(tree)}"
        self.log.add(tree.at, "SR111", f"{what} {shown}", hint)

    def known_keys(
        self, table: Table, what: str, keys: Iterable[str], elsewhere: Mapping[str, str] | None = None
    ) -> None:
        """Note every key of a mapping that is not among the known ones; ``elsewhere`` says where a stray key belongs."""
        known = list(keys)
        for entry in self.uncut_entries(table, known):
            if entry.key not in known:
                meant = nearest(entry.key, [key for key in known if table.get(key) is None])
                if meant is not None:
                    self._meant.setdefault(id(table), set()).add(meant)
                hint = f"did you mean `{meant}`?" if meant is not None else f"it has {all_of(known)}"
                self.log.add(
                    entry.at,
                    "SR109",
                    f"{what} has no key `{shorten(entry.key)}`",
                    (elsewhere or {}).get(entry.key, hint),
                )

    def uncut_entries(self, table: Table, known: Iterable[str] = ()) -> Iterator[Entry]:
        """Yield the entries of a mapping, without those that a comma made of the rest of an expression."""
        cut: Entry | None = None
        known = frozenset(known)
        for entry in table.entries:
            if cut is not None and entry.key not in known and is_empty(entry.value):
                self._note_cut(cut.value, entry.key, f"{cut.key}: ")
                continue
            cut = entry if _open_parentheses(text_of(entry.value)) > 0 else None
            yield entry

    def uncut_items(self, items: Iterable[Tree]) -> list[Tree]:
        """Return the items of a list, without those that a comma made of the rest of an expression."""
        whole: list[Tree] = []
        open_ = 0
        for item in items:
            if open_ > 0:
                self._note_cut(whole[-1], text_of(item), "")
                open_ += _open_parentheses(text_of(item))
                continue
            open_ = _open_parentheses(text_of(item))
            whole.append(item)
        return whole

    def _note_cut(self, tree: Tree, rest: str, before: str) -> None:
        """Note, once, that the text of a value ends at a comma inside ``{ }`` or ``[ ]``; it is not read as an expression."""
        if id(tree) in self._cut:
            return
        self._cut.add(id(tree))
        text = text_of(tree)
        what = f"`{shorten(text)}` ends at the comma, which stands inside `{{ }}` or `[ ]`"
        more = "" if rest.rstrip().endswith((")", "）")) else " …"
        example = f'`{before}"{shorten(text)}, {shorten(rest)}{more}"`'
        self.log.add(tree.at, "SR116", what, f"put the whole expression in quotation marks: {example}")

    def is_cut(self, tree: Tree) -> bool:
        """Return whether a text is noted as one that a comma ends too early."""
        return id(tree) in self._cut

    def misspelt(self, table: Table, key: str) -> bool:
        """Return whether `known_keys` found another key that was meant for this one."""
        return key in self._meant.get(id(table), ())

    def lose(self, kind: str, name: str = "*") -> None:
        """Note that something of a kind could not be read, so that its uses raise no second fault."""
        self.lost.setdefault(kind, set()).add(name)

    def is_lost(self, kind: str, name: str) -> bool:
        """Return whether a name may be that of something that could not be read."""
        return not self.lost.get(kind, set()).isdisjoint((name, "*"))

    def required(self, table: Table, what: str, key: str, hint: str, at: Span | None = None) -> Tree | None:
        """Return the value of a key that must be there, or None after noting that it is not."""
        entry = table.get(key)
        if entry is not None:
            return entry.value
        if not self.misspelt(table, key):
            self.log.add(at or table.at, "SR110", f"{what} has no `{key}`", hint)
        return None

    def text(self, tree: Tree, what: str, hint: str = "write a text") -> str | None:
        """Return a part that must be a text of one value, or None after noting that it is none."""
        if isinstance(tree, Scalar) and isinstance(tree.value, str | int | date) and not isinstance(tree.value, bool):
            text = str(tree.value).strip()
            if text:
                return text
        self.wrong_shape(tree, what, "must be a text", hint)
        return None

    def texts(self, tree: Tree, what: str) -> tuple[str, ...]:
        """Return a part that is a text or a list of texts."""
        return tuple(text for text, _ in self.placed_texts(tree, what))

    def placed_texts(self, tree: Tree, what: str) -> list[tuple[str, Span | None]]:
        """Return a part that is a text or a list of texts, each with its place."""
        if isinstance(tree, Table):
            self.wrong_shape(tree, what, "must be a text or a list of texts", "write a text, or a list of texts")
            return []
        parts = tree.items if isinstance(tree, Sequence) else (tree,)
        return [(text, part.at) for part in parts if (text := self.text(part, what)) is not None]
