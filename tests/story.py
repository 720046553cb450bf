"""Events for tests of the analysis, told as a story: tabs open, pages show texts, requests and frames come and go.

Times are seconds since the story began; `story.events` is what the recorder would have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, Literal

import msgspec

from monitor.model import (
    EXCERPT,
    FOLDED,
    Block,
    Body,
    Broadcast,
    Chunk,
    Event,
    Finished,
    Frame,
    Lifecycle,
    Navigation,
    Push,
    Request,
    Response,
    Shown,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
    TargetGone,
    UserInput,
    Visibility,
    WorkerMessage,
)
from monitor.sites.profile import Profile
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot, SubjectView

START = 1_800_000_000.0
PAGE = "https://example.org/room"


class Story:
    """A capture in the making."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._numbers = count(1)
        self._pages: dict[str, list[str]] = {}
        self._documents: dict[str, str] = {}
        self._slots: dict[str, list[int]] = {}  # the number of the element that shows each text
        self._elements: dict[str, int] = {}  # how many elements a tab's document has had

    def add(self, event: Event) -> Event:
        """Append an event as the recorder would: with the next sequence number."""
        numbered = msgspec.structs.replace(event, seq=len(self.events) + 1, time=START + event.time)
        self.events.append(numbered)
        return numbered

    # ── tabs ──

    def open(self, at: float, *tabs: str, url: str = PAGE, texts: Sequence[str] = ("Room",)) -> None:
        """Tabs that were there when the recording began, each showing some texts."""
        for tab in tabs:
            self.add(TargetAttached(time=at, tab=tab, target=f"page-{tab}", type="page", url=url, title="Room"))
            self.document(at + 0.05, tab, texts, url=url)

    def document(self, at: float, tab: str, texts: Sequence[str], *, url: str = PAGE) -> None:
        """The first thing a document shows."""
        self._documents[tab] = f"{tab}-{next(self._numbers)}"
        self._pages[tab], self._slots[tab], self._elements[tab] = [], [], 0
        self._show(at, tab, url, self._put(tab, texts), full=True)

    def document_of(self, tab: str) -> str:
        """The document that a tab shows now."""
        return self._documents[tab]

    def load(self, at: float, tab: str, texts: Sequence[str], *, url: str = PAGE, how: Any = "reload") -> int:
        """A reload or another navigation, and what the new document shows 0.1 s later; the navigation's number."""
        loader = f"loader-{next(self._numbers)}"
        event = self.add(Navigation(time=at, tab=tab, target=f"page-{tab}", url=url, how=how, main=True, loader=loader))
        self.add(Lifecycle(time=at + 0.05, tab=tab, target=f"page-{tab}", name="load", loader=loader))
        self.document(at + 0.1, tab, texts, url=url)
        return event.seq

    def texts(self, tab: str) -> list[str]:
        """What a page shows, from the top, without what it shows twice."""
        return list(dict.fromkeys(text for text in self._pages[tab] if text))

    def says(self, at: float, tab: str, *texts: str, url: str = PAGE) -> None:
        """A page shows texts that it did not show, below the others."""
        self._show(at, tab, url, self._put(tab, texts))

    def rewrites(self, at: float, tab: str, old: str, new: str, url: str = PAGE) -> None:
        """A text of a page is replaced by another, in its place."""
        index = self._pages[tab].index(old)
        self._pages[tab][index] = new
        self._show(at, tab, url, [index])

    def drops(self, at: float, tab: str, text: str, url: str = PAGE) -> None:
        """A page lets go of a text."""
        index = self._pages[tab].index(text)
        self._pages[tab][index] = ""
        self._show(at, tab, url, [], gone=[self._slots[tab][index]])

    def swaps(self, at: float, tab: str, old: str, new: str, url: str = PAGE) -> None:
        """A page lets go of a text and shows another, below the others, with one change."""
        index = self._pages[tab].index(old)
        self._pages[tab][index] = ""
        self._show(at, tab, url, self._put(tab, [new]), gone=[self._slots[tab][index]])

    def arranges(self, at: float, tab: str, *texts: str, url: str = PAGE) -> int:
        """A page shows its texts in another order, those that are not named below; the event's number."""
        known = [n for n, text in enumerate(self._pages[tab]) if text]
        order = [self._pages[tab].index(text) for text in texts]
        order += [n for n in known if n not in order]
        self._pages[tab] = [self._pages[tab][n] for n in order]
        self._slots[tab] = [self._slots[tab][n] for n in order]
        return self._show(at, tab, url, [], order=tuple(self._slots[tab]))

    def redraws(self, at: float, tab: str, *texts: str, url: str = PAGE) -> None:
        """A page throws all its elements away and makes new ones, which show these texts."""
        gone, self._pages[tab], self._slots[tab] = self._slots[tab], [], []
        self._show(at, tab, url, self._put(tab, texts), gone=gone)

    def folds(self, at: float, tab: str, *texts: str, url: str = PAGE) -> None:
        """A page has these texts folded up, and no others."""
        blocks = tuple(Block(slot=900 + n, text=text, length=len(text), path="body/i") for n, text in enumerate(texts))
        document = self._documents[tab]
        self.add(
            Shown(
                time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=document, rule=FOLDED, url=url,
                full=True, blocks=blocks,
            )
        )  # fmt: skip

    def embeds(self, at: float, tab: str, *texts: str) -> None:
        """A frame within the page shows these texts, and no others."""
        blocks = tuple(Block(slot=n, text=text, length=len(text), path="body/p") for n, text in enumerate(texts, 1))
        document = f"{self._documents[tab]}-inner"
        self.add(
            Shown(
                time=at, tab=tab, target=f"page-{tab}", frame=f"inner-{tab}", document=document, rule="text",
                url="https://example.org/inner", full=True, blocks=blocks,
            )
        )  # fmt: skip

    def turns(self, at: float, tab: str, url: str) -> None:
        """A page goes to another address within its document."""
        self.add(Navigation(time=at, tab=tab, target=f"page-{tab}", url=url, how="same-document", main=True))

    def _put(self, tab: str, texts: Sequence[str]) -> range:
        """Elements for more texts, below the others; their places."""
        first = len(self._pages[tab])
        self._pages[tab] += texts
        for _ in texts:
            self._elements[tab] += 1
            self._slots[tab].append(self._elements[tab])
        return range(first, first + len(texts))

    def _block(self, tab: str, place: int) -> Block:
        text = self._pages[tab][place]
        digest = sha256(text.encode()).hexdigest()[:16]
        slot, path = self._slots[tab][place], f"body/p:{place + 1}"
        return Block(slot=slot, text=text[:EXCERPT], digest=digest, length=len(text), path=path)

    def _show(
        self, at: float, tab: str, url: str, places: Iterable[int], *, full: bool = False, gone: Sequence[int] = (),
        order: tuple[int, ...] | None = None,
    ) -> int:  # fmt: skip
        return self.add(
            Shown(
                time=at,
                tab=tab,
                target=f"page-{tab}",
                document=self._documents[tab],
                frame=f"page-{tab}",
                url=url,
                full=full,
                blocks=tuple(self._block(tab, place) for place in places),
                gone=tuple(gone),
                order=order,
            )
        ).seq

    def close(self, at: float, tab: str) -> None:
        """The tab is closed."""
        self.add(TargetGone(time=at, tab=tab, target=f"page-{tab}", type="page"))

    def hide(self, at: float, tab: str, visible: bool = False) -> None:
        """The tab goes to the background, or comes back."""
        self.add(Visibility(time=at, tab=tab, target=f"page-{tab}", visible=visible))

    def uses(self, at: float, tab: str) -> int:
        """The user does something in a tab; the event's number."""
        return self.add(UserInput(time=at, tab=tab, target=f"page-{tab}", input="click")).seq

    # ── traffic ──

    def fetch(
        self, at: float, tab: str | None, request: str, body: str | None = None, *, says: str = "{}",
        took: float = 0.05, status: int = 200, url: str = "https://example.org", mime: str = "application/json",
        resource: str = "fetch",
    ) -> str:  # fmt: skip
        """A request and its whole answer; `request` is `METHOD /path`. Its connection. A worker makes it for no tab."""
        key = f"r{next(self._numbers)}"
        method, _, path = request.partition(" ")
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": key}
        self.add(
            Request(
                time=at,
                method=method,
                url=url + path,
                resource=resource,
                text=body,
                size=len(body or ""),
                body_state="whole" if body else "absent",
                **common,
            )
        )
        self.add(Response(time=at + took, url=url + path, status=status, mime=mime, **common))
        self.add(Finished(time=at + took, size=len(says), body="later", **common))
        self.add(Body(time=at + took + 0.02, text=says, size=len(says), **common))
        return key

    def stream(self, at: float, tab: str, request: str, mime: str = "application/x-ndjson") -> str:
        """A request whose answer goes on; its connection."""
        key = f"r{next(self._numbers)}"
        method, _, path = request.partition(" ")
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": key}
        url = "https://example.org" + path
        self.add(Request(time=at, method=method, url=url, resource="fetch", **common))
        self.add(Response(time=at + 0.02, url=url, status=200, mime=mime, **common))
        return key

    def chunk(self, at: float, tab: str, key: str, text: str, size: int | None = None) -> None:
        """A piece of a stream; without a text, one whose content could not be had."""
        size = len(text) if size is None else size
        self.add(Chunk(time=at, tab=tab, target=f"page-{tab}", connection=key, text=text or None, size=size))

    def socket(self, at: float, tab: str | None) -> str:
        """A socket opens; its connection."""
        key = f"w{next(self._numbers)}"
        self.add(SocketOpened(time=at, tab=tab, target=f"page-{tab}", connection=key, url="wss://example.org/s"))
        return key

    def frame(
        self, at: float, tab: str | None, key: str, content: str | bytes, way: Literal["in", "out"] = "in"
    ) -> int:
        """A frame; its number."""
        text, data = (content, None) if isinstance(content, str) else (None, content)
        event = Frame(
            time=at, tab=tab, target=f"page-{tab}", connection=key, dir=way, opcode=1 if text is not None else 2,
            size=len(content), text=text, data=data,
        )  # fmt: skip
        return self.add(event).seq

    def sse(self, at: float, tab: str, text: str) -> None:
        """A message of an EventSource."""
        self.add(SseMessage(time=at, tab=tab, target=f"page-{tab}", connection=f"e-{tab}", text=text, size=len(text)))

    def storage(self, at: float, tab: str, key: str, text: str, way: Literal["in", "out"]) -> None:
        """A change of localStorage, made by this tab or by another."""
        self.add(
            Storage(
                time=at,
                tab=tab,
                target=f"page-{tab}",
                origin="https://example.org",
                area="local",
                op="set",
                dir=way,
                key=key,
                text=text,
                size=len(text),
            )
        )

    def broadcast(self, at: float, text: str, *tabs: str) -> None:
        """A BroadcastChannel message, as every tab of the origin hears it."""
        for tab in tabs:
            self.add(Broadcast(time=at, tab=tab, target=f"page-{tab}", name="room", text=text, size=len(text)))

    def push(
        self, at: float, text: str | None, *stages: Any, instance: str = "i1", origin: str = "https://example.org/",
        **meta: str,
    ) -> int:  # fmt: skip
        """A push, in these stages 10 ms apart (all that go well, unless named); the number of the first."""
        first = 0
        for place, stage in enumerate(stages or ("received", "dispatched", "completed")):
            carries = text if stage in ("received", "dispatched") else None
            event = self.add(
                Push(
                    time=at + place / 100, stage=stage, origin=origin, registration="7", instance=instance,
                    text=carries, size=len(carries or ""), meta=meta,
                )
            )  # fmt: skip
            first = first or event.seq
        return first

    def worker(self, at: float, tab: str, text: str) -> int:
        """A message of the service worker to a page; its number."""
        worker = "https://example.org/sw.js"
        event = WorkerMessage(time=at, tab=tab, target=f"page-{tab}", worker=worker, text=text, size=len(text))
        return self.add(event).seq

    # ── the end ──

    def told(self, until: float | None = None, profiles: Sequence[Profile] = ()) -> Snapshot:
        """What the analysis makes of it, at the last event or at a later moment."""
        analysis = Analysis(profiles)
        for event in self.events:
            analysis.feed(event)
        if until is not None:
            analysis.tick(START + until)
        return analysis.snapshot()

    def subject(self, until: float | None = None, profiles: Sequence[Profile] = ()) -> SubjectView:
        """The subject that changed last."""
        return self.told(until, profiles).subjects[0]
