"""Finding rulesets: by path, by name, by an alias, in the edition in force on a day.

A catalog is a list of folders that hold ``<standard>/<edition>/ruleset.yaml``: the one that comes with the library, those
a program adds, those of the environment variable ``SMARTRULES_PATH``, and those of installed plug-ins (entry points of
the group ``smartrules.rulesets``). Where two hold the same edition, the first in that order counts.

A ruleset is found by its folders, so its document must name the same standard and edition. One document that cannot be
read never takes the others away.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from smartrules.diagnostics import (
    Diagnostic,
    NotFoundError,
    RulesetError,
    RulesetWarning,
    Severity,
    SmartrulesError,
    Text,
    did_you_mean,
    one_of,
    shorten,
)
from smartrules.documents.compiled import FILE_NAME, compile_edition, read_compiled
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

DOCUMENT_NAME = "ruleset.yaml"
PATH_VARIABLE = "SMARTRULES_PATH"
ENTRY_POINTS = "smartrules.rulesets"

# A standard, its supplement, the supplement's supplement, through some editions each; a stranger's chain has no end.
_LONGEST_CHAIN = 32
_MOST_UNREADABLE = 5

_added: list[Path] = []


@frozen
class Entry:
    """A ruleset that the catalog holds, by where it is kept: ``<standard>/<edition>/ruleset.yaml``.

    Attributes:
        origin: which folder brought it: ``packaged``, ``added``, ``SMARTRULES_PATH``, or the plug-in's name.
    """

    standard: str
    edition: str
    path: Path
    origin: str = "packaged"

    @property
    def name(self) -> str:
        """The standard and the edition: ``shandong-smart-community@2022``."""
        return f"{self.standard}@{self.edition}"


# --- folders and what they hold ------------------------------------------------------------------------------------


def packaged_folder() -> Path:
    """Return the folder of the rulesets that come with the library: in the wheel, or beside ``src`` in a checkout."""
    here = Path(__file__).parent
    inside = here / "rulesets"
    return inside if inside.is_dir() else here.parent.parent / "rulesets"


def add(folder: str | PathLike[str]) -> None:
    """Add a folder of rulesets to the catalog of this process.

    Raises:
        NotFoundError: where there is no such folder.
    """
    path = Path(os.path.realpath(folder))
    if not path.is_dir():
        raise NotFoundError.of(
            "SR601", f"`{shorten(str(folder))}` is no folder", "it holds `<standard>/<edition>/ruleset.yaml`"
        )
    if path not in _added:
        _added.append(path)


def folders() -> list[tuple[str, Path]]:
    """Return the folders of the catalog with what brought them, in the order in which they count."""
    found = [("packaged", packaged_folder()), *(("added", folder) for folder in _added)]
    found += [(PATH_VARIABLE, Path(part)) for part in os.environ.get(PATH_VARIABLE, "").split(os.pathsep) if part]
    return [*found, *((f"plug-in {point.name}", place) for point in _plugins() for place in _places(point))]


def missing_folders() -> list[Diagnostic]:
    """Return the folders that the catalog should have and that are not there, each as a warning."""
    missing = []
    for origin, folder in folders():
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "is not there"
            message = f"`{shorten(str(folder), 120)}`, a folder of {origin}, {what}"
            hint = "install the plug-in again" if origin.startswith("plug-in") else f"correct {PATH_VARIABLE}"
            missing.append(Diagnostic("SR611", message, hint, severity=Severity.WARNING))
    for point in _plugins():
        if not _places(point):
            message = f"the plug-in `{shorten(point.name)}` names the package `{shorten(_package(point))}`, which is not there"
            hint = "install the plug-in again, or uninstall it"
            missing.append(Diagnostic("SR611", message, hint, severity=Severity.WARNING))
    return list(dict.fromkeys(missing))


def _plugins() -> list[EntryPoint]:
    from importlib.metadata import distributions  # 20 ms that a packaged ruleset need not pay

    found: dict[tuple[str, str], EntryPoint] = {}
    for distribution in distributions():
        with suppress(Exception):  # a package whose metadata is broken is no plug-in, and takes no other away
            for point in distribution.entry_points.select(group=ENTRY_POINTS):
                found.setdefault((point.name, point.value), point)
    return [found[key] for key in sorted(found)]


def _places(point: EntryPoint) -> list[Path]:
    """Return the folders of a plug-in's package, found without running any of its code; none where it is broken."""
    from importlib.util import find_spec

    top, *inner = _package(point).split(".")
    try:
        spec = find_spec(top)
        found = list((spec.submodule_search_locations or ()) if spec is not None else ())
    except Exception:  # whatever a finder of somebody else's raises, the rest of the catalog is there
        return []
    return [Path(place, *inner) for place in found]


def _package(point: EntryPoint) -> str:
    return point.value.partition(":")[0].strip()


def entries() -> list[Entry]:
    """Return the rulesets of the catalog, by standard and edition; of two with one name, the one that counts."""
    found: dict[str, Entry] = {}
    for entry in _entries(folders()):
        found.setdefault(entry.name, entry)
    return sorted(found.values(), key=lambda entry: (entry.standard, entry.edition))


def _entries(places: Iterable[tuple[str, Path]]) -> Iterator[Entry]:
    for origin, folder in places:
        for path in sorted(folder.glob(f"*/*/{DOCUMENT_NAME}")):
            yield Entry(path.parent.parent.name, path.parent.name, path, origin)


def find_entry(name: str) -> Entry | None:
    """Return the ruleset of a standard and its edition, ``shandong-smart-community@2022``; None where there is none."""
    # A packaged edition counts before every other, so the rest of the catalog need not be looked at.
    own = next((entry for entry in _entries([("packaged", packaged_folder())]) if entry.name == name), None)
    return own or next((entry for entry in entries() if entry.name == name), None)


# --- loading -------------------------------------------------------------------------------------------------------


def load(name: str | PathLike[str], *, on: date | None = None) -> Ruleset:
    """Return a ruleset, ready to use.

    Args:
        name: a standard with its edition (``"shandong-smart-community@2022"``), a standard or one of its aliases alone,
            which picks the edition in force, or the path of a ruleset document.
        on: the day on which the edition must be in force; today where it is not given and an edition must be picked.

    Raises:
        NotFoundError: where the catalog has no such ruleset, or none in force on that day; it also names the documents
            that could not be read. Where a folder is named.
        RulesetError: with every fault of the document that was named.

    Warns:
        RulesetWarning: where an edition is picked and another of the standard could not be read.
    """
    text = fspath(name)
    if is_path(name):
        if Path(text).is_dir():
            raise is_folder(text)
        ruleset = load_file(Path(text))
        return ruleset if on is None else _in_force([ruleset], ruleset.name, on)
    standard, _, edition = text.partition("@")
    entry = find_entry(text) if edition else None
    if entry is not None:
        ruleset = load_entry(entry)
        return ruleset if on is None else _in_force([ruleset], text, on)
    known = entries()
    found = [entry for entry in known if entry.standard == standard]
    if found and edition:
        raise _not_found(text, standard, edition, known, found)
    rulesets, unreadable = read_entries(found or known)
    if not found:
        rulesets = [r for r in rulesets if standard in r.edition.standard.aliases and edition in ("", r.edition.id)]
    if not rulesets:
        if Path(text).is_dir():
            raise is_folder(text)
        raise _with(_not_found(text, standard, edition, known, found), unreadable)
    try:
        picked = rulesets[0] if edition and on is None else _in_force(rulesets, text, on or date.today())
    except NotFoundError as error:
        raise _with(error, unreadable) from None
    for other, fault in unreadable:
        if other.standard == picked.edition.standard.id:
            warnings.warn(RulesetWarning(_passed_over(other, fault)), stacklevel=2)
    return picked


def is_path(name: str | PathLike[str]) -> bool:
    """Return whether a ruleset is named by the path of its document, and not by its standard or an alias."""
    text = fspath(name)
    return isinstance(name, PathLike) or text.endswith((".yaml", ".yml", ".json")) or "/" in text or "\\" in text


def load_entry(entry: Entry, *, extended_by: tuple[str, ...] = ()) -> Ruleset:
    """Return a ruleset of the catalog.

    Raises:
        RulesetError: as `load_file`, and where the document names another standard or edition than its folders (SR612).
    """
    ruleset = load_file(entry.path, extended_by=extended_by)
    fault = misnamed(entry.path, ruleset.edition)
    if fault is not None:
        raise RulesetError([fault])
    return ruleset


def read_entries(wanted: Iterable[Entry]) -> tuple[list[Ruleset], list[tuple[Entry, SmartrulesError]]]:
    """Return the rulesets that can be read, and with their faults the entries that cannot."""
    rulesets, unreadable = [], []
    for entry in wanted:
        try:
            rulesets.append(load_entry(entry))
        except SmartrulesError as error:
            unreadable.append((entry, error))
    return rulesets, unreadable


def unreadable_entry(entry: Entry, error: SmartrulesError) -> Diagnostic:
    """Return the first fault of an entry that cannot be read, as one of the catalog."""
    first, more = error.diagnostics[0], len(error.diagnostics) - 1
    hint = f"`smartrules check {entry.path}` shows {'the other fault' if more == 1 else f'the other {more} faults'} too"
    message = f"`{entry.name}` cannot be read: {first.message}"
    file = first.file or str(entry.path)
    return Diagnostic("SR610", message, hint if more else first.help, file, first.at, first.line)


def _passed_over(entry: Entry, error: SmartrulesError) -> Diagnostic:
    found = unreadable_entry(entry, error)
    message = found.message.replace("cannot be read:", "is passed over, because it cannot be read:", 1)
    return Diagnostic(found.code, message, found.help, found.file, found.at, found.line, Severity.WARNING)


def _with(error: NotFoundError, unreadable: list[tuple[Entry, SmartrulesError]]) -> NotFoundError:
    """Return an error with what may be the reason: folders that are not there, documents that cannot be read."""
    missing = [Diagnostic(d.code, d.message, d.help) for d in missing_folders()]
    shown = [unreadable_entry(*one) for one in unreadable[:_MOST_UNREADABLE]]
    rest = len(unreadable) - len(shown)
    if rest:
        shown.append(Diagnostic("SR610", f"{rest} more cannot be read", "`smartrules list` shows them all"))
    return NotFoundError([*error.diagnostics, *missing, *shown])


def misnamed(path: Path, edition: Edition) -> Diagnostic | None:
    """Return what is wrong where a document names another standard or edition than the folders in which it stands."""
    place = Path(os.path.realpath(path))
    folder = Entry(place.parent.parent.name, place.parent.name, path)
    if folder.name == edition.name:
        return None
    key = "standard" if folder.standard != edition.standard.id else "edition"
    hint = f"name the folders as the document, `{shorten(edition.standard.id)}/{shorten(edition.id)}/{DOCUMENT_NAME}`, or the document as they are"
    message = f"the folders name `{shorten(folder.name)}`, and the document `{shorten(edition.name)}`"
    from smartrules.documents.yaml import place_of_key, read_text

    text = Text(str(path), read_text(path))
    at = place_of_key(text, key)
    return Diagnostic("SR612", message, hint, str(path), at, "" if at is None else text.line(at.line))


def load_file(path: Path, *, extended_by: tuple[str, ...] = ()) -> Ruleset:
    """Return the ruleset of a document; a packaged one from its compiled form where that was made from it.

    Args:
        extended_by: the names of the rulesets that are being read and extend this one, to find circles.

    Raises:
        RulesetError: with every fault of the document, or why it cannot be read.
    """
    compiled = path.with_name(FILE_NAME)
    if path.name == DOCUMENT_NAME and path.is_relative_to(packaged_folder()) and compiled.is_file():
        found = read_compiled(compiled.read_text("utf-8", "replace"), path.read_bytes(), _base_bytes)
        if found is not None:
            return Ruleset(*found)
    from smartrules.documents.canonical import fingerprint
    from smartrules.documents.ruleset import read_ruleset_file  # brings in the parser

    chain = extended_by or _chain_from(path)
    edition = read_ruleset_file(
        path, find=lambda name: load_entry(_base(name, chain), extended_by=(*chain, name)).edition
    )
    return Ruleset(edition, fingerprint(edition))


def compile_file(path: Path) -> str:
    """Return the compiled form of a ruleset document, which names its bytes and those of every one that it extends.

    Raises:
        RulesetError: with every fault of the document, or why it cannot be read.
    """
    from smartrules.documents.ruleset import read_ruleset_file

    bases: dict[str, bytes] = {}

    def read(document: Path, chain: tuple[str, ...]) -> Edition:
        def find(name: str) -> Edition:
            entry = _base(name, chain)
            bases[name] = entry.path.read_bytes()
            return read(entry.path, (*chain, name))

        return read_ruleset_file(document, find=find)

    edition = read(path, _chain_from(path))
    return compile_edition(edition, path.read_bytes(), bases)


def _chain_from(path: Path) -> tuple[str, ...]:
    place = Path(os.path.realpath(path))
    return (f"{place.parent.parent.name}@{place.parent.name}",)


def _base(name: str, extended_by: tuple[str, ...]) -> Entry:
    """Return the entry that another extends, from the catalog's folders and nowhere else."""
    if name in extended_by:
        chain = (*extended_by, name)
        circle = " → ".join(f"`{one}`" for one in chain[chain.index(name) :])
        raise NotFoundError.of("SR607", f"rulesets extend each other in a circle: {circle}", "remove one `extends:`")
    if len(extended_by) > _LONGEST_CHAIN:
        message = f"`{shorten(extended_by[0])}` extends one that extends another, more than {_LONGEST_CHAIN} deep"
        raise NotFoundError.of("SR415", message, "extend an edition that states all it holds")
    entry = find_entry(name)
    if entry is None:
        known = entries()
        standard, _, edition = name.partition("@")
        raise _not_found(name, standard, edition, known, [entry for entry in known if entry.standard == standard])
    return entry


def _base_bytes(name: str) -> bytes | None:
    """Return the bytes of a document that another extends, None where it is not there any more."""
    entry = find_entry(name)
    return None if entry is None else entry.path.read_bytes()


# --- picking -------------------------------------------------------------------------------------------------------


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


def is_folder(text: str) -> NotFoundError:
    """Return the fault of a folder that is named where a ruleset is wanted."""
    folder = Path(text)
    document = folder / DOCUMENT_NAME
    hint = f"its document is `{document}`" if document.is_file() else "name a document in it by its path"
    shown = shorten(text.rstrip("/\\") or text)
    return NotFoundError.of("SR601", f"`{shown}` is a folder, and a ruleset is a document", hint)


def _not_found(text: str, standard: str, edition: str, known: list[Entry], found: list[Entry]) -> NotFoundError:
    if found and not edition:
        hint = f"it has {one_of([entry.edition for entry in found])}".replace(" or ", " and ") + ": correct them"
        return NotFoundError.of("SR601", f"the catalog has no edition of `{standard}` that can be read", hint)
    if found:
        hint = f"its editions are {one_of([entry.edition for entry in found])}".replace(" or ", " and ")
        return NotFoundError.of("SR601", f"the catalog has no edition `{shorten(edition)}` of `{standard}`", hint)
    names = sorted({entry.standard for entry in known})
    hint = did_you_mean(standard, names) or "`smartrules list` shows the catalog; a document is named by its path"
    return NotFoundError.of("SR601", f"the catalog has no ruleset `{shorten(text)}`", hint)
