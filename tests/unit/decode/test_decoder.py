from __future__ import annotations

from typing import Any

import pytest

from monitor import model
from monitor.decode import Decoder, decode_alone
from monitor.decode import talk as talk_module
from tests.unit.decode.streams_of import (
    ANSWER,
    CHATGPT,
    CLAUDE,
    body,
    chunk,
    decode,
    finished,
    frame,
    opened,
    response,
    run,
    sse,
)


def request(text: str, mime: str = "", **more: Any) -> model.Request:
    headers = {"Content-Type": mime} if mime else {}
    return model.Request(time=1.0, connection="r", method="POST", url="https://x/y", headers=headers, text=text, **more)


def test_events_without_a_payload_are_none() -> None:
    decoder = Decoder()
    for event in (opened(), response(CHATGPT), finished(), model.Mark(time=1.0), request(""), body("")):
        assert decoder.feed(event) is None
        assert decode_alone(event) is None


@pytest.mark.parametrize(
    ("event", "layers", "kind"),
    [
        (frame({"type": "tick"}), ("json",), "tick"),
        (frame("hello"), ("text",), None),
        (frame(b"\x00\xff"), ("raw",), None),
        (request('{"action":"next"}'), ("json",), "next"),
        (request("a=1", "application/x-www-form-urlencoded"), ("form",), None),
        (model.RequestBody(time=1.0, connection="r", text='{"type":"x"}'), ("json",), "x"),
        (body('{"type":"x"}'), ("json",), "x"),
        (body(sse({"type": "x"})), ("sse", "json"), "x"),
        (model.SseMessage(time=1.0, connection="e", event="added", text="{}"), ("sse", "json"), "added"),
        (model.Push(time=1.0, stage="received", origin="o", text="hi"), ("text",), None),
        (model.Storage(time=1.0, origin="o", area="local", op="set", key="k", text='{"kind":"x"}'), ("json",), "x"),
        (model.Broadcast(time=1.0, name="n", text='{"cmd":"x"}'), ("json",), "x"),
        (model.WorkerMessage(time=1.0, worker="w", text='{"op":"x"}'), ("json",), "x"),
        (chunk("data: {}\n\n"), ("sse", "json"), None),
        (chunk(sse({"type": "x"})[:-2]), ("sse", "json"), "x"),
    ],
)  # fmt: skip
def test_every_kind_of_payload_is_decoded_alone(event: model.Event, layers: tuple[str, ...], kind: str | None) -> None:
    decoded = decode_alone(event)
    assert decoded
    assert (decoded.layers, decoded.type, decoded.error) == (layers, kind, None)


def test_facts_of_the_connection_decide() -> None:
    assert run(response(CLAUDE), chunk(sse({"x": 1})))[0].protocol == "claude"
    assert run(response("https://x/y", "application/x-ndjson"), body('{"type":"a"}\n{"type":"b"}'))[1].type == "b"


def test_the_mime_is_taken_from_the_headers_where_chrome_does_not_tell_it() -> None:
    head = model.Response(
        time=1.0,
        connection="r",
        url="https://x",
        status=200,
        headers={"content-type": "text/event-stream;charset=utf-8"},
    )
    assert decode(head, chunk("x: 1\n"))[0].layers == ("sse",)


def test_ends_free_the_state() -> None:
    decoder = Decoder()
    events = [
        opened(), frame({"type": "x"}), model.SocketClosed(time=1.0, connection="ws"),
        response(CHATGPT), chunk(ANSWER), finished(),
        response("https://x", connection="b"), finished("b", "later"), body("{}", "b"),
    ]  # fmt: skip
    run(*events, decoder=decoder)
    assert len(decoder.connections) == 0
    assert decoder.connections.held == 0


def test_failing_ends_the_stream_and_what_it_left_open_is_told() -> None:
    cut = ANSWER[: ANSWER.index('"p": "", "o": "patch"')]
    messages = run(response(CHATGPT), chunk(cut), model.Failed(time=1.0, connection="r", error="net::ERR_ABORTED"))
    assert messages[-1].type == "incomplete"


def test_a_gap_without_a_connection_breaks_all_streams() -> None:
    gap = model.Gap(time=1.0, reason="the recorder could not keep up")
    first, second = ANSWER[:600], ANSWER[600:]
    messages = run(response(CHATGPT), chunk(first), gap, chunk(second))
    assert any(note == gap.reason for m in messages for note in m.notes)
    other = model.Gap(time=1.0, reason="another", connection="not this")
    assert not any(m.notes for m in run(response(CHATGPT), chunk(first), other, chunk(second)))


def test_a_decoder_that_fails_is_named_and_the_payload_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(talk_module, "choose", fail)
    decoded = Decoder().feed(frame('{"a":1}'))
    assert decoded
    assert (decoded.layers, decoded.value, decoded.error) == (("text",), '{"a":1}', "RuntimeError: broken")
    assert decode_alone(frame(b"\x00\xff"))
    raw = Decoder().feed(frame(b"\x00\xff"))
    assert raw
    assert raw.layers == ("raw",)


def test_alone_a_delta_is_read_as_far_as_it_can_be() -> None:
    decoded = decode_alone(chunk(sse(("delta", {"p": "/message/content/parts/0", "o": "append", "v": "x"}))))
    assert decoded
    assert decoded.layers == ("sse", "json", "delta")
    assert decoded.messages[0].notes


def test_alone_a_piece_from_the_middle_is_no_hole() -> None:
    decoded = decode_alone(chunk('data: {"type":"a"}\n\n', offset=1211))
    assert decoded
    assert [message.notes for message in decoded.messages] == [()]
