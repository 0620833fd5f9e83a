"""After every event a monitor says what the reference says of the facts that are known then."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

import smartrules as sr
from smartrules.live import Monitor
from smartrules.testing import host_machine


@pytest.mark.once
@pytest.mark.parametrize("name", ["shandong-smart-community@2022", "gigabit-city@2022"])
def test_a_monitor_is_a_host(name: str) -> None:
    ruleset = sr.load(name)
    run_state_machine_as_test(
        host_machine(ruleset, lambda: Monitor(ruleset)),
        settings=settings(max_examples=20, stateful_step_count=30, deadline=None),
    )
