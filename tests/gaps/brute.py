"""Every change of a few small facts, tried one by one: what the smallest plan must be, found without any search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import chain, combinations, product
from math import prod
from typing import Any

from attrs import evolve

from smartrules.facts import Fact, Facts, Record
from smartrules.outcome import MET, NOT_APPLICABLE
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration
from smartrules.values import Kind, Value

#: Wholes lowered, facts changed or made known, steps.
Size = tuple[int, int, Fraction]
#: How many changes are tried.
MOST = 6_000


class TooManyChangesError(Exception):
    """There are more changes than are tried in a test."""


def smallest(ruleset: Ruleset, facts: Facts, tier: str) -> Size | None:
    """Return the size of the smallest change that reaches a tier; None where none does."""
    sizes = (size_of(ruleset, facts, other) for other in _changes(ruleset, facts) if reaches(ruleset, other, tier))
    return min(sizes, default=None)


def reaches(ruleset: Ruleset, facts: Facts, tier: str) -> bool:
    """Return whether facts reach a tier and every one below it, by the reference."""
    edition = ruleset.edition
    ids = [level.id for level in edition.tiers]
    asked = ids[: ids.index(tier) + 1]
    if any(edition.tier_by_id[name].rule is not None for name in asked):
        assessed = ruleset.assess(facts)
        return all(assessed[name].outcome is MET for name in asked)
    outcomes = ruleset.outcomes(facts)  # as the reference's, in a fraction of the time
    return all(outcomes[name][one] in (MET, NOT_APPLICABLE) for name in asked for one in edition.mandatory(name))


def size_of(ruleset: Ruleset, before: Facts, after: Facts) -> Size:
    """Return how large a change is."""
    edition, lowered, changed, steps = ruleset.edition, 0, 0, Fraction(0)
    wholes = {one.at_most for one in edition.fact_by_id.values()}
    pairs = [(name, before.facts.get(name), after.facts.get(name)) for name in edition.fact_by_id]
    for collection, records in before.collections.items():
        for old, new in zip(records, after.collections[collection], strict=True):
            pairs += [
                (one.id, old.facts.get(one.id), new.facts.get(one.id))
                for one in edition.collection_by_id[collection].facts
            ]
    for name, was, now in pairs:
        if now is None or (was is not None and was.value == now.value):
            continue
        changed += 1
        if was is None:
            continue
        if name in wholes and now.value < was.value:  # type: ignore[operator]
            lowered += 1
        steps += _steps(edition.fact_by_id[name], was.value, now.value)
    return lowered, changed, steps


def _steps(declared: FactDeclaration, was: Any, now: Any) -> Fraction:
    match declared.kind:
        case Kind.SET:
            return Fraction(len(was ^ now))
        case Kind.FLAG | Kind.CHOICE:
            return Fraction(1)
        case Kind.DATE:
            return Fraction(abs((now - was).days))
        case _:
            step = declared.step if declared.step is not None else Fraction(1)
            return abs(Fraction(now) - was) / Fraction(step)


def _changes(ruleset: Ruleset, facts: Facts) -> Iterator[Facts]:
    """Yield the facts after each change: every value of every fact, or what it is today, unknown too."""
    edition, asked = ruleset.edition, _asked(ruleset)
    places: list[tuple[str, int, str]] = [("", 0, one.id) for one in edition.facts]
    for collection, records in facts.collections.items():
        places += [
            (collection, n, one.id) for n in range(len(records)) for one in edition.collection_by_id[collection].facts
        ]
    choices = [
        list(_values(edition.fact_by_id[place[2]], _now(facts, place))) if place[2] in asked else [_value(facts, place)]
        for place in places
    ]
    if prod(map(len, choices)) > MOST:
        raise TooManyChangesError
    for values in product(*choices):
        found = _with(ruleset, facts, dict(zip(places, values, strict=True)))
        if found is not None:
            yield found


def _asked(ruleset: Ruleset) -> set[str]:
    """Return the facts that any rule rests on, and their wholes."""
    edition, asked = ruleset.edition, set[str]()
    for level in edition.tiers:
        for rule in edition.rules(level.id).values():
            asked.update(edition.facts_behind(rule))
    for one in edition.indicators:
        if one.points is not None and one.points.value is not None:
            asked.update(edition.facts_behind(one.points.value))
    return asked | {edition.fact_by_id[name].at_most or "" for name in asked if name in edition.fact_by_id}


def _value(facts: Facts, place: tuple[str, int, str]) -> Value | None:
    known = _now(facts, place)
    return None if known is None else known.value


def _now(facts: Facts, place: tuple[str, int, str]) -> Fact | None:
    collection, number, name = place
    known = facts.facts if not collection else facts.collections[collection][number].facts
    return known.get(name)


def _values(declared: FactDeclaration, now: Fact | None) -> Iterator[Value | None]:
    if declared.derived is not None:
        yield None
        return
    if now is None:
        yield None
    if now is not None and declared.fixed:
        yield now.value
        return
    match declared.kind:
        case Kind.FLAG:
            yield from (False, True)
        case Kind.SET:
            ids = declared.member_ids
            yield from map(frozenset, chain.from_iterable(combinations(ids, k) for k in range(len(ids) + 1)))
        case Kind.CHOICE:
            yield from declared.member_ids
        case Kind.DATE:
            assert now is not None
            assert isinstance(now.value, date)
            yield from (date.fromordinal(now.value.toordinal() + days) for days in range(-3, 4))
        case _:
            assert declared.minimum is not None
            assert declared.maximum is not None
            step = Fraction(declared.step if declared.step is not None else 1)
            value = Fraction(declared.minimum)
            while value <= declared.maximum:
                yield value.numerator if value.denominator == 1 else value
                value += step


def _with(ruleset: Ruleset, facts: Facts, values: Mapping[tuple[str, int, str], Value | None]) -> Facts | None:
    own = {
        name: Fact(name, value)
        for (collection, _, name), value in values.items()
        if not collection and value is not None
    }
    collections = {
        collection: tuple(
            Record(
                record.id,
                {
                    name: Fact(name, value)
                    for (of, place, name), value in values.items()
                    if of == collection and place == number and value is not None
                },
            )
            for number, record in enumerate(records)
        )
        for collection, records in facts.collections.items()
    }
    groups = [own, *(record.facts for records in collections.values() for record in records)]
    for group in groups:
        for name, fact in group.items():
            whole = group.get(ruleset.edition.fact_by_id[name].at_most or "")
            if whole is not None and fact.value > whole.value:  # type: ignore[operator]
                return None
    return evolve(facts, facts=own, collections=collections, not_reported=facts.not_reported - own.keys())
