"""``smartrules fmt``: what it writes and prints, its exit codes, and that nothing is lost where something goes wrong."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

from smartrules.cli import run
from smartrules.documents import layout

UNTIDY = "facts:\n    a:   1   # one\n    b: 'x'\n"
TIDY = "facts:\n  a: 1  # one\n  b: x\n"
BAD = "facts: {a: 1\n"
BAD_MESSAGE = """\
error[SR101]: this `{{` is not closed
 --> {name}:1:8
  |
1 | facts: {{a: 1
  |        ^
help: close it with `}}`
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def printed(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_documents_are_laid_out_where_they_stand(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    untidy, tidy = write("untidy.yaml", UNTIDY), write("tidy.yaml", TIDY)
    before = tidy.stat()
    assert printed(capfdbinary, "fmt", "untidy.yaml", "tidy.yaml") == (
        0,
        "untidy.yaml: laid out\n1 laid out, 1 as it was\n",
        "",
    )
    assert untidy.read_bytes() == tidy.read_bytes() == TIDY.encode()
    assert (tidy.stat().st_ino, tidy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns), "it is not written"
    assert printed(capfdbinary, "fmt", "untidy.yaml", "tidy.yaml") == (0, "0 laid out, 2 as they were\n", "")
    assert sorted(path.name for path in Path().iterdir()) == ["tidy.yaml", "untidy.yaml"]


def test_check_lists_what_would_change_and_writes_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    untidy = write("untidy.yaml", UNTIDY)
    write("tidy.yaml", TIDY)
    assert printed(capfdbinary, "fmt", "--check", "tidy.yaml", "untidy.yaml") == (1, "untidy.yaml\n", "")
    assert untidy.read_text() == UNTIDY
    assert printed(capfdbinary, "fmt", "--check", "tidy.yaml") == (0, "", "")


def test_diff_shows_what_would_change_and_writes_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    untidy = write("untidy.yaml", UNTIDY + "on: 2024-05-20")
    assert printed(capfdbinary, "fmt", "--diff", "untidy.yaml") == (
        1,
        dedent("""\
            --- untidy.yaml
            +++ untidy.yaml
            @@ -1,4 +1,4 @@
             facts:
            -    a:   1   # one
            -    b: 'x'
            -on: 2024-05-20
            \\ No newline at end of file
            +  a: 1  # one
            +  b: x
            +on: 2024-05-20
            """),
        "",
    )
    assert untidy.read_text() == UNTIDY + "on: 2024-05-20"
    code, out, _ = printed(capfdbinary, "fmt", "--diff", "--check", "untidy.yaml")
    assert code == 1
    assert out.endswith("+on: 2024-05-20\nuntidy.yaml\n")
    write("untidy.yaml", TIDY)
    assert printed(capfdbinary, "fmt", "--diff", "untidy.yaml") == (0, "", "")


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies it")
def test_a_diff_can_be_applied(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("untidy.yaml", UNTIDY.replace("x", "绿地\u2028") + "on:   2024-05-20")
    _, out, _ = printed(capfdbinary, "fmt", "--diff", "untidy.yaml")
    write("changes.diff", out)
    subprocess.run(["git", "apply", "-p0", "changes.diff"], check=True)
    assert printed(capfdbinary, "fmt", "--check", "untidy.yaml") == (0, "", "")


def test_standard_input_is_printed(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    given(UNTIDY.replace("x", "绿地"))
    assert printed(capfdbinary, "fmt", "-") == (0, TIDY.replace("x", "绿地"), "")
    given(TIDY)
    assert printed(capfdbinary, "fmt", "-") == (0, TIDY, "")
    given(UNTIDY)
    assert printed(capfdbinary, "fmt", "-", "--check") == (1, "-\n", "")
    given("facts:  1\n")
    shown = "--- -\n+++ -\n@@ -1 +1 @@\n-facts:  1\n+facts: 1\n"
    assert printed(capfdbinary, "fmt", "-", "--diff") == (1, shown, "")
    given(BAD)
    assert printed(capfdbinary, "fmt", "-") == (2, "", BAD_MESSAGE.format(name="<standard input>"))


def test_standard_input_is_utf_8_whatever_the_locale_is() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smartrules", "fmt", "-"],
        input="facts:   绿地\n".encode(),
        capture_output=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        timeout=120,
        check=True,
    )
    assert done.stdout == "facts: 绿地\n".encode()


def test_standard_input_stands_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("untidy.yaml", UNTIDY)
    code, out, err = printed(capfdbinary, "fmt", "-", "untidy.yaml")
    assert (code, out) == (2, "")
    assert "`-` stands alone: standard input is one document" in err
    assert Path("untidy.yaml").read_text() == UNTIDY


def test_of_a_folder_all_documents_are_laid_out_but_no_hidden_one(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    names = ["d/a.yaml", "d/deep/er/b.yaml", "d/.hidden/c.yaml", "d/.d.yaml", "d/e.yml", "d/f.txt"]
    paths = [write(name, UNTIDY) for name in names]
    assert printed(capfdbinary, "fmt", "d") == (
        0,
        "d/a.yaml: laid out\nd/deep/er/b.yaml: laid out\n2 laid out, 0 as they were\n",
        "",
    )
    assert [path.read_text() for path in paths] == [TIDY, TIDY, UNTIDY, UNTIDY, UNTIDY, UNTIDY]
    assert printed(capfdbinary, "fmt", ".", "d/e.yml")[1] == "d/e.yml: laid out\n1 laid out, 2 as they were\n"


def test_a_folder_without_a_document_is_a_wrong_call(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("empty").mkdir()
    assert printed(capfdbinary, "fmt", "empty", "--check") == (
        2,
        "",
        "error[SR114]: there is no document in `empty`\nhelp: its name must end in `.yaml`\n",
    )


@pytest.mark.parametrize("option", [None, "--check", "--diff"])
def test_a_malformed_document_is_reported_and_the_others_are_laid_out(
    capfdbinary: pytest.CaptureFixture[bytes], option: str | None
) -> None:
    bad = write("bad.yaml", BAD)
    write("untidy.yaml", UNTIDY)
    arguments = [] if option is None else [option]
    code, out, err = printed(capfdbinary, "fmt", "bad.yaml", "missing.yaml", "untidy.yaml", *arguments)
    assert code == 2
    assert "untidy.yaml" in out
    assert err == BAD_MESSAGE.format(name="bad.yaml") + (
        "error[SR114]: there is no such file\n  --> missing.yaml\nhelp: check the path\n"
    )
    assert bad.read_text() == BAD


def test_the_mode_of_a_file_and_a_link_to_it_stay(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    real = write("real/document.yaml", UNTIDY)
    real.chmod(0o640)
    link = Path("link.yaml")
    link.symlink_to(real)
    assert printed(capfdbinary, "fmt", "link.yaml")[0] == 0
    assert link.is_symlink()
    assert real.read_text() == TIDY
    assert real.stat().st_mode & 0o7777 == 0o640


def refused(name: str, reason: str) -> str:
    message = f"error[SR606]: the file cannot be written: {reason}\n  --> {name}\n"
    return message + "help: check its rights and those of its folder\n"


def test_a_file_that_may_only_be_read_is_not_written(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    untidy = write("untidy.yaml", UNTIDY)
    write("other.yaml", UNTIDY)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "untidy.yaml")  # root may write all
    assert printed(capfdbinary, "fmt", "untidy.yaml", "other.yaml") == (
        2,
        "other.yaml: laid out\n1 laid out, 0 as they were\n",
        refused("untidy.yaml", "it may only be read"),
    )
    assert untidy.read_text() == UNTIDY
    assert printed(capfdbinary, "fmt", "--check", "untidy.yaml") == (1, "untidy.yaml\n", "")


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_where_writing_fails_the_document_is_as_it_was(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    untidy = write("untidy.yaml", UNTIDY)
    monkeypatch.setattr(Path, step, fail)
    assert printed(capfdbinary, "fmt", "untidy.yaml") == (
        2,
        "0 laid out, 0 as they were\n",
        refused("untidy.yaml", "no space left on device"),
    )
    assert untidy.read_text() == UNTIDY
    assert [path.name for path in Path().iterdir()] == ["untidy.yaml"], "nothing is left beside it"


def test_a_document_that_would_say_something_else_is_not_written(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "quoted", lambda text: '"another"')
    untidy = write("untidy.yaml", "facts:   {a: '70'}\n")
    assert printed(capfdbinary, "fmt", "untidy.yaml") == (
        2,
        "0 laid out, 0 as they were\n",
        dedent("""\
            error[SR609]: laid out, the document would say something else here, so it stays as it is
             --> untidy.yaml:1:14
              |
            1 | facts:   {a: '70'}
              |              ^^^^
            help: this is a mistake of smartrules: please report it with these lines
            """),
    )
    assert untidy.read_text() == "facts:   {a: '70'}\n"


def test_the_help_says_what_changes_and_what_does_not(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = printed(capfdbinary, "fmt", "--help")
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    for sentence in (
        "Comments, lines, the order of keys, names and units stay as you wrote them",
        "A document with faults in its YAML or its expressions is not touched; all of them are reported.",
        "Write nothing: list the documents that would change; exit code 1 if any.",
        "Write nothing: print what would change, line by line; exit code 1 if any.",
        "smartrules fmt --diff ruleset.yaml",
    ):
        assert sentence in said
