"""Observations: one thing that a careful reader finds, with how much it matters, where it stands and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import field, frozen

from smartrules.diagnostics import CellSpan, Severity, Span
from smartrules.documents.forms.workbook import column_number
from smartrules.outcome import Outcome
from smartrules.record import encode_quantity
from smartrules.standard import Title
from smartrules.values import Quantity

#: What a figure shows: a number with its unit, a flag, a set of members, a choice or a date.
Shown = Quantity | bool | frozenset[str] | str | date

#: The severities, the gravest first.
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@frozen
class Figure:
    """A value that an observation is about.

    Attributes:
        name: the id of the fact or measure, of a member's fact its whole name (``buildings.b3.storeys``), or a formula.
        value: the exact value, a number in the unit of its declaration.
        written: the text that was written in the document; empty for what was computed.
        observed: the day of its evidence.
        at: its place in the document.
    """

    name: str
    value: Shown
    written: str = ""
    observed: date | None = None
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Possible:
    """A rate that counts can give: ``part`` of ``whole``."""

    rate: Quantity
    part: Quantity
    whole: Quantity


@frozen
class Observation:
    """One thing that a careful reader finds.

    Attributes:
        code: a key of `smartrules.diagnostics.CODES`; it says what kind of observation this is.
        severity: an error is contradicted by the facts, a warning cannot be relied on as it stands, a note is to be known.
        message: what is found, in Chinese and English.
        remedy: what to do about it.
        indicators: the ids of the indicators that it is about, in the order of the standard.
        figures: the values that it is about.
        claimed: what a claim says.
        found: what the facts say of the claimed indicator.
        margin: how far the claimed indicator is from its threshold.
        missing: the ids of the facts that would decide, or that are wanted behind a stated figure.
        counted: what the counts behind a stated figure make it.
        possible: the nearest rates that counts can give, the lower one first.
        since: the day that evidence must not be older than.
        places: where it stands in the document, that of a claim first; empty where the facts came without places.
    """

    code: str
    severity: Severity
    message: Title
    remedy: Title
    indicators: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    claimed: Outcome | None = None
    found: Outcome | None = None
    margin: Quantity | None = None
    missing: tuple[str, ...] = ()
    counted: Quantity | None = None
    possible: tuple[Possible, ...] = ()
    since: date | None = None
    places: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    @property
    def at(self) -> Span | None:
        """The first place in the document; None where the facts came without places."""
        return self.places[0] if self.places else None


def places_of(figures: tuple[Figure, ...]) -> tuple[Span, ...]:
    """Return where figures stand, in the order of the document."""
    places = {(one.at.line, one.at.column): one.at for one in figures if one.at is not None}
    return tuple(places[key] for key in sorted(places))


# --- JSON ----------------------------------------------------------------------------------------------------------


def encode_observation(one: Observation) -> dict[str, Any]:
    """Return an observation as plain values; what it has nothing to say of is left out."""
    return dict(_encoded(one))


def _encoded(one: Observation) -> Iterator[tuple[str, Any]]:
    yield "code", one.code
    yield "severity", one.severity.value
    yield "message", {"zh": one.message.zh, "en": one.message.en}
    yield "remedy", {"zh": one.remedy.zh, "en": one.remedy.en}
    yield "indicators", list(one.indicators)
    yield "places", [encode_place(at) for at in one.places]
    yield "figures", [_encode_figure(figure) for figure in one.figures]
    if one.claimed is not None:
        yield "claimed", one.claimed.value
    if one.found is not None:
        yield "found", one.found.value
    if one.margin is not None:
        yield "margin", encode_quantity(one.margin)
    if one.missing:
        yield "missing", list(one.missing)
    if one.counted is not None:
        yield "counted", encode_quantity(one.counted)
    if one.possible:
        yield "possible", [_encode_possible(possible) for possible in one.possible]
    if one.since is not None:
        yield "since", one.since.isoformat()


def _encode_possible(possible: Possible) -> dict[str, Any]:
    named = (("rate", possible.rate), ("part", possible.part), ("whole", possible.whole))
    return {name: encode_quantity(quantity) for name, quantity in named}


def encode_place(at: Span) -> dict[str, Any]:
    """Return a place as plain values: line and column, of a cell its row and column and its name besides."""
    if isinstance(at, CellSpan):
        letters = at.cell.removesuffix(at.number)
        return {"line": int(at.number), "column": column_number(letters), "cell": at.place}
    return {"line": at.line, "column": at.column}


def _encode_figure(figure: Figure) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": figure.name, "value": _encode_shown(figure.value), "written": figure.written}
    if figure.observed is not None:
        plain["observed"] = figure.observed.isoformat()
    if figure.at is not None:
        plain |= encode_place(figure.at)
    return plain


def _encode_shown(value: Shown) -> Any:
    match value:
        case Quantity():
            return encode_quantity(value)
        case frozenset():
            return sorted(value)
        case date():
            return value.isoformat()
        case _:
            return value
