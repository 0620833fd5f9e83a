"""One number made of the members of a collection, as a ratio of sums: each member is in it or not by a choice of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd, lcm

from smartrules.analysis.gaps.goals import FAILS, FREE, HOLDS, IDLE, Ask, Choice, Either, Goal, Hold, Members
from smartrules.analysis.gaps.reading import Reading, being
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import NOTHING, Linear, Ratio, Unsolved
from smartrules.expr.nodes import Aggregate, Expr
from smartrules.outcome import MET, UNDETERMINED

#: Says what a number is; it is `smartrules.analysis.gaps.numbers.values`.
Values = Callable[[Reading, Expr, Members], list[tuple[Ratio, tuple[Goal, ...]]]]
_FAR = 10**18


def places(reading: Reading, collection: str) -> list[str]:
    """Return where the members of a collection stand; none where it is not known.

    Raises:
        Unknown: where nothing is known of the collection.
    """
    size = reading.items.size(collection)
    if size is None:
        raise UnknownCollection(collection)
    return [f"{collection}.{number}" for number in range(1, size + 1)]


class UnknownCollection(Exception):
    """A collection of which nothing is known, and whose members no plan can make up."""

    def __init__(self, collection: str) -> None:
        super().__init__(collection)
        self.collection = collection


def aggregated(
    reading: Reading, node: Aggregate, members: Members, values: Values
) -> Iterator[tuple[Ratio, tuple[Goal, ...]]]:
    """Yield what a function over the members of a collection comes to.

    Raises:
        Unsolved: for one that is no ratio of sums; the least and greatest are compared elsewhere.
    """
    collection = reading.edition.collection(node.collection).id
    asking = [(*members, (collection, place)) for place in places(reading, collection)]
    if any(_is_open(reading, node, one) for one in asking):
        reading.gives_up = True  # what is not known of members is a range, within which more may be decided
    match node.function:
        case "count":
            total, goals = _counted(reading, node.where, asking)
            yield Ratio(total), goals
        case "share":
            yield from _share(reading, node, asking)
        case "sum" | "mean":
            above, goals = _summed(reading, node, asking, values)
            if node.function == "sum":
                yield Ratio(above), goals
                return
            below, more = _counted(reading, node.where, asking)
            if below.constant and not below.number:
                return
            some = Hold(at_most(below.times(Fraction(-1)).terms, below.number, strictly=True))
            yield Ratio(above, below), (*goals, *more, some)
        case _:
            raise Unsolved(node)


def _is_open(reading: Reading, node: Aggregate, members: Members) -> bool:
    for part in (node.where, node.of):
        for name in () if part is None else reading.edition.facts_behind(part):
            if name in reading.edition.collection_of_fact and not reading.items.is_known(reading.path(name, members)):
                return True
    return node.where is not None and reading.outcome(node.where, members) is UNDETERMINED


def _counted(reading: Reading, where: Expr | None, asking: list[Members]) -> tuple[Linear, tuple[Goal, ...]]:
    """Return how many members are asked."""
    if where is None:
        return Linear(number=Fraction(len(asking))), ()
    total, goals = NOTHING, list[Goal]()
    for members in asking:
        one = reading.choice(reading.outcome(where, members) is MET)
        goals += [
            one,
            Either(((being(one, 1), Ask(where, HOLDS, members)), (being(one, 0), Ask(where, IDLE, members)))),
        ]
        total = total.plus(Linear({one.name: Fraction(1)}))
    return total, tuple(goals)


def _share(reading: Reading, node: Aggregate, asking: list[Members]) -> Iterator[tuple[Ratio, tuple[Goal, ...]]]:
    assert node.of is not None
    above, below, goals = NOTHING, NOTHING, list[Goal]()
    for members in asking:
        outcome = reading.outcome(node.of, members)
        is_asked = node.where is None or reading.outcome(node.where, members) is MET
        fulfils, asked = reading.choice(is_asked and outcome is MET), reading.choice(is_asked)
        chosen = () if node.where is None else (Ask(node.where, HOLDS, members),)
        options: list[tuple[Goal, ...]] = [
            (being(asked, 1), being(fulfils, 1), *chosen, Ask(node.of, HOLDS, members)),
            (being(asked, 1), being(fulfils, 0), *chosen, Ask(node.of, FAILS, members)),
            (being(asked, 0), being(fulfils, 0), *chosen, Ask(node.of, FREE, members)),
        ]
        if node.where is not None:
            options.append((being(asked, 0), being(fulfils, 0), Ask(node.where, IDLE, members)))
        goals += [asked, fulfils, Either(tuple(options))]
        above = above.plus(Linear({fulfils.name: Fraction(1)}))
        below = below.plus(Linear({asked.name: Fraction(1)}))
    if asking:
        some = Hold(at_most(below.times(Fraction(-1)).terms, Fraction(0), strictly=True))
        yield Ratio(above, below), (*goals, some)


def _summed(
    reading: Reading, node: Aggregate, asking: list[Members], values: Values
) -> tuple[Linear, tuple[Goal, ...]]:
    assert node.of is not None
    total, goals = NOTHING, list[Goal]()
    for members in asking:
        ways = values(reading, node.of, members)
        if any(not ratio.below.constant for ratio, _ in ways):
            raise Unsolved(node.of)
        own = [(ratio.above.times(1 / ratio.below.number), more) for ratio, more in ways]
        if node.where is None and len(own) == 1:
            total = total.plus(own[0][0])
            goals += own[0][1]
            continue
        chosen = () if node.where is None else (Ask(node.where, HOLDS, members),)
        step = _step(one for one, _ in own)
        number = Choice(reading.choice(now=False).name, 0, _FAR, -_FAR)
        options = [(*_equal(number, step, value), *chosen, *more) for value, more in own]
        if node.where is not None:
            options.append((*_equal(number, step, NOTHING), Ask(node.where, IDLE, members)))
        goals += [number, Either(tuple(options))]
        total = total.plus(Linear({number.name: step}))
    return total, tuple(goals)


def _step(sums: Iterator[Linear]) -> Fraction:
    """Return a number of which every value of some sums is a whole multiple."""
    parts = [abs(part) for one in sums for part in (*one.terms.values(), one.number) if part]
    if not parts:
        return Fraction(1)
    denominators = lcm(*(part.denominator for part in parts))
    return Fraction(gcd(*(int(part * denominators) for part in parts)), denominators)


def _equal(number: Choice, step: Fraction, value: Linear) -> tuple[Goal, ...]:
    apart = Linear({number.name: step}).plus(value, -1)
    return (
        Hold(at_most(apart.terms, -apart.number)),
        Hold(at_most(apart.times(Fraction(-1)).terms, apart.number)),
    )
