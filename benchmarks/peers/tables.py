"""What was measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .measuring import Measurement

SAYS = {"met": "met or not", "outcomes": "four outcomes"}


def tables(found: Sequence[Measurement]) -> str:
    """Return all tables over what was measured."""
    parts = []
    for missing in sorted({one.missing for one in found}):
        those = [one for one in found if one.missing == missing]
        least = min((one.indicators for one in those), default=0)
        standard = [one for one in those if one.indicators == least]
        framed = [one for one in standard if one.takes == "frames"]
        one_by_one = [one for one in standard if one.takes == "communities"]
        share = f"{missing:.0%} missing"
        if framed:
            parts += [f"A frame in one call, {least} indicators, {share}:", by_rows(framed)]
        if one_by_one:
            parts += [
                f"One community after another, {least} indicators, {share}:",
                one_after_another(one_by_one),
            ]
        larger = {one.indicators for one in those if one.indicators != least}
        if larger:
            parts += [f"Size of the ruleset, {share}:", by_indicators(those)]
    return "\n\n".join(parts)


def by_rows(found: Sequence[Measurement]) -> str:
    """Return communities a second for each number of rows, with the ratio to the best by hand, and the memory."""
    sizes = sorted({one.rows for one in found})
    keys = {one.key for one in found}
    common = [size for size in sizes if keys == {one.key for one in found if one.rows == size}]
    weighed = max(common, default=sizes[-1])
    heads = ["program", "says", *(f"{size:,} rows" for size in sizes), f"memory at {weighed:,}"]

    def cells(key: str) -> list[str]:
        at = {one.rows: one for one in found if one.key == key}
        rates = [with_ratio(at.get(size), best(found, size)) for size in sizes]
        held = at.get(weighed)
        return [*rates, "" if held is None else f"{held.peak_bytes / held.frame_bytes:.2f}"]

    return rows(heads, found, cells)


def one_after_another(found: Sequence[Measurement]) -> str:
    """Return communities a second, with the ratio to Python by hand."""
    by_hand = max((one.rate for one in found if one.by_hand), default=None)
    heads = ["program", "says", "rows", "communities/s", "µs each", "of Python by hand"]

    def cells(key: str) -> list[str]:
        one = next(one for one in found if one.key == key)
        of = "" if by_hand is None else f"{one.rate / by_hand:.3f}"
        return [f"{one.rows:,}", f"{one.rate:,.0f}", f"{1e6 / one.rate:,.1f}", of]

    return rows(heads, found, cells)


def by_indicators(found: Sequence[Measurement]) -> str:
    """Return communities a second for each number of indicators, on the same numbers of rows where there are such."""
    sizes = sorted({one.indicators for one in found})
    largest = {one.key: one.rows for one in found if one.indicators != sizes[0] and one.takes == "frames"}
    heads = ["program", "says", *(f"{size:,} indicators" for size in sizes), "cost of an indicator, last to first"]

    def cells(key: str) -> list[str]:
        at = {one.indicators: one for one in found if one.key == key and one.rows == largest.get(key, one.rows)}
        spent = [1 / at[size].rate / size if size in at else None for size in sizes]
        growth = "" if spent[0] is None or spent[-1] is None else f"{spent[-1] / spent[0]:.2f}"
        return [*(with_ratio(at.get(size), None) for size in sizes), growth]

    keep = [one for one in found if any(o.key == one.key and o.indicators != sizes[0] for o in found)]
    return rows(heads, keep, cells)


def rows(
    heads: Sequence[str],
    found: Iterable[Measurement],
    cells: Callable[[str], list[str]],
) -> str:
    lines = [line(heads), "|---|---|" + "---:|" * (len(heads) - 2)]
    for one in {one.key: one for one in found}.values():
        lines.append(line([one.program, SAYS[one.answers], *cells(one.key)]))
    return "\n".join(lines)


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def best(found: Iterable[Measurement], size: int) -> float | None:
    return max((one.rate for one in found if one.rows == size and one.by_hand), default=None)


def with_ratio(one: Measurement | None, reference: float | None) -> str:
    if one is None:
        return ""
    figure = one.rate
    shown = f"{figure / 1e6:.2f} M" if figure >= 1e5 else f"{figure:,.0f}"
    return shown if reference is None else f"{shown} ({figure / reference:.2f})"
