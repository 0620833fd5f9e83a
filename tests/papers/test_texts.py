"""What papers say of odd assessments: no day, no community, nothing given, what is mended, evidence, members."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

import smartrules as sr
from smartrules import reports
from smartrules.diagnostics import SmartrulesError
from smartrules.reports.days import MOST_DAYS, day_text, last_day, time_text
from smartrules.reports.papers.acceptance import Acceptance
from tests.papers.made import AT, CONTACT, DAY, acceptance_of, notice_of
from tests.rulesets import ROOT, ruleset

SHANDONG = sr.load("shandong-smart-community@2022")
SAFE = sr.load(str(ROOT / "docs" / "examples" / "safe-homes" / "ruleset.yaml"))


def acceptance(facts: dict[str, Any], rules: sr.Ruleset = SHANDONG, **given: Any) -> Acceptance:
    return reports.acceptance(rules.assess(facts), **{"at": AT, **given})


def refusal(call: Any) -> str:
    with pytest.raises(SmartrulesError) as caught:
        call()
    return str(caught.value)


# --- days ----------------------------------------------------------------------------------------------------------


def test_the_notice_of_the_seed_is_open_from_the_day_of_acceptance_both_ends_counted() -> None:
    context = notice_of("shandong-smart-community", on=None).context("zh")
    assert (context.first_day, context.last_day, context.days) == ("2023年11月25日", "2023年11月29日", "5")
    assert context.period == "公示期5天，自2023年11月25日起至2023年11月29日止（首尾两日均计入）。"
    english = notice_of("shandong-smart-community").context("en")
    assert english.period == (
        "This notice is open for 5 days, from 25 November 2023 to 29 November 2023, both days included."
    )


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2023, 11, 25), 1, date(2023, 11, 25)),
        (date(2023, 11, 25), 5, date(2023, 11, 29)),
        (date(2023, 12, 30), 5, date(2024, 1, 3)),
        (date(2024, 2, 27), 5, date(2024, 3, 2)),
        (date(2023, 1, 1), MOST_DAYS, date(2024, 1, 1)),
    ],
)
def test_the_first_day_counts(first: date, days: int, last: date) -> None:
    assert last_day(first, days) == last


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1, True, 2.5])
def test_a_notice_of_no_days_is_refused(days: Any) -> None:
    assert refusal(lambda: last_day(DAY, days)) == (
        f"error[SR953]: a notice is not open for {days} days\nhelp: give a whole number from 1 to 366"
    )


def test_a_notice_that_ends_after_the_calendar_is_refused() -> None:
    assert refusal(lambda: last_day(date(9999, 12, 30), 5)) == (
        "error[SR953]: the notice ends after the calendar does\nhelp: check its first day"
    )


@pytest.mark.parametrize("contact", [None, "", "  ", "\n"])
def test_a_notice_says_where_to_object(contact: str | None) -> None:
    assert refusal(lambda: notice_of("shandong-smart-community", contact=contact)) == (
        "error[SR952]: a notice says where to object, and nothing is given\n"
        "help: give the office with `contact=`, on the command line `--contact`"
    )


def test_a_day_is_never_invented() -> None:
    undated = {"community": "qili", "facts": {"households": 100}}
    assert acceptance(undated).context("zh").date == "未注明日期"
    assert acceptance(undated).context("en").date == "not dated"
    assert acceptance(undated, on=DAY).context("en").date == "25 November 2023"
    found = SHANDONG.assess(undated)
    assert refusal(lambda: reports.notice(found, contact=CONTACT)) == (
        "error[SR951]: a notice begins on the day of acceptance, and none is given\n"
        "help: give it with `on=`, on the command line `--date`, or write `on:` in the facts"
    )


def test_days_and_times_are_written_as_documents_write_them() -> None:
    assert [day_text(date(2024, 1, 9), "zh"), day_text(date(2024, 1, 9), "en")] == ["2024年1月9日", "9 January 2024"]
    assert time_text(AT) == "2023-11-25 09:30:00 +08:00"
    assert time_text(datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=UTC)) == "2024-01-02 03:04:05 +00:00"


@pytest.fixture
def in_shandong(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_shandong")
def test_the_time_of_assessment_is_that_of_the_place_with_its_offset() -> None:
    found = SHANDONG.assess({"facts": {"households": 1}})
    assert reports.acceptance(found).context("zh").at.endswith(" +08:00")
    assert refusal(lambda: reports.acceptance(found, at=datetime(2024, 1, 1))) == (
        "error[SR804]: the time of assessment has no time zone\nhelp: give it with its offset from UTC"
    )


def test_another_tier_than_the_ruleset_has_is_refused() -> None:
    expected = "error[SR603]: `shandong-smart-community@2022` has no tier `基础型`\nhelp: did you mean `basic`?"
    assert refusal(lambda: acceptance_of("shandong-smart-community", tier="基础型")) == expected
    assert refusal(lambda: notice_of("shandong-smart-community", tier="基础型")) == expected


# --- the opinion ---------------------------------------------------------------------------------------------------


def test_a_community_of_which_nothing_is_said() -> None:
    context = acceptance({"facts": {"households": 100}}).context("zh")
    assert (context.community, context.community_id) == ("（未写明）", "")
    assert context.file.startswith("资料不完整：缺少判定所需的事实")
    assert context.counts.all == "22"
    assert context.evidenced == "共填报1项数据：附有佐证材料的0项，没有佐证材料的1项。"
    assert acceptance({"claims": {"publicity": "met"}}).context("zh").evidenced == "没有填报数据。"


def test_what_was_mended_is_what_the_host_says() -> None:
    assert acceptance_of("shandong-smart-community").context("zh").mended == "未记录立即整改的事项。"
    both = acceptance_of("shandong-smart-community", mended=["补贴标识。", " ", "清理\n消防通道"])
    assert both.context("zh").mended == "核验中立即整改：补贴标识；清理 消防通道。"
    assert both.context("en").mended_items == ("补贴标识。", "清理 消防通道")
    one = acceptance_of("shandong-smart-community", mended="signs renewed.")
    assert one.context("en").mended == "signs renewed."
    assert both.conclusion is acceptance_of("shandong-smart-community").conclusion


def test_a_claim_that_the_facts_do_not_bear_out_is_said() -> None:
    facts = {
        "facts": {"households": 100, "gigabit_households": 10, "publicity_events": "4 event/year"},
        "claims": {"wired_broadband": "met", "publicity": "met", "mobile_network": "met", "innovation": "undetermined"},
    }
    assert acceptance(facts).context("zh").claims == (
        "1 有线宽带网络：自报达标，核验为不达标",
        "2 移动通信网络：自报达标，核验为无法判定",
    )
    assert acceptance(facts).context("en").claims == (
        "1 Wired broadband: claimed met, found not met",
        "2 Mobile network: claimed met, found undetermined",
    )


def test_a_claim_that_passes_as_well_as_what_is_found_says_so() -> None:
    facts = {
        "facts": {"residents": 5200, "residents_60_plus": 1040},
        "claims": {"elderly_care": "met", "publicity": "met"},
    }
    assert acceptance(facts).context("zh").claims == (
        "8 养老服务：自报达标，核验为不适用（两者都算通过，不影响等级）",
        "20 宣传普及：自报达标，核验为无法判定",
    )
    assert acceptance(facts).context("en").claims == (
        "8 Elderly care: claimed met, found not applicable (both pass, and the tier is the same)",
        "20 Publicity: claimed met, found undetermined",
    )


# --- what is to be mended ------------------------------------------------------------------------------------------


def test_only_indicators_that_are_not_met_are_to_be_mended() -> None:
    facts = {"households": 100, "gigabit_households": 10, "publicity_events": "0 event/year"}
    context = acceptance({"facts": facts}).context("zh")
    assert context.remediation == "不达标的指标须作下列2项改变。无法判定的指标另见“待补充的事实”。"
    assert [(one.change, one.indicators) for one in context.steps] == [
        ("具备千兆接入能力的家庭数增加60户（10户→70户，共100户）", "1 有线宽带网络"),
        ("宣传普及活动频次增加1次/年（0次/年→1次/年）", "20 宣传普及"),
    ]
    assert "gigabit_households" not in {one.id for one in context.supply}
    assert "area" in {one.id for one in context.supply}


SMALL = """
standard: small
edition: "1"
tiers: {basic: {title: {zh: 基础型, en: Basic}}}
facts:
  area: {quantity: km^2, fixed: true, title: {zh: 面积, en: area}}
indicators:
  size: {number: 1, title: {zh: 规模, en: Size}, require: {basic: area >= 5 km^2}}
"""


def test_what_nobody_can_mend_is_said() -> None:
    rules = ruleset(SMALL)
    context = acceptance({"facts": {"area": "1 km^2"}}, rules).context("zh")
    assert context.conclusion.startswith("不同意")
    assert (context.remediation, context.hindrances) == ("无论怎样整改都不能达到基础型：", ("1 规模：面积不可改变",))


# --- what the facts rest on ----------------------------------------------------------------------------------------


def test_evidence_is_listed_and_counted() -> None:
    facts = {
        "facts": {
            "households": {
                "value": 100,
                "evidence": ["户籍登记表", "物业台账"],
                "observed": "2023-11-01",
                "note": "不含空置",
            },
            "gigabit_households": 90,
            "area": {"value": "1 km^2", "note": "约数"},
        }
    }
    context = acceptance(facts).context("zh")
    assert [(one.fact, one.value, one.documents, one.observed, one.note) for one in context.evidence] == [
        ("社区家庭总数", "100户", "户籍登记表、物业台账", "2023年11月1日", "不含空置"),
        ("社区总面积", "1平方公里", "", "", "约数"),
    ]
    assert context.evidenced == "共填报3项数据：附有佐证材料的1项，没有佐证材料的2项。"


def test_members_of_collections_are_counted_and_named() -> None:
    found = SAFE.assess(ROOT / "docs" / "examples" / "safe-homes" / "linden.yaml")
    context = reports.acceptance(found, at=AT).context("zh")
    rows = {row.number: row for group in context.groups for row in group.rows}
    assert rows["5"].completion == ("须满足的住宅楼2栋：1栋满足，1栋无法判定；缺少：住宅楼 b3: 高空抛物监测全覆盖")
    english = reports.acceptance(found, at=AT).context("en")
    rows = {row.number: row for group in english.groups for row in group.rows}
    assert rows["5"].completion == (
        "buildings asked: 2 (1 met, 1 undetermined); missing: building b3: falling objects are monitored"
    )
    assert [one.fact for one in context.evidence] == ["住宅楼 b3: 层数"]


# --- calls that are plain mistakes -----------------------------------------------------------------------------------

A_DAY = "help: give one: `datetime.date(2024, 12, 31)`"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"on": "2024-01-01"}, f"error[SR502]: `on` is a date, not `2024-01-01`\n{A_DAY}"),
        ({"on": ""}, f"error[SR502]: `on` is a date, not ``\n{A_DAY}"),
        ({"on": datetime(2024, 1, 1)}, f"error[SR502]: `on` is a date, not `2024-01-01T00:00:00`\n{A_DAY}"),
        (
            {"at": "2024-01-01"},
            "error[SR502]: `at` is a time, not `2024-01-01`\nhelp: give one with its offset: `datetime.now(timezone.utc)`",
        ),
    ],
)
def test_a_day_and_a_time_are_what_they_are(given: dict[str, Any], expected: str) -> None:
    for make in (acceptance_of, notice_of):
        assert refusal(lambda make=make: make("shandong-smart-community", **given)) == expected


@pytest.mark.parametrize("contact", [5, ["示例路1号"], b"x"])
def test_where_to_object_is_a_text(contact: Any) -> None:
    assert refusal(lambda: notice_of("shandong-smart-community", contact=contact)) == (
        f"error[SR502]: `contact` is a text, not `{contact}`\nhelp: give the office as one text"
    )


def test_what_was_mended_is_texts() -> None:
    def mended(given: Any) -> str:
        return refusal(lambda: acceptance_of("shandong-smart-community", mended=given))

    hint = "help: give a list of texts, one for each"
    assert mended(5) == f"error[SR502]: `mended` is a list of texts, not `5`\n{hint}"
    assert mended(["标识", 5, None]) == (
        f"error[SR502]: `mended` holds `5`, which is no text\n{hint}\n\n"
        f"error[SR502]: `mended` holds `None`, which is no text\n{hint}"
    )
    assert acceptance_of("shandong-smart-community", mended="换标识").mended == ("换标识",)


def test_every_fault_of_a_call_is_said() -> None:
    said = refusal(lambda: notice_of("shandong-smart-community", on="today", contact=5, at=1))
    assert [line for line in said.splitlines() if line.startswith("error")] == [
        "error[SR502]: `on` is a date, not `today`",
        "error[SR502]: `at` is a time, not `1`",
        "error[SR502]: `contact` is a text, not `5`",
    ]


@pytest.mark.parametrize("language", ["fr", "", None, 5, "ZH"])
def test_a_language_that_papers_do_not_have_is_refused(language: Any) -> None:
    expected = f"error[SR502]: `language` is `zh` or `en`, not `{language}`\nhelp: `zh` is Chinese, `en` is English"
    for paper in (acceptance_of("shandong-smart-community"), notice_of("shandong-smart-community")):
        for written in (paper.context, paper.to_docx, paper.to_html, paper.to_markdown):
            assert refusal(lambda written=written: written(language)) == expected
