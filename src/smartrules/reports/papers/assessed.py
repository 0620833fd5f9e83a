"""What every paper says of an assessment: whose it is, by which standard, the table, what is open, the conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from attrs import frozen

from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.expr.nodes import Expr
from smartrules.expr.text import phrase
from smartrules.outcome import NOT_MET, UNDETERMINED, Outcome
from smartrules.reports import text
from smartrules.reports.characters import plain
from smartrules.reports.days import day_text, time_text
from smartrules.reports.papers.conclusion import Conclusion, conclusion_of, tiers_up_to
from smartrules.reports.papers.figures import completion, reasons
from smartrules.reports.papers.labels import LABELS
from smartrules.reports.papers.texts import CountsTexts, GroupTexts, OpenTexts, RowTexts
from smartrules.standard import Edition
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "unnamed": "（未写明）",
        "not dated": "未注明日期",
        "cited": "《{title}》（{numbers}）",
        "uncited": "《{title}》",
        "joint": "、",
        "semicolon": "；",
        "of tier": "{title}（{tier}）",
        "agreed": "同意{community}通过《{standard}》{tier}验收。",
        "not_agreed": "不同意{community}通过《{standard}》{tier}验收：{why}。",
        "open": "暂不能同意{community}通过《{standard}》{tier}验收：{why}，待补充所缺事实并重新评定后再作结论。",
        "not_to_hand": "暂不能同意{community}通过《{standard}》{tier}验收：{why}，待收录要求并重新评定后再作结论。",
        "failed": "{n}项指标不达标（{indicators}）",
        "undetermined": "{n}项指标无法判定（{indicators}）",
        "failed at": "{tier}有{n}项指标不达标（{indicators}）",
        "undetermined at": "{tier}有{n}项指标无法判定（{indicators}）",
        "rule failed": "不满足{tier}的达到条件（{rule}）",
        "rule undetermined": "尚不能判定是否满足{tier}的达到条件（{rule}）",
        "unknown": "{tier}的具体要求未收录",
        "unlisted": "{tier}的具体要求未收录，无法逐项核对",
        "rule met": "{tier}：{rule}（已满足）",
        "rule not_met": "{tier}：{rule}（未满足）",
        "rule open": "{tier}：{rule}（尚不能判定）",
    },
    "en": {
        "unnamed": "(not named)",
        "not dated": "not dated",
        "cited": "“{title}” ({numbers})",
        "uncited": "“{title}”",
        "joint": ", ",
        "semicolon": "; ",
        "of tier": "{title} ({tier})",
        "agreed": "Acceptance of {community} by “{standard}”, {tier}, is agreed.",
        "not_agreed": "Acceptance of {community} by “{standard}”, {tier}, is not agreed: {why}.",
        "open": "Acceptance of {community} by “{standard}”, {tier}, cannot be agreed until what is missing is supplied "
        "and assessed: {why}.",
        "not_to_hand": "Acceptance of {community} by “{standard}”, {tier}, cannot be agreed until what is required is "
        "to hand and assessed: {why}.",
        "failed": "{n} indicators are not met ({indicators})",
        "failed one": "1 indicator is not met ({indicators})",
        "undetermined": "{n} indicators are undetermined ({indicators})",
        "undetermined one": "1 indicator is undetermined ({indicators})",
        "failed at": "{n} indicators are not met at {tier} ({indicators})",
        "failed at one": "1 indicator is not met at {tier} ({indicators})",
        "undetermined at": "{n} indicators are undetermined at {tier} ({indicators})",
        "undetermined at one": "1 indicator is undetermined at {tier} ({indicators})",
        "rule failed": "what {tier} takes is not fulfilled ({rule})",
        "rule undetermined": "whether what {tier} takes is fulfilled is open ({rule})",
        "unknown": "what {tier} requires is not to hand",
        "unlisted": "what {tier} requires is not to hand, so that no indicator can be checked",
        "rule met": "{tier}: {rule} (fulfilled)",
        "rule not_met": "{tier}: {rule} (not fulfilled)",
        "rule open": "{tier}: {rule} (open)",
    },
}


@frozen
class Assessed:
    """An assessment as a paper of one tier speaks of it.

    Attributes:
        tier: the id of the asked tier.
        on: the day of acceptance, or None where nobody says it.
        at: the time of assessment.
    """

    assessment: Assessment
    tier: str
    on: date | None
    at: datetime

    @property
    def edition(self) -> Edition:
        """The standard."""
        return self.assessment.edition

    @property
    def asked(self) -> TierAssessment:
        """The findings of the asked tier."""
        return self.assessment[self.tier]

    @cached_property
    def conclusion(self) -> Conclusion:
        """What is concluded."""
        return conclusion_of(self.assessment, self.tier)

    @cached_property
    def levels(self) -> tuple[TierAssessment, ...]:
        """The findings of every tier up to the asked one, the lowest first."""
        return tuple(tiers_up_to(self.assessment, self.tier))

    def findings_of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings with an outcome: those of the asked tier, then of each tier below what is not among them."""
        found = dict[str, Finding]()
        for level in reversed(self.levels):
            for name, finding in level.items():
                if finding.outcome is outcome and name not in found:
                    found[name] = finding
        order = {name: place for place, name in enumerate(self.edition.indicator_by_id)}
        return tuple(sorted(found.values(), key=lambda finding: order[finding.indicator.id]))


@frozen
class Telling:
    """Says in one language what a paper says of an assessment."""

    of: Assessed
    language: Language

    @property
    def words(self) -> dict[str, str]:
        """The words of this language."""
        return _WORDS[self.language]

    @property
    def edition(self) -> Edition:
        """The standard."""
        return self.of.edition

    @property
    def community(self) -> str:
        """Whose acceptance it is."""
        found = self.of.assessment.facts.community
        return self.words["unnamed"] if found is None else plain(found.name or found.id)

    @property
    def standard(self) -> str:
        """The title of the standard."""
        return plain(self.edition.standard.title.text(self.language, self.edition.standard.id))

    @property
    def tier(self) -> str:
        """The title of the asked tier."""
        return self.tier_title(self.of.tier)

    def tier_title(self, tier: str) -> str:
        """Return the title of a tier."""
        return plain(self.edition.tier_by_id[tier].title.text(self.language, tier))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The document numbers of the standard: what else it is cited by, and its document."""
        own = self.edition.standard
        document = () if self.edition.source is None else (self.edition.source.document or "",)
        titles = ("", own.title.zh, own.title.en, own.id)
        return tuple(dict.fromkeys(plain(one) for one in (*own.aliases, *document) if one not in titles))

    @property
    def cited(self) -> str:
        """The standard with its document numbers."""
        form = "cited" if self.numbers else "uncited"
        return self.words[form].format(title=self.standard, numbers=self.joined(self.numbers))

    @property
    def date(self) -> str:
        """The day of acceptance."""
        return self.words["not dated"] if self.of.on is None else day_text(self.of.on, self.language)

    def joined(self, texts: Sequence[str]) -> str:
        """Return texts as a list in a sentence."""
        return self.words["joint"].join(texts)

    # --- indicators ----------------------------------------------------------------------------------------------------

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The number of each indicator: the standard's own, or where it numbers none its place."""
        numbered = any(one.number for one in self.edition.indicators)
        return {
            one.id: plain(one.number or "") if numbered else str(place)
            for place, one in enumerate(self.edition.indicators, 1)
        }

    def number(self, finding: Finding) -> str:
        """Return the number of a finding's indicator."""
        return self._numbers[finding.indicator.id]

    def indicator(self, name: str) -> str:
        """Return an indicator by its number, where the standard gives it one, and its title."""
        return plain(self.edition.indicator_by_id[name].label(self.language))

    def indicators(self, findings: Sequence[Finding]) -> str:
        """Return the indicators of findings, each with its tier where that is not the asked one."""
        return self.joined([self._at_tier(finding) for finding in findings])

    def _at_tier(self, finding: Finding) -> str:
        title = self.indicator(finding.indicator.id)
        if finding.tier == self.of.tier:
            return title
        return self.words["of tier"].format(title=title, tier=self.tier_title(finding.tier))

    def _row(self, finding: Finding, shown: text.Row) -> RowTexts:
        source = self.edition.source_of(finding.indicator.id, finding.tier)
        return RowTexts(
            number=self.number(finding),
            title=plain(shown.title),
            requirement=plain(finding.requirement(self.language)),
            completion=plain(completion(finding, self.language)),
            outcome=shown.outcome_word,
            outcome_id=shown.outcome.value,
            basis=shown.basis,
            points=shown.points,
            clause="" if source is None else plain(source.clause or ""),
        )

    def groups(self) -> Iterator[GroupTexts]:
        """Yield the table: the findings of the asked tier by their groups, in the order of the standard."""
        asked = self.of.asked
        rows = zip(asked.values(), text.rows(asked, self.language), strict=True)
        for group, members in groupby(rows, key=lambda row: row[0].indicator.group):
            title = "" if group is None else self.edition.group_by_id[group].title.text(self.language, group)
            yield GroupTexts(plain(title), tuple(self._row(*member) for member in members))

    def counts(self) -> CountsTexts:
        """Return how many findings of the asked tier have each outcome."""
        asked = self.of.asked
        each = {one.value: str(sum(finding.outcome is one for finding in asked.values())) for one in Outcome}
        said = text.counts(asked, self.language)
        if not asked.requirements_known:
            said = self.words["unlisted"].format(tier=self.tier)
        return CountsTexts(all=str(len(asked)), said=said, **each)

    def undetermined(self) -> Iterator[OpenTexts]:
        """Yield what is undetermined, with the reason."""
        for finding in self.of.findings_of(UNDETERMINED):
            title = plain(finding.indicator.title.text(self.language, finding.indicator.id))
            if finding.tier != self.of.tier:
                title = self.words["of tier"].format(title=title, tier=self.tier_title(finding.tier))
            reason = self.words["semicolon"].join(reasons(finding, self.language))
            yield OpenTexts(self.number(finding), title, plain(reason))

    # --- the conclusion ------------------------------------------------------------------------------------------------

    def conclusion(self) -> str:
        """Return what is concluded, in a sentence."""
        found = self.of.conclusion
        why = self.words["semicolon"].join(self._why(found))
        return self.words[found.value].format(community=self.community, standard=self.standard, tier=self.tier, why=why)

    def _why(self, conclusion: Conclusion) -> Iterator[str]:
        wanted = {Conclusion.NOT_AGREED: NOT_MET, Conclusion.AGREED: None}.get(conclusion, UNDETERMINED)
        for level in self.of.levels:
            title = self.tier_title(level.tier.id)
            if conclusion is Conclusion.NOT_TO_HAND and not level.requirements_known:
                yield self.words["unknown"].format(tier=title)
            elif level.requirements_known and level.outcome is wanted:
                yield self._why_level(level, title, level.outcome)

    def _why_level(self, level: TierAssessment, title: str, wanted: Outcome) -> str:
        word = "failed" if wanted is NOT_MET else "undetermined"
        if level.tier.rule is not None:
            return self.words[f"rule {word}"].format(tier=title, rule=self._rule(level.tier.rule))
        findings = [one for one in level.values() if one.outcome is wanted and not one.optional]
        named = self.joined([self.indicator(one.indicator.id) for one in findings])
        form = word if level.tier.id == self.of.tier else f"{word} at"
        form = f"{form} one" if len(findings) == 1 and f"{form} one" in self.words else form
        return self.words[form].format(tier=title, n=len(findings), indicators=named)

    def _rule(self, rule: Expr) -> str:
        return plain(phrase(rule, self.edition.graded, self.language))

    def rule(self) -> str:
        """Return what a tier, and each below it, takes by a rule of its own, and what it came to; empty where none has one."""
        told = []
        for level in self.of.levels:
            if level.tier.rule is not None and level.requirements_known:
                form = "rule open" if level.outcome is UNDETERMINED else f"rule {level.outcome.value}"
                title = self.tier_title(level.tier.id)
                told.append(self.words[form].format(tier=title, rule=self._rule(level.tier.rule)))
        return self.words["semicolon"].join(told)

    # --- the names of every paper --------------------------------------------------------------------------------------

    def common(self, title: str) -> dict[str, Any]:
        """Return what `PaperTexts` takes."""
        found, groups = self.of.assessment.facts.community, tuple(self.groups())
        indicators = self.edition.indicators
        return {
            "language": self.language,
            "html_language": "zh-CN" if self.language == "zh" else "en",
            "labels": LABELS[self.language],
            "title": title,
            "community": self.community,
            "community_id": "" if found is None else plain(found.id),
            "standard": self.standard,
            "numbers": self.numbers,
            "cited": self.cited,
            "tier": self.tier,
            "edition": plain(self.edition.name),
            "fingerprint": self.of.assessment.fingerprint,
            "date": self.date,
            "at": time_text(self.of.at),
            "conclusion": self.conclusion(),
            "conclusion_id": self.of.conclusion.value,
            "rule": self.rule(),
            "counts": self.counts(),
            "groups": groups,
            "has_groups": any(group.title for group in groups),
            "has_points": any(one.points is not None for one in indicators),
            "scores": tuple(plain(line) for line in text.scores(self.of.asked, self.language)[1:]),
            "undetermined": tuple(self.undetermined()),
            "failed": tuple(self._at_tier(finding) for finding in self.of.findings_of(NOT_MET)),
        }
