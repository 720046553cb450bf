"""What a string looks like: the formats it may have, and whether it names something rather than says something.

Each format is a test; a field has a format when all its strings pass that test, and the first of `ORDER` is told.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from monitor.decode.sse import looks_like_sse

LONGEST = 4096  # longer strings are only tested for what their beginning tells


def _whole(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _is_moment(text: str) -> bool:
    return _MOMENT.fullmatch(text) is not None and _parses(datetime.fromisoformat, text)


def _is_local_moment(text: str) -> bool:
    return _LOCAL.fullmatch(text) is not None and _parses(datetime.fromisoformat, text)


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None and _parses(date.fromisoformat, text)


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _is_number_between(low: float, high: float) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdecimal() and len(text) < 20 and low <= int(text) <= high


def _turns(text: str) -> int:
    """How often a string goes from letters to digits or back, separators left out."""
    kinds = [char.isdigit() for char in text if char.isalnum()]
    return sum(before != after for before, after in pairwise(kinds))


def _is_mixed(text: str) -> bool:
    """Whether it was drawn rather than written: digits among its letters, or cases that change without a word."""
    if len(text) > 256:
        return False
    cases = [char.isupper() for char in text if char.isalpha()]
    changes = sum(before != after for before, after in pairwise(cases))
    turns = _turns(text)
    return turns >= 3 or (turns >= 1 and changes >= 4) or (len(text) >= 16 and changes * 3 >= len(cases) > 8)


def _is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None and (_is_mixed(text[:256]))


def _is_id(text: str) -> bool:
    if not _ID.fullmatch(text):
        return False
    return (len(text) < 24 and _is_mixed(text)) or _PREFIXED.fullmatch(text) is not None


def _is_base64(text: str) -> bool:
    if len(text) < 16 or len(text) % 4 or not _BASE64.fullmatch(text):
        return False
    return text.endswith("=") or (("+" in text or "/" in text.strip("/")) and _is_mixed(text[:256]))


def _is_ip(version: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: len(text) < 40 and ("." in text or ":" in text) and _parses(version, text)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"[A-Za-z0-9_.:-]{6,64}")
_PREFIXED = re.compile(r"[A-Za-z]{1,12}[_-](?=[A-Za-z0-9]*\d)[A-Za-z0-9]{6,48}")
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=:-]{24,4096}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")

_TESTS: dict[str, Callable[[str], bool]] = {
    "uuid": _whole(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
    "date-time": _is_moment,
    "date": _is_day,
    "local-date-time": _is_local_moment,
    "unix-time": _is_number_between(1.26e9, 2.2e9),
    "unix-time-ms": _is_number_between(1.26e12, 2.2e12),
    "unix-time-us": _is_number_between(1.26e15, 2.2e15),
    "stream-id": _whole(r"\d{10,16}-\d{1,10}"),
    "email": _whole(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"),
    "uri": _whole(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=-]*)?"),
    "ipv4": _is_ip(ipaddress.IPv4Address),
    "ipv6": _is_ip(ipaddress.IPv6Address),
    "jwt": _whole(r"eyJ[\w-]{4,}\.[\w-]+\.[\w-]*"),
    "ulid": _whole(r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
    "digits": _whole(r"\d{1,40}"),
    "hex": _whole(r"(?:[0-9a-f]{8,128}|[0-9A-F]{8,128})"),
    "semver": _whole(r"v?\d{1,5}\.\d{1,5}\.\d{1,7}(?:[-+][0-9A-Za-z.-]{1,60})?"),
    "color": _whole(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|(?:rgb|hsl)a?\([\d.,%/ deg]{5,40}\)"),
    "json": lambda text: (text[:1], text[-1:]) in (("{", "}"), ("[", "]")) and len(text) > 1,
    "event-stream": lambda text: "\n" in text and looks_like_sse(text[:2048]),
    "html": lambda text: text[:1] == "<" and text[-1:] == ">" and "</" in text,
    "nanoid": lambda text: len(text) == 21 and _is_id(text),
    "base64": _is_base64,
    "id": _is_id,
    "token": _is_token,
}  # fmt: skip
_ANY_LENGTH = ("json", "event-stream", "html")

ORDER = tuple(_TESTS)
IDS = frozenset({"uuid", "ulid", "nanoid", "hex", "id", "stream-id", "token", "jwt", "base64"})
"""Formats of strings that name something or open something: never listed as the values a field can have."""

_IN_KEYS = ("uuid", "ulid", "digits", "date", "hex", "email", "uri", "nanoid", "id", "token")
KEY_PATTERNS = {
    "uuid": r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "ulid": r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
    "digits": r"^[0-9]{1,40}$",
}
"""Keys that are data, as the patterns of JSON Schema; those without one can only be told by their place."""


@lru_cache(maxsize=8192)
def formats_of(text: str) -> tuple[str, ...]:
    """All formats that a string has, the most telling first; an empty string has every format."""
    return tuple(name for name in (_ANY_LENGTH if len(text) > LONGEST else ORDER) if _TESTS[name](text))


def still(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Those of the formats that this string has too."""
    if len(text) > LONGEST:
        names = tuple(name for name in names if name in _ANY_LENGTH)
    return tuple(name for name in names if _TESTS[name](text))


@lru_cache(maxsize=8192)
def kind_of_key(key: str) -> str | None:
    """The format of a key that is data, such as an id; None where the key is a name."""
    key = key.rstrip("\n")  # which `$` of some regular expressions overlooks
    if len(key) > 64:
        return "*"
    for name in _IN_KEYS:
        if _TESTS[name](key) and not (name == "hex" and not any(char.isdigit() for char in key)):
            return name
    return None


@lru_cache(maxsize=8192)
def is_identifier(part: str) -> bool:
    """Whether a part of an address is an identifier and not a word of it: `v1` and `api` are words."""
    if part.isdigit() or len(part) > 64 or "%" in part:
        return True
    if any(_TESTS[name](part) for name in ("uuid", "ulid", "email", "id", "token")):
        return True
    return len(part) >= 8 and _TESTS["hex"](part) and any(char.isdigit() for char in part)
