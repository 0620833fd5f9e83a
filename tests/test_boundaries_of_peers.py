"""The peers on the boundary corpus: they are asked what a row says, and the page and the record say what they answered."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import pytest
from attrs import evolve

from benchmarks.boundaries import __main__ as command
from benchmarks.boundaries.corpus import digest, rows
from benchmarks.boundaries.peer import Answer, CannotBeAskedError
from benchmarks.boundaries.peers import peers
from benchmarks.boundaries.question import question
from benchmarks.boundaries.record import Record
from benchmarks.boundaries.running import answer, run
from benchmarks.boundaries.tables import in_page

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROOT = Path(__file__).resolve().parents[1]
ROWS = {row.id: row for row in rows()}
PEERS = {peer.name: peer for peer in peers()}
RECORD = Record.read()
#: These are asked here whatever else is installed.
ALWAYS = ["pint", "pint, Decimal", "pint, Fraction", "Python by hand"]


def test_the_record_is_of_this_corpus() -> None:
    assert (RECORD.corpus, RECORD.rows) == (digest(), len(ROWS)), "`python -m benchmarks.boundaries --record` makes it"
    assert set(ALWAYS) < {one.name for one in RECORD.results}
    assert len(RECORD.results) == 16
    for one in RECORD.results:
        assert one.asked + sum(one.cannot.values()) == RECORD.rows
        assert set(one.disagrees) < set(ROWS)


def test_the_page_shows_what_the_record_says() -> None:
    page = (ROOT / "docs" / "boundaries.md").read_text(encoding="utf-8")
    assert in_page(page, RECORD) == page


def test_a_page_without_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="is not in list"):
        in_page("# On the threshold\n", RECORD)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_still_says_what_the_record_says(name: str) -> None:
    distribution = PEERS[name].distribution
    same = not distribution or version(distribution) == RECORD.versions[distribution]
    if not same or [*platform.python_version_tuple()[:2]] != RECORD.python.split(".")[:2]:
        pytest.skip("the record is of another Python or version")
    (recorded,) = (one for one in RECORD.results if one.name == name)
    assert run(PEERS[name], ROWS.values()) == recorded


def test_the_peers_that_need_nothing_else_are_asked() -> None:
    assert set(ALWAYS) <= set(PEERS)


#: Whole percentages of which so many of a hundred are not enough, when floats multiply by 0.01.
MISSED = [35, 41, 47, 57, 69, 70, 82, 83, 94, 95]


def test_ten_whole_percentages_are_missed_by_pint_and_by_neither_of_its_exact_numbers() -> None:
    of_hundred = {p: ROWS[f"percents.{p}.at.{p}/100"] for p in range(1, 101)}
    missed = {name: [p for p, row in of_hundred.items() if not answer(PEERS[name], row).holds] for name in ALWAYS}
    assert missed == {"pint": MISSED, "pint, Decimal": [], "pint, Fraction": [], "Python by hand": []}


def test_the_record_has_the_numbers_that_the_page_tells() -> None:
    missed = {one.name: set(one.disagrees) for one in RECORD.results}
    areas = {name for name in ROWS if name.startswith("mobile_network.at.") and name.count("/") == 1}
    areas = {name for name in areas if name.rpartition(".at.")[2][0].isdigit()}
    assert len(areas) == 60
    of_areas = {name: len(rows & areas) for name, rows in missed.items() if rows & areas}
    floats = ["pint", "Python by hand", "CEL (Rust)", "JsonLogic (Rust)", "JsonLogic (Python)", "pandera, pandas"]
    others = {"pandera, Polars": 26, "durable_rules": 24, "OpenFisca-Core": 21}
    assert of_areas == dict.fromkeys(floats, 26) | others
    hundreds = {f"percents.{p}.at.{p}/100": p for p in range(1, 101)}
    of_hundred = {name: sorted(hundreds[row] for row in rows & set(hundreds)) for name, rows in missed.items()}
    assert {name: found for name, found in of_hundred.items() if found} == {
        "pint": MISSED,
        "durable_rules": [7, 14, 28, 55, 56],
    }
    assert missed["zen-engine, texts"] == set()
    assert {row.rpartition("-")[2] for row in missed["pint, Fraction"]} == {"sign", "zero"}
    assert {
        row.rpartition(".")[0].count("3" * 28) + row.count("6" * 28) for row in missed["pandera, pandas of Decimal"]
    } == {1}
    assert {ROWS[row].expect for row in ("mobile_network.at.km²", "percents.70.at.70/100")} == {"met"}
    assert {"mobile_network.at.km²", "mobile_network.at.公顷-of-亩"} & missed["OpenFisca-Core"] == {
        "mobile_network.at.km²"
    }
    assert {"falling_objects.below.9999999/10000000", "elderly_care.applies.above.3000001/10000000"} <= missed[
        "business-rules, Decimal"
    ]


def test_a_row_becomes_a_question() -> None:
    asked = question(ROWS["mobile_network.at.亩-of-平方公里"])
    assert (asked.form, asked.names, asked.units) == ("quotient", ("area_5g", "area"), ("km^2", "km^2"))
    assert asked.written == ("7560 亩", "6.3 平方公里")
    assert (asked.operator, asked.limit, asked.unit, asked.plain_limit, asked.holds) == (">=", "80", "%", "0.8", True)
    stated = question(ROWS["elderly_care.applies.at.stated-permille"])
    assert (stated.form, stated.names, stated.written, stated.units) == (
        "value",
        ("elderly_share",),
        ("300 ‰",),
        ("%",),
    )
    assert (stated.operator, stated.limit, stated.plain_limit, stated.holds) == (">", "30", "30", False)
    members = question(ROWS["information_platform.below.2"])
    assert (members.form, members.names, members.written, members.units) == (
        "value",
        ("number_of_scenarios",),
        (2,),
        ("",),
    )


def test_a_long_threshold_loses_no_digit_on_its_way() -> None:
    asked = question(ROWS["thirds.33.333333333333333333333333333334.below.1/3"])
    assert asked.plain_limit == "0.33333333333333333333333333333334"


def test_what_a_peer_says_is_counted_apart() -> None:
    def ask(asked):
        if asked.names == ("area_5g", "area"):
            raise CannotBeAskedError("it knows no areas")
        if asked.form == "value":
            raise ZeroDivisionError
        return Answer("never", False)

    few = [
        ROWS[name]
        for name in ("mobile_network.at.km²", "innovation.at.1", "percents.1.at.1/100", "percents.1.below.0/100")
    ]
    found = run(evolve(PEERS["pint"], ask=ask), few)
    assert (found.agrees, found.disagrees) == (1, ("percents.1.at.1/100",))
    assert found.cannot == {"it knows no areas": 1, "it refuses: ZeroDivisionError": 1}
    assert found.asked == 2


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setattr("sys.argv", ["boundaries", *words])
    assert command.main() == 0
    return capsys.readouterr().out


def test_a_row_is_shown_with_programs_and_answers(capsys, monkeypatch) -> None:
    assert said(capsys, monkeypatch, "--only", "by hand", "--row", "sums.both-at-most-0.3.at.0.1+0.2") == (
        "sums.both-at-most-0.3.at.0.1+0.2\n"
        "  says:    one and other together at most 0.3 km²\n"
        "  facts:   one: 0.1 km², other: 0.2 km²\n"
        "  exactly: it holds\n"
        "Python by hand\n"
        "  runs:    0.1 + 0.2 <= 0.3\n"
        "  answers: it does not hold, which is otherwise\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--row", "wired_broadband.at.7"], "no row `wired_broadband.at.7`: did you mean `wired_broadband.at.7/10`?"),
        (["--row", "nothing"], "no row `nothing`"),
        (["--only", "nothing"], "no peer of that name is installed"),
        (["--record", "--only", "pint"], "a record is of all peers and rows"),
    ],
)
def test_a_wrong_call_is_refused(capsys, monkeypatch, words: list[str], message: str) -> None:
    monkeypatch.setattr("sys.argv", ["boundaries", *words])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"{message}\n")


def test_every_package_that_is_asked_is_pinned() -> None:
    text = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8")
    lines = [line.partition(";")[0].partition("#")[0].strip() for line in text.splitlines()]
    pinned = dict(line.split("==") for line in lines if "==" in line)
    assert {name: pinned.get(name) for name in RECORD.versions} == RECORD.versions
