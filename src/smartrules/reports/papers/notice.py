"""The public notice, 公示: what was found, for how long it is open, and where to object."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from smartrules.assessment import Assessment
from smartrules.diagnostics import SmartrulesError
from smartrules.reports.characters import plain
from smartrules.reports.days import day_text, last_day, time_of_assessment
from smartrules.reports.papers.assessed import Assessed, Telling
from smartrules.reports.papers.given import check_given, known_language
from smartrules.reports.papers.texts import NoticeTexts
from smartrules.reports.papers.writing import Paper
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "关于{community}《{standard}》{tier}验收情况的公示",
        "basis": "根据{cited}，对{community}的建设情况按{tier}要求逐项核验，现将核验情况予以公示。",
        "result": "{counts}。",
        "period": "公示期{days}天，自{first}起至{last}止（首尾两日均计入）。",
        "one day": "公示期1天，即{first}当日。",
        "objection": "对公示内容有异议的，请在公示期内向以下单位反映：{contact}",
    },
    "en": {
        "title": "Public notice: acceptance of {community} by “{standard}”, {tier}",
        "basis": "Under {cited}, {community} was checked indicator by indicator against what {tier} requires. "
        "What was found is published here.",
        "result": "{counts}.",
        "period": "This notice is open for {days} days, from {first} to {last}, both days included.",
        "one day": "This notice is open for 1 day, on {first}.",
        "objection": "Whoever objects to what is published here may do so while the notice is open, at: {contact}",
    },
}


@frozen
class Notice(Paper):
    """A public notice of one tier.

    Attributes:
        contact: where to object.
        first_day: the first day on which it is open, the day of acceptance.
        last_day: the last one, which is counted too.
    """

    assessed: Assessed
    contact: str
    days: int
    first_day: date
    last_day: date

    kind = "notice"

    def context(self, language: Language = "zh") -> NoticeTexts:
        """Return what a template gets, by the names that `docs/reports.md` documents."""
        language = known_language(language)
        telling, words = Telling(self.assessed, language), _WORDS[language]
        named = {"community": telling.community, "standard": telling.standard, "tier": telling.tier}
        first, last = day_text(self.first_day, language), day_text(self.last_day, language)
        period = words["one day" if self.days == 1 else "period"]
        common = telling.common(words["title"].format(**named))
        return NoticeTexts(
            **common,
            basis=words["basis"].format(cited=telling.cited, **named),
            result=words["result"].format(counts=common["counts"].said),
            days=str(self.days),
            first_day=first,
            last_day=last,
            period=period.format(days=self.days, first=first, last=last),
            contact=self.contact,
            objection=words["objection"].format(contact=self.contact),
        )


def notice(
    assessment: Assessment,
    *,
    tier: str | None = None,
    days: int = 5,
    contact: str | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Notice:
    """Return the notice to the public of a community's acceptance at a tier.

    A notice may be made whatever is found: it says what is met, what is not and what is undetermined, and says that
    acceptance is agreed only where it is.

    Args:
        assessment: what the ruleset says of the community.
        tier: the id of the tier; by default the lowest.
        days: for how many days it is open; the day of acceptance is the first of them, and the last one is counted.
        contact: where to object: an office with its address or telephone.
        on: the day of acceptance; by default the day for which the facts hold.
        at: the time of assessment; by default now.

    Raises:
        NotFoundError: SR603 for a tier that the ruleset does not have.
        SmartrulesError: SR951 where no day is known, SR952 without a contact, SR953 for days that no notice has, SR502 for
            what is no day, no time or no text, SR804 for a time without a time zone.
    """
    check_given(on=on, at=at, contact=contact)
    asked = assessment.edition.tiers[0].id if tier is None else assessment[tier].tier.id
    told = plain(contact or "")
    if not told:
        hint = "give the office with `contact=`, on the command line `--contact`"
        raise SmartrulesError.of("SR952", "a notice says where to object, and nothing is given", hint)
    first = on or assessment.facts.on
    if first is None:
        hint = "give it with `on=`, on the command line `--date`, or write `on:` in the facts"
        raise SmartrulesError.of("SR951", "a notice begins on the day of acceptance, and none is given", hint)
    last = last_day(first, days)
    return Notice(Assessed(assessment, asked, first, time_of_assessment(at)), told, days, first, last)
