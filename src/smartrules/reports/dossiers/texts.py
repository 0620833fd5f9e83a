"""What the template of the dossier gets: plain texts in two languages, and drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from smartrules.reports.said import Said

if TYPE_CHECKING:
    from markupsafe import Markup


@frozen
class Step:
    """One step of a derivation.

    Attributes:
        sort: ``requirement``, ``condition``, ``measure``, ``fact``, ``number`` or ``member``.
        text: what it is about.
        id: of a fact or measure, as documents name it; else empty.
        outcome: of a requirement or condition, as a word of `Outcome`; else empty.
        word: the outcome for a reader.
        value: what a number, set or choice is.
        formula: of a measure, its formula and the formula filled in.
        detail: how far it is from its threshold, what is missing, what it lacks.
        stated: whether it is a figure that is stated without its counts.
        evidence: what stands behind a value.
        source: where a measure is defined.
        parts: the steps behind it.
        folded: whether they are many, so that they unfold only when they are asked for.
    """

    sort: str
    text: Said
    id: str = ""
    outcome: str = ""
    word: Said | None = None
    value: Said | None = None
    formula: tuple[Said, ...] = ()
    detail: tuple[Said, ...] = ()
    stated: bool = False
    evidence: tuple[Said, ...] = ()
    source: str = ""
    parts: tuple[Step, ...] = ()
    folded: bool = False


@frozen
class MarkTexts:
    """One member of a collection on a plot."""

    member: Said
    value: Said
    outcome: str
    remarks: Said


@frozen
class PlotTexts:
    """One threshold.

    Attributes:
        role: what it is there for, as a word of `Role`.
        about: the same for a reader, where it is not simply required; else None.
        title: what is measured.
        value: what it is; None where nobody, or many, were asked.
        outcome: of the one that was asked; else empty.
        remarks: its outcome, and how far it is.
        choice: whether another part may serve in its place.
        stated: whether the one that was asked rests on a stated figure.
        members: of a collection, each; of many the first, and ``of_members`` says how many there are.
        zh: the drawing for readers of Chinese.
        en: the drawing for readers of English.
    """

    role: str
    about: Said | None
    title: Said
    value: Said | None
    outcome: str
    remarks: Said | None
    choice: bool
    stated: bool
    members: tuple[MarkTexts, ...]
    of_members: int
    zh: Markup
    en: Markup


@frozen
class FindingTexts:
    """One indicator at one tier.

    Attributes:
        anchor: its id in the page.
        outcome: as a word of `Outcome`.
        claim: what the facts document claims, as such a word; empty where it claims nothing.
        differs: whether that is not what is found.
        source: where what is required stands.
        stated: whether it rests on a stated figure.
        why: the steps of its derivation; ``earned`` those of its points.
    """

    anchor: str
    number: str
    title: Said
    optional: bool
    outcome: str
    claim: str
    differs: bool
    requirement: Said
    completion: Said
    source: Said | None
    note: Said | None
    stated: bool
    points: Said | None
    plots: tuple[PlotTexts, ...]
    why: tuple[Step, ...]
    earned: tuple[Step, ...]


@frozen
class CountTexts:
    """How many findings have an outcome."""

    outcome: str
    word: Said
    sign: Markup
    number: int


@frozen
class GroupTexts:
    """The findings of one group; without a title where the standard has no groups."""

    anchor: str
    title: Said | None
    counts: tuple[CountTexts, ...]
    bar: Markup
    findings: tuple[FindingTexts, ...]


@frozen
class Link:
    """A finding that a row speaks of."""

    anchor: str
    title: Said


@frozen
class SupplyTexts:
    """A fact to supply, and the indicators that it would decide or help to decide."""

    title: Said
    id: str
    kind: Said | None
    definition: Said | None
    decides: tuple[Link, ...]


@frozen
class OpenTexts:
    """A finding that is open for another reason than a missing fact."""

    link: Link
    reason: Said


@frozen
class DecidingTexts:
    """A finding that keeps a tier from being met, and why it is so."""

    link: Link
    outcome: str
    reason: Said


@frozen
class StatedTexts:
    """A stated figure on which findings rest, the counts that are missing behind it, and what the document says of it."""

    title: Said
    value: Said
    counts: Said
    evidence: tuple[Said, ...]
    rests: tuple[Link, ...]


@frozen
class ClaimTexts:
    """A claim that is not what was found."""

    link: Link
    claimed: str
    found: str
    remedy: Said


@frozen
class ScoreTexts:
    """A score of a tier."""

    title: Said
    value: Said


@frozen
class RungTexts:
    """A tier as a rung of the ladder; without an anchor where the page does not show it in detail."""

    anchor: str
    title: Said
    outcome: str
    known: bool
    reached: bool


@frozen
class TierTexts:
    """One tier.

    Attributes:
        anchor: its id in the page.
        known: whether what it requires is to hand.
        reached: whether it is reached with all below it.
        grouped: whether the standard has groups.
        deciding: the findings that keep it from being met, those that are not met first.
        claimed: how many indicators have a claim, and how many of those say what was found; None where none has.
    """

    anchor: str
    title: Said
    outcome: str
    known: bool
    reached: bool
    summary: Said
    counts: tuple[CountTexts, ...]
    bar: Markup
    deciding: tuple[DecidingTexts, ...]
    groups: tuple[GroupTexts, ...]
    grouped: bool
    supply: tuple[SupplyTexts, ...]
    open: tuple[OpenTexts, ...]
    stated: tuple[StatedTexts, ...]
    claimed: Said | None
    claims: tuple[ClaimTexts, ...]
    claim_notes: tuple[Said, ...]
    scores: tuple[ScoreTexts, ...]
    rule: Said | None
    why: tuple[Step, ...]
    plots: tuple[PlotTexts, ...]
