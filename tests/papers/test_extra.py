"""Without the extra `reports` the papers say what to install, and everything else works."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.rulesets import QILI

PROGRAM = """
import sys
sys.modules[{package!r}] = None
import smartrules as sr
from smartrules import reports
paper = reports.acceptance(sr.load("shandong-smart-community@2022").assess({facts!r}))
assert paper.conclusion == "open"
try:
    paper.{write}("zh")
except sr.SmartrulesError as error:
    assert isinstance(error, ImportError)
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "write"),
    [
        ("jinja2", "to_html"),
        ("jinja2", "to_markdown"),
        ("jinja2", "to_docx"),
        ("docxtpl", "to_docx"),
        ("docx", "to_docx"),
    ],
)
def test_what_is_not_installed_is_said(package: str, write: str) -> None:
    program = PROGRAM.format(package=package, facts=str(QILI), write=write)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == (
        f"error[SR604]: documents need the package `{package}`, which is not installed\n"
        "help: install it: `pip install 'smartrules[reports]'`\n",
        "",
    )


def test_papers_import_no_template_engine_before_one_is_needed() -> None:
    program = (
        "import sys, smartrules.reports, smartrules.cli; from smartrules import reports; reports.acceptance; reports.notice; "
        "print(sorted({'jinja2', 'docx', 'docxtpl', 'openpyxl', 'matplotlib'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
