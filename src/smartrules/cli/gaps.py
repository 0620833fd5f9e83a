"""What a community lacks for a tier: ``gap``, and what to ask of it: ``questions``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smartrules.analysis.gaps.plan import Plan, Status
from smartrules.cli.app import NOT_REACHED, OPEN, REACHED, AnswerFormat, LangOption, RulesetOption, language_of
from smartrules.cli.printing import print_text, say
from smartrules.cli.reading import check_output, facts_and_ruleset
from smartrules.diagnostics import Fault, SmartrulesError
from smartrules.documents.given import written_document
from smartrules.documents.writing import write_text

_FACTS = "A facts document (YAML or JSON) or a filled form (xlsx), - for standard input."


def gap(
    facts: Annotated[str, typer.Argument(metavar="FACTS", help=_FACTS)],
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="TIER", help="The tier to reach; by default the lowest.")
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option("--costs", metavar="COSTS", help="What changes cost, so that the cheapest plan is found."),
    ] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="Write the facts after the plan as a facts document; - prints it instead of the plan.",
        ),
    ] = None,
) -> int:
    """Find the smallest set of changes with which a community reaches a tier, and all below it.

    Each step says a fact, its value now, the value that it needs, and the difference in its own unit. Facts that the ruleset
    declares `fixed` never change. With -o the facts that come of the steps are written as a facts document, which reaches
    the tier; --format json and md hold them too.

    The exit code is 0 where the tier is reached already, 1 where a plan is given or there is none, and 3 where the plan only
    asks to make facts known, or nobody can plan since what is required is not to hand.
    """
    from smartrules.analysis.gaps.finding import gap as find
    from smartrules.reports.gaps import plan_lines, plan_markdown

    if output is not None and output != "-":
        check_output(Path(output), [*(Path(one) for one in (facts, ruleset) if one is not None and one != "-"), costs])
    rules, known = facts_and_ruleset(facts, ruleset)
    plan = find(rules, known, tier or rules.edition.tiers[0].id, costs=costs)
    if output is not None and not plan.hindrances:
        document = written_document(plan.document())
        if output == "-":
            print_text(document)
            return _code(plan)
        try:
            write_text(Path(output), document)
        except Fault as fault:
            raise SmartrulesError.of(fault.code, fault.message, fault.help, file=output) from None
    language = language_of(lang)
    match form:
        case AnswerFormat.JSON:
            say(plan.to_json(indent=2))
        case AnswerFormat.MARKDOWN:
            say(plan_markdown(plan, language).rstrip("\n"))
        case AnswerFormat.TEXT:
            say("\n".join(plan_lines(plan, language)))
    return _code(plan)


def _code(plan: Plan) -> int:
    if plan.reached:
        return REACHED
    if plan.status is Status.UNKNOWN:
        return OPEN
    return OPEN if plan.steps and len(plan.unknown) == len(plan.steps) else NOT_REACHED


def questions(
    facts: Annotated[str, typer.Argument(metavar="FACTS", help=_FACTS)],
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None,
        typer.Option("--tier", metavar="TIER", help="The tier to settle; by default the lowest that is open."),
    ] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
) -> int:
    """List the unknown facts of a community in the order in which asking for them settles a tier soonest.

    The exit code is 0 where the tier is settled, and 3 where it is open: there are questions, or no answer could settle it.
    """
    from smartrules.analysis.gaps.questions import next_questions
    from smartrules.reports.questions import question_lines, question_markdown

    rules, known = facts_and_ruleset(facts, ruleset)
    found = next_questions(rules, known, tier)
    language = language_of(lang)
    match form:
        case AnswerFormat.JSON:
            say(found.to_json(indent=2))
        case AnswerFormat.MARKDOWN:
            say(question_markdown(found, language).rstrip("\n"))
        case AnswerFormat.TEXT:
            say("\n".join(question_lines(found, language)))
    return OPEN if found.is_open else REACHED
