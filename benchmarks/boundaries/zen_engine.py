"""zen-engine (GoRules): an expression of the ZEN language over the facts as its context. It computes in decimals of 28 digits.

A number of its context comes through a float. A text does not, and the language's own `number` makes a decimal of it.
"""

from __future__ import annotations

from decimal import Decimal

import zen

from .given import plain
from .peer import Answer, Peer
from .question import BETWEEN, Question


def ask(asked: Question) -> Answer:
    program = f"{BETWEEN[asked.form].join(asked.names)} {asked.operator} {asked.plain_limit}"
    return Answer(program, zen.evaluate_expression(program, dict(zip(asked.names, plain(asked, float), strict=True))))


def ask_with_texts(asked: Question) -> Answer:
    left = BETWEEN[asked.form].join(f"number({name})" for name in asked.names)
    program = f"{left} {asked.operator} {asked.plain_limit}"
    texts = [f"{number:f}" for number in plain(asked, Decimal)]
    return Answer(program, zen.evaluate_expression(program, dict(zip(asked.names, texts, strict=True))))


PEERS = (
    Peer(
        "zen-engine",
        "a number in the declared unit, in the context; it makes a decimal of 28 digits of it",
        ask,
        "zen-engine",
    ),
    Peer(
        "zen-engine, texts",
        "the decimal as a text in the context, of which the rule makes a number",
        ask_with_texts,
        "zen-engine",
    ),
)
