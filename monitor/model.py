"""The vocabulary: one frozen struct for each kind of event, and the decoded form of a payload.

An event is one fact seen in the browser. It is never changed after the recorder appended it, and everything above the
recorder is computed from events alone. `kind` is the struct's tag; the field names are those of the JSONL export.

Times: `time` is wall clock, seconds since the epoch, UTC. `mono` is Chrome's monotonic stamp in seconds where Chrome
gave one; events of one browser compare by it across tabs. `seq` is the order of the capture file, from 1, without
holes.
A payload is `text` where it was text on the wire and `data` where it was bytes; never both.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

Channel = Literal["socket", "sse", "fetch-stream", "fetch", "push", "storage", "broadcast", "worker"]
Direction = Literal["in", "out"]
Headers = dict[str, str]

CHANNELS: tuple[Channel, ...] = ("socket", "sse", "fetch-stream", "fetch", "push", "storage", "broadcast", "worker")


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What every event has.

    tab: the label (A, B, …) of the tab it belongs to; None for the browser itself and for workers shared by tabs.
    target: the DevTools target id (page, iframe or worker) that reported it.
    """

    channel: ClassVar[Channel | None] = None

    seq: int = 0
    time: float
    mono: float | None = None
    tab: str | None = None
    target: str | None = None

    @property
    def kind(self) -> str:
        """The tag, such as `frame`."""
        return str(self.__struct_config__.tag)


# ── the recording itself ──────────────────────────────────────────────────────────────────────────────────────────────


class Recording(Event, frozen=True, kw_only=True, omit_defaults=True, tag="recording"):
    """A change in the recorder's own state.

    state: `started` (file made), `attached` (every tab that was there is being recorded), `lost` (the browser's socket
    ended), `resumed` (attached again), `stopped` (a clean end).
    clock_offset: wall minus monotonic clock, seconds, as known at that moment.
    """

    state: Literal["started", "attached", "lost", "resumed", "stopped"]
    endpoint: str | None = None
    browser: str | None = None
    protocol: str | None = None
    user_agent: str | None = None
    clock_offset: float | None = None
    detail: str | None = None


class Gap(Event, frozen=True, kw_only=True, omit_defaults=True, tag="gap"):
    """Something that could not be captured, with the reason and, where known, how many and since when (epoch s)."""

    reason: str
    count: int | None = None
    since: float | None = None
    connection: str | None = None


class Fault(Event, frozen=True, kw_only=True, omit_defaults=True, tag="fault"):
    """Something that went wrong in the recorder or the browser, and what to do about it."""

    what: str
    message: str
    hint: str | None = None


class Mark(Event, frozen=True, kw_only=True, omit_defaults=True, tag="mark"):
    """A note the user left in the log."""

    text: str = ""


class Action(Event, frozen=True, kw_only=True, omit_defaults=True, tag="action"):
    """Something syncmon did to the browser because the user asked; `tab` is the one it was done to."""

    do: str
    args: dict[str, Any] = {}
    ok: bool = True
    error: str | None = None


# ── targets and documents ─────────────────────────────────────────────────────────────────────────────────────────────

TargetType = Literal["page", "iframe", "worker", "shared_worker", "service_worker", "other"]


class TargetAttached(Event, frozen=True, kw_only=True, omit_defaults=True, tag="target-attached"):
    """A page, iframe or worker is now being recorded. `early`: from before its first instruction.

    context: the browser context (profile, incognito window) it lives in, with cookies and storage of its own; a number
    of Chrome's, unlike that of any other context or browser.
    """

    type: TargetType
    url: str = ""
    title: str = ""
    opener: str | None = None
    parent: str | None = None
    subtype: str | None = None
    context: str | None = None
    early: bool = False


class TargetChanged(Event, frozen=True, kw_only=True, omit_defaults=True, tag="target-changed"):
    """A target's address or title changed."""

    url: str = ""
    title: str = ""


class TargetCrashed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="target-crashed"):
    """A renderer or worker died; it may come back on the same target."""

    reason: str | None = None


class TargetGone(Event, frozen=True, kw_only=True, omit_defaults=True, tag="target-gone"):
    """A target closed or detached. `type` repeats what it was: a tab ends with its page's TargetGone."""

    type: TargetType
    reason: str | None = None


class Navigation(Event, frozen=True, kw_only=True, omit_defaults=True, tag="navigation"):
    """A frame committed a document, or changed its address within one.

    how: `load` (typed, linked or scripted), `reload`, `history` (back, forward, bfcache), `same-document`
    (pushState, fragment), `prerender` (a prerendered page took over).
    `main` is true for the tab's own address. `loader` names the document; it is the same after same-document changes.
    """

    url: str
    how: Literal["load", "reload", "history", "same-document", "prerender"] = "load"
    main: bool = True
    frame: str | None = None
    loader: str | None = None


class Lifecycle(Event, frozen=True, kw_only=True, omit_defaults=True, tag="lifecycle"):
    """A milestone of a main document: `dom` (DOMContentLoaded) or `load`."""

    name: Literal["dom", "load"]
    loader: str | None = None


class Visibility(Event, frozen=True, kw_only=True, omit_defaults=True, tag="visibility"):
    """The tab became visible or hidden (document.visibilityState), or gained or lost the focus."""

    visible: bool
    focused: bool | None = None


class UserInput(Event, frozen=True, kw_only=True, omit_defaults=True, tag="input"):
    """The user did something in the page. Only the kind is kept, never what was typed."""

    input: Literal["key", "click", "paste", "drop", "submit", "other"]


# ── WebSockets ────────────────────────────────────────────────────────────────────────────────────────────────────────


class SocketOpened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="socket-opened"):
    """A WebSocket came to be known.

    `late`: it was older than the attach; then `url` is `certain`, a `guess` or absent.
    """

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    url: str | None = None
    late: bool = False
    url_is: Literal["certain", "guess", "unknown"] = "certain"
    initiator: str | None = None


class SocketHandshake(Event, frozen=True, kw_only=True, omit_defaults=True, tag="socket-handshake"):
    """The opening handshake: what was asked and, where it was answered, the answer."""

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    status: int | None = None
    request_headers: Headers = {}
    headers: Headers = {}
    subprotocol: str | None = None


class Frame(Event, frozen=True, kw_only=True, omit_defaults=True, tag="frame"):
    """One WebSocket message (fragments merged, deflate inflated).

    opcode: 1 text, 2 binary. size: bytes of the payload.
    """

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    dir: Direction
    opcode: int = 1
    size: int = 0
    text: str | None = None
    data: bytes | None = None


class SocketControl(Event, frozen=True, kw_only=True, omit_defaults=True, tag="socket-control"):
    """A control frame of a WebSocket. DevTools tells of none; they are seen on the wire (NetLog) only.

    control: `close` has its code (None where it gave none) and its reason in `text`; `ping` and `pong` have `data`.
    The first close of a socket is of the side that closed it.
    """

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    dir: Direction
    control: Literal["ping", "pong", "close"]
    code: int | None = None
    size: int = 0
    text: str | None = None
    data: bytes | None = None


class SocketError(Event, frozen=True, kw_only=True, omit_defaults=True, tag="socket-error"):
    """A frame or handshake error, in Chrome's words."""

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    message: str


class SocketClosed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="socket-closed"):
    """A WebSocket ended.

    `derived`: Chrome said nothing, we concluded it from `because` (navigation, target gone, …).
    """

    channel: ClassVar[Channel | None] = "socket"

    connection: str
    derived: bool = False
    because: str | None = None


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Request(Event, frozen=True, kw_only=True, omit_defaults=True, tag="request"):
    """A request was sent. A redirect is a new Request on the same connection.

    resource: Chrome's resource type, lower case (`document`, `fetch`, `xhr`, `eventsource`, `script`, …).
    body_state: `whole`, `absent` (none, or not to be had) or `later` (a RequestBody event follows).
    """

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "out"

    connection: str
    method: str
    url: str
    resource: str = "other"
    headers: Headers = {}
    size: int = 0
    text: str | None = None
    data: bytes | None = None
    body_state: Literal["whole", "absent", "later"] = "absent"
    frame: str | None = None
    loader: str | None = None
    redirected: bool = False
    initiator: str | None = None


class RequestBody(Event, frozen=True, kw_only=True, omit_defaults=True, tag="request-body"):
    """The body of a request that Chrome did not hand over with it."""

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "out"

    connection: str
    size: int = 0
    text: str | None = None
    data: bytes | None = None
    state: Literal["whole", "partial", "absent"] = "whole"
    reason: str | None = None


class Response(Event, frozen=True, kw_only=True, omit_defaults=True, tag="response"):
    """The head of a response."""

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "in"

    connection: str
    url: str
    status: int
    headers: Headers = {}
    mime: str = ""
    protocol: str | None = None
    from_cache: bool = False
    from_service_worker: bool = False


class Chunk(Event, frozen=True, kw_only=True, omit_defaults=True, tag="chunk"):
    """A piece of a streamed response body, as it came. `offset` is its first byte's place in the body."""

    channel: ClassVar[Channel | None] = "fetch-stream"
    dir: ClassVar[Direction] = "in"

    connection: str
    size: int = 0
    offset: int = 0
    text: str | None = None
    data: bytes | None = None


class Body(Event, frozen=True, kw_only=True, omit_defaults=True, tag="body"):
    """The body of a response, fetched after it ended. `partial` and `absent` say why in `reason`.

    After Chunk events it is the same body once more, whole, since they have a hole.
    """

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "in"

    connection: str
    size: int = 0
    text: str | None = None
    data: bytes | None = None
    state: Literal["whole", "partial", "absent"] = "whole"
    reason: str | None = None


class Finished(Event, frozen=True, kw_only=True, omit_defaults=True, tag="finished"):
    """A response ended well.

    size: bytes on the wire. body: where the content is — Chunk events, a Body event, nowhere.
    """

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "in"

    connection: str
    size: int = 0
    body: Literal["chunks", "later", "none"] = "none"


class Failed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="failed"):
    """A request came to nothing, or its response broke off. `derived` as in SocketClosed."""

    channel: ClassVar[Channel | None] = "fetch"
    dir: ClassVar[Direction] = "in"

    connection: str
    error: str = ""
    canceled: bool = False
    derived: bool = False


class SseMessage(Event, frozen=True, kw_only=True, omit_defaults=True, tag="sse"):
    """One message of an EventSource."""

    channel: ClassVar[Channel | None] = "sse"
    dir: ClassVar[Direction] = "in"

    connection: str
    event: str = "message"
    id: str = ""
    size: int = 0
    text: str = ""


# ── pushes and channels between tabs ──────────────────────────────────────────────────────────────────────────────────


class Push(Event, frozen=True, kw_only=True, omit_defaults=True, tag="push"):
    """One stage of a push message, or what it brought up, in the service worker of `origin`; it is of no tab.

    stage: `failed` in place of the stage that failed, `reason` says why; `other` is what Chrome logs besides.
    name: Chrome's own words for it. registration: the worker's, a number within its browser; worker: its script.
    instance: the message's id, the same at every stage; None where it was injected by DevTools.
    state: `partial` where bytes of the payload are lost or may be; then `reason` says so. Chrome leaves out what is not
    UTF-8 without a sign, so a short binary payload can look whole. meta: what else Chrome tells.
    target: the page of ours that Chrome told it to, one for each browser.
    """

    channel: ClassVar[Channel | None] = "push"
    dir: ClassVar[Direction] = "in"

    stage: Literal["received", "dispatched", "completed", "failed", "notification", "other"]
    origin: str
    registration: str | None = None
    instance: str | None = None
    worker: str | None = None
    name: str | None = None
    size: int = 0
    text: str | None = None
    state: Literal["whole", "partial"] = "whole"
    reason: str | None = None
    meta: dict[str, str] = {}


class PushWatch(Event, frozen=True, kw_only=True, omit_defaults=True, tag="push-watch"):
    """Whether the push messages of a browser are being recorded from now on, whatever tab they are for.

    earlier: how many entries of before this recording its profile holds; they are left out. logged: Chrome was logging
    them already, for somebody else. reason: why they are not recorded.
    """

    state: Literal["on", "off"]
    earlier: int = 0
    logged: bool = False
    reason: str | None = None


class PushState(Event, frozen=True, kw_only=True, omit_defaults=True, tag="push-state"):
    """Whether a site may push and where its pushes go to, as a page of it says when that changes.

    state: `registered` (it has a subscription), `none`, or `blocked` (the user denied notifications).
    host: of the push service's address, which itself is a secret; endpoint: the first 16 hex digits of its SHA-256.
    scope, worker: of the service worker that gets the pushes. sender: the public key that may push (VAPID, base64url).
    app, since: of Firebase's SDK, its application, such as `1:PROJECT:web:…`, and when it registered (epoch seconds).
    """

    state: Literal["registered", "none", "blocked"]
    origin: str
    permission: str = "default"
    host: str | None = None
    endpoint: str | None = None
    scope: str | None = None
    worker: str | None = None
    sender: str | None = None
    app: str | None = None
    since: float | None = None


class Storage(Event, frozen=True, kw_only=True, omit_defaults=True, tag="storage"):
    """A key of localStorage or sessionStorage changed.

    dir: `out` where this tab made the change, `in` where another did, None where that is not known.
    text: the new value, None on remove and clear.
    """

    channel: ClassVar[Channel | None] = "storage"

    origin: str
    area: Literal["local", "session"]
    op: Literal["set", "remove", "clear"]
    dir: Direction | None = None
    key: str | None = None
    size: int = 0
    text: str | None = None
    old: str | None = None


class DatabaseChange(Event, frozen=True, kw_only=True, omit_defaults=True, tag="database"):
    """An object store of an IndexedDB database changed; without names, the list of the origin's databases did.

    Neither what changed nor which tab did it is known: every tab of the origin has the same databases.
    """

    channel: ClassVar[Channel | None] = "storage"

    origin: str
    database: str | None = None
    store: str | None = None


class CookieChange(Event, frozen=True, kw_only=True, omit_defaults=True, tag="cookie"):
    """Cookies were set or removed; only their names are kept.

    how: `response` (a Set-Cookie of the exchange `connection`; the cookies may be refused yet) or `heard` (the page's
    CookieStore told; every tab of the site hears it, the writer's too, and of HttpOnly cookies none does).
    """

    channel: ClassVar[Channel | None] = "storage"

    how: Literal["response", "heard"]
    names: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    connection: str | None = None


class Broadcast(Event, frozen=True, kw_only=True, omit_defaults=True, tag="broadcast"):
    """A BroadcastChannel message heard in this tab.

    Every tab of the origin hears it, the sender's too, so `dir` is rarely known.
    """

    channel: ClassVar[Channel | None] = "broadcast"

    name: str
    dir: Direction | None = None
    size: int = 0
    text: str | None = None


class WorkerMessage(Event, frozen=True, kw_only=True, omit_defaults=True, tag="worker-message"):
    """A message between a page and a worker, seen from the page: `in` came from the worker."""

    channel: ClassVar[Channel | None] = "worker"

    worker: str
    dir: Direction = "in"
    size: int = 0
    text: str | None = None


class WorkerEvent(Event, frozen=True, kw_only=True, omit_defaults=True, tag="worker-event"):
    """What happened inside a service worker; of origins in deep mode only, and beside what is recorded of any worker.

    name: what it was given (`in`): `push`, `message`, `install`, `activate`, `notificationclick`, `notificationclose`,
    `pushsubscriptionchange`; or did (`out`): `post-message`, `skip-waiting`, `claim`, `open-window`,
    `show-notification`, `subscribe`, `unsubscribe`, `unregister`, and `error` for what it did not catch.
    worker: its script. client: the page's address that a message came from or went to. size: of the whole, though only
    1 MiB is kept. A push's payload is as the worker got it: nothing, where it was not UTF-8.
    """

    name: str
    worker: str
    dir: Direction = "in"
    client: str | None = None
    size: int = 0
    text: str | None = None
    data: bytes | None = None


# ── what the page shows ───────────────────────────────────────────────────────────────────────────────────────────────


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One visible piece of a page.

    slot: a number for the element, stable for the life of its document.
    path: where the element stands, such as `body/main#log/p:3`; the same in every tab that renders the same page.
    text: white space folded, cut to `EXCERPT` characters. length: characters before the cut.
    digest: of the whole folded text, 16 hex digits.
    id, role: attributes named by the site's rule; of the rule `list:links`, the address and what the link stands in.
    editable: inside an input, textarea or contenteditable; editor: the path of that. A line of a textarea is a block.
    """

    slot: int
    text: str = ""
    digest: str = ""
    length: int = 0
    path: str = ""
    id: str | None = None
    role: str | None = None
    streaming: bool = False
    editable: bool = False
    editor: str = ""


EXCERPT = 600


LINKS = "list:links"  # the rule for links beside pages that no profile knows
FOLDED = "list:folded"  # the rule for texts that a document has, and does not display: what is folded up


class Shown(Event, frozen=True, kw_only=True, omit_defaults=True, tag="shown"):
    """What a frame of the page displays now, as a full list or as a change to the last one.

    rule: the profile's rule that found the blocks, or `text` for the visible text blocks of any page.
    full: `blocks` replaces all earlier blocks of (target, frame, document, rule); else they are added or changed.
    gone: slots that are no longer displayed. document: unique to one load of one frame.
    order: all slots in document order, where the order changed. dropped: blocks left out because there were too many.
    """

    rule: str = "text"
    document: str
    frame: str | None = None
    main: bool = True
    url: str = ""
    full: bool = False
    blocks: tuple[Block, ...] = ()
    gone: tuple[int, ...] = ()
    order: tuple[int, ...] | None = None
    dropped: int = 0


AnyEvent = (
    Recording | Gap | Fault | Mark | Action | TargetAttached | TargetChanged | TargetCrashed | TargetGone | Navigation
    | Lifecycle | Visibility | UserInput | SocketOpened | SocketHandshake | Frame | SocketControl | SocketError
    | SocketClosed | Request | RequestBody | Response | Chunk | Body | Finished | Failed | SseMessage | Push
    | PushWatch | PushState | Storage | DatabaseChange | CookieChange | Broadcast | WorkerMessage | WorkerEvent | Shown
)  # fmt: skip

EVENT_TYPES: tuple[type[Event], ...] = AnyEvent.__args__
KINDS: dict[str, type[Event]] = {str(t.__struct_config__.tag): t for t in EVENT_TYPES}


class ShowRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a site's pages show items: what the page observer looks for.

    selector: CSS, one element an item. id, role: attributes of that element. text: CSS of the part that holds the text,
    within the element. streaming: CSS that matches the element, or something in it, while the item still grows.
    virtual: the page keeps only a part of a long list mounted, so that what is not there need not be missing.
    """

    name: str
    selector: str
    id: str | None = None
    role: str | None = None
    text: str | None = None
    streaming: str | None = None
    virtual: bool = False


class SitePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the page observer looks for on one site. hosts: exact names, or `*.example.org` for every subdomain."""

    name: str
    hosts: tuple[str, ...]
    rules: tuple[ShowRule, ...] = ()


# ── decoded payloads ──────────────────────────────────────────────────────────────────────────────────────────────────


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a protocol, found in an event's payload.

    protocol: such as `celsius`. type: the protocol's own discriminator, such as `message/conversation-turn-complete`;
    None where it has none. value: plain JSON-like data. notes: what the decoder could not know, in words. also: other
    protocols or formats that fit the payload as well; the one named is then a choice, not a finding.
    """

    protocol: str
    type: str | None = None
    value: Any = None
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Decoded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a payload turned out to be.

    layers: from the outside in, such as `("json", "celsius", "sse", "delta")`; the last resort is `("text",)` or
    `("raw",)`.
    messages: those that this payload completed: none for half an SSE event, many for a batch.
    error: why a better decoder gave up, if one did.
    again: how many of the last messages were told before, by pieces of the same body; their values may say more now.
    """

    layers: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    error: str | None = None
    again: int = 0

    @property
    def fresh(self) -> tuple[Message, ...]:
        """The messages that were not told before."""
        return self.messages[: len(self.messages) - self.again] if self.again else self.messages

    @property
    def type(self) -> str | None:
        """The type of the first message that has one."""
        return next((m.type for m in self.messages if m.type), None)

    @property
    def value(self) -> Any:
        """The value: of the only message, or the list of all."""
        return self.messages[0].value if len(self.messages) == 1 else [m.value for m in self.messages] or None


# ── small shared rules ────────────────────────────────────────────────────────────────────────────────────────────────


def label(number: int) -> str:
    """The label of the tab that appeared as the `number`th, from 0: A … Z, AA, AB …"""
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(65 + digit) + name
    return name


def payload(event: Event) -> str | bytes | None:
    """The event's payload as it was on the wire, or None where its kind carries none."""
    text: str | None = getattr(event, "text", None)
    data: bytes | None = getattr(event, "data", None)
    return data if data is not None else text
