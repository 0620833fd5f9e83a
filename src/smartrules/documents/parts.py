"""The parts that several places of a ruleset share: names, titles, sources, expressions."""

from __future__ import annotations

import re

from smartrules.diagnostics import Fault, Log, Span, did_you_mean, shorten
from smartrules.documents.quantifiers import heading, in_quotation_marks, is_quantifier, meant, with_part
from smartrules.documents.tree import Entry, Reader, Scalar, Sequence, Table, Tree
from smartrules.expr.build import LONGEST_NAME, RESERVED, whole_k
from smartrules.expr.nodes import AllOf, AnyOf, AtLeast, Expr, Not
from smartrules.expr.parse import parse_into
from smartrules.expr.types import Scope
from smartrules.facts import DOCUMENT_KEYS
from smartrules.standard import NO_TITLE, Source, Title

_NAME = re.compile(r"[^\W\d]\w*")
_CATALOG_NAME = re.compile(r"[^\W_][\w.-]*")
#: What tells that a text is Chinese.
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_AT_LEAST = re.compile(r"at\s+least\s+(\d+)\s+of")
_DEEPEST_LISTS = 16


# Names that no expression uses, so that the words of the language are free for them.
_UNSPOKEN = ("an indicator", "a tier", "a group", "a reaction")


def checked_name(name: str, what: str) -> str:
    """Return an id that can name something: a fact, a tier, an indicator.

    Raises:
        Fault: SR112 where it cannot.
    """
    if len(name) > LONGEST_NAME:
        raise Fault("SR112", f"the name of {what} is too long", f"at most {LONGEST_NAME} characters")
    if not _NAME.fullmatch(name):
        raise Fault("SR112", f"`{shorten(name)}` cannot name {what}", _name_hint(name))
    if (name in RESERVED and what not in _UNSPOKEN) or (what == "a fact" and name in DOCUMENT_KEYS):
        why = "the expression language" if name in RESERVED else "facts documents"
        raise Fault("SR112", f"`{name}` cannot name {what}", f"it is a word of {why}; choose another")
    return name


def checked_catalog_name(name: str, what: str) -> str:
    """Return a name that a standard or edition can have in the catalog.

    Raises:
        Fault: SR112 where it cannot have it.
    """
    if _CATALOG_NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return name
    hint = "use letters, digits, `-`, `.` and `_`, beginning with a letter or digit"
    better = re.sub(r"[^\w.-]+", "-", name).strip("-_.")
    if _CATALOG_NAME.fullmatch(better) and len(better) <= LONGEST_NAME:
        hint = f"write `{shorten(better)}`: {hint}"
    raise Fault("SR112", f"`{shorten(name)}` cannot name {what}", hint)


class PartReader(Reader):
    """Reads the shared parts of a ruleset."""

    def __init__(self, log: Log, scope: Scope | None = None) -> None:
        super().__init__(log)
        self.scope = scope

    def name(self, entry: Entry, what: str) -> str | None:
        """Return the id that a key gives to something, or None after noting why it cannot."""
        try:
            return checked_name(entry.key, what)
        except Fault as fault:
            self.log.add_fault(entry.at, fault)
            return None

    def catalog_name(self, tree: Tree, what: str) -> str | None:
        """Return the name of a standard or edition."""
        text = self.text(tree, f"the name of {what}")
        try:
            return None if text is None else checked_catalog_name(text, what)
        except Fault as fault:
            self.log.add_fault(tree.at, fault)
            return None

    def title(self, table: Table, key: str = "title") -> Title:
        """Return the title under a key, empty where there is none."""
        entry = table.get(key)
        return NO_TITLE if entry is None else self.title_of(entry.value, f"`{key}`")

    def title_of(self, tree: Tree, what: str) -> Title:
        """Return a title: a text in one language, or a mapping with ``zh`` and ``en``."""
        if isinstance(tree, Table):
            self.known_keys(tree, what, ("zh", "en"))
            texts = {e.key: self.text(e.value, f"{what} in `{e.key}`") for e in tree.entries if e.key in ("zh", "en")}
            return Title(texts.get("zh"), texts.get("en"))
        text = self.text(tree, what)
        if text is None:
            return NO_TITLE
        return Title(zh=text) if CHINESE.search(text) else Title(en=text)

    def source(self, table: Table) -> Source | None:
        """Return what stands under ``source:``, None where there is nothing."""
        entry = table.get("source")
        if entry is None:
            return None
        fields = self.table(entry.value, "`source`", 'write its parts: `source: {document: …, clause: "1"}`')
        if fields is None:
            return None
        known = ("document", "clause", "page", "mark", "note", "url")
        self.known_keys(fields, "`source`", known)
        texts = {e.key: self.text(e.value, f"`{e.key}` of `source`") for e in fields.entries if e.key in known}
        return Source(**texts) if any(texts.values()) else None

    def expression(self, tree: Tree, what: str) -> Expr | None:
        """Return an expression that stands as a text, or None after noting its faults."""
        if self.is_cut(tree):
            return None
        if not isinstance(tree, Scalar) or tree.value is None or isinstance(tree.value, bool):
            hint = "write a text such as `coverage >= 70 %`"
            if isinstance(tree, Sequence):
                hint = (
                    "say whether all of the list are required or one is enough: write `all of:` or `any of:` above it"
                )
            elif isinstance(tree, Scalar) and tree.value is not None:
                hint = "write a text such as `coverage >= 70 %`; a flag is required by its name"
            self.wrong_shape(tree, what, "must be an expression", hint)
            return None
        text = str(tree.value)

        def locate(start: int, end: int) -> Span | None:
            return tree.locate(start, end) if tree.locate is not None else tree.at

        return parse_into(self.log, text, locate)

    def rule(self, tree: Tree, what: str, depth: int = 0) -> Expr | None:
        """Return a requirement: a text, or one of ``all of``, ``any of``, ``at least k of``, ``not`` over a list.

        A text that begins with ``every`` or ``some`` may have been taken apart at its colon.
        """
        if not isinstance(tree, Table):
            return self.expression(tree, what)
        text = meant(tree)
        if text is not None:
            return self.expression(text, what)
        if depth > _DEEPEST_LISTS:
            self.log.add(
                tree.at, "SR108", f"{what} is nested more than {_DEEPEST_LISTS} deep", "name parts as measures"
            )
            return None
        hint = "write a text, or one of `all of:`, `any of:`, `at least 2 of:`, `not:`"
        if len(tree.entries) != 1:
            at = tree.entries[1].at if tree.entries else tree.at
            count = f"has {len(tree.entries)} keys where one is needed" if tree.entries else "is empty"
            self.log.add(at, "SR111", f"{what} {count}", hint)
            return None
        entry = tree.entries[0]
        if is_quantifier(entry):
            return self._quantified(entry, depth)
        key = " ".join(entry.key.replace("_", " ").split())
        if key == "not":
            part = self.rule(entry.value, what, depth + 1)
            return None if part is None else Not(part, at=entry.at)
        at_least = _AT_LEAST.fullmatch(key)
        if key not in ("all of", "any of") and at_least is None:
            hint = did_you_mean(entry.key, ("all of", "any of", "not")) or hint
            quoted = in_quotation_marks(entry)
            if quoted is not None:
                hint = f"put the whole text in quotation marks: `{shorten(quoted, 120)}`"
            self.log.add(entry.at, "SR109", f"{what} has no key `{shorten(entry.key)}`", hint)
            return None
        if not isinstance(entry.value, Sequence) or not entry.value.items:
            self.log.add(
                entry.value.at,
                "SR111",
                f"`{shorten(key)}` takes a list of requirements",
                "write each on a line of its own, after `- `",
            )
            return None
        parts = [self.rule(item, what, depth + 1) for item in self.uncut_items(entry.value.items)]
        try:
            k = whole_k(at_least[1], len(parts)) if at_least is not None else 0
        except Fault as fault:
            self.log.add_fault(entry.at, fault)
            return None
        known = tuple(part for part in parts if part is not None)
        if len(known) != len(parts):
            return None
        if at_least is not None:
            return AtLeast(k, known, at=entry.at)
        return AllOf(known, at=entry.at) if key == "all of" else AnyOf(known, at=entry.at)

    def _quantified(self, entry: Entry, depth: int) -> Expr | None:
        """Return a quantified requirement whose value is no text: what is asked of each is a list, or no requirement."""
        head = self.expression(heading(entry), "the condition of a quantifier")
        deeper = depth + 1 + entry.key.count(":")
        part = self.rule(entry.value, f"what `{shorten(entry.key)}` asks of each", deeper)
        return None if head is None or part is None else with_part(head, part)


def _name_hint(name: str) -> str:
    """Return what to write in place of something that cannot be a name."""
    hint = "a name is letters (of any script), digits and `_`, and begins with a letter"
    hidden = next((c for c in name if not c.isprintable() and not c.isspace()), None)
    if hidden is not None:
        return f"remove the invisible character U+{ord(hidden):04X}"
    better = re.sub(r"\W+", "_", name).strip("_")
    return f"write `{shorten(better)}`: {hint}" if _NAME.fullmatch(better) else hint
