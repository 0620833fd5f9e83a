"""The JSON Schemas of facts documents: of any, and of those for one edition."""

from __future__ import annotations

from smartrules.documents.schemas.keywords import (
    NULL,
    TEXT,
    Schema,
    any_of,
    closed,
    described,
    document,
    either,
    list_of,
    mapping_of,
    or_nothing,
    ref,
    text,
)
from smartrules.documents.schemas.values import (
    ANY_FIGURE,
    ANY_MEMBERS,
    ANY_VALUE,
    DAY_OR_NOTHING,
    DEFINITIONS,
    claim,
    fact_value,
    figure,
    members_of,
    named,
)
from smartrules.standard import Edition

_SAYS = {
    "ruleset": "The ruleset that the facts are for: `standard@edition`, the standard alone, or an alias.",
    "community": "Whose facts they are: its id, or its id and its name.",
    "on": "The day for which the facts hold; a rule that says `today` reckons from it.",
    "facts": "The values, by the ids of the facts. What is not known is left out; never write a zero or a no for it.",
    "stated": "Measures that are given without the counts behind them, by their ids.",
    "collections": "The members of collections, by the ids of the collections: a list each.",
    "not_reported": "Facts and measures of which the document says that they were asked for and not reported, by ids.",
    "claims": "What the document itself says of indicators, by their ids. It decides nothing and is audited.",
}
_TITLE = "smartrules facts"
_DESCRIPTION = "What is known of one community on one day."
_COMMUNITY = either(
    {"type": ["string", "number"]},
    closed(
        {"id": text("A name for programs."), "name": text("The name for readers, such as 七里社区.")},
        ("id",),
    ),
)


def facts_schema() -> Schema:
    """Return the schema of a facts document for any ruleset."""
    return _document(_TITLE, {"ruleset": TEXT, **any_values(), "claims": or_nothing(mapping_of(ref("outcome")))})


def facts_schema_for(edition: Edition) -> Schema:
    """Return the schema of a facts document for an edition: its facts, measures, collections and indicators."""
    claims = {indicator.id: claim(edition, indicator.id) for indicator in edition.indicators}
    return _document(
        f"{_TITLE} for {edition.name}",
        {"ruleset": named(edition), **values_for(edition), "claims": or_nothing(closed(claims))},
    )


def any_values() -> dict[str, Schema]:
    """Return the schemas of what gives a community's values, for any ruleset; cases have the same."""
    return {
        "on": DAY_OR_NOTHING,
        "facts": or_nothing(mapping_of(ANY_VALUE)),
        "stated": or_nothing(mapping_of(ANY_FIGURE)),
        "collections": or_nothing(mapping_of(ANY_MEMBERS)),
        "not_reported": _ids(TEXT),
    }


def values_for(edition: Edition) -> dict[str, Schema]:
    """Return the schemas of what gives a community's values, for an edition; cases have the same."""
    known = [fact.id for fact in edition.facts] + [measure.id for measure in edition.measures]
    return {
        "on": DAY_OR_NOTHING,
        "facts": or_nothing(closed({fact.id: fact_value(edition, fact) for fact in edition.facts})),
        "stated": or_nothing(closed({measure.id: figure(edition, measure) for measure in edition.measures})),
        "collections": or_nothing(closed({one.id: members_of(edition, one) for one in edition.collections})),
        "not_reported": _ids({"enum": known}),
    }


def describe_values(values: dict[str, Schema]) -> dict[str, Schema]:
    """Return the schemas of a document's parts, each with what it is."""
    return {key: described(_SAYS[key], schema) for key, schema in values.items()}


def _ids(one: Schema) -> Schema:
    return any_of(NULL, one, list_of(one))


def _document(title: str, parts: dict[str, Schema]) -> Schema:
    top = closed(describe_values({"ruleset": parts["ruleset"], "community": _COMMUNITY, **parts}))
    top["anyOf"] = [{"required": [key]} for key in ("facts", "stated", "collections", "not_reported", "claims")]
    return document(title, _DESCRIPTION, top, DEFINITIONS)
