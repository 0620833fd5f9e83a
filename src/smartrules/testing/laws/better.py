"""Laws of more and less: a higher tier implies the lower ones, and more of what is good never loses anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st

from smartrules.analysis.directions import Direction, directions
from smartrules.analysis.fewer import fewest
from smartrules.analysis.solving.declared import FIRST_DAY, REACHES, span_of, step_of
from smartrules.diagnostics import SmartrulesError
from smartrules.facts import Fact, Facts, show_value
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, FactDeclaration
from smartrules.testing.laws.law import Search
from smartrules.testing.strategies import facts_from
from smartrules.values import Kind, Value, simplest

# --- tiers ---------------------------------------------------------------------------------------------------------


def tiers_overtake(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return a tier that is reached where a lower one is missed."""

    def difference(facts: Facts) -> str | None:
        return _overtaken(ruleset, facts)

    for strategy in _reaching(ruleset):
        found = search.simplest(strategy, lambda facts: difference(facts) is not None)
        if found is not None:
            least = fewest(found, lambda fewer: difference(fewer) is not None)
            return str(difference(least)), least
    return None


def _overtaken(ruleset: Ruleset, facts: Facts) -> str | None:
    missed: str | None = None
    for level in ruleset.assess(facts).tiers:
        if level.outcome is MET and missed is not None:
            return f"the tier `{level.tier.id}` is met, and the lower tier `{missed}` is not"
        missed = level.tier.id if level.outcome is NOT_MET else missed
    return None


def _reaching(ruleset: Ruleset) -> Iterator[st.SearchStrategy[Facts]]:
    """Yield strategies of facts that reach each tier above the lowest, where they are found, and of any."""
    known = [tier.id for tier in ruleset.edition.tiers if tier.known]
    for tier in known[1:]:
        try:
            yield facts_from(ruleset, tier=tier, outcome=MET)
        except SmartrulesError:  # there are no such facts, or none that are found
            continue
    if len(known) > 1:
        yield facts_from(ruleset, missing=())


# --- more of what is good ------------------------------------------------------------------------------------------

_RANK = {NOT_MET: 0, UNDETERMINED: 1, MET: 2, NOT_APPLICABLE: 2}


@frozen
class _Good:
    """A fact of which more, or less, is good for some indicators, by what they ask at their lowest tier.

    Attributes:
        tiers: the tiers that lose nothing by it, since none of their indicators asks for the opposite.
    """

    declared: FactDeclaration
    direction: Direction
    indicators: tuple[str, ...]
    tiers: tuple[str, ...]


@frozen
class _Better:
    """Facts, and the same with one that is better."""

    good: _Good
    facts: Facts
    better: Facts
    said: str


def better_loses(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return an indicator or tier that is lost by more of what is good for it."""
    known = list(_goods(ruleset.edition))
    if not known:
        return None

    def difference(drawn: _Better) -> str | None:
        before, after = (ruleset.assess(facts) for facts in (drawn.facts, drawn.better))
        for level in before.tiers:
            pairs: list[tuple[str, Outcome, Outcome]] = [
                (f"{level.tier.id}.{name}", level[name].outcome, after[level.tier.id][name].outcome)
                for name in drawn.good.indicators
                if name in level
            ]
            if level.tier.id in drawn.good.tiers:
                pairs.append((level.tier.id, level.outcome, after[level.tier.id].outcome))
            for of, one, other in pairs:
                if _RANK[other] < _RANK[one]:
                    return f"`{of}` is {_words(one)}, and {_words(other)} once {drawn.said}"
        return None

    found = search.simplest(_better(ruleset, known), lambda drawn: difference(drawn) is not None)
    return None if found is None else (str(difference(found)), found.facts)


def _words(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")


def _goods(edition: Edition) -> Iterator[_Good]:
    lowest = dict[str, Mapping[str, Direction]]()
    for tier in edition.tiers:
        for name, rule in edition.rules(tier.id).items():
            if name not in lowest:
                lowest[name] = directions(rule, edition)
    for declared in edition.fact_by_id.values():
        for direction in (Direction.HELPS, Direction.HARMS):
            of = tuple(name for name, known in lowest.items() if known.get(declared.id) is direction)
            if of and declared.kind is not Kind.CHOICE:
                yield _Good(declared, direction, of, tuple(_unharmed(edition, declared.id, of, lowest)))


def _unharmed(
    edition: Edition, fact: str, of: tuple[str, ...], lowest: Mapping[str, Mapping[str, Direction]]
) -> Iterator[str]:
    for tier in edition.tiers:
        asking = [name for name in edition.rules(tier.id) if fact in lowest[name]]
        # What a rule of a tier makes of its indicators may go either way.
        if tier.rule is None and all(name in of for name in asking):
            yield tier.id


@st.composite
def _better(draw: st.DrawFn, ruleset: Ruleset, known: list[_Good]) -> _Better:
    good = draw(st.sampled_from(known))
    drawn = draw(facts_from(ruleset, missing=()))
    # What is made of members changes with them, and a stated figure would not.
    made = {fact.id for fact in ruleset.edition.facts if fact.derived is not None}
    facts = evolve(drawn, stated={}, facts={name: one for name, one in drawn.facts.items() if name not in made})
    collection = ruleset.edition.collection_of_fact.get(good.declared.id)
    improving = _Improving(draw, ruleset.edition, good)
    if collection is None:
        values, said = improving.of(facts.facts, facts.facts, "")
        return _Better(good, facts, evolve(facts, facts=values), said)
    records = facts.collections.get(collection, ())
    if not records:
        return _Better(good, facts, facts, "")
    place = draw(st.integers(0, len(records) - 1))
    record = records[place]
    values, said = improving.of(record.facts, {**facts.facts, **record.facts}, f"{collection}.{record.id}.")
    changed = (*records[:place], evolve(record, facts=values), *records[place + 1 :])
    return _Better(good, facts, evolve(facts, collections={**facts.collections, collection: changed}), said)


@frozen
class _Improving:
    draw: st.DrawFn
    edition: Edition
    good: _Good

    def of(self, own: Mapping[str, Fact], around: Mapping[str, Fact], path: str) -> tuple[Mapping[str, Fact], str]:
        """Return values with a better one, and what was done, in words; the same values where none is better."""
        declared = self.good.declared
        if declared.id not in own:  # it is made of members, or there are none
            return own, ""
        value = self._value(own[declared.id].value, around)
        said = f"`{path}{declared.id}` is {show_value(declared, value, 'en')}"
        return {**own, declared.id: Fact(declared.id, value)}, said

    def _value(self, value: Value, around: Mapping[str, Fact]) -> Value:
        declared, more = self.good.declared, self.good.direction is Direction.HELPS
        match declared.kind:
            case Kind.FLAG:
                return self.draw(st.sampled_from([value, more]))
            case Kind.SET:
                assert isinstance(value, frozenset)
                other = frozenset(self.draw(st.lists(st.sampled_from(declared.member_ids), unique=True)))
                return value | other if more else value - other
            case Kind.DATE:
                assert isinstance(value, date)
                days, (low, high) = (value - FIRST_DAY).days, span_of(declared, REACHES[0])
                return FIRST_DAY + timedelta(days=self._between(days, high) if more else self._between(low, days))
            case _:
                return self._number(value, around, more=more)

    def _number(self, value: Value, around: Mapping[str, Fact], *, more: bool) -> Value:
        declared, edition = self.good.declared, self.edition
        step = step_of(declared)
        (low, high), steps = span_of(declared, REACHES[0]), floor(_numeric(value) / step)
        if more:
            whole = None if declared.at_most is None else around.get(declared.at_most)
            if whole is None and declared.at_most is not None:
                return value  # the whole is made of members
            most = high if whole is None else min(high, floor(_numeric(whole.value) / step))
            return simplest(self._between(steps, max(most, steps)) * step)
        parts = [part for part in edition.fact_by_id.values() if part.at_most == declared.id]
        if any(part.id not in around for part in parts):
            return value  # a part is made of members, or is one's of a member
        least = max([low, *(ceil(_numeric(around[part.id].value) / step) for part in parts)])
        return simplest(self._between(min(least, steps), steps) * step)

    def _between(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


def _numeric(value: Any) -> Fraction:
    return Fraction(value)
