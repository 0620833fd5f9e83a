"""A ruleset, facts, case or costs document laid out in the one way in which all of them are.

What may change is layout only, and that is checked: the text laid out is read again, and must say what it said before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from attrs import frozen

from smartrules.diagnostics import Diagnostic, Log, SmartrulesError, Span, Text
from smartrules.documents.layout import Places, lay_out
from smartrules.documents.quantifiers import heading, is_quantifier, meant
from smartrules.documents.ruleset import read_ruleset
from smartrules.documents.tree import Entry, Reader, Scalar, Sequence, Table, Tree, kind_of
from smartrules.documents.yaml import read_tree
from smartrules.expr.nodes import Expr, Literal
from smartrules.expr.parse import parse, parse_into
from smartrules.facts import DOCUMENT_KEYS
from smartrules.standard import Edition

_OF_RULESETS = frozenset(
    ["standard", "edition", "extends", "remove", "tiers", "groups", "measures", "indicators", "scores", "reactions"]
)
_OF_OTHERS = frozenset([*DOCUMENT_KEYS, "cases", "costs"])
_LISTS = re.compile(r"(?:all|any|at\s+least\s+\d+)\s+of|not")
_BOUNDS = ("min", "max", "step")
_SPANS = ("within", "after")


def format_document(text: str, name: str | None = None) -> str:
    """Return a document laid out; a JSON document stays as it is, since others read it as JSON.

    Args:
        name: what messages call the document.

    Raises:
        SmartrulesError: with every fault of its YAML and of the expressions of a ruleset (codes SR101 to SR253). Faults
            of what it says do not matter here. SR609 where the layout would change what it says.
    """
    log = Log(Text(name, text), SmartrulesError)
    tree = _mapping(log)
    reader = Reader(log)
    checked = _Parts() if tree is None else _parts(tree, reader)
    for scalar in (*checked.expressions, *checked.quantified):
        if not reader.is_cut(scalar):
            assert scalar.locate is not None
            parse_into(log, str(scalar.value), scalar.locate)
    if tree is None or log.errors:
        raise SmartrulesError(log.errors)
    if _is_json(text):
        return text
    plain = re.sub(r"\r\n?", "\n", text)
    if plain != text:
        log = Log(Text(name, plain), SmartrulesError)
        tree = _mapping(log)
        assert tree is not None
    parts = _parts(tree, Reader(log))
    laid_out = lay_out(plain, _places(parts, log.text))
    if laid_out != plain:
        _check_meaning(log.text, tree, parts, laid_out)
    return laid_out


# --- what stands where ---------------------------------------------------------------------------------------------


def _mapping(log: Log) -> Table | None:
    """Return the tree of a document of one of the four kinds, or None after noting why there is none."""
    tree = read_tree(log.text, log)
    if tree is None:
        return None
    if not isinstance(tree, Table):
        message = f"a document takes `key: value` lines, not {kind_of(tree)}"
        begins = "begin a ruleset with `standard:`, facts with `facts:`, cases with `cases:`, costs with `costs:`"
        log.add(tree.at, "SR111", message, begins)
        return None
    if not {entry.key for entry in tree.entries} & (_OF_RULESETS | _OF_OTHERS):
        message = "the document is no ruleset and holds no facts, no cases and no costs"
        log.add(None, "SR110", message, "a ruleset has the key `standard`, the others have `facts`, `cases` or `costs`")
        return None
    return tree


def _is_json(text: str) -> bool:
    with suppress(ValueError):
        return isinstance(json.loads(text, parse_int=str, parse_float=str), dict)
    return False


@frozen
class _Parts:
    """The scalars of a document that are more than texts: expressions, bounds of facts, and what names something.

    Attributes:
        quantified: expressions that YAML took apart at their colon, put together; they keep their spaces.
    """

    expressions: tuple[Scalar, ...] = ()
    quantified: tuple[Scalar, ...] = ()
    bounds: tuple[Scalar, ...] = ()
    names: tuple[Scalar, ...] = ()


def _parts(top: Table, reader: Reader) -> _Parts:
    """Return the scalars of a ruleset that are more than texts; other documents have none.

    The reader notes where a comma within brackets ends an expression too early.
    """
    if not any(entry.key in _OF_RULESETS for entry in top.entries):
        return _Parts()
    found = list(_expressions(top, reader))
    return _Parts(
        tuple(one for one in found if isinstance(one, Scalar)),
        tuple(meant(Table((one,))) or heading(one) for one in found if isinstance(one, Entry)),
        tuple(_bounds(top)),
        tuple(_names(top)),
    )


def _declarations(top: Table) -> tuple[Tree, ...]:
    """Return the declarations of facts, those of members too."""
    return (*_below(top, "facts"), *(fact for one in _below(top, "collections") for fact in _below(one, "facts")))


def _formulas(top: Table) -> tuple[Tree, ...]:
    """Return measures, scores, and what indicators are worth, each with its formula under `value`."""
    indicators = _below(top, "indicators")
    points = (worth for indicator in indicators if (worth := _under(indicator, "points")) is not None)
    return (
        *_below(top, "measures"),
        *_below(top, "scores"),
        *(one for indicator in indicators for one in _below(indicator, "measures")),
        *points,
    )


def _expressions(top: Table, reader: Reader) -> Iterator[Scalar | Entry]:
    for declared in _declarations(top):
        yield from _rule(declared, "from", reader)
    for formula in _formulas(top):
        yield from _rule(formula, "value", reader)
        yield from _rule(formula, "of", reader)
    for tier in _below(top, "tiers"):
        yield from _rule(tier, "rule", reader)
    for reaction in _below(top, "reactions"):
        for key in _SPANS:
            yield from _rule(reaction, key, reader)
    for indicator in _below(top, "indicators"):
        yield from _rule(indicator, "applies", reader)
        if isinstance(_under(indicator, "points"), Scalar):
            yield from _rule(indicator, "points", reader)
        require = _under(indicator, "require")
        for stated in reader.uncut_entries(require) if isinstance(require, Table) else ():
            inner = "rule" if _under(stated.value, "rule") is not None else None
            yield from _rule(stated.value, inner, reader)


def _rule(tree: Tree, key: str | None, reader: Reader) -> Iterator[Scalar | Entry]:
    """Give the expressions of a rule, or of the one that stands under a key; an entry is one that YAML took apart."""
    match tree:
        case Table() if key is not None:
            found = next((entry.value for entry in list(reader.uncut_entries(tree)) if entry.key == key), None)
            if found is not None:
                yield from _rule(found, None, reader)
        case Scalar(value=str()) if key is None:
            yield tree
        case Table(entries=(entry,)) if is_quantifier(entry):
            yield entry
            if meant(tree) is None:  # a list, whose parts are expressions of their own
                yield from _rule(entry.value, None, reader)
        case Table():
            for entry in reader.uncut_entries(tree):
                if _LISTS.fullmatch(" ".join(entry.key.replace("_", " ").split())):
                    parts = (
                        reader.uncut_items(entry.value.items) if isinstance(entry.value, Sequence) else [entry.value]
                    )
                    for part in parts:
                        yield from _rule(part, None, reader)


def _bounds(top: Table) -> Iterator[Scalar]:
    """Give the bounds of facts that read as a number of the language, which most of them do."""
    for declared in _declarations(top):
        for key in _BOUNDS:
            bound = _under(declared, key)
            if isinstance(bound, Scalar) and isinstance(bound.value, str) and _number(bound.value) is not None:
                yield bound


def _number(text: str) -> Expr | None:
    with suppress(SmartrulesError):
        tree = parse(text)
        return tree if isinstance(tree, Literal) else None
    return None


def _names(top: Table) -> Iterator[Scalar]:
    """Give what names something, even by a number: editions, indicators, and what sources say."""
    indicators = _below(top, "indicators")
    requirements = (one for indicator in indicators for one in _below(indicator, "require"))
    sources = [
        _under(tree, "source") for tree in (top, *indicators, *_formulas(top), *requirements, *_below(top, "reactions"))
    ]
    named = [_under(top, "standard"), _under(top, "edition"), *(_under(i, "number") for i in indicators)]
    for tree in (*named, *(e.value for s in sources if isinstance(s, Table) for e in s.entries)):
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            yield tree


def _under(tree: Tree, key: str) -> Tree | None:
    entry = tree.get(key) if isinstance(tree, Table) else None
    return None if entry is None else entry.value


def _below(tree: Tree, key: str) -> tuple[Tree, ...]:
    """Return the values of the mapping under a key, none where there is no mapping."""
    table = _under(tree, key)
    return tuple(entry.value for entry in table.entries) if isinstance(table, Table) else ()


def _places(parts: _Parts, text: Text) -> Places:
    expressions = frozenset(_offset(text, scalar) for scalar in (*parts.expressions, *parts.bounds))
    return Places(expressions, frozenset(_offset(text, scalar) for scalar in parts.names))


def _offset(text: Text, scalar: Scalar) -> int:
    """Return where a scalar begins; one behind `|` or `>` has its place where its text begins, further down."""
    assert scalar.at is not None
    return text.starts[scalar.at.line - 1] + scalar.at.column - 1


# --- what must not change ------------------------------------------------------------------------------------------


def _check_meaning(text: Text, tree: Table, parts: _Parts, laid_out: str) -> None:
    """Check that a text laid out says what it said before: the same tree, and of a ruleset the same edition.

    Raises:
        SmartrulesError: SR609 where it does not.
    """
    log = Log(Text(text.name, laid_out), SmartrulesError)
    again = _mapping(log)
    rules = frozenset(map(id, (*parts.expressions, *parts.bounds)))
    if again is None or log.errors:
        raise _changed(text, log.errors[0].at if log.errors else None)
    changed = _difference(tree, again, rules)
    if changed is not None:
        raise _changed(text, changed.at)
    if _edition(text.content) != _edition(laid_out):
        raise _changed(text, None)


def _changed(text: Text, at: Span | None) -> SmartrulesError:
    message = "laid out, the document would say something else here, so it stays as it is"
    line = text.line(at.line) if at is not None else ""
    hint = "this is a mistake of smartrules: please report it with these lines"
    return SmartrulesError([Diagnostic("SR609", message, hint, text.name, at, line)])


def _edition(text: str) -> Edition | None:
    """Return the edition that a document describes on its own, None where it describes none."""
    with suppress(SmartrulesError):
        return read_ruleset(text)
    return None


def _difference(before: Tree, after: Tree, rules: frozenset[int]) -> Tree | None:
    """Return the first part of a tree that says something else in another one; ``rules`` are parts by their identity."""
    match before, after:
        case Scalar(), Scalar():
            same = before.value == after.value or (id(before) in rules and _says(before) == _says(after) is not None)
            return None if same else before
        case Sequence(), Sequence() if len(before.items) == len(after.items):
            pairs = zip(before.items, after.items, strict=True)
        case Table(), Table() if [e.key for e in before.entries] == [e.key for e in after.entries]:
            pairs = zip((e.value for e in before.entries), (e.value for e in after.entries), strict=True)
        case _:
            return before
    return next((found for one, other in pairs if (found := _difference(one, other, rules)) is not None), None)


def _says(scalar: Scalar) -> Expr | None:
    with suppress(SmartrulesError):
        return parse(str(scalar.value))
    return None
