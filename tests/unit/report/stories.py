"""Recordings for the tests of the report: the two applications, in one capture or two, with what else is told."""

from __future__ import annotations

import json

from monitor.model import Action, Event, SocketHandshake, SocketOpened
from monitor.report.build import build
from monitor.report.model import SiteReport
from tests.chats import CONVERSATION, NEW, PROFILES, ChatStory, chatgpt, claude
from tests.story import Story

SOCKET = "wss://ws.chatgpt.com/p24/ws/user/user-AbC123xyz9?verify=1767520612-c2lnbmF0dXJl"
COMPLETE = [
    {
        "type": "message",
        "topic_id": "conversations",
        "payload": {"type": "conversation-turn-complete", "payload": {"conversation_id": CONVERSATION}},
    }
]


def opens(story: ChatStory, at: float, tab: str, name: str) -> None:
    """A page asks for its socket's address, opens it and subscribes."""
    says = json.dumps({"websocket_url": SOCKET})
    story.fetch(at, tab, "GET /backend-api/celsius/ws/user", says=says, url="https://chatgpt.com")
    story.add(SocketOpened(time=at + 0.2, tab=tab, target=f"page-{tab}", connection=name, url=SOCKET))
    story.add(SocketHandshake(time=at + 0.25, tab=tab, target=f"page-{tab}", connection=name, status=101))
    hello = [{"id": 1, "command": {"type": "subscribe", "topic_id": "conversations"}}]
    story.frame(at + 0.3, tab, name, json.dumps(hello), way="out")
    answer = [{"id": 1, "type": "reply", "reply": {"type": "subscribe", "topic_id": "conversations"}}]
    story.frame(at + 0.35, tab, name, json.dumps(answer))


def told_chatgpt() -> ChatStory:
    """A writes; B's socket brings the word that a turn is complete; B is loaded again 13 s later."""
    story = chatgpt()
    opens(story, 1.0, "A", "w1")
    opens(story, 1.5, "B", "w2")
    story.events.sort(key=lambda event: event.time)
    story.frame(11.4, "B", "w2", json.dumps(COMPLETE))
    story.load_chat(23.0, "B", NEW)
    return story


def told_claude() -> ChatStory:
    """The other site: registered for pushes, pushed to in vain, loaded again."""
    story = claude()
    path = "POST /api/organizations/11111111-2222-4333-8444-555555555555/notification/channels"
    story.fetch(2.0, "A", path, '{"channel_type":"FCM"}', says='{"status":"ACTIVE"}', url=story.site)
    payload = json.dumps({"method": "OpenChat", "request": {"conversation_uuid": story.url.rpartition("/")[2]}})
    story.push(12.0, json.dumps({"fcmMessageId": "1", "from": "9", "data": {"payload": payload}}), origin=story.site)
    story.load_chat(24.0, "B", NEW)
    return story


def offline(story: Story, since: float, until: float, tab: str = "B") -> Story:
    """A tab is taken off the network, and put back."""
    for at, on in ((since, True), (until, False)):
        story.add(Action(time=at, tab=tab, do="offline", args={"on": on}))
    return story


def column(story: Story) -> SiteReport:
    """The only column of a story's report."""
    (site,) = build([("x.syncmon", numbered(story))], PROFILES).sites
    return site


def numbered(story: Story) -> list[Event]:
    """A story's events in the order of time, numbered as a capture numbers them."""
    import msgspec

    ordered = sorted(story.events, key=lambda event: event.time)
    return [msgspec.structs.replace(event, seq=number) for number, event in enumerate(ordered, 1)]
