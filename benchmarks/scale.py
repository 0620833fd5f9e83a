"""How the cost of reading and checking a ruleset grows with its size: 100, 1,000 and 5,000 indicators.

    python benchmarks/scale.py [SIZES …]

Each indicator has two facts, a measure, two tiers and a condition, so a ruleset of 5,000 has 10,000 facts. The cost per
indicator should stay the same: the last column is its ratio to that of the smallest size. Seconds are of the processor, so
that a busy machine does not count.
"""

from __future__ import annotations

import argparse
import os
import platform
import time

from smartrules.analysis.lint import lint
from smartrules.diagnostics import Text
from smartrules.documents.canonical import fingerprint
from smartrules.documents.compiled import compile_edition, read_compiled
from smartrules.documents.ruleset import read_ruleset
from smartrules.ruleset import Ruleset


def ruleset(indicators: int) -> str:
    """Return a ruleset document with many indicators."""
    facts = "".join(
        f"  whole_{i}: {{count: household, min: 1, title: {{zh: 总数{i}, en: total {i}}}}}\n"
        f"  part_{i}: {{count: household, at_most: whole_{i}, title: {{zh: 部分{i}, en: part {i}}}}}\n"
        for i in range(indicators)
    )
    rules = "".join(
        f"""\
  indicator_{i}:
    number: {i}
    title: {{zh: 指标{i}, en: Indicator {i}}}
    applies: whole_{i} >= 10 households
    measures:
      coverage_{i}: {{value: part_{i} / whole_{i}, unit: "%", title: {{zh: 覆盖率{i}, en: coverage {i}}}}}
    require:
      basic: coverage_{i} >= {i % 80} %
      growing: "all of (coverage_{i} >= {i % 80 + 10} %, part_{i} >= 3 households)"
    source: {{clause: "{i}"}}
"""
        for i in range(indicators)
    )
    return f"""\
standard: generated
edition: "1"
tiers: {{basic: , growing: }}
facts:
{facts}indicators:
{rules}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 1000, 5000], help="numbers of indicators")
    sizes = parser.parse_args().sizes
    read_ruleset(ruleset(2))  # builds the grammar
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print(
        "| indicators | KiB | read s | lint s | fingerprint s | compiled load s | assess s | ms an indicator | growth |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    first = 0.0
    for size in sizes:
        text = ruleset(size)
        times = []

        def timed(begin: float, into: list[float] = times) -> None:
            into.append(time.process_time() - begin)

        begin = time.process_time()
        edition = read_ruleset(text)
        timed(begin)
        begin = time.process_time()
        lint(edition, Text(None, text))
        timed(begin)
        begin = time.process_time()
        rules = Ruleset(edition, fingerprint(edition))
        timed(begin)
        compiled = compile_edition(edition, text.encode())
        begin = time.process_time()
        assert read_compiled(compiled, text.encode()) is not None
        timed(begin)
        facts = rules.facts({f"{kind}_{i}": 50 for i in range(size) for kind in ("part", "whole")})
        begin = time.process_time()
        rules.assess(facts)
        timed(begin)
        each = sum(times[:2]) / size * 1000
        first = first or each
        cells = " | ".join(f"{spent:.2f}" for spent in times)
        print(f"| {size:,} | {len(text) / 1024:,.0f} | {cells} | {each:.2f} | {each / first:.2f} |")


if __name__ == "__main__":
    main()
