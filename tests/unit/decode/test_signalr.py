from __future__ import annotations

import pytest

from tests.unit.decode.streams_of import frame, opened, run

END = "\x1e"


def test_records_of_a_frame_are_messages() -> None:
    messages = run(
        opened("wss://example.org/hub"),
        frame('{"protocol":"json","version":1}' + END, dir="out"),
        frame("{}" + END),
        frame('{"type":1,"target":"Say","arguments":["hi"]}' + END + '{"type":6}' + END),
    )
    assert [m.type for m in messages] == ["handshake", "handshake", "invocation/Say", "ping"]
    assert messages[2].value["arguments"] == ["hi"]


def test_a_socket_joined_in_its_middle_is_known() -> None:
    (message,) = run(opened("wss://x/y"), frame('{"type":3,"invocationId":"1"}' + END))
    assert (message.protocol, message.type) == ("signalr", "completion")


@pytest.mark.parametrize("text", ["{}" + END, '{"type":"1"}' + END, '{"type":99}' + END, "x" + END, '{"type":1}', END])
def test_other_frames_are_not_taken(text: str) -> None:
    assert all(m.protocol != "signalr" for m in run(opened("wss://x/y"), frame(text)))


def test_a_broken_record_is_read_generically() -> None:
    messages = run(frame('{"type":6}' + END), frame('{"type":6}' + END + "{" + END), frame("no end"))
    assert [m.protocol for m in messages] == ["signalr", "text", "text"]
