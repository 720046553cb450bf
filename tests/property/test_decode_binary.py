"""Laws of the binary decoders: what is written is read, wherever it is cut, and any bytes at all end somewhere."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import model
from monitor.decode import Decoder
from monitor.decode.cbor import cbor_value
from monitor.decode.compression import zstd
from monitor.decode.envelopes import Envelopes
from monitor.decode.limits import MAX_LAYERS
from monitor.decode.parse import UNSET
from monitor.decode.peel import peel
from monitor.decode.protobuf import BYTES, VARINT, fields, guess, varint
from monitor.decode.shared import SharedStream
from tests.fuzz.corpus import stories
from tests.fuzz.decode import Fuzzer
from tests.laws import examples, share
from tests.unit.decode.streams_of import frame, opened, recorded

PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
CONTAINERS = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.none(), min_size=1)
WRAPS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zstd": zstd.compress,
}


@given(VALUES)
def test_what_cbor2_writes_is_read(value: Any) -> None:
    assert cbor_value(cbor2.dumps(value)) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_cbor_or_not(data: bytes) -> None:
    value = cbor_value(data)
    assert value is UNSET or msgspec.json.encode(value)


@given(CONTAINERS, st.lists(st.sampled_from(sorted(WRAPS)), max_size=MAX_LAYERS - 1))
def test_layers_are_taken_off_in_the_order_they_were_put_on(value: dict[str, Any], names: list[str]) -> None:
    data = json.dumps(value).encode()
    for name in reversed(names):
        data = WRAPS[name](data)
    item = peel(data)
    assert item.layers == (*names, "utf-8", "json")
    assert item.value == json.loads(json.dumps(value))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_not(data: bytes) -> None:
    found = fields(data)
    if found is not None:
        assert all(0 < one.number < 1 << 29 for one in found)
    value = guess(data)
    assert value is None or msgspec.json.encode(value)


@given(st.lists(st.tuples(st.integers(1, 4096), st.integers(0, 2**64 - 1) | st.binary(max_size=40)), max_size=10))
def test_fields_that_are_written_are_read(wanted: list[tuple[int, int | bytes]]) -> None:
    data = b""
    for number, value in wanted:
        wire = VARINT if isinstance(value, int) else BYTES
        data += _varint(number << 3 | wire)
        data += _varint(value) if isinstance(value, int) else _varint(len(value)) + value
    assert [(one.number, one.value) for one in fields(data) or ()] == wanted


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    data = bytes(found) + bytes([value])
    assert varint(data) is not None
    return data


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2, 0x80]), st.binary(max_size=30)), max_size=6), st.data())
def test_envelopes_may_be_cut_anywhere(wanted: list[tuple[int, bytes]], data: st.DataObject) -> None:
    body = b"".join(bytes([flags]) + len(one).to_bytes(4, "big") + one for flags, one in wanted)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    reader = Envelopes()
    found = [one for start, end in itertools.pairwise([0, *cuts, len(body)]) for one in reader.feed(body[start:end])]
    assert found == wanted
    assert reader.held == 0


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6), st.sampled_from([15, -15]))
def test_a_shared_stream_gives_back_its_messages(texts: list[str], bits: int) -> None:
    engine = zlib.compressobj(wbits=bits)
    stream = SharedStream()
    told = [stream.read(engine.compress(one.encode()) + engine.flush(zlib.Z_SYNC_FLUSH)) for one in texts]
    if told[0] is not None:  # a raw stream that begins with next to nothing does not show that it is one
        assert [one and one.data for one in told] == [one.encode() for one in texts]


@pytest.mark.parametrize("version", [4, 5])
@given(data=st.data())
@examples(40)
def test_mqtt_may_be_cut_anywhere(version: int, data: st.DataObject) -> None:
    frames = recorded(f"mqtt{version}")
    whole = b"".join(one.data or b"" for one in frames if one.dir == "in")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[start:end] for start, end in itertools.pairwise([0, *cuts, len(whole)]) if start < end]
    assert _told(frames[0], *map(frame, pieces)) == _told(frames[0], *(one for one in frames if one.dir == "in"))


def _told(*frames: model.Frame) -> list[model.Message]:
    decoder = Decoder()
    decoder.feed(model.SocketHandshake(time=1.0, connection="ws", subprotocol="mqtt"))
    return [message for one in frames if (decoded := decoder.feed(one)) for message in decoded.messages]


@given(st.lists(st.binary(max_size=60) | st.sampled_from([one.data for one in recorded("yjs")]), max_size=12))
def test_any_frames_end_somewhere(payloads: list[bytes]) -> None:
    decoder = Decoder()
    decoder.feed(opened("wss://x/y"))
    for data in payloads:
        decoded = decoder.feed(frame(data))
        assert decoded is not None
        assert decoded.error is None
        assert decoded.layers
        assert all(msgspec.json.encode(message.value) for message in decoded.messages)


@pytest.mark.parametrize("seed", range(3))
def test_a_short_run_of_the_fuzzer_finds_nothing(seed: int) -> None:
    fuzzer = Fuzzer(Random(seed).randrange(1 << 30), slow_s=None)
    while fuzzer.inputs < share(3000):
        fuzzer.play()
    assert not fuzzer.failures


def test_the_fuzzer_s_corpus_has_every_protocol_that_was_recorded() -> None:
    decoder, found = Decoder(), set()
    for number, story in enumerate(stories()):
        for event in story:
            named = msgspec.structs.replace(event, connection=f"c{number}") if hasattr(event, "connection") else event
            decoded = decoder.feed(named)
            found |= {message.protocol for message in decoded.messages} if decoded else set()
    wanted = {"yjs", "automerge", "mqtt", "signalr", "ably", "jupyter", "grpc-web", "connect", "protobuf", "socket.io"}
    assert wanted <= found
