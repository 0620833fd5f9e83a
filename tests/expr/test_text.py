"""Tree → text: the source of every node, and what it says in Chinese and in English."""

from datetime import date
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given

from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.expr.parse import parse
from smartrules.expr.text import phrase, source
from smartrules.units import ONE, unit
from smartrules.values import Language
from tests.strategies import trees

_TITLES = {
    "rate": ("覆盖率", "coverage"),
    "cameras": ("摄像机总数", "number of cameras"),
    "area": ("社区总面积", "total area"),
    "services": ("养老服务", "elderly-care services"),
    "water": ("水体", "water body"),
    "opened": ("开通日期", "opening date"),
    "gated": ("小区为封闭式", "the quarter is gated"),
    "a": ("甲", "A"),
    "b": ("乙", "B"),
}
_MEMBERS = {
    "meals": ("助餐", "meals"),
    "baths": ("助浴", "bathing"),
    "river": ("河流", "river"),
    "lake": ("湖泊", "lake"),
}


class Titles:
    """The titles of a few names; a name without one stands for itself."""

    def word(self, name: str, language: Language) -> str:
        return _TITLES.get(name, (name, name))[language == "en"]

    def is_collection(self, name: str) -> bool:
        return name == "quarters"

    def collection_word(self, name: str, language: Language) -> str:
        return {"quarters": ("小区", "quarters")}.get(name, (name, name))[language == "en"]

    def members_word(self, name: str) -> str:
        return self.collection_word(name, "en")

    def is_date(self, expression: Expr) -> bool:
        return isinstance(expression, Day | Today) or expression in (Name("opened"), Name("closed"))

    def member_word(self, name: str, member: str, language: Language) -> str:
        return _MEMBERS.get(member, (member, member))[language == "en"]


A, B, RATE = Name("a"), Name("b"), Name("rate")
SEVENTY = Literal(70, unit("%"))

#: For each class of nodes: a tree, its source, and what it says.
EXAMPLES: dict[type, list[tuple[Expr, str, str, str]]] = {
    Name: [(RATE, "rate", "覆盖率", "coverage"), (Name("未知"), "未知", "未知", "未知")],
    Literal: [
        (SEVENTY, "70 %", "70%", "70 %"),
        (Literal(1, unit("kind")), "1 kind", "1种", "1 kind"),
        (Literal(3, unit("kind")), "3 kinds", "3种", "3 kinds"),
        (Literal(4, unit("event/year")), "4 events/year", "4次/年", "4 events/year"),
        (Literal(Fraction(63, 10), unit("km^2")), "6.3 km^2", "6.3平方公里", "6.3 km^2"),
        (Literal(Fraction(-1, 2), ONE), "-0.5", "-0.5", "-0.5"),
        (Literal(Fraction(1, 10**7), ONE), "0.0000001", "0.0000…", "0.0000…"),
    ],
    Day: [(Day(date(2023, 1, 5)), "2023-01-05", "2023年1月5日", "2023-01-05")],
    Arithmetic: [
        (Arithmetic("/", A, B), "a / b", "甲 ÷ 乙", "A ÷ B"),
        (Arithmetic("-", A, Arithmetic("+", B, A)), "a - (b + a)", "甲 − （乙 + 甲）", "A − (B + A)"),
        (Arithmetic("*", Arithmetic("-", A, B), B), "(a - b) * b", "（甲 − 乙） × 乙", "(A − B) × B"),
        (Arithmetic("+", Arithmetic("*", A, B), B), "a * b + b", "甲 × 乙 + 乙", "A × B + B"),
    ],
    Negation: [
        (Negation(A), "-a", "−甲", "−A"),
        (Negation(Arithmetic("+", A, B)), "-(a + b)", "−（甲 + 乙）", "−(A + B)"),
    ],
    Count: [(Count(Name("services")), "count(services)", "养老服务的种数", "number of kinds of elderly-care services")],
    Reported: [
        (Reported(Name("services")), "reported(services)", "已报告养老服务", "elderly-care services is reported")
    ],
    Comparison: [
        (Comparison(">=", RATE, SEVENTY), "rate >= 70 %", "覆盖率不低于70%", "coverage is at least 70 %"),
        (Comparison("<=", RATE, SEVENTY), "rate <= 70 %", "覆盖率不高于70%", "coverage is at most 70 %"),
        (Comparison(">", RATE, SEVENTY), "rate > 70 %", "覆盖率高于70%", "coverage is more than 70 %"),
        (Comparison("<", RATE, SEVENTY), "rate < 70 %", "覆盖率低于70%", "coverage is less than 70 %"),
        (Comparison("=", RATE, SEVENTY), "rate = 70 %", "覆盖率等于70%", "coverage is exactly 70 %"),
        (Comparison("!=", RATE, SEVENTY), "rate != 70 %", "覆盖率不等于70%", "coverage is not 70 %"),
        (
            Comparison(">=", RATE, Literal(100, unit("%"))),
            "rate >= 100 %",
            "覆盖率达到100%",
            "coverage is at least 100 %",
        ),
        (
            Comparison(">=", Name("cameras"), Literal(1, unit("camera"))),
            "cameras >= 1 camera",
            "摄像机总数不少于1路",
            "number of cameras is at least 1 camera",
        ),
        (
            Comparison("<", Name("cameras"), Literal(9, unit("camera"))),
            "cameras < 9 cameras",
            "摄像机总数少于9路",
            "number of cameras is less than 9 cameras",
        ),
        (
            Comparison(">=", Count(Name("services")), Literal(2, unit("kind"))),
            "count(services) >= 2 kinds",
            "养老服务不少于2种",
            "at least 2 kinds of elderly-care services",
        ),
        (
            Comparison("<", Count(Name("services")), Literal(2, unit("kind"))),
            "count(services) < 2 kinds",
            "养老服务少于2种",
            "fewer than 2 kinds of elderly-care services",
        ),
        (
            Comparison(">=", Name("opened"), Day(date(2023, 1, 5))),
            "opened >= 2023-01-05",
            "开通日期不早于2023年1月5日",
            "opening date is not before 2023-01-05",
        ),
        (
            Comparison("<", Name("opened"), Day(date(2023, 1, 5))),
            "opened < 2023-01-05",
            "开通日期早于2023年1月5日",
            "opening date is before 2023-01-05",
        ),
        (
            Comparison("<=", Arithmetic("/", A, B), SEVENTY),
            "a / b <= 70 %",
            "甲 ÷ 乙不高于70%",
            "A ÷ B is at most 70 %",
        ),
    ],
    Range: [
        (
            Range(SEVENTY, "<=", RATE, "<", Literal(90, unit("%"))),
            "70 % <= rate < 90 %",
            "覆盖率不低于70%且低于90%",
            "coverage is at least 70 % and is less than 90 %",
        ),
        (
            Range(Literal(2, unit("camera")), "<", Name("cameras"), "<=", Literal(9, unit("camera"))),
            "2 cameras < cameras <= 9 cameras",
            "摄像机总数多于2路且不多于9路",
            "number of cameras is more than 2 cameras and is at most 9 cameras",
        ),
        (
            Range(Day(date(2023, 1, 5)), "<=", Name("opened"), "<=", Day(date(2023, 12, 31))),
            "2023-01-05 <= opened <= 2023-12-31",
            "开通日期不早于2023年1月5日且不晚于2023年12月31日",
            "opening date is not before 2023-01-05 and is not after 2023-12-31",
        ),
    ],
    Includes: [
        (
            Includes(Name("services"), ("meals",)),
            "services includes meals",
            "养老服务包括助餐",
            "elderly-care services include meals",
        ),
        (
            Includes(Name("services"), ("meals", "baths")),
            "services includes all of (meals, baths)",
            "养老服务包括助餐、助浴",
            "elderly-care services include meals and bathing",
        ),
        (
            Includes(Name("services"), ("meals", "baths"), 1),
            "services includes any of (meals, baths)",
            "养老服务至少包括助餐、助浴中的1种",
            "elderly-care services include at least 1 of meals and bathing",
        ),
        (
            Includes(Name("services"), ("meals", "baths", "x"), 2),
            "services includes at least 2 of (meals, baths, x)",
            "养老服务至少包括助餐、助浴、x中的2种",
            "elderly-care services include at least 2 of meals, bathing and x",
        ),
    ],
    OneOf: [
        (OneOf(Name("water"), ("river",)), "water is river", "水体为河流", "water body is river"),
        (
            OneOf(Name("water"), ("river", "lake", "x")),
            "water in (river, lake, x)",
            "水体为河流或湖泊或x",
            "water body is river, lake or x",
        ),
    ],
    AllOf: [
        (AllOf((A, B)), "all of (a, b)", "同时满足：（1）甲；（2）乙", "all of: (1) A; (2) B"),
        (AllOf((A,)), "all of (a)", "甲", "A"),
        (
            AllOf((A, AnyOf((A, B)))),
            "all of (a, any of (a, b))",
            "同时满足：（1）甲；（2）（满足其一：（1）甲；（2）乙）",
            "all of: (1) A; (2) (any of: (1) A; (2) B)",
        ),
    ],
    AnyOf: [
        (AnyOf((A, B)), "any of (a, b)", "满足其一：（1）甲；（2）乙", "any of: (1) A; (2) B"),
        (AnyOf((A,)), "any of (a)", "甲", "A"),
    ],
    AtLeast: [
        (
            AtLeast(2, (A, B, RATE)),
            "at least 2 of (a, b, rate)",
            "至少满足其中2项：（1）甲；（2）乙；（3）覆盖率",
            "at least 2 of: (1) A; (2) B; (3) coverage",
        )
    ],
    Not: [
        (Not(Name("gated")), "not gated", "不属于“小区为封闭式”的情形", "it is not so that the quarter is gated"),
        (
            Not(AllOf((A, B))),
            "not all of (a, b)",
            "不属于“同时满足：（1）甲；（2）乙”的情形",
            "it is not so that (all of: (1) A; (2) B)",
        ),
    ],
    Advice: [(Advice(A), "advise(a)", "建议：甲", "advised: A")],
    Today: [(Today(), "today", "评定之日", "the day of assessment")],
    Unknown: [(Unknown(), "unknown", "具体要求未收录", "what is required is not to hand")],
    Rounding: [
        (
            Rounding("truncate", RATE, SEVENTY),
            "truncate(rate, 70 %)",
            "覆盖率（按70%截断）",
            "coverage (truncated to 70 %)",
        ),
        (
            Rounding("round", RATE, SEVENTY),
            "round(rate, 70 %)",
            "覆盖率（按70%四舍五入）",
            "coverage (rounded to 70 %)",
        ),
        (
            Rounding("round_up", Arithmetic("+", RATE, RATE), SEVENTY),
            "round_up(rate + rate, 70 %)",
            "覆盖率 + 覆盖率（按70%进位）",
            "coverage + coverage (rounded up to 70 %)",
        ),
    ],
    FirstOf: [
        (
            FirstOf((Comparison("<", RATE, SEVENTY),), (Literal(1, unit("point")),), Literal(2, unit("point"))),
            "first of (rate < 70 % then 1 point, otherwise 2 points)",
            "分档值（覆盖率低于70%的取1分，其余取2分）",
            "(1 point where coverage is less than 70 %, otherwise 2 points)",
        ),
    ],
    Interpolation: [
        (
            Interpolation(
                RATE, (Literal(0, unit("%")), SEVENTY), (Literal(0, unit("point")), Literal(10, unit("point")))
            ),
            "interpolate(rate, 0 % then 0 points, 70 % then 10 points)",
            "覆盖率的线性插值（0%对应0分，70%对应10分）",
            "coverage interpolated (0 points at 0 %, 10 points at 70 %)",
        ),
    ],
    Quantified: [
        (
            Quantified("every", "quarters", Name("gated"), A),
            "every quarters where gated: a",
            "每个小区为封闭式的小区均须甲",
            "every quarters where the quarter is gated: A",
        ),
        (Quantified("some", "quarters", None, A), "some quarters: a", "至少一个小区甲", "some quarters: A"),
    ],
    Aggregate: [
        (Aggregate("count", "quarters", A), "count(quarters where a)", "甲的小区的数量", "number of quarters where A"),
        (
            Aggregate("share", "quarters", A, B),
            "share(quarters where a, b)",
            "甲的小区中乙的占比",
            "share of quarters where A with B",
        ),
        (
            Aggregate("sum", "quarters", None, Name("area")),
            "sum(quarters, area)",
            "小区的社区总面积的总和",
            "sum of total area over quarters",
        ),
        (
            Aggregate("max", "quarters", None, Name("area")),
            "max(quarters, area)",
            "小区的社区总面积的最大值",
            "largest total area of quarters",
        ),
        (
            Aggregate("percentile", "quarters", None, Name("area"), SEVENTY),
            "percentile(quarters, area, 70 %)",
            "小区的社区总面积的70%分位数",
            "70 % percentile of total area over quarters",
        ),
    ],
    When: [
        (
            When(Comparison(">=", RATE, SEVENTY), Name("gated")),
            "rate >= 70 % when gated",
            "小区为封闭式的，覆盖率不低于70%",
            "where the quarter is gated, coverage is at least 70 %",
        ),
        (
            When(AllOf((A, B)), AnyOf((A, B))),
            "all of (a, b) when any of (a, b)",
            "（满足其一：（1）甲；（2）乙）的，（同时满足：（1）甲；（2）乙）",
            "where (any of: (1) A; (2) B), (all of: (1) A; (2) B)",
        ),
    ],
}


@pytest.mark.parametrize("kind", get_args(Expr), ids=lambda kind: kind.__name__)
def test_a_node_of_each_class_in_words(kind: type) -> None:
    for tree, text, chinese, english in EXAMPLES[kind]:
        assert isinstance(tree, kind)
        assert source(tree) == text
        assert parse(text) == tree
        assert phrase(tree, Titles(), "zh") == chinese
        assert phrase(tree, Titles(), "en") == english


@given(trees())
def test_every_tree_has_words_in_both_languages(tree: Expr) -> None:
    for language in ("zh", "en"):
        text = phrase(tree, Titles(), language)
        assert text
        assert "\n" not in text


def test_a_node_of_an_unknown_class_breaks_the_printers_loudly() -> None:
    for broken in (lambda: source(object()), lambda: phrase(object(), Titles(), "zh")):  # type: ignore[arg-type]
        with pytest.raises(AssertionError):
            broken()
