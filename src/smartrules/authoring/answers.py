"""What an author answers when a ruleset begins, how each answer is read, and what it is where none is given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from attrs import frozen

from smartrules.diagnostics import Fault, shorten
from smartrules.documents.parts import CHINESE, checked_catalog_name, checked_name
from smartrules.documents.tiers import MOST_TIERS
from smartrules.standard import NO_TITLE, Title
from smartrules.values import Language

DEFAULT_TIERS = ("basic", "advanced")


@frozen(kw_only=True)
class Answers:
    """What a ruleset begins with.

    Attributes:
        tiers: their ids, lowest first; a ruleset that extends another has that one's instead.
        source: the document that the edition is, by its number or name.
        effective_from: the first day on which the edition is in force.
        language: that of the comments; titles are in both.
    """

    standard: str
    edition: str
    title: Title = NO_TITLE
    tiers: tuple[str, ...] = DEFAULT_TIERS
    source: str | None = None
    aliases: tuple[str, ...] = ()
    effective_from: date | None = None
    language: Language = "en"

    @property
    def name(self) -> str:
        """The standard and the edition: ``green-community@2024``."""
        return f"{self.standard}@{self.edition}"


def read_name(text: str, what: str) -> str:
    """Return the name of a standard or edition.

    Raises:
        Fault: SR112 where it cannot be one.
    """
    name = text.strip()
    if not name:
        raise Fault("SR112", f"the name of {what} is empty", "use letters, digits, `-`, `.` and `_`")
    return checked_catalog_name(name, what)


def read_line(text: str, what: str) -> str:
    """Return a text that is not empty and stands on one line, without the blanks round it.

    Raises:
        Fault: SR111 where it is no such text.
    """
    line = text.strip()
    if not line:
        raise Fault("SR111", f"{what} is empty", "write a text, or leave it out")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in line):
        message = f"{what} holds a line break or a control character: `{shorten(line)}`"
        raise Fault("SR111", message, "write it on one line, in visible characters")
    return line


def read_tiers(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of tiers, lowest first.

    Raises:
        Fault: SR110 where there is none, SR112 where one can be no id, SR403 where one stands twice, SR108 where they are
            too many.
    """
    if not texts:
        raise Fault("SR110", "no tier is named", "one is enough: `basic`")
    # A document's keys are read with wide letters and narrow ones as one.
    tiers = tuple(checked_name(unicodedata.normalize("NFKC", text.strip()), "a tier") for text in texts)
    twice = next((tier for index, tier in enumerate(tiers) if tier in tiers[:index]), None)
    if twice is not None:
        raise Fault("SR403", f"the tier `{shorten(twice)}` is named twice", "each has a name of its own, lowest first")
    if len(tiers) > MOST_TIERS:
        raise Fault("SR108", f"there are more than {MOST_TIERS} tiers", "no standard has")
    return tiers


def read_aliases(texts: Sequence[str]) -> tuple[str, ...]:
    """Return other names by which a standard is cited, each once.

    Raises:
        Fault: SR111 where one is no text on one line.
    """
    return tuple(dict.fromkeys(read_line(text, "an alias") for text in texts))


def usual_title(standard: str) -> Title:
    """Return the title that the name of a standard suggests: ``green-community`` is Green community."""
    if CHINESE.search(standard):
        return Title(zh=standard)
    words = re.sub(r"[\W_]+", " ", standard).strip()
    return Title(en=words[:1].upper() + words[1:])


def usual_day(edition: str) -> str | None:
    """Return the first day of the year that an edition is named after, or None where it is named after none."""
    year = re.match(r"[12][0-9]{3}(?![0-9])", edition)
    return None if year is None else f"{year[0]}-01-01"


#: Titles of the words that are most often ids of tiers.
_TIER_TITLES = {
    "basic": Title("基础级", "Basic"),
    "intermediate": Title("中级", "Intermediate"),
    "advanced": Title("提高级", "Advanced"),
    "pass": Title("达标级", "Pass"),
    "good": Title("良好级", "Good"),
    "excellent": Title("优秀级", "Excellent"),
    "model": Title("示范级", "Model"),
}


def title_of_tier(tier: str) -> Title:
    """Return a title for a tier, from its id."""
    return _TIER_TITLES.get(tier) or usual_title(tier)
