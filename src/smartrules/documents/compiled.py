"""Edition ↔ compiled form: the finished tree as JSON, so that loading a packaged ruleset needs no parser.

The wheel carries it beside each ``ruleset.yaml``. It names the bytes it was made from, and of a ruleset that extends
another the fingerprint of that one; where those differ, the document itself is read. It holds what the document says and
nothing else: classes by name, fields in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from smartrules import standard
from smartrules.diagnostics import Span
from smartrules.documents.canonical import fingerprint
from smartrules.expr import nodes
from smartrules.standard import Edition
from smartrules.units import ONE, Unit, unit
from smartrules.values import Kind

if TYPE_CHECKING:
    from smartrules.documents.extension import FindBase

#: Changes whenever the form, a node or a field of the model does; a form of another version is not read.
VERSION = 4
FILE_NAME = "ruleset.compiled.json"


#: Returns the fingerprint of the ruleset that a name such as ``shandong-smart-community@2022`` names, None where there is none.
FindFingerprint = Callable[[str], str | None]


def compile_ruleset(path: Path, *, find: FindBase | None = None) -> str:
    """Return the compiled form of a ruleset document.

    Args:
        find: finds the ruleset that it extends.

    Raises:
        RulesetError: with every fault of the document.
    """
    from smartrules.documents.ruleset import read_ruleset_file  # reading the form needs no parser

    bases: dict[str, str] = {}

    def find_and_note(name: str) -> Edition:
        assert find is not None
        edition = find(name)
        bases[name] = fingerprint(edition)
        return edition

    edition = read_ruleset_file(path, find=None if find is None else find_and_note)
    return compile_edition(edition, path.read_bytes(), bases=bases)


def compile_edition(edition: Edition, document: bytes, *, bases: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the compiled form of an edition.

    Args:
        document: the bytes that it was read from.
        bases: the fingerprint of the ruleset that it extends, by name; empty where it extends none.
    """
    plain = {
        "version": VERSION,
        "document": hashlib.sha256(document).hexdigest(),
        "bases": dict(bases),
        "fingerprint": fingerprint(edition),
        "edition": _encode(edition),
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def read_compiled(
    text: str, document: bytes, *, fingerprint_of: FindFingerprint = lambda name: None
) -> tuple[Edition, str] | None:
    """Return the edition of a compiled form and its fingerprint, or None where it was not made from what is there now.

    Args:
        document: the bytes of the document as they are now.
        fingerprint_of: finds the fingerprint of the ruleset that it extends, as that is now.
    """
    plain = json.loads(text)
    if plain.get("version") != VERSION or plain.get("document") != hashlib.sha256(document).hexdigest():
        return None
    if any(fingerprint_of(name) != made_with for name, made_with in plain["bases"].items()):
        return None
    edition = _decode(plain["edition"])
    assert isinstance(edition, Edition)
    return edition, plain["fingerprint"]


_CLASSES: dict[str, type] = {
    cls.__name__: cls
    for module in (nodes, standard)
    for cls in vars(module).values()
    if isinstance(cls, type) and attrs.has(cls) and cls is not Unit
} | {"Span": Span}
_FIELDS: dict[type, tuple[str, ...]] = {
    cls: tuple(a.name for a in attrs.fields(cls) if a.init) for cls in _CLASSES.values()
}


def _encode(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return {"kind": value.value}
        case str():
            return value
        case Fraction():
            return {"fraction": str(value)}
        case date():
            return {"date": value.isoformat()}
        case Unit():
            return {"unit": str(value)}
        case tuple():
            return {"tuple": [_encode(part) for part in value]}
        case Span():
            return [value.line, value.column, value.width]
        case _:
            name = type(value).__name__
            if name not in _CLASSES:
                raise TypeError(f"{name} has no compiled form")
            return [name, *(_encode(getattr(value, field)) for field in _FIELDS[type(value)])]


_TAGGED: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "fraction": Fraction,
    "date": date.fromisoformat,
    "unit": lambda text: unit(text) if text else ONE,
    "tuple": lambda parts: tuple([_decode(part) for part in parts]),
}


def _decode(plain: Any) -> Any:
    if isinstance(plain, dict):
        ((tag, value),) = plain.items()
        return _TAGGED[tag](value)
    if not isinstance(plain, list):
        return plain
    if isinstance(plain[0], int):
        return Span(*plain)
    cls = _CLASSES[plain[0]]
    return cls(**dict(zip(_FIELDS[cls], map(_decode, plain[1:]), strict=True)))
