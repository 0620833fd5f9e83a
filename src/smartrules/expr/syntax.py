"""What cannot be read as an expression, in an author's words: what is wrong at a place, and what to write there."""

from __future__ import annotations

import re
import unicodedata

from smartrules.diagnostics import Fault, shorten

_AND, _OR = "join requirements with `and`", "join requirements with `or`"
_QUOTES = "names and members stand without quotation marks"
_LISTS = "lists stand in round parentheses: `(a, b)`"
_POWER = "a power stands only in units, `km^2`; multiply instead: `side * side`"

#: What to write instead of a sign that the language does not have.
_SIGNS = {
    **dict.fromkeys("&＆;；", _AND),
    **dict.fromkeys("|｜", _OR),
    **dict.fromkeys("\"'“”‘’`´「」『』", _QUOTES),
    **dict.fromkeys("[]{}【】［］｛｝〔〕", _LISTS),
    **dict.fromkeys("!！", "write `not` before a requirement, `!=` between two values"),
    **dict.fromkeys("。", "an expression ends without a full stop"),
    **dict.fromkeys("≧⩾", "write `>=`"),
    **dict.fromkeys("≦⩽", "write `<=`"),
    **dict.fromkeys("~～〜", "write `not` before a requirement, and a range as `80 % <= rate <= 90 %`"),
    **dict.fromkeys(":：", "a colon stands only behind `every …`; compare with `=`, `>=` and the like"),
    **dict.fromkeys(".．", "an expression ends without a full stop, and names have no dots"),
    **dict.fromkeys("^＾", _POWER),
    **dict.fromkeys("#$@§?？\\", "remove it"),
}

_AT_LEAST, _AT_MOST, _MORE, _LESS = "write `>=`", "write `<=`", "write `>`", "write `<`"
_RANGE = "write a range as `80 % <= rate <= 90 %`"
_WHEN = "a condition is written `requirement when condition`"

#: What to write instead of a word that the language does not have.
_WORDS = {
    **dict.fromkeys(("AND", "And", "且", "并且", "和", "与", "以及", "plus"), "write `and`"),
    **dict.fromkeys(("OR", "Or", "或", "或者", "else"), "write `or`"),
    **dict.fromkeys(("NOT", "Not", "非", "没有", "no"), "write `not`"),
    **dict.fromkeys(("if", "如果", "若", "当", "IF", "provided"), _WHEN),
    **dict.fromkeys(("unless", "除非"), "write `requirement when not condition`"),
    **dict.fromkeys(("between", "BETWEEN", "from", "介于"), _RANGE),
    **dict.fromkeys(("不低于", "不少于", "不小于", "至少", "大于等于", "minimum"), _AT_LEAST),
    **dict.fromkeys(("不高于", "不多于", "不大于", "不超过", "至多", "小于等于", "maximum"), _AT_MOST),
    **dict.fromkeys(("大于", "高于", "多于", "超过", "over", "above", "more", "greater", "exceeds"), _MORE),
    **dict.fromkeys(("小于", "低于", "少于", "不足", "under", "below", "less", "fewer"), _LESS),
    **dict.fromkeys(("等于", "equals", "equal", "eq", "为"), "write `=`"),
    **dict.fromkeys(("不等于", "differs"), "write `!=`"),
    **dict.fromkeys(("contains", "include", "has", "have", "包括", "包含", "具备"), "write `includes`"),
    **dict.fromkeys(("at", "least"), "a comparison is written `rate >= 70 %`; a list, `at least 2 of (…)`"),
    **dict.fromkeys(("most",), "a comparison is written `rate <= 70 %`"),
    **dict.fromkeys(("in",), "write the options in parentheses, `in (river, lake)`; one alone, `is river`"),
}
_SPOKEN = {word: hint.strip("write `") for word, hint in _WORDS.items() if len(word) > 1 and not word.isascii()}

_PART_OF_ONE = frozenset(["at", "least", "in"])

# Words that join what stands on both sides of them.
_JOINTS = frozenset(["and", "or", "when", "includes", "is", "in", "of", "least", "then", "otherwise", "where"])
_FIRST = "it stands in `first of (coverage >= 90 % then 10 points, otherwise 5 points)`"
_PLACES = {
    "then": f"{_FIRST}; a condition is written `requirement when condition`",
    "otherwise": _FIRST,
    "where": "it stands behind `every …` and in functions: `count(buildings where storeys >= 19 storeys)`",
}
_EVERY = "name the collection, and after `where` a condition: `every building where storeys >= 19 storeys: monitored`"
_FUNCTION = frozenset(["count", "share", "sum", "min", "max", "mean", "percentile", "truncate", "round", "advise"])


def end_fault(text: str) -> Fault:
    """Return the fault of an expression that ends too early."""
    last = _last_word(text)
    start = text.rstrip().rfind(last)
    return Fault(
        "SR201",
        f"the expression ends after `{shorten(last)}`",
        _after(text.rstrip(), ""),
        offset=max(start, 0),
        width=max(len(last), 1),
    )


def sign_fault(text: str, offset: int) -> Fault:
    """Return the fault of a character that the language does not have."""
    sign = text[offset]
    width = len(text[offset:]) - len(text[offset:].lstrip(sign))
    hint = _SIGNS.get(sign)
    hidden = not sign.isprintable() or unicodedata.category(sign).startswith("M")
    what = (
        f"the character U+{ord(sign):04X}" if hidden else "a backtick" if sign == "`" else f"`{sign * min(width, 8)}`"
    )
    if hint is None and hidden:
        hint = "write a plain space instead" if sign.isspace() else "remove it"
    elif hint is None and unicodedata.category(sign).startswith("S"):
        hint = "remove it: a name is letters (of any script), digits and `_`"
    return Fault("SR201", f"{what} has no meaning here", hint or _expected(text[:offset]), offset=offset, width=width)


def word_fault(text: str, offset: int, word: str) -> Fault:
    """Return the fault of a word or sign that the language has, where it cannot stand."""
    before = text[:offset].rstrip()
    last = _last_word(before)
    arrow = re.search(r"(?<![<>!=])=\Z", text[:offset])
    if arrow is not None and word in ("<", ">", "<=", ">="):
        written = f"={word}"
        return Fault(
            "SR201", f"`{written}` is no comparison", f"write `{word[0]}=`", offset=offset - 1, width=len(written)
        )
    if text[:offset].endswith("<") and word == ">":
        return Fault("SR201", "`<>` is no comparison", "write `!=`", offset=offset - 1, width=2)
    if last in _JOINTS and not _has_value(before[: len(before) - len(last)].rstrip()):
        start = len(before) - len(last)
        hint = f"write what `{last}` joins on both sides, or remove it"
        return Fault("SR201", f"a value is missing before `{last}`", hint, offset=start, width=len(last))
    if last not in _JOINTS:
        for one, start in ((word, offset), (last, len(before) - len(last))):
            if one in _WORDS:
                what = (
                    f"`{one}` is no word of the language" if one not in _PART_OF_ONE else f"`{one}` cannot stand here"
                )
                return Fault("SR201", what, _WORDS[one], offset=start, width=len(one))
    place = f"after `{shorten(last)}`" if before else "at the beginning"
    hint = _SIGNS.get(word) or _after(before, word, text[offset + len(word) :])
    if word in (":", "：") and re.search(r"\b(?:every|some)\b", before[-_TAIL:]):
        hint = _EVERY
    return Fault("SR201", f"`{shorten(word)}` cannot stand {place}", hint, offset=offset, width=len(word))


def spoken(name: str) -> str | None:
    """Return a name that holds a comparison in words, with signs instead: ``人口不低于100人`` as ``人口 >= 100人``."""
    for word in sorted(_SPOKEN, key=len, reverse=True):
        first, found, rest = name.partition(word)
        if found and first and rest:
            return f"{first} {_SPOKEN[word]} {rest}"
    return None


def _after(before: str, word: str, rest: str = "") -> str:
    """Return what to write after a beginning of an expression, where something else stands."""
    last, first_of = _last_word(before), re.search(r"\bfirst\s+of\s*[(（][^()（）]*\Z", before)
    before = before[-_TAIL:]
    if last == "all" and word.isidentifier():
        return "write `every building: …` for all members of a collection, `all of (…)` for a list"
    if last in ("all", "any", "first"):
        return f"write `{last} of (…)`"
    if word in _PLACES:
        return _PLACES[word]
    if word and re.search(r"\b(every|some)\s+\w+\Z", before):
        return "a colon stands before what is asked of each: `every building: monitored`"
    if first_of is not None:
        return "write each as `condition then value`, and at the end `otherwise value`"
    if last in ("today", "unknown"):
        return f"`{last}` stands alone, without parentheses"
    if last == "of":
        return "the list stands in parentheses: `all of (a, b)`, `at least 2 of (a, b, c)`"
    if last == "in":
        return "write the options in parentheses, `in (river, lake)`; one alone, `is river`"
    if last == "is":
        return "`is` takes an option of a choice, `water_body is river`; compare numbers with `=`"
    if last == "includes":
        return "name a member, or say how many of them: `includes all of (a, b)`, `includes any of (a, b)`"
    if last in _FUNCTION and word and word != "(":
        return f"write `{last}({shorten(word, 30)})`"
    if re.search(r"at\s+least\s+\d+\Z", before):
        return "write `at least 2 of (a, b, c)`; a comparison is written `rate >= 70 %`"
    if word in ("%", "％", "‰", "°"):
        return f"a unit stands behind its number: `70 {word}`"
    if word in (",", "，", "、"):
        return _after_comma(before, rest)
    if word in (")", "）") and last.endswith(("(", "（")):
        return "write something in the parentheses, or remove them"
    if word in ("(", "（") and re.search(r"[0-9０-９]\Z", before):
        return "write `*` to multiply; a unit stands without parentheses"
    if word[:1].isdigit() and re.search(r"\d\Z", before):
        return "write a number without spaces: `1000`"
    if word[:1] == "." and re.search(r"\d\Z", before):
        return "a number has one decimal point"
    if re.search(r"\d\s*[^\W\d]\w*\Z", before) and word[:1].isalpha():
        return "behind a number stands one word for its unit: `70 %`, `3 km^2`"
    if word in ("within", "ago"):
        return "a date is moved and compared: `inspected + 12 months >= today` is within the last 12 months"
    if last in ("every", "some") and word.isidentifier():
        return f"put parentheses round the whole `({last} {shorten(word)} …: …)`, or write `all of (…, {last} {shorten(word)} …: …)`"
    if last.isidentifier() and last not in _JOINTS and word.isidentifier():
        return f"names have no spaces: write `{shorten(f'{last}_{word}')}`, or an operator between the two"
    if word in ("*", "＊") and before.endswith(("*", "＊")):
        return _POWER
    return _expected(before)


def _after_comma(before: str, rest: str) -> str:
    number = re.search(r"\d+\Z", before)
    if number is not None and re.match(r"\d{3}(?!\d)", rest):
        return f"write a number without commas: `{shorten(number[0] + rest[:3])}`"
    if re.search(r"\bis\s+(?:not\s+)?\w+\Z", before):
        return "write several options as `in (river, lake)`"
    if before.endswith((",", "，", "、", "(", "（")):
        return "a value is missing before it"
    return "join requirements with `and`; a comma stands only in lists"


def _has_value(before: str) -> bool:
    """Return whether a value may end here, so that a joining word can follow."""
    return (
        bool(before)
        and before[-1] not in "<>=!≤≥≠＜＞＝+-*/×÷＋－＊／(（,，、:："
        and _last_word(before) not in _JOINTS | {"not"}
    )


# Enough to see what stands before a place; a pattern over all of a hostile text takes its time.
_TAIL = 150


def _last_word(text: str) -> str:
    tail = text.rstrip()[-_TAIL:]
    match = re.search(r"(\w+|[^\w\s])\Z", tail)
    operator = re.search(r"[<>=!]+\Z", tail)
    return operator[0] if operator is not None else match[0] if match is not None else ""


def _expected(before: str) -> str:
    """Return what may follow a beginning of an expression."""
    if before.strip() and _has_value(before.rstrip()):
        return "next comes an operator such as `>=`, `+` or `and`, or the end"
    return "next comes a value: a name, a number with its unit, or a parenthesis"
