"""The lists that stand beside every page of a site, such as its conversations: what requests and messages say of them.

    [[list]]
    name = "conversations"                 a subject of its own, shared by the site's pages at all addresses
    selector = "nav a[href*='/c/']"        one element an entry; the subject of the address it leads to is its id
    text = ".title"                        the part that holds the title, where the element holds more

    [[list.read]]                          an answer that names entries (or a message, with `channel` and `type`)
    request = "GET /api/rooms"
    items = "rooms[].{id: id, text: title, at: updated}"

    [[list.write]]                         a request that changes entries, once it is answered with 2xx
    request = "PATCH /api/rooms/{item}"    `{item}` is the entry's id, where the body does not name it
    items = "[{text: title, removed: archived}]"

    [[list.write]]
    request = "DELETE /api/rooms/{item}"
    removed = true

An item expression yields objects with `id` and, where known, `text`, `removed` and `at`: when the site last changed the
entry (ISO 8601, or epoch seconds).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from monitor.sites.text import letters

_MAX_ENTRIES = 2_000


class ListReadRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Traffic that names entries: some of those there are, as lists are loaded in pieces and filtered."""

    request: str | None = None
    channel: Literal["socket", "sse", "push", "storage", "broadcast", "worker", "fetch-stream"] | None = None
    type: str | None = None
    items: str


class ListWriteRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that changes entries. removed: they are gone by it."""

    request: str
    items: str | None = None
    removed: bool = False


class ListRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One list."""

    name: str
    selector: str
    text: str | None = None
    read: tuple[ListReadRule, ...] = ()
    write: tuple[ListWriteRule, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as some traffic states it. text: None where it says nothing of the title. at: epoch seconds."""

    id: str
    text: str | None = None
    letters: str = ""
    removed: bool = False
    at: float | None = None


def entries(found: Any, item: str | None, *, removed: bool = False) -> Iterator[Entry]:
    """The entries in what an item expression found. item: the id in the address, removed: what the rule says of all."""
    for one in found[:_MAX_ENTRIES] if isinstance(found, list) else [found] if isinstance(found, dict) else ():
        if not isinstance(one, dict):
            continue
        id_ = one.get("id") or item
        if not isinstance(id_, str | int) or isinstance(id_, bool):
            continue
        text = one.get("text") if isinstance(one.get("text"), str) else None
        yield Entry(
            id=str(id_), text=text, letters=letters(text or ""), removed=removed or one.get("removed") is True,
            at=_moment(one.get("at")),
        )  # fmt: skip


def _moment(value: Any) -> float | None:
    """Epoch seconds of a time as sites write it, or None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 1e9 < value < 1e10 else value / 1e3 if 1e12 < value < 1e13 else None
    if not isinstance(value, str):
        return None
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
