"""JSON text → a tree with places, and nothing that JSON does not have: what programs send each other.

Depth and number of parts are bounded while the text is read, numbers are exact, and no key stands twice.
"""

from __future__ import annotations

import json
import re

from smartrules.diagnostics import Fault, Span, Text, shorten
from smartrules.documents.tree import OF_FACTS, Entry, Limits, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import DEEPEST
from smartrules.values import Number, read_number


def read_json(text: Text, limits: Limits = OF_FACTS) -> Tree:
    """Return the tree of a JSON text.

    Raises:
        Fault: SR821 where it is no JSON, SR104 for a key that stands twice, SR108 where it is too large or too deep, SR207
            for a number too long to be meant, SR507 for one that is not finite. It knows its place in the text.
    """
    return _Scanner(text, limits.parts).whole()


_SPACES = " \t\n\r"
_SPACE = re.compile(r"[ \t\n\r]*+")
# Possessive, so that a text without an end is no work.
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+)*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-])")
_WORD = re.compile(r"[^\s,:{}\[\]\"]+")
_WORDS = {"true": True, "false": False, "null": None}
_MEANT = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}
_MEANT |= dict.fromkeys(("None", "Null", "NULL", "nil", "undefined"), "null")
_HALVES = re.compile("[\ud800-\udfff]")
_ENDS = {"{": "}", "[": "]"}
_PLAIN_DIGITS = 18  # no number of so few can be too long


class _Scanner:
    """Reads one JSON text from its beginning to its end."""

    def __init__(self, text: Text, most: int) -> None:
        self.text = text
        self.content = text.content
        self.is_one_line = len(text.starts) == 1
        self.most = most
        self.parts = 0
        self.at = 0

    def whole(self) -> Tree:
        self._skip()
        found = self._value(0)
        self._skip()
        if self.at < len(self.content):
            raise self._fault("there is something behind the value", "write one value, each in a line of its own")
        return found

    def _value(self, depth: int) -> Tree:
        self.parts += 1
        if self.parts > self.most:
            raise Fault("SR108", f"the text has more than {self.most:,} parts", "no document has", offset=self.at)
        sign = self.content[self.at : self.at + 1]
        if sign == '"':
            begin = self.at
            return Scalar(self._string(), self._from(begin), quoted=True)
        if sign in _ENDS and sign:
            if depth == DEEPEST:
                raise Fault(
                    "SR108",
                    f"the value is nested more than {DEEPEST} deep",
                    "no document is",
                    offset=self.at,
                    width=1,
                )
            return self._table(depth) if sign == "{" else self._sequence(depth)
        begin = self.at
        value = self._bare()
        return Scalar(value, self._from(begin))

    def _table(self, depth: int) -> Table:
        begin = self.at
        entries: dict[str, Entry] = {}
        self.at += 1
        self._skip()
        while not self._is_next("}"):
            if entries:
                self._comma(begin)
            key_at = self.at
            if not self._is_here('"'):
                raise self._no_key(begin)
            key = self._string()
            place = self._from(key_at)
            if key in entries:
                message = f"the key `{shorten(key)}` stands twice"
                raise Fault("SR104", message, "remove one of the two", offset=key_at, width=self.at - key_at)
            self._skip()
            if not self._is_here(":"):
                raise self._fault(f"a colon is missing behind the key `{shorten(key)}`", 'write `"key": value`')
            self.at += 1
            self._skip()
            entries[key] = Entry(key, self._value(depth + 1), place)
            self._skip()
        return Table(tuple(entries.values()), self._from(begin))

    def _sequence(self, depth: int) -> Sequence:
        begin = self.at
        items: list[Tree] = []
        self.at += 1
        self._skip()
        while not self._is_next("]"):
            if items:
                self._comma(begin)
            items.append(self._value(depth + 1))
            self._skip()
        return Sequence(tuple(items), self._from(begin))

    def _comma(self, begin: int) -> None:
        if not self._is_here(","):
            if self.at == len(self.content):
                raise self._unclosed(begin)
            raise self._fault("a comma is missing", "write one between each two entries")
        self.at += 1
        self._skip()

    def _string(self) -> str:
        found = _STRING.match(self.content, self.at)
        if found is None:
            control = re.compile("[\x00-\x1f]").search(self.content, self.at)
            quote = self.content.find('"', self.at + 1)
            if control is not None and (quote < 0 or control.start() < quote):
                self.at = control.start()
                code = f"\\u{ord(control[0]):04x}"
                raise self._fault(f"a text holds a control character, U+{code[2:].upper()}", f"write it as `{code}`")
            raise self._fault("a text without an end", "close it with a double quotation mark", all_the_rest=True)
        begin, self.at = self.at, found.end()
        written = found[0]
        if "\\" not in written:
            return written[1:-1]
        try:
            text: str = json.loads(written)
        except ValueError as error:
            self.at = begin + getattr(error, "pos", 0)
            raise self._fault(
                "a backslash stands before something else than JSON has", "write `\\\\` for one"
            ) from None
        if _HALVES.search(text):
            self.at = begin
            raise self._fault(
                "a text holds half a character, a surrogate without its other half",
                "write the character itself, or both halves",
                width=len(written),
            )
        return text

    def _bare(self) -> bool | Number | None:
        found = _NUMBER.match(self.content, self.at)
        if found is not None:
            return self._number(found[0])
        word = _WORD.match(self.content, self.at)
        if word is None:
            raise self._no_value()
        written = word[0]
        if written in _WORDS:
            self.at = word.end()
            return _WORDS[written]
        if written.lstrip("+-").lower() in ("nan", "inf", "infinity"):
            raise Fault(
                "SR507",
                f"`{shorten(written)}` is not a finite number",
                "leave the fact out where it is not known",
                offset=self.at,
                width=len(written),
            )
        meant = _MEANT.get(written)
        hint = f"did you mean `{meant}`?" if meant else _VALUES
        raise self._fault(f"`{shorten(written)}` is no value of JSON", hint, width=len(written))

    def _number(self, written: str) -> Number:
        begin, self.at = self.at, self.at + len(written)
        if len(written) <= _PLAIN_DIGITS and written.isdigit():
            return int(written)
        try:
            return read_number(written)
        except Fault as fault:
            fault.offset, fault.width = begin, len(written)
            raise

    # --- what is wrong ---------------------------------------------------------------------------------------------

    def _no_value(self) -> Fault:
        if self.at == len(self.content):
            return self._fault("the text ends where a value should stand", _VALUES)
        sign = self.content[self.at]
        return self._fault(f"a value is missing before `{sign}`", "write the value, or remove what comes before it")

    def _no_key(self, begin: int) -> Fault:
        if self.at == len(self.content):
            return self._unclosed(begin)
        if self._is_here("}"):
            return self._fault("a comma without an entry behind it", "remove the comma before `}`")
        word = _WORD.match(self.content, self.at)
        width = 1 if word is None else len(word[0])
        return self._fault("a key that is no text in double quotation marks", 'write `"key": value`', width=width)

    def _unclosed(self, begin: int) -> Fault:
        sign = self.content[begin]
        self.at = begin
        return self._fault(f"a `{sign}` without its `{_ENDS[sign]}`", "the text ends before it: write it whole")

    def _fault(self, message: str, hint: str, *, width: int = 1, all_the_rest: bool = False) -> Fault:
        return Fault("SR821", message, hint, offset=self.at, width=None if all_the_rest else width)

    # --- places ----------------------------------------------------------------------------------------------------

    def _from(self, begin: int) -> Span:
        """Return the place of what was read since a sign."""
        if self.is_one_line:
            return Span(1, begin + 1, self.at - begin)
        return self.text.span(begin, self.at)

    # --- signs -----------------------------------------------------------------------------------------------------

    def _skip(self) -> None:
        if self.content[self.at : self.at + 1] in _SPACES:
            found = _SPACE.match(self.content, self.at)
            assert found is not None
            self.at = found.end()

    def _is_here(self, sign: str) -> bool:
        return self.content.startswith(sign, self.at)

    def _is_next(self, end: str) -> bool:
        """Return whether a mapping or list ends here, and go behind its end."""
        if self._is_here(end):
            self.at += 1
            return True
        return False


_VALUES = "write a text in double quotation marks, a number, `true`, `false`, `null`, a list or a mapping"
