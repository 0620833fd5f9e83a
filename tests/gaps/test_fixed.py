"""`fixed`: read, written, fingerprinted and shown, and no part of any decision."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given

from smartrules import catalog
from smartrules.diagnostics import RulesetError
from smartrules.documents.canonical import canonical
from smartrules.documents.compiled import compile_edition, read_compiled
from smartrules.documents.format import format_document
from smartrules.facts import Facts
from smartrules.reports.contents import contents
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from
from tests.rulesets import ruleset, shandong

TEXT = """\
facts:
  whole: {count: household, fixed: true}
  part: {count: household, at_most: whole, fixed: false}
collections:
  sites: {each: facility, facts: {open: {kind: flag, fixed: true}}}
indicators:
  it: {require: {basic: part / whole >= 70 %}}
  they: {require: {basic: "every facility: open"}}
"""


def test_it_is_read_of_facts_and_of_members() -> None:
    facts = ruleset(TEXT).edition.fact_by_id
    assert {name: fact.fixed for name, fact in facts.items()} == {"whole": True, "part": False, "open": True}


def test_it_is_in_the_canonical_form_only_where_it_is_said() -> None:
    fixed, free = ruleset(TEXT), ruleset(TEXT.replace("fixed: true", "fixed: false"))
    plain = json.loads(canonical(fixed.edition))
    assert [fact.get("fixed") for fact in plain["facts"]] == [True, None]
    assert "fixed" not in canonical(free.edition)  # rulesets that do not say it keep the fingerprint that they had
    assert fixed.fingerprint != free.fingerprint
    assert free.fingerprint == ruleset(TEXT.replace(", fixed: true", "").replace(", fixed: false", "")).fingerprint


def test_it_comes_back_from_the_compiled_form() -> None:
    edition = ruleset(TEXT).edition
    assert read_compiled(compile_edition(edition, b"x"), b"x") == (edition, ruleset(TEXT).fingerprint)


def test_it_is_laid_out_and_shown() -> None:
    text = f"standard: small\nedition: '1'\ntiers: {{basic: }}\n{TEXT}"
    assert "fixed: true" in format_document(text)
    lines = contents(ruleset(TEXT).edition, "f", "en")
    assert "  whole [fixed count household]: whole" in lines
    assert "  whole [不可改变的数量 户]：whole" in contents(ruleset(TEXT).edition, "f", "zh")


def test_anything_but_yes_and_no_is_refused() -> None:
    with pytest.raises(RulesetError) as refused:
        ruleset(TEXT.replace("fixed: true", "fixed: always"))
    first = refused.value.diagnostics[0]
    assert (first.code, first.message) == (
        "SR111",
        "`fixed` of the fact `whole` is `always`, not true or false",
    )
    assert first.help == "write `fixed: true` where nobody can change the fact, or leave the key out"


@given(facts_from(shandong()))
def test_it_decides_nothing(facts: Facts) -> None:
    assert without_fixed().outcomes(facts) == shandong().outcomes(facts)


@cache
def without_fixed() -> Ruleset:
    """Return the packaged ruleset as it would be if it said of no fact that it is fixed."""
    entry = catalog.find_entry("shandong-smart-community@2022")
    assert entry is not None
    return ruleset(entry.path.read_text(encoding="utf-8").replace("    fixed: true\n", ""))
