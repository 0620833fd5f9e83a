"""The command `new`: by its options, by its questions on a terminal, and that it leaves nothing behind where it ends early."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from smartrules import catalog
from smartrules.cli import run
from smartrules.standard import Source, Title
from tests.authoring.checked import checked

YEAR = date.today().year


@pytest.fixture(autouse=True)
def _english_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["new", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- by options ----------------------------------------------------------------------------------------------------


def test_all_that_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = printed(capsys, "green", "--edition", "2024", "--folder", "mine")
    assert (code, err) == (0, "")
    assert out == (
        "written:\n"
        "  mine/green/2024/ruleset.yaml\n"
        "  mine/green/2024/cases/cases.yaml\n"
        "  mine/green/2024/examples/example.yaml\n"
        "next, change the examples into what the standard says, and check each change:\n"
        "  smartrules check mine/green/2024/ruleset.yaml\n"
        "  smartrules test --cover mine/green/2024/ruleset.yaml\n"
        "  smartrules show mine/green/2024/ruleset.yaml\n"
        "  smartrules assess mine/green/2024/examples/example.yaml -r mine/green/2024/ruleset.yaml\n"
        f"with SMARTRULES_PATH={tmp_path}/mine in the environment every command finds it by its name, green@2024\n"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_command_that_is_printed_works(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    code, out, _ = printed(capsys, "绿色 社区".replace(" ", "-"), "--folder", "my rulesets", "--lang", lang)
    assert code == 0
    commands = [line.strip() for line in out.splitlines() if line.startswith("  smartrules ")]
    assert [command.split()[1] for command in commands] == ["check", "test", "show", "assess"]
    for command in commands:
        done = subprocess.run(
            command.replace("smartrules", f"{sys.executable} -m smartrules", 1),
            shell=True,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), command


def test_every_option_is_in_what_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = printed(
        capsys,
        "green-community",
        *("--edition", "2024b"),
        *("--title-zh", "绿色社区: “示例”"),
        *("--title-en", "Green, # and 'quiet'"),
        *("--tier", "low", "--tier", "high"),
        *("--source", "绿社〔2024〕1号"),
        *("--alias", "绿社", "--alias", "G: 1"),
        *("--from-date", "2024-03-01"),
        *("--lang", "zh"),
    )
    assert (code, err) == (0, "")
    edition = checked(tmp_path / "rulesets" / "green-community" / "2024b").edition
    assert edition.name == "green-community@2024b"
    assert edition.standard.title == Title("绿色社区: “示例”", "Green, # and 'quiet'")
    assert edition.standard.aliases == ("绿社", "G: 1")
    assert [tier.id for tier in edition.tiers] == ["low", "high"]
    assert (edition.source, edition.effective_from) == (Source("绿社〔2024〕1号"), date(2024, 3, 1))
    assert "虚构" in (tmp_path / "rulesets/green-community/2024b/ruleset.yaml").read_text("utf-8")


def test_without_a_terminal_what_is_not_said_is_what_is_usual(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert printed(capsys, "green-community")[0] == 0
    edition = checked(tmp_path / "rulesets" / "green-community" / str(YEAR)).edition
    assert edition.standard.title == Title(en="Green community")
    assert [tier.id for tier in edition.tiers] == ["basic", "advanced"]
    assert (edition.source, edition.standard.aliases) == (None, ())
    assert edition.effective_from == date(YEAR, 1, 1)


def test_an_empty_option_leaves_out_what_would_be_usual(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    more = ("--from-date", "", "--title-en", "", "--source", "绿字1号", "--alias", "")
    assert printed(capsys, "green", "--edition", "2024", *more)[0] == 0
    edition = checked(tmp_path / "rulesets" / "green" / "2024").edition
    assert (edition.effective_from, edition.standard.title, edition.standard.aliases) == (None, Title(), ())


def test_the_document_is_an_alias_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(capsys, "green", "--edition", "2024", "--source", "绿字1号")[0] == 0
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path / "rulesets"))
    assert catalog.load("绿字1号").name == catalog.load("green").name == "green@2024"


def test_a_supplement_extends_its_base(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = printed(capsys, "county", "--edition", "2025", "--extends", "鲁数发〔2022〕16号@2022")
    assert (code, err) == (0, "")
    ruleset = checked(tmp_path / "rulesets" / "county" / "2025")
    assert ruleset.edition.indicator_by_id["publicity"].origin == "shandong-smart-community@2022"


def test_an_edition_beside_one_that_does_not_end_is_written_with_a_warning(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert printed(capsys, "green", "--edition", "2022")[0] == 0
    code, _, err = printed(capsys, "green", "--edition", "2024")
    assert code == 0
    assert err == (
        "warning[SR608]: `green@2022` and `green@2024` are both in force on 2024-01-01\n"
        "  --> rulesets/green/2024/ruleset.yaml\n"
        "help: set `from` and `until` under `effective:`\n"
    )
    assert len(files(tmp_path)) == 6


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rulesets" / "green" / "2024").mkdir(parents=True)
    code, out, err = printed(capsys, "green", "--edition", "2024")
    assert (code, out) == (2, "")
    assert err == (
        "error[SR615]: `rulesets/green/2024` is there already\n"
        "help: nothing is overwritten: choose another edition or folder, or change what is there\n"
    )
    assert files(tmp_path) == []


def test_a_name_that_the_catalog_has_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = printed(capsys, "shandong-smart-community", "--edition", "2022")
    assert (code, out) == (2, "")
    assert err == (
        "error[SR615]: the catalog already has `shandong-smart-community@2022`\n"
        "help: choose another name or edition; `--extends shandong-smart-community@2022` begins one that changes a part of it\n"
    )
    assert files(tmp_path) == []


def test_all_wrong_options_are_said_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = printed(
        capsys,
        "green community",
        *("--edition", ""),
        *("--extends", "green.yaml"),
        *("--title-zh", "绿色\n社区"),
        *("--from-date", "2024-02-30"),
    )
    assert (code, out) == (2, "")
    assert [line for line in err.splitlines() if line.startswith("error")] == [
        "error[SR112]: `green community` cannot name a standard",
        "error[SR112]: the name of an edition is empty",
        "error[SR415]: `green.yaml` cannot be extended",
        "error[SR111]: the Chinese title holds a line break or a control character: `绿色 社区`",
        "error[SR113]: `2024-02-30` is a day that does not exist: that month has 29 days",
    ]
    assert files(tmp_path) == []


def test_a_base_that_is_not_there_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "county", "--extends", "shandong-smart-comunity@2022")
    assert (code, out) == (2, "")
    assert err == (
        "error[SR601]: the catalog has no ruleset `shandong-smart-comunity@2022`\n"
        "help: did you mean `shandong-smart-community`?\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name the standard: `smartrules new green-community`"),
        (["--edition", "2024"], "name the standard: `smartrules new green-community`"),
        (
            ["x", "--extends", "shandong-smart-community@2022", "--tier", "basic"],
            "a ruleset that extends another has its tiers",
        ),
        (["x", "y"], ""),
        (["x", "--teir", "basic"], ""),
    ],
)
def test_a_wrong_call_is_said_to_be_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], says: str
) -> None:
    code, out, err = printed(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: smartrules new")
    assert says in err
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rulesets").write_text("a file", "utf-8")
    code, out, err = printed(capsys, "green", "--edition", "2024")
    assert (code, out) == (2, "")
    assert err == (
        "error[SR606]: `rulesets/green/2024` cannot be written: not a directory\n"
        "help: check the path and its rights; nothing is written\n"
    )


# --- on a terminal -------------------------------------------------------------------------------------------------

CTRL_C, CTRL_D = "\x03", "\x04"


def _take_the_terminal() -> None:
    """Make a new process the one that a person's Ctrl-C on its terminal reaches."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests may ignore it


class Conversation:
    """The command on a terminal of its own, with a person who answers when asked."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.leader, follower = pty.openpty()
        inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "CI")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smartrules", "new", *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            cwd=folder,
            env={**inherited, "TERM": "dumb", "NO_COLOR": "1"},
            start_new_session=True,
            preexec_fn=_take_the_terminal,
        )
        os.close(follower)
        self.said = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def _read(self) -> bool:
        """Read what is said next; return False where it is over."""
        assert select.select([self.leader], [], [], 60)[0], f"nothing more after: {self.said}"
        try:
            part = os.read(self.leader, 65536)
        except OSError:  # how Linux says that the other end is closed
            return False
        # A terminal hands over what is there, which may end within a character.
        self.said = (self.said + self.decoder.decode(part)).replace("\r\n", "\n")
        return bool(part)

    def wait_for(self, question: str) -> None:
        while not self.said.endswith(": ") or not self.said.splitlines()[-1].startswith(question):
            assert self._read(), f"`{question}` is never asked: {self.said}"

    def answer(self, question: str, line: str) -> None:
        self.wait_for(question)
        self.said += "\n"
        os.write(self.leader, line.encode() + b"\n")

    def press(self, question: str, key: str) -> None:
        """Press a key when a question is asked, and again where the program was not yet waiting for it."""
        self.wait_for(question)
        before = self.said
        for _ in range(30):
            os.write(self.leader, key.encode())
            while select.select([self.leader], [], [], 1)[0]:
                if not self._read():
                    return
            if self.said.removeprefix(before).strip("^C"):
                return

    def end(self) -> tuple[int, str]:
        """Return the exit code, and all that was said."""
        while self._read():
            pass
        return self.process.wait(timeout=60), self.said

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave neither a process nor a terminal behind where a test fails, which a later test would be blamed for."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=60)
        os.close(self.leader)


def conversation(folder: Path, turns: Iterable[tuple[str, str]], *arguments: str) -> tuple[int, str]:
    with Conversation(folder, *arguments) as talk:
        for question, line in turns:
            talk.answer(question, line)
        return talk.end()


DEFAULTS = [
    ("standard", "green-community"),
    (f"edition [{YEAR}]", ""),
    ("extends", ""),
    ("title in Chinese", ""),
    ("title in English [Green community]", ""),
    ("tiers [basic advanced]", ""),
    ("source", ""),
    ("aliases", ""),
    (f"in force from [{YEAR}-01-01]", ""),
    ("folder [rulesets]", ""),
]


def test_asked_for_everything_a_person_who_presses_enter_gets_what_is_usual(tmp_path: Path) -> None:
    code, said = conversation(tmp_path, DEFAULTS)
    assert code == 0
    assert "Press Enter for what stands in brackets" in said
    assert "the dated version of the standard, usually its year" in said
    assert f"  smartrules check rulesets/green-community/{YEAR}/ruleset.yaml\n" in said
    edition = checked(tmp_path / "rulesets" / "green-community" / str(YEAR)).edition
    assert edition.standard.title == Title(en="Green community")
    assert edition.effective_from == date(YEAR, 1, 1)


def test_a_wrong_answer_says_why_and_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "mine" / "green" / "2024").mkdir(parents=True)
    code, said = conversation(
        tmp_path,
        [
            ("standard", "green community"),
            ("standard", "green"),
            ("edition", "a/b"),
            ("edition", "2024"),
            ("extends", "nowhere"),
            ("extends", "nowhere@1"),
            ("extends", "-"),
            ("title in Chinese", "绿色社区"),
            ("title in English [Green]", "-"),
            ("tiers", "low, low"),
            ("tiers", " "),
            ("tiers", "low、high"),
            ("source", "绿字1号"),
            ("aliases [绿字1号]", "绿字1号；G 1"),
            ("in force from [2024-01-01]", "2024-13-01"),
            ("in force from [2024-01-01]", "-"),
            ("folder [rulesets]", "mine"),
            ("folder [rulesets]", "other"),
        ],
    )
    assert code == 0
    assert [line for line in said.splitlines() if line.startswith("error")] == [
        "error[SR112]: `green community` cannot name a standard",
        "error[SR112]: `a/b` cannot name an edition",
        "error[SR415]: `nowhere` cannot be extended",
        "error[SR601]: the catalog has no ruleset `nowhere@1`",
        "error[SR403]: the tier `low` is named twice",
        "error[SR110]: no tier is named",
        "error[SR113]: `2024-13-01` is a day that does not exist: a year has 12 months",
        "error[SR615]: `mine/green/2024` is there already",
    ]
    edition = checked(tmp_path / "other" / "green" / "2024").edition
    assert edition.standard.title == Title(zh="绿色社区")
    assert edition.standard.aliases == ("绿字1号", "G 1")
    assert [tier.id for tier in edition.tiers] == ["low", "high"]
    assert edition.effective_from is None


def test_only_what_the_call_leaves_open_is_asked(tmp_path: Path) -> None:
    given = ["green", "--edition", "2024", "--title-zh", "绿", "--tier", "one", "--source", "", "--folder", "mine"]
    code, said = conversation(
        tmp_path,
        [("沿用的规则", ""), ("英文标题 [Green]", ""), ("别名", ""), ("施行日期 [2024-01-01]", "")],
        *given,
        "--lang",
        "zh",
    )
    assert code == 0
    assert "已写入：" in said
    assert [tier.id for tier in checked(tmp_path / "mine" / "green" / "2024").edition.tiers] == ["one"]


def test_where_everything_is_said_nothing_is_asked(tmp_path: Path) -> None:
    options = ("edition", "extends", "title-zh", "title-en", "source", "alias", "from-date", "folder")
    values = ("2024", "", "", "", "", "", "", "mine")
    given = [text for option, value in zip(options, values, strict=True) for text in (f"--{option}", value)]
    code, said = conversation(tmp_path, [], "green", *given, "--tier", "basic")
    assert (code, said.splitlines()[0]) == (0, "written:")


def test_of_a_supplement_no_tier_is_asked(tmp_path: Path) -> None:
    turns = [(question.partition(" [")[0], line) for question, line in DEFAULTS if not question.startswith("tiers")]
    turns[2] = ("extends", "shandong-smart-community@2022")
    assert conversation(tmp_path, turns)[0] == 0
    ruleset = checked(tmp_path / "rulesets" / "green-community" / str(YEAR))
    assert [tier.id for tier in ruleset.edition.tiers] == ["basic", "growing", "benchmark"]


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["interrupted", "at the end of input"])
@pytest.mark.parametrize("after", [0, 4, len(DEFAULTS) - 1])
def test_a_person_who_ends_the_questions_leaves_nothing_behind(tmp_path: Path, key: str, after: int) -> None:
    with Conversation(tmp_path) as talk:
        for question, line in DEFAULTS[:after]:
            talk.answer(question, line)
        talk.press(DEFAULTS[after][0], key)
        code, said = talk.end()
    assert code == 2
    assert said.endswith("\nnothing is written\n")
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_ends_the_call_before_anything_is_asked(tmp_path: Path) -> None:
    code, said = conversation(tmp_path, [], "green", "--from-date", "yesterday")
    assert code == 2
    assert said.startswith("error[SR113]: `yesterday` is no date\n")
