"""Communities that two rules tell apart: solved for, made few and small, and asked of both editions again.

A witness is returned only where the reference evaluator found what it says, of the facts documents as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product
from random import Random

from attrs import frozen

from smartrules.analysis.diffs.communities import Teller, Told, community, least
from smartrules.analysis.diffs.rulings import Said, Witness
from smartrules.analysis.fewer import fewest
from smartrules.analysis.solving.declared import REACHES
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import Spans, narrowed, parts, solution
from smartrules.analysis.solving.searching import Exhausted
from smartrules.analysis.solving.solver import Solver
from smartrules.expr.nodes import Expr
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.standard import Edition

#: How many ways of coming to the wanted outcomes are tried before another reach, and before anything else.
_MOST_WAYS = 40
#: How many steps are taken for one question, whatever ways there are.
_MOST_STEPS = 2_000
#: How many communities are drawn where no way is found.
_MOST_DRAWN = 150

#: Yields what else to demand so that a rule, or a tier, comes to what is wanted, in the steps that are left.
Ways = Callable[[Demand, list[int]], Iterator[Demand]]


#: Says whether what the two editions say of a community is what is looked for.
Wanted = Callable[[Said, Said], bool]


@frozen
class Search:
    """Looks for witnesses of one question.

    Attributes:
        said: returns what both editions say of what they are told.
    """

    teller: Teller
    said: Callable[[Told], tuple[Said, Said]]

    def among(self, demands: Iterable[Demand], wanted: Wanted) -> Witness | None:
        """Return the first witness among communities of whom something is demanded, made as few and small as is found."""
        for demand in demands:
            for facts in least(demand):
                found = self.witness(facts, wanted)
                if found is not None:
                    return found
        return None

    def plain(self, demands: Iterable[Demand], wanted: Wanted) -> Witness | None:
        """Return the first witness among communities of whom no more is demanded than is needed, as they are."""
        for demand in demands:
            for facts in least(demand):
                found = self._shown(facts, wanted)
                if found is not None:
                    return found
        return None

    def witness(self, facts: Facts, wanted: Wanted) -> Witness | None:
        """Return a community as a witness, without what is not needed for it; None where it is none."""
        if not wanted(*self.said(self.teller.told(facts))):
            return None

        def tells(fewer: Facts) -> bool:
            return wanted(*self.said(self.teller.told(fewer)))

        return self._shown(fewest(facts, tells), wanted) or self._shown(facts, wanted)

    def _shown(self, facts: Facts, wanted: Wanted) -> Witness | None:
        """Return a community as a witness where the editions say so of its documents, as they read them."""
        documents = self.teller.documents(facts)
        if documents is None:
            return None
        old, new, told = documents
        before, after = self.said(told)
        return Witness(old, new, before, after) if wanted(before, after) else None


def chained(edition: Edition, first: Ways, second: Ways) -> Iterator[Demand]:
    """Yield what to demand so that one thing comes to what is wanted and another does too; the facts are an edition's."""
    steps = [_MOST_STEPS]
    for reach in REACHES:
        tried = 0
        try:
            for demand in islice(first(Demand(edition, reach), steps), _MOST_WAYS):
                for both in second(demand, steps):
                    tried += 1
                    if solution(both.spans, both.inequalities) is not None:
                        yield both
                    if tried % _MOST_WAYS == 0:
                        break
        except (Exhausted, RecursionError):
            return


def no_more(demand: Demand, steps: list[int]) -> Iterator[Demand]:
    """Yield what is demanded already."""
    yield demand


def ways(edition: Edition, rule: Expr, *outcomes: Outcome) -> Ways:
    """Return the ways in which a rule of an edition comes to one of some outcomes, in the order in which it stands."""

    def found(demand: Demand, steps: list[int]) -> Iterator[Demand]:
        for outcome in outcomes:
            yield from solver(edition, steps).solve(rule, outcome, demand)

    return found


def solver(edition: Edition, steps: list[int]) -> Solver:
    """Return what solves the rules of an edition in so many steps, in the order in which they stand."""
    return Solver(edition, lambda alternatives: alternatives, steps=steps)


# --- drawn ----------------------------------------------------------------------------------------------------------


def drawn(edition: Edition, expressions: Iterable[Expr]) -> Iterator[Facts]:
    """Yield communities of which all facts behind some expressions are known, by chance but always the same."""
    chance = Random(0)
    asked = list(expressions)
    for number in range(_MOST_DRAWN):
        demand = _given(edition, asked, chance.choice((0, 1, 2, 3)))
        if demand is None:
            return
        values = _values(demand, chance, 3 + number)
        if values is not None:
            yield community(demand, values)


def _given(edition: Edition, expressions: Iterable[Expr], members: int) -> Demand | None:
    demand: Demand | None = Demand(edition, REACHES[0]).give_day()
    behind = {name for one in expressions for name in edition.facts_behind(one)}
    made = [edition.fact_by_id[name].derived for name in behind if name in edition.fact_by_id]
    behind |= {name for one in made if one is not None for name in edition.facts_behind(one)}
    homes = {edition.collection_of_fact[name] for name in behind if name in edition.collection_of_fact}
    for name in edition.collection_by_id:
        if name in behind or name in homes:
            demand = demand and demand.size(name, members)
    for fact in edition.facts:
        if fact.id in behind and fact.derived is None:
            demand = demand and demand.give(fact.id)
    for home in homes:
        for fact, place in product(edition.collection_by_id[home].facts, range(1, members + 1)):
            if fact.id in behind:
                demand = demand and demand.give(f"{home}.{place}.{fact.id}")
    return demand


def known(demand: Demand, expressions: Iterable[Expr]) -> Demand | None:
    """Return what to demand so that the facts of a community behind some expressions are known too."""
    edition = demand.edition
    own = {fact.id for fact in edition.facts}
    found: Demand | None = demand
    for name in dict.fromkeys(name for one in expressions for name in edition.facts_behind(one) if name in own):
        found = found and found.give(name)
    return found


def _values(demand: Demand, chance: Random, most: int) -> dict[str, int] | None:
    """Return values by chance: mostly small ones, and mostly none that is nothing, of which a quotient would have no value."""
    found = dict[str, int]()
    first = chance.choice((1, 1, 1, 0))
    for together, among in parts(demand.spans, demand.inequalities):
        spans: Spans = {name: demand.spans[name] for name in together}
        for name in together:
            narrow = narrowed(spans, among)
            if narrow is None:
                return None
            low, high = narrow[name]
            value = chance.randint(*_likely(low, high, first, most, chance))
            if among and solution({**narrow, name: (value, value)}, among) is None:
                solved = solution(narrow, among)
                if solved is None:
                    return None
                value = solved[name]
            spans = {**narrow, name: (value, value)}
        found |= {name: spans[name][0] for name in together}
    return found


def _likely(low: int, high: int, first: int, most: int, chance: Random) -> tuple[int, int]:
    if high - low <= 1:
        return low, high
    near = min(max(low, first), high)
    return chance.choice(((low, high), (near, min(near + most, high)), (near, min(near + most, high)), (high, high)))
