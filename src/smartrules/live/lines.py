"""Lines of JSON ↔ what a monitor takes and tells: a line for an event that comes in, and one for a change or reaction that goes out.

{"community": "qili", "assert": {"gigabit_households": 3461}, "when": "2024-05-06T12:00:00Z"}
{"community": "qili", "retract": ["gigabit_households"]}
{"community": "qili", "forget": true}
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, cast

from attrs import evolve, field, frozen

from smartrules.diagnostics import (
    Diagnostic,
    FactsError,
    Fault,
    Log,
    MonitorError,
    NotFoundError,
    Span,
    Text,
    all_of,
    plain,
    shorten,
)
from smartrules.documents.json import read_json
from smartrules.documents.tree import OF_FACTS, Reader, Scalar, Sequence, Table, Tree
from smartrules.explanation import OUTCOME_WORDS
from smartrules.live.changes import Change
from smartrules.live.events import EventKind
from smartrules.live.monitor import Monitor
from smartrules.live.reactions import Event
from smartrules.standard import Edition
from smartrules.values import Language

_KINDS: Final[tuple[EventKind, ...]] = ("assert", "retract", "forget")
_KEYS = ("community", *_KINDS, "when")
_LONGEST = OF_FACTS.bytes
_MARK = b"\xef\xbb\xbf"
_AT_A_TIME = 1 << 16


# --- what comes in -------------------------------------------------------------------------------------------------


@frozen
class Line:
    """A line as it came.

    Attributes:
        content: its bytes, which should be JSON in UTF-8.
        number: counted from 1.
        name: what messages call the file.
    """

    content: bytes = field(repr=False)
    number: int = 1
    name: str | None = None


def lines_of(stream: BinaryIO, name: str | None = None) -> Iterator[Line]:
    """Yield each line of a stream that is not empty, as soon as it is whole.

    Of a line that is longer than any event no more is read than `read_event` needs to refuse it, and the rest is passed
    over.
    """
    number = 0
    while content := stream.readline(_LONGEST + 2):
        number += 1
        cut = len(content) == _LONGEST + 2 and not content.endswith(b"\n")
        if cut or content.removeprefix(_MARK).strip():
            yield Line(content, number, name)
        while cut and content and not content.endswith(b"\n"):
            content = stream.readline(_AT_A_TIME)


@frozen
class Arrival:
    """An event as a line says it, which no monitor has taken yet.

    Attributes:
        community: the id.
        kind: ``assert``, ``retract`` or ``forget``.
        body: a mapping as `Monitor.assert_facts` takes it, its numbers exact; ids to take back; None for ``forget``.
        when: its time in UTC, None where the line does not say it.
        line: where it stands.
    """

    community: str
    kind: EventKind
    body: Any
    when: datetime | None
    line: Line
    _text: str = field(repr=False, eq=False)
    _tree: Table = field(repr=False, eq=False)

    def give(self, monitor: Monitor) -> None:
        """Let a monitor take the event.

        Raises:
            FactsError, MonitorError, NotFoundError: as the methods of `Monitor`, each fault with its place in the line.
            StoreError: as the methods of `Monitor`, without a place, because it is no fault of the line.
            Exception: what the host raised when it was told.
        """
        try:
            match self.kind:
                case "assert":
                    monitor.assert_facts(self.community, self.body, when=self.when)
                case "retract":
                    monitor.retract(self.community, self.body, when=self.when)
                case "forget":
                    monitor.forget(self.community, when=self.when)
        except (FactsError, MonitorError, NotFoundError) as error:
            raise type(error)(map(self._placed, error.diagnostics)) from None

    def _placed(self, fault: Diagnostic) -> Diagnostic:
        at = _at_line(self._place(fault), self.line.number)
        return evolve(fault, file=self.line.name, at=at, line=self._text)

    def _place(self, fault: Diagnostic) -> Span | None:
        """Return the place of what a message names first, else of the whole body."""
        key = _PLACES.get(fault.code, self.kind)
        entry = self._tree.get(key)
        if entry is None:
            return None
        if key != self.kind:
            return entry.value.at
        places = _places_of(entry.value)
        named = re.findall("`([^`]+)`", fault.message)
        return next((places[name] for name in named if name in places), entry.value.at)


_PLACES = {"SR802": "community", "SR803": "community", "SR806": "community", "SR804": "when", "SR805": "when"}


def _places_of(tree: Tree) -> dict[str, Span | None]:
    """Return where each key stands first, and each text that is none."""
    keys: dict[str, Span | None] = {}
    texts: dict[str, Span | None] = {}
    left = [tree]
    while left:
        match left.pop():
            case Table(entries=entries):
                for entry in entries:
                    keys.setdefault(unicodedata.normalize("NFKC", entry.key), entry.at)
                left += reversed([entry.value for entry in entries])
            case Sequence(items=items):
                left += reversed(items)
            case Scalar(value=str() as text, at=at):
                texts.setdefault(shorten(text), at)
            case _:
                pass
    return texts | keys


def _at_line(at: Span | None, number: int) -> Span:
    return Span(number, 1) if at is None else evolve(at, line=number)


def read_event(line: Line) -> Arrival:
    """Return the event that a line says.

    Raises:
        MonitorError: with what is wrong with it, placed: no UTF-8 (SR102), no JSON (SR821), a key twice (SR104), too long or too
            deep (SR108), a key that there is not (SR109) or that is missing (SR110), a value of another shape (SR111), a
            number that is too long (SR207) or not finite (SR507), several events (SR823), a time that is none (SR822) or
            has no zone (SR804).
    """
    log = _LineLog(line)
    try:
        text = _decoded(line)
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode()
        log.text = _OneLine(line.name, error.object.decode("utf-8", "replace"))
        message = f"the line is not UTF-8 text: its byte {error.start + 1} is 0x{error.object[error.start]:02X}"
        log.add(Span(1, len(good) + 1), "SR102", message, "write it as UTF-8")
        raise MonitorError(log.placed) from None
    except Fault as fault:
        log.add_fault(None, fault)
        raise MonitorError(log.placed) from None
    log.text = _OneLine(line.name, text)
    try:
        tree = read_json(log.text)
    except Fault as fault:
        log.add_fault_in(fault)
        raise MonitorError(log.placed) from None
    arrival = _EventReader(log).arrival(tree, line, text)
    if arrival is None or log.errors:
        raise MonitorError(log.placed)
    return arrival


def _decoded(line: Line) -> str:
    content = line.content.removesuffix(b"\n").removesuffix(b"\r")
    if len(content) > _LONGEST:
        hint = "no event is: write each in a line of its own"
        raise Fault("SR108", f"the line is longer than {_LONGEST // 2**20} MiB", hint)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Fault("SR102", "the line is UTF-16 text, not UTF-8", "write it as UTF-8")
    return content.removeprefix(_MARK).decode()


@frozen
class _OneLine(Text):
    """The text of a line, which is one also where a carriage return stands in it."""

    @property
    def starts(self) -> list[int]:
        return [0]


class _LineLog(Log):
    """The faults of one line, which is read as a text of its own."""

    def __init__(self, line: Line) -> None:
        super().__init__(Text(line.name, ""), MonitorError)
        self._number = line.number

    @property
    def placed(self) -> list[Diagnostic]:
        """The errors, each with the number of the line in its file."""
        return [evolve(one, at=_at_line(one.at, self._number)) for one in self.errors]


class _EventReader(Reader):
    """Reads the tree of a line."""

    def arrival(self, tree: Tree, line: Line, text: str) -> Arrival | None:
        top = self.table(tree, "an event", 'write `{"community": …, "assert": {…}}`')
        if top is None:
            return None
        self.known_keys(top, "an event", _KEYS)
        named = self.required(top, "an event", "community", "give the id of the community", _begin(top))
        community = None if named is None else self._community(named)
        kinds = [kind for kind in _KINDS if top.get(kind) is not None]
        if not kinds and not any(self.misspelt(top, kind) for kind in _KINDS):
            hint = "write `assert` with facts, `retract` with ids, or `forget` with `true`"
            self.log.add(_begin(top), "SR110", "an event has no `assert`, `retract` or `forget`", hint)
        if len(kinds) > 1:
            second = top.get(kinds[1])
            assert second is not None
            hint = "write each in a line of its own"
            self.log.add(second.at, "SR823", f"an event has {all_of(kinds)}, and takes one of them", hint)
        when = self._when(top)
        if len(kinds) != 1:
            return None
        entry = top.get(kinds[0])
        assert entry is not None
        body = self._body(kinds[0], entry.value)
        return None if community is None else Arrival(community, kinds[0], body, when, line, text, top)

    def _community(self, tree: Tree) -> str | None:
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            return tree.value
        self.wrong_shape(tree, "`community`", "takes a text", 'write its id: `"community": "qili"`')
        return None

    def _body(self, kind: EventKind, tree: Tree) -> Any:
        match kind, tree:
            case "assert", Table():
                return _plain(tree)
            case "assert", _:
                hint = 'write `{"fact": value}`, or a whole facts document'
                self.wrong_shape(tree, "`assert`", "takes a mapping", hint)
            case "retract", Scalar(value=str() as name):
                return [name]
            case "retract", Sequence():
                for item in tree.items:
                    if not (isinstance(item, Scalar) and isinstance(item.value, str)):
                        self.wrong_shape(item, "an id of `retract`", "must be a text", "name a fact, or `on`")
                return _plain(tree)
            case "retract", _:
                self.wrong_shape(tree, "`retract`", "takes a list of ids", 'write `["fact"]`')
            case "forget", _ if not (isinstance(tree, Scalar) and tree.value is True):
                self.wrong_shape(tree, "`forget`", "takes `true`", "leave the line out where nothing is forgotten")
            case _:
                pass
        return None

    def _when(self, top: Table) -> datetime | None:
        entry = top.get("when")
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
            return None
        tree = entry.value
        if not (isinstance(tree, Scalar) and isinstance(tree.value, str)):
            self.wrong_shape(tree, "`when`", "takes a text", f"write a time with its zone: `{_EXAMPLE}`")
            return None
        try:
            return _read_time(tree.value)
        except Fault as fault:
            self.log.add_fault(tree.at, fault)
            return None


def _begin(top: Table) -> Span | None:
    """Return the first sign of an event, where what is missing in it is told."""
    return None if top.at is None else evolve(top.at, width=1)


_EXAMPLE = "2024-05-06T12:00:00Z"
# What every Python reads alike of what ISO 8601 allows.
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?", re.ASCII
)


def _read_time(text: str) -> datetime:
    """Return the time that ``2024-05-06T12:00:00Z`` names, in UTC.

    Raises:
        Fault: SR822 for a text that is none, SR804 for one without a zone.
    """
    found = _TIME.fullmatch(text.upper())
    hint = f"write year, month, day and time with the zone: `{_EXAMPLE}`"
    if found is None:
        raise Fault("SR822", f"`{shorten(text)}` is no time", hint)
    try:
        time = datetime.fromisoformat(found[0])
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Fault("SR822", f"`{shorten(text)}` is a time that does not exist", hint) from None
    raise Fault("SR804", f"the time {shorten(text)} has no time zone", f"give one: `{shorten(text)}Z`")


def _plain(tree: Tree) -> Any:
    match tree:
        case Table():
            return {entry.key: _plain(entry.value) for entry in tree.entries}
        case Sequence():
            return [_plain(item) for item in tree.items]
        case Scalar():
            return tree.value


# --- what goes out -------------------------------------------------------------------------------------------------


def write_line(told: Change | Event) -> str:
    """Return what a monitor tells as a line of JSON, without its end; the keys are those of its `to_plain`."""
    return json.dumps(told.to_plain(), ensure_ascii=False)


def sentence(told: Change | Event, edition: Edition, language: Language) -> str:
    """Return what a monitor tells as a sentence for people, with the titles of the standard."""
    when = told.when.isoformat().replace("+00:00", "Z")
    what = _change(told, edition, language) if isinstance(told, Change) else _event(told, edition, language)
    return plain(f"{when} {told.community}{'：' if language == 'zh' else ': '}{what}")


def _change(change: Change, edition: Edition, language: Language) -> str:
    tier = edition.tier_by_id[change.tier].title.text(language, change.tier)
    subject = tier
    if change.indicator is not None:
        title = edition.indicator_by_id[change.indicator].title.text(language, change.indicator)
        subject = f"{title}（{tier}）" if language == "zh" else f"{title} ({tier})"
    words = OUTCOME_WORDS[language]
    before, after = words[change.before], words[change.after]
    causes = [_title(edition, name, language) for name in change.cause]
    if language == "zh":
        because = f"，因为：{'、'.join(causes)}" if causes else ""
        return f"{subject}由{before}变为{after}{because}"
    because = f", because of {' and '.join([', '.join(causes[:-1]), causes[-1]] if causes[1:] else causes)}"
    return f"{subject} was {before} and is now {after}{because if causes else ''}"


def _event(event: Event, edition: Edition, language: Language) -> str:
    title = edition.reaction_by_id[event.reaction].title.text(language, event.reaction)
    if event.fact is None:
        return title
    fact = _title(edition, event.fact, language)
    return f"{title}：{fact}" if language == "zh" else f"{title}: {fact}"


def _title(edition: Edition, name: str, language: Language) -> str:
    if name == "on":
        return "事实日期" if language == "zh" else "the day of the facts"
    of: dict[str, Any] = cast("dict[str, Any]", {**edition.collection_by_id, **edition.measure_by_id})
    found = edition.fact_by_id.get(name) or of.get(name)
    return name if found is None else str(found.title.text(language, name))
