"""True examples of every protocol and layer, each a story of events on one connection."""

from __future__ import annotations

import gzip
import json
import zlib

import brotli
import msgspec

from monitor import model
from monitor.decode.compression import zstd
from monitor.model import Event
from tests.unit.decode.streams_of import RECORDED, body, chunk, finished, frame, opened, recorded, response
from tests.unit.decode.true_streams import STREAMS, events

CALL = "https://example.org/chat.v1.Notes/List"
TEXTS = [json.dumps({"op": number, "t": "NOTE", "d": {"text": "Hello wörld", "n": number}}) for number in range(6)]


def stories() -> list[list[Event]]:
    """All of them: with what is known of the connection, and without."""
    found = [events(stream, hints) for stream in STREAMS for hints in (True, False)]
    found += [_socket(*recorded(path.stem)) for path in sorted(RECORDED.glob("*.json"))]
    found += [_subprotocol("mqtt", *recorded(name)) for name in ("mqtt4", "mqtt5")]
    found += [_socket(*map(frame, one)) for one in (_zlib(15), _zlib(-15), _zstd(), _layers())]
    found.append([opened("wss://gateway.discord.gg/?v=10&compress=zlib-stream", late=True), *map(frame, _zlib(15)[2:])])
    found += [_answer(mime) for mime in ("application/grpc-web", "application/grpc-web-text", "application/x-protobuf")]
    found.append(_answer("application/connect+proto", whole=True))
    return found


def _socket(*frames: Event) -> list[Event]:
    return [opened("wss://example.org/ws"), *frames, model.SocketClosed(time=1.0, connection="ws")]


def _subprotocol(name: str, *frames: Event) -> list[Event]:
    told = model.SocketHandshake(time=1.0, connection="ws", subprotocol=name)
    return [opened("wss://example.org/ws"), told, *frames]


def _answer(mime: str, whole: bool = False) -> list[Event]:
    data = recorded("protobuf")[2].data or b""
    pieces = [body(data, "ws")] if whole else [chunk(data[at : at + 40], "ws", at) for at in range(0, len(data), 40)]
    return [response(CALL, mime, "ws"), *pieces, finished("ws")]


def _zlib(bits: int) -> list[bytes]:
    engine = zlib.compressobj(wbits=bits)
    return [engine.compress(text.encode()) + engine.flush(zlib.Z_SYNC_FLUSH) for text in TEXTS]


def _zstd() -> list[bytes]:
    engine = zstd.ZstdCompressor()
    return [engine.compress(text.encode(), zstd.ZstdCompressor.FLUSH_BLOCK) for text in TEXTS]


def _layers() -> list[bytes]:
    """One message in many wrappings."""
    plain = TEXTS[0].encode()
    packed = msgspec.msgpack.encode(json.loads(plain))
    cbor = b"\xa2\x62op\x01\x61d\x82\x63abc\xfb\x40\x09\x21\xfb\x54\x44\x2d\x18"
    return [
        gzip.compress(plain), zlib.compress(packed), zstd.compress(cbor), brotli.compress(plain),
        gzip.compress(zlib.compress(zstd.compress(plain))), packed, cbor, zlib.compress(plain)[2:-4],
    ]  # fmt: skip
