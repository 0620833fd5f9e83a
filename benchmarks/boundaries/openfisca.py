"""OpenFisca-Core: facts are variables of an entity, and the comparison is a formula. Its floats have 32 bits, its whole numbers too."""

from __future__ import annotations

import operator
from functools import cache
from typing import Any

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from .given import is_count, plain
from .peer import Answer, Peer
from .question import BETWEEN, Question

YEAR = "2022"
MAKES = {"quotient": operator.truediv, "sum": operator.add, "difference": operator.sub}
COMPARES = {">=": operator.ge, ">": operator.gt, "<=": operator.le}


@cache
def system(form: str, names: tuple[str, ...], kinds: tuple[type, ...], compares: str, limit: str) -> TaxBenefitSystem:
    """Return the comparison as a tax and benefit system of one formula."""
    community = Entity("community", "communities", "", "")
    made = TaxBenefitSystem([community])

    def add(name: str, value_type: type, **more: object) -> None:
        said = {"value_type": value_type, "entity": community, "definition_period": DateUnit.YEAR}
        made.add_variable(type(name, (Variable,), {**said, **more}))

    def formula(population: Any, period: Any) -> Any:
        operands = [population(name, period) for name in names]
        measure = MAKES[form](*operands) if len(operands) > 1 else operands[0]
        return COMPARES[compares](measure, float(limit))

    for name, kind in zip(names, kinds, strict=True):
        add(name, kind)
    add("met", bool, formula=formula)
    return made


def ask(asked: Question) -> Answer:
    numbers = plain(asked, float)
    kinds = tuple(int if is_count(unit) else float for unit in asked.units)
    made = system(asked.form, asked.names, kinds, asked.operator, asked.plain_limit)
    simulation = SimulationBuilder().build_default_simulation(made, 1)
    for name, number in zip(asked.names, numbers, strict=True):
        simulation.set_input(name, YEAR, np.array([number]))
    left = BETWEEN[asked.form].join(f"community({name!r}, period)" for name in asked.names)
    return Answer(f"{left} {asked.operator} {asked.plain_limit}", bool(simulation.calculate("met", YEAR)[0]))


PEERS = (
    Peer(
        "OpenFisca-Core",
        "a number in the declared unit: counts as its `int`, all else as its `float`, both of 32 bits",
        ask,
        "openfisca-core",
    ),
)
