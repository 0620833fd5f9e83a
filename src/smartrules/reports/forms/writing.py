"""A ruleset → the workbook in which a community gives its facts, empty or with those that are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from attrs import define, field
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from smartrules.documents.forms import layout
from smartrules.documents.forms.layout import FormLanguage
from smartrules.documents.forms.reading import LISTS
from smartrules.facts import Fact, Facts, Record
from smartrules.reports.forms.cells import Writer, put_day
from smartrules.reports.forms.checks import Checks, Listed, Place
from smartrules.reports.forms.facts_sheet import ANSWERED, CHECK, FactsSheet, places_of
from smartrules.reports.forms.pages import SheetNames, pages_of
from smartrules.reports.forms.sheet import Form, Look, put_text, sheet_name
from smartrules.reports.forms.words import HOW_MANY, word
from smartrules.ruleset import Ruleset
from smartrules.standard import Collection, Edition, FactDeclaration, Title
from smartrules.values import Kind

#: How many empty rows the list of a collection has at least.
_EMPTY_ROWS = 60
_BESIDES = (layout.EVIDENCE, layout.OBSERVED, layout.NOTE)


def write_form(ruleset: Ruleset, facts: Facts | None = None, language: FormLanguage = "both") -> bytes:
    """Return the form of a ruleset as the bytes of a workbook.

    Args:
        ruleset: whose declarations say what is asked.
        facts: what is known already.
        language: of its texts.

    Raises:
        Fault: SR533 for known facts that a workbook cannot hold.
    """
    return _Forms(ruleset, facts or Facts(ruleset.name), language).write()


@define
class _Forms:
    """Writes one workbook."""

    ruleset: Ruleset
    facts: Facts
    language: FormLanguage
    book: Workbook = field(factory=Workbook)
    names: SheetNames = field(factory=lambda: SheetNames((layout.HIDDEN, LISTS)))
    places: dict[str, Place] = field(factory=dict)
    lists: dict[str, Listed] = field(factory=dict)
    looks: dict[tuple[Look, str], Any] = field(factory=dict)
    writer: Writer = field(init=False)

    @property
    def edition(self) -> Edition:
        return self.ruleset.edition

    def write(self) -> bytes:
        cover = self.book.active
        assert isinstance(cover, Worksheet)
        guide = self.names.take(layout_title("guide"), self.language, "guide")
        cover.title = guide
        self.writer = Writer(self.edition, self.language, self._ranges())
        pages = [
            (page, self.names.take(page.title, self.language, f"facts {number}"))
            for number, page in enumerate(pages_of(self.edition), 1)
        ]
        of_members = [(one, self.names.take(one.title, self.language, one.id)) for one in self.edition.collections]
        for page, name in pages:
            self.places |= places_of(page, name)
        for collection, name in of_members:
            self._place_members(collection, name)
        checks = Checks(self.writer, self.places, self.lists)
        sheets: list[tuple[str, int, bool]] = []
        for page, name in pages:
            last = FactsSheet(page, self.book.create_sheet(name), checks, self.facts, self.looks).write()
            sheets.append((name, last, False))
        for collection, name in of_members:
            last = self._members(collection, self.book.create_sheet(name), checks)
            sheets.append((name, last, True))
        self._cover(cover, sheets)
        self._lists()
        self._about()
        title = layout.in_both(self.edition.standard.title.zh, self.edition.standard.title.en, self.language)
        self.book.properties.title = f"{title} {self.ruleset.name}".strip()
        self.book.properties.creator = "smartrules"
        content = BytesIO()
        self.book.save(content)
        return content.getvalue()

    # --- where things will stand -----------------------------------------------------------------------------------

    def _place_members(self, collection: Collection, sheet: str) -> None:
        first, last = _FIRST_MEMBER, _FIRST_MEMBER + self._rows(collection) - 1
        facts = {}
        for column, name in enumerate(self._columns(collection), 2):
            letter = get_column_letter(column)
            facts[name] = f"{sheet_name(sheet)}!${letter}${first}:${letter}${last}"
        self.lists[collection.id] = Listed(facts.pop(layout.MEMBER), facts)

    # --- the first sheet -------------------------------------------------------------------------------------------

    def _cover(self, sheet: Worksheet, sheets: list[tuple[str, int, bool]]) -> None:
        form = Form(sheet, (4, 34, 26, 14, 60), self.looks, hidden=(1,))
        language = self.language
        form.mark(1, 1, layout.ROWS)
        form.mark(1, 3, layout.VALUE)
        sheet.row_dimensions[1].hidden = True
        standard = self.edition.standard
        form.title(2, 2, layout.in_both(standard.title.zh, standard.title.en, language, "\n") or standard.id, 5)
        form.line(3, 2, f"{word('form', language)}  {self.ruleset.name}", 5)
        row = 5
        self._heading(form, row, word("community", language))
        known = self.facts.community
        rows = (
            (layout.COMMUNITY_ID, "community id help", None if known is None else known.id),
            (layout.COMMUNITY_NAME, None, None if known is None else known.name),
            (layout.DAY, "day help", None),
        )
        for name, help_, value in rows:
            row += 1
            form.mark(row, 1, name)
            form.label(row, 2, self.writer.say(layout.LABELS[name], " "))
            if name == layout.DAY:
                cell = self.writer.day(form, row, 3)
                if self.facts.on is not None:
                    put_day(cell, self.facts.on)
            else:
                cell = form.input(row, 3, "@")
                if value is not None:
                    put_text(cell, value)
            if help_ is not None:
                form.line(row, 4, word(help_, language), 5)
        row += 2
        self._heading(form, row, word("how", language))
        for number in range(1, HOW_MANY + 1):
            row += 1
            form.line(row, 2, f"{number}  " + word(f"how {number}", language, "\n    "), 5)
        row += 2
        for column, key in enumerate(("sheet", "answered", "warnings"), 2):
            form.heading(row, column, word(key, language))
        for name, last, listed in sheets:
            row += 1
            form.link(row, 2, name, name, "D4" if not listed else f"C{_FIRST_MEMBER}")
            at = sheet_name(name)
            if listed:
                form.tally(row, 3, f"=COUNTA({at}!$B${_FIRST_MEMBER}:$B${last})")
                form.tally(row, 4, f'=COUNTIF({at}!$D$3,"⚠*")')
            else:
                letter = ANSWERED
                cells = f"{at}!${letter}$4:${letter}${last}"
                form.tally(row, 3, f'=SUM({cells})&" / "&COUNT({cells})')
                check = CHECK
                form.tally(row, 4, f'=COUNTIF({at}!${check}$4:${check}${last},"⚠*")')
            form.alarm(f"D{row}", f"$D{row}>0")
        row += 2
        self._heading(form, row, word("about", language))
        source = self.edition.source
        about = [("standard", self.ruleset.name), ("fingerprint", self.ruleset.fingerprint)]
        if source is not None and source.text():
            about.insert(1, ("source", source.text()))
        for key, text in about:
            row += 1
            form.label(row, 2, word(key, language))
            form.line(row, 3, text, 5)
        form.finish(last=f"E{row}")

    def _heading(self, form: Form, row: int, text: str) -> None:
        form.section(row, 2, 5)
        form.section_title(row, 2, text)

    # --- lists of members ------------------------------------------------------------------------------------------

    def _records(self, collection: Collection) -> tuple[Record, ...]:
        return self.facts.collections.get(collection.id, ())

    def _rows(self, collection: Collection) -> int:
        return max(_EMPTY_ROWS, len(self._records(collection)) + 20)

    def _columns(self, collection: Collection) -> list[str]:
        """Return the names of the columns of a list; a fact has evidence of its own where that of a member differs."""
        names = [layout.MEMBER]
        for fact in collection.facts:
            ticks = fact.members if fact.kind is Kind.SET else ()
            names += [fact.id, *(layout.tick_column(fact.id, member.id) for member in ticks)]
        names += _BESIDES
        records = self._records(collection)
        if any(_differs(record) for record in records):
            names += [
                layout.beside_column(fact.id, what)
                for fact in collection.facts
                for what in _BESIDES
                if any(_has(record, fact.id, what) for record in records)
            ]
        return names

    def _members(self, collection: Collection, sheet: Worksheet, checks: Checks) -> int:
        columns = self._columns(collection)
        form = Form(sheet, (4, 22, *(16 for _ in columns[1:])), self.looks, hidden=(1,))
        width = max(len(columns) + 1, 6)
        form.mark(1, 1, layout.ROWS)
        form.mark(1, 3, layout.VALUE)
        title = self.writer.say(collection.title) or collection.id
        form.title(2, 2, title, width)
        form.mark(3, 1, layout.none_row(collection.id))
        form.label(3, 2, word("none", self.language, "\n"))
        none = self.writer.tick(form, 3, 3)
        if collection.id in self.facts.collections and not self._records(collection):
            put_text(none, layout.TICK)
        form.formula(3, 4, checks.of_none("$C$3", collection))
        form.redden("D3", 'LEFT($D3,1)="⚠"')
        form.line(4, 2, word("members", self.language, "\n"), width)
        form.mark(5, 1, layout.members_of(collection.id))
        form.mark(6, 1, layout.HEADINGS)
        form.mark(7, 1, layout.EXPLANATIONS)
        for hidden in (1, 5):
            sheet.row_dimensions[hidden].hidden = True
        declared = {fact.id: fact for fact in collection.facts}
        for column, name in enumerate(columns, 2):
            form.mark(5, column, name)
            heading, explained = self._column_words(declared, name)
            form.heading(6, column, heading)
            form.remark(7, column, explained)
        last = _FIRST_MEMBER + self._rows(collection) - 1
        cells: dict[tuple[int, str], Cell] = {}
        for row in range(_FIRST_MEMBER, last + 1):
            for column, name in enumerate(columns, 2):
                cells[row, name] = self._member_cell(form, row, column, name, declared)
        for row, record in enumerate(self._records(collection), _FIRST_MEMBER):
            put_text(cells[row, layout.MEMBER], record.id)
            for fact in record.facts.values():
                self._known_of_member(row, declared[fact.id], fact, cells)
            if not _besides_of_facts(columns):
                for evidence in list(dict.fromkeys(fact.evidence for fact in record.facts.values()))[:1]:
                    self.writer.evidence({what: cells[row, what] for what in _BESIDES}, evidence)
        self._alarms(form, collection, columns, last)
        form.finish(pinned=f"C{_FIRST_MEMBER}", repeated="2:7", last=f"{get_column_letter(width)}{last}")
        return last

    def _column_words(self, declared: Mapping[str, FactDeclaration], name: str) -> tuple[str, str]:
        beside = {layout.EVIDENCE: "evidence", layout.OBSERVED: "observed", layout.NOTE: "note"}
        if name == layout.MEMBER:
            return word("member", self.language, "\n"), ""
        if name in beside:
            return word(beside[name], self.language, "\n"), ""
        if name in declared:
            fact = declared[name]
            unit = layout.unit_word(fact.unit, self.language).replace("\n", " ")
            heading = self.writer.name(fact) + (f"\n({unit})" if unit else "")
            return heading, self.writer.explanation(fact)
        fact_name, dot, member = name.partition(".")
        if dot:
            fact = declared[fact_name]
            own = next(one for one in fact.members if one.id == member)
            return layout.member_word(fact.members, own, self.language), word("tick", self.language, "\n")
        fact_name, _, what = name.partition("#")
        return f"{self.writer.name(declared[fact_name])}\n{word(beside[f'#{what}'], self.language)}", ""

    def _member_cell(
        self, form: Form, row: int, column: int, name: str, declared: Mapping[str, FactDeclaration]
    ) -> Cell:
        if name in declared:
            return self.writer.value(form, row, column, declared[name])
        if "." in name:
            return self.writer.tick(form, row, column)
        if name.endswith(layout.OBSERVED):
            return self.writer.day(form, row, column)
        return form.input(row, column, "@" if name == layout.MEMBER else "General")

    def _known_of_member(
        self, row: int, declared: FactDeclaration, fact: Fact, cells: Mapping[tuple[int, str], Cell]
    ) -> None:
        self.writer.known(cells[row, declared.id], declared, fact)
        if isinstance(fact.value, frozenset):
            for member in fact.value:
                put_text(cells[row, layout.tick_column(declared.id, member)], layout.TICK)
        own = {what: cells.get((row, layout.beside_column(declared.id, what))) for what in _BESIDES}
        self.writer.evidence({what: cell for what, cell in own.items() if cell is not None}, fact.evidence)

    def _alarms(self, form: Form, collection: Collection, columns: list[str], last: int) -> None:
        first = _FIRST_MEMBER
        form.alarm(f"B{first}:B{last}", f'AND($B{first}<>"",COUNTIF($B${first}:$B${last},$B{first})>1)')
        letters = {name: get_column_letter(column) for column, name in enumerate(columns, 2)}
        for fact in collection.facts:
            whole = letters.get(fact.at_most or "")
            if whole is not None and fact.unit == self.edition.fact_by_id[fact.at_most or ""].unit:
                own = letters[fact.id]
                form.alarm(
                    f"{own}{first}:{own}{last}",
                    f"AND(ISNUMBER(${own}{first}),ISNUMBER(${whole}{first}),${own}{first}>${whole}{first})",
                )

    # --- hidden sheets ---------------------------------------------------------------------------------------------

    def _choices(self) -> list[FactDeclaration]:
        return [fact for fact in self.edition.fact_by_id.values() if fact.kind is Kind.CHOICE]

    def _ranges(self) -> dict[str, str]:
        return {
            fact.id: f"{sheet_name(LISTS)}!${(letter := get_column_letter(column))}$1:${letter}${len(fact.members)}"
            for column, fact in enumerate(self._choices(), 1)
        }

    def _lists(self) -> None:
        sheet = self.book.create_sheet(LISTS)
        for column, fact in enumerate(self._choices(), 1):
            for row, member in enumerate(fact.members, 1):
                put_text(_cell(sheet, row, column), layout.member_word(fact.members, member, self.language))
        sheet.sheet_state = "veryHidden"

    def _about(self) -> None:
        had = list(_had(self.book.worksheets))
        sheet = self.book.create_sheet(layout.HIDDEN)
        put_text(_cell(sheet, 1, 1), layout.TITLE)
        said = (
            self.ruleset.name,
            self.ruleset.fingerprint,
            layout.declarations(self.edition),
            self.language,
            str(layout.VERSION),
        )
        for row, (key, text) in enumerate(zip(layout.ABOUT, said, strict=True), 2):
            put_text(_cell(sheet, row, 1), key)
            put_text(_cell(sheet, row, 2), text)
        for row, texts in enumerate(had, 2 + len(said)):
            for column, text in enumerate(texts, 1):
                put_text(_cell(sheet, row, column), text)
        sheet.sheet_state = "veryHidden"


def _had(sheets: Iterable[Worksheet]) -> Iterator[list[str]]:
    """Return what the hidden sheet says of the others, so that it is seen when something of them is gone."""
    for sheet in sheets:
        names = [str(sheet.cell(row, 1).value or "") for row in range(1, sheet.max_row + 1)]
        for row, mark in enumerate(names, 1):
            if mark != layout.ROWS and layout.collection_of(mark) is None:
                continue
            columns = [str(cell.value) for cell in sheet[row][1:] if cell.value]
            yield [layout.HAD_COLUMNS, sheet.title, mark, *columns]
            if mark == layout.ROWS:
                yield [layout.HAD_ROWS, sheet.title, mark, *(name for name in names if name and name[0] != "#")]


_FIRST_MEMBER = 8


def layout_title(key: str) -> Title:
    """Return a word of the form as a title."""
    return Title(word(key, "zh"), word(key, "en"))


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    found = sheet.cell(row, column)
    assert isinstance(found, Cell)
    return found


def _differs(record: Record) -> bool:
    """Return whether the facts of a member do not all have the same evidence."""
    return len({fact.evidence for fact in record.facts.values()}) > 1


def _has(record: Record, fact: str, what: str) -> bool:
    """Return whether a fact of a member has evidence, a day or a note of it."""
    known = record.facts.get(fact)
    if known is None:
        return False
    evidence = known.evidence
    return {layout.EVIDENCE: bool(evidence.documents), layout.OBSERVED: evidence.observed is not None}.get(
        what, evidence.note is not None
    )


def _besides_of_facts(columns: Iterable[str]) -> bool:
    """Return whether a list has columns for the evidence of single facts."""
    return any(name.endswith(_BESIDES) and name not in _BESIDES for name in columns)
