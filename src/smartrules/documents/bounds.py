"""How large the rules of a ruleset may be once their measures are written out.

A measure stands for its whole formula wherever it is named, so a few lines that name each other twice stand for
millions of parts. Evaluation would take for ever, or go deeper than the interpreter can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from smartrules.diagnostics import Log, Span
from smartrules.expr.nodes import Expr, Name, children, walk
from smartrules.standard import Indicator, Measure, Tier

# Far beyond any standard.
DEEPEST_RULE = 100
LARGEST_RULE = 5_000
LARGEST_RULESET = 1_000_000


@frozen
class _Extent:
    """How deep and how large an expression is."""

    depth: int = 0
    size: int = 0


def check_extents(
    log: Log,
    measures: Iterable[Measure],
    indicators: Iterable[Indicator],
    tiers: Iterable[Tier],
    inherited_at: Span | None,
) -> None:
    """Note every measure and rule that is too large, and rules that are too many; measures stand in no circle."""
    known: dict[str, _Extent | None] = {}
    for measure in _in_order({measure.id: measure for measure in measures}):
        at = measure.value.at if measure.origin is None else inherited_at
        known[measure.id] = _checked(log, _extent(measure.value, known), at, f"the measure `{measure.id}`")
    levels = sum(tier.known for tier in tiers)
    total = 0
    for indicator in indicators:
        rules = [(requirement.rule, requirement.origin) for requirement in indicator.requirements]
        if indicator.applies is not None:
            rules.append((indicator.applies, indicator.origin))
        for rule, origin in rules:
            at = rule.at if origin is None else inherited_at
            extent = _checked(log, _extent(rule, known), at, f"a rule of the indicator `{indicator.id}`")
            total += 0 if extent is None else extent.size * levels
    if total > LARGEST_RULESET:
        message = f"the rules have more than {LARGEST_RULESET:,} parts in all, tier by tier with their measures"
        log.add(None, "SR205", message, "no standard has: write less of it out")


def _checked(log: Log, extent: _Extent | None, at: Span | None, what: str) -> _Extent | None:
    """Return an extent, or None where it is too large; that is noted once, and not of all that uses it."""
    if extent is None:
        return None
    hint = "measures are written out wherever they are named: define it by facts"
    if extent.depth > DEEPEST_RULE:
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
    return _Extent(1 + max((p.depth for p in parts), default=0), 1 + sum(p.size for p in parts))


def _in_order(measures: Mapping[str, Measure]) -> list[Measure]:
    """Return measures so that each stands behind those that it names."""
    done: list[Measure] = []
    begun: set[str] = set()
    for start in measures:
        stack = [(start, False)]
        while stack:
            name, named_are_done = stack.pop()
            if named_are_done:
                done.append(measures[name])
            if named_are_done or name in begun:
                continue
            begun.add(name)
            stack.append((name, True))
            stack.extend((n.id, False) for n in walk(measures[name].value) if isinstance(n, Name) and n.id in measures)
    return done
