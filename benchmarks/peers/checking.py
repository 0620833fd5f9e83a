"""Nothing is measured before it says what the reference evaluator says."""

from __future__ import annotations

import numpy as np

from smartrules.outcome import MET

from .program import Program
from .workload import CODES, TIER, Workload

#: How many communities are compared with the reference, for a ruleset of one repeat of the standard.
CHECKED = 300


class DisagreementError(Exception):
    """A program that says something else than the reference."""


def reference(workload: Workload) -> np.ndarray:
    """Return the codes of the outcomes as the reference evaluator has them, a row for each indicator."""
    found = [workload.ruleset.assess(facts).outcomes()[TIER] for facts in workload.communities.facts(workload.ruleset)]
    return np.array([[CODES[outcomes[name]] for outcomes in found] for name in workload.indicators], np.int8)


def check(program: Program, workload: Workload, expected: np.ndarray) -> None:
    """Compare what a program says of every indicator of every community with the reference.

    Raises:
        DisagreementError: with the first few that differ.
    """
    said = program.read(program.answer(program.begin(workload)), workload)
    wanted = expected if program.answers == "outcomes" else expected == CODES[MET]
    if said.shape != wanted.shape or (said.dtype == bool) != (wanted.dtype == bool):
        raise DisagreementError(f"{program.key}: {said.dtype} {said.shape} instead of {wanted.dtype} {wanted.shape}")
    if (said != wanted).any():
        rows, columns = np.nonzero(said != wanted)
        first = [
            f"{workload.indicators[i]} of community {j} is {said[i, j]}, not {wanted[i, j]}"
            for i, j in zip(rows[:5], columns[:5], strict=True)
        ]
        raise DisagreementError(f"{program.key}: {len(rows)} answers differ: {'; '.join(first)}")


def tally(said: np.ndarray, program: Program) -> list[int]:
    """Return of how many communities each indicator is met: what all programs must agree on over a whole frame."""
    met = said == CODES[MET] if program.answers == "outcomes" else said
    return [int(number) for number in met.sum(axis=1)]
