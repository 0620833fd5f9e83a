"""What two editions cite otherwise: the source of a part, and of what an indicator requires at its tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from smartrules.analysis.diffs.answer import Change, Detail, Diff
from smartrules.documents.deciding import Sort
from smartrules.standard import Edition, Source


@frozen
class Cited:
    """What both editions cite for a part.

    Attributes:
        tier: at which tier, by its id in the edition that has it; None for the part itself.
        before: what the old edition cites, on one line; None where it cites nothing. ``after`` likewise.
    """

    tier: str | None
    before: str | None
    after: str | None


def is_cited_alike(found: Diff, change: Change, detail: Detail) -> bool:
    """Return whether sources read the same to who follows them: an inherited one names its document itself."""
    if change.old is None or change.new is None or detail.key not in ("source", "sources"):
        return False
    old, new = found.old.edition, found.new.edition
    match change.sort:
        case Sort.INDICATOR if detail.key == "source":
            return old.source_of(change.old) == new.source_of(change.new)
        case Sort.INDICATOR:
            return all(
                tier in old.tier_by_id
                and tier in new.tier_by_id
                and old.source_of(change.old, tier) == new.source_of(change.new, tier)
                for tier in _tiers(detail)
            )
        case Sort.MEASURE:
            sources = [edition.measure_by_id[name].source for edition, name in ((old, change.old), (new, change.new))]
            documents = [source or edition.source for source, edition in zip(sources, (old, new), strict=True)]
            return documents[0] == documents[1]
        case _:
            return False


def cited(found: Diff, change: Change, detail: Detail) -> Iterator[Cited]:
    """Yield what a detail of sources says: of those at tiers what the indicator itself cites stands for what is not stated."""
    if detail.key == "source":
        yield Cited(None, _line(detail.before), _line(detail.after))
        return
    before, after = detail.before or {}, detail.after or {}
    ours = _own(found.old.edition, change.old)
    theirs = _own(found.new.edition, change.new)
    for tier in _tiers(detail):
        yield Cited(tier, _line(before.get(tier)) or ours, _line(after.get(tier)) or theirs)


def _tiers(detail: Detail) -> list[str]:
    """Return the tiers at which a requirement cites a source of its own otherwise."""
    before, after = detail.before or {}, detail.after or {}
    return [tier for tier in dict.fromkeys((*after, *before)) if before.get(tier) != after.get(tier)]


def _own(edition: Edition, indicator: str | None) -> str | None:
    source = None if indicator is None else edition.indicator_by_id[indicator].source
    return None if source is None else source.text()


def _line(source: Mapping[str, str] | None) -> str | None:
    return Source(**source).text() if source else None
