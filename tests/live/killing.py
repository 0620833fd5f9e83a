"""Killing what writes, at random moments: a process does its work as fast as it can until it is shot, over and over.

An interpreter takes half a second to start, so one that has imported everything already forks a child for each round.
It is a process of its own, because tests may have threads, and what has threads must not fork.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from smartrules.live.log import EventLog

#: How long a child may take until it says its first words, in seconds.
_PATIENCE = 30

#: Says that something is done: one value of JSON, which reaches the other side whatever comes after.
WriteAck = Callable[[Any], None]


def kill_rounds(
    target: Callable[..., object], rounds: int, *arguments: str, seed: int = 0, longest: float = 0.04
) -> Iterator[list[Any]]:
    """Run a function in a child, kill it by SIGKILL, and yield what it acknowledged; again with a new child.

    Args:
        target: a function of a module, called as ``target(write_ack, *arguments)``. It opens what it writes itself, and
            works until it is killed; where it ends by itself, so does the test.
        rounds: how many children are killed. Whoever asks looks at what they left between two of them.
        arguments: texts for the function.
        seed: draws the moments.
        longest: the longest time that a child has, in seconds; from 0 to that all are as likely. It counts from what the
            child acknowledges first, and of every eighth from its beginning, so that some are shot while they open.
    """
    draw = random.Random(seed)
    run = [sys.executable, "-m", "tests.live.killing", f"{target.__module__}:{target.__qualname__}", *arguments]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            for number in range(rounds):
                words = 1 if number % 8 == 7 else 2
                server.stdin.write(f"{words} {draw.uniform(0, longest)}\n")
                server.stdin.flush()
                answer = json.loads(server.stdout.readline() or '{"end": "the server has ended"}')
                assert answer["end"] is None, f"round {number}: {answer['end']}"
                yield answer["acks"]
        finally:
            server.stdin.close()
            server.wait(60)


def _serve(target: Callable[..., object], arguments: list[str]) -> None:
    _warm_up()
    for line in sys.stdin:
        words, after = line.split()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            _work(target, arguments, write)
        os.close(write)
        lines = _shot(child, read, int(words), float(after)).decode().splitlines()
        os.close(read)
        _, status = os.waitpid(child, 0)
        shot = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        end = None if shot else f"the child ended by itself: {lines[-1] if lines else 'it says nothing'}"
        print(json.dumps({"acks": [json.loads(one) for one in lines[1:]], "end": end}), flush=True)


def _work(target: Callable[..., object], arguments: list[str], write: int) -> None:
    """Be the child: say that it is there, and work until the shot."""

    def write_ack(value: Any) -> None:
        os.write(write, json.dumps(value).encode() + b"\n")  # a short line goes through a pipe as a whole

    try:
        write_ack("ready")
        target(write_ack, *arguments)
        write_ack("the function has returned")
    except BaseException as error:
        write_ack(f"{type(error).__name__}: {error}")
    finally:
        os._exit(1)


def _shot(child: int, read: int, words: int, after: float) -> bytes:
    """Kill a child some seconds after it has said so many words, and return all that it said."""
    said = b""
    end = time.monotonic() + _PATIENCE
    waits = True
    while (left := end - time.monotonic()) > 0:
        if not select.select([read], [], [], left)[0]:
            break
        more = os.read(read, 65536)
        if not more:
            break
        said += more
        if waits and said.count(b"\n") >= words:
            end, waits = time.monotonic() + after, False
    os.kill(child, signal.SIGKILL)
    while more := os.read(read, 65536):
        said += more
    return said


def _warm_up() -> None:
    """Do once what a process does where it opens a store for the first time, so that children need not."""
    with suppress(ImportError):
        import psycopg  # noqa: F401
    with tempfile.TemporaryDirectory() as folder, EventLog.open(Path(folder) / "store.db", "none"):
        pass


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    _serve(getattr(import_module(module), name), sys.argv[2:])
