"""The canonical form: what leaves a ruleset's fingerprint alone, and that nothing else does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from smartrules.documents.canonical import canonical, fingerprint
from smartrules.documents.ruleset import read_ruleset, read_ruleset_mapping
from smartrules.expr.nodes import Name
from smartrules.expr.parse import parse
from smartrules.standard import Edition, Points, Source
from smartrules.values import Kind
from tests.rulesets import GRADED, GREEN, REACTING, SHANDONG, shandong


def of(text: str) -> str:
    return fingerprint(read_ruleset(text))


SAME: dict[str, str] = {
    "comments and white space": GREEN.replace("facts:", "# facts\n\nfacts:   # here").replace(": {", ":   {"),
    "another order of sections": GREEN.replace('edition: "2024"\n', "").replace("facts:", 'edition: "2024"\nfacts:'),
    "another order of keys": GREEN.replace(
        "{count: household, min: 1, title: {zh: 户数}}", "{title: {zh: 户数}, min: 1, count: household}"
    ).replace("{from: 2024-01-01, until: 2026-12-31}", "{until: 2026-12-31, from: 2024-01-01}"),
    "an edition without quotation marks": GREEN.replace('edition: "2024"', "edition: 2024"),
    "a title in one text": GREEN.replace("title: {zh: 光伏}", "title: 光伏"),
    "an empty tier": GREEN.replace("best: {}", "best:"),
    "a group with a title": GREEN.replace("homes: {zh: 住宅}", "homes: {title: {zh: 住宅}}"),
    "a number without quotation marks": GREEN.replace('number: "1"', "number: 1"),
    "a unit by its Chinese word": GREEN.replace("count: household", "count: 户").replace("km^2", "平方公里"),
    "a unit by another spelling": GREEN.replace("km^2", "km²").replace('"%"', "percent"),
    "a bound in other digits": GREEN.replace("max: 5000", 'max: "5,000"').replace("step: 0.01", "step: 0.010"),
    "a bound with its unit": GREEN.replace("max: 5000", "max: 0.5 万户").replace("step: 0.01", "step: 1 公顷"),
    "a least value of zero": GREEN.replace("area: {quantity: km^2,", "area: {quantity: km^2, min: 0,"),
    "signs of another keyboard": GREEN.replace(">= 70 %", "≥ ７０％").replace("/ 1 household <", "÷ 1户 ＜"),
    "and for all of": GREEN.replace(
        '"all of (solar_share >= 70 %, 6 <= density * 1 km^2 / 1 household < 900, services includes all of (meals, bathing))"',
        "solar_share >= 70 % and 6 <= density * 1 km^2 / 1 household < 900 and services includes all of (meals, bathing)",
    ),
    "a list for all of": GREEN.replace(
        'basic: "all of (solar_share >= 70 %, 6 <= density * 1 km^2 / 1 household < 900, services includes all of (meals, bathing))"',
        "basic:\n        all of:\n          - solar_share >= 70 %\n          - 6 <= density * 1 km^2 / 1 household < 900\n"
        "          - services includes all of (meals, bathing)",
    ),
    "a range turned round": GREEN.replace(
        "6 <= density * 1 km^2 / 1 household < 900", "900 > density * 1 km^2 / 1 household >= 6"
    ),
    "more parentheses": GREEN.replace("solar_households / households", "((solar_households) / (households))"),
    "a choice in a list": GREEN.replace("water is river", "water in (river)"),
    "decimals written out": GREEN.replace(">= 70 %", ">= 70.00 %").replace(">= 90 %", ">= 90.0 %"),
    "a rule under its key": GREEN.replace(
        'basic: "any of (water is river, opened >= 2022-01-01, not gated)"',
        'basic: {rule: "any of (water is river, opened >= 2022-01-01, not gated)"}',
    ),
    "another way to end lines": GREEN.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_how_a_ruleset_is_written_leaves_its_fingerprint_alone(text: str) -> None:
    assert text != GREEN
    assert read_ruleset(text) == read_ruleset(GREEN)
    assert of(text) == of(GREEN)


OTHER: dict[str, tuple[str, str]] = {
    "a threshold": (">= 70 %", ">= 70.01 %"),
    "an operator": ("solar_share >= 70 %", "solar_share > 70 %"),
    "an end of a range": ("< 900", "<= 900"),
    "a unit of a threshold": (">= 70 %", ">= 70 ‰"),
    "a threshold of the tier above": (">= 90 %", ">= 95 %"),
    "a member of a rule": ("all of (meals, bathing))", "any of (meals, bathing))"),
    "a connective": ("any of (water", "all of (water"),
    "the order of parts": ("(water is river, opened >= 2022-01-01,", "(opened >= 2022-01-01, water is river,"),
    "a date": ("opened >= 2022-01-01", "opened >= 2022-01-02"),
    "a negation": ("not gated", "gated"),
    "a title": ("{zh: 光伏}", "{zh: 光伏发电}"),
    "a title in another language": ("{zh: 光伏}", "{en: 光伏}"),
    "the title of the standard": ("en: Green quarters", "en: Green homes"),
    "the standard": ("green-quarters", "green-homes"),
    "the edition": ('"2024"', '"2025"'),
    "an alias": ("aliases: [绿字1号]", "aliases: [绿字2号]"),
    "the day from which it is in force": ("from: 2024-01-01", "from: 2024-01-02"),
    "the day until which it is in force": ("until: 2026-12-31", "until: 2027-12-31"),
    "the source of the edition": ("document: 绿字1号", "document: 绿字2号"),
    "the source of an indicator": ('clause: "1"', 'clause: "2"'),
    "the source of a requirement": ('page: "3"', 'page: "4"'),
    "the title of a tier": ("{zh: 基础型}", "{zh: 基本型}"),
    "a tier that is not to hand": ("best: {}", "best: {}\n  top: {requirements: unknown}"),
    "the title of a group": ("{zh: 住宅}", "{zh: 住房}"),
    "a group": ("    group: homes\n", ""),
    "the number of an indicator": ('number: "1"', 'number: "2"'),
    "the title of a fact": ("{zh: 户数}", "{zh: 家庭数}"),
    "a definition": ("title: {zh: 户数}", "title: {zh: 户数}, definition: {zh: 常住}"),
    "the least value of a fact": ("min: 1", "min: 2"),
    "the greatest value of a fact": ("max: 5000", "max: 5001"),
    "the step of a fact": ("step: 0.01", "step: 0.02"),
    "the whole of a fact": (", at_most: households", ""),
    "the unit of a fact": ("quantity: km^2", "quantity: ha"),
    "a kind": ("water: {choice:", "water: {choice: {pond: , river: , lake: }}\n  water2: {choice:"),
    "a member": ("bathing: }}", "bathing: , cleaning: }}"),
    "the title of a member": ("{zh: 助餐}", "{zh: 送餐}"),
    "the order of members": ("{river: , lake: }", "{lake: , river: }"),
    "the order of facts": (
        "  gated: {kind: flag}\n  services: {set: {meals: {zh: 助餐}, bathing: }}\n",
        "  services: {set: {meals: {zh: 助餐}, bathing: }}\n  gated: {kind: flag}\n",
    ),
    "a formula": ("value: households / area", "value: households / (area + 0 km^2)"),
    "the unit of a measure": ('unit: "%", when_zero', "unit: ‰, when_zero"),
    "a zero that is accepted": (", when_zero: undetermined", ""),
    "a condition": ("applies: gated", "applies: not gated"),
    "no condition": ("    applies: gated\n", ""),
    "a requirement": ('      best: {rule: solar_share >= 90 %, source: {page: "3"}}\n', ""),
}


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_what_a_ruleset_says_is_in_its_fingerprint(old: str, new: str) -> None:
    assert GREEN.count(old) == 1
    changed = GREEN.replace(old, new)
    assert read_ruleset(changed) != read_ruleset(GREEN)
    assert of(changed) != of(GREEN)


def test_every_change_gives_a_fingerprint_of_its_own() -> None:
    assert len({of(GREEN), *(of(GREEN.replace(old, new)) for old, new in OTHER.values())}) == len(OTHER) + 1


SAME_REACTIONS: dict[str, tuple[str, str]] = {
    "another order of keys": ("{lost: solar, tier: best,", "{tier: best, lost: solar,"),
    "a list of one": ("{reached: best}", "{reached: [best]}"),
    "what it is said": ("{reached: best}", "{reached: {tier: best}}"),
    "a span in other words": ("within: 30 days", "within: ３０天"),
    "a number in quotation marks": ("at_least: 2", 'at_least: "2"'),
}


@pytest.mark.parametrize(("old", "new"), SAME_REACTIONS.values(), ids=SAME_REACTIONS)
def test_how_a_reaction_is_written_leaves_the_fingerprint_alone(old: str, new: str) -> None:
    assert REACTING.count(old) == 1
    assert of(REACTING.replace(old, new)) == of(REACTING)


OTHER_REACTIONS: dict[str, tuple[str, str]] = {
    "what is waited for": ("{lost: solar, tier: best,", "{lost: other, tier: best,"),
    "whether it is lost or reached": ("{lost: solar, tier: best,", "{reached: solar, tier: best,"),
    "the tier that asks": ("tier: best,", "tier: basic,"),
    "any tier": ("tier: best, ", ""),
    "a group": ("{indicator: other, group: homes}", "[other, solar]"),
    "how many": ("at_least: 2", "at_least: 1"),
    "the time within": ("within: 30 days", "within: 1 month"),
    "any time": (", within: 30 days", ""),
    "the age": ("after: 12 months", "after: 13 months"),
    "a fact": ("[households, solar_share]", "[households]"),
    "the name": ("best_reached:", "best_is_reached:"),
    "the title": ("en: Solar lost", "en: Solar power lost"),
    "the source": ('clause: "9"', 'clause: "8"'),
}


@pytest.mark.parametrize(("old", "new"), OTHER_REACTIONS.values(), ids=OTHER_REACTIONS)
def test_what_a_reaction_says_is_in_the_fingerprint(old: str, new: str) -> None:
    assert REACTING.count(old) == 1
    assert of(REACTING.replace(old, new)) != of(REACTING)


_FILLED = {
    "str": "x",
    "date": date(1999, 1, 1),
    "Number": 7,
    "Source": Source(note="x"),
    "Expr": Name("gated"),
    "Points": Points(7),
}


def _changed(value: Any, kind: str) -> Any:
    """Return another value for a field of the model, ``...`` where there is none to choose."""
    match value:
        case None:
            return next((filled for word, filled in _FILLED.items() if word in kind), ...)
        case Kind():
            return Kind.RATE if value is not Kind.RATE else Kind.COUNT
        case bool():
            return not value
        case str():
            return value + "x"
        case date():
            return date(1999, 1, 1)
        case int() | Fraction():
            return value + 1
        case tuple() if value:
            return value[:-1]
    return ...


def _models(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every part of the model that is a class of `standard`, with the way to it."""
    if attrs.has(type(value)) and type(value).__module__.startswith("smartrules.standard."):
        yield path, value
        for field in attrs.fields(type(value)):
            if field.init:
                yield from _models(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _models(part, (*path, index))


def _with(root: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    first, *rest = path
    if isinstance(first, int):
        return (*root[:first], _with(root[first], tuple(rest), part), *root[first + 1 :])
    return attrs.evolve(root, **{first.lstrip("_"): _with(getattr(root, first), tuple(rest), part)})


def _changes(edition: Edition) -> Iterator[tuple[str, Edition]]:
    for path, model in _models(edition):
        for field in attrs.fields(type(model)):
            if not field.init or not field.eq:
                continue
            changed = _changed(getattr(model, field.name), str(field.type))
            if changed is not ...:
                name = ".".join(map(str, (*path, field.name)))
                yield name, _with(edition, path, attrs.evolve(model, **{field.name: changed}))


@pytest.mark.parametrize("text", [GREEN, GRADED, REACTING], ids=["green", "graded", "reacting"])
def test_every_field_of_the_model_is_in_the_fingerprint(text: str) -> None:
    edition = read_ruleset(text)
    unchanged = [name for name, other in _changes(edition) if fingerprint(other) == fingerprint(edition)]
    assert unchanged == []
    assert len(list(_changes(edition))) > 150


def test_positions_are_not_in_the_canonical_form() -> None:
    edition = read_ruleset(GREEN)
    moved = read_ruleset("\n\n# moved\n" + GREEN)
    assert edition.indicators[0].at != moved.indicators[0].at
    assert canonical(edition) == canonical(moved)


def test_a_ruleset_of_plain_values_is_the_same_as_its_document() -> None:
    mapping = {
        "standard": "tiny",
        "edition": "1",
        "tiers": {"basic": None},
        "facts": {"a": {"count": "household", "min": 1}, "s": {"share": "%", "max": 50}},
        "indicators": {"it": {"require": {"basic": {"all of": ["a >= 2 households", "s > 10 %"]}}}},
    }
    text = """
standard: tiny
edition: "1"
tiers: {basic: }
facts: {a: {count: household, min: 1}, s: {share: "%", max: 50}}
indicators: {it: {require: {basic: a >= 2 households and s > 10 %}}}
"""
    assert fingerprint(read_ruleset_mapping(mapping)) == of(text)


def test_the_canonical_form_is_json_on_one_line_with_sorted_keys() -> None:
    text = canonical(read_ruleset(GREEN))
    assert "\n" not in text
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text
    assert json.loads(text)["indicators"][1] == {
        "id": "other",
        "number": None,
        "group": None,
        "title": {},
        "applies": None,
        "measures": [],
        "require": [
            {"tier": "basic", "rule": "any of (water is river, opened >= 2022-01-01, not gated)", "source": None}
        ],
        "source": None,
    }


def test_reactions_stand_in_the_canonical_form_where_there_are_any() -> None:
    assert "reactions" not in json.loads(canonical(read_ruleset(GREEN)))
    plain = json.loads(canonical(read_ruleset(REACTING)))
    assert plain["reactions"] == [
        {
            "id": "solar_lost",
            "kind": "lost",
            "of": {"indicators": ["solar"]},
            "tier": "best",
            "at_least": None,
            "within": None,
            "after": None,
            "title": {"zh": "光伏失守", "en": "Solar lost"},
            "source": {"clause": "9"},
        },
        {
            "id": "best_reached",
            "kind": "reached",
            "of": {"tiers": ["best"]},
            "tier": None,
            "at_least": None,
            "within": None,
            "after": None,
            "title": {},
            "source": None,
        },
        {
            "id": "homes_lost",
            "kind": "lost",
            "of": {"indicators": ["other"], "groups": ["homes"]},
            "tier": None,
            "at_least": 2,
            "within": "30 days",
            "after": None,
            "title": {},
            "source": None,
        },
        {
            "id": "out_of_date",
            "kind": "stale",
            "of": {"facts": ["households", "solar_share"]},
            "tier": None,
            "at_least": None,
            "within": None,
            "after": "12 months",
            "title": {},
            "source": None,
        },
    ]


def test_a_fingerprint_is_the_hash_of_the_canonical_form() -> None:
    text = """
standard: a
edition: b
tiers: {t: }
facts: {n: {count: 户, at_most: w}, w: {count: household}}
indicators: {i: {require: {t: n / w ≥ ７０％}}}
"""
    written = (
        '{"aliases":[],"canonical":1,"collections":[],"edition":"b","effective":[null,null],'
        '"facts":[{"at_most":"w","definition":{},"from":null,"id":"n","kind":"count","max":null,"members":[],"min":"0","step":null,'
        '"title":{},"unit":"household"},'
        '{"at_most":null,"definition":{},"from":null,"id":"w","kind":"count","max":null,"members":[],"min":"0","step":null,'
        '"title":{},"unit":"household"}],"groups":[],'
        '"indicators":[{"applies":null,"group":null,"id":"i","measures":[],"number":null,'
        '"require":[{"rule":"n / w >= 70 %","source":null,"tier":"t"}],"source":null,"title":{}}],'
        '"measures":[],"source":null,"standard":"a","tiers":[{"id":"t","known":true,"title":{}}],"title":{}}'
    )
    edition = read_ruleset(text)
    assert canonical(edition) == written
    assert fingerprint(edition) == hashlib.sha256(written.encode()).hexdigest()


def test_every_rule_of_the_packaged_ruleset_is_printed_as_it_can_be_read() -> None:
    edition = shandong().edition
    rules = json.loads(canonical(edition))
    printed = [r["rule"] for i in rules["indicators"] for r in i["require"]]
    printed += [i["applies"] for i in rules["indicators"] if i["applies"]] + [m["value"] for m in rules["measures"]]
    read = [r.rule for i in edition.indicators for r in i.requirements]
    read += [i.applies for i in edition.indicators if i.applies] + [m.value for m in edition.measures]
    assert [parse(text) for text in printed] == read
    assert fingerprint(read_ruleset((SHANDONG / "ruleset.yaml").read_text("utf-8"))) == shandong().fingerprint
