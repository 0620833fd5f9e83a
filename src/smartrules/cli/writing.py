"""Writing files for a user."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from smartrules.diagnostics import SmartrulesError


def write_text(path: Path, text: str) -> None:
    """Write a file as a whole: whoever reads it, at any time, finds what was there before or all of the text.

    Raises:
        SmartrulesError: SR606, why it cannot be written; what was there is then still there.
    """
    target = path.resolve()  # a link stays one
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.is_dir():
            raise IsADirectoryError
        if not target.parent.is_dir():
            raise FileNotFoundError
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise SmartrulesError.of("SR606", *_reason(error), file=str(path)) from None


def _reason(error: OSError) -> tuple[str, str]:
    if isinstance(error, IsADirectoryError):
        return "this is a directory, not a file", "name a file in it"
    if isinstance(error, FileNotFoundError):
        return "its directory does not exist", "make it first, or name another"
    reason = (error.strerror or str(error)).lower()
    return f"the file cannot be written: {reason}", "check the directory and its rights"
