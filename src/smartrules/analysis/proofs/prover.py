"""Puts statements about a ruleset to the solver, and what it finds to the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from smartrules.analysis.proofs.behind import behind, behind_tier, is_advice, is_not_to_hand
from smartrules.analysis.proofs.verification import Claim, Witness
from smartrules.diagnostics import FactsError, SmartrulesError
from smartrules.documents.given import document_of
from smartrules.engines import assessing, exact
from smartrules.engines.scope import Scope
from smartrules.engines.solver import Noted, Solver
from smartrules.engines.solving.asking import Answer, Asking, Reply
from smartrules.engines.solving.found import Judged
from smartrules.engines.solving.space import ON, Space, everything, holds_in
from smartrules.engines.solving.truths import Truth, either
from smartrules.facts import Fact, Facts
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Tier
from smartrules.values import decimal_places


@frozen(eq=False, slots=False)
class Prover:
    """Proves properties of one ruleset.

    Attributes:
        members: how many members a collection has at most.
        asking: who is asked.
    """

    ruleset: Ruleset
    members: int
    asking: Asking
    perhaps: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    primed: frozenset[str] = frozenset()
    _answers: dict[object, tuple[list[Truth], Answer]] = field(init=False, factory=dict)
    _behind: dict[object, frozenset[str]] = field(init=False, factory=dict)

    @property
    def edition(self) -> Edition:
        """The edition of the ruleset."""
        return self.ruleset.edition

    @cached_property
    def space(self) -> Space:
        """What the solver may choose."""
        return Space(self.edition, everything(self.edition, self.members, self.perhaps, self.missing), self.primed)

    @cached_property
    def solver(self) -> Solver:
        """The reader of the rules."""
        return Solver(self.edition, self.space)

    def with_everything(self) -> Prover:
        """Return a prover of communities that report every fact."""
        return evolve(self, perhaps=frozenset())

    @cached_property
    def with_less(self) -> Prover:
        """Return a prover of communities of which any fact may be missing."""
        return evolve(self, missing=frozenset([*self.edition.fact_by_id, ON]))

    def with_other(self, fact: str) -> Prover:
        """Return a prover of communities that differ in one fact, all else being the same."""
        return evolve(self, primed=frozenset([fact]))

    def apart(self) -> Prover:
        """Return a prover of the same communities that reads rules anew, and notes what it meets on the way."""
        again = evolve(self)
        again.__dict__["space"] = self.space
        again.__dict__["solver"] = Solver(self.edition, self.space, noted=Noted())
        return again

    def is_not_to_hand(self, tier: str, name: str) -> bool:
        """Return whether a part of what an indicator requires is not to hand."""
        return is_not_to_hand(self.edition, self.edition.rules(tier)[name])

    def is_advice(self, tier: str, name: str) -> bool:
        """Return whether an indicator only recommends something."""
        return is_advice(self.edition.rules(tier)[name])

    # --- questions -------------------------------------------------------------------------------------------------

    def indicator(self, tier: str, name: str) -> Judged:
        """Return what an indicator comes to at a tier."""
        return self.solver.indicator(tier, name)

    def behind(self, tier: str, *names: str) -> frozenset[str]:
        """Return what is behind some indicators at a tier."""
        rules = self.edition.rules(tier)
        found = frozenset[str]()
        for name in names:
            key = id(rules[name])
            if key not in self._behind:
                self._behind[key] = behind(self.edition, [rules[name]])
            found |= self._behind[key]
        return found

    def behind_tier(self, level: Tier) -> frozenset[str]:
        """Return what is behind a tier."""
        key = "tier", level.id
        if key not in self._behind:
            self._behind[key] = behind_tier(self.edition, level)
        return self._behind[key]

    def behind_thing(self, thing: tuple[str, str | None]) -> frozenset[str]:
        """Return what is behind an indicator at a tier, or behind the tier."""
        tier, name = thing
        return self.behind_tier(self.edition.tier_by_id[tier]) if name is None else self.behind(tier, name)

    def passes(self, thing: tuple[str, str | None]) -> Truth:
        """Return whether an indicator passes at a tier, or whether the tier is met."""
        tier, name = thing
        return (
            self.solver.tier(self.edition.tier_by_id[tier]).met if name is None else passes(self.indicator(tier, name))
        )

    def behind_points(self, level: Tier, *names: str) -> frozenset[str]:
        """Return what is behind some indicators at a tier and the points that they earn."""
        points = [self.edition.indicator_by_id[name].points for name in names]
        formulas = [one.value for one in points if one is not None and one.value is not None]
        return self.behind(level.id, *names) | behind(self.edition, formulas)

    def ask(self, names: Iterable[str], truths: Iterable[Truth]) -> Answer:
        """Return whether a community is possible of which some truths hold that rest on the facts named."""
        wanted = [truth for truth in truths if truth is not True]
        if any(truth is False for truth in wanted):
            return Answer(Reply.NONE)
        known = frozenset(names)
        key = known, frozenset(truth.get_id() for truth in wanted)
        if key not in self._answers:
            self._answers[key] = wanted, self.asking.ask([*self.space.declared(known), *wanted])
        return self._answers[key][1]

    # --- what is found ---------------------------------------------------------------------------------------------

    def witness(
        self, names: Iterable[str], truths: Iterable[Truth], answer: Answer, asked: Sequence[tuple[str, str | None]]
    ) -> Witness:
        """Return a community of an answer with small numbers, and what the reference finds of it.

        Args:
            asked: the tiers, or the indicators at tiers, that the truths are about.
        """
        known = sorted(names)
        wanted = [*self.space.declared(known), *truths]
        model = answer.model
        if model is None:
            model = self.asking.ask([*self.space.declared(known)]).model
        model = self.asking.rounded(self.space.unknowns(known), wanted, model)
        return self.witness_of(known, model, asked)

    def witness_of(self, names: Iterable[str], model: Any, asked: Sequence[tuple[str, str | None]]) -> Witness:
        """Return the community of a model, and what the reference finds of it."""
        facts = self.space.community(model, names)
        with suppress(FactsError):  # a number that no decimal writes, such as a third, cannot be read back
            facts = self.ruleset.facts(document_of(self.edition, facts))
        return Witness(self.edition, facts, self.claims(facts, self.said(model, asked)))

    def example(
        self, names: Iterable[str], truths: Iterable[Truth], answer: Answer, asked: Sequence[tuple[str, str | None]]
    ) -> Witness:
        """Return a community of an answer as it is."""
        facts = self.space.community(answer.model, names)
        if not all(map(_is_written, facts.facts.values())):
            return self.witness(names, truths, answer, asked)
        return Witness(self.edition, facts, self.claims(facts, self.said(answer.model, asked)))

    def said(self, model: Any, asked: Sequence[tuple[str, str | None]]) -> list[Claim]:
        """Return what a model of the solver says that tiers and indicators come to."""
        found = list[Claim]()
        for tier, name in asked:
            judged = self.indicator(tier, name) if name is not None else self.solver.tier(self.edition.tier_by_id[tier])
            outcome = next(one for one in Outcome if holds_in(model, judged.truth_of(one)))
            found.append(Claim(tier, name, outcome, self.edition.name))
        return found

    def claims(self, facts: Facts, said: Iterable[Claim]) -> tuple[Claim, ...]:
        """Return claims about a community that the reference confirms.

        Raises:
            SmartrulesError: SR941 where it finds otherwise.
        """
        found = tuple(said)
        for claim in found:
            outcome = self.outcome(facts, claim.tier, claim.indicator)
            if outcome is not claim.outcome:
                about = claim.tier if claim.indicator is None else f"{claim.tier}.{claim.indicator}"
                raise SmartrulesError.of(
                    "SR941",
                    f"the solver says that `{about}` is {claim.outcome} of a community, and it is {outcome}",
                    "nothing is proved then; this is a fault of the library, and its authors would like to see the ruleset",
                )
        return found

    def outcome(self, facts: Facts, tier: str, indicator: str | None) -> Outcome:
        """Return what the reference says of a community."""
        edition = self.edition
        if indicator is None:
            return assessing.tier_outcome(edition.tier_by_id[tier], edition, Scope(facts))
        return exact.judge(edition.rules(tier)[indicator], edition, facts).outcome


def _is_written(fact: Fact) -> bool:
    return not isinstance(fact.value, Fraction) or decimal_places(fact.value.denominator) is not None


def passes(judged: Judged) -> Truth:
    """Return whether an indicator passes: it is met or not applicable."""
    return either(judged.met, judged.not_applicable)
