"""What a workbook is told by: how it begins, and how its name ends."""

from __future__ import annotations

from pathlib import PurePath

#: How files begin: an archive, an archive of nothing, and what Office made before 2007, or makes of one with a password.
ZIP, EMPTY_ZIP, OLD = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The endings of the workbooks of all office programs.
ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xls", ".et", ".ods", ".xlsb", ".numbers")
#: What is named so was meant as a text, whatever is in it.
_OF_TEXT = (".yaml", ".yml", ".json")


def is_workbook(start: bytes, name: str | None) -> bool:
    """Return whether a document is a workbook, or was meant to be one, by its first bytes and its name."""
    ending = "" if name is None else PurePath(name).suffix.lower()
    if ending in _OF_TEXT:
        return False
    if start.startswith((ZIP, EMPTY_ZIP, OLD)):
        return True
    return ending in ENDINGS
