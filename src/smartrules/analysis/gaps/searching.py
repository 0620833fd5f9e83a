"""The search for the smallest change: branch and bound over the goals of rules, exact in whole numbers.

At each place of the search the facts that are nearest to those of today are put to the reference evaluator. Where they
fulfil what is asked, nothing below that place is smaller; where they do not, a goal that they miss says in which ways to
go on. What cannot be smaller than the best plan found is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil

from attrs import define, evolve, field, frozen

from smartrules.analysis.gaps.goals import Ask, Choice, Either, Goal, Hold, Judge, Know, Lack
from smartrules.analysis.gaps.items import Item, changed
from smartrules.analysis.gaps.reading import UnknownCollection
from smartrules.analysis.gaps.rules import Rules
from smartrules.analysis.gaps.weighing import NOTHING, Weighing, Weight
from smartrules.analysis.solving.declared import inherent
from smartrules.analysis.solving.inequalities import Inequality, at_most, narrowed
from smartrules.facts import Facts
from smartrules.standard import FactDeclaration
from smartrules.values import Kind, Value

#: How many places of a search are looked at before the best plan found has to do.
MOST_PLACES = 20_000
_ONE_MORE = Weight(facts=1)


@frozen
class Place:
    """What is demanded at one place of the search.

    Attributes:
        spans: the values that whole numbers may have.
        items: what is known there, today or by the plan, by its path; what is not among them stays as it is.
        lacking: the facts that stay unknown.
        open: the goals that are still to be brought about in one of several ways.
    """

    spans: Mapping[str, tuple[int, int]] = field(factory=dict)
    items: Mapping[str, Item] = field(factory=dict)
    lacking: frozenset[str] = frozenset()
    inequalities: tuple[Inequality, ...] = ()
    open: tuple[Either, ...] = ()


@frozen
class Found:
    """A change that fulfils what is asked.

    Attributes:
        values: what each fact becomes, by its path.
    """

    weight: Weight
    values: Mapping[str, Value]


@define(eq=False)
class Search:
    """Looks for the smallest change that fulfils some goals.

    Attributes:
        holds: says of facts whether they fulfil what is asked.
        proved: whether every way was gone through, so that nothing smaller is left.
        unknown: the collections of which nothing is known, and that would have to be.
    """

    rules: Rules
    weighing: Weighing
    holds: Callable[[Facts], bool]
    most: int = MOST_PLACES
    best: Found | None = None
    proved: bool = True
    unknown: set[str] = field(factory=set)
    _choices: dict[str, int] = field(init=False, factory=dict)

    def run(self, *starts: Iterable[Goal]) -> Found | None:
        """Return the smallest change that brings about all goals of one of the starts; None where none is found."""
        stack = [*self._sorted(self._with(Place(), goals) for goals in starts)]
        while stack:
            self.most -= 1
            if self.most < 0:
                self.proved = False
                break
            stack += self._beyond(stack.pop())
        if self.rules.gives_up:
            self.proved = False
        return self.best

    # --- a place of the search ---------------------------------------------------------------------------------------

    def _beyond(self, place: Place) -> Iterator[Place]:
        """Return the places to go on from one, the likeliest last."""
        least = self._least(place)
        if self.best is not None:
            if least >= self.best.weight:
                return iter(())
            if self._certain(place) + _ONE_MORE >= self.best.weight:
                settled = self._as_today(place)
                if settled is None:
                    return iter(())
                place = settled
        point = self._nearest(place)
        missed = [one for one in place.inequalities if _over(one, point) > 0]
        if missed and self._is_repaired(place, point, missed, least):
            return iter(())
        if not missed:
            values = self._values(place, point)
            if self.holds(changed(self.rules.items.edition, self.rules.facts, values)):
                self.best = Found(self._weight(place, point), values)
                return iter(())
        for number, either in enumerate(place.open):
            if not any(self._is_so(option, place, point) for option in either.options):
                rest = evolve(place, open=(*place.open[:number], *place.open[number + 1 :]))
                return self._sorted(self._with(rest, option) for option in either.options)
        if missed:
            return self._sorted(self._moved(place, point, max(missed, key=lambda one: _over(one, point))))
        for number, either in enumerate(place.open):  # the reference asks for more than the goals that are near
            rest = evolve(place, open=(*place.open[:number], *place.open[number + 1 :]))
            return self._sorted(self._with(rest, option) for option in either.options)
        self.proved = False
        return iter(())

    def _as_today(self, place: Place) -> Place | None:
        """Return a place at which nothing changes but what has to there, since one more change is too many."""
        spans = dict(place.spans)
        for item in place.items.values():
            if item.now is not None and not self.weighing.least(item, spans).facts:
                spans |= {name: (now, now) for name, now in zip(item.names, item.now, strict=True)}
        return place if spans == place.spans else _narrowed(evolve(place, spans=spans))

    def _is_repaired(self, place: Place, point: Mapping[str, int], missed: Sequence[Inequality], least: Weight) -> bool:
        """Return whether nothing at a place is smaller than what comes of mending each missed inequality where that is cheapest."""
        mended = dict(point)
        for inequality in missed:
            over = _over(inequality, mended)
            helpful = [pair for pair in inequality.terms if self._room(place, mended, *pair)]
            for name, multiple in sorted(helpful, key=lambda pair: self._order(place, mended, *pair)):
                if over <= 0:
                    break
                low, high = place.spans[name]
                room = mended[name] - low if multiple > 0 else high - mended[name]
                far = min(-(-over // abs(multiple)), room)
                mended[name] += -far if multiple > 0 else far
                over -= far * abs(multiple)
        if any(_over(one, mended) > 0 for one in place.inequalities):
            return False
        weight = self._weight(place, mended)
        if self.best is not None and weight >= self.best.weight:
            return False
        values = self._values(place, mended)
        if not self.holds(changed(self.rules.items.edition, self.rules.facts, values)):
            return False
        self.best = Found(weight, values)
        return weight <= least

    def _order(self, place: Place, point: Mapping[str, int], name: str, multiple: int) -> tuple[object, ...]:
        """Return where a whole number stands among those that can mend an inequality: what is changed already comes first."""
        item = place.items.get(self._owner(name, place))
        if item is None:
            return (0,)
        rates = self.weighing.rate(item, name)
        fresh = self._is_as_today(place, point, name) and not self.weighing.least(item, place.spans).facts
        return (1, fresh, *(rate / abs(multiple) for rate in rates), item.names.index(name))

    def _sorted(self, places: Iterable[Place | None]) -> Iterator[Place]:
        known = [(self._least(place), number, place) for number, place in enumerate(places) if place is not None]
        best = self.best
        kept = [one for one in known if best is None or one[0] < best.weight]
        kept.sort(key=lambda one: (one[0], one[1]), reverse=True)
        return (place for _, _, place in kept)

    def _least(self, place: Place) -> Weight:
        """Return the least that a change can weigh there."""
        total, facts, price, steps, claims = self._certain(place), 0, Fraction(0), Fraction(0), Fraction(0)
        point = self._nearest(place)
        for inequality in place.inequalities:
            over = _over(inequality, point)
            if over <= 0:
                continue
            rates = list[tuple[Fraction, Fraction, Fraction]]()
            fresh = 1
            for name, multiple in inequality.terms:
                low, high = place.spans[name]
                if (point[name] > low) if multiple > 0 else (point[name] < high):
                    owner = place.items.get(self._owner(name, place))
                    if owner is None:
                        rates.append((Fraction(0),) * 3)
                        fresh = 0
                        continue
                    price_, steps_, claims_ = self.weighing.rate(owner, name)
                    rates.append((price_ / abs(multiple), steps_ / abs(multiple), claims_ / abs(multiple)))
                    if self.weighing.least(owner, place.spans).facts:
                        fresh = 0
            if rates:
                facts = max(facts, fresh)
                price = max(price, over * min(rate[0] for rate in rates))
                steps = max(steps, over * min(rate[1] for rate in rates))
                claims = max(claims, over * min(rate[2] for rate in rates))
        return total + Weight(0, 0, price, facts, ceil(steps), 0, ceil(claims))

    def _certain(self, place: Place) -> Weight:
        """Return what the items weigh there that change for certain, each as little as it can."""
        total = NOTHING
        for item in place.items.values():
            total += self.weighing.least(item, place.spans)
        return total

    def _owner(self, name: str, place: Place) -> str:
        return name if name in place.items else name.rpartition(".")[0]

    def _nearest(self, place: Place) -> dict[str, int]:
        """Return the values nearest to those of today; to nothing, of what is not known."""
        point = dict[str, int]()
        for item in place.items.values():
            for number, name in enumerate(item.names):
                low, high = place.spans[name]
                point[name] = min(max(0 if item.now is None else item.now[number], low), high)
        for name, now in self._choices.items():
            if name in place.spans:
                low, high = place.spans[name]
                point[name] = min(max(now, low), high)
        return point

    def _values(self, place: Place, point: Mapping[str, int]) -> dict[str, Value]:
        return {
            path: item.value(point)
            for path, item in place.items.items()
            if not (
                item.kind is Kind.CHOICE and sum(point[name] for name in item.names) != 1
            )  # none of its members yet
            and (item.now is None or any(point[name] != now for name, now in zip(item.names, item.now, strict=True)))
        }

    def _weight(self, place: Place, point: Mapping[str, int]) -> Weight:
        spans = {name: (value, value) for name, value in point.items()}
        total = NOTHING
        for item in place.items.values():
            total += self.weighing.least(item, spans)
        return total

    # --- going on ----------------------------------------------------------------------------------------------------

    def _moved(self, place: Place, point: Mapping[str, int], missed: Inequality) -> Iterator[Place | None]:
        """Yield the places at which a missed inequality may be fulfilled: one of its whole numbers goes the way that helps."""
        helpful = [(name, m) for name, m in missed.terms if self._room(place, point, name, m)]
        spans = dict(place.spans)
        fresh = [pair for pair in helpful if self._is_as_today(place, point, pair[0])]
        if fresh and len(helpful) > 1:
            for name, multiple in fresh:
                low, high = spans[name]
                on = (low, point[name] - 1) if multiple > 0 else (point[name] + 1, high)
                yield _narrowed(evolve(place, spans={**spans, name: on}))
                spans[name] = (point[name], high) if multiple > 0 else (low, point[name])
            yield _narrowed(evolve(place, spans=spans))
            return
        # All of them are changed already: the one that helps most goes half as far as it would have to alone, or less far.
        name, multiple = max(helpful, key=lambda pair: abs(pair[1]))
        low, high = spans[name]
        room = point[name] - low if multiple > 0 else high - point[name]
        far = -(-min(-(-_over(missed, point) // abs(multiple)), room) // 2)
        end = point[name] - far if multiple > 0 else point[name] + far
        beyond, before = ((low, end), (end + 1, high)) if multiple > 0 else ((end, high), (low, end - 1))
        for span in (beyond, before):
            if span[0] <= span[1]:
                yield _narrowed(evolve(place, spans={**spans, name: span}))

    def _room(self, place: Place, point: Mapping[str, int], name: str, multiple: int) -> bool:
        low, high = place.spans[name]
        return point[name] > low if multiple > 0 else point[name] < high

    def _is_as_today(self, place: Place, point: Mapping[str, int], name: str) -> bool:
        item = place.items.get(self._owner(name, place))
        if item is None or item.now is None:
            return False
        return point[name] == item.now[item.names.index(name)]

    def _is_so(self, goals: Iterable[Goal], place: Place, point: Mapping[str, int]) -> bool:
        """Return whether goals are brought about by the nearest values already."""
        facts: Facts | None = None
        for goal in goals:
            match goal:
                case Hold(inequality):
                    if any(name not in point for name, _ in inequality.terms) or _over(inequality, point) > 0:
                        return False
                case Know(path):
                    if path not in place.items and not self.rules.items.is_known(path):
                        return False
                case Lack(path):
                    if path in place.items:
                        return False
                case Choice(name):
                    if name not in point:
                        return False
                case Either(options):
                    if not any(self._is_so(option, place, point) for option in options):
                        return False
                case Ask() | Judge():
                    if facts is None:
                        facts = changed(self.rules.items.edition, self.rules.facts, self._values(place, point))
                    if self.rules.comes_to(goal, facts) not in goal.wanted:
                        return False
        return True

    def _with(self, place: Place, goals: Iterable[Goal]) -> Place | None:
        """Return a place at which goals are demanded besides; None where they cannot be brought about."""
        spans, items, lacking = dict(place.spans), dict(place.items), set(place.lacking)
        inequalities, open_ = list(place.inequalities), list(place.open)
        queue = list(goals)
        for goal in queue:
            match goal:
                case Hold(inequality):
                    if inequality.terms:
                        for name, _ in inequality.terms:
                            if name not in spans:
                                self._bring(self.rules.owner(name), spans, items, inequalities)
                        inequalities.append(inequality)
                    elif inequality.most < 0:
                        return None
                case Know(path):
                    if path in lacking:
                        return None
                    self._bring(path, spans, items, inequalities)
                case Lack(path):
                    if path in items:
                        return None
                    lacking.add(path)
                case Choice(name, now, high, low):
                    self._choices[name] = now
                    spans.setdefault(name, (low, high))
                case Either():
                    open_.append(goal)
                case Ask() | Judge():
                    try:
                        more = self.rules.goals(goal)
                    except UnknownCollection as unknown:
                        self.unknown.add(unknown.collection)
                        return None
                    if more is None:
                        return None
                    queue += more
        found = Place(spans, items, frozenset(lacking), tuple(inequalities), tuple(open_))
        return _narrowed(found) if not lacking & items.keys() else None

    def _bring(
        self, path: str, spans: dict[str, tuple[int, int]], items: dict[str, Item], inequalities: list[Inequality]
    ) -> None:
        """Add an item, with what is known of its whole and its parts, which it has to fit."""
        queue = [path]
        for one in queue:
            if one in items:
                continue
            item = items[one] = self.rules.items[one]
            pinned = item.fixed and item.now is not None
            for number, name in enumerate(item.names):
                spans[name] = (item.now[number],) * 2 if pinned and item.now is not None else item.spans[number]
            if isinstance(item.declared, FactDeclaration):
                inequalities += inherent(item.declared, one)
                queue += self._related(one, item.declared, items, inequalities)

    def _related(
        self, path: str, declared: FactDeclaration, items: Mapping[str, Item], inequalities: list[Inequality]
    ) -> list[str]:
        prefix = path.removesuffix(declared.id)
        fresh = list[str]()
        for part, whole in self.rules.wholes(declared.id):
            other = f"{prefix}{whole if part == declared.id else part}"
            if other in items:
                a, b = self.rules.items[f"{prefix}{part}"], self.rules.items[f"{prefix}{whole}"]
                inequalities.append(at_most({a.path: a.step, b.path: -b.step}, Fraction(0)))
            elif self.rules.items.is_known(other):
                fresh.append(other)
        return fresh


def _narrowed(place: Place) -> Place | None:
    spans = narrowed(place.spans, place.inequalities)
    return None if spans is None else evolve(place, spans=spans)


def _over(inequality: Inequality, point: Mapping[str, int]) -> int:
    return sum(multiple * point[name] for name, multiple in inequality.terms) - inequality.most
