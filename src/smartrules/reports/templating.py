"""Templates → documents: one sandbox for all of them, since a template may come from a stranger.

A template reads the texts that it is given and nothing else: it calls no method, imports no file beside the packaged ones,
and cannot switch escaping off. What it takes is bounded: the steps of its loops, its calls, the length of its texts. Every
fault of a template becomes a diagnostic with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, fields_dict, has

from smartrules.diagnostics import (
    Diagnostic,
    Fault,
    MissingExtraError,
    SmartrulesError,
    Span,
    did_you_mean,
    shorten,
)
from smartrules.reports import markdown
from smartrules.reports.formats import PaperFormat

try:
    from jinja2 import (
        FileSystemLoader,
        StrictUndefined,
        Template,
        TemplateError,
        TemplateNotFound,
        TemplateSyntaxError,
        UndefinedError,
        nodes,
    )
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

#: The largest template that is read, in bytes.
MOST_BYTES = 2_000_000
#: How many steps of loops and calls one document may take, and how long each of its texts may become.
MOST_STEPS = 2_000_000
MOST_TEXT = 50_000_000

_MOST_BITS = 4_096
_Given = TypeVar("_Given")


class Written(str):
    """A text in Markdown that stands as it is: its parts were escaped when they were put into it."""

    __slots__ = ()


class _Refused(SecurityError):
    """What a template may not do."""


class _TooMuch(TemplateError):
    """What takes more than a document may take."""


@define
class _Budget:
    steps: int = MOST_STEPS
    text: int = MOST_TEXT

    def step(self, number: int = 1) -> None:
        self.steps -= number
        if self.steps < 0:
            raise _TooMuch(f"the template takes more than {MOST_STEPS:,} steps")

    def write(self, length: int) -> None:
        self.text -= length
        if self.text < 0:
            raise _TooMuch(f"the template writes more than {MOST_TEXT:,} characters")


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
        raise _TooMuch(f"the template makes a text of more than {MOST_TEXT:,} characters")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise _TooMuch("the template makes a number longer than any real one")
    return value


def _simple(value: _Given) -> _Given:
    """Return a value that can be printed: a text, a number, yes or no. Others grow as they are printed."""
    if value is None or isinstance(value, str | int | float | Fraction | StrictUndefined):
        return value
    raise _Refused(f"a template prints texts and numbers, not a {_sort_of(value)}")


def _flat(value: _Given) -> _Given:
    """Return a list that a template wrote, unless it holds others: they could grow without end."""
    parts: Iterable[object] = value.values() if isinstance(value, dict) else value  # type: ignore[assignment]
    if any(isinstance(part, list | tuple | dict | Namespace) for part in parts):
        raise _Refused("a list in a template holds no other lists")
    return value


def _sort_of(value: object) -> str:
    name = type(value).__name__
    return {"tuple": "list", "dict": "mapping", "mappingproxy": "mapping", "generator": "list"}.get(name, name)


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
        _budget.get().step()
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


@cache
def sandboxed(form: PaperFormat) -> Sandbox:
    """Return the environment in which templates of a form are rendered.

    In HTML and DOCX every text is escaped as markup, unless it is `markupsafe.Markup`; in Markdown as Markdown, unless it
    is `Written`.
    """
    return Sandbox(form)


# --- texts -----------------------------------------------------------------------------------------------------------


def rendered(name: str, context: Mapping[str, Any], form: PaperFormat) -> str:
    """Return a document by a template that comes with the library.

    Args:
        name: of the file in `FOLDER`.
        context: what the template gets, by name.
    """
    with bounded():
        return sandboxed(form).get_template(name).render(context)


def rendered_by(template: Path, context: Mapping[str, Any], form: PaperFormat) -> str:
    """Return a document in HTML or Markdown by a template of the caller.

    Raises:
        SmartrulesError: SR954 to SR958, with the place.
    """
    file = str(template)
    text = _text_of(template)
    with of_template(file, text, context), bounded():
        environment = sandboxed(form)
        code = environment.compile(text, name=None, filename=file)
        made = environment.template_class.from_code(environment, code, environment.make_globals(None))
        return made.render(context)


def bytes_of(template: Path) -> bytes:
    """Return what the file of a template holds.

    Raises:
        SmartrulesError: SR114, SR954.
    """
    try:
        with template.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SmartrulesError.of(
            "SR114", f"the template cannot be read: {reason}", "check its path and rights", file=str(template)
        ) from None
    if len(content) > MOST_BYTES:
        message = f"the template has more than {MOST_BYTES:,} bytes"
        raise SmartrulesError.of("SR954", message, "no real one is so large: give another", file=str(template))
    return content


def _text_of(template: Path) -> str:
    try:
        return bytes_of(template).decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = "save it as UTF-8; a Word document is given with `--format docx`"
        raise SmartrulesError.of("SR954", "the template is no UTF-8 text", hint, file=str(template)) from None


# --- faults ----------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"asks for `([^`]*)`, which this document")


@contextmanager
def of_template(file: str, text: str | None, context: Mapping[str, Any]) -> Iterator[None]:
    """Turn what goes wrong in a template into an error with its place.

    Args:
        file: what messages call it.
        text: of the template, to show the line; None where it has no lines that its author knows.
        context: what it gets, for a hint.

    Raises:
        SmartrulesError: SR955 to SR958.
    """
    try:
        yield
    except (SmartrulesError, Fault):
        raise
    except Exception as error:
        raise SmartrulesError([_diagnostic(error, file, text, context)]) from None


def _diagnostic(error: Exception, file: str, text: str | None, context: Mapping[str, Any]) -> Diagnostic:
    code, message, hint = _told(error, context)
    number = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error, file)
    lines = [] if text is None else text.splitlines()
    if number is None or not 1 <= number <= len(lines):
        return Diagnostic(code, message, hint, file)
    line = lines[number - 1]
    begin = len(line) - len(line.lstrip())
    return Diagnostic(code, message, hint, file, Span(number, begin + 1, max(1, len(line.strip()))), line)


def _told(error: Exception, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return code, message and help."""
    said = shorten(getattr(error, "message", None) or str(error) or type(error).__name__, 300).rstrip(".")
    said = said[:1].lower() + said[1:]
    if isinstance(error, TemplateNotFound):
        return "SR957", f"the template includes `{shorten(str(error))}`, which does not come with the library", _SANDBOX
    if isinstance(error, TemplateSyntaxError):
        if said.startswith("a template "):
            return "SR957", said, _SANDBOX
        return "SR955", f"the template cannot be read: {said}", "correct it; `docs/reports.md` has an example"
    if isinstance(error, UndefinedError):
        asked = _QUOTED.search(said)
        near = did_you_mean(asked.group(1), context) if asked else ""
        return "SR956", said, near or "`docs/reports.md` lists the names that each document has"
    if isinstance(error, SecurityError):
        return "SR957", said, _SANDBOX
    if isinstance(error, _TooMuch | RecursionError | MemoryError | OverflowError):
        what = said if isinstance(error, _TooMuch) else "the template goes deeper, or counts further, than any real one"
        return "SR958", what, "look for a loop or a macro that does not end"
    return "SR957", f"the template cannot be filled in: {said}", "correct what stands there"


_SANDBOX = "a template only shows the texts that it gets: `docs/reports.md` says what it may use"


def _line_of(error: Exception, file: str) -> int | None:
    """Return the line of a template in which an error came up, the innermost."""
    found, at = None, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == file:
            found = at.tb_lineno
        at = at.tb_next
    return found
