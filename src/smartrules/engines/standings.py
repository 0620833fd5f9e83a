"""What the findings of a tier are to its rule and its scores: the members of the collection of indicators.

An indicator that is not applicable is no member; one of which that is open has no ``applicable``. What is not decided of
an indicator is missing among its facts, and `Behind` puts the facts behind the finding in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import is_

from attrs import evolve

from smartrules.assessment import Finding
from smartrules.derivation import Cause, Derivation, Missing, NotReported, conclude
from smartrules.expr.nodes import When
from smartrules.facts import Fact, Facts, Record
from smartrules.outcome import MET, NOT_APPLICABLE, UNDETERMINED
from smartrules.standard import APPLICABLE, INDICATORS
from smartrules.values import Value


def with_standings(facts: Facts, findings: Iterable[Finding]) -> Facts:
    """Return facts with the findings of a tier as the members of the collection of indicators."""
    members = tuple(standing(finding) for finding in findings if finding.outcome is not NOT_APPLICABLE)
    return evolve(facts, collections={**facts.collections, INDICATORS: members})


def standing(finding: Finding) -> Record:
    """Return what a finding is to the rule of its tier and to scores."""
    known: dict[str, Value | None] = {
        "id": finding.indicator.id,
        "group": finding.indicator.group or "",
        "met": None if finding.outcome is UNDETERMINED else finding.outcome is MET,
        "mandatory": not finding.optional,
        "optional": finding.optional,
        "reported": _is_reported(finding),
        APPLICABLE: None if _may_not_apply(finding) else True,
        "points": 0 if finding.full_points is None else None if finding.points is None else finding.points.root,
        "full_points": 0 if finding.full_points is None else finding.full_points.root,
    }
    facts = {name: Fact(name, value) for name, value in known.items() if value is not None}
    return Record(finding.indicator.id, facts)


def _may_not_apply(finding: Finding) -> bool:
    """Return whether a condition is open that may make the whole indicator, or all that is left of it, not applicable."""
    return any(True for _ in _open_conditions(finding))


def _open_conditions(finding: Finding) -> Iterator[Derivation]:
    if isinstance(finding.derivation.node, When) or finding.outcome is UNDETERMINED:
        for part in finding.derivation.walk():
            if isinstance(part.node, When) and part.parts[0].outcome is UNDETERMINED:
                yield part.parts[0]


def _causes(finding: Finding) -> tuple[Cause, ...]:
    """Return why a finding, whether it applies, or what it earns, is open."""
    derivations = [finding.derivation, *_open_conditions(finding), *([finding.earned] if finding.earned else [])]
    return tuple(dict.fromkeys(cause for derivation in derivations for cause in derivation.causes))


def _is_reported(finding: Finding) -> bool | None:
    causes = _causes(finding)
    if any(isinstance(cause, Missing) for cause in causes):
        return None
    return not any(isinstance(cause, NotReported) for cause in causes)


class Behind:
    """Puts the facts behind the findings of a tier in the place of the indicators that are open."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        # By what the evaluation calls an indicator: `indicators.wired_broadband`.
        self._causes = {f"{INDICATORS}.{finding.indicator.id}": _causes(finding) for finding in findings}
        self._seen: dict[int, tuple[Derivation, Derivation]] = {}

    def __call__(self, derivation: Derivation) -> Derivation:
        """Return a derivation over indicators whose causes are the facts behind the findings."""
        known = self._seen.get(id(derivation))  # a score that others name is one derivation in all of them
        if known is None:
            parts = tuple([self(part) if part.parts or part.causes else part for part in derivation.parts])
            known = self._seen[id(derivation)] = derivation, self._with(derivation, parts)
        return known[1]

    def _with(self, old: Derivation, parts: tuple[Derivation, ...]) -> Derivation:
        causes = self._behind(old.causes) if old.causes else ()
        if causes == old.causes and all(map(is_, parts, old.parts)):
            return old
        return conclude(old.node, old.result, parts, causes, old.margin, old.stated, old.bounds, old.member)

    def _behind(self, causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
        own: dict[Cause, None] = {}
        for cause in causes:
            member = cause.fact.rpartition(".")[0] if isinstance(cause, Missing) else ""
            own.update(dict.fromkeys(self._causes.get(member, (cause,))))
        return tuple(own)
