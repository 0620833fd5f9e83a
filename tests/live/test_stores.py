"""What is wrong with a place for a store: each fault has its whole message, and nothing of a driver's or of a password."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from smartrules.diagnostics import MissingExtraError, StoreError
from smartrules.live import Change
from smartrules.live.log import EventLog
from smartrules.outcome import Outcome
from tests.live.conftest import ON_POSTGRES

STANDARD = "shandong-smart-community"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOLDER = "\nhelp: name a file in a folder that is there"
SERVER = "\nhelp: see that the server runs and takes this address"
OTHER = "\nhelp: name a store, or a place where there is nothing yet"
PATH = "\nhelp: name the file of a store by its path"


def fault(where: str | Path, *, reading: bool = False) -> str:
    """Return what is said where a store is opened."""
    with pytest.raises(StoreError) as raised, EventLog.reading(where) if reading else EventLog.open(where, STANDARD):
        pass
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return str(raised.value)


def cannot(where: str | Path, reason: str, help: str = FOLDER) -> str:
    return f"error[SR811]: the store `{where}` cannot be opened: {reason}{help}"


# --- paths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", [False, True], ids=["writing", "reading"])
def test_a_path_that_can_be_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: bool) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("", "utf-8")
    assert fault(".", reading=reading) == cannot(".", "it is a folder")
    assert fault("no/store.db", reading=reading) == cannot("no/store.db", "its folder is not there")
    assert fault(Path("file/store.db"), reading=reading) == cannot("file/store.db", "its folder is not there")
    assert fault("", reading=reading) == f"error[SR811]: `` is no path of a file{PATH}"
    assert fault("a\0b", reading=reading) == f"error[SR811]: `a\N{REPLACEMENT CHARACTER}b` is no path of a file{PATH}"
    assert fault("a" * 300, reading=reading).startswith(f"error[SR811]: the store `{'a' * 119}…` cannot be opened: ")


def test_a_store_that_is_not_there_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert fault("store.db", reading=True) == cannot("store.db", "there is no such file")
    assert list(tmp_path.iterdir()) == [], "and is not made"


def test_a_path_may_hold_what_an_address_may_not(tmp_path: Path) -> None:
    for name in ("a b?mode=ro#c%41.db", "七里.db", "C:sqlite", "file:x"):
        with EventLog.open(tmp_path / name, STANDARD) as log:
            log.append("a", "assert", {}, NOON)
        assert (tmp_path / name).exists()
        with EventLog.reading(tmp_path / name) as log:
            assert log.events("a")


def test_one_file_by_two_names_is_one_store(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "store.db")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with EventLog.open(tmp_path / "store.db", STANDARD):
        for other in (tmp_path / "link.db", url, f"{tmp_path}/../{tmp_path.name}/store.db"):
            assert fault(other).startswith("error[SR815]: ")


# --- files of something else ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", [False, True], ids=["writing", "reading"])
def test_a_file_of_something_else_is_no_store_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("facts: {households: 3461}\n" * 100, "utf-8")
    with sqlite3.connect("other") as other:
        other.execute("CREATE TABLE accounts (id)")
    other.close()
    with sqlite3.connect("named") as named:
        named.execute("CREATE TABLE smartrules_meta (key, value)")
        named.execute("INSERT INTO smartrules_meta VALUES ('format', 'something')")
    named.close()
    before = {name: Path(name).read_bytes() for name in ("text", "other", "named")}
    no_store = "error[SR812]: `{}` is no store of events: {}" + OTHER
    assert fault("text", reading=reading) == no_store.format("text", "it is no file of SQLite")
    assert fault("other", reading=reading) == no_store.format("other", "there are tables of something else in it")
    assert fault("named", reading=reading) == no_store.format("named", "its table `smartrules_meta` is another one")
    assert {name: Path(name).read_bytes() for name in before} == before


def test_an_empty_file_becomes_a_store_and_is_none_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").touch()
    assert fault("empty", reading=True) == f"error[SR812]: `empty` is no store of events: it is empty{OTHER}"
    with EventLog.open("empty", STANDARD) as log:
        assert log.append("a", "assert", {}, NOON).number == 1


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("store.db", STANDARD) as log:
        for _ in range(200):
            log.append("a", "assert", {"facts": {"households": "1" * 200}}, NOON)
    whole = Path("store.db").read_bytes()
    Path("store.db").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    damaged = f"error[SR812]: `store.db` is no store of events: the file is damaged{OTHER}"
    assert fault("store.db") == damaged
    assert fault("store.db", reading=True) == damaged


def test_a_store_of_a_newer_version_is_refused(where: str) -> None:
    with EventLog.open(where, STANDARD) as log, log._connection.begin():
        log._connection.exec_driver_sql("UPDATE smartrules_meta SET value = '2' WHERE key = 'schema'")
    shown = where.partition("?")[0]
    newer = (
        f"error[SR814]: the store `{shown}` was made by a newer version of smartrules\n"
        "help: install that version, or a later one: `pip install --upgrade smartrules`"
    )
    assert fault(where) == fault(where, reading=True) == newer


# --- writing that fails --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "undone", "reason"),
    [
        ("max_page_count = 8", "max_page_count = 1000000", "the disk is full"),
        ("query_only = on", "query_only = off", "it is read-only"),
    ],
)
def test_a_file_that_cannot_be_written_loses_nothing_and_goes_on_once_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pragma: str, undone: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("store.db", STANDARD) as log:
        driver = log._connection.connection.driver_connection
        assert driver is not None
        log.append("a", "assert", {}, NOON)
        driver.execute(f"PRAGMA {pragma}")
        with pytest.raises(StoreError) as raised:
            log.append("a", "assert", {"facts": {"households": "1" * 100_000}}, NOON)
        assert str(raised.value) == (
            f"error[SR816]: the store `store.db` cannot be written: {reason}\n"
            "help: see to its disk, and open the store again"
        )
        assert [event.number for event in log.events("a")] == [1]
        driver.execute(f"PRAGMA {undone}")
        assert log.append("a", "assert", {}, NOON).number == 2


AS_NOBODY = pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")


@AS_NOBODY
def test_a_folder_that_may_not_be_written_has_no_new_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o500)
    assert fault("store.db") == cannot("store.db", "its lock cannot be made: Permission denied")
    tmp_path.chmod(0o700)


@AS_NOBODY
def test_a_closed_store_is_read_where_nothing_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("store.db", STANDARD) as log:
        log.append("a", "assert", {}, NOON)
    Path("store.db").chmod(0o400)
    assert fault("store.db") == (
        "error[SR816]: the store `store.db` cannot be written: it is read-only\n"
        "help: see to its disk, and open the store again"
    )
    tmp_path.chmod(0o500)
    with EventLog.reading("store.db") as log:
        assert [event.number for event in log.events("a")] == [1]
    tmp_path.chmod(0o700)


def test_a_closed_store_is_one_file_that_is_read_with_all_that_is_in_it(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "store.db", STANDARD) as log:
        log.append("a", "assert", {}, NOON)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.db", "store.db-lock"]
    assert (tmp_path / "store.db").read_bytes()[18:20] == b"\1\1", "and needs no file beside it to be read"
    (tmp_path / "copy.db").write_bytes((tmp_path / "store.db").read_bytes())
    with EventLog.reading(tmp_path / "copy.db") as log:
        assert [event.number for event in log.events("a")] == [1]


def test_a_file_is_on_disk_when_a_commit_returns_and_is_read_meanwhile(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "store.db", STANDARD) as log:
        with log._connection.begin():
            assert log._connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
        beside = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        beside.execute("BEGIN")
        assert beside.execute("SELECT count(*) FROM smartrules_events").fetchone() == (0,)
        assert log.append("a", "assert", {}, NOON).number == 1
        assert beside.execute("SELECT count(*) FROM smartrules_events").fetchone() == (0,), "as it began"
        beside.close()


def test_a_store_is_closed_while_somebody_reads_it(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "store.db", STANDARD) as log:
        log.append("a", "assert", {}, NOON)
        beside = EventLog.reading(tmp_path / "store.db")
        assert beside.last_event
    assert beside.events("a")
    with EventLog.open(tmp_path / "store.db", STANDARD) as log:
        log.append("a", "assert", {}, NOON)
        assert [event.number for event in beside.events("a")] == [1, 2]
    beside.close()


def test_a_store_that_another_program_has_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("store.db", STANDARD) as log:
        driver = log._connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect("store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as raised:
            log.append("a", "assert", {}, NOON)
        other.close()
        assert str(raised.value) == (
            "error[SR816]: the store `store.db` cannot be written: another program has locked it\n"
            "help: see to its disk, and open the store again"
        )
        assert log.append("a", "assert", {}, NOON).number == 1


def test_after_a_failure_the_log_goes_on_from_what_is_there(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", {}, NOON)
        with log._connection.begin():
            log._connection.exec_driver_sql("INSERT INTO smartrules_events VALUES (2, 'b', 'forget', 'null', 0)")
        with pytest.raises(StoreError, match=r"^error\[SR816\]: .* cannot be written: "):
            log.append("a", "assert", {}, NOON)
        assert log.append("a", "assert", {}, NOON).number == 3


@pytest.mark.parametrize(
    "change",
    ["UPDATE smartrules_events SET body = '{'", "UPDATE smartrules_changes SET after = 'good'"],
    ids=["event", "change"],
)
def test_a_row_that_something_else_has_changed_is_said_to_be(where: str, change: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        made = Change(1, "a", "basic", None, Outcome.MET, Outcome.NOT_MET, ("b",), NOON)
        log.append("a", "assert", {}, NOON, [made])
        with log._connection.begin():
            log._connection.exec_driver_sql(change)
        with pytest.raises(StoreError) as raised:
            (log.events("a"), list(log.changes()))
        shown = where.partition("?")[0]
        reason = "something else has changed a row of it"
        assert str(raised.value) == f"error[SR812]: `{shown}` is no store of events: {reason}{OTHER}"


def test_the_database_itself_takes_nothing_from_a_reader(where: str) -> None:
    with EventLog.open(where, STANDARD):
        pass
    with EventLog.reading(where) as log, pytest.raises(DBAPIError, match=r"read-?only"), log._connection.begin():
        log._connection.exec_driver_sql("DELETE FROM smartrules_meta")


# --- addresses -----------------------------------------------------------------------------------------------------

EXAMPLE = "`postgresql://user:password@host:5432/database`"
NO_ADDRESS = f"\nhelp: a store is a file of SQLite, named by its path, or a database of PostgreSQL: {EXAMPLE}"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("://", f"error[SR811]: the address of the store cannot be read\nhelp: write it as {EXAMPLE}"),
        (
            "postgresql://me:geheim@host:port/db",
            f"error[SR811]: the address of the store cannot be read\nhelp: write it as {EXAMPLE}",
        ),
        ("sqlite://", f"error[SR811]: `sqlite://` names no file{PATH}"),
        ("sqlite:///:memory:", f"error[SR811]: `sqlite:///%3Amemory%3A` names no file{PATH}"),
        ("sqlite:///store.db?mode=ro", f"error[SR811]: `sqlite:///store.db` names no file{PATH}"),
        ("sqlite+aiosqlite:///store.db", f"error[SR811]: `sqlite+aiosqlite:///store.db` names no file{PATH}"),
        ("mysql://me:geheim@host/db", f"error[SR811]: `mysql://me:***@host/db` is no address of a store{NO_ADDRESS}"),
        (
            "postgres://me:geheim@host/db",
            f"error[SR811]: `postgres://me:***@host/db` is no address of a store{NO_ADDRESS}",
        ),
        (
            "postgresql+asyncpg://me:geheim@host/db?password=geheim",
            f"error[SR811]: `postgresql+asyncpg://me:***@host/db` is no address of a store{NO_ADDRESS}",
        ),
        (
            "postgresql://me:geheim@/db?host=/nowhere&password=geheim",
            cannot(
                "postgresql://me:***@/db",
                'connection to server on socket "/nowhere/.s.PGSQL.5432" failed: No such file or directory',
                SERVER,
            ),
        ),
        (
            "postgresql://me:nowhere@/db?host=/nowhere",
            cannot("postgresql://me:***@/db", "it says nothing that may be shown", SERVER),
        ),
    ],
)
@pytest.mark.parametrize("reading", [False, True], ids=["writing", "reading"])
def test_an_address_of_no_store(url: str, message: str, reading: bool) -> None:
    assert fault(url, reading=reading) == message


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
try:
    from smartrules.live.log import EventLog
    EventLog.open(sys.argv[2], "shandong-smart-community").close()
except Exception as error:
    print(type(error).__name__, error, sep="\\n")
"""


def without(package: str, where: str) -> str:
    """Return what is said where a package is not installed."""
    run = [sys.executable, "-c", WITHOUT, package, where]
    return subprocess.run(run, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout


def test_packages_that_are_not_installed_are_named(tmp_path: Path) -> None:
    assert without("sqlalchemy", "store.db") == (
        f"{MissingExtraError.__name__}\n"
        "error[SR604]: a store of events needs the package `sqlalchemy`, which is not installed\n"
        "help: install it: `pip install 'smartrules[live]'`\n"
    )
    assert without("psycopg", "postgresql://me:geheim@host/db") == (
        f"{StoreError.__name__}\n"
        "error[SR811]: the store `postgresql://me:***@host/db` cannot be opened: "
        "the package `psycopg`, the driver of its database, is not installed\n"
        "help: install it: `pip install 'psycopg[binary]'`\n"
    )
    assert without("psycopg", str(tmp_path / "store.db")) == "", "a file needs no driver"


# --- a server ------------------------------------------------------------------------------------------------------


class TestOnPostgres:
    pytestmark = ON_POSTGRES

    def test_a_database_without_a_store_cannot_be_read(self, postgres_url: str) -> None:
        shown = postgres_url.partition("?")[0]
        assert fault(postgres_url, reading=True) == (
            f"error[SR812]: `{shown}` is no store of events: it is empty{OTHER}"
        )

    def test_a_store_stands_beside_the_tables_of_others(self, postgres_url: str) -> None:
        import psycopg

        with psycopg.connect(postgres_url) as other:
            other.execute("CREATE TABLE accounts (id int)")
        with EventLog.open(postgres_url, STANDARD) as log:
            assert log.append("a", "assert", {}, NOON).number == 1

    def test_each_schema_has_a_store_and_a_writer_of_its_own(self, postgres_url: str) -> None:
        import psycopg

        with psycopg.connect(postgres_url) as other:
            other.execute("CREATE SCHEMA one")
        with (
            EventLog.open(postgres_url, STANDARD) as log,
            EventLog.open(f"{postgres_url}&options=-csearch_path%3Done", "gigabit-city") as one,
        ):
            assert log.append("a", "assert", {}, NOON) == one.append("a", "assert", {}, NOON)

    def test_a_lost_connection_ends_the_log_because_the_lock_went_with_it(self, postgres_url: str) -> None:
        import psycopg

        shown = postgres_url.partition("?")[0]
        log = EventLog.open(postgres_url, STANDARD)
        event = log.append("a", "assert", {}, NOON)
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        with pytest.raises(StoreError) as raised:
            log.append("a", "assert", {}, NOON)
        assert str(raised.value) == (
            f"error[SR816]: the store `{shown}` cannot be written: the connection to the server is lost\n"
            "help: see to the server, and open the store again"
        )
        for ask in (lambda: log.append("a", "assert", {}, NOON), lambda: log.events("a"), lambda: log.told):
            with pytest.raises(StoreError) as raised:
                ask()
            assert str(raised.value) == (
                f"error[SR817]: the store `{shown}` has lost its connection\nhelp: open it again"
            )
        with EventLog.open(postgres_url, STANDARD) as again:
            log.close()
            assert again.last_event == event
            assert again.append("a", "assert", {}, NOON).number == 2

    def test_a_connection_that_is_lost_while_a_reader_is_open_is_said(self, postgres_url: str) -> None:
        import psycopg

        with EventLog.open(postgres_url, STANDARD):
            pass
        with EventLog.reading(postgres_url) as log:
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            with pytest.raises(StoreError) as raised:
                log.events("a")
            assert str(raised.value).startswith("error[SR816]: the store `postgresql://")
            assert "cannot be read: the connection to the server is lost" in str(raised.value)

    def test_a_database_that_is_read_only_is_said_to_be(self, postgres_url: str) -> None:
        shown = postgres_url.partition("?")[0]
        with EventLog.open(postgres_url, STANDARD):
            pass
        assert fault(f"{postgres_url}&options=-cdefault_transaction_read_only%3Don") == (
            f"error[SR816]: the store `{shown}` cannot be written: the database is read-only\n"
            "help: see to the server, and open the store again"
        )

    def test_what_a_server_acknowledges_early_is_waited_for(self, postgres_url: str) -> None:
        for asked, found in (("off", "on"), ("remote_apply", "remote_apply")):
            url = f"{postgres_url}&options=-csynchronous_commit%3D{asked}"
            with EventLog.open(url, STANDARD) as log, log._connection.begin():
                assert log._connection.exec_driver_sql("SHOW synchronous_commit").scalar() == found
