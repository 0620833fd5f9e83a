"""Formulas compared: of measures, of scores, and what an indicator earns. A number is higher or lower, never stricter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import frozen

from smartrules.analysis.diffs.communities import Teller, Told
from smartrules.analysis.diffs.comparing import Compared, Place
from smartrules.analysis.diffs.rulings import Doubt, Said, Verdict, Witness
from smartrules.analysis.diffs.witnesses import Search, drawn, known, told_apart
from smartrules.analysis.mutation.equivalence import earns_the_same, is_same_formula
from smartrules.analysis.solving.demands import Demand
from smartrules.engines.assessing import assess, findings
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Expr,
    FirstOf,
    Includes,
    Name,
    Not,
    OneOf,
    Range,
    children,
)
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_MET
from smartrules.standard import Edition
from smartrules.values import Number, Quantity

#: Returns what an edition says of a community.
_Saying = Callable[[Facts], Said]


@frozen
class Reckoner:
    """Compares the formulas of two editions."""

    teller: Teller

    def measure(self, old: str, new: str) -> Compared | None:
        """Return what becomes of a measure; None where it has the same formula in common words."""
        words = self.teller.words
        name, other = words.of_old.common[old], words.of_new.common[new]
        if name == other:
            return None
        formulas = words.old.measure_by_id[name].value, words.old.measure_by_id[other].value
        saying = (
            _measured(self.teller.old.edition, old),
            _measured(self.teller.new.edition, new),
        )
        return self._compared(formulas, words.old, formulas, saying)

    def score(self, old: str, new: str) -> Compared | None:
        """Return what becomes of a score; None where it has the same formula in common words."""
        words = self.teller.words
        formulas = words.old.score_by_id[old].value, words.new.score_by_id[new].value
        if formulas[0] == formulas[1]:
            return None
        asked = [
            rule
            for edition in (words.old, words.new)
            for tier in edition.tiers
            for rule in edition.rules(tier.id).values()
        ]
        worth = [one.points for edition in (words.old, words.new) for one in edition.indicators]
        asked += [points.value for points in worth if points is not None and points.value is not None]
        saying = _scored(self.teller.old.edition, old), _scored(self.teller.new.edition, new)
        return self._compared(formulas, words.old.graded, asked, saying)

    def points(self, old: Place, new: Place) -> Compared | None:
        """Return what becomes of what an indicator earns; None where it has the same points in common words."""
        words = self.teller.words
        worth, other = words.old.indicator_by_id[old.indicator].points, words.new.indicator_by_id[new.indicator].points
        if worth == other:
            return None
        saying = _earned(self.teller.old.edition, old), _earned(self.teller.new.edition, new)
        asked = [words.old.rules(old.tier)[old.indicator], words.new.rules(new.tier)[new.indicator]]
        formulas = None
        if worth is not None and other is not None:
            given = [points.value for points in (worth, other)]
            asked += [value for value in given if value is not None]
            if given[0] is not None and given[1] is not None and worth.full == other.full:
                formulas = given[0], given[1]
                faithful = words.is_comparable(*formulas) and not words.counts_apart(*formulas)
                if faithful and earns_the_same(*formulas, worth.full, words.old):
                    return Compared(Verdict.REWRITTEN)
        return self._compared(formulas, words.old, asked, saying)

    def _compared(
        self,
        formulas: tuple[Expr, Expr] | None,
        edition: Edition,
        asked: Iterable[Expr],
        saying: tuple[_Saying, _Saying],
    ) -> Compared:
        words, rules = self.teller.words, list(asked)
        if not words.is_comparable(*rules):
            return Compared(Verdict.NOT_DECIDED, doubt=Doubt.OTHER_FACTS)
        if formulas is not None and not words.counts_apart(*formulas) and is_same_formula(*formulas, edition):
            return Compared(Verdict.REWRITTEN)
        before, after = saying
        solved = formulas if edition is words.old else None  # what is made of findings is not solved for facts
        found = self._apart(rules, solved, lambda told: (before(told.old), after(told.new)))
        if found is None:
            return Compared(Verdict.NOT_DECIDED, doubt=Doubt.NOT_FOUND)
        return Compared(Verdict.DIFFERENT, (found,))

    def _apart(
        self, rules: list[Expr], formulas: tuple[Expr, Expr] | None, said: Callable[[Told], tuple[Said, Said]]
    ) -> Witness | None:
        """Return a community of which both editions know a number, and know another one."""
        search = Search(self.teller, said)
        found = None if formulas is None else search.among(self._beside(*formulas), _is_apart)
        if found is not None:
            return found
        for facts in drawn(self.teller.words.old, rules):
            found = search.witness(facts, _is_apart)
            if found is not None:
                return found
        return None

    def _beside(self, formula: Expr, other: Expr) -> Iterator[Demand]:
        """Yield what makes the two formulas take another way, or come to the band that has another value; all else is known."""
        words = self.teller.words
        for one, another in _apart(formula, other):
            for before, after in ((MET, NOT_MET), (NOT_MET, MET), (MET, MET)):
                if (before is after) != (one == another):
                    continue
                for demand in told_apart((words.old, one, before), (words.new, another, after)):
                    given = known(demand, (formula, other))
                    if given is not None:
                        yield given


_CONDITIONS = (Comparison, Range, Includes, OneOf, AllOf, AnyOf, AtLeast, Not)


def _apart(one: Expr, other: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield the conditions of two formulas that stand at the same place and are not the same; the same one of a band twice."""
    if one == other:
        return
    if isinstance(one, _CONDITIONS) and isinstance(other, _CONDITIONS):
        yield one, other
    elif isinstance(one, FirstOf) and isinstance(other, FirstOf) and one.conditions == other.conditions:
        values, others = (*one.values, one.otherwise), (*other.values, other.otherwise)
        for band, (value, another) in enumerate(zip(values, others, strict=True)):
            if value != another:
                before = tuple(Not(condition) for condition in one.conditions[:band])
                within = AllOf((*before, *one.conditions[band : band + 1]))
                yield within, within
    elif type(one) is type(other):
        for part, another in zip(children(one), children(other), strict=False):
            yield from _apart(part, another)


def _is_apart(before: Said, after: Said) -> bool:
    return before.value is not None and after.value is not None and before.value.root != after.value.root


def _measured(edition: Edition, name: str) -> _Saying:
    measured = edition.measure_by_id[name].unit

    def say(facts: Facts) -> Said:
        found = evaluate(Name(name), edition, facts).result
        return Said(value=None if not isinstance(found, Number) else Quantity.in_unit(found, measured))

    return say


def _scored(edition: Edition, name: str) -> _Saying:
    known = [tier.id for tier in edition.tiers if tier.known]

    def say(facts: Facts) -> Said:
        scores = assess(edition, "", facts)[known[-1]].scores if known else {}
        return Said(value=scores.get(name))

    return say


def _earned(edition: Edition, place: Place) -> _Saying:
    def say(facts: Facts) -> Said:
        found = findings(edition, facts, [place.indicator])[place.tier][place.indicator]
        return Said(found.outcome, found.missing, found.points)

    return say
