"""durable_rules: a rule over one fact that is asserted. It compares a field with arithmetic, and never arithmetic with anything."""

from __future__ import annotations

from itertools import count
from typing import Any

from durable import lang
from durable.engine import MessageNotHandledException

from .given import plain
from .peer import Answer, CannotBeAskedError, Peer
from .question import Question

MET: list[bool] = []
SESSIONS = count()


def condition(asked: Question) -> tuple[str, Any]:
    """Return the comparison as the library's condition, and as it is written."""
    left = getattr(lang.m, asked.names[0])
    right: Any = float(asked.plain_limit)
    written = asked.plain_limit
    if asked.form == "quotient":
        right, written = getattr(lang.m, asked.names[1]) * right, f"m.{asked.names[1]} * {written}"
    elif asked.form != "value":
        raise CannotBeAskedError("a rule adds no two fields")
    made = {">=": left >= right, ">": left > right, "<=": left <= right}[asked.operator]
    return f"m.{asked.names[0]} {asked.operator} {written}", made


#: The rules of each program, which the library keeps for good, by their name.
KNOWN: dict[str, str] = {}


def rules_of(asked: Question) -> tuple[str, str]:
    """Return the program, and the name of the rules that say it."""
    program, made = condition(asked)
    if program not in KNOWN:
        KNOWN[program] = f"boundary_{len(KNOWN)}"
        with lang.ruleset(KNOWN[program]):
            lang.when_all(made)(lambda c: MET.append(True))  # an action with two parameters would run on another thread
    return program, KNOWN[program]


def ask(asked: Question) -> Answer:
    facts = dict(zip(asked.names, plain(asked, float), strict=True))
    program, rules = rules_of(asked)
    session = str(next(SESSIONS))
    MET.clear()
    try:
        lang.assert_fact(rules, {"sid": session, **facts})
    except MessageNotHandledException:  # no rule took the fact, and to delete its state then would end the process
        return Answer(program, False)
    lang.delete_state(rules, session)  # at most 1,024 sessions live at a time
    return Answer(program, bool(MET))


PEERS = (
    Peer(
        "durable_rules",
        "a number in the declared unit, in a fact; a rule compares the part with the whole times the threshold; floats",
        ask,
        "durable_rules",
    ),
)
