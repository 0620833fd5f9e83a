"""Diagnostics: how a fault is shown, in order, with the place underlined whatever the script."""

from __future__ import annotations

import unicodedata

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.diagnostics import (
    Diagnostic,
    Fault,
    Log,
    NotFoundError,
    Severity,
    SmartrulesError,
    Span,
    Text,
    did_you_mean,
    display_width,
    in_order,
    one_of,
    shorten,
)


def test_a_fault_with_its_place_is_shown_with_the_line_underlined() -> None:
    fault = Diagnostic("SR206", "nothing declares `b`", "did you mean `a`?", "r.yaml", Span(12, 5, 3), "  it: b >= 5 %")
    assert str(fault) == (
        "error[SR206]: nothing declares `b`\n"
        "  --> r.yaml:12:5\n"
        "   |\n"
        "12 |   it: b >= 5 %\n"
        "   |     ^^^\n"
        "help: did you mean `a`?"
    )


def test_a_fault_of_a_whole_file_names_the_file() -> None:
    assert str(Diagnostic("SR103", "the document is empty", file="r.yaml")) == (
        "error[SR103]: the document is empty\n  --> r.yaml"
    )


def test_a_fault_of_the_program_has_no_place() -> None:
    assert (
        str(Diagnostic("SR603", "no such tier", "there is `basic`"))
        == "error[SR603]: no such tier\nhelp: there is `basic`"
    )


def test_a_warning_says_that_it_is_one() -> None:
    assert str(Diagnostic("SR412", "no source", severity=Severity.WARNING)) == "warning[SR412]: no source"


def test_a_text_without_a_name_is_called_text() -> None:
    assert str(Diagnostic("SR201", "it ends", at=Span(1, 2, 1), line="ab")) == (
        "error[SR201]: it ends\n --> <text>:1:2\n  |\n1 | ab\n  |  ^"
    )


def _marked(line: str, column: int, width: int) -> tuple[str, str]:
    rows = Diagnostic("SR201", "x", at=Span(1, column, width), line=line).render().split("\n")
    return rows[3].removeprefix("1 | "), rows[4].removeprefix("  | ")


@pytest.mark.parametrize(
    ("line", "column", "width", "shown", "mark"),
    [
        ("社区: 户数", 5, 2, "社区: 户数", "      ^^^^"),
        ("a: 1", 4, 1, "a: 1", "   ^"),
        ("a: 1", 4, 0, "a: 1", "   ^"),
        ("a: 1", 99, 5, "a: 1", "    ^"),
        ("a: 1", 4, 99, "a: 1", "   ^"),
        ("a\tb", 3, 1, "a b", "  ^"),
        ("a\x1b[31mb", 3, 1, "a [31mb", "  ^"),
        ("e\u0301 x", 4, 1, "e\u0301 x", "  ^"),
        ("", 1, 1, "", ""),
    ],
)
def test_the_mark_stands_below_what_is_meant(line: str, column: int, width: int, shown: str, mark: str) -> None:
    if line:
        assert _marked(line, column, width) == (shown, mark)
    else:
        assert "|" not in str(Diagnostic("SR201", "x", at=Span(1, column, width), line=line))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400).filter(str.strip), st.data())
def test_a_line_of_any_length_is_shown_round_the_place_with_a_mark_of_its_width(line: str, data: st.DataObject) -> None:
    line = line.replace("\n", " ").replace("\r", " ").replace("\x85", " ")
    column = data.draw(st.integers(1, len(line)))
    shown, mark = _marked(line, column, data.draw(st.integers(1, 30)))
    assert len(shown) <= 122
    assert all(sign.isprintable() for sign in shown)
    assert set(mark.strip()) == {"^"}
    # Below the mark stands the sign that is meant; what cannot be printed stands as a blank.
    meant = line[column - 1] if line[column - 1].isprintable() else " "
    at, reached = len(mark) - len(mark.lstrip()), 0
    for index, sign in enumerate(shown):
        if reached == at and (display_width(sign) or display_width(meant) == 0):
            assert sign == meant or unicodedata.combining(shown[index]) or meant == " "
            break
        reached += display_width(sign)


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("户数", 4), ("ａ", 2), ("e\u0301", 1), ("", 0), ("“x”", 3)])
def test_a_wide_character_takes_two_columns(text: str, columns: int) -> None:
    assert display_width(text) == columns


def test_a_log_gives_its_faults_in_the_order_of_the_document_and_each_once() -> None:
    log = Log(Text("r.yaml", "one\ntwo\nthree"))
    log.add(Span(3, 1), "SR206", "third")
    log.add(Span(1, 2), "SR206", "second")
    log.add(Span(1, 1), "SR206", "first")
    log.add(Span(1, 1), "SR206", "first")
    log.add(Span(2, 1), "SR412", "doubtful", severity=Severity.WARNING)
    log.add(None, "SR103", "everywhere")
    assert [(d.message, d.line) for d in log.errors] == [
        ("everywhere", ""),
        ("first", "one"),
        ("second", "one"),
        ("third", "three"),
    ]
    assert [(d.message, d.line) for d in log.warnings] == [("doubtful", "two")]


def test_faults_at_one_place_keep_their_order() -> None:
    faults = [Diagnostic("SR206", name, at=Span(1, 1)) for name in "bac"]
    assert in_order(faults) == faults


def test_an_error_shows_all_its_faults() -> None:
    error = SmartrulesError([Diagnostic("SR101", "one", "do this"), Diagnostic("SR102", "two")])
    assert str(error) == "error[SR101]: one\nhelp: do this\n\nerror[SR102]: two"
    assert [d.code for d in error.diagnostics] == ["SR101", "SR102"]


def test_a_missing_thing_is_a_key_error_that_says_what_it_is() -> None:
    error = NotFoundError.of("SR603", "no such tier")
    assert isinstance(error, KeyError)
    assert str(error) == "error[SR603]: no such tier"


def test_a_fault_says_its_code_and_remedy() -> None:
    fault = Fault("SR207", "`ten` is no number", "write `10`")
    assert str(fault) == "[SR207] `ten` is no number\nhelp: write `10`"
    assert isinstance(fault, ValueError)


def test_the_lines_of_a_text_are_found_however_they_end() -> None:
    text = Text("r.yaml", "one\r\ntwo\nthree\n")
    assert [text.line(number) for number in (0, 1, 2, 3, 4, 5)] == ["", "one", "two", "three", "", ""]


@pytest.mark.parametrize(
    ("word", "hint"),
    [("housholds", "did you mean `households`?"), ("area5g", "did you mean `area_5g`?"), ("zzz", "")],
)
def test_the_nearest_word_is_offered(word: str, hint: str) -> None:
    assert did_you_mean(word, ["households", "area", "area_5g"]) == hint


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["a"], "`a`"),
        (["a", "b"], "`a` or `b`"),
        (["a", "b", "c"], "`a`, `b` or `c`"),
        ([str(n) for n in range(13)], ", ".join(f"`{n}`" for n in range(12)) + " … (13 in all)"),
    ],
)
def test_words_are_listed(words: list[str], text: str) -> None:
    assert one_of(words) == text


@given(st.text(), st.integers(1, 80))
def test_a_quoted_text_is_on_one_line_and_not_too_long(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert all(sign.isprintable() for sign in short)
    assert shorten(short, limit) == short


def test_diagnostics_are_equal_hashable_and_immutable() -> None:
    one, other = Diagnostic("SR101", "x", at=Span(1, 2)), Diagnostic("SR101", "x", at=Span(1, 2))
    assert one == other
    assert len({one, other}) == 1
    for field in attrs.fields(Diagnostic):
        with pytest.raises(AttributeError):
            setattr(one, field.name, None)
