"""business-rules (venmo): a rule compares a variable with a number; the variable is a method that computes it.

Its numbers may be Python's floats or decimals. Either way two that lie within 0.000001 of each other are equal to it.
"""

from __future__ import annotations

import json
import operator
from decimal import Decimal
from functools import partial
from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import BaseVariables, numeric_rule_variable

from .given import plain
from .peer import Answer, Peer
from .question import BETWEEN, Question

OPERATORS = {">=": "greater_than_or_equal_to", ">": "greater_than", "<=": "less_than_or_equal_to"}
MAKES = {"quotient": operator.truediv, "sum": operator.add, "difference": operator.sub}


class Community(BaseVariables):
    """The one variable of a rule: what the operands make."""

    def __init__(self, form: str, numbers: list[Any]) -> None:
        self.form, self.numbers = form, numbers

    @numeric_rule_variable
    def measure(self) -> Any:
        return MAKES[self.form](*self.numbers) if len(self.numbers) > 1 else self.numbers[0]


class Outcome(BaseActions):
    """The one action: the indicator is met."""

    @rule_action()
    def met(self) -> None:
        pass


def ask(asked: Question, numbers: type[float] | type[Decimal]) -> Answer:
    limit = numbers(asked.plain_limit)
    condition = {"name": "measure", "operator": OPERATORS[asked.operator], "value": limit}
    rule = {"conditions": {"all": [condition]}, "actions": [{"name": "met", "params": {}}]}
    holds = run_all([rule], Community(asked.form, plain(asked, numbers)), Outcome())
    measure = BETWEEN[asked.form].join(f"self.{name}" for name in asked.names)
    return Answer(
        f"def measure(self): return {measure}; {json.dumps({**condition, 'value': asked.plain_limit})}", holds
    )


PEERS = (
    Peer(
        "business-rules",
        "a number in the declared unit; a variable computes the share in floats, a rule compares it",
        partial(ask, numbers=float),
        "business-rules",
    ),
    Peer(
        "business-rules, Decimal",
        "the same in Python's decimals of 28 digits, which it takes as well",
        partial(ask, numbers=Decimal),
        "business-rules",
    ),
)
