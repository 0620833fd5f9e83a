"""No two requirements of a tier contradict: where both apply, a community can meet both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from smartrules.analysis.proofs.components import components
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import both, either

_Pair = tuple[str, str]


def contradictions(prover: Prover) -> Iterator[Proof]:
    """Yield each two requirements that contradict, or that stay open; and of each tier how many pairs do not.

    Two that rest on no common fact never contradict. Neither do two of which conditions let only one apply.
    """
    seen = set[tuple[int, int]]()
    for level in prover.edition.tiers:
        rules, fine = prover.edition.rules(level.id), 0
        alone = [name for name in rules if _can_be_met(prover, level.id, name)]
        for together in components(prover, level.id, alone):
            pairs = [pair for pair in combinations(together, 2) if _once(seen, id(rules[pair[0]]), id(rules[pair[1]]))]
            left = pairs if pairs and not _all_met(prover, level.id, together) else []
            fine += len(pairs) - len(left)
            for pair in left:
                found = _asked(prover, level.id, pair)
                if found is None:
                    fine += 1
                else:
                    yield found
        if fine:
            yield Proof(Property.NO_CONTRADICTION, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, tier=level.id, number=fine)


def _once(seen: set[tuple[int, int]], *pair: int) -> bool:
    one, other = pair
    if (one, other) in seen:
        return False
    seen.add((one, other))
    return True


def _can_be_met(prover: Prover, tier: str, name: str) -> bool:
    try:
        return prover.ask(prover.behind(tier, name), [prover.indicator(tier, name).met]).reply is not Reply.NONE
    except NotEncodedError:
        return False


def _all_met(prover: Prover, tier: str, together: tuple[str, ...]) -> bool:
    truths = [prover.indicator(tier, name).met for name in together]
    return prover.ask(prover.behind(tier, *together), truths).reply is Reply.SOME


def _asked(prover: Prover, tier: str, pair: _Pair) -> Proof | None:
    names = prover.behind(tier, *pair)
    one, other = (prover.indicator(tier, name) for name in pair)
    both_met = prover.ask(names, [one.met, other.met]).reply
    if both_met is Reply.SOME:
        return None
    both_apply = prover.ask(names, [either(one.met, one.not_met), either(other.met, other.not_met)]).reply
    if both_apply is Reply.NONE:
        return None
    if Reply.OPEN in (both_met, both_apply):
        return Proof(Property.NO_CONTRADICTION, Verdict.UNKNOWN, Reason.TIME, tier=tier, indicators=pair)
    shown = []
    for met, missed in ((one, other), (other, one)):
        truths = [both(met.met, missed.not_met)]
        answer = prover.ask(names, truths)
        if answer.reply is Reply.SOME:
            shown.append(prover.witness(names, truths, answer, [(tier, name) for name in pair]))
    return Proof(
        Property.NO_CONTRADICTION,
        Verdict.REFUTED,
        Reason.NO_SUCH_COMMUNITY,
        tier=tier,
        indicators=pair,
        witnesses=tuple(shown),
    )
