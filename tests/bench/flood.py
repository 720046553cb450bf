"""A loopback server that floods one page with small JSON text frames; its log is the truth of what was sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

PAGE = """<!doctype html><title>Flood</title><p>Flood</p><script>
function flood() {
  let heard = 0;
  const socket = new WebSocket(`ws://${location.host}/flood`);
  socket.onmessage = (event) => event.data === 'end' ? socket.send(`heard ${heard}`) : heard++;
}
</script>"""


class Flood:
    """One flood after another. `sent` are the frames of the current one; `began` is when its first was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.frames = 0
        self.sent: list[str] = []
        self.began = 0.0
        self.heard = asyncio.Event()

    def prepare(self, frames: int) -> None:
        """The next page to ask gets that many frames, and a last one that says `end`."""
        self.frames, self.sent, self.heard = frames, [], asyncio.Event()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Flood]:
        """The server for the time of a `with`; `heard` is set when the page has told that it heard every frame."""
        async with serve(self._flood, "127.0.0.1", 0, process_request=_page, compression=None) as server:
            self.url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
            yield self

    async def _flood(self, socket: ServerConnection) -> None:
        self.began = time.monotonic()
        for number in range(self.frames):
            note = {
                "type": "note",
                "n": number,
                "author": "B",
                "text": f"Note {number} of the flood, as a person writes.",
            }
            await self._send(socket, json.dumps(note))
        await self._send(socket, "end")
        if await socket.recv() == f"heard {self.frames}":
            self.heard.set()
        await socket.wait_closed()

    async def _send(self, socket: ServerConnection, text: str) -> None:
        self.sent.append(text)
        await socket.send(text)


def _page(connection: ServerConnection, request: Request) -> Response | None:
    if request.path == "/flood":
        return None
    headers = Headers({"Content-Type": "text/html", "Content-Length": str(len(PAGE)), "Connection": "close"})
    return Response(HTTPStatus.OK, "OK", headers, PAGE.encode())
