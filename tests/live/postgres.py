"""A server of PostgreSQL for the tests: made in a folder of its own, started for a session and stopped after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pwd

#: The server starts in a second; a machine under load may take its time.
_PATIENCE = 60


def programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, None where there are none; Debian keeps them out of the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()), None)


def is_asked_for() -> bool:
    """Return whether the tests run on PostgreSQL: where it is installed, and where the environment demands it."""
    return programs() is not None or os.environ.get("SMARTRULES_POSTGRES") == "required"


def _other_user() -> pwd.struct_passwd | None:
    """Return as whom the server runs, None for this user: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`")


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the address of its database; it is listened to in its folder alone."""
    folder = programs()
    assert folder is not None, "SMARTRULES_POSTGRES is `required`, and there is no `initdb` and `postgres` here"
    # Not in pytest's folder, which other users cannot enter; and the path of a socket is at most 107 bytes long.
    home = Path(tempfile.mkdtemp(prefix="smartrules-pg-"))
    user = _other_user()
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    as_user = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        made = [folder / "initdb", "-D", home / "data", "-U", "smartrules", "--auth=trust", "--encoding=UTF8"]
        made += ["--locale=C", "--no-sync"]
        done = subprocess.run(made, cwd=home, capture_output=True, text=True, timeout=_PATIENCE, **as_user)
        assert done.returncode == 0, done.stderr
        # Nothing here asks what a power cut leaves, so the server need not wait for the disk.
        run = [folder / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"]
        with (home / "log").open("w") as log:
            process = subprocess.Popen(run, cwd=home, stdout=log, stderr=log, **as_user)
        try:
            url = f"postgresql://smartrules@/postgres?host={home}"
            _wait(url, process, home / "log")
            yield url
        finally:
            process.send_signal(signal.SIGINT)  # ends connections instead of waiting for them
            process.wait(_PATIENCE)
    finally:
        shutil.rmtree(home)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    for _ in range(_PATIENCE * 20):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text("utf-8", "replace"))


@contextmanager
def database(url: str, name: str) -> Iterator[str]:
    """Make an empty database on a server, yield its address, and remove it after."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield url.replace("/postgres?", f"/{name}?")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
