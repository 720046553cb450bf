from __future__ import annotations

import re
from typing import Any

import pytest

from monitor.lab.server import Lab
from monitor.lab.stage import SyncMode

from .helpers import CHATGPT, ask_chatgpt, decode, events, page_of, running, socket_of


def visible(body: dict[str, Any]) -> list[str]:
    """The walk of `parent` from `current_node`, as texts."""
    found = []
    node = body["mapping"][body["current_node"]]
    while node["message"] is not None:
        found.append(node["message"]["content"]["parts"][0])
        node = body["mapping"][node["parent"]]
    return found[::-1]


async def read(client: Any, lab: Lab) -> dict[str, Any]:
    path = f"/backend-api/conversation/{lab.conversation('chatgpt')}"
    body: dict[str, Any] = await (await client.get(path, headers={**CHATGPT, "x-lab": "pB tB load"})).json()
    return body


async def test_an_answer_streams_as_v1_deltas_and_ends_in_the_conversation() -> None:
    async with running() as (lab, client):
        found = events(await (await ask_chatgpt(client, lab)).text())
        body = await read(client, lab)
    assert found[0] == ("delta_encoding", "v1")
    assert [v["type"] for n, v in found[1:3]] == ["resume_conversation_token", "input_message"]
    assert found[-1] == ("message", "[DONE]")
    deltas = [value for name, value in found if name == "delta"]
    assert {"c", "o", "p"} & set(deltas[3]) == set()
    message = decode(deltas)["message"]
    assert (message["status"], message["end_turn"], message["channel"]) == ("finished_successfully", True, "final")
    answer = message["content"]["parts"][0]
    assert visible(body) == ["Which tree is this?", "By its bark it is a silver birch.", "Why?", answer]
    assert body["current_node"] == message["id"]
    assert body["mapping"]["m-user"]["children"] == [message["id"]]


async def test_the_log_tells_the_write_its_acknowledgement_and_who_was_served_what() -> None:
    async with running() as (lab, client):
        await (await ask_chatgpt(client, lab)).text()
        await read(client, lab)
    write, ack = lab.log.of("write")[0], lab.log.of("acknowledged")[0]
    served, complete = lab.log.of("served", page="pB")[0], lab.log.of("complete")[0]
    assert (write.page, write.tab, write.messages) == ("pA", "tA", ("m-user",))
    assert ack.messages == ("m-user",)
    assert ack.acked_at is not None
    assert write.time <= ack.acked_at <= complete.time <= served.time
    assert served.why == "load"
    assert served.messages[2:] == ("m-user", *complete.messages)
    assert len(lab.log.of("chunk")) > 10


async def test_two_writes_on_one_parent_make_sibling_branches() -> None:
    async with running() as (lab, client):
        parent = lab.chatgpt.conversations[lab.conversation("chatgpt")].leaf
        for name in ("one", "two"):
            message = {"id": name, "author": {"role": "user"}, "content": {"content_type": "text", "parts": [name]}}
            await (await ask_chatgpt(client, lab, messages=[message], parent_message_id=parent)).text()
        body = await read(client, lab)
    assert body["mapping"][parent]["children"] == ["one", "two"]
    assert "one" not in visible(body)


async def test_a_write_without_a_conversation_makes_one_and_names_it() -> None:
    async with running() as (lab, client):
        found = events(await (await ask_chatgpt(client, lab, conversation_id=None)).text())
        path = "/backend-api/conversations?offset=0&limit=28&order=updated"
        listed = await (await client.get(path, headers=CHATGPT)).json()
    made = found[1][1]["conversation_id"]
    assert made != lab.conversation("chatgpt")
    assert listed["items"][0]["id"] == made
    assert listed["items"][0]["title"] == "Why?"
    assert re.match(r"\d{4}-\d\d-\d\dT", listed["items"][0]["update_time"])


async def test_the_address_of_a_socket_works_once_and_only_with_its_signature() -> None:
    async with running() as (_, client):
        url = (await (await client.get("/backend-api/celsius/ws/user", headers=CHATGPT)).json())["websocket_url"]
        assert re.fullmatch(r"wss://ws\.chatgpt\.com/p\d+/ws/user/[^/?]+\?verify=\d+-[\w-]+", url)
        wrong = await client.get("/p24/ws/user/u?verify=1-x", headers={"Host": "ws.chatgpt.com"})
        assert wrong.status == 403


async def test_every_socket_is_told_of_a_completed_turn_but_not_what_it_says() -> None:
    async with running() as (lab, client):
        sockets = [await socket_of(client, await page_of(client, "/", CHATGPT)) for _ in range(2)]
        await (await ask_chatgpt(client, lab)).text()
        for socket in sockets:
            assert await socket.receive_json(timeout=2) == [
                {
                    "type": "message",
                    "topic_id": "conversations",
                    "payload": {
                        "type": "conversation-turn-complete",
                        "payload": {"conversation_id": lab.conversation("chatgpt")},
                    },
                }
            ]
            await socket.close()
    kind = "message/conversation-turn-complete"
    assert len(lab.log.of("frame", type=kind)) == 2
    assert {e.type for e in lab.log.of("frame")} == {"reply", kind}


@pytest.mark.parametrize(("mode", "contents"), [("socket", 2), ("socket-refetch", 0), ("poll", 0)])
async def test_content_goes_only_to_pages_that_were_loaded_with_the_switch_on(mode: SyncMode, contents: int) -> None:
    async with running({"chatgpt": mode}) as (lab, client):
        page = await page_of(client, "/", CHATGPT)
        lab.set_sync("chatgpt", "none")
        later = await page_of(client, "/", CHATGPT)
        for p in (page, later):
            await socket_of(client, p)
        await (await ask_chatgpt(client, lab)).text()
    kind = "conversation-update/add-messages"
    assert len(lab.log.of("frame", type=kind, page=page)) == contents
    assert lab.log.of("frame", type=kind, page=later) == []


async def test_a_content_frame_carries_the_message_as_the_conversation_has_it() -> None:
    async with running({"chatgpt": "socket"}) as (lab, client):
        socket = await socket_of(client, await page_of(client, "/", CHATGPT))
        await (await ask_chatgpt(client, lab)).text()
        asked, answered = await socket.receive_json(timeout=2), await socket.receive_json(timeout=2)
        body = await read(client, lab)
    assert asked["type"] == answered["type"] == "conversation-update"
    assert asked["payload"]["update_content"]["messages"][0]["id"] == "m-user"
    message = answered["payload"]["update_content"]["messages"][0]
    assert message == body["mapping"][message["id"]]["message"]


async def test_a_handed_off_turn_comes_over_the_socket_with_repeats_and_catch_ups() -> None:
    async with running(handoff=True) as (lab, client):
        socket = await socket_of(client, "pA")
        found = events(await (await ask_chatgpt(client, lab)).text())
        offer = found[-2][1]
        assert offer["type"] == "stream_handoff"
        assert found[-1][1] == "[DONE]"
        topic = next(o["topic_id"] for o in offer["options"] if o["type"] == "subscribe_ws_topic")
        await socket.send_json([{"id": 5, "command": {"type": "subscribe", "topic_id": topic, "offset": "0"}}])
        items: dict[str, str] = {}
        count, done, kinds = 0, False, set()
        while not done:
            envelopes = await socket.receive_json(timeout=2)
            for envelope in envelopes:
                caught = envelope.get("reply", {}).get("catchups", [])
                for message in [*caught, envelope]:
                    if message.get("topic_id") != topic:
                        continue
                    assert re.fullmatch(r"\d+-0", message["offset"])
                    payload = message["payload"]["payload"]
                    kinds.add(payload["type"])
                    done = done or payload["type"] == "done"
                    if payload["type"] == "stream-item":
                        count += 1
                        items.setdefault(payload["stream_item_id"], payload["encoded_item"])
    assert kinds == {"stream-item", "heartbeat", "done"}
    assert count > 2 * len(items)
    deltas = [value for name, value in events("".join(items.values())) if name == "delta"]
    complete = lab.log.of("complete")[0]
    message = decode(deltas)["message"]
    assert message["id"] == complete.messages[0]
    assert message["content"]["parts"][0] == lab.text("chatgpt", lab.conversation("chatgpt"), message["id"])


async def test_a_thinking_model_is_handed_off_and_can_be_resumed_instead() -> None:
    async with running() as (lab, client):
        found = events(await (await ask_chatgpt(client, lab, model="gpt-5-thinking")).text())
        assert found[-2][1]["type"] == "stream_handoff"
        body = {"conversation_id": lab.conversation("chatgpt"), "offset": len(found)}
        answer = await client.post("/backend-api/f/conversation/resume", json=body, headers=CHATGPT)
        rest = events(await answer.text())
    assert decode([v for n, v in rest if n == "delta"])["message"]["status"] == "finished_successfully"
    assert rest[-1][1] == "[DONE]"


async def test_stream_status_and_prepare() -> None:
    async with running(answer_s=0.3) as (lab, client):
        path = f"/backend-api/conversation/{lab.conversation('chatgpt')}/stream_status"
        answer = await ask_chatgpt(client, lab)
        running_now = await (await client.get(path, headers=CHATGPT)).json()
        await answer.text()
        after = await (await client.get(path, headers=CHATGPT)).json()
        prepared = await (await client.post("/backend-api/f/conversation/prepare", json={}, headers=CHATGPT)).json()
    assert (running_now, after) == ({"status": "IS_STREAMING"}, {"status": "COMPLETE"})
    assert set(prepared) == {"status", "conduit_token"}


async def test_an_unknown_conversation_is_not_found() -> None:
    async with running() as (lab, client):
        assert (await client.get("/backend-api/conversation/nope", headers=CHATGPT)).status == 404
        assert (await ask_chatgpt(client, lab, conversation_id="nope")).status == 404
