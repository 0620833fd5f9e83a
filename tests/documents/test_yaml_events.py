"""The events of a YAML text are those that ruamel.yaml makes with its own scanner: their places and complaints too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from smartrules.documents.yaml_events import events

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(p for folder in ("tests", "docs", "rulesets") for p in (ROOT / folder).rglob("*.yaml"))


def place(mark: Any) -> tuple[int, int, int] | None:
    return None if mark is None else (mark.index, mark.line, mark.column)


def told(made: Iterator[Any]) -> list[object]:
    """Return all that events say, and the complaint that ends them."""
    said: list[object] = []
    try:
        for event in made:
            fields = [
                getattr(event, name, None) for name in ("anchor", "tag", "value", "style", "implicit", "explicit")
            ]
            said.append((type(event).__name__, fields, place(event.start_mark), place(event.end_mark)))
    except Exception as error:
        said.append(
            (
                type(error).__name__,
                [str(getattr(error, name, None)) for name in ("problem", "context", "note", "character", "position")],
                place(getattr(error, "problem_mark", None)),
                place(getattr(error, "context_mark", None)),
            )
        )
    return said


def agree(text: str) -> None:
    assert told(events(text)) == told(YAML(typ="safe", pure=True).parse(text))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_events_of_each_document_are_those_of_ruamel(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    agree(text)
    agree(text.replace("\n", "\r\n"))
    agree(text.replace("\n", "\r"))


_BITS = [
    *"ab1-?:,[]{}#&*!|>'\"%@`.~<",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n- ",
    ": ",
    " #",
    "a b",
    "a: b\n",
    "\t",
    "\r",
    "\r\n",
    "\x85",
    "\u2028",
    "\ufeff",
    "户",
    "：",
    "---",
    "...",
    "%YAML 1.1\n---\n",
    "every a where b: c",
    "\0",
    "\x07",
    "x" * 1030,
]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_BITS), max_size=30).map("".join))
@example("a: b c # d")
@example("{a: b c,d:e}")
@example("a\n b: c")
@example("%YAML 1.1\n---\n{a?b: c ? d}")
@example("\ufeffa: b")
@example("a: b\ufeffc d\n e")
@example("- a\n...\n- b")
def test_the_events_of_any_text_are_those_of_ruamel(text: str) -> None:
    agree(text)
