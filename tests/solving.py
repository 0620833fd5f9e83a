"""What the solver says of one community, beside what the reference says of it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from smartrules.engines.solver import Solver
from smartrules.engines.solving.library import z3
from smartrules.engines.solving.space import ON, Space, everything, shape_of
from smartrules.engines.solving.truths import negated
from smartrules.facts import Facts, Record
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset


def disagreements(ruleset: Ruleset, facts: Facts) -> list[str]:
    """Return where the solver, told the facts of one community, leaves another outcome than the reference gives."""
    space = Space(ruleset.edition, shape_of(facts))
    return _disagreements(ruleset, facts, space, space.pinned(facts))


def disagreements_of_any(ruleset: Ruleset, facts: Facts, members: int) -> list[str]:
    """Return the same of a space of all communities, where any fact may be missing: it is told which are, and how many members.

    The facts are neither stated nor said not to be reported.
    """
    edition = ruleset.edition
    made = {name for name in facts.facts if edition.fact_by_id[name].derived is not None}
    shape = everything(edition, members, missing=frozenset([*edition.fact_by_id, ON]))
    known = {name: slots for name, slots in shape.collections.items() if name in facts.collections}
    space = Space(edition, evolve(shape, given=shape.given | made, collections=known))
    told = list[object]()
    placed = dict[str, tuple[Record, ...]]()
    for name, slots in known.items():
        records = facts.collections[name]
        told += [slot.present if place < len(records) else negated(slot.present) for place, slot in enumerate(slots)]
        placed[name] = tuple(evolve(record, id=slot.id) for record, slot in zip(records, slots, strict=False))
        for record, slot in zip(records, slots, strict=False):
            for fact in edition.collection_by_id[name].facts:
                there = space.is_known(fact.id, f"{name}.{slot.id}.{fact.id}")
                told.append(there if fact.id in record.facts else negated(there))
    for name in shape.given | made:
        there = space.is_known(name, name)
        told.append(there if name in facts.facts else negated(there))
    there = space.is_known(ON, ON)
    told.append(there if facts.on is not None else negated(there))
    return _disagreements(ruleset, facts, space, [*told, *space.pinned(evolve(facts, collections=placed))])


def _disagreements(ruleset: Ruleset, facts: Facts, space: Space, told: list[object]) -> list[str]:
    edition, assessment = ruleset.edition, ruleset.assess(facts)
    solver, asking = Solver(edition, space), z3.Solver()
    asking.add(*told, True)
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
