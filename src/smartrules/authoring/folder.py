"""Writing a folder of documents that is there as a whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from smartrules.diagnostics import Fault, SmartrulesError, shorten


def write_folder(folder: Path, documents: Mapping[str, str]) -> None:
    """Write documents into a new folder, by their paths in it.

    They are written beside it and put in place by one step, so that a failure leaves nothing behind.

    Raises:
        SmartrulesError: SR615 where something of that name is there, SR606 where it cannot be written.
    """
    try:
        refuse_existing(folder)
        missing = [parent for parent in folder.parents if not os.path.lexists(parent)]
        try:
            _write(folder, documents)
        except BaseException:
            for parent in missing:
                with suppress(OSError):  # not made, or somebody else's by now
                    parent.rmdir()
            raise
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f"`{shorten(str(folder))}` cannot be written: {reason}"
        raise SmartrulesError.of("SR606", message, "check the path and its rights; nothing is written") from None


def refuse_existing(folder: Path) -> None:
    """Make sure that nothing has the name of a folder.

    Raises:
        Fault: SR615 where something has.
    """
    if os.path.lexists(folder):
        hint = "nothing is overwritten: choose another edition or folder, or change what is there"
        raise Fault("SR615", f"`{shorten(str(folder))}` is there already", hint)


def _write(folder: Path, documents: Mapping[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One folder deeper than the catalog looks, so that nobody finds a ruleset that is not whole.
    with TemporaryDirectory(prefix=".new-", dir=folder.parent, ignore_cleanup_errors=True) as beside:
        whole = Path(beside, folder.name)
        for name, text in documents.items():
            path = whole / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        whole.replace(folder)
