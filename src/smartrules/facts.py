"""A community's facts: exact values with their evidence, each checked against its declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, assert_never

from attrs import evolve, field, frozen

from smartrules.diagnostics import Fault, Span, all_of, did_you_mean, one_of, shorten
from smartrules.expr.nodes import Arithmetic, Name
from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import PERCENT, Unit, halfwidth
from smartrules.values import Kind, Language, Number, Quantity, Value, read_date, read_quantity, write_number

#: The keys of a facts document, which therefore cannot be ids of facts.
DOCUMENT_KEYS = ("ruleset", "community", "on", "facts", "stated", "not_reported", "collections", "claims")

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


@frozen(repr=False)
class Facts:
    """What is known of one community on one day, valid for one edition of a standard.

    Attributes:
        edition: the name of the edition that they were checked against.
        facts: by fact id; a fact that is not known is not there.
        stated: measures that are given without the counts behind them, by measure id.
        claims: what the document itself says of indicators, by indicator id; it decides nothing.
        on: the day for which the facts hold.
        not_reported: the facts and measures of which the community says that it does not report them.
        claimed_at: the places of the claims in the document, by indicator id; empty where there is none.
        collections: the members of each collection that is known, by its id; an empty one is known to have none.
        members: while a rule asks members of collections, which one of each: ``buildings`` → ``buildings.b3``.
    """

    edition: str
    facts: Mapping[str, Fact] = field(factory=dict)
    stated: Mapping[str, Fact] = field(factory=dict)
    claims: Mapping[str, Outcome] = field(factory=dict)
    community: Community | None = None
    on: date | None = None
    collections: Mapping[str, tuple[Record, ...]] = field(factory=dict)
    members: Mapping[str, str] = field(factory=dict)
    not_reported: frozenset[str] = frozenset()
    claimed_at: Mapping[str, Span] = field(factory=dict, eq=False, repr=False, kw_only=True)

    def __repr__(self) -> str:
        of = "" if self.community is None else f" of {self.community.name or self.community.id}"
        return f"<Facts{of} for {self.edition}: {len(self.facts)} facts, {len(self.stated)} stated>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print in a notebook, and in a property-based test that fails, what `repr` says."""
        printer.text(repr(self))

    def within(self, collection: str, record: Record) -> Facts:
        """Return the facts that a rule sees of one member: its own, and those of its community."""
        return evolve(
            self,
            facts={**self.facts, **record.facts},
            members={**self.members, collection: f"{collection}.{record.id}"},
        )

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
            number = _number(declaration, declaration.unit, written, bare_is_count=bare)
            _check_number(declaration, declaration.unit, number)
            return number
        case Kind.FLAG:
            return _flag(declaration, written)
        case Kind.SET:
            return _members(declaration, written)
        case Kind.CHOICE:
            return _choice(declaration, written)
        case Kind.DATE:
            return _date(declaration, written)
        case _:
            assert_never(kind)


def read_stated(edition: Edition, measure: Measure, written: Written) -> Number:
    """Return the value of a measure that is stated without its counts, in root units.

    Raises:
        Fault: SR502 to SR507, or those of numbers and units, for a value that the measure cannot have.
    """
    number = _number(measure, measure.unit, written, bare_is_count=False)
    match measure.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            declared = edition.fact_by_id.get(part)
            if declared is not None and declared.at_most == whole and not 0 <= number <= 1:
                than = "more than its whole" if number > 1 else "less than nothing"
                raise Fault(
                    "SR505",
                    f"`{measure.id}` is {Quantity.in_unit(number, measure.unit)}, and a part is never {than}",
                    f"correct the figure: `{part}` is a part of `{whole}`",
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
            f"give {all_of(behind)}, or state the measure under `stated:`",
        )
    if name in edition.collection_by_id:
        return Fault("SR501", f"`{name}` is a collection, not a fact", "give its members under `collections:`")
    by_title = next((f.id for f in edition.facts if name in (f.title.zh, f.title.en)), None)
    hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(name, edition.fact_by_id)
    return Fault(
        "SR501", f"the ruleset declares no fact `{shorten(name)}`", hint or "`smartrules explain` lists its facts"
    )


# --- numbers -------------------------------------------------------------------------------------------------------


def _number(declared: FactDeclaration | Measure, measured: Unit, written: Written, *, bare_is_count: bool) -> Number:
    """Return a number in root units; a bare one stands in the declared unit only where that counts things."""
    given: Unit | None = None
    match written:
        case str() if _DATE.fullmatch(written.strip()):
            raise wrong_kind(declared, f"the date `{shorten(written)}`")
        case str():
            number, given = read_quantity(written)
        case bool() | None | date() | tuple():
            raise wrong_kind(declared, _shown(written))
        case _:
            number = written
    if given is None:
        if not bare_is_count and measured.factors:
            meant = number * 100 if measured == PERCENT and 0 < number < 1 else number  # who writes 0.2 means 20 %
            raise Fault(
                "SR504",
                f"`{declared.id}` needs its unit: the bare number {_shown(written)} does not say in which it is",
                f"write `{_with_unit(meant, measured)}`",
            )
        given = measured
    if given.dimension != measured.dimension:
        is_in = f"in `{measured}`" if measured.factors else "a plain number"
        not_in = f"in `{given}`" if given.factors else "a plain number"
        raise Fault("SR503", f"`{declared.id}` is {is_in}, not {not_in}", _in_its_own(written, number, given, measured))
    return Quantity(number, given).root


#: Words that Chinese counts many things with, so that they do not say what was counted: each is one unit here.
_MEASURE_WORDS = frozenset("个座台套处项家条所名位")
_HAN = re.compile("[\u4e00-\u9fff]")


def _in_its_own(written: Written, number: Number, given: Unit, measured: Unit) -> str:
    """Return how a number that stands in the unit of other things is written, in Chinese for who wrote Chinese."""
    if not measured.factors:
        return "give it without a unit"
    is_count = measured.counts and given.counts and measured.size == given.size and number.denominator == 1
    if not is_count or not isinstance(written, str):
        return f"give it in `{measured}`"
    is_chinese = _HAN.search(written) is not None
    own = f"{write_number(number)}{measured.chinese()}" if is_chinese else _with_unit(number, measured)
    says_what = halfwidth(written).strip().lstrip("0123456789., ") not in _MEASURE_WORDS
    return f"write `{own}`" + says_what * ", if that is what was counted"


_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def _with_unit(number: Number, measured: Unit) -> str:
    return f"{write_number(number)} {measured.after(Fraction(number))}".rstrip()


def _check_number(declaration: FactDeclaration, measured: Unit, number: Number) -> None:
    def show(root: Number) -> str:
        return str(Quantity.in_unit(root, measured))

    own = Quantity.in_unit(number, measured)
    if declaration.kind is Kind.COUNT and number.denominator != 1:
        raise Fault("SR509", f"`{declaration.id}` is a count, and {own} is not whole", "count whole things")
    low, high, step = declaration.minimum, declaration.maximum, declaration.step
    hint = "check the number and its unit; the bound stands in the ruleset"
    if low is not None and number < low:
        raise Fault("SR506", f"`{declaration.id}` is {own}, below its least value {show(low)}", hint)
    if high is not None and number > high:
        raise Fault("SR506", f"`{declaration.id}` is {own}, above its greatest value {show(high)}", hint)
    if step is not None and (Fraction(number) / step).denominator != 1:
        below = Fraction(number) // step * step
        beside = [_with_unit(Quantity.in_unit(root, measured).number, measured) for root in (below, below + step)]
        raise Fault(
            "SR508",
            f"`{declaration.id}` is {own}, finer than its step of {show(step)}",
            f"give what was measured, in whole steps: {one_of(beside)}",
        )


# --- the other kinds -----------------------------------------------------------------------------------------------

_YES_NO = {"yes": True, "no": False, "是": True, "否": False}


def _flag(declaration: FactDeclaration, written: Written) -> bool:
    if isinstance(written, bool):
        return written
    if isinstance(written, str) and written.strip().lower() in _YES_NO:
        return _YES_NO[written.strip().lower()]
    fault = wrong_kind(declaration, _shown(written))
    if isinstance(written, str) and written.strip().lower() in ("true", "false"):
        fault.message = f"`{declaration.id}` is yes or no, not the text `{shorten(written)}`"
        fault.help = f"write it without quotation marks: `{written.strip().lower()}`"
    raise fault


def _members(declaration: FactDeclaration, written: Written) -> frozenset[str]:
    if not isinstance(written, tuple):
        fault = wrong_kind(declaration, _shown(written))
        named = [part.strip() for part in re.split("[,，、]", written)] if isinstance(written, str) else []
        if named and set(named) <= set(declaration.member_ids):
            fault.help = f"write a list: `[{', '.join(named)}]`"
        raise fault
    for _, fault in member_faults(declaration, written):
        raise fault
    return frozenset(written)


def member_faults(declaration: FactDeclaration, written: tuple[str, ...]) -> Iterator[tuple[int, Fault]]:
    """Yield what is wrong with the members of a set: its place in the list, and the fault."""
    known, seen = frozenset(declaration.member_ids), set[str]()
    for index, member in enumerate(written):
        if member not in known:
            yield index, _no_member(declaration, member)
        elif member in seen:
            yield index, Fault("SR510", f"`{declaration.id}` names `{member}` twice", "name each member once")
        seen.add(member)


def _choice(declaration: FactDeclaration, written: Written) -> str:
    if not isinstance(written, str):
        raise wrong_kind(declaration, _shown(written))
    if written not in declaration.member_ids:
        raise _no_member(declaration, written)
    return written


def _no_member(declaration: FactDeclaration, member: str) -> Fault:
    known = declaration.member_ids
    by_title = next((m.id for m in declaration.members if member in (m.title.zh, m.title.en)), None)
    hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(member, known)
    return Fault(
        "SR510", f"`{declaration.id}` has no member `{shorten(member)}`", hint or f"its members are {all_of(known)}"
    )


def _date(declaration: FactDeclaration, written: Written) -> date:
    if isinstance(written, date):
        return written
    if isinstance(written, str):
        return read_date(written)
    raise wrong_kind(declaration, _shown(written))


def wrong_day(on: object) -> Fault | None:
    """Return the fault of the day for which facts hold, where something is given that is none."""
    if on is None or (isinstance(on, date) and not isinstance(on, datetime)):
        return None
    shown = on.isoformat() if isinstance(on, date) else shorten(str(on), 40)
    return Fault("SR502", f"`on` is a date, not `{shown}`", "give one: `datetime.date(2024, 12, 31)`")


def wrong_kind(declared: FactDeclaration | Measure, shown: str) -> Fault:
    """Return the fault of something that is no value of a fact's kind; ``shown`` is what it is."""
    kind = declared.kind if isinstance(declared, FactDeclaration) else Kind.QUANTITY
    known = declared.member_ids if isinstance(declared, FactDeclaration) else ()
    match kind:
        case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
            assert declared.unit is not None
            example = _with_unit(12, declared.unit)
            in_unit = f" in `{declared.unit}`" if declared.unit.factors else ""
            what, hint = "a number", f"write a number{in_unit}, such as `{example}`"
        case Kind.FLAG:
            what, hint = "yes or no", "write `true` or `false`, 是 or 否"
        case Kind.SET:
            what, hint = "a set", f"write a list: `[{', '.join(known[:2])}]`, or `[]` where there is none"
        case Kind.CHOICE:
            what, hint = "a choice", f"write one of {one_of(known)}"
        case Kind.DATE:
            what, hint = "a date", "write year, month and day: `2023-11-25`"
        case _:
            assert_never(kind)
    return Fault("SR502", f"`{declared.id}` is {what}, not {shown}", hint)


def _shown(written: Written) -> str:
    if isinstance(written, tuple):
        return "a list"
    if written is None:
        return "nothing"
    if isinstance(written, bool):
        return f"`{str(written).lower()}`"
    return f"`{shorten(write_number(written) if isinstance(written, int | Fraction) else str(written))}`"
