"""The forms in which a document is written."""

from __future__ import annotations

from enum import StrEnum


class PaperFormat(StrEnum):
    """A form of a document, by the ending of its file."""

    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "md"
