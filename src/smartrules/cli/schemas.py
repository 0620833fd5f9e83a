"""The command that hands out the schemas of the documents: ``schema``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from smartrules import catalog
from smartrules.cli.app import REACHED
from smartrules.cli.printing import say
from smartrules.diagnostics import Fault, SmartrulesError
from smartrules.documents.schemas import ANSWERS, OF_AN_EDITION, Document, general_schema, schema_for, write_schema
from smartrules.documents.schemas.keywords import Schema
from smartrules.documents.writing import write_text


def schema(
    document: Annotated[
        Document,
        typer.Argument(metavar="KIND", help=f"The documents: {', '.join(Document)}."),
    ],
    ruleset: Annotated[
        str | None,
        typer.Option(
            "-r",
            "--ruleset",
            metavar="RULESET",
            help="Of facts and cases for this ruleset: its facts, measures, tiers and indicators by name.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it into a file instead of printing it.")
    ] = None,
) -> int:
    """Print the JSON Schema of a kind of document, so that an editor completes, explains and checks what you write.

    Write it beside your document:

    \b
      smartrules schema ruleset -o ruleset.schema.json
      smartrules schema facts -r RULESET -o facts.schema.json

    Then begin the document with a line that names it. VS Code with its YAML extension reads that line, and so does every
    other editor with a YAML language server:

    \b
      # yaml-language-server: $schema=ruleset.schema.json
    """
    if ruleset is not None and document not in OF_AN_EDITION:
        raise typer.BadParameter(f"only {' and '.join(OF_AN_EDITION)} have a schema for a ruleset", param_hint="'-r'")
    found = general_schema(document) if ruleset is None else schema_for(document, catalog.load(ruleset).edition)
    if output is None:
        say(_printable(found))
        return REACHED
    try:
        write_text(output, write_schema(found))
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=str(output)) from None
    say(f"{output}: {found['title']}")
    if document not in ANSWERS:
        say(f"begin a document beside it with the line `# yaml-language-server: $schema={output.name}`")
    return REACHED


def _printable(schema: Schema) -> str:
    """Return a schema as text that standard output can hold, all else escaped, so that nothing of it is lost."""
    text = write_schema(schema)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(schema, indent=2)
    return text.removesuffix("\n")
