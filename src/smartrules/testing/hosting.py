"""A state machine for hosts that keep communities' facts over time: what they say is what the reference says of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from smartrules.analysis.solving.declared import derived_collections
from smartrules.diagnostics import FactsError
from smartrules.documents.given import document_of
from smartrules.engines import assessing
from smartrules.facts import Facts
from smartrules.live.folding import laid_over, without
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing.strategies import facts_from


class Host(Protocol):
    """What keeps the facts of communities, as they arrive, are corrected and are taken back."""

    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        """Take facts of a community, new ones and corrections.

        Args:
            community: its id.
            facts: a mapping in the shape of a facts document. What it names takes the place of what was known: a fact, a
                stated measure, the day, a whole collection, or the list of what is not reported.

        Raises:
            FactsError: where the facts contradict their declarations, or each other together with those that are known;
                what was known stays as it is.
        """

    def retract(self, community: str, fact_ids: Iterable[str]) -> None:
        """Take back facts, stated measures or collections of a community by their ids, the day as ``on``; each is missing then."""

    def outcomes(self, community: str) -> Mapping[str, Mapping[str, Outcome]]:
        """Return what the edition says of a community, by tier, then by indicator, as `Ruleset.outcomes` does."""


_COMMUNITIES = ("a", "b", "c")


def host_machine(ruleset: Ruleset, make: Callable[[], Host]) -> type[RuleBasedStateMachine]:
    """Return a state machine that asserts, corrects and retracts facts, and compares what a host says after each step.

    After every step the outcomes of every community are those of the reference for the facts that are known then, and
    facts that are refused leave everything as it was. Where they are not, Hypothesis prints the fewest steps that show it.
    Run it with pytest by its test case: ``TestHost = host_machine(ruleset, Host).TestCase``.

    Args:
        ruleset: what the host decides.
        make: returns a new host, without communities. What it returns is closed at the end if it has a ``close``.
    """
    edition = ruleset.edition
    communities = st.sampled_from(_COMMUNITIES)
    ids = ["on", *(fact.id for fact in edition.facts), *edition.measure_by_id, *edition.collection_by_id]
    families = _families(ruleset)

    class HostMachine(RuleBasedStateMachine):
        """Asserts, corrects and retracts facts of a few communities."""

        def __init__(self) -> None:
            super().__init__()
            self.host = make()
            self.known: dict[str, dict[str, Any]] = {}

        @rule(
            community=communities,
            facts=_documents(ruleset, facts_from(ruleset, missing=())),
            of=st.sets(st.integers(0, len(families) - 1), min_size=1) if families else st.just(set()),
        )
        def assert_families(self, community: str, facts: dict[str, Any], of: set[int]) -> None:
            """Facts arrive together with those that they must agree with."""
            self._assert(community, _only(facts, {name for place in of for name in families[place]}))

        @rule(
            community=communities,
            facts=_documents(ruleset, facts_from(ruleset)),
            names=st.sets(st.sampled_from(ids), min_size=1, max_size=2),
        )
        def assert_one(self, community: str, facts: dict[str, Any], names: set[str]) -> None:
            """One fact or two arrive alone, and may contradict what is known."""
            self._assert(community, _only(facts, names))

        @rule(community=communities, names=st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
        def retract(self, community: str, names: list[str]) -> None:
            """Facts are taken back, whether or not they are known."""
            if community in self.known:
                self.host.retract(community, names)
                self.known[community] = without(self.known[community], names)

        def _assert(self, community: str, facts: dict[str, Any]) -> None:
            before = self.known.get(community, {"facts": {}})
            after = laid_over(before, facts)
            if _is_accepted(ruleset, after):
                self.host.assert_facts(community, facts)
                self.known[community] = after
                return
            try:
                self.host.assert_facts(community, facts)
            except FactsError:
                return
            raise AssertionError(f"the host took facts that contradict what is known of `{community}`: {facts}")

        @invariant()
        def says_what_the_reference_says(self) -> None:
            """Compare the outcomes of every community."""
            for community, document in self.known.items():
                expected = assessing.outcomes(edition, ruleset.facts(document))
                found = {tier: dict(outcomes) for tier, outcomes in self.host.outcomes(community).items()}
                assert found == expected, f"of `{community}` the host says {found}, the reference {expected}"

        def teardown(self) -> None:
            """Close the host."""
            close = getattr(self.host, "close", None)
            if close is not None:
                close()

    return HostMachine


def _documents(ruleset: Ruleset, facts: st.SearchStrategy[Facts]) -> st.SearchStrategy[dict[str, Any]]:
    # Without arguments, which Hypothesis would print: those of a whole standard take it long, and it warns of that.
    @st.composite
    def documents(draw: st.DrawFn) -> dict[str, Any]:
        return document_of(ruleset.edition, evolve(draw(facts), claims={}))

    return documents()


def _families(ruleset: Ruleset) -> list[frozenset[str]]:
    """Return facts and collections that must agree with each other: parts with their wholes, and what is made of members."""
    edition = ruleset.edition
    families: list[set[str]] = [{"on"}, *({fact.id} for fact in edition.facts)]
    families += [{name} for name in edition.collection_by_id]
    pairs = [(fact.id, fact.at_most) for fact in edition.facts if fact.at_most is not None]
    pairs += [(fact.id, name) for fact in edition.facts for name in derived_collections(fact, edition)]
    for one, other in pairs:
        first, second = (next(family for family in families if name in family) for name in (one, other))
        if first is not second:
            families.remove(second)
            first |= second
    return [frozenset(family) for family in families]


# --- documents -----------------------------------------------------------------------------------------------------

_TABLES = ("facts", "stated", "collections")


def _only(document: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return of a document what it says of some names."""
    found: dict[str, Any] = {"facts": {}}
    for table in _TABLES:
        kept = {name: value for name, value in document.get(table, {}).items() if name in names}
        if kept or table == "facts":
            found[table] = kept
    unreported = [name for name in document.get("not_reported", ()) if name in names]
    if unreported:
        found["not_reported"] = unreported
    if "on" in document and "on" in names:
        found["on"] = document["on"]
    return found


def _is_accepted(ruleset: Ruleset, document: Mapping[str, Any]) -> bool:
    try:
        ruleset.facts(document)
    except FactsError:
        return False
    return True
