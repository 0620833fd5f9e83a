"""Check an installed wheel as its user meets it.

Run as `python -I wheel_checks.py WHEEL` by an environment that holds that wheel and nothing else, from a folder
outside the checkout. The first checks need no extra; then the extras `cli`, `verify`, `testing` and `live` of the same
wheel are installed for the rest.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import traceback
from importlib.util import find_spec
from pathlib import Path

import smartrules

WHEEL = Path(sys.argv[1]).resolve()
PACKAGE = Path(smartrules.__file__).parent
COMMAND = Path(sysconfig.get_path("scripts"), "smartrules")
RULESETS = [
    "complete-community@trial",
    "example-city-smart-community@2023",
    "gigabit-city@2022",
    "shandong-smart-community@2022",
    "u4ssc-kpi@2022",
]
EXAMPLE = PACKAGE / "rulesets" / "shandong-smart-community" / "2022" / "examples" / "qili.yaml"
HEAVY = {"pint", "lark", "ruamel", "z3", "polars", "narwhals", "typer", "rich", "durable", "hypothesis"}
NO_PYTHON_VARIABLES = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(*command: str | Path, folder: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=NO_PYTHON_VARIABLES | {"PYTHONUTF8": "1"},
    )


def modules_loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads in a fresh interpreter."""
    script = f"import json, sys; before = set(sys.modules); {statement}; new = set(sys.modules) - before; "
    script += "print(json.dumps(sorted(new)))"
    done = run(sys.executable, "-I", "-c", script)
    assert done.returncode == 0, f"`{statement}` fails:\n{done.stderr}"
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def the_package_is_the_installed_one() -> None:
    site = Path(sysconfig.get_path("purelib")).resolve()
    assert PACKAGE.resolve().parent == site, f"smartrules comes from {PACKAGE}, not from {site}"


def the_environment_holds_no_extra() -> None:
    extras = HEAVY - {"pint", "lark", "ruamel"}
    present = sorted(name for name in extras if find_spec(name))
    assert not present, f"the wheel alone installs what only an extra should: {present}"


def the_types_are_declared() -> None:
    assert (PACKAGE / "py.typed").is_file(), "smartrules/py.typed is not in the wheel"


def every_ruleset_carries_its_compiled_tree() -> None:
    documents = sorted(PACKAGE.glob("rulesets/*/*/ruleset.yaml"))
    held = [f"{document.parent.parent.name}@{document.parent.name}" for document in documents]
    assert held == RULESETS, f"the wheel holds {held}"
    for document in documents:
        compiled = document.with_name("ruleset.compiled.json")
        assert compiled.is_file(), f"{document} has no compiled tree beside it"
        json.loads(compiled.read_text(encoding="utf-8"))


def every_packaged_document_names_a_schema_that_is_there() -> None:
    documents = sorted(PACKAGE.glob("rulesets/**/*.yaml"))
    assert documents, "the wheel holds no document"
    for document in documents:
        first = document.read_text(encoding="utf-8").partition("\n")[0]
        _, found, schema = first.partition("# yaml-language-server: $schema=")
        assert found, f"{document} does not begin with the line that names its schema"
        json.loads((document.parent / schema).read_text(encoding="utf-8"))


def the_import_is_light() -> None:
    heavy = sorted(HEAVY & modules_loaded_by("import smartrules"))
    assert not heavy, f"`import smartrules` loads {heavy}"


def every_packaged_ruleset_loads_compiled() -> None:
    for name in RULESETS:
        loaded = modules_loaded_by(f"import smartrules; smartrules.load({name!r})")
        heavy = sorted({"pint", "lark", "ruamel"} & loaded)
        assert not heavy, f"loading {name} loads {heavy}, so its compiled tree is not used"


def the_packaged_example_is_undetermined() -> None:
    ruleset = smartrules.load("shandong-smart-community@2022")
    assessment = ruleset.assess(ruleset.facts(EXAMPLE))
    outcome = assessment["basic"].outcome
    assert outcome is smartrules.Outcome.UNDETERMINED, f"the example's basic tier is {outcome}, not undetermined"


def the_command_without_its_extra_says_what_to_install() -> None:
    calls = [[COMMAND], [COMMAND, "assess", EXAMPLE], [sys.executable, "-I", "-m", "smartrules", "list"]]
    for call in calls:
        done = run(*call)
        said = done.stdout + done.stderr
        assert done.returncode == 2, f"exit code {done.returncode}, not 2:\n{said}"
        assert "Traceback" not in said, f"a traceback:\n{said}"
        assert "pip install 'smartrules[cli]'" in said, f"it does not say what to install:\n{said}"
        assert len(said.strip().splitlines()) == 1, f"more than one sentence:\n{said}"


def the_import_without_its_extra_says_what_to_install() -> None:
    done = run(sys.executable, "-I", "-c", "import smartrules.live")
    assert done.returncode == 1, f"exit code {done.returncode}, not 1:\n{done.stderr}"
    said = done.stderr.partition("smartrules.diagnostics.MissingExtraError: ")[2]
    assert said.startswith("error[SR604]: communities are watched with the package `durable_rules`"), done.stderr
    assert "pip install 'smartrules[live]'" in said, done.stderr
    assert "another exception" not in done.stderr, done.stderr


def the_cli_extra_installs_without_a_compiler() -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    done = run(*pip, f"{WHEEL}[cli]")
    assert done.returncode == 0, f"it does not install:\n{done.stdout}{done.stderr}"


def the_command_lists_the_packaged_rulesets() -> None:
    done = run(COMMAND, "list")
    assert done.returncode == 0, f"exit code {done.returncode}, not 0:\n{done.stdout}{done.stderr}"
    for name in RULESETS:
        assert name in done.stdout, f"{name} is not in the list:\n{done.stdout}"


def the_command_assesses_the_packaged_example() -> None:
    done = run(COMMAND, "assess", EXAMPLE)
    assert done.returncode == 3, f"exit code {done.returncode}, not 3:\n{done.stdout}{done.stderr}"
    assert done.stdout.strip(), "it prints nothing"


def the_command_prints_the_schemas_of_the_wheel() -> None:
    for schema in sorted(PACKAGE.glob("rulesets/schemas/*.schema.json")):
        done = run(COMMAND, "schema", schema.name.partition(".")[0])
        assert done.returncode == 0, f"exit code {done.returncode}, not 0:\n{done.stdout}{done.stderr}"
        assert done.stdout == schema.read_text(encoding="utf-8"), f"it is not what {schema} holds"


def the_command_answers_beyond_yes_and_no() -> None:
    name = "shandong-smart-community@2022"
    calls: dict[tuple[str | Path, ...], tuple[int, str]] = {
        ("audit", EXAMPLE): (1, "SR911"),
        ("gap", EXAMPLE, "--lang", "en"): (3, "must first be known"),
        ("questions", EXAMPLE, "--lang", "en"): (3, "highrise_buildings"),
        ("diff", name, "example-city-smart-community@2023", "--lang", "en"): (1, "stricter at Basic"),
    }
    for call, (code, says) in calls.items():
        done = run(COMMAND, *call)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"`{call[0]}`: exit code {done.returncode}, not {code}:\n{said}"
        assert says in said, f"`{says}` is not in it:\n{said}"


def the_verify_extra_proves_a_packaged_ruleset() -> None:
    call = COMMAND, "verify", "gigabit-city@2022", "--lang", "en"
    done = run(*call)
    assert done.returncode == 2, f"exit code {done.returncode}, not 2:\n{done.stdout}{done.stderr}"
    assert "pip install 'smartrules[verify]'" in done.stderr, done.stderr
    done = run(sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", f"{WHEEL}[verify]")
    assert done.returncode == 0, f"it does not install:\n{done.stdout}{done.stderr}"
    done = run(*call)
    assert done.returncode == 0, f"exit code {done.returncode}, not 0:\n{done.stdout}{done.stderr}"
    assert "every tier can be reached" in done.stdout, done.stdout


def the_reports_extra_writes_the_documents() -> None:
    with tempfile.TemporaryDirectory() as folder:
        calls: dict[str, tuple[tuple[str | Path, ...], int]] = {
            "form.xlsx": (("template", "shandong-smart-community@2022", "--facts", EXAMPLE), 0),
            "acceptance.docx": (("report", EXAMPLE, "--kind", "acceptance"), 3),
            "acceptance.md": (("report", EXAMPLE, "--kind", "acceptance"), 3),
            "notice.docx": (("report", EXAMPLE, "--kind", "notice", "--contact", "县大数据局"), 3),
            "notice.html": (("report", EXAMPLE, "--kind", "notice", "--contact", "县大数据局"), 3),
            "dossier.html": (("report", EXAMPLE, "--kind", "dossier"), 3),
        }
        for name, (call, _) in calls.items():
            done = run(COMMAND, *call, "-o", name, folder=folder)
            assert done.returncode == 2, f"{name}: exit code {done.returncode}, not 2:\n{done.stdout}{done.stderr}"
            assert "pip install 'smartrules[reports]'" in done.stderr, f"{name}: {done.stderr}"
            assert not [*Path(folder).iterdir()], f"{name}: something was written"
        done = run(sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", f"{WHEEL}[reports]")
        assert done.returncode == 0, f"it does not install:\n{done.stdout}{done.stderr}"
        for name, (call, code) in calls.items():
            done = run(COMMAND, *call, "-o", name, folder=folder)
            assert done.returncode == code, (
                f"{name}: exit code {done.returncode}, not {code}:\n{done.stdout}{done.stderr}"
            )
            assert Path(folder, name).stat().st_size > 1000, f"{name}: nothing is in it"
        assessed = run(COMMAND, "assess", EXAMPLE, "--lang", "zh").stdout
        gathered = run(COMMAND, "assess", "form.xlsx", "--lang", "zh", folder=folder)
        assert gathered.returncode == 3, f"exit code {gathered.returncode}, not 3:\n{gathered.stderr}"
        assert gathered.stdout == assessed, f"the form of Qili is assessed otherwise:\n{gathered.stdout}"


def the_testing_extra_brings_the_pytest_plugin() -> None:
    done = run(sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", f"{WHEEL}[testing]")
    assert done.returncode == 0, f"it does not install:\n{done.stdout}{done.stderr}"
    document = PACKAGE / "rulesets" / "gigabit-city" / "2022" / "ruleset.yaml"
    case = "cases: [{name: 正好25%%, facts: {broadband_users: 4, users_500m: 1}, expect: {indicators: {certified: {fast_users: %s}}}}]"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(document, folder)
        Path(folder, "cases").mkdir()
        for outcome, code, says in (("met", 0, "1 passed"), ("not_met", 1, "certified.fast_users  not_met   met\n")):
            Path(folder, "cases", "users.yaml").write_text(case % outcome, encoding="utf-8")
            done = run(COMMAND.with_name("pytest"), "-q", "--smartrules-cover", folder=folder)
            said = done.stdout + done.stderr
            assert done.returncode == code, f"exit code {done.returncode}, not {code}:\n{said}"
            assert says in said, f"`{says}` is not in it:\n{said}"
            assert "gigabit-city@2022: 1 of " in said, f"no boundary coverage:\n{said}"
            assert "warning" not in said, f"a warning:\n{said}"


def the_live_extra_watches_a_community() -> None:
    done = run(sys.executable, "-m", "pip", "install", "--quiet", f"{WHEEL}[live]")
    assert done.returncode == 0, f"it does not install:\n{done.stdout}{done.stderr}"
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder, "events.jsonl")
        events.write_text(
            '{"community": "qili", "assert": {"households": 10, "gigabit_households": 7}}\n', encoding="utf-8"
        )
        for store in ([], ["--store", str(Path(folder, "store.sqlite"))]):
            done = run(COMMAND, "watch", "shandong-smart-community@2022", events, *store)
            assert done.returncode == 0, f"exit code {done.returncode}, not 0:\n{done.stdout}{done.stderr}"
            change = json.loads(done.stdout)
            assert (change["indicator"], change["after"]) == ("wired_broadband", "met"), done.stdout


# The order matters: what follows the installation of the extra needs it.
CHECKS = [
    the_package_is_the_installed_one,
    the_environment_holds_no_extra,
    the_types_are_declared,
    every_ruleset_carries_its_compiled_tree,
    every_packaged_document_names_a_schema_that_is_there,
    the_import_is_light,
    every_packaged_ruleset_loads_compiled,
    the_packaged_example_is_undetermined,
    the_command_without_its_extra_says_what_to_install,
    the_import_without_its_extra_says_what_to_install,
    the_cli_extra_installs_without_a_compiler,
    the_command_lists_the_packaged_rulesets,
    the_command_assesses_the_packaged_example,
    the_command_prints_the_schemas_of_the_wheel,
    the_command_answers_beyond_yes_and_no,
    the_verify_extra_proves_a_packaged_ruleset,
    the_reports_extra_writes_the_documents,
    the_testing_extra_brings_the_pytest_plugin,
    the_live_extra_watches_a_community,
]


def main() -> int:
    failed = 0
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check()
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {name}: {error}")
        except Exception:
            failed += 1
            print(f"FAILED  {name}:\n{traceback.format_exc()}")
        else:
            print(f"ok      {name}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
