"""What a search has to bring about: parts of rules with the outcomes that are wanted of them, and what they come down to."""

from __future__ import annotations

from attrs import field, frozen

from smartrules.analysis.solving.inequalities import Inequality
from smartrules.expr.nodes import Expr
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome

#: Of each collection of which a rule asks a member, which one: ``buildings`` → ``buildings.2``.
Members = tuple[tuple[str, str], ...]

Outcomes = frozenset[Outcome]
HOLDS: Outcomes = frozenset({MET})
FAILS: Outcomes = frozenset({NOT_MET})
FREE: Outcomes = frozenset({NOT_APPLICABLE})
PASSES, IDLE = HOLDS | FREE, FAILS | FREE


@frozen
class Hold:
    """An inequality of whole numbers."""

    inequality: Inequality


@frozen
class Know:
    """A fact that must have a value."""

    path: str


@frozen
class Lack:
    """A fact that must stay unknown, so that a stated figure serves."""

    path: str


@frozen
class Ask:
    """A part of a rule that must come to one of some outcomes."""

    node: Expr
    wanted: Outcomes
    members: Members = ()


@frozen
class Judge:
    """The whole rule of an indicator at a tier, which passes where it does not apply."""

    tier: str
    indicator: str
    wanted: Outcomes


@frozen
class Either:
    """One of several ways is enough; each is several goals."""

    options: tuple[tuple[Goal, ...], ...]


@frozen
class Choice:
    """A whole number that is 0 or 1 by what a part comes to, so that numbers of parts are sums.

    Attributes:
        name: of the whole number.
        now: what it is at the facts as they are, where a search begins.
    """

    name: str
    now: int = field(eq=False)
    high: int = 1
    low: int = 0


Goal = Hold | Know | Lack | Ask | Judge | Either | Choice
