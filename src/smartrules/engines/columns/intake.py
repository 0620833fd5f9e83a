"""One frame's columns, checked and taken as exact cells.

A first pass over the frame asks once for the least and greatest values, the nulls and the counts of what must not be; it
collects one row. From that it is known which integers hold the numbers, and every fault is reported together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from operator import and_, or_
from typing import Any, assert_never

import narwhals as nw
from attrs import Factory, define, evolve, field

from smartrules.diagnostics import Diagnostic, Fault, did_you_mean, shorten
from smartrules.engines.columns.backends import Total, is_text
from smartrules.engines.columns.cells import PREFIX, Cell, balanced
from smartrules.engines.columns.given import Day, Given
from smartrules.engines.columns.numbers import NOTHING, Ratio, Rationals, plain
from smartrules.engines.columns.truths import Verdict
from smartrules.engines.columns.wholes import Integers, TooLargeError, Whole
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import Unit
from smartrules.values import Kind, Number, decimal_places, exact

#: A 64-bit float keeps every decimal of so many digits apart from every other.
_DIGITS_OF_A_FLOAT = 15
#: The decimals that a float column is tried for where the declaration names no step: the usual ones, then up to more.
_USUAL, MOST_DECIMALS = (0, 2), 9


@define
class Column:
    """One column of a frame as a fact takes it.

    Attributes:
        name: as the host knows it.
        at: as it stands in the frame that is computed with.
        digits: the same as whole numbers of its last decimal, where it is of decimals.
        decimals: a value is a whole number of this many decimals, None where that is still to be seen.
        low: the least value in the unit, and ``high`` the greatest.
        nulls: how many values are null.
    """

    name: str
    at: str
    kind: Any
    digits: str | None = None
    decimals: int | None = 0
    low: Fraction | None = None
    high: Fraction | None = None
    nulls: int = 0


@define
class Intake:
    """The columns of one frame: of the communities, or of the members of a collection.

    Attributes:
        names: how the columns of the host are called in the frame that is computed with.
        kinds: the type of each, by the host's name.
        absent: the facts that are known of nobody.
        digits: the columns of whole numbers that columns of decimals become, by name: the column, and its decimals.
        canonical: the columns that are computed before all others, by name.
        seen: what the check found, by the names of its totals.
    """

    edition: Edition
    facts: Sequence[FactDeclaration]
    stated: Sequence[Measure]
    names: Mapping[str, str]
    kinds: Mapping[str, Any]
    absent: frozenset[str]
    optional: frozenset[str]
    prefix: str
    days: Sequence[str] = ()
    faults: list[Diagnostic] = Factory(list)
    columns: dict[str, list[Column]] = Factory(dict)
    digits: dict[str, tuple[str, int]] = Factory(dict)
    canonical: dict[str, nw.Expr] = Factory(dict)
    rows: int = 0
    seen: Mapping[str, Any] = field(factory=dict)

    # --- what columns there are ------------------------------------------------------------------------------------

    def find(self) -> None:
        """Find the column or columns of each fact, and note those that are missing or of another type."""
        missing = list[str]()
        for declared in self._declared():
            if declared.id in self.absent:
                continue
            named = self._names_of(declared)
            lacking = [name for name in named if name not in self.names]
            if lacking and (len(lacking) < len(named) or declared.id not in self.optional):
                missing += [declared.id] if len(lacking) == len(named) else lacking
                continue
            if lacking:
                continue
            self.columns[declared.id] = [Column(name, self.names[name], self.kinds[name]) for name in named]
            fitting = [self._fits(declared, column) for column in self.columns[declared.id]]
            if not all(fitting):
                del self.columns[declared.id]
                continue
            for column in self.columns[declared.id]:
                if column.kind.is_decimal():
                    column.digits = f"{PREFIX}{self.prefix}n{len(self.digits)}"
                    column.decimals = int(column.kind.scale)
                    self.digits[column.digits] = (column.at, column.decimals)
        for name in self.days:
            if name in self.names:
                column = Column(name, self.names[name], self.kinds[name])
                self.columns[name] = [column]
                if not _is_day(column.kind):
                    del self.columns[name]
                    self._note(
                        "SR502", f"`{name}` is the day of the facts, not a column of {_said(column.kind)}", GIVE_DAYS
                    )
            elif name not in self.absent:
                missing.append(name)
        if missing:
            self._note_missing(missing)

    def _names_of(self, declared: FactDeclaration | Measure) -> list[str]:
        if isinstance(declared, FactDeclaration) and declared.kind is Kind.SET and declared.id not in self.names:
            return [f"{declared.id}.{member}" for member in declared.member_ids]
        return [declared.id]

    def _note_missing(self, missing: Sequence[str]) -> None:
        wanted = {name for declared in self._declared() for name in self._names_of(declared)}
        sets = {declared.id: declared for declared in self.facts if declared.kind is Kind.SET}
        for name in missing:
            meant = did_you_mean(name, [known for known in self.names if known not in wanted])
            fact = name.partition(".")[0]
            self._note(
                "SR701",
                f"there is no column `{name}`{_or_members(sets.get(name))}",
                meant or f'add it, null where it is not known; or say `absent=["{fact}"]` where it is known of none',
            )

    def _fits(self, declared: FactDeclaration | Measure, column: Column) -> bool:
        """Return whether a column is of a type that the fact takes, and note it where it is not."""
        kind = declared.kind if isinstance(declared, FactDeclaration) else Kind.QUANTITY
        of = column.kind
        if of == nw.Unknown:  # a column of nulls alone has no type in some backends
            return True
        match kind:
            case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
                fits, hint = of.is_integer() or of.is_decimal() or of == nw.Float64, _NUMBERS
                if of == nw.Float32:
                    hint = "cast it to decimals: 32-bit floats do not keep the decimals that were written"
            case Kind.FLAG:
                fits, hint = of == nw.Boolean, "give booleans, null where it is not known"
            case Kind.SET:
                fits, hint = of == nw.Boolean, "give a column of lists of text, or one of booleans for each member"
                if column.name == declared.id:
                    fits = isinstance(of, nw.List) and is_text(of.inner)
            case Kind.CHOICE:
                fits, hint = is_text(of), "give text"
            case Kind.DATE:
                fits, hint = _is_day(of), GIVE_DAYS
            case _:
                assert_never(kind)
        if not fits:
            what = {Kind.FLAG: "yes or no", Kind.SET: "a set", Kind.CHOICE: "a choice", Kind.DATE: "a date"}
            self._note("SR502", f"`{column.name}` is {what.get(kind, 'a number')}, not a column of {_said(of)}", hint)
        return bool(fits)

    def _note(self, code: str, message: str, help: str) -> None:
        self.faults.append(Diagnostic(code, message, help))

    # --- the pass over the frame -----------------------------------------------------------------------------------

    def totals(self) -> Iterator[Total]:
        """Yield what the first pass asks of the frame."""
        yield Total("rows", nw.len())
        yield from (Total(f"over_{name}", count_of(bad)) for name, bad in self._parts())
        yield from (Total(f"partly_{name}", count_of(partly)) for name, partly in self._partly())
        for index, (declared, column) in enumerate(self.each()):
            at = nw.col(column.at)
            yield Total(f"nulls{index}", at.null_count())
            if not is_number(declared):
                continue
            if column.kind == nw.Float64:
                finite = nw.when(at.is_finite()).then(at)
                yield Total(f"infinite{index}", count_of(~at.is_finite()))
                yield Total(f"low{index}", finite.min(), "min")
                yield Total(f"high{index}", finite.max(), "max")
                for decimals in self._tried(declared, _USUAL):
                    yield Total(f"finer{index}_{decimals}", count_of(is_finer(at, decimals)))
            else:
                number = nw.col(column.digits or column.at)
                yield Total(f"low{index}", number.min(), "min")
                yield Total(f"high{index}", number.max(), "max")
                if column.digits:
                    yield Total(f"lost{index}", number.null_count())

    def take(self, seen: Mapping[str, Any]) -> None:
        """Take what the first pass found."""
        self.rows = int(seen["rows"])
        self.seen = dict(seen)
        for index, (declared, column) in enumerate(self.each()):
            column.nulls = int(seen[f"nulls{index}"] or 0)
            if column.kind == nw.Unknown and column.nulls < self.rows:
                self._note("SR502", f"`{column.name}` is of no type that is known", "cast it to the type of its values")
            if is_number(declared):
                if column.kind == nw.Float64:
                    column.decimals = self._decimals(declared, index)
                if seen[f"low{index}"] is not None:
                    last = 10 ** (column.decimals or 0) if column.digits else 1
                    column.low, column.high = (Fraction(exact(seen[f"{end}{index}"])) / last for end in ("low", "high"))

    def each(self) -> Iterator[tuple[FactDeclaration | Measure | None, Column]]:
        """Yield each column with what it is a column of, None where it is the day."""
        by_id = {declared.id: declared for declared in self._declared()}
        for name, columns in self.columns.items():
            for column in columns:
                yield by_id.get(name), column

    def _declared(self) -> list[FactDeclaration | Measure]:
        return [*self.facts, *self.stated]

    def totals_of_decimals(self) -> Iterator[Total]:
        """Yield what must be asked besides of float columns whose values do not have the usual decimals."""
        for index, (declared, column) in enumerate(self.each()):
            if column.decimals is None and declared is not None and places_of(declared) is None:
                for decimals in range(MOST_DECIMALS + 1):
                    yield Total(f"finer{index}_{decimals}", count_of(is_finer(nw.col(column.at), decimals)))

    def take_decimals(self, seen: Mapping[str, Any]) -> None:
        """Take what was found of those."""
        self.seen = {**self.seen, **seen}
        for index, (declared, column) in enumerate(self.each()):
            if column.decimals is None:
                column.decimals = self._decimals(declared, index, range(MOST_DECIMALS + 1))

    def _tried(self, declared: FactDeclaration | Measure | None, otherwise: Sequence[int]) -> Sequence[int]:
        """Return the numbers of decimals that a float column is tried for."""
        assert declared is not None
        places = places_of(declared)
        return otherwise if places is None else [places]

    def _decimals(
        self, declared: FactDeclaration | Measure | None, index: int, otherwise: Sequence[int] = _USUAL
    ) -> int | None:
        """Return the fewest decimals with which every value of a float column can be written, None where none do."""
        for decimals in self._tried(declared, otherwise):
            if not self.seen[f"finer{index}_{decimals}"]:
                return decimals
        return None

    def anew(self) -> Intake:
        """Return the same columns, none of them computed yet, for one query."""
        return evolve(self, canonical={})

    # --- the cells -------------------------------------------------------------------------------------------------

    def given(self, rationals: Rationals) -> dict[str, Given]:
        """Return what the frame gives of each fact; what it has no column for is not there, or open if it is absent."""
        found: dict[str, Given] = {}
        for declared in self.facts:
            columns = self.columns.get(declared.id)
            if columns is None:
                if declared.derived is None or declared.id in self.absent:
                    found[declared.id] = _unknown(declared)
                continue
            found[declared.id] = self._given(declared, columns, rationals)
        return found

    def figures(self, rationals: Rationals) -> dict[str, Ratio]:
        """Return the stated measures."""
        return {
            measure.id: rationals.in_root_units(*self._whole(columns[0], measure.unit, rationals.integers))
            for measure in self.stated
            if (columns := self.columns.get(measure.id)) is not None
        }

    def day(self, name: str) -> Day:
        """Return a column of days."""
        columns = self.columns.get(name)
        if columns is None or columns[0].kind == nw.Unknown:
            return Day(None)
        return Day(self._day(columns[0]), open=columns[0].nulls > 0)

    def _given(self, declared: FactDeclaration, columns: Sequence[Column], rationals: Rationals) -> Given:
        column = columns[0]
        at = nw.col(column.at)
        if any(one.kind == nw.Unknown for one in columns):
            return _unknown(declared)
        match declared.kind:
            case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
                assert declared.unit is not None
                return plain(rationals.in_root_units(*self._whole(column, declared.unit, rationals.integers)))
            case Kind.FLAG:
                return Verdict(Cell(at, open=column.nulls > 0))
            case Kind.DATE:
                return Day(self._day(column), open=column.nulls > 0)
            case Kind.CHOICE:
                text = at.cast(nw.String)
                return {member: Cell(text == member, open=column.nulls > 0, size=1) for member in declared.member_ids}
            case Kind.SET:
                return self._set(declared, columns)
            case _:
                assert_never(declared.kind)

    def _set(self, declared: FactDeclaration, columns: Sequence[Column]) -> dict[str, Any]:
        open_ = any(column.nulls for column in columns)
        cells = dict[str, Any]()
        if len(columns) == 1 and columns[0].name == declared.id:
            for member in declared.member_ids:
                held = nw.col(columns[0].at).list.contains(member)
                cells[member] = Cell(nw.col(self._canon(held)), open=open_)
            return cells
        known = _all([~nw.col(column.at).is_null() for column in columns])
        partly = self.seen.get(f"partly_{declared.id}")
        for member, column in zip(declared.member_ids, columns, strict=True):
            name = self._canon(nw.when(known).then(nw.col(column.at))) if partly else column.at
            cells[member] = Cell(nw.col(name), open=open_)
        return cells

    def partly_known(self) -> Iterator[tuple[str, nw.Expr]]:
        """Yield each set that is known in part in some row, which is not known."""
        for name, expression in self._partly():
            if self.seen.get(f"partly_{name}"):
                yield name, expression

    def _partly(self) -> Iterator[tuple[str, nw.Expr]]:
        for declared in self.facts:
            columns = self.columns.get(declared.id, [])
            if len(columns) > 1:
                nulls = [nw.col(column.at).is_null() for column in columns]
                yield declared.id, _any(nulls) & ~_all(nulls)

    def is_sound(self, part: str) -> bool:
        """Return whether the first pass found no row in which a part is more than its whole."""
        return self.seen.get(f"over_{part}") == 0

    def _parts(self) -> Iterator[tuple[str, nw.Expr]]:
        """Yield each part that compares with its whole as the columns stand, and where it is more."""
        by_id = {declared.id: declared for declared in self.facts}
        for declared in self.facts:
            whole = by_id.get(declared.at_most or "")
            columns = [self.columns.get(one.id, [None])[0] for one in (declared, whole) if one is not None]
            if whole is None or whole.unit != declared.unit or len(columns) < 2:
                continue
            part, of = columns
            if part is not None and of is not None and _compare_as_they_stand(part.kind, of.kind):
                yield declared.id, nw.col(part.at) > nw.col(of.at)

    def _whole(self, column: Column, unit: Unit, integers: Integers) -> tuple[Whole, Number]:
        """Return a column of numbers as whole numbers of a part of its unit, and the root units of that part."""
        decimals = column.decimals or 0
        size = Fraction(unit.size) / 10**decimals
        if column.kind == nw.Unknown or column.low is None or column.high is None:
            return Whole(1, Cell(nw.lit(None, nw.Int64)), 0, 0), size
        low, high = (int(end * 10**decimals) for end in (column.low, column.high))
        try:
            wide = integers.is_wide(low, high)
        except TooLargeError as error:
            message = f"`{column.name}` cannot be exact in this frame: it has values as large as {error.value:.3g}"
            raise Fault("SR703", message, "check its largest values and their unit") from None
        name = column.at
        if column.digits or column.kind != nw.Int64:
            name = self._canon(scaled(column, integers.widest.kind if wide else nw.Int64))
        return Whole(1, Cell(nw.col(name), open=column.nulls > 0), low, high, wide), size

    def _day(self, column: Column) -> str:
        return column.at if column.kind == nw.Date else self._canon(nw.col(column.at).dt.date())

    def _canon(self, expression: nw.Expr) -> str:
        text = f"{PREFIX}{self.prefix}{len(self.canonical)}"
        self.canonical[text] = expression.alias(text)
        return text


_NUMBERS = "give whole numbers, decimals or 64-bit floats, null where it is not known"
GIVE_DAYS = "give dates, null where it is not known"


def _or_members(declared: FactDeclaration | None) -> str:
    """Return which columns would do as well as that of a set."""
    return "" if declared is None else f", nor one for each of its members, `{declared.id}.{declared.member_ids[0]}` …"


def _unknown(declared: FactDeclaration) -> Given:
    """Return what is known of a fact of which nothing is."""
    match declared.kind:
        case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
            return plain(NOTHING)
        case Kind.FLAG:
            return Verdict(None)
        case Kind.DATE:
            return Day(None)
        case Kind.SET | Kind.CHOICE:
            return dict.fromkeys(declared.member_ids)
        case _:
            assert_never(declared.kind)


def places_of(declared: FactDeclaration | Measure) -> int | None:
    """Return how many decimals a value has in its unit at most, None where the declaration does not say."""
    if not isinstance(declared, FactDeclaration):
        return None
    if declared.kind is Kind.COUNT and declared.step is None:
        return 0
    if declared.step is None or declared.unit is None:
        return None
    return decimal_places((Fraction(declared.step) / Fraction(declared.unit.size)).denominator)


def is_finer(at: nw.Expr, decimals: int) -> nw.Expr:
    """Return whether a float is the nearest to no decimal of so many places, which it is then taken for.

    Some backends divide by a constant through its inverse, which is not exact, so the divisor is made a column.
    """
    unit: int = 10**decimals
    scaled = (at * unit).round(0)
    nearest = scaled / (at * 0 + unit)
    finer: nw.Expr = at.is_finite() & ((nearest != at) | (scaled.abs() >= 10**_DIGITS_OF_A_FLOAT))
    return finer


def _compare_as_they_stand(one: Any, other: Any) -> bool:
    """Return whether columns of two types compare exactly: the nearest floats of two decimals stand as they do."""
    alike = (one.is_integer() and other.is_integer()) or (one.is_decimal() and other.is_decimal())
    return bool(alike or (one == nw.Float64 and other == nw.Float64))


def is_number(declared: FactDeclaration | Measure | None) -> bool:
    """Return whether a fact or measure is a number."""
    return isinstance(declared, Measure) or (declared is not None and declared.kind.is_number)


def scaled(column: Column, kind: Any = nw.Int64) -> nw.Expr:
    """Return a column of numbers as whole numbers of its last decimal."""
    if column.kind == nw.Float64:
        decimals: int = 10 ** (column.decimals or 0)
        return (nw.col(column.at) * decimals).round(0).cast(kind)
    return nw.col(column.digits or column.at).cast(kind)


def count_of(truth: nw.Expr) -> nw.Expr:
    """Return in how many rows something holds."""
    return truth.fill_null(False).cast(nw.Int64).sum()


def _any(parts: Sequence[nw.Expr]) -> nw.Expr:
    return balanced(or_, parts)


def _all(parts: Sequence[nw.Expr]) -> nw.Expr:
    return balanced(and_, parts)


def _is_day(kind: Any) -> bool:
    return kind == nw.Date or (isinstance(kind, nw.Datetime) and kind.time_zone is None) or kind == nw.Unknown


def _said(kind: Any) -> str:
    """Return what a type of column is called in a message."""
    return f"`{shorten(str(kind), 40)}`"


def show_value(value: Any) -> str:
    """Return a value of a frame for a message."""
    if isinstance(value, float):
        return f"`{value!r}`"
    if isinstance(value, date):
        return f"`{value.isoformat()}`"
    return f"`{shorten(str(value), 40)}`"
