"""Stores of events: their tables, where they are, and how one is opened in SQLite or PostgreSQL.

With `log` this file alone knows SQLAlchemy, and it alone knows what is different from database to database.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from attrs import frozen

from smartrules.diagnostics import MissingExtraError, StoreError, shorten
from smartrules.live.locking import FileLock

try:
    import sqlalchemy as sql
    from sqlalchemy import exc
except ModuleNotFoundError as missing:
    raise MissingExtraError.of(
        "SR604",
        f"a store of events needs the package `{missing.name}`, which is not installed",
        "install it: `pip install 'smartrules[live]'`",
    ) from None

__all__ = [
    "CHANGES",
    "EVENTS",
    "FORMAT",
    "META",
    "SCHEMA",
    "TABLES",
    "Place",
    "begin_writing",
    "end_writing",
    "engine_of",
    "exc",
    "guarded",
    "in_use",
    "locked",
    "no_store",
    "place_of",
    "prepare",
    "sql",
    "unopened",
]

#: The version of the tables below. A store of a later one is refused, one of an earlier one brought up to it.
SCHEMA = 1
#: What a store says of itself, so that it is known from other tables of the same name.
FORMAT = "smartrules-events"

# An INTEGER that is the key is SQLite's own number of a row, and needs no index beside the table.
_NUMBER = sql.BigInteger().with_variant(sql.Integer, "sqlite")
TABLES = sql.MetaData()
META = sql.Table(
    "smartrules_meta",
    TABLES,
    sql.Column("key", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)
EVENTS = sql.Table(
    "smartrules_events",
    TABLES,
    sql.Column("number", _NUMBER, primary_key=True, autoincrement=False),
    sql.Column("community", sql.Text, nullable=False),
    sql.Column("kind", sql.Text, nullable=False),
    sql.Column("body", sql.Text, nullable=False, comment="JSON"),
    sql.Column("moment", sql.BigInteger, nullable=False, comment="microseconds since 1970 in UTC"),
    sql.Index("smartrules_events_of", "community", "number"),
)
CHANGES = sql.Table(
    "smartrules_changes",
    TABLES,
    sql.Column("number", _NUMBER, primary_key=True, autoincrement=False),
    sql.Column("event", sql.BigInteger, nullable=False),
    sql.Column("community", sql.Text, nullable=False),
    sql.Column("tier", sql.Text, nullable=False),
    sql.Column("indicator", sql.Text),
    sql.Column("before", sql.Text, nullable=False),
    sql.Column("after", sql.Text, nullable=False),
    sql.Column("cause", sql.Text, nullable=False, comment="JSON"),
    sql.Column("moment", sql.BigInteger, nullable=False, comment="microseconds since 1970 in UTC"),
    sql.Index("smartrules_changes_of", "community", "number"),
)


_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 10
# A server needs a moment to see that a writer was killed, so who takes its place waits for that.
_LOCK_SECONDS = 1.0
_LOCK_TRIES = 20
_EXAMPLE = "postgresql://user:password@host:5432/database"

# Beside SQLite's own `-wal` and `-shm`.
_LOCK_SUFFIX = "-lock"
_LOCK_OF_SERVERS = crc32(FORMAT.encode()) - 2**31


@frozen
class Place:
    """Where a store is.

    Attributes:
        url: as SQLAlchemy takes it.
        shown: as messages may show it, in backticks and without its password.
        file: its file, None where it is in a database of a server.
    """

    url: sql.URL
    shown: str
    file: Path | None = None


def place_of(where: str | PathLike[str]) -> Place:
    """Return the place that a path, or a text with ``://``, names.

    Raises:
        StoreError: SR811, where it names none that can hold a store.
    """
    if not isinstance(where, str) or "://" not in where:
        return _place_of_file(os.fsdecode(where), f"`{shorten(os.fsdecode(where), 120)}`")
    try:
        url = sql.make_url(where)
        kind = url.get_backend_name()
    except (exc.ArgumentError, ValueError):
        # Not shown: who cannot tell where its password ends cannot hide it either.
        raise StoreError.of("SR811", "the address of the store cannot be read", f"write it as `{_EXAMPLE}`") from None
    shown = f"`{shorten(url.set(query={}).render_as_string(), 120)}`"
    if kind == "sqlite":
        if url.query or url.drivername not in ("sqlite", "sqlite+pysqlite") or url.database in (None, "", ":memory:"):
            raise StoreError.of("SR811", f"{shown} names no file", "name the file of a store by its path")
        return _place_of_file(str(url.database), shown)
    if url.drivername not in ("postgresql", _DRIVER):
        hint = "a store is a file of SQLite, named by its path, or a database of PostgreSQL"
        raise StoreError.of("SR811", f"{shown} is no address of a store", f"{hint}: `{_EXAMPLE}`")
    # Named, because what `postgresql` alone means is another driver in SQLAlchemy 2.0 than in 2.1.
    return Place(url.set(drivername=_DRIVER), shown)


def _place_of_file(name: str, shown: str) -> Place:
    """Return the place of a file, by whichever links it is named, so that all find one lock."""
    if not name or "\0" in name:
        raise StoreError.of("SR811", f"{shown} is no path of a file", "name the file of a store by its path")
    return Place(sql.URL.create("sqlite"), shown, Path(os.path.realpath(name)))


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the lock of a store in a file.

    Raises:
        StoreError: SR811 where there can be no such file, SR815 where the store is in use.
    """
    assert place.file is not None
    _check_folder(place, place.file)
    lock = FileLock(place.file.with_name(place.file.name + _LOCK_SUFFIX))
    try:
        taken = lock.take()
    except OSError as error:
        raise unopened(place, f"its lock cannot be made: {error.strerror}") from None
    if not taken:
        raise in_use(place)
    try:
        yield
    finally:
        lock.release()


def _check_folder(place: Place, file: Path) -> None:
    try:
        reason = "it is a folder" if file.is_dir() else None if file.parent.is_dir() else "its folder is not there"
    except OSError as error:
        reason = str(error.strerror)
    if reason is not None:
        raise unopened(place, reason)


def engine_of(place: Place, writes: bool) -> sql.Engine:
    """Return an engine whose connections belong to whoever asks for them.

    Raises:
        StoreError: SR811, where the store cannot be there, or the driver is not installed.
    """
    if place.file is not None:
        _check_folder(place, place.file)
        if not writes and not place.file.exists():
            raise unopened(place, "there is no such file")
        return _engine_of_file(place.file, writes)
    try:
        arguments = {} if "connect_timeout" in place.url.query else {"connect_timeout": _CONNECT_SECONDS}
        return sql.create_engine(place.url, poolclass=sql.NullPool, connect_args=arguments)
    except ImportError as error:
        name = (error.name or "psycopg").partition(".")[0]
        raise StoreError.of(
            "SR811",
            f"the store {place.shown} cannot be opened: the package `{name}`, the driver of its database, is not installed",
            "install it: `pip install 'psycopg[binary]'`",
        ) from None


def _engine_of_file(file: Path, writes: bool) -> sql.Engine:
    # A reader opens it as a writer does, because it must mend what a killed writer left, and then changes nothing.
    address = f"file:{quote(str(file))}?mode={'rwc' if writes else 'rw'}"

    def connect() -> sqlite3.Connection:
        # Without a level of its own the driver begins no transactions by itself.
        made = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            # The log of a transaction is on disk, and not with the system alone, when its commit returns.
            made.execute("PRAGMA synchronous = FULL")
            if not writes:
                made.execute("PRAGMA query_only = ON")
        except BaseException:
            made.close()  # it is no file of SQLite
            raise
        return made

    engine = sql.create_engine("sqlite://", creator=connect, poolclass=sql.NullPool)
    sql.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def prepare(place: Place, connection: sql.Connection, writes: bool) -> None:
    """Make the connection to a server one that writes alone, or not at all.

    Raises:
        StoreError: SR815, where another process writes the store.
    """
    if place.file is not None:
        return
    if not writes:
        connection.execution_options(postgresql_readonly=True)
        return
    with connection.begin():
        schema = connection.scalar(sql.select(sql.func.current_schema())) or ""
        # The server gives the lock up with the connection, so also where this process is killed.
        key = crc32(str(schema).encode()) - 2**31
        asked = sql.select(sql.func.pg_try_advisory_lock(_LOCK_OF_SERVERS, key))
        for _ in range(_LOCK_TRIES):
            if connection.scalar(asked):
                break
            time.sleep(_LOCK_SECONDS / _LOCK_TRIES)
        else:
            raise in_use(place)
        if connection.scalar(sql.select(sql.func.current_setting("transaction_read_only"))) == "on":
            raise unwritten(place, _SERVER["25006"])
        # A server may be told to acknowledge what is not on disk yet; stricter ways than `on` stay as they are.
        if connection.scalar(sql.select(sql.func.current_setting("synchronous_commit"))) == "off":
            connection.execute(sql.text("SET synchronous_commit TO on"))


def begin_writing(place: Place, connection: sql.Connection) -> None:
    """Let readers of a file read beside its writer; what is no store was refused before, so that no other file is changed."""
    if place.file is not None:
        driver = _driver(connection)
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("BEGIN IMMEDIATE")  # SQLite opens a file that it may not write all the same
        driver.rollback()


def end_writing(place: Place, connection: sql.Connection) -> None:
    """Leave one plain file, which can be copied, and read by who may not write its folder, unless somebody still reads it."""
    if place.file is not None:
        with suppress(sqlite3.Error, exc.SQLAlchemyError):
            driver = _driver(connection)
            driver.execute("PRAGMA journal_mode = DELETE")


def _driver(connection: sql.Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


# --- what goes wrong -----------------------------------------------------------------------------------------------


def unopened(place: Place, reason: str) -> StoreError:
    """Return the error of a store that cannot be opened."""
    hint = "name a file in a folder that is there" if place.file else "see that the server runs and takes this address"
    return StoreError.of("SR811", f"the store {place.shown} cannot be opened: {reason}", hint)


def unwritten(place: Place, reason: str, doing: str = "written") -> StoreError:
    """Return the error of a store that cannot be written, or ``read``."""
    hint = "see to its disk" if place.file else "see to the server"
    return StoreError.of(
        "SR816", f"the store {place.shown} cannot be {doing}: {reason}", f"{hint}, and open the store again"
    )


def no_store(place: Place, reason: str) -> StoreError:
    """Return the error of what is something else than a store, or damaged."""
    return StoreError.of(
        "SR812", f"{place.shown} is no store of events: {reason}", "name a store, or a place where there is nothing yet"
    )


def in_use(place: Place, reason: str = "is in use by another writer") -> StoreError:
    """Return the error of a store that another writes."""
    return StoreError.of(
        "SR815",
        f"the store {place.shown} {reason}",
        "one process writes a store: end the other, or open it for reading",
    )


@contextmanager
def guarded(place: Place, doing: str) -> Iterator[None]:
    """Turn what a database or its driver raises into the errors of stores.

    Args:
        place: of the store.
        doing: what is done meanwhile: ``opened`` to be written, ``opened to be read``, ``read`` or ``written``.
    """
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise _fault(place, doing, error) from None


_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "it is read-only",
    "SQLITE_BUSY": "another program has locked it",
    "SQLITE_IOERR": "the disk fails",
}
_SERVER = {
    "53100": "the disk of the server is full",
    "25006": "the database is read-only",
    "42501": "the user may not do it",
}


# What psycopg says before what the server, or the way to it, says.
_PREFIX = re.compile("^connection (failed|is bad): ")


def _fault(place: Place, doing: str, error: exc.SQLAlchemyError | sqlite3.Error) -> StoreError:
    original = getattr(error, "orig", None) or error
    name = "_".join(getattr(original, "sqlite_errorname", "").split("_")[:2])
    if name in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
        return no_store(place, "it is no file of SQLite" if name == "SQLITE_NOTADB" else "the file is damaged")
    reason = _SQLITE.get(name) or _SERVER.get(getattr(original, "sqlstate", None) or "") or _first_line(place, original)
    if getattr(error, "connection_invalidated", False):
        reason = "the connection to the server is lost"
    if doing == "opened to be read" and name == "SQLITE_READONLY":
        return unopened(place, "its writer has not closed it, and this user may not write its folder")
    if doing.startswith("opened") and name not in ("SQLITE_READONLY", "SQLITE_FULL"):
        return unopened(place, reason)
    return unwritten(place, reason, "read" if doing == "read" else "written")


def _first_line(place: Place, error: BaseException) -> str:
    said = _PREFIX.sub("", next(iter(str(error).splitlines()), "")) or type(error).__name__
    password = place.url.password
    return "it says nothing that may be shown" if password and str(password) in said else shorten(said, 200)
