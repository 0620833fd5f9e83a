"""Steps in an order in which the facts are valid after each: a whole before its part where both rise, after it where they fall."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from smartrules.analysis.gaps.items import Items, wholes_of
from smartrules.standard import Edition
from smartrules.values import Value


def in_order(edition: Edition, items: Items, values: Mapping[str, Value]) -> list[str]:
    """Return the paths of changed facts in the order in which they change: as declared, as far as that stays valid.

    There always is one: facts are parts of wholes in one direction only, and the facts before and after all steps are valid.
    """
    left, now = _as_declared(edition, values), dict[str, Value | None]()
    found = list[str]()
    pairs = wholes_of(edition)

    def value(path: str) -> Value | None:
        if path not in now:
            fact = items.fact(path)
            now[path] = None if fact is None else fact.value
        return now[path]

    def fits(path: str) -> bool:
        prefix, fact = path[: len(path) - len(path.rpartition(".")[2])], path.rpartition(".")[2]
        for part, whole in pairs.get(fact, ()):
            own = values[path]
            low = own if part == fact else value(f"{prefix}{part}")
            high = own if whole == fact else value(f"{prefix}{whole}")
            if isinstance(low, int | Fraction) and isinstance(high, int | Fraction) and low > high:
                return False
        return True

    while left:
        path = next(path for path in left if fits(path))
        left.remove(path)
        now[path] = values[path]
        found.append(path)
    return found


def _as_declared(edition: Edition, values: Mapping[str, Value]) -> list[str]:
    order = _places(edition)

    def place(path: str) -> tuple[int, str, int]:
        collection, _, rest = path.partition(".")
        member = rest.partition(".")[0] if collection in edition.collection_by_id else ""
        return (0 if not member else 1, collection if member else "", int(member or 0))

    return sorted(values, key=lambda path: (*place(path), order[path.rpartition(".")[2]]))


def _places(edition: Edition) -> dict[str, int]:
    found: dict[str, int] | None = edition.readings.get(_places)
    if found is None:
        found = {name: number for number, name in enumerate((*edition.fact_by_id, *edition.measure_by_id))}
        edition.readings[_places] = found
    return found


def shown_path(items: Items, path: str) -> str:
    """Return a path as people know it, the member by its name instead of its place."""
    collection, _, rest = path.partition(".")
    if collection not in items.edition.collection_by_id:
        return path
    place, _, fact = rest.partition(".")
    return f"{collection}.{items.facts.collections[collection][int(place) - 1].id}.{fact}"
