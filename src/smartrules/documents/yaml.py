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

from smartrules.diagnostics import Fault, Log, Span, Text, shorten
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree

LARGEST_BYTES = 16 * 1024 * 1024
DEEPEST = 32
MOST_PARTS = 1_000_000
LONGEST_KEY = 200

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        Fault: SR114 where it cannot be read, SR108 where it is too large, SR102 where it is not UTF-8 text, SR103 where
            it is empty.
    """
    try:
        if path.is_dir():
            raise Fault("SR114", "this is a directory, not a file", "name the file in it")
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise Fault("SR114", "there is no such file", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Fault("SR114", f"the file cannot be read: {reason.lower()}", "check the path and its rights") from None
    return decode(content)


def decode(content: bytes) -> str:
    """Return the text that bytes are.

    Raises:
        Fault: as `read_text`.
    """
    if len(content) > LARGEST_BYTES:
        raise Fault("SR108", f"the file is larger than {LARGEST_BYTES // 2**20} MiB", "split it")
    if b"\0" in content[:4096]:
        raise Fault("SR102", "this is a binary file, not a text", "give a YAML or JSON document")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Fault("SR102", f"the file is not UTF-8 text: line {line} has other bytes", "save it as UTF-8") from None
    if not text.strip():
        raise Fault("SR103", "the document is empty", "see `smartrules explain` or the documentation for its form")
    return text


class _Stop(Exception):
    """The document cannot be read further."""


def read_tree(text: Text, log: Log) -> Tree | None:
    """Return the tree of a YAML text, or None after noting why there is none.

    Duplicate keys, tags, anchors and aliases are all noted, and reading goes on without them.
    """
    # Importing ruamel.yaml costs 20 ms, which a host that passes mappings need not pay.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    content = text.content
    yaml = YAML(typ="safe", pure=True)
    try:
        return _Composer(content, log).compose(yaml.parse(content))
    except _Stop:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
        at = Span(mark.line + 1, mark.column + 1) if mark is not None else None
        log.add(at, "SR101", f"this is no YAML: {problem}", _yaml_hint(problem, text, at))
    except YAMLError as error:
        character = getattr(error, "character", None)
        if character is not None:
            code = character if isinstance(character, int) else ord(character)
            position = getattr(error, "position", 0)
            before = content[:position]
            at = Span(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
            log.add(at, "SR101", f"the character U+{code:04X} may not stand in YAML", "remove it")
        else:
            log.add(None, "SR101", f"this is no YAML: {shorten(str(error))}")
    except (ValueError, RecursionError, IndexError, AttributeError, TypeError, AssertionError):
        log.add(None, "SR101", "this is no YAML", "check the beginning of the file, and `%` at the start of a line")
    return None


def _yaml_hint(problem: str, text: Text, at: Span | None) -> str:
    line = text.line(at.line) if at is not None else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in problem:
        return "put a text that holds `: ` in quotation marks, and check the indentation"
    if "cannot start any token" in problem or "%" in line:
        return 'put a text that begins with a special sign in quotation marks: `unit: "%"`'
    if "expected ',' or" in problem or "flow" in problem:
        return "check that every `{` and `[` is closed and that parts are separated by commas"
    return "check the indentation and the quotation marks"


class _Composer:
    """Builds the tree from parse events."""

    def __init__(self, content: str, log: Log) -> None:
        self.content = content
        self.log = log
        self.parts = 0

    def compose(self, events: Any) -> Tree | None:
        root: Tree | None = None
        documents = 0
        stack: list[_Open] = []
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(
                        event, "SR107", "a second document begins here", "one file holds one document: remove `---`"
                    )
                continue
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._refuse_extras(event)
                if len(stack) >= DEEPEST:
                    self._stop(
                        event, "SR108", f"the document is nested more than {DEEPEST} deep", "no document needs it"
                    )
                stack.append(_Open(kind == "MappingStartEvent", _span(event), []))
                continue
            if kind in ("MappingEndEvent", "SequenceEndEvent"):
                done = stack.pop()
                tree: Tree = self._table(done) if done.mapping else Sequence(tuple(done.parts), done.at)
            elif kind == "ScalarEvent":
                self._refuse_extras(event)
                tree = self._scalar(event)
            elif kind == "AliasEvent":
                self.log.add(
                    _span(event), "SR106", f"the alias `*{event.anchor}` is not allowed", "write the value out"
                )
                tree = Scalar(None, _span(event))
            else:
                continue
            self.parts += 1
            if self.parts > MOST_PARTS:
                self._stop(event, "SR108", f"the document has more than {MOST_PARTS:,} parts", "split it")
            if stack:
                stack[-1].parts.append(tree)
            else:
                root = tree
        return root

    def _stop(self, event: Any, code: str, message: str, hint: str) -> None:
        self.log.add(_span(event), code, message, hint)
        raise _Stop

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.log.add(_span(event), "SR106", f"the anchor `&{event.anchor}` is not allowed", "write the value out")
        tag = getattr(event, "tag", None)
        if tag:
            self.log.add(
                _span(event), "SR105", f"the tag `{shorten(str(tag))}` is not allowed", "write the plain value"
            )

    def _scalar(self, event: Any) -> Scalar:
        quoted = event.style is not None
        value: bool | str | None = event.value
        if not quoted and value in _NULLS:
            value = None
        elif not quoted and value in _BOOLEANS:
            value = _BOOLEANS[str(value)]
        locator = _Locator(self.content, str(event.value), event.start_mark, event.end_mark)
        return Scalar(value, _span(event), quoted, locator.locate)

    def _table(self, done: _Open) -> Table:
        entries: dict[str, Entry] = {}
        for key, value in zip(done.parts[::2], done.parts[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.log.add(key.at, "SR111", "a key must be a text", "write `name: value`")
                continue
            text = _key_text(key)
            if len(text) > LONGEST_KEY:
                self.log.add(key.at, "SR108", f"a key has {len(text):,} characters", f"at most {LONGEST_KEY}")
                continue
            if text in entries:
                first = entries[text].at
                where = f" (first in line {first.line})" if first is not None else ""
                self.log.add(key.at, "SR104", f"the key `{shorten(text)}` stands twice{where}", "remove one of the two")
                continue
            entries[text] = Entry(text, value, key.at)
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
    if key.value is None:
        return ""
    return str(key.value).lower() if isinstance(key.value, bool) else str(key.value)


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    one_line = start.line == end.line
    return Span(start.line + 1, start.column + 1, max(1, end.column - start.column) if one_line else 1)


class _Locator:
    """Finds a stretch of a scalar's value in the document.

    Folding and indentation change only white space, so the n-th visible character of the value is the n-th visible one
    of what was written; where quoting changed more than that, the whole scalar is the place.
    """

    def __init__(self, content: str, value: str, start: Any, end: Any) -> None:
        self.content = content
        self.value = value
        self.start = start
        self.end = end

    def locate(self, start: int, end: int) -> Span:
        """Return the place of ``value[start:end]``, on the line where it begins."""
        written = self.content[self.start.index : self.end.index]
        first, last = self._stretch(written, start, end)
        begin = written.rfind("\n", 0, first) + 1
        column = first - begin + (0 if begin else self.start.column)
        stop = written.find("\n", first)
        width = min(last, stop if stop >= 0 else len(written)) - first
        return Span(self.start.line + 1 + written.count("\n", 0, first), column + 1, max(1, width))

    def _stretch(self, written: str, start: int, end: int) -> tuple[int, int]:
        verbatim = written.find(self.value)
        if verbatim >= 0:
            return verbatim + start, verbatim + end
        body = re.sub(r"\A[|>][^\n]*|\A[\"']", lambda m: " " * len(m[0]), written)
        visible = [index for index, sign in enumerate(body) if not sign.isspace()]
        wanted = [sign for sign in self.value if not sign.isspace()]
        if [body[index] for index in visible[: len(wanted)]] != wanted:
            return 0, len(written)
        before = sum(not sign.isspace() for sign in self.value[:start])
        within = max(1, sum(not sign.isspace() for sign in self.value[start:end]))
        if before >= len(wanted):
            before = len(wanted) - 1
        return visible[before], visible[min(before + within, len(wanted)) - 1] + 1
