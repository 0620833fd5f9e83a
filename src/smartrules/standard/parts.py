"""The parts of an edition: tiers, groups, facts, collections, measures, indicators.

Everything is immutable. Positions stand on the parts for messages and are no part of equality; neither is ``origin``, the
name of the edition that a part was inherited from, None for the edition's own. Numbers of
declarations are in root units, so that they compare with facts as they are.
"""

from __future__ import annotations

from typing import Literal as OneWord

from attrs import field, frozen

from smartrules.diagnostics import Span
from smartrules.expr.nodes import Expr
from smartrules.expr.types import Type, type_of_kind
from smartrules.units import NO_DIMENSION, Dimension, Unit
from smartrules.values import Kind, Language, Number


@frozen
class Title:
    """A name in Chinese, in English, or in both."""

    zh: str | None = None
    en: str | None = None

    def text(self, language: Language, otherwise: str) -> str:
        """Return the title in a language, else in the other one, else what the caller gives."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or otherwise


NO_TITLE = Title()


@frozen
class Source:
    """Where a requirement or measure stands in the standard.

    Attributes:
        document: the document, where it is not the edition's own.
        clause: the clause, article or row, as the document numbers it.
        page: the page as printed.
        mark: how sure the source is, in the ruleset's own words (seen, general knowledge).
        note: what a reader must know, such as how an ambiguity of the document was decided.
        url: where the document can be read.
    """

    document: str | None = None
    clause: str | None = None
    page: str | None = None
    mark: str | None = None
    note: str | None = None
    url: str | None = None

    def text(self) -> str:
        """Return the source on one line: where it stands, then how sure it is and what a reader must know."""
        place = [self.document, self.clause and f"§ {self.clause}", self.page and f"p. {self.page}"]
        parts = [" ".join(part for part in place if part), self.mark, self.note, self.url]
        return "; ".join(part for part in parts if part)


@frozen
class Tier:
    """A level of the standard; tiers stand in order, lowest first.

    Attributes:
        known: False where the standard names the tier but what it requires is not to hand.
        rule: what the findings must come to for the tier to be reached, over the collection of indicators and the scores;
            None where every mandatory indicator must be met.
    """

    id: str
    title: Title = NO_TITLE
    known: bool = True
    rule: Expr | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Group:
    """A first-level heading of indicators, 一级指标."""

    id: str
    title: Title = NO_TITLE
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Member:
    """One kind in a set, or one option of a choice."""

    id: str
    title: Title = NO_TITLE


#: Which of two values is the better one, all else being the same.
Better = OneWord["more", "less"]
#: The same as a ruleset spells it.
BETTER: tuple[Better, ...] = ("more", "less")


@frozen
class FactDeclaration:
    """What a community is asked for: a fact's kind, unit and bounds.

    Attributes:
        unit: of a number, else None.
        members: of a set or choice, in the order declared.
        minimum: the smallest value in root units; None for no bound. Numbers are never negative unless declared so.
        maximum: the largest value in root units; None for no bound.
        step: the resolution of the value in root units; None for any.
        at_most: the id of the whole that this is a part of.
        definition: what is counted, in words, where the title does not say it.
        derived: what it is, made of a collection whose members are known; None where it is only given.
        fixed: whether it is nobody's to change, such as an area or how many people live there; it decides nothing.
        better: whether more of it is better, or less, as the author says; it decides nothing, and `verify` holds it against
            the rules. Yes is more than no, a later date is more, and so is a set with further members.
    """

    id: str
    kind: Kind
    unit: Unit | None = None
    members: tuple[Member, ...] = ()
    title: Title = NO_TITLE
    minimum: Number | None = None
    maximum: Number | None = None
    step: Number | None = None
    at_most: str | None = None
    definition: Title = NO_TITLE
    derived: Expr | None = None
    fixed: bool = False
    better: Better | None = field(default=None, kw_only=True)
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    @property
    def dimension(self) -> Dimension:
        """The dimension of the fact's number."""
        return self.unit.dimension if self.unit is not None else NO_DIMENSION

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The ids of the members, in the order declared."""
        return tuple(member.id for member in self.members)

    @property
    def type(self) -> Type:
        """What the fact is in an expression."""
        return type_of_kind(self.kind, self.unit, self.member_ids)


@frozen
class Collection:
    """Things of a community of which each has facts of its own: its quarters, its buildings.

    Attributes:
        unit: the counting unit of one, whose word also names it in a rule: ``every building``.
        facts: what is asked of each; their names are unlike every other name of the edition.
    """

    id: str
    unit: Unit
    facts: tuple[FactDeclaration, ...]
    title: Title = NO_TITLE
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Measure:
    """A named formula with the unit in which the standard speaks of it.

    Attributes:
        zero_accepted: whether the author says that a denominator may be zero, which leaves the measure undetermined.
    """

    id: str
    value: Expr
    unit: Unit
    title: Title = NO_TITLE
    source: Source | None = None
    zero_accepted: bool = False
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Requirement:
    """What an indicator requires at a tier, and at each tier above that does not restate it."""

    tier: str
    rule: Expr
    source: Source | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Points:
    """What an indicator is worth.

    Attributes:
        full: the most it can earn, in root units.
        value: what it earns, never counted as less than nothing or more than ``full``; None where it earns all of it when
            it is met, and nothing when it is not.
    """

    full: Number
    value: Expr | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)


@frozen
class Indicator:
    """A second-level heading of the standard, 二级指标: what is required, and where it applies.

    Attributes:
        number: as the standard prints it.
        group: the id of its group, or None.
        applies: the condition under which it applies, or None where it always does.
        measures: the ids of the measures defined in it.
        requirements: one a tier that states one, in the order of the tiers.
        optional: the ids of the tiers at which it is optional.
        points: what it is worth where the standard counts points, or None.
    """

    id: str
    requirements: tuple[Requirement, ...]
    number: str | None = None
    group: str | None = None
    title: Title = NO_TITLE
    applies: Expr | None = None
    measures: tuple[str, ...] = ()
    source: Source | None = None
    optional: tuple[str, ...] = ()
    points: Points | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    def label(self, language: Language) -> str:
        """Return its number, where the standard gives it one, and its title."""
        number = f"{self.number} " if self.number else ""
        return number + self.title.text(language, self.id)
