"""A sheet of facts: the rows of one group, an indicator above the facts that are first asked for there."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from smartrules.documents.forms import layout
from smartrules.expr.text import phrase
from smartrules.facts import Fact, Facts
from smartrules.outcome import Outcome
from smartrules.reports.forms.checks import Checks, Place
from smartrules.reports.forms.pages import Page, Section, users_of
from smartrules.reports.forms.sheet import Form, Look, put_text
from smartrules.reports.forms.words import filled, word
from smartrules.standard import FactDeclaration, Indicator, Measure
from smartrules.values import Kind

# The columns of a sheet of facts: names of rows, number, fact, value, unit, check, not reported, explanation, evidence, observed,
# note, used by, and whether the row is answered.
_ID, _NUMBER, _ITEM, _VALUE, _UNIT, _CHECK, _REPORTED, _EXPLANATION, _EVIDENCE, _OBSERVED, _NOTE, _USED, _ANSWERED = (
    range(1, 14)
)
_WIDTHS = (4, 6, 34, 17, 11, 17, 8, 36, 24, 12.5, 18, 11, 4)
_HEADINGS = {
    _NUMBER: "number",
    _ITEM: "item",
    _VALUE: "value",
    _UNIT: "unit",
    _CHECK: "check",
    _REPORTED: "not reported",
    _EXPLANATION: "explanation",
    _EVIDENCE: "evidence",
    _OBSERVED: "observed",
    _NOTE: "note",
    _USED: "used",
}
_MARKS = {
    _ID: layout.ROWS,
    _VALUE: layout.VALUE,
    _UNIT: layout.UNIT,
    _REPORTED: layout.REPORTED,
    _EVIDENCE: layout.EVIDENCE,
    _OBSERVED: layout.OBSERVED,
    _NOTE: layout.NOTE,
}
_FIRST_ROW = 4
#: The columns that count which rows are answered, and that say which should be looked at again.
ANSWERED, CHECK = get_column_letter(_ANSWERED), get_column_letter(_CHECK)


def places_of(page: Page, sheet: str) -> dict[str, Place]:
    """Return where the value of each fact will stand on the sheet of a page."""
    found, row = {}, _FIRST_ROW
    for section in page.sections:
        row += section.indicator is not None
        for fact in section.facts:
            found[fact.id] = Place(sheet, row, get_column_letter(_VALUE))
            row += 1 + len(fact.members if fact.kind is Kind.SET else ())
        row += len(section.measures)
    return found


class FactsSheet:
    """Writes one sheet of facts."""

    def __init__(
        self, page: Page, sheet: Worksheet, checks: Checks, facts: Facts, looks: dict[tuple[Look, str], Any]
    ) -> None:
        self.page, self.checks, self.facts = page, checks, facts
        self.form = Form(sheet, _WIDTHS, looks, hidden=(_ID, _ANSWERED))
        self.writer = checks.writer
        self.edition, self.language = self.writer.edition, self.writer.language
        self.users = users_of(self.edition)
        self.row = _FIRST_ROW

    def write(self) -> int:
        """Write the sheet, and return the number of its last row."""
        form = self.form
        for column, name in _MARKS.items():
            form.mark(1, column, name)
        form.sheet.row_dimensions[1].hidden = True
        form.title(2, _NUMBER, self.writer.say(self.page.title, "  "), _USED)
        for column, key in _HEADINGS.items():
            form.heading(3, column, word(key, self.language, "\n"))
        for section in self.page.sections:
            self._section(section)
        last = self.row - 1
        value, check = get_column_letter(_VALUE), get_column_letter(_CHECK)
        form.alarm(f"{value}4:{value}{last}", f'LEFT(${check}4,1)="⚠"')
        form.redden(f"{check}4:{check}{last}", f'LEFT(${check}4,1)="⚠"')
        form.finish(pinned="D4", repeated="2:3", last=f"{get_column_letter(_USED)}{last}")
        return last

    def _section(self, section: Section) -> None:
        if section.indicator is not None:
            self._indicator(section.indicator)
        for fact in section.facts:
            self._fact(fact)
        for measure in section.measures:
            self._measure(measure)

    def _indicator(self, indicator: Indicator) -> None:
        form, row = self.form, self.row
        form.section(row, _NUMBER, _USED)
        form.mark(row, _ID, layout.claim_row(indicator.id))
        form.section_number(row, _NUMBER, indicator.number or "")
        form.section_title(row, _ITEM, self.writer.say(indicator.title) or indicator.id)
        cell = form.input(row, _VALUE)
        words = ",".join(layout.claim_word(one, self.language) for one in Outcome)
        form.choose(cell, f'"{words}"', "", word("wrong", self.language))
        claimed = self.facts.claims.get(indicator.id)
        if claimed is not None:
            put_text(cell, layout.claim_word(claimed, self.language))
        form.section_title(row, _UNIT, word("claim", self.language, "\n"))
        form.section_text(row, _CHECK, self._required(indicator), _USED)
        self.row += 1

    def _required(self, indicator: Indicator) -> str:
        """Return what an indicator requires at the lowest tier that does, printed from the rule."""
        edition = self.edition
        for tier in edition.tiers:
            rule = edition.rules(tier.id).get(indicator.id)
            if rule is not None:
                said = (
                    f"{tier.title.text('zh', tier.id)}：{phrase(rule, edition, 'zh')}",
                    f"{tier.title.text('en', tier.id)}: {phrase(rule, edition, 'en')}",
                )
                return layout.in_both(*said, self.language, "\n")
        return ""

    def _fact(self, fact: FactDeclaration) -> None:
        row, form = self.row, self.form
        place = self.checks.places[fact.id]
        assert place.row == row, (fact.id, place.row, row)
        reported = f"${get_column_letter(_REPORTED)}${row}"
        cell = self._line(layout.fact_row(fact.id), fact, self.writer.name(fact), self.facts.facts.get(fact.id))
        ticks = ""
        if fact.kind is Kind.SET:
            letter = get_column_letter(_VALUE)
            ticks = f"${letter}${row + 1}:${letter}${row + len(fact.members)}"
            form.formula(row, _CHECK, self.checks.of_set(place, reported, ticks))
            self._ticks(fact)
        elif fact.kind.is_number:
            form.formula(row, _CHECK, self.checks.of_number(fact, reported))
        else:
            form.formula(row, _CHECK, self.checks.of_any(place, reported))
        counted = f',COUNTIF({ticks},"{layout.TICK}")>0' if ticks else ""
        form.tally(row, _ANSWERED, f'=IF(OR({cell.coordinate}<>"",{reported}<>""{counted}),1,0)')

    def _line(self, name: str, declared: FactDeclaration | Measure, title: str, fact: Fact | None) -> Cell:
        """Write a row for a value, and what is known of it."""
        form, row = self.form, self.row
        form.mark(row, _ID, name)
        form.label(row, _NUMBER, "")
        form.item(row, _ITEM, title)
        cell = self.writer.value(form, row, _VALUE, declared)
        form.centred(row, _UNIT, layout.unit_word(declared.unit, self.language))
        form.label(row, _CHECK, "")
        reported = self.writer.tick(form, row, _REPORTED)
        form.remark(row, _EXPLANATION, self.writer.explanation(declared))
        beside = {
            layout.EVIDENCE: form.input(row, _EVIDENCE),
            layout.OBSERVED: self.writer.day(form, row, _OBSERVED),
            layout.NOTE: form.input(row, _NOTE),
        }
        users = (one.number or one.id for one in self.users.get(declared.id, ()))
        form.remark(row, _USED, word("comma", "zh" if self.language == "zh" else "en").join(users))
        if fact is not None:
            self.writer.known(cell, declared, fact)
            self.writer.evidence(beside, fact.evidence)
        if declared.id in self.facts.not_reported:
            put_text(reported, layout.TICK)
        self.row += 1
        return cell

    def _ticks(self, fact: FactDeclaration) -> None:
        known = self.facts.facts.get(fact.id)
        for member in fact.members:
            form, row = self.form, self.row
            form.mark(row, _ID, layout.tick_row(fact.id, member.id))
            form.label(row, _NUMBER, "")
            form.part(row, _ITEM, layout.member_word(fact.members, member, self.language))
            cell = self.writer.tick(form, row, _VALUE)
            if known is not None and isinstance(known.value, frozenset) and member.id in known.value:
                put_text(cell, layout.TICK)
            self.row += 1

    def _measure(self, measure: Measure) -> None:
        titled = filled("stated", self.language, "\n", title=self.writer.title(measure.id))
        self._line(layout.stated_row(measure.id), measure, titled, self.facts.stated.get(measure.id))
