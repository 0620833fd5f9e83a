"""Every engine says what the reference says, over random rules and random facts."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rulesets import ruleset

FACTS = """\
facts:
  a: {kind: flag}
  b: {kind: flag}
  part: {count: household}
  whole: {count: household}
  most: {count: household, min: 1}
  area: {quantity: km^2}
  change: {quantity: km^2, min: -5}
  share: {share: "%", max: 100 %}
  services: {set: {meals: , bathing: , cleaning: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
  closed: {kind: date}
  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}
collections:
  buildings: {each: building, facts: {storeys: {count: storey, max: 9}, safe: {kind: flag}}}
measures:
  coverage: {value: part / whole, unit: "%"}
  sure: {value: part / most, unit: "%"}
  density: {value: whole / area, unit: household/km^2}
  turned: {value: area / change, unit: "%"}
  nested: {value: "(part / whole + whole / most) * 50 %", unit: "%"}
  stepped: {value: "round(part / whole, 10 %)", unit: "%"}
  graded: {value: "first of (a then 1 point, share >= 50 % then 2 points, otherwise 3 points)", unit: point}
  mixed: {value: "first of (coverage >= 50 % then 1 point, otherwise 2 points)", unit: point}
  lined: {value: "interpolate(share, 20 % then 0 points, 80 % then 6 points)", unit: point}
  took: {value: closed - opened, unit: day}
"""
_SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
_DENOMINATORS = st.sampled_from(["part", "whole", "most", "(part - whole)", "(whole + part)", "(whole * 0)", "(-part)"])
_HOUSEHOLDS = st.recursive(
    st.sampled_from(["part", "whole", "most", "1 household", "2 households", "0 households"]),
    lambda below: st.one_of(
        st.builds(lambda x, sign, y: f"({x} {sign} {y})", below, st.sampled_from("+-"), below),
        st.builds(lambda x: f"-({x})", below),
        st.builds(lambda x, k: f"({x} * {k})", below, st.sampled_from(["2", "50 %", "0.3", "0"])),
        st.builds(lambda x, y, z: f"({x} * {y} / {z})", below, below, _DENOMINATORS),
        st.builds(lambda x: f"truncate({x}, 2 households)", below),
    ),
    max_leaves=4,
)
_SHARES = st.one_of(
    st.sampled_from(["coverage", "sure", "turned", "nested", "stepped", "share", "50 %", "100 %", "0 %"]),
    st.builds(lambda x, y: f"({x}) / {y}", _HOUSEHOLDS, _DENOMINATORS),
    st.builds(lambda x, y: f"(({x}) / {y} - coverage)", _HOUSEHOLDS, _DENOMINATORS),
)
_POINTS = st.sampled_from(["graded", "mixed", "lined", "1 point", "2 points", "graded + lined", "graded * coverage"])


def _compared(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda x, sign, y: f"{x} {sign} {y}", numbers, _SIGNS, numbers),
        st.builds(
            lambda x, low, y, high, z: f"{x} {low} {y} {high} {z}",
            numbers,
            st.sampled_from(["<", "<="]),
            numbers,
            st.sampled_from(["<", "<="]),
            numbers,
        ),
    )


_STATEMENTS = st.one_of(
    _compared(_HOUSEHOLDS),
    _compared(_SHARES),
    _compared(_POINTS),
    _compared(
        st.sampled_from(["opened", "closed", "opened + 5 days", "today", "2022-01-31 + 1 month", "closed - 1 year"])
    ),
    st.builds(lambda x, sign: f"took {sign} {x}", st.sampled_from(["5 days", "0 days", "1 week"]), _SIGNS),
    st.sampled_from(
        [
            "a",
            "b",
            "density >= 2 household/km^2",
            "count(services) >= 2 kinds",
            "services includes all of (meals, bathing)",
            "services includes at least 2 of (meals, bathing, cleaning)",
            "water is river",
            "water is not river",
            "advise(a)",
            "unknown",
            "reported(coverage)",
            "reported(a)",
            "tall >= 1 building",
            "(every building: safe)",
            "share(buildings, safe) >= 50 %",
        ]
    ),
)


def _joined(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(below, min_size=1, max_size=4)
    return st.one_of(
        several.map(lambda parts: f"all of ({', '.join(parts)})"),
        several.map(lambda parts: f"any of ({', '.join(parts)})"),
        st.builds(
            lambda k, parts: f"at least {min(k, len(parts))} of ({', '.join(parts)})", st.integers(1, 4), several
        ),
        below.map(lambda part: f"not ({part})"),
        st.builds(lambda part, condition: f"(({part}) when ({condition}))", below, below),
    )


RULES = st.recursive(_STATEMENTS, _joined, max_leaves=6)
_COUNT = st.integers(0, 4)
_AREA = st.sampled_from(["0 km^2", "1 km^2", "2.5 km^2", "1 公顷"])
_DAY = st.sampled_from(["2022-01-31", "2022-02-28", "2023-02-28", "0001-01-01", "9999-12-31"])
DOCUMENTS = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "a": st.booleans(),
                "b": st.booleans(),
                "part": _COUNT,
                "whole": _COUNT,
                "most": st.integers(1, 4),
                "area": _AREA,
                "change": st.sampled_from(["-2 km^2", "0 km^2", "2 km^2"]),
                "share": st.sampled_from(["0 %", "50 %", "33.3 %", "100 %"]),
                "services": st.lists(st.sampled_from(["meals", "bathing", "cleaning"]), unique=True),
                "water": st.sampled_from(["river", "lake"]),
                "opened": _DAY,
                "closed": _DAY,
            },
        ),
        "stated": st.fixed_dictionaries(
            {},
            optional={
                "coverage": st.sampled_from(["50 %", "66.6 %"]),
                "turned": st.sampled_from(["50 %", "100 %"]),
                "graded": st.just("2 points"),
                "mixed": st.just("1 point"),
                "took": st.just("5 days"),
            },
        ),
    },
    optional={
        "not_reported": st.lists(st.sampled_from(["coverage", "part", "share"]), max_size=1),
        "on": _DAY,
        "collections": st.fixed_dictionaries(
            {
                "buildings": st.lists(
                    st.fixed_dictionaries({}, optional={"storeys": _COUNT, "safe": st.booleans()}), max_size=3
                )
            }
        ),
    },
)


@settings(max_examples=100, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=4), st.none() | RULES, st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_compiled_is_the_reference(rules: list[str], applies: str | None, documents: list[dict[str, Any]]) -> None:
    condition = "" if applies is None else f'applies: "{applies}", '
    indicators = "".join(f'  it{i}: {{{condition}require: {{basic: "{rule}"}}}}\n' for i, rule in enumerate(rules))
    made = ruleset(f"{FACTS}indicators:\n{indicators}")
    for document in documents:
        given = {**document["facts"], **document["stated"]}
        document["not_reported"] = [name for name in document.get("not_reported", []) if name not in given]
        facts = made.facts(document)
        assert made.outcomes(facts) == made.assess(facts).outcomes(), (rules, applies, document)
