"""A folder of documents is there as a whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smartrules.authoring.folder import write_folder
from smartrules.diagnostics import SmartrulesError

DOCUMENTS = {"ruleset.yaml": "a: 绿\n", "cases/cases.yaml": "b: 1\n", "examples/example.yaml": "c: 1\n"}


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refusal(folder: Path) -> str:
    with pytest.raises(SmartrulesError) as caught:
        write_folder(folder, DOCUMENTS)
    return str(caught.value)


def test_every_document_is_written_in_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "rulesets" / "绿色" / "2024"
    write_folder(folder, DOCUMENTS)
    assert {name: (folder / name).read_bytes() for name in DOCUMENTS} == {k: v.encode() for k, v in DOCUMENTS.items()}
    assert everything(tmp_path / "rulesets" / "绿色") == [
        "2024",
        "2024/cases",
        "2024/cases/cases.yaml",
        "2024/examples",
        "2024/examples/example.yaml",
        "2024/ruleset.yaml",
    ]


def test_a_folder_has_the_rights_of_any_other(tmp_path: Path) -> None:
    write_folder(tmp_path / "x" / "1", DOCUMENTS)
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "x" / "1").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("kind", ["folder", "file", "link to nothing"])
def test_what_is_there_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("x/1")
    folder.parent.mkdir()
    match kind:
        case "folder":
            folder.mkdir()
        case "file":
            folder.write_text("mine", "utf-8")
        case _:
            folder.symlink_to("nothing")
    assert refusal(folder) == (
        "error[SR615]: `x/1` is there already\n"
        "help: nothing is overwritten: choose another edition or folder, or change what is there"
    )
    assert everything(tmp_path) == ["x", "x/1"]
    assert kind != "file" or folder.read_text("utf-8") == "mine"


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x").write_text("mine", "utf-8")
    assert refusal(Path("x/y/1")) == (
        "error[SR606]: `x/y/1` cannot be written: not a directory\nhelp: check the path and its rights; nothing is written"
    )
    assert everything(tmp_path) == ["x"]


def test_a_name_that_no_file_can_have_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(Path("a\0b/1")).startswith("error[SR606]: `a\ufffdb/1` cannot be written: ")
    assert refusal(Path("绿" * 100) / "1").endswith("help: check the path and its rights; nothing is written")
    assert everything(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("there", ["", "rulesets", "rulesets/x"])
def test_a_failure_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, there: str
) -> None:
    (tmp_path / there).mkdir(parents=True, exist_ok=True)
    before = everything(tmp_path)
    written: list[str] = []
    write = Path.write_bytes

    def fail_at_the_second(path: Path, content: bytes) -> int:
        if written:
            raise error
        written.append(path.name)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail_at_the_second)
    with pytest.raises(SmartrulesError if isinstance(error, OSError) else KeyboardInterrupt):
        write_folder(tmp_path / "rulesets" / "x" / "1", DOCUMENTS)
    assert written == ["ruleset.yaml"]
    assert everything(tmp_path) == before


def test_nobody_sees_a_ruleset_that_is_not_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[Path]] = []
    replace = Path.replace

    def look(path: Path, target: str | os.PathLike[str]) -> Path:
        seen.append(list(tmp_path.glob("*/*/ruleset.yaml")))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", look)
    write_folder(tmp_path / "x" / "1", DOCUMENTS)
    assert seen == [[]]
    assert list(tmp_path.glob("*/*/ruleset.yaml")) == [tmp_path / "x" / "1" / "ruleset.yaml"]
