"""The words that observations share: names of indicators and facts, values, lists, reasons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import assert_never

from smartrules.analysis.audits.observations import Figure
from smartrules.assessment import Finding
from smartrules.explanation import missing_text
from smartrules.standard import Edition, Title
from smartrules.units import halfwidth
from smartrules.values import Language, Quantity, show_number

#: How many of many are named in a sentence; JSON has them all.
MOST_NAMED = 5

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "joint": "；",
        "and": "；",
        "members": "、",
        "more": "……共{n}项",
        "missing": "缺少：{facts}",
        "not_reported": "未报告：{facts}",
        "zero": "分母为零：{formula}",
        "beyond": "超出历法范围：{formula}",
        "not to hand": "该等级的具体要求未收录",
        "yes": "是",
        "no": "否",
        "none": "无",
        "number": "{word}{value}",
        "said": "{word}：{value}",
    },
    "en": {
        "joint": "; ",
        "and": "; ",
        "members": ", ",
        "more": " … ({n} in all)",
        "missing": "missing: {facts}",
        "not_reported": "not reported: {facts}",
        "zero": "the denominator is zero: {formula}",
        "beyond": "there is no such date: {formula}",
        "not to hand": "what this tier requires is not to hand",
        "yes": "yes",
        "no": "no",
        "none": "none",
        "number": "{word} {value}",
        "said": "{word}: {value}",
    },
}


def both(say: Callable[[Language], str]) -> Title:
    """Return what is said, in Chinese and English."""
    return Title(say("zh"), say("en"))


def numbered(template: str, number: int, **parts: object) -> str:
    """Return a sentence about a number of things: ``"{n} value has|{n} values have"`` has a form for one and one for many."""
    one, _, many = template.partition("|")
    return (one if number == 1 or not many else many).format(n=number, **parts)


def listed(texts: Sequence[str], language: Language) -> str:
    """Return texts as a list; of many the first, and how many there are."""
    words = _WORDS[language]
    shown = words["joint"].join(texts[:MOST_NAMED])
    return shown if len(texts) <= MOST_NAMED else shown + words["more"].format(n=len(texts))


def indicator_word(edition: Edition, indicator: str, language: Language) -> str:
    """Return an indicator by its number and title."""
    one = edition.indicator_by_id[indicator]
    number = f"{one.number} " if one.number else ""
    return number + one.title.text(language, indicator)


def figure_word(figure: Figure, edition: Edition, language: Language) -> str:
    """Return a figure by its title and its value."""
    form = "number" if isinstance(figure.value, Quantity) else "said"
    value = value_word(figure, edition, language)
    return _WORDS[language][form].format(word=edition.word(figure.name, language), value=value)


def value_word(figure: Figure, edition: Edition, language: Language) -> str:
    """Return the value of a figure for a reader."""
    words, value = _WORDS[language], figure.value
    match value:
        case bool():
            return words["yes" if value else "no"]
        case Quantity():
            shown = show_number(value.number)
            return value.text(language).replace(shown, _with_zeros(shown, figure.written), 1)
        case date():
            return value.isoformat()
        case frozenset():
            titles = [edition.member_word(fact_of(figure.name), member, language) for member in sorted(value)]
            return words["members"].join(titles) or words["none"]
        case str():
            return edition.member_word(fact_of(figure.name), value, language)
        case _:
            assert_never(value)


# Zeros at the end of a decimal say how precise it is.
_PRECISE = re.compile(r"\s*(\d+\.\d*0)(?![\d.])")


def _with_zeros(shown: str, written: str) -> str:
    """Return a number as it is shown, with the zeros at its end that were written."""
    precise = _PRECISE.match(halfwidth(written))
    if precise is None:
        return shown
    return precise[1] if precise[1].rstrip("0").rstrip(".") == shown else shown


def fact_of(name: str) -> str:
    """Return the id of the fact that a name means, of ``buildings.b3.storeys`` that of the member's fact."""
    return name.rpartition(".")[2]


def facts_word(facts: Iterable[str], edition: Edition, language: Language) -> str:
    """Return facts by their titles and ids; of many the first, and how many there are."""
    named = [
        fact if edition.word(fact, language) == fact else missing_text([fact], edition, language) for fact in facts
    ]
    return listed(named, language)


def reasons(finding: Finding, language: Language) -> str:
    """Return why a finding is undetermined."""
    words, edition = _WORDS[language], finding.edition
    parts = []
    if finding.missing:
        parts.append(words["missing"].format(facts=facts_word(finding.missing, edition, language)))
    if finding.not_reported:
        parts.append(words["not_reported"].format(facts=facts_word(finding.not_reported, edition, language)))
    parts += [words["zero"].format(formula=formula) for formula in finding.zero_denominators]
    parts += [words["beyond"].format(formula=formula) for formula in finding.beyond_calendar]
    if not finding.requirements_known:
        parts.append(words["not to hand"])
    return words["and"].join(parts)
