"""What the project's own files promise each other."""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from smartrules import catalog

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]


def test_extras_are_all_there():
    assert set(EXTRAS) == {"frames", "live", "testing", "verify", "reports", "cli", "all", "dev"}


def test_extra_all_names_every_extra_of_a_user():
    (everything,) = EXTRAS["all"]
    named = re.fullmatch(r"smartrules\[(.+)\]", everything).group(1).split(",")
    assert sorted(named) == sorted(set(EXTRAS) - {"all", "dev"})


def test_every_module_has_its_floor():
    package = ROOT / "src" / "smartrules"
    files = {path.stem for path in package.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    (house,) = (c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    # A floor may hold several modules, and a module in parentheses need not be there.
    floors = [name for floor in house["layers"] for name in re.findall(r"\w+", floor)]
    assert len(floors) == len(set(floors))
    assert files | packages <= set(floors)


def test_no_file_names_the_place_of_this_checkout():
    places = {f"{place}/" for place in (ROOT, ROOT.parent)} - {"//", f"{tempfile.gettempdir()}/"}
    # Only where such a path begins: a part of a longer path may well have the name of the folder above this checkout.
    absolute = re.compile("|".join(rf"(?<![\w.-]){re.escape(place)}" for place in places).encode(), re.ASCII)
    files = _project_files()
    assert ROOT / "pyproject.toml" in files
    assert [str(file.relative_to(ROOT)) for file in files if absolute.search(file.read_bytes())] == []


def test_gate_is_executable():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_changelog_fragments_are_named_by_their_rule():
    name = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|deprecated|removed|fixed|security)\.md")
    fragments = {path.name for path in (ROOT / "changelog.d").iterdir()} - {"README.md"}
    assert [fragment for fragment in sorted(fragments) if not name.fullmatch(fragment)] == []


def test_build_compiles_each_ruleset_with_what_it_extends(tmp_path, monkeypatch):
    """The build hook runs as hatchling calls it; what is built is looked at in `.ci/wheel_checks.py`."""
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = object
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    for name, text in (
        ("first", "tiers: {basic: }\nfacts: {a: {kind: flag}}\nindicators: {it: {require: {basic: a}}}\n"),
        ("second", "extends: first@1\n"),
    ):
        document = tmp_path / "rulesets" / name / "1" / "ruleset.yaml"
        document.parent.mkdir(parents=True)
        document.write_text(f"standard: {name}\nedition: '1'\n{text}", encoding="utf-8")
    monkeypatch.setattr(catalog, "packaged_folder", lambda: tmp_path / "rulesets")
    spec = spec_from_file_location("compile_rulesets", ROOT / ".ci" / "compile_rulesets.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.CustomBuildHook()
    hook.root = str(tmp_path)
    build_data = {"force_include": {}}
    hook.initialize("standard", build_data)
    included = {target: Path(source) for source, target in build_data["force_include"].items()}
    compiled = {target: source for target, source in included.items() if target.endswith(".json")}
    assert sorted(compiled) == [f"smartrules/rulesets/{name}/1/ruleset.compiled.json" for name in ("first", "second")]
    forms = {target.split("/")[2]: json.loads(path.read_text("utf-8")) for target, path in compiled.items()}
    assert list(forms["second"]["bases"]) == ["first@1"]
    assert forms["second"]["bases"]["first@1"] == forms["first"]["document"]
    hook.finalize("standard", build_data, "")
    assert not any(path.exists() for path in compiled.values())


def _project_files() -> list[Path]:
    """Return the files that git holds or would hold; of an unpacked source archive, all files that are not hidden."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not any(p.startswith(".") for p in path.relative_to(ROOT).parts)]
    return [path for path in files if path.is_file()]
