"""Tree → cases: facts with the outcomes that the standard's text gives them.

A case file pins a ruleset from outside: its expectations are literals, taken from the standard and never from the rule.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import evolve, field, frozen

from smartrules.diagnostics import FactsError, Fault, Log, RulesetError, Span, Text, did_you_mean, one_of, shorten
from smartrules.documents.facts import read_facts_file
from smartrules.documents.facts_reader import Disagreements, FactsReader, no_disagreements
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import read_text, read_tree
from smartrules.expr.nodes import Literal
from smartrules.facts import Facts, read_stated
from smartrules.outcome import Outcome
from smartrules.standard import Edition, Measure
from smartrules.units import unit
from smartrules.values import Number

_POINT = unit("point")

_FILE_KEYS = ("ruleset", "cases")
_CASE_KEYS = ("name", "source", "from", "without", "on", "facts", "stated", "not_reported", "collections", "expect")
#: Stands in `expect` where its author still has to write what the standard says.
CONFIRM = "confirm"
_EXPECT_KEYS = ("tier", "tiers", "indicators", "missing", "values", "points", "scores")


@frozen
class Case:
    """Facts and what is expected of them; an empty expectation expects nothing.

    Attributes:
        tier: the highest tier reached with all below it, ``"none"`` for none, or None where nothing is expected.
        tiers: outcomes of tiers.
        indicators: outcomes of indicators, by tier.
        missing: the facts that an undetermined indicator names as missing, by tier and indicator.
        values: values of measures in root units; None for a measure that has no value.
        points: the points that indicators earn, by tier; None where that is open, or the indicator is not applicable.
        scores: values of scores in root units, by tier; None for a score that has no value.
        source: where the standard says so.
        to_confirm: of what the author still has to write what the standard says, as `smartrules.testing.cases.Difference`
            names it: ``basic.greenery``.
    """

    name: str
    facts: Facts = field(repr=False)
    tier: str | None = None
    tiers: Mapping[str, Outcome] = field(factory=dict)
    indicators: Mapping[str, Mapping[str, Outcome]] = field(factory=dict)
    missing: Mapping[str, Mapping[str, tuple[str, ...]]] = field(factory=dict)
    values: Mapping[str, Number | None] = field(factory=dict)
    points: Mapping[str, Mapping[str, Number | None]] = field(factory=dict)
    scores: Mapping[str, Mapping[str, Number | None]] = field(factory=dict)
    source: str | None = None
    to_confirm: tuple[str, ...] = ()
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


def read_cases(edition: Edition, path: Path, *, disagreements: Disagreements = no_disagreements) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        RulesetError: with every fault of the file.
        FactsError: with every fault of a facts document that a case begins from.
    """
    try:
        content = read_text(path)
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    return read_cases_text(edition, content, path, disagreements=disagreements)


def read_cases_text(
    edition: Edition, content: str, path: Path, *, disagreements: Disagreements = no_disagreements
) -> tuple[Case, ...]:
    """Return the cases of the content of a file, as `read_cases`."""
    log = Log(Text(str(path), content))
    tree = read_tree(log.text, log)
    cases = _CaseReader(edition, log, path, disagreements).file(tree) if tree is not None else ()
    if log.errors:
        raise RulesetError(log.errors)
    return cases


def read_case_list(edition: Edition, tree: Tree, log: Log, path: Path) -> tuple[Case, ...]:
    """Return the cases of a list in a document, noting its faults; ``from`` is relative to ``path``."""
    return _CaseReader(edition, log, path).cases(tree)


class _CaseReader(FactsReader):
    """Reads a file of cases for one edition."""

    def __init__(self, edition: Edition, log: Log, path: Path, disagreements: Disagreements = no_disagreements) -> None:
        super().__init__(edition, log, disagreements)
        self.path = path
        self._to_confirm: list[str] = []  # of the case that is read

    def file(self, tree: Tree) -> tuple[Case, ...]:
        top = self.table(tree, "the case file")
        if top is None:
            return ()
        self.known_keys(top, "a case file", _FILE_KEYS)
        self.check_ruleset(top)
        listed = self.required(top, "the case file", "cases", "write `cases:` with a list under it")
        return () if listed is None else self.cases(listed)

    def cases(self, listed: Tree) -> tuple[Case, ...]:
        if not isinstance(listed, Sequence) or not listed.items:
            self.log.add(listed.at, "SR111", "`cases` is no list of cases", "begin each case with `- name:`")
            return ()
        cases: dict[str, Case] = {}
        for item in listed.items:
            case = self._case(item)
            if case is None:
                continue
            if case.name in cases:
                self.log.add(case.at, "SR403", f"two cases have the name `{shorten(case.name)}`", "name each once")
            cases[case.name] = case
        return tuple(cases.values())

    def _case(self, tree: Tree) -> Case | None:
        table = self.table(tree, "a case")
        if table is None:
            return None
        self._to_confirm = []
        self.known_keys(table, "a case", _CASE_KEYS)
        name_tree = self.required(table, "a case", "name", "say in a few words what it pins")
        name = None if name_tree is None else self.text(name_tree, "the name of a case")
        expect_tree = self.required(table, "a case", "expect", "write what is expected: `expect: {tier: none}`")
        expect = None if expect_tree is None else self.table(expect_tree, "`expect`")
        facts = self.overlay(self._without(self._base(table), table), table)
        facts = evolve(facts, on=self.day(table, "on") or facts.on)
        if name is None or expect is None:
            return None
        self.known_keys(expect, "`expect`", _EXPECT_KEYS)
        if not expect.entries:
            self.log.add(expect.at, "SR110", "`expect` expects nothing", f"write one of {one_of(_EXPECT_KEYS)}")
        for entry in (e for e in expect.entries if e.key in _EXPECT_KEYS):
            self._expects_something(entry, f"`{entry.key}`")
        source = table.get("source")
        return Case(
            name,
            facts,
            self._tier(expect),
            self._outcomes(self._entries(expect, "tiers"), self.edition.tier_by_id, "tier"),
            self._indicators(expect),
            self._missing(expect),
            self._values(self._entries(expect, "values"), self.edition.measure_by_id, "measure"),
            self._points(expect),
            self._scores(expect),
            None if source is None else self.text(source.value, "`source`"),
            tuple(self._to_confirm),
            at=table.at,
        )

    def _expects_something(self, entry: Entry, what: str) -> None:
        """Note a mapping in an expectation that says nothing."""
        if not isinstance(entry.value, Table):
            return
        if not entry.value.entries:
            self.log.add(entry.value.at, "SR110", f"{what} expects nothing", "write what is expected, or remove it")
        for inner in entry.value.entries:
            self._expects_something(inner, f"`{inner.key}` of {what}")

    # --- the facts -------------------------------------------------------------------------------------------------

    def _base(self, table: Table) -> Facts:
        empty = Facts(self.edition.name)
        entry = table.get("from")
        name = None if entry is None else self.text(entry.value, "`from`")
        if entry is None or name is None:
            return empty
        folder = Path(os.path.realpath(self.path.parent.parent))
        path = Path(os.path.realpath(self.path.parent / name))
        if Path(name).is_absolute() or not path.is_relative_to(folder):
            self.log.add(
                entry.value.at,
                "SR114",
                f"`{shorten(name)}` leaves the folder of the ruleset",
                "name a facts document beside the cases or in a folder next to theirs: `../examples/qili.yaml`",
            )
            return empty
        try:
            base = read_facts_file(self.edition, path)
        except FactsError as error:
            first = error.diagnostics[0]
            self.log.add(
                entry.value.at,
                first.code,
                f"`{shorten(name)}` cannot be begun from: {first.message}",
                f"see all of it with `smartrules check {shorten(name)}`",
            )
            return empty
        # The places of its facts are in another document.
        return evolve(
            base,
            facts={name: evolve(fact, at=None) for name, fact in base.facts.items()},
            stated={name: evolve(fact, at=None) for name, fact in base.stated.items()},
            claims={},
        )

    def _without(self, base: Facts, table: Table) -> Facts:
        entry = table.get("without")
        if entry is None:
            return base
        gone = self.texts(entry.value, "`without`")
        for name in gone:
            known = [*base.facts, *base.stated, *base.collections]
            if name not in known:
                hint = did_you_mean(name, known) or "`without` takes away what the document under `from` gives"
                self.log.add(entry.value.at, "SR515", f"there is no `{shorten(name)}` to take away", hint)
        return evolve(
            base,
            facts={name: fact for name, fact in base.facts.items() if name not in gone},
            stated={name: fact for name, fact in base.stated.items() if name not in gone},
            collections={name: records for name, records in base.collections.items() if name not in gone},
        )

    # --- what is expected ------------------------------------------------------------------------------------------

    def _tier(self, expect: Table) -> str | None:
        entry = expect.get("tier")
        name = None if entry is None else self.text(entry.value, "`tier`")
        if entry is None or name is None or name == "none":
            return name
        if name not in self.edition.tier_by_id and self._is_to_confirm(entry.value, "tier"):
            return None
        return name if self._known(entry.value, name, self.edition.tier_by_id, "tier") else None

    def _known(self, tree: Tree, name: str, known: Mapping[str, object], what: str) -> bool:
        if name in known:
            return True
        there = f"there is {one_of(list(known))}".replace(" or ", " and ") if known else "what it requires is not known"
        hint = did_you_mean(name, known) or there
        self.log.add(tree.at, "SR515", f"the ruleset has no {what} `{shorten(name)}`", hint)
        return False

    def _is_to_confirm(self, tree: Tree, of: str) -> bool:
        """Return whether an expectation is left to its author, noting of what."""
        left = isinstance(tree, Scalar) and tree.value == CONFIRM
        if left:
            self._to_confirm.append(of)
        return left

    def _outcomes(
        self, entries: tuple[Entry, ...], known: Mapping[str, object], what: str, within: str = ""
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        for entry in entries:
            if self._known(Scalar(None, entry.at), entry.key, known, what):
                if self._is_to_confirm(entry.value, f"{within}{entry.key}"):
                    continue
                outcome = self.outcome(entry.value, f"what is expected of `{entry.key}`")
                if outcome is not None:
                    outcomes[entry.key] = outcome
        return outcomes

    def _by_tier(self, expect: Table, key: str) -> list[tuple[str, tuple[Entry, ...]]]:
        tiers = []
        for entry in self._entries(expect, key):
            if self._known(Scalar(None, entry.at), entry.key, self.edition.tier_by_id, "tier"):
                table = self.table(entry.value, f"`{key}` of the tier `{entry.key}`")
                tiers.append((entry.key, () if table is None else table.entries))
        return tiers

    def _indicators(self, expect: Table) -> dict[str, dict[str, Outcome]]:
        return {
            tier: self._outcomes(entries, self.edition.rules(tier), f"indicator in the tier `{tier}` named", f"{tier}.")
            for tier, entries in self._by_tier(expect, "indicators")
        }

    def _missing(self, expect: Table) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for tier, entries in self._by_tier(expect, "missing"):
            found[tier] = {}
            for entry in entries:
                if not self._known(Scalar(None, entry.at), entry.key, self.edition.rules(tier), "indicator"):
                    continue
                if self._is_to_confirm(entry.value, f"{tier}.{entry.key} missing"):
                    continue
                facts = self.texts(entry.value, f"what `{entry.key}` misses")
                for fact in (name for name in facts if name != "on"):
                    known = {**self.edition.fact_by_id, **self.edition.collection_by_id}
                    self._known(entry.value, fact.rpartition(".")[2], known, "fact")
                found[tier][entry.key] = facts
        return found

    def _points(self, expect: Table) -> dict[str, dict[str, Number | None]]:
        worth = {
            indicator.id: Measure(indicator.id, Literal(indicator.points.full, _POINT), _POINT)
            for indicator in self.edition.indicators
            if indicator.points is not None
        }
        found: dict[str, dict[str, Number | None]] = {}
        for tier, entries in self._by_tier(expect, "points"):
            known = {name: worth[name] for name in self.edition.rules(tier) if name in worth}
            found[tier] = self._values(
                entries, known, f"indicator with points in the tier `{tier}` named", tier + ".{} points"
            )
        return found

    def _scores(self, expect: Table) -> dict[str, dict[str, Number | None]]:
        return {
            tier: self._values(entries, self.edition.score_by_id, "score", tier + ".{}")
            for tier, entries in self._by_tier(expect, "scores")
        }

    def _values(
        self, entries: Iterable[Entry], known: Mapping[str, Measure], what: str, named: str = "{}"
    ) -> dict[str, Number | None]:
        values: dict[str, Number | None] = {}
        for entry in entries:
            if not self._known(Scalar(None, entry.at), entry.key, known, what):
                continue
            if not isinstance(entry.value, Scalar):
                hint = "write its value as a stated measure's: `70 %`, or `unknown`"
                self.wrong_shape(entry.value, f"what is expected of `{entry.key}`", "must be a value", hint)
                continue
            written = entry.value.value
            if written is None or written == "unknown":
                values[entry.key] = None
                continue
            if self._is_to_confirm(entry.value, named.format(entry.key)):
                continue
            try:
                values[entry.key] = read_stated(self.edition, known[entry.key], written)
            except Fault as fault:
                self.log.add_fault(entry.value.at, fault)
        return values
