"""What a host gives for a paper, before any of it is used: a day, a time, texts, a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from smartrules.diagnostics import Diagnostic, SmartrulesError, shorten
from smartrules.facts import wrong_day
from smartrules.values import Language

_LIST = "give a list of texts, one for each"


def check_given(*, on: object, at: object, contact: object = None, mended: object = ()) -> None:
    """Check that what is given for a paper is of its kind.

    Raises:
        SmartrulesError: SR502, with every fault.
    """
    faults = [*_of_the_day(on), *_of_the_time(at), *_of_the_contact(contact), *_of_the_mended(mended)]
    if faults:
        raise SmartrulesError(faults)


def texts_of(given: Any) -> Any:
    """Return texts as a tuple, one text as the only one of them; what is neither stays as it is, to be refused."""
    if isinstance(given, str):
        return (given,)
    return tuple(given) if isinstance(given, Iterable) else given


def known_language(language: Any) -> Language:
    """Return a language in which papers are written.

    Raises:
        SmartrulesError: SR502 for another.
    """
    if language == "zh" or language == "en":
        found: Language = language
        return found
    hint = "`zh` is Chinese, `en` is English"
    raise SmartrulesError.of("SR502", f"`language` is `zh` or `en`, not {_shown(language)}", hint)


def _shown(given: object) -> str:
    return f"`{shorten(str(given), 40)}`"


def _of_the_day(on: object) -> Iterator[Diagnostic]:
    fault = wrong_day(on)
    if fault is not None:
        yield Diagnostic(fault.code, fault.message, fault.help)


def _of_the_time(at: object) -> Iterator[Diagnostic]:
    if at is not None and not isinstance(at, datetime):
        hint = "give one with its offset: `datetime.now(timezone.utc)`"
        yield Diagnostic("SR502", f"`at` is a time, not {_shown(at)}", hint)


def _of_the_contact(contact: object) -> Iterator[Diagnostic]:
    if contact is not None and not isinstance(contact, str):
        yield Diagnostic("SR502", f"`contact` is a text, not {_shown(contact)}", "give the office as one text")


def _of_the_mended(mended: object) -> Iterator[Diagnostic]:
    if not isinstance(mended, Iterable):
        yield Diagnostic("SR502", f"`mended` is a list of texts, not {_shown(mended)}", _LIST)
        return
    for one in mended:
        if not isinstance(one, str):
            yield Diagnostic("SR502", f"`mended` holds {_shown(one)}, which is no text", _LIST)
