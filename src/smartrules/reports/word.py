"""Templates → Word documents: what is opened is bounded first, and what comes of it is the same for the same texts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from smartrules.diagnostics import MissingExtraError, SmartrulesError, shorten
from smartrules.reports.formats import PaperFormat
from smartrules.reports.sandbox import FOLDER, bounded
from smartrules.reports.templating import bytes_of, line_of, sandboxed, told

try:
    from docx import Document
    from docxtpl import DocxTemplate
    from lxml.etree import XMLSyntaxError
    from markupsafe import Markup
except ModuleNotFoundError as error:
    raise MissingExtraError.of(
        "SR604",
        f"documents need the package `{error.name}`, which is not installed",
        "install it: `pip install 'smartrules[reports]'`",
    ) from None

#: What a Word document that serves as a template may hold: files, and bytes once it is unpacked.
MOST_FILES = 500
MOST_UNPACKED = 20_000_000
#: How much of that may be text that is searched for tags.
MOST_MARKUP = 4_000_000

_BODY = "word/document.xml"
_PROPERTIES = ("title", "subject", "author", "keywords", "category", "comments", "language")
_LONGEST = 255
_TAG = re.compile(r"\{[{%].*?[}%]\}")
_MARKUP = re.compile(r"<[^>]*>")
_SAME_DAY = (1980, 1, 1, 0, 0, 0)


def filled(name: str, context: Mapping[str, Any]) -> bytes:
    """Return a Word document by a template that comes with the library.

    Args:
        name: of the file in `smartrules.reports.sandbox.FOLDER`.
        context: what the template gets, by name.
    """
    return _filled((FOLDER / name).read_bytes(), context)


def filled_by(template: Path, context: Mapping[str, Any]) -> bytes:
    """Return a Word document by a template of the caller.

    Raises:
        SmartrulesError: SR114, SR954 to SR959.
    """
    file, content = str(template), bytes_of(template)
    _check(content, file)
    if not _is_word(content):
        raise _not_word(file)
    document = _Filling(BytesIO(content))
    try:
        made = _rendered(document, context)
    except Exception as error:
        where = f"{file}, {document.part}" if document.part else file
        if isinstance(error, XMLSyntaxError):
            raise _torn(where) from None
        code, message, hint = told(error, context)
        place = document.place_of(error)
        raise SmartrulesError.of(code, f"{message}, in `{place}`" if place else message, hint, file=where) from None
    if not _is_word(made):
        raise _torn(file)
    return made


def _torn(where: str) -> SmartrulesError:
    hint = "a tag over several paragraphs, rows or cells says so: `{%p`, `{%tr`, `{%tc`"
    return SmartrulesError.of("SR959", "no Word document comes of this template", hint, file=where)


def _not_word(file: str) -> SmartrulesError:
    hint = "save it as .docx; HTML and Markdown have `--format`"
    return SmartrulesError.of("SR954", "the template is no Word document", hint, file=file)


class _Filling(DocxTemplate):  # type: ignore[misc]
    """A Word document while it is filled in: it knows in which of its parts, for whoever looks for a fault.

    Attributes:
        part: the file of the package that is filled in.
    """

    part = ""
    _text = ""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        self.part, self._text = str(part.partname).lstrip("/"), re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        done: str = super().render_xml_part(src_xml, part, context, jinja_env)
        self._text = ""
        return done

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Fill in the properties of the document, none longer than Word takes."""
        properties, environment = self.docx.core_properties, sandboxed(PaperFormat.DOCX)
        for name in _PROPERTIES:
            text = environment.from_string(getattr(properties, name)).render(context)
            shown = Markup(text).unescape()
            setattr(properties, name, shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…")

    def place_of(self, error: Exception) -> str:
        """Return the tag, or the paragraph, at which an error came up; empty where that is not known."""
        number, lines = line_of(error, "<template>"), self._text.splitlines()
        if number is None or not 1 <= number <= len(lines):
            return ""
        shown = _MARKUP.sub("", lines[number - 1])
        tags = _TAG.findall(shown)
        return shorten(tags[0] if len(tags) == 1 else shown.strip())


def _filled(content: bytes, context: Mapping[str, Any]) -> bytes:
    return _rendered(_Filling(BytesIO(content)), context)


def _rendered(document: DocxTemplate, context: Mapping[str, Any]) -> bytes:
    with bounded():
        document.render(dict(context), sandboxed(PaperFormat.DOCX))
    written = BytesIO()
    document.save(written)
    return _same(written.getvalue())


def _same(content: bytes) -> bytes:
    """Return a package of which the files have no time of their own."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            entry = zipfile.ZipInfo(one.filename, _SAME_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(one))
    return written.getvalue()


def _check(content: bytes, file: str) -> None:
    """Check that a template is a Word document, and none that fills a machine once it is unpacked.

    Raises:
        SmartrulesError: SR954.
    """

    def refuse(message: str, hint: str) -> SmartrulesError:
        return SmartrulesError.of("SR954", message, hint, file=file)

    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MOST_FILES:
                raise refuse(f"the template holds more than {MOST_FILES} files", "save it anew from Word")
            if _BODY not in package.namelist():
                raise _not_word(file)
            room = MOST_UNPACKED
            for one in entries:
                with package.open(one) as packed:
                    unpacked = packed.read(room + 1)  # what it says of its size may be wrong
                room -= len(unpacked)
                markup = one.filename.endswith((".xml", ".rels"))
                if room < 0 or (markup and len(unpacked) > MOST_MARKUP):
                    raise refuse("the template is larger, once it is unpacked, than any real one", "give another")
                if markup and (b"<!DOCTYPE" in unpacked or b"<!ENTITY" in unpacked):
                    raise refuse(
                        f"`{one.filename}` declares entities, which Word documents never need", "save it anew from Word"
                    )
    except SmartrulesError:
        raise
    except Exception:  # an archive can be wrong in many ways
        raise _not_word(file) from None


def _is_word(content: bytes) -> bool:
    try:
        Document(BytesIO(content))
    except Exception:  # whatever is wrong with it
        return False
    return True
