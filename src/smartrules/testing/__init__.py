"""Testing a ruleset from outside: its case files, and facts of every kind for property-based tests.

The strategies need the extra ``testing``; everything is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartrules.testing import laws as laws
    from smartrules.testing.hosting import Host as Host
    from smartrules.testing.hosting import host_machine as host_machine
    from smartrules.testing.invalid import invalid_facts_from as invalid_facts_from
    from smartrules.testing.random_rulesets import rulesets as rulesets
    from smartrules.testing.sides import thresholds as thresholds
    from smartrules.testing.strategies import boundaries_from as boundaries_from
    from smartrules.testing.strategies import facts_from as facts_from
    from smartrules.testing.telling import tell as tell
    from smartrules.testing.telling import tell_each as tell_each
    from smartrules.testing.wild import wild_documents as wild_documents

_HOMES = {
    "Host": "hosting",
    "boundaries_from": "strategies",
    "facts_from": "strategies",
    "host_machine": "hosting",
    "invalid_facts_from": "invalid",
    "rulesets": "random_rulesets",
    "tell": "telling",
    "tell_each": "telling",
    "thresholds": "sides",
    "wild_documents": "wild",
}

__all__ = [
    "Host",
    "boundaries_from",
    "facts_from",
    "host_machine",
    "invalid_facts_from",
    "laws",
    "rulesets",
    "tell",
    "tell_each",
    "thresholds",
    "wild_documents",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        home = import_module(f"{__name__}.{_HOMES.get(name, name)}")
        value: object = getattr(home, name) if name in _HOMES else home
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("hypothesis", "pytest"):
            raise
        from smartrules.diagnostics import MissingExtraError

        raise MissingExtraError.of(
            "SR604",
            f"`{name}` needs the package `{error.name}`, which is not installed",
            "install it: `pip install 'smartrules[testing]'`",
        ) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
