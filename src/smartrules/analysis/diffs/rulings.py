"""What becomes of one rule in another edition: stricter, looser, neither, or the same in other words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import frozen

from smartrules.expr.nodes import Expr
from smartrules.outcome import Outcome
from smartrules.values import Quantity

#: A facts document as plain values.
Document = Mapping[str, Any]


class Verdict(StrEnum):
    """What an edition makes of a rule. Each is proved, or shown by a community; what is neither is not decided."""

    ADDED = "added"  # it is asked, and was not
    REMOVED = "removed"  # it was asked, and is not
    STRICTER = "stricter"  # nobody comes out better, somebody worse
    LOOSER = "looser"  # nobody comes out worse, somebody better
    INCOMPARABLE = "incomparable"  # somebody comes out better, somebody else worse
    APPLIES_OTHERWISE = "applies_otherwise"  # everybody passes as before, but it is asked of others
    OPEN_OTHERWISE = "open_otherwise"  # the same for all facts that are known, another where some are missing
    DIFFERENT = "different"  # somebody comes out otherwise; it is not proved that nobody does the other way
    NOT_DECIDED = "not_decided"  # neither proved the same nor told apart
    REWRITTEN = "rewritten"  # proved the same for all facts

    @property
    def is_material(self) -> bool:
        """Whether a community may come out otherwise."""
        return self is not Verdict.REWRITTEN


class Doubt(StrEnum):
    """Why nothing more is said of a rule."""

    ONE_WAY = "one_way"  # communities go one way; that none goes the other is not proved
    OTHER_FACTS = "other_facts"  # a fact of the rule is another thing in the other edition
    NOT_FOUND = "not_found"  # neither a proof nor a community that tells the two apart


@frozen
class Said:
    """What an edition says of a community.

    Attributes:
        outcome: of a rule that is asked; None where it is not, or is no rule but a number.
        missing: the facts that leave it open.
        value: of a number; None where it has none.
    """

    outcome: Outcome | None = None
    missing: tuple[str, ...] = ()
    value: Quantity | None = None


@frozen
class Witness:
    """A community of which the two editions say otherwise.

    Attributes:
        old: its facts document for the old edition, as `Ruleset.facts` takes it; ``new`` that for the new one.
        before: what the old edition says; ``after`` what the new one does.
    """

    old: Document
    new: Document
    before: Said
    after: Said


class Subject(StrEnum):
    """What a rule decides."""

    REQUIREMENT = "requirement"  # an indicator's, asked where it applies
    POINTS = "points"
    FORMULA = "formula"  # of a measure or a score
    TIER = "tier"  # whether a tier is reached


@frozen
class Ruling:
    """What becomes of a rule.

    Attributes:
        of: what the rule decides.
        tiers: the tiers at which both editions, or the one that has it, ask it: by the id in the new edition, else the old.
        before: the rule as the old edition has it; None where it asks nothing. ``after`` likewise.
        witnesses: communities that show it; of what is incomparable one that comes out worse and one that comes out better.
        doubt: why nothing more is said; None where the verdict is proved.
    """

    of: Subject
    tiers: tuple[str, ...]
    verdict: Verdict
    before: Expr | None
    after: Expr | None
    witnesses: tuple[Witness, ...] = ()
    doubt: Doubt | None = None
