"""Stated figures on the other side of a threshold than the counts behind them: rounding would decide the indicator."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.observations import Observation, places_of
from smartrules.analysis.audits.wording import both, figure_word, indicator_word
from smartrules.derivation import Derivation, conclude
from smartrules.diagnostics import Severity
from smartrules.engines.comparing import compare, threshold_unit
from smartrules.expr.nodes import Comparison, Expr, Name, Range
from smartrules.expr.text import phrase
from smartrules.outcome import Outcome, all_of
from smartrules.standard import Edition
from smartrules.values import Language, Quantity

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "SR920": "{indicator}：{stated}，据分项数据为{counted}，两者在“{requirement}”的两侧",
        "mend": "评估以分项数据为准；更正填报数值",
    },
    "en": {
        "SR920": "{indicator}: {stated} is stated, its counts make it {counted}, and “{requirement}” lies between",
        "mend": "the counts decide; correct the stated figure",
    },
}


def crossings(audited: Audited) -> Iterator[Observation]:
    """Yield the stated figures by which a comparison would come out otherwise than by their counts."""
    if not audited.facts.stated:
        return
    for name, finding in audited.findings.items():
        seen: set[Expr] = set()
        for part in finding.derivation.walk():
            if isinstance(part.node, Comparison | Range) and part.node not in seen:
                seen.add(part.node)
                for measure in _crossing(part, audited):
                    yield _observation(audited, name, part, measure)


def _crossing(part: Derivation, audited: Audited) -> Iterator[Derivation]:
    """Yield the measures of a comparison, as they are counted, whose stated figures would turn it."""
    for place, side in enumerate(part.parts):
        node = side.node
        given = audited.facts.stated.get(node.id) if isinstance(node, Name) else None
        if given is None or side.stated or side.result is None:
            continue
        assert isinstance(given.value, int | Fraction)
        sides = (*part.parts[:place], conclude(node, given.value), *part.parts[place + 1 :])
        if _outcome(part.node, sides, audited.edition) is not part.outcome:
            yield side


def _outcome(node: Expr, sides: tuple[Derivation, ...], edition: Edition) -> Outcome:
    """Return what a comparison comes to between other values."""
    if isinstance(node, Range):
        low, value, high = sides
        return all_of(
            (
                compare(node.low_operator, low, value, threshold_unit(node.low, node.value, edition))[0],
                compare(node.high_operator, value, high, threshold_unit(node.high, node.value, edition))[0],
            )
        )
    assert isinstance(node, Comparison)
    left, right = sides
    return compare(node.operator, left, right, threshold_unit(node.right, node.left, edition))[0]


def _observation(audited: Audited, indicator: str, compared: Derivation, counted: Derivation) -> Observation:
    edition = audited.edition
    assert isinstance(counted.node, Name)
    assert isinstance(counted.result, int | Fraction)
    stated = audited.stated_figure(counted.node.id)
    made = Quantity.in_unit(counted.result, edition.measure_by_id[counted.node.id].unit)

    def message(language: Language) -> str:
        return _WORDS[language]["SR920"].format(
            indicator=indicator_word(edition, indicator, language),
            stated=figure_word(stated, edition, language),
            counted=made.text(language),
            requirement=phrase(compared.node, edition, language),
        )

    return Observation(
        "SR920",
        Severity.WARNING,
        both(message),
        both(lambda language: _WORDS[language]["mend"]),
        (indicator,),
        (stated,),
        counted=made,
        places=places_of((stated,)),
    )
