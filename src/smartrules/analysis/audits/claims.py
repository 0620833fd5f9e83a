"""Claims beside what the facts say: whatever a document calls an indicator, and the facts do not."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.analysis.audits.audited import Audited, names_in
from smartrules.analysis.audits.observations import Figure, Observation, places_of
from smartrules.analysis.audits.wording import both, figure_word, indicator_word, listed, numbered, reasons
from smartrules.assessment import Finding
from smartrules.diagnostics import Severity, Span
from smartrules.explanation import OUTCOME_WORDS, margin_text
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Title
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "SR911": "{indicator}：自报{claimed}，据现有事实无法判定；{reasons}",
        "supply": "补充所缺的事实，或撤回自报结论",
        "withdraw": "所缺的不是事实，无法补充：撤回自报结论",
        "SR912": "{indicator}：自报{claimed}，据事实不达标",
        "SR912 mend": "按事实更正自报结论；事实填错的，更正事实",
        "SR913": "{indicator}：自报{claimed}，据事实{found}",
        "SR913 mend": "核对哪一个填错了：是结论，还是事实",
        "SR914": "{indicator}：自报{claimed}，据事实{found}",
        "SR914 mend": "两者都算通过，不影响等级；把自报结论改为{found}",
        "SR915": "{indicator}：自报{claimed}，据事实{found}",
        "SR915 mend": "事实已能判定：把自报结论改为{found}",
        "SR916": "{n}项指标未自报结论，其余{m}项已自报：{indicators}",
        "SR916 mend": "补上各项结论，或说明为何未报",
        "SR917": "{n}项自报结论无从核对，{tier}对这些指标没有要求：{indicators}",
        "SR917 unknown": "{n}项自报结论无从核对，{tier}的具体要求未收录：{indicators}",
        "SR917 mend": "用 `--tier` 写明自报的是哪一等级，或撤回这些结论",
        "margin": "{text}，{margin}",
        "requirement": "{text}；要求：{requirement}",
        "given": "{text}；所填：{figures}",
    },
    "en": {
        "SR911": "{indicator}: claimed {claimed}, and the facts leave it undetermined; {reasons}",
        "supply": "supply what is missing, or take the claim back",
        "withdraw": "no fact that could be supplied would decide: take the claim back",
        "SR912": "{indicator}: claimed {claimed}, and the facts say not met",
        "SR912 mend": "correct the claim, or the facts where they are wrong",
        "SR913": "{indicator}: claimed {claimed}, and the facts say {found}",
        "SR913 mend": "find out which of the two is wrong, the claim or the facts",
        "SR914": "{indicator}: claimed {claimed}, and the facts say {found}",
        "SR914 mend": "both pass, and the tier is the same; claim {found}",
        "SR915": "{indicator}: claimed {claimed}, and the facts say {found}",
        "SR915 mend": "the facts decide: claim {found}",
        "SR916": "{n} indicator has no claim, while {m} have one: {indicators}"
        "|{n} indicators have no claim, while {m} have one: {indicators}",
        "SR916 mend": "claim each, or say why not",
        "SR917": "{n} claim cannot be compared, since {tier} requires nothing of the indicator: {indicators}"
        "|{n} claims cannot be compared, since {tier} requires nothing of the indicators: {indicators}",
        "SR917 unknown": "{n} claim cannot be compared, since what {tier} requires is not to hand: {indicators}"
        "|{n} claims cannot be compared, since what {tier} requires is not to hand: {indicators}",
        "SR917 mend": "say with `--tier` which tier is claimed, or take the claims back",
        "margin": "{text}, {margin}",
        "requirement": "{text}; required: {requirement}",
        "given": "{text}; given: {figures}",
    },
}

_SEVERITIES = {
    "SR911": Severity.WARNING,
    "SR912": Severity.ERROR,
    "SR913": Severity.WARNING,
    "SR914": Severity.NOTE,
    "SR915": Severity.NOTE,
}


def claims(audited: Audited) -> Iterator[Observation]:
    """Yield what is found of the claims of a document."""
    for name, finding in audited.findings.items():
        claimed = audited.facts.claims.get(name)
        if claimed is not None and claimed is not finding.outcome:
            yield _differing(audited, finding, claimed)
    yield from _not_claimed(audited)
    yield from _not_required(audited)


def _code(claimed: Outcome, found: Outcome) -> str:
    """Return what kind of observation a claim is that differs from the finding."""
    if found is UNDETERMINED:
        return "SR911"
    if claimed is UNDETERMINED:
        return "SR915"
    if found is NOT_MET:
        return "SR912"
    return "SR913" if claimed is NOT_MET else "SR914"


def _differing(audited: Audited, finding: Finding, claimed: Outcome) -> Observation:
    name, found = finding.indicator.id, finding.outcome
    code = _code(claimed, found)
    remedy = f"{code} mend" if code != "SR911" else "supply" if finding.missing else "withdraw"
    figures = _given(audited, finding) if code in ("SR912", "SR913") else ()

    def outcome_words(language: Language) -> dict[str, str]:
        words = OUTCOME_WORDS[language]
        return {"claimed": words[claimed], "found": words[found]}

    def message(language: Language) -> str:
        words = _WORDS[language]
        indicator = indicator_word(audited.edition, name, language)
        because = reasons(finding, language) if code == "SR911" else ""
        text = words[code].format(indicator=indicator, reasons=because, **outcome_words(language))
        if finding.margin is not None and found in (MET, NOT_MET):
            how_far = margin_text(finding.margin, found is MET, language)
            text = words["margin"].format(text=text, margin=how_far)
        if found is NOT_MET:
            text = words["requirement"].format(text=text, requirement=finding.requirement(language))
        if figures:
            given = listed([figure_word(figure, audited.edition, language) for figure in figures], language)
            text = words["given"].format(text=text, figures=given)
        return text

    return Observation(
        code,
        _SEVERITIES[code],
        both(message),
        both(lambda language: _WORDS[language][remedy].format(**outcome_words(language))),
        (name,),
        figures,
        claimed=claimed,
        found=found,
        margin=finding.margin,
        missing=finding.missing,
        places=(*_places(audited, (name,)), *places_of(figures)),
    )


def _given(audited: Audited, finding: Finding) -> tuple[Figure, ...]:
    """Return the values on which a finding rests, so that a reader need not look for them."""
    names = {name for name, part in names_in(finding.derivation, audited.edition) if not part.causes}
    facts = map(audited.fact_figure, audited.ordered(names))
    return (*facts, *map(audited.stated_figure, finding.stated))


def _places(audited: Audited, indicators: tuple[str, ...]) -> tuple[Span, ...]:
    there = (audited.facts.claimed_at.get(name) for name in indicators)
    return tuple(at for at in there if at is not None)


def _not_claimed(audited: Audited) -> Iterator[Observation]:
    claimed = [name for name in audited.findings if name in audited.facts.claims]
    without = tuple(name for name in audited.findings if name not in audited.facts.claims)
    if claimed and without:
        yield _of_several(audited, Severity.NOTE, "SR916", "SR916", without, len(claimed))


def _not_required(audited: Audited) -> Iterator[Observation]:
    others = tuple(
        name
        for name in audited.edition.indicator_by_id
        if name in audited.facts.claims and name not in audited.findings
    )
    if others and audited.findings.tier.known:
        yield _of_several(audited, Severity.NOTE, "SR917", "SR917", others, 0)
    elif others:
        yield _of_several(audited, Severity.WARNING, "SR917", "SR917 unknown", others, 0)


def _of_several(
    audited: Audited, severity: Severity, code: str, sentence: str, indicators: tuple[str, ...], others: int
) -> Observation:
    tier: Title = audited.findings.tier.title

    def message(language: Language) -> str:
        words = [indicator_word(audited.edition, name, language) for name in indicators]
        return numbered(
            _WORDS[language][sentence],
            len(indicators),
            m=others,
            indicators=listed(words, language),
            tier=tier.text(language, audited.findings.tier.id),
        )

    return Observation(
        code,
        severity,
        both(message),
        both(lambda language: _WORDS[language][f"{code} mend"]),
        indicators,
        places=_places(audited, indicators),
    )
