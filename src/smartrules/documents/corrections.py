"""Plain values → facts laid over those that are known already: what arrives, is corrected, and is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from smartrules.diagnostics import FactsError, Fault, Log, Text
from smartrules.documents.facts import facts_tree, finished
from smartrules.documents.facts_reader import Disagreements, FactsReader
from smartrules.documents.tree import to_plain
from smartrules.facts import DOCUMENT_KEYS, Fact, Facts, Written, read_fact, unknown_fact
from smartrules.standard import Edition
from smartrules.values import Kind


@frozen
class Correction:
    """What an event makes of facts.

    Attributes:
        facts: what is known after it.
        named: the names of what is known otherwise than before: facts, stated measures, collections, and ``on``.
        body: what arrived, as JSON has it, which is read back as the same.
    """

    facts: Facts
    named: list[str]
    body: Any


def correct(edition: Edition, known: Facts, mapping: Mapping[str, Any], *, disagreements: Disagreements) -> Correction:
    """Return facts with what a mapping says in the place of what was known.

    Args:
        mapping: as `Ruleset.facts` takes it. A fact, a stated measure, the day, a claim or a whole collection that it gives
            takes the place of the one before; one that is None in it is not known any more.

    Raises:
        FactsError: with every fault, of the mapping alone and together with what is known.
    """
    plainly = _correct_plainly(edition, known, mapping)
    if plainly is not None:
        return plainly
    log = Log(Text(None, ""), FactsError)
    tree = facts_tree(mapping, log)
    facts = None if tree is None else FactsReader(edition, log, disagreements).document(tree, known)
    laid = finished(facts, log)
    assert tree is not None
    return Correction(laid, _differences(known, laid), to_plain(tree))


def _correct_plainly(edition: Edition, known: Facts, mapping: Mapping[str, Any]) -> Correction | None:
    """Return what most events are without a document in between: values of facts of the community, and nothing wrong.

    None for every other: the reader of documents says what is wrong with it.
    """
    if type(mapping) is not dict or not mapping or known.collections:
        return None
    own, parts = edition.fact_by_id, _parts_and_wholes(edition)
    changed: dict[str, Fact] = {}
    named = []
    for name, value in mapping.items():
        declared = own.get(name) if type(name) is str else None
        if declared is None or name in DOCUMENT_KEYS or name in edition.collection_of_fact:
            return None
        plain = _plain(value, declared.kind)
        if plain is None:
            return None
        written, text = plain
        try:
            read = read_fact(declared, written)
        except Fault:
            return None
        before = known.facts.get(name)
        if before is None or before.value != read:
            named.append(name)
        changed[name] = Fact(name, read, text)
    facts: Mapping[str, Fact] = known.facts | changed  # type: ignore[operator]  # as mappings have it that keep facts
    for name in named:
        for part, whole in parts.get(name, ()):
            less, more = facts.get(part), facts.get(whole)
            if less is not None and more is not None and less.value > more.value:  # type: ignore[operator]
                return None
    laid = Facts(
        known.edition,
        facts,
        known.stated,
        known.claims,
        known.community,
        known.on,
        known.collections,
        known.members,
        known.not_reported.difference(mapping) if known.not_reported else known.not_reported,
    )
    return Correction(laid, list(dict.fromkeys(named)), {"facts": dict(mapping)})


def _plain(value: Any, kind: Kind) -> tuple[Written, str] | None:
    """Return a plain value as `read_fact` takes it, and its text; None for one that the reader of documents looks at."""
    given = type(value)
    if kind is Kind.SET:
        if given is not list or len(value) > _MOST_MEMBERS or any(type(member) is not str for member in value):
            return None
        return tuple(value), ", ".join(value)
    if given is str:
        return value, value
    if given is bool:
        return value, "true" if value else "false"
    if given is int and value.bit_length() <= _LONGEST:
        return value, str(value)
    return None


_MOST_MEMBERS = 1000
#: Bits that every number may have; of a longer one the reader of documents says whether it has too many digits.
_LONGEST = 128


def _parts_and_wholes(edition: Edition) -> Mapping[str, list[tuple[str, str]]]:
    """Return of each fact the parts and wholes that it belongs to, as pairs."""
    found: Mapping[str, list[tuple[str, str]]] | None = edition.readings.get(_parts_and_wholes)
    if found is None:
        made: dict[str, list[tuple[str, str]]] = {}
        for fact in edition.facts:
            if fact.at_most is not None:
                for name in (fact.id, fact.at_most):
                    made.setdefault(name, []).append((fact.id, fact.at_most))
        found = edition.readings[_parts_and_wholes] = made
    return found


def take_back(edition: Edition, known: Facts, ids: Iterable[str]) -> Correction:
    """Return facts without some: facts, stated measures, what is said not to be reported, collections, the day as ``on``.

    Raises:
        FactsError: for every name that the edition does not have.
    """
    gone = frozenset(ids)
    log = Log(Text(None, ""), FactsError)
    for name in sorted(gone - {"on"} - edition.measure_by_id.keys() - edition.collection_by_id.keys()):
        if name not in edition.fact_by_id or name in edition.collection_of_fact:
            log.add_fault(None, unknown_fact(edition, name))
    if log.errors:
        raise FactsError(log.errors)
    laid = evolve(
        known,
        facts={name: fact for name, fact in known.facts.items() if name not in gone},
        stated={name: fact for name, fact in known.stated.items() if name not in gone},
        collections={name: records for name, records in known.collections.items() if name not in gone},
        not_reported=known.not_reported - gone,
        on=None if "on" in gone else known.on,
    )
    return Correction(laid, _differences(known, laid), sorted(gone))


def _differences(before: Facts, after: Facts) -> list[str]:
    """Return the names of what is known otherwise: facts, stated measures, collections, and ``on``; always in one order."""
    found: dict[str, None] = {}
    for old, new in ((before.facts, after.facts), (before.stated, after.stated)):
        if old is not new:
            for name in {**old, **new}:
                one, other = old.get(name), new.get(name)
                if one is not other and (one is None or other is None or one.value != other.value):
                    found[name] = None
    for name in {**before.collections, **after.collections}:
        if before.collections.get(name) != after.collections.get(name):
            found[name] = None
    found.update(dict.fromkeys(sorted(before.not_reported ^ after.not_reported)))
    if before.on != after.on:
        found["on"] = None
    return list(found)
