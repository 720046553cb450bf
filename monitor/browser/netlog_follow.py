"""What a browser's wires add to what DevTools tells, while it is being recorded.

A browser of our own writes a NetLog, some two or three seconds behind; it is followed here. Nothing is told twice:
requests, and the messages of a socket that DevTools knows, are DevTools' to tell; of such a socket only the control
frames are added, under its own name. What DevTools does not see is told whole: the stream of pushes, and sockets that
belong to no tab. A socket is the same one where its `Sec-WebSocket-Key` is.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from monitor.browser.names import Names
from monitor.browser.netlog import Netlog
from monitor.browser.netlog_wires import MCS
from monitor.browser.output import decode
from monitor.browser.sockets import Seen
from monitor.model import Event, Gap, Recording, SocketClosed, SocketControl, SocketHandshake

POLL_S = 0.2
# DevTools' word of a socket must be there before the wire's is judged.
HOLD_S = 1.0
# How long everything else waits for the wire's word, so that a capture is in the order of time.
WIRE_HOLD_S = 4.5
PIECE = 4 << 20
LINE = 256 << 20
NAME = "wire"

Find = Callable[[str], Seen | None]


class Wire:
    """The NetLog of a browser that is yet to be started with `arguments`; ended by `close`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="syncmon-wire-")
        self.path = Path(self._folder.name) / "netlog"
        self._tail = Tail(self.path)
        self._overlay: Overlay | None = None
        self._waiting: deque[tuple[float, bytes]] = deque()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What makes Chrome write the log."""
        return (
            f"--log-net-log={self.path}", "--net-log-capture-mode=Everything", "--net-log-file-format=ndjson",
        )  # fmt: skip

    async def run(self, find: Find, put: Callable[[list[Event], float], None]) -> None:
        """Follow the log until cancelled. find: a socket of DevTools by its key. put: takes events and a time."""
        self._overlay = Overlay(find)
        clock = asyncio.get_running_loop().time
        while True:
            lines = await asyncio.to_thread(self._tail.read)
            now = clock()
            self._waiting += [(now, line) for line in lines]
            while self._waiting and self._waiting[0][0] <= now - HOLD_S:
                if events := self._overlay.feed(self._waiting.popleft()[1]):
                    put(events, now)
            await asyncio.sleep(0 if len(lines) > 1000 else POLL_S)

    def rest(self) -> list[Event]:
        """What the log has more, when the browser has ended."""
        lines = [line for _, line in self._waiting]
        while more := self._tail.read():
            lines += more
        self._waiting.clear()
        overlay = self._overlay
        return [event for line in lines for event in overlay.feed(line)] if overlay is not None else []

    def close(self) -> None:
        """Remove the log."""
        self._folder.cleanup()


class Tail:
    """The lines of a file that grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._held = b""

    def read(self) -> list[bytes]:
        """The whole lines since the last call, as far as one piece goes."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                piece = file.read(PIECE)
        except OSError:
            return []
        self._at += len(piece)
        *lines, self._held = (self._held + piece).split(b"\n")
        if len(self._held) > LINE:
            self._held = b""
        if not lines and len(piece) == PIECE:
            return self.read()
        return lines


class Overlay:
    """The lines of the log as what they add; pure."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._netlog = Netlog(Names(), sockets=NAME)
        self._held: dict[str, list[Event]] = {}
        self._seen: dict[str, Seen | None] = {}

    def feed(self, line: bytes) -> list[Event]:
        """The events that a line adds."""
        try:
            value = decode(line, object) if line.strip() else None
        except (ValueError, RecursionError):
            return []  # cut by the end of the browser
        return [one for event in self._netlog.feed(value) for one in self._added(event)]

    def _added(self, event: Event) -> list[Event]:
        connection: str | None = getattr(event, "connection", None)
        if connection is None or isinstance(event, Recording):
            return [event] if isinstance(event, Gap) else []
        if connection.startswith(MCS):
            return [event]
        return self._of_socket(connection, event) if connection.startswith(NAME) else []

    def _of_socket(self, connection: str, event: Event) -> list[Event]:
        if connection not in self._seen:
            return self._undecided(connection, event)
        seen = self._seen[connection]
        if isinstance(event, SocketClosed):
            del self._seen[connection]
        if seen is None:
            return [event]
        if not isinstance(event, SocketControl):
            return []
        return [msgspec.structs.replace(event, connection=seen.name, tab=seen.tab, target=seen.target)]

    def _undecided(self, connection: str, event: Event) -> list[Event]:
        """The beginning of a socket waits for its key; one that never had any is DevTools' to tell."""
        if isinstance(event, SocketClosed):
            self._held.pop(connection, None)
            return []
        held = self._held.setdefault(connection, [])
        held.append(event)
        key = _key(event) if isinstance(event, SocketHandshake) else None
        if key is None:
            return []
        del self._held[connection]
        seen = self._seen[connection] = self._find(key)
        return [] if seen is not None else held


def _key(event: SocketHandshake) -> str | None:
    return next((value for name, value in event.request_headers.items() if name.lower() == "sec-websocket-key"), None)
