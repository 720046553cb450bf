from __future__ import annotations

import gzip
import json

import pytest

from monitor.decode.json_stream import JsonStream
from monitor.decode.protocol import Facts
from monitor.decode.sse import SseReader
from monitor.decode.stream import CutStream
from monitor.decode.streams import NdjsonStream, PlainStream, SseStream, open_stream


@pytest.mark.parametrize(
    ("mime", "piece", "kind"),
    [
        ("text/event-stream", "anything", SseStream),
        ("application/x-ndjson", "anything", NdjsonStream),
        ("application/json", '{"a"', JsonStream),
        ("application/vnd.api+json", b" [1", JsonStream),
        ("", "data: x\n", SseStream),
        ("text/plain", "event: x\ndata: 1\n", SseStream),
        ("", '{"a"', JsonStream),
        ("application/json", ")]}'\n[1]", JsonStream),
        ("text/event-stream", '{"a":1}\n', JsonStream),
        ("text/plain", 'f:{"messageId":"m"}\n0:"wo', CutStream),
        ("text/x-component", '0:{"a":1}\n', CutStream),
        ("text/html", "data: x\n", PlainStream),
        ("text/html", "[1]", PlainStream),
        ("application/json", "oops", PlainStream),
        ("", b"\x00\xff", PlainStream),
    ],
)
def test_the_type_or_else_the_look_decides(mime: str, piece: str | bytes, kind: type) -> None:
    assert type(open_stream(Facts(mime=mime), piece)) is kind


def test_ndjson_lines_are_messages() -> None:
    stream = NdjsonStream(Facts())
    decoded = stream.feed('{"type":"a"}\n{"type":"b"}\n{"ty')
    assert decoded.layers == ("ndjson", "json")
    assert [(m.protocol, m.type) for m in decoded.messages] == [("json", "a"), ("json", "b")]
    last = stream.feed('pe":"c"}')
    assert (last.layers, last.messages) == (("ndjson",), ())
    end = stream.finish()
    assert end
    assert end.type == "c"
    assert stream.finish() is None


def test_half_an_event_is_no_message() -> None:
    stream = SseStream(Facts())
    decoded = stream.feed("data: {")
    assert (decoded.layers, decoded.messages) == (("sse",), ())
    assert stream.held == 7


def test_an_event_too_long_is_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = SseStream(Facts(url="https://chatgpt.com/backend-api/f/conversation"))
    stream._reader = SseReader(limit=200)
    start = {"p": "", "o": "add", "v": {"message": {"id": "a", "content": {"parts": [""]}}}}
    stream.feed(f"event: delta\ndata: {json.dumps(start)}\n\n")
    stream.feed("data: " + "x" * 300 + "\n\n")
    decoded = stream.feed('event: delta\ndata: {"p":"/message/content/parts/0","o":"append","v":"y"}\n\n')
    assert decoded.messages[0].notes == ("an event was too long to keep",)


def test_a_compressed_piece_is_opened() -> None:
    assert PlainStream(Facts()).feed(gzip.compress(b"hello")).layers == ("gzip", "utf-8", "text")
