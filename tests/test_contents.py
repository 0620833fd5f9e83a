"""A whole ruleset as text: every part of it once, in two languages, and where each part of an extension comes from."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import smartrules as sr
from smartrules.reports.contents import contents
from smartrules.ruleset import Ruleset
from smartrules.values import Language
from tests.rulesets import ruleset

#: A ruleset with every part that a document can hold.
WHOLE = """\
standard: whole
edition: "1"
title: {zh: 整套标准, en: Whole standard}
aliases: [整字1号]
effective: {from: 2024-01-01}
source: {document: 整字1号, mark: seen}
tiers:
  basic: {title: {zh: 基础型, en: Basic}}
  best: {title: {zh: 最高型, en: Best}, requirements: unknown}
groups:
  homes: {zh: 住宅, en: Homes}
facts:
  households: {count: household, min: 1, max: 5000, title: {zh: 户数, en: households}}
  connected: {count: household, at_most: households, title: {zh: 已接入户数, en: connected households}}
  area: {quantity: km^2, step: 0.01, title: {zh: 面积, en: area}, definition: {zh: 含水面, en: with its water}}
  high: {count: building, from: count(buildings where storeys >= 19 storeys), title: {zh: 高层楼栋数, en: high buildings}}
  services: {set: {meals: , bathing: }, title: {zh: 服务, en: services}}
collections:
  buildings:
    each: building
    title: {zh: 住宅楼, en: building}
    facts:
      storeys: {count: storey, max: 100, title: {zh: 层数, en: storeys}}
measures:
  density: {value: households / area, unit: household/km^2, when_zero: undetermined, title: {zh: 密度, en: density}}
indicators:
  crowding:
    number: "1"
    group: homes
    title: {zh: 密度, en: Crowding}
    applies: high >= 1 building
    require: {basic: density <= 900 household/km^2}
    source: {clause: "2", page: "3", note: 以常住户计}
  connection:
    title: {zh: 接入, en: Connection}
    require: {basic: "all of (connected >= 10 households, count(services) >= 1 kind)"}
"""


def shown(rules: Ruleset, language: Language) -> str:
    return "\n".join(contents(rules.edition, "…", language)) + "\n"


def test_everything_is_shown_in_english() -> None:
    assert shown(ruleset(WHOLE), "en") == dedent("""\
        whole@1: Whole standard
          alias: 整字1号
          in force: 2024-01-01 – …
          source: 整字1号; seen
          fingerprint: …
        tiers:
          basic: Basic
          best: Best (requirements unknown)
        groups:
          homes: Homes
        facts:
          households [count household, at least 1 household, at most 5000 households]: households
          connected [count household, at most households]: connected households
          area [quantity km^2, in steps of 0.01 km^2]: area (with its water)
          high [count building] = count(buildings where storeys >= 19 storeys): high buildings
          services [set: meals, bathing]: services
        collections:
          buildings [building]: building
            storeys [count storey, at most 100 storeys]: storeys
        measures:
          density [household/km^2] = households / area: density (a denominator may be zero)
        indicators:
          crowding [homes]: 1 Crowding
            applies: high >= 1 building
            basic: density <= 900 households/km^2  (§ 2 p. 3; 以常住户计)
          connection: Connection
            basic: all of (connected >= 10 households, count(services) >= 1 kind)
        """)


def test_everything_is_shown_in_chinese() -> None:
    assert shown(ruleset(WHOLE), "zh") == dedent("""\
        whole@1：整套标准
          别名：整字1号
          有效期：2024-01-01 – …
          依据：整字1号; seen
          规则指纹：…
        等级：
          basic：基础型
          best：最高型（具体要求未收录）
        一级指标：
          homes：住宅
        事实：
          households [数量 户，不小于1户，不大于5000户]：户数
          connected [数量 户，不大于households]：已接入户数
          area [量值 平方公里，精确到0.01平方公里]：面积（含水面）
          high [数量 栋] = count(buildings where storeys >= 19 storeys)：高层楼栋数
          services [多选：meals、bathing]：服务
        集合：
          buildings [栋]：住宅楼
            storeys [数量 层，不大于100层]：层数
        测算指标：
          density [户/平方公里] = households / area：密度（分母可以为零）
        二级指标：
          crowding [homes]：1 密度
            适用条件：high >= 1 building
            basic：density <= 900 households/km^2  （§ 2 p. 3; 以常住户计）
          connection：接入
            basic：all of (connected >= 10 households, count(services) >= 1 kind)
        """)


BASE = """\
standard: base
edition: "1"
title: {zh: 基准, en: Base}
source: {document: 甲字1号}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  part: {count: household, at_most: whole, title: {zh: 部分, en: some}}
  whole: {count: household, min: 1, title: {zh: 全部, en: all}}
  gated: {kind: flag, title: {zh: 封闭, en: it is gated}}
indicators:
  first:
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: part / whole, unit: "%", title: {zh: 覆盖率, en: coverage}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
    source: {clause: "1"}
  second: {title: {zh: 封闭, en: Gates}, require: {low: gated}, source: {clause: "2"}}
"""

OVER = """\
standard: over
edition: "2"
title: {zh: 补充, en: Over}
extends: base@1
source: {document: 乙字2号}
facts: {lit: {kind: flag, title: {zh: 有照明, en: it is lit}}}
indicators:
  first: {require: {low: rate >= 80 %}, source: {clause: "7"}}
  second: {applies: whole >= 100 households}
  third: {title: {zh: 照明, en: Light}, require: {low: lit}, source: {clause: "8"}}
"""


@pytest.fixture
def over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ruleset:
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path))
    for name, text in (("base/1", BASE), ("over/2", OVER)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "ruleset.yaml").write_text(text, "utf-8")
    return sr.load("over@2")


def test_every_part_of_an_extension_says_where_it_comes_from(over: Ruleset) -> None:
    assert shown(over, "en") == dedent("""\
        over@2: Over
          source: 乙字2号
          extends: base@1; ← marks what comes from there, and what has no mark is this ruleset's own
          fingerprint: …
        tiers:
          low: Low
          high: High
        facts:
          part [count household, at most whole]: some  ← base@1
          whole [count household, at least 1 household]: all  ← base@1
          gated [flag]: it is gated  ← base@1
          lit [flag]: it is lit
        measures:
          rate [%] = part / whole: coverage  ← base@1
        indicators:
          first: Coverage  ← base@1
            low: rate >= 80 %  (乙字2号 § 7)  ← over@2
            high: rate >= 90 %  (甲字1号 § 1)
          second: Gates
            applies: whole >= 100 households
            low: gated  (甲字1号 § 2)  ← base@1
          third: Light
            low: lit  (乙字2号 § 8)
        """)


def test_an_extension_says_so_in_chinese(over: Ruleset) -> None:
    lines = shown(over, "zh").splitlines()
    assert lines[:4] == [
        "over@2：补充",
        "  依据：乙字2号",
        "  扩展：base@1；沿用的部分以 ← 标明出处，未标明的为本规则自有",
        "  规则指纹：…",
    ]
    assert "    low：rate >= 80 %  （乙字2号 § 7）  ← over@2" in lines
