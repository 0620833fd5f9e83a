"""Made-up communities as columns: the frame layout of the library, from a seed, crowded around the thresholds.

A count is a column of whole numbers; a quantity or rate one of Float64 in its declared unit; a flag one of booleans; a
set one of booleans for each member, ``scenarios.childcare``. Null is missing, and a set is missing as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Kind, Quantity

from .decisions import TEN_THOUSANDTHS, Kinds, Members, Number, Share, Statement, decisions, walk

#: The steps in a unit of a quantity that is declared with a step of 0.01.
STEPS = 100
#: How far from a threshold a rate is.
NEAR = (-1.0, -0.01, 0.0, 0.0, 0.01, 3.0)


@frozen(eq=False, slots=False)
class Communities:
    """A frame of communities.

    Attributes:
        edition: whose facts they are.
        table: the frame.
    """

    edition: Edition
    table: pa.Table

    def __len__(self) -> int:
        return self.table.num_rows

    def first(self, rows: int) -> Communities:
        """Return the first communities, in a frame of their own."""
        return Communities(self.edition, self.table.slice(0, rows))

    @cached_property
    def known(self) -> Mapping[str, np.ndarray]:
        """For each column with missing values, where it has one; a set's columns have theirs by the fact's id too."""
        found = {}
        for fact in self.edition.facts:
            for name in columns(fact):
                if self.table[name].null_count:
                    found[name] = found[fact.id] = self.table[name].is_valid().to_numpy()
        return found

    @cached_property
    def values(self) -> Mapping[str, np.ndarray]:
        """Each column as an array, with 0 or no where the value is missing."""
        return {name: filled(self.table[name]) for name in self.table.column_names}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each community as a document would give it to a rule engine: numbers, booleans and lists of members.

        A quantity comes in whole steps: 504 for 5.04 km², so that an engine of floats can still be exact.
        """
        facts = self.edition.facts
        listed = {name: self.table[name].to_pylist() for name in self.table.column_names}
        for row in range(len(self)):
            values = {}
            for fact in facts:
                if listed[columns(fact)[0]][row] is None:
                    continue
                if fact.kind is Kind.SET:
                    values[fact.id] = [m for m in fact.member_ids if listed[f"{fact.id}.{m}"][row]]
                elif fact.kind is Kind.QUANTITY:
                    values[fact.id] = round(listed[fact.id][row] * STEPS)
                else:
                    values[fact.id] = listed[fact.id][row]
            yield values

    def facts(self, ruleset: Ruleset) -> list[Facts]:
        """Return each community's facts, read by the library."""
        read = []
        units = {fact.id: fact.unit for fact in self.edition.facts if fact.kind in (Kind.QUANTITY, Kind.RATE)}
        steps = {fact.id for fact in self.edition.facts if fact.kind is Kind.QUANTITY}
        for row in self.rows():
            for name in units.keys() & row.keys():
                number = f"{row[name] / STEPS:.2f}" if name in steps else repr(row[name])
                row[name] = f"{number} {units[name]}"
            read.append(ruleset.facts(row))
        return read


def columns(fact: FactDeclaration) -> tuple[str, ...]:
    """Return the names of a fact's columns."""
    return tuple(f"{fact.id}.{m}" for m in fact.member_ids) if fact.kind is Kind.SET else (fact.id,)


def filled(column: pa.ChunkedArray) -> np.ndarray:
    nothing: Any = False if pa.types.is_boolean(column.type) else 0
    whole = pc.fill_null(column, nothing) if column.null_count else column
    return whole.to_numpy()


def make(edition: Edition, tier: str, rows: int, *, missing: float, seed: int = 7) -> Communities:
    """Return communities whose values lie on, just under and just over what a tier requires.

    Args:
        missing: the share of facts that are missing.
    """
    random = np.random.default_rng(seed)
    said = [part for decision in decisions(edition, tier).values() for part in walk(decision)]
    drawn: dict[str, np.ndarray] = {}
    for fact in sorted(edition.facts, key=lambda fact: fact.at_most is not None):  # the wholes before their parts
        drawn |= draw(fact, said, drawn, random, rows)
    arrays = {}
    for fact in edition.facts:
        absent = random.random(rows) < missing if missing else None
        for name in columns(fact):
            arrays[name] = pa.array(drawn[name], mask=absent)
    return Communities(edition, pa.table(arrays))


def draw(
    fact: FactDeclaration,
    said: list[Statement],
    drawn: Mapping[str, np.ndarray],
    random: np.random.Generator,
    rows: int,
) -> dict[str, np.ndarray]:
    """Return the columns of one fact."""
    match fact.kind:
        case Kind.FLAG:
            return {fact.id: random.random(rows) < 0.8}
        case Kind.SET:
            chance = likelihood(fact, said)
            return {name: random.random(rows) < chance for name in columns(fact)}
        case Kind.COUNT if fact.at_most is not None:
            return {fact.id: part_of(drawn[fact.at_most], thresholds(fact, said), random)}
        case Kind.QUANTITY if fact.at_most is not None:
            whole = np.rint(drawn[fact.at_most] * STEPS).astype(np.int64)
            return {fact.id: part_of(whole, thresholds(fact, said), random) / STEPS}
        case Kind.QUANTITY:
            check_step(fact)
            return {fact.id: random.integers(1, 3000, rows) / STEPS}
        case Kind.RATE:
            return {fact.id: random.choice([x + near for x in asked(fact, said) for near in NEAR], rows)}
        case Kind.COUNT if asked(fact, said) and not is_whole(fact, said):
            return {fact.id: random.choice([x + near for x in asked(fact, said) for near in (-1, 0, 0, 1)], rows)}
        case Kind.COUNT:
            few, many = random.integers(1 if fact.minimum else 0, 6, rows), random.integers(1, 600, rows) * 10
            return {fact.id: np.where(random.random(rows) < 0.3, few, many)}
        case _:
            raise TypeError(f"no values are made up for a {fact.kind} such as {fact.id}")


def asked(fact: FactDeclaration, said: list[Statement]) -> list[int]:
    return [part.threshold for part in said if isinstance(part, Number) and part.fact == fact.id]


def is_whole(fact: FactDeclaration, said: list[Statement]) -> bool:
    return any(isinstance(part, Share) and part.whole == fact.id for part in said)


def check_step(fact: FactDeclaration) -> None:
    assert fact.unit is not None
    if fact.step is None or Quantity.in_unit(fact.step, fact.unit).number * STEPS != 1:
        raise TypeError(f"{fact.id} is not declared with a step of a hundredth")


def likelihood(fact: FactDeclaration, said: list[Statement]) -> float:
    """Return how likely a member is, so that what is asked of the set holds about as often as not."""
    for part in said:
        match part:
            case Members(fact=fact.id):
                return 0.5 ** (1 / len(part.members))
            case Kinds(fact=fact.id):
                return min(0.6, part.least / len(fact.members))
            case _:
                pass
    return 0.5


def thresholds(fact: FactDeclaration, said: list[Statement]) -> list[int]:
    return [part.threshold for part in said if isinstance(part, Share) and part.part == fact.id]


def part_of(whole: np.ndarray, limits: list[int], random: np.random.Generator) -> np.ndarray:
    """Return parts of wholes: at a threshold, one below, one above, all, or anything."""
    part = random.integers(0, whole + 1)
    if not limits:
        return part
    at = -(-whole * limits[0] // TEN_THOUSANDTHS)
    chosen = random.integers(0, 8, len(whole))
    near = np.choose(chosen, [at, at, at - 1, at + 1, whole, whole, part, part])
    return np.clip(near, 0, whole)
