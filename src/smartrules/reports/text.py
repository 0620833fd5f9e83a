"""An assessment as rows and lines of text: what the command prints, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.derivation import Derivation
from smartrules.explanation import OUTCOME_WORDS, margin_text, unknown_text
from smartrules.expr.nodes import Name
from smartrules.facts import show_value
from smartrules.outcome import Outcome
from smartrules.reports import markdown
from smartrules.standard import NO_TITLE, Edition
from smartrules.values import Language, write_number

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "columns": "序号|二级指标|结论|完成情况|依据",
        "points": "得分",
        "of full": "{points}/{full}",
        "optional": "{title}（可选项）",
        "counted": "事实数据",
        "stated": "填报比率",
        "nothing": "无数据",
        "missing": "缺少：{facts}",
        "not_reported": "未报告：{facts}",
        "zero": "分母为零：{formula}",
        "beyond": "超出历法范围：{formula}",
        "not to hand": "具体要求未收录",
        "counts": "{met}项达标，{not_met}项不达标，{not_applicable}项不适用，{undetermined}项无法判定",
        "choosable": "；另有可选项{n}项，其中{met}项达标",
        "verdict": "{tier}：{outcome}（{counts}）",
        "unknown_tier": "{tier}：无法判定（该等级的具体要求未收录）",
        "reached": "已达到的最高等级：{tier}",
        "none": "无",
        "supply": "待补充的事实：",
        "joint": "；",
        "has": "{title}：{value}",
        "title": "{standard}（{edition}）",
        "scores": "得分：",
        "of": "{community}，{on}",
        "fingerprint": "规则指纹：{fingerprint}",
    },
    "en": {
        "columns": "no.|indicator|outcome|facts|basis",
        "points": "points",
        "of full": "{points} of {full}",
        "optional": "{title} (optional)",
        "counted": "facts",
        "stated": "stated rate",
        "nothing": "no facts",
        "missing": "missing: {facts}",
        "not_reported": "not reported: {facts}",
        "zero": "zero denominator: {formula}",
        "beyond": "no such date: {formula}",
        "not to hand": "what is required is not to hand",
        "counts": "{met} met, {not_met} not met, {not_applicable} not applicable, {undetermined} undetermined",
        "choosable": "; {n} optional, {met} of them met",
        "verdict": "{tier}: {outcome} ({counts})",
        "unknown_tier": "{tier}: undetermined (what this tier requires is not to hand)",
        "reached": "highest tier reached: {tier}",
        "none": "none",
        "supply": "facts to supply:",
        "joint": "; ",
        "has": "{title}: {value}",
        "title": "{standard} ({edition})",
        "scores": "scores:",
        "of": "{community}, {on}",
        "fingerprint": "ruleset fingerprint: {fingerprint}",
    },
}


@frozen
class Row:
    """One finding as a row of the table."""

    number: str
    title: str
    outcome: Outcome
    outcome_word: str
    facts: str
    basis: str
    points: str


def columns(edition: Edition, language: Language) -> list[str]:
    """Return the headings of the table: number, indicator, outcome, facts, basis; points where the standard counts them."""
    words = _WORDS[language]
    counted = [words["points"]] if any(indicator.points is not None for indicator in edition.indicators) else []
    return [*words["columns"].split("|"), *counted]


def rows(tier: TierAssessment, language: Language) -> list[Row]:
    """Return the findings of a tier as rows, in the order of the standard."""
    words = _WORDS[language]
    return [
        Row(
            finding.indicator.number or "",
            _title(finding, language),
            finding.outcome,
            OUTCOME_WORDS[language][finding.outcome],
            completion(finding, language),
            words[finding.basis.value],
            points(finding, language),
        )
        for finding in tier.values()
    ]


def _title(finding: Finding, language: Language) -> str:
    title = finding.indicator.title.text(language, finding.indicator.id)
    return _WORDS[language]["optional"].format(title=title) if finding.optional else title


def points(finding: Finding, language: Language) -> str:
    """Return the points that an indicator earns, of how many; empty where it has none."""
    full = finding.full_points
    if full is None:
        return ""
    earned = "?" if finding.points is None else write_number(finding.points.number)
    return _WORDS[language]["of full"].format(points=earned, full=write_number(full.number))


def completion(finding: Finding, language: Language) -> str:
    """Return what is known of an indicator, 完成情况: its measures and facts with their values, then what is missing."""
    words = _WORDS[language]
    parts = list(dict.fromkeys(_known(finding.derivation, finding.edition, language)))
    margin = finding.margin
    if margin is not None and parts:
        parts.append(margin_text(margin, finding.outcome is Outcome.MET, language))
    if finding.outcome is Outcome.UNDETERMINED and finding.missing:
        parts.append(words["missing"].format(facts=("、" if language == "zh" else ", ").join(finding.missing)))
    if finding.not_reported:
        facts = ("、" if language == "zh" else ", ").join(finding.not_reported)
        parts.append(words["not_reported"].format(facts=facts))
    parts += [words["zero"].format(formula=formula) for formula in finding.zero_denominators]
    parts += [words["beyond"].format(formula=formula) for formula in finding.beyond_calendar]
    if not finding.requirements_known:
        parts.append(words["not to hand"])
    return words["joint"].join(parts)


def _known(derivation: Derivation, edition: Edition, language: Language) -> Iterator[str]:
    """Yield the measures and facts that a finding was asked of and that are known, each as it is in the rule."""
    node = derivation.node
    if not isinstance(node, Name):
        for part in derivation.parts:
            yield from _known(part, edition, language)
        return
    result = derivation.result
    if result is None or result is Outcome.UNDETERMINED:
        return
    value = result is Outcome.MET if isinstance(result, Outcome) else result
    declared = edition.measure_by_id.get(node.id) or edition.fact_by_id[node.id]
    shown = show_value(declared, value, language)
    yield _WORDS[language]["has"].format(title=edition.word(node.id, language), value=shown)


def heading(assessment: Assessment, language: Language) -> list[str]:
    """Return whose assessment it is, by which edition."""
    words = _WORDS[language]
    edition, facts = assessment.edition, assessment.facts
    title = edition.standard.title.text(language, edition.standard.id)
    lines = [words["title"].format(standard=title, edition=edition.name)]
    if facts.community is not None:
        name = facts.community.name or facts.community.id
        lines.append(words["of"].format(community=name, on=facts.on) if facts.on is not None else name)
    return lines


def verdict(assessment: Assessment, language: Language) -> list[str]:
    """Return the outcome of every tier, the highest tier reached, and the fingerprint of the ruleset."""
    words = _WORDS[language]
    lines = []
    for tier in assessment.tiers:
        title = tier.tier.title.text(language, tier.tier.id)
        if not tier.requirements_known:
            lines.append(words["unknown_tier"].format(tier=title))
            continue
        outcome = OUTCOME_WORDS[language][tier.outcome]
        lines.append(words["verdict"].format(tier=title, outcome=outcome, counts=counts(tier, language)))
    reached = assessment.tier
    name = words["none"] if reached is None else assessment[reached].tier.title.text(language, reached)
    lines.append(words["reached"].format(tier=name))
    lines.append(words["fingerprint"].format(fingerprint=assessment.fingerprint))
    return lines


def counts(tier: TierAssessment, language: Language) -> str:
    """Return how many findings have each outcome, those of optional indicators apart: the tier does not need them."""
    words = _WORDS[language]
    mandatory = [finding for finding in tier.values() if not finding.optional]
    optional = [finding for finding in tier.values() if finding.optional]
    counts = words["counts"].format(**{o.value: sum(finding.outcome is o for finding in mandatory) for o in Outcome})
    if not optional:
        return counts
    met = sum(finding.outcome is Outcome.MET for finding in optional)
    return counts + words["choosable"].format(n=len(optional), met=met)


def scores(tier: TierAssessment, language: Language) -> list[str]:
    """Return the scores of a tier, each by its title; empty where the standard has none."""
    words = _WORDS[language]
    lines = []
    for name, amount in tier.scores.items():
        title = tier.edition.score_by_id[name].title.text(language, name)
        open_ = unknown_text(tier.scored[name], tier.edition.graded, language)
        value = open_ if amount is None else amount.text(language)
        lines.append("  " + words["has"].format(title=title, value=value))
    return [words["scores"], *lines] if lines else []


def to_supply(tier: TierAssessment, language: Language) -> list[str]:
    """Return the facts that would decide a tier, each with its id and both titles; empty where none is missing."""
    edition = tier.edition
    lines = []
    for fact in tier.missing:
        title = edition.fact_by_id[fact].title if fact in edition.fact_by_id else NO_TITLE
        words = (title.zh, title.en) if title != NO_TITLE else (edition.word(fact, "zh"), edition.word(fact, "en"))
        both = " / ".join(dict.fromkeys(text for text in words if text and text != fact))
        lines.append(f"  {fact}" + (f": {both}" if both else ""))
    return [_WORDS[language]["supply"], *lines] if lines else []


def as_markdown(assessment: Assessment, tier: str, language: Language) -> str:
    """Return an assessment as a document in Markdown: the findings of a tier, what to supply, every tier's outcome."""
    asked = assessment[tier]
    title, *whose = heading(assessment, language)
    shown = columns(asked.edition, language)
    cells = [
        (row.number, row.title, row.outcome_word, row.facts, row.basis, row.points)[: len(shown)]
        for row in rows(asked, language)
    ]
    blocks: list[list[str]] = [[markdown.heading(1, title)], [markdown.escaped(line) for line in whose]]
    blocks.append(markdown.table(shown, cells) if cells else [])
    for lines in (to_supply(asked, language), scores(asked, language)):
        if lines:
            blocks += [[markdown.escaped(lines[0])], markdown.bulleted(lines[1:])]
    return markdown.joined([*blocks, markdown.bulleted(verdict(assessment, language))])
