"""What an edition says of one community, by the reference evaluator: the findings of each tier, its rule and its scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smartrules.assessment import Assessment, Finding, TierAssessment, find
from smartrules.derivation import Derivation
from smartrules.engines.exact import judging, read
from smartrules.engines.scope import Reading, Scope, kept
from smartrules.engines.standings import Behind, with_standings
from smartrules.expr.nodes import Expr, Name
from smartrules.facts import Facts
from smartrules.outcome import UNDETERMINED, Outcome, tier
from smartrules.standard import Edition, Indicator, Tier


def assess(edition: Edition, fingerprint: str, facts: Facts) -> Assessment:
    """Return the findings of every tier of an edition for one community's facts."""
    scope = Scope(facts)
    return Assessment(
        edition, fingerprint, facts, tuple([assess_tier(level, edition, scope) for level in edition.tiers])
    )


def outcomes(edition: Edition, facts: Facts) -> dict[str, dict[str, Outcome]]:
    """Return the outcome of every indicator by tier, as `assess` finds it."""
    scope = Scope(facts)
    return {
        level.id: {one.id: scope.once(judging).outcome for one, judging, _ in kept(_asked_at, level, edition)}
        for level in edition.tiers
    }


def tier_outcome(level: Tier, edition: Edition, scope: Scope) -> Outcome:
    """Return what a tier comes to where its facts are, by its rule or by its indicators."""
    return assess_tier(level, edition, scope).outcome


def findings(edition: Edition, facts: Facts, indicators: Iterable[str]) -> dict[str, dict[str, Finding]]:
    """Return what `assess` finds of some indicators, by tier; the rules of the others are not read."""
    scope, wanted = Scope(facts), frozenset(indicators)
    found = dict[str, dict[str, Finding]]()
    for level in edition.tiers:
        rules = edition.rules(level.id)
        asked = (_asked(edition.indicator_by_id[name], rules[name], edition) for name in rules if name in wanted)
        found[level.id] = {one[0].id: _found(*one, level, edition, scope) for one in asked}
    return found


def assess_tier(level: Tier, edition: Edition, scope: Scope) -> TierAssessment:
    """Return the findings of one tier where its facts are, with what they make it come to."""
    asked_at = kept(_asked_at, level, edition)
    return grade(
        level, edition, scope.facts, {asked[0].id: _found(*asked, level, edition, scope) for asked in asked_at}
    )


def grade(level: Tier, edition: Edition, facts: Facts, found: Mapping[str, Finding]) -> TierAssessment:
    """Return what the findings of all indicators of a tier make it come to: by its rule, or every mandatory one."""
    if not level.known:
        return TierAssessment(edition, level, UNDETERMINED, found)
    scores, ruled = dict[str, Derivation](), None
    if edition.scores or level.rule is not None:
        seen = Scope(with_standings(facts, found.values()))
        behind = Behind(found.values())
        scores = {score.id: behind(read(Name(score.id), edition.graded)(seen)) for score in edition.scores}
        if level.rule is not None:
            ruled = behind(kept(read, level.rule, edition.graded)(seen))
    if ruled is not None:
        outcome = tier([ruled.outcome])
    else:
        outcome = tier([found[name].outcome for name in kept(_mandatory_at, level, edition)])
    return TierAssessment(edition, level, outcome, found, ruled, scores)


def _asked_at(level: Tier, edition: Edition) -> list[tuple[Indicator, Reading, Reading | None]]:
    """Return what a tier asks: each indicator, how it is judged, the formula of its points."""
    return [_asked(edition.indicator_by_id[name], rule, edition) for name, rule in edition.rules(level.id).items()]


def _asked(indicator: Indicator, rule: Expr, edition: Edition) -> tuple[Indicator, Reading, Reading | None]:
    formula = None if indicator.points is None else indicator.points.value
    return indicator, kept(judging, rule, edition), None if formula is None else kept(read, formula, edition)


def _mandatory_at(level: Tier, edition: Edition) -> tuple[str, ...]:
    return edition.mandatory(level.id)


def _found(
    indicator: Indicator, judged: Reading, earning: Reading | None, level: Tier, edition: Edition, scope: Scope
) -> Finding:
    earned = None if earning is None else scope.once(earning)
    return find(edition, indicator, level.id, scope.once(judged), earned)
