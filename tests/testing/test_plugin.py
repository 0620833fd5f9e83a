"""The pytest plug-in, in runs of pytest of their own.

The plug-in is named with `-p`, because an installation of the checkout may be older than its entry point; where the entry
point is there, both are the same plug-in.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

# Imported before the runs inside this process, so that they find the modules that are here.
import smartrules as sr
from smartrules import catalog
from smartrules.documents.cases import read_cases
from smartrules.testing import covering, failures, items, plugin
from smartrules.testing.cases import differences, explanations
from tests.rulesets import ROOT

PLUGIN = "smartrules.testing.plugin"

RULESET = """\
standard: quiet-homes
edition: "2024"
title: {zh: 安静家园, en: Quiet homes}
source: {document: 静家〔2024〕1号}
tiers:
  basic: {title: {zh: 达标级, en: Basic}}
facts:
  homes: {count: household, min: 1, title: {zh: 家庭总数, en: number of homes}}
  quiet_homes: {count: household, at_most: homes, title: {zh: 安静家庭数, en: number of quiet homes}}
  garden: {kind: flag, title: {zh: 设有花园, en: there is a garden}}
indicators:
  quiet:
    number: "1"
    title: {zh: 安静, en: Quiet}
    measures:
      quiet_share: {value: quiet_homes / homes, unit: "%", title: {zh: 安静家庭占比, en: share of quiet homes}}
    require: {basic: quiet_share >= 80 %}
    source: {clause: "1"}
  garden:
    number: "2"
    title: {zh: 花园, en: Garden}
    require: {basic: garden}
    source: {clause: "2"}
"""

CASES = """\
cases:
  - name: clause 1, exactly 80 %
    facts: {homes: 10, quiet_homes: 8}
    expect: {indicators: {basic: {quiet: met}}}

  - name: 第1条，低于80%
    facts: {homes: 10, quiet_homes: 7}
    expect: {indicators: {basic: {quiet: not_met}}}

  - name: clause 2, no garden
    facts: {garden: false}
    expect: {indicators: {basic: {garden: not_met}}}
"""

WRONG = """\
cases:
  - name: clause 1, 7 of 10
    source: 静家〔2024〕1号 § 1
    facts: {homes: 10, quiet_homes: 7}
    expect:
      tier: basic
      indicators: {basic: {quiet: met}}
      missing: {basic: {garden: []}}
      values: {quiet_share: 80 %}
"""

HERE = "rulesets/quiet-homes/2024"
CASE_FILE = f"{HERE}/cases/quiet.yaml"
PASSED = f"""\
{CASE_FILE}::clause 1, exactly 80 %
{CASE_FILE}::第1条，低于80%
{CASE_FILE}::clause 2, no garden"""


class Folder:
    """A folder in which pytest runs."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(text, encoding="utf-8")
        return file

    def run(self, *arguments: str) -> Run:
        """Run pytest in this process."""
        # Hypothesis prints nothing of itself, and loads nothing.
        result = self.pytester.runpytest_inprocess("-p", PLUGIN, "-p", "no:hypothesispytest", *arguments)
        return Run(int(result.ret), "\n".join(result.outlines), "\n".join(result.errlines))

    def run_apart(self, *arguments: str, path: str = "") -> Run:
        """Run pytest in a process of its own."""
        return run_python(self.path, "-m", "pytest", "-p", PLUGIN, *arguments, path=path)


class Run:
    """What a run of pytest ended with and printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = re.sub(r" in \d+\.\d\ds\b", "", out).strip("\n")
        self.err = err

    def __repr__(self) -> str:
        return f"ends with {self.code}:\n{self.out}\n{self.err}"

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1].strip("= ")

    def section(self, title: str) -> str:
        """Return what stands below a heading, up to the next one."""
        _, *below = re.split(rf"(?m)^=+ {title} =+$", self.out)
        assert len(below) == 1, self
        return re.split(r"(?m)^=+ .+ =+$|^\d+ (?:passed|failed|skipped|deselected)", below[0])[0].strip("\n")


def run_python(folder: Path, *arguments: str, path: str = "") -> Run:
    given = os.pathsep.join(filter(None, [path, str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**variables, "PYTHONPATH": given, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Folder:
    # What this process was started with is not what the runs are about.
    for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    made = Folder(pytester)
    made.write(f"{HERE}/ruleset.yaml", RULESET)
    made.write(CASE_FILE, CASES)
    return made


# --- items ---------------------------------------------------------------------------------------------------------


def test_a_case_file_beside_its_ruleset_is_collected(folder: Folder) -> None:
    run = folder.run("--collect-only", "-q")
    assert (run.code, run.out) == (0, f"{PASSED}\n\n3 tests collected"), run


def test_each_case_is_an_item_that_passes(folder: Folder) -> None:
    run = folder.run("-v")
    assert run.code == 0, run
    assert re.findall(r"(?m)^(rulesets.+?) PASSED +\[ *\d+%\]$", run.out) == PASSED.splitlines()


@pytest.mark.parametrize("case", PASSED.splitlines())
def test_an_item_is_named_on_the_command_line(folder: Folder, case: str) -> None:
    run = folder.run("-v", case)
    assert re.findall(r"(?m)^(rulesets.+?) PASSED +\[100%\]$", run.out) == [case]


def test_a_name_keeps_out_what_divides_a_node_id(folder: Folder) -> None:
    folder.write(
        CASE_FILE,
        'cases: [{name: "a::b [1]\\n c\\u202e", expect: {tier: none}}, {name: "1.2 /x @y [a::b", expect: {tier: none}}]\n',
    )
    run = folder.run("--collect-only", "-q")
    assert run.out == f"{CASE_FILE}::a: :b (1) c\ufffd\n{CASE_FILE}::1.2 /x @y (a: :b\n\n2 tests collected"
    for case in run.out.splitlines()[:2]:
        assert f"\n{case} PASSED" in folder.run("-v", case).out
    assert folder.run(f"{CASE_FILE}::1.2").code == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-k", "exactly"], ["clause 1, exactly 80 %"]),
        (["-k", "低于80"], ["第1条，低于80%"]),
        (["-k", "garden"], ["clause 2, no garden"]),
        (["-k", "quiet_share or quiet and not exactly and not garden"], ["第1条，低于80%"]),
        (["-m", "smartrules", "-k", "not clause"], ["第1条，低于80%"]),
        (["-m", "not smartrules"], []),
    ],
)
def test_cases_are_chosen_by_words_and_marker(folder: Folder, arguments: list[str], names: list[str]) -> None:
    run = folder.run("--collect-only", "-q", "--strict-markers", *arguments)
    assert re.findall(r"(?m)^rulesets.+?::(.+)$", run.out) == names


def test_an_item_is_chosen_by_the_indicator_that_it_is_about(folder: Folder) -> None:
    folder.write(
        CASE_FILE, "cases: [{name: one, facts: {garden: true}, expect: {indicators: {basic: {garden: met}}}}]\n"
    )
    assert folder.run("-q", "-k", "garden").last == "1 passed"
    assert folder.run("-q", "-k", "quiet_homes").last == "1 deselected"


def test_the_marker_says_what_it_is(folder: Folder) -> None:
    assert "@pytest.mark.smartrules: a case of a ruleset, from a case file\n" in folder.run("--markers").out


def test_a_case_that_is_marked_to_fail_may_fail(folder: Folder) -> None:
    folder.write(CASE_FILE, WRONG)
    folder.write("conftest.py", CORRECTED)
    assert folder.run("-q").last == "1 xfailed"


CORRECTED = """\
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xfail(strict=True, reason="the notice was corrected"))
"""


# --- a case that does not hold -------------------------------------------------------------------------------------

ENGLISH = f"""\
{CASE_FILE}:2: clause 1, 7 of 10
source: 静家〔2024〕1号 § 1

                      expected  found
tier                  basic     none
basic.quiet           met       not_met
basic.garden missing  nothing   garden
quiet_share           80 %      70 %

Basic: not met
  every mandatory indicator must be met
    1 Quiet: not met
    2 Garden: undetermined

1 Quiet: not met
  source: 静家〔2024〕1号 § 1
  share of quiet homes is at least 80 %: not met (10 percentage points short of the threshold)
    share of quiet homes = number of quiet homes ÷ number of homes = 7 households ÷ 10 households = 70 %

2 Garden: undetermined
  source: 静家〔2024〕1号 § 2
  missing: there is a garden (garden)
  there is a garden: undetermined"""

CHINESE = f"""\
{CASE_FILE}:2: clause 1, 7 of 10
依据：静家〔2024〕1号 § 1

                      应为     实为
tier                  basic    none
basic.quiet           met      not_met
basic.garden missing  nothing  garden
quiet_share           80 %     70 %

达标级：不达标
  全部必达项均须达标
    1 安静：不达标
    2 花园：无法判定

1 安静：不达标
  依据：静家〔2024〕1号 § 1
  安静家庭占比不低于80%：不达标（距阈值差10个百分点）
    安静家庭占比 = 安静家庭数 ÷ 家庭总数 = 7户 ÷ 10户 = 70%

2 花园：无法判定
  依据：静家〔2024〕1号 § 2
  缺少：设有花园（garden）
  设有花园：无法判定"""

IN_ONE_LINE = (
    "tier: expected basic, found none; basic.quiet: expected met, found not_met; "
    "basic.garden missing: expected nothing, found garden; quiet_share: expected 80 %, found 70 %"
)


@pytest.mark.parametrize("style", ["auto", "long", "short", "native"])
def test_a_case_that_does_not_hold_says_why(folder: Folder, style: str) -> None:
    folder.write(CASE_FILE, WRONG)
    run = folder.run("-q", f"--tb={style}")
    assert run.code == pytest.ExitCode.TESTS_FAILED
    heading, report = run.section("FAILURES").split("\n", 1)
    assert heading.strip("_ ") == "quiet-homes@2024: clause 1, 7 of 10"
    assert report == ENGLISH
    short = run.section("short test summary info")
    assert short.startswith(f"FAILED {CASE_FILE}::clause 1, 7 of 10 - tier"), run
    assert run.last == "1 failed"


@pytest.mark.parametrize("arguments", [["--smartrules-lang=zh"], ["-o", "smartrules_lang=zh"]])
def test_it_says_so_in_chinese(folder: Folder, arguments: list[str]) -> None:
    folder.write(CASE_FILE, WRONG)
    assert folder.run("-q", *arguments).section("FAILURES").split("\n", 1)[1] == CHINESE


def test_the_option_overrides_the_ini_file(folder: Folder) -> None:
    folder.write(CASE_FILE, WRONG)
    run = folder.run("-q", "-o", "smartrules_lang=zh", "--smartrules-lang=en")
    assert run.section("FAILURES").split("\n", 1)[1] == ENGLISH


def test_in_one_line_it_has_its_place(folder: Folder) -> None:
    folder.write(CASE_FILE, WRONG)
    run = folder.run("-q", "--tb=line")
    *_, last = run.section("FAILURES").splitlines()  # pytest 9 also prints the line without its place
    assert last == f"{folder.path / CASE_FILE}:2: {IN_ONE_LINE}"
    assert len(run.section("FAILURES").splitlines()) <= 2


def test_it_stands_in_the_report_for_a_ci(folder: Folder) -> None:
    folder.write(CASE_FILE, WRONG)
    folder.run("--junitxml=report.xml")
    (case,) = ElementTree.parse(folder.path / "report.xml").iter("testcase")
    assert (case.get("classname"), case.get("name")) == (
        "rulesets.quiet-homes.2024.cases.quiet.yaml",
        "clause 1, 7 of 10",
    )
    (failure,) = case
    assert (failure.tag, failure.get("message"), failure.text) == ("failure", IN_ONE_LINE, ENGLISH)


def test_columns_are_aligned_beside_wide_characters() -> None:
    rows = [("", "应为", "实为"), ("basic.有线宽带", "met", "not_met"), ("x", "80 %", "unknown")]
    assert failures._aligned(rows) == [
        "                应为  实为",
        "basic.有线宽带  met   not_met",
        "x               80 %  unknown",
    ]


def test_what_passed_does_not_run_again(folder: Folder) -> None:
    folder.write(CASE_FILE, CASES + WRONG.removeprefix("cases:\n"))
    assert folder.run("-q").last == "1 failed, 3 passed"
    run = folder.run("-q", "--last-failed", "--collect-only")
    assert run.out.splitlines()[0] == f"{CASE_FILE}::clause 1, 7 of 10"
    assert run.last == "1 test collected"


def test_the_run_ends_with_the_first_that_fails(folder: Folder) -> None:
    folder.write(f"{HERE}/cases/early.yaml", WRONG)
    assert folder.run("-q", "-x").last == "1 failed"


@pytest.mark.once
def test_workers_report_the_same(folder: Folder) -> None:
    folder.write(CASE_FILE, CASES + WRONG.removeprefix("cases:\n"))
    for dist in ("load", "loadgroup"):
        run = folder.run_apart("-q", "-n", "2", "--dist", dist)
        assert run.section("FAILURES").split("\n", 2)[2] == ENGLISH.replace(":2:", ":13:")
        assert run.last == "1 failed, 3 passed"


# --- what is no case file, and what is a bad one -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cases/foreign.yaml", "cases: [{name: theirs}]\n"),
        ("cases/broken.yaml", b"\xff\xfe: [\n"),
        ("rules/cases/theirs.yaml", "- a: !!python/object:os.system {}\n"),
        ("rules/ruleset.yaml", "extends: spectral:oas\nrules: {}\n"),
        (f"{HERE}/cases/more/theirs.yaml", "cases: [{name: theirs}]\n"),
        (f"{HERE}/cases/theirs.yml", "cases: [{name: theirs}]\n"),
        (f"{HERE}/examples/qili.yaml", "ruleset: quiet-homes@2024\ncases: []\n"),
        ("ruleset.yaml/cases.yaml", "standard: x\n"),
    ],
)
def test_a_file_of_somebody_else_is_left_alone(folder: Folder, path: str, text: str | bytes) -> None:
    folder.write("rules/ruleset.yaml", "extends: spectral:oas\nrules: {}\n")
    folder.write(path, text)
    run = folder.run("-q", ".")
    assert (run.code, run.last) == (0, "3 passed"), run


def test_a_foreign_file_given_by_name_is_not_found(folder: Folder) -> None:
    folder.write("cases/foreign.yaml", "cases: [{name: theirs}]\n")
    run = folder.run("cases/foreign.yaml")
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert run.err.startswith(f"ERROR: not found: {folder.path}/cases/foreign.yaml\n"), run


def test_a_case_file_with_faults_shows_all_of_them(folder: Folder) -> None:
    folder.write(
        CASE_FILE,
        "cases:\n  - name: one\n    facts: {homs: 10}\n    expect: {tier: basics}\n  - name: one\n    expect: {tier: none}\n",
    )
    run = folder.run("-q")
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert (
        run.section("ERRORS")
        == f"""\
_________ ERROR collecting {CASE_FILE} __________
error[SR501]: the ruleset declares no fact `homs`
 --> {CASE_FILE}:3:13
  |
3 |     facts: {{homs: 10}}
  |             ^^^^
help: did you mean `homes`?

error[SR515]: the ruleset has no tier `basics`
 --> {CASE_FILE}:4:20
  |
4 |     expect: {{tier: basics}}
  |                    ^^^^^^
help: did you mean `basic`?

error[SR403]: two cases have the name `one`
 --> {CASE_FILE}:5:5
  |
5 |   - name: one
  |     ^
help: name each once"""
    ), run


def test_the_faults_of_a_ruleset_are_shown_once(folder: Folder) -> None:
    folder.write(f"{HERE}/ruleset.yaml", RULESET.replace("basic: garden}", "basic: gardens}"))
    folder.write(f"{HERE}/cases/second.yaml", CASES)
    run = folder.run("-q")
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert (
        run.section("ERRORS")
        == f"""\
_________ ERROR collecting {CASE_FILE} __________
error[SR206]: nothing declares `gardens`
  --> {HERE}/ruleset.yaml:22:22
   |
22 |     require: {{basic: gardens}}
   |                      ^^^^^^^
help: did you mean `garden`?
_________ ERROR collecting {HERE}/cases/second.yaml _________
error[SR610]: the ruleset of these cases has a fault
  --> {HERE}/ruleset.yaml
help: see what `quiet.yaml` says"""
    ), run


def test_a_ruleset_that_is_no_yaml_is_not_passed_over(folder: Folder) -> None:
    folder.write(f"{HERE}/ruleset.yaml", RULESET + "  : [\n")
    run = folder.run("-q")
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert "error[SR101]: " in run.section("ERRORS"), run
    assert "Traceback" not in run.out


# --- cases that stand elsewhere ------------------------------------------------------------------------------------

CITY = """\
ruleset: gigabit-city@2022
cases:
  - name: half of the users are fast
    facts: {broadband_users: 10, users_500m: 5}
    expect: {indicators: {certified: {fast_users: met}}}
"""


def test_a_file_given_by_name_may_name_its_ruleset(folder: Folder) -> None:
    folder.write("cities/fast.yaml", CITY)
    assert folder.run("-q", "cities").code == pytest.ExitCode.NO_TESTS_COLLECTED
    run = folder.run("-v", "cities/fast.yaml")
    assert "\ncities/fast.yaml::half of the users are fast PASSED" in run.out, run
    assert folder.run("-q", "cities/fast.yaml", "-k", "gigabit-city").last == "1 passed"


def test_a_ruleset_that_is_not_there_is_named(folder: Folder) -> None:
    folder.write("cities/fast.yaml", CITY.replace("gigabit-city", "gigabit-cities"))
    run = folder.run("-q", "cities/fast.yaml")
    heading, code, hint = run.section("ERRORS").split("\n")
    assert heading.strip("_ ") == "ERROR collecting cities/fast.yaml"
    assert code == "error[SR601]: the catalog has no ruleset `gigabit-cities@2022`"
    assert hint.startswith("help: did you mean `gigabit-city")


def test_the_ini_file_names_case_files(folder: Folder) -> None:
    folder.write("pytest.ini", "[pytest]\nsmartrules_cases =\n    cities/*.yaml\n    quiet/*.yml: rulesets/*/2024\n")
    folder.write("cities/fast.yaml", CITY)
    folder.write("quiet/cases.yml", CASES)
    folder.write("quiet/other.yaml", "cases: [{name: theirs}]\n")
    folder.write(
        "pytest.ini", f"[pytest]\nsmartrules_cases =\n    cities/*.yaml\n    quiet/*.yml: {HERE}/ruleset.yaml\n"
    )
    run = folder.run("-q", "--collect-only", "cities", "quiet")
    assert run.out == (
        "cities/fast.yaml::half of the users are fast\n"
        + "".join(f"quiet/cases.yml::{case.partition('::')[2]}\n" for case in PASSED.splitlines())
        + "\n4 tests collected"
    )
    assert folder.run("-q").last == "7 passed"


def test_the_ruleset_that_the_ini_file_names_counts_before_the_one_beside(folder: Folder) -> None:
    folder.write("pytest.ini", f"[pytest]\nsmartrules_cases = {HERE}/cases/*.yaml: gigabit-city@2022\n")
    run = folder.run("-q")
    assert "error[SR501]: the ruleset declares no fact `homes`" in run.section("ERRORS"), run


def test_a_case_file_of_the_ini_file_must_have_a_ruleset(folder: Folder) -> None:
    folder.write("pytest.ini", "[pytest]\nsmartrules_cases = cities/*.yaml\n")
    folder.write("cities/fast.yaml", CITY.partition("\n")[2])
    run = folder.run("-q", "cities")
    assert run.section("ERRORS").partition("\n")[2] == (
        "error[SR601]: no ruleset is named for these cases\n"
        "  --> cities/fast.yaml\n"
        "help: name it in the file, `ruleset: standard@edition`, or put the file into `cases` beside its `ruleset.yaml`"
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("smartrules_cases = citees/*.yaml", "smartrules_cases: there is no file `citees/*.yaml` in {root}"),
        (
            "smartrules_cases = /x/*.yaml",
            "smartrules_cases: `/x/*.yaml` names no files below the root folder of the run",
        ),
        ("smartrules_cases = : x@1", "smartrules_cases: `: x@1` names no files below the root folder of the run"),
        ("smartrules_path = rules", "smartrules_path: `{root}/rules` is no folder"),
        ("smartrules_lang = fr", "smartrules_lang: `fr` is neither `en` nor `zh`"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(folder: Folder, setting: str, message: str) -> None:
    folder.write("pytest.ini", f"[pytest]\n{setting}\n")
    run = folder.run("-q")
    assert (run.code, run.err.strip()) == (4, f"ERROR: {message.format(root=folder.path)}")


SUPPLEMENT = """\
standard: quieter-homes
edition: "2025"
source: {document: 静家〔2025〕1号}
extends: quiet-homes@2024
"""


@pytest.mark.parametrize("before", [None, "elsewhere"])
def test_the_folders_of_the_ini_file_are_in_the_catalog_of_the_run(
    folder: Folder, before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(catalog.PATH_VARIABLE, raising=False)
    if before is not None:
        monkeypatch.setenv(catalog.PATH_VARIABLE, before)
    folder.write("rulesets/quieter-homes/2025/ruleset.yaml", SUPPLEMENT)
    folder.write("rulesets/quieter-homes/2025/cases/quiet.yaml", CASES)
    folder.write("mine.yaml", "ruleset: quieter-homes\n" + CASES)
    assert "error[SR415]" in folder.run("-q").out
    folder.write("pytest.ini", "[pytest]\nsmartrules_path = rulesets\n")
    run = folder.run("-q", "rulesets", "mine.yaml")
    assert run.last == "9 passed", run
    assert os.environ.get(catalog.PATH_VARIABLE) == before


def test_the_variable_of_the_catalog_is_the_catalogs() -> None:
    assert plugin._PATH_VARIABLE == catalog.PATH_VARIABLE


# --- boundary coverage ---------------------------------------------------------------------------------------------

COVERED = f"""\
{HERE}/ruleset.yaml:17:22: basic.quiet: `quiet_share >= 80 %` has no case: above, missing
{HERE}/ruleset.yaml:22:22: basic.garden: `garden` has no case: met, missing
quiet-homes@2024: 3 of 7 sides of 2 thresholds and statements"""


def test_what_the_cases_do_not_pin_is_listed(folder: Folder) -> None:
    run = folder.run("-q", "--smartrules-cover")
    assert (run.code, run.section("boundary coverage"), run.last) == (0, COVERED, "3 passed")


def test_only_cases_that_ran_count(folder: Folder) -> None:
    run = folder.run("-q", "--smartrules-cover", "-k", "garden")
    assert (
        run.section("boundary coverage").splitlines()[-1]
        == "quiet-homes@2024: 1 of 7 sides of 2 thresholds and statements"
    )
    run = folder.run("-q", "--smartrules-cover", "-m", "not smartrules")
    assert (
        run.section("boundary coverage").splitlines()[-1]
        == "quiet-homes@2024: 0 of 7 sides of 2 thresholds and statements"
    )
    folder.write("conftest.py", CORRECTED.replace("xfail(strict=True, ", "skip("))
    run = folder.run("-q", "--smartrules-cover")
    assert (
        run.section("boundary coverage").splitlines()[-1]
        == "quiet-homes@2024: 0 of 7 sides of 2 thresholds and statements"
    )


def test_all_case_files_of_a_ruleset_count_together(folder: Folder) -> None:
    folder.write(
        f"{HERE}/cases/nothing.yaml",
        "cases: [{name: nothing, expect: {indicators: {basic: {garden: undetermined}}}}]\n",
    )
    folder.write("other/cases/c.yaml", CASES)
    folder.write("other/ruleset.yaml", RULESET.replace("quiet-homes", "other-homes"))
    shown = folder.run("-q", "--smartrules-cover").section("boundary coverage").splitlines()
    assert [line for line in shown if " has no case: " not in line] == [
        "other-homes@2024: 3 of 7 sides of 2 thresholds and statements",
        "quiet-homes@2024: 4 of 7 sides of 2 thresholds and statements",
    ]


def test_where_everything_is_pinned_nothing_is_listed(folder: Folder) -> None:
    folder.write("pytest.ini", "[pytest]\n")
    folder.write("stars/ruleset.yaml", STARS.read_bytes())
    folder.write("stars/cases/stars.yaml", (STARS.parent / "cases" / "star-homes.yaml").read_bytes())
    folder.write("stars/maple.yaml", (STARS.parent / "maple.yaml").read_bytes())
    run = folder.run("-q", "stars", "--smartrules-cover-fail-under=100")
    assert (run.code, run.section("boundary coverage")) == (
        0,
        "star-homes@2024: 52 of 52 sides of 15 thresholds and statements",
    )


@pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("0", 0),
        ("42", 3),
        ("42.857142857142857142", 3),  # 3 of 7 are 42.857142857142857142857…
        ("42.857142857142857143", 4),
        ("43 %", 4),
        ("100%", 7),
        ("100.0", 7),
    ],
)
def test_a_bound_is_exact(folder: Folder, bound: str, asked: int) -> None:
    run = folder.run("-q", f"--smartrules-cover-fail-under={bound}")
    number = bound.strip(" %")
    fault = f"\nquiet-homes@2024: {number} % of 7 sides are {asked}, and 3 are pinned" if asked > 3 else ""
    assert (run.code, run.section("boundary coverage")) == (1 if asked > 3 else 0, COVERED + fault)
    assert run.last == "3 passed"


@pytest.mark.parametrize(
    "bound", ["", "eighty", "-1", "100.01", "101", "1e1", "nan", "4/5", "８０", "80 %%", "1_0", "."]
)
def test_what_is_no_percentage_is_a_wrong_call(folder: Folder, bound: str) -> None:
    run = folder.run(f"--smartrules-cover-fail-under={bound}")
    assert run.code == pytest.ExitCode.USAGE_ERROR
    message = f"argument --smartrules-cover-fail-under: `{bound}` is no percentage from 0 to 100"
    assert message in run.err, run


def test_a_run_that_failed_stays_failed(folder: Folder) -> None:
    folder.write(CASE_FILE, "cases: [\n")
    run = folder.run("-q", "--smartrules-cover-fail-under=100")
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert run.section("boundary coverage") == "no case of a ruleset was collected"


def test_a_run_that_was_broken_off_ends_as_it_did(folder: Folder) -> None:
    folder.write("test_it.py", "import pytest\ndef test_it(): pytest.exit('enough', returncode=42)\n")
    run = folder.run_apart("-q", "rulesets", "test_it.py", "--smartrules-cover-fail-under=100")
    assert run.code == 42, run


def test_without_cases_there_is_nothing_to_cover(folder: Folder) -> None:
    folder.write("test_it.py", "def test_it(): pass\n")
    run = folder.run("-q", "test_it.py", "--smartrules-cover-fail-under=100")
    assert (run.code, run.section("boundary coverage")) == (0, "no case of a ruleset was collected")


def test_nothing_is_covered_where_cases_are_only_collected(folder: Folder) -> None:
    run = folder.run("-q", "--collect-only", "--smartrules-cover-fail-under=100")
    assert (run.code, run.out) == (0, f"{PASSED}\n\n3 tests collected")


def test_a_ruleset_that_changes_during_the_run_is_no_crash(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*arguments: object) -> None:
        raise sr.RulesetError.of("SR114", "there is no such file", file=str(folder.path / HERE / "ruleset.yaml"))

    monkeypatch.setattr(covering, "coverage", gone)
    run = folder.run("-q", "--smartrules-cover")
    assert (run.code, run.section("boundary coverage")) == (
        1,
        f"error[SR114]: there is no such file\n  --> {HERE}/ruleset.yaml",
    )


@pytest.mark.once
def test_workers_add_up_what_they_cover(folder: Folder) -> None:
    folder.write("pytest.ini", "[pytest]\nsmartrules_path = rulesets\n")
    folder.write(
        "mine.yaml",
        "ruleset: quiet-homes@2024\ncases: [{name: x, facts: {garden: true}, expect: {indicators: {basic: {garden: met}}}}]\n",
    )
    arguments = ["-q", "--smartrules-cover-fail-under=80", "rulesets", "mine.yaml"]
    alone = folder.run(*arguments)
    assert alone.section("boundary coverage").splitlines()[-2:] == [
        "quiet-homes@2024: 4 of 7 sides of 2 thresholds and statements",
        "quiet-homes@2024: 80 % of 7 sides are 6, and 4 are pinned",
    ]
    shared = folder.run_apart(*arguments, "-n", "2")
    assert (shared.code, shared.section("boundary coverage")) == (1, alone.section("boundary coverage")), shared


# --- rulesets in tests ---------------------------------------------------------------------------------------------

WITH_RULESETS = """\
import pytest
import smartrules as sr


@pytest.fixture(scope="session")
def ruleset(smartrules_ruleset):
    return smartrules_ruleset("gigabit-city@2022")


def test_by_name(ruleset, smartrules_ruleset):
    assert ruleset.name == "gigabit-city@2022"
    assert smartrules_ruleset("gigabit-city@2022") is ruleset


def test_by_path(smartrules_ruleset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quiet = smartrules_ruleset("rulesets/quiet-homes/2024/ruleset.yaml")
    assert quiet.name == "quiet-homes@2024"
    assert isinstance(quiet, sr.Ruleset)


def test_not_there(smartrules_ruleset):
    smartrules_ruleset("gigabit-cities@2022")


def test_with_faults(smartrules_ruleset):
    smartrules_ruleset("broken.yaml")
"""


def test_a_test_is_handed_a_ruleset(folder: Folder) -> None:
    folder.write("tests/test_rulesets.py", WITH_RULESETS)
    folder.write("broken.yaml", "standard: broken\n")
    run = folder.run("-q", "--rootdir", str(folder.path), "tests")
    assert run.last == "2 failed, 2 passed", run
    first, second = re.split(r"(?m)^_+ test_.+ _+$", run.section("FAILURES"))[1:]
    code, hint = first.strip().split("\n")
    assert code == "error[SR601]: the catalog has no ruleset `gigabit-cities@2022`"
    assert hint.startswith("help: did you mean `gigabit-city")
    assert second.strip().startswith("error[SR110]: the ruleset has no `edition`\n"), run
    assert "--> broken.yaml" in second


def test_a_ruleset_is_read_once_in_a_run(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load, load_file = catalog.load, catalog.load_file

    def counted(name: str) -> sr.Ruleset:
        read.append(name)
        return load(name)

    def counted_file(path: Path, **rest: tuple[str, ...]) -> sr.Ruleset:
        read.append(path.parent.parent.name)
        return load_file(path, **rest)

    monkeypatch.setattr(catalog, "load", counted)
    monkeypatch.setattr(catalog, "load_file", counted_file)
    folder.write("pytest.ini", "[pytest]\nsmartrules_cases = cities/*.yaml\n")
    for name in ("one", "two"):
        folder.write(f"cities/{name}.yaml", CITY)
        folder.write(f"{HERE}/cases/{name}.yaml", CASES)
    folder.write("tests/test_rulesets.py", WITH_RULESETS.partition("def test_not_there")[0])
    assert folder.run("-q", "--smartrules-cover").last == "13 passed"
    assert sorted(read) == ["gigabit-city", "gigabit-city@2022", "quiet-homes"]


# --- as it is installed --------------------------------------------------------------------------------------------


def test_the_plugin_costs_a_foreign_run_nothing(folder: Folder) -> None:
    folder.write("own/cases/foreign.yaml", "cases: []\n")
    folder.write("own/test_it.py", "def test_it(): pass\n")
    folder.write(
        "own/conftest.py",
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    print('loaded', *sorted(name for name in sys.modules if name.partition('.')[0] in\n"
        "          ('smartrules', 'attr', 'attrs', 'pint', 'lark', 'ruamel', 'hypothesis')))\n",
    )
    run = folder.run_apart("-q", "-p", "no:hypothesispytest", "-p", "no:xdist", "-s", "own", "--rootdir", "own")
    assert run.code == 0, run
    assert run.out.endswith("\nloaded smartrules smartrules.testing smartrules.testing.plugin"), run
    run = folder.run_apart(
        "-q", "-p", "no:hypothesispytest", "-p", "no:xdist", "-s", "own", "rulesets", "--rootdir", "own"
    )
    assert "smartrules.testing.items" in run.out


def _install(folder: Folder) -> str:
    """Make the plug-in one that pytest finds by its entry point; return the folder that must be on the path."""
    folder.write("site/installed-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: installed\nVersion: 1\n")
    folder.write("site/installed-1.dist-info/entry_points.txt", f"[pytest11]\n{PLUGIN} = {PLUGIN}\n")
    folder.write("site/installed-1.dist-info/RECORD", "smartrules/__init__.py,,\nsmartrules/testing/plugin.py,,\n")
    return str(folder.path / "site")


@pytest.mark.parametrize("named", ["-p", "conftest", "autoload", "all"])
def test_it_is_one_plugin_however_it_is_named(folder: Folder, named: str) -> None:
    path = _install(folder) if named in ("autoload", "all") else ""
    if named in ("conftest", "all"):
        folder.write("conftest.py", f"pytest_plugins = [{PLUGIN!r}]\n")
    arguments = ["-p", PLUGIN] if named in ("-p", "all") else []
    run = run_python(folder.path, "-m", "pytest", "-q", *arguments, path=path)
    assert (run.code, run.last) == (0, "3 passed"), run


def test_pytest_does_not_warn_where_the_package_is_imported_before_it(folder: Folder) -> None:
    program = "import smartrules as sr, pytest; sr.load('gigabit-city@2022'); raise SystemExit(pytest.main(['-q', '-W', 'error']))"
    run = run_python(folder.path, "-c", program, path=_install(folder))
    assert (run.code, run.last) == (0, "3 passed"), run


def test_the_entry_point_is_named_as_its_module() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}
    assert plugin.__name__ == PLUGIN
    assert items.CaseFile.__module__ == "smartrules.testing.items"


# --- why it says so ------------------------------------------------------------------------------------------------

STARS = ROOT / "docs" / "examples" / "star-homes" / "ruleset.yaml"


def _explained(tmp_path: Path, expect: str, facts: str = "{}") -> list[str]:
    """Return what is said of one case of star-homes, whose expectation is wrong."""
    file = tmp_path / "cases" / "wrong.yaml"
    file.parent.mkdir()
    file.write_text(f"cases: [{{name: wrong, facts: {facts}, expect: {expect}}}]\n", encoding="utf-8")
    ruleset = sr.load(STARS)
    (case,) = read_cases(ruleset.edition, file)
    found = differences(ruleset, case)
    assert found
    return explanations(ruleset, found)


def test_points_are_explained_by_their_formula(tmp_path: Path) -> None:
    facts = "{households: 100, alarm_households: 70}"
    (text,) = _explained(tmp_path, "{points: {listed: {alarms: 21 points}}}", facts)
    assert text == (
        "share of households with a smoke alarm interpolated (0 points at 50 %, 40 points at 90 %) = 20 points\n"
        "  share of households with a smoke alarm = number of households with a smoke alarm ÷ number of households"
        " = 70 households ÷ 100 households = 70 %"
    )


def test_points_that_are_open_name_what_is_missing(tmp_path: Path) -> None:
    (text,) = _explained(tmp_path, "{points: {listed: {quiet: 5 points}}}")
    head, missing, *_ = text.splitlines()
    assert head.endswith(", otherwise 30 points) = unknown")
    assert missing == "  missing: share of quiet nights (quiet_nights)"


def test_points_without_a_formula_are_explained_by_the_outcome(tmp_path: Path) -> None:
    (text,) = _explained(tmp_path, "{points: {listed: {garden: 10 points}}}", "{garden: false}")
    assert text.splitlines()[0] == "5 Garden: not met"


def test_points_of_what_is_not_applicable_are_explained_by_the_outcome(tmp_path: Path) -> None:
    (text,) = _explained(tmp_path, "{points: {listed: {lifts: 10 points}}}", "{lifts: false}")
    assert text.splitlines()[0] == "3 Lifts: not applicable"


def test_points_by_a_formula_of_what_is_not_applicable_are_explained_by_the_outcome(tmp_path: Path) -> None:
    points = 'points: {value: "first of (garden then 2 points, otherwise 1 point)", of: 2 points}'
    document = tmp_path / "ruleset.yaml"
    document.write_text(RULESET.replace('number: "2"', f'number: "2"\n    applies: not garden\n    {points}'), "utf-8")
    ruleset = sr.load(document)
    file = tmp_path / "cases" / "wrong.yaml"
    file.parent.mkdir()
    file.write_text(
        "cases: [{name: wrong, facts: {garden: true}, expect: {points: {basic: {garden: 2 points}}}}]", "utf-8"
    )
    (case,) = read_cases(ruleset.edition, file)
    (text,) = explanations(ruleset, differences(ruleset, case))
    assert text.splitlines()[0] == "2 Garden: not applicable"


def test_scores_are_explained_with_their_tier(tmp_path: Path) -> None:
    (text,) = _explained(tmp_path, "{scores: {three: {comfort: 50 points}}}", "{garden: true}")
    assert text.splitlines()[0] == "Three stars: undetermined"


@pytest.mark.parametrize(("expected", "tier"), [("listed", "Listed"), ("five", "Listed")])
def test_the_highest_tier_is_explained_by_the_one_that_is_not_reached(tmp_path: Path, expected: str, tier: str) -> None:
    (text,) = _explained(tmp_path, f"{{tier: {expected}}}", "{accident: true}")
    assert text.splitlines()[0] == f"{tier}: not met"


def test_a_tier_that_is_reached_unexpectedly_is_explained(tmp_path: Path) -> None:
    facts = "{accident: false, lifts: false, households: 10, alarm_households: 5}"
    (text,) = _explained(tmp_path, "{tier: none}", facts)
    assert text.splitlines()[0] == "Listed: met"


def test_a_measure_is_explained_once(tmp_path: Path) -> None:
    facts = "{households: 100, alarm_households: 70}"
    (text,) = _explained(tmp_path, "{indicators: {listed: {alarms: not_met}}}", facts)
    file = tmp_path / "again"
    file.mkdir()
    both = _explained(file, "{indicators: {listed: {alarms: not_met}}, values: {alarm_share: 71 %}}", facts)
    assert both == [text]
    assert "= 70 households ÷ 100 households = 70 %" in text


def test_a_measure_without_a_value_names_what_is_missing(tmp_path: Path) -> None:
    assert _explained(tmp_path, "{values: {alarm_share: 71 %}}", "{households: 100}") == [
        "share of households with a smoke alarm = number of households with a smoke alarm ÷ number of households"
        " = unknown ÷ 100 households = unknown\n"
        "  missing: number of households with a smoke alarm (alarm_households)"
    ]
