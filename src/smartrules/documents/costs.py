"""What changes cost → prices by fact: the costs file, every fault of it at once.

A price is for one unit of a number, as the ruleset declares it, for each member that a set gains or loses, and once for a
flag, a choice or a date. Costs are exact numbers in whatever the file calls its currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field, frozen

from smartrules.diagnostics import Fault, Log, SmartrulesError, Text, all_of, did_you_mean, shorten
from smartrules.documents.tree import OF_FACTS, Entry, Reader, Scalar, Table, Tree, from_plain, kind_of
from smartrules.documents.yaml import read_text, read_tree
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Kind, read_number

_EXAMPLE = "write what one more costs: `gigabit_households: 300`"


@frozen
class Costs:
    """What changes of facts cost.

    Attributes:
        currency: what costs are in, as the file says it; empty where it does not.
        prices: by fact id; of a set or choice by member.
    """

    currency: str = ""
    prices: Mapping[str, Fraction | Mapping[str, Fraction]] = field(factory=dict)


def read_costs(edition: Edition, text: str, name: str | None = None) -> Costs:
    """Return the costs that a YAML or JSON text gives for an edition; ``name`` is what messages call the document.

    Raises:
        SmartrulesError: with every fault of the document, in its order.
    """
    log = Log(Text(name, text), SmartrulesError)
    tree = read_tree(log.text, log, OF_FACTS)
    return _finished(None if tree is None else _CostsReader(edition, log).costs(tree), log)


def read_costs_file(edition: Edition, path: Path) -> Costs:
    """Return the costs that a file gives for an edition.

    Raises:
        SmartrulesError: with every fault of the document, or why it cannot be read.
    """
    try:
        text = read_text(path, OF_FACTS)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    return read_costs(edition, text, str(path))


def read_costs_mapping(edition: Edition, mapping: Mapping[str, Any]) -> Costs:
    """Return the costs that plain Python values give, in the shape of the document.

    Raises:
        SmartrulesError: with every fault.
    """
    log = Log(Text(None, ""), SmartrulesError)
    tree = from_plain(mapping, log, OF_FACTS)
    return _finished(None if tree is None else _CostsReader(edition, log).costs(tree), log)


def _finished(costs: Costs | None, log: Log) -> Costs:
    if costs is None or log.errors:
        raise SmartrulesError(log.errors)
    return costs


class _CostsReader(Reader):
    """Reads one costs document."""

    def __init__(self, edition: Edition, log: Log) -> None:
        super().__init__(log)
        self.edition = edition

    def costs(self, tree: Tree) -> Costs | None:
        top = self.table(tree, "the document", f"write `costs:` and under it each fact with its price: {_EXAMPLE}")
        if top is None:
            return None
        self.known_keys(top, "the document", ("currency", "costs"))
        currency = top.get("currency")
        named = "" if currency is None else self.text(currency.value, "`currency`", "write a word: `currency: CNY`")
        given = self.required(top, "the document", "costs", _EXAMPLE)
        table = None if given is None else self.table(given, "`costs`", _EXAMPLE)
        found = {} if table is None else {entry.key: self._price(entry) for entry in table.entries}
        return Costs(named or "", {name: price for name, price in found.items() if price is not None})

    def _price(self, entry: Entry) -> Fraction | Mapping[str, Fraction] | None:
        declared = self.edition.fact_by_id.get(entry.key)
        if declared is None:
            hint = did_you_mean(entry.key, self.edition.fact_by_id)
            if entry.key in self.edition.measure_by_id:
                facts = all_of(self.edition.facts_behind(self.edition.measure_by_id[entry.key].value))
                hint = f"it is a measure: give the price of {facts}"
            message = f"`costs` names `{shorten(entry.key)}`, which is no fact of `{self.edition.name}`"
            self.log.add(entry.at, "SR904", message, hint or "`smartrules show` lists the facts")
            return None
        if declared.fixed:
            message = f"`{declared.id}` is fixed, and no price changes it"
            self.log.add(entry.at, "SR905", message, "leave it out, or remove `fixed` from the ruleset")
            return None
        if isinstance(entry.value, Table):
            return self._by_member(declared, entry.value)
        return self._number(entry.value, f"the price of `{declared.id}`")

    def _by_member(self, declared: FactDeclaration, table: Table) -> Mapping[str, Fraction] | None:
        if declared.kind not in (Kind.SET, Kind.CHOICE):
            message = f"`{declared.id}` is no set or choice, and has one price"
            self.log.add(table.at, "SR903", message, f"write a number: `{declared.id}: 300`")
            return None
        self.known_keys(table, f"`{declared.id}`", [*declared.member_ids])
        missing = [member for member in declared.member_ids if table.get(member) is None]
        if missing:
            message = f"`{declared.id}` has no price of {all_of(missing)}"
            hint = "give each member a price, or one price for all: nothing is free unless it says 0"
            self.log.add(table.at, "SR906", message, hint)
        found = {e.key: self._number(e.value, f"the price of `{declared.id}.{e.key}`") for e in table.entries}
        return {member: price for member, price in found.items() if price is not None}

    def _number(self, tree: Tree, what: str) -> Fraction | None:
        written = tree.value if isinstance(tree, Scalar) else None
        try:
            if isinstance(written, bool) or not isinstance(written, int | str | Fraction):
                raise Fault("SR903", f"{what} is {kind_of(tree)}, not a number", _EXAMPLE)
            number = Fraction(read_number(written) if isinstance(written, str) else written)
        except Fault as fault:
            self.log.add_fault(tree.at, fault)
            return None
        if number < 0:
            self.log.add(
                tree.at, "SR907", f"{what} is below zero", "a change costs nothing or something: write 0 or more"
            )
            return None
        return number
