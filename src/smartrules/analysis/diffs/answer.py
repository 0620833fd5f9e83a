"""What is different between two editions, as data and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import field, frozen

from smartrules.analysis.diffs.pairs import Reason
from smartrules.analysis.diffs.rulings import Document, Ruling, Said, Verdict, Witness
from smartrules.documents.deciding import Sort, deciding_fingerprint
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.values import write_number

#: The version of the JSON form; it changes only when a reader of the old form would misread the new one.
JSON_VERSION = 1


class Effect(StrEnum):
    """What a change does."""

    MATERIAL = "material"  # a community may come out otherwise, or a document or program must change
    REWRITTEN = "rewritten"  # rules are written otherwise, and are proved to decide alike
    EDITORIAL = "editorial"  # titles, numbers, sources


@frozen
class Detail:
    """What two editions say otherwise of one part, under one key of the canonical form.

    Attributes:
        before: what the old edition says, as plain values of the canonical form; None where it says nothing.
        after: the same of the new one.
    """

    key: str
    before: Any
    after: Any
    effect: Effect


@frozen
class Change:
    """What became of one part of the old edition, or whence one of the new edition comes.

    Attributes:
        sort: what part it is.
        old: its id in the old edition, None where it was added; ``new`` that in the new one, None where it was removed.
        reason: why the two count as the same; None where it was added or removed.
        details: what is said of it otherwise.
        rulings: what becomes of its rules.
        effect: the gravest of its details and rulings.
    """

    sort: Sort
    old: str | None
    new: str | None
    reason: Reason | None
    details: tuple[Detail, ...]
    rulings: tuple[Ruling, ...]
    effect: Effect

    @property
    def id(self) -> str:
        """The id in the new edition, else that in the old one."""
        return self.new if self.new is not None else self.old or ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What becomes of its rules, each verdict once."""
        return tuple(dict.fromkeys(ruling.verdict for ruling in self.rulings))


@frozen
class Diff:
    """What is different between two editions.

    Attributes:
        old: the edition before, and ``new`` the one after.
        changes: the edition itself, then its tiers, groups, facts, collections, measures, indicators, scores and reactions, each
            in the order of the new edition, what was removed last. Empty where the fingerprints are the same.
    """

    old: Ruleset
    new: Ruleset
    changes: tuple[Change, ...] = field(repr=False)

    def of(self, *effects: Effect) -> tuple[Change, ...]:
        """Return the changes of some effects."""
        return tuple(change for change in self.changes if change.effect in effects)

    @property
    def material(self) -> tuple[Change, ...]:
        """The changes by which a community may come out otherwise, or a document or program must change."""
        return self.of(Effect.MATERIAL)

    @property
    def rewritten(self) -> tuple[Change, ...]:
        """The changes by which rules are written otherwise and decide alike, which is proved."""
        return self.of(Effect.REWRITTEN)

    @property
    def editorial(self) -> tuple[Change, ...]:
        """The changes of wording."""
        return self.of(Effect.EDITORIAL)

    @cached_property
    def witnesses(self) -> tuple[Witness, ...]:
        """All communities of which the two editions say otherwise, in the order of the changes."""
        return tuple(one for change in self.changes for ruling in change.rulings for one in ruling.witnesses)

    def to_plain(self) -> dict[str, Any]:
        """Return the difference as plain values, whose format is versioned."""
        return {
            "format": "smartrules-diff",
            "version": JSON_VERSION,
            "old": _named(self.old),
            "new": _named(self.new),
            "material": bool(self.material),
            "changes": [_change(one) for one in self.changes],
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the difference as JSON, whose format is versioned."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)


def _named(ruleset: Ruleset) -> dict[str, str]:
    edition = ruleset.edition
    return {
        "standard": edition.standard.id,
        "edition": edition.id,
        "fingerprint": ruleset.fingerprint,
        "deciding": deciding_fingerprint(edition),
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "of": one.sort.value,
        "old": one.old,
        "new": one.new,
        "because": None if one.reason is None else one.reason.value,
        "effect": one.effect.value,
        "details": [
            {"key": detail.key, "before": detail.before, "after": detail.after, "effect": detail.effect.value}
            for detail in one.details
        ],
        "rulings": [_ruling(ruling) for ruling in one.rulings],
    }


def _ruling(one: Ruling) -> dict[str, Any]:
    return {
        "of": one.of.value,
        "tiers": list(one.tiers),
        "verdict": one.verdict.value,
        "before": None if one.before is None else source(one.before),
        "after": None if one.after is None else source(one.after),
        "doubt": None if one.doubt is None else one.doubt.value,
        "witnesses": [
            {
                "old": {"facts_document": plain_document(witness.old), **_said(witness.before)},
                "new": {"facts_document": plain_document(witness.new), **_said(witness.after)},
            }
            for witness in one.witnesses
        ],
    }


def plain_document(document: Document) -> dict[str, Any]:
    """Return a facts document as JSON holds it."""

    def plain(value: Any) -> Any:
        match value:
            case date():
                return value.isoformat()
            case Mapping():
                return {name: plain(inner) for name, inner in value.items()}
            case list():
                return [plain(inner) for inner in value]
            case _:
                return value

    return {key: plain(value) for key, value in document.items()}


def _said(said: Said) -> dict[str, Any]:
    value = said.value
    return {
        "outcome": None if said.outcome is None else said.outcome.value,
        "missing": list(said.missing),
        "value": None if value is None else {"number": write_number(value.number), "unit": str(value.unit)},
    }
