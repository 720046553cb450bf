from __future__ import annotations

import gzip
import time
import zlib

import pytest

from monitor.decode import Decoder, compression, decode_alone, leaves, limits, stream
from monitor.model import Decoded, SocketHandshake
from tests.unit.decode.streams_of import body, chunk, frame, response

HOSTILE = {
    "open tags": "<a" * 200_000,
    "open scripts": "<script>" * 50_000,
    "open comments": "<!--" * 100_000,
    "events without end": "data:" * 100_000,
    "open objects": "{" * 500_000,
    "open arrays": "[\n" * 100_000,
    "form fields": "a=b&" * 100_000,
    "quotes": '"\\' * 100_000,
    "surrogates": '["' + "\\ud800" * 1_000_000 + '"]',
    "entities": "<p>" + "&" * 200_000,
    "base64": "A" * 500_000,
    "wide": "a\0" * 200_000,
    "parts": "--\nform-data; " * 20_000,
    "cut strings": '{"a":"' * 50_000,
    "keys": ',"a":' * 50_000,
    "values": '["' * 50_000,
    "escapes": '{"a":"\\' * 50_000,
    "spaces": '{"a"' + " " * 200_000 + ":",
    "framing": "1" * 200_000 + "[",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.slow
def test_no_payload_takes_long(text: str) -> None:
    started = time.process_time()
    for payload in (text, text.encode(), b"\xff" + text.encode(), gzip.compress(text.encode())):
        leaves(payload)
        decode_alone(frame(payload) if isinstance(payload, bytes) else body(payload))
    assert time.process_time() - started < 4


def test_millions_of_nulls_are_no_millions_of_steps() -> None:
    nils = b"\xdd" + (4_000_000).to_bytes(4, "big") + b"\xc0" * 4_000_000
    started = time.process_time()
    assert leaves(nils) == []
    decoded = decode_alone(frame(nils))
    assert decoded
    assert decoded.layers[-1] == "msgpack"
    assert time.process_time() - started < 4


@pytest.mark.slow
def test_a_bomb_expands_no_further_than_the_limit() -> None:
    bomb = gzip.compress(b"[" + b" " * (limits.MAX_INFLATED * 4) + b"]")
    decoded = decode_alone(frame(bomb))
    assert decoded
    assert len(str(decoded.value)) <= limits.MAX_INFLATED
    assert sum(map(len, leaves(bomb))) <= 2_000_000


MANY = limits.MAX_MESSAGES + 5


@pytest.mark.parametrize(
    "text",
    [
        "data: 1\n\n" * MANY,
        '{"type":6}\x1e' * MANY,
        "a[" + ",".join(['"{}"'] * MANY) + "]",
        "\x1e".join(['42["a"]'] * MANY),
        '7:42["a"]' * MANY,
    ],
    ids=["sse", "signalr", "sockjs", "socket.io", "socket.io v3"],
)
@pytest.mark.slow
def test_the_messages_of_one_frame_have_an_end_and_that_is_noted(text: str) -> None:
    decoded = decode_alone(frame(text), "wss://x.test/?EIO=4" if "42[" in text else None)
    assert decoded
    assert len(decoded.messages) == limits.MAX_MESSAGES
    told = {limits.MORE, limits.more(MANY - limits.MAX_MESSAGES)}
    assert all(not told.isdisjoint(message.notes) for message in decoded.messages)


def test_what_is_read_before_it_is_refused_has_an_end() -> None:
    """A frame of millions of packets, the last of them none: the first ones are all that is looked at."""
    decoded = decode_alone(frame('42["a"]\x1e' * 1_000_000 + "?"), "wss://x.test/?EIO=4")
    assert decoded
    assert decoded.messages[0].notes == (limits.more(1_000_000 - limits.MAX_MESSAGES + 1),)


def test_an_array_of_too_many_typed_objects_is_one_message() -> None:
    decoded = decode_alone(frame([{"type": "a"}] * MANY))
    assert decoded
    assert [len(message.value) for message in decoded.messages] == [MANY]


@pytest.mark.parametrize("head", [b"\x80", b"\x90"], ids=["maps", "arrays"])
def test_containers_have_an_end(head: bytes) -> None:
    many = limits.MAX_CONTAINERS + 1
    packed = b"\xdd" + many.to_bytes(4, "big") + head * many
    written = "[" + ",".join(["{}" if head == b"\x80" else "[]"] * many) + "]"
    for payload in (packed, written):
        decoded = decode_alone(frame(payload))
        assert decoded
        assert [message.protocol for message in decoded.messages] == ["raw" if payload is packed else "text"]


def test_extension_values_have_an_end() -> None:
    many = limits.MAX_EXTENSIONS + 1
    decoded = decode_alone(frame(b"\xdd" + many.to_bytes(4, "big") + b"\xd4\x05\x00" * many))
    assert decoded
    assert decoded.layers == ("raw",)


def test_the_bombs_of_one_event_expand_together_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    unbound = compression._inflated

    def counted(data: bytes, limit: int) -> compression.Expanded | None:
        found = unbound(data, limit)
        read.append(len(found[1]) if found else 0)
        return found

    monkeypatch.setattr(compression, "_inflated", counted)
    bomb = b"\0\1a" + zlib.compress(b"\0" * (limits.MAX_INFLATED // 2))
    packet = b"\x30" + bytes([len(bomb) & 127 | 128, len(bomb) >> 7]) + bomb
    handshake = SocketHandshake(time=1.0, connection="ws", status=101, subprotocol="mqtt")
    decoder = Decoder()
    for _ in range(2):
        read.clear()
        decoder.feed(handshake)
        decoder.feed(frame(packet * 20))
        assert limits.MAX_INFLATED // 2 <= sum(read) <= limits.MAX_INFLATED


def test_headers_and_properties_have_an_end() -> None:
    decoded = decode_alone(frame("MESSAGE\n" + "".join(f"h{n}:v\n" for n in range(limits.MAX_FIELDS * 2)) + "\nx\0"))
    assert decoded
    assert len(decoded.messages[0].value["headers"]) == limits.MAX_FIELDS
    body = b"\x26\0\0\0\0" * (limits.MAX_FIELDS + 1)
    told = b"\0\1a" + bytes([len(body) & 127 | 128, len(body) >> 7]) + body
    publish = b"\x30" + bytes([len(told) & 127 | 128, len(told) >> 7]) + told
    handshake = SocketHandshake(time=1.0, connection="ws", status=101, subprotocol="mqtt")
    decoder = Decoder()
    decoder.feed(handshake)
    (message,) = (decoder.feed(frame(publish)) or Decoded()).messages
    assert len(((message.value or {}).get("properties") or {}).get("user", ())) <= limits.MAX_FIELDS


def test_the_lines_of_one_body_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_RECORDS", 10)
    decoder = Decoder()
    decoder.feed(response("https://x.test/a", "application/x-ndjson"))
    found = decoder.feed(chunk('{"a":1}\n' * 15))
    assert found
    assert [limits.MORE_RECORDS in message.notes for message in found.messages] == [False] * 9 + [True]
    after = decoder.feed(chunk('{"a":1}\n' * 3, offset=120))
    assert after
    assert len(after.messages) == 3
