"""The compiled form: the same edition again, positions and all, and only for the document it was made from."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from smartrules import catalog
from smartrules.diagnostics import RulesetError, Span
from smartrules.documents.canonical import fingerprint
from smartrules.documents.compiled import FILE_NAME, compile_edition, read_compiled
from smartrules.documents.ruleset import read_ruleset, read_ruleset_file
from smartrules.expr.nodes import Expr
from smartrules.outcome import NOT_MET
from smartrules.standard import Edition, Indicator, Requirement, Standard, Tier
from tests.rulesets import GREEN, REACTING, SHANDONG
from tests.strategies import trees

DOCUMENT = SHANDONG / "ruleset.yaml"


def places(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every field of a model that is outside equality, in order: positions, origins, sizes of units."""
    if attrs.has(type(value)) and not isinstance(value, Span):
        for field in attrs.fields(type(value)):
            part = getattr(value, field.name)
            if field.eq:
                yield from places(part)
            else:
                yield f"{type(value).__name__}.{field.name}", part
    elif isinstance(value, tuple):
        for part in value:
            yield from places(part)


@pytest.mark.parametrize("document", [entry.path for entry in catalog.entries()], ids=lambda p: p.parent.parent.name)
def test_a_packaged_ruleset_is_the_same_after_compiling(document: Path) -> None:
    edition = catalog.load_file(document).edition
    bases = {entry.name: entry.path.read_bytes() for entry in catalog.entries()}
    found = read_compiled(catalog.compile_file(document), document.read_bytes(), bases.get)
    assert found is not None
    assert found == (edition, fingerprint(edition))
    assert list(places(found[0])) == list(places(edition))
    assert any(isinstance(at, Span) for _, at in places(edition))


@pytest.mark.parametrize("text", [GREEN, REACTING], ids=["green", "reacting"])
def test_a_ruleset_with_everything_in_it_is_the_same_after_compiling(text: str) -> None:
    edition = read_ruleset(text)
    found = read_compiled(compile_edition(edition, text.encode()), text.encode())
    assert found == (edition, fingerprint(edition))
    assert list(places(found[0])) == list(places(edition))


@settings(max_examples=60)
@given(trees())
def test_every_tree_is_the_same_after_compiling(tree: Expr) -> None:
    indicator = Indicator("it", (Requirement("low", tree),), applies=tree)
    edition = Edition(Standard("any"), "1", (Tier("low"),), (), (), (indicator,))
    found = read_compiled(compile_edition(edition, b""), b"")
    assert found is not None
    assert found[0] == edition
    assert list(places(found[0])) == list(places(edition))


def test_the_compiled_form_names_its_document_and_its_fingerprint() -> None:
    plain = json.loads(compile_edition(read_ruleset(GREEN), GREEN.encode()))
    assert list(plain) == ["version", "document", "bases", "fingerprint", "edition"]
    assert plain["document"] == hashlib.sha256(GREEN.encode()).hexdigest()
    assert plain["fingerprint"] == fingerprint(read_ruleset(GREEN))


def test_a_form_that_was_made_from_other_bytes_is_not_used() -> None:
    text = compile_edition(read_ruleset(GREEN), GREEN.encode())
    assert read_compiled(text, GREEN.encode() + b"\n") is None
    assert read_compiled(text, b"") is None


def test_a_form_of_another_version_is_not_used() -> None:
    plain = json.loads(compile_edition(read_ruleset(GREEN), GREEN.encode()))
    for version in (0, plain["version"] + 1, None, "1"):
        assert read_compiled(json.dumps(plain | {"version": version}), GREEN.encode()) is None


def test_a_document_with_faults_is_not_compiled(tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    path.write_text("standard: x\n", "utf-8")
    with pytest.raises(RulesetError):
        catalog.compile_file(path)


# --- in the catalog ------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the packaged ruleset as a wheel has it: the document with the compiled form beside it."""
    folder = tmp_path / "rulesets"
    shutil.copytree(SHANDONG.parent.parent, folder)
    document = folder / "shandong-smart-community" / "2022" / "ruleset.yaml"
    document.with_name(FILE_NAME).write_text(catalog.compile_file(document), "utf-8")
    monkeypatch.setattr(catalog, "packaged_folder", lambda: folder)
    return document


def test_the_catalog_reads_the_compiled_form_where_it_belongs_to_the_document(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_ruleset_file(installed)

    def no_parsing(*_: object, **__: object) -> None:
        raise AssertionError("the document was parsed")

    monkeypatch.setattr("smartrules.documents.ruleset.read_ruleset_file", no_parsing)
    found = catalog.load("shandong-smart-community@2022")
    assert (found.edition, found.fingerprint) == (expected, fingerprint(expected))


def test_the_catalog_reads_the_document_where_the_compiled_form_is_not_of_it(installed: Path) -> None:
    text = installed.read_text("utf-8")
    installed.write_text(text.replace("gigabit_coverage >= 70 %", "gigabit_coverage >= 71 %"), "utf-8")
    found = catalog.load("shandong-smart-community@2022")
    rule = found.edition.rules("basic")["wired_broadband"]
    assert rule == read_ruleset_file(installed).rules("basic")["wired_broadband"]
    assert "71" in repr(rule)


def test_a_document_outside_the_packaged_folder_is_always_read_itself(installed: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "ruleset.yaml"
    elsewhere.parent.mkdir()
    shutil.copy(installed, elsewhere)
    plain = json.loads(installed.with_name(FILE_NAME).read_text("utf-8"))
    elsewhere.with_name(FILE_NAME).write_text(json.dumps(plain | {"fingerprint": "0" * 64}), "utf-8")
    assert catalog.load(elsewhere).fingerprint == fingerprint(read_ruleset_file(installed))


# --- a ruleset that extends another --------------------------------------------------------------------------------

BASE = """\
standard: base
edition: "1"
source: {document: 甲字1号}
tiers: {basic: }
facts: {part: {count: household, at_most: whole}, whole: {count: household, min: 1}}
indicators: {first: {require: {basic: part / whole >= 70 %}}, second: {require: {basic: part >= 3 households}}}
"""
OVER = """\
standard: over
edition: "2"
extends: base@1
indicators: {first: {require: {basic: part / whole >= 80 %}}}
"""


@pytest.fixture
def extending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a wheel's rulesets, one of which extends the other, each with its compiled form."""
    documents = [tmp_path / name / "ruleset.yaml" for name in ("base/1", "over/2")]
    for document, text in zip(documents, (BASE, OVER), strict=True):
        document.parent.mkdir(parents=True)
        document.write_text(text, "utf-8")
    monkeypatch.setattr(catalog, "packaged_folder", lambda: tmp_path)
    for document in documents:
        document.with_name(FILE_NAME).write_text(catalog.compile_file(document), "utf-8")
    return tmp_path


def test_a_ruleset_that_extends_another_is_read_from_its_compiled_form(
    extending: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = read_ruleset(BASE)
    expected = read_ruleset(OVER, find=lambda name: base)

    def no_parsing(*_: object, **__: object) -> None:
        raise AssertionError("the document was parsed")

    monkeypatch.setattr("smartrules.documents.ruleset.read_ruleset_file", no_parsing)
    found = catalog.load("over@2")
    assert (found.edition, found.fingerprint) == (expected, fingerprint(expected))
    assert [one.requirements[0].origin for one in found.edition.indicators] == [None, "base@1"]


def test_its_compiled_form_is_not_used_when_what_it_extends_has_changed(extending: Path) -> None:
    base = extending / "base" / "1" / "ruleset.yaml"
    base.write_text(BASE.replace("part >= 3 households", "part >= 4 households"), "utf-8")
    assert catalog.load("over@2").outcomes({"part": 3, "whole": 4})["basic"]["second"] is NOT_MET


def test_where_what_it_extends_is_gone_the_document_says_so(extending: Path) -> None:
    (extending / "base" / "1" / "ruleset.yaml").unlink()
    with pytest.raises(RulesetError) as caught:
        catalog.load("over@2")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR415", "`base@1` cannot be extended: the catalog has no ruleset `base@1`")
    ]


# --- what a ruleset extends ----------------------------------------------------------------------------------------

FIRST = """\
standard: first
edition: "1"
tiers: {basic: }
facts: {calm: {kind: flag}, trees: {count: device}}
indicators:
  trees: {require: {basic: trees >= 3 devices}}
  calm: {require: {basic: calm}}
"""
SECOND = "standard: second\nedition: '1'\nextends: first@1\nremove: {indicators: calm}\n"
THIRD = "standard: third\nedition: '1'\nextends: second@1\n"


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Return three packaged rulesets, each extending the one before, with their compiled forms."""
    monkeypatch.setattr(catalog, "packaged_folder", lambda: tmp_path)
    paths = {}
    for name, text in (("first", FIRST), ("second", SECOND), ("third", THIRD)):
        paths[name] = tmp_path / name / "1" / "ruleset.yaml"
        paths[name].parent.mkdir(parents=True)
        paths[name].write_text(text, "utf-8")
    for path in paths.values():
        path.with_name(FILE_NAME).write_text(catalog.compile_file(path), "utf-8")
    return paths


def test_the_compiled_form_names_every_document_that_it_extends(chain: dict[str, Path]) -> None:
    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    plain = {name: json.loads(path.with_name(FILE_NAME).read_text("utf-8")) for name, path in chain.items()}
    assert {name: form["document"] for name, form in plain.items()} == {n: digest(p) for n, p in chain.items()}
    assert plain["first"]["bases"] == {}
    assert plain["second"]["bases"] == {"first@1": digest(chain["first"])}
    assert plain["third"]["bases"] == {"first@1": digest(chain["first"]), "second@1": digest(chain["second"])}


def test_a_ruleset_that_extends_is_read_from_its_compiled_form(
    chain: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = catalog.load(chain["third"].rename(chain["third"].with_name("copy.yaml")))
    chain["third"].with_name("copy.yaml").rename(chain["third"])

    def no_parsing(*_: object, **__: object) -> None:
        raise AssertionError("a document was parsed")

    monkeypatch.setattr("smartrules.documents.ruleset.read_ruleset_file", no_parsing)
    found = catalog.load("third@1")
    assert (found.edition, found.fingerprint) == (fresh.edition, fresh.fingerprint)
    assert list(places(found.edition)) == list(places(fresh.edition))


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ("first", FIRST.replace(">= 3", ">= 4")),
        ("second", SECOND + "indicators: {trees: {require: {basic: trees >= 4 devices}}}\n"),
        ("third", THIRD + "indicators: {trees: {require: {basic: trees >= 4 devices}}}\n"),
    ],
)
def test_a_form_is_stale_where_any_document_of_its_chain_has_changed(
    chain: dict[str, Path], changed: str, text: str
) -> None:
    assert "number=3" in repr(catalog.load("third@1").edition.rules("basic")["trees"])
    chain[changed].write_text(text, "utf-8")
    assert "number=4" in repr(catalog.load("third@1").edition.rules("basic")["trees"])


def test_a_form_is_stale_where_a_document_of_its_chain_is_gone(chain: dict[str, Path]) -> None:
    chain["first"].unlink()
    with pytest.raises(RulesetError) as caught:
        catalog.load("third@1")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR415", "`first@1` cannot be extended: the catalog has no ruleset `first@1`")
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"version": 6}', "\udcff"])
def test_a_compiled_form_that_is_none_is_not_used(chain: dict[str, Path], text: str) -> None:
    chain["first"].with_name(FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert catalog.load("first@1").edition == read_ruleset(FIRST)


def test_a_compiled_form_that_is_cut_off_is_not_used(chain: dict[str, Path]) -> None:
    form = chain["first"].with_name(FILE_NAME)
    plain = json.loads(form.read_text("utf-8"))
    for broken in (plain | {"edition": plain["edition"][:-2]}, plain | {"edition": ["Nothing"]}, plain | {"bases": 1}):
        form.write_text(json.dumps(broken), "utf-8")
        assert catalog.load("first@1").edition == read_ruleset(FIRST)
