"""The JSON Schemas of values: of any fact, and of each fact and measure as a ruleset declares it."""

from __future__ import annotations

from fractions import Fraction

from smartrules.documents.schemas.keywords import (
    TEXTS,
    Schema,
    any_of,
    closed,
    described,
    either,
    list_of,
    mapping_of,
    or_nothing,
    ref,
    text,
)
from smartrules.expr.text import phrase
from smartrules.outcome import Outcome
from smartrules.standard import Collection, Edition, FactDeclaration, Measure, Title
from smartrules.units import Unit
from smartrules.values import Kind, Language, Number, Quantity, decimal_places

# A number begins with a digit, which may be fullwidth as may its sign; more than a number is a text with another sign.
_NUMBER = r"^\s*[-+－＋−]?\s*[.．]?[0-9０-９]"
_WITH_UNIT = _NUMBER + r"[\s\S]*[^\d\s.,+-]"
# Year, month and day with two hyphens; digits may be fullwidth.
_DATE = r"^\s*[0-9０-９]{4}[-－−][0-9０-９]{2}[-－−][0-9０-９]{2}\s*$"
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_YES_NO = r"^\s*([Yy][Ee][Ss]|[Nn][Oo]|是|否)\s*$"


def _said(message: str) -> Schema:
    """Return what an editor says of a value that does not fit; other readers of schemas pass it over."""
    return {"patternErrorMessage": message, "errorMessage": message}


DAY: Schema = {
    "type": "string",
    "pattern": _DATE,
    **_said("write year, month and day: `2023-11-25`"),
}
DAY_OR_NOTHING = or_nothing(DAY)

_MEANINGS = {
    Outcome.MET: "达标: what is required holds.",
    Outcome.NOT_MET: "不达标: what is required does not hold.",
    Outcome.NOT_APPLICABLE: "不适用: it is not asked of this community.",
    Outcome.UNDETERMINED: "无法判定: something is missing that could still change the result.",
}
OUTCOME: Schema = {
    "enum": [outcome.value for outcome in Outcome],
    "enumDescriptions": [_MEANINGS[outcome] for outcome in Outcome],
}


#: What the schemas of values refer to; a document that uses them defines these.
DEFINITIONS: dict[str, Schema] = {
    "outcome": OUTCOME,
    "evidence": described("What shows it: a register, a photograph, a contract. It decides nothing.", TEXTS),
    "observed": described("The day on which it was so.", DAY_OR_NOTHING),
    "note": text("What else a reader must know."),
}


def with_evidence(value: Schema) -> Schema:
    """Return the schema of a value that may stand alone, with its evidence, or as ``null`` where it is not known."""
    own = described("The value itself; `null` where it is not known.", or_nothing(value))
    shown = closed({"value": own, **{key: ref(key) for key in ("evidence", "observed", "note")}}, ("value",))
    if "enum" in value:
        return any_of(or_nothing(value), shown)
    return or_nothing(either(value, shown))


#: A value of a fact that is not known here: a number with or without its unit, yes or no, a member, members, a day.
ANY_VALUE = with_evidence(either({"type": ["string", "number", "boolean"]}, list_of({"type": "string"})))
#: A stated measure that is not known here: a number, with its unit where it has one.
ANY_FIGURE = with_evidence({"type": ["string", "number"]})

_IDENTITY: dict[str, Schema] = {
    "id": text("A name for programs; without one a member is named by its place in the list."),
    "name": text("Its name for readers; the id, where none is given."),
}
ANY_MEMBERS = or_nothing(list_of({**mapping_of(ANY_VALUE), "properties": _IDENTITY}))


def members_of(edition: Edition, collection: Collection) -> Schema:
    """Return the schema of the members of a collection."""
    facts = {fact.id: fact_value(edition, fact) for fact in collection.facts}
    return titled(
        collection.title,
        f"The members, one {collection.unit} each; `[]` where there is none. / 逐一列出，没有则写 `[]`。",
        or_nothing(list_of(closed({**_IDENTITY, **facts}))),
    )


def fact_value(edition: Edition, fact: FactDeclaration) -> Schema:
    """Return the schema of the value of a fact."""
    description = "\n\n".join(part for part in (both(fact.definition), *_how_to_write(edition, fact)) if part)
    return titled(fact.title, description, with_evidence(_bare(fact)))


def figure(edition: Edition, measure: Measure) -> Schema:
    """Return the schema of a measure that is stated without the facts behind it."""
    value = _number_with(measure.unit) if measure.unit.factors else _number(measure.unit)
    return titled(measure.title, formula(edition, measure), with_evidence(value))


def formula(edition: Edition, measure: Measure) -> str:
    """Return what a measure is made of, in both languages, and how its value is written."""
    formulas = dict.fromkeys(phrase(measure.value, edition, language) for language in _LANGUAGES)
    how = f"In {measure.unit.english()}: `{_with_unit(measure.unit)}`." if measure.unit.factors else "A plain number."
    return "\n\n".join((*(f"= {one}" for one in formulas), how))


def claim(edition: Edition, indicator: str) -> Schema:
    """Return the schema of what a document says of an indicator; it shows what the lowest tier requires."""
    said = "What it requires is not to hand. / 具体要求未收录。"
    for tier in edition.tiers:
        if indicator in edition.rules(tier.id):
            said = f"{both(tier.title) or tier.id}:\n\n{requirement(edition, tier.id, indicator)}"
            break
    return titled(edition.indicator_by_id[indicator].title, said, ref("outcome"))


def requirement(edition: Edition, tier: str, indicator: str) -> str:
    """Return what an indicator requires at a tier, in both languages."""
    rule = edition.rules(tier)[indicator]
    return "\n\n".join(dict.fromkeys(phrase(rule, edition, language) for language in _LANGUAGES))


def titled(title: Title, description: str, schema: Schema) -> Schema:
    """Return a schema with a title in both languages."""
    return described(description, schema, both(title) or None)


def both(title: Title) -> str:
    """Return a title in both languages, empty where there is none."""
    return " / ".join(dict.fromkeys(text for text in (title.zh, title.en) if text))


# --- one fact --------------------------------------------------------------------------------------------------------


def _bare(fact: FactDeclaration) -> Schema:
    """Return the schema of a value that stands alone."""
    ids = list(fact.member_ids)
    explained = {"enum": ids, "enumDescriptions": [both(member.title) or member.id for member in fact.members]}
    match fact.kind:
        case Kind.FLAG:
            return either(
                {"type": "boolean"},
                {"type": "string", "pattern": _YES_NO, **_said("write `true` or `false`, 是 or 否")},
            )
        case Kind.SET:
            return {
                **list_of(explained),
                "uniqueItems": True,
                "errorMessage": f"write a list: `[{', '.join(ids[:2])}]`",
            }
        case Kind.CHOICE:
            return {"type": "string", **explained}
        case Kind.DATE:
            return DAY
        case _:
            assert fact.unit is not None
            counts = fact.kind is Kind.COUNT and fact.unit.counts
            return _bounded(fact) if counts or not fact.unit.factors else _number_with(fact.unit)


def _number_with(measured: Unit) -> Schema:
    """Return the schema of a number that needs its unit, and so is a text."""
    message = f"write a number with its unit, such as `{_with_unit(measured)}`"
    return {"type": "string", "pattern": _WITH_UNIT, **_said(message)}


def _number(measured: Unit) -> Schema:
    """Return the schema of a number that may be bare, because its unit counts things or is none."""
    message = f"write a number, such as `{_with_unit(measured)}`"
    return {"type": ["number", "string"], "pattern": _NUMBER, **_said(message)}


def _bounded(fact: FactDeclaration) -> Schema:
    """Return the schema of a number that may be bare, with the bounds of a bare one; a text is left to the reader."""
    assert fact.unit is not None
    whole = fact.kind is Kind.COUNT and fact.unit.size == 1
    bounds = {"minimum": _decimal(fact.minimum, fact.unit), "maximum": _decimal(fact.maximum, fact.unit)}
    return {
        **_number(fact.unit),
        "type": ["integer" if whole else "number", "string"],
        **{keyword: bound for keyword, bound in bounds.items() if bound is not None},
    }


def _decimal(root: Number | None, measured: Unit) -> int | float | None:
    """Return a bound in a unit as JSON writes it, or None where it has no exact decimal.

    A number of a document becomes the nearest double in an editor, as the bound does, so that one on the bound passes.
    """
    if root is None:
        return None
    number = Quantity.in_unit(root, measured).number
    if number.denominator == 1:
        return int(number)
    return None if decimal_places(number.denominator) is None else float(number)


def _with_unit(measured: Unit) -> str:
    return f"12 {measured.after(Fraction(12))}".rstrip()


def _how_to_write(edition: Edition, fact: FactDeclaration) -> tuple[str, str]:
    """Return how a value of a fact is written, in English and in Chinese."""
    match fact.kind:
        case Kind.FLAG:
            return "Yes or no: `true` or `false`.", "是或否：`true` 或 `false`，也可写 是、否。"
        case Kind.SET:
            return "A list of members; `[]` where there is none.", "多选，写成列表；一项也没有则写 `[]`。"
        case Kind.CHOICE:
            return "One of the members.", "单选。"
        case Kind.DATE:
            return "A day: `2023-11-25`.", "日期：`2023-11-25`。"
        case Kind.COUNT:
            assert fact.unit is not None
            english, chinese = f"A count of {fact.unit.english()}", f"数量，单位：{fact.unit.chinese()}"
        case _:
            assert fact.unit is not None
            english, chinese = f"A {fact.kind.value}", "量值"
            if fact.unit.factors:
                english += f" in {fact.unit.english()}, with its unit: `{_with_unit(fact.unit)}`"
                chinese = f"写明单位：`12{fact.unit.chinese()}`"
    limits = _limits(edition, fact)
    return (
        ", ".join([english, *(limit for limit, _ in limits)]) + ".",
        "，".join([chinese, *(limit for _, limit in limits)]) + "。",
    )


def _limits(edition: Edition, fact: FactDeclaration) -> list[tuple[str, str]]:
    """Return the bounds of a number, each in English and in Chinese."""
    assert fact.unit is not None
    limits = []
    for root, english, chinese in (
        (fact.minimum or None, "at least", "不小于"),
        (fact.maximum, "at most", "不大于"),
        (fact.step, "in steps of", "精确到"),
    ):
        if root is not None:
            bound = Quantity.in_unit(root, fact.unit)
            limits.append((f"{english} {bound.text('en')}", f"{chinese}{bound.text('zh')}"))
    if fact.at_most is not None:
        whole = edition.fact_by_id[fact.at_most].title
        limits.append((f"at most {whole.text('en', fact.at_most)}", f"不大于{whole.text('zh', fact.at_most)}"))
    return limits


def named(edition: Edition) -> Schema:
    """Return the schema of what a document says under ``ruleset:`` when it is for an edition."""
    standard = edition.standard
    names = [standard.id, *standard.aliases]
    return {"enum": [edition.name, *names, *(f"{name}@{edition.id}" for name in standard.aliases)]}
