"""Running cases: what a ruleset says of the facts of a case beside what the case expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from attrs import frozen

from smartrules.assessment import Assessment, Finding
from smartrules.documents.cases import Case, read_cases
from smartrules.engines.exact import disagreements, evaluate
from smartrules.expr.nodes import Name
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.units import Unit, unit
from smartrules.values import Number, Quantity

_POINT = unit("point")

#: What is found of indicators, by tier.
Findings = Mapping[str, Mapping[str, Finding]]


@frozen
class Difference:
    """Something that a case expects and the ruleset does not say.

    Attributes:
        of: what it is about, such as ``basic.wired_broadband``.
    """

    of: str
    expected: str
    found: str

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
        yield Difference("tier", case.tier, found.tier or "none")
    for tier, outcome in case.tiers.items():
        if found[tier].outcome is not outcome:
            yield Difference(tier, outcome.value, found[tier].outcome.value)


def of_outcomes(found: Findings, case: Case) -> Iterator[Difference]:
    """Yield where indicators have another outcome, or miss other facts, than a case expects."""
    for tier, outcomes in case.indicators.items():
        for name, outcome in outcomes.items():
            if found[tier][name].outcome is not outcome:
                yield Difference(f"{tier}.{name}", outcome.value, found[tier][name].outcome.value)
    for tier, facts in case.missing.items():
        for name, missing in facts.items():
            if found[tier][name].missing != missing:
                yield Difference(f"{tier}.{name} missing", _listed(missing), _listed(found[tier][name].missing))


def of_values(edition: Edition, case: Case) -> Iterator[Difference]:
    """Yield where measures have another value than a case expects."""
    for name, value in case.values.items():
        result = evaluate(Name(name), edition, case.facts).result
        assert result is None or isinstance(result, int | Fraction)
        if result != value:
            measured = edition.measure_by_id[name].unit
            yield Difference(name, _shown(value, measured), _shown(result, measured))


def of_points(found: Findings, case: Case) -> Iterator[Difference]:
    """Yield where indicators earn other points than a case expects."""
    for tier, points in case.points.items():
        for name, value in points.items():
            earned = found[tier][name].points
            if (None if earned is None else earned.root) != value:
                yield Difference(
                    f"{tier}.{name} points", _shown(value, _POINT), "unknown" if earned is None else str(earned)
                )


def _of_scores(found: Assessment, case: Case) -> Iterator[Difference]:
    for tier, scores in case.scores.items():
        for name, value in scores.items():
            score = found[tier].scores.get(name)
            if (None if score is None else score.root) != value:
                measured = found.edition.score_by_id[name].unit
                yield Difference(f"{tier}.{name}", _shown(value, measured), "unknown" if score is None else str(score))


def _listed(facts: tuple[str, ...]) -> str:
    return ", ".join(facts) or "nothing"


def _shown(value: Number | None, measured: Unit) -> str:
    return "unknown" if value is None else str(Quantity.in_unit(value, measured))
