"""What a case that does not hold says: what it expected beside what was found, and why that was found."""

from __future__ import annotations

from collections.abc import Iterable

from smartrules.diagnostics import display_width, plain
from smartrules.documents.cases import Case
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import Difference, explanations
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"source": "依据：{source}", "expected": "应为", "found": "实为"},
    "en": {"source": "source: {source}", "expected": "expected", "found": "found"},
}


def failure_text(place: str, case: Case, ruleset: Ruleset, found: list[Difference], language: Language) -> str:
    """Return the place and source of a case, a table of the differences, and the derivation of each."""
    words = _WORDS[language]
    head = [f"{place}: {plain(' '.join(case.name.split()))}"]
    if case.source is not None:
        head.append(words["source"].format(source=plain(" ".join(case.source.split()))))
    rows = [("", words["expected"], words["found"]), *((d.of, d.expected, d.found) for d in found)]
    return "\n\n".join(["\n".join(head), "\n".join(_aligned(rows)), *explanations(ruleset, found, language)])


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows as lines whose columns begin below each other on a terminal, where a Chinese character takes two."""
    table = list(rows)
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
