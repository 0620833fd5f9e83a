"""The whole comparison: each frame is written once, and each program is measured on it in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from attrs import asdict, frozen

from .communities import make
from .measuring import Measurement, Task
from .program import Program
from .workload import TIER, standard

ROOT = Path(__file__).resolve().parents[2]


@frozen
class Round:
    """One frame, and what is asked of it.

    Attributes:
        rows: of the frame, which those that take frames get as a whole.
        one_by_one: how many of them those get that take communities; 0 leaves them out.
    """

    rows: int
    repeats: int
    missing: float
    one_by_one: int = 0


FULL = tuple(
    round_
    for missing in (0.0, 0.1)
    for round_ in (
        Round(10_000, 1, missing, 2_000),
        Round(100_000, 1, missing),
        Round(1_000_000, 1, missing),
        Round(10_000_000, 1, missing),
        Round(100_000, 10, missing, 200),
        Round(100_000, 100, missing, 40),
    )
)
QUICK = (Round(100_000, 1, 0.0, 300), Round(100_000, 1, 0.1, 300))


@frozen
class Failure:
    """A measurement that did not come about."""

    task: Task
    reason: str


def run(
    rounds: Iterable[Round], chosen: list[Program], *, seconds: float, limit: float
) -> Iterator[Measurement | Failure]:
    """Yield what each program took in each round.

    Args:
        seconds: for how long each repeats its call.
        limit: after how many seconds a process is given up.
    """
    edition = standard()
    with tempfile.TemporaryDirectory() as folder:
        for round_ in rounds:
            path = Path(folder) / "communities.arrow"
            table = make(edition, TIER, round_.rows, missing=round_.missing).table
            with pa.OSFile(str(path), "w") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
            del table
            agreed: list[int] | None = None
            for program in chosen:
                rows = round_.rows if program.takes == "frames" else round_.one_by_one
                if not rows or not program.can_take(missing=round_.missing, repeats=round_.repeats):
                    continue
                task = Task(program.key, str(path), rows, round_.repeats, round_.missing, seconds)
                found = measured(task, limit)
                if isinstance(found, Measurement) and program.takes == "frames":
                    agreed = agreed or found.met
                    if found.met != agreed:
                        found = Failure(task, "it is met in other communities than by the first program")
                yield found


def measured(task: Task, limit: float) -> Measurement | Failure:
    """Return what a program took in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peers.measuring", json.dumps(asdict(task))]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Failure(task, f"it was not done within {limit:.0f} s")
    if done.returncode:
        return Failure(task, (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1])
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))
