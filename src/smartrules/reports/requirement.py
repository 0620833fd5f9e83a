"""What an indicator requires and which facts it asks for, as lines of text in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.expr.nodes import Expr, Name
from smartrules.expr.text import phrase, source
from smartrules.reports.reaction import waits_for
from smartrules.standard import Edition, FactDeclaration, Indicator, Reaction, Tier
from smartrules.units import Unit, unit
from smartrules.values import Kind, Language, Quantity

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
        "collection": "集合",
        "all": "以下必达项全部达标：",
        "rule": "达到条件",
        "score": "得分",
        "reaction": "触发事件",
        "optional": "在以下等级为可选项",
        "points": "分值",
        "earned": "{formula}，满分{full}",
        "at_most": "不大于{whole}",
        "fixed": "不可改变的{kind}",
        "members": "{kind}：{members}",
        "joint": "、",
        "comma": "，",
        "and": "、",
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
        "collection": "collection",
        "all": "every mandatory indicator must be met:",
        "rule": "reached where",
        "score": "score",
        "reaction": "reaction",
        "optional": "optional for",
        "points": "points",
        "earned": "{formula}, of {full}",
        "at_most": "at most {whole}",
        "fixed": "fixed {kind}",
        "members": "{kind}: {members}",
        "joint": ", ",
        "comma": ", ",
        "and": ", ",
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
    if indicator.optional:
        named = [edition.tier_by_id[tier].title.text(language, tier) for tier in indicator.optional]
        yield line(words["optional"], words["and"].join(named))
    if indicator.points is not None:
        text = Quantity(indicator.points.full, unit("point")).text(language)
        if indicator.points.value is not None:
            asked.append(indicator.points.value)
            formula = phrase(indicator.points.value, edition, language)
            text = words["earned"].format(formula=formula, full=text)
        yield line(words["points"], text)
    for tier in edition.tiers:
        if not tier.known:
            yield line(f"{tier.title.text(language, tier.id)} ({tier.id})", words["unknown"])
    for name in indicator.measures:
        measure = edition.measure_by_id[name]
        title = measure.title.text(language, name)
        formula = phrase(measure.value, edition, language)
        yield line(f"{words['measure']} {name} [{unit_text(measure.unit, language)}]", f"{title} = {formula}")
    for fact in _facts_to_give(edition, asked):
        if fact in edition.collection_by_id:
            label = f"{words['collection']} {fact} [{unit_text(edition.collection_by_id[fact].unit, language)}]"
            yield line(label, edition.collection_word(fact, language))
            continue
        declaration = edition.fact_by_id[fact]
        text = declaration.title.text(language, fact)
        if declaration.derived is not None:
            text = f"{text} = {phrase(declaration.derived, edition, language)}"
        definition = declaration.definition.text(language, "")
        if definition:
            text = words["with"].format(title=text, definition=definition)
        collection = edition.collection_of_fact.get(fact)
        path = fact if collection is None else f"{collection}.{fact}"
        yield line(f"{words['fact']} {path} [{kind_text(declaration, language)}]", text)
    for reaction in edition.reactions:
        if indicator.id in edition.watched(reaction):
            yield _reaction(edition, reaction, language)


def _facts_to_give(edition: Edition, asked: list[Expr]) -> tuple[str, ...]:
    """Return the facts and collections that expressions rest on, and behind a fact that is made of members theirs."""
    given = dict.fromkeys(fact for expression in asked for fact in edition.facts_behind(expression))
    made = (edition.fact_by_id[fact].derived for fact in given if fact in edition.fact_by_id)
    members = dict.fromkeys(fact for derived in made if derived is not None for fact in edition.facts_behind(derived))
    return tuple(given | members)


def about_tier(edition: Edition, tier: Tier, language: Language) -> list[str]:
    """Return what a tier takes: its rule, or its mandatory indicators, and the scores that it names."""
    words = _WORDS[language]
    other: Language = "en" if language == "zh" else "zh"
    titles = dict.fromkeys(tier.title.text(which, tier.id) for which in (language, other))
    lines = [f"{' / '.join(titles)} ({tier.id})", words["line"].format(label=words["ruleset"], text=edition.name)]
    told = [_reaction(edition, reaction, language) for reaction in edition.reactions if tier.id in reaction.tiers]
    if not tier.known:
        return [*lines, f"  {words['unknown']}", *told]
    if tier.rule is None:
        lines.append(f"  {words['all']}")
        lines += [f"    {_indicator(edition.indicator_by_id[name], language)}" for name in edition.mandatory(tier.id)]
        return [*lines, *told]
    graded = edition.graded
    lines.append(words["line"].format(label=words["rule"], text=phrase(tier.rule, graded, language)))
    lines.append(f"    {source(tier.rule)}")
    named = {node.id for node in graded.walk(tier.rule) if isinstance(node, Name)}
    for score in (score for score in edition.scores if score.id in named):
        text = f"{score.title.text(language, score.id)} = {phrase(score.value, graded, language)}"
        lines.append(words["line"].format(label=f"{words['score']} {score.id} [{score.unit}]", text=text))
    return [*lines, *told]


def _reaction(edition: Edition, reaction: Reaction, language: Language) -> str:
    label = f"{_WORDS[language]['reaction']} {reaction.id} [{waits_for(edition, reaction, language)}]"
    return _WORDS[language]["line"].format(label=label, text=reaction.title.text(language, reaction.id))


def _indicator(indicator: Indicator, language: Language) -> str:
    return f"{indicator.label(language)} ({indicator.id})"


def kind_text(fact: FactDeclaration, language: Language) -> str:
    """Return a fact's kind with its unit, members and whole."""
    words = _WORDS[language]
    kind = _KINDS[language][fact.kind]
    if fact.fixed:
        kind = words["fixed"].format(kind=kind)
    if fact.unit is not None:
        kind += f" {unit_text(fact.unit, language)}"
    if fact.members:
        kind = words["members"].format(kind=kind, members=words["joint"].join(fact.member_ids))
    return kind + (words["comma"] + words["at_most"].format(whole=fact.at_most) if fact.at_most else "")


def unit_text(unit: Unit, language: Language) -> str:
    """Return the unit of a declaration: in Chinese its word, in English as rules write it."""
    return unit.chinese() if language == "zh" else str(unit)
