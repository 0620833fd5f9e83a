"""The answer of `smartrules.analysis.verify`: properties of a ruleset, each proved, refuted, or said not to be decided."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from attrs import field, frozen

from smartrules.documents.given import document_of, written_document
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.standard import Edition
from smartrules.values import write_number

#: The version of the JSON form; it changes when a reader of the old one would misread the new one.
JSON_VERSION = 1


class Property(StrEnum):
    """What is stated of a ruleset."""

    TIER_REACHABLE = "tier_reachable"
    TIER_MISSABLE = "tier_missable"
    TIERS_NESTED = "tiers_nested"
    CAN_BE_MET = "can_be_met"
    CAN_BE_MISSED = "can_be_missed"
    NO_CONTRADICTION = "no_contradiction"
    DECIDES_SOMETHING = "decides_something"
    NO_ZERO_DENOMINATOR = "no_zero_denominator"
    MONOTONE = "monotone"
    CASES_CONSISTENT = "cases_consistent"
    DECLARED_ALIKE = "declared_alike"
    EQUIVALENT = "equivalent"
    EQUIVALENT_WITH_LESS = "equivalent_with_less"


class Verdict(StrEnum):
    """What became of a property.

    ``not_to_hand`` is no claim: what the standard requires there is not known, or the tier itself is not.
    """

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    NOT_ENCODED = "not_encoded"
    NOT_TO_HAND = "not_to_hand"


class Reason(StrEnum):
    """Why a property came to its verdict, where that is not plain from the two."""

    SAME_RULE = "same_rule"
    EXAMPLE = "example"
    COUNTEREXAMPLE = "counterexample"
    NO_SUCH_COMMUNITY = "no_such_community"
    NO_COUNTEREXAMPLE = "no_counterexample"
    NEVER_APPLIES = "never_applies"
    ACCEPTED = "accepted"
    DIRECTION = "direction"
    SCORE = "score"
    GUARDED = "guarded"
    TIER_UNREACHABLE = "tier_unreachable"
    ONLY_ADVICE = "only_advice"
    DECLARED_OTHERWISE = "declared_otherwise"
    ONLY_IN_ONE = "only_in_one"
    AGAINST_THE_RULE = "against_the_rule"
    TIME = "time"
    NODE = "node"


@frozen
class Claim:
    """What the reference finds of a witness.

    Attributes:
        tier: the tier that is asked.
        indicator: the indicator asked at it; None for the tier itself.
        outcome: what it comes to.
        ruleset: the name of the ruleset that is asked.
    """

    tier: str
    indicator: str | None
    outcome: Outcome
    ruleset: str


@frozen
class Witness:
    """A community that shows something, which the reference evaluator was asked about.

    Attributes:
        edition: whose facts they are.
        facts: what is known of the community.
        claims: what the reference finds of it.
    """

    edition: Edition = field(repr=False)
    facts: Facts = field(repr=False)
    claims: tuple[Claim, ...]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The facts document of the community, as `Ruleset.facts` takes it."""
        return document_of(self.edition, self.facts)

    def text(self) -> str:
        """Return the facts document as YAML."""
        return written_document(self.document)


@frozen
class Proof:
    """One property of one thing, and what became of it.

    Attributes:
        stated: the property.
        tier: the id of the tier that it is about; of two tiers the higher one.
        below: the id of the lower tier.
        indicators: the ids of the indicators that it is about.
        across: what it is about where that stands at several tiers: ``basic.network``, or ``basic`` for the rule of a tier.
        facts: the ids of the facts that it is about.
        cases: the names of the cases that it is about.
        measures: the measures whose zero denominator the author accepts.
        only_in: where only one of two rulesets has it, which: ``ruleset`` for the one that is asked about, ``other``.
        number: how many statements it stands for, where it sums up several.
        reason: why, where that is not plain.
        node: what is not said to the solver, where that is the reason.
        witnesses: communities that show it, each replayed.
    """

    stated: Property
    verdict: Verdict
    reason: Reason | None = None
    tier: str | None = None
    below: str | None = None
    indicators: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    only_in: Literal["ruleset", "other"] | None = None
    number: int = 1
    node: str | None = None
    witnesses: tuple[Witness, ...] = ()

    @property
    def id(self) -> str:
        """The name of the statement, the same on every run: ``can_be_met basic.wired_broadband``."""
        about = [*self.facts, *self.cases]
        if self.tier is not None:
            tiers = self.tier if self.below is None else f"{self.tier}>{self.below}"
            about += [f"{tiers}.{name}" for name in self.indicators] or [tiers, *self.across]
        else:
            about += self.indicators
        return " ".join([self.stated.value, *about])


@frozen
class Verification:
    """What was proved of a ruleset.

    Attributes:
        edition: the ruleset.
        fingerprint: of the ruleset.
        proofs: the properties, in a fixed order.
        seconds: the most time that the solver had for one question.
        members: how many members a collection was given at most.
        cases: how many cases were asked.
        other: the ruleset that it was compared with, or None.
    """

    edition: Edition = field(repr=False)
    fingerprint: str
    proofs: tuple[Proof, ...]
    seconds: Fraction
    members: int
    cases: int = 0
    other: Edition | None = field(default=None, repr=False)

    def of(self, verdict: Verdict) -> tuple[Proof, ...]:
        """Return the properties of a verdict."""
        return tuple(proof for proof in self.proofs if proof.verdict is verdict)

    @property
    def refuted(self) -> tuple[Proof, ...]:
        """The properties that do not hold."""
        return self.of(Verdict.REFUTED)

    @property
    def open(self) -> tuple[Proof, ...]:
        """The properties that are neither proved nor refuted: the time was too short, or the rule is not encoded."""
        return (*self.of(Verdict.UNKNOWN), *self.of(Verdict.NOT_ENCODED))

    def counts(self) -> Mapping[Property, Mapping[Verdict, int]]:
        """Return how many statements of each property came to each verdict."""
        found: dict[Property, Counter[Verdict]] = {}
        for proof in self.proofs:
            found.setdefault(proof.stated, Counter())[proof.verdict] += proof.number
        return {name: found[name] for name in Property if name in found}

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the answer as JSON; its form is described by its ``format`` and ``version``."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent, default=str)

    def to_plain(self) -> dict[str, Any]:
        """Return the answer as the plain values of its JSON form."""
        edition = self.edition
        return {
            "format": "smartrules-verification",
            "version": JSON_VERSION,
            "ruleset": {"standard": edition.standard.id, "edition": edition.id, "fingerprint": self.fingerprint},
            "other": None if self.other is None else self.other.name,
            "seconds": write_number(self.seconds),
            "members": self.members,
            "cases": self.cases,
            "counts": {
                name.value: {verdict.value: counted for verdict, counted in each.items()}
                for name, each in self.counts().items()
            },
            "proofs": [_plain(proof) for proof in self.proofs],
        }


def _plain(proof: Proof) -> dict[str, Any]:
    return {
        "id": proof.id,
        "property": proof.stated.value,
        "verdict": proof.verdict.value,
        "reason": None if proof.reason is None else proof.reason.value,
        "tier": proof.tier,
        "below": proof.below,
        "indicators": list(proof.indicators),
        "across": list(proof.across),
        "facts": list(proof.facts),
        "cases": list(proof.cases),
        "measures": list(proof.measures),
        "only_in": proof.only_in,
        "number": proof.number,
        "node": proof.node,
        "witnesses": [_plain_witness(witness) for witness in proof.witnesses],
    }


def _plain_witness(witness: Witness) -> dict[str, Any]:
    return {
        "facts": _of_json(witness.document),
        "found": [
            {"ruleset": c.ruleset, "tier": c.tier, "indicator": c.indicator, "outcome": c.outcome.value}
            for c in witness.claims
        ],
    }


def _of_json(value: Any) -> Any:
    """Return a value of a facts document as JSON has it: a date as its text."""
    match value:
        case {}:
            return {name: _of_json(inner) for name, inner in value.items()}
        case list():
            return [_of_json(inner) for inner in value]
        case None | bool() | int() | str():
            return value
        case _:
            return value.isoformat()
