"""Values that hold a moment: numbers, texts and ids that tell when something was, as seconds since the epoch.

A number is seconds, milliseconds, microseconds or nanoseconds by its size. Texts are ISO 8601, HTTP dates, the same
numbers as text, and `1700000000000-0` of streams. Ids are UUIDs of version 1, 6 and 7 (RFC 9562), ULIDs, the snowflakes
of Twitter and Discord, and MongoDB's ObjectIds. What is further from the time it was met than any time zone is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

FAR_S = 15 * 3600.0
LEAVES = 2_000  # values of one message that are looked at
DEPTH = 24
SHORTEST, LONGEST = 8, 512  # letters of a text that may tell one message from another
_SNOWFLAKES = (("Twitter snowflake", 1288834974657), ("Discord snowflake", 1420070400000))
_UUID_EPOCH = 12_219_292_800  # seconds from 1582-10-15, where UUIDs of version 1 and 6 begin to count
_CROCKFORD = {letter: number for number, letter in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}


class Moment(NamedTuple):
    """When: `at`, as fine as `step` (seconds) as far as this one value tells. form: how it was written."""

    at: float
    step: float
    form: str

    @property
    def zoned(self) -> bool:
        """Whether a time zone may have been mistaken: only where days and hours are written out."""
        return self.form.startswith("ISO 8601")


def moment_of(value: Any, near: float) -> Moment | None:
    """The moment that a value holds, if it is less than `FAR_S` from another one; None where it holds none."""
    kind = type(value)
    if kind is int or kind is float:
        return _number(value, near) if value >= 1e9 else None
    if kind is not str or not 10 <= len(value) <= 40:
        return None
    if value[0] <= "9":
        return _timely(value, near) if len(value) not in _IDS else _timely(value, near) or _id(value, near)
    return _id(value, near) if len(value) in _IDS else None


class Scan(NamedTuple):
    """What is in a message. moments: by path, the newest of each: the value and its moment. texts: that may name it."""

    moments: dict[str, tuple[Any, Moment]]
    texts: list[str]


def scan(value: Any, near: float) -> Scan:
    """The moments near to one, and the texts, in plain data; items of a list have one path, keys that are ids too."""
    moments: dict[str, tuple[Any, Moment]] = {}
    texts: list[str] = []
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    room = LEAVES
    while stack and room > 0:
        path, node, depth = stack.pop()
        kind = type(node)
        if kind is dict or kind is list:
            if depth < DEPTH:
                inner = node.items() if kind is dict else (("[]", one) for one in node[:LEAVES])
                for key, one in inner:
                    room -= 1
                    if type(one) in _PLAIN:
                        _leaf(path, key, one, near, moments, texts)
                    else:
                        stack.append((_joined(path, key), one, depth + 1))
                    if room <= 0:
                        break
        elif kind in _PLAIN:
            _leaf(path, "", node, near, moments, texts)
    return Scan(moments, texts)


_PLAIN = (str, int, float)
_WORD = 1 << 64


def _leaf(path: str, key: Any, one: Any, near: float, moments: dict[str, tuple[Any, Moment]], texts: list[str]) -> None:
    if type(one) is str:
        if SHORTEST <= len(one) <= LONGEST:
            texts.append(one)
    elif one < 1e9:
        return
    moment = moment_of(one, near)
    if moment is not None:
        place = _joined(path, key)
        known = moments.get(place)
        if known is None or known[1].at < moment.at:
            moments[place] = one, moment


def _joined(path: str, key: Any) -> str:
    """A path with one part more; keys that are ids are one place."""
    name = key if type(key) is str else repr(key) if type(key) is int and -_WORD < key < _WORD else "{*}"
    if name == "[]":
        return path + name
    if len(name) > 40 or (len(name) >= 12 and any(char.isdigit() for char in name)):
        name = "{*}"
    return f"{path}.{name}" if path and name else path or name


# ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _number(value: int | float, near: float) -> Moment | None:
    if value < 1e11:
        return _near(value, near, "unix seconds")
    if value < 1e14:
        return _near(value / 1e3, near, "unix milliseconds")
    if value < 1e17:
        return _near(value / 1e6, near, "unix microseconds")
    if value >= 1 << 63:
        return None
    return _near(value / 1e9, near, "unix nanoseconds") or (_snowflake(int(value), near) if value == value else None)


def _snowflake(value: int, near: float) -> Moment | None:
    """Milliseconds since an epoch of the service's own, above 22 bits that tell the machine and a counter."""
    found = (_near(((value >> 22) + epoch) / 1e3, near, form) for form, epoch in _SNOWFLAKES)
    return next((one for one in found if one is not None), None)


def _near(at: float, near: float, form: str) -> Moment | None:
    return Moment(at, step_of(at), form) if abs(at - near) <= FAR_S else None


def step_of(at: float) -> float:
    """How fine a moment is told, as far as it shows: a whole second may be one by chance."""
    if abs(at - round(at)) < 1e-6:
        return 1.0
    return 1e-3 if abs(at * 1e3 - round(at * 1e3)) < 2e-3 else 1e-6


def _timely(text: str, near: float) -> Moment | None:
    """A text that begins with a digit."""
    if not text.isascii():
        return None
    if text[4:5] == "-" and text[7:8] == "-" and len(text) >= 16:
        return _iso(text, near)
    head, dot, tail = text.partition(".")
    if head.isdigit() and (tail.isdigit() or not dot) and len(text) <= 20:
        return _number(float(text) if dot else int(text), near)
    head, _, tail = text.partition("-")
    if len(head) == 13 and head.isdigit() and tail.isdigit():
        return _near(int(head) / 1e3, near, "stream id")
    return None


def _iso(text: str, near: float) -> Moment | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    form = "ISO 8601" if found.tzinfo is not None else "ISO 8601 without a zone"
    at = (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()
    made = _near(at, near, form)
    return made._replace(step=60.0) if made is not None and text[16:17] != ":" else made


def _uuid(text: str, near: float) -> Moment | None:
    """RFC 9562: version 7 begins with 48 bits of milliseconds, 1 and 6 have 60 bits of 100 ns since 1582."""
    version = text[14]
    if version not in "167" or text[8] != "-" or text[13] != "-" or text[18] != "-":
        return None
    try:
        if version == "7":
            return _near(int(text[:8] + text[9:13], 16) / 1e3, near, "UUIDv7")
        parts = (text[15:18], text[9:13], text[:8]) if version == "1" else (text[:8], text[9:13], text[15:18])
        return _near(int("".join(parts), 16) / 1e7 - _UUID_EPOCH, near, f"UUIDv{version}")
    except ValueError:
        return None


def _ulid(text: str, near: float) -> Moment | None:
    number = 0
    for letter in text[:10]:
        digit = _CROCKFORD.get(letter)
        if digit is None:
            return None
        number = number * 32 + digit
    return _near(number / 1e3, near, "ULID") if text.isalnum() else None


def _object_id(text: str, near: float) -> Moment | None:
    try:
        int(text, 16)
        return _near(float(int(text[:8], 16)), near, "ObjectId")
    except ValueError:
        return None


def _http_date(text: str, near: float) -> Moment | None:
    at = http_date(text)
    return None if at is None else _near(at, near, "HTTP date")


_IDS: dict[int, Callable[[str, float], Moment | None]] = {36: _uuid, 26: _ulid, 24: _object_id, 29: _http_date}


def _id(text: str, near: float) -> Moment | None:
    return _IDS[len(text)](text, near)


def http_date(text: str) -> float | None:
    """The moment of an HTTP date (RFC 9110, 5.6.7), whole seconds; None where it is none."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
