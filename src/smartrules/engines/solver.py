"""The solver engine: what a rule comes to for every community at once, as statements for z3.

It reads the tree as `smartrules.engines.exact` does, node by node, and says of each the same in truths and sums of unknowns
instead of values. What is known of a community (its `Shape`) is settled beforehand; the values are left to the solver. What
cannot be said raises `NotEncodedError`, so that nothing is ever proved of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from attrs import evolve, field, frozen

from smartrules.engines.solving import outcomes
from smartrules.engines.solving.aggregates import Asked, aggregate
from smartrules.engines.solving.arithmetic import first_of, interpolated, negative, reckon, rounded
from smartrules.engines.solving.calendars import between, dated, moved, together
from smartrules.engines.solving.comparing import compared, day_compared
from smartrules.engines.solving.found import (
    NO_REASONS,
    Dated,
    Found,
    Judged,
    Members,
    NotEncodedError,
    Reasons,
    Reckoned,
    joined,
    not_known,
    reckoned,
    truth,
    where_known,
)
from smartrules.engines.solving.linear import (
    NO_END,
    ONE,
    End,
    Quotient,
    chosen_end,
    chosen_number,
    counted,
    number,
)
from smartrules.engines.solving.scopes import Scope, Standing, standing
from smartrules.engines.solving.space import ON, Slot, Space
from smartrules.engines.solving.truths import Truth, at_least_of, both, either, every, negated, some
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
)
from smartrules.standard import APPLICABLE, INDICATORS, Edition, FactDeclaration, Points, Tier
from smartrules.units import unit

_DAY = Fraction(unit("day").size)


@frozen(eq=False)
class Noted:
    """What was met on the way through rules, each where it is asked of a community or of a member that there is.

    Attributes:
        zeros: whether a number is divided by zero, or is one of no members.
        beyond_calendar: whether a date is moved out of the calendar.
        accepted: measures of which the author says that a denominator may be zero, and whether they have no value.
    """

    zeros: list[Truth] = field(factory=list)
    beyond_calendar: list[Truth] = field(factory=list)
    accepted: list[tuple[str, Truth]] = field(factory=list)


@frozen(eq=False)
class Solver:
    """Reads the rules of an edition for the communities of a space.

    Attributes:
        edition: whose rules are read; `Edition.graded` where they are those of tiers and scores.
        noted: where to note what is met on the way; None for nowhere.
    """

    edition: Edition
    space: Space
    scope: Scope = field(factory=Scope)
    noted: Noted | None = None
    _found: dict[object, Judged] = field(init=False, factory=dict)
    _earning: dict[int, Reckoned] = field(init=False, factory=dict)
    _standing: dict[str, list[tuple[Slot, Mapping[str, Found]]]] = field(init=False, factory=dict)

    # --- indicators and tiers --------------------------------------------------------------------------------------

    def indicator(self, tier: str, name: str) -> Judged:
        """Return what an indicator comes to at a tier."""
        return self.whole_rule(self.edition.rules(tier)[name])

    def whole_rule(self, rule: Expr) -> Judged:
        """Return what the whole rule of an indicator comes to, as `smartrules.engines.exact.judge` says it."""
        key = id(rule)
        if key not in self._found:
            self._found[key] = self._judging(rule)
        return self._found[key]

    def _judging(self, rule: Expr) -> Judged:
        if not isinstance(rule, When):
            return self.judged(rule)
        return outcomes.applicability(self.judged(rule.condition), self._judging(rule.requirement))

    def tier(self, level: Tier) -> Judged:
        """Return what a tier comes to, seen alone, as `smartrules.engines.assessing.grade` says it."""
        key = "tier", level.id
        if key not in self._found:
            self._found[key] = self._tier(level)
        return self._found[key]

    def _tier(self, level: Tier) -> Judged:
        if not level.known:
            return Judged(False, False, False, True)
        if level.rule is None:
            parts = [self.indicator(level.id, name) for name in self.edition.mandatory(level.id)]
            return outcomes.tier(outcomes.all_of(parts))
        return outcomes.tier(self.graded(level).judged(level.rule))

    def tier_without(self, level: Tier, name: str) -> Judged:
        """Return what the rule of a tier comes to where an indicator is not among those that it asks."""
        assert level.rule is not None
        return outcomes.tier(self.graded(level, without=name).judged(level.rule))

    def graded(self, level: Tier, *, without: str | None = None) -> Solver:
        """Return the reader of the rule of a tier and of its scores, as if an indicator were none of it where one is named."""
        standings = [(slot, own) for slot, own in self._standings(level) if slot.id != without]
        return Solver(self.edition.graded, self.space, Scope(standings=standings), self.noted)

    def may_ask(self, formula: Expr, name: str) -> bool:
        """Return whether a score may ask an indicator: whether its conditions choose it in some community."""
        asked = [
            node
            for node in self.edition.walk(formula)
            if isinstance(node, Aggregate) and self.edition.collection(node.collection).id == INDICATORS
        ]
        return any(
            slot.id == name and self.within(INDICATORS, slot, own).judged(node.where).met is not False
            for node in asked
            if node.where is not None
            for slot, own in self.scope.standings or ()
        ) or any(node.where is None for node in asked)

    def within(self, collection: str, slot: Slot, own: Mapping[str, Found]) -> Solver:
        """Return a reader of rules as one member of a collection is asked."""
        return evolve(self, scope=self.scope.within(collection, slot, own))

    def _standings(self, level: Tier) -> Sequence[tuple[Slot, Mapping[str, Found]]]:
        """Return the indicators of a tier as its rule and the scores see them."""
        if level.id not in self._standing:
            self._standing[level.id] = self._standings_of(level)
        return self._standing[level.id]

    def _standings_of(self, level: Tier) -> list[tuple[Slot, Mapping[str, Found]]]:
        graded = self.edition.graded
        return [
            standing(
                Standing(indicator, rule, self.whole_rule(rule), self._earned(indicator.points)),
                level.id,
                graded,
            )
            for name, rule in self.edition.rules(level.id).items()
            for indicator in [self.edition.indicator_by_id[name]]
        ]

    def _earned(self, points: Points | None) -> Reckoned | None:
        if points is None or points.value is None:
            return None
        if id(points) not in self._earning:
            self._earning[id(points)] = self.number(points.value)
        return self._earning[id(points)]

    # --- the tree --------------------------------------------------------------------------------------------------

    def judged(self, node: Expr) -> Judged:
        """Return what a requirement comes to."""
        found = self.read(node)
        assert isinstance(found, Judged)
        return found

    def number(self, node: Expr) -> Reckoned:
        """Return a number."""
        found = self.read(node)
        assert isinstance(found, Reckoned)
        return found

    def read(self, node: Expr) -> Found:
        """Return what a part of a rule comes to."""
        match node:
            case Name():
                return self._measure(node.id) if node.id in self.edition.measure_by_id else self._fact(node.id)
            case Literal():
                return reckoned(number(node.root))
            case Day():
                return dated(node.date)
            case Unknown():
                return Judged(False, False, False, True)
            case Today():
                there = self.space.is_known(ON, ON) if self.space.shape.on else False
                today = self.space.today() if self.space.shape.on else Dated(ONE)
                return where_known(today, there, Reasons(missing=negated(there)))
            case Arithmetic() if self.edition.is_date(node.left) or self.edition.is_date(node.right):
                return self._dated(node)
            case Arithmetic():
                left, right = self.number(node.left), self.number(node.right)
                if self.noted is not None and node.operator == "/":
                    self.noted.zeros.append(self._there(right.known, right.value.compared("=", number(0))))
                return reckon(node.operator, left, right)
            case Negation():
                return negative(self.number(node.operand))
            case Rounding():
                return rounded(node, self.number(node.value))
            case Interpolation():
                return interpolated(node, self.number(node.of))
            case FirstOf():
                values = [self.number(part) for part in (*node.values, node.otherwise)]
                return first_of([self.judged(part) for part in node.conditions], values)
            case Count() if node.of.id not in self.edition.fact_by_id:
                return self._aggregate(Aggregate("count", node.of.id, None))
            case Count():
                members = self._members(node.of)
                return reckoned(counted(list(members.has.values())), members.known, members.reasons)
            case Aggregate():
                return self._aggregate(node)
            case Quantified():
                return self._quantified(node)
            case Comparison():
                return self._compared(node)
            case Range():
                return self._range(node)
            case Includes():
                members = self._members(node.set)
                wanted = len(node.members) if node.k is None else node.k
                named = [members.has[member] for member in dict.fromkeys(node.members)]
                return truth(at_least_of(wanted, named), members.known, members.reasons)
            case OneOf():
                members = self._members(node.choice)
                return truth(some(members.has[one] for one in node.members), members.known, members.reasons)
            case Reported():
                return outcomes.reported(self.read(node.of))
            case Not():
                return outcomes.negation(self.judged(node.part))
            case Advice():
                advised = self.judged(node.part)
                return Judged(False, False, True, False, advised.reasons.causing(False))
            case AllOf():
                return outcomes.all_of([self.judged(part) for part in node.parts])
            case AnyOf():
                return outcomes.any_of([self.judged(part) for part in node.parts])
            case AtLeast():
                return outcomes.at_least(node.k, [self.judged(part) for part in node.parts])
            case When():
                return outcomes.when(self.judged(node.condition), self.judged(node.requirement))
            case _:
                assert_never(node)

    # --- facts and measures ----------------------------------------------------------------------------------------

    def _measure(self, name: str) -> Reckoned:
        found = self.scope.measured.get(name)
        if found is None:
            found = self.scope.measured[name] = self._measured(name)
            if self.noted is not None and self.edition.measure_by_id[name].zero_accepted:
                self.noted.accepted.append((name, self._there(negated(found.known))))
        return found

    def _there(self, *truths: Truth) -> Truth:
        """Return whether truths hold where the rule is asked: of members that there are."""
        return every((*(slot.present for slot in self.scope.members.values()), *truths))

    def _measured(self, name: str) -> Reckoned:
        found, shape = self.number(self.edition.measure_by_id[name].value), self.space.shape
        lacking = either(found.reasons.missing, found.reasons.not_reported)
        if lacking is False or not (name in shape.stated or name in shape.not_reported):
            return found
        kept = found.reasons.causing(False)
        if name in shape.stated:
            stated = self.space.stated(name)
            known = either(found.known, lacking)
            reasons = joined((kept, found.reasons.causing(negated(known))))
            return Reckoned(
                lambda: chosen_number(lacking, stated.value, found.value), known, reasons, found.make_bounds
            )
        not_reported = joined((kept, Reasons(not_reported=lacking)))
        bounds = evolve(
            found.bounds,
            low=evolve(found.bounds.low, there=both(found.bounds.low.there, negated(lacking))),
            high=evolve(found.bounds.high, there=both(found.bounds.high.there, negated(lacking))),
            there=both(found.bounds.there, negated(lacking)),
        )
        return Reckoned(lambda: found.value, both(found.known, negated(lacking)), not_reported, lambda: bounds)

    def _fact(self, name: str) -> Found:
        if name in self.scope.own:
            return self.scope.own[name]
        declared, collection = self.edition.fact_by_id[name], self.edition.collection_of_fact.get(name)
        shape = self.space.shape
        if collection is not None:
            slot = self.scope.members[collection]
            if name in slot.given:
                return self._given(declared, f"{collection}.{slot.id}.{name}")
        elif name in shape.given:
            return self._given(declared, name)
        if declared.derived is not None and all(
            one in shape.collections for one in self._collections(declared.derived)
        ):
            return self.read(declared.derived)
        not_reported = name in shape.not_reported
        return not_known(declared, Reasons(missing=not not_reported, not_reported=not_reported))

    def _given(self, declared: FactDeclaration, path: str) -> Found:
        """Return a fact that is given, or may be missing or not reported."""
        found, there = self.space.fact(declared, path), self.space.is_known(declared.id, path)
        is_missing = declared.id in self.space.shape.missing
        open_ = negated(there)
        return where_known(found, there, Reasons(missing=open_) if is_missing else Reasons(not_reported=open_))

    def _collections(self, derived: Expr) -> Iterator[str]:
        for node in self.edition.walk(derived):
            if isinstance(node, Aggregate | Quantified):
                yield self.edition.collection(node.collection).id
            elif isinstance(node, Count) and node.of.id not in self.edition.fact_by_id:
                yield self.edition.collection(node.of.id).id

    def _members(self, node: Name) -> Members:
        found = self.read(node)
        assert isinstance(found, Members)
        return found

    # --- numbers and dates -----------------------------------------------------------------------------------------

    def _dated(self, node: Arithmetic) -> Dated | Reckoned:
        left, right = self.read(node.left), self.read(node.right)
        assert isinstance(left, Dated | Reckoned)
        assert isinstance(right, Dated | Reckoned)
        direction = -1 if node.operator == "-" else 1
        if isinstance(left, Dated) and isinstance(right, Dated):
            days, known = between(left, right)
            return reckoned(
                Quotient(days.scaled(_DAY)), known, joined((left.reasons, right.reasons)).causing(negated(known))
            )
        for day, by in ((left, node.right), (right, node.left)):
            if isinstance(day, Dated) and isinstance(by, Literal):
                there = moved(day, by, direction)
                if self.noted is not None:
                    self.noted.beyond_calendar.append(self._there(day.known, negated(there.known)))
                return there
        if (isinstance(left, Dated) and isinstance(right, Reckoned)) or isinstance(right, Dated):
            raise NotEncodedError("a date that is moved by a time which is no literal")
        return together((), True)

    # --- requirements ----------------------------------------------------------------------------------------------

    def _compared(self, node: Comparison) -> Judged:
        left, right = self.read(node.left), self.read(node.right)
        if isinstance(left, Dated) and isinstance(right, Dated):
            return day_compared(node.operator, left, right)
        assert isinstance(left, Reckoned)
        assert isinstance(right, Reckoned)
        return compared(node.operator, left, right)

    def _range(self, node: Range) -> Judged:
        parts = [self.read(part) for part in (node.low, node.value, node.high)]
        if all(isinstance(part, Dated) for part in parts):
            low, value, high = (part for part in parts if isinstance(part, Dated))
            above, under = day_compared(node.low_operator, low, value), day_compared(node.high_operator, value, high)
        else:
            least, number_, most = (part for part in parts if isinstance(part, Reckoned))
            above, under = compared(node.low_operator, least, number_), compared(node.high_operator, number_, most)
        found = outcomes.all_of((above, under))
        return evolve(found, reasons=joined(part.reasons for part in parts).causing(found.undetermined))

    # --- members of collections ------------------------------------------------------------------------------------

    def _asked(self, collection: str, where: Expr | None) -> Iterator[tuple[Solver, Judged, Reasons]]:
        """Yield the members of a collection: a reader of each, whether it is among those asked, and why that is open."""
        if collection == INDICATORS:
            slots = list(self.scope.standings or ())
        else:
            slots = [(slot, {}) for slot in self.space.shape.collections[collection]]
        for slot, own in slots:
            if slot.present is False:
                continue
            of_member = self.within(collection, slot, own)
            chosen, reasons = Judged(True, False), NO_REASONS
            if where is not None:
                said = of_member.judged(where)
                aside = either(said.not_met, said.not_applicable)
                chosen, reasons = Judged(said.met, False, aside, said.undetermined), said.reasons
            if collection == INDICATORS and APPLICABLE not in slot.given:
                # An indicator of which it is open whether it applies may or may not be among them.
                applies = of_member.judged(Name(APPLICABLE))
                open_ = both(negated(chosen.not_applicable), either(applies.undetermined, chosen.undetermined))
                reasons = joined((reasons, applies.reasons.where(negated(chosen.not_applicable))))
                chosen = Judged(both(chosen.met, negated(open_)), False, chosen.not_applicable, open_)
            present = slot.present
            chosen = Judged(
                both(present, chosen.met),
                False,
                either(negated(present), chosen.not_applicable),
                both(present, chosen.undetermined),
            )
            if chosen.not_applicable is not True:
                yield of_member, chosen, reasons.where(present)

    def _quantified(self, node: Quantified) -> Judged:
        collection = self.edition.collection(node.collection).id
        if not self._is_known(collection):
            return Judged(False, False, False, True, Reasons(missing=True))
        members = [
            (chosen, member.judged(node.part), why) for member, chosen, why in self._asked(collection, node.where)
        ]
        return outcomes.quantified(node.quantifier, members)

    def _is_known(self, collection: str) -> bool:
        return collection == INDICATORS or collection in self.space.shape.collections

    def _aggregate(self, node: Aggregate) -> Reckoned:
        collection = self.edition.collection(node.collection).id
        if not self._is_known(collection):
            return reckoned(number(0), False, Reasons(missing=True))
        members = [
            self._member(node, member, chosen, why) for member, chosen, why in self._asked(collection, node.where)
        ]
        if self.noted is not None and node.function not in ("count", "sum"):
            asked = (
                both(one.asked, True if one.outcome is None else negated(one.outcome.not_applicable)) for one in members
            )
            self.noted.zeros.append(self._there(negated(some(asked))))
        return aggregate(node.function, members, Fraction(1 if node.rank is None else node.rank.root))

    def _member(self, node: Aggregate, member: Solver, chosen: Judged, why: Reasons) -> Asked:
        if node.of is None or chosen.not_applicable is True:
            nothing = reckoned(number(0))
            return Asked(chosen, Judged(False, True), nothing, reasons=why)
        if node.function == "share":
            outcome = member.judged(node.of)
            return Asked(chosen, outcome, reasons=joined((why, outcome.reasons)))
        value = member.number(node.of)
        low, high = member.declared_ends(node.of)
        return Asked(chosen, None, value, low, high, joined((why, value.reasons)))

    def declared_ends(self, node: Expr) -> tuple[End, End]:
        """Return the least and greatest value that the declaration of a member's fact allows; a part is within its whole."""
        declared = self.edition.fact_by_id.get(node.id) if isinstance(node, Name) else None
        if declared is None:
            return NO_END, NO_END
        low = NO_END if declared.minimum is None else End(True, number(declared.minimum))
        high = NO_END if declared.maximum is None else End(True, number(declared.maximum))
        whole = self._given_whole(declared)
        if whole is NO_END or high is NO_END:
            return low, high if whole is NO_END else whole
        return low, chosen_end(both(whole.there, whole.value.compared("<", high.value)), whole, high)

    def _given_whole(self, declared: FactDeclaration) -> End:
        name = declared.at_most
        if name is None:
            return NO_END
        collection = self.edition.collection_of_fact.get(name)
        known = self.space.shape.given if collection is None else self.scope.members[collection].given
        if name not in known:
            return NO_END
        whole = self._fact(name)
        assert isinstance(whole, Reckoned)
        return End(whole.known, whole.value)
