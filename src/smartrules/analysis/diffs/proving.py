"""What two rules can come to together, whatever the facts are: by every combination of regions of what they compare.

Parts that both rules have are taken as one thing that may come to whatever such a part can, so that a long rule with one
change in it is a short one. What is found is never too little: facts that rest on each other are taken as if they did not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from math import prod

from attrs import evolve, frozen

from smartrules.analysis.mutation.abstract import Asked, Judged, Region, Unproved, states
from smartrules.analysis.mutation.regions import Compared, State, Within
from smartrules.analysis.ranges import range_of
from smartrules.analysis.strictness import entails
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Expr,
    Includes,
    Name,
    Not,
    Quantified,
    Reported,
    Unknown,
    When,
    walk,
)
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Kind, Number

#: More combinations of regions than are gone through.
_MOST_COMBINATIONS = 6_000

#: What an old rule and a new one come to, of the same facts.
Both = tuple[Outcome, Outcome]

#: How good an outcome is: one that passes, one that is open, one that fails.
RANK = {MET: 2, NOT_APPLICABLE: 2, UNDETERMINED: 1, NOT_MET: 0}


@frozen
class Proof:
    """What is proved of two rules.

    Attributes:
        alike: whether they come to the same for all facts, known or not, with the same facts missing.
        known: what they may come to together for facts that are all known; None where that was too much to go through.
    """

    alike: bool
    known: frozenset[Both] | None

    @property
    def never_better(self) -> bool:
        """Whether no community comes out better under the new rule."""
        return self.known is not None and all(RANK[new] <= RANK[old] for old, new in self.known)

    @property
    def never_worse(self) -> bool:
        """Whether no community comes out worse under the new rule."""
        return self.known is not None and all(RANK[new] >= RANK[old] for old, new in self.known)

    def joined(self, other: Proof) -> Proof:
        """Return what is proved by this and another proof of the same rules."""
        sets = [one.known for one in (self, other) if one.known is not None]
        return Proof(self.alike or other.alike, frozenset.intersection(*sets) if sets else None)

    @property
    def known_alike(self) -> bool:
        """Whether both come to the same wherever all facts are known."""
        return self.known is not None and all(old is new for old, new in self.known)


#: What is asked of a rule in a region: `Region.judged` of the whole rule of an indicator, `Region.of` of a part.
_Asking = Callable[[Region, Expr], Judged]


def prove(old: Expr, new: Expr, edition: Edition) -> Proof:
    """Return what is proved of two whole rules of an indicator, in an edition that declares what both ask of."""
    shared = _Shared(edition)
    return _proved(shared.parted_whole(old, new), shared, Region.judged)


def prove_parts(old: Expr, new: Expr, edition: Edition) -> Proof:
    """Return what is proved of two requirements that are parts of rules."""
    shared = _Shared(edition)
    return _proved(shared.parted(old, new), shared, Region.of)


def prove_entire(old: Expr, new: Expr, edition: Edition) -> Proof:
    """Return what is proved of two whole rules where what they share is gone through too: more, and in more time."""
    return _proved((old, new), _Shared(edition), Region.judged)


def _proved(rules: tuple[Expr, Expr], shared: _Shared, asking: _Asking) -> Proof:
    return _Combined(shared.grown(), shared, asking).proof(*rules)


# --- what a part can come to ---------------------------------------------------------------------------------------


def may_come_to(part: Expr, edition: Edition, *, known: bool) -> tuple[Outcome, ...]:
    """Return every outcome that a requirement can have, and some that it cannot; ``known`` is of facts that are all known."""
    inside = list(walk(part))
    found = [MET, NOT_MET]
    if any(isinstance(node, When | Advice | Quantified) or _is_made(node, edition) for node in inside):
        found.append(NOT_APPLICABLE)
    if (
        not known
        or any(isinstance(node, Unknown) or _is_made(node, edition) for node in inside)
        or not _is_valued(part, edition)
    ):
        found.append(UNDETERMINED)
    return tuple(found)


def _is_made(node: Expr, edition: Edition) -> bool:
    return isinstance(node, Name) and node.id in edition.fact_by_id and edition.fact_by_id[node.id].derived is not None


def _is_valued(expression: Expr, edition: Edition) -> bool:
    """Return whether every number in an expression surely has a value where all facts are known."""
    for node in edition.walk(expression):
        match node:
            case Arithmetic(operator="/"):
                below = range_of(node.right, edition)
                if not ((below.low is not None and below.low > 0) or (below.high is not None and below.high < 0)):
                    return False
            case Aggregate(function="count" | "sum"):
                continue
            case Aggregate():
                return False
            case Arithmetic() if edition.is_date(node):
                return False
            case Name() if _is_made(node, edition):
                return False
            case _:
                continue
    return True


# --- rules without what they share -----------------------------------------------------------------------------------


class _Shared:
    """The parts that two rules share, each under a name of its own, and those that bear on each other.

    Attributes:
        outcomes: what each named part can come to, for facts that are all known and for any.
        related: of two named parts, what they can come to together, likewise.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.outcomes = dict[Name, tuple[tuple[Outcome, ...], tuple[Outcome, ...]]]()
        self.related = dict[tuple[Name, Name], tuple[tuple[Both, ...], tuple[Both, ...]]]()
        self._names = dict[Expr, Name]()

    def grown(self) -> Edition:
        """Return the edition with the named parts as facts that may come to anything."""
        named = [*self.outcomes, *(name for pair in self.related for name in pair)]
        flags = tuple(FactDeclaration(name.id, Kind.FLAG, derived=Unknown()) for name in named)
        return evolve(self.edition, facts=(*self.edition.facts, *flags)) if flags else self.edition

    def parted_whole(self, old: Expr, new: Expr) -> tuple[Expr, Expr]:
        """Return the whole rules of indicators as `parted` does; of those the first condition is asked in its own way."""
        if not isinstance(old, When) and not isinstance(new, When):
            return self.parted(old, new)
        where = old.condition if isinstance(old, When) else None
        elsewhere = new.condition if isinstance(new, When) else None
        asked, other = self.parted_whole(
            old.requirement if isinstance(old, When) else old, new.requirement if isinstance(new, When) else new
        )
        if where is not None and elsewhere is not None:
            where, elsewhere = self.parted(where, elsewhere)
        return (
            asked if where is None else When(asked, where),
            other if elsewhere is None else When(other, elsewhere),
        )

    def parted(self, old: Expr, new: Expr) -> tuple[Expr, Expr]:
        """Return two rules with the parts that they share, or of which one entails the other, under names."""
        if old == new:
            return self._named(old), self._named(new)
        for joint in (AllOf, AnyOf):
            if isinstance(old, joint) or isinstance(new, joint):
                return self._joined(joint, old, new)
        match old, new:
            case AtLeast(), AtLeast() if len(old.parts) == len(new.parts):
                pairs = [self.parted(a, b) for a, b in zip(old.parts, new.parts, strict=True)]
                return evolve(old, parts=tuple(a for a, _ in pairs)), evolve(new, parts=tuple(b for _, b in pairs))
            case Not(), Not():
                one, other = self.parted(old.part, new.part)
                return evolve(old, part=one), evolve(new, part=other)
            case When(), When():
                asked, other = self.parted(old.requirement, new.requirement)
                where, elsewhere = self.parted(old.condition, new.condition)
                return When(asked, where), When(other, elsewhere)
            case When(), _:
                asked, other = self.parted(old.requirement, new)
                return evolve(old, requirement=asked), other
            case _, When():
                other, asked = self.parted(old, new.requirement)
                return other, evolve(new, requirement=asked)
            case (Quantified(), Quantified()) | (Includes(), Includes()):
                return self._related(old, new) or (old, new)
            case _:
                return old, new

    def _named(self, part: Expr) -> Expr:
        if isinstance(part, Name):
            return part
        if part not in self._names:
            self._names[part] = name = Name(f"part {len(self._names) + 1}")
            known, open_ = (may_come_to(part, self.edition, known=known) for known in (True, False))
            self.outcomes[name] = known, open_
        return self._names[part]

    def _joined(self, joint: type[AllOf] | type[AnyOf], old: Expr, new: Expr) -> tuple[Expr, Expr]:
        """Return two rules that join parts, what they share as one part: it comes to the same in whatever order it is joined."""
        ours = list(old.parts) if isinstance(old, joint) else [old]
        theirs = list(new.parts) if isinstance(new, joint) else [new]
        both = []
        for part in list(ours):
            if part in theirs:
                both.append(part)
                ours.remove(part)
                theirs.remove(part)
        named: list[Expr] = []
        if both:
            named = [self._named(both[0] if len(both) == 1 else joint(tuple(sorted(both, key=repr))))]
        if len(ours) == len(theirs):
            pairs = [self.parted(a, b) for a, b in zip(ours, theirs, strict=True)]
            ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
        return joint((*named, *ours)), joint((*named, *theirs))

    def _related(self, old: Expr, new: Expr) -> tuple[Expr, Expr] | None:
        found = (
            _of_members(old, new, self.edition)
            if isinstance(old, Quantified) and isinstance(new, Quantified)
            else _entailed(old, new, self.edition)
        )
        if found is None:
            return None
        number = len(self.related) + 1
        pair = Name(f"old part {number}"), Name(f"new part {number}")
        self.related[pair] = found
        return pair


_Related = tuple[tuple[Both, ...], tuple[Both, ...]]


def _of_members(old: Quantified, new: Quantified, edition: Edition) -> _Related | None:
    """Return what two quantified requirements come to together, where each member comes out no better, or no worse."""
    if (old.quantifier, old.collection, old.where) != (new.quantifier, new.collection, new.where):
        return None
    proof = prove_parts(old.part, new.part, edition)
    if proof.known is None or any(NOT_APPLICABLE in both and both[0] is not both[1] for both in proof.known):
        return None
    if not (proof.never_better or proof.never_worse):
        return None
    outcomes = [NOT_APPLICABLE, MET, NOT_MET]
    open_ = not _is_valued(old, edition) or not _is_valued(new, edition)
    if open_ or any(UNDETERMINED in both for both in proof.known):
        outcomes.append(UNDETERMINED)
    sign = -1 if proof.never_better else 1
    known = _monotone(outcomes, sign)
    if not proof.alike:
        return known, tuple(product(Outcome, Outcome))
    same = tuple((one, one) for one in Outcome)
    return tuple(both for both in same if both[0] in outcomes), same


def _monotone(outcomes: Iterable[Outcome], sign: int) -> tuple[Both, ...]:
    """Return the outcomes together that are no better, or no worse; who is not asked is not asked in both."""
    return tuple(
        (one, other)
        for one, other in product(outcomes, repeat=2)
        if (RANK[other] - RANK[one]) * sign >= 0 and (one is NOT_APPLICABLE) == (other is NOT_APPLICABLE)
    )


def _entailed(old: Expr, new: Expr, edition: Edition) -> _Related | None:
    """Return what two statements on one set come to together, where whoever fulfils one fulfils the other."""
    forth, back = entails(old, new), entails(new, old)
    if forth is None or back is None or not (forth or back):
        return None
    known = [(MET, MET), (NOT_MET, NOT_MET)]
    if not forth:
        known.append((MET, NOT_MET))
    if not back:
        known.append((NOT_MET, MET))
    return tuple(known), (*known, (UNDETERMINED, UNDETERMINED))


# --- combinations ----------------------------------------------------------------------------------------------------


@frozen
class _Combined:
    """Goes through what two rules ask of, in all combinations."""

    edition: Edition
    shared: _Shared
    asking: _Asking

    def proof(self, old: Expr, new: Expr) -> Proof:
        """Return what is proved by the combinations of two rules."""
        try:
            among = list(states([old, new], self.edition))
        except Unproved:
            return Proof(alike=False, known=None)
        thresholds = {asked: ascending for asked, _, ascending in among}
        return Proof(
            alike=self._is_alike(old, new, self._groups(among, known=False), thresholds),
            known=self._together(old, new, self._groups(among, known=True), thresholds),
        )

    def _groups(
        self, among: list[tuple[Asked, list[State], list[Number]]], *, known: bool
    ) -> list[list[tuple[tuple[Asked, State], ...]]]:
        """Return what can be independently of each other: of each thing, or of two that bear on each other, all it can be."""
        place = 0 if known else 1
        found = list[list[tuple[tuple[Asked, State], ...]]]()
        bound = {name for pair in self.shared.related for name in pair}
        for asked, can_be, _ in among:
            if isinstance(asked, Name) and asked in bound:
                continue
            if isinstance(asked, Name) and asked in self.shared.outcomes:
                can_be = list(self.shared.outcomes[asked][place])
            elif known:
                can_be = [state for state in can_be if self._is_known(asked, state)]
            found.append([((asked, state),) for state in can_be])
        asked_of = {asked for asked, _, _ in among}
        for (one, other), outcomes in self.shared.related.items():
            if one in asked_of or other in asked_of:
                found.append([((one, a), (other, b)) for a, b in outcomes[place]])
        return found

    def _is_known(self, asked: Asked, state: State) -> bool:
        """Return whether something can be so where all facts are known."""
        if isinstance(state, Within):
            assert isinstance(asked, Compared)
            parts = [part for part in (asked.of, asked.other) if part is not None]
            return state.known or not all(_is_valued(part, self.edition) for part in parts)
        if state is None:
            return False
        if state is not UNDETERMINED:
            return True
        match asked:
            case Name(id=name):
                declared = self.edition.fact_by_id.get(name)
                return declared is None or declared.derived is not None or declared.kind is not Kind.FLAG
            case Reported():
                return False
            case Quantified():
                return not _is_valued(asked, self.edition) or any(isinstance(node, Unknown) for node in walk(asked))
            case _:
                return True

    def _regions(
        self, groups: list[list[tuple[tuple[Asked, State], ...]]], thresholds: Mapping[Asked, list[Number]]
    ) -> Iterator[Region] | None:
        if prod(map(len, groups)) > _MOST_COMBINATIONS:
            return None
        return (
            Region(self.edition, dict(pair for group in combined for pair in group), thresholds)
            for combined in product(*groups)
        )

    def _is_alike(
        self,
        old: Expr,
        new: Expr,
        groups: list[list[tuple[tuple[Asked, State], ...]]],
        thresholds: Mapping[Asked, list[Number]],
    ) -> bool:
        regions = self._regions(groups, thresholds)
        if regions is None:
            return False
        bound = {name: pair[0] for pair in self.shared.related for name in pair}

        def said(found: Judged) -> Judged:
            return Judged(found.outcome, _merged(found.open, bound), _merged(found.conditions, bound))

        return all(said(self.asking(region, old)) == said(self.asking(region, new)) for region in regions)

    def _together(
        self,
        old: Expr,
        new: Expr,
        groups: list[list[tuple[tuple[Asked, State], ...]]],
        thresholds: Mapping[Asked, list[Number]],
    ) -> frozenset[Both] | None:
        regions = self._regions(groups, thresholds)
        if regions is None:
            return None
        return frozenset((self.asking(region, old).outcome, self.asking(region, new).outcome) for region in regions)


def _merged(asked: frozenset[Asked], bound: Mapping[Name, Name]) -> frozenset[Asked]:
    return frozenset(bound.get(one, one) if isinstance(one, Name) else one for one in asked)
