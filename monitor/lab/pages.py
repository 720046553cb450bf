"""A plain page that nobody has a profile for: notes, which reach the other tabs in one way for each mode, amid noise.

But for the mode in the page's address, its wording, paths and frames name neither a mechanism nor what is a note, so
that only what the tabs do can tell.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self, get_args

import msgspec
from aiohttp import WSMsgType, web

from .background import Background
from .caller import Caller
from .log import LabLog
from .serving import serving
from .stage import fill

NotesMode = Literal[
    "reload",
    "socket-text",
    "socket-binary",
    "socket-word",
    "socket-write",
    "sse",
    "stream",
    "poll",
    "storage",
    "broadcast",
]
NOTES_MODES: tuple[NotesMode, ...] = get_args(NotesMode)
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Note(msgspec.Struct, frozen=True):
    """One note; `at` is seconds since the epoch."""

    id: str
    text: str
    at: float


@dataclass(eq=False)
class Listener:
    """A page's open socket or stream: how to bring it a value, and whose it is."""

    caller: Caller
    send: Send


@dataclass
class Board:
    """The notes of one mode and the pages that listen to them."""

    notes: list[Note] = field(default_factory=list)
    listeners: set[Listener] = field(default_factory=set)


class GenericLab:
    """An async context manager: `async with GenericLab() as lab`; pages at `lab.url(mode)`, plain HTTP on 127.0.0.1.

    The modes: `reload` (nothing brings a note to the other tabs), `socket-text` and `socket-binary` (four bytes of
    length, then MessagePack), `socket-word` (the socket says only that something is new, the page asks for it),
    `socket-write` (as `socket-text`, and the writing goes over the socket too), `sse`, `stream` (a fetch whose body
    goes on, a JSON object a line), `poll` (each `poll_s` seconds), `storage`, `broadcast`.
    beat_s: seconds between the heartbeats on sockets and streams. port: 0 takes a free one.
    log: as `Lab.log`; `conversation` is the mode, `messages` the notes' ids.
    """

    def __init__(self, *, poll_s: float = 2.0, beat_s: float = 1.0, port: int = 0) -> None:
        self.log = LabLog()
        self.port = port
        self._poll_s, self._beat_s = poll_s, beat_s
        self._boards: dict[str, Board] = {mode: Board() for mode in NOTES_MODES}
        self._background = Background()
        self._exit = AsyncExitStack()
        self._beat = itertools.count()
        self._sockets: set[web.WebSocketResponse] = set()
        for mode in NOTES_MODES:
            self.add(mode, "Water the plants")

    async def __aenter__(self) -> Self:
        await self._exit.enter_async_context(self._background)
        self.port = await self._exit.enter_async_context(serving(self.app(), self.port))
        self._exit.push_async_callback(self._close)
        self._background.spawn(self._beats())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.__aexit__(kind, error, trace)

    def app(self) -> web.Application:
        """All routes."""
        app = web.Application()
        app.router.add_get("/lab/log", self._get_log)
        app.router.add_get("/notes/{mode}", self._page)
        app.router.add_get("/data/{mode}", self._read)
        app.router.add_post("/data/{mode}", self._write)
        app.router.add_get("/w/{mode}", self._socket)
        app.router.add_get("/e/{mode}", self._stream)
        return app

    def url(self, mode: NotesMode) -> str:
        """The page of a mode."""
        return f"http://127.0.0.1:{self.port}/notes/{mode}"

    def add(self, mode: NotesMode, text: str) -> Note:
        """Add a note without telling any page."""
        note = Note(secrets.token_hex(4), text, time.time())
        self._boards[mode].notes.append(note)
        return note

    async def _page(self, request: web.Request) -> web.Response:
        mode, page = self._mode(request), secrets.token_hex(6)
        config = {"page": page, "mode": mode, "poll": self._poll_s}
        self.log.add("page", page=page, conversation=mode)
        text = fill("notes.html", config)
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers={"cache-control": "no-store"})

    async def _read(self, request: web.Request) -> web.Response:
        mode, caller = self._mode(request), Caller.of(request)
        notes = self._boards[mode].notes
        self._note("served", mode, caller, notes)
        return web.json_response({"notes": [msgspec.to_builtins(n) for n in notes], "now": time.time()})

    async def _write(self, request: web.Request) -> web.StreamResponse:
        """Keep a note; its writer is told in the answer, the others through the mode's channel after it."""
        mode, caller = self._mode(request), Caller.of(request)
        note = self.add(mode, str((await request.json())["text"]))
        self._note("write", mode, caller, [note])
        response = web.json_response(msgspec.to_builtins(note), status=201)
        await response.prepare(request)
        self._note("acknowledged", mode, caller, [note])
        await response.write_eof()
        self._background.spawn(self._tell(mode, note))  # also when the writer's tab closes now
        return response

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        """One page's socket; whose it is stands in the address's query, as a socket has no headers of the page's."""
        mode = self._mode(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        caller = Caller(request.query.get("p"), request.query.get("t"), "socket")

        async def send(value: dict[str, Any]) -> None:
            packed = msgspec.msgpack.encode(value) if mode == "socket-binary" else json.dumps(value)
            if isinstance(packed, bytes):
                packed = len(packed).to_bytes(4, "big") + packed
                await socket.send_bytes(packed)
            else:
                await socket.send_str(packed)
            self.log.add("frame", page=caller.page, tab=caller.tab, conversation=mode, payload=packed)

        listener = Listener(caller, send)
        self._boards[mode].listeners.add(listener)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._taken(mode, listener, message.data)
        finally:
            self._boards[mode].listeners.discard(listener)
            self._sockets.discard(socket)
        return socket

    async def _taken(self, mode: NotesMode, listener: Listener, text: str) -> None:
        """A frame from a page: a note to keep, answered with its id under the number that the page gave it."""
        asked = json.loads(text)
        note = self.add(mode, str(asked["text"]))
        self._note("write", mode, listener.caller, [note])
        await listener.send({"re": asked["n"], "id": note.id, "at": note.at})
        self._note("acknowledged", mode, listener.caller, [note])
        await self._tell(mode, note, besides=listener)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """A body that goes on: server-sent events for `sse`, JSON lines for `stream`."""
        mode = self._mode(request)
        caller = Caller.of(request) if mode == "stream" else Caller(request.query.get("p"), request.query.get("t"))
        kind = "text/event-stream" if mode == "sse" else "application/x-ndjson"
        response = web.StreamResponse(headers={"content-type": kind, "cache-control": "no-cache"})
        await response.prepare(request)
        ended = asyncio.Event()

        async def send(value: dict[str, Any]) -> None:
            line = f"data: {json.dumps(value)}\n\n" if mode == "sse" else f"{json.dumps(value)}\n"
            try:
                await response.write(line.encode())
            except ConnectionError:
                ended.set()
                return
            self.log.add("chunk", page=caller.page, tab=caller.tab, conversation=mode, payload=line)

        listener = Listener(caller, send)
        self._boards[mode].listeners.add(listener)
        try:
            await ended.wait()
        finally:
            self._boards[mode].listeners.discard(listener)
            self.log.add("cut", page=caller.page, tab=caller.tab, conversation=mode)
        return response

    async def _tell(self, mode: NotesMode, note: Note, besides: Listener | None = None) -> None:
        """Bring a new note, or in `socket-word` the word of it, to every page that listens."""
        value = {"k": 2} if mode == "socket-word" else {"k": 2, "note": msgspec.to_builtins(note)}
        for listener in tuple(self._boards[mode].listeners):
            if listener is not besides:
                await self._bring(listener, value)

    async def _beats(self) -> None:
        """Noise: every listener hears a number and the time, again and again."""
        while True:
            await asyncio.sleep(self._beat_s)
            value = {"k": 1, "n": next(self._beat), "now": time.time()}
            for board in self._boards.values():
                for listener in tuple(board.listeners):
                    await self._bring(listener, value)

    async def _bring(self, listener: Listener, value: dict[str, Any]) -> None:
        try:
            await listener.send(value)
        except ConnectionError:
            return

    def _mode(self, request: web.Request) -> NotesMode:
        for mode in NOTES_MODES:
            if mode == request.match_info["mode"]:
                return mode
        raise web.HTTPNotFound

    def _note(self, what: str, mode: NotesMode, caller: Caller, notes: list[Note]) -> None:
        ids = tuple(n.id for n in notes)
        self.log.add(what, page=caller.page, tab=caller.tab, why=caller.why, conversation=mode, messages=ids)

    async def _get_log(self, request: web.Request) -> web.Response:
        return web.Response(body=self.log.json(), content_type="application/json")

    async def _close(self) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code=1001)
