from __future__ import annotations

import gzip
import json

import pytest

from monitor.decode import streams as module
from monitor.decode.protocol import Facts
from monitor.decode.sse import SseReader
from monitor.decode.streams import JsonStream, NdjsonStream, PlainStream, SseStream, open_stream


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
        ("text/html", "data: x\n", PlainStream),
        ("text/html", "[1]", PlainStream),
        ("application/json", "oops", PlainStream),
        ("", b"\x00\xff", PlainStream),
    ],
)
def test_the_type_or_else_the_look_decides(mime: str, piece: str | bytes, kind: type) -> None:
    assert type(open_stream(Facts(mime=mime), piece)) is kind


def test_json_is_one_message_when_it_is_whole() -> None:
    stream = JsonStream(Facts(mime="application/json"))
    data = json.dumps({"type": "t", "text": "ünï]"}, ensure_ascii=False).encode()
    decoded = [stream.feed(data[i : i + 1]) for i in range(len(data))]
    assert [m.type for one in decoded for m in one.messages] == ["t"]
    assert decoded[-1].value == {"type": "t", "text": "ünï]"}
    assert stream.finish() is None
    assert stream.held == 0


def test_large_json_is_whole_with_the_piece_that_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHEAP", 0)
    stream = JsonStream(Facts(mime="application/json"))
    rows = ['{"a":[' + ",".join(["[1]"] * 3) + "]}" for _ in range(500)]
    text = "[" + ",".join(rows) + "]"
    cuts = [place + 1 for place, ch in enumerate(text) if ch == "}"]
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    decoded = [stream.feed(piece) for piece in pieces]
    assert [len(one.messages) for one in decoded] == [0] * (len(pieces) - 1) + [1]


def test_json_that_never_gets_whole_is_text_at_the_end() -> None:
    stream = JsonStream(Facts())
    assert stream.feed('{"a":').messages == ()
    assert stream.held == 5
    decoded = stream.finish()
    assert decoded
    assert (decoded.layers, decoded.value) == (("text",), '{"a":')


def test_json_with_many_closing_pieces_is_tried_a_bounded_number_of_times() -> None:
    stream = JsonStream(Facts())
    for _ in range(100):
        stream.feed('[{"a":[]')
        stream.feed("},{}")
    decoded = stream.finish()
    assert decoded
    assert decoded.layers == ("text",)


def test_json_over_the_limit_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAYLOAD", 10)
    stream = JsonStream(Facts())
    assert stream.feed('{"a": "0123456789"').error
    assert stream.held == 0
    assert stream.feed("}").messages == ()
    assert stream.finish() is None


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
