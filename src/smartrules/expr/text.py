"""Tree → text: the source text that parses back to the same tree, and the requirement in Chinese and in English.

What a standard requires is always printed from the rule, so that the words cannot drift from it. The words for facts,
measures and members come from a `Vocabulary`, which an edition is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

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
from smartrules.units import PERCENT
from smartrules.values import Language, Quantity, write_number


class Vocabulary(Protocol):
    """Where a rule's names find their words."""

    def word(self, name: str, language: Language) -> str:
        """Return the title of a fact or measure, or its id where it has none in this language."""
        ...

    def is_date(self, expression: Expr) -> bool:
        """Return whether an expression is a date."""
        ...

    def is_collection(self, name: str) -> bool:
        """Return whether a name is that of a collection."""
        ...

    def collection_word(self, name: str, language: Language) -> str:
        """Return the title of a collection, or the name as written where it has none in this language."""
        ...

    def members_word(self, name: str) -> str:
        """Return the English title of a collection as it speaks of many of its members."""
        ...

    def member_word(self, name: str, member: str, language: Language) -> str:
        """Return the title of a member of a set or choice, or its id where it has none in this language."""
        ...


# How tightly each node binds; a part that binds more loosely than its place asks for stands in parentheses.
_WHEN, _NOT, _RELATION, _SUM, _PRODUCT, _SIGNED, _ATOM = range(7)


def _binding(node: Expr) -> int:
    match node:
        case When() | Quantified():
            return _WHEN
        case Not():
            return _NOT
        case Comparison() | Range() | Includes() | OneOf():
            return _RELATION
        case Arithmetic():
            return _SUM if node.operator in "+-" else _PRODUCT
        case Negation():
            return _SIGNED
        case Literal():
            return _SIGNED if node.number < 0 else _ATOM
        case Name() | Day() | Today() | Count() | Reported() | Aggregate() | Rounding() | FirstOf() | Interpolation():
            return _ATOM
        case AllOf() | AnyOf() | AtLeast() | Advice() | Unknown():
            return _ATOM
        case _:
            assert_never(node)


# --- source --------------------------------------------------------------------------------------------------------


def source(node: Expr) -> str:
    """Return the text of a tree in the expression language; parsing it gives the same tree."""
    match node:
        case Name():
            return node.id
        case Literal():
            return f"{write_number(node.number)} {node.unit.after(node.number)}".rstrip()
        case Day():
            return node.date.isoformat()
        case Arithmetic():
            own = _binding(node)
            return f"{_source_in(node.left, own)} {node.operator} {_source_in(node.right, own + 1)}"
        case Negation():
            return f"-{_source_in(node.operand, _SIGNED)}"
        case Today():
            return "today"
        case Unknown():
            return "unknown"
        case Rounding():
            return f"{node.mode}({source(node.value)}, {source(node.step)})"
        case FirstOf():
            pairs = zip(node.conditions, node.values, strict=True)
            cases = ", ".join(f"{source(condition)} then {source(value)}" for condition, value in pairs)
            return f"first of ({cases}, otherwise {source(node.otherwise)})"
        case Interpolation():
            pairs = zip(node.places, node.values, strict=True)
            points = ", ".join(f"{source(place)} then {source(value)}" for place, value in pairs)
            return f"interpolate({source(node.of)}, {points})"
        case Advice():
            return f"advise({source(node.part)})"
        case Count():
            return f"count({node.of.id})"
        case Reported():
            return f"reported({node.of.id})"
        case Quantified():
            return f"{node.quantifier} {_chosen_source(node)}: {_quantified_source(node.part)}"
        case Aggregate():
            rest = [source(part) for part in (node.of, node.rank) if part is not None]
            return f"{node.function}({', '.join([_chosen_source(node), *rest])})"
        case Comparison():
            return f"{_source_in(node.left, _SUM)} {node.operator} {_source_in(node.right, _SUM)}"
        case Range():
            low, value, high = (_source_in(part, _SUM) for part in (node.low, node.value, node.high))
            return f"{low} {node.low_operator} {value} {node.high_operator} {high}"
        case Includes():
            return f"{node.set.id} includes {_members_source(node)}"
        case OneOf():
            if len(node.members) == 1:
                return f"{node.choice.id} is {node.members[0]}"
            return f"{node.choice.id} in ({', '.join(node.members)})"
        case AllOf():
            return f"all of ({', '.join(map(source, node.parts))})"
        case AnyOf():
            return f"any of ({', '.join(map(source, node.parts))})"
        case AtLeast():
            return f"at least {node.k} of ({', '.join(map(source, node.parts))})"
        case Not():
            return f"not {_source_in(node.part, _NOT)}"
        case When():
            return f"{_source_in(node.requirement, _NOT)} when {_source_in(node.condition, _NOT)}"
        case _:
            assert_never(node)


def _source_in(node: Expr, binding: int) -> str:
    text = source(node)
    return text if _binding(node) >= binding else f"({text})"


def _chosen_source(node: Quantified | Aggregate) -> str:
    return node.collection if node.where is None else f"{node.collection} where {_source_in(node.where, _NOT)}"


def _quantified_source(part: Expr) -> str:
    # Another quantifier reaches as far as this one; a condition behind the part would belong to the whole.
    return source(part) if isinstance(part, Quantified) else _source_in(part, _NOT)


def _members_source(node: Includes) -> str:
    members = f"({', '.join(node.members)})"
    match node.k:
        case None:
            return node.members[0] if len(node.members) == 1 else f"all of {members}"
        case 1:
            return f"any of {members}"
        case k:
            return f"at least {k} of {members}"


# --- words ---------------------------------------------------------------------------------------------------------

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}

_ZH_COUNTS = {">=": "不少于", "<=": "不多于", ">": "多于", "<": "少于", "=": "等于", "!=": "不等于"}
_ZH_AMOUNTS = {">=": "不低于", "<=": "不高于", ">": "高于", "<": "低于", "=": "等于", "!=": "不等于"}
_ZH_DATES = {">=": "不早于", "<=": "不晚于", ">": "晚于", "<": "早于", "=": "为", "!=": "不为"}
_EN_AMOUNTS = {
    ">=": "is at least",
    "<=": "is at most",
    ">": "is more than",
    "<": "is less than",
    "=": "is exactly",
    "!=": "is not",
}
_EN_COUNTS = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "fewer than",
    "=": "exactly",
    "!=": "any number but",
}
_EN_DATES = {
    ">=": "is not before",
    "<=": "is not after",
    ">": "is after",
    "<": "is before",
    "=": "is",
    "!=": "is not",
}


def phrase(node: Expr, words: Vocabulary, language: Language) -> str:
    """Return what a tree says, in Chinese or English, with the titles that the vocabulary gives its names."""
    return _chinese(node, words) if language == "zh" else _english(node, words)


def _chinese(node: Expr, words: Vocabulary) -> str:
    def say(part: Expr) -> str:
        return _chinese(part, words)

    def nested(part: Expr) -> str:
        return f"（{say(part)}）" if isinstance(part, AllOf | AnyOf | AtLeast | When) else say(part)

    match node:
        case Name():
            return words.word(node.id, "zh")
        case Literal():
            return Quantity(node.number, node.unit).text("zh")
        case Day():
            return f"{node.date.year}年{node.date.month}月{node.date.day}日"
        case Arithmetic() | Negation():
            return formula(node, say, "（", "）")
        case Today():
            return "评定之日"
        case Unknown():
            return "具体要求未收录"
        case Rounding():
            how = {"truncate": "截断", "round": "四舍五入", "round_up": "进位"}[node.mode]
            return f"{say(node.value)}（按{say(node.step)}{how}）"
        case FirstOf():
            pairs = zip(node.conditions, node.values, strict=True)
            cases = "，".join(f"{say(condition)}的取{say(value)}" for condition, value in pairs)
            return f"分档值（{cases}，其余取{say(node.otherwise)}）"
        case Interpolation():
            pairs = zip(node.places, node.values, strict=True)
            points = "，".join(f"{say(place)}对应{say(value)}" for place, value in pairs)
            return f"{say(node.of)}的线性插值（{points}）"
        case Advice():
            return f"建议：{say(node.part)}"
        case Quantified():
            members = _zh_chosen(node, words, nested)
            return (
                f"每个{members}均须{nested(node.part)}"
                if node.quantifier == "every"
                else f"至少一个{members}{nested(node.part)}"
            )
        case Aggregate():
            return _zh_aggregate(node, words, nested)
        case Count() if words.is_collection(node.of.id):
            return f"{words.collection_word(node.of.id, 'zh')}的数量"
        case Count():
            return f"{words.word(node.of.id, 'zh')}的种数"
        case Reported():
            return f"已报告{words.word(node.of.id, 'zh')}"
        case Comparison(left=Count() as count, right=Literal() as least) if not words.is_collection(count.of.id):
            return f"{words.word(count.of.id, 'zh')}{_ZH_COUNTS[node.operator]}{say(least)}"
        case Comparison():
            return f"{say(node.left)}{_zh_operators(node.right, words)[node.operator]}{say(node.right)}"
        case Range():
            table = _zh_operators(node.high, words)
            low = table[node.low_operator.replace("<", ">")]
            return f"{say(node.value)}{low}{say(node.low)}且{table[node.high_operator]}{say(node.high)}"
        case Includes():
            members = "、".join(words.member_word(node.set.id, member, "zh") for member in node.members)
            title = words.word(node.set.id, "zh")
            if node.k is None:
                return f"{title}包括{members}"
            return f"{title}至少包括{members}中的{node.k}种"
        case OneOf():
            members = "或".join(words.member_word(node.choice.id, member, "zh") for member in node.members)
            return f"{words.word(node.choice.id, 'zh')}为{members}"
        case AllOf(parts=(only,)) | AnyOf(parts=(only,)):
            return say(only)
        case AllOf():
            return f"同时满足：{_numbered(node.parts, nested, '；', '（{}）')}"
        case AnyOf():
            return f"满足其一：{_numbered(node.parts, nested, '；', '（{}）')}"
        case AtLeast():
            return f"至少满足其中{node.k}项：{_numbered(node.parts, nested, '；', '（{}）')}"
        case Not():
            return f"不属于“{say(node.part)}”的情形"
        case When():
            return f"{nested(node.condition)}的，{nested(node.requirement)}"
        case _:
            assert_never(node)


def _english(node: Expr, words: Vocabulary) -> str:
    def say(part: Expr) -> str:
        return _english(part, words)

    def nested(part: Expr) -> str:
        return f"({say(part)})" if isinstance(part, AllOf | AnyOf | AtLeast | When) else say(part)

    match node:
        case Name():
            return words.word(node.id, "en")
        case Literal():
            return Quantity(node.number, node.unit).text("en")
        case Day():
            return node.date.isoformat()
        case Arithmetic() | Negation():
            return formula(node, say, "(", ")")
        case Today():
            return "the day of assessment"
        case Unknown():
            return "what is required is not to hand"
        case Rounding():
            how = {"truncate": "truncated", "round": "rounded", "round_up": "rounded up"}[node.mode]
            return f"{say(node.value)} ({how} to {say(node.step)})"
        case FirstOf():
            pairs = zip(node.conditions, node.values, strict=True)
            cases = ", ".join(f"{say(value)} where {say(condition)}" for condition, value in pairs)
            return f"({cases}, otherwise {say(node.otherwise)})"
        case Interpolation():
            pairs = zip(node.places, node.values, strict=True)
            points = ", ".join(f"{say(value)} at {say(place)}" for place, value in pairs)
            return f"{say(node.of)} interpolated ({points})"
        case Advice():
            return f"advised: {say(node.part)}"
        case Quantified():
            member = words.collection_word(node.collection, "en")
            return f"{node.quantifier} {_en_chosen(member, node, nested)}: {nested(node.part)}"
        case Aggregate():
            return _en_aggregate(node, words, nested)
        case Count() if words.is_collection(node.of.id):
            return f"number of {words.members_word(node.of.id)}"
        case Count():
            return f"number of kinds of {words.word(node.of.id, 'en')}"
        case Reported():
            return f"{words.word(node.of.id, 'en')} is reported"
        case Comparison(left=Count() as count, right=Literal() as least) if not words.is_collection(count.of.id):
            return f"{_EN_COUNTS[node.operator]} {say(least)} of {words.word(count.of.id, 'en')}"
        case Comparison():
            table = _EN_DATES if words.is_date(node.right) else _EN_AMOUNTS
            return f"{say(node.left)} {table[node.operator]} {say(node.right)}"
        case Range():
            table = _EN_DATES if words.is_date(node.high) else _EN_AMOUNTS
            low = table[node.low_operator.replace("<", ">")]
            return f"{say(node.value)} {low} {say(node.low)} and {table[node.high_operator]} {say(node.high)}"
        case Includes():
            members = [words.member_word(node.set.id, member, "en") for member in node.members]
            title = words.word(node.set.id, "en")
            if node.k is None:
                return f"{title} include {_listed(members, 'and')}"
            return f"{title} include at least {node.k} of {_listed(members, 'and')}"
        case OneOf():
            members = [words.member_word(node.choice.id, member, "en") for member in node.members]
            return f"{words.word(node.choice.id, 'en')} is {_listed(members, 'or')}"
        case AllOf(parts=(only,)) | AnyOf(parts=(only,)):
            return say(only)
        case AllOf():
            return f"all of: {_numbered(node.parts, nested, '; ', '({}) ')}"
        case AnyOf():
            return f"any of: {_numbered(node.parts, nested, '; ', '({}) ')}"
        case AtLeast():
            return f"at least {node.k} of: {_numbered(node.parts, nested, '; ', '({}) ')}"
        case Not():
            return f"it is not so that {nested(node.part)}"
        case When():
            return f"where {nested(node.condition)}, {nested(node.requirement)}"
        case _:
            assert_never(node)


def _zh_chosen(node: Quantified | Aggregate, words: Vocabulary, say: Callable[[Expr], str]) -> str:
    members = words.collection_word(node.collection, "zh")
    return members if node.where is None else f"{say(node.where)}的{members}"


def _en_chosen(members: str, node: Quantified | Aggregate, say: Callable[[Expr], str]) -> str:
    return members if node.where is None else f"{members} where {say(node.where)}"


def _zh_aggregate(node: Aggregate, words: Vocabulary, say: Callable[[Expr], str]) -> str:
    members = _zh_chosen(node, words, say)
    if node.of is None:
        return f"{members}的数量"
    if node.function == "share":
        return f"{members}中{say(node.of)}的占比"
    if node.rank is not None:
        return f"{members}的{say(node.of)}的{say(node.rank)}分位数"
    return (
        f"{members}的{say(node.of)}的"
        + {"sum": "总和", "min": "最小值", "max": "最大值", "mean": "平均值"}[node.function]
    )


def _en_aggregate(node: Aggregate, words: Vocabulary, say: Callable[[Expr], str]) -> str:
    members = _en_chosen(words.members_word(node.collection), node, say)
    if node.of is None:
        return f"number of {members}"
    if node.function == "share":
        return f"share of {members} with {say(node.of)}"
    if node.rank is not None:
        return f"{say(node.rank)} percentile of {say(node.of)} over {members}"
    word = {"sum": "sum", "min": "smallest", "max": "largest", "mean": "mean"}[node.function]
    return (
        f"{word} of {say(node.of)} over {members}"
        if node.function in ("sum", "mean")
        else f"{word} {say(node.of)} of {members}"
    )


def _zh_operators(bound: Expr, words: Vocabulary) -> dict[str, str]:
    if words.is_date(bound):
        return _ZH_DATES
    if isinstance(bound, Literal) and bound.unit.counts_first:
        return _ZH_COUNTS
    whole = isinstance(bound, Literal) and bound.unit == PERCENT and bound.number == 100
    return _ZH_AMOUNTS | {">=": "达到"} if whole else _ZH_AMOUNTS


def formula(node: Arithmetic | Negation, say: Callable[[Expr], str], opening: str, closing: str) -> str:
    """Return a formula whose operands are said by the caller, with parentheses where they are needed."""

    def inner(part: Expr, binding: int) -> str:
        return say(part) if _binding(part) >= binding else f"{opening}{say(part)}{closing}"

    if isinstance(node, Negation):
        return f"−{inner(node.operand, _SIGNED)}"
    own = _binding(node)
    return f"{inner(node.left, own)} {_SIGNS[node.operator]} {inner(node.right, own + 1)}"


def _numbered(parts: Sequence[Expr], say: Callable[[Expr], str], joint: str, number: str) -> str:
    return joint.join(number.format(index) + say(part) for index, part in enumerate(parts, 1))


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
