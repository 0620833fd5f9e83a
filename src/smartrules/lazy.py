"""Names of a package that are imported when they are first used, so that importing the package costs next to nothing.

`smartrules` itself says the same in its own words: importing it imports no other module, and so not this one.
"""

from __future__ import annotations

# Type checkers know this name; importing it from `typing` would be most of the cost of importing the package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def at_first_use(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package: it imports a name from its module, and keeps it.

    Args:
        package: its name.
        homes: the module of each name, below the package.
    """

    def imported(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(import_module(package), name, value)
        return value

    return imported
