"""Boundary coverage of a run of pytest: what the cases that ran pin, in this process and in the workers of pytest-xdist."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from smartrules import catalog
from smartrules.diagnostics import SmartrulesError
from smartrules.documents.cases import Case
from smartrules.ruleset import Ruleset
from smartrules.testing.coverage import Boundary, Side, coverage, share
from smartrules.testing.items import CaseItem, faults_text, shown_path

_OUTPUT = "smartrules_pinned"


class Covering:
    """The plug-in behind ``--smartrules-cover``.

    A worker hands the sides that its cases pin, by document and in the order of `coverage`, to the process that reports.
    """

    def __init__(self, config: pytest.Config, bound: str | None) -> None:
        self.config = config
        self.bound = bound
        self.rulesets: dict[Path, Ruleset] = {}
        self.ran: dict[Path, dict[tuple[str, str], Case]] = {}
        self.pinned_elsewhere: dict[Path, list[set[str]]] = {}
        self.lines: list[str] = []
        self.faults: list[str] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note the ruleset of a case, whether or not it will run."""
        if isinstance(item, CaseItem):
            self.rulesets[item.loaded.document] = item.loaded.ruleset

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Note a case that runs."""
        if isinstance(item, CaseItem):
            self.ran.setdefault(item.loaded.document, {})[item.nodeid, item.case.name] = item.case

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add up what a worker of pytest-xdist found; one that crashed says nothing, and has failed the run."""
        for document, pinned in getattr(node, "workeroutput", {}).get(_OUTPUT, {}).items():
            known = self.pinned_elsewhere.setdefault(Path(document), [set() for _ in pinned])
            for sides, more in zip(known, pinned, strict=True):
                sides.update(more)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was found, or count it and fail the run where that is less than was asked."""
        try:
            found = {
                document: self._coverage(document) for document in sorted({*self.rulesets, *self.pinned_elsewhere})
            }
        except SmartrulesError as error:  # a document was changed since its cases were collected
            self.faults = [faults_text(error, self.config)]
        else:
            if hasattr(self.config, "workeroutput"):
                self.config.workeroutput[_OUTPUT] = {  # of plain values only
                    str(document): [[side.value for side in boundary.pinned] for boundary in boundaries]
                    for document, boundaries in found.items()
                }
                return
            for document, boundaries in found.items():
                self._report(document, boundaries)
        if self.faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _coverage(self, document: Path) -> list[Boundary]:
        if document not in self.rulesets:
            self.rulesets[document] = catalog.load_file(document)
        boundaries = coverage(self.rulesets[document], self.ran.get(document, {}).values())
        elsewhere = self.pinned_elsewhere.get(document) or [set() for _ in boundaries]
        return [
            evolve(boundary, pinned=boundary.pinned | {Side(side) for side in sides})
            for boundary, sides in zip(boundaries, elsewhere, strict=True)
        ]

    def _report(self, document: Path, boundaries: list[Boundary]) -> None:
        name = self.rulesets[document].name
        for boundary in boundaries:
            if boundary.open:
                at = boundary.at
                place = f"{shown_path(document, self.config)}:{at.line}:{at.column}: " if at is not None else ""
                self.lines.append(f"{place}{boundary}")
        pinned, all_ = share(boundaries)
        self.lines.append(f"{name}: {pinned} of {all_} sides of {len(boundaries)} thresholds and statements")
        if self.bound is not None:
            asked = ceil(Fraction(self.bound) * all_ / 100)
            if pinned < asked:
                self.faults.append(f"{name}: {self.bound} % of {all_} sides are {asked}, and {pinned} are pinned")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what was counted."""
        terminalreporter.section("boundary coverage")
        for line in self.lines or ([] if self.faults else ["no case of a ruleset was collected"]):
            terminalreporter.write_line(line)
        for fault in self.faults:
            terminalreporter.write_line(fault, red=True, bold=True)
