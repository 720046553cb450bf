"""The lab's own account of what it received and sent: the truth that tests hold a recording against.

An entry is made at the moment of the fact, by the server, and never changed. syncmon's analysis reads nothing of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Iterator

import msgspec

LIMIT = 200_000
"""Entries kept; a demo that runs for days loses the oldest."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact.

    what: `page` (a page's HTML went out), `served` (a conversation went out to a page), `write` (a message came in),
    `acknowledged` (the head of the answer to a write went out), `chunk` (a piece of a streamed answer), `cut` (a page
    went away in the middle of one), `frame` (sent on a socket), `event` (sent to an EventSource),
    `command` (received on a socket), `socket-open`, `socket-close`,
    `list-changed` (a page made, renamed or removed a conversation: `type`), `list-served` (a list went
    out to a page; `messages` are the ids of its conversations), `complete` (an answer is in the conversation),
    `register` (a push registration), `switch`; those of pushes are listed in `push.service`.
    page: a random id of one load of one page; tab: the same for as long as the browser's tab lives.
    why: what made the page ask: `load`, `refetch`, `poll`, `recover`, `list`, `list-poll`.
    messages: ids of the messages concerned; acked_at, served_at: seconds since the epoch, UTC.
    push: the id of a push, which CDP calls `instanceId`; body: a push's or a report's whole payload.
    digest: of the payload as it was on the wire, see `digest`; size: its bytes.
    """

    time: float
    what: str
    site: str | None = None
    page: str | None = None
    tab: str | None = None
    why: str | None = None
    conversation: str | None = None
    messages: tuple[str, ...] = ()
    acked_at: float | None = None
    served_at: float | None = None
    type: str | None = None
    digest: str | None = None
    size: int | None = None
    note: str | None = None
    push: str | None = None
    body: bytes | None = None


def digest(payload: str | bytes) -> str:
    """The first 16 hex digits of the SHA-256 of a payload's bytes (text as UTF-8)."""
    data = payload.encode() if isinstance(payload, str) else payload
    return hashlib.sha256(data).hexdigest()[:16]


class LabLog:
    """Entries in the order in which they happened."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LIMIT)
        self._news = asyncio.Event()

    def add(
        self,
        what: str,
        *,
        site: str | None = None,
        page: str | None = None,
        tab: str | None = None,
        why: str | None = None,
        conversation: str | None = None,
        messages: tuple[str, ...] = (),
        type: str | None = None,  # noqa: A002 - the entry's own field name
        payload: str | bytes | None = None,
        note: str | None = None,
        push: str | None = None,
        keep: bool = False,
    ) -> Entry:
        """Append a fact that is happening now; a payload is kept as digest and size, with `keep` also as it is."""
        now = time.time()
        body = payload.encode() if isinstance(payload, str) else payload
        entry = Entry(
            time=now,
            what=what,
            site=site,
            page=page,
            tab=tab,
            why=why,
            conversation=conversation,
            messages=messages,
            acked_at=now if what == "acknowledged" else None,
            served_at=now if what == "served" else None,
            type=type,
            digest=None if body is None else digest(body),
            size=None if body is None else len(body),
            note=note,
            push=push,
            body=body if keep else None,
        )
        self._entries.append(entry)
        self._news.set()
        self._news = asyncio.Event()
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, what: str, **fields: object) -> list[Entry]:
        """The entries of one kind whose fields equal those given: `log.of("served", page=p, why="load")`."""
        return [e for e in self if e.what == what and all(getattr(e, k) == v for k, v in fields.items())]

    async def seen(self, what: str, count: int = 1, **fields: object) -> Entry:
        """Wait for the `count`th entry of one kind and such fields (see `of`), however long it takes."""
        while len(found := self.of(what, **fields)) < count:
            await self._news.wait()
        return found[count - 1]

    def json(self) -> bytes:
        """A JSON array of all entries; fields that are not known are left out."""
        return msgspec.json.encode(tuple(self._entries))
