from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

import msgspec
import pytest

from monitor.model import Event, Push, Response, SocketHandshake
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import ClockView, LatencyView
from monitor.sync.latency import MAX_KINDS
from monitor.sync.snapshot import Snapshot
from tests.story import START, Story

AHEAD = 2.5
HTTP = formatdate(START, usegmt=True)


class Server:
    """A server whose clock is ahead, on a story's pages."""

    def __init__(self, ahead: float = AHEAD) -> None:
        self.story = Story()
        self.ahead = ahead
        self.story.open(0, "A", "B")

    def stamp(self, at: float) -> int:
        """Milliseconds by its clock."""
        return int((START + at + self.ahead) * 1000)

    def date(self, at: float) -> str:
        return formatdate(int(START + at + self.ahead), usegmt=True)

    def socket(self, at: float, tab: str, took: float = 0.04) -> str:
        """A socket, with the answer to its handshake."""
        key = self.story.socket(at, tab)
        head = {"Date": self.date(at + took / 2)}
        self.story.add(SocketHandshake(time=at + took, tab=tab, connection=key, status=101, headers=head))
        return key

    def fetch(self, at: float, tab: str, request: str = "GET /api/me", took: float = 0.04, **more: Any) -> None:
        """A request and its answer, with its Date."""
        date = self.date(at + took / 2)
        first = len(self.story.events)
        self.story.fetch(at, tab, request, took=took, **more)
        events = self.story.events
        for number in range(first, len(events)):
            if isinstance(event := events[number], Response):
                events[number] = msgspec.structs.replace(event, headers={"date": date})

    def says(self, at: float, tab: str, key: str, way: float = 0.03, **fields: Any) -> None:
        """A frame on its way for `way` seconds, stamped when it left."""
        self.story.frame(at + way, tab, key, json.dumps({"type": "note", "ts": self.stamp(at), **fields}))


def found(events: list[Event]) -> Snapshot:
    analysis = Analysis()
    for event in events:
        analysis.feed(event)
    return analysis.snapshot()


def clock_of(snapshot: Snapshot) -> ClockView:
    [clock] = snapshot.clocks
    return clock


def latency_of(snapshot: Snapshot) -> LatencyView:
    [latency] = snapshot.latencies
    return latency


def stamped() -> Server:
    """Thirty stamped messages, each 30 or 40 ms on its way, and what tells the server's clock."""
    server = Server()
    key = server.socket(1, "A")
    for number in range(30):
        server.fetch(2 + 1.07 * number, "A")
        server.says(2.5 + 1.07 * number, "A", key, way=0.03 + 0.01 * (number % 2))
    return server


def test_dates_bound_the_clock_and_stamps_tell_the_latency() -> None:
    snapshot = found(stamped().story.events)
    clock, latency = clock_of(snapshot), latency_of(snapshot)
    assert (clock.host, clock.dates, clock.stamps, clock.jumps) == ("example.org", 31, 30, 0)
    assert clock.low_s is not None
    assert clock.high_s is not None
    assert clock.low_s <= AHEAD <= clock.high_s < clock.low_s + 0.15
    assert (latency.field, latency.form, latency.count, latency.type) == ("ts", "unix milliseconds", 30, "note")
    assert latency.median.low_s is not None
    assert latency.median.high_s is not None
    assert latency.median.low_s <= 0.03 <= latency.median.high_s
    assert latency.over_fastest_s == pytest.approx(0.0, abs=0.011)
    assert len(latency.curve) == 20
    assert latency.why.startswith("newer in each of 30 messages over 31 s")


def test_without_dates_only_the_fastest_is_known() -> None:
    server = Server()
    key = server.story.socket(1, "A")
    for number in range(10):
        server.says(2 + number, "A", key, way=0.03 + 0.01 * number)
    snapshot = found(server.story.events)
    assert clock_of(snapshot).high_s is None
    latency = latency_of(snapshot)
    assert latency.median.high_s is None
    assert latency.median.low_s == pytest.approx(0.03, abs=0.012)
    assert latency.over_fastest_s == pytest.approx(0.04, abs=0.002)
    assert latency.curve == ()


def test_the_echo_of_what_a_tab_wrote_bounds_the_clock_from_above() -> None:
    server = Server()
    key = server.story.socket(1, "A")
    for number in range(8):
        text = f"what the user wrote, number {number}"
        server.story.frame(2 + number, "A", key, json.dumps({"type": "write", "text": text}), "out")
        server.says(2.02 + number, "A", key, way=0.02, text=text)
    clock = clock_of(found(server.story.events))
    assert clock.low_s == pytest.approx(AHEAD - 0.02, abs=0.008)
    assert clock.high_s == pytest.approx(AHEAD + 0.02, abs=0.008)
    assert clock.echoes == 8
    assert clock.events


def test_an_answer_that_reads_the_server_s_clock_bounds_it_on_both_sides() -> None:
    server = Server()
    for number in range(8):
        at = 2.0 + number
        server.story.fetch(
            at, "A", "GET /api/time", took=0.04, says=json.dumps({"server_time": server.stamp(at + 0.02)})
        )
    clock = clock_of(found(server.story.events))
    assert clock.low_s == pytest.approx(AHEAD - 0.02, abs=0.008)
    assert clock.high_s == pytest.approx(AHEAD + 0.02, abs=0.008)


def test_a_stamp_that_a_page_sent_itself_is_not_the_server_s() -> None:
    server = Server(0.0)
    key = server.story.socket(1, "A")
    for number in range(8):
        at = server.stamp(2 + number)
        server.story.frame(2 + number, "A", key, json.dumps({"type": "ping", "at": at}), "out")
        server.story.frame(2.05 + number, "A", key, json.dumps({"type": "pong", "at": at}))
    assert found(server.story.events).latencies == ()


def test_old_items_that_are_loaded_give_no_latency() -> None:
    """Each load brings the list anew, and each socket begins with what was said last."""
    server = Server()
    for number in range(8):
        at = 10.0 * number
        items = [{"id": f"m{n}", "created_at": server.stamp(at - 60 - 7 * n)} for n in range(20)]
        server.fetch(at + 1, "A", "GET /api/items", says=json.dumps({"items": items}))
        key = server.socket(at + 2, "A")
        for n in range(5):
            server.story.frame(at + 2.1 + n / 50, "A", key, json.dumps(
                {"type": "note", "created_at": server.stamp(at - 40 + 3 * n)}))  # fmt: skip
    snapshot = found(server.story.events)
    assert not [one for one in snapshot.latencies if one.believed]
    assert clock_of(snapshot).dates == 16


def test_what_is_asked_again_and_again_brings_news_of_since_then() -> None:
    server = Server()
    for number in range(20):
        news = [{"id": n, "created_at": server.stamp(2.0 * n + 0.5)} for n in range(number)]
        server.fetch(2.0 * number, "A", "GET /api/items", says=json.dumps({"items": news}))
    latency = latency_of(found(server.story.events))
    assert latency.believed
    assert latency.median.low_s is not None
    assert latency.median.high_s is not None
    assert latency.median.low_s <= 1.54 <= latency.median.high_s


def test_a_clock_that_is_set_is_told_and_what_was_before_is_left_out() -> None:
    server = Server()
    key = server.socket(1, "A")
    for number in range(40):
        if number == 20:
            server.ahead = -4.0
        server.fetch(2 + 1.07 * number, "A")
        server.says(2.5 + 1.07 * number, "A", key)
    clock = clock_of(found(server.story.events))
    assert clock.jumps == 1
    assert clock.low_s is not None
    assert clock.high_s is not None
    assert clock.low_s <= -4.0 <= clock.high_s < 0
    # The third Date tells that it was set; what was stamped until then seemed older than what had come before.
    assert latency_of(found(server.story.events)).count == 18


@pytest.mark.parametrize(
    "cached", [{"from_cache": True}, {"from_service_worker": True}, {"headers": {"Date": HTTP, "Age": "7"}}]
)
def test_what_a_cache_answered_tells_nothing(cached: dict[str, Any]) -> None:
    server = Server()
    server.fetch(1.0, "A")
    events = [
        msgspec.structs.replace(event, **cached) if isinstance(event, Response) else event
        for event in server.story.events
    ]
    assert found(server.story.events).clocks != ()
    assert found(events).clocks == ()


def test_each_host_has_its_own_clock() -> None:
    server = Server()
    server.fetch(1, "A")
    server.ahead = -7.0
    server.fetch(2, "A", url="https://other.example")
    clocks = found(server.story.events).clocks
    for (host, ahead), clock in zip({"example.org": AHEAD, "other.example": -7.0}.items(), clocks, strict=True):
        assert clock.host == host
        assert clock.low_s is not None
        assert clock.high_s is not None
        assert clock.low_s <= ahead <= clock.high_s <= clock.low_s + 1.1


def test_the_stamp_that_came_last_is_the_one() -> None:
    server = Server()
    key = server.socket(1, "A")
    for number in range(10):
        at = 2.0 + number
        server.says(at, "A", key, queued_at=server.stamp(at - 0.2), message={"seconds": server.stamp(at) // 1000})
    latency = latency_of(found(server.story.events))
    assert (latency.field, latency.count) == ("ts", 10)


def test_pushes_are_of_their_origin() -> None:
    server = Server()
    for number in range(8):
        text = json.dumps({"kind": "news", "sent": server.stamp(2 + number), "id": number})
        server.story.add(Push(time=2.3 + number, stage="received", origin="https://example.org", text=text, size=9))
    latency = latency_of(found(server.story.events))
    assert (latency.site, latency.host, latency.channel, latency.count) == ("example.org", "example.org", "push", 8)


def test_live_is_replay() -> None:
    server = Server()
    key = server.socket(1, "A")
    for number in range(12):
        server.fetch(2 + number, "A")
        server.says(2.5 + number, "A", key)
    live = Analysis()
    for event in server.story.events:
        live.feed(event)
        live.tick(event.time)
        live.snapshot()
    assert live.snapshot() == found(server.story.events)


def test_memory_is_bounded_by_types_and_hosts() -> None:
    server = Server()
    key = server.story.socket(1, "A")
    for number in range(2 * MAX_KINDS):
        at = 2 + number / 100
        server.story.frame(at, "A", key, json.dumps({"type": f"kind-{number}", "ts": server.stamp(at)}))
        server.fetch(at, "A", url=f"https://host{number}.example")
    analysis = Analysis()
    for event in server.story.events:
        analysis.feed(event)
    assert sum(len(host.kinds) for host in analysis.latencies.hosts.values()) == MAX_KINDS
    assert len(analysis.latencies.hosts) <= MAX_KINDS
