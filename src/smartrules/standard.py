"""The model of a standard: one edition with its tiers, groups, facts, measures and indicators.

Everything is immutable. Positions stand on the parts for messages and are no part of equality; neither is ``origin``, the
name of the edition that a part was inherited from, None for the edition's own. Numbers of
declarations are in root units, so that they compare with facts as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from attrs import evolve, field, frozen

from smartrules.diagnostics import Span
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Count,
    Day,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
    Rounding,
    Today,
    When,
    walk,
)
from smartrules.expr.types import Type, type_of_kind
from smartrules.units import NO_DIMENSION, PERCENT, Dimension, Unit, multiply, root_unit, unit
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
    """

    id: str
    title: Title = NO_TITLE
    known: bool = True
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
class Indicator:
    """A second-level heading of the standard, 二级指标: what is required, and where it applies.

    Attributes:
        number: as the standard prints it.
        group: the id of its group, or None.
        applies: the condition under which it applies, or None where it always does.
        measures: the ids of the measures defined in it.
        requirements: one a tier that states one, in the order of the tiers.
    """

    id: str
    requirements: tuple[Requirement, ...]
    number: str | None = None
    group: str | None = None
    title: Title = NO_TITLE
    applies: Expr | None = None
    measures: tuple[str, ...] = ()
    source: Source | None = None
    origin: str | None = field(default=None, eq=False, kw_only=True)
    at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Standard:
    """The standard that an edition is a version of.

    Attributes:
        id: its name in the catalog.
        aliases: other names by which it is cited, such as document numbers.
    """

    id: str
    title: Title = NO_TITLE
    aliases: tuple[str, ...] = ()


@frozen
class Edition:
    """One dated version of a standard: the whole ruleset."""

    standard: Standard
    id: str
    tiers: tuple[Tier, ...]
    facts: tuple[FactDeclaration, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    groups: tuple[Group, ...] = ()
    collections: tuple[Collection, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None
    source: Source | None = None

    @property
    def name(self) -> str:
        """The standard and the edition: ``shandong-smart-community@2022``."""
        return f"{self.standard.id}@{self.id}"

    @cached_property
    def tier_by_id(self) -> Mapping[str, Tier]:
        """The tiers by id, lowest first."""
        return {tier.id: tier for tier in self.tiers}

    @cached_property
    def fact_by_id(self) -> Mapping[str, FactDeclaration]:
        """The fact declarations by id, those of collections among them."""
        own = {fact.id: fact for fact in self.facts}
        return own | {fact.id: fact for collection in self.collections for fact in collection.facts}

    @cached_property
    def collection_by_id(self) -> Mapping[str, Collection]:
        """The collections by id."""
        return {collection.id: collection for collection in self.collections}

    @cached_property
    def collection_of_fact(self) -> Mapping[str, str]:
        """The collection to which each fact of a member belongs, by ids."""
        return {fact.id: collection.id for collection in self.collections for fact in collection.facts}

    def collection(self, name: str) -> Collection:
        """Return the collection that a rule names by its id, or by the word for one of its members.

        Raises:
            KeyError: where there is none.
        """
        return named_collection(self.collections, name)

    @cached_property
    def measure_by_id(self) -> Mapping[str, Measure]:
        """The measures by id."""
        return {measure.id: measure for measure in self.measures}

    @cached_property
    def indicator_by_id(self) -> Mapping[str, Indicator]:
        """The indicators by id, in the order of the standard."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def group_by_id(self) -> Mapping[str, Group]:
        """The groups by id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def _requirements(self) -> dict[str, dict[str, Requirement]]:
        table: dict[str, dict[str, Requirement]] = {}
        inherited: dict[str, Requirement] = {}
        for tier in self.tiers:
            own = {
                indicator.id: requirement
                for indicator in self.indicators
                for requirement in indicator.requirements
                if requirement.tier == tier.id
            }
            inherited = {
                i.id: (own.get(i.id) or inherited[i.id]) for i in self.indicators if i.id in own or i.id in inherited
            }
            table[tier.id] = inherited if tier.known else {}
        return table

    def requirements(self, tier: str) -> Mapping[str, Requirement]:
        """Return what each indicator requires at a tier, restated there or inherited; empty where the tier is unknown."""
        return self._requirements[tier]

    @cached_property
    def _rules(self) -> dict[str, dict[str, Expr]]:
        applies = {indicator.id: indicator.applies for indicator in self.indicators}
        return {
            tier.id: {
                name: requirement.rule if (condition := applies[name]) is None else When(requirement.rule, condition)
                for name, requirement in self._requirements[tier.id].items()
            }
            for tier in self.tiers
        }

    def source_of(self, indicator: str, tier: str | None = None) -> Source | None:
        """Return where an indicator, or what it requires at a tier, stands: clause and document together."""
        found = self.indicator_by_id[indicator]
        stated = self.requirements(tier).get(indicator) if tier is not None else None
        own = (stated.source if stated is not None else None) or found.source
        if own is None or self.source is None or own.document is not None:
            return own or self.source
        return evolve(own, document=self.source.document, url=own.url or self.source.url)

    def rules(self, tier: str) -> Mapping[str, Expr]:
        """Return the whole rule of each indicator at a tier: its requirement, asked where the indicator applies."""
        return self._rules[tier]

    def _unit_of_count(self, count: Count) -> Unit:
        return unit("kind") if count.of.id in self.fact_by_id else self.collection(count.of.id).unit

    def is_date(self, expression: Expr) -> bool:
        """Return whether an expression is a date."""
        match expression:
            case Name():
                fact = self.fact_by_id.get(expression.id)
                return fact is not None and fact.kind is Kind.DATE
            case Arithmetic(operator="+" | "-"):
                return self.is_date(expression.left) != self.is_date(expression.right)
            case _:
                return isinstance(expression, Day | Today)

    def dimension_of(self, expression: Expr) -> Dimension:
        """Return the dimension of an expression that is a number."""
        match expression:
            case Literal():
                return expression.unit.dimension
            case Name():
                named = self.measure_by_id.get(expression.id) or self.fact_by_id[expression.id]
                return named.unit.dimension if named.unit is not None else NO_DIMENSION
            case Arithmetic(operator="*" | "/"):
                left, right = self.dimension_of(expression.left), self.dimension_of(expression.right)
                return multiply(left, right, 1 if expression.operator == "*" else -1)
            case Arithmetic() if self.is_date(expression.left):
                return unit("day").dimension
            case Arithmetic():
                return self.dimension_of(expression.left)
            case Rounding():
                return self.dimension_of(expression.value)
            case FirstOf():
                return self.dimension_of(expression.otherwise)
            case Interpolation():
                return expression.values[0].unit.dimension
            case Aggregate(function="count"):
                return self.collection(expression.collection).unit.dimension
            case Aggregate(function="share"):
                return NO_DIMENSION
            case Aggregate():
                assert expression.of is not None
                return self.dimension_of(expression.of)
            case Negation():
                return self.dimension_of(expression.operand)
            case Count():
                return self._unit_of_count(expression).dimension
            case _:
                raise TypeError(f"{type(expression).__name__} is no number")

    def unit_of(self, expression: Expr) -> Unit:
        """Return the unit in which to speak of an expression that is a number.

        It is the expression's own where it is a name or a literal, else that of the first fact or measure in it that has
        its dimension, else the root unit.
        """
        dimension = self.dimension_of(expression)
        match expression:
            case Aggregate(function="count"):
                return self.collection(expression.collection).unit
            case Aggregate(function="share"):
                return PERCENT
            case Count():
                return self._unit_of_count(expression)
            case _:
                pass
        if isinstance(expression, Arithmetic) and self.is_date(expression.left):
            return unit("day")
        for node in walk(expression):
            spoken = node is expression or isinstance(expression, FirstOf | Interpolation)
            if isinstance(node, Literal) and spoken and node.unit.dimension == dimension:
                return node.unit
            if isinstance(node, Name):
                named = self.measure_by_id.get(node.id) or self.fact_by_id.get(node.id)
                if named is not None and named.unit is not None and named.unit.dimension == dimension:
                    return named.unit
        return root_unit(dimension)

    def word(self, name: str, language: Language) -> str:
        """Return the title of a fact or measure, or its id where it has none."""
        collection, _, rest = name.partition(".")
        if rest and collection in self.collection_by_id:  # a fact of one member: `buildings.b3.monitored`
            member, _, fact = rest.rpartition(".")
            return f"{self.word(collection, language)} {member}: {self.word(fact, language)}"
        named = self.fact_by_id.get(name) or self.measure_by_id.get(name) or self.collection_by_id.get(name)
        return named.title.text(language, name) if named is not None else name

    def is_collection(self, name: str) -> bool:
        """Return whether a name is that of a collection, or the word for one of its members."""
        try:
            self.collection(name)
        except KeyError:
            return False
        return name not in self.fact_by_id

    def collection_word(self, name: str, language: Language) -> str:
        """Return the title of a collection, or the name as written where it has none in this language."""
        return self.collection(name).title.text(language, name)

    def member_word(self, name: str, member: str, language: Language) -> str:
        """Return the title of a member of a set or choice, or its id where it has none."""
        declared = self.fact_by_id.get(name)
        for one in declared.members if declared is not None else ():
            if one.id == member:
                return one.title.text(language, member)
        return member

    def walk(self, expression: Expr) -> Iterator[Expr]:
        """Yield an expression and every node below it, each measure's formula once where it is first named."""
        seen: set[str] = set()
        queue = [expression]
        while queue:
            for node in walk(queue.pop(0)):
                yield node
                if isinstance(node, Name) and node.id in self.measure_by_id and node.id not in seen:
                    seen.add(node.id)
                    queue.append(self.measure_by_id[node.id].value)

    def facts_behind(self, expression: Expr) -> tuple[str, ...]:
        """Return the ids of the facts that an expression rests on, through its measures, in the order declared."""
        return self.in_order(node.id for node in self.walk(expression) if isinstance(node, Name))

    def in_order(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return ids of facts in the order in which they are declared."""
        wanted = dict.fromkeys(facts)
        declared = [name for name in (*self.fact_by_id, *self.collection_by_id) if name in wanted]
        return (
            *declared,
            *(name for name in wanted if name.partition(".")[0] in self.collection_by_id and "." in name),
        )


def named_collection(collections: Iterable[Collection], name: str) -> Collection:
    """Return the collection of a name: its id, or the word for one of its members where only one has it.

    Raises:
        KeyError: where there is none, or more than one.
    """
    known = list(collections)
    found = [c for c in known if c.id == name] or [c for c in known if name in (str(c.unit), c.unit.after(2))]
    if len(found) != 1:
        raise KeyError(name)
    return found[0]
