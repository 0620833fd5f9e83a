"""Every peer that is asked here. A new one is a module with ``PEERS``, named in `MODULES`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from .peer import Peer

#: Each module, and what must be importable for it.
MODULES = {
    "pint_units": ("pint",),
    "python_by_hand": (),
    "openfisca": ("openfisca_core",),
    "zen_engine": ("zen",),
    "cel_rust": ("cel",),
    "json_logic": ("jsonlogic_rs", "json_logic"),
    "business_rules": ("business_rules",),
    "durable_rules": ("durable",),
    "pandera_frames": ("pandera", "pandas", "polars"),
}


def peers() -> Iterator[Peer]:
    """Yield the peers whose packages are installed."""
    for module, needs in MODULES.items():
        if all(find_spec(name) is not None for name in needs):
            yield from import_module(f".{module}", __package__).PEERS


def missing() -> list[str]:
    """Return what must be importable for some peer and is not."""
    names = {name for needs in MODULES.values() for name in needs}
    return sorted(name for name in names if find_spec(name) is None)
