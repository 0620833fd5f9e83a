"""Planted contradictions: each is found, everything else holds, and what makes it clean leaves nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartrules.analysis.proofs.verification import Property, Verdict, Verification
from smartrules.analysis.proofs.verifying import verify
from smartrules.diagnostics import Log, RulesetError, Text
from smartrules.documents.canonical import fingerprint
from smartrules.documents.cases import Case, read_case_list
from smartrules.documents.ruleset import read_ruleset_tree
from smartrules.documents.tree import Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import read_tree
from smartrules.outcome import MET, NOT_APPLICABLE, Outcome
from smartrules.ruleset import Ruleset

PLANTED = sorted((Path(__file__).parent / "planted").glob("*.yaml"))


def _ruleset(tree: Tree, log: Log) -> Ruleset:
    edition = read_ruleset_tree(tree, log)
    if edition is None or log.errors:
        raise RulesetError(log.errors)
    return Ruleset(edition, fingerprint(edition))


def _text(tree: Tree | None) -> str:
    assert isinstance(tree, Scalar)
    return str(tree.value)


def _read(path: Path, text: str) -> tuple[Ruleset, tuple[Case, ...], Ruleset | None, list[str], tuple[str, str] | None]:
    """Return what a file plants: a ruleset, its cases, another ruleset, what is refuted, what makes it clean."""
    log = Log(Text(path.name, text))
    tree = read_tree(log.text, log)
    assert isinstance(tree, Table), log.errors
    parts = {entry.key: entry.value for entry in tree.entries}
    assert parts.keys() <= {"ruleset", "cases", "other", "refuted", "twin"}
    ruleset = _ruleset(parts["ruleset"], log)
    cases = read_case_list(ruleset.edition, parts["cases"], log, path) if "cases" in parts else ()
    other = _ruleset(parts["other"], log) if "other" in parts else None
    refuted, twin = parts["refuted"], parts.get("twin")
    assert isinstance(refuted, Sequence)
    clean = None
    if twin is not None:
        assert isinstance(twin, Table)
        clean = tuple(_text(entry.value) for entry in twin.entries)
    if log.errors:
        raise RulesetError(log.errors)
    return ruleset, cases, other, [_text(one) for one in refuted.items], clean  # type: ignore[return-value]


def _verified(path: Path, text: str) -> Verification:
    ruleset, cases, other, _, _ = _read(path, text)
    return verify(ruleset, other=other, cases=cases, seconds=60)


def test_there_are_enough_of_them() -> None:
    assert len(PLANTED) >= 25


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_what_is_planted_is_found_and_nothing_else(path: Path) -> None:
    text = path.read_text("utf-8")
    found = _verified(path, text)
    assert sorted(proof.id for proof in found.refuted) == sorted(_read(path, text)[3])
    assert found.open == ()


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_what_makes_it_clean_leaves_nothing_to_find(path: Path) -> None:
    text = path.read_text("utf-8")
    clean = _read(path, text)[4]
    assert clean is not None
    head, mark, rest = text.partition("refuted:")
    assert head.count(clean[0]) == 1
    found = _verified(path, head.replace(*clean) + mark + rest)
    assert [proof.id for proof in found.proofs if proof.verdict is not Verdict.PROVED] == []


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_every_refutation_shows_a_community_that_reads_back_and_is_what_is_said_of_it(path: Path) -> None:
    text = path.read_text("utf-8")
    ruleset, cases, other, _, _ = _read(path, text)
    for proof in verify(ruleset, other=other, cases=cases, seconds=60).refuted:
        assert proof.witnesses, proof.id
        for place, witness in enumerate(proof.witnesses):
            asked = other if other is not None and place == 1 else ruleset
            assessed = asked.assess(asked.read_facts(witness.text()))
            for claim in witness.claims:
                tier = assessed[claim.tier]
                found = tier.outcome if claim.indicator is None else tier[claim.indicator].outcome
                assert found is claim.outcome, (proof.id, witness.text())
            if proof.stated is Property.TIERS_NESTED and proof.indicators:
                assert proof.below is not None
                lower = assessed[proof.below]
                failed = [name for name in ruleset.edition.mandatory(proof.below) if not _passes(lower[name].outcome)]
                assert failed == list(proof.indicators), (proof.id, witness.text())


def _passes(outcome: Outcome) -> bool:
    return outcome in (MET, NOT_APPLICABLE)
