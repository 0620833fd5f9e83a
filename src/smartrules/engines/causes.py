"""Why what is made of several parts is open."""

from __future__ import annotations

from collections.abc import Iterable

from smartrules.derivation import Cause, Derivation, Missing, NotReported, conclude
from smartrules.expr.nodes import Expr
from smartrules.outcome import MET, UNDETERMINED, Outcome, truth
from smartrules.values import Quantity


def decided(node: Expr, outcome: Outcome, parts: tuple[Derivation, ...], margin: Quantity | None = None) -> Derivation:
    """Return what a requirement comes to, with the causes of its parts where it is open."""
    return conclude(node, outcome, parts, causes_of(parts) if outcome is UNDETERMINED else (), margin)


def causes_of(parts: Iterable[Derivation]) -> tuple[Cause, ...]:
    """Return the causes of all parts, each once."""
    open_ = [part.causes for part in parts if part.causes]
    if len(open_) == 1:
        return open_[0]
    return tuple(dict.fromkeys([cause for causes in open_ for cause in causes]))


def joint_causes(parts: tuple[Derivation, ...]) -> tuple[Cause, ...]:
    """Return why what needs the values of all its parts is open.

    Where one of them is not reported, it stays open whatever comes of the others, so nothing is missing.
    """
    causes = causes_of(parts)
    if any(isinstance(cause, NotReported) for cause in causes) and any(map(never_comes, parts)):
        return tuple(cause for cause in causes if not isinstance(cause, Missing))
    return causes


def never_comes(part: Derivation) -> bool:
    """Return whether a value is not reported, no fact that is missing could give it, and nothing is known of it."""
    kinds = {type(cause) for cause in part.causes}
    return NotReported in kinds and Missing not in kinds and part.bounds is None


def is_reported(asked: Derivation) -> Outcome:
    """Return whether a value is reported: undetermined where a fact is missing, and one of which nobody waits is not.

    What has no value although all its facts are known (a zero denominator) is reported all the same.
    """
    if asked.result is not None and asked.result is not UNDETERMINED:
        return MET
    if any(isinstance(cause, Missing) for cause in asked.causes):
        return UNDETERMINED
    return truth(not any(isinstance(cause, NotReported) for cause in asked.causes))
