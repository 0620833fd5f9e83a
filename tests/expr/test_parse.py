"""Text → tree: what each spelling means, that printing and parsing undo each other, and where every node stands."""

from datetime import date
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import RulesetError, Span
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
    children,
    names,
    walk,
)
from smartrules.expr.parse import parse
from smartrules.expr.text import source
from smartrules.units import ONE, unit
from tests.strategies import BY_CLASS, spellings, trees

A, B, C, X, Y = (Name(name) for name in "abcxy")
PERCENT = unit("%")


def five(number: int | Fraction = 5) -> Literal:
    return Literal(number, PERCENT)


def test_the_strategies_know_every_class_of_nodes() -> None:
    assert set(BY_CLASS) == set(get_args(Expr))


@pytest.mark.once
@settings(max_examples=500)
@given(trees())
def test_parsing_what_was_printed_gives_the_same_tree(tree: Expr) -> None:
    assert parse(source(tree)) == tree


@pytest.mark.parametrize("kind", get_args(Expr), ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=40)
def test_parsing_what_was_printed_gives_the_same_node_of_each_class(kind: type, data: st.DataObject) -> None:
    tree = data.draw(BY_CLASS[kind])
    assert isinstance(tree, kind)
    assert parse(source(tree)) == tree


@pytest.mark.once
@settings(max_examples=400)
@given(st.data())
def test_every_spelling_of_a_tree_is_the_same_tree_and_prints_alike(data: st.DataObject) -> None:
    tree = data.draw(trees(8))
    text = data.draw(spellings(tree))
    parsed = parse(text)
    assert parsed == tree
    assert source(parsed) == source(tree)
    assert parse(source(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("gigabit", Name("gigabit")),
        ("社区家庭总数", Name("社区家庭总数")),
        ("ｘ", X),
        ("70 %", Literal(70, PERCENT)),
        ("70%", Literal(70, PERCENT)),
        ("７０％", Literal(70, PERCENT)),
        ("0.70", Literal(Fraction(7, 10), ONE)),
        (".5", Literal(Fraction(1, 2), ONE)),
        ("５．５ ‰", Literal(Fraction(11, 2), unit("‰"))),
        ("1e3 m", Literal(1000, unit("m"))),
        ("1.5e-3", Literal(Fraction(3, 2000), ONE)),
        ("3户", Literal(3, unit("household"))),
        ("4 次/年", Literal(4, unit("event/year"))),
        ("500㎡", Literal(500, unit("m^2"))),
        ("100 人/㎢", Literal(100, unit("person/km^2"))),
        ("6.3 km²", Literal(Fraction(63, 10), unit("km^2"))),
        ("-5 %", Literal(-5, PERCENT)),
        ("− 5 %", Literal(-5, PERCENT)),
        ("-(5 %)", Literal(-5, PERCENT)),
        ("--5 %", Literal(5, PERCENT)),
        ("-x", Negation(X)),
        ("--x", Negation(Negation(X))),
        ("-(x + y)", Negation(Arithmetic("+", X, Y))),
        ("2023-11-25", Day(date(2023, 11, 25))),
        ("2023 - 11 - 25", Arithmetic("-", Arithmetic("-", Literal(2023, ONE), Literal(11, ONE)), Literal(25, ONE))),
        ("x ÷ y", Arithmetic("/", X, Y)),
        ("x × 2", Arithmetic("*", X, Literal(2, ONE))),
        ("x -5 %", Arithmetic("-", X, Literal(5, PERCENT))),
        ("count(x)", Count(X)),
        ("reported(x)", Reported(X)),
        ("count（x,）", Count(X)),
        ("count >= 3 kinds", Comparison(">=", Name("count"), Literal(3, unit("kind")))),
        ("x ≥ 5 %", Comparison(">=", X, five())),
        ("x ≤ 5 %", Comparison("<=", X, five())),
        ("x ≠ 5 %", Comparison("!=", X, five())),
        ("x == 5 %", Comparison("=", X, five())),
        ("x ＝ 5 %", Comparison("=", X, five())),
        ("x＜5％", Comparison("<", X, five())),
        ("5 % < x", Comparison("<", five(), X)),
        ("6 <= x < 9", Range(Literal(6, ONE), "<=", X, "<", Literal(9, ONE))),
        ("9 > x >= 6", Range(Literal(6, ONE), "<=", X, "<", Literal(9, ONE))),
        ("9 ≥ x ＞ 6", Range(Literal(6, ONE), "<", X, "<=", Literal(9, ONE))),
        ("a < b < c", Range(A, "<", B, "<", C)),
        ("x includes a", Includes(X, ("a",))),
        ("x includes all of (a, b)", Includes(X, ("a", "b"))),
        ("x includes any of (a、b)", Includes(X, ("a", "b"), 1)),
        ("x includes at least 2 of （a，b，c，）", Includes(X, ("a", "b", "c"), 2)),
        ("x is a", OneOf(X, ("a",))),
        ("x in (a, b)", OneOf(X, ("a", "b"))),
        ("x in (a)", OneOf(X, ("a",))),
        ("x is not a", Not(OneOf(X, ("a",)))),
        ("not x is a", Not(OneOf(X, ("a",)))),
        ("not not a", Not(Not(A))),
        ("a and b and c", AllOf((A, B, C))),
        ("all of (a, b, c)", AllOf((A, B, C))),
        ("all of (a)", AllOf((A,))),
        ("a or b", AnyOf((A, B))),
        ("(a and b) or c", AnyOf((AllOf((A, B)), C))),
        ("a and (b or c)", AllOf((A, AnyOf((B, C))))),
        ("any of (a, b,)", AnyOf((A, B))),
        ("at least 2 of (a, b, c)", AtLeast(2, (A, B, C))),
        ("a when b", When(A, B)),
        ("((a))", A),
    ],
)
def test_a_text_means_its_tree(text: str, tree: Expr) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x + y * 2", "x + (y * 2)"),
        ("x * y + 2", "(x * y) + 2"),
        ("x - y - 2", "(x - y) - 2"),
        ("x / y / 2", "(x / y) / 2"),
        ("x / y * 2", "(x / y) * 2"),
        ("-x * y", "(-x) * y"),
        ("-x + y", "(-x) + y"),
        ("x - -y", "x - (-y)"),
        ("x + 1 > y * 2", "(x + 1) > (y * 2)"),
        ("not x > y", "not (x > y)"),
        ("not x includes a", "not (x includes a)"),
        ("not a and b", "(not a) and b"),
        ("not a or b", "(not a) or b"),
        ("a and x > y", "a and (x > y)"),
        ("a and b when c", "(a and b) when c"),
        ("a when b or c", "a when (b or c)"),
        ("a when b when c", "(a when b) when c"),
        ("not a when b", "(not a) when b"),
        ("6 < x + 1 < 9", "6 < (x + 1) < 9"),
    ],
)
def test_what_binds_more_tightly_needs_no_parentheses(text: str, same: str) -> None:
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x-(y-z)", "x - (y - z)"),
        ("(x - y) - z", "x - y - z"),
        ("x/(y*z)", "x / (y * z)"),
        ("(x+y)*z", "(x + y) * z"),
        ("x * -5 %", "x * -5 %"),
        ("-(x*y)", "-(x * y)"),
        ("(a and b) and c", "all of (all of (a, b), c)"),
        ("a and b", "all of (a, b)"),
        ("(a or b) and c", "all of (any of (a, b), c)"),
        ("not (a and b)", "not all of (a, b)"),
        ("not (a when b)", "not (a when b)"),
        ("(a when b) when c", "(a when b) when c"),
        ("a when (b when c)", "a when (b when c)"),
        ("a, ".join(["all of (", "b when c)"]), "all of (a, b when c)"),
        ("(not a) = b", "(not a) = b"),
        ("９０％≤x", "90 % <= x"),
        ("9 >= x > 6", "6 < x <= 9"),
        ("x is not a", "not x is a"),
        ("x includes at least 1 of (a, b)", "x includes any of (a, b)"),
        ("x >= 70 percent", "x >= 70 %"),
        ("x >= 3 户", "x >= 3 households"),
        ("x >= 1 户", "x >= 1 household"),
        ("x >= 4 次/年", "x >= 4 events/year"),
        ("x >= 0.50", "x >= 0.5"),
        ("x >= 1e3", "x >= 1000"),
    ],
)
def test_a_tree_prints_in_one_way(text: str, printed: str) -> None:
    assert source(parse(text)) == printed


@pytest.mark.parametrize("text", ["x > 1e39", "x > 1e-39", "x > 12.5e37", f"x > {'9' * 40}", f"x > .{'3' * 39}"])
def test_the_longest_numbers_can_be_read_again_as_they_are_printed(text: str) -> None:
    assert parse(source(parse(text))) == parse(text)


# --- positions -----------------------------------------------------------------------------------------------------


def test_where_a_node_stands_is_no_part_of_what_it_says() -> None:
    near, far = parse("x >= 5 %"), parse("   x >=   5 %")
    assert near == far
    assert hash(near) == hash(far)
    assert near.at != far.at
    assert "Span" not in repr(near)


def test_every_node_stands_where_its_text_is() -> None:
    text = "all of (rate >= 70 %, 6 <= ph <= 9, -x + count(s) > 2 kinds, s includes a, w in (a, b)) when on is not b"
    tree = parse(text)
    found = {}
    for node in walk(tree):
        assert node.at is not None
        assert node.at.line == 1
        found[text[node.at.column - 1 : node.at.column - 1 + node.at.width]] = type(node).__name__
    assert found == {
        text: "When",
        "all of (rate >= 70 %, 6 <= ph <= 9, -x + count(s) > 2 kinds, s includes a, w in (a, b))": "AllOf",
        "rate >= 70 %": "Comparison",
        "rate": "Name",
        "70 %": "Literal",
        "6 <= ph <= 9": "Range",
        "6": "Literal",
        "ph": "Name",
        "9": "Literal",
        "-x + count(s) > 2 kinds": "Comparison",
        "-x + count(s)": "Arithmetic",
        "-x": "Negation",
        "x": "Name",
        "count(s)": "Count",
        "s": "Name",
        "2 kinds": "Literal",
        "s includes a": "Includes",
        "w in (a, b)": "OneOf",
        "w": "Name",
        "on is not b": "OneOf",  # and the negation, which `not` in the middle makes of it
        "on": "Name",
    }


@given(st.data())
def test_the_text_at_a_node_parses_to_that_node(data: st.DataObject) -> None:
    tree = data.draw(trees(8))
    lines = data.draw(spellings(tree)).replace("\r\n", "\n").split("\n")
    # A place is on one line, so only a text on one line shows all of each node.
    text = " ".join(lines)
    for node in walk(parse(text)):
        assert node.at is not None
        written = text[node.at.column - 1 : node.at.column - 1 + node.at.width]
        if isinstance(node, OneOf) and parse(written) == Not(node):
            continue  # `x is not a` is both the negation and what it negates
        assert parse(written) == node


def test_a_node_on_a_later_line_stands_on_that_line() -> None:
    tree = parse("all of (\n  x >= 5 %,\n  not y\n)")
    assert isinstance(tree, AllOf)
    comparison, negated = tree.parts
    assert isinstance(negated, Not)
    assert comparison.at == Span(2, 3, 8)
    assert negated.at == Span(3, 3, 5)
    assert negated.part.at == Span(3, 7, 1)
    assert tree.at == Span(1, 1, 8)


# --- reading the tree ----------------------------------------------------------------------------------------------

_CHILDREN: dict[type, tuple[Expr, tuple[Expr, ...]]] = {
    Name: (X, ()),
    Literal: (five(), ()),
    Day: (Day(date(2022, 1, 1)), ()),
    Arithmetic: (Arithmetic("+", X, Y), (X, Y)),
    Negation: (Negation(X), (X,)),
    Count: (Count(X), (X,)),
    Reported: (Reported(X), (X,)),
    Comparison: (Comparison(">=", X, five()), (X, five())),
    Range: (Range(five(), "<", X, "<=", five(9)), (five(), X, five(9))),
    Includes: (Includes(X, ("a",)), (X,)),
    OneOf: (OneOf(Y, ("a",)), (Y,)),
    AllOf: (AllOf((A, B)), (A, B)),
    AnyOf: (AnyOf((A, B)), (A, B)),
    AtLeast: (AtLeast(1, (A, B)), (A, B)),
    Not: (Not(A), (A,)),
    When: (When(A, B), (A, B)),
    Advice: (Advice(A), (A,)),
    Today: (Today(), ()),
    Unknown: (Unknown(), ()),
    Rounding: (Rounding("truncate", X, five()), (X, five())),
    FirstOf: (FirstOf((A, B), (X, Y), five()), (A, X, B, Y, five())),
    Interpolation: (Interpolation(X, (five(), five(9)), (five(1), five(2))), (X, five(), five(1), five(9), five(2))),
    Quantified: (Quantified("every", "x", A, B), (A, B)),
    Aggregate: (Aggregate("percentile", "x", A, Y, five()), (A, Y, five())),
}


@pytest.mark.parametrize("kind", get_args(Expr), ids=lambda kind: kind.__name__)
def test_the_parts_of_a_node_of_each_class(kind: type) -> None:
    node, parts = _CHILDREN[kind]
    assert isinstance(node, kind)
    assert children(node) == parts
    assert list(walk(node)) == [node, *parts]


def test_the_names_of_a_tree_come_in_the_order_of_reading() -> None:
    tree = parse("all of (b / a >= 5 %, count(s) > 1 kind, not w is river) when x includes m")
    assert [name.id for name in names(tree)] == ["b", "a", "s", "w", "x"]


@pytest.mark.parametrize("kind", get_args(Expr), ids=lambda kind: kind.__name__)
def test_no_node_can_be_changed(kind: type) -> None:
    node, _ = _CHILDREN[kind]
    for name in (*kind.__annotations__, "another"):
        with pytest.raises(AttributeError):
            setattr(node, name, None)


# --- faults --------------------------------------------------------------------------------------------------------


def fault_of(text: str) -> tuple[str, Span | None]:
    with pytest.raises(RulesetError) as caught:
        parse(text)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code, diagnostic.at


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "SR201", Span(1, 1)),
        (" \n ", "SR201", Span(1, 1)),
        ("x >=", "SR201", Span(1, 3, 2)),
        ("x > > 5 %", "SR201", Span(1, 5, 1)),
        ("x y", "SR201", Span(1, 3, 1)),
        ("x >= 5 %.", "SR201", Span(1, 9, 1)),
        ("all", "SR201", Span(1, 1, 3)),
        ("x ? y", "SR201", Span(1, 3, 1)),
        ("product(x)", "SR201", Span(1, 1, 7)),
        ("x in ()", "SR201", Span(1, 7, 1)),
        ("x includes when", "SR201", Span(1, 12, 4)),
        ("ａｌｌ", "SR201", Span(1, 1, 3)),
        ("(x", "SR202", Span(1, 1, 1)),
        ("x)", "SR202", Span(1, 2, 1)),
        ("a < b > c", "SR203", Span(1, 1, 9)),
        ("a = b = c", "SR203", Span(1, 1, 9)),
        ("a < b < c < d", "SR203", Span(1, 1, 13)),
        ("a and b or c", "SR204", Span(1, 1, 12)),
        ("a or b and c", "SR204", Span(1, 1, 12)),
        ("x >= 1e41", "SR207", Span(1, 6, 4)),
        ("x >= 1e40", "SR207", Span(1, 6, 4)),
        (f"x >= {'9' * 41}", "SR207", Span(1, 6, 41)),
        ("2022-02-30", "SR113", Span(1, 1, 10)),
        ("at least 3 of (a, b)", "SR208", Span(1, 10, 1)),
        ("at least 0 of (a, b)", "SR208", Span(1, 10, 1)),
        ("x includes at least 2 of (a)", "SR208", Span(1, 21, 1)),
        ("x >= 5 furlongz", "SR251", Span(1, 8, 8)),
        ("x >= 5 m^99", "SR252", Span(1, 8, 4)),
        ("x >= 5 degC", "SR253", Span(1, 8, 4)),
        ("count(x + y)", "SR302", Span(1, 1, 12)),
        ("count(x, y)", "SR302", Span(1, 1, 11)),
        ("x + y includes a", "SR302", Span(1, 1, 16)),
        ("5 % is a", "SR302", Span(1, 1, 8)),
        ("x in (a, a)", "SR304", Span(1, 10, 1)),
        (f"{'x' * 101} > 5 %", "SR112", Span(1, 1, 101)),
        # In the compatibility form, in which names are compared, these are a number and three words.
        ("x > ²", "SR112", Span(1, 5, 1)),
        ("x > ﷺ", "SR112", Span(1, 5, 1)),
        ("x includes ⅷ½", "SR112", Span(1, 12, 2)),
    ],
)
def test_a_text_that_means_nothing_is_refused_at_its_place(text: str, code: str, at: Span) -> None:
    assert fault_of(text) == (code, at)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 61 + "x" + ")" * 61,
        "not " * 60 + "x",
        "-" * 60 + "x",
        " + ".join(["x"] * 61),
        "x" * 20_001,
        "all of (" * 61 + "x" + ")" * 61,
    ],
    ids=["parentheses", "not", "minus", "sum", "length", "lists"],
)
def test_an_expression_deeper_or_longer_than_any_real_one_is_refused(text: str) -> None:
    code, _ = fault_of(text)
    assert code == "SR205"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60 + "x" + ")" * 60,
        "not " * 59 + "x",
        "-" * 59 + "x",
        " + ".join(["x"] * 60),
        "all of (" * 59 + "x" + ")" * 59,
    ],
    ids=["parentheses", "not", "minus", "sum", "lists"],
)
def test_the_deepest_expressions_can_be_printed_and_read_again(text: str) -> None:
    tree = parse(text)
    assert parse(source(tree)) == tree


def test_a_list_may_be_long() -> None:
    many = ", ".join(f"x{index}" for index in range(2000))
    assert parse(f"all of ({many})") == AllOf(tuple(Name(f"x{index}") for index in range(2000)))


def test_every_unknown_unit_of_an_expression_is_named_at_once() -> None:
    with pytest.raises(RulesetError) as caught:
        parse("all of (x >= 5 furlongz, y >= 3 degC)")
    assert [(d.code, d.at) for d in caught.value.diagnostics] == [("SR251", Span(1, 16, 8)), ("SR253", Span(1, 33, 4))]


_WORDS = ["x", "households", "and", "or", "not", "all of (", "at least 2 of (", ")", "(", ">=", "<", "5 %", "3", ","]
_WORDS += [
    "includes",
    "is",
    "in",
    "when",
    "count(",
    "+",
    "-",
    "/",
    "2022-01-01",
    "户",
    "^",
    "=",
    "≥",
    "。",
    "\n",
    "1e9",
]


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join)))
def test_any_text_is_a_tree_or_refused_with_a_code(text: str) -> None:
    try:
        tree = parse(text)
    except RulesetError as error:
        assert error.diagnostics
        assert all(diagnostic.code.startswith("SR") for diagnostic in error.diagnostics)
    else:
        assert parse(source(tree)) == tree
