"""The algebra of outcomes, against an oracle written from the design's sentences and against brute force."""

from collections.abc import Iterator
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.outcome import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    UNDETERMINED,
    Outcome,
    all_of,
    any_of,
    applicability,
    at_least,
    negation,
    tier,
    truth,
    when,
)
from tests.rulesets import LETTERS

SETTLED = (MET, NOT_MET, NOT_APPLICABLE)
Parts = tuple[Outcome, ...]


def all_parts(longest: int) -> Iterator[Parts]:
    """Yield every tuple of outcomes up to a length, the empty one first."""
    for length in range(longest + 1):
        yield from product(Outcome, repeat=length)


def completions(parts: Parts) -> Iterator[Parts]:
    """Yield every way in which the undetermined parts could turn out."""
    return product(*(SETTLED if part is UNDETERMINED else (part,) for part in parts))


def written(text: str) -> Parts:
    return tuple(LETTERS[letter] for letter in text)


many = st.lists(st.sampled_from(list(Outcome)), max_size=12).map(tuple)


def test_the_four_outcomes_have_the_values_that_hosts_store() -> None:
    assert [(outcome.name, outcome.value) for outcome in Outcome] == [
        ("MET", "met"),
        ("NOT_MET", "not_met"),
        ("NOT_APPLICABLE", "not_applicable"),
        ("UNDETERMINED", "undetermined"),
    ]
    assert [f"{outcome}" for outcome in Outcome] == ["met", "not_met", "not_applicable", "undetermined"]


def test_a_statement_is_met_not_met_or_undetermined() -> None:
    assert [truth(True), truth(False), truth(None)] == [MET, NOT_MET, UNDETERMINED]


# --- the sentences of the design -----------------------------------------------------------------------------------


def said_of_all(parts: Parts) -> Outcome:
    """A not met decides; else undetermined if any is; else not applicable if all are; else met."""
    if any(part == "not_met" for part in parts):
        return NOT_MET
    if any(part == "undetermined" for part in parts):
        return UNDETERMINED
    if all(part == "not_applicable" for part in parts):
        return NOT_APPLICABLE
    return MET


def said_of_any(parts: Parts) -> Outcome:
    """A met decides; else undetermined if any is; else not applicable if all are; else not met."""
    if any(part == "met" for part in parts):
        return MET
    if any(part == "undetermined" for part in parts):
        return UNDETERMINED
    if all(part == "not_applicable" for part in parts):
        return NOT_APPLICABLE
    return NOT_MET


def test_all_of_is_what_the_design_says() -> None:
    for parts in all_parts(5):
        assert all_of(parts) is said_of_all(parts), parts


def test_any_of_is_what_the_design_says() -> None:
    for parts in all_parts(5):
        assert any_of(parts) is said_of_any(parts), parts


@given(many)
def test_lists_of_any_length_are_what_the_design_says(parts: Parts) -> None:
    assert all_of(parts) is said_of_all(parts)
    assert any_of(parts) is said_of_any(parts)


@pytest.mark.parametrize(
    ("k", "parts", "result"),
    [
        (2, "mmx", "m"),
        (2, "mxx", "x"),
        (2, "mx?", "?"),
        (2, "mm?", "m"),
        (2, "xx?", "x"),
        (2, "m??", "?"),
        (2, "m-x", "x"),
        (2, "m--", "m"),
        (2, "x--", "x"),
        (2, "?--", "?"),
        (2, "---", "-"),
        (2, "m-?", "?"),
        (2, "x-?", "x"),
        (3, "mm-x", "x"),
        (3, "mmm?", "m"),
        (3, "mm?x", "?"),
        (1, "x?", "?"),
        (1, "m?", "m"),
        (1, "-x", "x"),
    ],
)
def test_at_least_k_of_by_example(k: int, parts: str, result: str) -> None:
    assert at_least(k, written(parts)) is LETTERS[result]


# --- undetermined stands for what it could become ------------------------------------------------------------------


def counted(k: int, settled: Parts) -> Outcome:
    """At least k of the applicable parts, or all of them where there are fewer."""
    applicable = [part for part in settled if part is not NOT_APPLICABLE]
    if not applicable:
        return NOT_APPLICABLE
    return MET if applicable.count(MET) >= min(k, len(applicable)) else NOT_MET


def test_at_least_is_undetermined_exactly_where_completions_disagree() -> None:
    for parts in all_parts(5):
        for k in range(1, len(parts) + 1):
            possible = {counted(k, completed) for completed in completions(parts)}
            expected = possible.pop() if len(possible) == 1 else UNDETERMINED
            assert at_least(k, parts) is expected, (k, parts)


def test_what_is_settled_stays_so_however_the_rest_turns_out() -> None:
    for parts in all_parts(4):
        for connective in (all_of, any_of):
            result = connective(parts)
            if result is not UNDETERMINED:
                assert {connective(completed) for completed in completions(parts)} == {result}


# --- laws ----------------------------------------------------------------------------------------------------------


def test_the_order_of_parts_does_not_matter() -> None:
    for parts in all_parts(4):
        for k in range(1, len(parts) + 1):
            assert {at_least(k, order) for order in permutations(parts)} == {at_least(k, parts)}


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_many_parts_does_not_matter(parts: Parts, random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert all_of(shuffled) is all_of(parts)
    assert any_of(shuffled) is any_of(parts)


def test_all_of_is_at_least_n_of_n_and_any_of_at_least_1_of_n() -> None:
    for parts in all_parts(5):
        assert all_of(parts) is at_least(len(parts), parts)
        assert any_of(parts) is at_least(1, parts)


def test_parts_may_be_grouped_in_all_of_and_in_any_of() -> None:
    for connective in (all_of, any_of):
        for a, b, c in product(Outcome, repeat=3):
            together = connective((a, b, c))
            assert connective((connective((a, b)), c)) is together
            assert connective((a, connective((b, c)))) is together


def test_at_least_2_of_cannot_be_grouped() -> None:
    # Two groups of one met part each hold two met parts, but neither group holds two.
    assert at_least(2, (MET, MET, NOT_MET, NOT_MET)) is MET
    assert at_least(2, (at_least(2, (MET, NOT_MET)), at_least(2, (MET, NOT_MET)))) is NOT_MET


def test_a_part_said_twice_says_no_more() -> None:
    for parts in all_parts(3):
        for connective in (all_of, any_of):
            assert connective((*parts, *parts)) is connective(parts)
    for part in Outcome:
        for n in range(1, 5):
            for k in range(1, n + 1):
                assert at_least(k, (part,) * n) is part


def test_one_part_alone_is_the_whole() -> None:
    for part in Outcome:
        assert all_of((part,)) is any_of((part,)) is at_least(1, (part,)) is part


def test_no_part_at_all_is_not_applicable() -> None:
    assert all_of(()) is any_of(()) is at_least(1, ()) is NOT_APPLICABLE


def test_not_applicable_parts_drop_out() -> None:
    for parts in all_parts(4):
        for k in range(1, len(parts) + 1):
            assert at_least(k, (*parts, NOT_APPLICABLE)) is at_least(k, parts)
        assert all_of((NOT_APPLICABLE, *parts)) is all_of(parts)


def test_asking_for_more_parts_never_gives_a_better_outcome() -> None:
    rank = {NOT_MET: 0, UNDETERMINED: 1, MET: 2}
    for parts in all_parts(5):
        results = [at_least(k, parts) for k in range(1, len(parts) + 1)]
        if NOT_APPLICABLE in results:
            assert set(results) == {NOT_APPLICABLE}
        else:
            ranks = [rank[result] for result in results]
            assert ranks == sorted(ranks, reverse=True), parts


def test_one_better_part_never_gives_a_worse_outcome() -> None:
    rank = {NOT_MET: 0, UNDETERMINED: 1, MET: 2}
    for parts in all_parts(4):
        if NOT_APPLICABLE in parts:
            continue
        for index, part in enumerate(parts):
            for better in (o for o in rank if rank[o] > rank[part]):
                raised = (*parts[:index], better, *parts[index + 1 :])
                for k in range(1, len(parts) + 1):
                    assert rank[at_least(k, raised)] >= rank[at_least(k, parts)]


def test_negation_turns_met_and_not_met_and_nothing_else() -> None:
    assert [negation(part) for part in (MET, NOT_MET, NOT_APPLICABLE, UNDETERMINED)] == [
        NOT_MET,
        MET,
        NOT_APPLICABLE,
        UNDETERMINED,
    ]
    assert all(negation(negation(part)) is part for part in Outcome)


def test_de_morgan_holds_over_all_four_outcomes() -> None:
    for parts in all_parts(5):
        turned = tuple(negation(part) for part in parts)
        assert negation(all_of(parts)) is any_of(turned)
        assert negation(any_of(parts)) is all_of(turned)


def test_not_at_least_k_is_at_least_the_rest_turned() -> None:
    for parts in all_parts(5):
        if NOT_APPLICABLE in parts:
            continue
        turned = tuple(negation(part) for part in parts)
        for k in range(1, len(parts) + 1):
            assert negation(at_least(k, parts)) is at_least(len(parts) - k + 1, turned)


# --- conditions and tiers ------------------------------------------------------------------------------------------

# Down: the condition; across: the requirement, each as met, not met, not applicable, undetermined.
_WHEN = {"m": "mx-?", "x": "----", "-": "----", "?": "??-?"}
_APPLICABILITY = {"m": "mx-?", "x": "----", "-": "----", "?": "m?-?"}


@pytest.mark.parametrize("condition", "mx-?")
def test_a_part_that_is_asked_only_under_a_condition(condition: str) -> None:
    row = "".join(_WHEN[condition])
    assert tuple(when(LETTERS[condition], part) for part in written("mx-?")) == written(row)


@pytest.mark.parametrize("applies", "mx-?")
def test_an_indicator_that_is_asked_only_where_it_applies(applies: str) -> None:
    row = "".join(_APPLICABILITY[applies])
    assert tuple(applicability(LETTERS[applies], part) for part in written("mx-?")) == written(row)


def test_a_settled_part_under_an_unknown_condition_stays_so_however_the_condition_turns_out() -> None:
    for condition, part in product(Outcome, repeat=2):
        result = when(condition, part)
        if result is not UNDETERMINED:
            assert {when(*completed) for completed in completions((condition, part))} == {result}


def test_an_indicator_that_is_met_anyway_passes_however_its_applicability_turns_out() -> None:
    for applies, part in product(Outcome, repeat=2):
        result = applicability(applies, part)
        if result is not UNDETERMINED:
            possible = {applicability(*completed) for completed in completions((applies, part))}
            assert possible <= ({MET, NOT_APPLICABLE} if result is MET else {result})


@pytest.mark.parametrize(
    ("parts", "result"),
    [
        ("", "m"),
        ("-", "m"),
        ("--", "m"),
        ("m-", "m"),
        ("mm", "m"),
        ("x-", "x"),
        ("x?", "x"),
        ("m?", "?"),
        ("-?", "?"),
        ("mmmmmx", "x"),
    ],
)
def test_a_tier_counts_not_applicable_as_passing(parts: str, result: str) -> None:
    assert tier(written(parts)) is LETTERS[result]


def test_a_tier_is_all_of_its_indicators_with_not_applicable_replaced_by_met() -> None:
    for parts in all_parts(5):
        passing = tuple(MET if part is NOT_APPLICABLE else part for part in parts)
        assert tier(parts) is (all_of(passing) if parts else MET)


def test_connectives_take_any_iterable_once() -> None:
    assert all_of(iter((MET, NOT_MET))) is NOT_MET
    assert any_of(iter((MET, NOT_MET))) is MET
    assert at_least(2, iter((MET, MET))) is MET
    assert tier(iter((NOT_APPLICABLE,))) is MET
