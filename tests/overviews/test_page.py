"""The page of an overview: its texts, what it may not do, and a browser that clicks through it."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from smartrules.cli import run
from smartrules.reports import overview
from tests.browser import PHONE, faults_of_access, is_wider_than_its_window, needs_browser, opened
from tests.overviews.towns import TOWN, TOWNS
from tests.rulesets import ruleset

pytestmark = needs_browser

#: Many more communities than a page of the table has, in which `b` fails coverage alone.
MANY = pl.concat([TOWNS.with_columns((pl.col("name") + f"{n:02}").alias("name")) for n in range(10)])


def page_of(frame: pl.DataFrame, tmp_path: Path, **asked: int) -> Path:
    """Return the file of the page of an overview."""
    page = tmp_path / "overview.html"
    page.write_text(overview(ruleset(TOWN), frame, key="name", **asked).to_html("en"), "utf-8")
    return page


def lines_of(page: object) -> list[str]:
    """Return the communities that the table shows."""
    found: list[str] = page.locator("#table tbody th").evaluate_all(  # type: ignore[attr-defined]
        "all => all.map(one => one.firstChild.textContent)"
    )
    return found


def test_what_the_page_says_of_tiers_and_indicators(tmp_path: Path) -> None:
    with opened(page_of(TOWNS, tmp_path)) as page:
        assert page.title() == "小镇 · 总览 / Town · Overview of a population"
        assert re.sub(r"\s+", " ", page.locator("header").inner_text()) == (
            "Language 中文 English Colours auto light dark Overview of a population Town communities 12 Ruleset town@2024 "
            f"Ruleset fingerprint {ruleset(TOWN).fingerprint}"
        )
        tiers = [re.sub(r"\s+", " ", text) for text in page.locator(".row").all_inner_texts()]
        assert tiers == [
            "Low met 4 33.3333… % not met 4 33.3333… % undetermined 4 33.3333… % "
            "One indicator alone keeps 6 communities from it: 1 Coverage (3), 2 Nearness (2), 3 Supply (1)",
            "High met 2 16.6666… % not met 6 50 % undetermined 4 33.3333… % "
            "One indicator alone keeps 7 communities from it: 1 Coverage (5), 2 Nearness (1), 3 Supply (1)",
            "Highest tier reached none 8 66.6666… % Low 2 16.6666… % High 2 16.6666… %",
        ]
        rankings = [re.sub(r"\s+", " ", text) for text in page.locator(".ranking").all_inner_texts()]
        assert rankings == [
            "Most often not met 1 Coverage 2 16.6666… % 2 Nearness 2 16.6666… % 3 Supply 1 8.3333… %",
            "Most often undetermined 1 Coverage 3 25 % 2 Nearness 2 16.6666… % 3 Supply 1 8.3333… %",
            "Most often not met 1 Coverage 5 41.6666… % 2 Nearness 2 16.6666… % 3 Supply 1 8.3333… %",
            "Most often undetermined 1 Coverage 3 25 % 2 Nearness 2 16.6666… % 3 Supply 1 8.3333… %",
        ]


def test_what_the_page_says_of_a_number(tmp_path: Path) -> None:
    with opened(page_of(TOWNS, tmp_path)) as page:
        card = page.locator(".number-card").first
        card.locator(".figures summary").click()
        text = re.sub(r"\s+", " ", card.inner_text())
        for part in (
            "Coverage rate % 9 with a value, 3 without",
            "1 Coverage (Low): ≥ 70 % under 70 % 2 exactly 70 % 1 over 70 % 6",
            "b 69.9 % −0.1 percentage points j 66.6666… % −3.3333… percentage points",
            "a 70 % exactly on it c 70.1 % +0.1 percentage points",
            "1 Coverage (High): ≥ 90 % under 90 % 5 exactly 90 % 2 over 90 % 2",
            "% communities < 70 2 ≥ 70, < 75 2 ≥ 75, < 80 0 ≥ 80, < 85 0 ≥ 85, < 90 1 ≥ 90, < 95 2 ≥ 95 2",
        ):
            assert part in text, text


def test_sorting_filtering_and_searching_by_mouse_and_keyboard(tmp_path: Path) -> None:
    with opened(page_of(MANY, tmp_path)) as page:
        assert len(lines_of(page)) == 50
        assert lines_of(page)[:3] == ["a00", "a01", "a02"]
        assert page.locator("#shown").inner_text() == "1 to 50 of 120"
        page.click("#next")
        assert lines_of(page)[0] == "f00"
        page.get_by_role("button", name="not met", exact=True).click()
        assert lines_of(page)[:11] == [f"j{n:02}" for n in range(10)] + ["b00"]
        page.keyboard.press("Enter")  # the other way round
        assert lines_of(page)[:2] == ["a00", "a01"]
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")  # by the outcome of the tier
        assert lines_of(page)[0] == "a00"
        page.locator("#search").focus()
        page.keyboard.type("B0")
        assert lines_of(page) == [f"b{n:02}" for n in range(10)]
        page.keyboard.press("Control+A")
        page.keyboard.press("Backspace")
        page.select_option("#tier", label="High")
        page.select_option("#outcome", label="met")
        assert page.locator("#shown").inner_text() == "1 to 20 of 20"
        page.get_by_role("button", name="Clear").click()
        page.select_option("#indicator", label="3 Supply")
        page.select_option("#is", label="not applicable")
        assert {name[0] for name in lines_of(page)} == {"e", "j"}
        page.get_by_role("button", name="Clear").click()
        page.get_by_label("only those that contradict themselves").check()
        assert lines_of(page) == [f"i{n:02}" for n in range(10)]
        assert "number of connected households is more than number of households" in page.locator("#table").inner_text()
        page.locator("#search").fill("nobody")
        assert page.locator("#shown").inner_text() == "no community is like that"


def test_a_community_that_is_named_is_found_in_the_table(tmp_path: Path) -> None:
    with opened(page_of(TOWNS, tmp_path, listed=1)) as page:
        assert page.locator(".communities > p").inner_text() == (
            "10 of 12 communities are listed: the first 1 in the order of their ids, and 9 that this page names elsewhere. "
            "The others are not in this page."
        )
        page.locator(".number-card .find", has_text="j").first.click()
        assert lines_of(page) == ["j"]
        assert page.evaluate("document.activeElement.id") == "communities"


def test_the_languages_are_exchanged(tmp_path: Path) -> None:
    with opened(page_of(TOWNS, tmp_path)) as page:
        assert page.evaluate("document.documentElement.lang") == "en"
        assert "各等级达到情况" not in page.locator("main").inner_text()
        page.locator("#language-en").focus()
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        text = page.locator("main").inner_text()
        assert "各等级达到情况" in text
        assert "Who reaches which tier" not in text
        assert page.locator("#shown").inner_text() == "第1至12个，共12个"
        assert page.locator(".drawing").first.get_attribute("aria-label") == "覆盖率的分布图，9个社区"
        page.check("#language-en", force=True)
        assert page.locator("#shown").inner_text() == "1 to 12 of 12"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, (1280, 1000)], ids=["phone", "desk"])
def test_everyone_can_use_it(tmp_path: Path, scheme: str, size: tuple[int, int]) -> None:
    with opened(page_of(MANY, tmp_path), size, color_scheme=scheme) as page:
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert faults_of_access(page) == []
        assert not is_wider_than_its_window(page)
        page.check("#language-zh", force=True)
        assert faults_of_access(page) == []
        assert not is_wider_than_its_window(page)


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    '"><b>',
    "{{ 7 * 7 }}{% if %}",
    "__proto__",
]


def test_names_are_no_markup(tmp_path: Path) -> None:
    frame = TOWNS.head(len(HOSTILE)).with_columns(pl.Series("name", HOSTILE))
    with opened(page_of(frame, tmp_path)) as page:
        assert set(lines_of(page)) == set(HOSTILE)
        named = set(page.locator(".find").all_text_contents())
        assert named <= set(HOSTILE)
        assert len(named) > 3
        assert page.locator("img").count() == 0
    assert "<script>alert" not in (tmp_path / "overview.html").read_text("utf-8")


def test_titles_are_no_markup(tmp_path: Path) -> None:
    rules = ruleset(
        TOWN.replace("zh: 覆盖率, en: coverage rate", "zh: '<i>覆盖', en: '</script><i>coverage'").replace(
            "zh: 低, en: Low", "zh: '<script>低', en: '</script>Low'"
        )
    )
    page = tmp_path / "overview.html"
    page.write_text(overview(rules, TOWNS, key="name").to_html("en"), "utf-8")
    with opened(page) as seen:
        assert "</script>Low" in seen.locator(".row h3").first.inner_text()
        assert seen.locator(".number-card h4").first.inner_text() == "</script><i>coverage"


def test_the_same_population_gives_the_same_bytes() -> None:
    first, second = (overview(ruleset(TOWN), TOWNS, key="name").to_html("zh") for _ in range(2))
    assert first == second


def test_the_page_of_many_stays_small(tmp_path: Path) -> None:
    frame = pl.concat([TOWNS.with_columns((pl.col("name") + f"{n:05}").alias("name")) for n in range(1000)])
    page = page_of(frame, tmp_path)
    assert page.stat().st_size < 500_000
    with opened(page) as seen:
        assert seen.locator(".communities > p").inner_text() == (
            "2,045 of 12,000 communities are listed: the first 2,000 in the order of their ids, and 45 that this page names "
            "elsewhere. The others are not in this page."
        )


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "town.yaml").write_text(TOWN, "utf-8")
    TOWNS.write_parquet(tmp_path / "towns.parquet")
    asked = ["report", str(tmp_path / "towns.parquet"), "-r", str(tmp_path / "town.yaml"), "--kind", "overview"]
    assert run([*asked, "--key", "name", "--lang", "en", "-o", str(tmp_path / "out.html")]) == 0
    assert (tmp_path / "out.html").read_text("utf-8") == overview(ruleset(TOWN), TOWNS, key="name").to_html("en")
    assert run([*asked, "--key", "nam"]) == 2
    said = capsys.readouterr()
    assert "there is no column `nam`, the key" in said.err
    assert run([*asked, "--days", "3"]) == 2
    assert "`--kind overview` does not take it" in capsys.readouterr().err
    assert run(["report", str(tmp_path / "town.yaml"), "--kind", "overview"]) == 2
    assert "is no file of communities" in capsys.readouterr().err
