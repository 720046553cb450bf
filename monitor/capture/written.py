"""What must stand in a payload that means what is written in it, JSON or text, if a word about its content holds.

Only a payload of ASCII without escapes that begins as JSON does is written so plainly; of any other nothing is said.
Numbers are compared as Python writes them, which is not always how they came: `1e3` is 1000.0.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.capture.patterns import Literal, Pattern, Range, Regex, Wild, fold
from monitor.capture.terms import ANYTHING, Where

_NOT_PLAIN = (
    "substr(events.payload, 1, 1) NOT IN ('{', '[') OR instr(events.payload, '\\') > 0"
    " OR length(events.payload) <> length(CAST(events.payload AS BLOB))"
)
_OF_NUMBERS = frozenset("0123456789.+-")
_DIGITS = 16  # from so many on a number may be rounded
_WRITTEN_OTHERWISE = (
    "events.payload GLOB '*[0-9][eE]*' OR events.payload GLOB '*[0-9].[0-9]*'"
    f" AND (events.payload GLOB '*0.0000*' OR events.payload GLOB '*{'[0-9]' * _DIGITS}*')"
)


def in_name(pattern: Pattern) -> Where:
    """What stands in the payload if a type matches; of `op=10` each part stands for itself."""
    needle = _needle(pattern)
    return ANYTHING if needle is None else _holding([max(needle.split("="), key=len)])


def in_value(pattern: Pattern, numbers: Range | None) -> Where:
    """What stands in the payload if a scalar matches as text or, where there are `numbers`, lies among them."""
    needles = [_needle(pattern)]
    if numbers is not None:
        needles.append(_only(numbers))
    known = [needle for needle in needles if needle is not None]
    return _holding(known) if len(known) == len(needles) else ANYTHING


def _needle(pattern: Pattern) -> str | None:
    """The longest folded text that every match holds; None where none is certain."""
    if isinstance(pattern, Wild):
        return max(pattern.parts, key=len)
    if isinstance(pattern, Literal):
        return pattern.needle
    return fold(pattern.literal) if isinstance(pattern, Regex) and pattern.literal is not None else None


def _only(numbers: Range) -> str | None:
    """The only number of a range, None where there are more."""
    return f"{numbers.low:.15g}" if numbers.low == numbers.high else None


def _holding(needles: Iterable[str]) -> Where:
    """One of the texts is in the payload, or that cannot be told."""
    likes: list[str] = []
    otherwise = [_NOT_PLAIN]
    for needle in needles:
        if not needle or not needle.isascii() or not needle.isprintable():
            return ANYTHING
        if _OF_NUMBERS.issuperset(needle.replace("e", "")):
            if "e" in needle:
                return ANYTHING
            otherwise.append(_WRITTEN_OTHERWISE)
        likes.append("%" + "".join("\\" + letter if letter in "%_\\" else letter for letter in needle) + "%")
    found = " OR ".join(["events.payload LIKE ? ESCAPE '\\'"] * len(likes))
    sql = f"CASE WHEN {found} THEN 1 WHEN {' OR '.join(dict.fromkeys(otherwise))} THEN 1 ELSE 0 END"
    return Where(sql, list(likes), exact=False)
