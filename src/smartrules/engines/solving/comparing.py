"""Numbers and dates compared for every community, those that are known and those that are known within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from smartrules.engines.solving.found import Dated, Judged, Reckoned, joint, truth
from smartrules.engines.solving.linear import below, compared_steps, holds, never_above
from smartrules.engines.solving.truths import Truth, both, either, negated
from smartrules.expr.nodes import Operator

_TURNED: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def compared(operator: Operator, left: Reckoned, right: Reckoned) -> Judged:
    """Return the outcome of a comparison of numbers; one whose operand is not known is open unless its bounds decide."""
    known = both(left.known, right.known)
    if known is True or (left.bounds.there is False and right.bounds.there is False):
        holds_ = False if known is False else _holds(operator, left, right)
        return truth(holds_, known, joint((left, right), negated(known)))
    if operator in ("=", "!="):
        apart = either(below(left.high, right.low), below(right.high, left.low))
        alike = both(known, left.value.compared("=", right.value))
        met, not_met = (alike, apart) if operator == "=" else (apart, alike)
    else:
        one, other = (right, left) if operator in ("<", "<=") else (left, right)
        if operator in (">=", "<="):
            met, not_met = never_above(other.high, one.low), below(one.high, other.low)
        else:
            met, not_met = below(other.high, one.low), never_above(one.high, other.low)
    open_ = both(negated(met), negated(not_met))
    return Judged(met, not_met, False, open_, joint((left, right), open_))


def _holds(operator: Operator, left: Reckoned, right: Reckoned) -> Truth:
    for stepped, other, asked in ((left, right, operator), (right, left, _TURNED[operator])):
        if stepped.stepped is not None:
            bound = other.value.number
            if bound is not None:
                one = stepped.stepped
                return compared_steps(asked, one.mode, one.value, one.step, bound)
    return left.value.compared(operator, right.value)


def day_compared(operator: Operator, left: Dated, right: Dated) -> Judged:
    """Return the outcome of a comparison of dates."""
    known = both(left.known, right.known)
    holds_: Truth = False if known is False else holds(operator, left.number.plus(right.number, Fraction(-1)))
    return truth(holds_, known, joint((left, right), negated(known)))
