"""Lanes and connections: what is drawn of each tab's last minutes, and which channels are listed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import Action, Gap, Mark, Request
from monitor.sync.channel_views import ConnectionView
from monitor.sync.snapshot import Lane, Snapshot
from tests.notes import NOTE, TEXT, room, written
from tests.story import START, Story

# ── lanes ──


def lane(snapshot: Snapshot, tab: str) -> Lane:
    return next(lane for lane in snapshot.lanes if lane.tab == tab)


def spans(snapshot: Snapshot, tab: str) -> list[tuple[str, float, float]]:
    """What, and from when to when, in seconds of the story."""
    return [(s.what, round(s.start - START, 2), round(s.end - START, 2)) for s in lane(snapshot, tab).spans]


def test_a_wait_is_stale_until_it_is_received_and_unshown_until_it_is_shown() -> None:
    story = written()
    key = story.socket(11.0, "B")
    story.frame(12.0, "B", key, NOTE)
    story.says(15.0, "B", TEXT)
    snapshot = story.told(until=20.0)
    assert spans(snapshot, "B") == [("stale", 10.0, 12.0), ("unshown", 12.0, 15.0)]
    assert spans(snapshot, "A") == []


def test_a_wait_that_goes_on_reaches_to_now() -> None:
    assert spans(written().told(until=20.0), "B") == [("stale", 10.0, 20.0)]


def test_a_wait_of_a_moment_is_not_drawn() -> None:
    story = written()
    story.says(10.3, "B", TEXT)
    assert spans(story.told(until=20.0), "B") == []


def test_what_a_tab_was_when_it_was_closed_it_is_no_longer() -> None:
    story = room()
    story.hide(12.0, "B")
    story.add(Action(time=13.0, tab="B", do="offline", args={"on": True}))
    story.close(15.0, "B")
    assert spans(story.told(until=40.0), "B") == [("hidden", 12.0, 15.0), ("offline", 13.0, 15.0)]


def test_what_stands_elsewhere_is_drawn_until_it_stands_right() -> None:
    rows = {"k7a1": "Feed the cat", "k7b2": "Water the birch", "k7c3": "Lock the shed"}
    story = Story()
    for tab in "AB":
        story.open(0.0, tab, texts=("Errands", *rows.values()))
        story.fetch(0.2, tab, "GET /errands", says=json.dumps([{"id": i, "text": text} for i, text in rows.items()]))
    up = ("Lock the shed", "Feed the cat", "Water the birch")
    story.arranges(10.0, "A", "Errands", *up)
    story.fetch(10.02, "A", "PATCH /errands/k7c3", '{"position": 0}')
    assert spans(story.told(until=20.0), "B") == [("reordered", 10.0, 20.0)]
    story.arranges(25.0, "B", "Errands", *up)
    snapshot = story.told(until=40.0)
    assert (spans(snapshot, "A"), spans(snapshot, "B")) == ([], [("reordered", 10.0, 25.0)])
    assert spans(story.told(until=400.0), "B") == []


def test_hidden_and_streaming_stretches_are_drawn() -> None:
    story = room()
    story.hide(5.0, "B")
    story.hide(8.0, "B", visible=True)
    story.hide(12.0, "B")
    key = story.stream(1.0, "A", "GET /live")
    story.chunk(3.0, "A", key, "{}\n")
    story.chunk(9.0, "A", key, "{}\n")
    snapshot = story.told(until=20.0)
    assert spans(snapshot, "B") == [("hidden", 5.0, 8.0), ("hidden", 12.0, 20.0)]
    assert spans(snapshot, "A") == [("stream", 3.0, 9.0)]


def test_what_is_five_minutes_old_is_not_drawn_any_more() -> None:
    story = written()
    story.says(13.0, "B", TEXT)
    later = lane(story.told(until=320.0), "B")
    assert (later.spans, later.ticks) == ((), ())


def test_moments_are_ticks_in_the_order_of_their_times() -> None:
    story = written()
    story.add(Mark(time=12.0, tab="A", text="here"))
    story.add(Gap(time=13.0, tab="A", reason="lost"))
    story.load(14.0, "A", ("Room", TEXT))
    assert [(tick.what, round(tick.at - START)) for tick in lane(story.told(until=20.0), "A").ticks] == [
        ("write", 10), ("fetch", 10), ("mark", 12), ("gap", 13), ("reload", 14),
    ]  # fmt: skip


def test_a_note_about_no_tab_in_particular_stands_in_every_tabs_lane() -> None:
    story = written()
    story.add(Mark(time=12.0, text="here"))
    told = story.told(until=20.0)
    assert {tab: [tick.what for tick in lane(told, tab).ticks if tick.what == "mark"] for tab in "AB"} == {
        "A": ["mark"], "B": ["mark"],
    }  # fmt: skip


# ── connections ──


def connections(story: Story) -> dict[str, ConnectionView]:
    return {connection.connection: connection for connection in story.told().connections}


def test_a_socket_is_listed_with_what_it_carried() -> None:
    story = room()
    key = story.socket(1.0, "A")
    story.frame(2.0, "A", key, "four")
    story.frame(3.0, "A", key, "sixsix", way="out")
    found = connections(story)[key]
    assert (found.channel, found.tab, found.url) == ("socket", "A", "wss://example.org/s")
    assert (found.frames_in, found.bytes_in, found.frames_out, found.bytes_out) == (1, 4, 1, 6)
    assert (found.last_in, found.closed) == (START + 2.0, None)


def test_a_fetch_is_listed_only_where_it_streams_or_repeats() -> None:
    story = room()
    single = story.fetch(2.0, "A", "GET /once")
    stream = story.stream(2.0, "A", "GET /live")
    polls = [story.fetch(at, "B", "GET /notes") for at in (2.0, 4.0, 6.0, 8.0)]
    found = connections(story)
    assert single not in found
    assert found[stream].channel == "fetch-stream"
    assert [found[key].period_s for key in polls] == [pytest.approx(2.0)] * 4


def test_a_connection_met_midway_is_late() -> None:
    story = room()
    story.frame(5.0, "A", "w-old", NOTE)
    assert connections(story)["w-old"].late


def test_an_offline_stretch_is_drawn() -> None:
    story = room()
    story.add(Action(time=5.0, tab="A", do="offline", ok=True, args={"on": True}))
    story.add(Action(time=8.0, tab="A", do="offline", ok=True, args={"on": False}))
    assert spans(story.told(until=20.0), "A") == [("offline", 5.0, 8.0)]


def test_what_each_write_calls_forth_is_no_poll() -> None:
    story = Story()
    story.open(0.0, "A")
    for number in range(6):
        at, text = 10.0 + 10 * number, f"Line {'abcdef'[number] * 9} of the poem"
        story.fetch(at, "A", "POST /notes", f'{{"text": "{text}"}}')
        story.says(at + 0.1, "A", text)
        story.fetch(at + 0.3, "A", "GET /sidebar")
    assert [one.period_s for one in story.told().connections if one.period_s] == []


def test_what_each_click_calls_forth_is_no_poll() -> None:
    story = Story()
    story.open(0.0, "A")
    for number in range(6):
        story.uses(10.0 + 10 * number, "A")
        story.fetch(10.05 + 10 * number, "A", "GET /sidebar")
    assert [one.period_s for one in story.told().connections if one.period_s] == []


def test_what_nobody_calls_forth_is_a_poll() -> None:
    story = Story()
    story.open(0.0, "A")
    for number in range(6):
        story.fetch(10.0 + 10 * number, "A", "GET /sidebar")
    assert {round(one.period_s or 0, 3) for one in story.told().connections} == {10.0}


def test_what_a_page_asked_again_and_again_was_a_poll_whatever_asks_after_it() -> None:
    story = room()
    asks: dict[str, Any] = {"tab": "B", "url": "https://example.org/notes", "method": "GET", "resource": "fetch"}
    for at in (2.0, 4.0, 6.0, 8.0):
        story.add(Request(time=at, connection=f"was-{at}", loader="L1", **asks))
    story.add(Request(time=9.0, connection="is", loader="L2", **asks))
    assert {name: one.period_s for name, one in connections(story).items() if one.period_s} == {
        f"was-{at}": 2.0 for at in (2.0, 4.0, 6.0, 8.0)
    }
