"""The bytes of a workbook → its parts, each within bounds before anything of it is parsed.

A workbook of Excel is an archive of XML files. A stranger's may be made to fill the memory or to take an hour, so its size, the
number of its entries, and what is unpacked of it are bounded; of its entries only those that are asked for are unpacked.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from smartrules.diagnostics import Fault, shorten
from smartrules.documents.forms.kinds import EMPTY_ZIP, OLD, ZIP

#: A form takes 100 KiB; the photographs that people paste into one may take more.
MOST_BYTES = 32 * 1024 * 1024
#: What may be unpacked of one workbook. A filled form is 1 MiB, one that an office saved again three times that.
MOST_UNPACKED = 24 * 1024 * 1024
_MOST_ENTRIES = 2_000
_MOST_INDEX = 512 * 1024
#: The tags of all XML that is read of a workbook.
_MOST_TAGS = 1_200_000

_SAVE = "open it in Excel, WPS or LibreOffice and save it as an Excel workbook (.xlsx) without a password"


def read_workbook_bytes(path: Path) -> bytes:
    """Return the bytes of a workbook.

    Raises:
        Fault: SR114 where it cannot be read, SR523 where it is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Fault("SR114", "there is no such file", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Fault("SR114", f"the file cannot be read: {reason.lower()}", "check the path and its rights") from None
    return content


class Archive:
    """The parts of a workbook, unpacked when they are asked for.

    Raises:
        Fault: SR521 for what is no such workbook, SR522 for a damaged one, SR523 for one beyond the bounds.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) > MOST_BYTES:
            raise too_large(f"the file is larger than {MOST_BYTES // 2**20} MiB")
        _check_kind(content)
        _check_index(content)
        try:
            self._zip = ZipFile(BytesIO(content))
            self._entries = {info.filename.lstrip("/").lower(): info for info in self._zip.infolist()}
        except (BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
            raise damaged("its index cannot be read") from None
        self._left = MOST_UNPACKED
        self._tags = _MOST_TAGS
        if "mimetype" in self._entries and "content.xml" in self._entries:
            raise Fault("SR521", "this is a workbook of OpenDocument (.ods)", _SAVE)
        if "xl/workbook.bin" in self._entries:
            raise Fault("SR521", "this is a binary workbook (.xlsb)", _SAVE)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def unpacked(self, name: str) -> bytes:
        """Return a part.

        Raises:
            Fault: SR522 where it is not there or damaged, SR523 where more is unpacked than a form can be.
        """
        info = self._entries.get(name.lower())
        if info is None:
            raise damaged(f"it lacks its part `{shorten(name)}`")
        if info.flag_bits & 1:
            raise Fault("SR521", "the workbook is locked with a password", _SAVE)
        try:
            with self._zip.open(info) as part:
                found = part.read(self._left + 1)
        except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error):
            raise damaged(f"its part `{shorten(name)}` cannot be unpacked") from None
        self._left -= len(found)
        if self._left < 0:
            raise too_large(f"more than {MOST_UNPACKED // 2**20} MiB are unpacked of it")
        return found

    def parse(
        self,
        name: str,
        begin: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part that is XML; elements and attributes are called by their names without a namespace.

        Raises:
            Fault: as `unpacked`; SR522 for what is no XML, or has a document type, with which entities could be declared.
        """
        content = self.unpacked(name)
        self._tags -= content.count(b"<")
        if self._tags < 0:
            raise too_large(f"it has more than {_MOST_TAGS:,} tags")
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def begun(tag: str, attributes: dict[str, str]) -> None:
            """Take the first tag, which says whether names have a prefix."""
            if ":" in tag:
                parser.StartElementHandler = lambda tag, attributes: begin(tag.rpartition(":")[2], attributes)
                if end is not None:
                    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
            else:
                parser.StartElementHandler = begin
            begin(tag.rpartition(":")[2], attributes)

        def refuse(*_: Any) -> None:
            raise Fault(
                "SR522",
                f"the part `{shorten(name)}` of the workbook declares a document type",
                "no office program writes one",
            )

        parser.StartElementHandler = begun
        if end is not None:
            parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = refuse
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError):
            raise damaged(f"its part `{shorten(name)}` is no XML") from None


def damaged(how: str) -> Fault:
    """Return the fault of a workbook that is damaged."""
    return Fault(
        "SR522", f"the workbook is damaged: {how}", "open it in an office program, save it again, or send it again"
    )


def too_large(how: str) -> Fault:
    """Return the fault of a workbook that is larger than any form."""
    return Fault(
        "SR523", f"the workbook is larger than any form: {how}", "fill the form that `smartrules template` wrote"
    )


def _check_kind(content: bytes) -> None:
    if content.startswith(OLD):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Fault("SR521", "the workbook is locked with a password", _SAVE)
        raise Fault("SR521", "this is a workbook of the old kind (.xls)", _SAVE)
    if not content:
        raise Fault("SR521", "the file is empty", "fill the form that `smartrules template` writes")
    if not content.startswith((ZIP, EMPTY_ZIP)):
        raise Fault("SR521", "this is no workbook, whatever its name says", _SAVE)


def _check_index(content: bytes) -> None:
    """Check the index of an archive before it is read: one of a million entries would take its time."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0 or end + 22 > len(content):
        raise damaged("its end is missing")
    entries, size = struct.unpack_from("<HI", content, end + 10)
    if entries > _MOST_ENTRIES or size > _MOST_INDEX or content[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise too_large(f"it is made of more than {_MOST_ENTRIES:,} files")
