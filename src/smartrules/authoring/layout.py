"""How the documents of a ruleset are laid out: texts quoted where YAML needs it, titles on one line where they fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from smartrules.diagnostics import display_width
from smartrules.documents.quoting import scalar
from smartrules.standard import Title

#: How many columns a line may take; a Chinese character takes two.
WIDEST = 120


def document(*sections: str) -> str:
    """Return a document of some sections with an empty line between them; a line for editors would stand first."""
    return "\n\n".join(section.strip("\n") for section in sections) + "\n"


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
