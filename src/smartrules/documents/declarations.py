"""Tree → fact declarations and measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from smartrules.diagnostics import Fault, Span, all_of, did_you_mean, shorten
from smartrules.documents.bounds import formula_of
from smartrules.documents.parts import PartReader
from smartrules.documents.tree import Entry, Scalar, Table, Tree, kind_of
from smartrules.expr.nodes import Expr, names
from smartrules.expr.text import source
from smartrules.expr.types import Checker
from smartrules.standard import BETTER, NO_TITLE, Better, Collection, FactDeclaration, Measure, Member
from smartrules.units import PERCENT, Unit, describe, unit
from smartrules.values import Kind, Number, Quantity, read_number, read_quantity

_KINDS = [kind.value for kind in Kind]
_WITH_UNIT = (Kind.COUNT, Kind.QUANTITY, Kind.SHARE, Kind.RATE)
_COMMON_KEYS = ("title", "definition", "from", "fixed")
_BETTER_HINT = (
    "write `better: more` or `better: less`: in which direction a community improves, all else being the same"
)
_MOST_COLLECTIONS = 50
_NUMBER_KEYS = ("min", "max", "step", "at_most")
_KIND_HELP = 'one of `count: household`, `quantity: km^2`, `share: "%"`, `rate: event/year`, `set: {…}`, `choice: {…}`, `kind: flag`, `kind: date`'
_OTHER_WORDS = {
    **dict.fromkeys(("bool", "boolean", "yes/no", "logical"), "a fact that is yes or no is a flag: `kind: flag`"),
    **dict.fromkeys(("int", "integer", "number"), "a number of things is a count in its unit: `count: household`"),
    **dict.fromkeys(("float", "decimal", "real"), "a measured number is a quantity in its unit: `quantity: km^2`"),
    **dict.fromkeys(("percent", "percentage", "ratio"), 'a share is in percent: `share: "%"`'),
    **dict.fromkeys(("text", "string", "enum"), "a fact that is one of several words is a choice: `choice: {…}`"),
    "list": "a fact that holds some of several words is a set: `set: {…}`",
}


class DeclarationReader(PartReader):
    """Reads ``facts:`` and ``measures:``."""

    def facts(self, tree: Tree, inherited: tuple[FactDeclaration, ...] = ()) -> tuple[FactDeclaration, ...]:
        """Return the fact declarations, those that can be read; their wholes may be inherited ones."""
        table = self.table(tree, "`facts`", "declare each in a line of its own: `households: {count: household}`")
        if table is None or not table.entries:
            self.lose("name")
        if table is None:
            return ()
        if not table.entries:
            self.log.add(table.at, "SR110", "`facts` declares nothing", "declare each fact that a requirement uses")
        found = [self._fact(entry) for entry in table.entries]
        facts = tuple(fact for fact in found if fact is not None)
        self._check_wholes(facts, {fact.id: fact for fact in (*inherited, *facts)}, table)
        return facts

    def _fact(self, entry: Entry) -> FactDeclaration | None:
        what = f"the fact `{shorten(entry.key)}`"
        name = self.name(entry, "a fact")
        table = self.table(entry.value, what, _fact_hint(entry))
        if table is None:
            return None
        kind_entry = self._kind_entry(entry, table, what)
        if kind_entry is None or name is None:
            return None
        kind = Kind(kind_entry.key) if kind_entry.key != "kind" else self._bare_kind(kind_entry)
        if kind is None:
            return None
        keys = [kind_entry.key, *_COMMON_KEYS, *(_NUMBER_KEYS if kind.is_number else ())]
        keys += [] if kind is Kind.CHOICE else ["better"]
        if kind is Kind.DATE or kind.is_number:
            self.known_keys(table, what, keys)
        else:
            bounds = dict.fromkeys(_NUMBER_KEYS, f"a {kind.value} is no number and has no bounds")
            bounds["better"] = "the members of a choice have no order"
            self.known_keys(table, what, keys, bounds)
        measured: Unit | None = None
        members: tuple[Member, ...] = ()
        if kind in _WITH_UNIT:
            measured = self._unit(kind_entry.value, what, kind)
            if measured is None:
                return None
        elif kind in (Kind.SET, Kind.CHOICE):
            members = self._members(kind_entry.value, what, kind)
            if not members:
                return None
        return (
            FactDeclaration(
                name,
                kind,
                measured,
                members,
                self.title(table),
                self._least(table, what, measured),
                self._bound(table, "max", what, measured),
                self._step(table, what, measured, kind),
                self._whole(table, what),
                self.title(table, "definition"),
                self._derived(table, what),
                self._is_fixed(table, what),
                better=self._better(table, what),
                at=entry.at,
            )
            if self._range_is_open(table, what, measured)
            else None
        )

    def _better(self, table: Table, what: str) -> Better | None:
        entry = table.get("better")
        if entry is None:
            return None
        text = self.text(entry.value, f"`better` of {what}", _BETTER_HINT)
        if text is not None and text not in BETTER:
            self.log.add(entry.value.at, "SR111", f"`{shorten(text)}` is no direction of {what}", _BETTER_HINT)
        return next((one for one in BETTER if one == text), None)

    def _derived(self, table: Table, what: str) -> Expr | None:
        entry = table.get("from")
        return None if entry is None else self.expression(entry.value, f"`from` of {what}")

    def _is_fixed(self, table: Table, what: str) -> bool:
        entry = table.get("fixed")
        if entry is None:
            return False
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, bool):
            return entry.value.value
        hint = "write `fixed: true` where nobody can change the fact, or leave the key out"
        self.log.add(entry.value.at, "SR111", f"`fixed` of {what} is {kind_of(entry.value)}, not true or false", hint)
        return False

    def check_derived(self, facts: tuple[FactDeclaration, ...], checker: Checker) -> None:
        """Note every fact whose ``from`` is of another kind or dimension than the fact."""
        for fact in facts:
            if fact.derived is None:
                continue
            found = checker.type_of(fact.derived)
            if found is not None and (found.name, found.dimension) != (fact.type.name, fact.type.dimension):
                is_what = f"is in `{fact.unit}`" if fact.unit is not None else f"is a {fact.kind.value}"
                made = shorten(source(fact.derived))
                hint = "make it of the members of a collection: `count(buildings where storeys >= 19 storeys)`"
                message = f"the fact `{fact.id}` {is_what}, and `{made}` is not"
                self.log.add(fact.derived.at, "SR305", message, hint)

    def collections(self, top: Table) -> tuple[Collection, ...]:
        """Return what stands under ``collections:``."""
        entry = top.get("collections")
        hint = "write each in a line of its own: `buildings: {each: building, facts: {…}}`"
        table = None if entry is None else self.table(entry.value, "`collections`", hint)
        if table is None and (entry is not None or self.misspelt(top, "collections")):
            self.lose("collection")
            self.lose("name")
        if table is not None and len(table.entries) > _MOST_COLLECTIONS:
            at = table.entries[_MOST_COLLECTIONS].at
            self.log.add(at, "SR108", f"there are more than {_MOST_COLLECTIONS} collections", "no standard has")
            self.lose("collection")
            self.lose("name")
            return ()
        found = [self._collection(one) for one in table.entries] if table is not None else []
        return tuple(collection for collection in found if collection is not None)

    def _collection(self, entry: Entry) -> Collection | None:
        what = f"the collection `{shorten(entry.key)}`"
        name = self.name(entry, "a collection")
        table = self.table(entry.value, what, "write `{each: building, facts: {…}}`")
        if table is None:
            self.lose("collection")
            self.lose("name")
            return None
        self.known_keys(table, what, ("each", "title", "facts"))
        hint = "say what one of it is, in a counting unit: `each: building`"
        each = self.required(table, what, "each", hint, entry.at)
        measured = None if each is None else self._unit(each, what, Kind.COUNT, "each")
        facts = self.required(table, what, "facts", "declare what is asked of each: `facts: {…}`", entry.at)
        declared = () if facts is None else self.facts(facts)
        if facts is None:
            self.lose("name")
        for key in {e.key for e in facts.entries} - {fact.id for fact in declared} if isinstance(facts, Table) else ():
            self.lose("name", key)
        for fact in declared:
            if fact.id in ("id", "name"):
                hint = "each member has an `id` and a `name`; choose another"
                self.log.add(fact.at, "SR112", f"`{fact.id}` cannot name a fact of {what}", hint)
            if fact.derived is not None:
                hint = "what a member is can only be given; make a measure or a fact of the community of it"
                self.log.add(fact.derived.at, "SR109", f"the fact `{fact.id}` of {what} has no key `from`", hint)
        if name is None or measured is None:
            self.lose("collection")
            return None
        return Collection(name, measured, declared, self.title(table), at=entry.at)

    def _kind_entry(self, entry: Entry, table: Table, what: str) -> Entry | None:
        present = [e for e in table.entries if e.key in _KINDS or e.key == "kind"]
        if len(present) == 1:
            return present[0]
        if present:
            keys = all_of([e.key for e in present])
            self.log.add(present[1].at, "SR111", f"{what} says its kind twice: {keys}", f"keep {_KIND_HELP}")
            return None
        near = next((e for e in table.entries if did_you_mean(e.key, [*_KINDS, "kind"])), None)
        if near is not None:
            hint = did_you_mean(near.key, [*_KINDS, "kind"])
            self.log.add(near.at, "SR109", f"{what} has no key `{shorten(near.key)}`", hint)
        else:
            self.log.add(entry.at, "SR110", f"{what} does not say its kind", f"write {_KIND_HELP}")
        return None

    def _bare_kind(self, entry: Entry) -> Kind | None:
        text = self.text(entry.value, "`kind`", f"write {_KIND_HELP}")
        if text in ("flag", "date"):
            return Kind(text)
        if text in _KINDS:
            self.log.add(entry.value.at, "SR111", f"`kind: {text}` does not say of what", f"write {_KIND_HELP}")
        elif text is not None:
            hint = _OTHER_WORDS.get(text.lower()) or did_you_mean(text, _KINDS) or f"write {_KIND_HELP}"
            self.log.add(entry.value.at, "SR111", f"`{shorten(text)}` is no kind of fact", hint)
        return None

    def _unit(self, tree: Tree, what: str, kind: Kind, key: str | None = None) -> Unit | None:
        example = {"count": "household", "share": '"%"', "rate": "event/year"}.get(kind.value, "km^2")
        text = self.text(tree, f"the unit of {what}", f"write `{key or kind.value}: {example}`")
        if text is None:
            return None
        try:
            measured = unit(text)
        except Fault as fault:
            self.log.add_fault(tree.at, fault)
            return None
        if kind is Kind.COUNT and not measured.counts:
            other = "share" if not measured.dimension else "quantity" if len(measured.factors) == 1 else "rate"
            hint = f"write `{other}: {shorten(text)}`; a count is in a counting unit such as `household`"
            if key is not None:
                hint = f"choose the nearest counting unit, such as `{key}: building`, or `item`, `position`, `facility`: the title names it"
            self.log.add(tree.at, "SR302", f"`{shorten(text)}` counts nothing", hint)
            return None
        if kind is Kind.SHARE and measured.dimension:
            self.log.add(tree.at, "SR302", f"`{shorten(text)}` is no unit of a share", 'write `share: "%"`')
            return None
        return measured

    def _members(self, tree: Tree, what: str, kind: Kind) -> tuple[Member, ...]:
        example = f"`{kind.value}: {{childcare: {{zh: 托育}}, medical: {{zh: 医疗}}}}`"
        table = self.table(tree, f"`{kind.value}` of {what}", f"write each member with its title: {example}")
        if table is None:
            return ()
        if not table.entries:
            self.log.add(tree.at, "SR110", f"{what} has no members", f"name what it can hold: {example}")
        members = []
        for entry in table.entries:
            name = self.name(entry, "a member")
            title = (
                self.title_of(entry.value, f"the member `{shorten(entry.key)}`") if _present(entry.value) else NO_TITLE
            )
            if name is not None:
                members.append(Member(name, title))
        return tuple(members)

    def _bound(self, table: Table, key: str, what: str, measured: Unit | None) -> Number | None:
        entry = table.get(key)
        if entry is None or measured is None:
            return None
        try:
            if not isinstance(entry.value, Scalar) or entry.value.value is None or isinstance(entry.value.value, bool):
                raise Fault("SR407", f"`{key}` of {what} is {kind_of(entry.value)}, not a number", _bound_hint(key))
            written = entry.value.value
            given = None
            if isinstance(written, str):
                number, given = read_quantity(written)
            else:
                number = read_number(str(written)) if isinstance(written, date) else written
        except Fault as fault:
            if fault.code == "SR507":
                fault.help = _bound_hint(key)
            self.log.add_fault(entry.value.at, fault)
            return None
        if given is not None and given.dimension != measured.dimension:
            hint = f"write it in `{measured}`"
            self.log.add(entry.value.at, "SR407", f"`{key}` of {what} is in `{given}`, the fact in `{measured}`", hint)
            return None
        size = (given or measured).size
        root = Fraction(number) * size
        return root.numerator if root.denominator == 1 else root

    def _least(self, table: Table, what: str, measured: Unit | None) -> Number | None:
        if measured is None:
            return None
        return 0 if table.get("min") is None else self._bound(table, "min", what, measured)

    def _step(self, table: Table, what: str, measured: Unit | None, kind: Kind) -> Number | None:
        step = self._bound(table, "step", what, measured)
        entry = table.get("step")
        if step is None or entry is None or measured is None:
            return None
        if step <= 0:
            self.log.add(entry.value.at, "SR407", f"`step` of {what} is not above zero", "write the finest difference")
            return None
        if kind is Kind.COUNT and (step / measured.size).denominator != 1:
            self.log.add(
                entry.value.at, "SR407", f"`step` of {what} is no whole number", "a count goes by ones at least"
            )
            return None
        return step

    def _range_is_open(self, table: Table, what: str, measured: Unit | None) -> bool:
        quiet = DeclarationReader(type(self.log)(self.log.text), self.scope)
        low, high = quiet._least(table, what, measured), quiet._bound(table, "max", what, measured)
        if low is None or high is None or low <= high:
            return True
        entry = table.get("max")
        assert entry is not None
        assert measured is not None
        shown = [str(Quantity.in_unit(bound, measured)) for bound in (low, high)]
        message, hint = f"`min` of {what} is {shown[0]} and its `max` is {shown[1]}", "swap the two"
        if table.get("min") is None:
            message = f"`max` of {what} is {shown[1]}, and numbers are never below zero unless `min` says so"
            hint = f"write `min:` too, not above {shown[1]}"
        self.log.add(entry.value.at, "SR406", message, hint)
        return False

    def _whole(self, table: Table, what: str) -> str | None:
        entry = table.get("at_most")
        return None if entry is None else self.text(entry.value, f"`at_most` of {what}")

    def _check_wholes(
        self, own: tuple[FactDeclaration, ...], facts: Mapping[str, FactDeclaration], table: Table
    ) -> None:
        for fact in own:
            if fact.at_most is None:
                continue
            at = _at_most_at(table, fact)
            whole = facts.get(fact.at_most)
            if whole is None:
                if table.get(fact.at_most) is None:
                    hint = did_you_mean(fact.at_most, facts) or "name the fact that is the whole"
                    message = f"`at_most` of the fact `{fact.id}` names `{shorten(fact.at_most)}`, which is no fact"
                    self.log.add(at, "SR405", message, hint)
                continue
            if whole.dimension != fact.dimension or not whole.kind.is_number:
                is_what = f"is in `{whole.unit}`" if whole.unit is not None else f"is a {whole.kind.value}"
                message = f"`{fact.id}` is in `{fact.unit}` and cannot be a part of `{whole.id}`, which {is_what}"
                self.log.add(at, "SR405", message, "a part and its whole are in one unit")
        self._check_part_circles(own, facts, table)

    def _check_part_circles(
        self, own: tuple[FactDeclaration, ...], facts: Mapping[str, FactDeclaration], table: Table
    ) -> None:
        done: set[str] = set()
        for fact in own:
            path: dict[str, FactDeclaration] = {}
            step: FactDeclaration | None = fact
            while step is not None and step.id not in done and step.id not in path:
                path[step.id] = step
                step = facts.get(step.at_most or "")
            done.update(path)
            if step is None or step.id not in path:
                continue
            circle = list(path)[list(path).index(step.id) :]
            message = f"each of these is a part of the next: {chain(circle)}"
            if len(circle) == 1:
                message = f"`{step.id}` is at most itself"
            self.log.add(_at_most_at(table, step), "SR405", message, "name the whole that it is a part of")

    # --- measures --------------------------------------------------------------------------------------------------

    def measures(self, entries: tuple[Entry, ...], called: str = "measure") -> tuple[Measure, ...]:
        """Return the measures or scores that can be read; their names are resolved later, by `check_measures`."""
        found = [self._measure(entry, called) for entry in entries]
        return tuple(measure for measure in found if measure is not None)

    def _measure(self, entry: Entry, called: str) -> Measure | None:
        what = f"the {called} `{shorten(entry.key)}`"
        name = self.name(entry, f"a {called}")
        table = self.table(entry.value, what, 'write `{value: …, unit: "%"}`')
        if table is None:
            return None
        self.known_keys(table, what, ("value", "unit", "title", "source", "when_zero"))
        hint = "write its formula: `value: gigabit_households / households`"
        value = self.required(table, what, "value", hint, entry.at)
        hint = 'say in which unit the standard speaks of it: `unit: "%"`'
        unit_tree = self.required(table, what, "unit", hint, entry.at)
        formula = None if value is None else self.expression(value, f"the value of {what}")
        measured: Unit | None = None
        if unit_tree is not None:
            text = self.text(unit_tree, f"the unit of {what}", 'write it in quotation marks: `unit: "%"`')
            try:
                measured = unit(text) if text is not None else None
            except Fault as fault:
                self.log.add_fault(unit_tree.at, fault)
        zero = table.get("when_zero")
        if zero is not None and not (isinstance(zero.value, Scalar) and zero.value.value == "undetermined"):
            self.wrong_shape(
                zero.value,
                f"`when_zero` of {what}",
                "can only be `undetermined`",
                "write `when_zero: undetermined`: a zero denominator is known and left undecided, never a pass",
            )
        if name is None or formula is None or measured is None:
            return None
        return Measure(name, formula, measured, self.title(table), self.source(table), zero is not None, at=entry.at)

    def check_measures(self, measures: tuple[Measure, ...], checker: Checker) -> None:
        """Note every measure whose formula is no number in the measure's unit; it is lost then."""
        for measure in measures:
            dimension = checker.number(measure.value)
            if dimension is None or dimension == measure.unit.dimension:
                continue
            self.lose("name", measure.id)
            is_what = f"is in {describe(dimension)}" if dimension else "is a plain number"
            hint = f"change the formula, or the unit of `{measure.id}`"
            if measure.unit == PERCENT:
                hint = "a percentage is the quotient of two numbers in one unit"
            elif not dimension:
                hint = 'write `unit: "%"`, or change the formula'
            formula = shorten(source(measure.value))
            self.log.add(measure.value.at, "SR305", f"`{formula}` {is_what}, not in `{measure.unit}`", hint)

    def check_circles(
        self, formulas: tuple[FactDeclaration | Measure, ...], scores: frozenset[str] = frozenset()
    ) -> None:
        """Note every circle of measures, scores, and facts made of others, that are defined by each other."""
        measures = {one.id: formula for one in formulas if (formula := formula_of(one)) is not None}
        facts = {one.id for one in formulas if isinstance(one, FactDeclaration)}
        done: set[str] = set()
        for start in measures:
            path: dict[str, None] = {}
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    path.popitem()
                    done.add(name)
                    continue
                if name in done:
                    continue
                if name in path:
                    circle = list(path)[list(path).index(name) :]
                    kinds = "facts and measures" if facts.intersection(circle) else "measures"
                    kinds = "scores" if scores.intersection(circle) else kinds
                    message = f"{kinds} are defined by each other in a circle: {chain(circle)}"
                    if len(circle) == 1:
                        kind = "fact" if name in facts else "score" if name in scores else "measure"
                        message = f"the {kind} `{name}` is defined by itself"
                    hint = "define it by facts" if len(circle) == 1 else "define one of them by facts"
                    self.log.add(measures[name].at, "SR307", message, hint)
                    done.add(name)
                    continue
                path[name] = None
                stack.append((name, True))
                stack.extend((n.id, False) for n in names(measures[name]) if n.id in measures)


def _fact_hint(entry: Entry) -> str:
    """Return how to declare a fact that is not declared by `key: value` lines."""
    word = entry.value.value if isinstance(entry.value, Scalar) else None
    if word in ("flag", "date"):
        return f"write `{shorten(entry.key)}: {{kind: {word}}}`"
    return f"write {_KIND_HELP}"


def chain(circle: list[str]) -> str:
    """Return the names of a circle for a message, the first again at its end."""
    shown = [*circle[:6], "…", circle[-1]] if len(circle) > 8 else circle
    return " → ".join(name if name == "…" else f"`{shorten(name)}`" for name in [*shown, circle[0]])


def _at_most_at(table: Table, fact: FactDeclaration) -> Span | None:
    entry = table.get(fact.id)
    at_most = entry.value.get("at_most") if entry is not None and isinstance(entry.value, Table) else None
    return fact.at if at_most is None else at_most.value.at


def _bound_hint(key: str) -> str:
    return f"write a number in the unit of the fact, or leave `{key}` out where there is no bound"


def _present(tree: Tree) -> bool:
    return not (isinstance(tree, Scalar) and tree.value is None)
