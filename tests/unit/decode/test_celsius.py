from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from monitor import model
from monitor.decode import Decoder
from monitor.decode.celsius import CATCH_UP, REPEAT, TOO_LATE
from tests.unit.decode.streams_of import ANSWER, SOCKET, decode, frame, opened, run

PARTS = [part + "\n\n" for part in ANSWER.split("\n\n") if part]
TURN = "conversation-turn-t1"


def envelope(number: int, encoded: str | None = None, topic: str = TURN) -> dict[str, Any]:
    """The stream item at a place of the answer; the first has no parent."""
    payload: dict[str, Any] = {
        "type": "stream-item",
        "conversation_id": "c1",
        "turn_id": "t1",
        "stream_item_id": f"s{number}",
        "encoded_item": PARTS[number] if encoded is None else encoded,
    }
    if number:
        payload["parent_stream_item_id"] = f"s{number - 1}"
    inner = {"type": "conversation-turn-stream", "payload": payload}
    return {"type": "message", "topic_id": topic, "offset": f"{number}-0", "payload": inner}


def item(number: int, connection: str = "ws") -> model.Frame:
    return frame([envelope(number)], connection)


def shown(message: Any) -> str:
    return str(message.value["state"]["message"]["content"]["parts"][0])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"id": 1, "command": {"type": "connect"}}, "connect"),
        ({"id": 2, "type": "reply", "reply": {"type": "subscribe", "topic_id": "x"}}, "subscribe"),
        ({"id": 2, "reply": {"type": "subscribe", "topic_id": "x"}}, "subscribe"),
        (
            {
                "type": "message",
                "topic_id": "t",
                "payload": {"type": "conversation-turn-complete", "payload": {"a": 1}},
            },
            "message/conversation-turn-complete",
        ),
        ({"type": "conversation-update", "payload": {"update_type": "title-update"}}, "conversation-update"),
        ({"type": "message", "payload": {"type": "x", "payload": {"type": "heartbeat"}}}, "message/x/heartbeat"),
        ({"surprise": 1}, None),
        ({"type": 5, "payload": []}, None),
    ],
)
def test_the_type_is_the_path(value: Any, kind: str | None) -> None:
    (message,) = run(opened(), frame([value]))
    assert (message.protocol, message.type, message.value) == ("celsius", kind, value)
    assert run(opened(), frame(value))[0].type == kind


def test_an_array_is_as_many_messages_and_an_empty_one_is_one_that_says_so() -> None:
    value = [{"id": 1, "command": {"type": "connect"}}, {"id": 2, "command": {"type": "subscribe", "topic_id": "x"}}]
    assert [m.type for m in run(opened(), frame(value, dir="out"))] == ["connect", "subscribe"]
    (decoded,) = decode(opened(), frame([]))
    assert decoded.layers == ("json", "celsius")
    assert [(m.type, m.value) for m in decoded.messages] == [("empty", [])]


@pytest.mark.parametrize("url", [SOCKET, "ws://127.0.0.1:9/p4/ws/user/u1?verify=x"])
def test_an_empty_array_is_the_same_before_and_after_an_envelope(url: str) -> None:
    first, _, last = run(opened(url, late=True), frame([]), frame([{"surprise": 1}]), frame([]))
    assert [(m.protocol, m.type) for m in (first, last)] == [("celsius", "empty")] * 2


def test_an_empty_array_elsewhere_says_nothing_of_its_protocol() -> None:
    (message,) = run(opened("wss://example.org/live"), frame([]))
    assert message.protocol == "json"


def test_what_says_who_is_there_is_known_on_a_socket_of_unknown_address() -> None:
    says = [{"id": 4, "command": {"type": "presence", "state": "background"}}]
    (message,) = run(structs.replace(opened(), url=None), frame(says, dir="out"))
    assert (message.protocol, message.type) == ("celsius", "presence")


def test_stream_items_build_the_answer() -> None:
    decoded = decode(opened(), *map(item, range(len(PARTS))))
    assert decoded[1].layers == ("json", "celsius", "sse", "delta")
    messages = [m for one in decoded for m in one.messages]
    assert {m.type for m in messages} == {"message/conversation-turn-stream/stream-item"}
    assert shown(messages[3]) == "Hello ünïverse"
    assert [one["type"] for one in messages[3].value["stream"]] == ["delta"]
    assert messages[-1].value["state"]["message"]["end_turn"] is True
    assert not any(m.notes for m in messages)


def test_repeats_are_given_and_not_applied() -> None:
    messages = run(opened(), *map(item, (0, 1, 2, 2, 3, 2, 3)))
    assert [REPEAT in m.notes for m in messages] == [False, False, False, True, False, True, True]
    assert shown(messages[-1]) == "Hello ünïverse"
    assert messages[-1].value["stream"] == []


def test_topics_and_connections_have_streams_of_their_own() -> None:
    decoder = Decoder()
    run(opened(), opened(connection="other"), *map(item, (0, 1, 2)), decoder=decoder)
    (one,) = run(frame([envelope(2, topic="conversation-turn-t2")]), decoder=decoder)
    two = run(item(0, "other"), item(1, "other"), item(2, "other"), decoder=decoder)
    assert one.notes
    assert shown(two[-1]) == "Hel"
    assert not two[-1].notes


def test_a_missing_item_is_noticed_by_its_follower() -> None:
    messages = run(opened(), *map(item, (0, 1, 3, 4)))
    assert messages[2].notes[0] == "items of the stream are missing"


def test_an_item_after_its_follower_is_not_applied() -> None:
    messages = run(opened(), *map(item, (0, 1, 3, 2)))
    assert messages[3].notes == (TOO_LATE,)
    assert messages[3].value["stream"] == []


def test_the_first_item_after_later_ones_begins_the_stream_anew() -> None:
    messages = run(opened(), *map(item, (3, 0, 1, 2, 3, 4, 5)))
    assert messages[0].notes
    assert not any(m.notes for m in messages[1:])
    assert messages[-1].value["state"]["message"]["content"]["parts"] == ["Hello ünïverse"]
    assert messages[-1].value["state"]["message"]["end_turn"] is True


def reconnected(offset: str, *between: model.Event) -> list[Any]:
    """What a second socket of one tab makes of the items that follow those of the first."""
    command = {"id": 5, "command": {"type": "subscribe", "topic_id": TURN, "offset": offset}}
    events = [opened(), *map(item, (0, 1, 2)), model.SocketClosed(time=1.0, connection="ws"), *between]
    events += [opened(connection="ws2"), frame([command], "ws2", dir="out"), item(3, "ws2"), item(5, "ws2")]
    return run(*(structs.replace(event, tab="A") for event in events))[4:]


def test_a_socket_goes_on_with_the_topics_of_the_one_before_in_its_tab() -> None:
    first, second = reconnected("2-0")
    assert (shown(first), first.notes) == ("Hello ünïverse", ())
    assert second.notes == ("items of the stream are missing",)


def test_a_subscription_from_the_start_goes_on_with_nothing() -> None:
    assert reconnected("0")[0].notes[0] == "the beginning of the stream was not seen"


def test_a_new_document_goes_on_with_nothing() -> None:
    reload = model.Navigation(time=1.0, url="https://chatgpt.com/c/1", how="reload")
    assert reconnected("2-0", reload)[0].notes
    pushed = model.Navigation(time=1.0, url="https://chatgpt.com/c/1", how="same-document")
    assert not reconnected("2-0", pushed)[0].notes


def test_a_stream_joined_in_its_middle_says_so() -> None:
    messages = run(opened(late=True), item(2), item(3))
    assert messages[0].notes == ("the socket was opened before the recording",)
    assert shown(messages[1]) == "Hello ünïverse"
    assert run(opened(), item(2))[0].notes == ("the beginning of the stream was not seen",)


def test_a_gap_breaks_the_streams_until_a_message_begins_anew() -> None:
    gap = model.Gap(time=1.0, reason="frames were dropped", connection="ws")
    messages = run(opened(), *map(item, (0, 1, 2)), gap, item(3), item(1), frame([envelope(9, PARTS[1])]), item(5))
    assert messages[3].notes == ("frames were dropped",)
    assert messages[5].notes == ()


def test_not_recovered_after_an_offset_is_a_loss() -> None:
    command = {"id": 5, "command": {"type": "subscribe", "topic_id": TURN, "offset": "17-0"}}
    reply = {"id": 5, "type": "reply", "reply": {"type": "subscribe", "topic_id": TURN, "recovered": False}}
    messages = run(opened(), frame([command], dir="out"), frame([reply]), item(2))
    assert messages[1].notes == ("not recovered: messages of this topic were missed",)
    assert messages[2].notes


@pytest.mark.parametrize("offset", [None, "0", ""])
def test_not_recovered_at_the_first_subscription_is_no_loss(offset: str | None) -> None:
    command = {"id": 5, "command": {"type": "subscribe", "topic_id": TURN, "offset": offset}}
    reply = {"id": 5, "reply": {"type": "subscribe", "topic_id": TURN, "recovered": False}}
    messages = run(opened(), frame([command], dir="out"), frame([reply]), item(0), item(1))
    assert not any(m.notes for m in messages)


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: e["payload"], lambda e: {"message": e}])
def test_catch_ups_are_messages_after_their_reply(wrap: Any) -> None:
    caught = [wrap(envelope(number)) for number in (0, 1, 2)]
    reply = {"type": "subscribe", "topic_id": TURN, "last_offset": "2-0", "recovered": True, "catchups": caught}
    messages = run(opened(), frame([{"id": 5, "type": "reply", "reply": reply}]), item(2), item(3))
    assert [m.type for m in messages[:2]] == ["subscribe", "message/conversation-turn-stream/stream-item"]
    assert messages[1].notes == (CATCH_UP,)
    assert messages[4].notes == (REPEAT,)
    assert shown(messages[5]) == "Hello ünïverse"


def test_odd_catch_ups_are_left_out() -> None:
    reply = {"type": "subscribe", "topic_id": TURN, "recovered": True, "catchups": [1, None, {"payload": 3}]}
    assert len(run(opened(), frame([{"id": 5, "reply": reply}]))) == 2
    assert len(run(opened(), frame([{"id": 5, "reply": {**reply, "catchups": "x"}}]))) == 1


def test_leaving_a_topic_forgets_its_stream() -> None:
    leave = {"id": 7, "command": {"type": "unsubscribe", "topic_id": TURN}}
    messages = run(opened(), *map(item, (0, 1)), frame([leave], dir="out"), item(0))
    assert REPEAT not in messages[-1].notes


@pytest.mark.parametrize(
    "value",
    [
        [{"id": 1, "command": {"type": "connect", "presence": {"type": "presence", "state": "foreground"}}}],
        [{"id": 1, "reply": {"type": "subscribe", "topic_id": "conversations"}}],
        [envelope(0)],
        {"type": "conversation-update", "payload": {"conversation_id": "c1", "update_type": "title-update"}},
    ],
)
def test_it_is_known_by_shape_where_the_address_is_not(value: Any) -> None:
    assert run(opened("ws://127.0.0.1:1/x"), frame(value))[0].protocol == "celsius"


@pytest.mark.parametrize("value", [{"type": "message", "payload": {"a": 1}}, {"command": "subscribe"}, {"type": "x"}])
def test_other_sockets_are_not_taken(value: Any) -> None:
    assert run(opened("wss://example.org/ws"), frame(value))[0].protocol == "json"


def test_a_frame_that_is_no_envelope_is_read_generically() -> None:
    decoded = decode(opened(), frame([1, 2]), frame("plain"), frame(b"\x00\xff"))
    assert [one.layers for one in decoded] == [("json",), ("text",), ("raw",)]
