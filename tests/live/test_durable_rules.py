"""What durable_rules takes for what: values, texts, names and ids.

Every test of a limit passes while the limit stands, and says what its end would spare the engine.
"""

import json

import pytest

from .extension import Rules, Value, child, engine, matches, mended, refusal

TYPED = "that lets it see whole numbers alone"
NAMED = "that gives it names of its own making, of which no two have one hash"
LONG = 2**63


@pytest.mark.parametrize(
    ("value", "pattern", "taken"),
    [
        ("0.8", {"$gte": {"v": 0.7}}, True),
        ("0.70", {"$gte": {"v": 0.7}}, True),
        ("unknown", {"$gte": {"v": 0.7}}, True),
        ("unknown", {"$gte": {"v": 70}}, True),
        ("10", {"$gte": {"v": 9}}, False),
        ("10", {"$lt": {"v": 9}}, True),
        ("2", {"v": 2}, True),
        (2, {"v": "2"}, True),
    ],
)
def test_a_text_and_a_number_are_compared_as_texts(value: Value, pattern: Value, taken: bool) -> None:
    # reduceProperties prints the number (%lld, %f) and compares character by character.
    assert matches(pattern, v=value) is taken, mended("texts that match numbers", TYPED)


def test_a_truth_value_matches_a_number() -> None:
    assert matches({"v": 1}, v=True), mended("truth values that match numbers", TYPED)
    assert matches({"v": True}, v=1), mended("numbers that match truth values", TYPED)


@pytest.mark.parametrize("value", [None, [1], {"a": 1}])
@pytest.mark.parametrize("compared", ["$lt", "$lte", "$gt", "$gte"])
def test_nothing_a_list_and_an_object_match_no_comparison_with_a_number(value: Value, compared: str) -> None:
    assert not matches({compared: {"v": 1}}, v=value)


@pytest.mark.parametrize(
    ("value", "pattern", "taken"),
    [
        (70 * 0.01, {"$gt": {"v": 0.7}}, True),  # 70 % is not above 70 %
        (4.35 * 100, {"$gte": {"v": 435}}, False),  # 4.35 is 435 hundredths
        (0.1 + 0.2, {"v": 0.3}, False),
        (2**53 + 1, {"$gt": {"v": float(2**53)}}, False),
    ],
)
def test_floats_are_compared_as_their_roundings_are(value: float, pattern: Value, taken: bool) -> None:
    assert matches(pattern, v=value) is taken, mended("comparisons of floats", TYPED)


@pytest.mark.parametrize(("value", "code"), [(1e22, 204), (1e16, 204), (1e-7, 204), (float("inf"), 202)])
def test_a_float_without_a_point_is_not_read(value: float, code: int) -> None:
    # Python writes 1e+22 and 1e-07, the grammar of numbers asks for a point before the exponent.
    rules = Rules({"rule": {"$gte": {"v": 0}}})
    assert refusal(lambda: rules.tell(v=value)) == code, mended("numbers such as 1e+22", TYPED)
    rules.close()


def test_whole_numbers_are_compared_exactly_in_64_bits() -> None:
    for edge in (LONG - 1, 2**53 + 1, -LONG):
        assert matches({"v": edge}, v=edge)
        assert matches({"$lte": {"v": edge}}, v=edge)
        assert not matches({"$gt": {"v": edge}}, v=edge)
    assert not matches({"$gte": {"v": LONG - 1}}, v=LONG - 2)
    assert matches({"$gt": {"v": -LONG}}, v=1 - LONG)


@pytest.mark.parametrize(
    ("value", "bound"),
    [(LONG, LONG - 1), (10**40, LONG - 1), (10**40, 10**41), (-LONG - 1, -LONG), (LONG - 1, LONG)],
)
def test_whole_numbers_beyond_64_bits_are_silently_taken_for_the_last_that_fits(value: int, bound: int) -> None:
    news = mended("whole numbers beyond 64 bits", "that refuses whole numbers beyond 64 bits")
    assert refusal(lambda: matches({"v": bound}, v=value)) is None, news
    assert matches({"v": bound}, v=value), news


@pytest.mark.parametrize("text", ["中文", "é", 'a"b', "a\\b", "a\nb", "a\0b", "\ud800", "'", "", " ", "x" * 2**20])
def test_a_text_comes_back_as_it_was_told_and_matches_itself(text: str) -> None:
    rules = Rules({"rule": {"text": text}, "other": {"x": 0}})
    assert rules.tell(text=text, x=0) == 0
    assert [name for name, _ in rules.fired()] == ["rule", "other"]
    (fact,) = json.loads(engine.get_facts(rules.handle, "s"))
    assert fact["text"] == text
    rules.close()


def test_texts_are_compared_as_they_are_written_and_not_as_they_read() -> None:
    rules = Rules({"rule": {"text": "中"}})  # written "\u4e2d"
    assert rules.tell_text('{"sid": "s", "id": "escaped", "text": "\\u4e2d"}') == 0
    assert rules.tell_text('{"sid": "s", "id": "raw", "text": "中"}') == 1, mended("texts written in two ways", TYPED)
    rules.close()


def test_texts_of_65536_characters_are_compared_by_what_is_beyond() -> None:
    # The lengths are unsigned short, so that of 65,536 and 1 characters the first is compared, and of 65,536 none.
    last = 2**16 - 1
    assert not matches({"text": "a" * last}, text="b" * last)
    for more in (1, 2):
        assert matches({"text": "a" * (last + more)}, text="a" * (more - 1) + "b" * (last + 1)), mended(
            "texts beyond 65,535 characters", TYPED
        )


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_json_with_a_raw_nul_or_half_a_character_is_refused(text: str) -> None:
    rules = Rules({"rule": {"x": 0}})
    with pytest.raises(engine.error, match="pyAssertFact Invalid argument"):
        rules.tell_text(json.dumps({"sid": "s", "id": "fact", "x": 0}).replace("fact", text))
    rules.close()


def test_a_text_of_16_mib_is_refused() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert refusal(lambda: rules.tell(x=0, text="x" * 2**24)) == 314
    assert rules.tell(x=0) == 0
    rules.close()


def test_a_fact_has_254_properties_and_no_more() -> None:
    rules = Rules({"rule": {"x": 0}})
    many = {f"p{number}": number for number in range(251)}  # and x, id and sid
    assert rules.tell(x=0, **many) == 0
    assert refusal(lambda: rules.tell(x=0, id="wide", **many, more=0)) == 302, mended(
        "facts of 255 properties", "that tells it few values at a time"
    )
    assert rules.facts() == ["fact"]
    rules.close()


def test_a_name_with_a_point_is_taken_for_one_within_another() -> None:
    assert matches({"a.b": 0}, a={"b": 0}), mended("names with points", NAMED)


def test_two_names_of_one_hash_are_taken_for_each_other() -> None:
    # 32 bits of FNV-1a: yaczf and glbpp have 2931895284. Five letters hold five such pairs and more.
    assert matches({"yaczf": 0}, glbpp=0), mended("names of one hash", NAMED)


def test_a_name_of_the_hash_of_one_that_it_keeps_for_itself_is_taken_for_it() -> None:
    assert matches({"$s": 1}, evniptc=1), mended("names of the hash of $s", NAMED)


def test_two_facts_whose_ids_have_one_hash_are_taken_for_each_other() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert rules.tell(id="yaczf", x=0) == 0
    assert rules.tell(id="glbpp", x=0) == 2, mended("ids of one hash", NAMED)
    rules.retract(id="glbpp")
    assert rules.facts() == [], mended("ids of one hash", NAMED)
    rules.close()


def test_two_sessions_whose_names_have_one_hash_are_one() -> None:
    rules = Rules({"rule": {"x": 0}})
    rules.tell(sid="yaczf", id=1, x=0)
    rules.tell(sid="glbpp", id=2, x=0)
    assert rules.facts("yaczf") == [1, 2], mended("sessions whose names have one hash", NAMED)
    rules.close()


@pytest.mark.parametrize("name", ["a.b", "a b", "中", 'a"b', "a\\b", "a'b", "", "x" * 2**20])
def test_an_id_and_the_name_of_a_session_may_be_any_text(name: str) -> None:
    rules = Rules({"rule": {"x": 0}})
    assert [rules.tell(sid=name, id=name, x=0), rules.tell(sid=name, id=name, x=0)] == [0, 2]
    assert rules.fired() == [("rule", name)]
    assert [rules.retract(sid=name, id=name), rules.tell(sid=name, id=name, x=0)] == [0, 0]
    assert rules.fired() == [("rule", name)]
    rules.close()


def test_an_id_is_free_again_once_its_fact_is_retracted_by_id_alone() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert rules.tell(x=0) == 0
    assert [rules.tell(x=0), rules.tell(x=0, y=1)] == [2, 2]
    assert rules.fired() == [("rule", "fact")]
    assert rules.retract(id="fact") == 0
    assert rules.tell(x=0, y=1) == 0
    assert rules.fired() == [("rule", "fact")]
    rules.close()


def test_a_fact_that_no_rule_takes_is_not_kept_and_its_id_stays_free() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert [rules.tell(x=1), rules.tell(x=1)] == [1, 1]
    assert rules.facts() == []
    assert rules.tell(x=0) == 0
    rules.close()


def test_a_retraction_of_what_is_not_there_is_not_refused() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert refusal(lambda: rules.retract(id="none")) is None, mended(
        "retractions of what is not there", "that keeps which facts are alive"
    )
    assert rules.facts() == []  # and has begun the session
    rules.close()


def test_a_number_and_its_text_are_one_id() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert [rules.tell(id=1, x=0), rules.tell(id="1", x=0)] == [0, 2], mended("ids that are numbers", NAMED)
    rules.close()


def test_the_state_of_a_session_has_an_id_that_a_fact_cannot_have() -> None:
    rules = Rules({"rule": {"x": 0}})
    rules.tell(x=1)
    assert rules.tell(id="sid-s", x=0) == 2, mended("the id of a state", NAMED)
    rules.close()


def test_facts_of_the_same_values_without_ids_are_one() -> None:
    rules = Rules({"rule": {"x": 0}})
    assert [rules.tell_text('{"x": 0}'), rules.tell_text('{"x": 0}')] == [0, 2], mended("facts without ids", NAMED)
    rules.close()


@pytest.mark.parametrize("compared", [{"y": {"nobody": "x"}}, {"$gt": {"y": {"nobody": "x"}}}])
def test_an_alias_that_nothing_defines_is_accepted_and_matches_anything(compared: Value) -> None:
    assert matches(compared, y=5), mended("undefined aliases", "that writes patterns of one fact and no alias")


def test_an_alias_that_nothing_defines_is_found_out_only_where_facts_meet() -> None:
    meeting = """
document = {"rule": {"all": [{"first": {"x": 1}}, {"m": {"y": {"nobody": "x"}}}]}}
handle = engine.create_ruleset("rules", json.dumps(document))
print(tell(handle, y=5)[0])
tell(handle, id="both", x=1, y=7)
"""
    done = child(meeting)
    assert done.stdout == "0\n", mended("undefined aliases", "that writes patterns of one fact and no alias")
    assert done.stderr.endswith("error: Could not assert fact, error code: 305\n")
