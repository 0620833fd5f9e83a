"""The contract of a program that is measured."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
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
            decides every indicator of every community and returns the answers in the program's own form.
        read: takes those answers and the workload, and returns a matrix with a row for each indicator and a column for
            each community: the codes of the outcomes, or whether it is met.
        module: what must be importable.
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
    module: str = "smartrules"
    distribution: str = ""
    takes_missing: bool = True
    by_hand: bool = False
    repeats: bool = True

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None
