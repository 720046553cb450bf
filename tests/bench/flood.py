"""A loopback server that floods pages with frames; its log is the truth of what was sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Literal

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

Kind = Literal["small", "mixed", "binary"]
PAGE = """<!doctype html><title>Flood</title><p>Flood</p><script>
function flood() {
  let heard = 0;
  const socket = new WebSocket(`ws://${location.host}/flood`);
  socket.onmessage = (event) => event.data === 'end' ? socket.send(`heard ${heard}`) : heard++;
}
async function fetches(count) {
  for (let n = 0; n < count; n++) await (await fetch(`/item?${n}`)).json();
}
</script>"""
ITEM = json.dumps({"items": [{"id": n, "text": "as a person writes"} for n in range(40)]})
TEXT = "Note {} of the flood, as a person writes."


def payload(kind: Kind, tab: int, number: int) -> str | bytes:
    """What is sent: notes of about 100 bytes; mixed: some of 2 and of 20 kB, and some of 200 bytes that are no text."""
    if kind == "binary" or (kind == "mixed" and number % 7 == 3):
        return number.to_bytes(4, "big") + bytes([tab]) + b"\xff\x00" * (75 if kind == "binary" else 100)
    text = TEXT.format(number)
    if kind == "mixed" and number % 10 == 0:
        text *= 500 if number % 100 == 0 else 50
    return json.dumps({"type": "note", "n": number, "author": tab, "text": text})


class Flood:
    """One flood after another. `sent`: a list of frames for each socket. `began`: when the first frame was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[list[str | bytes]] = []
        self.began = 0.0
        self.took = 0.0
        self.heard = asyncio.Event()
        self._frames, self._tabs, self._kind = 0, 1, "small"
        self._left = 0

    @property
    def total(self) -> int:
        """How many frames were sent, on all sockets."""
        return sum(map(len, self.sent))

    def prepare(self, frames: int, tabs: int = 1, kind: Kind = "small") -> None:
        """The next pages to ask share that many frames, and each gets a last one that says `end`."""
        self._frames, self._tabs, self._kind = frames // tabs, tabs, kind
        self.sent, self._left, self.began, self.heard = [], tabs, 0.0, asyncio.Event()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Flood]:
        """The server for the time of a `with`; `heard` is set when every page has told that it heard every frame."""
        async with serve(self._flood, "127.0.0.1", 0, process_request=_page, compression=None) as server:
            self.url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
            yield self

    async def _flood(self, socket: ServerConnection) -> None:
        if socket.request is not None and socket.request.path == "/tick":
            await socket.wait_closed()
            return
        self.began = self.began or time.monotonic()
        tab, frames, kind = len(self.sent), self._frames, self._kind
        log: list[str | bytes] = []
        self.sent.append(log)
        for number in range(frames):
            log.append(payload(kind, tab, number))  # type: ignore[arg-type]
            await socket.send(log[-1])
        log.append("end")
        await socket.send("end")
        if await socket.recv() == f"heard {frames}":
            self._left -= 1
            if self._left == 0:
                self.took = time.monotonic() - self.began
                self.heard.set()
        await socket.wait_closed()


def _page(connection: ServerConnection, request: Request) -> Response | None:
    if request.path in ("/flood", "/tick"):
        return None
    body, kind = (ITEM, "application/json") if request.path.startswith("/item") else (PAGE, "text/html")
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(HTTPStatus.OK, "OK", headers, body.encode())
