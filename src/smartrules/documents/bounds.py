"""How large the rules of a ruleset may be once their measures are written out.

A measure stands for its whole formula wherever it is named, and a quantifier for its requirement on each member, so a
few lines can stand for millions of parts. Evaluation would take for ever, or go deeper than the interpreter can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from smartrules.diagnostics import Log, Span
from smartrules.expr.nodes import Aggregate, Expr, Name, Quantified, children, names
from smartrules.standard import Edition, FactDeclaration, Indicator, Measure, Tier

# Far beyond any standard.
DEEPEST_RULE = 100
LARGEST_RULE = 5_000
LARGEST_RULESET = 1_000_000
DEEPEST_QUANTIFIERS = 2
MOST_WORK = 20_000_000


@frozen
class _Extent:
    """How deep and how large an expression is, and how deep quantifiers stand in it."""

    depth: int = 0
    size: int = 0
    quantifiers: int = 0


def check_extents(
    log: Log,
    formulas: Iterable[FactDeclaration | Measure],
    scores: Sequence[Measure],
    indicators: Sequence[Indicator],
    tiers: Sequence[Tier],
    inherited_at: Span | None,
) -> None:
    """Note every formula and rule that is too large, and rules that are too many; formulas stand in no circle."""
    known: dict[str, _Extent | None] = {}
    for one in in_order((*formulas, *scores)):
        formula = formula_of(one)
        assert formula is not None
        what = f"the measure `{one.id}`" if isinstance(one, Measure) else f"`from` of the fact `{one.id}`"
        at = formula.at if one.origin is None else inherited_at
        known[one.id] = _checked(log, _extent(formula, known), at, what)
    levels = sum(tier.known for tier in tiers)
    total = 0
    for indicator in indicators:
        rules = [(requirement.rule, requirement.origin) for requirement in indicator.requirements]
        if indicator.applies is not None:
            rules.append((indicator.applies, indicator.origin))
        if indicator.points is not None and indicator.points.value is not None:
            rules.append((indicator.points.value, indicator.origin))
        for rule, origin in rules:
            at = rule.at if origin is None else inherited_at
            extent = _checked(log, _extent(rule, known), at, f"a rule of the indicator `{indicator.id}`")
            total += 0 if extent is None else extent.size * levels
    asked = 0
    for tier in tiers:
        if tier.rule is not None:
            extent = _checked(log, _extent(tier.rule, known), tier.rule.at, f"the rule of the tier `{tier.id}`")
            asked += 0 if extent is None else extent.size
    asked += sum(known_score.size for score in scores if (known_score := known[score.id]) is not None) * levels
    if asked * len(indicators) > MOST_WORK:
        message = f"the rules of the tiers and the scores ask more than {MOST_WORK:,} times of so many indicators"
        log.add(None, "SR205", message, "no standard has: write less of it out")
    if total > LARGEST_RULESET:
        message = f"the rules have more than {LARGEST_RULESET:,} parts in all, tier by tier with their measures"
        log.add(None, "SR205", message, "no standard has: write less of it out")


def formula_of(one: FactDeclaration | Measure) -> Expr | None:
    """Return what a measure or fact is made of, None for a fact that is only given."""
    return one.value if isinstance(one, Measure) else one.derived


def in_order(formulas: Iterable[FactDeclaration | Measure]) -> list[FactDeclaration | Measure]:
    """Return measures, and facts that are made of others, so that each stands behind those that it names."""
    made = {one.id: one for one in formulas if formula_of(one) is not None}
    done: list[FactDeclaration | Measure] = []
    begun: set[str] = set()
    for start in made:
        stack = [(start, False)]
        while stack:
            name, named_are_done = stack.pop()
            if named_are_done:
                done.append(made[name])
            if named_are_done or name in begun:
                continue
            begun.add(name)
            stack.append((name, True))
            formula = formula_of(made[name])
            assert formula is not None
            stack.extend((n.id, False) for n in names(formula) if n.id in made)
    return done


def check_work(log: Log, edition: Edition, members: Mapping[str, int], at: Span | None) -> None:
    """Note that collections have so many members that the rules of an edition would take for ever to evaluate."""
    known: dict[str, int] = {}
    for one in in_order((*edition.measures, *edition.facts)):
        formula = formula_of(one)
        assert formula is not None
        known[one.id] = _work(formula, known, edition, members)
    rules = [rule for tier in edition.tiers for rule in edition.rules(tier.id).values()]
    if sum(_work(rule, known, edition, members) for rule in rules) > MOST_WORK:
        message = f"the rules ask more than {MOST_WORK:,} times of so many members"
        log.add(at, "SR108", message, "no community has so many: check the list")


def _work(node: Expr, known: Mapping[str, int], edition: Edition, members: Mapping[str, int]) -> int:
    if isinstance(node, Name):
        return 1 + known.get(node.id, 0)
    below = sum(_work(child, known, edition, members) for child in children(node))
    if isinstance(node, Quantified | Aggregate):
        below *= max(1, members.get(edition.collection(node.collection).id, 1))
    return min(1 + below, MOST_WORK + 1)


def _checked(log: Log, extent: _Extent | None, at: Span | None, what: str) -> _Extent | None:
    """Return an extent, or None where it is too large; that is noted once, and not of all that uses it."""
    if extent is None:
        return None
    hint = "measures are written out wherever they are named: define it by facts"
    if extent.quantifiers > DEEPEST_QUANTIFIERS:
        message = f"{what} asks members within members more than {DEEPEST_QUANTIFIERS} deep"
        log.add(at, "SR205", message, "ask for each collection on its own")
    elif extent.depth > DEEPEST_RULE:
        log.add(at, "SR205", f"{what} is nested more than {DEEPEST_RULE} deep with its measures", hint)
    elif extent.size > LARGEST_RULE:
        log.add(at, "SR205", f"{what} has more than {LARGEST_RULE:,} parts with its measures", hint)
    else:
        return extent
    return None


def _extent(node: Expr, known: Mapping[str, _Extent | None]) -> _Extent | None:
    found = [known.get(node.id, _Extent())] if isinstance(node, Name) else [_extent(c, known) for c in children(node)]
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    asks = isinstance(node, Quantified | Aggregate)
    return _Extent(
        1 + max((p.depth for p in parts), default=0),
        1 + sum(p.size for p in parts),
        asks + max((p.quantifiers for p in parts), default=0),
    )
