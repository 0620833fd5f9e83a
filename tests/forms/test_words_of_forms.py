"""Messages of a form speak in the words that its lists offer, and bytes are taken in any of their kinds."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

import smartrules as sr
from smartrules.reports.forms.writing import write_form
from tests.forms.filling import SHANDONG, filled

pytestmark = pytest.mark.once

RULESET = sr.load(SHANDONG)
FORM = write_form(RULESET, language="zh")


def test_a_claim_that_is_none_is_told_the_words_of_the_list() -> None:
    with pytest.raises(sr.FactsError) as caught:
        RULESET.read_facts(filled(FORM, [("claim:wired_broadband", "未达标")]), name="form.xlsx")
    lines = str(caught.value).splitlines()
    assert lines[0] == "error[SR513]: the claim for `wired_broadband` is `未达标`, which is no outcome"
    assert lines[-1] == (
        "help: choose one of the list: 达标 (`met`), 不达标 (`not_met`), 不适用 (`not_applicable`), 待定 (`undetermined`)"
    )


def test_a_choice_that_is_none_is_told_the_words_of_the_list() -> None:
    complete = sr.load("complete-community")
    with pytest.raises(sr.FactsError) as caught:
        complete.read_facts(filled(write_form(complete, language="zh"), [("fact:quarter_kind", "老旧")]))
    lines = str(caught.value).splitlines()
    assert lines[0] == "error[SR510]: `quarter_kind` has no member `老旧`"
    members = complete.edition.fact_by_id["quarter_kind"].members
    words = ", ".join(f"{one.title.zh} (`{one.id}`)" for one in members)
    assert lines[-1] == f"help: choose one of the list: {words}"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_read_in_any_of_their_kinds(kind: Any) -> None:
    assert RULESET.read_facts(kind(filled(FORM, [("community:id", "elm")]))).community.id == "elm"  # type: ignore[union-attr]


def test_bytes_that_are_given_as_facts_are_a_message() -> None:
    for call in (RULESET.facts, RULESET.assess):
        for given in (b"x", bytearray(b"x"), memoryview(b"x"), BytesIO(b"x")):
            with pytest.raises(TypeError) as caught:
                call(given)  # type: ignore[arg-type]
            assert str(caught.value) == (
                f"facts are given as a path, a mapping or `Facts`, not as {type(given).__name__}: "
                "`read_facts` reads the text or the bytes of a document"
            )
    with pytest.raises(TypeError, match="`read_facts` takes text or bytes, not BytesIO"):
        RULESET.read_facts(BytesIO(b"x"))  # type: ignore[arg-type]
