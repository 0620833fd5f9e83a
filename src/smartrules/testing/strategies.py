"""Hypothesis strategies of a community's facts: built from the declarations, so that none is ever thrown away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from attrs import field, frozen
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st

from smartrules.analysis.ranges import range_of
from smartrules.analysis.solving.declared import (
    FIRST_DAY,
    REACHES,
    convertible,
    derived_collections,
    written_value,
)
from smartrules.analysis.solving.demands import ON, Demand
from smartrules.analysis.solving.inequalities import Spans, narrowed, parts, solution
from smartrules.diagnostics import Fault, NotFoundError, SmartrulesError, did_you_mean, one_of, shorten
from smartrules.documents.given import written_document, written_number
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Name
from smartrules.expr.text import source
from smartrules.facts import Facts, read_fact, read_stated
from smartrules.outcome import MET, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration, Measure
from smartrules.testing.boundaries import Threshold
from smartrules.testing.coverage import Side
from smartrules.testing.finding import Wanted, want
from smartrules.testing.sides import drawable
from smartrules.values import Value

_MOST_MEMBERS = 3


def facts_from(
    ruleset: Ruleset,
    *,
    missing: Collection[str] | None = None,
    tier: str | None = None,
    indicator: str | None = None,
    outcome: Outcome | str | None = None,
) -> st.SearchStrategy[Facts]:
    """Return a strategy of facts that the ruleset accepts, built from its declarations and never filtered.

    A part is never more than its whole, a number is whole steps within its bounds, and what is made of a collection agrees
    with its members. Where a test fails, the facts are printed as a facts document. They become simpler by missing facts
    and small numbers.

    Args:
        ruleset: whose declarations the facts follow.
        missing: the ids of the facts and collections that may be missing, ``on`` for the day; by default any may. Those that
            an outcome needs are given whatever is said here, and those that make it undetermined are missing.
        tier: of which ``outcome`` is the outcome, or at which ``indicator`` has it.
        indicator: of which ``outcome`` is the outcome: its id or number; without ``tier`` at the lowest that requires it.
        outcome: what all the facts come to.

    Raises:
        NotFoundError: SR603 for a tier, an indicator, or a name in ``missing`` that the ruleset does not have.
        RulesetError: SR617 where no facts of the outcome are found, naming what in the rule is not solved for its facts.
        SmartrulesError: SR618 for arguments that do not go together.
    """
    known = {*ruleset.edition.fact_by_id, *ruleset.edition.collection_by_id, ON}
    for name in missing if missing is not None else ():
        if name not in known:
            hint = did_you_mean(name, known) or "name facts, collections, or `on`"
            raise NotFoundError.of("SR603", f"`{ruleset.name}` has no fact `{shorten(name)}`", hint)
    if outcome is None and (tier is not None or indicator is not None):
        named = "indicator" if tier is None else "tier"
        raise SmartrulesError.of(
            "SR618", f"`{named}` is given without an `outcome`", f"give one of {one_of([*Outcome])}"
        )
    wanted = None if outcome is None else want(ruleset, tier, indicator, outcome)
    return _facts(ruleset, frozenset(known if missing is None else missing), wanted)


@st.composite
def _facts(draw: st.DrawFn, ruleset: Ruleset, may_miss: frozenset[str], wanted: Wanted | None) -> Facts:
    drawing = _Drawing(draw, ruleset, may_miss, draw(st.booleans()))
    return noted(ruleset, drawing.document(drawing.demand(wanted)))


@st.composite
def facts_documents(draw: st.DrawFn, ruleset: Ruleset) -> dict[str, Any]:
    """Return the documents of the facts that `facts_from` draws, as plain values that are the caller's own."""
    known = {*ruleset.edition.fact_by_id, *ruleset.edition.collection_by_id, ON}
    drawing = _Drawing(draw, ruleset, frozenset(known), draw(st.booleans()))
    return drawing.document(drawing.demand(None))


@frozen
class BoundaryFacts:
    """Facts beside a threshold.

    Attributes:
        of: what the threshold decides: ``basic.wired_broadband``, ``points of wired_broadband`` or the tier ``basic``.
        threshold: the comparison, as the rule says it.
        side: where the facts lie: below, at or above.
    """

    of: str
    threshold: str
    side: Side
    facts: Facts


def boundaries_from(
    ruleset: Ruleset, *, indicator: str | None = None, tier: str | None = None
) -> st.SearchStrategy[BoundaryFacts]:
    """Return a strategy of facts just below, exactly at and just above the thresholds of a ruleset.

    Just below is one step of the declared resolution of the number that is compared, of a share that of its part. What else
    the indicator asks holds such that this threshold decides, and the other indicators of the tier are met, away from their own
    thresholds, as far as that can be. The numbers are written in any unit in which they can be. In bands the threshold
    decides which one it is, in the rule of a tier whether the tier is reached. Sides on which no facts are found are left
    out; `thresholds` says which.

    Args:
        ruleset: whose thresholds they are.
        indicator: whose alone, its id or number; by default all.
        tier: at which alone; by default at all.

    Raises:
        NotFoundError: SR603 for a tier or indicator that the ruleset does not have.
        RulesetError: SR617 where facts are found beside no threshold.
    """
    return beside(ruleset, drawable(ruleset, tier, indicator))


@st.composite
def beside(draw: st.DrawFn, ruleset: Ruleset, known: list[Threshold]) -> BoundaryFacts:
    """Draw facts on one of some sides of thresholds, on which they are known to be found."""
    chosen = draw(st.sampled_from(known))
    drawing = _Drawing(draw, ruleset, frozenset(), True)
    document = drawing.document(drawing.demand(chosen))
    document["facts"] = {name: drawing.respelled(name, value) for name, value in document["facts"].items()}
    return BoundaryFacts(chosen.of, source(chosen.comparison), chosen.side, noted(ruleset, document))


def noted(ruleset: Ruleset, document: dict[str, Any]) -> Facts:
    """Return the facts of a document, which a test that fails prints."""
    if currently_in_test_context():
        note(f"# a facts document for {ruleset.name}\n{written_document(document)}")
    return ruleset.facts(document)


@frozen
class _Drawing:
    """Draws one community's facts.

    Attributes:
        may_miss: what may be missing.
        whole: whether everything that can be given is.
        unreported: of which it was drawn that the community does not report it, where nothing asks for it.
    """

    draw: st.DrawFn
    ruleset: Ruleset
    may_miss: frozenset[str]
    whole: bool
    unreported: set[str] = field(factory=set)

    def demand(self, wanted: Wanted | Threshold | None) -> Demand:
        """Return what to demand of the facts."""
        if wanted is None:
            return Demand(self.ruleset.edition, REACHES[0])
        # The order that was tried when the strategy was made finds some, where a drawn one is lost in the search.
        found = wanted.found(self._turned, []) or wanted.found(lambda alternatives: alternatives, [])
        assert found is not None
        return found

    def document(self, demand: Demand) -> dict[str, Any]:
        """Return a facts document in which what is demanded holds, and all else is drawn."""
        filled = self._filled(demand)
        return self._written(demand, filled, self._values(filled))

    def respelled(self, name: str, written: Any) -> Any:
        """Return a number in one of the units in which it can be written, anything else as it is."""
        fact = self.ruleset.edition.fact_by_id[name]
        if fact.unit is None or not fact.unit.factors or isinstance(written, bool):
            return written
        value = read_fact(fact, written)
        assert isinstance(value, int | Fraction)
        return self.draw(st.sampled_from([written, *convertible(value, fact.unit)]))

    def _turned(self, alternatives: Sequence[Any]) -> Sequence[Any]:
        if len(alternatives) < 2:
            return alternatives
        first = self.draw(st.integers(0, len(alternatives) - 1))
        return [*alternatives[first:], *alternatives[:first]]

    def _is_given(self, name: str) -> bool:
        """Return whether a fact, collection or day is given; what is not may be said not to be reported."""
        if name not in self.may_miss:
            return True
        standing = self.draw(st.sampled_from(("missing", "given", "not reported")))
        if standing == "not reported":
            self.unreported.add(name)
        # Drawn even where everything is given, so that less is simpler.
        return standing == "given" or self.whole

    # --- which facts -----------------------------------------------------------------------------------------------

    def _filled(self, demand: Demand) -> Demand:
        """Return a demand with facts that it leaves free given too."""
        edition, paths = self.ruleset.edition, list[str]()
        for collection in edition.collections:
            if collection.id not in demand.sizes:
                size = self.draw(st.integers(0, _MOST_MEMBERS)) if self._is_given(collection.id) else None
                demand = demand.size(collection.id, size) or demand
            for number in range(1, (demand.sizes[collection.id] or 0) + 1):
                paths += [f"{collection.id}.{number}.{fact.id}" for fact in collection.facts]
        paths += [fact.id for fact in edition.facts if not self._is_made(fact, demand)]
        free = [
            path
            for path in paths
            if path not in demand.given and path not in demand.unreported and self._is_given(path.rpartition(".")[2])
        ]
        filled = demand
        for path in free:
            filled = filled.give(path) or filled
        if solution(filled.spans, filled.inequalities) is None:  # one of them takes the room of another
            filled = demand
            for path in free:
                more = filled.give(path)
                if more is not None and solution(more.spans, more.inequalities) is not None:
                    filled = more
        if ON not in filled.given and self._is_given(ON):
            filled = filled.give_day() or filled
        return filled

    def _is_made(self, fact: FactDeclaration, demand: Demand) -> bool:
        """Return whether a fact is made of collections that are known."""
        collections = list(derived_collections(fact, self.ruleset.edition))
        return any(demand.sizes[name] is not None for name in collections)

    # --- their values ----------------------------------------------------------------------------------------------

    def _values(self, demand: Demand) -> dict[str, int]:
        found = dict[str, int]()
        for together, among in parts(demand.spans, demand.inequalities):
            spans: Spans = {name: demand.spans[name] for name in together}
            if not among:
                (low, high) = spans[together[0]]
                found[together[0]] = low if low == high else self.draw(st.integers(low, high))
                continue
            known = solution(spans, among)
            assert known is not None
            for name in together:
                narrow = narrowed(spans, among)
                assert narrow is not None
                low, high = narrow[name]
                value = low if low == high else self.draw(st.integers(low, high))
                if value != known[name]:
                    # A value that leaves the others none gives way to the one of which it is known that it does not.
                    solved = solution({**narrow, name: (value, value)}, among)
                    known = solved or known
                spans = {**narrow, name: (known[name], known[name])}
            found |= known
        return found

    # --- the document ----------------------------------------------------------------------------------------------

    def _written(self, demand: Demand, filled: Demand, found: dict[str, int]) -> dict[str, Any]:
        edition = self.ruleset.edition
        facts = {fact.id: written_value(fact, fact.id, found) for fact in edition.facts if filled.given.get(fact.id)}
        collections = {
            collection.id: [
                {
                    fact.id: written_value(fact, path, found)
                    for fact in collection.facts
                    if filled.given.get(path := f"{collection.id}.{number}.{fact.id}")
                }
                for number in range(1, size + 1)
            ]
            for collection in edition.collections
            if (size := filled.sizes[collection.id]) is not None
        }
        document: dict[str, Any] = {"ruleset": self.ruleset.name}
        if filled.given.get(ON):
            document["on"] = FIRST_DAY + timedelta(days=found[ON])
        document["facts"] = facts
        if collections:
            document["collections"] = collections
        self._add_made(document, demand)
        self._add_stated(document, demand)
        return document

    def _add_made(self, document: dict[str, Any], demand: Demand) -> None:
        """Give the facts that are made of collections, where what the members make them is one that may be given."""
        edition, given = self.ruleset.edition, document["facts"]
        for fact in edition.facts:
            if fact.derived is None or fact.id in given or fact.id in demand.unreported or not self._is_given(fact.id):
                continue
            known = self.ruleset.facts(document)
            made = evaluate(fact.derived, edition, known).result
            if made is None or (isinstance(made, Outcome) and made not in (MET, NOT_MET)):
                continue
            whole = None if fact.at_most is None else known.value(fact.at_most)
            counted = [known.value(part.id) for part in edition.facts if part.at_most == fact.id]
            if isinstance(made, Outcome):
                given[fact.id] = made is MET
            elif isinstance(made, int | Fraction) and fact.unit is not None:
                written = written_number(made, fact.unit)
                fits = _is_at_most(made, whole) and all(_is_at_most(part, made) for part in counted)
                if fits and _reads(fact, written):
                    given[fact.id] = written

    def _add_stated(self, document: dict[str, Any], demand: Demand) -> None:
        """State measures, and say of others and of facts that they are not reported, where no outcome asks of them."""
        edition, stated, unreported = self.ruleset.edition, dict[str, Any](), [*demand.unreported]
        asked = {path.rpartition(".")[2] for path in demand.given} | demand.awaited
        for measure in edition.measures:
            if demand.rests_on_touched(Name(measure.id)):
                continue
            said = self.draw(st.sampled_from(("nothing", "stated", "not reported")))
            if said == "stated" and not self.whole:
                stated[measure.id] = self._figure(measure)
            elif said == "not reported" and not self.whole:
                unreported.append(measure.id)
        own = {fact.id for fact in edition.facts}
        unreported += (self.unreported & own) - {*document["facts"], *asked, *unreported}
        if stated:
            document["stated"] = stated
        if unreported:
            document["not_reported"] = list(edition.reportable_in_order(unreported))

    def _figure(self, measure: Measure) -> str:
        """Return a figure that a measure can have, in hundredths of its unit."""
        step, reach = measure.unit.size / 100, REACHES[0]
        within = range_of(measure.value, self.ruleset.edition)
        low = 0 if within.low is None else ceil(Fraction(within.low) / step)
        high = max(low, 0) + reach if within.high is None else floor(Fraction(within.high) / step)
        figure = written_number(self.draw(st.integers(min(low, high), high)) * step, measure.unit)
        read_stated(self.ruleset.edition, measure, figure)
        return str(figure)


def _is_at_most(part: Value | None, whole: Value | None) -> bool:
    """Return whether a number is at most another, as far as both are known."""
    if part is None or whole is None:
        return True
    assert isinstance(part, int | Fraction)
    assert isinstance(whole, int | Fraction)
    return part <= whole


def _reads(fact: FactDeclaration, written: Any) -> bool:
    try:
        read_fact(fact, written)
    except Fault:
        return False
    return True
