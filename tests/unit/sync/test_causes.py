"""What healed a tab: content before timing, a reload before what it asked for, the word beside the bringer."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from msgspec import structs

from monitor.model import Body, Request, Response
from monitor.sync.causes import Arrival, Cause, cause_of
from monitor.sync.evidence import Needle
from monitor.sync.network import Network
from monitor.sync.polls import Polls
from monitor.sync.snapshot import SeenView
from tests.story import START, Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def cause(story: Story, until: float = 13.3, since: float = 10.0, began: float = 0.0, text: str = TEXT) -> Cause:
    """What brought a text to B, which lacked it since then and showed it at last."""
    network = Network()
    for event in story.events:
        network.packet(event, network.note(event))
    arrival = Arrival("B", START + since, START + until, 99, START + began, 77)
    return cause_of(arrival, Needle.of(text), network)


# ── content ──


def test_the_payload_that_holds_the_text_brought_it_not_the_nearest() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    number = story.frame(13.0, "B", key, NOTE)
    story.frame(13.25, "B", key, '{"other": "news of the day"}')
    assert cause(story) == Cause("socket", number, "content")


def test_of_two_that_hold_it_the_first_one_near_its_showing_brought_it() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    story.frame(10.5, "B", key, NOTE)  # received, and not shown then
    number = story.frame(13.1, "B", key, NOTE)
    story.frame(13.2, "B", key, NOTE)
    assert cause(story).seq == number


def test_what_left_the_tab_brought_it_nothing() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    story.frame(13.1, "B", key, NOTE, way="out")
    assert cause(story).channel == "unknown"


def test_another_tabs_payload_brought_this_one_nothing() -> None:
    story = Story()
    story.frame(13.1, "A", story.socket(1.0, "A"), NOTE)
    assert cause(story).channel == "unknown"


def test_a_payload_stamped_a_little_after_the_showing_still_counts() -> None:
    story = Story()
    number = story.frame(13.5, "B", story.socket(1.0, "B"), NOTE)
    assert cause(story).seq == number
    assert cause(story, until=13.1).channel == "unknown"


# ── reload ──


def test_a_document_that_began_since_heals_with_all_that_it_asks_for() -> None:
    story = Story()
    story.fetch(12.2, "B", "GET /notes", says=NOTE)
    assert cause(story, began=12.0) == Cause("reload", 77, "content")


def test_a_document_that_holds_it_in_no_readable_payload_heals_by_timing() -> None:
    assert cause(Story(), began=12.0) == Cause("reload", 77, "timing")


def test_what_comes_long_after_a_load_is_no_part_of_it() -> None:
    story = Story()
    number = story.frame(22.0, "B", story.socket(12.5, "B"), NOTE)
    assert cause(story, until=22.1, began=12.0) == Cause("socket", number, "content")


def test_what_a_document_asks_for_long_after_its_load_is_no_part_of_it() -> None:
    story = Story()
    story.fetch(22.0, "B", "GET /notes", says=NOTE)
    found = cause(story, until=22.1, began=12.0)
    assert (found.via, found.prompted_by, found.prompt_seq) == ("refetch", "reload", 77)


def test_a_document_that_was_there_before_the_item_is_no_reload() -> None:
    story = Story()
    story.fetch(13.2, "B", "GET /notes", says=NOTE)
    assert cause(story, began=9.0).via == "refetch"


# ── timing and unknown ──


def test_where_nothing_can_be_read_the_rare_payload_just_before_is_named_as_timing() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    for beat in range(2, 14):
        story.frame(beat, "B", key, json.dumps({"beat": beat}))
    number = story.frame(13.1, "B", key, bytes(range(0x80, 0xC0)))
    story.frame(13.2, "B", key, json.dumps({"beat": 99}))
    assert cause(story) == Cause("socket", number, "timing")


def test_an_answer_whose_body_could_not_be_had_is_named_as_timing() -> None:
    story = Story()
    common: dict[str, Any] = {"tab": "B", "target": "page-B", "connection": "r9"}
    story.add(Response(time=13.1, url="https://example.org/long?after=3", status=200, **common))
    number = story.add(Body(time=13.15, state="absent", reason="the browser no longer had it", **common)).seq
    found = cause(story)
    assert (found.via, found.seq, found.confidence) == ("refetch", number, "timing")


@pytest.mark.parametrize(("numbers", "told"), [({"12"}, ("socket", "content")), ({"14"}, ("unknown", "none"))])
def test_what_says_the_number_that_is_new_in_a_text_brought_it(numbers: set[str], told: tuple[str, str]) -> None:
    story = Story()
    key = story.socket(1.0, "B")
    for n in range(5):
        story.frame(12.0 + n / 10, "B", key, f'{{"op":"edit","id":"k7x1","set":{{"hour":{n},"day":3}}}}')
    number = story.frame(13.2, "B", key, '{"op":"edit","id":"k7x1","set":{"hour":12,"day":3}}')
    network = Network()
    for event in story.events:
        network.packet(event, network.note(event))
    needle = Needle("12:00 Lunch outside", "1200lunchoutside", numbers=frozenset(numbers))
    found = cause_of(Arrival("B", START + 10.0, START + 13.3, 99, START, 77), needle, network)
    assert (found.channel, found.confidence) == told
    assert found.seq == (number if told[0] == "socket" else None)


@pytest.mark.parametrize(("again", "via"), [(13.16, "poll"), (16.0, "refetch")])
def test_a_request_that_was_open_before_the_recording_is_a_poll_where_it_is_made_again_at_once(
    again: float, via: str
) -> None:
    story = Story()
    common: dict[str, Any] = {"tab": "B", "target": "page-B", "connection": "r9"}
    story.add(Response(time=13.1, url="https://example.org/long?after=3", status=200, **common))
    story.add(Body(time=13.15, text=json.dumps({"text": TEXT}), size=40, **common))
    story.fetch(again, "B", "GET /long?after=4", took=30.0)
    story.events.sort(key=lambda event: event.time)
    assert cause(story).via == via


def test_a_request_that_waited_since_before_the_write_is_a_poll_where_it_is_made_again_at_once() -> None:
    story = Story()
    story.fetch(4.0, "B", "GET /long?after=3", says=json.dumps({"text": TEXT}), took=9.1)
    story.fetch(13.15, "B", "GET /long?after=4", took=30.0)
    story.events.sort(key=lambda event: event.time)
    assert cause(story).via == "poll"


def test_heartbeats_alone_explain_nothing() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    for beat in range(2, 14):
        story.frame(beat, "B", key, json.dumps({"beat": beat}))
    found = cause(story)
    assert (found.via, found.seq, found.confidence) == ("unknown", None, "none")


def test_what_came_long_before_the_showing_explains_nothing_by_timing() -> None:
    story = Story()
    story.frame(11.0, "B", story.socket(1.0, "B"), bytes(range(0x80, 0xC0)))
    assert cause(story).channel == "unknown"


# ── polls, refetches and the word ──


def polled(*starts: float) -> Story:
    """B asks for the notes at these moments; the last answer has the text."""
    story = Story()
    for start in starts[:-1]:
        story.fetch(start, "B", "GET /notes", says="[]")
    story.fetch(starts[-1], "B", "GET /notes", says=NOTE)
    return story


def test_requests_on_a_period_are_a_poll() -> None:
    assert cause(polled(5.2, 7.2, 9.2, 11.2, 13.2)).via == "poll"


def test_a_request_of_its_own_is_a_refetch() -> None:
    assert cause(polled(13.2)).via == "refetch"
    assert cause(polled(2.0, 3.1, 9.7, 13.2)).via == "refetch"


def test_each_request_begun_as_the_last_one_ends_is_a_poll() -> None:
    assert Cause("fetch", 1, "content", polls=Polls(ends=_times(3, 7, 8), starts=_times(1, 3.1, 7.1))).via == "poll"
    assert Cause("fetch", 1, "content", polls=Polls(ends=_times(1, 3, 8), starts=_times(0.9, 2.8, 7.1))).via != "poll"


def _times(*times: float) -> deque[float]:
    return deque(times)


def test_a_word_just_before_the_fetch_prompted_it() -> None:
    story = polled(13.2)
    number = len(story.events)
    story.frame(13.15, "B", story.socket(1.0, "B"), '{"changed": true}')
    found = cause(story)
    assert (found.via, found.prompted_by, found.seq) == ("refetch", "socket", number)


def test_a_fetch_on_a_word_is_no_poll_even_if_words_come_on_a_period() -> None:
    story = polled(5.2, 7.2, 9.2, 11.2, 13.2)
    key = story.socket(1.0, "B")
    for at in (5.15, 7.15, 9.15, 11.15, 13.15):
        story.frame(at, "B", key, '{"changed": true}')
    found = cause(story)
    assert (found.via, found.prompted_by) == ("refetch", "socket")


def test_words_that_quote_what_was_said_are_of_one_kind() -> None:
    said = ("the tram leaves at nine", "somebody feeds the swans", "rain until the evening", "all is well here")
    story = polled(5.2, 8.2, 13.2)
    key = story.socket(1.0, "B")
    for at, text in zip((5.15, 8.15, 13.15), said, strict=False):
        story.frame(at, "B", key, json.dumps({"data": json.dumps({"title": "Harbour news", "body": text})}))
    found = cause(story)
    assert (found.via, found.prompted_by) == ("refetch", "socket")


def test_a_word_is_told_as_such_when_the_page_was_loaded_again_right_after() -> None:
    story = Story()
    key = story.socket(1.0, "B")
    for loader, at in (("old", 1.0), ("old", 13.0), ("new", 14.0)):
        story.fetch(at, "B", "GET /notes", says=NOTE if at > 2 else "{}")
        story.events = [
            structs.replace(e, loader=loader) if isinstance(e, Request) and e.loader is None else e
            for e in story.events
        ]
    story.frame(12.9, "B", key, '{"changed": "notes"}')
    assert (cause(story).via, cause(story).prompted_by) == ("refetch", "socket")


def test_a_poll_stays_one_when_the_page_was_loaded_again() -> None:
    story = Story()
    for number in range(6):
        story.fetch(1.0 + 2.5 * number, "B", "GET /notes", says=NOTE if number == 5 else "{}")
    story.events = [structs.replace(e, loader="old") if isinstance(e, Request) else e for e in story.events]
    story.fetch(15.0, "B", "GET /notes", says=NOTE)
    story.events = [
        structs.replace(e, loader="new") if isinstance(e, Request) and e.loader is None else e for e in story.events
    ]
    assert cause(story, until=13.6).via == "poll"


def test_a_heartbeat_that_happens_to_come_first_is_no_word() -> None:
    story = polled(13.2)
    key = story.socket(1.0, "B")
    for beat in range(2, 14):
        story.frame(beat + 0.1, "B", key, json.dumps({"beat": beat}))
    assert cause(story).prompted_by is None


def test_what_came_before_one_of_many_polls_is_no_word() -> None:
    story = polled(5.2, 7.2, 9.2, 11.2, 13.2)
    story.frame(13.15, "B", story.socket(1.0, "B"), '{"changed": true}')
    found = cause(story)
    assert (found.via, found.prompted_by) == ("poll", None)


# ── races ──


def raced(first: float, second: float, shown: float) -> SeenView:
    """B is brought a note by its socket, and by a broadcast, and shows it."""
    story = Story()
    story.open(0.0, "A", "B")
    key, text = story.socket(1.0, "B"), "Water the plants at noon"
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": text}))
    story.says(10.1, "A", text)
    ways = {"socket": first, "broadcast": second}
    for way in sorted(ways, key=lambda way: ways[way]):
        if way == "socket":
            story.frame(first, "B", key, json.dumps({"text": text}))
        else:
            story.broadcast(second, json.dumps({"text": text}), "B")
    story.says(shown, "B", text)
    [write] = story.subject(30.0).writes
    [seen] = write.seen
    return seen


def test_two_channels_that_bring_the_same_are_both_told() -> None:
    seen = raced(10.8, 10.9, 10.95)
    [also] = seen.also
    assert (seen.via, also.via) == ("socket", "broadcast")
    assert also.after_s == pytest.approx(0.1, abs=0.001)
    assert seen.why.endswith("its socket brought it. A BroadcastChannel message brought it too, 0.10 s later.")


def test_what_the_page_had_for_long_and_did_not_show_is_not_what_brought_it() -> None:
    seen = raced(10.3, 10.9, 10.92)
    [also] = seen.also
    assert (seen.via, also.via) == ("broadcast", "socket")
    assert also.after_s == pytest.approx(-0.6, abs=0.001)
    assert seen.why.endswith("Its socket brought it too, 0.60 s before that.")


def test_one_channel_has_no_rival() -> None:
    assert raced(10.8, 18.0, 10.9).also == ()


def test_the_same_words_of_somebody_else_just_before_are_not_what_brought_a_message() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for at, writer in ((5.0, "A"), (5.8, "B")):
        news = json.dumps({"by": writer, "text": "Fine by me"})
        story.fetch(at, writer, "POST /add", '{"text":"Fine by me"}', says=news, took=0.01)
        for tab in "AB":
            story.frame(at + 0.02, tab, sockets[tab], news)
            story.says(at + 0.04, tab, f"Visitor {writer}: Fine by me")
    assert [seen.via for write in story.subject(until=20.0).writes for seen in write.seen] == ["socket", "socket"]
