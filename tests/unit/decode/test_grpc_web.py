from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from monitor import model
from monitor.decode.grpc_web import rpc_of
from monitor.decode.unknown import GUESSED
from tests.unit.decode.streams_of import body, chunk, decode, finished, recorded, response, run

URL = "https://x/chat.v1.Notes/List"
ASK, ANSWER = (one.data or b"" for one in recorded("protobuf")[1:3])
NOTE = recorded("protobuf")[0].data or b""


def request(data: bytes, mime: str, url: str = URL) -> model.Request:
    return model.Request(
        time=1.0, connection="r", method="POST", url=url, headers={"content-type": mime}, data=data, size=len(data)
    )


def test_a_call_and_its_answer() -> None:
    ask, answer = decode(
        request(ASK, "application/grpc-web+proto"), response(URL, "application/grpc-web+proto"), body(ANSWER)
    )
    assert ask.layers == answer.layers == ("grpc-web", "protobuf")
    assert (ask.type, ask.value, ask.messages[0].notes) == ("chat.v1.Notes/List", {"1": "room-1", "2": 20}, (GUESSED,))
    assert [m.type for m in answer.messages] == ["chat.v1.Notes/List", "chat.v1.Notes/List", "trailers"]
    assert [m.value["1"] for m in answer.messages[:2]] == ["n1", "n2"]
    assert answer.messages[2].value == {"grpc-status": "0", "grpc-message": ""}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_answer_that_streams_as_text(size: int) -> None:
    coded = base64.b64encode(ANSWER)
    pieces = [chunk(coded[at : at + size], offset=at) for at in range(0, len(coded), size)]
    found = decode(response(URL, "application/grpc-web-text"), *pieces, finished())
    assert {one.layers for one in found} == {("base64", "grpc-web", "protobuf")}
    assert [m.value.get("1") for one in found for m in one.messages] == ["n1", "n2", None]


def enveloped(data: bytes, flags: int = 0) -> bytes:
    return bytes([flags]) + len(data).to_bytes(4, "big") + data


def test_connect_in_json_and_compressed() -> None:
    data = enveloped(b'{"room":"a"}') + enveloped(gzip.compress(b'{"room":"b"}'), 1) + enveloped(b"{}", 2)
    messages = run(response(URL, "application/connect+json"), body(data))
    assert [(m.protocol, m.type, m.value) for m in messages] == [
        ("connect", "chat.v1.Notes/List", {"room": "a"}),
        ("connect", "chat.v1.Notes/List", {"room": "b"}),
        ("connect", "end-stream", {}),
    ]


@pytest.mark.parametrize("mime", ["application/x-protobuf", "application/proto", "application/vnd.google.protobuf"])
def test_a_bare_body(mime: str) -> None:
    (message,) = run(response("https://x/notes", mime), chunk(NOTE[:9]), chunk(NOTE[9:], offset=9), finished())
    assert (message.protocol, message.type, message.value["2"]) == ("protobuf", None, {"1": "Ada", "2": 36})


def test_a_body_that_breaks_off_or_is_none_is_told() -> None:
    messages = run(response(URL, "application/grpc-web"), body(ANSWER[:30]))
    assert messages[-1].notes == ("the body ends within a message",)
    (message,) = run(response(URL, "application/grpc-web"), body(b"<html>not found</html>"))
    assert message.notes == ("not read on: the body is not made of envelopes",)


def test_noise_is_base64() -> None:
    (message,) = run(response(URL, "application/grpc-web"), body(enveloped(b"\xff\xff")))
    assert message.value == {"base64": "//8="}
    assert message.notes


@pytest.mark.parametrize(
    ("mime", "is_one"), [("application/json", False), ("application/grpc-web", True), ("text/proto", False)]
)
def test_what_is_an_rpc(mime: str, is_one: Any) -> None:
    assert (rpc_of(mime, URL, "in") is not None) is is_one


def test_an_empty_message_is_one() -> None:
    (message,) = run(request(enveloped(b""), "application/grpc-web+proto"))
    assert json.dumps(message.value) == "{}"
