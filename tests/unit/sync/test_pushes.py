"""Pushes: their stages are one message, and what they did is told apart from what happened beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import PushState
from monitor.sync.channel_views import PushView
from monitor.sync.snapshot import SeenView
from tests.story import Story

TEXT = "Your answer about tides is ready"
WORD = json.dumps({"fcmMessageId": "m-7f2a90", "from": "1094", "data": {"payload": '{"method":"OpenChat"}'}})


def pushes(story: Story, until: float = 30.0) -> tuple[PushView, ...]:
    """What the analysis tells of them."""
    return story.told(until).pushes


def fate(story: Story, tab: str = "B") -> SeenView:
    """How the only write fared in another tab."""
    (write,) = story.subject(until=30.0).writes
    return next(seen for seen in write.seen if seen.tab == tab)


def two_tabs() -> Story:
    """Two tabs of one page; A writes a text that its server takes."""
    story = Story()
    story.open(0.0, "A", "B")
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": TEXT}))
    story.says(10.1, "A", TEXT)
    return story


# ── one message ──


def test_the_stages_of_a_push_are_one_message_with_its_type_and_its_latencies() -> None:
    story = Story()
    story.open(0.0, "A")
    first = story.push(5.0, WORD)
    (push,) = pushes(story)
    assert (push.seq, push.type, push.protocol, push.size) == (first, "OpenChat", "fcm", len(WORD))
    assert push.stages == pytest.approx({"received": 0.0, "dispatched": 0.01, "completed": 0.02})
    assert (push.status, push.why, push.tabs) == ("completed", None, ("A",))


def test_two_pushes_with_one_text_are_two() -> None:
    story = Story()
    story.push(5.0, WORD, instance="i1")
    story.push(5.005, WORD, instance="i2")
    assert len(pushes(story)) == 2


def test_pushes_that_have_no_name_are_told_apart_by_their_stages() -> None:
    story = Story()
    story.push(5.0, WORD, "dispatched", "completed", instance="")
    story.push(6.0, WORD, "dispatched", "completed", instance="")
    assert [push.status for push in pushes(story)] == ["completed", "completed"]


def test_one_that_cannot_be_decrypted_failed_and_says_why() -> None:
    story = Story()
    story.push(5.0, None, "received", "failed", **{"Error Reason": "AES-GCM decryption failed"})
    (push,) = pushes(story)
    assert (push.status, push.why, push.type) == ("failed", "AES-GCM decryption failed", None)


def test_a_notification_belongs_to_the_push_before_it() -> None:
    story = Story()
    story.push(5.0, WORD)
    story.push(5.1, None, "notification", instance="n1", Title="Claude")
    (push,) = pushes(story)
    assert push.notification == "Claude"


def test_a_push_for_a_page_that_is_not_open_belongs_to_no_tab() -> None:
    story = Story()
    story.open(0.0, "A")
    story.push(5.0, WORD, origin="https://elsewhere.example/")
    (push,) = pushes(story)
    assert (push.tabs, push.reached) == ((), ())


def test_it_is_on_the_timeline_of_every_tab_of_its_origin_and_among_the_channels() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.open(0.0, "C", url="https://elsewhere.example/")
    story.push(5.0, WORD)
    found = story.told(until=6.0)
    marked = {lane.tab for lane in found.lanes if any(tick.what == "push" for tick in lane.ticks)}
    assert marked == {"A", "B"}
    (channel,) = found.connections
    assert (channel.channel, channel.url, channel.frames_in) == ("push", "https://example.org", 1)


@pytest.mark.parametrize(("state", "note"), [("registered", "registered at fcm.googleapis.com for 1:2:web:3"),
                                             ("blocked", "blocked by the user")])  # fmt: skip
def test_a_page_that_says_whether_its_site_may_push(state: Any, note: str) -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.add(
        PushState(time=1.0, tab="A", target="page-A", state=state, origin="https://example.org",
                  host="fcm.googleapis.com", app="1:2:web:3")
    )  # fmt: skip
    found = story.told(until=6.0)
    assert [tab.push for tab in found.tabs] == [state, state]
    assert [(channel.frames_in, channel.note) for channel in found.connections] == [(0, note)]
    story.push(5.0, WORD)
    assert [(channel.frames_in, channel.note) for channel in story.told(until=6.0).connections] == [(1, note)]


# ── what it did ──


def test_a_push_that_the_page_does_nothing_about_reached_it_and_healed_nothing() -> None:
    story = two_tabs()
    story.push(12.0, WORD)
    story.worker(12.1, "B", json.dumps({**json.loads(WORD), "isFirebaseMessaging": True}))
    story.load(20.0, "B", ("Room", TEXT))
    (push,) = pushes(story)
    assert (push.reached, push.healed) == (("B",), ())
    assert fate(story).via == "reload"


def test_a_push_whose_text_the_page_shows_brought_it() -> None:
    story = two_tabs()
    first = story.push(12.0, json.dumps({"title": "Notes", "body": TEXT}))
    story.says(12.1, "B", TEXT)
    seen = fate(story)
    assert (seen.via, seen.event_seq) == ("push", first)
    assert seen.after_s == pytest.approx(2.05, abs=0.1)
    assert pushes(story)[0].healed == ("B",)
    assert story.subject(until=30.0).verdict == "push-sync"


def test_what_a_worker_passed_on_came_by_push() -> None:
    story = two_tabs()
    body = json.dumps({"fcmMessageId": "m-1", "data": {"body": TEXT}})
    story.push(12.0, body)
    number = story.worker(12.05, "B", json.dumps({"type": "push-received", "payload": json.loads(body)}))
    story.says(12.1, "B", TEXT)
    seen = fate(story)
    assert (seen.via, seen.event_seq) == ("push", number)
    assert pushes(story)[0].healed == ("B",)


def test_a_worker_message_that_no_push_carried_came_from_the_worker() -> None:
    story = two_tabs()
    story.push(12.0, WORD)
    story.worker(12.05, "B", json.dumps({"type": "cache-updated", "text": TEXT}))
    story.says(12.1, "B", TEXT)
    assert fate(story).via == "worker"


def test_a_push_that_makes_the_page_fetch_prompted_it() -> None:
    story = two_tabs()
    story.push(12.0, WORD)
    story.worker(12.05, "B", json.dumps({**json.loads(WORD), "isFirebaseMessaging": True}))
    story.fetch(12.1, "B", "GET /notes", says=json.dumps([{"text": TEXT}]))
    story.says(12.3, "B", TEXT)
    seen = fate(story)
    assert (seen.via, seen.prompted_by) == ("refetch", "push")
    assert pushes(story)[0].healed == ("B",)


def test_a_push_to_another_origin_is_no_word_for_this_page() -> None:
    story = two_tabs()
    story.push(12.0, json.dumps({"body": TEXT}), origin="https://elsewhere.example")
    story.says(12.1, "B", TEXT)
    assert fate(story).via != "push"
