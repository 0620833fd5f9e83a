"""The hundred whole percents: the reference evaluator at the exact boundary of every one, for every community up to 10,000."""

import pytest

from smartrules.engines.exact import evaluate
from smartrules.expr.parse import parse
from smartrules.facts import Fact, Facts
from smartrules.outcome import MET, NOT_MET
from tests.rulesets import rule

LARGEST = 10_000
EDITION = rule("part / whole >= 1 %", "part: {count: household}\nwhole: {count: household}").edition
WHOLES = [Fact("whole", whole) for whole in range(LARGEST + 1)]
PARTS = [Fact("part", part) for part in range(LARGEST + 1)]


@pytest.mark.parametrize("percent", range(1, 101))
def test_the_smallest_part_that_reaches_a_percentage_passes_and_one_less_fails(percent: int) -> None:
    requirement = parse(f"part / whole >= {percent} %")
    wrong = []
    for whole in range(1, LARGEST + 1):
        least = -(-percent * whole // 100)  # the quotient, rounded up
        passing = evaluate(requirement, EDITION, Facts("", {"whole": WHOLES[whole], "part": PARTS[least]}))
        failing = evaluate(requirement, EDITION, Facts("", {"whole": WHOLES[whole], "part": PARTS[least - 1]}))
        assert passing.margin is not None
        exactly = percent * whole % 100 == 0
        if passing.result is not MET or failing.result is not NOT_MET or (passing.margin.number == 0) is not exactly:
            wrong.append((least, whole))
    assert wrong == []
