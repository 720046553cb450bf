"""Whatever came from a page is hostile: here it becomes text that a terminal and a layout cannot be fooled by.

Everything on the screen that is not our own word passes through `clean` once. Its result holds no control, format,
bidirectional, private or unassigned-surrogate character, and no tower of combining marks.
"""

from __future__ import annotations

import re

_CONTROL = {code: chr(0x2400 + code) for code in range(32)} | {9: "⇥", 10: "⏎", 13: "␍", 127: "␡"}

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bcaf\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff]"
)
# Presentation selectors change how wide a glyph is drawn, and terminals disagree about it.
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_TOWER = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_LEADING_MARK = re.compile(f"^(?=[{_MARKS}])")
_SUSPECT = re.compile(f"{_UNSAFE.pattern}|{_SELECTORS.pattern}|[{_MARKS}]")


def clean(text: str, limit: int | None = None) -> str:
    """The text on one line, harmless; `limit` cuts it first, in characters, with an ellipsis."""
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return text
    text = _SELECTORS.sub("", _UNSAFE.sub(_visible, text))
    return _LEADING_MARK.sub("◌", _TOWER.sub(r"\1", text))


def clean_lines(text: str) -> list[str]:
    """The text split at its line ends, each line harmless, tabs as four spaces."""
    return [clean(line.replace("\t", "    ")) for line in re.split("\r\n|\n|\r", text)]


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code in _CONTROL:
        return _CONTROL[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
