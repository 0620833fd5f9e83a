"""Figures exactly on a threshold, where one step less would have decided otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import assert_never

from attrs import frozen

from smartrules.analysis.audits.audited import Audited, Members, names_in, of_member
from smartrules.analysis.audits.observations import Figure, Observation, places_of
from smartrules.analysis.audits.wording import both, indicator_word, listed, value_word
from smartrules.analysis.ranges import range_of
from smartrules.assessment import Finding
from smartrules.derivation import Derivation
from smartrules.diagnostics import Severity
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
from smartrules.expr.text import phrase, source
from smartrules.outcome import MET
from smartrules.standard import Edition
from smartrules.values import Language, Quantity

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "SR927": "{indicator}：{n}个数值恰好在阈值上：{figures}",
        "mend": "核实是否实测数据；恰好在阈值上也算达到",
        "mend missed": "核实是否实测数据；要求须越过阈值，恰好在阈值上不算",
        "figure": "{word}{value}",
    },
    "en": {
        "SR927": "{indicator}: {n} exactly on the threshold: {figures}",
        "mend": "see that each was measured; to be on the threshold is enough",
        "mend missed": "see that each was measured; to be on the threshold is not enough",
        "figure": "{word} {value}",
    },
}


@frozen
class _Touch:
    """A comparison whose value is exactly on its threshold.

    Attributes:
        value: the side that is no constant.
    """

    compared: Derivation
    value: Derivation
    members: Members


def on_thresholds(audited: Audited) -> Iterator[Observation]:
    """Yield, for each indicator, the figures that are exactly on a threshold."""
    for name, finding in audited.findings.items():
        touching = list(_touching(finding.derivation, audited.edition, {}))
        figures = tuple(dict.fromkeys(_figure(audited, one) for one in touching))
        if figures:
            yield _observation(audited, name, finding, figures, touching)


def _observation(
    audited: Audited, name: str, finding: Finding, figures: tuple[Figure, ...], touching: list[_Touch]
) -> Observation:
    edition = audited.edition
    values = {_figure(audited, one): one for one in touching}
    enough = all(one.compared.outcome is MET for one in touching)

    def word(figure: Figure, language: Language) -> str:
        node = values[figure].value.node
        title = edition.word(figure.name, language) if isinstance(node, Name) else phrase(node, edition, language)
        return _WORDS[language]["figure"].format(word=title, value=value_word(figure, edition, language))

    def message(language: Language) -> str:
        number = len(figures)
        return _WORDS[language]["SR927"].format(
            indicator=indicator_word(edition, name, language),
            n=number if language == "zh" else "a figure is" if number == 1 else f"{number} figures are",
            figures=listed([word(figure, language) for figure in figures], language),
        )

    return Observation(
        "SR927",
        Severity.NOTE,
        both(message),
        both(lambda language: _WORDS[language]["mend" if enough else "mend missed"]),
        (name,),
        figures,
        found=finding.outcome,
        places=places_of((*figures, *_behind(audited, values.values()))),
    )


def _behind(audited: Audited, touching: Iterable[_Touch]) -> Iterator[Figure]:
    """Yield the facts that made a value which is not given itself."""
    for one in touching:
        if not one.value.stated:
            for name, _ in names_in(one.value, audited.edition, one.members):
                if name in audited.known:
                    yield audited.fact_figure(name)


def _figure(audited: Audited, touch: _Touch) -> Figure:
    """Return the value that is on its threshold; of a formula by its text."""
    node, result = touch.value.node, touch.value.result
    if isinstance(node, Name):
        collection = audited.edition.collection_of_fact.get(node.id)
        name = node.id if collection is None else f"{touch.members[collection]}.{node.id}"
        return audited.figure(name, result)
    if isinstance(result, date):
        return Figure(source(node), result)
    assert not isinstance(result, frozenset | str)
    assert result is not None
    return Figure(source(node), Quantity.in_unit(result, audited.edition.unit_of(node)))


def _touching(derivation: Derivation, edition: Edition, members: Members) -> Iterator[_Touch]:
    """Yield the comparisons that decide and whose value is exactly on the threshold."""
    node = derivation.node
    match node:
        case Comparison() | Range():
            touch = _touch(derivation, edition, members)
            if touch is not None:
                yield touch
        case AnyOf() | AtLeast():
            needed = node.k if isinstance(node, AtLeast) else 1
            if sum(part.outcome is MET for part in derivation.parts) <= needed:  # with more, none is needed alone
                for part in derivation.parts:
                    yield from _touching(part, edition, members)
        case AllOf() | Not() | When():
            for part in derivation.parts:
                yield from _touching(part, edition, members)
        case Quantified():
            asked = [part for part in derivation.parts if part.node is node.part]
            if node.quantifier == "every" or sum(part.outcome is MET for part in asked) <= 1:
                for part in asked:
                    yield from _touching(part, edition, of_member(node, part, members, edition))
        case Name() | Includes() | OneOf() | Reported() | Unknown() | Advice():
            return
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
            return
        case _:
            assert_never(node)


def _touch(derivation: Derivation, edition: Edition, members: Members) -> _Touch | None:
    """Return a comparison whose value is exactly on a threshold that says something; None for any other."""
    if derivation.margin is None or derivation.margin.number != 0:
        return None
    node = derivation.node
    if isinstance(node, Range):
        low, value, high = derivation.parts
        bounds = [bound for bound in (low, high) if bound.result == value.result]
        if all(_says_nothing(value.node, bound.node, edition) for bound in bounds):
            return None
        return _Touch(derivation, value, members)
    assert isinstance(node, Comparison)
    left, right = derivation.parts
    value, bound = (right, left) if isinstance(left.node, _CONSTANTS) else (left, right)
    if node.operator in ("=", "!=") or _says_nothing(value.node, bound.node, edition):
        return None
    return _Touch(derivation, value, members)


_CONSTANTS = (Literal, Day, Today)


def _says_nothing(value: Expr, bound: Expr, edition: Edition) -> bool:
    """Return whether to be exactly on a threshold is no coincidence.

    Nobody can be above 100 %, or below nothing; and one thing is what there is where there has to be any.
    """
    if edition.is_date(value):
        return False
    if isinstance(bound, Literal):
        if bound.number == 1 and bound.unit.counts:
            return True
        reached = range_of(value, edition)
        return bound.root in (reached.low, reached.high)
    return False
