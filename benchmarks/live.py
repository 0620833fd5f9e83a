"""How many events a second a monitor takes, beside raw durable_rules and beside asking `outcomes` anew at every event.

    python benchmarks/live.py [--communities 1 1000 100000] [--events 20000] [--only WORD]

The packaged standard is watched over made-up communities, each with all its facts. An event corrects one count of a random
community; about four in ten change a finding or a tier. Every program keeps the facts and says what changed; each runs in a
process of its own, so that its memory can be told. The host's own work on a change is to append it to a list.

- `outcomes anew` keeps a document for each community, lays each event over it, reads it, asks `Ruleset.outcomes` and
  compares with what was said before: exact, and of indicators only.
- `raw durable_rules` has one rule an indicator over one fact a community, numbers made ready by the host, and hears only what
  is met. It keeps no more than 1,024 communities; beyond that each event asserts a community and deletes its state.
- A `store` is a file of SQLite, on disk before each event is acknowledged.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import smartrules as sr
from smartrules.ruleset import Ruleset
from smartrules.values import Kind

NAME = "shandong-smart-community@2022"
TIER = "basic"
#: Takes an event: a community and what is corrected.
Take = Callable[[str, Mapping[str, Any]], object]
#: Begins a program: returns what takes an event, and what ends it.
Begin = Callable[[Ruleset, Path, list[Any]], tuple[Take, Callable[[], object]]]


def document(ruleset: Ruleset, draw: random.Random) -> dict[str, Any]:
    """Return all facts of a made-up community."""
    given: dict[str, Any] = {}
    for fact in ruleset.edition.facts:
        match fact.kind:
            case Kind.FLAG:
                given[fact.id] = draw.random() < 0.9
            case Kind.SET:
                given[fact.id] = [member for member in fact.member_ids if draw.random() < 0.9]
            case Kind.QUANTITY:
                given[fact.id] = f"{draw.randint(1, 5) if fact.at_most else 6} km^2"
            case Kind.RATE:
                given[fact.id] = f"{draw.randint(0, 4)} event/year"
            case _:
                given[fact.id] = draw.randint(1, 100) if fact.at_most else 100
    return given


def watched(store: bool) -> Begin:
    def begin(ruleset: Ruleset, folder: Path, changes: list[Any]) -> tuple[Take, Callable[[], object]]:
        from smartrules.live import Monitor

        where = folder / "store.sqlite" if store else None
        monitor = Monitor(ruleset, on_change=changes.append, store=where)
        return monitor.assert_facts, monitor.close

    return begin


def anew(ruleset: Ruleset, folder: Path, changes: list[Any]) -> tuple[Take, Callable[[], object]]:
    documents: dict[str, dict[str, Any]] = {}
    said: dict[str, dict[str, dict[str, Any]]] = {}
    nothing = ruleset.outcomes({})

    def take(community: str, facts: Mapping[str, Any]) -> None:
        known = {**documents.get(community, {}), **facts}
        found, before = ruleset.outcomes(ruleset.facts(known)), said.get(community, nothing)
        for tier, outcomes in found.items():
            for indicator, outcome in outcomes.items():
                if outcome is not before[tier][indicator]:
                    changes.append((community, tier, indicator, before[tier][indicator], outcome))
        documents[community], said[community] = known, found

    return take, lambda: None


def raw(ruleset: Ruleset, folder: Path, changes: list[Any]) -> tuple[Take, Callable[[], object]]:
    from durable import lang
    from peers.decisions import TEN_THOUSANDTHS, Share, decisions, walk
    from peers.durable_rules import condition, scaled

    said = decisions(ruleset.edition, TIER)
    parts = sorted({one.part for decision in said.values() for one in walk(decision) if isinstance(one, Share)})
    met: list[str] = []

    def note(indicator: str) -> Callable[[Any], None]:
        return lambda c: met.append(indicator)  # an action with two parameters would run on another thread

    with lang.ruleset("raw"):
        for name, decision in said.items():
            lang.when_all(condition(decision))(note(name))
    rows: dict[str, dict[str, Any]] = {}
    known: dict[str, dict[str, Any]] = {}
    before: dict[str, list[str]] = {}
    few = int(os.environ["COMMUNITIES"]) <= 1000

    def take(community: str, facts: Mapping[str, Any]) -> None:
        document = known[community] = {**known.get(community, {}), **facts}
        row: dict[str, Any] = {}
        for name, value in document.items():
            kind = ruleset.edition.fact_by_id[name].kind
            row[name] = len(value) if kind is Kind.SET else float(value.split()[0]) if isinstance(value, str) else value
        row |= {scaled(part): row[part] * TEN_THOUSANDTHS for part in parts}
        met.clear()
        if few and community in rows:
            lang.retract_fact("raw", rows[community])
        rows[community] = {"sid": community, "id": "facts", **row}
        lang.assert_fact("raw", rows[community])
        if not few:
            lang.delete_state("raw", community)
        found, last = sorted(met), before.get(community, [])
        changes.extend((community, name) for name in {*found} ^ {*last})
        before[community] = found

    return take, lambda: None


PROGRAMS: dict[str, Begin] = {
    "Monitor": watched(store=False),
    "Monitor with a store": watched(store=True),
    "outcomes anew": anew,
    "raw durable_rules": raw,
}


def resident() -> float:
    """Return the memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(program: str, communities: int, events: int) -> dict[str, float]:
    """Run a program in this process."""
    ruleset, draw = sr.load(NAME), random.Random(7)
    kinds = [document(ruleset, draw) for _ in range(50)]
    counts = [fact for fact in ruleset.edition.facts if fact.kind is Kind.COUNT and fact.at_most is not None]
    changes: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        take, end = PROGRAMS[program](ruleset, Path(folder), changes)
        take("warm", kinds[0])
        before, begun = resident(), time.perf_counter()
        for number in range(communities):
            take(f"c{number}", kinds[number % len(kinds)])
            if len(changes) > 10_000:  # what a host keeps of changes is not what a monitor takes
                changes.clear()
        loading = time.perf_counter() - begun
        changes.clear()
        memory = resident() - before
        work = [
            (f"c{draw.randrange(communities)}", {draw.choice(counts).id: draw.randint(1, 100)}) for _ in range(events)
        ]
        spent, changing, clock = [], 0, time.perf_counter
        begun = clock()
        for community, facts in work:
            heard, start = len(changes), clock()
            take(community, facts)
            spent.append(clock() - start)
            changing += len(changes) > heard
        whole = clock() - begun
        end()
    spent.sort()
    return {
        "rate": events / whole,
        "p50": spent[events // 2] * 1e6,
        "p99": spent[events * 99 // 100] * 1e6,
        "p999": spent[events * 999 // 1000] * 1e6,
        "memory": memory * 1024 / communities,
        "loading": communities / loading,
        "changing": changing / events,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--communities", nargs="+", type=int, default=[1, 1000])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--only", default="", help="a word of the programs to run")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        print(json.dumps(measure(asked.run, asked.communities[0], asked.events)))
        return
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print("| communities | program | events/s | p50 µs | p99 µs | p99.9 µs | KiB a community | begun/s | that change |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
    for communities in asked.communities:
        for program in PROGRAMS:
            if asked.only not in program:
                continue
            command = [sys.executable, __file__, "--run", program, "--communities", str(communities)]
            environment = {**os.environ, "COMMUNITIES": str(communities)}
            done = subprocess.run(
                [*command, "--events", str(asked.events)],
                env=environment,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            if done.returncode:
                print(f"| {communities:,} | {program} | it ends with code {done.returncode} | | | | | | |")
                print(done.stderr, file=sys.stderr)
                continue
            found = json.loads(done.stdout)
            memory = f"{found['memory']:,.1f}" if communities > 1 else ""
            print(
                f"| {communities:,} | {program} | {found['rate']:,.0f} | {found['p50']:,.0f} | {found['p99']:,.0f} | "
                f"{found['p999']:,.0f} | {memory} | {found['loading']:,.0f} | {found['changing']:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
