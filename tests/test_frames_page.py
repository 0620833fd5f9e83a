"""The table of what runs where, in docs/frames.md: every cell is run, and says what the reference says."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from smartrules.diagnostics import FrameError
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from tests.frames import KEY, Frames, expected, frame_of, members_of, told
from tests.rulesets import ruleset
from tests.test_columns import KINDS
from tests.test_docs import ROOT, bare, cells

#: What frames decide they decide outside Python, the same on every one.
pytestmark = pytest.mark.once

#: The columns of the table, and the kinds of frames behind each.
COLUMNS = {
    "Polars": ["polars", "polars-lazy"],
    "pandas": ["pandas", "pandas-arrow"],
    "PyArrow": ["pyarrow"],
    "DuckDB": ["duckdb"],
    "Dask": ["dask"],
    "Spark": [],  # in test_columns_spark.py
}

FACTS = """\
tiers:
  basic: {rule: "TIER"}
facts:
  households: {count: household, min: 1}
  gigabit: {count: household, at_most: households}
  area: {quantity: km^2, step: 0.01, max: 100}
  green_area: {quantity: m^2}
  loss: {share: "%", max: 100 %}
  gated: {kind: flag}
  services: {set: {meals: , bathing: , cleaning: }}
  water: {choice: {river: , lake: , none: }}
  opened: {kind: date}
collections:
  buildings:
    each: building
    facts:
      storeys: {count: storey, min: 1}
      lit: {kind: flag}
      lift_age: {quantity: year}
      heated: {quantity: m^2}
      lived_in: {quantity: m^2}
  quarters: {each: quarter, facts: {closed: {kind: flag}}}
indicators:
RULES
  wired: {points: 10 points, require: {basic: gigabit / households >= 70 %}}
  gate: {points: 10 points, require: {basic: gated}}
"""

_MEMBERS = {
    "buildings": [
        {"storeys": 6, "lit": True, "lift_age": "12 year", "heated": "90 m^2", "lived_in": "100 m^2"},
        {"storeys": 31, "lit": None, "lift_age": None, "heated": "80 m^2", "lived_in": "70 m^2"},
    ],
    "quarters": [{"closed": True}, {"closed": None}],
}

COMMUNITIES: list[dict[str, Any]] = [
    {
        "on": "2023-01-01",
        "facts": {
            "households": 1000,
            "gigabit": 700,
            "area": "6.3 km^2",
            "green_area": "3000000 m^2",
            "loss": "4 %",
            "gated": True,
            "services": ["meals", "bathing"],
            "water": "river",
            "opened": "2022-01-01",
        },
        "collections": _MEMBERS,
    },
    {
        "on": "2023-01-01",
        "facts": {
            "households": 10_000,
            "gigabit": 6999,
            "area": "4.99 km^2",
            "green_area": "2600000 m^2",
            "loss": "50 %",
            "gated": False,
            "services": [],
            "water": "none",
            "opened": "2021-11-01",
        },
        "collections": {"buildings": [{"storeys": 20, "lit": False}], "quarters": []},
    },
    {"on": "2023-01-01", "facts": {"households": 3}},
]


def rows() -> list[list[str]]:
    """Return the rows of the table: what a rule is, an example, and each cell."""
    text = (ROOT / "docs" / "frames.md").read_text("utf-8").partition("\n## What runs where\n")[2]
    found = [cells(line) for line in text.splitlines() if line.startswith("|")]
    assert found[0] == ["a rule", "for example", "`assess`, `outcomes`", *COLUMNS]
    return found[2:]


@cache
def of_rules(*rules: str) -> tuple[Ruleset, list[Facts]]:
    """Return a ruleset with some rules, of a tier where they ask indicators, and communities with their facts."""
    tiers = [rule for rule in rules if "indicators" in rule] or ["every indicator: met"]
    own = [rule for rule in rules if rule not in tiers] or ["gated"]
    indicators = (
        f'  rule{place}: {{points: 10 points, require: {{basic: "{rule}"}}}}' for place, rule in enumerate(own)
    )
    made = ruleset(FACTS.replace("TIER", *tiers).replace("RULES", "\n".join(indicators)))
    return made, [made.facts(community) for community in COMMUNITIES]


def says(frames: Frames, *rules: str) -> str:
    """Return what a cell of the table says: ``yes``, or the code with which the rules are refused."""
    made, communities = of_rules(*rules)
    members = {name: frames.members(one) for name, one in members_of(made, communities).items()}
    frame = frames.made(frame_of(made, communities))
    try:
        checked = made.frame(frame, key=KEY, collections=members)
        result = frames.back(made.assess_frame(checked))
    except FrameError as error:
        return ", ".join(one.code for one in error.diagnostics)
    assert told(result, made) == expected(made, communities)
    return "yes"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_the_reference_decides_and_so_does_what_is_compiled(row: list[str]) -> None:
    assert row[2] == "yes"
    made, communities = of_rules(bare(row[1]))
    for facts in communities:
        assert made.outcomes(facts) == made.assess(facts).outcomes()
    outcomes = {made.assess(facts).outcomes()["basic"]["rule0"] for facts in communities}
    tiers = {made.assess(facts).tiers[0].outcome for facts in communities}
    assert len(outcomes | tiers) > 1, "the example tells communities apart"


@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_says_what_frames_do(kind: str) -> None:
    (place,) = (place for place, kinds in enumerate(COLUMNS.values()) if kind in kinds)
    wanted = {row[1]: row[3 + place] for row in rows()}
    assert {rule: says(KINDS[kind](), bare(rule)) for rule in wanted} == wanted
