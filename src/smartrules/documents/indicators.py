"""Tree → indicators and their requirements."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from smartrules.diagnostics import all_of, did_you_mean, shorten
from smartrules.documents.declarations import DeclarationReader
from smartrules.documents.tree import Entry, Scalar, Table, Tree, is_empty
from smartrules.expr.nodes import Expr, Literal
from smartrules.expr.text import source
from smartrules.expr.types import Checker
from smartrules.standard import Group, Indicator, Points, Requirement, Tier
from smartrules.units import ONE, describe, unit
from smartrules.values import Number, Quantity, simplest

_POINT = unit("point")

INDICATOR_KEYS = ("number", "group", "title", "applies", "measures", "optional", "require", "points", "source")


class IndicatorReader(DeclarationReader):
    """Reads ``indicators:``."""

    def indicators(
        self,
        tables: list[tuple[Entry, Table]],
        tiers: tuple[Tier, ...],
        groups: tuple[Group, ...],
        checker: Checker,
        inherited: Mapping[str, Indicator],
    ) -> tuple[Indicator, ...]:
        """Return the indicators that can be read, their rules checked for kinds and dimensions.

        One that is inherited takes from there what the document does not restate.
        """
        indicators: list[Indicator] = []
        known_groups = {group.id: group for group in groups}
        numbers: dict[str, str] = {}
        for entry, fields in tables:
            indicator = self._indicator(entry, fields, tiers, known_groups, checker, inherited.get(entry.key))
            if indicator is None:
                continue
            number = fields.get("number")
            if number is not None and indicator.number is not None:
                if indicator.number in numbers:
                    self.log.add(
                        number.value.at,
                        "SR410",
                        f"the indicators `{numbers[indicator.number]}` and `{indicator.id}` both have the number {indicator.number}",
                        "give each its own number",
                    )
                numbers.setdefault(indicator.number, indicator.id)
            indicators.append(indicator)
        return tuple(indicators)

    def _indicator(
        self,
        entry: Entry,
        fields: Table,
        tiers: tuple[Tier, ...],
        groups: Mapping[str, Group],
        checker: Checker,
        inherited: Indicator | None,
    ) -> Indicator | None:
        what = f"the indicator `{shorten(entry.key)}`"
        name = self.name(entry, "an indicator")
        applies_entry = fields.get("applies")
        applies = None
        if applies_entry is not None:
            applies = self.rule(applies_entry.value, f"`applies` of {what}")
            if applies is not None:
                checker.requirement(applies)
        measures = fields.get("measures")
        number = fields.get("number")
        requirements: tuple[Requirement, ...] = ()
        if inherited is None or fields.get("require") is not None:
            requirements = self._requirements(entry, fields, what, tiers, checker)
        optional = self._optional(fields, what, tiers)
        points = self._points(fields, what, checker)
        own_measures = measures.value.entries if measures is not None and isinstance(measures.value, Table) else ()
        if name is None:
            return None
        own = Indicator(
            name,
            requirements,
            self.text(number.value, f"`number` of {what}") if number is not None else None,
            self._group(fields, what, groups),
            self.title(fields),
            applies,
            tuple(e.key for e in own_measures),
            self.source(fields),
            optional,
            points,
            at=entry.at,
        )
        return own if inherited is None else _restated(inherited, own, fields, [tier.id for tier in tiers])

    def _group(self, fields: Table, what: str, known: Mapping[str, Group]) -> str | None:
        entry = fields.get("group")
        name = None if entry is None else self.text(entry.value, f"`group` of {what}")
        if entry is None or name is None or name in known or self.is_lost("group", name):
            return name
        are = "the groups are" if len(known) > 1 else "the one group is"
        hint = did_you_mean(name, known) or (f"{are} {all_of(list(known))}" if known else "name it under `groups:`")
        self.log.add(entry.value.at, "SR404", f"there is no group `{shorten(name)}`", hint)
        return None

    def _optional(self, fields: Table, what: str, tiers: tuple[Tier, ...]) -> tuple[str, ...]:
        """Return the tiers at which an indicator is optional: those named, or all of them for ``true``."""
        entry = fields.get("optional")
        if entry is None:
            return ()
        known = [tier.id for tier in tiers]
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, bool):
            return tuple(known) if entry.value.value else ()
        named = self.placed_texts(entry.value, f"`optional` of {what}")
        for name, at in named:
            if known and name not in known and not self.is_lost("tier", name):
                hint = did_you_mean(name, known) or f"write `true`, or some of the tiers {all_of(known)}"
                self.log.add(at, "SR401", f"there is no tier `{shorten(name)}`", hint)
        return tuple(tier for tier in known if tier in {name for name, _ in named})

    def _points(self, fields: Table, what: str, checker: Checker) -> Points | None:
        """Return what an indicator is worth: a number of points, or a formula with the most that it can earn."""
        entry = fields.get("points")
        if entry is None:
            return None
        if not isinstance(entry.value, Table):
            full = self._full_points(entry.value, f"`points` of {what}")
            return None if full is None else Points(full)
        whose = f"`points` of {what}"
        self.known_keys(entry.value, whose, ("value", "of"))
        hint = "write the formula: `value: first of (coverage < 50 % then 1 point, otherwise 4 points)`"
        formula = self.required(entry.value, whose, "value", hint, entry.at)
        hint = "write the most that it can earn: `of: 4 points`"
        most = self.required(entry.value, whose, "of", hint, entry.at)
        value = None if formula is None else self.expression(formula, f"`value` of {whose}")
        full = None if most is None else self._full_points(most, f"`of` of {whose}")
        if value is None or full is None:
            return None
        dimension = checker.number(value)
        if dimension is None:
            return None
        if dimension != _POINT.dimension:
            is_what = f"is in {describe(dimension)}" if dimension else "is a plain number"
            hint = "multiply it by points, such as `coverage * 10 points`, or give points by bands with `first of`"
            self.log.add(value.at, "SR305", f"`{shorten(source(value))}` {is_what}, not in `point`", hint)
            return None
        return Points(full, value)

    def _full_points(self, tree: Tree, what: str) -> Number | None:
        if is_empty(tree) or not isinstance(tree, Scalar):
            self.wrong_shape(
                tree, what, "must be a number of points", "write `5 points`, or `{value: …, of: 5 points}`"
            )
            return None
        node = self.expression(tree, what)
        if node is None:
            return None
        if isinstance(node, Literal) and node.unit.dimension == _POINT.dimension and node.number > 0:
            return simplest(node.number * node.unit.size)
        hint = "write `5 points`; a formula stands under `value:`, and the most that it can earn under `of:`"
        if isinstance(node, Literal) and node.unit == ONE and node.number > 0:
            hint = f"write its unit: `{Quantity(node.number, _POINT)}`"
        self.log.add(tree.at, "SR302", f"{what} is `{shorten(source(node))}`, no number of points above zero", hint)
        return None

    def _requirements(
        self, entry: Entry, fields: Table, what: str, tiers: tuple[Tier, ...], checker: Checker
    ) -> tuple[Requirement, ...]:
        require = fields.get("require")
        first = tiers[0].id if tiers else "basic"
        example = f"`require: {{{first}: coverage >= 70 %}}`"
        if require is None:
            if not self.misspelt(fields, "require"):
                self.log.add(entry.at, "SR408", f"{what} requires nothing", f"write what it takes: {example}")
            return ()
        if not isinstance(require.value, Table) or not require.value.entries:
            says = "is empty" if is_empty(require.value) else "does not say for which tier"
            self.log.add(require.value.at, "SR111", f"`require` of {what} {says}", f"write {example}")
            return ()
        order = {tier.id: position for position, tier in enumerate(tiers)}
        requirements: list[Requirement] = []
        highest = -1
        for stated in require.value.entries:
            position = self._tier_position(stated, what, tiers, order)
            rule = self._requirement(stated, what, checker)
            if position is None:
                continue
            if position < highest:
                self.log.add(
                    stated.at,
                    "SR402",
                    f"{what} requires for `{stated.key}` after `{tiers[highest].id}`, which is above it",
                    "tiers stand lowest first: " + " < ".join(f"`{tier}`" for tier in order),
                )
            highest = max(highest, position)
            if rule is not None:
                requirements.append(rule)
        return tuple(requirements)

    def _tier_position(self, stated: Entry, what: str, tiers: tuple[Tier, ...], order: Mapping[str, int]) -> int | None:
        if stated.key not in order:
            if order and not self.is_lost("tier", stated.key):
                are = "the tiers are" if len(order) > 1 else "the one tier is"
                hint = did_you_mean(stated.key, order) or f"{are} {all_of(list(order))}"
                self.log.add(stated.at, "SR401", f"there is no tier `{shorten(stated.key)}`", hint)
            return None
        position = order[stated.key]
        if not tiers[position].known:
            self.log.add(
                stated.at,
                "SR402",
                f"{what} requires something for the tier `{stated.key}`, which is marked `requirements: unknown`",
                "remove the mark when the tier's requirements are to hand, all of them",
            )
        return position

    def _requirement(self, stated: Entry, what: str, checker: Checker) -> Requirement | None:
        tree, source = stated.value, None
        if isinstance(tree, Table) and (tree.get("rule") is not None or tree.get("source") is not None):
            whose = f"the requirement of {what}"
            self.known_keys(tree, whose, ("rule", "source"))
            source = self.source(tree)
            rule_tree = self.required(tree, whose, "rule", "write it under `rule:`", stated.at)
            if rule_tree is None:
                return None
            tree = rule_tree
        rule: Expr | None = self.rule(tree, f"the requirement of {what}")
        if rule is None or not checker.requirement(rule):
            return None
        return Requirement(stated.key, rule, source, at=stated.at)


def _restated(inherited: Indicator, own: Indicator, fields: Table, order: list[str]) -> Indicator:
    """Return an inherited indicator with what a document restates of it, tier by tier."""
    by_tier = {requirement.tier: requirement for requirement in (*inherited.requirements, *own.requirements)}
    given = {
        key: getattr(own, key)
        for key in ("number", "group", "title", "source", "optional", "points")
        if fields.get(key) is not None
    }
    if fields.get("applies") is not None:
        given |= {"applies": own.applies, "origin": None}
    return evolve(
        inherited,
        requirements=tuple(by_tier[tier] for tier in order if tier in by_tier),
        measures=tuple(dict.fromkeys((*inherited.measures, *own.measures))),
        at=own.at,
        **given,
    )
