"""Tree → edition: the reader of ruleset documents.

Every fault is noted with its place; an edition is handed out only where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Self

from smartrules.diagnostics import Fault, Log, RulesetError, Span, Text, shorten
from smartrules.documents.bounds import check_extents
from smartrules.documents.extension import Base, ExtensionReader, FindBase, laid_over
from smartrules.documents.indicators import INDICATOR_KEYS, IndicatorReader
from smartrules.documents.tree import Entry, Reader, Scalar, Table, Tree, from_plain
from smartrules.documents.yaml import read_text, read_tree
from smartrules.expr.nodes import Name
from smartrules.expr.types import Checker, Scope, Type
from smartrules.standard import (
    Collection,
    Edition,
    FactDeclaration,
    Group,
    Indicator,
    Measure,
    Standard,
    Tier,
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
)
_MOST_TIERS = 50
_IN_INDICATORS = {
    key: f"`{key}` stands in an indicator: indent it under its name" for key in INDICATOR_KEYS if key not in _TOP_KEYS
}
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
        inner = _Names(found.facts, (), self.reader, self.collections)
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

    def _within(self, name: str, at: Span | None) -> Self | None:
        lost = self.names.says_nothing_of_collection(name)
        return None if lost else super()._within(name, at)


def _nothing() -> Base:
    """Return the base of a ruleset that extends none."""
    return Base(Edition(Standard(""), "", (), (), (), ()), (), (), (), (), None)


class _Reader(IndicatorReader, ExtensionReader):
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
        extends = bool(base.edition.tiers)
        tiers = base.edition.tiers if extends and top.get("tiers") is None else self._tiers(top)
        groups = self._groups(top)
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
        checker = _Checker(names, self.log)
        self.check_measures(own_measures, checker)
        self.check_derived(own_facts, checker)
        self.check_circles((*measures, *facts))

        inherited = {indicator.id: indicator for indicator in base.indicators}
        indicators = laid_over(base.indicators, self.indicators(indicator_tables, tiers, groups, checker, inherited))
        if extends:
            self.check_inherited(base, measures, indicators, lambda log: _Checker(names, log))
        if not self.log.errors:
            check_extents(self.log, (*measures, *facts), indicators, tiers, base.at)
        self._check_tiers(tiers, indicators, top)
        if standard is None or edition is None or self.log.errors:
            return None
        return Edition(
            standard, edition, tiers, facts, measures, indicators, groups, collections, since, until, self.source(top)
        )

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

    def _tiers(self, top: Table) -> tuple[Tier, ...]:
        tree = self.required(
            top, "the ruleset", "tiers", "name its tiers, lowest first; one is enough: `tiers: {basic: {}}`"
        )
        hint = "write each in a line of its own, lowest first: `basic: {title: {zh: 基础型}}`"
        table = None if tree is None else self.table(tree, "`tiers`", hint)
        if table is None:
            return ()
        if not table.entries:
            self.log.add(table.at, "SR110", "`tiers` names no tier", "one is enough: `tiers: {basic: {}}`")
        if len(table.entries) > _MOST_TIERS:
            self.log.add(
                table.entries[_MOST_TIERS].at, "SR108", f"there are more than {_MOST_TIERS} tiers", "no standard has"
            )
        tiers = []
        for entry in table.entries:
            name = self.name(entry, "a tier")
            if name is None:
                self.lose("tier", entry.key)
            what = f"the tier `{shorten(entry.key)}`"
            known = True
            title = None
            if not (isinstance(entry.value, Scalar) and entry.value.value is None):
                written = entry.value.value if isinstance(entry.value, Scalar) else "…"
                hint = f"write its title as `{shorten(entry.key)}: {{title: {shorten(str(written), 20)}}}`"
                fields = self.table(entry.value, what, hint)
                if fields is None:
                    self.lose("tier", entry.key)
                    continue
                self.known_keys(fields, what, ("title", "requirements"))
                title = self.title(fields)
                marked = fields.get("requirements")
                if marked is not None:
                    known = False
                    if not (isinstance(marked.value, Scalar) and marked.value.value == "unknown"):
                        self.wrong_shape(
                            marked.value,
                            f"`requirements` of {what}",
                            "can only be `unknown`",
                            "write `requirements: unknown` where the contents are not to hand; else state them in the indicators",
                        )
            if name is not None:
                tiers.append(Tier(name, title or self.title(Table(())), known, at=entry.at))
        return tuple(tiers)

    def _groups(self, top: Table) -> tuple[Group, ...]:
        entry = top.get("groups")
        hint = "write each in a line of its own: `infrastructure: {zh: 基础设施}`"
        table = None if entry is None else self.table(entry.value, "`groups`", hint)
        if table is None and (entry is not None or self.misspelt(top, "groups")):
            self.lose("group")
        groups = []
        for part in table.entries if table is not None else ():
            name = self.name(part, "a group")
            if name is None:
                self.lose("group", part.key)
            what = f"the group `{shorten(part.key)}`"
            title = self.title(Table(()))
            if isinstance(part.value, Table) and part.value.get("title") is not None:
                self.known_keys(part.value, what, ("title",))
                title = self.title(part.value)
            elif not (isinstance(part.value, Scalar) and part.value.value is None):
                title = self.title_of(part.value, what)
            if name is not None:
                groups.append(Group(name, title, at=part.at))
        return tuple(groups)

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

    def _check_tiers(self, tiers: tuple[Tier, ...], indicators: tuple[Indicator, ...], top: Table) -> None:
        required = {requirement.tier for indicator in indicators for requirement in indicator.requirements}
        if self.log.errors:
            return
        reached = False
        for tier in tiers:
            reached = reached or tier.id in required
            if tier.known and not reached:
                self.log.add(
                    tier.at,
                    "SR409",
                    f"no indicator requires anything for the tier `{tier.id}`",
                    "state its requirements, or mark it `requirements: unknown`",
                )
