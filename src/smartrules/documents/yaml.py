"""YAML 1.2 text → a tree with places, and nothing else that YAML can do.

The tree is built from the parser's events with a stack of its own, so that depth, size and number of parts are bounded
before anything is made of them. Tags, anchors, aliases and second documents are refused: rulesets and facts need none,
and hostile documents do. Scalars keep the text that was written, so no number passes through a float.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from attrs import evolve

from smartrules.diagnostics import Fault, Log, Span, Text, shorten
from smartrules.documents.tree import LONGEST_KEY, OF_RULESETS, Entry, Limits, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml_faults import yaml_fault

DEEPEST = 32

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def read_text(path: Path, limits: Limits = OF_RULESETS) -> str:
    """Return the text of a file.

    Raises:
        Fault: SR114 where it cannot be read, SR108 where it is too large, SR102 where it is not UTF-8 text, SR103 where
            it is empty.
    """
    try:
        if path.is_dir():
            raise Fault("SR114", "this is a directory, not a file", "name the file in it")
        with path.open("rb") as file:
            content = file.read(limits.bytes + 1)
    except FileNotFoundError:
        raise Fault("SR114", "there is no such file", "check the path") from None
    except Fault:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Fault("SR114", f"the file cannot be read: {reason.lower()}", "check the path and its rights") from None
    return decode(content, limits)


def decode(content: bytes, limits: Limits = OF_RULESETS) -> str:
    """Return the text that bytes are.

    Raises:
        Fault: as `read_text`.
    """
    if len(content) > limits.bytes:
        raise _too_large(limits)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Fault("SR102", "the file is UTF-16 text, not UTF-8", "save it as UTF-8")
    if content.startswith(b"PK\x03\x04"):
        raise Fault("SR102", "this is a spreadsheet, a text document or an archive", "give a YAML or JSON document")
    if b"\0" in content[:4096]:
        raise Fault("SR102", "this is a binary file, not a text", "give a YAML or JSON document")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Fault("SR102", f"the file is not UTF-8 text: line {line} has other bytes", "save it as UTF-8") from None
    if not text.strip():
        raise _empty()
    return text


def _too_large(limits: Limits) -> Fault:
    return Fault("SR108", f"the document is larger than {limits.bytes // 2**20} MiB", "no real one is: split it")


def _empty() -> Fault:
    return Fault("SR103", "the document is empty", "begin with one of the packaged rulesets or examples")


class _Stop(Exception):
    """The document cannot be read further."""


def read_tree(text: Text, log: Log, limits: Limits = OF_RULESETS) -> Tree | None:
    """Return the tree of a YAML text, or None after noting why there is none.

    Keys that stand twice are noted and left out. Tags, anchors and aliases are all noted, and there is no tree then:
    what stands in their place is not known.
    """
    # Importing ruamel.yaml costs 20 ms, which a host that passes mappings need not pay.
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from smartrules.documents.yaml_events import events

    content = text.content
    if len(content) > limits.bytes:
        log.add_fault(None, _too_large(limits))
        return None
    composer = _Composer(text, log, limits.parts)
    try:
        root = composer.compose(events(content))
    except _Stop:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        begin = None if error.context_mark is None else error.context_mark.index
        problem, context = (" ".join(str(words or "").split()) for words in (error.problem, error.context))
        at = len(content) if mark is None else mark.index
        log.add_fault_in(yaml_fault(content, problem, at, context, begin, composer.quotation))
        return None
    except YAMLError as error:
        character, position = getattr(error, "character", None), getattr(error, "position", 0)
        if character is None:
            log.add(None, "SR101", f"this is no YAML: {shorten(str(error))}", "save it as plain text")
        else:
            code = character if isinstance(character, int) else ord(character)
            at = text.span(position, position + 1)
            log.add(at, "SR101", f"the character U+{code:04X} may not stand in a document", "remove it")
        return None
    except (ValueError, RecursionError, IndexError, KeyError, AttributeError, TypeError, AssertionError):
        log.add(None, "SR101", "this is no YAML", "check the beginning of the file, and `%` at the start of a line")
        return None
    if root is None or (isinstance(root, Scalar) and root.value is None):
        log.add_fault(None, _empty())
        return None
    if composer.refused:
        return None
    return evolve(root, at=None) if isinstance(root, Table) else root  # the whole document has no place in it


def place_of_key(text: Text, key: str) -> Span | None:
    """Return where the value of a key of a document stands, or None where it has no such key."""
    tree = read_tree(text, Log(text))
    entry = tree.get(key) if isinstance(tree, Table) else None
    return None if entry is None else entry.value.at


_SIGNS = {"tag": "!", "anchor": "&", "alias": "*"}


class _Composer:
    """Builds the tree from parse events."""

    def __init__(self, text: Text, log: Log, most: int) -> None:
        self.text = text
        self.log = log
        self.most = most
        self.parts = 0
        self.refused: set[str] = set()
        self.quotation: tuple[int, int] | None = None

    def compose(self, events: Any) -> Tree | None:
        root: Tree | None = None
        documents = 0
        stack: list[_Open] = []
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    here = self.text.content.startswith("---", event.start_mark.index)
                    mark = "this `---`" if here else "the `...` before it"
                    hint = f"one file holds one document: remove {mark}, or what follows"
                    self._stop(event, "SR107", "a second document begins here", hint)
                continue
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._refuse_extras(event)
                if len(stack) >= DEEPEST:
                    self._stop(
                        event, "SR108", f"the document is nested more than {DEEPEST} deep", "no document needs it"
                    )
                stack.append(_Open(kind == "MappingStartEvent", self._span(event), []))
                continue
            if kind in ("MappingEndEvent", "SequenceEndEvent"):
                done = stack.pop()
                tree: Tree = self._table(done) if done.mapping else Sequence(tuple(done.parts), done.at)
            elif kind == "ScalarEvent":
                self._refuse_extras(event)
                tree = self._scalar(event)
            elif kind == "AliasEvent":
                self._refuse(event, f"*{event.anchor}", "alias")
                tree = Scalar(None, self._span(event))
            else:
                continue
            self.parts += 1
            if self.parts > self.most:
                self._stop(event, "SR108", f"the document has more than {self.most:,} parts", "no real one has")
            if stack:
                stack[-1].parts.append(tree)
            else:
                root = tree
        return root

    def _stop(self, event: Any, code: str, message: str, hint: str) -> None:
        self.log.add(self._span(event), code, message, hint)
        raise _Stop

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"&{event.anchor}", "anchor")
        if getattr(event, "tag", None):
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, tag, "tag")

    def _refuse(self, event: Any, written: str, what: str) -> None:
        if written in self.refused:
            return
        self.refused.add(written)
        content, begin = self.text.content, event.start_mark.index
        start = content.find(_SIGNS[what], begin)
        if start < 0:  # a tag before an anchor, where the event is said to begin
            start = max(content.rfind(_SIGNS[what], 0, begin), 0)
        end = start + len(written)
        if content.startswith("!<", start):  # its text stands between signs, and may be written by escapes
            end = content.find(">", start) + 1
        at = self.text.span(start, end)
        instead = "remove it" if what == "tag" else "write the value out"
        hint = f"{instead}; a text that begins with `{written[:1]}` stands in quotation marks"
        self.log.add(at, "SR105" if what == "tag" else "SR106", f"the {what} `{shorten(written)}` is not allowed", hint)

    def _span(self, event: Any) -> Span:
        return self.text.span(event.start_mark.index, event.end_mark.index)

    def _whole_characters(self, written: str, event: Any) -> str:
        """Return a text with the pairs joined in which JSON escapes a rare character; half of one is noted."""
        if written.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in written):
            return written
        joined = written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if "\N{REPLACEMENT CHARACTER}" in joined:
            at = self.text.span(event.start_mark.index, event.end_mark.index)
            message = "this is no YAML: an escape is half a character"
            self.log.add(at, "SR101", message, "write the character itself")
        return joined

    def _scalar(self, event: Any) -> Scalar:
        start, end, written = event.start_mark, event.end_mark, str(event.value)
        if event.style in ("'", '"') and start.line != end.line:
            self.quotation = (start.index, end.index)
        quoted = event.style is not None
        value: bool | str | None = self._whole_characters(written, event)
        if not quoted and value in _NULLS:
            value = None
        elif not quoted and value in _BOOLEANS:
            value = _BOOLEANS[written]
        locator = _Locator(self.text, written, start.index, end.index, event.style)
        at = self.text.span(start.index, end.index)
        if event.style in ("|", ">"):
            at = locator(0, len(written.rstrip()))
        return Scalar(value, at, quoted, locator)

    def _table(self, done: _Open) -> Table:
        entries: dict[str, Entry] = {}
        for key, value in zip(done.parts[::2], done.parts[1::2], strict=True):
            if not isinstance(key, Scalar) or key.value in (None, ""):
                what = "a key is empty" if isinstance(key, Scalar) else "a key must be a text"
                self.log.add(key.at, "SR111", what, "write `name: value`")
                continue
            text = _key_text(key)
            if len(text) > LONGEST_KEY:
                self.log.add(key.at, "SR108", f"a key has {len(text):,} characters", f"at most {LONGEST_KEY}")
                continue
            if text == "<<" and not key.quoted:
                self.refused.add(text)
                self.log.add(key.at, "SR106", "the merge key `<<` is not allowed", "write the keys out")
                continue
            if text in entries:
                first = entries[text].at
                where = f" (first in line {first.line})" if first is not None else ""
                self.log.add(key.at, "SR104", f"the key `{shorten(text)}` stands twice{where}", "remove one of the two")
                continue
            if isinstance(value, Scalar) and value.value is None:
                value = evolve(value, at=key.at)  # nothing has no place, or one in a line further down
            entries[text] = Entry(text, value, key.at, key if " " in text else None)
        return Table(tuple(entries.values()), done.at)


class _Open:
    """A mapping or list whose end is not reached yet."""

    def __init__(self, mapping: bool, at: Span, parts: list[Tree]) -> None:
        self.mapping = mapping
        self.at = at
        self.parts = parts


def _key_text(key: Scalar) -> str:
    if isinstance(key.value, str):
        return unicodedata.normalize("NFKC", key.value)
    return str(key.value).lower() if isinstance(key.value, bool) else str(key.value)


_ESCAPE = re.compile(r"\\(?:x..|u....|U........|\r\n|.)|''", re.DOTALL)


class _Locator:
    """Finds a stretch of a scalar's value in the document.

    Folding and indentation change only white space, so the n-th visible character of the value is the n-th visible one
    of what was written, where an escape counts as the one character that it stands for.
    """

    __slots__ = ("_places", "end", "start", "style", "text", "value")  # there are as many as scalars

    def __init__(self, text: Text, value: str, start: int, end: int, style: str | None) -> None:
        self.text = text
        self.value = value
        self.start = start
        self.end = end
        self.style = style
        self._places: tuple[list[tuple[int, int]], list[int]] | None = None

    def __call__(self, start: int, end: int) -> Span:
        """Return the place of ``value[start:end]``, on the line where it begins."""
        verbatim = self._verbatim()
        if verbatim is not None:
            return self.text.span(verbatim + start, verbatim + end)
        if self._places is None:
            self._places = self._visible()
        places, before = self._places
        if not places:
            return self.text.span(self.start, self.end)
        first = min(before[min(start, len(self.value))], len(places) - 1)
        last = max(first, min(before[min(end, len(self.value))], len(places)) - 1)
        return self.text.span(places[first][0], places[last][1])

    def _verbatim(self) -> int | None:
        """Return where the value begins as it was written, in one line and without an escape; None where it was not."""
        content = self.text.content
        if self.style is None:
            return self.start if content.startswith(self.value, self.start) else None
        written = self.end - self.start == len(self.value) + 2 and content.startswith(self.value, self.start + 1)
        return self.start + 1 if written and self.style in ("'", '"') else None

    def _visible(self) -> tuple[list[tuple[int, int]], list[int]]:
        """Return where each visible character of the value was written, and how many stand before each place of the value."""
        places: list[tuple[int, int]] = []
        index = self.start
        if self.style in ("|", ">"):
            found = self.text.content.find("\n", index, self.end)
            index = self.end if found < 0 else found
        elif self.style is not None:
            index += 1
        count, before = 0, [0]
        for sign in self.value:
            count += not sign.isspace()
            before.append(count)
        while index < self.end and len(places) < count:
            stop = index + 1
            escape = _ESCAPE.match(self.text.content, index, self.end) if self.style in ("'", '"') else None
            if escape is not None and (escape[0] == "''") == (self.style == "'"):
                stop = escape.end()
                visible = not _is_space(escape[0])
            else:
                visible = not self.text.content[index].isspace()
            if visible:
                places.append((index, stop))
            index = stop
        return (places, before) if len(places) == count else ([], before)


def _is_space(escape: str) -> bool:
    """Return whether an escape stands for white space, or for nothing at the end of a line."""
    if escape[1] in "xuU":
        return chr(int(escape[2:], 16)).isspace()
    return escape[1] in "tnvfr N_LP\t\r\n"
