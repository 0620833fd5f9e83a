"""What differs between two rules: the smallest parts of them in which all of it is, so that no more need be said."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from attrs import frozen

from smartrules.expr.nodes import AllOf, AnyOf, AtLeast, Comparison, Expr, Name, When, children, walk


@frozen
class Differing:
    """Parts of two rules that stand for each other, or a part that only one of them has.

    Attributes:
        before: the part of the old rule; None where the new one has another part. ``after`` likewise.
        is_enough: whether the part is one of several of which one is enough; all of them are required else.
    """

    before: Expr | None
    after: Expr | None
    is_enough: bool = False


def apart(before: Expr | None, after: Expr | None) -> tuple[Expr | None, Expr | None]:
    """Return what differs between two rules: the parts of them in which all of it is.

    Where several parts of two lists differ, the lists are returned with these alone, unless one would have none.
    """
    before, after = _narrowed(before, after)
    for joint in (AllOf, AnyOf):
        if isinstance(before, joint) and isinstance(after, joint):
            ours, theirs = _without_shared(before, after)
            if ours and theirs:
                return _joined(joint, ours), _joined(joint, theirs)
    return before, after


def differing(before: Expr | None, after: Expr | None) -> list[Differing]:
    """Return what differs between two rules, part by part: those that ask of the same stand for each other."""
    before, after = _narrowed(before, after)
    if (isinstance(before, AllOf) and isinstance(after, AllOf)) or (
        isinstance(before, AnyOf) and isinstance(after, AnyOf)
    ):
        ours, theirs = _without_shared(before, after)
        return list(_matched(ours, theirs, is_enough=isinstance(before, AnyOf))) or [Differing(before, after)]
    return [Differing(before, after)]


def _narrowed(before: Expr | None, after: Expr | None) -> tuple[Expr | None, Expr | None]:
    while True:
        match before, after:
            case AllOf(), AllOf():
                ours, theirs = _without_shared(before, after)
            case AnyOf(), AnyOf():
                ours, theirs = _without_shared(before, after)
            case AtLeast(), AtLeast() if before.k == after.k and len(before.parts) == len(after.parts):
                ours, theirs = _in_place(before, after)
            case When(), When():
                ours, theirs = _in_place(before, after)
            case _:
                return before, after
        if not len(ours) == len(theirs) == 1:
            return before, after
        before, after = ours[0], theirs[0]


def _in_place(before: Expr, after: Expr) -> tuple[list[Expr], list[Expr]]:
    pairs = [(a, b) for a, b in zip(children(before), children(after), strict=True) if a != b]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _without_shared(before: AllOf | AnyOf, after: AllOf | AnyOf) -> tuple[list[Expr], list[Expr]]:
    """Return the parts of two lists that the other one does not have."""
    ours, theirs = list(before.parts), list(after.parts)
    for part in before.parts:
        if part in theirs:
            ours.remove(part)
            theirs.remove(part)
    return ours, theirs


def _joined(joint: type[AllOf] | type[AnyOf], parts: list[Expr]) -> Expr:
    return parts[0] if len(parts) == 1 else joint(tuple(parts))


def _matched(ours: list[Expr], theirs: list[Expr], *, is_enough: bool) -> Iterator[Differing]:
    found, left = dict[int, Expr](), list(ours)
    for likeness in (_bounded, _names):
        for place, part in enumerate(theirs):
            same = next((one for one in left if likeness(one) == likeness(part)), None)
            if place not in found and same is not None:
                found[place] = same
                left.remove(same)
    alone = [place for place in range(len(theirs)) if place not in found]
    if len(left) == len(alone) == 1:
        found[alone.pop()] = left.pop()
    yield from (Differing(*_narrowed(found[place], theirs[place])) for place in sorted(found))
    yield from (Differing(None, theirs[place], is_enough) for place in alone)
    yield from (Differing(part, None, is_enough) for part in left)


def _bounded(part: Expr) -> Hashable:
    """Return what a comparison bounds and in which way; another part is like none but itself."""
    return (part.operator, part.left) if isinstance(part, Comparison) else part


def _names(part: Expr) -> Hashable:
    return frozenset(node.id for node in walk(part) if isinstance(node, Name))
