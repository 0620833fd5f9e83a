"""The four outcomes and their algebra.

A requirement over what is known ends in one of four outcomes. The connectives follow Kleene's strong logic: an
undetermined part stands for every outcome it could still become, and a connective is undetermined exactly when those
possibilities disagree. Not applicable never fails and never satisfies alone: such a part drops out, and what must hold
is asked of the parts that remain.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What a requirement comes to for one community."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


MET, NOT_MET, NOT_APPLICABLE, UNDETERMINED = Outcome


def truth(known: bool | None) -> Outcome:
    """Return the outcome of a plain statement: true is met, false is not met, None (unknown) is undetermined."""
    if known is None:
        return UNDETERMINED
    return MET if known else NOT_MET


def at_least(k: int, parts: Iterable[Outcome]) -> Outcome:
    """Return the outcome of "at least ``k`` of these parts".

    ``k`` is capped by the number of applicable parts, so that ``all_of`` and ``any_of`` are its two ends.
    """
    met = failed = open_ = 0
    for part in parts:
        if part is MET:
            met += 1
        elif part is NOT_MET:
            failed += 1
        elif part is UNDETERMINED:
            open_ += 1
    if met + failed + open_ == 0:
        return NOT_APPLICABLE
    if met >= k or failed + open_ == 0:
        return MET
    if met + open_ < k and failed:
        return NOT_MET
    return UNDETERMINED


def all_of(parts: Iterable[Outcome]) -> Outcome:
    """Return the outcome of "all of these": a not met decides, not applicable parts drop out."""
    parts = tuple(parts)
    if NOT_MET in parts:
        return NOT_MET
    if UNDETERMINED in parts:
        return UNDETERMINED
    return MET if MET in parts else NOT_APPLICABLE


def any_of(parts: Iterable[Outcome]) -> Outcome:
    """Return the outcome of "any of these": a met decides, not applicable parts drop out."""
    return at_least(1, parts)


def negation(part: Outcome) -> Outcome:
    """Return the outcome of "not this": met and not met change places, the other two stay."""
    if part is MET:
        return NOT_MET
    return MET if part is NOT_MET else part


def when(condition: Outcome, requirement: Outcome) -> Outcome:
    """Return the outcome of a part of a rule that is asked only where ``condition`` holds.

    Where that is unknown the part is undetermined, even if it is met: it may turn out not applicable, and then it
    satisfies nothing. One that is not applicable in itself is so whatever the condition is.
    """
    if condition is MET or requirement is NOT_APPLICABLE:
        return requirement
    return UNDETERMINED if condition is UNDETERMINED else NOT_APPLICABLE


def applicability(applies: Outcome, requirement: Outcome) -> Outcome:
    """Return the outcome of a whole indicator that is asked only where ``applies`` holds.

    Where that is unknown, a requirement that is met anyway is met: the indicator passes either way. Any other is
    undetermined.
    """
    if applies is UNDETERMINED and requirement is MET:
        return MET
    return when(applies, requirement)


def tier(parts: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a tier over its indicators: as ``all_of``, with not applicable counted as passing."""
    result = all_of(parts)
    return MET if result is NOT_APPLICABLE else result
