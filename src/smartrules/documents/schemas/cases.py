"""The JSON Schemas of case files: of any, and of those for one edition."""

from __future__ import annotations

from smartrules.documents.cases import CONFIRM
from smartrules.documents.schemas.facts import any_values, describe_values, values_for
from smartrules.documents.schemas.keywords import (
    TEXT,
    TEXTS,
    Schema,
    any_of,
    closed,
    described,
    document,
    list_of,
    mapping_of,
    or_nothing,
    ref,
    text,
)
from smartrules.documents.schemas.values import DEFINITIONS, both, formula, named, requirement, titled
from smartrules.standard import Edition

_SAYS = {
    "tier": "The highest tier that is reached with all below it; `none` for none.",
    "tiers": "Outcomes of tiers.",
    "indicators": "Outcomes of indicators, by tier.",
    "missing": "The facts that an undetermined indicator names as missing, by tier and indicator, in their order. "
    "A fact of a member is named `buildings.b3.monitored`, a collection by its id, the day `on`.",
    "values": "Values of measures; `unknown` for one that has none.",
    "points": "The points that indicators earn, by tier; `unknown` where that is open, or the indicator is not applicable.",
    "scores": "Values of scores, by tier; `unknown` for one that has none.",
}
_TITLE = "smartrules cases"
_DESCRIPTION = "Facts with what the standard's text says of them, each a case that `smartrules test` runs."


def cases_schema() -> Schema:
    """Return the schema of a case file for any ruleset."""
    expected = {
        "tier": TEXT,
        "tiers": _some(ref("expected")),
        "indicators": _some(_these(ref("expected"))),
        "missing": _some(_these(ref("missing"))),
        "values": _some(ref("value")),
        "points": _some(_these(ref("value"))),
        "scores": _some(_these(ref("value"))),
    }
    return _file(_TITLE, TEXT, any_values(), TEXTS, expected, {"missing": TEXTS, "value": _VALUE, "expected": _OUTCOME})


def cases_schema_for(edition: Edition) -> Schema:
    """Return the schema of a case file for an edition: its facts, measures, tiers and indicators."""
    tiers = [tier.id for tier in edition.tiers]
    titles = [both(tier.title) or tier.id for tier in edition.tiers]
    indicators = [indicator.id for indicator in edition.indicators]
    missing = any_of(
        {"enum": [*_given(edition), *(name for name in edition.collection_of_fact), "on"]},
        {"type": "string", "pattern": r"\."},
    )
    values = {one.id: titled(one.title, formula(edition, one), ref("value")) for one in edition.measures}
    scores = _of_these(
        {one.id: titled(one.title, formula(edition.graded, one), ref("value")) for one in edition.scores}
    )
    expected = {
        "tier": {
            "enum": [*tiers, "none", CONFIRM],
            "enumDescriptions": [*titles, "Not even the lowest.", "Still to be written from the standard's text."],
        },
        "tiers": _some_of(
            {tier.id: titled(tier.title, "The outcome of the tier.", ref("expected")) for tier in edition.tiers}
        ),
        "indicators": _by_tier(edition, indicators, ref("expected")),
        "missing": _by_tier(edition, indicators, ref("missing")),
        "values": _some_of(values),
        "points": _by_tier(edition, [one.id for one in edition.indicators if one.points is not None], ref("value")),
        "scores": _some_of(
            {tier.id: titled(tier.title, f"At the tier `{tier.id}`.", scores) for tier in edition.tiers}
        ),
    }
    taken = {"enum": [*_given(edition), *(measure.id for measure in edition.measures)]}
    return _file(
        f"{_TITLE} for {edition.name}",
        named(edition),
        values_for(edition),
        any_of(taken, list_of(taken)),
        expected,
        {"missing": any_of(missing, list_of(missing)), "value": _VALUE, "expected": _OUTCOME},
    )


# A value that a case expects is written as a stated measure is, and stands without evidence.
_VALUE: Schema = {"type": ["string", "number", "null"], "examples": ["unknown"]}
_OUTCOME = any_of(ref("outcome"), {"const": CONFIRM, "description": "Still to be written from the standard's text."})


def _given(edition: Edition) -> list[str]:
    return [*(fact.id for fact in edition.facts), *edition.collection_by_id]


def _these(value: Schema) -> Schema:
    """Return the schema of a mapping by ids that expects something."""
    return mapping_of(value, least=1)


def _some(value: Schema) -> Schema:
    return or_nothing(_these(value))


def _of_these(properties: dict[str, Schema]) -> Schema:
    """Return the schema of a mapping with some of these keys."""
    return {**closed(properties), "minProperties": 1}


def _some_of(properties: dict[str, Schema]) -> Schema:
    return or_nothing(_of_these(properties))


def _by_tier(edition: Edition, indicators: list[str], value: Schema) -> Schema:
    """Return the schema of a mapping by tier, then by those of some indicators that are required there."""
    return _some_of(
        {
            tier.id: titled(tier.title, f"At the tier `{tier.id}`.", _of_tier(edition, tier.id, indicators, value))
            for tier in edition.tiers
        }
    )


def _of_tier(edition: Edition, tier: str, indicators: list[str], value: Schema) -> Schema:
    return _of_these(
        {
            name: titled(edition.indicator_by_id[name].title, requirement(edition, tier, name), value)
            for name in indicators
            if name in edition.rules(tier)
        }
    )


def _file(
    title: str,
    ruleset: Schema,
    values: dict[str, Schema],
    without: Schema,
    expected: dict[str, Schema],
    definitions: dict[str, Schema],
) -> Schema:
    expect = _of_these({key: described(_SAYS[key], schema) for key, schema in expected.items()})
    case = closed(
        {
            "name": text("What the case pins, in a few words; each name stands once."),
            "source": text("Where the standard says so."),
            "from": text("A facts document to begin from, relative to this file: `../examples/qili.yaml`."),
            "without": described("Facts, stated measures and collections to take away from it.", without),
            **describe_values(values),
            "expect": described("What is expected. Whatever it leaves out may be anything.", expect),
        },
        ("name", "expect"),
    )
    top = closed(
        {
            "ruleset": described("The ruleset that the cases are for; it may be left out.", ruleset),
            "cases": described("The cases, each begun with `- name:`.", list_of(case, least=1)),
        },
        ("cases",),
    )
    return document(title, _DESCRIPTION, top, {**DEFINITIONS, **definitions})
