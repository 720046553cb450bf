from __future__ import annotations

from typing import Any

import pytest

from monitor import model
from tests.unit.decode.streams_of import CLAUDE, CLAUDE_ANSWER, body, chunk, finished, response, run, sse

START = {"type": "message_start", "message": {"uuid": "a1", "parent_uuid": "h1", "model": "claude-x"}}


def typed(*values: dict[str, Any]) -> str:
    return sse(*[(value["type"], value) for value in values])


def delta(text: Any, index: Any = 0) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}


def test_an_answer_is_built_event_by_event() -> None:
    pieces = [part + "\n\n" for part in CLAUDE_ANSWER.split("\n\n") if part]
    messages = run(response(CLAUDE), *map(chunk, pieces), finished())
    assert [m.type for m in messages] == [
        "message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta",
        "content_block_stop", "message_delta", "message_limit", "message_stop",
    ]  # fmt: skip
    assert messages[3].value["state"]["message"]["text"] == "Hi "
    assert messages[3].value["state"]["message"]["status"] == "in_progress"
    assert messages[-1].value["state"] == {
        "message": {
            "uuid": "a1",
            "parent_uuid": "h1",
            "model": "claude-x",
            "sender": "assistant",
            "content": [{"type": "text", "text": "Hi thére"}],
            "text": "Hi thére",
            "stop_reason": "end_turn",
            "status": "complete",
        },
        "conversation_id": "c9",
    }
    assert not any(m.notes for m in messages)


def test_in_one_payload_only_the_last_change_has_the_state() -> None:
    messages = run(response(CLAUDE), body(CLAUDE_ANSWER))
    assert [m.type for m in messages if "state" in m.value] == ["message_stop"]


def test_blocks_of_several_kinds_are_kept_apart() -> None:
    thinking = {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}
    (*_, last) = run(response(CLAUDE), chunk(typed(START, thinking, delta("a", 1), delta("b", 2))))
    assert [block["type"] for block in last.value["state"]["message"]["content"]] == ["thinking", "text", "text"]
    assert last.value["state"]["message"]["text"] == "a\nb"


def test_the_legacy_form() -> None:
    events: list[dict[str, Any]] = [
        {"type": "completion", "completion": " Hi", "stop_reason": None},
        {"type": "completion", "completion": " you", "stop_reason": "stop_sequence"},
    ]
    messages = run(chunk(typed(*events)), finished())
    assert messages[-1].protocol == "claude"
    assert messages[-1].value["state"]["message"]["text"] == " Hi you"
    assert messages[-1].value["state"]["message"]["status"] == "complete"


def test_no_stop_reason_at_the_end_is_an_incomplete_stream() -> None:
    messages = run(response(CLAUDE), chunk(typed(START, delta("Hi"))), finished())
    assert (messages[-1].type, messages[-1].notes) == ("incomplete", ("the stream ended with no stop reason",))
    assert messages[-1].value["state"]["message"]["status"] == "incomplete"
    stopped = run(response(CLAUDE), chunk(typed(START, {"type": "message_stop"})))
    assert stopped[-1].notes == ("the message stopped with no stop reason",)


def test_joined_in_the_middle_it_says_so() -> None:
    (message,) = run(response(CLAUDE), chunk(typed(delta("part"))))
    assert "not seen" in message.notes[0]
    assert message.value["state"]["message"]["text"] == "part"


def test_a_gap_is_noted_until_a_message_starts() -> None:
    gap = model.Gap(time=1.0, reason="lost", connection="r")
    messages = run(
        response(CLAUDE), chunk(typed(START)), gap, chunk(typed(delta("x"))), chunk(typed(START, delta("y")))
    )
    assert [m.notes for m in messages] == [(), ("lost",), (), ()]


def test_a_second_message_leaves_the_state_of_the_first() -> None:
    messages = run(response(CLAUDE), chunk(typed(START, delta("one"), START, delta("two"))))
    assert [m.value["state"]["message"]["text"] for m in messages if "state" in m.value] == ["one", "two"]


@pytest.mark.parametrize("index", [None, -1, "0", 10**9, True])
def test_odd_indexes_are_noted(index: Any) -> None:
    assert run(response(CLAUDE), chunk(typed(START, delta("x", index))))[-1].notes


@pytest.mark.parametrize(
    "event", [{"type": "message_start", "message": 1}, {"type": "content_block_delta", "delta": 2}]
)
def test_odd_events_do_not_end_the_stream(event: dict[str, Any]) -> None:
    messages = run(response(CLAUDE), chunk(typed(event, START, delta("x"))))
    assert messages[-1].value["state"]["message"]["text"] == "x"


def test_it_is_known_by_its_events_where_the_address_is_not() -> None:
    assert run(chunk(typed(START)))[0].protocol == "claude"
    assert run(chunk(typed({"type": "ping"})))[0].protocol == "sse"
