"""Deep mode: service workers of the origins that the user named, from inside and from their first instruction; pure.

What it adds to the recording of any service worker: the events it is given, with their bytes, and the calls it makes,
told by a script that runs in it before its own; what it throws; and a first instruction that is never missed: a worker
that was running when we came would not wait for us at its next starts, so its session is given up whenever it stops,
and the next start is a new one, which waits. Its fetches and its messages to pages are recorded as those of any other.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from monitor.browser.output import Origin, Output, decode
from monitor.browser.page_observer import binding
from monitor.browser.sessions import Session, Sessions
from monitor.browser.setup import Command
from monitor.browser.wire_page import ExceptionThrown
from monitor.browser.wire_worker import WorkerVersion
from monitor.errors import UsageError
from monitor.model import Gap, WorkerEvent

LIMIT = 1 << 20
KEEPS = "While it is recorded, a service worker does not stop when it is idle, as it would after half a minute."

HELD = "another DevTools client holds this service worker, so it did not wait for us: its first moments may be missing"


class Told(msgspec.Struct, frozen=True):
    """What the script in the worker tells: `t` in epoch milliseconds, `data` in base64 where it is no UTF-8."""

    name: str
    dir: Literal["in", "out"]
    t: float
    size: int = 0
    text: str | None = None
    data: str | None = None
    client: str | None = None


def as_origin(text: str) -> str:
    """The origin that the user named, by itself or by an address in it. Raises UsageError."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https", "chrome-extension") or not parts.netloc:
        raise UsageError(f"{text!r} is no origin: write it as https://HOST or http://HOST:PORT.")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


class Deep:
    """The deep mode of one browser. origins: shared by all browsers of a recording, and may grow while it runs."""

    def __init__(self, out: Output, sessions: Sessions, origins: set[str], world: str) -> None:
        self._out = out
        self._sessions = sessions
        self._origins = origins
        self._binding = f"{binding(world)}_deep"
        self._inside: set[str] = set()
        self._given_up: set[str] = set()

    def wants(self, one: Session) -> bool:
        """Whether this is a service worker of an origin that was named."""
        return one.type == "service_worker" and "/".join(one.url.split("/", 3)[:3]).lower() in self._origins

    def setup(self, one: Session) -> tuple[Command, ...]:
        """What a worker is sent besides what every target is, before it may run."""
        if not self.wants(one):
            return ()
        self._inside.add(one.session or "")
        script = f"{_source()}({msgspec.json.encode(self._binding).decode()}, {LIMIT});"
        return (
            ("Runtime.enable", {}),
            ("Runtime.addBinding", {"name": self._binding}),
            ("Runtime.evaluate", {"expression": script, "silent": True}),
        )

    def begin(self) -> int:
        """Take in the workers that are attached already; returns how many of the origins' workers are seen inside."""
        for one in self._sessions.live.values():
            if one.recorded and (one.session or "") not in self._inside:
                for method, params in self.setup(one):
                    self._out.send(one.session, method, params)
        return len(self._inside)

    def stopped(self, one: Session) -> None:
        """A worker stopped: give its session up."""
        if (one.session or "") in self._inside:
            self._given_up.add(one.target or "")
            self._out.send(one.parent, "Target.detachFromTarget", {"sessionId": one.session})

    def versions(self, versions: Iterable[WorkerVersion], mono: float) -> None:
        """Workers run: where another client holds on to one that we gave up, it is the old target, and not offered."""
        for one in versions:
            if one.target_id in self._given_up and one.running_status in ("starting", "running"):
                self._given_up.discard(one.target_id)
                if self._sessions.speaker(one.target_id) is None:
                    params = {"targetId": one.target_id, "flatten": True}
                    self._out.send(None, "Target.attachToTarget", params)
                    stamp = Origin(None, one.target_id).unstamped(self._out.clock, mono)
                    self._out.emit(Gap(**stamp, reason=HELD))

    def end(self, session: str) -> None:
        """Forget a session."""
        self._inside.discard(session)

    def farewell(self) -> None:
        """Take the script out of every worker."""
        for session in self._inside:
            params = {"expression": f"globalThis[{self._binding + '_stop'!r}]?.()", "silent": True}
            self._out.send(session, "Runtime.evaluate", params)

    # ── what is told ──────────────────────────────────────────────────────────────────────────────────────────────────

    def said(self, origin: Session, name: str, payload: str, arrival: float) -> bool:
        """Runtime.bindingCalled; whether it was ours."""
        if name != self._binding:
            return False
        told = decode(payload, Told)
        content: dict[str, Any] = {"text": told.text}
        if told.data is not None:
            content = {"data": base64.b64decode(told.data, validate=True)}
        self._emit(origin, told.t, arrival, name=told.name, dir=told.dir, size=told.size, client=told.client, **content)
        return True

    def threw(self, origin: Session, params: ExceptionThrown, arrival: float) -> None:
        """Runtime.exceptionThrown."""
        if (origin.session or "") not in self._inside:
            return
        details = params.exception_details
        text = (details.exception.description if details.exception else None) or details.text
        self._emit(origin, params.timestamp, arrival, name="error", dir="out", size=len(text.encode()), text=text)

    def _emit(self, origin: Session, milliseconds: float, arrival: float, **fields: Any) -> None:
        clock = self._out.clock
        mono = min(clock.mono_of(milliseconds / 1000), clock.read(arrival))
        stamp = Origin.stamp(origin, clock, mono)
        self._out.emit(WorkerEvent(**stamp, worker=origin.url, **fields))


@cache
def _source() -> str:
    text = resources.files("monitor.browser").joinpath("deep_worker.js").read_text("utf-8")
    return text[text.index("((name") :].rstrip()
