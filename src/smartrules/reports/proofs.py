"""What is proved of a ruleset, as text and Markdown in Chinese and English; a witness as a facts document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from smartrules.analysis.proofs.verification import Proof, Property, Reason, Verdict, Verification, Witness
from smartrules.explanation import OUTCOME_WORDS
from smartrules.reports import markdown
from smartrules.values import Language, write_number

VERDICT_WORDS: dict[Language, dict[Verdict, str]] = {
    "zh": {
        Verdict.PROVED: "已证明",
        Verdict.REFUTED: "已否定",
        Verdict.UNKNOWN: "未知",
        Verdict.NOT_ENCODED: "未编码",
        Verdict.NOT_TO_HAND: "未收录",
    },
    "en": {
        Verdict.PROVED: "proved",
        Verdict.REFUTED: "refuted",
        Verdict.UNKNOWN: "unknown",
        Verdict.NOT_ENCODED: "not encoded",
        Verdict.NOT_TO_HAND: "not to hand",
    },
}

_PROPERTIES: dict[Language, dict[Property, str]] = {
    "zh": {
        Property.TIER_REACHABLE: "每个等级都有社区能达到",
        Property.TIER_MISSABLE: "每个等级都有社区达不到",
        Property.TIERS_NESTED: "满足高一级的社区必满足低一级",
        Property.CAN_BE_MET: "每项要求都有社区能达标",
        Property.CAN_BE_MISSED: "每项要求都有社区不达标",
        Property.NO_CONTRADICTION: "没有两项要求互相矛盾",
        Property.DECIDES_SOMETHING: "没有一项指标不起作用",
        Property.NO_ZERO_DENOMINATOR: "指标适用时分母不为零",
        Property.MONOTONE: "声明的好坏方向处处成立",
        Property.CASES_CONSISTENT: "用例的预期互相一致",
        Property.DECLARED_ALIKE: "两套规则的数据声明相同",
        Property.EQUIVALENT: "两套规则的结论相同",
        Property.EQUIVALENT_WITH_LESS: "数据缺失时两套规则的结论也相同",
    },
    "en": {
        Property.TIER_REACHABLE: "every tier can be reached",
        Property.TIER_MISSABLE: "every tier can be missed",
        Property.TIERS_NESTED: "each tier implies the one below",
        Property.CAN_BE_MET: "every requirement can be met",
        Property.CAN_BE_MISSED: "every requirement can be missed",
        Property.NO_CONTRADICTION: "no two requirements contradict",
        Property.DECIDES_SOMETHING: "no indicator decides nothing",
        Property.NO_ZERO_DENOMINATOR: "no denominator is zero while the indicator applies",
        Property.MONOTONE: "the declared directions hold everywhere",
        Property.CASES_CONSISTENT: "the cases' expectations are consistent",
        Property.DECLARED_ALIKE: "the two rulesets declare the same facts",
        Property.EQUIVALENT: "the two rulesets say the same",
        Property.EQUIVALENT_WITH_LESS: "the two say the same where facts are missing",
    },
}

_REFUTED: dict[Language, dict[Property, str]] = {
    "zh": {
        Property.TIER_REACHABLE: "没有一个社区能达到该等级：{indicators}不能同时满足",
        Property.TIER_MISSABLE: "没有一个社区达不到该等级",
        Property.TIERS_NESTED: "有社区满足{tier}而不满足{below}",
        Property.CAN_BE_MET: "没有一个社区能达标",
        Property.CAN_BE_MISSED: "没有一个社区不达标",
        Property.NO_CONTRADICTION: "两项都适用时，没有一个社区能同时达标：{indicators}",
        Property.DECIDES_SOMETHING: "去掉该指标，达到该等级的社区不变",
        Property.NO_ZERO_DENOMINATOR: "适用时分母可以为零，结论因此无法判定",
        Property.MONOTONE: "{facts}变好反而失去该指标",
        Property.CASES_CONSISTENT: "用例{cases}与规则或彼此矛盾",
        Property.DECLARED_ALIKE: "{facts}在两套规则中声明不同",
        Property.EQUIVALENT: "有社区在两套规则中结论不同",
        Property.EQUIVALENT_WITH_LESS: "有缺失数据的社区在两套规则中结论不同",
    },
    "en": {
        Property.TIER_REACHABLE: "no community reaches the tier: {indicators} never pass together",
        Property.TIER_MISSABLE: "no community misses the tier",
        Property.TIERS_NESTED: "a community meets {tier} and not {below}",
        Property.CAN_BE_MET: "no community meets it",
        Property.CAN_BE_MISSED: "no community misses it",
        Property.NO_CONTRADICTION: "where both apply, no community meets both: {indicators}",
        Property.DECIDES_SOMETHING: "without it, the same communities reach the tier",
        Property.NO_ZERO_DENOMINATOR: "a denominator can be zero while it applies, which leaves it undetermined",
        Property.MONOTONE: "it is lost where {facts} becomes better",
        Property.CASES_CONSISTENT: "the cases {cases} contradict the rules, or each other",
        Property.DECLARED_ALIKE: "{facts} is declared otherwise in the two rulesets",
        Property.EQUIVALENT: "a community is found otherwise by the two rulesets",
        Property.EQUIVALENT_WITH_LESS: "a community of which facts are missing is found otherwise by the two rulesets",
    },
}

_REASONS: dict[Language, dict[Reason, str]] = {
    "zh": {
        Reason.NEVER_APPLIES: "该指标对任何社区都不适用",
        Reason.AGAINST_THE_RULE: "规则得出的结论与用例的预期不同",
        Reason.ONLY_ADVICE: "只是建议，无所谓达标",
        Reason.TIER_UNREACHABLE: "该等级没有社区能达到，无从谈起",
        Reason.DECLARED_OTHERWISE: "数据声明不同，无法比较：{facts}",
    },
    "en": {
        Reason.NEVER_APPLIES: "it applies to no community",
        Reason.AGAINST_THE_RULE: "the rules find otherwise than the case expects",
        Reason.ONLY_ADVICE: "it only recommends, so nothing meets or misses it",
        Reason.TIER_UNREACHABLE: "no community reaches the tier, so there is nothing to decide",
        Reason.DECLARED_OTHERWISE: "the facts are declared otherwise and cannot be compared: {facts}",
    },
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "{ruleset}：对所有社区的证明",
        "versus": "与{other}比较",
        "bounds": "所有数据已知的社区；每个集合最多{members}个成员；每个问题最多{seconds}秒",
        "cases": "用例：{n}个",
        "accepted": "作者已声明分母可以为零：{measures}",
        "unknown": "{seconds}秒内没有得出结论",
        "not_encoded": "规则中未编码：{node}",
        "not_to_hand": "标准的具体要求未收录，不作论断",
        "statement": "{verdict}：{name}：{about}",
        "only": "只在{ruleset}中有的{sort}：{names}",
        "facts": "数据",
        "indicators": "指标",
        "tiers": "等级",
        "ruleset": "{name}（前者）",
        "other": "{name}（后者）",
        "how to read": "规则不在目录中时，用 `smartrules assess FACTS -r RULESET` 读取以下事实文件",
        "columns": "性质|已证明|已否定|未知|未编码|未收录",
        "found": "参考引擎：{claims}",
        "of ruleset": "{ruleset}的{what}",
        "claim": "{what}{outcome}",
        "joint": "，",
        "names": "、",
        "nothing": "全部已证明",
        "counts": "共{all}项：{counts}",
        "count": "{verdict}{n}项",
        "witness": "社区：",
        "refutations": "未证明的",
    },
    "en": {
        "title": "{ruleset}: proofs about all communities",
        "versus": "compared with {other}",
        "bounds": "communities of which all facts are known; at most {members} members in a collection; at most {seconds} s a question",
        "cases": "cases: {n}",
        "accepted": "the author accepts that a denominator is zero: {measures}",
        "unknown": "not decided within {seconds} s",
        "not_encoded": "of the rule this is not encoded: {node}",
        "not_to_hand": "what the standard requires is not to hand, and nothing is claimed",
        "statement": "{verdict}: {name}: {about}",
        "only": "{sort} only in {ruleset}: {names}",
        "facts": "facts",
        "indicators": "indicators",
        "tiers": "tiers",
        "ruleset": "{name} (the first)",
        "other": "{name} (the other)",
        "how to read": "of a ruleset outside the catalog, a facts document is read with `smartrules assess FACTS -r RULESET`",
        "columns": "property|proved|refuted|unknown|not encoded|not to hand",
        "found": "the reference finds: {claims}",
        "of ruleset": "{what} of {ruleset}",
        "claim": "{what} {outcome}",
        "joint": ", ",
        "names": ", ",
        "nothing": "all of it is proved",
        "counts": "{all} statements: {counts}",
        "count": "{n} {verdict}",
        "witness": "a community:",
        "refutations": "What is not proved",
    },
}


@frozen
class Entry:
    """A statement that is not proved, for a reader.

    Attributes:
        verdict: what became of it.
        head: the statement and its verdict, on one line.
        rest: why.
        witnesses: communities that show it, each as a facts document with what the reference finds of it.
    """

    verdict: Verdict
    head: str
    rest: tuple[str, ...]
    witnesses: tuple[tuple[str, str], ...]


def heading(found: Verification, language: Language) -> list[str]:
    """Return what was asked, and within what bounds."""
    words = _WORDS[language]
    lines = [words["title"].format(ruleset=found.edition.name)]
    if found.other is not None:
        lines.append(words["versus"].format(other=found.other.name))
    lines.append(words["bounds"].format(members=found.members, seconds=write_number(found.seconds)))
    if found.cases:
        lines.append(words["cases"].format(n=found.cases))
    return lines


def rows(found: Verification, language: Language) -> list[tuple[str, ...]]:
    """Return how many statements of each property came to each verdict."""
    return [
        (_PROPERTIES[language][name], *(str(counts.get(verdict, 0) or "") for verdict in Verdict))
        for name, counts in found.counts().items()
    ]


def columns(language: Language) -> Sequence[str]:
    """Return the headings of the table of properties."""
    return _WORDS[language]["columns"].split("|")


def entries(found: Verification, language: Language) -> Iterator[Entry]:
    """Yield what is not proved, the refuted first, then what is open, then what is not to hand.

    What only one of two rulesets has is one entry for each sort of thing. The first that shows a community says how to read it.
    """
    shown = False
    for entry in _entries(found, language):
        if entry.witnesses and not shown:
            shown = True
            yield evolve(entry, rest=(*entry.rest, _WORDS[language]["how to read"]))
        else:
            yield entry


def _entries(found: Verification, language: Language) -> Iterator[Entry]:
    for verdict in (Verdict.REFUTED, Verdict.UNKNOWN, Verdict.NOT_ENCODED, Verdict.NOT_TO_HAND):
        yield from (_entry(found, proof, language) for proof in found.of(verdict) if proof.only_in is None)
        yield from _only_in_one(found, verdict, language)


def _only_in_one(found: Verification, verdict: Verdict, language: Language) -> Iterator[Entry]:
    """Yield what only one of two rulesets has, all facts, all indicators and all tiers of one of them together."""
    words = _WORDS[language]
    names = dict[tuple[str, str, str], list[str]]()
    for proof in found.of(verdict):
        if proof.only_in is not None:
            sort = "facts" if proof.facts else "indicators" if proof.indicators else "tiers"
            name = proof.id.removeprefix(proof.stated.value).strip()
            names.setdefault((proof.stated.value, sort, proof.only_in), []).append(name)
    order = ["facts", "indicators", "tiers"], ["ruleset", "other"]
    for key in sorted(names, key=lambda key: (order[0].index(key[1]), order[1].index(key[2]))):
        stated, sort, where = key
        ruleset, other = found.edition.name, "" if found.other is None else found.other.name
        name = ruleset if where == "ruleset" else other
        name = words[where].format(name=name) if ruleset == other else name
        about = words["only"].format(sort=words[sort], ruleset=name, names=words["names"].join(names[key]))
        yield Entry(
            verdict,
            words["statement"].format(verdict=VERDICT_WORDS[language][verdict], name=stated, about=about),
            (),
            (),
        )


def _entry(found: Verification, proof: Proof, language: Language) -> Entry:
    words = _WORDS[language]
    names = {
        "tier": proof.tier or "",
        "below": proof.below or "",
        "indicators": words["names"].join(proof.across or proof.indicators) or (proof.tier or ""),
        "facts": words["names"].join(proof.facts),
        "cases": words["names"].join(f"“{name}”" for name in proof.cases),
        "measures": words["names"].join(proof.measures),
    }
    reason = None if proof.reason is None else _REASONS[language].get(proof.reason)
    match proof.verdict:
        case Verdict.REFUTED:
            about = _REFUTED[language][proof.stated]
        case Verdict.UNKNOWN:
            about = words["unknown"].format(seconds=write_number(found.seconds))
        case Verdict.NOT_ENCODED:
            about = reason or words["not_encoded"].format(node=proof.node)
            reason = None
        case _:
            about = reason or words["not_to_hand"]
            reason = None
    head = words["statement"].format(
        verdict=VERDICT_WORDS[language][proof.verdict], name=proof.id, about=about.format(**names)
    )
    rest = (reason.format(**names),) if reason else ()
    shown = tuple((witness.text(), _claims(found, witness, language)) for witness in proof.witnesses)
    return Entry(proof.verdict, head, rest, shown)


def _claims(found: Verification, witness: Witness, language: Language) -> str:
    words = _WORDS[language]
    said = list[str]()
    for claim in witness.claims:
        what = claim.tier if claim.indicator is None else f"{claim.tier}.{claim.indicator}"
        if found.other is not None:
            what = words["of ruleset"].format(what=what, ruleset=claim.ruleset)
        said.append(words["claim"].format(what=what, outcome=OUTCOME_WORDS[language][claim.outcome]))
    return words["found"].format(claims=words["joint"].join(said))


def accepted(found: Verification, language: Language) -> list[str]:
    """Return the measures of which the author accepts that a denominator is zero, where it can be."""
    words = _WORDS[language]
    measures = dict.fromkeys(
        measure for proof in found.proofs if proof.reason is Reason.ACCEPTED for measure in proof.measures
    )
    return [words["accepted"].format(measures=words["names"].join(measures))] if measures else []


def summary(found: Verification, language: Language) -> str:
    """Return how many statements came to each verdict."""
    words = _WORDS[language]
    numbers = {verdict: sum(proof.number for proof in found.of(verdict)) for verdict in Verdict}
    if numbers[Verdict.PROVED] == sum(numbers.values()):
        return words["nothing"]
    counts = [
        words["count"].format(verdict=VERDICT_WORDS[language][verdict], n=number)
        for verdict, number in numbers.items()
        if number
    ]
    return words["counts"].format(all=sum(numbers.values()), counts=words["joint"].join(counts))


def as_markdown(found: Verification, language: Language) -> str:
    """Return what is proved as a document in Markdown: a table of the properties, then what is not proved."""
    words = _WORDS[language]
    title, *bounds = heading(found, language)
    blocks = [
        [markdown.heading(1, title)],
        markdown.bulleted([*bounds, *accepted(found, language)]),
        markdown.table(columns(language), rows(found, language)),
    ]
    shown = list(entries(found, language))
    if shown:
        blocks.append([markdown.heading(2, words["refutations"])])
    for entry in shown:
        blocks.append(markdown.bulleted([entry.head, *entry.rest]))
        for document, claims in entry.witnesses:
            blocks += [[markdown.escaped(claims)], markdown.fenced(document, "yaml")]
    blocks.append([markdown.escaped(summary(found, language))])
    return markdown.joined(blocks)
