"""pint: quantities with units, over floats as it comes, and over the two exact kinds of numbers that it can be told to use."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from pint.errors import PintError

from .peer import Answer, CannotBeAskedError, Peer
from .question import BETWEEN, Question
from .vocabulary import NumberType, named, registry

_BARE = re.compile(r"[+-]?[\d.,]+([eE][+-]?\d+)?")


def ask(asked: Question, numbers: NumberType) -> Answer:
    operands = [operand(*pair, numbers) for pair in zip(asked.written, asked.units, strict=True)]
    try:
        for one in operands:
            evaluate(one, numbers)
    except (PintError, AssertionError, TypeError, ValueError) as error:
        raise CannotBeAskedError("it cannot read a text") from error
    limit = asked.limit if asked.units == ("",) else f"Quantity({named(f'{asked.limit} {asked.unit}')!r})"
    program = f"{BETWEEN[asked.form].join(operands)} {asked.operator} {limit}"
    return Answer(program, bool(evaluate(program, numbers)))


def operand(written: int | str, unit: str, numbers: NumberType) -> str:
    """Return a written fact as an expression of pint; a bare number gets the unit of its declaration."""
    if isinstance(written, int):
        number = str(written) if numbers is float else f"{numbers.__name__}({written})"
        return f"Quantity({number}, {named(unit)!r})" if unit else number
    text = f"{written} {unit}" if _BARE.fullmatch(written) else written
    return f"Quantity({named(text)!r})"


def evaluate(expression: str, numbers: NumberType) -> Any:
    """Return what an expression comes to: one made above, of what the corpus writes."""
    names = {"Quantity": registry(numbers).Quantity, "Decimal": Decimal, "Fraction": Fraction}
    return eval(expression, {"__builtins__": {}}, names)


def peer(name: str, numbers: NumberType, given: str) -> Peer:
    return Peer(name, given, partial(ask, numbers=numbers), "pint")


PEERS = (
    peer("pint", float, "the text with its unit, which pint reads; floats, its own choice"),
    peer("pint, Decimal", Decimal, "the same with `UnitRegistry(non_int_type=Decimal)`: decimals of 28 digits"),
    peer("pint, Fraction", Fraction, "the same with `UnitRegistry(non_int_type=Fraction)`: exact fractions"),
)
