"""Communities that two rules tell apart: solved for, made few and small, and asked of both editions again.

A witness is returned only where the reference evaluator found what it says, of the facts documents as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import islice, product
from random import Random

from attrs import frozen

from smartrules.analysis.diffs.communities import Teller, Told, community, least
from smartrules.analysis.diffs.formulas import with_formulas, with_value
from smartrules.analysis.diffs.rulings import Said, Witness
from smartrules.analysis.fewer import fewest
from smartrules.analysis.solving.declared import REACHES, step_of
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import Spans, at_most, narrowed, parts, solution
from smartrules.analysis.solving.searching import Exhausted
from smartrules.analysis.solving.solver import Solver
from smartrules.expr.nodes import Expr, Literal
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration

#: How many ways of coming to the wanted outcomes are tried before another reach, and before anything else.
_MOST_WAYS = 40
#: How many steps are taken for one question, whatever ways there are.
_MOST_STEPS = 2_000
#: So many facts are given a value one after the other where they are multiplied, each of these in its unit.
_MOST_FIXED = 4
_VALUES = (1, 100)
#: How many communities are drawn where no way is found.
_MOST_DRAWN = 150
_SOME_LEAST, _SELDOM = 0.3, 0.1


class Budget:
    """What is left for one question.

    Attributes:
        steps: how many more steps are taken, in a list of one.
        unsolved: the parts of rules that were met and are not solved.
    """

    def __init__(self, steps: int) -> None:
        self.steps = [steps]
        self.unsolved = list[Expr]()


#: Yields what else to demand so that a rule, or a tier, comes to what is wanted, in the steps that are left.
Ways = Callable[[Demand, Budget], Iterator[Demand]]


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


def chained(edition: Edition, first: Ways, second: Ways, budget: Budget | None = None) -> Iterator[Demand]:
    """Yield what to demand so that one thing comes to what is wanted and another does too; the facts are an edition's."""
    left = budget or Budget(_MOST_STEPS)
    for reach in REACHES:
        tried = 0
        try:
            for demand in islice(first(Demand(edition, reach), left), _MOST_WAYS):
                for both in second(demand, left):
                    tried += 1
                    if solution(both.spans, both.inequalities) is not None:
                        yield both
                    if tried % _MOST_WAYS == 0:
                        break
        except (Exhausted, RecursionError):
            return


def no_more(demand: Demand, budget: Budget) -> Iterator[Demand]:
    """Yield what is demanded already."""
    yield demand


def ways(edition: Edition, rule: Expr, *outcomes: Outcome) -> Ways:
    """Return the ways in which a rule of an edition comes to one of some outcomes, in the order in which it stands."""

    def found(demand: Demand, budget: Budget) -> Iterator[Demand]:
        for outcome in outcomes:
            yield from solver(edition, budget).solve(rule, outcome, demand)

    return found


def solver(edition: Edition, budget: Budget) -> Solver:
    """Return what solves the rules of an edition within a budget, in the order in which they stand."""
    return Solver(edition, lambda alternatives: alternatives, unsolved=budget.unsolved, steps=budget.steps)


#: A rule as an edition sees it, and what it is to come to.
_Asked = tuple[Edition, Expr, Outcome]


def told_apart(one: _Asked, other: _Asked) -> Iterator[Demand]:
    """Yield what to demand so that two rules come to what each is to come to.

    Where facts are multiplied by each other, one of them is given a value after the other, which leaves the rest linear.
    """
    budget = Budget(_MOST_STEPS)
    yield from chained(one[0], ways(*one), ways(*other), budget)
    edition = one[0]
    numbers = [fact for fact in edition.facts if fact.kind.is_number and fact.derived is None]
    behind = {name for node in budget.unsolved for name in edition.names_behind(node)}
    for fact in [fact for fact in numbers if fact.id in behind][:_MOST_FIXED]:
        assert fact.unit is not None
        for number in _VALUES:
            value = Literal(number, fact.unit)
            fixed = [
                (asked[0], with_value(with_formulas(asked[1], asked[0]), fact.id, value), asked[2])
                for asked in (one, other)
            ]
            yield from chained(edition, _with(fact, value, ways(*fixed[0])), ways(*fixed[1]), Budget(_MOST_STEPS // 4))


def _with(fact: FactDeclaration, value: Literal, after: Ways) -> Ways:
    """Return ways that begin with the value of a fact."""

    def found(demand: Demand, budget: Budget) -> Iterator[Demand]:
        given, steps = demand.give(fact.id), Fraction(value.root) / step_of(fact)
        if given is None or steps.denominator != 1:
            return
        held = [at_most({fact.id: Fraction(sign)}, sign * steps) for sign in (1, -1)]
        begun = given.hold(held)
        if begun is not None:
            yield from after(begun, budget)

    return found


# --- drawn ----------------------------------------------------------------------------------------------------------


def drawn(edition: Edition, expressions: Iterable[Expr]) -> Iterator[Facts]:
    """Yield communities of which all facts behind some expressions are known, by chance but always the same."""
    chance = Random(0)
    asked = list(expressions)
    for number in range(_MOST_DRAWN):
        demand = _given(edition, asked, chance.choice((0, 1, 2, 3)))
        if demand is None:
            return
        values = _values(demand, chance, number)
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


def _values(demand: Demand, chance: Random, number: int) -> dict[str, int] | None:
    """Return values by chance: first the least of all, then of every size, some of them the least in every fourth."""
    found = dict[str, int]()
    for together, among in parts(demand.spans, demand.inequalities):
        spans: Spans = {name: demand.spans[name] for name in together}
        for name in together:
            narrow = narrowed(spans, among)
            if narrow is None:
                return None
            low, high = narrow[name]
            least = number == 0 or (number % 4 == 1 and chance.random() < _SOME_LEAST)
            value = min(max(low, 0), high) if least else _drawn(low, high, chance)
            if among and solution({**narrow, name: (value, value)}, among) is None:
                solved = solution(narrow, among)
                if solved is None:
                    return None
                value = solved[name]
            spans = {**narrow, name: (value, value)}
        found |= {name: spans[name][0] for name in together}
    return found


def _drawn(low: int, high: int, chance: Random) -> int:
    """Return a value of any size: as often a small one as a large one, seldom one below zero or zero itself."""
    if high - low <= 1 or high < 1 or chance.random() < _SELDOM:
        return chance.randint(low, high)
    near = max(low, 1)
    return chance.randint(near, min(near + 10 ** chance.randint(0, len(str(high - near)) - 1), high))
