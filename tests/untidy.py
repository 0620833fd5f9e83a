"""Documents as people leave them: random YAML in every style, and shipped documents with their layout disturbed."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from ruamel.yaml import YAML

# Texts that are hard to write plainly, and some that are not.
_TEXTS = [
    "a",
    "some words",
    "绿地",
    "70 %",
    "70",
    "-3 %",
    "-",
    "2024-05-20",
    "yes",
    "null",
    "~",
    "1:30",
    "it's",
    'say "so"',
    "back\\slash",
    "a, b",
    "[a]",
    "{a}",
    "a: b",
    "a #b",
    "a#b",
    "#a",
    "a:",
    "http://example.org/a?b=c",
    "%",
    "@a",
    "`a`",
    "*a",
    "!a",
    "? a",
    "- a",
    "> a",
    "| a",
    " a ",
    "",
    "<<",
    "=",
    "a\tb",
    "a\u3000b",
    "---",
    "...",
    "。",
    "“a”",
]
_WORDS = ["word", "绿地", "- dash", "# hash", "70 %", "{", "it's", "a,", "b:c", "'", "*x"]
_KEYS = ["facts", "a", "b", "绿地率", "two words", "1", "true", "a b", "%", "x-y", "#1", "a: b", "don't", "null"]


class Writer:
    """Writes random values in random styles of YAML."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def document(self) -> str:
        """Return a document with a key that makes it one of facts."""
        step = self.random.choice([1, 2, 3, 4])
        text = self.comments(0) + self.table(self.random.choice([0, 0, 0, step]), step, 4, first="facts")
        if self.random.random() < 0.2:
            text = self.random.choice(["---\n", "%YAML 1.2\n---\n", "--- # begin\n"]) + text
        if self.random.random() < 0.1:
            text += "...\n" + self.comments(0)
        if self.random.random() < 0.2:
            text = text.removesuffix("\n")
        return text.replace("\n", "\r\n") if self.random.random() < 0.2 else text

    def comments(self, column: int) -> str:
        """Return lines that say nothing to a program."""
        rows = []
        while self.random.random() < 0.15:
            indent = " " * max(0, column + self.random.choice([0, 0, 2, -2, 5]))
            rows.append(self.random.choice(["", "  ", indent + "# a comment", indent + "#!  绿 #"]))
        return "".join(row + self.random.choice(["", " ", "  "]) + "\n" for row in rows)

    def trail(self) -> str:
        return self.random.choice(["", "", "", " ", "  # why", " #", "    #x  "]) + "\n"

    def table(self, column: int, step: int, depth: int, first: str | None = None, *, compact: bool = False) -> str:
        keys = self.random.sample(_KEYS[1:], self.random.randint(1, 4))
        if first is not None:
            keys.insert(0, first)
        text = ""
        for index, key in enumerate(keys):
            text += "" if compact and not index else " " * column
            if self.random.random() < 0.05:
                text += "?" + " " * self.random.randint(1, 3) + self.key(key) + self.trail() + " " * column + ":"
            else:
                text += self.key(key) + self.random.choice(["", "", " "]) + ":"
            text += self.value(column, step, depth - 1, in_table=True)
        return text

    def listed(self, column: int, step: int, depth: int, *, compact: bool = False) -> str:
        text = ""
        for index in range(self.random.randint(1, 3)):
            text += "" if compact and not index else " " * column
            text += "-" + self.value(column, step, depth - 1, in_table=False)
        return text

    def value(self, column: int, step: int, depth: int, *, in_table: bool) -> str:
        """Return what follows a colon or dash, with its line end and what stands below it."""
        inner = column + step + self.random.choice([0, 0, 1])
        choice = self.random.random()
        if depth > 0 and choice < 0.25:
            return self.trail() + self.comments(inner) + self.table(inner, step, depth)
        if depth > 0 and choice < 0.4:
            at = column if in_table and self.random.random() < 0.4 else inner
            return self.trail() + self.comments(at) + self.listed(at, step, depth)
        if depth > 0 and choice < 0.5 and not in_table:
            gap = self.random.randint(1, 3)
            of = self.random.choice([self.table, self.listed])
            return " " * gap + of(column + 1 + gap, step, depth, compact=True)
        if choice < 0.55:
            return self.trail() + self.comments(column)
        if choice < 0.65:
            return " " + self.block(inner) + self.comments(0)
        if choice < 0.75:
            return self.folded(inner)
        before = self.trail() + " " * inner if self.random.random() < 0.1 else " " * self.random.randint(1, 3)
        if choice < 0.9:
            return before + self.flow(inner, 3) + self.trail() + self.comments(column)
        return before + self.scalar(inside=False) + self.trail() + self.comments(column)

    def key(self, key: str) -> str:
        plain = re.fullmatch(r"[\w-]+( \w+)*", key) is not None and key != "null"
        return key if plain and self.random.random() < 0.8 else self.in_quotes(key)

    def scalar(self, *, inside: bool) -> str:
        text = self.random.choice(_TEXTS)
        if self.random.random() < 0.5 and self.reads_plainly(text, inside=inside):
            return text
        return self.in_quotes(text)

    def reads_plainly(self, text: str, *, inside: bool) -> bool:
        written = f"[{text}]" if inside else f"- {text}"
        try:
            tokens = [t for t in YAML(typ="safe", pure=True).scan(written) if type(t).__name__ == "ScalarToken"]
            list(YAML(typ="safe", pure=True).parse(written))
        except Exception:
            return False
        if inside and (text in ("-", "---") or text.endswith(":")):
            return False
        whole = len(tokens) == 1 and tokens[0].style is None and tokens[0].value == text
        return whole and tokens[0].end_mark.index == len(written) - inside

    def in_quotes(self, text: str) -> str:
        if "\t" not in text and self.random.random() < 0.5:
            return "'" + text.replace("'", "''") + "'"
        written = "".join(f"\\u{ord(c):04x}" if self.random.random() < 0.1 else c for c in text if c not in '"\\\t')
        escaped = {'"': '\\"', "\\": "\\\\", "\t": "\\t"}
        return '"' + ("".join(escaped.get(c, c) for c in text) if set(text) & set('"\\\t') else written) + '"'

    def flow(self, column: int, depth: int) -> str:
        """Return a mapping or list in brackets, over several lines at times."""
        opening, closing = self.random.choice(["{}", "[]"])
        items = []
        for key in self.random.sample(_KEYS, self.random.randint(0, 3)):
            nested = depth > 0 and self.random.random() < 0.3
            value = self.flow(column, depth - 1) if nested else self.scalar(inside=True)
            if opening == "{":
                value = self.random.choice(
                    [f"{self.key(key)}: {value}", f"{self.key(key)} :  {value}", self.key(key) + ": "]
                )
            items.append(value)
        text = opening
        for index, item in enumerate(items):
            text += self.gap(column) + item + self.gap(column)
            text += "," if index < len(items) - 1 or self.random.random() < 0.2 else ""
        return text + self.gap(column) + closing

    def gap(self, column: int) -> str:
        if self.random.random() < 0.1:
            return self.trail() + self.comments(column) + " " * (column + self.random.randint(0, 3))
        return self.random.choice(["", "", " ", "  "])

    def block(self, column: int) -> str:
        """Return a text behind `|` or `>`."""
        rows = [
            self.random.choice(["", "", "  ", "    "]) + self.random.choice(_WORDS)
            if self.random.random() < 0.8
            else ""
            for _ in range(self.random.randint(1, 4))
        ]
        rows += [""] * self.random.choice([0, 0, 1, 2])
        first = next((row for row in rows if row), "")
        step = self.random.choice(["", "", "-", "+"])
        if first.startswith(" "):
            rows = [row.strip() for row in rows]
        written = "".join(
            (" " * column + row if row else "") + self.random.choice(["", "", " "]) + "\n" for row in rows
        )
        return self.random.choice("|>") + step + self.random.choice(["", "  # why"]) + "\n" + written

    def folded(self, column: int) -> str:
        """Return a text over several lines, plain or in quotation marks."""
        words = [self.random.choice(["word", "绿地", "70 %", "x-y", "b#c"]) for _ in range(self.random.randint(2, 4))]
        rows = [" " * (column + self.random.randint(0, 3)) + word for word in words]
        joint = self.random.choice(["\n", " \n", "\n\n"])
        text = joint.join(rows).lstrip(" ")
        mark = self.random.choice(["", '"', "'"])
        if mark == '"' and self.random.random() < 0.3:
            text = text.replace("\n", self.random.choice(["\\\n", "\\ \n", "\\n\n"]), 1)
        return " " + mark + text + mark + self.trail()


def written(seed: int) -> str:
    """Return a random document."""
    return Writer(Random(seed)).document()


# --- shipped documents ---------------------------------------------------------------------------------------------


def pieces(text: str) -> list[tuple[str, int, int]]:
    """Return the scalars, brackets and signs of a document with their ends."""
    found: list[tuple[str, int, int]] = []
    for token in YAML(typ="safe", pure=True).scan(text):
        kind, start, end = type(token).__name__, token.start_mark.index, token.end_mark.index
        if end > start:
            found.append((kind, start, end))
    return found


def disturbed(text: str, random: Random, *, lines: bool) -> str:
    """Return a shipped document with its layout disturbed.

    Args:
        lines: whether lines are broken, added and commented too; else only what stands in a line is changed.
    """
    step = random.randint(2, 5)
    out, end, depth, in_block = "", 0, 0, False
    for kind, start, stop in pieces(text):
        gap = text[end:start]
        below = text[start] in "|>"
        if below:
            stop = start + len(text[start:stop].rstrip())  # its token reaches to the next one
        depth -= kind in ("FlowMappingEndToken", "FlowSequenceEndToken")
        if "\n" in gap:
            rows = _disturbed_lines(gap, random, step, lines=lines)
            gap = rows[rows.index("\n") :] if in_block else rows  # white space would be part of the text
        elif kind == "ValueToken":
            gap = random.choice(["", "", " "])
        elif depth or kind.startswith("Flow"):
            gap = " " * random.randint(1 if out.endswith((":", "-")) else 0, 2)
            if lines and depth and random.random() < 0.05:
                gap = random.choice(["", " # here"]) + "\n" + " " * random.randint(30, 40)
        elif out.endswith("-"):
            gap = " " * (step - 1)
        elif gap:
            gap = " " * random.randint(1, 3)
        depth += kind in ("FlowMappingStartToken", "FlowSequenceStartToken")
        out += gap + re.sub(r"\n( +)", lambda row: "\n" + " " * (len(row[1]) // 2 * step), text[start:stop])
        end, in_block = stop, below
    return out + _disturbed_lines(text[end:], random, step, lines=lines)


def _disturbed_lines(gap: str, random: Random, step: int, *, lines: bool) -> str:
    behind, *rows = gap.split("\n")
    out = behind + random.choice(["", "", " "])
    if lines and random.random() < 0.1:
        out += f"  # {random.randint(0, 999)}"
    for row in rows:
        if lines and random.random() < 0.1:
            out += "\n" + random.choice(["", "  ", f"{' ' * random.randint(0, 12)}# {random.randint(0, 999)} "])
        indent = len(row) - len(row.lstrip(" "))
        out += "\n" + " " * (indent // 2 * step) + row.lstrip(" ")
        out += " " if row.strip() and random.random() < 0.2 else ""
    return out


def comments(text: str) -> list[str]:
    """Return the comments of a document in their order."""
    found: list[str] = []
    end = 0
    spans: list[Any] = [*pieces(text), ("", len(text), len(text))]
    for kind, start, stop in spans:
        rows = [row.strip(" \t\r") for row in re.split("\n", text[end:start])]
        found += [row for row in rows if row.startswith("#")]
        end = stop
        if kind == "ScalarToken" and text[start] in "|>":
            head = text[start:stop].split("\n", 1)[0]
            found += [head[head.index("#") :].strip()] if "#" in head else []
            rest = text[start:stop]
            end = stop - (len(rest) - len(rest.rstrip("\n ")))
    return found
