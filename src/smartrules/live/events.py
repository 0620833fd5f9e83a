"""An event: what came of a community, as a store of events keeps it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from attrs import frozen

from smartrules.diagnostics import StoreError, shorten

#: What an event is: facts that came or were corrected, ids that were taken back, a community that is forgotten, or that its
#: facts were told to be too old.
EventKind = Literal["assert", "retract", "forget", "aged"]


@frozen
class Event:
    """Something that came of a community.

    Attributes:
        number: counted from 1, through all communities of a store, without gaps.
        community: its id.
        kind: ``assert``, ``retract``, ``forget`` or ``aged``.
        body: a value of JSON: a facts document for ``assert``, a list of ids for ``retract``, None for ``forget``, and for
            ``aged`` all values that are told to be too old.
        when: its time, in UTC.
    """

    number: int
    community: str
    kind: EventKind
    body: Any
    when: datetime


# --- what a store can keep -----------------------------------------------------------------------------------------

_HALVES = re.compile("[\ud800-\udfff]")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# One encoder for all events: `json.dumps` makes one for each call that asks for anything but what it does by itself.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode_body(body: Any) -> str:
    """Return a value of JSON as its text: numbers digit by digit, Chinese as it is.

    Raises:
        StoreError: SR818, for what is no value of JSON, or not one that reads back as it was.
    """
    try:
        text = _encode(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise _unkept(f"what came is no value of JSON: {shorten(str(error), 200)}") from None
    if not text.isascii() and _HALVES.search(text):
        raise _unkept("what came holds half a character, a surrogate without its other half")
    return text


def decode_body(text: str) -> Any:
    """Return the value whose text `encode_body` made."""
    return json.loads(text)


def is_storable(text: str) -> bool:
    """Return whether every database keeps a text as it is: PostgreSQL takes no NUL, and none takes half a character."""
    return "\0" not in text and (text.isascii() or _HALVES.search(text) is None)


def check_storable(text: str, what: str) -> str:
    """Return a text that every database keeps as it is.

    Raises:
        StoreError: SR818, for any other; ``what`` is what the message calls it.
    """
    if not is_storable(text):
        raise _unkept(f"{what}, `{shorten(text)}`, holds a NUL or half a character")
    return text


def microseconds(when: datetime) -> int:
    """Return a time as whole microseconds since 1970 in UTC.

    Raises:
        StoreError: SR818, for a time that does not say in which zone it is.
    """
    if when.utcoffset() is None:
        raise StoreError.of(
            "SR818", f"the time {when.isoformat()} does not say in which zone it is", "give it one: `datetime.now(UTC)`"
        )
    return (when - _BEGINNING) // _MICROSECOND


def moment(count: int) -> datetime:
    """Return the time, in UTC, that is a number of microseconds after 1970."""
    return _BEGINNING + count * _MICROSECOND


def _unkept(message: str) -> StoreError:
    return StoreError.of("SR818", message, "give texts, numbers, flags, lists and mappings as a JSON document has them")
