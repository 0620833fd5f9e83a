"""durable_rules 2.0.28: one rule for each indicator; a community is a fact that is asserted, and then its state is deleted.

A rule compares a plain field with arithmetic, never arithmetic with arithmetic, and knows no lists. So the host gives it each
part of a share times ten thousand, and how many members a set has. With ten repeats of the standard it refuses every community
(error code 303), and with a hundred the rules are not ready after five minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
from durable import lang

from smartrules.values import Kind

from .decisions import TEN_THOUSANDTHS, Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions, walk
from .program import Program
from .workload import TIER, Workload

#: A name for each set of rules, which the library registers for good.
NAMES = (f"standard_{number}" for number in count())


def condition(said: Statement) -> Any:
    """Return a statement as a condition over one fact."""
    match said:
        case Flag():
            return field(said.fact) == True  # noqa: E712  the library reads the comparison
        case Number():
            return compared(field(said.fact), said.operator, said.threshold)
        case Share():
            holds = compared(field(scaled(said.part)), said.operator, field(said.whole) * said.threshold)
            return (field(said.whole) > 0) & holds if said.may_be_empty else holds
        case Kinds():
            return field(said.fact) >= said.least
        case Members():
            return field(said.fact) >= len(said.members)
        case Every():
            first, *others = map(condition, said.parts)
            for other in others:
                first = first & other
            return first
        case Where():
            return condition(said.condition) & condition(said.requirement)


def compared(left: Any, operator: str, right: Any) -> Any:
    return left >= right if operator == ">=" else left > right


def field(name: str) -> Any:
    return getattr(lang.m, name)


def scaled(part: str) -> str:
    return f"{part}_x{TEN_THOUSANDTHS}"


def messages(workload: Workload) -> Iterator[dict[str, Any]]:
    """Yield each community as a fact."""
    sets = [fact.id for fact in workload.ruleset.edition.facts if fact.kind is Kind.SET]
    said = decisions(workload.ruleset.edition, TIER).values()
    parts = {one.part for decision in said for one in walk(decision) if isinstance(one, Share)}
    for row in workload.communities.rows():
        yield row | {name: len(row[name]) for name in sets} | {scaled(p): row[p] * TEN_THOUSANDTHS for p in parts}


def begin(workload: Workload) -> Callable[[], Iterator[frozenset[str]]]:
    met: list[str] = []
    rules = next(NAMES)

    def note(indicator: str) -> Callable[[Any], None]:
        return lambda c: met.append(indicator)  # an action with two parameters would run on another thread

    with lang.ruleset(rules):
        for name, said in decisions(workload.ruleset.edition, TIER).items():
            lang.when_all(condition(said))(note(name))
    facts = list(messages(workload))

    def decide() -> Iterator[frozenset[str]]:
        for number, fact in enumerate(facts):
            session = str(number)
            met.clear()
            lang.assert_fact(rules, {"sid": session, **fact})
            lang.delete_state(rules, session)  # at most 1,024 sessions live at a time
            yield frozenset(met)

    return decide


def read(answers: list[frozenset[str]], workload: Workload) -> np.ndarray:
    return np.array([[name in answer for answer in answers] for name in workload.indicators], bool)


PROGRAMS = (
    Program(
        "durable_rules",
        "communities",
        "met",
        begin,
        read,
        distribution="durable_rules",
        repeats=False,
        takes_missing=False,
    ),
)
