"""Papers → Word, HTML and Markdown, by the templates that come with the library or by those of a bureau."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from smartrules.reports.formats import PaperFormat
from smartrules.reports.papers.texts import PaperTexts
from smartrules.values import Language


class Paper:
    """What papers have in common: they are written by a template.

    Attributes:
        kind: how the files of its templates begin.
    """

    kind = ""
    __slots__ = ()

    def context(self, language: Language = "zh") -> PaperTexts:
        """Return what a template gets, by the names that `docs/reports.md` documents.

        Raises:
            SmartrulesError: SR502 for a language in which papers are not written.
        """
        raise NotImplementedError

    def to_docx(self, language: Language = "zh", template: str | PathLike[str] | None = None) -> bytes:
        """Return the paper as a Word document.

        Args:
            language: of the paper.
            template: the path of a Word document whose Jinja tags are filled in, in place of the library's own.

        Raises:
            MissingExtraError: SR604 where the extra `reports` is not installed.
            SmartrulesError: SR502 for another language; SR114, SR954 to SR959 for a template that cannot be used.
        """
        from smartrules.reports.word import filled, filled_by

        names = self.context(language).names()
        if template is not None:
            return filled_by(Path(template), names)
        return filled(f"{self.kind}.{language}.docx", names)

    def to_html(self, language: Language = "zh", template: str | PathLike[str] | None = None) -> str:
        """Return the paper as one self-contained HTML file.

        Args:
            language: of the paper.
            template: the path of a Jinja template, in place of the library's own.

        Raises:
            MissingExtraError: SR604 where the extra `reports` is not installed.
            SmartrulesError: SR502 for another language; SR114, SR954 to SR958 for a template that cannot be used.
        """
        return self._text(PaperFormat.HTML, language, template)

    def to_markdown(self, language: Language = "zh", template: str | PathLike[str] | None = None) -> str:
        """Return the paper as Markdown.

        Args:
            language: of the paper.
            template: the path of a Jinja template, in place of the library's own.

        Raises:
            MissingExtraError: SR604 where the extra `reports` is not installed.
            SmartrulesError: SR502 for another language; SR114, SR954 to SR958 for a template that cannot be used.
        """
        return self._text(PaperFormat.MARKDOWN, language, template)

    def _text(self, form: PaperFormat, language: Language, template: str | PathLike[str] | None) -> str:
        from smartrules.reports.templating import rendered, rendered_by

        names: dict[str, Any] = self.context(language).names()
        if template is not None:
            return rendered_by(Path(template), names, form)
        return rendered(f"{self.kind}.{form.value}", names, form)
