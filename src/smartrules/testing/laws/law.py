"""What a law is: a sentence that holds of every ruleset, and the search for a community of which it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from attrs import field, frozen
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from smartrules.assessment import Assessment
from smartrules.diagnostics import one_of
from smartrules.documents.given import document_of, written_document
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from smartrules.standard import Title

_Drawn = TypeVar("_Drawn")


@frozen
class Search:
    """How long communities are looked for, and from where.

    Attributes:
        examples: how many are drawn at most.
        random: what draws them.
        phases: whether what is found is made simpler too.
    """

    examples: int
    random: Random
    phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)

    def simplest(self, strategy: st.SearchStrategy[_Drawn], tells: Callable[[_Drawn], bool]) -> _Drawn | None:
        """Return the simplest that is found of what tells; None where none of those that are drawn does."""
        asked = settings(max_examples=self.examples, database=None, deadline=None, suppress_health_check=[*HealthCheck])
        try:
            return find(strategy, tells, settings=asked, random=self.random)
        except NoSuchExample:
            return None


@frozen
class Breach:
    """A law that does not hold of a ruleset, and the simplest community that was found of which it does not.

    Attributes:
        law: which.
        ruleset: its name.
        said: what is wrong, in one line.
        facts: the community's facts, None where the law is broken whatever they are.
    """

    law: Law
    ruleset: str
    said: str
    facts: Mapping[str, Any] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        lines = [f"{self.law.id}: {self.law.sentence.en}", f"  of {self.ruleset} it does not hold: {self.said}"]
        if self.facts is not None:
            lines.append("  the facts are")
            lines += [f"    {line}" for line in written_document(self.facts).splitlines()]
        return "\n".join(lines)


class LawBroken(AssertionError):
    """Laws that do not hold of a ruleset.

    Attributes:
        breaches: each of them.
    """

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__("\n".join(map(str, breaches)))
        self.breaches = tuple(breaches)


#: Looks for a community that breaks a law: what is wrong, and its facts if it is they.
Broken = Callable[[Ruleset, Search], tuple[str, Facts | None] | None]


@frozen
class Law:
    """A law of the semantics as a property of a ruleset.

    Attributes:
        id: its name.
        sentence: what it says.
    """

    id: str
    sentence: Title
    _broken: Broken = field(eq=False, repr=False)

    def __str__(self) -> str:
        return self.id

    def breach(self, ruleset: Ruleset, *, examples: int = 100, seed: int | None = None) -> Breach | None:
        """Return how a ruleset breaks the law; None where no community is found that shows it.

        Args:
            ruleset: of which it is asked.
            examples: how many communities are drawn at most.
            seed: from which they are drawn, the same ones for the same seed; by default others each time.
        """
        found = self._broken(ruleset, Search(examples, _random(seed)))
        if found is None:
            return None
        said, facts = found
        return Breach(self, ruleset.name, said, None if facts is None else document_of(ruleset.edition, facts))

    def holds(self, ruleset: Ruleset, *, examples: int = 100, seed: int | None = None) -> bool:
        """Return whether no community is found of which the law does not hold; that takes less than making it simple.

        Args:
            ruleset: as `breach` takes it.
            examples: as `breach` takes it.
            seed: as `breach` takes it.
        """
        return self._broken(ruleset, Search(examples, _random(seed), (Phase.generate,))) is None

    def check(self, ruleset: Ruleset, *, examples: int = 100, seed: int | None = None) -> None:
        """Check that the law holds of a ruleset, as far as communities that are drawn can show.

        Args:
            ruleset: of which it is asked.
            examples: as `breach` takes it.
            seed: as `breach` takes it.

        Raises:
            LawBroken: with the simplest community that was found of which it does not hold, as a facts document.
        """
        found = self.breach(ruleset, examples=examples, seed=seed)
        if found is not None:
            raise LawBroken([found])


def _random(seed: int | None) -> Random:
    return Random() if seed is None else Random(seed)


# --- comparing what is said ----------------------------------------------------------------------------------------


def conclusions(assessment: Assessment) -> dict[str, Any]:
    """Return all that an assessment says, whatever the facts are called in it: of tiers, scores and findings, by name."""
    said = dict[str, Any]()
    for level in assessment.tiers:
        said[f"`{level.tier.id}`"] = level.outcome
        said |= {f"the score `{score}` of `{level.tier.id}`": value for score, value in level.scores.items()}
        for name, finding in level.items():
            of = f"`{level.tier.id}.{name}`"
            said[of] = finding.outcome
            said[f"the margin of {of}"] = finding.margin
            said[f"what {of} earns"] = finding.points
            said[f"what is missing for {of}"] = frozenset(finding.missing)
    return said


def first_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return of what two say something else, and what each of them says."""
    for of, found in one.items():
        if of not in other:
            return of, shown(found), "not there"
        if found != other[of]:
            return of, shown(found), shown(other[of])
    return None


def shown(found: Any) -> str:
    """Return what is said of something, for a sentence."""
    match found:
        case None:
            return "not known"
        case bool():
            return "yes" if found else "no"
        case frozenset():
            return one_of(sorted(found)) if found else "nothing"
        case str():
            return found.replace("_", " ")
        case _:
            return str(found)
