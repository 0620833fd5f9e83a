"""Rulesets as a host holds them: indicators by name, equal and immutable, and shared between threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from smartrules import catalog
from smartrules.diagnostics import NotFoundError
from tests.rulesets import GREEN, QILI, SHANDONG, ruleset, shandong


def test_an_indicator_is_found_by_its_id_or_its_number() -> None:
    first = shandong().edition.indicators[0]
    assert shandong().indicator("wired_broadband") is first
    assert shandong().indicator("1") is first
    assert shandong().indicator("22").id == "innovation"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "wired",
            "error[SR603]: `green-quarters@2024` has no indicator `wired`\nhelp: it has `solar` and `other`",
        ),
        ("solr", "error[SR603]: `green-quarters@2024` has no indicator `solr`\nhelp: did you mean `solar`?"),
        ("光伏", "error[SR603]: `green-quarters@2024` has no indicator `光伏`\nhelp: did you mean `solar`?"),
        ("2", "error[SR603]: `green-quarters@2024` has no indicator `2`\nhelp: it has `solar` and `other`"),
    ],
)
def test_an_indicator_that_is_not_there_is_said_so(name: str, message: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        ruleset(GREEN).indicator(name)
    assert str(caught.value) == message


def test_rulesets_are_equal_hashable_and_named() -> None:
    one, other = ruleset(GREEN), ruleset("# moved\n" + GREEN)
    assert one == other
    assert hash(one) == hash(other)
    assert one != shandong()
    assert len({one, other, shandong()}) == 2
    assert repr(one) == "Ruleset(name='green-quarters@2024')"


def test_a_ruleset_cannot_be_changed() -> None:
    for field in attrs.fields(type(shandong())):
        with pytest.raises(AttributeError):
            setattr(shandong(), field.name, None)
    with pytest.raises(AttributeError):
        shandong().another = 1  # type: ignore[attr-defined]


def test_one_ruleset_serves_many_threads_at_once() -> None:
    # Read afresh, so that whatever it works out when first asked is worked out by several threads at once.
    fresh = catalog.load_file(SHANDONG / "ruleset.yaml")
    facts = shandong().facts(QILI)
    expected = shandong().assess(facts)
    counts = range(3461 - 7, 3461 + 1)
    begin = threading.Barrier(8)

    def work(count: int) -> tuple[object, str, object]:
        begin.wait(timeout=60)
        own = fresh.assess({"households": 3461, "gigabit_households": count})
        finding = own["basic"]["wired_broadband"]
        return fresh.assess(facts), finding.explain("zh"), finding.margin

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, counts))
    assert [assessed for assessed, _, _ in found] == [expected] * 8
    for count, (_, text, margin) in zip(counts, found, strict=True):
        alone = shandong().assess({"households": 3461, "gigabit_households": count})["basic"]["wired_broadband"]
        assert (text, margin) == (alone.explain("zh"), alone.margin)
