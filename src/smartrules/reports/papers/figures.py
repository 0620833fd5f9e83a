"""What is known of an indicator, as a table for the public says it: each figure with the counts behind it.

A figure that is stated without its counts says so. Of the members of a collection it is said how many there are of each
outcome, and not what each of them is.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from smartrules.assessment import Finding
from smartrules.derivation import Derivation
from smartrules.explanation import margin_text
from smartrules.expr.nodes import Aggregate, Arithmetic, Name, Quantified
from smartrules.expr.text import phrase
from smartrules.facts import show_value
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition
from smartrules.values import Language, Quantity, show_number

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "has": "{title}：{value}",
        "behind": "{figure}（{counts}）",
        "stated": "{figure}（填报比率）",
        "of": "{part}／{whole}{unit}",
        "joint": "；",
        "and": "，",
        "titles": "；",
        "every": "须满足的{title}{n}{unit}",
        "some": "{number}{unit}{outcome}",
        "missing": "缺少：{facts}",
        "not_reported": "未报告：{facts}",
        "zero": "分母为零：{formula}",
        "beyond": "超出历法范围：{formula}",
        "not to hand": "具体要求未收录",
        "nothing": "无",
    },
    "en": {
        "has": "{title}: {value}",
        "behind": "{figure} ({counts})",
        "stated": "{figure} (a stated rate)",
        "of": "{part} of {whole} {unit}",
        "joint": "; ",
        "and": ", ",
        "titles": "; ",
        "every": "{title} asked: {n}",
        "some": "{number} {outcome}",
        "missing": "missing: {facts}",
        "not_reported": "not reported: {facts}",
        "zero": "zero denominator: {formula}",
        "beyond": "no such date: {formula}",
        "not to hand": "what is required is not to hand",
        "nothing": "none",
    },
}

_OUTCOMES: dict[Language, dict[Outcome, str]] = {
    "zh": {MET: "满足", NOT_MET: "不满足", UNDETERMINED: "无法判定"},
    "en": {MET: "met", NOT_MET: "not met", UNDETERMINED: "undetermined"},
}


def completion(finding: Finding, language: Language) -> str:
    """Return 完成情况: the figures that are known, how far a missed threshold is, and why it is open where it is."""
    words = _WORDS[language]
    parts = list(dict.fromkeys(_Figures(finding.edition, language).of(finding.derivation)))
    if finding.outcome is NOT_MET and finding.margin is not None and parts:
        parts.append(margin_text(finding.margin, False, language))
    if finding.outcome is UNDETERMINED or finding.not_reported:
        parts += reasons(finding, language)
    return words["joint"].join(parts) or words["nothing"]


def reasons(finding: Finding, language: Language) -> list[str]:
    """Return why a finding is open, facts by their titles."""
    words, edition = _WORDS[language], finding.edition

    def titles(names: tuple[str, ...]) -> str:
        return words["titles"].join(fact_title(name, edition, language) for name in names)

    found = []
    if finding.outcome is UNDETERMINED and finding.missing:
        found.append(words["missing"].format(facts=titles(finding.missing)))
    if finding.not_reported:
        found.append(words["not_reported"].format(facts=titles(finding.not_reported)))
    found += [words["zero"].format(formula=formula) for formula in finding.zero_denominators]
    found += [words["beyond"].format(formula=formula) for formula in finding.beyond_calendar]
    if not finding.requirements_known:
        found.append(words["not to hand"])
    return found


def fact_title(fact: str, edition: Edition, language: Language) -> str:
    """Return the title of a fact, or of the day for which the facts hold."""
    if fact == "on":
        return "评定之日" if language == "zh" else "the day for which the facts hold"
    return edition.word(fact, language)


@frozen
class _Figures:
    edition: Edition
    language: Language

    @property
    def words(self) -> dict[str, str]:
        return _WORDS[self.language]

    def of(self, derivation: Derivation) -> Iterator[str]:
        """Yield each figure that a rule asked and that is known."""
        node = derivation.node
        match node:
            case Name():
                if self._is_known(derivation):
                    yield self._named(node, derivation)
            case Quantified():
                yield from self._members(node, derivation)
            case Aggregate():
                if isinstance(derivation.result, int | Fraction):
                    value = Quantity.in_unit(derivation.result, self.edition.unit_of(node))
                    yield self._has(phrase(node, self.edition, self.language), value.text(self.language))
            case _:
                for part in derivation.parts:
                    yield from self.of(part)

    def _is_known(self, derivation: Derivation) -> bool:
        return derivation.result is not None and derivation.result is not Outcome.UNDETERMINED

    def _has(self, title: str, value: str) -> str:
        return self.words["has"].format(title=title, value=value)

    def _named(self, node: Name, derivation: Derivation) -> str:
        figure = self._has(self.edition.word(node.id, self.language), self._value(node, derivation))
        if derivation.stated:
            return self.words["stated"].format(figure=figure)
        if node.id not in self.edition.measure_by_id or not derivation.parts:
            return figure
        counts = self._counts(derivation.parts[0])
        return self.words["behind"].format(figure=figure, counts=counts) if counts else figure

    def _value(self, node: Name, derivation: Derivation) -> str:
        result = derivation.result
        assert result is not None
        value = result is MET if isinstance(result, Outcome) else result
        declared = self.edition.measure_by_id.get(node.id) or self.edition.fact_by_id[node.id]
        return show_value(declared, value, self.language)

    def _counts(self, formula: Derivation) -> str:
        """Return the counts behind a measure: of a share 3461／3461户, else each with its title."""
        match formula.node:
            case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
                facts = self.edition.fact_by_id
                both = [facts[name].unit for name in (part, whole) if name in facts]
                if len(both) == 2 and both[0] is not None and both[0] == both[1]:
                    measured = both[0]
                    numbers = [one.result for one in formula.parts if isinstance(one.result, int | Fraction)]
                    small, large = (Quantity.in_unit(number, measured).number for number in numbers)
                    word = measured.chinese() if self.language == "zh" else measured.english(large)
                    return self.words["of"].format(part=show_number(small), whole=show_number(large), unit=word)
            case _:
                pass
        return self.words["and"].join(dict.fromkeys(self.of(formula)))

    def _members(self, node: Quantified, derivation: Derivation) -> Iterator[str]:
        """Yield how many members there are that the rule asks, and how many of them have each outcome."""
        asked = dict[str, Outcome]()
        for part in derivation.parts:
            if part.member is not None and part.node == node.part and isinstance(part.result, Outcome):
                asked[part.member] = part.result
        if not asked:
            return
        words, number = self.words, len(asked)
        unit = self.edition.collection(node.collection).unit.chinese() if self.language == "zh" else ""
        told = [
            words["some"].format(number=count, unit=unit, outcome=word)
            for one, word in _OUTCOMES[self.language].items()
            if (count := sum(outcome is one for outcome in asked.values()))
        ]
        title = self._members_title(node.collection)
        head = words["every"].format(title=title, n=number, unit=unit)
        shown = words["and"].join(told)
        yield self._has(head, shown) if self.language == "zh" else words["behind"].format(figure=head, counts=shown)

    def _members_title(self, collection: str) -> str:
        if self.language == "zh":
            return self.edition.collection_word(collection, "zh")
        return self.edition.members_word(collection)
