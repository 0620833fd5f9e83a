"""Numbers that may have no value while an indicator applies: quotients by zero, and functions of no members.

What keeps them from it is found where it stands: the bound of a fact, a condition round the number, ``when_zero``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from smartrules.expr.nodes import (
    Aggregate,
    AllOf,
    Arithmetic,
    Comparison,
    Count,
    Expr,
    Literal,
    Name,
    Operator,
    Quantified,
    Range,
    When,
    children,
)
from smartrules.standard import Edition

_OF_SOME = ("share", "mean", "min", "max", "percentile")


@frozen
class _Guards:
    """What holds wherever a number is asked for.

    Attributes:
        positive: numbers that are above zero.
        some: collections with conditions that at least one member fulfils, all of them together.
    """

    positive: frozenset[Expr] = frozenset()
    some: frozenset[tuple[str, frozenset[Expr]]] = frozenset()


def valueless(edition: Edition, rule: Expr, applies: Expr | None = None) -> Iterator[Arithmetic | Aggregate]:
    """Yield the quotients and aggregates of a rule, through its measures, that nothing keeps from having no value.

    Args:
        applies: the condition under which the rule is asked at all.
    """
    queue = deque([(rule, _Guards() if applies is None else _guards(applies, edition))])
    seen: set[tuple[str, _Guards]] = set()
    while queue:
        for node, known in _walk(*queue.popleft(), edition):
            if not isinstance(node, Name):
                if not _has_value(node, known, edition):
                    yield node
                continue
            measure = edition.measure_by_id.get(node.id)
            if measure is not None and not measure.zero_accepted and (node.id, known) not in seen:
                seen.add((node.id, known))
                queue.append((measure.value, known))


def _walk(node: Expr, known: _Guards, edition: Edition) -> Iterator[tuple[Name | Arithmetic | Aggregate, _Guards]]:
    """Yield the names, quotients and aggregates of an expression, each with what holds where it is asked for."""
    if isinstance(node, Name | Aggregate) or (isinstance(node, Arithmetic) and node.operator == "/"):
        yield node, known
    match node:
        case When():
            yield from _walk(node.requirement, _all((known, _guards(node.condition, edition))), edition)
            yield from _walk(node.condition, known, edition)
        case AllOf():
            # Where one part does not hold the whole does not, whatever the others come to.
            inner = _all((known, *(_guards(part, edition) for part in node.parts)))
            for part in node.parts:
                yield from _walk(part, inner, edition)
        case Quantified(where=where) | Aggregate(where=where) if where is not None:
            yield from _walk(where, known, edition)
            asked = node.part if isinstance(node, Quantified) else node.of
            if asked is not None:
                yield from _walk(asked, _all((known, _guards(where, edition))), edition)
        case _:
            for child in children(node):
                yield from _walk(child, known, edition)


def _has_value(node: Arithmetic | Aggregate, known: _Guards, edition: Edition) -> bool:
    if isinstance(node, Aggregate):
        return node.function not in _OF_SOME or _is_some(node.collection, node.where, known, edition)
    match node.right:
        case Literal():
            return True
        case Name(id=name) if (fact := edition.fact_by_id.get(name)) is not None and (fact.minimum or 0) > 0:
            return True
        case Aggregate(function="count") as count:
            return _is_some(count.collection, count.where, known, edition)
        case Count(of=Name(id=name)) if edition.is_collection(name):
            return _is_some(name, None, known, edition)
        case _:
            return node.right in known.positive


def _is_some(collection: str, where: Expr | None, known: _Guards, edition: Edition) -> bool:
    """Return whether a collection surely has a member that is asked."""
    named, asked = _chosen(collection, where, edition)
    return any(name == named and asked <= fulfilled for name, fulfilled in known.some)


def _all(guards: Iterable[_Guards]) -> _Guards:
    found = list(guards)
    positive = frozenset[Expr]().union(*(one.positive for one in found))
    return _Guards(positive, frozenset[tuple[str, frozenset[Expr]]]().union(*(one.some for one in found)))


def _guards(condition: Expr, edition: Edition) -> _Guards:
    """Return what holds wherever a condition does."""
    match condition:
        case AllOf():
            return _all(_guards(part, edition) for part in condition.parts)
        case Quantified(quantifier="some"):
            collection, fulfilled = _chosen(condition.collection, condition.where, edition)
            return _Guards(some=frozenset([(collection, fulfilled | _conjuncts(condition.part))]))
        case Comparison(operator=">=" | "=", left=left, right=Literal(number=bound)) if bound > 0:
            return _positive(left, edition)
        case Comparison(operator=">", left=left, right=Literal(number=bound)) if bound >= 0:
            return _positive(left, edition)
        case Comparison(operator="<=" | "<", left=Literal(), right=right):
            turned: Operator = ">=" if condition.operator == "<=" else ">"
            return _guards(Comparison(turned, right, condition.left), edition)
        case Range():
            return _guards(Comparison(condition.low_operator, condition.low, condition.value), edition)
        case _:
            return _Guards()


def _positive(node: Expr, edition: Edition) -> _Guards:
    """Return what holds where a number is above zero."""
    above = frozenset([node])
    match node:
        case Name(id=name):
            fact = edition.fact_by_id.get(name)
            made = _Guards() if fact is None or fact.derived is None else _positive(fact.derived, edition)
            return evolve(made, positive=made.positive | above)
        case Aggregate(function="count"):
            return _Guards(above, frozenset([_chosen(node.collection, node.where, edition)]))
        case Count(of=Name(id=name)) if edition.is_collection(name):
            return _Guards(above, frozenset([_chosen(name, None, edition)]))
        case _:
            return _Guards(above)


def _chosen(collection: str, where: Expr | None, edition: Edition) -> tuple[str, frozenset[Expr]]:
    """Return the members that are chosen: the id of their collection, and what each fulfils."""
    return edition.collection(collection).id, frozenset() if where is None else _conjuncts(where)


def _conjuncts(condition: Expr) -> frozenset[Expr]:
    if isinstance(condition, AllOf):
        return frozenset[Expr]().union(*(_conjuncts(part) for part in condition.parts))
    return frozenset([condition])
