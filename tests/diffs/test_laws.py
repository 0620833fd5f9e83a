"""What holds of every two editions: nothing is claimed that some facts refute, and nothing that differs goes unsaid."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules.analysis import diff, mutants
from smartrules.analysis.diffs.answer import Diff, Effect
from smartrules.analysis.diffs.proving import RANK
from smartrules.analysis.diffs.rulings import Subject, Verdict
from smartrules.documents.canonical import fingerprint
from smartrules.documents.deciding import Sort, deciding_fingerprint
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Source, Title
from smartrules.testing import facts_from, rulesets

_SLOW = settings(max_examples=20, suppress_health_check=[*HealthCheck], deadline=None)


def _of(edition: Edition) -> Ruleset:
    return Ruleset(edition, fingerprint(edition))


def replay(found: Diff) -> None:
    """Ask both editions of every witness again, as a host would, and hold what they say to what is claimed."""
    for change in found.changes:
        for ruling in change.rulings:
            for witness in ruling.witnesses:
                before, after = found.old.assess(witness.old), found.new.assess(witness.new)
                assert witness.before != witness.after
                if ruling.of is Subject.TIER:
                    tiers = {pair.new: pair.old for pair in found.changes if pair.sort is Sort.TIER}
                    (tier,) = ruling.tiers
                    assert before[tiers.get(tier) or tier].outcome is witness.before.outcome
                    assert after[tier].outcome is witness.after.outcome
                elif ruling.of is Subject.REQUIREMENT:
                    for tier in ruling.tiers:
                        if change.old is not None and witness.before.outcome is not None:
                            assert before[tier][change.old].outcome is witness.before.outcome
                            assert before[tier][change.old].missing == witness.before.missing
                        if change.new is not None and witness.after.outcome is not None:
                            assert after[tier][change.new].outcome is witness.after.outcome
                            assert after[tier][change.new].missing == witness.after.missing


# --- wording and what decides ------------------------------------------------------------------------------------


def _reworded(edition: Edition, which: str, title: Title) -> Edition:
    first = edition.facts[0]
    match which:
        case "title of a fact":
            return evolve(edition, facts=(evolve(first, title=title), *edition.facts[1:]))
        case "definition":
            return evolve(edition, facts=(evolve(first, definition=title), *edition.facts[1:]))
        case "order of facts":
            return evolve(edition, facts=edition.facts[::-1])
        case "order of indicators":
            return evolve(edition, indicators=edition.indicators[::-1])
        case "order of measures":
            return evolve(edition, measures=edition.measures[::-1])
        case "number":
            indicators = tuple(evolve(one, number=f"9{place}") for place, one in enumerate(edition.indicators))
            return evolve(edition, indicators=indicators)
        case "title of an indicator":
            return evolve(edition, indicators=tuple(evolve(one, title=title) for one in edition.indicators))
        case "sources":
            source = Source(clause=title.zh)
            stated = [
                evolve(
                    one,
                    source=source,
                    requirements=tuple(evolve(requirement, source=source) for requirement in one.requirements),
                )
                for one in edition.indicators
            ]
            return evolve(edition, indicators=tuple(stated), source=source)
        case "title of a tier":
            return evolve(edition, tiers=tuple(evolve(tier, title=title) for tier in edition.tiers))
        case "members":
            facts = [
                evolve(fact, members=tuple(evolve(member, title=title) for member in fact.members[::-1]))
                for fact in edition.facts
            ]
            return evolve(edition, facts=tuple(facts))
        case "when zero":
            return evolve(edition, measures=tuple(evolve(one, zero_accepted=True) for one in edition.measures))
        case "edition":
            return evolve(edition, id=title.zh or "2", standard=evolve(edition.standard, title=title, aliases=("甲",)))
        case _:
            raise ValueError(which)


_WORDINGS = (
    "title of a fact",
    "definition",
    "order of facts",
    "order of indicators",
    "order of measures",
    "number",
    "title of an indicator",
    "sources",
    "title of a tier",
    "members",
    "when zero",
    "edition",
)


@_SLOW
@given(rulesets(), st.lists(st.sampled_from(_WORDINGS), max_size=3), st.sampled_from(["新", "改"]), st.data())
def test_material_is_what_decides_and_all_else_is_wording(
    old: Ruleset, wordings: list[str], word: str, data: st.DataObject
) -> None:
    edition = old.edition
    changed = list(mutants(old))
    if changed and data.draw(st.booleans()):
        edition = data.draw(st.sampled_from(changed)).edition
    for which in wordings:
        edition = _reworded(edition, which, Title(zh=word))
    new = _of(edition)
    found = diff(old, new)
    assert (found.changes == ()) == (old.fingerprint == new.fingerprint)
    decides_alike = deciding_fingerprint(old.edition) == deciding_fingerprint(edition)
    assert (not found.material and not found.rewritten) == decides_alike
    for change in found.changes:
        assert change.details or change.rulings or None in (change.old, change.new)
        effects = {detail.effect for detail in change.details}
        effects |= {Effect.MATERIAL if one.verdict.is_material else Effect.REWRITTEN for one in change.rulings}
        if None not in (change.old, change.new):
            assert change.effect in effects


# --- what is claimed -----------------------------------------------------------------------------------------------


def _outcomes(ruleset: Ruleset, facts: Facts | dict[str, Any]) -> Any:
    return ruleset.assess(facts)


@_SLOW
@given(rulesets(), st.data())
def test_no_facts_refute_what_is_said_of_a_mutant(old: Ruleset, data: st.DataObject) -> None:
    changed = list(mutants(old))
    if not changed:
        return
    new = data.draw(st.sampled_from(changed)).ruleset
    found = diff(old, new)
    replay(found)
    for number in range(8):
        facts = data.draw(facts_from(old, missing=() if number < 6 else None))
        before, after = old.assess(facts), new.assess(facts)
        for change in found.changes:
            for ruling in change.rulings:
                if ruling.of is not Subject.REQUIREMENT or None in (change.old, change.new):
                    continue
                for tier in ruling.tiers:
                    if ruling.before is None or ruling.after is None:
                        continue
                    was, now = before[tier][change.old or ""], after[tier][change.new or ""]
                    _is_not_refuted(ruling.verdict, was.outcome, now.outcome, was.missing == now.missing, number < 6)
        named = {(tier, change.new) for change in found.changes for one in change.rulings for tier in one.tiers}
        for tier in old.edition.tiers:
            for name in before[tier.id]:
                if (tier.id, name) not in named and name in after[tier.id]:
                    assert before[tier.id][name].outcome is after[tier.id][name].outcome


def _is_not_refuted(verdict: Verdict, was: Outcome, now: Outcome, same_missing: bool, known: bool) -> None:
    if verdict is Verdict.REWRITTEN:
        assert was is now
        assert same_missing
    elif verdict is Verdict.OPEN_OTHERWISE and known:
        assert was is now
    elif verdict is Verdict.STRICTER and known:
        assert RANK[now] <= RANK[was]
    elif verdict is Verdict.LOOSER and known:
        assert RANK[now] >= RANK[was]
    elif verdict is Verdict.APPLIES_OTHERWISE and known:
        assert RANK[now] == RANK[was]


@settings(_SLOW, max_examples=15)
@given(rulesets(), rulesets())
def test_of_any_two_rulesets_every_witness_is_replayed_and_they_mirror_each_other(old: Ruleset, new: Ruleset) -> None:
    forth, back = diff(old, new), diff(new, old)
    replay(forth)
    replay(back)
    assert {(one.sort, one.old, one.new) for one in forth.changes} == {
        (one.sort, one.new, one.old) for one in back.changes
    }
    sorts = [(Verdict.STRICTER, Verdict.LOOSER), (Verdict.LOOSER, Verdict.STRICTER), (Verdict.REWRITTEN,) * 2]
    turned = {(one.sort, one.new, one.old): one for one in back.changes}
    for change in forth.changes:
        other = turned[change.sort, change.old, change.new]
        for mine, its in sorts:
            assert sum(one.verdict is mine for one in change.rulings) == sum(
                one.verdict is its for one in other.rulings
            )
