"""Stated figures beside the counts behind them, within the precision in which they were written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from smartrules.analysis.audits.audited import Audited, names_in
from smartrules.analysis.audits.observations import Figure, Observation, places_of
from smartrules.analysis.audits.wording import both, facts_word, figure_word, indicator_word, listed
from smartrules.derivation import Derivation, Missing
from smartrules.diagnostics import Fault, Severity
from smartrules.facts import Fact
from smartrules.standard import Measure
from smartrules.units import Unit
from smartrules.values import Language, Number, Quantity, decimal_places, last_place, simplest


@frozen
class Written:
    """A number as it was written: what it says, and what one is worth in its last place, both in root units.

    Of usual roundings, those to the nearest (四舍五入, half away from zero, and half to even) give it to whatever is less than
    half of its last place away; cutting off and rounding up to whatever is less than its last place away.
    """

    value: Number
    place: Number

    def is_nearest(self, exact: Number) -> bool:
        """Return whether a usual rounding to the nearest gives the number."""
        twice = 2 * abs(Fraction(exact) - self.value)
        if twice != self.place or self.place == 0:
            return twice <= self.place
        return abs(Fraction(exact)) < abs(Fraction(self.value)) or Fraction(self.value) / self.place % 2 == 0

    def is_usual(self, exact: Number) -> bool:
        """Return whether any usual rounding gives the number."""
        return exact == self.value or abs(Fraction(exact) - self.value) < self.place

    def reaches(self, least: Number | None, most: Number | None) -> bool:
        """Return whether some number between two bounds, None for no bound, is usually rounded to this one."""
        above = least is None or least <= self.value or self.is_usual(least)
        below = most is None or most >= self.value or self.is_usual(most)
        return above and below


def written_of(fact: Fact, measured: Unit) -> Written:
    """Return a given number as it was written; without a text, as the shortest decimal that it is."""
    value = fact.value
    assert isinstance(value, int | Fraction)
    try:
        if fact.written:
            return Written(value, last_place(fact.written, measured))
    except Fault:  # facts that a program made may say anything there
        pass
    places = decimal_places(Fraction(value / measured.size).denominator)
    return Written(value, 0 if places is None else simplest(measured.size / 10**places))


_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "SR918": "{stated}与分项数据不符：据分项数据为{counted}（{counts}）",
        "SR918 bounds": "{stated}与已知的分项数据不符：据此只能{between}",
        "SR918 mend": "核对填报数值和分项数据；评估以分项数据为准",
        "SR919 up": "{stated}，据分项数据为{counted}（{counts}）：只有进位才得此数",
        "SR919 off": "{stated}，据分项数据为{counted}（{counts}）：只有截尾才得此数",
        "SR919 mend": "写成四舍五入的数，或多写一位小数",
        "SR922": "{indicator}：{n}项填报数值没有分项数据：{figures}",
        "SR922 mend": "补充分项数据：{missing}",
        "SR922 never": "分项数据未报告，此数无从核对",
        "at least": "至少{low}",
        "at most": "至多{high}",
        "between": "在{low}至{high}之间",
    },
    "en": {
        "SR918": "{stated} is stated, and its counts make it {counted} ({counts})",
        "SR918 bounds": "{stated} is stated, and what is known of its counts makes it {between}",
        "SR918 mend": "correct the figure or the counts; the counts decide",
        "SR919 up": "{stated} is stated, and its counts make it {counted} ({counts}): only rounding up gives that",
        "SR919 off": "{stated} is stated, and its counts make it {counted} ({counts}): only cutting off gives that",
        "SR919 mend": "round it to the nearest, or write one more decimal",
        "SR922": "{indicator} rests on {n} stated without counts: {figures}",
        "SR922 mend": "supply the counts: {missing}",
        "SR922 never": "the counts are not reported, so that nobody can check it",
        "at least": "at least {low}",
        "at most": "at most {high}",
        "between": "from {low} to {high}",
    },
}


def stated_figures(audited: Audited) -> Iterator[Observation]:
    """Yield what is found of the figures that are stated."""
    for measure in audited.edition.measures:
        given = audited.facts.stated.get(measure.id)
        if given is None:
            continue
        made = audited.measured(measure)
        written = written_of(given, measure.unit)
        counts = _counts(audited, made)
        exact = made.result
        if isinstance(exact, int | Fraction):
            yield from _beside_counts(audited, measure, written, exact, counts)
        elif made.bounds is not None and not written.reaches(*made.bounds):
            yield _out_of_bounds(audited, measure, made.bounds, counts)
    yield from _without_counts(audited)


def _counts(audited: Audited, made: Derivation) -> tuple[Figure, ...]:
    """Return the given facts behind a measure, those of members among them, in the order of their declarations."""
    return tuple(map(audited.fact_figure, audited.ordered(name for name, _ in names_in(made, audited.edition))))


def _beside_counts(
    audited: Audited, measure: Measure, written: Written, exact: Number, counts: tuple[Figure, ...]
) -> Iterator[Observation]:
    if written.is_nearest(exact):
        return
    if not written.is_usual(exact):
        code, sentence, severity = "SR918", "SR918", Severity.ERROR
    else:
        sentence = "SR919 up" if abs(Fraction(written.value)) > abs(Fraction(exact)) else "SR919 off"
        code, severity = "SR919", Severity.NOTE
    stated = audited.stated_figure(measure.id)
    counted = Quantity.in_unit(exact, measure.unit)

    def message(language: Language) -> str:
        return _WORDS[language][sentence].format(
            stated=figure_word(stated, audited.edition, language),
            counted=counted.text(language),
            counts=_listed(counts, audited, language),
        )

    figures = (stated, *counts)
    yield Observation(
        code,
        severity,
        both(message),
        both(lambda language: _WORDS[language][f"{code} mend"]),
        _indicators(audited, measure),
        figures,
        counted=counted,
        places=places_of(figures),
    )


def _listed(figures: tuple[Figure, ...], audited: Audited, language: Language) -> str:
    return listed([figure_word(one, audited.edition, language) for one in figures], language)


def _indicators(audited: Audited, measure: Measure) -> tuple[str, ...]:
    """Return the indicators of the tier that ask for a measure."""
    return audited.asking.get(measure.id, ())


def _out_of_bounds(
    audited: Audited, measure: Measure, bounds: tuple[Number | None, Number | None], counts: tuple[Figure, ...]
) -> Observation:
    stated = audited.stated_figure(measure.id)
    low, high = (None if bound is None else Quantity.in_unit(bound, measure.unit) for bound in bounds)

    def message(language: Language) -> str:
        ends = {"low": "" if low is None else low.text(language), "high": "" if high is None else high.text(language)}
        form = "at most" if low is None else "at least" if high is None else "between"
        return _WORDS[language]["SR918 bounds"].format(
            stated=figure_word(stated, audited.edition, language),
            between=_WORDS[language][form].format(**ends),
        )

    figures = (stated, *counts)
    return Observation(
        "SR918",
        Severity.ERROR,
        both(message),
        both(lambda language: _WORDS[language]["SR918 mend"]),
        _indicators(audited, measure),
        figures,
        places=places_of(figures),
    )


# --- without counts ------------------------------------------------------------------------------------------------


def _without_counts(audited: Audited) -> Iterator[Observation]:
    """Yield an observation for each indicator that rests on stated figures."""
    edition = audited.edition
    resting: dict[str, list[str]] = {}
    for measure, indicators in audited.stated.items():
        for indicator in indicators:
            resting.setdefault(indicator, []).append(measure)
    for indicator in audited.findings:
        measures = resting.get(indicator, [])
        if measures:
            behind = [cause for one in measures for cause in audited.measured(edition.measure_by_id[one]).causes]
            missing = edition.in_order(cause.fact for cause in behind if isinstance(cause, Missing))
            yield _resting(audited, indicator, tuple(map(audited.stated_figure, measures)), missing)


def _resting(audited: Audited, indicator: str, figures: tuple[Figure, ...], missing: tuple[str, ...]) -> Observation:
    edition = audited.edition

    def message(language: Language) -> str:
        number = len(figures)
        return _WORDS[language]["SR922"].format(
            indicator=indicator_word(edition, indicator, language),
            n=number if language == "zh" else "a figure" if number == 1 else f"{number} figures",
            figures=_listed(figures, audited, language),
        )

    def remedy(language: Language) -> str:
        sentence = "SR922 mend" if missing else "SR922 never"
        return _WORDS[language][sentence].format(missing=facts_word(missing, edition, language))

    return Observation(
        "SR922",
        Severity.WARNING,
        both(message),
        both(remedy),
        (indicator,),
        figures,
        missing=missing,
        places=places_of(figures),
    )
