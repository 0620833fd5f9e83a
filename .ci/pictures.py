"""Make the pictures of the documentation: each document as its reader opens it, in `docs/pictures/`.

    make pictures, or PYTHONPATH=. python .ci/pictures.py [NAME…]

LibreOffice turns the workbook and the Word files into pages, Chromium shows the HTML pages.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageChops

import smartrules as sr
from benchmarks.overview import population
from smartrules import reports
from tests import browser, office

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "pictures"
STANDARD = ROOT / "rulesets/shandong-smart-community/2022"
COLOURS, WIDTH = 48, 900


def _small(
    picture: Path, name: str, *, high: int | None = None, method: Image.Quantize = Image.Quantize.MEDIANCUT
) -> None:
    """Write a picture as a small one: of few colours, no wider than a page of the documentation, without its margins."""
    shown = Image.open(picture).convert("RGB")
    blank = Image.new("RGB", shown.size, shown.getpixel((2, 2)))
    found = ImageChops.difference(shown, blank).getbbox()
    if found is not None:
        left, top, right, bottom = found
        shown = shown.crop(
            (max(0, left - 24), max(0, top - 24), min(right + 24, shown.width), min(bottom + 24, shown.height))
        )
    if shown.width > WIDTH:
        shown = shown.resize((WIDTH, shown.height * WIDTH // shown.width), Image.Resampling.LANCZOS)
    if high is not None:
        shown = shown.crop((0, 0, shown.width, min(high, shown.height)))
    OUT.mkdir(exist_ok=True)
    shown.quantize(COLOURS, method).save(OUT / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png: {(OUT / f'{name}.png').stat().st_size / 1024:.0f} KiB")


def _page(content: bytes, kind: str, folder: Path, *, number: int) -> Path:
    """Return a page of a document as a picture, counted from 0."""
    document = folder / f"document.{kind}"
    document.write_bytes(content)
    return office.pages(office.convert(document, "pdf", folder), dots_per_inch=110)[number]


def _window(page: str, folder: Path, size: tuple[int, int], part: str = "") -> Path:
    """Return what a browser shows of an HTML page as a picture, from its head or from a part with an id."""
    document, picture = folder / "page.html", folder / "page.png"
    document.write_text(page, encoding="utf-8")
    with browser.opened(document, size, locale="zh-CN", color_scheme="light", reduced_motion="reduce") as seen:
        seen.evaluate("part => document.getElementById(part)?.scrollIntoView()", part)
        seen.screenshot(path=picture)
    return picture


def _qili() -> sr.Assessment:
    ruleset = sr.load("shandong-smart-community@2022")
    return ruleset.assess(ruleset.facts(STANDARD / "examples/qili.yaml"))


def form(folder: Path) -> None:
    """The form that gathers a community's facts."""
    ruleset = sr.load("shandong-smart-community@2022")
    _small(_page(reports.form(ruleset), "xlsx", folder, number=1), "form", high=620)


_AT = datetime(2023, 11, 25, 9, 0, tzinfo=UTC)


def acceptance(folder: Path) -> None:
    """The acceptance report, its first page."""
    _small(_page(reports.acceptance(_qili(), at=_AT).to_docx("zh"), "docx", folder, number=0), "acceptance")


def notice(folder: Path) -> None:
    """The notice to the public, its first page."""
    made = reports.notice(_qili(), contact="某县大数据局社区科", at=_AT)
    _small(_page(made.to_docx("zh"), "docx", folder, number=0), "notice")


def dossier(folder: Path) -> None:
    """The dossier page of a community."""
    page = reports.dossier(_qili(), at=_AT).to_html()
    octree = Image.Quantize.FASTOCTREE
    _small(_window(page, folder, (1100, 860)), "dossier", method=octree)
    _small(_window(page, folder, (1100, 900), "tier-1-4"), "dossier-findings", method=octree)


def overview(folder: Path) -> None:
    """The overview of a made-up population."""
    ruleset = sr.load("shandong-smart-community@2022")
    found = reports.overview(ruleset, population(ruleset, 1000), key="id")
    _small(_window(found.to_html(), folder, (1100, 1700)), "overview", method=Image.Quantize.MAXCOVERAGE)


PICTURES: dict[str, Callable[[Path], None]] = {
    one.__name__: one for one in (form, acceptance, notice, dossier, overview)
}


def main(names: list[str]) -> int:
    for name in names or [*PICTURES]:
        with tempfile.TemporaryDirectory() as folder:
            PICTURES[name](Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
