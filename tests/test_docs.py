"""The pages are true: every block runs, every table is what the library says, every link leads somewhere.

A block of ``python`` or ``console`` is run, the latter in an empty folder where ``<!-- in a folder of its own -->`` stands
above it; such a folder is shown as ``~``. Python under ``<!-- needs java -->`` is run where there is Java. Everything else is told
apart by a comment on the line above it:

- ``<!-- ruleset -->``, ``<!-- fragment -->``, ``<!-- facts of RULESET -->``, ``<!-- costs of RULESET -->`` and
  ``<!-- cases of RULESET -->`` say what a block of YAML is; the library must accept it without a warning. With a path, ``<!-- ruleset docs/examples/x.yaml -->``,
  the block is that file. A fragment is a ruleset without the keys that `_DEFAULTS` supplies.
- ``… with diagnostics -->`` says that the library must find something wrong; the next block is then a ``text`` under
  ``<!-- diagnostics -->`` with all that it prints.
- ``<!-- new PATH -->`` writes a block into a folder of the page's own, and ``<!-- into PATH -->`` lays a block of YAML
  over the document there: see `grown`. The commands and Python of such a page run in that folder, with what the blocks
  above have made of it. A ruleset that comes out in the end, and what stands in folders beside or below it, are the
  documents of those paths in ``docs/examples``.
- ``<!-- ends with CODE -->`` says how the last command of a ``console`` ends, where the page itself does not.
- ``<!-- table: NAME -->`` says what makes the rows of a table.

What the library prints or knows can be written into the pages again: ``python tests/test_docs.py`` does so.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise
from pathlib import Path

import attrs
import pytest
import typer

import smartrules
from smartrules import catalog, cli
from smartrules.analysis.lint import lint
from smartrules.analysis.placing import doubtful_placing
from smartrules.assessment import Finding
from smartrules.cli.app import NOT_REACHED, OPEN, REACHED, WRONG
from smartrules.diagnostics import CODES, Diagnostic, FactsError, Log, RulesetError, SmartrulesError, Text
from smartrules.documents.cases import read_cases
from smartrules.documents.costs import read_costs
from smartrules.documents.facts import read_facts
from smartrules.documents.ruleset import read_ruleset
from smartrules.documents.tree import Reader, Table
from smartrules.engines.exact import disagreements
from smartrules.explanation import OUTCOME_WORDS
from smartrules.expr.build import FUNCTIONS, RESERVED
from smartrules.expr.parse import parse
from smartrules.expr.text import phrase, source
from smartrules.expr.types import Checker, Type
from smartrules.facts import DOCUMENT_KEYS, show_value
from smartrules.live import Change
from smartrules.outcome import Outcome, all_of, any_of, applicability, at_least, negation, tier, when
from smartrules.reports.formats import PaperFormat
from smartrules.reports.papers import texts
from smartrules.reports.papers.labels import LABELS
from smartrules.reports.templating import sandboxed
from smartrules.ruleset import Ruleset
from smartrules.standard import Collection, Edition, Indicator, indicators_of
from smartrules.testing import plugin
from smartrules.testing.cases import cases_of, differences
from smartrules.testing.coverage import coverage
from smartrules.unit_table import COUNTING, DERIVED, MEASURING, POWERS
from smartrules.units import Unit, unit
from smartrules.values import Kind, Language

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# --- pages ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A fenced block or a marked table of a page.

    Attributes:
        line: where its fence, or the heading of the table, stands, counted from 1.
        language: what the fence says, ``table`` for a table.
        marker: what the comment above it says, or an empty text.
        rows: its lines, those of a table from its heading on.
    """

    page: Path
    line: int
    language: str
    marker: str
    rows: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def text(self) -> str:
        return "\n".join(self.rows) + "\n"


class PageError(Exception):
    """A page that is not written as this file reads it."""


def parts_of(page: Path) -> list[Part]:
    """Return the fenced blocks and marked tables of a page."""
    return list(_parts(page, page.read_text(encoding="utf-8").splitlines()))


def _parts(page: Path, lines: list[str]) -> Iterator[Part]:
    index, marker = 0, ""
    while index < len(lines):
        line, here = lines[index], f"{page.name}:{index + 1}"
        comment = re.fullmatch(r"<!-- (.+) -->", line)
        if line.startswith("```"):
            end = next((n for n in range(index + 1, len(lines)) if lines[n] == "```"), None)
            if end is None:
                raise PageError(f"{here}: the block is never closed")
            yield Part(page, index + 1, line[3:], marker, tuple(lines[index + 1 : end]))
            index, marker = end, ""
        elif comment is not None:
            if marker:
                raise PageError(f"{here}: two comments, one block")
            marker = comment[1]
        elif marker and line.startswith("|"):
            end = next((n for n in range(index, len(lines)) if not lines[n].startswith("|")), len(lines))
            yield Part(page, index + 1, "table", marker, tuple(lines[index:end]))
            index, marker = end - 1, ""
        elif marker:
            raise PageError(f"{here}: the comment `{marker}` stands above no block and no table")
        elif re.match(r"\s+(```|~~~)|~~~", line) or (line.startswith("    ") and not lines[index - 1].strip()):
            raise PageError(f"{here}: a block stands at the left margin, between lines of three backticks")
        elif "<!--" in line:
            raise PageError(f"{here}: a comment has a line of its own")
        index += 1


PARTS = [part for page in PAGES for part in parts_of(page)]
OWN_FOLDER = "in a folder of its own"
NEEDS_JAVA = "needs java"
LANGUAGES = {"python", "yaml", "ini", "console", "text", "table"}


def named(parts: list[Part]) -> list[object]:
    return [pytest.param(part, id=part.name) for part in parts]


def of(*languages: str) -> list[Part]:
    return [part for part in PARTS if part.language in languages]


@pytest.mark.parametrize("part", named(PARTS))
def test_block_is_of_a_kind_that_is_checked(part):
    assert part.language in LANGUAGES
    if part.language == "console":
        assert part.marker == OWN_FOLDER or re.fullmatch(r"(ends with [0-5])?", part.marker)
    else:
        own = part.marker == NEEDS_JAVA or _GROWING.fullmatch(part.marker)
        assert bool(part.marker) == (part.language != "python") or own
    assert part.language != "ini" or _GROWING.fullmatch(part.marker)


# --- the folder of a page ------------------------------------------------------------------------------------------

EXAMPLES = ROOT / "docs" / "examples"
_GROWING = re.compile(r"(new|into) (\S+)")


def documents_of(page: Path, before: Part | None = None) -> dict[str, str]:
    """Return the documents that a page makes, by their paths: all of them, or those that the blocks above another make."""
    made: dict[str, str] = {}
    for part in (part for part in PARTS if part.page == page and (before is None or part.line < before.line)):
        growing = _GROWING.fullmatch(part.marker)
        if growing is not None:
            how, path = growing.groups()
            assert (how == "into") == (path in made), f"{part.name}: `new` makes {path}, once, and `into` lets it grow"
            made[path] = grown(made.get(path, ""), part.text) if part.language == "yaml" else part.text
    return made


@contextmanager
def folder_of(page: Path, before: Part | None = None) -> Iterator[Path]:
    """Give the folder in which a page's commands run: one with the documents it makes, else the project's own."""
    if not documents_of(page):
        yield ROOT
        return
    with tempfile.TemporaryDirectory() as folder:
        for path, text in documents_of(page, before).items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield Path(folder)


#: The line of a top-level key, and the entries below it by their keys.
_Section = tuple[str, dict[str, str]]


def grown(document: str, block: str) -> str:
    """Return a YAML document with a block laid over it.

    What the block has under a top-level key goes to the end of what the document has there; an entry that is there already
    is replaced, and so is a key without entries. A key that the document does not have goes before the one behind it in the
    block, or to the end.
    """
    sections = _sections(document)
    new: dict[str, _Section] = {}
    for key, (heading, entries) in _sections(block).items():
        if key not in sections:
            new[key] = heading, entries
            continue
        sections[key] = (sections[key][0], {**sections[key][1], **entries}) if entries else (heading, {})
        before, behind = _parted(sections, key)
        sections, new = {**before, **new, **behind}, {}
    sections |= new
    return _spaced(heading + _spaced(entries.values()) for heading, entries in sections.values())


def _parted(sections: dict[str, _Section], key: str) -> tuple[dict[str, _Section], dict[str, _Section]]:
    """Return the sections before a key, and those from it on."""
    place = list(sections).index(key)
    return dict(list(sections.items())[:place]), dict(list(sections.items())[place:])


def _sections(text: str) -> dict[str, _Section]:
    """Return the line of each top-level key and the entries below it, all by their keys."""
    sections = {}
    for heading, below in re.findall(r"^(\S.*\n)((?: .*\n|\n)*)", text, re.MULTILINE):
        entries = re.findall(r"^  \S.*\n(?:   .*\n|\n)*", below, re.MULTILINE)
        sections[_key(heading)] = heading, {_key(entry): entry for entry in entries}
    return sections


def _key(entry: str) -> str:
    """Return the key of an entry; the whole first line of an item of a list."""
    line = entry.splitlines()[0].strip()
    return line if line.startswith("- ") else line.partition(":")[0]


def _spaced(entries: Iterable[str]) -> str:
    """Return entries one below the other, with a blank line beside one of several lines."""
    trimmed = [entry.strip("\n") + "\n" for entry in entries]
    between = ["\n" if max(one.count("\n"), next_.count("\n")) > 1 else "" for one, next_ in pairwise(trimmed)]
    return "".join(entry + gap for entry, gap in zip(trimmed, [*between, ""], strict=False))


def examples_of(page: Path) -> dict[str, str]:
    """Return those of a page's documents that are examples, by their paths: rulesets, and what stands round them."""
    made = documents_of(page)
    standards = {path.split("/")[0] for path in made if path.endswith("/ruleset.yaml")}
    return {path: text for path, text in made.items() if path.split("/")[0] in standards}


GROWN = [(page, path) for page in PAGES for path in examples_of(page)]


@pytest.mark.parametrize(("page", "path"), GROWN, ids=lambda one: one.name if isinstance(one, Path) else one)
def test_what_a_page_makes_is_an_example(page, path):
    assert (EXAMPLES / path).read_text(encoding="utf-8") == example_of(path, documents_of(page)[path])


def example_of(path: str, text: str) -> str:
    """Return what a page makes as the example is kept: behind the line that names its schema to an editor."""
    kind = "ruleset" if path.endswith("/ruleset.yaml") else "cases" if "/cases/" in path else "facts"
    schema = os.path.relpath(ROOT / "rulesets" / "schemas" / f"{kind}.schema.json", (EXAMPLES / path).parent)
    return f"# yaml-language-server: $schema={Path(schema).as_posix()}\n{text}"


@pytest.mark.parametrize("path", sorted({path for _, path in GROWN if path.endswith("/ruleset.yaml")}))
def test_ruleset_that_a_page_makes_is_without_fault_and_covered(path, monkeypatch):
    monkeypatch.setattr(catalog, "_added", [EXAMPLES])
    ruleset = catalog.load_file(EXAMPLES / path)
    assert lint(ruleset.edition, Text(path, "")) == []
    assert doubtful_placing(EXAMPLES / path, ruleset.edition) == []
    cases = [case for _, case in cases_of(ruleset, (EXAMPLES / path).parent / "cases")]
    assert [difference for case in cases for difference in differences(ruleset, case)] == []
    assert [str(boundary) for boundary in coverage(ruleset, cases) if boundary.open] == []


# --- python --------------------------------------------------------------------------------------------------------


HAS_JAVA = shutil.which("java") is not None or os.environ.get("SMARTRULES_SPARK") == "required"
#: What a session of Spark is on one machine, for a few rows; a page says what it is on a cluster.
_SPARK = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def _with_python() -> Iterator[object]:
    """Yield the pages; those that start Spark run beside its other tests, in one process."""
    for page in PAGES:
        spark = any(part.page == page and part.marker == NEEDS_JAVA for part in PARTS)
        marks = [pytest.mark.xdist_group("spark"), pytest.mark.filterwarnings("ignore")] if spark else []
        yield pytest.param(page, marks=marks, id=page.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("page", list(_with_python()))
def test_python_blocks_run_one_after_the_other(page, monkeypatch):
    settings = " ".join(f"--conf {name}={value}" for name, value in _SPARK.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[2] {settings} pyspark-shell")
    with folder_of(page) as folder:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(catalog, "_added", [])
        _run_python(page)
        monkeypatch.chdir(ROOT)


def _run_python(page: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for part in (part for part in of("python") if part.page == page and not _GROWING.fullmatch(part.marker)):
        if part.marker == NEEDS_JAVA and not HAS_JAVA:
            continue
        if ">>> " not in part.text:
            exec(compile("\n" * part.line + part.text, part.name, "exec"), names)
            continue
        test = doctest.DocTestParser().get_doctest(part.text, names, part.name, str(page), part.line)
        said: list[str] = []
        failed = doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False).failed
        assert not failed, "".join(said)
        names = test.globs


# --- yaml ----------------------------------------------------------------------------------------------------------

_GREEN = "docs/examples/green-community.yaml"
EXAMPLE = ROOT / _GREEN


def _section(key: str) -> str:
    """Return the lines of a top-level key of the example ruleset."""
    found = re.search(rf"^{key}:.*?(?=^\S)", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


#: What a fragment leaves out; it stands below the fragment, so that a line of the page keeps its number.
_DEFAULTS = {
    "standard": "standard: example\n",
    "edition": 'edition: "1"\n',
    "source": "source: {document: example}\n",
    "tiers": _section("tiers"),
    "groups": _section("groups"),
    "facts": _section("facts"),
    "indicators": "indicators: {example: {require: {basic: 1 = 1}}}\n",
}


def whole(fragment: str) -> str:
    """Return a fragment made a ruleset; one that extends another has the rest from there."""
    given = set(re.findall(r"^(\w+):", fragment, re.MULTILINE))
    if "extends" in given:
        given |= {"tiers", "groups", "facts", "indicators"}
    missing = [text for key, text in _DEFAULTS.items() if key not in given]
    return fragment + "".join(missing)


def ruleset_of(name: str) -> Ruleset:
    return catalog.load(ROOT / name if name.endswith(".yaml") else name)


def diagnostics_of(part: Part) -> str:
    """Return all that the library finds wrong in a block of YAML."""
    kind, _, name = part.marker.removesuffix(" with diagnostics").partition(" of ")
    kind, _, path = kind.partition(" ")
    if path:
        assert part.text == (ROOT / path).read_text(encoding="utf-8"), f"the block differs from {path}"
    try:
        match kind:
            case "ruleset" | "fragment":
                text = part.text if kind == "ruleset" else whole(part.text)
                edition = read_ruleset(text, "ruleset.yaml", find=lambda name: catalog.load(name).edition)
                warnings = lint(edition, Text("ruleset.yaml", text))
                return "\n\n".join(str(one) for one in warnings if kind == "ruleset" or _is_about(one, part))
            case "facts":
                read_facts(ruleset_of(name).edition, part.text, "facts.yaml", disagreements=disagreements)
            case "costs":
                read_costs(ruleset_of(name).edition, part.text, "costs.yaml")
            case "cases":
                return _wrong_cases(name, part.text)
            case _:
                raise PageError(f"{part.name}: `{part.marker}` says of no YAML what it is")
    except (RulesetError, FactsError) as error:
        return str(error)
    return ""


def _is_about(warning: Diagnostic, fragment: Part) -> bool:
    """Return whether a warning is about a fragment itself, which need not use all that it declares."""
    return warning.at is not None and warning.at.line <= len(fragment.rows) and warning.code != "SR453"


def _wrong_cases(name: str, text: str) -> str:
    ruleset = ruleset_of(name)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree((ROOT / name).parent, folder, dirs_exist_ok=True)
        path = Path(folder, "cases", "block.yaml")
        path.write_text(text, encoding="utf-8")
        cases = read_cases(ruleset.edition, path)
        return "\n".join(f"{case.name}: {wrong}" for case in cases for wrong in differences(ruleset, case))


def is_complete(part: Part) -> bool:
    """Return whether a block of YAML must be without fault as it stands."""
    return not part.marker.endswith("with diagnostics") and _GROWING.fullmatch(part.marker) is None


@pytest.mark.parametrize("part", named([p for p in of("yaml") if is_complete(p)]))
def test_yaml_is_accepted(part):
    assert diagnostics_of(part) == ""


def refused_before(part: Part) -> Part:
    """Return the block whose diagnostics a block shows: the one before it."""
    before = PARTS[PARTS.index(part) - 1]
    assert before.page == part.page
    assert before.marker.endswith(" with diagnostics"), "diagnostics stand below the YAML that they are about"
    return before


@pytest.mark.parametrize("part", named([p for p in of("yaml") if p.marker.endswith("with diagnostics")]))
def test_yaml_with_diagnostics_shows_them(part):
    after = PARTS[PARTS.index(part) + 1]
    assert (after.page, after.marker) == (part.page, "diagnostics")
    assert diagnostics_of(part)


# --- the command ---------------------------------------------------------------------------------------------------

TARGETS = set(re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
EXTRAS: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
#: How each program of a page is run. pytest has no other plug-in than ours, and leaves nothing behind.
PROGRAMS = {
    "smartrules": ["-m", "smartrules"],
    "python": [],
    "pytest": ["-m", "pytest", "-p", "smartrules.testing.plugin", "-p", "no:cacheprovider"],
}
_OWN_VARIABLES = {"PATH", "PYTHONPATH", "HOME", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV"}


def transcript(part: Part) -> str:
    """Return what the commands of a block print, each below its prompt."""
    if part.marker != OWN_FOLDER:
        return _transcript(part)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        return _transcript(part, folder).replace(str(folder), "~")


def _transcript(part: Part, own: Path | None = None) -> str:
    rows: list[str] = []
    code = 0
    commands = [row for row in part.rows if row.startswith("$ ")]
    with nullcontext(own) if own is not None else folder_of(part.page, part) as folder:
        for index, row in enumerate(commands):
            rows.append(row)
            words = shlex.split(row[2:])
            if words[:2] == ["echo", "$?"]:
                rows.append(str(code))
                continue
            if words[0] in ("make", "pip", "export"):
                continue
            code, said = _run(words, folder, variables_of(part))
            rows += [line.rstrip() for line in said.splitlines()]
            following = commands[index + 1 : index + 2]
            shown = following == ["$ echo $?"] or (not following and part.marker == f"ends with {code}")
            assert code == 0 or shown, f"`{row}` ends with {code}, and no `echo $?` says so"
    assert part.marker in ("", OWN_FOLDER, f"ends with {code}"), f"{part.name} ends with {code}"
    return "\n".join(rows) + "\n"


def variables_of(part: Part) -> dict[str, str]:
    """Return the variables that a page exports up to a block of commands."""
    rows = [row for one in of("console") if one.page == part.page and one.line <= part.line for row in one.rows]
    return dict(row.removeprefix("$ export ").split("=", 1) for row in rows if row.startswith("$ export "))


def _run(words: list[str], folder: Path, variables: dict[str, str]) -> tuple[int, str]:
    given = None
    if "<" in words:
        given = (ROOT / words[-1]).read_bytes()
        words = words[: words.index("<")]
    assert words[0] in PROGRAMS, f"`{words[0]}` is not run here"
    assert words[0] != "smartrules" or words[1] not in ("assess", "explain", "new") or "--lang" in words, (
        "say the --lang"
    )
    program = [sys.executable, *PROGRAMS[words[0]]]
    own = {name: value for name, value in os.environ.items() if name in _OWN_VARIABLES}
    done = subprocess.run(
        [*program, *words[1:]],
        cwd=folder,
        env={**own, **variables, "LC_ALL": "C", "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode()
    if words[0] == "pytest":  # how long it took is another matter on every machine
        said = re.sub(r"(?m) in \d+\.\d\ds$", "", said)
    return done.returncode, said


@pytest.mark.parametrize("part", named(of("console")))
def test_make_and_pip_name_what_there_is(part):
    for row in part.rows:
        words = shlex.split(row[2:]) if row.startswith("$ ") else [""]
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= TARGETS
        elif words[0] == "pip":
            assert words[1] == "install"
            asked = [extra for found in re.findall(r"\[([a-z,]+)\]", row) for extra in found.split(",")]
            assert set(asked) <= set(EXTRAS)


# --- text ----------------------------------------------------------------------------------------------------------


def floors(part: Part) -> str:
    """Return the floors of the house, the highest first."""
    (house,) = (c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return "\n".join(house["layers"]) + "\n"


def text_of(part: Part) -> str:
    """Return what a block of text must say."""
    if part.marker == "diagnostics":
        return diagnostics_of(refused_before(part)) + "\n"
    if part.marker == "reserved":
        return " ".join(sorted(RESERVED)) + "\n"
    if part.marker == "reserved for facts":
        return " ".join(DOCUMENT_KEYS) + "\n"
    assert part.marker == "floors", f"`{part.marker}` says of no text what it is"
    return floors(part)


# --- tables --------------------------------------------------------------------------------------------------------


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _first_cells(part: Part) -> list[list[str]]:
    """Return the cells of a table below its heading."""
    return [cells(row) for row in part.rows[2:]]


def bare(cell: str) -> str:
    """Return a cell without the backticks round it."""
    return cell.strip("`")


Rows = list[list[str]]


def units_table(part: Part, which: str) -> Rows:
    """Make: symbol, Chinese word, also written, size in words of the root units."""
    if which == "powers":
        return [[_code(word), _code(f"{_symbol(name)}^{power}")] for word, (name, power) in POWERS.items()]
    table = {"counting": COUNTING, "derived": DERIVED, "measuring": MEASURING}[which]
    rows = []
    for name, _, _, symbol, chinese, plural, others in table:
        also = [word for word in dict.fromkeys((name, plural, *others)) if word not in ("", symbol, chinese)]
        row = [_code(symbol), chinese, ", ".join(map(_code, also))]
        rows.append(row if which == "counting" else [*row, _size(unit(symbol))])
    return rows


def _symbol(name: str) -> str:
    return str(unit(name))


def _size(one: Unit) -> str:
    root = "*".join(f"{_symbol(n)}^{p}" if p != 1 else _symbol(n) for n, p in one.dimension)
    return f"{one.size} {root}".strip()


def _code(text: str) -> str:
    return f"`{text}`"


def codes_table(part: Part, *prefixes: str) -> Rows:
    """Make: code, meaning; a code that the page shows an example of leads to it."""
    headings = {line.removeprefix("### ") for line in part.page.read_text(encoding="utf-8").splitlines()}
    return [
        [f"[{code}](#{code.lower()})" if code in headings else code, text]
        for code, text in CODES.items()
        if code.startswith(prefixes)
    ]


def truth_table(part: Part, which: str, *rest: str) -> Rows:
    """Make the table of a connective over all outcomes; ``at_least 2 3`` is at least 2 of 3."""
    language: Language = "zh" if "zh" in rest else "en"

    def word(outcome: Outcome) -> str:
        return OUTCOME_WORDS[language][outcome]

    if which == "not":
        return [[word(a), word(negation(a))] for a in Outcome]
    if which == "tier":
        return [[word(a), word(tier([a]))] for a in Outcome]
    if which == "at_least":
        k, n = int(rest[0]), int(rest[1])
        parts = combinations_with_replacement(Outcome, n)
        return [[*map(word, each), word(at_least(k, each))] for each in parts]
    both: dict[str, Callable[[Outcome, Outcome], Outcome]] = {
        "all_of": lambda a, b: all_of([a, b]),
        "any_of": lambda a, b: any_of([a, b]),
        "when": when,
        "applicability": applicability,
    }
    return [[word(a), *(word(both[which](a, b)) for b in Outcome)] for a in Outcome]


def outcomes_table(part: Part) -> Rows:
    """Make: value, English, Chinese; what it means is the page's own."""
    kept = {bare(row[0]): row[3:] for row in _first_cells(part)}
    return [[_code(o.value), OUTCOME_WORDS["en"][o], OUTCOME_WORDS["zh"][o], *kept.get(o.value, [""])] for o in Outcome]


def _keep(part: Part, keys: list[str]) -> Rows:
    """Return the rows with these first cells, whatever the page says of each."""
    kept = {bare(row[0]): row[1:] for row in _first_cells(part)}
    width = len(cells(part.rows[0])) - 1
    return [[_code(key), *kept.get(key, [""] * width)] for key in keys]


def exit_codes_table(part: Part) -> Rows:
    """Make: code; when is the page's own."""
    return _keep(part, [str(code) for code in (REACHED, NOT_REACHED, WRONG, OPEN)])


def kinds_table(part: Part) -> Rows:
    """Make: kind of fact; the rest is the page's own."""
    return _keep(part, [kind.value for kind in Kind])


def facts_of_indicators_table(part: Part) -> Rows:
    """Make: what a rule of a tier asks of each indicator, its kind; what it is is the page's own."""
    kept = {bare(row[0]): row[2:] for row in _first_cells(part)}
    facts = indicators_of((), ()).facts
    return [[_code(fact.id), fact.kind.value, *kept.get(fact.id, [""])] for fact in facts]


def extras_table(part: Part) -> Rows:
    """Make: extra, what it installs; what it is for is the page's own."""
    kept = {bare(row[0]): row[2:] for row in _first_cells(part)}
    return [
        [_code(extra), ", ".join(map(_code, packages)), *kept.get(extra, [""])] for extra, packages in EXTRAS.items()
    ]


def commands_table(part: Part) -> Rows:
    """Make: command with its arguments, its options; what it does is the page's own."""
    kept = {bare(row[0]): row[2:] for row in _first_cells(part)}
    rows = []
    for name, command in typer.main.get_command(cli.app).commands.items():
        arguments = [str(p.metavar) for p in command.params if p.param_type_name == "argument"]
        options = [
            _code(", ".join(p.opts)) for p in command.params if p.param_type_name == "option" and p.name != "help"
        ]
        call = " ".join([name, *arguments])
        rows.append([_code(call), " ".join(options), *kept.get(call, [""])])
    return rows


def rulesets_table(part: Part, language: Language = "en") -> Rows:
    """Make: packaged ruleset, title, tiers, number of indicators, in force; where it comes from is the page's own."""
    unknown = {"en": "unknown", "zh": "未知"}[language]
    kept = {re.findall(r"`([^`]+)`", row[0])[0]: row[5:] for row in _first_cells(part)}
    rows = []
    for entry in (entry for entry in catalog.entries() if entry.origin == "packaged"):
        edition = catalog.load_file(entry.path).edition
        title, path = edition.standard.title, entry.path.relative_to(ROOT).as_posix()
        titles = [[one.title.zh] if language == "zh" else [one.title.zh, one.title.en] for one in edition.tiers]
        tiers = [
            _titles(*words) + ("" if tier.known else f" ({unknown})")
            for words, tier in zip(titles, edition.tiers, strict=True)
        ]
        since, until = edition.effective_from, edition.effective_until
        force = f"{since or '…'} – {until or '…'}" if since or until else unknown
        link = f"[{_code(edition.name)}](../{path})"
        own = kept.get(edition.name, [""])
        shown = _titles(title.zh) if language == "zh" else _titles(title.zh, title.en)
        rows.append([link, shown, "; ".join(tiers), str(len(edition.indicators)), force, *own])
    return rows


def thresholds_table(part: Part, name: str, *which: str) -> Rows:
    """Make: indicator in both languages, what each tier requires and where it does not, its source.

    ``own`` leaves out what is inherited.
    """
    edition = catalog.load(name).edition
    return [
        [
            _titles(indicator.title.zh, indicator.title.en),
            f"{requirement.tier}: {_code(source(requirement.rule))}{_where_asked(indicator)}",
            found.text() if (found := edition.source_of(indicator.id, requirement.tier)) is not None else "",
        ]
        for indicator in edition.indicators
        for requirement in indicator.requirements
        if "own" not in which or requirement.origin is None
    ]


def _where_asked(indicator: Indicator) -> str:
    applies = "" if indicator.applies is None else f", where {_code(source(indicator.applies))}"
    return applies + (f"; optional at {', '.join(indicator.optional)}" if indicator.optional else "")


def _titles(*words: str | None) -> str:
    return " / ".join(word for word in words if word)


_UNKNOWN = "zzzzzzzz"
#: Where each kind of key stands, with a key that no place knows: the reader then says which ones it does.
_PLACES = {
    "a ruleset": f"{_UNKNOWN}: 1\n",
    "effective": f"effective: {{{_UNKNOWN}: 1}}\n",
    "remove": f"extends: shandong-smart-community@2022\nremove: {{{_UNKNOWN}: 1}}\n",
    "a title": f"title: {{{_UNKNOWN}: 1}}\n",
    "a group": f"groups: {{life: {{{_UNKNOWN}: 1, title: life}}}}\n",
    "a source": f"source: {{{_UNKNOWN}: 1}}\n",
    "a tier": f"tiers: {{basic: {{{_UNKNOWN}: 1}}}}\n",
    "a collection": f"collections: {{trees: {{{_UNKNOWN}: 1, each: device, facts: {{old: {{kind: flag}}}}}}}}\n",
    "a measure": f'measures: {{share: {{{_UNKNOWN}: 1, value: green_area / area, unit: "%"}}}}\n',
    "an indicator": f"indicators: {{greenery: {{{_UNKNOWN}: 1, require: {{basic: garden}}}}}}\n",
    "points": f"indicators: {{greenery: {{points: {{{_UNKNOWN}: 1}}, require: {{basic: garden}}}}}}\n",
    "a reaction": f"reactions: {{garden_lost: {{{_UNKNOWN}: 1, lost: example}}}}\n",
    "a loss": f"reactions: {{garden_lost: {{lost: {{{_UNKNOWN}: 1}}}}}}\n",
    "a requirement": f"indicators: {{greenery: {{require: {{basic: {{{_UNKNOWN}: 1, rule: garden}}}}}}}}\n",
    "a number": f"facts: {{trees: {{{_UNKNOWN}: 1, quantity: m}}}}\n",
    "a flag": f"facts: {{trees: {{{_UNKNOWN}: 1, kind: flag}}}}\n",
    "a facts document": f"facts: {{garden: true}}\n{_UNKNOWN}: 1\n",
    "a value": f"facts: {{garden: {{value: true, {_UNKNOWN}: 1}}}}\n",
    "a community": f"facts: {{garden: true}}\ncommunity: {{id: x, {_UNKNOWN}: 1}}\n",
    "a case file": f"cases: []\n{_UNKNOWN}: 1\n",
    "a case": f"cases: [{{name: x, expect: {{tier: none}}, {_UNKNOWN}: 1}}]\n",
    "an expectation": f"cases: [{{name: x, expect: {{tier: none, {_UNKNOWN}: 1}}}}]\n",
    "costs": f"costs: {{garden: 1}}\n{_UNKNOWN}: 1\n",
}


def keys_table(part: Part, *place: str) -> Rows:
    """Make: key; what it says is the page's own."""
    keys, _ = keys_of(" ".join(place))
    return _keep(part, [_KIND_KEY.get(key, key) for key in keys])


def keys_of(where: str, document: str | None = None) -> tuple[list[str], tuple[str, int]]:
    """Return the keys that a reader knows in a place, and the file and line of the reader that says so.

    The document has a key there that the reader does not know.
    """
    document = _PLACES[where] if document is None else document
    edition = ruleset_of(_GREEN).edition
    keys: list[str] = []
    said: list[tuple[str, int]] = []

    def noted(reader: Reader, table: Table, what: str, known: Iterable[str], *rest: object) -> None:
        if table.get(_UNKNOWN) is not None:
            keys.extend(known)
            caller = sys._getframe(1)
            said.append((Path(caller.f_code.co_filename).name, caller.f_lineno))

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "cases", "cases.yaml")
        path.parent.mkdir()
        path.write_text(document, encoding="utf-8")
        patch.setattr(Reader, "known_keys", noted)
        with suppress(SmartrulesError):
            if where in ("a facts document", "a value", "a community"):
                read_facts(edition, document)
            elif where in ("a case file", "a case", "an expectation"):
                read_cases(edition, path)
            elif where == "costs":
                read_costs(edition, document)
            else:
                read_ruleset(whole(document), find=lambda name: catalog.load(name).edition)
    assert keys, f"{where} takes any key"
    return keys, said[0]


#: The kind of a fact stands as a key of its own; the table of kinds lists them all.
_KIND_KEY = {"quantity": "count, quantity, share, rate", "kind": "kind, set, choice"}


def readers_of_keys() -> dict[tuple[str, int], str]:
    """Return where a reader says which keys a mapping has, with what it says; not where a document declares them."""
    return {
        (path.name, call.lineno): ast.unparse(call)
        for path in (Path(smartrules.__file__).parent / "documents").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "known_keys"
        if not any(isinstance(argument, ast.Starred) for argument in ast.walk(call))
    }


def test_every_mapping_of_a_document_has_its_table_of_keys():
    shown = {keys_of(part.marker.removeprefix("table: keys "))[1] for part in of("table") if "keys" in part.marker}
    assert {place: call for place, call in readers_of_keys().items() if place not in shown} == {}


class _Scope:
    """The names of an edition, for the check of an expression that stands in a table."""

    def __init__(self, edition: Edition, member: Collection | None = None) -> None:
        self.edition = edition
        self.types: dict[str, Type] = {fact.id: fact.type for fact in edition.facts}
        self.types |= {m.id: Type("number", m.unit.dimension, unit=m.unit) for m in edition.measures}
        self.types |= {fact.id: fact.type for fact in (member.facts if member is not None else ())}

    def type_of(self, name: str) -> Type | None:
        return self.types.get(name)

    def known_names(self) -> Iterator[str]:
        return iter(self.types)

    def collection(self, name: str) -> _Scope | None:
        try:
            return _Scope(self.edition, self.edition.collection(name))
        except KeyError:
            return None

    def unit_of_collection(self, name: str) -> Unit:
        return self.edition.collection(name).unit

    def known_collections(self) -> Iterator[str]:
        return iter(self.edition.collection_by_id)


def faults_of(expression: str, edition: Edition) -> list[str]:
    """Return the codes and messages of an expression over the facts of an edition."""
    try:
        tree = parse(expression)
    except RulesetError as error:
        return [f"{d.code}: {d.message}" for d in error.diagnostics]
    log = Log(Text(None, expression))
    Checker(_Scope(edition), log).requirement(tree)
    return [f"{d.code}: {d.message}" for d in log.errors]


def words_table(part: Part) -> Rows:
    """Make: word of the expression language; the rest is the page's own."""
    return _keep(part, sorted(RESERVED))


def functions_table(part: Part) -> Rows:
    """Make: function of the expression language; the rest is the page's own."""
    return _keep(part, list(FUNCTIONS))


def expressions_table(part: Part, example: str = _GREEN) -> Rows:
    """Make: expression over the facts of the example, what it says in Chinese, in English."""
    edition = ruleset_of(example).edition
    rows = []
    for row in _first_cells(part):
        assert faults_of(bare(row[0]), edition) == []
        tree = parse(bare(row[0]))
        rows.append([row[0], phrase(tree, edition, "zh"), phrase(tree, edition, "en")])
    return rows


def spellings_table(part: Part) -> Rows:
    """Make: expression, as the library writes it."""
    return [[row[0], _code(source(parse(bare(row[0]))))] for row in _first_cells(part)]


def refused_table(part: Part, example: str = _GREEN) -> Rows:
    """Make: expression over the facts of the example, the one fault that it has; what to write is the page's own."""
    edition = ruleset_of(example).edition
    rows = []
    for row in _first_cells(part):
        faults = faults_of(bare(row[0]), edition)
        assert len(faults) == 1, f"{row[0]} has {faults}"
        rows.append([row[0], *faults, *row[2:]])
        assert not row[2:] or not faults_of(bare(row[2]), edition), f"{row[2]} is refused too"
    return rows


def _one_fact(name: str, written: str) -> str:
    place = "stated" if name in ruleset_of(_GREEN).edition.measure_by_id else "facts"
    return f"{place}: {{{name}: {written}}}\n"


def values_table(part: Part) -> Rows:
    """Make: fact of the example, as written, as read."""
    edition = ruleset_of(_GREEN).edition
    rows = []
    for row in _first_cells(part):
        name = bare(row[0])
        facts = read_facts(edition, _one_fact(name, bare(row[1])))
        declared = edition.fact_by_id.get(name) or edition.measure_by_id[name]
        found = {**facts.facts, **facts.stated}.get(name)
        rows.append([row[0], row[1], "not known" if found is None else show_value(declared, found.value, "en")])
    return rows


def value_faults(edition: Edition, text: str) -> list[str]:
    """Return the codes and messages of a facts document."""
    try:
        read_facts(edition, text)
    except FactsError as error:
        return [f"{d.code}: {d.message}" for d in error.diagnostics]
    return []


def refused_values_table(part: Part) -> Rows:
    """Make: fact of the example, as written, the one fault that it has."""
    edition = ruleset_of(_GREEN).edition
    rows = []
    for row in _first_cells(part):
        faults = value_faults(edition, _one_fact(bare(row[0]), bare(row[1])))
        assert len(faults) == 1, f"{row[0]}: {row[1]} has {faults}"
        rows.append([row[0], row[1], *faults])
    return rows


def errors_table(part: Part) -> Rows:
    """Make: class of error; when it is raised is the page's own."""
    return _keep(part, [one.__name__ for one in SmartrulesError.__subclasses__()])


class _Options:
    """Notes the options that a plug-in of pytest adds."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def getgroup(self, *names: str) -> _Options:
        return self

    def addoption(self, name: str, *, metavar: str = "", **rest: object) -> None:
        self.names.append(f"{name}={metavar}" if metavar else name)

    def addini(self, name: str, *rest: object, **more: object) -> None:
        self.names.append(name)


def pytest_table(part: Part) -> Rows:
    """Make: option of the plug-in; what it says is the page's own."""
    options = _Options()
    plugin.pytest_addoption(options)
    return _keep(part, options.names)


def finding_table(part: Part) -> Rows:
    """Make: what a finding has; what it says is the page's own."""
    own = [*(field.name for field in attrs.fields(Finding)), *vars(Finding)]
    public = [name for name in dict.fromkeys(own) if not name.startswith("_")]
    return _keep(part, [name + "(language)" * callable(getattr(Finding, name, None)) for name in public])


def change_table(part: Part) -> Rows:
    """Make: what a change has; what it says is the page's own."""
    own = [field.name for field in attrs.fields(Change)]
    own += [f"{name}()" for name, one in vars(Change).items() if callable(one) and not name.startswith("_")]
    return _keep(part, own)


def context_table(part: Part, name: str) -> Rows:
    """Make: what a template gets by a name, as the class that holds it says; inherited names are in another table."""
    of = getattr(texts, name)
    said = (inspect.getdoc(of) or "").partition("Attributes:\n")[2]
    told = dict(re.findall(r"^    (\w+): (.+(?:\n {8,}.+)*)", said, re.M))
    own = [field.name for field in attrs.fields(of) if not field.inherited]
    assert list(told) == own, f"{name} has {own}"
    return [[_code(one), " ".join(told[one].replace("``", "`").split())] for one in own]


def labels_table(part: Part) -> Rows:
    """Make: a caption by its name, in Chinese and English."""
    return [[_code(name), zh, LABELS["en"][name]] for name, zh in LABELS["zh"].items()]


def filters_table(part: Part) -> Rows:
    """Make: the filters that a template may use; what each does is the page's own."""
    return _keep(part, sorted(name for name in sandboxed(PaperFormat.HTML).filters if not name.startswith(" ")))


TABLES: dict[str, Callable[..., Rows]] = {
    "units": units_table,
    "codes": codes_table,
    "truth": truth_table,
    "outcomes": outcomes_table,
    "exit-codes": exit_codes_table,
    "kinds": kinds_table,
    "facts-of-indicators": facts_of_indicators_table,
    "extras": extras_table,
    "commands": commands_table,
    "keys": keys_table,
    "rulesets": rulesets_table,
    "thresholds": thresholds_table,
    "words": words_table,
    "functions": functions_table,
    "expressions": expressions_table,
    "spellings": spellings_table,
    "refused": refused_table,
    "values": values_table,
    "refused-values": refused_values_table,
    "errors": errors_table,
    "finding": finding_table,
    "change": change_table,
    "pytest": pytest_table,
    "context": context_table,
    "labels": labels_table,
    "filters": filters_table,
}


def table_of(part: Part) -> str:
    """Return a table as the library has it, under the page's own heading."""
    name, *arguments = part.marker.removeprefix("table: ").split()
    rows = ["| " + " | ".join(row) + " |" for row in TABLES[name](part, *arguments)]
    return "\n".join([*part.rows[:2], *rows]) + "\n"


# --- what the library prints ---------------------------------------------------------------------------------------


def expected(part: Part) -> str:
    """Return what a recorded part must be: a transcript, diagnostics, a table."""
    return {"console": transcript, "text": text_of, "table": table_of}[part.language](part)


RECORDED = of("console", "text", "table")


@pytest.mark.once
@pytest.mark.parametrize("part", named(RECORDED))
def test_page_shows_what_the_library_says(part):
    says = expected(part)
    assert part.text == says, f"`python tests/test_docs.py` writes it again; read what it changes:\n{says}"


OWN_WORDS = {
    "outcomes",
    "exit-codes",
    "kinds",
    "extras",
    "commands",
    "keys",
    "rulesets",
    "words",
    "functions",
    "errors",
    "finding",
    "change",
    "pytest",
    "filters",
}


@pytest.mark.parametrize("part", named([p for p in of("table") if p.marker.split()[1] in OWN_WORDS]))
def test_page_has_a_word_for_every_row(part):
    assert [row for row in part.rows[2:] if not cells(row)[-1]] == []


def test_every_code_is_explained():
    markers = [part.marker.split()[2:] for part in of("table") if part.marker.startswith("table: codes")]
    prefixes = tuple(prefix for marker in markers for prefix in marker)
    assert [code for code in CODES if not code.startswith(prefixes)] == []


def test_the_design_has_a_row_for_every_room_of_columns():
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = sorted((ROOT / "src" / "smartrules" / "engines" / "columns").glob("*.py"))
    assert [room.name for room in rooms if f"engines/columns/{room.name})" not in text] == ["__init__.py"]


def test_at_least_twenty_codes_have_an_example():
    shown = {
        code for part in of("text") for code in re.findall(r"^(?:error|warning)\[(SR\d+)\]", part.text, re.MULTILINE)
    }
    assert len(shown) >= 20


def test_every_unit_is_listed():
    assert {part.marker for part in of("table")} >= {
        f"table: units {which}" for which in ("counting", "derived", "measuring", "powers")
    }


# --- links ---------------------------------------------------------------------------------------------------------


def prose(page: Path) -> str:
    """Return a page without its blocks and without what stands in backticks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def links_of(page: Path) -> list[str]:
    text = prose(page)
    return [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r"^\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE)]


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        anchors.add(slug if slug not in anchors else f"{slug}-1")
    return anchors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for link in links_of(page):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


def test_the_map_names_every_page():
    home = ROOT / "docs" / "index.md"
    linked = {(home.parent / link.partition("#")[0]).resolve() for link in links_of(home)}
    assert [page.name for page in PAGES[1:] if page not in linked | {home}] == []


# --- writing -------------------------------------------------------------------------------------------------------


def write() -> None:
    """Write into the pages what the library prints and knows."""
    for page in PAGES:
        lines = page.read_text(encoding="utf-8").splitlines()
        for part in reversed([part for part in PARTS if part.page == page]):
            start = part.line - (part.language == "table")
            path = re.fullmatch(r"ruleset (\S+\.yaml)|(?:facts|cases) (\S+\.yaml) of .+", part.marker)
            if part in RECORDED:
                lines[start : start + len(part.rows)] = expected(part).splitlines()
            elif path is not None:
                file = ROOT / next(filter(None, path.groups()))
                lines[start : start + len(part.rows)] = file.read_text(encoding="utf-8").splitlines()
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for path, text in examples_of(page).items():
            (EXAMPLES / path).parent.mkdir(parents=True, exist_ok=True)
            (EXAMPLES / path).write_text(example_of(path, text), encoding="utf-8")


if __name__ == "__main__":
    write()
