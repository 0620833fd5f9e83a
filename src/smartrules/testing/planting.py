"""Planting one fault in a valid facts document.

A fault is one part of a document: a sound document, and one that differs from it in a single place. What the sound one
says beside that place is first made such that nothing else follows from the fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st

from smartrules.analysis.solving.declared import derived_collections
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, FactDeclaration

#: What stands for a key that the faulty document lacks.
REMOVED = object()

Path = tuple[str | int, ...]


@frozen
class Planted:
    """One fault: what stands in its place in a document.

    Attributes:
        path: where the document differs from the sound one.
        value: what stands there, `REMOVED` for nothing.
        shown: what of it the message underlines: its ``key``, its ``value``, or the ``unit`` in it; ``nothing`` where the
            fault is the whole document's.
        of: the path whose key or value that is, where it is not ``path``.
    """

    path: Path
    value: Any
    shown: str = "value"
    of: Path | None = None


@frozen
class Planting:
    """A valid document in which a fault is planted; its verbs change the document and leave it valid."""

    draw: st.DrawFn
    ruleset: Ruleset
    sound: dict[str, Any]

    @property
    def edition(self) -> Edition:
        """The edition for which the document is."""
        return self.ruleset.edition

    def choose(self, *values: Any) -> Any:
        """Return one of some values."""
        return self.draw(st.sampled_from(values))

    def section(self, key: str) -> dict[str, Any]:
        """Return the mapping under a key, which is there afterwards."""
        found: dict[str, Any] = self.sound.setdefault(key, {})
        return found

    def free(self, name: str) -> None:
        """Do not say of a fact or measure that it is not reported."""
        if name in self.sound.get("not_reported", ()):
            self.sound["not_reported"].remove(name)

    def member(self, collection: str, *, fresh: bool = False) -> int:
        """Return the place of a member, of a fresh one where there is none or it is asked for."""
        members = self.section("collections").setdefault(collection, [])
        if members and not fresh:
            place: int = self.draw(st.integers(0, len(members) - 1))
            return place
        members.append({})
        self.forget_made_of(collection)
        return len(members) - 1

    def forget_made_of(self, collection: str) -> None:
        """Leave out the facts that are made of a collection."""
        for fact in self.edition.facts:
            if collection in derived_collections(fact, self.edition):
                self.section("facts").pop(fact.id, None)

    def forget_members_behind(self, fact: FactDeclaration) -> None:
        """Leave out the collections of which a fact is made, and what else is made of them."""
        for collection in derived_collections(fact, self.edition):
            if self.sound.get("collections", {}).pop(collection, None) is not None:
                self.forget_made_of(collection)

    def slot(self, collection: str | None, fact: str) -> Path:
        """Return where a fact of the community, or of a member, stands."""
        if collection is not None:
            return ("collections", collection, self.member(collection), fact)
        self.section("facts")
        self.free(fact)
        return ("facts", fact)

    def at(self, path: Path) -> Any:
        """Return what stands at a path, None for nothing."""
        value: Any = self.sound
        for step in path:
            if isinstance(step, str) and step not in value:
                return None
            value = value[step]
        return value

    def put(self, path: Path, value: Any) -> None:
        """Put a value at a path of which all but the last step is there."""
        self.at(path[:-1])[path[-1]] = value


@frozen
class Plan:
    """A way to plant a fault of one code."""

    code: str
    plant: Callable[[Planting], Planted] = field(repr=False)


def _variants(name: str) -> Iterator[str]:
    yield name[:-1] if len(name) > 2 else name + name[-1:]
    yield from (name + "x" * number for number in count(1))


def near(name: str, known: set[str]) -> str:
    """Return a name that is like a known one and none of them."""
    return next(one for one in _variants(name) if one not in known)
