"""The JSON Schema of ruleset documents."""

from __future__ import annotations

from smartrules.documents.schemas.keywords import (
    TEXT,
    TEXTS,
    Schema,
    by_id,
    closed,
    described,
    document,
    either,
    list_of,
    mapping_of,
    or_nothing,
    ref,
    text,
    texts,
    word,
)
from smartrules.documents.schemas.values import DAY
from smartrules.expr.build import RESERVED
from smartrules.facts import DOCUMENT_KEYS
from smartrules.standard import REACTION_KINDS
from smartrules.unit_table import COUNTING, MEASURING

_NUMBER_KINDS = ("count", "quantity", "share", "rate")
# `flag:` and `date:` are read as `kind: flag` and `kind: date`, and no editor should offer them.
_BARE_KINDS = ("flag", "date")
_OTHER_KINDS = ("set", "choice", "kind", *_BARE_KINDS)
_BOUNDS = ("min", "max", "step", "at_most")
# Blanks and `_` are the same in `all of`, `any of`, `at least 2 of` and `not`.
_CONNECTIVES = r"^[\s_]*(all[\s_]+of|any[\s_]+of|at[\s_]+least[\s_]+[0-9０-９]+[\s_]+of)[\s_]*$"
_NEGATION = r"^[\s_]*not[\s_]*$"
# `every quarter where gated: guarded` without quotation marks, of which YAML makes a key and a value.
_QUANTIFIER = r"^(every|some)\b"
# The signs of ASCII that no name of a standard has; letters of other scripts are not told apart here.
_CATALOG_NAME = r"^\s*[^\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f][^\u0000-\u002c\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]*\s*$"
_CATALOG_RULE = "a name is letters, digits, `-`, `.` and `_`, beginning with a letter or digit"
_EXTENDED = r"^[^/\\@]*@[^/\\]*$"

_COUNTED = [row[3] for row in COUNTING]
_MEASURED = [row[3] for row in MEASURING]

_LANGUAGES = {"zh": text("The title in Chinese."), "en": text("The title in English.")}
#: A text in one language, which its characters tell, or one for each language.
_TITLE = either(TEXT, closed(_LANGUAGES))


def ruleset_schema() -> Schema:
    """Return the schema of a ruleset document."""
    top = closed(_TOP, ("standard", "edition"))
    top["dependencies"] = {"remove": ["extends"]}
    # What another ruleset supplies need not stand here.
    top["if"] = {"required": ["extends"]}
    top["else"] = {
        "required": ["tiers", "facts", "indicators"],
        "properties": {"indicators": mapping_of({"required": ["require"]})},
    }
    return document(
        "smartrules ruleset",
        "One edition of a standard: its tiers, what a community is asked for, and what is required.",
        top,
        _DEFINITIONS,
    )


def _title(description: str) -> Schema:
    return described(description, ref("title"))


def _bound(description: str) -> Schema:
    return described(description, {"type": ["number", "string"], "minLength": 1})


def _members(description: str) -> Schema:
    return described(description, by_id(or_nothing(_TITLE), unlike=RESERVED, least=1))


_SOURCE = described("Where this stands in the standard.", ref("source"))

_OWN_KEYS: dict[str, Schema] = {
    "count": text("A whole number of things: the counting unit, such as `household`.", *_COUNTED),
    "quantity": text("A measured number: its unit, such as `km^2` or `h`.", *_MEASURED),
    "share": text("A plain ratio: `%` or `‰`, in quotation marks.", "%", "‰"),
    "rate": text("A number in a unit such as `event/year`.", "event/year", "event/month"),
    "set": _members("The members that the fact can hold, any number of them: each id with its title."),
    "choice": _members("The members of which the fact holds exactly one: each id with its title."),
    "kind": word(
        "The kind of a fact without a unit.",
        "flag",
        "date",
        meanings=["Yes or no. Its title is a statement, which a rule that requires the flag prints.", "A day."],
    ),
    "title": _title("What readers call the fact. That of a flag is a statement."),
    "definition": _title("What exactly is counted or measured, where the title does not say it."),
    "min": _bound("The least value, in the unit of the fact or with a unit of its own; 0 where nothing is said."),
    "max": _bound("The greatest value, in the unit of the fact or with a unit of its own."),
    "step": _bound("The finest difference; a value that is written finer is refused."),
    "at_most": text("The id of the fact that is the whole of this part. A part is never larger than its whole."),
    "fixed": described(
        "Says that nobody can change the fact, such as an area: no plan of what to change asks for another value.",
        {"type": "boolean"},
    ),
    "better": word(
        "In which direction a community improves, all else being the same; it decides nothing, and `smartrules verify` "
        "holds it against the rules.",
        "more",
        "less",
        meanings=["More of it, yes, a later date, further members.", "Less of it, no, an earlier date, fewer members."],
    ),
}
_MADE = text(
    "What the fact is, made of a collection. Then the number may be given, or the members, or both.",
    "count(buildings where storeys >= 19 storeys)",
)


def _declaration(keys: dict[str, Schema]) -> Schema:
    """Return the schema of a fact declaration with these keys: exactly one says the kind, and only numbers have bounds."""
    schema = closed(keys)
    schema["patternProperties"] = {f"^{kind}$": {} for kind in _BARE_KINDS}
    schema["oneOf"] = [{"required": [key]} for key in (*_NUMBER_KINDS, *_OTHER_KINDS)]
    schema["if"] = {"anyOf": [{"required": [key]} for key in _OTHER_KINDS]}
    schema["then"] = {"properties": dict.fromkeys(_BOUNDS, False)}
    schema["dependencies"] = {"choice": {"properties": {"better": False}}}
    return schema


def _formula(of: str) -> Schema:
    """Return the schema of a named formula."""
    return closed(
        {
            "value": text("The formula.", "part / whole", "sum(buildings, area)"),
            "unit": text(
                f"The unit in which the standard speaks of the {of}. `%` stands in quotation marks.", "%", *_MEASURED
            ),
            "title": _title(f"What readers call the {of}."),
            "source": described("Where the standard defines it.", ref("source")),
            "when_zero": word(
                "Says that a denominator may be zero, which leaves it undetermined. `check` then gives no warning.",
                "undetermined",
            ),
        },
        ("value", "unit"),
    )


_PARTS_OF_RULE = described("The requirements, one a line, each after `- `.", list_of(ref("rule"), least=1))
_LISTS: dict[str, Schema] = {
    "all of": described("Every one of the list is required.", _PARTS_OF_RULE),
    "any of": described("One of the list is enough.", _PARTS_OF_RULE),
    "at least 2 of": described("So many of the list are required.", _PARTS_OF_RULE),
    "not": described("What must not hold.", ref("rule")),
}
_EXPRESSION: Schema = {"type": "string", "minLength": 1}


def _rule(keys: dict[str, Schema]) -> Schema:
    """Return the schema of a requirement: an expression, or a list under a connective; further keys may be allowed."""
    lists = closed({**_LISTS, **keys})
    return either(
        _EXPRESSION,
        {
            **lists,
            "patternProperties": {_CONNECTIVES: _PARTS_OF_RULE, _NEGATION: ref("rule"), _QUANTIFIER: ref("rule")},
            "minProperties": 1,
        },
    )


# In a schema of its own: where it stands beside the keys, an editor offers none of them as soon as a line is begun.
_RULE = {**_rule({}), "allOf": [{"maxProperties": 1}]}
_OWN_RULE = {
    "rule": described("The requirement.", ref("rule")),
    "source": described("Where the standard requires it at this tier.", ref("source")),
}
#: A requirement of an indicator, which may stand under ``rule`` with a source of its own.
_REQUIREMENT = {
    **_rule(_OWN_RULE),
    "if": {"anyOf": [{"required": [key]} for key in _OWN_RULE]},
    "then": {"propertyNames": {"enum": [*_OWN_RULE]}, "required": ["rule"]},
    "else": {"maxProperties": 1},
}

_POINTS = either(
    {**TEXT, "examples": ["5 points", "10 points"]},
    closed(
        {
            "value": text("How many points it gives: a formula in points."),
            "of": text("The most that it can give.", "4 points", "10 points"),
        },
        ("value", "of"),
    ),
)

_TURNED = either(
    TEXT,
    list_of(TEXT, least=1),
    {
        **closed(
            {
                "tier": described("The id of a tier, or a list of ids.", ref("ids")),
                "indicator": described("The id of an indicator, or a list of ids.", ref("ids")),
                "group": described("The id of a group, or a list of ids: every indicator of it.", ref("ids")),
            }
        ),
        "minProperties": 1,
    },
)
_SPAN: Schema = {"type": "string", "minLength": 1, "examples": ["30 days", "12 months"]}
_REACTION = closed(
    {
        "title": _title("What readers call the event."),
        "lost": described("Tiers, indicators or groups that were met and are met no more.", ref("turned")),
        "reached": described("Tiers, indicators or groups that become met.", ref("turned")),
        "stale": described("Facts, measures that are stated, or collections that are older than `after`.", ref("ids")),
        "tier": text("The tier that asks the indicators; any tier where none is named."),
        "at_least": described(
            "How many different ones of them there have to be together.", {"type": ["integer", "string"], "minimum": 1}
        ),
        "within": described("The time within which that many have to come.", _SPAN),
        "after": described("How old it may be: `12 months`.", _SPAN),
        "source": _SOURCE,
    }
)
_REACTION["oneOf"] = [{"required": [key]} for key in REACTION_KINDS]
_REACTION["dependencies"] = {"within": ["at_least"], "stale": ["after"]}
_REACTION["if"] = {"required": ["stale"]}
_REACTION["then"] = {"properties": dict.fromkeys(("tier", "at_least", "within"), False)}
_REACTION["else"] = {"properties": {"after": False}}

_DEFINITIONS: dict[str, Schema] = {
    "ids": either(TEXT, list_of(TEXT, least=1)),
    "turned": _TURNED,
    "reaction": _REACTION,
    "title": _TITLE,
    "source": closed(
        {
            "document": text("The document, where it is not the edition's own."),
            "clause": text("The clause, article or row, as the document numbers it."),
            "page": text("The page, as printed."),
            "mark": text("How sure the source is, in the ruleset's own words."),
            "note": text("What a reader must know, such as how an ambiguity of the document was decided."),
            "url": text("Where the document can be read."),
        }
    ),
    "rule": _RULE,
    "requirement": _REQUIREMENT,
    "fact": _declaration({**_OWN_KEYS, "from": _MADE}),
    "member_fact": _declaration(_OWN_KEYS),
    "measure": _formula("measure"),
    "score": _formula("score"),
    "tier": or_nothing(
        closed(
            {
                "title": _title("The title of the tier."),
                "requirements": word(
                    "Marks a tier that the standard names while what it requires is not to hand.",
                    "unknown",
                    meanings=["The tier is undetermined for everybody. Never invent what it requires."],
                ),
                "rule": described(
                    "When the tier is reached; without a rule, when all its indicators are met or not applicable.",
                    ref("rule"),
                ),
            }
        ),
    ),
    "group": {
        **or_nothing(either(TEXT, closed({**_LANGUAGES, "title": _title("The title of the group.")}))),
        "if": {"required": ["title"]},
        "then": {"propertyNames": {"enum": ["title"]}},
    },
    "collection": closed(
        {
            "each": text("What one of it is, in a counting unit; a rule may say `every building`.", *_COUNTED),
            "title": _title("What readers call one of it, as it stands after “every” and “number of”."),
            "facts": described(
                "What is asked of each member, declared as the facts of the community are.",
                by_id(ref("member_fact"), unlike={*RESERVED, *DOCUMENT_KEYS, "id", "name"}, least=1),
            ),
        },
        ("each", "facts"),
    ),
    "indicator": closed(
        {
            "number": text("Its number, as the standard prints it."),
            "group": text("The id of its group."),
            "title": _title("The title of the indicator."),
            "applies": described("The condition under which it applies; without one it always does.", ref("rule")),
            "measures": described(
                "Named formulas of this indicator; every expression of the document may use them.",
                by_id(ref("measure"), unlike=RESERVED),
            ),
            "require": described(
                "What it takes, by tier, lowest first. It holds at every tier above as well, until it is restated there.",
                mapping_of(ref("requirement"), least=1),
            ),
            "source": _SOURCE,
            "optional": described(
                "Whether a tier can be reached without it: `true` for every tier, or the tiers for which it is so.",
                either({"type": "boolean"}, TEXTS),
            ),
            "points": described(
                "The points that it gives: a number of points when it is met, or a formula with the most it can give.",
                _POINTS,
            ),
        }
    ),
}

_TOP: dict[str, Schema] = {
    "standard": {
        **text("The name of the standard in the catalog, such as `shandong-smart-community`."),
        "pattern": _CATALOG_NAME,
        "patternErrorMessage": _CATALOG_RULE,
    },
    "edition": {
        **text('The name of this dated version, in quotation marks: `"2022"`.'),
        "pattern": _CATALOG_NAME,
        "patternErrorMessage": _CATALOG_RULE,
    },
    "extends": {
        **text("A ruleset of the catalog that this one begins from, with its edition: `standard@edition`."),
        "pattern": _EXTENDED,
        "patternErrorMessage": "name a ruleset of the catalog with its edition: `standard@edition`",
    },
    "remove": described(
        "What this ruleset takes away from the one that it extends, by ids.",
        closed(
            {
                "facts": texts("Ids of facts."),
                "collections": texts("Ids of collections."),
                "measures": texts("Ids of measures."),
                "scores": texts("Ids of scores."),
                "indicators": texts("Ids of indicators."),
                "reactions": texts("Ids of reactions."),
            }
        ),
    ),
    "title": _title("The title of the standard."),
    "aliases": texts("Other names by which the standard is cited, such as document numbers; each loads the ruleset."),
    "effective": described(
        "From when until when the edition is in force.",
        closed(
            {
                "from": described("The first day, such as `2022-01-01`.", DAY),
                "until": described("The last day; left out where none is set.", DAY),
            }
        ),
    ),
    "source": described("The document that the edition is; indicators add the clause.", ref("source")),
    "tiers": described("The levels of the standard, lowest first; one is enough.", by_id(ref("tier"), least=1)),
    "groups": described("The first-level headings (一级指标), each with its title.", by_id(ref("group"))),
    "facts": described(
        "What a community is asked for: each fact with its kind, its unit and its bounds.",
        by_id(ref("fact"), unlike={*RESERVED, *DOCUMENT_KEYS}, least=1),
    ),
    "collections": described(
        "Things of a community of which each is asked the same: its quarters, its buildings.",
        by_id(ref("collection"), unlike=RESERVED),
    ),
    "measures": described("Named formulas that belong to no single indicator.", by_id(ref("measure"), unlike=RESERVED)),
    "scores": described(
        "Named formulas over the points of a tier's indicators, reckoned tier by tier.",
        by_id(ref("score"), unlike=RESERVED),
    ),
    "indicators": described(
        "What is required: the second-level headings (二级指标).", by_id(ref("indicator"), least=1)
    ),
    "reactions": described(
        "The events that a host is told of: each by its name, with what it waits for.", by_id(ref("reaction"))
    ),
}
