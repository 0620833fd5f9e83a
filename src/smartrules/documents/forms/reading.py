"""A filled form → facts, with every fault at its cell.

The form is first made into the tree that a facts document is, and then read as one, so that both are held to the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import define, evolve, field, frozen

from smartrules.diagnostics import CellSpan, FactsError, Fault, Log, Span, Text, shorten
from smartrules.documents.facts_reader import Disagreements, FactsReader, no_disagreements
from smartrules.documents.forms import layout
from smartrules.documents.forms.archive import Archive
from smartrules.documents.forms.cells import (
    cell_text,
    claim,
    day,
    fact_tree,
    is_bare,
    is_empty,
    is_not_reported,
    is_ticked,
    is_unit,
    shown,
)
from smartrules.documents.forms.lost import Had, had_of, lost
from smartrules.documents.forms.rows import Row, Rows
from smartrules.documents.forms.workbook import Cell, Sheet, cell_name, read_sheets, sheet_names
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree
from smartrules.facts import Facts
from smartrules.standard import Collection, Edition, FactDeclaration, Measure
from smartrules.values import Kind

#: The hidden sheet of what is chosen from, which says nothing.
LISTS = "smartrules-lists"


#: The unit in the heading of a column.
_UNIT = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
_BESIDE_WORDS = {layout.EVIDENCE: "evidence", layout.OBSERVED: "a day", layout.NOTE: "a note"}


@frozen
class Form:
    """A workbook that is a form, before it is read for a ruleset.

    Attributes:
        name: what messages call it.
        about: what its hidden sheet says: the ruleset it was made for, its fingerprint, the declarations it rests on.
        had: what its sheets had when it was made.
        sheets: all others.
    """

    name: str | None
    about: Mapping[str, str]
    had: tuple[Had, ...]
    sheets: tuple[Sheet, ...] = field(repr=False)

    @property
    def ruleset(self) -> str:
        """The ruleset that the form was made for: ``shandong-smart-community@2022``."""
        return self.about.get("ruleset", "")


def is_form(content: bytes) -> bool:
    """Return whether a workbook is a form, which has a hidden sheet that says so; of its cells none is read."""
    try:
        return layout.HIDDEN in sheet_names(Archive(content))
    except Fault:
        return False


def open_form(content: bytes, name: str | None = None) -> Form:
    """Return the form that the bytes of a workbook are.

    Raises:
        FactsError: SR520 to SR523, where they are none.
    """
    try:
        sheets = read_sheets(Archive(content), without=(LISTS,))
        hidden = next((one for one in sheets if one.name == layout.HIDDEN), None)
        hidden = hidden or next((one for one in sheets if one.text(1, 1) == layout.TITLE), None)
        if hidden is None:
            raise Fault(
                "SR520",
                f"the workbook is no form: it has no hidden sheet `{layout.HIDDEN}`",
                "fill the form that `smartrules template RULESET -o form.xlsx` writes, and send that workbook",
            )
    except Fault as fault:
        raise FactsError.of(fault.code, fault.message, fault.help, file=name) from None
    about = {hidden.text(row, 1): hidden.text(row, 2) for row in range(2, 2 + len(layout.ABOUT))}
    return Form(name, about, tuple(had_of(hidden)), tuple(one for one in sheets if one is not hidden))


def read_form(edition: Edition, form: Form, *, disagreements: Disagreements = no_disagreements) -> Facts:
    """Return the facts that a form gives for an edition.

    Raises:
        FactsError: with every fault, each at its cell.
    """
    _check_made_for(edition, form)
    found = _FormReader(edition, layout.first_language(form.about.get("language", "")))
    tree = found.tree(form)
    log = Log(Text(form.name, "\n".join(found.lines)), FactsError)
    for at, fault in found.faults:
        log.add_fault(at, fault)
    facts = FactsReader(edition, log, disagreements).document(tree)
    if facts is None or log.errors:
        raise FactsError(log.errors)
    return facts


def _check_made_for(edition: Edition, form: Form) -> None:
    anew = f"make it anew with `smartrules template {edition.name}`"
    if form.ruleset != edition.name:
        raise FactsError.of(
            "SR514",
            f"this form is for `{shorten(form.ruleset)}`, the ruleset is `{edition.name}`",
            f"load the ruleset that the form is for, or {anew} and fill that",
            file=form.name,
        )
    version = form.about.get("version", "")
    if version != str(layout.VERSION) or form.about.get("declarations") != layout.declarations(edition):
        raise FactsError.of(
            "SR524",
            f"this form was made when `{edition.name}` asked for other facts"
            if version == str(layout.VERSION)
            else f"this form was made by another version of the library (its layout is `{shorten(version)}`)",
            f"read it with the ruleset that it was made with, fingerprint "
            f"{shorten(form.about.get('fingerprint', ''), 12)}, or {anew}",
            file=form.name,
        )


@define
class _FormReader(Rows):
    """Makes a form into the tree of a facts document."""

    def tree(self, form: Form) -> Table:
        self.find(form.sheets)
        if not any(self.named.values()):
            hint = "fill the form that `smartrules template` wrote, with its hidden rows and columns"
            self.faults.append((None, Fault("SR532", "the form has no rows that could be read", hint)))
        else:
            self.faults += lost(form.had, form.sheets, self)
        for row in self.rows.values():
            self.check_merged(row, [layout.VALUE], self.named[row.sheet.name])
        unreported: list[Tree] = []
        parts = {
            "community": self._community(),
            "on": self._day(),
            "facts": self._facts(unreported),
            "stated": self._stated(unreported),
            "not_reported": Sequence(tuple(unreported)),
            "collections": self._collections(),
            "claims": self._claims(),
        }
        return Table(tuple(Entry(key, part, part.at) for key, part in parts.items() if part is not None))

    # --- the parts of the document ---------------------------------------------------------------------------------

    def _community(self) -> Table | None:
        found = []
        for key, name in (("id", layout.COMMUNITY_ID), ("name", layout.COMMUNITY_NAME)):
            row = self.rows.get(name)
            cell = None if row is None else row.cell(layout.VALUE)
            if row is None or cell is None or is_empty(cell):
                continue
            with self.noted(row, layout.VALUE):
                at = row.at(layout.VALUE)
                found.append(Entry(key, Scalar(cell_text(cell), at, quoted=True), at))
        if not found:
            return None
        own = self.rows.get(layout.COMMUNITY_ID)
        return Table(tuple(found), found[0].at if own is None else own.at(layout.VALUE))

    def _day(self) -> Scalar | None:
        row = self.rows.get(layout.DAY)
        cell = None if row is None else row.cell(layout.VALUE)
        if row is None or cell is None or is_empty(cell):
            return None
        with self.noted(row, layout.VALUE):
            return Scalar(day(cell), row.at(layout.VALUE), quoted=True)
        return None

    def _facts(self, unreported: list[Tree]) -> Table:
        found = []
        for fact in self.edition.facts:
            row = self.rows.get(layout.fact_row(fact.id))
            ticked = self._ticked(fact, row) if fact.kind is Kind.SET else None
            if row is None and ticked is None:
                continue
            value = self._value(row, fact, unreported) if row is not None else None
            if value is not None and ticked is not None:
                what = f"`{fact.id}` is given in its own row, and ticked below"
                hint = "tick what there is, or write 无, `none`, in the row where there is none; not both"
                self.faults.append((value.at, Fault("SR531", what, hint)))
                continue
            value = value or ticked
            if value is not None:
                found.append(Entry(fact.id, self._evidenced(row, value), value.at))
            elif row is not None and not any(self._says(layout.tick_row(fact.id, one)) for one in fact.member_ids):
                self._check_alone(row, fact.id, layout.BESIDES)
        return Table(tuple(found))

    def _stated(self, unreported: list[Tree]) -> Table:
        found = []
        for measure in self.edition.measures:
            row = self.rows.get(layout.stated_row(measure.id))
            value = None if row is None else self._value(row, measure, unreported)
            if value is not None:
                found.append(Entry(measure.id, self._evidenced(row, value), value.at))
            elif row is not None:
                self._check_alone(row, measure.id, layout.BESIDES)
        return Table(tuple(found))

    def _says(self, name: str) -> bool:
        """Return whether something stands in the cell of a row."""
        row = self.rows.get(name)
        return row is not None and not is_empty(row.cell(layout.VALUE))

    def _check_alone(self, row: Row, name: str, columns: Iterable[str]) -> None:
        """Note evidence, a day or a note of what has no value, unless that is said not to be reported.

        What is merged over several rows may be for another of them.
        """
        if not is_empty(row.cell(layout.VALUE)) or not is_empty(row.cell(layout.REPORTED)):
            return
        for column in columns:
            if not is_empty(row.cell(column)) and row.merged(column) is None:
                what = next(word for one, word in _BESIDE_WORDS.items() if column.endswith(one))
                hint = "fill in the value, tick that it is not reported, or empty the cell"
                fault = Fault("SR539", f"there is {what}, and no value of `{shorten(name)}`", hint)
                self.faults.append((row.at(column), fault))
                return

    def _value(self, row: Row, declared: FactDeclaration | Measure, unreported: list[Tree]) -> Tree | None:
        """Return what a row gives, noting where it says that nothing is reported."""
        tick, cell = row.cell(layout.REPORTED), row.cell(layout.VALUE)
        with self.noted(row, layout.REPORTED):
            if is_ticked(tick):
                unreported.append(Scalar(declared.id, row.at(layout.REPORTED), quoted=True))
        if cell is None or is_empty(cell):
            return None
        if is_not_reported(cell):
            if not unreported or not isinstance(unreported[-1], Scalar) or unreported[-1].value != declared.id:
                unreported.append(Scalar(declared.id, row.at(layout.VALUE), quoted=True))
            return None
        with self.noted(row, layout.VALUE):
            unit = self.units.get(row.sheet.name, 0)
            if unit:
                at = evolve(row.at(layout.VALUE), cell=cell_name(row.number, unit))
                self._check_unit(declared, cell, row.sheet.text(row.number, unit), at)
            return fact_tree(cell, declared, row.at(layout.VALUE), self.language)
        return None

    def _check_unit(self, declared: FactDeclaration | Measure, cell: Cell, text: str, at: Span) -> None:
        """Note a bare number beside which the form printed another unit than now stands there."""
        if declared.unit is None or not declared.unit.factors or not is_bare(cell) or is_unit(declared.unit, text):
            return
        if any(place == at for place, _ in self.faults):
            return  # a heading is that of many members
        unit = layout.unit_word(declared.unit, self.language)
        what = f"the unit of `{declared.id}` is {unit}, and its cell says `{shorten(' '.join(text.split()))}`"
        hint = f"write {unit} into the cell of the unit again; a number may have a unit of its own: `12{unit}`"
        self.faults.append((at, Fault("SR531", what, hint)))

    def _ticked(self, fact: FactDeclaration, row: Row | None) -> Tree | None:
        """Return the members of a set that are ticked, None where nothing is."""
        ticks: list[Tree] = []
        refused: list[Row] = []
        for member in fact.member_ids:
            own = self.rows.get(layout.tick_row(fact.id, member))
            if own is None:
                continue
            with self.noted(own, layout.VALUE):
                said = is_ticked(own.cell(layout.VALUE))
                if said:
                    ticks.append(Scalar(member, own.at(layout.VALUE), quoted=True))
                elif said is False:
                    refused.append(own)
        return self._members(fact, ticks, [one.at(layout.VALUE) for one in refused])

    def _members(self, fact: FactDeclaration, ticks: list[Tree], refused: list[CellSpan]) -> Tree | None:
        """Return the set of what is ticked; where all is refused there is none, where some is it is not known."""
        if ticks:
            return Sequence(tuple(ticks), ticks[0].at)
        if not refused:
            return None
        if len(refused) == len(fact.member_ids):
            return Sequence((), refused[0])
        what = f"of `{fact.id}` nothing is ticked, some is refused, and the rest is open"
        self.faults.append((refused[0], Fault("SR531", what, "tick what there is, or refuse all the others too")))
        return None

    def _evidenced(self, row: Row | None, value: Tree, names: Mapping[str, str] | None = None) -> Tree:
        """Return a value with what stands beside it."""
        if row is None:
            return value
        columns = names or {one: one for one in (layout.EVIDENCE, layout.OBSERVED, layout.NOTE)}
        entries = [Entry("value", value, value.at)]
        for what, key in ((layout.EVIDENCE, "evidence"), (layout.OBSERVED, "observed"), (layout.NOTE, "note")):
            column = columns.get(what, "")
            cell = row.shared(column)
            if cell is None or is_empty(cell):
                continue
            with self.noted(row, column):
                at = row.at(column)
                match key:
                    case "evidence":
                        texts = [one.strip() for one in cell_text(cell).split("\n")]
                        part: Tree = Sequence(tuple(Scalar(one, at, quoted=True) for one in texts if one), at)
                    case "observed":
                        part = Scalar(day(cell), at, quoted=True)
                    case _:
                        part = Scalar(cell_text(cell), at, quoted=True)
                entries.append(Entry(key, part, at))
        return Table(tuple(entries), value.at) if len(entries) > 1 else value

    def _claims(self) -> Table:
        found = []
        for indicator in self.edition.indicators:
            row = self.rows.get(layout.claim_row(indicator.id))
            cell = None if row is None else row.cell(layout.VALUE)
            if row is None or cell is None or is_empty(cell):
                continue
            with self.noted(row, layout.VALUE):
                at = row.at(layout.VALUE)
                found.append(Entry(indicator.id, Scalar(claim(cell, indicator.id, self.language), at, quoted=True), at))
        return Table(tuple(found))

    # --- collections -----------------------------------------------------------------------------------------------

    def _collections(self) -> Table:
        found = []
        for collection in self.edition.collections:
            rows = self.members.get(collection.id, [])
            none = self.rows.get(layout.none_row(collection.id))
            said = None
            if none is not None:
                with self.noted(none, layout.VALUE):
                    said = is_ticked(none.cell(layout.VALUE))
            if said and rows and none is not None:
                what = f"`{collection.id}` is said to have no member, and the sheet lists {len(rows)}"
                hint = "remove the tick, or empty the rows"
                self.faults.append((none.at(layout.VALUE), Fault("SR531", what, hint)))
            elif said and none is not None:
                found.append(Entry(collection.id, Sequence((), none.at(layout.VALUE)), none.at(layout.VALUE)))
            if rows:
                items = tuple(self._member(collection, row) for row in rows)
                found.append(Entry(collection.id, Sequence(items, items[0].at), items[0].at))
        return Table(tuple(found))

    def _member(self, collection: Collection, row: Row) -> Table:
        entries = []
        own = row.cell(layout.MEMBER)
        if own is not None and not is_empty(own):
            with self.noted(row, layout.MEMBER):
                at = row.at(layout.MEMBER)
                entries.append(Entry("id", Scalar(cell_text(own), at, quoted=True), at))
        for fact in collection.facts:
            value = self._value_of_member(collection.id, row, fact)
            if value is not None:
                besides = {
                    what: beside if not is_empty(row.shared(beside)) else what
                    for what in (layout.EVIDENCE, layout.OBSERVED, layout.NOTE)
                    if (beside := layout.beside_column(fact.id, what))
                }
                entries.append(Entry(fact.id, self._evidenced(row, value, besides), value.at))
            elif is_empty(row.cell(fact.id)):
                self._check_alone(row, fact.id, [layout.beside_column(fact.id, one) for one in layout.BESIDES])
        if all(
            is_empty(row.cell(one)) for one in row.columns if one != layout.MEMBER and not one.endswith(layout.BESIDES)
        ):
            self._check_alone(row, "" if own is None else shown(own), layout.BESIDES)
        return Table(tuple(entries), row.at(layout.MEMBER))

    def _value_of_member(self, collection: str, row: Row, fact: FactDeclaration) -> Tree | None:
        value: Tree | None = None
        cell = row.cell(fact.id)
        if cell is not None and not is_empty(cell):
            with self.noted(row, fact.id):
                value = fact_tree(cell, fact, row.at(fact.id), self.language)
                heading = self.headings.get(collection)
                if heading is not None and fact.id in heading.columns:
                    printed = _UNIT.search(heading.sheet.text(heading.number, heading.columns[fact.id]))
                    if printed is not None:
                        self._check_unit(fact, cell, printed[1], heading.at(fact.id))
        if fact.kind is not Kind.SET:
            return value
        ticks: list[Tree] = []
        refused: list[CellSpan] = []
        for member in fact.member_ids:
            column = layout.tick_column(fact.id, member)
            with self.noted(row, column):
                said = is_ticked(row.cell(column))
                if said:
                    ticks.append(Scalar(member, row.at(column), quoted=True))
                elif said is False:
                    refused.append(row.at(column))
        ticked = self._members(fact, ticks, refused)
        if value is not None and ticked is not None:
            what = f"`{fact.id}` is given in its own column, and ticked beside it"
            self.faults.append((value.at, Fault("SR531", what, "tick what there is, or write 无, `none`; not both")))
        return value or ticked
