"""Facts that are known, as the facts document that says them, and that document as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from smartrules.documents.quoting import scalar
from smartrules.facts import Evidence, Fact, Facts
from smartrules.standard import Edition, FactDeclaration
from smartrules.units import Unit
from smartrules.values import Kind, Number, Quantity, write_number


def document_of(edition: Edition, facts: Facts) -> dict[str, Any]:
    """Return the facts document of a community's facts, as `Ruleset.facts` takes it; without evidence and claims."""
    document: dict[str, Any] = {"ruleset": edition.name}
    if facts.on is not None:
        document["on"] = facts.on
    document["facts"] = _values(edition, facts.facts)
    if facts.stated:
        document["stated"] = {
            name: written_number(_number(fact), edition.measure_by_id[name].unit) for name, fact in facts.stated.items()
        }
    if facts.not_reported:
        document["not_reported"] = list(edition.reportable_in_order(facts.not_reported))
    if facts.collections:
        document["collections"] = {
            name: [
                {**({} if record.id == str(place) else {"id": record.id}), **_values(edition, record.facts)}
                for place, record in enumerate(records, 1)
            ]
            for name, records in facts.collections.items()
        }
    return document


def evidenced_document_of(edition: Edition, facts: Facts) -> dict[str, Any]:
    """Return the facts document of a community's facts with the evidence, days and notes of each; without claims."""
    document = document_of(edition, facts)
    document["facts"] = _evidenced(document["facts"], facts.facts)
    if "stated" in document:
        document["stated"] = _evidenced(document["stated"], facts.stated)
    for name, records in facts.collections.items():
        written = zip(document["collections"][name], records, strict=True)
        document["collections"][name] = [_evidenced(one, record.facts) for one, record in written]
    return document


def _evidenced(document: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: _beside(value, facts[name].evidence) if name in facts else value for name, value in document.items()}


def _beside(value: Any, evidence: Evidence) -> Any:
    """Return a value with its evidence as a facts document says it: the value alone where there is none."""
    shown = list(evidence.documents)
    beside = {
        "evidence": shown[0] if len(shown) == 1 else shown or None,
        "observed": evidence.observed,
        "note": evidence.note,
    }
    given = {key: one for key, one in beside.items() if one is not None}
    return {"value": value, **given} if given else value


def _values(edition: Edition, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: _value(edition.fact_by_id[name], fact) for name, fact in facts.items()}


def _value(declared: FactDeclaration, fact: Fact) -> Any:
    if declared.kind is Kind.SET:
        assert isinstance(fact.value, frozenset)
        return [member for member in declared.member_ids if member in fact.value]
    if not declared.kind.is_number:
        return fact.value
    assert declared.unit is not None
    return written_number(_number(fact), declared.unit, bare=declared.kind is Kind.COUNT)


def _number(fact: Fact) -> int | Fraction:
    assert isinstance(fact.value, int | Fraction)
    return fact.value


def written_number(root: Number, measured: Unit, *, bare: bool = False) -> Any:
    """Return a number of root units as a facts document says it: with its unit, a count bare."""
    number = Quantity.in_unit(root, measured).number
    if bare and measured.counts and number.denominator == 1:
        return int(number)
    return f"{write_number(number)} {measured.after(Fraction(number))}".rstrip()


def written_document(document: Mapping[str, Any]) -> str:
    """Return a facts document as YAML that reads back as it."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    for key, value in document.items():
        match value:
            case {} if value and key != "collections":
                yield f"{key}:"
                yield from (f"  {name}: {said(inner)}" for name, inner in value.items())
            case {} if value:
                yield f"{key}:"
                for name, records in value.items():
                    if not isinstance(records, list) or not records:
                        yield f"  {name}: {said(records)}"
                        continue
                    yield f"  {name}:"
                    yield from (f"    - {said(record)}" for record in records)
            case _:
                yield f"{key}: {said(value)}"


def said(value: Any) -> str:
    """Return a value of a document as YAML on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return scalar(value, inside=True)
        case date():
            return value.isoformat()
        case {} as table:
            return "{" + ", ".join(f"{name}: {said(inner)}" for name, inner in table.items()) + "}"
        case _:
            return "[" + ", ".join(map(said, value)) + "]"
