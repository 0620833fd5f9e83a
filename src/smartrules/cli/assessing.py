"""Commands over a community's facts: ``assess``, ``explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smartrules.assessment import Assessment
from smartrules.cli.app import (
    NOT_REACHED,
    OPEN,
    REACHED,
    AnswerFormat,
    Format,
    LangOption,
    RulesetOption,
    language_of,
)
from smartrules.cli.communities import (
    AbsentOption,
    CollectionOption,
    KeyOption,
    OnOption,
    Options,
    assess_file,
    is_file_of_communities,
)
from smartrules.cli.printing import print_assessment, print_text, say
from smartrules.cli.reading import facts_and_ruleset, ruleset_of
from smartrules.diagnostics import NotFoundError
from smartrules.outcome import Outcome
from smartrules.reports.requirement import about, about_tier
from smartrules.reports.text import as_markdown
from smartrules.standard import Edition


def assess(
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS",
            help="A facts document (YAML or JSON) or a filled form (xlsx), - for standard input; or a file of communities, one row each "
            "(parquet, csv, tsv, xlsx, jsonl, ndjson).",
        ),
    ],
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None,
        typer.Option("--tier", metavar="TIER", help="The tier asked for; by default the lowest, of a file all."),
    ] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="OUT", help="Of a file: write its rows with their outcomes into another."
        ),
    ] = None,
    codes: Annotated[
        bool, typer.Option("--codes", help="Write outcomes as 0 not met, 1 met, 2 not applicable, 3 undetermined.")
    ] = False,
    measures: Annotated[bool, typer.Option("--measures", help="Write the measures and scores besides.")] = False,
    margins: Annotated[bool, typer.Option("--margins", help="Write the margins of the indicators besides.")] = False,
    key: KeyOption = None,
    collection: CollectionOption = None,
    on: OnOption = None,
    absent: AbsentOption = None,
) -> int:
    """Assess a community's facts: every finding, and whether the asked tier is reached.

    The ruleset is the one that the facts document names under `ruleset:`, unless -r says another.

    Of a file of communities each row is assessed: with -o into another file, parquet, csv, tsv, jsonl or xlsx by its
    ending, and then how many there are of each outcome is printed. The exit code is 0 once the file is assessed, whatever
    the outcomes are.
    """
    if is_file_of_communities(facts):
        if form is AnswerFormat.MARKDOWN:
            raise typer.BadParameter("of a file of communities there is text or json", param_hint="'--format'")
        return assess_file(
            Path(facts),
            ruleset_of(ruleset),
            output,
            Options.read(key, collection, on, absent),
            tier=tier,
            codes=codes,
            measures=measures,
            margins=margins,
            form=Format(form.value),
            language=language_of(lang),
        )
    given_of_file = {
        "-o": output is not None,
        "--codes": codes,
        "--measures": measures,
        "--margins": margins,
        "--key": key is not None,
        "--collection": bool(collection),
        "--on": on is not None,
        "--absent": bool(absent),
    }
    for option, given in given_of_file.items():
        if given:
            raise typer.BadParameter(
                "only a file of communities takes it, not a facts document", param_hint=f"'{option}'"
            )
    rules, known = facts_and_ruleset(facts, ruleset)
    found = rules.assess(known)
    asked = tier or rules.edition.tiers[0].id
    code = code_of(found, asked)
    match form:
        case AnswerFormat.JSON:
            say(found.to_json(indent=2))
        case AnswerFormat.MARKDOWN:
            print_text(as_markdown(found, asked, language_of(lang)))
        case AnswerFormat.TEXT:
            print_assessment(found, asked, language_of(lang))
    return code


def explain(
    indicator: Annotated[
        str, typer.Argument(metavar="INDICATOR", help="An indicator by its id or number, or a tier by its id.")
    ],
    ruleset: RulesetOption = None,
    facts: Annotated[
        str | None, typer.Option("-f", "--facts", metavar="FACTS", help="Explain the finding over these facts.")
    ] = None,
    tier: Annotated[str | None, typer.Option("--tier", metavar="TIER", help="The tier of the finding.")] = None,
    lang: LangOption = None,
) -> int:
    """Explain an indicator or tier: what it requires and which facts it asks for; with --facts, every reason."""
    language = language_of(lang)
    if facts is None:
        if Path(indicator).is_file() or indicator.endswith((".yaml", ".yml", ".json")):
            raise NotFoundError.of(
                "SR603",
                f"`{indicator}` is a file, not an indicator",
                "write `smartrules explain INDICATOR --facts FACTS`",
            )
        rules = ruleset_of(ruleset)
        if _is_tier(indicator, rules.edition):
            say("\n".join(about_tier(rules.edition, rules.edition.tier_by_id[indicator], language)))
        else:
            say("\n".join(about(rules.edition, rules.indicator(indicator), language)))
        return REACHED
    rules, given = facts_and_ruleset(facts, ruleset)
    if _is_tier(indicator, rules.edition):
        assessed = rules.assess(given)[indicator]
        say(assessed.explain(language))
        return _OF_ONE.get(assessed.outcome, REACHED)
    found = rules.assess(given)[tier or rules.edition.tiers[0].id]
    finding = found[rules.indicator(indicator).id]
    say(finding.explain(language))
    return _OF_ONE.get(finding.outcome, REACHED)


_OF_ONE = {Outcome.NOT_MET: NOT_REACHED, Outcome.UNDETERMINED: OPEN}


def _is_tier(name: str, edition: Edition) -> bool:
    """Return whether a name is a tier's and no indicator's."""
    numbers = {indicator.number for indicator in edition.indicators}
    return name in edition.tier_by_id and name not in edition.indicator_by_id and name not in numbers


def code_of(found: Assessment, asked: str) -> int:
    """Return the exit code: the asked tier is reached when it and all below it are met."""
    outcomes = [found[asked].outcome]
    for tier in found.tiers:
        if tier.tier.id == asked:
            break
        outcomes.append(tier.outcome)
    if Outcome.NOT_MET in outcomes:
        return NOT_REACHED
    return OPEN if Outcome.UNDETERMINED in outcomes else REACHED
