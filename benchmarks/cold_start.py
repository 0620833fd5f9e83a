"""How long a host waits before its first assessment: a cold ``load`` + ``assess`` of the packaged standard.

    python benchmarks/cold_start.py [--runs 20]

The library is laid out as the wheel lays it out, its rulesets compiled beside their documents, in a folder of its own.
Each figure is the median over fresh interpreters, taken in turn so that a busy moment hits all alike; beside it, what a
bare ``import pint`` costs on the same machine in the same run.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "shandong-smart-community@2022"
EXAMPLE = ROOT / "rulesets/shandong-smart-community/2022/examples/qili.yaml"

ASSESS = "a = r.assess(facts); assert a['basic'].outcome.value == 'undetermined', a"
PROGRAMS = {
    "python -c pass": "pass",
    "import smartrules": "import smartrules",
    "import attrs": "import attrs",
    "load": f"import smartrules as sr; sr.load({NAME!r})",
    "load + assess a mapping": f"import smartrules as sr; r = sr.load({NAME!r}); "
    "facts = {'households': 10, 'gigabit_households': 7}; " + ASSESS,
    "load + assess the report (YAML)": f"import smartrules as sr; r = sr.load({NAME!r}); facts = {str(EXAMPLE)!r}; "
    + ASSESS,
    "the same without the compiled form": f"import smartrules as sr; r = sr.load({NAME!r}); facts = {str(EXAMPLE)!r}; "
    + ASSESS,
    "import pint": "import pint",
    "import pint, build its registry": "import pint; pint.UnitRegistry()",
}


def lay_out(folder: Path) -> None:
    """Lay the library out as in the wheel."""
    shutil.copytree(ROOT / "src/smartrules", folder / "smartrules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rulesets", folder / "smartrules/rulesets", ignore=shutil.ignore_patterns("*.compiled.json"))


def compile_rulesets(folder: Path) -> None:
    """Write the compiled form beside each ruleset, as the wheel's build does."""
    sys.path.insert(0, str(folder))
    from smartrules.catalog import compile_file
    from smartrules.documents.compiled import FILE_NAME

    for path in folder.glob("smartrules/rulesets/*/*/ruleset.yaml"):
        path.with_name(FILE_NAME).write_text(compile_file(path), "utf-8")


def seconds(program: str, folder: Path) -> float:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=folder, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="fresh interpreters a row (default 20)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as temporary:
        plain, compiled = Path(temporary) / "plain", Path(temporary) / "compiled"
        lay_out(plain)
        lay_out(compiled)
        compile_rulesets(compiled)
        places = {name: plain if "without the compiled" in name else compiled for name in PROGRAMS}
        times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
        for round_ in range(runs + 1):  # the first writes the bytecode and warms the disk
            for name, program in PROGRAMS.items():
                spent = seconds(program, places[name])
                if round_:
                    times[name].append(spent)
    base = statistics.median(times["python -c pass"])
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {runs} runs"
    )
    print()
    print("| program | median ms | of `pass` |")
    print("|---|---:|---:|")
    for name, spent in times.items():
        median = statistics.median(spent)
        print(f"| {name} | {median * 1000:.1f} | {median / base:.1f} |")


if __name__ == "__main__":
    main()
