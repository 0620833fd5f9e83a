"""Text, or whatever else is written, → file: all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from smartrules.diagnostics import Fault


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of what a file holds, in UTF-8 as it is; its mode stays, and a link still leads to it.

    Whoever reads the file meanwhile, and whatever goes wrong, finds the one text or the other in it.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    try:
        target = path.resolve(strict=True)
    except OSError as error:
        raise _unwritten(error) from None
    with written(target) as beside:
        beside.write_bytes(text.encode())


def write_text(path: Path, text: str) -> None:
    """Put a text into a file, a new one or as `replace_text`; a new one is there with all of the text or not at all.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Put bytes into a file, as `write_text` does with a text.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    with written(path) as beside:
        beside.write_bytes(content)


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give an empty file beside a path, which takes its place once it is written, and is gone where that goes wrong.

    A file that was there keeps its mode, and a link still leads to it. The file beside has the ending of the path.

    Raises:
        Fault: SR606 where the file or its folder cannot be written.
    """
    try:
        target, mode = _target(path)
        handle, name = mkstemp(dir=target.parent, prefix=f".{target.stem[:100]}.", suffix=target.suffix[:20])
        os.close(handle)
    except OSError as error:
        raise _unwritten(error) from None
    beside = Path(name)
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(target)
    except OSError as error:
        raise _unwritten(error) from None
    finally:
        try:
            beside.unlink(missing_ok=True)
        finally:  # an interrupt may come twice
            beside.unlink(missing_ok=True)


def _target(path: Path) -> tuple[Path, int]:
    """Return the file that a path leads to, and the mode it is to have."""
    if path.is_dir():
        raise Fault("SR606", "this is a directory, not a file", "name a file in it")
    target = Path(os.path.realpath(path))
    if target.exists():
        if not os.access(target, os.W_OK):
            raise PermissionError(0, "it may only be read")
        return target, target.stat().st_mode & 0o7777
    if not target.parent.is_dir():
        raise Fault("SR606", "its directory does not exist", "make it first, or name another")
    mask = os.umask(0)
    os.umask(mask)
    return target, 0o666 & ~mask


def _unwritten(error: OSError) -> Fault:
    reason = (error.strerror or str(error)).lower()
    return Fault("SR606", f"the file cannot be written: {reason}", "check its rights and those of its folder")
