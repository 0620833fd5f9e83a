"""The difference of two editions as text, and as Markdown that can be a release note, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import frozen

from smartrules.analysis.diffs.answer import Change, Detail, Diff, Effect
from smartrules.analysis.diffs.pairs import Reason
from smartrules.analysis.diffs.rulings import Subject, Verdict
from smartrules.analysis.impacts import Impact
from smartrules.documents.deciding import Sort
from smartrules.reports import communities, markdown
from smartrules.reports.citations import is_cited_alike
from smartrules.reports.details import detail_text, is_short, key_word, sort_word
from smartrules.reports.rulings import Sentence, judged, rules_text, sentence, tiers_text, who
from smartrules.reports.witnesses import Shown, documents
from smartrules.values import Language

#: So many parts of one wording are named.
_MOST_NAMED = 12

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "{old} → {new}",
        "same": "两版相同，指纹一致。",
        "no material": "没有实质变动。",
        "summary": "{counts}。",
        "count": "{heading}{number}项",
        "joint": "，",
        "number": "序号",
        "indicator": "二级指标",
        "tiers": "等级",
        "before": "旧版",
        "after": "新版",
        "witnesses": "见证",
        "witness heading": "见证",
        "witness note": "以下每个社区均已按两版重新评定。",
        "added": "新增",
        "removed": "取消",
        "stricter": "提高",
        "looser": "放宽",
        "incomparable": "有宽有严",
        "applies_otherwise": "适用范围有变",
        "different": "要求有变",
        "open_otherwise": "仅数据缺失时有变",
        "not_decided": "未能判定",
        "rewritten": "文字有变而结论相同",
        "tiers heading": "等级",
        "numbers": "得分与公式",
        "declarations": "事实与其他",
        "editorial": "编辑性变动",
        "part added": "{who}：新增",
        "part removed": "{who}：取消",
        "part": "{who}：{details}",
        "because": "{details}（{reason}）",
        "named": "{key}：{sort}{names}",
        "more": "{names}等{number}项",
        "names joint": "、",
        "title reason": "名称相同",
        "rule reason": "规则相同",
        "number reason": "序号相同且依据同一事实",
        "semicolon": "；",
        "communities": "社区",
    },
    "en": {
        "title": "{old} → {new}",
        "same": "The editions are the same, and so are their fingerprints.",
        "no material": "No material change.",
        "summary": "{counts}.",
        "count": "{heading} {number}",
        "joint": ", ",
        "number": "no.",
        "indicator": "indicator",
        "tiers": "tiers",
        "before": "before",
        "after": "after",
        "witnesses": "witnesses",
        "witness heading": "Witnesses",
        "witness note": "Both editions were asked of each of these communities again.",
        "added": "Added",
        "removed": "Removed",
        "stricter": "Stricter",
        "looser": "Looser",
        "incomparable": "Stricter for some, looser for others",
        "applies_otherwise": "Asked of others",
        "different": "Decided otherwise",
        "open_otherwise": "Otherwise only where facts are missing",
        "not_decided": "Not decided",
        "rewritten": "Written otherwise, decided alike",
        "tiers heading": "Tiers",
        "numbers": "Points and formulas",
        "declarations": "Facts and other parts",
        "editorial": "Editorial",
        "part added": "{who}: added",
        "part removed": "{who}: removed",
        "part": "{who}: {details}",
        "because": "{details} ({reason})",
        "named": "{key} of {sort} {names}",
        "more": "{names} and others, {number} in all",
        "names joint": ", ",
        "title reason": "the same by its title",
        "rule reason": "the same by its rule",
        "number reason": "the same by its number and a fact that it rests on",
        "semicolon": "; ",
        "communities": "Communities",
    },
}

#: The verdicts on requirements, as their sections stand.
_SECTIONS = (
    Verdict.ADDED,
    Verdict.REMOVED,
    Verdict.STRICTER,
    Verdict.LOOSER,
    Verdict.INCOMPARABLE,
    Verdict.APPLIES_OTHERWISE,
    Verdict.DIFFERENT,
    Verdict.OPEN_OTHERWISE,
    Verdict.NOT_DECIDED,
    Verdict.REWRITTEN,
)


@frozen
class Section:
    """Sentences under a heading, or lines of text."""

    heading: str
    sentences: tuple[Sentence, ...] = ()
    lines: tuple[str, ...] = ()


@frozen
class DiffReport:
    """The difference of two editions in one language.

    Attributes:
        impact: how many communities of a file it decides otherwise, None where none were asked.
    """

    found: Diff
    language: Language
    impact: Impact | None = None

    @cached_property
    def _words(self) -> dict[str, str]:
        return _WORDS[self.language]

    @cached_property
    def title(self) -> str:
        """Which editions they are."""
        return self._words["title"].format(old=self.found.old.name, new=self.found.new.name)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every ruling, in the order of the sections, its witnesses numbered through all of them."""
        rulings = [(change, ruling) for change in self.found.changes for ruling in change.rulings]
        sentences, number = list[Sentence](), 0
        for change, ruling in sorted(rulings, key=lambda pair: _rank(pair[1].of, pair[1].verdict)):
            what = judged(self.found, change, ruling, self.language)
            shown = tuple(Shown(number + place, what, one) for place, one in enumerate(ruling.witnesses, 1))
            number += len(shown)
            sentences.append(Sentence(change, ruling, shown))
        return tuple(sentences)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What there is to say, under its headings; those of which there is nothing are left out."""
        words = self._words
        found = []
        for verdict in _SECTIONS:
            asked = tuple(
                one for one in self.sentences if one.ruling.of is Subject.REQUIREMENT and one.ruling.verdict is verdict
            )
            found.append(Section(words[verdict.value], asked))
        tiers = tuple(one for one in self.sentences if one.ruling.of is Subject.TIER)
        numbers = tuple(one for one in self.sentences if one.ruling.of in (Subject.POINTS, Subject.FORMULA))
        found += [
            Section(words["tiers heading"], tiers),
            Section(words["numbers"], numbers),
            Section(words["declarations"], lines=tuple(self._declarations())),
            Section(words["editorial"], lines=tuple(self._editorial())),
        ]
        return tuple(section for section in found if section.sentences or section.lines)

    @cached_property
    def summary(self) -> str:
        """How much there is under each heading, in one sentence."""
        words = self._words
        if not self.found.changes:
            return words["same"]
        counts = [
            words["count"].format(number=len(one.sentences) + len(one.lines), heading=self._lowered(one.heading))
            for one in self.sections
        ]
        said = words["summary"].format(counts=words["joint"].join(counts))
        said = said[0].upper() + said[1:]
        return said if self.found.material else f"{words['no material']} {said}"

    def _lowered(self, heading: str) -> str:
        return heading if self.language == "zh" else heading[0].lower() + heading[1:]

    # --- parts that are no rules ---------------------------------------------------------------------------------------

    def _declarations(self) -> Iterator[str]:
        """Yield what a document or program must follow, beside rules: facts, ids, optional indicators, reactions."""
        words = self._words
        for change in self.found.changes:
            if change.effect is Effect.EDITORIAL:
                continue
            name = who(self.found, change, self.language)
            if None in (change.old, change.new):
                if change.sort is not Sort.INDICATOR:
                    yield words["part added" if change.old is None else "part removed"].format(who=name)
                continue
            material = [
                one for one in change.details if one.effect is not Effect.EDITORIAL and not _is_rule(change, one)
            ]
            if material:
                yield self._detailed(change, material)

    def _editorial(self) -> Iterator[str]:
        """Yield what is worded otherwise: short texts with what they were, of the others how many there are."""
        words, long = self._words, dict[tuple[str, Sort], list[str]]()
        for change in self.found.changes:
            name = who(self.found, change, self.language)
            if None in (change.old, change.new):
                if change.effect is Effect.EDITORIAL:
                    yield words["part added" if change.old is None else "part removed"].format(who=name)
                continue
            wordings = [one for one in change.details if one.effect is Effect.EDITORIAL]
            wordings = [one for one in wordings if not is_cited_alike(self.found, change, one)]
            short = [one for one in wordings if is_short(one)]
            if short:
                yield self._detailed(change, short)
            for one in wordings:
                if not is_short(one):
                    long.setdefault((one.key, change.sort), []).append(self._short_name(change))
        for (key, sort), names in long.items():
            said = words["names joint"].join(names[:_MOST_NAMED])
            if len(names) > _MOST_NAMED:
                said = words["more"].format(names=said, number=len(names))
            named = {"key": key_word(key, self.language), "sort": sort_word(sort, self.language), "names": said}
            yield words["named"].format(**named).strip()

    def _short_name(self, change: Change) -> str:
        if change.sort is not Sort.INDICATOR:
            return change.id
        return self.found.new.edition.indicator_by_id[change.id].number or change.id

    def _detailed(self, change: Change, details: Sequence[Detail]) -> str:
        words = self._words
        said = words["semicolon"].join(detail_text(self.found, change, one, self.language) for one in details)
        if change.reason not in (Reason.ID, None) and any(one.key == "id" for one in details):
            said = words["because"].format(details=said, reason=words[f"{change.reason.value} reason"])
        return words["part"].format(who=who(self.found, change, self.language), details=said)

    # --- forms -----------------------------------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """Return it as lines of text: every change a sentence, then the witnesses as facts documents."""
        lines = [self.title, self.summary]
        for section in self.sections:
            lines += ["", section.heading]
            for each in section.sentences:
                first, *rest = sentence(self.found, each, self.language).split("\n")
                lines += [f"  {first}", *(f"    {line}" for line in rest)]
            lines += [f"  {line}" for line in section.lines]
        shown = [one for each in self.sentences for one in each.shown]
        if shown:
            lines += ["", self._words["witness heading"]]
            for one in shown:
                for document in documents(self.found.old, self.found.new, one, self.language):
                    lines += ["", *(f"  {line}".rstrip() for line in document.splitlines())]
        return lines

    def markdown(self) -> str:
        """Return it as Markdown: a table and a sentence for every change, the witnesses as fenced documents."""
        head = [[markdown.heading(1, self.title)], [markdown.escaped(self.summary)]]
        return markdown.joined([*head, *self._blocks(), *self._communities(), *self._witnesses()])

    def _communities(self) -> Iterator[list[str]]:
        """Yield how many communities are decided otherwise, in which way, and the first of them."""
        if self.impact is None:
            return
        yield [markdown.heading(2, self._words["communities"])]
        (counted,) = communities.impact_lines(self.impact, self.language)[-1:]
        yield [markdown.escaped(counted)]
        table = communities.impact_table(self.impact, self.language)
        if table.rows:
            yield markdown.table(table.headings, table.rows)
        lines = communities.example_lines(self.impact, self.language)
        if lines:
            yield [markdown.escaped(lines[0])]
            yield markdown.bulleted(line.strip() for line in lines[1:])

    def _blocks(self) -> Iterator[list[str]]:
        words = self._words
        for section in self.sections:
            yield [markdown.heading(2, section.heading)]
            if section.sentences and section.sentences[0].ruling.of is Subject.REQUIREMENT:
                headings = [words[key] for key in ("number", "indicator", "tiers", "before", "after", "witnesses")]
                yield markdown.table(headings, [self._row(one) for one in section.sentences])
            yield markdown.bulleted([*(self._on_one_line(one) for one in section.sentences), *section.lines])

    def _on_one_line(self, one: Sentence) -> str:
        return sentence(self.found, one, self.language).replace("\n", "" if self.language == "zh" else " ")

    def _witnesses(self) -> Iterator[list[str]]:
        words, shown = self._words, [one for each in self.sentences for one in each.shown]
        if shown:
            yield [markdown.heading(2, words["witness heading"])]
            yield [markdown.escaped(words["witness note"])]
        for one in shown:
            for document in documents(self.found.old, self.found.new, one, self.language):
                yield markdown.fenced(document, "yaml")

    def _row(self, one: Sentence) -> list[str]:
        edition = (self.found.new if one.change.new is not None else self.found.old).edition
        indicator = edition.indicator_by_id[one.change.id]
        numbers = ", ".join(str(shown.number) for shown in one.shown)
        return [
            indicator.number or "",
            indicator.title.text(self.language, indicator.id),
            tiers_text(self.found, one.ruling, self.language),
            *rules_text(self.found, one.ruling, self.language),
            numbers,
        ]


def _rank(of: Subject, verdict: Verdict) -> int:
    if of is Subject.REQUIREMENT:
        return _SECTIONS.index(verdict)
    return len(_SECTIONS) + (0 if of is Subject.TIER else 1)


def _is_rule(change: Change, detail: Detail) -> bool:
    """Return whether a detail is the text of a rule, of which the rulings say what becomes."""
    rules = {
        Sort.INDICATOR: {"applies", "require"},
        Sort.MEASURE: {"value"},
        Sort.SCORE: {"value"},
        Sort.TIER: {"rule"},
    }
    return detail.key in rules.get(change.sort, set()) and bool(change.rulings)
