"""Laws of the semantics that an author or a tester checks of a ruleset in one line: ``laws.check(ruleset)``."""

from __future__ import annotations

from smartrules.diagnostics import NotFoundError, did_you_mean, one_of, shorten
from smartrules.ruleset import Ruleset
from smartrules.standard import Title
from smartrules.testing.laws.better import better_loses, tiers_overtake
from smartrules.testing.laws.engines import engines_differ
from smartrules.testing.laws.lacking import missing_decides, stating_decides
from smartrules.testing.laws.law import Breach, Law, LawBroken
from smartrules.testing.laws.spelling import order_matters, printing_matters, units_matter

UNITS = Law(
    "units",
    Title("同一数值，用什么单位书写都一样。", "The unit in which a number is written does not matter."),
    units_matter,
)
ORDER = Law(
    "order",
    Title("事实按什么顺序书写都一样。", "The order in which facts are written does not matter."),
    order_matters,
)
TIERS = Law(
    "tiers",
    Title("达到较高等级的，不会达不到较低的等级。", "Whoever reaches a tier misses no lower one."),
    tiers_overtake,
)
BETTER = Law(
    "better",
    Title("好的更多，不会因此失去什么。", "More of what is good never loses an indicator or a tier."),
    better_loses,
)
MISSING = Law(
    "missing",
    Title(
        "缺少事实只会使结论待定，不会使结论反转。",
        "A missing fact never turns what is met into what is not, or back: it only leaves open.",
    ),
    missing_decides,
)
STATED = Law(
    "stated",
    Title("直接填报的指标值与按数量算出的一样。", "A measure that is stated decides as its counts do."),
    stating_decides,
)
PRINTED = Law(
    "printed",
    Title(
        "规则、事实和评定结果，写出后再读入，意思不变。",
        "Rules, facts and assessments are read again as they were printed.",
    ),
    printing_matters,
)
ENGINES = Law("engines", Title("各计算引擎的结论相同。", "Every engine comes to the same outcomes."), engines_differ)

#: Every law, in the order in which they are checked.
LAWS = (UNITS, ORDER, TIERS, BETTER, MISSING, STATED, PRINTED, ENGINES)
#: Those that a ruleset can break by what it says; the others only an engine can.
OF_RULES = (TIERS, BETTER)

__all__ = [
    "BETTER",
    "ENGINES",
    "LAWS",
    "MISSING",
    "OF_RULES",
    "ORDER",
    "PRINTED",
    "STATED",
    "TIERS",
    "UNITS",
    "Breach",
    "Law",
    "LawBroken",
    "check",
    "law",
]


def check(ruleset: Ruleset, *laws: Law, examples: int = 100, seed: int | None = None) -> None:
    """Check laws of a ruleset, as far as communities that are drawn can show: all of them, where none is named.

    Args:
        ruleset: of which they are asked.
        laws: which.
        examples: how many communities are drawn for each at most.
        seed: from which they are drawn, the same ones for the same seed; by default others each time.

    Raises:
        LawBroken: with every law that does not hold, each with the simplest community that was found.
    """
    found = [law.breach(ruleset, examples=examples, seed=seed) for law in laws or LAWS]
    breaches = [breach for breach in found if breach is not None]
    if breaches:
        raise LawBroken(breaches)


def law(name: str) -> Law:
    """Return a law by its name.

    Raises:
        NotFoundError: SR603 where there is none.
    """
    known = {one.id: one for one in LAWS}
    if name not in known:
        hint = did_you_mean(name, known) or f"the laws are {one_of([*known])}".replace(" or ", " and ")
        raise NotFoundError.of("SR603", f"there is no law `{shorten(name)}`", hint)
    return known[name]
