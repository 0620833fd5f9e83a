"""A host's own rules over changes: what fires, once, with what; what is refused; and against a plain recomputation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import MonitorError
from smartrules.live import Change, Firing, Monitor
from tests.rulesets import ruleset

GATES = """\
standard: gates
edition: "1"
tiers: {basic: }
facts: {a: {kind: flag}, b: {kind: flag}, c: {kind: flag}}
indicators:
  first_gate: {require: {basic: a}}
  second_gate: {require: {basic: b}}
  third_gate: {require: {basic: c}}
"""
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
DAY = 24 * 60 * 60 * 10**6


class Fired:
    def __init__(self) -> None:
        self.firings: list[Firing] = []

    def __call__(self, firing: Firing) -> None:
        self.firings.append(firing)

    def words(self) -> list[str]:
        found = [
            f"{one.rule} {one.community}: "
            + ", ".join(f"{alias} {change.number} {change.indicator}" for alias, change in one.changes.items())
            for one in self.firings
        ]
        self.firings.clear()
        return found


def lost(**more: Any) -> list[dict[str, Any]]:
    return [{"before": "met"}, {"$neq": {"after": "met"}}, *({name: value} for name, value in more.items())]


def slipping(run: Any, days: int = 30) -> dict[str, Any]:
    """Two indicators lost within some days of each other."""
    within = {"$lte": {"at": {"$add": {"$l": {"first": "at"}, "$r": days * DAY}}}}
    return {
        "all": [
            {"first": {"$and": [*lost(), {"$ex": {"indicator": 1}}]}},
            {
                "second": {
                    "$and": [
                        *lost(),
                        {"$ex": {"indicator": 1}},
                        {"$gt": {"number": {"first": "number"}}},
                        within,
                        {"$neq": {"indicator": {"first": "indicator"}}},
                    ]
                }
            },
        ],
        "run": run,
    }


def test_a_rule_of_one_change(tmp_path: Path) -> None:
    fired = Fired()
    rules = {
        "gate lost": {"all": [{"m": {"$and": lost(indicator="first_gate")}}], "run": fired},
        "tier": {"all": [{"tier": {"$nex": {"indicator": 1}}}], "run": fired},
    }
    with Monitor(ruleset(GATES), rules=rules) as monitor:
        monitor.assert_facts("x", {"a": True})
        assert fired.words() == []
        monitor.assert_facts("x", {"a": False})
        assert fired.words() == ["gate lost x: m 2 first_gate", "tier x: tier 3 None"]
        monitor.assert_facts("x", {"b": False})
        assert fired.words() == []
        monitor.assert_facts("y", {"a": True, "b": True, "c": True})
        assert fired.words() == ["tier y: tier 8 None"]


@pytest.mark.parametrize("stored", [True, False])
def test_a_rule_of_two_changes_within_a_time(tmp_path: Path, stored: bool) -> None:
    fired = Fired()
    store = tmp_path / "gates.sqlite" if stored else None
    with Monitor(ruleset(GATES), rules={"slipping": slipping(fired)}, store=store) as monitor:

        def at(days: int, **facts: bool) -> list[str]:
            monitor.assert_facts("x", facts, when=NOON + timedelta(days=days))
            return fired.words()

        assert at(0, a=True, b=True, c=True) == []
        assert at(1, a=False) == []
        assert at(31, b=False) == ["slipping x: first 5 first_gate, second 7 second_gate"]
        assert at(32, b=True) == []
        assert at(33, b=False) == []  # the same one twice, and the other too long ago
        assert at(61, c=False) == [
            "slipping x: first 9 second_gate, second 10 third_gate",
            "slipping x: first 7 second_gate, second 10 third_gate",
        ]
        monitor.forget("x")
        assert at(62, a=True, b=True, c=True) == []
        assert at(62, c=False) == []
        assert at(62, b=False) == ["slipping x: first 15 third_gate, second 17 second_gate"]


def test_what_is_longer_ago_than_is_remembered_meets_nothing(tmp_path: Path) -> None:
    for store in (None, tmp_path / "gates.sqlite"):
        fired = Fired()
        rules = {"slipping": slipping(fired, 3000)}
        with Monitor(ruleset(GATES), rules=rules, remember=timedelta(days=10), store=store) as monitor:
            monitor.assert_facts("x", {"a": True, "b": True}, when=NOON)
            monitor.assert_facts("x", {"a": False}, when=NOON)
            monitor.assert_facts("x", {"b": False}, when=NOON + timedelta(days=10))
            assert fired.words() == ["slipping x: first 3 first_gate, second 5 second_gate"]
            monitor.assert_facts("x", {"a": True, "b": True}, when=NOON + timedelta(days=11))
            monitor.assert_facts("x", {"c": True}, when=NOON + timedelta(days=11))
            monitor.assert_facts("x", {"c": False}, when=NOON + timedelta(days=20, microseconds=1))
            assert fired.words() == []


def test_rules_go_on_where_the_store_is_opened_again(tmp_path: Path) -> None:
    fired = Fired()
    for facts in ({"a": True, "b": True}, {"a": False}, {"b": False}, {"b": True}):
        with Monitor(ruleset(GATES), rules={"slipping": slipping(fired)}, store=tmp_path / "s.sqlite") as monitor:
            monitor.assert_facts("x", facts)
    assert fired.words() == ["slipping x: first 3 first_gate, second 5 second_gate"]


def test_changes_of_one_event_meet_each_once(tmp_path: Path) -> None:
    fired, store = Fired(), tmp_path / "s.sqlite"
    for facts in ({"a": True, "b": True}, {"a": False, "b": False}):
        with Monitor(ruleset(GATES), rules={"slipping": slipping(fired)}, store=store) as monitor:
            monitor.assert_facts("x", facts)
    assert fired.words() == ["slipping x: first 3 first_gate, second 4 second_gate"]


def test_more_communities_than_there_are_sessions() -> None:
    fired = Fired()
    with Monitor(ruleset(GATES), rules={"slipping": slipping(fired)}) as monitor:
        for turn in ({"a": True, "b": True}, {"a": False}, {"b": False}):
            for number in range(150):
                monitor.assert_facts(f"c{number}", turn)
        assert [one.community for one in fired.firings] == [f"c{number}" for number in range(150)]


def test_what_a_rule_raises_reaches_the_host(tmp_path: Path) -> None:
    def raising(firing: Firing) -> None:
        raise LookupError(firing.rule)

    fired = Fired()
    rules = {
        "one": {"all": [{"m": {"after": "met"}}], "run": raising},
        "two": {"all": [{"m": {"$ex": {"number": 1}}}], "run": fired},
    }
    with Monitor(ruleset(GATES), rules=rules) as monitor:
        with pytest.raises(LookupError, match="one"):
            monitor.assert_facts("x", {"a": True})
        assert fired.words() == ["two x: m 1 first_gate"]
        monitor.assert_facts("x", {"a": False})
        assert fired.words() == ["two x: m 2 first_gate", "two x: m 3 None"]


FAULTS: dict[str, tuple[Any, str]] = {
    "no mapping": ([], 'it is no mapping\nhelp: write `{"all": [{"m": …}], "run": function}`'),
    "unknown part": (
        {"al": [{"m": {"after": "met"}}], "run": print},
        "a rule has no `al`\nhelp: did you mean `all`?",
    ),
    "nothing asked": ({"run": print}, '`all` is no list of changes\nhelp: write `"all": [{"m": …}]`'),
    "no run": (
        {"all": [{"m": {"after": "met"}}]},
        "it has no `run`\nhelp: give the function that is called when it fires, with what fired",
    ),
    "two parameters": (
        {"all": [{"m": {"after": "met"}}], "run": lambda firing, done: None},
        "its `run` does not take one argument\nhelp: take what fired: `def run(firing): …`",
    ),
    "unknown alias": (
        {"all": [{"first": {"after": "met"}}, {"second": {"at": {"frist": "at"}}}], "run": print},
        "no change before is `frist`\nhelp: did you mean `first`?",
    ),
    "alias of later": (
        {"all": [{"first": {"at": {"second": "at"}}}, {"second": {"after": "met"}}], "run": print},
        "no change before is `second`\nhelp: name a change before it in `all`",
    ),
    "any": (
        {"any": [{"first": {"after": "met"}}], "run": print},
        "it asks for `any`, which is not taken\nhelp: write a rule for each change, with the same `run`",
    ),
    "same alias": (
        {"all": [{"m": {"after": "met"}}, {"m": {"after": "met"}}], "run": print},
        "it names two changes `m`\nhelp: name each change of a rule differently",
    ),
    "unknown name": (
        {"all": [{"m": {"indicater": "first_gate"}}], "run": print},
        "a change has no `indicater`\nhelp: did you mean `indicator`?",
    ),
    "unknown indicator": (
        {"all": [{"m": {"indicator": "frist_gate"}}], "run": print},
        "`indicator` is never `frist_gate`\nhelp: did you mean `first_gate`?",
    ),
    "unknown outcome": (
        {"all": [{"m": {"after": "lost"}}], "run": print},
        "`after` is never `lost`\nhelp: it is one of `met`, `not_met`, `not_applicable` or `undetermined`",
    ),
    "text compared": (
        {"all": [{"m": {"$gte": {"after": "met"}}}], "run": print},
        "`after` is a text, which is neither more nor less\nhelp: ask whether it is one: `{name: text}`",
    ),
    "number as text": (
        {"all": [{"m": {"$gte": {"number": "0.7"}}}], "run": print},
        "`number` is a whole number, not '0.7'\nhelp: write one, below 2⁶²",
    ),
    "float": (
        {"all": [{"m": {"$gte": {"at": 0.5}}}], "run": print},
        "`at` is a whole number, not 0.5\nhelp: write one, below 2⁶²",
    ),
    "texts and numbers": (
        {"all": [{"a": {"after": "met"}}, {"b": {"after": {"a": "at"}}}], "run": print},
        "`after` is compared with 'at' of `a`\nhelp: compare texts with texts, numbers with numbers",
    ),
    "or": (
        {"all": [{"m": {"$or": [{"after": "met"}]}}], "run": print},
        "it asks `$or`, which is not taken\nhelp: it may be `$and`, `$ex`, `$nex`, `$lt`, `$lte`, `$gt`, `$gte` or `$neq`; "
        "in the place of `$or` write two rules",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_would_fire_wrongly_is_refused(fault: str) -> None:
    rule, message = FAULTS[fault]
    with pytest.raises(MonitorError) as caught:
        Monitor(ruleset(GATES), rules={"one": rule})
    assert str(caught.value) == f"error[SR809]: the rule 'one': {message}"


def test_all_that_is_wrong_with_rules_is_said() -> None:
    async def nobody_awaits(firing: Firing) -> None: ...

    with pytest.raises(MonitorError) as caught:
        Monitor(
            ruleset(GATES),
            rules={
                'a"b': {"all": [{"m": {"after": "met"}}], "run": print},
                "x": {"all": [], "run": print},
                "y": {"all": [{"m": {"after": "met"}}], "run": nobody_awaits},
            },
        )
    assert [one.message for one in caught.value.diagnostics] == [
        "the rule 'a\"b': its name is no plain text",
        "the rule 'x': `all` is no list of changes",
        "the rule 'y': its `run` is a coroutine, which nobody would await",
    ]


# --- against a plain recomputation ---------------------------------------------------------------------------------


def expected(changes: Iterable[Change], days: int) -> list[tuple[int, int]]:
    losses = [one for one in changes if one.indicator and one.before == "met" and one.after != "met"]
    return [
        (first.number, second.number)
        for second in losses
        for first in losses
        if first.number < second.number
        and second.when <= first.when + timedelta(days=days)
        and first.when >= second.when - timedelta(days=40)
        and first.indicator != second.indicator
    ]


@pytest.mark.once
@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["x", "y", "z"]),
            st.dictionaries(st.sampled_from("abc"), st.sampled_from([True, False, None]), min_size=1),
            st.integers(0, 20),
        ),
        max_size=40,
    ),
    days=st.integers(0, 60),
    sessions=st.integers(1, 3),
)
@settings(max_examples=150, deadline=None)
def test_what_fires_is_what_a_plain_search_finds(
    events: list[tuple[str, Mapping[str, Any], int]], days: int, sessions: int
) -> None:
    fired, told, now = Fired(), list[Change](), NOON
    rules = {"slipping": slipping(fired, days)}
    with Monitor(ruleset(GATES), on_change=told.append, rules=rules, remember=timedelta(days=40)) as monitor:
        assert monitor._host_rules is not None
        monitor._host_rules._rules.sessions = sessions
        for community, facts, later in events:
            now += timedelta(days=later)
            monitor.assert_facts(community, facts, when=now)
    found = sorted((one.changes["first"].number, one.changes["second"].number) for one in fired.firings)
    wanted = [pair for of in "xyz" for pair in expected([one for one in told if one.community == of], days)]
    assert found == sorted(wanted)


@pytest.mark.parametrize("stored", [True, False])
def test_changes_may_be_remembered_for_ever(tmp_path: Path, stored: bool) -> None:
    fired: list[Firing] = []
    rule = {"all": [{"first": {"after": "met"}}, {"then": {"before": "met"}}], "run": fired.append}
    store = tmp_path / "gates.sqlite" if stored else None
    with Monitor(ruleset(GATES), rules={"lost": rule}, remember=timedelta.max, store=store) as monitor:
        monitor.assert_facts("a", {"a": True}, when=datetime(1, 1, 1, tzinfo=UTC))
        monitor.assert_facts("a", {"a": False}, when=datetime(2024, 1, 1, tzinfo=UTC))
    assert {one.rule for one in fired} == {"lost"}
