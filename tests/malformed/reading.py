"""The corpus of malformed documents: its cases by name, and the message that each one gets.

A case is a file, or a builder where a mistake is too big or too odd for a file. Its name is its place in this folder
without the ending: ``rulesets/tab-indentation``, ``built/ten-thousand-nots``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from smartrules import catalog
from smartrules.analysis.lint import lint
from smartrules.diagnostics import Diagnostic, Log, SmartrulesError, Text
from smartrules.documents.facts import read_facts
from smartrules.documents.ruleset import _Names, read_ruleset
from smartrules.documents.tree import Reader
from smartrules.documents.yaml import decode
from smartrules.engines.exact import disagreements
from smartrules.expr.parse import parse_into
from smartrules.expr.types import Checker
from smartrules.standard import Edition

HERE = Path(__file__).parent
OWN_RULESET = HERE / "facts" / "ruleset" / "green-quarters.yaml"
FOLDERS = {"rulesets": ".yaml", "facts": ".yaml", "expressions": ".txt", "lint": ".yaml"}


def names() -> list[str]:
    """Return the names of all cases."""
    from tests.malformed.builders import BUILDERS

    files = [f"{folder}/{p.stem}" for folder, end in FOLDERS.items() for p in sorted((HERE / folder).glob(f"*{end}"))]
    return files + [f"built/{name}" for name in BUILDERS]


def expectation(name: str) -> Path:
    """Return where the whole message of a case is pinned."""
    return HERE / f"{name}.expected"


def diagnostics(name: str) -> list[Diagnostic]:
    """Return what is said of a case."""
    folder, _, stem = name.partition("/")
    if folder == "built":
        from tests.malformed.builders import BUILDERS

        return refusal(BUILDERS[stem])
    path = HERE / folder / f"{stem}{FOLDERS[folder]}"
    content = path.read_bytes()
    match folder:
        case "rulesets":
            return refusal(
                lambda: read_ruleset(decode(content), path.name, find=lambda base: catalog.load(base).edition)
            )
        case "facts":
            edition = own_edition() if b"ruleset: green-quarters" in content else packaged_edition()
            return refusal(lambda: read_facts(edition, decode(content), path.name, disagreements=disagreements))
        case "expressions":
            return refusal(lambda: check_expression(content.decode().removesuffix("\n"), path.name))
        case _:
            text = decode(content)
            return lint(read_ruleset(text, path.name), Text(path.name, text))


def refusal(read: object) -> list[Diagnostic]:
    """Return the diagnostics with which something is refused."""
    assert callable(read)
    try:
        found = read()
    except SmartrulesError as error:
        return list(error.diagnostics)
    raise AssertionError(f"this is accepted, and gives {str(found)[:200]}")


def message(name: str) -> str:
    """Return the whole message of a case."""
    return rendered(diagnostics(name))


def rendered(found: list[Diagnostic]) -> str:
    """Return diagnostics as an error shows them, with a line end."""
    return "\n\n".join(d.render() for d in found) + "\n"


@cache
def own_edition() -> Edition:
    """Return the ruleset of this corpus."""
    return read_ruleset(OWN_RULESET.read_text("utf-8"), OWN_RULESET.name)


@cache
def packaged_edition() -> Edition:
    """Return the packaged ruleset."""
    return catalog.load("shandong-smart-community@2022").edition


def check_expression(text: str, name: str) -> None:
    """Read an expression as a requirement over the corpus's own ruleset."""
    log = Log(Text(name, text))
    tree = parse_into(log, text, log.text.span)
    if tree is not None:
        edition = own_edition()
        names = _Names(edition.facts, edition.measures, Reader(log), edition.collections)
        Checker(names, log).requirement(tree)
    if log.errors:
        raise SmartrulesError(log.errors)
