"""What a change weighs: the order in which one plan is smaller than another, exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from attrs import define, field, frozen

from smartrules.analysis.gaps.items import Item, wholes_of
from smartrules.standard import Edition
from smartrules.values import Kind

#: The least and the greatest value of each whole number.
Spans = Mapping[str, tuple[int, int]]


@frozen(order=True)
class Weight:
    """How large a plan is; the first part that differs decides.

    Attributes:
        lowered: how many wholes it lowers, which makes a better share and no better community.
        unpriced: how many facts it changes that have no price, where there are prices.
        price: what it costs.
        facts: how many facts it changes or makes known.
        steps: how many steps the facts that are known go, each in its own.
        assumed: how many facts it assumes that are not known and nobody's to change.
        claims: how far the facts that are not known are from nothing.
    """

    lowered: int = 0
    unpriced: int = 0
    price: Fraction = Fraction(0)
    facts: int = 0
    steps: int = 0
    assumed: int = 0
    claims: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            self.lowered + other.lowered,
            self.unpriced + other.unpriced,
            self.price + other.price,
            self.facts + other.facts,
            self.steps + other.steps,
            self.assumed + other.assumed,
            self.claims + other.claims,
        )


NOTHING = Weight()


@frozen
class Price:
    """What a change of one fact costs.

    Attributes:
        each: for each whole number of the fact one step; of a set or choice by member.
        flat: once, however large the change is.
        chosen: of a choice, by the whole number of the member that it becomes.
    """

    each: Mapping[str, Fraction] = field(factory=dict)
    flat: Fraction = Fraction(0)
    chosen: Mapping[str, Fraction] = field(factory=dict)


#: Gives the price of an item, None for one without.
PriceOf = Callable[[Item], Price | None]


@define(eq=False)
class Weighing:
    """Weighs changes of items.

    Attributes:
        prices: gives the price of an item, None for one without; None where nothing has a price.
    """

    edition: Edition
    prices: PriceOf | None = None
    _wholes: frozenset[str] = field(init=False)
    _known: dict[str, Price | None] = field(init=False, factory=dict)

    @_wholes.default
    def _all_wholes(self) -> frozenset[str]:
        return frozenset(whole for pairs in wholes_of(self.edition).values() for _, whole in pairs)

    def price(self, item: Item) -> Price | None:
        """Return the price of an item; None for one without."""
        if self.prices is None:
            return None
        if item.path not in self._known:
            self._known[item.path] = self.prices(item)
        return self._known[item.path]

    def least(self, item: Item, spans: Spans) -> Weight:
        """Return the least that an item weighs within spans, where it has a value."""
        if item.now is None:
            apart = [_apart(0, *spans[name]) for name in item.names]
        else:
            apart = [_apart(now, *spans[name]) for name, now in zip(item.names, item.now, strict=True)]
            if not any(apart):
                return NOTHING
        lowered = int(
            item.now is not None
            and item.path.rpartition(".")[2] in self._wholes
            and spans[item.names[0]][1] < item.now[0]
        )
        unpriced, price = 0, Fraction(0)
        if self.prices is not None and not item.fixed:
            own = self.price(item)
            if own is None:
                unpriced = 1
            else:
                price = own.flat + sum(
                    (own.each.get(name, Fraction(0)) * d for name, d in zip(item.names, apart, strict=True)),
                    Fraction(0),
                )
                price += sum((one for name, one in own.chosen.items() if spans[name][0] > 0), Fraction(0))
        if item.now is None:
            return Weight(lowered, unpriced, price, 1, 0, int(item.fixed), sum(apart))
        return Weight(lowered, unpriced, price, 1, 1 if item.kind is Kind.CHOICE else sum(apart))

    def rate(self, item: Item, name: str) -> tuple[Fraction, Fraction, Fraction]:
        """Return what one more step of a whole number adds: to the price, the steps and the claims."""
        own = self.price(item)
        price = Fraction(0) if own is None else own.each.get(name, Fraction(0))
        if item.fixed:
            price = Fraction(0)
        if item.now is None:
            return price, Fraction(0), Fraction(1)
        return price, Fraction(0 if item.kind is Kind.CHOICE else 1), Fraction(0)


def _apart(now: int, low: int, high: int) -> int:
    return low - now if now < low else now - high if now > high else 0
