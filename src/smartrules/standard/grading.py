"""The indicators as a collection: what the rule of a tier and a score may ask of each finding.

Their facts are given by nobody; an assessment makes them of its findings.
"""

from __future__ import annotations

from smartrules.standard.parts import Collection, FactDeclaration, Member, Title
from smartrules.units import unit
from smartrules.values import Kind

#: The id of the collection, and the counting unit whose word names it too: ``every indicator: met``.
INDICATORS = "indicators"
INDICATOR = "indicator"
#: The flag that says whether an indicator is among them at all: one that does not apply is none of them.
APPLICABLE = "applicable"


def indicators_of(indicators: tuple[Member, ...], groups: tuple[Member, ...]) -> Collection:
    """Return the indicators of an edition as a collection, from their ids and those of the groups."""
    point = unit("point")
    return Collection(
        INDICATORS,
        unit(INDICATOR),
        (
            FactDeclaration(
                "id",
                Kind.CHOICE,
                members=indicators,
                title=Title("指标", "the indicator"),
            ),
            FactDeclaration(
                "group",
                Kind.CHOICE,
                members=groups,
                title=Title("一级指标", "the group"),
            ),
            FactDeclaration("met", Kind.FLAG, title=Title("达标", "it is met")),
            FactDeclaration("mandatory", Kind.FLAG, title=Title("为必达项", "it is mandatory")),
            FactDeclaration("optional", Kind.FLAG, title=Title("为可选项", "it is optional")),
            FactDeclaration("reported", Kind.FLAG, title=Title("已报告", "it is reported")),
            FactDeclaration(APPLICABLE, Kind.FLAG, title=Title("适用", "it applies")),
            FactDeclaration(
                "points",
                Kind.QUANTITY,
                point,
                title=Title("得分", "points"),
                minimum=0,
                at_most="full_points",
            ),
            FactDeclaration("full_points", Kind.QUANTITY, point, title=Title("满分", "full points"), minimum=0),
        ),
        Title("指标", "indicators"),
    )
