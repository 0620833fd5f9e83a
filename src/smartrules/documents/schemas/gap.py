"""The JSON Schemas of plans, as `Plan.to_json` writes them, and of questions.

Mappings are open: a later release may add keys without a new version, and what one wrote stays valid here.
"""

from __future__ import annotations

from smartrules.documents.schemas.keywords import (
    Schema,
    described,
    document,
    list_of,
    open_,
    or_nothing,
    ref,
    word,
)
from smartrules.documents.schemas.named import COMMUNITY, RULESET

_TEXT: Schema = {"type": "string"}
_IDS = list_of(_TEXT)
_NUMBER: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+|/\d+)?$"}
_COST = described("What it costs, exactly; null where nothing has a price.", or_nothing(_NUMBER))
_VALUE: Schema = {"type": ["null", "boolean", "integer", "string", "array"], "items": _TEXT}

_STEP = open_(
    {
        "fact": described(
            "The fact: `households`, of a member `buildings.b3.monitored`, a stated figure `stated.camera_online_rate`.",
            _TEXT,
        ),
        "kind": word(
            "The kind of the fact.",
            *("count", "quantity", "share", "rate", "flag", "set", "choice", "date", "stated"),
        ),
        "now": described("Its value, as a facts document says it; null where it is not known.", _VALUE),
        "needed": described("The value that it must have.", _VALUE),
        "difference": described(
            "How much more it is, less where it is negative; null for what is no number and what is not known.",
            {
                **open_(
                    {
                        "number": described("How many of the unit.", _NUMBER),
                        "unit": described("The unit, in which the fact is declared.", _TEXT),
                    },
                    ("number", "unit"),
                ),
                "type": ["object", "null"],
            },
        ),
        "days": described(
            "How many days later a date is, earlier where it is negative.", {"type": ["integer", "null"]}
        ),
        "added": described("The members that a set gains.", _IDS),
        "removed": described("The members that a set loses.", _IDS),
        "others": described("The members that would do as well as those that it gains.", _IDS),
        "assumed": described(
            "Whether the fact is fixed and not known, so that the plan rests on its being so.", {"type": "boolean"}
        ),
        "room": word(
            "Of a number that is not known, what may stand in place of `needed`.",
            *("exactly", "at_least", "any"),
            meanings=["Nothing.", "Anything more.", "Other numbers too, of which the plan rests on one."],
        ),
        "share": described(
            "The share of its whole that is asked of a part at least, where neither is known; null otherwise.",
            or_nothing(_NUMBER),
        ),
        "indicators": described("The indicators that do not pass and that it serves, by ids.", _IDS),
        "cost": _COST,
    },
    ("fact", "kind", "now", "needed", "difference", "assumed", "indicators", "cost"),
)
_STEPS = list_of(ref("step"))


def gap_schema() -> Schema:
    """Return the schema of a plan."""
    return document(
        "smartrules gap",
        "The smallest set of changes with which a community reaches a tier, or why there is none.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-gap"}),
                "version": described("The version of the form.", {"const": 1}),
                "ruleset": described("The ruleset that it was made with.", RULESET),
                "tier": described("The id of the tier that is asked for.", _TEXT),
                "community": described("Whose plan it is; null where the facts do not say.", COMMUNITY),
                "status": word(
                    "What it comes to.",
                    *("reached", "planned", "impossible", "not_found", "unknown"),
                    meanings=[
                        "The tier is reached already.",
                        "The steps reach it.",
                        "It cannot be reached, whatever is changed.",
                        "The search ended before it found a plan.",
                        "Nobody can know: what is required, or a collection that it asks, is not to hand.",
                    ],
                ),
                "proved": described(
                    "Whether every way was gone through, so that no plan is smaller, or there is none.",
                    {"type": "boolean"},
                ),
                "places": described("How many places the search looked at.", {"type": "integer"}),
                "steps": described("In an order in which the facts are valid after each.", _STEPS),
                "hindrances": described(
                    "Why there is no plan.",
                    list_of(
                        open_(
                            {
                                "tier": described("The tier.", _TEXT),
                                "reason": word(
                                    "What stands in the way.",
                                    *("requirements_unknown", "collection_unknown", "fixed", "never", "together"),
                                    "not_found",
                                ),
                                "indicators": described("Those that cannot pass; none where it is the tier.", _IDS),
                                "facts": described("The facts or collections that are the reason, by ids.", _IDS),
                                "tiers": described("The tier of each indicator; none where all are of `tier`.", _IDS),
                            },
                            ("tier", "reason", "indicators", "facts"),
                        )
                    ),
                ),
                "alternatives": described(
                    "Other ways, each in place of some steps.",
                    list_of(
                        open_(
                            {
                                "instead_of": described("The facts of the steps that it takes the place of.", _IDS),
                                "steps": described("What changes in their place.", _STEPS),
                                "cost": _COST,
                            },
                            ("instead_of", "steps"),
                        )
                    ),
                ),
                "withdrawn": described(
                    "The measures whose stated figures go, since counts of theirs change and all are known, by ids.",
                    _IDS,
                ),
                "cost": _COST,
                "currency": described("What costs are in, as the costs file says it.", or_nothing(_TEXT)),
                "facts": described(
                    "The facts after every step, as a facts document; null where there are no steps.",
                    {"type": ["object", "null"]},
                ),
            },
            ("format", "version", "ruleset", "tier", "status", "proved", "steps", "hindrances", "alternatives"),
        ),
        {"step": _STEP},
    )


def questions_schema() -> Schema:
    """Return the schema of questions."""
    return document(
        "smartrules questions",
        "The unknown facts of a community in the order in which asking for them settles a tier soonest.",
        open_(
            {
                "format": described("What this document is.", {"const": "smartrules-questions"}),
                "version": described("The version of the form.", {"const": 1}),
                "ruleset": described("The ruleset that they were found with.", RULESET),
                "community": described("Of whom they are; null where the facts do not say.", COMMUNITY),
                "tier": described("The tier that they settle; null where there is nothing to ask.", or_nothing(_TEXT)),
                "wanted": described("The id of the tier that was asked for; null where none was.", or_nothing(_TEXT)),
                "not_to_hand": described(
                    "The tier that no answer settles, since what it requires is not to hand; null where there is none.",
                    or_nothing(_TEXT),
                ),
                "questions": described(
                    "The first to ask first.",
                    list_of(
                        open_(
                            {
                                "fact": described("The fact, a collection, or `on`, the day.", _TEXT),
                                "indicators": described("The open indicators that it helps to settle.", _IDS),
                                "settles": described("Those that are settled once it is answered too.", _IDS),
                            },
                            ("fact", "indicators", "settles"),
                        )
                    ),
                ),
            },
            ("format", "version", "ruleset", "tier", "questions"),
        ),
    )
