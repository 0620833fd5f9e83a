"""The schemas beside what the readers know: no key without a schema, and nothing refused that a reader accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft7Validator

from smartrules import catalog
from smartrules.diagnostics import Log, SmartrulesError, Text
from smartrules.documents.cases import _CaseReader as CaseReader
from smartrules.documents.facts import read_facts
from smartrules.documents.facts_reader import FactsReader
from smartrules.documents.ruleset import _Reader as RulesetReader
from smartrules.documents.ruleset import read_ruleset
from smartrules.documents.schemas import OF_AN_EDITION, Document, general_schema, schema_for, write_schema
from smartrules.documents.schemas.keywords import DRAFT, Schema
from smartrules.documents.tree import Tree
from smartrules.engines.exact import disagreements
from smartrules.standard import Edition, Source
from smartrules.values import Kind
from tests.editing import SHIPPED, WRITTEN_IN_TUTORIALS, faults, parsed, tree_of, validator
from tests.malformed import reading
from tests.rulesets import ROOT
from tests.test_conformance import CORPUS, read_corpus_file
from tests.test_docs import _PLACES, PARTS, is_complete, keys_of, ruleset_of, whole

RULESET, FACTS, CASES, ASSESSMENT, *_ = Document
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- the schemas themselves ----------------------------------------------------------------------------------------


@cache
def _editions() -> dict[str, Edition]:
    """Return editions of all sorts: packaged ones, those of the pages, and those of the conformance corpus."""
    found = {_name(path): catalog.load_file(path).edition for path in SHIPPED if _document(path) is RULESET}
    return found | {path.stem: read_corpus_file(path)[0].edition for path in sorted(CORPUS.glob("*.yaml"))}


def _schemas() -> list[object]:
    general = [pytest.param(general_schema(document), id=document) for document in Document]
    made = [
        pytest.param(schema_for(document, edition), id=f"{document} for {name}")
        for name, edition in _editions().items()
        for document in OF_AN_EDITION
    ]
    return [*general, *made]


def _document(path: Path) -> Document:
    """Return what a shipped document is, by its modeline."""
    modeline = MODELINE.match(path.read_text("utf-8"))
    assert modeline is not None, f"{_name(path)} does not begin with a modeline"
    return Document(Path(modeline[1]).name.removesuffix(".schema.json"))


@pytest.mark.parametrize("document", Document)
def test_the_file_of_a_schema_is_what_the_command_writes(document: Document) -> None:
    file = ROOT / "rulesets" / "schemas" / f"{document}.schema.json"
    again = f"write it again: smartrules schema {document} -o {_name(file)}"
    assert file.read_text("utf-8") == write_schema(general_schema(document)), again


#: What draft-07 has, of it what editors understand, and what the YAML language server adds, which others pass over.
KEYWORDS = {
    *("$schema", "$ref", "definitions", "title", "description", "examples"),
    *("type", "enum", "const", "allOf", "anyOf", "oneOf", "if", "then", "else"),
    *("pattern", "minLength", "minimum", "maximum", "items", "minItems", "maxItems", "uniqueItems"),
    *("properties", "patternProperties", "additionalProperties", "propertyNames", "required", "dependencies"),
    *("minProperties", "maxProperties", "patternErrorMessage", "errorMessage", "enumDescriptions"),
}


def _parts(schema: Any) -> Iterator[Schema]:
    """Yield a schema and every schema in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties", "definitions"):
            for part in value.values():
                yield from _parts(part)
        elif keyword in ("allOf", "anyOf", "oneOf"):
            for part in value:
                yield from _parts(part)
        elif keyword in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
            yield from _parts(value)


@pytest.mark.parametrize("schema", _schemas())
def test_a_schema_is_of_draft_7_and_says_what_everything_is(schema: Schema) -> None:
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT
    definitions = schema.get("definitions", {})
    for part in _parts(schema):
        assert part.keys() <= KEYWORDS
        assert len(part.get("enumDescriptions", [])) in (
            0,
            len([one for one in part.get("enum", []) if one is not None]),
        )
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/definitions/") in definitions
            assert part.keys() <= {"$ref", "title", "description"}, "a sibling of `$ref` decides nothing in draft-07"
        for key, value in part.get("properties", {}).items() if "type" in part else ():
            said = [one.get("description", "") for one in (value, _target(value, definitions)) if value is not False]
            assert value is False or any(said), f"`{key}` is not described"


def _target(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Return what a schema refers to, or itself."""
    return definitions[schema["$ref"].removeprefix("#/definitions/")] if "$ref" in schema else schema


# --- keys ----------------------------------------------------------------------------------------------------------

#: Where each kind of key stands in a schema.
PLACES: dict[str, tuple[Document, str]] = {
    "a ruleset": (RULESET, ""),
    "effective": (RULESET, "properties/effective"),
    "remove": (RULESET, "properties/remove"),
    "a title": (RULESET, "definitions/title"),
    "a source": (RULESET, "definitions/source"),
    "a tier": (RULESET, "definitions/tier"),
    "a collection": (RULESET, "definitions/collection"),
    "a measure": (RULESET, "definitions/measure"),
    "a group": (RULESET, "definitions/group"),
    "a score": (RULESET, "definitions/score"),
    "an indicator": (RULESET, "definitions/indicator"),
    "a reaction": (RULESET, "definitions/reaction"),
    "a loss": (RULESET, "definitions/turned"),
    "a requirement": (RULESET, "definitions/requirement"),
    "points": (RULESET, "definitions/indicator/properties/points"),
    "a number": (RULESET, "definitions/fact"),
    "a flag": (RULESET, "definitions/fact"),
    "a facts document": (FACTS, ""),
    "a value": (FACTS, "properties/facts/additionalProperties"),
    "a community": (FACTS, "properties/community"),
    "a case file": (CASES, ""),
    "a case": (CASES, "properties/cases/items"),
    "an expectation": (CASES, "properties/cases/items/properties/expect"),
}
#: As `_PLACES` of the pages, for places whose keys no page lists.
MORE_PLACES = {
    "a score": 'scores: {total: {zzzzzzzz: 1, value: "sum(indicators, points)", unit: point}}\n',
}
LISTS = {"all of", "any of", "at least 2 of", "not"}
KIND_KEYS = {"count", "quantity", "share", "rate", "set", "choice", "kind"}
BOUNDS = {"min", "max", "step", "at_most"}


def _keys(place: str) -> set[str]:
    """Return the keys that a schema has at a place, of those of one form where it has several."""
    document, pointer = PLACES[place]
    schema: Any = general_schema(document)
    for step in filter(None, pointer.split("/")):
        schema = schema[step]
    keys = set(schema["properties"])
    match place:
        case "a number":
            return keys - KIND_KEYS | {"quantity"}
        case "a flag":
            return keys - KIND_KEYS - BOUNDS | {"kind"}
        case "a group":  # which may also be a title
            return keys - {"zh", "en"}
        case "a requirement":  # which may also be a list under a connective
            return keys - LISTS
        case _:
            return keys


def test_every_place_with_keys_has_a_schema() -> None:
    # What changes cost is read for a plan alone, and no schema describes it.
    assert PLACES.keys() == (_PLACES.keys() | MORE_PLACES.keys()) - {"costs"}


@pytest.mark.parametrize("place", PLACES)
def test_a_schema_has_the_keys_that_the_reader_knows(place: str) -> None:
    known = set(keys_of(place, {**_PLACES, **MORE_PLACES}[place])[0])
    assert _keys(place) == known


def test_every_closed_mapping_of_a_schema_is_compared_with_a_reader() -> None:
    compared = [_keys(place) for place in PLACES]
    for document in (RULESET, FACTS, CASES):
        for part in _parts(general_schema(document)):
            keys = set(part.get("properties", ()))
            if part.get("additionalProperties") is False and keys != LISTS:
                forms = [keys, keys - LISTS, keys - {"zh", "en"}, (keys | {"from"}) - KIND_KEYS | {"quantity"}]
                assert any(form in compared for form in forms), keys


def test_a_fact_may_be_of_every_kind() -> None:
    fact = general_schema(RULESET)["definitions"]["fact"]
    words = {"set", "choice", *fact["properties"]["kind"]["enum"]}
    assert {kind.value for kind in Kind} == words | {"count", "quantity", "share", "rate"}
    assert set(general_schema(RULESET)["definitions"]["source"]["properties"]) == {f.name for f in attrs.fields(Source)}


# --- documents that are accepted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=_name)
def test_a_shipped_document_names_its_schema_and_is_valid(path: Path) -> None:
    text = path.read_text("utf-8")
    modeline = MODELINE.match(text)
    assert modeline is not None
    assert (path.parent / modeline[1]).resolve() == ROOT / "rulesets" / "schemas" / f"{_document(path)}.schema.json"
    assert faults(validator(_document(path)), parsed(text)) == []


@pytest.mark.parametrize("path", WRITTEN_IN_TUTORIALS, ids=_name)
def test_what_a_reader_of_a_tutorial_writes_is_valid(path: Path) -> None:
    document = CASES if path.parent.name == "cases" else RULESET if path.name == "ruleset.yaml" else FACTS
    assert faults(validator(document), parsed(path.read_text("utf-8"))) == []


#: The rulesets of the facts documents that do not name theirs.
RULESETS = {
    "docs/examples/elm-court.yaml": "docs/examples/green-community.yaml",
    "docs/examples/reed-court.yaml": "docs/examples/green-community.yaml",
    "docs/examples/quiet-community-facts.yaml": "docs/examples/quiet-community.yaml",
    "docs/examples/safe-homes/linden.yaml": "docs/examples/safe-homes/ruleset.yaml",
    "docs/examples/star-homes/maple.yaml": "docs/examples/star-homes/ruleset.yaml",
    "docs/examples/star-homes/cases/star-homes.yaml": "docs/examples/star-homes/ruleset.yaml",
    "docs/examples/cases/green-community.yaml": "docs/examples/green-community.yaml",
    "docs/examples/river-homes/cases/river-homes.yaml": "docs/examples/river-homes/ruleset.yaml",
    "docs/examples/safe-homes/cases/safe-homes.yaml": "docs/examples/safe-homes/ruleset.yaml",
    "docs/examples/mutation/cases/cover.yaml": "docs/examples/mutation/ruleset.yaml",
    "docs/examples/quiet-homes/2024/cases/quiet.yaml": "docs/examples/quiet-homes/2024/ruleset.yaml",
}


@pytest.mark.parametrize("path", [path for path in SHIPPED if _document(path) in OF_AN_EDITION], ids=_name)
def test_a_shipped_document_is_valid_for_its_ruleset(path: Path) -> None:
    plain = parsed(path.read_text("utf-8"))
    edition = ruleset_of(RULESETS.get(_name(path)) or plain["ruleset"]).edition
    assert faults(schema_for(_document(path), edition), plain) == []


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_conformance_corpus_is_valid(path: Path) -> None:
    plain = parsed(path.read_text("utf-8"))
    cases = {"cases": plain["cases"]}
    assert faults(validator(RULESET), plain["ruleset"]) == []
    assert faults(validator(CASES), cases) == []
    assert faults(schema_for(CASES, _editions()[path.stem]), cases) == []


def test_a_quantified_requirement_may_stand_without_quotation_marks() -> None:
    plain = parsed(
        whole(
            "indicators:\n  it:\n    applies:\n      some quarter: gated\n    require:\n      basic:\n        all of:\n"
            "          - every quarter where gated: guarded\n"
            "          - every quarter:\n              any of: [gated, guarded]\n"
        )
    )
    assert faults(validator(RULESET), plain) == []
    plain["indicators"]["it"]["require"]["basic"]["all of"].append({"every quarter where gated": ["guarded"]})
    assert len(faults(validator(RULESET), plain)) >= 1


#: Costs have no schema.
SHOWN = [p for p in PARTS if p.language == "yaml" and is_complete(p) and not p.marker.startswith("costs ")]


@pytest.mark.parametrize("part", [pytest.param(part, id=part.name) for part in SHOWN])
def test_what_the_pages_show_is_valid(part: Any) -> None:
    kind, _, name = part.marker.partition(" of ")
    kind = kind.partition(" ")[0]
    document = RULESET if kind == "fragment" else Document(kind)
    plain = parsed(whole(part.text) if kind == "fragment" else part.text)
    assert faults(validator(document), plain) == []
    if name:
        assert faults(schema_for(document, ruleset_of(name).edition), plain) == []


# --- documents that are refused ------------------------------------------------------------------------------------

#: A wrong key, a missing one, a value of another shape: what a schema is for.
SHAPE = {"SR109", "SR110", "SR111"}
#: Mistakes of shape that are none in what YAML makes of the document.
NOT_OF_SHAPE = {
    "rulesets/empty-key": "a key that is empty is the text `` or null to an editor, whose own message it gets",
    "rulesets/list-as-key": "a list as a key is refused by the editor's YAML reader",
}
#: So many of the mistakes below, at least, are found by a schema; the rest takes reading: expressions, units, sums.
FOUND = {"rulesets": 105, "facts": 43, "facts for their ruleset": 100}


@cache
def _mistakes() -> dict[str, tuple[str, Any]]:
    """Return the documents of the malformed corpus that are YAML, each with the code of its first fault."""
    found = {}
    for name in reading.names():
        folder, _, stem = name.partition("/")
        content = (reading.HERE / folder / f"{stem}.yaml").read_bytes() if folder in ("rulesets", "facts") else b""
        plain = parsed(content.decode("utf-8", "replace"))
        if plain is not None:
            code = re.search(r"^error\[(SR\d+)]", reading.expectation(name).read_text("utf-8"), re.M)
            assert code is not None
            found[name] = code[1], plain
    return found


def _edition_of(name: str) -> Edition:
    content = (reading.HERE / f"{name}.yaml").read_bytes()
    return reading.own_edition() if b"ruleset: green-quarters" in content else reading.packaged_edition()


def test_every_mistake_of_shape_is_found() -> None:
    missed = set()
    for name, (code, plain) in _mistakes().items():
        schema = validator(RULESET) if name.startswith("rulesets/") else schema_for(FACTS, _edition_of(name))
        if code in SHAPE and not faults(schema, plain):
            missed.add(name)
    assert missed == NOT_OF_SHAPE.keys()


def test_many_other_mistakes_are_found_too() -> None:
    found = dict.fromkeys(FOUND, 0)
    for name, (_, plain) in _mistakes().items():
        document = RULESET if name.startswith("rulesets/") else FACTS
        found[document if document is FACTS else "rulesets"] += bool(faults(validator(document), plain))
        if document is FACTS:
            found["facts for their ruleset"] += bool(faults(schema_for(FACTS, _edition_of(name)), plain))
    assert {what: count for what, count in found.items() if count < FOUND[what]} == {}


# --- nothing is refused that a reader accepts ----------------------------------------------------------------------

#: One value of every shape, and a few that fit in many places.
VALUES: list[Any] = [
    None,
    True,
    0,
    1.5,
    "",
    "x",
    "met",
    "12 %",
    "2024-01-01",
    [],
    ["x"],
    [True],
    {},
    {"x": "met"},
    [{}],
]

EVERY_KEY = """\
standard: s
edition: "1"
source: {document: d}
effective: {from: 2022-01-01, until: 2023-01-01}
aliases: [a]
tiers: {basic: {title: x, requirements: unknown}, best: {rule: {any of: [total >= 3 points]}}}
scores: {total: {value: "sum(indicators, points)", unit: point, title: x}}
groups: {a: x, b: {zh: y}, c: {title: {en: z}}, d: }
facts:
  n: {count: building, from: count(buildings where lit), max: 9, step: 1, definition: x}
  o: {kind: flag}
  p: {set: {q: x, r: }, title: {zh: x}}
collections: {buildings: {each: building, title: {zh: 楼}, facts: {lit: {kind: flag}, h: {quantity: m, max: 5}}}}
measures: {m: {value: n, unit: building, title: x, source: {clause: "1"}, when_zero: undetermined}}
indicators:
  i: {number: 1, group: a, applies: o, optional: [best], points: {value: 2 points, of: 4 points}, require: {best: {all of: [{not: o}, {at least 1 of: [o, m >= 1 building]}]}}}
  j: {points: 5 points, optional: true, require: {best: {rule: o, source: {page: "1", url: u}}}}
reactions:
  r: {lost: [i, j], at_least: 2, within: 30 days, tier: best, title: {en: x}, source: {clause: "1"}}
  s: {reached: best}
  t: {stale: [n, m, buildings], after: 12 months}
  u: {lost: {indicator: [i], group: a}}
"""
EXTENSION = """\
standard: s
edition: "1"
extends: base@1
remove: {indicators: [second], reactions: [second_lost]}
"""
SMALL = """\
standard: s
edition: "1"
aliases: [t]
tiers: {basic: , best: }
facts:
  part: {count: household, at_most: whole}
  whole: {count: household, min: 1, max: 1000}
  persons: {count: 万人}
  area: {quantity: km^2, step: 0.01}
  plain: {quantity: item/item, min: 0.5}
  share: {share: "%"}
  gated: {kind: flag}
  services: {set: {meals: {zh: 助餐}, bathing: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
collections: {buildings: {each: building, facts: {lit: {kind: flag}, height: {quantity: m}}}}
measures:
  coverage: {value: part / whole, unit: "%"}
  ratio: {value: plain * 2, unit: item/item}
scores: {total: {value: "sum(indicators, points)", unit: point}}
indicators:
  it: {points: 5 points, require: {basic: coverage >= 70 %}}
  other: {require: {best: gated}}
"""
BASE = read_ruleset("""\
standard: base
edition: "1"
tiers: {basic: }
facts: {gated: {kind: flag}}
indicators: {first: {require: {basic: gated}}, second: {require: {basic: gated}}}
reactions: {second_lost: {lost: second}}
""")
FACTS_OF_ALL_KINDS = """\
ruleset: t@1
community: {id: a, name: b}
on: 2024-01-01
facts:
  part: 3
  whole: {value: 10, evidence: [a], observed: 2024-01-01, note: n}
  area: 3.25 km^2
  plain: 1.5
  share: 12 %
  gated: true
  services: [meals]
  water: lake
  opened: 2024-01-01
stated: {coverage: 30 %, ratio: {value: 3, evidence: x}}
not_reported: [persons]
claims: {it: met, other: undetermined}
"""
MEMBERS = """\
community: x
facts: {persons: 1.5}
collections: {buildings: [{id: a, name: b, lit: true, height: {value: 3 m, note: x}}, {lit: false}]}
"""
CASE_FILE = """\
ruleset: s
cases:
  - name: a
    source: b
    from: ../facts.yaml
    without: [part, gated, coverage]
    on: 2024-01-01
    facts: {part: 3}
    stated: {coverage: 80 %}
    not_reported: [area]
    expect:
      tier: none
      tiers: {basic: met}
      indicators: {basic: {it: met}, best: {it: met, other: not_met}}
      missing: {basic: {it: [part, on]}, best: {other: whole}}
      values: {coverage: 80 %, ratio: unknown}
      points: {basic: {it: 5 points}}
      scores: {basic: {total: 5 points}}
  - {name: b, collections: {buildings: [{lit: true}]}, expect: {tier: basic}}
"""


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(part, (*at, key))


def _changed(value: Any, at: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """Return a document with one part changed."""
    whole = copy(value)
    if len(at) == 1:
        change(whole, at[0])
    else:
        whole[at[0]] = _changed(value[at[0]], at[1:], change)
    return whole


def _neighbours(value: Any) -> Iterator[Any]:
    """Yield every document that differs from one in one place: a part taken out, or another in its place."""
    for at in _places(value):
        if at:
            yield _changed(value, at, lambda whole, key: whole.pop(key))
            for other in VALUES:
                yield _changed(value, at, lambda whole, key, other=other: whole.__setitem__(key, other))


Read = Callable[[Tree, Log], object]


def _refused(text: str, read: Read, *schemas: Schema) -> tuple[int, list[str]]:
    """Return how many neighbours of a document are valid, and what is refused of those that the reader accepts."""
    validators = [Draft7Validator(schema) for schema in schemas]
    valid, refused = 0, []
    for value in _neighbours(parsed(text)):
        found = [fault for check in validators for fault in faults(check, value)]
        if not found:
            valid += 1
            continue
        log = Log(Text(None, ""))
        read(tree_of(value), log)
        if not log.errors:
            refused += [f"{fault} in {value}" for fault in found]
    return valid, refused


@pytest.mark.once
@pytest.mark.parametrize(("text", "least"), [(EVERY_KEY, 150), (EXTENSION, 10)])
def test_no_ruleset_is_refused_that_the_reader_accepts(text: str, least: int) -> None:
    def read(tree: Tree, log: Log) -> object:
        return RulesetReader(log).edition(tree, lambda name: BASE)

    valid, refused = _refused(text, read, general_schema(RULESET))
    assert refused == []
    assert valid >= least


@pytest.mark.parametrize(("text", "least"), [(FACTS_OF_ALL_KINDS, 80), (MEMBERS, 40)])
def test_no_facts_are_refused_that_the_reader_accepts(text: str, least: int) -> None:
    edition = read_ruleset(SMALL)

    def read(tree: Tree, log: Log) -> object:
        return FactsReader(edition, log, disagreements).document(tree)

    valid, refused = _refused(text, read, general_schema(FACTS), schema_for(FACTS, edition))
    assert refused == []
    assert valid >= least


def test_no_case_file_is_refused_that_the_reader_accepts(tmp_path: Path) -> None:
    edition = read_ruleset(SMALL)
    (tmp_path / "facts.yaml").write_text("facts: {part: 3, gated: true}\nstated: {coverage: 30 %}\n", encoding="utf-8")

    def read(tree: Tree, log: Log) -> object:
        return CaseReader(edition, log, tmp_path / "cases" / "cases.yaml", disagreements).file(tree)

    valid, refused = _refused(CASE_FILE, read, general_schema(CASES), schema_for(CASES, edition))
    assert refused == []
    assert valid >= 80


# --- a schema of a ruleset -----------------------------------------------------------------------------------------


def test_a_schema_for_a_ruleset_names_its_facts_in_both_languages() -> None:
    facts = schema_for(FACTS, ruleset_of("docs/examples/green-community.yaml").edition)["properties"]
    assert facts["facts"]["properties"]["sorting_households"]["title"] == (
        "参与垃圾分类的家庭数 / number of households that sort their waste"
    )
    assert facts["facts"]["properties"]["area"]["description"] == (
        "A quantity in km^2, with its unit: `12 km^2`, at least 0.01 km^2, in steps of 0.01 km^2.\n\n"
        "写明单位：`12平方公里`，不小于0.01平方公里，精确到0.01平方公里。"
    )
    assert facts["stated"]["properties"]["green_share"]["description"] == (
        "= 绿地面积 ÷ 社区总面积\n\n= green area ÷ total area\n\nIn %: `12 %`."
    )
    assert facts["claims"]["properties"]["waste"]["description"] == (
        "达标级 / Basic:\n\n分类收集的垃圾包括厨余垃圾、有害垃圾\n\nseparate bins include kitchen waste and hazardous waste"
    )
    water = facts["facts"]["properties"]["water"]["anyOf"][0]
    assert dict(zip(water["enum"], water["enumDescriptions"], strict=False)) == {
        "river": "河流 / a river",
        "lake": "湖泊 / a lake",
        "none": "无 / none",
    }


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"facts": {"wholes": 3}}, "$.facts"),
        ({"facts": {"whole": 0}}, "$.facts.whole"),
        ({"facts": {"whole": 1001}}, "$.facts.whole"),
        ({"facts": {"whole": 1.5}}, "$.facts.whole"),
        ({"facts": {"whole": "many"}}, "$.facts.whole"),
        ({"facts": {"area": 3}}, "$.facts.area"),
        ({"facts": {"area": "3.5"}}, "$.facts.area"),
        ({"facts": {"plain": 0.4}}, "$.facts.plain"),
        ({"facts": {"gated": "maybe"}}, "$.facts.gated"),
        ({"facts": {"services": ["meal"]}}, "$.facts.services[0]"),
        ({"facts": {"services": ["meals", "meals"]}}, "$.facts.services"),
        ({"facts": {"water": "sea"}}, "$.facts.water"),
        ({"facts": {"opened": "2024.1.1"}}, "$.facts.opened"),
        ({"facts": {"lit": True}}, "$.facts"),
        ({"stated": {"coverage": 80}}, "$.stated.coverage"),
        ({"stated": {"cover": "80 %"}}, "$.stated"),
        ({"claims": {"it": "yes"}}, "$.claims.it"),
        ({"collections": {"buildings": [{"gated": True}]}}, "$.collections.buildings[0]"),
        ({"ruleset": "other", "facts": {}}, "$.ruleset"),
    ],
)
def test_a_schema_for_a_ruleset_refuses_what_the_ruleset_does(document: dict[str, Any], where: str) -> None:
    edition = read_ruleset(SMALL)
    with pytest.raises(SmartrulesError):
        read_facts(edition, json.dumps(document))
    assert [fault.partition(": ")[0] for fault in faults(schema_for(FACTS, edition), document)] == [where]


# --- assessments ---------------------------------------------------------------------------------------------------


@cache
def _assessments() -> list[Any]:
    """Return assessments of the shipped facts documents and of every conformance case."""
    found = []
    for path in SHIPPED:
        if _document(path) is FACTS:
            ruleset = ruleset_of(RULESETS.get(_name(path)) or parsed(path.read_text("utf-8"))["ruleset"])
            found.append(ruleset.assess(path))
    for path in sorted(CORPUS.glob("*.yaml")):
        ruleset, cases = read_corpus_file(path)
        found += [ruleset.assess(case.facts) for case in cases]
    return [json.loads(assessment.to_json()) for assessment in found]


@pytest.mark.once
def test_assessments_are_valid() -> None:
    assert [fault for plain in _assessments() for fault in faults(validator(ASSESSMENT), plain)] == []


def _walk(derivation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield derivation
    for part in derivation.get("parts", ()):
        yield from _walk(part)


def test_the_schema_of_assessments_has_every_key_that_is_written() -> None:
    schema = general_schema(ASSESSMENT)
    findings = [finding for plain in _assessments() for tier in plain["tiers"] for finding in tier["findings"]]
    parts = [part for finding in findings for part in _walk(finding["derivation"])]
    values = [fact for plain in _assessments() for where in ("facts", "stated") for fact in plain[where].values()]
    records = [one for plain in _assessments() for many in plain["collections"].values() for one in many]
    written: list[tuple[Schema, list[dict[str, Any]]]] = [
        (schema, _assessments()),
        (schema["properties"]["ruleset"], [plain["ruleset"] for plain in _assessments()]),
        (schema["properties"]["community"], [plain["community"] for plain in _assessments() if plain["community"]]),
        (schema["properties"]["collections"]["additionalProperties"]["items"], records),
        (schema["definitions"]["fact"], values),
        (schema["definitions"]["tier"], [tier for plain in _assessments() for tier in plain["tiers"]]),
        (schema["definitions"]["finding"], findings),
        (schema["definitions"]["derivation"], parts),
        (schema["definitions"]["quantity"], [part["margin"] for part in parts if "margin" in part]),
    ]
    for described, seen in written:
        keys = {key for one in seen for key in one}
        always = set.intersection(*({*one} for one in seen))
        assert keys - described["properties"].keys() == set()
        assert described["properties"].keys() - keys == set()
        assert set(described["required"]) - always == set()
        assert always - set(described["required"]) == set()
    causes = {key for part in parts for cause in part.get("causes", ()) for key in cause}
    known = schema["definitions"]["derivation"]["properties"]["causes"]["items"]["anyOf"]
    assert causes <= {key for one in known for key in one["properties"]}
