"""Rates that whole counts can give: of 4 quarters 50 % and 75 %, and never 60 %."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from attrs import frozen

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.observations import Observation, Possible, places_of
from smartrules.analysis.audits.stated_figures import Written, written_of
from smartrules.analysis.audits.wording import both, figure_word, numbered
from smartrules.diagnostics import Severity
from smartrules.expr.nodes import Aggregate, Arithmetic, Count, Name
from smartrules.expr.text import phrase
from smartrules.standard import Edition, Measure
from smartrules.units import Unit
from smartrules.values import Kind, Language, Number, Quantity, show_number, simplest

#: Of so many values that a total may have, each is tried; with more of them nearly every rate is possible.
MOST_TOTALS = 1_000


@frozen
class Counted:
    """A number of which it is known in what steps it is counted, and in what bounds it lies, all in root units.

    Attributes:
        name: of the fact or collection.
        measured: the unit in which its declaration speaks.
        high: the greatest value; None for no bound.
        within: the name of the whole that it is a part of.
    """

    name: str
    measured: Unit
    step: Number
    low: Number
    high: Number | None
    within: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high

    def quantity(self, root: Number) -> Quantity:
        """Return a value in the unit of its declaration."""
        return Quantity.in_unit(root, self.measured)


_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "known": "{stated}不可能：{whole}为{total}，可能的比率是{possible}",
        "part known": "{stated}不可能：{part}为{count}，可能的比率是{possible}",
        "bounded": "{stated}不可能：{whole}在{low}至{high}之间，最接近的比率是{possible}",
        "of": "{rate}（{whole}中{part}）",
        "to": "{rate}（{part}比{whole}）",
        "joint": "和",
        "mend": "核对比率和总数，补充分项数据",
    },
    "en": {
        "known": "{stated} cannot be: {whole} is {total}, and the nearest possible is {possible}"
        "|{stated} cannot be: {whole} is {total}, and possible are {possible}",
        "part known": "{stated} cannot be: {part} is {count}, and the nearest possible is {possible}"
        "|{stated} cannot be: {part} is {count}, and possible are {possible}",
        "bounded": "{stated} cannot be: {whole} is from {low} to {high}, and the nearest possible is {possible}"
        "|{stated} cannot be: {whole} is from {low} to {high}, and the nearest rates are {possible}",
        "of": "{rate} ({number} of {whole})",
        "to": "{rate} ({part} to {whole})",
        "joint": " and ",
        "mend": "correct the rate or the total, and supply the counts",
    },
}


def possible_rates(audited: Audited) -> Iterator[Observation]:
    """Yield the stated rates that no whole count can give."""
    for measure in audited.edition.measures:
        given = audited.facts.stated.get(measure.id)
        if given is None:
            continue
        made = audited.measured(measure)
        if made.result is not None:
            continue
        written = written_of(given, measure.unit)
        counts = _counts_of(measure, audited)
        if counts is None or (made.bounds is not None and not written.reaches(*made.bounds)):  # which is told already
            continue
        part, whole = counts
        totals = _totals(written, part, whole)
        if totals is not None and not any(_gives(written, part, whole, total) for total in totals):
            nearest = _nearest(written, part, whole, totals)
            if nearest:
                yield _impossible(audited, measure, part, whole, nearest, (totals[0], totals[-1]))


def _impossible(
    audited: Audited,
    measure: Measure,
    part: Counted,
    whole: Counted,
    nearest: list[tuple[Number, ...]],
    ends: tuple[Number, Number],
) -> Observation:
    edition, stated = audited.edition, audited.stated_figure(measure.id)
    known = [audited.fact_figure(one.name) for one in (part, whole) if one.name in audited.known]
    possible = tuple(
        Possible(Quantity.in_unit(rate, measure.unit), part.quantity(amount), whole.quantity(total))
        for rate, total, amount in nearest
    )

    def message(language: Language) -> str:
        words = _WORDS[language]
        form = "known" if whole.is_known else "part known" if part.is_known else "bounded"
        rates = (
            words["of" if one.part.unit == one.whole.unit else "to"].format(
                rate=one.rate.text(language),
                part=one.part.text(language),
                number=show_number(one.part.number),
                whole=one.whole.text(language),
            )
            for one in possible
        )
        return numbered(
            words[form],
            len(possible),
            stated=figure_word(stated, edition, language),
            whole=_word(whole.name, edition, language),
            part=_word(part.name, edition, language),
            total=whole.quantity(whole.low).text(language),
            count=part.quantity(part.low).text(language),
            low=whole.quantity(ends[0]).text(language),
            high=whole.quantity(ends[1]).text(language),
            possible=words["joint"].join(rates),
        )

    figures = (stated, *known)
    return Observation(
        "SR921",
        Severity.ERROR,
        both(message),
        both(lambda language: _WORDS[language]["mend"]),
        audited.asking.get(measure.id, ()),
        figures,
        possible=possible,
        places=places_of(figures),
    )


def _word(name: str, edition: Edition, language: Language) -> str:
    """Return the title of a fact, or how many members a collection has."""
    return phrase(Count(Name(name)) if name in edition.collection_by_id else Name(name), edition, language)


# --- what is known of the counts -----------------------------------------------------------------------------------


def _counts_of(measure: Measure, audited: Audited) -> tuple[Counted, Counted] | None:
    """Return what is known of the part and the whole of a rate; None for a measure that is no such quotient."""
    match measure.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            above, below = _fact(part, audited), _fact(whole, audited)
            return None if above is None or below is None else (above, below)
        case Aggregate(function="share", where=None, collection=name):
            collection = audited.edition.collection(name)
            records = audited.facts.collections.get(collection.id)
            if not records:
                return None
            total = len(records)
            least, most = audited.measured(measure).bounds or (0, 1)
            low, high = (simplest(Fraction(bound or 0) * total) for bound in (least, 1 if most is None else most))
            return (
                Counted(collection.id, collection.unit, 1, low, high, collection.id),
                Counted(collection.id, collection.unit, 1, total, total),
            )
        case _:
            return None


def _fact(name: str, audited: Audited) -> Counted | None:
    """Return what is known of a fact that is counted in steps; None for one that is not, or may be below nothing."""
    declared = audited.edition.fact_by_id.get(name)
    if declared is None or declared.unit is None:
        return None
    step = declared.step or (1 if declared.kind is Kind.COUNT else None)
    if step is None or declared.id in audited.edition.collection_of_fact:
        return None
    known = _value(name, audited)
    if known is not None:
        return Counted(name, declared.unit, step, known, known, declared.at_most)
    low = max([declared.minimum or 0, *_parts_of(name, audited)])
    highs = [declared.maximum, None if declared.at_most is None else _value(declared.at_most, audited)]
    bounds = [bound for bound in highs if bound is not None]
    return None if low < 0 else Counted(name, declared.unit, step, low, min(bounds, default=None), declared.at_most)


def _value(name: str, audited: Audited) -> Number | None:
    """Return a number that is given, or that the members of a collection make; None where it is not known."""
    declared = audited.edition.fact_by_id[name]
    value = audited.named(name).result if declared.kind.is_number else None
    assert value is None or isinstance(value, int | Fraction)
    return value


def _parts_of(name: str, audited: Audited) -> Iterator[Number]:
    """Yield the parts that are known of a whole."""
    values = (_value(part, audited) for part in audited.parts.get(name, ()))
    return (value for value in values if value is not None)


# --- which rates there are -----------------------------------------------------------------------------------------


def _totals(written: Written, part: Counted, whole: Counted) -> list[Number] | None:
    """Return the totals that the whole may be, without zero; None where they are too many to matter."""
    high = whole.high
    least = max(whole.low, whole.step)
    if high is None and part.is_known and part.low > 0:
        smallest = written.value - written.place
        if smallest <= 0:
            return None
        # A larger total makes the rate smaller than whatever is written as this one; one more total is the next below it.
        high = part.low / Fraction(smallest) + whole.step
    if high is None:
        return None
    first, last = ceil(Fraction(least) / whole.step), floor(Fraction(high) / whole.step)
    if last - first >= MOST_TOTALS or last < first:
        return None
    return [simplest(Fraction(number * whole.step)) for number in range(first, last + 1)]


def _gives(written: Written, part: Counted, whole: Counted, total: Number) -> bool:
    """Return whether some part of a total is a rate that may be written so."""
    return any(written.is_usual(Fraction(amount) / Fraction(total)) for amount in _beside(written, part, whole, total))


def _beside(written: Written, part: Counted, whole: Counted, total: Number) -> list[Number]:
    """Return the parts of a total whose rates are nearest to what is written: at or below it, and above it."""
    most = part.high if part.within != whole.name else total if part.high is None else min(part.high, total)
    first = ceil(Fraction(part.low) / part.step)
    last = None if most is None else floor(Fraction(most) / part.step)
    steps = floor(Fraction(written.value * total) / part.step)
    there = {max(number, first) if last is None else min(max(number, first), last) for number in (steps, steps + 1)}
    return [simplest(Fraction(number * part.step)) for number in sorted(there) if number >= first]


def _nearest(written: Written, part: Counted, whole: Counted, totals: list[Number]) -> list[tuple[Number, ...]]:
    """Return the nearest rate below what is written and the nearest above, each with the smallest counts that give it."""
    rates = [
        (simplest(Fraction(amount) / Fraction(total)), total, amount)
        for total in totals
        for amount in _beside(written, part, whole, total)
    ]
    below = max((one for one in rates if one[0] < written.value), key=lambda one: (one[0], -one[1]), default=None)
    above = min((one for one in rates if one[0] > written.value), default=None)
    return [one for one in (below, above) if one is not None]
