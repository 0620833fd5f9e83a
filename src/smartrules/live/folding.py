"""What is known after facts came and were taken back: documents laid over each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from smartrules.facts import DOCUMENT_KEYS

# What a document says by names; what it says of itself is `community` and, by indicators, `claims`. Of `ruleset` nothing
# is kept: the documents of one community may have been written for one edition after another.
_TABLES = ("facts", "stated", "collections")


def laid_over(before: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a facts document with what another one says in the place of what it said of the same.

    Args:
        before: a facts document, or a plain mapping of fact ids to values, as `Ruleset.facts` takes them; so is
        facts: what came. What it names as null is not known any more: a fact, a stated measure, a collection, the day.
    """
    known, came = _as_document(before), _as_document(facts)
    named = {name for table in _TABLES for name in _table(came, table)} | {*_unreported(came)}
    found = without(known, named)
    for table in _TABLES:
        given = {name: value for name, value in _table(came, table).items() if value is not None}
        laid = {**_table(found, table), **given}
        if laid or table == "facts":
            found[table] = laid
    unreported = [*_unreported(found), *_unreported(came)]
    if unreported:
        found["not_reported"] = unreported
    for key in ("on", "community"):
        if key in came:
            found.pop(key, None)
            if came[key] is not None:
                found[key] = came[key]
    claims = {name: claim for name, claim in {**_table(found, "claims"), **_table(came, "claims")}.items() if claim}
    found.pop("claims", None)
    return {**found, "claims": claims} if claims else found


def without(document: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    """Return a facts document that says nothing of some facts, stated measures and collections, nor of the day, ``on``."""
    known, gone = _as_document(document), frozenset(ids)
    found: dict[str, Any] = {"facts": {}}
    for table in _TABLES:
        kept = {name: value for name, value in _table(known, table).items() if name not in gone and value is not None}
        if kept or table == "facts":
            found[table] = kept
    unreported = [name for name in _unreported(known) if name not in gone]
    if unreported:
        found["not_reported"] = unreported
    if known.get("on") is not None and "on" not in gone:
        found["on"] = known["on"]
    for key in ("community", "claims"):
        if known.get(key):
            found[key] = known[key]
    return found


def _as_document(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return facts if any(key in facts for key in DOCUMENT_KEYS) else {"facts": facts}


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return document.get(key) or {}


def _unreported(document: Mapping[str, Any]) -> Iterable[str]:
    names = document.get("not_reported") or ()
    return (names,) if isinstance(names, str) else names
