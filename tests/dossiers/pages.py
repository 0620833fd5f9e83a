"""Dossiers of the packaged examples, and of one that means harm."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from smartrules import catalog, reports
from smartrules.assessment import Assessment
from smartrules.ruleset import Ruleset
from tests.rulesets import ROOT, ruleset

AT = datetime(2023, 11, 26, 1, 30, tzinfo=UTC)
EXAMPLES = {
    "qili": "shandong-smart-community/2022",
    "liuyin": "complete-community/trial",
    "karmoy": "u4ssc-kpi/2022",
    "baotou": "gigabit-city/2022",
    "linfeng": "example-city-smart-community/2023",
}


@cache
def assessed(name: str) -> Assessment:
    """Return the assessment of a packaged example."""
    folder = ROOT / "rulesets" / EXAMPLES[name]
    return catalog.load(str(folder / "ruleset.yaml")).assess(folder / "examples" / f"{name}.yaml")


@cache
def page(name: str) -> str:
    """Return the dossier of a packaged example."""
    return reports.dossier(assessed(name), at=AT).to_html()


def written(folder: Path, html: str) -> Path:
    """Return the path of a page that is written into a folder."""
    path = folder / "dossier.html"
    path.write_text(html, encoding="utf-8")
    return path


_EVIL = "</script><script>alert(1)</script>"


def wicked() -> Ruleset:
    """Return a ruleset whose every title is markup."""
    return ruleset(
        f"""
        title: {{zh: "<img src=x onerror=alert(1)>", en: "'\\"><svg onload=alert(1)>"}}
        source: {{document: "javascript:alert(1)", note: "{_EVIL}", url: "javascript:alert(1)"}}
        tiers: {{basic: {{title: {{zh: "{_EVIL}"}}}}}}
        groups: {{g: "{_EVIL}"}}
        facts:
          shops: {{count: shop, title: {{zh: "{_EVIL}", en: "{{{{ 7 * 7 }}}}"}}}}
          kinds: {{set: {{a: {{zh: "{_EVIL}"}}, b: {{zh: "&lt;"}}}}, title: {{zh: "{_EVIL}"}}}}
        collections:
          buildings: {{each: building, title: {{zh: "{_EVIL}"}}, facts: {{tall: {{quantity: m, title: {{zh: "<b>"}}}}}}}}
        indicators:
          it:
            number: "<1>"
            group: g
            title: {{zh: "{_EVIL}", en: "--></style>"}}
            require:
              basic:
                all of:
                  - shops >= 3 shops
                  - kinds includes all of (a, b)
                  - "every building: tall >= 10 m"
            source: {{clause: "{_EVIL}", mark: "<i>"}}
        """
    )


def wicked_assessment() -> Assessment:
    """Return what that ruleset says of a community that means harm, too."""
    return wicked().assess(
        {
            "community": {"id": "a\"b'c", "name": "<script>alert(1)</script>"},
            "facts": {
                "shops": {"value": 2, "evidence": _EVIL, "note": "<style>*{display:none}</style>"},
                "kinds": ["b"],
            },
            "collections": {"buildings": [{"id": "<img src=x>", "tall": "4 m"}, {"id": 'x"y', "tall": "14 m"}]},
            "claims": {"it": "met"},
        }
    )
