"""Which mutants the cases of a ruleset tell from it, and what is written for those that none tells."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from smartrules.analysis.mutation import mutants
from smartrules.catalog import load_file
from smartrules.cli import run
from smartrules.documents.cases import Case, read_cases_text
from smartrules.ruleset import Ruleset
from smartrules.testing import tell, tell_each
from smartrules.testing.cases import cases_of, differences
from smartrules.testing.killing import kill
from tests.rulesets import ROOT, ruleset

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

COVER = """\
standard: cover
edition: "1"
tiers: {basic: , good: {rule: total >= 6 points}}
facts:
  covered: {count: household, at_most: homes}
  homes: {count: household, min: 1}
  gated: {kind: flag}
indicators:
  coverage:
    measures: {share: {value: covered / homes, unit: "%"}}
    require: {basic: share >= 80 %, good: share >= 90 %}
    source: {clause: "1"}
    points: 5 points
  gates:
    applies: covered >= 1 household
    require: {basic: gated}
    source: {clause: "2"}
    points: 2 points
scores:
  total: {value: "sum(indicators, points)", unit: point}
"""


#: The same without anything but the two thresholds.
SMALL = """\
standard: cover
edition: "1"
tiers: {basic: , good: }
facts: {covered: {count: household, at_most: homes}, homes: {count: household, min: 1}}
indicators:
  coverage:
    measures: {share: {value: covered / homes, unit: "%"}}
    require: {basic: share >= 80 %, good: share >= 90 %}
    source: {clause: "1"}
"""


def _cases(of: Ruleset, text: str) -> list[Case]:
    return list(read_cases_text(of.edition, text, Path("cases/a.yaml")))


def _survivors(of: Ruleset, cases: str) -> list[str]:
    return [str(verdict.mutant) for verdict in kill(of, _cases(of, cases)) if verdict.survived]


BASIC = """\
cases:
  - {name: at, facts: {covered: 80, homes: 100}, expect: {indicators: {basic: {coverage: met}}}}
  - {name: below, facts: {covered: 79, homes: 100}, expect: {indicators: {basic: {coverage: not_met}}}}
"""


def test_a_case_on_each_side_kills_a_moved_threshold() -> None:
    found = _survivors(ruleset(COVER), BASIC)
    assert not [one for one in found if one.startswith("basic.coverage")]
    assert "good.coverage: `share >= 90 %` becomes `share > 90 %`" in found


def test_without_the_case_on_the_threshold_it_survives() -> None:
    below = BASIC.replace("covered: 80,", "covered: 81,")
    assert [one for one in _survivors(ruleset(COVER), below) if one.startswith("basic.coverage")] == [
        "basic.coverage: `share >= 80 %` becomes `share > 80 %`",
        "basic.coverage: `80 %` becomes `81 %`",
    ]


@pytest.mark.parametrize(
    ("expect", "killed"),
    [
        ("tiers: {good: met}", "tier good: `6 points` becomes `7 points`"),
        ("scores: {good: {total: 7 points}}", "points of gates: `2 points` becomes `3 points`"),
        ("points: {basic: {coverage: 5 points}}", "points of coverage: `5 points` becomes `4 points`"),
        ("values: {share: 90 %}", "share: `covered / homes` becomes `homes / covered`"),
        ("indicators: {good: {coverage: met}}", "good.coverage: `share >= 90 %` becomes `share > 90 %`"),
        (
            "indicators: {basic: {gates: met}}",
            "gates applies: `covered >= 1 household` becomes `not covered >= 1 household`",
        ),
        ("tier: good", "coverage: is left out"),
    ],
)
def test_whatever_a_case_expects_kills(expect: str, killed: str) -> None:
    known = ruleset(COVER)
    cases = f"cases: [{{name: a, facts: {{covered: 90, homes: 100, gated: true}}, expect: {{{expect}}}}}]\n"
    assert not any(differences(known, case) for case in _cases(known, cases))
    if killed.startswith("tier good: `6"):
        killed = "tier good: `total >= 6 points` becomes `total > 6 points`"
        assert killed in _survivors(known, cases)  # 7 points are as well more than 6
    else:
        assert killed not in _survivors(known, cases)


def test_a_measure_that_the_rule_of_a_tier_names_is_asked_there() -> None:
    known = ruleset("""
        tiers: {basic: {rule: "all of (every indicator: met, share >= 50 %)"}}
        facts: {a: {count: household, at_most: b}, b: {count: household, min: 1}, gated: {kind: flag}}
        measures: {share: {value: a / b, unit: "%"}}
        indicators: {it: {require: {basic: gated}}}
    """)
    cases = "cases: [{name: a, facts: {a: 1, b: 4, gated: true}, expect: {tiers: {basic: not_met}}}]\n"
    assert "share: `a / b` becomes `b / a`" not in _survivors(known, cases)


@pytest.mark.parametrize("name", ["shandong-smart-community/2022", "complete-community/trial"])
def test_reusing_what_the_ruleset_says_is_asking_the_mutant_of_everything(name: str) -> None:
    folder = ROOT / "rulesets" / name
    known = load_file(folder / "ruleset.yaml")
    cases = [case for _, case in cases_of(known, folder / "cases")][::7]
    for verdict in kill(known, cases):
        whole = next((case.name for case in cases if _differs(verdict.mutant.ruleset, case)), None)
        assert (verdict.killed_by is None) == (whole is None), str(verdict.mutant)


def _differs(mutant: Ruleset, case: Case) -> bool:
    asked = (*case.indicators.items(), *case.missing.items(), *case.points.items())
    if any(name not in mutant.edition.rules(tier) for tier, named in asked for name in named):
        return True
    return bool(differences(mutant, case))


def test_several_processes_find_what_one_does() -> None:
    folder = ROOT / "rulesets" / "shandong-smart-community" / "2022"
    known = load_file(folder / "ruleset.yaml")
    cases = [case for _, case in cases_of(known, folder / "cases")][:40]
    done: list[int] = []
    one, two = kill(known, cases), kill(known, cases, processes=2, seen=done.append)
    assert [(v.killed_by, v.equivalent) for v in one] == [(v.killed_by, v.equivalent) for v in two]
    assert done[-1] == len(two)
    assert done == sorted(done)


# --- facts that tell -----------------------------------------------------------------------------------------------


def test_the_facts_that_tell_lie_on_the_threshold() -> None:
    known = ruleset(COVER)
    mutant = next(one for one in mutants(known) if str(one) == "basic.coverage: `share >= 80 %` becomes `share > 80 %`")
    told = tell(known, mutant)
    assert told is not None
    assert told.expect == ("indicators", "basic", "coverage")
    assert told.document == {"ruleset": "cover@1", "facts": {"covered": 4, "homes": 5}}


def test_every_mutant_of_a_ruleset_is_told() -> None:
    known = ruleset(SMALL)
    verdicts = kill(known, [])
    told = tell_each(known, [one.mutant for one in verdicts])
    assert [str(one.mutant) for one, telling in zip(verdicts, told, strict=True) if telling is None] == []


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(BASIC, "utf-8")
    return tmp_path


def test_the_command_lists_survivors_with_facts_that_tell(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutate", str(folder / "ruleset.yaml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = f"{folder / 'ruleset.yaml'}:8:43"
    at = lines.index(f"{place}: good.coverage: `share >= 90 %` becomes `share > 90 %`")
    assert lines[at + 1] == "  no case tells; what is `good.coverage` of these facts? {facts: {covered: 9, homes: 10}}"
    assert lines[-1] == (
        "cover@1: 11 mutants, 7 killed by 2 cases, 0 proved equivalent, 4 survived; mutation score 63 %"
    )


def test_cases_are_written_for_their_author_to_confirm(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "ruleset.yaml"
    written = folder / "cases" / "to-confirm.yaml"
    assert run(["mutate", str(path), "--write-cases"]) == 1
    first = written.read_text("utf-8")
    assert first.startswith("ruleset: cover@1\ncases:\n  - name: ")
    assert (
        '  - name: "good.coverage: share >= 90 %, not share > 90 %"\n'
        "    source: § 1\n"
        "    facts: {covered: 9, homes: 10}\n"
        "    expect: {indicators: {good: {coverage: confirm}}}\n"
    ) in first
    assert run(["fmt", "--check", str(written)]) == 0
    capsys.readouterr()
    assert run(["test", str(path)]) == 1
    assert "  good.coverage: to be confirmed: write what the standard says of it\n" in capsys.readouterr().out
    # What is asked already is not asked again.
    assert run(["mutate", str(path), "--write-cases"]) == 1
    assert written.read_text("utf-8") == first
    # Once its author has said it, it kills.
    written.write_text(first.replace("{good: {coverage: confirm}}", "{good: {coverage: met}}", 1), "utf-8")
    capsys.readouterr()
    assert run(["mutate", str(path), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["mutants"] == 11
    assert "share > 90 %" not in [one["after"] for one in found["survivors"]]


def test_a_case_file_that_cannot_be_read_stays_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = folder / "cases" / "to-confirm.yaml"
    written.write_text(
        "cases:\n- {name: a, facts: {covered: 1, homes: 1}, expect: {tiers: {basic: confirm}}}\n", "utf-8"
    )
    before = written.read_text("utf-8")
    assert run(["mutate", str(folder / "ruleset.yaml"), "--write-cases"]) == 2
    assert "error[SR101]" in capsys.readouterr().err
    assert written.read_text("utf-8") == before


def test_cases_must_hold_of_the_ruleset_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "ruleset.yaml"
    path.write_text(SMALL.replace("share >= 80 %", "share >= 81 %"), "utf-8")
    assert run(["mutate", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"error[SR619]: the case `at` ({folder / 'cases' / 'a.yaml'}:2) does not hold of `cover@1` itself\n"
        f"help: see what is wrong with `smartrules test {path}`, and mend it first\n"
    )


TIERS = """\
cases:
  - {name: lower, facts: {covered: 80, homes: 100}, expect: {indicators: {basic: {coverage: met}}}}
"""


def test_laws_kill_what_contradicts_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "a.yaml").write_text(TIERS, "utf-8")
    assert run(["mutate", str(folder / "ruleset.yaml"), "--laws"]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == (
        "cover@1: 11 mutants, 4 killed by 1 case, 1 by 2 laws, 0 proved equivalent, 6 survived; mutation score 45 %"
    )
    assert "basic.coverage: `share >= 80 %` and `share >= 90 %` change places" not in out


def test_a_law_that_does_not_hold_of_the_ruleset_itself_is_not_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "ruleset.yaml"
    path.write_text(SMALL.replace("share >= 90 %", "share >= 70 %"), "utf-8")
    (folder / "cases" / "a.yaml").write_text(TIERS, "utf-8")
    assert run(["mutate", str(path), "--laws", "--format", "json"]) == 1
    said = capsys.readouterr()
    assert said.err == (
        "warning[SR619]: the law `tiers` is not asked, since it does not hold of `cover@1` itself: "
        "the tier `good` is met, and the lower tier `basic` is not\n"
        "help: mend the ruleset, unless the standard means it so\n"
    )
    assert json.loads(said.out)["laws"] == ["better"]


@pytest.mark.parametrize(
    "standard",
    [
        "shandong-smart-community/2022",
        "gigabit-city/2022",
        "complete-community/trial",
        "example-city-smart-community/2023",
    ],
)
def test_no_mutant_of_a_packaged_ruleset_survives(standard: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutate", str(ROOT / "rulesets" / standard / "ruleset.yaml")]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.endswith(" 0 survived; mutation score 100 %\n")


def test_no_mutant_of_u4ssc_survives(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutate", str(ROOT / "rulesets" / "u4ssc-kpi" / "2022" / "ruleset.yaml")]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gigabit_coverage >= 70 %", "gigabit_coverage >= 71 %"),
        ("coverage_5g >= 80 %", "coverage_5g > 80 %"),
        ("elderly_share > 30 %", "elderly_share >= 30 %"),
        ("lift_alarm_coverage >= 50 %", "lift_alarm_coverage >= 49 %"),
    ],
)
def test_a_threshold_changed_by_hand_is_caught(before: str, after: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "rulesets" / "shandong-smart-community" / "2022", copy)
    text = (copy / "ruleset.yaml").read_text("utf-8")
    assert text.count(before) == 1
    assert run(["test", str(copy / "ruleset.yaml")]) == 0
    (copy / "ruleset.yaml").write_text(text.replace(before, after), "utf-8")
    assert run(["test", str(copy / "ruleset.yaml")]) == 1
