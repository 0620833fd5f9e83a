"""The columns engine says what the reference says: on the conformance corpus in every kind of frame, and at random."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
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


@settings(max_examples=60, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=4), st.none() | RULES, st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_columns_are_the_reference(rules: list[str], applies: str | None, documents: list[dict[str, Any]]) -> None:
    condition = "" if applies is None else f'applies: "{applies}", '
    indicators = "".join(f'  it{i}: {{{condition}require: {{basic: "{rule}"}}}}\n' for i, rule in enumerate(rules))
    made = ruleset(f"{FACTS}indicators:\n{indicators}")
    communities = [made.facts({**document, "not_reported": []}) for document in documents]
    assert in_frames(made, communities, Frames()) == expected(made, communities), (rules, applies, documents)
