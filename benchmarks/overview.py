"""What the overview of a population costs: seconds, memory and the size of the page, by how many communities there are.

    python benchmarks/overview.py [COMMUNITIES …]

The communities are made up, of the packaged standard with its 22 indicators: each has a quality of its own, about which its
facts lie; 3 % of all values are missing, and a part in a thousand is more than its whole. Each size runs in a process of its own,
from the file to the page, as `smartrules report` does, which is imported already.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

import smartrules as sr
from smartrules import reports
from smartrules.cli import run
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration
from smartrules.values import Kind

NAME = "shandong-smart-community@2022"
#: About how many there are of what a community has many of.
_MANY = {
    "households": 4000,
    "residents": 11000,
    "area": 60,
    "cameras": 400,
    "video_resources": 300,
    "key_positions": 60,
}
_MISSING = 0.03


def population(ruleset: Ruleset, communities: int, seed: int = 7) -> pl.DataFrame:
    """Return made-up communities, one a row, their ids in the column ``id``."""
    random_ = random.Random(seed)
    quality = [min(1.0, max(0.2, random_.gauss(0.93, 0.08))) for _ in range(communities)]
    columns: dict[str, list[Any]] = {"id": [f"c{index:06}" for index in range(communities)]}
    numbers: dict[str, list[int]] = {}
    for fact in ruleset.edition.facts:
        match fact.kind:
            case Kind.FLAG:
                columns[fact.id] = [random_.random() < own + 0.05 for own in quality]
            case Kind.SET:
                for member in fact.member_ids:
                    columns[f"{fact.id}.{member}"] = [random_.random() < own for own in quality]
            case _:
                numbers[fact.id] = _numbers(fact, numbers, quality, random_)
                columns[fact.id] = list(numbers[fact.id])
    for name, values in columns.items():
        if name != "id" and "." not in name:
            columns[name] = [None if random_.random() < _MISSING else value for value in values]
    return pl.DataFrame(columns)


def _numbers(
    fact: FactDeclaration, known: dict[str, list[int]], quality: list[float], random_: random.Random
) -> list[int]:
    if fact.at_most is None:
        many = _MANY.get(fact.id, 8)
        return [
            max(1, int(random_.lognormvariate(0, 0.5) * many)) if many > 8 else random_.randint(1, 8) for _ in quality
        ]
    parts = []
    for own, whole in zip(quality, known[fact.at_most], strict=True):
        part = min(whole, round(whole * min(1.0, random_.gauss(own, 0.06))))
        parts.append(whole + 1 if random_.random() < 0.001 else max(0, part))
    return parts


def _measured(file: Path) -> None:
    """Print the seconds of the engine, of all, the peak of the memory, and the size of the page."""
    ruleset = sr.load(NAME)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    found = reports.overview(ruleset, pl.scan_parquet(file), key="id")
    decided = time.perf_counter() - begin
    page = found.to_html()
    both = time.perf_counter() - begin
    begin = time.perf_counter()
    out = file.with_suffix(".html")
    assert run(["report", str(file), "-r", NAME, "--kind", "overview", "--key", "id", "-o", str(out)]) == 0
    command = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cells = (f"{decided:.2f}", f"{both - decided:.2f}", f"{command:.2f}", f"{(peak - before) / 1024:,.0f}")
    print(*cells, f"{len(page.encode()) / 1e6:.2f}", sep=" | ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 100_000], help="numbers of communities")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file is not None:
        _measured(given.file)
        return
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print("| communities | decided and counted s | page s | the command s | memory MiB | page MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    with TemporaryDirectory() as folder:
        for size in given.sizes:
            file = Path(folder, f"{size}.parquet")
            population(sr.load(NAME), size).write_parquet(file)
            done = subprocess.run(
                [sys.executable, __file__, "--file", str(file)], capture_output=True, encoding="utf-8", check=True
            )
            print(f"| {size:,} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    main()
