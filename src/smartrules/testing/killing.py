"""Asking the mutants of a ruleset of its cases: which case tells each from the ruleset, and which none does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, frozen

from smartrules.analysis.mutation import Mutant, is_equivalent, mutants
from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.documents.cases import Case
from smartrules.engines.assessing import findings, grade
from smartrules.engines.standings import standing
from smartrules.outcome import NOT_APPLICABLE
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.testing.cases import Findings, differences_in, of_outcomes, of_points, of_values

if TYPE_CHECKING:
    from smartrules.testing.laws import Law

#: How many mutants another process takes at a time.
_AT_A_TIME = 25
#: How many communities a law is asked of.
_MOST_DRAWN = 40
#: Fewer mutants than this are asked sooner than other processes begin.
_WORTH_PROCESSES = 200


@frozen
class Verdict:
    """What became of a mutant.

    Attributes:
        killed_by: the name of the first case that does not hold of it; None where every case does.
        breaks: the name of the first law that does not hold of it where every case does; None where no law is asked, or
            all hold.
        equivalent: whether it is proved that it decides as the ruleset does, so that no case could tell them apart.
    """

    mutant: Mutant
    killed_by: str | None
    equivalent: bool = False
    breaks: str | None = None

    @property
    def survived(self) -> bool:
        """Whether no case and no law tells the mutant from the ruleset, though one might."""
        return self.killed_by is None and self.breaks is None and not self.equivalent


def kill(
    ruleset: Ruleset,
    cases: Iterable[Case],
    *,
    laws: Sequence[Law] = (),
    processes: int = 1,
    seen: Callable[[int], None] = lambda done: None,
) -> list[Verdict]:
    """Return what the cases make of every mutant of a ruleset, in the order of `mutants`.

    The cases and the laws must hold of the ruleset itself.

    Args:
        ruleset: whose mutants they are.
        cases: what is asked of each, until one does not hold.
        laws: what is asked of those of which every case holds and that are not proved equivalent.
        processes: how many share the work.
        seen: is called with the number of mutants that are done.
    """
    known, asked = list(mutants(ruleset)), _Asked(tuple(cases), tuple(laws))
    verdicts = list[Verdict]()
    for found in _killed(ruleset, asked, len(known), processes):
        for killed_by, equivalent, breaks in found:
            verdicts.append(Verdict(known[len(verdicts)], killed_by, equivalent, breaks))
        seen(len(verdicts))
    return verdicts


@frozen
class _Asked:
    """What every mutant is asked."""

    cases: tuple[Case, ...]
    laws: tuple[Law, ...]


_Found = list[tuple[str | None, bool, str | None]]


def _killed(ruleset: Ruleset, asked: _Asked, count: int, processes: int) -> Iterator[_Found]:
    spans = [(begin, min(begin + _AT_A_TIME, count)) for begin in range(0, count, _AT_A_TIME)]
    if processes <= 1 or count < _WORTH_PROCESSES:
        trial = _Trial(ruleset, asked)
        yield from map(trial.span, spans)
        return
    # Each of them makes the mutants anew, which takes less than sending them.
    given = ruleset.edition, ruleset.fingerprint, asked
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, given) as pool:
        yield from pool.map(_span, spans)


_trial: _Trial


def _begin(edition: Edition, fingerprint: str, asked: _Asked) -> None:
    global _trial
    _trial = _Trial(Ruleset(edition, fingerprint), asked)


def _span(span: tuple[int, int]) -> _Found:
    return _trial.span(span)


class _Trial:
    """The cases of a ruleset, of each what the ruleset itself says, and its laws."""

    def __init__(self, ruleset: Ruleset, asked: _Asked) -> None:
        self._ruleset, self._edition = ruleset, ruleset.edition
        self._mutants = list(mutants(ruleset))
        self._cases = [(case, ruleset.assess(case.facts)) for case in asked.cases]
        self._laws = asked.laws

    def span(self, span: tuple[int, int]) -> _Found:
        """Return what becomes of some mutants: which case kills it, whether it is equivalent, which law it breaks."""
        found = _Found()
        for mutant in self._mutants[slice(*span)]:
            killed_by = self._killer(mutant)
            equivalent = killed_by is None and is_equivalent(mutant, self._edition)
            breaks = None if killed_by is not None or equivalent else self._broken(mutant)
            found.append((killed_by, equivalent, breaks))
        return found

    def _broken(self, mutant: Mutant) -> str | None:
        """Return the first law that does not hold of a mutant; the same communities are drawn each time."""
        ruleset = Ruleset(mutant.edition, self._ruleset.fingerprint)
        return next((law.id for law in self._laws if not law.holds(ruleset, examples=_MOST_DRAWN, seed=0)), None)

    def _killer(self, mutant: Mutant) -> str | None:
        # Those that name what has the mistake are asked first: they are the likeliest to tell.
        named = {*mutant.indicators, mutant.of.rpartition(" ")[2]}
        for case, known in sorted(self._cases, key=lambda one: not _names(one[0], named)):
            if _is_killed(mutant, case, known):
                return case.name
        return None


def _names(case: Case, names: set[str]) -> bool:
    expected = (case.tiers, *case.indicators.values(), *case.points.values(), *case.scores.values())
    return any(not names.isdisjoint(named) for named in expected)


def _is_killed(mutant: Mutant, case: Case, known: Assessment) -> bool:
    """Return whether a mutant does not say what a case expects; ``known`` is what the ruleset says of its facts.

    What does not rest on the mistake is taken from there.
    """
    found = findings(mutant.edition, case.facts, mutant.indicators)
    own = Case(
        case.name,
        case.facts,
        indicators=_of(case.indicators, mutant.indicators),
        missing=_of(case.missing, mutant.indicators),
        points=_of(case.points, mutant.indicators),
    )
    if any(_is_gone(expected, found) for expected in (own.indicators, own.missing, own.points)):
        return True
    if any(of_outcomes(found, own)) or any(of_points(found, own)):
        return True
    if case.values and any(of_values(mutant.edition, case)):
        return True
    if not (case.tier or case.tiers or case.scores):
        return False
    tiers = tuple(_graded(mutant, one, found[one.tier.id], case) for one in known.tiers)
    expected = evolve(case, indicators={}, missing={}, values={}, points={}, to_confirm=())
    return any(differences_in(Assessment(mutant.edition, "", case.facts, tiers), expected))


_Expected = TypeVar("_Expected")


def _of(expected: Mapping[str, Mapping[str, _Expected]], indicators: Sequence[str]) -> dict[str, dict[str, _Expected]]:
    """Return what is expected of some indicators alone."""
    return {tier: {name: one for name, one in named.items() if name in indicators} for tier, named in expected.items()}


def _is_gone(expected: Mapping[str, Mapping[str, object]], found: Findings) -> bool:
    """Return whether something is expected of an indicator that the mutant does not ask."""
    return any(name not in found[tier] for tier, named in expected.items() for name in named)


def _graded(mutant: Mutant, known: TierAssessment, found: dict[str, Finding], case: Case) -> TierAssessment:
    """Return what a tier comes to in a mutant; as in the ruleset where nothing says otherwise."""
    level = mutant.edition.tier_by_id[known.tier.id]
    if case.tier is None and level.id not in case.tiers and level.id not in case.scores:
        return known  # nobody asks
    rules = mutant.edition.rules(level.id)
    is_asked_the_same = (
        rules.keys() == known.keys() and level.rule == known.tier.rule and mutant.edition.scores == known.edition.scores
    )
    asked = [score.value for score in mutant.edition.scores] + ([] if level.rule is None else [level.rule])
    names_it = any(mutant.of in mutant.edition.graded.names_behind(rule) for rule in asked)
    if is_asked_the_same and not names_it and all(_is_alike(one, known[name]) for name, one in found.items()):
        return known
    both = {**known, **found}
    return grade(level, mutant.edition, case.facts, {name: both[name] for name in rules})


def _is_alike(one: Finding, other: Finding) -> bool:
    """Return whether two findings are the same to the tier and its scores."""
    return one.outcome is other.outcome and (one.outcome is NOT_APPLICABLE or standing(one) == standing(other))
