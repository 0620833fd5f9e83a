"""CEL, in the Rust implementation of the package common-expression-language: an expression over doubles."""

from __future__ import annotations

import cel

from .given import plain
from .peer import Answer, Peer
from .question import BETWEEN, Question


def ask(asked: Question) -> Answer:
    left = BETWEEN[asked.form].join(f"double({name})" for name in asked.names)
    program = f"{left} {asked.operator} double({asked.plain_limit})"
    return Answer(program, cel.evaluate(program, dict(zip(asked.names, plain(asked, float), strict=True))))


PEERS = (
    Peer(
        "CEL (Rust)",
        "a number in the declared unit, in the context; doubles, since CEL mixes them with no whole numbers",
        ask,
        "common-expression-language",
    ),
)
