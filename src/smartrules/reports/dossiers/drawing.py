"""Plots as SVG, one language at a time.

Everything along the scale stands at a percentage of the width, and everything else in pixels: so a plot fills whatever room
it has, on a desk or a telephone, and its words keep their size. Colours, strokes and fonts are left to the style sheet of
the page, by classes; nothing has an id, so that any number of plots stand in one page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, tostring

from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.characters import plain
from smartrules.reports.dossiers.plots import Limit, Mark, Plot, Role, Zone, described
from smartrules.reports.dossiers.scales import Scale
from smartrules.values import Language, Number

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"unknown": "当前值未知", "not asked": "未涉及"},
    "en": {"unknown": "value unknown", "not asked": "not asked"},
}

_HEIGHT = 56
#: The baselines of the words above and below the track, and the track itself.
_ABOVE, _TOP, _DEEP, _BELOW = 12, 21, 12, 50
_MIDDLE = _TOP + _DEEP // 2
#: Nearer to an end than this share of the width, words stand to one side of their place.
_EDGE = Fraction(1, 6)
#: Two limits nearer to each other than this have their words on their outer sides.
_CLOSE = Fraction(1, 3)


def drawn(plot: Plot, language: Language) -> str:
    """Return a plot as an ``svg`` element, with what it shows as its text."""
    svg = Element(
        "svg",
        {
            "class": "plot",
            "role": "img",
            "lang": _LANG[language],
            "aria-label": plain(described(plot, language)),
            "width": "100%",
            "height": str(_HEIGHT),
        },
    )
    _rect(svg, "track", Fraction(0), Fraction(1))
    _zones(svg, plot, language)
    for step in plot.scale.steps:
        _line(svg, "step", plot.scale.place(step), _TOP + _DEEP, _TOP + _DEEP + 4)
    _limits(svg, plot, language)
    _marks(svg, plot, language)
    return tostring(svg, encoding="unicode")


_LANG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def shape(outcome: Outcome) -> str:
    """Return an outcome as an ``svg`` element of 14 by 14, which a reader of the words beside it need not see."""
    svg = Element("svg", {"class": f"sign {outcome.value}", "width": "14", "height": "14", "aria-hidden": "true"})
    _shape(svg, outcome, 7, 7)
    return tostring(svg, encoding="unicode")


def bar(counts: Sequence[tuple[Outcome, int]], height: int = 10) -> str:
    """Return how many there are of each outcome as a bar; the numbers stand beside it in the page."""
    total = sum(number for _, number in counts)
    svg = Element("svg", {"class": "bar", "width": "100%", "height": str(height), "aria-hidden": "true"})
    start = 0
    for outcome, number in counts:
        if number:
            place, wide = Fraction(start, total), Fraction(number, total)
            SubElement(
                svg,
                "rect",
                {
                    "class": outcome.value,
                    "x": _percent(place),
                    "y": "0",
                    "width": _percent(wide),
                    "height": str(height),
                },
            )
            start += number
    return tostring(svg, encoding="unicode")


# --- the parts of a plot -------------------------------------------------------------------------------------------


def _zones(svg: Element, plot: Plot, language: Language) -> None:
    for index, zone in enumerate(plot.zones):
        low, high = _ends(zone, plot.scale)
        if high < low:
            continue
        name = f"band band-{index % 2}" if plot.role is Role.BANDS else "zone"
        if low == high:
            _line(svg, name, low, _TOP, _TOP + _DEEP)
        else:
            _rect(svg, name, low, high)
        if plot.role is Role.BANDS and high - low > Fraction(1, 8):
            _words(svg, "given", (low + high) / 2, _ABOVE, zone.title.text(language, ""), anchor="middle")


def _ends(zone: Zone, scale: Scale) -> tuple[Fraction, Fraction]:
    """Return from where to where a zone reaches, as far as it stands on the scale."""
    low = Fraction(0) if zone.low is None else max(Fraction(0), scale.place(zone.low))
    high = Fraction(1) if zone.high is None else min(Fraction(1), scale.place(zone.high))
    return low, high


def _limits(svg: Element, plot: Plot, language: Language) -> None:
    places = [None if limit.at is None else _on(plot.scale, limit.at) for limit in plot.limits]
    for limit, place, anchor in zip(plot.limits, places, _anchors(plot.limits, places), strict=True):
        if place is None:
            _words(svg, "limit", Fraction(0), _ABOVE, limit.sign(language), anchor="start")
            continue
        _line(svg, "limit", place, _TOP - 4, _TOP + _DEEP + 4)
        if plot.role is Role.BANDS:
            _words(svg, "end", place, _BELOW, limit.text.text(language, ""), anchor="middle")
        else:
            _words(svg, "limit", place, _ABOVE, limit.sign(language), anchor=anchor)


def _anchors(limits: Sequence[Limit], places: Sequence[Fraction | None]) -> Iterator[str]:
    """Yield on which side of each limit its words stand."""
    known = sorted(place for place in places if place is not None)
    close = len(known) > 1 and known[-1] - known[0] < _CLOSE
    for place in places:
        if place is not None and close:
            yield "end" if place == known[0] and place > _EDGE else "start" if place < 1 - _EDGE else "end"
        else:
            yield _anchor(place or Fraction(0))


def _marks(svg: Element, plot: Plot, language: Language) -> None:
    words = _WORDS[language]
    named = plot.role is not Role.BANDS and len(plot.marks) == 1
    shown: Fraction | None = None
    if not plot.marks:
        _words(svg, "none", Fraction(1, 2), _MIDDLE + 4, words["not asked"], anchor="middle")
    elif named and plot.marks[0].value is None:
        _open(svg, plot.marks[0], plot.scale)
        shown = Fraction(1, 2)
        _words(svg, "value", shown, _BELOW, words["unknown"], anchor="middle")
    elif named:
        value = plot.marks[0].value
        assert value is not None
        shown = _on(plot.scale, value)
        _margin(svg, plot, shown)
        _words(svg, "value", shown, _BELOW, plot.marks[0].text.text(language, ""), anchor=_anchor(shown))
    if plot.role is not Role.BANDS:
        if shown is None or shown > _EDGE:
            _words(svg, "end", Fraction(0), _BELOW, plot.ends[0].text(language, ""), anchor="start")
        if shown is None or shown < 1 - 2 * _EDGE:
            _words(svg, "end", Fraction(1), _BELOW, plot.ends[1].text(language, ""), anchor="end")
    for mark, up in _stacked(plot):
        _mark(svg, mark, plot, up)


_HEIGHTS = (0, 7, -7, 12, -12)


def _open(svg: Element, mark: Mark, scale: Scale) -> None:
    """Draw all that an unknown value can be."""
    low, high = mark.between or (None, None)
    start, end = _ends(Zone(low, high), scale)
    if start < end:
        _rect(svg, "open", start, end)


def _stacked(plot: Plot) -> Iterator[tuple[Mark, int]]:
    """Yield the marks whose value is known, each with how far it stands above the middle so that all are seen.

    Of so many at one place that they would cover each other, those that do are left out.
    """
    met: dict[Fraction, int] = {}
    for mark in plot.marks:
        if mark.value is not None:
            place = Fraction(round(_on(plot.scale, mark.value) * 60))
            number = met.get(place, 0)
            met[place] = number + 1
            if number < len(_HEIGHTS):
                yield mark, _HEIGHTS[number]


def _mark(svg: Element, mark: Mark, plot: Plot, up: int) -> None:
    assert mark.value is not None
    known = "mark" + (" stated" if mark.stated else "") + (" member" if mark.member is not None else "")
    name = f"{known} {_class(mark, plot)}"
    place = _on(plot.scale, mark.value)
    held = SubElement(svg, "svg", {"class": name, "x": _percent(place), "y": str(_MIDDLE - up), "overflow": "visible"})
    if plot.scale.holds(mark.value):
        _shape(held, MET if plot.role in _ASKING else mark.outcome, 0, 0)
    else:  # beyond the scale: an arrow that leads there
        points = "-9,-7 2,0 -9,7" if mark.value > plot.scale.high else "9,-7 -2,0 9,7"
        SubElement(held, "polygon", {"points": points})


def _class(mark: Mark, plot: Plot) -> str:
    return "asked" if plot.role in _ASKING else mark.outcome.value


def _margin(svg: Element, plot: Plot, place: Fraction) -> None:
    """Draw how far the one value is from its threshold, of two from the nearer one."""
    (mark,) = plot.marks
    known = [limit.at for limit in plot.limits if limit.at is not None]
    value = mark.value
    if value is None or mark.margin is None or not mark.margin.number or not known:
        return
    there = _on(plot.scale, value)
    nearest = min((_on(plot.scale, at) for at in known), key=lambda at: abs(at - there))
    ends = {"x1": _percent(nearest), "x2": _percent(place), "y1": str(_MIDDLE), "y2": str(_MIDDLE)}
    SubElement(svg, "line", {"class": f"margin {_class(mark, plot)}", **ends})


#: Roles in which nothing is met or missed.
_ASKING = (Role.APPLIES, Role.CHOOSES, Role.BANDS)


def _shape(parent: Element, outcome: Outcome, x: int, y: int) -> None:
    """Draw an outcome: each has a shape of its own, so that none is told by its colour alone."""
    if outcome is MET:
        SubElement(parent, "circle", {"cx": str(x), "cy": str(y), "r": "6"})
    elif outcome is NOT_MET:
        corners = " ".join(f"{x + dx},{y + dy}" for dx, dy in ((0, -7), (7, 0), (0, 7), (-7, 0)))
        SubElement(parent, "polygon", {"points": corners})
    elif outcome is UNDETERMINED:
        SubElement(parent, "circle", {"cx": str(x), "cy": str(y), "r": "5"})
        SubElement(parent, "circle", {"class": "dot", "cx": str(x), "cy": str(y), "r": "1.5"})
    else:
        SubElement(parent, "rect", {"x": str(x - 6), "y": str(y - 2), "width": "12", "height": "4"})


# --- elements ------------------------------------------------------------------------------------------------------


def _rect(svg: Element, name: str, low: Fraction, high: Fraction) -> None:
    box = {"x": _percent(low), "y": str(_TOP), "width": _percent(high - low), "height": str(_DEEP)}
    SubElement(svg, "rect", {"class": name, **box})


def _line(svg: Element, name: str, place: Fraction, top: int, bottom: int) -> None:
    x = _percent(place)
    SubElement(svg, "line", {"class": name, "x1": x, "x2": x, "y1": str(top), "y2": str(bottom)})


def _words(svg: Element, name: str, place: Fraction, base: int, text: str, *, anchor: str) -> None:
    there = {"class": name, "x": _percent(place), "y": str(base), "text-anchor": anchor}
    SubElement(svg, "text", there).text = plain(text)


def _on(scale: Scale, number: Number) -> Fraction:
    """Return where a number stands; of one beyond the scale, the end on its side."""
    return min(Fraction(1), max(Fraction(0), scale.place(number)))


def _anchor(place: Fraction) -> str:
    return "start" if place < _EDGE else "end" if place > 1 - _EDGE else "middle"


def _percent(share: Fraction) -> str:
    """Return a share of the width; the one place where a number is rounded, and nothing is decided by it."""
    return f"{float(share) * 100:.6g}%"
