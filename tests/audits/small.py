"""A small ruleset in which everything that an audit looks for can be said, and how an audit of it reads."""

from __future__ import annotations

from functools import cache
from textwrap import dedent
from typing import Any

from smartrules.analysis import audit
from smartrules.analysis.audits import Audit
from smartrules.reports.audits import entries
from smartrules.ruleset import Ruleset
from smartrules.values import Language
from tests.rulesets import ruleset

SMALL = """\
standard: small
edition: "1"
title: {zh: 小标准, en: Small standard}
tiers:
  low: {title: {zh: 初级, en: Low}}
  high: {title: {zh: 高级, en: High}}
  top: {title: {zh: 顶级, en: Top}, requirements: unknown}
facts:
  homes: {count: household, min: 1, title: {zh: 户数, en: homes}}
  wired: {count: household, at_most: homes, title: {zh: 通网户数, en: wired homes}}
  lit: {count: household, at_most: homes, title: {zh: 亮灯户数, en: lit homes}}
  gates: {count: quarter, max: 6, title: {zh: 小区数, en: quarters}}
  staffed: {count: quarter, at_most: gates, title: {zh: 有物业的小区数, en: staffed quarters}}
  guarded: {count: quarter, at_most: gates, title: {zh: 有门卫的小区数, en: guarded quarters}}
  area: {quantity: km^2, step: 0.01, title: {zh: 面积, en: area}}
  green: {quantity: km^2, step: 0.01, at_most: area, title: {zh: 绿地面积, en: green area}}
  people: {count: person, min: 1, title: {zh: 人口, en: people}}
  stations: {count: station, title: {zh: 基站数, en: stations}}
  cameras: {count: camera, title: {zh: 摄像机数, en: cameras}}
  quiet: {share: "%", title: {zh: 安静夜晚占比, en: quiet nights}}
  garden: {kind: flag, title: {zh: 有花园, en: there is a garden}}
  services: {set: {meals: {zh: 助餐, en: meals}, visits: {zh: 探访, en: visits}, baths: {zh: 助浴, en: baths}}, title: {zh: 服务, en: services}}
  drill: {kind: date, title: {zh: 演练日期, en: day of the drill}}
collections:
  buildings:
    each: building
    title: {zh: 住宅楼, en: building}
    facts:
      storeys: {count: storey, title: {zh: 层数, en: number of storeys}}
      alarm: {kind: flag, title: {zh: 有报警, en: it has an alarm}}
indicators:
  wires:
    number: "1"
    title: {zh: 通网, en: Wires}
    measures: {wired_share: {value: wired / homes, unit: "%", title: {zh: 通网率, en: wired share}}}
    require: {low: wired_share >= 70 %, high: wired_share >= 90 %}
  lights:
    number: "2"
    title: {zh: 亮灯, en: Lights}
    measures: {lit_share: {value: lit / homes, unit: "%", title: {zh: 亮灯率, en: lit share}}}
    require: {low: lit_share > 50 %}
  gates_kept:
    number: "3"
    title: {zh: 门卫, en: Gates}
    measures:
      guarded_share: {value: guarded / gates, unit: "%", when_zero: undetermined, title: {zh: 门卫覆盖率, en: guarded share}}
    applies: gates >= 1 quarter
    require: {low: guarded_share >= 60 %}
  greenery:
    number: "4"
    title: {zh: 绿化, en: Greenery}
    measures: {green_share: {value: green / area, unit: "%", when_zero: undetermined, title: {zh: 绿地率, en: green share}}}
    require: {low: green_share >= 20 %}
  masts:
    number: "5"
    title: {zh: 基站, en: Masts}
    measures: {density: {value: stations / people, unit: station/wan_person, title: {zh: 每万人基站数, en: stations per 10k}}}
    require: {high: density >= 20 station/wan_person}
  nights:
    number: "6"
    title: {zh: 夜晚, en: Nights}
    require: {low: quiet >= 80 %}
  company:
    number: "7"
    title: {zh: 陪伴, en: Company}
    require: {low: {any of: [garden, count(services) >= 2 kinds]}}
  alarms:
    number: "8"
    title: {zh: 报警, en: Alarms}
    measures:
      alarmed_share: {value: "share(buildings, alarm)", unit: "%", when_zero: undetermined, title: {zh: 报警覆盖率, en: alarmed share}}
    require: {low: {all of: [alarmed_share >= 50 %, "every building: storeys <= 6 storeys"]}}
  drills:
    number: "9"
    title: {zh: 演练, en: Drills}
    require: {high: drill >= today - 12 months}
  watch:
    number: "10"
    title: {zh: 监控, en: Watch}
    require: {high: cameras >= 1 camera}
reactions:
  homes_old: {stale: [homes, wired], after: 6 months}
  buildings_old: {stale: buildings, after: 24 months}
"""


@cache
def small() -> Ruleset:
    """Return the small ruleset."""
    return ruleset(SMALL)


def audited(document: str, **options: Any) -> Audit:
    """Return the audit of a facts document."""
    return audit(small(), small().read_facts(dedent(document), name="facts.yaml"), name="facts.yaml", **options)


def said(found: Audit, *codes: str, language: Language = "en") -> str:
    """Return what an audit says, as the command prints it; of some codes where they are named."""
    rows = []
    for one, entry in zip(found.observations, entries(found, language), strict=True):
        if not codes or one.code in codes:
            rows += [entry.head, *entry.rest]
    return "\n".join(rows) + "\n"
