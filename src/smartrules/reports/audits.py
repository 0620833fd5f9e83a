"""An audit as lines of text and as Markdown, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from smartrules.analysis.audits import Audit
from smartrules.analysis.audits.observations import SEVERITIES, Observation
from smartrules.diagnostics import Severity, plain
from smartrules.explanation import OUTCOME_WORDS
from smartrules.reports import markdown
from smartrules.reports.text import heading as whose
from smartrules.values import Language

#: How many places of one observation are named; JSON has them all.
_MOST_PLACES = 5

SEVERITY_WORDS: dict[Language, dict[Severity, str]] = {
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"},
    "en": {severity: severity.value for severity in SEVERITIES},
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "head": "{severity}[{code}]：{message}",
        "remedy": "  建议：{remedy}",
        "tier": "{tier}：{outcome}",
        "counts": "审核所见：错误{error}项，警告{warning}项，提示{note}项",
        "nothing": "审核未见问题",
        "joint": "、",
        "more": "……共{n}处",
        "title": "审核：{community}",
        "untitled": "审核",
        "columns": "程度|代码|位置|所见|建议",
    },
    "en": {
        "head": "{severity}[{code}]: {message}",
        "remedy": "  help: {remedy}",
        "tier": "{tier}: {outcome}",
        "counts": "found: {error}, {warning}, {note}",
        "nothing": "nothing found",
        "joint": ", ",
        "more": " … ({n} in all)",
        "title": "Audit: {community}",
        "untitled": "Audit",
        "columns": "severity|code|place|what is found|what to do",
    },
}


@frozen
class Entry:
    """An observation as lines of text.

    Attributes:
        head: what is found, with how much it matters.
        rest: where it stands, and what to do.
    """

    severity: Severity
    head: str
    rest: tuple[str, ...]


def heading(audit: Audit, language: Language) -> list[str]:
    """Return whose facts were audited, for which edition, and what the audited tier came to."""
    return [*whose(audit.assessment, language), _tier(audit, language)]


def entries(audit: Audit, language: Language) -> Iterator[Entry]:
    """Yield the observations, the gravest first."""
    words = _WORDS[language]
    for one in audit.observations:
        head = words["head"].format(
            severity=SEVERITY_WORDS[language][one.severity],
            code=one.code,
            message=plain(one.message.text(language, one.code)),
        )
        place = places(audit, one, language)
        rest = [f"  --> {place}"] if place else []
        yield Entry(one.severity, head, (*rest, words["remedy"].format(remedy=plain(one.remedy.text(language, "")))))


def summary(audit: Audit, language: Language) -> str:
    """Return how many observations there are of each severity."""
    words = _WORDS[language]
    if not audit.observations:
        return words["nothing"]
    counts = {
        severity.value: number if language == "zh" else _counted(number, severity.value)
        for severity, number in audit.counts.items()
    }
    return words["counts"].format(**counts)


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _tier(audit: Audit, language: Language) -> str:
    found = audit.findings
    title = found.tier.title.text(language, found.tier.id)
    return _WORDS[language]["tier"].format(tier=title, outcome=OUTCOME_WORDS[language][found.outcome])


def places(audit: Audit, one: Observation, language: Language) -> str:
    """Return where an observation stands: the document, then line and column of each place; empty where it has none."""
    if not one.places:
        return ""
    words = _WORDS[language]
    first = one.places[0].place
    shown = [f"{audit.file}:{first}" if audit.file else first]
    shown += [at.place for at in one.places[1:_MOST_PLACES]]
    more = words["more"].format(n=len(one.places)) if len(one.places) > _MOST_PLACES else ""
    return plain(words["joint"].join(shown)) + more


def as_markdown(audit: Audit, language: Language) -> str:
    """Return an audit as a document in Markdown: whose facts they are, the observations as a table, how many there are."""
    words, facts = _WORDS[language], audit.assessment.facts
    community = facts.community
    title = words["untitled"] if community is None else words["title"].format(community=community.name or community.id)
    rows = [
        (
            SEVERITY_WORDS[language][one.severity],
            one.code,
            places(audit, one, language),
            one.message.text(language, one.code),
            one.remedy.text(language, ""),
        )
        for one in audit.observations
    ]
    table = markdown.table(words["columns"].split("|"), rows) if rows else []
    return markdown.joined(
        [
            [markdown.heading(1, title)],
            markdown.bulleted(heading(audit, language)),
            table,
            [markdown.escaped(summary(audit, language))],
        ]
    )
