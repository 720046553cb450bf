"""Breaks and returns: the waits before each attempt, and what is said again when a connection is back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from monitor.model import (
    Failed,
    Finished,
    Request,
    Response,
    SocketClosed,
    SocketControl,
    SocketHandshake,
    SocketOpened,
    SseMessage,
)
from monitor.sync.channel_views import ReconnectView
from tests.story import START, Story

URL = "wss://example.org/live/17"


def opens(story: Story, at: float, tab: str, name: str, *, status: int | None = 101) -> str:
    """A socket opens, and is established or refused."""
    common = {"tab": tab, "target": f"page-{tab}", "connection": name}
    story.add(SocketOpened(time=at, url=URL, **common))  # type: ignore[arg-type]
    if status is not None:
        story.add(SocketHandshake(time=at + 0.01, status=status, **common))  # type: ignore[arg-type]
    return name


def breaks(story: Story, at: float, tab: str, name: str, *, because: str | None = None) -> None:
    """It ends; with a reason where we only concluded it."""
    derived = because is not None
    story.add(
        SocketClosed(time=at, tab=tab, target=f"page-{tab}", connection=name, derived=derived, because=because)
    )  # fmt: skip


def outage(story: Story, at: float, tab: str, waits: Sequence[float], before: str, after: str) -> float:
    """A break, attempts that fail but the last, and the return; when that is."""
    breaks(story, at, tab, before)
    for number, wait in enumerate(waits, 1):
        at += wait
        last = number == len(waits)
        name = opens(story, at, tab, after if last else f"{after}-{number}", status=101 if last else None)
        if not last:
            at += 0.05
            breaks(story, at, tab, name)
    return at


def line(story: Story, until: float = 300.0) -> ReconnectView:
    """The only line that broke."""
    (found,) = story.told(until).reconnects
    return found


def room() -> Story:
    story = Story()
    story.open(0.0, "A", "B")
    return story


def test_a_socket_that_does_not_break_is_no_reconnect() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    assert story.told(60.0).reconnects == ()


def test_a_reload_breaks_nothing() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    breaks(story, 10.0, "A", "w1", because="the page navigated")
    story.load(10.0, "A", ("Room",))
    opens(story, 10.5, "A", "w2")
    assert story.told(60.0).reconnects == ()


def test_the_waits_before_each_attempt_and_their_rule() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    back = outage(story, 20.0, "A", [1.0, 2.0, 4.0, 8.0], "w1", "w2")
    found = line(story)
    (one,) = found.outages
    assert one.waits == pytest.approx([1.0, 2.0, 4.0, 8.0])
    assert one.end == pytest.approx(story.events[0].time + back + 0.01)
    assert (found.opened, found.channel) == (5, "socket")
    assert found.rule is not None
    assert found.rule.startswith("exponential: 1.0 s × 2")


def test_the_tabs_of_one_site_tell_the_rule_together() -> None:
    story = room()
    for tab in ("A", "B"):
        opens(story, 1.0, tab, f"{tab}1")
        outage(story, 20.0, tab, [3.0, 3.1], f"{tab}1", f"{tab}2")
    rules = [found.rule for found in story.told(300.0).reconnects]
    assert rules == ["constant: 3.0 s"] * 2


def asks(story: Story, at: float, *, well: bool = True, tab: str = "A") -> None:
    """A page asks for its socket's address: it is answered, or cannot be asked."""
    if well:
        story.fetch(at, tab, "GET /ticket", says=json.dumps({"url": URL}), took=0.1)
        return
    common = {"tab": tab, "target": f"page-{tab}", "connection": f"f{at}"}
    request = Request(time=at, method="GET", url="https://example.org/ticket", resource="fetch", **common)  # type: ignore[arg-type]
    story.add(request)
    story.add(Failed(time=at + 0.01, error="net::ERR_INTERNET_DISCONNECTED", **common))  # type: ignore[arg-type]


def test_to_ask_for_the_address_in_vain_is_an_attempt() -> None:
    story = room()
    asks(story, 1.0)
    opens(story, 1.5, "A", "w1")
    breaks(story, 20.0, "A", "w1")
    for at in (21.0, 23.0, 27.0):
        asks(story, at, well=False)
    asks(story, 35.0)
    opens(story, 35.2, "A", "w2")
    [one] = line(story).outages
    assert one.waits == pytest.approx((1.0, 1.99, 3.99, 7.99), abs=0.02)
    assert one.end == pytest.approx(START + 35.21, abs=0.02)
    assert (line(story).rule or "").endswith(" × 2")


def test_other_requests_that_fail_are_no_attempts() -> None:
    story = room()
    opens(story, 1.5, "A", "w1")  # no answer named its address
    breaks(story, 20.0, "A", "w1")
    for at in (21.0, 23.0, 27.0):
        asks(story, at, well=False)
    opens(story, 35.2, "A", "w2")
    assert line(story).outages[0].waits == pytest.approx((15.2,), abs=0.02)


def test_a_socket_that_was_open_before_the_recording_can_break() -> None:
    story = room()
    story.add(SocketOpened(time=1.0, tab="A", target="page-A", connection="w1", url=URL, late=True))
    outage(story, 20.0, "A", (3.0,), "w1", "w2")
    [one] = line(story).outages
    assert one.at == START + 20.0
    assert one.waits == pytest.approx((3.0,))


def test_one_that_never_came_back() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    breaks(story, 20.0, "A", "w1")
    (one,) = line(story).outages
    assert (one.waits, one.end) == ((), None)


def test_a_break_after_a_silence_says_how_long_it_was() -> None:
    story = room()
    key = opens(story, 1.0, "A", "w1")
    story.frame(5.0, "A", key, '{"n": 1}')
    breaks(story, 65.0, "A", key)
    (one,) = line(story).outages
    assert one.quiet_s == pytest.approx(60.0)


def test_subscribing_again_with_the_last_offset_and_what_comes_twice() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", json.dumps({"subscribe": "news", "offset": "0"}), way="out")
    for number in range(3):
        story.frame(5.0 + number, "A", "w1", json.dumps({"offset": f"1784-{number}", "text": f"line {number}"}))
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.frame(back + 0.1, "A", "w2", json.dumps({"subscribe": "news", "offset": "1784-2"}), way="out")
    story.frame(back + 0.2, "A", "w2", json.dumps({"offset": "1784-2", "text": "line 2"}))
    story.frame(back + 0.3, "A", "w2", json.dumps({"offset": "1784-3", "text": "line 3"}))
    (one,) = line(story).outages
    assert (one.resumed_with, one.repeated) == ("1784-2", 1)


def test_a_session_is_resumed_by_its_token_each_time_it_breaks() -> None:
    story, session = room(), "5f3c99e2b7a14d"
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", '{"op": "hello"}', way="out")
    story.frame(1.2, "A", "w1", json.dumps({"op": "ready", "session": session}))
    for number in (2, 3):
        back = outage(story, 20.0 * number, "A", [1.0], f"w{number - 1}", f"w{number}")
        story.frame(back + 0.1, "A", f"w{number}", json.dumps({"op": "resume", "session": session}), way="out")
        story.frame(back + 0.2, "A", f"w{number}", json.dumps({"op": "ready", "session": session}))
    assert [one.resumed_with for one in line(story).outages] == [session, session]


def test_subscribing_anew_is_no_resuming() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", '{"subscribe": "news"}', way="out")
    story.frame(5.0, "A", "w1", '{"text": "line 1"}')
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.frame(back + 0.1, "A", "w2", '{"subscribe": "news"}', way="out")
    (one,) = line(story).outages
    assert (one.resubscribed, one.resumed_with, one.repeated) == (1, None, 0)


def test_what_the_page_asks_for_when_it_is_back() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.fetch(back + 0.2, "A", "GET /notes/since")
    story.fetch(back + 9.0, "A", "GET /weather")
    (one,) = line(story).outages
    assert one.asked == ("GET /notes/since",)


@pytest.mark.parametrize("late", [False, True])
def test_a_close_code_that_the_wire_tells_says_why(late: bool) -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "w1", "dir": "in", "control": "close"}
    if not late:
        story.add(SocketControl(time=20.0, code=1012, text="restart", **common))
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    if late:
        story.add(SocketControl(time=back + 2.0, code=1012, text="restart", **common))
    found = line(story)
    assert [one.because for one in found.outages] == ["code 1012 restart"]
    assert found.opened == 2


def test_attempts_that_are_let_in_and_dropped_at_once_are_one_outage() -> None:
    story = room()
    key = opens(story, 1.0, "A", "w0")
    story.frame(2.0, "A", key, '{"n": 1}')
    at = 20.0
    breaks(story, at, "A", key)
    for number, wait in enumerate([1.0, 2.0, 4.0, 8.0], 1):
        key = opens(story, at := at + wait, "A", f"w{number}")
        if number < 4:
            breaks(story, at := at + 0.05, "A", key)
    story.frame(at + 0.1, "A", key, '{"n": 2}')
    found = line(story)
    (one,) = found.outages
    assert one.waits == pytest.approx([1.0, 2.0, 4.0, 8.0])
    assert one.end == pytest.approx(story.events[0].time + at + 0.01)
    assert found.rule is not None
    assert found.rule.startswith("exponential: 1.0 s × 2")


def test_a_socket_that_brought_something_before_it_broke_again_had_come_back() -> None:
    story = room()
    opens(story, 1.0, "A", "w0")
    breaks(story, 20.0, "A", "w0")
    key = opens(story, 21.0, "A", "w1")
    story.frame(21.1, "A", key, '{"n": 1}')
    breaks(story, 21.5, "A", key)
    opens(story, 22.5, "A", "w2")
    assert [one.end is not None for one in line(story).outages] == [True, True]


def test_an_event_source_is_back_when_it_is_answered_before_any_message() -> None:
    story = room()
    source(story, 1.0, "A", "e0")
    story.add(Finished(time=20.0, tab="A", target="page-A", connection="e0"))
    source(story, 20.4, "A", "e1")
    (one,) = line(story).outages
    assert one.waits == pytest.approx([0.4])
    assert one.end == pytest.approx(story.events[0].time + 20.41)


def source(story: Story, at: float, tab: str, name: str) -> None:
    """An EventSource asks and is let in."""
    url, common = "https://example.org/events", {"tab": tab, "target": f"page-{tab}", "connection": name}
    story.add(Request(time=at, method="GET", url=url, resource="eventsource", **common))  # type: ignore[arg-type]
    story.add(Response(time=at + 0.01, url=url, status=200, mime="text/event-stream", **common))  # type: ignore[arg-type]


@pytest.mark.parametrize(("ids", "resumed"), [(("41", "42"), "42"), (("", ""), None)])
def test_an_event_source_goes_on_from_the_id_of_its_last_message(ids: tuple[str, str], resumed: str | None) -> None:
    story = Story()
    story.open(0.0, "A")
    source(story, 1.0, "A", "e1")
    common: dict[str, Any] = {"tab": "A", "target": "page-A"}
    for number, name in enumerate(ids):
        text = f"story {number}"
        story.add(SseMessage(time=2.0 + number, connection="e1", id=name, text=text, size=len(text), **common))
    story.add(Failed(time=10.0, connection="e1", error="net::ERR_INCOMPLETE_CHUNKED_ENCODING", **common))
    source(story, 12.5, "A", "e2")
    [one] = line(story).outages
    assert one.waits == pytest.approx([2.5])
    assert one.resumed_with == resumed


@pytest.mark.parametrize(("seq", "resumed"), [(6, "6"), (5, None), (1, None)])
def test_a_small_number_names_the_place_where_it_is_the_last_that_came(seq: int, resumed: str | None) -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", '{"op": "hello", "v": 2}', way="out")
    for number in (4, 5, 6):
        story.frame(1.0 + number, "A", "w1", json.dumps({"op": "event", "seq": number, "text": f"line {number}"}))
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.frame(back + 0.1, "A", "w2", json.dumps({"op": "resume", "v": 2, "seq": seq}), way="out")
    (one,) = line(story).outages
    assert one.resumed_with == resumed


def test_a_place_may_be_named_in_what_the_page_asks_for() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    for number in (4, 5, 6):
        story.frame(1.0 + number, "A", "w1", json.dumps({"id": number, "text": f"line {number}"}))
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.fetch(back + 0.2, "A", "GET /notes?after=6")
    (one,) = line(story).outages
    assert (one.resumed_with, one.asked) == ("6", ("GET /notes",))


def test_neither_a_heartbeat_nor_the_answer_to_the_first_words_came_a_second_time() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", '{"op": "welcome", "user": 17}')
    story.frame(9.0, "A", "w1", '{"op": "pong"}')
    story.frame(10.0, "A", "w1", '{"op": "note", "id": 3}')
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    for number, text in enumerate(('{"op": "welcome", "user": 17}', '{"op": "note", "id": 3}', '{"op": "pong"}')):
        story.frame(back + 0.1 * number, "A", "w2", text)
    (one,) = line(story).outages
    assert one.repeated == 1


def test_the_same_place_is_named_again_where_nothing_came_in_between() -> None:
    story = room()
    opens(story, 1.0, "A", "w1")
    story.frame(1.1, "A", "w1", '{"op": "hello"}', way="out")
    story.frame(1.2, "A", "w1", '{"op": "snapshot", "seq": 6}')
    back = outage(story, 20.0, "A", [1.0], "w1", "w2")
    story.frame(back + 0.1, "A", "w2", '{"op": "resume", "seq": 6}', way="out")
    back = outage(story, 40.0, "A", [1.0], "w2", "w3")
    story.frame(back + 0.1, "A", "w3", '{"op": "resume", "seq": 6}', way="out")
    assert [one.resumed_with for one in line(story).outages] == ["6", "6"]
