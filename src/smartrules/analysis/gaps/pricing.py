"""Prices of a costs file for the whole numbers of a search."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import frozen

from smartrules.analysis.gaps.items import Item
from smartrules.analysis.gaps.weighing import Price
from smartrules.documents.costs import Costs, read_costs_file, read_costs_mapping
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Kind


@frozen
class Pricing:
    """Gives the price of an item by its fact, None for one without."""

    costs: Costs

    def __call__(self, item: Item) -> Price | None:
        """Return the price of an item; a stated figure has none."""
        if not isinstance(item.declared, FactDeclaration) or item.declared.id not in self.costs.prices:
            return None
        price = self.costs.prices[item.declared.id]
        match item.kind:
            case Kind.SET:
                return Price({name: _of(price, name.rpartition(".")[2]) for name in item.names})
            case Kind.CHOICE if isinstance(price, Mapping):
                return Price({}, chosen={name: _of(price, name.rpartition(".")[2]) for name in item.names})
            case Kind.FLAG | Kind.DATE | Kind.CHOICE:
                return Price({}, _of(price, ""))
            case _:
                assert item.declared.unit is not None
                return Price({item.path: _of(price, "") * item.step / Fraction(item.declared.unit.size)})


def _of(price: Fraction | Mapping[str, Fraction], member: str) -> Fraction:
    return price[member] if isinstance(price, Mapping) else price


def costs_of(edition: Edition, costs: str | PathLike[str] | Mapping[str, Any] | Costs | None) -> Costs | None:
    """Return costs as `gap` takes them: read already, or by the path of a file, or as plain values.

    Raises:
        SmartrulesError: with every fault of the costs.
    """
    if costs is None or isinstance(costs, Costs):
        return costs
    if isinstance(costs, Mapping):
        return read_costs_mapping(edition, costs)
    return read_costs_file(edition, Path(costs))
