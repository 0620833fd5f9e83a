"""What other rule engines say exactly on thresholds, beside them and in every unit: the boundary corpus through each.

    python -m benchmarks.boundaries [--only WORD …]            every row, counted
    python -m benchmarks.boundaries --row ID … [--only WORD …]   what each says of a row, and the program that it runs
    python -m benchmarks.boundaries --record                     write the record, and the tables of docs/boundaries.md

The rows stand in tests/conformance/boundaries. A peer whose package is not installed is left out, and a record is of all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from .corpus import Row, rows
from .peer import Peer
from .peers import missing, peers
from .question import question
from .record import Record, write_whole
from .running import answer, run
from .tables import counts, in_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "boundaries.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.boundaries",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", metavar="WORD", help="only peers with one of these words in their names")
    parser.add_argument("--row", nargs="+", metavar="ID", help="these rows only, with programs and answers")
    parser.add_argument("--record", action="store_true", help="write the record and the page; every peer is needed")
    options = parser.parse_args()
    if options.record and (options.only or options.row):
        parser.error("a record is of all peers and rows")
    asked = [peer for peer in peers() if not options.only or any(named(peer, word) for word in options.only)]
    if not asked:
        parser.error("no peer of that name is installed")
    corpus = rows()
    if options.row:
        by_id = {row.id: row for row in corpus}
        for name in options.row:
            if name not in by_id:
                parser.error(f"the corpus has no row `{name}`{suggestion(name, by_id)}")
        print("\n\n".join(shown(by_id[name], asked) for name in options.row))
        return 0
    if options.record and missing():
        parser.error(f"a record is of all peers, and there is no {', no '.join(missing())}")
    results = [run(peer, corpus) for peer in asked]
    print(f"{len(corpus):,} rows\n\n{counts(results)}")
    if options.record:
        record = Record.of_here(asked, len(corpus), results)
        write_whole(PAGE, in_page(PAGE.read_text("utf-8"), record))
        record.write()
    return 0


def named(peer: Peer, word: str) -> bool:
    return word.lower() in peer.name.lower()


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return the row that may be meant: one that begins so, else one of a similar name."""
    close = [one for one in known if one.startswith(name)] or get_close_matches(name, known, 1)
    return f": did you mean `{close[0]}`?" if close else ""


HOLDS = {True: "it holds", False: "it does not hold"}


def shown(row: Row, asked: Sequence[Peer]) -> str:
    """Return a row with what each peer runs and says."""
    holds = question(row).holds
    lines = [row.id, f"  says:    {row.threshold.says}", f"  facts:   {row.written}", f"  exactly: {HOLDS[holds]}"]
    for peer in asked:
        found = answer(peer, row)
        lines.append(f"{peer.name}")
        if isinstance(found, str):
            lines.append(f"  cannot be asked: {found}")
        else:
            said = "" if found.holds == holds else ", which is otherwise"
            lines += [f"  runs:    {found.program}", f"  answers: {HOLDS[found.holds]}{said}"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
