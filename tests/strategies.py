"""Hypothesis strategies: random trees of the expression language, and the ways in which a person may write one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

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
from smartrules.units import ONE, Unit, unit
from smartrules.values import Number

WORDS_OF_THE_LANGUAGE = frozenset(
    [
        "all",
        "and",
        "any",
        "at",
        "every",
        "first",
        "in",
        "includes",
        "is",
        "least",
        "not",
        "of",
        "or",
        "otherwise",
        "some",
        "then",
        "today",
        "when",
        "where",
    ]
)


def decimals(*, minimum: int = -(10**9), maximum: int = 10**9, places: int = 6) -> st.SearchStrategy[Number]:
    """Draw exact decimal numbers, whole ones as ``int``."""

    def build(digits: int, count: int) -> Number:
        number = Fraction(digits, 10**count)
        return number.numerator if number.denominator == 1 else number

    return st.builds(build, st.integers(minimum, maximum), st.integers(0, places))


# Letters of any script and digits, as they are in Unicode's compatibility form.
_LETTER = st.characters(categories=("Lu", "Ll", "Lo", "Lm")).filter(lambda c: unicodedata.normalize("NFKC", c) == c)
_FOLLOWING = st.one_of(st.sampled_from("_0123456789"), st.sampled_from("abcxyzABC"), _LETTER)


def _can_name(text: str) -> bool:
    known = text not in WORDS_OF_THE_LANGUAGE and unicodedata.normalize("NFKC", text) == text
    return known and re.fullmatch(r"[^\W\d]\w*", text) is not None


@cache
def ids() -> st.SearchStrategy[str]:
    """Draw names, among them Chinese ones and those that begin like a word of the language."""
    likely = st.sampled_from(
        [
            "households",
            "x",
            "_",
            "e5",
            "社区家庭总数",
            "常住人口60岁以上",
            "allowed",
            "android",
            "inn",
            "is_gated",
            "not_met",
            "whenever",
            "of_age",
            "count",
            "kinds",
        ]
    )
    anything = st.builds("".join, st.tuples(_LETTER, st.text(_FOLLOWING, max_size=8))).filter(_can_name)
    return st.one_of(likely, likely, anything)


_WRITTEN_UNITS = ["%", "‰", "household", "camera", "kind", "km^2", "event/year", "mu", "wan_person", "m^2", "min"]


@cache
def units() -> st.SearchStrategy[Unit]:
    """Draw units, the unit of a bare number among them, and products of two."""
    one = st.sampled_from(_WRITTEN_UNITS).map(unit)
    product = st.builds(
        lambda left, joint, right: unit(f"{left}{joint}{right}"),
        st.sampled_from(_WRITTEN_UNITS),
        st.sampled_from("*/"),
        st.sampled_from(_WRITTEN_UNITS),
    )
    return st.one_of(st.just(ONE), one, one, product)


@cache
def literals() -> st.SearchStrategy[Literal]:
    """Draw numbers with their units."""
    return st.builds(Literal, decimals(), units())


@cache
def dates() -> st.SearchStrategy[date]:
    """Draw dates of any year that four digits write."""
    return st.dates(min_value=date(1, 1, 1))


_MEMBERS = st.lists(ids(), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def _includes(draw: st.DrawFn) -> Includes:
    members = draw(_MEMBERS)
    return Includes(Name(draw(ids())), members, draw(st.none() | st.integers(1, len(members))))


@st.composite
def _at_least(draw: st.DrawFn, several: st.SearchStrategy[tuple[Expr, ...]]) -> AtLeast:
    parts = draw(several)
    return AtLeast(draw(st.integers(1, len(parts))), parts)


_LEAVES: dict[type, st.SearchStrategy[Any]] = {
    Name: st.builds(Name, ids()),
    Literal: literals(),
    Day: st.builds(Day, dates()),
    Today: st.builds(Today),
    Unknown: st.builds(Unknown),
    Count: st.builds(Count, st.builds(Name, ids())),
    Reported: st.builds(Reported, st.builds(Name, ids())),
    Includes: _includes(),
    OneOf: st.builds(OneOf, st.builds(Name, ids()), _MEMBERS),
}


@st.composite
def _first_of(draw: st.DrawFn, several: st.SearchStrategy[tuple[Expr, ...]], below: st.SearchStrategy[Expr]) -> FirstOf:
    conditions = draw(several)
    values = tuple(draw(below) for _ in conditions)
    return FirstOf(conditions, values, draw(below))


@st.composite
def _interpolation(draw: st.DrawFn, below: st.SearchStrategy[Expr]) -> Interpolation:
    places = draw(st.lists(literals(), min_size=2, max_size=4))
    return Interpolation(draw(below), tuple(places), tuple(draw(literals()) for _ in places))


@st.composite
def _aggregate(draw: st.DrawFn, below: st.SearchStrategy[Expr]) -> Aggregate:
    function = draw(st.sampled_from(["count", "share", "sum", "min", "max", "mean", "percentile"]))
    # Without a condition, `count(x)` counts a set or a collection: the parser cannot know which.
    where = draw(below) if function == "count" else draw(st.none() | below)
    of = None if function == "count" else draw(below)
    return Aggregate(function, draw(ids()), where, of, draw(literals()) if function == "percentile" else None)


def _branches(below: st.SearchStrategy[Expr]) -> dict[type, st.SearchStrategy[Any]]:
    several = st.lists(below, min_size=1, max_size=4).map(tuple)
    inclusive = st.sampled_from(["<", "<="])
    return {
        Arithmetic: st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        # A literal with a minus is a negative literal, so no tree has a negation directly above one.
        Negation: st.builds(Negation, below.filter(lambda node: not isinstance(node, Literal))),
        Comparison: st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), below, below),
        Range: st.builds(Range, below, inclusive, below, inclusive, below),
        AllOf: st.builds(AllOf, several),
        AnyOf: st.builds(AnyOf, several),
        AtLeast: _at_least(several),
        Not: st.builds(Not, below),
        Advice: st.builds(Advice, below),
        Rounding: st.builds(Rounding, st.sampled_from(["truncate", "round", "round_up"]), below, literals()),
        FirstOf: _first_of(several, below),
        Interpolation: _interpolation(below),
        Quantified: st.builds(Quantified, st.sampled_from(["every", "some"]), ids(), st.none() | below, below),
        Aggregate: _aggregate(below),
        When: st.builds(When, below, below),
    }


#: A strategy for each class of nodes, over small parts.
BY_CLASS: dict[type, st.SearchStrategy[Any]] = _LEAVES | _branches(st.one_of(*_LEAVES.values()))


@cache
def trees(max_leaves: int = 12) -> st.SearchStrategy[Expr]:
    """Draw well-formed trees of every shape, whether or not the kinds of their parts fit together."""
    leaves = st.one_of(*_LEAVES.values())
    return st.recursive(leaves, lambda below: st.one_of(*_branches(below).values()), max_leaves=max_leaves)


# --- spelling ------------------------------------------------------------------------------------------------------

_LOOSE = {
    "<=": ["<=", "≤"],
    ">=": [">=", "≥"],
    "!=": ["!=", "≠"],
    "=": ["=", "==", "＝"],
    "<": ["<", "＜"],
    ">": [">", "＞"],
    "+": ["+", "＋"],
    "-": ["-", "−", "－"],
    "*": ["*", "×", "＊"],
    "/": ["/", "÷", "／"],
    "(": ["(", "（"],
    ")": [")", "）"],
    ",": [",", "，", "、"],
}
_MIRRORED = {"<": ">", "<=": ">="}
_SPELLINGS_OF_UNITS = {
    "household": ["household", "households", "户"],
    "camera": ["camera", "cameras", "路"],
    "kind": ["kind", "kinds", "种"],
    "km^2": ["km^2", "km²", "km2", "平方公里"],
    "m^2": ["m^2", "m²", "平方米"],
    "event/year": ["event/year", "次/年", "events/year", "event·year^-1"],
    "mu": ["mu", "亩"],
    "%": ["%", "％", "percent"],
    "min": ["min", "分钟"],
}
_GAPS = [" ", "  ", "\n", "\t", "\r\n", "\u3000", " \n  "]


def spellings(node: Expr) -> st.SearchStrategy[str]:
    """Draw texts that say a tree: other signs, `and` and `or`, turned ranges, more parentheses and white space."""
    return st.integers(0, 2**32 - 1).map(lambda seed: _spelled(node, Random(seed)))


def _spelled(node: Expr, random: Random) -> str:
    text = random.choice(["", " ", "\n"])
    for token in _Speller(random).tokens(node, _LOOSEST):
        needed = text and not text[-1].isspace() and _sticks(text[-1], token[0])
        text += (random.choice(_GAPS) if needed or random.random() < 0.25 else "") + token
    return text + random.choice(["", " ", "\n"])


def _sticks(left: str, right: str) -> bool:
    """Return whether two signs would be read as one, or a calculation as a unit or a date."""
    word = "%‰°²³^"
    return (left.isalnum() or left in word or left == "_") and (right.isalnum() or right in word or right == "_")


_WIDEST, _LOOSEST, _OR, _AND, _NOT, _RELATION, _SUM, _PRODUCT, _SIGNED = range(-1, 8)


class _Speller:
    def __init__(self, random: Random) -> None:
        self.random = random

    def sign(self, plain: str) -> str:
        return self.random.choice(_LOOSE[plain])

    def tokens(self, node: Expr, binding: int) -> list[str]:
        """Return the words and signs of a tree that stands where parts must bind at least so tightly."""
        own, written = self.written(node)
        if own < binding or self.random.random() < 0.125:
            return [self.sign("("), *written, self.sign(")")]
        return written

    def listed(self, parts: list[list[str]]) -> list[str]:
        inside = [token for index, part in enumerate(parts) for token in ([self.sign(",")] if index else []) + part]
        trailing = [self.sign(",")] if self.random.random() < 0.25 else []
        return [self.sign("("), *inside, *trailing, self.sign(")")]

    def written(self, node: Expr) -> tuple[int, list[str]]:
        """Return how tightly a tree binds as it is spelled here, and its words and signs."""
        match node:
            case Name():
                return _SIGNED, [node.id]
            case Day():
                return _SIGNED, [node.date.isoformat()]
            case Literal():
                return _SIGNED, self.literal(node)
            case Count():
                return _SIGNED, ["count", self.sign("("), node.of.id, self.sign(")")]
            case Reported():
                return _SIGNED, ["reported", self.sign("("), node.of.id, self.sign(")")]
            case Today():
                return _SIGNED, ["today"]
            case Unknown():
                return _SIGNED, ["unknown"]
            case Rounding():
                return self.called(node.mode, [self.tokens(node.value, _LOOSEST), self.literal(node.step)])
            case Advice():
                return self.called("advise", [self.tokens(node.part, _LOOSEST)])
            case Interpolation():
                points = zip(node.places, node.values, strict=True)
                pairs = [[*self.literal(place), "then", *self.literal(value)] for place, value in points]
                return self.called("interpolate", [self.tokens(node.of, _LOOSEST), *pairs])
            case FirstOf():
                cases = zip(node.conditions, node.values, strict=True)
                pairs = [[*self.tokens(c, _LOOSEST), "then", *self.tokens(v, _LOOSEST)] for c, v in cases]
                written = [token for pair in pairs for token in (*pair, self.sign(","))]
                last = ["otherwise", *self.tokens(node.otherwise, _LOOSEST)]
                return _SIGNED, ["first", "of", self.sign("("), *written, *last, self.sign(")")]
            case Aggregate():
                chosen = [node.collection, *(["where", *self.tokens(node.where, _OR)] if node.where else [])]
                of = [self.tokens(node.of, _LOOSEST)] if node.of else []
                return self.called(node.function, [chosen, *of, *([self.literal(node.rank)] if node.rank else [])])
            case Quantified():
                chosen = [node.collection, *(["where", *self.tokens(node.where, _OR)] if node.where else [])]
                # It reaches to the end of what stands with it, so wherever it stands it is put in parentheses.
                return _WIDEST, [node.quantifier, *chosen, self.random.choice(":："), *self.tokens(node.part, _WIDEST)]
            case Negation():
                return _SIGNED, [self.sign("-"), *self.tokens(node.operand, _SIGNED)]
            case Arithmetic():
                own = _SUM if node.operator in "+-" else _PRODUCT
                left, right = self.tokens(node.left, own), self.tokens(node.right, own + 1)
                # With white space round it, since `5 %/year` is a unit and `2022-01-01` a date.
                return own, [*left, f" {self.sign(node.operator)} ", *right]
            case Comparison():
                return _RELATION, [
                    *self.tokens(node.left, _SUM),
                    self.sign(node.operator),
                    *self.tokens(node.right, _SUM),
                ]
            case Range():
                ends = [(node.low, node.low_operator), (node.value, node.high_operator), (node.high, "")]
                low, value, high = (self.tokens(part, _SUM) for part, _ in ends)
                first, second = node.low_operator, node.high_operator
                if self.random.random() < 0.5:
                    return _RELATION, [
                        *high,
                        self.sign(_MIRRORED[second]),
                        *value,
                        self.sign(_MIRRORED[first]),
                        *low,
                    ]
                return _RELATION, [*low, self.sign(first), *value, self.sign(second), *high]
            case Includes():
                return _RELATION, [node.set.id, "includes", *self.members(node)]
            case OneOf():
                if len(node.members) == 1 and self.random.random() < 0.5:
                    return _RELATION, [node.choice.id, "is", node.members[0]]
                return _RELATION, [node.choice.id, "in", *self.listed([[member] for member in node.members])]
            case AllOf():
                return self.several(node.parts, ["all", "of"], "and", _AND)
            case AnyOf():
                return self.several(node.parts, ["any", "of"], "or", _OR)
            case AtLeast():
                parts = [self.tokens(part, _LOOSEST) for part in node.parts]
                return _SIGNED, ["at", "least", str(node.k), "of", *self.listed(parts)]
            case Not(part=OneOf(members=(only,)) as choice) if self.random.random() < 0.5:
                return _RELATION, [choice.choice.id, "is", "not", only]
            case Not():
                return _NOT, ["not", *self.tokens(node.part, _NOT)]
            case When():
                requirement = self.tokens(node.requirement, _LOOSEST)
                return _LOOSEST, [*requirement, "when", *self.tokens(node.condition, _OR)]

    def called(self, function: str, arguments: list[list[str]]) -> tuple[int, list[str]]:
        return _SIGNED, [function, *self.listed(arguments)]

    def several(self, parts: tuple[Expr, ...], words: list[str], joint: str, own: int) -> tuple[int, list[str]]:
        if len(parts) > 1 and self.random.random() < 0.5:
            # Each part of an `and` or `or` chain binds more tightly than `and`, so that nothing is mixed.
            spelled = [self.tokens(part, _NOT) for part in parts]
            return own, [token for index, part in enumerate(spelled) for token in ([joint] if index else []) + part]
        return _SIGNED, [*words, *self.listed([self.tokens(part, _LOOSEST) for part in parts])]

    def literal(self, node: Literal) -> list[str]:
        digits = _decimal_text(abs(node.number))
        if self.random.random() < 0.25:
            digits = digits.translate({ord(c): ord(c) - 0x20 + 0xFF00 for c in "0123456789."})
        text = str(node.unit)
        written = self.random.choice(_SPELLINGS_OF_UNITS.get(text, [text]))
        sign = [self.sign("-")] if node.number < 0 else []
        if self.random.random() < 0.5:
            return [*sign, digits + written]
        return [*sign, digits, *([written] if written else [])]

    def members(self, node: Includes) -> list[str]:
        every = [[member] for member in node.members]
        if node.k is None:
            if len(node.members) == 1 and self.random.random() < 0.5:
                return [node.members[0]]
            return ["all", "of", *self.listed(every)]
        if node.k == 1 and self.random.random() < 0.5:
            return ["any", "of", *self.listed(every)]
        return ["at", "least", str(node.k), "of", *self.listed(every)]


def _decimal_text(number: Number) -> str:
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = str(int(number * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
