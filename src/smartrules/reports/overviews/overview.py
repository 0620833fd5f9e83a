"""The overview of a population: what one HTML file says of many communities, taken from one query over their frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from smartrules.diagnostics import SmartrulesError, shorten
from smartrules.engines import columns
from smartrules.engines.columns.counts import Counts
from smartrules.engines.columns.surveyed import Alone, Community, Judged, Near
from smartrules.reports.overviews.bars import Scale, scale
from smartrules.reports.overviews.measured import Measured, Threshold, measured
from smartrules.ruleset import Ruleset
from smartrules.values import Language

if TYPE_CHECKING:
    from smartrules.engines.columns.surveying import Survey

#: How many communities a page lists, how many it names beside a threshold, and how many that contradict themselves.
LISTED, NEAREST, CONTRADICTORY = 2000, 5, 20
#: More than a page can be asked to list: a browser shows no more.
MOST = 100_000


@frozen
class Sides:
    """The communities on both sides of a threshold.

    Attributes:
        before: how many have a value before it, ``on`` how many exactly it, and ``behind`` how many one behind it.
        nearest_before: the nearest of those that are before its cut, the nearest first, and ``nearest_behind`` of the others;
            a community exactly on the threshold is on the side on which the rule sees it.
    """

    threshold: Threshold
    before: int
    on: int
    behind: int
    nearest_before: tuple[Near, ...]
    nearest_behind: tuple[Near, ...]


@frozen
class Distribution:
    """How the values of a number lie about its thresholds.

    Attributes:
        known: how many communities have a value.
        scale: of its histogram, None where no community has a value.
        bars: how many communities each bar of the histogram stands for.
    """

    number: Measured
    known: int
    scale: Scale | None
    bars: tuple[int, ...]
    sides: tuple[Sides, ...]


@frozen
class Overview:
    """What there is to say of a population.

    Attributes:
        ruleset: by which the communities were decided.
        tiers: the ids of the tiers that were asked, lowest first.
        on: the day for which the facts of all communities hold; None where each has its own, or none.
        counts: how many communities have which outcome.
        alone: of each tier without a rule of its own how many communities one indicator alone keeps from it.
        distributions: of the numbers that are compared with a threshold.
        undrawn: the numbers that the integers of the frame cannot hold, so that nothing is said of them.
        contradictory: the first communities that contradict the declarations, with what is wrong.
        first: how many of the communities are in the table for being the first ones.
        listed: the communities of the table: those, and all that are named elsewhere.
    """

    ruleset: Ruleset
    tiers: tuple[str, ...]
    on: date | None
    counts: Counts = field(repr=False)
    alone: Mapping[str, Mapping[str, Alone]] = field(repr=False)
    distributions: tuple[Distribution, ...] = field(repr=False)
    undrawn: tuple[Measured, ...] = field(repr=False)
    contradictory: tuple[tuple[Community, str], ...] = field(repr=False)
    first: int = field(repr=False)
    listed: tuple[Judged, ...] = field(repr=False)

    def to_html(self, language: Language = "zh") -> str:
        """Return one HTML page that needs nothing besides itself, in Chinese and English, which a button exchanges.

        Args:
            language: in which it opens.

        Raises:
            MissingExtraError: SR604 where what pages need is not installed.
        """
        from smartrules.reports.overviews.page import page  # what is asked for counts alone need not pay for it

        return page(self, language)


def overview(
    ruleset: Ruleset,
    frame: Any,
    *,
    tiers: Iterable[str] | None = None,
    key: str | None = None,
    collections: Mapping[str, Any] | None = None,
    on: date | None = None,
    absent: Iterable[str] = (),
    listed: int = LISTED,
    nearest: int = NEAREST,
) -> Overview:
    """Return the overview of a population of communities, one a row of a frame.

    Args:
        ruleset: by which they are decided.
        frame: what `smartrules.ruleset.Ruleset.frame` takes, or what it returned; then the arguments up to ``absent`` are
            those with which it was checked.
        tiers: the ids of the tiers that are asked; by default all.
        key: the column of the communities' ids, by which the page names and orders them; without it their rows do.
        collections: as `Ruleset.frame` takes them, as are ``on`` and ``absent``.
        on: see ``collections``.
        absent: see ``collections``.
        listed: how many communities the table of the page has; those that the page names elsewhere come on top.
        nearest: how many communities are named on either side of a threshold.

    Raises:
        FrameError: as `Ruleset.frame` and `Ruleset.assess_frame`.
        MissingExtraError: SR604 where what frames need is not installed.
        NotFoundError: for a tier that the edition does not have.
        SmartrulesError: SR965 for a number of communities that none is.
    """
    for what, number in (("listed", listed), ("nearest", nearest)):
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST:
            message = f"`{what}` is how many communities a page names, not {shorten(repr(number))}"
            raise SmartrulesError.of("SR965", message, f"give a whole number from 0 to {MOST:,}")
    surveying = columns.part("surveying")
    checked = ruleset.checked(frame, tiers=tiers, key=key, collections=collections, on=on, absent=absent)
    numbers = measured(ruleset.edition, checked.tiers)
    survey = surveying.survey(checked, [one.exact for one in numbers])
    drawn = [one for one in numbers if survey.has(one.exact.name)]
    distributions = tuple(_distribution(survey, one, nearest) for one in drawn)
    contradictory = tuple(survey.contradictory(CONTRADICTORY))
    named = [community for community, _ in contradictory]
    named += [
        near.community
        for one in distributions
        for sides in one.sides
        for near in (*sides.nearest_before, *sides.nearest_behind)
    ]
    plain = [tier for tier in ruleset.edition.tiers if tier.id in checked.tiers and tier.known and tier.rule is None]
    return Overview(
        ruleset,
        checked.tiers,
        checked.on,
        survey.counts,
        {tier.id: survey.alone(tier.id) for tier in plain},
        distributions,
        tuple(one for one in numbers if one not in drawn),
        contradictory,
        min(listed, survey.rows),
        tuple(survey.judged(listed, named)),
    )


def _distribution(survey: Survey, number: Measured, nearest: int) -> Distribution:
    name = number.exact.name
    known, spread = survey.known(name), survey.spread(name)
    found = None if spread is None else scale(number, spread, known)
    bars = tuple[int, ...]()
    if found is not None:
        before = survey.before(name, found.cuts)
        bars = tuple(b - a for a, b in zip((0, *before), (*before, known), strict=True))
    return Distribution(
        number, known, found, bars, tuple(_sides(survey, number, one, known, nearest) for one in number.thresholds)
    )


def _sides(survey: Survey, number: Measured, threshold: Threshold, known: int, nearest: int) -> Sides:
    name = number.exact.name
    less, up_to = survey.before(name, threshold.around)
    places = () if threshold.applies else threshold.places
    first, last = threshold.cuts[0], threshold.cuts[-1]
    return Sides(
        threshold,
        less,
        up_to - less,
        known - up_to,
        tuple(survey.nearest(name, first, places, nearest, behind=False)),
        tuple(survey.nearest(name, last, places, nearest, behind=True)),
    )
