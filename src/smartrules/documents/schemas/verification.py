"""The schema of what is proved of a ruleset, for programs in other languages that read or store it."""

from __future__ import annotations

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
from smartrules.documents.schemas.named import RULESET
from smartrules.documents.schemas.values import OUTCOME

_TEXT: Schema = {"type": "string"}
_IDS = list_of(_TEXT)
_WHOLE: Schema = {"type": "integer", "minimum": 0}
#: The properties and the verdicts, as `smartrules.analysis.proofs.verification` has them, which stands on a higher floor.
PROPERTIES = (
    "tier_reachable",
    "tier_missable",
    "tiers_nested",
    "can_be_met",
    "can_be_missed",
    "no_contradiction",
    "decides_something",
    "no_zero_denominator",
    "monotone",
    "cases_consistent",
    "declared_alike",
    "equivalent",
    "equivalent_with_less",
)
VERDICTS = ("proved", "refuted", "unknown", "not_encoded", "not_to_hand")
_VERDICT = described(
    "What became of it. `unknown` is a question that took longer than it might, `not_encoded` a rule that is not said to the "
    "solver, `not_to_hand` a requirement that the standard keeps to itself.",
    {"enum": list(VERDICTS)},
)


def verification_schema() -> Schema:
    """Return the schema of what is proved of a ruleset."""
    return document(
        "smartrules verification",
        "What is proved of a ruleset for all communities of which all facts are known, and what a community refutes.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-verification"}),
                "version": described(
                    "The version of the form; it changes when a reader of the old one would misread the new one.",
                    {"const": 1},
                ),
                "ruleset": described("The ruleset that it is about.", RULESET),
                "other": described(
                    "The name of the ruleset that it was compared with; null for none.", or_nothing(_TEXT)
                ),
                "seconds": described(
                    "The most seconds that the solver had for one question, as an exact number.", _TEXT
                ),
                "members": described("How many members a collection had at most.", _WHOLE),
                "cases": described("How many cases were held against each other and the rules.", _WHOLE),
                "counts": described(
                    "Of each property that was asked, how many statements came to each verdict.",
                    mapping_of(mapping_of(_WHOLE)),
                ),
                "proofs": described("The statements, in a fixed order.", list_of(ref("proof"))),
            },
            ("format", "version", "ruleset", "other", "seconds", "members", "cases", "counts", "proofs"),
        ),
        {"proof": _PROOF, "witness": _WITNESS},
    )


_PROOF = open_(
    {
        "id": described("The name of the statement, the same on every run.", _TEXT),
        "property": described("The property.", {"enum": list(PROPERTIES)}),
        "verdict": _VERDICT,
        "reason": described("Why, where that is not plain from the two.", or_nothing(_TEXT)),
        "tier": described("The tier that it is about; of two tiers the higher one.", or_nothing(_TEXT)),
        "below": described("The lower tier, where it is about two.", or_nothing(_TEXT)),
        "indicators": described("The indicators that it is about, at `tier`.", _IDS),
        "across": described(
            "What it is about where that stands at several tiers: `basic.network`, or `basic` for the rule of a tier.",
            _IDS,
        ),
        "facts": described("The facts that it is about.", _IDS),
        "cases": described("The cases that it is about.", _IDS),
        "measures": described("The measures of which the author accepts that a denominator is zero.", _IDS),
        "only_in": described(
            "Where only one of two rulesets has it, which: the one under `ruleset`, or under `other`; null else.",
            {"enum": ["ruleset", "other", None]},
        ),
        "number": described("How many statements it stands for.", _WHOLE),
        "node": described(
            "What of the rule is not said to the solver; null where that is not the reason.", or_nothing(_TEXT)
        ),
        "witnesses": described("Communities that show it, each asked of the reference.", list_of(ref("witness"))),
    },
    (
        "id",
        "property",
        "verdict",
        "reason",
        "tier",
        "below",
        "indicators",
        "across",
        "facts",
        "cases",
        "measures",
        "only_in",
        "number",
        "node",
        "witnesses",
    ),
)

_WITNESS = open_(
    {
        "facts": described("The facts document, which `smartrules assess` takes.", {"type": "object"}),
        "found": described(
            "What the reference finds of the community.",
            list_of(
                open_(
                    {
                        "ruleset": described("The ruleset that was asked.", _TEXT),
                        "tier": described("The tier that was asked.", _TEXT),
                        "indicator": described(
                            "The indicator that was asked at it; null for the tier itself.",
                            any_of({"type": "null"}, _TEXT),
                        ),
                        "outcome": described("What it came to.", OUTCOME),
                    },
                    ("ruleset", "tier", "indicator", "outcome"),
                )
            ),
        ),
    },
    ("facts", "found"),
)
