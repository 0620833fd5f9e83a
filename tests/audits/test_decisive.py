"""Which figures on a threshold are told: those where one step less would have decided otherwise."""

from __future__ import annotations

import pytest

from smartrules.analysis import audit
from tests.rulesets import ruleset

FACTS = """
facts:
  a: {count: item, title: {en: a}}
  b: {count: item, title: {en: b}}
  c: {count: item, title: {en: c}}
  top: {count: item, max: 9, title: {en: top}}
  share: {share: "%", max: 100 %, title: {en: share}}
  part: {count: item, at_most: top, title: {en: part}}
  kinds: {set: {x: , y: , z: }, title: {en: kinds}}
  flag: {kind: flag, title: {en: flag}}
collections:
  rooms: {each: item, facts: {size: {quantity: m, title: {en: size}}, used: {kind: flag}}}
"""

ON = {"a": 5, "b": 5, "c": 7, "top": 9, "part": 5, "share": "80 %", "kinds": ["x", "y"], "flag": True}


def told(rule: str, facts: object = None, rooms: object = None) -> list[str]:
    """Return the names of the figures that are told to be on a threshold of a rule."""
    rules = ruleset(f"{FACTS}\nindicators:\n  it: {{require: {{basic: '{rule}'}}}}\n")
    document = {"facts": {**ON, **(facts if isinstance(facts, dict) else {})}}
    if rooms is not None:
        document["collections"] = {"rooms": rooms}
    return [figure.name for one in audit(rules, document).of("SR927") for figure in one.figures]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("a >= 5 items", ["a"]),
        ("a > 5 items", ["a"]),
        ("a <= 5 items", ["a"]),
        ("5 items <= a", ["a"]),
        ("a >= 4 items", []),
        ("a = 5 items", []),
        ("a != 5 items", []),
        ("5 items <= a <= 9 items", ["a"]),
        ("1 item <= a <= 5 items", ["a"]),
        ("3 items <= a <= 9 items", []),
        ("a >= b", ["a"]),
        ("a + b >= 10 items", ["a + b"]),
        ("count(kinds) >= 2 kinds", ["count(kinds)"]),
        # nothing can be beyond, or there only has to be any
        ("top >= 9 items", []),
        ("count(kinds) >= 3 kinds", []),
        # all are needed; of any of them one, where no other is met
        ("all of (a >= 5 items, c >= 7 items, flag)", ["a", "c"]),
        ("any of (a >= 5 items, c >= 8 items)", ["a"]),
        ("any of (a >= 5 items, flag)", []),
        ("any of (a > 5 items, c > 7 items)", ["a", "c"]),
        ("at least 2 of (a >= 5 items, c >= 7 items, flag)", []),
        ("at least 3 of (a >= 5 items, c >= 7 items, flag)", ["a", "c"]),
        ("not a < 5 items", ["a"]),
        ("flag when a >= 5 items", ["a"]),
        ("advise(a >= 5 items)", []),
        ("all of (advise(a >= 5 items), flag)", []),
    ],
)
def test_which_figures_are_told(rule: str, expected: list[str]) -> None:
    assert told(rule) == expected


def test_one_thing_where_there_has_to_be_any_is_no_coincidence() -> None:
    assert told("a >= 1 item", {"a": 1}) == []
    assert told("a >= 2 items", {"a": 2}) == ["a"]
    assert told("count(kinds) >= 1 kind", {"kinds": ["x"]}) == []
    assert told("a > 0 items", {"a": 0}) == []
    assert told("part / top >= 100 %", {"part": 9}) == []
    assert told("part / top >= 50 %", {"part": 4, "top": 8}) == ["part / top"]


def test_the_members_of_a_collection_are_told_each() -> None:
    rooms = [{"id": "n", "size": "3 m", "used": True}, {"id": "s", "size": "4 m", "used": True}, {"size": "3 m"}]
    assert told("every item: size >= 3 m", rooms=rooms) == ["rooms.n.size", "rooms.3.size"]
    assert told("some item: size >= 4 m", rooms=rooms) == ["rooms.s.size"]
    assert told("some item: size >= 3 m", rooms=rooms) == []
    # what chooses members, or is counted, is no figure of its own
    assert told("every item where size >= 3 m: used", rooms=rooms[:2]) == []
    assert told("share(rooms, size >= 4 m) >= 50 %", rooms=rooms[:2]) == ["share(rooms, size >= 4 m)"]


def test_a_member_with_dots_in_its_name_is_found() -> None:
    assert told("every item: size >= 3 m", rooms=[{"id": "1.2", "size": "3 m"}]) == ["rooms.1.2.size"]
