"""Tree → edition: the reader of ruleset documents.

Every fault is noted with its place; an edition is handed out only where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from smartrules.diagnostics import Fault, Log, RulesetError, Span, Text
from smartrules.documents.extension import Base, ExtensionReader, FindBase, laid_over
from smartrules.documents.indicators import IndicatorReader
from smartrules.documents.tree import Entry, Scalar, Table, Tree, from_plain
from smartrules.documents.yaml import read_text, read_tree
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
    edition = None if log.errors else read_ruleset_tree(tree, log)
    if edition is None or log.errors:
        raise RulesetError(log.errors)
    return edition


class _Names:
    """The names that the expressions of a ruleset may use."""

    def __init__(
        self,
        facts: Iterable[FactDeclaration],
        measures: Iterable[Measure],
        broken: Iterable[str],
        collections: tuple[Collection, ...] = (),
    ) -> None:
        self.collections = collections
        self.types: dict[str, Type] = {fact.id: fact.type for fact in facts}
        self.types |= {m.id: Type("number", m.unit.dimension, unit=m.unit) for m in measures}
        self.broken = frozenset(broken)

    def type_of(self, name: str) -> Type | None:
        return self.types.get(name)

    def known_names(self) -> Iterable[str]:
        return [*self.types, *self.broken]

    def collection(self, name: str) -> Scope | None:
        try:
            found = named_collection(self.collections, name)
        except KeyError:
            return None
        inner = _Names(found.facts, (), self.broken, self.collections)
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
        if getattr(node, "id", None) in self.names.broken:
            return None
        return super()._name(node)  # type: ignore[arg-type]


def _nothing() -> Base:
    """Return the base of a ruleset that extends none."""
    return Base(Edition(Standard(""), "", (), (), (), ()), (), (), (), (), None)


class _Reader(IndicatorReader, ExtensionReader):
    """Reads the whole document."""

    def edition(self, tree: Tree, find: FindBase | None = None) -> Edition | None:
        top = self.table(tree, "the ruleset")
        if top is None:
            return None
        self.known_keys(top, "a ruleset", _TOP_KEYS)
        standard = self._standard(top)
        edition_tree = self.required(top, "the ruleset", "edition", 'name the dated version: `edition: "2022"`')
        edition = None if edition_tree is None else self.catalog_name(edition_tree, "an edition")
        since, until = self._effective(top)
        base = self.base(top, find)
        if top.get("extends") is not None and base is None:
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
        own_facts = () if facts_tree is None else self.facts(facts_tree, base.facts)
        facts = laid_over(base.facts, own_facts)
        own_collections = self.collections(top)
        collections = laid_over(base.collections, own_collections)

        indicator_tables = self._indicator_tables(top, required=not extends)
        measure_entries = self._measure_entries(top, indicator_tables)
        self._check_names(facts_tree, measure_entries)
        self._check_member_names(collections, facts_tree, measure_entries)
        own_measures = self.measures(tuple(measure_entries))
        measures = laid_over(base.measures, own_measures)
        names = _Names(facts, measures, self._broken(facts_tree, facts, measure_entries, measures), collections)
        checker = _Checker(names, self.log)
        self.check_measures(own_measures, checker)
        self.check_derived(own_facts, checker)
        self.check_circles(measures)

        inherited = {indicator.id: indicator for indicator in base.indicators}
        indicators = laid_over(base.indicators, self.indicators(indicator_tables, tiers, groups, checker, inherited))
        if extends:
            self.check_inherited(base, measures, indicators, lambda log: _Checker(names, log))
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
        aliases = () if entry is None else self.texts(entry.value, "an alias")
        return None if name is None else Standard(name, self.title(top), aliases)

    def _effective(self, top: Table) -> tuple[date | None, date | None]:
        entry = top.get("effective")
        table = None if entry is None else self.table(entry.value, "`effective`")
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
        table = None if tree is None else self.table(tree, "`tiers`")
        if table is None:
            return ()
        if not table.entries:
            self.log.add(table.at, "SR110", "`tiers` names no tier", "one is enough: `tiers: {basic: {}}`")
        tiers = []
        for entry in table.entries:
            name = self.name(entry, "a tier")
            what = f"the tier `{entry.key}`"
            known = True
            title = None
            if not (isinstance(entry.value, Scalar) and entry.value.value is None):
                fields = self.table(entry.value, what)
                if fields is None:
                    continue
                self.known_keys(fields, what, ("title", "requirements"))
                title = self.title(fields)
                marked = fields.get("requirements")
                if marked is not None:
                    known = False
                    if self.text(marked.value, "`requirements`") not in (None, "unknown"):
                        self.log.add(
                            marked.value.at,
                            "SR111",
                            f"`requirements` of {what} is not `unknown`",
                            "write `requirements: unknown` where the contents are not to hand; else state them in the indicators",
                        )
            if name is not None:
                tiers.append(Tier(name, title or self.title(Table(())), known, at=entry.at))
        return tuple(tiers)

    def _groups(self, top: Table) -> tuple[Group, ...]:
        entry = top.get("groups")
        table = None if entry is None else self.table(entry.value, "`groups`")
        groups = []
        for part in table.entries if table is not None else ():
            name = self.name(part, "a group")
            what = f"the group `{part.key}`"
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
        table = None if tree is None else self.table(tree, "`indicators`")
        if table is None:
            return []
        if not table.entries:
            self.log.add(table.at, "SR110", "`indicators` has no indicator", "write at least one with its requirement")
        pairs = [(entry, self.table(entry.value, f"the indicator `{entry.key}`")) for entry in table.entries]
        return [(entry, fields) for entry, fields in pairs if fields is not None]

    def _measure_entries(self, top: Table, indicators: list[tuple[Entry, Table]]) -> list[Entry]:
        entries: list[Entry] = []
        for table, what in [
            (top, "`measures`"),
            *((t, f"`measures` of the indicator `{e.key}`") for e, t in indicators),
        ]:
            measures = table.get("measures")
            fields = None if measures is None else self.table(measures.value, what)
            entries.extend(fields.entries if fields is not None else ())
        return entries

    def _check_names(self, facts: Tree | None, measures: list[Entry]) -> None:
        first: dict[str, tuple[str, Span | None]] = {}
        if isinstance(facts, Table):
            first = {entry.key: ("fact", entry.at) for entry in facts.entries}
        for entry in measures:
            if entry.key in first:
                kind, at = first[entry.key]
                where = f" in line {at.line}" if at is not None else ""
                self.log.add(
                    entry.at,
                    "SR403",
                    f"the measure `{entry.key}` has the name of a {kind}{where}",
                    "a name means one thing; choose another",
                )
            else:
                first[entry.key] = ("measure", entry.at)

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

    def _broken(
        self,
        facts_tree: Tree | None,
        facts: tuple[FactDeclaration, ...],
        entries: list[Entry],
        measures: tuple[Measure, ...],
    ) -> set[str]:
        """Return the names that something declares in vain, so that their uses raise no second fault."""
        declared = {entry.key for entry in entries}
        if isinstance(facts_tree, Table):
            declared |= {entry.key for entry in facts_tree.entries}
        return declared - {fact.id for fact in facts} - {measure.id for measure in measures}

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
