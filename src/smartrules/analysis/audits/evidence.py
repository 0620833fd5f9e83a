"""Evidence of the facts that decide: what has none, what is too old, what is of a day still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.observations import Figure, Observation, places_of
from smartrules.analysis.audits.wording import both, fact_of, listed, numbered
from smartrules.diagnostics import Severity
from smartrules.engines.reckoning import moved
from smartrules.expr.nodes import Literal
from smartrules.facts import Fact
from smartrules.values import Language, Quantity

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "none": "起作用的数据中有{n}项没有注明证据：{figures}",
        "none mend": "在 `evidence` 下注明证据；证据另有存放的，可在验收时调阅",
        "undated": "有{n}项数据没有注明日期，无从判断是否超过{span}：{figures}",
        "undated mend": "在 `observed` 下注明取得数据的日期",
        "no day": "事实没有注明所属日期 `on`，{n}项数据的证据是否超过{span}无从判断：{figures}",
        "no day mend": "在 `on` 下注明事实所属的日期",
        "old": "有{n}项数据的证据早于{since}，距{on}超过{span}：{figures}",
        "old mend": "用近期的数据和证据替换",
        "future": "有{n}项数据的证据日期晚于事实所属日期{on}：{figures}",
        "future mend": "更正 `observed` 或 `on`",
        "of": "{word}（{day}）",
    },
    "en": {
        "none": "{n} of the values that decide has no evidence: {figures}"
        "|{n} of the values that decide have no evidence: {figures}",
        "none mend": "name it under `evidence`, or see it where it is kept",
        "undated": "{n} value has no day, and may be older than {span}: {figures}"
        "|{n} values have no day, and may be older than {span}: {figures}",
        "undated mend": "write under `observed` the day on which each was so",
        "no day": "the facts do not say for which day they hold, so the evidence of {n} value may be older than {span}: {figures}"
        "|the facts do not say for which day they hold, so the evidence of {n} values may be older than {span}: {figures}",
        "no day mend": "write that day under `on`",
        "old": "the evidence of {n} value is from before {since}, more than {span} before {on}: {figures}"
        "|the evidence of {n} values is from before {since}, more than {span} before {on}: {figures}",
        "old mend": "observe them again",
        "future": "the evidence of {n} value is of a day after {on}, for which the facts hold: {figures}"
        "|the evidence of {n} values is of a day after {on}, for which the facts hold: {figures}",
        "future mend": "correct `observed` or `on`",
        "of": "{word} ({day})",
    },
}


def evidence(audited: Audited) -> Iterator[Observation]:
    """Yield what is found of the evidence of the facts and stated figures that decide."""
    given = list(_given(audited))
    without = [figure for figure, fact in given if not fact.evidence.documents]
    if without:
        yield _observation(audited, "SR923", Severity.NOTE, "none", without)
    yield from _ages(audited, [figure for figure, _ in given])
    on = audited.facts.on
    later = [figure for figure, _ in given if on is not None and figure.observed is not None and figure.observed > on]
    if later:
        yield _observation(audited, "SR926", Severity.WARNING, "future", later)


def _given(audited: Audited) -> Iterator[tuple[Figure, Fact]]:
    for name in audited.deciding:
        yield audited.fact_figure(name), audited.known[name]
    for measure in audited.stated:
        yield audited.stated_figure(measure), audited.facts.stated[measure]


def _ages(audited: Audited, figures: list[Figure]) -> Iterator[Observation]:
    """Yield what is older than allowed, or has no day that would tell: one observation for each age that is allowed."""
    on = audited.facts.on
    by_span: dict[Literal, list[Figure]] = {}
    for figure in figures:
        for span in _allowed(audited, figure.name):
            by_span.setdefault(span, []).append(figure)
    told: set[str] = set()
    for span in sorted(by_span, key=lambda one: (one.root, str(one.unit))):  # the shortest first: it says the most
        held = [figure for figure in by_span[span] if figure.name not in told]
        undated = [figure for figure in held if figure.observed is None]
        dated = [figure for figure in held if figure.observed is not None]
        # Facts hold for their day, so that a value without one of its own may be as new; who asks for an age wants to see it.
        severity = Severity.WARNING if span is audited.within else Severity.NOTE
        if undated:
            yield _observation(audited, "SR923", severity, "undated", undated, span)
        if dated and on is None:
            yield _observation(audited, "SR923", severity, "no day", dated, span)
        since = None if on is None else _earliest(span, on)
        old = [
            one for one in dated if on is not None and one.observed is not None and _is_too_old(one.observed, span, on)
        ]
        if old:
            yield _observation(audited, "SR924", Severity.WARNING, "old", old, span, since)
        told.update(figure.name for figure in (*undated, *old, *(dated if on is None else ())))


def _is_too_old(observed: date, span: Literal, on: date) -> bool:
    """Return whether a value is older on a day than allowed, as a monitor reckons it: on the last such day it is not."""
    last = moved(observed, span, 1)
    return last is not None and last < on


def _earliest(span: Literal, on: date) -> date | None:
    """Return the earliest day of which a value is not too old; None where the calendar has none that is too old."""
    day = moved(on, span, -1)
    while day is not None and _is_too_old(day, span, on):  # the last day of a short month is some days short
        day += timedelta(days=1)
    return day


def _allowed(audited: Audited, name: str) -> Iterator[Literal]:
    """Yield how old a value may be, as the ruleset says it and as the call does."""
    names = (name, fact_of(name), name.partition(".")[0])  # a collection is as old as what its members say
    for reaction in audited.edition.reactions:
        if reaction.after is not None and any(one in reaction.facts for one in names):
            yield reaction.after
    if audited.within is not None:
        yield audited.within


def _observation(
    audited: Audited,
    code: str,
    severity: Severity,
    sentence: str,
    figures: Iterable[Figure],
    span: Literal | None = None,
    since: date | None = None,
) -> Observation:
    edition, about = audited.edition, tuple(figures)

    def message(language: Language) -> str:
        words = _WORDS[language]
        named = [
            edition.word(figure.name, language)
            if figure.observed is None or sentence == "none"
            else words["of"].format(word=edition.word(figure.name, language), day=figure.observed)
            for figure in about
        ]
        return numbered(
            words[sentence],
            len(about),
            figures=listed(named, language),
            span="" if span is None else Quantity(span.number, span.unit).text(language),
            since=since,
            on=audited.facts.on,
        )

    return Observation(
        code,
        severity,
        both(message),
        both(lambda language: _WORDS[language][f"{sentence} mend"]),
        figures=about,
        since=since,
        places=places_of(about),
    )
