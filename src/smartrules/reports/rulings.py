"""What becomes of a rule in another edition, as a sentence in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from smartrules.analysis.diffs.answer import Change, Diff
from smartrules.analysis.diffs.rulings import Doubt, Ruling, Subject, Verdict
from smartrules.documents.deciding import Sort
from smartrules.expr.nodes import AllOf, AnyOf, AtLeast, Comparison, Expr, walk
from smartrules.expr.text import phrase
from smartrules.outcome import Outcome
from smartrules.reports.details import sort_word
from smartrules.reports.differing import Differing, apart, differing
from smartrules.reports.witnesses import Shown, community_text, said_text
from smartrules.standard import Edition, Title
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "sentence": "{who}：{verdict}。",
        "shown": "{who}：{verdict}；{witnesses}。",
        "at": "{tiers}",
        "asked at": "{who}（{tiers}）",
        "joint": "、",
        "and": "；",
        "rather": "由“{before}”改为“{after}”",
        "bound": "“{after}”，原为{before}",
        "rather than a list": "由“{before}”\n改为“{after}”",
        "behind": "“{after}”，所依据的公式或事实有变动",
        "also": "增加“{after}”",
        "no more": "减少“{before}”",
        "also enough": "满足其一即可的，增加“{after}”",
        "no more enough": "满足其一即可的，减少“{before}”",
        "only": "“{rule}”",
        "added": "{at}新增要求：{rule}",
        "removed": "{at}不再要求：{rule}",
        "stricter": "{at}要求提高：{rule}",
        "looser": "{at}要求放宽：{rule}",
        "incomparable": "{at}要求有变，有宽有严：{rule}",
        "applies_otherwise": "{at}适用范围有变，是否通过不变：{rule}",
        "open_otherwise": "{at}数据齐全时结论不变，数据缺失时有变：{rule}",
        "different": "{at}要求有变：{rule}；另一方向上是否也有变，未能证明",
        "not_decided": "{at}是否有变未能判定（{doubt}）：{rule}",
        "rewritten": "{at}文字有变，已证明结论全部相同：{rule}",
        "formula": "公式有变：{rule}",
        "formula not_decided": "公式是否有变未能判定（{doubt}）：{rule}",
        "formula rewritten": "公式文字有变，已证明结果全部相同：{rule}",
        "points": "得分有变",
        "points not_decided": "得分是否有变未能判定（{doubt}）",
        "points rewritten": "得分公式文字有变，已证明结果全部相同",
        "tier stricter": "更难达到",
        "tier looser": "更易达到",
        "tier incomparable": "达到的社区有变，有进有出",
        "tier different": "达到的社区有变；另一方向上是否也有变，未能证明",
        "tier not_decided": "达到的社区是否有变未能判定（{doubt}）",
        "tier rewritten": "达到条件文字有变，已证明结论全部相同",
        "one_way": "另一方向上是否也有变，未能证明",
        "other_facts": "所依据的事实在新版中已是另一种数据",
        "not_found": "既无证明，也未找到可区分两版的社区",
        "witness": "{community}，旧版{before}，新版{after}",
        "added witness": "{community}不达标",
        "removed witness": "{community}原不达标",
        "reaches": "达到",
        "does not reach": "达不到",
        "value": "{community}，旧版为{before}，新版为{after}",
    },
    "en": {
        "sentence": "{who}: {verdict}.",
        "shown": "{who}: {verdict}; {witnesses}.",
        "at": " at {tiers}",
        "asked at": "{who} at {tiers}",
        "joint": ", ",
        "and": "; ",
        "rather": "{after} rather than {before}",
        "bound": "{after} rather than {before}",
        "rather than a list": "{after}\nrather than {before}",
        "behind": "{after}, of which a formula or fact is another one",
        "also": "also: {after}",
        "no more": "no longer: {before}",
        "also enough": "also enough: {after}",
        "no more enough": "no longer enough: {before}",
        "only": "{rule}",
        "added": "required{at}: {rule}",
        "removed": "no longer required{at}: {rule}",
        "stricter": "stricter{at}: {rule}",
        "looser": "looser{at}: {rule}",
        "incomparable": "stricter for some and looser for others{at}: {rule}",
        "applies_otherwise": "asked of others{at}, and passed by the same: {rule}",
        "open_otherwise": "the same{at} where all facts are known, and otherwise where some are missing: {rule}",
        "different": "decides otherwise{at}: {rule}; that nobody goes the other way is not proved",
        "not_decided": "not decided{at} whether it decides otherwise ({doubt}): {rule}",
        "rewritten": "written otherwise{at} and proved to decide alike: {rule}",
        "formula": "another formula: {rule}",
        "formula not_decided": "not decided whether it has another value ({doubt}): {rule}",
        "formula rewritten": "written otherwise and proved to have the same value: {rule}",
        "points": "earns other points",
        "points not_decided": "not decided whether it earns other points ({doubt})",
        "points rewritten": "its points are written otherwise and proved the same",
        "tier stricter": "harder to reach",
        "tier looser": "easier to reach",
        "tier incomparable": "reached by others: some lose it, some gain it",
        "tier different": "reached by others; that nobody goes the other way is not proved",
        "tier not_decided": "not decided whether others reach it ({doubt})",
        "tier rewritten": "its rule is written otherwise and proved to decide alike",
        "one_way": "that nobody goes the other way is not proved",
        "other_facts": "a fact it rests on is another thing in the new edition",
        "not_found": "neither a proof nor a community that tells them apart was found",
        "witness": "{community} {before} the old edition and {after} the new one",
        "added witness": "{community} fails it",
        "removed witness": "{community} failed it",
        "reaches": "reaches it in",
        "does not reach": "does not reach it in",
        "value": "of {community} it is {before} in the old edition and {after} in the new one",
    },
}

#: The nodes that are phrased as numbered lists.
_LISTS = (AllOf, AnyOf, AtLeast)

_PASSES = {
    Outcome.MET: "passes",
    Outcome.NOT_MET: "fails",
    Outcome.NOT_APPLICABLE: "is not asked by",
    Outcome.UNDETERMINED: "is left open by",
}


@frozen
class Sentence:
    """What is said of one ruling.

    Attributes:
        shown: its witnesses, numbered among all.
    """

    change: Change
    ruling: Ruling
    shown: tuple[Shown, ...]


def who(found: Diff, change: Change, language: Language) -> str:
    """Return what a change is of: an indicator by its number and title, another part by its sort and title."""
    edition = found.new.edition if change.new is not None else found.old.edition
    name = change.id
    if change.sort is Sort.INDICATOR:
        return edition.indicator_by_id[name].label(language)
    if change.sort is Sort.EDITION:
        return sort_word(change.sort, language)
    word = sort_word(change.sort, language)
    title = _title(edition, change.sort, name, language)
    said = f"{title}（{name}）" if language == "zh" else f"{title} ({name})"
    if change.sort is Sort.TIER and language == "zh" and title != name:
        return said  # the titles of tiers end with a word for one, such as 型 or 级
    return f"{word}{'' if language == 'zh' else ' '}{name if title == name else said}"


def judged(found: Diff, change: Change, ruling: Ruling, language: Language) -> str:
    """Return what a witness of a ruling is judged by: of what only one edition asks at a tier, where both ask something."""
    name = who(found, change, language)
    if ruling.verdict not in (Verdict.ADDED, Verdict.REMOVED) or None in (change.old, change.new):
        return name
    return _WORDS[language]["asked at"].format(who=name, tiers=tiers_text(found, ruling, language))


def _title(edition: Edition, sort: Sort, name: str, language: Language) -> str:
    known: dict[Sort, Mapping[str, Any]] = {
        Sort.TIER: edition.tier_by_id,
        Sort.GROUP: edition.group_by_id,
        Sort.FACT: edition.fact_by_id,
        Sort.COLLECTION: edition.collection_by_id,
        Sort.MEASURE: edition.measure_by_id,
        Sort.SCORE: edition.score_by_id,
        Sort.REACTION: edition.reaction_by_id,
    }
    title: Title = known[sort][name].title
    return title.text(language, name)


def tiers_text(found: Diff, ruling: Ruling, language: Language) -> str:
    """Return the tiers of a ruling by their titles."""
    names = []
    for tier in ruling.tiers:
        edition = found.new.edition if tier in found.new.edition.tier_by_id else found.old.edition
        names.append(edition.tier_by_id[tier].title.text(language, tier))
    return _WORDS[language]["joint"].join(names)


def rules_text(found: Diff, ruling: Ruling, language: Language) -> tuple[str, str]:
    """Return what a rule requires in the old edition and in the new one, as far as it differs; empty where it is not asked."""
    return _phrases(found, ruling, apart(ruling.before, ruling.after), language)


def _phrases(
    found: Diff, ruling: Ruling, rules: tuple[Expr | None, Expr | None], language: Language
) -> tuple[str, str]:
    """Return what parts of a rule say in the old edition and in the new one; empty where there is none."""
    before, after = rules
    editions = found.old.edition, found.new.edition
    if ruling.of is Subject.TIER or (ruling.of is Subject.FORMULA and ruling.before not in _formulas(editions[0])):
        editions = editions[0].graded, editions[1].graded

    def said(rule: Expr | None, edition: Edition) -> str:
        return "" if rule is None else phrase(rule, edition, language)

    return said(before, editions[0]), said(after, editions[1])


def _formulas(edition: Edition) -> list[Expr]:
    return [measure.value for measure in edition.measures]


def sentence(found: Diff, said: Sentence, language: Language) -> str:
    """Return what becomes of a rule, and of whom it shows, as one sentence; a new line where one may be begun in lists."""
    words, ruling = _WORDS[language], said.ruling
    name = who(found, said.change, language)
    verdict = _verdict(found, ruling, language)
    if not said.shown:
        return words["sentence"].format(who=name, verdict=verdict)
    witnesses = words["and"].join(_witness(found, ruling, one, language) for one in said.shown)
    return words["shown"].format(who=name, verdict=verdict, witnesses=witnesses)


def _verdict(found: Diff, ruling: Ruling, language: Language) -> str:
    words = _WORDS[language]
    at = words["at"].format(tiers=tiers_text(found, ruling, language)) if ruling.tiers else ""
    parts = [
        (one, _phrases(found, ruling, (one.before, one.after), language))
        for one in differing(ruling.before, ruling.after)
    ]
    # Where facts have other names, the same words are no difference beside others.
    parts = [(one, said) for one, said in parts if said[0] != said[1]] or parts
    rule = words["and"].join(_part(found, ruling, one, said, language) for one, said in parts)
    doubt = "" if ruling.doubt is None else doubt_text(ruling.doubt, language)
    return words[_form(ruling)].format(at=at, rule=rule, doubt=doubt)


def _part(found: Diff, ruling: Ruling, one: Differing, said: tuple[str, str], language: Language) -> str:
    """Return what becomes of one part of a rule."""
    words, (before, after) = _WORDS[language], said
    bound = _bound(found, ruling, one, language)
    if bound:
        return words["bound"].format(before=bound, after=after)
    if before and after:
        lists = any(isinstance(node, _LISTS) for rule in (one.before, one.after) if rule for node in walk(rule))
        form = "behind" if before == after else "rather than a list" if lists else "rather"
        return words[form].format(before=before, after=after)
    if None in (ruling.before, ruling.after):
        return words["only"].format(rule=before or after)
    form = "also" if after else "no more"
    return words[f"{form} enough" if one.is_enough else form].format(before=before, after=after)


def _bound(found: Diff, ruling: Ruling, one: Differing, language: Language) -> str:
    """Return the old bound of a comparison where that alone is another one; empty where more is."""
    match one.before, one.after:
        case Comparison() as before, Comparison() as after if ruling.of is Subject.REQUIREMENT:
            same = (before.operator, before.left) == (after.operator, after.left) and before.right != after.right
            return phrase(before.right, found.old.edition, language) if same else ""
        case _:
            return ""


def _form(ruling: Ruling) -> str:
    match ruling.of:
        case Subject.TIER:
            return f"tier {ruling.verdict.value}"
        case Subject.REQUIREMENT:
            return ruling.verdict.value
        case _ if ruling.verdict in (Verdict.NOT_DECIDED, Verdict.REWRITTEN):
            return f"{ruling.of.value} {ruling.verdict.value}"
        case _:
            return ruling.of.value


def doubt_text(doubt: Doubt, language: Language) -> str:
    """Return why nothing more is said."""
    return _WORDS[language][doubt.value]


def _witness(found: Diff, ruling: Ruling, shown: Shown, language: Language) -> str:
    words, witness = _WORDS[language], shown.witness
    before, after = apart(ruling.before, ruling.after)
    if ruling.of is not Subject.REQUIREMENT:
        before = after = None
    community = community_text((found.old, before), (found.new, after), shown, language)
    if ruling.verdict in (Verdict.ADDED, Verdict.REMOVED):
        return words[f"{ruling.verdict.value} witness"].format(community=community)
    if ruling.of in (Subject.POINTS, Subject.FORMULA):
        values = {"before": said_text(witness.before, language), "after": said_text(witness.after, language)}
        return words["value"].format(community=community, **values)
    if ruling.of is Subject.TIER:
        ends = [
            "reaches" if one.outcome is Outcome.MET else "does not reach" for one in (witness.before, witness.after)
        ]
        return words["witness"].format(community=community, before=words[ends[0]], after=words[ends[1]])
    if language == "zh":
        ends = [said_text(witness.before, language), said_text(witness.after, language)]
    else:
        ends = [_PASSES[one.outcome] for one in (witness.before, witness.after) if one.outcome is not None]
    return words["witness"].format(community=community, before=ends[0], after=ends[1])
