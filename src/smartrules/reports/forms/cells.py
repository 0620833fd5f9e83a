"""What may be written into the cells of a fact, and what stands in them where it is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial

from attrs import frozen
from openpyxl.cell.cell import Cell

from smartrules.diagnostics import Fault
from smartrules.documents.forms import layout
from smartrules.documents.forms.layout import FormLanguage
from smartrules.expr.text import phrase
from smartrules.facts import Evidence, Fact, show_value
from smartrules.reports.forms.sheet import Form, put_text
from smartrules.reports.forms.words import filled, word
from smartrules.standard import Edition, FactDeclaration, Measure, Title
from smartrules.units import PERCENT, Unit
from smartrules.values import Kind, Number, decimal_places, exact, quotient, write_number

#: The range of the words of each choice, on the hidden sheet of lists.
Ranges = dict[str, str]


@frozen
class Writer:
    """Writes the cells of facts, in the languages of a form.

    Attributes:
        ranges: of each choice, the range of its words.
    """

    edition: Edition
    language: FormLanguage
    ranges: Ranges

    # --- cells to fill ---------------------------------------------------------------------------------------------

    def value(self, form: Form, row: int, column: int, declared: FactDeclaration | Measure) -> Cell:
        """Make a cell one for the value of a fact or measure."""
        wrong = word("wrong", self.language)
        if isinstance(declared, Measure) or declared.kind.is_number:
            assert declared.unit is not None
            cell = form.input(row, column, _format(declared))
            low, high = self._bounds(declared)
            whole = isinstance(declared, FactDeclaration) and declared.kind is Kind.COUNT
            prompt = "\n".join(
                part for part in (self.limits(declared), layout.unit_word(declared.unit, self.language)) if part
            )
            form.ask(cell, "whole" if whole else "decimal", low, high, prompt, wrong)
            return cell
        match declared.kind:
            case Kind.FLAG:
                cell = form.input(row, column)
                form.choose(cell, _words(layout.YES[self.language], layout.NO[self.language]), "", wrong)
            case Kind.CHOICE:
                cell = form.input(row, column)
                form.choose(cell, self.ranges[declared.id], "", wrong)
            case Kind.SET:
                cell = form.input(row, column)
                form.choose(cell, _words(layout.NONE[self.language]), word("how 4", self.language, "\n"), wrong)
            case _:
                cell = self.day(form, row, column)
        return cell

    def tick(self, form: Form, row: int, column: int) -> Cell:
        """Make a cell one to tick."""
        cell = form.input(row, column)
        form.choose(cell, _words(layout.TICK), "", word("wrong", self.language))
        return cell

    def day(self, form: Form, row: int, column: int) -> Cell:
        """Make a cell one for a day."""
        cell = form.input(row, column, "yyyy-mm-dd")
        form.ask(cell, "date", "1", None, "2023-11-25", word("wrong", self.language))
        return cell

    def _bounds(self, declared: FactDeclaration | Measure) -> tuple[str | None, str | None]:
        """Return the least and greatest number of a cell, as a formula writes them."""
        if isinstance(declared, Measure) or declared.unit is None:
            return None, None
        size = 1 if declared.unit == PERCENT else declared.unit.size
        bounds = (
            None if root is None else decimal_text(quotient(root, size))
            for root in (declared.minimum, declared.maximum)
        )
        low, high = bounds
        return low, high

    # --- words -----------------------------------------------------------------------------------------------------

    def limits(self, declared: FactDeclaration | Measure) -> str:
        """Return which values a fact may have, in words."""
        if isinstance(declared, Measure):
            return word("stated help", self.language, "\n")
        parts: list[Callable[[FormLanguage], str]] = []
        match declared.kind:
            case Kind.COUNT:
                parts.append(lambda spoken: word("whole", spoken))
            case Kind.SET:
                parts.append(lambda spoken: word("set", spoken))
            case Kind.CHOICE:
                parts.append(lambda spoken: word("choice", spoken))
            case Kind.FLAG:
                parts.append(lambda spoken: word("flag", spoken))
            case Kind.DATE:
                parts.append(lambda spoken: word("date", spoken))
        for key, root in (("at least", declared.minimum), ("at most", declared.maximum), ("step", declared.step)):
            if (
                root is not None
                and not (key == "at least" and root == 0)
                and not (key == "step" and declared.kind is Kind.COUNT and root == 1)
            ):
                shown = Title(show_value(declared, root, "zh"), show_value(declared, root, "en"))
                parts.append(partial(filled, key, value=shown))
        if declared.at_most is not None:
            whole = self.title(declared.at_most)
            parts.append(lambda spoken: filled("part", spoken, whole=whole))
        if declared.derived is not None:
            made = Title(phrase(declared.derived, self.edition, "zh"), phrase(declared.derived, self.edition, "en"))
            parts.append(lambda spoken: filled("derived", spoken, formula=made))
        joined = [word("joint", spoken).join(part(spoken) for part in parts) for spoken in self._spoken]
        return "\n".join(line for line in joined if line)

    def explanation(self, declared: FactDeclaration | Measure) -> str:
        """Return what a fact is, and which values it may have."""
        definition = "" if isinstance(declared, Measure) else self.say(declared.definition, "\n")
        return "\n".join(part for part in (definition, self.limits(declared)) if part)

    @property
    def _spoken(self) -> tuple[FormLanguage, ...]:
        return ("zh", "en") if self.language == "both" else (self.language,)

    def say(self, title: Title, joint: str = "\n") -> str:
        """Return a title in the languages of the form, an empty text where there is none."""
        return layout.in_both(title.zh, title.en, self.language, joint)

    def name(self, declared: FactDeclaration | Measure) -> str:
        """Return how a fact or measure is called in the form."""
        return self.say(declared.title) or declared.id

    def title(self, name: str) -> Title:
        """Return the title of a fact or measure, with its id where it has none."""
        return Title(self.edition.word(name, "zh"), self.edition.word(name, "en"))

    # --- what is known ---------------------------------------------------------------------------------------------

    def known(self, cell: Cell, declared: FactDeclaration | Measure, fact: Fact) -> None:
        """Write a value that is known into its cell; the members of a set have cells of their own.

        Raises:
            Fault: SR533 for a number that has no end, and that a form therefore cannot hold.
        """
        match fact.value:
            case bool():
                put_text(cell, (layout.YES if fact.value else layout.NO)[self.language])
            case date():
                put_day(cell, fact.value)
            case str():
                assert isinstance(declared, FactDeclaration)
                member = next(one for one in declared.members if one.id == fact.value)
                put_text(cell, layout.member_word(declared.members, member, self.language))
            case int() | Fraction():
                assert declared.unit is not None
                _put_number(cell, fact.value, declared.unit, declared.id)
            case frozenset():
                if not fact.value:
                    put_text(cell, layout.NONE[self.language])

    def evidence(self, cells: Mapping[str, Cell], evidence: Evidence) -> None:
        """Write what stands behind a value into its cells, by their columns."""
        if evidence.documents:
            put_text(cells[layout.EVIDENCE], "\n".join(_LINE_ENDS.sub(" ", one) for one in evidence.documents))
        if evidence.observed is not None:
            put_day(cells[layout.OBSERVED], evidence.observed)
        if evidence.note is not None:
            put_text(cells[layout.NOTE], evidence.note)


_LINE_ENDS = re.compile("[\r\n]+")

#: Before it Excel has no days, or a day that never was.
_FIRST_DAY = date(1900, 3, 1)


def put_day(cell: Cell, day: date) -> None:
    """Write a day into its cell: as Excel has days where it has it, else as text."""
    if day < _FIRST_DAY:
        put_text(cell, day.isoformat())
    else:
        cell.value, cell.number_format = day, "yyyy-mm-dd"


def _words(*words: str) -> str:
    return '"' + ",".join(words) + '"'


def decimal_text(number: Number) -> str | None:
    """Return a number as a formula writes it, None for one that does not end."""
    return None if decimal_places(number.denominator) is None else write_number(number)


def _format(declared: FactDeclaration | Measure) -> str:
    """Return the format of the cell of a number: a percentage shows itself as one, so that 0.7 cannot be taken for 0.7 %."""
    if declared.unit != PERCENT:
        return "General"
    step = declared.step if isinstance(declared, FactDeclaration) else None
    return _percent(2 if step is None else decimal_places(Fraction(step * 100).denominator) or 0)


def _percent(places: int) -> str:
    return "0." + "0" * places + "%" if places else "0%"


def _put_number(cell: Cell, root: Number, unit: Unit, name: str) -> None:
    own = quotient(root, unit.size)
    places = decimal_places(own.denominator)
    if places is None:
        hint = "round it as it was measured, or give the facts in a YAML or JSON document"
        raise Fault("SR533", f"`{name}` is {write_number(own)}, which no decimal is", hint)
    held = root if unit == PERCENT else own
    try:
        # of a whole number an office program keeps 15 digits
        same = -(10**15) < held < 10**15 and exact(float(held)) == held
    except (OverflowError, Fault):
        same = False
    if not same:  # Excel holds no more than a float
        put_text(cell, f"{write_number(own)} {unit.after(own)}".strip())
        return
    cell.value = int(held) if held.denominator == 1 else float(held)
    if unit == PERCENT:
        cell.number_format = _percent(max(places, cell.number_format.count("0") - 1))
