"""Public indicator standards as exact, versioned, explainable rules.

``import smartrules as sr``, then ``sr.load(…)`` gives a ruleset, ``ruleset.assess(…)`` an assessment. Everything here is
imported when it is first used, so that importing the package costs next to nothing.

It asserts nothing, so pytest, which has a plug-in in it, need not rewrite it: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

# Type checkers know this name; importing it from `typing` would be most of the cost of importing the package.
TYPE_CHECKING = False

__version__ = "0.1.0"

if TYPE_CHECKING:
    from smartrules.assessment import Assessment as Assessment
    from smartrules.assessment import Basis as Basis
    from smartrules.assessment import Finding as Finding
    from smartrules.assessment import TierAssessment as TierAssessment
    from smartrules.catalog import load as load
    from smartrules.diagnostics import AssessmentError as AssessmentError
    from smartrules.diagnostics import Diagnostic as Diagnostic
    from smartrules.diagnostics import FactsError as FactsError
    from smartrules.diagnostics import FrameError as FrameError
    from smartrules.diagnostics import MissingExtraError as MissingExtraError
    from smartrules.diagnostics import MonitorError as MonitorError
    from smartrules.diagnostics import NotFoundError as NotFoundError
    from smartrules.diagnostics import RulesetError as RulesetError
    from smartrules.diagnostics import RulesetWarning as RulesetWarning
    from smartrules.diagnostics import SmartrulesError as SmartrulesError
    from smartrules.diagnostics import StoreError as StoreError
    from smartrules.facts import Facts as Facts
    from smartrules.outcome import Outcome as Outcome
    from smartrules.ruleset import Ruleset as Ruleset
    from smartrules.values import Quantity as Quantity

_HOMES = {
    "Assessment": "assessment",
    "AssessmentError": "diagnostics",
    "Basis": "assessment",
    "Diagnostic": "diagnostics",
    "Facts": "facts",
    "FactsError": "diagnostics",
    "Finding": "assessment",
    "FrameError": "diagnostics",
    "MissingExtraError": "diagnostics",
    "MonitorError": "diagnostics",
    "NotFoundError": "diagnostics",
    "Outcome": "outcome",
    "Quantity": "values",
    "Ruleset": "ruleset",
    "RulesetError": "diagnostics",
    "RulesetWarning": "diagnostics",
    "SmartrulesError": "diagnostics",
    "StoreError": "diagnostics",
    "TierAssessment": "assessment",
    "load": "catalog",
}

#: What writes the HTML by which answers show themselves in a notebook; see `smartrules.showing`.
NOTEBOOKS = "smartrules.reports.notebooks"

__all__ = [
    "Assessment",
    "AssessmentError",
    "Basis",
    "Diagnostic",
    "Facts",
    "FactsError",
    "Finding",
    "FrameError",
    "MissingExtraError",
    "MonitorError",
    "NotFoundError",
    "Outcome",
    "Quantity",
    "Ruleset",
    "RulesetError",
    "RulesetWarning",
    "SmartrulesError",
    "StoreError",
    "TierAssessment",
    "load",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
