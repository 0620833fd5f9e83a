"""What was measured so far, as a JSON file that several runs add to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from attrs import asdict, evolve, field, mutable

from .machine import machine, versions
from .measuring import Measurement
from .program import Program


class OtherMachineError(Exception):
    """A record of another machine, or of other versions: its figures do not stand beside new ones."""


@mutable
class Record:
    """The fastest measurement of each program at each size, on one machine.

    Attributes:
        machine: the machine in words.
        versions: of the packages.
    """

    machine: str
    versions: dict[str, str]
    _fastest: dict[tuple[str, int, int, float], Measurement] = field(factory=dict)

    @classmethod
    def of_here(cls, programs: Iterable[Program]) -> Record:
        return cls(machine(), versions(["pyarrow", *(program.distribution for program in programs)]))

    @property
    def measurements(self) -> list[Measurement]:
        return list(self._fastest.values())

    def add(self, found: Measurement) -> None:
        """Take a measurement in, unless the same took less time before."""
        key = (found.key, found.rows, found.indicators, found.missing)
        before = self._fastest.get(key)
        if before is None or found.seconds < before.seconds:
            self._fastest[key] = evolve(found, met=[])  # compared already, and long

    @classmethod
    def read(cls, path: Path) -> Record:
        plain = json.loads(path.read_text("utf-8"))
        record = cls(plain["machine"], plain["versions"])
        for one in plain["measurements"]:
            record.add(Measurement(**one))
        return record

    def take_in(self, path: Path) -> None:
        """Take in what a file says, so that it stands before what is measured now.

        Raises:
            OtherMachineError: where it was measured elsewhere.
        """
        before = Record.read(path)
        differing = {name for name, number in before.versions.items() if self.versions.get(name, number) != number}
        if before.machine != self.machine or differing:
            raise OtherMachineError(f"{path} was measured on another machine or with other packages: name another file")
        self.versions = {**before.versions, **self.versions}
        for one in before.measurements:
            self.add(one)

    def write(self, path: Path) -> None:
        """Write the file, the old one staying whole until the new one is."""
        plain = {
            "machine": self.machine,
            "versions": dict(sorted(self.versions.items())),
            "measurements": [asdict(one) for one in self.measurements],
        }
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
        beside.replace(path)

    def head(self) -> str:
        """Return the machine and the versions in one line."""
        return f"{self.machine}; {', '.join(f'{name} {number}' for name, number in sorted(self.versions.items()))}"
