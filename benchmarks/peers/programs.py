"""Every program that is measured here. A new one is a module with ``PROGRAMS``, named in `MODULES`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from .program import Program

#: Each module, and what must be importable for it.
MODULES = {
    "polars_by_hand": ("polars",),
    "numpy_by_hand": ("numpy",),
    "duckdb_by_hand": ("duckdb",),
    "columns": ("narwhals", "polars", "pandas", "duckdb"),
    "openfisca": ("openfisca_core",),
    "library": (),
    "zen_engine": ("zen",),
    "cel_rust": ("cel",),
    "json_logic": ("jsonlogic_rs",),
    "durable_rules": ("durable",),
}


def programs() -> Iterator[Program]:
    """Yield the programs whose packages are installed."""
    for module, needs in MODULES.items():
        if all(find_spec(name) is not None for name in needs):
            yield from import_module(f".{module}", __package__).PROGRAMS
