"""Where the figures come from, in general words."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Return the processor, the memory and the Python in one line."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {processor()}, {cores} cores, "
        f"{memory:.0f} GiB"
    )


def processor() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "processor unknown"


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """Return the version of each package, by its name; no name is none."""
    return {name: version(name) for name in sorted(set(distributions) - {""})}
