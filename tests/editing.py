"""Documents as an editor sees them: the plain values of YAML 1.2, and what a schema says of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from smartrules.diagnostics import Log, Text
from smartrules.documents.schemas import Document, general_schema
from smartrules.documents.schemas.keywords import Schema
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import read_tree
from tests.rulesets import ROOT

#: What a reader of a tutorial writes in it, who has no schema yet: it is held to what comes out of the page.
TUTORIALS = [ROOT / "docs" / "examples" / name for name in ("warm-homes", "nuanxin-jiayuan")]
WRITTEN_IN_TUTORIALS = sorted(path for folder in TUTORIALS for path in folder.rglob("*.yaml"))
#: Every other document that is shipped; each names its schema.
SHIPPED = sorted(
    {path for folder in ("rulesets", "docs/examples") for path in (ROOT / folder).rglob("*.yaml")}
    - {*WRITTEN_IN_TUTORIALS}
)

_INTEGER = re.compile(r"[-+]?[0-9]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def plain(tree: Tree) -> Any:
    """Return a tree as the plain values of YAML 1.2: an unquoted number is a number, a date is a text."""
    match tree:
        case Table():
            return {entry.key: plain(entry.value) for entry in tree.entries}
        case Sequence():
            return [plain(item) for item in tree.items]
        case Scalar(value=str() as text, quoted=False) if _INTEGER.fullmatch(text):
            return int(text)
        case Scalar(value=str() as text, quoted=False) if _REAL.fullmatch(text):
            return float(text)
        case Scalar(value=value):
            return value


def tree_of(value: Any) -> Tree:
    """Return plain values as the tree that they are read as, each text in quotation marks."""
    match value:
        case dict():
            return Table(tuple(Entry(key, tree_of(part)) for key, part in value.items()))
        case list():
            return Sequence(tuple(map(tree_of, value)))
        case None | bool() | str():
            return Scalar(value, quoted=True)
        case _:
            return Scalar(str(value))


def parsed(text: str) -> Any:
    """Return the plain values of a document, or None where it is no YAML that the library reads."""
    tree = read_tree(Text(None, text), Log(Text(None, text)))
    return None if tree is None else plain(tree)


@cache
def validator(document: Document) -> Draft7Validator:
    """Return the validator of a general schema."""
    return Draft7Validator(general_schema(document))


def faults(schema: Schema | Draft7Validator, value: Any) -> list[str]:
    """Return what a schema finds wrong in plain values, each with its place."""
    check = schema if isinstance(schema, Draft7Validator) else Draft7Validator(schema)
    return [f"{error.json_path}: {error.message}" for error in check.iter_errors(value)]
