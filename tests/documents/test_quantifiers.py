"""Quantified requirements without quotation marks, which YAML takes for mappings of one entry."""

from __future__ import annotations

from textwrap import indent

import pytest

from smartrules.diagnostics import RulesetError
from smartrules.documents.ruleset import read_ruleset, read_ruleset_mapping
from smartrules.expr.nodes import AllOf, Expr, Not, Quantified
from smartrules.expr.parse import parse

_HEAD = """\
standard: quarters
edition: "1"
tiers: {basic: {}}
facts: {calm: {kind: flag}}
collections:
  quarters: {each: quarter, facts: {gated: {kind: flag}, guarded: {kind: flag}, lifts: {count: lift}}}
  buildings: {each: building, facts: {storeys: {count: storey}}}
indicators:
  gates:
    require:
      basic:
"""
_LINES = _HEAD.count("\n")


def rule(text: str) -> Expr:
    """Return the requirement that stands under ``basic:`` as some lines of YAML."""
    edition = read_ruleset(_HEAD + indent(text, " " * 8) + "\n")
    return edition.indicators[0].requirements[0].rule


def faults(text: str) -> list[tuple[str, str, tuple[int, int, int] | None]]:
    """Return what is said of a requirement; lines and columns count from its own beginning."""
    with pytest.raises(RulesetError) as caught:
        rule(text)
    return [
        (d.code, d.message, None if d.at is None else (d.at.line - _LINES, d.at.column - 8, d.at.width))
        for d in caught.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("every quarter where gated: guarded", "every quarter where gated: guarded"),
        ("some quarter where gated: guarded", "some quarter where gated: guarded"),
        ("every   quarter  where gated: guarded", "every quarter where gated: guarded"),
        ("every quarter where gated:\n  guarded", "every quarter where gated: guarded"),
        ("every quarter where gated:\n  guarded\n  and calm", "every quarter where gated: guarded and calm"),
        ("every quarter where gated: 'guarded and calm'", "every quarter where gated: guarded and calm"),
        ("every quarter where gated: >\n  guarded\n  and calm", "every quarter where gated: guarded and calm"),
        ("every quarter: lifts >= 2 lifts # two", "every quarter: lifts >= 2 lifts"),
        ("? every quarter\n: guarded", "every quarter: guarded"),
        ("{every quarter where gated: guarded}", "every quarter where gated: guarded"),
        ("every quarter where (some building: storeys >= 3 storeys): guarded", None),
        ("every quarter:\n  some building: storeys >= 3 storeys", "every quarter: some building: storeys >= 3 storeys"),
        ("every quarter:\n  all of:\n    - gated\n    - guarded", "every quarter: all of (gated, guarded)"),
        ("every quarter where gated:\n  not:\n    guarded", "every quarter where gated: not guarded"),
        (
            "'every quarter: some building':\n  any of: [calm, gated]",
            "every quarter: some building: any of (calm, gated)",
        ),
    ],
)
def test_it_is_read_as_the_text_that_was_meant(written: str, expression: str | None) -> None:
    if expression is None:
        assert faults(written)  # YAML refuses a second colon in one line
        return
    assert rule(written) == parse(expression)


def test_it_stands_in_lists_and_in_conditions() -> None:
    listed = rule("all of:\n  - every quarter where gated: guarded\n  - not:\n      some quarter: gated\n  - calm")
    assert listed == AllOf(
        (parse("every quarter where gated: guarded"), Not(parse("some quarter: gated")), parse("calm"))
    )
    text = _HEAD + "        calm\n    applies:\n      some quarter: gated\n"
    assert read_ruleset(text).indicators[0].applies == parse("some quarter: gated")


def test_it_has_the_place_of_both_halves() -> None:
    found = rule("every quarter where gated: guarded")
    assert isinstance(found, Quantified)
    assert found.where is not None
    at = [
        (node.at.line - _LINES, node.at.column - 8, node.at.width)
        for node in (found, found.where, found.part)
        if node.at
    ]
    assert at == [(1, 1, 34), (1, 21, 5), (1, 28, 7)]


def test_a_mapping_of_plain_values_may_say_it_so_too() -> None:
    plain = {
        "standard": "quarters",
        "edition": "1",
        "tiers": {"basic": {}},
        "facts": {"calm": {"kind": "flag"}},
        "collections": {"quarters": {"each": "quarter", "facts": {"gated": {"kind": "flag"}}}},
        "indicators": {"gates": {"require": {"basic": {"all of": ["calm", {"every quarter": "gated"}]}}}},
    }
    found = read_ruleset_mapping(plain).indicators[0].requirements[0].rule
    assert found == AllOf((parse("calm"), parse("every quarter: gated")))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("every quarter where gatd: guarded", [("SR206", "nothing declares `gatd`", (1, 21, 4))]),
        ("every quarter where gated: guardd", [("SR206", "nothing declares `guardd`", (1, 28, 6))]),
        ("every quarter where gated:\n    guardd", [("SR206", "nothing declares `guardd`", (2, 5, 6))]),
        ("every quarter where gated:\n    guarded\n    and calmm", [("SR206", "nothing declares `calmm`", (3, 9, 5))]),
        ("every quarter where gated:\n  'guardd'", [("SR206", "nothing declares `guardd`", (2, 4, 6))]),
        ("'every quarter where gatd': guarded", [("SR206", "nothing declares `gatd`", (1, 22, 4))]),
        ("every quartr: guarded", [("SR206", "there is no collection `quartr`", (1, 7, 6))]),
        (
            "every quarter where gatd:\n  some building: storys >= 3 storeys",
            [("SR206", "nothing declares `gatd`", (1, 21, 4)), ("SR206", "nothing declares `storys`", (2, 18, 6))],
        ),
        (
            "every quarter where gatd:\n  all of:\n    - guardd\n    - gated",
            [("SR206", "nothing declares `gatd`", (1, 21, 4)), ("SR206", "nothing declares `guardd`", (3, 7, 6))],
        ),
        ("every quarter where: guarded", [("SR201", "`:` cannot stand after `where`", (1, 20, 1))]),
        ("every quarter where gated and: guarded", [("SR201", "`:` cannot stand after `and`", (1, 30, 1))]),
        ("every quarter where gated:", [("SR201", "the expression ends after `:`", (1, 26, 1))]),
        (
            "every quarter:\n  - gated\n  - guarded",
            [("SR111", "what `every quarter` asks of each must be an expression, not a list", (2, 3, 1))],
        ),
        ("every quarter gated:\n  all of: [guarded]", [("SR201", "`gated` cannot stand after `quarter`", (1, 15, 5))]),
    ],
)
def test_faults_of_either_half_have_their_places(
    written: str, expected: list[tuple[str, str, tuple[int, int, int]]]
) -> None:
    assert faults(written) == expected


def test_another_key_is_no_quantifier() -> None:
    assert faults("everything: guarded")[0][:2] == (
        "SR109",
        "the requirement of the indicator `gates` has no key `everything`",
    )


def test_a_quantifier_behind_something_else_needs_quotation_marks() -> None:
    with pytest.raises(RulesetError) as caught:
        rule("all of:\n  - not (every quarter where gated: guarded)")
    (only,) = caught.value.diagnostics
    assert only.code == "SR109"
    assert only.help == 'put the whole text in quotation marks: `"not (every quarter where gated: guarded)"`'


@pytest.mark.parametrize(
    ("line", "help_line"),
    [
        ("calm: every quarter: guarded", '`calm: "every quarter: guarded"`'),
        ("calm:   every quarter: guarded  # all", '`calm: "every quarter: guarded"`'),
        ("- every quarter: some building: guarded", '`- "every quarter: some building: guarded"`'),
        ("- - not: every quarter: guarded", '`- - not: "every quarter: guarded"`'),
        ("all of: every quarter: guarded", '`all of: "every quarter: guarded"`'),
        ('a: say "so": b', "`a: 'say \"so\": b'`"),
        ('a: "b": c', ""),
        ("a: 'b\"': c", ""),
    ],
)
def test_the_help_shows_the_line_as_it_should_be(line: str, help_line: str) -> None:
    with pytest.raises(RulesetError) as caught:
        read_ruleset(f"standard: a\nrequire:\n  {line}\n")
    (only,) = caught.value.diagnostics
    assert only.code == "SR101"
    assert only.help.removeprefix("put a text that holds `: ` in quotation marks").removeprefix(": ") == help_line
