"""What a community must pass to reach a tier: all that the tier asks, and all that the tiers below it ask."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from smartrules.analysis.proofs.verification import Proof
from smartrules.standard import Edition, Tier

#: An indicator at a tier, or, with None, the rule of a tier.
Thing = tuple[str, str | None]


def up_to(edition: Edition, level: Tier) -> list[Tier]:
    """Return a tier and those below it that are to hand, the lowest first."""
    return [one for one in edition.tiers[: edition.tiers.index(level) + 1] if one.known]


def standing(edition: Edition, level: Tier) -> list[Thing]:
    """Return what is asked of whoever reaches a tier; what a lower tier asks alike is not named again."""
    found = dict[object, Thing]()
    for one in reversed(up_to(edition, level)):  # the tier itself first, so that what it inherits is named as its own
        if one.rule is not None:
            found["tier", one.id] = (one.id, None)
            continue
        rules = edition.rules(one.id)
        for name in edition.mandatory(one.id):
            found.setdefault(id(rules[name]), (one.id, name))
    place = {one.id: number for number, one in enumerate(edition.tiers)}
    return sorted(found.values(), key=lambda thing: place[thing[0]])


def named(proof: Proof, things: Sequence[Thing]) -> Proof:
    """Return a proof that names what it is about: indicators of its own tier, or what stands at several tiers."""
    if all(tier == proof.tier for tier, _ in things):
        return evolve(proof, indicators=tuple(name for _, name in things if name is not None))
    return evolve(proof, across=tuple(tier if name is None else f"{tier}.{name}" for tier, name in things))
