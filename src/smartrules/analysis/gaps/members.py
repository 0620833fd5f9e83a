"""Requirements on every member of a collection, or on some."""

from __future__ import annotations

from collections.abc import Sequence

from smartrules.analysis.gaps.goals import FAILS, FREE, HOLDS, IDLE, PASSES, Ask, Either, Goal, Members, Outcomes
from smartrules.analysis.gaps.reading import Goals, Reading, either
from smartrules.expr.nodes import Expr, Quantified, When
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED


def quantified(reading: Reading, node: Quantified, wanted: Outcomes, members: Members) -> Goals:
    """Return what makes every member, or some, come to an outcome; a member that is not asked is as one that does not apply."""
    collection = reading.edition.collection(node.collection).id
    part: Expr = node.part if node.where is None else When(node.part, node.where)
    reading.keep(part)
    asking = [(*members, (collection, place)) for place in reading.places(collection)]
    if node.where is not None and any(reading.outcome(node.where, one) is UNDETERMINED for one in asking):
        reading.gives_up = True  # one of which it is open whether it is asked may be met all the same
    options = list[Sequence[Goal]]()
    if node.quantifier == "every":
        return _every(reading, part, wanted, asking)
    if MET in wanted and asking:
        options.append([Either(tuple((Ask(part, HOLDS, one),) for one in asking))])
    if NOT_APPLICABLE in wanted:
        options.append([_or_absent(reading, part, FREE, one) for one in asking])
    if NOT_MET in wanted:
        idle = [_or_absent(reading, part, IDLE, one) for one in asking]
        options += [[Ask(part, FAILS, one), *idle] for one in asking]
    return either(options)


def _or_absent(reading: Reading, part: Expr, wanted: Outcomes, members: Members) -> Goal:
    absent = reading.absent(members)
    asked = Ask(part, wanted, members)
    return asked if absent is None else Either(((asked,), absent))


def _every(reading: Reading, part: Expr, wanted: Outcomes, asking: Sequence[Members]) -> Goals:
    options = list[Sequence[Goal]]()
    passing = [_or_absent(reading, part, PASSES, one) for one in asking]
    if wanted >= PASSES:
        return passing
    if MET in wanted:
        options += [[Ask(part, HOLDS, one), *passing] for one in asking]
    if NOT_APPLICABLE in wanted:
        options.append([_or_absent(reading, part, FREE, one) for one in asking])
    if NOT_MET in wanted:
        options += [[Ask(part, FAILS, one)] for one in asking]
    return either(options)
