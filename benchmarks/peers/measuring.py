"""One measurement in a process of its own: ``python -m benchmarks.peers.measuring``, which `running` starts."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from attrs import asdict, frozen

from .checking import CHECKED, check, reference, tally
from .communities import Communities
from .program import Program
from .programs import programs
from .repeats import repeated
from .workload import Workload, standard

#: Where Linux says how much memory a process holds and has held at most, and where the latter begins anew.
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@frozen
class Task:
    """What is to be measured.

    Attributes:
        program: its key.
        frame: the Arrow file with the communities.
        rows: how many of them.
        seconds: for how long calls are repeated; the fastest counts.
    """

    program: str
    frame: str
    rows: int
    repeats: int
    missing: float
    seconds: float


@frozen
class Measurement:
    """What one program took.

    Attributes:
        program: its name; with what it takes and answers, and whether it is written by hand, as `Program` says them.
        seconds: of the fastest call.
        calls: how many there were.
        frame_bytes: what the frame of communities itself takes.
        peak_bytes: the most that the first call held above what the process held before it, the answers included.
        met: of how many communities each indicator is met.
    """

    program: str
    takes: Literal["frames", "communities"]
    answers: Literal["outcomes", "met"]
    by_hand: bool
    rows: int
    indicators: int
    missing: float
    seconds: float
    calls: int
    frame_bytes: int
    peak_bytes: int
    met: list[int]

    @property
    def key(self) -> str:
        """The key of the program."""
        return f"{self.program}: {self.answers}"

    @property
    def rate(self) -> float:
        """How many communities a second were decided."""
        return self.rows / self.seconds


def measure(task: Task) -> Measurement:
    """Check a program against the reference, then measure it.

    Raises:
        DisagreementError: where it says something else.
    """
    program = next(one for one in programs() if one.key == task.program)
    edition = standard()
    ruleset = repeated(edition, task.repeats)
    with pa.OSFile(task.frame) as file, pa.ipc.open_file(file) as reader:
        communities = Communities(edition, reader.read_all())
    few = Workload(communities.first(max(10, CHECKED // task.repeats)), ruleset, task.repeats)
    check(program, few, reference(few))
    asked = Workload(communities.first(task.rows), ruleset, task.repeats)
    return timed(program, asked, task)


def timed(program: Program, workload: Workload, task: Task) -> Measurement:
    call = program.begin(workload)
    gc.collect()
    before = begin_peak()
    answers = program.answer(call)
    peak = max(peak_bytes() - before, 0)
    met = tally(program.read(answers, workload), program)
    del answers
    times = []
    begun = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begun < task.seconds:
        begin = time.perf_counter()
        answers = call()
        if program.takes == "communities":
            deque(answers, maxlen=0)  # a host lets go of one community's answers before it turns to the next
        times.append(time.perf_counter() - begin)
        del answers
    return Measurement(
        program.name,
        program.takes,
        program.answers,
        program.by_hand,
        len(workload.communities),
        len(workload.indicators),
        task.missing,
        min(times),
        len(times),
        workload.communities.table.nbytes,
        peak,
        met,
    )


def begin_peak() -> int:
    """Return how many bytes the process holds; from here on `peak_bytes` begins anew where the system can do that."""
    if CLEAR.exists():
        CLEAR.write_text("5")
        return held("VmRSS")
    return peak_bytes()


def peak_bytes() -> int:
    """Return the most bytes that the process has held."""
    if STATUS.exists():
        return held("VmHWM")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def held(line: str) -> int:
    found = next(text for text in STATUS.read_text().splitlines() if text.startswith(line))
    return int(found.split()[1]) * 1024


def main() -> None:
    found: dict[str, Any] = asdict(measure(Task(**json.loads(sys.argv[1]))))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
