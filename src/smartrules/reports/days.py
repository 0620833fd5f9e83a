"""Days and times as papers write them, and the days of a notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from smartrules.diagnostics import SmartrulesError
from smartrules.values import Language

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

#: The longest notice.
MOST_DAYS = 366


def day_text(day: date, language: Language) -> str:
    """Return a day: 2023年11月25日, 25 November 2023."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def time_text(at: datetime) -> str:
    """Return a time to the second with its offset from UTC: 2023-11-25 09:30:00 +08:00."""
    text = at.isoformat(sep=" ", timespec="seconds")
    return f"{text[:19]} {text[19:]}"


def time_of_assessment(at: datetime | None) -> datetime:
    """Return a time that is given, else now by the clock of this place, with its offset.

    Raises:
        SmartrulesError: SR804 for one without a time zone.
    """
    if at is None:
        return datetime.now(UTC).astimezone()  # who prints it reads the clock on the wall
    if at.utcoffset() is None:
        raise SmartrulesError.of("SR804", "the time of assessment has no time zone", "give it with its offset from UTC")
    return at


def last_day(first: date, days: int) -> date:
    """Return the last of the days of a notice, of which the first counts.

    Raises:
        SmartrulesError: SR953 for a number of days that no notice has.
    """
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        message = f"a notice is not open for {days!r} days"
        raise SmartrulesError.of("SR953", message, f"give a whole number from 1 to {MOST_DAYS}")
    try:
        return first + timedelta(days=days - 1)
    except OverflowError:
        raise SmartrulesError.of("SR953", "the notice ends after the calendar does", "check its first day") from None
