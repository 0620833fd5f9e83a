"""The C module of durable_rules as the tests of its limits meet it: in this process, or in one that may die of it.

Each test of a limit passes while the limit stands. What it says when it fails is the news that a release has mended it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest

if find_spec("durable_rules_engine") is None:
    pytest.skip("durable_rules is not installed", allow_module_level=True)

Value = object
# Below every child's code. Bound lazily, because Python 3.13 took away a symbol that only its callbacks use.
PREAMBLE = """
import gc, json, os, sys, threading
sys.setdlopenflags(os.RTLD_LAZY)
import durable_rules_engine as engine

def rules(**patterns):
    return json.dumps({name: {"all": [{"m": pattern}]} for name, pattern in patterns.items()})

def tell(handle, **values):
    return engine.assert_fact(handle, json.dumps({"sid": "s", "id": "fact"} | values))

def fire(handle, session):
    started = engine.start_action_for_state(handle, session)
    fired = started and started[1]
    while fired:
        yield next(iter(json.loads(fired)))
        fired = engine.complete_and_start_action(handle, session)

def resident():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
"""


def _engine() -> ModuleType:
    before = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine
    finally:
        sys.setdlopenflags(before)
    module: ModuleType = durable_rules_engine
    return module


engine = _engine()


def mended(what: str, workaround: str) -> str:
    """What a test of a limit says on the day that the limit is gone."""
    return f"durable_rules mends {what}: the workaround {workaround} in engines/forward.py can go"


class Rules:
    """A ruleset of single patterns, by name, and its facts in the session `s` unless they name another."""

    def __init__(self, patterns: Mapping[str, Value]) -> None:
        document = {name: {"all": [{"m": pattern}]} for name, pattern in patterns.items()}
        self.handle = engine.create_ruleset("rules", json.dumps(document))
        self.session = 0

    def tell(self, **values: Value) -> int:
        """Assert a fact of these values: 0 if a rule takes it, 1 if none does, 2 if its id is alive."""
        return self.tell_text(json.dumps({"sid": "s", "id": "fact"} | values))

    def tell_text(self, fact: str) -> int:
        """Assert the fact that this JSON is."""
        code, self.session = engine.assert_fact(self.handle, fact)
        return int(code)

    def retract(self, **values: Value) -> int:
        """Retract the fact of this `id`, and `sid` if it is not `s`."""
        return int(engine.retract_fact(self.handle, json.dumps({"sid": "s"} | values))[0])

    def fired(self) -> list[tuple[str, object]]:
        """Fire all there is to fire in the session last told of: each rule and the id of its fact, in order."""
        fired = []
        started = engine.start_action_for_state(self.handle, self.session)
        messages = started and started[1]
        while messages:
            ((name, message),) = json.loads(messages).items()
            fired.append((name, message["m"]["id"]))
            messages = engine.complete_and_start_action(self.handle, self.session)
        return fired

    def facts(self, sid: str = "s") -> list[Any]:
        """The ids of the facts alive in a session, sorted."""
        return sorted(fact["id"] for fact in json.loads(engine.get_facts(self.handle, sid)))

    def close(self) -> None:
        """Release the ruleset, though not what its sessions hold."""
        engine.delete_ruleset(self.handle)


def refusal(told: Callable[[], object]) -> int | None:
    """The code of the error with which the module refuses this, None if it does not."""
    try:
        told()
    except engine.error as refused:
        return int(str(refused).rpartition("error code: ")[2])
    return None


def matches(pattern: Value, **values: Value) -> bool:
    """Whether a rule of this pattern takes a fact of these values."""
    rules = Rules({"rule": pattern})
    try:
        return rules.tell(**values) == 0
    finally:
        rules.close()


def child(code: str, *, dirty: bool = False, preamble: str = PREAMBLE) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own; where `dirty`, memory comes to it filled with other than zeros (glibc)."""
    environment = {name: value for name, value in os.environ.items() if name not in {"LD_BIND_NOW", "MALLOC_PERTURB_"}}
    if dirty:
        environment["MALLOC_PERTURB_"] = "165"
    return subprocess.run(
        [sys.executable, "-c", preamble + code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


def said(code: str, *, dirty: bool = False) -> list[str]:
    """The lines that code prints in a Python of its own, which must end well."""
    done = child(code, dirty=dirty)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def conditions(names: Iterable[str]) -> dict[str, Value]:
    """A rule for each name, of one condition that no other has."""
    return {f"of_{name}": {name: 0} for name in names}
