"""What every program is given: a ruleset of so many indicators, and the communities to decide."""

from __future__ import annotations

from attrs import frozen

import smartrules as sr
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

from .communities import Communities

NAME = "shandong-smart-community@2022"
TIER = "basic"

#: Outcomes as small integers, those of `Ruleset.assess_frame`.
CODES = {NOT_MET: 0, MET: 1, NOT_APPLICABLE: 2, UNDETERMINED: 3}


@frozen(eq=False)
class Workload:
    """A ruleset and the communities to decide.

    Attributes:
        repeats: how often the ruleset says the standard's indicators.
    """

    communities: Communities
    ruleset: Ruleset
    repeats: int = 1

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of the indicators, in the order of the answers."""
        return tuple(indicator.id for indicator in self.ruleset.edition.indicators)


def standard() -> Edition:
    return sr.load(NAME).edition
