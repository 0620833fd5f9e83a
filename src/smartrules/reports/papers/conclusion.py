"""What an acceptance concludes: it follows from the outcomes of the asked tier and of every tier below it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from smartrules.assessment import Assessment, TierAssessment
from smartrules.outcome import MET, NOT_MET, Outcome


class Conclusion(StrEnum):
    """What is concluded of a community's acceptance at a tier."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    OPEN = "open"  # it cannot be agreed until what is undetermined is known
    NOT_TO_HAND = "not_to_hand"  # it cannot be agreed until what the tier requires is to hand


@frozen
class Standing:
    """How a tier stands.

    Attributes:
        outcome: of the tier, seen alone.
        known: whether what the tier requires is to hand.
    """

    outcome: Outcome
    known: bool = True


def conclude(standings: Iterable[Standing]) -> Conclusion:
    """Return what is concluded of the asked tier and of all below it.

    It is agreed only where every one of them is known and met. A tier that is not met decides against it, whatever the
    others are; of one whose requirements are not to hand nothing that a community supplies would decide.
    """
    tiers = tuple(standings)
    if any(one.known and one.outcome is NOT_MET for one in tiers):
        return Conclusion.NOT_AGREED
    if any(not one.known for one in tiers):
        return Conclusion.NOT_TO_HAND
    return Conclusion.AGREED if tiers and all(one.outcome is MET for one in tiers) else Conclusion.OPEN


def conclusion_of(assessment: Assessment, tier: str) -> Conclusion:
    """Return what is concluded of a community at a tier.

    Raises:
        NotFoundError: SR603 for a tier that the edition does not have.
    """
    return conclude(Standing(found.outcome, found.requirements_known) for found in tiers_up_to(assessment, tier))


def tiers_up_to(assessment: Assessment, tier: str) -> Iterable[TierAssessment]:
    """Yield the findings of every tier below one, the lowest first, and its own at last."""
    asked = assessment[tier].tier
    for found in assessment.tiers:
        yield found
        if found.tier.id == asked.id:
            return
