"""What is doubtful in a ruleset: what keeps a number from having no value, and which of two rules asks for less."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.analysis.lint import lint
from smartrules.analysis.strictness import eased
from smartrules.diagnostics import Text
from smartrules.documents.ruleset import read_ruleset
from smartrules.engines.exact import judge
from smartrules.expr.nodes import Expr
from smartrules.expr.parse import parse
from smartrules.outcome import MET, UNDETERMINED
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

HEAD = """\
standard: quarters
edition: "1"
tiers: {basic: {}, good: {}}
source: {document: it}
facts:
  lamps: {count: device}
  lamps_led: {count: device, at_most: lamps}
  calm: {kind: flag}
  lit: {kind: flag}
  green: {kind: flag}
  ph: {share: "%"}
  services: {set: {a: , b: , c: , d: }}
  water: {choice: {river: , lake: , none: }}
  opened: {kind: date}
  gated_quarters: {count: quarter, from: count(quarters where gated)}
collections:
  quarters:
    each: quarter
    facts: {gated: {kind: flag}, guarded: {kind: flag}, shops: {count: shop}, open_shops: {count: shop}}
"""


def edition(rule: str, applies: str = "calm", measures: str = "") -> Edition:
    text = f"{HEAD}measures: {{spare: {{value: lamps, unit: device}}{measures}}}\n"
    return read_ruleset(f"{text}indicators: {{it: {{applies: '{applies}', require: {{basic: '{rule}'}}}}}}\n")


def codes(rule: str, applies: str = "calm", measures: str = "") -> list[str]:
    found = lint(edition(rule, applies, measures), Text(None, ""))
    return sorted(one.code for one in found if one.code in ("SR451", "SR455"))


# --- numbers without a value ---------------------------------------------------------------------------------------

SHARE = "share(quarters where gated, guarded) >= 90 %"


@pytest.mark.parametrize(
    "function",
    [
        "share(quarters, gated)",
        "mean(quarters, shops) / 1 shop",
        "min(quarters, shops) / 1 shop",
        "max(quarters, shops) / 1 shop",
        "percentile(quarters, shops, 50 %) / 1 shop",
    ],
)
def test_a_function_of_no_members_has_no_value(function: str) -> None:
    rule = f"{function} >= 1"
    rule = rule + " %" if function.startswith("share") else rule
    assert codes(rule) == ["SR455"]
    assert codes(rule, "count(quarters) >= 1 quarter") == []
    found = Ruleset(edition(rule), "").assess({"facts": {"calm": True}, "collections": {"quarters": []}})
    assert found["basic"]["it"].outcome is UNDETERMINED


@pytest.mark.parametrize("function", ["count(quarters where gated) >= 1 quarter", "sum(quarters, shops) >= 1 shop"])
def test_a_count_and_a_sum_of_no_members_are_zero(function: str) -> None:
    assert codes(function) == []


@pytest.mark.parametrize(
    ("applies", "guards"),
    [
        ("count(quarters where gated) >= 1 quarter", True),
        ("count(quarter where gated) > 0 quarters", True),
        ("count(quarters where gated) = 3 quarters", True),
        ("1 quarter <= count(quarters where gated)", True),
        ("1 quarter <= count(quarters where gated) <= 9 quarters", True),
        ("count(quarters where gated and guarded) >= 1 quarter", True),
        ("some quarter where guarded: gated", True),
        ("some quarter: gated", True),
        ("calm and some quarter: gated", True),
        ("gated_quarters >= 1 quarter", True),
        ("count(quarters where gated) >= 0 quarters", False),
        ("count(quarters where gated) <= 3 quarters", False),
        ("count(quarters where guarded) >= 1 quarter", False),
        ("count(quarters) >= 1 quarter", False),
        ("every quarter: gated", False),  # of no quarters it is not applicable, and so is the indicator
        ("not (count(quarters where gated) >= 1 quarter)", False),
        ("calm or some quarter: gated", False),
    ],
)
def test_a_condition_guards_a_function_where_it_finds_a_member(applies: str, guards: bool) -> None:
    if " or some" in applies:
        applies = "any of (calm, some quarter: gated)"
    if applies == "calm and some quarter: gated":
        applies = "all of (calm, some quarter: gated)"
    assert codes(SHARE, applies) == ([] if guards else ["SR455"])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (f"{SHARE} when gated_quarters >= 1 quarter", []),
        (f"all of ({SHARE}, gated_quarters >= 1 quarter)", []),
        (f"any of ({SHARE}, gated_quarters >= 1 quarter)", ["SR455"]),
        ("lamps_led / lamps >= 80 % when lamps > 0 devices", []),
        ("lamps >= 1 device and lamps_led / lamps >= 80 %", []),
        ("lamps_led / lamps >= 80 %", ["SR451"]),
        ("lamps_led / (lamps + lamps_led) >= 10 %", ["SR451"]),
        ("lamps_led / (lamps + lamps_led) >= 10 % when lamps + lamps_led > 0 devices", []),
        ("mean(quarters where shops >= 1 shop, open_shops / shops) >= 10 % when some quarter: shops >= 1 shop", None),
        (
            "all of (some quarter: shops >= 1 shop, mean(quarters where shops >= 1 shop, open_shops / shops) >= 10 %)",
            [],
        ),
        ("all of (count(quarters) >= 1 quarter, mean(quarters, open_shops / shops) >= 10 %)", ["SR451"]),
        ("every quarter where shops >= 1 shop: open_shops / shops >= 10 %", []),
        ("every quarter: open_shops / shops >= 10 %", ["SR451"]),
        ("led >= 80 %", ["SR451"]),
        ("led_known >= 80 %", []),
        ("led >= 80 % when lamps >= 1 device", []),
        ("count(services) >= 1 kind and lamps / count(services) >= 1 device/kind", []),
    ],
)
def test_a_condition_guards_where_it_stands(rule: str, found: list[str] | None) -> None:
    measures = (
        ', led: {value: lamps_led / lamps, unit: "%"}'
        ', led_known: {value: lamps_led / lamps, unit: "%", when_zero: undetermined}'
    )
    if found is None:  # a quantifier stands in parentheses behind `when`
        rule, found = (
            rule.replace(
                "when some quarter: shops >= 1 shop", "when count(quarters where shops >= 1 shop) >= 1 quarter"
            ),
            [],
        )
    assert codes(rule, measures=measures) == found


# --- which rule asks for less --------------------------------------------------------------------------------------


def is_eased(below: str, above: str) -> bool:
    return bool(list(eased(parse(below), parse(above))))


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("ph >= 70 %", "ph >= 60 %"),
        ("ph > 70 %", "ph >= 70 %"),
        ("ph <= 70 %", "ph <= 80 %"),
        ("ph < 70 %", "ph <= 70 %"),
        ("70 % <= ph", "ph >= 60 %"),
        ("ph >= 0.7", "ph >= 60 %"),
        ("60 % <= ph <= 90 %", "50 % <= ph <= 90 %"),
        ("60 % <= ph < 90 %", "60 % <= ph <= 90 %"),
        ("60 % <= ph <= 90 %", "ph >= 60 %"),
        ("ph >= 60 % and calm", "ph >= 50 % and calm"),
        ("services includes all of (a, b)", "services includes a"),
        ("services includes all of (a, b)", "services includes any of (a, b)"),
        ("services includes at least 2 of (a, b, c)", "services includes at least 1 of (a, b, c)"),
        ("services includes at least 2 of (a, b, c)", "services includes at least 2 of (a, b, c, d)"),
        ("count(services) >= 3 kinds", "count(services) >= 2 kinds"),
        ("water is river", "water in (river, lake)"),
        ("all of (calm, lit)", "any of (calm, lit)"),
        ("all of (calm, lit, green)", "all of (calm, green)"),
        ("at least 2 of (calm, lit, green)", "any of (calm, lit, green)"),
        ("not (ph >= 70 %)", "not (ph >= 80 %)"),
        ("ph >= 70 % when calm", "ph >= 60 % when calm"),
        ("every quarter: shops >= 3 shops", "every quarter: shops >= 2 shops"),
        ("all of (calm, ph >= 70 %)", "all of (calm, ph >= 60 %)"),
    ],
)
def test_the_second_of_two_rules_asks_for_less(below: str, above: str) -> None:
    assert is_eased(below, above)
    assert not is_eased(above, below)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ph >= 70 %", "ph >= 70 %"),
        ("ph >= 70 %", "ph <= 60 %"),
        ("ph >= 70 %", "ph = 60 %"),
        ("60 % <= ph <= 90 %", "50 % <= ph <= 80 %"),
        ("60 % <= ph <= 90 %", "ph >= 70 %"),
        ("services includes a", "services includes b"),
        ("services includes all of (a, b)", "services includes all of (b, c)"),
        ("water is river", "water is lake"),
        ("all of (calm, lit)", "all of (calm, green)"),
        ("ph >= 70 % when calm", "ph >= 60 % when lit"),
        ("every quarter where gated: shops >= 3 shops", "every quarter: shops >= 2 shops"),
        ("every quarter: shops >= 3 shops", "some quarter: shops >= 2 shops"),
        ("all of (calm, advise(lit))", "calm"),
        ("all of (calm, advise(lit))", "all of (calm, calm)"),
    ],
)
def test_neither_of_two_rules_asks_for_less(one: str, other: str) -> None:
    assert not is_eased(one, other)
    assert not is_eased(other, one)


_FLAGS = ("calm", "lit", "green")
_MEMBERS = ("a", "b", "c", "d")


def _lists(names: tuple[str, ...], forms: tuple[str, ...]) -> st.SearchStrategy[str]:
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)
    return st.builds(
        lambda form, some: form.format(", ".join(some)) if len(some) > 1 else some[0], st.sampled_from(forms), chosen
    )


_OF_FLAGS = _lists(_FLAGS, ("all of ({})", "any of ({})", "at least 2 of ({})"))
_OF_MEMBERS = _lists(_MEMBERS, ("all of ({})", "any of ({})", "at least 2 of ({})")).map("services includes {}".format)
_OF_PH = st.one_of(
    st.builds("ph {} {} %".format, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 4)),
    st.builds(
        "{} % {} ph {} {} %".format,
        st.integers(0, 4),
        st.sampled_from(["<", "<="]),
        st.sampled_from(["<", "<="]),
        st.integers(0, 4),
    ),
)
_EVERYWHERE = edition("calm")
_FACTS = [
    {
        "calm": calm,
        "lit": lit,
        "green": green,
        "services": [m for m, has in zip(_MEMBERS, having, strict=True) if has],
        "ph": f"{ph} %",
    }
    for (calm, lit, green), having, ph in [
        *((flags, (True,) * 4, "1") for flags in product([True, False], repeat=3)),
        *(((True,) * 3, having, "1") for having in product([True, False], repeat=4)),
        *(((True,) * 3, (True,) * 4, ph) for ph in ("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5")),
    ]
]
_COMMUNITIES = [Ruleset(_EVERYWHERE, "").facts(facts) for facts in _FACTS]


def _fulfilled(rule: Expr) -> list[bool]:
    return [judge(rule, _EVERYWHERE, facts).result is MET for facts in _COMMUNITIES]


@given(st.sampled_from([_OF_FLAGS, _OF_MEMBERS, _OF_PH]).flatmap(lambda rules: st.tuples(rules, rules)))
def test_whatever_fulfils_the_stricter_rule_fulfils_the_easier_one(rules: tuple[str, str]) -> None:
    below, above = (parse(rule) for rule in rules)
    if (below, above) in eased(below, above):
        pairs = list(zip(_fulfilled(below), _fulfilled(above), strict=True))
        assert all(easy for strict, easy in pairs if strict)
