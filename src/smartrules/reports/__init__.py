"""What people read: assessments, plans and differences as text, and the documents of the procedure around a standard.

The documents are imported when they are first used, so that importing the package costs next to nothing; they need the
extra `reports`.
"""

from __future__ import annotations

from smartrules.lazy import at_first_use

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

__getattr__ = at_first_use(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
