"""A community's facts: exact values with their evidence, each checked against its declaration."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import assert_never

from attrs import evolve, field, frozen

from smartrules.diagnostics import Fault, Span, did_you_mean, one_of, shorten
from smartrules.expr.nodes import Arithmetic, Name
from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import Dimension, Unit, describe
from smartrules.values import Kind, Language, Number, Quantity, Value, read_date, read_quantity, write_number

#: The keys of a facts document, which therefore cannot be ids of facts.
DOCUMENT_KEYS = ("ruleset", "community", "on", "facts", "stated", "collections", "claims")

#: A value as a document gives it: a text, an exact number, a flag, a date, or a list of members.
Written = None | bool | str | Number | date | tuple[str, ...]


@frozen
class Evidence:
    """What stands behind a value.

    Attributes:
        documents: what shows it (a register, a photograph, a contract), in words or as references.
        observed: the day on which it was so.
        note: what else a reader must know.
    """

    documents: tuple[str, ...] = ()
    observed: date | None = None
    note: str | None = None


NO_EVIDENCE = Evidence()


@frozen
class Fact:
    """One value of a community: of a fact, or of a measure that is stated without its counts.

    Attributes:
        id: of the fact or measure.
        value: a number in root units, a flag, a set of members, a choice or a date.
        written: the text as it was given, which keeps the precision in which a figure was written.
    """

    id: str
    value: Value
    written: str = ""
    evidence: Evidence = NO_EVIDENCE
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Community:
    """Whose facts they are."""

    id: str
    name: str | None = None


@frozen
class Record:
    """One member of a collection with its facts.

    Attributes:
        id: its name, or its place in the list, counted from 1.
    """

    id: str
    facts: Mapping[str, Fact] = field(factory=dict)


@frozen
class Facts:
    """What is known of one community on one day, valid for one edition of a standard.

    Attributes:
        edition: the name of the edition that they were checked against.
        facts: by fact id; a fact that is not known is not there.
        stated: measures that are given without the counts behind them, by measure id.
        claims: what the document itself says of indicators, by indicator id; it decides nothing.
        on: the day for which the facts hold.
        collections: the members of each collection that is known, by its id; an empty one is known to have none.
        member: of which member of which collection these are the facts, while a rule asks it: ``buildings.b3``.
    """

    edition: str
    facts: Mapping[str, Fact] = field(factory=dict)
    stated: Mapping[str, Fact] = field(factory=dict)
    claims: Mapping[str, Outcome] = field(factory=dict)
    community: Community | None = None
    on: date | None = None
    collections: Mapping[str, tuple[Record, ...]] = field(factory=dict)
    member: str | None = None

    def within(self, collection: str, record: Record) -> Facts:
        """Return the facts that a rule sees of one member: its own, and those of its community."""
        return evolve(self, facts=ChainMap(dict(record.facts), dict(self.facts)), member=f"{collection}.{record.id}")

    def value(self, fact: str) -> Value | None:
        """Return the value of a fact, or None where it is not known."""
        found = self.facts.get(fact)
        return None if found is None else found.value


def read_fact(declaration: FactDeclaration, written: Written) -> Value:
    """Return the value of a fact as its declaration takes it.

    Raises:
        Fault: SR502 to SR510, or those of numbers, units and dates, for a value that does not fit.
    """
    kind = declaration.kind
    match kind:
        case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
            assert declaration.unit is not None
            bare = kind is Kind.COUNT and declaration.unit.counts
            number = _number(declaration.id, declaration.unit, written, bare_is_count=bare)
            _check_number(declaration, declaration.unit, number)
            return number
        case Kind.FLAG:
            return _flag(declaration.id, written)
        case Kind.SET:
            return _members(declaration, written)
        case Kind.CHOICE:
            return _choice(declaration, written)
        case Kind.DATE:
            return _date(declaration.id, written)
        case _:
            assert_never(kind)


def read_stated(edition: Edition, measure: Measure, written: Written) -> Number:
    """Return the value of a measure that is stated without its counts, in root units.

    Raises:
        Fault: SR502 to SR507, or those of numbers and units, for a value that the measure cannot have.
    """
    number = _number(measure.id, measure.unit, written, bare_is_count=False)
    match measure.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            declared = edition.fact_by_id.get(part)
            if declared is not None and declared.at_most == whole and not 0 <= number <= 1:
                raise Fault(
                    "SR505",
                    f"`{measure.id}` is {Quantity.in_unit(number, measure.unit)}, "
                    f"{'more than all' if number > 1 else 'less than nothing'}",
                    f"`{part}` is a part of `{whole}`",
                )
        case _:
            pass
    return number


def show_value(declaration: FactDeclaration | Measure, value: Value, language: Language) -> str:
    """Return a value for a reader, a number in the unit of its declaration, members by their titles."""
    if isinstance(value, bool):
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[language, value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(declaration, FactDeclaration) and isinstance(value, frozenset | str):
        chosen = {value} if isinstance(value, str) else value
        titles = [m.title.text(language, m.id) for m in declaration.members if m.id in chosen]
        none = "无" if language == "zh" else "none"
        return ("、" if language == "zh" else ", ").join(titles) or none
    assert declaration.unit is not None
    assert not isinstance(value, frozenset | str)
    return Quantity.in_unit(value, declaration.unit).text(language)


def unknown_fact(edition: Edition, name: str) -> Fault:
    """Return the fault of a name that the edition does not declare as a fact."""
    if name in edition.measure_by_id:
        behind = edition.facts_behind(edition.measure_by_id[name].value)
        return Fault(
            "SR501",
            f"`{name}` is a measure, not a fact",
            f"give {one_of(behind).replace(' or ', ' and ')}, or state the measure under `stated:`",
        )
    by_title = next((f.id for f in edition.facts if name in (f.title.zh, f.title.en)), None)
    hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(name, edition.fact_by_id)
    return Fault(
        "SR501", f"the ruleset declares no fact `{shorten(name)}`", hint or "`smartrules explain` lists its facts"
    )


# --- numbers -------------------------------------------------------------------------------------------------------


def _number(name: str, measured: Unit, written: Written, *, bare_is_count: bool) -> Number:
    """Return a number in root units; a bare one stands in the declared unit only where that counts things."""
    given: Unit | None = None
    if isinstance(written, str):
        number, given = read_quantity(written)
    elif isinstance(written, bool) or not _is_number(written):
        raise Fault("SR502", f"`{name}` is a number, not {_shown(written)}", f"write {_number_example(measured)}")
    else:
        assert written is not None
        number = written  # type: ignore[assignment]
    if given is None:
        if not bare_is_count and measured.factors:
            raise Fault(
                "SR504",
                f"`{name}` needs its unit: the bare number {_shown(written)} does not say what it counts",
                f"write `{write_number(number)} {measured}`",
            )
        given = measured
    if given.dimension != measured.dimension:
        raise Fault(
            "SR503",
            f"`{name}` is in {_in_unit(measured.dimension, measured)}, and `{given}` is {_in_unit(given.dimension, given)}",
            f"write {_number_example(measured)}",
        )
    return Quantity(number, given).root


def _in_unit(dimension: Dimension, measured: Unit) -> str:
    return f"`{measured}`" if dimension else ("a share" if measured.factors else describe(dimension))


def _number_example(measured: Unit) -> str:
    return f"a number in `{measured}`, such as `12 {measured}`" if measured.factors else "a number, such as `12`"


def _is_number(written: Written) -> bool:
    return written is not None and not isinstance(written, str | bool | date | tuple)


def _check_number(declaration: FactDeclaration, measured: Unit, number: Number) -> None:
    def show(root: Number) -> str:
        return str(Quantity.in_unit(root, measured))

    own = Quantity.in_unit(number, measured)
    if declaration.kind is Kind.COUNT and number.denominator != 1:
        raise Fault("SR509", f"`{declaration.id}` is a count, and {own} is not whole", "count whole things")
    low, high, step = declaration.minimum, declaration.maximum, declaration.step
    if low is not None and number < low:
        raise Fault("SR506", f"`{declaration.id}` is {own}, below its least value {show(low)}")
    if high is not None and number > high:
        raise Fault("SR506", f"`{declaration.id}` is {own}, above its greatest value {show(high)}")
    if step is not None and (Fraction(number) / step).denominator != 1:
        raise Fault(
            "SR508",
            f"`{declaration.id}` is {own}, finer than its step of {show(step)}",
            "give the value as it was measured",
        )


# --- the other kinds -----------------------------------------------------------------------------------------------

_YES_NO = {"yes": True, "no": False, "是": True, "否": False}


def _flag(name: str, written: Written) -> bool:
    if isinstance(written, bool):
        return written
    if isinstance(written, str) and written.strip().lower() in _YES_NO:
        return _YES_NO[written.strip().lower()]
    raise Fault("SR502", f"`{name}` is yes or no, not {_shown(written)}", "write `true` or `false`, 是 or 否")


def _members(declaration: FactDeclaration, written: Written) -> frozenset[str]:
    known = declaration.member_ids
    if not isinstance(written, tuple):
        raise Fault(
            "SR502",
            f"`{declaration.id}` is a set, not {_shown(written)}",
            f"write a list: `[{', '.join(known[:2])}]`, or `[]` where there is none",
        )
    for index, member in enumerate(written):
        if member not in known:
            raise _no_member(declaration, member)
        if member in written[:index]:
            raise Fault("SR510", f"`{declaration.id}` names `{member}` twice", "name each member once")
    return frozenset(written)


def _choice(declaration: FactDeclaration, written: Written) -> str:
    known = declaration.member_ids
    if not isinstance(written, str):
        raise Fault("SR502", f"`{declaration.id}` is a choice, not {_shown(written)}", f"write one of {one_of(known)}")
    if written not in known:
        raise _no_member(declaration, written)
    return written


def _no_member(declaration: FactDeclaration, member: str) -> Fault:
    known = declaration.member_ids
    by_title = next((m.id for m in declaration.members if member in (m.title.zh, m.title.en)), None)
    hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(member, known)
    return Fault(
        "SR510", f"`{declaration.id}` has no member `{shorten(member)}`", hint or f"its members are {one_of(known)}"
    )


def _date(name: str, written: Written) -> date:
    if isinstance(written, date):
        return written
    if isinstance(written, str):
        return read_date(written)
    raise Fault("SR502", f"`{name}` is a date, not {_shown(written)}", "write year, month and day: `2023-11-25`")


def _shown(written: Written) -> str:
    if isinstance(written, tuple):
        return "a list"
    if written is None:
        return "nothing"
    return f"`{shorten(str(written).lower() if isinstance(written, bool) else str(written))}`"
