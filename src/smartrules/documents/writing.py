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
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as file:
            beside = Path(file.name)
            try:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
                beside.chmod(path.stat().st_mode & 0o7777)
                beside.replace(path)
            except BaseException:
                with suppress(OSError):
                    beside.unlink()
                raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Fault(
            "SR606", f"the file cannot be written: {reason}", "check its rights and those of its folder"
        ) from None
