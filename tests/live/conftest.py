"""Stores for the tests: a file, and a database of a server of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.live import postgres

ON_POSTGRES = [
    pytest.mark.xdist_group("postgres"),  # a server a session is enough
    pytest.mark.skipif(not postgres.is_asked_for(), reason="there is no `initdb` and `postgres` here"),
]

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database; a test that uses it has the marks `ON_POSTGRES`."""
    with postgres.database(postgres_server, f"test{next(_numbers)}") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=ON_POSTGRES)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store: a path, and the address of a database."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    url: str = request.getfixturevalue("postgres_url")
    return url
