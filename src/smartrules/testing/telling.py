"""Finding facts that tell a mutant from its ruleset: a case that nobody has written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any

from attrs import field, frozen
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from smartrules.analysis.fewer import fewest
from smartrules.analysis.mutation import Mutant, Mutation, alone, at_tier
from smartrules.diagnostics import SmartrulesError
from smartrules.documents.given import document_of
from smartrules.engines.assessing import assess, findings
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Name
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_MET, UNDETERMINED
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.testing.strategies import boundaries_from, facts_from

_Maker = Callable[[], st.SearchStrategy[Facts]]

#: How many communities are drawn from each strategy before another is tried.
_MOST_DRAWN = 300
#: Fewer mutants than this are told sooner than other processes begin.
_WORTH_PROCESSES = 4


@frozen
class Telling:
    """Facts of which a mutant says something else than its ruleset.

    Attributes:
        expect: what a case must expect of them, as its keys: ``("indicators", "basic", "greenery")``.
        document: the facts, as the ruleset takes them.
    """

    expect: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)


def tell(ruleset: Ruleset, mutant: Mutant) -> Telling | None:
    """Return facts that tell a mutant from its ruleset, as few and simple as are found; None where none are.

    They are looked for beside the thresholds of both, among those of each outcome, and among any. What the two say is
    settled in both, if it can be.
    """
    known = _Told(ruleset, mutant)
    return known.told(settled=True) or known.told(settled=False)


def tell_each(
    ruleset: Ruleset,
    mutants: Sequence[Mutant],
    *,
    processes: int = 1,
    seen: Callable[[int], None] = lambda done: None,
) -> list[Telling | None]:
    """Return for each mutant facts that tell it from its ruleset, as `tell`.

    Args:
        ruleset: whose mutants they are.
        mutants: some of its mutants.
        processes: how many share the work.
        seen: is called with the number of mutants that are done.
    """
    told = list[Telling | None]()
    if processes <= 1 or len(mutants) < _WORTH_PROCESSES:
        for mutant in mutants:
            told.append(tell(ruleset, mutant))
            seen(len(told))
        return told
    with ProcessPoolExecutor(min(processes, len(mutants)), get_context("spawn")) as pool:
        for telling in pool.map(partial(tell, ruleset), mutants):
            told.append(telling)
            seen(len(told))
    return told


def _found(strategy: st.SearchStrategy[Facts], tells: Callable[[Facts], bool]) -> Facts | None:
    asked = settings(max_examples=_MOST_DRAWN, database=None, deadline=None, suppress_health_check=[*HealthCheck])
    try:
        return find(strategy, tells, settings=asked, random=Random(0))
    except NoSuchExample:
        return None


def _beside(ruleset: Ruleset, indicator: str) -> st.SearchStrategy[Facts]:
    return boundaries_from(ruleset, indicator=indicator).map(lambda beside: beside.facts)


class _Told:
    """Looks for what a mutant says otherwise than its ruleset.

    Of both no more is asked than what may differ: that is faster, and asks for no other facts.
    """

    def __init__(self, ruleset: Ruleset, mutant: Mutant) -> None:
        self._mutant = mutant
        self._ruleset, self._other = (
            Ruleset(edition, ruleset.fingerprint)
            for edition in (_lesser(one, mutant) for one in (ruleset.edition, mutant.edition))
        )

    def told(self, *, settled: bool) -> Telling | None:
        """Return facts that tell, and what a case must expect of them; where it must be settled, in both."""

        def differences(facts: Facts) -> Iterator[tuple[str, ...]]:
            return _differences(self._ruleset.edition, self._other.edition, self._mutant, facts, settled=settled)

        for strategy in self._likely():
            found = _found(strategy, lambda facts: any(differences(facts)))
            if found is not None:
                expect = next(differences(found))
                fewer = fewest(found, partial(_is_among, expect, differences))
                return Telling(expect, document_of(self._ruleset.edition, fewer))
        return None

    def _likely(self) -> Iterator[st.SearchStrategy[Facts]]:
        """Yield strategies of facts, those first that are likeliest to tell."""
        any_: tuple[_Maker, ...] = (partial(facts_from, self._ruleset, missing=()), partial(facts_from, self._ruleset))
        for maker in (*self._of_indicators(), *self._of_tiers(), *any_):
            try:
                yield maker()
            except SmartrulesError:  # there are no such facts, or none that are found
                continue

    def _of_indicators(self) -> Iterator[_Maker]:
        edition = self._ruleset.edition
        for name in self._mutant.indicators:
            yield partial(_beside, self._ruleset, name)
            yield partial(_beside, self._other, name)
            for tier in edition.tiers:
                if name in edition.rules(tier.id):
                    for outcome in (MET, NOT_MET, UNDETERMINED):
                        yield partial(facts_from, self._ruleset, tier=tier.id, indicator=name, outcome=outcome)

    def _of_tiers(self) -> Iterator[_Maker]:
        for tier in self._ruleset.edition.tiers if not self._mutant.indicators else ():
            for outcome in (MET, NOT_MET):
                yield partial(facts_from, self._ruleset, tier=tier.id, outcome=outcome)


def _lesser(edition: Edition, mutant: Mutant) -> Edition:
    """Return an edition with the indicators, or with the tier, in which alone a mutant may differ."""
    if mutant.mutation is Mutation.TIERS and not mutant.indicators:
        return edition
    if mutant.indicators and mutant.mutation is not Mutation.POINTS:
        return alone(edition, mutant.indicators)
    tier = mutant.of.removeprefix("tier ")
    known = [level.id for level in edition.tiers if edition.rules(level.id)]
    return at_tier(edition, tier if tier in edition.tier_by_id else known[0]) if known else edition


def _is_among(expect: tuple[str, ...], differences: Callable[[Facts], Iterator[tuple[str, ...]]], facts: Facts) -> bool:
    return expect in differences(facts)


# --- what tells ----------------------------------------------------------------------------------------------------


def _differences(
    edition: Edition, mutated: Edition, mutant: Mutant, facts: Facts, *, settled: bool
) -> Iterator[tuple[str, ...]]:
    """Yield what a case can expect of facts that the two say otherwise, of indicators first."""
    found, other = (findings(which, facts, mutant.indicators) for which in (edition, mutated))
    for tier, known in found.items():
        for name, finding in known.items():
            another = other[tier].get(name)
            if another is None or _is_apart(finding.outcome, another.outcome, settled=settled):
                yield "indicators", tier, name
            elif _is_apart(finding.points, another.points, settled=settled):
                yield "points", tier, name
            elif not settled and finding.missing != another.missing:
                yield "missing", tier, name
    if mutant.of in edition.measure_by_id:
        values = [evaluate(Name(mutant.of), which, facts).result for which in (edition, mutated)]
        if _is_apart(*values, settled=settled):
            yield "values", mutant.of
    if not mutant.indicators or mutant.mutation is Mutation.POINTS:
        yield from _differences_of_tiers(edition, mutated, facts, settled=settled)


def _differences_of_tiers(
    edition: Edition, mutated: Edition, facts: Facts, *, settled: bool
) -> Iterator[tuple[str, ...]]:
    found, other = (assess(which, "", facts) for which in (edition, mutated))
    for tier, known in found.items():
        if _is_apart(known.outcome, other[tier].outcome, settled=settled):
            yield "tiers", tier
        for score, value in known.scores.items():
            if _is_apart(value, other[tier].scores.get(score), settled=settled):
                yield "scores", tier, score


def _is_apart(one: object, other: object, *, settled: bool) -> bool:
    """Return whether two outcomes or values differ; where both must be settled, none of them is open."""
    return one != other and not (settled and {one, other} & {UNDETERMINED, None})
