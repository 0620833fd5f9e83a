"""Mutants of a ruleset: the same with one small mistake in it, for asking whether its cases notice.

What a mutant may have wrong is in `changes.py`, where it may have it in `places.py`; `equivalence.py` proves that a
mutant decides as the ruleset does.
"""

from smartrules.analysis.mutation.changes import Mutation
from smartrules.analysis.mutation.equivalence import is_equivalent
from smartrules.analysis.mutation.mutants import Mutant, mutants
from smartrules.analysis.mutation.places import alone, at_tier

__all__ = ["Mutant", "Mutation", "alone", "at_tier", "is_equivalent", "mutants"]
