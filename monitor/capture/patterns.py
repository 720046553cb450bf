"""What the value of a filter word may be: a text, a text with `*`, a regular expression, a number or a range.

All but regular expressions ignore case. Matching with `*` takes time linear in the text, whatever the pattern; regular
expressions have a time limit.
"""

from __future__ import annotations

import math
import re
import re._parser as _parser  # type: ignore[import-not-found]
from datetime import datetime, time
from typing import Any, Protocol

import regex

from monitor.capture.rows import plain
from monitor.errors import FilterError

TIME_LIMIT = 0.5  # seconds for one regular expression on one text
LONGEST_REGEX = 500

_UNITS = {"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([a-z]{0,2})", re.IGNORECASE)


class Pattern(Protocol):
    """Says whether a text matches: wholly (`whole`) or somewhere (`within`). Equal `key`s mean the same pattern."""

    key: str

    def whole(self, text: str) -> bool: ...

    def within(self, text: str) -> bool: ...


class Wild:
    """A text in which `*` stands for anything, also nothing; case is ignored."""

    def __init__(self, source: str) -> None:
        self.key = fold(source)
        self.parts = self.key.split("*")

    def whole(self, text: str) -> bool:
        text = fold(text)
        if len(self.parts) == 1:
            return text == self.parts[0]
        first, *middle, last = self.parts
        if not (text.startswith(first) and text.endswith(last)) or len(text) < len(first) + len(last):
            return False
        return _in_turn(middle, text[len(first) : len(text) - len(last)])

    def within(self, text: str) -> bool:
        return _in_turn(self.parts, fold(text))


class Literal:
    """A pattern that is just a text to be found; `*` in it means itself."""

    def __init__(self, source: str) -> None:
        self.needle = fold(source)
        self.key = f'"{self.needle}"'

    def whole(self, text: str) -> bool:
        return fold(text) == self.needle

    def within(self, text: str) -> bool:
        return self.needle in fold(text)


def _in_turn(parts: list[str], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def fold(text: str) -> str:
    """The text as searches compare it."""
    return plain(text).casefold()


class Regex:
    """A user's regular expression, case-sensitive unless it ends in `/i`; takes at most TIME_LIMIT on one text."""

    def __init__(self, source: str, position: int = 0, ignore_case: bool = False) -> None:
        if len(source) > LONGEST_REGEX:
            raise FilterError(f"The regular expression is longer than {LONGEST_REGEX} characters.", position)
        self.source = source
        self.ignore_case = ignore_case
        self.key = f"/{source}/{'i' if ignore_case else ''}"
        self.position = position
        self.literal = _literal_in(source)
        try:
            self._compiled = regex.compile(source, regex.IGNORECASE if ignore_case else 0)
        except regex.error as error:
            at = getattr(error, "pos", None) or 0
            reason = str(error).split(" at position")[0]
            raise FilterError(f"The regular expression is wrong: {reason}.", position + at) from error
        except (OverflowError, MemoryError, RecursionError) as error:
            raise FilterError("The regular expression is too large.", position) from error

    def whole(self, text: str) -> bool:
        return self.within(text)

    def within(self, text: str) -> bool:
        try:
            return self._compiled.search(text, timeout=TIME_LIMIT) is not None
        except TimeoutError as error:
            raise FilterError(
                f"The regular expression /{self.source}/ took longer than {TIME_LIMIT} s on one message."
                " Avoid repetitions within repetitions.",
                self.position,
            ) from error


def _literal_in(source: str) -> str | None:
    """The longest ASCII text that every match of a simple regular expression holds; None where none is certain."""
    if "{" in source or "(?" in source:
        return None
    try:
        items = _parser.parse(source)
    except (re.error, OverflowError, RecursionError):
        return None
    runs = [""]
    for kind, value in items:
        if kind is _parser.LITERAL and 32 <= value < 127:
            runs[-1] += chr(value)
        else:
            runs.append("")
    longest = max(runs, key=len)
    return longest if len(longest) > 1 else None


class Range:
    """Numbers from `low` to `high`; `inside` is how to say it in SQL."""

    def __init__(self, low: float, high: float, open_low: bool = False, open_high: bool = False) -> None:
        self.low, self.high, self.open_low, self.open_high = low, high, open_low, open_high

    def __contains__(self, number: float) -> bool:
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        return above and below

    def inside(self, expression: str) -> tuple[str, list[float]]:
        above, below = ">" if self.open_low else ">=", "<" if self.open_high else "<="
        parts = [(above, self.low)] if self.low > -math.inf else []
        parts += [(below, self.high)] if self.high < math.inf else []
        where = " AND ".join(f"{expression} {sign} ?" for sign, _ in parts) or f"{expression} IS NOT NULL"
        return where, [number for _, number in parts]


def number_range(source: str) -> Range | None:
    """The range of `5`, `=5`, `>1k`, `>=1kB`, `<2MB`, `1k..2k`, `1k..` or `..2k`; None where it is no such thing."""
    if ".." in source:
        low, high = source.split("..", 1)
        ends = (_number(low) if low else -math.inf, _number(high) if high else math.inf)
        return None if ends[0] is None or ends[1] is None or not (low or high) else Range(ends[0], ends[1])
    sign = next((sign for sign in (">=", "<=", ">", "<", "=") if source.startswith(sign)), "")
    number = _number(source[len(sign) :])
    if number is None:
        return None
    if sign in (">", ">="):
        return Range(number, math.inf, open_low=sign == ">")
    if sign in ("<", "<="):
        return Range(-math.inf, number, open_high=sign == "<")
    return Range(number, number)


def _number(source: str) -> float | None:
    found = _NUMBER.fullmatch(source)
    unit = _UNITS.get(found[2].lower()) if found else None
    return float(found[1]) * unit if found and unit is not None else None


def holds(value: Any, pattern: Pattern, numbers: Range | None) -> bool:
    """Whether a scalar is in the range, if it is a number, or matches the pattern as text."""
    if numbers is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return value in numbers
    if isinstance(value, bool) or value is None:
        return pattern.whole({True: "true", False: "false", None: "null"}[value])
    return pattern.whole(as_text(value) if isinstance(value, str | bytes) else str(value))


def as_text(content: str | bytes) -> str:
    """A payload as searches see it: bytes as the UTF-8 they may be."""
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content


def moment(source: str) -> datetime | time | None:
    """A time of day (`10:00`, `10:00:15.5`, on any day) or a moment (ISO 8601); local time where it names no zone."""
    try:
        return time.fromisoformat(source) if ":" in source[:3] else datetime.fromisoformat(source).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def clock(seconds: float) -> float:
    """The time of day of a moment, local, in seconds since midnight."""
    try:
        local = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return 0.0
    return local.hour * 3600.0 + local.minute * 60 + local.second + local.microsecond / 1e6
