"""OpenFisca-Core: a tax and benefit system whose variables are the columns of the frame and the indicators.

It has no notion of a missing value, and takes whole numbers of 32 bits: products are taken in 64 bits, so that none wraps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.populations import Population
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from smartrules.standard import FactDeclaration
from smartrules.values import Kind

from .communities import STEPS, columns
from .decisions import TEN_THOUSANDTHS, Every, Flag, Kinds, Members, Number, Share, Statement, Where, decisions
from .program import Program
from .workload import TIER, Workload

YEAR = "2022"
Formula = Callable[[Population, object], np.ndarray]


def variable_name(column: str) -> str:
    return column.replace(".", "__")


def formula(said: Statement, wholes: dict[str, tuple[str, ...]]) -> Formula:
    """Return a statement as a formula over the variables.

    Args:
        wholes: the variables of each set.
    """
    match said:
        case Flag():
            return lambda community, period: community(said.fact, period)
        case Number(operator=">="):
            return lambda community, period: community(said.fact, period) >= said.threshold
        case Share():

            def share(community: Population, period: object) -> np.ndarray:
                whole = community(said.whole, period)
                part = community(said.part, period).astype(np.int64) * TEN_THOUSANDTHS
                asked = whole.astype(np.int64) * said.threshold
                holds = part >= asked if said.operator == ">=" else part > asked
                return (whole > 0) & holds if said.may_be_empty else holds

            return share
        case Kinds():
            return lambda community, period: (
                sum(community(member, period).astype(np.int8) for member in wholes[said.fact]) >= said.least
            )
        case Members():
            return lambda community, period: np.logical_and.reduce(
                [community(member, period) for member in wholes[said.fact]]
            )
        case Every():
            parts = [formula(part, wholes) for part in said.parts]
            return lambda community, period: np.logical_and.reduce([part(community, period) for part in parts])
        case Where():
            condition, requirement = formula(said.condition, wholes), formula(said.requirement, wholes)
            return lambda community, period: condition(community, period) & requirement(community, period)
        case _:
            raise TypeError(f"no formula says {said}")


def kind_of(fact: FactDeclaration) -> type:
    return bool if fact.kind in (Kind.FLAG, Kind.SET) else float if fact.kind is Kind.RATE else int


def system(workload: Workload) -> TaxBenefitSystem:
    """Return the ruleset as a tax and benefit system."""
    community = Entity("community", "communities", "", "")
    made = TaxBenefitSystem([community])

    def add(name: str, value_type: type, **more: object) -> None:
        said = {"value_type": value_type, "entity": community, "definition_period": DateUnit.YEAR}
        made.add_variable(type(name, (Variable,), {**said, **more}))

    edition = workload.ruleset.edition
    for fact in edition.facts:
        for column in columns(fact):
            add(variable_name(column), kind_of(fact))
    wholes = {fact.id: tuple(map(variable_name, columns(fact))) for fact in edition.facts}
    for name, said in decisions(edition, TIER).items():
        add(name, bool, formula=formula(said, wholes))
    return made


def begin(workload: Workload) -> Callable[[], dict[str, np.ndarray]]:
    made, communities = system(workload), workload.communities
    given = {}
    for fact in workload.ruleset.edition.facts:
        for column in columns(fact):
            value = communities.values[column]
            given[variable_name(column)] = np.rint(value * STEPS) if fact.kind is Kind.QUANTITY else value

    def decide() -> dict[str, np.ndarray]:
        simulation = SimulationBuilder().build_default_simulation(made, len(communities))
        for name, value in given.items():
            simulation.set_input(name, YEAR, value)
        return {name: simulation.calculate(name, YEAR) for name in workload.indicators}

    return decide


def read(answers: dict[str, np.ndarray], workload: Workload) -> np.ndarray:
    return np.stack([answers[name] for name in workload.indicators])


PROGRAMS = (
    Program(
        "OpenFisca-Core",
        "frames",
        "met",
        begin,
        read,
        distribution="openfisca-core",
        takes_missing=False,
    ),
)
