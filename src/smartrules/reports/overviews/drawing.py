"""A histogram as SVG that stands in a page: its colours are those of the page's style, light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

#: What a drawing is made of, by the colour that stands for it until the page's own takes its place.
_COLOURS = {
    "#010101": "var(--good)",
    "#020202": "var(--bad)",
    "#030303": "var(--between)",
    "#040404": "var(--plain)",
    "#050505": "var(--ink)",
    "#060606": "var(--muted)",
    "#070707": "var(--line)",
}
_BY_NAME = {name[6:-1]: colour for colour, name in _COLOURS.items()}

#: The size of a drawing in points; it grows with its place.
_WIDE, _HIGH = 340, 122
_FOOT, _HEAD, _SIDE = 19, 19, 8
#: Between bars, and the height of one that stands for few, in points; the size of what is written.
_GAP, _LEAST, _SMALL = 0.5, 1.2, 10


@frozen
class Bar:
    """A bar: where it begins and ends, how many communities it stands for, and the colour of the side it is on."""

    low: Fraction
    high: Fraction
    count: int
    colour: str


@frozen
class Mark:
    """A threshold: where it stands, and what is written at it."""

    at: Fraction
    text: str


@frozen
class Tick:
    """A number of the scale: where it stands, and how it is written."""

    at: Fraction
    text: str


def histogram(bars: Sequence[Bar], marks: Sequence[Mark], ticks: Sequence[Tick]) -> str:
    """Return the SVG of a histogram; nothing in it has an id, so that a page may hold many."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.text import Text
    from matplotlib.transforms import Affine2D

    low, high = float(bars[0].low), float(bars[-1].high)
    tallest = max(1, *(bar.count for bar in bars))

    def across(at: Fraction) -> float:
        return _SIDE + (float(at) - low) / (high - low) * (_WIDE - 2 * _SIDE)

    def outline(bar: Bar) -> Any:
        left, right = across(bar.low) + _GAP, across(bar.high) - _GAP
        if right <= left:  # a bar of one value alone
            left, right = across(bar.low) - _GAP, across(bar.low) + _GAP
        top = _FOOT + max(_LEAST, bar.count / tallest * (_HIGH - _FOOT - _HEAD))
        return Path([(left, _FOOT), (right, _FOOT), (right, top), (left, top), (left, _FOOT)], closed=True)

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "overview", "path.simplify": False}):
        figure = Figure(figsize=(_WIDE / 72, _HIGH / 72))
        FigureCanvasSVG(figure)
        in_points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
        for colour in ("good", "bad", "between", "plain"):
            outlines = [outline(bar) for bar in bars if bar.colour == colour and bar.count]
            if outlines:
                joined = Path.make_compound_path(*outlines)
                figure.add_artist(PathPatch(joined, facecolor=_BY_NAME[colour], linewidth=0, transform=in_points))
        ends = ([_SIDE, _WIDE - _SIDE], [_FOOT, _FOOT])
        figure.add_artist(Line2D(*ends, color=_BY_NAME["muted"], linewidth=0.7, transform=in_points))
        for tick in ticks:
            place = (across(tick.at), _FOOT - 5)
            word = Text(*place, tick.text, fontsize=_SMALL, color=_BY_NAME["muted"], ha="center", va="top")
            word.set_transform(in_points)
            figure.add_artist(word)
        for mark in marks:
            at = across(mark.at)
            top = _HIGH - _HEAD + 2
            line = Line2D(
                [at, at], [_FOOT, top], color=_BY_NAME["ink"], linewidth=0.9, dashes=(3, 2), transform=in_points
            )
            figure.add_artist(line)
            side: Any = "left" if at < _WIDE * 0.12 else "right" if at > _WIDE * 0.88 else "center"
            word = Text(at, top + 3, mark.text, fontsize=_SMALL, color=_BY_NAME["ink"], ha=side, va="bottom")
            word.set_transform(in_points)
            figure.add_artist(word)
        out = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=nothing, transparent=True)
    return _for_a_page(out.getvalue())


def _for_a_page(svg: str) -> str:
    """Return a drawing for standing in a page: without a prologue, ids, fonts and sizes of its own, in the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:id="[^"]*"|xmlns(?::xlink)?="[^"]*"|version="[^"]*")', "", svg)
    svg = re.sub(r'<svg width="[^"]*" height="[^"]*"', '<svg aria-hidden="true" focusable="false"', svg)
    svg = re.sub(r" ?font-family: [^;\"]*;", "", svg)
    svg = re.sub(r" transform=\"rotate\(-0 [^)]*\)\"", "", svg)
    svg = re.sub("|".join(_COLOURS), lambda found: _COLOURS[found[0]], svg)
    svg = re.sub(r"\s*\n\s*", " ", svg)
    svg = re.sub(r"</?g>\s*", "", svg)
    return re.sub(r"(\d+\.\d\d)\d+", r"\1", svg).strip()
