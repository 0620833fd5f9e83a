"""Formulas that check a form while it is filled: a part against its whole, bounds, steps, ticks, lists.

They show a sign where a row should be looked at again, and decide nothing: what is filled in is checked exactly when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from smartrules.documents.forms import layout
from smartrules.expr.nodes import Aggregate, Expr, Name
from smartrules.reports.forms.cells import Writer, decimal_text
from smartrules.reports.forms.sheet import quoted, sheet_name
from smartrules.reports.forms.words import filled
from smartrules.standard import Collection, FactDeclaration, Title
from smartrules.units import PERCENT
from smartrules.values import Kind, quotient


@frozen
class Place:
    """Where the value of a fact stands."""

    sheet: str
    row: int
    column: str

    def seen_from(self, sheet: str) -> str:
        """Return the cell as a formula of a sheet names it."""
        own = f"${self.column}${self.row}"
        return own if sheet == self.sheet else f"{sheet_name(self.sheet)}!{own}"


@frozen
class Listed:
    """Where the members of a collection stand: their names, and each of their facts."""

    names: str
    facts: Mapping[str, str]


@frozen
class Checks:
    """Makes the formulas of a form.

    Attributes:
        writer: in whose words they say what is wrong.
        places: of each fact of the community, where its value stands.
        lists: of each collection, where its members stand.
    """

    writer: Writer
    places: Mapping[str, Place]
    lists: Mapping[str, Listed]

    def of_number(self, fact: FactDeclaration, reported: str) -> str:
        """Return the formula that checks the number of a fact; ``reported`` is the cell that says it is not reported."""
        place = self.places[fact.id]
        own = place.seen_from(place.sheet)
        found = [(f'AND({own}<>"",{reported}<>"")', self._says("warn both"))]
        numeric = [*self._beyond(fact, own), *self._over_whole(fact, own), *self._beside_list(fact, own)]
        found += [(f"AND(ISNUMBER({own}),{condition})", says) for condition, says in numeric]
        return _first(found)

    def of_any(self, place: Place, reported: str) -> str:
        """Return the formula that checks a value which is no number."""
        own = place.seen_from(place.sheet)
        return _first([(f'AND({own}<>"",{reported}<>"")', self._says("warn both"))])

    def of_set(self, place: Place, reported: str, ticks: str) -> str:
        """Return the formula that says how many members of a set are ticked."""
        own = place.seen_from(place.sheet)
        many = f"COUNTIF({ticks},{quoted(layout.TICK)})"
        return _first(
            [
                (f'AND(OR({own}<>"",{many}>0),{reported}<>"")', self._says("warn both")),
                (f'AND({own}<>"",{many}>0)', self._says("warn none")),
            ],
            f'IF({many}>0,{self._says("count word", many)},"")',
        )

    def of_none(self, own: str, collection: Collection) -> str:
        """Return the formula that checks a list which is said to be empty."""
        many = f"COUNTA({self.lists[collection.id].names})"
        return _first([(f'AND({own}<>"",{many}>0)', self._says("warn members", many))])

    def _says(self, key: str, count: str = "") -> str:
        text = filled(key, self.writer.language, count=Title("\x00", "\x00"))
        return "&".join(part for part in _pieces(text, count) if part)

    def _beyond(self, fact: FactDeclaration, own: str) -> list[tuple[str, str]]:
        assert fact.unit is not None
        size = 1 if fact.unit == PERCENT else fact.unit.size
        found = []
        if fact.kind is Kind.COUNT:
            found.append((f"{own}<>INT({own})", self._says("warn whole")))
        for sign, root in (("<", fact.minimum), (">", fact.maximum)):
            bound = None if root is None else decimal_text(quotient(root, size))
            if bound is not None:
                found.append((f"{own}{sign}{bound}", self._says("warn range")))
        step = None if fact.step is None else decimal_text(quotient(fact.step, size))
        if step is not None and not (fact.kind is Kind.COUNT and fact.step == 1):
            shown = self.writer.limits(FactDeclaration("", fact.kind, fact.unit, step=fact.step)).splitlines()
            says = quoted("⚠ " + shown[0].rpartition("；")[2])
            found.append((f"ABS({own}/{step}-ROUND({own}/{step},0))>0.000001", says))
        return found

    def _over_whole(self, fact: FactDeclaration, own: str) -> list[tuple[str, str]]:
        edition = self.writer.edition
        whole = None if fact.at_most is None else edition.fact_by_id.get(fact.at_most)
        place = None if whole is None else self.places.get(whole.id)
        if whole is None or place is None or fact.unit is None or whole.unit is None:
            return []
        other = place.seen_from(self.places[fact.id].sheet)
        sizes = quotient(fact.unit.size, whole.unit.size)
        if PERCENT in (fact.unit, whole.unit):
            sizes = 1 if fact.unit == whole.unit else 0
        factor = decimal_text(sizes)
        if not sizes or factor is None:
            return []
        compared = f"{own}>{other}" if sizes == 1 else f"{own}*{factor}>{other}*1.000000001"
        says = quoted(filled("warn part", self.writer.language, "\n", whole=self.writer.title(whole.id)))
        return [(f"ISNUMBER({other}),{compared}", says)]

    def _beside_list(self, fact: FactDeclaration, own: str) -> list[tuple[str, str]]:
        many = self._counted(fact.derived)
        if many is None:
            return []
        rows, count = many
        return [(f"{rows}>0,{own}<>{count}", self._says("warn derived", count))]

    def _counted(self, derived: Expr | None) -> tuple[str, str] | None:
        """Return how many rows a list has, and the formula of how many of them are counted, where both are plain."""
        if not isinstance(derived, Aggregate) or derived.function != "count" or derived.of is not None:
            return None
        found = self.lists.get(self.writer.edition.collection(derived.collection).id)
        if found is None:
            return None
        rows = f"COUNTA({found.names})"
        match derived.where:
            case None:
                return rows, rows
            case Name(id=name) if name in found.facts:
                return rows, f"COUNTIF({found.facts[name]},{quoted(layout.YES[self.writer.language])})"
            case _:
                return None


def _pieces(text: str, count: str) -> list[str]:
    parts = [quoted(part) if part else "" for part in text.split("\x00")]
    pieces = [parts[0]]
    for part in parts[1:]:
        pieces += [count, part]
    return pieces


def _first(found: Sequence[tuple[str, str]], otherwise: str = '""') -> str:
    """Return the formula of the first text whose condition holds."""
    formula = otherwise
    for condition, says in reversed(found):
        formula = f"IF({condition},{says},{formula})"
    return f"={formula}"
