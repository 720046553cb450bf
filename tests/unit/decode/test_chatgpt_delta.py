from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import chatgpt_delta
from monitor.decode.chatgpt_delta import DeltaSession, is_delta, snapshot
from monitor.decode.limits import MAX_TOPICS
from tests.unit.decode.streams_of import (
    ANSWER,
    CHATGPT,
    body,
    chunk,
    decode,
    finished,
    response,
    run,
    sse,
)

START = {
    "p": "",
    "o": "add",
    "v": {"message": {"id": "a1", "content": {"content_type": "text", "parts": [""]}}, "conversation_id": "c1"},
}
APPEND = {"p": "/message/content/parts/0", "o": "append", "v": "x"}


def deltas(*values: Any) -> str:
    return sse(*values, name="delta")


def text_of(message: Any) -> str:
    return str(message.value["state"]["message"]["content"]["parts"][0])


def test_an_answer_is_built_delta_by_delta() -> None:
    pieces = [part + "\n\n" for part in ANSWER.split("\n\n")]
    messages = run(response(CHATGPT), *map(chunk, pieces), finished())
    assert [m.type for m in messages] == [
        "delta_encoding", "delta", "delta", "delta", "message_marker", "delta", "message_stream_complete", "done",
    ]  # fmt: skip
    built = [m for m in messages if m.type == "delta"]
    assert [text_of(m) for m in built] == ["", "Hel", "Hello ünïverse", "Hello ünïverse"]
    assert built[-1].value["state"] == {
        "message": {
            "id": "a1",
            "author": {"role": "assistant"},
            "status": "finished_successfully",
            "end_turn": True,
            "content": {"content_type": "text", "parts": ["Hello ünïverse"]},
        },
        "conversation_id": "c1",
    }
    assert not any(m.notes for m in messages)


def test_layers_name_the_stream_and_the_deltas() -> None:
    assert decode(response(CHATGPT), chunk(deltas(START)))[-1].layers == ("sse", "json", "delta")


def test_the_delta_is_given_as_it_was_sent() -> None:
    assert run(response(CHATGPT), chunk(deltas(START, APPEND)))[0].value["delta"] == START


def test_in_one_payload_only_the_last_delta_of_a_message_has_the_state() -> None:
    other = {"p": "", "o": "add", "v": {"message": {"id": "a2"}}, "c": 0}
    messages = run(chunk(deltas(START, APPEND, {"v": "y"}, other)))
    assert ["state" in m.value for m in messages] == [False, False, True, True]
    assert text_of(messages[2]) == "xy"
    assert messages[3].value["state"]["message"]["id"] == "a2"


def test_channels_have_trees_of_their_own_and_carry_over_is_common() -> None:
    second = {"p": "", "o": "add", "v": {"message": {"id": "b1", "content": {"parts": ["B"]}}}, "c": 1}
    back = {"c": 0, "p": "/message/content/parts/0", "o": "append", "v": "A"}
    messages = run(response(CHATGPT), *(chunk(deltas(one)) for one in (START, second, {**APPEND, "v": "!"}, back)))
    assert [text_of(m) for m in messages] == ["", "B", "B!", "A"]


def test_nothing_carries_over_inside_a_patch_and_the_patch_itself_does() -> None:
    patch = {"p": "", "o": "patch", "v": [APPEND, {"p": "/message/status", "v": "done"}]}
    again = {"v": [{"p": "/message/content/parts/0", "o": "append", "v": "y"}]}
    message = run(response(CHATGPT), chunk(deltas(START, patch, again)))[-1]
    assert text_of(message) == "xy"
    assert message.value["state"]["message"]["status"] == "done"


def test_states_do_not_change_after_they_were_given() -> None:
    first, second = run(response(CHATGPT), chunk(deltas(START, APPEND)), chunk(deltas({"v": "y"})))[1:]
    assert (text_of(first), text_of(second)) == ("x", "xy")


def test_the_old_form_repeats_the_whole_message() -> None:
    def whole(text: str, key: str = "a1") -> dict[str, Any]:
        message = {"id": key, "author": {"role": "assistant"}, "content": {"parts": [text]}}
        return {"message": message, "conversation_id": "c1", "error": None}

    messages = run(body(sse(whole("He"), whole("Hello"), whole("Bye", "a2"), "[DONE]")))
    assert [m.type for m in messages] == ["message", "message", "message", "done"]
    assert "state" not in messages[0].value
    assert (text_of(messages[1]), text_of(messages[2])) == ("Hello", "Bye")


def test_a_handoff_is_not_the_end_of_the_answer() -> None:
    handoff = {"type": "stream_handoff", "conversation_id": "c1", "options": []}
    messages = run(response(CHATGPT), chunk(sse(handoff, "[DONE]")), finished())
    assert [m.type for m in messages] == ["stream_handoff", "done"]
    assert "handed off" in messages[1].notes[0]


def test_a_stream_that_breaks_off_is_incomplete() -> None:
    messages = run(response(CHATGPT), chunk(deltas(START, APPEND)), finished())
    assert messages[-1].type == "incomplete"
    assert text_of(messages[-1]) == "x"


def test_joined_in_the_middle_it_builds_what_it_can_and_says_so() -> None:
    messages = run(response(CHATGPT), chunk(deltas({"v": "lost"})), chunk(deltas(APPEND)), chunk(deltas({"v": "y"})))
    assert "not known" in messages[0].notes[0]
    assert text_of(messages[2]) == "xy"
    assert messages[2].notes == ("the beginning of the message was not seen",)
    after = run(response(CHATGPT), chunk(deltas(APPEND)), chunk(deltas(START)))
    assert after[-1].notes == ()


def test_what_does_not_fit_is_noted_and_the_stream_goes_on() -> None:
    messages = run(
        response(CHATGPT), chunk(deltas(START, {"p": "/message/content/x/y", "o": "truncate", "v": 1}, APPEND))
    )
    assert messages[1].notes == ("nothing to truncate there",)
    assert text_of(messages[2]) == "x"


@pytest.mark.parametrize("delta", [{"c": [], "v": 1}, {"p": 5, "v": 1}, {"o": {}, "v": 1}, {"p": "/a", "o": "patch"}])
def test_odd_deltas_are_noted(delta: Any) -> None:
    assert run(response(CHATGPT), chunk(deltas(START, delta)))[-1].notes


def test_errors_have_a_type() -> None:
    assert run(response(CHATGPT), chunk(sse({"error": {"message": "no"}}, {"detail": "x"})))[0].type == "error"


def test_it_is_known_by_shape_where_the_address_is_not() -> None:
    assert run(chunk(ANSWER))[0].protocol == "chatgpt"
    assert run(chunk(deltas(START)))[0].protocol == "chatgpt"
    assert run(chunk(sse({"v": 1})))[0].protocol == "sse"
    assert run(chunk(sse("[DONE]")))[0].protocol == "sse"


def test_a_stream_too_large_to_keep_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chatgpt_delta, "MAX_HELD", 500)
    messages = run(response(CHATGPT), chunk(deltas(START, *[APPEND] * 20)))
    assert any("too large" in note for m in messages for note in m.notes)


def test_too_many_channels_are_not_kept() -> None:
    session = DeltaSession()
    for number in range(1000):
        session._apply(number, "/a", "add", {"v": 1})
    assert len(session.trees) == MAX_TOPICS


@pytest.mark.parametrize("value", [{"v": 1}, {"p": "", "o": "add", "v": {}, "c": 0}, {"p": "/a", "o": "remove"}])
def test_deltas_are_told(value: Any) -> None:
    assert is_delta(value)


@pytest.mark.parametrize("value", [{}, {"c": 1}, {"v": 1, "x": 2}, [], None, "v"])
def test_other_values_are_no_deltas(value: Any) -> None:
    assert not is_delta(value)


@pytest.mark.parametrize(
    "tree", [None, [], "x", {}, {"message": 1}, {"message": {"author": 1, "content": [], "metadata": 2}}]
)
def test_odd_trees_have_a_snapshot_or_none(tree: Any) -> None:
    assert snapshot(tree) is None or isinstance(snapshot(tree), dict)
