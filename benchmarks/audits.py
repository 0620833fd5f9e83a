"""How long an audit takes: of the packaged standard's real report, and of 1,000 indicators with much to find in them.

    python benchmarks/audits.py [--rounds 15] [--indicators 1000]

Of the generated ruleset one community states every third rate without counts, and every seventh beside them; it claims every
indicator. Another has every count and claims what is so, so that nothing is found but that there is no evidence. The facts
are read already. Milliseconds are of the processor, so that a busy machine does not count; medians over the rounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from scale import ruleset as generated

import smartrules as sr
from smartrules.analysis import audit
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset

REPORT = Path(__file__).parents[1] / "rulesets" / "shandong-smart-community" / "2022" / "examples" / "qili.yaml"


def doubtful(ruleset: Ruleset) -> Facts:
    """Return the facts of a community in which there is much to find."""
    random_ = random.Random(1)
    facts: dict[str, int] = {}
    stated: dict[str, str] = {}
    for number in range(len(ruleset.edition.indicators)):
        whole = random_.randint(101, 99_999)
        if number % 3:
            facts |= {f"whole_{number}": whole, f"part_{number}": random_.randint(0, whole)}
        if number % 3 == 0 or number % 7 == 0:
            stated[f"coverage_{number}"] = f"{random_.randint(0, 100)} %"
    claims = dict.fromkeys(ruleset.edition.indicator_by_id, "met")
    return ruleset.facts({"facts": facts, "stated": stated, "claims": claims})


def sound(ruleset: Ruleset) -> Facts:
    """Return the facts of a community that has every count and claims what is so."""
    indicators = ruleset.edition.indicators
    facts = {f"{kind}_{number}": 50 for kind in ("part", "whole") for number in range(len(indicators))}
    return ruleset.facts({"facts": facts, "claims": dict.fromkeys(ruleset.edition.indicator_by_id, "met")})


def milliseconds(call: Callable[[], object], rounds: int) -> float:
    """Return how long a call takes."""
    call()
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        call()
        spent.append((time.process_time() - begin) * 1000)
    return median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--indicators", type=int, default=1000)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print()
    print("| facts | observations | assess ms | audit ms |")
    print("|---|---:|---:|---:|")
    standard = sr.load("shandong-smart-community@2022")
    edition = read_ruleset(generated(asked.indicators))
    large = Ruleset(edition, fingerprint(edition))
    for name, ruleset, facts in (
        ("the report, 22 indicators", standard, standard.facts(REPORT)),
        (f"{asked.indicators:,} indicators, every count", large, sound(large)),
        (f"{asked.indicators:,} indicators, much to find", large, doubtful(large)),
    ):
        found = len(audit(ruleset, facts).observations)
        assessing = milliseconds(lambda ruleset=ruleset, facts=facts: ruleset.assess(facts), asked.rounds)
        auditing = milliseconds(lambda ruleset=ruleset, facts=facts: audit(ruleset, facts), asked.rounds)
        print(f"| {name} | {found:,} | {assessing:.1f} | {auditing:.1f} |")
    begin = time.process_time()
    audit(standard, REPORT)
    print()
    print(f"with the report read from its YAML: {(time.process_time() - begin) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
