"""The reader of the tree that makes plots: every comparison of a number, or of a day, with a threshold.

It reads a rule and what the rule came to side by side, so that a part that was never asked has its plot too, with nobody
on it. A part that has no plot says why. Below a collection one plot has a mark for each member that was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from attrs import evolve, field, frozen

from smartrules.assessment import Finding, TierAssessment
from smartrules.derivation import Derivation
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
    Literal,
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
    walk,
)
from smartrules.reports.dossiers.banding import bands
from smartrules.reports.dossiers.making import Found, Maker, Place, below
from smartrules.reports.dossiers.plots import Plot, Plots, Reason, Role, Unplotted
from smartrules.standard import INDICATORS, Edition, Title
from smartrules.values import Kind


def plots_of(rule: Expr, edition: Edition, derivation: Derivation | None = None) -> Plots:
    """Return the plots of a rule: of its thresholds alone, or with what it came to for a community.

    Args:
        rule: of an indicator, a tier or points.
        edition: in which its names have a meaning; of a tier's rule, `Edition.graded`.
        derivation: what the rule came to; without it nobody is marked on the plots.
    """
    reader = _Reader(edition, Maker(edition))
    found = () if derivation is None else (Found(derivation),)
    return Plots(*_apart(reader.read(rule, found, Place())))


def plots_of_finding(finding: Finding) -> Plots:
    """Return the plots of an indicator at a tier: of its condition, its requirement and its points."""
    rule = finding.edition.rules(finding.tier)[finding.indicator.id]
    found = plots_of(rule, finding.edition, finding.derivation)
    points = finding.indicator.points
    if points is None or points.value is None:
        return found
    earned = plots_of(points.value, finding.edition, finding.earned)
    return Plots((*found.plots, *earned.plots), (*found.without, *earned.without))


def plots_of_tier(tier: TierAssessment) -> Plots:
    """Return the plots of a tier's own rule; none where every mandatory indicator must be met."""
    if tier.tier.rule is None:
        return Plots((), ())
    return plots_of(tier.tier.rule, tier.edition.graded, tier.derivation)


def _apart(found: Iterable[Plot | Unplotted]) -> tuple[tuple[Plot, ...], tuple[Unplotted, ...]]:
    plots, without = list[Plot](), list[Unplotted]()
    for one in found:
        if isinstance(one, Unplotted):
            without.append(one)
        elif one not in plots:  # a measure that two parts of a rule name is shown once
            plots.append(one)
    return tuple(plots), tuple(dict.fromkeys(without))


@frozen
class _Reader:
    edition: Edition = field(repr=False)
    make: Maker = field(repr=False)

    def read(self, node: Expr, found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        """Yield the plots of a part and of those below it."""
        match node:
            case Comparison():
                yield from self._comparison(node, found, place)
            case Range():
                yield from self._range(node, found, place)
            case Includes():
                yield from self._includes(node, found, place)
            case AtLeast():
                yield self.make.at_least(node, found, place)
                yield from self._parts(node.parts, found, evolve(place, choice=True))
            case AllOf() | AnyOf():
                one_serves = isinstance(node, AnyOf) is not place.turned and len(node.parts) > 1
                yield from self._parts(node.parts, found, evolve(place, choice=place.choice or one_serves))
            case Not():
                yield from self.read(node.part, below(found, 0), evolve(place, turned=not place.turned))
            case Advice():
                yield from self.read(node.part, below(found, 0), evolve(place, role=Role.ADVISED))
            case When():
                yield from self.read(node.condition, below(found, 0), Place(Role.APPLIES))
                yield from self.read(node.requirement, below(found, 1), place)
            case Quantified():
                if node.where is not None:
                    yield from self.read(node.where, self._members(node, node.where, found), _BEHIND)
                one_serves = (node.quantifier == "some") is not place.turned
                inner = evolve(place, choice=place.choice or one_serves)
                yield from self.read(node.part, self._members(node, node.part, found), inner)
            case Aggregate():
                for part in (node.where, node.of):
                    if part is not None:
                        yield from self.read(part, self._members(node, part, found), _BEHIND)
            case FirstOf():
                yield from self._first_of(node, found)
            case Interpolation():
                yield Unplotted(node, Reason.LINES)
                yield from self.read(node.of, below(found, 0), place)
            case Name():
                yield from self._name(node, found, place)
            case Arithmetic():
                yield from self.read(node.left, below(found, 0), place)
                yield from self.read(node.right, below(found, 1), place)
            case Negation():
                yield from self.read(node.operand, below(found, 0), place)
            case Rounding():
                yield from self.read(node.value, below(found, 0), place)
            case OneOf():
                yield Unplotted(node, Reason.CHOICE)
            case Reported():
                yield Unplotted(node, Reason.REPORTED)
            case Unknown():
                yield Unplotted(node, Reason.NOT_TO_HAND)
            case Literal() | Day() | Today() | Count():
                return
            case _:
                assert_never(node)

    def _parts(self, parts: tuple[Expr, ...], found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        for index, part in enumerate(parts):
            yield from self.read(part, below(found, index), place)

    def _members(self, node: Quantified | Aggregate, part: Expr, found: tuple[Found, ...]) -> tuple[Found, ...]:
        """Return what a part came to for each member that was asked."""
        return tuple(
            Found(below, self._member(node, below.member))
            for one in found
            for below in one.derivation.parts
            if below.node is part
        )

    def _member(self, node: Quantified | Aggregate, member: str | None) -> Title | None:
        if member is None:
            return None
        if self.edition.collection(node.collection).id == INDICATORS:
            return self.edition.indicator_by_id[member].title
        return Title(member, member)

    def _name(self, node: Name, found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        """Yield what stands behind a name: the formula of a measure, the members that a fact is made of."""
        measure, fact = self.edition.measure_by_id.get(node.id), self.edition.fact_by_id.get(node.id)
        behind = measure.value if measure is not None else fact.derived if fact is not None else None
        if fact is not None and fact.kind is Kind.FLAG:
            yield Unplotted(node, Reason.FLAG)
        if behind is not None:
            yield from self.read(behind, below(found, 0), _BEHIND)

    # --- thresholds ----------------------------------------------------------------------------------------------------

    def _comparison(self, node: Comparison, found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        left, right = _is_constant(node.left), _is_constant(node.right)
        if left and right:
            yield Unplotted(node, Reason.CONSTANT)
            return
        yield self.make.comparison(node, found, place, left_is_bound=left)
        for index, side in enumerate((node.left, node.right)):
            yield from self.read(side, below(found, index), _BEHIND)

    def _range(self, node: Range, found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        if _is_constant(node.value):
            yield Unplotted(node, Reason.CONSTANT)
            return
        yield self.make.range_(node, found, place)
        for index, part in enumerate((node.low, node.value, node.high)):
            yield from self.read(part, below(found, index), _BEHIND)

    def _includes(self, node: Includes, found: tuple[Found, ...], place: Place) -> Iterator[Plot | Unplotted]:
        if len(node.members) == 1:
            yield Unplotted(node, Reason.FLAG)
        else:
            yield self.make.includes(node, found, place)

    def _first_of(self, node: FirstOf, found: tuple[Found, ...]) -> Iterator[Plot | Unplotted]:
        banded = bands(node, self.edition)
        if banded is None:
            yield Unplotted(node, Reason.SEVERAL)
            for index, condition in enumerate(node.conditions):
                yield from self.read(condition, below(found, 2 * index), _BEHIND)
        else:
            asked = below(found, 0)
            yield self.make.banded(node, banded, asked, _BANDS)
            yield from self.read(banded.value, below(asked, banded.index), _BEHIND)
        for index, part in enumerate((*node.values, node.otherwise)):
            place = 2 * index + 1 if index < len(node.values) else 2 * index
            yield from self.read(part, below(found, place), _BEHIND)


#: What stands behind a value: the members that are counted in it, a band that is chosen, the formula of a measure.
_BEHIND = Place(Role.CHOOSES)
_BANDS = Place(Role.BANDS)


def _is_constant(node: Expr) -> bool:
    """Return whether nothing of a community is in an expression."""
    return not any(isinstance(part, Name | Aggregate) for part in walk(node))
