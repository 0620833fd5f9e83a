"""What is legal in a ruleset and still doubtful: warnings for its author."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from smartrules.analysis.ranges import always
from smartrules.diagnostics import Diagnostic, Log, Severity, Span, Text
from smartrules.expr.nodes import AllOf, Arithmetic, Comparison, Expr, Literal, Name, children, walk
from smartrules.expr.text import source
from smartrules.standard import Edition, Measure


def lint(edition: Edition, document: Text) -> list[Diagnostic]:
    """Return the warnings of an edition, in the order of its document.

    - SR412: a requirement for which neither it, its indicator nor the edition names a source;
    - SR451: a denominator that can be zero while the indicator applies; the measure says ``when_zero: undetermined``
      where that is known and accepted;
    - SR452: a comparison that holds for every value, or for none, that the declarations allow;
    - SR453: a fact or measure that no requirement uses;
    - SR454: a threshold that a tier sets lower than the tier below it.
    """
    found = _Linter(edition, Log(document))
    found.sources()
    found.denominators()
    found.decided()
    found.unused()
    found.easier_tiers()
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

    def denominators(self) -> None:
        for indicator in self.edition.indicators:
            guarded = frozenset[str]() if indicator.applies is None else _never_zero(indicator.applies)
            rules = [
                (requirement.rule, guarded) for requirement in indicator.requirements if requirement.origin is None
            ]
            if indicator.applies is not None and indicator.origin is None:
                rules.append((indicator.applies, frozenset()))
            for rule, safe in rules:
                for quotient in _open_quotients(self.edition, rule, safe):
                    self.warn(
                        quotient.at,
                        "SR451",
                        f"`{source(quotient.right)}` can be zero in `{source(quotient)}`, which leaves "
                        f"`{indicator.id}` undetermined",
                        "give the fact `min: 1`, guard the indicator with `applies:`, or accept it with "
                        "`when_zero: undetermined` in the measure",
                    )

    def decided(self) -> None:
        for indicator in self.edition.indicators:
            rules = [requirement.rule for requirement in indicator.requirements if requirement.origin is None]
            if indicator.applies is not None and indicator.origin is None:
                rules.append(indicator.applies)
            for rule in rules:
                for node in walk(rule):
                    known = always(node, self.edition) if isinstance(node, Comparison) else None
                    if known is not None:
                        self.warn(
                            node.at,
                            "SR452",
                            f"`{source(node)}` {'always' if known else 'never'} holds for the values that the facts can have",
                            "check the threshold and its unit, and the bounds of the facts",
                        )

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
                for low, high in _eased(below.rule, above.rule) if above.origin is None else ():
                    self.warn(
                        high.at,
                        "SR454",
                        f"`{source(high)}` for `{above.tier}` is easier than `{source(low)}` for `{below.tier}`, the tier below",
                        "a higher tier asks for at least as much; check the two thresholds",
                    )


def _eased(below: Expr, above: Expr) -> Iterator[tuple[Comparison, Comparison]]:
    """Yield the comparisons of two rules of one shape whose threshold the second sets lower."""
    if isinstance(below, Comparison) and isinstance(above, Comparison):
        same = below.left == above.left and below.operator == above.operator
        if same and isinstance(below.right, Literal) and isinstance(above.right, Literal):
            change = above.right.number * above.right.unit.size - below.right.number * below.right.unit.size
            if (change < 0 and below.operator in (">", ">=")) or (change > 0 and below.operator in ("<", "<=")):
                yield below, above
        return
    if type(below) is type(above):
        for low, high in zip(children(below), children(above), strict=False):
            yield from _eased(low, high)


def _open_quotients(edition: Edition, rule: Expr | None, guarded: frozenset[str]) -> Iterator[Arithmetic]:
    """Yield the quotients of a rule, through its measures, whose denominator no declaration keeps from zero."""
    if rule is None:
        return
    accepted = {
        id(node)
        for name in edition.walk(rule)
        if isinstance(name, Name) and (measure := _accepting(edition, name.id)) is not None
        for node in walk(measure.value)
    }
    for node in edition.walk(rule):
        if not isinstance(node, Arithmetic) or node.operator != "/" or id(node) in accepted:
            continue
        match node.right:
            case Literal():
                continue
            case Name(id=name) if name in guarded:
                continue
            case Name(id=name) if (fact := edition.fact_by_id.get(name)) is not None and (fact.minimum or 0) > 0:
                continue
            case _:
                yield node


def _accepting(edition: Edition, name: str) -> Measure | None:
    measure = edition.measure_by_id.get(name)
    return measure if measure is not None and measure.zero_accepted else None


def _never_zero(condition: Expr) -> frozenset[str]:
    """Return the facts that a condition keeps above zero wherever it holds."""
    match condition:
        case AllOf():
            return frozenset[str]().union(*(_never_zero(part) for part in condition.parts))
        case Comparison(operator=">", left=Name(id=name), right=Literal(number=bound)) if bound >= 0:
            return frozenset((name,))
        case Comparison(operator=">=" | "=", left=Name(id=name), right=Literal(number=bound)) if bound > 0:
            return frozenset((name,))
        case _:
            return frozenset()
