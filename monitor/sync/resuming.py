"""Where a page goes on after a break, where that is a number: one that it names as a place, and had been sent before.

A small number alone says nothing: many messages have one. It is a place where its key says so (`since`, `lastEventId`,
`offset`), where it is what a growing number of what came before had reached, or what stood there under the same key,
and where the page did not say it before as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

import msgspec

_WORDS = frozenset(
    {
        "ack", "acked", "after", "checkpoint", "cursor", "from", "index", "last", "offset", "pos",
        "position", "resume", "rev", "revision", "seq", "sequence", "serial", "since", "start", "version",
    }
)  # fmt: skip
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LONGEST = 1 << 16
_MOST = 500  # numbers of one payload
_DEEP = 12
_DIGITS = 18

Numbers = list[tuple[str, int]]


def place(said: Iterable[tuple[str, int]], before: Iterable[tuple[str, int]], sent: Iterable[str | bytes]) -> str:
    """The number by which a page goes on; empty where there is none.

    said: what it names now; before: what it named when it connected at first; sent: the payloads it had been sent.
    """
    known = set(before)
    named = [(key, value) for key, value in said if is_place(key) and value > 0 and (key, value) not in known]
    if not named:
        return ""
    reached = _reached(sent)
    ends = {value for value, grew in reached.values() if grew}
    return next((str(value) for key, value in named if value in ends or reached.get(key, (0,))[0] == value), "")


def is_place(key: str) -> bool:
    """Whether a key says that its value is a place in a stream: `since`, `last_id`, `lastEventId`."""
    return any(part.lower() in _WORDS for part in _PART.findall(key))


def of_payload(payload: str | bytes) -> Numbers:
    """The whole numbers in a JSON text, with their keys, in its order; also behind a head such as Socket.IO's `42`."""
    text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0 or len(text) > _LONGEST:
        return []
    try:
        return list(_numbers(msgspec.json.decode(text[start:]), "", _DEEP))[:_MOST]
    except (msgspec.DecodeError, RecursionError):
        return []


def of_address(url: str) -> Numbers:
    """Those in the query of an address."""
    try:
        query = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return []
    return [found for key, value in query for found in _numbers(value, key, 1)]


def _numbers(value: object, key: str, deep: int) -> Iterator[tuple[str, int]]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield key, value
    elif isinstance(value, str) and len(value) <= _DIGITS and value.isascii() and value.isdigit():
        yield key, int(value)
    elif deep and isinstance(value, dict):
        for name, inner in value.items():
            yield from _numbers(inner, str(name), deep - 1)
    elif deep and isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, key, deep - 1)


def _reached(sent: Iterable[str | bytes]) -> dict[str, tuple[int, bool]]:
    """What each key had last, and whether it had grown to it without ever falling."""
    runs: dict[str, list[int]] = {}
    for payload in sent:
        for key, value in of_payload(payload):
            runs.setdefault(key, []).append(value)
    return {key: (run[-1], run[-1] > run[0] and run == sorted(run)) for key, run in runs.items()}
