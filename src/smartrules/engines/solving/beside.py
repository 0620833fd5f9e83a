"""Two communities beside each other: the same facts, or one of them greater."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from smartrules.engines.solver import Solver
from smartrules.engines.solving.found import Dated, Judged, Members, Reckoned
from smartrules.engines.solving.linear import Sum, holds
from smartrules.engines.solving.space import Space
from smartrules.engines.solving.truths import Truth, both, either, negated, same
from smartrules.standard import FactDeclaration

_MINUS = Fraction(-1)


def never_less(declared: FactDeclaration, less: Space, more: Space) -> Iterator[tuple[Truth, Truth]]:
    """Yield of each place of a fact whether it is no less in one space than in another, and whether it is more there."""
    for path in less.places(declared):
        match less.fact(declared, path), more.fact(declared, path):
            case Judged() as one, Judged() as other:
                yield either(one.not_met, other.met), both(one.not_met, other.met)
            case Members() as one, Members() as other:
                for member, has in one.has.items():
                    yield either(negated(has), other.has[member]), both(negated(has), other.has[member])
            case one, other:
                apart = _number(other).plus(_number(one), _MINUS)
                yield holds(">=", apart), holds(">", apart)


def alike(declared: FactDeclaration, one: Space, other_declared: FactDeclaration, other: Space) -> Iterator[Truth]:
    """Yield that a fact that two editions declare is the same in two spaces, which have the same places."""
    for path in one.places(declared):
        match one.fact(declared, path), other.fact(other_declared, path):
            case Judged() as first, Judged() as second:
                yield same(first.met, second.met)
            case Members() as first, Members() as second:
                for member in {**first.has, **second.has}:
                    yield same(first.has.get(member, False), second.has.get(member, False))
            case first, second:
                yield holds("=", _number(first).plus(_number(second), _MINUS))


def is_made_of(declared: FactDeclaration, solver: Solver) -> Truth:
    """Return that a fact that is given is what the members of its collection make it, where they make it something."""
    assert declared.derived is not None
    match solver.space.fact(declared, declared.id), solver.read(declared.derived):
        case Judged() as given, Judged() as made:
            return both(either(negated(made.met), given.met), either(negated(made.not_met), given.not_met))
        case Reckoned() as given, Reckoned() as made:
            return either(negated(made.known), given.value.compared("=", made.value))
        case _:
            raise TypeError(f"{declared.id} is made of something else")


def _number(found: Judged | Reckoned | Dated | Members) -> Sum:
    if isinstance(found, Dated):
        return found.number
    assert isinstance(found, Reckoned)
    return found.value.above
