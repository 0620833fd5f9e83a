"""Pins the messages of some cases: ``python tests/malformed/pin.py rulesets/tab-indentation built/gbk``.

Each message is printed as it is pinned. Read it as the author who made the mistake: is the place right, does it say what is
wrong, does the help work?
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.malformed import reading


def main(names: list[str]) -> None:
    if not names:
        sys.exit(__doc__)
    for name in names:
        message = reading.message(name)
        reading.expectation(name).write_text(message, encoding="utf-8")
        sys.stdout.write(f"=== {name}\n{message}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
