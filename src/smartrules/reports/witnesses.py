"""Communities that show a difference: in a few words, and as facts documents that can be fed back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from attrs import frozen

from smartrules.analysis.diffs.rulings import Document, Said, Witness
from smartrules.documents.given import written_document
from smartrules.engines.exact import evaluate
from smartrules.explanation import OUTCOME_WORDS
from smartrules.expr.nodes import Expr, Name, walk
from smartrules.facts import show_value
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.values import Language, Number

#: More facts than are said in a sentence.
_MOST_SAID = 4

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "has": "{title}{value}",
        "says": "{title}：{value}",
        "joint": "、",
        "apart": "；",
        "community": "社区（{facts}）",
        "below": "见证{number}的社区",
        "nothing": "没有任何数据的社区",
        "no value": "没有值",
        "not asked": "未作要求",
        "missing": "（缺少{facts}）",
        "same": "{number}：{what}，按{old}{before}，按{new}{after}",
        "said": "{number}：{what}，按{edition}{said}",
    },
    "en": {
        "has": "{title} {value}",
        "says": "{title}: {value}",
        "joint": ", ",
        "apart": "; ",
        "community": "a community ({facts})",
        "below": "the community of witness {number}",
        "nothing": "a community of which nothing is known",
        "no value": "without a value",
        "not asked": "not asked",
        "missing": " (missing: {facts})",
        "same": "{number}: {what}, {before} under {old}, {after} under {new}",
        "said": "{number}: {what}, {said} under {edition}",
    },
}


@frozen
class Shown:
    """A witness in its place among all.

    Attributes:
        number: counted from 1.
        what: of which rule it says something, in words.
    """

    number: int
    what: str
    witness: Witness


def said_text(said: Said, language: Language) -> str:
    """Return what an edition says of a community."""
    words = _WORDS[language]
    if said.value is not None:
        return said.value.text(language)
    if said.outcome is None:
        return words["not asked"]
    outcome = OUTCOME_WORDS[language][said.outcome]
    return outcome + (words["missing"].format(facts=words["joint"].join(said.missing)) if said.missing else "")


def community_text(
    old: tuple[Ruleset, Expr | None], new: tuple[Ruleset, Expr | None], shown: Shown, language: Language
) -> str:
    """Return who a witness is: a community with a few facts, or that of the document with its number.

    Args:
        old: the old edition with the part of its rule that differs: the measures that it names are said in place of the
            facts behind them. ``new`` likewise.
    """
    words, witness = _WORDS[language], shown.witness
    if any("collections" in one or "not_reported" in one or "on" in one for one in (witness.old, witness.new)):
        return words["below"].format(number=shown.number)
    asked = ((new, witness.new, witness.after), (old, witness.old, witness.before))
    told = [_values(*one, document, language) for one, document, said in asked if said != Said()]
    facts = list(dict.fromkeys(chain.from_iterable(told)))
    if not facts:
        return words["nothing"]
    if len(facts) > _MOST_SAID:
        return words["below"].format(number=shown.number)
    # A title or value may be a list itself.
    joint = "apart" if any(words["joint"] in one for one in facts) else "joint"
    return words["community"].format(facts=words[joint].join(facts))


def _values(ruleset: Ruleset, rule: Expr | None, document: Document, language: Language) -> Iterator[str]:
    edition, facts = ruleset.edition, ruleset.facts(document)
    said = set[str]()
    for node in () if rule is None else walk(rule):
        if not isinstance(node, Name) or node.id not in edition.measure_by_id:
            continue
        found, measure = evaluate(node, edition, facts).result, edition.measure_by_id[node.id]
        if isinstance(found, Number) and not said & {node.id}:
            said |= {node.id, *edition.facts_behind(node)}
            yield _has(edition, node.id, show_value(measure, found, language), language)
    for name, fact in facts.facts.items():
        if name not in said:
            declared = edition.fact_by_id[name]
            form = "has" if declared.kind.is_number else "says"
            yield _has(edition, name, show_value(declared, fact.value, language), language, form)


def _has(edition: Edition, name: str, value: str, language: Language, form: str = "has") -> str:
    return _WORDS[language][form].format(title=edition.word(name, language), value=value)


def documents(old: Ruleset, new: Ruleset, shown: Shown, language: Language) -> list[str]:
    """Return a witness as facts documents: one for both editions where they are told the same, else one for each that asks.

    The first line of each is a comment that says what the editions make of it.
    """
    words, witness = _WORDS[language], shown.witness
    head = {"number": shown.number, "what": shown.what}
    before, after = said_text(witness.before, language), said_text(witness.after, language)
    ours, theirs = (
        {key: value for key, value in one.items() if key != "ruleset"} for one in (witness.old, witness.new)
    )
    if ours == theirs:
        line = words["same"].format(**head, old=old.name, new=new.name, before=before, after=after)
        return [f"# {line}\n{written_document(ours)}"]
    found = []
    for ruleset, document, said in ((old, witness.old, witness.before), (new, witness.new, witness.after)):
        if said != Said():
            line = words["said"].format(**head, edition=ruleset.name, said=said_text(said, language))
            found.append(f"# {line}\n{written_document(document)}")
    return found
