"""Lines of events from strangers: each is an event or an error with its place, and nothing else ever comes of one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import FactsError, MonitorError, NotFoundError
from smartrules.live import Monitor
from smartrules.live.lines import Line, lines_of, read_event
from tests.live.test_monitor import HOMES
from tests.rulesets import ruleset

WORDS = [
    "community",
    "assert",
    "retract",
    "forget",
    "when",
    "facts",
    "stated",
    "on",
    "homes",
    "covered",
    "gated",
    "share",
]
TEXTS = (
    st.sampled_from([*WORDS, "a", "2024-05-06T12:00:00Z", "2024-05-06", "80 %", "0001-01-01T00:00:00+23:59", "七"])
    | st.text()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | TEXTS, parts, max_size=3),
    max_leaves=8,
)
EVENTS = st.fixed_dictionaries(
    {"community": st.just("a") | VALUES},
    optional={"assert": VALUES, "retract": VALUES, "forget": st.booleans(), "when": TEXTS},
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Draw a line that is an event, nearly one, or none."""
    content = json.dumps(draw(EVENTS), ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if draw(st.booleans()):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=2)) + content[at + draw(st.integers(0, 2)) :]
    return content


@pytest.fixture(scope="module")
def monitor() -> Iterator[Monitor]:
    with Monitor(ruleset(HOMES)) as opened:
        yield opened


@given(lines() | st.binary(max_size=20), st.integers(1, 10**6))
@example(b"\n\x80", 7)
@example(b'{"community":\r\n1, "forget": true}', 7)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_is_taken_or_refused_with_its_place(monitor: Monitor, content: bytes, number: int) -> None:
    try:
        read_event(Line(content, number, "topic")).give(monitor)
    except (FactsError, MonitorError, NotFoundError) as error:
        for one in error.diagnostics:
            assert one.at is not None
            assert (one.file, one.at.line) == ("topic", number)
            assert one.at.column <= len(content) + 1
            assert len(one.render().splitlines()) <= 6


@given(st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line)), st.sampled_from([b"\n", b"\r\n"]))
def test_lines_are_counted_as_an_editor_counts_them(contents: list[bytes], end: bytes) -> None:
    found = {line.number: line.content for line in lines_of(io.BytesIO(end.join(contents)))}
    for number, content in enumerate(contents, 1):
        if content.removeprefix(b"\xef\xbb\xbf").strip():
            assert found.pop(number).removesuffix(b"\n").removesuffix(end[:-1]) == content.removesuffix(end[:-1])
    assert not found


def test_numbers_are_exact_whatever_their_decimals(monitor: Monitor) -> None:
    # As floats the share would be 0.8 and 0.7999999999999999 alike, or not, by how they are made.
    for stated, outcome in (("80.0000000000000000000000 %", "met"), ("79.9999999999999999999999 %", "not_met")):
        body = json.dumps({"community": "exact", "assert": {"stated": {"share": stated}}})
        read_event(Line(body.encode())).give(monitor)
        assert monitor.outcomes("exact")["basic"]["coverage"].value == outcome
    event = read_event(
        Line(b'{"community": "exact", "assert": {"homes": 10.0, "x": 0.1, "y": 12345678901234567890.5}}')
    )
    assert [str(value) for value in event.body.values()] == ["10", "1/10", "24691357802469135781/2"]
