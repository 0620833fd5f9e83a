"""What the arguments of a command name: rulesets, facts, documents."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import overload

from smartrules import catalog
from smartrules.diagnostics import Fault, Log, NotFoundError, SmartrulesError, Text, one_of, shorten
from smartrules.documents import tree as document
from smartrules.documents.cases import Case
from smartrules.documents.facts import named_ruleset, read_facts, read_facts_text, workbook_in
from smartrules.documents.forms.archive import read_workbook_bytes
from smartrules.documents.forms.kinds import is_workbook
from smartrules.documents.forms.reading import Form, is_form, open_form, read_form
from smartrules.documents.yaml import decode, read_tree
from smartrules.engines import exact
from smartrules.facts import DOCUMENT_KEYS, Facts
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import cases_of

#: The folder of its cases beside a ruleset.
CASES = "cases"


def ruleset_of(name: str | None) -> Ruleset:
    """Return the ruleset that a call names.

    Raises:
        NotFoundError: where it names none, or one that is not in the catalog.
    """
    if name is None:
        raise NotFoundError.of("SR601", "no ruleset is named", f"name one with `-r`: {_standards()}")
    return catalog.load(name)


def facts_and_ruleset(path: str, name: str | None) -> tuple[Ruleset, Facts]:
    """Return the facts of a document and the ruleset they are for: the one that is named, else the one the facts name.

    The document is a YAML or JSON text, or a filled form.

    Raises:
        NotFoundError: where neither names one, or it is not in the catalog.
        FactsError: with every fault of the document.
    """
    content = sys.stdin.buffer.read() if path == "-" else workbook_in(Path(path))
    shown = _STANDARD_INPUT if path == "-" else path
    if content is not None and is_workbook(content, None if path == "-" else path):
        form = open_form(content, shown)
        rules = catalog.load(name or _ruleset_of(form))
        return rules, read_form(rules.edition, form, disagreements=exact.disagreements)
    text = read_facts_text(Path(path)) if content is None else _decoded(content)
    asked = name or _from(path, named_ruleset(text, shown))
    if asked is None:
        raise _unnamed(shown)
    rules = catalog.load(asked)

    def names_it(named: str) -> bool:
        place, own = Path(_from(path, named)), path_of(asked)
        return catalog.is_path(named) and place.is_file() and own.is_file() and place.samefile(own)

    return rules, read_facts(rules.edition, text, shown, disagreements=exact.disagreements, names_it=names_it)


def named_by(path: str) -> str:
    """Return the ruleset that a facts document or a form names.

    Raises:
        NotFoundError: where it names none.
        FactsError: where it is no document at all.
    """
    content = workbook_in(Path(path))
    if content is not None:
        return _ruleset_of(open_form(content, path))
    named = _from(path, named_ruleset(read_facts_text(Path(path)), path))
    if named is None:
        raise _unnamed(path)
    return named


def _ruleset_of(form: Form) -> str:
    """Return the ruleset that a form names, which is never a path: a stranger's form shall not say what is opened here.

    Raises:
        NotFoundError: where it names none, or none that the catalog has.
    """
    if not form.ruleset or catalog.is_path(form.ruleset):
        raise _unnamed(form.name or "")
    if catalog.find_entry(form.ruleset) is None:
        what = f"the catalog has no ruleset `{shorten(form.ruleset)}`, which the form is for"
        raise NotFoundError.of("SR601", what, "name the ruleset or its document with `-r`", file=form.name)
    return form.ruleset


def _unnamed(shown: str) -> NotFoundError:
    hint = f"name one with `-r`, or under `ruleset:` in the facts: {_standards()}"
    return NotFoundError.of("SR601", f"no ruleset is named for the facts in `{shorten(shown)}`", hint)


@overload
def _from(facts: str, named: str) -> str: ...
@overload
def _from(facts: str, named: None) -> None: ...
def _from(facts: str, named: str | None) -> str | None:
    """Return the name of a ruleset that facts name: a path that leads nowhere from here starts beside the facts."""
    if named is None or not catalog.is_path(named) or Path(named).is_file():
        return named
    beside = Path(facts).parent / named
    return str(beside) if beside.is_file() else named


def cases_for(rules: Ruleset, document: Path, folder: Path | None) -> list[tuple[Path, Case]]:
    """Return the cases of a ruleset, each with its file: those of a folder, by default `cases` beside its document.

    Raises:
        NotFoundError: where there is none.
        RulesetError, FactsError: with every fault of a file.
    """
    where = folder or document.parent / CASES
    found = cases_of(rules, where)
    if not found:
        raise NotFoundError.of("SR114", f"there is no case in `{where}`", "write case files there: `cases/*.yaml`")
    return found


def _standards() -> str:
    """Return the standards of the catalog, for a help line."""
    return one_of(sorted({entry.standard for entry in catalog.entries()}))


_STANDARD_INPUT = "<standard input>"


def text_of(path: str) -> tuple[str, str]:
    """Return the text of a facts document, and what messages call it; ``-`` is standard input."""
    if path == "-":
        return _decoded(sys.stdin.buffer.read()), _STANDARD_INPUT
    return read_facts_text(Path(path)), path


def _decoded(content: bytes) -> str:
    """Return what comes in on standard input as text."""
    try:
        return decode(content, document.OF_FACTS)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=_STANDARD_INPUT) from None


def is_form_file(path: Path) -> bool:
    """Return whether a file is the form of one community, rather than a table of many."""
    try:
        return is_form(read_workbook_bytes(path))
    except Fault:
        return False


def path_of(name: str) -> Path:
    """Return the path of a ruleset that is named as `smartrules.catalog.load` takes it.

    A document of the catalog that is named by standard@edition is not read, so that whoever checks it hears its faults.

    Raises:
        NotFoundError: where the catalog has no ruleset of that name.
    """
    path = Path(name)
    if path.is_file() or catalog.is_path(name):
        if path.is_dir():
            raise catalog.is_folder(name)
        return path
    entry = catalog.find_entry(name) or catalog.find_entry(catalog.load(name).name)
    return path if entry is None else entry.path


_TOP_KEY = re.compile(r"""^(["']?)(\w+)\1[ \t]*:(?=\s|\Z)""", re.MULTILINE)


def is_facts(text: str) -> bool:
    """Return whether a document is one of facts rather than a ruleset, by its top-level keys."""
    keys = {
        found[2] for found in _TOP_KEY.finditer(text)
    }  # reading all of a large ruleset for them would take its time
    if not keys:
        log = Log(Text(None, text))
        with suppress(SmartrulesError):
            tree = read_tree(log.text, log)
            keys = {entry.key for entry in tree.entries} if isinstance(tree, document.Table) else set()
    return bool(keys & set(DOCUMENT_KEYS)) and not keys & {"standard", "indicators", "tiers", "edition"}


def check_output(output: Path, sources: Sequence[Path | None]) -> None:
    """Check that a file is none of those that are read: what it holds besides facts would be lost.

    Raises:
        SmartrulesError: SR606.
    """
    for source in sources:
        if source is not None and source.exists() and output.exists() and output.samefile(source):
            message = f"`{shorten(str(source))}` is read while this is written"
            raise SmartrulesError.of("SR606", message, "name another file", file=str(output))
