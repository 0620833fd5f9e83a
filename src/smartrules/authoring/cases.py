"""The cases that a begun ruleset comes with: each side of a threshold, and the facts missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from smartrules.authoring.answers import Answers
from smartrules.authoring.layout import document, listed
from smartrules.authoring.wording import Wording
from smartrules.documents.quoting import scalar
from smartrules.outcome import Outcome


def case_file(answers: Answers, comment: str, groups: Iterable[Sequence[str]]) -> str:
    """Return a case file, an empty line between its groups of cases."""
    first, *rest = ("\n".join(group) for group in groups)
    return document(f"{comment}\nruleset: {scalar(answers.name)}\ncases:\n{first}", *rest)


def case(
    name: str, facts: Mapping[str, str], tier: str, indicator: str, outcome: Outcome, missing: Sequence[str] = ()
) -> str:
    """Return a case of one indicator at one tier; of one that is undetermined also what is missing."""

    def found(what: str) -> str:
        return f"{{{scalar(tier, inside=True)}: {{{scalar(indicator, inside=True)}: {what}}}}}"

    given = ", ".join(f"{scalar(fact, inside=True)}: {value}" for fact, value in facts.items())
    expected = [f"    expect: {{indicators: {found(outcome.value)}}}"]
    if missing:
        expected = [
            "    expect:",
            f"      indicators: {found(outcome.value)}",
            f"      missing: {found(listed(missing))}",
        ]
    return "\n".join([f"  - name: {scalar(name)}", f"    facts: {{{given}}}", *expected])


def share_cases(
    said: Wording, number: str, tier: str, indicator: str, percent: int, part: str, whole: str
) -> list[str]:
    """Return the cases of a threshold in whole percent, below 100, for a part of a whole that are both counts."""

    def one(name: str, counted: int) -> str:
        name = name.format(number=number, tier=tier, threshold=said.percent.format(count=percent))
        outcome = Outcome.MET if counted >= percent else Outcome.NOT_MET
        return case(name, {whole: "100", part: str(counted)}, tier, indicator, outcome)

    missing = said.missing.format(number=number, tier=tier)
    return [
        one(said.below, percent - 1),
        one(said.at, percent),
        one(said.above, percent + 1),
        case(missing, {whole: "100"}, tier, indicator, Outcome.UNDETERMINED, [part]),
    ]
