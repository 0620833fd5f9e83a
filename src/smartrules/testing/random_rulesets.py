"""A Hypothesis strategy of well-typed rulesets: facts of every kind, measures, and rules of every form that the language has."""

from __future__ import annotations

from attrs import frozen
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st

from smartrules.diagnostics import SmartrulesError
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset
from smartrules.ruleset import Ruleset

_MOST_TIERS = 5
_DEEPEST = 3
_NAMES = ("basic", "better", "best", "model", "star")


def rulesets(
    *,
    tiers: int | None = None,
    collections: bool = True,
    dates: bool = True,
    sets: bool = True,
    points: bool = True,
    optional: bool = True,
    reactions: bool = False,
) -> st.SearchStrategy[Ruleset]:
    """Return a strategy of rulesets that are accepted without an error, built by their types and never filtered.

    Where a test fails, the ruleset is printed as a document. Rulesets become simpler by fewer facts, indicators and
    tiers, and shorter rules. Warnings are not avoided: a denominator may be zero, and a rule may always hold.

    Args:
        tiers: how many tiers there are, from 1 to 5; by default one to three.
        collections: whether there may be collections, with quantifiers and aggregates over them.
        dates: whether there may be dates, days and times between them.
        sets: whether there may be sets and choices.
        points: whether there may be points, scores, and rules of tiers that ask them.
        optional: whether indicators may be optional at a tier.
        reactions: whether there are reactions, which decide nothing.

    Raises:
        SmartrulesError: SR618 for a number of tiers that there cannot be.
    """
    if tiers is not None and (isinstance(tiers, bool) or not 1 <= tiers <= _MOST_TIERS):
        raise SmartrulesError.of("SR618", f"there are no rulesets with {tiers} tiers here", "ask for 1 to 5")
    return _rulesets(tiers, Features(collections, dates, sets, points, optional, reactions))


@frozen
class Features:
    """What rulesets may have."""

    collections: bool
    dates: bool
    sets: bool
    points: bool
    optional: bool
    reactions: bool = False


@st.composite
def _rulesets(draw: st.DrawFn, tiers: int | None, may: Features) -> Ruleset:
    text = draw(ruleset_documents(tiers, may))
    if currently_in_test_context():
        note(f"# a ruleset\n{text}")
    edition = read_ruleset(text)
    return Ruleset(edition, fingerprint(edition))


@st.composite
def ruleset_documents(draw: st.DrawFn, tiers: int | None, may: Features) -> str:
    """Return the documents of the rulesets that `rulesets` draws."""
    return _Writing(draw, may).document(tiers or draw(st.integers(1, 3)))


@frozen
class _Writing:
    """Writes one document."""

    draw: st.DrawFn
    may: Features

    def choose(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def likes(self) -> bool:
        return self.draw(st.booleans())

    # --- the document ----------------------------------------------------------------------------------------------

    def document(self, tiers: int) -> str:
        names = _NAMES[:tiers]
        scored = self.may.points and self.likes()
        lines = [
            "standard: drawn",
            'edition: "1"',
            "tiers:",
            *self.tiers(names, scored=scored),
            "facts:",
            *self.facts(),
        ]
        if self.may.collections:
            lines += ["collections:", f"  buildings: {{each: building, facts: {{{self.of_members()}}}}}"]
        lines += ["measures:", *self.measures(), "indicators:"]
        indicators = self.whole(1, 3)
        for number in range(indicators):
            lines += self.indicator(number, names, scored=scored)
        if scored:
            lines += ["scores:", '  total: {value: "sum(indicators, points)", unit: point}']
        if self.may.reactions:
            lines += ["reactions:", *self.reactions(names, [f"i{number}" for number in range(indicators)])]
        return "\n".join(lines) + "\n"

    def tiers(self, names: tuple[str, ...], *, scored: bool) -> list[str]:
        rules = [""]
        if self.may.optional:
            rules += ["every indicator where mandatory: met", "count(indicators where met) >= 1 indicator"]
        if scored:
            rules += ["total >= 3 points", "all of (total >= 2 points, every indicator where mandatory: met)"]
        chosen = [self.choose(*rules) for _ in names]
        return [
            f'  {name}: {{rule: "{rule}"}}' if rule else f"  {name}:" for name, rule in zip(names, chosen, strict=True)
        ]

    def facts(self) -> list[str]:
        low = self.choose("", ", min: 1", ", max: 9", ", min: 2, max: 50")
        found = [
            "  a: {kind: flag}",
            "  b: {kind: flag}",
            f"  whole: {{count: household{low}}}",
            "  part: {count: household, at_most: whole}",
            f"  area: {{quantity: km^2{self.choose('', ', step: 0.01', ', min: -5', ', min: 1, max: 3')}}}",
            f'  share: {{share: "%"{self.choose("", ", max: 100 %", ", step: 0.5 %")}}}',
            "  events: {rate: event/year}",
        ]
        if self.may.sets:
            found += ["  services: {set: {meals: , bathing: , cleaning: }}", "  water: {choice: {river: , lake: }}"]
        if self.may.dates:
            found += ["  opened: {kind: date}", "  closed: {kind: date}"]
        if self.may.collections:
            found += ["  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}"]
        return found

    def of_members(self) -> str:
        return f"storeys: {{count: storey{self.choose('', ', max: 9')}}}, safe: {{kind: flag}}, flats: {{count: household}}"

    def measures(self) -> list[str]:
        found = [
            f'  coverage: {{value: "part / whole", unit: "%"{self.choose("", ", when_zero: undetermined")}}}',
            '  density: {value: "whole / area", unit: household/km^2, when_zero: undetermined}',
            f'  stepped: {{value: "{self.choose("round", "round_up", "truncate")}(part / whole, 10 %)", unit: "%"}}',
            f'  banded: {{value: "first of ({self.leaf(0, member=False)} then 1 point, share >= 50 % then 2 points, otherwise 3 points)", unit: point}}',
            '  lined: {value: "interpolate(share, 20 % then 0 points, 80 % then 6 points)", unit: point}',
        ]
        if self.may.dates:
            found += ["  took: {value: closed - opened, unit: day}"]
        return found

    def indicator(self, number: int, names: tuple[str, ...], *, scored: bool) -> list[str]:
        lines = [f"  i{number}:"]
        if self.likes():
            lines.append(f'    applies: "{self.statement(1)}"')
        begins = 0 if number == 0 else self.whole(0, len(names) - 1)
        asked = [name for place, name in enumerate(names[begins:]) if place == 0 or self.likes()]
        lines += ["    require:", *(f'      {name}: "{self.statement(_DEEPEST)}"' for name in asked)]
        if self.may.optional and number and self.likes():
            lines.append(f"    optional: [{', '.join(names[begins:])}]")
        if scored:
            lines.append(
                f"    points: {self.choose('5 points', '{value: lined, of: 6 points}', '{value: banded, of: 3 points}')}"
            )
        return lines

    def reactions(self, tiers: tuple[str, ...], indicators: list[str]) -> list[str]:
        return [f"  r{number}: {{{self.reaction(tiers, indicators)}}}" for number in range(self.whole(1, 3))]

    def reaction(self, tiers: tuple[str, ...], indicators: list[str]) -> str:
        """Return what one reaction waits for."""
        span = f"{self.whole(1, 99)} {self.choose('days', 'weeks', 'months', 'years')}"
        if self.likes():
            aging = ["a", "whole", "coverage", *(["buildings"] if self.may.collections else [])]
            return f"stale: [{', '.join(self.some(aging))}], after: {span}"
        named = self.some(self.draw(st.sampled_from([list(tiers), indicators])))
        asked = f", tier: {self.choose(*tiers)}" if named[0] in indicators and self.likes() else ""
        several = f", at_least: {self.whole(1, len(named))}" if self.likes() else ""
        within = f", within: {span}" if several and self.likes() else ""
        return f"{self.choose('lost', 'reached')}: [{', '.join(named)}]{asked}{several}{within}"

    def some(self, names: list[str]) -> list[str]:
        return self.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))

    # --- rules -----------------------------------------------------------------------------------------------------

    def statement(self, depth: int, *, member: bool = False) -> str:
        """Return a requirement; ``member`` where it is one of a member of a collection."""
        forms: tuple[str, ...] = ("leaf", "compared", "ranged")
        if depth:
            forms += ("all", "any", "at least", "not", "when")
        match self.choose(*forms):
            case "compared":
                left, right = self.numbers(depth, member=member)
                return f"{left} {self.choose('>=', '<=', '<', '>', '=', '!=')} {right}"
            case "ranged":
                value, low = self.numbers(depth, member=member)
                return f"{low} {self.choose('<', '<=')} {value} {self.choose('<', '<=')} {low} * 3"
            case "all" | "any" as joint:
                return f"{joint} of ({self.several(depth - 1, member=member)})"
            case "at least":
                parts = [self.statement(depth - 1, member=member) for _ in range(self.whole(1, 3))]
                return f"at least {self.whole(1, len(parts))} of ({', '.join(parts)})"
            case "not":
                return f"not ({self.statement(depth - 1, member=member)})"
            case "when":
                return (
                    f"(({self.statement(depth - 1, member=member)}) when ({self.statement(depth - 1, member=member)}))"
                )
            case _:
                return self.leaf(depth, member=member)

    def several(self, depth: int, *, member: bool) -> str:
        return ", ".join(self.statement(depth, member=member) for _ in range(self.whole(1, 3)))

    def leaf(self, depth: int, *, member: bool) -> str:
        if member:
            return self.choose("safe", "a")
        forms = ["a", "b", "unknown", "reported(coverage)", "reported(share)", "advise(a)", "events >= 2 events/year"]
        if self.may.sets:
            forms += ["count(services) >= 2 kinds", "services includes all of (meals, bathing)", "water is river"]
            forms += ["services includes at least 2 of (meals, bathing, cleaning)", "water in (river, lake)"]
        if self.may.dates:
            forms += ["opened >= 2022-01-31", "closed + 5 days <= today", "took <= 5 days", "closed - 1 month > opened"]
        if self.may.collections:
            forms += ["tall >= 1 building", "share(buildings, safe) >= 50 %", "EVERY"]
            forms += ["share(buildings where storeys >= 3 storeys, safe) >= 50 %"]
        chosen = self.choose(*forms)
        if chosen != "EVERY":
            return chosen
        where = f" where {self.statement(0, member=True)}" if self.likes() else ""
        return f"({self.choose('every', 'some')} building{where}: {self.statement(min(depth, 1), member=True)})"

    def numbers(self, depth: int, *, member: bool) -> tuple[str, str]:
        """Return two numbers of one dimension, the second a literal."""
        if member:
            return (self.choose("storeys", "storeys * 2"), f"{self.whole(1, 9)} storeys")
        units = ["households", "%", "km^2", "points", "household/km^2"]
        if self.may.collections:
            units += ["buildings", "storeys"]
        match self.choose(*units):
            case "households":
                return self.households(depth), f"{self.whole(1, 9)} households"
            case "%":
                made = f"({self.households(depth)}) / whole"
                return self.choose("coverage", "share", "stepped", "coverage - share", made), f"{self.whole(1, 100)} %"
            case "km^2":
                return self.choose("area", "-area", "area * 2", "round(area, 1 km^2)"), f"{self.whole(1, 5)} km^2"
            case "points":
                return self.choose(
                    "banded", "lined", "banded + lined", "lined * coverage"
                ), f"{self.whole(1, 6)} points"
            case "buildings":
                made = f"count(buildings where {self.statement(0, member=True)})"
                return self.choose("count(buildings)", "tall", made), f"{self.whole(1, 3)} buildings"
            case "storeys":
                function = self.choose("sum", "min", "max", "mean", "percentile")
                where = self.choose("", " where safe")
                rank = ", 50 %" if function == "percentile" else ""
                return f"{function}(buildings{where}, storeys{rank})", f"{self.whole(1, 9)} storeys"
            case _:
                return "density", f"{self.whole(1, 9)} household/km^2"

    def households(self, depth: int) -> str:
        forms = ["part", "whole", "2 households"]
        if self.may.collections:
            forms.append("sum(buildings, flats)")
        if not depth or self.likes():
            return self.choose(*forms)
        left, right = self.households(depth - 1), self.households(depth - 1)
        made = (f"({left} + {right})", f"({left} - {right})", f"({left} * 50 %)", f"truncate({left}, 2 households)")
        return self.choose(*made)
