"""The dossier page: what stands in it, whatever the standard is, and that nothing in it is markup but the page's own."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules import cli, reports
from smartrules.diagnostics import NotFoundError, SmartrulesError
from smartrules.testing import facts_from, rulesets
from tests.dossiers.pages import AT, EXAMPLES, assessed, page, wicked_assessment
from tests.dossiers.test_plots import SHIPPED
from tests.rulesets import QILI, ruleset


class _Reading(HTMLParser):
    """Reads a page: its elements, ids, texts, and whether every element is closed."""

    _VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self._VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_is_whole_and_asks_for_nothing(name: str) -> None:
    read = _Reading(page(name))
    assert len(read.ids) == len(set(read.ids))
    assert {link for link in read.links if link.removeprefix("#") not in read.ids} == set()
    assert not any(name.startswith("on") or name in ("style", "src") for name, _ in read.attributes)
    assert read.names.count("script") == 1
    assert read.names.count("style") == 1
    assert not {"link", "img", "iframe", "object", "form"} & set(read.names)
    assert "http:" not in page(name).replace("http-equiv", "")
    assert "https:" not in page(name)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_assessment_makes_the_same_bytes(name: str) -> None:
    assert reports.dossier(assessed(name), at=AT).to_html() == page(name)


def test_every_finding_of_every_shown_tier_is_on_the_page() -> None:
    html = page("liuyin")
    found = assessed("liuyin")
    for place, tier in enumerate(found.tiers, 1):
        body = html.split(f'<section class="tier" id="tier-{place}"')[1].split('<section class="tier"')[0]
        outcomes = re.findall(r'<article class="finding (\w+)"', body)
        assert outcomes == [finding.outcome.value for finding in tier.values()]


def test_a_page_of_one_tier_has_no_choice_of_tiers() -> None:
    html = reports.dossier(assessed("liuyin"), tier="aa", at=AT).to_html()
    assert html.count('<section class="tier"') == 1
    assert 'name="tier"' not in html
    assert page("liuyin").count('name="tier"') == 3


def test_the_lowest_tier_that_is_not_reached_is_shown_first() -> None:
    assert 'id="show-tier-2" checked' in page("liuyin")  # A is reached, AA is not
    assert 'id="show-tier-5" checked' in page("karmoy")  # all five are


def _section(html: str, name: str) -> str:
    body = html.split(f'id="tier-1-{name}"')[1].split("</section>")[0]
    zh = re.sub(r'<span class="en".*?</span>|<ul[^>]*aria-hidden.*?</ul>', "", body)
    return " ".join(re.sub(r"<[^>]*>", " ", zh.partition(">")[2]).split())


def test_what_is_missing_of_qili_and_what_it_would_decide() -> None:
    assert _section(page("qili"), "missing").startswith(
        "所缺 待补充的事实 事实 用于判定 "
        "社区人、地、事、物、情、组织信息一网统管、动态更新 platform_data_unified 是或否 平台由市或县（市、区）统一部署 "
        "6 智慧社区综合信息平台 "
        "综合信息平台已与智慧物业管理平台对接 property_platform_connected 是或否 6 智慧社区综合信息平台 "
        "智慧应用场景 scenarios 多选 接入已有场景或新建场景均可 6 智慧社区综合信息平台 "
        "19层及以上住宅楼数 highrise_buildings 数量（栋） 14 高空抛物监测 "
        "高空抛物监测全覆盖的19层及以上住宅楼数 highrise_buildings_monitored 数量（栋），不大于19层及以上住宅楼数 "
        "可报警，且3层及以上的窗户和洞口均在监测范围内 14 高空抛物监测 "
        "依据填报比率、没有分项数据的结论 "
    )


def test_the_claims_of_qili_beside_what_is_found() -> None:
    assert _section(page("qili"), "claims") == (
        "自报结论与判定结论 自报22项，其中19项与判定一致。 二级指标 自报 判定 处理 "
        "6 智慧社区综合信息平台 达标 无法判定 补充所缺的事实，或撤回自报结论 "
        "8 养老服务 达标 不适用 两者都算通过，不影响等级；把自报结论改为不适用 "
        "14 高空抛物监测 达标 无法判定 补充所缺的事实，或撤回自报结论"
    )


def test_the_outcomes_of_qili_by_group() -> None:
    assert _section(page("qili"), "outcomes") == (
        "各组结论 一级指标 达标 不达标 不适用 无法判定 分布 基础设施 5 0 0 1 社区服务 3 0 1 0 社区安全 5 0 0 1 "
        "社区治理 3 0 0 0 保障措施 2 0 0 0 创新应用和做法 1 0 0 0 合计 19 0 1 2"
    )


def test_the_page_names_edition_fingerprint_day_and_time() -> None:
    text = _Reading(page("qili")).text
    found = assessed("qili")
    assert f"shandong-smart-community@2022 规则指纹 Ruleset fingerprint {found.fingerprint}" in text
    assert "2023年11月25日 25 November 2023" in text
    assert "2023-11-26 01:30:00 +00:00" in text


def test_the_evidence_of_a_stated_figure_stands_in_its_derivation() -> None:
    text = _Reading(page("qili")).text
    assert "说明：只写60%，未给出小区数 note: 只写60%，未给出小区数" in text


# --- escaping ----------------------------------------------------------------------------------------------------------


def test_nothing_that_a_stranger_writes_is_markup() -> None:
    html = reports.dossier(wicked_assessment(), at=AT).to_html()
    read = _Reading(html)
    assert read.names.count("script") == 1
    assert read.names.count("style") == 1
    assert not {"img", "iframe", "b", "i"} & set(read.names)
    assert not any(name.startswith("on") for name, _ in read.attributes)
    assert "<script>alert(1)</script>" in read.text
    assert "{{ 7 * 7 }}" in read.text
    assert not any(link.startswith("javascript") for link in read.links)
    script = html.split("<script>")[1].split("</script>")[0]
    assert "alert" not in script


# --- the call ----------------------------------------------------------------------------------------------------------


def test_a_tier_that_is_not_there_and_a_time_without_a_zone() -> None:
    with pytest.raises(NotFoundError) as of_tier:
        reports.dossier(assessed("qili"), tier="golden")
    assert of_tier.value.diagnostics[0].code == "SR603"
    with pytest.raises(SmartrulesError) as of_time:
        reports.dossier(assessed("qili"), at=datetime(2023, 11, 26))
    assert of_time.value.diagnostics[0].code == "SR804"


def test_a_page_of_too_many_findings_is_refused() -> None:
    facts = "".join(f"  f{k}: {{kind: flag}}\n" for k in range(1001))
    indicators = "".join(f"  i{k}: {{require: {{a: f{k}}}}}\n" for k in range(1001))
    one = ruleset(f"tiers: {{a: , b: , c: }}\nfacts:\n{facts}indicators:\n{indicators}")
    found = one.assess({})
    with pytest.raises(SmartrulesError) as refused:
        reports.dossier(found)
    assert str(refused.value) == (
        "error[SR961]: the page would show 3,003 findings, and a browser shows 3,000 at most\nhelp: name one tier"
    )
    assert len(reports.dossier(found, tier="c").tiers) == 1


def test_of_many_members_those_are_named_that_miss_what_is_asked() -> None:
    one = ruleset(
        """
        facts: {spare: {count: shop}}
        collections: {buildings: {each: building, facts: {tall: {quantity: m}}}}
        indicators: {it: {require: {basic: "every building: tall <= 100 m"}}}
        """
    )
    members = [{"id": f"b{n}", "tall": f"{n} m"} for n in range(1, 181)]
    html = reports.dossier(one.assess({"collections": {"buildings": members}}), at=AT).to_html()
    table = html.split('<th scope="col"><span class="zh" lang="zh-CN">成员')[1].split("</table>")[0]
    assert re.findall(r"<bdi>(?:<span[^>]*>)?(b\d+)", table) == [
        *(f"b{n}" for n in range(101, 181)),
        *(f"b{n}" for n in range(1, 21)),
    ]
    assert "另有未列出的" in html


def test_signs_that_no_document_can_have_are_left_out() -> None:
    one = ruleset(
        'facts: {a: {count: shop, title: {zh: "a\\u202eb\\u0007c"}}}\nindicators: {it: {require: {basic: a >= 1 shop}}}'
    )
    html = reports.dossier(one.assess({"a": 2}), at=AT).to_html()
    assert not {"\u202e", "\u0007"} & set(html)


def test_the_command_writes_the_page(tmp_path, capsys) -> None:
    out = tmp_path / "qili.html"
    assert cli.run(["report", str(QILI), "--kind", "dossier", "-o", str(out), "--lang", "en"]) == 3
    assert '<html lang="en">' in out.read_text(encoding="utf-8")
    assert cli.run(["report", str(QILI), "--kind", "dossier", "--format", "md"]) == 2
    assert "this kind is written as html" in capsys.readouterr().err


def test_points_that_are_a_measure_have_their_derivation() -> None:
    one = ruleset(
        """
        facts: {a: {count: shop}, b: {count: shop, min: 1}}
        tiers: {basic: {rule: "total >= 2 points"}}
        indicators:
          it:
            require: {basic: a >= 1 shop}
            measures: {share: {value: "a / b * 1 point", unit: point}}
            points: {value: share, of: 3 points}
        scores: {total: {value: "sum(indicators, points)", unit: point}}
        """
    )
    text = _Reading(reports.dossier(one.assess({"a": 4, "b": 2}), at=AT).to_html()).text
    assert (
        "得分过程 Points, step by step share 2分 2 points share = a ÷ b × 1分 a ÷ b × 1 point "
        "= 4家 ÷ 2家 × 1分 4 shops ÷ 2 shops × 1 point a 4家 4 shops a b 2家 2 shops b"
    ) in text


# --- any standard ------------------------------------------------------------------------------------------------------


@pytest.mark.once
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_standard_has_its_page(data: st.DataObject) -> None:
    one = data.draw(st.one_of(st.sampled_from(SHIPPED), rulesets()))
    found = one.assess(data.draw(facts_from(one)))
    html = reports.dossier(found, at=AT).to_html()
    read = _Reading(html)
    assert len(read.ids) == len(set(read.ids))
    outcomes = re.findall(r'<article class="finding (\w+)"', html)
    shown = [tier for tier in found.tiers if tier.requirements_known]
    assert outcomes == [
        finding.outcome.value
        for tier in shown
        for finding in sorted(tier.values(), key=lambda one: _place_of_group(tier, one.indicator.group))
    ]


def _place_of_group(tier, group: str | None) -> int:
    groups = list(dict.fromkeys(finding.indicator.group for finding in tier.values()))
    return groups.index(group)
