"""Edition → canonical form: one text for one meaning, and its SHA-256 fingerprint.

White space, comments, the order of keys, the spelling of numbers and units and the shorthands of the document leave no
trace in it. The order of tiers, facts, members and indicators does: it is part of the standard.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from smartrules.expr.nodes import Expr
from smartrules.expr.text import source
from smartrules.standard import (
    Collection,
    Edition,
    FactDeclaration,
    Indicator,
    Measure,
    Member,
    Points,
    Reaction,
    Requirement,
    Source,
    Tier,
    Title,
)
from smartrules.values import Number, write_number

#: The version of the canonical form; it changes only when equal rulesets would get another fingerprint.
VERSION = 1


def canonical(edition: Edition) -> str:
    """Return the canonical form of an edition as JSON."""
    return json.dumps(as_plain(edition), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def as_plain(edition: Edition) -> dict[str, Any]:
    """Return the canonical form of an edition as plain values."""
    return {
        "canonical": VERSION,
        "standard": edition.standard.id,
        "edition": edition.id,
        "title": _title(edition.standard.title),
        "aliases": list(edition.standard.aliases),
        "effective": [_day(edition.effective_from), _day(edition.effective_until)],
        "source": _source(edition.source),
        "tiers": [_tier(tier) for tier in edition.tiers],
        "groups": [{"id": group.id, "title": _title(group.title)} for group in edition.groups],
        "facts": [_fact(fact) for fact in edition.facts],
        "collections": [_collection(collection) for collection in edition.collections],
        "measures": [_measure(measure) for measure in edition.measures],
        "indicators": [_indicator(indicator) for indicator in edition.indicators],
    } | _given(
        scores=[_measure(score) for score in edition.scores],
        reactions=[_reaction(reaction) for reaction in edition.reactions],
    )


def fingerprint(edition: Edition) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(edition).encode()).hexdigest()


def _tier(tier: Tier) -> dict[str, Any]:
    plain = {"id": tier.id, "title": _title(tier.title), "known": tier.known}
    return plain | _given(rule=_expression(tier.rule))


def _given(**parts: Any) -> dict[str, Any]:
    """Return the parts that are there: one that was added to the language later leaves older fingerprints as they are."""
    return {key: part for key, part in parts.items() if part}


def _fact(fact: FactDeclaration) -> dict[str, Any]:
    return {
        "id": fact.id,
        "kind": fact.kind.value,
        "unit": None if fact.unit is None else str(fact.unit),
        "members": [_member(member) for member in fact.members],
        "title": _title(fact.title),
        "definition": _title(fact.definition),
        "min": _number(fact.minimum),
        "max": _number(fact.maximum),
        "step": _number(fact.step),
        "at_most": fact.at_most,
        "from": _expression(fact.derived),
    } | _given(fixed=fact.fixed, better=fact.better)


def _collection(collection: Collection) -> dict[str, Any]:
    return {
        "id": collection.id,
        "each": str(collection.unit),
        "title": _title(collection.title),
        "facts": [_fact(fact) for fact in collection.facts],
    }


def _member(member: Member) -> dict[str, Any]:
    return {"id": member.id, "title": _title(member.title)}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "value": source(measure.value),
        "unit": str(measure.unit),
        "title": _title(measure.title),
        "source": _source(measure.source),
        "zero_accepted": measure.zero_accepted,
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "number": indicator.number,
        "group": indicator.group,
        "title": _title(indicator.title),
        "applies": _expression(indicator.applies),
        "measures": list(indicator.measures),
        "require": [_requirement(requirement) for requirement in indicator.requirements],
        "source": _source(indicator.source),
    } | _given(optional=list(indicator.optional), points=_points(indicator.points))


def _points(points: Points | None) -> dict[str, str | None] | None:
    return None if points is None else {"of": _number(points.full), "value": _expression(points.value)}


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {"tier": requirement.tier, "rule": source(requirement.rule), "source": _source(requirement.source)}


def _reaction(reaction: Reaction) -> dict[str, Any]:
    named = {
        "tiers": reaction.tiers,
        "indicators": reaction.indicators,
        "groups": reaction.groups,
        "facts": reaction.facts,
    }
    return {
        "id": reaction.id,
        "kind": reaction.kind,
        "of": {what: list(ids) for what, ids in named.items() if ids},
        "tier": reaction.tier,
        "at_least": reaction.at_least,
        "within": _expression(reaction.within),
        "after": _expression(reaction.after),
        "title": _title(reaction.title),
        "source": _source(reaction.source),
    }


def _title(title: Title) -> dict[str, str]:
    return {key: text for key, text in (("zh", title.zh), ("en", title.en)) if text is not None}


def _source(found: Source | None) -> dict[str, str] | None:
    if found is None:
        return None
    fields = ("document", "clause", "page", "mark", "note", "url")
    return {name: text for name in fields if (text := getattr(found, name)) is not None}


def _expression(node: Expr | None) -> str | None:
    return None if node is None else source(node)


def _number(number: Number | None) -> str | None:
    return None if number is None else write_number(number)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
