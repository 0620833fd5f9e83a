"""An edition: one dated version of a standard, with what its parts say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from attrs import evolve, frozen

from smartrules.diagnostics import NotFoundError, all_of, did_you_mean, shorten
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
from smartrules.standard.grading import INDICATORS, indicators_of
from smartrules.standard.parts import (
    NO_TITLE,
    Collection,
    FactDeclaration,
    Group,
    Indicator,
    Measure,
    Member,
    Requirement,
    Source,
    Tier,
    Title,
)
from smartrules.standard.reactions import Reaction
from smartrules.units import NO_DIMENSION, PERCENT, Dimension, Unit, multiply, root_unit, unit
from smartrules.values import Kind, Language


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
    """One dated version of a standard: the whole ruleset.

    Attributes:
        scores: named numbers over the findings of a tier.
        reactions: the events that a host is told of.
    """

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
    scores: tuple[Measure, ...] = ()
    reactions: tuple[Reaction, ...] = ()

    @property
    def name(self) -> str:
        """The standard and the edition: ``shandong-smart-community@2022``."""
        return f"{self.standard.id}@{self.id}"

    @cached_property
    def tier_by_id(self) -> Mapping[str, Tier]:
        """The tiers by id, lowest first."""
        return {tier.id: tier for tier in self.tiers}

    def tier(self, name: str) -> Tier:
        """Return a tier by its id.

        Raises:
            NotFoundError: SR603 where there is none.
        """
        if name in self.tier_by_id:
            return self.tier_by_id[name]
        by_title = next((tier.id for tier in self.tiers if name in (tier.title.zh, tier.title.en)), None)
        hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(name, self.tier_by_id)
        message = f"`{self.name}` has no tier `{shorten(name)}`"
        raise NotFoundError.of("SR603", message, hint or f"it has {all_of([*self.tier_by_id])}")

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

    @cached_property
    def graded(self) -> Edition:
        """The edition as the rules of its tiers and its scores see it: with its indicators as one more collection."""
        own = indicators_of(
            tuple(Member(indicator.id, indicator.title) for indicator in self.indicators),
            (*(Member(group.id, group.title) for group in self.groups), Member("", Title("无", "none"))),
        )
        return evolve(self, measures=(*self.measures, *self.scores), collections=(*self.collections, own))

    @cached_property
    def readings(self) -> dict[Any, Any]:
        """Room for what an engine makes of the rules, so that it makes it once."""
        return {}

    @cached_property
    def score_by_id(self) -> Mapping[str, Measure]:
        """The scores by id."""
        return {score.id: score for score in self.scores}

    def mandatory(self, tier: str) -> tuple[str, ...]:
        """Return the ids of the indicators that a tier requires and that are not optional there."""
        return tuple(i.id for i in self.indicators if i.id in self._requirements[tier] and tier not in i.optional)

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
    def reaction_by_id(self) -> Mapping[str, Reaction]:
        """The reactions by id."""
        return {reaction.id: reaction for reaction in self.reactions}

    def watched(self, reaction: Reaction) -> tuple[str, ...]:
        """Return the ids of the indicators that a reaction names, itself or by their group, in the order of the standard."""
        named, groups = frozenset(reaction.indicators), frozenset(reaction.groups)
        return tuple(one.id for one in self.indicators if one.id in named or one.group in groups)

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
        if isinstance(expression, Name):
            named = self.measure_by_id.get(expression.id) or self.fact_by_id[expression.id]
            return named.unit if named.unit is not None else root_unit(NO_DIMENSION)
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
                inner = self.measure_by_id.get(node.id) or self.fact_by_id.get(node.id)
                if inner is not None and inner.unit is not None and inner.unit.dimension == dimension:
                    return inner.unit
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
        found = self.collection(name)
        if found.id == INDICATORS and language == "en":
            return name  # as the rule writes it: every indicator, the sum over indicators
        return found.title.text(language, name)

    def members_word(self, name: str) -> str:
        """Return the English title of a collection in the plural: by its unit's word where it ends with it, else regularly."""
        title, counted = self.collection_word(name, "en"), self.collection(name).unit
        one, many = counted.english(1), counted.english(2)
        if title.endswith(one):
            return f"{title.removesuffix(one)}{many}"
        if title.endswith(many) or not title[-1:].isascii() or not title[-1:].isalpha() or title == name:
            return title
        return plurals(title)[0]

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

    def names_behind(self, expression: Expr) -> frozenset[str]:
        """Return the ids of the facts and measures that an expression rests on."""
        return frozenset(node.id for node in self.walk(expression) if isinstance(node, Name))

    def facts_behind(self, expression: Expr) -> tuple[str, ...]:
        """Return the ids of the facts that an expression rests on, through its measures, in the order declared."""
        return self.in_order(node.id for node in self.walk(expression) if isinstance(node, Name))

    @cached_property
    def _place_of_given(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate((*self.fact_by_id, *self.collection_by_id))}

    @cached_property
    def _place_of_reportable(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate((*self.fact_by_id, *self.measure_by_id))}

    def reportable_in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return ids of facts and measures in the order in which they are declared, the facts first."""
        place = self._place_of_reportable
        return tuple(sorted({name for name in names if name in place}, key=place.__getitem__))

    def in_order(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return ids of facts in the order in which they are declared."""
        wanted = dict.fromkeys(facts)
        place = self._place_of_given
        return (
            *sorted((name for name in wanted if name in place), key=place.__getitem__),
            *(name for name in wanted if name.partition(".")[0] in self.collection_by_id and "." in name),
        )


def named_collection(collections: Iterable[Collection], name: str) -> Collection:
    """Return the collection of a name: its id, or the word for one of its members where only one has it.

    That word is the counting unit's, or the id in the singular: ``section`` of ``sections``.

    Raises:
        KeyError: where there is none, or more than one.
    """
    known = list(collections)
    found = [c for c in known if c.id == name] or [c for c in known if name in (str(c.unit), c.unit.after(2))]
    found = found or [c for c in known if c.id in plurals(name)]
    if len(found) != 1:
        raise KeyError(name)
    return found[0]


def plurals(word: str) -> tuple[str, ...]:
    """Return the regular English plurals of a word, the likeliest first."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (f"{word}es",)
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return (f"{word[:-1]}ies", f"{word}s")
    return (f"{word}s", f"{word}es")
