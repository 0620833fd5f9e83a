"""The dossier in a browser: nothing asked for, nothing said, usable by all, with the keyboard, and without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from smartrules import reports
from tests.browser import PHONE, faults_of_access, is_wider_than_its_window, needs_browser, opened
from tests.dossiers.pages import AT, EXAMPLES, assessed, page, wicked_assessment, written

pytestmark = needs_browser


def _visible(seen: Page, selector: str) -> list[str]:
    return [one.inner_text() for one in seen.locator(selector).all() if one.is_visible()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_use_the_page(tmp_path: Path, scheme: str, language: str) -> None:
    with opened(written(tmp_path, page("qili")), color_scheme=scheme, reduced_motion="reduce") as seen:
        seen.locator(f"#language-{language}").check()
        seen.locator('button[data-unfold="yes"]').first.click()
        assert faults_of_access(seen) == []


@pytest.mark.parametrize("name", ["liuyin", "karmoy"])
def test_pages_of_other_standards_can_be_used_by_everybody(tmp_path: Path, name: str) -> None:
    html = {"liuyin": page("liuyin"), "karmoy": reports.dossier(assessed("karmoy"), tier="level_5", at=AT).to_html()}
    with opened(written(tmp_path, html[name])) as seen:
        assert faults_of_access(seen) == []


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_telephone_shows_the_whole_width(tmp_path: Path, name: str, language: str) -> None:
    with opened(written(tmp_path, page(name)), PHONE) as seen:
        seen.locator(f"#language-{language}").check()
        for button in seen.locator('button[data-unfold="yes"]').all():
            if button.is_visible():
                button.click()
        assert not is_wider_than_its_window(seen)


def test_the_language_is_switched_by_the_keyboard_and_everything_follows(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("qili"))) as seen:
        assert seen.locator("html").get_attribute("lang") == "zh-CN"
        assert _visible(seen, "h2") == ["结论", "基础型"]
        assert (
            seen.get_by_role(
                "img", name="家庭千兆光纤网络覆盖率不低于70%；当前值100%，达标，优于阈值30个百分点"
            ).count()
            == 1
        )
        seen.locator("#language-zh").focus()
        seen.keyboard.press("ArrowRight")
        assert seen.locator("html").get_attribute("lang") == "en"
        assert _visible(seen, "h2") == ["Verdict", "Basic"]
        named = "gigabit-fibre household coverage is at least 70 %; value: 100 %, met, 30 percentage points better than the threshold"
        assert seen.get_by_role("img", name=named).count() == 1
        assert _visible(seen, ".zh") == []


def test_the_colours_can_be_chosen(tmp_path: Path) -> None:
    def paper(seen: Page) -> str:
        return str(seen.evaluate("getComputedStyle(document.querySelector('.head')).backgroundColor"))

    with opened(written(tmp_path, page("qili")), color_scheme="light") as seen:
        assert paper(seen) == "rgb(255, 255, 255)"
        seen.locator("#theme-dark").check()
        assert paper(seen) == "rgb(20, 24, 29)"
    with opened(written(tmp_path, page("qili")), color_scheme="dark") as seen:
        assert paper(seen) == "rgb(20, 24, 29)"


def test_findings_are_chosen_by_their_outcome_with_the_keyboard(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("qili"))) as seen:
        assert len(_visible(seen, ".finding h5")) == 22
        seen.locator(".filter-all").focus()
        seen.keyboard.press("ArrowLeft")  # the last one: undetermined
        assert _visible(seen, ".finding h5") == ["6智慧社区综合信息平台", "14高空抛物监测"]
        assert _visible(seen, ".group h4") == ["基础设施", "社区安全"]
        assert seen.locator(".filter-not_met").is_disabled()


def test_a_derivation_unfolds_with_the_keyboard(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("qili"))) as seen:
        first = seen.locator("details.why").first
        assert not first.locator(".formula").first.is_visible()
        first.locator("summary").focus()
        seen.keyboard.press("Shift+Tab")
        seen.keyboard.press("Tab")
        assert seen.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        seen.keyboard.press("Enter")
        assert _visible(seen, "details.why >> nth=0 >> .formula") == [
            "= 具备千兆接入能力的家庭数 ÷ 社区家庭总数",
            "= 3461户 ÷ 3461户",
        ]


def test_a_tier_is_chosen_with_the_keyboard(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("liuyin"))) as seen:
        assert _visible(seen, "h2") == ["结论", "AA级"]
        seen.locator("#show-tier-2").focus()
        seen.keyboard.press("ArrowRight")
        assert _visible(seen, "h2") == ["结论", "AAA级"]


def test_a_link_leads_to_its_finding_whatever_is_hidden(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("qili")), reduced_motion="reduce") as seen:
        seen.locator(".filter-not_applicable").check()
        assert _visible(seen, ".finding h5") == ["8养老服务"]
        seen.locator('.deciding a[href="#tier-1-6"]').click()
        assert seen.locator("#tier-1-6").is_visible()
        seen.locator('a[href="#tier-1-group-2"]').first.click()
        assert seen.locator("#tier-1-group-2").is_visible()


@pytest.mark.parametrize("name", ["qili", "liuyin"])
def test_without_a_script_everything_can_be_read_and_switched(tmp_path: Path, name: str) -> None:
    with opened(written(tmp_path, page(name)), java_script_enabled=False) as seen:
        titles = len(_visible(seen, ".finding h5, .finding h4"))
        assert titles == {"qili": 22, "liuyin": 8}[name]
        seen.locator("#language-en").check()
        assert _visible(seen, "h2")[0] == "Verdict"
        assert _visible(seen, "button") == []
        first = next(one for one in seen.locator("details.why").all() if one.is_visible())
        first.locator("summary").first.click()
        assert first.locator(".steps").first.is_visible()


def test_a_page_that_means_harm_does_none(tmp_path: Path) -> None:
    html = reports.dossier(wicked_assessment(), at=AT).to_html()
    with opened(written(tmp_path, html)) as seen:
        seen.on("dialog", lambda dialog: pytest.fail("a script of a stranger ran"))
        assert _visible(seen, "h1") == ["<script>alert(1)</script>"]
        seen.locator('button[data-unfold="yes"]').first.click()
        assert faults_of_access(seen) == []
        assert seen.evaluate("document.querySelectorAll('img, iframe').length") == 0


def test_printed_it_shows_every_derivation_and_no_controls(tmp_path: Path) -> None:
    with opened(written(tmp_path, page("qili")), color_scheme="dark") as seen:
        seen.emulate_media(media="print", color_scheme="dark")
        assert seen.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert seen.evaluate("getComputedStyle(document.querySelector('.head')).color") == "rgb(28, 33, 40)"
        assert not seen.locator(".tools").is_visible()
        seen.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert len(_visible(seen, "details.why > .steps")) == 22
        seen.evaluate("dispatchEvent(new Event('afterprint'))")
        assert seen.locator("details[open]").count() == 0
