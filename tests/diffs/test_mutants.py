"""Every mutant of the rulesets that are shipped is told from its ruleset, or it is said that this is not decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from smartrules import catalog
from smartrules.analysis import diff, mutants
from smartrules.analysis.diffs.answer import Diff
from smartrules.analysis.diffs.rulings import Verdict
from smartrules.analysis.mutation import Mutant, is_equivalent
from smartrules.ruleset import Ruleset
from tests.diffs.test_laws import replay

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

#: How many of a ruleset's mutants are told apart by a witness, are proved to decide alike, and are neither.
EXPECTED = {
    "gigabit-city@2022": (35, 0, 0),
    "example-city-smart-community@2023": (15, 0, 0),
    "complete-community@trial": (29, 3, 0),
    "shandong-smart-community@2022": (43, 0, 0),
    "u4ssc-kpi@2022": (23, 2, 0),
}
#: Of a ruleset with very many mutants every so many is asked.
EACH = {"u4ssc-kpi@2022": 20, "shandong-smart-community@2022": 4, "complete-community@trial": 2}


def _asked(ruleset: Ruleset) -> Iterator[Mutant]:
    for number, mutant in enumerate(mutants(ruleset)):
        if number % EACH.get(ruleset.name, 1) == 0:
            yield mutant


def _sort(found: Diff, mutant: Mutant, ruleset: Ruleset) -> int:
    """Return 0 where a witness tells, 1 where it is proved that nothing does, 2 where neither is."""
    verdicts = {ruling.verdict for change in found.changes for ruling in change.rulings}
    assert found.changes, f"nothing is said of {mutant}"
    if is_equivalent(mutant, ruleset.edition):
        assert not found.witnesses, f"{mutant} is proved equivalent"
        assert verdicts <= {Verdict.REWRITTEN, Verdict.NOT_DECIDED}
    else:
        assert found.material, f"{mutant} is killed, and said to decide alike"
    if found.witnesses:
        return 0
    return 1 if verdicts <= {Verdict.REWRITTEN} else 2


@pytest.mark.parametrize("name", EXPECTED)
def test_every_mutant_is_told_or_proved_or_left_undecided(name: str) -> None:
    ruleset = catalog.load(name)
    counts = Counter[int]()
    for mutant in _asked(ruleset):
        found = diff(ruleset, mutant.ruleset)
        replay(found)
        counts[_sort(found, mutant, ruleset)] += 1
    assert (counts[0], counts[1], counts[2]) == EXPECTED[name]
