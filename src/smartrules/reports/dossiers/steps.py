"""The reader of derivations that makes steps: what every part of a rule came to, on which values, with which evidence.

It follows a derivation as `smartrules.explanation` does, and keeps as a tree what that writes as lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from attrs import evolve, field, frozen

from smartrules.derivation import BeyondCalendar, Derivation, Missing, NotReported, ZeroDenominator
from smartrules.explanation import filled_in, heading, lacking, value_text
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
from smartrules.expr.text import phrase
from smartrules.facts import Evidence, Fact, Facts
from smartrules.outcome import MET, NOT_MET, UNDETERMINED
from smartrules.reports.days import day_text
from smartrules.reports.dossiers.plots import Role, distance_word, outcome_word
from smartrules.reports.dossiers.texts import Step
from smartrules.reports.said import Said, said
from smartrules.standard import INDICATORS, Edition
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "applies": "适用条件：{text}",
        "missing": "缺少该事实",
        "not_reported": "社区声明未报告",
        "zero": "分母为零：{formula}",
        "beyond": "超出历法范围：{formula}",
        "without": "缺{members}",
        "joint": "、",
        "comma": "，",
        "observed": "观测日期：{day}",
        "document": "佐证材料：{text}",
        "note": "说明：{text}",
        "member": "{member}：{values}",
        "left out": "不在此列",
        "more": "……另有{n}个",
        "value": "{text}{value}",
    },
    "en": {
        "applies": "applies where {text}",
        "missing": "this fact is missing",
        "not_reported": "the community says that it is not reported",
        "zero": "the denominator is zero: {formula}",
        "beyond": "there is no such date: {formula}",
        "without": "without {members}",
        "joint": ", ",
        "comma": ", ",
        "observed": "observed on {day}",
        "document": "evidence: {text}",
        "note": "note: {text}",
        "member": "{member}: {values}",
        "left out": "not among them",
        "more": "… and {n} more",
        "value": "{text} {value}",
    },
}

#: More members than these are counted, those first that are not simply met.
_MOST_MEMBERS = 40
_FEW = 5


def steps_of(derivation: Derivation, edition: Edition, facts: Facts) -> tuple[Step, ...]:
    """Return what every part of a rule came to.

    Args:
        derivation: of the rule of an indicator, or of a tier with `Edition.graded`.
        edition: in which its names have a meaning.
        facts: with their evidence.
    """
    return tuple(_Steps(edition, facts).of(derivation))


def steps_of_number(derivation: Derivation, edition: Edition, facts: Facts) -> tuple[Step, ...]:
    """Return what every part of a formula came to: of points, of a score."""
    return tuple(_Steps(edition, facts).value(derivation))


def evidence_of(evidence: Evidence) -> Iterator[Said]:
    """Yield what stands behind a value: its documents, its day, its note."""
    for document in evidence.documents:
        yield _worded("document", text=document)
    if evidence.observed is not None:
        day = evidence.observed
        yield said(lambda language: _WORDS[language]["observed"].format(day=day_text(day, language)))
    if evidence.note:
        yield _worded("note", text=evidence.note)


@frozen
class _Steps:
    edition: Edition = field(repr=False)
    facts: Facts = field(repr=False)
    member: Mapping[str, Fact] = field(factory=dict, repr=False)
    role: Role = Role.REQUIRED

    def of(self, derivation: Derivation) -> Iterator[Step]:
        """Yield the steps of a part that has an outcome."""
        node = derivation.node
        match node:
            case When():
                condition, *rest = derivation.parts
                applies = said(
                    lambda language: _WORDS[language]["applies"].format(text=self._phrase(condition, language))
                )
                yield evolve(self, role=Role.APPLIES)._asked(condition, applies)
                for part in rest:
                    yield from self.of(part)
            case AllOf() | AnyOf() | AtLeast() | Not():
                parts = tuple(step for part in derivation.parts for step in self.of(part))
                head = said(lambda language: heading(node, language))
                yield self._step(derivation, head, parts)
            case Name() | Comparison() | Range() | Includes() | OneOf() | Reported() | Unknown():
                yield self._asked(derivation, self._said(derivation))
            case Advice():
                advised = derivation.parts[0]
                yield self._asked(advised, self._said(derivation))
            case Quantified():
                parts = tuple(self._members(derivation, node))
                yield self._step(derivation, self._said(derivation), parts)
            case (
                Literal()
                | Day()
                | Today()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Count()
                | Aggregate()
            ):
                raise TypeError(f"{type(node).__name__} is no requirement")
            case _:
                assert_never(node)

    def value(self, derivation: Derivation) -> Iterator[Step]:
        """Yield the steps of a part that has a value."""
        node = derivation.node
        match node:
            case Literal() | Day():
                return
            case Name() if node.id in self.edition.measure_by_id:
                yield self._measure(node, derivation)
            case Name():
                yield self._fact(node, derivation)
            case Aggregate():
                yield self._number(derivation, tuple(self._members(derivation, node)))
            case Count() if node.of.id not in self.edition.fact_by_id:
                yield self._number(derivation, ())
            case FirstOf():
                chosen = evolve(self, role=Role.CHOOSES)
                yield self._number(derivation, chosen._behind(_until_decided(derivation)))
            case Arithmetic() | Negation() | Count() | Rounding() | Today() | Interpolation():
                yield self._number(derivation, self._behind(derivation.parts))
            case (
                Comparison()
                | Range()
                | Includes()
                | OneOf()
                | Reported()
                | Quantified()
                | AllOf()
                | AnyOf()
                | AtLeast()
                | Not()
                | When()
                | Advice()
                | Unknown()
            ):
                yield from self.of(derivation)
            case _:
                assert_never(node)

    # --- requirements --------------------------------------------------------------------------------------------------

    def _asked(self, derivation: Derivation, text: Said) -> Step:
        """Return the step of a comparison, a membership, a flag: the values it rests on are behind it."""
        node = derivation.node
        if isinstance(node, AllOf | AnyOf | AtLeast | Not | Quantified | When):
            return self._step(derivation, text, tuple(self.of(derivation)))
        if isinstance(node, Name):
            fact = self._fact(node, derivation)
            return evolve(self._step(derivation, text, fact.parts), id=node.id, evidence=fact.evidence)
        return self._step(derivation, text, self._behind(derivation.parts))

    def _step(self, derivation: Derivation, text: Said, parts: tuple[Step, ...]) -> Step:
        outcome, role, margin = derivation.outcome, self.role, derivation.margin
        far = []
        if margin is not None and isinstance(derivation.node, Comparison | Range):
            far.append(said(lambda language: distance_word(margin, outcome, role, language)))
        # Of a condition only that it is open is told by a sign: where it does not hold, nothing is missed.
        signed = role is Role.REQUIRED or outcome is UNDETERMINED
        return Step(
            "requirement" if role is Role.REQUIRED else "condition",
            text,
            outcome=outcome.value if signed else "",
            word=said(lambda language: outcome_word(outcome, role, language)),
            detail=(*far, *self._lacking(derivation), *(self._broken if parts else self._open)(derivation)),
            parts=parts,
            folded=_is_long(parts),
        )

    def _lacking(self, derivation: Derivation) -> Iterator[Said]:
        node = derivation.node
        without = lacking(derivation)
        if without and isinstance(node, Includes):

            def say(language: Language) -> str:
                words = [self.edition.member_word(node.set.id, member, language) for member in without]
                return _WORDS[language]["without"].format(members=_WORDS[language]["joint"].join(words))

            yield said(say)

    # --- values --------------------------------------------------------------------------------------------------------

    def _measure(self, node: Name, derivation: Derivation) -> Step:
        measure = self.edition.measure_by_id[node.id]
        source = "" if measure.source is None else measure.source.text()
        if derivation.stated:
            given = self.facts.stated[node.id]
            return Step(
                "measure",
                self._said(derivation),
                node.id,
                value=self._value(derivation),
                stated=True,
                evidence=tuple(evidence_of(given.evidence)),
                source=source,
            )
        formula = derivation.parts[0]
        behind = (formula,) if not isinstance(formula.node, Arithmetic | Negation) else formula.parts
        texts = [self._said(formula), said(lambda language: filled_in(formula, self.edition, language))]
        return Step(
            "measure",
            self._said(derivation),
            node.id,
            value=self._value(derivation),
            formula=tuple(dict.fromkeys(texts)),
            detail=tuple(self._broken(derivation)),
            source=source,
            parts=self._behind(behind),
        )

    def _fact(self, node: Name, derivation: Derivation) -> Step:
        given = self.member.get(node.id) or self.facts.facts.get(node.id)
        parts = self._behind(derivation.parts)
        return Step(
            "fact",
            self._said(derivation),
            node.id,
            value=self._value(derivation),
            detail=() if parts else tuple(self._open(derivation)),
            evidence=() if given is None else tuple(evidence_of(given.evidence)),
            parts=parts,
            folded=_is_long(parts),
        )

    def _number(self, derivation: Derivation, parts: tuple[Step, ...]) -> Step:
        return Step(
            "number",
            self._said(derivation),
            value=self._value(derivation),
            detail=tuple(self._broken(derivation) if parts else self._open(derivation)),
            parts=parts,
            folded=_is_long(parts),
        )

    def _behind(self, parts: Iterable[Derivation]) -> tuple[Step, ...]:
        """Return the steps of the values that a part rests on, each once; of a formula those of its names."""
        found = dict[Step, None]()
        for part in parts:
            below = self._behind(part.parts) if isinstance(part.node, Arithmetic | Negation) else self.value(part)
            found |= dict.fromkeys(below)
        return tuple(found)

    # --- members -------------------------------------------------------------------------------------------------------

    def _members(self, derivation: Derivation, node: Quantified | Aggregate) -> Iterator[Step]:
        """Yield a step for each member that was asked; of many, those first that are not simply met."""
        by_member = dict[str, list[Derivation]]()
        for part in derivation.parts:
            by_member.setdefault(part.member or "", []).append(part)
        told_first = sorted(by_member.items(), key=lambda item: _is_plain(item[1]))
        for member, parts in told_first[:_MOST_MEMBERS]:
            yield self._member(node, member, parts)
        more = len(by_member) - _MOST_MEMBERS
        if more > 0:
            yield Step("member", said(lambda language: _WORDS[language]["more"].format(n=more)))

    def _member(self, node: Quantified | Aggregate, member: str, parts: list[Derivation]) -> Step:
        collection = self.edition.collection(node.collection).id
        known = {one.id: one.facts for one in self.facts.collections.get(collection, ())}
        inner = evolve(self, member={**self.member, **known.get(member, {})})
        asked = Role.REQUIRED if isinstance(node, Quantified) and self.role is Role.REQUIRED else Role.CHOOSES
        steps = tuple(
            step
            for part in parts
            for step in evolve(inner, role=Role.CHOOSES if part.node is node.where else asked).value(part)
        )

        def name(language: Language) -> str:
            if collection == INDICATORS:
                return self.edition.indicator_by_id[member].title.text(language, member)
            return member

        left_out = node.where is not None and len(parts) == 1 and parts[0].result is NOT_MET
        word = said(lambda language: _WORDS[language]["left out"]) if left_out else None
        return Step("member", said(name), word=word, parts=steps)

    # --- words ---------------------------------------------------------------------------------------------------------

    def _phrase(self, derivation: Derivation, language: Language) -> str:
        return phrase(derivation.node, self.edition, language)

    def _said(self, derivation: Derivation) -> Said:
        return said(lambda language: self._phrase(derivation, language))

    def _value(self, derivation: Derivation) -> Said:
        return said(lambda language: value_text(derivation, self.edition, language))

    def _open(self, derivation: Derivation) -> Iterator[Said]:
        """Yield why a part with nothing behind it is open."""
        for sort, word in ((Missing, "missing"), (NotReported, "not_reported")):
            if any(isinstance(cause, sort) for cause in derivation.causes):
                yield _worded(word)
        yield from self._broken(derivation)

    def _broken(self, derivation: Derivation) -> Iterator[Said]:
        """Yield the formulas that have no value whatever is known."""
        for cause in derivation.causes:
            if isinstance(cause, ZeroDenominator | BeyondCalendar):
                word = "zero" if isinstance(cause, ZeroDenominator) else "beyond"
                yield self._of_formula(word, cause.formula)

    def _of_formula(self, word: str, formula: Expr) -> Said:
        return said(lambda language: _WORDS[language][word].format(formula=phrase(formula, self.edition, language)))


def _worded(word: str, **parts: str) -> Said:
    return said(lambda language: _WORDS[language][word].format(**parts))


def _until_decided(derivation: Derivation) -> Iterator[Derivation]:
    """Yield the conditions of bands up to the one that decides, and its value."""
    conditions, values = derivation.parts[0:-1:2], derivation.parts[1:-1:2]
    for condition, value in zip(conditions, values, strict=True):
        yield condition
        if condition.outcome is MET:
            yield value
        if condition.outcome in (MET, UNDETERMINED):
            return
    yield derivation.parts[-1]


def _is_long(parts: tuple[Step, ...]) -> bool:
    return len(parts) > _FEW and any(part.sort == "member" for part in parts)


def _is_plain(parts: list[Derivation]) -> bool:
    return parts[-1].result is MET or (len(parts) == 1 and parts[0].result is NOT_MET)
