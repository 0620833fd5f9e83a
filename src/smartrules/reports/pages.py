"""Pages that need nothing besides themselves: their style sheets and scripts, and what they may do."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from smartrules.reports.sandbox import FOLDER

if TYPE_CHECKING:
    from markupsafe import Markup


def together(*names: str) -> str:
    """Return style sheets, or scripts, that come with the library, one behind the other."""
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def policy(style: str, script: str) -> str:
    """Return what a page may do: apply its own style, run its own script, and nothing else."""
    hashes = [b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def markup(text: str) -> Markup:
    """Return a text that stands in a page as it is: a drawing, a style sheet, a script."""
    from markupsafe import Markup

    return Markup(text)
