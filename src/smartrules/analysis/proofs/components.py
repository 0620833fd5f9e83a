"""Indicators that rest on common facts, so that what is asked of some is not asked over all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from smartrules.analysis.proofs.prover import Prover

_Thing = TypeVar("_Thing")


def components(prover: Prover, tier: str, indicators: Iterable[str]) -> list[tuple[str, ...]]:
    """Return indicators of a tier in groups, of which no two have a fact in common, or parts and wholes of one."""
    behind = {name: prover.behind(tier, name) for name in indicators}
    return [tuple(group) for group in grouped(prover, behind)]


def grouped(prover: Prover, behind: Mapping[_Thing, Iterable[str]]) -> list[list[_Thing]]:
    """Return things in groups by the facts behind them, each group and all groups in the order in which they stand."""
    group_of = dict[str, int]()  # by the facts
    groups = dict[int, list[int]]()
    facts_of = dict[int, set[str]]()
    things = list(behind)
    for number, thing in enumerate(things):
        related = set(prover.space.related(behind[thing]))
        joined = sorted({group_of[fact] for fact in related if fact in group_of})
        for other in joined:
            related |= facts_of.pop(other)
        groups[number] = sorted([one for other in joined for one in groups.pop(other)] + [number])
        facts_of[number] = related
        group_of.update(dict.fromkeys(related, number))
    return [[things[place] for place in group] for group in sorted(groups.values())]
