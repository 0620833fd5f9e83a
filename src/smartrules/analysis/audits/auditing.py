"""An audit: what a careful reader finds in a community's facts, beside what a ruleset says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

from attrs import field, frozen

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.claims import claims
from smartrules.analysis.audits.crossings import crossings
from smartrules.analysis.audits.evidence import evidence
from smartrules.analysis.audits.observations import SEVERITIES, Observation, encode_observation
from smartrules.analysis.audits.on_thresholds import on_thresholds
from smartrules.analysis.audits.possible_rates import possible_rates
from smartrules.analysis.audits.same_figures import same_numbers, same_rates
from smartrules.analysis.audits.stated_figures import stated_figures
from smartrules.assessment import Assessment, TierAssessment
from smartrules.diagnostics import Fault, Severity, SmartrulesError, shorten
from smartrules.expr.nodes import Literal
from smartrules.expr.text import source
from smartrules.expr.types import CALENDAR_UNITS
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from smartrules.units import Unit
from smartrules.values import Number, Quantity, read_quantity

#: The version of the JSON of an audit.
JSON_VERSION = 1

_ROOMS = (claims, stated_figures, crossings, possible_rates, evidence, on_thresholds, same_rates, same_numbers)


@frozen(repr=False)
class Audit:
    """What a careful reader finds in a community's facts.

    Attributes:
        assessment: what the ruleset says of the facts.
        tier: the id of the tier that the claims are held to.
        observations: the gravest first; of one severity, in the order of the standard.
        within: how old evidence may be, as the call said; None where only the ruleset says so.
        file: the name of the facts document; None where the facts came without one.
    """

    assessment: Assessment = field(repr=False)
    tier: str
    observations: tuple[Observation, ...]
    within: Literal | None = None
    file: str | None = None

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {severity.value}s" for severity, number in self.counts.items())
        return f"<Audit by {self.assessment.edition.name}: {counts}>"

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many observations there are of each severity, the gravest first."""
        return {one: sum(found.severity is one for found in self.observations) for one in SEVERITIES}

    @property
    def worst(self) -> Severity | None:
        """The gravest severity; None where nothing is found."""
        return self.observations[0].severity if self.observations else None

    @property
    def findings(self) -> TierAssessment:
        """The findings of the tier that was audited."""
        return self.assessment[self.tier]

    def of(self, code: str) -> tuple[Observation, ...]:
        """Return the observations of a code."""
        return tuple(one for one in self.observations if one.code == code)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the audit as JSON, whose format is versioned."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)

    def to_plain(self) -> dict[str, Any]:
        """Return the audit as the plain values of its JSON form."""
        edition, facts = self.assessment.edition, self.assessment.facts
        community = facts.community
        return {
            "format": "smartrules-audit",
            "version": JSON_VERSION,
            "ruleset": {
                "standard": edition.standard.id,
                "edition": edition.id,
                "fingerprint": self.assessment.fingerprint,
            },
            "tier": self.tier,
            "outcome": self.findings.outcome.value,
            "community": None if community is None else {"id": community.id, "name": community.name},
            "on": None if facts.on is None else facts.on.isoformat(),
            "file": self.file,
            "evidence_within": None if self.within is None else source(self.within),
            "counts": {severity.value: number for severity, number in self.counts.items()},
            "observations": [encode_observation(one) for one in self.observations],
        }


def audit(
    ruleset: Ruleset,
    facts: str | PathLike[str] | Mapping[str, Any] | Facts,
    *,
    tier: str | None = None,
    evidence_within: Quantity | str | None = None,
    name: str | None = None,
) -> Audit:
    """Return what a careful reader finds in a community's facts, beside what a ruleset says of them.

    Args:
        ruleset: what the facts are for.
        facts: as `Ruleset.facts` takes them.
        tier: the id of the tier that the claims are held to; by default the lowest.
        evidence_within: how old the evidence of any value may be on the day of the facts, ``"12 months"``: a whole number of
            days, weeks, months or years. What the reactions of the ruleset say of a value holds besides.
        name: what the answer calls the facts document; by default its path.

    Raises:
        FactsError: as `Ruleset.facts`.
        NotFoundError: for a tier that the ruleset does not have.
        SmartrulesError: SR925 for a span of time that is none.
    """
    span = None if evidence_within is None else read_span(evidence_within)
    if name is None and isinstance(facts, str | PathLike):
        name = fspath(facts)
    assessment = ruleset.assess(facts)
    asked = ruleset.edition.tiers[0].id if tier is None else tier
    audited = Audited(assessment, assessment[asked], span)
    found = [one for room in _ROOMS for one in room(audited)]
    place = {indicator: number for number, indicator in enumerate(ruleset.edition.indicator_by_id)}

    def order(one: Observation) -> tuple[int, int, str]:
        first = min((place[name] for name in one.indicators), default=len(place))
        return SEVERITIES.index(one.severity), first, one.code

    return Audit(assessment, asked, tuple(sorted(found, key=order)), span, name)


def read_span(text: Quantity | str) -> Literal:
    """Return the span of time that a text names.

    Raises:
        SmartrulesError: SR925 for any other text.
    """
    number: Number
    measured: Unit | None
    try:
        number, measured = (text.number, text.unit) if isinstance(text, Quantity) else read_quantity(text)
    except Fault:
        number, measured = 0, None
    if measured is None or number <= 0 or number.denominator != 1 or str(measured) not in CALENDAR_UNITS:
        raise SmartrulesError.of(
            "SR925",
            f"`{shorten(str(text))}` is no span of time that evidence can be held to",
            "write a span such as `6 months` or `6个月`: a whole number of days, weeks, months or years",
        )
    return Literal(number, measured)
