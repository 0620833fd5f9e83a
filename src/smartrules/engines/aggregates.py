"""One number of a collection's members, and the bounds of it where some members are not fully known.

A share with one unknown member is open only if that member matters, so what is not known is carried as a range: the
member may or may not be chosen, its value may be anything its declaration allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import assert_never

from attrs import frozen

from smartrules.engines.reckoning import Bounds
from smartrules.expr.nodes import AggregateFunction, Expr, Name
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, UNDETERMINED, Outcome
from smartrules.standard import Edition
from smartrules.values import Number, simplest


@frozen
class Member:
    """One member as a function sees it.

    Attributes:
        chosen: whether it is among those asked: met or undetermined; others are not handed over.
        outcome: of a requirement, for ``share``.
        value: of a number; None where it is not known.
        bounds: what the number can be where it is not known.
    """

    chosen: Outcome
    outcome: Outcome = UNDETERMINED
    value: Number | None = None
    bounds: Bounds = (None, None)


@frozen
class Aggregated:
    """What a function comes to.

    Attributes:
        value: None where it is not known, or where there is none.
        bounds: what it can be where it is not known; None where nothing can be said.
        empty: whether there is no value because no member is asked.
    """

    value: Number | None = None
    bounds: Bounds | None = None
    empty: bool = False


def declared_bounds(node: Expr, edition: Edition, facts: Facts) -> Bounds:
    """Return the least and greatest value that the declaration of a member's fact allows; a part is within its whole."""
    declared = edition.fact_by_id.get(node.id) if isinstance(node, Name) else None
    if declared is None:
        return None, None
    whole = facts.value(declared.at_most or "")
    assert not isinstance(whole, bool | frozenset | str | date)
    most = [bound for bound in (declared.maximum, whole) if bound is not None]
    return declared.minimum, min(most, default=None)


def aggregate(function: AggregateFunction, members: Sequence[Member], rank: Number | None = None) -> Aggregated:
    """Return what a function over members comes to; ``rank`` is that of ``percentile``, as a share."""
    match function:
        case "count":
            return _count(members)
        case "share":
            return _share(members)
        case "sum":
            return _sum(members)
        case "mean":
            return _of_values(members, lambda keys: _divided(_summed(keys), len(keys)))
        case "min":
            return _of_values(members, min)
        case "max":
            return _of_values(members, max)
        case "percentile":
            share = Fraction(rank if rank is not None else 1)
            return _of_values(members, lambda keys: sorted(keys)[max(ceil(share * len(keys)), 1) - 1])
        case _:
            assert_never(function)


def _count(members: Sequence[Member]) -> Aggregated:
    sure = sum(member.chosen is MET for member in members)
    if sure == len(members):
        return Aggregated(sure)
    return Aggregated(bounds=(sure, len(members)))


def _share(members: Sequence[Member]) -> Aggregated:
    asked = [member for member in members if member.outcome is not NOT_APPLICABLE]
    sure = [member for member in asked if member.chosen is MET and member.outcome is not UNDETERMINED]
    with_it = sum(member.outcome is MET for member in sure)
    if len(sure) == len(asked):
        return Aggregated(simplest(Fraction(with_it, len(sure)))) if sure else Aggregated(empty=True)
    if not any(member.chosen is MET for member in asked):
        return Aggregated()
    low = high = with_it
    below = above = len(sure)
    for member in asked:
        if member.chosen is MET and member.outcome is UNDETERMINED:
            below, above, high = below + 1, above + 1, high + 1
        elif member.chosen is UNDETERMINED:
            # It may be left out, which is the better or the worse of the two whichever it fulfils.
            if member.outcome is not MET:
                below += 1
            if member.outcome is not Outcome.NOT_MET:
                above, high = above + 1, high + 1
    return Aggregated(bounds=(simplest(Fraction(low, below)), simplest(Fraction(high, above))))


# A number, or an infinity on either side of every number, so that all of them compare exactly.
_Key = tuple[int, Number]
_LEAST: _Key = (-1, 0)
_GREATEST: _Key = (1, 0)


_NOTHING: _Key = (0, 0)


def _sum(members: Sequence[Member]) -> Aggregated:
    lows, highs = [], []
    for member in members:
        low, high = _ends(member)
        # One that may be left out adds nothing then.
        lows.append(low if member.chosen is MET else min(low, _NOTHING))
        highs.append(high if member.chosen is MET else max(high, _NOTHING))
    low, high = _summed(lows), _summed(highs)
    if all(member.chosen is MET and member.value is not None for member in members) or low == high:
        return Aggregated(simplest(low[1]))
    return Aggregated(bounds=(_bound(low), _bound(high)))


def _of_values(members: Sequence[Member], function: Callable[[Sequence[_Key]], _Key]) -> Aggregated:
    if any(member.chosen is UNDETERMINED for member in members):
        return Aggregated()
    if not members:
        return Aggregated(empty=True)
    low = function([_ends(member)[0] for member in members])
    high = function([_ends(member)[1] for member in members])
    if all(member.value is not None for member in members):
        return Aggregated(simplest(low[1]))
    return Aggregated(bounds=(_bound(low), _bound(high)))


def _ends(member: Member) -> tuple[_Key, _Key]:
    return _key(member.value, member.bounds[0], _LEAST), _key(member.value, member.bounds[1], _GREATEST)


def _key(value: Number | None, bound: Number | None, otherwise: _Key) -> _Key:
    known = value if value is not None else bound
    return otherwise if known is None else (0, known)


def _bound(key: _Key) -> Number | None:
    return simplest(key[1]) if key[0] == 0 else None


def _summed(keys: Sequence[_Key]) -> _Key:
    for infinite in (_LEAST, _GREATEST):
        if infinite in keys:
            return infinite
    return (0, sum((value for _, value in keys), Fraction(0)))


def _divided(key: _Key, by: int) -> _Key:
    return (key[0], Fraction(key[1]) / by)
