"""Running cases: what a ruleset says of the facts of a case beside what the case expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from attrs import field, frozen

from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.derivation import Derivation
from smartrules.documents.cases import Case, read_cases
from smartrules.engines.exact import disagreements, evaluate
from smartrules.explanation import explain_number
from smartrules.expr.nodes import Name
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.units import Unit, unit
from smartrules.values import Language, Number, Quantity

_POINT = unit("point")

#: What is found of indicators, by tier.
Findings = Mapping[str, Mapping[str, Finding]]


@frozen
class Difference:
    """Something that a case expects and the ruleset does not say.

    Attributes:
        of: what it is about, such as ``basic.wired_broadband``.
        because: what of the assessment says it: a finding, a tier, or what a measure or the points came to.
    """

    of: str
    expected: str
    found: str
    because: Finding | TierAssessment | Derivation | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.of}: expected {self.expected}, found {self.found}"


@frozen
class Unconfirmed(Difference):
    """Something of which the author of a case still has to write what the standard says."""

    expected: str = "to be confirmed"
    found: str = "not compared"

    def __str__(self) -> str:
        return f"{self.of}: to be confirmed: write what the standard says of it"


def cases_of(ruleset: Ruleset, folder: Path) -> list[tuple[Path, Case]]:
    """Return the cases of every ``*.yaml`` file in a folder, each with its file.

    Raises:
        RulesetError, FactsError: with every fault of a file.
    """
    return [
        (path, case)
        for path in sorted(folder.glob("*.yaml"))
        for case in read_cases(ruleset.edition, path, disagreements=disagreements)
    ]


def differences(ruleset: Ruleset, case: Case) -> list[Difference]:
    """Return where a ruleset does not say what a case expects; empty where it says all of it."""
    return list(differences_in(ruleset.assess(case.facts), case))


def explanations(ruleset: Ruleset, found: Iterable[Difference], language: Language = "en") -> list[str]:
    """Return why the ruleset says what a case does not expect, each finding, tier and number once."""
    reasons = [difference.because for difference in found]
    told = [part.node for reason in reasons if isinstance(reason, Finding) for part in reason.derivation.walk()]
    texts: dict[str, None] = {}
    for reason in reasons:
        if isinstance(reason, Finding | TierAssessment):
            texts[reason.explain(language)] = None
        elif reason is not None and reason.node not in told:
            texts[explain_number(reason, ruleset.edition, language)] = None
    return [text for text in texts if text]


def differences_in(found: Assessment, case: Case) -> Iterator[Difference]:
    """Yield where an assessment of a case's facts does not say what the case expects, and what is still to be confirmed."""
    yield from map(Unconfirmed, case.to_confirm)
    yield from _of_tiers(found, case)
    yield from of_outcomes(found, case)
    yield from of_values(found.edition, case)
    yield from of_points(found, case)
    yield from _of_scores(found, case)


def _of_tiers(found: Assessment, case: Case) -> Iterator[Difference]:
    if case.tier is not None and case.tier != (found.tier or "none"):
        yield Difference("tier", case.tier, found.tier or "none", _disputed(found, case.tier))
    for tier, outcome in case.tiers.items():
        if found[tier].outcome is not outcome:
            yield Difference(tier, outcome.value, found[tier].outcome.value, found[tier])


def of_outcomes(found: Findings, case: Case) -> Iterator[Difference]:
    """Yield where indicators have another outcome, or miss other facts, than a case expects."""
    for tier, outcomes in case.indicators.items():
        for name, outcome in outcomes.items():
            finding = found[tier][name]
            if finding.outcome is not outcome:
                yield Difference(f"{tier}.{name}", outcome.value, finding.outcome.value, finding)
    for tier, facts in case.missing.items():
        for name, missing in facts.items():
            finding = found[tier][name]
            if finding.missing != missing:
                yield Difference(f"{tier}.{name} missing", _listed(missing), _listed(finding.missing), finding)


def of_values(edition: Edition, case: Case) -> Iterator[Difference]:
    """Yield where measures have another value than a case expects."""
    for name, value in case.values.items():
        derivation = evaluate(Name(name), edition, case.facts)
        result = derivation.result
        assert result is None or isinstance(result, int | Fraction)
        if result != value:
            measured = edition.measure_by_id[name].unit
            yield Difference(name, _shown(value, measured), _shown(result, measured), derivation)


def of_points(found: Findings, case: Case) -> Iterator[Difference]:
    """Yield where indicators earn other points than a case expects."""
    for tier, points in case.points.items():
        for name, value in points.items():
            finding = found[tier][name]
            earned = finding.points
            if (None if earned is None else earned.root) != value:
                shown = "unknown" if earned is None else str(earned)
                yield Difference(f"{tier}.{name} points", _shown(value, _POINT), shown, _earned(finding))


def _of_scores(found: Assessment, case: Case) -> Iterator[Difference]:
    for tier, scores in case.scores.items():
        for name, value in scores.items():
            score = found[tier].scores.get(name)
            if (None if score is None else score.root) != value:
                measured = found.edition.score_by_id[name].unit
                shown = "unknown" if score is None else str(score)
                yield Difference(f"{tier}.{name}", _shown(value, measured), shown, found[tier])


def _disputed(found: Assessment, expected: str) -> TierAssessment:
    """Return the tier on which the highest tier reached turns: the one above the lower of what is expected and found."""
    reached = [0 if name == "none" else [*found].index(name) + 1 for name in (expected, found.tier or "none")]
    return found.tiers[min(reached)]


def _earned(finding: Finding) -> Finding | Derivation:
    """Return what points come from: their formula, or else the outcome."""
    earned = None if finding.outcome is Outcome.NOT_APPLICABLE else finding.earned
    return earned or finding


def _listed(facts: tuple[str, ...]) -> str:
    return ", ".join(facts) or "nothing"


def _shown(value: Number | None, measured: Unit) -> str:
    return "unknown" if value is None else str(Quantity.in_unit(value, measured))
