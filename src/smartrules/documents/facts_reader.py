"""Tree → facts: the reader of facts documents, wherever their tree comes from.

Every fault is noted, whatever else is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from attrs import evolve

from smartrules.diagnostics import Fault, Log, all_of, did_you_mean, nearest, shorten
from smartrules.documents.bounds import check_work
from smartrules.documents.tree import (
    Entry,
    Reader,
    Scalar,
    Sequence,
    Table,
    Tree,
    is_empty,
    kind_of,
)
from smartrules.expr.text import source
from smartrules.facts import (
    DOCUMENT_KEYS,
    NO_EVIDENCE,
    Community,
    Evidence,
    Fact,
    Facts,
    Record,
    Written,
    member_faults,
    read_fact,
    read_stated,
    show_value,
    unknown_fact,
    wrong_kind,
)
from smartrules.outcome import Outcome
from smartrules.standard import Collection, Edition, FactDeclaration, Measure
from smartrules.values import Kind, Value, read_date

#: Finds the facts that are given otherwise than the members of a collection make them: an engine does.
Disagreements = Callable[[Edition, Facts], Iterable[tuple[FactDeclaration, Value]]]


def no_disagreements(edition: Edition, facts: Facts) -> tuple[tuple[FactDeclaration, Value], ...]:
    """Return nothing: facts are read without asking an engine."""
    return ()


_VALUE_KEYS = ("value", "evidence", "observed", "note")
_LINES = {
    "facts": "households: 3461",
    "stated": "camera_online_rate: 90 %",
    "collections": "buildings: [{id: b1, storeys: 20}]",
    "claims": "wired_broadband: met",
}
_IN_FACTS = ("facts", "stated", "collections", "not_reported", "claims")
_OTHER_OUTCOMES = {
    **dict.fromkeys(("达标", "符合", "满足", "是", "yes", "true", "pass", "passed"), "met"),
    **dict.fromkeys(("不达标", "未达标", "不符合", "不满足", "否", "no", "false", "fail", "failed"), "not_met"),
    **dict.fromkeys(("不适用", "不涉及", "n/a", "na"), "not_applicable"),
    **dict.fromkeys(("未知", "不明", "待定", "unknown"), "undetermined"),
}


def names_another(name: str) -> bool:
    """Return that a name that is none of the edition's own is that of another ruleset: nothing is known of its document."""
    return False


class FactsReader(Reader):
    """Reads one community's facts for one edition."""

    def __init__(
        self,
        edition: Edition,
        log: Log,
        disagreements: Disagreements = no_disagreements,
        names_it: Callable[[str], bool] = names_another,
    ) -> None:
        super().__init__(log)
        self.edition = edition
        self.names_it = names_it
        self.disagreements = disagreements
        self._faulty: set[str] = set()  # collections with members at fault, which make nothing that could be compared

    def document(self, tree: Tree, known: Facts | None = None) -> Facts | None:
        """Return the facts of a whole document, laid over those that are known, or None where it is none."""
        top = self.table(tree, "a facts document", "begin it with `community:` and `facts:`")
        if top is None:
            return None
        rest = []
        for entry in top.entries:
            if entry.key not in self.edition.fact_by_id and entry.key not in self.edition.measure_by_id:
                rest.append(entry)
                continue
            place = "facts" if entry.key in self.edition.fact_by_id else "stated"
            self.log.add(entry.at, "SR109", f"`{entry.key}` stands outside `{place}:`", f"indent it under `{place}:`")
        if len(rest) < len(top.entries):
            top = Table(tuple(rest), top.at)
        self.known_keys(top, "a facts document", DOCUMENT_KEYS)
        self.check_ruleset(top)
        if known is None and not any(top.get(key) or self.misspelt(top, key) for key in _IN_FACTS):
            self.log.add(top.at, "SR110", "the facts document has no `facts`", "write `facts:` with a line for each")
        base = Facts(self.edition.name) if known is None else known
        facts = self.overlay(base, top)
        claims = self._claims(top) if known is None else self._claims_over(known, top)
        return evolve(
            facts,
            claims=claims,
            claimed_at={
                entry.key: at
                for entry in self._entries(top, "claims")
                if entry.key in claims and (at := entry.value.at) is not None
            },
            community=self._community(top) or base.community,
            on=self.day(top, "on") if top.get("on") is not None else base.on,
        )

    def overlay(self, base: Facts, top: Table) -> Facts:
        """Return facts with those of ``facts:`` and ``stated:`` of a mapping laid over them, bounds checked.

        What is ``null`` there is not known, and what is ``not_reported`` there is not reported, whatever the base says.
        """
        not_reported = self._not_reported(top)
        named = {e.key for key in ("facts", "stated") for e in self._entries(top, key)}
        gone = {e.key for key in ("facts", "stated") for e in self._entries(top, key) if _is_null(e.value)}
        gone |= not_reported
        facts = {**{name: fact for name, fact in base.facts.items() if name not in gone}, **self._facts(top)}
        stated = {**{name: fact for name, fact in base.stated.items() if name not in gone}, **self._stated(top)}
        self._check_wholes(facts)
        unknown = {e.key for e in self._entries(top, "collections") if _is_null(e.value)}
        kept = {name: records for name, records in base.collections.items() if name not in unknown}
        collections = {**kept, **self._collections(top)}
        not_reported |= base.not_reported - named
        laid = evolve(base, facts=facts, stated=stated, collections=collections, not_reported=not_reported)
        entry = top.get("collections")
        members = {name: len(records) for name, records in collections.items()}
        known = len(self.log.errors)
        if members:
            check_work(self.log, self.edition, members, None if entry is None else entry.at)
        if len(self.log.errors) == known:
            sound = {name: records for name, records in collections.items() if name not in self._faulty}
            self._check_agreement(evolve(laid, collections=sound))
        return laid

    # --- values ----------------------------------------------------------------------------------------------------

    def _facts(self, top: Table) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for entry in self._entries(top, "facts"):
            declaration = self.edition.fact_by_id.get(entry.key)
            collection = self.edition.collection_of_fact.get(entry.key)
            if collection is not None:
                hint = f"give it for each under `collections: {{{collection}: …}}`"
                self.log.add(entry.at, "SR501", f"`{entry.key}` is a fact of each member of `{collection}`", hint)
                continue
            if declaration is None:
                fault = unknown_fact(self.edition, entry.key)
                inner = entry.value.entries if isinstance(entry.value, Table) else ()
                if any(e.key in self.edition.fact_by_id for e in inner):
                    fault.help = "facts stand directly under `facts:`, in no groups"
                self.log.add_fault(entry.at, fault)
                continue
            fact = self._fact(entry, declaration)
            if fact is not None:
                found[entry.key] = fact
        return found

    def _stated(self, top: Table) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for entry in self._entries(top, "stated"):
            measure = self.edition.measure_by_id.get(entry.key)
            if measure is None:
                hint = did_you_mean(entry.key, self.edition.measure_by_id) or "only measures are stated"
                if entry.key in self.edition.fact_by_id:
                    hint = f"`{entry.key}` is a fact: give it under `facts:`"
                self.log.add(entry.at, "SR511", f"the ruleset defines no measure `{shorten(entry.key)}`", hint)
                continue
            fact = self._fact(entry, measure)
            if fact is not None:
                found[entry.key] = fact
        return found

    def _not_reported(self, top: Table) -> frozenset[str]:
        entry = top.get("not_reported")
        if entry is None or _is_null(entry.value):
            return frozenset()
        found: set[str] = set()
        given = {e.key for key in ("facts", "stated") for e in self._entries(top, key) if not _is_null(e.value)}
        for name, at in self.placed_texts(entry.value, "`not_reported`"):
            collection = self.edition.collection_of_fact.get(name)
            if collection is not None:
                what = f"`{name}` is a fact of each member of `{collection}`"
                self.log.add(at, "SR501", what, "only facts of the community and measures are said not to be reported")
            elif name not in self.edition.fact_by_id and name not in self.edition.measure_by_id:
                self.log.add_fault(at, unknown_fact(self.edition, name))
            elif name in given:
                what = f"`{shorten(name)}` is given, and said not to be reported"
                self.log.add(at, "SR519", what, "remove one of the two")
            found.add(name)
        return frozenset(found)

    def _collections(self, top: Table) -> dict[str, tuple[Record, ...]]:
        found: dict[str, tuple[Record, ...]] = {}
        for entry in self._entries(top, "collections"):
            collection = self.edition.collection_by_id.get(entry.key)
            if collection is None:
                known = list(self.edition.collection_by_id)
                hint = did_you_mean(entry.key, known) or (f"it has {all_of(known)}" if known else "it has none")
                self.log.add(entry.at, "SR517", f"the ruleset has no collection `{shorten(entry.key)}`", hint)
            elif isinstance(entry.value, Sequence):
                records: dict[str, Record] = {}
                errors = len(self.log.errors)
                for number, item in enumerate(entry.value.items, 1):
                    record = self._record(collection, item, number)
                    if record is not None and record.id in records:
                        named = (item.get("id") or item.get("name")) if isinstance(item, Table) else None
                        what = f"two members of `{entry.key}` have the id `{shorten(record.id)}`"
                        self.log.add(item.at if named is None else named.value.at, "SR518", what, "give each its own")
                    if record is not None:
                        records.setdefault(record.id, record)
                found[entry.key] = tuple(records.values())
                if len(self.log.errors) > errors:
                    self._faulty.add(entry.key)
            elif not _is_null(entry.value):
                self.wrong_shape(entry.value, f"`{entry.key}`", "takes a list", "begin each member with `- id:`")
        return found

    def _record(self, collection: Collection, tree: Tree, number: int) -> Record | None:
        what = f"a member of `{collection.id}`"
        example = next((fact.id for fact in collection.facts), "name")
        table = self.table(tree, what, f"write what is known of it: `{{id: …, {example}: …}}`")
        if table is None:
            return None
        declared = {fact.id: fact for fact in collection.facts}
        elsewhere = {
            entry.key: f"`{entry.key}` is a fact of the community: give it under `facts:`"
            for entry in table.entries
            if entry.key in self.edition.fact_by_id
        }
        self.known_keys(table, what, ("id", "name", *declared), elsewhere)
        named = [e for key in ("id", "name") if (e := table.get(key)) is not None]
        texts = [self.text(e.value, f"the {e.key} of {what}") for e in named]
        name = texts[0] if texts else str(number)
        read = [self._fact(e, declared[e.key]) for e in table.entries if e.key in declared]
        facts = {fact.id: fact for fact in read if fact is not None}
        self._check_wholes(facts)
        return None if name is None else Record(name, facts)

    def _check_agreement(self, facts: Facts) -> None:
        """Note each count that is given and does not agree with the members that are given too."""
        for declared, made in self.disagreements(self.edition, facts):
            fact = facts.facts[declared.id]
            self.log.add(
                fact.at,
                "SR516",
                f"`{declared.id}` is {show_value(declared, fact.value, 'en')}, and the members that are given make it "
                f"{show_value(declared, made, 'en')}",
                f"correct one of the two, or leave the fact out: it is `{source(declared.derived)}`"
                if declared.derived
                else "",
            )

    def _entries(self, top: Table, key: str) -> tuple[Entry, ...]:
        entry = top.get(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
            return ()
        table = self.table(
            entry.value, f"`{key}`", f"write each in a line of its own: `{_LINES.get(key, 'key: value')}`"
        )
        return () if table is None else table.entries

    def _fact(self, entry: Entry, declared: FactDeclaration | Measure) -> Fact | None:
        """Return a fact or stated measure; None where it is not known (``null``) or at fault."""
        tree, evidence = entry.value, NO_EVIDENCE
        if isinstance(tree, Table):
            if tree.entries and not any(e.key in _VALUE_KEYS or nearest(e.key, _VALUE_KEYS) for e in tree.entries):
                self.log.add_fault(tree.at, wrong_kind(declared, "a mapping"))
                return None
            what = f"`{entry.key}`"
            self.known_keys(tree, what, _VALUE_KEYS)
            evidence = self._evidence(tree, what)
            hint = "write the value under `value:`, or leave the fact out"
            value = self.required(tree, what, "value", hint, entry.at)
            if value is None:
                return None
            tree = value
        if isinstance(tree, Scalar) and tree.value is None:
            return None
        try:
            written = self._written(tree, declared)
            if written is None:
                return None
            if isinstance(declared, Measure):
                value_read = read_stated(self.edition, declared, written)
                return Fact(entry.key, value_read, self._text_of(tree), evidence, at=tree.at)
            return Fact(entry.key, read_fact(declared, written), self._text_of(tree), evidence, at=tree.at)
        except Fault as fault:
            at = tree.at
            if fault.width is not None and isinstance(tree, Scalar) and tree.locate is not None:
                at = tree.locate(fault.offset, fault.offset + fault.width)
            self.log.add_fault(at, fault)
            return None

    def _written(self, tree: Tree, declared: FactDeclaration | Measure) -> Written:
        """Return a value as `read_fact` takes it, None after noting the faults of a list."""
        if isinstance(tree, Scalar):
            return tree.value
        if isinstance(tree, Table):
            raise wrong_kind(declared, "a mapping")
        if not isinstance(declared, FactDeclaration) or declared.kind is not Kind.SET:
            return ()
        members, whole = [], True
        for item in tree.items:
            if isinstance(item, Scalar) and isinstance(item.value, str):
                members.append((item.value, item.at))
                continue
            whole = False
            what = "an empty entry" if is_empty(item) else kind_of(item)
            fault = Fault("SR502", f"`{declared.id}` lists {what}, which is no member", "list the members by id")
            self.log.add_fault(item.at, fault)
        for index, fault in member_faults(declared, tuple(name for name, _ in members)):
            whole = False
            self.log.add_fault(members[index][1] or tree.at, fault)
        return tuple(name for name, _ in members) if whole else None

    def _text_of(self, tree: Tree) -> str:
        if isinstance(tree, Sequence):
            return ", ".join(str(item.value) for item in tree.items if isinstance(item, Scalar))
        value = tree.value if isinstance(tree, Scalar) else ""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _evidence(self, table: Table, what: str) -> Evidence:
        shown = table.get("evidence")
        note = table.get("note")
        return Evidence(
            () if shown is None else self.texts(shown.value, f"`evidence` of {what}"),
            self.day(table, "observed"),
            None if note is None else self.text(note.value, f"`note` of {what}"),
        )

    def _check_wholes(self, facts: Mapping[str, Fact]) -> None:
        for fact in facts.values():
            declaration = self.edition.fact_by_id[fact.id]
            whole = facts.get(declaration.at_most or "")
            if whole is None:
                continue
            assert not isinstance(fact.value, str | frozenset | date)
            assert not isinstance(whole.value, str | frozenset | date)
            if fact.value > whole.value:
                part_text = show_value(declaration, fact.value, "en")
                whole_text = show_value(self.edition.fact_by_id[whole.id], whole.value, "en")
                self.log.add(
                    fact.at or whole.at,
                    "SR505",
                    f"`{fact.id}` is {part_text}, more than `{whole.id}`, which is {whole_text}",
                    "a part is never larger than its whole: correct one of the two",
                )

    # --- the rest --------------------------------------------------------------------------------------------------

    def check_ruleset(self, top: Table) -> None:
        """Note where ``ruleset:`` names another ruleset than the one that the facts are read for."""
        entry = top.get("ruleset")
        hint = f"write `ruleset: {self.edition.name}`"
        name = None if entry is None else self.text(entry.value, "`ruleset`", hint)
        standard = self.edition.standard
        names = {standard.id, *standard.aliases}
        if entry is not None and name is not None and name != self.edition.name and name not in names:
            if name in {f"{one}@{self.edition.id}" for one in names} or self.names_it(name):
                return
            self.log.add(
                entry.value.at,
                "SR514",
                f"these facts are for `{shorten(name)}`, the ruleset is `{self.edition.name}`",
                "load the ruleset that the facts name, or change the line",
            )

    def _community(self, top: Table) -> Community | None:
        entry = top.get("community")
        if entry is None:
            return None
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, str):
            return Community(entry.value.value)
        table = self.table(entry.value, "`community`", "write its id and name: `community: {id: qili, name: 七里社区}`")
        if table is None:
            return None
        self.known_keys(table, "`community`", ("id", "name"))
        tree = self.required(table, "`community`", "id", "give it an id: `community: {id: qili}`", entry.at)
        name = table.get("name")
        own = None if tree is None else self.text(tree, "`id` of `community`")
        title = None if name is None else self.text(name.value, "`name` of `community`")
        return None if own is None else Community(own, title)

    def day(self, table: Table, key: str) -> date | None:
        """Return the date under a key, or None where there is none or after noting that it is none."""
        entry = table.get(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
            return None
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, date):
            return entry.value.value
        text = self.text(entry.value, f"`{key}`", "write year, month and day: `2023-11-25`")
        try:
            return None if text is None else read_date(text)
        except Fault as fault:
            self.log.add_fault(entry.value.at, fault)
            return None

    def _claims(self, top: Table) -> dict[str, Outcome]:
        claims: dict[str, Outcome] = {}
        known = self.edition.indicator_by_id
        for entry in self._entries(top, "claims"):
            if entry.key not in known:
                hint = did_you_mean(entry.key, known) or "claims name indicators"
                self.log.add(entry.at, "SR512", f"the ruleset has no indicator `{shorten(entry.key)}`", hint)
                continue
            outcome = self.outcome(entry.value, f"the claim for `{entry.key}`")
            if outcome is not None:
                claims[entry.key] = outcome
        return claims

    def _claims_over(self, known: Facts, top: Table) -> dict[str, Outcome]:
        """Return claims laid over those that are known; one that is ``null`` is not made any more."""
        entry = top.get("claims")
        if entry is None or not isinstance(entry.value, Table):
            return {**known.claims, **self._claims(top)}
        indicators = self.edition.indicator_by_id
        gone = {e.key for e in entry.value.entries if _is_null(e.value) and e.key in indicators}
        given = Table(tuple(e for e in entry.value.entries if e.key not in gone), entry.value.at)
        found = self._claims(Table((evolve(entry, value=given),)))
        return {name: claim for name, claim in {**known.claims, **found}.items() if name not in gone}

    def outcome(self, tree: Tree, what: str) -> Outcome | None:
        """Return one of the four outcomes, or None after noting that it is none of them."""
        words = [outcome.value for outcome in Outcome]
        hint = f"the outcomes are {all_of(words)}"
        if isinstance(tree, Scalar) and isinstance(tree.value, bool):
            text: str | None = str(tree.value).lower()
        else:
            text = self.text(tree, what, hint)
        if text is None or text in words:
            return None if text is None else Outcome(text)
        meant = _OTHER_OUTCOMES.get(text.lower()) or nearest(text, words)
        hint = hint if meant is None else f"did you mean `{meant}`?"
        self.log.add(tree.at, "SR513", f"{what} is `{shorten(text)}`, which is no outcome", hint)
        return None


def _is_null(tree: Tree) -> bool:
    return isinstance(tree, Scalar) and tree.value is None
