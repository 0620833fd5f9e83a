"""Edition ↔ compiled form: the finished tree as JSON, so that loading a packaged ruleset needs no parser.

The wheel carries it beside each ``ruleset.yaml``. It names the bytes that it was made from, those of the document and of
every document that this one extends; where any of them differ, the document itself is read. It holds what the document says and nothing else: classes by name, fields in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

import attrs

from smartrules import standard
from smartrules.diagnostics import Span
from smartrules.documents.canonical import fingerprint
from smartrules.expr import nodes
from smartrules.standard import Edition
from smartrules.units import ONE, Unit, unit
from smartrules.values import Kind

#: Changes whenever the form, a node or a field of the model does; a form of another version is not read.
VERSION = 8
FILE_NAME = "ruleset.compiled.json"


def compile_edition(edition: Edition, document: bytes, bases: Mapping[str, bytes] | None = None) -> str:
    """Return the compiled form of an edition.

    Args:
        document: the bytes from which the edition was read.
        bases: those of every document that it extends, directly or through another, by the name of its edition.
    """
    plain = {
        "version": VERSION,
        "document": _digest(document),
        "bases": {name: _digest(base) for name, base in (bases or {}).items()},
        "fingerprint": fingerprint(edition),
        "edition": _encode(edition),
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def read_compiled(
    text: str, document: bytes, base: Callable[[str], bytes | None] = lambda _: None
) -> tuple[Edition, str] | None:
    """Return the edition of a compiled form and its fingerprint, or None where it was not made from these documents.

    Args:
        document: the bytes of the document now.
        base: gives those of an edition that it extends, None where there is none any more.
    """
    try:
        plain = json.loads(text)
        if plain["version"] != VERSION or plain["document"] != _digest(document):
            return None
        for name, digest in plain["bases"].items():
            content = base(name)
            if content is None or _digest(content) != digest:
                return None
        edition, found = _decode(plain["edition"]), plain["fingerprint"]
    except (ValueError, LookupError, TypeError, AttributeError):  # a file that was cut off, or is none
        return None
    return (edition, found) if isinstance(edition, Edition) and isinstance(found, str) else None


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


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
