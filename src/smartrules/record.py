"""Facts and derivations as plain values for JSON, and back, exactly.

A number is ``{"number": "2423/3461", "unit": "%"}``: its exact text in the unit in which its declaration speaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from smartrules.derivation import Cause, Derivation, Missing, Result, ZeroDenominator
from smartrules.expr.nodes import Arithmetic, Expr, Name, When, children
from smartrules.expr.text import source
from smartrules.facts import Community, Evidence, Fact, Facts, Record
from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import ONE, Unit, unit
from smartrules.values import Kind, Number, Quantity, Value, simplest, write_number


def encode_quantity(quantity: Quantity | None) -> dict[str, str] | None:
    """Return a quantity as plain values."""
    if quantity is None:
        return None
    return {"number": write_number(quantity.number), "unit": str(quantity.unit)}


def decode_quantity(plain: Mapping[str, str] | None) -> Quantity | None:
    """Return the quantity that plain values are."""
    if plain is None:
        return None
    return Quantity(_number(plain["number"]), unit(plain["unit"]) if plain["unit"] else ONE)


def _number(text: str) -> Number:
    if len(text) > 500:
        raise ValueError("the number is too long")
    return simplest(Fraction(text))


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
        None if community is None else Community(community["id"], community["name"]),
        None if plain["on"] is None else date.fromisoformat(plain["on"]),
        {
            edition.collection_by_id[name].id: tuple(_decode_record(edition, record) for record in records)
            for name, records in plain["collections"].items()
        },
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
        tuple(plain.get("evidence", ())),
        None if observed is None else date.fromisoformat(observed),
        plain.get("note"),
    )
    return Fact(declared.id, _decode_value(declared, plain["value"]), plain["written"], evidence)


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
    kind = declared.kind if isinstance(declared, FactDeclaration) else Kind.QUANTITY
    match kind:
        case Kind.FLAG:
            return bool(plain)
        case Kind.SET:
            return frozenset(plain)
        case Kind.CHOICE:
            return str(plain)
        case Kind.DATE:
            return date.fromisoformat(plain)
        case _:
            quantity = decode_quantity(plain)
            if quantity is None:
                raise ValueError("a number is missing")
            return quantity.root


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
    asked = _asked(node, edition)
    parts = plain.get("parts", ())
    if len(parts) > len(asked):
        raise ValueError("a derivation has too many parts")
    return Derivation(
        node,
        _decode_result(plain, node, edition),
        tuple(decode_derivation(part, child, edition) for part, child in zip(parts, asked, strict=False)),
        tuple(_decode_cause(cause, node, edition) for cause in plain.get("causes", ())),
        decode_quantity(plain.get("margin")),
        bool(plain.get("stated", False)),
    )


def _asked(node: Expr, edition: Edition) -> tuple[Expr, ...]:
    """Return the rules below a rule in the order in which a derivation asks them."""
    if isinstance(node, When):
        return (node.condition, node.requirement)
    if isinstance(node, Name) and node.id in edition.measure_by_id:
        return (edition.measure_by_id[node.id].value,)
    return children(node)


def _decode_result(plain: Mapping[str, Any], node: Expr, edition: Edition) -> Result:
    if "outcome" in plain:
        return Outcome(plain["outcome"])
    if "value" not in plain:
        return None
    value = plain["value"]
    if isinstance(value, Mapping):
        quantity = decode_quantity(value)
        return None if quantity is None else quantity.root
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(node, Name) and edition.fact_by_id[node.id].kind is Kind.CHOICE:
        return str(value)
    return date.fromisoformat(value)


def _encode_cause(cause: Cause) -> dict[str, str]:
    if isinstance(cause, Missing):
        return {"missing": cause.fact}
    return {"zero_denominator": source(cause.formula)}


def _decode_cause(plain: Mapping[str, str], node: Expr, edition: Edition) -> Cause:
    if "missing" in plain:
        return Missing("on" if plain["missing"] == "on" else edition.fact_by_id[plain["missing"]].id)
    for formula in edition.walk(node):
        if isinstance(formula, Arithmetic) and source(formula) == plain["zero_denominator"]:
            return ZeroDenominator(formula)
    raise ValueError(f"`{plain['zero_denominator']}` is no part of the rule `{source(node)}`")
