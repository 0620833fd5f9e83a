"""The expectations of cases are consistent: with the rules, and of two communities that may be the same one with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from attrs import evolve

from smartrules.analysis.proofs.behind import behind
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.verification import Claim, Proof, Property, Reason, Verdict, Witness
from smartrules.documents.cases import Case
from smartrules.engines.solver import Solver
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.beside import is_made_of
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.linear import number
from smartrules.engines.solving.space import Shape, Space, shape_of
from smartrules.engines.solving.truths import Truth, either, negated
from smartrules.expr.nodes import Name
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_MET, Outcome

_Thing = tuple[str, str | None]


def consistent(prover: Prover, cases: Sequence[Case]) -> Iterator[Proof]:
    """Yield each case that the rules contradict, each two that contradict each other, and how many do neither."""
    fine = 0
    for case in cases:
        wrong = _against_the_rules(prover, case)
        if wrong is None:
            fine += 1
        else:
            yield wrong
    expected = [(case, _expected(prover, case)) for case in cases]
    for (one, of_one), (other, of_other) in combinations(expected, 2):
        apart = [thing for thing in of_one if {of_one[thing], of_other.get(thing)} == {MET, NOT_MET}]
        if apart:
            found = _both(prover, one, other, apart[0])
            if found is None:
                fine += 1
            else:
                yield found
        elif of_one.keys() & of_other.keys():
            fine += 1
    if fine:
        yield Proof(Property.CASES_CONSISTENT, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, number=fine)


def _expected(prover: Prover, case: Case) -> dict[_Thing, Outcome]:
    """Return the outcomes that a case expects, of tiers and of indicators at tiers."""
    found: dict[_Thing, Outcome] = {(tier, None): outcome for tier, outcome in case.tiers.items()}
    for tier, indicators in case.indicators.items():
        found |= {(tier, name): outcome for name, outcome in indicators.items()}
    if case.tier is not None:
        # The highest tier that is reached with all below it.
        for level in prover.edition.tiers:
            if case.tier == "none":
                break
            found.setdefault((level.id, None), MET)
            if level.id == case.tier:
                break
    return found


def _against_the_rules(prover: Prover, case: Case) -> Proof | None:
    found = _expected(prover, case)
    for (tier, name), outcome in found.items():
        there = prover.outcome(case.facts, tier, name)
        if there is not outcome:
            claim = Claim(tier, name, there, prover.edition.name)
            shown = Witness(prover.edition, case.facts, (claim,))
            return Proof(
                Property.CASES_CONSISTENT,
                Verdict.REFUTED,
                Reason.AGAINST_THE_RULE,
                tier=tier,
                indicators=() if name is None else (name,),
                cases=(case.name,),
                witnesses=(shown,),
            )
    return None


def _both(prover: Prover, one: Case, other: Case, thing: _Thing) -> Proof | None:
    """Return that two cases contradict each other: a community that is as both of them say, of which they expect otherwise."""
    together = _merged(one.facts, other.facts)
    if together is None:
        return None
    edition, tier, name = prover.edition, *thing
    shape = _shape(prover.space.shape, together)
    space = Space(edition, shape)
    names = space.related([*together.facts, *together.collections])
    about: dict[str, Any] = {
        "tier": tier,
        "indicators": () if name is None else (name,),
        "cases": (one.name, other.name),
    }
    try:
        truths = [
            *space.declared(names),
            *space.pinned(evolve(together, stated={})),
            *_agreeing(Solver(edition, space), together),
        ]
    except NotEncodedError as not_encoded:
        return Proof(Property.CASES_CONSISTENT, Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what, **about)
    answer = prover.asking.ask(truths)
    if answer.reply is Reply.NONE:
        return None
    if answer.reply is Reply.OPEN:
        return Proof(Property.CASES_CONSISTENT, Verdict.UNKNOWN, Reason.TIME, **about)
    claim = Claim(tier, name, prover.outcome(together, tier, name), edition.name)
    shown = Witness(edition, together, (claim,))
    return Proof(Property.CASES_CONSISTENT, Verdict.REFUTED, Reason.COUNTEREXAMPLE, witnesses=(shown,), **about)


def _agreeing(solver: Solver, facts: Facts) -> Iterator[Truth]:
    """Yield that a figure, or a fact made of members, is what the facts behind it come to."""
    edition, shape = solver.edition, solver.space.shape
    for measure, fact in facts.stated.items():
        if all(name in shape.given for name in edition.facts_behind(edition.measure_by_id[measure].value)):
            assert isinstance(fact.value, int | Fraction)
            found = solver.number(Name(measure))
            yield either(negated(found.known), found.value.compared("=", number(fact.value)))
    for name in facts.facts:
        declared = edition.fact_by_id[name]
        if declared.derived is not None and behind(edition, [declared.derived]) & shape.collections.keys():
            yield is_made_of(declared, solver)


def _merged(one: Facts, other: Facts) -> Facts | None:
    """Return what two facts documents say together; None where they contradict each other."""
    for mine, theirs in ((one.facts, other.facts), (one.stated, other.stated)):
        if any(fact.value != theirs[name].value for name, fact in mine.items() if name in theirs):
            return None
    if any(
        records != other.collections[name] for name, records in one.collections.items() if name in other.collections
    ):
        return None
    if one.on is not None and other.on is not None and one.on != other.on:
        return None
    if one.not_reported != other.not_reported:  # that nothing else is reported is a part of what they say
        return None
    return evolve(
        one,
        facts={**one.facts, **other.facts},
        stated={**one.stated, **other.stated},
        collections={**one.collections, **other.collections},
        on=one.on or other.on,
    )


def _shape(everything: Shape, facts: Facts) -> Shape:
    """Return what may be known of a community of which some facts are: all the others, those of its members too."""
    known = shape_of(facts)
    of_member = {name: slots[0].given for name, slots in everything.collections.items() if slots}
    collections = {
        name: tuple(evolve(slot, given=of_member.get(name, slot.given)) for slot in slots)
        for name, slots in known.collections.items()
    }
    given = known.given | (everything.given - facts.not_reported)
    return evolve(known, given=given, stated=frozenset(), collections=collections)
