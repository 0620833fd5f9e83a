"""Facts and derivations as plain values for JSON, and back, exactly.

A number is ``{"number": "2423/3461", "unit": "%"}``: its exact text in the unit in which its declaration speaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from smartrules.derivation import (
    BeyondCalendar,
    Cause,
    Derivation,
    Missing,
    NotReported,
    NotToHand,
    Result,
    ZeroDenominator,
)
from smartrules.diagnostics import shorten
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Count,
    Day,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
    Quantified,
    Rounding,
    Today,
    When,
    children,
)
from smartrules.expr.text import source
from smartrules.facts import Community, Evidence, Fact, Facts, Record
from smartrules.outcome import Outcome
from smartrules.standard import APPLICABLE, INDICATORS, Edition, FactDeclaration, Measure
from smartrules.units import ONE, Dimension, Unit, root_unit, unit
from smartrules.values import Kind, Number, Quantity, Value, simplest, write_number


def encode_quantity(quantity: Quantity | None) -> dict[str, str] | None:
    """Return a quantity as plain values."""
    if quantity is None:
        return None
    return {"number": write_number(quantity.number), "unit": str(quantity.unit)}


def decode_quantity(plain: Mapping[str, str] | None) -> Quantity | None:
    """Return the quantity that plain values are.

    Raises:
        KeyError, TypeError, ValueError: where they are none.
    """
    if plain is None:
        return None
    name = _text(plain["unit"])
    return Quantity(_number(_text(plain["number"])), unit(name) if name else ONE)


# As `write_number` writes it. An exponent, which `Fraction` would read too, could stand for any number of digits.
_NUMBER = re.compile(r"-?[0-9]{1,4000}(?:[./][0-9]{1,4000})?")


def _number(text: str) -> Number:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"`{shorten(text)}` is no exact number")
    return simplest(Fraction(text))


def _text(plain: Any) -> str:
    if not isinstance(plain, str):
        raise TypeError(f"`{shorten(str(plain))}` is no text")
    return plain


def _texts(plain: Any) -> list[str]:
    if not isinstance(plain, list):
        raise TypeError(f"`{shorten(str(plain))}` is no list")
    return [_text(part) for part in plain]


# --- facts ---------------------------------------------------------------------------------------------------------


def encode_facts(edition: Edition, facts: Facts) -> dict[str, Any]:
    """Return facts as plain values, in the order of their declarations."""
    community = facts.community
    return {
        "community": None if community is None else {"id": community.id, "name": community.name},
        "on": None if facts.on is None else facts.on.isoformat(),
        "facts": {d.id: _encode_fact(d, facts.facts[d.id]) for d in edition.facts if d.id in facts.facts},
        "stated": {m.id: _encode_fact(m, facts.stated[m.id]) for m in edition.measures if m.id in facts.stated},
        "collections": {
            name: [_encode_record(edition, record) for record in records] for name, records in facts.collections.items()
        },
        "not_reported": list(edition.reportable_in_order(facts.not_reported)),
        "claims": {name: outcome.value for name, outcome in facts.claims.items()},
    }


def _encode_record(edition: Edition, record: Record) -> dict[str, Any]:
    facts = {name: _encode_fact(edition.fact_by_id[name], fact) for name, fact in record.facts.items()}
    return {"id": record.id, "facts": facts}


def decode_facts(edition: Edition, plain: Mapping[str, Any]) -> Facts:
    """Return the facts that plain values are.

    Raises:
        KeyError, TypeError, ValueError: where they are none.
    """
    community = plain["community"]
    return Facts(
        edition.name,
        {name: _decode_fact(edition.fact_by_id[name], fact) for name, fact in plain["facts"].items()},
        {name: _decode_fact(edition.measure_by_id[name], fact) for name, fact in plain["stated"].items()},
        {name: Outcome(outcome) for name, outcome in plain["claims"].items()},
        None if community is None else Community(_text(community["id"]), _optional_text(community["name"])),
        None if plain["on"] is None else date.fromisoformat(plain["on"]),
        {
            edition.collection_by_id[name].id: tuple(_decode_record(edition, record) for record in records)
            for name, records in plain["collections"].items()
        },
        not_reported=frozenset(_asked_for(name, edition) for name in _texts(plain["not_reported"])),
    )


def _decode_record(edition: Edition, plain: Mapping[str, Any]) -> Record:
    return Record(
        plain["id"], {name: _decode_fact(edition.fact_by_id[name], fact) for name, fact in plain["facts"].items()}
    )


def _encode_fact(declared: FactDeclaration | Measure, fact: Fact) -> dict[str, Any]:
    plain: dict[str, Any] = {"value": _encode_value(declared.unit, fact.value), "written": fact.written}
    if fact.evidence.documents:
        plain["evidence"] = list(fact.evidence.documents)
    if fact.evidence.observed is not None:
        plain["observed"] = fact.evidence.observed.isoformat()
    if fact.evidence.note is not None:
        plain["note"] = fact.evidence.note
    return plain


def _decode_fact(declared: FactDeclaration | Measure, plain: Mapping[str, Any]) -> Fact:
    observed = plain.get("observed")
    evidence = Evidence(
        tuple(_texts(plain.get("evidence", []))),
        None if observed is None else date.fromisoformat(observed),
        _optional_text(plain.get("note")),
    )
    return Fact(declared.id, _decode_value(declared, plain["value"]), _text(plain["written"]), evidence)


def _encode_value(measured: Unit | None, value: Value) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    assert measured is not None
    return encode_quantity(Quantity.in_unit(value, measured))


def _decode_value(declared: FactDeclaration | Measure, plain: Any) -> Value:
    if not isinstance(declared, FactDeclaration) or declared.kind.is_number:
        assert declared.unit is not None
        return _decode_number(plain, declared.unit.dimension)
    match declared.kind:
        case Kind.FLAG:
            if not isinstance(plain, bool):
                raise TypeError(f"`{declared.id}` is neither true nor false")
            return plain
        case Kind.SET:
            return frozenset(_member(declared, member) for member in _texts(plain))
        case Kind.CHOICE:
            return _member(declared, _text(plain))
        case _:
            return date.fromisoformat(plain)


def _decode_number(plain: Any, dimension: Dimension) -> Number:
    quantity = decode_quantity(plain)
    if quantity is None or quantity.unit.dimension != dimension:
        raise ValueError(f"`{shorten(str(plain))}` is no number in `{root_unit(dimension)}`")
    return quantity.root


def _member(declared: FactDeclaration, member: str) -> str:
    if member not in declared.member_ids:
        raise ValueError(f"`{declared.id}` has no member `{shorten(member)}`")
    return member


def _optional_text(plain: Any) -> str | None:
    return None if plain is None else _text(plain)


# --- derivations ---------------------------------------------------------------------------------------------------


def encode_derivation(derivation: Derivation, edition: Edition) -> dict[str, Any]:
    """Return a derivation as plain values; each part says which part of the rule it is about."""
    plain: dict[str, Any] = {"rule": source(derivation.node)}
    result = derivation.result
    if isinstance(result, Outcome):
        plain["outcome"] = result.value
    elif result is not None:
        number = not isinstance(result, frozenset | str | date)
        plain["value"] = _encode_value(edition.unit_of(derivation.node) if number else None, result)
    if derivation.margin is not None:
        plain["margin"] = encode_quantity(derivation.margin)
    if derivation.stated:
        plain["stated"] = True
    if derivation.bounds is not None:
        measured = edition.unit_of(derivation.node)
        plain["bounds"] = [None if b is None else _encode_value(measured, b) for b in derivation.bounds]
    if derivation.member is not None:
        plain["member"] = derivation.member
    if derivation.causes:
        plain["causes"] = [_encode_cause(cause) for cause in derivation.causes]
    if derivation.parts:
        plain["parts"] = [encode_derivation(part, edition) for part in derivation.parts]
    return plain


def decode_derivation(plain: Mapping[str, Any], node: Expr, edition: Edition) -> Derivation:
    """Return the derivation that plain values are, about a rule of the edition.

    Raises:
        KeyError, TypeError, ValueError: where they are none, or are about another rule.
    """
    if plain["rule"] != source(node):
        raise ValueError(f"`{plain['rule']}` is not the rule `{source(node)}`")
    parts = plain.get("parts", [])
    asked = _asked(node, edition, parts)
    if len(parts) != len(asked):
        raise ValueError(f"the derivation of `{source(node)}` has {len(parts)} parts")
    return Derivation(
        node,
        _decode_result(plain, node, edition),
        tuple(decode_derivation(part, child, edition) for part, child in zip(parts, asked, strict=True)),
        tuple(_decode_cause(cause, node, edition) for cause in plain.get("causes", ())),
        decode_quantity(plain.get("margin")),
        bool(plain.get("stated", False)),
        _decode_bounds(plain.get("bounds"), node, edition),
        _optional_text(plain.get("member")),
    )


def _decode_bounds(plain: Any, node: Expr, edition: Edition) -> tuple[Number | None, Number | None] | None:
    if plain is None:
        return None
    dimension = edition.dimension_of(node)
    low, high = (None if bound is None else _decode_number(bound, dimension) for bound in plain)
    return low, high


def _asked(node: Expr, edition: Edition, parts: Sequence[Mapping[str, Any]]) -> tuple[Expr, ...]:
    """Return the rules below a rule in the order in which a derivation of so many parts asked them."""
    match node:
        case When():
            # Where a condition does not hold, what it guards was not asked.
            return (node.condition, node.requirement)[: max(len(parts), 1)]
        case Name() if node.id in edition.measure_by_id:
            return (edition.measure_by_id[node.id].value,)
        case Name():
            derived = edition.fact_by_id[node.id].derived
            return (derived,) if derived is not None and parts else ()
        case Interpolation():
            return (node.of,)
        case Quantified() | Aggregate():
            # One member after the other: whether it is asked, then what is asked of it.
            below: dict[str, Expr] = {source(part): part for part in children(node)}
            if edition.collection(node.collection).id == INDICATORS:
                below[APPLICABLE] = Name(APPLICABLE)
            return tuple(below[_text(part["rule"])] for part in parts)
        case Count() if node.of.id not in edition.fact_by_id:
            return ()
        case _:
            return children(node)


def _decode_result(plain: Mapping[str, Any], node: Expr, edition: Edition) -> Result:
    match node:
        case Name() if node.id in edition.fact_by_id:
            declared = edition.fact_by_id[node.id]
            if declared.kind is Kind.FLAG:
                return Outcome(plain["outcome"])
            return _decode_value(declared, plain["value"]) if "value" in plain else None
        case Day() | Today() | Arithmetic() if edition.is_date(node):
            return date.fromisoformat(_text(plain["value"])) if "value" in plain else None
        case Name() | Literal() | Arithmetic() | Negation() | Count():
            return _decode_number(plain["value"], edition.dimension_of(node)) if "value" in plain else None
        case Rounding() | FirstOf() | Interpolation() | Aggregate():
            return _decode_number(plain["value"], edition.dimension_of(node)) if "value" in plain else None
        case _:
            return Outcome(plain["outcome"])


_OF_FORMULAS: dict[str, type[ZeroDenominator | BeyondCalendar]] = {
    "zero_denominator": ZeroDenominator,
    "beyond_calendar": BeyondCalendar,
}


def _encode_cause(cause: Cause) -> dict[str, str]:
    if isinstance(cause, Missing):
        return {"missing": cause.fact}
    if isinstance(cause, NotReported):
        return {"not_reported": cause.name}
    if isinstance(cause, NotToHand):
        return {"not_to_hand": "unknown"}
    word = next(word for word, kind in _OF_FORMULAS.items() if isinstance(cause, kind))
    return {word: source(cause.formula)}


def _decode_cause(plain: Mapping[str, str], node: Expr, edition: Edition) -> Cause:
    ((word, text),) = plain.items()
    if word == "missing":
        return Missing(_asked_for(_text(text), edition))
    if word == "not_reported":
        return NotReported(_asked_for(_text(text), edition))
    if word == "not_to_hand":
        return NotToHand()
    rules = [node]
    if INDICATORS in edition.collection_by_id:
        # What leaves an indicator open stands in its own rule, and among the causes of the tier's rule too.
        rules += [rule for tier in edition.tiers for rule in edition.rules(tier.id).values()]
        rules += [i.points.value for i in edition.indicators if i.points is not None and i.points.value is not None]
    for formula in (part for rule in rules for part in edition.walk(rule)):
        if isinstance(formula, Arithmetic | Aggregate | Count) and source(formula) == text:
            return _OF_FORMULAS[word](formula)
    raise ValueError(f"`{text}` is no part of the rule `{source(node)}`")


def _asked_for(name: str, edition: Edition) -> str:
    """Return what a cause says is missing: a fact, a measure, a collection, a member's fact, or the day."""
    collection, _, rest = name.partition(".")
    of_member = rest.rpartition(".")[2]
    known = {*edition.fact_by_id, *edition.measure_by_id, *edition.collection_by_id, "on"}
    if name in known or edition.collection_of_fact.get(of_member) == collection:
        return name
    raise ValueError(f"the ruleset has no fact `{shorten(name)}`")
