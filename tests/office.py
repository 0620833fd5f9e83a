"""A real office, LibreOffice without a window: what opens a form or a report as a clerk's machine does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
PDFTOPPM = shutil.which("pdftoppm")

#: For the tests that open a document; together in one worker, as an office starts more slowly beside another.
needs_office = [
    pytest.mark.skipif(
        not (SOFFICE and PDFTOPPM) and os.environ.get("SMARTRULES_OFFICE") != "required",
        reason="LibreOffice (libreoffice-calc, libreoffice-writer) or pdftoppm (poppler-utils) is not installed",
    ),
    pytest.mark.xdist_group("office"),
    pytest.mark.once,
]


def convert(document: Path, into: str, folder: Path) -> Path:
    """Return the document as LibreOffice saves it in another format: ``pdf``, ``xlsx`` (recalculated), ``csv``."""
    assert SOFFICE is not None, "there is no LibreOffice"
    profile = folder / "office-profile"
    out = folder / f"as-{into}"
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", into]
    done = subprocess.run([*command, "--outdir", out, document], capture_output=True, text=True, timeout=180)
    written = out / f"{document.stem}.{into}"
    assert written.is_file(), f"LibreOffice wrote no {into}: {done.stdout}{done.stderr}"
    return written


def pages(pdf: Path, *, dots_per_inch: int = 60) -> Sequence[Path]:
    """Return the pages of a PDF as PNG pictures, in their order."""
    assert PDFTOPPM is not None, "there is no pdftoppm"
    stem = pdf.with_suffix("")
    subprocess.run([PDFTOPPM, "-png", "-r", str(dots_per_inch), pdf, stem], check=True, timeout=120)
    return sorted(pdf.parent.glob(f"{stem.name}-*.png"))
