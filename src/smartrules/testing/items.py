"""Case files as pytest sees them: a file is a collector, a case an item."""

from __future__ import annotations

import os
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field, frozen

from smartrules import catalog
from smartrules.diagnostics import Fault, Log, NotFoundError, RulesetError, SmartrulesError, Text, plain
from smartrules.documents.cases import Case, read_cases
from smartrules.documents.tree import Scalar, Table
from smartrules.documents.yaml import read_text, read_tree
from smartrules.engines.exact import disagreements
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import Difference, differences
from smartrules.testing.failures import failure_text
from smartrules.values import Language


@frozen
class Loaded:
    """A ruleset with the document that it was read from."""

    document: Path
    ruleset: Ruleset


@define
class RulesetsOfRun:
    """The rulesets that a run of pytest asks for, each read once.

    Attributes:
        root: where relative paths begin.
    """

    root: Path
    _by_name: dict[str, Loaded] = field(factory=dict, init=False)
    _by_document: dict[Path, Loaded] = field(factory=dict, init=False)
    _faulty: dict[str, Path] = field(factory=dict, init=False)

    def load(self, name: str | PathLike[str]) -> Loaded:
        """Return the ruleset of a name, or of the path of its document.

        Raises:
            NotFoundError: where the catalog has no such ruleset.
            RulesetError: with every fault of the document.
        """
        text = os.fspath(name)
        if text not in self._by_name:
            self._by_name[text] = self._load_path(self.root / text) if catalog.is_path(name) else self._load_name(text)
        return self._by_name[text]

    def load_for(self, cases: Path, name: str | PathLike[str]) -> Loaded:
        """Return the ruleset of a case file; the faults of a document are told once in a run, with the first of its files.

        Raises:
            NotFoundError, RulesetError: as `load`.
        """
        try:
            return self.load(name)
        except RulesetError as error:
            first = self._faulty.setdefault(os.fspath(name), cases)
            if first == cases:
                raise
            message = f"the ruleset of these cases has {'a fault' if len(error.diagnostics) == 1 else 'faults'}"
            raise RulesetError.of(
                "SR610", message, f"see what `{first.name}` says", file=error.diagnostics[0].file
            ) from None

    def _load_path(self, path: Path) -> Loaded:
        document = path.absolute()
        if document not in self._by_document:
            self._by_document[document] = Loaded(document, catalog.load_file(document))
        return self._by_document[document]

    def _load_name(self, name: str) -> Loaded:
        ruleset = catalog.load(name)
        entry = catalog.find_entry(ruleset.name)
        assert entry is not None, "the catalog has what it loads"
        document = entry.path.absolute()
        return self._by_document.setdefault(document, Loaded(document, ruleset))


class CaseFile(pytest.File):
    """A case file.

    Attributes:
        named: the ruleset of its cases, by name or path; None where the file itself must name it.
    """

    def __init__(self, *, named: str | Path | None, rulesets: RulesetsOfRun, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.named = named
        self._rulesets = rulesets

    def collect(self) -> Iterator[CaseItem]:
        """Yield the cases of the file.

        Raises:
            CollectError: with every fault of the file, or of its ruleset.
        """
        try:
            loaded = self._rulesets.load_for(self.path, self.named or named_in(self.path))
            cases = read_cases(loaded.ruleset.edition, self.path, disagreements=disagreements)
        except SmartrulesError as error:
            raise self.CollectError(faults_text(error, self.config)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=item_name(case), case=case, loaded=loaded)


class CaseItem(pytest.Item):
    """A case."""

    def __init__(self, *, case: Case, loaded: Loaded, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.loaded = loaded
        self.add_marker("smartrules")
        asked = {
            name for part in (case.indicators, case.missing, case.points) for names in part.values() for name in names
        }
        self.extra_keyword_matches.update((loaded.ruleset.edition.standard.id, *asked))

    def runtest(self) -> None:
        """Ask the ruleset what the case expects."""
        found = differences(self.loaded.ruleset, self.case)
        if found:
            raise CaseFailed(found)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file, the line counted from 0, and the heading of a report."""
        line = self.case.at.line - 1 if self.case.at is not None else 0
        return self.path, line, f"{self.loaded.ruleset.name}: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what a case that does not hold says, in place of a traceback, with the place of the case."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, style)
        path, line, _ = self.reportinfo()
        found = excinfo.value.differences
        if self.config.getoption("tbstyle") != "line":
            place = f"{shown_path(path, self.config)}:{line + 1}"
            excinfo.value.text = failure_text(place, self.case, self.loaded.ruleset, found, self._language)
        shown = excinfo.getrepr(style="value", chain=False)
        if shown.reprcrash is not None:  # what the short summary, `--tb=line` and a CI's annotations show
            shown.reprcrash.path, shown.reprcrash.lineno = str(path), line + 1
            shown.reprcrash.message = excinfo.value.in_short
        return shown

    @property
    def _language(self) -> Language:
        chosen = self.config.getoption("smartrules_lang") or self.config.getini("smartrules_lang")
        return "zh" if chosen == "zh" else "en"


class CaseFailed(Exception):
    """A case that does not hold.

    Attributes:
        in_short: the differences in one line.
        text: what a report says of it.
    """

    def __init__(self, found: list[Difference]) -> None:
        super().__init__(found)
        self.differences = found
        self.in_short = plain("; ".join(map(str, found)))
        self.text = self.in_short

    def __str__(self) -> str:
        return self.text


_DIVIDING = str.maketrans("[]", "()")


def item_name(case: Case) -> str:
    """Return what an item is called: the name of its case on one line, without the signs that divide a node id."""
    return plain(" ".join(case.name.split())).replace("::", ": :").translate(_DIVIDING)


def named_in(path: Path) -> str:
    """Return the ruleset that a case file names.

    Raises:
        RulesetError: where the file is no document.
        NotFoundError: where it names none.
    """
    try:
        log = Log(Text(str(path), read_text(path)))
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    tree = read_tree(log.text, log)
    if log.errors:
        raise RulesetError(log.errors)
    entry = tree.get("ruleset") if isinstance(tree, Table) else None
    if entry is None or not isinstance(entry.value, Scalar) or not isinstance(entry.value.value, str):
        hint = (
            "name it in the file, `ruleset: standard@edition`, or put the file into `cases` beside its `ruleset.yaml`"
        )
        raise NotFoundError.of("SR601", "no ruleset is named for these cases", hint, file=str(path))
    return entry.value.value


def faults_text(error: SmartrulesError, config: pytest.Config) -> str:
    """Return all faults as they are printed, in files that are named as pytest names them."""
    return "\n\n".join(
        (found if found.file is None else evolve(found, file=shown_path(Path(found.file), config))).render()
        for found in error.diagnostics
    )


def shown_path(path: Path, config: pytest.Config) -> str:
    """Return a path as it is seen from the folder in which pytest was started, where it lies in it."""
    here = config.invocation_params.dir
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
