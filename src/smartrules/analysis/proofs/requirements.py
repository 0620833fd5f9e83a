"""Every requirement can be met, and can be missed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from smartrules.analysis.proofs.behind import is_advice, is_not_to_hand
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.outcome import MET, NOT_MET, Outcome

_PROPERTY = {MET: Property.CAN_BE_MET, NOT_MET: Property.CAN_BE_MISSED}


def can_be(prover: Prover, outcome: Outcome) -> Iterator[Proof]:
    """Yield of each requirement whether a community meets it, or misses it (the outcome says which); one that is inherited is asked once."""
    edition, seen = prover.edition, set[tuple[str, int]]()
    for tier in edition.tiers:
        for name, requirement in edition.requirements(tier.id).items():
            if (name, id(requirement)) not in seen:
                seen.add((name, id(requirement)))
                yield _asked(prover, tier.id, name, outcome)


def _asked(prover: Prover, tier: str, name: str, outcome: Outcome) -> Proof:
    rule, stated = prover.edition.rules(tier)[name], _PROPERTY[outcome]

    proof = partial(Proof, stated, tier=tier, indicators=(name,))
    if is_advice(rule):
        return proof(Verdict.NOT_TO_HAND, Reason.ONLY_ADVICE)
    names = prover.behind(tier, name)
    try:
        truth = prover.indicator(tier, name).truth_of(outcome)
    except NotEncodedError as not_encoded:
        return proof(Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what)
    answer = prover.ask(names, [truth])
    if answer.reply is Reply.SOME:
        return proof(
            Verdict.PROVED, Reason.EXAMPLE, witnesses=(prover.example(names, [truth], answer, [(tier, name)]),)
        )
    if answer.reply is Reply.OPEN:
        return proof(Verdict.UNKNOWN, Reason.TIME)
    if is_not_to_hand(prover.edition, rule):
        return proof(Verdict.NOT_TO_HAND, Reason.NODE)
    answer = prover.ask(names, [])
    shown = (prover.witness(names, [], answer, [(tier, name)]),) if answer.reply is Reply.SOME else ()
    judged = prover.indicator(tier, name)
    applies = (
        prover.ask(names, [judged.met]).reply is Reply.SOME or prover.ask(names, [judged.not_met]).reply is Reply.SOME
    )
    return proof(Verdict.REFUTED, Reason.NO_SUCH_COMMUNITY if applies else Reason.NEVER_APPLIES, witnesses=shown)
