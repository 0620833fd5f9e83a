"""Ruleset documents → editions: the whole model of a document with everything in it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest

from smartrules.diagnostics import RulesetError, Span
from smartrules.documents.ruleset import read_ruleset
from smartrules.expr.nodes import When
from smartrules.expr.parse import parse
from smartrules.outcome import Outcome
from smartrules.standard import (
    Edition,
    FactDeclaration,
    Group,
    Indicator,
    Measure,
    Member,
    Requirement,
    Source,
    Standard,
    Tier,
    Title,
)
from smartrules.units import unit
from smartrules.values import Kind
from tests.rulesets import GREEN, ruleset, shandong


def test_a_document_becomes_its_edition() -> None:
    share = parse("solar_share >= 90 %")
    assert read_ruleset(GREEN) == Edition(
        standard=Standard("green-quarters", Title("绿色小区", "Green quarters"), ("绿字1号",)),
        id="2024",
        tiers=(Tier("basic", Title(zh="基础型")), Tier("best")),
        facts=(
            FactDeclaration("households", Kind.COUNT, unit("household"), title=Title(zh="户数"), minimum=1),
            FactDeclaration(
                "solar_households", Kind.COUNT, unit("household"), minimum=0, maximum=5000, at_most="households"
            ),
            # In root units: 0.01 square kilometres are 10,000 square metres.
            FactDeclaration("area", Kind.QUANTITY, unit("km^2"), minimum=0, step=10_000),
            FactDeclaration("gated", Kind.FLAG),
            FactDeclaration("services", Kind.SET, members=(Member("meals", Title(zh="助餐")), Member("bathing"))),
            FactDeclaration("water", Kind.CHOICE, members=(Member("river"), Member("lake"))),
            FactDeclaration("opened", Kind.DATE),
        ),
        measures=(
            Measure("density", parse("households / area"), unit("household/km^2")),
            Measure("solar_share", parse("solar_households / households"), unit("%"), zero_accepted=True),
        ),
        indicators=(
            Indicator(
                "solar",
                (
                    Requirement(
                        "basic",
                        parse(
                            "solar_share >= 70 % and 6 <= density * 1 km^2 / 1 household < 900 "
                            "and services includes all of (meals, bathing)"
                        ),
                    ),
                    Requirement("best", share, Source(page="3")),
                ),
                number="1",
                group="homes",
                title=Title(zh="光伏"),
                applies=parse("gated"),
                measures=("solar_share",),
                source=Source(clause="1"),
            ),
            Indicator("other", (Requirement("basic", parse("water is river or opened >= 2022-01-01 or not gated")),)),
        ),
        groups=(Group("homes", Title(zh="住宅")),),
        effective_from=date(2024, 1, 1),
        effective_until=date(2026, 12, 31),
        source=Source(document="绿字1号"),
    )


def test_the_whole_rule_of_an_indicator_asks_where_it_applies() -> None:
    edition = read_ruleset(GREEN)
    gated, best = parse("gated"), parse("solar_share >= 90 %")
    assert edition.rules("best")["solar"] == When(best, gated)
    assert edition.rules("best")["other"] == edition.rules("basic")["other"]


def test_the_parts_of_an_edition_are_found_by_their_ids() -> None:
    edition = read_ruleset(GREEN)
    assert edition.name == "green-quarters@2024"
    assert list(edition.tier_by_id) == ["basic", "best"]
    assert list(edition.fact_by_id) == [
        "households",
        "solar_households",
        "area",
        "gated",
        "services",
        "water",
        "opened",
    ]
    assert list(edition.measure_by_id) == ["density", "solar_share"]
    assert list(edition.indicator_by_id) == ["solar", "other"]
    assert list(edition.group_by_id) == ["homes"]


def test_the_facts_behind_an_expression_are_found_through_its_measures() -> None:
    edition = read_ruleset(GREEN)
    assert edition.facts_behind(parse("solar_share * density")) == ("households", "solar_households", "area")
    assert edition.facts_behind(parse("opened >= 2022-01-01 and gated")) == ("gated", "opened")
    assert edition.facts_behind(parse("1 < 2")) == ()


def test_the_titles_of_an_edition() -> None:
    edition = read_ruleset(GREEN)
    assert [edition.word(name, "zh") for name in ("households", "area", "nothing")] == ["户数", "area", "nothing"]
    # Where there is no English title the Chinese one says more than the id.
    assert [edition.word(name, "en") for name in ("households", "area")] == ["户数", "area"]
    assert [edition.member_word("services", m, "zh") for m in ("meals", "bathing", "x")] == ["助餐", "bathing", "x"]
    assert edition.member_word("nothing", "meals", "zh") == "meals"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("solar_share", "%"),
        ("households", "household"),
        ("5 ‰", "‰"),
        ("households / area", "household/m^2"),
        ("solar_households + households", "household"),
        ("households * 2", "household"),
        ("-area", "km^2"),
        ("count(services)", "kind"),
        ("solar_households / households", ""),
        ("density * area", "household"),
    ],
)
def test_an_expression_is_spoken_of_in_the_unit_of_its_first_name_that_fits(text: str, spoken: str) -> None:
    edition = read_ruleset(GREEN)
    assert str(edition.unit_of(parse(text))) == spoken
    assert edition.unit_of(parse(text)).dimension == edition.dimension_of(parse(text))


@pytest.mark.parametrize("text", ["gated", "services includes meals", "1 < 2", "not gated", "2022-01-01"])
def test_what_is_no_number_has_no_dimension(text: str) -> None:
    if text == "gated":
        assert read_ruleset(GREEN).dimension_of(parse(text)) == ()
    else:
        with pytest.raises(TypeError):
            read_ruleset(GREEN).dimension_of(parse(text))


def test_names_may_be_in_any_script() -> None:
    text = """
    facts: {社区家庭总数: {count: 户, min: 1}, 具备千兆接入能力的家庭数: {count: 户, at_most: 社区家庭总数}}
    indicators: {有线宽带网络: {require: {basic: 具备千兆接入能力的家庭数 / 社区家庭总数 >= 70 %}}}
    """
    assessed = ruleset(text).assess({"社区家庭总数": 3461, "具备千兆接入能力的家庭数": 2423})
    assert assessed.outcomes() == {"basic": {"有线宽带网络": "met"}}


def test_names_are_compared_in_their_compatibility_form() -> None:
    text = "facts: {ｆｌａｇ１: {kind: flag}}\nindicators: {it: {require: {basic: flag1 and ｆｌａｇ１}}}"
    small = ruleset(text)
    assert list(small.edition.fact_by_id) == ["flag1"]
    assert small.assess({"ｆｌａｇ１": True})["basic"].outcome == "met"


def test_bounds_are_exact_whatever_their_unit() -> None:
    text = """
    facts:
      area: {quantity: km^2, min: 1 亩, max: 100 公顷, step: 0.01}
      share: {share: ‰, max: 50 %}
    indicators: {it: {require: {basic: area >= 1 m^2 and share < 1 ‰}}}
    """
    area, share = ruleset(text).edition.facts
    assert (area.minimum, area.maximum, area.step) == (Fraction(2000, 3), 1_000_000, 10_000)
    assert (share.minimum, share.maximum, share.step) == (0, Fraction(1, 2), None)


def test_every_part_of_a_document_stands_where_it_is_written() -> None:
    edition = read_ruleset(GREEN)
    lines = GREEN.split("\n")

    def written(at: Span | None) -> str:
        assert at is not None
        return lines[at.line - 1][at.column - 1 : at.column - 1 + at.width]

    for parts in (edition.tiers, edition.groups, edition.facts, edition.measures, edition.indicators):
        for part in parts:
            assert written(part.at) == part.id
    solar = edition.indicators[0]
    assert [written(requirement.at) for requirement in solar.requirements] == ["basic", "best"]
    assert solar.applies is not None
    assert written(solar.applies.at) == "gated"
    assert written(solar.requirements[1].rule.at) == "solar_share >= 90 %"
    assert written(edition.measures[0].value.at) == "households / area"


def test_all_faults_of_a_document_are_named_in_its_order() -> None:
    text = (
        GREEN.replace("min: 1,", "min: one,")
        .replace("{kind: flag}", "{kind: flog}")
        .replace(">= 70 %", ">= 70 cameras")
        .replace("water is river", "water is ocean")
    )
    with pytest.raises(RulesetError) as caught:
        read_ruleset(text, "green.yaml")
    found = [(d.code, d.at.line if d.at else None, d.file) for d in caught.value.diagnostics]
    assert found == [
        ("SR207", 13, "green.yaml"),
        ("SR111", 16, "green.yaml"),
        ("SR301", 31, "green.yaml"),
        ("SR304", 36, "green.yaml"),
    ]


def test_editions_are_immutable_equal_and_hashable() -> None:
    one, other = read_ruleset(GREEN), read_ruleset("# moved\n" + GREEN)
    assert one == other
    assert hash(one) == hash(other)
    assert hash(shandong().edition) == hash(shandong().edition)
    for part in (one, one.standard, one.tiers[0], one.facts[0], one.measures[0], one.indicators[0], one.groups[0]):
        for field in attrs.fields(type(part)):
            with pytest.raises(AttributeError):
                setattr(part, field.name, None)


@pytest.mark.parametrize(
    ("collection", "word"),
    [("sections", "section"), ("facilities_nearby", "facilities_nearby"), ("embassies", "embassy")],
)
def test_a_collection_is_named_by_its_id_in_the_singular_too(collection: str, word: str) -> None:
    made = ruleset(
        f"""
        facts: {{gated: {{kind: flag}}}}
        collections:
          {collection}: {{each: item, facts: {{safe: {{kind: flag}}}}}}
          others: {{each: item, facts: {{dry: {{kind: flag}}}}}}
        indicators: {{it: {{require: {{basic: "gated and (every {word}: safe)"}}}}}}
        """
    )
    found = made.outcomes({"facts": {"gated": True}, "collections": {collection: [{"safe": True}]}})
    assert found["basic"]["it"] is Outcome.MET


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("dyke", "dykes"),
        ("embankment section", "embankment sections"),
        ("ferry", "ferries"),
        ("quay", "quays"),
        ("church", "churches"),
        ("lost items", "lost items"),
        ("堤段", "堤段"),
    ],
)
def test_the_title_of_a_collection_in_the_plural(title: str, many: str) -> None:
    made = ruleset(
        f"""
        facts: {{gated: {{kind: flag}}}}
        collections: {{things: {{each: item, title: {title}, facts: {{safe: {{kind: flag}}}}}}}}
        indicators: {{it: {{require: {{basic: gated}}}}}}
        """
    )
    assert made.edition.members_word("things") == many
