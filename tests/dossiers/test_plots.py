"""What plots show: literally for the seed's standard, and a law for every standard: a mark stands where its outcome says."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules import catalog
from smartrules.assessment import Assessment, Finding
from smartrules.expr.nodes import AtLeast
from smartrules.outcome import MET, NOT_MET
from smartrules.reports.dossiers.plots import Plot, Plots, Reason, Role, described
from smartrules.reports.dossiers.reading import plots_of, plots_of_finding, plots_of_tier
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from, rulesets
from tests.rulesets import QILI, SHANDONG, rule

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
        "60岁及以上常住人口占比高于30%；当前值20%，不成立，距该界限10个百分点，据填报的比率，无分项数据"
    )
    assert described(services, "en") == "at least 2 kinds of elderly-care services; not asked"


# --- every threshold of what is shipped ----------------------------------------------------------------------------

#: The parts of the shipped rules without a plot, by their reasons; everything else has one.
WITHOUT = {
    "complete-community@trial": {Reason.FLAG: 2, Reason.CHOICE: 2},
    "example-city-smart-community@2023": {Reason.FLAG: 12},
    "gigabit-city@2022": {},
    "shandong-smart-community@2022": {Reason.FLAG: 12},
    "u4ssc-kpi@2022": {Reason.REPORTED: 36, Reason.NOT_TO_HAND: 16},
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


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_marks_of_shipped_standards_stand_where_their_outcomes_say(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SHIPPED))
    _holds(one.assess(data.draw(facts_from(one))))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_marks_of_any_standard_stand_where_their_outcomes_say(data: st.DataObject) -> None:
    one = data.draw(rulesets())
    _holds(one.assess(data.draw(facts_from(one))))


# --- kinds of thresholds ---------------------------------------------------------------------------------------------


def _plots(require: str, facts: str, **known: object) -> tuple[Plot, ...]:
    one = rule(require, facts)
    assessment = one.assess(known)
    (finding,) = list(assessment.tiers[0].values())
    assert isinstance(finding, Finding)
    return plots_of_finding(finding).plots


def test_a_band_has_two_limits_and_is_better_on_neither_side() -> None:
    (plot,) = _plots("6 <= ph <= 9", 'ph: {quantity: "1"}', ph="7.2")
    assert [limit.sign("en") for limit in plot.limits] == ["≥ 6", "≤ 9"]
    assert (plot.better, plot.marks[0].outcome, plot.marks[0].margin and plot.marks[0].margin.number) == (
        None,
        MET,
        1.2,
    )
