"""The algebra of `smartrules.outcome`, over the outcomes of all communities."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from smartrules.engines.solving.found import Found, Judged, Reasons, joined
from smartrules.engines.solving.truths import Truth, at_least_of, both, either, every, negated, some
from smartrules.outcome import Outcome

#: Outcomes without their reasons.
_Parts = Sequence[Judged]


def _of(met: Truth, not_met: Truth, not_applicable: Truth, undetermined: Truth, reasons: Reasons) -> Judged:
    return Judged(met, not_met, not_applicable, undetermined, reasons.causing(undetermined))


def all_of(parts: _Parts) -> Judged:
    """Return "all of these"."""
    failed = some(part.not_met for part in parts)
    any_open = some(part.undetermined for part in parts)
    open_ = both(any_open, negated(failed))
    aside = every(part.not_applicable for part in parts)
    met = both(negated(failed), negated(any_open), negated(aside))
    return _of(met, failed, aside, open_, joined(part.reasons for part in parts))


def at_least(k: int, parts: _Parts) -> Judged:
    """Return "at least ``k`` of these", capped by how many apply."""
    reasons = joined(part.reasons for part in parts)
    failed = [part.not_met for part in parts]
    any_failed = some(failed)
    any_open = some(part.undetermined for part in parts)
    aside = every(part.not_applicable for part in parts)
    applies = negated(aside)
    met = [part.met for part in parts]
    holds = both(applies, either(at_least_of(k, met), both(negated(any_failed), negated(any_open))))
    possible = met if any_open is False else [either(part.met, part.undetermined) for part in parts]
    fails = both(negated(holds), any_failed, negated(at_least_of(k, possible)))
    if any_open is False:
        # Without an open part, what applies and is not met has failed.
        fails = both(applies, negated(holds))
        return _of(holds, fails, aside, False, reasons)
    open_ = both(applies, negated(holds), negated(fails))
    return _of(holds, fails, aside, open_, reasons)


def any_of(parts: _Parts) -> Judged:
    """Return "any of these"."""
    return at_least(1, parts)


def negation(part: Judged) -> Judged:
    """Return "not this"."""
    return Judged(part.not_met, part.met, part.not_applicable, part.undetermined, part.reasons)


def when(condition: Judged, requirement: Judged) -> Judged:
    """Return a part that is asked only where a condition holds."""
    asked = condition.met
    not_asked = either(condition.not_met, condition.not_applicable)
    aside = either(not_asked, requirement.not_applicable)
    open_ = both(
        negated(requirement.not_applicable), either(condition.undetermined, both(asked, requirement.undetermined))
    )
    return Judged(
        both(asked, requirement.met),
        both(asked, requirement.not_met),
        aside,
        open_,
        _guarded_reasons(condition, requirement, not_asked, open_),
    )


def applicability(applies: Judged, requirement: Judged) -> Judged:
    """Return a whole indicator that is asked only where it applies: what is met anyway is met."""
    found = when(applies, requirement)
    anyway = both(applies.undetermined, requirement.met)
    if anyway is False:
        return found
    open_ = both(found.undetermined, negated(anyway))
    not_asked = either(applies.not_met, applies.not_applicable)
    return Judged(
        either(found.met, anyway),
        found.not_met,
        found.not_applicable,
        open_,
        _guarded_reasons(applies, requirement, not_asked, open_),
    )


def _guarded_reasons(condition: Judged, requirement: Judged, not_asked: Truth, open_: Truth) -> Reasons:
    """Return the reasons of what is asked where a condition holds, and that the condition is open where it is."""
    asked = requirement.reasons.where(negated(not_asked))
    own = condition.undetermined
    below = joined((condition.reasons, asked)).causing(open_)
    if own is False:
        return below
    return Reasons(
        below.missing,
        below.not_reported,
        either(own, below.condition_open),
        either(both(own, condition.reasons.missing), below.condition_missing),
        either(both(own, condition.reasons.not_reported), below.condition_not_reported),
    )


def tier(part: Judged) -> Judged:
    """Return the outcome of a tier: not applicable counts as passing."""
    return Judged(either(part.met, part.not_applicable), part.not_met, False, part.undetermined, part.reasons)


def reported(found: Found) -> Judged:
    """Return whether a value is reported, whatever it is: `smartrules.engines.causes.is_reported`."""
    reasons = found.reasons
    there: Truth = negated(found.undetermined) if isinstance(found, Judged) else found.known
    met = either(there, both(negated(reasons.missing), negated(reasons.not_reported)))
    open_ = both(negated(there), reasons.missing)
    not_met = both(negated(there), negated(reasons.missing), reasons.not_reported)
    return Judged(met, not_met, False, open_, reasons.causing(open_))


def quantified(quantifier: str, members: Sequence[tuple[Judged, Judged, Reasons]]) -> Judged:
    """Return a requirement on every member or on some: of each, whether it is asked, what it comes to, why that is open."""
    without, with_passing, reasons = list[Judged](), list[Judged](), list[Reasons]()
    any_passing: Truth = False
    for chosen, part, why in members:
        reasons += [why, part.reasons.where(negated(chosen.not_applicable))]
        outcome = when(chosen, part)
        passing = both(chosen.undetermined, part.met)  # asked or not, it fails nothing
        any_passing = either(any_passing, passing)
        with_passing.append(outcome)
        aside = either(outcome.not_applicable, passing)
        without.append(Judged(outcome.met, outcome.not_met, aside, both(outcome.undetermined, negated(passing))))
    if quantifier == "some":
        found = any_of(with_passing)
    elif any_passing is False:
        found = all_of(with_passing)
    else:
        any_met = some(one.met for one in without)
        one, other = all_of(without), all_of(with_passing)
        found = Judged(
            *(
                either(both(any_met, one.truth_of(outcome)), both(negated(any_met), other.truth_of(outcome)))
                for outcome in Outcome
            )
        )
    return evolve(found, reasons=joined(reasons).causing(found.undetermined))
