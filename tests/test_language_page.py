"""docs/language.md leaves nothing of the expression language out.

Every alternative of the grammar, every word, sign, function and node, and every word that a node can hold, stands in an
expression of its tables. Those of the tables ``expressions`` also run: they are asked of the facts of their example.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs
import pytest
from lark import Lark, Token
from lark.grammar import Rule
from lark.lexer import PatternRE

from smartrules.engines.exact import evaluate
from smartrules.expr import build, nodes
from smartrules.expr.nodes import Expr, walk
from smartrules.expr.parse import parse
from smartrules.outcome import Outcome
from tests.test_docs import PARTS, ROOT, Part, bare, cells, ruleset_of

GRAMMAR = Path(build.__file__).with_name("grammar.lark")
OPTIONS: dict[str, Any] = {"parser": "lalr", "maybe_placeholders": False}

#: Each example ruleset with the facts of which its expressions are asked.
EXAMPLES = {
    "docs/examples/green-community.yaml": "docs/examples/elm-court.yaml",
    "docs/examples/safe-homes/ruleset.yaml": "docs/examples/safe-homes/linden.yaml",
    "docs/examples/star-homes/ruleset.yaml": "docs/examples/star-homes/maple.yaml",
}


def tables(kind: str) -> list[Part]:
    return [p for p in PARTS if p.page.name == "language.md" and p.marker.split()[:2] == ["table:", kind]]


def expressions(*kinds: str) -> list[str]:
    """Return the expressions in the first column of the page's tables of some kinds."""
    return [bare(cells(row)[0]) for kind in kinds for table in tables(kind) for row in table.rows[2:]]


# --- what the language has -----------------------------------------------------------------------------------------

_GRAMMAR = Lark.open(str(GRAMMAR), **OPTIONS)


def alternative(rule: Rule) -> str:
    """Return an alternative as the grammar states it, without the commas and repetitions that lark writes out."""
    symbols = [symbol.name for symbol in rule.expansion]
    return f"{rule.origin.name}: {' '.join(name for name in symbols if name != '_COMMA' and not name.startswith('__'))}"


def is_stated(rule: Rule) -> bool:
    """Return whether the grammar itself states a rule; of a repetition lark makes one with ``__`` before its name."""
    return not rule.origin.name.startswith("__")


def words_of(node: type) -> set[str]:
    """Return each word that a field of a node can hold: ``Quantified.quantifier every``."""
    hints = get_type_hints(node, vars(nodes))
    return {
        f"{node.__name__}.{field.name} {word}"
        for field in attrs.fields(node)
        if get_origin(hints[field.name]) is Literal
        for word in get_args(hints[field.name])
    }


def signs_of(terminal: str) -> set[str]:
    """Return the signs of a terminal that is nothing but a choice of signs."""
    (pattern,) = (t.pattern for t in _GRAMMAR.terminals if t.name == terminal)
    assert isinstance(pattern, PatternRE)
    text = pattern.value
    return set(text.split("|")) if "|" in text else set(text.strip("[]").replace("\\", ""))


NODES = get_args(Expr)
_SIGNS = ("OPERATOR", "PLUS", "MINUS", "TIMES", "OVER", "_OPEN", "_CLOSE", "_COMMA", "_COLON")

#: Everything, by what it is.
LANGUAGE: dict[str, set[str]] = {
    "alternatives": {alternative(rule) for rule in _GRAMMAR.rules if is_stated(rule)},
    "terminals": {terminal.name for terminal in _GRAMMAR.terminals if not terminal.name.startswith("__")},
    "words": set(build.RESERVED),
    "signs": {f"{name} {sign}" for name in _SIGNS for sign in signs_of(name)},
    "functions": set(build.FUNCTIONS),
    "nodes": {node.__name__ for node in NODES},
    "words of nodes": {word for node in NODES for word in words_of(node)},
}


# --- what expressions use ------------------------------------------------------------------------------------------


def used_by(texts: Iterable[str]) -> dict[str, set[str]]:
    """Return what of the language some expressions use."""
    used: dict[str, set[str]] = {kind: set() for kind in LANGUAGE}

    def seen(token: Token) -> Token:
        used["terminals"].add(token.type)
        used["words"] |= {str(token)} & LANGUAGE["words"]
        used["signs"] |= {f"{token.type} {token}"} & LANGUAGE["signs"]
        return token

    grammar = Lark.open(str(GRAMMAR), **OPTIONS, lexer_callbacks=dict.fromkeys(LANGUAGE["terminals"], seen))
    callbacks = grammar.parser.parser_conf.callbacks
    for rule, make in callbacks.items():
        callbacks[rule] = _noting(used["alternatives"], rule, make)
    for text in texts:
        for call in grammar.parse(text).find_data("call"):
            used["functions"].add(str(call.children[0]))
        for node in walk(parse(text)):
            used["nodes"].add(type(node).__name__)
            used["words of nodes"] |= {
                f"{type(node).__name__}.{f.name} {getattr(node, f.name)}" for f in attrs.fields(type(node))
            } & LANGUAGE["words of nodes"]
    return used


def _noting(used: set[str], rule: Rule, make: Any) -> Any:
    def made(children: list[Any]) -> Any:
        if is_stated(rule):
            used.add(alternative(rule))
        return make(children)

    return made


#: What the grammar takes only so that the message can be about it, with an expression of the tables ``refused``.
REFUSED = {"atom: NAME _OPEN _CLOSE": "count() >= 2 kinds"}


@pytest.mark.parametrize("kind", LANGUAGE)
def test_page_shows_everything(kind):
    assert sorted(LANGUAGE[kind] - REFUSED.keys() - used_by(expressions("expressions", "spellings"))[kind]) == []


@pytest.mark.parametrize(("stated", "text"), REFUSED.items())
def test_page_shows_what_is_always_refused(stated, text):
    assert stated in LANGUAGE["alternatives"]
    assert text in expressions("refused")


@pytest.mark.parametrize("kind", ["functions", "nodes", "words of nodes", "words"])
def test_everything_has_an_example_that_runs(kind):
    assert sorted(LANGUAGE[kind] - used_by(expressions("expressions"))[kind]) == []


@pytest.mark.parametrize(
    ("gone", "kind", "missed"),
    [
        ("percentile", "functions", "percentile"),
        ("percentile", "words of nodes", "Aggregate.function percentile"),
        ("today", "words", "today"),
        ("today", "nodes", "Today"),
        ("then", "alternatives", "pair: expr _THEN expr"),
        ("is not", "alternatives", "relation: sum _IS NOT_A NAME"),
        ("≥", "signs", "OPERATOR ≥"),
    ],
)
def test_what_has_no_row_is_missed(gone, kind, missed):
    left = [text for text in expressions("expressions", "spellings") if gone not in text]
    assert missed in LANGUAGE[kind] - used_by(left)[kind]


RUNNABLE = [
    (bare(cells(row)[0]), (table.marker.split()[2:] or [next(iter(EXAMPLES))])[0])
    for table in tables("expressions")
    for row in table.rows[2:]
]


@pytest.mark.parametrize(("text", "example"), RUNNABLE)
def test_expression_runs(text, example):
    ruleset = ruleset_of(example)
    found = evaluate(parse(text), ruleset.edition, ruleset.facts(ROOT / EXAMPLES[example]))
    assert isinstance(found.result, Outcome)
