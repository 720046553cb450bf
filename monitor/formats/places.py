"""Where a message belongs: its site, its channel, its connection, and the address that names a plain body's type.

Addresses lose what identifies: parts of a path that are ids become `{id}`, queries and fragments go.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from monitor.formats.looks import is_identifier
from monitor.formats.model import TypeKey
from monitor.model import (
    Broadcast,
    Channel,
    Event,
    Failed,
    Finished,
    Navigation,
    Push,
    Request,
    Response,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
    TargetChanged,
    WorkerMessage,
)
from monitor.sites.address import path_of, place_of
from monitor.sites.profile import Profile

NOT_DATA = frozenset(
    {"document", "script", "stylesheet", "image", "font", "media", "manifest", "texttrack", "preflight",
     "signedexchange", "cspviolationreport", "prefetch", "fedcm"}
)  # fmt: skip
"""Resources that make up a page, and do not carry its messages; nor does a request by OPTIONS."""
UNKNOWN = "(unknown address)"
"""The name of a connection that is older than the recording, as long as nothing tells where it goes."""
_CONNECTIONS = 4_096
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ASSET = re.compile(r"\.(?:m?js|css|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|wasm|map)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"([:./|_-])")
_TARGETS = 4_096


class Connection(msgspec.Struct):
    """A request or a socket. request: `METHOD /path`, empty for a socket. pending: bytes that no message had yet.

    asked: the type of the request, once it was counted. answered: its first message came back.
    """

    site: str
    address: str = ""
    request: str = ""
    resource: str = ""
    opened: float = 0.0
    ended: float | None = None
    pending: int = 0
    asked: TypeKey | None = None
    answered: bool = False


class Place(msgspec.Struct, frozen=True):
    """Where one message belongs.

    name: what a message is called that has no type of its own. series: within which its intervals are measured.
    speaks: the connection carries messages both ways.
    """

    site: str
    channel: Channel
    name: str
    address: str
    connection: str
    series: str
    speaks: bool = False


@lru_cache(maxsize=4096)
def pattern_of(url: str) -> str:
    """An address without what identifies: `wss://host/p24/ws/user/{id}`."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "?"
    steps = ["{id}" if is_identifier(step) else step for step in parts.path[:2000].split("/")]
    return f"{parts.scheme}://{host}{'/'.join(steps)}" if host else f"{parts.scheme}:{'/'.join(steps)}"


@lru_cache(maxsize=4096)
def key_of_storage(key: str) -> str:
    """A storage key without what identifies: `LSS-{id}:draft`."""
    steps = _SEPARATORS.split(_UUID.sub("{id}", key[:200]))
    return "".join("{id}" if is_identifier(step) else step for step in steps) or "(no key)"


class Places:
    """Keeps the addresses of tabs, targets and connections; each event is to be noted."""

    def __init__(self, profiles: Sequence[Profile] = ()) -> None:
        self._profiles = tuple(profiles)
        self._pages: dict[str, str] = {}
        self._targets: OrderedDict[str, str] = OrderedDict()
        self._connections: OrderedDict[str, Connection] = OrderedDict()
        self._sites: dict[str, str] = {}

    def note(self, event: Event) -> None:
        """Take an event into account."""
        match event:
            case TargetAttached() | TargetChanged():
                self._target(event)
            case Navigation():
                if event.main and event.tab:
                    self._pages[event.tab] = event.url
            case SocketOpened():
                self._open(event, event.url or "")
            case Request():
                self._request(event)
            case Finished() | Failed():
                if (found := self._connections.get(event.connection)) is not None:
                    found.ended = event.time
            case Response():
                if event.connection not in self._connections:
                    self._open(event, event.url)

    def connection(self, event: Event) -> Connection:
        """The connection of an event; made where it is older than the recording."""
        key = getattr(event, "connection", "")
        return self._connections.get(key) or self._open(event, "")

    def known(self, key: str) -> Connection | None:
        """The connection of that name, if there is one."""
        return self._connections.get(key)

    def locate(self, event: Event, *, streamed: bool) -> Place:
        """Where the messages of an event belong. streamed: they are events or lines of a body."""
        match event:
            case Storage():
                name = key_of_storage(event.key or "")
                return self._apart(event, "storage", name, event.origin, f"{event.area} {name}")
            case Broadcast():
                return self._apart(event, "broadcast", key_of_storage(event.name), event.name, event.name)
            case WorkerMessage():
                site = self._site(event)
                name = self._name(pattern_of(event.worker), site)
                series = f"{event.target} {event.worker}"
                return Place(site, "worker", name, pattern_of(event.worker), series, series, True)
            case Push():
                site = self.site_of(event.origin)
                return Place(site, "push", "push", event.origin, event.origin, event.origin)
        return self._carried(event, streamed)

    def _carried(self, event: Event, streamed: bool) -> Place:
        """Where the messages of a connection belong."""
        found, key = self.connection(event), getattr(event, "connection", "")
        if event.channel == "socket":
            return self.of_socket(key, found)
        if isinstance(event, SseMessage):
            return Place(found.site, "sse", found.request or UNKNOWN, found.address, key, key)
        channel: Channel = "fetch-stream" if streamed else "fetch"
        series = f"{event.tab or event.target} {found.request}"
        return Place(found.site, channel, found.request or UNKNOWN, found.address, key, series)

    def of_socket(self, key: str, found: Connection | None = None) -> Place:
        """Where the messages of a socket belong, by what is known of its address."""
        found = found or self._connections[key]
        name = self._name(found.address, found.site) if found.address else UNKNOWN
        return Place(found.site, "socket", name, found.address, key, key, True)

    def _apart(self, event: Event, channel: Channel, name: str, address: str, key: str) -> Place:
        series = f"{event.tab or event.target} {key}"
        return Place(self._site(event) or self.site_of(address), channel, name, address, series, series)

    # ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _target(self, event: TargetAttached | TargetChanged) -> None:
        if not event.url or event.target is None:
            return
        self._targets[event.target] = event.url
        if len(self._targets) > _TARGETS:
            self._targets.popitem(last=False)
        if isinstance(event, TargetAttached) and event.type == "page" and event.tab:
            self._pages[event.tab] = event.url

    def _request(self, event: Request) -> None:
        made = self._open(event, event.url)
        made.resource = "preflight" if event.method == "OPTIONS" else event.resource
        if event.resource not in ("fetch", "xhr") and event.method == "GET" and _ASSET.search(made.address):
            made.resource = "script"
        made.opened = event.time
        made.request = f"{event.method} {self._name(made.address, made.site)}"

    def _open(self, event: Event, url: str) -> Connection:
        key = getattr(event, "connection", "")
        site = self._site(event) or self.site_of(url)
        made = Connection(site=site, address=pattern_of(url) if url else "", opened=event.time)
        self._connections.pop(key, None)
        self._connections[key] = made
        if len(self._connections) > _CONNECTIONS:
            self._connections.popitem(last=False)
        return made

    def _page(self, event: Event) -> str:
        """The address of the page that an event belongs to."""
        return self._pages.get(event.tab or "") or self._targets.get(event.target or "", "")

    def _name(self, address: str, site: str) -> str:
        """The path of an address, with the host where that is of another site."""
        return path_of(address) if self.site_of(address) == site else address.partition("://")[2]

    def _site(self, event: Event) -> str:
        return self.site_of(self._page(event))

    def site_of_tab(self, event: Event) -> str:
        """The site of the page that an event belongs to; empty where it belongs to none."""
        return self._site(event)

    def site_of(self, url: str) -> str:
        """The site of an address: its profile's name, else its host and port, or a file's name."""
        found = self._sites.get(url)
        if found is None:
            if len(self._sites) > 10_000:
                self._sites.clear()
            profile = next((one for one in self._profiles if one.covers(url)), None)
            found = self._sites[url] = (
                profile.name if profile else place_of(url) or ("file" if url[:5] == "file:" else "")
            )
        return found
