"""The page of an overview: what its template is given, and how it is filled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from smartrules.engines.columns.counts import Place
from smartrules.engines.columns.surveyed import Community, Judged, Near
from smartrules.explanation import OUTCOME_WORDS
from smartrules.expr.text import phrase
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.characters import plain
from smartrules.reports.days import day_text
from smartrules.reports.dossiers.drawing import bar, shape
from smartrules.reports.dossiers.labels import LABELS, OUTCOMES
from smartrules.reports.formats import PaperFormat
from smartrules.reports.overviews.drawing import share_bar
from smartrules.reports.overviews.figures import SIGNS, drawn, figures
from smartrules.reports.overviews.measured import Measured, Threshold
from smartrules.reports.overviews.overview import Distribution, Overview, Sides
from smartrules.reports.overviews.words import WORDS
from smartrules.reports.pages import markup, policy, together
from smartrules.reports.said import Said, said, titled, told
from smartrules.reports.templating import rendered
from smartrules.standard import Edition
from smartrules.units import Unit
from smartrules.values import Language, Quantity, show_number

if TYPE_CHECKING:
    from markupsafe import Markup

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: How many indicators a ranking has.
_RANKED = 8
#: The outcomes in the order in which tables and bars have them.
_IN_TABLES = (MET, NOT_MET, UNDETERMINED, NOT_APPLICABLE)
#: The codes of outcomes in the table of communities, by their place.
_CODES = (NOT_MET, MET, NOT_APPLICABLE, UNDETERMINED)


def page(found: Overview, language: Language) -> str:
    """Return the HTML of an overview.

    Raises:
        MissingExtraError: SR604 where what pages need is not installed.
    """
    return rendered("overview.html", context(found, language), PaperFormat.HTML)


def context(found: Overview, language: Language) -> dict[str, Any]:
    """Return what the template of the page is given."""
    written = _Page(found)
    style, script = together("_plots.css", "_page.css", "_overview.css"), together("_overview.js")
    edition, day = found.ruleset.edition, found.on
    distributions = written.distributions()
    return {
        "language": language,
        "html_language": {"zh": "zh-CN", "en": "en"}[language],
        "labels": LABELS,
        "outcomes": OUTCOMES,
        "signs": {one.value: markup(shape(one)) for one in Outcome},
        "words": {name: _word_of(name) for name in WORDS["zh"]},
        "style": markup(style),
        "script": markup(script),
        "policy": policy(style, script),
        "title": written.title,
        "standard": titled(edition.standard.title, edition.standard.id),
        "rows": _count(found.counts.rows),
        "on": None if day is None else said(lambda language: day_text(day, language)),
        "edition": plain(edition.name),
        "fingerprint": found.ruleset.fingerprint,
        "tiers": list(written.tiers()),
        "highest": list(written.highest()),
        "distributions": [one for one in distributions if not one["conditions"]],
        "conditions": [one for one in distributions if one["conditions"]],
        "undrawn": written.undrawn,
        "contradictory": written.contradictory,
        "listed": written.listed,
        "data": _in_an_element(json.dumps(written.data(), ensure_ascii=False, separators=(",", ":"))),
    }


class _Page:
    """An overview in words."""

    def __init__(self, found: Overview) -> None:
        self._found = found
        self._edition: Edition = found.ruleset.edition
        self._rows = found.counts.rows

    @property
    def title(self) -> str:
        """The title of the document, which is read where nothing can be switched: in both languages."""
        title = titled(self._edition.standard.title, self._edition.standard.id)
        return " / ".join(f"{title.text(one)} · {WORDS[one]['title']}" for one in _LANGUAGES)

    # --- tiers -------------------------------------------------------------------------------------------------------

    def tiers(self) -> Iterator[dict[str, Any]]:
        counts = self._found.counts.outcomes
        before: dict[str, Mapping[str, Any]] = {}
        for name in self._found.tiers:
            same = next((one for one, rules in before.items() if rules == self._edition.rules(name)), None)
            before.setdefault(name, self._edition.rules(name))
            tier = self._edition.tier_by_id[name]
            found = counts[(name, None)]
            yield {
                "title": self._tier(name),
                "known": tier.known,
                "same": None if same is None else said(partial(self._of_tier, "same", same)),
                "ruled": tier.rule is not None,
                "region": said(partial(self._of_tier, "all of tier", name)),
                "bar": markup(bar([(outcome, found[outcome]) for outcome in (MET, NOT_MET, UNDETERMINED)], 14)),
                "parts": [self._part(outcome, found[outcome]) for outcome in (MET, NOT_MET, UNDETERMINED)],
                "alone": self._alone(name),
                "fails": self._ranked(name, NOT_MET),
                "opens": self._ranked(name, UNDETERMINED),
                "indicators": [self._indicator_row(name, one) for one in self._edition.rules(name)],
            }

    def _of_tier(self, words: str, tier: str, language: Language) -> str:
        return WORDS[language][words].format(tier=self._tier(tier).text(language))

    def highest(self) -> Iterator[dict[str, Any]]:
        for name, number in self._found.counts.reached.items():
            title = _word_of("no tier") if name is None else self._tier(name)
            if name is None or self._edition.tier_by_id[name].known:
                yield {"word": title, **self._counted(number)}

    def _tier(self, name: str) -> Said:
        return titled(self._edition.tier_by_id[name].title, name)

    def _part(self, outcome: Outcome, number: int) -> dict[str, Any]:
        return {
            "outcome": outcome.value,
            **self._counted(number),
            "sign": markup(shape(outcome)),
        }

    def _counted(self, number: int) -> dict[str, Any]:
        return {"count": _count(number), "share": _share(number, self._rows), "sign": None}

    def _alone(self, tier: str) -> Said | None:
        alone = self._found.alone.get(tier)
        if alone is None:
            return None
        found = [(one.not_met + one.undetermined, name) for name, one in alone.items()]
        top = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])[:_RANKED]
        if not top:
            return _word_of("nearly")
        total = _count(sum(number for number, _ in found))
        return _worded(
            "alone",
            lambda language: {
                "n": total,
                "each": WORDS[language]["joint"].join(self._alone_one(name, number, language) for number, name in top),
            },
        )

    def _alone_one(self, indicator: str, number: int, language: Language) -> str:
        return WORDS[language]["alone one"].format(title=self._named(indicator, language), n=_count(number))

    def _named(self, indicator: str, language: Language) -> str:
        found = self._edition.indicator_by_id[indicator]
        return " ".join(part for part in (found.number, found.title.text(language, indicator)) if part)

    def _ranked(self, tier: str, outcome: Outcome) -> list[dict[str, Any]]:
        counts = self._found.counts.outcomes
        found = [(counts[(tier, name)][outcome], name) for name in self._edition.rules(tier)]
        ranked = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])[:_RANKED]
        return [
            {
                "title": said(partial(self._named, name)),
                "bar": markup(share_bar(outcome, Fraction(n, self._rows))),
                **self._counted(n),
            }
            for n, name in ranked
        ]

    def _indicator_row(self, tier: str, name: str) -> dict[str, Any]:
        counts, alone = self._found.counts.outcomes[(tier, name)], self._found.alone.get(tier)
        indicator = self._edition.indicator_by_id[name]
        own = None if alone is None else alone.get(name)
        return {
            "number": indicator.number or "",
            "title": said(lambda language: indicator.title.text(language, name)),
            "requirement": said(lambda language: phrase(self._edition.rules(tier)[name], self._edition, language)),
            "bar": markup(bar([(outcome, counts[outcome]) for outcome in _IN_TABLES], 6)),
            "parts": [self._part(outcome, counts[outcome]) for outcome in _IN_TABLES],
            "alone": "" if own is None else _count(own.not_met + own.undetermined),
        }

    # --- distributions -----------------------------------------------------------------------------------------------

    def distributions(self) -> list[dict[str, Any]]:
        return [self._distribution(one) for one in self._found.distributions]

    def _distribution(self, one: Distribution) -> dict[str, Any]:
        number = one.number
        title = said(lambda language: self._title(number, language))
        return {
            "title": title,
            "unit": said(
                lambda language: number.unit.chinese() if language == "zh" else number.unit.english(Fraction(2))
            ),
            "conditions": all(threshold.applies for threshold in number.thresholds),
            "known": _worded("known", lambda _: {"n": _count(one.known), "none": _count(self._rows - one.known)}),
            "drawing": None if one.scale is None else markup(drawn(one)),
            "label": _worded(
                "histogram", lambda language: {"title": self._title(number, language), "n": _count(one.known)}
            ),
            "figures": list(figures(one)),
            "sides": [self._sides(sides) for sides in one.sides],
        }

    def _title(self, number: Measured, language: Language) -> str:
        edition = self._edition if number.exact.tier is None else self._edition.graded
        title = phrase(number.exact.node, edition, language)
        if number.exact.tier is None:
            return title[:1].upper() + title[1:] if language == "en" else title
        tier = self._edition.tier_by_id[number.exact.tier].title.text(language, number.exact.tier)
        return WORDS[language]["score"].format(tier=tier, title=title)

    def _sides(self, sides: Sides) -> dict[str, Any]:
        threshold = sides.threshold
        form = "applies" if threshold.applies else "asked"
        open_ = threshold.cuts[0].after  # the threshold itself lies before the cut
        at = said(threshold.at.text)
        return {
            "asked": _worded(
                form,
                lambda language: {
                    "where": self._places(threshold.places, language),
                    "sign": SIGNS[threshold.operator],
                    "at": threshold.at.text(language),
                },
            ),
            "parts": [
                {
                    "word": _worded(word, lambda language: {"at": at.text(language)}),
                    "count": _count(n),
                    "share": "",
                    "sign": None,
                }
                for word, n in (("less", sides.before), ("equal", sides.on), ("more", sides.behind))
            ],
            "lists": [
                {
                    "word": _word_of(word),
                    "communities": [self._near(near, threshold) for near in listed],
                }
                for word, listed in (
                    ("below open" if open_ else "below", sides.nearest_before),
                    ("above open" if open_ else "above", sides.nearest_behind),
                )
            ],
        }

    def _places(self, places: Sequence[Place], language: Language) -> str:
        """Return the indicators that ask a threshold, each with the tiers where it does if there are several tiers."""
        known = sum(self._edition.tier_by_id[name].known for name in self._found.tiers)
        by_indicator: dict[str | None, list[str]] = {}
        for tier, indicator in places:
            by_indicator.setdefault(indicator, []).append(tier)
        shown = []
        for indicator, tiers in by_indicator.items():
            of = "/".join(self._edition.tier_by_id[tier].title.text(language, tier) for tier in tiers)
            if indicator is None:
                shown.append(of)
            elif known == 1:
                shown.append(self._named(indicator, language))
            else:
                shown.append(_BRACKETS[language].format(what=self._named(indicator, language), of=of))
        return WORDS[language]["joint"].join(shown)

    def _near(self, near: Near, threshold: Threshold) -> dict[str, Any]:
        """Return a community near a threshold: its value, and how far above the threshold that is."""
        unit = threshold.at.unit
        value = Quantity.in_unit(near.value, unit)
        return {
            **self._community(near.community),
            "value": said(value.text),
            "distance": said(lambda language: _distance(near.value - Fraction(threshold.at.root), unit, language)),
        }

    def _community(self, one: Community) -> dict[str, Any]:
        return {"place": one.place, "name": self._name(one)}

    def _name(self, one: Community) -> Said:
        if one.key is not None:
            return told(str(one.key))
        return _worded("row", lambda _: {"row": _count(one.row)})

    @property
    def undrawn(self) -> Said | None:
        if not self._found.undrawn:
            return None
        return _worded(
            "undrawn",
            lambda language: {
                "titles": WORDS[language]["joint"].join(self._title(one, language) for one in self._found.undrawn)
            },
        )

    # --- communities -------------------------------------------------------------------------------------------------

    @property
    def contradictory(self) -> dict[str, Any]:
        total, shown = self._found.counts.problems, self._found.contradictory
        form = "no contradictions" if not total else "contradictory" if total == len(shown) else "contradictory some"
        return {
            "head": _worded(form, lambda _: {"n": _count(total), "shown": _count(len(shown))}),
            "communities": [
                {**self._community(one), "problem": said(partial(self._problem, problem))} for one, problem in shown
            ],
        }

    def _problem(self, problem: str, language: Language) -> str:
        """Return what contradicts the declarations in the words of the standard, as it is where it is of another form."""
        words = WORDS[language]
        parts = []
        for part in problem.split("; "):
            for form, name in _PROBLEMS:
                match = form.fullmatch(part)
                if match is not None:
                    named = {key: self._word(word, language) for key, word in match.groupdict().items()}
                    part = words[name].format(**named)
                    break
            parts.append(part)
        return words["semicolon"].join(parts)

    def _word(self, name: str, language: Language) -> str:
        edition = self._edition
        if name in edition.collection_by_id:
            return edition.collection_word(name, language)
        return edition.word(name, language)

    @property
    def listed(self) -> Said:
        shown = self._found.listed
        if len(shown) == self._rows:
            return _worded("all listed", lambda _: {"n": _count(self._rows)})
        first = self._found.first
        keyed = any(one.community.key is not None for one in shown)
        return _worded(
            "some listed",
            lambda language: {
                "n": _count(self._rows),
                "shown": _count(len(shown)),
                "first": _count(first),
                "more": _count(len(shown) - first),
                "order": WORDS[language]["by key" if keyed else "by row"],
            },
        )

    def data(self) -> dict[str, Any]:
        """Return what the table of communities is made of."""
        known = [name for name in self._found.tiers if self._edition.tier_by_id[name].known]
        names = ("row", "shown", "none shown", "any", "any indicator")
        return {
            "words": {
                language: {
                    **{name: WORDS[language][name] for name in names},
                    "outcomes": [OUTCOME_WORDS[language][outcome] for outcome in _CODES],
                    "none": WORDS[language]["no tier"],
                }
                for language in _LANGUAGES
            },
            "reached": [_plain(self._tier(name)) for name in self._edition.tier_by_id]
            if self._found.counts.reached
            else None,
            "tiers": [
                {
                    "title": _plain(self._tier(name)),
                    "indicators": [
                        [
                            self._edition.indicator_by_id[one].number or "",
                            *_plain(said(partial(self._bare, one))),
                        ]
                        for one in self._edition.rules(name)
                    ],
                }
                for name in known
            ],
            "rows": [self._listed_row(one, known) for one in self._found.listed],
        }

    def _bare(self, indicator: str, language: Language) -> str:
        return self._edition.indicator_by_id[indicator].title.text(language, indicator)

    def _listed_row(self, one: Judged, tiers: Sequence[str]) -> list[Any]:
        """Return place, name or row, highest tier, a digit for each indicator and the tier itself, and what contradicts."""
        codes = [
            "".join(
                str(_CODES.index(one.outcomes[place]))
                for place in (*((tier, name) for name in self._edition.rules(tier)), (tier, None))
            )
            for tier in tiers
        ]
        name = one.community.row if one.community.key is None else plain(str(one.community.key))
        problem: Any = 0
        if one.problems is not None:
            problem = _plain(said(partial(self._problem, one.problems)))
        return [one.community.place, name, -1 if one.tier is None else one.tier, codes, problem]


_BRACKETS: dict[Language, str] = {"zh": "{what}（{of}）", "en": "{what} ({of})"}

#: What the engine says is wrong with a community, and the words for it.
_PROBLEMS = (
    (re.compile(r"(?P<part>\S+) is more than (?P<whole>\S+) in (?P<collection>\S+)"), "more than in"),
    (re.compile(r"(?P<part>\S+) is more than (?P<whole>\S+)"), "more than"),
    (re.compile(r"(?P<name>\S+) is not what its members make"), "not made"),
    (re.compile(r"(?P<name>\S+) is known in part"), "in part"),
    (re.compile(r"(?P<name>\S+) has not so many members in their frame"), "not so many"),
)


def _worded(name: str, given: Callable[..., Mapping[str, Any]]) -> Said:
    """Return words with what is given to them in each language."""
    return said(lambda language: WORDS[language][name].format(**given(language)))


def _in_an_element(text: str) -> Markup:
    """Return JSON as it may stand in an element of the page: nothing in it can end that element."""
    return markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _word_of(name: str) -> Said:
    return said(lambda language: WORDS[language][name])


def _plain(one: Said) -> list[str]:
    return [one.zh, one.en]


def _distance(root: Fraction, unit: Unit, language: Language) -> str:
    """Return how far above a threshold a value is, below it with a minus."""
    if root == 0:
        return WORDS[language]["on it"]
    size = Quantity.in_unit(abs(root), unit).difference_text(language)
    return f"+{size}" if root > 0 else f"−{size}"


def _count(number: int) -> str:
    return f"{number:,}"


def _share(number: int, of: int) -> str:
    """Return a share in per cent, exact or cut off, as all numbers are shown."""
    return f"{show_number(Fraction(100 * number, of))} %" if of else "–"
