"""YAML, JSON, a filled form or plain mappings → facts, handed out only where there is no fault in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from smartrules.diagnostics import FactsError, Fault, Log, Text
from smartrules.documents.facts_reader import Disagreements, FactsReader, names_another, no_disagreements
from smartrules.documents.forms.kinds import is_workbook
from smartrules.documents.tree import (
    OF_FACTS,
    Entry,
    Scalar,
    Table,
    Tree,
    from_plain,
)
from smartrules.documents.yaml import decode, read_text, read_tree
from smartrules.facts import (
    DOCUMENT_KEYS,
    Facts,
)
from smartrules.standard import Edition


def read_facts(
    edition: Edition,
    text: str,
    name: str | None = None,
    *,
    disagreements: Disagreements = no_disagreements,
    names_it: Callable[[str], bool] = names_another,
) -> Facts:
    """Return the facts that a YAML or JSON text gives for an edition; ``name`` is what messages call the document.

    Args:
        names_it: whether what stands under ``ruleset:`` names the edition, where it is none of its own names.

    Raises:
        FactsError: with every fault of the document, in its order.
    """
    log = Log(Text(name, text), FactsError)
    tree = read_tree(log.text, log, OF_FACTS)
    return finished(
        FactsReader(edition, log, disagreements, names_it).document(tree) if tree is not None else None, log
    )


def read_facts_bytes(
    edition: Edition, content: bytes, name: str | None = None, *, disagreements: Disagreements = no_disagreements
) -> Facts:
    """Return the facts that the bytes of a document give for an edition: of a YAML or JSON text, or of a filled form.

    Raises:
        FactsError: with every fault of the document.
    """
    if is_workbook(content, name):
        return _read_form(edition, content, name, disagreements)
    try:
        text = decode(content, OF_FACTS)
    except Fault as fault:
        raise FactsError.of(fault.code, fault.message, fault.help, file=name) from None
    return read_facts(edition, text, name, disagreements=disagreements)


def read_facts_file(edition: Edition, path: Path, *, disagreements: Disagreements = no_disagreements) -> Facts:
    """Return the facts that a file gives for an edition: a YAML or JSON text, or a filled form.

    Raises:
        FactsError: with every fault of the document, or why it cannot be read.
    """
    content = workbook_in(path)
    if content is not None:
        return _read_form(edition, content, str(path), disagreements)
    return read_facts(edition, read_facts_text(path), str(path), disagreements=disagreements)


def _read_form(edition: Edition, content: bytes, name: str | None, disagreements: Disagreements) -> Facts:
    from smartrules.documents.forms.reading import open_form, read_form  # what most documents are not

    return read_form(edition, open_form(content, name), disagreements=disagreements)


def workbook_in(path: Path) -> bytes | None:
    """Return the bytes of a file that is a workbook or named like one, None for any other.

    Raises:
        FactsError: why it cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except (OSError, ValueError):
        return None  # whoever reads it as a text says why it cannot be read
    if not is_workbook(start, path.name):
        return None
    from smartrules.documents.forms.archive import read_workbook_bytes

    try:
        return read_workbook_bytes(path)
    except Fault as fault:
        raise FactsError.of(fault.code, fault.message, fault.help, file=str(path)) from None


def read_facts_text(path: Path) -> str:
    """Return the text of a facts document.

    Raises:
        FactsError: why it cannot be read.
    """
    try:
        return read_text(path, OF_FACTS)
    except Fault as fault:
        raise FactsError.of(fault.code, fault.message, fault.help, file=str(path)) from None


def read_facts_mapping(
    edition: Edition, mapping: Mapping[str, Any], *, disagreements: Disagreements = no_disagreements
) -> Facts:
    """Return the facts that plain Python values give for an edition.

    The mapping has the shape of the document, or is plainly one of fact ids to values. A float is taken as its shortest
    decimal text.

    Raises:
        FactsError: with every fault.
    """
    log = Log(Text(None, ""), FactsError)
    document = facts_tree(mapping, log)
    return finished(None if document is None else FactsReader(edition, log, disagreements).document(document), log)


def facts_tree(mapping: Mapping[str, Any], log: Log) -> Tree | None:
    """Return plain Python values in the shape of the document, or None where they are too many."""
    tree = from_plain(mapping, log, OF_FACTS)
    if tree is None or any(key in mapping for key in DOCUMENT_KEYS):
        return tree
    return Table((Entry("facts", tree),))


def named_ruleset(text: str, name: str | None = None) -> str | None:
    """Return what a facts document says under ``ruleset:``, None where it says nothing.

    Raises:
        FactsError: where the text is no document at all.
    """
    log = Log(Text(name, text), FactsError)
    tree = read_tree(log.text, log, OF_FACTS)
    if log.errors:
        raise FactsError(log.errors)
    entry = tree.get("ruleset") if isinstance(tree, Table) else None
    if entry is None or not isinstance(entry.value, Scalar) or not isinstance(entry.value.value, str):
        return None
    return entry.value.value


def finished(facts: Facts | None, log: Log) -> Facts:
    """Return facts that were read without a fault.

    Raises:
        FactsError: with what was noted.
    """
    if facts is None or log.errors:
        raise FactsError(log.errors)
    return facts
