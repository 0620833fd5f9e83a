"""The units that smartrules names itself: their sizes, words and spellings.

`units.py` is the only reader. Sizes stand here so that no unit library has to be imported to evaluate a ruleset; a test
asks pint for every row that it knows, so the two cannot differ. Counting units are dimensions of their own: their root
is themselves.

A row: name, size in root units, root units, symbol in rules, Chinese word, English plural (or "" for a symbol that
stands as it is), further spellings.
"""

from __future__ import annotations

_Row = tuple[str, str, tuple[tuple[str, int], ...], str, str, str, tuple[str, ...]]


def _counting(name: str, chinese: str, plural: str, *spellings: str) -> _Row:
    return (name, "1", ((name, 1),), name, chinese, plural, spellings)


#: Units of things that are counted.
COUNTING: tuple[_Row, ...] = (
    _counting("household", "户", "households", "户家庭"),
    _counting("person", "人", "persons", "people", "名", "位"),
    _counting("quarter", "个小区", "quarters", "小区"),
    _counting("building", "栋", "buildings", "幢", "栋楼"),
    _counting("camera", "路", "cameras", "路摄像机"),
    _counting("position", "处", "positions"),
    _counting("scenario", "项", "scenarios", "项场景", "个场景"),
    _counting("event", "次", "events", "场"),
    _counting("kind", "种", "kinds", "类"),
    _counting("storey", "层", "storeys", "story", "stories"),
    _counting("station", "个", "stations", "个基站", "座"),
    _counting("community", "个社区", "communities", "社区"),
    _counting("city", "个城市", "cities", "城市"),
    _counting("shop", "家", "shops", "家店"),
    _counting("organisation", "家单位", "organisations", "organization", "organizations"),
    _counting("port", "个端口", "ports", "端口"),
    _counting("user", "用户", "users", "个用户"),
    _counting("subscription", "个订阅", "subscriptions"),
    _counting("device", "台", "devices", "套"),
    _counting("lift", "部", "lifts", "部电梯"),
    _counting("vehicle", "辆", "vehicles"),
    _counting("bed", "张", "beds", "张床位"),
    _counting("class", "个班", "classes", "班"),
    _counting("entrance", "个出入口", "entrances", "出入口"),
    _counting("facility", "个设施", "facilities"),
    _counting("service", "项服务", "services"),
    _counting("dataset", "个数据集", "datasets", "数据集"),
    _counting("item", "件", "items"),
    _counting("indicator", "项指标", "indicators"),
    _counting("incident", "起", "incidents"),
    _counting("point", "分", "points"),
    _counting("yuan", "元", "yuan", "CNY", "RMB"),
)

#: Units that pint does not know: 15 mu are a hectare, Chinese figures count persons by ten thousands, and health statistics
#: by hundred thousands.
DERIVED: tuple[_Row, ...] = (
    ("mu", "2000/3", (("meter", 2),), "mu", "亩", "mu", ("市亩",)),
    ("wan_person", "10000", (("person", 1),), "wan_person", "万人", "ten thousand persons", ()),
    (
        "shiwan_person",
        "100000",
        (("person", 1),),
        "shiwan_person",
        "十万人",
        "hundred thousand persons",
        ("hundred_thousand_persons",),
    ),
    ("wan_household", "10000", (("household", 1),), "wan_household", "万户", "ten thousand households", ()),
    ("wan_yuan", "10000", (("yuan", 1),), "wan_yuan", "万元", "ten thousand yuan", ()),
)

#: Units that pint defines.
MEASURING: tuple[_Row, ...] = (
    ("percent", "1/100", (), "%", "%", "", ("percent", "％", "percents")),
    ("permille", "1/1000", (), "‰", "‰", "", ("permille",)),
    ("ppm", "1/1000000", (), "ppm", "ppm", "", ()),
    ("millimeter", "1/1000", (("meter", 1),), "mm", "毫米", "", ("millimetre", "millimetres")),
    ("centimeter", "1/100", (("meter", 1),), "cm", "厘米", "", ("centimetre", "centimetres")),
    ("meter", "1", (("meter", 1),), "m", "米", "", ("metre", "metres", "meters")),
    ("kilometer", "1000", (("meter", 1),), "km", "公里", "", ("千米", "kilometre", "kilometres", "kilometers")),
    ("are", "100", (("meter", 2),), "are", "公亩", "ares", ()),
    ("hectare", "10000", (("meter", 2),), "ha", "公顷", "", ("hectares",)),
    ("milliliter", "1/1000000", (("meter", 3),), "mL", "毫升", "", ("ml", "millilitre")),
    ("liter", "1/1000", (("meter", 3),), "L", "升", "", ("l", "litre", "litres", "liters")),
    ("microgram", "1/1000000", (("gram", 1),), "µg", "微克", "", ("μg", "ug")),
    ("milligram", "1/1000", (("gram", 1),), "mg", "毫克", "", ()),
    ("gram", "1", (("gram", 1),), "g", "克", "", ("grams",)),
    ("kilogram", "1000", (("gram", 1),), "kg", "千克", "", ("公斤", "kilograms")),
    ("metric_ton", "1000000", (("gram", 1),), "t", "吨", "", ("tonne", "tonnes")),
    ("second", "1", (("second", 1),), "s", "秒", "", ("seconds", "秒钟")),
    ("minute", "60", (("second", 1),), "min", "分钟", "", ("minutes",)),
    ("hour", "3600", (("second", 1),), "h", "小时", "", ("hours",)),
    ("day", "86400", (("second", 1),), "day", "天", "days", ("日",)),
    ("week", "604800", (("second", 1),), "week", "周", "weeks", ()),
    ("month", "2629800", (("second", 1),), "month", "个月", "months", ("月",)),
    ("year", "31557600", (("second", 1),), "year", "年", "years", ()),
    ("bit", "1", (("bit", 1),), "bit", "比特", "bits", ()),
    ("kilobit", "1000", (("bit", 1),), "kbit", "千比特", "", ()),
    ("megabit", "1000000", (("bit", 1),), "Mbit", "兆比特", "", ()),
    ("gigabit", "1000000000", (("bit", 1),), "Gbit", "吉比特", "", ()),
    ("byte", "8", (("bit", 1),), "byte", "字节", "bytes", ()),
    ("megabyte", "8000000", (("bit", 1),), "MB", "兆字节", "", ()),
    ("gigabyte", "8000000000", (("bit", 1),), "GB", "吉字节", "", ()),
    ("watt", "1000", (("gram", 1), ("meter", 2), ("second", -3)), "W", "瓦", "", ("watts",)),
    ("kilowatt", "1000000", (("gram", 1), ("meter", 2), ("second", -3)), "kW", "千瓦", "", ()),
    ("kilowatt_hour", "3600000000", (("gram", 1), ("meter", 2), ("second", -2)), "kWh", "千瓦时", "", ()),
)

#: One word for a unit with an exponent.
POWERS: dict[str, tuple[str, int]] = {
    "平方米": ("meter", 2),
    "㎡": ("meter", 2),
    "m2": ("meter", 2),
    "平方公里": ("kilometer", 2),
    "平方千米": ("kilometer", 2),
    "㎢": ("kilometer", 2),
    "km2": ("kilometer", 2),
    "平方厘米": ("centimeter", 2),
    "立方米": ("meter", 3),
    "m3": ("meter", 3),
    "㎥": ("meter", 3),
}
