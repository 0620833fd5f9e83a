"""What the dossier says of one tier, as texts for its template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from smartrules.analysis.audits.audited import Audited
from smartrules.analysis.audits.claims import claims
from smartrules.assessment import Assessment, Finding, TierAssessment
from smartrules.explanation import unknown_text
from smartrules.expr.text import phrase
from smartrules.facts import show_value
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports import text
from smartrules.reports.characters import plain
from smartrules.reports.dossiers.drawing import bar, drawn, shape
from smartrules.reports.dossiers.labels import LABELS, OUTCOMES
from smartrules.reports.dossiers.plots import Mark, Plot, Role, remarks
from smartrules.reports.dossiers.reading import plots_of_finding, plots_of_tier
from smartrules.reports.dossiers.steps import evidence_of, steps_of, steps_of_number
from smartrules.reports.dossiers.texts import (
    ClaimTexts,
    CountTexts,
    DecidingTexts,
    FindingTexts,
    GroupTexts,
    Link,
    MarkTexts,
    OpenTexts,
    PlotTexts,
    ScoreTexts,
    StatedTexts,
    SupplyTexts,
    TierTexts,
)
from smartrules.reports.papers.figures import completion, fact_title, reasons
from smartrules.reports.requirement import kind_text, unit_text
from smartrules.reports.said import Said, joined, said, titled, told
from smartrules.standard import Edition, FactDeclaration, Title
from smartrules.values import Language

if TYPE_CHECKING:
    from markupsafe import Markup

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "applies": "适用条件",
        "chooses": "计入条件",
        "advised": "建议，不影响结论",
        "bands": "分档",
        "joint": "、",
        "semicolon": "；",
        "comma": "，",
        "claimed": "自报{n}项，其中{agreeing}项与判定一致。",
        "in unit": "{kind}（{unit}）",
        "of whole": "{kind}，不大于{whole}",
    },
    "en": {
        "applies": "where it applies",
        "chooses": "which are counted",
        "advised": "advised, decides nothing",
        "bands": "bands",
        "joint": ", ",
        "semicolon": "; ",
        "comma": ", ",
        "claimed": "{n} claimed, {agreeing} of them as found.",
        "in unit": "{kind} ({unit})",
        "of whole": "{kind}, at most the {whole}",
    },
}

#: Of more members than these a table names those first that do not simply meet what is asked.
_MOST_MEMBERS = 100


def tiers_reached(assessment: Assessment) -> frozenset[str]:
    """Return the ids of the tiers that are reached with all below them."""
    reached = []
    for one in assessment.tiers:
        if one.outcome is not MET:
            break
        reached.append(one.tier.id)
    return frozenset(reached)


def tier_texts(assessment: Assessment, tier: str, place: int) -> TierTexts:
    """Return what the page says of a tier; its place, counted from 1, makes the ids of its parts."""
    return _Tier(assessment, assessment[tier], place).all()


@frozen
class _Tier:
    assessment: Assessment
    found: TierAssessment
    place: int

    @property
    def edition(self) -> Edition:
        return self.assessment.edition

    @property
    def anchor(self) -> str:
        return f"tier-{self.place}"

    def all(self) -> TierTexts:
        found, tier = self.found, self.found.tier
        differing, notes = self._claims()
        claimed = [one for one in found if one in self.assessment.facts.claims]
        rule = tier.rule
        return TierTexts(
            self.anchor,
            titled(tier.title, tier.id),
            found.outcome.value,
            found.requirements_known,
            tier.id in tiers_reached(self.assessment),
            LABELS["unknown tier"] if not tier.known else said(lambda language: text.counts(found, language)),
            counts_of(found.values()),
            _bar(found.values()),
            tuple(self._deciding()),
            tuple(self._groups()),
            any(finding.indicator.group is not None for finding in found.values()),
            tuple(self._supply()),
            tuple(self._open()),
            tuple(self._stated()),
            _claimed(len(claimed), len(claimed) - len(differing)) if claimed else None,
            differing,
            notes,
            tuple(self._scores()),
            None if rule is None else said(lambda language: phrase(rule, self.edition.graded, language)),
            () if found.derivation is None else steps_of(found.derivation, self.edition.graded, self.assessment.facts),
            tuple(map(plot_texts, plots_of_tier(found).plots)),
        )

    # --- findings ------------------------------------------------------------------------------------------------------

    @cached_property
    def _anchors(self) -> dict[str, str]:
        return {name: f"{self.anchor}-{place}" for place, name in enumerate(self.found, 1)}

    def _link(self, name: str) -> Link:
        return Link(self._anchors[name], self._named(name))

    def _named(self, name: str) -> Said:
        return said(self.edition.indicator_by_id[name].label)

    def _links(self, names: Iterable[str]) -> tuple[Link, ...]:
        return tuple(map(self._link, names))

    def _deciding(self) -> Iterator[DecidingTexts]:
        for wanted in (NOT_MET, UNDETERMINED):
            for name, finding in self.found.items():
                if finding.outcome is wanted and not finding.optional:
                    yield DecidingTexts(self._link(name), wanted.value, _why(finding))

    def _groups(self) -> Iterator[GroupTexts]:
        by_group = dict[str | None, list[Finding]]()
        for finding in self.found.values():
            by_group.setdefault(finding.indicator.group, []).append(finding)
        for place, (group, findings) in enumerate(by_group.items(), 1):
            title = None if group is None else titled(self.edition.group_by_id[group].title, group)
            if group is None and len(by_group) > 1:
                title = LABELS["none"]
            yield GroupTexts(
                f"{self.anchor}-group-{place}",
                title,
                counts_of(findings),
                _bar(findings),
                tuple(map(self._finding, findings)),
            )

    def _finding(self, finding: Finding) -> FindingTexts:
        indicator, name = finding.indicator, finding.indicator.id
        source = self.edition.source_of(name, finding.tier)
        claim = self.assessment.facts.claims.get(name)
        place = None if source is None else _place_of(source.document, source.clause, source.page)
        note = [part for part in (source.mark, source.note, source.url) if part] if source is not None else []
        return FindingTexts(
            self._anchors[name],
            plain(indicator.number or ""),
            titled(indicator.title, name),
            finding.optional,
            finding.outcome.value,
            "" if claim is None else claim.value,
            claim is not None and claim is not finding.outcome,
            said(finding.requirement),
            said(lambda language: completion(finding, language)),
            place,
            told("; ".join(note)) if note else None,
            bool(finding.stated),
            _points(finding),
            tuple(map(plot_texts, plots_of_finding(finding).plots)),
            steps_of(finding.derivation, self.edition, self.assessment.facts),
            () if finding.earned is None else steps_of_number(finding.earned, self.edition, self.assessment.facts),
        )

    # --- what is missing -----------------------------------------------------------------------------------------------

    def _supply(self) -> Iterator[SupplyTexts]:
        edition, asking = self.edition, dict[str, list[str]]()
        for name, finding in self.found.items():
            for fact in finding.missing if finding.outcome is UNDETERMINED else ():
                asking.setdefault(fact, []).append(name)
        for fact in self.found.missing:  # those that the tier's own rule asks for
            asking.setdefault(fact, [])
        for fact in (*edition.in_order(asking), *(("on",) if "on" in asking else ())):
            yield self._fact(fact, asking[fact])

    def _fact(self, fact: str, asking: Sequence[str]) -> SupplyTexts:
        edition = self.edition
        declared = edition.fact_by_id.get(fact.rpartition(".")[2])
        title = said(lambda language: fact_title(fact, edition, language))
        if declared is None:
            return SupplyTexts(title, plain(fact), None, None, self._links(asking))
        definition = titled(declared.definition, "")
        kind = said(lambda language: self._kind(declared, language))
        return SupplyTexts(title, plain(fact), kind, definition if definition.zh else None, self._links(asking))

    def _kind(self, declared: FactDeclaration, language: Language) -> str:
        """Return how a fact is given: its kind, its unit, and of what it is a part."""
        kind = kind_text(evolve(declared, unit=None, members=(), fixed=False, at_most=None), language)
        if declared.unit is not None:
            kind = _WORDS[language]["in unit"].format(kind=kind, unit=unit_text(declared.unit, language))
        if declared.at_most is None:
            return kind
        whole = self.edition.word(declared.at_most, language)
        return _WORDS[language]["of whole"].format(kind=kind, whole=whole)

    def _open(self) -> Iterator[OpenTexts]:
        for name, finding in self.found.items():
            if finding.outcome is UNDETERMINED and not finding.missing:
                yield OpenTexts(self._link(name), _why(finding))

    def _stated(self) -> Iterator[StatedTexts]:
        edition, facts = self.edition, self.assessment.facts
        for measure in edition.measures:
            names = [name for name, finding in self.found.items() if measure.id in finding.stated]
            if not names:
                continue
            given = facts.stated[measure.id]
            assert not isinstance(given.value, bool)
            behind = [fact for fact in edition.facts_behind(measure.value) if fact not in facts.facts]
            counts = [said(partial(edition.word, fact)) for fact in behind]
            yield StatedTexts(
                titled(measure.title, measure.id),
                said(partial(show_value, measure, given.value)),
                joined(counts, "、", ", "),
                tuple(evidence_of(given.evidence)),
                self._links(names),
            )

    # --- claims and scores ---------------------------------------------------------------------------------------------

    def _claims(self) -> tuple[tuple[ClaimTexts, ...], tuple[Said, ...]]:
        """Return the claims that are not what was found, and what else is to be said of claims."""
        if not self.assessment.facts.claims:
            return (), ()
        differing, notes = list[ClaimTexts](), list[Said]()
        for one in claims(Audited(self.assessment, self.found, None)):
            if one.claimed is None or one.found is None:
                notes.append(titled(one.message, ""))
            else:
                (name,) = one.indicators
                remedy = titled(one.remedy, "")
                differing.append(ClaimTexts(self._link(name), one.claimed.value, one.found.value, remedy))
        return tuple(differing), tuple(notes)

    def _scores(self) -> Iterator[ScoreTexts]:
        edition = self.edition
        for name, amount in self.found.scores.items():

            def value(language: Language, name: str = name, amount: object = amount) -> str:
                if amount is None:
                    return unknown_text(self.found.scored[name], edition.graded, language)
                found = self.found.scores[name]
                assert found is not None
                return found.text(language)

            yield ScoreTexts(titled(edition.score_by_id[name].title, name), said(value))


# --- parts -----------------------------------------------------------------------------------------------------------


def plot_texts(plot: Plot) -> PlotTexts:
    """Return what the page says of a plot, with its drawings."""
    about = None
    if plot.role is not Role.REQUIRED:
        about = said(lambda language: _WORDS[language][plot.role.value])
    alone = plot.marks[0] if len(plot.marks) == 1 and plot.marks[0].member is None else None
    value, marked = None, None
    if alone is not None:
        value = titled(alone.text, "")
        marked = said(
            lambda language: _WORDS[language]["comma"].join(remarks(evolve(alone, stated=False), plot.role, language))
        )
    members = sorted((mark for mark in plot.marks if mark.member is not None), key=lambda mark: mark.outcome is MET)
    return PlotTexts(
        plot.role.value,
        about,
        titled(plot.title, ""),
        value,
        alone.outcome.value if alone is not None and plot.role in (Role.REQUIRED, Role.ADVISED) else "",
        marked if marked is not None and marked.zh else None,
        plot.choice,
        alone is not None and alone.stated,
        tuple(_member(mark, mark.member, plot) for mark in members[:_MOST_MEMBERS] if mark.member is not None),
        len(members),
        _markup(drawn(plot, "zh")),
        _markup(drawn(plot, "en")),
    )


def _member(mark: Mark, member: Title, plot: Plot) -> MarkTexts:
    return MarkTexts(
        titled(member, ""),
        titled(mark.text, ""),
        mark.outcome.value,
        said(lambda language: _WORDS[language]["comma"].join(remarks(mark, plot.role, language))),
    )


def counts_of(findings: Iterable[Finding]) -> tuple[CountTexts, ...]:
    """Return how many findings there are of each outcome, of all four."""
    return tuple(
        CountTexts(one.value, OUTCOMES[one.value], _markup(shape(one)), number) for one, number in _numbers(findings)
    )


def _numbers(findings: Iterable[Finding]) -> list[tuple[Outcome, int]]:
    outcomes = [finding.outcome for finding in findings]
    return [(one, outcomes.count(one)) for one in Outcome]


def _bar(findings: Iterable[Finding]) -> Markup:
    return _markup(bar(_numbers(findings)))


def _claimed(number: int, agreeing: int) -> Said:
    return said(lambda language: _WORDS[language]["claimed"].format(n=number, agreeing=agreeing))


def _why(finding: Finding) -> Said:
    """Return why a finding is undetermined, or what is known where it is not met."""
    if finding.outcome is NOT_MET:
        return said(lambda language: completion(finding, language))
    return said(lambda language: _WORDS[language]["semicolon"].join(reasons(finding, language)))


def _points(finding: Finding) -> Said | None:
    shown = said(lambda language: text.points(finding, language))
    return shown if shown.zh else None


def _place_of(document: str | None, clause: str | None, page: str | None) -> Said | None:
    """Return where something stands in a document."""
    place = [document, clause and f"§ {clause}", page and f"p. {page}"]
    text = " ".join(part for part in place if part)
    return told(text) if text else None


def _markup(drawing: str) -> Markup:
    from markupsafe import Markup

    return Markup(drawing)
