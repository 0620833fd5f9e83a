"""A change: what a host is told where a finding or a tier is another one than before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from smartrules.outcome import Outcome


@frozen
class Change:
    """An outcome that became another one.

    Attributes:
        number: counted from 1, through all communities of a monitor and of its store.
        community: its id.
        tier: the id of the tier.
        indicator: the id of the indicator, None where it is the tier itself that changed.
        before: the outcome until then; that of a community of which nothing was known is what no facts make it.
        after: the outcome from then on.
        cause: the ids of the facts, stated measures and collections that came, were corrected or were taken back, and on
            which the outcome rests; ``on`` is the day for which the facts hold. One where one came.
        when: the time of the event, in UTC.
    """

    number: int
    community: str
    tier: str
    indicator: str | None
    before: Outcome
    after: Outcome
    cause: tuple[str, ...]
    when: datetime

    def to_plain(self) -> dict[str, Any]:
        """Return the change as plain values for JSON."""
        return {
            "number": self.number,
            "community": self.community,
            "tier": self.tier,
            "indicator": self.indicator,
            "before": self.before.value,
            "after": self.after.value,
            "cause": list(self.cause),
            "when": self.when.isoformat(),
        }
