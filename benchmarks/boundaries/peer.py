"""The contract of a peer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from attrs import frozen

from .question import Question


class CannotBeAskedError(Exception):
    """The peer has no way to say this, or cannot read it."""


class Answer(NamedTuple):
    """What a peer ran, in its own language, and whether the comparison held."""

    program: str
    holds: bool


@frozen
class Peer:
    """Another way to decide a comparison.

    Attributes:
        name: what the tables call it.
        given: how a fact reaches it, and in which numbers it computes.
        ask: puts a question to it. What it raises, besides `CannotBeAskedError`, is its own refusal.
        distribution: what installs it, for the list of versions.
    """

    name: str
    given: str
    ask: Callable[[Question], Answer]
    distribution: str = ""
