"""What plots show: literally for the seed's standard, and a law for every standard: a mark stands where its outcome says."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules import catalog
from smartrules.assessment import Assessment, Finding
from smartrules.expr.nodes import AtLeast
from smartrules.outcome import MET, NOT_MET, Outcome, negation
from smartrules.reports.dossiers.plots import Plot, Plots, Reason, Role, described
from smartrules.reports.dossiers.reading import plots_of, plots_of_finding, plots_of_tier
from smartrules.ruleset import Ruleset
from smartrules.testing import boundaries_from, facts_from, rulesets
from tests.rulesets import QILI, SHANDONG, rule, ruleset

SHIPPED = [catalog.load(entry.name) for entry in catalog.entries() if "/docs/" not in str(entry.path)]
STANDARD = catalog.load(str(SHANDONG / "ruleset.yaml"))


@pytest.fixture(scope="module")
def qili() -> Assessment:
    return STANDARD.assess(QILI)


def _line(plot: Plot) -> str:
    """Return a plot as one line: what for, its title, its limits and marks, its scale."""
    limits = ", ".join(limit.sign("zh") for limit in plot.limits)
    marks = "; ".join(
        f"{mark.text.zh} {mark.outcome} {mark.margin and mark.margin.difference_text('zh')}" for mark in plot.marks
    )
    stated = " 填报" if any(mark.stated for mark in plot.marks) else ""
    return f"{plot.role} {plot.title.zh} {limits} | {marks}{stated} | {plot.ends[0].zh}–{plot.ends[1].zh}"


#: From the standard's text and the report: what each indicator measures, requires and has.
OF_QILI = {
    "1": ["required 家庭千兆光纤网络覆盖率 ≥ 70% | 100% met 30个百分点 | 0–100%"],
    "2": ["required 5G网络覆盖率 ≥ 80% | 100% met 20个百分点 | 0–100%"],
    "3": ["required 广播电视覆盖率 ≥ 70% | 100% met 30个百分点 | 0–100%"],
    "4": [
        "required 重点部位视频监控覆盖率 ≥ 90% | 90% met 0个百分点 填报 | 0–100%",
        "required 视频监控联网率 ≥ 90% | 90% met 0个百分点 填报 | 0–100%",
        "required 摄像机完好率 ≥ 90% | 90% met 0个百分点 填报 | 0–100%",
        "required 公共视频资源出图率 ≥ 80% | 90% met 10个百分点 填报 | 0–100%",
        "required 摄像机编码、名称、行政区划、经纬度合规率 ≥ 90% | 100% met 10个百分点 填报 | 0–100%",
    ],
    "5": [
        "applies 有电动自行车的小区数 ≥ 1个小区 | 4个小区 met 3个小区 | 0–5个小区",
        "required 电动自行车智能充电设施覆盖率 ≥ 100% | 100% met 0个百分点 | 0–100%",
    ],
    "6": ["required 智慧应用场景的种数 ≥ 3种 | 未知 undetermined None | 0–22种"],
    "7": ["required 一站式政务服务渠道的种数 ≥ 1种 | 4种 met 3种 | 0–4种"],
    "8": [
        "applies 60岁及以上常住人口占比 > 30% | 20% not_met -10个百分点 填报 | 0–100%",
        "required 养老服务的种数 ≥ 2种 |  | 0–7种",
    ],
    "9": ["required 智慧便民设施的种数 ≥ 1种 | 4种 met 3种 | 0–5种"],
    "10": ["required 可在线缴纳的费用 ≥ 5种 | 5/5 met None | 0–5种"],
    "11": ["required 社区警务功能 ≥ 4种 | 4/4 met None | 0–4种"],
    "12": [
        "applies 封闭式小区数 ≥ 1个小区 | 4个小区 met 3个小区 | 0–5个小区",
        "required 封闭式小区智能出入管理覆盖率 ≥ 100% | 100% met 0个百分点 | 0–100%",
    ],
    "13": [
        "applies 封闭式小区数 ≥ 1个小区 | 4个小区 met 3个小区 | 0–5个小区",
        "required 封闭式小区周界入侵报警覆盖率 ≥ 100% | 100% met 0个百分点 | 0–100%",
    ],
    "14": [
        "applies 19层及以上住宅楼数 ≥ 1栋 | 未知 undetermined None | 0–2栋",
        "required 19层及以上住宅楼高空抛物监测覆盖率 ≥ 100% | 未知 undetermined None | 0–100%",
    ],
    "15": ["required 具备电动自行车进电梯识别报警的小区占比 ≥ 50% | 60% met 10个百分点 填报 | 0–100%"],
    "16": ["required 住宅楼公共区域火灾自动报警覆盖率 ≥ 100% | 100% met 0个百分点 填报 | 0–100%"],
    "17": [],
    "18": ["required 线上线下同步公开的事务 ≥ 3种 | 3/3 met None | 0–3种"],
    "19": ["required 纳入管理的疫情防控信息 ≥ 3种 | 3/3 met None | 0–3种"],
    "20": ["required 宣传普及活动频次 ≥ 1次/年 | 4次/年 met 3次/年 | 0–5次/年"],
    "21": ["required 实行分级授权的人员 ≥ 3种 | 3/3 met None | 0–3种"],
    "22": ["required 创新应用场景数 ≥ 1项 | 1项 met 0项 | 0–2项"],
}


def test_the_thresholds_of_the_seed_and_where_qili_stands(qili: Assessment) -> None:
    found = {f.indicator.number: [_line(plot) for plot in plots_of_finding(f).plots] for f in qili["basic"].values()}
    assert found == OF_QILI


def test_wired_broadband_told_to_who_does_not_see_it(qili: Assessment) -> None:
    (plot,) = plots_of_finding(qili["basic"]["wired_broadband"]).plots
    assert described(plot, "zh") == "家庭千兆光纤网络覆盖率不低于70%；当前值100%，达标，优于阈值30个百分点"
    assert described(plot, "en") == (
        "gigabit-fibre household coverage is at least 70 %; value: 100 %, met, 30 percentage points better than the threshold"
    )
    assert plot.better == "more"
    assert (plot.limits[0].at, plot.marks[0].value, plot.scale.low, plot.scale.high) == (70, 100, 0, 100)


def test_a_condition_is_told_as_one(qili: Assessment) -> None:
    share, services = plots_of_finding(qili["basic"]["elderly_care"]).plots
    assert described(share, "zh") == (
        "60岁及以上常住人口占比高于30%；当前值20%，不成立，距界限10个百分点，据填报的比率，无分项数据"
    )
    assert described(services, "en") == "at least 2 kinds of elderly-care services; not asked"


# --- every threshold of what is shipped ----------------------------------------------------------------------------

#: The parts of the shipped rules without a plot, by their reasons; everything else has one.
WITHOUT = {
    "complete-community@trial": {Reason.FLAG: 2, Reason.CHOICE: 2},
    "example-city-smart-community@2023": {Reason.FLAG: 11},
    "gigabit-city@2022": {},
    "shandong-smart-community@2022": {Reason.FLAG: 11},
    "u4ssc-kpi@2022": {Reason.REPORTED: 37, Reason.NOT_TO_HAND: 16},
}


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.name)
def test_every_part_of_a_shipped_rule_has_a_plot_or_a_reason(one: Ruleset) -> None:
    edition = one.edition
    without = Counter[Reason]()
    for indicator in edition.indicators:
        rules = [part.rule for part in indicator.requirements]
        rules += [part for part in (indicator.applies, indicator.points and indicator.points.value) if part is not None]
        for read in rules:
            without.update(part.reason for part in plots_of(read, edition).without)
    assert without == WITHOUT[one.name]


# --- the law ---------------------------------------------------------------------------------------------------------


def _all(assessment: Assessment) -> list[Plots]:
    found = [plots_of_finding(finding) for tier in assessment.tiers for finding in tier.values()]
    return [*found, *(plots_of_tier(tier) for tier in assessment.tiers)]


def _holds(assessment: Assessment) -> None:
    """Check that each mark stands in what is accepted exactly where its outcome says so, and on the scale or beyond it."""
    for plot in (plot for plots in _all(assessment) for plot in plots.plots):
        assert plot.scale.low < plot.scale.high
        assert described(plot, "zh")
        for mark in plot.marks:
            known = mark.value is not None and all(limit.at is not None for limit in plot.limits)
            if known and plot.role is not Role.BANDS and not isinstance(plot.node, AtLeast):
                assert mark.outcome in (MET, NOT_MET)
                assert any(zone.holds(mark.value) for zone in plot.zones) is (mark.outcome is MET)
            if known and plot.role is Role.BANDS:
                assert sum(zone.holds(mark.value) for zone in plot.zones) == 1


@pytest.mark.once
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_marks_of_shipped_standards_stand_where_their_outcomes_say(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SHIPPED))
    _holds(one.assess(data.draw(facts_from(one))))


@pytest.mark.once
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_marks_of_any_standard_stand_where_their_outcomes_say(data: st.DataObject) -> None:
    one = data.draw(rulesets())
    _holds(one.assess(data.draw(facts_from(one))))


@pytest.mark.once
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_marks_beside_every_threshold_stand_where_their_outcomes_say(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SHIPPED))
    _holds(one.assess(data.draw(boundaries_from(one)).facts))


# --- kinds of thresholds ---------------------------------------------------------------------------------------------


def _plots(require: str, facts: str, **known: object) -> tuple[Plot, ...]:
    one = rule(require, facts)
    assessment = one.assess(known)
    (finding,) = list(assessment.tiers[0].values())
    assert isinstance(finding, Finding)
    return plots_of_finding(finding).plots


def test_a_range_has_two_limits_and_neither_side_is_better() -> None:
    (plot,) = _plots("6.5 m <= level < 9 m", "level: {quantity: m}", level="7.7 m")
    assert [limit.sign("en") for limit in plot.limits] == ["≥ 6.5 m", "< 9 m"]
    assert _line(plot) == "required level ≥ 6.5米, < 9米 | 7.7米 met 1.2米 | 0–12米"
    assert plot.better is None


def test_a_range_far_from_nothing_is_drawn_from_near_its_limits() -> None:
    (plot,) = _plots("2000 m <= level <= 2010 m", "level: {quantity: m}", level="2004 m")
    assert (plot.scale.low, plot.scale.high) == (1990, 2015)


def test_less_is_better_below_a_threshold() -> None:
    (plot,) = _plots("loss <= 12 %", "loss: {share: '%'}", loss="35.42 %")
    assert _line(plot) == "required loss ≤ 12% | 35.42% not_met -23.42个百分点 | 0–40%"
    assert plot.better == "less"


@pytest.mark.parametrize(
    ("operator", "on_it"), [(">=", MET), (">", NOT_MET), ("<=", MET), ("<", NOT_MET), ("=", MET), ("!=", NOT_MET)]
)
def test_the_threshold_itself_is_accepted_or_not_as_the_rule_says(operator: str, on_it: Outcome) -> None:
    for requirement, outcome in ((f"loss {operator} 12 %", on_it), (f"not loss {operator} 12 %", negation(on_it))):
        (plot,) = _plots(requirement, "loss: {share: '%'}", loss="12 %")
        assert plot.marks[0].outcome is outcome
        assert any(zone.holds(12) for zone in plot.zones) is (outcome is MET)


def test_what_must_not_hold_is_accepted_on_the_other_side() -> None:
    (plot,) = _plots("not loss > 12 %", "loss: {share: '%'}", loss="10 %")
    assert _line(plot) == "required loss ≤ 12% | 10% met 2个百分点 | 0–15%"
    assert plot.statement.en == "not: loss is more than 12 %"


def test_what_must_not_lie_in_a_range_is_accepted_on_both_sides() -> None:
    (plot,) = _plots("not 6 m <= level < 9 m", "level: {quantity: m}", level="9 m")
    assert [(zone.low, zone.high, zone.with_low, zone.with_high) for zone in plot.zones] == [
        (None, 6, False, False),
        (9, None, True, False),
    ]
    assert plot.marks[0].outcome is MET


def test_a_literal_on_the_left_is_the_threshold() -> None:
    (plot,) = _plots("3 shops <= shops", "shops: {count: shop}", shops=2)
    assert _line(plot) == "required shops ≥ 3家 | 2家 not_met -1家 | 0–4家"


def test_another_fact_is_a_threshold_with_its_value() -> None:
    (plot,) = _plots("built >= planned", "built: {count: shop}\nplanned: {count: shop}", built=4, planned=5)
    assert _line(plot) == "required built ≥ 5家 | 4家 not_met -1家 | 0–8家"
    (plot,) = _plots("built >= planned", "built: {count: shop}\nplanned: {count: shop}", built=4)
    assert _line(plot) == "required built ≥ planned | 4家 undetermined None | 0–5家"
    assert plot.zones == ()


def test_parts_of_which_one_serves_say_so() -> None:
    facts = "big: {quantity: m^2}\nshops: {count: shop}"
    assert [plot.choice for plot in _plots("any of (big >= 300 m^2, shops >= 2 shops)", facts)] == [True, True]
    assert [plot.choice for plot in _plots("all of (big >= 300 m^2, shops >= 2 shops)", facts)] == [False, False]
    assert [plot.choice for plot in _plots("not all of (big >= 300 m^2, shops >= 2 shops)", facts)] == [True, True]


def test_at_least_k_is_a_threshold_of_its_own() -> None:
    facts = "a: {count: shop}\nb: {count: shop}\nc: {count: shop}"
    whole, *parts = _plots("at least 2 of (a >= 1 shop, b >= 1 shop, c >= 1 shop)", facts, a=1, b=0)
    assert _line(whole) == "required 满足的项数 ≥ 2 | 1–2 undetermined None | 0–3"
    assert whole.marks[0].between == (1, 2)
    assert len(parts) == 3
    whole, *_ = _plots("at least 2 of (a >= 1 shop, b >= 1 shop, c >= 1 shop)", facts, a=1, b=0, c=3)
    assert _line(whole) == "required 满足的项数 ≥ 2 | 2/3 met None | 0–3"


def test_a_set_says_what_it_lacks() -> None:
    facts = "bills: {set: {water: {zh: 水}, gas: {zh: 气}, heat: {zh: 暖}}}"
    (plot,) = _plots("bills includes all of (water, gas, heat)", facts, bills=["gas"])
    assert described(plot, "zh") == "bills包括水、气、暖；当前值1/3，不达标，缺水、暖"


def test_days_are_drawn_in_the_calendar() -> None:
    (plot,) = _plots("opened >= 2022-01-01", "opened: {kind: date}", opened="2022-02-20")
    assert _line(plot) == "required opened ≥ 2022年1月1日 | 2022-02-20 met 50天 | 2021-12-02–2022-03-22"


def test_a_value_far_beyond_stands_beyond_the_scale() -> None:
    (plot,) = _plots("area >= 10 m^2", "area: {quantity: m^2}", area="4000 m^2")
    assert (plot.scale.high, plot.scale.holds(4000)) == (15, False)


def test_members_of_a_collection_are_marks_on_one_plot() -> None:
    one = ruleset(
        """
        facts: {spare: {count: building}}
        collections:
          buildings: {each: building, facts: {depth: {quantity: m}, height: {quantity: m}}}
        indicators:
          it:
            require:
              basic: "every building where depth >= 19 m: height <= 100 m"
        """
    )
    members = [
        {"id": f"b{n}", "depth": f"{depth} m", "height": f"{height} m"}
        for n, depth, height in (
            (1, 20, 60),
            (2, 6, 20),
            (3, 33, 104),
        )
    ]
    finding = one.assess({"collections": {"buildings": members}})["basic"]["it"]
    chosen, asked = plots_of_finding(finding).plots
    assert [(mark.member and mark.member.en, mark.text.en, mark.outcome) for mark in chosen.marks] == [
        ("b1", "20 m", MET),
        ("b2", "6 m", NOT_MET),
        ("b3", "33 m", MET),
    ]
    assert [(mark.member and mark.member.en, mark.text.en, mark.outcome) for mark in asked.marks] == [
        ("b1", "60 m", MET),
        ("b3", "104 m", NOT_MET),
    ]
    assert (chosen.role, asked.role) == (Role.CHOOSES, Role.REQUIRED)


def test_bands_are_zones_with_what_they_give() -> None:
    one = ruleset(
        """
        facts:
          share: {share: "%"}
        tiers: {basic: {rule: "total >= 2 points"}}
        indicators:
          it:
            require: {basic: share >= 1 %}
            points: {value: "first of (share < 33 % then 1 point, share < 66 % then 2 points, otherwise 3 points)", of: 3 points}
        scores:
          total: {value: "sum(indicators, points)", unit: point}
        """
    )
    assessment = one.assess({"share": "66 %"})
    _, plot = plots_of_finding(assessment["basic"]["it"]).plots
    assert [(zone.low, zone.high, zone.with_low, zone.with_high, zone.title.zh) for zone in plot.zones] == [
        (None, 33, False, False, "1分"),
        (33, 66, True, False, "2分"),
        (66, None, True, False, "3分"),
    ]
    assert [mark.value for mark in plot.marks] == [66]
    (of_tier,) = plots_of_tier(assessment["basic"]).plots
    assert _line(of_tier) == "required total ≥ 2分 | 3分 met 1分 | 0–4分"
