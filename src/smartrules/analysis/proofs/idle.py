"""No indicator decides nothing: without it, a tier would be reached by other communities."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from smartrules.analysis.proofs.components import components
from smartrules.analysis.proofs.prover import Prover, passes
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import Truth, both, either, negated
from smartrules.expr.nodes import Name
from smartrules.standard import Tier


def idle(prover: Prover) -> Iterator[Proof]:
    """Yield of each indicator that a tier asks whether it decides something there."""
    seen = set[tuple[int, ...]]()
    for level in prover.edition.tiers:
        if not level.known:
            continue
        if level.rule is not None:
            yield from _by_rule(prover, level)
            continue
        mandatory = prover.edition.mandatory(level.id)
        for together in components(prover, level.id, mandatory):
            asked = tuple(id(prover.edition.rules(level.id)[name]) for name in together)
            if asked not in seen:  # a tier that asks the same is not asked again
                seen.add(asked)
                yield from _among(prover, level, together)


def _among(prover: Prover, level: Tier, together: tuple[str, ...]) -> Iterator[Proof]:
    names = prover.behind(level.id, *together)
    for name in together:
        try:
            others = [passes(prover.indicator(level.id, other)) for other in together if other != name]
            own = prover.indicator(level.id, name)
        except NotEncodedError as not_encoded:
            yield _proof(level, name, Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what)
            continue
        truth: Truth = either(own.not_met, own.undetermined)
        answer = prover.ask(names, [*others, truth])
        if answer.reply is Reply.SOME:
            yield _proof(level, name, Verdict.PROVED, Reason.EXAMPLE)
        elif answer.reply is Reply.OPEN:
            yield _proof(level, name, Verdict.UNKNOWN, Reason.TIME)
        elif prover.ask(names, others).reply is not Reply.SOME:
            yield _proof(level, name, Verdict.NOT_TO_HAND, Reason.TIER_UNREACHABLE)
        else:
            yield _idle(prover, level, name, own.not_applicable, others)


def _idle(prover: Prover, level: Tier, name: str, aside: Truth, others: list[Truth]) -> Proof:
    names = prover.behind(level.id, name)
    reason = Reason.NO_COUNTEREXAMPLE
    if prover.ask(names, [negated(aside)]).reply is Reply.NONE:
        reason = Reason.NEVER_APPLIES
    if prover.is_advice(level.id, name):
        return _proof(level, name, Verdict.NOT_TO_HAND, Reason.ONLY_ADVICE)
    answer = prover.ask(names, [])
    shown = (prover.witness(names, [], answer, [(level.id, name)]),) if answer.reply is Reply.SOME else ()
    return evolve(_proof(level, name, Verdict.REFUTED, reason), witnesses=shown)


def _by_rule(prover: Prover, level: Tier) -> Iterator[Proof]:
    names, known = prover.behind_tier(level), prover.with_everything()
    for name in prover.edition.rules(level.id):
        if prover.is_advice(level.id, name):
            yield _proof(level, name, Verdict.NOT_TO_HAND, Reason.ONLY_ADVICE)
            continue
        try:
            with_it, without = prover.solver.tier(level), prover.solver.tier_without(level, name)
        except NotEncodedError as not_encoded:
            yield _proof(level, name, Verdict.NOT_ENCODED, Reason.NODE, node=not_encoded.what)
            continue
        truth = either(both(with_it.met, negated(without.met)), both(without.met, negated(with_it.met)))
        answer = prover.ask(names, [truth])
        if answer.reply is Reply.SOME:
            yield _proof(level, name, Verdict.PROVED, Reason.EXAMPLE)
        elif answer.reply is Reply.OPEN:
            yield _proof(level, name, Verdict.UNKNOWN, Reason.TIME)
        elif prover.is_not_to_hand(level.id, name):
            yield _proof(level, name, Verdict.NOT_TO_HAND, Reason.NODE)
        elif _scores(known, level, name):
            yield _proof(level, name, Verdict.PROVED, Reason.SCORE)
        elif prover.ask(names, [with_it.met]).reply is not Reply.SOME:
            yield _proof(level, name, Verdict.NOT_TO_HAND, Reason.TIER_UNREACHABLE)
        else:
            yield _idle(prover, level, name, prover.indicator(level.id, name).not_applicable, [])


def _scores(prover: Prover, level: Tier, name: str) -> bool:
    """Return whether a score is another one without an indicator, for some community."""
    edition, graded = prover.edition, prover.edition.graded
    indicator = edition.indicator_by_id[name]
    if indicator.points is None:
        return False
    with_it = prover.solver.graded(level)
    without = prover.solver.graded(level, without=name)
    for score in edition.scores:
        formula = Name(score.id)
        if "points" not in graded.names_behind(formula) or not with_it.may_ask(formula, name):
            continue
        one, other = with_it.number(formula), without.number(formula)
        names = prover.behind_points(level, name)
        for apart in (
            [one.known, negated(other.known)],
            [one.known, other.known, one.value.compared("!=", other.value)],
        ):
            if prover.ask(names, apart).reply is Reply.SOME:
                return True
    return False


def _proof(level: Tier, name: str, verdict: Verdict, reason: Reason, node: str | None = None) -> Proof:
    return Proof(Property.DECIDES_SOMETHING, verdict, reason, tier=level.id, indicators=(name,), node=node)
