"""A whole ruleset as lines of text: what it holds once everything it extends is laid together, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.expr.text import source
from smartrules.reports.requirement import kind_text
from smartrules.standard import Collection, Edition, FactDeclaration, Indicator, Measure, Requirement, Source
from smartrules.units import unit
from smartrules.values import Language, Quantity


def contents(edition: Edition, fingerprint: str, language: Language) -> list[str]:
    """Return the tiers, facts, measures and indicators of an edition, each inherited part with the edition it is from."""
    return list(_lines(edition, fingerprint, language))


def _lines(edition: Edition, fingerprint: str, language: Language) -> Iterator[str]:
    yield f"{edition.name}: {edition.standard.title.text(language, edition.standard.id)}"
    for alias in edition.standard.aliases:
        yield f"  alias: {alias}"
    if edition.effective_from or edition.effective_until:
        yield f"  in force: {edition.effective_from or '…'} – {edition.effective_until or '…'}"
    if edition.source is not None:
        yield f"  source: {edition.source.text()}"
    yield f"  fingerprint: {fingerprint}"
    yield "tiers:"
    for tier in edition.tiers:
        yield f"  {tier.id}: {tier.title.text(language, tier.id)}{'' if tier.known else ' (requirements unknown)'}"
        if tier.rule is not None:
            yield f"    rule: {source(tier.rule)}"
    yield "facts:"
    for fact in edition.facts:
        yield f"  {_fact(fact, language)}{_from(fact)}"
    if edition.collections:
        yield "collections:"
    for collection in edition.collections:
        yield f"  {collection.id} [{collection.unit}]: {collection.title.text(language, collection.id)}{_from(collection)}"
        for fact in collection.facts:
            yield f"    {_fact(fact, language)}"
    yield "measures:"
    for measure in edition.measures:
        yield f"  {_formula(measure, language)}"
    yield "indicators:"
    for indicator in edition.indicators:
        number = f"{indicator.number} " if indicator.number else ""
        yield f"  {indicator.id}: {number}{indicator.title.text(language, indicator.id)}{_from(indicator)}"
        if indicator.applies is not None:
            yield f"    applies: {source(indicator.applies)}"
        if indicator.optional:
            yield f"    optional: {', '.join(indicator.optional)}"
        if indicator.points is not None:
            earned = "" if indicator.points.value is None else f"{source(indicator.points.value)}, of "
            yield f"    points: {earned}{Quantity(indicator.points.full, unit('point'))}"
        for requirement in indicator.requirements:
            found = requirement.source or indicator.source
            yield f"    {requirement.tier}: {source(requirement.rule)}{_source(found)}{_from(requirement)}"
    if edition.scores:
        yield "scores:"
    for score in edition.scores:
        yield f"  {_formula(score, language)}"


def _formula(measure: Measure, language: Language) -> str:
    title = measure.title.text(language, measure.id)
    return f"{measure.id} [{measure.unit}] = {source(measure.value)}: {title}{_from(measure)}"


def _fact(fact: FactDeclaration, language: Language) -> str:
    made = f" = {source(fact.derived)}" if fact.derived is not None else ""
    return f"{fact.id} [{kind_text(fact, language)}]{made}: {fact.title.text(language, fact.id)}"


def _source(found: Source | None) -> str:
    return f"  ({found.text()})" if found is not None else ""


def _from(part: FactDeclaration | Collection | Measure | Indicator | Requirement) -> str:
    return f"  ← {part.origin}" if part.origin is not None else ""
