"""What two editions say otherwise of a part beside its rules, as text in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from smartrules.analysis.diffs.answer import Change, Detail, Diff
from smartrules.documents.deciding import Sort
from smartrules.reports.citations import cited
from smartrules.standard import Edition
from smartrules.units import unit
from smartrules.values import Language, Quantity, simplest

#: The keys whose texts a reader wants to see; of the others it is enough that they differ.
_SHORT = frozenset(
    {
        "id",
        "number",
        "group",
        "title",
        "unit",
        "each",
        "kind",
        "min",
        "max",
        "step",
        "at_most",
        "optional",
        "points",
        "members",
        "known",
        "effective",
        "edition",
        "standard",
        "fixed",
        "better",
        "aliases",
        "source",
        "sources",
    }
)

_SORTS: dict[Language, dict[Sort, str]] = {
    "zh": {
        Sort.EDITION: "规则集",
        Sort.TIER: "等级",
        Sort.GROUP: "一级指标",
        Sort.FACT: "事实",
        Sort.COLLECTION: "集合",
        Sort.MEASURE: "测算",
        Sort.INDICATOR: "二级指标",
        Sort.SCORE: "得分",
        Sort.REACTION: "触发事件",
    },
    "en": {sort: sort.value for sort in Sort} | {Sort.EDITION: "the edition"},
}

_KEYS: dict[Language, dict[str, str]] = {
    "zh": {
        "id": "标识",
        "number": "序号",
        "group": "所属一级指标",
        "title": "名称",
        "source": "依据",
        "definition": "口径",
        "unit": "单位",
        "each": "单位",
        "kind": "类型",
        "min": "下限",
        "max": "上限",
        "step": "精度",
        "at_most": "所属整体",
        "from": "由集合得出的方式",
        "members": "选项",
        "titles of members": "选项的名称",
        "order of members": "选项的次序",
        "optional": "可选的等级",
        "points": "分值",
        "applies": "适用条件",
        "require": "要求",
        "value": "公式",
        "measures": "所列测算",
        "zero_accepted": "分母为零的说明",
        "rule": "达到条件",
        "known": "要求是否收录",
        "fixed": "是否不由社区改变",
        "better": "何者更好",
        "effective": "有效期",
        "edition": "版本",
        "standard": "标准",
        "aliases": "别名",
        "collection": "所属集合",
    },
    "en": {
        "id": "id",
        "at_most": "whole",
        "min": "least value",
        "max": "greatest value",
        "optional": "tiers at which it is optional",
        "each": "unit",
        "from": "what it is made of",
        "applies": "where it applies",
        "require": "what it requires",
        "value": "formula",
        "measures": "measures listed in it",
        "zero_accepted": "note on a zero denominator",
        "known": "whether its requirements are to hand",
        "fixed": "whether a community cannot change it",
        "better": "which is better",
        "effective": "in force",
    },
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "change": "{key}由{before}改为{after}",
        "key": "{key}有变动",
        "gained": "{key}增加{added}",
        "lost": "{key}减少{removed}",
        "both": "{key}增加{added}，减少{removed}",
        "none": "无",
        "better more": "越多越好",
        "better less": "越少越好",
        "at": "{tier}的{key}",
        "quoted": "“{text}”",
        "joint": "、",
        "comma": "，",
        "points": "{full}分",
        "formula": "按公式计，满分{full}分",
        "order": "次序",
        "yes": "是",
        "no": "否",
        "from": "自{day}",
        "until": "至{day}",
    },
    "en": {
        "change": "{key} {before} becomes {after}",
        "key": "{key} reworded",
        "gained": "{key} gained {added}",
        "lost": "{key} lost {removed}",
        "both": "{key} gained {added} and lost {removed}",
        "none": "none",
        "better more": "more",
        "better less": "less",
        "at": "{key} at {tier}",
        "quoted": "“{text}”",
        "joint": ", ",
        "comma": ", ",
        "points": "{full}",
        "formula": "by formula, of {full}",
        "order": "order",
        "yes": "yes",
        "no": "no",
        "from": "from {day}",
        "until": "until {day}",
    },
}


def sort_word(sort: Sort, language: Language) -> str:
    """Return what a sort of parts is called."""
    return _SORTS[language][sort]


def key_word(key: str, language: Language) -> str:
    """Return what a key is called."""
    return _KEYS[language].get(key, key)


def is_short(detail: Detail) -> bool:
    """Return whether both texts of a detail are shown, and not only that they differ."""
    return detail.key in _SHORT


def detail_text(found: Diff, change: Change, detail: Detail, language: Language) -> str:
    """Return one thing that is said otherwise of a part: what it was and what it is, where that is short."""
    words, key = _WORDS[language], key_word(detail.key, language)
    if not is_short(detail):
        return words["key"].format(key=key)
    if detail.key in ("source", "sources"):
        return _cited(found, change, detail, language)
    if isinstance(detail.before, list) and isinstance(detail.after, list) and detail.key != "effective":
        return _listed(found, change, detail, key, language)
    if detail.key == "title" and detail.before.get(language) == detail.after.get(language):
        language = "en" if language == "zh" else "zh"  # it is the other title that is another one
    before = _value(found.old.edition, change.old, detail.key, detail.before, language)
    after = _value(found.new.edition, change.new, detail.key, detail.after, language)
    return words["change"].format(key=key, before=before, after=after)


def _cited(found: Diff, change: Change, detail: Detail, language: Language) -> str:
    words, key = _WORDS[language], key_word("source", language)

    def said(one: str | None) -> str:
        return words["none"] if one is None else words["quoted"].format(text=one)

    changes = []
    for one in cited(found, change, detail):
        at = key if one.tier is None else words["at"].format(key=key, tier=_tier(found, one.tier, language))
        changes.append(words["change"].format(key=at, before=said(one.before), after=said(one.after)))
    return words["comma"].join(changes)


def _tier(found: Diff, tier: str, language: Language) -> str:
    edition = found.new.edition if tier in found.new.edition.tier_by_id else found.old.edition
    return edition.tier_by_id[tier].title.text(language, tier)


def _listed(found: Diff, change: Change, detail: Detail, key: str, language: Language) -> str:
    words = _WORDS[language]
    added = [one for one in detail.after if one not in detail.before]
    removed = [one for one in detail.before if one not in detail.after]
    named = {
        "key": key,
        "added": _names(found.new.edition, change.new, detail.key, added, language),
        "removed": _names(found.old.edition, change.old, detail.key, removed, language),
    }
    form = "both" if added and removed else "gained" if added else "lost"
    return words[form].format(**named)


def _names(edition: Edition, owner: str | None, key: str, ids: Iterable[str], language: Language) -> str:
    def name(one: str) -> str:
        if key == "members" and owner is not None:
            return edition.member_word(owner, one, language)
        return edition.tier_by_id[one].title.text(language, one) if one in edition.tier_by_id else one

    return _WORDS[language]["joint"].join(map(name, ids))


def _value(edition: Edition, name: str | None, key: str, value: Any, language: Language) -> str:
    words = _WORDS[language]
    if key == "fixed":
        return words["yes" if value else "no"]
    if key == "better" and value is not None:
        return words[f"better {value}"]
    if value is None or value == {}:
        return words["none"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    match key:
        case "min" | "max" | "step" if name is not None:
            measured = edition.fact_by_id[name].unit
            number = simplest(Fraction(value))
            return value if measured is None else Quantity.in_unit(number, measured).text(language)
        case "points":
            full = Quantity(simplest(Fraction(value["of"])), unit("point")).text(language)
            full = full.removesuffix("分") if language == "zh" else full
            return words["formula" if value.get("value") else "points"].format(full=full)
        case "group":
            return edition.group_by_id[value].title.text(language, value) if value in edition.group_by_id else value
        case "effective":
            days = [words[form].format(day=day) for form, day in zip(("from", "until"), value, strict=True) if day]
            return " ".join(days) or words["none"]
        case "title":
            return _title(value, language)
        case _ if isinstance(value, list):
            return _names(edition, name, key, value, language) or words["none"]
        case _:
            return str(value)


def _title(value: Mapping[str, str], language: Language) -> str:
    own = value.get(language)
    return f"“{own or next(iter(value.values()))}”" if own or value else _WORDS[language]["none"]
