"""How the documents of a ruleset are laid out: texts quoted where YAML needs it, titles on one line where they fit."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from smartrules.diagnostics import display_width
from smartrules.documents.quoting import can_be_plain, quoted, stands_for_itself
from smartrules.standard import Title

#: How many columns a line may take; a Chinese character takes two.
WIDEST = 120


def document(*sections: str) -> str:
    """Return a document of some sections with an empty line between them; a line for editors would stand first."""
    return "\n\n".join(section.strip("\n") for section in sections) + "\n"


def scalar(text: str, *, inside: bool = False) -> str:
    """Return a text as YAML that reads back as exactly it: bare where that is enough, else in quotation marks.

    Args:
        text: any text without line breaks.
        inside: whether it stands inside ``{ }`` or ``[ ]``, where a comma ends it.
    """
    if can_be_plain(text, inside=inside) and stands_for_itself(text):
        return text
    if text.isprintable():
        return quoted(text)
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in json.dumps(text, ensure_ascii=False))


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list on one line: ``[meals, repairs]``."""
    return "[" + ", ".join(scalar(text, inside=True) for text in texts) + "]"


def mapped(texts: Mapping[str, str]) -> str:
    """Return named texts as a mapping on one line: ``{zh: 绿地, en: Greenery}``."""
    return "{" + ", ".join(f"{name}: {scalar(text, inside=True)}" for name, text in texts.items()) + "}"


def list_under(key: str, texts: Collection[str]) -> str:
    """Return a list under its key, on one line where it fits and no comma is in its way."""
    line = f"{key}: {listed(texts)}"
    return line if _fits(line, texts) else "\n".join([f"{key}:", *(f"  - {scalar(text)}" for text in texts)])


def mapping_under(key: str, texts: Mapping[str, str]) -> str:
    """Return a mapping under its key, on one line where it fits and no comma is in its way."""
    line = f"{key}: {mapped(texts)}"
    if _fits(line, texts.values()):
        return line
    return "\n".join([f"{key}:", *(f"  {name}: {scalar(text)}" for name, text in texts.items())])


def languages(title: Title) -> dict[str, str]:
    """Return the texts of a title by their languages."""
    return {language: text for language, text in (("zh", title.zh), ("en", title.en)) if text is not None}


def _fits(line: str, texts: Iterable[str]) -> bool:
    return display_width(line) <= WIDEST and all(scalar(text, inside=True) == scalar(text) for text in texts)


def _escape(sign: str) -> str:
    """Return a character that nobody would see as an escape that anybody does."""
    code = ord(sign)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
