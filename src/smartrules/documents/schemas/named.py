"""What every answer names alike: the ruleset and the community that it is about, and exact quantities."""

from __future__ import annotations

from smartrules.documents.schemas.keywords import Schema, described, open_, or_nothing

_TEXT: Schema = {"type": "string"}

EXACT_QUANTITY = open_(
    {
        "number": described(
            "The exact number: a decimal such as `6.3`, or a fraction such as `2423/3461`.",
            {"type": "string", "pattern": r"^-?[0-9]+([./][0-9]+)?$"},
        ),
        "unit": described("The unit, as rules write it; empty for a plain number.", _TEXT),
    },
    ("number", "unit"),
)

RULESET = open_(
    {
        "standard": described("The name of the standard.", _TEXT),
        "edition": described("The name of the edition.", _TEXT),
        "fingerprint": described(
            "The SHA-256 of the ruleset's canonical form.", {"type": "string", "pattern": "^[0-9a-f]{64}$"}
        ),
    },
    ("standard", "edition", "fingerprint"),
)

COMMUNITY = or_nothing(
    open_(
        {
            "id": described("Its name for programs.", _TEXT),
            "name": described("Its name for readers.", or_nothing(_TEXT)),
        },
        ("id", "name"),
    )
)
