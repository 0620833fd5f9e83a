"""Facts that are known, as the facts document that says them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from smartrules.facts import Fact, Facts
from smartrules.standard import Edition, FactDeclaration
from smartrules.testing.declared import written_number
from smartrules.values import Kind


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
