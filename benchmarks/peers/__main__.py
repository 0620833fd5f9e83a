"""How fast a province is decided: this library, other rule engines, and what is written by hand, side by side.

    python -m benchmarks.peers [--quick] [--only WORD …] [--json FILE]

Everything runs on the packaged Shandong standard, basic tier, over made-up communities that crowd around its thresholds. Each
program is first compared with the reference evaluator on some of the communities, and those that take frames with each other
on all. Each measurement has a process of its own; the fastest of several calls counts, since a shared machine only slows down.
With --json, several runs add to one file, and the fastest of all counts.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .programs import programs
from .record import OtherMachineError, Record
from .running import FULL, QUICK, Failure, run
from .tables import tables


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="100,000 rows and 22 indicators only: under two minutes")
    parser.add_argument(
        "--only", nargs="+", metavar="WORD", help="only programs with one of these words in their names"
    )
    parser.add_argument("--seconds", type=float, help="for how long each program repeats its call (3; quick: 0.5)")
    parser.add_argument("--most-rows", type=int, default=10**7, help="leave larger frames out (default 10,000,000)")
    parser.add_argument("--most-repeats", type=int, default=100, help="leave larger rulesets out (default 100: 2,200)")
    parser.add_argument(
        "--limit", type=float, default=900, help="give a process up after so many seconds (default 900)"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write everything there; take in what is there already"
    )
    given = parser.parse_args()
    known = list(programs())
    chosen = [one for one in known if given.only is None or any(w.lower() in one.key.lower() for w in given.only)]
    rounds = [
        round_
        for round_ in (QUICK if given.quick else FULL)
        if round_.rows <= given.most_rows and round_.repeats <= given.most_repeats
    ]
    record = Record.of_here(known)
    if given.json is not None and given.json.exists():
        try:
            record.take_in(given.json)
        except OtherMachineError as error:
            parser.error(str(error))
    failed = False
    for one in run(rounds, chosen, seconds=given.seconds or (0.5 if given.quick else 3), limit=given.limit):
        if isinstance(one, Failure):
            failed = True
            what = f"{one.task.program}, {one.task.rows:,} rows, {one.task.repeats} repeats"
            print(f"failed: {what}: {one.reason}", file=sys.stderr)
            continue
        record.add(one)
        shown = f"{one.key}, {one.rows:,} rows, {one.indicators:,} indicators, {one.missing:.0%} missing"
        print(f"{one.rate:14,.0f}/s  {shown}", file=sys.stderr)
        if given.json is not None:
            record.write(given.json)
    print(f"{record.head()}\n\n{tables(record.measurements)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
