"""A ruleset that extends another: what it inherits, restates, adds and takes away, and where each part comes from."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.cli import run
from smartrules.documents.compiled import compile_edition, read_compiled
from smartrules.standard import Points, Source

SEED = "shandong-smart-community@2022"

SUPPLEMENT = """\
standard: qingshan-smart-community
edition: "2023"
title: {zh: 青山市补充规定, en: Qingshan supplement}
extends: shandong-smart-community@2022
effective: {from: 2023-01-01}
source: {document: Qingshan notice 7}
facts:
  parcel_robots: {count: device}
indicators:
  wired_broadband:
    require: {basic: gigabit_coverage >= 80 %}
    source: {clause: "1"}
  parcel_robots:
    number: 23
    group: innovation
    require: {basic: parcel_robots >= 1 device}
    source: {clause: "2"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path))
    yield tmp_path
    catalog._added.clear()


def write(folder: Path, name: str, text: str) -> Path:
    standard, edition = name.split("@")
    path = folder / standard / edition / "ruleset.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[str, int | None, str]]:
    path = write(folder, "qingshan-smart-community@2023", text)
    with pytest.raises(sr.RulesetError) as caught:
        sr.load(path)
    return [(d.code, d.at.line if d.at else None, d.message) for d in caught.value.diagnostics]


def test_what_is_not_restated_is_inherited(folder: Path) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    own, base = sr.load("qingshan-smart-community").edition, sr.load(SEED).edition
    assert [i.id for i in own.indicators] == [*(i.id for i in base.indicators), "parcel_robots"]
    assert own.tiers == base.tiers
    assert own.indicators[1].requirements[0].rule == base.indicators[1].requirements[0].rule
    assert own.indicators[0].title == base.indicators[0].title
    assert own.indicators[0].number == "1"


def test_a_raised_threshold_decides(folder: Path) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    facts = {"households": 100, "gigabit_households": 75, "parcel_robots": 1}
    found = sr.load("qingshan-smart-community").assess(facts)["basic"]
    assert found["wired_broadband"].outcome is sr.Outcome.NOT_MET
    assert found["parcel_robots"].outcome is sr.Outcome.MET
    facts.pop("parcel_robots")
    assert sr.load(SEED).assess(facts)["basic"]["wired_broadband"].outcome is sr.Outcome.MET


def test_every_part_knows_the_edition_and_the_document_it_comes_from(folder: Path) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    edition = sr.load("qingshan-smart-community").edition
    restated, kept, added = (edition.indicators[i] for i in (0, 1, -1))
    assert (kept.origin, kept.requirements[0].origin) == (SEED, SEED)
    assert kept.requirements[0].source == Source("鲁数发〔2022〕16号", "2")
    assert (restated.origin, restated.requirements[0].origin, restated.source) == (SEED, None, Source(clause="1"))
    assert (added.origin, added.requirements[0].origin) == (None, None)
    assert edition.fact_by_id["households"].origin == SEED
    assert edition.fact_by_id["parcel_robots"].origin is None


def test_an_extension_of_an_extension_keeps_the_first_origin(folder: Path) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    write(
        folder,
        "hilltop@1",
        "standard: hilltop\nedition: '1'\nextends: qingshan-smart-community@2023\nremove: {indicators: innovation}\n",
    )
    edition = sr.load("hilltop").edition
    assert "innovation" not in edition.indicator_by_id
    assert edition.indicator_by_id["parcel_robots"].origin == "qingshan-smart-community@2023"
    assert edition.indicator_by_id["mobile_network"].origin == SEED


def test_the_next_edition_can_state_a_tier_that_was_unknown(folder: Path) -> None:
    write(
        folder,
        "shandong-smart-community@2030",
        """\
standard: shandong-smart-community
edition: "2030"
extends: shandong-smart-community@2022
effective: {from: 2030-01-01}
tiers: {basic: , growing: , benchmark: {requirements: unknown}}
indicators:
  wired_broadband: {require: {growing: gigabit_coverage >= 90 %}}
""",
    )
    ruleset = sr.load("shandong-smart-community", on=date(2031, 1, 1))
    assert ruleset.name == "shandong-smart-community@2030"
    requirement = ruleset.edition.requirements("growing")
    assert len(requirement) == 22
    assert requirement["wired_broadband"].origin is None
    assert requirement["mobile_network"].origin == SEED
    assert sr.load("shandong-smart-community", on=date(2029, 12, 31)).name == SEED


def test_taking_away_what_is_still_used_is_a_fault(folder: Path) -> None:
    text = SUPPLEMENT.replace("source: {document", "remove: {facts: area, indicators: [innovatio]}\nsource: {document")
    message = "the measure `coverage_5g` of `shandong-smart-community@2022` no longer fits: nothing declares `area`"
    assert sorted(faults(folder, text)) == [
        ("SR416", 6, "`shandong-smart-community@2022` has no indicator `innovatio` to remove"),
        ("SR417", 6, message),
    ]


def test_restating_a_fact_in_another_unit_is_a_fault_where_it_is_used(folder: Path) -> None:
    text = SUPPLEMENT.replace("facts:\n", "facts:\n  area_5g: {count: household}\n")
    assert [fault[:2] for fault in faults(folder, text)] == [("SR417", 4)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.yaml", "`../secret.yaml` cannot be extended"),
        ("/etc/passwd@1", "`/etc/passwd@1` cannot be extended"),
        ("shandong-smart-community", "`shandong-smart-community` cannot be extended"),
        (
            "shandong-smart-community@2021",
            "`shandong-smart-community@2021` cannot be extended: "
            "the catalog has no edition `2021` of `shandong-smart-community`",
        ),
    ],
)
def test_only_a_ruleset_of_the_catalog_can_be_extended(folder: Path, name: str, message: str) -> None:
    assert faults(folder, SUPPLEMENT.replace(SEED, name)) == [("SR415", 4, message)]


def test_a_circle_is_reported_whole(folder: Path) -> None:
    write(folder, "b@1", "standard: b\nedition: '1'\nextends: c@1\n")
    write(folder, "c@1", "standard: c\nedition: '1'\nextends: b@1\n")
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("b@1")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR607", "rulesets extend each other in a circle: `b@1` → `c@1` → `b@1`")
    ]


def test_a_ruleset_that_extends_itself_is_a_circle(folder: Path) -> None:
    write(folder, "b@1", "standard: b\nedition: '1'\nextends: b@1\n")
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("b@1")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR607", "rulesets extend each other in a circle: `b@1` → `b@1`")
    ]


def test_a_circle_takes_no_other_ruleset_away(folder: Path) -> None:
    write(folder, "b@1", "standard: b\nedition: '1'\nextends: c@1\n")
    write(folder, "c@1", "standard: c\nedition: '1'\nextends: b@1\n")
    write(folder, "d@1", "standard: d\nedition: '1'\naliases: [丁]\nextends: " + SEED + "\n")
    assert sr.load("丁").name == "d@1"


def editions(folder: Path, count: int) -> None:
    for number in range(count):
        text = f"standard: many\nedition: '{number}'\n"
        text += f"extends: {SEED if number == 0 else f'many@{number - 1}'}\n"
        write(folder, f"many@{number}", text)


def test_thirty_editions_each_extending_the_last_are_read(folder: Path) -> None:
    editions(folder, 32)
    found = sr.load("many@31").edition
    assert found.rules("basic") == sr.load(SEED).edition.rules("basic")
    assert {indicator.origin for indicator in found.indicators} == {SEED}


def test_a_chain_of_a_thousand_editions_is_refused(folder: Path) -> None:
    editions(folder, 1000)
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("many@999")
    (only,) = caught.value.diagnostics
    assert only.render() == (
        "error[SR415]: `many@999` extends one that extends another, more than 32 deep\n"
        f" --> {folder}/many/999/ruleset.yaml:3:10\n  |\n3 | extends: many@998\n  |          ^^^^^^^^\n"
        "help: extend an edition that states all it holds"
    )


@pytest.mark.parametrize("gone", ["qingshan-smart-community@2023", "hilltop@1"])
def test_a_base_that_is_gone_is_said_to_be(folder: Path, gone: str) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    write(folder, "hilltop@1", "standard: hilltop\nedition: '1'\nextends: qingshan-smart-community@2023\n")
    write(folder, "village@1", "standard: village\nedition: '1'\nextends: hilltop@1\n")
    assert sr.load("village@1").name == "village@1"
    (folder / gone.replace("@", "/") / "ruleset.yaml").unlink()
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("village@1")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        ("SR415", f"`{gone}` cannot be extended: the catalog has no ruleset `{gone}`")
    ]


@pytest.mark.parametrize(
    "name",
    ["..@..", ".@.", "b@..", "..@1", "@1", "b@", "b@1@1", "b@*", "*@1", "~@1", "inner@1", "b\\\\@1", "/b@1", "b@1/"],
)
def test_no_name_leads_out_of_the_folders_of_the_catalog(folder: Path, name: str) -> None:
    for place in (folder, folder.parent, folder / "b", folder / "b" / "1" / "inner" / "1"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "ruleset.yaml").write_text(SUPPLEMENT, "utf-8")
    (found,) = faults(folder, SUPPLEMENT.replace(f"extends: {SEED}", f'extends: "{name}"'))
    assert found[:2] == ("SR415", 4)
    (folder.parent / "ruleset.yaml").unlink()


def test_two_rulesets_on_one_base_and_one_on_both_chains_agree(folder: Path) -> None:
    """A diamond: one part of the base is reached by two ways, and each way has its own thresholds and removals."""
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    write(
        folder,
        "hilltop@1",
        f"standard: hilltop\nedition: '1'\nextends: {SEED}\nremove: {{indicators: innovation}}\n"
        "indicators: {wired_broadband: {require: {basic: gigabit_coverage >= 90 %}}}\n",
    )
    for name, base in (("left", "qingshan-smart-community@2023"), ("right", "hilltop@1")):
        write(folder, f"{name}@1", f"standard: {name}\nedition: '1'\nextends: {base}\n")
    left, right, base = (sr.load(name).edition for name in ("left@1", "right@1", SEED))
    assert left.rules("basic")["mobile_network"] == right.rules("basic")["mobile_network"]
    assert left.indicator_by_id["mobile_network"].origin == right.indicator_by_id["mobile_network"].origin == SEED
    assert [e.indicator_by_id["wired_broadband"].requirements[0].origin for e in (left, right)] == [
        "qingshan-smart-community@2023",
        "hilltop@1",
    ]
    assert "innovation" in left.indicator_by_id
    assert set(base.indicator_by_id) - set(right.indicator_by_id) == {"innovation"}


def test_what_an_extension_added_can_be_taken_away_by_the_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    write(
        folder,
        "hilltop@1",
        "standard: hilltop\nedition: '1'\nextends: qingshan-smart-community@2023\n"
        "remove: {indicators: [parcel_robots, innovation], facts: parcel_robots}\n"
        "facts: {benches: {count: facility}}\n"
        "indicators: {benches: {require: {basic: benches >= 3 facilities}}}\n",
    )
    edition = sr.load("hilltop@1").edition
    assert {"parcel_robots", "innovation"}.isdisjoint(edition.indicator_by_id)
    assert "parcel_robots" not in edition.fact_by_id
    assert run(["show", "hilltop@1", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = ("  households [", "  benches [", "  wired_broadband [", "  mobile_network [", "  benches: ")
    shown = [line for line in lines if line.startswith(heads)]
    shown += [line for line in lines if "basic: gigabit_coverage >=" in line or "basic: coverage_5g >=" in line]
    assert [(line.split()[0], line.partition("← ")[2]) for line in shown] == [
        ("households", SEED),
        ("benches", ""),
        ("wired_broadband", SEED),
        ("mobile_network", SEED),
        ("benches:", ""),
        ("basic:", "qingshan-smart-community@2023"),
        ("basic:", ""),  # where the indicator is from
    ]


def test_a_base_with_a_fault_names_its_place(folder: Path) -> None:
    path = write(
        folder,
        "b@1",
        "standard: b\nedition: '1'\ntires: {}\ntiers: {basic: }\nfacts: {a: {kind: flag}}\nindicators: {a: {require: {basic: a}}}\n",
    )
    write(folder, "c@1", "standard: c\nedition: '1'\nextends: b@1\n")
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("c@1")
    (only,) = caught.value.diagnostics
    assert only.message == f"`b@1` cannot be extended: a ruleset has no key `tires` ({path}:3)"


def test_remove_without_extends_is_a_fault(folder: Path) -> None:
    text = SUPPLEMENT.replace(f"extends: {SEED}\n", "remove: {indicators: innovation}\n")
    assert ("SR110", 4, "`remove` takes away from a ruleset, and none is extended") in faults(folder, text)


def test_the_compiled_form_keeps_origins(folder: Path) -> None:
    path = write(folder, "qingshan-smart-community@2023", SUPPLEMENT)
    edition = sr.load(path).edition
    found = read_compiled(compile_edition(edition, path.read_bytes()), path.read_bytes())
    assert found is not None
    assert found[0] == edition
    assert [i.origin for i in found[0].indicators] == [i.origin for i in edition.indicators]


_POINTS = """\
standard: points
edition: "1"
tiers: {basic: }
facts: {a: {kind: flag}, share: {share: "%"}}
indicators:
  it: {points: {value: "first of (share < 33 % then 1 point, otherwise 2 points)", of: 2 points}, require: {basic: a}}
"""
_WITHOUT_SHARE = 'standard: own\nedition: "1"\nextends: points@1\nremove: {facts: share}\n'


def test_inherited_points_must_still_fit(folder: Path) -> None:
    write(folder, "points@1", _POINTS)
    assert faults(folder, _WITHOUT_SHARE) == [
        ("SR417", 3, "`points` of the indicator `it` of `points@1` no longer fits: nothing declares `share`")
    ]
    restated = _WITHOUT_SHARE + "indicators: {it: {points: 3 points}}\n"
    write(folder, "own@1", restated)
    assert sr.load("own@1").edition.indicators[0].points == Points(3)


# --- the catalog ---------------------------------------------------------------------------------------------------


def test_folders_come_from_the_program_and_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, "qingshan-smart-community@2023", SUPPLEMENT)
    write(two, "qingshan-smart-community@2023", SUPPLEMENT.replace("80 %", "85 %"))
    write(two, "hilltop@1", SUPPLEMENT.replace("qingshan-smart-community", "hilltop").replace('"2023"', '"1"'))
    monkeypatch.setenv("SMARTRULES_PATH", str(two))
    try:
        catalog.add(one)
        catalog.add(one)
        assert [(e.name, e.origin) for e in catalog.entries() if e.origin != "packaged"] == [
            ("hilltop@1", "SMARTRULES_PATH"),
            ("qingshan-smart-community@2023", "added"),
        ]
    finally:
        catalog._added.clear()


def test_adding_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sr.NotFoundError, match="is no folder"):
        catalog.add(tmp_path / "nowhere")
