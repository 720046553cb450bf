"""What the lab's two applications share: the log, the switches, the loaded pages, and how an answer is streamed."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from aiohttp import web

from .background import Background
from .caller import Caller
from .conversations import Conversation, Message
from .events import Events
from .log import LabLog
from .turn import DONE, Turn

Site = Literal["chatgpt", "claude"]
SyncMode = Literal["none", "socket", "socket-refetch", "sse", "poll", "storage", "broadcast", "push"]
ListMode = Literal["none", "poll", "broadcast", "socket"]
SITES: tuple[Site, ...] = get_args(Site)
MODES: tuple[SyncMode, ...] = get_args(SyncMode)
MODES_OF: dict[Site, tuple[SyncMode, ...]] = {"chatgpt": tuple(m for m in MODES if m != "push"), "claude": MODES}
"""The switch's positions by site: ChatGPT's page is not pushed to."""

LIST_MODES: dict[Site, tuple[ListMode, ...]] = {"chatgpt": get_args(ListMode), "claude": ("none", "poll", "broadcast")}
"""How the list of conversations beside a page learns of what other tabs did to it, by site."""

Courier = Callable[[Site, Conversation, Message], Awaitable[None]]
"""Brings the news of a completed answer somewhere: the seam for a push service."""

TEMPLATES = {path.name: path.read_text("utf-8") for path in (Path(__file__).parent / "static").glob("*.*")}


@dataclass
class Stage:
    """The shared state of a lab.

    answer_s: how long an answer streams, seconds. poll_s: period of the mode `poll`, seconds.
    push_s: how long after an answer its push is sent, seconds.
    handoff: every ChatGPT turn is handed off to the socket, not only those of a thinking model.
    virtual: how many of the newest turns ChatGPT's page keeps mounted; None is all.
    clock_s: how far the servers' clocks are ahead of the machine's, seconds; the log has the machine's.
    modes, list_modes: the switches of each page that was served, by page id; they hold for that page's life.
    couriers: called in turn for every answer that is whole.
    """

    background: Background
    log: LabLog = field(default_factory=LabLog)
    sync: dict[Site, SyncMode] = field(default_factory=lambda: dict.fromkeys(SITES, "none"))
    lists: dict[Site, ListMode] = field(default_factory=lambda: dict.fromkeys(SITES, "none"))
    answer_s: float = 1.0
    poll_s: float = 2.0
    push_s: float = 0.5
    handoff: bool = False
    virtual: int | None = None
    clock_s: float = 0.0
    modes: dict[str, SyncMode] = field(default_factory=dict)
    list_modes: dict[str, ListMode] = field(default_factory=dict)
    couriers: list[Courier] = field(default_factory=list)
    events: Events = field(init=False)
    _streaming: dict[asyncio.BaseTransport, Site] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.events = Events(self.log)

    def now(self) -> float:
        """The time by the servers' clocks, seconds since the epoch."""
        return time.time() + self.clock_s

    def page(
        self, site: Site, name: str, conversation: str | None, more: Mapping[str, Any] | None = None
    ) -> web.Response:
        """The HTML of an application's page, with a fresh page id, the switch as it is now, and `more` of its own."""
        page_id, mode = secrets.token_hex(6), self.sync[site]
        self.modes[page_id], self.list_modes[page_id] = mode, self.lists[site]
        config: dict[str, Any] = {"page": page_id, "sync": mode, "poll": self.poll_s, "conversation": conversation}
        config |= {"virtual": self.virtual, "list": self.lists[site]} | dict(more or {})
        text = fill(name, config)
        self.log.add("page", site=site, page=page_id, conversation=conversation, note=mode)
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers={"cache-control": "no-store"})

    async def completed(self, site: Site, conversation: Conversation, reply: Message) -> None:
        """Log that an answer is whole and part of its conversation, and tell the couriers."""
        self.log.add("complete", site=site, conversation=conversation.id, messages=(reply.id,))
        for courier in self.couriers:
            await courier(site, conversation, reply)

    @contextmanager
    def streaming(self, site: Site, request: web.Request) -> Iterator[None]:
        """While a streamed answer is being written, so that `cut_streams` finds it."""
        transport = request.transport
        if transport is None:  # the page is gone already
            yield
            return
        self._streaming[transport] = site
        try:
            yield
        finally:
            del self._streaming[transport]

    def cut_streams(self, site: Site) -> int:
        """Break the connections over which a site's answers are streaming; how many there were."""
        found = [t for t, s in self._streaming.items() if s == site]
        for transport in found:
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        return len(found)

    def served(self, site: Site, caller: Caller, conversation: Conversation) -> None:
        """Log that a conversation's visible thread goes out to a page."""
        ids = tuple(m.id for m in conversation.thread())
        self.log.add(
            "served",
            site=site,
            page=caller.page,
            tab=caller.tab,
            why=caller.why,
            conversation=conversation.id,
            messages=ids,
        )


def fill(name: str, config: dict[str, Any]) -> str:
    """A page's HTML with its configuration; nothing in it can end the script that it stands in."""
    whole = TEMPLATES[name].replace("/* sidebar.js */", TEMPLATES["sidebar.js"])
    return whole.replace("__LAB__", json.dumps(config).replace("<", "\\u003c"))


async def stream(
    stage: Stage, request: web.Request, site: Site, turn: Turn, messages: tuple[str, ...], offset: int = 0
) -> web.StreamResponse:
    """Answer with a turn's events as SSE; `messages` are the ids that the response's head acknowledges."""
    caller = Caller.of(request)
    about: dict[str, Any] = {
        "site": site,
        "page": caller.page,
        "tab": caller.tab,
        "conversation": turn.conversation,
        "messages": messages,
    }
    headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    if messages:
        stage.log.add("acknowledged", **about)
    try:
        with stage.streaming(site, request):
            async for event in turn.follow(offset):
                for part in _torn(event):
                    await response.write(part)
                    stage.log.add("chunk", **about, payload=part)
                if event == DONE:
                    break
    except ConnectionError:
        stage.log.add("cut", **about)
    except asyncio.CancelledError:  # the page went away between two events
        stage.log.add("cut", **about)
        raise
    return response


def _torn(event: str) -> list[bytes]:
    """An event as it is written: long ones in two pieces, as no reader may count on whole events."""
    data = event.encode()
    return [data] if len(data) < 200 else [data[: len(data) // 2], data[len(data) // 2 :]]


async def pause(stage: Stage, count: int) -> None:
    """Wait between two of `count` pieces of an answer."""
    await asyncio.sleep(stage.answer_s / max(count, 1))
