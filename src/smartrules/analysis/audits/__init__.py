"""Audits: what a careful reader finds in the facts of a community, beside what a ruleset says of them.

`auditing.py` asks a room for each thing that is doubted: `claims.py`, `stated_figures.py`, `crossings.py`,
`possible_rates.py`, `evidence.py`, `on_thresholds.py` and `same_figures.py`.
"""

from smartrules.analysis.audits.auditing import Audit, audit
from smartrules.analysis.audits.observations import Figure, Observation, Possible

__all__ = ["Audit", "Figure", "Observation", "Possible", "audit"]
