"""True NetLogs: what a page says to a server of ours, in a real Chromium. `python -m tests.netlogs` makes the files.

The files in `tests/unit/imports/data` are what it wrote, without all that the tests do not look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from monitor.browser.launch import launch

DATA = Path(__file__).parent / "unit" / "imports" / "data"
PATHS = ("/takeover", "/none", "/plain")
TEXT, DOCUMENT, BYTES = "hello " * 50, '{"type":"a","n":1}', b"\x01\x02\x03"
FRAGMENTS = ["fragment one, ", "fragment twö, ", "the end"]
ZEROS = b"\0" * 300
PAGE = f"""<!doctype html><title>sockets</title><script>
for (const path of {json.dumps(PATHS)}) {{
  const socket = new WebSocket('ws://' + location.host + path, 'chat');
  socket.onopen = () => {{
    socket.send({json.dumps(TEXT)});
    socket.send({json.dumps(DOCUMENT)});
    socket.send(new Uint8Array([1, 2, 3]));
  }};
  socket.onclose = () => fetch('/closed' + path);
}}
onunload = () => fetch('/left', {{keepalive: true}});
fetch('/data?x=1').then(answer => answer.text());
</script>"""
DEFLATE = {
    "/takeover": ServerPerMessageDeflateFactory(),
    "/none": ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True),
}


class Server:
    """Serves the page and its sockets. log: by path, what went over each socket, as (direction, payload)."""

    def __init__(self) -> None:
        self.log: dict[str, list[tuple[str, str | bytes]]] = {path: [] for path in PATHS}
        self.port = 0
        self._ended: set[str] = set()
        self.done = asyncio.Event()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Server]:
        """The server for the time of a `with`; one port, where each path compresses in its own way."""
        async with serve(
            self._talk, "127.0.0.1", 0, process_request=self._answer, subprotocols=[Subprotocol("chat")],
            compression=None,
        ) as server:  # fmt: skip
            self.port = server.sockets[0].getsockname()[1]
            yield self

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            factory = DEFLATE.get(request.path)
            connection.protocol.available_extensions = [factory] if factory else None
            return None
        if request.path.startswith("/closed/"):
            self._ended.add(request.path)
            if len(self._ended) == len(PATHS):
                self.done.set()
        kind, body = ("text/html", PAGE) if request.path == "/" else ("application/json", '{"answer":42}')
        content = body.encode()
        told = Headers({"Content-Type": kind, "Content-Length": str(len(content)), "Cache-Control": "no-store"})
        return Response(HTTPStatus.OK, "OK", told, content)

    async def _talk(self, socket: ServerConnection) -> None:
        path = socket.request.path if socket.request else ""
        log = self.log[path]
        async for message in socket:
            log.append(("out", message))
            await self._say(socket, log, message.upper() if isinstance(message, str) else message)
            if isinstance(message, bytes):
                await socket.send(FRAGMENTS)
                log.append(("in", "".join(FRAGMENTS)))
                await (await socket.ping(b"are you there"))
                await self._say(socket, log, ZEROS)
                await socket.close(4001, "enough, schön")
                return

    async def _say(self, socket: ServerConnection, log: list[tuple[str, str | bytes]], message: str | bytes) -> None:
        log.append(("in", message))
        await socket.send(message)


def arguments(path: Path, ndjson: bool = True) -> list[str]:
    """What makes Chrome write a NetLog with everything in it."""
    kind = ["--net-log-file-format=ndjson"] if ndjson else []
    return [f"--log-net-log={path}", "--net-log-capture-mode=Everything", *kind]


async def visit(profile: Path, log: Path, ndjson: bool) -> Server:
    """Let a browser visit the page; returns the server, when the browser has ended and its log is whole."""
    async with Server().serving() as server:
        url = f"http://127.0.0.1:{server.port}/"
        browser = await launch([url], headless=True, profile_dir=profile, extra=arguments(log, ndjson))
        try:
            async with asyncio.timeout(20):
                await server.done.wait()
        finally:
            await browser.close()
    return server


# ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

KEPT = (
    "REQUEST_ALIVE", "URL_REQUEST_START_JOB", "CORS_REQUEST", "HTTP_TRANSACTION_SEND_REQUEST_HEADERS",
    "HTTP_TRANSACTION_READ_RESPONSE_HEADERS", "URL_REQUEST_JOB_FILTERED_BYTES_READ", "HTTP_STREAM_REQUEST_BOUND_TO_JOB",
    "SOCKET_POOL_BOUND_TO_SOCKET", "TCP_CONNECT", "SSL_CONNECT", "SOCKET_ALIVE", "SOCKET_BYTES_SENT",
    "SOCKET_BYTES_RECEIVED", "SSL_SOCKET_BYTES_SENT", "SSL_SOCKET_BYTES_RECEIVED",
)  # fmt: skip


def trimmed(lines: list[str], port: int) -> list[dict[str, Any]]:
    """What the tests look at of an ndjson log: the constants in short, and the events of what leads to a port."""
    values = [json.loads(line) for line in lines]
    constants = next(value["constants"] for value in values if value["type"] == "constants")
    names = {number: name for name, number in constants["logEventTypes"].items()}
    events = [value["event"] for value in values if value["type"] == "event" and names[value["event"]["type"]] in KEPT]
    ours = {event["source"]["id"] for event in events if f":{port}" in json.dumps(event.get("params"))}
    for _ in range(3):  # request → job → socket
        ours |= {
            event["params"]["source_dependency"]["id"]
            for event in events
            if event["source"]["id"] in ours and "source_dependency" in event.get("params", {})
        }
    short = {
        "logEventTypes": {name: constants["logEventTypes"][name] for name in KEPT},
        "logSourceType": {},
        "netError": {name: number for name, number in constants["netError"].items() if number in (-3, -105, -173)},
        "clientInfo": {key: constants["clientInfo"][key] for key in ("name", "version")},
        "logCaptureMode": constants["logCaptureMode"],
        "timeTickOffset": constants["timeTickOffset"],
    }
    chosen = [event for event in events if event["source"]["id"] in ours]
    head: list[dict[str, Any]] = [{"type": "constants", "constants": short}]
    return head + [{"type": "event", "event": event} for event in chosen]


def make() -> None:
    """Write the files anew."""
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        server = asyncio.run(visit(Path(folder) / "profile", log, ndjson=True))
        values = trimmed(log.read_text("utf-8").splitlines(), server.port)
        text = "".join(json.dumps(value, separators=(",", ":")) + "\n" for value in values)
        (DATA / "sockets.ndjson").write_text(text, "utf-8")


if __name__ == "__main__":
    make()
