"""One community at a time: this library, compiled and with every reason, beside the same written by hand in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from smartrules.assessment import Assessment
from smartrules.outcome import Outcome

from .program import Program
from .python_by_hand import by_hand, plain
from .workload import CODES, TIER, Workload


def by_hand_in_python(workload: Workload) -> Callable[[], Iterator[dict[str, Outcome]]]:
    pairs = [plain(one) for one in workload.communities.facts(workload.ruleset)]
    return lambda: (by_hand(facts, stated) for facts, stated in pairs)


def compiled(workload: Workload) -> Callable[[], Iterator[dict[str, dict[str, Outcome]]]]:
    facts, outcomes = workload.communities.facts(workload.ruleset), workload.ruleset.outcomes
    return lambda: (outcomes(one) for one in facts)


def exact(workload: Workload) -> Callable[[], Iterator[Assessment]]:
    facts, assess = workload.communities.facts(workload.ruleset), workload.ruleset.assess
    return lambda: (assess(one) for one in facts)


def read_outcomes(answers: list[dict[str, dict[str, Outcome]]], workload: Workload) -> np.ndarray:
    return codes([answer[TIER] for answer in answers], workload)


def read_assessments(answers: list[Assessment], workload: Workload) -> np.ndarray:
    return codes([answer.outcomes()[TIER] for answer in answers], workload)


def codes(answers: list[Mapping[str, Outcome]], workload: Workload) -> np.ndarray:
    """Return outcomes by indicator as a matrix of codes."""
    return np.array([[CODES[answer[name]] for answer in answers] for name in workload.indicators], np.int8)


PROGRAMS = (
    Program("Python by hand", "communities", "outcomes", by_hand_in_python, codes, by_hand=True, repeats=False),
    Program("smartrules compiled: ruleset.outcomes", "communities", "outcomes", compiled, read_outcomes),
    Program("smartrules exact, every reason: ruleset.assess", "communities", "outcomes", exact, read_assessments),
)
