"""How what the library answers shows itself in a notebook.

The HTML is written among the reports, floors above the classes that show themselves. So each of them has `html` as its
``_repr_html_``, and no class knows the reports: the package, which stands above all floors, names the module that writes
the HTML (`NOTEBOOKS`), and that is imported when something is shown for the first time.
"""

from __future__ import annotations

from importlib import import_module


def html(shown: object) -> str:
    """Return an object as the HTML that a notebook shows, in the language of `smartrules.values.own_language`."""
    assert __package__ is not None
    writer = import_module(import_module(__package__).NOTEBOOKS)
    written: str = writer.html(shown)
    return written
