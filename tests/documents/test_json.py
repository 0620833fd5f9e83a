"""JSON is read as Python reads it, where Python is strict, with places and exact numbers; what is none is said so."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartrules.diagnostics import Fault, Text
from smartrules.documents.json import read_json
from smartrules.documents.tree import Limits, Scalar, Sequence, Table, Tree

NUMBERS = st.integers(-(10**39), 10**39) | st.decimals(-(10**9), 10**9, places=4).map(float)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(TEXTS, parts, max_size=4),
    max_leaves=12,
)


def plain(tree: Tree) -> Any:
    match tree:
        case Table():
            return {entry.key: plain(entry.value) for entry in tree.entries}
        case Sequence():
            return [plain(item) for item in tree.items]
        case Scalar():
            return tree.value


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_python_writes_is_read_as_it_was(value: Any, ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent)
    exact = json.loads(text, parse_float=Fraction)
    assert plain(read_json(Text(None, text))) == exact


#: Pieces of JSON and of what is nearly JSON.
PIECES = [*'{}[],:"', '"a"', '"b"', "1", "-1", "0", "01", "1.5", "1e2", "true", "null", "True", "'a'", " ", "\t", "\\"]
PIECES += ["\\n", "\\u4e03", "\\x", "七", ".5", "+1", "1.", "nul", "/", "\x00", "\u00a0", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
@example('{"a":1,"b":[]}')
@example('"a\\')
@example("1e201")
def test_what_python_refuses_is_refused_and_nothing_else(text: str) -> None:
    try:
        expected = json.loads(text, parse_float=Fraction)
    except ValueError:
        expected = ValueError
    try:
        found = plain(read_json(Text(None, text)))
    except Fault as fault:
        if fault.code == "SR104":
            assert '"a"' in text or '"b"' in text or '""' in text
            return
        if fault.code == "SR207":
            assert "e2" in text
            return
        assert fault.code == "SR821"
        assert expected is ValueError
        assert 0 <= fault.offset <= len(text)
    else:
        assert found == expected


def test_each_part_has_its_place() -> None:
    text = '{"a": [1, "七"], "b": {"c": null}}'
    tree = read_json(Text(None, text))

    def shown(tree: Tree) -> list[str]:
        assert tree.at is not None
        own = [text[tree.at.column - 1 :][: tree.at.width]]
        if isinstance(tree, Table):
            for entry in tree.entries:
                assert entry.at is not None
                own += [text[entry.at.column - 1 :][: entry.at.width], *shown(entry.value)]
        if isinstance(tree, Sequence):
            own += [part for item in tree.items for part in shown(item)]
        return own

    assert shown(tree) == [text, '"a"', '[1, "七"]', "1", '"七"', '"b"', '{"c": null}', '"c"', "null"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 32 + "]" * 32, None),
        ("[" * 33 + "]" * 33, "SR108"),
        ("[" * 1_000_000, "SR108"),
        ('{"a":' * 1_000_000, "SR108"),
        ("[1,1,1,1,1,1,1,1,1]", None),
        ("[1,1,1,1,1,1,1,1,1,1]", "SR108"),
        ("9" * 40, None),
        ("9" * 41, "SR207"),
        ("9" * 1_000_000, "SR207"),
        ("1e39", None),
        ("1e40", "SR207"),
        ("1e999999999", "SR207"),
        ("1e99999999999999999999999", "SR207"),
        ('"' + "\\\\" * 500_000, "SR821"),
        ('"' + "a" * 1_000_000, "SR821"),
        ("NaN", "SR507"),
        ("-Infinity", "SR507"),
        ('"\\ud800"', "SR821"),
        ('"\\ud83d\\ude00"', None),
    ],
)
def test_what_is_too_much_is_refused_at_once(text: str, code: str | None) -> None:
    found = None
    # Ten parts are enough here; what is deeper than allowed has more.
    limits = Limits(2**21, 10 if text.startswith("[1") else 100)
    try:
        read_json(Text(None, text), limits)
    except Fault as fault:
        found = fault.code
    assert found == code
