"""Laws of how facts and rules are written: units, the order of facts, and what is printed and read again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st

from smartrules.analysis.fewer import fewest
from smartrules.analysis.mutation.places import Place, places
from smartrules.analysis.solving.declared import convertible, convertible_units
from smartrules.diagnostics import SmartrulesError, shorten
from smartrules.documents.given import document_of, written_document
from smartrules.expr.nodes import Arithmetic, Expr, Literal, children, with_children
from smartrules.expr.parse import parse
from smartrules.expr.text import source
from smartrules.facts import Fact, Facts, Record
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.testing.laws.law import Search, conclusions, first_difference
from smartrules.testing.strategies import facts_from
from smartrules.values import Kind, Quantity, Value

#: How many ways of writing the same are told apart.
_MOST_TURNS = 9

# --- units ---------------------------------------------------------------------------------------------------------


@frozen
class _Respelled:
    """Facts, and how a rule and they are written otherwise: the place of the rule, and which of the units is taken."""

    facts: Facts
    turn: int
    place: Place | None


def units_matter(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return what changes once numbers, of facts or of a rule, are written in other units."""
    known = list(places(ruleset.edition))

    def difference(drawn: _Respelled) -> str | None:
        said = conclusions(ruleset.assess(drawn.facts))
        respelled = _in_other_units(ruleset.edition, drawn.facts, drawn.turn)
        apart = first_difference(said, conclusions(ruleset.assess(respelled)))
        if apart is not None:
            return "{} is {}, and {} once the facts are written in other units".format(*apart)
        place = drawn.place
        rule = None if place is None else _with_other_units(place.rule, place.within, drawn.turn)
        if place is None or rule is None or rule == place.rule:
            return None
        other = Ruleset(place.put(rule), ruleset.fingerprint)
        apart = first_difference(_unmeasured(said), _unmeasured(conclusions(other.assess(drawn.facts))))
        written = f"once `{shorten(source(place.rule), 80)}` is written `{shorten(source(rule), 80)}`"
        return None if apart is None else "{} is {}, and {} {}".format(*apart, written)

    found = search.simplest(_respelled(ruleset, known), lambda drawn: difference(drawn) is not None)
    if found is None:
        return None
    least = fewest(found.facts, lambda fewer: difference(evolve(found, facts=fewer)) is not None)
    return str(difference(evolve(found, facts=least))), least


def _unmeasured(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is said with every quantity in root units: a margin stands in the unit of its threshold."""
    return {of: found.root if isinstance(found, Quantity) else found for of, found in said.items()}


@st.composite
def _respelled(draw: st.DrawFn, ruleset: Ruleset, known: list[Place]) -> _Respelled:
    place = draw(st.sampled_from(known)) if known else None
    return _Respelled(draw(facts_from(ruleset)), draw(st.integers(0, _MOST_TURNS)), place)


def _in_other_units(edition: Edition, facts: Facts, turn: int) -> dict[str, Any]:
    """Return the document of facts with each number in another unit in which it can be written."""

    def written(values: dict[str, Any], given: Mapping[str, Fact]) -> dict[str, Any]:
        return {name: elsewhere(name, given[name].value) if name in given else value for name, value in values.items()}

    def elsewhere(name: str, value: Value) -> Any:
        declared = edition.fact_by_id[name]
        if not declared.kind.is_number or declared.unit is None or not isinstance(value, int | Fraction):
            return plain[name]
        others = convertible(value, declared.unit) if declared.unit.factors else []
        return others[turn % len(others)] if others else plain[name]

    document = document_of(edition, facts)
    plain = document["facts"]
    document["facts"] = written(plain, facts.facts)
    for collection, records in facts.collections.items():
        members = []
        for plain, record in zip(document["collections"][collection], records, strict=True):
            members.append(written(plain, record.facts))
        document["collections"][collection] = members
    return document


def _with_other_units(node: Expr, edition: Edition, turn: int) -> Expr:
    """Return a rule with each literal in another unit in which it can be written; spans by which dates move stay.

    A month by which a date moves is one of the calendar, and no number of days.
    """
    if isinstance(node, Literal):
        others = convertible_units(node.root, node.unit) if node.unit.factors else []
        if not others:
            return node
        other = others[turn % len(others)]
        return evolve(node, number=Quantity.in_unit(node.root, other).number, unit=other)
    if isinstance(node, Arithmetic) and edition.is_date(node):
        return node
    return with_children(node, [_with_other_units(part, edition, turn) for part in children(node)])


# --- order ---------------------------------------------------------------------------------------------------------


def order_matters(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return what changes once facts, members of sets and members of collections stand in another order."""

    def apart(facts: Facts, turn: int) -> tuple[str, str, str] | None:
        document = _reordered(ruleset.edition, facts, Random(turn))
        return first_difference(conclusions(ruleset.assess(facts)), conclusions(ruleset.assess(document)))

    drawn = st.tuples(facts_from(ruleset), st.integers(0, _MOST_TURNS))
    found = search.simplest(drawn, lambda one: apart(*one) is not None)
    if found is None:
        return None
    facts, turn = found
    least = fewest(facts, lambda fewer: apart(fewer, turn) is not None)
    difference = apart(least, turn)
    assert difference is not None
    return "{} is {}, and {} once the facts stand in another order".format(*difference), least


def _reordered(edition: Edition, facts: Facts, random: Random) -> dict[str, Any]:
    document = document_of(edition, facts)

    def turned(value: Any) -> Any:
        match value:
            case list():
                return [turned(one) for one in random.sample(value, len(value))]
            case dict():
                return {key: turned(value[key]) for key in random.sample([*value], len(value))}
            case _:
                return value

    named = {
        name: [_with_id(plain, record) for plain, record in zip(document["collections"][name], records, strict=True)]
        for name, records in facts.collections.items()
    }
    turned_about: dict[str, Any] = turned({**document, "collections": named} if named else document)
    return turned_about


def _with_id(plain: dict[str, Any], record: Record) -> dict[str, Any]:
    """Return a member with its name: the place that it had is no more its place."""
    return {"id": record.id, **plain}


# --- print and parse -----------------------------------------------------------------------------------------------


def printing_matters(ruleset: Ruleset, search: Search) -> tuple[str, Facts | None] | None:
    """Return a rule, facts or an assessment that is not read again as it was printed."""
    for place in places(ruleset.edition):
        said = _unlike(place.rule)
        if said is not None:
            return f"the rule of `{place.of}` {said}", None

    def difference(facts: Facts) -> str | None:
        return _unread(ruleset, facts)

    found = search.simplest(facts_from(ruleset), lambda facts: difference(facts) is not None)
    if found is None:
        return None
    least = fewest(found, lambda fewer: difference(fewer) is not None)
    return str(difference(least)), least


def _unlike(rule: Expr) -> str | None:
    text = source(rule)
    try:
        read = parse(text)
    except SmartrulesError as error:
        return f"prints as `{shorten(text, 80)}`, which is not read: {error.diagnostics[0].message}"
    return None if read == rule else f"prints as `{shorten(text, 80)}`, which is read as `{shorten(source(read), 80)}`"


def _unread(ruleset: Ruleset, facts: Facts) -> str | None:
    try:
        read = ruleset.read_facts(written_document(document_of(ruleset.edition, facts)))
    except SmartrulesError as error:
        return f"the facts print as a document that is not read: {error.diagnostics[0].message}"
    apart = first_difference(_values(ruleset.edition, facts), _values(ruleset.edition, read))
    if apart is not None:
        return "{} is {}, and {} once the facts are printed and read".format(*apart)
    assessment = ruleset.assess(facts)
    back = ruleset.read_assessment(assessment.to_json())
    apart = first_difference(conclusions(assessment), conclusions(back))
    return None if apart is None else "{} is {}, and {} once the assessment is printed and read".format(*apart)


def _values(edition: Edition, facts: Facts) -> dict[str, Any]:
    """Return the values of facts by their place in the document, as they are to a rule."""
    found: dict[str, Any] = {"the day": facts.on, "what is not reported": facts.not_reported}
    found |= {f"`{name}`": _value(edition, name, fact.value) for name, fact in facts.facts.items()}
    found |= {f"`{name}`": fact.value for name, fact in facts.stated.items()}
    for collection, records in facts.collections.items():
        found[f"`{collection}`"] = len(records)
        for record in records:
            of = f"{collection}.{record.id}"
            found |= {f"`{of}.{name}`": _value(edition, name, one.value) for name, one in record.facts.items()}
    return found


def _value(edition: Edition, name: str, value: Any) -> Any:
    return frozenset(value) if edition.fact_by_id[name].kind is Kind.SET else value
