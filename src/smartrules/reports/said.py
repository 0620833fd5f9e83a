"""Texts in both languages, for pages that a reader switches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import field, frozen

from smartrules.reports.characters import plain
from smartrules.standard import Title
from smartrules.values import Language

_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@frozen
class Said:
    """A text in both languages, each with the language in which it is written: a title may have only one.

    Attributes:
        zh: what a reader of Chinese reads.
        en: what a reader of English reads.
        zh_lang: the language of ``zh`` for HTML.
        en_lang: the language of ``en``.
    """

    zh: str
    en: str
    zh_lang: str = field(init=False)
    en_lang: str = field(init=False)

    @zh_lang.default
    def _zh_lang(self) -> str:
        return "zh-CN" if _has_han(self.zh) or not _has_latin(self.zh) else "en"

    @en_lang.default
    def _en_lang(self) -> str:
        return "en" if _has_latin(self.en) or not _has_han(self.en) else "zh-CN"

    @property
    def same(self) -> bool:
        """Whether both read the same."""
        return self.zh == self.en

    def text(self, language: Language) -> str:
        """Return the text of a language."""
        return self.zh if language == "zh" else self.en


def _has_han(text: str) -> bool:
    return any("\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff" for sign in text)


def _has_latin(text: str) -> bool:
    return any(sign.isalpha() and sign < "\u0250" for sign in text)


def said(say: Callable[[Language], str]) -> Said:
    """Return what is said in both languages, each on one line in characters that may stand in a document."""
    return Said(*(plain(say(language)) for language in _LANGUAGES))


def told(text: str) -> Said:
    """Return a text of a document, which is the same whoever reads it."""
    return said(lambda _: text)


def titled(title: Title, otherwise: str) -> Said:
    """Return a title in both languages, or what the caller gives."""
    return said(lambda language: title.text(language, otherwise))


def joined(parts: Iterable[Said], zh: str, en: str) -> Said:
    """Return texts one behind the other, with something between them."""
    listed = list(parts)
    return Said(zh.join(part.zh for part in listed), en.join(part.en for part in listed))
