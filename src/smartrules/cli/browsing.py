"""Commands over the catalog: ``list``, ``show``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from smartrules import catalog
from smartrules.cli.app import NOT_REACHED, REACHED, LangOption, language_of
from smartrules.cli.printing import print_diagnostic, say, table_of
from smartrules.diagnostics import SmartrulesError
from smartrules.reports.contents import contents


def list_rulesets() -> int:
    """List the rulesets of the catalog, those that cannot be read among them."""
    table = table_of(["ruleset", "title", "tiers", "indicators", "in force", "aliases"])
    faults = catalog.missing_folders()
    for entry in catalog.entries():
        try:
            edition = catalog.load_entry(entry).edition
        except SmartrulesError as error:
            faults.append(catalog.unreadable_entry(entry, error))
            table.add_row(escape(entry.name), "cannot be read")
            continue
        title = edition.standard.title
        since, until = edition.effective_from, edition.effective_until
        table.add_row(
            edition.name,
            " / ".join(text for text in (title.zh, title.en) if text),
            ", ".join(tier.id if tier.known else f"{tier.id} (unknown)" for tier in edition.tiers),
            str(len(edition.indicators)),
            f"{since or '…'} – {until or '…'}",
            ", ".join(edition.standard.aliases),
        )
    say(table)
    for fault in faults:
        print_diagnostic(fault)
    return NOT_REACHED if faults else REACHED


def show(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path.")
    ],
    lang: LangOption = None,
) -> int:
    """Show a ruleset in full: everything it holds, and where each part that it extends comes from."""
    rules = catalog.load(ruleset)
    say("\n".join(contents(rules.edition, rules.fingerprint, language_of(lang))))
    return REACHED
