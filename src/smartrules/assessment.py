"""Findings and assessments: what an edition says of one community, with every reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from smartrules.derivation import BeyondCalendar, Derivation, Missing, NotReported, NotToHand, ZeroDenominator
from smartrules.diagnostics import NotFoundError, did_you_mean, one_of
from smartrules.explanation import explain, explain_tier
from smartrules.expr.nodes import Name, Reported
from smartrules.expr.text import phrase, source
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.record import encode_derivation, encode_facts, encode_quantity
from smartrules.showing import html
from smartrules.standard import Edition, Indicator, Tier
from smartrules.units import unit
from smartrules.values import Language, Quantity

#: The version of the JSON form; it changes only when a reader of the old form would misread the new one.
JSON_VERSION = 1

_POINT = unit("point")


class Basis(StrEnum):
    """What a finding rests on."""

    COUNTED = "counted"  # facts alone
    STATED = "stated"  # at least one figure that is stated without its counts
    NOTHING = "nothing"  # no fact at all was known


class _UnsealedFinding:
    """A finding while `find` fills it in, as `smartrules.derivation.conclude` does with derivations."""

    __slots__ = ("__weakref__", "derivation", "earned", "edition", "indicator", "tier")


@frozen(repr=False)
class Finding(_UnsealedFinding):
    """One indicator's outcome at one tier, with its derivation.

    Attributes:
        earned: what the formula of its points came to; None where it has none.
    """

    edition: Edition = field(repr=False, eq=False)
    indicator: Indicator
    tier: str
    derivation: Derivation = field(repr=False)
    earned: Derivation | None = field(default=None, repr=False)

    _repr_html_ = html

    def __repr__(self) -> str:
        return f"<Finding {self.tier}.{self.indicator.id}: {self.outcome}>"

    @property
    def outcome(self) -> Outcome:
        """What the indicator came to."""
        return self.derivation.outcome

    @property
    def margin(self) -> Quantity | None:
        """How far from the threshold, in its unit: zero exactly on it, negative where it is missed.

        Where several comparisons in one unit decide, the margin of the deciding one; None where nothing is measured.
        """
        return self.derivation.margin

    @property
    def optional(self) -> bool:
        """Whether the indicator is optional at the tier, so that the tier does not need it."""
        return self.tier in self.indicator.optional

    @property
    def full_points(self) -> Quantity | None:
        """The most points that the indicator can earn; None where it has no points, or is not applicable."""
        worth = self.indicator.points
        return None if worth is None or self.outcome is Outcome.NOT_APPLICABLE else Quantity(worth.full, _POINT)

    @property
    def points(self) -> Quantity | None:
        """The points that it earns; None where that is open, or it has none, or is not applicable.

        A formula never gives less than nothing or more than the full points: 扣完为止.
        """
        full = self.full_points
        if full is None:
            return None
        if self.earned is None:
            return {Outcome.MET: full, Outcome.NOT_MET: Quantity(0, _POINT)}.get(self.outcome)
        amount = self.earned.result
        assert amount is None or isinstance(amount, int | Fraction)
        return None if amount is None else Quantity(max(0, min(amount, full.number)), _POINT)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would decide, in the order of their declarations; empty where the outcome is settled.

        ``on`` is among them where the rule asks for the day of the facts and they name none.
        """
        missing = [cause.fact for cause in self.derivation.causes if isinstance(cause, Missing)]
        return (*self.edition.in_order(missing), *(("on",) if "on" in missing else ()))

    @property
    def not_reported(self) -> tuple[str, ...]:
        """The facts and measures of which the community says that it does not report them, and which decide or would."""
        asked = [
            self.derivation,
            *(part.parts[0] for part in self.derivation.walk() if isinstance(part.node, Reported)),
        ]
        causes = (cause for derivation in asked for cause in derivation.causes)
        return self.edition.reportable_in_order(cause.name for cause in causes if isinstance(cause, NotReported))

    @property
    def zero_denominators(self) -> tuple[str, ...]:
        """The quotients whose zero denominator leaves the outcome open, as source text."""
        return tuple(source(c.formula) for c in self.derivation.causes if isinstance(c, ZeroDenominator))

    @property
    def beyond_calendar(self) -> tuple[str, ...]:
        """The dates, as source text, that are moved out of the calendar and leave the outcome open."""
        return tuple(source(c.formula) for c in self.derivation.causes if isinstance(c, BeyondCalendar))

    @property
    def requirements_known(self) -> bool:
        """False where a part of what the indicator requires is not to hand, and leaves the outcome open."""
        return not any(isinstance(cause, NotToHand) for cause in self.derivation.causes)

    @property
    def stated(self) -> tuple[str, ...]:
        """The measures whose stated figure served because their counts are absent."""
        used = [d.node.id for d in self.derivation.walk() if d.stated and isinstance(d.node, Name)]
        return tuple(dict.fromkeys(used))

    @property
    def facts(self) -> tuple[str, ...]:
        """The known facts that were asked, in the order of their declarations."""
        asked = (d.node.id for d in self.derivation.walk() if isinstance(d.node, Name) and not d.causes)
        return self.edition.in_order(asked)

    @property
    def basis(self) -> Basis:
        """Whether the finding rests on facts, on a stated figure, or on nothing."""
        if self.stated:
            return Basis.STATED
        return Basis.COUNTED if self.facts else Basis.NOTHING

    def requirement(self, language: Language) -> str:
        """Return what the indicator requires at the tier, printed from the rule."""
        return phrase(self.edition.rules(self.tier)[self.indicator.id], self.edition, language)

    def explain(self, language: Language = "en") -> str:
        """Return the finding with every reason, as several lines."""
        return explain(self.derivation, self.edition, self.indicator, self.tier, language)


def find(
    edition: Edition, indicator: Indicator, tier: str, derivation: Derivation, earned: Derivation | None = None
) -> Finding:
    """Return a finding as `Finding` does, in less time."""
    filled: Any = _UnsealedFinding()
    filled.edition = edition
    filled.indicator = indicator
    filled.tier = tier
    filled.derivation = derivation
    filled.earned = earned
    filled.__class__ = Finding
    return filled  # type: ignore[no-any-return]


@frozen(repr=False)
class TierAssessment(Mapping[str, Finding]):
    """The findings of one tier, by indicator id in the order of the standard.

    Attributes:
        outcome: whether the tier, seen alone, is reached; not applicable counts as passing.
        derivation: what the tier's own rule came to; None where it has none, and every mandatory indicator must be met.
        scored: what each score came to, by its id.
    """

    edition: Edition = field(repr=False, eq=False)
    tier: Tier
    outcome: Outcome
    findings: Mapping[str, Finding] = field(repr=False)
    derivation: Derivation | None = field(default=None, repr=False)
    scored: Mapping[str, Derivation] = field(factory=dict, repr=False)

    _repr_html_ = html

    def __repr__(self) -> str:
        return f"<TierAssessment {self.tier.id}: {self.outcome}>"

    def __getitem__(self, indicator: str) -> Finding:
        try:
            return self.findings[indicator]
        except KeyError:
            if indicator in self.edition.indicator_by_id and not self.tier.known:
                message = f"what the tier `{self.tier.id}` requires is not to hand, so it has no findings"
                raise NotFoundError.of("SR603", message, "the standard names the tier and no more") from None
            if indicator in self.edition.indicator_by_id:
                message = f"nothing is required of `{indicator}` at the tier `{self.tier.id}`"
                asked = [r.tier for r in self.edition.indicator_by_id[indicator].requirements]
                raise NotFoundError.of("SR603", message, f"it is asked from the tier `{asked[0]}` on") from None
            raise _not_found("indicator", indicator, self.findings, f"the tier `{self.tier.id}`") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def requirements_known(self) -> bool:
        """False where the standard names the tier but what it requires is not to hand: then it is undetermined."""
        return self.tier.known

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would decide: those of the undetermined mandatory indicators, or what the tier's rule misses."""
        if self.derivation is not None:
            asked = self.derivation.causes
        else:
            asked = tuple(cause for f in self.findings.values() if not f.optional for cause in f.derivation.causes)
        return self.edition.in_order(cause.fact for cause in asked if isinstance(cause, Missing))

    @property
    def scores(self) -> Mapping[str, Quantity | None]:
        """The scores by id, each in the unit in which the standard speaks of it; None for one that is open."""
        found: dict[str, Quantity | None] = {}
        for name, derivation in self.scored.items():
            amount = derivation.result
            assert amount is None or isinstance(amount, int | Fraction)
            measured = self.edition.score_by_id[name].unit
            found[name] = None if amount is None else Quantity.in_unit(amount, measured)
        return found

    def explain(self, language: Language = "en") -> str:
        """Return the tier's outcome with its rule, its scores and every reason, as several lines.

        Of a tier without a rule, the reasons are the mandatory indicators that are not met or undetermined.
        """
        standing = {name: finding.outcome for name, finding in self.items() if not finding.optional}
        return explain_tier(self.tier, self.outcome, self.derivation, self.scored, standing, self.edition, language)


@frozen(repr=False)
class Assessment(Mapping[str, TierAssessment]):
    """What an edition says of one community: its tiers by id, lowest first.

    Attributes:
        fingerprint: the SHA-256 of the ruleset's canonical form, so that the assessment can be replayed years later.
    """

    edition: Edition = field(repr=False)
    fingerprint: str
    facts: Facts = field(repr=False)
    tiers: tuple[TierAssessment, ...] = field(repr=False)

    _repr_html_ = html

    def __repr__(self) -> str:
        community = self.facts.community
        of = "" if community is None else f" of {community.name or community.id}"
        return f"<Assessment{of} by {self.edition.name}: tier {self.tier or 'none'}>"

    def __getitem__(self, tier: str) -> TierAssessment:
        asked = self.edition.tier(tier)
        return next(found for found in self.tiers if found.tier.id == asked.id)

    def __iter__(self) -> Iterator[str]:
        return iter(self.edition.tier_by_id)

    def __len__(self) -> int:
        return len(self.tiers)

    @property
    def tier(self) -> str | None:
        """The highest tier reached with all below it, or None where not even the lowest is."""
        reached = None
        for found in self.tiers:
            if found.outcome is not Outcome.MET:
                break
            reached = found.tier.id
        return reached

    def level(self, indicator: str) -> str | None:
        """Return the highest tier at which an indicator passes with all below it, or None: its maturity.

        Not applicable counts as passing. The lowest level of all indicators is the grade by the worst of them.

        Raises:
            NotFoundError: where the edition has no such indicator.
        """
        if indicator not in self.edition.indicator_by_id:
            raise _not_found("indicator", indicator, self.edition.indicator_by_id, f"`{self.edition.name}`")
        reached = None
        for found in self.tiers:
            finding = found.findings.get(indicator)  # none where nothing is asked of it yet
            passes = finding is None or finding.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)
            if not found.requirements_known or not passes:
                break
            reached = found.tier.id
        return reached

    def outcomes(self) -> dict[str, dict[str, Outcome]]:
        """Return the outcomes alone: by tier, then by indicator."""
        return {t.tier.id: {name: finding.outcome for name, finding in t.items()} for t in self.tiers}

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the assessment as JSON, from which `Ruleset.read_assessment` makes the same one again.

        Exact numbers are texts, such as ``"2423/3461"``; the form is described by its ``format`` and ``version``.
        """
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)

    def to_plain(self) -> dict[str, Any]:
        """Return the assessment as the plain values of its JSON form."""
        edition = self.edition
        return {
            "format": "smartrules-assessment",
            "version": JSON_VERSION,
            "ruleset": {"standard": edition.standard.id, "edition": edition.id, "fingerprint": self.fingerprint},
            "tier": self.tier,
            "tiers": [_plain_tier(t) for t in self.tiers],
            **encode_facts(edition, self.facts),
        }


def _plain_tier(tier: TierAssessment) -> dict[str, Any]:
    return {
        "tier": tier.tier.id,
        "outcome": tier.outcome.value,
        "requirements": "known" if tier.requirements_known else "unknown",
        "missing": list(tier.missing),
        "rule": None if tier.derivation is None else encode_derivation(tier.derivation, tier.edition.graded),
        "scores": {name: encode_derivation(one, tier.edition.graded) for name, one in tier.scored.items()},
        "findings": [_plain_finding(finding) for finding in tier.values()],
    }


def _plain_finding(finding: Finding) -> dict[str, Any]:
    rule = finding.edition.rules(finding.tier)[finding.indicator.id]
    return {
        "indicator": finding.indicator.id,
        "number": finding.indicator.number,
        "outcome": finding.outcome.value,
        "rule": source(rule),
        "requirement": {"zh": finding.requirement("zh"), "en": finding.requirement("en")},
        "margin": encode_quantity(finding.margin),
        "optional": finding.optional,
        "points": encode_quantity(finding.points),
        "full_points": encode_quantity(finding.full_points),
        "basis": finding.basis.value,
        "stated": list(finding.stated),
        "facts": list(finding.facts),
        "missing": list(finding.missing),
        "not_reported": list(finding.not_reported),
        "zero_denominators": list(finding.zero_denominators),
        "beyond_calendar": list(finding.beyond_calendar),
        "derivation": encode_derivation(finding.derivation, finding.edition),
        "earned": None if finding.earned is None else encode_derivation(finding.earned, finding.edition),
    }


def _not_found(what: str, name: str, known: Mapping[str, object], where: str) -> NotFoundError:
    hint = did_you_mean(str(name), known) or (f"it has {one_of(list(known))}".replace(" or ", " and ") if known else "")
    return NotFoundError.of("SR603", f"{where} has no {what} `{name}`", hint)
