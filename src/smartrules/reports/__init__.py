"""What people read: assessments, plans and differences as text, and the documents of the procedure around a standard.

The documents are imported when they are first used, so that importing the package costs next to nothing; they need the
extra `reports`.
"""

from __future__ import annotations

# Type checkers know this name; importing it from `typing` would be most of the cost of importing the package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from smartrules.reports.dossiers.page import dossier as dossier
    from smartrules.reports.forms.making import form as form
    from smartrules.reports.gathering import gather as gather
    from smartrules.reports.overviews.overview import overview as overview
    from smartrules.reports.papers.acceptance import acceptance as acceptance
    from smartrules.reports.papers.notice import notice as notice

_HOMES = {
    "acceptance": "papers.acceptance",
    "form": "forms.making",
    "gather": "gathering",
    "dossier": "dossiers.page",
    "notice": "papers.notice",
    "overview": "overviews.overview",
}

__all__ = ["acceptance", "dossier", "form", "gather", "notice", "overview"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
