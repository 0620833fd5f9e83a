"""More of what is declared to be better never loses an indicator, everything else being the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smartrules.analysis.directions import Direction, directions
from smartrules.analysis.proofs.behind import is_not_to_hand
from smartrules.analysis.proofs.prover import Prover, passes
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.beside import never_less
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import some
from smartrules.standard import FactDeclaration


def monotone(prover: Prover) -> Iterator[Proof]:
    """Yield of each fact with a declared direction, and each indicator that rests on it, whether it only helps that way."""
    edition = prover.edition
    for declared in edition.fact_by_id.values():
        if declared.better is None:
            continue
        seen = set[int]()
        for level in edition.tiers:
            for name, rule in edition.rules(level.id).items():
                rests_on = {*edition.names_behind(rule), *prover.behind(level.id, name)}
                if id(rule) in seen or declared.id not in rests_on:
                    continue
                seen.add(id(rule))
                yield _asked(prover, level.id, name, declared)


def _asked(prover: Prover, tier: str, name: str, declared: FactDeclaration) -> Proof:
    stated = Property.MONOTONE
    rule = prover.edition.rules(tier)[name]
    wanted = Direction.HELPS if declared.better == "more" else Direction.HARMS
    if directions(rule, prover.edition).get(declared.id) is wanted:
        return Proof(stated, Verdict.PROVED, Reason.DIRECTION, tier=tier, indicators=(name,), facts=(declared.id,))
    about: dict[str, Any] = {"tier": tier, "indicators": (name,), "facts": (declared.id,)}
    if declared.derived is not None:
        made = f"`better` of `{declared.id}`, which is made of members"
        return Proof(stated, Verdict.NOT_ENCODED, Reason.NODE, node=made, **about)
    if is_not_to_hand(prover.edition, rule):
        return Proof(stated, Verdict.NOT_TO_HAND, Reason.NODE, **about)
    names = prover.behind(tier, name)
    try:
        judged = prover.indicator(tier, name)
    except NotEncodedError as not_encoded:
        return Proof(stated, Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what, **about)
    after = prover.with_other(declared.id)
    less, more = (prover, after) if declared.better == "more" else (after, prover)
    steps = list(never_less(declared, less.space, more.space))
    truths = [
        *prover.space.declared(names),
        *after.space.declared(names),
        *(no_less for no_less, _ in steps),
        some(is_more for _, is_more in steps),
        passes(judged),
        after.indicator(tier, name).not_met,
    ]
    answer = prover.asking.ask(truths)
    if answer.reply is Reply.NONE:
        return Proof(stated, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, **about)
    if answer.reply is Reply.OPEN:
        return Proof(stated, Verdict.UNKNOWN, Reason.TIME, **about)
    unknowns = [*prover.space.unknowns(names), *after.space.unknowns([declared.id])]
    model = prover.asking.rounded(unknowns, truths, answer.model)
    shown = tuple(one.witness_of(names, model, [(tier, name)]) for one in (prover, after))
    return Proof(stated, Verdict.REFUTED, Reason.COUNTEREXAMPLE, witnesses=shown, **about)
