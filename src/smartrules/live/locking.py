"""A lock on a file that its process holds until it ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Lock

# Which files this process has locked, with the process: a fork has the table of its parent, and none of its locks.
_held: dict[str, int] = {}
_guard = Lock()


class FileLock:
    """A lock that one process has at a time, and no two parts of it.

    The system takes it away when the process ends, also where it is killed, and does not hand it on to the processes
    that it forks. So a file of its own is locked, and stays: removing it would let two processes lock two files.
    """

    def __init__(self, path: Path) -> None:
        self._key = os.path.realpath(path)
        self._file: int | None = None

    def take(self) -> bool:
        """Take the lock and return True, or return False where another has it.

        Raises:
            OSError: where the file cannot be made or opened.
        """
        with _guard:
            # Asked first, because closing the file anywhere in this process would give up the lock that it has.
            if _held.get(self._key) == os.getpid():
                return False
            file = os.open(self._key, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                taken = _lock(file)
            except BaseException:
                os.close(file)
                raise
            if not taken:
                os.close(file)
                return False
            self._file = file
            _held[self._key] = os.getpid()
            return True

    def release(self) -> None:
        """Give the lock up, where it is held."""
        with _guard:
            if self._file is not None:
                os.close(self._file)
                self._file = None
                if _held.get(self._key) == os.getpid():
                    del _held[self._key]


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True
