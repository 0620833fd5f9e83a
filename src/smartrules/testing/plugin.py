"""The pytest plug-in: case files as test items, their boundary coverage, and rulesets by name in tests.

pytest imports this module in every run where smartrules is installed, so it imports nothing but pytest. What reads, runs
and covers cases is imported when there is a case file, or when a test asks for a ruleset. It asserts nothing, so pytest
need not rewrite it: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from smartrules.ruleset import Ruleset
    from smartrules.testing.items import CaseFile, RulesetsOfRun

_LANGUAGES = ("en", "zh")
_PATH_VARIABLE = "SMARTRULES_PATH"
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,20})?) ?%?")
_TOP_KEY = re.compile(rb"""^(["']?)(\w+)\1[ \t]*:(?=\s|\Z)""", re.MULTILINE)

#: The files that the ini option `smartrules_cases` names, each with its ruleset, or an empty text.
_NAMED = pytest.StashKey[dict[Path, str]]()
#: Whether a document `ruleset.yaml` is one of smartrules.
_OWN = pytest.StashKey[dict[Path, bool]]()
_RULESETS = pytest.StashKey["RulesetsOfRun"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    group = parser.getgroup("smartrules", "case files of rulesets (smartrules)")
    group.addoption(
        "--smartrules-cover",
        action="store_true",
        help="after the run, list the sides of each threshold that no case which ran pins",
    )
    group.addoption(
        "--smartrules-cover-fail-under",
        metavar="PERCENT",
        type=_percent,
        help="fail where the cases that ran pin less than PERCENT of a ruleset's sides; includes --smartrules-cover",
    )
    group.addoption(
        "--smartrules-lang",
        metavar="LANG",
        choices=_LANGUAGES,
        help="language in which a failing case is explained, en or zh; by default that of the ini option smartrules_lang",
    )
    parser.addini("smartrules_lang", "language in which a failing case is explained: en or zh", default="en")
    parser.addini("smartrules_path", "folders of rulesets, <standard>/<edition>/ruleset.yaml", type="paths", default=[])
    parser.addini(
        "smartrules_cases",
        "case files that stand elsewhere than in `cases` beside a `ruleset.yaml`: patterns, each with `: RULESET` behind "
        "it where the files do not name their ruleset",
        type="linelist",
        default=[],
    )


def _percent(text: str) -> str:
    """Return the text of a percentage; the workers of pytest-xdist are handed options as plain values."""
    found = _PERCENT.fullmatch(text.strip())
    number = found[1] if found else ""
    whole, _, part = number.partition(".")
    if not number or (int(whole), part.strip("0")) > (100, ""):
        raise argparse.ArgumentTypeError(f"`{text}` is no percentage from 0 to 100")
    return number


def pytest_configure(config: pytest.Config) -> None:
    """Check the ini options, put the folders of rulesets into the catalog, and cover where that is asked."""
    config.addinivalue_line("markers", "smartrules: a case of a ruleset, from a case file")
    if config.getini("smartrules_lang") not in _LANGUAGES:
        raise pytest.UsageError(f"smartrules_lang: `{config.getini('smartrules_lang')}` is neither `en` nor `zh`")
    _add_folders(config)
    config.stash[_NAMED] = _named_files(config)
    config.stash[_OWN] = {}
    bound = config.getoption("smartrules_cover_fail_under")
    covers = config.getoption("smartrules_cover") or bound is not None
    if covers and not config.option.collectonly:
        from smartrules.testing.covering import Covering

        config.pluginmanager.register(Covering(config, bound), "smartrules-cover")


def _add_folders(config: pytest.Config) -> None:
    """Put the folders of `smartrules_path` before those of the environment, for the time of the run."""
    folders = config.getini("smartrules_path")
    for folder in folders:
        if not folder.is_dir():
            raise pytest.UsageError(f"smartrules_path: `{folder}` is no folder")
    if not folders:
        return
    before = os.environ.get(_PATH_VARIABLE)
    os.environ[_PATH_VARIABLE] = os.pathsep.join([*map(str, folders), *([before] if before else [])])

    def restore() -> None:
        if before is None:
            del os.environ[_PATH_VARIABLE]
        else:
            os.environ[_PATH_VARIABLE] = before

    config.add_cleanup(restore)


def _named_files(config: pytest.Config) -> dict[Path, str]:
    """Return the files that `smartrules_cases` names, each with the ruleset that is named for it, or an empty text."""
    files: dict[Path, str] = {}
    for line in config.getini("smartrules_cases"):
        pattern, _, name = (part.strip() for part in line.partition(": "))
        if not pattern or PurePath(pattern).is_absolute():
            raise pytest.UsageError(f"smartrules_cases: `{line}` names no files below the root folder of the run")
        found = [path for path in config.rootpath.glob(pattern) if path.is_file()]
        if not found:
            raise pytest.UsageError(f"smartrules_cases: there is no file `{pattern}` in {config.rootpath}")
        files |= {path: files.get(path) or name for path in found}
    return files


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect a case file; every other file is left alone.

    Case files are those in a folder `cases` beside a `ruleset.yaml`, those that `smartrules_cases` names, and one that is
    given on the command line and names its ruleset.
    """
    config = parent.config
    name = config.stash[_NAMED].get(file_path)
    if name is None and file_path.suffix != ".yaml":
        return None
    beside = file_path.parent.parent / "ruleset.yaml"
    ruleset: str | Path | None = name
    if not ruleset and file_path.parent.name == "cases" and _is_ruleset(beside, config):
        ruleset = beside
    if ruleset is None and not (parent.session.isinitpath(file_path) and _names_its_ruleset(file_path)):
        return None
    from smartrules.testing.items import CaseFile

    return CaseFile.from_parent(parent, path=file_path, named=ruleset or None, rulesets=_rulesets(config))


def _is_ruleset(path: Path, config: pytest.Config) -> bool:
    known = config.stash[_OWN]
    if path not in known:
        try:
            known[path] = path.is_file() and bool(_top_keys(path) & {b"standard", b"edition", b"indicators"})
        except OSError:  # one that cannot be read is reported when its cases are collected
            known[path] = True
    return known[path]


def _names_its_ruleset(path: Path) -> bool:
    try:
        return {b"ruleset", b"cases"} <= _top_keys(path)
    except OSError:
        return False


def _top_keys(path: Path) -> set[bytes]:
    """Return the top-level keys of a YAML document, at a glance: what is not ours need not be read as YAML."""
    return {found[2] for found in _TOP_KEY.finditer(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))}


def _rulesets(config: pytest.Config) -> RulesetsOfRun:
    from smartrules.testing.items import RulesetsOfRun

    return config.stash.setdefault(_RULESETS, RulesetsOfRun(config.rootpath))


@pytest.fixture(scope="session")
def smartrules_ruleset(pytestconfig: pytest.Config) -> Callable[[str | os.PathLike[str]], Ruleset]:
    """Return a function that hands a ruleset by its name or the path of its document, read once in a run.

    The name is what `smartrules.load` takes; a relative path begins at the root folder of the run. A ruleset that is not
    there, or has faults, fails the test with all of them.
    """
    from smartrules.diagnostics import SmartrulesError
    from smartrules.testing.items import faults_text

    rulesets = _rulesets(pytestconfig)

    def load(name: str | os.PathLike[str]) -> Ruleset:
        try:
            return rulesets.load(name).ruleset
        except SmartrulesError as error:
            said = faults_text(error, pytestconfig)
        pytest.fail(said, pytrace=False)  # behind the handler, so that it is not shown as one error during another

    return load
