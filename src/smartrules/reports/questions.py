"""Questions of an interview as lines of text and as Markdown: which facts settle a tier soonest, and why none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from smartrules.analysis.gaps.questions import Question, Questions
from smartrules.reports import markdown
from smartrules.standard import Edition
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "joint": "、",
        "semicolon": "；",
        "questions": "{of}待查明的事实，最先能判定{tier}的在前（{ruleset}）",
        "own questions": "本社区待查明的事实，最先能判定{tier}的在前（{ruleset}）",
        "nothing to ask": "没有可问的：{what}在所知事实上已有结论。",
        "not to hand": "{what}的要求未收录",
        "settled, not to hand": "{below}已有结论；{what}的要求未收录",
        "no fact settles": "{what}尚无结论，也没有可以查明的事实来判定。",
        "wanted": "要判定{wanted}，须先判定{tier}",
        "settles": "可判定：{indicators}",
        "helps": "涉及：{indicators}",
        "day": "评定之日",
        "question columns": "序号|事实|可判定|涉及",
    },
    "en": {
        "joint": ", ",
        "semicolon": "; ",
        "questions": "{of}: what to ask, so that {tier} is settled soonest, {ruleset}",
        "own questions": "What to ask, so that {tier} is settled soonest, {ruleset}",
        "nothing to ask": "there is nothing to ask: what is known settles {what}.",
        "not to hand": "{what}: what it requires is not to hand",
        "settled, not to hand": "{below} is settled; {what}: what it requires is not to hand",
        "no fact settles": "{what} is open, and no fact that could be asked for settles it.",
        "wanted": "{wanted} takes {tier} first, which is still open",
        "settles": "settles {indicators}",
        "helps": "for {indicators}",
        "day": "the day for which the facts hold",
        "question columns": "no.|fact|settles|for",
    },
}


def question_lines(questions: Questions, language: Language) -> list[str]:
    """Return questions as lines, the first to ask first."""
    lines, words = _Lines(questions.edition, language), _WORDS[language]
    if not questions.asked:
        return [lines.nothing_to_ask(questions)]
    found = [lines.head(questions), *lines.wanted(questions)]
    for number, one in enumerate(questions, 1):
        found.append(f"  {number}. {lines.asked(one)}")
        if one.settles:
            found.append("     " + words["settles"].format(indicators=lines.indicators(one.settles)))
        rest = tuple(name for name in one.indicators if name not in one.settles)
        if rest:
            found.append("     " + words["helps"].format(indicators=lines.indicators(rest)))
    return found


def question_markdown(questions: Questions, language: Language) -> str:
    """Return questions as a Markdown document."""
    lines, words = _Lines(questions.edition, language), _WORDS[language]
    if not questions.asked:
        return markdown.joined([[markdown.escaped(lines.nothing_to_ask(questions))]])
    rows = [
        (str(number), lines.asked(one), lines.indicators(one.settles), lines.indicators(one.indicators))
        for number, one in enumerate(questions, 1)
    ]
    table = markdown.table(words["question columns"].split("|"), rows)
    why = [[markdown.escaped(line)] for line in lines.wanted(questions)]
    return markdown.joined([[markdown.heading(1, lines.head(questions))], *why, table])


@frozen
class _Lines:
    """Writes what questions say."""

    edition: Edition
    language: Language

    @property
    def words(self) -> dict[str, str]:
        return _WORDS[self.language]

    def head(self, questions: Questions) -> str:
        tier, community = "" if questions.tier is None else self.tier(questions.tier), questions.facts.community
        if community is None:
            return self.words["own questions"].format(tier=tier, ruleset=self.edition.name)
        of = community.name or community.id
        return self.words["questions"].format(of=of, tier=tier, ruleset=self.edition.name)

    def nothing_to_ask(self, questions: Questions) -> str:
        """Return why there is nothing to ask."""
        words, beyond = self.words, questions.not_to_hand
        if questions.tier is not None:
            return words["no fact settles"].format(what=self.tier(questions.tier))
        if beyond is None:
            wanted = questions.wanted
            return words["nothing to ask"].format(what=self.edition.name if wanted is None else self.tier(wanted))
        place = [level.id for level in self.edition.tiers].index(beyond)
        if not place:
            return words["not to hand"].format(what=self.tier(beyond))
        below = self.tier(self.edition.tiers[place - 1].id)
        return words["settled, not to hand"].format(below=below, what=self.tier(beyond))

    def wanted(self, questions: Questions) -> Iterator[str]:
        """Yield why questions settle another tier than was asked for."""
        if questions.wanted is None or questions.tier is None or questions.wanted == questions.tier:
            return
        wanted, words = self.tier(questions.wanted), self.words
        said = words["wanted"].format(wanted=wanted, tier=self.tier(questions.tier))
        if not self.edition.tier_by_id[questions.wanted].known:
            said += words["semicolon"] + words["not to hand"].format(what=wanted)
        yield said

    def asked(self, one: Question) -> str:
        title = self.words["day"] if one.fact == "on" else self.edition.word(one.fact, self.language)
        return f"{title}（{one.fact}）" if self.language == "zh" else f"{title} ({one.fact})"

    def tier(self, name: str) -> str:
        return self.edition.tier_by_id[name].title.text(self.language, name)

    def indicators(self, names: Sequence[str]) -> str:
        return self.words["joint"].join(self.edition.indicator_by_id[name].label(self.language) for name in names)
