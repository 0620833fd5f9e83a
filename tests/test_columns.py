"""The columns engine says what the reference says: on the conformance corpus in every kind of frame, and at random."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import FrameError
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from tests.frames import (
    KEY,
    ArrowFrames,
    ArrowPandasFrames,
    DaskFrames,
    DuckDBFrames,
    Frames,
    LazyFrames,
    PandasFrames,
    expected,
    frame_of,
    members_of,
    told,
    with_at_most,
)
from tests.rulesets import ruleset
from tests.test_conformance import CORPUS, read_corpus_file
from tests.test_engines import DOCUMENTS, FACTS, RULES

#: What frames decide they decide outside Python, the same on every one.
pytestmark = pytest.mark.once

KINDS: dict[str, type[Frames]] = {
    "polars": Frames,
    "polars-lazy": LazyFrames,
    "pyarrow": ArrowFrames,
    "pandas": PandasFrames,
    "pandas-arrow": ArrowPandasFrames,
    "duckdb": DuckDBFrames,
    "dask": DaskFrames,
}

#: Rules that frames refuse by name, by their file of the corpus.
REFUSED = {"collections": ["nested"]}


def corpus(path: Path) -> tuple[Ruleset, list[Facts]]:
    """Return what frames can decide of a file of the corpus: they say of nothing that it is not reported."""
    found, cases = read_corpus_file(path)
    kept = tuple(one for one in found.edition.indicators if one.id not in REFUSED.get(path.stem, []))
    facts = [case.facts for case in cases if not case.facts.not_reported]
    return evolve(found, edition=evolve(found.edition, indicators=kept)), facts


def in_frames(ruleset: Ruleset, communities: list[Facts], kind: Frames) -> dict[str, dict[str, Any]]:
    """Return what a kind of frame says of communities, by their keys."""
    frame = with_at_most(frame_of(ruleset, communities), kind.digits)
    members = {name: kind.members(one) for name, one in members_of(ruleset, communities).items()}
    checked = ruleset.frame(kind.made(frame), key=KEY if members else None, collections=members)
    return told(kind.back(ruleset.assess_frame(checked)), ruleset)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_in_every_kind_of_frame(kind: str, path: Path) -> None:
    found, communities = corpus(path)
    assert len(communities) >= 3
    said = in_frames(found, communities, KINDS[kind]())
    wanted = expected(found, communities)
    assert len(said) >= len(communities) - 3
    assert said == {key: wanted[key] for key in said}


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Start two Dask workers, each a process of its own."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers,
        Client(workers) as client,
    ):
        yield client


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_corpus_on_two_dask_workers(cluster: Any) -> None:
    assert len(cluster.scheduler_info()["workers"]) == 2
    for path in sorted(CORPUS.glob("*.yaml")):
        found, communities = corpus(path)
        assert in_frames(found, communities, DaskFrames()) == expected(found, communities), path.stem


def test_a_collection_inside_another_is_refused_by_its_name() -> None:
    found, cases = read_corpus_file(CORPUS / "collections.yaml")
    facts = [case.facts for case in cases]
    with pytest.raises(FrameError) as raised:
        found.assess_frame(found.frame(frame_of(found, facts), key=KEY, collections=members_of(found, facts)))
    assert str(raised.value) == (
        "error[SR704]: the members of `quarter` are asked inside another collection, which frames cannot decide\n"
        "help: assess these communities one by one"
    )


#: Mostly frames of Polars, and now and then of DuckDB, where a query takes longer.
_DRAWN_KINDS = st.sampled_from([Frames] * 7 + [DuckDBFrames])


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.lists(RULES, min_size=1, max_size=4),
    st.none() | RULES,
    st.lists(DOCUMENTS, min_size=1, max_size=6),
    _DRAWN_KINDS,
)
def test_columns_are_the_reference(
    rules: list[str], applies: str | None, documents: list[dict[str, Any]], kind: type[Frames]
) -> None:
    condition = "" if applies is None else f'applies: "{applies}", '
    indicators = "".join(f'  it{i}: {{{condition}require: {{basic: "{rule}"}}}}\n' for i, rule in enumerate(rules))
    made = ruleset(f"{FACTS}indicators:\n{indicators}")
    communities = [made.facts({**document, "not_reported": []}) for document in documents]
    assert in_frames(made, communities, kind()) == expected(made, communities), (rules, applies, documents)


# --- collections, points and tiers at random -----------------------------------------------------------------------

_GRADED = """\
tiers: {{basic: {{rule: "{basic}"}}, best: {best}}}
groups: {{one: , two: }}
facts:
  part: {{count: household, at_most: whole}}
  whole: {{count: household}}
  fine: {{kind: flag}}
  asked: {{kind: flag}}
  tall: {{count: building, from: count(buildings where storeys >= 3 storeys)}}
  all_safe: {{kind: flag, from: "every building: safe"}}
collections:
  buildings:
    each: building
    facts:
      storeys: {{count: storey, max: 9}}
      lit: {{count: storey, at_most: storeys}}
      safe: {{kind: flag}}
      height: {{quantity: m}}
measures:
  coverage: {{value: part / whole, unit: "%"}}
  share_safe: {{value: "share(buildings where {where}, {part})", unit: "%"}}
  total: {{value: "sum(buildings, storeys)", unit: storey}}
  mean_height: {{value: "mean(buildings, height)", unit: m}}
indicators:
  a: {{group: one, require: {{basic: "{first}"}}, points: 2 points}}
  b: {{group: two, applies: asked, require: {{basic: "{second}"}}, points: 3 points}}
  c: {{group: two, optional: [basic], require: {{basic: "{third}"}}, points: {{of: 4 points, value: "{points}"}}}}
  d: {{require: {{best: "({first}) when ({second})"}}}}
scores:
  earned: {{value: "sum(indicators, points)", unit: point}}
  good: {{value: "share(indicators where {chosen}, met)", unit: "%"}}
"""
_WHERE = st.sampled_from(
    ["safe", "storeys >= 2 storeys", "lit < storeys", "not (safe)", "storeys >= 2 storeys and safe"]
)
_OF_BUILDINGS = st.one_of(
    st.builds(lambda q, w, p: f"{q} building where {w}: {p}", st.sampled_from(["every", "some"]), _WHERE, _WHERE),
    st.builds(
        lambda f, w, n, sign, k: f"{f}(buildings{w}, {n}) {sign} {k} storeys",
        st.sampled_from(["sum", "min", "max", "mean"]),
        _WHERE.map(lambda where: f" where {where}") | st.just(""),
        st.sampled_from(["storeys", "lit", "storeys - lit", "storeys * 2"]),
        st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
        st.integers(0, 6),
    ),
    st.builds(
        lambda w, n, k: f"percentile(buildings where {w}, storeys, {n} %) >= {k} storeys",
        _WHERE,
        st.sampled_from([1, 25, 50, 90, 100]),
        st.integers(0, 4),
    ),
    st.sampled_from(
        [
            "count(buildings) >= 2 buildings",
            "tall >= 1 building",
            "tall / count(buildings) >= 50 %",
            "all_safe",
            "share_safe >= 50 %",
            "share_safe > coverage",
            "total * 2 >= 7 storeys",
            "total + 1 storey >= 4 storeys",
            "mean_height <= 6 m",
            "max(buildings, height) - min(buildings, height) <= 3 m",
            "reported(total)",
            "(every building: safe) when asked",
            "coverage >= 50 % and fine",
            "fine when (coverage > 10 %)",
            "reported(part)",
        ]
    ),
)
_CHOSEN = st.sampled_from(["mandatory", "optional", "applicable", "group is one", "reported", "points >= 2 points"])
_TIER_RULES = st.one_of(
    st.sampled_from(
        [
            "every indicator: met",
            "some indicator where optional: met",
            "earned >= 5 points",
            "earned >= 50 % * sum(indicators, full_points)",
            "good >= 60 %",
            "good >= 50 % and earned > 2 points",
            "min(indicators, points) >= 1 point",
            "max(indicators, points) < 3 points",
            "mean(indicators, points) >= 1.5 points",
            "reported(part) or fine",
        ]
    ),
    st.builds(lambda w, k: f"count(indicators where met and {w}) >= {k} indicators", _CHOSEN, st.integers(0, 3)),
    st.builds(lambda w: f"every indicator where {w}: met", _CHOSEN),
)
_SMALL_STOREYS = st.integers(0, 4)
_BUILDING = st.fixed_dictionaries(
    {},
    optional={
        "storeys": st.integers(4, 6),
        "lit": _SMALL_STOREYS,
        "safe": st.booleans(),
        "height": st.sampled_from(["3 m", "2.5 m", "9 m"]),
    },
)
_COMMUNITIES = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "part": st.integers(0, 3),
                "whole": st.integers(3, 5),
                "fine": st.booleans(),
                "asked": st.booleans(),
                "tall": st.none(),
            },
        )
    },
    optional={
        "stated": st.fixed_dictionaries({}, optional={"coverage": st.just("50 %"), "total": st.just("5 storeys")}),
        "collections": st.fixed_dictionaries({"buildings": st.lists(_BUILDING, max_size=3)}),
    },
)


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.fixed_dictionaries(
        {
            "basic": _TIER_RULES,
            "best": st.just("") | _TIER_RULES.map(lambda rule: f'{{rule: "{rule}"}}'),
            "where": _WHERE,
            "part": _WHERE,
            "first": _OF_BUILDINGS,
            "second": _OF_BUILDINGS,
            "third": _OF_BUILDINGS,
            "points": st.sampled_from(
                [
                    "coverage * 4 points",
                    "count(buildings) * 1 point / 1 building",
                    "first of (fine then 1 point, otherwise 3 points)",
                ]
            ),
            "chosen": _CHOSEN,
        }
    ),
    st.lists(_COMMUNITIES, min_size=1, max_size=6),
    _DRAWN_KINDS,
)
def test_collections_points_and_tiers_are_the_reference(
    parts: dict[str, str], documents: list[dict[str, Any]], kind: type[Frames]
) -> None:
    made = ruleset(_GRADED.format(**parts))
    communities = [made.facts(document) for document in documents]
    assert in_frames(made, communities, kind()) == expected(made, communities), (parts, documents)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_margins_and_scores_of_the_corpus_are_those_of_the_reference(path: Path) -> None:
    found, communities = corpus(path)
    members = members_of(found, communities)
    checked = found.frame(frame_of(found, communities), key=KEY if members else None, collections=members)
    result = found.assess_frame(checked, measures=True, margins=True)
    for row, facts in enumerate(communities):
        for tier in found.assess(facts).values():
            exact = {f"{tier.tier.id}.{name}.margin": finding.margin for name, finding in tier.items()}
            exact |= {f"{tier.tier.id}.{name}": score for name, score in tier.scores.items()}
            for name, quantity in exact.items():
                shown = result[name][row] if name in result.columns else None
                # A float for reading is beside the exact value, and null where there is none.
                assert shown == (
                    None if quantity is None else pytest.approx(float(quantity.number), rel=1e-14, abs=0)
                ), name
