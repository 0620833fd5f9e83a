"""No two requirements of a tier contradict: where both apply, a community can meet both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from smartrules.analysis.proofs.components import grouped
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.standing import named, standing
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import both, either
from smartrules.standard import Edition, Tier

#: An indicator at a tier.
_One = tuple[str, str]
_Pair = tuple[_One, _One]


def contradictions(prover: Prover) -> Iterator[Proof]:
    """Yield each two requirements that contradict, or that stay open; and of each tier how many pairs do not.

    Two that rest on no common fact never contradict. Neither do two of which conditions let only one apply. Whoever reaches
    a tier passes what the tiers below it ask as well, so that a requirement is also asked together with these.
    """
    seen = set[tuple[int, int]]()
    for level in prover.edition.tiers:
        fine = 0
        behind = {
            thing: prover.behind(*thing) for thing in _asked_of(prover.edition, level) if _can_be_met(prover, thing)
        }
        for together in grouped(prover, behind):
            pairs = [pair for pair in combinations(together, 2) if _once(prover, seen, pair)]
            left = pairs if pairs and not _all_met(prover, together) else []
            fine += len(pairs) - len(left)
            for pair in left:
                found = _asked(prover, level, pair)
                if found is None:
                    fine += 1
                else:
                    yield found
        if fine:
            yield Proof(Property.NO_CONTRADICTION, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, tier=level.id, number=fine)


def _asked_of(edition: Edition, level: Tier) -> list[_One]:
    """Return the requirements of a tier, and those that it does not inherit of the tiers below that ask all of them.

    A tier with a rule of its own is met without each of its indicators, so that none of them is held against a lower tier.
    """
    rules = edition.rules(level.id)
    if level.rule is not None:
        return [(level.id, name) for name in rules]
    own = {id(rule) for rule in rules.values()}
    lower = [(tier, name) for tier, name in standing(edition, level) if name is not None and tier != level.id]
    return [(tier, name) for tier, name in lower if id(edition.rules(tier)[name]) not in own] + [
        (level.id, name) for name in rules
    ]


def _once(prover: Prover, seen: set[tuple[int, int]], pair: _Pair) -> bool:
    one, other = (id(prover.edition.rules(tier)[name]) for tier, name in pair)
    if (one, other) in seen or (other, one) in seen:
        return False
    seen.add((one, other))
    return True


def _can_be_met(prover: Prover, thing: _One) -> bool:
    try:
        return prover.ask(prover.behind(*thing), [prover.indicator(*thing).met]).reply is not Reply.NONE
    except NotEncodedError:
        return False


def _all_met(prover: Prover, together: Sequence[_One]) -> bool:
    names = frozenset[str]().union(*(prover.behind(*thing) for thing in together))
    return prover.ask(names, [prover.indicator(*thing).met for thing in together]).reply is Reply.SOME


def _asked(prover: Prover, level: Tier, pair: _Pair) -> Proof | None:
    names = prover.behind(*pair[0]) | prover.behind(*pair[1])
    one, other = (prover.indicator(*thing) for thing in pair)
    both_met = prover.ask(names, [one.met, other.met]).reply
    if both_met is Reply.SOME:
        return None
    both_apply = prover.ask(names, [either(one.met, one.not_met), either(other.met, other.not_met)]).reply
    if both_apply is Reply.NONE:
        return None
    if Reply.OPEN in (both_met, both_apply):
        return named(Proof(Property.NO_CONTRADICTION, Verdict.UNKNOWN, Reason.TIME, tier=level.id), pair)
    shown = []
    for met, missed in ((one, other), (other, one)):
        truths = [both(met.met, missed.not_met)]
        answer = prover.ask(names, truths)
        if answer.reply is Reply.SOME:
            shown.append(prover.witness(names, truths, answer, pair))
    found = Proof(
        Property.NO_CONTRADICTION,
        Verdict.REFUTED,
        Reason.NO_SUCH_COMMUNITY,
        tier=level.id,
        witnesses=tuple(shown),
    )
    return named(found, pair)
