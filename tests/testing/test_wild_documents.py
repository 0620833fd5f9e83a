"""Hostile texts: whatever reads a document returns, or says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from smartrules.diagnostics import SmartrulesError
from smartrules.documents.cases import read_cases_text
from smartrules.documents.facts import read_facts
from smartrules.documents.ruleset import read_ruleset
from smartrules.engines.exact import disagreements
from smartrules.testing import wild_documents
from tests.rulesets import ROOT, shandong

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

_READERS: dict[str, Callable[[str], Any]] = {
    "rulesets": lambda text: read_ruleset(text, "wild.yaml"),
    "facts": lambda text: read_facts(shandong().edition, text, "wild.yaml", disagreements=disagreements),
    "cases": lambda text: read_cases_text(shandong().edition, text, ROOT / "wild.yaml", disagreements=disagreements),
}


@pytest.mark.parametrize("reader", _READERS)
@settings(max_examples=250)
@given(text=wild_documents())
def test_a_hostile_text_is_read_or_refused_with_places(reader: str, text: str) -> None:
    try:
        _READERS[reader](text)
    except SmartrulesError as error:
        assert error.diagnostics
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for one in error.diagnostics:
            assert one.file is not None
            assert one.help
            if one.at is not None:
                assert 1 <= one.at.line <= len(lines)
                assert 1 <= one.at.column <= len(lines[one.at.line - 1]) + 1
                assert one.at.width >= 1
        assert "error[" in str(error)


_DRAWN = [
    *[
        "\0",
        "\t",
        "\ufeff",
        "!<",
        "&a",
        "*a",
        "<<:",
        "{a: {a:",
        "[[[[",
        "1e999",
        "9" * 40,
        "---",
        "# yaml-language",
        "x" * 400,
    ],
]


def test_every_kind_of_hostility_is_drawn() -> None:
    missing = set(_DRAWN)

    @settings(max_examples=1200, phases=[Phase.generate])
    @given(wild_documents())
    def look(text: str) -> None:
        missing.difference_update([sign for sign in missing if sign in text])

    look()
    assert missing == set()


def test_good_documents_of_ones_own_are_mutilated() -> None:
    found = set[str]()

    @settings(max_examples=60, phases=[Phase.generate])
    @given(wild_documents(like=["mine: all mine\n"]))
    def look(text: str) -> None:
        found.add(text)

    look()
    assert any("mine" in text for text in found)
    assert not any("shandong" in text for text in found)


@pytest.mark.parametrize("like", [[], [""], ["a: 1", ""]])
def test_without_a_good_document_there_is_none_to_mutilate(like: list[str]) -> None:
    with pytest.raises(SmartrulesError, match="`like` needs good documents"):
        wild_documents(like=like)
