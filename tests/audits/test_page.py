"""The page on audits beside what an audit does: each code with its severity, each row of the table of roundings."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from smartrules.analysis import audit
from smartrules.diagnostics import CODES
from tests.audits.small import audited, small
from tests.audits.test_codes import CASES
from tests.rulesets import QILI, ROOT, shandong

PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its own."""
    table = PAGE.partition(heading)[2].lstrip("\n").partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


SEVERITIES = {code: severity for code, severity, _ in rows("| code | severity | what is compared |")}


def test_every_code_stands_on_the_page() -> None:
    ours = [code for code in CODES if code.startswith(("SR91", "SR92")) and code != "SR925"]
    assert list(SEVERITIES) == ours


def test_every_observation_has_the_severity_that_the_page_says() -> None:
    found = [one for document, options, *_ in CASES.values() for one in audited(document, **options).observations]
    found += audit(shandong(), QILI).observations
    seen = {(one.code, one.severity.value) for one in found}
    assert seen == {*SEVERITIES.items(), ("SR917", "warning"), ("SR923", "warning")}  # which the page says in words


@pytest.mark.parametrize(
    ("written", "figure", "says"),
    [
        (written, figure, says)
        for written, figures, says, _ in rows("| written | the counts make it | | why |")
        for figure in re.findall(r"[\d.]+(?= %)", figures)
    ],
)
def test_the_table_of_roundings_is_what_an_audit_says(written: str, figure: str, says: str) -> None:
    facts = {"homes": 10_000, "wired": int(Decimal(figure) * 100)}
    found = audit(small(), {"facts": facts, "stated": {"wired_share": written.strip("`")}})
    codes = [one.code for one in found.observations if one.code in ("SR918", "SR919")]
    assert codes == ([] if says == "nothing" else [says])
