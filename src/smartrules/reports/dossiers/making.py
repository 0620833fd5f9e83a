"""What one threshold becomes as a plot: its limits, its scale, and a mark for each who was held against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve, field, frozen

from smartrules.analysis.audits.wording import both
from smartrules.analysis.ranges import range_of
from smartrules.derivation import Derivation
from smartrules.engines.comparing import threshold_unit, turned
from smartrules.explanation import unknown_text, value_text
from smartrules.expr.nodes import AtLeast, Comparison, Day, Expr, FirstOf, Includes, Literal, Operator, Range
from smartrules.expr.text import phrase
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome, negation
from smartrules.reports.dossiers.banding import Bands
from smartrules.reports.dossiers.plots import MIRRORED, TURNED, Limit, Mark, Plot, Role, Zone, accepted
from smartrules.reports.dossiers.scales import Scale, scale_of, scale_of_days
from smartrules.standard import Edition, Title
from smartrules.units import ONE, Unit, unit
from smartrules.values import Language, Number, Quantity, show_number

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "parts": "满足的项数",
        "of": "{n}/{all}",
        "not": "不得{text}",
        "joint": "、",
        "bands": "{title}以{limits}分档",
    },
    "en": {
        "parts": "parts that are met",
        "of": "{n} of {all}",
        "not": "not: {text}",
        "joint": ", ",
        "bands": "{title}, in bands at {limits}",
    },
}


@frozen
class Found:
    """What a part of a rule came to, and for which member of a collection."""

    derivation: Derivation
    member: Title | None = None

    def part(self, index: int) -> Iterator[Found]:
        """Yield what one of the parts came to, if it was asked."""
        if index < len(self.derivation.parts):
            yield Found(self.derivation.parts[index], self.member)


@frozen
class Place:
    """Where in a rule a part stands.

    Attributes:
        role: what its thresholds are there for.
        turned: whether it must not hold.
        choice: whether another part may serve in its place.
    """

    role: Role = Role.REQUIRED
    turned: bool = False
    choice: bool = False

    def wanted(self, outcome: Outcome) -> Outcome:
        """Return what an outcome is for the rule: turned, where the part must not hold."""
        return negation(outcome) if self.turned else outcome


def below(found: tuple[Found, ...], index: int) -> tuple[Found, ...]:
    """Return what one of the parts came to, for each who was asked it."""
    return tuple(part for one in found for part in one.part(index))


@frozen
class Maker:
    """Makes the plots of one edition's rules."""

    edition: Edition = field(repr=False)

    def comparison(self, node: Comparison, found: tuple[Found, ...], place: Place, *, left_is_bound: bool) -> Plot:
        """Return the plot of a comparison, of which one side is held against the other."""
        if left_is_bound:
            bounds = [(MIRRORED[node.operator], node.left, 0)]
            return self._plot(node, node.right, 1, bounds, found, place)
        return self._plot(node, node.left, 0, [(node.operator, node.right, 1)], found, place)

    def range_(self, node: Range, found: tuple[Found, ...], place: Place) -> Plot:
        """Return the plot of a value between two bounds."""
        low: Operator = MIRRORED[node.low_operator]
        return self._plot(node, node.value, 1, [(low, node.low, 0), (node.high_operator, node.high, 2)], found, place)

    def banded(self, node: FirstOf, bands: Bands, found: tuple[Found, ...], place: Place) -> Plot:
        """Return the plot of the bands of a number; ``found`` is what the first condition came to."""
        marks = tuple(
            evolve(self._mark(one, one.derivation.parts[bands.index], bands.unit, place), margin=None) for one in found
        )
        made = self._made(node, bands.value, bands.unit, bands.limits, marks, place, zones=bands.zones)

        def statement(language: Language) -> str:
            words = _WORDS[language]
            limits = words["joint"].join(limit.text.text(language, "") for limit in bands.limits)
            return words["bands"].format(title=made.title.text(language, ""), limits=limits)

        return evolve(made, statement=both(statement))

    def _plot(
        self,
        node: Comparison | Range,
        value: Expr,
        place_of_value: int,
        bounds: list[tuple[Operator, Expr, int]],
        found: tuple[Found, ...],
        place: Place,
    ) -> Plot:
        """Return the plot of a value and its bounds, each with its place among the parts of the comparison."""
        dated = self.edition.is_date(value)
        measured = None if dated else threshold_unit(bounds[0][1], value, self.edition)
        limits = tuple(
            Limit(
                TURNED[operator] if place.turned else operator,
                _in(measured, _common(bound, below(found, index))),
                self._limit_text(bound, below(found, index)),
            )
            for operator, bound, index in bounds
        )
        marks = tuple(self._mark(one, one.derivation.parts[place_of_value], measured, place) for one in found)
        return self._made(node, value, measured, limits, marks, place, dated=dated)

    def _made(
        self,
        node: Expr,
        value: Expr,
        measured: Unit | None,
        limits: tuple[Limit, ...],
        marks: tuple[Mark, ...],
        place: Place,
        *,
        dated: bool = False,
        zones: tuple[Zone, ...] | None = None,
    ) -> Plot:
        """Return a plot with its scale, and with its words in both languages."""
        known = [limit.at for limit in limits if limit.at is not None]
        values = [mark.value for mark in marks if mark.value is not None]
        if dated:
            scale = scale_of_days([int(at) for at in known], [int(at) for at in values])
            ends = (_day(scale.low), _day(scale.high))
        else:
            assert measured is not None
            reach = range_of(value, self.edition)
            whole = measured.counts_first and all(number.denominator == 1 for number in (*known, *values))
            scale = scale_of(known, values, _in(measured, reach.low), _in(measured, reach.high), whole=whole)
            ends = _ends(scale, measured)

        return Plot(
            node,
            place.role,
            both(lambda language: phrase(value, self.edition, language)),
            self._statement(node, place),
            measured,
            limits,
            accepted(limits, each=not place.turned) if zones is None else zones,
            scale,
            ends,
            marks,
            place.choice,
        )

    def _statement(self, node: Expr, place: Place) -> Title:
        def say(language: Language) -> str:
            text = phrase(node, self.edition, language)
            return _WORDS[language]["not"].format(text=text) if place.turned else text

        return both(say)

    def _mark(self, one: Found, value: Derivation, measured: Unit | None, place: Place) -> Mark:
        compared = one.derivation
        between = None
        if value.result is None and value.bounds is not None:
            low, high = value.bounds
            between = (_in(measured, low), _in(measured, high))
        return Mark(
            _in(measured, _number(value)),
            both(lambda language: value_text(value, self.edition, language)),
            place.wanted(compared.outcome),
            turned(compared.margin) if place.turned else compared.margin,
            value.result is not None and any(part.stated for part in value.walk()),
            between,
            one.member,
        )

    def _limit_text(self, bound: Expr, found: tuple[Found, ...]) -> Title:
        """Return a threshold as it is written; of one that is no number itself the value that it has."""

        def say(language: Language) -> str:
            if isinstance(bound, Literal | Day) or _common(bound, found) is None:
                return phrase(bound, self.edition, language)
            return value_text(found[0].derivation, self.edition, language)

        return both(say)

    # --- how many of some ------------------------------------------------------------------------------------------

    def includes(self, node: Includes, found: tuple[Found, ...], place: Place) -> Plot:
        """Return the plot of how many of some members a set has."""
        wanted = len(node.members) if node.k is None else node.k
        marks = tuple(self._held(node, one, place) for one in found)
        return self._counted(node, node.set, unit("kind"), wanted, len(node.members), marks, place)

    def _held(self, node: Includes, one: Found, place: Place) -> Mark:
        outcome = place.wanted(one.derivation.outcome)
        held = one.derivation.parts[0].result
        if not isinstance(held, frozenset):
            unknown = both(lambda language: unknown_text(one.derivation.parts[0], self.edition, language))
            return Mark(None, unknown, outcome, member=one.member)
        lacking = [member for member in node.members if member not in held]

        def without(language: Language) -> str:
            words = [self.edition.member_word(node.set.id, member, language) for member in lacking]
            return _WORDS[language]["joint"].join(words)

        number = len(node.members) - len(lacking)
        lacks = lacking and outcome is NOT_MET and not place.turned
        return Mark(
            number,
            _of(number, len(node.members)),
            outcome,
            member=one.member,
            without=both(without) if lacks else None,
        )

    def at_least(self, node: AtLeast, found: tuple[Found, ...], place: Place) -> Plot:
        """Return the plot of how many parts of a rule are met."""
        marks = tuple(self._met(one, place) for one in found)
        return self._counted(node, node, ONE, node.k, len(node.parts), marks, place)

    def _met(self, one: Found, place: Place) -> Mark:
        outcomes = [part.outcome for part in one.derivation.parts if part.outcome is not NOT_APPLICABLE]
        met, open_ = outcomes.count(MET), outcomes.count(UNDETERMINED)
        outcome = place.wanted(one.derivation.outcome)
        if open_:
            text = both(lambda _: f"{met}–{met + open_}")
            return Mark(None, text, outcome, between=(met, met + open_), member=one.member)
        return Mark(met, _of(met, len(outcomes)), outcome, member=one.member)

    def _counted(
        self,
        node: Includes | AtLeast,
        of: Expr,
        measured: Unit,
        wanted: int,
        most: int,
        marks: tuple[Mark, ...],
        place: Place,
    ) -> Plot:
        """Return the plot of a number of things of which there are only so many."""
        operator: Operator = "<" if place.turned else ">="
        limits = (Limit(operator, wanted, both(lambda language: Quantity(wanted, measured).text(language))),)
        scale = scale_of([wanted], [], 0, most, whole=True)

        def title(language: Language) -> str:
            return _WORDS[language]["parts"] if of is node else phrase(of, self.edition, language)

        return Plot(
            node,
            place.role,
            both(title),
            self._statement(node, place),
            measured,
            limits,
            accepted(limits, each=True),
            scale,
            _ends(scale, measured),
            marks,
            place.choice,
        )


# --- numbers -------------------------------------------------------------------------------------------------------


def _number(derivation: Derivation) -> Number | None:
    """Return a number in root units, or a day as its number in the calendar."""
    result = derivation.result
    if isinstance(result, date):
        return result.toordinal()
    assert not isinstance(result, str | frozenset | Outcome)
    return result


def _common(bound: Expr, found: tuple[Found, ...]) -> Number | None:
    """Return a bound where it is a constant, or the same for everybody who was asked."""
    if isinstance(bound, Literal):
        return bound.root
    if isinstance(bound, Day):
        return bound.date.toordinal()
    values = {_number(one.derivation) for one in found}
    return values.pop() if len(values) == 1 else None


def _in(measured: Unit | None, number: Number | None) -> Number | None:
    """Return a number of root units in the unit of a plot; the number of a day as it is."""
    if number is None or measured is None:
        return number
    return Quantity.in_unit(number, measured).number


def _day(number: Number) -> Title:
    day = date.fromordinal(min(max(int(number), date.min.toordinal()), date.max.toordinal())).isoformat()
    return Title(day, day)


def _of(number: int, most: int) -> Title:
    return both(lambda language: _WORDS[language]["of"].format(n=number, all=most))


def _ends(scale: Scale, measured: Unit) -> tuple[Title, Title]:
    high = both(lambda language: Quantity(scale.high, measured).text(language))
    low = show_number(scale.low)
    return Title(low, low), high
