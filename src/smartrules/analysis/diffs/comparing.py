"""Two rules compared: what is proved of them, and the communities that show what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

from attrs import field, frozen

from smartrules.analysis.diffs.communities import Teller, Told
from smartrules.analysis.diffs.formulas import with_formulas
from smartrules.analysis.diffs.proving import RANK, Both, Proof, prove, prove_entire
from smartrules.analysis.diffs.rulings import Doubt, Said, Verdict, Witness
from smartrules.analysis.diffs.vocabulary import Tongue
from smartrules.analysis.diffs.witnesses import Search, chained, drawn, no_more, told_apart, ways
from smartrules.analysis.fewer import pieces, without
from smartrules.analysis.solving.demands import Demand
from smartrules.assessment import find
from smartrules.engines.exact import judging
from smartrules.engines.scope import Scope, kept
from smartrules.expr.nodes import Expr
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.standard import Edition

#: Of so many communities that are drawn, each is also asked without one fact after the other.
_MOST_ASKED_WITHOUT = 20

_NOTHING = Said()


@frozen
class Place:
    """An indicator at a tier, by their ids in one edition."""

    tier: str
    indicator: str


@frozen
class Compared:
    """What comes of comparing two rules."""

    verdict: Verdict
    witnesses: tuple[Witness, ...] = ()
    doubt: Doubt | None = None


@frozen
class Comparer:
    """Compares the rules of indicators in two editions."""

    teller: Teller

    def compared(self, old: Place, new: Place) -> Compared | None:
        """Return what becomes of a rule that both editions have; None where they have the same in common words."""
        words = self.teller.words
        rule, other = words.old.rules(old.tier)[old.indicator], words.new.rules(new.tier)[new.indicator]
        if rule == other:
            return None
        if not words.is_comparable(rule, other):
            return Compared(Verdict.NOT_DECIDED, doubt=Doubt.OTHER_FACTS)
        question = _Question(self.teller, old, new, rule, other)
        if words.counts_apart(rule, other):
            return question.answer(Proof(alike=False, known=None))
        proof, found = Proof(alike=False, known=None), None
        for proving in (prove, _prove_formulas, prove_entire):
            sharper = proof.joined(proving(rule, other, words.old))
            if found is None or sharper != proof:
                proof, found = sharper, question.answer(sharper)
            if found.doubt is None:
                break
        return found

    def asked(self, new: Place) -> Witness | None:
        """Return a community that fails a rule that the old edition did not ask."""
        return self._alone(new, self.teller.words.new, after=True)

    def not_asked(self, old: Place) -> Witness | None:
        """Return a community that failed a rule that the new edition does not ask."""
        return self._alone(old, self.teller.words.old, after=False)

    def _alone(self, place: Place, edition: Edition, *, after: bool) -> Witness | None:
        rule = edition.rules(place.tier)[place.indicator]
        say = _saying(self.teller.new.edition if after else self.teller.old.edition, place)

        def said(told: Told) -> tuple[Said, Said]:
            return (_NOTHING, say(told.new)) if after else (say(told.old), _NOTHING)

        def wanted(one: Said, other: Said) -> bool:
            return (other if after else one).outcome is NOT_MET

        search = Search(self.teller, said)
        return search.among(chained(edition, ways(edition, rule, NOT_MET), no_more), wanted) or next(
            (found for facts in drawn(edition, [rule]) if (found := search.witness(facts, wanted)) is not None), None
        )


def _prove_formulas(rule: Expr, other: Expr, edition: Edition) -> Proof:
    """Return what is proved of rules where all is known: then a measure is what its formula says, whatever it is called."""
    plain = [with_formulas(one, edition) for one in (rule, other)]
    known = None if plain == [rule, other] else prove(plain[0], plain[1], edition).known
    return Proof(alike=False, known=known)


def _saying(edition: Edition, place: Place) -> Callable[[Facts], Said]:
    """Return what an edition says of an indicator, by the reference evaluator."""
    indicator, rule = edition.indicator_by_id[place.indicator], edition.rules(place.tier)[place.indicator]
    judged = kept(judging, rule, edition)

    def say(facts: Facts) -> Said:
        found = find(edition, indicator, place.tier, Scope(facts).once(judged))
        return Said(found.outcome, found.missing)

    return say


# --- a question ------------------------------------------------------------------------------------------------------

#: What somebody comes to who comes out worse, the plainest first.
_WORSE: tuple[Both, ...] = (
    (MET, NOT_MET),
    (NOT_APPLICABLE, NOT_MET),
    (MET, UNDETERMINED),
    (NOT_APPLICABLE, UNDETERMINED),
    (UNDETERMINED, NOT_MET),
)
_BETTER: tuple[Both, ...] = tuple((new, old) for old, new in _WORSE)
_ASIDE: tuple[Both, ...] = ((NOT_APPLICABLE, MET), (MET, NOT_APPLICABLE))
#: What is looked for where facts may be missing.
_OPEN: tuple[Both, ...] = tuple(
    both for one in (MET, NOT_MET, NOT_APPLICABLE) for both in ((one, UNDETERMINED), (UNDETERMINED, one))
)


@frozen
class _Question:
    """Whether, and how, somebody comes out otherwise by a new rule."""

    teller: Teller
    old: Place
    new: Place
    rule: Expr
    other: Expr
    _solved: dict[Both, Witness | None] = field(factory=dict)

    def answer(self, proof: Proof) -> Compared:
        """Return the verdict that a proof and the communities that are found allow."""
        if proof.alike:
            return Compared(Verdict.REWRITTEN)
        worse, better = (self._shown(proof, among) for among in (_WORSE, _BETTER))
        if worse is not None and better is not None:
            return Compared(Verdict.INCOMPARABLE, (worse, better))
        if worse is not None and proof.never_better:
            return Compared(Verdict.STRICTER, (worse,))
        if better is not None and proof.never_worse:
            return Compared(Verdict.LOOSER, (better,))
        shown = worse or better
        if shown is not None:
            return Compared(Verdict.DIFFERENT, (shown,), Doubt.ONE_WAY)
        aside = [found for both in _ASIDE if (found := self._shown(proof, (both,))) is not None]
        if aside:
            if proof.never_better and proof.never_worse:
                return Compared(Verdict.APPLIES_OTHERWISE, tuple(aside))
            return Compared(Verdict.DIFFERENT, tuple(aside), Doubt.ONE_WAY)
        open_ = self._open()
        if open_ is not None:
            if proof.known_alike:
                return Compared(Verdict.OPEN_OTHERWISE, (open_,))
            return Compared(Verdict.DIFFERENT, (open_,), Doubt.ONE_WAY)
        return Compared(Verdict.NOT_DECIDED, doubt=Doubt.NOT_FOUND)

    @cached_property
    def _search(self) -> Search:
        before = _saying(self.teller.old.edition, self.old)
        after = _saying(self.teller.new.edition, self.new)
        return Search(self.teller, lambda told: (before(told.old), after(told.new)))

    def _shown(self, proof: Proof, among: Sequence[Both]) -> Witness | None:
        """Return a community of which all is known that goes one way, where the proof leaves it one."""
        likely = [both for both in among if proof.known is None or both in proof.known]
        for both in likely:
            # What is open although everything is known is no matter of missing facts, so it is not solved for.
            found = None if UNDETERMINED in both else self._solution(both)
            if found is not None:
                return found
        for both in likely:
            for facts, before, after in self._drawn:
                if _is(both, before, after):
                    found = self._search.witness(facts, partial(_is, both))
                    if found is not None:
                        return found
        return None

    def _solution(self, both: Both) -> Witness | None:
        if both not in self._solved:
            self._solved[both] = self._search.among(self._chained(both), partial(_is, both))
        return self._solved[both]

    def _chained(self, both: Both) -> Iterator[Demand]:
        words = self.teller.words
        return told_apart((words.old, self.rule, both[0]), (words.new, self.other, both[1]))

    @cached_property
    def _drawn(self) -> list[tuple[Facts, Said, Said]]:
        """Communities of which all is known, drawn by chance, with what both editions say of each."""
        search, found = self._search, drawn(self.teller.words.old, [self.rule, self.other])
        return [(facts, *search.said(self.teller.told(facts))) for facts in found]

    def _open(self) -> Witness | None:
        """Return a community of which something is missing that leaves one edition open and not the other, or other facts."""
        search = self._search
        for both in _OPEN:
            found = search.among(self._chained(both), partial(self._is_open_as, both))
            if found is not None:
                return found
        nothing = search.witness(Facts(self.teller.words.old.name), self._is_open)
        if nothing is not None:
            return nothing
        for facts, _, _ in self._drawn[:_MOST_ASKED_WITHOUT]:
            for piece in pieces(facts):
                found = search.witness(without(facts, piece), self._is_open)
                if found is not None:
                    return found
        return None

    def _is_open_as(self, both: Both, before: Said, after: Said) -> bool:
        return (before.outcome, after.outcome) == both and self._is_open(before, after)

    def _is_open(self, before: Said, after: Said) -> bool:
        """Return whether facts are missing, and what is said differs, or what is missing for it."""
        words = self.teller.words
        missing = [
            frozenset(_in_common(name, tongue) for name in said.missing)
            for said, tongue in ((before, words.of_old), (after, words.of_new))
        ]
        return bool(missing[0] or missing[1]) and (before.outcome is not after.outcome or missing[0] != missing[1])


def _is(both: Both, before: Said, after: Said) -> bool:
    """Return whether two editions say what is looked for, with nothing missing."""
    return (before.outcome, after.outcome) == both and not before.missing and not after.missing


def _in_common(name: str, tongue: Tongue) -> str:
    """Return what both call a missing fact; of a member, its collection and itself are named too."""
    return ".".join(tongue.common.get(part, part) for part in name.split("."))


assert all(RANK[new] < RANK[old] for old, new in _WORSE)
