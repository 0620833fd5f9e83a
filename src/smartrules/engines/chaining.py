"""Tree → network: the rules of an edition as clauses and joints, each an outcome of its own, for forward chaining.

A clause is what the reference evaluator decides from facts: a comparison, a membership, a flag, a statement about members.
A joint is what joins outcomes: a connective, a condition, an indicator, a tier. Of a joint the matcher sees one fact: how
many of its parts came to each outcome, or the outcomes of its two parts, as whole numbers. What it comes to then is a rule
of that fact alone. So no rule ever meets a number of a community, a text or a float, and none needs a second fact.

Whatever stands twice in the rules, within a tier or through tiers, is one clause or one joint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, assert_never

from attrs import field, frozen

from smartrules.engines import assessing, exact
from smartrules.engines.scope import Scope
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Name,
    Negation,
    Not,
    OneOf,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.expr.nodes import (
    Literal as Number,
)
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition, Tier

#: The outcomes by their codes, which are what the matcher sees of them.
OUTCOMES = (NOT_MET, MET, NOT_APPLICABLE, UNDETERMINED)
CODES: Mapping[Outcome, int] = {outcome: code for code, outcome in enumerate(OUTCOMES)}
_X, _M, _N, _U = range(4)

Kind = Literal["all", "at_least", "not", "when", "applies", "is", "tier"]


@frozen(eq=False)
class Clause:
    """A statement that the reference evaluator decides.

    Attributes:
        place: of its outcome among all of the network.
        decide: returns what it comes to where its facts are.
        names: the facts, measures and collections that it rests on, and ``on``.
    """

    place: int
    decide: Callable[[Scope], Outcome]
    names: frozenset[str]


@frozen(eq=False)
class Joint:
    """What joins the outcomes of clauses and of other joints.

    Attributes:
        place: of its outcome; higher than those of its parts.
        kind: how: ``all`` of its parts, ``at_least`` k of them, ``not``, ``when`` (the condition comes first), ``applies``
            (as ``when``, for a whole indicator), ``is`` (its one part), ``tier`` (all, where not applicable passes).
        k: of ``at_least``.
        names: what its parts rest on.
    """

    place: int
    kind: Kind
    parts: tuple[int, ...]
    k: int
    names: frozenset[str]

    def measurement(self, outcomes: Sequence[int]) -> dict[str, int]:
        """Return the fact that the matcher sees of the joint: whole numbers, ``n`` the place of the joint among them.

        ``x``, ``u`` and ``m`` count the parts that are not met, undetermined and met, ``w`` those that may come to be met;
        ``c`` and ``r`` are the outcomes of a condition and of what is asked under it, ``o`` is that of a single part.
        """
        match self.kind:
            case "when" | "applies":
                condition, requirement = self.parts
                return {"n": self.place, "c": outcomes[condition], "r": outcomes[requirement]}
            case "not" | "is":
                return {"n": self.place, "o": outcomes[self.parts[0]]}
            case "all" | "at_least" | "tier":
                found = [outcomes[part] for part in self.parts]
                met, failed, open_ = found.count(_M), found.count(_X), found.count(_U)
                return {"n": self.place, "x": failed, "u": open_, "m": met, "w": met + open_}
            case _:
                assert_never(self.kind)

    def rules(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Yield what the joint comes to, and the tests of its measurement that make it so: of all rules exactly one holds."""
        match self.kind:
            case "all":
                yield _X, [{"$gt": {"x": 0}}]
                yield _U, [{"x": 0}, {"$gt": {"u": 0}}]
                yield _M, [{"x": 0}, {"u": 0}, {"$gt": {"m": 0}}]
                yield _N, [{"x": 0}, {"u": 0}, {"m": 0}]
            case "tier":
                yield _X, [{"$gt": {"x": 0}}]
                yield _U, [{"x": 0}, {"$gt": {"u": 0}}]
                yield _M, [{"x": 0}, {"u": 0}]
            case "at_least":
                yield _N, [{"x": 0}, {"w": 0}]
                yield _M, [{"$gte": {"m": self.k}}]
                yield _M, [{"$lt": {"m": self.k}}, {"x": 0}, {"u": 0}, {"$gt": {"m": 0}}]
                yield _X, [{"$lt": {"w": self.k}}, {"$gt": {"x": 0}}]
                yield _U, [{"$lt": {"m": self.k}}, {"$gte": {"w": self.k}}, {"$gt": {"x": 0}}]
                yield _U, [{"$lt": {"m": self.k}}, {"x": 0}, {"$gt": {"u": 0}}]
            case "not":
                for code, turned in ((_X, _M), (_M, _X), (_N, _N), (_U, _U)):
                    yield turned, [{"o": code}]
            case "is":
                for code in (_X, _M, _N, _U):
                    yield code, [{"o": code}]
            case "when" | "applies":
                yield from self._conditional()
            case _:
                assert_never(self.kind)

    def _conditional(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        yield _N, [{"r": _N}]
        for condition in (_X, _N):
            yield _N, [{"c": condition}, {"$neq": {"r": _N}}]
        for code in (_X, _M, _U):
            yield code, [{"c": _M}, {"r": code}]
        yield _M if self.kind == "applies" else _U, [{"c": _U}, {"r": _M}]
        for code in (_X, _U):
            yield _U, [{"c": _U}, {"r": code}]


@frozen(eq=False)
class Network:
    """The clauses and joints of an edition.

    Attributes:
        edition: whose rules they are.
        clauses: those that facts decide.
        joints: by their places, which go on from those of the clauses, parts before wholes.
        indicators: the place of each indicator, by tier.
        tiers: the place of each tier.
        parents: of each place the joints of which it is a part.
        resting: of each fact, measure and collection, and of ``on``, the clauses that rest on it.
    """

    edition: Edition
    clauses: tuple[Clause, ...]
    joints: tuple[Joint, ...]
    indicators: Mapping[str, Mapping[str, int]]
    tiers: Mapping[str, int]
    parents: tuple[tuple[int, ...], ...] = field(init=False)
    resting: Mapping[str, tuple[Clause, ...]] = field(init=False)

    @parents.default
    def _parents(self) -> tuple[tuple[int, ...], ...]:
        above: list[dict[int, None]] = [{} for _ in range(self.size)]
        for joint in self.joints:
            for part in joint.parts:
                above[part][joint.place] = None
        return tuple(tuple(one) for one in above)

    @resting.default
    def _resting(self) -> Mapping[str, tuple[Clause, ...]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            for name in clause.names:
                found.setdefault(name, []).append(clause)
        return {name: tuple(clauses) for name, clauses in found.items()}

    @property
    def size(self) -> int:
        """How many outcomes there are."""
        return len(self.clauses) + len(self.joints)

    def joint(self, place: int) -> Joint:
        """Return the joint of a place."""
        return self.joints[place - len(self.clauses)]

    def affected(self, names: Iterable[str]) -> list[Clause]:
        """Return the clauses that may come to something else where some facts do."""
        found: dict[int, Clause] = {}
        for name in names:
            for clause in self.resting.get(name, ()):
                found[clause.place] = clause
        return list(found.values())


def network_of(edition: Edition) -> Network:
    """Return the rules of an edition as a network."""
    builder = _Builder(edition)
    indicators = {level.id: builder.indicators(level) for level in edition.tiers}
    tiers = {level.id: builder.tier(level, indicators[level.id]) for level in edition.tiers}
    return builder.network(indicators, tiers)


class _Builder:
    """Makes clauses and joints of rules, each once; places are settled at the end, when all clauses are known."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.clauses: list[tuple[Callable[[Scope], Outcome], frozenset[str]]] = []
        self.joints: list[tuple[Kind, tuple[int, ...], int]] = []
        self._known: dict[Any, int] = {}

    # Until then the place of a clause is counted from 0, and that of a joint downwards from -1.

    def indicators(self, level: Tier) -> dict[str, int]:
        rules = self.edition.rules(level.id)
        return {name: self._joint("is", (self._judged(rule),), key=(level.id, name)) for name, rule in rules.items()}

    def tier(self, level: Tier, indicators: Mapping[str, int]) -> int:
        if not level.known or level.rule is not None:
            own = self._clause(_ruled(level, self.edition), self._names_of_rule(level), key=("tier", level.id))
            return self._joint("tier", (own,), key=("tier", level.id))
        mandatory = self.edition.mandatory(level.id)
        return self._joint("tier", tuple(indicators[name] for name in mandatory), key=("tier", level.id))

    def network(self, indicators: Mapping[str, Mapping[str, int]], tiers: Mapping[str, int]) -> Network:
        count = len(self.clauses)

        def place(own: int) -> int:
            return own if own >= 0 else count - 1 - own

        clauses = tuple(Clause(index, decide, names) for index, (decide, names) in enumerate(self.clauses))
        names: list[frozenset[str]] = [clause.names for clause in clauses]
        joints: list[Joint] = []
        for kind, parts, k in self.joints:
            places = tuple(place(part) for part in parts)
            names.append(frozenset[str]().union(*(names[part] for part in places)))
            joints.append(Joint(count + len(joints), kind, places, k, names[-1]))
        return Network(
            self.edition,
            clauses,
            tuple(joints),
            {tier: {name: place(own) for name, own in found.items()} for tier, found in indicators.items()},
            {tier: place(own) for tier, own in tiers.items()},
        )

    def _clause(self, decide: Callable[[Scope], Outcome], names: frozenset[str], key: Any) -> int:
        place = self._known.get(("clause", key))
        if place is None:
            place = self._known["clause", key] = len(self.clauses)
            self.clauses.append((decide, names))
        return place

    def _joint(self, kind: Kind, parts: tuple[int, ...], k: int = 0, key: Any = None) -> int:
        known = kind, parts, k, key
        place = self._known.get(known)
        if place is None:
            self.joints.append((kind, parts, k))
            place = self._known[known] = -len(self.joints)
        return place

    def _judged(self, rule: Expr) -> int:
        """Return the whole rule of an indicator, as `exact.judge` asks it."""
        if not isinstance(rule, When):
            return self._outcome(rule)
        return self._joint("applies", (self._outcome(rule.condition), self._judged(rule.requirement)))

    def _outcome(self, node: Expr) -> int:
        match node:
            case AllOf():
                return self._joint("all", tuple(self._outcome(part) for part in node.parts))
            case AnyOf():
                return self._joint("at_least", tuple(self._outcome(part) for part in node.parts), 1)
            case AtLeast():
                return self._joint("at_least", tuple(self._outcome(part) for part in node.parts), node.k)
            case Not():
                return self._joint("not", (self._outcome(node.part),))
            case When():
                return self._joint("when", (self._outcome(node.condition), self._outcome(node.requirement)))
            case (
                Name()
                | Comparison()
                | Range()
                | Includes()
                | OneOf()
                | Reported()
                | Quantified()
                | Unknown()
                | Advice()
            ):
                return self._clause(_decided(node, self.edition), self._names(node), key=node)
            case (
                Number()
                | Day()
                | Today()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Count()
                | Aggregate()
            ):
                raise TypeError(f"{type(node).__name__} is no statement")
            case _:
                assert_never(node)

    def _names(self, node: Expr) -> frozenset[str]:
        """Return the facts, measures and collections that a rule rests on, and ``on`` where it asks for the day."""
        edition, found = self.edition, set[str]()
        queue = [node]
        while queue:
            for part in edition.walk(queue.pop()):
                match part:
                    case Name() | Count():
                        name = part.id if isinstance(part, Name) else part.of.id
                        if edition.is_collection(name):
                            found.add(edition.collection(name).id)
                            continue
                        declared = edition.fact_by_id.get(name)
                        if name in found:
                            continue
                        found.add(edition.collection_of_fact.get(name, name))
                        if declared is not None and declared.derived is not None:
                            queue.append(declared.derived)
                    case Quantified() | Aggregate():
                        found.add(edition.collection(part.collection).id)
                    case Today():
                        found.add("on")
                    case _:
                        pass
        return frozenset(found)

    def _names_of_rule(self, level: Tier) -> frozenset[str]:
        """Return what the rule of a tier rests on: whatever its indicators and what they are worth do."""
        if not level.known:
            return frozenset()
        rules = [*self.edition.rules(level.id).values()]
        rules += [
            i.points.value for i in self.edition.indicators if i.points is not None and i.points.value is not None
        ]
        return frozenset[str]().union(*(self._names(rule) for rule in rules))


def _decided(node: Expr, edition: Edition) -> Callable[[Scope], Outcome]:
    reading = exact.read(node, edition)
    return lambda scope: reading(scope).outcome


def _ruled(level: Tier, edition: Edition) -> Callable[[Scope], Outcome]:
    return lambda scope: assessing.tier_outcome(level, edition, scope)


def decide_all(network: Network, facts: Facts) -> bytearray:
    """Return the outcomes of all clauses for a community's facts, those of the joints undetermined."""
    scope, outcomes = Scope(facts), bytearray([_U]) * network.size
    for clause in network.clauses:
        outcomes[clause.place] = CODES[clause.decide(scope)]
    return outcomes
