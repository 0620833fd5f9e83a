"""A folder of filled forms becomes one frame: the packaged standard's form, 1,000 times.

    python benchmarks/forms.py [--forms 1000] [--processes 1 2]

Every form is filled: each fact has a value, evidence and a day, and each community others. From the folder to the frame, the
starting of processes included: seconds of the clock, and those of the processor in all processes together, where a busy
machine does not count. The peak of memory is that of all processes together, at most.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import time
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import smartrules as sr
from smartrules import reports
from smartrules.standard import FactDeclaration
from smartrules.values import Kind

STANDARD = "shandong-smart-community@2022"


def value(fact: FactDeclaration) -> object:
    """Return a value of a fact that its declaration takes."""
    match fact.kind:
        case Kind.COUNT:
            return 40
        case Kind.FLAG:
            return True
        case Kind.SET:
            return list(fact.member_ids[::2])
        case Kind.CHOICE:
            return fact.member_ids[0]
        case Kind.DATE:
            return "2023-11-25"
        case _:
            return f"5 {fact.unit}"


def filled(ruleset: sr.Ruleset) -> bytes:
    """Return a form with everything in it."""
    beside = {"evidence": ["户籍登记表", "物业台账"], "observed": "2023-11-20"}
    facts = {fact.id: {"value": value(fact), **beside} for fact in ruleset.edition.facts}
    stated = {measure.id: f"90 {measure.unit}" for measure in ruleset.edition.measures}
    document = {
        "community": {"id": "community-0", "name": "社区"},
        "on": "2023-11-25",
        "facts": facts,
        "stated": stated,
    }
    return reports.form(ruleset, ruleset.facts(document))


def write(form: bytes, folder: Path, number: int, chance: Random) -> None:
    """Write the form of another community, as an office would save it."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(form)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = part.replace(b"community-0", f"community-{number}".encode())
                count = chance.randint(40, 4000)
                part = re.sub(rb"<v>40</v>", f"<v>{count}</v>".encode(), part)
            new.writestr(name, part)
    (folder / f"{number:05}.xlsx").write_bytes(content.getvalue())


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def spent() -> float:
    """Return the seconds of the processor that this process took, and those that it started and that ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, WHO))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=1000)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    arguments = parser.parse_args()
    ruleset = sr.load(STANDARD)
    begun = time.perf_counter()
    form = filled(ruleset)
    print(f"a filled form: {len(form) / 1024:.0f} KiB, written in {time.perf_counter() - begun:.2f} s")
    with TemporaryDirectory() as name:
        folder, chance = Path(name), Random(8)
        for number in range(arguments.forms):
            write(form, folder, number, chance)
        print("| forms | processes | s | s of the processor | ms of it a form | peak MiB |")
        print("|---:|---:|---:|---:|---:|---:|")
        for processes in arguments.processes:
            begun, used = time.perf_counter(), spent()
            found = reports.gather(ruleset, folder, processes=processes)
            took, busy = time.perf_counter() - begun, spent() - used
            assert len(found.communities) == arguments.forms, found.unread
            peak = sum(resource.getrusage(who).ru_maxrss for who in WHO) / 1024
            each = 1000 * busy / arguments.forms
            print(f"| {arguments.forms:,} | {processes} | {took:.1f} | {busy:.1f} | {each:.1f} | {peak:.0f} |")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
