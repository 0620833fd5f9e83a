"""How answers show themselves in a notebook: what stands there, in two languages, nothing of it markup by accident."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

import smartrules as sr
from smartrules.analysis import gap
from smartrules.reports.notebooks import html
from smartrules.values import own_language
from tests.rulesets import GRADED, QILI, ruleset, shandong

TOWN = """\
standard: town
edition: "2024"
title: {zh: 小镇, en: Town}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}, requirements: unknown}}
facts:
  households: {count: household, min: 1, title: {zh: 户数, en: number of households}}
  connected: {count: household, at_most: households, title: {zh: 接入户数, en: number of connected households}}
  gated: {kind: flag, title: {zh: 封闭, en: gated}}
indicators:
  coverage:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: connected / households, unit: "%", title: {zh: 覆盖率, en: coverage rate}}}
    require: {low: rate >= 70 %}
  gates: {number: "2", title: {zh: 门禁, en: Gates}, require: {low: gated}}
"""
FACTS = {"community": {"id": "c", "name": "榆园"}, "facts": {"households": 10, "connected": 6}}


class _Checked(HTMLParser):
    """What a notebook makes of a fragment: its tags closed in order, its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(answer: Any) -> list[str]:
    """Return the texts of what a notebook shows of an answer, which it asks for as IPython does."""
    try:
        from IPython.core.formatters import HTMLFormatter  # type: ignore[import-not-found,unused-ignore]

        fragment = HTMLFormatter()(answer)
    except ModuleNotFoundError:
        assert not isinstance(answer, type)
        fragment = answer._repr_html_()
    assert isinstance(fragment, str)
    read = _Checked()
    read.feed(fragment)
    assert read.open == []
    assert read.tags <= {
        "div",
        "strong",
        "details",
        "summary",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "pre",
    }
    return [text.replace("\xa0", " ") for text in read.texts]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTRULES_LANG", "en")


def test_an_assessment() -> None:
    rules = ruleset(TOWN)
    found = rules.assess(FACTS)
    assert shown(found) == [
        "榆园",
        "Town (town@2024)",
        "✗", " Low: not met (0 met, 1 not met, 0 not applicable, 1 undetermined)",
        "no.", "indicator", "outcome", "facts", "basis",
        "1", "Coverage", "✗", " not met", "coverage rate: 60 %; 10 percentage points short of the threshold", "facts",
        "2", "Gates", "?", " undetermined", "missing: gated", "no facts",
        "facts to supply:\n  gated: 封闭",
        "? High: undetermined (what this tier requires is not to hand)",
        "highest tier reached: none",
        f"ruleset fingerprint: {rules.fingerprint}",
    ]  # fmt: skip


def test_an_assessment_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTRULES_LANG", "zh")
    rules = ruleset(TOWN)
    found = rules.assess(FACTS)
    assert shown(found) == [
        "榆园",
        "小镇（town@2024）",
        "✗", " 低：不达标（0项达标，1项不达标，0项不适用，1项无法判定）",
        "序号", "二级指标", "结论", "完成情况", "依据",
        "1", "覆盖", "✗", " 不达标", "覆盖率：60%；距阈值差10个百分点", "事实数据",
        "2", "门禁", "?", " 无法判定", "缺少：gated", "无数据",
        "待补充的事实：\n  gated: 封闭",
        "? 高：无法判定（该等级的具体要求未收录）",
        "已达到的最高等级：无",
        f"规则指纹：{rules.fingerprint}",
    ]  # fmt: skip
    assert found._repr_html_().startswith('<div lang="zh-CN">')


def test_a_tier_and_one_of_which_nothing_is_to_hand() -> None:
    found = ruleset(TOWN).assess(FACTS)
    assert shown(found["low"])[:2] == ["✗", " Low: not met"]
    assert shown(found["low"])[-1] == "facts to supply:\n  gated: 封闭"
    assert shown(found["high"]) == ["?", " High: undetermined", "High: what it requires is not to hand"]


def test_a_finding() -> None:
    finding = ruleset(TOWN).assess(FACTS)["low"]["coverage"]
    assert shown(finding) == [
        "✗", " 1 Coverage: not met",
        "requires", "coverage rate is at least 70 %",
        "facts", "coverage rate: 60 %; 10 percentage points short of the threshold",
        "every reason", finding.explain("en"),
    ]  # fmt: skip


def test_a_plan() -> None:
    rules = ruleset(TOWN)
    assert shown(gap(rules, FACTS, "low")) == [
        "榆园: what is lacking for Low, town@2024",
        "2 changes reach it; every way was gone through, and no plan is smaller.\n"
        "  1. 1 more connected household (6 → 7 of 10)\n"
        "     for 1 Coverage\n"
        "  2. must be known, and yes: gated\n"
        "     for 2 Gates\n"
        "another way, in place of 1:\n"
        "  - 2 fewer households (10 → 8)",
    ]


def test_a_ruleset() -> None:
    rules = ruleset(TOWN)
    assert shown(rules) == [
        "Town",
        "town@2024",
        "Low: 2 indicators",
        "no.", "indicator", "requires",
        "1", "Coverage", "coverage rate is at least 70 %",
        "2", "Gates", "gated",
        "High: what it requires is not to hand",
        "3 facts, 1 measures, 2 indicators",
        f"ruleset fingerprint: {rules.fingerprint}",
    ]  # fmt: skip


def test_points_and_optional_indicators() -> None:
    rules = ruleset(GRADED)
    assert "best: 2 indicators, 1 of them optional" in shown(rules)
    texts = shown(rules.assess({"facts": {"households": 10, "solar_households": 8, "gated": True}}))
    assert "points" in texts
    assert any(text.startswith("scores:\n") for text in texts)


def test_what_a_notebook_shows_of_the_seeds_report_is_small() -> None:
    found = shandong().assess(str(QILI))
    fragment = found._repr_html_()
    assert len(fragment) < 20_000
    assert fragment.count("<tr>") == 23
    assert "platform_data_unified" in fragment


def test_names_are_no_markup() -> None:
    name = "</div><script>alert(1)</script>"
    rules = ruleset(TOWN.replace("zh: 覆盖, en: Coverage", f"zh: '<b>', en: '{name}'"))
    found = rules.assess({"community": {"id": name}, "facts": {"households": 10}})
    for answer in (found, found["low"], found["low"]["coverage"], rules, gap(rules, found.facts, "low")):
        assert "<script" not in answer._repr_html_()
        assert name in "".join(shown(answer))


def test_many_rows_are_cut() -> None:
    rules = ruleset(
        "facts:\n"
        + "".join(f"  f{n}: {{kind: flag}}\n" for n in range(203))
        + "indicators:\n"
        + "".join(f"  i{n}: {{require: {{basic: f{n}}}}}\n" for n in range(203))
    )
    assert rules._repr_html_().count("<tr>") == 201
    assert "… and 3 more rows" in shown(rules)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "ZH_tw"}, "zh"),
        ({"SMARTRULES_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"SMARTRULES_LANG": "", "LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_that_of_whoever_runs_it(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMARTRULES_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert own_language() == language


def test_only_what_shows_itself_is_shown() -> None:
    with pytest.raises(TypeError, match="a int does not show itself"):
        html(1)


def test_showing_needs_no_extra_and_is_imported_when_something_is_shown() -> None:
    program = (
        "import sys; import smartrules as sr; rules = sr.load('shandong-smart-community@2022'); found = rules.assess({})\n"
        "assert 'smartrules.reports' not in sys.modules\n"
        "found._repr_html_(); rules._repr_html_()\n"
        "heavy = {'jinja2', 'polars', 'narwhals', 'z3', 'typer', 'openpyxl', 'docx', 'IPython'}\n"
        "assert not heavy & {name.partition('.')[0] for name in sys.modules}, heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_texts_are_those_of_the_report() -> None:
    found = shandong().assess(str(QILI))
    texts = " ".join(shown(found))
    assert sr.Outcome.UNDETERMINED.value in texts
    assert re.sub(r"<[^>]*>", "", unescape(found._repr_html_())).count("exactly on the threshold") > 5
