"""A real browser, Chromium driven by Playwright: pages are opened, clicked through, photographed and asked by axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

CHROMIUM = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)

#: For the tests that open a page; together in one worker, which has one browser at a time.
needs_browser = [
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("SMARTRULES_BROWSER") != "required", reason="chromium is not installed"
    ),
    pytest.mark.xdist_group("browser"),
    pytest.mark.once,
]

PHONE = (360, 740)
DESK = (1280, 1000)


@contextmanager
def window(size: tuple[int, int] = DESK, **context: Any) -> Iterator[Page]:
    """Open an empty window; whatever it shows must say nothing on its console.

    Args:
        size: width and height of the window in pixels.
        context: what Playwright's `new_context` takes, such as ``color_scheme="dark"`` or ``locale="zh-CN"``.
    """
    assert CHROMIUM is not None, "there is no Chromium"
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            wide, high = size
            seen = browser.new_context(viewport={"width": wide, "height": high}, **context).new_page()
            seen.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
            seen.on("pageerror", lambda error: said.append(f"error: {error}"))
            yield seen
        finally:
            browser.close()
    assert said == []


@contextmanager
def opened(page: Path, size: tuple[int, int] = DESK, **context: Any) -> Iterator[Page]:
    """Open an HTML file without a network: it must ask for nothing, and say nothing on its console."""
    asked: list[str] = []
    with window(size, offline=True, **context) as seen:
        seen.on("request", lambda request: request.url.startswith(("file:", "data:")) or asked.append(request.url))
        seen.goto(page.as_uri())
        yield seen
    assert asked == []


def faults_of_access(page: Page) -> list[str]:
    """Return what axe finds that keeps people from using a page: each rule with the elements that break it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]


def is_wider_than_its_window(page: Page) -> bool:
    """Return whether a page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
