"""Inequalities of whole numbers: what rules, bounds and wholes demand of a community's facts, said in one way.

Every value of a declared fact is a whole number of its steps, a flag is 0 or 1, and so is each member of a set. What is
demanded of them is then a sum of whole multiples that is at most a number, and exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from attrs import frozen

#: The least and the greatest value of each unknown, both included.
Spans = Mapping[str, tuple[int, int]]

#: How often spans are narrowed by each other before that is enough: `x < y` and `y < x` would go on for long.
_MOST_ROUNDS = 40
#: How many values are tried before a system counts as one that is not solved.
_MOST_TRIED = 4000
_LONGEST_PERIOD = 10**9


@frozen
class Inequality:
    """A sum of multiples of unknowns that is at most a number."""

    terms: tuple[tuple[str, int], ...]
    most: int


def at_most(terms: Mapping[str, Fraction], most: Fraction, *, strictly: bool = False) -> Inequality:
    """Return the inequality of rational multiples; strictly less is one less, since all of it is whole."""
    known = {name: Fraction(multiple) for name, multiple in terms.items() if multiple}
    denominators = lcm(*(multiple.denominator for multiple in known.values()), Fraction(most).denominator)
    whole = {name: int(multiple * denominators) for name, multiple in known.items()}
    bound = int(most * denominators) - strictly
    common = reduce(gcd, whole.values(), 0)
    if common > 1:
        whole = {name: multiple // common for name, multiple in whole.items()}
        bound = bound // common
    return Inequality(tuple(sorted(whole.items())), bound)


def contradict(inequalities: Iterable[Inequality]) -> bool:
    """Return whether two inequalities ask one sum to be less and more: a part above its whole."""
    least = dict[tuple[tuple[str, int], ...], int]()
    for one in inequalities:
        least[one.terms] = min(one.most, least.get(one.terms, one.most))
    for terms, most in least.items():
        other = least.get(tuple((name, -multiple) for name, multiple in terms))
        if other is not None and most + other < 0:
            return True
    return False


def narrowed(spans: Spans, inequalities: Iterable[Inequality]) -> Spans | None:
    """Return spans without values that no solution has, as far as each inequality alone shows it; None where one is empty."""
    known = dict(spans)
    asked = list(inequalities)
    for _ in range(_MOST_ROUNDS):
        before = len(asked), dict(known)
        for inequality in asked:
            if not _narrow(known, inequality):
                return None
        if before[1] == known:
            break
    return known


def _narrow(spans: dict[str, tuple[int, int]], inequality: Inequality) -> bool:
    least = sum(multiple * spans[name][multiple < 0] for name, multiple in inequality.terms)
    if least > inequality.most:
        return False
    for name, multiple in inequality.terms:
        low, high = spans[name]
        room = inequality.most - least
        if multiple > 0:
            high = min(high, low + room // multiple)
        else:
            low = max(low, high - room // -multiple)
        if low > high:
            return False
        spans[name] = (low, high)
    return True


def parts(names: Iterable[str], inequalities: Iterable[Inequality]) -> Iterator[tuple[list[str], list[Inequality]]]:
    """Yield the unknowns that bear on each other, with the inequalities among them, in the order of the names."""
    of: dict[str, list[Inequality]] = defaultdict(list)
    for inequality in inequalities:
        for name, _ in inequality.terms:
            of[name].append(inequality)
    seen: set[str] = set()
    for first in names:
        if first in seen:
            continue
        seen.add(first)
        together, among = [first], dict[int, Inequality]()
        for name in together:
            for inequality in of.get(name, ()):
                among[id(inequality)] = inequality
                fresh = [other for other, _ in inequality.terms if other not in seen]
                seen.update(fresh)
                together.extend(fresh)
        yield together, list(among.values())


def solution(spans: Spans, inequalities: Iterable[Inequality]) -> dict[str, int] | None:
    """Return values within spans that fulfil every inequality, small ones rather than large; None where none are found."""
    asked = list(inequalities)
    found = dict[str, int]()
    for together, among in parts(spans, asked):
        if among:
            solved = _solved({name: spans[name] for name in together}, among, [_MOST_TRIED])
            if solved is None:
                return None
            found |= solved
        else:
            found[together[0]] = min(max(0, spans[together[0]][0]), spans[together[0]][1])
    return found


def _solved(spans: Spans, asked: list[Inequality], tries: list[int]) -> dict[str, int] | None:
    known = narrowed(spans, asked)
    if known is None:
        return None
    open_ = [name for name, (low, high) in known.items() if low < high]
    if not open_:
        return {name: low for name, (low, _) in known.items()}
    # The unknown of most inequalities first, the whole of several parts; the values at which its parts come out whole.
    chosen = max(open_, key=lambda name: sum(any(name == n for n, _ in one.terms) for one in asked))
    for value in _likely(*known[chosen], _period(chosen, asked)):
        tries[0] -= 1
        if tries[0] < 0:
            return None
        found = _solved({**known, chosen: (value, value)}, asked, tries)
        if found is not None:
            return found
    return None


def _period(name: str, asked: Iterable[Inequality]) -> int:
    period = 1
    for one in asked:
        multiples = dict(one.terms)
        own = multiples.pop(name, None)
        for other in multiples.values() if own else ():
            longer = lcm(period, abs(other) // gcd(own or 1, other))
            period = longer if longer <= _LONGEST_PERIOD else period
    return period


def _likely(low: int, high: int, period: int) -> Iterator[int]:
    nearest = min(max(0, low), high)
    first = -(-low // period) * period
    tried = [nearest, low, first, first + period, first + 2 * period, high // period * period, (low + high) // 2, high]
    yield from dict.fromkeys(value for value in tried if low <= value <= high)
