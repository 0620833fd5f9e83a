"""What a reaction waits for, as a line of text in Chinese or English."""

from __future__ import annotations

from smartrules.expr.text import phrase
from smartrules.standard import Edition, Reaction
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "tier": "等级{name}",
        "group": "一级指标{name}",
        "joint": "、",
        "lost": "不再达标",
        "reached": "达标",
        "one": "{at}{within}{names}{turned}",
        "any": "{at}{within}{names}中任一{turned}",
        "several": "{at}{within}{names}中至少{number}项{turned}",
        "at": "按{tier}，",
        "within": "{span}内",
        "stale": "{names}已超过{span}",
    },
    "en": {
        "tier": "tier {name}",
        "group": "group {name}",
        "joint": ", ",
        "lost": "lost",
        "reached": "reached",
        "one": "{names} {turned}{within}{at}",
        "any": "any of {names} {turned}{within}{at}",
        "several": "at least {number} of {names} {turned}{within}{at}",
        "at": " at {tier}",
        "within": " within {span}",
        "stale": "{names} older than {span}",
    },
}


def waits_for(edition: Edition, reaction: Reaction, language: Language) -> str:
    """Return what a reaction waits for, its tiers, indicators, groups and facts by their ids."""
    words = _WORDS[language]
    tiers = [words["tier"].format(name=name) for name in reaction.tiers]
    groups = [words["group"].format(name=name) for name in reaction.groups]
    named = [*tiers, *reaction.indicators, *groups, *reaction.facts]
    names = words["joint"].join(named)
    if reaction.after is not None:
        return words["stale"].format(names=names, span=phrase(reaction.after, edition, language))
    span = "" if reaction.within is None else words["within"].format(span=phrase(reaction.within, edition, language))
    asked = "" if reaction.tier is None else words["at"].format(tier=reaction.tier)
    form = "several" if reaction.at_least is not None else "any" if len(named) > 1 or groups else "one"
    return words[form].format(names=names, turned=words[reaction.kind], number=reaction.at_least, within=span, at=asked)
