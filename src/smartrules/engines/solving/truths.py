"""Truths of all communities at once: known before any is looked at, or a statement of the solver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from smartrules.engines.solving.library import z3

#: A truth: ``True`` and ``False`` where it is the same for every community, else a statement of the solver.
Truth = Any


def both(*truths: Truth) -> Truth:
    """Return whether all of some truths hold."""
    return every(truths)


def either(*truths: Truth) -> Truth:
    """Return whether one of some truths holds."""
    return some(truths)


def every(truths: Iterable[Truth]) -> Truth:
    """Return whether all of some truths hold; of none, they do."""
    open_ = list[Truth]()
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            open_.append(truth)
    if len(open_) > 1:
        return z3.And(open_)
    return open_[0] if open_ else True


def some(truths: Iterable[Truth]) -> Truth:
    """Return whether one of some truths holds; of none, none does."""
    open_ = list[Truth]()
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            open_.append(truth)
    if len(open_) > 1:
        return z3.Or(open_)
    return open_[0] if open_ else False


def negated(truth: Truth) -> Truth:
    """Return whether a truth does not hold."""
    if truth is True or truth is False:
        return not truth
    return truth.arg(0) if z3.is_not(truth) else z3.Not(truth)


def same(one: Truth, other: Truth) -> Truth:
    """Return whether two truths are the same."""
    return either(both(one, other), both(negated(one), negated(other)))


def chosen(condition: Truth, one: Truth, other: Truth) -> Truth:
    """Return the one truth where a condition holds, else the other."""
    if condition is True:
        return one
    if condition is False:
        return other
    return either(both(condition, one), both(negated(condition), other))


def at_least_of(k: int, truths: Sequence[Truth]) -> Truth:
    """Return whether at least ``k`` of some truths hold."""
    sure = sum(truth is True for truth in truths)
    open_ = [truth for truth in truths if truth is not True and truth is not False]
    wanted = k - sure
    if wanted <= 0:
        return True
    if wanted > len(open_):
        return False
    if wanted == 1:
        return some(open_)
    return every(open_) if wanted == len(open_) else z3.AtLeast(*open_, wanted)
