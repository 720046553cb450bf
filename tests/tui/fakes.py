"""A source of snapshots that a test writes itself, and the states of a recording that the dashboard must show well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.capture.filter import Query
from monitor.decode import Decoder, decode_alone
from monitor.formats.collect import Formats
from monitor.model import Chunk, Event, Frame, Push, Request, TargetAttached
from monitor.sites.profile import load_profiles
from monitor.sync.channel_views import ConnectionView, OutageView, ReconnectView
from monitor.sync.snapshot import (
    Alert,
    Cell,
    ItemView,
    Lane,
    RecordingView,
    SeenView,
    Snapshot,
    Span,
    StaleView,
    SubjectView,
    TabView,
    Tick,
    WriteView,
)
from monitor.tui.rows import make_row
from monitor.tui.source import Detail, Draft, Row, Study, Update

NOW = 1_767_520_864.0  # 2026-01-04 10:01:04 UTC
START = NOW - 252.0


class FakeMessages:
    """Events in memory, counted as they are fetched."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = list(events)
        self.shown = list(events)
        self.fetched: list[int] = []

    def seq_at(self, row: int) -> int:
        return self.shown[row].seq

    def row_of(self, seq: int) -> int:
        return next((row for row, event in enumerate(self.shown) if event.seq >= seq), len(self.shown))

    async def select(self, query: Query | None) -> int:
        self.shown = [one for one in self.events if query is None or query.matches(one, decode_alone(one))]
        return len(self.shown)

    async def selected(self) -> int:
        return len(self.shown)

    async def rows(self, start: int, stop: int) -> list[Row]:
        self.fetched += range(start, stop)
        return [make_row(one, decode_alone(one), _url(one)) for one in self.shown[start:stop]]

    def at_hand(self, newest: int) -> dict[int, Row]:
        return {}

    async def detail(self, seq: int) -> Detail | None:
        at = next(number for number, one in enumerate(self.events) if one.seq == seq)
        before = tuple(make_row(one, decode_alone(one), _url(one)) for one in self.events[max(0, at - 20) : at])
        one = self.events[at]
        return Detail(event=one, decoded=decode_alone(one), url=_url(one), before=before)

    async def find(self, text: str, row: int, step: int) -> int | None:
        for away in range(1, len(self.shown) + 1):
            at = (row + step * away) % len(self.shown)
            if text in str(getattr(self.shown[at], "text", "")):
                return at
        return None


REPORT = """# Realtime sync comparison

- **ChatGPT**: x.syncmon, 2026-01-04 10:00:00 UTC, 4.2 min, tabs A B, Chrome/156.0

## Summary

| Aspect | ChatGPT |
| --- | --- |
| **Realtime mechanism** | WebSocket (`celsius`) [#22] |
| **Multi-tab sync** | No real-time sync: a tab catches up when it is loaded again [#202 #412] |

### ChatGPT

1. B lacked m4 for 13.2 s, until it loaded the page again. [#412 #471]
- *not observed*
"""


class FakeStudies:
    """Gives what is known of the formats once it was asked to begin."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.started = False
        self._nothing = Study(progress=0.0)

    def start(self) -> None:
        self.started = True

    def latest(self) -> Study:
        return self.study if self.started else self._nothing


class FakeDrafts:
    """Gives a report once it was asked to begin."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.started = False
        self._nothing = Draft(progress=0.0)

    def start(self) -> None:
        self.started = True

    def latest(self) -> Draft:
        return self.draft if self.started else self._nothing


class FakeSource:
    """Gives the update that a test put there."""

    path: Path | None = None

    def __init__(self, snapshot: Snapshot, events: Sequence[Event] = (), **fields: Any) -> None:
        self.messages = FakeMessages(events)
        self.studies = FakeStudies(formats(events))
        self.drafts = FakeDrafts(Draft(text=REPORT))
        self.update = Update(snapshot=snapshot, live=True, messages=len(events), matching=len(events))
        self.put(**fields)
        self.started = self.closed = False

    def put(self, **fields: Any) -> None:
        """Something is new."""
        self.update = replace(self.update, **fields)

    def start(self, news: Callable[[], None] = lambda: None) -> None:
        self.started = True

    def latest(self) -> Update:
        if self.update.matching != len(self.messages.shown):
            self.update = replace(self.update, matching=len(self.messages.shown))
        return self.update

    def close(self) -> None:
        self.closed = True


def _url(event: Event) -> str | None:
    return getattr(event, "url", None) or (f"wss://ws.chatgpt.test/celsius?{event.channel}" if event.channel else None)


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def messages() -> list[Event]:
    """A short, lifelike stretch of traffic."""
    made: list[Event] = []
    for number in range(24):
        at = NOW - 50 + number * 2
        made += [
            Frame(time=at, tab="A", connection="w1", dir="in", text='[{"type":"heartbeat"}]', size=22),
            Frame(time=at + 0.4, tab="B", connection="w2", dir="in", size=120, text=_TURN.format(number)),
        ]
        if number % 6 == 3:
            made += [
                Request(time=at + 0.5, tab="A", connection="r1", method="POST",
                        url="https://chatgpt.test/backend-api/f/conversation", resource="fetch",
                        text='{"action":"next","conversation_id":"c1"}', size=40, body_state="whole"),
                *(Chunk(time=at + 0.6 + part / 10, tab="A", connection="r1", size=60, text=_DELTA.format(part))
                  for part in range(4)),
                Push(time=at + 1.2, tab="C", stage="received", origin="https://claude.test", size=310,
                     text='{"conversation":"9a","reason":"new message"}'),
            ]  # fmt: skip
    return [replace(event, seq=number) for number, event in enumerate(made, 1)]


_TURN = (
    '[{{"type":"message","topic_id":"conversations","payload":{{"type":"conversation-turn-complete",'
    '"payload":{{"conversation_id":"c1","n":{}}}}}}}]'
)
_DELTA = 'event: delta\ndata: {{"p":"/message/content/parts/0","o":"append","v":" word{}"}}\n\n'


def formats(events: Sequence[Event]) -> Study:
    """What is known of the formats of these messages, as of two sites and with a heartbeat."""
    collected, decoder = Formats(load_profiles()[0]), Decoder()
    opened = [
        TargetAttached(time=START, tab="A", target="T1", type="page", url="https://chatgpt.com/c/68f1a2b3"),
        TargetAttached(time=START, tab="B", target="T2", type="page", url="https://chatgpt.com/c/68f1a2b3"),
        TargetAttached(time=START, tab="C", target="T3", type="page", url="https://claude.ai/chat/9a0c44e1"),
    ]
    for event in [*opened, *events]:
        collected.feed(event, decoder.feed(event))
    collected.settle()
    return Study(report=collected.report())


# ── snapshots ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _recording(**fields: Any) -> RecordingView:
    base = RecordingView(
        state="attached", browser="Chromium 156", endpoint="127.0.0.1:9222", started=START, events=1284
    )
    return replace(base, **fields)


def _tabs() -> tuple[TabView, ...]:
    def wave(seed: int, top: int) -> tuple[int, ...]:
        return tuple((second * seed) % 7 * top // 6 if second % seed < 4 else 0 for second in range(60))

    return (
        TabView(label="A", target="T1", site="chatgpt", subject="c/68f1a2b3-77d0-4c1e-9f55-0d2a8b61c001",
                url="https://chatgpt.com/c/68f1a2b3", title="Tides", channels=("socket", "fetch-stream"), rate_in=42.0,
                spark=wave(11, 40)),
        TabView(label="B", target="T2", site="chatgpt", subject="c/68f1a2b3-77d0-4c1e-9f55-0d2a8b61c001",
                url="https://chatgpt.com/c/68f1a2b3", title="Tides", channels=("socket",), spark=wave(13, 3)),
        TabView(label="C", target="T3", site="claude", subject="chat/9a0c44e1", url="https://claude.ai/chat/9a0c44e1",
                title="Plans", channels=("push",), rate_in=1.0, spark=wave(17, 2)),
    )  # fmt: skip


def _items(b: list[Cell | None]) -> tuple[ItemView, ...]:
    rows = [
        ("m1", "user", "hi", "wrote"), ("m2", "assistant", "Hello! What shall we look at today?", "shown"),
        ("m3", "user", "Why do tides come twice a day?", "wrote"),
        ("m4", "assistant", "Because the Moon pulls the near ocean more than the Earth", "shown"),
        ("m5", "user", "what about the far side?", "wrote"),
        ("m6", "assistant", "The far ocean is left behind", "streaming"),
    ]  # fmt: skip
    made = []
    for number, (id_, author, excerpt, state) in enumerate(rows):
        cells = {"A": Cell(state=state, via="fetch-stream" if author == "assistant" else None)}  # type: ignore[arg-type]
        cell = b[number]
        if cell is not None:
            cells["B"] = cell
        made.append(ItemView(id=id_, author=author, excerpt=excerpt, at=NOW - 40 + number, cells=cells))
    return tuple(made)


def _lanes(b: tuple[Span, ...] = ()) -> tuple[Lane, ...]:
    beats = tuple(Tick(at=NOW - 58 + 9 * n, what="frame") for n in range(7))
    return (
        Lane(tab="A", spans=(Span(start=NOW - 34, end=NOW - 26, what="stream"),
                             Span(start=NOW - 6, end=NOW, what="stream")),
             ticks=(*beats, Tick(at=NOW - 35, what="write"), Tick(at=NOW - 13.2, what="write"))),
        Lane(tab="B", spans=b, ticks=(*beats[:4], Tick(at=NOW - 30, what="reload"))),
        Lane(tab="C", spans=(Span(start=NOW - 60, end=NOW - 22, what="hidden"),),
             ticks=(Tick(at=NOW - 40, what="push"), Tick(at=NOW - 20, what="mark"))),
    )  # fmt: skip


def _writes(seen: SeenView, waiting: float) -> tuple[WriteView, ...]:
    request = "POST /backend-api/f/conversation"
    return (
        WriteView(tab="A", at=NOW - 200, seq=120, request=request, items=("m1", "m2"), excerpt="hi",
                  seen=(SeenView(tab="B", state="shown", after_s=2.41, censored=False, via="refetch",
                                 prompted_by="socket", event_seq=140),)),
        WriteView(tab="B", at=NOW - 120, seq=350, request=request, items=("m3",), excerpt="Why do tides come twice",
                  seen=(SeenView(tab="A", state="shown", after_s=0.183, censored=False, via="socket"),)),
        WriteView(tab="A", at=NOW - 65, seq=720, request=request, items=("m4",), excerpt="and the Sun?",
                  seen=(SeenView(tab="B", state="shown", after_s=35.0, censored=False, via="reload", hidden_s=12.0),)),
        WriteView(tab="A", at=NOW - 13.2, seq=812, request=request, items=("m5", "m6"),
                  excerpt="what about the far side?", seen=(seen,), waiting_s=waiting),
    )  # fmt: skip


def _connections() -> tuple[ConnectionView, ...]:
    url = "wss://ws.chatgpt.com/p3/ws/user/e1b7?verify=1767520612-abc"
    return (
        ConnectionView(connection="w1", tab="A", channel="socket", url=url, opened=START + 1, frames_in=611,
                       frames_out=31, bytes_in=182_400, bytes_out=2_014, last_in=NOW - 0.6, subprotocol="json.v1"),
        ConnectionView(connection="w2", tab="B", channel="socket", url=url, opened=START + 2, frames_in=204,
                       frames_out=28, bytes_in=41_020, bytes_out=1_802, last_in=NOW - 26.2, late=True),
        ConnectionView(connection="r1", tab="A", channel="fetch-stream", opened=NOW - 6, frames_in=96, bytes_in=9_911,
                       url="https://chatgpt.com/backend-api/f/conversation", last_in=NOW - 0.1),
        ConnectionView(connection="p1", tab="C", channel="push", url="https://claude.ai/", opened=START + 9,
                       frames_in=3, bytes_in=930, last_in=NOW - 40),
        ConnectionView(connection="q1", tab="C", channel="fetch", url="https://claude.ai/api/organizations/x/limits",
                       opened=START + 9, frames_in=8, frames_out=8, bytes_in=3_201, last_in=NOW - 12, period_s=30.0),
        ConnectionView(connection="w0", tab="B", channel="socket", url=url, opened=START + 2, closed=NOW - 31,
                       frames_in=88, frames_out=9, bytes_in=9_120, bytes_out=420, because="navigation"),
    )  # fmt: skip


RECONNECTS = (
    ReconnectView(
        tab="B", channel="socket", url="wss://ws.chatgpt.com/p3/ws/user/e1b7", opened=5,
        rule="exponential: 1.0 s × 2, ± 12 %",
        outages=(
            OutageView(at=NOW - 90, seq=600, because="", quiet_s=60.0, waits=(1.1, 2.0, 3.9), end=NOW - 82.5,
                       resumed_with="1784872208758-0", repeated=2, asked=("GET /backend-api/conversation/c1",)),
            OutageView(at=NOW - 31, seq=1100, because="", quiet_s=1.0, waits=(0.9,)),
        ),
    ),
)  # fmt: skip

WHY = (
    "B lacks 2 items for 13.2 s. Its socket did bring conversation-turn-complete 0.30 s after the write,"
    " but the page asked for nothing."
)


def stale() -> Snapshot:
    """B lacks two items and received nothing."""
    gone = [Cell(state="shown", via="socket")] * 4 + [
        Cell(state="missing", for_s=13.2),
        Cell(state="missing", for_s=5.9),
    ]
    tabs = _tabs()
    behind = replace(tabs[1], state="stale", for_s=13.2, missing=("m5", "m6"))
    seen = SeenView(tab="B", state="missing", why=WHY)
    subject = SubjectView(
        site="chatgpt", subject=tabs[0].subject, title="Tides", tabs=("A", "B"), verdict="refresh-to-sync",
        items=_items(list(gone)), writes=_writes(seen, 13.2), last=NOW,
        stale_now=(StaleView(tab="B", missing=("m5", "m6"), for_s=13.2, received=False, why=WHY),),
    )  # fmt: skip
    alert = Alert(level="stale", tab="B", text="B is stale for 13.2 s on chatgpt c/68f1…: it received nothing",
                  hint="2 shows the write, r reloads B")  # fmt: skip
    return Snapshot(
        now=NOW, seq=1284, recording=_recording(), tabs=(tabs[0], behind, tabs[2]), subjects=(subject,),
        lanes=_lanes((Span(start=NOW - 13.2, end=NOW, what="stale"),)), connections=_connections(), alerts=(alert,),
        reconnects=RECONNECTS,
    )  # fmt: skip


def in_sync() -> Snapshot:
    """Everything is shown everywhere."""
    base = stale()
    shown: list[Cell | None] = [Cell(state="shown", via="socket") for _ in range(6)]
    seen = SeenView(tab="B", state="shown", after_s=0.42, censored=False, via="socket")
    subject = replace(
        base.subjects[0], items=_items(shown), stale_now=(), verdict="live-sync", writes=_writes(seen, 0.0)
    )
    return replace(base, tabs=_tabs(), subjects=(subject,), lanes=_lanes(), alerts=())


def unshown() -> Snapshot:
    """B received both items and shows neither."""
    base = stale()
    cells: list[Cell | None] = [Cell(state="shown", via="socket") for _ in range(4)]
    cells += [Cell(state="received", for_s=13.2), Cell(state="received", for_s=5.9)]
    tab = replace(base.tabs[1], received=True)
    subject = replace(
        base.subjects[0], items=_items(cells), writes=_writes(SeenView(tab="B", state="received"), 13.2),
        stale_now=(replace(base.subjects[0].stale_now[0], received=True),),
    )  # fmt: skip
    spans = (Span(start=NOW - 13.2, end=NOW - 9, what="stale"), Span(start=NOW - 9, end=NOW, what="unshown"))
    alert = replace(base.alerts[0], text="B received m5 and m6 on chatgpt c/68f1… 13.2 s ago and does not show them")
    return replace(
        base, tabs=(base.tabs[0], tab, base.tabs[2]), subjects=(subject,), lanes=_lanes(spans), alerts=(alert,)
    )


def hidden() -> Snapshot:
    """B is behind, in the background, and not to blame."""
    base = stale()
    tab = replace(base.tabs[1], state="hidden", visible=False)
    return replace(base, tabs=(base.tabs[0], tab, base.tabs[2]), alerts=(),
                   lanes=_lanes((Span(start=NOW - 40, end=NOW, what="hidden"),)))  # fmt: skip


def crashed() -> Snapshot:
    """The renderer of C died."""
    base = in_sync()
    tab = replace(base.tabs[2], state="crashed", rate_in=0.0)
    alert = Alert(level="error", tab="C", text="C crashed: its renderer ran out of memory", hint="r reloads C")
    return replace(base, tabs=(*base.tabs[:2], tab), alerts=(alert,))


def lost() -> Snapshot:
    """The browser is gone, and before that something could not be captured."""
    base = stale()
    recording = _recording(
        state="lost", gaps=2, problem="The browser at 127.0.0.1:9222 went away",
        hint="start it again: the recorder attaches by itself",
    )  # fmt: skip
    return replace(base, recording=recording)


def empty() -> Snapshot:
    """A recording that just began."""
    return Snapshot(now=NOW, recording=_recording(started=NOW - 2, events=1))
