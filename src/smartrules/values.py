"""Exact values: reading them from what people write, and writing them without losing anything.

A number is an ``int`` or a ``Fraction``, read from its decimal text. A float is taken as its shortest decimal text,
which is what its writer meant. Nothing is ever rounded: a number that does not end is shown truncated, with ``…``.
"""

from __future__ import annotations

import os
import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

from smartrules.diagnostics import Fault, shorten
from smartrules.units import PERCENT, Unit, halfwidth, unit

Number = int | Fraction
Language = Literal["zh", "en"]


def own_language() -> Language:
    """Return the language of whoever runs the program: what `SMARTRULES_LANG` says, else that of the locale."""
    for name in ("SMARTRULES_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if spoken := os.environ.get(name):
            return "zh" if spoken.lower().startswith("zh") else "en"
    return "en"


class Kind(StrEnum):
    """The kinds of facts."""

    COUNT = "count"
    QUANTITY = "quantity"
    SHARE = "share"
    RATE = "rate"
    FLAG = "flag"
    SET = "set"
    CHOICE = "choice"
    DATE = "date"

    @property
    def is_number(self) -> bool:
        """Whether a fact of this kind is a number with a unit."""
        return self in (Kind.COUNT, Kind.QUANTITY, Kind.SHARE, Kind.RATE)


#: What a fact or an operand can be: a number in root units, a flag, a set of members, a choice, a date.
Value = Number | bool | frozenset[str] | str | date


class _UnsealedQuantity:
    """A quantity while `quantity` fills it in."""

    __slots__ = ("__weakref__", "number", "unit")


@frozen
class Quantity(_UnsealedQuantity):
    """An exact number with its unit.

    Attributes:
        number: how many of the unit.
        unit: the unit as written.
    """

    number: Number
    unit: Unit

    @classmethod
    def in_unit(cls, root: Number, measured: Unit) -> Quantity:
        """Return a number of root units as a quantity in a unit."""
        return cls(quotient(root, measured.size), measured)

    @property
    def root(self) -> Number:
        """The number in root units, in which quantities of one dimension compare."""
        return simplest(self.number * self.unit.size)

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: Language) -> str:
        """Return the quantity for a reader: ``70 %``, ``3461 households``, ``3461户``."""
        number = show_number(self.number)
        if language == "zh":
            return f"{number}{self.unit.chinese()}"
        word = self.unit.english(Fraction(self.number))
        return f"{number} {word}".rstrip()

    def difference_text(self, language: Language) -> str:
        """Return the quantity as a difference: of shares, in percentage points."""
        if self.unit == PERCENT:
            number = show_number(self.number)
            points = "percentage point" if abs(self.number) == 1 else "percentage points"
            return f"{number}个百分点" if language == "zh" else f"{number} {points}"
        return self.text(language)


def quantity(number: Number, unit: Unit) -> Quantity:
    """Return a quantity as `Quantity` does, in less time: filled in first, it is sealed before anything else sees it."""
    filled: Any = _UnsealedQuantity()
    filled.number = number
    filled.unit = unit
    filled.__class__ = Quantity
    return filled  # type: ignore[no-any-return]


def simplest(number: Number) -> Number:
    """Return a number as ``int`` where it is whole."""
    return number.numerator if number.denominator == 1 else number


def quotient(number: Number, by: Number) -> Number:
    """Return one number divided by another, in its simplest form.

    Raises:
        ZeroDivisionError: where it is divided by zero.
    """
    if isinstance(number, int) and isinstance(by, int):
        return ratio(number, by)
    (a, b), (c, d) = number.as_integer_ratio(), by.as_integer_ratio()
    return ratio(a * d, b * c)


def ratio(numerator: int, denominator: int) -> Number:
    """Return the quotient of two whole numbers, itself an ``int`` where it is whole.

    Raises:
        ZeroDivisionError: where the denominator is zero.
    """
    return Fraction(numerator, denominator) if numerator % denominator else numerator // denominator


# A figure of a public standard has a few digits; the bound, on the digits written out, makes a hostile one a message
# at once.
_LONGEST_NUMBER = 40

_NUMBER = re.compile(
    r"(?P<sign>[+-])?\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<part>\d*))?(?:[eE](?P<exponent>[+-]?\d+))?"
)


def read_number(text: str) -> Number:
    """Return the exact number that a decimal text names; fullwidth digits and ``3,461`` are understood.

    Raises:
        Fault: SR207 for a text that is no number or is too long to be meant, SR507 for NaN and infinities.
    """
    number, rest = _split(text)
    if rest:
        raise _no_number(text)
    return number


def read_quantity(text: str) -> tuple[Number, Unit | None]:
    """Return the number and the unit that a text such as ``6.3 km²``, ``３４６１户`` or ``90%`` names, None for a bare one.

    Raises:
        Fault: as `read_number` and `smartrules.units.unit`.
    """
    number, rest = _split(text)
    try:
        return number, unit(rest) if rest else None
    except Fault as fault:
        fault.offset, fault.width = len(text.rstrip()) - len(rest), len(rest)
        if fault.code == "SR252" and len(rest) <= 64:
            fault.help = "write the number with its unit and nothing else: `3461 households`, `6.3 km^2`, `90 %`"
        raise


_FRACTION = re.compile(r"[+-]?\d+/(\d+)")


def last_place(text: str, measured: Unit) -> Number:
    """Return what one is worth in the last place in which a text writes a number, in root units: 1/1000 of ``90.0 %``.

    Zeros at the end are precision. A fraction, as Python numbers are written, is as precise as the decimal that it is, and
    exact (0) where it is none.

    Args:
        text: what `read_quantity` reads, or such a fraction.
        measured: the unit of a number that is written without one.

    Raises:
        Fault: as `read_quantity`.
    """
    fraction = _FRACTION.fullmatch(text)
    if fraction is not None:
        places = decimal_places(int(fraction[1]))
        return 0 if places is None else simplest(measured.size / 10**places)
    _, given = read_quantity(text)
    match = _NUMBER.match(halfwidth(text.strip()))
    assert match is not None
    power = int(match["exponent"] or "0") - len(match["part"] or "")
    return simplest(Fraction(10) ** power * (given or measured).size)


def _split(text: str) -> tuple[Number, str]:
    written = text.strip()
    plain = halfwidth(written)  # sign for sign
    if plain.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise Fault("SR507", f"`{shorten(text)}` is not a finite number", "leave the fact out where it is not known")
    match = _NUMBER.match(plain)
    if match is None or not (match["whole"] or match["part"]):
        raise _no_number(text)
    whole = (match["whole"] or "").replace(",", "")
    part = match["part"] or ""
    exponent = match["exponent"] or "0"
    if len(exponent) > 4 or max(len(whole), 1) + len(part) + abs(int(exponent)) > _LONGEST_NUMBER:
        raise Fault(
            "SR207",
            f"the number `{shorten(text, 30)}` is too long",
            f"a number has at most {_LONGEST_NUMBER} digits when it is written out",
        )
    rest = written[match.end() :].strip()
    if halfwidth(rest[:1]) in (",", ".") or rest[:1].isdigit():
        raise _no_number(text)
    digits = int(whole + part)
    number = Fraction(digits) * Fraction(10) ** (int(exponent) - len(part))
    return simplest(-number if match["sign"] == "-" else number), rest


def _no_number(text: str) -> Fault:
    hint = "write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`"
    if re.match(r"\s*\d+,\d", halfwidth(text)):
        hint = "a comma stands before each three digits, `3,461`, and a point before decimals, `34.61`"
    return Fault("SR207", f"`{shorten(text)}` is no number", hint)


def exact(number: int | float | Decimal | Fraction) -> Number:
    """Return a Python number exactly; a float as its shortest decimal text.

    Raises:
        Fault: SR507 for NaN and infinities, SR207 for a number too long to be meant.
    """
    if isinstance(number, int):
        if abs(number) >= 10**_LONGEST_NUMBER:
            raise Fault("SR207", "the number is too long", f"a number has at most {_LONGEST_NUMBER} digits")
        return int(number)
    if isinstance(number, Fraction):
        if max(abs(number.numerator), number.denominator) >= 10**_LONGEST_NUMBER:
            raise Fault("SR207", "the fraction is too long", f"its parts have at most {_LONGEST_NUMBER} digits")
        return simplest(number)
    return read_number(repr(float(number)) if isinstance(number, float) else str(number))


def read_date(text: str) -> date:
    """Return the date that ``2023-11-25`` names.

    Raises:
        Fault: SR113 for any other text.
    """
    plain = halfwidth(text).strip()
    parts = re.fullmatch(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D?", plain) if len(plain) < 20 else None
    if parts is None:
        raise Fault("SR113", f"`{shorten(text)}` is no date", "write year, month and day: `2023-11-25`")
    year, month, day = (int(part) for part in parts.groups())
    try:
        found = date(year, month, day)
    except ValueError:
        days = "a year has 12 months"
        if year and 1 <= month <= 12:
            days = f"that month has {monthrange(year, month)[1]} days"
        raise Fault("SR113", f"`{shorten(text)}` is a day that does not exist: {days}", "correct it") from None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        return found
    raise Fault("SR113", f"`{shorten(text)}` is no date as documents write it", f"write `{found}`")


# To look for the decimals of a larger one takes time, and nobody reads them.
_LONGEST_DENOMINATOR = 10_000


def decimal_places(denominator: int) -> int | None:
    """Return how many decimals write a fraction with this denominator exactly, or None where none do."""
    if denominator.bit_length() > _LONGEST_DENOMINATOR:
        return None
    twos = (denominator & -denominator).bit_length() - 1
    denominator >>= twos
    fives = 0
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


def write_number(number: Number) -> str:
    """Return the exact text of a number: a decimal where it ends, else a fraction such as ``2423/3461``."""
    places = decimal_places(number.denominator)
    if places is None:
        return f"{_digits(number.numerator)}/{_digits(number.denominator)}"
    return _decimal(number, places)


_SHOWN_PLACES = 4


def show_number(number: Number) -> str:
    """Return a number for a reader: exact where it has few decimals, else truncated with ``…``, never rounded."""
    places = decimal_places(number.denominator)
    if places is not None and places <= _SHOWN_PLACES + 2:
        return _decimal(number, places)
    scaled = abs(number.numerator) * 10**_SHOWN_PLACES // number.denominator
    text = _decimal(Fraction(scaled, 10**_SHOWN_PLACES), _SHOWN_PLACES)
    return ("-" if number < 0 else "") + text + "…"


def _decimal(number: Number, places: int) -> str:
    digits = abs(number.numerator) * 10**places // number.denominator
    text = _digits(digits).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)


def _digits(number: int) -> str:
    """Return the digits of a number, also of one longer than Python itself writes."""
    if abs(number) < _CHUNK:
        return str(number)
    parts: list[str] = []
    rest = abs(number)
    while rest:
        rest, low = divmod(rest, _CHUNK)
        parts.append(str(low).rjust(_CHUNK_DIGITS if rest else 0, "0"))
    return ("-" if number < 0 else "") + "".join(reversed(parts))


_CHUNK_DIGITS = 4000
_CHUNK = 10**_CHUNK_DIGITS
