"""CEL, in the Rust implementation that the package common-expression-language binds.

Most of a call goes into the conversion of a community into CEL's own values. So there are two programs: one expression, a map
of all indicators, over a dictionary; and an expression for each indicator over a context that was converted before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cel
import numpy as np

from .decisions import Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions
from .program import Program
from .workload import TIER, Workload


def expression(said: Statement) -> str:
    """Return a statement as an expression of CEL."""
    match said:
        case Flag():
            return said.fact
        case Number():
            return f"double({said.fact}) {said.operator} {said.threshold}.0"
        case Share():
            holds = f"{said.part} * 10000 {said.operator} {said.whole} * {said.threshold}"
            return f"({said.whole} > 0 && {holds})" if said.may_be_empty else holds
        case Kinds():
            return f"size({said.fact}) >= {said.least}"
        case Members():
            return "(" + " && ".join(f'"{member}" in {said.fact}' for member in said.members) + ")"
        case Every():
            return "(" + " && ".join(map(expression, said.parts)) + ")"
        case Where():
            return f"({expression(said.condition)} && {expression(said.requirement)})"


def begin(workload: Workload) -> Callable[[], Iterator[dict[str, bool]]]:
    said = decisions(workload.ruleset.edition, TIER)
    met = ", ".join(f'"{name}": {expression(statement)}' for name, statement in said.items())
    execute, rows = cel.compile(f"{{{met}}}").execute, list(workload.communities.rows())
    return lambda: (execute(row) for row in rows)


def begin_with_contexts(workload: Workload) -> Callable[[], Iterator[dict[str, bool]]]:
    said = decisions(workload.ruleset.edition, TIER)
    programs = [(name, cel.compile(expression(statement)).execute) for name, statement in said.items()]
    contexts = [cel.Context(row) for row in workload.communities.rows()]
    return lambda: ({name: execute(context) for name, execute in programs} for context in contexts)


def read(answers: list[dict[str, bool]], workload: Workload) -> np.ndarray:
    return np.array([[answer[name] for answer in answers] for name in workload.indicators])


def program(name: str, begin: Callable[[Workload], Callable[[], Iterator[dict[str, bool]]]]) -> Program:
    return Program(
        name,
        "communities",
        "met",
        begin,
        read,
        distribution="common-expression-language",
        takes_missing=False,
    )


PROGRAMS = (
    program("CEL (Rust), from dictionaries", begin),
    program("CEL (Rust), from contexts made before", begin_with_contexts),
)
