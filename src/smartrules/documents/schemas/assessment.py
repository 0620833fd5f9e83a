"""The JSON Schema of assessments, as `Assessment.to_json` writes them.

Mappings are open: a later release may add keys without a new version, and what one wrote stays valid here.
"""

from __future__ import annotations

from smartrules.assessment import JSON_VERSION, Basis
from smartrules.documents.schemas.keywords import (
    NULL,
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
from smartrules.documents.schemas.named import COMMUNITY, EXACT_QUANTITY
from smartrules.documents.schemas.values import OUTCOME

_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_QUANTITY = any_of(NULL, ref("quantity"))
_IDS = list_of(_TEXT)


def assessment_schema() -> Schema:
    """Return the schema of an assessment."""
    return document(
        "smartrules assessment",
        "What a ruleset says of one community: the facts, every finding with its derivation, the tier that is reached.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-assessment"}),
                "version": described(
                    "The version of the form; it changes when a reader of the old one would misread the new one.",
                    {"const": JSON_VERSION},
                ),
                "ruleset": described("The ruleset that it was made with.", _RULESET),
                "tier": described(
                    "The highest tier that is reached with all below it; null for none.", or_nothing(_TEXT)
                ),
                "tiers": described("Every tier, lowest first.", list_of(ref("tier"), least=1)),
                "community": described("Whose facts they are; null where the document does not say.", COMMUNITY),
                "on": described("The day for which the facts hold.", or_nothing(_DAY)),
                "facts": described("The values that were given, by the ids of the facts.", mapping_of(ref("fact"))),
                "stated": described(
                    "Measures that were given without the counts behind them.", mapping_of(ref("fact"))
                ),
                "collections": described(
                    "The members of each collection that is known; an empty list is known to have none.",
                    mapping_of(list_of(_RECORD)),
                ),
                "claims": described("What the document itself says of indicators.", mapping_of(OUTCOME)),
                "not_reported": described("Facts and measures that are said not to have been reported, by ids.", _IDS),
            },
            (
                "format",
                "version",
                "ruleset",
                "tier",
                "tiers",
                "community",
                "on",
                "facts",
                "stated",
                "collections",
                "claims",
                "not_reported",
            ),
        ),
        {
            "quantity": EXACT_QUANTITY,
            "fact": _FACT,
            "tier": _TIER,
            "finding": _FINDING,
            "derivation": _DERIVATION,
        },
    )


_RULESET = open_(
    {
        "standard": described("The name of the standard.", _TEXT),
        "edition": described("The name of the edition.", _TEXT),
        "fingerprint": described(
            "The SHA-256 of the ruleset's canonical form. Only a ruleset with the same one reads this assessment.",
            {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        ),
    },
    ("standard", "edition", "fingerprint"),
)

# A flag, a day or a choice, a set, a number in its declared unit.
_VALUE = any_of({"type": ["boolean", "string"]}, _IDS, ref("quantity"))

_FACT = open_(
    {
        "value": described(
            "The value: true or false, a day, a member, a list of members, or a number in its declared unit.", _VALUE
        ),
        "written": described("The text that was written in the document.", _TEXT),
        "evidence": described("What shows it.", list_of(_TEXT, least=1)),
        "observed": described("The day on which it was so.", _DAY),
        "note": described("What else a reader must know.", _TEXT),
    },
    ("value", "written"),
)

_RECORD = open_(
    {
        "id": described("Its name, or its place in the list, counted from 1.", _TEXT),
        "facts": described("The values that were given of it.", mapping_of(ref("fact"))),
    },
    ("id", "facts"),
)

_TIER = open_(
    {
        "tier": described("The id of the tier.", _TEXT),
        "outcome": described("What the tier came to.", OUTCOME),
        "requirements": described(
            "`unknown` where the standard names the tier and what it requires is not to hand.",
            {"enum": ["known", "unknown"]},
        ),
        "rule": described(
            "What the tier's own rule came to; null where the tier takes all its indicators.",
            any_of(NULL, ref("derivation")),
        ),
        "scores": described("What each score came to, by its id.", mapping_of(ref("derivation"))),
        "missing": described("The facts that would decide the undetermined indicators.", _IDS),
        "findings": described("The findings, in the order of the standard.", list_of(ref("finding"))),
    },
    ("tier", "outcome", "requirements", "rule", "scores", "missing", "findings"),
)

_FINDING = open_(
    {
        "indicator": described("The id of the indicator.", _TEXT),
        "number": described("Its number, as the standard prints it.", or_nothing(_TEXT)),
        "outcome": described("What the indicator came to.", OUTCOME),
        "optional": described(
            "Whether it is optional at the tier, so that the tier does not need it.", {"type": "boolean"}
        ),
        "points": described("The points that it earns; null where it has none, or they are open.", _QUANTITY),
        "earned": described(
            "What the formula of its points came to; null where it has none.", any_of(NULL, ref("derivation"))
        ),
        "full_points": described("The most points that it can earn; null where it has none.", _QUANTITY),
        "rule": described("The requirement, as the expression that it is.", _TEXT),
        "requirement": described(
            "The requirement as a sentence, printed from the rule.",
            open_({"zh": described("In Chinese.", _TEXT), "en": described("In English.", _TEXT)}, ("zh", "en")),
        ),
        "margin": described(
            "How far from the threshold: zero exactly on it, negative where it is missed; null where nothing is measured.",
            _QUANTITY,
        ),
        "basis": described(
            "What the finding rests on: facts alone, a stated figure, or no known fact at all.",
            {"enum": [basis.value for basis in Basis]},
        ),
        "stated": described("The measures whose stated figure served because their counts are absent.", _IDS),
        "facts": described("The known facts that were asked.", _IDS),
        "missing": described("The facts that would decide; empty where the outcome is settled.", _IDS),
        "not_reported": described(
            "The facts and measures that are said not to have been reported, and that decide or would.", _IDS
        ),
        "zero_denominators": described("The quotients whose zero denominator leaves the outcome open.", _IDS),
        "beyond_calendar": described("The dates that are moved out of the calendar and leave the outcome open.", _IDS),
        "derivation": described("What every part of the rule came to.", ref("derivation")),
    },
    (
        "indicator",
        "number",
        "outcome",
        "optional",
        "points",
        "earned",
        "full_points",
        "rule",
        "requirement",
        "margin",
        "basis",
        "stated",
        "facts",
        "missing",
        "not_reported",
        "zero_denominators",
        "beyond_calendar",
        "derivation",
    ),
)

_CAUSE = any_of(
    open_(
        {"missing": described("A fact, a member's fact, a collection or the day `on` that is not known.", _TEXT)},
        ("missing",),
    ),
    open_(
        {"not_reported": described("A fact or measure that is said not to have been reported.", _TEXT)},
        ("not_reported",),
    ),
    open_(
        {"not_to_hand": described("A part of what is required is not to hand; `unknown`, as the rule says.", _TEXT)},
        ("not_to_hand",),
    ),
    open_({"zero_denominator": described("A quotient whose denominator is zero.", _TEXT)}, ("zero_denominator",)),
    open_({"beyond_calendar": described("A date that is moved out of the calendar.", _TEXT)}, ("beyond_calendar",)),
)

_DERIVATION = open_(
    {
        "rule": described("The part of the rule that this is about.", _TEXT),
        "outcome": described("What a requirement came to.", OUTCOME),
        "value": described("What a formula or fact came to, in the unit in which its declaration speaks.", _VALUE),
        "margin": described("How far from the threshold.", ref("quantity")),
        "stated": described("True for a measure whose stated figure served.", {"const": True}),
        "bounds": described(
            "The least and the greatest value that an unknown number can have; null for no bound on a side.",
            {**list_of(_QUANTITY, least=2), "maxItems": 2},
        ),
        "member": described("The member of a collection that this is about.", _TEXT),
        "causes": described("Why it is open.", list_of(_CAUSE, least=1)),
        "parts": described(
            "What it was made of, in the order in which it was asked.", list_of(ref("derivation"), least=1)
        ),
    },
    ("rule",),
)
