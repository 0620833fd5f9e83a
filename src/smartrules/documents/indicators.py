"""Tree → indicators and their requirements."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from smartrules.diagnostics import all_of, did_you_mean, shorten
from smartrules.documents.declarations import DeclarationReader
from smartrules.documents.tree import Entry, Table, is_empty
from smartrules.expr.nodes import Expr
from smartrules.expr.types import Checker
from smartrules.standard import Group, Indicator, Requirement, Tier

INDICATOR_KEYS = ("number", "group", "title", "applies", "measures", "require", "source")


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
    given = {key: getattr(own, key) for key in ("number", "group", "title", "source") if fields.get(key) is not None}
    if fields.get("applies") is not None:
        given |= {"applies": own.applies, "origin": None}
    return evolve(
        inherited,
        requirements=tuple(by_tier[tier] for tier in order if tier in by_tier),
        measures=tuple(dict.fromkeys((*inherited.measures, *own.measures))),
        at=own.at,
        **given,
    )
