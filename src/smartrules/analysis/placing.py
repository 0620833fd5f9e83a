"""What is doubtful in where a ruleset stands: the folders that name it, and the editions before and after it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from attrs import evolve

from smartrules import catalog
from smartrules.diagnostics import Diagnostic, Severity
from smartrules.standard import Edition


def doubtful_placing(path: Path, edition: Edition) -> list[Diagnostic]:
    """Return the warnings of an edition that a document holds.

    - SR612: its folders name another standard or edition; outside the catalog, one of the two;
    - SR608: it and another edition of its standard leave a day without any, or with two. The others are those of the
      catalog where the document is in it, and those beside it.
    """
    catalogued = _is_in_catalog(path)
    found = []
    fault = catalog.misnamed(path, edition)
    if fault is not None and (catalogued or _is_half_named(path, edition)):
        found.append(evolve(fault, severity=Severity.WARNING))
    editions = {other.name: other for other in _others(path, edition, catalogued=catalogued)} | {edition.name: edition}
    hint = "set `from` and `until` under `effective:`"
    for one, next_, message in validity_faults(editions.values()):
        if edition in (one, next_):
            found.append(Diagnostic("SR608", message, hint, str(path), severity=Severity.WARNING))
    return found


def validity_faults(editions: Iterable[Edition]) -> list[tuple[Edition, Edition, str]]:
    """Return where editions of one standard leave a day without any, or with two: the two editions, and a sentence."""
    dated = sorted(editions, key=lambda edition: (edition.effective_from or date.min, edition.id))
    faults = []
    last: Edition | None = None  # of those that began before, the one that ends last
    for next_ in dated:
        begin = next_.effective_from or date.min
        if last is not None:
            end = last.effective_until
            if end is None or end >= begin:
                faults.append((last, next_, f"`{last.name}` and `{next_.name}` are both in force on {begin}"))
            elif (day := end + timedelta(days=1)) < begin:
                faults.append((last, next_, f"neither `{last.name}` nor `{next_.name}` is in force on {day}"))
        if last is None or (next_.effective_until or date.max) >= (last.effective_until or date.max):
            last = next_
    return faults


def _is_in_catalog(path: Path) -> bool:
    place = Path(os.path.realpath(path))
    return place.name == catalog.DOCUMENT_NAME and any(
        place.parent.parent.parent == Path(os.path.realpath(folder)) for _, folder in catalog.folders()
    )


def _is_half_named(path: Path, edition: Edition) -> bool:
    place = Path(os.path.realpath(path))
    return place.name == catalog.DOCUMENT_NAME and (
        place.parent.parent.name == edition.standard.id or place.parent.name == edition.id
    )


def _others(path: Path, edition: Edition, *, catalogued: bool) -> list[Edition]:
    """Return the other editions of a standard that can be read; one that cannot is the matter of its own check."""
    place = Path(os.path.realpath(path))
    beside = [
        catalog.Entry(sibling.parent.parent.name, sibling.parent.name, sibling)
        for sibling in sorted(place.parent.parent.glob(f"*/{catalog.DOCUMENT_NAME}"))
        if sibling != place
    ]
    standard = edition.standard.id
    known = [entry for entry in catalog.entries() if entry.standard == standard] if catalogued else []
    rulesets, _ = catalog.read_entries([*(entry for entry in beside if entry.standard == standard), *known])
    return [ruleset.edition for ruleset in rulesets if ruleset.name != edition.name]
