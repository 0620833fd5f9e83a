"""The same figure where figures should differ: rates of one indicator, and facts that count different things."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.observations import Figure, Observation, places_of
from smartrules.analysis.audits.wording import both, figure_word, indicator_word, listed
from smartrules.assessment import Finding
from smartrules.diagnostics import Severity
from smartrules.expr.nodes import Name
from smartrules.standard import Edition
from smartrules.units import NO_DIMENSION
from smartrules.values import Kind, Language, Number, Quantity, decimal_places, show_number

#: So many rates of one indicator are no coincidence any more when they are the same figure.
FEWEST_RATES = 3
#: So many digits, zeros at the end left out, are seldom the same by chance: of two unrelated numbers once in 900.
FEWEST_DIGITS = 3

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "SR928": "{indicator}：{n}项比率同为{value}：{figures}",
        "SR928 mend": "核实各项是否分别实测",
        "SR929": "不同事项填了同一个数{value}：{figures}",
        "SR929 mend": "核实是否误抄",
    },
    "en": {
        "SR928": "{indicator}: {n} rates are the same figure, {value}: {figures}",
        "SR928 mend": "see that each was measured on its own",
        "SR929": "facts that count different things are the same number, {value}: {figures}",
        "SR929 mend": "see that none was copied by mistake",
    },
}


def same_rates(audited: Audited) -> Iterator[Observation]:
    """Yield the rates of one indicator, other than nothing and all, that are the same figure."""
    for name, finding in audited.findings.items():
        by_value: dict[Number, list[str]] = {}
        for measure, value in _rates(finding).items():
            if 0 < value < 1:
                by_value.setdefault(value, []).append(measure)
        for value in sorted(by_value):
            if len(by_value[value]) >= FEWEST_RATES:
                figures = tuple(audited.figure(measure, value) for measure in by_value[value])
                yield _of_rates(audited, name, figures)


def _rates(finding: Finding) -> dict[str, Number]:
    """Return the shares that a finding asked for, by the ids of measures and facts, as the rule names them."""
    edition = finding.edition
    found: dict[str, Number] = {}
    for part in finding.derivation.walk():
        if isinstance(part.node, Name) and isinstance(part.result, int | Fraction) and _is_share(part.node.id, edition):
            found[part.node.id] = part.result
    return found


def _is_share(name: str, edition: Edition) -> bool:
    measure = edition.measure_by_id.get(name)
    if measure is not None:
        return measure.unit.dimension == NO_DIMENSION
    return edition.fact_by_id[name].kind is Kind.SHARE and name not in edition.collection_of_fact


def _of_rates(audited: Audited, indicator: str, figures: tuple[Figure, ...]) -> Observation:
    edition = audited.edition
    value = figures[0].value
    assert isinstance(value, Quantity)

    def message(language: Language) -> str:
        return _WORDS[language]["SR928"].format(
            indicator=indicator_word(edition, indicator, language),
            n=len(figures),
            value=value.text(language),
            figures=listed([edition.word(figure.name, language) for figure in figures], language),
        )

    return Observation(
        "SR928",
        Severity.NOTE,
        both(message),
        both(lambda language: _WORDS[language]["SR928 mend"]),
        (indicator,),
        figures,
        places=places_of(figures),
    )


# --- facts that count different things -----------------------------------------------------------------------------


def same_numbers(audited: Audited) -> Iterator[Observation]:
    """Yield the numbers that stand under several facts of the community that have nothing to do with each other."""
    edition = audited.edition
    by_number: dict[Number, list[str]] = {}
    for name in audited.in_order:
        declared = edition.fact_by_id.get(name)
        if declared is None or declared.kind not in (Kind.COUNT, Kind.QUANTITY, Kind.RATE):
            continue
        figure = audited.fact_figure(name)
        assert isinstance(figure.value, Quantity)
        if _digits(figure.value.number) >= FEWEST_DIGITS:
            by_number.setdefault(figure.value.number, []).append(name)
    suspects = {number: names for number, names in by_number.items() if len(names) > 1}
    if not suspects:
        return
    related = _Related(edition)
    for number, names in suspects.items():
        apart = [one for one in names if any(one != other and not related(one, other) for other in names)]
        if apart:
            yield _of_numbers(audited, number, tuple(map(audited.fact_figure, apart)))


def _digits(number: Number) -> int:
    """Return how many digits a number has, without zeros in front and at the end; of an endless one, many."""
    places = decimal_places(number.denominator)
    if places is None:
        return FEWEST_DIGITS
    return len(str(abs(number.numerator) * 10**places // number.denominator).strip("0"))


class _Related:
    """Whether two facts belong together: parts of one whole, or the counts of one formula."""

    def __init__(self, edition: Edition) -> None:
        self.whole_of = {fact.id: fact.at_most for fact in edition.facts}
        self.together: dict[str, set[int]] = {}
        formulas = [measure.value for measure in edition.measures]
        formulas += [fact.derived for fact in edition.facts if fact.derived is not None]
        for number, formula in enumerate(formulas):
            for name in edition.facts_behind(formula):
                self.together.setdefault(name, set()).add(number)

    def __call__(self, one: str, other: str) -> bool:
        if self._whole(one) == self._whole(other):
            return True
        return not self.together.get(one, set()).isdisjoint(self.together.get(other, set()))

    def _whole(self, name: str) -> str:
        whole = self.whole_of.get(name)
        return name if whole is None else self._whole(whole)


def _of_numbers(audited: Audited, number: Number, figures: tuple[Figure, ...]) -> Observation:
    def message(language: Language) -> str:
        return _WORDS[language]["SR929"].format(
            value=show_number(number),
            figures=listed([figure_word(figure, audited.edition, language) for figure in figures], language),
        )

    return Observation(
        "SR929",
        Severity.WARNING,
        both(message),
        both(lambda language: _WORDS[language]["SR929 mend"]),
        figures=figures,
        places=places_of(figures),
    )
