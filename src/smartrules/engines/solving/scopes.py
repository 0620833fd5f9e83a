"""Where a rule is asked by the solver: of a community, or of one member of a collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from smartrules.engines.solving.found import Found, Judged, Members, Reasons, Reckoned, reckoned, truth
from smartrules.engines.solving.linear import chosen_number, number
from smartrules.engines.solving.space import Slot
from smartrules.engines.solving.truths import Truth, both, either, negated
from smartrules.expr.nodes import Expr, When
from smartrules.standard import APPLICABLE, Edition, Indicator


@frozen(eq=False)
class Scope:
    """What a rule sees.

    Attributes:
        members: while it asks members of collections, which one of each.
        own: what is known of a member that no fact gives: of an indicator, what became of it.
        standings: the indicators of a tier, where its rule or a score is asked.
        measured: what formulas that several rules name came to.
    """

    members: Mapping[str, Slot] = field(factory=dict)
    own: Mapping[str, Found] = field(factory=dict)
    standings: Sequence[tuple[Slot, Mapping[str, Found]]] | None = None
    measured: dict[str, Reckoned] = field(init=False, factory=dict)

    def within(self, collection: str, slot: Slot, own: Mapping[str, Found] | None = None) -> Scope:
        """Return what a rule sees of one member."""
        return evolve(self, members={**self.members, collection: slot}, own={**self.own, **(own or {})})


@frozen(eq=False)
class Standing:
    """What an indicator came to at a tier.

    Attributes:
        earned: what the formula of its points came to; None where it has none.
    """

    indicator: Indicator
    rule: Expr
    judged: Judged
    earned: Reckoned | None = None


def standing(found: Standing, tier: str, edition: Edition) -> tuple[Slot, Mapping[str, Found]]:
    """Return an indicator as the rule of a tier and the scores see it, as `smartrules.engines.standings` does."""
    indicator, judged = found.indicator, found.judged
    optional = tier in indicator.optional
    own = dict[str, Found]()
    own["id"] = _one(indicator.id, edition, "id")
    own["group"] = _one(indicator.group or "", edition, "group")
    decided = negated(judged.undetermined)
    own["met"] = truth(judged.met, decided, Reasons(missing=True))
    own["mandatory"], own["optional"] = _plain(not optional), _plain(optional)
    may_not, condition_missing, condition_not_reported = _open_conditions(found)
    own[APPLICABLE] = truth(True, negated(may_not), Reasons(missing=True))
    earning = found.earned.reasons if found.earned is not None else Reasons()
    missing = either(judged.reasons.missing, condition_missing, earning.missing)
    not_reported = either(judged.reasons.not_reported, condition_not_reported, earning.not_reported)
    own["reported"] = truth(negated(not_reported), negated(missing), Reasons(missing=True))
    own["points"], own["full_points"] = _points(found)
    given = frozenset(own) if may_not is False else frozenset(own) - {APPLICABLE}
    return Slot(indicator.id, given, negated(judged.not_applicable)), own


def _plain(known: bool) -> Judged:
    return Judged(known, not known)


def _one(member: str, edition: Edition, name: str) -> Members:
    return Members({other: other == member for other in edition.fact_by_id[name].member_ids})


def _open_conditions(found: Standing) -> tuple[Truth, Truth, Truth]:
    """Return whether a condition is open that may make all that is left of an indicator not applicable, and for what causes."""
    reasons = found.judged.reasons
    relevant: Truth = True if isinstance(found.rule, When) else found.judged.undetermined
    return (
        both(relevant, reasons.condition_open),
        both(relevant, reasons.condition_missing),
        both(relevant, reasons.condition_not_reported),
    )


def _points(found: Standing) -> tuple[Reckoned, Reckoned]:
    worth, nothing = found.indicator.points, number(0)
    if worth is None:
        return reckoned(nothing), reckoned(nothing)
    full = number(worth.full)
    if found.earned is None:
        known = negated(found.judged.undetermined)
        value = chosen_number(found.judged.met, full, nothing)
    else:
        known, amount = found.earned.known, found.earned.value
        value = chosen_number(
            amount.compared("<", nothing), nothing, chosen_number(amount.compared(">", full), full, amount)
        )
    return reckoned(value, known, Reasons(missing=True).causing(negated(known))), reckoned(full)
