"""The programs of the benchmarks say what the reference says; how fast they are is nobody's test."""

import random
from functools import cache
from pathlib import Path

import pytest

from smartrules.outcome import MET, NOT_MET

np = pytest.importorskip("numpy")
pytest.importorskip("pyarrow")

from attrs import evolve  # noqa: E402

import smartrules as sr  # noqa: E402
from benchmarks import live  # noqa: E402
from benchmarks.peers.checking import DisagreementError, check, reference  # noqa: E402
from benchmarks.peers.communities import make  # noqa: E402
from benchmarks.peers.decisions import Every, Kinds, Members, Number, Share, Where, decisions, statement  # noqa: E402
from benchmarks.peers.measuring import Measurement, Task, timed  # noqa: E402
from benchmarks.peers.programs import programs  # noqa: E402
from benchmarks.peers.record import OtherMachineError, Record  # noqa: E402
from benchmarks.peers.repeats import repeated  # noqa: E402
from benchmarks.peers.tables import tables  # noqa: E402
from benchmarks.peers.workload import CODES, TIER, Workload, standard  # noqa: E402
from smartrules.expr.parse import parse  # noqa: E402
from smartrules.values import Kind  # noqa: E402

# durable_rules asks the clock in a way that Python 3.12 will do without.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:durable")

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = {program.key: program for program in programs()}


@cache
def workload(repeats: int, missing: float) -> Workload:
    edition = standard()
    return Workload(make(edition, TIER, 200 // repeats, missing=missing), repeated(edition, repeats), repeats)


@cache
def expected(repeats: int, missing: float) -> "np.ndarray":
    return reference(workload(repeats, missing))


# --- equal decisions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize("key", PROGRAMS)
def test_program_says_what_the_reference_says(key, repeats, missing):
    program = PROGRAMS[key]
    if not program.can_take(missing=missing, repeats=repeats):
        pytest.skip("it cannot be asked this")
    check(program, workload(repeats, missing), expected(repeats, missing))


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_communities_reach_every_outcome_that_can_come_about(missing):
    found = expected(1, missing)
    by_name = dict(zip(workload(1, missing).indicators, found, strict=True))
    assert all({CODES[MET], CODES[NOT_MET]} <= set(codes.tolist()) for codes in by_name.values())
    assert set(by_name["elderly_care"].tolist()) == ({0, 1, 2, 3} if missing else {0, 1, 2})
    assert set(by_name["video_surveillance"].tolist()) == {0, 1, 3}  # there may be no camera


def test_one_other_answer_is_a_disagreement():
    program, asked = PROGRAMS["Python by hand: outcomes"], workload(1, 0.0)

    def read(answers, asked):
        codes = program.read(answers, asked).copy()
        codes[2, 5] = 1 - codes[2, 5]
        return codes

    with pytest.raises(
        DisagreementError, match=r"^Python by hand: outcomes: 1 answers differ: broadcasting of community 5 is"
    ):
        check(evolve(program, read=read), asked, expected(1, 0.0))


def test_numbers_that_merely_count_as_true_are_no_answers():
    program, asked = PROGRAMS["Python by hand: outcomes"], workload(1, 0.0)
    with pytest.raises(DisagreementError, match=r"int8 \(22, 200\) instead of bool \(22, 200\)$"):
        check(evolve(program, answers="met"), asked, expected(1, 0.0))


# --- the communities -----------------------------------------------------------------------------------------------


def test_parts_lie_on_just_under_and_just_over_their_threshold():
    values = make(standard(), TIER, 400, missing=0.0).values
    over = values["gigabit_households"] * 10 - values["households"] * 7
    tens = values["households"] % 10 == 0
    assert {0, 10, -10} <= set(over[tens].tolist())
    area, covered = (np.rint(values[name] * 100) for name in ("area", "area_5g"))
    assert {0, 5, -5} <= set((covered * 5 - area * 4)[area % 5 == 0].tolist())
    assert set(values["publicity_events"].tolist()) == {0.0, 0.99, 1.0, 1.01, 4.0}
    assert set(values["innovative_scenarios"].tolist()) == {0, 1, 2}


def test_the_same_seed_makes_the_same_communities():
    edition = standard()
    assert make(edition, TIER, 50, missing=0.1).table.equals(make(edition, TIER, 50, missing=0.1).table)
    assert not make(edition, TIER, 50, missing=0.1).table.equals(make(edition, TIER, 50, missing=0.1, seed=8).table)


def test_a_share_of_the_facts_is_missing_and_a_set_as_a_whole():
    table = make(standard(), TIER, 1_000, missing=0.1).table
    assert 0.08 < table["households"].null_count / 1_000 < 0.12
    absent = {tuple(table[f"scenarios.{kind}"].is_null().to_pylist()) for kind in ("childcare", "fire_alarm", "other")}
    assert len(absent) == 1
    assert 0.08 < sum(next(iter(absent))) / 1_000 < 0.12


# --- the rules of the peers ----------------------------------------------------------------------------------------


def test_plain_statements_of_the_standard():
    said = decisions(standard(), TIER)
    assert said["wired_broadband"] == Share("gigabit_households", "households", ">=", 7_000, may_be_empty=False)
    assert said["elderly_care"] == Where(
        Share("residents_60_plus", "residents", ">", 3_000, may_be_empty=False), Kinds("elderly_services", 2)
    )
    assert said["access_control"] == Where(
        Number("gated_quarters", ">=", 1),
        Share("gated_quarters_with_access_control", "gated_quarters", ">=", 10_000, may_be_empty=True),
    )
    assert said["utility_payment"] == Members(
        "online_payments", ("water", "electricity", "gas", "heating", "property_fee")
    )
    assert isinstance(said["video_surveillance"], Every)
    assert len(said) == 22


@pytest.mark.parametrize("rule", ["not platform_data_unified", "households <= 3 households", "area_5g >= 3 * area"])
def test_what_no_plain_statement_says_is_refused(rule):
    with pytest.raises(TypeError, match=r"^no plain statement says "):
        statement(parse(rule), standard())


def test_a_repeat_sets_every_percentage_a_quarter_of_a_point_lower():
    ruleset = repeated(standard(), 3)
    assert len(ruleset.edition.indicators) == 66
    found = ruleset.outcomes({"households": 400, "gigabit_households": 279})["basic"]  # 69.75 %
    names = ["wired_broadband", "wired_broadband_1", "wired_broadband_2"]
    assert [found[name].value for name in names] == ["not_met", "met", "met"]


# --- what is measured ----------------------------------------------------------------------------------------------


def measurement(seconds: float = 2.0, **changes) -> Measurement:
    plain = {
        "program": "NumPy by hand",
        "takes": "frames",
        "answers": "met",
        "by_hand": True,
        "rows": 1_000_000,
        "indicators": 22,
        "missing": 0.0,
        "seconds": seconds,
        "calls": 3,
        "frame_bytes": 100,
        "peak_bytes": 50,
        "met": [7],
    }
    return Measurement(**{**plain, **changes})


def test_a_measurement_counts_calls_time_and_memory():
    asked = workload(1, 0.0)
    task = Task("NumPy by hand: met", "", 200, 1, 0.0, 0.0)
    found = timed(PROGRAMS[task.program], asked, task)
    assert (found.rows, found.indicators, found.calls) == (200, 22, 3)
    assert found.frame_bytes == asked.communities.table.nbytes
    assert 0 < found.seconds < 60
    assert found.met == [int(n) for n in (expected(1, 0.0) == CODES[MET]).sum(axis=1)]


def test_the_fastest_of_several_runs_counts(tmp_path):
    path = tmp_path / "record.json"
    record = Record("a machine", {"numpy": "2"})
    for seconds in (2.0, 1.0, 3.0):
        record.add(measurement(seconds))
    record.write(path)
    later = Record("a machine", {"polars": "1"})
    later.add(measurement(1.5))
    later.take_in(path)
    assert [one.seconds for one in later.measurements] == [1.0]
    assert later.head() == "a machine; numpy 2, polars 1"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("other", [Record("another machine", {}), Record("a machine", {"numpy": "3"})])
def test_figures_of_elsewhere_do_not_stand_beside_those_of_here(tmp_path, other):
    path = tmp_path / "record.json"
    Record("a machine", {"numpy": "2"}).write(path)
    with pytest.raises(
        OtherMachineError, match=r"was measured on another machine or with other packages: name another file$"
    ):
        other.take_in(path)


def test_tables_of_what_was_measured():
    one_by_one = {"program": "Python by hand", "takes": "communities", "answers": "outcomes"}
    found = [
        measurement(0.05),
        measurement(0.1, program="Polars by hand, lazy"),
        measurement(0.01, rows=100_000),
        measurement(0.1, rows=100_000, indicators=220),
        measurement(0.02, rows=2_000, **one_by_one),
    ]
    assert (
        tables(found)
        == """\
A frame in one call, 22 indicators, 0% missing:

| program | says | 100,000 rows | 1,000,000 rows | memory at 1,000,000 |
|---|---|---:|---:|---:|
| NumPy by hand | met or not | 10.00 M (1.00) | 20.00 M (1.00) | 0.50 |
| Polars by hand, lazy | met or not |  | 10.00 M (0.50) | 0.50 |

One community after another, 22 indicators, 0% missing:

| program | says | rows | communities/s | µs each | of Python by hand |
|---|---|---:|---:|---:|---:|
| Python by hand | four outcomes | 2,000 | 100,000 | 10.0 | 1.000 |

Size of the ruleset, 0% missing:

| program | says | 22 indicators | 220 indicators | cost of an indicator, last to first |
|---|---|---:|---:|---:|
| NumPy by hand | met or not | 10.00 M | 1.00 M | 1.00 |"""
    )


def test_page_shows_what_the_record_says():
    record = Record.read(ROOT / "benchmarks" / "results" / "peers.json")
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.startswith("|")]
    assert shown == [line for line in tables(record.measurements).splitlines() if line.startswith("|")]


def test_every_package_that_is_compared_is_pinned():
    text = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8")
    pinned = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
    assert {program.distribution for program in PROGRAMS.values()} - {""} <= pinned


# --- events --------------------------------------------------------------------------------------------------------


def test_a_monitor_and_outcomes_anew_tell_the_same_changes(tmp_path: Path) -> None:
    pytest.importorskip("durable_rules_engine")
    ruleset, draw = sr.load(live.NAME), random.Random(3)
    told: dict[str, list[object]] = {name: [] for name in ("Monitor", "Monitor with a store", "outcomes anew")}
    takes = {name: live.PROGRAMS[name](ruleset, tmp_path, changes) for name, changes in told.items()}
    counts = [fact.id for fact in ruleset.edition.facts if fact.kind is Kind.COUNT and fact.at_most is not None]
    for number in range(120):
        community = f"c{draw.randrange(4)}"
        facts = live.document(ruleset, draw) if number < 8 else {draw.choice(counts): draw.randint(1, 100)}
        for take, _ in takes.values():
            take(community, facts)
        anew = {(of, tier, indicator, after) for of, tier, indicator, _, after in told["outcomes anew"]}
        for name in ("Monitor", "Monitor with a store"):
            heard = {(one.community, one.tier, one.indicator, one.after) for one in told[name] if one.indicator}
            assert heard == anew, (number, name)
        for changes in told.values():
            changes.clear()
    for _, end in takes.values():
        end()
