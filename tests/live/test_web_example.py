"""The web host of the documentation, as a server and its visitors: forms, streams of changes, and a real browser."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from itertools import islice
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, is_wider_than_its_window, needs_browser, window

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "docs" / "examples" / "web"

pytestmark = pytest.mark.xdist_group("web")  # a server for all of them is enough


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the example as its page says, on a free port, with its store in a folder; give its address."""
    (said,) = re.findall(r"`(uvicorn .+?)`", (ROOT / "docs" / "live.md").read_text(encoding="utf-8"))
    words = shlex.split(said.replace("docs/examples/web", shlex.quote(str(WEB))))
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", *words, "--port", "0"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + 60
        while (found := re.search(r"running on (http://\S+)", log.read_text())) is None:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        yield found[1]
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("web")) as address:
        yield address


@pytest.fixture
def visitor(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server}/communities/", timeout=60, trust_env=False) as client:
        yield client


@contextmanager
def heard(visitor: httpx.Client, community: str) -> Iterator[Iterator[tuple[str, str]]]:
    """Listen to the changes of a community; give them as they come, behind what the table is filled with."""
    with visitor.stream("GET", f"{community}/changes") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = (re.findall(r'"(.*?)"', line) for line in stream.iter_lines() if line.startswith("data: "))
        yield ((place, outcome) for place, outcome in told)


def filled(told: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Return what the table is filled with: of the basic tier and its 22 indicators, and the two tiers above."""
    return dict(islice(told, 25))


def fields_of(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'name="(\w+)" value="(.*?)"', page))
    fields |= dict(re.findall(r'<select name="(\w+)">.*?<option selected>([^<]*)', page))
    return {name: unescape(typed) for name, typed in fields.items() if typed}


def told_wrong(page: str) -> str:
    found = re.search(r'<p role="alert">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_is_under_a_hundred_lines() -> None:
    files = [path for path in WEB.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert [path.name for path in files] == ["app.py"]
    assert len(files[0].read_text(encoding="utf-8").splitlines()) < 100


def test_all_that_listen_hear_a_form_that_is_sent_and_nobody_hears_of_others(visitor: httpx.Client) -> None:
    with (
        heard(visitor, "qili") as one,
        heard(visitor, "qili") as other,
        heard(visitor, "elsewhere") as third,
    ):
        for told in (one, other, third):
            assert set(filled(told).values()) == {"undetermined"}
        sent = {"households": "3460", "gigabit_households": "2422", "convenience_needed": "否"}
        answer = visitor.post("qili", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/communities/qili")
        for told in (one, other):
            assert [next(told), next(told)] == [
                ("basic.wired_broadband", "met"),
                ("basic.convenience", "not_applicable"),
            ]
        visitor.post("elsewhere", data={"area": "6.3 平方公里", "area_5g": "500 公顷"})
        assert [next(third), next(third)] == [("basic.mobile_network", "not_met"), ("basic.", "not_met")]
        visitor.post("qili", data={"was.gigabit_households": "2422", "gigabit_households": "2421"})
        assert next(one) == next(other) == ("basic.wired_broadband", "not_met")
    with heard(visitor, "qili") as again:
        assert filled(again)["basic.wired_broadband"] == "not_met"
    assert fields_of(visitor.get("qili").text) == {**sent, "gigabit_households": "2421"}


def test_what_is_refused_is_said_in_the_words_of_the_form_and_nothing_typed_is_lost(visitor: httpx.Client) -> None:
    visitor.post("refused", data={"households": "10"})
    sent = {"was.households": "10", "households": "20", "gigabit_households": "21", "area": "6.3", "area_5g": '"<i>'}
    answer = visitor.post("refused", data=sent)
    assert answer.status_code == 422
    assert told_wrong(answer.text) == (
        "社区总面积 total area of the community needs its unit: the bare number `6.3` does not say in which it is; "
        "write `6.3 km^2`\n"
        '`"&lt;i&gt;` is no number; write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`\n'
        "具备千兆接入能力的家庭数 number of households with gigabit access is 21 households, more than "
        "社区家庭总数 number of households, which is 20 households; "
        "a part is never larger than its whole: correct one of the two"
    )
    typed = {name: text for name, text in sent.items() if not name.startswith("was.")}
    assert fields_of(answer.text) == typed
    assert '<input type="hidden" name="was.households" value="10">' in answer.text
    assert fields_of(visitor.get("refused").text) == {"households": "10"}


def test_a_form_changes_only_what_was_changed_in_it(visitor: httpx.Client) -> None:
    visitor.post("two", data={"households": "10", "gigabit_households": "7"})
    visitor.post("two", data={"was.households": "", "households": "", "area": "1 km²"})  # shown before anything came
    assert fields_of(visitor.get("two").text) == {"households": "10", "gigabit_households": "7", "area": "1 km²"}
    visitor.post("two", data={"was.households": "10", "households": " ", "was.area": "1 km²", "area": "1 km²"})
    assert fields_of(visitor.get("two").text) == {"gigabit_households": "7", "area": "1 km²"}
    visitor.post("two", data={"convenience_needed": "yes"})  # which is none of the words that the form offers
    shown = fields_of(visitor.get("two").text)
    assert shown["convenience_needed"] == "yes"
    visitor.post("two", data={**shown, **{f"was.{name}": typed for name, typed in shown.items()}})
    assert fields_of(visitor.get("two").text) == shown


def test_an_id_and_what_is_typed_are_text_and_never_markup(visitor: httpx.Client) -> None:
    community = "%3Cscript%3Ealert(1)%3Cscript%3E"
    answer = visitor.post(community, data={"households": '"><script>', "area": "1 km²"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert 'value="&quot;&gt;&lt;script&gt;"' in answer.text
    assert visitor.post(community, data={"households": "1"}).headers["location"] == f"/communities/{community}"
    assert "<h1>山东省智慧社区建设指标 · &lt;script&gt;alert(1)&lt;script&gt;</h1>" in visitor.get(community).text


def test_what_was_taken_is_there_when_the_server_starts_again(tmp_path: Path) -> None:
    for turn in range(2):
        with serving(tmp_path) as address, httpx.Client(base_url=f"{address}/communities/", trust_env=False) as visitor:
            if not turn:
                visitor.post("qili", data={"households": "10", "gigabit_households": "7"})
            with heard(visitor, "qili") as told:
                assert filled(told)["basic.wired_broadband"] == "met"


@pytest.mark.parametrize("name", [pytest.param("seen", marks=needs_browser)])
def test_an_open_page_changes_by_itself(server: str, visitor: httpx.Client, name: str) -> None:
    address = f"{server}/communities/{name}"
    with window() as page:
        page.goto(address)
        expect(page.locator("td.undetermined")).to_have_count(25)
        visitor.post(name, data={"households": "10", "gigabit_households": "7", "convenience_needed": "否"})
        expect(page.locator("[id='basic.wired_broadband']")).to_have_text("达标 met")
        expect(page.locator("[id='basic.convenience']")).to_have_text("不适用 n/a")
        # And what is typed and sent here: the browser is led back to the page as things are then.
        page.locator("[name=area]").fill("1 km²")
        page.locator("[name=area_5g]").fill("0.5 km²")
        page.evaluate("document.forms[0].submit()")
        expect(page.locator("[id='basic.mobile_network']")).to_have_text("不达标 not met")
        assert page.locator("[name=households]").input_value() == "10"
        assert page.locator("[name=area]").input_value() == "1 km²"
    with window(PHONE) as page:
        page.goto(address)
        expect(page.locator("td.met")).to_have_count(1)
        assert not is_wider_than_its_window(page)
