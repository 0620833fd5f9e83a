"""What the plot of a threshold shows: what is measured, its limits, what is accepted, and where a community stands.

Every number is exact, in the unit of the plot. `smartrules.reports.dossiers.reading` makes plots of the rules;
`smartrules.reports.dossiers.drawing` draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from attrs import field, frozen

from smartrules.explanation import OUTCOME_WORDS, margin_text
from smartrules.expr.nodes import Expr, Operator
from smartrules.outcome import Outcome
from smartrules.reports.dossiers.scales import Scale
from smartrules.standard import NO_TITLE, Better, Title
from smartrules.units import Unit
from smartrules.values import Language, Number, Quantity

#: What must not hold, and a comparison whose sides change places.
TURNED: dict[Operator, Operator] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}
MIRRORED: dict[Operator, Operator] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}
_SIGNS: dict[Operator, str] = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "!=": "≠"}


class Role(StrEnum):
    """What a threshold is there for."""

    REQUIRED = "required"  # it must be kept
    APPLIES = "applies"  # it says where something is asked at all
    CHOOSES = "chooses"  # it says which members of a collection are asked or counted, or which value is taken
    ADVISED = "advised"  # it decides nothing
    BANDS = "bands"  # it separates the bands of a value


class Reason(StrEnum):
    """Why a part of a rule has no plot."""

    FLAG = "flag"  # yes or no
    CHOICE = "choice"  # one of some words
    REPORTED = "reported"  # whether anything is given, whatever it is
    NOT_TO_HAND = "not_to_hand"  # what is required is not known
    CONSTANT = "constant"  # nothing of the community is compared
    LINES = "lines"  # a value on straight lines, which has no threshold
    SEVERAL = "several"  # bands that do not all ask the same number


@frozen
class Limit:
    """A threshold: how a value must stand to it.

    Attributes:
        operator: between the value and the threshold, the value on its left.
        at: the threshold; None where it is not known.
        text: the threshold as it is written in the rule; of another fact or measure the value that it has, or its title.
    """

    operator: Operator
    at: Number | None
    text: Title

    def sign(self, language: Language) -> str:
        """Return the threshold with how a value must stand to it: ``≥ 70 %``."""
        return f"{_SIGNS[self.operator]} {self.text.text(language, '')}"

    def zones(self) -> tuple[Zone, ...]:
        """Return what this limit alone accepts."""
        at = self.at
        if at is None:
            return ()
        match self.operator:
            case ">=" | ">":
                return (Zone(at, None, with_low=self.operator == ">="),)
            case "<=" | "<":
                return (Zone(None, at, with_high=self.operator == "<="),)
            case "=":
                return (Zone(at, at, with_low=True, with_high=True),)
            case "!=":
                return (Zone(None, at), Zone(at, None))
            case _:
                assert_never(self.operator)


@frozen
class Zone:
    """The numbers from ``low`` to ``high``; None is no end.

    Attributes:
        with_low: whether ``low`` belongs to it.
        with_high: whether ``high`` does.
        title: what is given for it, where it is a band.
    """

    low: Number | None
    high: Number | None
    with_low: bool = False
    with_high: bool = False
    title: Title = NO_TITLE

    def holds(self, number: Number) -> bool:
        """Return whether a number lies in it."""
        above = self.low is None or number > self.low or (self.with_low and number == self.low)
        return above and (self.high is None or number < self.high or (self.with_high and number == self.high))

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))

    def within(self, other: Zone) -> Zone:
        """Return what lies in both."""
        low, with_low = max(self._low, other._low, key=_inward)
        high, with_high = min(self._high, other._high, key=_outward)
        return Zone(low, high, with_low, with_high)

    @property
    def _low(self) -> tuple[Number | None, bool]:
        return self.low, self.with_low

    @property
    def _high(self) -> tuple[Number | None, bool]:
        return self.high, self.with_high


def _inward(end: tuple[Number | None, bool]) -> tuple[bool, Number, bool]:
    """Return what orders lower ends, the one that lets the fewest in last."""
    at, included = end
    return at is not None, 0 if at is None else at, not included


def _outward(end: tuple[Number | None, bool]) -> tuple[bool, Number, bool]:
    """Return what orders upper ends, the one that lets the fewest in first."""
    at, included = end
    return at is None, 0 if at is None else at, included


def accepted(limits: Sequence[Limit], *, each: bool) -> tuple[Zone, ...]:
    """Return what limits accept: where each must be kept what all do, else what any does; nothing where one is not known."""
    if any(limit.at is None for limit in limits):
        return ()
    if not each:
        return tuple(zone for limit in limits for zone in limit.zones())
    found = [Zone(None, None)]
    for limit in limits:
        found = [one.within(other) for one in found for other in limit.zones()]
    return tuple(zone for zone in found if not zone.is_empty)


@frozen
class Mark:
    """Where one stands: the community, or one member of a collection.

    Attributes:
        value: None where it is not known.
        text: the exact value, or what is known of it.
        outcome: what the threshold says of it.
        margin: how far it is from the threshold, positive on the side that is wanted; None where nothing is measured.
        stated: whether it rests on a figure that is stated without its counts.
        between: the least and the greatest value that it can have, None for no end; None where it is known, or nothing is.
        member: which member of a collection it is of.
        without: what a set lacks of what is asked.
    """

    value: Number | None
    text: Title
    outcome: Outcome
    margin: Quantity | None = None
    stated: bool = False
    between: tuple[Number | None, Number | None] | None = None
    member: Title | None = None
    without: Title | None = None


@frozen
class Plot:
    """One threshold, or the two of a range, or those of a row of bands, with whoever is held against them.

    Attributes:
        node: the part of the rule that it shows.
        role: what the threshold is there for.
        title: what is measured.
        statement: what the part of the rule says.
        unit: of all numbers; None where they are the numbers of days in the calendar.
        limits: the thresholds.
        zones: what is accepted, or the bands.
        scale: from where to where it is drawn.
        ends: the exact texts of both ends of the scale.
        marks: those who are held against it; none where nobody was asked.
        choice: whether another part of the rule may serve in its place.
    """

    node: Expr = field(repr=False)
    role: Role
    title: Title
    statement: Title
    unit: Unit | None
    limits: tuple[Limit, ...]
    zones: tuple[Zone, ...]
    scale: Scale
    ends: tuple[Title, Title]
    marks: tuple[Mark, ...] = ()
    choice: bool = False

    @property
    def better(self) -> Better | None:
        """Which side is wanted: more of it, less of it, or neither (a range, one number, bands)."""
        if self.role is Role.BANDS or len(self.zones) != 1:
            return None
        zone = self.zones[0]
        if zone.low is not None and zone.high is None:
            return "more"
        return "less" if zone.high is not None and zone.low is None else None

    @property
    def is_open(self) -> bool:
        """Whether somebody was asked whose value is not known."""
        return any(mark.value is None for mark in self.marks)


@frozen
class Unplotted:
    """A part of a rule that has no plot."""

    node: Expr
    reason: Reason


@frozen
class Plots:
    """The plots of a rule, in the order in which it is read, and the parts that have none."""

    plots: tuple[Plot, ...]
    without: tuple[Unplotted, ...]


_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "joint": "；",
        "value": "当前值{value}",
        "of member": "{member}：{value}",
        "stated": "据填报的比率，无分项数据",
        "without": "缺{members}",
        "not asked": "未涉及",
        "many": "共{n}个：{counts}",
        "counted": "{n}个{outcome}",
        "and": "，",
        "holds": "成立",
        "fails": "不成立",
        "open": "无法判定",
        "at": "恰好在界限上",
        "from": "距界限{margin}",
    },
    "en": {
        "joint": "; ",
        "value": "value: {value}",
        "of member": "{member}: {value}",
        "stated": "a stated figure, without its counts",
        "without": "without {members}",
        "not asked": "not asked",
        "many": "{n} in all: {counts}",
        "counted": "{n} {outcome}",
        "and": ", ",
        "holds": "it holds",
        "fails": "it does not hold",
        "open": "undetermined",
        "at": "exactly on the limit",
        "from": "{margin} from the limit",
    },
}
#: More members than these are counted in a description, and not told one by one.
_MOST_TOLD = 8


def described(plot: Plot, language: Language) -> str:
    """Return what a plot shows, for somebody who does not see it."""
    words = _WORDS[language]
    parts = [plot.statement.text(language, "")]
    if not plot.marks:
        parts.append(words["not asked"])
    elif len(plot.marks) > _MOST_TOLD:
        parts.append(words["many"].format(n=len(plot.marks), counts=_counted(plot, language)))
    else:
        parts += [_told(mark, plot, language) for mark in plot.marks]
    return words["joint"].join(parts)


def _told(mark: Mark, plot: Plot, language: Language) -> str:
    words = _WORDS[language]
    value = mark.text.text(language, "")
    if mark.member is not None:
        head = words["of member"].format(member=mark.member.text(language, ""), value=value)
    else:
        head = words["value"].format(value=value)
    return words["and"].join([head, *remarks(mark, plot.role, language)])


def remarks(mark: Mark, role: Role, language: Language) -> list[str]:
    """Return what is to be said of a mark beside its value: its outcome, how far it is, on what it rests.

    A condition holds or does not; only what is required can be met, and be better or short.
    """
    words, said = _WORDS[language], []
    if role is not Role.BANDS:
        said.append(outcome_word(mark.outcome, role, language))
        if mark.margin is not None:
            said.append(distance_word(mark.margin, mark.outcome, role, language))
    if mark.without is not None:
        said.append(words["without"].format(members=mark.without.text(language, "")))
    if mark.stated:
        said.append(words["stated"])
    return said


def distance_word(margin: Quantity, outcome: Outcome, role: Role, language: Language) -> str:
    """Return how far a value is from a threshold: better or short of what is required, else only how far."""
    if role in _ASKED_FOR:
        return margin_text(margin, outcome is Outcome.MET, language)
    size = Quantity(abs(Fraction(margin.number)), margin.unit).difference_text(language)
    words = _WORDS[language]
    return words["from"].format(margin=size) if margin.number else words["at"]


_ASKED_FOR = (Role.REQUIRED, Role.ADVISED)
_HOLDS = {Outcome.MET: "holds", Outcome.NOT_MET: "fails"}


def outcome_word(outcome: Outcome, role: Role, language: Language) -> str:
    """Return what an outcome is called: of a condition, whether it holds."""
    if role in _ASKED_FOR:
        return OUTCOME_WORDS[language][outcome]
    return _WORDS[language][_HOLDS.get(outcome, "open")]


def _counted(plot: Plot, language: Language) -> str:
    outcomes = [mark.outcome for mark in plot.marks]
    words = _WORDS[language]
    counts = [
        words["counted"].format(n=outcomes.count(one), outcome=outcome_word(one, plot.role, language))
        for one in Outcome
        if one in outcomes
    ]
    return words["and"].join(counts)
