"""Finding what to demand of a community's facts so that a tier or an indicator comes to an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from smartrules.analysis.solving.declared import REACHES
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import solution
from smartrules.analysis.solving.searching import Choose, Exhausted
from smartrules.analysis.solving.solver import Solver
from smartrules.analysis.solving.tiers import solve_tier
from smartrules.diagnostics import (
    Diagnostic,
    NotFoundError,
    RulesetError,
    SmartrulesError,
    one_of,
    shorten,
)
from smartrules.expr.nodes import Expr
from smartrules.expr.text import source
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset

#: How many ways of coming to an outcome are tried before another reach.
_MOST_WAYS = 100


@frozen
class Wanted:
    """An outcome of a tier, or of an indicator at a tier."""

    ruleset: Ruleset
    tier: str
    indicator: str | None
    outcome: Outcome

    def __str__(self) -> str:
        return self.tier if self.indicator is None else f"{self.tier}.{self.indicator}"

    def found(self, choose: Choose, unsolved: list[Expr]) -> Demand | None:
        """Return the first way to come to the outcome that has a solution, None where none is found."""
        for reach in REACHES:
            solver = Solver(self.ruleset.edition, choose, unsolved=unsolved)
            try:
                for demand in islice(self._ways(solver, Demand(self.ruleset.edition, reach)), _MOST_WAYS):
                    if solution(demand.spans, demand.inequalities) is not None:
                        return demand
            except Exhausted:
                continue
        return None

    def _ways(self, solver: Solver, demand: Demand) -> Iterator[Demand]:
        if self.indicator is None:
            return solve_tier(solver, self.tier, self.outcome, demand)
        return solver.solve(self.ruleset.edition.rules(self.tier)[self.indicator], self.outcome, demand)


def want(ruleset: Ruleset, tier: str | None, indicator: str | None, outcome: Outcome | str) -> Wanted:
    """Return an outcome that some facts have.

    Raises:
        NotFoundError: for a tier or indicator that the ruleset does not have.
        SmartrulesError: SR618 for what is no outcome, or where neither a tier nor an indicator is named.
        RulesetError: SR617 where no facts of that outcome are found, with the parts of the rule that are not solved.
    """
    edition = ruleset.edition
    if tier is None and indicator is None:
        raise SmartrulesError.of(
            "SR618", "`outcome` is given without saying of what", "name a `tier`, an `indicator`, or both"
        )
    if outcome not in list(Outcome):
        raise SmartrulesError.of(
            "SR618", f"`{shorten(str(outcome))}` is no outcome", f"the outcomes are {one_of([*Outcome])}"
        )
    name = None if indicator is None else ruleset.indicator(indicator).id
    if tier is None:
        tier = next(level.id for level in edition.tiers if not level.known or name in edition.rules(level.id))
    asked = known_tier(ruleset, tier)
    if name is not None and name not in edition.rules(asked):
        raise NotFoundError.of("SR603", f"the tier `{asked}` requires nothing of `{name}`", "ask for another tier")
    wanted, unsolved = Wanted(ruleset, asked, name, Outcome(outcome)), list[Expr]()
    if wanted.found(lambda alternatives: alternatives, unsolved) is None:
        raise _not_found(wanted, unsolved)
    return wanted


def known_tier(ruleset: Ruleset, tier: str) -> str:
    """Return a tier that the ruleset has.

    Raises:
        NotFoundError: where it has none of that name.
    """
    return ruleset.edition.tier(tier).id


def _not_found(wanted: Wanted, unsolved: list[Expr]) -> RulesetError:
    what = f"no facts are found of which `{wanted}` is {wanted.outcome.value.replace('_', ' ')}"
    if not unsolved:
        return RulesetError.of("SR617", what, "the rule and the declared bounds may leave none")
    return RulesetError(
        [
            Diagnostic(
                "SR617",
                f"{what}: `{shorten(source(node), 80)}` is not solved for its facts",
                "draw facts without `outcome`, or write them by hand",
            )
            for node in unsolved
        ]
    )
