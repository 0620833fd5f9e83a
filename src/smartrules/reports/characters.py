"""The characters that every form of a document can have: HTML, Word, Markdown, a drawing."""

from __future__ import annotations

# Of XML's characters and what Unicode says is none; and the signs that turn the rest of a line round.
_REFUSED = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0)], "\ufffd"),
    **{plane + last: "\ufffd" for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)},
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029], " "),
}


def plain(text: str) -> str:
    """Return a text on one line, in characters that every form of a document can have."""
    return " ".join(" ".join(text.split()).translate(_REFUSED).split())
