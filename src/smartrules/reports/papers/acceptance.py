"""The acceptance report, 验收报告: the opinion, the table behind it, what is to be supplied and what is to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cached_property

from attrs import frozen

from smartrules.analysis.gaps.finding import gap
from smartrules.analysis.gaps.plan import Alternative, Plan, Status, Step
from smartrules.assessment import Assessment, TierAssessment
from smartrules.explanation import OUTCOME_WORDS
from smartrules.facts import NO_EVIDENCE, Fact, show_value
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.reports.characters import plain
from smartrules.reports.days import day_text, time_of_assessment
from smartrules.reports.gaps import alternative_text, hindrance_text, step_text
from smartrules.reports.papers.assessed import Assessed, Telling
from smartrules.reports.papers.conclusion import Conclusion
from smartrules.reports.papers.figures import fact_title
from smartrules.reports.papers.given import check_given, known_language, texts_of
from smartrules.reports.papers.texts import AcceptanceTexts, EvidenceTexts, StatedTexts, StepTexts, SupplyTexts
from smartrules.reports.papers.writing import Paper
from smartrules.reports.requirement import unit_text
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "{community}《{standard}》{tier}验收报告",
        "complete": "资料完整：判定所需的事实均已提供。",
        "enough": "资料足以判定{tier}：能改变其结论的事实均已提供；未提供的事实不影响该等级，见“待补充的事实”。",
        "incomplete": "资料不完整：缺少判定所需的事实{n}项：{facts}。",
        "unclear": "所缺的不是可以补充的事实，见“无法判定的指标”。",
        "no file": "{tier}的具体要求未收录，无法判断资料是否完整。",
        "and no file": "另外，{tier}的具体要求未收录，无法判断其余资料是否完整。",
        "checked": "逐项核对二级指标{n}项：{counts}。",
        "not checked": "{said}。",
        "not mended": "未记录立即整改的事项。",
        "mended": "核验中立即整改：{items}。",
        "joint": "、",
        "until": "、",
        "semicolon": "；",
        "nothing to mend": "没有不达标的指标，无须整改。",
        "nothing found": "没有发现不达标的指标；是否须整改，待{until}后才能确定。",
        "nothing for it": "没有发现不达标的指标；无法判定的指标不影响{tier}，无须为达到该等级整改。",
        "decided": "无法判定的指标判定",
        "to hand": "{tier}的具体要求收录",
        "steps": "不达标的指标须作下列{n}项改变。",
        "steps or else": "不达标的指标须作下列{n}项改变，或改用其后所列的另一种办法。",
        "besides": "无法判定的指标另见“待补充的事实”。",
        "no steps": "不达标的指标不影响{tier}，无须整改。",
        "no steps yet": "达到{tier}不必改变不达标的指标；是否须整改，待{until}后才能确定。",
        "unproved": "这是查看{places}处后找到的最好办法，可能还有更小的。",
        "impossible": "无论怎样整改都不能达到{tier}：",
        "not_found": "没有找到达到{tier}的整改办法，也未能证明没有：",
        "unknown": "无法拟定整改办法：",
        "evidenced": "共填报{n}项数据：附有佐证材料的{with_}项，没有佐证材料的{without}项。",
        "no facts": "没有填报数据。",
        "claimed": "{indicator}：自报{claimed}，核验为{found}",
        "claimed, passes": "{indicator}：自报{claimed}，核验为{found}（两者都算通过，不影响等级）",
    },
    "en": {
        "title": "Acceptance report: {community}, “{standard}”, {tier}",
        "complete": "Complete: every fact that decides is given.",
        "enough": "Complete for deciding {tier}: every fact that could change what is concluded is given; those that are missing "
        "do not matter to it, and stand under “Facts to supply”.",
        "incomplete": "Not complete: {n} facts that decide are missing: {facts}.",
        "incomplete one": "Not complete: 1 fact that decides is missing: {facts}.",
        "unclear": "What is open is no fact that could be supplied; see “Undetermined indicators”.",
        "no file": "What {tier} requires is not to hand, so that nobody can say whether the file is complete.",
        "and no file": "What {tier} requires is not to hand besides, so that nobody can say whether the rest is complete.",
        "checked": "{n} indicators checked one by one: {counts}.",
        "not checked": "{said}.",
        "not mended": "Nothing is recorded.",
        "mended": "{items}.",
        "joint": ", ",
        "until": " and ",
        "semicolon": "; ",
        "nothing to mend": "There is nothing to mend: no indicator is missed.",
        "nothing found": "No indicator is found not met; whether anything must be mended stays open until {until}.",
        "nothing for it": "No indicator is found not met; what is undetermined does not matter to {tier}, for which nothing "
        "must be mended.",
        "decided": "what is undetermined is decided",
        "to hand": "what {tier} requires is to hand",
        "steps": "The indicators that are not met take {n} changes.",
        "steps one": "The indicators that are not met take 1 change.",
        "steps or else": "The indicators that are not met take {n} changes, or another way that stands after them.",
        "steps or else one": "The indicators that are not met take 1 change, or another way that stands after it.",
        "besides": "What is undetermined stands under “Facts to supply”.",
        "no steps": "{tier} does not need the indicators that are not met.",
        "no steps yet": "{tier} can be reached without the indicators that are not met; whether anything must be mended stays "
        "open until {until}.",
        "unproved": "This is the best way found in {places} places of the search; there may be a smaller one.",
        "impossible": "{tier} cannot be reached, whatever is changed:",
        "not_found": "No way to {tier} was found, and there may be one:",
        "unknown": "Nobody can say what to mend:",
        "evidenced": "{n} values are given: {with_} with a document as evidence, {without} without.",
        "no facts": "No values are given.",
        "claimed": "{indicator}: claimed {claimed}, found {found}",
        "claimed, passes": "{indicator}: claimed {claimed}, found {found} (both pass, and the tier is the same)",
    },
}

_PASSING = (MET, NOT_APPLICABLE)


@frozen
class Acceptance(Paper):
    """An acceptance report of one tier.

    Attributes:
        mended: what was mended at once, as the host says.
    """

    assessed: Assessed
    mended: tuple[str, ...] = ()

    kind = "acceptance"

    @property
    def conclusion(self) -> Conclusion:
        """What is concluded: it follows from the outcomes of the tier and of those below it."""
        return self.assessed.conclusion

    @cached_property
    def plan(self) -> Plan | None:
        """How the indicators that are not met come to pass; None where there are none."""
        of = self.assessed
        if not of.findings_of(NOT_MET) and not any(level.outcome is NOT_MET for level in of.levels):
            return None
        rules = Ruleset(of.edition, of.assessment.fingerprint)
        return gap(rules, of.assessment.facts, of.tier)

    def context(self, language: Language = "zh") -> AcceptanceTexts:
        """Return what a template gets, by the names that `docs/reports.md` documents."""
        spoken = known_language(language)
        return _Texts(self, Telling(self.assessed, spoken), spoken).all()


def acceptance(
    assessment: Assessment,
    *,
    tier: str | None = None,
    on: date | None = None,
    mended: Iterable[str] = (),
    at: datetime | None = None,
) -> Acceptance:
    """Return the acceptance report of a community at a tier.

    Its conclusion follows from the outcomes: it is agreed only where the tier and all below it are met.

    Args:
        assessment: what the ruleset says of the community.
        tier: the id of the tier; by default the lowest.
        on: the day of acceptance; by default the day for which the facts hold, and where there is none the report says that
            it is not dated.
        mended: what was mended at once, a text each; it decides nothing.
        at: the time of assessment; by default now.

    Raises:
        NotFoundError: SR603 for a tier that the ruleset does not have.
        SmartrulesError: SR502 for what is no day, no time or no text; SR804 for a time without a time zone.
    """
    texts = texts_of(mended)
    check_given(on=on, at=at, mended=texts)
    asked = assessment.edition.tiers[0].id if tier is None else assessment[tier].tier.id
    items = tuple(told for one in texts if (told := plain(one)))
    return Acceptance(Assessed(assessment, asked, on or assessment.facts.on, time_of_assessment(at)), items)


@frozen
class _Texts:
    """Writes the texts of an acceptance report."""

    report: Acceptance
    telling: Telling
    language: Language

    @property
    def words(self) -> dict[str, str]:
        return _WORDS[self.language]

    @property
    def of(self) -> Assessed:
        return self.report.assessed

    def all(self) -> AcceptanceTexts:
        telling = self.telling
        title = self.words["title"].format(community=telling.community, standard=telling.standard, tier=telling.tier)
        common = telling.common(title)
        items = self.report.mended
        return AcceptanceTexts(
            **common,
            file=self.file(),
            checked=self.checked(common["counts"].said),
            mended=self.mended(items),
            mended_items=items,
            supply=tuple(self.supply()),
            remediation=self.remediation(),
            steps=tuple(self.steps()),
            alternatives=tuple(self.alternatives()),
            hindrances=tuple(self.hindrances()),
            evidence=tuple(self.evidence()),
            evidenced=self.evidenced(),
            stated=tuple(self.stated()),
            claims=tuple(self.claims()),
        )

    # --- the opinion -------------------------------------------------------------------------------------------------

    def mended(self, items: tuple[str, ...]) -> str:
        """Return what was mended at once."""
        told = [one.rstrip("。.") for one in items]
        return (
            self.words["mended"].format(items=self.words["semicolon"].join(told)) if told else self.words["not mended"]
        )

    def file(self) -> str:
        """Return whether the file is complete."""
        words = self.words
        missing = [fact_title(fact, self.of.edition, self.language) for fact in self._missing()]
        unknown = [self.telling.tier_title(one.tier.id) for one in self.of.levels if not one.requirements_known]
        said = ""
        if missing:
            form = "incomplete one" if len(missing) == 1 and "incomplete one" in words else "incomplete"
            said = words[form].format(n=len(missing), facts=plain(words["semicolon"].join(missing)))
        elif any(one.outcome is UNDETERMINED and one.requirements_known for one in self.of.levels):
            said = words["unclear"]
        if unknown:
            form = "and no file" if said else "no file"
            told = words[form].format(tier=words["joint"].join(unknown))
            return f"{said}{told}" if self.language == "zh" else f"{said} {told}".strip()
        if said:
            return said
        beside = any(finding.missing for finding in self.of.findings_of(UNDETERMINED))
        return words["enough"].format(tier=self.telling.tier) if beside else words["complete"]

    def _missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for level in self.of.levels for fact in _missing_at(level)))

    def checked(self, counts: str) -> str:
        asked = self.of.asked
        if not asked.requirements_known:
            return self.words["not checked"].format(said=counts)
        return self.words["checked"].format(n=len(asked), counts=counts)

    # --- what is missing -----------------------------------------------------------------------------------------------

    def supply(self) -> Iterator[SupplyTexts]:
        """Yield the facts that undetermined findings ask for."""
        edition, asking = self.of.edition, dict[str, list[str]]()
        for finding in self.of.findings_of(UNDETERMINED):
            for fact in finding.missing:
                asking.setdefault(fact, []).append(finding.indicator.id)
        for fact in self._missing():  # those that a tier's own rule asks for
            asking.setdefault(fact, [])
        for fact in (*edition.in_order(asking), *(("on",) if "on" in asking else ())):
            declared = edition.fact_by_id.get(fact.rpartition(".")[2])
            named = self.telling.joined([self.telling.indicator(name) for name in asking[fact]])
            title = plain(fact_title(fact, edition, self.language))
            yield SupplyTexts(title, plain(fact), *self._declared(declared), named)

    def _declared(self, declared: FactDeclaration | None) -> tuple[str, str]:
        """Return unit and definition of a fact."""
        if declared is None:
            return "", ""
        measured = "" if declared.unit is None else unit_text(declared.unit, self.language)
        return measured, plain(declared.definition.text(self.language, ""))

    # --- what is to be mended ------------------------------------------------------------------------------------------

    def _steps(self) -> tuple[Step, ...]:
        """Return the steps of the plan that serve an indicator that is not met; of a tier's own rule, all that change."""
        plan = self.report.plan
        if plan is None:
            return ()
        failed = {finding.indicator.id for finding in self.of.findings_of(NOT_MET)}
        return tuple(
            step
            for step in plan.steps
            if not step.assumed
            and (failed.intersection(step.indicators) or (not step.indicators and step.now is not None))
        )

    def remediation(self) -> str:
        plan, words, tier = self.report.plan, self.words, self.telling.tier
        if plan is None:
            return self._nothing_found()
        if plan.status not in (Status.PLANNED, Status.REACHED):
            return words[plan.status.value].format(tier=tier)
        number = len(self._steps())
        if not number:
            form = "no steps" if self.of.conclusion is Conclusion.AGREED else "no steps yet"
            return words[form].format(tier=tier, until=self._until())
        form = "steps or else" if self._alternatives() else "steps"
        form = f"{form} one" if number == 1 and f"{form} one" in words else form
        said = [words[form].format(n=number)]
        if self._missing():
            said.append(words["besides"])
        if not plan.proved:
            said.append(words["unproved"].format(places=plan.places))
        return ("" if self.language == "zh" else " ").join(said)

    def _nothing_found(self) -> str:
        """Return whether anything must be mended where no indicator is found not met."""
        until, words = self._until(), self.words
        if not until:
            return words["nothing to mend"]
        form = "nothing for it" if self.of.conclusion is Conclusion.AGREED else "nothing found"
        return words[form].format(tier=self.telling.tier, until=until)

    def _until(self) -> str:
        """Return what must happen before anybody can say what is to be mended; empty where nothing is open."""
        words, of = self.words, self.of
        unknown = [self.telling.tier_title(one.tier.id) for one in of.levels if not one.requirements_known]
        told = [words["decided"]] if of.findings_of(UNDETERMINED) else []
        told += [words["to hand"].format(tier=words["joint"].join(unknown))] if unknown else []
        return words["until"].join(told)

    def steps(self) -> Iterator[StepTexts]:
        failed = {finding.indicator.id for finding in self.of.findings_of(NOT_MET)}
        for number, step in enumerate(self._steps(), 1):
            named = self.telling.joined([self.telling.indicator(name) for name in step.indicators if name in failed])
            yield StepTexts(str(number), plain(step_text(step, self.of.edition, self.language)), named)

    def _alternatives(self) -> tuple[Alternative, ...]:
        """Return the other ways of the plan that stand in place of a listed step."""
        plan, listed = self.report.plan, {step.path for step in self._steps()}
        return () if plan is None else tuple(one for one in plan.alternatives if listed.intersection(one.instead_of))

    def alternatives(self) -> Iterator[str]:
        steps = self._steps()
        for one in self._alternatives():
            told = plain(alternative_text(one, steps, self.of.edition, self.language))
            yield told[:1].upper() + told[1:]

    def hindrances(self) -> Iterator[str]:
        if self.report.plan is not None:
            for one in self.report.plan.hindrances:
                yield plain(hindrance_text(one, self.of.edition, self.language))

    # --- what the facts rest on ------------------------------------------------------------------------------------------

    def _given(self) -> Iterator[tuple[str, Fact]]:
        facts = self.of.assessment.facts
        yield from facts.facts.items()
        for collection, records in facts.collections.items():
            for record in records:
                for name, fact in record.facts.items():
                    yield f"{collection}.{record.id}.{name}", fact
        yield from facts.stated.items()

    def _value(self, fact: Fact) -> str:
        edition = self.of.edition
        declared = edition.fact_by_id.get(fact.id) or edition.measure_by_id[fact.id]
        return plain(show_value(declared, fact.value, self.language))

    def evidence(self) -> Iterator[EvidenceTexts]:
        told = {measure for level in self.of.levels for finding in level.values() for measure in finding.stated}
        for name, fact in self._given():
            behind = fact.evidence
            if behind == NO_EVIDENCE or (name in told and not behind.documents and behind.observed is None):
                continue  # the note of a stated figure stands with the figure
            yield EvidenceTexts(
                plain(self.of.edition.word(name, self.language)),
                self._value(fact),
                plain(self.words["joint"].join(behind.documents)),
                "" if behind.observed is None else day_text(behind.observed, self.language),
                plain(behind.note or ""),
            )

    def evidenced(self) -> str:
        given = [fact for _, fact in self._given()]
        if not given:
            return self.words["no facts"]
        with_ = sum(bool(fact.evidence.documents) for fact in given)
        return self.words["evidenced"].format(n=len(given), with_=with_, without=len(given) - with_)

    def stated(self) -> Iterator[StatedTexts]:
        edition, asking = self.of.edition, dict[str, list[str]]()
        for level in reversed(self.of.levels):
            for name, finding in level.items():
                for measure in finding.stated:
                    if name not in asking.setdefault(measure, []):
                        asking[measure].append(name)
        for one in edition.measures:
            if one.id in asking:
                fact = self.of.assessment.facts.stated[one.id]
                named = self.telling.joined([self.telling.indicator(name) for name in asking[one.id]])
                title = plain(edition.word(one.id, self.language))
                yield StatedTexts(title, self._value(fact), named, plain(fact.evidence.note or ""))

    def claims(self) -> Iterator[str]:
        """Yield what the document claims to pass and the facts do not bear out, or bear out by another outcome that passes.

        That such an outcome leaves the tier as it is, is said where no tier has a rule of its own that could tell them apart.
        """
        alike = _PASSING if all(level.tier.rule is None for level in self.of.levels) else ()
        outcomes = OUTCOME_WORDS[self.language]
        for name, finding in self.of.asked.items():
            claimed = self.of.assessment.facts.claims.get(name)
            if claimed in _PASSING and claimed is not finding.outcome:
                told = {"claimed": outcomes[claimed], "found": outcomes[finding.outcome]}
                form = "claimed, passes" if finding.outcome in alike else "claimed"
                yield self.words[form].format(indicator=self.telling.indicator(name), **told)


def _missing_at(level: TierAssessment) -> tuple[str, ...]:
    """Return the facts that decide a tier, the day among them where its mandatory indicators ask for it."""
    day = level.tier.rule is None and any("on" in one.missing for one in level.values() if not one.optional)
    return (*level.missing, *(("on",) if day else ()))
