"""The gigabit-city ruleset against the published rows, as the notice of 2022-12-18 prints them."""

from __future__ import annotations

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.assessment import Basis
from smartrules.reports.requirement import about
from tests.rulesets import ROOT

GIGABIT = ROOT / "rulesets" / "gigabit-city" / "2022"
RULESET = catalog.load_file(GIGABIT / "ruleset.yaml")

#: City: stations per 10 000 persons, and the shares of 5G users, of 10G-PON ports and of users at 500 Mbit/s and over.
PUBLISHED = {
    "北京": ("33.2", "36", "36", "30"),
    "天津": ("25.3", "35", "83", "41"),
    "张家口": ("13.8", "27", "48", "37"),
    "雄安": ("26.0", "31", "78", "31"),
    "太原": ("20.9", "36", "39", "29"),
    "大同": ("16.2", "31", "30", "27"),
    "呼和浩特": ("19.5", "42", "52", "35"),
    "包头": ("21.0", "43", "25", "29"),
}

#: How far each is from its threshold: 12 stations, and 25 % three times.
MARGINS = {
    "北京": ("21.2", "11", "11", "5"),
    "天津": ("13.3", "10", "58", "16"),
    "张家口": ("1.8", "2", "23", "12"),
    "雄安": ("14", "6", "53", "6"),
    "太原": ("8.9", "11", "14", "4"),
    "大同": ("4.2", "6", "5", "2"),
    "呼和浩特": ("7.5", "17", "27", "10"),
    "包头": ("9", "18", "0", "4"),
}


@pytest.mark.parametrize("city", PUBLISHED)
def test_what_is_published_of_a_city_is_met_and_what_is_not_is_undetermined(city: str) -> None:
    stations, users, ports, fast = PUBLISHED[city]
    stated = {
        "stations_per_10k": f"{stations} 个/万人",
        "share_5g": f"{users} %",
        "pon_share": f"{ports} %",
        "share_500m": f"{fast} %",
    }
    assessed = RULESET.assess({"community": city, "stated": stated})
    found = assessed["certified"]
    assert (assessed.tier, found.outcome) == (None, sr.Outcome.UNDETERMINED)
    published = [found[name] for name in ("base_stations", "users_5g", "pon_ports", "fast_users")]
    assert {(finding.outcome, finding.basis) for finding in published} == {(sr.Outcome.MET, Basis.STATED)}
    far, *shares = MARGINS[city]
    assert [str(finding.margin) for finding in published] == [
        f"{far} stations/10,000 persons",
        *(f"{share} %" for share in shares),
    ]
    assert {name: finding.missing for name, finding in found.items() if finding not in published} == {
        "household_coverage": ("households", "gigabit_households"),
        "key_places": ("key_places", "key_places_reached"),
    }


def test_a_city_exactly_on_the_threshold_is_met_with_nothing_to_spare() -> None:
    finding = RULESET.assess(GIGABIT / "examples" / "baotou.yaml")["certified"]["pon_ports"]
    assert (finding.outcome, finding.margin and finding.margin.number) == (sr.Outcome.MET, 0)
    assert finding.explain("en") == (
        "10G-PON share of ports: met\n"
        "  source: 千兆城市; 一般常识、未核实 / general knowledge, not verified\n"
        "  10G-PON share of ports is at least 25 %: met (exactly on the threshold)\n"
        "    10G-PON share of ports = 25 % (a stated figure, without its counts)"
    )


def test_that_a_city_is_certified_is_a_claim_and_decides_nothing() -> None:
    facts = RULESET.facts(GIGABIT / "examples" / "baotou.yaml")
    assert facts.claims == dict.fromkeys((i.id for i in RULESET.edition.indicators), sr.Outcome.MET)
    outcomes = RULESET.assess(facts)["certified"]
    assert outcomes["household_coverage"].outcome is outcomes["key_places"].outcome is sr.Outcome.UNDETERMINED


def test_capability_may_exceed_the_households_and_no_other_part_its_whole() -> None:
    found = RULESET.assess({"households": 100, "gigabit_households": 130})["certified"]["household_coverage"]
    assert (found.outcome, str(found.margin)) == (sr.Outcome.MET, "50 %")
    whole_of = {fact.id: fact.at_most for fact in RULESET.edition.facts if fact.at_most is not None}
    assert whole_of == {
        "ports_10g_pon": "ports",
        "key_places_reached": "key_places",
        "users_500m": "broadband_users",
        "users_5g": "mobile_users",
    }
    for part, whole in whole_of.items():
        with pytest.raises(sr.FactsError, match="SR505"):
            RULESET.facts({whole: 10, part: 11})


def test_every_threshold_says_how_sure_it_is() -> None:
    seen, general = "所见 / seen", "一般常识、未核实 / general knowledge, not verified"
    marks = {
        i.id: found.mark for i in RULESET.edition.indicators if (found := RULESET.edition.source_of(i.id)) is not None
    }
    assert marks == {
        "household_coverage": seen,
        "base_stations": seen,
        "pon_ports": general,
        "key_places": general,
        "fast_users": general,
        "users_5g": general,
    }
    for name in ("household_coverage", "base_stations"):
        found = RULESET.edition.source_of(name)
        assert found is not None
        assert found.note is not None
        assert "as the city criterion general knowledge, not verified" in found.note


def test_a_rate_by_ten_thousand_persons_is_said_in_both_languages() -> None:
    indicator = RULESET.indicator("base_stations")
    chinese, english = about(RULESET.edition, indicator, "zh"), about(RULESET.edition, indicator, "en")
    assert chinese[3:] == [
        "  千兆城市 (certified)：每万人拥有5G基站数不少于12个/万人",
        "    stations_per_10k >= 12 stations/wan_person",
        "  测算 stations_per_10k [个/万人]：每万人拥有5G基站数 = 5G基站数 ÷ 人口数",
        "  事实 population [不可改变的数量 人]：人口数（是常住人口还是户籍人口，所见资料未载明）",
        "  事实 base_stations_5g [数量 个]：5G基站数",
    ]
    assert english[3] == (
        "  Gigabit city (certified): number of 5G base stations per 10 000 people is at least 12 stations/10,000 persons"
    )
