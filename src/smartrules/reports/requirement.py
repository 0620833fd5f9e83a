"""What an indicator requires and which facts it asks for, as lines of text in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.expr.nodes import Expr
from smartrules.expr.text import phrase, source
from smartrules.standard import Edition, FactDeclaration, Indicator
from smartrules.units import Unit
from smartrules.values import Kind, Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "line": "  {label}：{text}",
        "group": "一级指标",
        "ruleset": "规则",
        "source": "依据",
        "applies": "适用条件",
        "unknown": "具体要求未收录",
        "measure": "测算",
        "fact": "事实",
        "at_most": "不大于{whole}",
        "members": "{kind}：{members}",
        "joint": "、",
        "comma": "，",
        "with": "{title}（{definition}）",
    },
    "en": {
        "line": "  {label}: {text}",
        "group": "group",
        "ruleset": "ruleset",
        "source": "source",
        "applies": "applies where",
        "unknown": "what it requires is not to hand",
        "measure": "measure",
        "fact": "fact",
        "at_most": "at most {whole}",
        "members": "{kind}: {members}",
        "joint": ", ",
        "comma": ", ",
        "with": "{title} ({definition})",
    },
}

_KINDS: dict[Language, dict[Kind, str]] = {
    "zh": {
        Kind.COUNT: "数量",
        Kind.QUANTITY: "量值",
        Kind.SHARE: "比率",
        Kind.RATE: "频率",
        Kind.FLAG: "是或否",
        Kind.SET: "多选",
        Kind.CHOICE: "单选",
        Kind.DATE: "日期",
    },
    "en": {kind: kind.value for kind in Kind},
}


def about(edition: Edition, indicator: Indicator, language: Language) -> list[str]:
    """Return what an indicator requires at each tier, its measures, and the facts it asks for."""
    return list(_lines(edition, indicator, language))


def _lines(edition: Edition, indicator: Indicator, language: Language) -> Iterator[str]:
    words = _WORDS[language]

    def line(label: str, text: str) -> str:
        return words["line"].format(label=label, text=text)

    number = f"{indicator.number} " if indicator.number else ""
    other: Language = "en" if language == "zh" else "zh"
    titles = dict.fromkeys(indicator.title.text(which, indicator.id) for which in (language, other))
    yield f"{number}{' / '.join(titles)} ({indicator.id})"
    if indicator.group is not None:
        yield line(words["group"], edition.group_by_id[indicator.group].title.text(language, indicator.group))
    yield line(words["ruleset"], edition.name)
    found = edition.source_of(indicator.id)
    if found is not None:
        yield line(words["source"], found.text())
    asked: list[Expr] = []
    if indicator.applies is not None:
        asked.append(indicator.applies)
        yield line(words["applies"], phrase(indicator.applies, edition, language))
        yield f"    {source(indicator.applies)}"
    for requirement in indicator.requirements:
        asked.append(requirement.rule)
        title = edition.tier_by_id[requirement.tier].title.text(language, requirement.tier)
        yield line(f"{title} ({requirement.tier})", phrase(requirement.rule, edition, language))
        yield f"    {source(requirement.rule)}"
    for tier in edition.tiers:
        if not tier.known:
            yield line(f"{tier.title.text(language, tier.id)} ({tier.id})", words["unknown"])
    for name in indicator.measures:
        measure = edition.measure_by_id[name]
        title = measure.title.text(language, name)
        formula = phrase(measure.value, edition, language)
        yield line(f"{words['measure']} {name} [{unit_text(measure.unit, language)}]", f"{title} = {formula}")
    for fact in dict.fromkeys(fact for expression in asked for fact in edition.facts_behind(expression)):
        declaration = edition.fact_by_id[fact]
        title = declaration.title.text(language, fact)
        definition = declaration.definition.text(language, "")
        text = words["with"].format(title=title, definition=definition) if definition else title
        yield line(f"{words['fact']} {fact} [{kind_text(declaration, language)}]", text)


def kind_text(fact: FactDeclaration, language: Language) -> str:
    """Return a fact's kind with its unit, members and whole."""
    words = _WORDS[language]
    kind = _KINDS[language][fact.kind]
    if fact.unit is not None:
        kind += f" {unit_text(fact.unit, language)}"
    if fact.members:
        kind = words["members"].format(kind=kind, members=words["joint"].join(fact.member_ids))
    return kind + (words["comma"] + words["at_most"].format(whole=fact.at_most) if fact.at_most else "")


def unit_text(unit: Unit, language: Language) -> str:
    """Return the unit of a declaration: in Chinese its word, in English as rules write it."""
    return unit.chinese() if language == "zh" else str(unit)
