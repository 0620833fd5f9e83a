"""Where rules are asked: the facts that they see, and what was found there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import define, field

from smartrules.derivation import Derivation
from smartrules.facts import Fact, Facts, Record
from smartrules.standard import Edition

#: A rule as it is asked: what it comes to in a scope.
Reading = Callable[["Scope"], Derivation]

_Part = TypeVar("_Part")
_Made = TypeVar("_Made")


@define(eq=False)
class Scope:
    """The facts that rules see while they are asked, and what formulas that several of them name came to.

    Attributes:
        facts: a community's; of a member of a collection, its own over those of its community.
        known: the facts by id, as `facts` has them.
    """

    facts: Facts
    known: Mapping[str, Fact] = field(init=False)
    _found: dict[Reading, Derivation] = field(init=False, factory=dict)
    _members: dict[str, list[tuple[Record, Scope]]] = field(init=False, factory=dict)

    @known.default
    def _known(self) -> Mapping[str, Fact]:
        return self.facts.facts

    def once(self, reading: Reading) -> Derivation:
        """Return what a rule or formula comes to, asked where that is first wanted."""
        found = self._found.get(reading)
        if found is None:
            found = self._found[reading] = reading(self)
        return found

    def members(self, collection: str) -> list[tuple[Record, Scope]]:
        """Return the members of a known collection, each with what a rule sees of it."""
        if collection not in self._members:
            records = self.facts.collections[collection]
            self._members[collection] = [(one, Scope(self.facts.within(collection, one))) for one in records]
        return self._members[collection]


def kept(make: Callable[[_Part, Edition], _Made], part: _Part, edition: Edition) -> _Made:
    """Return what is made of a part of an edition, which is made where it is first wanted.

    The part must be the edition's own, such as a rule or a tier: that keeps it alive, so that no other is ever taken for it.
    """
    place = make, id(part)
    made: _Made | None = edition.readings.get(place)
    if made is None:
        made = edition.readings.setdefault(place, make(part, edition))
    return made
