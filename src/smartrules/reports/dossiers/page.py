"""The dossier, 评定档案: one page about one community, with every threshold, every reason and what is missing."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from attrs import frozen

from smartrules.assessment import Assessment
from smartrules.diagnostics import SmartrulesError
from smartrules.outcome import Outcome
from smartrules.reports.characters import plain
from smartrules.reports.days import day_text, time_of_assessment, time_text
from smartrules.reports.dossiers.drawing import shape
from smartrules.reports.dossiers.labels import LABELS, OUTCOMES
from smartrules.reports.dossiers.texts import RungTexts, TierTexts
from smartrules.reports.dossiers.tiers import tier_texts, tiers_reached
from smartrules.reports.formats import PaperFormat
from smartrules.reports.pages import markup, policy, together
from smartrules.reports.papers.assessed import Assessed, Telling
from smartrules.reports.said import Said, said, titled, told
from smartrules.reports.templating import rendered
from smartrules.values import Language

#: A page of more findings is some fifty megabytes.
_MOST_FINDINGS = 3_000


@frozen
class Dossier:
    """A page about one community.

    Attributes:
        assessment: what the ruleset says of the community.
        tiers: the ids of the tiers that the page shows.
        at: the time of assessment.
    """

    assessment: Assessment
    tiers: tuple[str, ...]
    at: datetime

    def to_html(self, language: Language = "zh") -> str:
        """Return the page as one HTML document that asks for nothing else: no file, no network.

        Both languages are in it.

        Args:
            language: the one that is shown first.
        """
        style = _style(len(self.tiers))
        script = together("_dossier.js")
        context = {
            "language": language,
            "html_language": {"zh": "zh-CN", "en": "en"}[language],
            "labels": LABELS,
            "outcomes": OUTCOMES,
            "signs": {one.value: markup(shape(one)) for one in Outcome},
            "style": markup(style),
            "script": markup(script),
            "policy": policy(style, script),
            "title": self._title,
            "community": told(self._community),
            "standard": self._standard,
            "cited": self._telling_both("cited"),
            "edition": plain(self.assessment.edition.name),
            "fingerprint": self.assessment.fingerprint,
            "on": self._on,
            "at": time_text(self.at),
            "reached": self._reached,
            "ladder": self._ladder,
            "tiers": self._tiers,
            "shown": self._shown,
        }
        return rendered("dossier.html", context, PaperFormat.HTML)

    # --- what the page says --------------------------------------------------------------------------------------------

    @cached_property
    def _told(self) -> dict[Language, Telling]:
        assessed = Assessed(self.assessment, self.tiers[0], self.assessment.facts.on, self.at)
        languages: tuple[Language, ...] = ("zh", "en")
        return {language: Telling(assessed, language) for language in languages}

    def _telling_both(self, what: str) -> Said:
        return said(lambda language: getattr(self._told[language], what))

    @property
    def _community(self) -> str:
        found = self.assessment.facts.community
        return "" if found is None else plain(found.name or found.id)

    @property
    def _standard(self) -> Said:
        return self._telling_both("standard")

    @property
    def _title(self) -> str:
        """The title of the document, which is read where nothing can be switched: in both languages."""
        name = self._community or self.assessment.edition.name
        return f"{name} · {LABELS['dossier'].zh} / {LABELS['dossier'].en}"

    @property
    def _on(self) -> Said | None:
        day = self.assessment.facts.on
        return None if day is None else said(lambda language: day_text(day, language))

    @property
    def _reached(self) -> Said | None:
        reached = self.assessment.tier
        return None if reached is None else titled(self.assessment.edition.tier_by_id[reached].title, reached)

    @cached_property
    def _tiers(self) -> tuple[TierTexts, ...]:
        return tuple(tier_texts(self.assessment, name, place) for place, name in enumerate(self.tiers, 1))

    @property
    def _ladder(self) -> tuple[RungTexts, ...]:
        """Every tier of the standard with its outcome, those besides that the page does not show in detail."""
        anchors = {name: texts.anchor for name, texts in zip(self.tiers, self._tiers, strict=True)}
        reached = tiers_reached(self.assessment)
        return tuple(
            RungTexts(
                anchors.get(one.tier.id, ""),
                titled(one.tier.title, one.tier.id),
                one.outcome.value,
                one.requirements_known,
                one.tier.id in reached,
            )
            for one in self.assessment.tiers
        )

    @property
    def _shown(self) -> str:
        """The anchor of the tier that is shown first: the lowest that is not reached, else the highest."""
        open_ = [texts for name, texts in zip(self.tiers, self._tiers, strict=True) if not texts.reached]
        known = [texts for texts in open_ if texts.known]
        return (known or open_ or [self._tiers[-1]])[0].anchor


def _style(tiers: int) -> str:
    """Return the style sheet, with a rule for each tier that hides the others where another is chosen."""
    chosen = [
        f"html:has(#show-tier-{place}:checked) .tier:not(#tier-{place}) {{ display: none }}\n"
        for place in range(1, tiers + 1)
    ]
    return "".join([together("_plots.css", "_page.css", "_dossier.css"), *chosen])


def dossier(assessment: Assessment, *, tier: str | None = None, at: datetime | None = None) -> Dossier:
    """Return the dossier of a community: a page with every threshold, every reason and what is missing.

    Args:
        assessment: what the ruleset says of the community.
        tier: the id of the tier that the page shows in detail; by default all whose requirements are to hand.
        at: the time of assessment; by default now.

    Raises:
        NotFoundError: SR603 for a tier that the ruleset does not have.
        SmartrulesError: SR804 for a time without a time zone, SR961 for more findings than a page can show.
    """
    known = [one.tier.id for one in assessment.tiers if one.requirements_known]
    asked = (known or [assessment.tiers[0].tier.id]) if tier is None else [assessment[tier].tier.id]
    number = sum(len(assessment[one]) for one in asked)
    if number > _MOST_FINDINGS:
        message = f"the page would show {number:,} findings, and a browser shows {_MOST_FINDINGS:,} at most"
        hint = "name one tier" if len(asked) > 1 else "take the assessment as JSON, or as a table with `assess`"
        raise SmartrulesError.of("SR961", message, hint)
    return Dossier(assessment, tuple(asked), time_of_assessment(at))
