"""What can be wrong with a community's facts: each way to plant a fault in a document of a ruleset."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from smartrules.analysis.solving.declared import REACHES, derived_collections, span_of, step_of
from smartrules.diagnostics import Fault
from smartrules.documents.given import written_number
from smartrules.documents.tree import LONGEST_KEY
from smartrules.engines.exact import evaluate
from smartrules.facts import DOCUMENT_KEYS, Facts, read_fact
from smartrules.outcome import MET, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, FactDeclaration
from smartrules.testing.faulty_values import NO_DATES, is_related, of_fact, of_measure, of_part
from smartrules.testing.planting import REMOVED, Plan, Planted, Planting, near
from smartrules.values import Kind, Number


def plans(ruleset: Ruleset) -> Iterator[Plan]:
    """Yield every way to plant a fault in the facts of a ruleset."""
    edition = ruleset.edition
    yield from _of_document(edition)
    yield from _of_names(edition)
    for collection, facts in ((None, edition.facts), *((one.id, one.facts) for one in edition.collections)):
        for fact in facts:
            yield from of_fact(collection, fact)
            whole = next((one for one in facts if one.id == fact.at_most), None)
            if whole is not None:
                yield from of_part(collection, fact, whole)
    for measure in edition.measures:
        yield from of_measure(edition, measure)
    for fact in edition.facts:
        yield from _of_count(ruleset, fact)


def _every_name(edition: Edition) -> set[str]:
    of_members = {fact.id for one in edition.collections for fact in one.facts}
    titles = {text for fact in edition.facts for text in (fact.title.zh, fact.title.en) if text}
    known = {*edition.fact_by_id, *edition.measure_by_id, *edition.collection_by_id, *of_members, *titles}
    return known | {*edition.indicator_by_id, *DOCUMENT_KEYS, "id", "name"}


# --- the document --------------------------------------------------------------------------------------------------


def _of_document(edition: Edition) -> Iterator[Plan]:
    def put(code: str, key: str, *values: Any, sound: Any = REMOVED) -> Plan:
        def plant(planting: Planting) -> Planted:
            if sound is not REMOVED:
                planting.sound[key] = sound
            return Planted((key,), planting.choose(*values))

        return Plan(code, plant)

    def unknown_key(planting: Planting) -> Planted:
        key = near(planting.choose("stated", "claims", "community"), _every_name(edition))
        return Planted((key,), {}, "key")

    def no_facts(planting: Planting) -> Planted:
        planting.sound.clear()
        planting.sound.update({"ruleset": edition.name, "facts": {}})
        return Planted(("facts",), REMOVED, "nothing")

    def nameless(planting: Planting) -> Planted:
        planting.sound["community"] = {"id": "qili", "name": "七里社区"}
        return Planted(("community", "id"), REMOVED, "key", ("community",))

    def twice(planting: Planting) -> Planted:
        wide = "".join(chr(ord(sign) + 0xFEE0) for sign in "facts")
        planting.section("facts")
        return Planted((wide,), {}, "key")

    def claimed(planting: Planting) -> Planted:
        indicator = planting.choose(*edition.indicator_by_id)
        planting.section("claims")
        return Planted(("claims", indicator), planting.choose("passed", "met!", "half"))

    def unknown_claim(planting: Planting) -> Planted:
        planting.section("claims")
        name = near(planting.choose(*edition.indicator_by_id), {*edition.indicator_by_id})
        return Planted(("claims", name), "met", "key")

    yield Plan("SR104", twice)
    yield Plan("SR109", unknown_key)
    yield Plan("SR110", no_facts)
    yield Plan("SR110", nameless)
    yield put("SR111", "ruleset", True, [])
    yield put("SR111", "community", [], True)
    yield put("SR111", "facts", "none", sound={})
    yield put("SR111", "stated", "none", [])
    yield put("SR111", "not_reported", {"area": True})
    yield put("SR111", "collections", [], "none")
    yield put("SR111", "on", True, [], {})
    yield put("SR113", "on", *NO_DATES)
    yield put("SR514", "ruleset", f"another-{edition.standard.id}", near(edition.name, {edition.name}))
    yield Plan("SR512", unknown_claim)
    yield Plan("SR513", claimed)


def _of_names(edition: Edition) -> Iterator[Plan]:
    names = _every_name(edition)

    def under(code: str, section: str, known: tuple[str, ...], value: Any, *, changed: bool = True) -> Iterator[Plan]:
        def plant(planting: Planting) -> Planted:
            name = planting.choose(*known)
            planting.section(section)
            planting.free(name)  # what is given and not reported is another fault
            return Planted((section, near(name, names) if changed else name), value, "key")

        if known:
            yield Plan(code, plant)

    facts, collections = tuple(edition.fact_by_id), tuple(edition.collection_by_id)
    community = tuple(fact.id for fact in edition.facts)
    of_members = tuple(edition.collection_of_fact)
    measures = tuple(edition.measure_by_id)
    yield from under("SR501", "facts", facts, 1)
    yield from under("SR501", "facts", measures, "1 %", changed=False)
    yield from under("SR501", "facts", collections, 2, changed=False)
    yield from under("SR501", "facts", of_members, 1, changed=False)
    yield from under("SR511", "stated", measures or community, "1 %")
    yield from under("SR511", "stated", community, "1 %", changed=False)
    yield from under("SR517", "collections", collections or ("quarters",), [])

    def unreported(planting: Planting) -> Planted:
        listed = planting.sound.setdefault("not_reported", [])
        name = planting.choose(*(near(one, names) for one in facts), *of_members)
        return Planted(("not_reported", len(listed)), name)

    def given_too(planting: Planting) -> Planted:
        given = [key for section in ("facts", "stated") for key in planting.sound.get(section, ())]
        if not given:
            name = planting.choose(*community)
            planting.section("facts")[name] = _sample(edition.fact_by_id[name])
            planting.forget_members_behind(edition.fact_by_id[name])
            planting.free(name)
            given = [name]
        listed = planting.sound.setdefault("not_reported", [])
        return Planted(("not_reported", len(listed)), planting.choose(*given))

    def outside(planting: Planting) -> Planted:
        return Planted((planting.choose(*community, *measures),), 1, "key")

    def long_key(planting: Planting) -> Planted:
        planting.section("facts")
        return Planted(("facts", "x" * (LONGEST_KEY + planting.draw(st.integers(1, 50)))), 1, "key")

    yield Plan("SR108", long_key)
    if facts:
        yield Plan("SR501", unreported)
    if community:
        yield Plan("SR519", given_too)
    if community or measures:
        yield Plan("SR109", outside)
    for collection in edition.collections:
        yield from _of_collection(edition, collection.id)


def _sample(fact: FactDeclaration) -> Any:
    """Return the least value that a fact can have, as a document says it."""
    match fact.kind:
        case Kind.FLAG:
            return False
        case Kind.DATE:
            return date(2024, 1, 1)
        case Kind.SET:
            return []
        case Kind.CHOICE:
            return fact.member_ids[0]
        case _:
            assert fact.unit is not None
            return written_number(span_of(fact, REACHES[0])[0] * step_of(fact), fact.unit)


def _of_collection(edition: Edition, collection: str) -> Iterator[Plan]:
    names = _every_name(edition)
    community = tuple(fact.id for fact in edition.facts)
    declared = tuple(fact.id for fact in edition.collection_by_id[collection].facts)

    def no_list(planting: Planting) -> Planted:
        if collection in planting.section("collections"):
            planting.forget_made_of(collection)
        return Planted(("collections", collection), planting.choose("many", 3, {"storeys": 3}))

    def no_mapping(planting: Planting) -> Planted:
        place = planting.member(collection)
        return Planted(("collections", collection, place), planting.choose("b1", ["b1"], True))

    def no_text(planting: Planting) -> Planted:
        place = planting.member(collection)
        return Planted(("collections", collection, place, planting.choose("id", "name")), planting.choose([], {}, True))

    def unknown_key(planting: Planting) -> Planted:
        place = planting.member(collection)
        key = planting.choose(*(near(one, names) for one in ("id", *declared)), *community)
        return Planted(("collections", collection, place, key), 1, "key")

    def one_id(planting: Planting) -> Planted:
        first, second = (planting.member(collection, fresh=True) for _ in range(2))
        planting.put(("collections", collection, first, "id"), "twin")
        planting.put(("collections", collection, second, "id"), "other twin")
        return Planted(("collections", collection, second, "id"), "twin")

    yield Plan("SR109", unknown_key)
    yield Plan("SR111", no_list)
    yield Plan("SR111", no_mapping)
    yield Plan("SR111", no_text)
    yield Plan("SR518", one_id)


# --- counts of members ---------------------------------------------------------------------------------------------


def _of_count(ruleset: Ruleset, fact: FactDeclaration) -> Iterator[Plan]:
    """Yield how a fact contradicts the members that it is made of, where no members make it something."""
    edition, derived = ruleset.edition, fact.derived
    if derived is None:
        return
    none = dict.fromkeys(derived_collections(fact, edition), ())
    known = _other(fact, _made(ruleset, fact, Facts(edition.name, collections=none)))
    if known is None:
        return

    def contradicts(planting: Planting) -> Planted:
        other = _other(fact, _made(ruleset, fact, ruleset.facts({**planting.sound, "facts": {}})))
        members = planting.section("collections")
        related = [one.id for one in edition.facts if is_related(one, fact, fact)]
        for one in related:
            planting.section("facts").pop(one, None)
        planting.section("facts").pop(fact.id, None)
        planting.free(fact.id)
        for name in none:
            if other is None or name not in members:
                members[name] = []
                planting.forget_made_of(name)
        if other is None:
            other = _other(fact, _made(ruleset, fact, ruleset.facts(planting.sound)))
        return Planted(("facts", fact.id), known if other is None else other)

    yield Plan("SR516", contradicts)


def _made(ruleset: Ruleset, fact: FactDeclaration, facts: Facts) -> Any:
    """Return what the members that are known make a fact, None for nothing."""
    assert fact.derived is not None
    made = evaluate(fact.derived, ruleset.edition, facts).result
    if isinstance(made, Outcome):
        return {MET: True, NOT_MET: False}.get(made)
    return made


def _other(fact: FactDeclaration, made: Any) -> Any:
    """Return another value of a fact than its members make it, None where nothing is made or it has no other."""
    if made is None:
        return None
    if isinstance(made, bool):
        return not made
    if fact.unit is None:
        return None
    low, high = span_of(fact, REACHES[0])
    others = [steps * step_of(fact) for steps in (low, low + 1) if steps <= high and steps * step_of(fact) != made]
    return written_number(others[0], fact.unit) if others and _is_read(fact, others[0]) else None


def _is_read(fact: FactDeclaration, value: Number) -> bool:
    assert fact.unit is not None
    try:
        read_fact(fact, written_number(value, fact.unit))
    except Fault:
        return False
    return True
