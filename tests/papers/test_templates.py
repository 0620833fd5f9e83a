"""Templates of a bureau: replaced, broken, hostile. Each fault is one message with its place, and no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smartrules.diagnostics import SmartrulesError
from smartrules.reports.sandbox import MOST_DEEP, MOST_STEPS, MOST_TEXT
from smartrules.reports.templating import MOST_BYTES
from tests.papers.made import acceptance_of, notice_of

READ = "help: correct it; `docs/reports.md` has an example"
MAY = "help: a template only shows the texts that it gets: `docs/reports.md` says what it may use"
NAMES = "help: `docs/reports.md` lists the names that each document has"
USE = "help: `docs/reports.md` lists what it may use"
END = "help: look for a loop or a macro that does not end"


def said_of(template: str, folder: Path, *, ending: str = "html") -> str:
    """Return the message that a template gets, with no more than the head, and the place of its line."""
    path = folder / f"own.{ending}"
    path.write_text(template, "utf-8")
    paper = acceptance_of("shandong-smart-community")
    with pytest.raises(SmartrulesError) as caught:
        paper.to_html(template=path) if ending == "html" else paper.to_markdown(template=path)
    assert len(caught.value.diagnostics) == 1
    return str(caught.value).replace(str(path), path.name)


def placed(head: str, line: str, help: str, number: int = 1) -> str:
    shown = line.strip()
    indent = " " * (len(line) - len(line.lstrip()))
    return (
        f"{head}\n --> own.html:{number}:{len(indent) + 1}\n  |\n{number} | {indent}{shown}\n"
        f"  | {indent}{'^' * len(shown)}\n{help}"
    )


def test_a_template_in_html_is_filled_in_and_escaped(tmp_path: Path) -> None:
    path = tmp_path / "own.html"
    path.write_text("{% for g in groups %}<p>{{ g.title }}: {{ g.rows|length }}</p>\n{% endfor %}", "utf-8")
    found = acceptance_of("shandong-smart-community").to_html(template=path)
    assert found == (
        "<p>基础设施: 6</p>\n<p>社区服务: 4</p>\n<p>社区安全: 6</p>\n"
        "<p>社区治理: 3</p>\n<p>保障措施: 2</p>\n<p>创新应用和做法: 1</p>\n"
    )


def test_a_template_in_markdown_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_text(
        "{% macro shown(one) %}*{{ one.title }}*{% endmacro %}"
        "{% set head %}# {{ community }}{% endset %}{{ head }}\n"
        "{{ period }} {{ days|int + 1 }}\n{% for one in undetermined %}\n- {{ shown(one) }}\n{% endfor %}",
        "utf-8",
    )
    assert notice_of("shandong-smart-community").to_markdown("en", template=path) == (
        "# 七里社区\nThis notice is open for 5 days, from 25 November 2023 to 29 November 2023, both days included. 6\n"
        "- *Smart-community information platform*\n- *Falling-object monitoring*\n"
    )


def test_a_template_may_stand_on_one_of_the_library(tmp_path: Path) -> None:
    path = tmp_path / "own.html"
    path.write_text('{% extends "_paper.html" %}{% block paper %}<p>{{ tier }}</p>{% endblock %}', "utf-8")
    found = acceptance_of("shandong-smart-community").to_html(template=path)
    assert "<p>基础型</p>" in found
    assert found.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


def test_a_template_that_ends_too_early(tmp_path: Path) -> None:
    head = (
        "error[SR955]: the template cannot be read: unexpected end of template. Jinja was looking for the following tags: "
        "'endfor' or 'else'. The innermost block that needs to be closed is 'for'"
    )
    assert said_of("<p>\n  {% for g in groups %}", tmp_path) == placed(head, "  {% for g in groups %}", READ, 2)


@pytest.mark.parametrize(
    ("template", "message", "help"),
    [
        ("{% do x %}", "SR955]: the template cannot be read: encountered unknown tag 'do'", READ),
        ("{{ title|safe }}", "SR955]: the template cannot be read: no filter named 'safe'", USE),
        ("{{ title|attr('x') }}", "SR955]: the template cannot be read: no filter named 'attr'", USE),
        (
            "{{ titel }}",
            "SR956]: the template asks for `titel`, which this document does not have",
            "help: did you mean `title`?",
        ),
        ("{{ lipsum() }}", "SR956]: the template asks for `lipsum`, which this document does not have", NAMES),
        (
            "{{ counts.mett }}",
            "SR956]: the template asks for `mett` of a counts, which has no such name; did you mean `met`?",
            NAMES,
        ),
        ("{{ nothing + 1 }}", "SR956]: the template asks for `nothing`, which this document does not have", NAMES),
        ("{{ title.__class__ }}", "SR957]: access to attribute '__class__' of 'str' object is unsafe", MAY),
        ("{{ ''['__class__'] }}", "SR957]: access to attribute '__class__' of 'str' object is unsafe", MAY),
        ("{{ title.upper() }}", "SR957]: access to attribute 'upper' of 'str' object is unsafe", MAY),
        ("{{ title.format(1) }}", "SR957]: access to attribute 'format' of 'str' object is unsafe", MAY),
        ("{{ self.__init__ }}", "SR957]: access to attribute '__init__' of 'TemplateReference' object is unsafe", MAY),
        ("{{ '%99999999d' % 1 }}", "SR957]: a template computes with numbers: `%` takes no text", MAY),
        ("{{ 'a' * 99999999 }}", "SR957]: a template computes with numbers: `*` takes no text", MAY),
        ("{{ [1] * 99999999 }}", "SR957]: a template computes with numbers: `*` takes no list", MAY),
        ("{{ 9 ** 99999999 }}", "SR957]: a template raises no number to a power", MAY),
        ("{{ groups }}", "SR957]: a template prints texts and numbers, not a list", MAY),
        ("{{ title ~ groups }}", "SR957]: a template prints texts and numbers, not a list", MAY),
        ("{{ [groups, groups] }}", "SR957]: a list in a template holds no other lists", MAY),
        (
            "{% include '../../../../pyproject.toml' %}",
            "SR957]: the template includes `../../../../pyproject.toml`, which does not come with the library",
            MAY,
        ),
        (
            "{% import '/etc/hostname' as x %}",
            "SR957]: the template includes `/etc/hostname`, which does not come with the library",
            MAY,
        ),
        (
            "{% autoescape false %}{{ title }}{% endautoescape %}",
            "SR957]: a template does not switch escaping on or off",
            MAY,
        ),
        (
            "{% for g in groups recursive %}{{ loop(g.rows) }}{% endfor %}",
            "SR957]: a template has no recursive loops",
            MAY,
        ),
        (
            "{{ 1 / 0 }}",
            "SR957]: the template cannot be filled in: division by zero",
            "help: correct what stands there",
        ),
        (
            "{% for i in range(99999999) %}{% endfor %}",
            "SR958]: the template goes deeper, or counts further, than any real one",
            END,
        ),
        (
            "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
            f"SR958]: the template takes more than {MOST_STEPS:,} steps",
            END,
        ),
        (
            "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
            f"SR958]: more than {MOST_DEEP} macros of the template call each other",
            END,
        ),
        (
            "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
            f"SR958]: the template makes a text of more than {MOST_TEXT:,} characters",
            END,
        ),
    ],
)
def test_a_faulty_template_gets_one_message_with_its_place(
    template: str, message: str, help: str, tmp_path: Path
) -> None:
    assert said_of(template, tmp_path) == placed(f"error[{message}", template, help)
    assert said_of(template, tmp_path, ending="md").startswith(f"error[{message}")


@pytest.mark.parametrize(
    "template",
    [
        "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = n.x|replace('a', 'aa') %}{% endfor %}",
        "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set y %}{{ n.x }}{{ n.x }}{% endset %}"
        "{% set n.x = y %}{% endfor %}",
        "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = [n.x, n.x]|join %}{% endfor %}",
        "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x=99) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)
def test_what_grows_without_end_is_ended(template: str, tmp_path: Path) -> None:
    assert said_of(template, tmp_path).startswith("error[SR958]: ")


def test_a_template_that_writes_without_end_is_ended(tmp_path: Path) -> None:
    text = "x" * 5_000
    assert said_of(f"{{% for i in range(9999) %}}{text}{{% endfor %}}", tmp_path) == (
        f"error[SR958]: the template writes more than {MOST_TEXT:,} characters\n  --> own.html\n{END}"
    )


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SmartrulesError) as caught:
        acceptance_of("shandong-smart-community").to_html(template=tmp_path / "none.html")
    assert str(caught.value).replace(str(tmp_path), "") == (
        "error[SR114]: the template cannot be read: no such file or directory\n  --> /none.html\n"
        "help: check its path and rights"
    )


@pytest.mark.parametrize(
    ("content", "message", "help"),
    [
        (
            b"\xff\xfe{{ title }}",
            "the template is no UTF-8 text",
            "save it as UTF-8; a Word document is given with `--format docx`",
        ),
        (
            b"x" * (MOST_BYTES + 1),
            f"the template has more than {MOST_BYTES:,} bytes",
            "no real one is so large: give another",
        ),
    ],
)
def test_a_template_that_is_no_text(content: bytes, message: str, help: str, tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_bytes(content)
    for write in _writers():
        with pytest.raises(SmartrulesError) as caught:
            write(path)
        assert str(caught.value) == f"error[SR954]: {message}\n  --> {path}\nhelp: {help}"


def _writers() -> list[Callable[[Path], object]]:
    paper = notice_of("shandong-smart-community")
    return [lambda path: paper.to_html(template=path), lambda path: paper.to_markdown(template=path)]
