"""One number made of the members of a collection, as a ratio of sums: each member is in it or not by a choice of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm

from smartrules.analysis.gaps.goals import FAILS, FREE, HOLDS, IDLE, Ask, Choice, Either, Goal, Hold, Members
from smartrules.analysis.gaps.reading import Reading, Sense, Way, being
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import NOTHING, Linear, Ratio, Unsolved
from smartrules.expr.nodes import Aggregate, Expr
from smartrules.outcome import MET, UNDETERMINED
from smartrules.standard import INDICATORS

#: Says what a number is; it is `smartrules.analysis.gaps.numbers.values`.
Values = Callable[[Reading, Expr, Members, Sense], list[Way]]
_FAR = 10**18


def aggregated(
    reading: Reading, node: Aggregate, members: Members, values: Values, sense: Sense
) -> Iterator[tuple[Ratio, tuple[Goal, ...]]]:
    """Yield what a function over the members of a collection comes to.

    Raises:
        Unsolved: for one that is no ratio of sums; the least and greatest are compared elsewhere.
    """
    collection = reading.edition.collection(node.collection).id
    asking = [(*members, (collection, place)) for place in reading.places(collection)]
    if collection == INDICATORS:
        reading.gives_up = reading.gives_up or not sense
    elif (not sense or node.function in ("sum", "mean")) and any(_is_open(reading, node, one) for one in asking):
        reading.gives_up = True  # what is not known of members is a range, within which more may be decided
    match node.function:
        case "count":
            total, goals = _counted(reading, node.where, asking, sense)
            yield Ratio(total), goals
        case "share":
            yield from _share(reading, node, asking, sense)
        case "sum" | "mean":
            above, goals = _summed(reading, node, asking, values, sense if node.function == "sum" else 0)
            if node.function == "sum":
                yield Ratio(above), goals
                return
            below, more = _counted(reading, node.where, asking, 0)
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


def _counted(
    reading: Reading, where: Expr | None, asking: list[Members], sense: Sense
) -> tuple[Linear, tuple[Goal, ...]]:
    """Return how many members are asked."""
    total, goals = NOTHING, list[Goal]()
    for members in asking:
        absent = reading.absent(members)
        if where is None and absent is None:
            total = total.plus(Linear(number=Fraction(1)))
            continue
        one = reading.choice(where is None or reading.outcome(where, members) is MET)
        is_in: tuple[Goal, ...] = () if where is None else (Ask(where, HOLDS, members),)
        outside: list[tuple[Goal, ...]] = [] if where is None else [(Ask(where, IDLE, members),)]
        outside += [] if absent is None else [absent]
        goals += [one, Either(tuple(_ways(one, is_in, outside, sense)))]
        total = total.plus(Linear({one.name: Fraction(1)}))
    return total, tuple(goals)


def _ways(
    one: Choice, is_in: tuple[Goal, ...], outside: Sequence[tuple[Goal, ...]], sense: Sense
) -> Iterator[tuple[Goal, ...]]:
    """Yield how a member is counted or not; where only one end of the number decides, the other way takes nothing."""
    if sense < 0:
        yield (being(one, 1),)
    else:
        yield (being(one, 1), *is_in)
    if sense > 0:
        yield (being(one, 0),)
    else:
        yield from ((being(one, 0), *way) for way in outside)


def _share(
    reading: Reading, node: Aggregate, asking: list[Members], sense: Sense
) -> Iterator[tuple[Ratio, tuple[Goal, ...]]]:
    assert node.of is not None
    above, below, goals = NOTHING, NOTHING, list[Goal]()
    for members in asking:
        outcome = reading.outcome(node.of, members)
        is_asked = node.where is None or reading.outcome(node.where, members) is MET
        fulfils, asked = reading.choice(is_asked and outcome is MET), reading.choice(is_asked)
        chosen = () if node.where is None else (Ask(node.where, HOLDS, members),)
        met = being(asked, 1), being(fulfils, 1)
        failed = being(asked, 1), being(fulfils, 0)
        out = being(asked, 0), being(fulfils, 0)
        options: list[tuple[Goal, ...]] = [
            met if sense < 0 else (*met, *chosen, Ask(node.of, HOLDS, members)),
            failed if sense > 0 else (*failed, *chosen, Ask(node.of, FAILS, members)),
            (*out, Ask(node.of, FREE, members)),
        ]
        if node.where is not None:
            options.append((*out, Ask(node.where, IDLE, members)))
            if sense:  # one that may be left out does no harm where it is on the good side
                options.append((*out, Ask(node.of, HOLDS if sense > 0 else FAILS, members)))
        absent = reading.absent(members)
        if absent is not None:
            options.append((*out, *absent))
        goals += [asked, fulfils, Either(tuple(options))]
        above = above.plus(Linear({fulfils.name: Fraction(1)}))
        below = below.plus(Linear({asked.name: Fraction(1)}))
    if asking:
        some = Hold(at_most(below.times(Fraction(-1)).terms, Fraction(0), strictly=True))
        yield Ratio(above, below), (*goals, some)


def _summed(
    reading: Reading, node: Aggregate, asking: list[Members], values: Values, sense: Sense
) -> tuple[Linear, tuple[Goal, ...]]:
    assert node.of is not None
    total, goals = NOTHING, list[Goal]()
    for members in asking:
        ways = values(reading, node.of, members, sense)
        own = [way for ratio, more in ways for way in _linear(reading, node.of, ratio, more)]
        absent = reading.absent(members)
        if node.where is None and absent is None and len(own) == 1:
            total = total.plus(own[0][0])
            goals += own[0][1]
            continue
        chosen = () if node.where is None else (Ask(node.where, HOLDS, members),)
        step = _step(one for one, _ in own)
        number = Choice(reading.choice(now=False).name, 0, _FAR, -_FAR)
        options = [(*_equal(number, step, value), *chosen, *more) for value, more in own]
        if node.where is not None:
            options.append((*_equal(number, step, NOTHING), Ask(node.where, IDLE, members)))
        if absent is not None:
            options.append((*_equal(number, step, NOTHING), *absent))
        goals += [number, Either(tuple(options))]
        total = total.plus(Linear({number.name: step}))
    return total, tuple(goals)


def _linear(
    reading: Reading, node: Expr, ratio: Ratio, goals: tuple[Goal, ...]
) -> Iterator[tuple[Linear, tuple[Goal, ...]]]:
    """Yield a ratio as a sum; where its denominator can change, with that as it is today."""
    below, held = (ratio.below, ()) if ratio.below.constant else reading.pinned(node, ratio.below)
    if below.number:
        yield ratio.above.times(1 / below.number), (*goals, *held)


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
