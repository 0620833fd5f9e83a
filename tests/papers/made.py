"""Papers of the shipped examples, on a day and at a time that do not change."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import smartrules as sr
from smartrules import reports
from smartrules.assessment import Assessment
from smartrules.reports.papers.acceptance import Acceptance
from smartrules.reports.papers.notice import Notice
from tests.rulesets import ROOT

AT = datetime(2023, 11, 25, 9, 30, tzinfo=timezone(timedelta(hours=8)))
DAY = date(2023, 11, 25)
CONTACT = "示例市智慧社区建设办公室（示例路1号）"

#: The documents of the shipped rulesets, by their standards.
SHIPPED = {path.parts[-3]: path for path in sorted(ROOT.glob("rulesets/*/*/ruleset.yaml"))}

TEXTS = Path(__file__).parent / "texts"


@cache
def assessed(standard: str) -> Assessment:
    """Return the assessment of the example of a shipped ruleset."""
    document = SHIPPED[standard]
    (example,) = document.parent.glob("examples/*.yaml")
    return sr.load(str(document)).assess(example)


def acceptance_of(standard: str, **given: Any) -> Acceptance:
    return reports.acceptance(assessed(standard), **{"at": AT, **given})


def notice_of(standard: str, **given: Any) -> Notice:
    return reports.notice(assessed(standard), **{"at": AT, "on": DAY, "contact": CONTACT, **given})


#: The texts that are compared whole, by the names of their files.
WHOLE = {
    f"{name}.{language}.md": (make, language)
    for name, make in {
        "qili-acceptance": lambda: acceptance_of("shandong-smart-community"),
        "qili-acceptance-growing": lambda: acceptance_of("shandong-smart-community", tier="growing"),
        "qili-notice": lambda: notice_of("shandong-smart-community"),
        "linfeng-acceptance": lambda: acceptance_of(
            "example-city-smart-community", mended=["更换失效的门禁读卡器", "补全摄像机标签。"]
        ),
        "linfeng-notice": lambda: notice_of("example-city-smart-community", days=1),
        "liuyin-acceptance-aaa": lambda: acceptance_of("complete-community", tier="aaa"),
        "karmoy-acceptance": lambda: acceptance_of("u4ssc-kpi"),
    }.items()
    for language in ("zh", "en")
}


def pin() -> None:
    """Write the texts as they are today; read what changes before you keep it."""
    for name, (make, language) in WHOLE.items():
        (TEXTS / name).write_text(make().to_markdown(language), "utf-8")  # type: ignore[arg-type]


if __name__ == "__main__":
    pin()
