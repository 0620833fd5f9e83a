"""What a program by hand says: the comparison as it reads, in Python's floats, each unit being a factor."""

from __future__ import annotations

from smartrules.units import unit

from .given import is_count, read
from .peer import Answer, Peer
from .question import BETWEEN, Question


def ask(asked: Question) -> Answer:
    operands = [operand(*pair) for pair in zip(asked.written, asked.units, strict=True)]
    program = f"{BETWEEN[asked.form].join(operands)} {asked.operator} {asked.plain_limit}"
    return Answer(program, bool(eval(program, {"__builtins__": {}})))


def operand(written: int | str, declared: str) -> str:
    """Return a written fact as Python: a number, times the size of its unit where that is another than declared."""
    number, found = read(written)
    whole = is_count(declared) and number.denominator == 1
    plain = str(number.numerator) if whole else repr(number.numerator / number.denominator)
    if found is None or found.size == unit(declared).size:
        return plain
    factor = found.size / unit(declared).size
    return f"({plain} * {factor.numerator / factor.denominator!r})"


PEERS = (Peer("Python by hand", "a number, times a factor where it is in another unit; floats", ask),)
