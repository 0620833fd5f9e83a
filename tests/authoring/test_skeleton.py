"""The ruleset that an author begins with: it is right as it stands, and says exactly what was answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from smartrules.authoring.answers import Answers, read_aliases, read_line, read_tiers
from smartrules.authoring.folder import write_folder
from smartrules.authoring.skeleton import skeleton
from smartrules.diagnostics import Fault, Log, Text
from smartrules.documents.quoting import scalar
from smartrules.documents.tree import Scalar, Sequence, Table
from smartrules.documents.yaml import read_tree
from smartrules.expr.text import phrase
from smartrules.ruleset import Ruleset
from smartrules.standard import Source, Title
from tests.authoring.checked import checked, wide_lines

GREEN = Answers(
    standard="green-community",
    edition="2024",
    title=Title("绿色社区", "Green community"),
    source="绿社〔2024〕1号",
    aliases=("绿社〔2024〕1号",),
    effective_from=date(2024, 1, 1),
)


def begun(answers: Answers) -> tuple[Ruleset, list[str]]:
    """Return the checked ruleset of some answers, and its lines that are too wide."""
    with TemporaryDirectory() as place:
        folder = Path(place, answers.standard, answers.edition)
        write_folder(folder, skeleton(answers))
        return checked(folder), wide_lines(folder)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("tiers", [("basic",), ("basic", "advanced"), ("一", "二", "三"), ("a", "b", "c", "d", "e")])
def test_it_passes_every_check(language: str, tiers: tuple[str, ...]) -> None:
    answers = Answers(standard="green", edition="2024", tiers=tiers, language="zh" if language == "zh" else "en")
    ruleset, wide = begun(answers)
    assert (ruleset.name, [tier.id for tier in ruleset.edition.tiers], wide) == ("green@2024", list(tiers), [])


def test_its_top_is_laid_out_as_that_of_a_shipped_one() -> None:
    lines = skeleton(GREEN)["ruleset.yaml"].splitlines()
    assert [line for line in lines[: lines.index("facts:")] if not line.startswith("#")] == [
        "standard: green-community",
        'edition: "2024"',
        "title: {zh: 绿色社区, en: Green community}",
        "aliases: [绿社〔2024〕1号]",
        "effective: {from: 2024-01-01}",
        "source: {document: 绿社〔2024〕1号}",
        "",
        "tiers:",
        "  basic: {title: {zh: 基础级, en: Basic}}",
        "  advanced: {title: {zh: 提高级, en: Advanced}}",
        "",
        "groups:",
        "  environment: {zh: 环境, en: Environment}",
        "  services: {zh: 服务, en: Services}",
        "",
    ]


def test_its_rules_read_as_sentences_in_both_languages() -> None:
    edition = begun(GREEN)[0].edition
    rules = [(i.id, r.tier, r.rule) for i in edition.indicators for r in i.requirements]
    assert [(name, tier, phrase(rule, edition, "zh")) for name, tier, rule in rules] == [
        ("waste_sorting", "basic", "垃圾分类参与率不低于50%"),
        ("waste_sorting", "advanced", "垃圾分类参与率不低于60%"),
        ("lift_monitoring", "basic", "全部电梯已接入运行监测"),
        ("services", "basic", "居民服务项目不少于2种"),
        ("services", "advanced", "居民服务项目不少于3种"),
    ]
    assert [phrase(rule, edition, "en") for _, _, rule in rules] == [
        "share of households that sort their waste is at least 50 %",
        "share of households that sort their waste is at least 60 %",
        "every lift is under remote monitoring",
        "at least 2 kinds of services for residents",
        "at least 3 kinds of services for residents",
    ]
    assert str(edition.source_of("services")) == str(Source("绿社〔2024〕1号", "3"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_document_a_comment_says_where_it_belongs(language: str) -> None:
    text = skeleton(Answers(standard="x", edition="1", language="zh" if language == "zh" else "en"))["ruleset.yaml"]
    (line,) = (line for line in text.splitlines() if "source: {document" in line)
    assert line.startswith("# ")


def test_what_is_invented_says_so() -> None:
    for language, word in (("zh", "虚构"), ("en", "invented")):
        documents = skeleton(Answers(standard="x", edition="1", language="zh" if language == "zh" else "en"))
        assert documents["ruleset.yaml"].count(word) >= 3
        assert word in documents["examples/example.yaml"].splitlines()[0]


def test_fifty_tiers_each_ask_for_more() -> None:
    ruleset, _ = begun(Answers(standard="x", edition="1", tiers=tuple(f"t{number}" for number in range(50))))
    thresholds = [r.rule.right.number for r in ruleset.edition.indicator_by_id["waste_sorting"].requirements]  # type: ignore[union-attr]
    assert thresholds == list(range(50, 100))


# --- whatever is answered reads back as it was written -------------------------------------------------------------

#: Signs that mean something in YAML, and what it could take for a number, a flag, a date or nothing.
_SPICE = st.text("abc 绿:#,[]{}'\"-?!&*|>%@`\\/=~〔〕：，.0123456789_<", max_size=12)
_WORDS = st.sampled_from(
    [
        "true",
        "no",
        "null",
        "~",
        "2024",
        "0x1F",
        "1e5",
        ".inf",
        "2024-01-01",
        "12:30",
        "<<",
        "---",
        "a: b",
        "a #b",
        "- a",
    ]
)
TEXTS = st.one_of(_WORDS, _SPICE, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def _is_line(text: str) -> bool:
    try:
        return bool(read_line(text, "a text"))
    except Fault:
        return False


LINES = TEXTS.map(str.strip).filter(_is_line)


@given(LINES, st.booleans())
@example("\N{BYTE ORDER MARK}x", True)
@example("a\N{ZERO WIDTH SPACE}b\N{RIGHT-TO-LEFT OVERRIDE}", True)
@example("\U000e0001x", False)
@example("x" * 5000, True)
@example(":0", True)
@example("12:30", False)
def test_a_text_reads_back_as_it_was_written(text: str, inside: bool) -> None:
    written = scalar(text, inside=inside)
    log = Log(
        Text(None, f"key: {{a: {written}, b: [{written}]}}\n" if inside else f"key: {written}\nb:\n  - {written}\n")
    )
    tree = read_tree(log.text, log)
    assert log.errors == []
    assert isinstance(tree, Table)
    table = tree.entries[0].value if inside else tree
    assert isinstance(table, Table)
    one, two = (entry.value for entry in table.entries)
    assert isinstance(one, Scalar)
    assert isinstance(two, Sequence)
    assert (one.value, [item.value for item in two.items if isinstance(item, Scalar)]) == (text, [text])
    assert "\n" not in written


@given(LINES, LINES, LINES, st.lists(LINES, max_size=3), st.sampled_from(["zh", "en"]))
@settings(max_examples=40)
def test_a_ruleset_says_exactly_what_was_answered(
    zh: str, en: str, source: str, aliases: list[str], language: str
) -> None:
    answers = Answers(
        standard="green",
        edition="2024",
        title=Title(zh, en),
        source=source,
        aliases=read_aliases(aliases),
        language="zh" if language == "zh" else "en",
    )
    edition = begun(answers)[0].edition
    assert edition.standard.title == Title(zh, en)
    assert edition.source == Source(document=source)
    assert edition.standard.aliases == answers.aliases


_IDS = st.one_of(
    st.sampled_from(["null", "true", "all", "none", "yes", "达标级", "ﬁne", "_x", "a_1"]),
    st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True),
)


@pytest.mark.once
@given(
    st.from_regex(r"[^\W_][\w.-]{0,8}", fullmatch=True),
    st.sampled_from(["2024", "1e5", "true", "null", "2024-01-01", "版本1", "0x1F"]),
    st.lists(_IDS, min_size=1, max_size=4),
)
@settings(max_examples=30)
@example("null", "null", ["null", "true"])
def test_a_ruleset_has_exactly_the_names_that_were_answered(standard: str, edition: str, texts: list[str]) -> None:
    try:
        tiers = read_tiers(texts)
    except Fault:
        reject()
    ruleset, _ = begun(Answers(standard=standard, edition=edition, tiers=tiers))
    assert (ruleset.name, tuple(tier.id for tier in ruleset.edition.tiers)) == (f"{standard}@{edition}", tiers)
