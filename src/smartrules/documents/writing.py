"""Text → file, all of it or nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from smartrules.diagnostics import Fault


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of what a file holds, in UTF-8 as it is; its mode stays, and a link still leads to it.

    Whoever reads the file meanwhile, and whatever goes wrong, finds the one text or the other in it.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    try:
        path = path.resolve(strict=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(0, "it may only be read")
        _put(path, text, path.stat().st_mode & 0o7777)
    except OSError as error:
        raise _unwritten(error) from None


def write_text(path: Path, text: str) -> None:
    """Put a text into a file, a new one or as `replace_text`; a new one is there with all of the text or not at all.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    if path.is_dir():
        raise Fault("SR606", "this is a directory, not a file", "name a file in it")
    if path.exists():
        replace_text(path, text)
        return
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise Fault("SR606", "its directory does not exist", "make it first, or name another")
    mask = os.umask(0)
    os.umask(mask)
    try:
        _put(target, text, 0o666 & ~mask)
    except OSError as error:
        raise _unwritten(error) from None


def _put(path: Path, text: str, mode: int) -> None:
    with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
            beside.chmod(mode)
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise


def _unwritten(error: OSError) -> Fault:
    reason = (error.strerror or str(error)).lower()
    return Fault("SR606", f"the file cannot be written: {reason}", "check its rights and those of its folder")
