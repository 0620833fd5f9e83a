"""An edition by its parts, as the canonical form holds them, and what of them decides: all that is no mere wording.

Two editions of which the same decides come to the same of every community and accept the same documents, whatever titles,
numbers and sources they have. Ids decide: documents and programs call things by them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from smartrules.documents.canonical import as_plain
from smartrules.expr.nodes import Name, walk
from smartrules.standard import Edition


class Sort(StrEnum):
    """The sorts of parts that an edition has; the edition itself is the first."""

    EDITION = "edition"
    TIER = "tier"
    GROUP = "group"
    FACT = "fact"
    COLLECTION = "collection"
    MEASURE = "measure"
    INDICATOR = "indicator"
    SCORE = "score"
    REACTION = "reaction"


#: What a part says, by key.
Sayings = Mapping[str, Any]

_PLURALS = {sort: f"{sort.value}s" for sort in Sort if sort is not Sort.EDITION}
_ORDER = "order of "
#: The key under which the order of tiers stands: the only one that decides.
ORDER_OF_TIERS = f"{_ORDER}{_PLURALS[Sort.TIER]}"
_NAMED = frozenset({"title", "source"})

#: What of each sort is wording: it decides nothing.
EDITORIAL: Mapping[Sort, frozenset[str]] = {
    Sort.EDITION: frozenset({"standard", "edition", "title", "aliases", "effective", "source"})
    | {f"{_ORDER}{plural}" for plural in _PLURALS.values() if plural != _PLURALS[Sort.TIER]},
    Sort.TIER: _NAMED,
    Sort.GROUP: _NAMED,
    # What nobody can change is asked by plans, and which way is better by proofs; no outcome rests on either.
    Sort.FACT: _NAMED | {"definition", "titles of members", "order of members", "fixed", "better"},
    Sort.COLLECTION: _NAMED | {f"{_ORDER}facts"},
    Sort.MEASURE: _NAMED | {"zero_accepted"},
    Sort.INDICATOR: _NAMED | {"number", "sources", "measures"},
    Sort.SCORE: _NAMED | {"zero_accepted"},
    Sort.REACTION: _NAMED,
}


def parts_of(edition: Edition) -> dict[Sort, dict[str, Sayings]]:
    """Return what an edition says of each of its parts, by sort and id; of the edition itself by the empty id.

    Together it is all that the canonical form holds. The facts of members stand among the others.
    """
    plain = as_plain(edition)
    found: dict[Sort, dict[str, Sayings]] = {sort: {} for sort in Sort}
    listed = {sort: plain.pop(plural, []) for sort, plural in _PLURALS.items()}
    plain.pop("canonical")
    heading = dict(plain)
    for sort, parts in listed.items():
        heading[f"{_ORDER}{_PLURALS[sort]}"] = [part["id"] for part in parts]
    for collection in listed[Sort.COLLECTION]:
        facts = collection.pop("facts")
        collection[f"{_ORDER}facts"] = [fact["id"] for fact in facts]
        listed[Sort.FACT] = [*listed[Sort.FACT], *({**fact, "collection": collection["id"]} for fact in facts)]
    found[Sort.EDITION][""] = heading
    for sort, parts in listed.items():
        found[sort] = {part["id"]: _sayings(sort, part) for part in parts}
    return found


def _sayings(sort: Sort, part: dict[str, Any]) -> Sayings:
    said = {key: value for key, value in part.items() if key != "id"}
    if sort is Sort.FACT:
        members = said["members"]
        said["members"] = sorted(member["id"] for member in members)
        said["titles of members"] = {member["id"]: member["title"] for member in members}
        said["order of members"] = [member["id"] for member in members]
    elif sort is Sort.INDICATOR:
        stated = said["require"]
        said["require"] = {one["tier"]: one["rule"] for one in stated}
        said["sources"] = {one["tier"]: one["source"] for one in stated if one["source"] is not None}
        if "optional" in said:
            said["optional"] = sorted(said["optional"])
    return said


def is_editorial(sort: Sort, key: str, *, groups_asked: bool) -> bool:
    """Return whether what a part says under a key is wording; the group of an indicator is where no rule asks of groups."""
    return key in EDITORIAL[sort] or (sort is Sort.INDICATOR and key == "group" and not groups_asked)


def asks_groups(edition: Edition) -> bool:
    """Return whether a rule of a tier, a score or a reaction names groups, so that it decides to which an indicator belongs."""
    rules = [*(tier.rule for tier in edition.tiers), *(score.value for score in edition.scores)]
    named = any(isinstance(node, Name) and node.id == "group" for rule in rules if rule for node in walk(rule))
    return named or any(reaction.groups for reaction in edition.reactions)


def deciding(edition: Edition) -> str:
    """Return what of an edition decides, as one JSON text."""
    groups_asked, parts = asks_groups(edition), parts_of(edition)
    kept = {
        sort.value: {
            name: {key: said[key] for key in _deciding_keys(sort, said, groups_asked=groups_asked)}
            for name, said in parts[sort].items()
        }
        for sort in Sort
        if sort is not Sort.GROUP
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _deciding_keys(sort: Sort, said: Sayings, *, groups_asked: bool) -> Iterable[str]:
    return (key for key in said if not is_editorial(sort, key, groups_asked=groups_asked))


def deciding_fingerprint(edition: Edition) -> str:
    """Return the SHA-256 of what of an edition decides, in hexadecimal digits: the same where only wording differs."""
    return hashlib.sha256(deciding(edition).encode()).hexdigest()
