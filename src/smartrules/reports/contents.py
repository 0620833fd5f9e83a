"""A whole ruleset as lines of text: what it holds once everything it extends is laid together, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from smartrules.expr.text import source
from smartrules.reports.reaction import waits_for
from smartrules.reports.requirement import kind_text, unit_text
from smartrules.standard import (
    Collection,
    Edition,
    FactDeclaration,
    Indicator,
    Measure,
    Points,
    Reaction,
    Requirement,
    Source,
)
from smartrules.units import ONE, unit
from smartrules.values import Language, Quantity

_Part = FactDeclaration | Collection | Measure | Indicator | Reaction

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "line": "{label}：{text}",
        "aside": "（{text}）",
        "cited": "  （{text}）",
        "comma": "，",
        "heading": "{label}：",
        "alias": "别名",
        "in force": "有效期",
        "source": "依据",
        "fingerprint": "规则指纹",
        "inherits": "扩展",
        "inherits text": "{names}；沿用的部分以 ← 标明出处，未标明的为本规则自有",
        "names": "、",
        "tiers": "等级",
        "unknown": "具体要求未收录",
        "rule": "达到条件",
        "optional": "可选项",
        "points": "分值",
        "of": "{formula}，满分{full}",
        "scores": "得分",
        "groups": "一级指标",
        "facts": "事实",
        "least": "不小于{bound}",
        "greatest": "不大于{bound}",
        "step": "精确到{bound}",
        "collections": "集合",
        "measures": "测算指标",
        "zero": "分母可以为零",
        "indicators": "二级指标",
        "applies": "适用条件",
        "reactions": "触发事件",
    },
    "en": {
        "line": "{label}: {text}",
        "aside": " ({text})",
        "cited": "  ({text})",
        "comma": ", ",
        "heading": "{label}:",
        "alias": "alias",
        "in force": "in force",
        "source": "source",
        "fingerprint": "fingerprint",
        "inherits": "extends",
        "inherits text": "{names}; ← marks what comes from there, and what has no mark is this ruleset's own",
        "names": ", ",
        "tiers": "tiers",
        "unknown": "requirements unknown",
        "rule": "rule",
        "optional": "optional",
        "points": "points",
        "of": "{formula}, of {full}",
        "scores": "scores",
        "groups": "groups",
        "facts": "facts",
        "least": "at least {bound}",
        "greatest": "at most {bound}",
        "step": "in steps of {bound}",
        "collections": "collections",
        "measures": "measures",
        "zero": "a denominator may be zero",
        "indicators": "indicators",
        "applies": "applies",
        "reactions": "reactions",
    },
}


def contents(edition: Edition, fingerprint: str, language: Language) -> list[str]:
    """Return the tiers, facts, measures and indicators of an edition, each inherited part with the edition it is from."""
    return list(_Contents(edition, language).lines(fingerprint))


class _Contents:
    """Writes the lines of one edition.

    Attributes:
        origins: the editions that parts are inherited from, in the order in which they first appear.
    """

    def __init__(self, edition: Edition, language: Language) -> None:
        self.edition = edition
        self.language = language
        self.words = _WORDS[language]
        parts: tuple[_Part, ...] = (
            *edition.facts,
            *edition.collections,
            *edition.measures,
            *edition.indicators,
            *edition.scores,
            *edition.reactions,
        )
        self.origins = tuple(dict.fromkeys(part.origin for part in parts if part.origin is not None))

    def lines(self, fingerprint: str) -> Iterator[str]:
        yield from self._head(fingerprint)
        yield self._heading("tiers")
        for tier in self.edition.tiers:
            unknown = "" if tier.known else self._aside(self.words["unknown"])
            yield self._line(tier.id, tier.title.text(self.language, tier.id) + unknown)
            if tier.rule is not None:
                yield "  " + self._line(self.words["rule"], source(tier.rule))
        if self.edition.groups:
            yield self._heading("groups")
        for group in self.edition.groups:
            yield self._line(group.id, group.title.text(self.language, group.id))
        yield self._heading("facts")
        for fact in self.edition.facts:
            yield self._fact(fact) + _from(fact)
        if self.edition.collections:
            yield self._heading("collections")
        for collection in self.edition.collections:
            label = f"{collection.id} [{unit_text(collection.unit, self.language)}]"
            yield self._line(label, collection.title.text(self.language, collection.id)) + _from(collection)
            for fact in collection.facts:
                yield "  " + self._fact(fact)
        if self.edition.measures:
            yield self._heading("measures")
        for measure in self.edition.measures:
            yield self._measure(measure) + _from(measure)
        yield self._heading("indicators")
        for indicator in self.edition.indicators:
            yield from self._indicator(indicator)
        if self.edition.scores:
            yield self._heading("scores")
        for score in self.edition.scores:
            yield self._measure(score) + _from(score)
        if self.edition.reactions:
            yield self._heading("reactions")
        for reaction in self.edition.reactions:
            label = f"{reaction.id} [{waits_for(self.edition, reaction, self.language)}]"
            cited = self.words["cited"].format(text=reaction.source.text()) if reaction.source is not None else ""
            yield self._line(label, reaction.title.text(self.language, reaction.id)) + cited + _from(reaction)

    def _head(self, fingerprint: str) -> Iterator[str]:
        edition, words = self.edition, self.words
        standard = edition.standard
        yield words["line"].format(label=edition.name, text=standard.title.text(self.language, standard.id))
        for alias in standard.aliases:
            yield self._line(words["alias"], alias)
        if edition.effective_from or edition.effective_until:
            yield self._line(words["in force"], f"{edition.effective_from or '…'} – {edition.effective_until or '…'}")
        if edition.source is not None:
            yield self._line(words["source"], edition.source.text())
        if self.origins:
            names = words["names"].join(self.origins)
            yield self._line(words["inherits"], words["inherits text"].format(names=names))
        yield self._line(words["fingerprint"], fingerprint)

    def _fact(self, fact: FactDeclaration) -> str:
        made = f" = {source(fact.derived)}" if fact.derived is not None else ""
        kind = self.words["comma"].join([kind_text(fact, self.language), *self._bounds(fact)])
        definition = fact.definition.text(self.language, "")
        text = fact.title.text(self.language, fact.id) + (self._aside(definition) if definition else "")
        return self._line(f"{fact.id} [{kind}]{made}", text)

    def _bounds(self, fact: FactDeclaration) -> Iterator[str]:
        """Yield the bounds and the step of a number, but for the least value that every number has."""
        least = fact.minimum or None
        for word, bound in (("least", least), ("greatest", fact.maximum), ("step", fact.step)):
            if bound is not None:
                shown = Quantity.in_unit(bound, fact.unit or ONE).text(self.language)
                yield self.words[word].format(bound=shown)

    def _measure(self, measure: Measure) -> str:
        label = f"{measure.id} [{unit_text(measure.unit, self.language)}] = {source(measure.value)}"
        title = measure.title.text(self.language, measure.id)
        return self._line(label, title + (self._aside(self.words["zero"]) if measure.zero_accepted else ""))

    def _indicator(self, indicator: Indicator) -> Iterator[str]:
        group = f" [{indicator.group}]" if indicator.group else ""
        yield self._line(indicator.id + group, indicator.label(self.language)) + _from(indicator)
        if indicator.applies is not None:
            yield "  " + self._line(self.words["applies"], source(indicator.applies))
        if indicator.optional:
            yield "  " + self._line(self.words["optional"], self.words["names"].join(indicator.optional))
        if indicator.points is not None:
            yield "  " + self._line(self.words["points"], self._points(indicator.points))
        for requirement in indicator.requirements:
            line = self._line(requirement.tier, source(requirement.rule) + self._source(indicator, requirement))
            yield "  " + line + self._of_its_own(indicator, requirement)

    def _points(self, points: Points) -> str:
        full = Quantity(points.full, unit("point")).text(self.language)
        return full if points.value is None else self.words["of"].format(formula=source(points.value), full=full)

    def _source(self, indicator: Indicator, requirement: Requirement) -> str:
        found: Source | None = requirement.source or indicator.source
        if self.origins:  # of several documents each has to be named
            found = self.edition.source_of(indicator.id, requirement.tier)
        return self.words["cited"].format(text=found.text()) if found is not None else ""

    def _of_its_own(self, indicator: Indicator, requirement: Requirement) -> str:
        """Return where a requirement is from, where that is not where its indicator is from."""
        if requirement.origin == indicator.origin:
            return ""
        return f"  ← {requirement.origin or self.edition.name}"

    def _heading(self, word: str) -> str:
        return self.words["heading"].format(label=self.words[word])

    def _line(self, label: str, text: str) -> str:
        return "  " + self.words["line"].format(label=label, text=text)

    def _aside(self, text: str) -> str:
        return self.words["aside"].format(text=text)


def _from(part: _Part) -> str:
    return f"  ← {part.origin}" if part.origin is not None else ""
