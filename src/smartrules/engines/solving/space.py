"""What the solver may choose of a community: each declared fact as unknowns, with what every value of it must keep to.

A number with a step is a whole number of its steps; another one is any number. A flag, a member of a set or of a choice, and
whether a collection has a member at all, are truths. The unknowns are named as in a facts document:
``scenarios.childcare``, ``buildings.2.storeys``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from attrs import field, frozen

from smartrules.engines.solving.calendars import within_calendar
from smartrules.engines.solving.found import Dated, Judged, Members, Reckoned, reckoned
from smartrules.engines.solving.library import z3
from smartrules.engines.solving.linear import Quotient, Sum, constant, holds, of_term
from smartrules.engines.solving.truths import Truth, either, negated
from smartrules.facts import Fact, Facts, Record
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Kind, Value, simplest

#: The day of the facts among the unknowns.
ON = "on"


@frozen
class Slot:
    """Room for one member of a collection.

    Attributes:
        id: its name, or its place in the list, counted from 1.
        present: whether there is such a member.
        given: the facts that are known of it.
    """

    id: str
    given: frozenset[str]
    present: Truth = field(default=True, eq=False)


@frozen
class Shape:
    """What is known of a community, whatever its values are.

    Attributes:
        given: the facts that are known, by their ids.
        stated: the measures that are stated.
        not_reported: the facts and measures of which it says that it does not report them.
        on: whether the day of the facts is known.
        collections: the collections that are known, each with room for its members.
        perhaps: facts that are known, or of which it says that it does not report them.
        missing: facts that are known, or missing; those of members, and ``on``, among them.
    """

    given: frozenset[str]
    stated: frozenset[str] = frozenset()
    not_reported: frozenset[str] = frozenset()
    on: bool = True
    collections: Mapping[str, tuple[Slot, ...]] = field(factory=dict)
    perhaps: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


def everything(
    edition: Edition, members: int, perhaps: frozenset[str] = frozenset(), missing: frozenset[str] = frozenset()
) -> Shape:
    """Return that every fact is known, and of each collection up to so many members; what is made of them is not given.

    Args:
        perhaps: facts that may not be reported.
        missing: facts that may be missing.
    """
    given = frozenset(fact.id for fact in edition.facts if fact.derived is None)
    return Shape(
        given,
        perhaps=perhaps & given,
        missing=missing,
        collections={
            collection.id: tuple(
                Slot(
                    str(place),
                    frozenset(fact.id for fact in collection.facts),
                    z3.Bool(f"{collection.id}.{place}"),
                )
                for place in range(1, members + 1)
            )
            for collection in edition.collections
        },
    )


def shape_of(facts: Facts) -> Shape:
    """Return what is known of a community by its facts."""
    return Shape(
        frozenset(facts.facts),
        frozenset(facts.stated),
        facts.not_reported,
        facts.on is not None,
        {
            name: tuple(Slot(record.id, frozenset(record.facts)) for record in records)
            for name, records in facts.collections.items()
        },
    )


def step_of(declared: FactDeclaration) -> Fraction | None:
    """Return the least difference between two values of a number, in root units; None where there is none."""
    step = None if declared.step is None else Fraction(declared.step)
    if declared.kind is not Kind.COUNT:
        return step
    if step is None:
        return Fraction(1)
    return Fraction(step.numerator)  # the whole numbers among its multiples


@frozen(eq=False)
class Freedom:
    """One thing that the solver may choose of a community: a number, a day, or whether something is so.

    Attributes:
        value: the number or the day; None for a truth.
        truth: the truth; None for a number.
        step: the least difference of two values; where there is none, the unit.
        any_value: whether there is no least difference.
    """

    value: Sum | None = None
    truth: Truth = None
    step: Fraction = Fraction(1)
    is_day: bool = False
    any_value: bool = False

    def stays(self, model: Any) -> Truth:
        """Return that it is what it is in a model of the solver."""
        if self.value is None:
            return self.truth if holds_in(model, self.truth) else negated(self.truth)
        return holds("=", self.value.plus(constant(-value_in(model, self.value))))


@frozen(eq=False)
class Space:
    """The unknowns of a community.

    Attributes:
        edition: where the facts are declared.
        shape: what is known of the community.
        primed: facts whose unknowns are others than those of a space without them, all else being the same.
    """

    edition: Edition
    shape: Shape
    primed: frozenset[str] = frozenset()
    _made: dict[str, Any] = field(init=False, factory=dict)
    _rules: dict[str, list[Truth]] = field(init=False, factory=dict)

    def fact(self, declared: FactDeclaration, path: str) -> Judged | Reckoned | Dated | Members:
        """Return a fact that is known."""
        made = self._made.get(path)
        if made is None:
            made = self._made[path] = self._fact(declared, path)
        known: Judged | Reckoned | Dated | Members = made
        return known

    def is_known(self, name: str, path: str) -> Truth:
        """Return whether a fact is known that may be missing, or not reported."""
        may_not = name in self.shape.perhaps or name in self.shape.missing
        return z3.Bool(f"{path} is known") if may_not else True

    def today(self) -> Dated:
        """Return the day of the facts."""
        return self._day(ON, ON)

    def stated(self, measure: str) -> Reckoned:
        """Return a measure that is stated."""
        path = f"stated {measure}"
        if path not in self._made:
            self._made[path] = reckoned(Quotient(of_term(z3.Real(path))))
        made: Reckoned = self._made[path]
        return made

    def _fact(self, declared: FactDeclaration, path: str) -> Judged | Reckoned | Dated | Members:
        named = f"{path}'" if declared.id in self.primed else path
        match declared.kind:
            case Kind.FLAG:
                flag = z3.Bool(named)
                return Judged(flag, negated(flag))
            case Kind.DATE:
                return self._day(path, named)
            case Kind.SET:
                return Members({member: z3.Bool(f"{named}.{member}") for member in declared.member_ids})
            case Kind.CHOICE:
                has = {member: z3.Bool(f"{named}.{member}") for member in declared.member_ids}
                self._rules[path] = [z3.PbEq([(one, 1) for one in has.values()], 1)]
                return Members(has)
            case _:
                return self._number(declared, path, named)

    def _day(self, path: str, named: str) -> Dated:
        if path not in self._made:
            number = of_term(z3.Int(named))
            self._rules[path] = [within_calendar(number)]
            self._made[path] = Dated(number)
        made: Dated = self._made[path]
        return made

    def _number(self, declared: FactDeclaration, path: str, named: str) -> Reckoned:
        step = step_of(declared)
        value = of_term(z3.Real(named)) if step is None else of_term(z3.Int(named), step)
        rules = self._rules[path] = []
        if declared.minimum is not None:
            least = Fraction(declared.minimum)
            least = least if step is None else ceil(least / step) * step
            rules.append(holds(">=", value.plus(constant(-least))))
        if declared.maximum is not None:
            most = Fraction(declared.maximum)
            most = most if step is None else floor(most / step) * step
            rules.append(holds("<=", value.plus(constant(-most))))
        return reckoned(Quotient(value))

    # --- what every community keeps to -----------------------------------------------------------------------------

    def declared(self, facts: Iterable[str]) -> list[Truth]:
        """Return what the values of some facts keep to by their declarations, and those of what they are parts or wholes of."""
        found = list[Truth]()
        for name in self.related(facts):
            found += self._declared_of(name)
        return found

    def related(self, facts: Iterable[str]) -> list[str]:
        """Return facts, collections and ``on``, with the wholes of the facts, their parts, and the parts of these."""
        queue, seen = list(facts), dict[str, None]()
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen[name] = None
            queue += self._beside.get(name, ())
        return list(seen)

    @property
    def _beside(self) -> Mapping[str, list[str]]:
        """The facts that are parts or wholes of each other, and the collection of a member's fact."""
        beside = self._made.get("beside of")
        if beside is None:
            beside = self._made["beside of"] = {}
            for fact in self.edition.fact_by_id.values():
                collection = self.edition.collection_of_fact.get(fact.id)
                if collection is not None:
                    beside.setdefault(fact.id, []).append(collection)
                if fact.at_most is not None:
                    beside.setdefault(fact.id, []).append(fact.at_most)
                    beside.setdefault(fact.at_most, []).append(fact.id)
        known: Mapping[str, list[str]] = beside
        return known

    def _declared_of(self, name: str) -> list[Truth]:
        path = f"declared {name}"
        if path not in self._made:
            self._made[path] = list(self._declarations(name))
        made: list[Truth] = self._made[path]
        return made

    def _declarations(self, name: str) -> Iterator[Truth]:
        if name == ON:
            if self.shape.on:
                self.today()
                yield from self._rules.get(ON, ())
            return
        if name in self.edition.collection_by_id:
            slots = self.shape.collections.get(name, ())
            for before, after in pairwise(slots):
                yield either(before.present, negated(after.present))
            return
        declared, collection = self.edition.fact_by_id[name], self.edition.collection_of_fact.get(name)
        if collection is None:
            if name in self.shape.given:
                yield from self._of_fact(declared, name, None)
            return
        for slot in self.shape.collections.get(collection, ()):
            if name in slot.given:
                rules = self._of_fact(declared, f"{collection}.{slot.id}.{name}", slot)
                yield from rules

    def _of_fact(self, declared: FactDeclaration, path: str, slot: Slot | None) -> Iterator[Truth]:
        value = self.fact(declared, path)
        yield from self._rules.get(path, ())
        whole = None if declared.at_most is None else self._whole(declared, slot)
        if whole is not None:
            assert isinstance(value, Reckoned)
            yield either(False if slot is None else negated(slot.present), value.value.compared("<=", whole.value))

    def _whole(self, declared: FactDeclaration, slot: Slot | None) -> Reckoned | None:
        name = declared.at_most or ""
        whole, collection = self.edition.fact_by_id[name], self.edition.collection_of_fact.get(name)
        if collection is None:
            found = self.fact(whole, name) if name in self.shape.given else None
        elif slot is not None and name in slot.given:
            found = self.fact(whole, f"{collection}.{slot.id}.{name}")
        else:
            found = None
        assert found is None or isinstance(found, Reckoned)
        return found

    # --- the facts of one community --------------------------------------------------------------------------------

    def pinned(self, facts: Facts) -> list[Truth]:
        """Return that the unknowns are the values of a community's facts."""
        found = list[Truth]()
        for name, fact in facts.facts.items():
            found += self._is(self.edition.fact_by_id[name], name, fact.value)
        for name, fact in facts.stated.items():
            assert isinstance(fact.value, int | Fraction)
            found.append(holds("=", self.stated(name).value.above.plus(constant(-Fraction(fact.value)))))
        if facts.on is not None:
            found.append(holds("=", self.today().number.plus(constant(-facts.on.toordinal()))))
        for collection, records in facts.collections.items():
            for record in records:
                for name, fact in record.facts.items():
                    found += self._is(self.edition.fact_by_id[name], f"{collection}.{record.id}.{name}", fact.value)
        return found

    def _is(self, declared: FactDeclaration, path: str, value: Value) -> Iterator[Truth]:
        match self.fact(declared, path), value:
            case Judged() as flag, bool():
                yield flag.met if value else flag.not_met
            case Members() as members, _:
                chosen = value if isinstance(value, frozenset) else {value}
                yield from (has if member in chosen else negated(has) for member, has in members.has.items())
            case Dated() as day, date():
                yield holds("=", day.number.plus(constant(-value.toordinal())))
            case Reckoned() as number, int() | Fraction():
                yield holds("=", number.value.above.plus(constant(-Fraction(value))))
            case _:
                raise TypeError(f"{value!r} is no value of {path}")

    def community(self, model: Any, names: Iterable[str]) -> Facts:
        """Return the facts of the community that a model of the solver is, of those named: facts, collections, ``on``.

        Raises:
            ValueError: where a number is no quotient of whole numbers.
        """
        wanted = frozenset(names)
        facts = {
            name: Fact(name, self._value(declared, name, model))
            for name, declared in self.edition.fact_by_id.items()
            if name in self.shape.given and name in wanted and holds_in(model, self.is_known(name, name))
        }
        not_reported = {name for name in self.shape.perhaps if name in wanted and name not in facts}
        collections = {
            name: tuple(
                Record(
                    slot.id,
                    {
                        fact.id: Fact(fact.id, self._value(fact, f"{name}.{slot.id}.{fact.id}", model))
                        for fact in self.edition.collection_by_id[name].facts
                        if fact.id in slot.given
                        and fact.id in wanted
                        and holds_in(model, self.is_known(fact.id, f"{name}.{slot.id}.{fact.id}"))
                    },
                )
                for slot in slots
                if holds_in(model, slot.present)
            )
            for name, slots in self.shape.collections.items()
            if name in wanted
        }
        day = None
        if ON in wanted and self.shape.on and holds_in(model, self.is_known(ON, ON)):
            day = date.fromordinal(int(value_in(model, self.today().number)))
        return Facts(
            self.edition.name,
            facts,
            on=day,
            collections=collections,
            not_reported=self.shape.not_reported | not_reported,
        )

    def places(self, fact: FactDeclaration) -> list[str]:
        """Return where a fact that is known stands: of the community, or of each member that there may be."""
        collection = self.edition.collection_of_fact.get(fact.id)
        if collection is None:
            return [fact.id] if fact.id in self.shape.given else []
        slots = self.shape.collections.get(collection, ())
        return [f"{collection}.{slot.id}.{fact.id}" for slot in slots if fact.id in slot.given]

    def unknowns(self, names: Iterable[str]) -> Iterator[Freedom]:
        """Yield what the solver may choose of some facts and collections: how many members there are first, then truths."""
        wanted = frozenset(names)
        slots = [slot for name, all_ in self.shape.collections.items() if name in wanted for slot in all_]
        yield from (Freedom(truth=slot.present) for slot in reversed(slots) if slot.present is not True)
        yield from (Freedom(truth=negated(self.is_known(name, name))) for name in sorted(self.shape.perhaps & wanted))
        numbers = list[Freedom]()
        if ON in wanted & self.shape.missing:
            yield Freedom(truth=negated(self.is_known(ON, ON)))
        known = [declared for name, declared in self.edition.fact_by_id.items() if name in wanted]
        for declared, path in [(one, path) for one in known for path in self.places(one)]:
            if declared.id in self.shape.missing:
                yield Freedom(truth=negated(self.is_known(declared.id, path)))
            match self.fact(declared, path):
                case Judged() as flag:
                    yield Freedom(truth=flag.met)
                case Members() as members:
                    if declared.kind is Kind.SET:
                        yield from (Freedom(truth=has) for has in members.has.values())
                    else:
                        yield from (Freedom(truth=negated(has)) for has in list(members.has.values())[:1])
                case Dated() as day:
                    numbers.append(Freedom(day.number, is_day=True))
                case Reckoned() as number:
                    step, measured = step_of(declared), declared.unit
                    assert measured is not None
                    numbers.append(
                        Freedom(number.value.above, step=step or Fraction(measured.size), any_value=step is None)
                    )
        if ON in wanted and self.shape.on:
            numbers.append(Freedom(self.today().number, is_day=True))
        yield from numbers

    def _value(self, declared: FactDeclaration, path: str, model: Any) -> Value:
        match self.fact(declared, path):
            case Judged() as flag:
                return holds_in(model, flag.met)
            case Members() as members:
                chosen = [member for member, has in members.has.items() if holds_in(model, has)]
                return frozenset(chosen) if declared.kind is Kind.SET else chosen[0]
            case Dated() as day:
                return date.fromordinal(int(value_in(model, day.number)))
            case Reckoned() as number:
                return simplest(value_in(model, number.value.above))


def holds_in(model: Any, truth: Truth) -> bool:
    """Return whether a truth holds in a model of the solver."""
    return truth if isinstance(truth, bool) else z3.is_true(model.eval(truth, model_completion=True))


def value_in(model: Any, found: Sum) -> Fraction:
    """Return what a sum comes to in a model of the solver.

    Raises:
        ValueError: where that is no quotient of whole numbers.
    """
    total = found.number
    for term, factor in found.terms.values():
        value = model.eval(term, model_completion=True)
        if z3.is_int_value(value):
            total += value.as_long() * factor
        elif z3.is_rational_value(value):
            total += Fraction(value.numerator_as_long(), value.denominator_as_long()) * factor
        else:
            raise ValueError(f"{value} is no quotient of whole numbers")
    return total
