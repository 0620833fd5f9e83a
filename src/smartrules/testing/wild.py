"""A Hypothesis strategy of hostile texts for whatever reads documents: rulesets, facts and cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from hypothesis import strategies as st

from smartrules.catalog import packaged_folder
from smartrules.diagnostics import SmartrulesError

_MOST = 3000
_SIGNS = "\0\a\x1b\x7f\x85\u200b\u2028\u202e\ufeff\ufffe\ud800\udfff\U0001f600：，｛［＃!&*%@`|>'\"\\{}[]-?#~<=\t\r\n "
_SCRAPS = (
    *(
        "a: ",
        "- ",
        "? ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "\n",
        "\r",
        "\t",
        "  ",
        "---\n",
        "...\n",
        "# ",
        "<<: ",
        "<<: *a\n",
    ),
    *("&a ", "*a ", "!a ", "!!binary ", "!<tag:a> ", "!<%71", "!!python/object/apply:os.system ['true'] "),
    *("%YAML 1.1\n", "%TAG ! tag:a,", "|\n ", ">-9\n", '"\\x4', '"\\ud800', "'", '"'),
    *("null", "~", ".nan", "-.inf", "0x1F", "1e999999999", "9" * 50, "1_000", "2023-02-30", "true"),
    *(
        "facts: ",
        "indicators: ",
        "tiers: ",
        "standard: ",
        "cases: ",
        "collections: ",
        "extends: ",
        "require: ",
        "count: ",
    ),
    *("all of (", "every ", "10**10**10 km", "(" * 50, "not " * 50),
)


def wild_documents(*, like: Sequence[str] | None = None) -> st.SearchStrategy[str]:
    """Return a strategy of hostile texts: what no author means, and what a stranger may send.

    Among them are random signs and controls, deep nesting, tags, anchors, bombs of aliases, merge keys, huge numbers, keys
    that stand twice, marks of byte order, tabs, very long lines, and good documents cut, spliced and turned about. A reader
    of documents returns, or raises a `SmartrulesError` that says where. The texts become simpler by being shorter.

    Args:
        like: the good documents that are mutilated; by default the packaged rulesets with their examples and cases.

    Raises:
        SmartrulesError: SR618 where ``like`` names no document, or one that is empty.
    """
    if like is not None and not (like and all(like)):
        raise SmartrulesError.of("SR618", "`like` needs good documents to mutilate", "give their texts")
    good = _packaged() if like is None else tuple(like)
    return st.one_of(_odd_texts(), _patchworks(), st.sampled_from(_MAKERS).flatmap(_many), _mutilated(good))


@cache
def _packaged() -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in sorted(packaged_folder().rglob("*.yaml")))


def _odd_texts() -> st.SearchStrategy[str]:
    return st.text(st.one_of(st.sampled_from(_SIGNS), st.characters(categories=None)), max_size=200)


def _patchworks() -> st.SearchStrategy[str]:
    return st.lists(st.one_of(st.sampled_from(_SCRAPS), st.text(max_size=5)), max_size=40).map("".join)


_Maker = Callable[[int], str]


def _many(make: _Maker) -> st.SearchStrategy[str]:
    return st.integers(0, _MOST).map(make)


def _bomb(levels: int) -> str:
    lines = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels % 30 + 1)]
    return "\n".join(["a0: &a0 boom", *lines])


_MAKERS: tuple[_Maker, ...] = (
    lambda n: "[" * n,
    lambda n: "{a: " * n,
    lambda n: "- " * n,
    lambda n: "\n".join(f"{' ' * depth}a:" for depth in range(n % 200)),
    lambda n: "[" * n + "]" * n,
    _bomb,
    lambda n: "a: !<" + "x" * n,
    lambda n: "a: !<" + "%71" * n + "> 1",
    lambda n: "a: !" + "x" * n,
    lambda n: "a: &" + "x" * n + " 1\nb: *" + "x" * n,
    lambda n: "<<: {a: 1}\n" * n,
    lambda n: "facts: {a: " + "9" * n + "}",
    lambda n: "facts: {a: 1e" + "9" * n + "}",
    lambda n: "facts: {a: 1 " + "k" * n + "m}",
    lambda n: "facts:\n" + "  a: 1\n" * n,
    lambda n: "\ufeff" * (n % 9) + "facts: {a: 1}",
    lambda n: "facts:" + "\t" * n + "1",
    lambda n: "x" * n + ": 1",
    lambda n: "facts: {households: '" + "x" * n + "'}",
    lambda n: "indicators: {it: {require: {basic: '" + "(" * n + "'}}}",
    lambda n: "indicators: {it: {require: {basic: '" + "not " * n + "a'}}}",
    lambda n: "---\nfacts: {}\n" * n,
    lambda n: "cases:\n" + "- {name: a}\n" * (n % 300),
    lambda n: "#" * n,
    lambda n: "\n" * n + "a",
    lambda n: 'a: "' + "\\\n" * n,
)


@st.composite
def _mutilated(draw: st.DrawFn, good: Sequence[str]) -> str:
    """Return a good document that went through a few accidents."""
    text = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.sampled_from(_ACCIDENTS))(draw, text, good)
    return text


def _place(draw: st.DrawFn, text: str) -> int:
    return draw(st.integers(0, len(text)))


def _cut(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    return text[: _place(draw, text)]


def _insert(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    place = _place(draw, text)
    return text[:place] + draw(st.one_of(st.sampled_from(_SCRAPS), st.sampled_from(_SIGNS))) + text[place:]


def _drop(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    place = _place(draw, text)
    return text[:place] + text[place + draw(st.integers(1, 20)) :]


def _splice(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    other = draw(st.sampled_from(good))
    return text[: _place(draw, text)] + other[_place(draw, other) :]


def _swap(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first, second = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


def _repeat(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    place = draw(st.integers(0, len(lines) - 1))
    return "".join([*lines[:place], lines[place], *lines[place:]])


def _indent(draw: st.DrawFn, text: str, good: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    place = draw(st.integers(0, len(lines) - 1))
    lines[place] = draw(st.sampled_from((" ", "\t", "   "))) + lines[place]
    return "".join(lines)


_ACCIDENTS = (_cut, _insert, _drop, _splice, _swap, _repeat, _indent)
