"""Two rulesets say the same of every community that both of them know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.beside import alike
from smartrules.engines.solving.found import Judged, NotEncodedError
from smartrules.engines.solving.truths import Truth, both, negated, some
from smartrules.outcome import Outcome
from smartrules.standard import FactDeclaration


def equivalent(one: Prover, other: Prover) -> Iterator[Proof]:
    """Yield whether the facts are declared alike, and of each tier and indicator whether it comes to the same in both."""
    yield from _declared(one, other)
    tiers, others = one.edition.tier_by_id, other.edition.tier_by_id
    for tier in {**tiers, **others}:
        if tier not in tiers or tier not in others:
            yield _only(Property.EQUIVALENT, tier in tiers, tier=tier)
            continue
        rules, other_rules = one.edition.rules(tier), other.edition.rules(tier)
        for name in {**rules, **other_rules}:
            if name not in rules or name not in other_rules:
                yield _only(Property.EQUIVALENT, name in rules, tier=tier, indicators=(name,))
            else:
                yield from _both(one, other, tier, name)
        if tiers[tier].known and others[tier].known:
            yield from _both(one, other, tier, None)


def _only(stated: Property, is_in_one: bool, **about: Any) -> Proof:
    """Return that only one of the rulesets has a thing: the one that is asked about, or the other."""
    where: Literal["ruleset", "other"] = "ruleset" if is_in_one else "other"
    return Proof(stated, Verdict.REFUTED, Reason.ONLY_IN_ONE, only_in=where, **about)


def _both(one: Prover, other: Prover, tier: str, name: str | None) -> Iterator[Proof]:
    """Yield whether a thing comes to the same in both, and, where it does, whether that is so with missing facts too."""
    found = _asked(one, other, tier, name, Property.EQUIVALENT)
    yield found
    if found.verdict is Verdict.PROVED:
        yield _asked(one.with_less, other.with_less, tier, name, Property.EQUIVALENT_WITH_LESS)


def _declared(one: Prover, other: Prover) -> Iterator[Proof]:
    facts, others = one.edition.fact_by_id, other.edition.fact_by_id
    same = 0
    for name in {**facts, **others}:
        if name not in facts or name not in others:
            yield _only(Property.DECLARED_ALIKE, name in facts, facts=(name,))
        elif _values(facts[name]) != _values(others[name]) or one.edition.collection_of_fact.get(
            name
        ) != other.edition.collection_of_fact.get(name):
            yield Proof(Property.DECLARED_ALIKE, Verdict.REFUTED, Reason.DECLARED_OTHERWISE, facts=(name,))
        else:
            same += 1
    if same:
        yield Proof(Property.DECLARED_ALIKE, Verdict.PROVED, Reason.SAME_RULE, number=same)


def _values(declared: FactDeclaration) -> tuple[object, ...]:
    """Return what says which values a fact can have."""
    return (
        declared.kind,
        declared.dimension,
        frozenset(declared.member_ids),
        declared.minimum,
        declared.maximum,
        declared.step,
        declared.at_most,
        declared.derived,
    )


def _asked(one: Prover, other: Prover, tier: str, name: str | None, stated: Property) -> Proof:
    about: dict[str, Any] = {"tier": tier, "indicators": () if name is None else (name,)}
    if name is None:
        names = one.behind_tier(one.edition.tier_by_id[tier])
        other_names = other.behind_tier(other.edition.tier_by_id[tier])
    else:
        names, other_names = one.behind(tier, name), other.behind(tier, name)
    unlike = [fact for fact in names & other_names if not _comparable(one, other, fact)]
    if unlike:
        return Proof(stated, Verdict.NOT_ENCODED, Reason.DECLARED_OTHERWISE, facts=tuple(sorted(unlike)), **about)
    try:
        found, others = _judged(one, tier, name), _judged(other, tier, name)
    except NotEncodedError as not_encoded:
        return Proof(stated, Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what, **about)
    apart = some(both(found.truth_of(outcome), negated(others.truth_of(outcome))) for outcome in Outcome)
    truths: list[Truth] = [
        *one.space.declared(names | other_names & one.edition.fact_by_id.keys()),
        *other.space.declared(other_names | names & other.edition.fact_by_id.keys()),
        *_alike(one, other, names | other_names),
        apart,
    ]
    answer = one.asking.ask(truths)
    if answer.reply is Reply.NONE:
        return Proof(stated, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, **about)
    if answer.reply is Reply.OPEN:
        return Proof(stated, Verdict.UNKNOWN, Reason.TIME, **about)
    unknowns = [*one.space.unknowns(names), *other.space.unknowns(other_names - names)]
    model = one.asking.rounded(unknowns, truths, answer.model)
    shown = (one.witness_of(names, model, [(tier, name)]), other.witness_of(other_names, model, [(tier, name)]))
    return Proof(stated, Verdict.REFUTED, Reason.COUNTEREXAMPLE, witnesses=shown, **about)


def _judged(prover: Prover, tier: str, name: str | None) -> Judged:
    return prover.indicator(tier, name) if name is not None else prover.solver.tier(prover.edition.tier_by_id[tier])


def _comparable(one: Prover, other: Prover, name: str) -> bool:
    fact, again = one.edition.fact_by_id.get(name), other.edition.fact_by_id.get(name)
    if fact is None or again is None:
        return (fact is None) == (again is None)
    places = [prover.edition.collection_of_fact.get(name) for prover in (one, other)]
    return fact.kind.is_number == again.kind.is_number and (
        (fact.dimension == again.dimension and places[0] == places[1])
        if fact.kind.is_number
        else (fact.kind is again.kind and places[0] == places[1])
    )


def _alike(one: Prover, other: Prover, names: frozenset[str]) -> Iterator[Truth]:
    for name in names:
        fact, again = one.edition.fact_by_id.get(name), other.edition.fact_by_id.get(name)
        if fact is not None and again is not None and fact.derived is None and again.derived is None:
            yield from alike(fact, one.space, again, other.space)
