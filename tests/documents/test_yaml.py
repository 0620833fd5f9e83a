"""YAML text → a tree: values as they were written, places as a reader finds them, and nothing else that YAML can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import FactsError, Fault, Log, SmartrulesError, Span, Text
from smartrules.documents.tree import OF_FACTS, OF_RULESETS, Entry, Limits, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import DEEPEST, decode, read_text, read_tree
from smartrules.facts import Community
from tests.rulesets import SHANDONG, shandong


def tree_of(text: str) -> Tree:
    log = Log(Text(None, text))
    tree = read_tree(log.text, log)
    assert log.diagnostics == []
    assert tree is not None
    return tree


def codes_of(text: str) -> list[str]:
    log = Log(Text(None, text))
    try:
        read_tree(log.text, log)
    except SmartrulesError as error:  # where there are more faults than anyone reads
        return [diagnostic.code for diagnostic in error.diagnostics]
    return [diagnostic.code for diagnostic in log.errors]


def plain(tree: Tree | None) -> Any:
    """Return a tree as plain values, each scalar as it was read."""
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [plain(item) for item in tree.items]
        case Table():
            return {entry.key: plain(entry.value) for entry in tree.entries}
    return None


# --- values --------------------------------------------------------------------------------------------------------


def test_a_document_is_mappings_lists_and_scalars() -> None:
    text = """
# a comment
households: 3461        # as written
area: 6.30 km²
flag: true
list: [a, "b", 'c']
block:
  - one
  - two: 2
nothing:
folded: >
  a >= 5 %
  and b
literal: |
  line 1
  line 2
"""
    assert plain(tree_of(text)) == {
        "households": "3461",
        "area": "6.30 km²",
        "flag": True,
        "list": ["a", "b", "c"],
        "block": ["one", {"two": "2"}],
        "nothing": None,
        "folded": "a >= 5 % and b\n",
        "literal": "line 1\nline 2\n",
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("Null", None),
        # YAML 1.1 would make something else of each of these.
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("0x10", "0x10"),
        ("010", "010"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("0.70", "0.70"),
        (".5", ".5"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("2023-11-25", "2023-11-25"),
        ("12:30:45", "12:30:45"),
        ('"true"', "true"),
        ("'null'", "null"),
        ('""', ""),
        ("是", "是"),
    ],
)
def test_a_scalar_keeps_the_text_that_was_written(written: str, value: object) -> None:
    tree = tree_of(f"key: {written}")
    assert plain(tree) == {"key": value}
    assert type(plain(tree)["key"]) is type(value)


def test_a_quoted_scalar_is_known_to_be_one() -> None:
    assert isinstance(tree := tree_of("[3461, '3461', \"3461\"]"), Sequence)
    assert [item.quoted for item in tree.items if isinstance(item, Scalar)] == [False, True, True]


def test_keys_are_texts_in_their_compatibility_form() -> None:
    assert plain(tree_of("３４: a\nｋｍ２: b\ntrue: c\n'x': d\n")) == {"34": "a", "km2": "b", "true": "c", "x": "d"}


# JSON may write a character beyond the basic plane as two escapes, which YAML reads as two characters.
_TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
_PLAIN = st.recursive(
    st.none() | st.booleans() | _TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text("abc社区", min_size=1, max_size=4), below),
    max_leaves=10,
).filter(lambda value: value is not None)


@given(_PLAIN)
def test_json_is_read_as_it_was_written(value: Any) -> None:
    assert plain(tree_of(json.dumps(value))) == value
    assert plain(tree_of(json.dumps(value, indent=2))) == value


# --- places --------------------------------------------------------------------------------------------------------


def _scalars(tree: Tree) -> Iterator[Scalar]:
    match tree:
        case Scalar():
            yield tree
        case Sequence():
            for item in tree.items:
                yield from _scalars(item)
        case Table():
            for entry in tree.entries:
                yield from _scalars(entry.value)


def test_keys_and_values_have_their_places() -> None:
    tree = tree_of('top:\n  社区: [甲,  "乙丙"]\n  b: 3461 户\n')
    assert isinstance(tree, Table)
    (top,) = tree.entries
    assert top.at == Span(1, 1, 3)
    assert isinstance(top.value, Table)
    first, second = top.value.entries
    assert (first.at, second.at) == (Span(2, 3, 2), Span(3, 3, 1))
    assert [scalar.at for scalar in _scalars(tree)] == [Span(2, 8, 1), Span(2, 12, 4), Span(3, 6, 6)]


def test_a_part_of_a_scalar_has_its_place_however_it_is_written() -> None:
    text = """\
plain: a >= 70 % and b
single: 'a >= 70 % and b'
double: "a >= 70 % and b"
folded: >
  a >= 70 %
  and b
literal: |
  a >=
    70 %
  and b
lines: a >=
  70 % and
  b
"""
    found = {}
    tree = tree_of(text)
    assert isinstance(tree, Table)
    for entry in tree.entries:
        assert isinstance(entry.value, Scalar)
        assert entry.value.locate is not None
        value = str(entry.value.value)
        start = value.index("70")
        at = entry.value.locate(start, start + 4)
        found[entry.key] = (at, text.split("\n")[at.line - 1][at.column - 1 : at.column - 1 + at.width])
    assert found == {
        "plain": (Span(1, 13, 4), "70 %"),
        "single": (Span(2, 15, 4), "70 %"),
        "double": (Span(3, 15, 4), "70 %"),
        "folded": (Span(5, 8, 4), "70 %"),
        "literal": (Span(9, 5, 4), "70 %"),
        "lines": (Span(12, 3, 4), "70 %"),
    }


@given(st.text("ab>=70% 社区", min_size=1, max_size=30))
def test_every_sign_of_a_quoted_text_is_found_where_it_stands(value: str) -> None:
    for written in (f"k: '{value}'", f'k: "{value}"'):
        (scalar,) = _scalars(tree_of(written))
        assert scalar.locate is not None
        for start, sign in enumerate(value):
            if not sign.isspace():
                at = scalar.locate(start, start + 1)
                assert (at.line, written[at.column - 1], at.width) == (1, sign, 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_places_do_not_depend_on_how_lines_end(line_end: str) -> None:
    tree = tree_of(line_end.join(["a: 1", "b:", "  c: 2", ""]))
    assert [scalar.at for scalar in _scalars(tree)] == [Span(1, 4, 1), Span(3, 6, 1)]


def test_a_byte_order_mark_moves_nothing() -> None:
    text = decode(b"\xef\xbb\xbfa: 1\n")
    assert text == "a: 1\n"
    assert [scalar.at for scalar in _scalars(tree_of(text))] == [Span(1, 4, 1)]


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["SR103"]),
        ("# only a comment\n", ["SR103"]),
        ("a: [1", ["SR101"]),
        ("a: 'x", ["SR101"]),
        ("\ta: 1", ["SR101"]),
        ("a: b: c", ["SR101"]),
        ("%YAML 9.9.9\n---\na: 1", ["SR101"]),
        ("a: \x07", ["SR101"]),
        ("a: 1\na: 2", ["SR104"]),
        ("a: 1\nａ: 2\nb: {c: 1, c: 2}", ["SR104", "SR104"]),
        ("a: !!python/object/apply:os.system ['true']", ["SR105"]),
        ("a: !!str 5", ["SR105"]),
        ("a: !mine 5", ["SR105"]),
        ("!!map {a: 1}", ["SR105"]),
        ("a: &x 1\nb: *x", ["SR106", "SR106"]),
        ("a: {<<: {b: 1}}", ["SR106"]),
        ("a: 1\n---\nb: 2", ["SR107"]),
        ("[" * DEEPEST + "1" + "]" * DEEPEST, []),
        ("[" * (DEEPEST + 1) + "1" + "]" * (DEEPEST + 1), ["SR108"]),
        ("[" * 100_000, ["SR108"]),
        ("{a: " * 100_000, ["SR108"]),
        ("- " * 100_000, ["SR108"]),
        ("k" * 201 + ": 1", ["SR108"]),
        ("[a]: 1", ["SR111"]),
        ("{a: 1}: 1", ["SR111"]),
    ],
)
def test_what_a_document_never_needs_is_refused(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes


def test_a_bomb_of_aliases_is_refused_without_being_unpacked() -> None:
    lines = ['a0: &a0 "lol"'] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert codes_of("\n".join(lines)) == ["SR106"] * 50 + ["SR115"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SR103"),
        (b" \n\t\n", "SR103"),
        (b"\xef\xbb\xbf", "SR103"),
        (b"a: 1\n\xff\xfe", "SR102"),
        ("社区: 1".encode("gbk"), "SR102"),
        ("a: 1".encode("utf-16"), "SR102"),
        (b"PK\x03\x04\x00\x00", "SR102"),
        (b"a" * (OF_RULESETS.bytes + 1), "SR108"),
    ],
)
def test_bytes_that_are_no_document_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Fault) as caught:
        decode(content)
    assert caught.value.code == code


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Any) -> None:
    for path in (tmp_path, tmp_path / "absent.yaml", tmp_path / "no\0name"):
        with pytest.raises(Fault) as caught:
            read_text(path)
        assert caught.value.code == "SR114"


_PIECES = ["a", ": ", ":", "\n", "  ", "- ", "[", "]", "{", "}", ",", '"', "'", "#", "&x ", "*x", "!!t ", "|\n", ">-\n"]
_PIECES += [
    "---\n",
    "...\n",
    "%",
    "\t",
    "?",
    " ",
    "社",
    "\\",
    "\\u",
    "<<",
    "\x00",
    "\ufeff",
    "\u2028",
    "\x85",
    "@",
    "`",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join) | st.text(max_size=20))
def test_any_text_is_a_tree_or_refused_with_a_code(text: str) -> None:
    log = Log(Text("any.yaml", text))
    tree = read_tree(log.text, log)
    assert tree is not None or log.errors
    for diagnostic in log.errors:
        assert diagnostic.code.startswith("SR1")
        assert diagnostic.render()
    if tree is not None:
        lines = text.replace("\r\n", "\n").split("\n")
        for scalar in _scalars(tree):
            assert scalar.at is None or 1 <= scalar.at.line <= len(lines) + 1


def test_a_table_finds_its_entries() -> None:
    table = Table((Entry("a", Scalar("1")), Entry("b", Scalar(None))))
    assert (table.get("a"), table.get("b"), table.get("c")) == (*table.entries, None)


def test_a_rare_character_escaped_as_json_does_is_one_character() -> None:
    facts = shandong().read_facts(json.dumps({"community": {"id": "q", "name": "𠮷祥"}, "facts": {}}))
    assert facts.community == Community("q", "𠮷祥")
    assert "𠮷祥" in shandong().assess(facts).to_json().encode().decode()


def test_half_of_a_character_is_refused() -> None:
    with pytest.raises(FactsError) as caught:
        shandong().read_facts('{"community": "\\ud842", "facts": {}}')
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR101", "this is no YAML: an escape is half a character")
    ]


# --- limits --------------------------------------------------------------------------------------------------------


def parts_of(tree: Tree) -> int:
    match tree:
        case Table():
            return 1 + sum(1 + parts_of(entry.value) for entry in tree.entries)
        case Sequence():
            return 1 + sum(parts_of(item) for item in tree.items)
        case _:
            return 1


def test_five_thousand_real_indicators_are_within_the_limits() -> None:
    text = (SHANDONG / "ruleset.yaml").read_text("utf-8")
    indicators = len(shandong().edition.indicators)
    assert len(text.encode()) / indicators * 5000 < OF_RULESETS.bytes
    assert parts_of(tree_of(text)) / indicators * 5000 < OF_RULESETS.parts


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(9, 100), "the document is larger than 0 MiB"),
        (Limits(10, 5), None),
        (Limits(10, 4), "the document has more than 4 parts"),
    ],
)
def test_a_document_beyond_its_limits_is_refused(limits: Limits, message: str | None) -> None:
    log = Log(Text(None, "a: [1, 22]"))
    tree = read_tree(log.text, log, limits)
    assert (tree is None, [d.message for d in log.diagnostics]) == (message is not None, [message] if message else [])


def test_facts_have_narrower_limits_than_rulesets() -> None:
    text = "facts:\n" + "# padding\n" * (OF_FACTS.bytes // 10)
    with pytest.raises(FactsError) as caught:
        shandong().read_facts(text)
    assert [d.code for d in caught.value.diagnostics] == ["SR108"]
    assert tree_of(text) == Table((Entry("facts", Scalar(None)),))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: !<%71> 1", Span(1, 4, 6)),
        ("a: !<tag:x> 1", Span(1, 4, 8)),
        ("a: !%71 1", Span(1, 4, 2)),
        ("a: !<%0a> 1", Span(1, 4, 6)),
        ("b: 1\na: !&x 1", Span(2, 4, 3)),
        ("a: !&a &a &a &a ", Span(1, 4, 3)),
    ],
)
def test_a_tag_stands_where_it_is_written(text: str, place: Span) -> None:
    log = Log(Text(None, text))
    assert read_tree(log.text, log) is None
    assert log.errors[0].at == place
