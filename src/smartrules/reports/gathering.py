"""A folder of filled forms → one frame of communities, and a list of the forms that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import field, frozen

from smartrules.diagnostics import Diagnostic, NotFoundError, SmartrulesError, shorten
from smartrules.documents.forms.kinds import ENDINGS
from smartrules.engines import columns
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset

#: With fewer forms, to start processes takes longer than to read.
_FEW = 60
_CHUNK = 8


@frozen
class Unread:
    """A form that is not in the frame.

    Attributes:
        path: the file.
        diagnostics: why, with all that is wrong in it.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...]


@frozen(eq=False)
class Gathered:
    """Many communities that were read from their forms.

    Attributes:
        frame: of Polars, one row a community, as `Ruleset.frame` takes it: its key in the column ``community``.
        collections: of each collection the frame of its members, with the key of their community.
        unread: the forms that could not be read.
        communities: the facts of each community that is in the frame, in the order of its rows.
    """

    ruleset: Ruleset = field(repr=False)
    frame: Any
    collections: Mapping[str, Any]
    unread: tuple[Unread, ...]
    communities: tuple[Facts, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The column of the communities' ids, in the frame and in those of the collections."""
        name: str = columns.part("gathered").KEY
        return name


def gather(
    ruleset: Ruleset,
    forms: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Gathered:
    """Return the facts of many forms as one frame, with a list of what could not be read.

    A form at fault is left out, and so are two forms of one community: which of them counts is nobody's guess.

    Args:
        ruleset: that the forms are for.
        forms: a folder, whose workbooks are read and those in the folders below it; or files, which may be facts documents
            in YAML or JSON too.
        progress: is told how many were read so far.
        processes: how many read them. With more than one, a script that calls this needs ``if __name__ == "__main__":``.

    Raises:
        NotFoundError: SR536 where there is no form.
        MissingExtraError: SR604 where what frames need is not installed.
    """
    engine = columns.part("gathered")
    paths = forms_in([forms] if isinstance(forms, str | PathLike) else forms)
    read: list[tuple[Path, Facts]] = []
    unread: dict[Path, tuple[Diagnostic, ...]] = {}
    for number, (path, found) in enumerate(zip(paths, _each(ruleset, paths, processes), strict=True), 1):
        if isinstance(found, Facts):
            faults = _why_not(ruleset, path, found, engine)
            if faults:
                unread[path] = faults
            else:
                read.append((path, found))
        else:
            unread[path] = found
        if progress is not None:
            progress(number)
    for path, other in _twice(read):
        community = shorten(_id(dict(read)[path]))
        what = f"another form is of the community `{community}` too: {other}"
        unread[path] = (Diagnostic("SR535", what, "keep one of the two, or correct the id of one", str(path)),)
    kept = tuple(facts for path, facts in read if path not in unread)
    frame, members = engine.frames(ruleset.edition, kept)
    in_order = tuple(Unread(path, unread[path]) for path in paths if path in unread)
    return Gathered(ruleset, frame, members, in_order, kept)


def forms_in(places: Iterable[str | PathLike[str]]) -> list[Path]:
    """Return the forms that are named: files as they are, of folders the workbooks in them and in the folders below.

    What office programs put beside an open workbook, and what is hidden, is passed over.

    Raises:
        NotFoundError: SR536 where there is none, SR114 for a place that is not there.
    """
    found: dict[Path, None] = {}
    for name in places:
        place = Path(name)
        if not place.exists():
            raise NotFoundError.of("SR114", "there is no such file or folder", "check the path", file=str(place))
        if not place.is_dir():
            found[place] = None
            continue
        below = (path for path in sorted(place.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file())
        found |= dict.fromkeys(path for path in below if not _is_passed_over(path.relative_to(place)))
    if not found:
        hint = "name files, or a folder with workbooks (.xlsx)"
        raise NotFoundError.of("SR536", "there is no form to gather", hint)
    return list(found)


def _is_passed_over(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _why_not(ruleset: Ruleset, path: Path, facts: Facts, engine: Any) -> tuple[Diagnostic, ...]:
    """Return why a form that was read cannot stand in a frame; nothing where it can."""
    faults = [
        Diagnostic(fault.code, fault.message, fault.help, str(path)) for fault in engine.unheld(ruleset.edition, facts)
    ]
    if facts.community is None:
        what = "the form does not say of which community it is"
        faults.append(Diagnostic("SR534", what, "fill in the id of the community on its first sheet", str(path)))
    return tuple(faults)


def _id(facts: Facts) -> str:
    return "" if facts.community is None else facts.community.id


def _twice(read: Sequence[tuple[Path, Facts]]) -> Iterator[tuple[Path, Path]]:
    """Yield each form of a community that has several, with another of them."""
    by_id: dict[str, list[Path]] = {}
    for path, facts in read:
        by_id.setdefault(_id(facts), []).append(path)
    for paths in by_id.values():
        if len(paths) > 1:
            yield from ((path, paths[0] if path is not paths[0] else paths[1]) for path in paths)


# --- reading, in one process or several ----------------------------------------------------------------------------


def _each(ruleset: Ruleset, paths: Sequence[Path], processes: int) -> Iterator[Facts | tuple[Diagnostic, ...]]:
    """Yield what each form says, or why it cannot be read, in the order of the paths."""
    if processes < 2 or len(paths) < _FEW:
        yield from map(partial(_read, ruleset), paths)
        return
    with _pool(ruleset, processes) as pool:
        yield from pool.map(_read_there, paths, chunksize=_CHUNK)


@contextmanager
def _pool(ruleset: Ruleset, processes: int) -> Iterator[ProcessPoolExecutor]:
    # Processes that begin anew: the threads of Polars do not survive in a copy of this one.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (ruleset,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


_RULESETS: list[Ruleset] = []


def _begin(ruleset: Ruleset) -> None:
    """Take the ruleset, once in every process."""
    _RULESETS.append(ruleset)


def _read_there(path: Path) -> Facts | tuple[Diagnostic, ...]:
    return _read(_RULESETS[0], path)


def _read(ruleset: Ruleset, path: Path) -> Facts | tuple[Diagnostic, ...]:
    try:
        return ruleset.facts(path)
    except SmartrulesError as error:
        return error.diagnostics
