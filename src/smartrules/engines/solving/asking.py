"""The solver asked: whether a community is possible of which some truths hold, within a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from attrs import frozen

from smartrules.engines.solving.calendars import FIRST
from smartrules.engines.solving.library import z3
from smartrules.engines.solving.linear import Sum, constant, holds, of_term
from smartrules.engines.solving.space import Freedom, holds_in, value_in
from smartrules.engines.solving.truths import Truth

#: The day that an example takes where any would do.
_ROUND_DAY = date(2024, 1, 1).toordinal()
#: The numbers that an example takes where they would do, in steps.
_ROUND = (0, 1, 2, 3, 5, 10, 20, 50, 100, 1000, 10_000)
_MOST_TRIES = 400
#: Into how many parts a unit is divided where an example needs a part of it, so that it is written as a decimal.
_PARTS = (1, 2, 10, 100, 1000, 10**6)
#: The part of the time that is left to the way of asking that is quickest for what is linear.
_QUICK = 4


class Reply(StrEnum):
    """What the solver says of the communities of which some truths hold."""

    SOME = "some"
    NONE = "none"
    OPEN = "open"


@frozen(eq=False)
class Answer:
    """What the solver says, with a model where there is one.

    Attributes:
        model: one community, as the solver gives it; None where there is none, or it is the same whatever the facts are.
    """

    reply: Reply
    model: Any = None


class Asking:
    """Asks the solver, each question within a time.

    Attributes:
        seconds: the most that one question takes.
        asked: how many questions were put.
    """

    def __init__(self, seconds: Fraction) -> None:
        self.seconds = seconds
        self.asked = 0

    def ask(self, truths: Iterable[Truth]) -> Answer:
        """Return whether a community is possible of which all of some truths hold."""
        open_ = list[Truth]()
        for truth in truths:
            if truth is False:
                return Answer(Reply.NONE)
            if truth is not True:
                open_.append(truth)
        self.asked += 1
        milliseconds = int(self.seconds * 1000)
        for solver, share in ((z3.SimpleSolver, _QUICK), (z3.Solver, 1)):
            asking = solver()
            asking.set("timeout", max(milliseconds // share, 1))
            asking.add(open_)
            said = asking.check()
            if said == z3.unsat:
                return Answer(Reply.NONE)
            if said == z3.sat:
                model = asking.model()
                # A root is no value that a facts document can say.
                is_rational = not any(z3.is_algebraic_value(model[one]) for one in model.decls())
                return Answer(Reply.SOME, model) if is_rational else Answer(Reply.OPEN)
        return Answer(Reply.OPEN)

    def core(self, always: Iterable[Truth], parts: Sequence[Truth]) -> tuple[int, ...] | None:
        """Return the places of parts that cannot all hold, of which none can be left out; None where that stays open."""
        kept = list(range(len(parts)))
        fixed = list(always)
        if self.ask([*fixed, *parts]).reply is not Reply.NONE:
            return None
        names = [z3.Bool(f"part {place}") for place in kept]
        asking = z3.Solver()
        asking.set("timeout", int(self.seconds * 1000))
        asking.add([truth for truth in fixed if truth is not True])
        for name, part in zip(names, parts, strict=True):
            asking.add(z3.Implies(name, part))
        if asking.check(*names) == z3.unsat:
            there = {str(name) for name in asking.unsat_core()}
            kept = [place for place in kept if str(names[place]) in there]
        for place in list(kept):
            others = [other for other in kept if other != place]
            if asking.check(*(names[other] for other in others)) == z3.unsat:
                kept = others
        return tuple(kept)

    def rounded(self, unknowns: Iterable[Freedom], truths: Iterable[Truth], model: Any) -> Any:
        """Return a model of the same truths with numbers as small and round as a few tries make them."""
        asking = z3.SimpleSolver()
        asking.set("timeout", int(self.seconds * 1000) or 1)
        asking.add([truth for truth in truths if truth is not True])
        tries = 0
        for unknown in unknowns:
            now = value_in(model, unknown.value) if unknown.value is not None else Fraction(0)
            wanted: list[Truth] = []
            if unknown.value is None:
                wanted = [] if not holds_in(model, unknown.truth) else [z3.Not(unknown.truth)]
            elif unknown.is_day:
                wanted = [
                    holds("=", unknown.value.plus(constant(-day)))
                    for day in (_ROUND_DAY, _ROUND_DAY - 1, _ROUND_DAY + 1)
                    if day >= FIRST
                ]
            else:
                numbers = [step * unknown.step for step in _ROUND]
                wanted = [holds("=", unknown.value.plus(constant(-one))) for one in numbers if one < abs(now)]
                if unknown.any_value:
                    wanted += [self._in_steps(unknown.value, unknown.step / parts) for parts in _PARTS]
            for truth in wanted:
                tries += 1
                if tries > _MOST_TRIES:
                    return model
                asking.push()
                asking.add(truth)
                if asking.check() == z3.sat:
                    model = asking.model()
                    break
                asking.pop()
            else:
                asking.add(unknown.stays(model))
        return model

    def _in_steps(self, value: Sum, step: Fraction) -> Truth:
        """Return that a number is a whole number of steps."""
        return holds("=", value.plus(of_term(z3.FreshInt("steps"), step), Fraction(-1)))
