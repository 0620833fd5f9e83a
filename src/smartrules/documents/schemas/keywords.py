"""The keywords of JSON Schema that the schemas are made of.

Draft-07, the newest that every editor reads: the YAML language server, which is behind most of them, reads later drafts
only since its version 1.20. A ``$ref`` has no sibling that decides anything, only a ``title`` or ``description``, which
editors show beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

NULL: Schema = {"type": "null"}
#: A text as the reader takes one: also a number, which stands for its digits. Nothing else in YAML is a text.
TEXT: Schema = {"type": ["string", "number"], "minLength": 1}

# Ids are of letters of any script, and patterns of JSON know no scripts: these refuse the signs of ASCII that no id has.
_SIGNS = r"\u0000-\u0040\u005b-\u005e\u0060\u007b-\u007f"
_SIGNS_BUT_DIGITS = r"\u0000-\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f"
_ID = rf"[^{_SIGNS}][^{_SIGNS_BUT_DIGITS}]*$"
_ID_RULE = "a name is letters (of any script), digits and `_`, and begins with a letter"


def document(title: str, description: str, body: Schema, definitions: Mapping[str, Schema] | None = None) -> Schema:
    """Return a whole schema."""
    schema: Schema = {"$schema": DRAFT, "title": title, "description": description, **body}
    if definitions:
        schema["definitions"] = dict(definitions)
    return schema


def described(description: str, schema: Schema, title: str | None = None) -> Schema:
    """Return a schema with what an editor shows of it."""
    head = {} if title is None else {"title": title}
    return {**head, "description": description, **schema}


def text(description: str, *examples: str) -> Schema:
    """Return the schema of a text; an editor offers the examples."""
    return described(description, {**TEXT, **({"examples": list(examples)} if examples else {})})


def texts(description: str) -> Schema:
    """Return the schema of a text or a list of texts."""
    return described(description, TEXTS)


def word(description: str, *words: str, meanings: Iterable[str] = ()) -> Schema:
    """Return the schema of one of several words, each with its meaning."""
    explained = list(meanings)
    return described(description, {"enum": list(words), **({"enumDescriptions": explained} if explained else {})})


def any_of(*schemas: Schema) -> Schema:
    """Return the schema of what fits at least one."""
    return {"anyOf": list(schemas)}


def either(*schemas: Schema) -> Schema:
    """Return the schema of what fits one of several that take different types, such as a text or a mapping.

    Each keyword speaks of one type only, so they stand side by side. Of ``anyOf`` an editor can say no more than that
    nothing fits; here it says what is wrong.
    """
    merged: Schema = {"type": [one for schema in schemas for one in types_of(schema)]}
    for schema in schemas:
        rest = {keyword: value for keyword, value in schema.items() if keyword != "type"}
        assert not rest.keys() & {*merged, "enum", "const", "$ref"}
        merged.update(rest)
    assert len(merged["type"]) == len(set(merged["type"]))
    return merged


def types_of(schema: Schema) -> list[str]:
    """Return the types that a schema takes."""
    types: str | list[str] = schema["type"]
    return [types] if isinstance(types, str) else types


def or_nothing(schema: Schema) -> Schema:
    """Return the schema of what may also be left empty."""
    types = {"type": ["null", *types_of(schema)]}
    return {**schema, **types, **({"enum": [*schema["enum"], None]} if "enum" in schema else {})}


def list_of(item: Schema, *, least: int = 0) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item, **({"minItems": least} if least else {})}


TEXTS = either(TEXT, list_of(TEXT))


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    return {**open_(properties, required), "additionalProperties": False}


def open_(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """Return the schema of a mapping with these keys, and whatever else a later version adds."""
    needed = list(required)
    return {"type": "object", "properties": dict(properties), **({"required": needed} if needed else {})}


def by_id(value: Schema, *, unlike: Iterable[str] = (), least: int = 0) -> Schema:
    """Return the schema of a mapping by ids that an author chooses; ``unlike`` are words that cannot be ids."""
    taken = "|".join(sorted(unlike))
    names = {
        "pattern": f"^(?!(?:{taken})$){_ID}" if taken else f"^{_ID}",
        "patternErrorMessage": f"{_ID_RULE}; it is no word of the language" if taken else _ID_RULE,
    }
    return {**mapping_of(value, least=least), "propertyNames": names}


def mapping_of(value: Schema, *, least: int = 0) -> Schema:
    """Return the schema of a mapping by ids that are declared elsewhere."""
    few = {"minProperties": least} if least else {}
    return {"type": "object", "additionalProperties": value, **few}
