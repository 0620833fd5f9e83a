"""A language server as an editor runs it: a process that is spoken to in JSON-RPC over its standard streams."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

_SECONDS = 20
# Nothing is fetched from the network, and every kind of answer is asked for.
_SETTINGS = {
    "yaml": {
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
        "validate": True,
        "completion": True,
        "hover": True,
    }
}


class Session:
    """An editor's session with a language server.

    Documents need not exist as files; their folder must, because the schema of a modeline is looked up from there.
    """

    def __init__(self, program: list[str], root: Path) -> None:
        self._process = subprocess.Popen(
            program, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._said: Queue[dict[str, Any] | None] = Queue()
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._asked = self._opened = 0
        Thread(target=self._listen, daemon=True).start()
        capabilities = {
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["plaintext"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
        }
        self._ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def diagnostics(self, documents: Iterable[tuple[Path, str]]) -> list[list[str]]:
        """Return what the server says of each document, line by line."""
        opened = [self._open(path, text) for path, text in documents]
        while not self._diagnostics.keys() >= set(opened):
            self._hear()
        return [sorted(map(_line, self._diagnostics[uri])) for uri in opened]

    def completions(self, path: Path, text: str) -> dict[str, str]:
        """Return what the server offers where `|` stands, each with its documentation."""
        found = self._ask("textDocument/completion", self._place(path, text))
        items = found if isinstance(found, list) else found["items"]
        return {item["label"]: _words(item.get("documentation", "")) for item in items}

    def hover(self, path: Path, text: str) -> str:
        """Return what the server shows at the place where `|` stands."""
        found = self._ask("textDocument/hover", self._place(path, text))
        return "" if found is None else _words(found["contents"])

    def _place(self, path: Path, text: str) -> dict[str, Any]:
        before, _, after = text.partition("|")
        uri = self._open(path, before + after)
        lines = before.split("\n")
        return {"textDocument": {"uri": uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}

    def _open(self, path: Path, text: str) -> str:
        # A name of its own, so that what is said of a document cannot be about one that was opened before.
        self._opened += 1
        uri = path.with_stem(f"{path.stem}-{self._opened}").as_uri()
        self._tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        return uri

    # --- the wire --------------------------------------------------------------------------------------------------

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._asked += 1
        asked = self._asked
        self._send({"id": asked, "method": method, "params": params})
        while True:
            answer = self._hear()
            if answer.get("id") == asked and "method" not in answer:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        stream.flush()

    def _hear(self) -> dict[str, Any]:
        """Return the next message, after answering it where the server asks something."""
        try:
            message = self._said.get(timeout=_SECONDS)
        except Empty:
            raise TimeoutError(f"the language server says nothing for {_SECONDS} seconds") from None
        if message is None:
            raise ConnectionError("the language server has ended")
        if message.get("method") == "workspace/configuration":
            asked = [item.get("section", "") for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": [_SETTINGS.get(section) for section in asked]})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _listen(self) -> None:
        for message in self._messages():
            self._said.put(message)
        self._said.put(None)

    def _messages(self) -> Iterator[dict[str, Any]]:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            name, _, value = header.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
            elif not header.strip():
                yield json.loads(stream.read(length))


def _line(diagnostic: dict[str, Any]) -> str:
    return f"{diagnostic['range']['start']['line'] + 1}: {diagnostic['message']}"


def _words(contents: Any) -> str:
    """Return the text of a hover or a documentation."""
    return contents["value"] if isinstance(contents, dict) else str(contents)
