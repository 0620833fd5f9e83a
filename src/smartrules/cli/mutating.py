"""The command that asks whether a ruleset's cases would notice a mistake: ``mutate``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from smartrules import catalog, testing
from smartrules.analysis.mutation import Mutant
from smartrules.cli.app import NOT_REACHED, REACHED, Format
from smartrules.cli.printing import counted, print_diagnostic, say, say_beside
from smartrules.cli.progress import shown_progress
from smartrules.cli.reading import CASES, cases_for, path_of
from smartrules.diagnostics import Diagnostic, MissingExtraError, RulesetError, Severity, shorten
from smartrules.documents.cases import Case
from smartrules.documents.given import said
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import Unconfirmed, differences
from smartrules.testing.killing import Verdict, kill
from smartrules.testing.unconfirmed import add_unconfirmed

if TYPE_CHECKING:
    from smartrules.testing.laws import Law
    from smartrules.testing.telling import Telling

#: The file of the cases that await their author's word.
_TO_CONFIRM = "to-confirm.yaml"


def mutate(
    ruleset: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition or path.")],
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FOLDER", help="Case files; by default `cases` beside the ruleset."),
    ] = None,
    write_cases: Annotated[
        bool,
        typer.Option(
            "--write-cases",
            help=f"Add a case for each survivor to `{_TO_CONFIRM}` in that folder, for you to say what is expected.",
        ),
    ] = False,
    laws: Annotated[
        bool,
        typer.Option("--laws", help="Ask of the mutants that the cases leave, whether they contradict themselves."),
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="What is printed.")] = Format.TEXT,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, help="How many share the work; by default one a processor.")
    ] = None,
) -> int:
    """Ask whether the cases would notice a mistake in the ruleset: each is made once, and each must fail a case.

    A threshold one step up or down, > for >=, all for any, another unit, a tier for another: `docs/mutation.md` lists them.
    Mutants that no case tells from the ruleset survive, and each is listed with facts that would tell. One that is proved to
    decide as the ruleset does, whatever the facts are, is none.

    With --laws a mutant that contradicts itself is killed too: a higher tier that is reached where a lower one is missed, or an
    indicator that is lost by more of what is good for it.

    With --write-cases those facts become cases. What is expected of them stays `confirm` until you write there what the
    standard says; until then `smartrules test` fails.

    The exit code is 0 where none survives, else 1.
    """
    path = path_of(ruleset)
    rules = catalog.load_file(path)
    given = cases_for(rules, path, cases)
    _all_must_hold(rules, given, ruleset)
    with shown_progress() as progress:
        progress.begin("asking the mutants")
        share, asked = processes or _processors(), _laws_of(rules) if laws else ()
        verdicts = kill(rules, [case for _, case in given], laws=asked, processes=share, seen=progress.at)
        survivors = [verdict.mutant for verdict in verdicts if verdict.survived]
        progress.begin("looking for facts that tell", len(survivors))
        told = _told(rules, survivors, share, progress.at)
    counts = _counts(rules, verdicts, len(given), asked)
    if form is Format.JSON:
        say(json.dumps({**counts, "survivors": [*map(_plain, survivors, told)]}, ensure_ascii=False, indent=2))
    else:
        for mutant, telling in zip(survivors, told, strict=True):
            _print_survivor(path, mutant, telling)
        say(_sentence(counts))
    if write_cases:
        file = (cases or path.parent / CASES) / _TO_CONFIRM
        found = [(mutant, telling) for mutant, telling in zip(survivors, told, strict=True) if telling is not None]
        added = add_unconfirmed(rules, file, found)
        say_beside(f"{file}: {counted(added, 'case')} added, for you to write what the standard says")
    return NOT_REACHED if survivors else REACHED


def _all_must_hold(rules: Ruleset, given: Sequence[tuple[Path, Case]], named: str) -> None:
    """Refuse cases of which one does not hold of the ruleset itself; what is to be confirmed says nothing yet."""
    for file, case in given:
        wrong = [one for one in differences(rules, case) if not isinstance(one, Unconfirmed)]
        if wrong:
            place = f"{file}:{case.at.line if case.at else 1}"
            raise RulesetError.of(
                "SR619",
                f"the case `{shorten(case.name)}` ({place}) does not hold of `{rules.name}` itself",
                f"see what is wrong with `smartrules test {named}`, and mend it first",
            )


def _laws_of(rules: Ruleset) -> tuple[Law, ...]:
    """Return the laws that a ruleset keeps and a mutant may break; one that it does not keep itself is told.

    Raises:
        MissingExtraError: where what draws facts is not installed.
    """
    found: list[Law] = []
    for law in testing.laws.OF_RULES:
        breach = law.breach(rules, seed=0)
        if breach is None:
            found.append(law)
            continue
        message = f"the law `{law.id}` is not asked, since it does not hold of `{rules.name}` itself: {breach.said}"
        hint = "mend the ruleset, unless the standard means it so"
        print_diagnostic(Diagnostic("SR619", message, hint, severity=Severity.WARNING))
    return tuple(found)


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(
    rules: Ruleset, survivors: Sequence[Mutant], processes: int, seen: Callable[[int], None]
) -> Sequence[Telling | None]:
    """Return for each survivor facts that would tell; without any where what draws facts is not installed."""
    if not survivors:
        return ()
    try:
        tell_each = testing.tell_each
    except MissingExtraError as missing:
        print_diagnostic(evolve(missing.diagnostics[0], severity=Severity.WARNING))
        return [None] * len(survivors)
    return tell_each(rules, survivors, processes=processes, seen=seen)


def _print_survivor(path: Path, mutant: Mutant, telling: Telling | None) -> None:
    place = "" if mutant.at is None else f":{mutant.at.line}:{mutant.at.column}"
    say(f"{path}{place}: {mutant}")
    if telling is None:
        say("  no case tells, and no facts are found that would")
    else:
        facts = {key: value for key, value in telling.document.items() if key != "ruleset" and value}
        say(f"  no case tells; what is {_asked(telling)} of these facts? {said(facts)}")


def _asked(telling: Telling) -> str:
    """Return what a case would have to say."""
    kind, *of = telling.expect
    what = {"points": "the points of ", "missing": "missing for "}.get(kind, "")
    return f"{what}`{'.'.join(of)}`"


def _counts(rules: Ruleset, verdicts: Sequence[Verdict], cases: int, laws: Sequence[Law]) -> dict[str, Any]:
    killed = sum(verdict.killed_by is not None for verdict in verdicts)
    broken = sum(verdict.breaks is not None for verdict in verdicts)
    equivalent = sum(verdict.equivalent for verdict in verdicts)
    return {
        "ruleset": rules.name,
        "cases": cases,
        **({"laws": [law.id for law in laws]} if laws else {}),
        "mutants": len(verdicts),
        "killed": killed,
        **({"killed_by_laws": broken} if laws else {}),
        "equivalent": equivalent,
        "survived": len(verdicts) - killed - broken - equivalent,
    }


def _sentence(counts: Mapping[str, Any]) -> str:
    killed, by_laws = counts["killed"], counts.get("killed_by_laws", 0)
    asked = counts["mutants"] - counts["equivalent"]
    score = f"{100 * (killed + by_laws) // asked} %" if asked else "nothing to ask"
    laws = f"{by_laws} by {counted(len(counts['laws']), 'law')}, " if "laws" in counts else ""
    return (
        f"{counts['ruleset']}: {counted(counts['mutants'], 'mutant')}, {killed} killed by {counted(counts['cases'], 'case')}, {laws}"
        f"{counts['equivalent']} proved equivalent, {counts['survived']} survived; mutation score {score}"
    )


def _plain(mutant: Mutant, telling: Telling | None) -> dict[str, Any]:
    at = mutant.at
    return {
        "mutation": mutant.mutation.value,
        "of": mutant.of,
        "before": mutant.before,
        "after": mutant.after,
        "line": None if at is None else at.line,
        "column": None if at is None else at.column,
        "expect": None if telling is None else list(telling.expect),
        "facts": None if telling is None else json.loads(json.dumps(telling.document, default=str)),
    }
