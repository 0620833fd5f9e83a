"""Finding rulesets: by path, by name, by an alias, in the edition in force on a day.

A catalog is a list of folders that hold ``<standard>/<edition>/ruleset.yaml``: the one that comes with the library, those
a program adds, those of the environment variable ``SMARTRULES_PATH``, and those of installed plug-ins (entry points of
the group ``smartrules.rulesets``). Where two hold the same edition, the first in that order counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from os import PathLike, fspath
from pathlib import Path

from attrs import frozen

from smartrules.diagnostics import Diagnostic, NotFoundError, Severity, SmartrulesError, did_you_mean, one_of, shorten
from smartrules.documents.compiled import FILE_NAME, compile_ruleset, read_compiled
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

DOCUMENT_NAME = "ruleset.yaml"
PATH_VARIABLE = "SMARTRULES_PATH"
ENTRY_POINTS = "smartrules.rulesets"

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
    path = Path(folder).resolve()
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
    return [*found, *_plugins()]


def _plugins() -> Iterator[tuple[str, Path]]:
    from importlib.metadata import entry_points  # 20 ms that a packaged ruleset need not pay
    from importlib.util import find_spec

    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        # A plug-in names a package; its folder is found without running any of its code.
        spec = find_spec(point.module.partition(".")[0])
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield f"plug-in {point.name}", Path(place, *point.module.split(".")[1:])


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
    if edition:
        own = _packaged(text)
        if own is not None:
            return _load_one(own, text, on)
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


def _load_one(entry: Entry, name: str, on: date | None) -> Ruleset:
    ruleset = load_file(entry.path)
    return ruleset if on is None else _in_force([ruleset], name, on)


def load_file(path: Path, *, extended_by: tuple[str, ...] = ()) -> Ruleset:
    """Return the ruleset of a document; a packaged one from its compiled form where that was made from it.

    Args:
        extended_by: the names of the rulesets that are being read and extend this one, to find circles.

    Raises:
        RulesetError: with every fault of the document, or why it cannot be read.
    """
    compiled = path.with_name(FILE_NAME)
    chain = extended_by or _chain_from(path)
    if path.name == DOCUMENT_NAME and path.is_relative_to(packaged_folder()) and compiled.is_file():
        text = compiled.read_text("utf-8")
        found = read_compiled(text, path.read_bytes(), fingerprint_of=lambda name: _fingerprint_of_base(name, chain))
        if found is not None:
            return Ruleset(*found)
    from smartrules.documents.canonical import fingerprint
    from smartrules.documents.ruleset import read_ruleset_file  # brings in the parser

    edition = read_ruleset_file(path, find=lambda name: _base(name, chain).edition)
    return Ruleset(edition, fingerprint(edition))


def compile_file(path: Path) -> str:
    """Return the compiled form of the ruleset of a document, for whoever packages it.

    Raises:
        RulesetError: with every fault of the document.
    """
    return compile_ruleset(path, find=lambda name: _base(name, _chain_from(path)).edition)


def _chain_from(path: Path) -> tuple[str, ...]:
    return (f"{path.parent.parent.name}@{path.parent.name}",)


def _base(name: str, extended_by: tuple[str, ...]) -> Ruleset:
    """Return the ruleset that another extends, from the catalog's folders and nowhere else."""
    chain = (*extended_by, name)
    if name in extended_by:
        circle = " → ".join(f"`{one}`" for one in chain[chain.index(name) :])
        raise NotFoundError.of("SR607", f"rulesets extend each other in a circle: {circle}", "remove one `extends:`")
    own = _packaged(name)
    if own is not None:
        return load_file(own.path, extended_by=chain)
    known = entries()
    for entry in known:
        if entry.name == name:
            return load_file(entry.path, extended_by=chain)
    standard, _, edition = name.partition("@")
    raise _not_found(name, standard, edition, known, [entry for entry in known if entry.standard == standard])


def _fingerprint_of_base(name: str, extended_by: tuple[str, ...]) -> str | None:
    try:
        return _base(name, extended_by).fingerprint
    except SmartrulesError:  # the document says why, with its place
        return None


def _packaged(name: str) -> Entry | None:
    """Return a packaged edition. It counts before every other, so the rest of the catalog need not be looked at."""
    return next((e for e in _entries([("packaged", packaged_folder())]) if e.name == name), None)


def doubtful_validity(path: Path) -> list[Diagnostic]:
    """Return the gaps and overlaps between an edition and the others of its standard beside it, as warnings."""
    editions = []
    for sibling in sorted(path.resolve().parent.parent.glob(f"*/{DOCUMENT_NAME}")):
        with suppress(SmartrulesError):  # a sibling at fault is the matter of its own check
            editions.append(load_file(sibling).edition)
    return [
        Diagnostic("SR608", message, "set `from` and `until` under `effective:`", str(path), severity=Severity.WARNING)
        for message in validity_faults(editions)
    ]


def validity_faults(editions: Iterable[Edition]) -> list[str]:
    """Return where the editions of one standard leave a day without an edition, or with two, each as a sentence."""
    dated = sorted(editions, key=lambda edition: edition.effective_from or date.min)
    faults = []
    for one, next_ in pairwise(dated):
        end, begin = one.effective_until, next_.effective_from or date.min
        if end is None or end >= begin:
            faults.append(f"`{one.name}` and `{next_.name}` are both in force on {begin}")
        elif end + timedelta(days=1) < begin:
            faults.append(f"neither `{one.name}` nor `{next_.name}` is in force on {end + timedelta(days=1)}")
    return faults


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
