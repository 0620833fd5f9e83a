"""A supplement to change: a ruleset that extends another and says only what differs, with one example of it.

The example restates a threshold where the other has one whose every side a case can reach: a percentage of two counts.
Where it has none, the example is an indicator that is added, with facts of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from smartrules.authoring.answers import Answers
from smartrules.authoring.cases import case_file, share_cases
from smartrules.authoring.layout import document
from smartrules.authoring.skeleton import CASES, EXAMPLE, RULESET, example, heading, source_line
from smartrules.authoring.wording import Wording, wording
from smartrules.documents.quoting import scalar
from smartrules.expr.nodes import Arithmetic, Comparison, Expr, Literal, Name
from smartrules.expr.text import source
from smartrules.standard import Edition, FactDeclaration, Indicator, Requirement
from smartrules.units import PERCENT
from smartrules.values import Kind

_WHOLE = 100
_ADDED_PERCENT = 50


def supplement(answers: Answers, base: Edition) -> dict[str, str]:
    """Return the documents of a ruleset that extends another, by their paths in its folder.

    The tiers of the answers say nothing here: they are those of the base.
    """
    said = wording(answers.language)
    share = next(_restated(base, said), None) or _added(base, said)
    cases = share_cases(said, share.number, share.tier, share.indicator, share.percent, share.part, share.whole)
    head = heading(answers, said, said.supplement.format(base=base.name), extends=base.name)
    facts = [f"{scalar(share.whole)}: {4 * _WHOLE}", f"{scalar(share.part)}: {4 * share.percent}"]
    return {
        RULESET: document(head, *share.sections),
        CASES: case_file(answers, said.supplement_cases.format(base=base.name), [cases]),
        EXAMPLE: example(answers, said, facts),
    }


@frozen
class _Share:
    """The one requirement that a supplement states: that a part of a whole is at least so many percent of it.

    Attributes:
        number: how cases call the indicator.
        sections: what the ruleset says of it.
    """

    number: str
    indicator: str
    tier: str
    percent: int
    part: str
    whole: str
    sections: tuple[str, ...]


# --- a threshold that is restated ----------------------------------------------------------------------------------


def _restated(base: Edition, said: Wording) -> Iterator[_Share]:
    """Yield the thresholds of a ruleset that can be restated, half way to 100 %."""
    for indicator in base.indicators:
        requirement = indicator.requirements[-1]
        found = _share_of(base, requirement.rule)
        if indicator.applies is None and found is not None:
            rule, percent, part, whole = found
            higher = (percent + 100) // 2
            if higher > percent and _may_be_counted(base, part, whole, higher):
                stated = evolve(rule, right=Literal(higher, PERCENT))
                section = _restatement(base, said, indicator, requirement, rule, stated)
                number = indicator.number or indicator.id
                yield _Share(number, indicator.id, requirement.tier, higher, part.id, whole.id, (section,))


def _restatement(
    base: Edition, said: Wording, indicator: Indicator, requirement: Requirement, old: Comparison, new: Comparison
) -> str:
    comment = said.restated.format(indicator=indicator.id, base=base.name, old=source(old.right), new=source(new.right))
    return "\n".join(
        [
            "indicators:",
            comment,
            f"  {scalar(indicator.id)}:",
            "    require:",
            f"      {scalar(requirement.tier)}: {scalar(source(new))}",
            source_line("1"),
        ]
    )


def _share_of(base: Edition, rule: Expr) -> tuple[Comparison, int, FactDeclaration, FactDeclaration] | None:
    """Return the threshold of a rule in whole percent, and of what it is a share; None for a rule of another shape."""
    match rule:
        case Comparison(operator=">=", left=Name(id=measure), right=Literal(number=int(percent), unit=unit)):
            named = base.measure_by_id.get(measure)
        case _:
            return None
    if named is None or unit != PERCENT:
        return None
    facts = {fact.id: fact for fact in base.facts}
    match named.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)) if part in facts and whole in facts:
            return rule, percent, facts[part], facts[whole]
    return None


def _may_be_counted(base: Edition, part: FactDeclaration, whole: FactDeclaration, percent: int) -> bool:
    """Return whether a part may be each count round so many of a hundred, and the whole a hundred or four hundred."""
    return (
        part.at_most == whole.id
        and all(_takes(fact, count) for fact, count in ((whole, _WHOLE), (whole, 4 * _WHOLE), (part, 4 * percent)))
        and all(_takes(part, count) for count in (percent - 1, percent, percent + 1))
    )


def _takes(fact: FactDeclaration, count: int) -> bool:
    return (
        fact.kind is Kind.COUNT
        and fact.derived is None
        and fact.unit is not None
        and fact.unit.size == 1
        and (fact.minimum is None or fact.minimum <= count)
        and (fact.maximum is None or fact.maximum >= count)
        and (fact.step is None or count % fact.step == 0)
    )


# --- an indicator that is added ------------------------------------------------------------------------------------


def _added(base: Edition, said: Wording) -> _Share:
    """Return an indicator of the lowest tier whose requirements are known, under names that the base does not use."""
    taken = {*base.fact_by_id, *base.measure_by_id, *base.collection_by_id, *base.indicator_by_id, *base.score_by_id}
    indicator, whole, part, measure = (
        _free(name, taken) for name in ("waste_sorting", "households", "sorting_households", "sorting_share")
    )
    tier = next(tier.id for tier in base.tiers if tier.known)
    facts = f"""\
facts:
  {whole}:
    count: household
    min: 1
    title: {{zh: 家庭总数, en: number of households}}
  {part}:
    count: household
    at_most: {whole}
    title: {{zh: 参与垃圾分类的家庭数, en: number of households that sort their waste}}"""
    stated = f"""\
indicators:
{said.added}
  {indicator}:
    title: {{zh: 垃圾分类, en: Waste sorting}}
    measures:
      {measure}:
        value: {part} / {whole}
        unit: "%"
        title: {{zh: 垃圾分类参与率, en: share of households that sort their waste}}
    require:
      {scalar(tier)}: {measure} >= {_ADDED_PERCENT} %
{source_line("1")}"""
    return _Share(indicator, indicator, tier, _ADDED_PERCENT, part, whole, (facts, stated))


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: itself, or with a number behind it."""
    number = 1
    while (free := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return free
