"""`next_questions`: the unknown facts in the order in which asking for them settles a tier soonest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from os import PathLike
from typing import Any

from attrs import field, frozen

from smartrules.assessment import Assessment, TierAssessment
from smartrules.facts import Facts
from smartrules.outcome import NOT_MET, UNDETERMINED
from smartrules.ruleset import Ruleset
from smartrules.standard import Collection, Edition, FactDeclaration, Measure

#: The version of the JSON form.
JSON_VERSION = 1


@frozen
class Question:
    """A fact to ask for.

    Attributes:
        fact: its path: ``households``, of a member ``buildings.b3.monitored``; a collection; or ``on``, the day.
        declared: its declaration; None for the day.
        indicators: those that are open and that it helps to settle.
        settles: of those, the ones that are settled once it and all questions before it are answered.
    """

    fact: str
    declared: FactDeclaration | Collection | Measure | None = field(repr=False)
    indicators: tuple[str, ...]
    settles: tuple[str, ...]


@frozen
class Questions:
    """What to ask of a community, the first question first.

    Attributes:
        tier: the tier that is to be settled; None where all that are known are settled.
        wanted: the tier that was asked for; None where it was left open.
        not_to_hand: the tier, up to that which is wanted, of which what it requires is not to hand, where all below it are
            reached: no answer settles it.
    """

    edition: Edition = field(repr=False)
    fingerprint: str
    facts: Facts = field(repr=False)
    tier: str | None
    asked: tuple[Question, ...]
    wanted: str | None = None
    not_to_hand: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether a tier stays open: that which is wanted, or the lowest that is not settled where none was named."""
        return self.tier is not None or (self.wanted is not None and self.not_to_hand is not None)

    def __len__(self) -> int:
        return len(self.asked)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.asked)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the questions as JSON."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)

    def to_plain(self) -> dict[str, Any]:
        """Return the questions as the plain values of their JSON form."""
        edition, community = self.edition, self.facts.community
        return {
            "format": "smartrules-questions",
            "version": JSON_VERSION,
            "ruleset": {"standard": edition.standard.id, "edition": edition.id, "fingerprint": self.fingerprint},
            "community": None if community is None else {"id": community.id, "name": community.name},
            "tier": self.tier,
            "wanted": self.wanted,
            "not_to_hand": self.not_to_hand,
            "questions": [
                {"fact": one.fact, "indicators": list(one.indicators), "settles": list(one.settles)}
                for one in self.asked
            ],
        }


def next_questions(
    ruleset: Ruleset, facts: str | PathLike[str] | Mapping[str, Any] | Facts, tier: str | None = None
) -> Questions:
    """Return the unknown facts of a community in the order that settles a tier soonest.

    Each open indicator is one share, divided among the facts that are still missing for it. The fact with the most of all
    shares is asked for first, and then counts as known; of equal ones that which is declared first. So a fact that settles
    an indicator alone comes before two that do so together, and one that several indicators wait for before one of a single.

    Args:
        facts: as `Ruleset.facts` takes them.
        tier: the id of the tier; by default the lowest that is open, with none below it missed. Where it, or one below it,
            is missed already, there is nothing to ask.

    Raises:
        FactsError: as `Ruleset.facts`.
        NotFoundError: SR603 for a tier that the ruleset does not have.
    """
    edition = ruleset.edition
    if tier is not None:
        edition.tier(tier)
    assessed = ruleset.assess(facts)
    lowest = _lowest_unreached(assessed, tier)
    found = None if lowest is None or lowest.outcome is NOT_MET or not lowest.requirements_known else lowest
    beyond = lowest is not None and lowest.outcome is not NOT_MET and not lowest.requirements_known
    return Questions(
        edition,
        ruleset.fingerprint,
        assessed.facts,
        None if found is None else found.tier.id,
        () if found is None else _in_order(found, edition),
        tier,
        lowest.tier.id if lowest is not None and beyond else None,
    )


def _lowest_unreached(assessed: Assessment, tier: str | None) -> TierAssessment | None:
    """Return the lowest tier, up to one, that is missed or open."""
    for found in assessed.tiers:
        if found.outcome in (NOT_MET, UNDETERMINED):
            return found
        if found.tier.id == tier:
            return None
    return None


def _in_order(tier: TierAssessment, edition: Edition) -> tuple[Question, ...]:
    every = tier.missing
    if any("on" in finding.missing for finding in tier.values() if not finding.optional):
        every = (*every, "on")
    wanted = frozenset(every)
    waiting = {
        name: frozenset(finding.missing) & wanted
        for name, finding in tier.items()
        if finding.outcome is UNDETERMINED and frozenset(finding.missing) & wanted
    }
    found = list[Question]()
    left = {name: set(missing) for name, missing in waiting.items()}
    unasked = dict.fromkeys(every)
    while unasked:
        shares = {fact: _share(fact, left.values()) for fact in unasked}
        best = max(unasked, key=lambda fact: shares[fact])  # the first of those that are equal
        del unasked[best]
        helped = tuple(name for name, missing in waiting.items() if best in missing)
        settles = tuple(name for name in helped if left[name] == {best})
        for missing in left.values():
            missing.discard(best)
        found.append(Question(best, _declared(best, edition), helped, settles))
    return tuple(found)


def _share(fact: str, waiting: Iterable[set[str]]) -> Fraction:
    return sum((Fraction(1, len(missing)) for missing in waiting if fact in missing), Fraction(0))


def _declared(fact: str, edition: Edition) -> FactDeclaration | Collection | None:
    name = fact.rpartition(".")[2]
    return edition.fact_by_id.get(name) or edition.collection_by_id.get(name)
