"""By what news can reach a page: each way names its events, and what is there for other ends is none."""

from __future__ import annotations

import json

import pytest

from monitor.model import PushState, SocketOpened
from monitor.report.build import build
from monitor.report.model import Claim, SiteReport
from tests.story import START, Story
from tests.unit.report.stories import column, told_chatgpt, told_claude


def site_of(story: Story) -> SiteReport:
    (site,) = build([("x", story.events)]).sites
    return site


def kinds(story: Story, claim: Claim) -> list[str]:
    return [story.events[seq - 1].kind for seq in claim.events]


def test_a_socket_and_a_push_service_name_their_events() -> None:
    for story in (told_chatgpt(), told_claude()):
        rows = column(story).summary
        assert rows["mechanism"].events
        assert rows["connection"].events


def polled(news: bool) -> Story:
    """Two tabs ask every 5 s; what one of them wrote is in the answers, or is never told."""
    story = Story()
    story.open(0.0, "A", "B")
    story.fetch(12.0, "A", "POST /notes", json.dumps({"text": "buy some milk today"}))
    story.says(12.2, "A", "buy some milk today")
    for number in range(8):
        at = 1.0 + 5 * number
        notes = ["buy some milk today"] if news and at > 12 else []
        for tab in "AB":
            story.fetch(at, tab, "GET /news", says=json.dumps({"notes": notes}))
        if news and number == 3:
            story.says(at + 0.2, "B", "buy some milk today")
    story.events.sort(key=lambda event: event.time)
    return story


def test_requests_that_bring_news_are_polling() -> None:
    rows = site_of(polled(news=True)).summary
    assert (rows["mechanism"].text, rows["connection"].text) == ("Polling", "Requests every 5.0 s")


def test_requests_that_repeat_and_bring_none_are_called_what_they_are() -> None:
    rows = site_of(polled(news=False)).summary
    assert rows["mechanism"].text.startswith("none")
    assert rows["connection"].text == ("Requests only; asks `GET /news` every 5.0 s, which was not seen to bring news")
    assert rows["connection"].events


def test_what_a_message_makes_a_page_ask_is_no_poll() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    keys = {tab: story.socket(0.5, tab) for tab in "AB"}
    said: list[str] = []
    for number in range(8):
        at, note = 10.0 + 5 * number, f"note {number} of the harbour master"
        said.append(note)
        story.fetch(at, "A", "POST /notes", json.dumps({"text": note}))
        story.says(at + 0.2, "A", note)
        story.frame(at + 0.3, "B", keys["B"], json.dumps({"type": "invalidate", "what": "notes"}))
        story.fetch(at + 0.35, "B", "GET /notes", says=json.dumps({"notes": said}))
        story.says(at + 0.6, "B", note)
    story.events.sort(key=lambda event: event.time)
    rows = site_of(story).summary
    assert rows["mechanism"].text == "WebSocket"
    assert "asks" not in rows["connection"].text


def test_a_poll_whose_period_shows_only_later_is_one() -> None:
    story = polled(news=True)
    story.events = [event for event in story.events if event.tab != "B" or not 2.0 < event.time - START < 15.0]
    site = site_of(story)
    assert site.summary["mechanism"].text == "Polling"
    assert "not seen to bring news" not in site.summary["connection"].text


def test_what_the_server_holds_until_it_has_news_is_long_polling() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.fetch(20.0, "A", "POST /notes", json.dumps({"text": "buy some milk today"}))
    story.says(20.2, "A", "buy some milk today")
    for number, (asked, answered) in enumerate(((1.0, 8.0), (8.1, 15.0), (15.1, 20.4), (20.5, 29.0), (29.1, 36.0))):
        notes = ["buy some milk today"] if number == 2 else []
        story.fetch(asked, "B", "GET /news", says=json.dumps({"notes": notes}), took=answered - asked)
    story.says(20.5, "B", "buy some milk today")
    story.events.sort(key=lambda event: event.time)
    rows = site_of(story).summary
    told = (rows["mechanism"].text, rows["connection"].text)
    assert told == ("Long polling", "Requests that the server holds until it has news")
    assert rows["mechanism"].events


def test_a_page_that_may_be_pushed_to_says_so_by_its_own_word() -> None:
    story = Story()
    story.open(0.0, "A")
    story.add(PushState(time=1.0, tab="A", target="page-A", state="registered", origin="https://example.org"))
    rows = site_of(story).summary
    assert rows["mechanism"].text == "Web push"
    assert kinds(story, rows["mechanism"]) == kinds(story, rows["connection"]) == ["push-state"]


@pytest.mark.parametrize(
    ("late", "way", "told"),
    [
        (False, "in", "Persistent, from the server only"),
        (False, "out", "Persistent, bidirectional"),
        (True, "in", "Persistent, and only the server spoke while it was recorded"),
        (True, None, "Persistent, and silent while it was recorded"),
    ],
)
def test_which_way_a_socket_is_used_is_told_as_far_as_it_was_seen(late: bool, way: str | None, told: str) -> None:
    story = Story()
    story.open(0.0, "A")
    story.add(SocketOpened(time=1.0, tab="A", target="page-A", connection="w1", url="wss://example.org/s", late=late))
    if way is not None:
        story.frame(2.0, "A", "w1", '{"k": "tick"}', way=way)  # type: ignore[arg-type]
    assert site_of(story).summary["connection"].text == told


def test_a_key_of_local_storage_that_told_nothing_is_no_mechanism() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.storage(1.0, "A", "device", "7f0c", "out")
    story.storage(1.0, "B", "device", "7f0c", "in")
    assert site_of(story).summary["mechanism"].text.startswith("none")


def test_local_storage_that_brings_a_write_is_one() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    note = "the tram leaves at nine"
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": note}))
    story.says(5.2, "A", note)
    story.storage(5.3, "A", "notes", json.dumps([note]), "out")
    story.storage(5.3, "B", "notes", json.dumps([note]), "in")
    story.says(5.4, "B", note)
    rows = site_of(story).summary
    assert rows["mechanism"].text == "localStorage events"
    assert kinds(story, rows["mechanism"]) == ["storage"]
