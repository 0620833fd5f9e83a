"""What importing costs: the package alone brings in no library, and a compiled ruleset needs neither parser nor units."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from smartrules.catalog import compile_file
from smartrules.documents.compiled import FILE_NAME
from tests.rulesets import SHANDONG

HEAVY = {"attr", "attrs", "cattr", "cattrs", "lark", "pint", "ruamel", "rich", "typer", "click", "hypothesis", "pytest"}


def loaded(program: str) -> set[str]:
    """Return the libraries that a program of its own brings in."""
    ending = "\nimport sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    # Without the startup files of the environment, which may import anything.
    done = subprocess.run(
        [sys.executable, "-c", program + ending], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_brings_in_no_library() -> None:
    assert loaded("import smartrules") & HEAVY == set()


def test_python_itself_reports_no_library_on_import() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import smartrules"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    modules = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "smartrules" in modules
    assert {module for module in modules if module.split(".")[0] in HEAVY} == set()
    assert {module for module in modules if module.startswith("smartrules.")} == set()


def test_the_outcomes_need_no_library_at_all() -> None:
    assert loaded("import smartrules as sr; assert sr.Outcome.MET == 'met'") & HEAVY == set()


def test_a_compiled_ruleset_is_loaded_and_assessed_without_parser_units_or_yaml(tmp_path: Path) -> None:
    folder = tmp_path / "rulesets"
    shutil.copytree(SHANDONG.parent.parent, folder)
    document = folder / "shandong-smart-community" / "2022" / "ruleset.yaml"
    document.with_name(FILE_NAME).write_text(compile_file(document), "utf-8")
    program = f"""
import pathlib
import smartrules as sr
from smartrules import catalog
catalog.packaged_folder = lambda: pathlib.Path({str(folder)!r})
ruleset = sr.load("shandong-smart-community@2022")
found = ruleset.assess({{"facts": {{"households": 3461, "gigabit_households": 2423, "area": "630 公顷", "area_5g": "9450 亩"}},
                         "stated": {{"camera_online_rate": "900 ‰"}}}})
assert found["basic"]["wired_broadband"].outcome is sr.Outcome.MET
assert found["basic"]["mobile_network"].explain("zh")
assert ruleset.read_assessment(found.to_json()) == found
"""
    assert loaded(program) & {"pint", "lark", "ruamel", "rich", "typer"} == set()
    # The same without the compiled form shows that the check sees what it looks for.
    document.with_name(FILE_NAME).unlink()
    assert {"lark", "ruamel"} <= loaded(program)


def test_a_unit_from_elsewhere_brings_in_the_unit_registry_and_nothing_else_does() -> None:
    assert "pint" not in loaded("from smartrules.units import unit; unit('万户/平方公里')")
    assert "pint" in loaded("from smartrules.units import unit; unit('furlong')")


def test_the_command_needs_nothing_of_what_watch_needs() -> None:
    program = "from smartrules.cli import run; assert run(['watch', '--help']) == 0"
    assert loaded(program) & {"sqlalchemy", "durable_rules_engine"} == set()
    asked = "from smartrules.cli import run; import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO())\n"
    program = f"{asked}assert run(['watch', {str(SHANDONG / 'ruleset.yaml')!r}]) == 0"
    assert {"sqlalchemy", "durable_rules_engine"} <= loaded(program)
