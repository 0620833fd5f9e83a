"""Facts that meet in a rule of durable_rules: what it reads beyond, and what fires again."""

import json
import signal

from smartrules.engines.forward import joined

from .extension import Value, child, engine, mended, said

LATER = {"$gt": {"number": {"first": "number"}}}
MET = """
document = {{"rule": {{"all": [{{"first": {{"x": 1}}}}, {{"second": {second}}}]}}}}
document |= {{f"r{{number}}": {{"all": [{{"m": {{"y": number}}}}]}} for number in range({more})}}
handle = engine.create_ruleset("rules", json.dumps(document))
for number in (1, 2, 3):
    _, session = engine.assert_fact(handle, json.dumps({{"sid": "s", "id": str(number), "number": number, "x": 1}}))
    started = engine.start_action_for_state(handle, session)
    fired = started and started[1]
    while fired:
        found = json.loads(fired)["rule"]
        print(found["first"]["id"], found["second"]["id"])
        fired = engine.complete_and_start_action(handle, session)
"""


MET_RIGHTLY = ["1 2", "2 3", "1 3"]


def test_a_last_test_against_another_fact_that_fails_is_read_beyond() -> None:
    # reduceExpressionSequence has passed the test that failed already when it looks for the end, and passes the end too. What
    # it meets there is of other rules, or of nobody, so that it may go well by chance.
    tests: list[dict[str, Value]] = [{"$lte": {"x": {"first": "x"}}}, LATER]
    went = [child(MET.format(second={"$and": tests}, more=more), dirty=True) for more in (0, 1, 2, 3, 5, 8)]
    crashed = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT}
    assert any(-one.returncode in crashed or one.stdout.split("\n")[:-1] != MET_RIGHTLY for one in went), mended(
        "a last test that fails", "that puts a test which cannot fail after it"
    )


def test_a_test_that_cannot_fail_at_the_end_keeps_it_from_reading_beyond() -> None:
    for tests in ([{"$lte": {"x": {"first": "x"}}}, LATER], [{"x": 1}, LATER]):
        for more in (0, 1, 2, 3, 5, 8):
            assert said(MET.format(second=joined(tests, "first", "number"), more=more), dirty=True) == MET_RIGHTLY


def test_any_fires_again_for_what_has_fired() -> None:
    document = {"rule": {"any": [{"a": {"x": 1}}, {"b": {"x": 2}}]}}
    handle = engine.create_ruleset("rules", json.dumps(document))
    found = []
    for number in (1, 2):
        _, session = engine.assert_fact(handle, json.dumps({"sid": "s", "id": str(number), "x": number}))
        started = engine.start_action_for_state(handle, session)
        fired = started and started[1]
        while fired:
            found.append({alias: fact["id"] for alias, fact in json.loads(fired)["rule"].items()})
            fired = engine.complete_and_start_action(handle, session)
    engine.delete_state(handle, "s")
    engine.delete_ruleset(handle)
    assert found != [{"a": "1"}, {"b": "2"}], mended("`any` over facts", "that refuses it")
