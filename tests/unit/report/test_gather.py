"""What the traffic says of addresses: what each is for, by the profile or by evidence."""

from __future__ import annotations

import json
from typing import Any

from monitor.decode import Decoder
from monitor.model import Body, Request, Response, SocketOpened
from monitor.report.gather import Gatherer
from monitor.sync.analysis import Analysis
from tests.chats import PROFILES
from tests.story import Story
from tests.unit.report.stories import told_chatgpt

SITE = "example.org"


def gathered(story: Story) -> Gatherer:
    """All of a story, gathered."""
    analysis, decoder = Analysis(PROFILES), Decoder()
    facts = Gatherer(analysis, PROFILES)
    for event in story.events:
        analysis.feed(event)
        facts.feed(event, decoder.feed(event))
    return facts


def opens(story: Story, at: float, url: str) -> None:
    story.add(SocketOpened(time=at, tab="A", target="page-A", connection="w", url=url))


def test_the_profile_says_what_an_address_is_for() -> None:
    (one,) = gathered(told_chatgpt()).of_role("chatgpt", "init")
    assert (one.method, one.pattern) == ("GET", "https://chatgpt.com/backend-api/celsius/ws/user")
    assert (one.count, one.tabs, one.status, one.keys) == (2, {"A", "B"}, 200, ("websocket_url",))


def test_an_answer_that_names_a_sockets_address_opened_it() -> None:
    story = Story()
    story.open(0.0, "A")
    story.fetch(1.0, "A", "GET /realtime", says=json.dumps({"url": "wss://example.org/live/7?t=1"}))
    story.fetch(1.1, "A", "GET /settings", says=json.dumps({"dark": True}))
    opens(story, 2.0, "wss://example.org/live/7?t=1")
    assert [one.pattern for one in gathered(story).of_role(SITE, "init")] == ["https://example.org/realtime"]


def test_an_answer_that_holds_a_sockets_ticket_opened_it() -> None:
    story = Story()
    story.open(0.0, "A")
    story.fetch(1.0, "A", "POST /tickets", says=json.dumps({"ticket": "0f9e8d7c6b5a4321"}))
    opens(story, 2.0, "wss://example.org/live?ticket=0f9e8d7c6b5a4321")
    assert len(gathered(story).of_role(SITE, "init")) == 1


def test_a_body_with_the_keys_of_a_subscription_registers_for_pushes() -> None:
    story = Story()
    story.open(0.0, "A")
    keys = {"endpoint": "https://x", "keys": {"p256dh": "B", "auth": "a"}}
    story.fetch(1.0, "A", "POST /subscribe", json.dumps(keys))
    story.fetch(1.1, "A", "POST /v1/projects/p/registrations", "{}", url="https://fcmregistrations.googleapis.com")
    found = {one.pattern.rpartition("/")[2] for one in gathered(story).of_role(SITE, "push-registration")}
    assert found == {"subscribe", "registrations"}


def test_ids_do_not_make_new_addresses() -> None:
    story = Story()
    story.open(0.0, "A")
    for number in range(50):
        story.fetch(1.0 + number, "A", f"GET /notes/{10_000 + number}")
    facts = gathered(story)
    assert [(one.count, one.pattern) for one in facts.endpoints.values()] == [(50, "https://example.org/notes/{id}")]


def test_what_a_document_asks_for_is_of_its_site_before_the_tab_is_said_to_be_there() -> None:
    story = Story()
    story.open(0.0, "A")
    common = {"tab": "A", "target": "page-A", "frame": "page-A", "loader": "L2"}
    url = "https://claude.ai/chat/1"
    story.add(Request(time=5.0, connection="d1", method="GET", url=url, resource="document", **common))  # type: ignore[arg-type]
    push = "https://fcmregistrations.googleapis.com/v1/projects/p/registrations"
    story.add(Request(time=5.1, connection="r1", method="POST", url=push, resource="fetch", **common))  # type: ignore[arg-type]
    facts = gathered(story)
    assert [one.pattern for one in facts.of_role("claude", "push-registration")] == [push]
    assert facts.of_role(SITE, "push-registration") == []


def test_an_answer_to_what_was_asked_before_the_recording_is_of_the_address_that_is_asked_again() -> None:
    story = Story()
    story.open(0.0, "A")
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "old"}
    story.add(Response(time=3.0, url="https://example.org/updates?since=3", status=200, **common))
    body = story.add(Body(time=3.1, text="{}", size=2, **common))
    assert gathered(story).endpoint_of(body.seq) is None
    story.fetch(3.2, "A", "GET /updates?since=4")
    one = gathered(story).endpoint_of(body.seq)
    assert one is not None
    assert (one.method, one.pattern, one.count) == ("GET", "https://example.org/updates", 1)
