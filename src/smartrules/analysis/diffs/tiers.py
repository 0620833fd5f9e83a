"""Tiers as wholes: whether somebody reaches one no more, or now does, by all of what it requires together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain

from attrs import evolve, frozen

from smartrules.analysis.diffs.communities import Teller, Told
from smartrules.analysis.diffs.comparing import Compared
from smartrules.analysis.diffs.rulings import Doubt, Said, Verdict, Witness
from smartrules.analysis.diffs.witnesses import Budget, Search, Ways, chained, no_more, solver, ways
from smartrules.analysis.solving.demands import ON, Demand
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.analysis.solving.searching import Exhausted
from smartrules.analysis.solving.tiers import solve_tier
from smartrules.assessment import TierAssessment
from smartrules.engines.assessing import assess
from smartrules.expr.nodes import Aggregate, Count, Expr, Quantified, Today
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition

#: After these nobody comes out better whose facts are all known; after the others nobody worse.
_NEVER_BETTER = {Verdict.STRICTER, Verdict.ADDED}
_NEVER_WORSE = {Verdict.LOOSER, Verdict.REMOVED}
_NEITHER = {Verdict.REWRITTEN, Verdict.APPLIES_OTHERWISE, Verdict.OPEN_OTHERWISE}

#: Tiers with more indicators are not solved as a whole, only built up from what changed.
_MOST_SOLVED = 60
#: How many steps are taken to make a further rule pass.
_MOST_STEPS_A_RULE = 500


@frozen
class Required:
    """What a tier requires in two editions.

    Attributes:
        old: its id in the old edition; ``new`` in the new one.
        asked: the indicators that must be met, or that a rule of the tier may ask of, by their ids in the old edition, and in
            the new one.
        becomes: what becomes of each of them: by its ids, None where one edition does not require it. Those of which
            nothing becomes are left out.
    """

    old: str
    new: str
    asked: tuple[tuple[str, ...], tuple[str, ...]]
    becomes: Mapping[tuple[str | None, str | None], Compared]


@frozen
class TierComparer:
    """Compares tiers as wholes."""

    teller: Teller

    def compared(self, required: Required, *, same_rule: bool) -> Compared | None:
        """Return what becomes of a tier; None where it is reached as before by all whose facts are known.

        Args:
            same_rule: whether both editions have the same rule for it in common words, or none, and earn the same points.
        """
        words = self.teller.words
        level, other = words.old.tier_by_id[required.old], words.new.tier_by_id[required.new]
        if not (level.known and other.known):
            return None
        verdicts = {compared.verdict for compared in required.becomes.values()}
        if level.rule is None and other.rule is None:
            never_better = verdicts <= _NEVER_BETTER | _NEITHER
            never_worse = verdicts <= _NEVER_WORSE | _NEITHER
        else:
            never_better = never_worse = same_rule and verdicts <= {Verdict.REWRITTEN}
        if never_better and never_worse:
            return None
        worse = None if never_worse else self._shown(required, worse=True)
        better = None if never_better else self._shown(required, worse=False)
        if worse is not None and better is not None:
            return Compared(Verdict.INCOMPARABLE, (worse, better))
        if worse is not None and never_better:
            return Compared(Verdict.STRICTER, (worse,))
        if better is not None and never_worse:
            return Compared(Verdict.LOOSER, (better,))
        shown = worse or better
        if shown is not None:
            return Compared(Verdict.DIFFERENT, (shown,), Doubt.ONE_WAY)
        return Compared(Verdict.NOT_DECIDED, doubt=Doubt.NOT_FOUND)

    def _shown(self, required: Required, *, worse: bool) -> Witness | None:
        def is_it(before: Said, after: Said) -> bool:
            if not worse:
                before, after = after, before
            return before.outcome is MET and after.outcome is not MET and not after.missing

        return Search(self.teller, partial(self._said, required)).plain(self._demands(required, worse=worse), is_it)

    def _said(self, required: Required, told: Told) -> tuple[Said, Said]:
        before = assess(self.teller.old.edition, "", told.old)[required.old]
        after = assess(self.teller.new.edition, "", told.new)[required.new]
        return _stands(before), _stands(after)

    def _demands(self, required: Required, *, worse: bool) -> Iterator[Demand]:
        words = self.teller.words
        if words.old.tier_by_id[required.old].rule is None and words.new.tier_by_id[required.new].rule is None:
            yield from self._built_up(required, worse=worse)
        elif max(map(len, required.asked)) <= _MOST_SOLVED:
            outcomes = (MET, NOT_MET) if worse else (NOT_MET, MET)
            yield from chained(
                words.old,
                _tier_ways(words.old, required.old, outcomes[0]),
                _tier_ways(words.new, required.new, outcomes[1]),
            )

    def _built_up(self, required: Required, *, worse: bool) -> Iterator[Demand]:
        """Yield what makes one indicator that changed fail in one edition, and all that the other edition requires pass."""
        words = self.teller.words
        passing, failing = (words.old, words.new) if worse else (words.new, words.old)
        tier, other = (required.old, required.new) if worse else (required.new, required.old)
        asked = required.asked[0 if worse else 1]
        for (old, new), compared in required.becomes.items():
            own, its = (old, new) if worse else (new, old)
            if its is None or compared.verdict in (_NEVER_WORSE if worse else _NEVER_BETTER) | _NEITHER:
                continue
            fails = ways(failing, failing.rules(other)[its], NOT_MET)
            passes = no_more if own is None else ways(passing, passing.rules(tier)[own], MET, NOT_APPLICABLE)
            rest = [passing.rules(tier)[name] for name in asked if name != own]
            shown = (demand for one in compared.witnesses if (demand := self.teller.demand(one)) is not None)
            for demand in chain(chained(words.old, fails, passes), shown):
                grown = _grown(passing, rest, demand)
                if grown is not None:
                    yield grown
                    break


def _stands(found: TierAssessment) -> Said:
    """Return what a tier comes to; what an indicator misses matters only while the tier is open."""
    return Said(found.outcome, found.missing if found.outcome is UNDETERMINED else ())


def _tier_ways(edition: Edition, tier: str, outcome: Outcome) -> Ways:
    def found(demand: Demand, budget: Budget) -> Iterator[Demand]:
        with suppress(Unsolved):
            yield from solve_tier(solver(edition, budget), tier, outcome, demand)

    return found


def _grown(edition: Edition, rules: Sequence[Expr], demand: Demand) -> Demand | None:
    """Return what to demand so that rules pass too, each in the first way that is left to it; None where one has none.

    Rules that ask of no common fact are solved apart from each other, so that a thousand of them take no more time each.
    """
    found = [demand]
    touched = {name for path in demand.given for name in path.split(".")} | demand.sizes.keys()
    for names, together in _apart(edition, rules):
        begun = demand if names & touched else Demand(edition, demand.reach)
        for rule in together:
            try:
                more = next(ways(edition, rule, MET, NOT_APPLICABLE)(begun, Budget(_MOST_STEPS_A_RULE)), None)
            except (Exhausted, RecursionError):
                return None
            if more is None:
                return None
            begun = more
        if names & touched:
            demand = found[0] = begun
        else:
            found.append(begun)
    return _united(found)


def _apart(edition: Edition, rules: Sequence[Expr]) -> Iterator[tuple[set[str], list[Expr]]]:
    """Yield rules that ask of common facts, directly or through others, with all that they ask of."""
    home = dict[str, int]()
    groups = dict[int, tuple[set[str], list[Expr]]]()
    for place, rule in enumerate(rules):
        names, joined = _asked(edition, rule), [rule]
        for other in sorted({home[name] for name in names if name in home}):
            more, others = groups.pop(other)
            names |= more
            joined = [*others, *joined]
        home.update(dict.fromkeys(names, place))
        groups[place] = names, joined
    yield from groups.values()


def _asked(edition: Edition, rule: Expr) -> set[str]:
    """Return the facts and collections behind a rule, with their wholes; the day is a fact too."""
    found, left = set[str](), [ON, *edition.names_behind(rule)]
    for node in edition.walk(rule):
        if isinstance(node, Quantified | Aggregate):
            left.append(edition.collection(node.collection).id)
        elif isinstance(node, Count) and node.of.id not in edition.fact_by_id:
            left.append(edition.collection(node.of.id).id)
    if not any(isinstance(node, Today) for node in edition.walk(rule)):
        left.remove(ON)
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        declared = edition.fact_by_id.get(name)
        if declared is not None:
            left += [*filter(None, [declared.at_most, edition.collection_of_fact.get(name)])]
            left += [] if declared.derived is None else _asked(edition, declared.derived)
    return found


def _united(demands: Sequence[Demand]) -> Demand:
    """Return what several demands of different facts ask together."""
    first = demands[0]
    return evolve(
        first,
        given={path: known for one in demands for path, known in one.given.items()},
        sizes={name: size for one in demands for name, size in one.sizes.items()},
        unreported=first.unreported.union(*(one.unreported for one in demands)),
        awaited=first.awaited.union(*(one.awaited for one in demands)),
        spans={name: span for one in demands for name, span in one.spans.items()},
        inequalities=tuple(inequality for one in demands for inequality in one.inequalities),
    )
