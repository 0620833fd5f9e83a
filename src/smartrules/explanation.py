"""Derivation → text: a finding with every reason, in Chinese or English.

Each line says one part of the rule, printed from the tree, and what it came to on which values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import assert_never

from smartrules.derivation import Derivation, Missing, NotReported, NotToHand, ZeroDenominator
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
from smartrules.expr.text import formula, phrase
from smartrules.facts import show_value
from smartrules.outcome import Outcome
from smartrules.standard import INDICATORS, Edition, Indicator, Tier
from smartrules.values import Language, Quantity

OUTCOME_WORDS: dict[Language, dict[Outcome, str]] = {
    "zh": {
        Outcome.MET: "达标",
        Outcome.NOT_MET: "不达标",
        Outcome.NOT_APPLICABLE: "不适用",
        Outcome.UNDETERMINED: "无法判定",
    },
    "en": {
        Outcome.MET: "met",
        Outcome.NOT_MET: "not met",
        Outcome.NOT_APPLICABLE: "not applicable",
        Outcome.UNDETERMINED: "undetermined",
    },
}

# What the text says round the parts of a rule, one line a language.
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "head": "{number}{title}：{outcome}",
        "source": "依据：{source}",
        "line": "{text}：{outcome}",
        "with": "{text}（{detail}）",
        "and": "，",
        "on": "恰好在阈值上",
        "over": "优于阈值{margin}",
        "short": "距阈值差{margin}",
        "stated": "据填报的比率，无分项数据",
        "is": "{text} = {value}",
        "unknown": "未知",
        "between": "未知，{low}至{high}",
        "above": "未知，至少{low}",
        "below": "未知，至多{high}",
        "missing": "缺少：{facts}",
        "not_reported": "未报告：{facts}",
        "zero": "分母为零：{formula}",
        "beyond": "超出历法范围：{formula}",
        "not to hand": "该等级的具体要求未收录",
        "all": "全部必达项均须达标",
        "applies": "适用条件：{text}：{outcome}",
        "holds": "成立",
        "fails": "不成立",
        "open": "无法判定",
        "has": "{text}：{value}",
        "none": "其中未有：{members}",
        "join": "、",
        "yes": "是",
        "no": "否",
        "more": "……另有{more}个",
    },
    "en": {
        "head": "{number}{title}: {outcome}",
        "source": "source: {source}",
        "line": "{text}: {outcome}",
        "with": "{text} ({detail})",
        "and": ", ",
        "on": "exactly on the threshold",
        "over": "{margin} better than the threshold",
        "short": "{margin} short of the threshold",
        "stated": "a stated figure, without its counts",
        "is": "{text} = {value}",
        "unknown": "unknown",
        "between": "unknown, from {low} to {high}",
        "above": "unknown, at least {low}",
        "below": "unknown, at most {high}",
        "missing": "missing: {facts}",
        "not_reported": "not reported: {facts}",
        "zero": "the denominator is zero: {formula}",
        "beyond": "there is no such date: {formula}",
        "not to hand": "what this tier requires is not to hand",
        "all": "every mandatory indicator must be met",
        "applies": "applies where {text}: {outcome}",
        "holds": "it does",
        "fails": "it does not",
        "open": "undetermined",
        "has": "{text}: {value}",
        "none": "without: {members}",
        "join": ", ",
        "yes": "yes",
        "no": "no",
        "more": "… and {more} more",
    },
}


def explain(derivation: Derivation, edition: Edition, indicator: Indicator, tier: str, language: Language) -> str:
    """Return why an indicator came to its outcome: a head line, its source, then a line for each part of the rule."""
    return "\n".join(_Explainer(edition, language).lines(derivation, indicator, tier))


def explain_tier(
    tier: Tier,
    outcome: Outcome,
    ruled: Derivation | None,
    scores: Mapping[str, Derivation],
    standing: Mapping[str, Outcome],
    edition: Edition,
    language: Language,
) -> str:
    """Return why a tier is reached or not: a head line, what its rule misses, then the rule and the scores with reasons.

    A tier without a rule names those of its mandatory indicators, given by id with their outcomes, that stand in its way.
    """
    explainer = _Explainer(edition.graded, language)
    return "\n".join(explainer.tier_lines(tier, outcome, ruled, scores, standing))


def explain_number(derivation: Derivation, edition: Edition, language: Language) -> str:
    """Return why a measure, or a formula of points, has its value: what is missing, then each formula with its values.

    The text is empty for a number that the rule itself states.
    """
    return "\n".join(_Explainer(edition, language).number_lines(derivation))


def missing_text(facts: Iterable[str], edition: Edition, language: Language) -> str:
    """Return facts by their titles, each with its id, as a person who has to supply them needs them."""
    titles = [
        f"{edition.word(fact, language)}（{fact}）" if language == "zh" else f"{edition.word(fact, language)} ({fact})"
        for fact in facts
    ]
    return ("、" if language == "zh" else ", ").join(titles)


def margin_text(margin: Quantity, met: bool, language: Language) -> str:
    """Return how far from the threshold: exactly on it, better than it, or short of it."""
    words = _WORDS[language]
    if margin.number == 0:
        return words["on"]
    size = Quantity(abs(Fraction(margin.number)), margin.unit).difference_text(language)
    return words["over" if met else "short"].format(margin=size)


def unknown_text(derivation: Derivation, edition: Edition, language: Language) -> str:
    """Return what is known of a number that is not known: the least and greatest that it can be."""
    words = _WORDS[language]
    if derivation.bounds is None:
        return words["unknown"]
    measured = edition.unit_of(derivation.node)
    low, high = (
        None if bound is None else Quantity.in_unit(bound, measured).text(language) for bound in derivation.bounds
    )
    ends = (low is not None, high is not None)
    word = {(True, True): "between", (True, False): "above", (False, True): "below"}.get(ends, "unknown")
    return words[word].format(low=low, high=high)


def value_text(derivation: Derivation, edition: Edition, language: Language) -> str:
    """Return the value of a part for a reader, in the unit in which its declaration speaks."""
    node, result = derivation.node, derivation.result
    if result is None:
        return unknown_text(derivation, edition, language)
    if isinstance(result, Outcome):
        plain = isinstance(node, Name) and result in (Outcome.MET, Outcome.NOT_MET)
        words = _WORDS[language]
        return words["yes" if result is Outcome.MET else "no"] if plain else OUTCOME_WORDS[language][result]
    if isinstance(node, Name):
        declared = edition.measure_by_id.get(node.id) or edition.fact_by_id[node.id]
        return show_value(declared, result, language)
    if isinstance(node, Literal):
        return Quantity(node.number, node.unit).text(language)
    if isinstance(result, date):
        return result.isoformat()
    assert not isinstance(result, frozenset | str)
    return Quantity.in_unit(result, edition.unit_of(node)).text(language)


def filled_in(derivation: Derivation, edition: Edition, language: Language) -> str:
    """Return a formula with its names replaced by their values."""
    by_node = {id(part.node): part for part in derivation.walk()}

    def say(node: Expr) -> str:
        if isinstance(node, Arithmetic | Negation):
            opening, closing = ("（", "）") if language == "zh" else ("(", ")")
            return formula(node, say, opening, closing)
        known = by_node.get(id(node))
        return phrase(node, edition, language) if known is None else value_text(known, edition, language)

    return say(derivation.node)


def heading(node: AllOf | AnyOf | AtLeast | Not, language: Language) -> str:
    """Return what stands above the parts of a rule: whether all of them are needed, or how many."""
    word = {AllOf: "all", AnyOf: "any", AtLeast: "k", Not: "not"}[type(node)]
    return _HEADINGS[language][word].format(k=node.k if isinstance(node, AtLeast) else "")


def lacking(derivation: Derivation) -> list[str]:
    """Return the members that a set was asked for and does not have."""
    node = derivation.node
    if not isinstance(node, Includes) or derivation.outcome is not Outcome.NOT_MET:
        return []
    held = derivation.parts[0].result
    assert isinstance(held, frozenset)
    return [member for member in node.members if member not in held]


# A province's list of buildings is no explanation.
_MOST_MEMBERS = 20


class _Explainer:
    """Writes the lines of one finding."""

    def __init__(self, edition: Edition, language: Language) -> None:
        self.edition = edition
        self.language = language
        self.words = _WORDS[language]

    def lines(self, derivation: Derivation, indicator: Indicator, tier: str) -> list[str]:
        lines = [self._indicator(indicator.id, derivation.outcome)]
        found = self.edition.source_of(indicator.id, tier)
        if found is not None:
            lines.append("  " + self.words["source"].format(source=found.text()))
        return [*lines, *self._open(derivation), *self._requirement(derivation, 1)]

    def tier_lines(
        self,
        tier: Tier,
        outcome: Outcome,
        ruled: Derivation | None,
        scores: Mapping[str, Derivation],
        standing: Mapping[str, Outcome],
    ) -> list[str]:
        title = tier.title.text(self.language, tier.id)
        lines = [self.words["head"].format(number="", title=title, outcome=OUTCOME_WORDS[self.language][outcome])]
        if not tier.known:
            return [*lines, "  " + self.words["not to hand"]]
        if ruled is None:
            lines.append("  " + self.words["all"])
            lines += [
                self._indented(self._indicator(name, found), 2)
                for name, found in standing.items()
                if found in (Outcome.NOT_MET, Outcome.UNDETERMINED)
            ]
        else:
            lines += [*self._open(ruled), *self._requirement(ruled, 1)]
        told = {part.node.id for part in ruled.walk() if isinstance(part.node, Name)} if ruled is not None else set()
        for name, derivation in scores.items():
            if name not in told:
                lines += self._value(derivation, 1)
        return lines

    def number_lines(self, derivation: Derivation) -> list[str]:
        head, *rest = self._value(derivation, 0) or [""]
        return [head, *self._open(derivation), *rest] if head else []

    def _indicator(self, name: str, outcome: Outcome) -> str:
        indicator = self.edition.indicator_by_id[name]
        number = f"{indicator.number} " if indicator.number else ""
        title = indicator.title.text(self.language, name)
        return self.words["head"].format(number=number, title=title, outcome=OUTCOME_WORDS[self.language][outcome])

    def _open(self, derivation: Derivation) -> list[str]:
        """Return the lines that name what is missing, and what is not reported."""
        lines = []
        missing = [cause.fact for cause in derivation.causes if isinstance(cause, Missing)]
        if missing:
            named = (*self.edition.in_order(missing), *(("on",) if "on" in missing else ()))
            text = missing_text(named, self.edition, self.language)
            lines.append("  " + self.words["missing"].format(facts=text))
        unreported = self.edition.reportable_in_order(c.name for c in derivation.causes if isinstance(c, NotReported))
        if unreported:
            text = missing_text(unreported, self.edition, self.language)
            lines.append("  " + self.words["not_reported"].format(facts=text))
        return lines

    def _requirement(self, derivation: Derivation, depth: int) -> list[str]:
        """Return the lines of a part that has an outcome."""
        node = derivation.node
        match node:
            case When():
                condition = derivation.parts[0]
                holds = {Outcome.MET: "holds", Outcome.UNDETERMINED: "open"}.get(condition.outcome, "fails")
                text = phrase(node.condition, self.edition, self.language)
                line = self.words["applies"].format(text=text, outcome=self.words[holds])
                rest = derivation.parts[1:]
                lines = [self._indented(line, depth), *self._details(condition, depth + 1)]
                return [*lines, *(row for part in rest for row in self._requirement(part, depth))]
            case AllOf() | AnyOf() | AtLeast() | Not():
                head = heading(node, self.language)
                lines = [self._indented(self._with_outcome(head, derivation), depth)]
                return [*lines, *(row for part in derivation.parts for row in self._requirement(part, depth + 1))]
            case Name() | Comparison() | Range() | Includes() | OneOf() | Reported() | Unknown():
                line = self._with_outcome(phrase(node, self.edition, self.language), derivation)
                return [self._indented(line, depth), *self._details(derivation, depth + 1)]
            case Advice():
                advised = derivation.parts[0]
                line = self._with_outcome(phrase(node, self.edition, self.language), advised)
                return [self._indented(line, depth), *self._details(advised, depth + 1)]
            case Quantified():
                line = self._with_outcome(phrase(node, self.edition, self.language), derivation)
                return [self._indented(line, depth), *self._members(derivation, depth + 1)]
            case (
                Aggregate()
                | Literal()
                | Day()
                | Today()
                | Arithmetic()
                | Negation()
                | Count()
                | Rounding()
                | FirstOf()
                | Interpolation()
            ):
                raise TypeError(f"{type(node).__name__} is no requirement")
            case _:
                assert_never(node)

    def _with_outcome(self, text: str, derivation: Derivation) -> str:
        line = self.words["line"].format(text=text, outcome=OUTCOME_WORDS[self.language][derivation.outcome])
        if derivation.margin is None or isinstance(derivation.node, AllOf | AnyOf | AtLeast | Not):
            return line
        detail = margin_text(derivation.margin, derivation.outcome is Outcome.MET, self.language)
        return self.words["with"].format(text=line, detail=detail)

    def _details(self, derivation: Derivation, depth: int) -> list[str]:
        """Return the lines of the values that a part rests on: each measure, fact and formula once."""
        lines: list[str] = []
        for part in derivation.parts:
            lines += self._value(part, depth)
        missing = lacking(derivation)
        if missing:
            members = [self.edition.member_word(_set_id(derivation.node), m, self.language) for m in missing]
            lines.append(self._indented(self.words["none"].format(members=self.words["join"].join(members)), depth))
        for cause in derivation.causes:
            if isinstance(cause, Missing | NotReported | NotToHand):
                continue
            word = "zero" if isinstance(cause, ZeroDenominator) else "beyond"
            text = phrase(cause.formula, self.edition, self.language)
            lines.append(self._indented(self.words[word].format(formula=text), depth))
        return list(dict.fromkeys(lines))

    def _value(self, derivation: Derivation, depth: int) -> list[str]:
        node = derivation.node
        match node:
            case Literal() | Day():
                return []
            case Name() if node.id in self.edition.measure_by_id:
                return self._measure(node, derivation, depth)
            case Name() if derivation.parts:  # made of a collection
                made = derivation.parts[0]
                texts = [phrase(part, self.edition, self.language) for part in (node, made.node)]
                line = self.words["is"].format(
                    text=" = ".join(texts), value=value_text(derivation, self.edition, self.language)
                )
                return [self._indented(line, depth), *self._value(made, depth)[1:]]
            case Name():
                line = self.words["has"].format(
                    text=phrase(node, self.edition, self.language),
                    value=value_text(derivation, self.edition, self.language),
                )
                return [self._indented(line, depth)]
            case Aggregate():
                line = self.words["is"].format(
                    text=phrase(node, self.edition, self.language),
                    value=value_text(derivation, self.edition, self.language),
                )
                return [self._indented(line, depth), *self._members(derivation, depth + 1)]
            case Arithmetic() | Negation() | Count() | Rounding() | Today() | FirstOf() | Interpolation():
                text = phrase(node, self.edition, self.language)
                line = self.words["is"].format(text=text, value=value_text(derivation, self.edition, self.language))
                return [self._indented(line, depth), *(r for p in derivation.parts for r in self._value(p, depth + 1))]
            case (
                Comparison()
                | Reported()
                | Range()
                | Includes()
                | OneOf()
                | AllOf()
                | AnyOf()
                | AtLeast()
                | Not()
                | When()
                | Advice()
                | Unknown()
                | Quantified()
            ):
                return self._requirement(derivation, depth)
            case _:
                assert_never(node)

    def _members(self, derivation: Derivation, depth: int) -> list[str]:
        """Return a line for each member, those that are met or left out counted only, the rest by name."""
        by_member: dict[str, list[Derivation]] = {}
        for part in derivation.parts:
            by_member.setdefault(part.member or "", []).append(part)
        lines: list[str] = []
        for member, parts in by_member.items():
            left_out = isinstance(parts[0].result, Outcome) and len(parts) == 1 and parts[0].result is Outcome.NOT_MET
            if parts[-1].result is Outcome.MET or (
                left_out and isinstance(derivation.node, Quantified | Aggregate) and derivation.node.where is not None
            ):
                continue
            values = [
                f"{phrase(part.node, self.edition, self.language)}: {value_text(part, self.edition, self.language)}"
                for part in parts
            ]
            named = self._member_word(derivation.node, member)
            lines.append(self._indented(f"{named}: " + self.words["and"].join(values), depth))
        more = len(lines) - _MOST_MEMBERS
        if more > 0:
            lines = [*lines[:_MOST_MEMBERS], self._indented(self.words["more"].format(more=more), depth)]
        return lines

    def _member_word(self, node: Expr, member: str) -> str:
        """Return what a member is called: an indicator by its title."""
        if isinstance(node, Quantified | Aggregate) and self.edition.collection(node.collection).id == INDICATORS:
            return self.edition.indicator_by_id[member].title.text(self.language, member)
        return member

    def _measure(self, node: Name, derivation: Derivation, depth: int) -> list[str]:
        title = phrase(node, self.edition, self.language)
        if derivation.stated:
            line = self.words["is"].format(text=title, value=value_text(derivation, self.edition, self.language))
            return [self._indented(self.words["with"].format(text=line, detail=self.words["stated"]), depth)]
        computed = derivation.parts[0]
        texts = [
            title,
            phrase(computed.node, self.edition, self.language),
            filled_in(computed, self.edition, self.language),
            value_text(derivation, self.edition, self.language),
        ]
        line = " = ".join(dict.fromkeys(texts))
        return [self._indented(line, depth), *self._nested_measures(computed, depth + 1)]

    def _nested_measures(self, derivation: Derivation, depth: int) -> list[str]:
        lines: list[str] = []
        for part in derivation.walk():
            if isinstance(part.node, Name) and part.node.id in self.edition.measure_by_id:
                lines += self._measure(part.node, part, depth)
        return lines

    def _indented(self, line: str, depth: int) -> str:
        return "  " * depth + line


_HEADINGS: dict[Language, dict[str, str]] = {
    "zh": {"all": "同时满足", "any": "满足其一", "k": "至少满足其中{k}项", "not": "不得属于下列情形"},
    "en": {"all": "all of", "any": "any of", "k": "at least {k} of", "not": "not"},
}


def _set_id(node: Expr) -> str:
    return node.set.id if isinstance(node, Includes) else ""
