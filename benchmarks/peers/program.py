"""The contract of a program that is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from attrs import frozen

from .workload import Workload


@frozen
class Program:
    """One way to decide every indicator of every community.

    Attributes:
        name: what the tables call it.
        takes: a frame of communities in one call, or one community after another.
        answers: all four outcomes, or only whether an indicator is met.
        begin: takes the workload and puts it into the program's own form, which nobody times; returns what is timed: it
            decides every indicator of every community and returns the answers in the program's own form. What takes
            communities returns an iterator, which decides the next one when it is asked.
        read: takes those answers, of communities as a list, and the workload, and returns a matrix with a row for each
            indicator and a column for each community: the codes of the outcomes, or whether it is met.
        distribution: what installs it, for the list of versions.
        takes_missing: whether it can be asked where facts are missing.
        by_hand: whether the indicators are written by hand, for this one standard.
        repeats: whether it can be asked to decide a ruleset of many repeats of the standard.
    """

    name: str
    takes: Literal["frames", "communities"]
    answers: Literal["outcomes", "met"]
    begin: Callable[[Workload], Callable[[], Any]]
    read: Callable[[Any, Workload], np.ndarray]
    distribution: str = ""
    takes_missing: bool = True
    by_hand: bool = False
    repeats: bool = True

    @property
    def key(self) -> str:
        """Its name among all programs."""
        return f"{self.name}: {self.answers}"

    def answer(self, call: Callable[[], Any]) -> Any:
        """Return the answers of what `begin` returned, as `read` takes them."""
        return list(call()) if self.takes == "communities" else call()

    def can_take(self, *, missing: float, repeats: int) -> bool:
        return (self.takes_missing or not missing) and (self.repeats or repeats == 1)
