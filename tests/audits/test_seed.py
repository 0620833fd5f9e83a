"""The acceptance report of 七里社区 as a careful reader finds it: every observation, from the standard's text."""

from __future__ import annotations

import pytest

from smartrules.analysis import audit
from smartrules.analysis.audits import Audit
from smartrules.diagnostics import Severity
from smartrules.outcome import MET, NOT_APPLICABLE, UNDETERMINED
from smartrules.values import Quantity, read_quantity
from tests.rulesets import QILI, shandong

ERROR, WARNING, NOTE = Severity


@pytest.fixture(scope="module")
def report() -> Audit:
    return audit(shandong(), QILI)


#: Code, severity, the numbers of the indicators, the figures as the report writes them.
EXPECTED = [
    ("SR922", WARNING, ["4"], ["90 %", "90 %", "90 %", "90 %", "100 %"]),
    ("SR911", WARNING, ["6"], []),
    ("SR922", WARNING, ["8"], ["20 %"]),
    ("SR911", WARNING, ["14"], []),
    ("SR922", WARNING, ["15"], ["60 %"]),
    ("SR922", WARNING, ["16"], ["100 %"]),
    ("SR927", NOTE, ["4"], ["90 %", "90 %", "90 %"]),
    ("SR928", NOTE, ["4"], ["90 %", "90 %", "90 %", "90 %"]),
    ("SR914", NOTE, ["8"], []),
]


def test_everything_that_a_careful_reader_finds_is_found_and_nothing_else(report: Audit) -> None:
    by_id = shandong().edition.indicator_by_id
    *found, last = report.observations
    assert [
        (one.code, one.severity, [by_id[i].number for i in one.indicators], [figure.written for figure in one.figures])
        for one in found
    ] == EXPECTED
    assert (last.code, last.severity, last.indicators) == ("SR923", NOTE, ())
    assert report.counts == {ERROR: 0, WARNING: 6, NOTE: 4}
    assert report.worst is WARNING
    assert (report.tier, report.findings.outcome) == ("basic", UNDETERMINED)


def test_the_two_undecided_indicators_are_named_with_what_they_miss(report: Audit) -> None:
    platform, falling = report.of("SR911")
    assert (platform.claimed, platform.found) == (MET, UNDETERMINED)
    assert platform.missing == ("platform_data_unified", "property_platform_connected", "scenarios")
    assert (falling.claimed, falling.found) == (MET, UNDETERMINED)
    assert falling.missing == ("highrise_buildings", "highrise_buildings_monitored")


def test_what_is_stated_without_counts_names_the_counts(report: Audit) -> None:
    cameras, elderly, lifts, alarm = report.of("SR922")
    assert [figure.name for figure in cameras.figures] == [
        "key_position_coverage",
        "camera_online_rate",
        "camera_intact_rate",
        "video_streaming_rate",
        "camera_compliance_rate",
    ]
    assert cameras.missing == (
        *("key_positions", "key_positions_covered", "cameras", "cameras_online", "cameras_intact"),
        *("video_resources", "video_resources_streaming", "cameras_compliant"),
    )
    assert elderly.missing == ("residents", "residents_60_plus")
    assert lifts.missing == ("quarters", "quarters_with_lift_alarm")
    assert alarm.missing == ("residential_buildings", "residential_buildings_with_fire_alarm")


def test_the_three_rates_on_the_threshold_are_those_of_the_key_positions(report: Audit) -> None:
    (found,) = report.of("SR927")
    assert [figure.name for figure in found.figures] == [
        *("key_position_coverage", "camera_online_rate", "camera_intact_rate")
    ]


def test_the_claim_of_a_community_that_is_not_old_enough_is_a_note(report: Audit) -> None:
    (found,) = report.of("SR914")
    assert (found.claimed, found.found) == (MET, NOT_APPLICABLE)


def test_the_values_without_evidence_are_told_once(report: Audit) -> None:
    (found,) = report.of("SR923")
    # 27 facts that decide (what services there are for the elderly is not asked), and eight stated rates.
    assert len(found.figures) == 35
    assert "elderly_services" not in [figure.name for figure in found.figures]


def test_every_observation_has_its_place_in_the_report(report: Audit) -> None:
    lines = QILI.read_text("utf-8").splitlines()
    for one in report.observations:
        assert one.places
        for figure in one.figures:
            assert figure.at is not None
            assert figure.name in lines[figure.at.line - 1]
        if one.claimed is not None:
            assert one.at is not None
            assert lines[one.at.line - 1][one.at.column - 1 :] == "met"
            assert lines[one.at.line - 1].startswith(f"  {one.indicators[0]}:")
    assert report.file == str(QILI)


MESSAGES = {
    "zh": """\
4 视频监控设施：5项填报数值没有分项数据：重点部位视频监控覆盖率90%；视频监控联网率90%；摄像机完好率90%；公共视频资源出图率90%；摄像机编码、名称、行政区划、经纬度合规率100%
6 智慧社区综合信息平台：自报达标，据现有事实无法判定；缺少：社区人、地、事、物、情、组织信息一网统管、动态更新（platform_data_unified）；综合信息平台已与智慧物业管理平台对接（property_platform_connected）；智慧应用场景（scenarios）
8 养老服务：1项填报数值没有分项数据：60岁及以上常住人口占比20%
14 高空抛物监测：自报达标，据现有事实无法判定；缺少：19层及以上住宅楼数（highrise_buildings）；高空抛物监测全覆盖的19层及以上住宅楼数（highrise_buildings_monitored）
15 消防隐患管理：1项填报数值没有分项数据：具备电动自行车进电梯识别报警的小区占比60%
16 火灾自动报警：1项填报数值没有分项数据：住宅楼公共区域火灾自动报警覆盖率100%
4 视频监控设施：3个数值恰好在阈值上：重点部位视频监控覆盖率90%；视频监控联网率90%；摄像机完好率90%
4 视频监控设施：4项比率同为90%：重点部位视频监控覆盖率；视频监控联网率；摄像机完好率；公共视频资源出图率
8 养老服务：自报达标，据事实不适用
起作用的数据中有35项没有注明证据：社区家庭总数；具备千兆接入能力的家庭数；社区总面积；5G信号覆盖的区域面积；具备有线广播电视或IPTV接入能力的家庭数……共35项
""",
    "en": """\
4 Video surveillance rests on 5 figures stated without counts: video coverage of key positions 90 %; camera online rate 90 %; camera intact rate 90 %; public video streaming rate 90 %; camera record compliance 100 %
6 Smart-community information platform: claimed met, and the facts leave it undetermined; missing: the platform keeps one current record of people, places, matters, things, feelings and organisations (platform_data_unified); the platform is connected to the smart property-management platform (property_platform_connected); smart application scenarios (scenarios)
8 Elderly care rests on a figure stated without counts: share of permanent residents aged 60 and over 20 %
14 Falling-object monitoring: claimed met, and the facts leave it undetermined; missing: number of residential buildings of 19 storeys or more (highrise_buildings); number of buildings of 19 storeys or more under full monitoring (highrise_buildings_monitored)
15 Fire-hazard management rests on a figure stated without counts: share of quarters whose lifts recognise e-bikes and alarm 60 %
16 Automatic fire alarm rests on a figure stated without counts: fire-alarm coverage of residential buildings 100 %
4 Video surveillance: 3 figures are exactly on the threshold: video coverage of key positions 90 %; camera online rate 90 %; camera intact rate 90 %
4 Video surveillance: 4 rates are the same figure, 90 %: video coverage of key positions; camera online rate; camera intact rate; public video streaming rate
8 Elderly care: claimed met, and the facts say not applicable
35 of the values that decide have no evidence: number of households; number of households with gigabit access; total area of the community; area covered by 5G; number of households with cable TV or IPTV … (35 in all)
""",
}


def test_the_messages_are_these(report: Audit) -> None:
    assert "".join(f"{one.message.zh}\n" for one in report.observations) == MESSAGES["zh"]
    assert "".join(f"{one.message.en}\n" for one in report.observations) == MESSAGES["en"]


def test_of_the_four_quarters_that_the_report_counts_60_percent_cannot_be() -> None:
    """The report names four quarters (indicators 5, 12 and 13); where they are all that there are, 60 % is none of them."""
    facts = {"facts": {"quarters": 4}, "stated": {"lift_alarm_coverage": "60 %"}}
    (found,) = audit(shandong(), facts).of("SR921")
    assert found.severity is ERROR
    assert [(one.rate, one.part, one.whole) for one in found.possible] == [
        (_quantity("50 %"), _quantity("2 quarters"), _quantity("4 quarters")),
        (_quantity("75 %"), _quantity("3 quarters"), _quantity("4 quarters")),
    ]
    assert (found.message.zh, found.message.en) == (
        "具备电动自行车进电梯识别报警的小区占比60%不可能：小区总数为4个小区，可能的比率是50%（4个小区中2个小区）和75%（4个小区中3个小区）",
        "share of quarters whose lifts recognise e-bikes and alarm 60 % cannot be: number of quarters is 4 quarters, "
        "and possible are 50 % (2 of 4 quarters) and 75 % (3 of 4 quarters)",
    )
    assert (found.remedy.zh, found.remedy.en) == (
        "核对比率和总数，补充分项数据",
        "correct the rate or the total, and supply the counts",
    )


def _quantity(text: str) -> Quantity:
    number, unit = read_quantity(text)
    assert unit is not None
    return Quantity(number, unit)
