"""Papers as people see them: in a browser on a desk, on a phone and on paper, and as an office prints them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser import DESK, PHONE, faults_of_access, is_wider_than_its_window, needs_browser, opened
from tests.office import convert, needs_office, pages
from tests.papers.made import acceptance_of, notice_of

PAPERS = {
    "qili-acceptance": lambda: acceptance_of("shandong-smart-community", mended=["更换失效的门禁读卡器"]),
    "qili-notice": lambda: notice_of("shandong-smart-community"),
    "karmoy-acceptance": lambda: acceptance_of("u4ssc-kpi"),
    "liuyin-acceptance": lambda: acceptance_of("complete-community", tier="aa"),
}


class TestInABrowser:
    pytestmark = needs_browser

    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize("name", PAPERS)
    def test_it_is_read_by_everybody_and_fits(self, name: str, language: Any, tmp_path: Path) -> None:
        path = tmp_path / f"{name}.html"
        path.write_text(PAPERS[name]().to_html(language), "utf-8")
        for size in (DESK, PHONE):
            with opened(path, size) as page:
                assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
                assert faults_of_access(page) == []
                assert not is_wider_than_its_window(page)
                if size is PHONE:  # each indicator is a card, whose cells say what they are
                    assert page.evaluate("getComputedStyle(document.querySelector('tbody tr')).display") == "block"

    def test_it_prints_its_heads_on_each_page_and_splits_no_row(self, tmp_path: Path) -> None:
        path = tmp_path / "paper.html"
        path.write_text(PAPERS["qili-acceptance"]().to_html("zh"), "utf-8")
        with opened(path) as page:
            page.emulate_media(media="print")
            assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
            assert page.evaluate("getComputedStyle(document.querySelector('tbody tr')).breakInside") == "avoid"
            printed = tmp_path / "paper.pdf"
            page.pdf(path=printed, prefer_css_page_size=True)
        text = text_of(printed)
        assert text.count("标准要求") >= 3, "the head of the table stands on each of its pages"
        assert "暂不能同意七里社区通过" in text


class TestInAnOffice:
    pytestmark = needs_office

    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize(("name", "most"), [("qili-acceptance", 7), ("qili-notice", 5), ("karmoy-acceptance", 6)])
    def test_it_is_printed(self, name: str, most: int, language: Any, tmp_path: Path) -> None:
        paper = PAPERS[name]()
        path = tmp_path / f"{name}.docx"
        path.write_bytes(paper.to_docx(language))
        pdf = convert(path, "pdf", tmp_path)
        shown = pages(pdf)
        assert 2 <= len(shown) <= most
        text = re.sub(r"\s+", "", text_of(pdf))
        context = paper.context(language)
        for one in (context.title, context.conclusion):
            assert re.sub(r"\s+", "", one) in text
        assert text.count(context.fingerprint) == len(shown), "the footer of each page says by what it was assessed"
        last = {"zh": f"第{len(shown)}页，共{len(shown)}页", "en": f"Page{len(shown)}of{len(shown)}"}[language]
        assert last in text
        assert "{{" not in text
        assert "{%" not in text


def text_of(pdf: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
