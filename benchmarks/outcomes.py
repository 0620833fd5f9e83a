"""How many communities a second are decided one at a time, beside hand-written Python with the same answers.

    python benchmarks/outcomes.py [--seconds 2]

The hand-written function, `peers.python_by_hand`, decides the packaged standard's basic tier as its text reads, from a
dictionary of facts in which some are missing; it is what a host would write by hand. All of them say the same of every
community, or nothing is measured. An assessment is complete when it is returned: every derivation with its margin and its
causes is made, and none waits to be asked for. The figures are medians over rounds in which the programs take turns.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from peers.python_by_hand import by_hand, plain

import smartrules as sr
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from smartrules.values import Kind

NAME = "shandong-smart-community@2022"


def community(ruleset: Ruleset, random_: random.Random, missing: float) -> Facts:
    """Return facts of a made-up community, of which a share is missing."""
    given: dict[str, Any] = {}
    for fact in ruleset.edition.facts:
        if random_.random() < missing:
            continue
        match fact.kind:
            case Kind.FLAG:
                given[fact.id] = random_.random() < 0.9
            case Kind.SET:
                given[fact.id] = [member for member in fact.member_ids if random_.random() < 0.9]
            case Kind.QUANTITY:
                given[fact.id] = f"{random_.randint(1, 5) if fact.at_most else 6} km^2"
            case Kind.RATE:
                given[fact.id] = f"{random_.randint(0, 4)} event/year"
            case _:
                given[fact.id] = random_.randint(1, 100) if fact.at_most else 100
    return ruleset.facts(given)


def rate(call: Callable[[Any], object], items: list[Any], seconds: float) -> float:
    """Return how many items a second are dealt with."""
    done, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for item in items:
            call(item)
        done += len(items)
    return done / (time.perf_counter() - begin)


def rates(programs: Mapping[str, tuple[Callable[[Any], object], list[Any]]], seconds: float) -> dict[str, list[float]]:
    """Return how many items a second each program deals with, once a round; they take turns, so that all see the same machine."""
    found: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(_ROUNDS):
        for name, (call, items) in programs.items():
            found[name].append(rate(call, items, seconds / _ROUNDS))
    return found


_ROUNDS = 21


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2)
    seconds = parser.parse_args().seconds
    ruleset = sr.load(NAME)
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print("| missing | program | communities/s | of by hand |")
    print("|---:|---|---:|---:|")
    for missing in (0.0, 0.1):
        random_ = random.Random(7)
        facts = [community(ruleset, random_, missing) for _ in range(500)]
        pairs = [plain(one) for one in facts]
        for one, (values, stated) in zip(facts, pairs, strict=True):
            found, said = ruleset.outcomes(one)["basic"], by_hand(values, stated)
            assert said == found, (values, found, said)
            assert ruleset.outcomes(one) == ruleset.assess(one).outcomes()
        found_rates = rates(
            {
                "by hand": (lambda pair: by_hand(*pair), pairs),
                "ruleset.outcomes(facts)": (ruleset.outcomes, facts),
                "ruleset.assess(facts), with every reason": (ruleset.assess, facts),
            },
            seconds,
        )
        for program, figures in found_rates.items():
            of_hand = median(figure / hand for figure, hand in zip(figures, found_rates["by hand"], strict=True))
            print(f"| {missing:.0%} | {program} | {median(figures):,.0f} | {of_hand:.3f} |")


if __name__ == "__main__":
    main()
