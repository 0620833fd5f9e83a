"""In which direction facts are good for a rule: read from the rule, and refused where the rule does not say."""

from __future__ import annotations

import pytest

from smartrules.analysis.directions import Direction, directions
from tests.rulesets import ruleset

FACTS = """\
standard: directed
edition: "1"
tiers: {basic: }
facts:
  covered: {count: household, at_most: homes}
  homes: {count: household, min: 1}
  passed: {count: household}
  change: {quantity: km^2, min: -5}
  area: {quantity: km^2}
  gated: {kind: flag}
  lit: {kind: flag}
  services: {set: {meals: , bathing: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
  closed: {kind: date}
  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}
collections:
  buildings: {each: building, facts: {storeys: {count: storey}, safe: {kind: flag}}}
measures:
  share: {value: covered / homes, unit: "%"}
indicators:
  one: {RULE}
"""

HELPS, HARMS, DEPENDS = "+", "-", "?"


def found(rule: str) -> dict[str, str]:
    edition = ruleset(FACTS.replace("RULE", rule)).edition
    signs = {Direction.HELPS: HELPS, Direction.HARMS: HARMS, Direction.DEPENDS: DEPENDS}
    return {name: signs[one] for name, one in directions(edition.rules("basic")["one"], edition).items()}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("share >= 80 %", {"covered": "+", "homes": "-"}),
        ("share < 80 %", {"covered": "-", "homes": "+"}),
        ("80 % <= share", {"covered": "+", "homes": "-"}),
        ("share = 80 %", {"covered": "?", "homes": "?"}),
        ("10 % <= share < 80 %", {"covered": "?", "homes": "?"}),
        ("not (share >= 80 %)", {"covered": "-", "homes": "+"}),
        ("covered / passed >= 2", {"covered": "+", "passed": "?"}),  # nothing below leaves all of it open
        ("change / area >= 2", {"change": "+", "area": "?"}),
        ("area / change >= 2", {"area": "?", "change": "?"}),
        ("change * 2 >= area", {"change": "+", "area": "-"}),
        ("change * -2 >= area", {"change": "-", "area": "-"}),
        ("change * change >= 2 km^4", {"change": "?"}),
        ("area - change >= 2 km^2", {"area": "+", "change": "-"}),
        ("-(change) >= area + 1 km^2", {"change": "-", "area": "-"}),
        ("round(area, 1 km^2) >= 2 km^2", {"area": "+"}),
        ("interpolate(area, 1 km^2 then 1 point, 2 km^2 then 5 points) >= 2 points", {"area": "+"}),
        ("interpolate(area, 1 km^2 then 5 points, 2 km^2 then 1 point) >= 2 points", {"area": "-"}),
        (
            "interpolate(area, 1 km^2 then 5 points, 2 km^2 then 1 point, 3 km^2 then 2 points) >= 2 points",
            {"area": "?"},
        ),
        ("first of (area >= 2 km^2 then 1 km^2, otherwise change) >= 1 km^2", {"area": "?", "change": "+"}),
        ("count(services) >= 2 kinds", {"services": "+"}),
        ("services includes meals", {"services": "+"}),
        ("water is river", {"water": "?"}),
        ("any of (gated, not lit)", {"gated": "+", "lit": "-"}),
        ("at least 1 of (gated, lit)", {"gated": "+", "lit": "+"}),
        ("any of (gated, not gated)", {"gated": "?"}),
        ("gated when lit", {"gated": "+", "lit": "-"}),
        ("any of ((gated when lit), covered >= 1 household)", {"gated": "+", "lit": "?", "covered": "+"}),
        ("closed - opened <= 5 days", {"closed": "-", "opened": "+"}),
        ("closed <= opened + 5 days", {"closed": "-", "opened": "+"}),
        ("today <= opened + 1 year", {"opened": "+"}),
        ("every building: safe", {"safe": "+"}),
        ("every building where safe: storeys <= 9 storeys", {"safe": "?", "storeys": "-"}),
        ("count(buildings where safe) >= 2 buildings", {"safe": "+"}),
        ("share(buildings where storeys >= 3 storeys, safe) >= 50 %", {"storeys": "?", "safe": "+"}),
        ("mean(buildings, storeys) >= 3 storeys", {"storeys": "+"}),
        ("count(buildings) >= 2 buildings", {}),
        ("tall >= 2 buildings", {"tall": "+", "storeys": "+"}),
        ("all of (advise(gated), unknown, reported(lit), covered >= 1 household)", {"covered": "+"}),
    ],
)
def test_the_direction_is_read_from_the_requirement(rule: str, expected: dict[str, str]) -> None:
    assert found(f'require: {{basic: "{rule}"}}') == expected


def test_what_keeps_an_indicator_from_applying_helps() -> None:
    assert found('applies: gated, require: {basic: "lit"}') == {"lit": "+", "gated": "-"}
