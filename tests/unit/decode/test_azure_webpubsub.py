from __future__ import annotations

import base64
from typing import Any

import pytest

from monitor import model
from tests.unit.decode.streams_of import ANSWER, decode, frame, run

HANDSHAKE = model.SocketHandshake(time=1.0, connection="ws", subprotocol="json.reliable.webpubsub.azure.v1")


def piece(data: bytes, more: bool = True, answer: str = "r") -> model.Frame:
    body = base64.b64encode(data).decode()
    inner = {"type": "http.response.body", "body": body, "more_body": more, "response_id": answer}
    return frame({"sequenceId": 1, "type": "message", "from": "server", "dataType": "json", "data": inner})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"type": "sequenceAck", "sequenceId": 4}, "sequenceAck"),
        ({"type": "system", "event": "connected", "userId": "u"}, "system/connected"),
        ({"type": "message", "data": {"type": "x"}}, "message/x"),
        ({"type": "message", "data": {"type": "http.response.body", "body": 3}}, "message/http.response.body"),
    ],
)
def test_types(value: Any, kind: str) -> None:
    (message,) = run(HANDSHAKE, frame(value))
    assert (message.protocol, message.type, message.value) == ("webpubsub", kind, value)


def test_an_answer_is_built_from_pieces_cut_anywhere() -> None:
    data = ANSWER.encode()
    messages = run(HANDSHAKE, *(piece(data[i : i + 7], i + 7 < len(data)) for i in range(0, len(data), 7)))
    assert messages[-1].value["state"]["message"]["content"]["parts"] == ["Hello ünïverse"]
    assert not any(m.notes for m in messages)
    assert decode(HANDSHAKE, piece(data))[0].layers == ("json", "webpubsub", "base64", "sse")


def test_answers_are_kept_apart_and_losses_are_told() -> None:
    middle = ANSWER[ANSWER.index('event: delta\ndata: {"p": "/mess') :].encode()
    gap = model.Gap(time=1.0, reason="lost", connection="ws")
    messages = run(HANDSHAKE, piece(ANSWER.encode()), piece(middle, answer="other"), gap, piece(middle, answer="third"))
    assert messages[0].notes == ()
    assert messages[1].notes[0] == "the beginning of the message was not seen"
    assert messages[2].notes[0] == "lost"


def test_what_is_not_base64_is_noted_and_what_is_no_message_read_generically() -> None:
    odd = {"type": "message", "data": {"type": "http.response.body", "body": "%%%"}}
    assert run(HANDSHAKE, frame(odd))[0].notes == ("the body is not base64",)
    assert run(HANDSHAKE, frame([1]))[0].protocol == "json"
