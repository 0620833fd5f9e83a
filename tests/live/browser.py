"""A real browser, Chromium, driven by its own protocol through a pipe: no package stands between it and a test."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

CHROMIUM = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)


def is_asked_for() -> bool:
    """Return whether a browser is here, or must be."""
    return CHROMIUM is not None or os.environ.get("SMARTRULES_BROWSER") == "required"


class RefusalError(Exception):
    """The browser did not do what it was asked."""


class Browser:
    """A browser with one page."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers, self._numbers = commands, answers, count(1)
        self._rest = b""
        self._session: dict[str, str] = {}
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}

    def show(self, url: str, *, width: int = 1280, height: int = 1000) -> None:
        """Go to a page, in a window of a size in pixels."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self._ask("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """Return what a script comes to in the page; None where it fails, or where the page is just being left."""
        with suppress(RefusalError):
            return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")
        return None

    def wait_for(self, script: str, seconds: float = 20) -> None:
        """Wait until a script comes to something true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < end, f"waited in vain for {script}"
            time.sleep(0.02)

    def photograph(self, path: Path) -> None:
        """Write what the window shows as a PNG."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def _ask(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters, **self._session}
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                read = os.read(self._answers, 1 << 16)
                assert read, "the browser is gone"
                self._rest += read
            one, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(one)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RefusalError(answer["error"])
                return answer["result"]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with a profile of its own, and end it."""
    assert CHROMIUM is not None, "there is no Chromium"
    (commands_read, commands), (answers, answers_write) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        options += ["--remote-debugging-pipe", f"--user-data-dir={profile}"]
        # It reads its commands from 3 and writes to 4, so a shell puts the pipes there.
        shell = f'exec 3<&{commands_read} 4>&{answers_write}; exec "$@"'
        process = subprocess.Popen(
            ["bash", "-c", shell, "browser", CHROMIUM, *options, "about:blank"],
            pass_fds=(commands_read, answers_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_read)
        os.close(answers_write)
        try:
            yield Browser(commands, answers)
        finally:
            with suppress(OSError):
                os.close(commands)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)  # it ends with its pipe
            process.kill()
            process.wait()
            os.close(answers)
