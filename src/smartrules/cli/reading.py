"""What the arguments of a command name: rulesets, facts, documents."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from smartrules import catalog
from smartrules.diagnostics import Fault, Log, NotFoundError, SmartrulesError, Text, one_of
from smartrules.documents import tree as document
from smartrules.documents.facts import named_ruleset, read_facts, read_facts_text
from smartrules.documents.yaml import decode, read_tree
from smartrules.engines import exact
from smartrules.facts import DOCUMENT_KEYS, Facts
from smartrules.ruleset import Ruleset


def ruleset_of(name: str | None) -> Ruleset:
    """Return the ruleset of a name, or the only one of the catalog."""
    if name is not None:
        return catalog.load(name)
    known = catalog.entries()
    if len({entry.standard for entry in known}) == 1:
        return catalog.load(known[0].standard)
    raise NotFoundError.of(
        "SR601", "no ruleset is named", f"name one with -r: {one_of([entry.name for entry in known])}"
    )


def facts_and_ruleset(path: str, name: str | None) -> tuple[Ruleset, Facts]:
    """Return the facts of a document and the ruleset they are for."""
    text, shown = text_of(path)
    rules = ruleset_of(name or named_ruleset(text, shown))
    return rules, read_facts(rules.edition, text, shown, disagreements=exact.disagreements)


def text_of(path: str) -> tuple[str, str]:
    """Return the text of a facts document, and what messages call it; ``-`` is standard input."""
    if path == "-":
        try:
            return decode(sys.stdin.buffer.read()), "<standard input>"
        except Fault as fault:
            raise SmartrulesError.of(fault.code, fault.message, fault.help, file="<standard input>") from None
    return read_facts_text(Path(path)), path


def path_of(name: str) -> Path:
    """Return the path of a ruleset that is named by its path or by standard@edition."""
    path = Path(name)
    if path.exists() or "@" not in name:
        return path
    return next((entry.path for entry in catalog.entries() if entry.name == name), path)


def is_facts(text: str) -> bool:
    """Return whether a document is one of facts rather than a ruleset, by its top-level keys."""
    log = Log(Text(None, text))
    with suppress(SmartrulesError):
        tree = read_tree(log.text, log)
        keys = {entry.key for entry in tree.entries} if isinstance(tree, document.Table) else set()
        return bool(keys & set(DOCUMENT_KEYS)) and not keys & {"standard", "indicators", "tiers", "edition"}
    return False
