"""What is legal in a ruleset and still doubtful: warnings for its author."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.diagnostics import Diagnostic, Log, Severity, Text
from smartrules.expr.nodes import AllOf, Arithmetic, Comparison, Expr, Literal, Name, walk
from smartrules.expr.text import source
from smartrules.standard import Edition, Measure


def lint(edition: Edition, document: Text) -> list[Diagnostic]:
    """Return the warnings of an edition, in the order of its document.

    - SR412: a requirement for which neither it, its indicator nor the edition names a source;
    - SR451: a denominator that can be zero while the indicator applies; the measure says ``when_zero: undetermined``
      where that is known and accepted.
    """
    log = Log(document)
    for indicator in edition.indicators:
        for requirement in indicator.requirements:
            if not (requirement.source or indicator.source or edition.source):
                log.add(
                    requirement.at,
                    "SR412",
                    f"no source says what the indicator `{indicator.id}` requires for `{requirement.tier}`",
                    "write `source: {clause: …}` in the indicator",
                    severity=Severity.WARNING,
                )
            guarded = frozenset() if indicator.applies is None else _never_zero(indicator.applies)
            for rule in (requirement.rule, indicator.applies):
                for quotient in _open_quotients(edition, rule, guarded if rule is requirement.rule else frozenset()):
                    log.add(
                        quotient.at,
                        "SR451",
                        f"`{source(quotient.right)}` can be zero in `{source(quotient)}`, which leaves "
                        f"`{indicator.id}` undetermined",
                        "give the fact `min: 1`, guard the indicator with `applies:`, or accept it with "
                        "`when_zero: undetermined` in the measure",
                        severity=Severity.WARNING,
                    )
    return log.warnings


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
