"""What the solver says of one community, beside what the reference says of it."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.engines.solver import Solver
from smartrules.engines.solving.library import z3
from smartrules.engines.solving.space import Space, shape_of
from smartrules.engines.solving.truths import negated
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset


def disagreements(ruleset: Ruleset, facts: Facts) -> list[str]:
    """Return where the solver, told the facts of one community, leaves another outcome than the reference gives."""
    edition, assessment = ruleset.edition, ruleset.assess(facts)
    space = Space(edition, shape_of(facts))
    solver, asking = Solver(edition, space), z3.Solver()
    asking.add(*space.pinned(facts), True)
    assert asking.check() == z3.sat, "these facts are no community for the solver"

    def said() -> Iterator[tuple[str, Outcome, object]]:
        for tier, assessed in assessment.items():
            yield tier, assessed.outcome, solver.tier(edition.tier_by_id[tier])
            for name, finding in assessed.items():
                yield f"{tier}.{name}", finding.outcome, solver.indicator(tier, name)

    found = [
        (f"{what} is {expected}, and the solver says {'not that' if outcome is expected else outcome}", wrong)
        for what, expected, judged in said()
        for outcome in Outcome
        for wrong in [judged.truth_of(outcome)]  # type: ignore[attr-defined]
        for wrong in [negated(wrong) if outcome is expected else wrong]
        if wrong is not False
    ]
    asking.add(z3.Or([False, *(wrong for _, wrong in found)]))
    if asking.check() == z3.unsat:
        return []
    model = asking.model()
    return [what for what, wrong in found if wrong is True or z3.is_true(model.eval(wrong, model_completion=True))]
