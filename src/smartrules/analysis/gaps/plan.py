"""A plan: what to change of a community's facts so that a tier is reached, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from smartrules.analysis.gaps.items import STATED, changed, in_declared_order
from smartrules.analysis.gaps.latitude import Room
from smartrules.analysis.gaps.stating import overtaken
from smartrules.diagnostics import AssessmentError
from smartrules.documents.given import evidenced_document_of
from smartrules.facts import Facts
from smartrules.showing import html
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.values import Kind, Quantity, Value, write_number

#: The version of the JSON form; it changes only when a reader of the old form would misread the new one.
JSON_VERSION = 1


class Status(StrEnum):
    """What a plan comes to."""

    REACHED = "reached"  # already, so that there is nothing to do
    PLANNED = "planned"
    IMPOSSIBLE = "impossible"  # whatever is changed
    NOT_FOUND = "not_found"  # the search ended before it found a way, and there may be one
    UNKNOWN = "unknown"  # nobody can know: what is required, or a collection that it asks, is not to hand


class Obstacle(StrEnum):
    """Why an indicator or a tier cannot be reached."""

    REQUIREMENTS_UNKNOWN = "requirements_unknown"
    COLLECTION_UNKNOWN = "collection_unknown"  # its members must first be known
    FIXED = "fixed"  # by facts that are nobody's to change
    NEVER = "never"  # no facts fulfil what it requires
    TOGETHER = "together"  # each of them alone could pass
    NOT_FOUND = "not_found"


@frozen
class Hindrance:
    """What stands in the way of a tier.

    Attributes:
        indicators: those that cannot pass; empty where it is the tier itself.
        facts: the facts that are fixed, or the collections that are not known, and that are the reason.
        tiers: the tier of each of the indicators; empty where all are of ``tier``.
    """

    tier: str
    reason: Obstacle
    indicators: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()


@frozen
class Step:
    """One fact that changes, or that must be known.

    Attributes:
        path: the fact: ``households``, of a member ``buildings.b3.monitored``, a stated figure ``stated.camera_online_rate``.
        declared: its declaration, or the measure that is stated.
        now: its value; None where it is not known.
        needed: the value that it must have.
        difference: how much more it is, in its own unit, less where it is negative; None for what is no number, and for a
            fact that is not known.
        assumed: whether it is a fact that nobody can change and that is not known: the plan rests on its being so.
        indicators: those that do not pass and that it serves.
        cost: what it costs; None where it has no price.
        others: the members of a set that would serve as well as those that are added.
        room: of a number that is not known, what else than ``needed`` would do.
        share: the share of its whole that is asked of a part at least, where neither is known.
        whole: how much the whole is, after the plan, of which the fact is a part; None where it is none or that is not known.
    """

    path: str
    declared: FactDeclaration | Measure = field(repr=False)
    now: Value | None
    needed: Value
    assumed: bool = False
    indicators: tuple[str, ...] = ()
    cost: Fraction | None = None
    others: tuple[str, ...] = ()
    whole: Quantity | None = None
    room: Room = Room.EXACTLY
    share: Fraction | None = None
    place: str = field(default="", repr=False)

    @property
    def is_stated(self) -> bool:
        """Whether it is the stated figure of a measure, without the counts behind it."""
        return isinstance(self.declared, Measure)

    @property
    def difference(self) -> Quantity | None:
        """How much more is needed, in the unit of the fact; negative for less."""
        if not isinstance(self.needed, int | Fraction) or isinstance(self.needed, bool) or self.declared.unit is None:
            return None
        if not isinstance(self.now, int | Fraction):
            return None
        return Quantity.in_unit(Fraction(self.needed) - self.now, self.declared.unit)

    @property
    def days(self) -> int | None:
        """How many days later a date must be; negative for earlier."""
        if isinstance(self.now, date) and isinstance(self.needed, date):
            return (self.needed - self.now).days
        return None

    @property
    def added(self) -> tuple[str, ...]:
        """The members that a set gains, in the order declared."""
        return self._members(self.needed, self.now)

    @property
    def removed(self) -> tuple[str, ...]:
        """The members that a set loses, in the order declared."""
        return self._members(self.now, self.needed)

    def _members(self, of: Value | None, without: Value | None) -> tuple[str, ...]:
        if not isinstance(of, frozenset) or not isinstance(self.declared, FactDeclaration):
            return ()
        known = without if isinstance(without, frozenset) else frozenset[str]()
        return tuple(one for one in self.declared.member_ids if one in of and one not in known)


@frozen
class Alternative:
    """Another way in which what some steps reach is reached without all of them.

    Attributes:
        instead_of: the paths of those steps.
    """

    instead_of: tuple[str, ...]
    steps: tuple[Step, ...]
    cost: Fraction | None = None


@frozen(repr=False)
class Plan:
    """What to change of a community's facts so that a tier, and every tier below it, is reached.

    Attributes:
        facts: the community's facts today.
        steps: in an order in which the facts are valid after each.
        hindrances: why there is no plan; empty where there is one.
        alternatives: of parts of the plan that can be had in another way, the next smallest.
        cost: what all steps with a price cost; None where nothing has a price.
        currency: in which costs are said.
        proved: whether every way was gone through, so that no plan is smaller, or that there is none.
        places: how many places the search looked at.
    """

    edition: Edition = field(repr=False)
    fingerprint: str
    tier: str
    facts: Facts = field(repr=False)
    status: Status
    steps: tuple[Step, ...] = ()
    hindrances: tuple[Hindrance, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    cost: Fraction | None = None
    currency: str = ""
    proved: bool = True
    places: int = 0

    _repr_html_ = html

    def __repr__(self) -> str:
        of = "" if self.facts.community is None else f" of {self.facts.community.name or self.facts.community.id}"
        return f"<Plan{of} for {self.edition.name} {self.tier}: {self.status}, {len(self.steps)} steps>"

    @property
    def reached(self) -> bool:
        """Whether the tier is reached already."""
        return self.status is Status.REACHED

    @property
    def unknown(self) -> tuple[Step, ...]:
        """The steps whose facts must first be known."""
        return tuple(step for step in self.steps if step.now is None)

    @property
    def assumed(self) -> tuple[Step, ...]:
        """The steps that assume what nobody can change and nobody knows yet."""
        return tuple(step for step in self.steps if step.assumed)

    @property
    def unpriced(self) -> tuple[Step, ...]:
        """Where there are prices, the steps without one."""
        return () if self.cost is None else tuple(s for s in self.steps if s.cost is None and not s.assumed)

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """The measures whose stated figures are given no more after every step: counts of theirs change, and all are known."""
        if not self.steps:
            return ()
        return tuple(name for name in self.facts.stated if name not in self.apply(self.facts).stated)

    def apply(self, facts: Facts) -> Facts:
        """Return facts after every step: they reach the tier.

        Args:
            facts: those that the plan was made for.

        Raises:
            AssessmentError: SR901 for other facts, SR902 where there is no plan.
        """
        return self.applied(facts, len(self.steps))

    def applied(self, facts: Facts, steps: int) -> Facts:
        """Return facts after the first steps; they are valid after any number.

        Raises:
            AssessmentError: as `apply`.
        """
        if self.status in (Status.IMPOSSIBLE, Status.NOT_FOUND, Status.UNKNOWN):
            raise AssessmentError.of(
                "SR902", f"there is no plan for `{self.tier}`", "`plan.hindrances` says what stands in its way"
            )
        if _given(facts) != _given(self.facts):
            raise AssessmentError.of(
                "SR901", "these facts are not those that the plan was made for", "ask for a plan of these facts"
            )
        values = {step.place: step.needed for step in self.steps[:steps]}
        if not values:
            return facts
        after = in_declared_order(self.edition, changed(self.edition, facts, values))
        gone = overtaken(self.edition, after, values)
        return evolve(after, stated={name: fact for name, fact in after.stated.items() if name not in gone})

    def document(self) -> dict[str, Any]:
        """Return the facts after every step as a facts document, which can be read back.

        Facts that no step changes keep their evidence, days and notes; claims are left out.

        Raises:
            AssessmentError: SR902 where there is no plan.
        """
        ruleset, *rest = evidenced_document_of(self.edition, self.apply(self.facts)).items()
        community = self.facts.community
        named = {} if community is None else {"community": {"id": community.id, "name": community.name}}
        if community is not None and community.name is None:
            named = {"community": {"id": community.id}}
        return dict([ruleset, *named.items(), *rest])

    # --- JSON --------------------------------------------------------------------------------------------------------

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the plan as JSON; exact numbers are texts, in the units of their facts."""
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=indent)

    def to_plain(self) -> dict[str, Any]:
        """Return the plan as the plain values of its JSON form."""
        edition, community = self.edition, self.facts.community
        return {
            "format": "smartrules-gap",
            "version": JSON_VERSION,
            "ruleset": {"standard": edition.standard.id, "edition": edition.id, "fingerprint": self.fingerprint},
            "tier": self.tier,
            "community": None if community is None else {"id": community.id, "name": community.name},
            "status": self.status.value,
            "proved": self.proved,
            "places": self.places,
            "steps": [_plain_step(step) for step in self.steps],
            "hindrances": [
                {
                    "tier": one.tier,
                    "reason": one.reason.value,
                    "indicators": list(one.indicators),
                    "facts": list(one.facts),
                    "tiers": list(one.tiers),
                }
                for one in self.hindrances
            ],
            "alternatives": [
                {
                    "instead_of": list(one.instead_of),
                    "steps": [_plain_step(step) for step in one.steps],
                    "cost": _plain_number(one.cost),
                }
                for one in self.alternatives
            ],
            "withdrawn": list(self.withdrawn),
            "cost": _plain_number(self.cost),
            "currency": self.currency or None,
            "facts": None if not self.steps else _plain_document(self.document()),
        }


def _plain_document(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain_document(inner) for key, inner in value.items()}
        case list():
            return [_plain_document(inner) for inner in value]
        case _:
            return value


def _given(facts: Facts) -> tuple[Mapping[str, Any], ...]:
    """Return what of facts a plan rests on: the values, and not what stands behind them."""
    return (
        {name: fact.value for name, fact in facts.facts.items()},
        {name: fact.value for name, fact in facts.stated.items()},
        {
            name: [{key: fact.value for key, fact in record.facts.items()} for record in records]
            for name, records in facts.collections.items()
        },
        {"on": facts.on, "not_reported": facts.not_reported, "edition": facts.edition},
    )


def _plain_step(step: Step) -> dict[str, Any]:
    difference = step.difference
    return {
        "fact": step.path,
        "kind": _kind(step),
        "now": _plain_value(step, step.now),
        "needed": _plain_value(step, step.needed),
        "difference": None
        if difference is None
        else {"number": write_number(difference.number), "unit": str(difference.unit)},
        "days": step.days,
        "added": list(step.added),
        "removed": list(step.removed),
        "others": list(step.others),
        "assumed": step.assumed,
        "room": step.room.value,
        "share": _plain_number(step.share),
        "indicators": list(step.indicators),
        "cost": _plain_number(step.cost),
    }


def _kind(step: Step) -> str:
    return step.declared.kind.value if isinstance(step.declared, FactDeclaration) else "stated"


def _plain_value(step: Step, value: Value | None) -> Any:
    match value:
        case None | bool() | str():
            return value
        case frozenset():
            assert isinstance(step.declared, FactDeclaration)
            return [one for one in step.declared.member_ids if one in value]
        case date():
            return value.isoformat()
        case _:
            assert step.declared.unit is not None
            number = Quantity.in_unit(value, step.declared.unit).number
            is_count = isinstance(step.declared, FactDeclaration) and step.declared.kind is Kind.COUNT
            if is_count and number.denominator == 1:
                return int(number)
            return f"{write_number(number)} {step.declared.unit}".rstrip()


def _plain_number(number: Fraction | None) -> str | None:
    return None if number is None else write_number(number)


#: Before the id of a measure, the path of its stated figure.
STATED_PATH = STATED
