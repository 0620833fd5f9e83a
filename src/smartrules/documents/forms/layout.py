"""What the cells of a form are found by: names of rows and columns that stand in a hidden column and a hidden row.

Whoever fills a form may put its rows into another order, insert and delete some, hide columns and rename sheets; so no cell is
found by its place. On every sheet with cells to fill there is one cell that says `ROWS`: to the right of it stand the
names of the columns, below it those of the rows. On the sheet of a collection it says `members_of` instead; to the right of it
stand the ids of the facts of a member, and each row below is one member.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from smartrules.outcome import Outcome
from smartrules.standard import Edition, FactDeclaration, Measure, Member, Title
from smartrules.units import Unit
from smartrules.values import Language

#: In which languages a form is written: `both` has them one beside the other.
FormLanguage = Literal["zh", "en", "both"]

#: The hidden sheet that says what the form is for, and the text of its first cell.
HIDDEN = "smartrules-form"
TITLE = "smartrules form"
VERSION = 2

#: The names of what the hidden sheet says, in its first column.
ABOUT = ("ruleset", "fingerprint", "declarations", "language", "version")
#: Below them it says of each sheet what the form had: its name, the mark, and then the names of the columns, or of the rows.
HAD_COLUMNS, HAD_ROWS = "columns", "rows"

# --- the cells that others are found by ----------------------------------------------------------------------------

ROWS = "#rows"
VALUE, REPORTED, EVIDENCE, OBSERVED, NOTE = "#value", "#not_reported", "#evidence", "#observed", "#note"
#: The columns of what stands beside a value.
BESIDES = (EVIDENCE, OBSERVED, NOTE)
#: The column of the units, in which what the form printed should still stand.
UNIT = "#unit"
#: The columns of a sheet of rows that are read.
COLUMNS = (VALUE, REPORTED, EVIDENCE, OBSERVED, NOTE)
#: The column of the names of members, on the sheet of a collection.
MEMBER = "#member"
#: In place of the name of a row: a row that the form printed, with nothing to fill; the last two are those of a collection.
PRINTED, HEADINGS, EXPLANATIONS = "#printed", "#headings", "#explanations"


def members_of(collection: str) -> str:
    """Return what stands on the sheet of a collection in place of `ROWS`."""
    return f"#members:{collection}"


def collection_of(mark: str) -> str | None:
    """Return the collection whose members a mark stands above, None for any other text."""
    start = members_of("")
    return mark.removeprefix(start) if mark.startswith(start) else None


#: The rows that say whose facts they are, and of which day.
COMMUNITY_ID, COMMUNITY_NAME, DAY = "community:id", "community:name", "on"
LABELS: Mapping[str, Title] = {
    COMMUNITY_ID: Title("社区编号", "id of the community"),
    COMMUNITY_NAME: Title("社区名称", "name of the community"),
    DAY: Title("数据截止日期", "day of the facts"),
}


def fact_row(fact: str) -> str:
    """Return the name of the row of a fact."""
    return f"fact:{fact}"


def tick_row(fact: str, member: str) -> str:
    """Return the name of the row in which a member of a set is ticked."""
    return f"tick:{fact}:{member}"


def stated_row(measure: str) -> str:
    """Return the name of the row in which a measure is stated."""
    return f"stated:{measure}"


def claim_row(indicator: str) -> str:
    """Return the name of the row in which the outcome of an indicator is claimed."""
    return f"claim:{indicator}"


def none_row(collection: str) -> str:
    """Return the name of the row that says that a collection has no member."""
    return f"none:{collection}"


def rows_of(edition: Edition) -> frozenset[str]:
    """Return the names of all rows that a form of an edition may have."""
    names = {COMMUNITY_ID, COMMUNITY_NAME, DAY}
    for fact in edition.facts:
        names.add(fact_row(fact.id))
        names |= {tick_row(fact.id, member) for member in fact.member_ids}
    names |= {stated_row(measure.id) for measure in edition.measures}
    names |= {claim_row(indicator.id) for indicator in edition.indicators}
    return frozenset(names | {none_row(collection.id) for collection in edition.collections})


def tick_column(fact: str, member: str) -> str:
    """Return the name of the column in which a member of a set is ticked, on the sheet of a collection."""
    return f"{fact}.{member}"


def beside_column(fact: str, what: str) -> str:
    """Return the name of the column that says something of one fact of a member: its `EVIDENCE`, `OBSERVED` or `NOTE`."""
    return f"{fact}{what}"


# --- what is chosen from a list ------------------------------------------------------------------------------------

YES: Mapping[FormLanguage, str] = {"zh": "是", "en": "yes", "both": "是 yes"}
NO: Mapping[FormLanguage, str] = {"zh": "否", "en": "no", "both": "否 no"}
NONE: Mapping[FormLanguage, str] = {"zh": "无", "en": "none", "both": "无 none"}
TICK = "√"

CLAIMS: Mapping[Language, Mapping[Outcome, str]] = {
    "zh": {
        Outcome.MET: "达标",
        Outcome.NOT_MET: "不达标",
        Outcome.NOT_APPLICABLE: "不适用",
        Outcome.UNDETERMINED: "待定",
    },
    "en": {
        Outcome.MET: "met",
        Outcome.NOT_MET: "not met",
        Outcome.NOT_APPLICABLE: "not applicable",
        Outcome.UNDETERMINED: "undetermined",
    },
}


def in_both(zh: str | None, en: str | None, language: FormLanguage, joint: str = " ") -> str:
    """Return a text in the languages of a form, an empty one where it is in none."""
    match language:
        case "zh":
            return zh or en or ""
        case "en":
            return en or zh or ""
        case _:
            return joint.join(dict.fromkeys(part for part in (zh, en) if part))


def unit_word(unit: Unit | None, language: FormLanguage) -> str:
    """Return a unit as it stands beside its cell."""
    if unit is None or not unit.factors:
        return ""
    english = unit.english(2).replace("^2", "²").replace("^3", "³")
    return in_both(unit.chinese(), english, language, "\n")


def claim_word(outcome: Outcome, language: FormLanguage) -> str:
    """Return how an outcome is claimed in a form."""
    return in_both(CLAIMS["zh"][outcome], CLAIMS["en"][outcome], language)


def member_word(members: Iterable[Member], member: Member, language: FormLanguage) -> str:
    """Return how a member of a set or choice is called in a form: by its title, with its id where that is not its alone."""
    word = _member_word(member, language)
    alone = sum(_member_word(other, language) == word or other.id == word for other in members) == 1
    return word if alone or word == member.id else f"{word} ({member.id})"


def _member_word(member: Member, language: FormLanguage) -> str:
    return " ".join(in_both(member.title.zh, member.title.en, language).split()) or member.id


def first_language(language: str) -> Language:
    """Return the language in which a form is spoken of where there is room for one."""
    return "en" if language == "en" else "zh"


# --- for which facts a form is made --------------------------------------------------------------------------------


def declarations(edition: Edition) -> str:
    """Return the SHA-256 of what a form rests on: which facts, measures, collections and indicators there are, of which
    kind, in which unit, of which members.

    Where it is the same, a form reads the same, whatever was changed of titles, bounds and requirements.
    """
    key = "the declarations of forms"
    if key not in edition.readings:
        plain = {
            "facts": [_declared(fact) for fact in edition.facts],
            "collections": [[one.id, [_declared(fact) for fact in one.facts]] for one in edition.collections],
            "measures": [_declared(measure) for measure in edition.measures],
            "indicators": [indicator.id for indicator in edition.indicators],
        }
        edition.readings[key] = hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()
    found: str = edition.readings[key]
    return found


def _declared(declared: FactDeclaration | Measure) -> list[Any]:
    unit = None if declared.unit is None else str(declared.unit)
    if isinstance(declared, Measure):
        return [declared.id, unit]
    return [declared.id, declared.kind.value, unit, list(declared.member_ids)]
