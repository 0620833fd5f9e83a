"""What is proved of a ruleset: every property asked in turn."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve

from smartrules.analysis.proofs.behind import perhaps_not_reported
from smartrules.analysis.proofs.case_files import consistent
from smartrules.analysis.proofs.contradictions import contradictions
from smartrules.analysis.proofs.denominators import denominators
from smartrules.analysis.proofs.equivalence import equivalent
from smartrules.analysis.proofs.idle import idle
from smartrules.analysis.proofs.monotony import monotone
from smartrules.analysis.proofs.prover import Prover
from smartrules.analysis.proofs.requirements import can_be
from smartrules.analysis.proofs.tiers import missable, nested, reachable
from smartrules.analysis.proofs.verification import Proof, Verification
from smartrules.documents.cases import Case
from smartrules.engines.solving.asking import Asking
from smartrules.outcome import MET, NOT_MET
from smartrules.ruleset import Ruleset

SECONDS = Fraction(5)
MEMBERS = 3


def verify(
    ruleset: Ruleset,
    *,
    other: Ruleset | None = None,
    cases: Iterable[Case] = (),
    seconds: int | Fraction = SECONDS,
    members: int = MEMBERS,
) -> Verification:
    """Return what is proved of a ruleset for every community of which all facts are known, and what is refuted by one.

    Args:
        ruleset: the ruleset that is asked about.
        other: a ruleset that it is compared with; every property is then asked of the first alone, and whether the two say the
            same besides.
        cases: cases whose expectations are held against each other and the rules.
        seconds: the most time that the solver has for one question; what takes longer is said to be unknown.
        members: how many members a collection has at most; what is proved is proved up to there.

    Raises:
        MissingExtraError: SR604, where z3 is not installed.
        SmartrulesError: SR941, where the reference finds otherwise of a witness, and nothing is proved.
    """
    given = tuple(cases)
    known = Prover(ruleset, members, Asking(Fraction(seconds)))
    prover = evolve(known, perhaps=perhaps_not_reported(ruleset.edition))
    proofs: list[Proof] = [
        *reachable(prover),
        *missable(prover),
        *nested(prover),
        *can_be(prover, MET),
        *can_be(prover, NOT_MET),
        *contradictions(prover),
        *idle(prover),
        *denominators(known),
        *monotone(known),
        *consistent(known, given),
        *(() if other is None else equivalent(known, Prover(other, members, known.asking))),
    ]
    return Verification(
        ruleset.edition,
        ruleset.fingerprint,
        tuple(proofs),
        Fraction(seconds),
        members,
        len(given),
        None if other is None else other.edition,
    )
