"""No denominator can be zero while the indicator applies, so that nothing is left open by it."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.analysis.proofs.behind import behind, is_not_to_hand
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict
from smartrules.analysis.valueless import valueless
from smartrules.engines.solving.asking import Reply
from smartrules.engines.solving.found import NotEncodedError
from smartrules.engines.solving.truths import Truth, both, either, negated, some
from smartrules.expr.nodes import Aggregate, Arithmetic, Expr, Name

_OF_SOME = ("share", "mean", "min", "max", "percentile")


def denominators(prover: Prover) -> Iterator[Proof]:
    """Yield of each indicator with a quotient, or a number of members that may be none, whether that leaves it open."""
    edition, seen = prover.edition, set[tuple[str, int]]()
    for level in edition.tiers:
        for name, requirement in edition.requirements(level.id).items():
            if (name, id(requirement)) in seen:
                continue
            seen.add((name, id(requirement)))
            points = edition.indicator_by_id[name].points
            formula = None if points is None else points.value
            if _divides(prover, edition.rules(level.id)[name]) or (formula is not None and _divides(prover, formula)):
                yield _asked(prover, level.id, name, formula)


def _divides(prover: Prover, rule: Expr) -> bool:
    return any(
        (isinstance(node, Arithmetic) and node.operator == "/")
        or (isinstance(node, Aggregate) and node.function in _OF_SOME)
        for node in prover.edition.walk(rule)
    )


def _is_guarded(prover: Prover, rule: Expr) -> bool:
    """Return whether each denominator of a rule is seen to be above zero where it stands, and none is accepted as zero."""
    edition = prover.edition
    accepted = any(
        isinstance(node, Name) and node.id in edition.measure_by_id and edition.measure_by_id[node.id].zero_accepted
        for node in edition.walk(rule)
    )
    return not accepted and not any(True for _ in valueless(edition, rule))


def _asked(prover: Prover, tier: str, name: str, formula: Expr | None) -> Proof:
    stated = Property.NO_ZERO_DENOMINATOR
    rule = prover.edition.rules(tier)[name]
    if formula is None and _is_guarded(prover, rule):
        return Proof(stated, Verdict.PROVED, Reason.GUARDED, tier=tier, indicators=(name,))
    asking = prover.apart()  # so that what is noted is of this rule alone
    try:
        judged = asking.indicator(tier, name)
        earned = None if formula is None else asking.solver.number(formula)
    except NotEncodedError as not_encoded:
        return Proof(stated, Verdict.NOT_ENCODED, Reason.NODE, tier=tier, indicators=(name,), node=not_encoded.what)
    noted = asking.solver.noted
    assert noted is not None
    zero, beyond = some(noted.zeros), some(noted.beyond_calendar)
    names = asking.behind(tier, name) | (frozenset() if formula is None else behind(asking.edition, [formula]))
    open_: Truth = judged.undetermined
    if earned is not None:
        open_ = either(open_, both(negated(judged.not_applicable), negated(earned.known)))
    truths = [open_, zero, negated(beyond)]
    accepted = [negated(one) for _, one in noted.accepted]
    answer = asking.ask(names, [*truths, *accepted])
    if answer.reply is Reply.SOME and is_not_to_hand(prover.edition, rule):
        return Proof(stated, Verdict.NOT_TO_HAND, Reason.NODE, tier=tier, indicators=(name,))
    if answer.reply is Reply.SOME:
        wanted = [*truths, *accepted]
        shown = asking.witness(names, wanted, answer, [(tier, name)])
        return Proof(stated, Verdict.REFUTED, Reason.COUNTEREXAMPLE, tier=tier, indicators=(name,), witnesses=(shown,))
    if answer.reply is Reply.OPEN:
        return Proof(stated, Verdict.UNKNOWN, Reason.TIME, tier=tier, indicators=(name,))
    measures = tuple(dict.fromkeys(measure for measure, _ in noted.accepted))
    if measures and asking.ask(names, truths).reply is not Reply.NONE:
        return Proof(stated, Verdict.PROVED, Reason.ACCEPTED, tier=tier, indicators=(name,), measures=measures)
    return Proof(stated, Verdict.PROVED, Reason.NO_COUNTEREXAMPLE, tier=tier, indicators=(name,))
