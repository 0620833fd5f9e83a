"""JsonLogic, in the Rust implementation of the package jsonlogic-rs: one rule, which merges the indicators into a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonlogic_rs
import numpy as np

from .decisions import Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions
from .program import Program
from .workload import TIER, Workload


def rule(said: Statement) -> Any:
    """Return a statement as a rule of JsonLogic."""
    match said:
        case Flag():
            return {"var": said.fact}
        case Number():
            return {said.operator: [{"var": said.fact}, said.threshold]}
        case Share():
            part, whole = {"*": [{"var": said.part}, 10000]}, {"*": [{"var": said.whole}, said.threshold]}
            holds = {said.operator: [part, whole]}
            return {"and": [{">": [{"var": said.whole}, 0]}, holds]} if said.may_be_empty else holds
        case Kinds():
            number = {"reduce": [{"var": said.fact}, {"+": [1, {"var": "accumulator"}]}, 0]}
            return {">=": [number, said.least]}
        case Members():
            return {"and": [{"in": [member, {"var": said.fact}]} for member in said.members]}
        case Every():
            return {"and": [rule(part) for part in said.parts]}
        case Where():
            return {"and": [rule(said.condition), rule(said.requirement)]}


def begin(workload: Workload) -> Callable[[], Iterator[list[bool]]]:
    rules = json.dumps({"merge": [rule(said) for said in decisions(workload.ruleset.edition, TIER).values()]})
    apply, rows = jsonlogic_rs.apply_serialized, list(workload.communities.rows())
    return lambda: [
        apply(rules, json.dumps(row), json.loads) for row in rows
    ]  # it takes and returns texts of documents


def read(answers: list[list[bool]], workload: Workload) -> np.ndarray:
    return np.array(answers).T


PROGRAMS = (
    Program(
        "JsonLogic (Rust)",
        "communities",
        "met",
        begin,
        read,
        distribution="jsonlogic-rs",
        takes_missing=False,
    ),
)
