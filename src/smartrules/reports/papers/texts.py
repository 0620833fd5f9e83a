"""What a template gets: plain texts of one language, by the names that `docs/reports.md` documents.

Nothing in them is markup, and no character that XML refuses or that turns the rest of a line round. What is not known of a
community is an empty list or an empty text, never a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import fields, frozen


@frozen
class RowTexts:
    """One indicator in the table.

    Attributes:
        number: 序号, as the standard prints it; where it numbers nothing, the place in the standard.
        title: 二级指标; an optional one says so.
        requirement: 标准要求, printed from the rule.
        completion: 完成情况, the figures with the counts behind them, or that they are stated without.
        outcome: 结论, in words.
        outcome_id: the same as ``met``, ``not_met``, ``not_applicable`` or ``undetermined``.
        basis: 依据: facts, a stated rate, or nothing.
        points: 得分, of how many; empty where the standard counts none.
        clause: where the requirement stands in the standard; empty where the ruleset does not say.
    """

    number: str
    title: str
    requirement: str
    completion: str
    outcome: str
    outcome_id: str
    basis: str
    points: str
    clause: str


@frozen
class GroupTexts:
    """The indicators of one group that follow each other.

    Attributes:
        title: 一级指标; empty where the standard has no groups.
        rows: its indicators.
    """

    title: str
    rows: tuple[RowTexts, ...]


@frozen
class CountsTexts:
    """How many indicators have each outcome, as texts.

    Attributes:
        all: how many indicators the tier asks.
        met: 达标.
        not_met: 不达标.
        not_applicable: 不适用.
        undetermined: 无法判定.
        said: all of it in one sentence, optional indicators apart.
    """

    all: str
    met: str
    not_met: str
    not_applicable: str
    undetermined: str
    said: str


@frozen
class OpenTexts:
    """An indicator that is undetermined.

    Attributes:
        number: 序号.
        title: 二级指标.
        reason: why: what is missing, not reported, or not to hand.
    """

    number: str
    title: str
    reason: str


@frozen
class SupplyTexts:
    """A fact to supply, 待补充的事实.

    Attributes:
        fact: its title.
        id: its name in a facts document.
        unit: in which it is given; empty for what is no number.
        definition: what is counted, where the title does not say it.
        indicators: those that ask for it.
    """

    fact: str
    id: str
    unit: str
    definition: str
    indicators: str


@frozen
class StepTexts:
    """One change of the remediation list, 整改清单.

    Attributes:
        number: its place in the list.
        change: what is to change, from what to what.
        indicators: those that it serves.
    """

    number: str
    change: str
    indicators: str


@frozen
class EvidenceTexts:
    """What stands behind a fact or a stated figure.

    Attributes:
        fact: its title.
        value: as it is given.
        documents: what shows it; empty where there is only a day or a note.
        observed: the day on which it was so; empty where it is not said.
        note: what else a reader must know.
    """

    fact: str
    value: str
    documents: str
    observed: str
    note: str


@frozen
class StatedTexts:
    """A figure that is stated without the counts behind it, and on which a finding rests.

    Attributes:
        measure: its title.
        value: as it is stated.
        indicators: those that rest on it.
        note: what the document says of it.
    """

    measure: str
    value: str
    indicators: str
    note: str


@frozen(kw_only=True)
class PaperTexts:
    """What every paper has.

    Attributes:
        language: ``zh`` or ``en``.
        html_language: the same as HTML says it.
        labels: the captions of the paper in this language, by the names of `docs/reports.md`.
        title: of the paper.
        community: 验收对象, whose acceptance it is.
        community_id: its id in the facts document.
        standard: the title of the standard.
        numbers: the document numbers of the standard.
        cited: the standard with its document numbers, as a sentence cites it.
        tier: the title of the asked tier.
        edition: the edition of the standard, as the catalog names it.
        fingerprint: the SHA-256 of the ruleset.
        date: the day of acceptance; where nobody says it, that it is not dated.
        at: the time of assessment, with its offset from UTC.
        conclusion: 结论, in a sentence.
        conclusion_id: the same as ``agreed``, ``not_agreed``, ``open`` or ``not_to_hand``.
        rule: 达到条件, what the tier and those below it take by rules of their own, and what these came to; empty where none
            has one.
        counts: how many indicators have each outcome.
        groups: the table.
        has_groups: whether the standard has groups.
        has_points: whether the standard counts points.
        scores: the scores of the tier, a line each.
        undetermined: the indicators that are undetermined, of the tier and of those below it.
        failed: the indicators that are not met, of the tier and of those below it, by number and title.
    """

    language: str
    html_language: str
    labels: Mapping[str, str]
    title: str
    community: str
    community_id: str
    standard: str
    numbers: tuple[str, ...]
    cited: str
    tier: str
    edition: str
    fingerprint: str
    date: str
    at: str
    conclusion: str
    conclusion_id: str
    rule: str
    counts: CountsTexts
    groups: tuple[GroupTexts, ...]
    has_groups: bool
    has_points: bool
    scores: tuple[str, ...]
    undetermined: tuple[OpenTexts, ...]
    failed: tuple[str, ...]

    def names(self) -> dict[str, Any]:
        """Return what a template gets, by name."""
        return {one.name: getattr(self, one.name) for one in fields(type(self))}


@frozen(kw_only=True)
class AcceptanceTexts(PaperTexts):
    """What the template of an acceptance report, 验收报告, gets besides.

    Attributes:
        file: whether the community's file is complete, and what is missing.
        checked: how many indicators were checked, and what they came to.
        mended: what was mended at once, 立即整改, in a sentence.
        mended_items: the same as it was given, one text each.
        supply: the facts to supply.
        remediation: 整改清单 in a sentence: how many changes, none, or why there is no list.
        steps: its changes.
        alternatives: other ways than some of the changes, a line each.
        hindrances: what stands in the way of the tier, where it cannot be reached.
        evidence: what stands behind the facts.
        evidenced: how many facts have evidence and how many have none.
        stated: the stated figures on which findings rest.
        claims: a line for each indicator that the document claims to pass and that the facts do not bear out.
    """

    file: str
    checked: str
    mended: str
    mended_items: tuple[str, ...]
    supply: tuple[SupplyTexts, ...]
    remediation: str
    steps: tuple[StepTexts, ...]
    alternatives: tuple[str, ...]
    hindrances: tuple[str, ...]
    evidence: tuple[EvidenceTexts, ...]
    evidenced: str
    stated: tuple[StatedTexts, ...]
    claims: tuple[str, ...]


@frozen(kw_only=True)
class NoticeTexts(PaperTexts):
    """What the template of a public notice, 公示, gets besides.

    Attributes:
        basis: on which standard the notice rests, in a sentence.
        result: how many indicators have each outcome, in a sentence.
        days: for how many days it is open.
        first_day: the first of them, the day of acceptance.
        last_day: the last of them.
        period: 公示期 in a sentence.
        contact: where to object.
        objection: where and until when to object, in a sentence.
    """

    basis: str
    result: str
    days: str
    first_day: str
    last_day: str
    period: str
    contact: str
    objection: str
