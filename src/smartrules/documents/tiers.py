"""Tree → tiers with their rules, groups, and scores: how the findings of indicators make a tier."""

from __future__ import annotations

from collections.abc import Iterable

from smartrules.diagnostics import Span, shorten
from smartrules.documents.declarations import DeclarationReader
from smartrules.documents.tree import Entry, Scalar, Table
from smartrules.expr.nodes import Expr
from smartrules.expr.types import Checker
from smartrules.standard import Collection, Group, Indicator, Tier

MOST_TIERS = 50


class TierReader(DeclarationReader):
    """Reads ``tiers:``, ``groups:`` and ``scores:``."""

    def tiers(self, top: Table) -> tuple[Tier, ...]:
        """Return the tiers that can be read; their rules are checked later, by `check_rules`."""
        tree = self.required(
            top, "the ruleset", "tiers", "name its tiers, lowest first; one is enough: `tiers: {basic: {}}`"
        )
        hint = "write each in a line of its own, lowest first: `basic: {title: {zh: 基础型}}`"
        table = None if tree is None else self.table(tree, "`tiers`", hint)
        if table is None:
            return ()
        if not table.entries:
            self.log.add(table.at, "SR110", "`tiers` names no tier", "one is enough: `tiers: {basic: {}}`")
        if len(table.entries) > MOST_TIERS:
            self.log.add(
                table.entries[MOST_TIERS].at, "SR108", f"there are more than {MOST_TIERS} tiers", "no standard has"
            )
        tiers = []
        for entry in table.entries:
            name = self.name(entry, "a tier")
            if name is None:
                self.lose("tier", entry.key)
            what = f"the tier `{shorten(entry.key)}`"
            known, title, rule = True, None, None
            if not (isinstance(entry.value, Scalar) and entry.value.value is None):
                written = entry.value.value if isinstance(entry.value, Scalar) else "…"
                hint = f"write its title as `{shorten(entry.key)}: {{title: {shorten(str(written), 20)}}}`"
                fields = self.table(entry.value, what, hint)
                if fields is None:
                    self.lose("tier", entry.key)
                    continue
                self.known_keys(fields, what, ("title", "rule", "requirements"))
                title = self.title(fields)
                rule = self._tier_rule(fields, what)
                marked = fields.get("requirements")
                stated = fields.get("rule")
                if marked is not None and stated is not None:
                    message = f"{what} has a rule, and is marked `requirements: unknown`"
                    self.log.add(
                        stated.at, "SR402", message, "remove the mark when the tier's requirements are to hand"
                    )
                if marked is not None:
                    known = False
                    if not (isinstance(marked.value, Scalar) and marked.value.value == "unknown"):
                        self.wrong_shape(
                            marked.value,
                            f"`requirements` of {what}",
                            "can only be `unknown`",
                            "write `requirements: unknown` where the contents are not to hand; else state them in the indicators",
                        )
            if name is not None:
                tiers.append(Tier(name, title or self.title(Table(())), known, rule, at=entry.at))
        return tuple(tiers)

    def _tier_rule(self, fields: Table, what: str) -> Expr | None:
        entry = fields.get("rule")
        return None if entry is None else self.rule(entry.value, f"the rule of {what}")

    def groups(self, top: Table) -> tuple[Group, ...]:
        """Return what stands under ``groups:``."""
        entry = top.get("groups")
        hint = "write each in a line of its own: `infrastructure: {zh: 基础设施}`"
        table = None if entry is None else self.table(entry.value, "`groups`", hint)
        if table is None and (entry is not None or self.misspelt(top, "groups")):
            self.lose("group")
        groups = []
        for part in table.entries if table is not None else ():
            name = self.name(part, "a group")
            if name is None:
                self.lose("group", part.key)
            what = f"the group `{shorten(part.key)}`"
            title = self.title(Table(()))
            if isinstance(part.value, Table) and part.value.get("title") is not None:
                self.known_keys(part.value, what, ("title",))
                title = self.title(part.value)
            elif not (isinstance(part.value, Scalar) and part.value.value is None):
                title = self.title_of(part.value, what)
            if name is not None:
                groups.append(Group(name, title, at=part.at))
        return tuple(groups)

    def score_entries(self, top: Table) -> tuple[Entry, ...]:
        """Return the entries of ``scores:``, each to be read as a measure is."""
        entry = top.get("scores")
        hint = 'write each in a line of its own: `total: {value: "sum(indicators, points)", unit: point}`'
        table = None if entry is None else self.table(entry.value, "`scores`", hint)
        if table is None and (entry is not None or self.misspelt(top, "scores")):
            self.lose("name")
        return () if table is None else table.entries

    def check_rules(self, tiers: Iterable[Tier], checker: Checker) -> None:
        """Note every rule of a tier that is no requirement over the indicators and scores."""
        for tier in tiers:
            if tier.rule is not None:
                checker.requirement(tier.rule)

    def check_free_names(self, taken: Iterable[tuple[str, Span | None]], indicators: Collection) -> None:
        """Note every name of the ruleset that the rules of its tiers need for what they ask of an indicator.

        It is lost then, so that its uses raise no second fault.
        """
        own = {indicators.id, *(fact.id for fact in indicators.facts)}
        for name, at in taken:
            if name in own:
                self.log.add(
                    at,
                    "SR403",
                    f"`{name}` already means something of each indicator in the rules of tiers and the scores",
                    "choose another name",
                )
                self.lose("name", name)

    def check_tiers(self, tiers: tuple[Tier, ...], indicators: tuple[Indicator, ...]) -> None:
        """Note every tier for which nothing is required."""
        if self.log.errors:
            return
        required = {requirement.tier for indicator in indicators for requirement in indicator.requirements}
        reached = False
        for tier in tiers:
            reached = reached or tier.id in required
            if tier.known and reached and tier.rule is None and _all_are_optional(tier, tiers, indicators):
                self.log.add(
                    tier.at,
                    "SR409",
                    f"every indicator is optional for the tier `{tier.id}`",
                    'say what it takes: `rule: "count(indicators where met) >= 3 indicators"`',
                )
            if tier.known and not reached:
                self.log.add(
                    tier.at,
                    "SR409",
                    f"no indicator requires anything for the tier `{tier.id}`",
                    "state its requirements, or mark it `requirements: unknown`",
                )


def _all_are_optional(tier: Tier, tiers: tuple[Tier, ...], indicators: tuple[Indicator, ...]) -> bool:
    below = {one.id for one in tiers[: tiers.index(tier) + 1]}
    asked = [indicator for indicator in indicators if below & {r.tier for r in indicator.requirements}]
    return all(tier.id in indicator.optional for indicator in asked)
