"""The check of a frame before anything is decided: every fault of its columns at once.

It asks each frame once for the extremes and counts of its columns, which is one row; only where something is wrong it asks
again, for the first row of each fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
from attrs import evolve, field, frozen

from smartrules.diagnostics import Diagnostic, FrameError, did_you_mean, one_of
from smartrules.engines.columns.backends import KEY, ROW, Backend, Opened, Total, is_text, only_row
from smartrules.engines.columns.cells import PREFIX
from smartrules.engines.columns.intake import Intake, count_of, show_value
from smartrules.engines.columns.layout import ON, Asked, asked
from smartrules.engines.columns.violations import Violation, violations
from smartrules.facts import wrong_day
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.values import Kind

_VALUE = f"{PREFIX}value"


@frozen(eq=False)
class Source:
    """A frame that was checked: the communities, or the members of a collection.

    Attributes:
        native: as the host gave it.
        opened: as it is computed with.
        intake: its columns.
    """

    native: Any = field(repr=False)
    backend: Backend = field(repr=False)
    opened: Opened = field(repr=False)
    intake: Intake = field(repr=False)

    @property
    def frame(self) -> nw.LazyFrame[Any]:
        """The frame, with its decimals as whole numbers besides."""
        return self.backend.with_digits(self.opened.frame, self.intake.digits)

    def collected(self, asked: Sequence[Total]) -> dict[str, Any]:
        """Return totals over the frame, by name."""
        return self.backend.collected(self.native, self.opened, self.intake.digits, asked)

    def keys(self, key: str) -> nw.LazyFrame[Any]:
        """Return the column of keys alone, as `KEY`."""
        return self.backend.keys(self.native, self.opened, key)


@frozen(eq=False)
class CheckedFrame:
    """A frame of communities that holds what some tiers of an edition ask; immutable.

    A lazy frame is checked as it is at the time of the check, and what it gives later must be the same.

    Attributes:
        edition: that it was checked against.
        tiers: the ids of the tiers that are asked, lowest first.
        key: the column of the communities' ids, None where nothing asks for it.
        on: the day for which the facts of all rows hold, None where a column says it, or nothing does.
    """

    edition: Edition = field(repr=False)
    tiers: tuple[str, ...]
    communities: Source = field(repr=False)
    asked: Asked = field(repr=False)
    key: str | None = None
    on: date | None = None
    members: Mapping[str, Source] = field(factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """How many communities there are."""
        return self.communities.intake.rows


def check(
    edition: Edition,
    native: Any,
    backend: Backend,
    tiers: Sequence[str],
    *,
    key: str | None,
    members: Mapping[str, tuple[Any, Backend]],
    on: date | None,
    absent: Iterable[str],
) -> CheckedFrame:
    """Return a frame that holds what some tiers ask.

    Raises:
        FrameError: with all diagnostics.
    """
    unknown = frozenset(absent)
    opened = backend.opened(native)
    wanted = asked(edition, tiers, opened.names, members)
    faults = [*_of_the_call(edition, wanted, unknown, backend, members, key, opened), *_of_the_day(on)]
    days = [ON] if wanted.today and on is None else []
    sizes = [
        FactDeclaration(one.id, Kind.COUNT, one.unit, minimum=0)
        for one in edition.collections
        if one.id in wanted.collections and one.id in members and one.id in opened.names
    ]
    intake = _intake(edition, (*wanted.facts, *sizes), wanted.stated, opened, unknown, wanted.optional, "c", days)
    sources = {"": Source(native, backend, opened, intake)}
    for name, (frame, own) in members.items():
        if name in wanted.collections:
            inner = own.opened(frame, f"{name}_")
            intake = _intake(edition, wanted.collections[name], (), inner, unknown, frozenset(), f"{name}_", [])
            if key is not None and key not in inner.names:
                hint = did_you_mean(key, inner.names) or "name it as in the frame of the communities"
                intake.faults.append(Diagnostic("SR701", f"there is no column `{key}`, the key of the community", hint))
            sources[name] = Source(frame, own, inner, intake)
    for name, source in sources.items():
        source.intake.find()
        of = f"the members of `{name}`: " if name else ""
        found = [*_of_names(source.opened.names), *source.intake.faults]
        if not any(fault.code == "SR707" for fault in found):
            found += _of_values(source, key if key in source.opened.names else None)
        faults += [evolve(fault, message=of + fault.message) for fault in found]
    communities = sources.pop("")
    if not faults and key is not None and sources:
        faults += _of_keys(communities, sources, key)
    if faults:
        raise FrameError(faults)
    return CheckedFrame(edition, tuple(tiers), communities, wanted, key, on, sources)


def _intake(
    edition: Edition,
    facts: Sequence[FactDeclaration],
    stated: Sequence[Measure],
    opened: Opened,
    unknown: frozenset[str],
    optional: frozenset[str],
    prefix: str,
    days: Sequence[str],
) -> Intake:
    schema = opened.frame.collect_schema()
    kinds = {name: schema[at] for name, at in opened.names.items()}
    return Intake(edition, facts, stated, opened.names, kinds, unknown, optional, prefix, days)


def _of_the_call(
    edition: Edition,
    wanted: Asked,
    unknown: frozenset[str],
    backend: Backend,
    members: Mapping[str, tuple[Any, Backend]],
    key: str | None,
    opened: Opened,
) -> Iterator[Diagnostic]:
    """Yield the faults of the call: names that the edition does not have, frames and a key that are not there."""
    known = [*edition.fact_by_id, ON, *edition.collection_by_id]
    for name in sorted(unknown.difference(known)):
        yield Diagnostic("SR603", f"`absent` names `{name}`, which is no fact", did_you_mean(name, known))
    for name in sorted(unknown):
        of = f"{name}."
        there = [column for column in opened.names if column == name or (name in known and column.startswith(of))]
        if there or name in members:
            what = f"there is a column `{there[0]}`" if there else "its members are given"
            hint = "say it of what the frame says nothing of, or drop the column"
            yield Diagnostic("SR708", f"`absent` names `{name}`, and {what}", hint)
    for name, (_, own) in members.items():
        if name not in edition.collection_by_id:
            hint = did_you_mean(name, edition.collection_by_id) or _collections_of(edition)
            yield Diagnostic("SR517", f"the ruleset has no collection `{name}`", hint)
        elif not backend.joins(own):
            yield Diagnostic(
                "SR702",
                f"the members of `{name}` are in a frame of another kind than the communities",
                "give both in the same kind of frame",
            )
    for name in sorted(wanted.direct.difference(members, unknown)):
        yield Diagnostic(
            "SR701",
            f"there is no frame of the members of `{name}`",
            f'give it, `collections={{"{name}": frame}}`; or say `absent=["{name}"]` where they are not known',
        )
    if members and key is None:
        yield Diagnostic(
            "SR705", "the members of a collection need the key of their community", 'name its column: `key="id"`'
        )
    elif key is not None and key not in opened.names:
        yield Diagnostic("SR701", f"there is no column `{key}`, the key", did_you_mean(key, opened.names))


def _of_the_day(on: date | None) -> Iterator[Diagnostic]:
    """Yield the fault of the day for which the facts of all rows hold: that it is none."""
    fault = wrong_day(on)
    if fault is not None:
        yield Diagnostic(fault.code, fault.message, fault.help)


def twice(names: Sequence[Any]) -> Iterator[Diagnostic]:
    """Yield a fault of each name that a frame has more than once."""
    for name, count in Counter(map(str, names)).items():
        if count > 1:
            yield Diagnostic("SR707", f"the frame has {count} columns `{name}`", "rename or drop all but one")


def _of_names(names: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield a fault of each column that is called like those that the engine makes."""
    for name in names:
        if name.startswith(PREFIX):
            hint = f"rename or drop it: columns that begin with `{PREFIX}` are those of the assessment itself"
            yield Diagnostic("SR707", f"the frame has a column `{name}`", hint)


def _collections_of(edition: Edition) -> str:
    known = list(edition.collection_by_id)
    return f"it has {one_of(known)}" if known else "it has none"


# --- values --------------------------------------------------------------------------------------------------------


def _of_values(source: Source, key: str | None) -> list[Diagnostic]:
    """Return the faults of the values of a frame, in the order of its columns."""
    intake = source.intake
    noted = len(intake.faults)
    intake.take(source.collected([*intake.totals()]))
    finer = [*intake.totals_of_decimals()]
    if finer:
        intake.take_decimals(source.collected(finer))
    suspects = list(violations(intake))
    untyped = intake.faults[noted:]
    if not suspects:
        return untyped
    counts = source.collected([Total(f"n{index}", count_of(one.bad)) for index, one in enumerate(suspects)])
    found = enumerate(suspects)
    return untyped + [_fault(one, counts[f"n{index}"], source, key) for index, one in found if counts[f"n{index}"]]


def _fault(violation: Violation, count: int, source: Source, key: str | None) -> Diagnostic:
    """Return the diagnostic of a violation, with the first row that has it, or some row where there is no first."""
    shown = [nw.col(violation.at).alias(_VALUE)]
    if key is not None:
        shown.append(nw.col(source.opened.names[key]).alias(KEY))
    first = source.backend.first(source.native, source.opened, source.intake.digits, violation.bad, shown)
    place = [f"row {first[ROW]:,}"] if ROW in first else []
    place += [f"`{first[KEY]}`"] if key is not None else []
    value, where = show_value(first[_VALUE]), ", ".join(place)
    which = ("the first is" if ROW in first else "one is") if count > 1 else "it is"
    found = f"in {_rows(count)}; {which} {where}: {value}" if where else f"in {_rows(count)}; {which} {value}"
    return Diagnostic(violation.code, f"`{violation.column}` {violation.says} {found}", violation.help)


def _of_keys(communities: Source, members: Mapping[str, Source], key: str) -> Iterator[Diagnostic]:
    """Yield what is wrong with the keys: of communities, none or twice; of members, none or one that no community has."""
    untyped = list(_of_types_of_keys(communities, members, key))
    if untyped:
        yield from untyped
        return
    keys = communities.keys(key)
    seen = only_row(keys.select(nulls=nw.col(KEY).null_count(), values=nw.col(KEY).n_unique()))
    if seen["nulls"]:
        yield Diagnostic("SR705", f"`{key}` is null in {_rows(seen['nulls'])}", "give each community its own")
    elif communities.intake.rows and seen["values"] < communities.intake.rows:
        again = communities.intake.rows - seen["values"]
        yield Diagnostic("SR705", f"`{key}` names a community again in {_rows(again)}", "give each community one row")
    for name, source in members.items():
        alone = only_row(source.keys(key).join(keys, on=KEY, how="anti").select(rows=nw.len()))["rows"]
        if alone:
            yield Diagnostic(
                "SR705",
                f"the members of `{name}`: `{key}` names no community of the frame in {_rows(alone)}",
                "correct the key, or leave those members out",
            )


def _of_types_of_keys(communities: Source, members: Mapping[str, Source], key: str) -> Iterator[Diagnostic]:
    """Yield which keys are of a type that does not compare exactly with those of the communities."""
    kind = communities.intake.kinds[key]
    if kind.is_float():
        yield Diagnostic("SR705", f"`{key}` is a key, not a column of `{kind}`", "give whole numbers or text")
        return
    for name, source in members.items():
        own = source.intake.kinds[key]
        if own != kind and not (own.is_integer() and kind.is_integer()) and not (is_text(own) and is_text(kind)):
            yield Diagnostic(
                "SR705",
                f"the members of `{name}`: `{key}` is a column of `{own}`, that of the communities of `{kind}`",
                "give both the same type",
            )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
