"""zen-engine (GoRules): a decision graph with one expression for each indicator, with and without its trace, and in a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import zen

from .decisions import Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions
from .program import Program
from .workload import TIER, Workload

GRAPH = "standard"


def expression(said: Statement) -> str:
    """Return a statement as an expression of the ZEN language."""
    match said:
        case Flag():
            return said.fact
        case Number():
            return f"{said.fact} {said.operator} {said.threshold}"
        case Share():
            holds = f"{said.part} * 10000 {said.operator} {said.whole} * {said.threshold}"
            return f"({said.whole} > 0 and {holds})" if said.may_be_empty else holds
        case Kinds():
            return f"len({said.fact}) >= {said.least}"
        case Members():
            return "(" + " and ".join(f"'{member}' in {said.fact}" for member in said.members) + ")"
        case Every():
            return "(" + " and ".join(map(expression, said.parts)) + ")"
        case Where():
            return f"({expression(said.condition)} and {expression(said.requirement)})"


def graph(workload: Workload) -> dict[str, Any]:
    """Return the ruleset as a decision graph."""
    expressions = [
        {"id": name, "key": name, "value": expression(said)}
        for name, said in decisions(workload.ruleset.edition, TIER).items()
    ]
    return {
        "nodes": [
            {"id": "facts", "type": "inputNode", "name": "facts"},
            {
                "id": "indicators",
                "type": "expressionNode",
                "name": "indicators",
                "content": {"expressions": expressions},
            },
            {"id": "met", "type": "outputNode", "name": "met"},
        ],
        "edges": [
            {"id": "in", "sourceId": "facts", "targetId": "indicators"},
            {"id": "out", "sourceId": "indicators", "targetId": "met"},
        ],
    }


def begin(workload: Workload) -> Callable[[], Iterator[dict[str, Any]]]:
    evaluate, rows = (
        zen.ZenEngine().create_decision(json.dumps(graph(workload))).evaluate,
        list(workload.communities.rows()),
    )
    return lambda: (evaluate(row) for row in rows)


def begin_with_trace(workload: Workload) -> Callable[[], Iterator[dict[str, Any]]]:
    evaluate, rows = (
        zen.ZenEngine().create_decision(json.dumps(graph(workload))).evaluate,
        list(workload.communities.rows()),
    )
    return lambda: (evaluate(row, {"trace": True}) for row in rows)


def begin_batch(workload: Workload) -> Callable[[], Iterator[dict[str, Any]]]:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {GRAPH: graph(workload)}}})
    requests = [{"key": GRAPH, "context": row} for row in workload.communities.rows()]
    return lambda: (answer["data"] for answer in engine.evaluate_batch(requests))


def read(answers: list[dict[str, Any]], workload: Workload) -> np.ndarray:
    return np.array([[answer["result"][name] for answer in answers] for name in workload.indicators])


def program(name: str, begin: Callable[[Workload], Callable[[], Any]]) -> Program:
    return Program(name, "communities", "met", begin, read, distribution="zen-engine", takes_missing=False)


PROGRAMS = (
    program("zen-engine", begin),
    program("zen-engine with its trace", begin_with_trace),
    program("zen-engine, evaluate_batch", begin_batch),
)
