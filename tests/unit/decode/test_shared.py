from __future__ import annotations

import json
import zlib

import pytest

from monitor.decode import shared as module
from monitor.decode.compression import zstd
from monitor.decode.shared import CUT, HALF, SharedStream
from tests.unit.decode.streams_of import decode, frame, opened

URL = "wss://gateway.discord.gg/?v=10&encoding=json&compress=zlib-stream"
VALUES = [
    {"op": 10, "d": {"heartbeat_interval": 41250}},
    {"op": 11},
    {"op": 0, "t": "READY", "d": {"v": 10}},
    {"op": 11},
]
TEXTS = [json.dumps(value).encode() for value in VALUES]


def flushed(bits: int = 15) -> list[bytes]:
    """The texts through one zlib context, as a gateway sends them."""
    engine = zlib.compressobj(wbits=bits)
    return [engine.compress(text) + engine.flush(zlib.Z_SYNC_FLUSH) for text in TEXTS]


def zstd_frames() -> list[bytes]:
    engine = zstd.ZstdCompressor()
    return [engine.compress(text, zstd.ZstdCompressor.FLUSH_BLOCK) for text in TEXTS]


@pytest.mark.parametrize(
    ("layer", "frames"),
    [("zlib-stream", flushed()), ("deflate-stream", flushed(-15)), ("zstd-stream", zstd_frames())],
)
def test_messages_are_read_with_what_the_ones_before_left_behind(layer: str, frames: list[bytes]) -> None:
    found = decode(opened("wss://x/y"), *map(frame, frames))
    assert [one.value for one in found] == VALUES
    assert {one.layers for one in found} == {(layer, "utf-8", "json", "discord")}


def test_a_message_may_take_several_frames() -> None:
    parts = [part for data in flushed() for part in (data[:3], data[3:])]
    found = decode(opened(URL), *map(frame, parts))
    assert [bool(one.messages) for one in found] == [False, True] * 4
    assert [one.value for one in found if one.messages] == VALUES
    assert SharedStream(URL).read(parts[0]) == module.Opened("zlib-stream", note=HALF)


@pytest.mark.parametrize("url", [URL, "wss://x/y"])
def test_a_stream_joined_in_its_middle_is_said_to_be_unreadable(url: str) -> None:
    found = decode(opened(url, late=True), *map(frame, flushed()[2:]))
    assert [one.layers for one in found] == [("zlib-stream", "raw")] * 2
    assert "cannot be read from its middle" in found[0].messages[0].notes[0]
    assert "before the recording" in found[0].messages[0].notes[0]


def test_a_stream_that_starts_anew_is_read_again() -> None:
    stream = SharedStream(URL, "a reason")
    assert stream.read(flushed()[1]).note  # type: ignore[union-attr]
    assert [stream.read(data).data for data in flushed()] == TEXTS  # type: ignore[union-attr]
    stream.lost("a gap")
    assert stream.read(flushed()[1]).note  # type: ignore[union-attr]
    assert stream.read(flushed()[0]).data == TEXTS[0]  # type: ignore[union-attr]


def test_messages_each_compressed_as_a_whole_are_none_of_ours() -> None:
    stream = SharedStream()
    for data in (
        zlib.compress(TEXTS[0]),
        zstd.compress(TEXTS[0]),
        b"\x10\x0c\x00\x04MQTT",
        b"\0\0\xff\xff",
        b"x\0\0\xff\xff",
    ):
        assert stream.read(data) is None
    found = decode(opened("wss://x/y"), frame(zlib.compress(TEXTS[0])), frame(zlib.compress(TEXTS[1])))
    assert [one.layers for one in found] == [("zlib", "utf-8", "json", "discord")] * 2


def test_a_header_in_every_message_starts_every_time() -> None:
    found = decode(opened("wss://x/y"), *(frame(flushed()[0]) for _ in range(3)))
    assert [one.value for one in found] == [VALUES[0]] * 3


def test_expansion_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_INFLATED", 1000)
    engine = zlib.compressobj()
    stream = SharedStream(URL)
    assert stream.read(engine.compress(bytes(100_000)) + engine.flush(zlib.Z_SYNC_FLUSH)) == module.Opened(
        "zlib-stream", note=CUT
    )
    assert stream.read(engine.compress(b"x") + engine.flush(zlib.Z_SYNC_FLUSH)).note  # type: ignore[union-attr]
