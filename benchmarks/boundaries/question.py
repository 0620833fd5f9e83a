"""What a peer is asked of a row: a comparison with a threshold, and its operands as the row writes them."""

from __future__ import annotations

from decimal import Decimal, localcontext

from attrs import frozen

from .corpus import Form, Operator, Row

#: What stands between the operands of each form, in nearly every language.
BETWEEN: dict[Form, str] = {"value": "", "quotient": " / ", "sum": " + ", "difference": " - "}


@frozen
class Question:
    """Whether a comparison holds.

    Attributes:
        form: what the operands make; a set comes as the number of its members, so that it is a value.
        names: of the operands.
        written: the operands, as the row writes them.
        units: in which a bare operand is, and in which a peer without units is given it.
        limit: the threshold as a decimal number, in `unit`.
        unit: of the threshold.
        holds: what exact arithmetic says.
    """

    form: Form
    names: tuple[str, ...]
    written: tuple[int | str, ...]
    units: tuple[str, ...]
    operator: Operator
    limit: str
    unit: str
    holds: bool

    @property
    def plain_limit(self) -> str:
        """The threshold for a peer without units: of a quotient as a plain number, 0.7 for 70 %."""
        if self.form == "quotient" and self.unit == "%":
            with localcontext(prec=60):  # more digits than any number of the corpus has
                return f"{(Decimal(self.limit) / 100).normalize():f}"
        return self.limit


def question(row: Row) -> Question:
    """Return what a peer is asked of a row."""
    asked = row.threshold
    limit, _, unit = asked.compare.threshold.partition(" ")
    rest = (asked.compare.operator, limit, unit, row.expect == "met")
    if row.stated:
        ((name, written),) = row.stated.items()
        return Question("value", (name,), (written,), (asked.stated[name],), *rest)
    names = asked.compare.names
    if asked.compare.form == "count":
        return Question("value", (f"number_of_{names[0]}",), (len(row.facts[names[0]]),), ("",), *rest)
    units = tuple(asked.units[name] for name in names)
    return Question(asked.compare.form, names, tuple(row.facts[name] for name in names), units, *rest)
