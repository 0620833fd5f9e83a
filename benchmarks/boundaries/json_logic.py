"""JsonLogic, in two implementations: Rust's, and the maintained fork of Python's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonlogic_rs
from json_logic import jsonLogic

from .given import plain
from .peer import Answer, Peer
from .question import Question

OPERATORS = {"quotient": "/", "sum": "+", "difference": "-"}


def rule(asked: Question) -> dict[str, Any]:
    """Return the comparison as a rule of JsonLogic."""
    left, *others = ({"var": name} for name in asked.names)
    made = {OPERATORS[asked.form]: [left, *others]} if others else left
    return {asked.operator: [made, json.loads(asked.plain_limit)]}


def asking(apply: Callable[[Any, Any], Any]) -> Callable[[Question], Answer]:
    def ask(asked: Question) -> Answer:
        made = rule(asked)
        return Answer(json.dumps(made), apply(made, dict(zip(asked.names, plain(asked, float), strict=True))))

    return ask


def in_rust(rule: Any, data: Any) -> Any:
    return jsonlogic_rs.apply_serialized(json.dumps(rule), json.dumps(data), json.loads)


GIVEN = "a number in the declared unit, in the data; floats"

PEERS = (
    Peer("JsonLogic (Rust)", GIVEN, asking(in_rust), "jsonlogic-rs"),
    Peer("JsonLogic (Python)", GIVEN, asking(jsonLogic), "maykin-json-logic-py"),
)
