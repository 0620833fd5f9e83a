"""A plan as lines of text and as Markdown, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from attrs import frozen

from smartrules.analysis.gaps.latitude import Room
from smartrules.analysis.gaps.plan import Alternative, Hindrance, Obstacle, Plan, Status, Step
from smartrules.documents.given import written_document
from smartrules.facts import show_value
from smartrules.reports import markdown
from smartrules.standard import Edition, FactDeclaration
from smartrules.units import PERCENT, Unit
from smartrules.values import Kind, Language, Number, Quantity, Value, show_number, write_number

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "head": "{of}达到{tier}的差距（{ruleset}）",
        "own head": "本社区达到{tier}的差距（{ruleset}）",
        "reached": "已达到，无需改变。",
        "planned": "共{n}项改变即可达到；{proof}",
        "proved": "已穷尽各种办法，没有更小的方案。",
        "unproved": "这是查看{places}处后找到的最好方案，可能还有更小的。",
        "impossible": "无论怎样改变都不能达到：",
        "not_found": "查看{places}处后没有找到方案，也未能证明没有：",
        "more": "{title}增加{amount}（{now}→{needed}{whole}）",
        "fewer": "{title}减少{amount}（{now}→{needed}{whole}）",
        "of": "，共{whole}",
        "becomes": "{title}：{now}→{needed}",
        "later": "{title}：{now}→{needed}（推迟{days}天）",
        "earlier": "{title}：{now}→{needed}（提前{days}天）",
        "add": "{title}增加：{members}",
        "remove": "{title}去掉：{members}",
        "others": "（也可以是{members}）",
        "any other": "（也可以是其他任何一种）",
        "unknown": "未知",
        "stated": "（填报的数值，无分项数据）",
        "assumed": "须先查明：{title}；本方案按{value}计",
        "made known": "{title}须先查明，且须为{needed}{whole}",
        "made known at least": "{title}须先查明，且至少为{needed}{whole}",
        "made known as a share": "{title}须先查明，且不少于{whole}的{share}",
        "made known as all": "{title}须先查明，且与{whole}相等",
        "set made known": "{title}须先查明，且须有：{members}",
        "flag made known": "须先查明，且须为{needed}：{title}",
        "for": "涉及：{indicators}",
        "cost": "费用：{cost}",
        "total": "总费用：{cost}",
        "unpriced": "其中没有单价、未计入的：{facts}",
        "withdrawn": "填报的{title}{value}不再保留：以改变后的分项数据为准",
        "instead": "另一种办法，{of}",
        "in place of": "代替第{what}项：",
        "unplanned": "无法拟定方案：{why}",
        "requirements_unknown": "{what}的要求未收录",
        "collection_unknown": "{what}：须先查明{facts}",
        "fixed": "{what}：{facts}不可改变",
        "at tier": "{what}（{tier}）",
        "never": "{what}：没有任何事实能满足其要求",
        "together": "{what}：各项单独都能达标，但不能同时达标",
        "not_found one": "{what}：没有找到办法",
        "steps": "改变",
        "alternatives": "另一种办法",
        "facts": "改变之后的事实",
        "columns": "序号|改变|涉及|费用",
        "joint": "、",
        "semicolon": "；",
        "tier": "{tier}",
    },
    "en": {
        "head": "{of}: what is lacking for {tier}, {ruleset}",
        "own head": "What is lacking for {tier}, {ruleset}",
        "reached": "it is reached already: nothing has to change.",
        "planned": "{n} it; {proof}",
        "proved": "every way was gone through, and no plan is smaller.",
        "unproved": "the best plan found in {places} of the search; there may be a smaller one.",
        "impossible": "it cannot be reached, whatever is changed:",
        "not_found": "no plan was found in {places} of the search, and there may be one:",
        "more": "{amount} more {title} ({now} → {needed}{whole})",
        "fewer": "{amount} fewer {title} ({now} → {needed}{whole})",
        "grows": "{title}: {amount} more ({now} → {needed}{whole})",
        "shrinks": "{title}: {amount} less ({now} → {needed}{whole})",
        "of": " of {whole}",
        "becomes": "{title}: {now} → {needed}",
        "later": "{title}: {now} → {needed} ({days} later)",
        "earlier": "{title}: {now} → {needed} ({days} earlier)",
        "add": "{title}: add {members}",
        "remove": "{title}: without {members}",
        "others": " (or {members})",
        "any other": " (any other would do)",
        "unknown": "not known",
        "stated": " (a stated figure, without its counts)",
        "assumed": "must first be known: {title}; the plan rests on {value}",
        "made known": "{title}: must be known, and be {needed}{whole}",
        "made known at least": "{title}: must be known, and be at least {needed}{whole}",
        "made known as a share": "{title}: must be known, and be at least {share} of the {whole}",
        "made known as all": "{title}: must be known, and equal the {whole}",
        "set made known": "{title}: must be known, with {members}",
        "flag made known": "must be known, and {needed}: {title}",
        "for": "for {indicators}",
        "cost": "costs {cost}",
        "total": "all of it costs {cost}",
        "unpriced": "without a price, and not counted: {facts}",
        "withdrawn": "the stated {value} of {title} goes: its counts, which change, decide",
        "instead": "another way, {of}",
        "in place of": "in place of {what}:",
        "unplanned": "it cannot be planned: {why}",
        "requirements_unknown": "what {what} requires is not to hand",
        "collection_unknown": "{what}: {facts} must first be known",
        "fixed": "{what}: nobody can change {facts}",
        "at tier": "{what} ({tier})",
        "never": "{what}: no facts fulfil what it requires",
        "together": "{what}: each could be met alone, and not all of them together",
        "not_found one": "{what}: no way was found",
        "steps": "Changes",
        "alternatives": "Other ways",
        "facts": "The facts after them",
        "columns": "no.|change|for|cost",
        "joint": ", ",
        "semicolon": "; ",
        "tier": "{tier}",
    },
}
_COUNT_OF = "number of "


def plan_lines(plan: Plan, language: Language) -> list[str]:
    """Return a plan as lines: what is to change, for which indicators, what else would do, and what it costs."""
    return list(_Lines(plan.edition, language).plan(plan))


def plan_markdown(plan: Plan, language: Language) -> str:
    """Return a plan as a Markdown document, with the facts after it as a facts document."""
    lines, words = _Lines(plan.edition, language), _WORDS[language]
    blocks: list[list[str]] = [[markdown.heading(1, lines.head(plan))], [markdown.escaped(lines.verdict(plan))]]
    if reasons := lines.hindrances(plan):
        blocks.append(markdown.bulleted(reasons))
    if plan.steps:
        has_costs = plan.cost is not None
        columns = words["columns"].split("|")[: 4 if has_costs else 3]
        rows = [lines.row(number, step)[: len(columns)] for number, step in enumerate(plan.steps, 1)]
        blocks += [[markdown.heading(2, words["steps"])], markdown.table(columns, rows)]
    if plan.withdrawn:
        blocks.append(markdown.bulleted(lines.withdrawn(plan)))
    if plan.cost is not None:
        blocks.append(markdown.bulleted(lines.costs(plan)))
    if plan.alternatives:
        blocks.append([markdown.heading(2, words["alternatives"])])
        for one in plan.alternatives:
            head, *rest = lines.alternative(one, plan.steps)
            blocks.append([*markdown.bulleted([head]), *markdown.bulleted(rest, depth=1)])
    if plan.steps:
        document = markdown.fenced(written_document(plan.document()), "yaml")
        blocks += [[markdown.heading(2, words["facts"])], document]
    return markdown.joined(blocks)


def step_text(step: Step, edition: Edition, language: Language) -> str:
    """Return what a step of a plan changes, numbers as a paper writes them, without commas."""
    return _Lines(edition, language, show_number).step(step)


def hindrance_text(hindrance: Hindrance, edition: Edition, language: Language) -> str:
    """Return what stands in the way of a tier."""
    return _Lines(edition, language, show_number).hindrance(hindrance)


def alternative_text(one: Alternative, steps: Sequence[Step], edition: Edition, language: Language) -> str:
    """Return another way in one line: in place of which of the steps, by their places among them, and what it changes.

    Numbers are written as in `step_text`.
    """
    lines = _Lines(edition, language, show_number)
    head, *changes = lines.alternative(one, steps)
    told = lines.words["semicolon"].join(changes)
    return lines.words["instead"].format(of=head) + (told if language == "zh" else f" {told}")


def _grouped(number: Number) -> str:
    """Return a number with a comma before each three digits of its whole part."""
    text = show_number(number)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdigit() else text


@frozen
class _Lines:
    """Writes what a plan says.

    Attributes:
        number: writes a number.
    """

    edition: Edition
    language: Language
    number: Callable[[Number], str] = _grouped

    @property
    def words(self) -> dict[str, str]:
        return _WORDS[self.language]

    def plan(self, plan: Plan) -> Iterator[str]:
        yield self.head(plan)
        yield self.verdict(plan)
        yield from (f"  {line}" for line in self.hindrances(plan))
        for number, step in enumerate(plan.steps, 1):
            yield f"  {number}. {self.step(step)}"
            beside = [self.words["for"].format(indicators=self.indicators(step.indicators))] if step.indicators else []
            if step.cost is not None:
                beside.append(self.words["cost"].format(cost=self._money(step.cost, plan.currency)))
            if beside:
                yield "     " + self.words["semicolon"].join(beside)
        yield from self.withdrawn(plan)
        for one in plan.alternatives:
            head, *rest = self.alternative(one, plan.steps)
            yield self.words["instead"].format(of=head)
            yield from (f"  - {line}" for line in rest)
        if plan.cost is not None:
            yield from self.costs(plan)

    def head(self, plan: Plan) -> str:
        tier, community = self.tier(plan.tier), plan.facts.community
        if community is None:
            return self.words["own head"].format(tier=tier, ruleset=self.edition.name)
        return self.words["head"].format(of=community.name or community.id, tier=tier, ruleset=self.edition.name)

    def verdict(self, plan: Plan) -> str:
        words, places = self.words, f"{plan.places:,}"
        if self.language == "en":
            places += " place" if plan.places == 1 else " places"
        match plan.status:
            case Status.REACHED:
                return words["reached"]
            case Status.IMPOSSIBLE:
                return words["impossible"]
            case Status.NOT_FOUND:
                return words["not_found"].format(places=places)
            case Status.UNKNOWN:
                why = words["semicolon"].join(self.hindrance(one) for one in plan.hindrances)
                return words["unplanned"].format(why=why)
            case Status.PLANNED:
                proof = words["proved" if plan.proved else "unproved"].format(places=places)
                number = len(plan.steps)
                counted = str(number)
                if self.language == "en":
                    counted += " change reaches" if number == 1 else " changes reach"
                return words["planned"].format(n=counted, proof=proof)

    def tier(self, name: str) -> str:
        return self.edition.tier_by_id[name].title.text(self.language, name)

    def indicators(self, names: Sequence[str]) -> str:
        return self.words["joint"].join(self._indicator(name) for name in names)

    def _indicator(self, name: str) -> str:
        return self.edition.indicator_by_id[name].label(self.language)

    def hindrances(self, plan: Plan) -> list[str]:
        """Return what stands in the way, where the verdict does not say it itself."""
        return [] if plan.status is Status.UNKNOWN else [self.hindrance(one) for one in plan.hindrances]

    def hindrance(self, one: Hindrance) -> str:
        what = self.indicators(one.indicators) if one.indicators else self.tier(one.tier)
        if one.tiers:
            named = zip(one.indicators, one.tiers, strict=True)
            word, joint = self.words["at tier"], self.words["joint"]
            what = joint.join(word.format(what=self._indicator(name), tier=self.tier(tier)) for name, tier in named)
        facts = self.words["joint"].join(self.edition.word(name, self.language) for name in one.facts)
        word = "not_found one" if one.reason is Obstacle.NOT_FOUND else one.reason.value
        return self.words[word].format(what=what, facts=facts)

    def withdrawn(self, plan: Plan) -> Iterator[str]:
        """Yield a line for each stated figure that the facts after the plan hold no more."""
        for name in plan.withdrawn:
            measure, stated = self.edition.measure_by_id[name], plan.facts.stated[name].value
            assert isinstance(stated, int | Fraction)
            value = self._quantity(Quantity.in_unit(stated, measure.unit))
            yield self.words["withdrawn"].format(value=value, title=self.edition.word(name, self.language))

    def costs(self, plan: Plan) -> Iterator[str]:
        assert plan.cost is not None
        yield self.words["total"].format(cost=self._money(plan.cost, plan.currency))
        if plan.unpriced:
            facts = self.words["joint"].join(self._title(step) for step in plan.unpriced)
            yield self.words["unpriced"].format(facts=facts)

    def alternative(self, one: Alternative, steps: Sequence[Step]) -> Iterator[str]:
        """Yield a line that says what is not done, then one for each step that is done in its place."""
        what = [str(number) for number, step in enumerate(steps, 1) if step.path in one.instead_of]
        yield self.words["in place of"].format(what=self.words["joint"].join(what))
        yield from (self.step(step) for step in one.steps)

    def row(self, number: int, step: Step) -> tuple[str, ...]:
        cost = "" if step.cost is None else write_number(step.cost)
        return str(number), self.step(step), self.indicators(step.indicators), cost

    # --- a step ------------------------------------------------------------------------------------------------------

    def step(self, step: Step) -> str:
        """Return what a step changes, in the unit of its fact."""
        words, title = self.words, self._title(step)
        if step.assumed or step.room is Room.ANY:
            return words["assumed"].format(title=title, value=self._value(step, step.needed))
        kind = step.declared.kind if isinstance(step.declared, FactDeclaration) else None
        if kind is Kind.SET:
            return self._set(step, title)
        if step.share is not None:
            return self._as_share(step, step.share, title)
        if step.now is None:
            word = "flag made known" if kind is Kind.FLAG else "made known"
            word = "made known at least" if step.room is Room.AT_LEAST else word
            needed, whole = self._value(step, step.needed), self._whole(step)
            if whole and self.language == "en":
                needed = self.number(_in_unit(step, step.needed))
            return words[word].format(title=title, needed=needed, whole=whole)
        now, needed = self._value(step, step.now), self._value(step, step.needed)
        if step.days is not None:
            days = abs(step.days)
            shown = str(days) if self.language == "zh" else f"{days} day{'' if days == 1 else 's'}"
            word = "later" if step.days > 0 else "earlier"
            return words[word].format(title=title, now=now, needed=needed, days=shown)
        difference = step.difference
        if difference is None:
            return words["becomes"].format(title=title, now=now, needed=needed)
        return self._number(step, title, difference) + (words["stated"] if step.is_stated else "")

    def _as_share(self, step: Step, share: Fraction, title: str) -> str:
        """Return what share of its whole a part must be."""
        assert isinstance(step.declared, FactDeclaration)
        assert step.declared.at_most is not None
        words = self.words["made known as all" if share == 1 else "made known as a share"]
        shown = self._quantity(Quantity.in_unit(share, PERCENT))
        return words.format(title=title, whole=self.edition.word(step.declared.at_most, self.language), share=shown)

    def _number(self, step: Step, title: str, difference: Quantity) -> str:
        rises, size = difference.number > 0, Quantity(abs(Fraction(difference.number)), difference.unit)
        counts = self.language == "en" and title.startswith(_COUNT_OF) and difference.unit.counts
        assert step.now is not None
        if counts:
            things = _things(title.removeprefix(_COUNT_OF), size.unit, size.number)
            words = "more" if rises else "fewer"
            parts = {"title": things, "amount": self.number(size.number)}
            now, needed = (self.number(_in_unit(step, value)) for value in (step.now, step.needed))
            whole = self._whole(step, bare=True)
        else:
            words = ("more" if rises else "fewer") if self.language == "zh" else ("grows" if rises else "shrinks")
            amount = size.difference_text(self.language) if size.unit == PERCENT else self._quantity(size)
            parts = {"title": title, "amount": amount}
            now, needed, whole = self._value(step, step.now), self._value(step, step.needed), self._whole(step)
        return self.words[words].format(**parts, now=now, needed=needed, whole=whole)

    def _set(self, step: Step, title: str) -> str:
        words = self.words
        assert isinstance(step.declared, FactDeclaration)
        others = self._others(step, step.declared) if step.others else ""
        if step.now is None:
            assert isinstance(step.needed, frozenset)
            return words["set made known"].format(title=title, members=self._value(step, step.needed)) + others
        parts = []
        if step.added:
            parts.append(words["add"].format(title=title, members=self._members(step, step.added)) + others)
        if step.removed:
            parts.append(words["remove"].format(title=title, members=self._members(step, step.removed)))
        return words["semicolon"].join(parts)

    def _others(self, step: Step, declared: FactDeclaration) -> str:
        chosen = {*step.others, *step.added, *(step.now if isinstance(step.now, frozenset) else ())}
        if len(step.others) > 1 and chosen.issuperset(declared.member_ids):
            return self.words["any other"]
        return self.words["others"].format(members=self._members(step, step.others))

    def _members(self, step: Step, members: Sequence[str]) -> str:
        name = step.declared.id
        return self.words["joint"].join(self.edition.member_word(name, one, self.language) for one in members)

    def _title(self, step: Step) -> str:
        return self.edition.word(step.declared.id if step.is_stated else step.path, self.language)

    def _whole(self, step: Step, *, bare: bool = False) -> str:
        """Return of how many a part is, where its whole is known after the plan."""
        if step.whole is None:
            return ""
        shown = self.number(step.whole.number) if bare else self._quantity(step.whole)
        return self.words["of"].format(whole=shown)

    def _value(self, step: Step, value: Value) -> str:
        if isinstance(value, int | Fraction) and not isinstance(value, bool) and step.declared.unit is not None:
            return self._quantity(Quantity.in_unit(value, step.declared.unit))
        return value.isoformat() if isinstance(value, date) else show_value(step.declared, value, self.language)

    def _quantity(self, quantity: Quantity) -> str:
        number = self.number(quantity.number)
        if self.language == "zh":
            return f"{number}{quantity.unit.chinese()}"
        return f"{number} {quantity.unit.english(Fraction(quantity.number))}".rstrip()

    def _money(self, amount: Fraction, currency: str) -> str:
        return f"{self.number(amount)} {currency}".rstrip()


def _in_unit(step: Step, value: Value) -> Number:
    assert isinstance(value, int | Fraction)
    assert step.declared.unit is not None
    return Quantity.in_unit(value, step.declared.unit).number


def _things(title: str, counted: Unit, number: Number) -> str:
    """Return what is counted, in the singular where it is one: `household with gigabit access`."""
    if number != 1:
        return title
    return re.sub(rf"\b{re.escape(counted.english(2))}\b", counted.english(1), title, count=1)
