"""Tiers can be reached and missed, and each implies the one below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from attrs import evolve

from smartrules.analysis.proofs.components import components, grouped
from smartrules.analysis.proofs.prover import Prover, passes
from smartrules.analysis.proofs.verification import Claim, Proof, Property, Reason, Verdict, Witness
from smartrules.engines.solving.asking import Answer, Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import Truth, both, either, negated, some
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.standard import Tier


def reachable(prover: Prover) -> Iterator[Proof]:
    """Yield of each tier whether a community reaches it, all its indicators together."""
    for level in prover.edition.tiers:
        if not level.known:
            yield Proof(Property.TIER_REACHABLE, Verdict.NOT_TO_HAND, tier=level.id)
            continue
        try:
            yield _reachable(prover, level) if level.rule is None else _by_rule(prover, level)
        except NotEncodedError as not_encoded:
            yield Proof(Property.TIER_REACHABLE, Verdict.NOT_ENCODED, Reason.NODE, tier=level.id, node=not_encoded.what)


def _reachable(prover: Prover, level: Tier) -> Proof:
    edition = prover.edition
    mandatory = edition.mandatory(level.id)
    found = Facts(edition.name)
    for together in components(prover, level.id, mandatory):
        names = prover.behind(level.id, *together)
        answer = prover.ask(names, [passes(prover.indicator(level.id, name)) for name in together])
        if answer.reply is Reply.SOME:
            community = prover.space.community(answer.model, names)
            found = merged(found, community)
        elif answer.reply is Reply.OPEN:
            return Proof(Property.TIER_REACHABLE, Verdict.UNKNOWN, Reason.TIME, tier=level.id)
        else:
            return _unreachable(prover, level, together)
    claim = Claim(level.id, None, MET, edition.name)
    shown = Witness(edition, found, prover.claims(found, [claim]))
    return Proof(Property.TIER_REACHABLE, Verdict.PROVED, Reason.EXAMPLE, tier=level.id, witnesses=(shown,))


def _unreachable(prover: Prover, level: Tier, together: tuple[str, ...]) -> Proof:
    """Return the fewest indicators that no community passes together."""
    names = prover.behind(level.id, *together)
    always = prover.space.declared(names)
    parts = [passes(prover.indicator(level.id, name)) for name in together]
    core = prover.asking.core(always, parts)
    indicators = together if core is None else tuple(together[place] for place in core)
    # A community that passes all of them but one, where there is one; else any.
    own = prover.behind(level.id, *indicators)
    others = [passes(prover.indicator(level.id, name)) for name in indicators[1:]]
    shown: tuple[Witness, ...] = ()
    for truths in (others, []):
        near = prover.ask(own, truths)
        if near.reply is Reply.SOME:
            shown = (prover.witness(own, truths, near, [(level.id, name) for name in indicators]),)
            break
    not_to_hand = [name for name in indicators if prover.is_not_to_hand(level.id, name)]
    verdict = Verdict.NOT_TO_HAND if not_to_hand else Verdict.REFUTED
    return Proof(
        Property.TIER_REACHABLE,
        verdict,
        Reason.NO_SUCH_COMMUNITY,
        tier=level.id,
        indicators=tuple(not_to_hand) or indicators,
        witnesses=shown,
    )


def _by_rule(prover: Prover, level: Tier) -> Proof:
    names = prover.behind_tier(level)
    reached = prover.solver.tier(level).met
    answer = prover.ask(names, [reached])
    match answer.reply:
        case Reply.SOME:
            shown = (prover.example(names, [reached], answer, [(level.id, None)]),)
            return Proof(Property.TIER_REACHABLE, Verdict.PROVED, Reason.EXAMPLE, tier=level.id, witnesses=shown)
        case Reply.OPEN:
            return Proof(Property.TIER_REACHABLE, Verdict.UNKNOWN, Reason.TIME, tier=level.id)
        case Reply.NONE:
            any_ = prover.ask(names, [])
            shown_ = (prover.witness(names, [], any_, [(level.id, None)]),) if any_.reply is Reply.SOME else ()
            return Proof(
                Property.TIER_REACHABLE, Verdict.REFUTED, Reason.NO_SUCH_COMMUNITY, tier=level.id, witnesses=shown_
            )


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
    for group in grouped(prover, behind):
        failing = [name for tier, name in group if tier == below.id]
        names = frozenset[str]().union(*(behind[thing] for thing in group))
        truths = [passes(prover.indicator(above.id, name)) for tier, name in group if tier == above.id]
        truths.append(some(negated(passes(prover.indicator(below.id, name))) for name in failing))
        answer = prover.ask(names, truths) if failing else None
        if answer is not None and answer.reply is Reply.SOME:
            return _overtaken(prover, above, below, names, truths, answer, failing)
        unknown = unknown or (answer is not None and answer.reply is Reply.OPEN)
    if unknown:
        return Proof(Property.TIERS_NESTED, Verdict.UNKNOWN, Reason.TIME, **about)
    return Proof(Property.TIERS_NESTED, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, **about)


def _overtaken(
    prover: Prover,
    above: Tier,
    below: Tier,
    names: frozenset[str],
    truths: list[Truth],
    answer: Answer,
    failing: list[str],
) -> Proof:
    """Return that a community reaches the higher tier and not the lower one: what else it needs is found besides."""
    edition, about = prover.edition, {"tier": above.id, "below": below.id}
    shown = prover.witness(names, truths, answer, [(below.id, name) for name in failing])
    facts = shown.facts
    for together in components(prover, above.id, edition.mandatory(above.id)):
        rest = prover.behind(above.id, *together)
        if not set(prover.space.related(rest)) & set(prover.space.related(names)):
            there = prover.ask(rest, [passes(prover.indicator(above.id, name)) for name in together])
            if there.reply is Reply.OPEN:
                return Proof(Property.TIERS_NESTED, Verdict.UNKNOWN, Reason.TIME, **about)  # type: ignore[arg-type]
            if there.reply is Reply.NONE:  # nothing reaches the higher tier, so nothing reaches it alone
                return Proof(Property.TIERS_NESTED, Verdict.PROVED, Reason.TIER_UNREACHABLE, **about)  # type: ignore[arg-type]
            facts = merged(facts, prover.space.community(there.model, rest))
    missed = tuple(name for name in failing if prover.outcome(facts, below.id, name) not in (MET, NOT_APPLICABLE))
    missing = {prover.outcome(facts, below.id, name) for name in missed}
    claims = [
        Claim(above.id, None, MET, edition.name),
        Claim(below.id, None, NOT_MET if NOT_MET in missing else UNDETERMINED, edition.name),
    ]
    confirmed = Witness(edition, facts, prover.claims(facts, claims))
    return Proof(
        Property.TIERS_NESTED,
        Verdict.REFUTED,
        Reason.COUNTEREXAMPLE,
        tier=above.id,
        below=below.id,
        indicators=missed,
        witnesses=(confirmed,),
    )


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
