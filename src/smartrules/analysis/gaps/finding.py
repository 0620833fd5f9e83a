"""`gap`: the smallest set of changes of a community's facts that reaches a tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from os import PathLike
from typing import Any

from attrs import define, evolve, field

from smartrules.analysis.gaps.components import Footprints, Required, components
from smartrules.analysis.gaps.goals import PASSES, Ask, Goal, Hold, Judge, Lack
from smartrules.analysis.gaps.grading import Grading, of_tier
from smartrules.analysis.gaps.hindering import Hindering
from smartrules.analysis.gaps.items import Items, changed
from smartrules.analysis.gaps.latitude import Latitude
from smartrules.analysis.gaps.ordering import in_order, shown_path
from smartrules.analysis.gaps.plan import Alternative, Hindrance, Obstacle, Plan, Status, Step
from smartrules.analysis.gaps.pricing import Pricing, costs_of
from smartrules.analysis.gaps.rules import Rules
from smartrules.analysis.gaps.searching import MOST_PLACES, Found, Search
from smartrules.analysis.gaps.stating import comes_to, settled
from smartrules.analysis.gaps.weighing import PriceOf, Weighing
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.tiers import required
from smartrules.documents.costs import Costs
from smartrules.engines.assessing import tier_outcome
from smartrules.engines.exact import evaluate, judging
from smartrules.engines.scope import Scope, kept
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, FactDeclaration, Measure, Tier
from smartrules.values import Kind, Quantity

_PASSING = frozenset({MET, NOT_APPLICABLE})
#: Why something cannot be brought about at all, and why nobody can know whether it can.
_PROVED = frozenset({Obstacle.FIXED, Obstacle.NEVER, Obstacle.TOGETHER})
_UNKNOWN = frozenset({Obstacle.REQUIREMENTS_UNKNOWN, Obstacle.COLLECTION_UNKNOWN})
#: How many places the search for another way looks at.
_MOST_FOR_ANOTHER = 400
_MOST_FREED = 2_000
#: The same where a tier has a rule of its own, whose every place takes an assessment.
_MOST_GRADED = 1_000


def gap(
    ruleset: Ruleset,
    facts: str | PathLike[str] | Mapping[str, Any] | Facts,
    tier: str,
    *,
    costs: str | PathLike[str] | Mapping[str, Any] | Costs | None = None,
    alternatives: bool = True,
    most: int = MOST_PLACES,
) -> Plan:
    """Return the smallest set of changes with which a community reaches a tier and every tier below it.

    The smallest lowers the fewest wholes; then, with ``costs``, changes the fewest facts without a price and costs the
    least; then changes, or makes known, the fewest facts; then goes the fewest steps, each fact's in its own declared step,
    a member of a set and a flag one step. Of several that are equal it is the one that assumes the fewest facts, asks the
    least of those that are not known, and takes what is declared first. What is ``fixed`` never changes, and neither does a
    stated figure of which all counts are fixed.

    Args:
        facts: as `Ruleset.facts` takes them.
        tier: the id of the tier.
        costs: what changes cost: the path of a costs file, its content as plain values, or what
            `smartrules.documents.costs` read.
        alternatives: whether other ways are looked for.
        most: how many places of the search are looked at for what rests on facts in common; where there are more, the
            plan says that it is not proved to be the smallest.

    Raises:
        FactsError: as `Ruleset.facts`.
        SmartrulesError: SR903 to SR907, or those of documents, with every fault of the costs.
        NotFoundError: SR603 for a tier that the ruleset does not have.
    """
    known = ruleset.facts(facts)
    ruleset.edition.tier(tier)
    return _Finding(ruleset, known, tier, costs_of(ruleset.edition, costs), most).plan(alternatives)


@define(eq=False)
class _Finding:
    """Finds the plan of one community."""

    ruleset: Ruleset
    facts: Facts
    tier: str
    costs: Costs | None
    most: int
    edition: Edition = field(init=False)
    items: Items = field(init=False)
    weighing: Weighing = field(init=False)
    _settled: tuple[Measure, ...] = field(init=False)
    places: int = 0
    proved: bool = True

    def __attrs_post_init__(self) -> None:
        self.edition = self.ruleset.edition
        self.items = Items(self.edition, self.facts)
        self._settled = tuple(settled(self.edition, self.facts))
        prices: PriceOf | None = None if self.costs is None else Pricing(self.costs)
        self.weighing = Weighing(self.edition, prices)

    def plan(self, with_alternatives: bool) -> Plan:
        """Return a plan of which the reference says that it reaches the tier, or why there is none."""
        levels, whole = self._levels(), frozenset[str]()
        while True:
            made = self._planned(levels, whole, with_alternatives)
            if made.status not in (Status.REACHED, Status.PLANNED):
                return made
            left = self._left(made) - whole
            if not left:
                return self._replayed(made)
            # Every indicator may pass and a rule over them stay open: where of none it is known that it applies.
            whole |= left
            self.places, self.proved = 0, True

    def _planned(self, levels: Sequence[Tier], whole: AbstractSet[str], with_alternatives: bool) -> Plan:
        unknown = [Hindrance(level.id, Obstacle.REQUIREMENTS_UNKNOWN) for level in levels if not level.known]
        asked = [] if unknown else self._required(levels, whole)
        if not unknown and all(one.passes for one in asked):
            return self._made(Status.REACHED)
        hindrances, found, others = list(unknown), list[tuple[list[Required], Found]](), list[Alternative]()
        for together in components(asked):
            best = self._searched(together)
            if best is None:
                hindrances += Hindering(self.edition, self.items, self._search_freed).of(together)
            else:
                found.append((together, best))
        if hindrances:
            self.proved = any(one.reason in _PROVED for one in hindrances)
            open_ = Status.UNKNOWN if any(one.reason in _UNKNOWN for one in hindrances) else Status.NOT_FOUND
            return self._made(Status.IMPOSSIBLE if self.proved else open_, hindrances=tuple(hindrances))
        steps = self._steps(found)
        if with_alternatives:
            for together, best in found:
                others += self._alternatives(together, best)
        total = None if self.costs is None else sum((step.cost or Fraction(0) for step in steps), Fraction(0))
        return self._made(Status.PLANNED, steps=steps, alternatives=tuple(others), cost=total)

    def _levels(self) -> list[Tier]:
        ids = [level.id for level in self.edition.tiers]
        return list(self.edition.tiers[: ids.index(self.tier) + 1])

    def _required(self, levels: Sequence[Tier], whole: AbstractSet[str]) -> list[Required]:
        """Return what has to pass at some tiers, each rule once; of those in ``whole`` the rule of the tier."""
        footprints, found, seen = Footprints(self.edition, self.items), list[Required](), set[int]()
        outcomes = self.ruleset.outcomes(self.facts)
        for level in levels:
            if level.id in whole:
                found.append(self._as_a_whole(level, footprints))
                continue
            try:
                names = required(self.edition, level.id)
            except Unsolved:
                found.append(self._as_a_whole(level, footprints))
                continue
            requirements, rules = self.edition.requirements(level.id), self.edition.rules(level.id)
            for name in names:
                if id(requirements[name]) not in seen:
                    seen.add(id(requirements[name]))
                    passes = outcomes[level.id][name] in _PASSING
                    found.append(Required(level.id, name, passes, footprints.of([rules[name]])))
        return found

    def _as_a_whole(self, level: Tier, footprints: Footprints) -> Required:
        """Return a tier that asks its own rule, which every indicator of it may decide."""
        asked = list(self.edition.rules(level.id).values())
        asked += [one.points.value for one in self.edition.indicators if one.points is not None and one.points.value]
        passes = tier_outcome(level, self.edition, Scope(self.facts)) is MET
        return Required(level.id, None, passes, footprints.of(asked))

    # --- searching ---------------------------------------------------------------------------------------------------

    def holds(self, together: Sequence[Required], facts: Facts) -> bool:
        """Return whether facts make everything pass."""
        scope = Scope(facts)
        for one in together:
            if one.indicator is None:
                level = self.edition.tier_by_id[one.tier]
                if tier_outcome(level, self.edition, scope) is not MET:
                    return False
                continue
            rule = self.edition.rules(one.tier)[one.indicator]
            if scope.once(kept(judging, rule, self.edition)).outcome not in _PASSING:
                return False
        return all(self._keeps(measure, facts) for measure in self._settled)

    def _keeps(self, measure: Measure, facts: Facts) -> bool:
        """Return whether what facts make of a measure is what the community states of it."""
        made = evaluate(measure.value, self.edition, facts).result
        return not isinstance(made, int | Fraction) or comes_to(made, self.facts.stated[measure.id], measure)

    def _rules(self, together: Sequence[Required], items: Items) -> Rules:
        inner = Rules(self.edition, items)
        return Grading.beside(inner) if _asks_rules(together) else inner

    def goals(self, together: Sequence[Required]) -> list[Goal]:
        """Return what has to be brought about so that everything passes."""
        found = list[Goal]()
        for one in together:
            rule = self.edition.tier_by_id[one.tier].rule
            if one.indicator is not None:
                found.append(Judge(one.tier, one.indicator, PASSES))
            elif rule is not None:
                found.append(Ask(rule, PASSES, of_tier(one.tier)))
        return found

    def search(
        self, together: Sequence[Required], ways: Iterable[tuple[Goal, ...]] = ((),), most: int | None = None
    ) -> Search:
        """Return a search for the smallest change, done; each of the ways besides is a start of its own."""
        made = Search(
            self._rules(together, self.items),
            self.weighing,
            lambda facts: self.holds(together, facts),
            most=min(self.most if most is None else most, _MOST_GRADED if _asks_rules(together) else self.most),
        )
        before = made.most
        made.run(*([*way, *self.goals(together)] for way in ways))
        self.places += before - max(made.most, 0)
        return made

    def _search_freed(self, together: Sequence[Required], freed: frozenset[str]) -> Search:
        items = Items(self.edition, self.facts, freed)
        made = Search(
            self._rules(together, items),
            self.weighing,
            lambda facts: self.holds(together, facts),
            most=min(self.most, _MOST_FREED),
        )
        made.run(self.goals(together))
        return made

    def _searched(self, together: Sequence[Required]) -> Found | None:
        made = self.search(together)
        self.proved = self.proved and made.proved
        return made.best

    # --- the plan ----------------------------------------------------------------------------------------------------

    def _made(self, status: Status, **parts: Any) -> Plan:
        currency = "" if self.costs is None else self.costs.currency
        return Plan(
            self.edition,
            self.ruleset.fingerprint,
            self.tier,
            self.facts,
            status,
            **parts,
            currency=currency,
            proved=self.proved,
            places=self.places,
        )

    def _steps(self, found: Sequence[tuple[Sequence[Required], Found]]) -> tuple[Step, ...]:
        values = {path: value for _, best in found for path, value in best.values.items()}
        asked = [one for together, _ in found for one in together]
        others = {path: names for together, best in found for path, names in self._others(together, best)}
        return tuple(
            evolve(self._step(path, values, asked), others=others.get(path, ()))
            for path in in_order(self.edition, self.items, values)
        )

    def _others(self, together: Sequence[Required], best: Found) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield for each set that gains members which others would do as well as the last of them."""
        for path, needed in best.values.items():
            item = self.items[path]
            if item.kind is not Kind.SET or not isinstance(item.declared, FactDeclaration):
                continue
            known = self.items.fact(path)
            had = frozenset() if known is None else known.value
            assert isinstance(needed, frozenset)
            assert isinstance(had, frozenset)
            gained = [member for member in item.declared.member_ids if member in needed - had]
            if not gained:
                continue
            cost = self._cost(path, needed)
            found = list[str]()
            for member in item.declared.member_ids:
                if member not in needed | had:
                    swapped = (needed - {gained[-1]}) | {member}
                    values = {**best.values, path: swapped}
                    same = self._cost(path, swapped) == cost
                    if same and self.holds(together, changed(self.edition, self.facts, values)):
                        found.append(member)
            if found:
                yield path, tuple(found)

    def _step(self, path: str, values: Mapping[str, Any], asked: Sequence[Required]) -> Step:
        """Return the step of a fact, among all that changes and all that is asked of what changes."""
        item, known = self.items[path], self.items.fact(path)
        name = path if item.is_stated else path.rpartition(".")[2]
        behind = [one for one in asked if name in one.behind]
        served = (one.indicator for one in behind if not one.passes and one.indicator is not None)
        latitude = Latitude(self.edition, self.items, lambda facts: self.holds(behind, facts), values)
        rules = [self.edition.rules(one.tier)[one.indicator] for one in behind if one.indicator is not None]
        return Step(
            shown_path(self.items, path),
            item.declared,
            None if known is None else known.value,
            values[path],
            item.fixed,
            tuple(dict.fromkeys(served)),
            self._cost(path, values[path]),
            whole=self._whole(path, values),
            room=latitude.of(path),
            share=latitude.share(path, rules),
            place=path,
        )

    def _whole(self, path: str, values: Mapping[str, Any]) -> Quantity | None:
        declared = self.items[path].declared
        if not isinstance(declared, FactDeclaration) or declared.at_most is None:
            return None
        whole = f"{path.removesuffix(declared.id)}{declared.at_most}"
        fact = self.items.fact(whole)
        value = values.get(whole, None if fact is None else fact.value)
        unit = self.edition.fact_by_id[declared.at_most].unit
        return None if value is None or unit is None else Quantity.in_unit(value, unit)

    def _cost(self, path: str, needed: Any) -> Fraction | None:
        item = self.items[path]
        if self.weighing.price(item) is None or item.fixed:
            return None
        spans = item.spans_of(needed)
        return self.weighing.least(item, spans).price

    def _alternatives(self, together: Sequence[Required], best: Found) -> Iterator[Alternative]:
        """Yield the next smallest way that leaves one of the facts as it is, or does not assume it so."""
        ways = [way for path, value in best.values.items() for way in self._otherwise(path, value)]
        if not ways:
            return
        made = self.search(together, ways, _MOST_FOR_ANOTHER)
        if made.best is None:
            return
        values = made.best.values
        gone = [path for path, value in best.values.items() if values.get(path) != value]
        order = in_order(self.edition, self.items, values)
        steps = tuple(self._step(path, values, together) for path in order if best.values.get(path) != values[path])
        priced = self.costs is not None and not made.best.weight.unpriced
        cost = made.best.weight.price if priced else None
        instead = tuple(shown_path(self.items, path) for path in gone)
        if any(step.place not in best.values for step in steps):  # more of the same is no other way
            yield Alternative(instead, steps, cost)

    def _otherwise(self, path: str, value: Any) -> Iterator[tuple[Goal, ...]]:
        item = self.items[path]
        if item.now is None:
            yield (Lack(path),)
            if item.fixed and item.kind.is_number:
                number = int(Fraction(value) / item.step)
                yield (Hold(at_most({path: Fraction(-1)}, Fraction(-number - 1))),)
                yield (Hold(at_most({path: Fraction(1)}, Fraction(number - 1))),)
            return
        pinned = list[Goal]()
        for name, now in zip(item.names, item.now, strict=True):
            pinned += [
                Hold(at_most({name: Fraction(1)}, Fraction(now))),
                Hold(at_most({name: Fraction(-1)}, Fraction(-now))),
            ]
        yield tuple(pinned)

    def _left(self, plan: Plan) -> frozenset[str]:
        """Return the tiers with a rule of their own that a plan leaves open or missed."""
        levels = [level for level in self._levels() if level.rule is not None]
        if not levels:
            return frozenset()
        assessed = self.ruleset.assess(plan.apply(self.facts))
        return frozenset(level.id for level in levels if assessed[level.id].outcome is not MET)

    def _replayed(self, plan: Plan) -> Plan:
        """Return a plan of which the reference says that it reaches the tier.

        Raises:
            AssertionError: where it does not, which is a fault of this library.
        """
        assessed = self.ruleset.assess(plan.apply(self.facts))
        for level in self._levels():
            outcome: Outcome = assessed[level.id].outcome
            assert outcome is MET, f"the plan for `{self.tier}` leaves `{level.id}` {outcome}"
        return plan


def _asks_rules(together: Iterable[Required]) -> bool:
    """Return whether a tier is among them that asks its rule as a whole."""
    return any(one.indicator is None for one in together)
