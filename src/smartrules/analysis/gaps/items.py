"""A community's facts as the whole numbers that a plan may change: how many steps a number is, and what each is now.

A fact is known by its path: ``households``, of a member of a collection its place there, ``buildings.2.storeys``, of a measure
that is stated without its counts ``stated.camera_online_rate``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, gcd, lcm

from attrs import define, evolve, field, frozen

from smartrules.analysis.ranges import range_of
from smartrules.analysis.solving.declared import FIRST_DAY, REACHES, collections_behind, span_of, step_of, unknowns
from smartrules.documents.given import written_number
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Arithmetic, Expr, Name
from smartrules.facts import Fact, Facts, Record
from smartrules.outcome import MET, NOT_MET, Outcome
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.values import Kind, Value, simplest

#: Before the id of a measure, the path of its stated figure.
STATED = "stated."
#: A number without a bound goes so far beyond what it is.
_REACH = REACHES[-1]


@frozen(eq=False)
class Item:
    """A fact of a community, of a member of a collection, or a stated figure.

    Attributes:
        path: where it stands.
        declared: its declaration; of a stated figure its measure.
        step: how much one of its whole numbers is, in root units: its declared step, finer where it is given finer.
        names: its whole numbers: one, or of a set or choice one a member.
        now: what they are; None where the fact is not known.
        spans: the least and the greatest that they can be.
        fixed: whether it is nobody's to change.
    """

    path: str
    declared: FactDeclaration | Measure
    step: Fraction
    names: tuple[str, ...]
    now: tuple[int, ...] | None
    spans: tuple[tuple[int, int], ...]
    fixed: bool

    @property
    def kind(self) -> Kind:
        """The kind of the fact; a stated figure is a quantity."""
        return self.declared.kind if isinstance(self.declared, FactDeclaration) else Kind.QUANTITY

    @property
    def is_stated(self) -> bool:
        """Whether it is the stated figure of a measure."""
        return isinstance(self.declared, Measure)

    def value(self, found: Mapping[str, int]) -> Value:
        """Return the value that whole numbers make."""
        match self.kind:
            case Kind.FLAG:
                return bool(found[self.path])
            case Kind.DATE:
                return FIRST_DAY + timedelta(days=found[self.path])
            case Kind.SET | Kind.CHOICE:
                assert isinstance(self.declared, FactDeclaration)
                members = frozenset(m for m in self.declared.member_ids if found[f"{self.path}.{m}"])
                return members if self.kind is Kind.SET else min(members)
            case _:
                return simplest(found[self.path] * self.step)

    def spans_of(self, value: Value) -> dict[str, tuple[int, int]]:
        """Return the whole numbers that make a value."""
        match value:
            case int() | Fraction() if self.kind.is_number:
                numbers: tuple[int, ...] = (int(Fraction(value) / self.step),)
            case _:
                assert isinstance(self.declared, FactDeclaration)
                numbers = _members_now(self.declared, value)
        return {name: (number, number) for name, number in zip(self.names, numbers, strict=True)}


@define(eq=False)
class Items:
    """The items of one community, each made when it is first asked for.

    Attributes:
        facts: as they are now.
        freed: facts, and stated measures, that are fixed and are taken for ones that can change.
    """

    edition: Edition
    facts: Facts
    freed: frozenset[str] = frozenset()
    _made: dict[str, Item] = field(init=False, factory=dict)

    def __getitem__(self, path: str) -> Item:
        found = self._made.get(path)
        if found is None:
            found = self._made[path] = self._item(path)
        return found

    def size(self, collection: str) -> int | None:
        """Return how many members a collection has; None where nothing is known of it."""
        known = self.facts.collections.get(collection)
        return None if known is None else len(known)

    def is_known(self, path: str) -> bool:
        """Return whether a fact has a value now."""
        return self.fact(path) is not None

    def fact(self, path: str) -> Fact | None:
        """Return a fact as it is given now."""
        if path.startswith(STATED):
            return self.facts.stated.get(path.removeprefix(STATED))
        collection, _, rest = path.partition(".")
        if not rest:
            return self.facts.facts.get(path)
        place, _, name = rest.partition(".")
        return self.facts.collections[collection][int(place) - 1].facts.get(name)

    def is_made(self, name: str) -> bool:
        """Return whether a fact comes to what the members of a collection make it, whether it is given besides or not."""
        return name in self.made

    @cached_property
    def made(self) -> Mapping[str, Value | None]:
        """The facts that are made of members, as far as their collections are known, with what those make them."""
        found = dict[str, Value | None]()
        for declared in self.edition.facts:
            if declared.derived is None or not self._is_known_behind(declared.derived):
                continue
            value = made_of(declared, self.edition, self.facts)
            if value is not None or declared.id not in self.facts.facts:
                found[declared.id] = value
        return found

    def _is_known_behind(self, formula: Expr) -> bool:
        return all(name in self.facts.collections for name in collections_behind(formula, self.edition))

    def _item(self, path: str) -> Item:
        known = self.fact(path)
        if path.startswith(STATED):
            return self._stated(path, known)
        declared = self.edition.fact_by_id[path.rpartition(".")[2]]
        names = tuple(unknowns(declared, path))
        if not declared.kind.is_number:
            now = None if known is None else _members_now(declared, known.value)
            return Item(
                path, declared, Fraction(1), names, now, (span_of(declared, 0),) * len(names), self._is_fixed(declared)
            )
        step = _with(step_of(declared), known)
        number = None if known is None else _whole(known, step)
        low = None if declared.minimum is None else ceil(Fraction(declared.minimum) / step)
        high = None if declared.maximum is None else floor(Fraction(declared.maximum) / step)
        return Item(
            path,
            declared,
            step,
            names,
            None if number is None else (number,),
            (_span(low, high, number),),
            self._is_fixed(declared),
        )

    def _is_fixed(self, declared: FactDeclaration) -> bool:
        return declared.fixed and declared.id not in self.freed

    def _stated(self, path: str, known: Fact | None) -> Item:
        measure = self.edition.measure_by_id[path.removeprefix(STATED)]
        assert known is not None
        step = _with(Fraction(measure.unit.size) / 100, known)
        within = range_of(measure.value, self.edition)
        number = _whole(known, step)
        low = None if within.low is None else ceil(Fraction(within.low) / step)
        high = 1 / step if _is_share_of_whole(measure, self.edition) else within.high and Fraction(within.high) / step
        span = _span(low, None if high is None else floor(high), number)
        fixed = is_settled(measure, self.edition) and measure.id not in self.freed
        return Item(path, measure, step, (path,), (number,), (span,), fixed)


def _span(low: int | None, high: int | None, now: int | None) -> tuple[int, int]:
    """Return the span of a number, as far as anybody asks where it has no bound; what it is now is within."""
    here = now or 0
    first = min(here, high or 0) - _REACH if low is None else low
    last = max(here, first, 0) + _REACH if high is None else high
    return (first, last) if now is None else (min(first, now), max(last, now))


def _with(step: Fraction, known: Fact | None) -> Fraction:
    """Return a step of which a known number is a whole multiple."""
    if known is None:
        return step
    value = Fraction(_number(known))
    denominators = lcm(step.denominator, value.denominator)
    return Fraction(gcd(int(step * denominators), int(value * denominators)), denominators) if value else step


def _whole(known: Fact, step: Fraction) -> int:
    return int(Fraction(_number(known)) / step)


def _number(known: Fact) -> int | Fraction:
    assert isinstance(known.value, int | Fraction)
    return known.value


def _is_share_of_whole(measure: Measure, edition: Edition) -> bool:
    match measure.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            declared = edition.fact_by_id.get(part)
            return declared is not None and declared.at_most == whole
        case _:
            return False


def _members_now(declared: FactDeclaration, value: Value) -> tuple[int, ...]:
    match value:
        case bool():
            return (int(value),)
        case date():
            return ((value - FIRST_DAY).days,)
        case str() | frozenset():
            chosen = {value} if isinstance(value, str) else value
            return tuple(int(member in chosen) for member in declared.member_ids)
        case _:
            raise TypeError(f"{declared.id} is a number")


def facts_behind(formula: Expr, edition: Edition) -> tuple[str, ...]:
    """Return the facts that a formula rests on, through its measures, in the order in which it names them."""
    names = (node.id for node in edition.walk(formula) if isinstance(node, Name))
    return tuple(dict.fromkeys(name for name in names if name in edition.fact_by_id))


def wholes_of(edition: Edition) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the parts and wholes among which each fact is, each part with its whole."""
    found: dict[str, list[tuple[str, str]]] | None = edition.readings.get(wholes_of)
    if found is None:
        found = {}
        for declared in edition.fact_by_id.values():
            if declared.at_most is not None:
                for one in (declared.id, declared.at_most):
                    found.setdefault(one, []).append((declared.id, declared.at_most))
        edition.readings[wholes_of] = found
    return found


def is_settled(measure: Measure, edition: Edition) -> bool:
    """Return whether a measure is nobody's to change, since all facts behind it are fixed."""
    behind = facts_behind(measure.value, edition)
    return bool(behind) and all(edition.fact_by_id[name].fixed for name in behind)


def made_of(declared: FactDeclaration, edition: Edition, facts: Facts) -> Value | None:
    """Return what the members of a collection make a fact; None where they leave it open."""
    assert declared.derived is not None
    made = evaluate(declared.derived, edition, facts).result
    if isinstance(made, Outcome):
        return {MET: True, NOT_MET: False}.get(made)
    return made


def changed(edition: Edition, facts: Facts, values: Mapping[str, Value]) -> Facts:
    """Return facts with other values, by their paths.

    What is known now is said to be not reported no more. A fact that is made of members is no longer given besides where
    they make it another one.
    """
    own, stated = dict(facts.facts), dict(facts.stated)
    collections = {name: list(records) for name, records in facts.collections.items()}
    for path, value in values.items():
        collection, _, rest = path.partition(".")
        if path.startswith(STATED):
            measure = edition.measure_by_id[rest]
            stated[rest] = Fact(rest, value, _written(measure, value))
        elif not rest:
            own[path] = Fact(path, value, _written(edition.fact_by_id[path], value))
        else:
            place, _, name = rest.partition(".")
            record = collections[collection][int(place) - 1]
            fact = Fact(name, value, _written(edition.fact_by_id[name], value))
            in_order = {**record.facts, name: fact}
            declared = edition.collection_by_id[collection].facts
            kept = {one.id: in_order[one.id] for one in declared if one.id in in_order}
            collections[collection][int(place) - 1] = Record(record.id, kept)
    found = evolve(
        facts,
        facts=own,
        stated=stated,
        collections={name: tuple(records) for name, records in collections.items()},
        not_reported=facts.not_reported - {path.rpartition(".")[2] for path in values},
    )
    touched = {path.partition(".")[0] for path in values if "." in path}
    return _agreeing(edition, found) if touched & edition.collection_by_id.keys() else found


def in_declared_order(edition: Edition, facts: Facts) -> Facts:
    """Return facts in the order in which the edition declares them."""
    return evolve(facts, facts={name: facts.facts[name] for name in edition.fact_by_id if name in facts.facts})


def _agreeing(edition: Edition, facts: Facts) -> Facts:
    """Return facts without the counts that the members contradict."""
    own = dict(facts.facts)
    for declared in edition.facts:
        if declared.derived is not None and declared.id in own:
            made = made_of(declared, edition, facts)
            if made is not None and made != own[declared.id].value:
                del own[declared.id]
    return evolve(facts, facts=own)


def _written(declared: FactDeclaration | Measure, value: Value) -> str:
    if declared.unit is None or isinstance(value, bool | str | frozenset | date):
        return ""
    return str(
        written_number(value, declared.unit, bare=isinstance(declared, FactDeclaration) and declared.unit.counts)
    )
