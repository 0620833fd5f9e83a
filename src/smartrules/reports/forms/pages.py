"""Which rows a form has, and on which sheets: the facts under the indicators that first ask for them, by groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from smartrules.documents.forms.layout import FormLanguage, in_both
from smartrules.expr.nodes import Expr
from smartrules.standard import Edition, FactDeclaration, Indicator, Measure, Title


@frozen
class Section:
    """An indicator with the facts that are first asked for there, and its measures; or facts that no indicator asks for."""

    indicator: Indicator | None
    facts: tuple[FactDeclaration, ...]
    measures: tuple[Measure, ...] = ()


@frozen
class Page:
    """A sheet of facts."""

    title: Title
    sections: tuple[Section, ...]


_OTHERS = Title("其他", "Others")
_ALL = Title("指标", "Indicators")


def pages_of(edition: Edition) -> tuple[Page, ...]:
    """Return the sheets of facts of an edition: one for each group, and one for what no indicator asks for."""
    placed: set[str] = set()
    by_group: dict[str | None, list[Section]] = {group.id: [] for group in edition.groups}
    for indicator in edition.indicators:
        facts = [fact for fact in _with_wholes(edition, _asked(edition, indicator)) if fact.id not in placed]
        placed |= {fact.id for fact in facts}
        measures = tuple(edition.measure_by_id[name] for name in indicator.measures)
        placed |= {measure.id for measure in measures}
        by_group.setdefault(indicator.group, []).append(Section(indicator, tuple(facts), measures))
    titles = {group.id: group.title if group.title != Title() else Title(en=group.id) for group in edition.groups}
    pages = [Page(titles.get(group or "", _ALL), tuple(sections)) for group, sections in by_group.items() if sections]
    other_facts = tuple(fact for fact in edition.facts if fact.id not in placed)
    others = tuple(measure for measure in edition.measures if measure.id not in placed)
    if other_facts or others:
        pages.append(Page(_OTHERS, (Section(None, other_facts, others),)))
    return tuple(pages)


def users_of(edition: Edition) -> Mapping[str, tuple[Indicator, ...]]:
    """Return the indicators that ask for each fact and measure, by its id."""
    found: dict[str, list[Indicator]] = {}
    for indicator in edition.indicators:
        for name in {name for rule in _rules(edition, indicator) for name in edition.names_behind(rule)}:
            found.setdefault(name, []).append(indicator)
    return {name: tuple(its) for name, its in found.items()}


def _rules(edition: Edition, indicator: Indicator) -> Iterator[Expr]:
    yield from (requirement.rule for requirement in indicator.requirements)
    if indicator.applies is not None:
        yield indicator.applies
    if indicator.points is not None and indicator.points.value is not None:
        yield indicator.points.value
    yield from (edition.measure_by_id[name].value for name in indicator.measures)


def _asked(edition: Edition, indicator: Indicator) -> tuple[str, ...]:
    return edition.in_order(name for rule in _rules(edition, indicator) for name in edition.facts_behind(rule))


def _with_wholes(edition: Edition, names: Iterable[str]) -> list[FactDeclaration]:
    """Return the facts of a community that are named, and before each the whole that it is a part of."""
    found: dict[str, FactDeclaration] = {}

    def add(name: str) -> None:
        fact = edition.fact_by_id.get(name)
        if fact is None or name in edition.collection_of_fact or name in found:
            return
        if fact.at_most is not None:
            add(fact.at_most)
        found[name] = fact

    for name in names:
        add(name)
    return list(found.values())


# --- names of sheets -----------------------------------------------------------------------------------------------

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST = 31


class SheetNames:
    """Names for sheets as Excel takes them: short, without some signs, each another, whatever the case of its letters."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take(self, title: Title, language: FormLanguage, otherwise: str) -> str:
        """Return a name for a sheet: a title in Chinese where the form has Chinese."""
        spoken = in_both(title.zh, title.en, "zh" if language == "both" else language) or otherwise
        name = (
            " ".join(_FORBIDDEN.sub(" ", spoken).split()).strip("'").strip()[:_LONGEST].strip() or otherwise[:_LONGEST]
        )
        if name.casefold() == "history":  # which Excel keeps for itself
            name += " 1"
        free, number = name, 1
        while free.casefold() in self._taken:
            number += 1
            free = f"{name[: _LONGEST - len(str(number)) - 1].strip()} {number}"
        self._taken.add(free.casefold())
        return free
