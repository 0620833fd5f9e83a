"""What the project's own files promise each other."""

import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

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


def _project_files() -> list[Path]:
    """Return the files that git holds or would hold; of an unpacked source archive, all files that are not hidden."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not any(p.startswith(".") for p in path.relative_to(ROOT).parts)]
    return [path for path in files if path.is_file()]
