"""Messages as they were on the wire."""

from __future__ import annotations

from monitor.formats.sent import as_sent
from monitor.model import Message


def test_what_decoders_add_is_taken_off() -> None:
    [delta] = as_sent(Message(protocol="chatgpt", type="delta", value={"delta": {"v": "x"}, "state": {}}))
    assert delta.value == {"v": "x"}
    [start] = as_sent(Message(protocol="claude", type="message_start", value={"type": "message_start", "state": {}}))
    assert start.value == {"type": "message_start"}


def test_what_a_stream_item_carries_are_messages_too() -> None:
    envelope = {"type": "message", "payload": {"encoded_item": "…"}}
    stream = [{"type": "delta", "value": {"delta": {"v": "x"}, "state": None}}]
    message = Message(
        protocol="celsius", type="message/a/stream-item", value={**envelope, "stream": stream, "state": {}}
    )
    outer, inner = as_sent(message)
    assert outer.value == envelope
    assert (inner.type, inner.value, inner.inner) == ("message/a/stream-item › delta", {"v": "x"}, True)


def test_others_are_as_they_are() -> None:
    value = {"state": 1}
    assert [one.value for one in as_sent(Message(protocol="json", type="t", value=value))] == [value]
