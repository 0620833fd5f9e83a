"""What the peers said, as a JSON file: where it came from, and every disagreement by its row."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from pathlib import Path

from attrs import asdict, frozen

from ..peers.machine import versions
from .corpus import digest
from .peer import Peer
from .running import Result

PATH = Path(__file__).resolve().parents[1] / "results" / "boundaries.json"


@frozen
class Record:
    """What all peers said of one state of the corpus.

    Attributes:
        python: its version.
        versions: of the packages.
        corpus: the digest of the corpus.
        rows: how many it has.
    """

    python: str
    versions: dict[str, str]
    corpus: str
    rows: int
    results: tuple[Result, ...]

    @classmethod
    def of_here(cls, peers: Iterable[Peer], rows: int, results: Iterable[Result]) -> Record:
        named = versions(peer.distribution for peer in peers)
        return cls(platform.python_version(), named, digest(), rows, tuple(results))

    @classmethod
    def read(cls, path: Path = PATH) -> Record:
        plain = json.loads(path.read_text("utf-8"))
        results = (Result(**{**one, "disagrees": tuple(one["disagrees"])}) for one in plain.pop("results"))
        return cls(results=tuple(results), **plain)

    def write(self, path: Path = PATH) -> None:
        write_whole(path, json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file, the old one staying whole until the new one is."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
