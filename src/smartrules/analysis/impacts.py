"""What another edition, or another threshold, changes: how many communities of a frame are decided otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import field, frozen

from smartrules.analysis.thresholds import Alteration, alterations, with_threshold
from smartrules.diagnostics import NotFoundError, one_of
from smartrules.engines import columns
from smartrules.engines.columns.counts import Changes, Example, Place
from smartrules.expr.text import source
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.units import ONE
from smartrules.values import Quantity, read_quantity, write_number

__all__ = ["Impact", "Sweep", "impact", "sweep", "with_threshold"]

#: The version of the JSON of an impact.
JSON_VERSION = 1


@frozen
class Impact:
    """How many communities are decided otherwise by another ruleset.

    Attributes:
        old: the ruleset before, and ``new`` that after.
        changes: the counts, over the tiers and indicators that both have.
        altered: the rules that the two state otherwise.
    """

    old: Ruleset
    new: Ruleset
    changes: Changes = field(repr=False)
    altered: tuple[Alteration, ...] = field(repr=False)

    def to_plain(self) -> dict[str, Any]:
        """Return the impact as plain values, whose format is versioned."""
        return {
            "format": "smartrules-impact",
            "version": JSON_VERSION,
            "old": _named(self.old),
            "new": _named(self.new),
            "altered": [_altered(one) for one in self.altered],
            **_changes(self.changes),
            "examples": [_example(one) for one in self.changes.examples],
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the impact as JSON, whose format is versioned."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)


@frozen
class Sweep:
    """How many communities are decided otherwise by each of several thresholds.

    Attributes:
        ruleset: with the threshold that it has.
        name: the fact, measure or score whose threshold is another one.
        values: the thresholds, each with the counts beside the ruleset as it is.
    """

    ruleset: Ruleset
    name: str
    values: tuple[tuple[Quantity, Changes], ...] = field(repr=False)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the sweep as JSON, whose format is versioned."""
        plain = {
            "format": "smartrules-sweep",
            "version": JSON_VERSION,
            "ruleset": _named(self.ruleset),
            "name": self.name,
            "values": [
                {"value": f"{write_number(value.number)} {value.unit}".rstrip(), **_changes(changes)}
                for value, changes in self.values
            ],
        }
        return json.dumps(plain, ensure_ascii=False, indent=indent)


def impact(
    old: Ruleset,
    new: Ruleset,
    frame: Any,
    *,
    tiers: Iterable[str] | None = None,
    key: str | None = None,
    collections: Mapping[str, Any] | None = None,
    on: date | None = None,
    absent: Iterable[str] = (),
    examples: int = 5,
) -> Impact:
    """Return how many communities of a frame another ruleset decides otherwise: per tier, per indicator, the first of them.

    Args:
        old: the ruleset before.
        new: the ruleset after: another edition, or what `with_threshold` returned.
        frame: what `smartrules.ruleset.Ruleset.frame` takes, with what both rulesets ask.
        tiers: the ids of the tiers that are compared; by default those that both have.
        key: as `Ruleset.frame` takes it, as are ``collections``, ``on`` and ``absent``; it also names the examples.
        collections: see ``key``.
        on: see ``key``.
        absent: see ``key``; a name that only one of the rulesets has is left to that one.
        examples: how many communities are shown, the first that are decided otherwise.

    Raises:
        FrameError: as `Ruleset.frame` and `Ruleset.assess_frame`.
        MissingExtraError: where what frames need is not installed.
        NotFoundError: for a tier that one of the two does not have, or where they have none in common.
    """
    engine = columns.part("counting")
    shared = [tier.id for tier in old.edition.tiers if tier.id in new.edition.tier_by_id]
    if not shared:
        raise NotFoundError.of(
            "SR603",
            f"`{old.name}` and `{new.name}` have no tier in common",
            f"the one has {one_of([*old.edition.tier_by_id])}, the other {one_of([*new.edition.tier_by_id])}",
        )
    asked = shared if tiers is None else list(tiers)
    unknown = list(absent)
    checked = [
        one.frame(
            frame,
            tiers=asked,
            key=key,
            collections={name: members for name, members in (collections or {}).items() if _has(one, name, old, new)},
            on=on,
            absent=[name for name in unknown if _has(one, name, old, new)],
        )
        for one in (old, new)
    ]
    ours, theirs = (list(engine.places(one)) for one in checked)
    same = [place for place in ours if place in theirs]
    reached = [*old.edition.tier_by_id] == [*new.edition.tier_by_id] == list(checked[0].tiers)
    (changes,) = engine.compare(checked, same, reached=reached, examples=examples)
    altered = [one for one in alterations(old.edition, new.edition) if one.tier in checked[0].tiers]
    return Impact(old, new, changes, tuple(altered))


def sweep(
    ruleset: Ruleset,
    frame: Any,
    name: str,
    values: Sequence[Quantity | str],
    *,
    tiers: Iterable[str] | None = None,
    key: str | None = None,
    collections: Mapping[str, Any] | None = None,
    on: date | None = None,
    absent: Iterable[str] = (),
) -> Sweep:
    """Return how many communities of a frame each of several thresholds decides otherwise than the ruleset as it is.

    However many values there are, the frame is checked once, and decided and counted in one pass.

    Args:
        ruleset: as it is.
        frame: what `smartrules.ruleset.Ruleset.frame` takes.
        name: as `with_threshold` takes it.
        values: the thresholds, as `with_threshold` takes them.
        tiers: as `Ruleset.frame` takes them, as are the rest.
        key: see ``tiers``.
        collections: see ``tiers``.
        on: see ``tiers``.
        absent: see ``tiers``.

    Raises:
        FrameError: as `Ruleset.frame` and `Ruleset.assess_frame`.
        MissingExtraError: where what frames need is not installed.
        NotFoundError: for a tier or a threshold that the ruleset does not have.
        RulesetError: for a value that the threshold cannot have.
    """
    engine = columns.part("counting")
    others = [with_threshold(ruleset, name, value) for value in values]
    checked = ruleset.frame(frame, tiers=tiers, key=key, collections=collections, on=on, absent=absent)
    touched: dict[tuple[str, str | None], None] = {}
    for other in others:
        touched |= {(one.tier, one.indicator): None for one in alterations(ruleset.edition, other.edition)}
    compared = [place for place in engine.places(checked) if place in touched or place[1] is None]
    frames = [checked, *(engine.with_edition(checked, other.edition) for other in others)]
    reached = len(checked.tiers) == len(ruleset.edition.tiers)
    found = engine.compare(frames, compared, reached=reached)
    return Sweep(ruleset, name, tuple(zip((_quantity(one) for one in values), found, strict=True)))


def _quantity(value: Quantity | str) -> Quantity:
    if isinstance(value, Quantity):
        return value
    number, unit = read_quantity(value)
    return Quantity(number, unit or ONE)


def _has(one: Ruleset, name: str, *both: Ruleset) -> bool:
    """Return whether a name is for a ruleset: it has it, or none of both has, which is then said."""

    def knows(ruleset: Ruleset) -> bool:
        return name in ruleset.edition.fact_by_id or name in ruleset.edition.collection_by_id

    return knows(one) or not any(knows(ruleset) for ruleset in both)


# --- JSON ----------------------------------------------------------------------------------------------------------


def _named(ruleset: Ruleset) -> dict[str, str]:
    edition = ruleset.edition
    return {"standard": edition.standard.id, "edition": edition.id, "fingerprint": ruleset.fingerprint}


def _altered(one: Alteration) -> dict[str, str | None]:
    return {
        "tier": one.tier,
        "indicator": one.indicator,
        "before": None if one.before is None else source(one.before),
        "after": None if one.after is None else source(one.after),
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "communities": changes.rows,
        "problems": {"before": changes.problems[0], "after": changes.problems[1]},
        "changed": changes.changed,
        "reached": [{"from": a, "to": b, "communities": n} for (a, b), n in changes.reached.items()],
        "tiers": [_moves(place, moves) for place, moves in changes.outcomes.items() if place[1] is None],
        "indicators": [_moves(place, moves) for place, moves in changes.outcomes.items() if place[1] is not None],
    }


def _moves(place: Place, moves: Mapping[tuple[Outcome, Outcome], int]) -> dict[str, Any]:
    tier, indicator = place
    named = {"tier": tier} if indicator is None else {"tier": tier, "indicator": indicator}
    return {**named, "moves": [{"from": a.value, "to": b.value, "communities": n} for (a, b), n in moves.items()]}


def _example(one: Example) -> dict[str, Any]:
    outcomes = [
        {"tier": tier, "indicator": indicator, "from": a.value, "to": b.value}
        for (tier, indicator), (a, b) in one.outcomes.items()
    ]
    key = one.key if isinstance(one.key, int | str | None) else str(one.key)
    reached = None if one.tier is None else {"from": one.tier[0], "to": one.tier[1]}
    return {"row": one.row, "key": key, "reached": reached, "outcomes": outcomes}
