"""Server-sent events for the mode `sse`: the pages of a site that listen, each by an EventSource of its own.

An EventSource sends no headers of the page's, so whose it is stands in the address's query.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .caller import Caller
from .log import LabLog


@dataclass(eq=False)
class Listener:
    """One page that listens."""

    site: str
    caller: Caller
    response: web.StreamResponse
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Events:
    """All the pages that listen; `log` is told what they are sent."""

    def __init__(self, log: LabLog) -> None:
        self._log = log
        self._listeners: set[Listener] = set()

    def serve(self, site: str) -> Callable[[web.Request], Any]:
        """A handler that holds the stream of one page of a site until either side ends it."""

        async def handler(request: web.Request) -> web.StreamResponse:
            caller = Caller(request.query.get("p"), request.query.get("t"), "events")
            headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            listener = Listener(site, caller, response)
            self._listeners.add(listener)
            try:
                await response.write(b": hello\n\n")
                await listener.ended.wait()
            except ConnectionError:
                pass
            finally:
                self._listeners.discard(listener)
                self._log.add("cut", site=site, page=caller.page, tab=caller.tab)
            return response

        return handler

    async def send(self, site: str, value: dict[str, Any], kind: str) -> None:
        """Send a value to every page of a site that listens; one that is gone is no error."""
        text = f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
        for listener in tuple(one for one in self._listeners if one.site == site):
            try:
                await listener.response.write(text.encode())
            except ConnectionError:
                listener.ended.set()
                continue
            caller = listener.caller
            self._log.add("event", site=site, page=caller.page, tab=caller.tab, type=kind, payload=text)

    def drop(self, site: str) -> None:
        """End every stream of a site; its pages' browsers ask again."""
        for listener in self._listeners:
            if listener.site == site:
                listener.ended.set()
