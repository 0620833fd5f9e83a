"""A ruleset that extends another: what it inherits, what it takes away, what it lays over.

Parts keep the name of the edition that they come from, and a threshold the document in which it stands. What is
inherited must still fit: an indicator whose facts were taken away is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from attrs import evolve, frozen

from smartrules.diagnostics import Log, SmartrulesError, Span, Text, did_you_mean, shorten
from smartrules.documents.tree import Entry, Reader, Scalar, Sequence, Table
from smartrules.expr.types import Checker
from smartrules.standard import (
    Collection,
    Edition,
    FactDeclaration,
    Indicator,
    Measure,
    Reaction,
    Requirement,
    Source,
    Tier,
)

#: Finds the edition that a name such as ``shandong-smart-community@2022`` names, in the catalog and nowhere else.
FindBase = Callable[[str], Edition]

_REMOVABLE = ("facts", "collections", "measures", "indicators", "scores", "reactions")
Part = TypeVar("Part", FactDeclaration, Collection, Measure, Indicator, Reaction)


@frozen
class Base:
    """What a ruleset begins from, without what it takes away.

    Attributes:
        at: where the ruleset says so.
    """

    edition: Edition
    tiers: tuple[Tier, ...]
    facts: tuple[FactDeclaration, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    collections: tuple[Collection, ...]
    scores: tuple[Measure, ...]
    reactions: tuple[Reaction, ...]
    at: Span | None


def laid_over(inherited: Iterable[Part], own: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts with those of one ruleset laid over those it inherits: in their places by id, new ones behind."""
    parts: dict[str, Part] = {part.id: part for part in inherited}
    parts.update((part.id, part) for part in own)
    return tuple(parts.values())


class ExtensionReader(Reader):
    """Reads ``extends:`` and ``remove:``."""

    def base(self, top: Table, find: FindBase | None) -> Base | None:
        """Return what a document begins from; None where it extends nothing, or after noting why it cannot."""
        entry = top.get("extends")
        removed = top.get("remove")
        if entry is None:
            if removed is not None:
                self.log.add(
                    removed.at,
                    "SR110",
                    "`remove` takes away from a ruleset, and none is extended",
                    "name it under `extends:`",
                )
            return None
        name = self.text(entry.value, "`extends`")
        if name is None:
            return None
        if find is None or "@" not in name or "/" in name or "\\" in name:
            self.log.add(
                entry.value.at,
                "SR415",
                f"`{shorten(name)}` cannot be extended",
                "name a ruleset of the catalog with its edition: `extends: shandong-smart-community@2022`",
            )
            return None
        try:
            edition = find(name)
        except SmartrulesError as error:
            first = error.diagnostics[0]
            message = f"`{shorten(name)}` cannot be extended: {first.message}"
            if first.code == "SR607" or (first.code == "SR415" and len(error.diagnostics) == 1):
                message = first.message  # the reason further down says it all
            elif first.file is not None and first.at is not None:
                message += f" ({first.file}:{first.at.line})"
            self.log.add(entry.value.at, "SR607" if first.code == "SR607" else "SR415", message, first.help)
            return None
        return self._without(edition, removed, entry.value.at)

    def _without(self, edition: Edition, removed: Entry | None, at: Span | None) -> Base:
        gone: dict[str, tuple[str, ...]] = {}
        table = None if removed is None else self.table(removed.value, "`remove`")
        if table is not None:
            self.known_keys(table, "`remove`", _REMOVABLE)
            known: Mapping[str, Mapping[str, object]] = {
                "facts": edition.fact_by_id,
                "collections": edition.collection_by_id,
                "measures": edition.measure_by_id,
                "indicators": edition.indicator_by_id,
                "scores": edition.score_by_id,
                "reactions": edition.reaction_by_id,
            }
            for entry in table.entries:
                if entry.key not in _REMOVABLE:
                    continue
                gone[entry.key] = self.texts(entry.value, f"`{entry.key}` of `remove`")
                for name in gone[entry.key]:
                    if name not in known[entry.key]:
                        hint = did_you_mean(name, known[entry.key]) or f"see `smartrules show {edition.name}`"
                        listed = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
                        written = (
                            item for item in listed if isinstance(item, Scalar) and str(item.value).strip() == name
                        )
                        at = next(written, entry.value).at
                        message = f"`{edition.name}` has no {entry.key[:-1]} `{shorten(name)}` to remove"
                        self.log.add(at, "SR416", message, hint)
        return Base(
            edition,
            tuple(evolve(tier, origin=tier.origin or edition.name) for tier in edition.tiers),
            _left(edition.facts, gone.get("facts", ()), edition),
            _left(edition.measures, gone.get("measures", ()), edition),
            _left(edition.indicators, gone.get("indicators", ()), edition),
            _left(edition.collections, gone.get("collections", ()), edition),
            _left(edition.scores, gone.get("scores", ()), edition),
            _left(edition.reactions, gone.get("reactions", ()), edition),
            at,
        )

    def check_inherited(
        self,
        base: Base,
        measures: Iterable[Measure],
        indicators: Iterable[Indicator],
        checker: Callable[[Log], Checker],
    ) -> None:
        """Note every inherited measure and rule that no longer fits what the document made of its base."""
        for measure in measures:
            if measure.origin is not None:
                log = Log(Text(None, ""))
                dimension = checker(log).number(measure.value)
                if dimension is not None and dimension != measure.unit.dimension:
                    log.add(None, "SR305", f"it is no longer in `{measure.unit}`")
                self._note_inherited(base, f"the measure `{measure.id}`", log)
        for indicator in indicators:
            rules = [r.rule for r in indicator.requirements if r.origin is not None]
            rules += [indicator.applies] if indicator.applies is not None and indicator.origin is not None else []
            for rule in rules:
                log = Log(Text(None, ""))
                checker(log).requirement(rule)
                self._note_inherited(base, f"the indicator `{indicator.id}`", log)
            points = indicator.points
            if points is not None and points.value is not None and points.origin is not None:
                log = Log(Text(None, ""))
                checker(log).number(points.value)
                self._note_inherited(base, f"`points` of the indicator `{indicator.id}`", log)

    def check_inherited_grading(
        self, base: Base, scores: Iterable[Measure], tiers: Iterable[Tier], checker: Callable[[Log], Checker]
    ) -> None:
        """Note every inherited score and rule of a tier that no longer fits what the document made of its base."""
        for score in scores:
            if score.origin is not None:
                log = Log(Text(None, ""))
                checker(log).number(score.value)
                self._note_inherited(base, f"the score `{score.id}`", log)
        for tier in tiers:
            if tier.rule is not None:
                log = Log(Text(None, ""))
                checker(log).requirement(tier.rule)
                self._note_inherited(base, f"the rule of the tier `{tier.id}`", log)

    def _note_inherited(self, base: Base, what: str, log: Log) -> None:
        for diagnostic in log.errors:
            self.log.add(
                base.at,
                "SR417",
                f"{what} of `{base.edition.name}` no longer fits: {diagnostic.message}",
                "restate it, or remove it too",
            )


def _left(parts: tuple[Part, ...], gone: tuple[str, ...], edition: Edition) -> tuple[Part, ...]:
    return tuple(_inherited(part, edition) for part in parts if part.id not in gone)


def _inherited(part: Part, edition: Edition) -> Part:
    """Return a part as another ruleset inherits it: with the edition it comes from and the document of its sources."""
    origin = part.origin or edition.name
    if isinstance(part, FactDeclaration | Collection):
        return evolve(part, origin=origin)
    source = _sourced(part.source, edition)
    if isinstance(part, Measure | Reaction):
        return evolve(part, origin=origin, source=source)
    requirements = tuple(_inherited_requirement(requirement, edition, source) for requirement in part.requirements)
    points = part.points and evolve(part.points, origin=part.points.origin or edition.name)
    return evolve(part, origin=origin, source=source, requirements=requirements, points=points)


def _inherited_requirement(requirement: Requirement, edition: Edition, otherwise: Source | None) -> Requirement:
    source = otherwise if requirement.source is None else _sourced(requirement.source, edition)
    return evolve(requirement, origin=requirement.origin or edition.name, source=source)


def _sourced(source: Source | None, edition: Edition) -> Source | None:
    own = edition.source
    if source is None or source.document is not None or own is None:
        return source or own
    return evolve(source, document=own.document, url=source.url or own.url)
