"""The thresholds of a ruleset: the literals with which its rules compare a fact, a measure or a score.

Setting one makes a ruleset that differs by that number alone, for asking what it would do.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from smartrules.diagnostics import Fault, NotFoundError, RulesetError, did_you_mean, one_of, shorten
from smartrules.documents.canonical import fingerprint
from smartrules.expr.nodes import (
    Comparison,
    Count,
    Expr,
    FirstOf,
    Literal,
    Name,
    Range,
    Rounding,
    children,
    with_children,
)
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.units import ONE, Unit
from smartrules.values import Quantity, read_quantity, write_number

#: More values than a sweep is read for.
_MOST_VALUES = 200


@frozen
class Alteration:
    """A rule that another edition states otherwise.

    Attributes:
        tier: at which it is asked.
        indicator: whose requirement it is, None for the rule of the tier itself.
        before: the rule, None where the indicator is not required.
        after: the same in the other edition.
    """

    tier: str
    indicator: str | None
    before: Expr | None
    after: Expr | None


def with_threshold(ruleset: Ruleset, name: str, quantity: Quantity | str) -> Ruleset:
    """Return a ruleset with another threshold for a fact, measure or score, wherever a rule compares it with a literal.

    What changes are comparisons and the bounds of ranges in requirements, in conditions under which indicators apply and
    in rules of tiers, of the name itself, of its count and of it rounded. The bands of ``first of`` stay.

    Args:
        ruleset: as it is.
        name: the id of the fact, measure or score.
        quantity: the threshold, in the unit of the literal or another one of its dimension; or its text, ``"75 %"``.

    Raises:
        NotFoundError: SR603 where the ruleset has no such threshold.
        RulesetError: where the quantity cannot be read, is of another dimension, or would be both bounds of a range.
    """
    known = thresholds(ruleset.edition)
    if name not in known:
        declared = (*ruleset.edition.fact_by_id, *ruleset.edition.measure_by_id, *ruleset.edition.score_by_id)
        what = (
            f"no rule compares `{name}` with a number"
            if name in declared
            else f"`{ruleset.name}` has no `{shorten(name)}`"
        )
        hint = did_you_mean(name, known) or (f"it has thresholds of {one_of(known)}" if known else "")
        raise NotFoundError.of("SR603", what, hint)
    try:
        number, given = (quantity.number, quantity.unit) if isinstance(quantity, Quantity) else read_quantity(quantity)
        edition = _with(ruleset.edition, _Setting(name, number, given))
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help) from None
    return Ruleset(edition, fingerprint(edition))


def thresholds(edition: Edition) -> list[str]:
    """Return the ids that rules of an edition compare with literals, each once."""
    found = dict[str, None]()
    for rule in _rules(edition):
        for node in _outside_bands(rule):
            match node:
                case Comparison(left=compared, right=Literal()) | Comparison(left=Literal(), right=compared):
                    found |= dict.fromkeys(_compared(compared))
                case Range(low=low, value=compared, high=high) if isinstance(low, Literal) or isinstance(high, Literal):
                    found |= dict.fromkeys(_compared(compared))
                case _:
                    pass
    return list(found)


def alterations(old: Edition, new: Edition) -> list[Alteration]:
    """Return the rules that two editions state otherwise, at the tiers that both have, in the order of the new one."""
    found = []
    for tier in new.tiers:
        if tier.id not in old.tier_by_id:
            continue
        before, after = old.rules(tier.id), new.rules(tier.id)
        for name in dict.fromkeys((*after, *before)):
            if name not in before or name not in after or _differ(old, before[name], new, after[name]):
                found.append(Alteration(tier.id, name, before.get(name), after.get(name)))
        ruled = old.tier_by_id[tier.id].rule
        if ruled != tier.rule:
            found.append(Alteration(tier.id, None, ruled, tier.rule))
    return found


def read_values(text: str) -> tuple[Quantity, ...]:
    """Return the values of a range with a step: ``60 %..90 %:5 %``; a unit may stand once, at the end of the range.

    Raises:
        RulesetError: SR207 for another text, SR301 for units of several dimensions, SR616 for a range without values or
            with too many.
    """
    between, colon, by = text.partition(":")
    low, dots, high = between.partition("..")
    if not (colon and dots):
        hint = "write the first and last value and the step: `60 %..90 %:5 %`"
        raise RulesetError.of("SR207", f"`{shorten(text)}` is no range of values", hint)
    try:
        (first, its_unit), (last, unit), (step, step_unit) = (read_quantity(part) for part in (low, high, by))
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help) from None
    named = unit or its_unit or step_unit
    if named is None:
        return _values(first, last, step, None, text)
    ends = [Quantity(number, own or named) for number, own in ((first, its_unit), (last, unit), (step, step_unit))]
    if any(end.unit.dimension != named.dimension for end in ends):
        raise RulesetError.of("SR301", f"the units of `{shorten(text)}` do not fit together", f"give all in `{named}`")
    first, last, step = (Quantity.in_unit(end.root, named).number for end in ends)
    return _values(first, last, step, named, text)


def _values(first: Any, last: Any, step: Any, unit: Unit | None, text: str) -> tuple[Quantity, ...]:
    if step <= 0 or last < first:
        hint = "the first value is the least, and the step is more than nothing"
        raise RulesetError.of("SR616", f"`{shorten(text)}` is a range without values", hint)
    count = int((last - first) / Fraction(step)) + 1
    if count > _MOST_VALUES:
        raise RulesetError.of(
            "SR616", f"`{shorten(text)}` has {count:,} values", f"{_MOST_VALUES} is the most; take a larger step"
        )
    return tuple(Quantity(first + step * index, unit or ONE) for index in range(count))


# --- inside rules --------------------------------------------------------------------------------------------------


@frozen
class _Setting:
    """A number that becomes the threshold of a name."""

    name: str
    number: Any
    unit: Unit | None

    def of(self, literal: Literal) -> Literal:
        """Return a literal with the number.

        Raises:
            Fault: SR301 for another dimension, SR303 for a bare number where the literal has a unit.
        """
        unit, measured = self.unit, literal.unit
        if unit is None or not unit.factors:
            if measured.factors and not measured.counts:
                hint = f"write `{write_number(self.number)} {measured.after(Fraction(self.number))}`"
                raise Fault("SR303", f"the threshold of `{self.name}` needs its unit", hint)
            unit = measured
        if unit.dimension != measured.dimension:
            is_in = f"in `{measured}`" if measured.factors else "a plain number"
            raise Fault(
                "SR301", f"the threshold of `{self.name}` is {is_in}, not in `{unit}`", f"give it in `{measured}`"
            )
        return evolve(literal, number=self.number, unit=unit)

    def in_rule(self, node: Expr) -> Expr:
        """Return a rule with the threshold."""
        match node:
            case Comparison(left=compared, right=Literal() as literal) if self.name in _compared(compared):
                return evolve(node, right=self.of(literal))
            case Comparison(left=Literal() as literal, right=compared) if self.name in _compared(compared):
                return evolve(node, left=self.of(literal))
            case Range(low=low, value=compared, high=high) if self.name in _compared(compared):
                if isinstance(low, Literal) and isinstance(high, Literal):
                    raise Fault(
                        "SR616",
                        f"`{source(node)}` has two bounds, and one number cannot be both",
                        "write the other edition as a ruleset, and compare the two",
                    )
                low = self.of(low) if isinstance(low, Literal) else low
                return evolve(node, low=low, high=self.of(high) if isinstance(high, Literal) else high)
            case FirstOf():
                return node
            case _:
                parts = children(node)
                new = tuple(self.in_rule(part) for part in parts)
                return node if new == parts else with_children(node, new)


def _compared(node: Expr) -> tuple[str, ...]:
    """Return the name that is compared: itself, its count, or it rounded."""
    match node:
        case Name(id=name) | Count(of=Name(id=name)) | Rounding(value=Name(id=name)):
            return (name,)
        case _:
            return ()


def _outside_bands(node: Expr) -> Iterator[Expr]:
    """Yield a node and those below it, but none of bands."""
    if isinstance(node, FirstOf):
        return
    yield node
    for child in children(node):
        yield from _outside_bands(child)


def _rules(edition: Edition) -> Iterator[Expr]:
    for indicator in edition.indicators:
        if indicator.applies is not None:
            yield indicator.applies
        yield from (requirement.rule for requirement in indicator.requirements)
    yield from (tier.rule for tier in edition.tiers if tier.rule is not None)


def _with(edition: Edition, setting: _Setting) -> Edition:
    def rule(node: Expr | None) -> Expr | None:
        return None if node is None else setting.in_rule(node)

    indicators = tuple(
        evolve(
            indicator,
            applies=rule(indicator.applies),
            requirements=tuple(evolve(one, rule=setting.in_rule(one.rule)) for one in indicator.requirements),
        )
        for indicator in edition.indicators
    )
    return evolve(
        edition, indicators=indicators, tiers=tuple(evolve(tier, rule=rule(tier.rule)) for tier in edition.tiers)
    )


def _differ(old: Edition, before: Expr, new: Edition, after: Expr) -> bool:
    """Return whether two rules say something else, or name a measure that does."""
    if before != after:
        return True
    measures = {node.id for node in new.walk(after) if isinstance(node, Name) and node.id in new.measure_by_id}
    return any(
        name not in old.measure_by_id or old.measure_by_id[name].value != new.measure_by_id[name].value
        for name in measures
    )
