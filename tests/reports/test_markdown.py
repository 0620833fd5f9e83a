"""Markdown holds texts, whatever is in them: a reader of Markdown gives each back as it was."""

from __future__ import annotations

from html import unescape
from re import sub

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from smartrules.reports.markdown import bulleted, escaped, fenced, heading, joined, table

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: Lines of signs that mean something in Markdown, and of letters.
LINES = (
    st.text(st.sampled_from("ab1 .)(-+=#*_`~<>[]|\\&;:!$达/\"'"), min_size=1, max_size=12)
    .map(lambda line: " ".join(line.split()))
    .filter(bool)
)


def _text(html: str) -> str:
    return unescape(sub(r"<[^>]*>", "", html)).strip()


@given(LINES)
def test_a_text_reads_back_as_it_was(line: str) -> None:
    assert READER.render(escaped(line)) == f"<p>{_html(line)}</p>\n"
    assert READER.render(heading(2, line)) == f"<h2>{_html(line)}</h2>\n"
    assert READER.render("\n".join(bulleted([line]))) == f"<ul>\n<li>{_html(line)}</li>\n</ul>\n"


@given(st.lists(st.tuples(LINES, LINES), max_size=3))
def test_a_table_has_its_cells(rows: list[tuple[str, str]]) -> None:
    html = READER.render("\n".join(table(("one", "two"), rows)))
    cells = [cell for row in rows for cell in row]
    assert [_text(part.partition("</td>")[0]) for part in html.split("<td>")[1:]] == cells


@given(st.lists(st.text(st.sampled_from("a`~ <"), max_size=8), min_size=1, max_size=4))
def test_what_is_fenced_stays_as_it_is(lines: list[str]) -> None:
    text = "\n".join([*lines, "end"])
    assert (
        READER.render("\n".join(fenced(text, "yaml")))
        == f'<pre><code class="language-yaml">{_html(text)}\n</code></pre>\n'
    )


def test_blocks_stand_apart() -> None:
    assert joined([["# a"], [], ["b", "c"]]) == "# a\n\nb\nc\n"
    assert bulleted(["x", "1. y"], depth=1) == ["  - x", r"  - 1\. y"]


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
