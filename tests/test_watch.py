"""The command `watch`: events come in a line each, and the changes that they make go out, each at once."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

import pytest

from smartrules.cli import run
from smartrules.diagnostics import CODES, FactsError, MonitorError, display_width
from smartrules.live import Monitor
from smartrules.live.lines import Line, lines_of, read_event
from tests.rulesets import ruleset

SMALL = """\
standard: small
edition: "1"
title: {zh: 小标准, en: Small standard}
source: {document: 甲字1号}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  part: {count: household, at_most: whole, title: {zh: 部分户数, en: some households}}
  whole: {count: household, min: 1, title: {zh: 总户数, en: all households}}
  gated: {kind: flag, title: {zh: 封闭式小区, en: the quarter is gated}}
indicators:
  first:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: part / whole, unit: "%", title: {zh: 覆盖率, en: coverage}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
  second: {number: "2", title: {zh: 封闭, en: Gates}, require: {low: gated}}
"""

GATED = '{"community": "七里", "assert": {"gated": true}, "when": "2024-05-06T12:00:00Z"}'
COVERED = '{"community": "七里", "assert": {"part": 7, "whole": 10}, "when": "2024-05-06T20:30:00.5+08:00"}'
UNCOVERED = '{"community": "七里", "retract": ["part"], "when": "2024-05-06T13:00:00Z"}'


def line(number: int, tier: str, indicator: str | None, turn: str, cause: str, when: str) -> str:
    """Return the line of a change, as it is written: `undetermined > met`."""
    before, after = turn.split(" > ")
    name = "null" if indicator is None else f'"{indicator}"'
    causes = ", ".join(f'"{one}"' for one in cause.split())
    return (
        f'{{"number": {number}, "community": "七里", "tier": "{tier}", "indicator": {name}, "before": "{before}", '
        f'"after": "{after}", "cause": [{causes}], "when": "{when}+00:00"}}\n'
    )


AT_GATED, AT_COVERED, AT_UNCOVERED = "2024-05-06T12:00:00", "2024-05-06T12:30:00.500000", "2024-05-06T13:00:00"
OF_GATED = [line(1, "low", "second", "undetermined > met", "gated", AT_GATED)]
OF_GATED += [line(2, "high", "second", "undetermined > met", "gated", AT_GATED)]
OF_COVERED = [
    line(3, "low", "first", "undetermined > met", "part whole", AT_COVERED),
    line(4, "low", None, "undetermined > met", "part whole", AT_COVERED),
    line(5, "high", "first", "undetermined > not_met", "part whole", AT_COVERED),
    line(6, "high", None, "undetermined > not_met", "part whole", AT_COVERED),
]
OF_UNCOVERED = [
    line(7, "low", "first", "met > undetermined", "part", AT_UNCOVERED),
    line(8, "low", None, "met > undetermined", "part", AT_UNCOVERED),
    line(9, "high", "first", "not_met > undetermined", "part", AT_UNCOVERED),
    line(10, "high", None, "not_met > undetermined", "part", AT_UNCOVERED),
]


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")


@pytest.fixture
def watch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run the command over a text of events, and return its exit code, what it printed and what it complained of."""

    def watched(events: str | bytes, *options: str) -> tuple[int, str, str]:
        content = events if isinstance(events, bytes) else events.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        code = run(["watch", "small.yaml", *options])
        out, err = capsys.readouterr()
        return code, out, err

    return watched


# --- what comes out ------------------------------------------------------------------------------------------------


def test_each_change_is_a_line(watch) -> None:
    expected = "".join([*OF_GATED, *OF_COVERED, *OF_UNCOVERED])
    assert watch(f"{GATED}\n{COVERED}\n{UNCOVERED}\n") == (0, expected, "")


def test_events_are_read_from_a_file(watch, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(GATED, "utf-8")
    assert watch("", "events.jsonl") == (0, "".join(OF_GATED), "")


def test_marks_of_byte_order_line_ends_and_empty_lines_do_not_matter(watch) -> None:
    content = f"\ufeff{GATED}\r\n\r\n \t\n{COVERED}\n\n\ufeff{UNCOVERED}"
    assert watch(content) == (0, "".join([*OF_GATED, *OF_COVERED, *OF_UNCOVERED]), "")
    assert watch("") == (0, "", "")
    assert watch("\ufeff\n") == (0, "", "")


def test_a_whole_document_numbers_with_units_and_a_single_id_are_taken(watch) -> None:
    events = [
        '{"community": "七里", "assert": {"on": "2024-05-06", "facts": {"gated": {"value": true, "note": "n"}},'
        ' "stated": {"rate": "90.0 %"}}, "when": "2024-05-06T12:00:00Z"}',
        '{"community": "七里", "retract": "rate", "when": "2024-05-06T12:00:00Z"}',
        '{"community": "七里", "assert": {"part": 7.0, "whole": "10 户", "gated": null}, "when": "2024-05-06T12:00:00Z"}',
    ]
    code, out, err = watch("\n".join(events))
    changes = [json.loads(one) for one in out.splitlines()]
    assert (code, err) == (0, "")
    assert [f"{c['tier']}.{c['indicator']} {c['after']} by {' '.join(c['cause'])}" for c in changes] == [
        "low.first met by rate",
        "low.second met by gated",
        "low.None met by gated rate",
        "high.first met by rate",
        "high.second met by gated",
        "high.None met by gated rate",
        "low.first undetermined by rate",
        "low.None undetermined by rate",
        "high.first undetermined by rate",
        "high.None undetermined by rate",
        "low.first met by part whole",
        "low.second undetermined by gated",
        "high.first not_met by part whole",
        "high.second undetermined by gated",
        "high.None not_met by gated part whole",
    ]


def test_a_community_that_is_forgotten_begins_anew(watch) -> None:
    forgotten = '{"community": "七里", "forget": true, "when": "2024-05-06T12:30:00Z"}'
    again = GATED.replace("12:00", "13:00")
    expected = [*OF_GATED, *(one.replace("12:00", "13:00") for one in OF_GATED)]
    expected[2:] = [one.replace(f'"number": {n}', f'"number": {n + 2}') for n, one in enumerate(expected[2:], 1)]
    assert watch(f"{GATED}\n{forgotten}\n{again}\n") == (0, "".join(expected), "")


def test_changes_are_sentences_for_people(watch) -> None:
    assert watch(f"{COVERED}\n{UNCOVERED}\n", "--format", "text", "--lang", "en") == (
        0,
        "2024-05-06T12:30:00.500000Z 七里: Coverage (Low) was undetermined and is now met, "
        "because of some households and all households\n"
        "2024-05-06T12:30:00.500000Z 七里: Coverage (High) was undetermined and is now not met, "
        "because of some households and all households\n"
        "2024-05-06T12:30:00.500000Z 七里: High was undetermined and is now not met, "
        "because of some households and all households\n"
        "2024-05-06T13:00:00Z 七里: Coverage (Low) was met and is now undetermined, because of some households\n"
        "2024-05-06T13:00:00Z 七里: Coverage (High) was not met and is now undetermined, because of some households\n"
        "2024-05-06T13:00:00Z 七里: High was not met and is now undetermined, because of some households\n",
        "",
    )
    assert watch(COVERED, "--format", "text", "--lang", "zh") == (
        0,
        "2024-05-06T12:30:00.500000Z 七里：覆盖（低）由无法判定变为达标，因为：部分户数、总户数\n"
        "2024-05-06T12:30:00.500000Z 七里：覆盖（高）由无法判定变为不达标，因为：部分户数、总户数\n"
        "2024-05-06T12:30:00.500000Z 七里：高由无法判定变为不达标，因为：部分户数、总户数\n",
        "",
    )


def test_a_reaction_stands_behind_the_change_that_makes_it(watch, tmp_path: Path) -> None:
    reactions = "reactions: {gone: {lost: second, tier: low, title: {zh: 开放了, en: Gates lost}}, low_reached: {reached: low}}\n"
    (tmp_path / "small.yaml").write_text(SMALL + reactions, "utf-8")
    opened = GATED.replace("true", "false").replace("12:00", "13:00")
    code, out, err = watch(f"{GATED}\n{COVERED}\n{opened}\n")
    lines = [json.loads(one) for one in out.splitlines()]
    assert (code, err) == (0, "")
    assert [one.get("reaction") or f"{one['tier']}.{one['indicator']} {one['after']}" for one in lines] == [
        "low.second met",
        "high.second met",
        "low.first met",
        "low.None met",
        "low_reached",
        "high.first not_met",
        "high.None not_met",
        "low.second not_met",
        "gone",
        "low.None not_met",
        "high.second not_met",
    ]
    assert lines[4] == {
        "reaction": "low_reached",
        "community": "七里",
        "when": f"{AT_COVERED}+00:00",
        "changes": [json.loads(OF_COVERED[1])],
        "fact": None,
        "of": None,
    }
    for language, said in (
        ("zh", "2024-05-06T13:00:00Z 七里：开放了"),
        ("en", "2024-05-06T13:00:00Z 七里: Gates lost"),
    ):
        _, out, _ = watch(f"{GATED}\n{opened}\n", "--format", "text", "--lang", language)
        assert out.splitlines().count(said) == 1


# --- lines that are refused ----------------------------------------------------------------------------------------

REFUSED = {
    "{": ("SR821", 1, 1, "a `{` without its `}`", "the text ends before it: write it whole"),
    '{"community": "七里", "forget": true,}': (
        ("SR821", 36, 1, "a comma without an entry behind it", "remove the comma before `}`")
    ),
    "{'community': 'q'}": (("SR821", 2, 11, "a key that is no text in double quotation marks", 'write `"key": value`')),
    '{"community" "q"}': (("SR821", 14, 1, "a colon is missing behind the key `community`", 'write `"key": value`')),
    '{"community": "q" "forget": true}': (("SR821", 19, 1, "a comma is missing", "write one between each two entries")),
    '{"community": "q"} {}': (
        ("SR821", 20, 1, "there is something behind the value", "write one value, each in a line of its own")
    ),
    '{"community": q}': (
        "SR821",
        15,
        1,
        "`q` is no value of JSON",
        "write a text in double quotation marks, a number, `true`, `false`, `null`, a list or a mapping",
    ),
    '{"community": }': (
        ("SR821", 15, 1, "a value is missing before `}`", "write the value, or remove what comes before it")
    ),
    '{"community":': (
        "SR821",
        14,
        1,
        "the text ends where a value should stand",
        "write a text in double quotation marks, a number, `true`, `false`, `null`, a list or a mapping",
    ),
    '{"forget": True}': ("SR821", 12, 4, "`True` is no value of JSON", "did you mean `true`?"),
    '{"community": "q': ("SR821", 15, 2, "a text without an end", "close it with a double quotation mark"),
    '{"community": "a\tb"}': (("SR821", 17, 1, "a text holds a control character, U+0009", "write it as `\\u0009`")),
    '{"community": "a\\qb"}': (
        ("SR821", 17, 1, "a backslash stands before something else than JSON has", "write `\\\\` for one")
    ),
    '{"community": "\\ud800"}': (
        "SR821",
        15,
        8,
        "a text holds half a character, a surrogate without its other half",
        "write the character itself, or both halves",
    ),
    '{"community": "q", "forget": true, "forget": true}': (
        ("SR104", 36, 8, "the key `forget` stands twice", "remove one of the two")
    ),
    '{"community": "q", "assert": {"part": 1, "part": 2}}': (
        ("SR104", 42, 6, "the key `part` stands twice", "remove one of the two")
    ),
    '{"community": "q", "assert": {"part": NaN}}': (
        ("SR507", 39, 3, "`NaN` is not a finite number", "leave the fact out where it is not known")
    ),
    '{"community": "q", "assert": {"part": 1e999999999}}': (
        "SR207",
        39,
        11,
        "the number `1e999999999` is too long",
        "a number has at most 40 digits when it is written out",
    ),
    "[]": ("SR111", 1, 2, "an event takes `key: value` lines, not a list", 'write `{"community": …, "assert": {…}}`'),
    "{}": (
        ("SR110", 1, 1, "an event has no `community`", "give the id of the community"),
        (
            "SR110",
            1,
            1,
            "an event has no `assert`, `retract` or `forget`",
            "write `assert` with facts, `retract` with ids, or `forget` with `true`",
        ),
    ),
    '{"comunity": "q", "asert": {}}': (
        ("SR109", 2, 10, "an event has no key `comunity`", "did you mean `community`?"),
        ("SR109", 19, 7, "an event has no key `asert`", "did you mean `assert`?"),
    ),
    '{"community": "q", "forget": true, "xyz": 1}': (
        "SR109",
        36,
        5,
        "an event has no key `xyz`",
        "it has `community`, `assert`, `retract`, `forget` and `when`",
    ),
    '{"community": "q", "assert": {}, "retract": []}': (
        "SR823",
        34,
        9,
        "an event has `assert` and `retract`, and takes one of them",
        "write each in a line of its own",
    ),
    '{"community": 7, "assert": [], "when": 5}': (
        ("SR111", 15, 1, "`community` takes a text, not `7`", 'write its id: `"community": "qili"`'),
        ("SR111", 28, 2, "`assert` takes a mapping, not a list", 'write `{"fact": value}`, or a whole facts document'),
        ("SR111", 40, 1, "`when` takes a text, not `5`", "write a time with its zone: `2024-05-06T12:00:00Z`"),
    ),
    '{"community": "q", "retract": {"part": 1}}': (
        ("SR111", 31, 11, "`retract` takes a list of ids, not a mapping", 'write `["fact"]`')
    ),
    '{"community": "q", "retract": ["part", 3]}': (
        ("SR111", 40, 1, "an id of `retract` must be a text, not `3`", "name a fact, or `on`")
    ),
    '{"community": "q", "forget": false}': (
        ("SR111", 30, 5, "`forget` takes `true`, not `false`", "leave the line out where nothing is forgotten")
    ),
    '{"community": "q", "assert": {}, "when": "yesterday"}': (
        "SR822",
        42,
        11,
        "`yesterday` is no time",
        "write year, month, day and time with the zone: `2024-05-06T12:00:00Z`",
    ),
    '{"community": "q", "assert": {}, "when": "2024-05-06"}': (
        "SR822",
        42,
        12,
        "`2024-05-06` is no time",
        "write year, month, day and time with the zone: `2024-05-06T12:00:00Z`",
    ),
    '{"community": "q", "assert": {}, "when": "2024-02-30T12:00Z"}': (
        "SR822",
        42,
        19,
        "`2024-02-30T12:00Z` is a time that does not exist",
        "write year, month, day and time with the zone: `2024-05-06T12:00:00Z`",
    ),
    '{"community": "q", "assert": {}, "when": "0001-01-01T00:00+08:00"}': (
        "SR822",
        42,
        24,
        "`0001-01-01T00:00+08:00` is a time that does not exist",
        "write year, month, day and time with the zone: `2024-05-06T12:00:00Z`",
    ),
    '{"community": "q", "assert": {}, "when": "2024-05-06T12:00:00"}': (
        "SR804",
        42,
        21,
        "the time 2024-05-06T12:00:00 has no time zone",
        "give one: `2024-05-06T12:00:00Z`",
    ),
    '{"community": "七里", "assert": {}, "when": "2024-05-06T11:59:00Z"}': (
        "SR805",
        43,
        22,
        "`七里` had an event at 2024-05-06T12:00:00+00:00, after 2024-05-06T11:59:00+00:00",
        "give the events of a community in the order of their times",
    ),
    '{"community": "", "assert": {}}': (
        "SR803",
        15,
        2,
        "a community needs an id",
        "give a text of printable characters, the same at every event of the community",
    ),
    '{"community": "七", "forget": true}': (("SR802", 15, 3, "no community `七` is watched", "did you mean `七里`?")),
    '{"community": "q", "assert": {"community": "r", "facts": {}}}': (
        "SR806",
        15,
        3,
        "the facts are those of `r`, and came for `q`",
        "leave `community` out, or give it the same id",
    ),
    '{"community": "q", "assert": {"facts": {"gatd": true, "part": "many"}}}': (
        ("SR501", 41, 6, "the ruleset declares no fact `gatd`", "did you mean `gated`?"),
        (
            "SR207",
            63,
            6,
            "`many` is no number",
            "write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`",
        ),
    ),
    '{"community": "q", "assert": {"whole": 1, "part": 2}}': (
        "SR505",
        43,
        6,
        "`part` is 2 households, more than `whole`, which is 1 household",
        "a part is never larger than its whole: correct one of the two",
    ),
    '{"community": "七里", "retract": ["part", "gatd"]}': (
        ("SR501", 41, 6, "the ruleset declares no fact `gatd`", "did you mean `gated`?")
    ),
}


def message(number: int, text: str, *faults: tuple[str, int, int, str, str]) -> str:
    """Return what is printed of the faults of a line."""
    gutter = " " * len(str(number))
    shown = "".join(c if c.isprintable() else " " for c in text)
    return "\n".join(
        f"error[{code}]: {what}\n"
        f"{gutter}--> <standard input>:{number}:{column}\n"
        f"{gutter} |\n"
        f"{number} | {shown}\n"
        f"{gutter} | {' ' * display_width(text[: column - 1])}{'^' * display_width(shown[column - 1 :][:width] or ' ')}\n"
        f"help: {hint}\n"
        for code, column, width, what, hint in faults
    )


@pytest.mark.parametrize("text", REFUSED)
def test_a_line_that_is_refused_is_said_so_with_its_place(watch, text: str) -> None:
    expected = REFUSED[text]
    faults = [expected] if isinstance(expected[0], str) else expected
    assert watch(f"{GATED}\n{text}\n{COVERED}\n") == (2, "".join(OF_GATED), message(2, text, *faults))
    assert {fault[0] for fault in faults} <= CODES.keys()


def test_all_that_is_refused_is_passed_over_where_it_is_asked_for(watch) -> None:
    events, messages, number = [GATED], [], 1
    for text, expected in REFUSED.items():
        events += ["", text]
        number += 2
        faults = [expected] if isinstance(expected[0], str) else expected
        messages.append(message(number, text, *faults))
    events.append(COVERED)
    found = watch("\n".join(events), "--keep-going")
    assert found == (1, "".join([*OF_GATED, *OF_COVERED]), "\n".join(messages))


def test_the_place_on_a_line_that_is_not_utf_8_is_that_of_the_byte(watch) -> None:
    content = f"{GATED}\n".encode() + b'{"community": "\xe4\xb8\x83\xff"}\n'
    assert watch(content) == (
        2,
        "".join(OF_GATED),
        "error[SR102]: the line is not UTF-8 text: its byte 19 is 0xFF\n"
        " --> <standard input>:2:17\n"
        "  |\n"
        '2 | {"community": "七\ufffd"}\n'
        "  |                  ^\n"
        "help: write it as UTF-8\n",
    )
    assert watch(GATED.encode("utf-16")) == (
        2,
        "",
        "error[SR102]: the line is UTF-16 text, not UTF-8\n --> <standard input>:1:1\nhelp: write it as UTF-8\n",
    )


class Counted(io.BytesIO):
    """A stream that knows how much was asked of it at once."""

    most = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        found = super().readline(size)
        self.most = max(self.most, len(found))
        return found


LONGEST = 2 * 1024 * 1024
TOO_LONG = "error[SR108]: the line is longer than 2 MiB\n"
TOO_LONG += " --> <standard input>:2:1\nhelp: no event is: write each in a line of its own\n"


def test_a_line_that_is_too_long_is_never_read_whole(watch) -> None:
    content = f"{GATED}\n".encode() + b" " * (16 * LONGEST) + f"{UNCOVERED}\n{COVERED}\n".encode()
    stream = Counted(content)
    assert [(one.number, len(one.content)) for one in lines_of(stream)] == [
        (1, len(GATED.encode()) + 1),
        (2, LONGEST + 2),
        (3, len(COVERED.encode()) + 1),
    ]
    assert stream.most == LONGEST + 2
    assert watch(content) == (2, "".join(OF_GATED), TOO_LONG)
    assert watch(content, "--keep-going") == (1, "".join([*OF_GATED, *OF_COVERED]), TOO_LONG)
    content = f"{GATED}\n".encode() + b"x" * (3 * LONGEST)
    assert watch(content, "--keep-going") == (1, "".join(OF_GATED), TOO_LONG)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_may_be_as_long_as_it_may(end: bytes) -> None:
    event = COVERED.encode()
    padded = event + b" " * (LONGEST - len(event))
    (found,) = lines_of(io.BytesIO(padded + end))
    assert read_event(found).community == "七里"
    (found,) = lines_of(io.BytesIO(padded + b" " + end))
    with pytest.raises(MonitorError, match="longer than 2 MiB"):
        read_event(found)


def test_what_no_community_has_is_refused_at_once(watch) -> None:
    for text in ('{"community": ' + "[" * 1_000_000, '{"community": [' + "1," * 1_000_000):
        code, out, err = watch(text)
        assert (code, out) == (2, "")
        assert err.startswith("error[SR108]: ")


# --- the store -----------------------------------------------------------------------------------------------------


def test_what_came_before_a_refused_line_stays_taken(watch) -> None:
    assert watch(f"{GATED}\n{{\n{COVERED}", "--store", "store.db")[:2] == (2, "".join(OF_GATED))
    assert watch(COVERED, "--store", "store.db") == (0, "".join(OF_COVERED), "")
    assert watch("", "--store", "store.db") == (0, "", "")


def test_without_a_store_nothing_is_kept(watch, tmp_path: Path) -> None:
    assert watch(GATED) == watch(GATED)
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_what_is_no_fault_of_a_line_ends_the_command_whatever_is_asked(watch, tmp_path: Path) -> None:
    assert watch(f"{GATED}\n{COVERED}", "--store", "store.db")[0] == 0
    (tmp_path / "small.yaml").write_text(SMALL.replace("whole", "all_homes"), "utf-8")
    assert watch(UNCOVERED, "--store", "store.db", "--keep-going") == (
        2,
        "",
        "error[SR808]: event 2 of the store, of `七里`, is none that `small@1` takes: "
        "the ruleset declares no fact `whole`\n"
        "help: open the store with the ruleset with which it was kept\n",
    )
    (tmp_path / "small.yaml").write_text(SMALL.replace("standard: small", "standard: other"), "utf-8")
    assert watch(UNCOVERED, "--store", "store.db", "--keep-going") == (
        2,
        "",
        "error[SR813]: the store `store.db` is for `small`, not for `other`\n"
        "help: name the store of this standard, or another place for a new one\n",
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.jsonl", "no such file or directory"), (".", "is a directory")],
)
def test_a_file_of_events_that_cannot_be_read_is_said_so(watch, tmp_path: Path, name: str, reason: str) -> None:
    assert watch("", name, "--store", "store.db") == (
        2,
        "",
        f"error[SR114]: the file cannot be read: {reason}\n  --> {name}\nhelp: check the path and its rights\n",
    )
    assert not (tmp_path / "store.db").exists()


# --- in a pipe -----------------------------------------------------------------------------------------------------

PATIENCE = 120


@contextmanager
def process(*options: str, output: int | IO[bytes] = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """Start the command; it is killed where nothing happens any more, so that reading from it ends."""
    command = [sys.executable, "-m", "smartrules", "watch", "small.yaml", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, bufsize=0) as started:
        timer = Timer(PATIENCE, started.kill)
        timer.start()
        try:
            yield started
        finally:
            timer.cancel()
            if started.poll() is None:
                started.kill()


def send(to: subprocess.Popen[bytes], event: str) -> None:
    assert to.stdin is not None
    to.stdin.write(f"{event}\n".encode())


def received(of: subprocess.Popen[bytes], lines: int) -> list[str]:
    assert of.stdout is not None
    return [of.stdout.readline().decode() for _ in range(lines)]


def ended(one: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Close the input, and return the exit code, what was printed since, and what was complained of."""
    out, err = one.communicate()
    return one.returncode, (out or b"").decode(), err.decode()


def test_a_change_is_there_before_the_next_event_is_written() -> None:
    with process() as watching:
        for event, changes in ((GATED, OF_GATED), (COVERED, OF_COVERED), (UNCOVERED, OF_UNCOVERED)):
            send(watching, event)
            assert received(watching, len(changes)) == changes
        assert ended(watching) == (0, "", "")


def test_a_line_that_is_refused_is_said_before_the_next_event_is_written() -> None:
    with process("--keep-going") as watching:
        send(watching, "{")
        assert watching.stderr is not None
        assert watching.stderr.readline().decode() == "error[SR821]: a `{` without its `}`\n"
        send(watching, GATED)
        assert received(watching, 2) == OF_GATED
        assert ended(watching)[:2] == (1, "")


def test_after_a_kill_another_run_goes_on_and_prints_what_may_not_have_been_printed() -> None:
    with process("--store", "store.db") as watching:
        send(watching, GATED)
        assert received(watching, 2) == OF_GATED
        send(watching, COVERED)
        assert received(watching, 4) == OF_COVERED
        watching.kill()
        assert ended(watching) == (-signal.SIGKILL, "", "")
    with process("--store", "store.db") as watching:
        # Which changes were printed is written with the next event, so those of the last one come again: all, or those
        # of which the store does not know it.
        assert received(watching, 4) == OF_COVERED
        send(watching, UNCOVERED)
        assert received(watching, 4) == OF_UNCOVERED
        assert ended(watching) == (0, "", "")
    with process("--store", "store.db") as watching:
        assert ended(watching) == (0, "", "")


def test_a_reader_that_leaves_ends_it_quietly_and_what_it_did_not_read_is_printed_again() -> None:
    with process("--store", "store.db") as watching:
        send(watching, GATED)
        assert received(watching, 2) == OF_GATED
        assert watching.stdout is not None
        watching.stdout.close()
        send(watching, COVERED)
        assert watching.wait() == 0
        assert watching.stderr is not None
        assert watching.stderr.read() == b""
    with process("--store", "store.db") as watching:
        assert received(watching, 4) == OF_COVERED
        assert ended(watching) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_output_that_is_full_is_said_and_what_was_not_written_is_printed_again() -> None:
    with Path("/dev/full").open("wb") as full, process("--store", "store.db", output=full) as watching:
        send(watching, GATED)
        assert ended(watching) == (
            2,
            "",
            "error[SR606]: standard output cannot be written: no space left on device\n"
            "help: see to where it goes, and begin again\n",
        )
    with process("--store", "store.db") as watching:
        assert ended(watching) == (0, "".join(OF_GATED), "")


def test_control_c_ends_it_with_the_store_closed() -> None:
    with process("--store", "store.db", "--keep-going") as watching:
        send(watching, GATED)
        assert received(watching, 2) == OF_GATED
        send(watching, "[]")  # what is said of it tells that the event before it is done
        assert watching.stderr is not None
        assert watching.stderr.readline().startswith(b"error[SR111]")
        os.kill(watching.pid, signal.SIGINT)
        assert ended(watching)[:2] == (130, "")
    with process("--store", "store.db") as watching:
        send(watching, COVERED)
        assert received(watching, 4) == OF_COVERED  # what was printed is written down, and not printed again
        assert ended(watching) == (0, "", "")


# --- what it needs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "what"),
    [
        ("sqlalchemy", "a store of events needs the package `sqlalchemy`"),
        ("durable_rules_engine", "communities are watched with the package `durable_rules`"),
    ],
)
def test_without_its_extra_it_says_what_to_install_and_other_commands_work(package: str, what: str) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None; from smartrules.cli import run; sys.exit(run(sys.argv[1:]))"
    )

    def called(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], input=b"", capture_output=True, timeout=PATIENCE
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    code, out, err = called("watch", "small.yaml", "--store", "store.db")
    assert (code, out) == (2, "")
    hint = "; it is built from source, which needs a C compiler" if package == "durable_rules_engine" else ""
    assert err == (
        f"error[SR604]: {what}, which is not installed\nhelp: install it: `pip install 'smartrules[live]'`{hint}\n"
    )
    assert not Path("store.db").exists()
    assert called("watch", "--help")[0] == 0
    assert called("check", "small.yaml")[0] == 0


# --- for hosts -----------------------------------------------------------------------------------------------------


def test_a_host_reads_lines_of_its_own() -> None:
    heard = []
    with Monitor(ruleset(SMALL), on_change=lambda change: heard.append(change.indicator)) as monitor:
        read_event(Line(GATED.encode())).give(monitor)
        assert heard == ["second", "second"]
        with pytest.raises(FactsError) as caught:
            read_event(Line(b'{"community": "q", "assert": {"gatd": true}}', 7, "topic")).give(monitor)
    assert str(caught.value) == (
        "error[SR501]: the ruleset declares no fact `gatd`\n"
        " --> topic:7:31\n"
        "  |\n"
        '7 | {"community": "q", "assert": {"gatd": true}}\n'
        "  |                               ^^^^^^\n"
        "help: did you mean `gated`?"
    )
