"""YAML text → the parser's events, as ruamel.yaml makes them and in half the time.

Ruamel's scanner goes through a text sign by sign. Where all of a word, a comment or the white space between two tokens
stands in one line, a pattern finds its end at once. Whatever is odd is left to ruamel's own code, so that events, places
and complaints stay what they are; a test compares them, event by event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import StringMark
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

_BREAK = "\n\0\r\x85\u2028\u2029"
_BLANK = " \t" + _BREAK


def events(content: str) -> Iterator[Any]:
    """Yield the events of a YAML text.

    Raises:
        YAMLError: and what else ruamel.yaml raises, where the text is no YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner, _Parser
    yield from yaml.parse(content)


def _words(stops: str) -> re.Pattern[str]:
    """Return the pattern of a plain text in one line: words that no comment and none of some signs ends."""
    word = f"(?:[^{_BLANK}:{stops}]|:(?![{_BLANK}]))+"
    return re.compile(f"{word}(?: +(?!#){word})*")


_IN_BLOCKS, _IN_BRACKETS = _words(""), _words(r",\[\]{}")
_BETWEEN_IN_BLOCKS, _BETWEEN_IN_BRACKETS = (re.compile(f"{blank}*(?:#[^{_BREAK}]*)?") for blank in (" ", "[ \t]"))


class _Mark(StringMark):
    """Ruamel's mark of a place, made in one step."""

    __slots__ = ()

    def __init__(self, name: str, index: int, line: int, column: int, buffer: str, pointer: int) -> None:
        self.name = name
        self.index = index
        self.line = line
        self.column = column
        self.buffer = buffer
        self.pointer = pointer


class _Reader(Reader):
    """Ruamel's reader of a text, which passes what holds no line break at once."""

    def get_mark(self) -> _Mark:
        return _Mark(self.name, self.index, self.line, self.column, self.buffer, self.pointer)

    def forward(self, length: int = 1) -> None:
        stop = self.pointer + length
        passed = self.buffer[self.pointer : stop]
        if stop + 1 >= len(self.buffer) or "\n" in passed or "\r" in passed or "\ufeff" in passed:
            super().forward(length)
            return
        self.pointer = stop
        self.index += length
        self.column += length


class _Scanner(Scanner):
    """Ruamel's scanner, which takes plain texts and the space between tokens line by line."""

    def check_token(self, *choices: Any) -> bool:
        while self.need_more_tokens():
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def need_more_tokens(self) -> bool:
        if self.tokens and not self.possible_simple_keys:
            return False
        return bool(super().need_more_tokens())

    def scan_to_next_token(self) -> None:
        reader = self.reader
        if reader.index == 0 and reader.peek() == "\ufeff":
            reader.forward()
        between = _BETWEEN_IN_BRACKETS if self.flow_context else _BETWEEN_IN_BLOCKS
        while True:
            found = between.match(reader.buffer, reader.pointer)
            assert found is not None
            if found.end() > found.start():
                reader.forward(found.end() - found.start())
            if not self.scan_line_break():
                return
            if not self.flow_context:
                self.allow_simple_key = True

    def scan_plain(self) -> Any:
        if self.flow_context and self.scanner_processing_version == (1, 1):
            return super().scan_plain()
        reader = self.reader
        words = _IN_BRACKETS if self.flow_context else _IN_BLOCKS
        start = end = reader.get_mark()
        indent = self.indent + 1
        chunks: list[str] = []
        spaces: list[str] | None = []
        while spaces is not None and reader.peek() != "#":
            found = words.match(reader.buffer, reader.pointer)
            if found is None:
                break
            self.allow_simple_key = False
            chunks += (*spaces, found[0])
            reader.forward(len(found[0]))
            end = reader.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_context and reader.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)


class _Parser(Parser):
    """Ruamel's parser, which looks for its scanner once."""

    @cached_property
    def scanner(self) -> Any:
        return self.loader.scanner
