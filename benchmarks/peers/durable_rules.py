"""durable_rules 2.0.28: one rule for each indicator; a community is a fact that is asserted, and then its state is deleted.

A rule compares a plain field with arithmetic, never arithmetic with arithmetic, and knows no lists. So the host gives it each
part of a share times ten thousand, and how many members a set has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from durable import lang
from smartrules.values import Kind

from .decisions import TEN_THOUSANDTHS, Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions, walk
from .program import Program
from .workload import TIER, Workload

RULES = "standard"


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


def begin(workload: Workload) -> Callable[[], list[frozenset[str]]]:
    met: list[str] = []

    def note(indicator: str) -> Callable[[Any], None]:
        return lambda c: met.append(indicator)  # an action with two parameters would run on another thread

    with lang.ruleset(RULES):
        for name, said in decisions(workload.ruleset.edition, TIER).items():
            lang.when_all(condition(said))(note(name))
    facts = list(messages(workload))

    def decide() -> list[frozenset[str]]:
        answers = []
        for number, fact in enumerate(facts):
            session = str(number)
            met.clear()
            lang.assert_fact(RULES, {"sid": session, **fact})
            lang.delete_state(RULES, session)  # at most 1,024 sessions live at a time
            answers.append(frozenset(met))
        return answers

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
        module="durable",
        distribution="durable_rules",
        takes_missing=False,
    ),
)
