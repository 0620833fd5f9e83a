"""Every mistake of the corpus under ``malformed/`` with the whole message that it gets.

A case is a file, or a builder where a mistake is too big or too odd for one; see ``malformed/reading.py``. After a
message was changed on purpose, look at it and pin it: ``python tests/malformed/pin.py rulesets/tab-indentation``.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from smartrules.diagnostics import CODES, Diagnostic, Severity, display_width
from tests.malformed import reading

NAMES = reading.names()
MOST_LINES = 30
#: What no ruleset, facts document or expression can cause.
ELSEWHERE = {
    "SR515": "a case file names what the ruleset does not have",
    **dict.fromkeys((f"SR{number}" for number in range(520, 533)), "a form is read; see tests/forms"),
    "SR533": "a form is written; see tests/forms",
    **dict.fromkeys(("SR534", "SR535", "SR536", "SR541"), "forms are gathered; see tests/forms"),
    **dict.fromkeys(("SR537", "SR538", "SR539", "SR540"), "a form is read; see tests/forms"),
    "SR601": "the catalog has no such ruleset",
    "SR602": "the catalog has no edition in force",
    "SR603": "a call names what the ruleset does not have",
    "SR605": "an assessment is read back",
    "SR606": "a file is written",
    "SR607": "the catalog finds rulesets that extend each other",
    "SR608": "the catalog checks its editions",
    "SR609": "a document is laid out",
    "SR610": "the catalog passes over a document that it cannot read",
    "SR611": "the catalog looks for its folders",
    "SR612": "the catalog compares a document with its folders",
    "SR604": "frames are assessed where their packages are not installed",
    "SR615": "a ruleset is begun",
    "SR616": "a threshold of a ruleset is set to another one",
    "SR701": "a frame lacks a column",
    "SR702": "a frame is of no kind that is known",
    "SR703": "a frame has numbers that cannot be exact there",
    "SR704": "a frame cannot decide a rule",
    "SR705": "a frame has wrong keys",
    "SR706": "a frame has a column where a result would stand",
    "SR707": "a frame has a name twice, or one of the library's own",
    "SR708": "a frame has what is said to be absent",
    "SR801": "a monitor is asked after its end",
    "SR901": "a plan is applied",
    "SR902": "a plan is applied",
    **dict.fromkeys(("SR903", "SR904", "SR905", "SR906", "SR907"), "costs of changes are read; see tests/gaps"),
    "SR802": "a monitor is asked of a community",
    "SR803": "an event comes of a community",
    "SR804": "an event comes at a time",
    "SR805": "an event comes late",
    "SR806": "an event comes of a community",
    "SR807": "changes are listened to",
    "SR808": "a community is read from a store",
    "SR809": "a monitor takes rules of its host",
    "SR810": "a monitor is made, or an event comes",
    "SR811": "a store of events is opened",
    "SR812": "a store of events is opened",
    "SR813": "a store of events is opened for a standard",
    "SR814": "a store of events is opened",
    "SR815": "a store of events is opened to be written",
    "SR816": "a store of events is written",
    "SR817": "a store of events is asked after it is closed",
    "SR818": "an event is put into a store",
    "SR821": "a line of events is read",
    "SR822": "a line of events is read",
    "SR823": "a line of events is read",
    "SR617": "facts of an outcome are drawn for a test",
    "SR618": "facts are drawn for a test",
    "SR619": "mutants are asked of cases and laws",
    "SR925": "an audit is asked for",
    "SR941": "a witness of the solver is put to the reference",
    **dict.fromkeys((f"SR{n}" for n in range(951, 960)), "a document is written by a template; see tests/papers"),
    **dict.fromkeys((f"SR{n}" for n in range(911, 930) if n != 925), "an audit observes facts that can be used"),
    "SR961": "a dossier is written of a ruleset that is too large for a page",
    "SR965": "an overview is asked for a number of communities that is none",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_mistake_gets_the_pinned_message(name: str) -> None:
    expected = reading.expectation(name)
    assert expected.is_file(), f"look at the message and pin it: python tests/malformed/pin.py {name}"
    found = reading.diagnostics(name)
    assert reading.rendered(found) == expected.read_text("utf-8")
    assert len(set(found)) == len(found), "nothing is said twice"
    for one in found:
        assert (one.severity is Severity.WARNING) == name.startswith("lint/")
        assert len(one.render().splitlines()) <= MOST_LINES
        assert one.help, "every message has a remedy"
        _is_a_sentence(one.message)
        _is_a_sentence(one.help)
        _is_plain(one.render())
        _is_underlined(one)


def test_every_expectation_has_its_mistake() -> None:
    pinned = {str(path.relative_to(reading.HERE).with_suffix("")) for path in reading.HERE.rglob("*.expected")}
    assert pinned <= set(NAMES)


def test_every_code_that_a_document_can_cause_is_in_the_corpus() -> None:
    pinned = [path.read_text("utf-8") for path in reading.HERE.rglob("*.expected")]
    seen = {code for text in pinned for code in re.findall(r"^\w+\[(SR\d+)]", text, re.M)}
    assert seen | ELSEWHERE.keys() == CODES.keys()
    assert not seen & ELSEWHERE.keys()


def _is_a_sentence(text: str) -> None:
    assert text == text.strip()
    assert not text[:1].isascii() or not text[:1].isupper(), "lower case"
    assert not text.endswith((".", "。", "!", ":", ";", ",")), "no full stop"
    assert text.count("`") % 2 == 0 or "``" in text, "the user's words in backticks"


def _is_plain(text: str) -> None:
    """Check that nothing reaches a terminal that it would not show as one sign, or obey."""
    odd = {c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))}
    assert not odd, "no control characters"


def _is_underlined(one: Diagnostic) -> None:
    """Check that the marks stand below the line, and begin where the place is."""
    if one.at is None or not one.line:
        return
    _, place, _, line, marks, *_ = one.render().splitlines()
    assert place.endswith(f":{one.at.line}:{one.at.column}")
    shown, marked = line.partition(" | ")[2], marks.partition(" | ")[2]
    assert re.fullmatch(r" *\^+", marked)
    assert display_width(marked) <= display_width(shown) + 1
    if display_width(one.line) <= 60:
        assert len(marked) - len(marked.lstrip()) == display_width(one.line[: one.at.column - 1].replace("\t", " "))
