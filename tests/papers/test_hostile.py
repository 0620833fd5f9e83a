"""Names that a document must not obey: markup, tags of templates, control characters, signs that turn a line round."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import smartrules as sr
from smartrules import reports
from smartrules.reports.characters import plain
from tests.papers.made import AT, DAY

SHANDONG = sr.load("shandong-smart-community@2022")

HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% if x %}",
    "{{7*7}}",
    "&lt;b&gt; & \"quoted\" 'too'",
    "a\x0bb\x00c\x1f\ud800d\ufffee",
    "‮evil‬ ⁦x⁩ name",
    "שלום‏ עולם",
    "| a | b |\n# c\n*d* _e_ `f` [g](javascript:h) <i>",
    "=cmd|' /C calc'!A0",
    "很" * 3_000,
    "x" * 5_000,
    "a\n\n\nb\tc\r\nd\fe\ag",
    "]]>--><!-- </w:t></w:p>",
]


def papers(name: str) -> list[Any]:
    facts = {
        "community": {"id": "x", "name": name},
        "facts": {"households": {"value": 100, "evidence": [name], "note": name}},
        "stated": {"elderly_share": {"value": "20 %", "note": name}},
    }
    found = SHANDONG.assess(facts)
    return [
        reports.acceptance(found, at=AT, on=DAY, mended=[name]),
        reports.notice(found, at=AT, on=DAY, contact=f"x{name}"),
    ]


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "bdi",
    "dl",
    "dt",
    "dd",
    "p",
    "section",
    "ul",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "footer",
}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_is_obeyed(name: str) -> None:
    for paper in papers(name):
        shown = plain(name)
        seen = _Seen()
        seen.feed(paper.to_html("zh"))
        assert seen.tags <= TAGS
        assert shown in seen.text
        content = Document(BytesIO(paper.to_docx("en")))
        texts = [one.text for one in content.paragraphs]
        assert any(shown in text for text in texts)
        tokens = MarkdownIt("commonmark").enable("table").parse(paper.to_markdown("zh"))
        kinds = {one.type for one in tokens} | {child.type for one in tokens for child in one.children or ()}
        assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open", "fence"}


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=40))
def test_any_name_at_all_can_be_printed(name: str) -> None:
    for paper in papers(f"n{name}"):
        Document(BytesIO(paper.to_docx("zh")))
        seen = _Seen()
        seen.feed(paper.to_html("en"))
        assert seen.tags <= TAGS
        assert plain(f"n{name}") in seen.text
        paper.to_markdown("en")


@given(st.text())
def test_a_plain_text_is_one_line_that_every_document_takes(text: str) -> None:
    found = plain(text)
    assert plain(found) == found
    assert not set(found) & {*"\n\r\t\x0b\x0c\x00\x7f\u202e\u2066\ufffe"}
    found.encode()
