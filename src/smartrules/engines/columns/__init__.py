"""The columns engine: a frame of communities, decided row by row by one query; the reference, said in columns."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from smartrules.diagnostics import MissingExtraError

#: The endings of the files of communities that this engine opens and writes.
ENDINGS = (".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx")


def part(name: str) -> ModuleType:
    """Return a module of this engine, which is imported when it is first asked for.

    Raises:
        MissingExtraError: SR604, where its packages are not installed.
    """
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("narwhals", "polars"):
            raise
        raise MissingExtraError.of(
            "SR604",
            f"frames need the package `{error.name}`, which is not installed",
            "install it: `pip install 'smartrules[frames]'`",
        ) from None
