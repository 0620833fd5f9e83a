"""Expressions laid out: white space and the spelling of signs are made one, the author's words stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.expr.parse import parse, tokens
from smartrules.expr.spacing import spaced
from smartrules.expr.text import source
from tests.strategies import spellings, trees


@pytest.mark.parametrize(
    ("written", "laid_out"),
    [
        ("coverage>=70%", "coverage >= 70 %"),
        ("coverage  >=  70   %", "coverage >= 70 %"),
        ("a≥b", "a >= b"),
        ("a ≠ b", "a != b"),
        ("a == b", "a = b"),
        ("８０ ％≤绿地率＜９０．５ ％", "80 % <= 绿地率 < 90.5 %"),
        ("a÷b×c－d", "a / b * c - d"),
        ("（ a ）", "(a)"),
        ("- a*- ( b )", "-a * -(b)"),
        ("a - -3%", "a - -3 %"),
        ("2022-01-01<=last", "2022-01-01 <= last"),
        ("a --1", "a - -1"),
        # units, connectives, parentheses and numbers stay in the author's words
        ("area>=6.30平方公里", "area >= 6.30 平方公里"),
        ("area>=6.3km²", "area >= 6.3 km²"),
        ("rate >= 4 次/年", "rate >= 4 次/年"),
        ("rate >= 4％/year", "rate >= 4 %/year"),
        ("share >= 70 percent", "share >= 70 percent"),
        ("a  and b", "a and b"),
        ("(a)and(b)", "(a) and (b)"),
        ("all of(a,b,)", "all of (a, b,)"),
        ("all of（a、b，c）", "all of (a, b, c)"),
        ("at  least 2of(a,b)", "at least 2 of (a, b)"),
        ("not(a)", "not (a)"),
        ("x is  not a", "x is not a"),
        ("x in(a,b)", "x in (a, b)"),
        ("x includes any of( a )", "x includes any of (a)"),
        ("count (x)>=2种", "count(x) >= 2 种"),
        ("every 楼栋 where 层数≥19层：监测", "every 楼栋 where 层数 >= 19 层: 监测"),
        ("some x :y", "some x: y"),
        ("share ( x where a ,b )>=9%", "share(x where a, b) >= 9 %"),
        ("first of(a<1% then 1分,otherwise 2分)>=.5分", "first of (a < 1 % then 1 分, otherwise 2 分) >= .5 分"),
        ("d+12个月>=today", "d + 12 个月 >= today"),
        ("a when(b)", "a when (b)"),
        # a line ends where the author ends it
        ("all of (\n  a≥b,\n\tc\n)", "all of (\n  a >= b,\n c\n)"),
        ("\n a  \n and  b \n", "a\n and b"),
    ],
)
def test_signs_and_spaces_are_made_one_and_words_stay(written: str, laid_out: str) -> None:
    assert spaced(written) == laid_out
    assert spaced(laid_out) == laid_out
    assert parse(laid_out) == parse(written)


@given(st.data())
def test_every_spelling_keeps_its_tree_and_its_words_and_is_laid_out_once(data: st.DataObject) -> None:
    text = data.draw(spellings(data.draw(trees(8))))
    laid_out = spaced(text)
    assert parse(laid_out) == parse(text)
    assert spaced(laid_out) == laid_out
    assert [token.kind for token in tokens(laid_out)] == [token.kind for token in tokens(text)]
    words = [[t.text for t in tokens(one) if t.kind in ("NAME", "DATE")] for one in (text, laid_out)]
    assert words[0] == words[1]
    assert laid_out.count("\n") <= text.count("\n")
    assert not re.search(r"[（），、：≤≥≠＜＞＝＋−－×＊÷／％０-９．\t\r\u3000]", re.sub(r"\w*[^\W\d]\w*", "", laid_out))
    for line in laid_out.split("\n"):
        assert line == line.rstrip()
        assert "  " not in line.lstrip(" ")


@given(st.data())
def test_what_the_library_prints_is_laid_out(data: st.DataObject) -> None:
    printed = source(data.draw(trees(8)))
    assert spaced(printed) == printed
