"""Tree → edition: the reader of ruleset documents.

Every fault is noted with its place; an edition is handed out only where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Self

from smartrules.diagnostics import Fault, Log, RulesetError, Span, Text, all_of, shorten
from smartrules.documents.bounds import check_extents
from smartrules.documents.extension import Base, ExtensionReader, FindBase, laid_over
from smartrules.documents.indicators import INDICATOR_KEYS, IndicatorReader
from smartrules.documents.reactions import ReactionReader, Reactive
from smartrules.documents.tiers import TierReader
from smartrules.documents.tree import Entry, Reader, Scalar, Table, Tree, from_plain
from smartrules.documents.yaml import read_text, read_tree
from smartrules.expr.nodes import Name
from smartrules.expr.types import Checker, Scope, Type
from smartrules.standard import (
    INDICATOR,
    INDICATORS,
    Collection,
    Edition,
    FactDeclaration,
    Group,
    Indicator,
    Measure,
    Member,
    Standard,
    indicators_of,
    named_collection,
)
from smartrules.units import Unit
from smartrules.values import read_date

_TOP_KEYS = (
    "standard",
    "edition",
    "extends",
    "remove",
    "title",
    "aliases",
    "effective",
    "source",
    "tiers",
    "groups",
    "facts",
    "collections",
    "measures",
    "indicators",
    "scores",
    "reactions",
)
_IN_INDICATORS = {
    key: f"`{key}` stands in an indicator: indent it under its name" for key in INDICATOR_KEYS if key not in _TOP_KEYS
}
_AN_INDICATOR = "it is an indicator; the `rule:` of a tier asks for it by `every indicator where id is {name}: met`"
_A_SCORE = "it is a score: only the `rule:` of a tier, and other scores, can ask for it"
_AT_THE_TOP = {
    key: f"`{key}` stands at the top of the ruleset, not in an indicator"
    for key in _TOP_KEYS
    if key not in INDICATOR_KEYS
}


def read_ruleset(text: str, name: str | None = None, *, find: FindBase | None = None) -> Edition:
    """Return the edition that a YAML text describes; ``name`` is what messages call the document.

    Raises:
        RulesetError: with every fault of the document, in its order.
    """
    log = Log(Text(name, text))
    tree = read_tree(log.text, log)
    edition = _Reader(log).edition(tree, find) if tree is not None else None
    if edition is None or log.errors:
        raise RulesetError(log.errors)
    return edition


def read_ruleset_tree(tree: Tree, log: Log) -> Edition | None:
    """Return the edition that a part of a document describes, or None after noting its faults."""
    return _Reader(log).edition(tree)


def read_ruleset_file(path: Path, *, find: FindBase | None = None) -> Edition:
    """Return the edition that a file describes.

    Raises:
        RulesetError: with every fault of the document, or why it cannot be read.
    """
    try:
        text = read_text(path)
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    return read_ruleset(text, str(path), find=find)


def read_ruleset_mapping(mapping: Mapping[str, object]) -> Edition:
    """Return the edition that plain Python values describe, in the shape of the document.

    Raises:
        RulesetError: with every fault.
    """
    log = Log(Text(None, ""))
    tree = from_plain(mapping, log)
    edition = None if tree is None or log.errors else read_ruleset_tree(tree, log)
    if edition is None or log.errors:
        raise RulesetError(log.errors)
    return edition


class _Names:
    """The names that the expressions of a ruleset may use."""

    def __init__(
        self,
        facts: Iterable[FactDeclaration],
        measures: Iterable[Measure],
        reader: Reader,
        collections: tuple[Collection, ...] = (),
    ) -> None:
        self.collections = collections
        self.types: dict[str, Type] = {fact.id: fact.type for fact in facts}
        self.types |= {m.id: Type("number", m.unit.dimension, unit=m.unit) for m in measures}
        self.reader = reader
        #: What is to be written for a name that means something else in the ruleset.
        self.elsewhere: Mapping[str, str] = {}
        #: The collection of whose members these are the names.
        self.asked: Collection | None = None

    def type_of(self, name: str) -> Type | None:
        return self.types.get(name)

    def known_names(self) -> Iterable[str]:
        return self.types

    def says_nothing_of(self, name: str) -> bool:
        """Return whether a name is declared in vain, or may be where nothing could be read."""
        lost = self.reader.lost.get("name", ())
        return name in lost or ("*" in lost and name not in self.types)

    def says_nothing_of_collection(self, name: str) -> bool:
        """Return whether a collection is declared in vain, or may be where nothing could be read."""
        return self.reader.is_lost("collection", name) and name not in self.known_collections()

    def collection(self, name: str) -> Scope | None:
        try:
            found = named_collection(self.collections, name)
        except KeyError:
            return None
        # Whoever asks the indicators asks each once, not all of them for each.
        outer = [one for one in self.collections if one is not found or one.id != INDICATORS]
        inner = _Names(found.facts, (), self.reader, tuple(outer))
        inner.elsewhere, inner.asked = self.elsewhere, found
        inner.types = {**self.types, **inner.types}
        return inner

    def unit_of_collection(self, name: str) -> Unit:
        return named_collection(self.collections, name).unit

    def known_collections(self) -> Iterable[str]:
        return [name for one in self.collections for name in (one.id, str(one.unit))]


class _Checker(Checker):
    """A checker that says nothing of names whose own declaration is already at fault."""

    def __init__(self, names: _Names, log: Log) -> None:
        super().__init__(names, log)
        self.names = names

    def _name(self, node: object) -> Type | None:
        assert isinstance(node, Name)
        return None if self.names.says_nothing_of(node.id) else super()._name(node)

    def _name_hint(self, name: str) -> str:
        if name in self.names.elsewhere:
            return self.names.elsewhere[name].format(name=name)
        if name == "points":
            return "a requirement does not know what its indicator earns: make the formula a measure, and name it in both places"
        asked = self.scope.asked if isinstance(self.scope, _Names) else None
        hint = super()._name_hint(name)
        if asked is not None and asked.id == INDICATORS and not hint.startswith("did you mean"):
            return f"of each indicator there is {all_of([fact.id for fact in asked.facts])}"
        return hint

    def _within(self, name: str, at: Span | None) -> Self | None:
        if self.names.says_nothing_of_collection(name):
            return None
        if name in (INDICATORS, INDICATOR) and self.scope.collection(name) is None:
            hint = "what indicators come to is asked, once, in the `rule:` of a tier or under `scores:`"
            self.log.add(at, "SR206", f"there is no collection `{name}` here", hint)
            return None
        return super()._within(name, at)


def _nothing() -> Base:
    """Return the base of a ruleset that extends none."""
    return Base(Edition(Standard(""), "", (), (), (), ()), (), (), (), (), (), (), (), None)


class _Reader(TierReader, IndicatorReader, ReactionReader, ExtensionReader):
    """Reads the whole document."""

    def edition(self, tree: Tree, find: FindBase | None = None) -> Edition | None:
        top = self.table(tree, "a ruleset", "begin it with `standard: …`, `edition: …` and `tiers: …`")
        if top is None:
            return None
        self.known_keys(top, "a ruleset", _TOP_KEYS, _IN_INDICATORS)
        standard = self._standard(top)
        edition_tree = self.required(top, "the ruleset", "edition", 'name the dated version: `edition: "2022"`')
        edition = None if edition_tree is None else self.catalog_name(edition_tree, "an edition")
        since, until = self._effective(top)
        base = self.base(top, find)
        if base is None and (top.get("extends") is not None or self.misspelt(top, "extends")):
            return None
        if base is None:
            base = _nothing()
        extends = bool(base.tiers)
        tiers = base.tiers if extends and top.get("tiers") is None else self.tiers(top)
        groups = self.groups(top)
        groups = (*(g for g in base.edition.groups if g.id not in {own.id for own in groups}), *groups)
        facts_tree: Tree | None
        if extends:
            entry = top.get("facts")
            facts_tree = entry.value if entry is not None else None
        else:
            facts_tree = self.required(top, "the ruleset", "facts", "declare each fact that a requirement uses")
            if facts_tree is None:
                self.lose("name")
        own_facts = () if facts_tree is None else self.facts(facts_tree, base.facts)
        facts = laid_over(base.facts, own_facts)
        own_collections = self.collections(top)
        collections = laid_over(base.collections, own_collections)

        indicator_tables = self._indicator_tables(top, required=not extends)
        measure_entries = self._measure_entries(top, indicator_tables)
        self._check_member_names(collections, facts_tree, measure_entries)
        own_measures = self.measures(tuple(self._named_once(facts_tree, measure_entries)))
        measures = laid_over(base.measures, own_measures)
        self._lose_names(facts_tree, facts, measure_entries, measures)
        names = _Names(facts, measures, self, collections)
        score_entries = self.score_entries(top)
        names.elsewhere = {entry.key: _A_SCORE for entry in score_entries}
        checker = _Checker(names, self.log)
        self.check_measures(own_measures, checker)
        self.check_derived(own_facts, checker)
        self.check_circles((*measures, *facts))

        inherited = {indicator.id: indicator for indicator in base.indicators}
        indicators = laid_over(base.indicators, self.indicators(indicator_tables, tiers, groups, checker, inherited))
        if extends:
            self.check_inherited(base, measures, indicators, lambda log: _Checker(names, log))
        scores = laid_over(base.scores, self._scores(score_entries, (*facts, *measures, *collections)))
        if scores or any(tier.rule is not None for tier in tiers):
            own = self._indicators_as_collection(indicators, indicator_tables, groups)
            graded = _Names(facts, (*measures, *scores), self, (*collections, own))
            graded.elsewhere = {entry.key: _AN_INDICATOR for entry, _ in indicator_tables}
            named: list[FactDeclaration | Measure | Collection] = [*facts, *measures, *scores, *collections]
            self.check_free_names(((part.id, part.at) for part in named), own)
            self.check_measures(tuple(score for score in scores if score.origin is None), _Checker(graded, self.log))
            sound = tuple(score for score in scores if score.id not in self.lost.get("name", ()))
            self.check_circles((*measures, *facts, *sound), frozenset(score.id for score in sound))
            if extends:
                inherited_tiers = () if tiers is not base.tiers else tiers
                self.check_inherited_grading(base, scores, inherited_tiers, lambda log: _Checker(graded, log))
            if tiers is not base.tiers:
                self.check_rules(tiers, _Checker(graded, self.log))
        if not self.log.errors:
            check_extents(self.log, (*measures, *facts), scores, indicators, tiers, base.at)
        self.check_tiers(tiers, indicators)
        reactive = Reactive(
            dict.fromkeys(tier.id for tier in tiers),
            dict.fromkeys(entry.key for entry, _ in indicator_tables) | {one.id: one.group for one in indicators},
            dict.fromkeys(group.id for group in groups),
            dict.fromkeys((*names.types, *(collection.id for collection in collections))),
            {fact.id: one.id for one in collections for fact in one.facts},
        )
        reactions = laid_over(base.reactions, self.reactions(top, reactive))
        if extends:
            self.check_inherited_reactions(base, reactions, reactive)
        if standard is None or edition is None or self.log.errors:
            return None
        return Edition(
            standard,
            edition,
            tiers,
            facts,
            measures,
            indicators,
            groups,
            collections,
            since,
            until,
            self.source(top),
            scores,
            reactions,
        )

    def _scores(
        self, written: tuple[Entry, ...], taken: Iterable[FactDeclaration | Measure | Collection]
    ) -> tuple[Measure, ...]:
        """Return the scores, without those that have the name of something else."""
        entries = []
        names = {part.id for part in taken}
        for entry in written:
            if entry.key in names:
                what = f"the name `{shorten(entry.key)}` already means something else"
                self.log.add(entry.at, "SR403", what, "a name means one thing; choose another")
                self.lose("name", entry.key)
            else:
                entries.append(entry)
        scores = self.measures(tuple(entries), "score")
        for name in {entry.key for entry in entries} - {score.id for score in scores}:
            self.lose("name", name)
        return scores

    def _indicators_as_collection(
        self, indicators: tuple[Indicator, ...], tables: list[tuple[Entry, Table]], groups: tuple[Group, ...]
    ) -> Collection:
        """Return the collection that the rules of tiers ask, with indicators at fault in it: their ids are known."""
        ids = dict.fromkeys((*(indicator.id for indicator in indicators), *(entry.key for entry, _ in tables)))
        return indicators_of(tuple(Member(one) for one in ids), tuple(Member(group.id) for group in groups))

    # --- the head --------------------------------------------------------------------------------------------------

    def _standard(self, top: Table) -> Standard | None:
        tree = self.required(top, "the ruleset", "standard", "name the standard: `standard: shandong-smart-community`")
        name = None if tree is None else self.catalog_name(tree, "a standard")
        entry = top.get("aliases")
        aliases = () if entry is None else self.texts(entry.value, "`aliases`")
        return None if name is None else Standard(name, self.title(top), aliases)

    def _effective(self, top: Table) -> tuple[date | None, date | None]:
        entry = top.get("effective")
        hint = "write from when, and until when if it has ended: `effective: {from: 2022-01-01}`"
        table = None if entry is None else self.table(entry.value, "`effective`", hint)
        if table is None:
            return None, None
        self.known_keys(table, "`effective`", ("from", "until"))
        since, until = self._date(table, "from"), self._date(table, "until")
        if since is not None and until is not None and until < since:
            at = table.get("until")
            assert at is not None
            self.log.add(
                at.value.at, "SR411", f"the edition ends on {until}, before it begins on {since}", "swap the dates"
            )
        return since, until

    def _date(self, table: Table, key: str) -> date | None:
        entry = table.get(key)
        if entry is None:
            return None
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, date):
            return entry.value.value
        text = self.text(entry.value, f"`{key}`")
        try:
            return None if text is None else read_date(text)
        except Fault as fault:
            self.log.add_fault(entry.value.at, fault)
            return None

    # --- names -----------------------------------------------------------------------------------------------------

    def _indicator_tables(self, top: Table, *, required: bool) -> list[tuple[Entry, Table]]:
        if not required and top.get("indicators") is None:
            return []
        tree = self.required(top, "the ruleset", "indicators", "write at least one indicator with its requirement")
        hint = "write the id of each with its parts under it: `number`, `title`, `require`"
        table = None if tree is None else self.table(tree, "`indicators`", hint)
        if table is None:
            return []
        if not table.entries:
            self.log.add(table.at, "SR110", "`indicators` has no indicator", "write at least one with its requirement")
        tables = []
        for entry in table.entries:
            what = f"the indicator `{shorten(entry.key)}`"
            fields = self.table(entry.value, what, "write its parts under it: `number`, `title`, `require`")
            if fields is not None:
                self.known_keys(fields, what, INDICATOR_KEYS, _AT_THE_TOP)
                tables.append((entry, fields))
        return tables

    def _measure_entries(self, top: Table, indicators: list[tuple[Entry, Table]]) -> list[Entry]:
        entries: list[Entry] = []
        for table, what in [
            (top, "`measures`"),
            *((t, f"`measures` of the indicator `{shorten(e.key)}`") for e, t in indicators),
        ]:
            measures = table.get("measures")
            hint = 'write each in a line of its own: `coverage: {value: …, unit: "%"}`'
            fields = None if measures is None else self.table(measures.value, what, hint)
            if fields is None and (measures is not None or self.misspelt(table, "measures")):
                self.lose("name")
            entries.extend(fields.entries if fields is not None else ())
        return entries

    def _named_once(self, facts: Tree | None, measures: list[Entry]) -> list[Entry]:
        """Return the measures without those that have the name of a fact or of another measure, which are noted."""
        first: dict[str, tuple[str, Span | None]] = {}
        left: list[Entry] = []
        if isinstance(facts, Table):
            first = {entry.key: ("fact", entry.at) for entry in facts.entries}
        for entry in measures:
            if entry.key in first:
                kind, at = first[entry.key]
                where = f" in line {at.line}" if at is not None else ""
                message = f"the measure `{shorten(entry.key)}` has the name of a {kind}{where}"
                self.log.add(entry.at, "SR403", message, "a name means one thing; choose another")
                self.lose("name", entry.key)
            else:
                first[entry.key] = ("measure", entry.at)
                left.append(entry)
        return left

    def _check_member_names(
        self, collections: tuple[Collection, ...], facts: Tree | None, measures: list[Entry]
    ) -> None:
        taken = {entry.key for entry in measures}
        if isinstance(facts, Table):
            taken |= {entry.key for entry in facts.entries}
        for collection in collections:
            for name, at in [(collection.id, collection.at), *((fact.id, fact.at) for fact in collection.facts)]:
                if name in taken:
                    self.log.add(
                        at,
                        "SR403",
                        f"the name `{name}` already means something else",
                        "facts, measures, collections and the facts of their members each have a name of their own",
                    )
                taken.add(name)

    def _lose_names(
        self,
        facts_tree: Tree | None,
        facts: tuple[FactDeclaration, ...],
        entries: list[Entry],
        measures: tuple[Measure, ...],
    ) -> None:
        """Note the names that something declares in vain, so that their uses raise no second fault."""
        declared = {entry.key for entry in entries}
        if isinstance(facts_tree, Table):
            declared |= {entry.key for entry in facts_tree.entries}
        for name in declared - {fact.id for fact in facts} - {measure.id for measure in measures}:
            self.lose("name", name)
