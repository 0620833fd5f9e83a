"""Why a tier cannot be reached: the indicators that cannot pass whatever is changed, and what stands in their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from smartrules.analysis.gaps.components import Required
from smartrules.analysis.gaps.items import Items
from smartrules.analysis.gaps.plan import Hindrance, Obstacle
from smartrules.analysis.gaps.searching import Search
from smartrules.analysis.gaps.stating import settled
from smartrules.expr.nodes import Expr, Unknown
from smartrules.standard import Edition

#: Of more fixed facts each is not tried for itself.
_MOST_TRIED = 12


@frozen
class Hindering:
    """Asks why what belongs together cannot pass.

    Attributes:
        search: looks for a change with which some of it passes, some fixed facts taken for ones that can change.
    """

    edition: Edition
    items: Items
    search: Callable[[Sequence[Required], frozenset[str]], Search]

    def of(self, together: Sequence[Required]) -> Iterator[Hindrance]:
        """Yield what stands in the way of some indicators of which no change makes all pass."""
        alone = [one for one in together if not one.passes]
        found = [one for one in map(self._of_one, alone) if one is not None]
        yield from found
        if not found:
            names = tuple(one.indicator for one in together if one.indicator is not None)
            tiers = tuple(one.tier for one in together if one.indicator is not None)
            apart = tiers if set(tiers) - {alone[0].tier} else ()
            searched = self.search(together, frozenset())
            never = searched.best is None and searched.proved
            reason = Obstacle.TOGETHER if never else Obstacle.NOT_FOUND
            yield Hindrance(alone[0].tier, reason, names, self._fixed(together) if never else (), apart)

    def _of_one(self, one: Required) -> Hindrance | None:
        searched = self.search([one], frozenset())
        if searched.best is not None:
            return None
        named = () if one.indicator is None else (one.indicator,)
        if searched.unknown:
            asked = tuple(name for name in self.edition.collection_by_id if name in searched.unknown)
            return Hindrance(one.tier, Obstacle.COLLECTION_UNKNOWN, named, asked)
        if not searched.proved:
            return Hindrance(one.tier, Obstacle.NOT_FOUND, named)
        rules = self._rules(one)
        fixed = self._fixed([one])
        if len(fixed) <= _MOST_TRIED:
            alone = tuple(name for name in fixed if self.search([one], frozenset({name})).best is not None)
            if alone:
                return Hindrance(one.tier, Obstacle.FIXED, named, alone)
        if fixed and self.search([one], frozenset(fixed)).best is not None:
            return Hindrance(one.tier, Obstacle.FIXED, named, fixed)
        if any(isinstance(node, Unknown) for rule in rules for node in self.edition.walk(rule)):
            return Hindrance(one.tier, Obstacle.REQUIREMENTS_UNKNOWN, named)
        return Hindrance(one.tier, Obstacle.NEVER, named)

    def _rules(self, one: Required) -> list[Expr]:
        rules = self.edition.rules(one.tier)
        return [*rules.values()] if one.indicator is None else [rules[one.indicator]]

    def _fixed(self, together: Sequence[Required]) -> tuple[str, ...]:
        """Return the facts, and the stated figures, behind some rules that are known and nobody's to change."""
        asked = (name for one in together for rule in self._rules(one) for name in self.edition.facts_behind(rule))
        names = dict.fromkeys(asked)
        for name in list(names):  # a part is never more than a whole that stays as it is
            whole = self.edition.fact_by_id[name].at_most if name in self.edition.fact_by_id else None
            while whole is not None and whole not in names:
                names[whole] = None
                whole = self.edition.fact_by_id[whole].at_most
        behind = {name for one in together for rule in self._rules(one) for name in self.edition.names_behind(rule)}
        stated = tuple(one.id for one in settled(self.edition, self.items.facts) if one.id in behind)
        return stated + tuple(
            name
            for name in self.edition.in_order(names)
            if name in self.edition.fact_by_id
            and self.edition.fact_by_id[name].fixed
            and name not in self.edition.collection_of_fact
            and self.items.is_known(name)
        )
