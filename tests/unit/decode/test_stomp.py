from __future__ import annotations

import pytest

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

STOMP = next(one for one in STREAMS if one.name == "stomp")
URL = "wss://example.org/stomp"
HELLO = "CONNECTED\nversion:1.2\n\n\0"


def test_commands_and_heart_beats() -> None:
    types = [message.type for message in messages(STOMP, hints=True)]
    assert types == ["CONNECT", "CONNECTED", "SUBSCRIBE", "heart-beat", "MESSAGE", "SEND", "RECEIPT", "heart-beat"]
    found = messages(STOMP, hints=True)[4].value
    assert (found["headers"]["destination"], found["body"]) == ("/a", {"a": 1})


def test_a_body_may_hold_nul_where_its_length_is_told() -> None:
    text = "MESSAGE\ndestination:/a\ncontent-length:5\n\né\0ab\0\nRECEIPT\nreceipt-id:1\n\n\0"
    first, second = run(opened(URL), frame(text))
    assert (first.value["body"], second.type) == ("é\0ab", "RECEIPT")


def test_a_frame_may_go_on_in_the_next_message_and_be_binary() -> None:
    parts = ["MESSAGE\ndestination:/a\n\nhal", "f\0MESSAGE\ndesti", "nation:/b\n\n\0"]
    found = run(opened(URL), frame(HELLO), *map(frame, parts))
    assert [(m.type, m.value["body"]) for m in found] == [("CONNECTED", None), ("MESSAGE", "half"), ("MESSAGE", None)]
    binary = run(opened(URL), frame(HELLO.encode()), frame(b"\n"))
    assert [m.type for m in binary] == ["CONNECTED", "heart-beat"]


def test_headers_are_unescaped_and_the_first_counts() -> None:
    text = "SEND\ndestination:/a\\cb\nx:1\nx:2\n\n\0"
    assert run(opened(URL), frame(text))[0].value["headers"] == {"destination": "/a:b", "x": "1"}


@pytest.mark.parametrize("text", ["CONNECTED", "SEND\n", "MESSAGE\n\nhello\0", "Message\nto:x\n\n\0", "\n", "ACK me"])
def test_a_word_is_no_frame(text: str) -> None:
    assert run(opened("wss://example.org/ws"), frame(text))[0].protocol == "text"
    assert run(opened(URL), frame(HELLO), frame("hello\0"))[1].protocol == "text"
