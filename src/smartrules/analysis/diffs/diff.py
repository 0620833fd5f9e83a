"""Two editions compared: every part that differs, what becomes of its rules, and communities that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import frozen

from smartrules.analysis.diffs.answer import Change, Detail, Diff, Effect
from smartrules.analysis.diffs.communities import Teller
from smartrules.analysis.diffs.comparing import Compared, Comparer, Place
from smartrules.analysis.diffs.numbers import Reckoner
from smartrules.analysis.diffs.pairs import Pair, Pairs, Reason, by_title, paired
from smartrules.analysis.diffs.rulings import Ruling, Subject, Verdict
from smartrules.analysis.diffs.tiers import Required, TierComparer
from smartrules.analysis.diffs.vocabulary import Vocabulary, vocabulary
from smartrules.analysis.mutation.equivalence import is_same_formula
from smartrules.documents.deciding import Sayings, Sort, asks_groups, is_editorial, parts_of
from smartrules.expr.nodes import Expr
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition, Indicator

#: The keys under which rules stand: what becomes of them says whether they decide otherwise.
_RULES: Mapping[Sort, frozenset[str]] = {
    Sort.INDICATOR: frozenset({"applies", "require", "points"}),
    Sort.TIER: frozenset({"rule"}),
    Sort.MEASURE: frozenset({"value"}),
    Sort.SCORE: frozenset({"value"}),
}
_ORDER = "order of "


def diff(old: Ruleset, new: Ruleset) -> Diff:
    """Return what is different between two editions, each change with what is proved of it or communities that show it.

    Every witness is replayed: both editions were asked of its documents by the reference evaluator, and said what it says.

    Args:
        old: the edition before.
        new: the edition after; a supplement and what it extends can be compared like any two.
    """
    if old.fingerprint == new.fingerprint:
        return Diff(old, new, ())
    return Diff(old, new, tuple(_Differ(old, new, vocabulary(old.edition, new.edition)).changes()))


@frozen
class _Differ:
    old: Ruleset
    new: Ruleset
    words: Vocabulary

    @cached_property
    def teller(self) -> Teller:
        return Teller(self.old, self.new, self.words)

    @cached_property
    def pairs(self) -> Mapping[Sort, Pairs]:
        """Which parts are the same, by sort."""
        old, new, words = self.old.edition, self.new.edition, self.words

        def of(sort: str) -> Pairs:
            return paired(getattr(old, sort), getattr(new, sort), lambda one, other: True, by_title)

        return {
            Sort.TIER: of("tiers"),
            Sort.GROUP: of("groups"),
            Sort.FACT: words.facts,
            Sort.COLLECTION: words.collections,
            Sort.MEASURE: words.measures,
            Sort.INDICATOR: _paired_indicators(words),
            Sort.SCORE: of("scores"),
            Sort.REACTION: of("reactions"),
        }

    def changes(self) -> Iterator[Change]:
        """Yield every part that differs."""
        ours, theirs = parts_of(self.old.edition), parts_of(self.new.edition)
        heading = self._details(Sort.EDITION, ours[Sort.EDITION][""], theirs[Sort.EDITION][""], None)
        if heading:
            effect = max((detail.effect for detail in heading), key=_GRAVITY.__getitem__)
            yield Change(Sort.EDITION, "", "", Reason.ID, tuple(heading), (), effect)
        for sort, pairs in self.pairs.items():
            for pair in pairs.both:
                rulings = self._rulings(sort, pair)
                details = self._details(sort, ours[sort][pair.old], theirs[sort][pair.new], rulings)
                if pair.old != pair.new:
                    gravity = Effect.EDITORIAL if sort is Sort.GROUP and not self._groups_asked else Effect.MATERIAL
                    details.insert(0, Detail("id", pair.old, pair.new, gravity))
                if details or rulings:
                    yield Change(sort, pair.old, pair.new, pair.by, tuple(details), rulings, _gravest(details, rulings))
            effect = Effect.EDITORIAL if sort is Sort.GROUP and not self._groups_asked else Effect.MATERIAL
            for name in pairs.added:
                yield Change(sort, None, name, None, (), self._added(sort, name), effect)
            for name in pairs.removed:
                yield Change(sort, name, None, None, (), self._removed(sort, name), effect)

    @cached_property
    def _groups_asked(self) -> bool:
        return asks_groups(self.old.edition) or asks_groups(self.new.edition)

    # --- what is said otherwise --------------------------------------------------------------------------------------

    def _details(self, sort: Sort, before: Sayings, after: Sayings, rulings: tuple[Ruling, ...] | None) -> list[Detail]:
        found = []
        for key in dict.fromkeys((*after, *before)):
            was, now = before.get(key), after.get(key)
            if was == now or (key.startswith(_ORDER) and not _is_another_order(was, now)):
                continue
            found.append(Detail(key, was, now, self._effect(sort, key, rulings)))
        return found

    def _effect(self, sort: Sort, key: str, rulings: tuple[Ruling, ...] | None) -> Effect:
        if is_editorial(sort, key, groups_asked=self._groups_asked):
            return Effect.EDITORIAL
        if key not in _RULES.get(sort, ()) or rulings is None:
            return Effect.MATERIAL
        subjects = {"points": {Subject.POINTS}, "value": {Subject.FORMULA}, "rule": {Subject.TIER}}
        asked = subjects.get(key, {Subject.REQUIREMENT})
        decides = any(ruling.verdict.is_material for ruling in rulings if ruling.of in asked)
        return Effect.MATERIAL if decides else Effect.REWRITTEN

    # --- what becomes of rules -----------------------------------------------------------------------------------------

    def _rulings(self, sort: Sort, pair: Pair) -> tuple[Ruling, ...]:
        match sort:
            case Sort.INDICATOR:
                return tuple(self._of_indicator(pair))
            case Sort.TIER:
                return tuple(self._of_tier(pair))
            case Sort.MEASURE:
                found = Reckoner(self.teller).measure(pair.old, pair.new)
                formulas = (
                    self.old.edition.measure_by_id[pair.old].value,
                    self.new.edition.measure_by_id[pair.new].value,
                )
                return () if found is None else (_ruling(Subject.FORMULA, (), found, *formulas),)
            case Sort.SCORE:
                found = Reckoner(self.teller).score(pair.old, pair.new)
                formulas = self.old.edition.score_by_id[pair.old].value, self.new.edition.score_by_id[pair.new].value
                return () if found is None else (_ruling(Subject.FORMULA, (), found, *formulas),)
            case _:
                return ()

    @cached_property
    def _tiers(self) -> tuple[tuple[str, str], ...]:
        """The tiers that both editions have and of which both know what they require, by their ids."""
        known = self.old.edition.tier_by_id, self.new.edition.tier_by_id
        return tuple(
            (pair.old, pair.new)
            for pair in self.pairs[Sort.TIER].both
            if known[0][pair.old].known and known[1][pair.new].known
        )

    @cached_property
    def _compared(self) -> Mapping[tuple[str, str], tuple[Ruling, ...]]:
        """What becomes of the requirements of each indicator that both editions have, by its ids; tiers alike stand together."""
        return {(pair.old, pair.new): tuple(self._of_requirements(pair)) for pair in self.pairs[Sort.INDICATOR].both}

    def _of_requirements(self, pair: Pair) -> Iterator[Ruling]:
        comparer, old, new = Comparer(self.teller), self.words.old, self.words.new
        found = dict[tuple[Expr | None, Expr | None], tuple[list[str], Compared, tuple[Expr | None, Expr | None]]]()
        for tier, other, said in (*((*both, both[1]) for both in self._tiers), *self._restated(pair)):
            rule = None if tier is None else old.rules(tier).get(pair.old)
            another = None if other is None else new.rules(other).get(pair.new)
            if rule == another:
                continue
            if (rule, another) in found:
                found[rule, another][0].append(said)
                continue
            compared: Compared | None
            if tier is None or rule is None:
                assert other is not None
                compared = _shown(Verdict.ADDED, comparer.asked(Place(other, pair.new)))
            elif other is None or another is None:
                compared = _shown(Verdict.REMOVED, comparer.not_asked(Place(tier, pair.old)))
            else:
                compared = comparer.compared(Place(tier, pair.old), Place(other, pair.new))
            assert compared is not None
            before = None if tier is None else self.old.edition.rules(tier).get(pair.old)
            after = None if other is None else self.new.edition.rules(other).get(pair.new)
            found[rule, another] = [said], compared, (before, after)
        for tiers, compared, rules in found.values():
            yield _ruling(Subject.REQUIREMENT, tiers, compared, *rules)

    def _restated(self, pair: Pair) -> Iterator[tuple[str | None, str | None, str]]:
        """Yield the tiers at which only one edition can state what an indicator requires, where it does, and how each is called.

        Such a tier is in one edition alone, or only one edition knows what it requires. What it takes over from the tier
        below it is nothing that the other edition does not ask.
        """
        by_old = dict(self._tiers)
        for stated in self.new.edition.indicator_by_id[pair.new].requirements:
            if stated.tier not in by_old.values():
                yield None, stated.tier, stated.tier
        same = {both.old: both.new for both in self.pairs[Sort.TIER].both}
        for stated in self.old.edition.indicator_by_id[pair.old].requirements:
            if stated.tier not in by_old:
                yield stated.tier, None, same.get(stated.tier, stated.tier)

    def _of_indicator(self, pair: Pair) -> Iterator[Ruling]:
        yield from self._compared[pair.old, pair.new]
        place = next(
            (
                (Place(tier, pair.old), Place(other, pair.new))
                for tier, other in self._tiers
                if pair.old in self.words.old.rules(tier) and pair.new in self.words.new.rules(other)
            ),
            None,
        )
        if place is None:
            return
        found = Reckoner(self.teller).points(*place)
        if found is not None:
            worth, other = (
                edition.indicator_by_id[name].points
                for edition, name in ((self.old.edition, pair.old), (self.new.edition, pair.new))
            )
            yield _ruling(Subject.POINTS, (), found, worth.value if worth else None, other.value if other else None)

    def _added(self, sort: Sort, name: str) -> tuple[Ruling, ...]:
        if sort is not Sort.INDICATOR:
            return ()
        return tuple(self._alone(name, self.words.new, self.new.edition, Verdict.ADDED))

    def _removed(self, sort: Sort, name: str) -> tuple[Ruling, ...]:
        if sort is not Sort.INDICATOR:
            return ()
        return tuple(self._alone(name, self.words.old, self.old.edition, Verdict.REMOVED))

    def _alone(self, name: str, spoken: Edition, edition: Edition, verdict: Verdict) -> Iterator[Ruling]:
        """Yield what an indicator of one edition alone requires, tiers with the same rule together."""
        comparer, is_added = Comparer(self.teller), verdict is Verdict.ADDED
        by_rule = dict[Expr, list[str]]()
        for tier in edition.tiers:
            if name in edition.rules(tier.id):
                by_rule.setdefault(edition.rules(tier.id)[name], []).append(tier.id)
        for rule, tiers in by_rule.items():
            place = Place(tiers[0], name)
            found = comparer.asked(place) if is_added else comparer.not_asked(place)
            rules = (None, rule) if is_added else (rule, None)
            yield _ruling(Subject.REQUIREMENT, tiers, _shown(verdict, found), *rules)

    # --- tiers ---------------------------------------------------------------------------------------------------------

    def _of_tier(self, pair: Pair) -> Iterator[Ruling]:
        if (pair.old, pair.new) not in self._tiers:
            return
        old, new = self.old.edition, self.new.edition
        mandatory = old.mandatory(pair.old), new.mandatory(pair.new)
        ruled = old.tier_by_id[pair.old].rule is not None or new.tier_by_id[pair.new].rule is not None
        # A rule of a tier may ask of the optional ones too.
        asked = (tuple(old.rules(pair.old)), tuple(new.rules(pair.new))) if ruled else mandatory
        required = Required(pair.old, pair.new, asked, dict(self._becomes(pair, asked)))
        alike = self._is_graded_alike(pair)
        found = TierComparer(self.teller).compared(required, same_rule=alike)
        before, after = old.tier_by_id[pair.old].rule, new.tier_by_id[pair.new].rule
        if found is None and alike and before != after:
            found = Compared(Verdict.REWRITTEN)
        if found is not None:
            yield _ruling(Subject.TIER, [pair.new], found, before, after)

    def _becomes(
        self, pair: Pair, asked: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> Iterator[tuple[tuple[str | None, str | None], Compared]]:
        by_new = self.pairs[Sort.INDICATOR].old_by_new
        by_old = {old: new for new, old in by_new.items()}
        for name in asked[1]:
            other = by_new.get(name)
            if other is None or other not in asked[0]:
                yield (None, name), Compared(Verdict.ADDED)
                continue
            for ruling in self._compared[other, name]:
                if pair.new in ruling.tiers:
                    yield (other, name), Compared(ruling.verdict, ruling.witnesses)
        for name in asked[0]:
            if by_old.get(name) not in asked[1]:
                yield (name, None), Compared(Verdict.REMOVED)

    def _is_graded_alike(self, pair: Pair) -> bool:
        """Return whether a tier has one rule in both editions, and all that it asks of is the same beside requirements."""
        old, new = self.words.old, self.words.new
        rule, other = old.tier_by_id[pair.old].rule, new.tier_by_id[pair.new].rule
        if rule is None or other is None:
            return False
        if rule != other and not is_same_formula(rule, other, old.graded):
            return False
        named = old.graded.names_behind(rule) | new.graded.names_behind(rule)
        graded = [
            {
                one.id: (
                    one.points if named & {"points", "full_points"} else None,
                    pair_tier in one.optional if named & {"mandatory", "optional"} else None,
                    one.group if "group" in named else None,
                )
                for one in edition.indicators
                if one.id in edition.rules(pair_tier)
            }
            for edition, pair_tier in ((old, pair.old), (new, pair.new))
        ]
        scores = [{one.id: one.value for one in edition.scores if one.id in named} for edition in (old, new)]
        return graded[0] == graded[1] and scores[0] == scores[1]


_GRAVITY = {Effect.EDITORIAL: 0, Effect.REWRITTEN: 1, Effect.MATERIAL: 2}


def _gravest(details: Iterable[Detail], rulings: Iterable[Ruling]) -> Effect:
    found = [detail.effect for detail in details]
    found += [Effect.MATERIAL if ruling.verdict.is_material else Effect.REWRITTEN for ruling in rulings]
    return max(found, key=_GRAVITY.__getitem__)


def _is_another_order(before: Any, after: Any) -> bool:
    """Return whether what two lists have in common stands in another order in them."""
    both = set(before or ()) & set(after or ())
    return [one for one in before or () if one in both] != [one for one in after or () if one in both]


def _ruling(of: Subject, tiers: Iterable[str], found: Compared, before: Expr | None, after: Expr | None) -> Ruling:
    return Ruling(of, tuple(tiers), found.verdict, before, after, found.witnesses, found.doubt)


def _shown(verdict: Verdict, witness: Any) -> Compared:
    return Compared(verdict, () if witness is None else (witness,))


# --- indicators ------------------------------------------------------------------------------------------------------


def _paired_indicators(words: Vocabulary) -> Pairs:
    """Return which indicators are the same: by id, by title, by what they require, by number where they ask of one fact."""
    rules = [
        {
            indicator.id: tuple(edition.rules(tier.id).get(indicator.id) for tier in edition.tiers)
            for indicator in edition.indicators
        }
        for edition in (words.old, words.new)
    ]

    def by_rule(one: Indicator, other: Indicator) -> Reason | None:
        return Reason.RULE if rules[0][one.id] == rules[1][other.id] else None

    def by_number(one: Indicator, other: Indicator) -> Reason | None:
        if one.number is None or one.number != other.number:
            return None
        asked = [
            {name for rule in mine if rule is not None for name in words.old.facts_behind(rule)}
            for mine in (rules[0][one.id], rules[1][other.id])
        ]
        return Reason.NUMBER if asked[0] & asked[1] else None

    def anything(one: Indicator, other: Indicator) -> bool:
        return True

    return paired(words.old.indicators, words.new.indicators, anything, by_title, by_rule, by_number)
