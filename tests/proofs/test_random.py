"""What is proved of random rulesets holds of random communities, and what is refuted is refuted by one that is as said."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.analysis.proofs.verification import Property, Reason, Verdict
from smartrules.analysis.proofs.verifying import verify
from smartrules.outcome import MET, NOT_MET, UNDETERMINED
from smartrules.testing import facts_from, rulesets


@settings(max_examples=25)
@given(st.data())
def test_no_community_contradicts_what_is_proved(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    found = verify(ruleset, seconds=1)
    for _ in range(4):
        facts = data.draw(facts_from(ruleset, missing=()))
        assessed = ruleset.assess(facts)
        for proof in found.proofs:
            tier = assessed[proof.tier] if proof.tier is not None else None
            if tier is None:
                continue
            outcomes = [tier[name].outcome for name in proof.indicators]
            outcomes += [assessed[at][name].outcome for at, name in map(_parted, proof.across) if name]
            match proof.stated, proof.verdict:
                case Property.TIERS_NESTED, Verdict.PROVED:
                    assert proof.below is not None
                    assert (tier.outcome is MET) <= (assessed[proof.below].outcome is MET), proof
                case Property.CAN_BE_MET, Verdict.REFUTED:
                    assert outcomes != [MET], proof
                case Property.CAN_BE_MISSED, Verdict.REFUTED:
                    assert outcomes != [NOT_MET], proof
                case Property.TIER_REACHABLE, Verdict.REFUTED:
                    below = [level.id for level in ruleset.edition.tiers if level.known]
                    standing = below[: below.index(tier.tier.id) + 1]
                    assert [assessed[name].outcome for name in standing] != [MET] * len(standing), proof
                case Property.TIER_MISSABLE, Verdict.REFUTED:
                    assert tier.outcome is not NOT_MET, proof
                case Property.NO_CONTRADICTION, Verdict.REFUTED:
                    assert outcomes != [MET, MET], proof
                case Property.NO_ZERO_DENOMINATOR, Verdict.PROVED if proof.reason is not Reason.ACCEPTED:
                    zeros = [tier[name].zero_denominators for name in proof.indicators]
                    assert outcomes != [UNDETERMINED] or zeros == [()], proof
                case _:
                    pass


def _parted(requirement: str) -> tuple[str, str]:
    tier, _, name = requirement.partition(".")
    return tier, name
