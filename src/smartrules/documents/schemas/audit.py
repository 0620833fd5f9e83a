"""The schema of audits, for programs in other languages that read or store them."""

from __future__ import annotations

from smartrules.diagnostics import Severity
from smartrules.documents.schemas.keywords import (
    Schema,
    any_of,
    described,
    document,
    list_of,
    mapping_of,
    open_,
    or_nothing,
    ref,
)
from smartrules.documents.schemas.named import COMMUNITY, EXACT_QUANTITY, RULESET
from smartrules.documents.schemas.values import OUTCOME

_TEXT: Schema = {"type": "string"}
_IDS = list_of(_TEXT)
_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_SEVERITY: Schema = {"enum": [severity.value for severity in Severity]}


def audit_schema() -> Schema:
    """Return the schema of an audit."""
    return document(
        "smartrules audit",
        "What a careful reader finds in a community's facts: each observation with its severity, place and remedy.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-audit"}),
                "version": described(
                    "The version of the form; it changes when a reader of the old one would misread the new one.",
                    {"const": 1},
                ),
                "ruleset": described("The ruleset that it was made with.", RULESET),
                "tier": described("The tier that the claims are held to.", _TEXT),
                "outcome": described("What that tier came to.", OUTCOME),
                "community": described("Whose facts they are; null where the document does not say.", COMMUNITY),
                "on": described("The day for which the facts hold.", or_nothing(_DAY)),
                "file": described(
                    "The name of the facts document; null where they came without one.", or_nothing(_TEXT)
                ),
                "evidence_within": described(
                    "How old evidence may be, as the call said: `12 months`; null where only the ruleset says so.",
                    or_nothing(_TEXT),
                ),
                "counts": described("How many observations there are of each severity.", mapping_of(_WHOLE)),
                "observations": described(
                    "What is found, the gravest first; of one severity, in the order of the standard.",
                    list_of(ref("observation")),
                ),
            },
            (
                "format",
                "version",
                "ruleset",
                "tier",
                "outcome",
                "community",
                "on",
                "file",
                "evidence_within",
                "counts",
                "observations",
            ),
        ),
        {"quantity": EXACT_QUANTITY, "observation": _OBSERVATION},
    )


_SENTENCE = open_({"zh": described("In Chinese.", _TEXT), "en": described("In English.", _TEXT)}, ("zh", "en"))

_PLACE = {
    "line": described("The line, counted from 1; of a form the row.", _WHOLE),
    "column": described("The column, counted from 1.", _WHOLE),
    "cell": described("Of a form: the cell, `基础设施!D7`.", _TEXT),
}

_FIGURE = open_(
    {
        "name": described(
            "The id of the fact or measure, of a member's fact its whole name, `buildings.b3.storeys`, or a formula.",
            _TEXT,
        ),
        "value": described(
            "The exact value: a number in the unit of its declaration, true or false, a day, a member, a list of members.",
            any_of({"type": ["boolean", "string"]}, _IDS, ref("quantity")),
        ),
        "written": described("The text that was written in the document; empty for what was computed.", _TEXT),
        "observed": described("The day of its evidence.", _DAY),
        **_PLACE,
    },
    ("name", "value", "written"),
)

_POSSIBLE = open_(
    {
        "rate": described("The rate.", ref("quantity")),
        "part": described("The count above the stroke.", ref("quantity")),
        "whole": described("The count below it.", ref("quantity")),
    },
    ("rate", "part", "whole"),
)

_OBSERVATION = open_(
    {
        "code": described(
            "What kind of observation it is; a code never changes its meaning.",
            {"type": "string", "pattern": "^SR9[12][0-9]$"},
        ),
        "severity": described(
            "An error is contradicted by the facts, a warning cannot be relied on as it stands, a note is to be known.",
            _SEVERITY,
        ),
        "message": described("What is found.", _SENTENCE),
        "remedy": described("What to do about it.", _SENTENCE),
        "indicators": described("The indicators that it is about, in the order of the standard.", _IDS),
        "places": described(
            "Where it stands in the facts document; empty where the facts came without places.",
            list_of(open_(_PLACE, ("line", "column"))),
        ),
        "figures": described("The values that it is about.", list_of(_FIGURE)),
        "claimed": described("What a claim says.", OUTCOME),
        "found": described("What the facts say of the indicator.", OUTCOME),
        "margin": described("How far the indicator is from its threshold.", ref("quantity")),
        "missing": described("The facts that would decide, or that are wanted behind a stated figure.", _IDS),
        "counted": described("What the counts behind a stated figure make it.", ref("quantity")),
        "possible": described("The nearest rates that counts can give, the lower one first.", list_of(_POSSIBLE)),
        "since": described("The day that evidence must not be older than.", _DAY),
    },
    ("code", "severity", "message", "remedy", "indicators", "places", "figures"),
)
