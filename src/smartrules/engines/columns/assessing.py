"""From a checked frame to the outcomes of its rows, as one lazy query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import or_
from typing import Any

import narwhals as nw
from attrs import define, field, frozen

from smartrules.diagnostics import Diagnostic, Fault, FrameError
from smartrules.engines.columns.backends import KEY, Output
from smartrules.engines.columns.cells import PREFIX, Cell, Stages, balanced, made
from smartrules.engines.columns.checking import CheckedFrame, Source
from smartrules.engines.columns.figures import Margins, as_float, cells_of, only_where
from smartrules.engines.columns.given import Calendar, Day, Given
from smartrules.engines.columns.grading import Graded, graded
from smartrules.engines.columns.groups import GroupTally, Sums
from smartrules.engines.columns.intake import Intake
from smartrules.engines.columns.layout import ON
from smartrules.engines.columns.members import Seat
from smartrules.engines.columns.numbers import NOTHING, Bounded, Ratio, Rationals, plain
from smartrules.engines.columns.rules import Members, Reader
from smartrules.engines.columns.surveyed import Exact
from smartrules.engines.columns.truths import Truth, Verdict, both, either, is_open, negated, shown, surely
from smartrules.engines.columns.wholes import Integers, TooLargeError, Whole
from smartrules.expr.nodes import Aggregate, Expr, Name, Quantified
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome, truth
from smartrules.standard import Edition

#: The outcomes in the order of their codes.
OUTCOMES = (NOT_MET, MET, NOT_APPLICABLE, UNDETERMINED)

#: The column that says which declarations a row violates, and that of the highest tier reached with all below it.
PROBLEMS, TIER = "problems", "tier"

#: What stands before the name of an exact number in those of its two columns: numerator, and denominator.
PARTS = ("above ", "below ")


@frozen
class Wanted:
    """What a result holds.

    Attributes:
        codes: outcomes as small integers, in the order of `OUTCOMES`, and tiers by their place; else as words.
        measures: the measures and scores in the units of the standard, as floats for reading.
        margins: the margins of the indicators, as floats for reading.
        exact: numbers of every row as two whole numbers, numerator and denominator, null where it has none.
    """

    codes: bool = False
    measures: bool = False
    margins: bool = False
    exact: tuple[Exact, ...] = ()


def assess(checked: CheckedFrame, wanted: Wanted) -> Any:
    """Return the host's frame with the outcomes of every row.

    Raises:
        FrameError: for a rule that the frame cannot decide exactly, and for result columns that the frame has already.
    """
    source = checked.communities
    frame, columns = decided(checked, wanted)
    taken = list(_taken(source, [one.name for one in columns]))
    if taken:
        hint = "rename or drop it: the result has a column of this name"
        raise FrameError([Diagnostic("SR706", f"the frame has a column `{name}` already", hint) for name in taken])
    return source.backend.finished(source.native, source.opened, frame, columns)


def decided(checked: CheckedFrame, wanted: Wanted) -> tuple[nw.LazyFrame[Any], list[Output]]:
    """Return the frame that is computed with, with the columns of the result in it, and which those are.

    Raises:
        FrameError: for a rule that the frame cannot decide exactly.
    """
    try:
        plan = _Plan(checked)
        outputs = list(plan.outputs(wanted))
    except Fault as fault:
        raise FrameError.of(fault.code, fault.message, fault.help) from None
    frame = plan.laid()
    cells = [cell.expression.alias(f"{PREFIX}o{index}") for index, (_, cell, _) in enumerate(outputs)]
    columns = [Output(name, f"{PREFIX}o{index}", words, cell.open) for index, (name, cell, words) in enumerate(outputs)]
    return frame.with_columns(*cells), columns


def _taken(source: Source, results: Sequence[str]) -> Iterator[str]:
    """Yield the columns of a frame where results would stand, in the order of those."""
    same = str.casefold if source.backend.folds else str
    own = {same(name): name for name in source.opened.names}
    yield from (own[same(name)] for name in results if same(name) in own)


@define
class _Inside:
    """What is computed over the members of a collection."""

    source: Source
    intake: Intake
    reader: Reader
    stages: Stages
    calendar: Calendar
    sums: Sums
    count: Cell


class _Unknown:
    """A collection of which nothing is known."""

    def quantified(self, node: Quantified) -> Verdict:
        return Verdict(None)

    def aggregated(self, node: Aggregate) -> Bounded:
        return plain(NOTHING)

    def misses(self, node: Quantified | Aggregate) -> Truth:
        return True

    def some(self, node: Quantified | Aggregate, asks: Any) -> Truth:
        return False


@define
class _Plan:
    """The query over a checked frame."""

    checked: CheckedFrame
    stages: Stages = field(factory=Stages)
    calendar: Calendar = field(factory=Calendar)
    intake: Intake = field(init=False)
    _inside: dict[str, _Inside] = field(factory=dict, init=False)
    _tallies: dict[str, Members] = field(factory=dict, init=False)
    rationals: Rationals = field(init=False)
    reader: Reader = field(init=False)

    def __attrs_post_init__(self) -> None:
        checked = self.checked
        source = checked.communities
        self.rationals = Rationals(Integers(source.backend.widest, self.stages))
        self.intake = source.intake.anew()
        day = Day(checked.on, open=False) if checked.on is not None else self.intake.day(ON)
        self.reader = Reader(
            checked.edition,
            self.rationals,
            self.calendar,
            self.intake.given(self.rationals),
            self.intake.figures(self.rationals),
            day,
            self.members,
        )

    @property
    def edition(self) -> Edition:
        return self.checked.edition

    # --- collections -----------------------------------------------------------------------------------------------

    def members(self, name: str) -> Members:
        collection = self.edition.collection(name).id
        if collection not in self._tallies:
            source = self.checked.members.get(collection)
            self._tallies[collection] = _Unknown() if source is None else self._tally(collection, source)
        return self._tallies[collection]

    def _tally(self, collection: str, source: Source) -> Members:
        stages, calendar = Stages(), Calendar(prefix=f"{collection}_d")
        rationals = Rationals(Integers(source.backend.widest, stages))
        intake = source.intake.anew()
        facts: dict[str, Given] = {**self.reader.facts, **intake.given(rationals)}
        reader = Reader(self.edition, rationals, calendar, facts, self.reader.stated, self.reader.today, _refuse)
        sums = Sums(collection, KEY, source.intake.rows)
        count = Cell(nw.col(sums.put(nw.lit(1, nw.Int64), "sum")))
        self._inside[collection] = _Inside(source, intake, reader, stages, calendar, sums, count)
        size = self.reader.facts.get(collection)
        known = self.rationals.is_known(size.value) if isinstance(size, Bounded) else negated(is_open(count))
        return GroupTally(self.rationals, Seat(reader), known, sums)

    def _grouped(self, collection: str, base: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return one row a community, from the members of a collection."""
        inside = self._inside[collection]
        source, key = inside.source, self.checked.key
        assert key is not None
        intake = inside.intake
        frame = source.frame.with_columns(source.opened.key(key), *intake.canonical.values())
        own = {column.at for columns in intake.columns.values() for column in columns}
        frame = frame.select(KEY, *own, *intake.digits, *intake.canonical)
        needed = self._columns_inside(collection)
        if needed:
            frame = self.checked.communities.backend.joined(frame, base.select(KEY, *needed), KEY)
        frame = source.backend.with_days(frame, inside.calendar.asked)
        return inside.sums.grouped(inside.stages.laid(frame))

    def _columns_inside(self, collection: str) -> list[str]:
        """Return the columns of the communities that the rules over the members of a collection ask."""
        intake = self.intake
        names = self.checked.asked.inside.get(collection, frozenset())
        held = [column.at for name in sorted(names) for column in intake.columns.get(name, ())]
        return list(dict.fromkeys([*held, *intake.digits, *intake.canonical]))

    # --- the query -------------------------------------------------------------------------------------------------

    def laid(self) -> nw.LazyFrame[Any]:
        """Return the frame with everything that the outputs are made of."""
        source = self.checked.communities
        frame = source.frame
        canonical = list(self.intake.canonical.values())
        if self._inside:
            assert self.checked.key is not None
            canonical.append(source.opened.key(self.checked.key))
        if canonical:
            frame = frame.with_columns(*canonical)
        base = frame
        for collection in self._inside:
            frame = source.backend.joined(frame, self._grouped(collection, base), KEY)
        if self.calendar.asked:
            frame = source.backend.with_days(frame, self.calendar.asked)
        return self.stages.laid(frame)

    def outputs(self, wanted: Wanted) -> Iterator[tuple[str, Cell, tuple[str, ...] | None]]:
        """Yield the columns of the result: name, cell, and what its codes stand for."""
        tiers = [
            graded(level, self.reader, scored=wanted.measures or any(one.tier is not None for one in wanted.exact))
            for level in self.edition.tiers
            if level.id in self.checked.tiers
        ]
        problems = [*self._problems()]
        bad = either(*(holds for holds, _, masks in problems if masks))
        bad = self.stages.put(bad) if isinstance(bad, Cell) else bad
        kind = self.checked.communities.backend.small
        words = None if wanted.codes else tuple(outcome.value for outcome in OUTCOMES)
        for found in tiers:
            for name, verdict in found.indicators.items():
                yield f"{found.level.id}.{name}", _code(verdict, bad, kind), words
        for found in tiers:
            yield found.level.id, _code(found.outcome, bad, kind), words
        if len(tiers) == len(self.edition.tiers):
            names = tuple(level.id for level in self.edition.tiers)
            yield TIER, self._reached(tiers, bad), None if wanted.codes else names
        if wanted.measures:
            yield from self._figures(tiers, negated(bad))
        if wanted.margins:
            yield from self._margins(tiers, negated(bad))
        yield from self._exact(wanted.exact, tiers, negated(bad))
        yield PROBLEMS, _told(problems), None

    def _reached(self, tiers: list[Graded], bad: Truth) -> Cell:
        """Return the place of the highest tier reached with all below it, null where there is none."""
        kind = self.checked.communities.backend.small
        found, cells, held = nw.lit(None, kind), list[Cell](), list[Truth]()
        for place, one in enumerate(tiers):
            held.append(surely(one.outcome.holds))
            reached = both(negated(bad), *held)
            found = nw.when(shown(reached)).then(nw.lit(place, kind)).otherwise(found)
            cells += [reached] if isinstance(reached, Cell) else []
        return made(found, *cells, open=True)

    def _problems(self) -> Iterator[tuple[Truth, str, bool]]:
        """Yield what may be wrong with a row: where it is, in words, and whether it leaves the row undetermined."""
        q, intake = self.rationals, self.intake
        facts = self.reader.facts
        for declared in intake.facts:
            part, whole = facts.get(declared.id), facts.get(declared.at_most or "")
            if isinstance(part, Bounded) and isinstance(whole, Bounded) and not intake.is_sound(declared.id):
                over = q.compared(part.value, ">", whole.value)
                yield surely(over), f"{declared.id} is more than {declared.at_most}", True
            if declared.derived is not None and declared.id in facts:
                yield (
                    self._disagrees(declared.id, declared.derived),
                    f"{declared.id} is not what its members make",
                    True,
                )
        for name, expression in intake.partly_known():
            yield Cell(expression, size=2, open=False), f"{name} is known in part", False
        for collection, inside in self._inside.items():
            size = self.reader.facts.get(collection)
            if isinstance(size, Bounded):
                rows = Ratio(Whole(1, made(inside.count.expression.fill_null(0), open=False), 0, inside.intake.rows))
                wrong = surely(q.compared(size.value, "!=", rows))
                yield wrong, f"{collection} has not so many members in their frame", True
            for said, holds in self._of_members(collection, inside):
                yield holds, said, True

    def _disagrees(self, name: str, derived: Expr) -> Truth:
        given, q = self.reader.facts[name], self.rationals
        if isinstance(given, Bounded):
            return surely(q.compared(given.value, "!=", self.reader.number(derived).value))
        assert isinstance(given, Verdict)
        made = self.reader.verdict(derived)
        return either(both(surely(given.holds), made.failed), both(given.failed, made.met))

    def _of_members(self, collection: str, inside: _Inside) -> Iterator[tuple[str, Truth]]:
        """Yield what may be wrong with some member: a part over its whole."""
        q = inside.reader.rationals
        for declared in inside.intake.facts:
            whole = inside.reader.facts.get(declared.at_most or "")
            part = inside.reader.facts.get(declared.id)
            if isinstance(whole, Bounded) and isinstance(part, Bounded) and not inside.intake.is_sound(declared.id):
                over = surely(q.compared(part.value, ">", whole.value))
                if over is not False:
                    name = inside.sums.put(q.integers.shown(q.integers.counted(over)), "sum")
                    yield (
                        f"{declared.id} is more than {declared.at_most} in {collection}",
                        surely(Cell(nw.col(name) > 0, size=1)),
                    )

    def _figures(self, tiers: list[Graded], sound: Truth) -> Iterator[tuple[str, Cell, None]]:
        """Yield the measures that the tiers ask, and their scores, as floats in the units of the standard."""
        asked = {
            node.id
            for level in self.checked.tiers
            for rule in self.edition.rules(level).values()
            for node in self.edition.walk(rule)
            if isinstance(node, Name)
        }
        for measure in self.edition.measures:
            if measure.id in asked:
                value = self.reader.number(Name(measure.id)).value
                yield f"{measure.id}.value", only_where(sound, as_float(value, measure.unit, self.rationals)), None
        for found in tiers:
            for name, score in found.scores.items():
                unit = self.edition.score_by_id[name].unit
                yield f"{found.level.id}.{name}", only_where(sound, as_float(score.value, unit, self.rationals)), None

    def _exact(self, asked: Sequence[Exact], tiers: list[Graded], sound: Truth) -> Iterator[tuple[str, Cell, None]]:
        """Yield the numerator and the denominator of each number that the integers of the frame can hold."""
        scores = {found.level.id: found.scores for found in tiers}
        integers = self.rationals.integers
        for one in asked:
            if one.tier is None:
                value = self.reader.number(one.node).value
            else:
                assert isinstance(one.node, Name)
                value = scores[one.tier][one.node.id].value
            parts = (value.numerator, value.denominator)
            try:
                shown_parts = [made(integers.shown(part), *cells_of(part), open=part.open) for part in parts]
            except TooLargeError:
                continue
            for before, part in zip(PARTS, shown_parts, strict=True):
                yield before + one.name, only_where(sound, part), None

    def _margins(self, tiers: list[Graded], sound: Truth) -> Iterator[tuple[str, Cell, None]]:
        """Yield the margins of the indicators that have one."""
        margins = Margins(self.reader)
        for found in tiers:
            for name, rule in self.edition.rules(found.level.id).items():
                margin = margins.of(rule)
                if margin is not None:
                    yield f"{found.level.id}.{name}.margin", only_where(sound, margin), None


def _refuse(name: str) -> Members:
    raise Fault(
        "SR704",
        f"the members of `{name}` are asked inside another collection, which frames cannot decide",
        "assess these communities one by one",
    )


def _code(verdict: Verdict, bad: Truth, kind: Any) -> Cell:
    """Return the codes of outcomes, those of a bad row undetermined."""

    def code(outcome: Outcome) -> nw.Expr:
        return nw.lit(OUTCOMES.index(outcome), kind)

    match verdict.holds:
        case Cell() as cell:
            found = cell.expression.cast(kind)
            found = found.fill_null(OUTCOMES.index(UNDETERMINED)) if cell.open else found
        case known:
            found = code(truth(known))
    if verdict.out is not False:
        found = nw.when(shown(verdict.out)).then(code(NOT_APPLICABLE)).otherwise(found)
    if bad is not False:
        found = nw.when(shown(bad)).then(code(UNDETERMINED)).otherwise(found)
    return made(found, *(part for part in (verdict.holds, verdict.out, bad) if isinstance(part, Cell)), open=False)


def _told(problems: list[tuple[Truth, str, bool]]) -> Cell:
    """Return what is wrong with each row in words, null where nothing is."""
    cells = [(holds, said) for holds, said, _ in problems if isinstance(holds, Cell)]
    if not cells:
        return Cell(nw.lit(None, nw.String))
    parts = [nw.when(holds.expression).then(nw.lit(said)) for holds, said in cells]
    text = nw.concat_str(*parts, separator="; ", ignore_nulls=True)
    some = balanced(or_, [holds.expression for holds, _ in cells])
    return Cell(nw.when(some).then(text), max(holds.stage for holds, _ in cells), size=3)
