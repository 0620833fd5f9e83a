"""How long it takes to prove a ruleset for all communities: the packaged ones, and a generated one of many indicators.

    python benchmarks/verify.py [INDICATORS …]

Seconds are of the processor, so that a busy machine does not count; reading the ruleset and its cases is left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

import scale

from smartrules import analysis, catalog
from smartrules.documents.canonical import fingerprint
from smartrules.documents.cases import Case
from smartrules.documents.ruleset import read_ruleset
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import cases_of

RULESETS = Path(__file__).resolve().parent.parent / "rulesets"


def row(name: str, ruleset: Ruleset, cases: list[Case]) -> str:
    """Return a row of the table: statements, seconds, questions that stay open, properties that are refuted."""
    begun = time.process_time()
    found = analysis.verify(ruleset, cases=cases)
    seconds = time.process_time() - begun
    statements = sum(proof.number for proof in found.proofs)
    return f"| {name} | {statements} | {seconds:.2f} | {len(found.refuted)} | {len(found.open)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000], help="numbers of indicators")
    sizes = parser.parse_args().sizes
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors\n")
    print("| ruleset | statements | seconds | refuted | open |")
    print("|---|---|---|---|---|")
    for path in sorted(RULESETS.glob("*/*/ruleset.yaml")):
        ruleset = catalog.load_file(path)
        print(row(ruleset.name, ruleset, []), flush=True)
        print(
            row(
                f"{ruleset.name} with its cases",
                ruleset,
                [case for _, case in cases_of(ruleset, path.parent / "cases")],
            )
        )
    for size in sizes:
        edition = read_ruleset(scale.ruleset(size))
        print(row(f"generated, {size} indicators", Ruleset(edition, fingerprint(edition)), []), flush=True)


if __name__ == "__main__":
    main()
