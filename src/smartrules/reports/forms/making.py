"""The form of a ruleset, for whoever calls the library."""

from __future__ import annotations

from smartrules.diagnostics import FactsError, Fault, MissingExtraError
from smartrules.documents.forms.layout import FormLanguage
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset


def form(ruleset: Ruleset, facts: Facts | None = None, *, language: FormLanguage = "both") -> bytes:
    """Return the form in which a community gives its facts, as the bytes of an Excel workbook (.xlsx).

    Fill it, and `Ruleset.facts` reads it back: ``ruleset.facts("form.xlsx")``.

    Args:
        ruleset: whose declarations say what is asked.
        facts: what is known already, which the form then holds; such as that of an earlier form which is to be corrected.
        language: ``"zh"``, ``"en"``, or ``"both"`` beside each other.

    Raises:
        FactsError: SR533 for facts that a workbook cannot hold.
        MissingExtraError: SR604 where the package that writes workbooks is not installed.
    """
    try:
        from smartrules.reports.forms.writing import write_form
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "openpyxl":
            raise
        raise MissingExtraError.of(
            "SR604",
            f"forms are written by the package `{error.name}`, which is not installed",
            "install it: `pip install 'smartrules[reports]'`",
        ) from None
    known = None if facts is None else ruleset.facts(facts)
    try:
        return write_form(ruleset, known, language)
    except Fault as fault:
        raise FactsError.of(fault.code, fault.message, fault.help) from None
