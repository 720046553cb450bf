"""How connections broke and came back: each break has its story, and a time offline what followed from it."""

from __future__ import annotations

import pytest

from monitor.model import Action, SocketClosed, SocketHandshake, SocketOpened
from tests.chats import CONVERSATION
from tests.notes import NOTE, TEXT, written
from tests.story import START
from tests.unit.report.stories import SOCKET, column, offline, told_chatgpt


def test_a_break_and_its_ladder() -> None:
    story = told_chatgpt()
    at = 40.0
    story.add(SocketClosed(time=at, tab="A", target="page-A", connection="w1"))
    for number, wait in enumerate((1.0, 2.0, 4.0)):
        at += wait
        name, last = f"r{number}", number == 2
        story.add(SocketOpened(time=at, tab="A", target="page-A", connection=name, url=SOCKET))
        if last:
            story.add(SocketHandshake(time=at, tab="A", target="page-A", connection=name, status=101))
        else:
            story.add(SocketClosed(time=at, tab="A", target="page-A", connection=name))
    site = column(story)
    (one,) = [one for one in site.outages if one.what == "connection"]
    assert one.waits == pytest.approx([1.0, 2.0, 4.0])
    assert one.ended_s == pytest.approx(7.0)
    assert "back at attempt 3" in one.text
    assert "exponential: 1.0 s × 2" in site.recovery[0].text
    assert site.summary["recovery"].text.startswith("reconnects (perhaps exponential: 1.0 s × 2")


def test_a_time_offline() -> None:
    site = column(offline(told_chatgpt(), 30.0, 38.0))
    (one,) = site.outages
    assert (one.tab, one.what) == ("B", "offline")
    assert one.ended_s == pytest.approx(8.0)
    assert "1 socket stayed open and brought nothing" in one.text
    assert len(one.events) == 2


def test_each_time_offline_links_to_what_began_and_ended_it() -> None:
    story = offline(offline(told_chatgpt(), 30.0, 38.0), 40.0, 44.0)
    site = column(story)
    times = {event.seq: event.time - START for event in story.events if isinstance(event, Action)}
    assert [[times[seq] for seq in one.events] for one in site.outages] == [
        [pytest.approx(30.0), pytest.approx(38.0)],
        [pytest.approx(40.0), pytest.approx(44.0)],
    ]


STATUS = f"GET /backend-api/conversation/{CONVERSATION}/stream_status"


@pytest.mark.parametrize(("at", "tab", "told"), [(18.5, "B", True), (3.0, "B", False), (23.3, "B", False),
                                                 (18.5, "A", False), (29.0, "B", False)])  # fmt: skip
def test_what_a_page_asks_when_it_is_back_is_recovery_and_what_a_load_asks_is_not(
    at: float, tab: str, told: bool
) -> None:
    story = offline(told_chatgpt(), 9.0, 18.0)
    story.fetch(at, tab, STATUS, says='{"status": "COMPLETE"}', url="https://chatgpt.com")
    site = column(story)
    (one,) = [one for one in site.outages if one.what == "offline"]
    assert ("recovery asked `GET /backend-api/conversation/{id}/stream_status`" in one.text) is told
    assert one.text.endswith("what was written meanwhile came after 13.3 s, by reload.")
    assert not site.summary["recovery"].text.startswith("no break was seen")


def test_what_would_be_asked_after_a_break_says_nothing_of_one() -> None:
    story = told_chatgpt()
    story.fetch(3.0, "B", STATUS, says='{"status": "COMPLETE"}', url="https://chatgpt.com")
    assert (
        column(story).summary["recovery"].text.startswith("no break was seen; `/backend-api/conversation/{id}/stream")
    )


def test_a_break_that_was_made_on_purpose_says_so() -> None:
    story = told_chatgpt()
    story.add(Action(time=12.0, tab="B", do="cut", args={"sockets": 1}))
    story.add(SocketClosed(time=12.1, tab="B", target="page-B", connection="w2"))
    (one,) = column(story).outages
    assert one.head == "B lost its socket at 12.1 s, to the end"
    assert one.text.startswith("it was cut on purpose; ")


def test_what_an_open_socket_still_brings_to_a_tab_that_is_offline_is_counted() -> None:
    story = offline(told_chatgpt(), 9.0, 18.0)
    (one,) = column(story).outages
    assert "1 socket stayed open and went on to bring messages (1)" in one.text


def test_a_tab_that_is_told_while_it_is_offline_was_not_put_to_the_test() -> None:
    story = written()
    key = story.socket(1.0, "B")
    offline(story, 8.0, 18.0)
    story.frame(10.5, "B", key, NOTE)
    story.says(10.6, "B", TEXT)
    site = column(story)
    told = "offline for 10.0 s: not put to the test, as 1 socket stayed open and went on to bring messages (1)"
    assert site.summary["recovery"].text == told


def test_a_socket_that_is_lost_while_a_tab_is_offline_followed_from_it() -> None:
    story = offline(told_chatgpt(), 30.0, 38.0)
    story.add(SocketClosed(time=31.0, tab="B", target="page-B", connection="w2"))
    for at, name in ((33.0, "s1"), (36.0, "s2")):
        story.add(SocketOpened(time=at, tab="B", target="page-B", connection=name, url=SOCKET))
        story.add(SocketClosed(time=at, tab="B", target="page-B", connection=name))
    story.add(SocketOpened(time=40.5, tab="B", target="page-B", connection="s3", url=SOCKET))
    story.add(SocketHandshake(time=40.5, tab="B", target="page-B", connection="s3", status=101))
    site = column(story)
    (one,) = [one for one in site.outages if one.what == "offline"]
    assert one.text.startswith("its socket was lost, and back after 3 attempts, 2.5 s after the network was")
    assert "it tried again after 2.0 s, 3.0 s, 4.5 s" in site.recovery[0].text


def test_what_was_written_while_a_tab_was_offline_is_its_recovery() -> None:
    site = column(offline(told_chatgpt(), 9.0, 18.0))
    assert site.summary["recovery"].text == "offline for 9.0 s: what was written meanwhile came after 13.3 s, by reload"
    assert set(site.outages[0].events) <= set(site.summary["recovery"].events)
    assert "offline" not in site.untested


def test_a_break_that_ends_just_before_the_recording_does_tells_by_what_it_was_resumed() -> None:
    story, session = told_chatgpt(), "5f3c99e2b7a14d"
    story.frame(30.0, "A", "w1", f'{{"session": "{session}"}}')
    story.add(SocketClosed(time=40.0, tab="A", target="page-A", connection="w1"))
    story.add(SocketOpened(time=41.0, tab="A", target="page-A", connection="r1", url=SOCKET))
    story.add(SocketHandshake(time=41.0, tab="A", target="page-A", connection="r1", status=101))
    story.frame(41.2, "A", "r1", f'{{"resume": "{session}"}}', way="out")
    (one,) = column(story).outages
    assert f"it resumed with `{session}`" in one.text
