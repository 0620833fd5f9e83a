"""How a fact reaches a peer that knows no units: as a number in the unit of its declaration.

The host reads the text exactly, by this library, and hands over the nearest number of the peer's kind. So whatever a peer says
otherwise is its own arithmetic. A fact in another unit is not converted for it: it has no way to say in which unit a number is.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TypeVar

from smartrules.units import Unit, unit
from smartrules.values import read_quantity

from .peer import CannotBeAskedError
from .question import Question

Number = TypeVar("Number", float, Decimal)

#: More digits than any number of the corpus has.
DIGITS = 60


def read(written: int | str) -> tuple[Fraction, Unit | None]:
    """Return the exact number that is written, and its unit; None for a bare one."""
    if isinstance(written, int):
        return Fraction(written), None
    number, found = read_quantity(written)
    return Fraction(number), found


def plain(asked: Question, numbers: type[Number]) -> list[int | Number]:
    """Return the operands as numbers of a kind in their declared units; beside floats, what is counted is a whole number.

    Raises:
        CannotBeAskedError: where one of them is in another unit.
    """
    return [_plain(*pair, numbers) for pair in zip(asked.written, asked.units, strict=True)]


def _plain(written: int | str, declared: str, numbers: type[Number]) -> int | Number:
    number, found = read(written)
    if found is not None and found.size != unit(declared).size:
        raise CannotBeAskedError("a fact is in another unit than declared")
    if numbers is float and is_count(declared) and number.denominator == 1:
        return number.numerator
    return nearest(number, numbers)


def nearest(number: Fraction, numbers: type[Number]) -> Number:
    """Return the number of a kind that is nearest; of decimals the number itself, since it was written as one."""
    if numbers is float:
        return numbers(number.numerator / number.denominator)
    with localcontext(prec=DIGITS):
        return numbers(number.numerator) / numbers(number.denominator)


def is_count(declared: str) -> bool:
    """Whether a unit counts things; the number of members has none."""
    return declared == "" or unit(declared).counts
