"""What a notebook shows of an assessment, a tier, a finding, a plan and a ruleset: small HTML, every text escaped.

It is a fragment without a style sheet, since a notebook has its own, light or dark: tables, and what unfolds. Outcomes have a
sign of their own besides their colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from smartrules.analysis.gaps.plan import Plan
from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.explanation import OUTCOME_WORDS
from smartrules.expr.text import phrase
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.gaps import plan_lines
from smartrules.reports.text import columns, completion, heading, rows, scores, to_supply, verdict
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Tier
from smartrules.values import Language, own_language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "requires": "标准要求",
        "facts": "完成情况",
        "reasons": "全部理由",
        "unknown": "{tier}：具体要求未收录",
        "tier": "{tier}：{n}项指标",
        "optional": "{tier}：{n}项指标，其中可选{optional}项",
        "holds": "{facts}项事实，{measures}项测算指标，{indicators}项二级指标",
        "number": "序号",
        "indicator": "二级指标",
        "more": "……另有{n}行",
        "fingerprint": "规则指纹：{fingerprint}",
    },
    "en": {
        "requires": "requires",
        "facts": "facts",
        "reasons": "every reason",
        "unknown": "{tier}: what it requires is not to hand",
        "tier": "{tier}: {n} indicators",
        "optional": "{tier}: {n} indicators, {optional} of them optional",
        "holds": "{facts} facts, {measures} measures, {indicators} indicators",
        "number": "no.",
        "indicator": "indicator",
        "more": "… and {n} more rows",
        "fingerprint": "ruleset fingerprint: {fingerprint}",
    },
}

#: Each outcome's sign and colour, the colour legible on light and on dark.
_SIGNS: dict[Outcome, tuple[str, str]] = {
    MET: ("✓", "#2e8b6f"),
    NOT_MET: ("✗", "#d0563c"),
    NOT_APPLICABLE: ("–", "#808890"),
    UNDETERMINED: ("?", "#b5811f"),
}
#: More rows of a table than these are not shown.
_MOST_ROWS = 200
_QUIET = 'style="opacity:.75;font-size:90%"'
_LEFT = 'style="text-align:left;vertical-align:top;white-space:normal"'
_NARROW = 'style="text-align:left;vertical-align:top;white-space:nowrap"'
_AS_WRITTEN = 'style="white-space:pre-wrap;font-family:inherit;margin:0"'


def html(shown: object) -> str:
    """Return an object as HTML, in the language of whoever runs the notebook.

    Raises:
        TypeError: for an object of a class that does not show itself.
    """
    language = own_language()
    match shown:
        case Assessment():
            inner = _assessment(shown, language)
        case TierAssessment():
            inner = [*_tier(shown, language)]
        case Finding():
            inner = _finding(shown, language)
        case Plan():
            inner = _plan(shown, language)
        case Ruleset():
            inner = _ruleset(shown, language)
        case _:
            raise TypeError(f"a {type(shown).__name__} does not show itself")
    return f'<div lang="{"zh-CN" if language == "zh" else "en"}">{"".join(inner)}</div>'


def _assessment(found: Assessment, language: Language) -> list[str]:
    standard, *of = heading(found, language)
    *verdicts, fingerprint = verdict(found, language)
    parts = [_strong(of[0] if of else standard), *(_line(standard) for _ in of)]
    known = [tier for tier in found.tiers if tier.requirements_known]
    # The first tier that is not reached is what its reader asks about.
    opened = next((tier for tier in known if tier.outcome is not MET), known[-1] if known else None)
    for tier, said in zip(found.tiers, verdicts, strict=False):
        if not tier.requirements_known:
            parts.append(_line(f"? {said}"))
            continue
        parts.append(_unfolding(_signed(tier.outcome, said), _of_tier(tier, language), opened=tier is opened))
    return [*parts, _line(verdicts[-1]), _line(fingerprint)]


def _tier(tier: TierAssessment, language: Language) -> Iterable[str]:
    title = tier.tier.title.text(language, tier.tier.id)
    yield _strong(f"{title}{'：' if language == 'zh' else ': '}{OUTCOME_WORDS[language][tier.outcome]}", tier.outcome)
    if not tier.requirements_known:
        yield _line(_WORDS[language]["unknown"].format(tier=title))
        return
    yield from _of_tier(tier, language)


def _of_tier(tier: TierAssessment, language: Language) -> list[str]:
    cells = []
    for row in rows(tier, language):
        sign = _signed(row.outcome, row.outcome_word)
        plain = [escape(row.number), escape(row.title), sign, escape(row.facts), escape(row.basis)]
        cells.append([*plain, escape(row.points)][: len(columns(tier.edition, language))])
    parts = [_table(columns(tier.edition, language), cells, language, narrow=(0, 2, 4, 5))]
    parts += [_as_written(lines) for lines in (scores(tier, language), to_supply(tier, language)) if lines]
    return parts


def _finding(finding: Finding, language: Language) -> list[str]:
    words, indicator = _WORDS[language], finding.indicator
    named = " ".join(part for part in (indicator.number, indicator.title.text(language, indicator.id)) if part)
    known = completion(finding, language)
    pairs = [(words["requires"], finding.requirement(language)), *([(words["facts"], known)] if known else [])]
    body = "".join(f"<tr><th {_LEFT}>{escape(name)}</th><td {_LEFT}>{escape(text)}</td></tr>" for name, text in pairs)
    outcome = OUTCOME_WORDS[language][finding.outcome]
    return [
        _strong(f"{named}{'：' if language == 'zh' else ': '}{outcome}", finding.outcome),
        f"<table>{body}</table>",
        _unfolding(escape(words["reasons"]), [_as_written(finding.explain(language).splitlines())]),
    ]


def _plan(plan: Plan, language: Language) -> list[str]:
    first, *lines = plan_lines(plan, language)
    return [_strong(first), _as_written(lines)]


def _ruleset(ruleset: Ruleset, language: Language) -> list[str]:
    words, edition = _WORDS[language], ruleset.edition
    held = {"facts": edition.facts, "measures": edition.measures, "indicators": edition.indicators}
    return [
        _strong(edition.standard.title.text(language, edition.standard.id)),
        _line(edition.name),
        *(_of_level(edition, tier, language) for tier in edition.tiers),
        _line(words["holds"].format(**{name: len(parts) for name, parts in held.items()})),
        _line(words["fingerprint"].format(fingerprint=ruleset.fingerprint)),
    ]


def _of_level(edition: Edition, tier: Tier, language: Language) -> str:
    words, title = _WORDS[language], tier.title.text(language, tier.id)
    if not tier.known:
        return _line(words["unknown"].format(tier=title))
    rules = edition.rules(tier.id)
    optional = len(rules) - len(edition.mandatory(tier.id))
    said = words["optional" if optional else "tier"].format(tier=title, n=len(rules), optional=optional)
    cells = []
    for name, rule in rules.items():
        indicator = edition.indicator_by_id[name]
        texts = (indicator.number or "", indicator.title.text(language, name), phrase(rule, edition, language))
        cells.append([escape(text) for text in texts])
    return _unfolding(
        escape(said), [_table([words[name] for name in ("number", "indicator", "requires")], cells, language)]
    )


# --- HTML ----------------------------------------------------------------------------------------------------------


def _signed(outcome: Outcome, text: str) -> str:
    sign, colour = _SIGNS[outcome]
    return f'<span style="color:{colour}" aria-hidden="true">{sign}</span>&nbsp;{escape(text)}'


def _strong(text: str, outcome: Outcome | None = None) -> str:
    return f"<div><strong>{escape(text) if outcome is None else _signed(outcome, text)}</strong></div>"


def _line(text: str) -> str:
    return f"<div {_QUIET}>{escape(text)}</div>"


def _as_written(lines: Sequence[str]) -> str:
    return f"<pre {_AS_WRITTEN}>{escape(chr(10).join(lines))}</pre>"


def _unfolding(summary: str, parts: Iterable[str], *, opened: bool = False) -> str:
    """Return what unfolds; the summary is HTML already."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{''.join(parts)}</details>"


def _table(
    headings: Sequence[str], cells: Sequence[Sequence[str]], language: Language, *, narrow: Sequence[int] = (0,)
) -> str:
    """Return a table; its cells are HTML already. Narrow columns are as wide as what stands in them."""

    def row(tag: str, texts: Sequence[str]) -> str:
        styled = ((_NARROW if column in narrow else _LEFT, text) for column, text in enumerate(texts))
        return f"<tr>{''.join(f'<{tag} {style}>{text}</{tag}>' for style, text in styled)}</tr>"

    head = row("th", [escape(text) for text in headings])
    body = "".join(row("td", one) for one in cells[:_MOST_ROWS])
    more = len(cells) - _MOST_ROWS
    rest = _line(_WORDS[language]["more"].format(n=more)) if more > 0 else ""
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{rest}"
