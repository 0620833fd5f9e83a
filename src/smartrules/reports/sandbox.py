"""The sandbox in which a template is rendered, since it may come from a stranger.

A template reads the texts that it is given and nothing else: it calls no method, includes no file beside the packaged ones,
and cannot switch escaping off. What it takes is bounded: the steps of its loops, its calls, the length of its texts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, fields_dict, has

from smartrules.diagnostics import MissingExtraError, did_you_mean, shorten
from smartrules.reports import markdown
from smartrules.reports.formats import PaperFormat

try:
    from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
    from jinja2.exceptions import SecurityError
    from jinja2.filters import FILTERS
    from jinja2.runtime import LoopContext, Macro
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import Namespace, missing
    from markupsafe import Markup
except ModuleNotFoundError as error:
    raise MissingExtraError.of(
        "SR604",
        f"documents need the package `{error.name}`, which is not installed",
        "install it: `pip install 'smartrules[reports]'`",
    ) from None

#: The folder of the templates that come with the library.
FOLDER = Path(__file__).parent / "templates"

#: How many steps of loops and calls one document may take, and how long each of its texts may become.
MOST_STEPS = 1_000_000
MOST_TEXT = 20_000_000
#: How deep macros of a template may call each other.
MOST_DEEP = 50

_MOST_BITS = 4_096
_Given = TypeVar("_Given")
_Listed = TypeVar("_Listed", bound=Collection[object])


class Written(str):
    """A text in Markdown that stands as it is: its parts were escaped when they were put into it."""

    __slots__ = ()


class _Refused(SecurityError):
    """What a template may not do."""


class TooMuch(TemplateError):
    """What takes more than a document may take."""


@define
class _Budget:
    steps: int = MOST_STEPS
    text: int = MOST_TEXT
    depth: int = 0

    def step(self, number: int = 1) -> None:
        self.steps -= number
        if self.steps < 0:
            raise TooMuch(f"the template takes more than {MOST_STEPS:,} steps")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise TooMuch(f"more than {MOST_DEEP} macros of the template call each other")
        yield
        self.depth -= 1

    def write(self, length: int) -> None:
        self.text -= length
        if self.text < 0:
            raise TooMuch(f"the template writes more than {MOST_TEXT:,} characters")


_budget: ContextVar[_Budget] = ContextVar("_budget")


@contextmanager
def bounded() -> Iterator[_Budget]:
    """Count what is rendered inside, and end it where it takes too much."""
    token = _budget.set(budget := _Budget())
    try:
        yield budget
    finally:
        _budget.reset(token)


def _counted(items: Iterable[_Given]) -> list[_Given]:
    """Return what a loop goes through, once its steps are counted."""
    budget, found = _budget.get(), list[_Given]()
    for item in items:
        budget.step()
        found.append(item)
    return found


def _bounded(value: _Given) -> _Given:
    """Return a value that a template made, unless it is too long."""
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise TooMuch(f"the template makes a text of more than {MOST_TEXT:,} characters")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise TooMuch("the template makes a number longer than any real one")
    return value


def _simple(value: _Given) -> _Given:
    """Return a value that can be printed: a text, a number, yes or no. Others grow as they are printed."""
    if value is None or isinstance(value, str | int | float | Fraction | StrictUndefined):
        return value
    raise _Refused(f"a template prints texts and numbers, not a {_sort_of(value)}")


def _flat(value: _Listed) -> _Listed:
    """Return a list that a template wrote, unless it holds others: they could grow without end."""
    parts: Iterable[object] = value.values() if isinstance(value, dict) else value
    if any(isinstance(part, list | tuple | dict | Namespace) for part in parts):
        raise _Refused("a list in a template holds no other lists")
    return value


def _sort_of(value: object) -> str:
    name = type(value).__name__.removesuffix("Texts").lower()
    return {"tuple": "list", "dict": "mapping", "generator": "list", "str": "text"}.get(name, name)


# Of those that Jinja has; each other one can grow without end, switch escaping off, or says nothing of a document.
_OF_TEXTS = ("capitalize", "e", "escape", "lower", "replace", "striptags", "title", "trim", "truncate", "upper")
_OF_ANYTHING = (
    "abs", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "join", "last", "length",
    "list", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "tojson",
    "unique",
)  # fmt: skip
_CALLED_ON_MAPPINGS = frozenset({"items", "keys", "values"})


def _checked(filtering: Callable[..., Any], of_text: bool) -> Callable[..., Any]:
    def checked(*given: Any, **named: Any) -> Any:
        _budget.get().step()
        if of_text:
            for one in given:
                if isinstance(one, list | tuple | dict | Namespace):
                    _simple(one)
        found = filtering(*given, **named)
        return _bounded(found)

    for mark in ("jinja_pass_arg", "jinja_async_variant"):
        if hasattr(filtering, mark):
            setattr(checked, mark, getattr(filtering, mark))
    return checked


def _join(items: Iterable[Any], with_: str = "", attribute: str | None = None) -> str:
    """Join texts; each is escaped where the document is in HTML, as `~` does it."""
    found = [_simple(item if attribute is None else getattr(item, attribute)) for item in _counted(items)]
    if any(hasattr(item, "__html__") for item in (*found, with_)):
        return _bounded(Markup(with_).join(found))
    return _bounded(str(with_).join(map(str, found)))


class _UnknownName(StrictUndefined):
    """A name that a document does not have; every use of it is a fault."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name = str(self._undefined_name)
        if self._undefined_obj is missing:
            return f"the template asks for `{shorten(name)}`, which this document does not have"
        obj = self._undefined_obj
        known = fields_dict(type(obj)) if has(type(obj)) else obj if isinstance(obj, Mapping) else {}
        near = did_you_mean(name, map(str, known))
        return f"the template asks for `{shorten(name)}` of a {_sort_of(obj)}, which has no such name" + (
            f"; {near}" if near else ""
        )


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a template of a stranger may be rendered."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, form: PaperFormat) -> None:
        super().__init__(
            loader=FileSystemLoader(FOLDER),
            autoescape=form is not PaperFormat.MARKDOWN,
            undefined=_UnknownName,
            finalize=_finalized_markdown if form is PaperFormat.MARKDOWN else _simple,
            trim_blocks=form is not PaperFormat.DOCX,
            lstrip_blocks=form is not PaperFormat.DOCX,
            keep_trailing_newline=True,
            cache_size=50,
        )
        self.form = form
        self.filters = {name: _checked(FILTERS[name], True) for name in _OF_TEXTS}
        self.filters |= {name: _checked(FILTERS[name], False) for name in _OF_ANYTHING}
        self.filters |= {"join": _join, " counted": _counted, " bounded": _bounded, " simple": _simple, " flat": _flat}
        self.filters[" written"] = _as_written if form is PaperFormat.MARKDOWN else _bounded
        self.globals = {"range": self.globals["range"], "namespace": self.globals["namespace"]}
        self.template_class = _Bounded

    # --- what it may do --------------------------------------------------------------------------------------------

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may have an attribute: what it is given has fields, and nothing has methods."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, LoopContext | Namespace):
            return True
        if isinstance(obj, Mapping) and attr in _CALLED_ON_MAPPINGS:
            return True
        return not callable(value)

    def wrap_str_format(self, value: Any) -> None:
        """Return nothing: `format` is called no more than other methods."""

    def call(self, /, context: Any, called: Any, *given: Any, **named: Any) -> Any:
        """Call a macro, or what else a template may call."""
        budget = _budget.get()
        budget.step()
        with budget.deeper():
            found = _bounded(super().call(context, called, *given, **named))
        return Written(found) if isinstance(called, Macro) and self.form is PaperFormat.MARKDOWN else found

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute with numbers, and put texts one behind the other."""
        texts = operator == "+" and isinstance(left, str) and isinstance(right, str)
        if not texts and not all(isinstance(one, int | float | Fraction) for one in (left, right)):
            if isinstance(left, StrictUndefined) or isinstance(right, StrictUndefined):
                str(left), str(right)
            raise _Refused(f"a template computes with numbers: `{operator}` takes no {_sort_of(left)}")
        if operator == "**":
            raise _Refused("a template raises no number to a power")
        return _bounded(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in [*tree.find_all(nodes.Node)]:
            _tamed(node)
        return tree


class _Bounded(Template):
    """A template whose document is counted as it is written."""

    def render(self, *given: Any, **named: Any) -> str:
        budget, pieces = _budget.get(), list[str]()
        for piece in self.generate(*given, **named):
            budget.write(len(piece))
            pieces.append(piece)
        return "".join(pieces)


def _tamed(node: nodes.Node) -> None:
    """Have what a node of a template makes counted."""
    if isinstance(node, nodes.ScopedEvalContextModifier | nodes.EvalContextModifier):
        raise _refused_at(node, "a template does not switch escaping on or off")
    if isinstance(node, nodes.For):
        if node.recursive:
            raise _refused_at(node, "a template has no recursive loops")
        node.iter = _through(node.iter, "counted")
    if isinstance(node, nodes.AssignBlock):
        node.filter = _through(node.filter, "written")
    for field, value in node.iter_fields():
        if isinstance(value, list):
            setattr(node, field, [_wrapped(one) for one in value])
        elif isinstance(value, nodes.Node):
            setattr(node, field, _wrapped(value))


def _wrapped(value: Any) -> Any:
    if isinstance(value, nodes.Concat):
        value.nodes = [_through(one, "simple") for one in value.nodes]
        return _through(value, "bounded")
    literal = isinstance(value, nodes.List | nodes.Dict) or (isinstance(value, nodes.Tuple) and value.ctx == "load")
    return _through(value, "flat") if literal else value


def _through(node: Any, name: str) -> nodes.Filter:
    lineno = 1 if node is None else node.lineno
    return nodes.Filter(node, f" {name}", [], [], None, None, lineno=lineno)


def _refused_at(node: nodes.Node, message: str) -> TemplateSyntaxError:
    return TemplateSyntaxError(message, node.lineno)


def _finalized_markdown(value: Any) -> Any:
    _simple(value)
    if value is None or isinstance(value, StrictUndefined | Written):
        return value
    return Written(markdown.escaped(str(value)))


def _as_written(value: str) -> Written:
    return Written(_bounded(value))
