"""What is known of connections, and its bounds."""

from __future__ import annotations

import zlib

import pytest

from monitor.decode import Decoder
from monitor.decode import connections as module
from monitor.decode.connections import Connections
from tests.unit.decode.streams_of import chunk


def test_the_connection_unused_for_longest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 3)
    known = Connections()
    first = known.use("0")
    for number in range(1, 10):
        known.use(str(number))
        assert known.use("0") is first
    assert len(known) == 3
    assert known.get("7") is None
    assert known.get("9") is not None


def test_what_is_held_for_unfinished_bodies_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 1000)
    decoder = Decoder()
    for number in range(10):
        decoder.feed(chunk("data: " + "x" * (150 + number), connection=str(number)))
        assert decoder.connections.held <= 1000
    assert decoder.connections.held
    assert sum(one.lost is not None for one in decoder.connections) == 10 - decoder.connections.held // 150


def test_a_forgotten_connection_holds_nothing() -> None:
    decoder = Decoder()
    decoder.feed(chunk("data: x", connection="a"))
    assert decoder.connections.held
    decoder.connections.drop("a")
    assert (len(decoder.connections), decoder.connections.held) == (0, 0)


def test_too_many_compressed_streams_give_up_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SHARED", 1)
    known = Connections()
    streams = {}
    for key in "ab":
        engine = zlib.compressobj()
        streams[key] = known.use(key).compressed("in")
        streams[key].read(engine.compress(b'{"op":10}') + engine.flush(zlib.Z_SYNC_FLUSH))
        assert streams[key].open
        known.inflating(key)
    assert not streams["a"].open
    assert streams["b"].open
