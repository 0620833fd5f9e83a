"""What a tier asks, taken apart: indicators that rest on facts in common are answered together, all others on their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from smartrules.analysis.gaps.items import STATED, Items, facts_behind, wholes_of
from smartrules.expr.nodes import Expr
from smartrules.standard import Edition


@frozen
class Required:
    """An indicator that has to pass at a tier.

    Attributes:
        indicator: its id; None for a tier that asks its rule as a whole.
        passes: whether it does so now.
        behind: the facts on which it rests and that can change, by their ids.
    """

    tier: str
    indicator: str | None
    passes: bool
    behind: frozenset[str]


@define(eq=False)
class Footprints:
    """Says which facts that can change rules rest on."""

    edition: Edition
    items: Items
    _movable: dict[str, bool] = field(init=False, factory=dict)

    def of(self, rules: Iterable[Expr]) -> frozenset[str]:
        """Return the facts behind some rules that can change, with the wholes and the parts that these have to fit."""
        names, queue = dict[str, None](), list[str]()
        for rule in rules:
            queue += self._named(rule)
        for name in queue:
            if name in names:
                continue
            if name.startswith(STATED):
                names[name] = None
                continue
            declared = self.edition.fact_by_id.get(name)
            if declared is None:
                continue
            if declared.derived is not None and name in self.items.made:
                queue += self._named(declared.derived)
                continue
            if self._can_move(name):
                names[name] = None
                queue += [other for pair in wholes_of(self.edition).get(name, ()) for other in pair if other != name]
        return frozenset(names)

    def _named(self, rule: Expr) -> Iterator[str]:
        yield from facts_behind(rule, self.edition)
        stated = self.items.facts.stated
        if stated:
            yield from (f"{STATED}{name}" for name in self.edition.names_behind(rule) if name in stated)

    def _can_move(self, name: str) -> bool:
        if name not in self._movable:
            self._movable[name] = self._find(name)
        return self._movable[name]

    def _find(self, name: str) -> bool:
        if not self.edition.fact_by_id[name].fixed:
            return True
        collection = self.edition.collection_of_fact.get(name)
        if collection is None:
            return not self.items.is_known(name)
        records = self.items.facts.collections.get(collection, ())
        return any(name not in record.facts for record in records)


def components(required: Sequence[Required]) -> Iterator[list[Required]]:
    """Yield what has to be answered together: each that does not pass, with all that rest on a fact in common with it."""
    by_fact: Mapping[str, list[int]] = {}
    grouped: dict[str, list[int]] = {}
    for number, one in enumerate(required):
        for name in one.behind:
            grouped.setdefault(name, []).append(number)
    by_fact, seen = grouped, set[int]()
    for number, one in enumerate(required):
        if one.passes or number in seen:
            continue
        seen.add(number)
        together = [number]
        for other in together:
            for name in required[other].behind:
                for beside in by_fact[name]:
                    if beside not in seen:
                        seen.add(beside)
                        together.append(beside)
        yield [required[place] for place in sorted(together)]
