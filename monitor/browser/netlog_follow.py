"""What a browser's wires add to what DevTools tells, while it is being recorded.

A browser of our own writes a NetLog, some two or three seconds behind; it is followed here. Nothing is told twice:
requests and messages that DevTools told are left out; of a socket that it knows the control frames are added, under
its own name, and the messages that it sent and was sent while its page was being left. What DevTools does not see is
told whole: the requests of a page that is being left, such as beacons; the stream of pushes, and sockets that belong to
no tab. A socket is the same one where its `Sec-WebSocket-Key` is.
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
from monitor.model import (
    Event,
    Failed,
    Finished,
    Frame,
    Gap,
    Recording,
    Request,
    RequestBody,
    SocketClosed,
    SocketControl,
    SocketHandshake,
)

POLL_S = 0.2
# DevTools' word of a socket must be there before the wire's is judged.
HOLD_S = 1.0
# How long everything else waits for the wire's word, so that a capture is in the order of time.
WIRE_HOLD_S = 4.5
PIECE = 4 << 20
LINE = 256 << 20
NAME = "wire"

# How much later than its head is on the wire a request can be told to have been sent: two clocks, both coarse.
LATER_S = 0.5
# Pages ask for these; what the browser asks for itself has no such origin behind it.
PAGES = ("http://", "https://")
NO_BODY = "DevTools did not tell of this request, and the log of the wire has no bodies of requests"
UNSAID = "more messages of this socket were on the wire than the browser told of"
BODILESS = ("GET", "HEAD", "OPTIONS")


class Told(msgspec.Struct, frozen=True):
    """What DevTools told of. socket: one by its key. request: whether of such a one by then; each answers for one."""

    socket: Callable[[str], Seen | None]
    request: Callable[[str, str, float], bool] = lambda method, url, before: True


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

    async def run(self, told: Told, put: Callable[[list[Event], float], None]) -> None:
        """Follow the log until cancelled. put: takes events and a time."""
        self._overlay = Overlay(told)
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

    def __init__(self, told: Told) -> None:
        self._told = told
        self._netlog = Netlog(Names(), sockets=NAME)
        self._held: dict[str, list[Event]] = {}
        self._seen: dict[str, Seen | None] = {}
        self._came: dict[str, dict[str, int]] = {}  # how many messages a socket of DevTools had, by direction
        self._requests: set[str] = set()  # those under way of which DevTools did not tell

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
        if not connection.startswith(NAME):
            return self._of_request(connection, event)
        return self._of_socket(connection, event)

    def _of_request(self, connection: str, event: Event) -> list[Event]:
        name = f"{NAME}-{connection}"
        if isinstance(event, Request):
            self._requests.discard(connection)
            known = self._told.request(event.method, event.url.partition("#")[0], (event.mono or 0.0) + LATER_S)
            if known or not (event.initiator or "").startswith(PAGES):
                return []
            self._requests.add(connection)
            asked = msgspec.structs.replace(event, connection=name)
            absent = RequestBody(time=event.time, mono=event.mono, connection=name, state="absent", reason=NO_BODY)
            return [asked] if event.method in BODILESS else [asked, absent]
        if connection not in self._requests:
            return []
        if isinstance(event, Finished | Failed):
            self._requests.discard(connection)
        return [msgspec.structs.replace(event, connection=name)]

    def _of_socket(self, connection: str, event: Event) -> list[Event]:
        if connection not in self._seen:
            return self._undecided(connection, event)
        seen = self._seen[connection]
        came = self._came.setdefault(connection, {"in": 0, "out": 0})
        if isinstance(event, SocketClosed):
            del self._seen[connection], self._came[connection]
        if seen is None:
            return [event]
        if isinstance(event, SocketClosed):
            return _unsaid(event, seen, came)
        if isinstance(event, Frame):
            came[event.dir] += 1
            of = seen.socket
            if of is None or of.ended != "derived" or came[event.dir] <= of.told[event.dir]:
                return []
        elif not isinstance(event, SocketControl | Gap):
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
        seen = self._seen[connection] = self._told.socket(key)
        return [] if seen is not None else held


def _unsaid(closed: SocketClosed, seen: Seen, came: dict[str, int]) -> list[Event]:
    """How many messages of a socket DevTools did not tell of, though it told of the end: it drops what is too large."""
    of = seen.socket
    missing = sum(max(0, came[way] - of.told[way]) for way in came) if of is not None and of.ended == "told" else 0
    gap = Gap(
        time=closed.time, mono=closed.mono, tab=seen.tab, target=seen.target, connection=seen.name, reason=UNSAID,
        count=missing,
    )  # fmt: skip
    return [gap] if missing else []


def _key(event: SocketHandshake) -> str | None:
    return next((value for name, value in event.request_headers.items() if name.lower() == "sec-websocket-key"), None)
