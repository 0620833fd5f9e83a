"""Documents laid out: what changes and what does not, that it happens once, and that no document then says something else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules import catalog
from smartrules.diagnostics import Log, SmartrulesError, Span, Text
from smartrules.documents import format as room
from smartrules.documents import layout
from smartrules.documents.canonical import fingerprint
from smartrules.documents.cases import read_cases
from smartrules.documents.facts import read_facts
from smartrules.documents.format import format_document
from smartrules.documents.parts import PartReader
from smartrules.documents.ruleset import read_ruleset
from smartrules.documents.tree import Reader, Scalar, Table, Tree
from smartrules.documents.yaml import decode, read_tree
from smartrules.expr.nodes import Expr
from smartrules.expr.parse import parse
from smartrules.standard import Edition
from tests import untidy
from tests.malformed import reading
from tests.rulesets import ROOT
from tests.strategies import spellings, trees

SHIPPED = [path for folder in ("rulesets", "docs/examples") for path in sorted((ROOT / folder).rglob("*.yaml"))]
SEEDS = st.integers(0, 2**32 - 1)

RULESET = """\
standard: small
edition: "1"
source: {document: 甲字1号}
tiers:
  basic: {}
facts:
  part: {count: household, at_most: whole}
  whole: {count: household, min: 1}
  gated: {kind: flag}
"""


def laid_out(text: str) -> str:
    return format_document(dedent(text), "x.yaml")


def tree_of(text: str) -> Tree:
    log = Log(Text("x.yaml", text))
    tree = read_tree(log.text, log)
    assert tree is not None, log.errors
    assert not log.errors
    return tree


def says(tree: Tree) -> object:
    """Return what a tree says, whether or not it was said in quotation marks."""
    if isinstance(tree, Table):
        return [(entry.key, says(entry.value)) for entry in tree.entries]
    return [says(item) for item in tree.items] if hasattr(tree, "items") else tree.value


# --- shipped documents ---------------------------------------------------------------------------------------------


def test_there_are_shipped_documents_of_each_kind() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in SHIPPED]
    assert "rulesets/shandong-smart-community/2022/ruleset.yaml" in names
    assert "rulesets/shandong-smart-community/2022/examples/qili.yaml" in names
    assert "docs/examples/safe-homes/cases/safe-homes.yaml" in names


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_shipped_document_is_laid_out(path: Path) -> None:
    content = path.read_bytes()
    assert format_document(decode(content), str(path)).encode() == content


RULESETS = [
    path for path in SHIPPED if path.name == "ruleset.yaml" or path.stem in ("green-community", "quiet-community")
]
RULESETS = [path for path in RULESETS if path.parent.name != "cases"]
MALFORMED = sorted((reading.HERE / "rulesets").glob("*.yaml"))


def test_every_expression_that_the_reader_of_rulesets_reads_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new place of the ruleset document for an expression must be known to the layout too."""
    read: dict[Span, str] = {}
    expression = PartReader.expression

    def noting(self: PartReader, tree: Tree, what: str) -> Expr | None:
        if isinstance(tree, Scalar) and isinstance(tree.value, str) and tree.at is not None:
            read[tree.at] = self.log.text.content
        return expression(self, tree, what)

    monkeypatch.setattr(PartReader, "expression", noting)
    seen = 0
    for path in (*RULESETS, *MALFORMED):
        read.clear()
        with suppress(SmartrulesError, ValueError):
            text = decode(path.read_bytes())
            log = Log(Text(path.name, text))
            tree = read_tree(log.text, log)
            if not isinstance(tree, Table) or log.errors:
                continue
            with suppress(SmartrulesError):
                read_ruleset(text, find=lambda base: catalog.load(base).edition)
            parts = room._parts(tree, Reader(log))
            known = {scalar.at for scalar in (*parts.expressions, *parts.quantified)}
            own = {at for at, content in read.items() if content == text}  # not of the ruleset that it extends
            assert own <= known, path.name
            seen += len(own)
    assert seen > 500


QUANTIFIED = """\
standard: quarters
edition: "1"
tiers: {basic: {}}
facts: {calm: {kind: flag}}
collections: {quarters: {each: quarter, facts: {gated: {kind: flag}, lit: {kind: flag}}}}
indicators:
  it:
    require:
      basic:
        all of:
"""


def test_a_quantified_requirement_that_yaml_takes_apart_is_laid_out_round_it() -> None:
    text = (
        QUANTIFIED
        + "            - every quarter where  gated:    lit   # each\n            - some quarter:\n                 all of: [gated,  lit  and gated]\n"
    )
    laid_out = (
        QUANTIFIED
        + "          - every quarter where  gated: lit  # each\n          - some quarter:\n              all of: [gated, lit and gated]\n"
    )
    assert format_document(text) == format_document(laid_out) == laid_out


def test_a_fault_of_a_quantified_requirement_is_found_where_it_stands() -> None:
    with pytest.raises(SmartrulesError) as caught:
        format_document(QUANTIFIED + "          - every quarter where gated and: lit\n")
    assert [(d.code, d.at) for d in caught.value.diagnostics] == [("SR201", Span(11, 42, 1))]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(SHIPPED), SEEDS)
def test_what_was_disturbed_in_the_lines_of_a_shipped_document_is_put_right(path: Path, seed: int) -> None:
    text = path.read_text("utf-8")
    assert format_document(untidy.disturbed(text, Random(seed), lines=False)) == text


@pytest.mark.once
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(SHIPPED), SEEDS)
def test_lines_and_comments_put_into_a_shipped_document_stay_and_say_nothing(path: Path, seed: int) -> None:
    text = path.read_text("utf-8")
    given_ = untidy.disturbed(text, Random(seed), lines=True)
    found = format_document(given_)
    assert format_document(found) == found
    assert says(tree_of(found)) == says(tree_of(text))
    assert untidy.comments(found) == untidy.comments(given_)
    assert all(line == line.rstrip() for line in found.split("\n"))
    assert "\n\n\n" not in found
    assert found.endswith("\n")
    assert not found.endswith("\n\n")
    assert found.count("\n") <= given_.count("\n")


def green() -> Edition:
    return read_ruleset((ROOT / "docs/examples/green-community.yaml").read_text("utf-8"))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_ruleset_keeps_its_fingerprint_facts_their_values_and_cases_their_expectations(seed: int) -> None:
    random = Random(seed)
    folder = ROOT / "docs/examples"
    ruleset = (folder / "green-community.yaml").read_text("utf-8")
    found = read_ruleset(format_document(untidy.disturbed(ruleset, random, lines=True)))
    assert found == green()
    assert fingerprint(found) == fingerprint(green())
    facts = (folder / "elm-court.yaml").read_text("utf-8")
    assert read_facts(green(), format_document(untidy.disturbed(facts, random, lines=True))) == read_facts(
        green(), facts
    )


def test_case_files_keep_their_cases(tmp_path: Path) -> None:
    cases = ROOT / "docs/examples/cases/green-community.yaml"
    (tmp_path / "cases").mkdir()
    (tmp_path / "elm-court.yaml").write_text((ROOT / "docs/examples/elm-court.yaml").read_text("utf-8"), "utf-8")
    for seed in range(10):
        copy = tmp_path / "cases" / "green-community.yaml"
        text = untidy.disturbed(cases.read_text("utf-8"), Random(seed), lines=True)
        copy.write_text(format_document(text), "utf-8")
        assert read_cases(green(), copy) == read_cases(green(), cases)


# --- random documents ----------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_a_random_document_says_the_same_and_is_laid_out_once(seed: int) -> None:
    text = untidy.written(seed)
    try:
        found = format_document(text)
    except SmartrulesError as error:
        # The writer knows nearly all of YAML; an indented empty line above a text behind `|` is refused by it.
        assert [d.code for d in error.diagnostics] == ["SR101"]
        with pytest.raises(AssertionError):
            tree_of(text)
        return
    assert format_document(found) == found
    # A text behind `|` at the very end gets a line end, and nothing else.
    assert says(tree_of(found)) == says(tree_of(text.replace("\r\n", "\n")))
    assert untidy.comments(found) == untidy.comments(text.replace("\r\n", "\n"))
    assert "\r" not in found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_spelling_of_a_rule_in_every_style_keeps_its_tree(data: st.DataObject) -> None:
    tree = data.draw(trees(6))
    text = data.draw(spellings(tree))
    style = data.draw(st.sampled_from(['"', "|", ">-", "flow"]))
    if style in ("|", ">-"):
        rows = [row.strip() for row in text.replace("\r\n", "\n").split("\n") if row.strip()]
        scalar = f"{style}\n" + "\n".join(f"            {row}" for row in rows)
    else:
        scalar = '"' + text.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n") + '"'
    scalar = f"{{basic: {scalar}}}" if style == "flow" else f"\n      basic: {scalar}"
    document = f"{RULESET}indicators:\n  one:\n    require: {scalar}\n"
    found = format_document(document)
    assert format_document(found) == found
    require = says(tree_of(found))
    assert isinstance(require, list)
    (written,) = [value for _, value in dict(dict(dict(require)["indicators"])["one"])["require"]]
    assert parse(str(written)) == tree
    assert style not in '"flow' or found.count("\n") == document.count("\n")


# --- one by one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("facts:\n    a:\n        b: 1\n", "facts:\n  a:\n    b: 1\n", id="indentation"),
        pytest.param("   facts: 1\n   on: 2\n", "facts: 1\non: 2\n", id="the whole document indented"),
        pytest.param("facts:\n- a\n-   b\n", "facts:\n  - a\n  - b\n", id="a list no deeper than its key"),
        pytest.param("facts:\n-   a: 1\n    b: 2\n", "facts:\n  - a: 1\n    b: 2\n", id="mappings in a list"),
        pytest.param("facts:\n- - a\n  -   - b\n", "facts:\n  - - a\n    - - b\n", id="lists in a list"),
        pytest.param("facts:\n-\n   a: 1\n", "facts:\n  -\n    a: 1\n", id="a dash alone stays alone"),
        pytest.param("facts:\n      a\n", "facts:\n  a\n", id="a value below its key stays there"),
        pytest.param("facts :   a\n", "facts: a\n", id="spaces round a colon"),
        pytest.param("facts: {a:  1 ,b : [ x,y ]}\n", "facts: {a: 1, b: [x, y]}\n", id="spaces in brackets"),
        pytest.param('facts: {"a":1}\n', "facts: {a: 1}\n", id="a colon right behind quotation marks"),
        pytest.param("facts: {a: 1,}\n", "facts: {a: 1}\n", id="a comma at the end of a line's bracket"),
        pytest.param("facts: {a: ,b}\n", "facts: {a: , b}\n", id="a colon with nothing keeps its space"),
        pytest.param("facts: {a: }\n", "facts: {a: }\n", id="and before the bracket"),
        pytest.param(
            "facts: {a: 1,\n b: [\n x,\n  # why\n y,\n ],\n    }\n",
            "facts: {a: 1,\n  b: [\n    x,\n    # why\n    y,\n  ],\n}\n",
            id="brackets over several lines",
        ),
        pytest.param("facts:\n- {\n a: 1\n }\n", "facts:\n  - {\n      a: 1\n    }\n", id="brackets in a list"),
        pytest.param("facts: a   \n\n\n\non: 1\n\n\n", "facts: a\n\non: 1\n", id="empty lines"),
        pytest.param("\n\n# x\n\nfacts: 1", "# x\n\nfacts: 1\n", id="at the beginning and the end"),
        pytest.param("facts: 1\r\non: 2\r\n", "facts: 1\non: 2\n", id="line ends of Windows"),
        pytest.param("---\nfacts: 1\n...\n", "facts: 1\n", id="marks round the document"),
        pytest.param("%YAML 1.2\n--- # x\nfacts: 1\n", "# x\nfacts: 1\n", id="an instruction to YAML"),
        pytest.param("? facts\n:   1\n", "? facts\n: 1\n", id="a key behind a question mark"),
        # quotation marks
        pytest.param("facts: 'a'\n", "facts: a\n", id="not needed"),
        pytest.param("facts: '%'\n", 'facts: "%"\n', id="needed at the beginning"),
        pytest.param("facts: '70 %'\n", "facts: 70 %\n", id="a quantity"),
        pytest.param("facts: '70'\n", 'facts: "70"\n', id="a text that looks like a number"),
        pytest.param("facts: 70\n", "facts: 70\n", id="a number"),
        pytest.param("facts: ['1e3', '.5', '0x1F', '1_000', '1:30', '-.inf']\n",
                     'facts: ["1e3", ".5", "0x1F", "1_000", "1:30", "-.inf"]\n', id="numbers of all kinds"),
        pytest.param("facts: ['yes', 'null', '~', '', '2024-05-20']\n", 'facts: ["yes", "null", "~", "", "2024-05-20"]\n',
                     id="what YAML takes for something else"),
        pytest.param("facts: ['-3 %', '-', '- a']\n", 'facts: [-3 %, "-", "- a"]\n', id="a minus and a dash"),
        pytest.param("facts: 'a, b'\n", "facts: a, b\n", id="a comma outside brackets"),
        pytest.param("facts: ['a, b', 'a]']\n", 'facts: ["a, b", "a]"]\n', id="and within"),
        pytest.param("facts: ['a: b', 'a #b', 'a:', ' a']\n", 'facts: ["a: b", "a #b", "a:", " a"]\n', id="signs of YAML"),
        pytest.param("facts: ['a:b', 'a#b']\n", "facts: [a:b, a#b]\n", id="signs that are none"),
        pytest.param('facts: "say \\"so\\""\n', "facts: say \"so\"\n", id="quotation marks in a text"),
        pytest.param('facts: ["\\"so\\" it\'s", "\\\\, "]\n', "facts: ['\"so\" it''s', '\\, ']\n", id="and where needed"),
        pytest.param('facts: "\\u7eff\\u5730"\n', "facts: 绿地\n", id="escapes that need none"),
        pytest.param('facts: "a\\tb"\n', 'facts: "a\\tb"\n', id="escapes that do"),
        pytest.param("'facts': {'1': a, 'b': c}\n", 'facts: {"1": a, b: c}\n', id="keys"),
        # texts over several lines
        pytest.param("facts: a\n         b\n\n         c\n", "facts: a\n  b\n\n  c\n", id="plain"),
        pytest.param("facts: 'a   \n      b'\n", "facts: 'a\n  b'\n", id="quoted"),
        pytest.param("facts: |\n      a\n        b\n\n\n      c\n", "facts: |\n  a\n    b\n\n\n  c\n", id="literal"),
        pytest.param("facts: |-2\n    a\n\n\non: 1\n", "facts: |2-\n    a\n\non: 1\n", id="with a number"),
        pytest.param("facts: >4\n    a\n", "facts: >\n  a\n", id="with a number that is not needed"),
        pytest.param("facts: |+\n    a\n\n\non: 1\n", "facts: |+\n  a\n\n\non: 1\n", id="empty lines that are part of it"),
        pytest.param("facts: |   # why\n    a  \n", "facts: |  # why\n  a  \n", id="white space that is part of it"),
        pytest.param("facts: |\n    a", "facts: |-\n  a\n", id="without a line end"),
        # comments
        pytest.param("facts: a # why\n", "facts: a  # why\n", id="behind a value"),
        pytest.param("facts:   #why\n    a: 1\n", "facts:  #why\n  a: 1\n", id="behind a key"),
        pytest.param("facts:\n    # of a\n    a: 1\n", "facts:\n  # of a\n  a: 1\n", id="before the first key"),
        pytest.param(
            "facts:\n    a: 1\n    # to a\non: 1\n", "facts:\n  a: 1\n  # to a\non: 1\n", id="behind the last key"
        ),
        pytest.param("facts:\n    a: 1\n# to on\non: 1\n", "facts:\n  a: 1\n# to on\non: 1\n", id="before the next"),
        pytest.param(
            "facts:\n    a:\n        b: 1\n    # to a\n# to facts\non: 1\n",
            "facts:\n  a:\n    b: 1\n  # to a\n# to facts\non: 1\n",
            id="between two depths",
        ),
        pytest.param("facts:\n- a\n# of b\n- b\n", "facts:\n  - a\n  # of b\n  - b\n", id="in a list"),
        pytest.param("facts:\n    a:\n        # none\non: 1\n", "facts:\n  a:\n    # none\non: 1\n", id="for nothing"),
        pytest.param("facts:\n    a: 1\n    # end\n", "facts:\n  a: 1\n  # end\n", id="at the end"),
    ],
)  # fmt: skip
def test_layout(written: str, expected: str) -> None:
    assert format_document(written) == expected
    assert format_document(expected) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("basic: part/whole>=70%", "basic: part / whole >= 70 %"),
        ("basic: 'gated'", "basic: gated"),
        ('"basic": not  gated', "basic: not gated"),
        ("basic: part≥1户 and(gated)", "basic: part >= 1 户 and (gated)"),
        ("basic: every x：y", 'basic: "every x: y"'),
        ("basic: |\n        gated\n          and  gated", "basic: |\n        gated\n          and gated"),
        ("basic: gated\n          and   gated", "basic: gated\n        and gated"),
        ("basic: 'gated\n          and   gated'", 'basic: "gated\n        and gated"'),
        ("all of: [gated ,part>=1户]", "all of: [gated ,part>=1户]"),
        ("basic: {all  of: [gated,part>=1户]}", "basic: {all  of: [gated, part >= 1 户]}"),
        ("basic: {all_of: [gated,{not: 'gated'}]}", "basic: {all_of: [gated, {not: gated}]}"),
        ("basic: {at least 1 of: [part>=1户]}", "basic: {at least 1 of: [part >= 1 户]}"),
        ("basic: {rule: part>=1户, source: {clause: 3}}", 'basic: {rule: part >= 1 户, source: {clause: "3"}}'),
        ("basic: {rule: {any of: [all of（gated，gated）]}}", 'basic: {rule: {any of: ["all of (gated, gated)"]}}'),
    ],
)
def test_expressions_of_requirements(written: str, expected: str) -> None:
    before = f"{RULESET}indicators:\n  one:\n    require:\n      {written}\n"
    after = f"{RULESET}indicators:\n  one:\n    require:\n      {expected}\n"
    # What is no tier stands where no expression does, and only the layout of YAML is made one there.
    assert format_document(before) == after.replace("[gated ,part>=1户]", "[gated, part>=1户]")


def test_expressions_and_names_of_the_other_parts() -> None:
    assert laid_out("""\
        standard: x
        edition: 2024
        tiers: {low: {rule: s≥1分}}
        title: 70%
        source: {document: 12, clause: 3}
        facts:
          a: {count: 户, from: count（b  where c）, min: 0, max: 1000户, title: 5>=3}
          d: {share: "%", max: 100％, step: .5%, min: many}
        collections:
          b: {each: 户, facts: {c: {kind: flag}, e: {quantity: m, max: 3m}}}
        measures:
          f: {value: a÷a, unit: '％', source: {page: 7}}
        indicators:
          g:
            number: 1
            applies: a≥1户
            measures: {h: {value: a*2, unit: 户}}
            require: {low: {rule: a>1户, source: {clause: 1.1}}}
            source: {clause: 1}
            points: 5分
          i: {points: {value: a×1分/户, of: 3 分}}
        scores:
          s: {value: "sum(indicators，points)", unit: 分, source: {clause: 2}}
        reactions:
          r: {lost: [g,i], at_least: 2, within: 30天, source: {clause: 3}}
          t: {stale: a, after: 12months}
        """) == dedent("""\
        standard: x
        edition: "2024"
        tiers: {low: {rule: s >= 1 分}}
        title: 70%
        source: {document: "12", clause: "3"}
        facts:
          a: {count: 户, from: count(b where c), min: 0, max: 1000 户, title: 5>=3}
          d: {share: "%", max: 100 %, step: .5 %, min: many}
        collections:
          b: {each: 户, facts: {c: {kind: flag}, e: {quantity: m, max: 3 m}}}
        measures:
          f: {value: a / a, unit: ％, source: {page: "7"}}
        indicators:
          g:
            number: "1"
            applies: a >= 1 户
            measures: {h: {value: a * 2, unit: 户}}
            require: {low: {rule: a > 1 户, source: {clause: "1.1"}}}
            source: {clause: "1"}
            points: 5 分
          i: {points: {value: a * 1 分/户, of: 3 分}}
        scores:
          s: {value: "sum(indicators, points)", unit: 分, source: {clause: "2"}}
        reactions:
          r: {lost: [g, i], at_least: 2, within: 30 天, source: {clause: "3"}}
          t: {stale: a, after: 12 months}
        """)


def test_facts_stay_in_the_words_in_which_they_were_given() -> None:
    text = "facts: {area: 6.3km², share: ７０％, number: 1}\nstated: {rate: 5≥3}\n"
    assert format_document(text) == text


def test_the_draft_of_the_documentation() -> None:
    assert format_document((ROOT / "docs/draft.yaml").read_text("utf-8")) == dedent("""\
        # A draft, as it comes from the keyboard of somebody in a hurry.

        standard: night-rest
        edition: "2025"
        title: {zh: 夜间安静（示例）, en: Night rest (an example)}
        source: {document: 静〔2025〕1号}
        tiers:
          basic: {title: {zh: 达标级, en: Basic}}

        facts:
          nights: {quantity: 天, min: 1, max: 366 天}  # of the year
          quiet_nights: {quantity: 天, at_most: nights}
          quiet_hours: {kind: flag}

        indicators:
          rest:
            number: "1"
            measures:
              quiet_share: {value: quiet_nights / nights, unit: "%"}
            require:
              basic:
                all of:
                  # both are asked since 2025
                  - quiet_share >= 70 %
                  - quiet_hours
            source: {clause: "1"}
        """)


def test_json_stays_as_it_is() -> None:
    text = '{"facts":{"a":1,\n"b":"x"}}'
    assert format_document(text) == text


# --- faults --------------------------------------------------------------------------------------------------------


def refusal(text: str) -> str:
    with pytest.raises(SmartrulesError) as caught:
        format_document(text, "x.yaml")
    return str(caught.value)


def test_all_faults_of_the_yaml_and_of_the_expressions_are_reported() -> None:
    text = f"{RULESET}  part: {{count: household}}\nindicators:\n  one: {{require: {{basic: gated and}}}}\n  two: {{applies: 3 x, require: {{basic: part >=}}}}\n"
    assert refusal(text) == dedent("""\
        error[SR104]: the key `part` stands twice (first in line 7)
          --> x.yaml:10:3
           |
        10 |   part: {count: household}
           |   ^^^^
        help: remove one of the two

        error[SR201]: the expression ends after `and`
          --> x.yaml:12:32
           |
        12 |   one: {require: {basic: gated and}}
           |                                ^^^
        help: next comes a value: a name, a number with its unit, or a parenthesis

        error[SR251]: unknown unit `x`
          --> x.yaml:13:20
           |
        13 |   two: {applies: 3 x, require: {basic: part >=}}
           |                    ^
        help: common units: `%`, `household`, `person`, `quarter`, `building`, `kind`, `km^2`, `event/year`

        error[SR201]: the expression ends after `>=`
          --> x.yaml:13:45
           |
        13 |   two: {applies: 3 x, require: {basic: part >=}}
           |                                             ^^
        help: next comes a value: a name, a number with its unit, or a parenthesis""")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "error[SR103]: the document is empty\n  --> x.yaml\nhelp: begin with one of the packaged rulesets or examples",
        ),
        (
            "- facts\n",
            "error[SR111]: a document takes `key: value` lines, not a list\n --> x.yaml:1:1\n  |\n1 | - facts\n  | ^\n"
            "help: begin a ruleset with `standard:`, facts with `facts:`, cases with `cases:`, costs with `costs:`",
        ),
        (
            "services: {web: {image: nginx}}\n",
            "error[SR110]: the document is no ruleset and holds no facts, no cases and no costs\n  --> x.yaml\n"
            "help: a ruleset has the key `standard`, the others have `facts`, `cases` or `costs`",
        ),
    ],
)
def test_what_is_no_document_is_refused(text: str, message: str) -> None:
    assert refusal(text) == message


def test_faults_of_what_a_ruleset_says_do_not_matter() -> None:
    text = f"{RULESET}nonsense: 1\nindicators:\n  one: {{require: {{top: no_fact>=3户 and part>=1 km}}}}\n"
    with pytest.raises(SmartrulesError):
        read_ruleset(text)
    assert format_document(text) == text.replace("no_fact>=3户", "no_fact >= 3 户").replace("part>=1", "part >= 1")


@pytest.mark.parametrize("name", [n for n in reading.names() if n.startswith(("rulesets/", "facts/"))])
def test_a_malformed_document_is_refused_or_keeps_its_faults(name: str) -> None:
    folder, _, stem = name.partition("/")
    content = (reading.HERE / folder / f"{stem}.yaml").read_bytes()
    faults = reading.diagnostics(name)
    try:
        text = decode(content)
        found = format_document(text, f"{stem}.yaml")
    except ValueError:
        return  # it is no text at all
    except SmartrulesError as error:
        codes = {d.code for d in error.diagnostics}
        assert codes <= {d.code for d in faults} | {"SR110"}
        return
    assert format_document(found) == found
    assert [d.code for d in refused_again(folder, found)] == [d.code for d in faults]


def refused_again(folder: str, text: str) -> list[object]:
    if folder == "rulesets":
        return reading.refusal(lambda: read_ruleset(text, find=lambda base: catalog.load(base).edition))
    edition = reading.own_edition() if "ruleset: green-quarters" in text else reading.packaged_edition()
    return reading.refusal(lambda: read_facts(edition, text, disagreements=reading.disagreements))


@pytest.mark.parametrize("wrong", ["part >= 2 households", "part >=", "every part: gated", "whole >= 1 户"])
def test_a_layout_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setattr(layout, "spaced", lambda text: wrong if "part" in text else text)
    text = f"{RULESET}indicators:\n\n  one: {{require: {{basic: part>=1户}}}}\n"
    assert refusal(text) == dedent("""\
        error[SR609]: laid out, the document would say something else here, so it stays as it is
          --> x.yaml:12:26
           |
        12 |   one: {require: {basic: part>=1户}}
           |                          ^^^^^^^^^
        help: this is a mistake of smartrules: please report it with these lines""")


def test_a_text_taken_for_an_expression_would_be_found_by_reading_the_ruleset(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{RULESET}title: a>=1\nindicators:\n  one: {{require: {{basic: gated}}}}\n"
    assert format_document(text) == text
    right = room._expressions
    monkeypatch.setattr(room, "_expressions", lambda top, reader: [*right(top, reader), top.get("title").value])
    assert "error[SR609]" in refusal(text)


def test_costs_are_laid_out_as_the_others() -> None:
    assert format_document(
        "currency:   kCNY\ncosts:\n    gigabit_households: 0.3   # a line\n    scenarios: {childcare: 120}\n"
    ) == ("currency: kCNY\ncosts:\n  gigabit_households: 0.3  # a line\n  scenarios: {childcare: 120}\n")
