"""The model of a standard: one edition with its tiers, groups, facts, measures and indicators."""

from smartrules.standard.edition import Edition, Standard, named_collection
from smartrules.standard.grading import APPLICABLE, INDICATOR, INDICATORS, indicators_of
from smartrules.standard.parts import (
    NO_TITLE,
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

__all__ = [
    "APPLICABLE",
    "INDICATOR",
    "INDICATORS",
    "NO_TITLE",
    "Collection",
    "Edition",
    "FactDeclaration",
    "Group",
    "Indicator",
    "Measure",
    "Member",
    "Points",
    "Requirement",
    "Source",
    "Standard",
    "Tier",
    "Title",
    "indicators_of",
    "named_collection",
]
