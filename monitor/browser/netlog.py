"""A NetLog of Chrome as events: what went over its wires, below what DevTools tells; pure.

    feed({"type": "constants", …}), then feed({"type": "event", …}) …  → events

Requests keep the shape they have from DevTools. A NetLog knows no tabs. Its times are whole milliseconds.
"""

from __future__ import annotations

from typing import Any

from monitor.browser.names import Names
from monitor.browser.netlog_requests import Requests
from monitor.browser.netlog_wires import BEGIN, END, Handler, Wires
from monitor.model import Event, Gap, Recording

UPGRADED = -173  # ERR_WS_UPGRADE: the request ended because it became a WebSocket
NO_BYTES = "the NetLog holds no bytes, so no frames and bodies: it was not made with --net-log-capture-mode=Everything"


class Netlog:
    """One log. names: counts connections, across all that is written to one capture; sockets: how theirs begin."""

    def __init__(self, names: Names | None = None, sockets: str = "w") -> None:
        names = names or Names()
        self._types: dict[int, str] = {}
        self._errors: dict[int, str] = {}
        self._offset = 0.0
        self._last: dict[str, Any] = {"time": 0.0}
        self._browser: str | None = None
        self._started = False
        self._bytes = True
        self._requests = Requests(names.requests)
        self._wires = Wires(self._emit, names, sockets)
        self._events: list[Event] = []
        self._handlers: dict[str, Handler] = {
            "CORS_REQUEST": self._announced,
            "REQUEST_ALIVE": self._request,
        }

    def feed(self, value: object) -> list[Event]:
        """Take the constants or one event of the log; returns what it means. Nonsense becomes a gap, never an error."""
        if not isinstance(value, dict):
            return []
        if value.get("type") == "constants":
            self._constants(value.get("constants"))
        elif value.get("type") == "event" and isinstance(event := value.get("event"), dict):
            self._event(event)
        found, self._events = self._events, []
        return found

    def _constants(self, constants: object) -> None:
        if not isinstance(constants, dict):
            return
        known = self._handlers.keys() | self._wires.handlers.keys() | self._requests.handlers.keys()
        names = _numbers(constants.get("logEventTypes"))
        self._types = {number: name for number, name in names.items() if name in known}
        self._errors = _numbers(constants.get("netError"))
        offset = constants.get("timeTickOffset")
        self._offset = float(offset) if isinstance(offset, int | float | str) else 0.0
        client = constants.get("clientInfo")
        if isinstance(client, dict):
            self._browser = f"{client.get('name')}/{client.get('version')}"
        self._bytes = constants.get("logCaptureMode", "Everything") == "Everything"

    def _event(self, event: dict[str, Any]) -> None:
        kind, source = event.get("type"), event.get("source")
        name = self._types.get(kind) if isinstance(kind, int) else None
        if name is None or not isinstance(source, dict) or not isinstance(number := source.get("id"), int):
            return
        try:
            stamp = self._stamp(event)
            self._start(stamp)
            params = event.get("params")
            self._take(name, number, event.get("phase"), params if isinstance(params, dict) else {}, stamp)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            self._emit(Gap, self._last, reason=f"{name} could not be understood: {error}"[:300], count=1)

    def _stamp(self, event: dict[str, Any]) -> dict[str, Any]:
        ticks = float(event["time"])
        if not abs(ticks) < 1e15:
            raise ValueError("its time is none")
        self._last = {"time": (ticks + self._offset) / 1000, "mono": ticks / 1000}
        return self._last

    def _start(self, stamp: dict[str, Any]) -> None:
        if self._started:
            return
        self._started = True
        self._emit(Recording, stamp, state="started", browser=self._browser, clock_offset=self._offset / 1000)
        if not self._bytes:
            self._emit(Gap, stamp, reason=NO_BYTES)

    def _take(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if self._wires.shake(name, source, params, stamp):
            return
        handler = self._handlers.get(name) or self._wires.handlers.get(name)
        if handler is not None:
            handler(name, source, phase, params, stamp)
        elif name in self._requests.handlers:
            self._events += self._requests.take(name, source, params, stamp)

    def _emit(self, kind: type[Event], stamp: dict[str, Any], **fields: Any) -> None:
        self._events.append(kind(**stamp, **fields))

    # ── requests, and those that become sockets ───────────────────────────────────────────────────────────────────────

    def _announced(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if phase == BEGIN:
            self._requests.announced(source, params)

    def _request(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        url = str(params.get("url", ""))
        if phase == BEGIN and url.startswith(("ws:", "wss:")):
            self._wires.began(source, url, stamp)
        elif phase == BEGIN:
            self._requests.began(source, url)
        elif phase == END:
            error = self._error(params.get("net_error"))
            if source not in self._wires:
                self._events += self._requests.ended(source, error, stamp)
            else:
                self._wires.ended(source, None if params.get("net_error") == UPGRADED else error or "ERR_FAILED", stamp)

    def _error(self, number: object) -> str | None:
        if not isinstance(number, int) or number == 0:
            return None
        return self._errors.get(number, str(number))


def _numbers(names: object) -> dict[int, str]:
    """Names by their numbers."""
    if not isinstance(names, dict):
        return {}
    return {number: str(name) for name, number in names.items() if isinstance(number, int)}
