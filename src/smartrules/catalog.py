"""Finding rulesets: by path, by name, by an alias, in the edition in force on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from os import PathLike, fspath
from pathlib import Path

from attrs import frozen

from smartrules.diagnostics import NotFoundError, did_you_mean, one_of, shorten
from smartrules.documents.compiled import FILE_NAME, read_compiled
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

DOCUMENT_NAME = "ruleset.yaml"


@frozen
class Entry:
    """A ruleset that the catalog holds, by where it is kept: ``<standard>/<edition>/ruleset.yaml``."""

    standard: str
    edition: str
    path: Path

    @property
    def name(self) -> str:
        """The standard and the edition: ``shandong-smart-community@2022``."""
        return f"{self.standard}@{self.edition}"


def packaged_folder() -> Path:
    """Return the folder of the rulesets that come with the library: in the wheel, or beside ``src`` in a checkout."""
    here = Path(__file__).parent
    inside = here / "rulesets"
    return inside if inside.is_dir() else here.parent.parent / "rulesets"


def entries() -> list[Entry]:
    """Return the rulesets of the catalog, by standard and edition."""
    return sorted(_entries(packaged_folder()), key=lambda entry: (entry.standard, entry.edition))


def _entries(folder: Path) -> Iterator[Entry]:
    for path in folder.glob(f"*/*/{DOCUMENT_NAME}"):
        yield Entry(path.parent.parent.name, path.parent.name, path)


def load(name: str | PathLike[str], *, on: date | None = None) -> Ruleset:
    """Return a ruleset, ready to use.

    Args:
        name: a standard with its edition (``"shandong-smart-community@2022"``), a standard or one of its aliases alone,
            which picks the edition in force, or the path of a ruleset document.
        on: the day on which the edition must be in force; today where it is not given and an edition must be picked.

    Raises:
        NotFoundError: where the catalog has no such ruleset, or none in force on that day.
        RulesetError: with every fault of the document.
    """
    text = fspath(name)
    if isinstance(name, PathLike) or text.endswith((".yaml", ".yml", ".json")) or "/" in text or "\\" in text:
        ruleset = load_file(Path(text))
        return ruleset if on is None else _in_force([ruleset], ruleset.name, on)
    standard, _, edition = text.partition("@")
    known = entries()
    found = [entry for entry in known if entry.standard == standard]
    rulesets = [load_file(entry.path) for entry in found if not edition or entry.edition == edition]
    if not found:
        everything = [load_file(entry.path) for entry in known]
        rulesets = [r for r in everything if standard in r.edition.standard.aliases]
        if edition:
            rulesets = [r for r in rulesets if r.edition.id == edition]
    if not rulesets:
        raise _not_found(text, standard, edition, known, found)
    if edition:
        return rulesets[0] if on is None else _in_force(rulesets, text, on)
    return _in_force(rulesets, text, on or date.today())


def load_file(path: Path) -> Ruleset:
    """Return the ruleset of a document; a packaged one from its compiled form where that was made from it.

    Raises:
        RulesetError: with every fault of the document, or why it cannot be read.
    """
    compiled = path.with_name(FILE_NAME)
    if path.name == DOCUMENT_NAME and path.is_relative_to(packaged_folder()) and compiled.is_file():
        found = read_compiled(compiled.read_text("utf-8"), path.read_bytes())
        if found is not None:
            return Ruleset(*found)
    from smartrules.documents.canonical import fingerprint
    from smartrules.documents.ruleset import read_ruleset_file  # brings in the parser

    edition = read_ruleset_file(path)
    return Ruleset(edition, fingerprint(edition))


def _in_force(rulesets: list[Ruleset], name: str, on: date) -> Ruleset:
    """Return the newest of some editions that is in force on a day."""
    fitting = [ruleset for ruleset in rulesets if ruleset.in_force(on)]
    if fitting:
        return max(fitting, key=lambda r: (r.edition.effective_from or date.min, r.edition.id))
    spans = ", ".join(f"`{r.name}` {_validity(r.edition)}" for r in rulesets)
    raise NotFoundError.of("SR602", f"no edition of `{shorten(name)}` is in force on {on}", f"there is {spans}")


def _validity(edition: Edition) -> str:
    since = f"from {edition.effective_from}" if edition.effective_from else "from the beginning"
    return f"{since} until {edition.effective_until}" if edition.effective_until else since


def _not_found(text: str, standard: str, edition: str, known: list[Entry], found: list[Entry]) -> NotFoundError:
    if found:
        hint = f"its editions are {one_of([entry.edition for entry in found])}".replace(" or ", " and ")
        return NotFoundError.of("SR601", f"the catalog has no edition `{shorten(edition)}` of `{standard}`", hint)
    names = sorted({entry.standard for entry in known})
    hint = did_you_mean(standard, names) or "`smartrules list` shows the catalog; a document is named by its path"
    return NotFoundError.of("SR601", f"the catalog has no ruleset `{shorten(text)}`", hint)
