"""A catalog with something wrong in it: a document that cannot be read, a folder or a plug-in that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.cli import run
from tests.test_placing import document, write

SEED = "shandong-smart-community@2022"
PACKAGED = [entry.name for entry in catalog.entries() if entry.origin == "packaged"]
BROKEN = document("green@2024", "from: 2024-01-01", "绿字1号").replace("tiers:", "tires:")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of the catalog with a broken document in it."""
    folder = tmp_path / "own"
    write(folder, "broken@1", "standard: broken\nedition: '1'\nindicators: {}\n")
    monkeypatch.setenv("SMARTRULES_PATH", str(folder))
    return folder


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


# --- documents that cannot be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"\xff\xfe\0", b"standard: [\n", b"standard: broken\n"])
@pytest.mark.parametrize("name", ["鲁数发〔2022〕16号", "shandong-smart-community", SEED])
def test_a_broken_document_takes_no_other_ruleset_away(own: Path, name: str, content: bytes) -> None:
    (own / "broken" / "1" / "ruleset.yaml").write_bytes(content)
    assert sr.load(name).name == SEED


def test_a_document_that_is_a_folder_or_may_not_be_read_takes_none_away(own: Path) -> None:
    (own / "folder" / "1" / "ruleset.yaml").mkdir(parents=True)
    (own / "nowhere" / "1").mkdir(parents=True)
    (own / "nowhere" / "1" / "ruleset.yaml").symlink_to(own / "gone.yaml")
    (own / "itself" / "1").mkdir(parents=True)
    (own / "itself" / "1" / "ruleset.yaml").symlink_to(own / "itself" / "1" / "ruleset.yaml")
    assert sr.load("鲁数发〔2022〕16号").name == SEED
    assert run(["list"]) == 1


def test_an_edition_that_cannot_be_read_is_passed_over_with_a_warning(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(own, "green@2020", document("green@2020", "from: 2020-01-01", "绿字1号"))
    path = write(own, "green@2024", BROKEN)
    expected = (
        "warning[SR610]: `green@2024` is passed over, because it cannot be read: a ruleset has no key `tires`\n"
        f" --> {path}:5:1\n  |\n5 | tires: {{basic: }}\n  | ^^^^^\nhelp: did you mean `tiers`?"
    )
    for name in ("green", "绿字1号"):
        with pytest.warns(sr.RulesetWarning) as caught:
            assert sr.load(name, on=date(2025, 1, 1)).name == "green@2020"
        (only,) = caught
        assert isinstance(only.message, sr.RulesetWarning)
        assert str(only.message) == only.message.diagnostic.render() == expected
    code, out, err = printed(capsys, "show", "green", "--lang", "en")
    assert (code, out.splitlines()[0], err) == (0, "green@2020: green", expected + "\n")
    assert sr.load("green@2020").name == "green@2020"  # who names an edition is told of that one alone


def test_a_broken_edition_that_is_named_shows_all_its_faults(own: Path) -> None:
    write(own, "green@2024", BROKEN.replace("kind: flag", "kind: flagg"))
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("green@2024")
    assert [d.code for d in caught.value.diagnostics] == ["SR109", "SR111"]


def test_what_is_not_found_names_the_documents_that_could_not_be_read(own: Path) -> None:
    path = own / "broken" / "1" / "ruleset.yaml"
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("绿字1号")
    assert str(caught.value) == (
        "error[SR601]: the catalog has no ruleset `绿字1号`\n"
        "help: `smartrules list` shows the catalog; a document is named by its path\n\n"
        "error[SR610]: `broken@1` cannot be read: the ruleset has no `tiers`\n"
        f"  --> {path}\n"
        f"help: `smartrules check {path}` shows the other 2 faults too"
    )


def test_a_standard_of_which_no_edition_can_be_read_is_said_to_be_one(own: Path) -> None:
    path = write(own, "green@2024", BROKEN)
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("green")
    assert str(caught.value) == (
        "error[SR601]: the catalog has no edition of `green` that can be read\n"
        "help: it has `2024`: correct them\n\n"
        "error[SR610]: `green@2024` cannot be read: a ruleset has no key `tires`\n"
        f" --> {path}:5:1\n  |\n5 | tires: {{basic: }}\n  | ^^^^^\nhelp: did you mean `tiers`?"
    )


def test_where_none_is_in_force_the_one_that_cannot_be_read_may_be(own: Path) -> None:
    write(own, "green@2020", document("green@2020", "from: 2020-01-01, until: 2020-12-31"))
    write(own, "green@2024", BROKEN)
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("green", on=date(2025, 1, 1))
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR602", "no edition of `green` is in force on 2025-01-01"),
        ("SR610", "`green@2024` cannot be read: a ruleset has no key `tires`"),
    ]


def test_of_many_documents_that_cannot_be_read_only_some_are_shown(own: Path) -> None:
    for number in range(20):
        write(own, f"broken@{number}", "- 1\n")
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("绿字1号")
    assert len(caught.value.diagnostics) == 7
    assert caught.value.diagnostics[-1].message == "15 more cannot be read"


def test_the_list_shows_what_cannot_be_read_beside_the_rest(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    path = write(own, "green@2024", BROKEN)
    other = own / "broken" / "1" / "ruleset.yaml"
    code, out, err = printed(capsys, "list")
    rows = [row.split("  ")[:2] for row in out.splitlines() if "@" in row]
    assert (code, [name for name, *_ in rows]) == (1, sorted(["broken@1", "green@2024", *PACKAGED]))
    assert [row.split()[1:] for row in out.splitlines() if row.startswith(("broken", "green"))] == [
        ["cannot", "be", "read"],
        ["cannot", "be", "read"],
    ]
    assert err == (
        "error[SR610]: `broken@1` cannot be read: the ruleset has no `tiers`\n"
        f"  --> {other}\n"
        f"help: `smartrules check {other}` shows the other 2 faults too\n"
        "error[SR610]: `green@2024` cannot be read: a ruleset has no key `tires`\n"
        f" --> {path}:5:1\n  |\n5 | tires: {{basic: }}\n  | ^^^^^\nhelp: did you mean `tiers`?\n"
    )


# --- folders that are not there ------------------------------------------------------------------------------------


def test_a_folder_of_the_path_that_is_not_there_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent, file = tmp_path / "absent", tmp_path / "file.txt"
    file.touch()
    monkeypatch.setenv("SMARTRULES_PATH", os.pathsep.join([str(absent), str(file), str(absent), ""]))
    sentences = [
        f"`{absent}`, a folder of SMARTRULES_PATH, is not there",
        f"`{file}`, a folder of SMARTRULES_PATH, is no folder",
    ]
    code, out, err = printed(capsys, "list")
    assert (code, SEED in out) == (1, True)
    assert err == "".join(f"warning[SR611]: {one}\nhelp: correct SMARTRULES_PATH\n" for one in sentences)
    assert sr.load("鲁数发〔2022〕16号").name == SEED
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("green@2024")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR601", "the catalog has no ruleset `green@2024`"),
        *(("SR611", sentence) for sentence in sentences),
    ]


# --- plug-ins ------------------------------------------------------------------------------------------------------


def wheel(folder: Path, package: str, point: str, rulesets: dict[str, str], code: str = "") -> Path:
    """Build the wheel of a plug-in, as a build tool lays it out."""
    path = folder / f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    files = {
        f"{package}/__init__.py": code,
        **{f"{package}/standards/{name.replace('@', '/')}/ruleset.yaml": text for name, text in rulesets.items()},
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[smartrules.rulesets]\n{point}\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(name, text)
    return path


def install(wheels: list[Path], site: Path) -> None:
    """Install wheels into a folder with pip, offline."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(site)]
    subprocess.run([*command, *map(str, wheels)], check=True, capture_output=True)


def catalog_of(site: Path) -> dict[str, object]:
    """Return what a fresh interpreter finds where plug-ins are installed in a folder."""
    script = (
        "import json, sys, smartrules as sr\n"
        "from smartrules import catalog\n"
        "names = {e.name: e.origin for e in catalog.entries()}\n"
        "missing = [d.message for d in catalog.missing_folders()]\n"
        "loaded = [sr.load(name).name for name in names]\n"
        "print(json.dumps([names, missing, loaded, sorted(m for m in sys.modules if m.endswith('_rules'))]))"
    )
    path = os.pathsep.join([str(site), str(Path(sr.__file__).parents[1])])
    environment = {name: value for name, value in os.environ.items() if name != "SMARTRULES_PATH"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env=environment | {"PYTHONPATH": path, "PYTHONUTF8": "1"},
    )
    names, missing, loaded, imported = json.loads(done.stdout)
    return {"names": names, "missing": missing, "loaded": loaded, "imported": imported}


def test_plug_ins_that_are_installed_as_wheels_bring_their_rulesets(tmp_path: Path) -> None:
    raising = "raise RuntimeError('a catalog runs no code of a plug-in')\n"
    supplement = f"standard: city\nedition: '1'\nextends: {SEED}\n"
    wheels = [
        wheel(tmp_path, "city_rules", "city = city_rules.standards", {"city@1": supplement}, raising),
        wheel(tmp_path, "green_rules", "green = green_rules.standards", {"green@2024": document("green@2024")}),
        wheel(tmp_path, "empty_rules", "empty = empty_rules.standards", {}),
    ]
    site = tmp_path / "site"
    install(wheels, site)
    assert catalog_of(site) == {
        "names": {"city@1": "plug-in city", "green@2024": "plug-in green", **dict.fromkeys(PACKAGED, "packaged")},
        "missing": [f"`{site / 'empty_rules' / 'standards'}`, a folder of plug-in empty, is not there"],
        "loaded": sorted(["city@1", "green@2024", *PACKAGED]),
        "imported": [],
    }


@pytest.mark.parametrize(
    ("point", "package"),
    [
        ("gone = gone_rules.standards", "gone_rules.standards"),
        ("gone = gone_rules", "gone_rules"),
        ("gone = gone_rules.standards:folder", "gone_rules.standards"),
        ("gone = sys", "sys"),
        ("gone = json.decoder", None),  # a module and no package: its folder is not there
        ("gone = __main__", "__main__"),
        ("gone = not a module", "not a module"),
        ("gone =", ""),
        ("gone = .relative", ".relative"),
        ("gone = 。", "。"),
    ],
)
def test_a_plug_in_that_is_broken_takes_no_ruleset_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], point: str, package: str | None
) -> None:
    info = tmp_path / "gone_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gone-rules\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[smartrules.rulesets]\n{point}\n", "utf-8")
    monkeypatch.delenv("SMARTRULES_PATH", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [entry.name for entry in catalog.entries()] == PACKAGED
    assert sr.load("鲁数发〔2022〕16号").name == SEED
    (missing,) = catalog.missing_folders()
    assert missing.code == "SR611"
    if package is not None:
        assert missing.render() == (
            f"warning[SR611]: the plug-in `gone` names the package `{package}`, which is not there\n"
            "help: install the plug-in again, or uninstall it"
        )
    code, out, err = printed(capsys, "list")
    assert (code, SEED in out, err) == (1, True, missing.render() + "\n")


@pytest.mark.parametrize(
    "content", [None, "", "no section\n[smartrules.rulesets\n", "[smartrules.rulesets]\nno value\n"]
)
def test_an_installed_package_without_its_metadata_takes_no_ruleset_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    info = tmp_path / "gone_rules-1.0.dist-info"
    info.mkdir()
    if content is not None:
        (info / "entry_points.txt").write_text(content, "utf-8")
    monkeypatch.delenv("SMARTRULES_PATH", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [entry.name for entry in catalog.entries()] == PACKAGED


def test_a_finder_that_fails_takes_no_ruleset_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        @staticmethod
        def find_spec(name: str, *rest: object) -> None:
            if name == "odd_rules":
                raise OSError("the drive is gone")

    info = tmp_path / "odd_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-rules\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[smartrules.rulesets]\nodd = odd_rules\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [Failing(), *sys.meta_path])
    assert SEED in [entry.name for entry in catalog.entries()]
    assert [d.code for d in catalog.missing_folders()] == ["SR611"]
