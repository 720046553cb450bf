"""What may come next in a filter that is being typed: names of fields, and the values that a capture has for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from monitor.capture.fields import ABOUT, VALUES, fields

if TYPE_CHECKING:
    from monitor.capture.reader import Capture

MOST = 50
_WORD = re.compile(r'(?:^|[\s(])-?((?:[A-Za-z_][\w.*-]*:)?(?:"[^"]*|[^\s()"]*))$')
_UNQUOTED = re.compile(r"mark|[A-Z]+-write")
_NEEDS_QUOTES = re.compile(r'[\s()"]|^/')
_COMMON = ("tab", "dir", "kind", "channel", "url", "type", "size", "after", "since", "connection", "status", "method")


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """One choice: `text` goes in the place of the characters from `start` to `end`. about: what it means."""

    text: str
    start: int
    end: int
    about: str = ""


Known = Mapping[str, tuple[str, ...]]
"""Values by the name of their field, the likeliest first."""


def complete(text: str, cursor: int, known: Known) -> list[Completion]:
    """What the word before the cursor may become, the likeliest first; nothing within a regular expression."""
    found = _WORD.search(text[:cursor])
    if found is None:
        return []
    word, start = found[1], found.start(1)
    name, colon, begun = word.partition(":")
    if not colon:
        return [Completion(text=f"{field}:", start=start, end=cursor, about=ABOUT.get(field, ""))
                for field in _names(known) if field.startswith(word.lower())][:MOST]  # fmt: skip
    if begun.startswith("/"):
        return []
    at = start + len(name) + 1
    choices = dict.fromkeys((*known.get(name.lower(), ()), *VALUES.get(name.lower(), ())))
    marks = name.lower() == "since"
    return [
        Completion(text=_quoted(value, marks and not _UNQUOTED.fullmatch(value)), start=at, end=cursor)
        for value in _ranked(tuple(choices), begun)
    ][:MOST]


def apply(text: str, choice: Completion) -> tuple[str, int]:
    """The text with the choice in its place, and where the cursor then stands; a blank follows a value."""
    rest = text[choice.end :]
    new = choice.text + ("" if choice.text.endswith(":") or rest.startswith((" ", ")")) else " ")
    return text[: choice.start] + new + rest, choice.start + len(new)


def _names(known: Known) -> list[str]:
    return list(dict.fromkeys((*_COMMON, *sorted({*fields(), *known}))))


def _ranked(values: tuple[str, ...], begun: str) -> list[str]:
    """Those that begin so, then those that have it within; in the order they came."""
    begun = begun.removeprefix('"').lower()
    first = [value for value in values if value.lower().startswith(begun)]
    return first + [value for value in values if begun and value not in first and begun in value.lower()]


def _quoted(value: str, always: bool) -> str:
    if always or not value or _NEEDS_QUOTES.search(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


# ── what a capture has ────────────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = ("tab", "kind", "channel", "connection", "target")
_IN_DATA = {"status": "response", "method": "request", "resource": "request", "mime": "response", "how": "navigation"}


def known_values(capture: Capture, most: int = 200_000) -> dict[str, tuple[str, ...]]:
    """The values that a capture's columns have, the most frequent first, by its last `most` events."""
    floor = max(0, capture.last_seq() - most)
    found = {name: _counted(capture, f"events.{name}", "events.seq > ?", floor, most) for name in _COLUMNS}
    for name, kind in _IN_DATA.items():
        where = f"events.seq > ? AND events.kind = '{kind}'"
        found[name] = _counted(capture, f"json_extract(events.data, '$.{name}')", where, floor, most)
    urls = _counted(capture, "events.url", "events.seq > ? AND events.url IS NOT NULL", floor, most)
    found["url"] = tuple(dict.fromkeys(host for url in urls if (host := _host(url))))
    marks = _counted(capture, "events.payload", "events.seq > ? AND events.kind = 'mark'", floor, most)
    writers = tuple(f"{tab}-write" for tab in found["tab"])
    found["since"] = ("mark", *(f"{mark}" for mark in marks), *writers)
    return {name: values for name, values in found.items() if values}


def _counted(capture: Capture, what: str, where: str, floor: int, most: int) -> tuple[str, ...]:
    sql = f"SELECT {what} AS it, count(*) FROM events WHERE {where} GROUP BY it ORDER BY 2 DESC LIMIT 200"
    rows = capture.rows(sql, (floor,))
    return tuple(dict.fromkeys(str(row[0]) for row in rows if row[0] not in (None, "") and len(str(row[0])) < 200))


def _host(url: str) -> str:
    return url.split("://", 1)[1].split("/", 1)[0][:100] if "://" in url else ""
