"""What the YAML parser complains of, in the words of an author: where the mistake is, what it is, and what to write.

The parser says what it could not go on with. Where a bracket or a quotation mark is missing, that is far behind the
mistake, so the place is looked for.
"""

from __future__ import annotations

import re

from smartrules.diagnostics import Fault, shorten


def yaml_fault(
    text: str, problem: str, at: int, context: str, begin: int | None, quotation: tuple[int, int] | None
) -> Fault:
    """Return the parser's complaint as a fault with its place in the text.

    Args:
        problem: the parser's words.
        at: where it could not go on.
        context: what it was reading, in its words.
        begin: where that began, if it says.
        quotation: the last text in quotation marks before that runs over several lines, as its two ends.
    """
    here = text[at : at + 1]
    if quotation is not None and not text[quotation[1] : at].count("\n"):
        return Fault(
            "SR101",
            f"the text that begins with this quotation mark ends only in line {text.count(chr(10), 0, quotation[1]) + 1}",
            "close it where it should end",
            offset=quotation[0],
            width=1,
        )
    if "cannot start any token" in problem and here == "\t":
        return _tab(text, at)
    if "cannot start any token" in problem or "while scanning an a" in context or "tag" in context + problem:
        return _bad_beginning(text, at if begin is None or "token" in problem else begin)
    if ("quoted scalar" in context and "end of stream" in problem) or "document separator" in problem:
        return Fault("SR101", "this quotation mark is never closed", "close it", offset=begin or 0, width=1)
    if "escape" in problem:
        return _escape(text, at)
    if "flow" in context and "expected ','" in problem:
        return _open_bracket(text, problem, at, begin or 0)
    if "mapping values are not allowed" in problem:
        return _second_colon(text, at)
    if "could not find expected ':'" in problem:
        return _no_colon(text, at if begin is None else begin)
    if "<block end>" in problem:
        return _out_of_line(text, at)
    if "sequence entries are not allowed" in problem:
        return Fault(
            "SR101",
            "a list cannot begin behind a key",
            "begin it in the next line, or write it as `[first, second]`",
            offset=at,
            width=1,
        )
    if "block scalar" in context or "block scalar" in problem:
        sign = text[begin or 0 : (begin or 0) + 1]
        return Fault(
            "SR101",
            f"`{sign}` begins a text over several lines, and nothing else may stand behind it",
            "write what is compared before it: `coverage >= 70 %`"
            if sign == ">" and re.match(r">=?\s*\d", text[begin or 0 :])
            else "write the text in the next line, or put all of it in quotation marks",
            offset=begin or 0,
            width=1,
        )
    if "node content" in problem and at >= len(text.rstrip()) and (opened := _last_open(text)) is not None:
        return _open_bracket(text, problem, at, opened)
    if "node content" in problem:
        what = f"before this `{here}`" if here.strip() else "here"
        return Fault("SR101", f"a value is missing {what}", "write it, or remove the sign", offset=at, width=1)
    if "directive" in context + problem or "version 1" in problem or ("document" in problem and text[:1] == "%"):
        return Fault(
            "SR101",
            "a line that begins with `%` is an instruction to YAML, which rulesets and facts never need",
            'remove it, or put a text that begins with `%` in quotation marks: `"%"`',
            offset=0 if text[:1] == "%" else _line_start(text, at if begin is None else begin),
            width=1,
        )
    if "document" in problem:
        return Fault(
            "SR101",
            "the document is already at its end here",
            "check the indentation of this line, and that a text in quotation marks has nothing behind it",
            offset=at,
            width=1,
        )
    message = f"this is no YAML: {shorten(problem, 120)}"
    return Fault("SR101", message, "check the indentation, the brackets and the quotation marks", offset=at, width=1)


def _tab(text: str, at: int) -> Fault:
    start = _line_start(text, at)
    width = len(text[at:]) - len(text[at:].lstrip("\t"))
    if text[start:at].strip(" \t"):
        return Fault(
            "SR101", "a tab stands where a space is needed", "write a space instead of it", offset=at, width=width
        )
    return Fault("SR101", "a tab stands in the indentation", "indent with spaces", offset=at, width=width)


def _bad_beginning(text: str, at: int) -> Fault:
    word = re.match(r"[^\s,\]}]*", text[at:])
    written = word[0] if word is not None and word[0] else text[at : at + 1]
    sign = "a backtick" if written[:1] == "`" else f"`{written[:1]}`"
    hint = "put it in quotation marks" + (f': `"{shorten(written, 20)}"`' if "`" not in written else "")
    return Fault("SR101", f"a value cannot begin with {sign}", hint, offset=at, width=1)


def _escape(text: str, at: int) -> Fault:
    start = max(text.rfind("\\", 0, at + 1), 0)
    written = shorten(text[start : max(at, start + 1) + 1], 12)
    return Fault(
        "SR101",
        f"`{written}` means nothing in a text in double quotation marks",
        "write `\\\\` for a backslash, or put the text in single quotation marks",
        offset=start,
        width=max(at, start + 1) + 1 - start,
    )


def _open_bracket(text: str, problem: str, at: int, begin: int) -> Fault:
    opened = text[begin : begin + 1]
    closing = {"{": "}", "[": "]"}.get(opened, "}")
    between = text[begin:at]
    if "\n" in between or at >= len(text.rstrip()):
        return Fault("SR101", f"this `{opened}` is not closed", f"close it with `{closing}`", offset=begin, width=1)
    wide = re.search("[，、；：｛｝［］]", between)
    if wide is not None:
        sign = {"，": ",", "、": ",", "；": ",", "：": ": ", "｛": "{", "｝": "}", "［": "[", "］": "]"}[wide[0]]
        return _fullwidth(text, begin + wide.start(), sign)
    return Fault(
        "SR101",
        f"`,` or `{closing}` is missing before this",
        "separate the parts by commas; put a text that holds `: `, `,` or a bracket in quotation marks",
        offset=at,
        width=1,
    )


def _fullwidth(text: str, at: int, instead: str) -> Fault:
    what = f"`{text[at]}` is a fullwidth sign, which YAML takes as part of a text"
    return Fault("SR101", what, f"write `{instead}`", offset=at, width=1)


def _last_open(text: str) -> int | None:
    """Return where the innermost bracket stands that a text leaves open."""
    opened: list[int] = []
    for match in re.finditer(r"[{}\[\]]", text):
        if match[0] in "{[":
            opened.append(match.start())
        elif opened:
            opened.pop()
    return opened[-1] if opened else None


def _second_colon(text: str, at: int) -> Fault:
    start = _line_start(text, at)
    wide = re.search("[｛［]", text[start:at])
    if wide is not None:
        return _fullwidth(text, start + wide.start(), "{" if wide[0] == "｛" else "[")
    before = text[:start].rstrip()
    above_start = _line_start(text, len(before))
    above = text[above_start:].split("\n", 1)[0].rstrip()
    has_key = above.lstrip().startswith("#") or re.search(r":(?:\s|\Z)", above) is not None
    if before and not has_key and ": " not in text[start:at]:
        return _no_colon(text, above_start + len(above) - len(above.lstrip()))
    return Fault(
        "SR101",
        "a second `: ` stands in one line",
        "put a text that holds `: ` in quotation marks" + _as_it_should_be(text[start:].split("\n", 1)[0]),
        offset=at,
        width=1,
    )


_LONGEST_LINE = 160


def _as_it_should_be(line: str) -> str:
    """Return a line with its text in quotation marks, for a help line; nothing where it is not plain what the text is."""
    begin = r"((?:- +)*+(?!every |some )[^\"'{}\[\]#:]+: +|(?:- +)++)"
    found = re.fullmatch(begin + r"([^\s\"'{}\[\]#|>][^\\]*?)(?:\s+#.*)?", line.strip())
    if found is None or len(line) > _LONGEST_LINE:
        return ""
    mark = next((mark for mark in "\"'" if mark not in found[2]), None)
    return "" if mark is None else f": `{shorten(f'{found[1]}{mark}{found[2]}{mark}', _LONGEST_LINE)}`"


def _no_colon(text: str, at: int) -> Fault:
    line = text[at:].split("\n", 1)[0].rstrip()
    if line.lstrip().startswith("＃"):
        return _fullwidth(text, at + line.index("＃"), "#")
    if "：" in line:
        return _fullwidth(text, at + line.index("："), ": ")
    if ":" in line:
        return Fault("SR101", "no space stands behind this colon", "write `: `", offset=at + line.index(":"), width=1)
    return Fault("SR101", "this line has no `: `", "write `key: value`", offset=at, width=max(1, len(line)))


def _out_of_line(text: str, at: int) -> Fault:
    start = _line_start(text, at)
    word = re.match(r"\S*", text[at:])
    width = max(1, len(word[0]) if word is not None else 1)
    if text[start:at].strip():
        hint = "check the quotation marks and brackets before it"
        if text[at : at + 1] in ("}", "]"):
            hint = "nothing is open that it closes: remove it"
        elif text[at - 1] == "'":
            hint = "write the apostrophe twice, or put the text in double quotation marks"
        elif text[start:at].rstrip()[-1] in "'\"":
            hint = "put the whole text in quotation marks, or none of it"
        what = f"`{shorten(text[at : at + width], 20)}` cannot stand here"
        return Fault("SR101", what, hint, offset=at, width=width)
    if text[at : at + 2] in ("- ", "-\n"):
        return Fault(
            "SR101",
            "a list item stands among `key: value` lines",
            "write a key above the list, or remove the `-`",
            offset=at,
            width=1,
        )
    return Fault(
        "SR101",
        "this line is indented as none of the lines that it could belong to",
        "indent it exactly like the lines beside it",
        offset=at,
        width=width,
    )


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
