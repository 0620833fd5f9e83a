"""z3, the solver: the one place that imports it."""

from __future__ import annotations

from types import ModuleType

from smartrules.diagnostics import MissingExtraError


def _import_solver() -> ModuleType:
    try:
        import z3
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        raise MissingExtraError.of(
            "SR604",
            "rules are proved with the package `z3`, which is not installed",
            "install it: `pip install 'smartrules[verify]'`",
        ) from None
    module: ModuleType = z3
    return module


z3 = _import_solver()
