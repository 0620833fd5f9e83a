"""Tiers can be reached and missed, and each implies the one below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import evolve

from smartrules.analysis.proofs.components import grouped
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.standing import Thing, named, standing, up_to
from smartrules.analysis.proofs.verification import Claim, Proof, Property, Reason, Verdict, Witness
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import Truth, both, either, negated, some
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.standard import Tier


def reachable(prover: Prover) -> Iterator[Proof]:
    """Yield of each tier whether a community reaches it with all tiers below it that are to hand."""
    for level in prover.edition.tiers:
        if not level.known:
            yield Proof(Property.TIER_REACHABLE, Verdict.NOT_TO_HAND, tier=level.id)
            continue
        try:
            yield _reachable(prover, level)
        except NotEncodedError as not_encoded:
            yield Proof(Property.TIER_REACHABLE, Verdict.NOT_ENCODED, Reason.NODE, tier=level.id, node=not_encoded.what)


def _reachable(prover: Prover, level: Tier) -> Proof:
    edition = prover.edition
    behind = {thing: prover.behind_thing(thing) for thing in standing(edition, level)}
    found = Facts(edition.name)
    for together in grouped(prover, behind):
        names = frozenset[str]().union(*(behind[thing] for thing in together))
        truths = [prover.passes(thing) for thing in together]
        answer = prover.ask(names, truths)
        if answer.reply is Reply.SOME:
            found = merged(found, prover.example(names, truths, answer, []).facts)
        elif answer.reply is Reply.OPEN:
            return Proof(Property.TIER_REACHABLE, Verdict.UNKNOWN, Reason.TIME, tier=level.id)
        else:
            return _unreachable(prover, level, together)
    claims = [Claim(one.id, None, MET, edition.name) for one in up_to(edition, level)]
    shown = Witness(edition, found, prover.claims(found, claims))
    return Proof(Property.TIER_REACHABLE, Verdict.PROVED, Reason.EXAMPLE, tier=level.id, witnesses=(shown,))


def _unreachable(prover: Prover, level: Tier, together: list[Thing]) -> Proof:
    """Return the fewest requirements, of the tier and of those below it, that no community passes together."""

    def behind(things: Iterable[Thing]) -> frozenset[str]:
        return frozenset[str]().union(*map(prover.behind_thing, things))

    always = prover.space.declared(behind(together))
    core = prover.asking.core(always, [prover.passes(thing) for thing in together])
    things = together if core is None else [together[place] for place in core]
    # A community that passes all of them but one, where there is one; else any.
    own = behind(things)
    others = [prover.passes(thing) for thing in things[1:]]
    shown: tuple[Witness, ...] = ()
    for truths in (others, []):
        near = prover.ask(own, truths)
        if near.reply is Reply.SOME:
            shown = (prover.witness(own, truths, near, things),)
            break
    not_to_hand = [(tier, name) for tier, name in things if name is not None and prover.is_not_to_hand(tier, name)]
    found = Proof(
        Property.TIER_REACHABLE,
        Verdict.NOT_TO_HAND if not_to_hand else Verdict.REFUTED,
        Reason.NO_SUCH_COMMUNITY,
        tier=level.id,
        witnesses=shown,
    )
    return named(found, not_to_hand or things)


def missable(prover: Prover) -> Iterator[Proof]:
    """Yield of each tier whether a community misses it."""
    for level in prover.edition.tiers:
        if level.known:
            yield _missable(prover, level)


def _missable(prover: Prover, level: Tier) -> Proof:
    stated = Property.TIER_MISSABLE
    replies = set[Reply]()
    try:
        if level.rule is not None:
            names = prover.behind_tier(level)
            missed = prover.solver.tier(level).not_met
            answer = prover.ask(names, [missed])
            if answer.reply is Reply.SOME:
                shown = prover.example(names, [missed], answer, [(level.id, None)])
                return Proof(stated, Verdict.PROVED, Reason.EXAMPLE, tier=level.id, witnesses=(shown,))
            replies.add(answer.reply)
        for name in prover.edition.mandatory(level.id) if level.rule is None else ():
            names = prover.behind(level.id, name)
            answer = prover.ask(names, [prover.indicator(level.id, name).not_met])
            if answer.reply is Reply.SOME:
                facts = prover.space.community(answer.model, names)
                shown = Witness(
                    prover.edition, facts, prover.claims(facts, [Claim(level.id, None, NOT_MET, prover.edition.name)])
                )
                return Proof(stated, Verdict.PROVED, Reason.EXAMPLE, tier=level.id, witnesses=(shown,))
            replies.add(answer.reply)
    except NotEncodedError as not_encoded:
        return Proof(stated, Verdict.NOT_ENCODED, Reason.NODE, tier=level.id, node=not_encoded.what)
    if Reply.OPEN in replies:
        return Proof(stated, Verdict.UNKNOWN, Reason.TIME, tier=level.id)
    names = prover.behind_tier(level)
    answer = prover.ask(names, [])
    shown_ = (prover.witness(names, [], answer, [(level.id, None)]),) if answer.reply is Reply.SOME else ()
    return Proof(stated, Verdict.REFUTED, Reason.NO_SUCH_COMMUNITY, tier=level.id, witnesses=shown_)


def nested(prover: Prover) -> Iterator[Proof]:
    """Yield of each two neighbouring tiers whether every community that reaches the higher one reaches the lower one."""
    known = [level for level in prover.edition.tiers if level.known]
    for below, above in pairwise(known):
        try:
            yield _nested(prover, above, below)
        except NotEncodedError as not_encoded:
            yield Proof(
                Property.TIERS_NESTED,
                Verdict.NOT_ENCODED,
                Reason.NODE,
                tier=above.id,
                below=below.id,
                node=not_encoded.what,
            )


def _nested(prover: Prover, above: Tier, below: Tier) -> Proof:
    if above.rule is not None or below.rule is not None:
        return _nested_by_rule(prover, above, below)
    edition = prover.edition
    own, lower = edition.rules(above.id), edition.rules(below.id)
    mandatory = frozenset(edition.mandatory(above.id))
    # What the higher tier asks unchanged, it implies.
    left = [name for name in edition.mandatory(below.id) if name not in mandatory or own[name] != lower[name]]
    about: dict[str, Any] = {"tier": above.id, "below": below.id}
    if not left:
        return Proof(Property.TIERS_NESTED, Verdict.PROVED, Reason.SAME_RULE, **about)
    behind = {(above.id, name): prover.behind(above.id, name) for name in edition.mandatory(above.id)}
    behind |= {(below.id, name): prover.behind(below.id, name) for name in left}
    unknown = False
    groups = grouped(prover, behind)
    for group in groups:
        truths, passing = _parted(prover, above, group)
        names = frozenset[str]().union(*(behind[thing] for thing in group))
        answer = prover.ask(names, [*truths, some(map(negated, passing))]) if passing else None
        if answer is not None and answer.reply is Reply.SOME:
            return _overtaken(prover, above, below, groups, group)
        unknown = unknown or (answer is not None and answer.reply is Reply.OPEN)
    if unknown:
        return Proof(Property.TIERS_NESTED, Verdict.UNKNOWN, Reason.TIME, **about)
    return Proof(Property.TIERS_NESTED, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, **about)


def _parted(prover: Prover, above: Tier, group: list[tuple[str, str]]) -> tuple[list[Truth], list[Truth]]:
    """Return whether the indicators of a group pass, those of the higher tier and those of the lower one."""
    upper = [prover.passes(thing) for thing in group if thing[0] == above.id]
    return upper, [prover.passes(thing) for thing in group if thing[0] != above.id]


def _overtaken(
    prover: Prover, above: Tier, below: Tier, groups: list[list[tuple[str, str]]], missing: list[tuple[str, str]]
) -> Proof:
    """Return that a community meets the higher tier and not the lower one, of which it fails as little as there is to fail."""
    edition, proof = prover.edition, partial(Proof, Property.TIERS_NESTED, tier=above.id, below=below.id)
    facts = Facts(edition.name)
    for group in groups:
        upper, lower = _parted(prover, above, group)
        names = frozenset[str]().union(*(prover.behind(*thing) for thing in group))
        tries = [[*upper, *lower], upper]
        if group is missing:
            alone = [[*lower[:place], negated(one), *lower[place + 1 :]] for place, one in enumerate(lower)]
            tries = [[*upper, *truths] for truths in (*alone, [some(map(negated, lower))])]
        for truths in tries:
            answer = prover.ask(names, truths)
            if answer.reply is Reply.SOME:
                break
        if answer.reply is Reply.OPEN:
            return proof(Verdict.UNKNOWN, Reason.TIME)
        if answer.reply is Reply.NONE:  # nothing meets the higher tier, so nothing meets it alone
            return proof(Verdict.PROVED, Reason.TIER_UNREACHABLE)
        shown = prover.witness if group is missing else prover.example
        facts = merged(facts, shown(names, truths, answer, []).facts)
    failed = {name: prover.outcome(facts, below.id, name) for name in edition.mandatory(below.id)}
    failed = {name: outcome for name, outcome in failed.items() if outcome not in (MET, NOT_APPLICABLE)}
    claims = [
        Claim(above.id, None, MET, edition.name),
        Claim(below.id, None, NOT_MET if NOT_MET in failed.values() else UNDETERMINED, edition.name),
    ]
    confirmed = Witness(edition, facts, prover.claims(facts, claims))
    return proof(Verdict.REFUTED, Reason.COUNTEREXAMPLE, indicators=tuple(failed), witnesses=(confirmed,))


def merged(one: Facts, other: Facts) -> Facts:
    """Return what is known of a community by two documents that say nothing of the same."""
    return evolve(
        one,
        facts={**one.facts, **other.facts},
        collections={**one.collections, **other.collections},
        on=one.on or other.on,
        not_reported=one.not_reported | other.not_reported,
    )


def _nested_by_rule(prover: Prover, above: Tier, below: Tier) -> Proof:
    stated = Property.TIERS_NESTED
    names = prover.behind_tier(above) | prover.behind_tier(below)
    upper, under = prover.solver.tier(above), prover.solver.tier(below)
    truth = both(upper.met, either(under.not_met, under.undetermined))
    answer = prover.ask(names, [truth])
    if answer.reply is Reply.SOME:
        shown = prover.witness(names, [truth], answer, [(above.id, None), (below.id, None)])
        return Proof(stated, Verdict.REFUTED, Reason.COUNTEREXAMPLE, tier=above.id, below=below.id, witnesses=(shown,))
    if answer.reply is Reply.OPEN:
        return Proof(stated, Verdict.UNKNOWN, Reason.TIME, tier=above.id, below=below.id)
    return Proof(stated, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, tier=above.id, below=below.id)
