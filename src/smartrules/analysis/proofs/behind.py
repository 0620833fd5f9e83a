"""What the solver must choose so that rules come to something: the facts behind them, their collections, the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smartrules.engines.solving.space import ON
from smartrules.expr.nodes import Advice, Aggregate, Count, Expr, Name, Quantified, Reported, Today, Unknown, When
from smartrules.standard import INDICATORS, Edition, Tier


def behind(edition: Edition, expressions: Iterable[Expr]) -> frozenset[str]:
    """Return the ids of the facts and collections behind expressions, and ``on`` where they ask for the day."""
    found, queue = set[str](), list(expressions)
    seen = set[str]()
    while queue:
        for node in edition.walk(queue.pop()):
            match node:
                case Name(id=name) if name in edition.fact_by_id and name not in seen:
                    seen.add(name)
                    declared = edition.fact_by_id[name]
                    if declared.derived is None:
                        found.add(name)
                    else:
                        queue.append(declared.derived)
                    collection = edition.collection_of_fact.get(name)
                    if collection is not None and collection != INDICATORS:
                        found.add(collection)
                case Aggregate() | Quantified():
                    found.add(edition.collection(node.collection).id)
                case Count(of=Name(id=name)) if name not in edition.fact_by_id:
                    found.add(edition.collection(name).id)
                case Today():
                    found.add(ON)
                case _:
                    pass
    return frozenset(found - {INDICATORS, *_own(edition)})


def _own(edition: Edition) -> Iterator[str]:
    """Yield the ids of what the rule of a tier asks of indicators, which no community gives."""
    if INDICATORS in edition.collection_by_id:
        yield from (fact.id for fact in edition.collection_by_id[INDICATORS].facts)


def behind_tier(edition: Edition, level: Tier) -> frozenset[str]:
    """Return what is behind a tier: its rule, the scores, and the rules and points of its indicators."""
    rules = list(edition.rules(level.id).values())
    if level.rule is None:
        return behind(edition, [edition.rules(level.id)[name] for name in edition.mandatory(level.id)])
    points = list(_points(edition))
    own = behind(edition.graded, [level.rule, *(score.value for score in edition.scores)])
    return behind(edition, [*rules, *points]) | own


def perhaps_not_reported(edition: Edition) -> frozenset[str]:
    """Return the facts of which rules ask whether they are reported, so that it matters where they are not."""
    found = set[str]()
    for level in edition.tiers:
        rules = list(edition.rules(level.id).values())
        for rule in rules:
            asked = [node.of for node in edition.walk(rule) if isinstance(node, Reported)]
            found |= behind(edition, asked)
        if level.rule is not None:
            own = [level.rule, *(score.value for score in edition.scores)]
            if any(
                isinstance(node, Name) and node.id == "reported" for one in own for node in edition.graded.walk(one)
            ):
                found |= behind(edition, [*rules, *_points(edition)])
    return frozenset(found - edition.collection_of_fact.keys())


def _points(edition: Edition) -> Iterator[Expr]:
    for one in edition.indicators:
        if one.points is not None and one.points.value is not None:
            yield one.points.value


def is_not_to_hand(edition: Edition, rule: Expr) -> bool:
    """Return whether a part of a rule is not to hand."""
    return any(isinstance(node, Unknown) for node in edition.walk(rule))


def is_advice(rule: Expr) -> bool:
    """Return whether a whole rule is only a recommendation, which nothing meets or misses."""
    return isinstance(rule, Advice) or (isinstance(rule, When) and is_advice(rule.requirement))
