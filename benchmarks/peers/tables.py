"""What was measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .measuring import Measurement
from .program import Program

SAYS = {"met": "met or not", "outcomes": "four outcomes"}


def tables(found: Sequence[Measurement], programs: Sequence[Program]) -> str:
    """Return all tables over what was measured."""
    by_key = {program.key: program for program in programs}
    parts = []
    for missing in sorted({one.missing for one in found}):
        those = [one for one in found if one.missing == missing]
        least = min((one.indicators for one in those), default=0)
        standard = [one for one in those if one.indicators == least]
        framed = [one for one in standard if by_key[one.program].takes == "frames"]
        one_by_one = [one for one in standard if by_key[one.program].takes == "communities"]
        share = f"{missing:.0%} missing"
        if framed:
            parts += [f"A frame in one call, {least} indicators, {share}:", by_rows(framed, by_key)]
        if one_by_one:
            parts += [
                f"One community after another, {least} indicators, {share}:",
                one_after_another(one_by_one, by_key),
            ]
        larger = {one.indicators for one in those if one.indicators != least}
        if larger:
            parts += [f"Size of the ruleset, {share}:", by_indicators(those, by_key)]
    return "\n\n".join(parts)


def by_rows(found: Sequence[Measurement], programs: dict[str, Program]) -> str:
    """Return communities a second for each number of rows, with the ratio to the best by hand, and the memory."""
    sizes = sorted({one.rows for one in found})
    heads = ["program", "says", *(f"{size:,} rows" for size in sizes), f"memory at {sizes[-1]:,}"]

    def cells(key: str) -> list[str]:
        at = {one.rows: one for one in found if one.program == key}
        rates = [with_ratio(at.get(size), best(found, programs, size)) for size in sizes]
        last = at.get(sizes[-1])
        return [*rates, "" if last is None else f"{last.peak_bytes / last.frame_bytes:.2f}"]

    return rows(heads, found, programs, cells)


def one_after_another(found: Sequence[Measurement], programs: dict[str, Program]) -> str:
    """Return communities a second, with the ratio to Python by hand."""
    by_hand = max((rate(one) for one in found if programs[one.program].by_hand), default=None)
    heads = ["program", "says", "rows", "communities/s", "µs each", "of Python by hand"]

    def cells(key: str) -> list[str]:
        one = next(one for one in found if one.program == key)
        of = "" if by_hand is None else f"{rate(one) / by_hand:.3f}"
        return [f"{one.rows:,}", f"{rate(one):,.0f}", f"{1e6 / rate(one):,.1f}", of]

    return rows(heads, found, programs, cells)


def by_indicators(found: Sequence[Measurement], programs: dict[str, Program]) -> str:
    """Return communities a second for each number of indicators, on the same numbers of rows where there are such."""
    sizes = sorted({one.indicators for one in found})
    largest = {
        one.program: one.rows for one in found if one.indicators != sizes[0] and programs[one.program].takes == "frames"
    }
    heads = ["program", "says", *(f"{size:,} indicators" for size in sizes), "cost of an indicator, last to first"]

    def cells(key: str) -> list[str]:
        at = {one.indicators: one for one in found if one.program == key and one.rows == largest.get(key, one.rows)}
        spent = [1 / rate(at[size]) / size if size in at else None for size in sizes]
        growth = "" if spent[0] is None or spent[-1] is None else f"{spent[-1] / spent[0]:.2f}"
        return [*(with_ratio(at.get(size), None) for size in sizes), growth]

    keep = [one for one in found if any(o.program == one.program and o.indicators != sizes[0] for o in found)]
    return rows(heads, keep, programs, cells)


def rows(
    heads: Sequence[str],
    found: Iterable[Measurement],
    programs: dict[str, Program],
    cells: Callable[[str], list[str]],
) -> str:
    lines = [line(heads), "|---|---|" + "---:|" * (len(heads) - 2)]
    for key in dict.fromkeys(one.program for one in found):
        lines.append(line([programs[key].name, SAYS[programs[key].answers], *cells(key)]))
    return "\n".join(lines)


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def rate(one: Measurement) -> float:
    """Return how many communities a second were decided."""
    return one.rows / one.seconds


def best(found: Iterable[Measurement], programs: dict[str, Program], size: int) -> float | None:
    return max((rate(one) for one in found if one.rows == size and programs[one.program].by_hand), default=None)


def with_ratio(one: Measurement | None, reference: float | None) -> str:
    if one is None:
        return ""
    figure = rate(one)
    shown = f"{figure / 1e6:.2f} M" if figure >= 1e5 else f"{figure:,.0f}"
    return shown if reference is None else f"{shown} ({figure / reference:.2f})"
