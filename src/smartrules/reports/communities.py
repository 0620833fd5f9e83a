"""Many communities as tables and lines of text: how they are decided, and what another edition changes for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from smartrules.analysis.impacts import Impact, Sweep
from smartrules.analysis.thresholds import Alteration
from smartrules.engines.columns.counts import Changes, Counts, Example, Place
from smartrules.explanation import OUTCOME_WORDS
from smartrules.expr.nodes import Expr
from smartrules.expr.text import phrase
from smartrules.outcome import Outcome
from smartrules.reports.differing import apart
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.values import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "tier": "等级",
        "number": "序号",
        "indicator": "二级指标",
        "whole": "（等级）",
        "highest": "（已达到的最高等级）",
        "from": "原结论",
        "to": "新结论",
        "communities": "社区数",
        "threshold": "阈值",
        "changed": "结论有变化",
        "rows": "社区：{n}个",
        "problems": "数据与声明矛盾：{n}个（见problems列）",
        "highest line": "最高等级：{tiers}",
        "outcomes line": "{tier}：{counts}",
        "count": "{name} {n}个",
        "none": "无",
        "joint": "，",
        "unknown": "具体要求未收录",
        "versus": "{old} → {new}",
        "change": "结论有变化的社区：{changed}个，共{rows}个",
        "problem": "数据与声明矛盾：原{before}个，新{after}个",
        "same": "没有一个社区的结论有变化",
        "altered": "改动的规则：",
        "alteration": "  {where}：{before} → {after}",
        "not required": "（不要求）",
        "examples": "前{n}例：",
        "row": "第{row}行",
        "key": "{key}",
        "row and key": "第{row}行（{key}）",
        "example": "  {community}：{changes}",
        "move": "{where} {old} → {new}",
        "semicolon": "；",
        "place": "{tier} {title}",
        "sweep": "{ruleset}，{name}的阈值：",
        "heading": "{where}：{outcome}",
        "some": "某社区",
    },
    "en": {
        "tier": "tier",
        "number": "no.",
        "indicator": "indicator",
        "whole": "(the tier)",
        "highest": "(highest tier reached)",
        "from": "before",
        "to": "after",
        "communities": "communities",
        "threshold": "threshold",
        "changed": "changed",
        "rows": "communities: {n}",
        "problems": "contradicting the declarations: {n} (see the column `problems`)",
        "highest line": "highest tier reached: {tiers}",
        "outcomes line": "{tier}: {counts}",
        "count": "{name} {n}",
        "none": "none",
        "joint": ", ",
        "unknown": "what it requires is not to hand",
        "versus": "{old} → {new}",
        "change": "decided otherwise: {changed} of {rows} communities",
        "problem": "contradicting the declarations: {before} before, {after} after",
        "same": "no community is decided otherwise",
        "altered": "rules that differ:",
        "alteration": "  {where}: {before} → {after}",
        "not required": "(not required)",
        "examples": "the first {n}:",
        "row": "row {row}",
        "key": "{key}",
        "row and key": "row {row} ({key})",
        "example": "  {community}: {changes}",
        "move": "{where} {old} → {new}",
        "semicolon": "; ",
        "place": "{tier}, {title}",
        "sweep": "{ruleset}, the threshold of {name}:",
        "heading": "{where}: {outcome}",
        "some": "a community",
    },
}


@frozen
class Table:
    """Headings, and rows under them."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def counts_table(edition: Edition, counts: Counts, language: Language) -> Table:
    """Return how many communities have each outcome, of each indicator and of each tier that is known."""
    words = _WORDS[language]
    outcomes = OUTCOME_WORDS[language]
    headings = (words["tier"], words["number"], words["indicator"], *(outcomes[one] for one in Outcome))
    rows = []
    for (tier, indicator), found in counts.outcomes.items():
        if edition.tier_by_id[tier].known:
            number, title = _indicator(edition, indicator, language)
            rows.append((_tier(edition, tier, language), number, title, *(_number(found[one]) for one in Outcome)))
    return Table(headings, tuple(rows))


def counts_lines(edition: Edition, counts: Counts, language: Language) -> list[str]:
    """Return how many communities there are, how many reach which tier, and how many have problems."""
    words = _WORDS[language]
    lines = [words["rows"].format(n=_number(counts.rows))]
    for tier in edition.tiers:
        found = counts.outcomes.get((tier.id, None))
        if found is not None:
            said = (_counted(OUTCOME_WORDS[language][one], found[one], language) for one in Outcome)
            shown = words["joint"].join(said) if tier.known else words["unknown"]
            lines.append(words["outcomes line"].format(tier=_tier(edition, tier.id, language), counts=shown))
    if counts.reached:
        reached = (_counted(_tier(edition, tier, language), n, language) for tier, n in counts.reached.items())
        lines.append(words["highest line"].format(tiers=words["joint"].join(reached)))
    if counts.problems:
        lines.append(words["problems"].format(n=_number(counts.problems)))
    return lines


def impact_lines(found: Impact, language: Language) -> list[str]:
    """Return what is compared, which rules differ, and how many communities are decided otherwise."""
    words, changes = _WORDS[language], found.changes
    lines = [] if found.old.name == found.new.name else [words["versus"].format(old=found.old.name, new=found.new.name)]
    if found.altered:
        lines += [words["altered"], *(_alteration(found.old, found.new, one, language) for one in found.altered)]
    counted = {"changed": _number(changes.changed), "rows": _number(changes.rows)}
    lines.append(words["change"].format(**counted))
    before, after = changes.problems
    if before or after:
        lines.append(words["problem"].format(before=_number(before), after=_number(after)))
    return lines


def impact_table(found: Impact, language: Language) -> Table:
    """Return how many communities go from one outcome to another: of the highest tier, of tiers, of indicators."""
    words, edition = _WORDS[language], found.new.edition
    headings = tuple(words[name] for name in ("tier", "number", "indicator", "from", "to", "communities"))
    return Table(headings, tuple(_moves(edition, found.changes, language)))


def _moves(edition: Edition, changes: Changes, language: Language) -> Iterator[tuple[str, ...]]:
    words = _WORDS[language]
    for (was, now), number in changes.reached.items():
        if was != now:
            ends = _tier(edition, was, language), _tier(edition, now, language)
            yield words["highest"], "", "", *ends, _number(number)
    tiers_first = sorted(changes.outcomes.items(), key=lambda item: item[0][1] is not None)
    for (tier, indicator), moves in tiers_first:
        for (old, new), number in moves.items():
            if old is not new:
                said = OUTCOME_WORDS[language][old], OUTCOME_WORDS[language][new]
                yield _tier(edition, tier, language), *_indicator(edition, indicator, language), *said, _number(number)


def example_lines(found: Impact, language: Language) -> list[str]:
    """Return the first communities that are decided otherwise, each with what changes; empty where there is none."""
    words, examples = _WORDS[language], found.changes.examples
    lines = [_example(found.new.edition, one, language) for one in examples]
    return [words["examples"].format(n=len(lines)), *lines] if lines else []


def sweep_lines(found: Sweep, language: Language) -> list[str]:
    """Return what the table of a sweep is of."""
    name = found.ruleset.edition.word(found.name, language)
    return [_WORDS[language]["sweep"].format(ruleset=found.ruleset.name, name=name)]


def sweep_table(found: Sweep, language: Language) -> Table:
    """Return by each threshold how many communities reach each tier, meet each indicator, and are decided otherwise."""
    words, edition = _WORDS[language], found.ruleset.edition
    places = [place for place in found.values[0][1].outcomes if edition.tier_by_id[place[0]].known]
    headings = [words["threshold"]]
    alone = len({tier for tier, _ in places}) == 1
    for place in places:
        where = _of_one_tier(edition, place, language) if alone else _place(edition, place, language)
        headings += [words["heading"].format(where=where, outcome=OUTCOME_WORDS[language][one]) for one in _SHOWN]
    rows = []
    for value, changes in found.values:
        after = {place: _after(changes.outcomes[place]) for place in places}
        cells = [_number(after[place].get(one, 0)) for place in places for one in _SHOWN]
        rows.append((value.text(language), *cells, _number(changes.changed)))
    return Table((*headings, words["changed"]), tuple(rows))


#: The outcomes that a sweep shows.
_SHOWN = (Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED)


def _after(moves: Mapping[tuple[Outcome, Outcome], int]) -> dict[Outcome, int]:
    found: dict[Outcome, int] = {}
    for (_, new), number in moves.items():
        found[new] = found.get(new, 0) + number
    return found


def _alteration(old: Ruleset, new: Ruleset, one: Alteration, language: Language) -> str:
    words = _WORDS[language]

    def said(ruleset: Ruleset, rule: Expr | None) -> str:
        edition = ruleset.edition if one.indicator is not None else ruleset.edition.graded
        return words["not required"] if rule is None else phrase(rule, edition, language)

    before, after = apart(one.before, one.after)
    edition = new.edition if one.indicator in (None, *new.edition.indicator_by_id) else old.edition
    where = _place(edition, (one.tier, one.indicator), language)
    return words["alteration"].format(where=where, before=said(old, before), after=said(new, after))


def _example(edition: Edition, one: Example, language: Language) -> str:
    words = _WORDS[language]
    changes = []
    if one.tier is not None:
        was, now = (_tier(edition, tier, language) for tier in one.tier)
        changes.append(words["move"].format(where=words["highest"], old=was, new=now))
    for place, (old, new) in one.outcomes.items():
        said = OUTCOME_WORDS[language][old], OUTCOME_WORDS[language][new]
        changes.append(words["move"].format(where=_place(edition, place, language), old=said[0], new=said[1]))
    named = {"row": None if one.row is None else _number(one.row), "key": one.key}
    form = "row and key" if one.row is not None and one.key is not None else "row" if one.row is not None else "key"
    community = words["some"] if one.row is None and one.key is None else words[form].format(**named)
    return words["example"].format(community=community, changes=words["semicolon"].join(changes))


def _place(edition: Edition, place: Place, language: Language) -> str:
    tier, indicator = place
    title = _of_one_tier(edition, place, language)
    if indicator is None or len(edition.tiers) == 1:
        return title
    return _WORDS[language]["place"].format(tier=_tier(edition, tier, language), title=title)


def _of_one_tier(edition: Edition, place: Place, language: Language) -> str:
    tier, indicator = place
    if indicator is None:
        return _tier(edition, tier, language)
    return " ".join(part for part in _indicator(edition, indicator, language) if part)


def _tier(edition: Edition, tier: str | None, language: Language) -> str:
    if tier is None:
        return _WORDS[language]["none"]
    return edition.tier_by_id[tier].title.text(language, tier) if tier in edition.tier_by_id else tier


def _indicator(edition: Edition, indicator: str | None, language: Language) -> tuple[str, str]:
    if indicator is None:
        return "", _WORDS[language]["whole"]
    found = edition.indicator_by_id[indicator]
    return found.number or "", found.title.text(language, indicator)


def _counted(name: str, number: int, language: Language) -> str:
    return _WORDS[language]["count"].format(name=name, n=_number(number))


def _number(number: int) -> str:
    return f"{number:,}"
