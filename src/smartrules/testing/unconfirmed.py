"""Cases written down for their author to confirm: the facts, and `confirm` where the standard's text decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from smartrules.analysis.mutation import Mutant
from smartrules.diagnostics import Fault, RulesetError, shorten
from smartrules.documents.cases import CONFIRM, read_cases_text
from smartrules.documents.given import said
from smartrules.documents.quoting import scalar
from smartrules.documents.writing import write_text
from smartrules.documents.yaml import read_text
from smartrules.engines.exact import disagreements
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition

if TYPE_CHECKING:
    from smartrules.testing.telling import Telling

_LONGEST_RULE = 60
_FACT_KEYS = ("on", "facts", "stated", "not_reported", "collections")


def name_of(mutant: Mutant) -> str:
    """Return the name of a case that tells a mutant from its ruleset."""
    before, after = (shorten(part, _LONGEST_RULE) for part in (mutant.before, mutant.after))
    return f"{mutant.of}: {before}, not {after}" if after else f"{mutant.of} is asked"


def add_unconfirmed(ruleset: Ruleset, path: Path, told: Iterable[tuple[Mutant, Telling]]) -> int:
    """Add cases to a case file, a new one or one that is there, and return how many.

    What is expected of them is left to their author. What the file asks of the same facts already is not asked again.
    Nothing is written where the file could not be read afterwards.

    Raises:
        RulesetError: with the faults of the file that is there, SR606 where it cannot be written.
        FactsError: with those of a facts document that a case in it begins from.
    """
    edition = ruleset.edition
    try:
        content = read_text(path) if path.exists() else None
        there = () if content is None else read_cases_text(edition, content, path, disagreements=disagreements)
        names, asked = {case.name for case in there}, [(case.facts, case.to_confirm) for case in there]
        added = list[str]()
        for mutant, telling in told:
            name = _unlike(name_of(mutant), names)
            text = _case(edition, name, mutant, telling)
            (case,) = read_cases_text(edition, f"cases:\n{text}\n", path)
            if (case.facts, case.to_confirm) not in asked:
                names.add(name)
                asked.append((case.facts, case.to_confirm))
                added.append(text)
        if added:
            known = f"ruleset: {scalar(edition.name)}\ncases:" if content is None else content.rstrip("\n") + "\n"
            text = "\n".join([known, "\n\n".join(added)]) + "\n"
            read_cases_text(edition, text, path, disagreements=disagreements)
            write_text(path, text)
    except Fault as fault:
        raise RulesetError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    return len(added)


def _unlike(name: str, names: Collection[str]) -> str:
    """Return a name that no case has yet."""
    numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(one for one in numbered if one not in names)


def _case(edition: Edition, name: str, mutant: Mutant, telling: Telling) -> str:
    lines = [f"name: {scalar(name)}"]
    source = _source(edition, mutant, telling.expect)
    if source:
        lines.append(f"source: {scalar(source)}")
    for key in _FACT_KEYS:
        if telling.document.get(key) or key == "facts":
            lines.append(f"{key}: {said(telling.document.get(key, {}))}")
    lines.append(f"expect: {said(_nested(telling.expect))}")
    return "\n".join(f"{'  - ' if place == 0 else '    '}{line}" for place, line in enumerate(lines))


def _nested(keys: Sequence[str]) -> Mapping[str, Any]:
    first, *rest = keys
    return {first: _nested(rest) if rest else CONFIRM}


def _source(edition: Edition, mutant: Mutant, expect: Sequence[str]) -> str:
    """Return where the standard says it, where one indicator says that."""
    names = [name for name in (expect[-1], *mutant.indicators) if name in edition.indicator_by_id]
    found = edition.source_of(names[0], expect[1] if len(expect) > 2 else None) if names else edition.source
    return "" if found is None else evolve(found, mark=None, note=None, url=None).text()
