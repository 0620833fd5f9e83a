"""Communities in the words that two editions share: made of what is demanded of their facts, and told to each edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from smartrules.analysis.diffs.rulings import Document, Witness
from smartrules.analysis.diffs.vocabulary import Vocabulary
from smartrules.analysis.solving.declared import FIRST_DAY, REACHES, step_of
from smartrules.analysis.solving.demands import ON, Demand
from smartrules.analysis.solving.inequalities import Inequality, Spans, at_most, parts, solution
from smartrules.diagnostics import FactsError
from smartrules.documents.given import document_of
from smartrules.facts import Fact, Facts, Record
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration
from smartrules.values import Kind, Value, simplest

#: So many of the least values of an unknown are tried, on its whole units and on its steps.
_MOST_TRIED = 60


def community(demand: Demand, found: Mapping[str, int]) -> Facts:
    """Return a community's facts in common words, of the values of its unknowns."""
    edition = demand.edition

    def facts(declared: tuple[FactDeclaration, ...], beside: str = "") -> dict[str, Fact]:
        return {
            one.id: Fact(one.id, _value(one, f"{beside}{one.id}", found))
            for one in declared
            if demand.given.get(f"{beside}{one.id}")
        }

    return Facts(
        edition.name,
        facts(edition.facts),
        on=FIRST_DAY + timedelta(days=found[ON]) if demand.given.get(ON) else None,
        collections={
            collection.id: tuple(
                Record(str(place), facts(collection.facts, f"{collection.id}.{place}.")) for place in range(1, size + 1)
            )
            for collection in edition.collections
            if (size := demand.sizes.get(collection.id)) is not None
        },
        not_reported=demand.unreported,
    )


def _value(declared: FactDeclaration, path: str, found: Mapping[str, int]) -> Value:
    match declared.kind:
        case Kind.FLAG:
            return bool(found[path])
        case Kind.DATE:
            return FIRST_DAY + timedelta(days=found[path])
        case Kind.SET:
            return frozenset(member for member in declared.member_ids if found[f"{path}.{member}"])
        case Kind.CHOICE:
            return next(member for member in declared.member_ids if found[f"{path}.{member}"])
        case _:
            return simplest(Fraction(found[path] * step_of(declared)))


# --- small values ----------------------------------------------------------------------------------------------------


def least(demand: Demand) -> Iterator[Facts]:
    """Yield the community of the least values that are found for a demand, then the one that was found first."""
    first = solution(demand.spans, demand.inequalities)
    if first is None:
        return
    small = dict[str, int]()
    for together, among in parts(demand.spans, demand.inequalities):
        spans = {name: demand.spans[name] for name in together}
        known = {name: first[name] for name in together}
        small |= _least(demand, spans, among, known) if among else known
    yield community(demand, small)
    if small != first:
        yield community(demand, first)


def _least(demand: Demand, spans: Spans, among: list[Inequality], known: dict[str, int]) -> dict[str, int]:
    """Return the least values of unknowns that bear on each other: of the one that most rests on first."""
    asked = {name: sum(any(name == one for one, _ in each.terms) for each in among) for name in spans}
    for name in sorted(spans, key=lambda one: -asked[one]):
        low, high = spans[name]
        if low < high and known[name] != max(low, 0):
            for value in _small(demand, name, low, known[name]):
                found = solution({**spans, name: (value, value)}, among)
                if found is not None:
                    known = found
                    break
        spans = {**spans, name: (known[name], known[name])}
    return known


def _small(demand: Demand, name: str, low: int, known: int) -> Iterator[int]:
    """Yield values nearer to nothing than one that is known: whole units of the fact, then its steps."""
    least, step = max(low, 0), 1
    if name != ON and name in demand.given:
        declared = demand.declared(name)
        if declared.kind.is_number and declared.unit is not None:
            each = Fraction(declared.unit.size) / step_of(declared)
            step = int(each) if each.denominator == 1 else 1
    first = -(-least // step) * step
    tried = dict.fromkeys([*range(first, first + _MOST_TRIED * step, step), *range(least, least + _MOST_TRIED)])
    yield from (value for value in tried if value < known)


# --- told to the editions ----------------------------------------------------------------------------------------------


@frozen
class Told:
    """What both editions are told of one community: its facts in the words of each."""

    old: Facts
    new: Facts


@frozen
class Teller:
    """Tells communities to both editions."""

    old: Ruleset
    new: Ruleset
    words: Vocabulary

    def told(self, facts: Facts) -> Told:
        """Return what both editions are told of a community, unchecked."""
        return Told(self.words.of_old.told(facts), self.words.of_new.told(facts))

    def documents(self, facts: Facts) -> tuple[Document, Document, Told] | None:
        """Return a community as two facts documents and as they are read; None where an edition does not accept its own."""
        told = self.told(facts)
        documents = document_of(self.old.edition, told.old), document_of(self.new.edition, told.new)
        try:
            read = Told(self.old.facts(documents[0]), self.new.facts(documents[1]))
        except FactsError:
            return None
        return (*documents, read)

    def demand(self, witness: Witness) -> Demand | None:
        """Return what a witness's community is, as what is demanded of facts; None where it cannot be said in steps."""
        read = (
            (self.words.of_old, self.old.facts(witness.old)),
            (self.words.of_new, self.new.facts(witness.new)),
        )
        demand: Demand | None = Demand(self.words.old, REACHES[-1])
        for tongue, facts in read:
            if facts.on is not None:
                demand = demand and demand.give_day()
                demand = demand and _fixed(demand, ON, facts.on)
            for name, records in facts.collections.items():
                demand = demand and demand.size(tongue.common[name], len(records))
                for place, record in enumerate(records, 1):
                    for fact in record.facts.values():
                        path = f"{tongue.common[name]}.{place}.{tongue.common[fact.id]}"
                        demand = demand and _given(demand, path, fact.value)
            for fact in facts.facts.values():
                demand = demand and _given(demand, tongue.common[fact.id], fact.value)
        return demand


def _given(demand: Demand, path: str, value: Value) -> Demand | None:
    given = demand.give(path)
    return None if given is None else _fixed(given, path, value)


def _fixed(demand: Demand, path: str, value: Value) -> Demand | None:
    """Return a demand with the value of a fact that is given."""
    match value:
        case frozenset() | str() if path != ON:
            declared = demand.declared(path)
            chosen = {value} if isinstance(value, str) else value
            known = {f"{path}.{member}": int(member in chosen) for member in declared.member_ids}
        case date():
            known = {path: (value - FIRST_DAY).days}
        case bool():
            known = {path: int(value)}
        case int() | Fraction():
            steps = Fraction(value) / step_of(demand.declared(path))
            if steps.denominator != 1:
                return None
            known = {path: int(steps)}
        case _:
            return None
    held = [
        at_most({name: Fraction(sign)}, Fraction(sign * number)) for name, number in known.items() for sign in (1, -1)
    ]
    return demand.hold(held)
