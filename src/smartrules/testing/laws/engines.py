"""The law of engines: whoever decides, the outcomes are those of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from smartrules.diagnostics import FrameError, MissingExtraError
from smartrules.engines import columns
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing.laws.law import Search, first_difference
from smartrules.testing.strategies import facts_from

_Said = dict[str, Any]


def engines_differ(ruleset: Ruleset, search: Search) -> tuple[str, Facts] | None:
    """Return what another engine says otherwise than the reference.

    A frame is asked of many communities at once; one of which it says something else is then looked for alone.
    """

    def difference(facts: Facts) -> str | None:
        compiled = first_difference(_outcomes(ruleset, facts), _compiled(ruleset, facts))
        if compiled is not None:
            return "{} is {}, and {} by the compiled engine".format(*compiled)
        return next((said for _, said in _framed(ruleset, [facts])), None)

    drawn = _drawn(ruleset, search)
    wrong = [facts for facts in drawn if _outcomes(ruleset, facts) != _compiled(ruleset, facts)]
    wrong += [facts for facts, _ in _framed(ruleset, drawn)]
    if not wrong:
        return None
    simplest = search.simplest(facts_from(ruleset), lambda facts: difference(facts) is not None)
    for facts in wrong if simplest is None else [simplest, *wrong]:
        said = difference(facts)
        if said is not None:
            return said, facts
    return f"some of {len(drawn)} communities come to something else in one frame, and none alone", wrong[0]


def _drawn(ruleset: Ruleset, search: Search) -> list[Facts]:
    """Return as many communities as the search may take, none of them made simpler."""
    found = list[Facts]()

    @seed(search.random.getrandbits(64))
    @settings(
        max_examples=search.examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(facts_from(ruleset))
    def collect(facts: Facts) -> None:
        found.append(facts)

    collect()
    return found


def _outcomes(ruleset: Ruleset, facts: Facts) -> _Said:
    return _named(ruleset.assess(facts).outcomes())


def _compiled(ruleset: Ruleset, facts: Facts) -> _Said:
    return _named(ruleset.outcomes(facts))


def _named(outcomes: Mapping[str, Mapping[str, Outcome]]) -> _Said:
    return {f"`{tier}.{name}`": outcome for tier, found in outcomes.items() for name, outcome in found.items()}


def _framed(ruleset: Ruleset, communities: Sequence[Facts]) -> Iterator[tuple[Facts, str]]:
    """Yield the communities of which a frame says something else, and what it says.

    A frame cannot say that a fact is not reported, so of those communities it is not asked. It is not asked at all where
    the ruleset has a rule that frames refuse, or where what frames need is not installed.
    """
    asked = [facts for facts in communities if not facts.not_reported]
    if not asked:
        return
    edition, key = ruleset.edition, _unused(ruleset)
    try:
        layout = columns.part("communities")
        members = layout.members_of(edition, asked, key)
        checked = ruleset.frame(layout.frame_of(edition, asked, key), key=key, collections=members)
        rows = ruleset.assess_frame(checked).rows(named=True)
    except (FrameError, MissingExtraError):
        return
    for facts, row in zip(asked, rows, strict=True):
        assessment = ruleset.assess(facts)
        expected = _outcomes(ruleset, facts) | {f"`{level.tier.id}`": level.outcome for level in assessment.tiers}
        found = {of: Outcome(row[of.strip("`")]) for of in expected}
        apart = first_difference(
            {**expected, "the highest tier": assessment.tier}, {**found, "the highest tier": row["tier"]}
        )
        if apart is not None:
            yield facts, "{} is {}, and {} in a frame of Polars".format(*apart)


def _unused(ruleset: Ruleset) -> str:
    """Return a column that no fact, measure or collection has."""
    edition, name = ruleset.edition, "community"
    while name in edition.fact_by_id or name in edition.measure_by_id or name in edition.collection_by_id:
        name += "_"
    return name
