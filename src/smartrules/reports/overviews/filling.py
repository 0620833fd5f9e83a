"""The template of the page, filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from smartrules.reports.overviews.page import Said


def filled(name: str, given: Mapping[str, Any]) -> str:
    """Return a template filled with what it is given, every text escaped."""
    environment = SandboxedEnvironment(
        loader=PackageLoader("smartrules.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = say
    environment.filters["drawing"] = Markup
    environment.filters["data"] = data
    return environment.get_template(name).render(given)


def say(text: Said) -> Markup:
    """Return a text in both languages, of which the page shows one."""
    if text.same:
        return Markup("{}").format(text.zh)
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(text.zh, text.en)


def data(text: str) -> Markup:
    """Return JSON that may stand in an element of the page: nothing in it can end that element."""
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))
