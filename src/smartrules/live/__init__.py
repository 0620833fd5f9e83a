"""Communities under watch: facts that arrive, are corrected and are taken back, and who is told what that changes."""

from __future__ import annotations

from smartrules.live.asynchronous import AsyncMonitor
from smartrules.live.changes import Change
from smartrules.live.history import History, PastAssessment
from smartrules.live.host_rules import Firing
from smartrules.live.monitor import Monitor
from smartrules.live.reactions import Event

__all__ = ["AsyncMonitor", "Change", "Event", "Firing", "History", "Monitor", "PastAssessment"]
