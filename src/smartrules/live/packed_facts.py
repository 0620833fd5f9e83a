"""Facts as plain values that can be bytes: each is made where it is asked for, and the others pass through as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from smartrules.facts import NO_EVIDENCE, Evidence, Fact
from smartrules.standard import Edition

#: A fact without its id: its value, its text where that is another one than the value's, its evidence where it has any.
Plain = tuple[Any, str | None, tuple[Any, ...] | None]


class Names:
    """The names of an edition's facts and measures by small numbers."""

    def __init__(self, edition: Edition) -> None:
        self.names = [*(fact.id for fact in edition.facts), *edition.measure_by_id]
        self.names += [fact.id for collection in edition.collections for fact in collection.facts]
        self.numbers = {name: number for number, name in enumerate(self.names)}


class PackedFacts(Mapping[str, Fact]):
    """Facts by their ids, in their order, kept as plain values by the numbers of their names. Never changes."""

    __slots__ = ("_made", "_names", "plain")

    def __init__(self, names: Names, plain: dict[int, Plain], made: dict[str, Fact] | None = None) -> None:
        self._names = names
        self.plain = plain
        self._made: dict[str, Fact] = {} if made is None else made

    def __getitem__(self, name: str) -> Fact:
        made = self._made.get(name)
        if made is None:
            plain = self.plain[self._names.numbers[name]]
            made = self._made[name] = _fact(name, plain)
        return made

    def get(self, name: str, default: Any = None) -> Any:
        """Return a fact, or something else where it is not known."""
        made = self._made.get(name)
        if made is not None:
            return made
        number = self._names.numbers.get(name)
        return default if number is None or number not in self.plain else self[name]

    def __contains__(self, name: object) -> bool:
        return self._names.numbers.get(name) in self.plain  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[str]:
        names = self._names.names
        return iter([names[number] for number in self.plain])

    def __len__(self) -> int:
        return len(self.plain)

    def __or__(self, changed: Mapping[str, Fact]) -> PackedFacts:
        """Return the facts with others in their place, as `dict` does."""
        plain, numbers = dict(self.plain), self._names.numbers
        for name, fact in changed.items():
            plain[numbers[name]] = _plain(fact)
        return PackedFacts(self._names, plain, {**self._made, **changed})

    def __repr__(self) -> str:
        return repr(dict(self))


def plain_of(names: Names, facts: Mapping[str, Fact]) -> dict[int, Plain]:
    """Return facts as plain values."""
    if isinstance(facts, PackedFacts):
        return facts.plain
    return {names.numbers[name]: _plain(fact) for name, fact in facts.items()}


def _plain(fact: Fact) -> Plain:
    value: Any = fact.value
    kind = type(value)
    if kind is Fraction:
        value = value.numerator, value.denominator
    elif kind is date:
        value = [value.toordinal()]
    elif kind is frozenset:
        value = ",".join(value).encode()  # the bytes of a set would be sorted, which takes longer than all the rest
    written = None if kind is int and fact.written == str(value) else fact.written
    return value, written, None if fact.evidence == NO_EVIDENCE else _plain_evidence(fact.evidence)


def _fact(name: str, plain: Plain) -> Fact:
    value, written, evidence = plain
    kind = type(value)
    if kind is tuple:
        value = Fraction(*value)
    elif kind is list:
        value = date.fromordinal(value[0])
    elif kind is bytes:
        value = frozenset(value.decode().split(",")) if value else frozenset()
    text = str(value) if written is None else written
    return Fact(name, value, text, NO_EVIDENCE if evidence is None else _evidence(evidence))


def _plain_evidence(evidence: Evidence) -> tuple[Any, ...]:
    observed = evidence.observed
    return evidence.documents, None if observed is None else observed.toordinal(), evidence.note


def _evidence(plain: tuple[Any, ...]) -> Evidence:
    documents, observed, note = plain
    return Evidence(documents, None if observed is None else date.fromordinal(observed), note)
