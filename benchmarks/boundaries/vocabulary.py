"""pint with the words that the corpus needs: its own registry, and by its own way of defining units those that it lacks."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from pint import UnitRegistry

#: Things that are counted, mu, and the Chinese words for all.
VOCABULARY = """
household = [household] = _ = households = 户 = 户家庭
wan_household = 10000 * household = _ = 万户
person = [person] = _ = persons = people = 人 = 名 = 位
wan_person = 10000 * person = _ = 万人
shiwan_person = 100000 * person = _ = 十万人
quarter_of_town = [quarter_of_town] = _ = 个小区 = 小区
building = [building] = _ = buildings = 栋 = 幢 = 栋楼
camera = [camera] = _ = cameras = 路 = 路摄像机
position = [position] = _ = positions = 处
scenario = [scenario] = _ = scenarios = 项 = 项场景 = 个场景
event = [event] = _ = events = 次 = 场
mu = 2000 / 3 * meter ** 2 = _ = 亩 = 市亩
平方公里 = kilometer ** 2 = _ = 平方千米
平方米 = meter ** 2
平方厘米 = centimeter ** 2
@alias hectare = 公顷
@alias are = 公亩
@alias year = 年
@alias month = 月 = 个月
@alias week = 周
@alias day = 天
"""

#: pint's own quarter is three months, so the quarter of a town has another name there.
OTHER_NAMES = {"quarter": "quarter_of_town", "quarters": "quarter_of_town"}

NumberType = type[float] | type[Decimal] | type[Fraction]


@cache
def registry(numbers: NumberType) -> UnitRegistry:
    """Return pint's registry over one kind of numbers."""
    made: UnitRegistry = UnitRegistry() if numbers is float else UnitRegistry(non_int_type=numbers)
    for line in VOCABULARY.strip().splitlines():
        made.define(line)
    return made


def named(text: str) -> str:
    """Return a text with pint's names for the units of which it has others."""
    return re.sub(r"[a-z_]+", lambda found: OTHER_NAMES.get(found[0], found[0]), text)
