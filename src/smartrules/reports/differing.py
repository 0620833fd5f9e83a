"""What differs between two rules: the smallest parts of them in which all of it is, so that no more need be said."""

from __future__ import annotations

from smartrules.expr.nodes import AllOf, AnyOf, AtLeast, Expr, When, children

#: The nodes of which one part can be said alone.
_JOINED = (AllOf, AnyOf, AtLeast, When)


def apart(before: Expr | None, after: Expr | None) -> tuple[Expr | None, Expr | None]:
    """Return what differs between two rules: the parts of them in which all of it is."""
    while isinstance(before, _JOINED) and type(before) is type(after):
        parts = [*zip(children(before), children(after), strict=False)]
        differing = [(a, b) for a, b in parts if a != b]
        if len(differing) != 1 or len(children(before)) != len(children(after)):
            break
        before, after = differing[0]
    return before, after
