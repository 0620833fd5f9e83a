"""The model of a standard: one edition with its tiers, groups, facts, measures, indicators and reactions."""

from smartrules.standard.edition import Edition, Standard, named_collection
from smartrules.standard.grading import APPLICABLE, INDICATOR, INDICATORS, indicators_of
from smartrules.standard.parts import (
    BETTER,
    NO_TITLE,
    Better,
    Collection,
    FactDeclaration,
    Group,
    Indicator,
    Measure,
    Member,
    Points,
    Requirement,
    Source,
    Tier,
    Title,
)
from smartrules.standard.reactions import REACTION_KINDS, Reaction, ReactionKind

__all__ = [
    "APPLICABLE",
    "BETTER",
    "INDICATOR",
    "INDICATORS",
    "NO_TITLE",
    "REACTION_KINDS",
    "Better",
    "Collection",
    "Edition",
    "FactDeclaration",
    "Group",
    "Indicator",
    "Measure",
    "Member",
    "Points",
    "Reaction",
    "ReactionKind",
    "Requirement",
    "Source",
    "Standard",
    "Tier",
    "Title",
    "indicators_of",
    "named_collection",
]
