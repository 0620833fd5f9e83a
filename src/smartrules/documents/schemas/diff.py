"""The JSON Schema of differences of two editions, as `smartrules.analysis.diffs.answer.Diff.to_json` writes them.

Mappings are open: a later release may add keys without a new version, and what one wrote stays valid here.
"""

from __future__ import annotations

from smartrules.documents.deciding import Sort
from smartrules.documents.schemas.keywords import (
    NULL,
    Schema,
    any_of,
    described,
    document,
    list_of,
    open_,
    or_nothing,
    ref,
    word,
)
from smartrules.documents.schemas.values import OUTCOME

_TEXT: Schema = {"type": "string"}
_IDS = list_of(_TEXT)
_SHA: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_EFFECTS = ("material", "rewritten", "editorial")


def diff_schema() -> Schema:
    """Return the schema of a difference of two editions."""
    return document(
        "smartrules diff",
        "What is different between two editions: every part that differs, what becomes of its rules, and communities that show it.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-diff"}),
                "version": described(
                    "The version of the form; it changes when a reader of the old one would misread the new one.",
                    {"const": 1},
                ),
                "old": described("The edition before.", ref("ruleset")),
                "new": described("The edition after.", ref("ruleset")),
                "material": described(
                    "Whether a community may come out otherwise, or a document or program must change.",
                    {"type": "boolean"},
                ),
                "changes": described(
                    "Every part that differs, the edition itself first; none where the fingerprints are the same.",
                    list_of(ref("change")),
                ),
                "impact": described(
                    "How many communities of a file are decided otherwise, where one was named.", {"type": "object"}
                ),
            },
            ("format", "version", "old", "new", "material", "changes"),
        ),
        {"ruleset": _RULESET, "change": _CHANGE, "ruling": _RULING, "witness": _WITNESS, "said": _SAID},
    )


_RULESET = open_(
    {
        "standard": described("The name of the standard.", _TEXT),
        "edition": described("The name of the edition.", _TEXT),
        "fingerprint": described("The SHA-256 of the ruleset's canonical form.", _SHA),
        "deciding": described(
            "The SHA-256 of what of it decides: the same in both where nothing is material or rewritten.", _SHA
        ),
    },
    ("standard", "edition", "fingerprint", "deciding"),
)

_EFFECT = word(
    "What it does.",
    *_EFFECTS,
    meanings=(
        "A community may come out otherwise, or a document or program must change.",
        "Rules are written otherwise and proved to decide alike.",
        "Titles, numbers, sources and the like.",
    ),
)

_CHANGE = open_(
    {
        "of": word("What part it is.", *Sort),
        "old": described("Its id in the old edition; null where it was added.", or_nothing(_TEXT)),
        "new": described("Its id in the new edition; null where it was removed.", or_nothing(_TEXT)),
        "because": {
            **word(
                "Why the two count as the same; null where it was added or removed.", "id", "title", "rule", "number"
            ),
            "enum": ["id", "title", "rule", "number", None],
        },
        "effect": _EFFECT,
        "details": described(
            "What is said of it otherwise, by the keys of the canonical form.",
            list_of(
                open_(
                    {
                        "key": described("The key.", _TEXT),
                        "before": described("What the old edition says there; null for nothing.", {}),
                        "after": described("What the new edition says there; null for nothing.", {}),
                        "effect": _EFFECT,
                    },
                    ("key", "before", "after", "effect"),
                )
            ),
        ),
        "rulings": described("What becomes of its rules.", list_of(ref("ruling"))),
    },
    ("of", "old", "new", "because", "effect", "details", "rulings"),
)

_VERDICTS = {
    "added": "It is asked, and was not.",
    "removed": "It was asked, and is not.",
    "stricter": "Nobody comes out better, somebody worse.",
    "looser": "Nobody comes out worse, somebody better.",
    "incomparable": "Somebody comes out better, somebody else worse.",
    "applies_otherwise": "Everybody passes as before, but it is asked of others.",
    "open_otherwise": "The same for all facts that are known, another where some are missing.",
    "different": "Somebody comes out otherwise; it is not proved that nobody does the other way.",
    "not_decided": "Neither proved the same nor told apart.",
    "rewritten": "Proved the same for all facts.",
}

_RULING = open_(
    {
        "of": word("What the rule decides.", "requirement", "points", "formula", "tier"),
        "tiers": described("The tiers at which it is asked.", _IDS),
        "verdict": word("What becomes of it.", *_VERDICTS, meanings=_VERDICTS.values()),
        "before": described("The rule as the old edition has it; null where it asks nothing.", or_nothing(_TEXT)),
        "after": described("The rule as the new edition has it; null where it asks nothing.", or_nothing(_TEXT)),
        "doubt": {
            **word(
                "Why nothing more is said; null where the verdict is proved.", "one_way", "other_facts", "not_found"
            ),
            "enum": ["one_way", "other_facts", "not_found", None],
        },
        "witnesses": described("Communities of which the two say otherwise.", list_of(ref("witness"))),
    },
    ("of", "tiers", "verdict", "before", "after", "doubt", "witnesses"),
)

_WITNESS = open_(
    {
        "old": described("What the old edition is told of the community, and says.", ref("said")),
        "new": described("What the new edition is told of the community, and says.", ref("said")),
    },
    ("old", "new"),
)

_SAID = open_(
    {
        "facts_document": described("The community's facts, as `smartrules assess` reads them.", {"type": "object"}),
        "outcome": described("What it comes to; null where it is not asked, or is a number.", any_of(NULL, OUTCOME)),
        "missing": described("The facts that leave it open.", _IDS),
        "value": described(
            "The number that it comes to; null for none.",
            or_nothing(
                open_(
                    {
                        "number": described("The exact number, a decimal or a fraction.", _TEXT),
                        "unit": described("The unit, as rules write it; empty for a plain number.", _TEXT),
                    },
                    ("number", "unit"),
                )
            ),
        ),
    },
    ("facts_document", "outcome", "missing", "value"),
)
