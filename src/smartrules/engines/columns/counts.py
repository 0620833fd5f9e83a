"""How many communities have which outcome, and another one by another edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from smartrules.outcome import Outcome

#: A tier with one of its indicators, or alone.
Place = tuple[str, str | None]


@frozen
class Counts:
    """How many communities of a frame have each outcome.

    Attributes:
        rows: how many communities there are.
        problems: how many of them contradict the declarations, so that they are undetermined or known in part.
        outcomes: of each indicator of a tier, and of each tier, in the order of the standard.
        reached: how many reach each tier as their highest, None for none; empty where not all tiers are asked.
    """

    rows: int
    problems: int
    outcomes: Mapping[Place, Mapping[Outcome, int]]
    reached: Mapping[str | None, int]

    def as_plain(self) -> dict[str, Any]:
        """Return the counts as JSON has them."""
        return {
            "communities": self.rows,
            "problems": self.problems,
            "reached": [{"tier": tier, "communities": number} for tier, number in self.reached.items()],
            "outcomes": [
                {"tier": tier, "indicator": indicator, **{outcome.value: found[outcome] for outcome in Outcome}}
                for (tier, indicator), found in self.outcomes.items()
            ],
        }


def column(place: Place) -> str:
    """Return the name of the column of an outcome."""
    tier, indicator = place
    return tier if indicator is None else f"{tier}.{indicator}"


@frozen
class Example:
    """A community that is decided otherwise by another edition.

    Attributes:
        row: its number, None where rows have no order.
        key: its id, None where no column has it.
        tier: the highest tier reached before and after, None where that is not asked or the same.
        outcomes: before and after, of the indicators and tiers where they differ.
    """

    row: int | None
    key: Any
    tier: tuple[str | None, str | None] | None
    outcomes: Mapping[Place, tuple[Outcome, Outcome]]


@frozen
class Changes:
    """How many communities are decided otherwise by another edition.

    Attributes:
        rows: how many communities there are.
        problems: how many of them contradict the declarations before, and after.
        changed: how many have another outcome of an indicator or tier that is compared.
        outcomes: of each indicator and tier, how many go from one outcome to another, those that stay among them.
        reached: how many go from one highest tier to another; empty where that is not compared.
        examples: the first communities that are decided otherwise.
    """

    rows: int
    problems: tuple[int, int]
    changed: int
    outcomes: Mapping[Place, Mapping[tuple[Outcome, Outcome], int]]
    reached: Mapping[tuple[str | None, str | None], int]
    examples: tuple[Example, ...] = ()
