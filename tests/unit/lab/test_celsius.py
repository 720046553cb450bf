from __future__ import annotations

from monitor.lab.celsius import Topic

from .helpers import running, socket_of


def test_offsets_rise_and_tell_what_came_after_them() -> None:
    topic = Topic()
    sent = [topic.append("t", {"n": n}, 1_800_000_000.0) for n in range(5)]
    assert [e["payload"]["n"] for e in topic.after("0")] == [0, 1, 2, 3, 4]
    assert topic.after(sent[2]["offset"]) == sent[3:]
    assert topic.after(topic.last) == []


async def test_every_command_is_answered_under_its_id() -> None:
    async with running() as (_, client):
        socket = await socket_of(client, "p1")
        await socket.send_json([{"id": 6, "command": {"type": "presence", "state": "background"}}])
        assert await socket.receive_json() == [{"id": 6, "type": "reply", "reply": {"type": "presence"}}]
        await socket.send_json([{"id": 7, "command": {"type": "unsubscribe", "topic_id": "conversations"}}])
        assert (await socket.receive_json())[0]["reply"] == {"type": "unsubscribe", "topic_id": "conversations"}


async def test_nonsense_is_ignored_and_a_bare_command_is_understood() -> None:
    async with running() as (lab, client):
        socket = await socket_of(client, "p1")
        for text in ("not json", "[]", "[1]", '{"id":1,"command":{"type":"dance"}}'):
            await socket.send_str(text)
        await socket.send_json(
            {"id": 8, "command": {"type": "subscribe", "topic_id": "conversation-turn-x", "offset": "5-0"}}
        )
        answer = await socket.receive_json()
        assert answer == [
            {
                "id": 8,
                "type": "reply",
                "reply": {"type": "subscribe", "topic_id": "conversation-turn-x", "recovered": False},
            }
        ]
        assert lab.log.of("command", type="dance")


async def test_a_topic_reaches_its_subscribers_only() -> None:
    async with running() as (lab, client):
        one, two = await socket_of(client, "p1"), await socket_of(client, "p2")
        await two.send_json([{"id": 3, "command": {"type": "unsubscribe", "topic_id": "conversations"}}])
        await two.receive_json()
        await lab.chatgpt.celsius.publish("conversations", {"type": "x"})
        assert (await one.receive_json())[0]["payload"] == {"type": "x"}
    assert [e.page for e in lab.log.of("frame", type="message/x")] == ["p1"]
