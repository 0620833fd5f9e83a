"""The one home of units: reading them, their exact sizes, their words.

A unit is written as words joined by ``*`` and ``/`` with small whole exponents: ``%``, ``km^2``, ``event/year``, ``户``,
``次/年``. Sizes are exact fractions. The units this library names stand in `unit_table`; every other word is looked up in
one pint registry that computes in fractions, which is built only then.

Counting units (household, camera, …) are dimensions of their own, so cameras per household is no percentage, and the
quotient of two counts of one unit is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from smartrules.diagnostics import Fault, did_you_mean, shorten
from smartrules.unit_table import COUNTING, DERIVED, MEASURING, POWERS

if TYPE_CHECKING:
    from pint import UnitRegistry

#: Root units with their exponents, sorted by name; empty for a plain number.
Dimension = tuple[tuple[str, int], ...]

NO_DIMENSION: Dimension = ()

# Real units are short. The bounds make a hostile one a message at once.
_LONGEST_TEXT = 64
_MOST_TERMS = 6
_LARGEST_EXPONENT = 9
_LARGEST_SIZE = 10**30


@frozen
class Unit:
    """A unit as written: a product of named units.

    Attributes:
        factors: names with their exponents, in the order written; empty for the bare unit of plain numbers.
        size: how many root units one of it is, exactly.
        dimension: what it measures.
    """

    factors: tuple[tuple[str, int], ...]
    size: Fraction = field(eq=False)
    dimension: Dimension = field(eq=False)

    def __str__(self) -> str:
        if self.factors and self.factors[0][1] < 0:
            return "*".join(f"{_symbol(name)}^{exponent}" for name, exponent in self.factors)
        return _spell(self, _symbol)

    def after(self, number: Fraction | int) -> str:
        """Return the unit as it is written after a number in a rule: ``1 kind``, ``3 kinds``, ``4 events/year``."""
        if not self.factors or self.factors[0][1] < 0 or abs(number) == 1:
            return str(self)
        first = self.factors[0][0]
        plural = _WORDS[first][2] if first in _WORDS else ""
        return _spell(self, lambda name: plural if name == first and plural.isidentifier() else _symbol(name))

    @property
    def counts(self) -> bool:
        """Whether this is a counting unit (or a multiple of one), so that its values are numbers of things."""
        return len(self.factors) == 1 and self.factors[0][1] == 1 and self.dimension in _COUNTED

    @property
    def counts_first(self) -> bool:
        """Whether its values are numbers of things, or of things in something else: ``event/year``."""
        return (
            bool(self.factors) and self.factors[0][1] == 1 and (_SIZES.get(self.factors[0][0], (0, ()))[1] in _COUNTED)
        )

    def chinese(self) -> str:
        """Return the unit's Chinese word, such as 户, 平方公里 or 次/年; a month is 个月 after a number and 月 below a stroke."""
        below = {name for name, exponent in self.factors if exponent < 0}

        def word(name: str) -> str:
            if name not in _WORDS:
                return name
            counted = _WORDS[name][1]
            bare = counted.removeprefix("个")
            return bare if name in below and _SPELLINGS.get(bare) == (name, 1) else counted

        return _spell(self, word, powers={2: "平方", 3: "立方"})

    def english(self, amount: Fraction | int = 2) -> str:
        """Return the unit's English word as it stands after an amount: `1 household`, `2 households`, `4 events/year`.

        What something is counted by ten thousands of is a plural: `12 stations/10,000 persons`.
        """
        first = next((name for name, exponent in self.factors if exponent > 0), None)
        below = {name for name, exponent in self.factors if exponent < 0}

        def word(name: str) -> str:
            if name not in _WORDS:
                return name
            symbol, _, plural = _WORDS[name]
            prefix = symbol[: symbol.find("_") + 1]
            many, figures, short = _MULTIPLES.get(prefix, ("", "", prefix))
            if name in below:
                return plural.replace(many, figures) if many else symbol
            return plural if plural and name == first and abs(amount) != 1 else symbol.replace(prefix, short)

        return _spell(self, word)


# How the multiples of counting units begin, and how English says them: in words, below a stroke, and of one.
_MULTIPLES = {
    "wan_": ("ten thousand", "10,000", "10k "),
    "shiwan_": ("hundred thousand", "100,000", "100k "),
}


def _build() -> tuple[
    dict[str, tuple[Fraction, Dimension]], dict[str, tuple[str, str, str]], dict[str, tuple[str, int]]
]:
    sizes: dict[str, tuple[Fraction, Dimension]] = {}
    words: dict[str, tuple[str, str, str]] = {}
    spellings = dict(POWERS)
    for name, size, roots, symbol, chinese, plural, others in (*COUNTING, *DERIVED, *MEASURING):
        sizes[name] = (Fraction(size), roots)
        words[name] = (symbol, chinese, plural)
        for spelling in (name, symbol, chinese, plural, *others):
            if spelling:
                spellings[spelling] = (name, 1)
    return sizes, words, spellings


_SIZES, _WORDS, _SPELLINGS = _build()
_COUNTED: frozenset[Dimension] = frozenset(row[2] for row in COUNTING)

_TERM = re.compile(r"(?P<name>[%‰°㎡㎢㎥]|[^\W\d]\w*?)(?:\s*\^\s*(?P<power>-?\d+)|(?P<raised>[²³]))?")
_JOINT = re.compile(r"\s*([/*·⋅]|(?<=\s)per(?=\s))\s*")
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x2212: "-",  # minus sign
    0x2044: "/",  # fraction slash
    0x2215: "/",
    0x00D7: "*",
}


def halfwidth(text: str) -> str:
    """Return a text with fullwidth digits, signs and letters, as a Chinese keyboard gives them, made plain."""
    return text if text.isascii() else text.translate(_FULLWIDTH)


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit:
    """Return the unit that a text names.

    Raises:
        Fault: SR251 for a word that is no unit, SR252 for a text that cannot be read as one, SR253 for a unit without
            an exact size (a logarithmic scale, or one with a shifted zero such as degrees Celsius).
    """
    plain = halfwidth(text).strip().replace("**", "^")
    shown = shorten(text)
    if len(plain) > _LONGEST_TEXT:
        raise _too_long(shown)
    pieces = _JOINT.split(plain)
    if len(pieces) // 2 + 1 > _MOST_TERMS:
        raise Fault("SR252", f"`{shown}` joins too many units", f"a unit joins at most {_MOST_TERMS}")
    factors: dict[str, int] = {}
    for index in range(0, len(pieces), 2):
        sign = -1 if index and pieces[index - 1] in ("/", "per") else 1
        if index == 0 and pieces[0] == "1" and len(pieces) > 1:
            continue
        for name, exponent in _term(pieces[index], shown):
            factors[name] = factors.get(name, 0) + sign * exponent
    kept = [(name, exponent) for name, exponent in factors.items() if exponent]
    if any(abs(exponent) > _LARGEST_EXPONENT for _, exponent in kept):
        raise _too_high(shown)
    found = _unit_of(tuple(sorted(kept, key=lambda factor: factor[1] < 0)))
    if len(found.after(2)) > _LONGEST_TEXT:  # its own text must be one that can be read
        raise _too_long(shown)
    return found


def _term(piece: str, shown: str) -> list[tuple[str, int]]:
    match = _TERM.fullmatch(piece)
    if match is None:
        hint = "write unit names joined by `/` or `*`, with whole exponents: `%`, `km^2`, `event/year`"
        if re.search("[“”‘’\"']", shown):
            hint = 'a unit has no quotation marks of its own: write `%`, in YAML `"%"`'
        elif re.match(r"\d", shown) and not re.search(r"\*\*|\^\d*\.", shown):
            hint = "a unit stands alone, without a number: `km^2`"
        raise Fault("SR252", f"`{shown}` cannot be read as a unit", hint)
    name = match["name"]
    digits = match["power"] or "1"
    if len(digits) > 2 or abs(int(digits)) > _LARGEST_EXPONENT:
        raise _too_high(shown)
    power = {"²": 2, "³": 3}.get(match["raised"] or "", int(digits))
    if name in _SPELLINGS:
        known, own = _SPELLINGS[name]
        return [(known, own * power)]
    return [(_foreign(name, shown), power)]


def _too_long(shown: str) -> Fault:
    return Fault("SR252", f"`{shown}` is too long for a unit", f"a unit has at most {_LONGEST_TEXT} characters")


def _too_high(shown: str) -> Fault:
    return Fault("SR252", f"the exponent in `{shown}` is too large", f"at most {_LARGEST_EXPONENT}")


def _unit_of(factors: tuple[tuple[str, int], ...]) -> Unit:
    size = Fraction(1)
    roots: dict[str, int] = {}
    for name, exponent in factors:
        one, dimension = _SIZES[name] if name in _SIZES else _measured(name)
        size *= one**exponent
        for root, power in dimension:
            roots[root] = roots.get(root, 0) + power * exponent
    return Unit(factors, size, tuple(sorted((r, p) for r, p in roots.items() if p)))


def multiply(left: Dimension, right: Dimension, power: int = 1) -> Dimension:
    """Return the dimension of a product; with ``power=-1`` that of a quotient."""
    if not right:
        return left
    roots = dict(left)
    for root, exponent in right:
        roots[root] = roots.get(root, 0) + power * exponent
    return tuple(sorted((r, p) for r, p in roots.items() if p))


def root_unit(dimension: Dimension) -> Unit:
    """Return the unit of a dimension whose size is one: ``camera/household``, ``meter^2``; for plain numbers, none."""
    return _unit_of(tuple(sorted(dimension, key=lambda factor: factor[1] < 0)))


def neighbours(measured: Unit) -> tuple[Unit, ...]:
    """Return the units that somebody may take for another: one of its units replaced by the nearest of its dimension.

    They are of the table of units alone: ``km^2`` becomes ``m^2``, ``event/year`` ``event/month``.
    """
    found = []
    for name, _ in measured.factors:
        if name not in _SIZES:
            continue
        size, dimension = _SIZES[name]
        apart = {
            other: max(its_size / size, size / its_size)
            for other, (its_size, its_dimension) in _SIZES.items()
            if its_dimension == dimension and its_size != size
        }
        if apart:
            nearest = min(apart, key=apart.__getitem__)
            found.append(_unit_of(tuple((nearest, e) if n == name else (n, e) for n, e in measured.factors)))
    return tuple(found)


def describe(dimension: Dimension) -> str:
    """Return a dimension in words for a message: `household`, `camera/household`, `m^2`, or `a plain number`."""
    return f"`{root_unit(dimension)}`" if dimension else "a plain number"


def example(dimension: Dimension) -> str:
    """Return how a unit of a dimension may be written: `%` for a plain number, else its root units."""
    return str(root_unit(dimension)) if dimension else "%"


def _symbol(name: str) -> str:
    return _WORDS[name][0] if name in _WORDS else name


def _spell(measured: Unit, word: Callable[[str], str], powers: dict[int, str] | None = None) -> str:
    above: list[str] = []
    below: list[str] = []
    for name, exponent in measured.factors:
        text = word(name)
        power = abs(exponent)
        if power != 1:
            text = powers[power] + text if powers and power in powers else f"{text}^{power}"
        (above if exponent > 0 else below).append(text)
    return "/".join([("*".join(above) or "1"), *below]) if measured.factors else ""


#: The unit of a plain number.
ONE = _unit_of(())
PERCENT = unit("%")


# --- pint ----------------------------------------------------------------------------------------------------------


@cache
def _registry() -> UnitRegistry[Fraction]:
    import pint  # a tenth of a second that most rulesets never need

    return pint.UnitRegistry(non_int_type=Fraction)


def _foreign(name: str, shown: str) -> str:
    """Return pint's own name for a unit word that the table does not have."""
    from pint.errors import UndefinedUnitError

    unknown = Fault("SR251", f"unknown unit `{shown}`", did_you_mean(name, _SPELLINGS, 0.7) or _COMMON)
    if not name.isidentifier():
        raise unknown
    try:
        parsed = _registry().Unit(name)
    except (UndefinedUnitError, AttributeError, ValueError, TypeError, AssertionError):
        raise unknown from None
    names = [str(n) for n in parsed._units]
    if len(names) != 1:
        raise unknown
    try:
        _measured(names[0])
    except Fault as fault:
        raise Fault(fault.code, f"the unit `{name}` has no exact size", fault.help) from None
    return names[0]


@cache
def _measured(name: str) -> tuple[Fraction, Dimension]:
    """Return the exact size and dimension that pint gives a unit."""
    registry = _registry()
    inexact = Fault(
        "SR253",
        f"the unit `{name}` has no exact size",
        "it has a shifted zero, a logarithmic scale or a size known only approximately: use a unit that has none, "
        "such as `kelvin` for temperatures",
    )
    try:
        nothing = registry.Quantity(Fraction(0), name).to_root_units().magnitude
        one = registry.Quantity(Fraction(1), name).to_root_units()
    except TypeError:  # a logarithm of a fraction, where pint finds numpy to compute it
        raise inexact from None
    size = one.magnitude
    if nothing != 0 or not isinstance(size, Fraction | int) or max(Fraction(size).as_integer_ratio()) > _LARGEST_SIZE:
        raise inexact
    return Fraction(size), tuple(sorted((str(root), int(Fraction(str(power)))) for root, power in one._units.items()))


_COMMON = "common units: `%`, `household`, `person`, `quarter`, `building`, `kind`, `km^2`, `event/year`"
