"""Answers beyond an assessment: what a ruleset says of all communities, and what changes where it or the facts change.

Everything here is imported when it is first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from smartrules.lazy import at_first_use

# Type checkers know this name; importing it from `typing` would be most of the cost of importing the package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from smartrules.analysis.audits.auditing import audit as audit
    from smartrules.analysis.diffs.diff import diff as diff
    from smartrules.analysis.gaps.finding import gap as gap
    from smartrules.analysis.gaps.questions import next_questions as next_questions
    from smartrules.analysis.impacts import impact as impact
    from smartrules.analysis.impacts import sweep as sweep
    from smartrules.analysis.mutation.mutants import mutants as mutants
    from smartrules.analysis.proofs.verifying import verify as verify
    from smartrules.analysis.thresholds import with_threshold as with_threshold

_HOMES = {
    "audit": "audits.auditing",
    "diff": "diffs.diff",
    "gap": "gaps.finding",
    "impact": "impacts",
    "mutants": "mutation.mutants",
    "next_questions": "gaps.questions",
    "sweep": "impacts",
    "verify": "proofs.verifying",
    "with_threshold": "thresholds",
}

__all__ = ["audit", "diff", "gap", "impact", "mutants", "next_questions", "sweep", "verify", "with_threshold"]

__getattr__ = at_first_use(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
