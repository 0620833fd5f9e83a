"""Whole papers, compared with texts that were read: `python -m tests.papers.made` writes them anew."""

from __future__ import annotations

import pytest

from tests.papers.made import TEXTS, WHOLE


@pytest.mark.parametrize("name", WHOLE)
def test_a_paper_says_what_was_read(name: str) -> None:
    make, language = WHOLE[name]
    assert make().to_markdown(language) == (TEXTS / name).read_text("utf-8")


def test_no_text_is_left_over() -> None:
    assert {path.name for path in TEXTS.iterdir()} == set(WHOLE)
