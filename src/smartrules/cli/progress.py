"""What a command shows of its progress while it works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Shown:
    """Progress on a terminal, and nothing elsewhere."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task: Any = None

    def begin(self, what: str, total: int | None = None) -> None:
        """Say what is done next, and over how many of what is counted where that is known."""
        if self._progress is not None:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(escape(what), total=total)

    def at(self, done: int) -> None:
        """Say how many are done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done)


@contextmanager
def shown_progress() -> Iterator[Shown]:
    """Show progress on standard error while something is done, where that is a terminal."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield Shown(None)
        return
    parts = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    with Progress(*parts, console=console, transient=True) as progress:
        yield Shown(progress)
