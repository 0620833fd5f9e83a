"""What is legal in a ruleset and still doubtful: warnings for its author."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import pairwise

from smartrules.analysis.ranges import always, range_of
from smartrules.analysis.strictness import eased
from smartrules.analysis.valueless import valueless
from smartrules.diagnostics import Diagnostic, Log, Severity, Span, Text
from smartrules.expr.nodes import Aggregate, Arithmetic, Comparison, Expr, Name, Range, walk
from smartrules.expr.text import source
from smartrules.standard import Edition, Indicator, Reaction
from smartrules.units import unit
from smartrules.values import Quantity, simplest


def lint(edition: Edition, document: Text) -> list[Diagnostic]:
    """Return the warnings of an edition, in the order of its document.

    - SR412: a requirement for which neither it, its indicator nor the edition names a source;
    - SR451: a denominator that can be zero while the indicator applies; the measure says ``when_zero: undetermined``
      where that is known and accepted;
    - SR452: a comparison or range that holds for every value, or for none, that the declarations allow;
    - SR453: a fact or measure that no requirement uses;
    - SR454: a part of a requirement that asks for less than its counterpart for the tier below;
    - SR455: a share, mean, least or greatest value or percentile of members of which there may be none, as SR451;
    - SR456: points of a formula that can be more than what the indicator is worth, or never as many;
    - SR457: a reaction that waits in vain, since nothing requires what it waits for;
    - SR458: two reactions that wait for the same.
    """
    found = _Linter(edition, Log(document))
    found.sources()
    found.valueless()
    found.decided()
    found.unused()
    found.easier_tiers()
    found.points()
    found.reactions()
    return found.log.warnings


class _Linter:
    """Notes the warnings of one edition; what it inherits is the matter of the ruleset that states it."""

    def __init__(self, edition: Edition, log: Log) -> None:
        self.edition = edition
        self.log = log

    def warn(self, at: Span | None, code: str, message: str, hint: str) -> None:
        self.log.add(at, code, message, hint, severity=Severity.WARNING)

    def sources(self) -> None:
        for indicator in self.edition.indicators:
            for requirement in indicator.requirements:
                if not (requirement.source or indicator.source or self.edition.source):
                    self.warn(
                        requirement.at,
                        "SR412",
                        f"no source says what the indicator `{indicator.id}` requires for `{requirement.tier}`",
                        "write `source: {clause: …}` in the indicator",
                    )

    def valueless(self) -> None:
        for indicator in self.edition.indicators:
            for rule, applies in self._own_rules(indicator):
                for node in valueless(self.edition, rule, applies):
                    if isinstance(node, Aggregate):
                        self._note_no_member(node, indicator)
                    else:
                        self._note_zero(node, indicator)

    def _note_zero(self, node: Arithmetic, indicator: Indicator) -> None:
        self.warn(
            node.at,
            "SR451",
            f"`{source(node.right)}` can be zero in `{source(node)}`, which leaves `{indicator.id}` undetermined",
            "give the fact `min: 1`, guard the indicator with `applies:`, or accept it with `when_zero: undetermined` in "
            "the measure",
        )

    def _note_no_member(self, node: Aggregate, indicator: Indicator) -> None:
        count = Aggregate("count", node.collection, node.where)
        each = self.edition.collection(node.collection).unit
        self.warn(
            node.at,
            "SR455",
            f"`{source(node)}` has no value where there is no such {each}, which leaves `{indicator.id}` undetermined",
            f"guard the indicator with `applies: {source(count)} >= 1 {each}`, or accept it with `when_zero: undetermined` "
            "in the measure",
        )

    def decided(self) -> None:
        for indicator in self.edition.indicators:
            for rule, _ in self._own_rules(indicator):
                for node in walk(rule):
                    known = always(node, self.edition) if isinstance(node, Comparison | Range) else None
                    if known is not None:
                        self.warn(
                            node.at,
                            "SR452",
                            f"`{source(node)}` {'always' if known else 'never'} holds for the values that the facts can have",
                            "check the threshold and its unit, and the bounds of the facts",
                        )

    def points(self) -> None:
        for indicator in self.edition.indicators:
            worth = indicator.points
            if worth is None or worth.value is None or indicator.origin is not None:
                continue
            most = range_of(worth.value, self.edition).high
            if most is None or most == worth.full:
                continue
            full, reached = (Quantity(simplest(amount), unit("point")) for amount in (worth.full, most))
            counted = (
                f"and no more than {full} are counted" if most > worth.full else f"and never the {full} it is worth"
            )
            self.warn(
                worth.value.at,
                "SR456",
                f"the points of `{indicator.id}` can be {reached}, {counted}",
                "correct the formula, or `of:`",
            )

    def reactions(self) -> None:
        first: dict[Hashable, str] = {}
        for reaction in self.edition.reactions:
            same = first.setdefault(self._waits_for(reaction), reaction.id)
            if reaction.origin is not None:
                continue
            if same != reaction.id:
                message = f"the reactions `{same}` and `{reaction.id}` wait for the same"
                self.warn(reaction.at, "SR458", message, "a host is told twice: remove one")
            for vain in self._in_vain(reaction):
                message = f"the reaction `{reaction.id}` waits in vain for {vain}"
                self.warn(reaction.at, "SR457", message, "name what is required, or remove it")

    def _waits_for(self, reaction: Reaction) -> Hashable:
        """Return all of a reaction but its name, its title and its source."""
        indicators, named = self.edition.watched(reaction), frozenset((*reaction.tiers, *reaction.facts))
        return reaction.kind, named, indicators, reaction.tier, reaction.at_least, reaction.within, reaction.after

    def _in_vain(self, reaction: Reaction) -> Iterator[str]:
        """Yield what a reaction waits for in vain, and why."""
        edition = self.edition
        named = (*reaction.tiers, *([] if reaction.tier is None else [reaction.tier]))
        unknown = [name for name in named if not edition.tier_by_id[name].known]
        for name in unknown:
            yield f"the tier `{name}`: what it requires is not to hand"
        if unknown:
            return
        asking = [tier.id for tier in edition.tiers] if reaction.tier is None else [reaction.tier]
        required = {name for tier in asking for name in edition.requirements(tier)}
        asker = "no tier requires" if reaction.tier is None else f"the tier `{reaction.tier}` does not require"
        for name in reaction.indicators:
            if name not in required:
                yield f"the indicator `{name}`: {asker} it"
        for group in reaction.groups:
            if not any(one.group == group and one.id in required for one in edition.indicators):
                yield f"the group `{group}`: {asker} any indicator of it"
        come = len(required.intersection(edition.watched(reaction)))
        if reaction.at_least is not None and 0 < come < reaction.at_least and not reaction.tiers:
            only = "only one of them is required" if come == 1 else f"only {come} of them are required"
            yield f"{reaction.at_least} of what it names: {only}"

    def _own_rules(self, indicator: Indicator) -> Iterator[tuple[Expr, Expr | None]]:
        """Yield the rules that an indicator states itself, each with the condition under which it is asked."""
        for requirement in indicator.requirements:
            if requirement.origin is None:
                yield requirement.rule, indicator.applies
        if indicator.applies is not None and indicator.origin is None:
            yield indicator.applies, None

    def unused(self) -> None:
        rules = [
            rule
            for indicator in self.edition.indicators
            for rule in (*(requirement.rule for requirement in indicator.requirements), indicator.applies)
            if rule is not None
        ]
        rules += [
            i.points.value for i in self.edition.indicators if i.points is not None and i.points.value is not None
        ]
        rules += [tier.rule for tier in self.edition.tiers if tier.rule is not None]
        rules += [score.value for score in self.edition.scores]
        used = {node.id for rule in rules for node in self.edition.walk(rule) if isinstance(node, Name)}
        used |= {fact.at_most for fact in self.edition.facts if fact.id in used and fact.at_most is not None}
        for what, declared in (("fact", self.edition.facts), ("measure", self.edition.measures)):
            for one in declared:
                if one.id not in used and one.origin is None:
                    self.warn(one.at, "SR453", f"no requirement uses the {what} `{one.id}`", "use it, or remove it")

    def easier_tiers(self) -> None:
        for indicator in self.edition.indicators:
            for below, above in pairwise(indicator.requirements):
                for low, high in eased(below.rule, above.rule) if above.origin is None else ():
                    self.warn(
                        high.at,
                        "SR454",
                        f"`{source(high)}` for `{above.tier}` is easier than `{source(low)}` for `{below.tier}`, the tier below",
                        "a higher tier asks for at least as much; check both",
                    )
