"""A Hypothesis strategy of facts with exactly one fault, for every fault that the facts of a ruleset can have."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from attrs import field, frozen
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st

from smartrules.diagnostics import Log, NotFoundError, Span, Text, one_of, shorten
from smartrules.documents.given import written_document
from smartrules.documents.tree import Entry, Scalar, Sequence, Table, Tree
from smartrules.documents.yaml import read_tree
from smartrules.ruleset import Ruleset
from smartrules.testing.faults import plans
from smartrules.testing.planting import REMOVED, Plan, Planted, Planting
from smartrules.testing.strategies import facts_documents


@frozen
class InvalidFacts:
    """A facts document with one fault.

    Attributes:
        code: of the diagnostic that says it.
        path: where the fault is: ``facts.households``, ``collections.buildings.2.storeys``; members are counted from 1.
        at: the place in ``text`` that the diagnostic names, None where it is about the whole document.
        document: the facts as `Ruleset.facts` takes them.
        sound: the same without the fault, which the ruleset accepts.
        text: the document as YAML, as `Ruleset.read_facts` takes it.
    """

    code: str
    path: str
    at: Span | None
    document: Mapping[str, Any] = field(repr=False)
    sound: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)


def invalid_facts_from(ruleset: Ruleset, *, code: str | None = None) -> st.SearchStrategy[InvalidFacts]:
    """Return a strategy of facts documents of which each has exactly one fault, planted in facts that the ruleset accepts.

    Every fault that its facts can have is drawn: values of a wrong kind or unit, out of their bounds or off their step,
    parts above their wholes, names and members that it does not have, counts that the members contradict, and so on. What
    a ruleset cannot have, such as a wrong date where it has none, is not drawn. Faults of the text itself, such as a
    bracket without its partner, are what `wild_documents` is for. Where a test fails, the document is printed.

    Args:
        ruleset: whose facts they would be.
        code: the only fault that is drawn; by default any.

    Raises:
        NotFoundError: SR603 for a code that facts of the ruleset cannot have.
    """
    known = dict[str, list[Plan]]()
    for plan in plans(ruleset):
        known.setdefault(plan.code, []).append(plan)
    if code is not None and code not in known:
        hint = f"they can have {one_of(sorted(known))}"
        raise NotFoundError.of("SR603", f"facts of `{ruleset.name}` cannot have the fault `{shorten(code)}`", hint)
    ways = sorted(known) if code is None else [code]

    @st.composite
    def invalid_facts(draw: st.DrawFn) -> InvalidFacts:
        return _invalid(draw, ruleset, draw(st.sampled_from(known[draw(st.sampled_from(ways))])))

    return invalid_facts()


def _invalid(draw: st.DrawFn, ruleset: Ruleset, plan: Plan) -> InvalidFacts:
    planting = Planting(draw, ruleset, draw(facts_documents(ruleset)))
    planted = plan.plant(planting)
    sound = planting.sound
    document = _with(sound, planted)
    text = written_document(document)
    if currently_in_test_context():
        note(f"# a facts document for {ruleset.name} with the fault {plan.code}\n{text}")
    path = ".".join(str(step + 1) if isinstance(step, int) else step for step in planted.path)
    return InvalidFacts(plan.code, path, _place(text, planted), document, sound, text)


def _with(sound: Mapping[str, Any], planted: Planted) -> dict[str, Any]:
    """Return a document with its fault."""
    document = deepcopy({**sound})
    within: Any = document
    for step in planted.path[:-1]:
        within = within[step]
    last = planted.path[-1]
    if planted.value is REMOVED:
        del within[last]
    elif isinstance(within, list) and last == len(within):
        within.append(planted.value)
    else:
        within[last] = planted.value
    return document


def _place(text: str, planted: Planted) -> Span | None:
    """Return what of the text of a document its fault is."""
    if planted.shown == "nothing":
        return None
    written = Text(None, text)
    entry, value = _found(read_tree(written, Log(written)), planted)
    if planted.shown == "key":
        key = str((planted.of or planted.path)[-1])
        start = text.find(f"{key}:")  # a key that no document has is not in the tree
        return entry.at if entry is not None else written.span(start, start + len(key))
    assert value is not None
    if planted.shown == "unit" and isinstance(value, Scalar) and value.locate is not None:
        number = str(planted.value).partition(" ")[0]
        return value.locate(len(number) + 1, len(str(planted.value)))
    return value.at


def _found(tree: Tree | None, planted: Planted) -> tuple[Entry | None, Tree | None]:
    entry: Entry | None = None
    for step in planted.of or planted.path:
        if isinstance(step, int):
            assert isinstance(tree, Sequence)
            entry, tree = None, tree.items[step]
            continue
        assert isinstance(tree, Table)
        entry = tree.get(step)
        if entry is None:
            return None, None
        tree = entry.value
    return entry, tree
