"""How long the answers beyond yes and no take: gap, audit, diff and verify, of the packaged standard and of a large one.

    python benchmarks/answers.py [--rounds 11] [--indicators 1000] [--only WORD]

The packaged standard's community is the real report, with its open facts given and four figures short, so that there is a plan to find;
the large standard's communities have a tenth of their figures short. `diff` compares with the same standard whose gigabit coverage asks for more,
of the large one with a hundred thresholds changed. Everything is read beforehand: each figure is the median of calls alone, in milliseconds
of the wall, beside `assess` of the same facts in the same run, and the most memory that Python held in one call.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scale import ruleset as large_document

import smartrules as sr
from smartrules.analysis import audit, diff, gap, verify, with_threshold
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset

ROOT = Path(__file__).resolve().parent.parent
QILI = ROOT / "rulesets/shandong-smart-community/2022/examples/qili.yaml"

Task = tuple[str, str, Callable[[], Any]]


def of_the_standard() -> Iterator[Task]:
    """Yield the answers about the packaged standard."""
    standard = sr.load("shandong-smart-community@2022")
    report = standard.facts(str(QILI))
    short = standard.facts({**SHORT, "households": 3461, "quarters": 10})
    other = with_threshold(standard, "gigabit_coverage", "75 %")
    yield from _tasks("shandong, 22 indicators", standard, other, short, report, "basic")


#: A community that falls short of four requirements, and of which seven facts more are open.
SHORT = {
    "gigabit_households": 2211,
    "area": "6.3 km²",
    "area_5g": "4 km²",
    "broadcast_households": 3461,
    "scenarios": ["childcare"],
    "quarters_with_lift_alarm": 2,
}


def of_a_large_one(indicators: int) -> Iterator[Task]:
    """Yield the answers about a standard of many indicators."""
    edition = read_ruleset(large_document(indicators))
    large = Ruleset(edition, fingerprint(edition))
    facts = large.facts(
        {f"whole_{i}": 1000 for i in range(indicators)}
        | {f"part_{i}": 100 if i % 10 == 9 else 950 for i in range(indicators)}
    )
    other = large
    for i in range(0, indicators, indicators // 100 or 1):
        other = with_threshold(other, f"coverage_{i}", "91 %")
    yield from _tasks(f"generated, {indicators:,} indicators", large, other, facts, facts, "growing")


def _tasks(name: str, rules: Ruleset, other: Ruleset, short: Facts, report: Facts, tier: str) -> Iterator[Task]:
    yield name, "assess", lambda: rules.assess(short)
    yield name, "gap", lambda: gap(rules, short, tier)
    yield name, "audit", lambda: audit(rules, report)
    yield name, "diff", lambda: diff(rules, other)
    yield name, "verify", lambda: verify(rules)


def _median(call: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
        if sum(times) > _LONGEST:
            break
    return statistics.median(times) * 1000


#: Seconds after which no further round is begun.
_LONGEST = 20.0


def _memory(call: Callable[[], Any]) -> float:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11, help="calls of each (default 11)")
    parser.add_argument("--indicators", type=int, default=1000, help="size of the large standard (default 1000)")
    parser.add_argument("--only", help="answers whose name holds this word")
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print("| standard | answer | ms | of `assess` | MiB |")
    print("|---|---|---:|---:|---:|")
    assess = 0.0
    for name, answer, call in (*of_the_standard(), *of_a_large_one(asked.indicators)):
        if answer != "assess" and asked.only and asked.only not in answer:
            continue
        call()
        spent = _median(call, asked.rounds)
        assess = spent if answer == "assess" else assess
        memory = _memory(call)
        print(f"| {name} | {answer} | {spent:,.1f} | {spent / assess:,.0f} | {memory:,.1f} |", flush=True)


if __name__ == "__main__":
    main()
