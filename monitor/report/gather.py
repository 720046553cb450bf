"""What the report needs of the traffic itself, collected in one pass beside the analysis: endpoints, sockets, pushes.

A fold over events, bounded by the number of different addresses, but for when each event was. What an address is for
is told by the site's profile, else by evidence: an answer that named a socket's address is what opened it, a body that
holds a push service's address registers for pushes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from monitor.decode.generic import PACKED
from monitor.formats.places import pattern_of
from monitor.model import (
    Action,
    Body,
    Broadcast,
    Chunk,
    Decoded,
    Event,
    Frame,
    Lifecycle,
    Push,
    PushState,
    Request,
    RequestBody,
    Response,
    SocketHandshake,
    SocketOpened,
    SseMessage,
    Storage,
    WorkerMessage,
    payload,
)
from monitor.report.steps import Steps, names
from monitor.report.traffic import Endpoint, Moments, Socket
from monitor.sites.address import host_of, place_of
from monitor.sites.profile import Profile, match_request
from monitor.sync.analysis import Analysis

_ENDPOINTS = 2_000
_SOCKETS = 500
_BODIES = 64
_ANSWERS = 50_000
_SAID = 20_000
_LOADS = 50
_SEARCHED = 1 << 16
_PUSH_HOSTS = ("fcm.googleapis.com", "jmt17.google.com", "fcmregistrations.googleapis.com",
               "firebaseinstallations.googleapis.com", "push.services.mozilla.com", "push.apple.com",
               "notify.windows.com")  # fmt: skip


class Gatherer:
    """Feed it every event after the analysis took it, with what it decodes to."""

    def __init__(self, analysis: Analysis, profiles: Sequence[Profile] = ()) -> None:
        self._analysis = analysis
        self._profiles = {profile.name: profile for profile in profiles}
        self.endpoints: dict[tuple[str, str, str], Endpoint] = {}
        self.sockets: dict[str, Socket] = {}
        self.actions: list[Action] = []
        self.loads: dict[str, list[tuple[int, float]]] = {}  # by site: the first documents whose load was seen
        self.registered: dict[str, list[int]] = {}  # by origin: the events that say that its pages may be pushed to
        self.moments = Moments()
        self.steps = Steps()
        self.types: dict[int, str] = {}  # by event: of what kind the last messages were that came by themselves
        self._asked: dict[str, Endpoint] = {}  # by connection
        self._answers: dict[int, Endpoint] = {}  # by event: of what address a body was the answer
        self._older: dict[str, tuple[str, str, str]] = {}  # by connection: what was asked before the recording
        self._later: dict[int, tuple[str, str, str]] = {}  # by event: the answers to that
        self._sites: dict[str, str] = {}  # by loader: of the documents of tabs
        self._bodies: deque[tuple[Endpoint, str]] = deque(maxlen=_BODIES)

    def feed(self, event: Event, decoded: Decoded | None) -> None:
        """Take one event into account."""
        self.moments.note(event.seq, event.time)
        self.steps.feed(event, decoded)
        if isinstance(event, (Frame, SseMessage, Push, Broadcast, Storage, WorkerMessage)):
            self.types[event.seq] = next(names(decoded), "")
            if len(self.types) > _SAID:
                del self.types[next(iter(self.types))]
        match event:
            case Request():
                self._request(event)
            case RequestBody():
                self._sent(self._asked.get(event.connection), event)
            case Response():
                self._response(event)
            case Body() | Chunk():
                self._came(self._asked.get(event.connection), event, decoded)
            case SocketOpened():
                self._opened(event)
            case SocketHandshake():
                self._shaken(event)
            case Frame():
                self._frame(event, decoded)
            case Action():
                self.actions.append(event)
            case Lifecycle(name="load"):
                self._loaded(event)
            case PushState(state="registered"):
                seqs = self.registered.setdefault(event.origin, [])
                seqs += [event.seq] if len(seqs) < _LOADS else []

    def of_role(self, site: str, role: str) -> list[Endpoint]:
        """The endpoints of a site that are for something, the first used first."""
        found = [one for one in self.endpoints.values() if one.site == site and one.role == role]
        return sorted(found, key=lambda one: one.seq)

    def endpoints_of(self, site: str) -> list[Endpoint]:
        """All endpoints of a site."""
        return [one for one in self.endpoints.values() if one.site == site]

    def endpoint_at(self, site: str, url: str) -> Endpoint | None:
        """The endpoint of a site that an address belongs to, the most asked one where there are several."""
        pattern = pattern_of(url)
        return max((one for one in self.endpoints_of(site) if one.pattern == pattern), key=_count, default=None)

    def sockets_of(self, site: str) -> list[Socket]:
        """The sockets of a site."""
        return [one for one in self.sockets.values() if one.site == site]

    def endpoint_of(self, seq: int) -> Endpoint | None:
        """The endpoint whose answer a body was, if it is not long ago."""
        return self._answers.get(seq) or self.endpoints.get(self._later.get(seq, ("", "", "")))

    # ── documents ──

    def _loaded(self, event: Lifecycle) -> None:
        """A document that was there before the recording tells no end of its load."""
        site = self._site(event.tab)
        seqs = self.loads.setdefault(site, [])
        if site and len(seqs) < _LOADS:
            seqs.append((event.seq, event.time))

    # ── requests ──

    def _site(self, label: str | None) -> str:
        tab = self._analysis.state.tabs.get(label or "")
        return (tab.site or place_of(tab.url)) if tab is not None else ""

    def _document(self, loader: str, url: str) -> None:
        """A tab asks for a document: what that asks for is of its site, also before the tab is said to be there."""
        covering = (name for name, profile in self._profiles.items() if profile.covers(url))
        self._sites[loader] = next(covering, place_of(url))
        if len(self._sites) > _ENDPOINTS:
            del self._sites[next(iter(self._sites))]

    def _request(self, event: Request) -> None:
        if event.resource == "document" and event.loader and event.frame == event.target:
            self._document(event.loader, event.url)
        site = self._sites.get(event.loader or "") or self._site(event.tab)
        if not site or event.resource not in ("fetch", "xhr", "document", "eventsource"):
            return
        pattern = pattern_of(event.url)
        key = (site, event.method, pattern)
        one = self.endpoints.get(key)
        if one is None:
            if len(self.endpoints) >= _ENDPOINTS:
                return
            one = self.endpoints[key] = Endpoint(site, event.method, pattern, event.resource, event.seq, event.time)
            one.role, one.reads = self._role(site, event), self._reads(site, event)
        one.count += 1
        one.tabs.add(event.tab or "")
        one.firsts.setdefault(event.tab or "", (event.seq, event.time))
        one.times.append((event.tab or "", event.time))
        self._asked[event.connection] = one
        if len(self._asked) > _ENDPOINTS:
            del self._asked[next(iter(self._asked))]
        self._sent(one, event)

    def _role(self, site: str, event: Request) -> str:
        profile = self._profiles.get(site)
        for endpoint in profile.endpoint if profile is not None else ():
            if match_request(endpoint.request, event.method, event.url) is not None:
                return endpoint.role
        return "push-registration" if _of_push(host_of(event.url)) else ""

    def _reads(self, site: str, event: Request) -> bool:
        profile = self._profiles.get(site)
        rules = (rule.request for rule in profile.read) if profile is not None else ()
        return any(rule is not None and match_request(rule, event.method, event.url) is not None for rule in rules)

    def _sent(self, one: Endpoint | None, event: Request | RequestBody) -> None:
        text = payload(event)
        if one is not None and not one.role and isinstance(text, str) and "p256dh" in text[:_SEARCHED]:
            one.role = "push-registration"

    def _response(self, event: Response) -> None:
        one = self._asked.get(event.connection)
        if one is None and len(self._older) < _ENDPOINTS:
            self._older.setdefault(event.connection, (self._site(event.tab), "GET", pattern_of(event.url)))
        if one is not None:
            one.statuses[event.status] += 1
            one.mime = one.mime or event.mime
            one.answered.setdefault(event.tab or "", (event.seq, event.time))
            if len(one.answers) < 5:
                one.answers.append(event.seq)

    def _came(self, one: Endpoint | None, event: Body | Chunk, decoded: Decoded | None) -> None:
        if one is not None:
            self._answers[event.seq] = one
            if len(self._answers) > _ANSWERS:
                del self._answers[next(iter(self._answers))]
        elif event.connection in self._older and len(self._later) < _ANSWERS:
            self._later[event.seq] = self._older[event.connection]
        text = payload(event)
        if one is None or not isinstance(text, str):
            return
        if not one.keys and decoded is not None and isinstance(decoded.value, dict):
            one.keys = tuple(str(key) for key in list(decoded.value)[:6])
        if one.resource in ("fetch", "xhr") and "json" in one.mime:
            self._bodies.append((one, text[:_SEARCHED]))

    # ── sockets ──

    def _opened(self, event: SocketOpened) -> None:
        site = self._site(event.tab)
        if not site or event.url is None or len(self.sockets) >= _SOCKETS:
            return
        pattern = pattern_of(event.url)
        self.sockets[event.connection] = Socket(
            site, event.tab or "", pattern, host_of(event.url), event.seq, event.time, event.late
        )
        address = event.url.partition("://")[2].partition("?")[0]
        for one, text in self._bodies:
            plain = text.replace("\\/", "/")
            if one.site == site and not one.role and (address in plain or _names(event.url, plain)):
                one.role = "init"

    def _shaken(self, event: SocketHandshake) -> None:
        """A handshake has the browser's own stamp, which the opening before it has not."""
        socket = self.sockets.get(event.connection)
        if socket is not None:
            socket.subprotocol = event.subprotocol or socket.subprotocol
            socket.up = socket.up or event.status == 101
            if not socket.shaken:
                socket.at, socket.shaken = max(socket.at, event.time), True

    def _frame(self, event: Frame, decoded: Decoded | None) -> None:
        socket = self.sockets.get(event.connection)
        if socket is None:
            return
        socket.frames += 1
        socket.up = True
        socket.bytes += event.size
        message = decoded.messages[0] if decoded is not None and decoded.messages else None
        if message is not None and message.protocol not in ("text", "raw", "json", *PACKED):
            socket.protocol = socket.protocol or message.protocol
        first = (_type(message), event.time, event.seq)
        if event.dir == "out" and socket.said is None:
            socket.said = first
        if event.dir == "in" and socket.heard is None:
            socket.heard = first


def _count(one: Endpoint) -> int:
    return one.count


def _type(message: Any) -> str:
    return (message.type or message.protocol) if message is not None else "frame"


def _names(url: str, text: str) -> bool:
    """Whether an answer holds what makes a socket's address: a long value of its query, such as a ticket."""
    try:
        values = [part.partition("=")[2] for part in urlsplit(url).query.split("&")]
    except ValueError:
        return False
    return any(len(value) >= 12 and value in text for value in values)


def _of_push(host: str) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in _PUSH_HOSTS)
