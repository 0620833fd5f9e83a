"""Answers: what each may be, and what it is where none is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartrules.authoring.answers import (
    read_aliases,
    read_line,
    read_name,
    read_tiers,
    title_of_tier,
    usual_day,
    usual_title,
)
from smartrules.diagnostics import Fault
from smartrules.standard import Title

_SIGNS = "use letters, digits, `-`, `.` and `_`"


@pytest.mark.parametrize(
    ("read", "code", "message", "help_"),
    [
        (lambda: read_name(" ", "a standard"), "SR112", "the name of a standard is empty", _SIGNS),
        (
            lambda: read_name("green community", "a standard"),
            "SR112",
            "`green community` cannot name a standard",
            f"write `green-community`: {_SIGNS}, beginning with a letter or digit",
        ),
        (
            lambda: read_name("../x", "an edition"),
            "SR112",
            "`../x` cannot name an edition",
            f"write `x`: {_SIGNS}, beginning with a letter or digit",
        ),
        (lambda: read_line(" \u3000", "the source"), "SR111", "the source is empty", "write a text, or leave it out"),
        (
            lambda: read_line("one\ntwo", "the source"),
            "SR111",
            "the source holds a line break or a control character: `one two`",
            "write it on one line, in visible characters",
        ),
        (
            lambda: read_line("a\x1b[31mb", "an alias"),
            "SR111",
            "an alias holds a line break or a control character: `a\ufffd[31mb`",
            "write it on one line, in visible characters",
        ),
        (lambda: read_tiers(()), "SR110", "no tier is named", "one is enough: `basic`"),
        (
            lambda: read_tiers(("basic", "ｂａｓｉｃ")),
            "SR403",
            "the tier `basic` is named twice",
            "each has a name of its own, lowest first",
        ),
        (
            lambda: read_tiers(("tier one",)),
            "SR112",
            "`tier one` cannot name a tier",
            "write `tier_one`: a name is letters (of any script), digits and `_`, and begins with a letter",
        ),
        (
            lambda: read_tiers(tuple(f"t{number}" for number in range(51))),
            "SR108",
            "there are more than 50 tiers",
            "no standard has",
        ),
        (
            lambda: read_aliases(("绿字1号", "")),
            "SR111",
            "an alias is empty",
            "write a text, or leave it out",
        ),
    ],
)
def test_what_is_no_answer_says_why(read: Callable[[], object], code: str, message: str, help_: str) -> None:
    with pytest.raises(Fault) as caught:
        read()
    assert (caught.value.code, caught.value.message, caught.value.help) == (code, message, help_)


def test_blanks_round_an_answer_are_no_part_of_it() -> None:
    assert read_name(" green ", "a standard") == "green"
    assert read_line("\u3000绿色社区 ", "a title") == "绿色社区"
    assert read_tiers((" basic",)) == ("basic",)


def test_an_alias_counts_once() -> None:
    assert read_aliases(("绿字1号", " 绿字1号", "绿字2号")) == ("绿字1号", "绿字2号")


@pytest.mark.parametrize(
    ("standard", "title"),
    [
        ("green-community", Title(en="Green community")),
        ("safe_homes.county", Title(en="Safe homes county")),
        ("GB50180", Title(en="GB50180")),
        ("绿色社区", Title(zh="绿色社区")),
    ],
)
def test_the_name_of_a_standard_suggests_a_title(standard: str, title: Title) -> None:
    assert usual_title(standard) == title


@pytest.mark.parametrize(
    ("edition", "day"),
    [
        ("2024", "2024-01-01"),
        ("2024-rev2", "2024-01-01"),
        ("20240601", None),
        ("v2", None),
        ("0000", None),
        ("２０２４", None),
    ],
)
def test_an_edition_named_after_a_year_begins_with_it(edition: str, day: str | None) -> None:
    assert usual_day(edition) == day


def test_a_tier_has_a_title_of_its_id() -> None:
    assert title_of_tier("basic") == Title("基础级", "Basic")
    assert title_of_tier("three_star") == Title(en="Three star")
    assert title_of_tier("三星") == Title(zh="三星")
