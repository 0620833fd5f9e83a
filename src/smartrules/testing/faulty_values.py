"""What can be wrong with the value of a fact or measure: its kind, number, unit, bounds, members and evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import strategies as st

from smartrules.analysis.solving.declared import REACHES, span_of, step_of
from smartrules.documents.given import written_number
from smartrules.expr.nodes import Arithmetic, Name
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.testing.planting import REMOVED, Plan, Planted, Planting, near
from smartrules.units import Unit, root_unit, unit
from smartrules.values import Kind, Number, decimal_places, quotient

NO_DATES = ("yesterday", "2023-02-30", "2023-13-01", "2023/1/5")


def of_fact(collection: str | None, fact: FactDeclaration) -> Iterator[Plan]:
    """Yield what can be wrong with the value of a fact, of the community or of the members of a collection."""

    def plan(code: str, written: Callable[[Planting], Any], shown: str = "value") -> Plan:
        def plant(planting: Planting) -> Planted:
            return Planted(planting.slot(collection, fact.id), written(planting), shown)

        return Plan(code, plant)

    def among_members(code: str, members: Callable[[Planting], tuple[list[str], Any]]) -> Plan:
        def plant(planting: Planting) -> Planted:
            path = planting.slot(collection, fact.id)
            known, added = members(planting)
            if fact.derived is not None:
                planting.forget_members_behind(fact)
            if collection is not None:
                planting.forget_made_of(collection)
            planting.put(path, known)
            return Planted((*path, len(known)), added)

        return Plan(code, plant)

    match fact.kind:
        case Kind.FLAG:
            yield plan("SR502", lambda p: p.choose("perhaps", 2, [], {"there": True}))
        case Kind.DATE:
            yield plan("SR502", lambda p: p.choose(True, [], {"year": 2024}))
            yield plan("SR113", lambda p: p.choose(*NO_DATES))
        case Kind.CHOICE:
            unknown = near(fact.member_ids[0], _titled(fact))
            yield plan("SR502", lambda p: p.choose(True, [*fact.member_ids[:1]], {"some": True}))
            yield plan("SR510", lambda p: unknown)
        case Kind.SET:
            first, unknown = fact.member_ids[0], near(fact.member_ids[0], _titled(fact))
            yield plan("SR502", lambda p: p.choose(first, True, {"some": True}))
            yield among_members("SR502", lambda p: ([first], p.choose(True, [], {}, None)))
            yield among_members("SR510", lambda p: ([first], p.choose(unknown, first)))
        case _:
            yield from _of_number(fact, plan)
    yield from _of_evidence(collection, fact)


def _titled(fact: FactDeclaration) -> set[str]:
    return {*fact.member_ids, *(text for one in fact.members for text in (one.title.zh, one.title.en) if text)}


def _of_number(
    declared: FactDeclaration | Measure, plan: Callable[[str, Callable[[Planting], Any]], Plan]
) -> Iterator[Plan]:
    measured = declared.unit
    assert measured is not None
    fact = declared if isinstance(declared, FactDeclaration) else None
    yield plan("SR502", lambda p: p.choose(True, [], {"number": 1}, "2024-01-01"))
    yield plan("SR207", lambda p: p.choose("many", "1,2", "9" * 41))
    others = [one for one in map(unit, _UNITS) if one.dimension != measured.dimension]
    yield plan("SR503", lambda p: f"{p.draw(st.integers(0, 9))} {p.choose(*others)}")
    yield plan("SR507", lambda p: p.choose("nan", "inf", "-inf"))
    if measured.factors and not (fact is not None and fact.kind is Kind.COUNT and measured.counts):
        yield plan("SR504", lambda p: p.draw(st.integers(0, 9)))
    if fact is None:
        return
    step, (low, high) = step_of(fact), span_of(fact, REACHES[0])
    if fact.minimum is not None:
        yield plan("SR506", lambda p: written_number((low - p.draw(st.integers(1, 9))) * step, measured))
    if fact.maximum is not None:
        yield plan("SR506", lambda p: written_number((high + p.draw(st.integers(1, 9))) * step, measured))
    half = Fraction(1, 2)
    if fact.kind is Kind.COUNT and decimal_places(root_unit(measured.dimension).size.denominator) is not None:
        root = root_unit(measured.dimension)
        yield plan("SR509", lambda p: written_number(p.draw(st.integers(0, 9)) + half, root))
    beside = _off_step(fact, measured, step)
    if beside is not None and (fact.maximum is None or low * step + beside <= fact.maximum):
        yield plan(
            "SR508", lambda p: written_number(p.draw(st.integers(low, max(low, high - 1))) * step + beside, measured)
        )


_UNITS = ("household", "km^2", "day", "%", "event/year")


def _off_step(fact: FactDeclaration, measured: Unit, step: Fraction) -> Number | None:
    """Return what to add to whole steps so that a value is none, None where any value is."""
    if fact.step is None:
        return None
    if fact.kind is not Kind.COUNT:
        return step / 2
    beside = step / 2 if step % 2 == 0 else Fraction(1)
    if step == 1 or decimal_places(Fraction(quotient(beside, measured.size)).denominator) is None:
        return None
    return beside


def _of_units(plan: Callable[..., Plan]) -> Iterator[Plan]:
    yield plan("SR251", lambda p: f"{p.draw(st.integers(0, 9))} florps", "unit")
    yield plan("SR252", lambda p: f"{p.draw(st.integers(0, 9))} km^^2", "unit")
    yield plan("SR253", lambda p: f"{p.draw(st.integers(0, 9))} degC", "unit")


def _of_evidence(collection: str | None, fact: FactDeclaration) -> Iterator[Plan]:
    """Yield what can be wrong beside a value that is written with its evidence."""

    def plan(code: str, key: str, values: tuple[Any, ...], shown: str = "value") -> Plan:
        def plant(planting: Planting) -> Planted:
            path = planting.slot(collection, fact.id)
            planting.put(path, {"value": planting.at(path)})
            return Planted((*path, key), planting.choose(*values), shown)

        return Plan(code, plant)

    def valueless(planting: Planting) -> Planted:
        path = planting.slot(collection, fact.id)
        planting.put(path, {"value": planting.at(path), "note": "counted"})
        return Planted((*path, "value"), REMOVED, "key", path)

    yield plan("SR109", "valeu", (1,), "key")
    yield Plan("SR110", valueless)
    yield plan("SR111", "evidence", ({"page": 3},))
    yield plan("SR111", "note", ([], {}, True))
    yield plan("SR113", "observed", NO_DATES)
    if fact.kind.is_number:
        yield from _of_units(
            lambda code, written, shown: Plan(code, lambda p: Planted(p.slot(collection, fact.id), written(p), shown))
        )


def of_part(collection: str | None, part: FactDeclaration, whole: FactDeclaration) -> Iterator[Plan]:
    """Yield how a part can be larger than its whole, where the bounds of the two leave that."""
    p_step, w_step = step_of(part), step_of(whole)
    (p_low, p_high), (w_low, w_high) = span_of(part, REACHES[0]), span_of(whole, REACHES[0])
    most = min(w_high, ceil(p_high * p_step / w_step) - 1)
    if most < w_low:
        return

    def larger(planting: Planting) -> Planted:
        path = planting.slot(collection, part.id)
        beside = planting.at(path[:-1])
        related = [one for one in _facts_beside(planting.edition, collection) if is_related(one, part, whole)]
        for one in related:
            beside.pop(one.id, None)
        if collection is None:
            planting.free(whole.id)
            for one in (part, whole):
                planting.forget_members_behind(one)
        else:
            planting.forget_made_of(collection)
        size = planting.draw(st.integers(w_low, most))
        least = max(p_low, int(size * w_step / p_step // 1) + 1)
        assert part.unit is not None
        assert whole.unit is not None
        beside[whole.id] = written_number(size * w_step, whole.unit)
        more = planting.draw(st.integers(least, p_high)) * p_step
        return Planted(path, written_number(more, part.unit))

    yield Plan("SR505", larger)


def _facts_beside(edition: Edition, collection: str | None) -> tuple[FactDeclaration, ...]:
    return edition.facts if collection is None else edition.collection_by_id[collection].facts


def is_related(one: FactDeclaration, part: FactDeclaration, whole: FactDeclaration) -> bool:
    """Return whether a fact has one of two for its whole or part."""
    return one.at_most in (part.id, whole.id) or one.id in (part.at_most, whole.at_most) or one.id == part.id


def of_measure(edition: Edition, measure: Measure) -> Iterator[Plan]:
    """Yield what can be wrong with a measure that is stated."""

    def plan(code: str, written: Callable[[Planting], Any], shown: str = "value") -> Plan:
        def plant(planting: Planting) -> Planted:
            planting.section("stated")
            planting.free(measure.id)
            return Planted(("stated", measure.id), written(planting), shown)

        return Plan(code, plant)

    yield from _of_number(measure, plan)
    yield from _of_units(plan)
    match measure.value:
        case Arithmetic("/", Name(id=part), Name(id=whole)):
            declared = edition.fact_by_id.get(part)
            if declared is not None and declared.at_most == whole:
                hundredths = st.one_of(st.integers(101, 200), st.integers(-100, -1))
                yield plan("SR505", lambda p: written_number(Fraction(p.draw(hundredths), 100), measure.unit))
        case _:
            pass
