"""Which part of one edition is which part of another: by its id, else by what it says, and for what reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from attrs import frozen

from smartrules.standard import Title


class Reason(StrEnum):
    """Why a part of one edition counts as a part of another."""

    ID = "id"
    TITLE = "title"
    RULE = "rule"
    NUMBER = "number"


class _Titled(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Title: ...


_Part = TypeVar("_Part", bound=_Titled)


@frozen
class Pair:
    """A part of the old edition and the same part of the new one, by their ids."""

    old: str
    new: str
    by: Reason


@frozen
class Pairs:
    """The parts of one sort that two editions have in common, and those that only one of them has.

    Attributes:
        both: in the order of the new edition.
        removed: of the old edition alone, by id.
        added: of the new edition alone, by id.
    """

    both: tuple[Pair, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def old_by_new(self) -> Mapping[str, str]:
        """The ids of the old edition by those of the new one."""
        return {pair.new: pair.old for pair in self.both}


#: Says for which reason two parts of other ids are the same, None where they are not.
Likeness = Callable[[_Part, _Part], Reason | None]


def paired(
    old: Iterable[_Part], new: Iterable[_Part], fits: Callable[[_Part, _Part], bool], *like: Likeness[_Part]
) -> Pairs:
    """Return which parts are the same: those of one id, then of what is left those that are alike.

    Args:
        fits: says whether two parts can be the same at all.
        like: the reasons for which parts of other ids are the same, the surest first. A part that is like several others
            is like none of them.
    """
    olds, news = {part.id: part for part in old}, {part.id: part for part in new}
    found = {name: Pair(name, name, Reason.ID) for name in news if name in olds and fits(olds[name], news[name])}
    # A part that stayed under its id although it became another thing is no candidate for a new name.
    left_old = {name: part for name, part in olds.items() if name not in news}
    left_new = {name: part for name, part in news.items() if name not in olds}
    for likeness in like:
        for name, other, reason in list(_alike(left_old, left_new, fits, likeness)):
            found[other] = Pair(name, other, reason)
            del left_old[name], left_new[other]
    olds_found = {pair.old for pair in found.values()}
    return Pairs(
        tuple(found[name] for name in news if name in found),
        tuple(name for name in olds if name not in olds_found),
        tuple(name for name in news if name not in found),
    )


def _alike(
    olds: Mapping[str, _Part],
    news: Mapping[str, _Part],
    fits: Callable[[_Part, _Part], bool],
    likeness: Likeness[_Part],
) -> Iterator[tuple[str, str, Reason]]:
    likely = [
        (name, other, reason)
        for name, part in olds.items()
        for other, another in news.items()
        if fits(part, another) and (reason := likeness(part, another)) is not None
    ]
    ours, theirs = Counter(name for name, _, _ in likely), Counter(other for _, other, _ in likely)
    yield from (one for one in likely if ours[one[0]] == theirs[one[1]] == 1)


def by_title(one: _Titled, other: _Titled) -> Reason | None:
    """Return whether two parts have the same title, in either language."""
    same = (one.title.zh is not None and one.title.zh == other.title.zh) or (
        one.title.en is not None and one.title.en == other.title.en
    )
    return Reason.TITLE if same else None
