"""Which rules of durable_rules fire, when, in which order and how often; and how many rules it bears."""

import json
import random
import signal

import pytest

from .extension import Rules, Value, child, conditions, engine, mended, refusal, said

GROUPED = "that groups its rules"


def test_one_rule_takes_an_event_where_a_fact_fires_every_rule() -> None:
    rules = Rules({"one": {"x": 0}, "two": {"$gte": {"x": 0}}})
    _, rules.session = engine.assert_event(rules.handle, '{"sid": "s", "id": "event", "x": 0}')
    assert rules.fired() == [("one", "event")], mended("events that fire one rule", "that asserts facts")
    rules.tell(x=0)
    assert rules.fired() == [("one", "fact"), ("two", "fact")]
    rules.close()


def test_facts_told_one_after_another_all_fire_by_the_order_of_the_rules_and_the_last_told_first() -> None:
    rules = Rules({"third": {"$gte": {"u": 3}}, "first": {"$gte": {"u": 1}}, "second": {"$gte": {"u": 2}}})
    for name, u in (("a", 2), ("b", 3), ("c", 0)):
        rules.tell(id=name, u=u)
    assert rules.fired() == [("third", "b"), ("first", "b"), ("first", "a"), ("second", "b"), ("second", "a")]
    assert rules.fired() == []
    rules.close()


def test_a_retracted_fact_no_longer_fires() -> None:
    rules = Rules({"rule": {"x": 0}})
    rules.tell(x=0)
    rules.retract(id="fact")
    assert rules.fired() == []
    rules.close()


def test_the_retraction_of_a_fact_that_has_fired_takes_away_what_another_is_yet_to_fire() -> None:
    # A frame that has fired is released, but not struck from its fact's locations. The next fact to match has the same frame.
    rules = Rules({"rule": {"x": 0}})
    rules.tell(id="a", x=0)
    assert rules.fired() == [("rule", "a")]
    rules.tell(id="b", x=0)
    rules.retract(id="a")
    assert rules.fired() == [], mended(
        "firings lost by a retraction", "that fires all there is to fire before it retracts"
    )
    assert rules.facts() == ["b"]
    rules.close()


def test_nothing_is_lost_where_all_fires_before_each_retraction() -> None:
    rules = Rules({"rule": {"x": 0}})
    rules.tell(id="a", x=0)
    rules.tell(id="b", x=0)
    assert rules.fired() == [("rule", "b"), ("rule", "a")]
    rules.retract(id="a")
    rules.tell(id="a", x=0)
    assert rules.fired() == [("rule", "a")]
    rules.close()


def test_a_firing_that_is_not_completed_keeps_the_session_until_it_is_given_up() -> None:
    # For 60 seconds: a lease of 30, and 30 more before the next start.
    rules = Rules({"rule": {"x": 0}})
    rules.tell(x=0)
    started = engine.start_action_for_state(rules.handle, rules.session)
    assert json.loads(started[1]) == {"rule": {"m": {"sid": "s", "id": "fact", "x": 0}}}
    assert engine.start_action_for_state(rules.handle, rules.session) is None, mended(
        "the lease of a session", "that completes whatever it starts"
    )
    engine.abandon_action(rules.handle, rules.session)
    assert engine.start_action_for_state(rules.handle, rules.session) == started
    assert engine.complete_and_start_action(rules.handle, rules.session) is None
    rules.close()


def test_a_firing_is_completed_once() -> None:
    rules = Rules({"rule": {"x": 0}})
    rules.tell(x=0)
    assert len(rules.fired()) == 1
    assert refusal(lambda: engine.complete_and_start_action(rules.handle, rules.session)) == 307
    rules.close()


@pytest.mark.parametrize("steps", [20_000, pytest.param(200_000, marks=pytest.mark.once)])
def test_random_facts_fire_as_reckoned_where_all_fires_before_each_retraction(steps: int) -> None:
    # At most 60 facts alive at once, under 200 rules, of which each fact matches none to four.
    draw = random.Random(steps)
    rules = Rules(
        {f"{g} from {u}": {"$and": [{"g": g}, {"$gte": {"u": u}}]} for g in range(50) for u in (0, 10, 20, 30)}
    )
    alive: dict[int, list[tuple[str, object]]] = {}
    awaited: list[tuple[str, object]] = []
    for _ in range(steps):
        if len(alive) < 60 and draw.random() < 0.5:
            name = draw.choice([name for name in range(100) if name not in alive])
            g, u = draw.randrange(50), draw.randrange(-5, 50)
            alive[name] = [(f"{g} from {least}", name) for least in (0, 10, 20, 30) if u >= least]
            awaited += alive[name]
            assert rules.tell(id=name, g=g, u=u) == (0 if alive[name] else 1)
        else:
            assert sorted(rules.fired()) == sorted(awaited)
            awaited = []
            if alive and draw.random() < 0.6:
                name = draw.choice(list(alive))
                if alive.pop(name):
                    rules.retract(id=name)
    assert rules.facts() == sorted(name for name, fired in alive.items() if fired)
    rules.close()


@pytest.mark.parametrize("first", [[], [{"g": 0}]])
def test_a_fact_fires_as_many_as_64_rules_that_part_at_one_point_and_no_more(first: list[Value]) -> None:
    # handleAlpha has a stack of 64.
    patterns: dict[str, Value] = {f"from {u}": {"$and": [*first, {"$gte": {"u": u}}]} for u in range(65)}
    rules = Rules(patterns)
    assert rules.tell(id="below", g=0, u=63) == 0
    assert rules.fired() == [(f"from {u}", "below") for u in range(64)]
    assert refusal(lambda: rules.tell(g=0, u=64)) == 303, mended("facts that match more than 64 rules", GROUPED)
    assert rules.facts() == ["below"]
    rules.close()


TOLD = """
handle = engine.create_ruleset("rules", rules(**{patterns!r}))
_, session = tell(handle, **{fact!r})
print(len(list(fire(handle, session))))
"""
# Of its own time, whatever else the machine does; a fact of an endless search ends so.
SPENT = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 2,) * 2)
"""


@pytest.mark.parametrize(
    "patterns", [conditions(f"x{number}" for number in range(511)), {f"r{x}": {"x0": x} for x in range(511)}]
)
def test_rules_may_begin_with_511_conditions(patterns: dict[str, Value]) -> None:
    assert said(TOLD.format(patterns=patterns, fact={"x0": 0})) == ["1"]


@pytest.mark.parametrize("number", [512, 513])
def test_rules_that_begin_with_512_conditions_are_searched_without_end(number: int) -> None:
    # The 512 places of a hash table are searched until an empty one: with 512 as a fact is told, with 513 already as the rules are.
    patterns = conditions(f"x{number}" for number in range(number))
    died = child(SPENT + TOLD.format(patterns=patterns, fact={"x0": 0}))
    assert -died.returncode in {signal.SIGXCPU, signal.SIGKILL}, mended("rules that begin with 512 conditions", GROUPED)


def test_as_many_as_4096_rules_fit_where_they_are_grouped() -> None:
    grouped = {f"r{x}": {"$and": [{"g": x // 100}, {"x": x}]} for x in range(4096)}
    rules = Rules(grouped)
    assert rules.tell(g=40, x=4095) == 0
    assert rules.fired() == [("r4095", "fact")]
    rules.close()
    assert refusal(lambda: Rules(grouped | {"more": {"x": 0}})) == 106, mended(
        "the limit of 4,096 rules", "that makes another ruleset for more rules"
    )


def test_as_many_as_255_rules_may_have_the_same_pattern_and_with_one_more_the_process_ends() -> None:
    # The list of 256 has no place left for what ends it.
    assert said(TOLD.format(patterns={f"r{number}": {"x": 0} for number in range(255)}, fact={"x": 0})) == ["255"]
    ended = child(TOLD.format(patterns={f"r{number}": {"x": 0} for number in range(256)}, fact={"x": 0}), dirty=True)
    assert ended.stdout != "256\n", mended("256 rules of the same pattern", GROUPED)
