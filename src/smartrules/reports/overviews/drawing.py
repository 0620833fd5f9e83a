"""A histogram as SVG.

As in the plots of a dossier, everything along the scale stands at a percentage of the width and everything else in pixels,
colours and fonts are left to the style sheet of the page, and nothing has an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, tostring

from attrs import frozen

from smartrules.outcome import Outcome

#: The height of a drawing, where its bars begin and how high they grow, and where words stand.
_HEIGHT, _BASE, _TALLEST = 122, 102, 80
_ABOVE, _BELOW = 12, 117
#: The least height of a bar, so that one that stands for few is seen, too.
_LEAST = 1.5
#: Nearer to an end than this share of the width, words stand to one side of their place.
_EDGE = Fraction(1, 8)
#: Two thresholds nearer to each other than this have their words on their outer sides.
_CLOSE = Fraction(1, 5)


@frozen
class Bar:
    """A bar.

    Attributes:
        low: where it begins, and ``high`` where it ends.
        count: how many communities it stands for.
        side: on which side of the thresholds it is: ``good``, ``bad``, ``between``, or ``plain`` where nothing is required.
    """

    low: Fraction
    high: Fraction
    count: int
    side: str


@frozen
class Word:
    """Something that is written at a place of the scale: a threshold, or a number."""

    at: Fraction
    text: str


def histogram(bars: Sequence[Bar], thresholds: Sequence[Word], numbers: Sequence[Word]) -> str:
    """Return a histogram as an ``svg`` element, which a reader of the figures beside it need not see."""
    low, high = bars[0].low, bars[-1].high
    tallest = max(1, *(bar.count for bar in bars))

    def across(at: Fraction) -> Fraction:
        return (at - low) / (high - low)

    svg = Element("svg", {"class": "histogram", "width": "100%", "height": str(_HEIGHT), "aria-hidden": "true"})
    for bar in bars:
        if bar.count:
            tall = max(_LEAST, bar.count / tallest * _TALLEST)
            place = {
                "x": _percent(across(bar.low)),
                "width": _percent(across(bar.high) - across(bar.low)),
                "y": f"{_BASE - tall:.4g}",
                "height": f"{tall:.4g}",
            }
            # A bar of one value alone has no width; its edge is seen.
            SubElement(svg, "rect", {"class": bar.side if bar.low < bar.high else f"{bar.side} alone", **place})
    SubElement(svg, "line", {"class": "base", "x1": "0%", "x2": "100%", "y1": str(_BASE), "y2": str(_BASE)})
    for number in numbers:
        _write(svg, "number", across(number.at), _BELOW, number.text)
    places = [across(threshold.at) for threshold in thresholds]
    for index, threshold in enumerate(thresholds):
        x = _percent(across(threshold.at))
        SubElement(svg, "line", {"class": "threshold", "x1": x, "x2": x, "y1": str(_ABOVE + 4), "y2": str(_BASE)})
        _write(svg, "threshold", places[index], _ABOVE, threshold.text, beside=_nearest(places, index))
    return tostring(svg, encoding="unicode")


def share_bar(outcome: Outcome, share: Fraction, height: int = 8) -> str:
    """Return a share of all as a bar in the colour of an outcome; the number stands beside it in the page."""
    svg = Element("svg", {"class": "bar", "width": "100%", "height": str(height), "aria-hidden": "true"})
    box = {"x": "0", "y": "0", "height": str(height)}
    SubElement(svg, "rect", {"class": "rest", **box, "width": "100%"})
    SubElement(svg, "rect", {"class": outcome.value, **box, "width": _percent(share)})
    return tostring(svg, encoding="unicode")


def _nearest(places: Sequence[Fraction], index: int) -> Fraction | None:
    """Return the place of a threshold so near to another one that their words would meet."""
    near = [one for at, one in enumerate(places) if at != index and abs(one - places[index]) < _CLOSE]
    return min(near, key=lambda one: abs(one - places[index]), default=None)


def _write(svg: Element, name: str, place: Fraction, base: int, text: str, *, beside: Fraction | None = None) -> None:
    side = "start" if place < _EDGE else "end" if place > 1 - _EDGE else "middle"
    if name == "number" and 0 < place < 1:
        side = "middle"
    if beside is not None and beside != place:
        side = "end" if place < beside else "start"
    SubElement(svg, "text", {"class": name, "x": _percent(place), "y": str(base), "text-anchor": side}).text = text


def _percent(share: Fraction) -> str:
    """Return a share of the width; the one place where a number is rounded, and nothing is decided by it."""
    return f"{float(share) * 100:.5g}%"
