"""A translator without a browser: feed it messages in Chrome's shape, read back events and commands."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any, TypeVar

import msgspec

from monitor.browser import page_observer
from monitor.browser.clock import Clock
from monitor.browser.names import Labels, Names
from monitor.browser.push_log import Memory
from monitor.browser.translate import Translator
from monitor.browser.wire import Reply, Send
from monitor.model import Event, SitePlan

E = TypeVar("E", bound=Event)
WORLD = "syncmon-test"
SPEAKS = page_observer.binding(WORLD)
OFFSET = 1_700_000_000.0


def raw(value: object) -> msgspec.Raw:
    """A value as the connection hands it on."""
    return msgspec.Raw(json.dumps(value).encode())


def b64(data: bytes) -> str:
    """Bytes as Chrome writes them."""
    return base64.b64encode(data).decode()


class Browser:
    """Plays Chrome. `now` is the monotonic clock; every message arrives 1 ms after its stamp."""

    def __init__(
        self, plan: tuple[SitePlan, ...] = (), labels: Labels | None = None, memory: Memory | None = None,
        shared: bool = True, deep: set[str] | None = None,
    ) -> None:  # fmt: skip
        self.translator = Translator(Clock(OFFSET, shared), labels or Labels(), Names(), plan, WORLD, memory, deep)
        self.events: list[Event] = []
        self.sends: list[Send] = list(self.translator.begin(100.0))
        self.now = 100.0
        self._numbers = itertools.count(1)

    def says(self, session: str | None, method: str, **params: Any) -> list[Event]:
        """One message, 10 ms after the one before."""
        self.now += 0.01
        events = self.translator.feed(session, method, raw(params), self.now + 0.001)
        return self.took(events)

    def took(self, events: list[Event]) -> list[Event]:
        """Keep what the translator gave."""
        self.events += events
        self.sends += self.translator.sends()
        return events

    def answers(self, method: str, result: object = None, error: str | None = None) -> list[Event]:
        """The answer to the last command of that name that wants one."""
        send = [s for s in self.sends if s.method == method and s.token is not None][-1]
        self.now += 0.01
        reply = Reply(raw(result if result is not None else {}), error)
        return self.took(self.translator.reply(send, reply, self.now + 0.001))

    def waits(self, seconds: float) -> list[Event]:
        """Time passes."""
        self.now += seconds
        return self.took(self.translator.tick(self.now))

    def sent(self, session: str | None) -> list[str]:
        """The methods sent to a session, in order."""
        return [s.method for s in self.sends if s.session == session]

    def of(self, kind: type[E]) -> list[E]:
        """The events of a kind."""
        return [e for e in self.events if isinstance(e, kind)]

    # ── things that happen often ──────────────────────────────────────────────────────────────────────────────────────

    def attaches(
        self, parent: str | None, session: str, kind: str, target: str = "", waiting: bool = True, **info: Any
    ) -> list[Event]:
        """A target appears."""
        info = {"targetId": target or f"T-{session}", "type": kind, "title": "", "url": "", "attached": True, **info}
        return self.says(
            parent, "Target.attachedToTarget", sessionId=session, targetInfo=info, waitingForDebugger=waiting
        )

    def tab(self, name: str, url: str = "https://a.example/", waiting: bool = True) -> str:
        """A tab with a page in it; returns the page's session."""
        self.attaches(None, f"tab-{name}", "tab", waiting=waiting)
        self.attaches(f"tab-{name}", name, "page", waiting=waiting, url=url)
        return name

    def navigates(self, session: str, loader: str, url: str = "https://a.example/", kind: str = "") -> list[Event]:
        """A main frame commits a document."""
        if kind:
            self.says(
                session, "Page.frameStartedNavigating", frameId="F", url=url, loaderId=loader, navigationType=kind
            )
        frame = {
            "id": "F",
            "loaderId": loader,
            "url": url,
            "securityOrigin": "https://a.example",
            "mimeType": "text/html",
        }
        return self.says(session, "Page.frameNavigated", frame=frame, type="Navigation")

    def requests(
        self, session: str, number: str, resource: str = "Fetch", loader: str = "L1", **more: Any
    ) -> list[Event]:
        """A request is sent."""
        asked = {"url": "https://a.example/api", "method": "GET", "headers": {"A": "b"}, **more.pop("request", {})}
        return self.says(
            session, "Network.requestWillBeSent", requestId=number, loaderId=loader, documentURL="", request=asked,
            timestamp=self.now + 0.01, wallTime=self.now + 0.01 + OFFSET, type=resource, frameId="F",
            initiator={"type": "script", "stack": {"callFrames": [{"url": "https://a.example/x.js", "lineNumber": 4}]}},
            **more,
        )  # fmt: skip

    def responds(
        self, session: str, request: str, mime: str = "application/json", resource: str = "Fetch", **more: Any
    ) -> list[Event]:
        """The head of a response."""
        head = {"url": "https://a.example/api", "status": 200, "headers": {}, "mimeType": mime, "charset": "", **more}
        return self.says(
            session, "Network.responseReceived", requestId=request, loaderId="L1", timestamp=self.now + 0.01,
            type=resource, response=head,
        )  # fmt: skip

    def data(self, session: str, request: str, content: bytes, streamed: bool = True) -> list[Event]:
        """Bytes of a body."""
        more = {"data": b64(content)} if streamed else {}
        return self.says(
            session, "Network.dataReceived", requestId=request, timestamp=self.now + 0.01, dataLength=len(content),
            encodedDataLength=len(content), **more,
        )  # fmt: skip

    def finishes(self, session: str, request: str, size: int = 10) -> list[Event]:
        """The end of a response."""
        return self.says(
            session, "Network.loadingFinished", requestId=request, timestamp=self.now + 0.01, encodedDataLength=size
        )

    def frame(self, session: str, request: str, payload: str, opcode: int = 1, way: str = "Received") -> list[Event]:
        """A frame of a socket."""
        response = {"opcode": opcode, "mask": False, "payloadData": payload}
        return self.says(
            session, f"Network.webSocketFrame{way}", requestId=request, timestamp=self.now + 0.01, response=response
        )


def world(browser: Browser, session: str, number: int = 7, frame: str = "F", name: str = "syncmon-test") -> None:
    default = not name
    context = {"id": number, "origin": "https://a.example", "name": name, "uniqueId": "1"}
    aux = {"isDefault": default, "type": "default" if default else "isolated", "frameId": frame}
    browser.says(session, "Runtime.executionContextCreated", context={**context, "auxData": aux})


def said(browser: Browser, session: str, number: int = 7, ago: float = 0.0, **message: Any) -> None:
    now = (browser.now + 0.01 + OFFSET) * 1000
    payload = json.dumps({"t": now - ago * 1000, "n": now, **message})
    browser.says(session, "Runtime.bindingCalled", name=SPEAKS, payload=payload, executionContextId=number)


def observed(browser: Browser, name: str = "p") -> str:
    page = browser.tab(name)
    browser.navigates(page, "L1")
    world(browser, page)
    said(browser, page, k="hello", document="D", url="https://a.example/", origin="https://a.example", main=True)
    return page
