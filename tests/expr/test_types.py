"""The check of kinds and dimensions: what is legal, and the whole message where it is not."""

import pytest

from smartrules.diagnostics import Log, Text
from smartrules.expr.parse import parse
from smartrules.expr.types import DATE, REQUIREMENT, Checker, Type
from smartrules.standard import FactDeclaration, Member
from smartrules.units import Unit, unit
from smartrules.values import Kind

TYPES = {
    "households": Type("number", unit("household").dimension),
    "gigabit_households": Type("number", unit("household").dimension),
    "cameras": Type("number", unit("camera").dimension),
    "area": Type("number", unit("km^2").dimension),
    "area_5g": Type("number", unit("km^2").dimension),
    "events": Type("number", unit("event/year").dimension),
    "share": Type("number"),
    "connected": REQUIREMENT,
    "gated": REQUIREMENT,
    "opened": DATE,
    "closed": DATE,
    "services": Type("set", members=("meals", "bathing", "cleaning")),
    "water": Type("choice", members=("river", "lake")),
}


class Names:
    """The names of a small ruleset."""

    def type_of(self, name: str) -> Type | None:
        return TYPES.get(name)

    def known_names(self) -> list[str]:
        return list(TYPES)

    def collection(self, name: str) -> "Names | None":
        return Members() if name == "buildings" else None

    def unit_of_collection(self, name: str) -> Unit:
        return unit("building")

    def known_collections(self) -> list[str]:
        return ["buildings"]


class Members(Names):
    """The names of the members of its one collection."""

    def type_of(self, name: str) -> Type | None:
        own = {"height": Type("number", unit("m").dimension, unit=unit("m")), "monitored": REQUIREMENT}
        return own.get(name) or TYPES.get(name)


def check(text: str) -> list[tuple[str, str]]:
    """Return the codes of a rule's faults, each with the stretch of text that it underlines."""
    log = Log(Text(None, text))
    fits = Checker(Names(), log).requirement(parse(text))
    assert fits == (not log.diagnostics)
    found = []
    for diagnostic in log.errors:
        assert diagnostic.at is not None
        start = diagnostic.at.column - 1
        found.append((diagnostic.code, text[start : start + diagnostic.at.width]))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "connected",
        "not connected",
        "gigabit_households / households >= 70 %",
        "gigabit_households / households >= 0.7",
        "70 % <= gigabit_households / households <= 1",
        "households >= 1 household",
        "households >= 1 万户",
        "households != gigabit_households",
        "households / area >= 100 户/平方公里",
        "cameras / households >= 2 camera/household",
        "area >= 500 mu",
        "area - area_5g <= 1 hectare",
        "area * 2 >= 1 km^2",
        "area * area >= 1 km^4",
        "-share >= -5 %",
        "share * households >= 10 households",
        "events >= 1 event/month",
        "events * 1 year >= 4 events",
        "households * 1 camera / households >= cameras",
        "count(services) >= 2 kinds",
        "opened + 5 days > 2022-01-01",
        "closed - 2 weeks <= opened <= closed",
        "closed - opened <= 5 days",
        "opened + 12 months >= today",
        "1 year + opened >= today",
        "truncate(share, 1 %) >= 70 %",
        "round_up(area, 1 ha) >= 7 ha",
        "first of (connected then 1 point, otherwise 2 points) >= 1 point",
        "interpolate(share, 0 % then 0 points, 50 % then 5 points) > 1 point",
        "advise(connected)",
        "every buildings where height > 3 m: monitored and connected",
        "some buildings: height * 2 > 3 m",
        "share(buildings where height >= 3 m, monitored) >= 50 %",
        "count(buildings) >= 2 buildings",
        "count(buildings where monitored) / 4 buildings >= 50 %",
        "mean(buildings, height) > 3 m",
        "percentile(buildings, height, 90 %) > 3 m",
        "count(services) / 3 kinds >= 50 %",
        "services includes meals",
        "services includes at least 2 of (meals, bathing, cleaning)",
        "water is river",
        "water in (river, lake)",
        "opened >= 2022-01-01",
        "opened <= closed",
        "2022-01-01 <= opened <= 2023-12-31",
        "all of (connected, any of (gated, water is lake), at least 1 of (gated, not connected))",
        "households >= 1 household when gated",
        "connected when gated when water is river",
        "(households - 1 household) / households > 5 ‰",
    ],
)
def test_what_fits_together_is_legal(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    ("text", "code", "underlined"),
    [
        # names
        ("housholds >= 1 household", "SR206", "housholds"),
        ("zzz", "SR206", "zzz"),
        ("count(servcies) > 1 kind", "SR206", "servcies"),
        ("zzz includes a", "SR206", "zzz"),
        ("zzz is a", "SR206", "zzz"),
        ("river", "SR206", "river"),
        # dimensions
        ("cameras >= 5 households", "SR301", "cameras >= 5 households"),
        ("cameras / households >= 70 %", "SR301", "cameras / households >= 70 %"),
        ("cameras = households", "SR301", "cameras = households"),
        ("area + households > 1 km^2", "SR301", "area + households"),
        ("area - households > 1 km^2", "SR301", "area - households"),
        ("1 km < area < 2 km^2", "SR301", "1 km < area < 2 km^2"),
        ("1 km^2 < area < 2 km", "SR301", "1 km^2 < area < 2 km"),
        ("count(services) >= 2 households", "SR301", "count(services) >= 2 households"),
        ("count(services) >= 20 %", "SR301", "count(services) >= 20 %"),
        ("events >= 4 events", "SR301", "events >= 4 events"),
        ("households * households >= 4 households", "SR301", "households * households >= 4 households"),
        ("share >= 4 households", "SR301", "share >= 4 households"),
        # kinds
        ("services >= 2 kinds", "SR302", "services"),
        ("2 kinds <= services", "SR302", "services"),
        ("water = 2 kinds", "SR302", "water"),
        ("connected = gated", "SR302", "connected"),
        ("(share > 5 %) = gated", "SR302", "share > 5 %"),
        ("opened >= 5 %", "SR302", "opened >= 5 %"),
        ("5 % <= opened <= 2022-01-01", "SR302", "5 % <= opened <= 2022-01-01"),
        ("services + 1 kind > 2 kinds", "SR302", "services"),
        ("opened + 5 m > 2022-01-01", "SR302", "opened + 5 m"),
        ("opened + 1.5 days > 2022-01-01", "SR302", "opened + 1.5 days"),
        ("5 days - opened > 2022-01-01", "SR302", "5 days - opened"),
        ("opened * 2 > 2022-01-01", "SR302", "opened * 2"),
        ("opened + closed > 2022-01-01", "SR302", "opened + closed"),
        ("opened - closed > 5 m", "SR301", "opened - closed > 5 m"),
        ("truncate(share, 1 m) > 5 %", "SR301", "truncate(share, 1 m)"),
        ("truncate(area, 1) > 5 km^2", "SR303", "1"),
        ("round(share, 0 %) > 5 %", "SR407", "0 %"),
        ("first of (share then 1 point, otherwise 2 points) > 1 point", "SR306", "share"),
        (
            "first of (connected then 1 point, otherwise 2 %) > 1 point",
            "SR301",
            "first of (connected then 1 point, otherwise 2 %)",
        ),
        (
            "interpolate(share, 1 % then 1 point, 1 % then 2 points) > 1 point",
            "SR406",
            "interpolate(share, 1 % then 1 point, 1 % then 2 points)",
        ),
        (
            "interpolate(area, 0 % then 1 point, 1 % then 2 points) > 1 point",
            "SR301",
            "interpolate(area, 0 % then 1 point, 1 % then 2 points)",
        ),
        ("advise(share)", "SR306", "share"),
        ("every building: share", "SR206", "building"),
        ("every buildings: height", "SR306", "height"),
        ("monitored", "SR206", "monitored"),
        ("share(buildings, height) > 5 %", "SR306", "height"),
        ("share(buildings, monitored) > 5", "SR303", "5"),
        ("mean(buildings, monitored) > 5 m", "SR302", "monitored"),
        ("count(buildings where monitored) > 5 kinds", "SR301", "count(buildings where monitored) > 5 kinds"),
        ("percentile(buildings, height, 0 %) > 5 m", "SR407", "0 %"),
        ("percentile(buildings, height, 101 %) > 5 m", "SR407", "101 %"),
        ("-connected > 5 %", "SR302", "connected"),
        ("-opened > 2022-01-01", "SR302", "opened"),
        ("count(water) > 1 kind", "SR302", "water"),
        ("count(area) > 1 kind", "SR302", "area"),
        ("water includes river", "SR302", "water"),
        ("services is meals", "SR302", "services"),
        ("connected is yes", "SR302", "connected"),
        # bare numbers
        ("households >= 70", "SR303", "70"),
        ("5 < area", "SR303", "5"),
        ("area + 5 > 1 km^2", "SR303", "5"),
        ("1 km^2 < area < 2", "SR303", "2"),
        ("count(services) >= 2", "SR303", "2"),
        # members
        ("services includes meal", "SR304", "meal"),
        ("services includes any of (meals, river)", "SR304", "river"),
        ("water in (river, ocean)", "SR304", "ocean"),
        # requirements
        ("households", "SR306", "households"),
        ("area * 2", "SR306", "area * 2"),
        ("5 %", "SR306", "5 %"),
        ("2022-01-01", "SR306", "2022-01-01"),
        ("services", "SR306", "services"),
        ("water", "SR306", "water"),
        ("opened", "SR306", "opened"),
        ("not area", "SR306", "area"),
        ("all of (connected, share)", "SR306", "share"),
        ("at least 1 of (connected, share)", "SR306", "share"),
        ("connected when share", "SR306", "share"),
        ("share when connected", "SR306", "share"),
        # zero
        ("households / 0 > 1 household", "SR308", "households / 0"),
        ("households / 0 household > 1", "SR308", "households / 0 household"),
        ("households / -0.0 > 1 household", "SR308", "households / -0.0"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_place(text: str, code: str, underlined: str) -> None:
    assert check(text) == [(code, underlined)]


def test_every_fault_of_a_rule_is_noted_once_and_in_order() -> None:
    text = "all of (housholds > 1 household, cameras > 5, services includes meal, water, opened + closed > 5 days)"
    assert check(text) == [
        ("SR206", "housholds"),
        ("SR303", "5"),
        ("SR304", "meal"),
        ("SR306", "water"),
        ("SR302", "opened + closed"),
    ]


def test_a_part_with_a_fault_raises_no_further_ones() -> None:
    assert check("(zzz + households) * area / cameras >= 5 %") == [("SR206", "zzz")]
    assert check("zzz < households < 5 %") == [("SR206", "zzz")]
    assert check("not all of (zzz)") == [("SR206", "zzz")]


@pytest.mark.parametrize(
    ("kind", "name", "members"),
    [
        (Kind.COUNT, "number", ()),
        (Kind.QUANTITY, "number", ()),
        (Kind.SHARE, "number", ()),
        (Kind.RATE, "number", ()),
        (Kind.FLAG, "requirement", ()),
        (Kind.SET, "set", ("a", "b")),
        (Kind.CHOICE, "choice", ("a", "b")),
        (Kind.DATE, "date", ()),
    ],
)
def test_what_a_fact_of_each_kind_is_in_an_expression(kind: Kind, name: str, members: tuple[str, ...]) -> None:
    declared = FactDeclaration(
        "it", kind, unit("万户") if name == "number" else None, tuple(Member(m) for m in members)
    )
    assert (declared.type.name, declared.type.members) == (name, members)
    assert declared.type.dimension == ((("household", 1),) if name == "number" else ())
